"""Makes the cases that opdb.py runs, from torch's operator database (op_db) and its sample inputs.

A case is one sample of one operator: a TorchScript function whose arguments are the sample's tensors, everything else baked in,
saved for the lite interpreter, with the result of torch's own lite interpreter. What that refuses is no case; why is kept.
"""
import cmath
import json
import math
import os
import pathlib
import shutil
import signal
import sys
import warnings
from itertools import islice

import numpy as np
import torch
import torch.jit.mobile
from torch.testing._internal.common_methods_invocations import op_db

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
torch.set_grad_enabled(False)

DTYPES = {"float32": torch.float32, "int64": torch.int64, "bool": torch.bool}      # unless told
ALL_DTYPES = {name: getattr(torch, name) for name in ("float32", "float64", "float16", "bfloat16", "int8", "uint8", "int16", "int32", "int64", "bool")}
WIDENED = {torch.float16: torch.float64, torch.float32: torch.float64, torch.complex64: torch.complex128}
CASES_PER_DTYPE = 4
TRIES_PER_DTYPE = 12
MAXIMUM_SAMPLES = 400          # of one operator and dtype; some generators yield thousands
MAXIMUM_ELEMENTS = 20_000      # of all tensors of a sample and its result
SEEDS_FOR_RANDOM = 20          # a case is random if its result differs for any two of them
MAXIMUM_SECONDS = 60           # for one operator
CORE_ONLY = False

# Results whose elements nobody sets: only shape and dtype count.
UNDEFINED = {"empty", "empty_like", "empty_permuted", "empty_strided", "new_empty", "new_empty_strided", "resize_", "resize_as_"}
# Results that are right with either sign (of a column): magnitudes count.
UP_TO_SIGN = {"linalg.eigh", "linalg.svd", "svd", "linalg.eig", "svd_lowrank", "pca_lowrank", "torch.lobpcg", "geqrf", "linalg.qr", "qr"}
# Results with positions (alone, or second) in the input along the dimension that is this argument: any position of an equal
# element is right, unless the sample asks for a stable order.
POSITIONS = {"sort": 1, "argsort": 1, "topk": 2, "kthvalue": 2, "mode": 1}
# Not what an operator computes, but how a value is made or passed on.
# bfloat16, which numpy lacks, is converted to in the program.
PLUMBING = {"aten::__getitem__.t", "aten::append.t", "aten::format", "aten::len.t", "aten::list.t", "aten::detach"}


class Refused(Exception):
    """Why a sample gives no case."""


def name_of(op) -> str:
    return f"{op.name}.{op.variant_test_name}" if op.variant_test_name else op.name


# --- Samples --------------------------------------------------------------------------------------------------------------

def visit(value, function):
    """The value with function(tensor) in place of every tensor."""
    if isinstance(value, torch.Tensor):
        return function(value)
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return (list if isinstance(value, list) else tuple)(visit(item, function) for item in value)
    if isinstance(value, dict):
        return {key: visit(item, function) for key, item in value.items()}
    return value


def plain(tensor: torch.Tensor) -> torch.Tensor:
    """A dense copy of its own, as the .npy file will hold it."""
    if tensor.layout != torch.strided:
        raise Refused(f"sample has a tensor of layout {tensor.layout}")
    if tensor.is_quantized:
        raise Refused("sample has a quantized tensor")
    return tensor.detach().resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)


def tensors_of(value) -> list[torch.Tensor]:
    found = []
    visit(value, found.append)
    return found


def spread(count: int) -> list[int]:
    """Positions 0..<count: first a few that are far apart, then the rest."""
    few = min(CASES_PER_DTYPE, count)
    chosen = sorted({round(i * (count - 1) / max(1, few - 1)) for i in range(few)})
    return chosen + [i for i in range(count) if i not in chosen]


# --- Programs -------------------------------------------------------------------------------------------------------------

def literal(value, names: dict[int, str]) -> str:
    """The value as TorchScript source; tensors by their argument's name."""
    if isinstance(value, torch.Tensor):
        return names[id(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if value is None or isinstance(value, (bool, int, float, complex, str)):
        return repr(value)
    if isinstance(value, (torch.dtype, torch.memory_format, torch.layout)):
        return str(value)
    if isinstance(value, torch.device):
        return f'torch.device("{value}")'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(literal(item, names) for item in value) + "]"
    raise Refused(f"cannot write a {type(value).__name__} as TorchScript")


def traced(op, arguments) -> torch.jit.ScriptModule:
    """The operator as the tracer records it."""
    count = len(tensors_of(arguments))

    class Sample(torch.nn.Module):
        def forward(self, *tensors):
            given = iter(t.to(torch.bfloat16) if m.dtype == torch.bfloat16 else t for t, m in zip(tensors, models))
            args, kwargs = visit(arguments, lambda _: next(given))
            return op(*args, **kwargs)

    models = tensors_of(arguments)
    inputs = tuple(map(as_input, models))
    module = torch.jit.trace(Sample(), inputs, check_trace=False, strict=False)
    if count != len(inputs):
        raise Refused("the tracer changed the arguments")
    return module


def as_input(tensor: torch.Tensor) -> torch.Tensor:
    """The tensor as the program gets it."""
    return tensor.float() if tensor.dtype == torch.bfloat16 else tensor.clone()


def scripted(op, arguments) -> torch.jit.ScriptModule:
    """A function that calls the operator by its name, for results that the tracer refuses."""
    args, kwargs = arguments
    if any(t.dtype == torch.bfloat16 for t in tensors_of(arguments)):
        raise Refused("scripted programs have no bfloat16 arguments")
    names = {id(t): f"x{i}" for i, t in enumerate(tensors_of(arguments))}
    values = [literal(a, names) for a in args] + [f"{k}={literal(a, names)}" for k, a in kwargs.items()]
    calls = [f"torch.{op.name}({', '.join(values)})", f"torch.{op.aten_name}({', '.join(values)})"]
    if args:
        calls.append(f"{values[0]}.{op.name}({', '.join(values[1:])})")
    problem = None
    for call in calls:
        module = torch.jit.script(type("Sample", (torch.nn.Module,), {})())
        try:
            module.define(f"def forward(self{''.join(', ' + n for n in names.values())}):\n    return {call}\n")
            return module
        except Exception as error:
            problem = problem or error
    raise Refused("script: " + first_line(problem))


def is_traceable(result) -> bool:
    if isinstance(result, torch.Tensor):
        return True
    return isinstance(result, (list, tuple)) and len(result) > 0 and all(map(is_traceable, result))


def program(op, arguments, result) -> torch.jit.ScriptModule:
    if is_traceable(result):
        try:
            return traced(op, arguments)
        except Exception as error:
            try:
                return scripted(op, arguments)
            except Exception:
                raise Refused("trace: " + first_line(error))
    return scripted(op, arguments)


def first_line(error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0][:200] if lines else ''}"


# --- Results --------------------------------------------------------------------------------------------------------------

def array_of(tensor: torch.Tensor) -> np.ndarray:
    tensor = plain(tensor)
    if tensor.dtype == torch.bfloat16:               # numpy has none; literun writes it as float32 too
        tensor = tensor.float()
    return tensor.numpy()


def encode(value, folder: pathlib.Path, count: list[int]):
    """A result as JSON; tensors in expected0.npy, expected1.npy, … beside it."""
    if isinstance(value, torch.Tensor):
        if value.layout != torch.strided or value.is_quantized:
            raise Refused(f"result has layout {value.layout} and dtype {value.dtype}")
        file = f"expected{count[0]}.npy"
        count[0] += 1
        np.save(folder / file, array_of(value))
        return {"t": "tensor", "dtype": str(value.dtype)[6:], "shape": list(value.shape), "npy": file}
    if value is None:
        return {"t": "None"}
    if isinstance(value, bool):
        return {"t": "bool", "v": value}
    if isinstance(value, int):
        return {"t": "int", "v": value}
    if isinstance(value, float):
        return {"t": "float", "v": repr(value)}
    if isinstance(value, complex):
        return {"t": "complex", "v": [repr(value.real), repr(value.imag)]}
    if isinstance(value, str):
        return {"t": "str", "v": value}
    if isinstance(value, (list, tuple)):
        return {"t": "list" if isinstance(value, list) else "tuple", "v": [encode(item, folder, count) for item in value]}
    raise Refused(f"result has a {type(value).__name__}")


def note_rounding(entry: dict, value, exact) -> None:
    """Where a result misses torch's tolerances against the same program in float64, notes how far off it is: as far, an
    equally good result may lie on the other side."""
    if isinstance(value, (list, tuple)):
        if isinstance(exact, (list, tuple)) and len(exact) == len(value):
            for part in zip(entry["v"], value, exact):
                note_rounding(*part)
        return
    if not isinstance(value, torch.Tensor) or value.dtype not in WIDENED or value.numel() == 0:
        return
    if not isinstance(exact, torch.Tensor) or exact.dtype != WIDENED[value.dtype] or exact.shape != value.shape:
        return
    rtol, share = (1e-3, 5e-2) if value.dtype == torch.float16 else (1.3e-6, 1e-3)
    value, exact = plain(value).to(exact.dtype), plain(exact)
    error = (value - exact).abs()
    size = float(exact.abs().max())
    # A larger error is another result, not a rounded one.
    if math.isfinite(size) and (error > 1e-5 + rtol * exact.abs()).any() and float(error.max()) <= share * size:
        entry["rounding_error"] = float(error.max())


def is_same(a, b) -> bool:
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and a.shape == b.shape and np.array_equal(array_of(a), array_of(b), equal_nan=a.dtype != torch.bool)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(is_same, a, b))
    if isinstance(a, (float, complex)):
        return a == b or (cmath.isnan(a) and cmath.isnan(b))
    return a == b


def has_tag(operator: str, tag: torch.Tag) -> bool:
    """Whether torch tags an overload, such as aten::add.Tensor, so."""
    name, _, overload = operator.removeprefix("aten::").partition(".")
    try:
        return tag in getattr(getattr(torch.ops.aten, name), overload or "default").tags
    except AttributeError:
        return False


def is_core(operator: str) -> bool:
    return has_tag(operator, torch.Tag.core)


# --- Cases ----------------------------------------------------------------------------------------------------------------

def make_case(op, sample, folder: pathlib.Path) -> dict:
    """Writes one case and returns its entry in the index."""
    arguments = visit(((sample.input, *sample.args), dict(sample.kwargs)), plain)
    inputs = tensors_of(arguments)
    if sum(t.numel() for t in inputs) > MAXIMUM_ELEMENTS:
        raise Refused(f"more than {MAXIMUM_ELEMENTS} elements")
    args, kwargs = visit(arguments, torch.clone)
    result = op(*args, **kwargs)
    module = program(op, arguments, result)

    folder.mkdir(parents=True, exist_ok=True)
    path = str(folder / "model.ptl")
    try:
        module._save_for_lite_interpreter(path)
        loaded = torch.jit.mobile._load_for_lite_interpreter(path)
        results = []
        operators = sorted(torch.jit.mobile._get_model_ops_and_info(path))
        for seed in range(SEEDS_FOR_RANDOM if any(has_tag(o, torch.Tag.nondeterministic_seeded) for o in operators) else 2):
            torch.manual_seed(seed)
            results.append(loaded(*map(as_input, inputs)))
    except Exception as error:
        raise Refused("lite interpreter: " + first_line(error))
    if sum(t.numel() for t in tensors_of(results[0])) > MAXIMUM_ELEMENTS:
        raise Refused(f"more than {MAXIMUM_ELEMENTS} elements")
    converts = any(t.dtype == torch.bfloat16 for t in inputs)
    computing = [o for o in operators if o not in PLUMBING and not (converts and o == "aten::to.dtype")]
    core = bool(computing) and all(map(is_core, computing))
    if CORE_ONLY and not core:
        raise Refused("not core")
    output = encode(results[0], folder, [0])
    kind = "undefined" if op.name in UNDEFINED else "up to sign" if op.name in UP_TO_SIGN else "exact"
    if kind != "undefined" and not all(is_same(results[0], other) for other in results[1:]):
        kind = "random"
    if kind == "exact" and any(t.dtype in WIDENED for t in inputs):
        try:
            exact = module(*(t.to(WIDENED[t.dtype]) if t.dtype in WIDENED else t.clone() for t in inputs))
        except Exception:
            exact = None                                 # the program does not work in float64
        note_rounding(output, results[0], exact)
    for index, tensor in enumerate(inputs):
        np.save(folder / f"{index}.npy", array_of(tensor))
    return {"inputs": len(inputs), "operators": operators, "core": core,
            "core_operators": [o for o in computing if is_core(o)], "kind": kind, "output": output, "sample": describe(sample),
            **ties(op, sample)}


def ties(op, sample) -> dict:
    """For results with positions, the dimension that they count in."""
    if op.name not in POSITIONS or sample.kwargs.get("stable"):
        return {}
    place = POSITIONS[op.name] - 1
    dimension = sample.kwargs.get("dim", sample.args[place] if place < len(sample.args) else -1)
    return {"positions_along": dimension if isinstance(dimension, int) and not isinstance(dimension, bool) else -1}


def describe(sample) -> str:
    def text(value):
        if isinstance(value, torch.Tensor):
            return f"{str(value.dtype)[6:]}{list(value.shape)}"
        if isinstance(value, (list, tuple)):
            return "[" + ", ".join(map(text, value)) + "]"
        return repr(value)
    return ", ".join([text(a) for a in (sample.input, *sample.args)] + [f"{k}={text(a)}" for k, a in sample.kwargs.items()])[:300]


def make_operator(op, folder: pathlib.Path, journal: dict, save) -> None:
    """All cases of an operator that are not in the journal yet. `save` is called before what may end the process."""
    for dtype_name, dtype in DTYPES.items():
        if dtype not in op.supported_dtypes("cpu"):
            continue
        torch.manual_seed(0)
        np.random.seed(0)
        try:
            samples = list(islice(op.sample_inputs("cpu", dtype, requires_grad=False), MAXIMUM_SAMPLES))
        except Exception as error:
            journal["refused"][dtype_name] = "samples: " + first_line(error)
            continue
        made = 0
        for position in spread(len(samples))[:TRIES_PER_DTYPE]:
            if made == CASES_PER_DTYPE:
                break
            case = f"{dtype_name}_{position}"
            if case in journal["cases"]:
                made += 1
                continue
            if case in journal["refused"]:
                continue
            journal["refused"][case] = "the process ended: a crash in torch, or too slow"
            save()
            try:
                entry = make_case(op, samples[position], folder / case)
            except Exception as error:
                shutil.rmtree(folder / case, ignore_errors=True)
                journal["refused"][case] = str(error) if isinstance(error, Refused) else first_line(error)
                if str(error) == "not core":
                    break
                continue
            del journal["refused"][case]
            journal["cases"][case] = {"dtype": dtype_name, **entry}
            made += 1


def make_guarded(op, root: pathlib.Path) -> None:
    """Makes an operator's cases in processes of their own: some samples end torch."""
    folder = root / name_of(op)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    index = folder / "index.json"
    journal = {"operator": name_of(op), "cases": {}, "refused": {}}
    for _ in range(TRIES_PER_DTYPE * len(DTYPES)):
        index.write_text(json.dumps(journal))
        child = os.fork()
        if child == 0:
            status = 1
            try:
                signal.alarm(MAXIMUM_SECONDS)
                os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
                make_operator(op, folder, journal, lambda: index.write_text(json.dumps(journal)))
                journal["complete"] = True
                index.write_text(json.dumps(journal))
                status = 0
            finally:
                os._exit(status)
        os.waitpid(child, 0)
        journal = json.loads(index.read_text())
        if journal.get("complete"):
            return


def generate(root: pathlib.Path, only: set[str] | None, processes: int, core: bool = False, dtypes: list[str] | None = None) -> None:
    """`core`: programs of core operators only, in every dtype; two for each."""
    global CORE_ONLY, DTYPES, CASES_PER_DTYPE
    if core:
        CORE_ONLY, DTYPES, CASES_PER_DTYPE = True, ALL_DTYPES, 2
    if dtypes:
        DTYPES = {name: getattr(torch, name) for name in dtypes}
    entries = list(op_db)
    if core:
        from core_samples import ENTRIES
        entries += ENTRIES
    operators = [op for op in entries if not only or op.name in only or name_of(op) in only]
    if not operators:
        sys.exit(f"op_db has none of {', '.join(sorted(only))}")
    root.mkdir(parents=True, exist_ok=True)
    children = []
    for share in range(processes):
        child = os.fork()
        if child == 0:
            for number, op in enumerate(operators[share::processes]):
                make_guarded(op, root)
                if share == 0 and number % 25 == 0:
                    print(f"{number * processes} of {len(operators)}", file=sys.stderr, flush=True)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    (root / "made_with.json").write_text(json.dumps({"torch": torch.__version__, "operators": len(op_db)}))

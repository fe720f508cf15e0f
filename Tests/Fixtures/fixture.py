"""What the make_*.py scripts share: they describe TorchScript methods with inputs; this writes `operators/<name>/model.ptl`
and one folder per case with the results of PyTorch's own lite interpreter (engine qnnpack).

    f = Fixture("tensor_basics_views")
    f.op("narrow", "x.narrow(1, 1, 2)", x=floats(3, 4))              # one method, one case
    f.define("def twice(self, x): return x + x")                     # a method ...
    f.case("twice", floats(2)); f.case("twice", floats(2, 3))        # ... and its cases
    f.write()

The format is described in README.md.
"""
import io
import json
import math
import pathlib
import re
import shutil
import warnings
import zipfile
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union     # names that method sources may use

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.jit.mobile import _load_for_lite_interpreter

warnings.filterwarnings("ignore")
torch.backends.quantized.engine = "qnnpack"
torch.set_num_threads(1)
torch.set_grad_enabled(False)
HERE = pathlib.Path(__file__).resolve().parent
OPERATORS = HERE / "operators"

# torch.testing's tolerances: (rtol, atol).
TOLERANCES = {torch.float16: (1e-3, 1e-5), torch.bfloat16: (1.6e-2, 1e-5), torch.float32: (1.3e-6, 1e-5), torch.float64: (1e-7, 1e-7),
              torch.complex64: (1.3e-6, 1e-5), torch.complex128: (1e-7, 1e-7)}
INTEGERS_OF = {torch.quint8: torch.uint8, torch.qint8: torch.int8, torch.qint32: torch.int32}


# --- Archives -------------------------------------------------------------------------------------------------------------

def rewrite(archive: bytes, path: pathlib.Path, *, keep=lambda record: True, change=lambda record, content: content,
            version: int | None = None) -> None:
    """Writes `archive` again with PyTorch's own writer: without debug records (they hold source paths) and what `keep`
    refuses, with the contents that `change` returns."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        root = old.namelist()[0].split("/")[0] + "/"
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = torch._C.PyTorchFileWriter(str(path))
        # PyTorch writes `version`, or `.data/version` where an operator needs a version above 5.
        where = next(n for n in old.namelist() if n in (root + "version", root + ".data/version"))
        writer.set_min_version(version or int(old.read(where)))
        for name in old.namelist():
            record = name[len(root):]
            if record in ("version", ".data/version", "byteorder", ".data/serialization_id") or record.endswith(".debug_pkl") or not keep(record):
                continue
            content = change(record, old.read(name))
            writer.write_record(record, content, len(content))
        writer.write_end_of_file()


def lite_bytes(module: torch.jit.ScriptModule) -> bytes:
    return module._save_to_buffer_for_lite_interpreter()


def load(path: pathlib.Path):
    torch.backends.quantized.engine = "qnnpack"
    return _load_for_lite_interpreter(str(path))


# --- Data -----------------------------------------------------------------------------------------------------------------

_generator = torch.Generator()


def seed(value: int) -> None:
    _generator.manual_seed(value)
    torch.manual_seed(value)


def floats(*shape: int, scale: float = 1.0, dtype=torch.float32) -> torch.Tensor:
    return (torch.randn(shape, generator=_generator) * scale).to(dtype)


def ints(*shape: int, low: int = -9, high: int = 10, dtype=torch.int64) -> torch.Tensor:
    return torch.randint(low, high, shape, generator=_generator).to(dtype)


def quint8(*shape: int, scale: float = 0.0473, zero_point: int = 119, low: int = 0, high: int = 256) -> torch.Tensor:
    return torch._make_per_tensor_quantized_tensor(ints(*shape, low=low, high=high, dtype=torch.uint8), scale, zero_point)


def qint8(*shape: int, scale: float = 0.0213, zero_point: int = 0, low: int = -128, high: int = 128) -> torch.Tensor:
    return torch._make_per_tensor_quantized_tensor(ints(*shape, low=low, high=high, dtype=torch.int8), scale, zero_point)


def qint8_channels(*shape: int, axis: int = 0) -> torch.Tensor:
    scales = torch.rand(shape[axis], generator=_generator, dtype=torch.float64) * 0.03 + 0.003
    zeros = torch.zeros(shape[axis], dtype=torch.int64)
    return torch._make_per_channel_quantized_tensor(ints(*shape, low=-127, high=128, dtype=torch.int8), scales, zeros, axis)


def range_of(x: torch.Tensor) -> tuple[float, int]:
    """(scale, zero point) that quint8 needs for the values of x, as odd as real ones."""
    low, high = min(float(x.min()), 0.0), max(float(x.max()), 0.0)
    scale = float(np.float32((high - low) / 251.3)) or 0.1
    return scale, max(0, min(255, round(-low / scale)))


def clear_of_ties(x: torch.Tensor, scale: float, zero_point: int = 0, low: int = 0, high: int = 255, margin: float = 1e-3) -> bool:
    """True if no value of x falls near the middle between two integers, where quantize(x) depends on the order of rounding
    and adding the zero point, and on fused multiply-add. PyTorch's x86 wheel and its ARM builds differ there."""
    u = x.double() / scale + zero_point
    inside = (u > low - 1) & (u < high + 1)
    return bool(((u - u.floor() - 0.5).abs() > margin)[inside].all())


def assert_near(quantized: torch.Tensor, y: torch.Tensor, steps: int = 1) -> None:
    """That PyTorch's own integer result is at most one step away from float arithmetic: the oracle is right too."""
    s, z = quantized.q_scale(), quantized.q_zero_point()
    expected = (y.double() / s).round().add(z).clamp(0, 255)
    assert (expected - quantized.int_repr().double()).abs().max() <= steps


def until(make, good, first_seed: int = 1):
    """make() with the first seed whose result is good(*result)."""
    for value in range(first_seed, first_seed + 2000):
        seed(value)
        result = make()
        if good(*result) if isinstance(result, tuple) else good(result):
            return result
    raise AssertionError("no seed gives usable data")


def stable(run, *inputs: torch.Tensor) -> bool:
    """True if relative input changes of 1e-6 change no result of run(*inputs) by more than 1e-5: nothing sits near a tie of
    an inner quantization, so that results may be held to the usual tolerance."""
    def flat(v):
        return [v] if isinstance(v, torch.Tensor) else [t for x in v for t in flat(x)]
    reference = flat(run(*inputs))
    for _ in range(12):
        moved = [x * (1 + 1e-6 * torch.randn(x.shape)) if x.is_floating_point() else x for x in inputs]
        if any(((a - b).abs() > 1e-5 + 1e-5 * a.abs()).any() for a, b in zip(reference, flat(run(*moved)))):
            return False
    return True


# --- Cases ----------------------------------------------------------------------------------------------------------------

def encode(value, folder: pathlib.Path, count: list[int]):
    """A value as the typed JSON of case.json; tensors go to .npy files beside it."""
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
        return {"t": "list" if isinstance(value, list) else "tuple", "v": [encode(x, folder, count) for x in value]}
    if isinstance(value, dict):
        return {"t": "dict", "v": [[encode(k, folder, count), encode(v, folder, count)] for k, v in value.items()]}
    assert isinstance(value, torch.Tensor), type(value)
    entry = {"t": "tensor", "dtype": str(value.dtype), "npy": f"{count[0]:03d}.npy", "shape": list(value.shape)}
    data = value.detach().resolve_conj()
    if value.is_quantized:
        data = value.int_repr()
        if value.qscheme() in (torch.per_tensor_affine, torch.per_tensor_symmetric):
            entry.update(qscheme="per_tensor_affine", scale=value.q_scale(), zero_point=value.q_zero_point())
        else:
            entry.update(qscheme="per_channel_affine", scales=value.q_per_channel_scales().tolist(),
                         zero_points=value.q_per_channel_zero_points().tolist(), axis=value.q_per_channel_axis())
    elif value.dtype == torch.bfloat16:                      # numpy has none: the 16 bits
        data = value.contiguous().view(torch.uint16)
    np.save(folder / entry["npy"], np.ascontiguousarray(data.numpy()))       # makes 0-dimensional tensors (1,)
    count[0] += 1
    return entry


def decode(entry, folder: pathlib.Path):
    kind = entry["t"]
    if kind == "None":
        return None
    if kind == "float":
        return float(entry["v"])
    if kind == "complex":
        return complex(*map(float, entry["v"]))
    if kind in ("bool", "int", "str"):
        return entry["v"]
    if kind in ("list", "tuple"):
        return (list if kind == "list" else tuple)(decode(x, folder) for x in entry["v"])
    if kind == "dict":
        return {decode(k, folder): decode(v, folder) for k, v in entry["v"]}
    data = torch.from_numpy(np.load(folder / entry["npy"]).reshape(entry["shape"]))
    dtype = getattr(torch, entry["dtype"].split(".")[1])
    if dtype in INTEGERS_OF:
        assert data.dtype == INTEGERS_OF[dtype]
        if entry["qscheme"] == "per_tensor_affine":
            return torch._make_per_tensor_quantized_tensor(data, entry["scale"], entry["zero_point"])
        zeros = torch.tensor(entry["zero_points"])
        return torch._make_per_channel_quantized_tensor(data, torch.tensor(entry["scales"], dtype=torch.float64), zeros, entry["axis"])
    if dtype == torch.bfloat16:
        data = data.view(torch.bfloat16)
    assert data.dtype == dtype
    return data


def difference(expected, actual, tolerance) -> str | None:
    """None if equal: integers, bools, quantized tensors and everything that is not a float always exactly."""
    if isinstance(expected, torch.Tensor):
        if not isinstance(actual, torch.Tensor) or (actual.dtype, actual.shape) != (expected.dtype, expected.shape):
            return f"expected {expected.dtype} {list(expected.shape)}, got {getattr(actual, 'dtype', type(actual))} {list(getattr(actual, 'shape', []))}"
        if expected.is_quantized:
            same = actual.qscheme() == expected.qscheme() and torch.equal(actual.int_repr(), expected.int_repr())
            if same and expected.qscheme() == torch.per_tensor_affine:
                same = (actual.q_scale(), actual.q_zero_point()) == (expected.q_scale(), expected.q_zero_point())
            return None if same else "quantized tensors differ"
        exact = tolerance == "exact" or not (expected.is_floating_point() or expected.is_complex())
        try:
            torch.testing.assert_close(actual, expected, rtol=0 if exact else tolerance["rtol"], atol=0 if exact else tolerance["atol"], equal_nan=True)
        except AssertionError as error:
            return str(error)
        return None
    if isinstance(expected, (list, tuple)):
        if len(expected) != len(actual):
            return f"{len(expected)} elements expected, got {len(actual)}"
        return next((d for e, a in zip(expected, actual) if (d := difference(e, a, tolerance))), None)
    if isinstance(expected, dict):
        if list(expected) != list(actual):
            return f"keys {list(expected)} expected, got {list(actual)}"
        return difference(list(expected.values()), list(actual.values()), tolerance)
    if isinstance(expected, float) and isinstance(actual, float):
        if tolerance == "exact":
            same = expected == actual or (math.isnan(expected) and math.isnan(actual))
        else:
            same = expected == actual or math.isclose(expected, actual, rel_tol=tolerance["rtol"], abs_tol=tolerance["atol"]) \
                or (math.isnan(expected) and math.isnan(actual))
        return None if same else f"{expected!r} expected, got {actual!r}"
    return None if type(expected) is type(actual) and expected == actual else f"{expected!r} expected, got {actual!r}"


def default_tolerance(value):
    """The loosest that a floating point part of the value needs, or "exact"."""
    if isinstance(value, torch.Tensor) and value.dtype in TOLERANCES and not value.is_quantized:
        rtol, atol = TOLERANCES[value.dtype]
        return {"rtol": rtol, "atol": atol}
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        parts = [t for t in map(default_tolerance, value) if t != "exact"]
        return max(parts, key=lambda t: t["rtol"]) if parts else "exact"
    if isinstance(value, float):
        return {"rtol": 1e-7, "atol": 1e-7}
    return "exact"


def write_json(path: pathlib.Path, document) -> None:
    text = json.dumps(document, indent=1)
    text = re.sub(r"\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
    assert json.loads(text) == document
    path.write_text(text + "\n")


def copied(value):
    if isinstance(value, torch.Tensor):
        return value.clone()
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(copied(x) for x in value)
    if isinstance(value, dict):
        return {k: copied(v) for k, v in value.items()}
    return value


def annotation(value) -> str:
    """The TorchScript type of an input."""
    if isinstance(value, torch.Tensor):
        return "Tensor"
    if isinstance(value, list):
        return f"List[{annotation(value[0])}]"
    if isinstance(value, tuple):
        return "Tuple[" + ", ".join(map(annotation, value)) + "]"
    if isinstance(value, dict):
        key, item = next(iter(value.items()))
        return f"Dict[{annotation(key)}, {annotation(item)}]"
    return type(value).__name__


class Fixture:
    def __init__(self, name: str, module: torch.nn.Module | None = None, **attributes):
        """`attributes` become attributes of the module: tensors (parameters without gradient), packed parameters, modules."""
        self.name = name
        # A class of its own: instances of one class share one TorchScript type, and so their methods.
        module = module or type(name, (torch.nn.Module,), {"__module__": "fixture"})()
        for key, value in attributes.items():
            if isinstance(value, torch.Tensor) and not value.is_quantized:
                module.register_buffer(key, value)
            else:
                setattr(module, key, value)
        if not isinstance(module, torch.jit.ScriptModule):
            module = torch.jit.script(module.eval())
        self.module = module
        self.cases, self.problems = [], []

    def define(self, source: str) -> None:
        """A method from its source; the body may stand on the line of the `def`."""
        head, _, body = source.partition("): ")
        if body and "\n" not in head:
            source = f"{head}):\n    {body}"
        try:
            self.module.define(source + "\n")
        except RuntimeError as error:                        # all mistakes together, in write()
            self.problems.append(f"{source}\n{str(error).strip()[:300]}")

    def case(self, method: str, *inputs, tolerance=None, reason: str | None = None, error: str | None = None, computed: str | None = None) -> None:
        """One run on a freshly loaded file. `error`: part of the message with which PyTorch refuses. `computed`: why PyTorch's lite
        interpreter was not asked: with an error, which is then taken as right, or else the TorchScript module is asked."""
        self.cases.append({"method": method, "inputs": inputs, "tolerance": tolerance, "reason": reason, "error": error, "computed": computed})

    def calls(self, *calls, tolerance=None) -> None:
        """Several runs, one after the other, on one loaded file: (method, input, ...) each."""
        self.cases.append({"calls": calls, "tolerance": tolerance, "reason": None, "error": None})

    def op(self, method: str, expression: str, *, tolerance=None, reason=None, error=None, **inputs) -> None:
        """A method that returns `expression` of the named inputs, and its case. Statements before it are divided by `;`."""
        *statements, last = [s.strip() for s in expression.split(";")]
        arguments = "".join(f", {k}: {annotation(v)}" for k, v in inputs.items())
        self.define(f"def {method}(self{arguments}):\n" + "".join(f"    {s}\n" for s in statements) + f"    return {last}\n")
        self.case(method, *inputs.values(), tolerance=tolerance, reason=reason, error=error)

    def write(self, archive: bytes | None = None, **rewriting) -> None:
        problems = self.problems
        assert not problems, "\n".join(problems)
        folder = OPERATORS / self.name
        shutil.rmtree(folder, ignore_errors=True)
        path = folder / "model.ptl"
        if "keep" not in rewriting:
            rewriting["keep"] = lambda record: not record.startswith("code/")      # not needed to run
        rewrite(archive or lite_bytes(self.module), path, **rewriting)
        for number, case in enumerate(self.cases):
            try:
                self._write_case(folder / f"case{number}", path, case)
            except AssertionError as error:
                problems.append(str(error)[:300])
        assert not problems, "\n".join(problems)
        size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
        print(f"{self.name}: {len(self.cases)} cases, {path.stat().st_size} + {size - path.stat().st_size} bytes", flush=True)

    def _write_case(self, folder: pathlib.Path, path: pathlib.Path, case) -> None:
        folder.mkdir()
        count, loaded, tolerance = [0], load(path), case["tolerance"]
        document = {}
        if "calls" in case:
            results = []
            document["calls"] = []
            for method, *inputs in case["calls"]:
                entry = {"method": method, "inputs": [encode(x, folder, count) for x in inputs]}
                result = loaded.run_method(method, *copied(tuple(inputs)))
                results.append(result)
                entry["output"] = encode(result, folder, count)
                document["calls"].append(entry)
            tolerance = tolerance or default_tolerance(results)
        else:
            document["method"] = case["method"]
            document["inputs"] = [encode(x, folder, count) for x in case["inputs"]]
            if case["computed"] and case["error"] is not None:
                document.update(error=case["error"], computed=case["computed"])
                write_json(folder / "case.json", document)
                return
            run = loaded.run_method
            if case["computed"]:
                document["computed"] = case["computed"]
                run = lambda method, *inputs: getattr(self.module, method)(*inputs)
            try:
                result = run(case["method"], *copied(case["inputs"]))
            except Exception as error:
                if case["error"] is None or case["error"] not in str(error):
                    raise AssertionError(f"{self.name} {case['method']}: {error}") from None
                document["error"] = case["error"]
                write_json(folder / "case.json", document)
                return
            assert case["error"] is None, f"{self.name} {case['method']}: no error, but {result}"
            document["output"] = encode(result, folder, count)
            tolerance = tolerance or default_tolerance(result)
        if case["reason"]:
            document["tolerance_reason"] = case["reason"]
        document["tolerance"] = tolerance
        write_json(folder / "case.json", document)

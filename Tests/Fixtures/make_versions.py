"""The same modules in every bytecode version that PyTorch can write, old operator semantics, and everything that archives and
attributes may look like."""
import tempfile

from torch.jit.mobile import _backport_for_mobile, _get_model_bytecode_version

import pickled
from fixture import *
from networks import small
from torch.ao.quantization import quantize_dynamic


def backported(archive: bytes, version: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        old, new = f"{folder}/model8.ptl", f"{folder}/model.ptl"
        pathlib.Path(old).write_bytes(archive)
        if version == 8:
            return archive
        assert _backport_for_mobile(old, new, version) and _get_model_bytecode_version(new) == version
        return pathlib.Path(new).read_bytes()


# --- Bytecode versions 4 to 8 -------------------------------------------------------------------------------------------------
class Program(torch.nn.Module):
    """What the versions encode differently: default arguments, out arguments, format, dim, dtype, tuple indices, exceptions."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(3, 4)
        self.conv = torch.nn.Conv2d(1, 2, 3, padding=1)
        self.names: Dict[str, int] = {"a": 1, "b": 2}

    def forward(self, x, times: int = 2):
        if x.dim() == 1:
            x = x.unsqueeze(0)
        y = self.linear(x) * times + torch.tensor([0.5, 1.0, -1.0, 2.0])
        pair = (y, times)
        for _ in range(times):
            y = torch.add(y, pair[0], alpha=0.5)
        return y, "{} of {}".format(times, y.dim()), y.dtype == torch.float32

    @torch.jit.export
    def convolve(self, x: Tensor):
        y = self.conv(x)
        out = torch.empty_like(y)
        torch.mul(y, y, out=out)
        return F.max_pool2d(out, 2), y.sum([2, 3]), torch.flatten(y, 1)[:, 1:7:2]

    @torch.jit.export
    def containers(self, keys: List[str], flag: bool):
        found: List[int] = []
        for key in keys:
            if key in self.names:
                found.append(self.names[key])
        total: Optional[int] = None
        if flag:
            total = sum(found)
        return found, total, not flag, total is None, [1, 2, 3][-1]

    @torch.jit.export
    def refuse(self, n: int):
        if n > 3:
            raise ValueError("{} is more than three".format(n))
        return n


class Tagger(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.linear = torch.nn.LSTM(4, 3), torch.nn.Linear(3, 2)

    def forward(self, x):
        return self.linear(self.rnn(x)[0])


class Constants(torch.nn.Module):
    """Frozen: the weights become constants of the bytecode."""

    def __init__(self):
        super().__init__()
        self.a, self.b = torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.b(torch.relu(self.a(x)))


def main():
    seed(1)
    program = torch.jit.script(Program().eval())
    tagger = quantize_dynamic(Tagger().eval(), {torch.nn.LSTM, torch.nn.Linear}, dtype=torch.qint8)
    frozen = torch.jit.freeze(torch.jit.script(Constants().eval()))
    quantized = small(True)
    scale, zero = float(quantized.quant.scale), int(quantized.quant.zero_point)
    picture = until(lambda: floats(1, 3, 9, 11), lambda x: clear_of_ties(x, scale, zero))
    words = until(lambda: floats(3, 1, 4), lambda x: stable(tagger, x))
    scripted_quantized, scripted_tagger = torch.jit.script(quantized), torch.jit.script(tagger)
    for version in (4, 5, 6, 7, 8):
        f = Fixture(f"versions_{version}_program", program)
        f.case("forward", floats(2, 3), 3)
        f.case("forward", floats(3), 2)
        f.case("forward", floats(2, 3))                 # `times` from its default
        f.case("convolve", floats(1, 1, 4, 6))
        f.case("containers", ["b", "x", "a"], True)
        f.case("containers", ["b"], False)
        f.case("refuse", 3)
        f.case("refuse", 4, error="4 is more than three")
        f.write(backported(lite_bytes(program), version))
        f = Fixture(f"versions_{version}_constants", frozen)
        f.case("forward", floats(2, 3))
        f.write(backported(lite_bytes(frozen), version))
        f = Fixture(f"versions_{version}_quantized", scripted_quantized)
        f.case("forward", picture, tolerance="exact")
        f.write(backported(lite_bytes(scripted_quantized), version))
        f = Fixture(f"versions_{version}_lstm", scripted_tagger)
        f.case("forward", words)
        f.write(backported(lite_bytes(scripted_tagger), version))

    # --- Old operators --------------------------------------------------------------------------------------------------------
    # `version` 3: division of integers truncated then.
    seed(2)
    f = Fixture("versions_old_division")
    a, b = torch.tensor([7, -7, 9, -9, 0]), torch.tensor([2, 2, -4, -4, 5])
    f.op("integers", "x / y", x=a, y=b, tolerance="exact")
    f.op("integers_scalar", "x / 2", x=a, tolerance="exact")
    f.op("integers_float_scalar", "x / 2.0", x=a)
    f.op("integers_in_place", "x = x.clone(); x.div_(y); x", x=a, y=b, tolerance="exact")
    f.op("integers_in_place_scalar", "x = x.clone(); x.div_(4); x", x=a, tolerance="exact")
    f.op("integers_out", "out = torch.zeros_like(x); torch.div(x, y, out=out); out", x=a, y=b, tolerance="exact")
    f.op("integers_out_float", "out = torch.zeros([5]); torch.div(x, y, out=out); out", x=a, y=b)
    f.op("mixed", "x / y", x=a, y=floats(5))
    f.op("floats", "x / y", x=floats(5), y=floats(5))
    f.op("bytes", "x / y", x=a.abs().to(torch.uint8), y=b.abs().to(torch.uint8), tolerance="exact")
    f.op("scalars", "7 / 2 + float(n)", n=1)
    f.op("python_integers", "n // 2, n % 3", n=-7)
    f.write(version=3)
    seed(2)
    f.name = "versions_new_division"                    # the same program as of today
    f.cases = [c | {"tolerance": None} for c in f.cases if not c["method"].startswith("integers_in_place") and c["method"] != "integers_out"]
    f.write(version=4)
    f = Fixture("versions_old_gelu")
    f.op("gelu", "F.gelu(x)", x=floats(2, 7))
    f.write(version=9)

    # linspace without steps: 100 of them. PyTorch 2.13 cannot run such files ("pop() called on empty stack"): computed.
    f = Fixture("versions_old_linspace")
    f.op("linear", "torch.linspace(0.0, 3.0, 100)")
    f.op("logarithmic", "torch.logspace(-1.0, 1.0, 100, 10.0)")
    f.write()                                           # the results
    def forget_steps(record, content):
        if record != "bytecode.pkl":
            return content
        return pickled.emit(pickled.changed_method(pickled.parse(content), "", constants=lambda t: tuple(None if c == 100 else c for c in t)))
    path = OPERATORS / f.name / "model.ptl"
    rewrite(lite_bytes(f.module), path, keep=lambda r: not r.startswith("code/"), change=forget_steps, version=7)
    for case in path.parent.glob("case*/case.json"):
        document = json.loads(case.read_text())
        document["computed"] = "PyTorch 2.13 cannot run operators of this age; the result is that of 100 steps, as the upgrader has it"
        write_json(case, document)

    # --- Attributes -----------------------------------------------------------------------------------------------------------
    seed(3)
    base = floats(4, 6)

    class Attributes(torch.nn.Module):
        big: int
        bigger: int
        numbers: List[int]
        reals: List[float]
        text: str
        unicode: str
        none: Optional[int]
        some: Optional[float]
        truth: bool
        nested: List[List[Tuple[int, str]]]
        table: Dict[str, List[float]]
        numbered: Dict[int, str]
        tensors: Dict[str, Tensor]
        flags: List[bool]
        strings: List[str]
        no_integers: List[int]

        def __init__(self):
            super().__init__()
            self.whole, self.row, self.column = base, base[1], base[:, 2]
            self.transposed, self.expanded, self.stepped = base.t(), base[:, :1].expand(4, 5), base[1::2, 1::3]
            self.channels_last = floats(1, 3, 2, 2).contiguous(memory_format=torch.channels_last)
            self.zero_dimensional, self.zero_offset = torch.tensor(2.5), base[2, 3]
            self.empty, self.empty_rows = torch.zeros(0), torch.zeros(3, 0, 2)
            self.doubles, self.longs = floats(3, dtype=torch.float64), torch.tensor([2**62, -2**63, 0])
            self.ints, self.shorts, self.chars, self.bytes = ints(3, dtype=torch.int32), ints(3, dtype=torch.int16), ints(3, dtype=torch.int8), ints(3, low=0, dtype=torch.uint8)
            self.bools, self.halves, self.brains = torch.tensor([True, False, True]), floats(3, dtype=torch.float16), floats(3, dtype=torch.bfloat16)
            self.codes, self.codes8, self.channels = quint8(2, 3), qint8(2, 3, zero_point=4), qint8_channels(3, 2)
            self.parameter = torch.nn.Parameter(floats(2), requires_grad=True)
            self.big = 2**40
            self.bigger = -2**63
            self.numbers = [0, 1, 255, 256, 65535, 65536, -1, -128, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**63 - 1]
            self.reals = [0.0, -0.0, 1e300, 5e-324, float("inf"), float("-inf"), 0.1]
            self.text = "long " * 80 + "end"
            self.unicode = "é ≤ 日本語 🙂\n\t\"\\"
            self.none = None
            self.some = 1.5
            self.truth = True
            self.nested = [[(1, "a")], [], [(2, "b"), (3, "c")]]
            self.table = {"z": [1.0], "a": [], "m": [2.0, 3.0]}
            self.numbered = {3: "three", 1: "one", -1: "minus one"}
            self.tensors = {"row": base[1], "own": floats(2)}
            self.flags = [True, False]
            self.strings = ["a", "", "a"]
            self.no_integers = []

        def forward(self):
            return self.big

    f = Fixture("versions_attributes", Attributes())
    for row in ("whole row column transposed expanded stepped channels_last", "zero_dimensional zero_offset empty empty_rows", "doubles longs ints shorts chars bytes bools halves brains",
                "codes codes8 channels parameter", "big bigger numbers reals", "text unicode none some truth", "nested table numbered tensors", "flags strings no_integers"):
        f.op("get_" + row.split()[0], ", ".join("self." + name for name in row.split()), tolerance="exact")
    f.op("layout", "self.transposed.stride(), self.expanded.stride(), self.stepped.stride(), self.stepped.storage_offset(), self.channels_last.stride(), self.row.is_contiguous(), self.transposed.is_contiguous()")
    f.op("shared", "self.row.add_(1.0); self.whole[1], self.column, self.tensors['row']", tolerance="exact")
    f.op("compute", "self.transposed @ self.whole, self.expanded + self.stepped.sum(), self.channels_last * 2")
    f.op("constants", "'long long long ' + 'ünïcödé', 9223372036854775807, -9223372036854775807, 4294967296, 1e-320, [1.0, 2.0], {'k': 1}, (None, True, 'x')", tolerance="exact")
    f.write()

    # --- Containers -----------------------------------------------------------------------------------------------------------
    program_bytes = lite_bytes(program)

    def container(name, make):
        f = Fixture("versions_container_" + name, program)
        f.case("forward", floats(2, 3), 3)
        f.write()
        path = OPERATORS / f.name / "model.ptl"
        path.write_bytes(make(path.read_bytes()))
        case = json.loads((path.parent / "case0" / "case.json").read_text())
        inputs = [decode(x, path.parent / "case0") for x in case["inputs"]]
        problem = difference(decode(case["output"], path.parent / "case0"), load(path).run_method("forward", *inputs), case["tolerance"])
        assert not problem, (name, problem)

    def zipped(compression, root="model/", add=(), drop=()):
        def make(archive):
            new = io.BytesIO()
            with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(new, "w", compression) as z:
                records = [(n[len("model/"):], old.read(n)) for n in old.namelist()] + list(add)
                for name, content in records:
                    if name not in drop:
                        z.writestr(zipfile.ZipInfo(root + name, (1980, 1, 1, 0, 0, 0)), content, compression)
            return new.getvalue()
        return make

    with zipfile.ZipFile(io.BytesIO(program_bytes)) as saved:
        root = saved.namelist()[0].split("/")[0] + "/"
        source = [(n[len(root):], saved.read(n)) for n in saved.namelist() if n.startswith(root + "code/") and n.endswith(".py")]
    container("unaligned", zipped(zipfile.ZIP_STORED))
    container("deflated", zipped(zipfile.ZIP_DEFLATED))
    container("root_name", zipped(zipfile.ZIP_STORED, root="some other näme v1.2/"))
    container("old_writer", zipped(zipfile.ZIP_STORED, drop=("byteorder", ".data/serialization_id")))
    container("extra_files", zipped(zipfile.ZIP_STORED, add=source + [("extra/labels.txt", b"cat\ndog\n"), ("extra/producer_info.json", b'{"name": "fixture"}')]))

    # --- Packed convolutions in the states that older and newer PyTorch write: version 1, 2 and 3 ------------------------------
    seed(4)
    w, b, x = qint8_channels(4, 3, 3, 3), floats(4), quint8(1, 3, 5, 6)
    p = torch.ops.quantized.conv2d_prepack(w, b, [2, 1], [1, 1], [1, 1], 1)
    for version in (1, 2, 3):
        f = Fixture(f"versions_packed_convolution_{version}", packed=p)
        f.op("run", "torch.ops.quantized.conv2d(x, self.packed, 0.11, 120)", x=x)

        def convert_state(record, content):
            if record != "data.pkl" or version == 2:
                return content
            tree = pickled.parse(content)
            packed = tree.state["packed"]
            _, first, second = packed.state
            (parameters, weight), (bias,) = first.arguments[0], second.arguments[0]

            def typed(function, *arguments):
                return pickled.Call(pickled.Global("torch.jit._pickle", function), arguments)

            def numbers(*values):                         # version 1 keeps every number in a tensor of its own
                return typed("build_tensorlist", [number(v) for v in values])

            def number(value):
                storage = pickled.Stored(("storage", pickled.Global("torch", "LongStorage"), f"n{value}", "cpu", 1))
                return pickled.Call(parameters.callee, (storage, 0, (1,), (1,), False, pickled.Call(pickled.Global("collections", "OrderedDict"), ())))
            if version == 1:
                packed.state = (weight, bias, numbers(2, 1), numbers(1, 1), numbers(1, 1), number(1))
            else:
                packed.state = (3, typed("build_intlist", [2, 2, 1, 1, 1, 1, 1, 0, 0, 1, 0]),
                                typed("restore_type_tag", [None, weight, bias], "List[Optional[Tensor]]"))
            return pickled.emit(tree)
        archive = lite_bytes(f.module)
        if version == 1:
            new = io.BytesIO(archive)
            with zipfile.ZipFile(new, "a") as z:
                root = z.namelist()[0].split("/")[0]
                for value in (1, 2):
                    z.writestr(f"{root}/data/n{value}", value.to_bytes(8, "little"))
            archive = new.getvalue()
        f.write(archive, change=convert_state)


if __name__ == "__main__":
    main()

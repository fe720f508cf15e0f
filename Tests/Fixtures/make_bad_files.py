"""Files that are not models, are damaged, or lie. bad/README.md lists them; a reader must refuse each with a clear message."""
import pickle
import random
import struct
import tempfile

import pickled
from fixture import *

BAD = HERE / "bad"
shutil.rmtree(BAD, ignore_errors=True)
BAD.mkdir()
listing: list[tuple[str, str, str]] = []        # (file, refused by: open | verify | run | nothing, what is wrong)


def note(name: str, content: bytes | None, when: str, what: str) -> None:
    if content is not None:
        (BAD / name).write_bytes(content)
    listing.append((name, when, what))


class Tiny(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.arange(6.0).reshape(2, 3), requires_grad=False)

    def forward(self, x, deep: bool = False):
        y = F.linear(x, self.weight)
        if deep:
            y = F.logsigmoid(y)
        for i in range(2):
            y = y + i
        return y


torch.manual_seed(0)
tiny = torch.jit.script(Tiny().eval())
good = lite_bytes(tiny)
note("empty.ptl", b"", "open", "no bytes at all")
note("one_byte.ptl", b"P", "open", "one byte")
note("text.ptl", b"This is a text, and no model. " * 20 + b"\n", "open", "a text file")
note("random.ptl", random.Random(1).randbytes(2048), "open", "random bytes")
note("page.ptl", b"<!DOCTYPE html><html><head><title>404</title></head><body>Not found</body></html>\n", "open", "a web page: a failed download")
note("pointer.ptl", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 3605245\n", "open", "a Git LFS pointer: the model was not fetched")

# --- Other formats ------------------------------------------------------------------------------------------------------------


def as_bytes(save) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model"
        save(str(path))
        return path.read_bytes()


def without_paths(archive: bytes, **options) -> bytes:
    return as_bytes(lambda path: rewrite(archive, pathlib.Path(path), **options))


note("torchscript.pt", without_paths(as_bytes(tiny.save)), "open", "TorchScript (`torch.jit.save`): it has code/, but no bytecode.pkl; save it with `_save_for_lite_interpreter`")
note("checkpoint.pt", as_bytes(lambda path: torch.save({"weight": torch.arange(6.0)}, path)), "open", "a checkpoint (`torch.save` of a state_dict): weights without a program")
note("checkpoint_legacy.pt", as_bytes(lambda path: torch.save({"weight": torch.arange(6.0)}, path, _use_new_zipfile_serialization=False)), "open", "a checkpoint in the format before PyTorch 1.6: a bare pickle")
note("flatbuffer.ptl", struct.pack("<I", 24) + b"PTMF" + bytes(64), "open", "the flatbuffer container (`_use_flatbuffer=True`), by its mark `PTMF` at byte 4; only the header is there")
note("executorch.pte", struct.pack("<I", 24) + b"ET12eh00" + bytes(64), "open", "an ExecuTorch program, by its mark `ET12` at byte 4; only the header is there")
note("tensorflow.tflite", struct.pack("<I", 28) + b"TFL3" + bytes(64), "open", "a TensorFlow Lite model, by its mark `TFL3` at byte 4; only the header is there")
note("open_neural_network.onnx", b"\x08\x08\x12\x07pytorch\x1a\x062.13.0" + b":" + bytes([24]) + b"\x0a\x08\x0a\x01x\x12\x01y\x22\x00\x12\x04main\x5a\x03\x0a\x01x\x62\x03\x0a\x01y"[:24].ljust(24, b"\0"),
     "open", "an ONNX model: protocol buffers with the producer `pytorch` near the start")


class Exported(torch.nn.Module):
    def forward(self, x):
        return x + 1


program = torch.export.export(Exported(), (torch.zeros(2),))
for node in program.graph.nodes:                # stack traces hold source paths
    node.meta.pop("stack_trace", None)
note("exported.pt2", as_bytes(lambda path: torch.export.save(program, path + ".pt2") or pathlib.Path(path + ".pt2").rename(path)), "open", "`torch.export.save`: a zip of another kind")
plain = io.BytesIO()
with zipfile.ZipFile(plain, "w") as z:
    z.writestr(zipfile.ZipInfo("notes/readme.txt", (1980, 1, 1, 0, 0, 0)), "no model here\n")
note("plain.zip", plain.getvalue(), "open", "a zip without a model")
plain = io.BytesIO()
with zipfile.ZipFile(plain, "w"):
    pass
note("empty.zip", plain.getvalue(), "open", "a zip without entries")
note("gzip.ptl", b"\x1f\x8b\x08\x00" + bytes(60), "open", "a gzip header: a compressed download")

# --- Damaged archives ---------------------------------------------------------------------------------------------------------
small = without_paths(good, keep=lambda record: not record.startswith("code/"))
note("truncated.ptl", small[:len(small) * 6 // 10], "open", "the first 60 % of a model")
note("truncated_end.ptl", small[:-30], "open", "a model without its last 30 bytes: the directory's end is missing")
note("missing_start.ptl", small[100:], "open", "a model without its first 100 bytes: all offsets are wrong")
damaged = bytearray(small)
where = small.index(torch.arange(6.0).numpy().tobytes())
damaged[where + 3] ^= 0x40
note("wrong_checksum.ptl", bytes(damaged), "verify", "a bit of the weights has flipped: the CRC of `data/0` is wrong (PyTorch runs it)")


def variant(name: str, when: str, what: str, **options) -> None:
    options.setdefault("keep", lambda record: not record.startswith("code/"))
    note(name, without_paths(good, **options), when, what)


def without(*records):
    return lambda record: not record.startswith("code/") and record not in records


def replacing(record_name, function):
    return lambda record, content: function(content) if record == record_name else content


variant("no_bytecode.ptl", "open", "`bytecode.pkl` is missing", keep=without("bytecode.pkl"))
variant("no_data.ptl", "open", "`data.pkl` is missing", keep=without("data.pkl"))
variant("no_weights.ptl", "open", "`data/0` is missing", keep=without("data/0"))
variant("short_weights.ptl", "open", "`data/0` has 20 bytes for a tensor of 24", change=replacing("data/0", lambda c: c[:20]))
bomb = io.BytesIO()
with zipfile.ZipFile(io.BytesIO(small)) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
    for info in old.infolist():
        content = bytes(2 << 20) if info.filename.endswith("/data/0") else old.read(info)
        new.writestr(zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
note("bomb.ptl", bomb.getvalue(), "open", "2 MiB of zeros as weights, which take 2 KB of the file")
variant("pickle_truncated.ptl", "open", "`bytecode.pkl` ends in the middle", change=replacing("bytecode.pkl", lambda c: c[:len(c) // 2]))
variant("pickle_protocol.ptl", "open", "`data.pkl` is pickle protocol 4", change=replacing("data.pkl", lambda c: pickle.dumps({"a": 1}, 4)))
variant("pickle_opcode.ptl", "open", "an opcode in `data.pkl` that PyTorch never writes", change=replacing("data.pkl", lambda c: c[:2] + b"I1\n" + c[2:]))
variant("pickle_empty.ptl", "open", "`data.pkl` is empty", change=replacing("data.pkl", lambda c: b""))
variant("pickle_underflow.ptl", "open", "`data.pkl` takes from an empty stack", change=replacing("data.pkl", lambda c: b"\x80\x02R."))
variant("pickle_memo.ptl", "open", "`data.pkl` fetches what it never memoized", change=replacing("data.pkl", lambda c: b"\x80\x02h\x07."))
variant("pickle_deep.ptl", "open", "40 000 nested tuples in `data.pkl`: recursion would overflow the stack", change=replacing("data.pkl", lambda c: b"\x80\x02)" + b"\x85" * 40_000 + b"."))
variant("pickle_string_length.ptl", "open", "a string of 4 GB in a file of 3 KB", change=replacing("data.pkl", lambda c: b"\x80\x02X\xff\xff\xff\xffabc."))
variant("pickle_imports.ptl", "open", "`data.pkl` asks for `os.system`: nothing may be run", change=replacing("data.pkl", lambda c: b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R."))


def in_data(function):
    def change(content):
        tree = pickled.parse(content)
        return pickled.emit(function(tree) or tree)
    return replacing("data.pkl", change)


def with_tensor(index: int, value):
    """Changes argument `index` of _rebuild_tensor_v2 of the weight."""
    def change(tree):
        weight = tree.state["weight"]
        arguments = list(weight.arguments)
        arguments[index] = value(arguments[index]) if callable(value) else value
        weight.arguments = tuple(arguments)
    return in_data(change)


variant("tensor_too_large.ptl", "open", "a 2 x 3 tensor says it is 2 x 3 000 000 000", change=with_tensor(2, (2, 3_000_000_000)))
variant("tensor_overflow.ptl", "open", "sizes whose product overflows 64 bits to 0", change=with_tensor(2, (1 << 32, 1 << 32)))
variant("tensor_negative.ptl", "open", "a negative size", change=with_tensor(2, (-2, 3)))
variant("tensor_stride.ptl", "open", "strides that leave the storage", change=with_tensor(3, (1000, 1)))
variant("tensor_stride_negative.ptl", "open", "a negative stride", change=with_tensor(3, (-3, 1)))
variant("tensor_offset.ptl", "open", "an offset behind the storage", change=with_tensor(1, 1 << 40))
variant("tensor_rank.ptl", "open", "two sizes, one stride", change=with_tensor(3, (1,)))
variant("tensor_storage.ptl", "open", "a storage type that does not exist",
        change=with_tensor(0, lambda s: pickled.Stored((s.id[0], pickled.Global("torch", "MagicStorage"), *s.id[2:]))))
variant("tensor_count.ptl", "open", "a storage of 2^62 elements", change=with_tensor(0, lambda s: pickled.Stored((*s.id[:4], 1 << 62))))
variant("root_is_number.ptl", "open", "`data.pkl` holds a number instead of an object", change=replacing("data.pkl", lambda c: pickled.emit(7)))


def in_forward(**tables):
    return replacing("bytecode.pkl", lambda c: pickled.emit(pickled.changed_method(pickled.parse(c), ".forward", **tables)))


def first(op: str, x=None, n=None, name=None):
    """Changes the first instruction `op`."""
    def change(instructions):
        out, done = [], False
        for i in instructions:
            if i[0] == op and not done:
                done, i = True, (name or i[0], i[1] if x is None else x, i[2] if n is None else n)
            out.append(i)
        assert done, op
        return tuple(out)
    return in_forward(instructions=change)


variant("instruction_unknown.ptl", "open", "an instruction called `FROBNICATE`", change=first("LOADC", name="FROBNICATE"))
variant("instruction_register.ptl", "open", "register 60 000 of a method that has few", change=first("LOAD", x=60_000))
variant("instruction_register_zero.ptl", "open", "register -3", change=first("STORE", x=-3))
variant("instruction_constant.ptl", "open", "a constant behind the table", change=first("LOADC", x=99))
variant("instruction_operator.ptl", "open", "an operator behind the table", change=first("OP", x=99))
variant("instruction_jump.ptl", "open", "a jump behind the end", change=first("JF", x=5000))
variant("instruction_jump_back.ptl", "open", "a jump before the start", change=first("JMP", x=-5000))
variant("instruction_type.ptl", "open", "a list of a type behind the table", change=first("STOREN", name="LIST_CONSTRUCT", x=12, n=2))
variant("stack_underflow.ptl", "open", "a method that drops more than it has", change=in_forward(instructions=lambda i: i[:1] + (("DROP", 0, 0),) * 9 + i[1:]))
variant("no_return.ptl", "open", "a method without `RET`", change=in_forward(instructions=lambda i: tuple(x for x in i if x[0] != "RET")))
variant("registers_huge.ptl", "open", "a method with 2^40 registers", change=in_forward(register_size=lambda n: 1 << 40))
variant("endless.ptl", "run", "`forward` jumps to itself for ever; a host must be able to stop it",
        change=in_forward(instructions=lambda i: i[:1] + (("JMP", 0, 0),) + i[1:]))
variant("register_unset.ptl", "open", "a register that is read before it is set", change=in_forward(instructions=lambda i: i[:1] + (("LOAD", 4, 0), ("DROP", 0, 0)) + i[1:]))
variant("register_moved.ptl", "open", "a register that is read after it was moved", change=in_forward(instructions=lambda i: i[:1] + (("MOVE", 2, 0), ("DROP", 0, 0)) + i[1:]))
variant("stack_join.ptl", "open", "two paths that meet with stacks of different height",
        change=in_forward(instructions=lambda i: i[:1] + (("LOAD", 3, 0), ("JF", 2, 0), ("LOADC", 0, 0)) + i[1:]))
variant("stack_loop.ptl", "open", "a backward jump that leaves one value more on the stack each time",
        change=in_forward(instructions=lambda i: i[:1] + (("LOADC", 0, 0), ("JMP", -1, 0)) + i[1:]))
variant("operator_arguments.ptl", "open", "`aten::linear` with one argument, of which two have no default",
        change=in_forward(operators=lambda o: tuple((n, v, 1) if n == "aten::linear" else (n, v, *r) for n, v, *r in o)))
variant("attribute_slot.ptl", "open", "attribute 700 of an object that has few", change=first("GET_ATTR", x=700))
variant("method_unknown.ptl", "run", "a call of a method that no class has", change=in_forward(
    instructions=lambda i: i[:1] + (("LOAD", 1, 0), ("INTERFACE_CALL", 0, 1), ("DROP", 0, 0)) + i[1:], constants=lambda c: ("nobody",) + c[1:]))
variant("method_recursive.ptl", "run", "`forward` calls itself without end", change=in_forward(
    instructions=lambda i: i[:1] + (("LOAD", 1, 0), ("LOAD", 2, 0), ("LOAD", 3, 0), ("INTERFACE_CALL", 0, 3), ("DROP", 0, 0)) + i[1:],
    constants=lambda c: ("forward",) + c[1:]))
variant("method_arguments.ptl", "run", "a call of `forward` with one argument too few", change=in_forward(
    instructions=lambda i: i[:1] + (("LOAD", 1, 0), ("LOAD", 2, 0), ("INTERFACE_CALL", 0, 2), ("DROP", 0, 0)) + i[1:],
    constants=lambda c: ("forward",) + c[1:]))
variant("type_deep.ptl", "open", "a type of 100 000 nested lists", change=in_forward(types=lambda t: ("List[" * 100_000 + "int" + "]" * 100_000,)))
variant("type_unparsable.ptl", "open", "a type without its closing bracket", change=in_forward(types=lambda t: ("Dict[str, int",)))
variant("instruction_call.ptl", "open", "a `CALL`, which does not occur in files", change=first("LOADC", name="CALL"))
variant("pickle_mark.ptl", "open", "`data.pkl` uses a mark that it did not set", change=replacing("data.pkl", lambda c: b"\x80\x02Nt."))
variant("pickle_leftover.ptl", "open", "`data.pkl` ends with two values on its stack", change=replacing("data.pkl", lambda c: b"\x80\x02NN."))
variant("pickle_no_stop.ptl", "open", "`data.pkl` without its end", change=replacing("data.pkl", lambda c: c[:-1]))
variant("pickle_memo_huge.ptl", "open", "memo slot 2^31", change=replacing("data.pkl", lambda c: b"\x80\x02Nr\x00\x00\x00\x80."))
variant("pickle_cycle.ptl", "open", "a list that contains itself, as attribute", change=replacing("data.pkl", lambda c: c[:-1].replace(b"X\x06\x00\x00\x00weight", b"X\x01\x00\x00\x00a]q\xc8h\xc8aX\x06\x00\x00\x00weight", 1) + b"."))
variant("pickle_long.ptl", "open", "an integer of 9 bytes", change=replacing("data.pkl", lambda c: b"\x80\x02\x8a\x09" + b"\1" * 9 + b"."))
variant("pickle_odd_dict.ptl", "open", "a dict with a key and no value", change=replacing("data.pkl", lambda c: b"\x80\x02}(X\x01\x00\x00\x00au."))
variant("pickle_laughs.ptl", "run", "an attribute of lists of lists, each ten times the one before: 10^30 items when unfolded",
        change=replacing("data.pkl", lambda c: c.replace(b"X\x06\x00\x00\x00weight", b"X\x01\x00\x00\x00a](]q\x80" + b"".join(
            b"](" + (b"h" + bytes([128 + n])) * 10 + b"eq" + bytes([129 + n]) for n in range(30)) + b"eX\x06\x00\x00\x00weight", 1)))
for number in (2, 3, 10, 99):
    variant(f"bytecode_version_{number}.ptl", "open", {2: "bytecode version 2: never released", 3: "bytecode version 3: before PyTorch 1.6, no longer readable by PyTorch either",
                                                       10: "bytecode version 10: one more than there is", 99: "bytecode version 99: from the future"}[number],
            change=replacing("bytecode.pkl", lambda c: pickled.emit((number, *pickled.parse(c)[1:]))))
variant("no_methods.ptl", "run", "no method at all: nothing named forward", change=replacing("bytecode.pkl", lambda c: pickled.emit((8,))))
variant("operator_format_version.ptl", "open", "`version` says 1000", version=1000)
variant("operator_mistyped.ptl", "run", "`aten::linear` gets a boolean for its weight",
        change=in_forward(instructions=lambda i: tuple(("LOAD", 3, 0) if x == ("MOVE", 1, 0) else x for x in i if x[0] != "GET_ATTR")))

# --- Missing operators --------------------------------------------------------------------------------------------------------


class Needs(torch.nn.Module):
    def forward(self, x):
        return F.logsigmoid(x)


needs = torch.jit.script(Needs().eval())
swap = replacing("bytecode.pkl", lambda c: c.replace(b"aten::log_sigmoid", b"mylib::frobnicate"))
note("missing_operator.ptl", without_paths(lite_bytes(needs), keep=lambda r: not r.startswith("code/"), change=swap), "run",
     "`forward` calls `mylib::frobnicate`, which does not exist; `info` must name it")
variant("missing_operator_unreached.ptl", "nothing", "the same operator in a branch that `forward(x)` does not take (`deep=True` takes it): it opens and runs", change=swap)
note("good.ptl", small, "nothing", "not bad: the model that most of these are made from")
assert b"mylib::frobnicate" in (BAD / "missing_operator_unreached.ptl").read_bytes()

rows = "\n".join(f"| `{name}` | {when} | {what} |" for name, when, what in listing)
(BAD / "README.md").write_text(f"""# Files that are wrong
Made by `make_bad_files.py`. No file may end the process, hang it, or make it allocate more than the file is worth; each must be
refused with a message that says what it is. *Refused by* says where at the latest: `open`, `verify` (to check this while opening
would cost reading the whole file), `run` (it opens; the problem shows when the method runs), or `nothing` (it is fine). Most are
made from `good.ptl`, which takes float32 `N x 3`. `list.json` has the same table for programs.

| file | refused by | what is wrong |
|---|---|---|
{rows}
""")
(BAD / "list.json").write_text("[\n" + ",\n".join(" " + json.dumps({"file": n, "refused_by": w, "what": t}) for n, w, t in listing) + "\n]\n")
print(len(listing), "files", sum(f.stat().st_size for f in BAD.iterdir()), "bytes")

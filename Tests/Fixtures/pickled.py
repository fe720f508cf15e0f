"""Takes the pickles of a .ptl apart and puts them together again, to make files that PyTorch's own writer does not make.

Tuples, lists, dicts, strings, numbers and None stand for themselves; Global, Call (REDUCE), Object (NEWOBJ, BUILD) and Stored (a
persistent id) for the rest. What the stream shares stays shared if it is one of the latter."""
import struct
from dataclasses import dataclass, field


@dataclass(eq=False)
class Global:
    module: str
    name: str


@dataclass(eq=False)
class Call:
    callee: Global
    arguments: object


@dataclass(eq=False)
class Object:
    cls: Global
    state: object = None


@dataclass(eq=False)
class Stored:
    id: tuple


@dataclass(eq=False)
class Raw:
    """Bytes put into the stream as they are."""
    code: bytes = field(default=b"")


def parse(data: bytes):
    assert data[:2] == b"\x80\x02"
    at, stack, marks, memo = 2, [], [], {}

    def take(format):
        nonlocal at
        size = struct.calcsize(format)
        value = struct.unpack_from(format, data, at)[0]
        at += size
        return value

    def line():
        nonlocal at
        end = data.index(b"\n", at)
        value, at = data[at:end].decode(), end + 1
        return value

    def marked():
        start = marks.pop()
        values = stack[start:]
        del stack[start:]
        return values

    while True:
        op = chr(take("B"))
        if op == ".":
            return stack.pop()
        elif op == "(": marks.append(len(stack))
        elif op == ")": stack.append(())
        elif op == "t": stack.append(tuple(marked()))
        elif op in "\x85\x86\x87":
            n = ord(op) - 0x84
            stack[-n:] = [tuple(stack[-n:])]
        elif op == "]": stack.append([])
        elif op == "}": stack.append({})
        elif op == "e": values = marked(); stack[-1].extend(values)
        elif op == "u": values = marked(); stack[-1].update(zip(values[::2], values[1::2]))
        elif op == "N": stack.append(None)
        elif op == "\x88": stack.append(True)
        elif op == "\x89": stack.append(False)
        elif op == "K": stack.append(take("<B"))
        elif op == "M": stack.append(take("<H"))
        elif op == "J": stack.append(take("<i"))
        elif op == "\x8a":
            n = take("<B"); stack.append(int.from_bytes(data[at:at + n], "little", signed=True)); at += n
        elif op == "G": stack.append(take(">d"))
        elif op == "X":
            n = take("<I"); stack.append(data[at:at + n].decode()); at += n
        elif op == "q": memo[take("<B")] = stack[-1]
        elif op == "r": memo[take("<I")] = stack[-1]
        elif op == "h": stack.append(memo[take("<B")])
        elif op == "j": stack.append(memo[take("<I")])
        elif op == "c": stack.append(Global(line(), line()))
        elif op == "\x81": stack.pop(); stack.append(Object(stack.pop()))
        elif op == "Q": stack.append(Stored(stack.pop()))
        elif op == "R": arguments = stack.pop(); stack.append(Call(stack.pop(), arguments))
        elif op == "b":
            state = stack.pop(); stack[-1].state = state
        else:
            raise ValueError(f"opcode {op!r} at {at - 1}")


def emit(value) -> bytes:
    memo, out = {}, bytearray(b"\x80\x02")

    def put(v):
        if v is None: out.extend(b"N")
        elif isinstance(v, bool): out.extend(b"\x88" if v else b"\x89")
        elif isinstance(v, int):
            if 0 <= v < 256: out.extend(b"K" + struct.pack("<B", v))
            elif 0 <= v < 65536: out.extend(b"M" + struct.pack("<H", v))
            elif -2**31 <= v < 2**31: out.extend(b"J" + struct.pack("<i", v))
            else: out.extend(b"\x8a\x08" + struct.pack("<q", v))
        elif isinstance(v, float): out.extend(b"G" + struct.pack(">d", v))
        elif isinstance(v, str):
            text = v.encode()
            out.extend(b"X" + struct.pack("<I", len(text)) + text)
        elif isinstance(v, tuple):
            if len(v) > 3: out.extend(b"(")
            for x in v: put(x)
            out.extend({0: b")", 1: b"\x85", 2: b"\x86", 3: b"\x87"}.get(len(v), b"t"))
        elif isinstance(v, list):
            out.extend(b"](")
            for x in v: put(x)
            out.extend(b"e")
        elif isinstance(v, dict):
            out.extend(b"}(")
            for k, x in v.items(): put(k); put(x)
            out.extend(b"u")
        elif isinstance(v, Raw): out.extend(v.code)
        elif isinstance(v, Global): out.extend(f"c{v.module}\n{v.name}\n".encode())
        elif id(v) in memo: out.extend(b"j" + struct.pack("<I", memo[id(v)]))
        else:
            if isinstance(v, Call): put(v.callee); put(v.arguments); out.extend(b"R")
            elif isinstance(v, Object): put(v.cls); out.extend(b")\x81"); put(v.state); out.extend(b"b")
            elif isinstance(v, Stored): put(v.id); out.extend(b"Q")
            else: raise TypeError(type(v))
            memo[id(v)] = len(memo)
            out.extend(b"r" + struct.pack("<I", memo[id(v)]))

    put(value)
    return bytes(out + b".")


def changed_method(bytecode, suffix: str, **tables):
    """bytecode.pkl's tree with tables of the methods whose name ends so replaced: each a function of the old one."""
    def one(method):
        if isinstance(method, int) or not method[0].endswith(suffix):
            return method
        code = tuple((key, tables[key](table) if key in tables else table) for key, table in method[1])
        return (method[0], code, *method[2:])
    return tuple(one(m) for m in bytecode)

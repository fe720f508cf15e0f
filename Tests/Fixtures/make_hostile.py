"""Programs that no compiler writes, each of which must end with a status, and soon: values nested a million deep, lists that contain
themselves, lists that are held so often that going over them all would take for ever. HostileProgramTests runs them.

The code of a method is lines of instructions; `NAME:` is a label, `OP name` calls an operator, `LOADC value` loads a constant.
Registers are numbered from 1: self, then the arguments."""
import ast

import pickled
from fixture import *

HOSTILE = HERE / "hostile"
shutil.rmtree(HOSTILE, ignore_errors=True)
HOSTILE.mkdir()


def assemble(source: str) -> dict:
    """The tables of a method."""
    instructions, operators, constants, types, labels, jumps = [], [], [], [], {}, []

    def place(table: list, item):
        for index, known in enumerate(table):
            if type(known) is type(item) and known == item:
                return index
        table.append(item)
        return len(table) - 1

    for line in source.strip().splitlines():
        name, *rest = line.strip().split(None, 1)
        rest = rest[0] if rest else ""
        if name.endswith(":"):
            labels[name[:-1]] = len(instructions)
        elif name == "OP":
            operator, count = rest.split()
            base, _, overload = operator.partition(".")
            instructions.append(("OP", place(operators, (base, overload, int(count))), 0))
        elif name == "LOADC":
            instructions.append(("LOADC", place(constants, ast.literal_eval(rest)), 0))
        elif name in ("LIST_CONSTRUCT", "ISINSTANCE"):
            kind, _, count = rest.rpartition(" ")
            instructions.append((name, place(types, kind), int(count)))
        elif name in ("JMP", "JF"):
            jumps.append((len(instructions), rest))
            instructions.append((name, 0, 0))
        else:
            numbers = [int(x) for x in rest.split()] + [0, 0]
            instructions.append((name, numbers[0], numbers[1]))
    for position, label in jumps:
        instructions[position] = (instructions[position][0], labels[label] - position, 0)
    return {"instructions": lambda _: tuple(instructions), "operators": lambda _: tuple(operators), "constants": lambda _: tuple(constants),
            "types": lambda _: tuple(types), "register_size": lambda _: 12}


def repeat(body: str) -> str:
    """`body` as often as register 3 says; 9 counts."""
    return f"""
        LOADC 0
        STORE 9
        again:
        LOAD 9
        LOAD 3
        OP aten::lt.int 2
        JF done
        {body}
        LOAD 9
        LOADC 1
        OP aten::add.int 2
        STORE 9
        JMP again
        done:"""


START = "STOREN 1 3\nLOAD 2\nSTORE 4"                          # 4: the value
DEEP_LIST = START + repeat("LOAD 4\nLIST_CONSTRUCT List[Any] 1\nSTORE 4")
DEEP_TUPLE = START + repeat("LOAD 4\nTUPLE_CONSTRUCT 1\nSTORE 4")
WIDE_LIST = START + repeat("LOAD 4\n" * 10 + "LIST_CONSTRUCT List[Any] 10\nSTORE 4")
WIDE_TUPLE = START + repeat("LOAD 4\n" * 10 + "TUPLE_CONSTRUCT 10\nSTORE 4")
CYCLE = START + "\nLIST_CONSTRUCT List[Any] 0\nSTORE 4\nLOAD 4\nLOAD 4\nOP aten::append.t 2\nDROP"
RETURN_NOTHING = "\nLOADC 0\nRET"
RETURN = "\nLOAD 4\nRET"
KEEP = "\nLOAD 1\nLOAD 4\nSET_ATTR 0"
SAME = "\nLOAD 4\nLIST_CONSTRUCT List[Any] 1\nOP aten::sorted.any 1\nDROP"
ALIKE = "\nLOAD 4\nSTORE 5"

METHODS = {
    "keep_deep_list": DEEP_LIST + KEEP + RETURN_NOTHING,
    "keep_deep_tuple": DEEP_TUPLE + KEEP + RETURN_NOTHING,
    "keep_wide_tuple": WIDE_TUPLE + KEEP + RETURN_NOTHING,
    "append_to_deep": DEEP_LIST + "\nLOAD 4\nLOAD 2\nOP aten::append.t 2\nDROP" + RETURN_NOTHING,
    "look_at_deep": DEEP_LIST + SAME + RETURN_NOTHING,
    "look_at_cycle": CYCLE + SAME + RETURN_NOTHING,
    "look_at_wide_list": WIDE_LIST + SAME + RETURN_NOTHING,
    "look_at_wide_tuple": WIDE_TUPLE + SAME + RETURN_NOTHING,
    "give_wide_list": WIDE_LIST + RETURN,
    "give_wide_tuple": WIDE_TUPLE + RETURN,
    "give_deep": DEEP_LIST + RETURN,
    "give_cycle": CYCLE + RETURN,
    "compare_wide": WIDE_LIST + "\nLOAD 4\nLOAD 4\nOP aten::eq.int_list 2\nRET",
    "order_wide": WIDE_TUPLE + "\nLOAD 4\nLOAD 4\nLIST_CONSTRUCT List[Any] 2\nOP aten::sorted.any 1\nDROP" + RETURN_NOTHING,
    "type_of_deep": DEEP_TUPLE + "\nLOAD 4\nISINSTANCE __torch__.A[NamedTuple, [[x, __torch__.A]]] 1\nRET",
    "type_of_wide": WIDE_LIST + "\nLOAD 4\nISINSTANCE " + "List[" * 40 + "Tensor" + "]" * 40 + " 1\nRET",
    "copy_wide": WIDE_LIST + "\nLOAD 4\nOP aten::cat 1\nRET".replace("aten::cat 1", "aten::stack 1"),
    # `list` is the argument.
    "append_deep_to_input": DEEP_LIST.replace("LOAD 2", "LOADC 0", 1) + "\nLOAD 2\nLOAD 4\nOP aten::append.t 2\nDROP" + RETURN_NOTHING,
    "append_input_to_itself": START + "\nLOAD 2\nLOAD 2\nOP aten::append.t 2\nDROP" + RETURN_NOTHING,
    "count_rows": START + "\nLOAD 2\nLOADC 0\nOP aten::unbind.int 2\nOP aten::len.t 1\nRET",
    # 4: a list that grows, of what is computed.
    "grow": "STOREN 1 3\nLIST_CONSTRUCT List[Tensor] 0\nSTORE 4" + repeat("LOAD 4\nLOAD 2\nLOAD 9\nOP aten::select.int 3\nOP aten::append.t 2\nDROP").replace(
        "OP aten::select.int 3", "STORE 10\nLOADC 0\nLOAD 10\nOP aten::select.int 3") + "\nLOAD 4\nOP aten::len.t 1\nRET",
}


class Hostile(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.held: List[Tensor] = [torch.zeros(1)]

    def forward(self, x):
        return x


def with_methods(module: torch.nn.Module, methods: dict[str, str], arguments: str):
    scripted = torch.jit.script(module)
    for name in methods:
        scripted.define(f"def {name}(self, {arguments}): return x\n")
    code = {name: assemble(source) for name, source in methods.items()}

    def change(record, content):
        if record != "bytecode.pkl":
            return content
        tree = pickled.parse(content)
        for name, tables in code.items():
            tree = pickled.changed_method(tree, "." + name, **tables)
        return pickled.emit(tree)
    return scripted, change


def save(name: str, module, change) -> None:
    rewrite(lite_bytes(module), HOSTILE / name, keep=lambda record: not record.startswith("code/"), change=change)


lists = {name for name in METHODS if "input" in name}
save("values.ptl", *with_methods(Hostile(), {n: s for n, s in METHODS.items() if n not in lists}, "x, n: int"))
save("inputs.ptl", *with_methods(Hostile(), {n: s for n, s in METHODS.items() if n in lists}, "x: List[Tensor], n: int"))


# --- While opening ------------------------------------------------------------------------------------------------------------
class Restored(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.held: List[Tensor] = [torch.zeros(1)]

    def forward(self, x):
        return x

    @torch.jit.export
    def __getstate__(self):
        return torch.zeros(1), self.training

    @torch.jit.export
    def __setstate__(self, state: Tuple[Tensor, bool]):
        self.held = [state[0]]
        self.training = state[1]


COUNTED = "STOREN 1 2\nLOADC 24000\nSTORE 3\nLOADC 0\nSTORE 4"
FINISH = KEEP + "\nLOADC None\nRET"
for name, source in {
    "opens_with_deep_list": COUNTED + DEEP_LIST[len(START):] + FINISH,
    "opens_with_deep_tuple": COUNTED + DEEP_TUPLE[len(START):] + FINISH,
    "opens_with_wide_tuple": COUNTED.replace("24000", "50") + WIDE_TUPLE[len(START):] + FINISH,
    "opens_with_cycle": CYCLE.replace(START, COUNTED) + FINISH,
}.items():
    scripted = torch.jit.script(Restored())
    tables = assemble(source)
    save(f"{name}.ptl", scripted, lambda record, content, tables=tables: pickled.emit(
        pickled.changed_method(pickled.parse(content), ".__setstate__", **tables)) if record == "bytecode.pkl" else content)


# --- Runs that depend on elements where the declaration does not say so ---------------------------------------------------------
class Chosen(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.arange(12.0).reshape(6, 2), requires_grad=False)

    def forward(self, x):
        return x

    @torch.jit.export
    def narrow(self, start):
        return torch.narrow(self.weight, 0, start, 1)

    @torch.jit.export
    def split(self, where):
        return torch.tensor_split(self.weight, where)[0]


scripted, change = with_methods(Chosen(), {
    "sort": "STOREN 1 2\nLOAD 2\nOP aten::sorted.any 1\nRET", "sort_tensors": "STOREN 1 2\nLOAD 2\nOP aten::sorted.Tensor 1\nRET",
}, "x: List[Tensor]")
save("chosen.ptl", scripted, change)
print(*sorted(f"{f.name} {f.stat().st_size}" for f in HOSTILE.iterdir()), sep="\n")

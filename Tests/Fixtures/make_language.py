"""The language: numbers, strings, containers, control flow, exceptions, objects with state; and three whole programs."""
from fixture import *


def module(name, *definitions):
    """A fixture of methods; each definition is its source and the inputs of its cases."""
    f = Fixture("language_" + name)
    for source, *cases in definitions:
        f.define(source)
        method = source.split("(")[0].split()[-1]
        for case in cases:
            if isinstance(case, Failure):
                f.case(method, *case.inputs, error=case.message, computed=case.computed)
            else:
                f.case(method, *case)
    f.write()


class Failure(NamedTuple):
    message: str
    inputs: tuple
    computed: Optional[str] = None


def fails(message, *inputs):
    return Failure(message, inputs)


module(
    "numbers",
    ("""def integers(self, a: int, b: int):
    return a + b, a - b, a * b, a // b, a % b, -a, abs(a), a & b, a | b, a ^ b, a << 2, a >> 1, min(a, b), max(a, b), a ** 2
""", (17, 5), (-17, 5), (17, -5), (-17, -5), (0, 3)),
    ("def wrap(self, a: int): return a + 1, a * 2", (2**63 - 1,), (-2**63,)),
    ("""def reals(self, a: float, b: float):
    return a + b, a - b, a * b, a / b, a // b, a % b, -a, abs(a), min(a, b), max(a, b), a ** b
""", (7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (0.1, 0.3)),
    ("def mixed(self, a: int, b: float): return a + b, a * b, a / 2, b / 2, a ** 2, a ** -1, 2 ** b, float(a), int(b), a < b, a == b", (3, 2.75), (-3, -2.75)),
    ("def special(self): return float('inf'), -float('inf'), float('nan') == float('nan'), math.pi, 1e308 * 10.0", ()),
    ("""def functions(self, x: float):
    return math.sqrt(x), math.exp(x), math.log(x), math.floor(x), math.ceil(x), round(x), math.sin(x), math.pow(x, 3.0), math.fabs(-x)
""", (2.5,), (3.5,), (0.3,)),
    ("def remainders(self, a: int, b: int): return divmod(a, b), math.gcd(a, b), math.fmod(float(a), float(b))", (17, 5), (-17, 5)),
    ("def compare(self, a: int, b: int): return a < b, a <= b, a > b, a >= b, a == b, a != b, a < 5 < b", (3, 7), (7, 3), (4, 4)),
    ("def logic(self, a: bool, b: bool): return a and b, a or b, not a, a == b, a != b, (1 if a else 2), bool(0), int(a)", (True, False), (True, True), (False, False)),
    ("def convert(self, s: str): return int(s), float(s), str(3), str(2.5), str(True), bool(3), str(1e20), str(-0.1)", ("42",), ("-7",)),
    ("def divide_by_zero(self, a: int): return a // 0", Failure("zero", (3,), "PyTorch 2.13 dies of SIGFPE here")),
    ("def modulo_zero(self, a: int): return a % 0", Failure("zero", (3,), "PyTorch 2.13 dies of SIGFPE here")),
    ("def tensor_to_number(self, x: Tensor): return x.item(), int(x), float(x), bool(x), int(x) + 1", (torch.tensor(3.0),), (torch.tensor(2),)),
    ("def number_to_tensor(self, a: int, b: float, c: bool): return torch.tensor(a), torch.tensor(b), torch.tensor(c), torch.tensor([a, 2]), torch.tensor([[b], [1.0]])", (3, 2.5, True)),
    ("def not_one_element(self, x: Tensor): return int(x)", fails("a Tensor with 2 elements cannot be converted to Scalar", torch.zeros(2))),
    ("def ambiguous(self, x: Tensor): return bool(x)", fails("Boolean value of Tensor with more than one value is ambiguous", torch.zeros(2))),
)

module(
    "strings",
    ("def join(self, a: str, b: str): return a + b, a + ' ' + b, ', '.join([a, b, a]), len(a), a == b, a != b, a < b", ("ab", "cd"), ("", "x"), ("é", "🙂")),
    ("def index(self, s: str): return s[0], s[-1], s[1:3], s[:2], s[2:], s[-2:], s[::2], len(s)", ("hello",), ("tensor flow",)),
    ("def find(self, s: str, t: str): return t in s, s.find(t), s.count(t), s.startswith(t), s.endswith(t), s.replace(t, '-')", ("banana", "an"), ("banana", "x")),
    ("def case(self, s: str): return s.upper(), s.lower(), s.strip(), s.lstrip(), s.rstrip(), s.capitalize(), s.title(), s.isdigit(), s.isalpha(), s.islower()", ("  Hello World ",), ("42",), ("abc",)),
    ("def split(self, s: str): return s.split(' '), s.split(), s.splitlines()", ("a b  c",), ("one\ntwo",)),
    ("""def formatting(self, i: int, f: float, s: str, b: bool):
    return "{} {} {} {}".format(i, f, s, b), "{}".format(i) + "!", "no fields", "{}{}".format([i, 2], (s, b))
""", (3, 2.5, "x", True), (-1, 1e-7, "", False), (0, 100.0, "{}", True)),
    ("def percent(self, i: int, s: str): return 'number %d of %s' % (i, s), '%s' % s", (3, "x")),
    ("def lists(self, x: List[int], y: List[float], z: List[str], w: List[bool]): return str(x), str(y), str(z), str(w)", ([1, -2, 3], [1.0, 0.5], ["a", "b"], [True, False])),
    ("def characters(self, s: str): return ord(s), chr(ord(s) + 1), [ord(c) for c in 'abc']", ("a",)),
    ("""def iterate(self, s: str):
    out: List[str] = []
    for c in s:
        if c != ' ':
            out.append(c + c)
    return ''.join(out)
""", ("a b c",), ("",)),
    ("def out_of_range(self, s: str): return s[7]", fails("", "abc")),
    ("def repeat(self, s: str, n: int): return ''.join([s for _ in range(n)])", ("ab", 3), ("ab", 0)),
)

module(
    "lists",
    ("""def build(self, n: int):
    a: List[int] = []
    for i in range(n):
        a.append(i * i)
    a.extend([7, 7])
    a.insert(1, 99)
    last = a.pop()
    second = a.pop(1)
    return a, last, second, len(a), a.index(7), a.count(7)
""", (0,), (4,)),
    ("def slices(self, a: List[int]): return a[1:], a[:2], a[-2:], a[::2], a[1:4:2], a[:], a[5:2], a[-100:100], a[-1]", ([5, 3, 8, 1, 9],)),
    ("""def sorting(self, a: List[int], b: List[float], c: List[str]):
    d = sorted(a)
    a.sort()
    b.sort(reverse=True)
    c.sort()
    a.reverse()
    return a, b, c, d
""", ([5, 3, 8, 1], [0.5, -1.0, 7.25], ["pear", "apple", "Zoo"])),
    ("def comprehension(self, a: List[int]): return [x * 2 for x in a], [str(x) for x in a], [float(x) / 2 for x in a]", ([1, 2, 3, 4],)),
    ("def contains(self, a: List[int], s: List[str], x: int): return x in a, x not in a, 'a' in s, max(a), min(a), sum(a), all([True, x > 1]), any([False, x > 1])", ([1, 2, 3], ["a", "b"], 2), ([1, 2], ["c"], 9)),
    ("""def change(self, a: List[int]):
    a[0] = 10
    a[-1] += 5
    b = a
    b.append(3)
    c = a.copy()
    c.clear()
    a += [1, 2]
    d = a + [100]
    del a[1]
    return a, b, c, d, a == b, a != d, a * 2
""", ([1, 2, 3],)),
    ("""def nested(self, n: int):
    grid: List[List[int]] = []
    for i in range(n):
        row: List[int] = []
        for j in range(i + 1):
            row.append(i * j)
        grid.append(row)
    grid[n - 1][0] = -1
    return grid, [len(r) for r in grid]
""", (3,)),
    ("""def pairs(self, a: List[int], b: List[str]):
    out: List[Tuple[int, str]] = []
    for i, (x, s) in enumerate(zip(a, b)):
        out.append((x + i, s))
    return out
""", ([1, 2, 3], ["a", "b", "c"])),
    ("def tensors(self, a: List[Tensor]): return torch.stack(a), torch.cat(a), len(a), a[0] + a[1], a[1:]", ([floats(3), floats(3)],)),
    ("def unpack(self, a: List[int]):\n    x, y, z = a\n    return x + y * z", ([1, 2, 3],), fails("Expected 3 elements in a list but found 2", [1, 2])),
    ("def out_of_range(self, a: List[int]): return a[3]", fails("list index out of range", [1, 2, 3])),
    ("def pop_empty(self):\n    a: List[int] = []\n    return a.pop()", fails("pop from empty list")),
    ("def not_there(self, a: List[int]): return a.index(7)", fails("is not in list", [1, 2])),
    ("def ranges(self, n: int): return [i for i in range(n)], [i for i in range(1, n, 2)], [i for i in range(n, 0, -1)], list(range(3))", (5,), (0,)),
    ("def compare(self, a: List[int], b: List[int]): return a == b, a != b", ([1, 2], [1, 2]), ([1], [1, 2])),
    ("def shape(self, x: Tensor): return x.shape, x.size(), list(x.shape)[1:], x.shape[0] * x.shape[-1], x.size(1)", (torch.zeros(2, 3, 4),)),
    ("def to_list(self, x: Tensor):\n    y: List[int] = x.tolist()\n    return y", (torch.tensor([3, 1, 2]),)),
    ("def to_list_nested(self, x: Tensor):\n    y: List[List[float]] = x.tolist()\n    return y", (torch.tensor([[0.5, 1.0], [2.0, -1.0]]),)),
)

module(
    "dictionaries",
    ("""def strings(self, words: List[str]):
    counts: Dict[str, int] = {}
    for w in words:
        if w in counts:
            counts[w] += 1
        else:
            counts[w] = 1
    return counts, list(counts.keys()), list(counts.values()), list(counts.items()), len(counts)
""", (["b", "a", "b", "c", "a", "b"],), (["z"],)),
    ("""def integers(self, d: Dict[int, str]):
    d[5] = "five"
    d.update({1: "uno", 9: "nine"})
    p = d.pop(2)
    return d, p, d.get(1), d.get(77), d.get(77, "none"), 5 in d, d.setdefault(6, "six")
""", ({2: "two", 1: "one"},)),
    ("""def order(self, n: int):
    d: Dict[int, int] = {}
    for i in range(n):
        d[(i * 7) % 11] = i
    del d[3]
    d[3] = -1
    d[0] = -2
    out: List[int] = []
    for k in d:
        out.append(k * 100 + d[k])
    return out
""", (11,)),
    ("""def copies(self):
    a = {"x": 1}
    b = a
    c = a.copy()
    b["y"] = 2
    c.clear()
    return a, b, c
""", ()),
    ("def comprehension(self, a: List[int]): return {i: i * i for i in a}", ([3, 1, 2],)),
    ("def missing(self, d: Dict[str, int]): return d['x']", fails("KeyError", {"a": 1})),
    ("def missing_integer(self, d: Dict[int, int]): return d[3]", fails("KeyError", {1: 1})),
    ("def reals(self):\n    d: Dict[float, str] = {0.5: 'half', 2.0: 'two'}\n    return d[0.5], 2.0 in d, list(d.keys())", ()),
    ("def booleans(self):\n    d: Dict[bool, int] = {True: 1, False: 2}\n    return d[False], d[True]", ()),
    ("""def tensors(self, x: Tensor):
    d: Dict[str, Tensor] = {"a": x, "b": x + 1}
    d["a"] += 10
    return d, d["a"] + d["b"]
""", (floats(3),)),
    ("""def nested(self):
    d: Dict[str, Dict[str, List[int]]] = {"p": {"q": [1]}}
    d["p"]["q"].append(2)
    inner: Dict[str, List[int]] = {}
    d["r"] = inner
    inner["s"] = [3]
    return d
""", ()),
    ("def pop_missing(self, d: Dict[str, int]): return d.pop('x')", fails("KeyError", {"a": 1})),
    ("def popitem(self, d: Dict[str, int]):\n    d.popitem()\n    return len(d)", ({"a": 1, "b": 2},)),
)


class Point(NamedTuple):
    x: int
    y: Tensor
    label: str = "none"


class Tuples(torch.nn.Module):
    # PyTorch 2.13 saves lists and tuples of named tuples, but cannot load them: there are none here.
    def forward(self, a: int, t: Tensor):
        p = Point(a, t)
        q = Point(x=a + 1, y=t * 2, label="moved")
        pair = (p.x + q.x, p.y + q.y)
        first, second = pair
        return p.label, q.y, first, second, q.label, pair[1], (1, "a", 2.5)[1:], len((1, 2, 3))

    @torch.jit.export
    def point(self, a: int, t: Tensor):
        return Point(a, t)

    @torch.jit.export
    def swap(self, a: Tuple[int, str], b: Tuple[int, str]):
        a, b = b, a
        return a, b, (a[0], (b[1], a[1]))

    @torch.jit.export
    def take(self, p: Tuple[int, Tuple[Tensor, List[int]]]):
        n, (t, l) = p
        l.append(n)
        return t + n, l, p

    @torch.jit.export
    def many(self, t: Tensor):
        values, indices = torch.max(t, 1)
        a, b, c = (1, 2, 3)
        return values, indices, a + b * c, torch.topk(t, 1)[1]


f = Fixture("language_tuples", Tuples())
seed(1)
f.case("forward", 3, floats(2))
f.case("point", 3, floats(2))
f.case("swap", (1, "a"), (2, "b"))
f.case("take", (3, (floats(2), [1, 2])))
f.case("many", floats(2, 3))
f.write()

module(
    "types",
    ("""def optional(self, x: Optional[int], y: Optional[Tensor]):
    if x is None:
        x = 5
    z = torch.zeros(2) if y is None else y
    return x * 2, z + x, y is None, x is not None
""", (None, None), (3, None), (3, floats(2))),
    # PyTorch's lite interpreter reads a Union argument as Tensor, so the unions are inside.
    ("""def union(self, n: int):
    x: Union[int, str, List[int]] = n
    if n == 1:
        x = "abc"
    elif n == 2:
        x = [n, n]
    if isinstance(x, int):
        return "int {}".format(x + 1)
    elif isinstance(x, str):
        return "str " + x
    else:
        assert isinstance(x, List[int])
        return "list {}".format(len(x))
""", (1,), (2,), (3,)),
    ("""def union_tensor(self, t: Tensor, n: float):
    x: Union[Tensor, float] = t
    if n > 0:
        x = n
    if isinstance(x, Tensor):
        return x * 2
    return torch.full([2], x)
""", (floats(2), 0.0), (floats(2), 1.5)),
    ("""def any_type(self, x: Any):
    if isinstance(x, int):
        return 1
    if isinstance(x, float):
        return 2
    if isinstance(x, str):
        return 3
    if isinstance(x, Tensor):
        return 4
    if isinstance(x, List[str]):
        return 5
    if isinstance(x, Tuple[int, int]):
        return 6
    if isinstance(x, Dict[str, int]):
        return 7
    return 8
""", (3,), (2.5,), ("a",), (floats(1),), (["a"],), ((1, 2),), ({"a": 1},), (None,), (True,)),
    ("""def lists_of_optionals(self, a: List[Optional[int]]):
    total = 0
    for x in a:
        if x is not None:
            total += x
    return total, len(a)
""", ([1, None, 3],)),
    ("def defaults(self, a: int = 3, b: float = 0.5, c: str = 'c', d: Optional[int] = None, e: bool = True): return a, b, c, d, e", (), (1,), (1, 2.0, "z", 4, False)),
    ("def dtypes(self, x: Tensor): return x.dtype == torch.float32, x.to(torch.int64).dtype == torch.int64, str(x.device), x.is_floating_point(), x.requires_grad", (floats(2),)),
    ("def identity(self, a: Optional[List[int]], b: Optional[List[int]]): return a is None, a is not None, (a is None) == (b is None)", (None, [1]), ([1], None)),
    ("def unwrap(self, x: Optional[int]):\n    assert x is not None, 'a value is needed'\n    return x + 1", (3,), fails("a value is needed", None)),
)

module(
    "control_flow",
    ("""def collatz(self, n: int):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps
""", (1,), (27,)),
    ("""def primes(self, n: int):
    out: List[int] = []
    for i in range(2, n):
        prime = True
        for p in out:
            if p * p > i:
                break
            if i % p == 0:
                prime = False
                break
        if not prime:
            continue
        out.append(i)
    return out
""", (2,), (50,)),
    ("""def newton(self, x: Tensor):
    r = x.clone()
    steps = 0
    while bool((r * r - x).abs().max() > 1e-3) and steps < 50:
        r = (r + x / r) / 2
        steps += 1
    return r, steps
""", (torch.tensor([4.0, 9.0, 2.0]),), (torch.tensor([1.0]),)),
    ("""def branches(self, x: Tensor, mode: str):
    if mode == 'sum':
        y = x.sum()
    elif mode == 'max' or mode == 'min':
        y = x.max() if mode == 'max' else x.min()
    else:
        if x.dim() > 1:
            return x.flatten()
        y = x[0]
    return y.reshape([1])
""", (floats(2, 3), "sum"), (floats(2, 3), "max"), (floats(2, 3), "min"), (floats(2, 3), "?"), (floats(3), "?")),
    ("""def early(self, a: List[int]):
    for i, x in enumerate(a):
        if x < 0:
            return i
    return -1
""", ([3, 4, -1, 2],), ([3],)),
    ("""def nested_breaks(self, n: int):
    count = 0
    for i in range(n):
        j = 0
        while True:
            j += 1
            if j == i:
                break
            if j > 5:
                break
            if j % 2 == 0:
                continue
            count += j
        if i == 4:
            continue
        count += 100
    return count
""", (7,)),
    ("""def fibonacci(self, n: int):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a
""", (10,), (90,)),
    ("""def over_rows(self, x: Tensor):
    total = torch.zeros([x.size(1)])
    for row in x:
        if bool(row.sum() > 0):
            total = total + row
    for i in range(x.size(0)):
        total[0] += float(i)
    return total
""", (floats(4, 3),)),
    ("def unrolled(self, x: Tensor):\n    for a in (1, 2, 3):\n        x = x * a\n    return x", (floats(2),)),
    ("""def short_circuit(self, a: List[int]):
    return len(a) > 0 and a[0] > 1, len(a) == 0 or a[0] > 1
""", ([5],)),
    ("""def evaluate(self, tokens: List[str]):
    stack: List[float] = []
    for t in tokens:
        if t == '+' or t == '*' or t == '-':
            b = stack.pop()
            a = stack.pop()
            if t == '+':
                stack.append(a + b)
            elif t == '*':
                stack.append(a * b)
            else:
                stack.append(a - b)
        else:
            stack.append(float(t))
    return stack[0]
""", (["3", "4", "+", "2", "*", "7", "-"],), fails("pop from empty list", ["+"])),
)


class Failing(torch.nn.Module):
    def forward(self, n: int):
        if n > 3:
            raise ValueError(f"{n} is more than three")
        if n < 0:
            raise RuntimeError("negative")
        return n

    @torch.jit.export
    def check(self, x: Tensor):
        assert x.dim() == 2, "two dimensions expected, not {}".format(x.dim())
        assert x.size(0) > 1
        return x.sum(0)

    @torch.jit.export
    def shapes(self, x: Tensor, y: Tensor):
        return x @ y

    @torch.jit.export
    def add(self, x: Tensor, y: Tensor):
        return x + y

    @torch.jit.export
    def view(self, x: Tensor):
        return x.view([5, -1])

    @torch.jit.export
    def index(self, x: Tensor):
        return x[7]

    @torch.jit.export
    def dimension(self, x: Tensor):
        return x.sum(3)

    @torch.jit.export
    def convolve(self, x: Tensor):
        return F.conv2d(x, torch.ones([1, 2, 3, 3]))

    @torch.jit.export
    def concatenate(self, x: Tensor, y: Tensor):
        return torch.cat([x, y], 1)

    @torch.jit.export
    def embed(self, x: Tensor):
        return F.embedding(x, torch.ones([3, 2]))


f = Fixture("language_exceptions", Failing())
f.case("forward", 2)
f.case("forward", 4, error="4 is more than three")
f.case("forward", -1, error="negative")
f.case("check", floats(2, 3))
f.case("check", floats(3), error="two dimensions expected, not 1")
f.case("check", floats(1, 3), error="AssertionError")
f.case("shapes", floats(2, 3), floats(2, 3), error="mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)")
f.case("add", floats(2, 3), floats(4), error="must match the size of tensor b (4)")
f.case("view", floats(2, 3), error="is invalid for input of size 6")
f.case("index", floats(2, 3), error="index 7 out of range for tensor of size [2, 3] at dimension 0")
f.case("dimension", floats(2, 3), error="Dimension out of range")
f.case("convolve", floats(1, 3, 5, 5), error="to have 2 channels, but got 3 channels instead")
f.case("concatenate", floats(2, 3), floats(3, 3), error="Sizes of tensors must match except in dimension 1")
f.case("embed", torch.tensor([1, 3]), error="index out of range")
f.calls(("forward", 1), ("check", floats(2, 2)), ("forward", 2))
f.write()


# --- Objects ------------------------------------------------------------------------------------------------------------------
class Inner(torch.nn.Module):
    def __init__(self, factor: float):
        super().__init__()
        self.factor = factor
        self.register_buffer("weight", torch.full([3], factor))

    def forward(self, x):
        return x * self.weight + self.factor


class Outer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = Inner(2.0), Inner(-1.0)
        self.layers = torch.nn.ModuleList([Inner(0.5), Inner(3.0), self.first])
        self.named = torch.nn.ModuleDict({"a": Inner(1.0), "b": Inner(7.0)})
        self.sequence = torch.nn.Sequential(Inner(1.5), torch.nn.ReLU(), Inner(0.25))

    def forward(self, x):
        x = self.second(self.first(x))
        for layer in self.layers:
            x = layer(x)
        for name, layer in self.named.items():
            x = layer(x) + len(name)
        return self.sequence(x), self.first.factor, self.layers[1].weight


f = Fixture("language_submodules", Outer())
f.case("forward", floats(2, 3))
f.write()


class State(torch.nn.Module):
    history: List[int]
    table: Dict[str, int]
    last: Optional[str]

    def __init__(self):
        super().__init__()
        self.count = 0
        self.total = 0.0
        self.history = []
        self.table = {}
        self.last = None
        self.register_buffer("mean", torch.zeros(3))
        self.register_buffer("hidden", torch.zeros(1, 2))
        self.cell = torch.nn.GRUCell(3, 2)

    def forward(self, x):
        self.count += 1
        self.total = self.total + float(x.sum())
        self.mean += (x[0] - self.mean) / self.count          # in place
        self.hidden = self.cell(x, self.hidden)               # replaced
        self.history.append(self.count)
        return self.mean.clone(), self.hidden, self.count

    @torch.jit.export
    def remember(self, key: str):
        self.table[key] = self.table.get(key, 0) + 1
        before = self.last
        self.last = key
        return before, self.table[key], len(self.table)

    @torch.jit.export
    def report(self):
        return self.count, self.history, self.table, self.last

    @torch.jit.export
    def reset(self):
        self.count = 0
        self.history.clear()
        self.mean.zero_()
        self.hidden = torch.zeros_like(self.hidden)


f = Fixture("language_state", State())
f.calls(("forward", floats(1, 3)), ("forward", floats(1, 3)), ("remember", "a"), ("remember", "b"), ("remember", "a"), ("forward", floats(1, 3)), ("report",),
        ("reset",), ("report",), ("forward", floats(1, 3)), ("report",))
f.case("report")
f.case("forward", floats(1, 3))
f.write()


@torch.jit.interface
class Layer(torch.nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        pass

    def name(self, short: bool) -> str:
        pass


class Double(torch.nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * 2

    @torch.jit.export
    def name(self, short: bool) -> str:
        return "d" if short else "double"


class AddWeight(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("weight", torch.arange(3.0))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.weight

    @torch.jit.export
    def name(self, short: bool) -> str:
        return "a" if short else "add weight"


class Interfaces(torch.nn.Module):
    one: Layer
    two: Layer

    def __init__(self):
        super().__init__()
        self.one, self.two = Double(), AddWeight()

    def forward(self, x: Tensor):
        return self.two.forward(self.one.forward(x)), self.one.name(True) + self.two.name(False)

    @torch.jit.export
    def several(self, x: Tensor, n: int):
        for i in range(n):
            if i % 2 == 0:
                x = self.one.forward(x)
            else:
                x = self.two.forward(x)
        return x


f = Fixture("language_interfaces", Interfaces())
f.case("forward", floats(2, 3))
f.case("several", floats(3), 5)
f.write()


# --- Three programs -----------------------------------------------------------------------------------------------------------
class ShiftReduce(torch.nn.Module):
    """A recursive network over parse trees (a small SPINN): a sentence as word numbers and shift (0) or reduce (1) steps."""

    def __init__(self, words: int = 12, width: int = 4):
        super().__init__()
        self.words = torch.nn.Embedding(words, 2 * width)
        self.left, self.right = torch.nn.Linear(width, 5 * width), torch.nn.Linear(width, 5 * width, bias=False)
        self.out = torch.nn.Linear(width, 3)

    def reduce(self, left: Tuple[Tensor, Tensor], right: Tuple[Tensor, Tensor]) -> Tuple[Tensor, Tensor]:
        gates = self.left(left[0]) + self.right(right[0])
        a, i, f1, f2, o = gates.chunk(5, 1)
        c = a.tanh() * i.sigmoid() + f1.sigmoid() * left[1] + f2.sigmoid() * right[1]
        return o.sigmoid() * c.tanh(), c

    def forward(self, words: Tensor, steps: List[int]) -> Tensor:
        h, c = self.words(words).chunk(2, 1)
        buffer: List[Tuple[Tensor, Tensor]] = []
        for i in range(words.size(0) - 1, -1, -1):
            buffer.append((h[i:i + 1], c[i:i + 1]))
        stack: List[Tuple[Tensor, Tensor]] = []
        for step in steps:
            if step == 0:
                if len(buffer) == 0:
                    raise RuntimeError("shift without words left")
                stack.append(buffer.pop())
            else:
                assert len(stack) >= 2, "reduce of less than two phrases"
                right = stack.pop()
                left = stack.pop()
                stack.append(self.reduce(left, right))
        if len(stack) != 1:
            raise RuntimeError("the tree is not complete: {} phrases".format(len(stack)))
        return F.log_softmax(self.out(stack[0][0]), 1)


torch.manual_seed(3)
f = Fixture("language_program_shift_reduce", ShiftReduce().eval())
f.case("forward", torch.tensor([3]), [0])
f.case("forward", torch.tensor([3, 1, 4]), [0, 0, 1, 0, 1])
f.case("forward", torch.tensor([3, 1, 4, 1, 5]), [0, 0, 0, 1, 1, 0, 0, 1, 1])
f.case("forward", torch.tensor([3, 1]), [0, 0], error="the tree is not complete: 2 phrases")
f.case("forward", torch.tensor([3, 1]), [0, 1], error="reduce of less than two phrases")
f.case("forward", torch.tensor([3]), [0, 0], error="shift without words left")
f.write()


# A hypothesis: tokens, score, hidden state.
Hypothesis = Tuple[List[int], float, Tensor]


class BeamSearch(torch.nn.Module):
    """A GRU decoder with beam search: lists of tuples, sorting by score, an early end."""

    def __init__(self, vocabulary: int = 9, width: int = 5):
        super().__init__()
        self.embedding, self.cell, self.out = torch.nn.Embedding(vocabulary, width), torch.nn.GRUCell(width, width), torch.nn.Linear(width, vocabulary)
        self.end = 0

    def forward(self, hidden: Tensor, beams: int, length: int) -> List[Tuple[List[int], float]]:
        active: List[Hypothesis] = [([1], 0.0, hidden)]
        done: List[Tuple[List[int], float]] = []
        for step in range(length):
            candidates: List[Hypothesis] = []
            for tokens, score, state in active:
                h = self.cell(self.embedding(torch.tensor([tokens[-1]])), state)
                scores, indices = torch.topk(torch.log_softmax(self.out(h), 1)[0], beams)
                for i in range(beams):
                    candidates.append((tokens + [int(indices[i])], score + float(scores[i]), h))
            order = torch.argsort(torch.tensor([c[1] for c in candidates]), descending=True)
            active = []
            for i in range(order.size(0)):
                tokens, score, state = candidates[int(order[i])]
                if tokens[-1] == self.end:
                    done.append((tokens, score / len(tokens)))
                elif len(active) < beams:
                    active.append((tokens, score, state))
            if len(done) >= beams or len(active) == 0:
                break
        for tokens, score, state in active:
            done.append((tokens, score / len(tokens)))
        best = torch.argsort(torch.tensor([d[1] for d in done]), descending=True)
        out: List[Tuple[List[int], float]] = []
        for i in range(min(beams, len(done))):
            out.append(done[int(best[i])])
        return out


torch.manual_seed(4)
f = Fixture("language_program_beam_search", BeamSearch().eval())
seed(5)
for beams, length in ((1, 4), (3, 6), (4, 8)):
    f.case("forward", floats(1, 5), beams, length, tolerance={"rtol": 1.3e-6, "atol": 1e-5})
f.write()


class Detections(torch.nn.Module):
    """Non-maximum suppression as a user without torchvision writes it, over the classes of a detector's output."""

    def iou(self, box: Tensor, boxes: Tensor) -> Tensor:
        corner = torch.maximum(box[:2], boxes[:, :2])
        other = torch.minimum(box[2:], boxes[:, 2:])
        inner = (other - corner).clamp(min=0).prod(1)
        area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        return inner / (area + (box[2] - box[0]) * (box[3] - box[1]) - inner)

    def nms(self, boxes: Tensor, scores: Tensor, limit: float) -> Tensor:
        order = scores.argsort(descending=True)
        kept: List[int] = []
        while order.numel() > 0:
            best = int(order[0])
            kept.append(best)
            order = order[1:]
            if order.numel() > 0:
                order = order[self.iou(boxes[best], boxes[order]) <= limit]
        return torch.tensor(kept, dtype=torch.int64)

    def forward(self, boxes: Tensor, scores: Tensor, threshold: float = 0.3, limit: float = 0.5) -> Dict[str, Tensor]:
        found: List[Tensor] = []
        for c in range(scores.size(1)):
            mask = scores[:, c] > threshold
            if not bool(mask.any()):
                continue
            b, s = boxes[mask], scores[mask, c]
            kept = self.nms(b, s, limit)
            labels = torch.full([kept.size(0), 1], float(c))
            found.append(torch.cat([b[kept], s[kept].unsqueeze(1), labels], 1))
        if len(found) == 0:
            return {"detections": torch.zeros([0, 6]), "count": torch.tensor(0)}
        out = torch.cat(found)
        return {"detections": out, "count": torch.tensor(out.size(0))}


f = Fixture("language_program_suppression", Detections())
seed(6)
corners = torch.rand(14, 2, generator=torch.Generator().manual_seed(6)) * 6
boxes = torch.cat([corners, corners + 2 + torch.rand(14, 2, generator=torch.Generator().manual_seed(7)) * 3], 1)
scores = torch.rand(14, 3, generator=torch.Generator().manual_seed(8))
f.case("forward", boxes, scores, 0.3, 0.5)
f.case("forward", boxes, scores, 0.6, 0.2)
f.case("forward", boxes, scores, 2.0, 0.5)
f.case("forward", boxes[:1], scores[:1], 0.0, 0.5)
f.write()

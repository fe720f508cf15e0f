"""What plans must get right: memory that is shared and written in place, state, and runs that depend on elements. Every case is
several runs on one module with different numbers, the later ones of which are replayed where that is possible.

Methods whose name begins with `never_` cannot be replayed, those with `sometimes_` not always; all others must be
(PlanBehaviourTests)."""
from fixture import *

seed(77)


def define(f: Fixture, source: str) -> None:
    """A method whose statements are divided by `;`."""
    head, _, body = source.partition("): ")
    f.define(head + "):\n" + "".join(f"    {s}\n" for s in body.split("; ")) if body and "\n" not in head else source)


def repeated(f: Fixture, method: str, *inputs) -> None:
    """Four runs: each input as it is and with other numbers."""
    def other(x, factor):
        if isinstance(x, list):
            return [other(y, factor) for y in x]
        if not isinstance(x, torch.Tensor):
            return x
        return x * factor + (0.25 if x.is_floating_point() else 1)
    f.calls(*[(method, *[other(x, k) for x in inputs]) for k in (1, 2, 3, 1)])


# --- Memory that is shared ----------------------------------------------------------------------------------------------------
f = Fixture("plans_memory", weight=floats(3, 4), table=floats(5, 2))
define(f, "def relu_in_place(self, x): y = x * 2; z = y[1:]; z.relu_(); return y")
define(f, "def write_view(self, x): y = x + 1; y[:, 0] = x[:, 1]; y[0] += y[1]; return y, y[:, 1:].t()")
define(f, "def residual(self, x): y = x * self.weight; y += x; y = torch.cat([y, x, y], 1); return torch.relu(y) + y")
define(f, "def same_twice(self, x): y = x + 1; return y, y, [y.view(-1), y]")
define(f, "def give_input(self, x): return x, x.t(), x + 1")
define(f, "def give_weight(self, x): return self.weight, self.weight[1:], x * self.weight")
define(f, "def chain(self, x):\n  y = x\n  for i in range(6):\n    y = torch.sigmoid(y * self.weight + x)\n  return y")
define(f, "def long_lived(self, x):\n  kept = []\n  y = x\n  for i in range(5):\n    y = y + self.weight\n    kept.append(y)\n  return torch.stack(kept), kept[0], kept[3] - kept[1]")
define(f, "def fill_buffer(self, x): y = torch.zeros(3, 4); y[:, 1:3] = x[:, 1:3]; y.add_(1).mul_(x); return y")
define(f, "def out_argument(self, x): y = torch.empty(3, 4); torch.mul(x, self.weight, out=y); torch.add(y, x, out=y); return y")
define(f, "def sometimes_resize_out(self, x): y = torch.zeros(0); torch.mul(x, self.weight, out=y); return y + 1")
define(f, "def expanded(self, x): y = x[:1].expand(3, 4); return y + self.weight, y")
define(f, "def permuted(self, x): y = x.t().contiguous(); y[0] = 0; return x.t() + y, y.reshape(2, 6)")
define(f, "def swap(self, x): a = x[0].clone(); b = x[1].clone(); a, b = b, a; a += b; return a, b")
define(f, "def lists(self, xs: List[Tensor]): xs2 = [x * 2 for x in xs]; xs2.append(xs[0]); return torch.cat(xs2), len(xs2)")
define(f, "def pairs(self, x, y): return x.add(y), x.sub(y), (x, y)")
define(f, "def normalized(self, x): return F.layer_norm(x, [4]), F.softmax(x, 0), F.gelu(x), F.batch_norm(x, self.table[:4, 0], self.table[1:, 1].abs())")
define(f, "def product(self, x): return x @ self.weight.t(), self.weight @ x.t(), F.linear(x, self.weight, self.weight[:, 0]), torch.einsum('ij,kj->ik', x, self.weight)")
define(f, "def numbers(self, x): return x.size(0) * 2, x.numel(), [x.dim(), 3], x.sum() / x.size(1)")
define(f, "def traced_sizes(self, x): n = torch.tensor(x.size(0)); return x.view(int(n) * 2, -1), n + 1")
define(f, "def table_rows(self, i): return F.embedding(i, self.table)")
define(f, "def state_scale(self, x): return torch.quantize_per_tensor(x, float(self.table[0, 0].abs()), 3, torch.quint8).dequantize()")
for name in ("relu_in_place write_view residual same_twice give_input give_weight chain long_lived fill_buffer out_argument "
             "expanded permuted swap normalized product numbers traced_sizes state_scale").split():
    repeated(f, name, floats(4, 4) if name == "traced_sizes" else floats(3, 4))
f.calls(*[("sometimes_resize_out", floats(3, 4)) for _ in range(4)])
repeated(f, "lists", [floats(2, 3), floats(1, 3)])
repeated(f, "pairs", floats(2, 3), floats(2, 3))
f.calls(*[("table_rows", torch.tensor(rows)) for rows in ([0, 1], [4, 2], [3, 3], [0, 0])])
# Shapes that come and go.
f.calls(*[("chain", floats(n, 4)) for n in (3, 1, 3, 1, 3, 1)])
f.write()

# --- Runs that depend on elements ---------------------------------------------------------------------------------------------
f = Fixture("plans_elements", weight=floats(3, 4))
define(f, "def never_branch(self, x):\n  if bool(x.sum() > 0):\n    return x + 1\n  return x - 1")
define(f, "def never_item(self, x): return x * float(x[0, 0]), x[0, 1].item()")
define(f, "def never_loop(self, x):\n  n = 0\n  while bool(x.max() < 10):\n    x = x * 2 + 1\n    n += 1\n  return x, n")
define(f, "def never_list(self, x): y: List[List[float]] = (x + 1).tolist(); return y[0][1]")
define(f, "def never_equal(self, x): return torch.equal(x, self.weight), x")
define(f, "def never_text(self, x): return str(x.size()), '{}'.format(int(x[0, 0] * 0))")
define(f, "def sometimes_nonzero(self, x): return torch.nonzero(x > 0), x[x > 0]")
define(f, "def sometimes_unique(self, x): return torch.unique((x > 0).to(torch.int64))")
define(f, "def never_start(self, x, i): return x.select(0, int(i)), i + 1")
define(f, "def never_clamp_number(self, x): return torch.clamp(x, max=float(x[1, 1]))")
define(f, "def divide(self, x, y): return torch.div(x, y, rounding_mode='floor')")
define(f, "def sort(self, x): return torch.sort(x, 1), torch.topk(x, 2), x.argmax(1)")
define(f, "def where(self, x): return torch.where(x > 0, x, self.weight)")
for name in "never_branch never_item never_loop never_list never_equal never_text never_clamp_number sort where".split():
    repeated(f, name, floats(3, 4))
for name in "sometimes_nonzero sometimes_unique".split():
    f.calls(*[(name, x) for x in (floats(3, 4), -torch.ones(3, 4), torch.ones(3, 4), floats(3, 4))])
f.calls(*[("never_start", floats(3, 4), torch.tensor(i)) for i in (0, 2, 1, 0)])
f.calls(*[("divide", torch.tensor([7, -7, 9]), torch.tensor(y)) for y in ([2, 2, 2], [3, 1, -4], [1, 1, 1], [5, 6, 7])])
f.write()


# --- State --------------------------------------------------------------------------------------------------------------------
class State(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("hidden", torch.zeros(2, 3))
        self.register_buffer("weight", floats(2, 3))
        self.count = 0
        self.names: List[str] = ["a"]
        self.last: Dict[str, Tensor] = {"y": torch.zeros(1)}

    def forward(self, x):
        return x * self.weight + self.hidden

    @torch.jit.export
    def never_remember(self, x):
        self.hidden += x
        return self.hidden + 1

    @torch.jit.export
    def never_replace(self, x):
        self.hidden = x * 2
        return x

    @torch.jit.export
    def never_count(self, x):
        self.count += 1
        return x + self.count

    @torch.jit.export
    def add_count(self, x):
        return x + self.count, len(self.names)

    @torch.jit.export
    def never_append(self, x):
        self.names.append("b")
        return x

    @torch.jit.export
    def never_store(self, x):
        self.last["x"] = x + 1
        return x

    @torch.jit.export
    def never_load(self, x):
        return self.last["x"] + x

    @torch.jit.export
    def never_write_stored(self, x):
        self.last["x"].add_(x)
        return x

    @torch.jit.export
    def never_write_input(self, x):
        x.mul_(2)
        return x + 1

    @torch.jit.export
    def never_random(self, x):
        return torch.rand(2) < 2, x


f = Fixture("plans_state", State())
x = lambda: floats(2, 3)
f.calls(("forward", x()), ("forward", x()), ("never_remember", x()), ("forward", x()), ("forward", x()), ("never_remember", x()),
        ("forward", x()), ("forward", x()), ("never_replace", x()), ("forward", x()), ("forward", x()), ("forward", x()))
f.calls(("add_count", x()), ("add_count", x()), ("never_count", x()), ("add_count", x()), ("never_count", x()), ("add_count", x()),
        ("add_count", x()), ("never_append", x()), ("add_count", x()), ("add_count", x()))
f.calls(("never_store", x()), ("never_load", x()), ("never_load", x()), ("never_store", x()), ("never_load", x()),
        ("never_write_stored", x()), ("never_load", x()), ("never_write_stored", x()), ("never_load", x()), ("forward", x()))
f.calls(*[("never_write_input", x()) for _ in range(3)])
f.calls(*[("never_random", x()) for _ in range(3)])
f.write()

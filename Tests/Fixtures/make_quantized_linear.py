"""Linear layers on quint8 and dynamically quantized layers (linear, LSTM, GRU and the cells)."""
from torch import nn
from torch.ao.nn import quantized as nnq
from torch.ao.nn.intrinsic import quantized as nniq
from torch.ao.nn.quantized import dynamic as nnqd
from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic

from fixture import *


def weight(shape, kind):
    if kind == "channel":
        return qint8_channels(*shape)
    return qint8(*shape, scale=0.0117, zero_point=5 if kind == "asymmetric" else 0, low=-127)


# --- Static -----------------------------------------------------------------------------------------------------------------
seed(1)
rows = []


def static(name, shape, cout, kind="channel", bias=True, relu=False, x=None, scale=None):
    cin = shape[-1]
    w, b = weight((cout, cin), kind), floats(cout, scale=2) if bias else None
    x = quint8(*shape, zero_point=int(ints(1, low=0, high=256))) if x is None else x
    y = F.linear(x.dequantize(), w.dequantize(), b)
    y = y.relu() if relu else y
    s, z = range_of(y)
    s = scale or s
    p = torch.ops.quantized.linear_prepack(w, b)
    op = "linear_relu" if relu else "linear"
    assert_near(getattr(torch.ops.quantized, op)(x, p, s, z), y)
    rows.append((name, p, f"torch.ops.quantized.{op}(x, self.packed_{name}, {s!r}, {z})", x))


static("channel", (2, 17), 9)
static("tensor", (1, 64), 10, kind="tensor")
static("asymmetric", (3, 31), 8, kind="asymmetric")
static("no_bias", (2, 16), 16, bias=False)
static("relu_channel", (5, 12), 13, relu=True)
static("relu_tensor_no_bias", (4, 8), 3, kind="tensor", relu=True, bias=False)
static("relu_asymmetric", (7, 20), 21, kind="asymmetric", relu=True)
static("three_dimensions", (2, 3, 10), 5)
static("four_dimensions", (2, 1, 3, 4), 6, kind="tensor", relu=True)
static("one_output", (9, 33), 1)
static("one_input", (3, 1), 4)
static("saturating", (2, 16), 8, scale=1e-3)
static("wide", (2, 130), 40)
# Sums beyond 2^24, where the conversion of the accumulator to float rounds.
w = torch._make_per_tensor_quantized_tensor(torch.full((3, 1024), 127, dtype=torch.int8).sub(ints(3, 1024, low=0, high=9, dtype=torch.int8)), 0.01, 0)
x = quint8(2, 1024, low=240, zero_point=0)
p = torch.ops.quantized.linear_prepack(w, floats(3))
rows.append(("large_sums", p, "torch.ops.quantized.linear(x, self.packed_large_sums, 65.25, 0)", x))
f = Fixture("quantized_linear_static", **{"packed_" + name: p for name, p, _, _ in rows})
for name, _, source, x in rows:
    f.op(name, source, x=x)
f.op("one_dimension", "torch.ops.quantized.linear(x, self.packed_channel, 0.1, 3)", x=quint8(17), error="Input tensor rank should be >= 2")
f.write()

seed(2)


def eager(cls, cin, cout, kind="channel", bias=True, batch=2):
    m = cls(cin, cout, bias)
    w, b, x = weight((cout, cin), kind), floats(cout) if bias else None, quint8(batch, cin)
    m.set_weight_bias(w, b)
    y = F.linear(x.dequantize(), w.dequantize(), b)
    m.scale, m.zero_point = range_of(y.relu() if "ReLU" in cls.__name__ else y)
    return m, x


modules = {"linear": eager(nnq.Linear, 12, 7), "tensor": eager(nnq.Linear, 9, 16, kind="tensor"), "relu": eager(nniq.LinearReLU, 10, 11),
           "no_bias": eager(nnq.Linear, 8, 8, bias=False)}
f = Fixture("quantized_linear_modules", **{"module_" + name: m for name, (m, _) in modules.items()})
for name, (m, x) in modules.items():
    f.op(name, f"self.module_{name}(x)", x=x)
f.write()

# --- Dynamic linear -----------------------------------------------------------------------------------------------------------
rows = []


def dynamic(name, shape, cout, kind="channel", bias=True, relu=False, scale=1.0, offset=0.0, reduce_range=False, x=None):
    w, b = weight((cout, shape[-1]), kind), floats(cout) if bias else None
    p = torch.ops.quantized.linear_prepack(w, b)
    op = "linear_relu_dynamic" if relu else "linear_dynamic"
    if x is None:
        x = until(lambda: floats(*shape, scale=scale) + offset,
                  lambda x: stable(lambda x: getattr(torch.ops.quantized, op)(x, p, reduce_range), x))
    rows.append((name, p, f"torch.ops.quantized.{op}(x, self.packed_{name}, {reduce_range})", x))


seed(3)
dynamic("channel", (2, 17), 9)
dynamic("tensor", (1, 32), 10, kind="tensor")
dynamic("asymmetric", (3, 15), 8, kind="asymmetric")
dynamic("no_bias", (2, 16), 16, bias=False)
dynamic("relu", (4, 12), 13, relu=True)
dynamic("relu_tensor", (2, 9), 5, kind="tensor", relu=True)
dynamic("reduce_range", (2, 16), 6, reduce_range=True)
dynamic("small_values", (2, 16), 6, scale=0.01)
dynamic("large_values", (2, 16), 6, scale=40)
dynamic("positive", (2, 16), 6, offset=9)
dynamic("negative", (2, 16), 6, offset=-9)
dynamic("three_dimensions", (2, 3, 10), 5)
dynamic("zeros", (2, 8), 4, x=torch.zeros(2, 8))
dynamic("tiny", (2, 8), 4, x=torch.full((2, 8), 1e-7))
f = Fixture("quantized_linear_dynamic", **{"packed_" + name: p for name, p, _, _ in rows})
for name, _, source, x in rows:
    f.op(name, source, x=x, tolerance="exact")          # one rounding rule, no sums of floats
f.op("one_dimension", "torch.ops.quantized.linear_dynamic(x, self.packed_channel, False)", x=floats(17), error="larger than or equal to 2")
f.write()


# --- Recurrent ----------------------------------------------------------------------------------------------------------------
class Tagger(nn.Module):
    """As a user writes it: a recurrent layer and a linear one."""

    def __init__(self, kind, **options):
        super().__init__()
        self.rnn = kind(6, 5, **options)
        self.linear = nn.Linear(10 if options.get("bidirectional") else 5, 3)

    def forward(self, x):
        y, _ = self.rnn(x)
        return self.linear(y)


class WithState(nn.Module):
    def __init__(self, rnn):
        super().__init__()
        self.rnn = rnn


class LSTMState(WithState):
    def forward(self, x, h, c):
        y, (h, c) = self.rnn(x, (h, c))
        return y, h, c


class GRUState(WithState):
    def forward(self, x, h):
        return self.rnn(x, h)


def quantized(module):
    return quantize_dynamic(module.eval(), {nn.LSTM, nn.GRU, nn.Linear, nn.LSTMCell, nn.GRUCell, nn.RNNCell}, dtype=torch.qint8)


def write_recurrent(name, module, *shapes):
    module = quantized(module)
    f = Fixture(name, module)
    for group in shapes:
        f.case("forward", *until(lambda: tuple(floats(*s) for s in group), lambda *x: stable(lambda *x: module(*x), *x)))
    f.write()


for kind, state in ((nn.LSTM, LSTMState), (nn.GRU, GRUState)):
    name = "quantized_linear_dynamic_" + kind.__name__.lower()
    states = 2 if kind is nn.LSTM else 1
    torch.manual_seed(5)
    write_recurrent(name, Tagger(kind), [(4, 1, 6)], [(3, 2, 6)], [(1, 1, 6)])
    torch.manual_seed(6)
    write_recurrent(name + "_batch_first_two_layers", Tagger(kind, batch_first=True, num_layers=2), [(2, 4, 6)])
    torch.manual_seed(7)
    write_recurrent(name + "_bidirectional", Tagger(kind, bidirectional=True), [(4, 2, 6)])
    torch.manual_seed(8)
    write_recurrent(name + "_state", state(kind(6, 5, num_layers=2, bidirectional=True)),
                    [(3, 2, 6)] + [(4, 2, 5)] * states)


class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.gru = nn.LSTMCell(6, 5), nn.GRUCell(5, 4)
        self.tanh, self.relu = nn.RNNCell(4, 5), nn.RNNCell(5, 3, nonlinearity="relu")

    def forward(self, x):
        h, c = self.lstm(x[0])
        h, c = self.lstm(x[1], (h, c))
        g = self.gru(h)
        g = self.gru(c, g)
        t = self.tanh(g)
        r = self.relu(t)
        return h, c, g, t, r


torch.manual_seed(9)
write_recurrent("quantized_linear_dynamic_cells", Cells(), [(2, 3, 6)])


# Linear modules as quantize_dynamic makes them, with per-channel weights and without bias.
class Layers(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(7, 12), nn.Linear(12, 9, bias=False), nn.Linear(9, 4)

    def forward(self, x):
        return self.c(torch.relu(self.b(torch.tanh(self.a(x)))))


torch.manual_seed(10)
layers = quantize_dynamic(Layers().eval(), {"a": per_channel_dynamic_qconfig, "b": torch.ao.quantization.default_dynamic_qconfig,
                                            "c": per_channel_dynamic_qconfig})
f = Fixture("quantized_linear_dynamic_modules", layers)
for shape in ((1, 7), (2, 3, 7)):
    f.case("forward", until(lambda: floats(*shape), lambda x: stable(lambda x: layers(x), x)))
f.write()

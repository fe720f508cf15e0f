"""Writes kernels.bin: small inputs and what PyTorch (engine qnnpack) makes of them.

    python make_fixtures.py            torch 2.13, numpy

Format: records one after the other, little endian:
    u8 length of name, name (ASCII), u8 dtype (PyTorch's ScalarType number), u8 rank, u32 size of each
    dimension, elements in row-major order.
A case is the set of records whose names share everything before the last '/'.
"""
import os
import struct

import numpy as np
import torch
import torch.nn.functional as F

torch.backends.quantized.engine = "qnnpack"
torch.set_num_threads(1)
torch.manual_seed(7)
rng = np.random.RandomState(7)
DTYPES = {torch.uint8: 0, torch.int8: 1, torch.int16: 2, torch.int32: 3, torch.int64: 4,
          torch.float16: 5, torch.float32: 6, torch.float64: 7, torch.bool: 11, torch.bfloat16: 15}
NAMES = {"u8": torch.uint8, "s8": torch.int8, "s16": torch.int16, "s32": torch.int32, "s64": torch.int64,
         "f16": torch.float16, "f32": torch.float32, "f64": torch.float64, "bool": torch.bool, "bf16": torch.bfloat16}
out = bytearray()


def put(name, value, dtype=None):
    t = value if isinstance(value, torch.Tensor) else torch.tensor(value, dtype=dtype)
    t = t.detach().contiguous()
    out.extend(struct.pack("<B", len(name)) + name.encode() + struct.pack("<BB", DTYPES[t.dtype], t.dim()))
    out.extend(struct.pack("<%dI" % t.dim(), *t.shape))
    raw = t.view(torch.int16) if t.dtype in (torch.float16, torch.bfloat16) else t
    out.extend(raw.numpy().tobytes())


def case(name, **records):
    for key, value in records.items():
        put(name + "/" + key, value)


def f(*values):
    return torch.tensor(values, dtype=torch.float64)


def quantized(q, scale, zero):
    return torch._make_per_tensor_quantized_tensor(q, scale, zero)


def codes(*shape):
    t = torch.from_numpy(rng.randint(0, 256, shape).astype(np.uint8))
    t.view(-1)[: 2] = torch.tensor([0, 255], dtype=torch.uint8)
    return t


def weights(*shape):
    t = torch.from_numpy(rng.randint(-128, 128, shape).astype(np.int8))
    t.view(-1)[: 2] = torch.tensor([-128, 127], dtype=torch.int8)
    return t


def floats(*shape, scale=1.0):
    return torch.from_numpy((rng.randn(*shape) * scale).astype(np.float32))


def weight_tensor(w, per_channel):
    channels = w.shape[0]
    if per_channel:
        scales = torch.from_numpy(rng.uniform(0.001, 0.02, channels))
        return torch._make_per_channel_quantized_tensor(w, scales, torch.zeros(channels, dtype=torch.int64), 0), scales, 0
    scale, zero = 0.0123, -3
    return torch._make_per_tensor_quantized_tensor(w, scale, zero), torch.full((channels,), scale, dtype=torch.float64), zero


# Quantized linear: x [M, K], w [N, K]; p = x_scale, x_zero, w_zero, y_scale, y_zero, relu.
for index, (m, k, n, per_channel, relu) in enumerate(
        [(5, 37, 19, True, False), (4, 64, 33, False, True), (1, 130, 8, True, True), (9, 8, 3, False, False)]):
    x, w, b = codes(m, k), weights(n, k), floats(n, scale=2)
    xs, xz, ys, yz = 0.0217, [61, 0, 255, 128][index], 0.31, [119, 0, 7, 255][index]
    wt, scales, wz = weight_tensor(w, per_channel)
    packed = torch.ops.quantized.linear_prepack(wt, b)
    op = torch.ops.quantized.linear_relu if relu else torch.ops.quantized.linear
    y = op(quantized(x, xs, xz), packed, ys, yz).int_repr()
    case("linear/%d" % index, x=x, w=w, bias=b, scales=scales, p=f(xs, xz, wz, ys, yz, relu), y=y)

# Quantized convolution: x [1, C, H, W], w [N, C/groups, kh, kw]; p as above, then stride, padding, dilation, groups.
for index, (c, n, groups, k, stride, pad, dil, per_channel) in enumerate(
        [(3, 16, 1, 3, 2, 1, 1, True), (17, 9, 1, 1, 1, 0, 1, False), (19, 19, 19, 3, 1, 1, 1, True),
         (16, 16, 16, 5, 2, 2, 1, False), (8, 12, 2, 3, 1, 1, 2, True)]):
    x, w, b = codes(1, c, 9, 7), weights(n, c // groups, k, k), floats(n)
    xs, xz, ys, yz = 0.0217, [61, 0, 255, 128, 3][index], 0.17, 93
    wt, scales, wz = weight_tensor(w, per_channel)
    packed = torch.ops.quantized.conv2d_prepack(wt, b, [stride] * 2, [pad] * 2, [dil] * 2, groups)
    y = torch.ops.quantized.conv2d(quantized(x, xs, xz), packed, ys, yz).int_repr()
    case("conv/%d" % index, x=x, w=w, bias=b, scales=scales,
         p=f(xs, xz, wz, ys, yz, 0, stride, pad, dil, groups), y=y)

# Dynamic linear: float in and out.
for index, (m, k, n, relu) in enumerate([(3, 40, 21, False), (1, 33, 16, True)]):
    x, w, b = floats(m, k), weights(n, k), floats(n)
    wt, scales, _ = weight_tensor(w, True)
    packed = torch.ops.quantized.linear_prepack(wt, b)
    op = torch.ops.quantized.linear_relu_dynamic if relu else torch.ops.quantized.linear_dynamic
    low, high = min(0.0, x.min().item()), max(0.0, x.max().item())
    xs = (high - low) / 255
    xz = int(np.clip(np.rint(0 - low / xs), 0, 255))
    q = torch.quantize_per_tensor(x, xs, xz, torch.quint8).int_repr()
    case("linear_dynamic/%d" % index, x=x, q=q, w=w, bias=b, scales=scales, p=f(xs, xz, relu), y=op(x, packed, False))

# Addition, multiplication: p = a_scale, a_zero, b_scale, b_zero, y_scale, y_zero, relu.
for index, p in enumerate([(0.021, 120, 0.034, 90, 0.043, 110, 0), (0.5, 3, 0.002, 200, 0.3, 128, 1), (0.02, 0, 0.02, 255, 0.01, 17, 0)]):
    a, b = codes(1, 4, 9, 11), codes(1, 4, 9, 11)
    sa, za, sb, zb, sy, zy, relu = p
    qa, qb = quantized(a, sa, za), quantized(b, sb, zb)
    add = torch.ops.quantized.add_relu if relu else torch.ops.quantized.add
    mul = torch.ops.quantized.mul_relu if relu else torch.ops.quantized.mul
    case("add/%d" % index, a=a, b=b, p=f(*p), y=add(qa, qb, sy, zy).int_repr())
    case("mul/%d" % index, a=a, b=b, p=f(*p), y=mul(qa, qb, sy, zy).int_repr())

# Pooling: p = scale, zero, kernel, stride, padding.
for index, (k, s, pad) in enumerate([(3, 2, 1), (2, 2, 0), (7, 1, 0)]):
    x, xs, xz = codes(1, 21, 9, 8), 0.0217, [61, 0, 255][index]
    q = quantized(x, xs, xz)
    case("average_pool/%d" % index, x=x, p=f(xs, xz, k, s, pad), y=F.avg_pool2d(q, k, s, pad).int_repr())
    case("max_pool/%d" % index, x=x, p=f(xs, xz, k, s, pad), y=F.max_pool2d(q, k, s, pad).int_repr())

# Quantize and dequantize: p = scale, zero. The x86 wheel of torch adds the zero point before rounding.
ties = (np.arange(160) - 80).astype(np.float32) * np.float32(0.5) * np.float32(0.037)
x = torch.from_numpy(np.concatenate([ties, (rng.randn(97) * 3).astype(np.float32), np.array([1e9, -1e9, 0.0, -0.0], np.float32)]))
for name, dtype, kind, zero in [("u8", torch.quint8, 0, 77), ("s8", torch.qint8, 1, -3), ("s32", torch.qint32, 3, 0)]:
    q = torch.quantize_per_tensor(x, 0.037, zero, dtype)
    case("quantize/" + name, x=x, p=f(0.037, zero), y=q.int_repr(), back=q.dequantize())

# Float operators.
wide = torch.from_numpy(np.concatenate([rng.randn(60) * 4, np.linspace(-12, 12, 49), [0, -0.0, 1e-8, 88.5, -88, -100, 1e4, -1e4,
                        float("inf"), -float("inf"), float("nan")]]).astype(np.float32))
UNARY = {
    "NEG": torch.neg, "ABS": torch.abs, "SIGN": torch.sign, "RELU": torch.relu, "SQUARE": torch.square,
    "EXP": torch.exp, "LOG": torch.log, "LOG1P": torch.log1p, "EXPM1": torch.expm1, "SQRT": torch.sqrt, "RSQRT": torch.rsqrt,
    "RECIPROCAL": torch.reciprocal, "SIN": torch.sin, "COS": torch.cos, "TANH": torch.tanh, "SIGMOID": torch.sigmoid,
    "ERF": torch.erf, "FLOOR": torch.floor, "CEIL": torch.ceil, "ROUND": torch.round, "TRUNC": torch.trunc,
    "GELU": F.gelu, "GELU_TANH": lambda v: F.gelu(v, approximate="tanh"), "SILU": F.silu, "HARDSWISH": F.hardswish,
    "HARDSIGMOID": F.hardsigmoid, "LEAKY_RELU": lambda v: F.leaky_relu(v, 0.01), "ELU": lambda v: F.elu(v, 1.5),
    "SOFTPLUS": F.softplus, "HARDTANH": lambda v: F.hardtanh(v, -0.5, 2), "CLAMP": lambda v: torch.clamp(v, -1.25, 3),
    "LOGICAL_NOT": torch.logical_not, "BITWISE_NOT": torch.bitwise_not,
}
PARAMETERS = {"LEAKY_RELU": (0.01,), "ELU": (1.5, 1, 1), "SOFTPLUS": (1, 20), "HARDTANH": (-0.5, 2), "CLAMP": (-1.25, 3)}
for op, function in UNARY.items():
    if op == "BITWISE_NOT":
        continue
    v = wide
    if op in ("SIN", "COS"):
        v = wide[:-6]
    if op == "GELU":
        v = wide[wide != float("inf")]  # NaN in torch's vector code; ours says infinity
    case("unary/f32/" + op, a=v, y=function(v), p=f(*PARAMETERS.get(op, ())))
for name in ("f64", "f16", "bf16"):
    v = wide[::3].to(NAMES[name])
    for op in ("NEG", "ABS", "SIGN", "EXP", "TANH", "SIGMOID", "ERF", "GELU", "SILU", "FLOOR", "ROUND", "RSQRT", "LOGICAL_NOT", "HARDSWISH"):
        u = v[v != float("inf")] if op == "GELU" else v
        case("unary/%s/%s" % (name, op), a=u, y=UNARY[op](u))
INTEGERS = {"u8": [0, 1, 2, 3, 7, 100, 127, 128, 200, 255], "s8": [-128, -127, -100, -7, -1, 0, 1, 3, 100, 127],
            "s16": [-32768, -1000, -7, -1, 0, 1, 3, 1000, 32767], "s32": [-2**31, -7, -1, 0, 3, 70000, 2**31 - 1],
            "s64": [-2**63, -7, -1, 0, 3, 2**40 + 1, 2**63 - 1]}
for name, values in INTEGERS.items():
    v = torch.tensor(values, dtype=NAMES[name])
    for op in ("NEG", "ABS", "SIGN", "RELU", "SQUARE", "BITWISE_NOT", "LOGICAL_NOT"):
        case("unary/%s/%s" % (name, op), a=v, y=UNARY[op](v))
v = torch.tensor([False, True])
for op in ("BITWISE_NOT", "LOGICAL_NOT"):
    case("unary/bool/" + op, a=v, y=UNARY[op](v))

BINARY = {
    "ADD": lambda a, b: torch.add(a, b, alpha=2), "SUB": lambda a, b: torch.sub(a, b, alpha=3), "MUL": torch.mul, "DIV": torch.div,
    "DIV_TRUNC": lambda a, b: torch.div(a, b, rounding_mode="trunc"), "DIV_FLOOR": lambda a, b: torch.div(a, b, rounding_mode="floor"),
    "REMAINDER": torch.remainder, "FMOD": torch.fmod, "MINIMUM": torch.minimum, "MAXIMUM": torch.maximum, "POW": torch.pow,
    "EQ": torch.eq, "NE": torch.ne, "LT": torch.lt, "LE": torch.le, "GT": torch.gt, "GE": torch.ge,
    "LOGICAL_AND": torch.logical_and, "LOGICAL_OR": torch.logical_or, "LOGICAL_XOR": torch.logical_xor,
    "BITWISE_AND": torch.bitwise_and, "BITWISE_OR": torch.bitwise_or, "BITWISE_XOR": torch.bitwise_xor,
}
ALPHA = {"ADD": (2,), "SUB": (3,)}
grid = [-0.0, 1.0, 0.5, -2.5, 7.25, -100.0, float("inf"), float("nan")]
for name in ("f32", "f64", "f16", "bf16"):
    a = torch.tensor(grid, dtype=NAMES[name])[:, None].expand(8, 8).reshape(-1)
    b = torch.tensor(grid, dtype=NAMES[name])[None, :].expand(8, 8).reshape(-1)
    for op, function in BINARY.items():
        if op.startswith("BITWISE"):
            continue
        if name in ("f64", "bf16") and op in ("NE", "LE", "GT", "LOGICAL_OR"):
            continue
        if name in ("f16", "bf16") and op in ("POW", "DIV_FLOOR", "REMAINDER", "FMOD", "DIV_TRUNC"):
            continue  # torch rounds between the steps of these
        case("binary/%s/%s" % (name, op), a=a, b=b, y=function(a, b), p=f(*ALPHA.get(op, ())))
for name, values in INTEGERS.items():
    n = len(values)
    a = torch.tensor(values, dtype=NAMES[name])[:, None].expand(n, n).reshape(-1)
    b = torch.tensor(values, dtype=NAMES[name])[None, :].expand(n, n).reshape(-1)
    for op, function in BINARY.items():
        if op in ("DIV", "POW"):
            continue
        x, z = a, b
        if op in ("DIV_TRUNC", "DIV_FLOOR", "REMAINDER", "FMOD"):
            keep = (b != 0) & ~((a == values[0]) & (b == -1)) if values[0] else b != 0
            x, z = a[keep], b[keep]
        case("binary/%s/%s" % (name, op), a=x, b=z, y=function(x, z), p=f(*ALPHA.get(op, ())))
a, b = torch.tensor([False, False, True, True]), torch.tensor([False, True, False, True])
for op in ("ADD", "MUL", "EQ", "LT", "MINIMUM", "MAXIMUM", "LOGICAL_AND", "LOGICAL_OR", "LOGICAL_XOR", "BITWISE_AND", "BITWISE_OR", "BITWISE_XOR"):
    case("binary/bool/" + op, a=a, b=b, y=BINARY[op](a, b) if op != "ADD" else a + b, p=f(*(() if op != "ADD" else (1,))))

# Conversions that C++ defines.
SAFE = {"u8": [0, 1, 127, 128, 255], "s8": [-128, -1, 0, 1, 127], "s16": [-32768, -129, -1, 0, 300, 32767],
        "s32": [-2**31, -65537, -1, 0, 16777217, 2**31 - 1], "s64": [-2**63, -2**40 - 1, -1, 0, 2**24 + 1, 2**63 - 1], "bool": [0, 1],
        "f16": [0.0, -0.0, 1.5, 2**-24, 65504.0, 100.25], "bf16": [0.0, 1.5, 100.5, 3.0], "f32": [0.0, -0.0, 0.1, 1.999, 65519.0, 3e-6, 100.7],
        "f64": [0.0, 0.1, 1.999, 99.9999999999, 1e-7, 65519.99]}
for source, values in SAFE.items():
    for target in NAMES:
        a = torch.tensor(values).to(NAMES[source]) if source != "f64" else torch.tensor(values, dtype=torch.float64)
        if source in ("f16", "bf16", "f32", "f64") and target in INTEGERS:
            a = a[(a >= 0) & (a < 127)]
        case("convert/%s/%s" % (source, target), a=a, y=a.to(NAMES[target]))

# Row operators.
x = floats(5, 37, scale=3)
case("softmax/0", x=x, y=torch.softmax(x, 1), log=torch.log_softmax(x, 1))
g, b = floats(37), floats(37)
case("layer_norm/0", x=x + 5, gamma=g, beta=b, p=f(1e-5), y=F.layer_norm(x + 5, [37], g, b, 1e-5), plain=F.layer_norm(x + 5, [37], None, None, 1e-5))
case("sum/0", x=x.reshape(-1), y=x.double().sum().float().reshape(1))

# Float convolution, depthwise, pooling: x [C, H, W]; p = stride, padding, dilation.
x = floats(5, 9, 10)
for index, (stride, pad, dil) in enumerate([(1, 1, 1), (2, 1, 1), (1, 2, 2), (1, 0, 1)]):
    w, b = floats(5, 1, 3, 3), floats(5)
    case("depthwise_f32/%d" % index, x=x, w=w, bias=b, p=f(stride, pad, dil), y=F.conv2d(x[None], w, b, stride, pad, dil, 5)[0])
    w, b = floats(6, 5, 3, 3), floats(6)
    case("conv_f32/%d" % index, x=x, w=w, bias=b, p=f(stride, pad, dil), y=F.conv2d(x[None], w, b, stride, pad, dil)[0])
    if pad <= 1:
        y, i = F.max_pool2d(x, 3, stride, pad, dil, return_indices=True)
        case("max_pool_f32/%d" % index, x=x, p=f(stride, pad, dil), y=y, i=i)
# p = kernel, stride, padding, ceil mode, count_include_pad, divisor_override.
for index, p in enumerate([(3, 2, 1, 0, 1, 0), (3, 2, 1, 1, 0, 0), (3, 2, 1, 1, 1, 0), (2, 3, 0, 1, 1, 5)]):
    y = F.avg_pool2d(x, p[0], p[1], p[2], bool(p[3]), bool(p[4]), p[5] or None)
    case("average_pool_f32/%d" % index, x=x, p=f(*p), y=y)

# Recurrent cells.
cell, gru = torch.nn.LSTMCell(6, 11), torch.nn.GRUCell(6, 11)
x, h, c = floats(1, 6), floats(1, 11), floats(1, 11)
hidden, state = cell(x, (h, c))
gates = F.linear(x, cell.weight_ih, cell.bias_ih) + F.linear(h, cell.weight_hh, cell.bias_hh)
case("lstm/0", gates=gates[0], c=c[0], state=state[0], hidden=hidden[0])
case("gru/0", i=F.linear(x, gru.weight_ih, gru.bias_ih)[0], g=F.linear(h, gru.weight_hh, gru.bias_hh)[0], h=h[0], y=gru(x, h)[0])

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kernels.bin")
with open(path, "wb") as file:
    file.write(out)
print(len(out), "bytes")

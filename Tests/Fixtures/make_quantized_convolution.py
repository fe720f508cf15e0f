"""Convolutions on quint8: packed parameters as attributes, eager quantized modules, traced and frozen models."""
from torch.ao.nn import quantized as nnq
from torch.ao.nn.intrinsic import quantized as nniq

from fixture import *
from networks import small

CL = "x = x.contiguous(memory_format=torch.channels_last); "


def weight(shape, kind, axis=0):
    """channel: a scale per output channel; tensor: one scale; asymmetric: one scale and a zero point that is not 0."""
    if kind == "channel":
        return qint8_channels(*shape, axis=axis)
    return qint8(*shape, scale=0.0117, zero_point=-7 if kind == "asymmetric" else 0, low=-127)


def packed(name, cin, cout, kernel, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, kind="channel", bias=True,
           batch=1, size=(7, 9), relu=False, layout="", scale=None):
    w = weight((cout, cin // groups, *kernel), kind)
    b = floats(cout, scale=2) if bias else None
    x = quint8(batch, cin, *size, zero_point=int(ints(1, low=0, high=256)))
    y = F.conv2d(x.dequantize(), w.dequantize(), b, stride, padding, dilation, groups)
    if relu:
        y = y.relu()
    s, z = range_of(y)
    s = scale or s
    p = torch.ops.quantized.conv2d_prepack(w, b, stride, padding, dilation, groups)
    assert_near(getattr(torch.ops.quantized, "conv2d_relu" if relu else "conv2d")(x, p, s, z), y)
    return name, p, f"{layout}torch.ops.quantized.conv2d{'_relu' if relu else ''}(x, self.{name}, {s!r}, {z})", x


def write_packed(fixture_name, *rows):
    f = Fixture(fixture_name, **{"packed_" + name: p for name, p, _, _ in rows})
    for name, _, source, x in rows:
        f.op(name, source.replace("self.", "self.packed_"), x=x)
    f.write()


seed(1)
write_packed(
    "quantized_convolution_1x1",
    packed("channel", 5, 7, (1, 1)),
    packed("tensor", 16, 24, (1, 1), kind="tensor", size=(3, 5), batch=2),
    packed("asymmetric", 9, 17, (1, 1), kind="asymmetric", size=(4, 3), relu=True),
    packed("no_bias", 8, 8, (1, 1), bias=False, size=(5, 5)),
    packed("stride", 6, 10, (1, 1), stride=(2, 2), relu=True),
    packed("stride_uneven", 6, 3, (1, 1), stride=(1, 3), batch=2),
    packed("channels_last", 33, 19, (1, 1), size=(3, 4), layout=CL, batch=2),
    packed("relu", 12, 35, (1, 1), relu=True, size=(3, 3)),
    packed("padding", 3, 4, (1, 1), padding=(1, 2), size=(3, 4)),
    packed("one_pixel", 40, 11, (1, 1), size=(1, 1)),
    packed("saturating", 8, 8, (1, 1), size=(4, 4), scale=1e-4),
    packed("saturating_relu", 8, 8, (1, 1), size=(4, 4), scale=1e-4, relu=True),
    packed("coarse", 8, 8, (1, 1), size=(4, 4), scale=2.5),
)
seed(2)
write_packed(
    "quantized_convolution_dense",
    packed("k3", 3, 8, (3, 3), padding=(1, 1)),
    packed("k3_no_padding", 4, 5, (3, 3), kind="tensor", size=(5, 6), batch=2),
    packed("k3_stride2", 3, 16, (3, 3), stride=(2, 2), padding=(1, 1), relu=True, size=(9, 8)),
    packed("k3_stride2_channels_last", 3, 9, (3, 3), stride=(2, 2), padding=(1, 1), layout=CL, batch=2),
    packed("k3_asymmetric", 5, 6, (3, 3), padding=(1, 1), kind="asymmetric"),
    packed("k3_no_bias", 5, 6, (3, 3), padding=(1, 1), bias=False, relu=True),
    packed("k3_padding_uneven", 2, 3, (3, 3), padding=(0, 2), size=(4, 5)),
    packed("k3_stride_uneven", 3, 5, (3, 3), stride=(2, 1), padding=(1, 1), size=(8, 5)),
    packed("k3_dilation", 3, 4, (3, 3), padding=(2, 2), dilation=(2, 2)),
    packed("k3_dilation_uneven", 3, 4, (3, 3), padding=(1, 3), dilation=(1, 3), kind="tensor", size=(6, 10)),
    packed("k5", 3, 5, (5, 5), padding=(2, 2), size=(6, 7)),
    packed("k5_stride2", 2, 5, (5, 5), stride=(2, 2), padding=(2, 2), kind="asymmetric", relu=True),
    packed("k7_stride2", 3, 4, (7, 7), stride=(2, 2), padding=(3, 3), size=(13, 12)),
    packed("k1x3", 4, 4, (1, 3), padding=(0, 1)),
    packed("k3x1", 4, 9, (3, 1), padding=(1, 0), relu=True),
    packed("k2", 3, 4, (2, 2), stride=(2, 2), size=(6, 8)),
    packed("k4x3", 1, 2, (4, 3), stride=(1, 2), padding=(2, 1), size=(5, 6)),
    packed("one_channel", 1, 1, (3, 3), padding=(1, 1)),
    packed("wide", 19, 21, (3, 3), padding=(1, 1), size=(4, 5)),
    packed("padding_wider_than_input", 2, 2, (5, 5), padding=(4, 4), size=(2, 2)),
)
seed(3)
write_packed(
    "quantized_convolution_groups",
    packed("two", 6, 8, (3, 3), padding=(1, 1), groups=2),
    packed("three_1x1", 9, 6, (1, 1), groups=3, relu=True),
    packed("four_tensor", 8, 12, (3, 3), stride=(2, 2), padding=(1, 1), groups=4, kind="tensor", batch=2),
    packed("two_asymmetric", 4, 6, (3, 3), groups=2, kind="asymmetric", size=(5, 5)),
    packed("two_channels_last", 16, 20, (3, 3), padding=(1, 1), groups=2, layout=CL, size=(4, 4)),
    packed("two_dilation", 4, 4, (3, 3), padding=(2, 2), dilation=(2, 2), groups=2, bias=False),
    packed("shuffle", 24, 24, (1, 1), groups=3, size=(3, 3)),
)
seed(4)
write_packed(
    "quantized_convolution_depthwise",
    packed("k3", 8, 8, (3, 3), padding=(1, 1), groups=8),
    packed("k3_ragged", 13, 13, (3, 3), padding=(1, 1), groups=13, relu=True, batch=2, size=(5, 6)),
    packed("k3_stride2", 16, 16, (3, 3), stride=(2, 2), padding=(1, 1), groups=16, kind="tensor"),
    packed("k3_stride2_even", 9, 9, (3, 3), stride=(2, 2), padding=(1, 1), groups=9, size=(8, 6), relu=True),
    packed("k3_no_padding", 5, 5, (3, 3), groups=5, bias=False),
    packed("k3_asymmetric", 11, 11, (3, 3), padding=(1, 1), groups=11, kind="asymmetric"),
    packed("k3_channels_last", 20, 20, (3, 3), padding=(1, 1), groups=20, layout=CL, batch=2, size=(4, 5)),
    packed("k3_dilation", 6, 6, (3, 3), padding=(2, 2), dilation=(2, 2), groups=6),
    packed("k3_padding_uneven", 4, 4, (3, 3), padding=(0, 1), groups=4),
    packed("k3_one_row", 8, 8, (3, 3), padding=(1, 1), groups=8, size=(1, 6)),
    packed("k3_one_pixel", 8, 8, (3, 3), padding=(1, 1), groups=8, size=(1, 1)),
    packed("k5", 8, 8, (5, 5), padding=(2, 2), groups=8, relu=True),
    packed("k5_stride2", 10, 10, (5, 5), stride=(2, 2), padding=(2, 2), groups=10, kind="tensor"),
    packed("k5_asymmetric", 7, 7, (5, 5), padding=(2, 2), groups=7, kind="asymmetric", size=(5, 6)),
    packed("k7", 4, 4, (7, 7), padding=(3, 3), groups=4),
    packed("k1x5", 9, 9, (1, 5), padding=(0, 2), groups=9),
    packed("k3_tensor", 24, 24, (3, 3), padding=(1, 1), groups=24, kind="tensor", size=(3, 3)),
    packed("multiplier2", 6, 12, (3, 3), padding=(1, 1), groups=6),
    packed("multiplier2_stride2", 5, 10, (3, 3), stride=(2, 2), padding=(1, 1), groups=5, kind="tensor", relu=True),
    packed("multiplier3_asymmetric", 3, 9, (3, 3), padding=(1, 1), groups=3, kind="asymmetric"),
)

# conv1d: the packed class is that of conv2d, with a height of 1. Transposed convolutions.
seed(5)


def one_dimension(name, cin, cout, kernel, stride=1, padding=0, dilation=1, groups=1, kind="channel", batch=1, length=11, relu=False):
    w = weight((cout, cin // groups, kernel), kind)
    b, x = floats(cout, scale=2), quint8(batch, cin, length)
    y = F.conv1d(x.dequantize(), w.dequantize(), b, stride, padding, dilation, groups)
    s, z = range_of(y.relu() if relu else y)
    p = torch.ops.quantized.conv1d_prepack(w, b, [stride], [padding], [dilation], groups)
    assert_near(getattr(torch.ops.quantized, "conv1d_relu" if relu else "conv1d")(x, p, s, z), y.relu() if relu else y)
    return name, p, f"torch.ops.quantized.conv1d{'_relu' if relu else ''}(x, self.{name}, {s!r}, {z})", x


write_packed(
    "quantized_convolution_1d",
    one_dimension("k3", 4, 6, 3, padding=1),
    one_dimension("k5_stride2", 3, 5, 5, stride=2, padding=2, relu=True, batch=2),
    one_dimension("k1", 7, 9, 1, kind="tensor"),
    one_dimension("depthwise", 8, 8, 3, padding=1, groups=8),
    one_dimension("groups_dilation", 4, 8, 3, padding=2, dilation=2, groups=2, kind="asymmetric"),
)


def transposed(name, cin, cout, kernel, stride=(1, 1), padding=(0, 0), output_padding=(0, 0), dilation=(1, 1), groups=1,
               kind="tensor", bias=True, batch=1, size=(4, 5)):
    w = weight((cin, cout // groups, *kernel), kind, axis=1)
    b, x = (floats(cout, scale=2) if bias else None), quint8(batch, cin, *size)
    y = F.conv_transpose2d(x.dequantize(), w.dequantize(), b, stride, padding, output_padding, groups, dilation)
    s, z = range_of(y)
    p = torch.ops.quantized.conv_transpose2d_prepack(w, b, stride, padding, output_padding, dilation, groups)
    assert_near(torch.ops.quantized.conv_transpose2d(x, p, s, z), y)
    return name, p, f"torch.ops.quantized.conv_transpose2d(x, self.{name}, {s!r}, {z})", x


def transposed_1d(name, cin, cout, kernel, stride, padding, output_padding):
    w, b, x = weight((cin, cout, kernel), "tensor"), floats(cout), quint8(1, cin, 7)
    s, z = range_of(F.conv_transpose1d(x.dequantize(), w.dequantize(), b, stride, padding, output_padding))
    p = torch.ops.quantized.conv_transpose1d_prepack(w, b, [stride], [padding], [output_padding], [1], 1)
    return name, p, f"torch.ops.quantized.conv_transpose1d(x, self.{name}, {s!r}, {z})", x


write_packed(
    "quantized_convolution_transposed",
    transposed("k3", 3, 5, (3, 3)),
    transposed("k3_stride2", 4, 6, (3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1), batch=2),
    transposed("k2_stride2", 8, 4, (2, 2), stride=(2, 2)),
    transposed("k4_stride2", 3, 3, (4, 4), stride=(2, 2), padding=(1, 1), bias=False),
    transposed("k3_uneven", 2, 3, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(0, 1), kind="asymmetric"),
    transposed("k3_dilation", 2, 4, (3, 3), stride=(2, 2), padding=(2, 2), dilation=(2, 2), output_padding=(1, 1)),
    transposed("depthwise", 6, 6, (3, 3), stride=(2, 2), padding=(1, 1), output_padding=(1, 1), groups=6),
    transposed("groups", 4, 6, (3, 3), stride=(2, 2), padding=(1, 1), groups=2),
    transposed_1d("one_dimension", 4, 3, 4, 2, 1, 0),
    transposed_1d("one_dimension_output_padding", 2, 5, 3, 2, 1, 1),
)

# Eager modules: loading runs their __setstate__, and forward holds the branches on padding_mode.
seed(6)


def eager(cls, cin, cout, kernel, *, stride=1, padding=0, groups=1, kind="channel", bias=True, padding_mode="zeros",
          size=(6, 7), batch=1, **more):
    m = cls(cin, cout, kernel, stride=stride, padding=padding, groups=groups, bias=bias, padding_mode=padding_mode, **more)
    one = "1d" in cls.__name__
    is_transposed = "Transpose" in cls.__name__
    k = (kernel,) * (1 if one else 2)
    shape = (cin, cout // groups, *k) if is_transposed else (cout, cin // groups, *k)
    w, b = weight(shape, kind), floats(cout) if bias else None
    m.set_weight_bias(w, b)
    x = quint8(batch, cin, *(size[:1] if one else size))
    m.scale, m.zero_point = 1.0, 0
    convolve = {(True, False): F.conv1d, (False, False): F.conv2d, (True, True): F.conv_transpose1d, (False, True): F.conv_transpose2d}
    y = convolve[one, is_transposed](x.dequantize(), w.dequantize(), b, stride, padding, groups=groups)
    y = y.relu() if "ReLU" in cls.__name__ else y
    m.scale, m.zero_point = range_of(y)
    if padding_mode == "zeros" and "output_padding" not in more:
        assert_near(m(x), y)
    return m, x


modules = {
    "conv2d": eager(nnq.Conv2d, 3, 8, 3, padding=1),
    "conv2d_stride2": eager(nnq.Conv2d, 4, 6, 3, stride=2, padding=1, kind="tensor", batch=2),
    "conv2d_depthwise": eager(nnq.Conv2d, 8, 8, 3, padding=1, groups=8),
    "conv2d_no_bias": eager(nnq.Conv2d, 5, 6, 1, bias=False),
    "conv2d_reflect": eager(nnq.Conv2d, 2, 4, 3, padding=1, padding_mode="reflect"),
    "conv2d_relu": eager(nniq.ConvReLU2d, 3, 8, 3, stride=2, padding=1),
    "conv2d_relu_depthwise": eager(nniq.ConvReLU2d, 9, 9, 5, padding=2, groups=9, batch=2),
    "conv1d": eager(nnq.Conv1d, 3, 5, 3, padding=1),
    "conv1d_relu": eager(nniq.ConvReLU1d, 3, 5, 3, stride=2, padding=1),
    "conv_transpose2d": eager(nnq.ConvTranspose2d, 3, 4, 3, stride=2, padding=1, kind="tensor", output_padding=1),
    "conv_transpose1d": eager(nnq.ConvTranspose1d, 3, 4, 4, stride=2, padding=1, kind="tensor"),
}
f = Fixture("quantized_convolution_modules", **{"module_" + name: m for name, (m, _) in modules.items()})
for name, (m, x) in modules.items():
    f.op(name, f"self.module_{name}(x)", x=x)
f.write()


# Whole small models, as the two common exports write them: traced, and scripted then frozen.
seed(7)
for name, channel in (("channel", True), ("tensor", False)):
    model = small(channel)
    scale, zero = float(model.quant.scale), int(model.quant.zero_point)
    xs = [until(lambda: floats(n, 3, 9, 11), lambda x: clear_of_ties(x, scale, zero)) for n in (1, 2)]
    for form in ("scripted", "traced", "frozen"):
        script = {"scripted": lambda: torch.jit.script(model), "traced": lambda: torch.jit.trace(model, xs[0]),
                  "frozen": lambda: torch.jit.freeze(torch.jit.script(model))}[form]()
        f = Fixture(f"quantized_convolution_model_{name}_{form}", script)
        for x in xs:
            f.case("forward", x, tolerance="exact")
        f.write()

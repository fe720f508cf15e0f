"""Elementwise and normalizing operators on quantized tensors, quantize and dequantize, embeddings.

Where PyTorch's x86 and ARM builds may differ (see clear_of_ties) the inputs are chosen so that they do not."""
from torch.ao.nn import quantized as nnq

from fixture import *

Q = "torch.ops.quantized."


def checked(f, name, source, make, reference, scale, zero_point, low=0, high=255, **options):
    """An operator whose float result, `reference` of the dequantized inputs, is to be clear of ties."""
    inputs = until(make, lambda *x: clear_of_ties(reference(*[t.dequantize() for t in x]), scale, zero_point, low, high))
    inputs = inputs if isinstance(inputs, tuple) else (inputs,)
    f.op(name, source, **dict(zip("xyz", inputs)), **options)


def codes(scale, zero_point):
    """Every quint8 once."""
    return torch._make_per_tensor_quantized_tensor(torch.arange(256, dtype=torch.uint8).reshape(1, 8, 4, 8), scale, zero_point)


def any_codes():
    return codes(float(ints(1, low=100, high=700)) / 10007, int(ints(1, low=60, high=190)))


# --- add and mul ------------------------------------------------------------------------------------------------------------
seed(1)
f = Fixture("quantized_elementwise_add")
for name, (a, za), (b, zb), (y, zy) in (("similar", (0.021, 120), (0.034, 90), (0.043, 110)), ("same", (0.0211, 120), (0.0211, 120), (0.0211, 120)),
                                        ("far", (0.5, 3), (0.002, 200), (0.3, 128)), ("small_output_scale", (0.03, 100), (0.02, 130), (0.002, 7)),
                                        ("powers_of_two", (0.25, 0), (0.125, 255), (0.5, 64)), ("large_output_scale", (0.01, 128), (0.02, 128), (2.0, 128))):
    for op in ("add", "add_relu"):
        f.op(f"{op}_{name}", f"{Q}{op}(x, y, {y}, {zy})", x=quint8(1, 5, 7, 3, scale=a, zero_point=za), y=quint8(1, 5, 7, 3, scale=b, zero_point=zb))
f.op("add_extremes", f"{Q}add(x, y, 0.0157, 128)", x=quint8(1, 17, scale=0.0157, zero_point=255, high=2), y=quint8(1, 17, scale=0.0157, zero_point=255, high=2))
f.op("add_batch2_one_dimension", f"{Q}add(x, y, 0.05, 99)", x=quint8(35), y=quint8(35, scale=0.03))
f.op("add_channels_last", f"x = x.contiguous(memory_format=torch.channels_last); y = y.contiguous(memory_format=torch.channels_last); {Q}add_relu(x, y, 0.06, 80)",
     x=quint8(2, 5, 3, 4), y=quint8(2, 5, 3, 4, scale=0.031, zero_point=11))
f.op("add_mixed_layouts", f"x = x.contiguous(memory_format=torch.channels_last); {Q}add(x, y, 0.06, 80)", x=quint8(2, 5, 3, 4), y=quint8(2, 5, 3, 4, scale=0.031, zero_point=11))
f.op("add_itself", f"{Q}add(x, x, 0.09, 118)", x=quint8(3, 9))
f.op("add_empty", f"{Q}add(x, x, 0.09, 118)", x=quint8(0, 3))
# Different shapes: through floats.
for name, s1, s2 in (("channel", (2, 3, 4, 5), (1, 3, 1, 1)), ("row", (3, 5), (5,)), ("both", (4, 1), (1, 6)), ("one", (2, 3), (1,))):
    for op, after in (("add", lambda v: v), ("add_relu", torch.relu)):
        checked(f, f"{op}_broadcast_{name}", f"{Q}{op}(x, y, 0.0613, 101)", lambda: (quint8(*s1, scale=0.0319, zero_point=77), quint8(*s2, scale=0.0271, zero_point=140)),
                lambda x, y: after(x + y), 0.0613, 101)
checked(f, "add_qint8", f"{Q}add(x, y, 0.0613, -3)", lambda: (qint8(3, 7, zero_point=5), qint8(3, 7, scale=0.031, zero_point=-9)), lambda x, y: x + y, 0.0613, -3, -128, 127)
f.write()

seed(2)
f = Fixture("quantized_elementwise_mul")
for name, (a, za), (b, zb), (y, zy) in (("similar", (0.021, 120), (0.034, 90), (0.037, 110)), ("same", (0.0211, 120), (0.0211, 120), (0.0211, 120)),
                                        ("sigmoid_gate", (0.0473, 119), (1 / 256, 0), (0.0451, 117)), ("fine", (0.01, 0), (0.01, 255), (0.0001, 128))):
    for op, after in (("mul", lambda v: v), ("mul_relu", torch.relu)):
        checked(f, f"{op}_{name}", f"{Q}{op}(x, y, {y}, {zy})", lambda: (quint8(2, 5, 3, 3, scale=a, zero_point=za), quint8(2, 5, 3, 3, scale=b, zero_point=zb)),
                lambda x, y: after(x * y), y, zy)
for name, s1, s2 in (("channel", (2, 3, 4, 5), (2, 3, 1, 1)), ("row", (3, 5), (5,)), ("plane", (1, 4, 3, 3), (1, 1, 3, 3))):
    checked(f, f"mul_broadcast_{name}", f"{Q}mul(x, y, 0.0613, 101)", lambda: (quint8(*s1, scale=0.0319, zero_point=77), quint8(*s2, scale=0.0271, zero_point=140)),
            lambda x, y: x * y, 0.0613, 101)
checked(f, "mul_channels_last", f"x = x.contiguous(memory_format=torch.channels_last); y = y.contiguous(memory_format=torch.channels_last); {Q}mul(x, y, 0.06, 80)",
        lambda: (quint8(2, 5, 3, 4), quint8(2, 5, 3, 4, scale=0.031, zero_point=11)), lambda x, y: x * y, 0.06, 80)
# 113 * 147 times the scales is 117.499998, but 117.5 if each code is scaled by itself: the product of the codes is scaled once.
every_code = torch.arange(256, dtype=torch.uint8).view(1, 2, 8, 16)
gate = torch._make_per_tensor_quantized_tensor(torch.tensor([147, 113], dtype=torch.uint8).view(1, 2, 1, 1), 1 / 256, 0)
f.op("mul_gate", f"{Q}mul(y, x, 0.01311643235385418, 0)", x=torch._make_per_tensor_quantized_tensor(every_code, 0.023751867935061455, 0), y=gate)
for op in ("mul", "mul_relu"):
    f.op(f"{op}_qint8", f"{Q}{op}(x, y, 0.0613, -7)", x=qint8(2, 3, 4, zero_point=5), y=qint8(3, 1, scale=0.031, zero_point=-9))
f.write()

seed(3)
f = Fixture("quantized_elementwise_scalar")
for c in (0.3, -1.7, 5.0, -9.0, 40.0, 2):
    name = str(c).replace("-", "minus_").replace(".", "_")
    for op in ("add_scalar", "add_scalar_relu"):
        # The result's scale and zero point are computed from the scalar; the reference is taken from torch itself.
        def clear(x, op=op):
            y = getattr(torch.ops.quantized, op)(x, c)
            return clear_of_ties(x.dequantize() + c, y.q_scale(), y.q_zero_point())
        f.op(f"{op}_{name}", f"{Q}{op}(x, {c})", x=until(lambda: quint8(3, 11), clear))
for c in (0.5, -2.0, 3.7, 0.0, 2):
    name = str(c).replace("-", "minus_").replace(".", "_")
    for op in ("mul_scalar", "mul_scalar_relu"):
        f.op(f"{op}_{name}", f"{Q}{op}(x, {c})", x=quint8(3, 11))
f.write()

# --- cat --------------------------------------------------------------------------------------------------------------------
seed(4)
f = Fixture("quantized_elementwise_cat")
for layout, prefix in (("", ""), ("_channels_last", "x = x.contiguous(memory_format=torch.channels_last); y = y.contiguous(memory_format=torch.channels_last); ")):
    same = dict(scale=0.0473, zero_point=119)
    f.op(f"same{layout}", f"{prefix}{Q}cat([x, y], 1, 0.0473, 119)", x=quint8(2, 3, 4, 5, **same), y=quint8(2, 5, 4, 5, **same))
    f.op(f"relu_same{layout}", f"{prefix}{Q}cat_relu([x, y], 1, 0.0473, 119)", x=quint8(2, 3, 4, 5, **same), y=quint8(2, 2, 4, 5, **same))
    f.op(f"default{layout}", f"{prefix}{Q}cat([x, y], 1, None, None)", x=quint8(1, 3, 4, 5, **same), y=quint8(1, 5, 4, 5, **same))
    checked(f, f"different{layout}", f"{prefix}{Q}cat([x, y], 1, 0.0631, 97)", lambda: (quint8(2, 3, 4, 5), quint8(2, 5, 4, 5, scale=0.031, zero_point=13)),
            lambda x, y: torch.cat([x, y], 1), 0.0631, 97)
    checked(f, f"relu_different{layout}", f"{prefix}{Q}cat_relu([x, y], 1, 0.0631, 97)", lambda: (quint8(1, 3, 4, 5), quint8(1, 5, 4, 5, scale=0.031, zero_point=13)),
            lambda x, y: torch.cat([x, y], 1).relu(), 0.0631, 97)
    checked(f, f"aten_different{layout}", f"{prefix}torch.cat([x, y], 1)", lambda: (quint8(2, 3, 3, 4), quint8(2, 4, 3, 4, scale=0.031, zero_point=13)),
            lambda x, y: torch.cat([x, y], 1), 0.0473, 119)
for dim in (0, 2, 3, -1):
    f.op(f"dim_{dim % 4}{'_negative' if dim < 0 else ''}", f"{Q}cat([x, x], {dim}, 0.0473, 119)", x=quint8(2, 3, 4, 5))
checked(f, "dim0_different", f"{Q}cat([x, y], 0, 0.0631, 97)", lambda: (quint8(2, 7), quint8(3, 7, scale=0.031, zero_point=13)), lambda x, y: torch.cat([x, y], 0), 0.0631, 97)
checked(f, "three", f"{Q}cat([x, y, z], 1, 0.0631, 97)", lambda: (quint8(1, 2, 3, 3), quint8(1, 1, 3, 3, scale=0.031, zero_point=13), quint8(1, 3, 3, 3, scale=0.07, zero_point=200)),
        lambda *v: torch.cat(v, 1), 0.0631, 97)
f.op("aten_same", "torch.cat([x, y], 1)", x=quint8(2, 3), y=quint8(2, 4))
f.write()

# --- Activations over every code ----------------------------------------------------------------------------------------------
f = Fixture("quantized_elementwise_activations")


def activation(name, source, reference, scale=None, zero_point=None):
    def good(x):
        s, z = (x.q_scale(), x.q_zero_point()) if scale is None else (scale, zero_point)
        return clear_of_ties(reference(x.dequantize()), s, z, margin=2e-4)
    f.op(name, source, x=until(any_codes, good))


activation("sigmoid", "torch.sigmoid(x)", torch.sigmoid, 1 / 256, 0)
activation("tanh", "torch.tanh(x)", torch.tanh, 1 / 128, 128)
activation("hardsigmoid", "F.hardsigmoid(x)", F.hardsigmoid, 1 / 256, 0)
activation("hardswish", f"{Q}hardswish(x, 0.0313, 40)", F.hardswish, 0.0313, 40)
activation("hardswish_zero_point_0", f"{Q}hardswish(x, 0.0413, 0)", F.hardswish, 0.0413, 0)
activation("leaky_relu", f"{Q}leaky_relu(x, 0.01, False, 0.0313, 40)", lambda x: F.leaky_relu(x, 0.01), 0.0313, 40)
activation("leaky_relu_aten", "F.leaky_relu(x, 0.1317)", lambda x: F.leaky_relu(x, 0.1317))
activation("elu", f"{Q}elu(x, 0.0313, 40, 1.0, 1.0, 1.0)", F.elu, 0.0313, 40)
activation("elu_alpha", f"{Q}elu(x, 0.0313, 60, 0.7, 1.0, 1.0)", lambda x: F.elu(x, 0.7), 0.0313, 60)
activation("celu", f"{Q}celu(x, 0.0313, 60, 0.7)", lambda x: F.celu(x, 0.7), 0.0313, 60)
seed(5)
f.op("relu", "torch.relu(x)", x=any_codes())
f.op("relu_in_place", "torch.relu_(x); x", x=any_codes())
f.op("relu6", f"{Q}relu6(x)", x=any_codes())
f.op("relu6_functional", "F.relu6(x)", x=any_codes())
f.op("relu6_small_range", f"{Q}relu6(x)", x=codes(0.01, 100))
f.op("hardtanh", "F.hardtanh(x, -0.5, 1.0)", x=any_codes())
f.op("clamp", "torch.clamp(x, -0.7, 1.1)", x=any_codes())
f.op("clamp_quantized", f"{Q}clamp(x, -0.7, 1.1)", x=any_codes())
f.op("clamp_min", "torch.clamp(x, min=0.3)", x=quint8(3), error="Both min and max should be specified for quantized clamp!")
f.op("relu_channels_last", "x = x.contiguous(memory_format=torch.channels_last); torch.relu(x)", x=quint8(2, 3, 4, 5))
f.op("relu_qint8", "torch.relu(x)", x=qint8(5, 7, zero_point=-3))
f.op("threshold", f"{Q}threshold(x, 0.3, 0.1)", x=any_codes())
f.write()

seed(6)
f = Fixture("quantized_elementwise_rare")
f.op("dropout", f"{Q}dropout(x, 0.0473, 119)", x=quint8(3, 4))
checked(f, "prelu", f"{Q}prelu(x, y, 0.0313, 40)", lambda: (any_codes(), quint8(8, scale=0.01, zero_point=3)), lambda x, w: F.prelu(x, w), 0.0313, 40)
checked(f, "matmul", f"{Q}matmul(x, y, 0.0513, 120)", lambda: (quint8(2, 3, 5, scale=0.02), quint8(2, 5, 4, scale=0.03)), lambda x, y: x @ y, 0.0513, 120)
f.write()

# --- quantize, dequantize, looking at the parameters ------------------------------------------------------------------------
seed(7)
f = Fixture("quantized_elementwise_quantize", scales=torch.tensor([0.021, 0.5, 0.0033], dtype=torch.float64), zeros=torch.tensor([3, 0, -7]),
            zeros8=torch.tensor([3, 0, 127]))
for name, scale, zero, dtype, low, high in (("quint8", 0.037, 128, "quint8", 0, 255), ("quint8_zero", 0.1, 0, "quint8", 0, 255), ("quint8_high", 0.0123456789, 255, "quint8", 0, 255),
                                            ("qint8", 0.037, -3, "qint8", -128, 127), ("qint8_symmetric", 0.02, 0, "qint8", -128, 127),
                                            ("qint32", 0.0001, 0, "qint32", -2**31, 2**31 - 1)):
    x = until(lambda: floats(3, 5, 7, scale=3), lambda x: clear_of_ties(x, scale, zero, low, high))
    f.op(f"per_tensor_{name}", f"torch.quantize_per_tensor(x, {scale}, {zero}, torch.{dtype})", x=x)
    f.op(f"round_trip_{name}", f"torch.quantize_per_tensor(x, {scale}, {zero}, torch.{dtype}).dequantize()", x=x, tolerance="exact")
f.op("saturating", "torch.quantize_per_tensor(x, 0.01, 10, torch.quint8)", x=torch.tensor([1e6, -1e6, 1e30, -1e30, 2.451, -0.101, 0.0, -0.0]))
f.op("tensor_parameters", "torch.quantize_per_tensor(x, torch.tensor(0.25), torch.tensor(7), torch.quint8)", x=torch.arange(-4, 5) * 0.26)
f.op("empty", "torch.quantize_per_tensor(x, 0.1, 3, torch.quint8)", x=torch.zeros(0, 4))
f.op("zero_dimensional", "torch.quantize_per_tensor(x, 0.1, 3, torch.quint8)", x=torch.tensor(0.52))
f.op("channels_last", "torch.quantize_per_tensor(x.contiguous(memory_format=torch.channels_last), 0.05, 100, torch.quint8)",
     x=until(lambda: floats(2, 3, 4, 5), lambda x: clear_of_ties(x, 0.05, 100)))
scales = torch.tensor([0.021, 0.5, 0.0033], dtype=torch.float64)
for name, axis, shape, view, dtype, zeros in (("axis0", 0, (3, 7), (3, 1), "qint8", "zeros"), ("axis1", 1, (2, 3, 4), (1, 3, 1), "qint8", "zeros"), ("axis1_quint8", 1, (2, 3), (1, 3), "quint8", "zeros8")):
    x = until(lambda: floats(*shape, scale=0.3), lambda x: clear_of_ties(x / scales.view(view), 1.0, 0, -400, 400))
    f.op(f"per_channel_{name}", f"torch.quantize_per_channel(x, self.scales, self.{zeros}, {axis}, torch.{dtype})", x=x)
    f.op(f"per_channel_round_trip_{name}", f"torch.quantize_per_channel(x, self.scales, self.{zeros}, {axis}, torch.{dtype}).dequantize()", x=x, tolerance="exact")
f.op("dequantize", "x.dequantize()", x=quint8(5, 7), tolerance="exact")
f.op("dequantize_qint8", "torch.dequantize(x)", x=qint8(5, 7, zero_point=-11), tolerance="exact")
f.op("dequantize_list", "torch.dequantize([x, y])", x=quint8(2, 2), y=qint8(3), tolerance="exact")
f.op("dequantize_float", "x.dequantize()", x=floats(2, 2), tolerance="exact")
f.op("dequantize_channels", "x.dequantize()", x=qint8_channels(4, 5), tolerance="exact")
f.op("int_repr", "x.int_repr(), y.int_repr()", x=quint8(5, 3), y=qint8(2, 2))
f.op("parameters", "x.q_scale(), x.q_zero_point(), x.is_quantized, x.dim(), x.numel(), x.dtype", x=quint8(5, 3), tolerance="exact")
f.op("parameters_channel", "x.q_per_channel_scales(), x.q_per_channel_zero_points(), x.q_per_channel_axis()", x=qint8_channels(4, 5), tolerance="exact")
f.op("make_per_tensor", "torch._make_per_tensor_quantized_tensor(x, 0.03, 7)", x=ints(3, 4, low=0, high=256, dtype=torch.uint8))
f.op("make_per_channel", "torch._make_per_channel_quantized_tensor(x, self.scales, self.zeros, 0)", x=ints(3, 4, low=-128, high=128, dtype=torch.int8))
f.op("infinities", "torch.quantize_per_tensor(x, 0.5, 1, torch.qint8).int_repr()", x=torch.tensor([float("inf"), float("-inf"), 63.2, 63.3, -64.6]))
f.write()

# --- Normalization ------------------------------------------------------------------------------------------------------------
seed(8)
f = Fixture("quantized_elementwise_normalization", g=floats(6), b=floats(6), g12=floats(3, 4), b12=floats(3, 4), mean=floats(6), var=floats(6).abs() + 0.3)
m = f.module
for name, shape, dims, weight in (("layer_norm", (4, 6), [6], "g"), ("layer_norm_3d", (2, 3, 6), [6], "g"), ("layer_norm_two_dimensions", (2, 3, 4), [3, 4], "g12")):
    w, b = getattr(m, weight), getattr(m, weight.replace("g", "b"))
    checked(f, name, f"{Q}layer_norm(x, {dims}, self.{weight}, self.{weight.replace('g', 'b')}, 1e-5, 0.0331, 120)", lambda: quint8(*shape),
            lambda x: F.layer_norm(x, dims, w, b), 0.0331, 120)
checked(f, "layer_norm_no_weight", f"{Q}layer_norm(x, [6], None, None, 1e-5, 0.0231, 120)", lambda: quint8(4, 6), lambda x: F.layer_norm(x, [6]), 0.0231, 120)
checked(f, "group_norm", f"{Q}group_norm(x, 3, self.g, self.b, 1e-5, 0.0331, 120)", lambda: quint8(2, 6, 3, 3), lambda x: F.group_norm(x, 3, m.g, m.b), 0.0331, 120)
checked(f, "group_norm_no_weight", f"{Q}group_norm(x, 2, None, None, 1e-5, 0.0331, 120)", lambda: quint8(2, 6, 3), lambda x: F.group_norm(x, 2), 0.0331, 120)
checked(f, "instance_norm", f"{Q}instance_norm(x, self.g, self.b, 1e-5, 0.0331, 120)", lambda: quint8(2, 6, 3, 4), lambda x: F.instance_norm(x, weight=m.g, bias=m.b), 0.0331, 120)
for op, after in (("batch_norm2d", lambda v: v), ("batch_norm2d_relu", torch.relu)):
    checked(f, op, f"{Q}{op}(x, self.g, self.b, self.mean, self.var, 1e-5, 0.0531, 110)", lambda: quint8(2, 6, 3, 4),
            lambda x: after(F.batch_norm(x, m.mean, m.var, m.g, m.b)), 0.0531, 110)
checked(f, "batch_norm1d", f"{Q}batch_norm1d(x, self.g, self.b, self.mean, self.var, 1e-5, 0.0531, 110)", lambda: quint8(3, 6), lambda x: F.batch_norm(x, m.mean, m.var, m.g, m.b), 0.0531, 110)
checked(f, "batch_norm_channels_last", f"x = x.contiguous(memory_format=torch.channels_last); {Q}batch_norm2d(x, self.g, self.b, self.mean, self.var, 1e-5, 0.0531, 110)",
        lambda: quint8(2, 6, 3, 4), lambda x: F.batch_norm(x, m.mean, m.var, m.g, m.b), 0.0531, 110)
f.write()

# --- Embeddings ---------------------------------------------------------------------------------------------------------------
seed(9)


def rows(count, width, dtype):
    w = floats(count, width)
    observer = torch.ao.quantization.PerChannelMinMaxObserver(dtype=dtype, qscheme=torch.per_channel_affine_float_qparams, ch_axis=0)
    observer(w)
    scales, zeros = observer.calculate_qparams()
    return torch.quantize_per_channel(w, scales.float(), zeros.float(), 0, dtype)


module = nnq.Embedding(10, 12)
module.set_weight(rows(10, 12, torch.quint8))
# Packed quint4x2 weights cannot be tested through a file: PyTorch 2.13 saves them and then refuses to load them
# ("require a storage of at least ... bytes"). The row-wise packed form works.
f = Fixture("quantized_elementwise_embedding", packed_byte=torch.ops.quantized.embedding_bag_prepack(rows(11, 8, torch.quint8)), module_embedding=module,
            rows_byte=torch.ops.quantized.embedding_bag_byte_prepack(floats(9, 8)), rows_nibble=torch.ops.quantized.embedding_bag_4bit_prepack(floats(9, 8)))
index = ints(2, 5, low=0, high=9)
f.op("byte", f"{Q}embedding_byte(self.packed_byte, x)", x=index)
f.op("byte_int32", f"{Q}embedding_byte(self.packed_byte, x)", x=index.int())
f.op("eager", "self.module_embedding(x)", x=index[0])
f.op("bag", f"{Q}embedding_bag_byte(self.packed_byte, x, y, include_last_offset=False)", x=ints(7, low=0, high=9), y=torch.tensor([0, 3, 5]))
f.op("bag_last_offset", f"{Q}embedding_bag_byte(self.packed_byte, x, y, include_last_offset=True)", x=ints(7, low=0, high=9), y=torch.tensor([0, 3, 7]))
f.op("bag_rows_byte", f"{Q}embedding_bag_byte_rowwise_offsets(self.rows_byte, x, y, include_last_offset=False)", x=ints(7, low=0, high=9), y=torch.tensor([0, 3, 5]))
f.op("bag_rows_nibble", f"{Q}embedding_bag_4bit_rowwise_offsets(self.rows_nibble, x, y, include_last_offset=False)", x=ints(7, low=0, high=9), y=torch.tensor([0, 3, 5]))
f.write()

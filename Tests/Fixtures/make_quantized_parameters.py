"""What 8-bit networks seldom do: ask packed weights for their parts, choose scales while they run, 4- and 2-bit tables, numbers
added to 32-bit codes, averages that fall halfway between two codes, weights in half precision, packed weights that are written."""
from fixture import *
from torch.ao.quantization import quantize_dynamic


def qint32(*shape, scale=0.25, zero_point=3):
    return torch._make_per_tensor_quantized_tensor(ints(*shape, low=-2**20, high=2**20, dtype=torch.int32), scale, zero_point)


def convolutions():
    seed(1)
    q = torch.ops.quantized
    two = q.conv2d_prepack(qint8_channels(4, 2, 3, 2), floats(4), [2, 1], [1, 0], [1, 2], 2)
    one = q.conv1d_prepack(qint8(4, 3, 3), floats(4), [2], [1], [1], 1)
    up = q.conv_transpose2d_prepack(qint8(4, 3, 2, 3), floats(3), [2, 1], [1, 0], [1, 0], [1, 1], 1)
    f = Fixture("quantized_parameters_convolution", one=one, two=two, up=up)
    q = "torch.ops.quantized."
    for name in ("stride", "padding", "dilation", "groups", "transpose", "output_padding"):
        f.op(name, f"{q}conv2d_{name}(self.two), {q}conv_transpose2d_{name}(self.up)")
    f.define(f"def unpack(self):\n    w, b = {q}conv1d_unpack(self.one)\n    u, d = {q}conv_transpose2d_unpack(self.up)\n    return w.dequantize(), b, u.dequantize(), d\n")
    f.case("unpack")
    for name, packed, shape in (("conv1d", "one", (2, 3, 7)), ("conv2d", "two", (1, 4, 6, 5)), ("conv_transpose2d", "up", (1, 4, 3, 4))):
        x = until(lambda: floats(*shape), lambda x: clear_of_ties(x, (float(x.max()) - float(x.min())) / 255))
        f.op(name + "_dynamic", f"{q}{name}_dynamic(x, self.{packed})", x=x)
    f.write()


def scales():
    seed(2)
    f = Fixture("quantized_parameters_scales")
    for name, x in {"mixed": floats(3, 5), "positive": floats(4).abs() + 1, "negative": -floats(4).abs() - 1, "zero": torch.zeros(3), "tiny": floats(4, scale=1e-7)}.items():
        f.op(f"choose_{name}", "torch._choose_qparams_per_tensor(x, False), torch._choose_qparams_per_tensor(x, True)", x=x, tolerance="exact")
    x = floats(3, 5)
    f.op("dynamic_unsigned", "torch.quantize_per_tensor_dynamic(x, torch.quint8, False), torch.quantize_per_tensor_dynamic(x, torch.quint8, True)", x=x)
    f.op("dynamic_signed", "torch.quantize_per_tensor_dynamic(x, torch.qint8, False), torch.quantize_per_tensor_dynamic(x, torch.qint8, True)", x=x)
    f.op("several", "torch.quantize_per_tensor([x, x + 1.0], torch.tensor([0.1, 0.25]), torch.tensor([3, 7]), torch.quint8)", x=x)
    f.op("empty", "y = torch._empty_affine_quantized([2, 3], scale=0.5, zero_point=4, dtype=torch.qint8); y.q_scale(), y.q_zero_point(), y.size(), y.dtype == torch.qint8")
    f.op("empty_channels", "y = torch._empty_per_channel_affine_quantized([2, 3], scales=torch.tensor([0.5, 0.25]), zero_points=torch.tensor([1, 2]), axis=0, dtype=torch.quint8); y.q_per_channel_axis(), y.q_per_channel_scales(), y.size()")
    f.op("add_32", "torch.ops.quantized.add_scalar(x, 1.3), torch.ops.quantized.add_scalar_relu(x, -700.0)", x=qint32(3, 4))
    f.op("multiply_32", "torch.ops.quantized.mul_scalar(x, 1.5), torch.ops.quantized.mul_scalar(x, -0.25)", x=qint32(3, 4))
    f.op("batch_norm", "torch.quantized_batch_norm(x, w, b, m, v, 1e-3, 0.07, 100)", x=quint8(2, 3, 2, 2), w=floats(3), b=floats(3), m=floats(3), v=floats(3).abs() + 0.5)
    f.op("promote", "torch.promote_types(torch.uint8, torch.int8) == torch.int16, torch.promote_types(torch.float16, torch.bfloat16) == torch.float32, torch.promote_types(torch.int64, torch.float16) == torch.float16")
    f.op("can_cast", "torch.can_cast(torch.float32, torch.int32), torch.can_cast(torch.int32, torch.float16), torch.can_cast(torch.uint8, torch.bool), torch.can_cast(torch.bool, torch.int8)")
    f.op("result_type", "torch.result_type(x, 2.5) == torch.float32, torch.result_type(x, 2) == torch.int32, torch.result_type(1, 2.0) == torch.float32", x=ints(2, dtype=torch.int32))
    f.op("resize_as", "x = x.clone(); x.resize_as_(y); x", x=floats(2, 6), y=floats(3, 4))
    f.op("add_relu", "torch._VF._add_relu(x, y), torch._VF._add_relu(x, y, alpha=2), torch._VF._add_relu_(x.clone(), y)", x=floats(3, 4), y=floats(4))
    f.op("add_relu_ints", "torch._VF._add_relu(x, y)", x=ints(3, 4), y=ints(4))
    f.write()


def pooling():
    """Small codes and an odd zero point: many averages of two or four codes are halves. The general kernels round after the zero
    point is added as PyTorch's x86 wheel quantizes, QNNPACK's before."""
    seed(3)
    f = Fixture("quantized_parameters_halves")
    for zero_point in (3, 10):
        x, s, v = (make(1, 5, *shape, low=low, high=low + 9, zero_point=zero_point) for make, shape, low in ((quint8, (4, 6), 0), (qint8, (4, 6), -4), (quint8, (2, 4, 4), 0)))
        f.op(f"plain{zero_point}", "F.avg_pool2d(x, 2), F.adaptive_avg_pool2d(x, [2, 3]), x.mean([2, 3])", x=x)
        f.op(f"ceil{zero_point}", "F.avg_pool2d(x, 2, ceil_mode=True)", x=x)
        f.op(f"uneven{zero_point}", "F.adaptive_avg_pool2d(x, [3, 4])", x=x)
        f.op(f"signed{zero_point}", "F.avg_pool2d(x, 2), F.adaptive_avg_pool2d(x, [2, 3])", x=s)
        f.op(f"volume{zero_point}", "F.avg_pool3d(x, 2), F.adaptive_avg_pool3d(x, [1, 2, 2])", x=v)
    f.write()


def embeddings():
    seed(4)
    f = Fixture("quantized_parameters_embedding")
    table = floats(6, 8)
    table[3] = 0.75                                          # no range
    q = "torch.ops.quantized."
    for bits in (4, 2):
        f.op(f"pack{bits}", f"{q}embedding_bag_{bits}bit_prepack(x), {q}embedding_bag_{bits}bit_unpack({q}embedding_bag_{bits}bit_prepack(x))", x=table)
        f.op(f"pack{bits}_ranges", f"{q}embedding_bag_{bits}bit_prepack_with_rowwise_min_max(x, r)", x=table, r=torch.stack([table.amin(1) - 0.1, table.amax(1) + 0.2], 1))
        f.op(f"bags{bits}", f"{q}embedding_bag_{bits}bit_rowwise_offsets({q}embedding_bag_{bits}bit_prepack(x), i, o)", x=table, i=torch.tensor([0, 5, 3, 3, 1]), o=torch.tensor([0, 2, 2]))
        f.op(f"bags{bits}_weights", f"{q}embedding_bag_{bits}bit_rowwise_offsets({q}embedding_bag_{bits}bit_prepack(x), i, o, False, 0, False, w, None, True)", x=table, i=torch.tensor([0, 5, 3, 3, 1]), o=torch.tensor([0, 2, 5]), w=floats(5))
    f.op("pack_byte_ranges", f"{q}embedding_bag_byte_prepack_with_rowwise_min_max(x, r)", x=table, r=torch.stack([table.amin(1) - 0.1, table.amax(1) + 0.2], 1))
    f.write()


class HalfTagger(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.gru, self.linear = torch.nn.LSTM(4, 3, bidirectional=True), torch.nn.GRU(6, 3), torch.nn.Linear(3, 2)

    def forward(self, x):
        return self.linear(self.gru(self.lstm(x)[0])[0])


def half():
    seed(5)
    torch.backends.quantized.engine = "x86"
    name = "quantized_parameters_half"
    module = torch.jit.script(quantize_dynamic(HalfTagger().eval(), {torch.nn.LSTM, torch.nn.GRU, torch.nn.Linear}, dtype=torch.float16))
    folder = OPERATORS / name
    shutil.rmtree(folder, ignore_errors=True)
    rewrite(lite_bytes(module), folder / "model.ptl", keep=lambda r: not r.startswith("code/"))
    x, case, count = floats(5, 2, 4), folder / "case0", [0]
    case.mkdir()
    write_json(case / "case.json", {
        "method": "forward", "inputs": [encode(x, case, count)], "output": encode(module(x), case, count), "tolerance": default_tolerance(x),
        "computed": "PyTorch's engine QNNPACK has no weights of half precision; the result is that of its engine x86"})
    torch.backends.quantized.engine = "qnnpack"
    print(f"{name}: 1 case")


def kept():
    """Weights that the program changes between runs."""
    seed(6)
    f = Fixture("quantized_parameters_written", w=floats(3, 2, 3, 3), t=floats(2, 3, 2, 2), m=floats(5, 4), k=floats(4, 6),
                c=floats(3, 2, 3, 3).contiguous(memory_format=torch.channels_last))
    f.define("def run(self, x, y): return F.conv2d(x, self.w), F.conv_transpose2d(x, self.t), F.linear(y, self.m), y @ self.k, F.conv2d(x, self.c)")
    f.define("def one_row(self, y): return F.linear(y, self.m), y @ self.k, F.linear(y, self.k.t())")
    f.define("def write(self):\n    self.w[0, 0, 1].mul_(2.0)\n    self.t.add_(1.0)\n    self.m[1:3].zero_()\n    self.k.t()[2] = 7.0\n    self.c[1] = 0.5\n    return 0")
    f.define("def shrink(self):\n    self.m.resize_([2, 4])\n    return self.m.size()")
    x, y = floats(1, 2, 5, 4), floats(9, 4)
    run = ("run", x, y)
    f.calls(run, run, ("one_row", y[:1]), ("write",), run, run, ("one_row", y[:1]), ("write",), run)
    f.calls(("one_row", y[:2]), ("shrink",), ("write",), ("one_row", y[0]))
    f.write()


if __name__ == "__main__":
    convolutions(), scales(), pooling(), embeddings(), half(), kept()

"""Pooling, resizing and moving data in quantized tensors."""
from fixture import *

CL = "x = x.contiguous(memory_format=torch.channels_last); "


def both(f, name, source, *shape, **options):
    """The case on a contiguous and on a channels-last tensor, batch 1 and 2."""
    f.op(name, source, x=quint8(*shape, **options))
    f.op(name + "_channels_last", CL + source, x=quint8(2, *shape[1:], **options))


def clear(f, name, source, shape, reference, scale=0.0473, zero_point=119, step=1):
    """Generic kernels: the float result is to be clear of ties. Where windows of even size make that impossible, `step`
    makes all codes multiples of it."""
    def make():
        codes = (ints(*shape, low=0, high=256 // step) * step).to(torch.uint8)
        return torch._make_per_tensor_quantized_tensor(codes, scale, zero_point)
    f.op(name, source, x=until(make, lambda x: clear_of_ties(reference(x.dequantize()), scale, zero_point)))


seed(1)
f = Fixture("quantized_pooling_max")
both(f, "k2", "F.max_pool2d(x, [2, 2])", 1, 5, 6, 8)
both(f, "k3_stride2_padding1", "F.max_pool2d(x, [3, 3], [2, 2], [1, 1])", 1, 7, 7, 9)
both(f, "k3_stride1", "F.max_pool2d(x, [3, 3], [1, 1])", 1, 3, 5, 4)
both(f, "uneven", "F.max_pool2d(x, [3, 2], [2, 1], [1, 0])", 1, 4, 6, 5)
both(f, "ceil", "F.max_pool2d(x, [2, 2], [2, 2], [0, 0], [1, 1], True)", 1, 3, 5, 7)
both(f, "dilation", "F.max_pool2d(x, [2, 2], [1, 1], [0, 0], [2, 2])", 1, 3, 5, 6)
both(f, "wide", "F.max_pool2d(x, [3, 3], [2, 2])", 1, 19, 5, 5)
f.op("one_dimension", "F.max_pool1d(x, [3], [2], [1])", x=quint8(2, 3, 11))
f.write()

seed(2)
f = Fixture("quantized_pooling_average")
both(f, "k2", "F.avg_pool2d(x, [2, 2])", 1, 5, 6, 8)
both(f, "k3_stride2_padding1", "F.avg_pool2d(x, [3, 3], [2, 2], [1, 1])", 1, 7, 7, 9)
both(f, "k3_stride1", "F.avg_pool2d(x, [3, 3], [1, 1])", 1, 3, 5, 4)
both(f, "uneven", "F.avg_pool2d(x, [3, 2], [2, 1], [1, 0])", 1, 4, 6, 5)
both(f, "padding_counted", "F.avg_pool2d(x, [3, 3], [2, 2], [1, 1], False, True)", 1, 3, 6, 6)
both(f, "padding_not_counted", "F.avg_pool2d(x, [3, 3], [2, 2], [1, 1], False, False)", 1, 3, 6, 6)      # QNNPACK counts it all the same
clear(f, "ceil", "F.avg_pool2d(x, [3, 3], [2, 2], [0, 0], True)", (1, 3, 6, 8), lambda x: F.avg_pool2d(x, 3, 2, 0, True), zero_point=120, step=12)
clear(f, "ceil_padding_not_counted", "F.avg_pool2d(x, [3, 3], [2, 2], [1, 1], True, False)", (2, 3, 6, 8), lambda x: F.avg_pool2d(x, 3, 2, 1, True, False), zero_point=120, step=12)
both(f, "whole_plane", "F.avg_pool2d(x, [5, 7])", 1, 11, 5, 7)
for to, shape in (("[1, 1]", (1, 13, 7, 7)), ("[1, 1]", (1, 3, 1, 1)), ("[2, 2]", (1, 5, 4, 6)), ("[3, 1]", (1, 5, 6, 5)), ("[4, 6]", (1, 2, 4, 6))):
    name = "adaptive_" + to.strip("[]").replace(", ", "x") + f"_of_{shape[2]}x{shape[3]}"
    both(f, name, f"F.adaptive_avg_pool2d(x, {to})", *shape)
for to, shape in (((3, 3), (1, 3, 5, 7)), ((5, 4), (2, 2, 7, 6)), ((6, 6), (1, 2, 4, 4))):
    clear(f, f"adaptive_{to[0]}x{to[1]}_of_{shape[2]}x{shape[3]}", f"F.adaptive_avg_pool2d(x, {list(to)})", shape, lambda x: F.adaptive_avg_pool2d(x, to), zero_point=120, step=12)
both(f, "mean", "x.mean([2, 3])", 1, 13, 5, 6)
both(f, "mean_keepdim", "torch.mean(x, [2, 3], True)", 1, 9, 7, 7)
both(f, "mean_negative_dims", "x.mean([-1, -2])", 1, 5, 3, 4)
clear(f, "mean_other_dims", "x.mean([1])", (2, 7, 5), lambda x: x.mean([1]))
f.write()

seed(3)
f = Fixture("quantized_pooling_resize")
both(f, "nearest_2x", "F.interpolate(x, scale_factor=[2.0, 2.0], mode='nearest')", 1, 3, 3, 4)
both(f, "nearest_size", "torch._C._nn.upsample_nearest2d(x, [7, 5], None, None)", 1, 3, 4, 6)
both(f, "nearest_down", "torch._C._nn.upsample_nearest2d(x, None, [0.5, 0.5])", 1, 2, 6, 5)
both(f, "nearest_aten", "torch._C._nn.upsample_nearest2d(x, [6, 9], None, None)", 1, 2, 3, 3)


def blur(name, source, shape, reference, step=1):
    def make():
        codes = (ints(*shape, low=0, high=256 // step) * step).to(torch.uint8)
        return torch._make_per_tensor_quantized_tensor(codes, 0.0473, 119)
    # Steps of 16 make the 2x weights (quarters) give integers: no ties, and nothing to round.
    x = until(make, lambda x: step == 16 or clear_of_ties(reference(x.dequantize()), 0.0473, 119, margin=2e-3))
    f.op(name, source, x=x)
    f.op(name + "_channels_last", CL + source, x=x)


blur("bilinear_2x", "F.interpolate(x, scale_factor=[2.0, 2.0], mode='bilinear', align_corners=False)", (1, 3, 4, 5), None, 16)
blur("bilinear_2x_size", "torch._C._nn.upsample_bilinear2d(x, [8, 12], False, None, None)", (1, 2, 4, 6), None, 16)
blur("bilinear_size", "torch._C._nn.upsample_bilinear2d(x, [7, 5], False, None, None)", (1, 2, 3, 4), lambda x: F.interpolate(x, size=[7, 5], mode="bilinear"))
blur("bilinear_align_corners", "torch._C._nn.upsample_bilinear2d(x, [7, 10], True, None, None)", (2, 2, 3, 4),
     lambda x: F.interpolate(x, size=[7, 10], mode="bilinear", align_corners=True))
blur("bilinear_down", "torch._C._nn.upsample_bilinear2d(x, [3, 4], False, None, None)", (1, 2, 7, 9), lambda x: F.interpolate(x, size=[3, 4], mode="bilinear"))
blur("bilinear_same", "torch._C._nn.upsample_bilinear2d(x, [4, 5], False, None, None)", (1, 2, 4, 5), None, 16)
f.write()

seed(4)
f = Fixture("quantized_pooling_shape")
both(f, "flatten", "torch.flatten(x, 1)", 1, 3, 4, 5)
both(f, "reshape", "x.reshape([x.size(0), -1, 10])", 1, 3, 4, 5)
both(f, "permute", "x.permute([0, 2, 3, 1])", 1, 3, 4, 5)
both(f, "permute_contiguous", "x.permute([0, 2, 3, 1]).contiguous()", 1, 3, 4, 5)
both(f, "slice", "x[:, 1:, ::2, 1:4]", 1, 3, 4, 5)
both(f, "transpose", "x.transpose(1, 2).contiguous()", 1, 3, 4, 5)
both(f, "contiguous", "x.contiguous()", 1, 3, 4, 5)
both(f, "clone", "x.clone()", 1, 3, 4, 5)
both(f, "select", "x[0]", 1, 3, 4, 5)
both(f, "squeeze", "x.unsqueeze(0).squeeze()", 1, 3, 1, 5)
both(f, "detach", "x.detach()", 1, 3, 2, 2)
f.op("view", "x.view([2, -1])", x=quint8(4, 3))
f.op("transpose_two", "x.t()", x=quint8(4, 3))
f.op("chunk", "torch.chunk(x, 2, 1)", x=quint8(2, 5, 3))
f.op("split", "torch.split(x, 2, 1)", x=quint8(1, 5, 3))
f.op("stack", "torch.stack([x, y], 0)", x=quint8(2, 3), y=quint8(2, 3))
f.op("expand", "x.expand([3, 4]).contiguous()", x=quint8(1, 4))
f.op("index_select", "torch.index_select(x, 0, y)", x=quint8(4, 3), y=torch.tensor([2, 0, 2]))
f.op("index", "x[y]", x=quint8(4, 3), y=torch.tensor([2, 0, 2]))
f.op("channel_shuffle", "b, c, h, w = x.size(); x.view([b, 3, c // 3, h, w]).transpose(1, 2).contiguous().view([b, c, h, w])", x=quint8(2, 6, 2, 3))
f.op("slice_write", "x = x.clone(); x[0] = y; x", x=quint8(3, 4), y=quint8(4))
f.op("fill", "x = x.clone(); x[1:].fill_(0.4); x", x=quint8(3, 4))
f.op("equal", "torch.equal(x, y), torch.equal(x, x)", x=quint8(2, 3), y=quint8(2, 3))
f.op("compare", "x > 0.2, x <= y, x == y", x=quint8(2, 5), y=quint8(2, 5))
f.op("maximum", "x.max()", x=quint8(3, 7))
f.op("sort", "torch.sort(x, 1)", x=torch._make_per_tensor_quantized_tensor(torch.tensor([[5, 3, 200], [7, 9, 8]], dtype=torch.uint8), 0.03, 9))
f.op("pad_constant", "F.pad(x, [1, 2, 0, 1])", x=quint8(1, 2, 3, 4))
f.op("pad_constant_value", "F.pad(x, [1, 2], 'constant', 0.7)", x=quint8(2, 3, zero_point=100, scale=0.05))
f.op("pad_reflect", "F.pad(x, [1, 2, 1, 0], 'reflect')", x=quint8(1, 2, 3, 4))
f.op("pad_reflect_one_dimension", "F.pad(x, [2, 1], 'reflect')", x=quint8(1, 2, 4))
f.op("pixel_shuffle", "F.pixel_shuffle(x, 2)", x=quint8(1, 8, 2, 3))
f.write()

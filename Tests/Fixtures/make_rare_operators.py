"""Operators that few models use: histograms, gradients, segments, masked indexing, renormalization, weighted covariance, integer layers."""
from fixture import *

INFINITY, NAN = float("inf"), float("nan")


def write(name, rows):
    f = Fixture("rare_" + name)
    for method, source, *inputs in rows:
        error = inputs.pop() if inputs and isinstance(inputs[-1], str) else None
        f.op(method, source, error=error, **dict(zip("xyz", inputs)))
    f.write()


seed(1)
write("histograms", [
    ("bins", "torch.histogram(x, 5), torch.histogram(x, 4, range=[-1.0, 1.0]), torch.histogram(x, 3, weight=y, density=True)", floats(20), floats(20).abs()),
    ("edges", "torch.histogram(x, y), torch.histogram(x, y, density=True)", floats(3, 7), torch.tensor([-1.0, -0.5, 0.25, 2.0])),
    ("one", "torch.histogram(x, 2)", torch.tensor(1.5)),
    ("empty", "torch.histogram(x, 2)", torch.zeros(0)),
    ("several", "torch.histogramdd(x, [2, 3]), torch.histogramdd(x, [2, 2], range=[-1.0, 1.0, 0.0, 2.0], density=True)", floats(15, 2)),
    ("several_edges", "torch.histogramdd(x, [y, z])", floats(9, 2, dtype=torch.float64), torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64), torch.tensor([-2.0, 2.0], dtype=torch.float64)),
    ("wrong_bins", "torch.histogram(x, 0)", floats(3), ""),
    ("wrong_range", "torch.histogram(x, 2, range=[2.0, 1.0])", floats(3), ""),
])
seed(2)
write("gradients", [
    ("even", "torch.gradient(x), torch.gradient(x, spacing=2.0), torch.gradient(x, dim=1, edge_order=2), torch.gradient(x, spacing=0.5, dim=[1, 0])", floats(4, 5)),
    ("uneven", "torch.gradient(x, spacing=[y, z]), torch.gradient(x, spacing=[z], dim=-1, edge_order=2)", floats(3, 5), torch.tensor([0.0, 1.0, 4.0]), torch.tensor([0.0, 0.5, 0.7, 2.0, 2.5])),
    ("integers", "torch.gradient(x)", torch.tensor([1, 4, 9, 16])),
    ("short", "torch.gradient(x)", floats(1), ""),
])
seed(3)
write("segments", [
    ("lengths", "torch.segment_reduce(x, 'sum', lengths=y), torch.segment_reduce(x, 'mean', lengths=y), torch.segment_reduce(x, 'max', lengths=y), torch.segment_reduce(x, 'min', lengths=y, initial=0), torch.segment_reduce(x, 'prod', lengths=y)", floats(6, 2), torch.tensor([2, 0, 4])),
    ("offsets", "torch.segment_reduce(x, 'sum', offsets=y, axis=1)", floats(2, 5), torch.tensor([[0, 2, 5], [0, 1, 5]])),
    ("wrong", "torch.segment_reduce(x, 'median', lengths=y)", floats(4), torch.tensor([4]), ""),
])
seed(4)
write("indexing", [
    ("masked", "i: List[Optional[Tensor]] = [z]; torch._unsafe_masked_index(x, y, i, 7.0), torch._unsafe_masked_index_put_accumulate(x, y, i, x[:3])", floats(4, 3), torch.tensor([[True], [False], [True]]), torch.tensor([0, 9, -4])),
    ("static", "torch.nonzero_static(x, size=3), torch.nonzero_static(x, size=1, fill_value=5)", torch.tensor([[0, 2], [3, 0]])),
    ("index_reduce", "torch.index_reduce(x, 0, y, z, 'mean'), torch.index_reduce(x, 0, y, z, 'prod', include_self=False), torch.index_reduce(x, 0, y, z, 'amax'), torch.index_reduce(x, 0, y, z, 'amin')", floats(3, 2), torch.tensor([0, 0, 2]), floats(3, 2)),
    ("strided_scatter", "torch.as_strided_scatter(x, y, [2, 2], [1, 3], 1)", floats(3, 3), floats(2, 2)),
    ("take_negative", "torch.take_along_dim(x, y, 1)", floats(2, 3), torch.tensor([[-1, 0], [1, -3]])),
    ("index_reduce_wrong", "torch.index_reduce(x, 0, y, x, 'sum')", floats(2), torch.tensor([0, 1]), ""),
])
seed(5)
write("shapes", [
    ("chunk_cat", "torch._chunk_cat([x, y], 1, 2)", floats(2, 3, 2), floats(2, 4)),
    ("sequences", "torch.atleast_1d([x, y]), torch.atleast_2d([x, y]), torch.atleast_3d([x, y])", torch.tensor(1.0), floats(2, 2)),
    ("splits", "torch.dsplit(x, 2), torch.dsplit(x, [1, 3]), torch.tensor_split(x, y), torch.tensor_split(x, z, 2)", floats(2, 2, 4), torch.tensor(2), torch.tensor([1, 3])),
    ("sum_to_size", "x.sum_to_size([3, 1]), x.sum_to_size([1]), x.sum_to_size([2, 3, 4])", floats(2, 3, 4)),
    ("sum_to_size_bool", "x.sum_to_size([1, 3]), x.sum_to_size([2, 3])", torch.tensor([[True, True, False], [True, False, False]])),
    ("counts", "torch.count_nonzero(x, [0, 2]), torch.count_nonzero(x, dim=1)", ints(2, 3, 4, low=0, high=2)),
    ("permuted", "torch.empty_permuted([2, 3, 4], [0, 2, 1]).stride(), torch.empty_permuted([2, 0], [1, 0], dtype=torch.int8).size()"),
    ("frexp", "torch.frexp(x), torch.frexp(x.half()), torch.frexp(x.double())", torch.tensor([0.0, 1.0, -3.7, 1e-8, 100.0, -0.5])),
    ("sum_to_size_wrong", "x.sum_to_size([4])", floats(3), ""),
    ("logspace", "torch.logspace(1.7, 3.2, 4, 2.0, dtype=torch.int64), torch.logspace(1.7, 3.2, 4, 2.0)"),
])
seed(6)
write("statistics", [
    ("covariance", "torch.cov(x, fweights=y), torch.cov(x, aweights=z), torch.cov(x, correction=2, fweights=y, aweights=z), torch.cov(x[0])", floats(2, 5), torch.tensor([1, 2, 0, 3, 1]), floats(5).abs()),
    ("single", "torch.corrcoef(x), torch.cov(x), torch.corrcoef(x[0])", floats(1, 4)),
    ("difference", "torch.diff(x, prepend=y), torch.diff(x, 2, 0, append=x), torch.diff(x, 1, 1, y, y)", floats(3, 4), floats(3, 1)),
    ("renorm", "torch.renorm(x, INF, 0, 0.5), torch.renorm(x, 1.0, 1, 2.0)".replace("INF", "float('inf')"), floats(3, 4)),
    ("renorm_wrong", "torch.renorm(x, 0.0, 0, 1.0)", floats(3, 4), ""),
    ("embedding_renorm", "w = x.clone(); torch.embedding_renorm_(w, y, 1.0, 2.0); w", floats(4, 3), torch.tensor([0, 2, 2])),
    ("batch", "torch._native_batch_norm_legit(x, y, None, True, 0.1, 1e-5), torch._native_batch_norm_legit_no_training(x, y, y, y, y.abs() + 1, 0.1, 1e-5)", floats(2, 3, 4), floats(3)),
    ("batch_update", "m = y.clone(); v = z.clone(); r = torch.ops.aten._batch_norm_with_update(x, None, None, m, v, 0.2, 1e-5); r[0], r[1], r[2], m, v", floats(4, 3), floats(3), floats(3).abs()),
])
seed(7)
write("integers", [
    ("convolution", "torch.conv2d(x, y), torch.conv2d(x, y, z, [2, 1], [1, 0]), torch.conv_transpose2d(x, y[:2, :1], None, 2)", ints(1, 2, 4, 4), ints(3, 2, 2, 2), ints(3)),
    ("convolution_bytes", "torch.conv1d(x, y)", ints(1, 2, 5, low=0, high=10, dtype=torch.uint8), ints(2, 2, 3, low=0, high=10, dtype=torch.uint8)),
    ("linear", "torch.nn.functional.linear(x, y, z), torch.bilinear(x, x, torch.ones([2, 4, 4], dtype=torch.int64), None)", ints(3, 4), ints(2, 4), ints(2)),
    ("products", "torch.outer(x, y), torch.inner(x, x), torch.inner(x, y[0]), torch.addr(torch.ones([3, 2], dtype=torch.bool), x > 0, y > 0, beta=0)", ints(3), ints(2)),
    ("losses", "torch.nn.functional.margin_ranking_loss(x, y, z, margin=1.0), torch.nn.functional.pairwise_distance(x, y), torch.nn.functional.poisson_nll_loss(x, y), torch.threshold(x, 2, -7), torch.nn.functional.triplet_margin_loss(x.view(2, 2), y.view(2, 2), z.view(2, 2)), torch.nn.functional.cosine_embedding_loss(x.view(2, 2), y.view(2, 2), z[:2])", ints(4, low=0, high=5), ints(4, low=1, high=5), torch.tensor([1, -1, -1, 1])),
    ("margins", "torch.nn.functional.multi_margin_loss(x, y), torch.nn.functional.multilabel_margin_loss(x, y)", torch.tensor(0.3), torch.tensor(0)),
])
seed(8)
write("resampling", [
    ("antialiased", "torch.ops.aten._upsample_bilinear2d_aa(x, [3, 2], False), torch.ops.aten._upsample_bicubic2d_aa(x, [3, 4], False), torch.ops.aten._upsample_bilinear2d_aa(x, [3, 2], True), torch.ops.aten._upsample_bicubic2d_aa(x, [11, 9], True)", floats(1, 2, 7, 6)),
    ("interpolate", "torch.nn.functional.interpolate(x, scale_factor=0.4, mode='bilinear', antialias=True), torch.nn.functional.interpolate(x, [4, 9], mode='bicubic', antialias=True)", floats(2, 1, 8, 7)),
    ("bytes", "torch.nn.functional.interpolate(x, [4, 9], mode='bilinear'), torch.nn.functional.interpolate(x, [11, 5], mode='bicubic'), torch.nn.functional.interpolate(x, [3, 4], mode='bilinear', antialias=True), torch.nn.functional.interpolate(x, [5, 7], mode='bilinear', align_corners=True)", ints(2, 3, 8, 7, low=0, high=256, dtype=torch.uint8)),
    ("circular", "torch.nn.functional.pad(x, [-1, 1, -2, 1], 'circular'), torch.nn.functional.pad(x, [2, -1, 0, 2], 'circular')", floats(1, 2, 4, 4)),
    ("convolution_mode", "torch._convolution_mode(x, y, None, [1, 1], 'same', [1, 1], 1), torch._convolution_mode(x, y, None, [2, 1], 'valid', [1, 2], 1)", floats(1, 2, 5, 5), floats(3, 2, 3, 2)),
    ("tensordot", "torch.tensordot(x, y, [[0, 1], [2, 0]])", floats(1, 1, 1), floats(2, 1, 2)),
])

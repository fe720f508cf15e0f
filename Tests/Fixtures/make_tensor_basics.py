"""Tensors of every dtype: arithmetic, comparison, reduction, views, writing through views, indexing, sorting, creation."""
from fixture import *

DTYPES = {"f32": torch.float32, "f64": torch.float64, "i64": torch.int64, "i32": torch.int32, "i16": torch.int16, "u8": torch.uint8, "i8": torch.int8,
          "bool": torch.bool, "f16": torch.float16, "bf16": torch.bfloat16}


def some(kind: str, *shape: int) -> torch.Tensor:
    dtype = DTYPES[kind]
    if dtype.is_floating_point:
        return floats(*shape, scale=3, dtype=dtype)
    return ints(*shape, low=0 if kind in ("u8", "bool") else -9, high=2 if kind == "bool" else 10, dtype=dtype)


def nonzero(kind: str, *shape: int) -> torch.Tensor:
    return until(lambda: some(kind, *shape), lambda x: bool((x.double().abs() > 0.2).all()))


def write(name, rows, attributes=None, **options):
    f = Fixture("tensor_basics_" + name, **(attributes or {}))
    for row in rows:
        method, source, *inputs = row
        f.op(method, source, **dict(zip("xyz", inputs)), **options)
    f.write()


# --- Arithmetic ---------------------------------------------------------------------------------------------------------------
seed(1)
write("arithmetic", [
    ("broadcast_rows", "x + y, x - y, x * y, x / y", floats(3, 4), floats(4)),
    ("broadcast_both", "x + y, x * y", floats(3, 1), floats(1, 4)),
    ("broadcast_zero_dimensional", "x - y, y - x", floats(2, 3), torch.tensor(1.5)),
    ("broadcast_many", "x + y", floats(2, 1, 3, 1), floats(4, 1, 5)),
    ("broadcast_empty", "x + y", floats(0, 3), floats(3)),
    ("scalars", "x + 1, x - 2.5, x * 3, x / 4, 1 - x, 2 / x, x + True, -x", floats(5)),
    ("alpha", "torch.add(x, y, alpha=2.5), torch.sub(x, y, alpha=3), torch.rsub(x, y, alpha=2), torch.rsub(x, 1.0)", floats(4), floats(4)),
    ("addcmul", "torch.addcmul(x, y, z, value=0.5), torch.addcdiv(x, y, z, value=2.0)", floats(4), floats(4), floats(4).abs() + 1),
    ("lerp", "torch.lerp(x, y, 0.3), torch.lerp(x, y, y)", floats(4), floats(4)),
    ("division", "torch.div(x, y, rounding_mode='floor'), torch.div(x, y, rounding_mode='trunc'), x // y, torch.floor_divide(x, y), torch.true_divide(x, y)", floats(6, scale=9), floats(6) + 2),
    ("remainder", "torch.remainder(x, y), torch.fmod(x, y), x % 2.5, torch.remainder(x, -2.0), torch.fmod(x, 2)", floats(6, scale=9), floats(6) + 2),
    ("division_integers", "torch.div(x, y, rounding_mode='floor'), torch.div(x, y, rounding_mode='trunc'), x // y, x / y, torch.remainder(x, y), torch.fmod(x, y)", torch.tensor([7, -7, 7, -7, 0]), torch.tensor([2, 2, -2, -2, 3])),
    ("power", "x ** 2, x ** 3, torch.pow(x, 0.5), torch.pow(x, -1.0), torch.pow(2.0, x), torch.pow(x, y)", floats(5).abs() + 0.1, floats(5)),
    ("power_integers", "x ** 2, x ** 0, torch.pow(2, x), torch.pow(x, 3)", torch.tensor([0, 1, 2, 3, 5])),
    ("rounding", "torch.floor(x), torch.ceil(x), torch.round(x), torch.trunc(x), torch.frac(x), torch.round(x, decimals=1)", torch.tensor([0.5, 1.5, 2.5, -0.5, -1.5, 2.3, -2.7, 0.0])),
    ("exponential", "torch.exp(x), torch.exp2(x), torch.expm1(x), torch.log(x), torch.log2(x), torch.log10(x), torch.log1p(x), torch.sqrt(x), torch.rsqrt(x), torch.reciprocal(x), torch.square(x)", floats(7).abs() + 0.1),
    ("trigonometry", "torch.sin(x), torch.cos(x), torch.tan(x), torch.asin(x / 9), torch.acos(x / 9), torch.atan(x), torch.sinh(x), torch.cosh(x), torch.tanh(x), torch.asinh(x), torch.atan2(x, y), torch.acosh(x.abs() + 1), torch.atanh(x / 9)", floats(6), floats(6)),
    ("special", "torch.erf(x), torch.erfc(x), torch.lgamma(x.abs() + 1), torch.digamma(x.abs() + 1), torch.erfinv(x / 9), torch.sigmoid(x), torch.logit(torch.sigmoid(x)), torch.hypot(x, y), torch.logaddexp(x, y)", floats(6), floats(6)),
    ("signs", "torch.abs(x), torch.neg(x), torch.sign(x), torch.sgn(x), torch.positive(x), torch.copysign(x, y), torch.signbit(x)", torch.tensor([1.5, -2.0, 0.0, -0.0]), torch.tensor([-1.0, 1.0, -1.0, 1.0])),
    ("extremes", "torch.maximum(x, y), torch.minimum(x, y), torch.fmax(x, y), torch.fmin(x, y), torch.clamp(x, -0.5, 0.5), torch.clamp(x, min=0.1), torch.clamp(x, y - 1, y), torch.max(x, y), torch.min(x, y)", torch.tensor([1.0, float("nan"), -3.0, float("inf")]), torch.tensor([0.5, 2.0, float("nan"), 1.0])),
    ("not_numbers", "torch.isnan(x), torch.isinf(x), torch.isfinite(x), torch.nan_to_num(x), torch.nan_to_num(x, 1.0, 2.0, -2.0), torch.isposinf(x), x == x", torch.tensor([1.0, float("nan"), float("inf"), -float("inf"), 0.0])),
    ("bits", "x & y, x | y, x ^ y, ~x, x << 2, x >> 1, torch.bitwise_not(y), torch.bitwise_and(x, 6)", torch.tensor([5, -7, 255, 0]), torch.tensor([3, 12, -1, 8])),
    ("bits_bool", "x & y, x | y, x ^ y, ~x", torch.tensor([True, True, False, False]), torch.tensor([True, False, True, False])),
    ("in_place", "x = x.clone(); x.add_(1.5); x.mul_(y); x.sub_(y, alpha=2); x.div_(3); x.neg_(); x.abs_(); x.sqrt_(); x.clamp_(0.2, 1.5); x.pow_(2); x += y; x *= 2; x -= 0.5; x /= 4; x", floats(3, 4), floats(4)),
    ("in_place_more", "x = x.clone(); x.copy_(y); x.exp_(); x.log_(); x.tanh_(); x.fill_(2.0); x.zero_(); x.add_(y); x.floor_(); x", floats(2, 4), floats(4)),
    ("out", "o = torch.empty([4]); torch.add(x, y, out=o); torch.mul(o, x, out=o); o", floats(4), floats(4)),
    ("wide", "x * 2 + y, torch.relu(x - y)", floats(3, 67), floats(67)),
    ("strided", "x.t() + y, x[::2] * 2, x.t() * x.t()", floats(4, 3), floats(3, 4)),
])
seed(2)
write("promotion", [
    *((f"{a}_{b}", "x + y, x * y, x - z, x / y", some(a, 3), nonzero(b, 3), nonzero(b)) for a, b in (("i64", "f32"), ("i32", "i64"), ("u8", "i8"), ("i16", "u8"), ("f32", "f64"), ("f16", "f32"), ("bf16", "f32"), ("i64", "f16"), ("f16", "bf16"), ("i8", "f64"))),
    *((f"bool_{b}", "x + y, x * y", some("bool", 4), some(b, 4)) for b in ("f32", "i64", "u8", "bool")),
    *((f"scalar_{a}", "x + 1, x + 1.5, x * 2, x / 2, x * True", some(a, 4)) for a in DTYPES if a not in ("bool",)),
    ("zero_dimensional", "x + y, y + x, x * z, z + y", some("f32", 3), torch.tensor(2.0, dtype=torch.float64), torch.tensor(3)),
    ("zero_dimensional_integers", "x + y, x * z", some("u8", 3), torch.tensor(300), torch.tensor(0.5)),
    ("wrap_u8", "x + y, x - y, x * y, -x", torch.tensor([250, 3, 200], dtype=torch.uint8), torch.tensor([10, 5, 3], dtype=torch.uint8)),
    ("wrap_i8", "x + y, x - y, x * y, -x", torch.tensor([120, -128, 100], dtype=torch.int8), torch.tensor([10, 5, 3], dtype=torch.int8)),
    ("functions", "torch.sqrt(x), torch.sin(x), torch.sigmoid(x), x.mean(dtype=torch.float32), torch.exp(x)", torch.tensor([1, 2, 3])),
    ("where", "torch.where(x > 0, x, 0.5), torch.where(x > 0, 1, 0)", floats(4)),
    ("result_type", "torch.result_type(x, y) == torch.float32, torch.promote_types(torch.int32, torch.uint8) == torch.int32, torch.can_cast(torch.float32, torch.int32)", some("f32", 1), some("i64", 1)),
])
seed(3)
write("conversion", [
    *((f"from_{a}", "x.to(torch.float32), x.to(torch.float64), x.to(torch.int64), x.to(torch.int32), x.to(torch.int16), x.to(torch.int8), x.to(torch.uint8), x.to(torch.bool), x.to(torch.float16), x.to(torch.bfloat16)",
       some(a, 5).abs() if a not in ("bool", "u8") else some(a, 5)) for a in DTYPES),
    ("methods", "x.float(), x.double(), x.long(), x.int(), x.short(), x.char(), x.byte(), x.half(), x.type_as(y)", torch.tensor([1.7, 0.0, 100.9]), torch.tensor([1])),
    ("to_other", "x.to(y), x.to(torch.device('cpu')), x.to('cpu', torch.float64), x.cpu(), x.to(torch.float32, copy=True)", floats(3), torch.tensor([1])),
    ("negative_to_unsigned", "x.to(torch.uint8), x.to(torch.int8)", torch.tensor([-1, 255, 256, -129])),
    ("half_rounding", "x.half(), x.to(torch.bfloat16), x.half().float(), x.to(torch.bfloat16).float()", torch.tensor([1.0009765, 0.1, 65519.0, 65520.0, 1e-8, 6e-8, float("inf"), float("nan"), -0.0, 1.00390625])),
], tolerance="exact")
seed(4)
write("comparison", [
    *((f"{a}", "x == y, x != y, x < y, x <= y, x > y, x >= y, x == 1, x < 2, torch.eq(x, y), torch.logical_and(x, y), torch.logical_or(x, y), torch.logical_xor(x, y), torch.logical_not(x)", some(a, 6), some(a, 6)) for a in DTYPES),
    ("mixed", "x < y, x == y, x >= 0.5", some("i64", 5), some("f32", 5)),
    ("broadcast", "x < y", floats(3, 1), floats(4)),
    ("equal", "torch.equal(x, y), torch.equal(x, x), torch.allclose(x, x + 1e-9), torch.isclose(x, y), bool((x == x).all())", floats(3), floats(3)),
    ("nan", "x == x, x < x, x != x, torch.equal(x, x)", torch.tensor([float("nan"), 1.0])),
    ("in_place", "x = x.clone(); x.gt_(0); x", floats(4)),
    ("isin", "torch.isin(x, y)", ints(6), ints(4)),
    ("bucketize", "torch.bucketize(x, y), torch.bucketize(x, y, right=True), torch.searchsorted(y, x)", torch.tensor([0.5, 1.0, 2.5]), torch.tensor([0.0, 1.0, 2.0])),
], tolerance="exact")

# --- Reductions ---------------------------------------------------------------------------------------------------------------
seed(5)
write("reduction", [
    ("sum", "x.sum(), x.sum(0), x.sum([1, 2]), x.sum(-1, keepdim=True), x.sum([0, 2], True), torch.sum(x, 1)", floats(2, 3, 4)),
    ("mean", "x.mean(), x.mean(1), x.mean([0, 2]), x.mean([-1, -2], True)", floats(2, 3, 4)),
    ("maximum", "x.max(), x.max(1), x.max(0, keepdim=True), torch.amax(x, [0, 2]), torch.argmax(x), torch.argmax(x, 1), torch.argmax(x, -1, True)", floats(2, 3, 4)),
    ("minimum", "x.min(), x.min(1), torch.amin(x, 1), torch.argmin(x), torch.argmin(x, 2), torch.aminmax(x)", floats(2, 3, 4)),
    ("product", "x.prod(), x.prod(1), x.prod(0, keepdim=True)", floats(3, 4)),
    ("deviation", "x.std(), x.std(1), x.var(), x.var(0, unbiased=False), x.var([0, 1], unbiased=True, keepdim=True), torch.std_mean(x, 1), torch.var_mean(x, [0])", floats(3, 4)),
    ("norm", "x.norm(), torch.norm(x, 1.0, [1]), torch.norm(x, 2.0, [0], True), torch.norm(x, float('inf'), [1]), x.abs().sum(), torch.dist(x, x * 2, 2.0)", floats(3, 4)),
    ("cumulative", "torch.cumsum(x, 0), torch.cumsum(x, 1), torch.cumprod(x, 1), torch.logcumsumexp(x, 1)", floats(3, 4)),
    ("cumulative_extremes", "torch.cummax(x, 1), torch.cummin(x, 0)", floats(3, 4)),
    ("logical", "x.any(), x.all(), x.any(0), x.all(1), torch.any(x, 1, True)", torch.tensor([[True, False, True], [True, True, True]])),
    ("logical_numbers", "x.any(), x.all(1), (x > 0).sum(), torch.count_nonzero(x), torch.count_nonzero(x, 1)", torch.tensor([[0.0, 1.0], [2.0, 3.0]])),
    ("integers", "x.sum(), x.sum(0), x.prod(1), x.max(), x.min(1), torch.cumsum(x, 0), x.argmax(1), x.float().mean()", ints(3, 4)),
    ("small_integers", "x.sum(), x.sum(1), x.max(), x.prod(0), x.sum(dtype=torch.float32)", ints(3, 4, low=0, dtype=torch.uint8)),
    ("bools", "x.sum(), x.sum(0), x.float().mean(), x.max()", some("bool", 3, 4)),
    ("halves", "x.sum(), x.sum(1), x.mean(), x.max()", some("f16", 3, 4)),
    ("brains", "x.sum(), x.mean(1), x.max()", some("bf16", 3, 4)),
    ("empty", "x.sum(), x.sum(0), x.prod(), x.any(), x.all(), x.mean()", torch.zeros(0, 3)),
    ("one", "x.sum(), x.mean(), x.max(), x.argmax(), x.sum(0)", torch.tensor(2.5)),
    ("nan", "x.max(), x.min(), x.sum(), torch.argmax(x), torch.nansum(x), x.max(0)", torch.tensor([1.0, float("nan"), 3.0])),
    ("median", "x.median(), x.median(1), torch.kthvalue(x, 2, 1), torch.mode(x.round(), 1), torch.quantile(x, 0.3)", floats(3, 5)),
    ("strided", "x.t().sum(0), x[:, ::2].mean(1), x.t().max(1)", floats(3, 5)),
    ("wide", "x.sum(), x.mean(1), x.norm(), torch.logsumexp(x, 1)", floats(2, 100)),
    ("histogram", "torch.bincount(x), torch.bincount(x, minlength=12), torch.histc(x.float(), 5, 0.0, 9.0)", ints(12, low=0, high=9)),
    ("doubles", "x.sum(), x.mean(0), x.std(), x.norm()", floats(3, 4, dtype=torch.float64)),
    ("dtype", "x.sum(dtype=torch.float64), x.mean([1], dtype=torch.float64), x.cumsum(1, dtype=torch.float64)", floats(3, 4)),
    ("first_of_equal", "torch.argmax(x, 1), torch.argmin(x), x.max(1)[1]", torch.tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 1.0]])),
    ("diff", "torch.diff(x), torch.diff(x, dim=0)", floats(3, 4)),
])

# --- Views --------------------------------------------------------------------------------------------------------------------
seed(6)
write("views", [
    ("view", "x.view(6, 4), x.view([2, -1]), x.view(-1), x.reshape(3, 8), x.flatten(), x.flatten(1), x.flatten(0, 1), torch.ravel(x)", floats(2, 3, 4)),
    ("reshape_copy", "x.t().reshape(-1)", floats(3, 4)),
    ("transpose", "x.transpose(0, 2), x.transpose(-1, -2), x.permute(2, 0, 1), x.permute([1, 2, 0]).contiguous(), torch.swapaxes(x, 0, 1), x.mT, torch.movedim(x, 0, 2)", floats(2, 3, 4)),
    ("t", "x.t(), x.T, x[0].t()", floats(2, 3)),
    ("slices", "x[1:], x[:, 1:3], x[..., ::2], x[1, :, 2], x[-1], x[:, -2:], x[0:1, None], x[:, 5:], x[:, :, -3:-1], x[1:, ::3, 1::2]", floats(2, 5, 4)),
    ("select", "x.select(1, 2), x.narrow(1, 1, 2), x.narrow(-1, -3, 2), torch.select(x, 0, -1), x.unfold(1, 2, 1)", floats(2, 5, 4)),
    ("squeeze", "x.squeeze(), x.squeeze(0), x.squeeze(1), x.squeeze(-1), x.unsqueeze(0), x.unsqueeze(-1), x.unsqueeze(2), x[None], x[..., None]", floats(1, 3, 1)),
    ("expand", "x.expand(3, 4), x.expand(2, 3, 4), x.expand(-1, 4) + 0, x.expand_as(torch.zeros(2, 3, 4)), torch.broadcast_to(x, [3, 2])", floats(3, 1)),
    ("broadcast", "torch.broadcast_tensors(x, y)", floats(3, 1), floats(4)),
    ("chunk", "torch.chunk(x, 3, 1), x.chunk(2)", floats(3, 7)),
    ("split", "torch.split(x, 3, 1), torch.split(x, [2, 5], 1), x.split(2), torch.tensor_split(x, 3, 1)", floats(3, 7)),
    ("unbind", "torch.unbind(x), x.unbind(1)", floats(2, 3)),
    ("stack", "torch.stack([x, y]), torch.stack([x, y], 1), torch.stack([x, y], -1), torch.cat([x, y]), torch.cat([x, y], 1), torch.hstack([x, y]), torch.vstack([x, y])", floats(2, 3), floats(2, 3)),
    ("cat_uneven", "torch.cat([x, y, x], 1), torch.concat([x, y], -1)", floats(2, 3), floats(2, 1)),
    ("cat_dtypes", "torch.cat([x, y])", floats(2), ints(3)),
    ("cat_empty", "torch.cat([x, y]), torch.cat([y, y])", floats(2, 3), torch.zeros(0, 3)),
    ("repeat", "x.repeat(2, 3), x.repeat([2, 1, 1]), torch.repeat_interleave(x, 2), torch.repeat_interleave(x, 2, dim=1), torch.tile(x, [2])", floats(2, 2)),
    ("flip", "torch.flip(x, [0]), x.flip([0, 1]), torch.roll(x, 1), torch.roll(x, [1, -2], [0, 1]), torch.rot90(x), torch.fliplr(x)", floats(3, 4)),
    ("triangle", "torch.tril(x), torch.triu(x, 1), torch.tril(x, -1), torch.diagonal(x), torch.diag(x), torch.diag(x[0]), torch.trace(x), torch.diag_embed(x[0])", floats(3, 4)),
    ("as_strided", "x.as_strided([2, 2], [1, 2]), x.as_strided([3], [2], 1)", floats(6)),
    ("strides", "x.stride(), x.t().stride(), x.t().is_contiguous(), x.t().contiguous().stride(), x.numel(), x.dim(), x.size(), x.size(1), x.storage_offset(), x[1].storage_offset()", floats(2, 3)),
    ("channels_last", "y = x.contiguous(memory_format=torch.channels_last); y.stride(), y.is_contiguous(), y.is_contiguous(memory_format=torch.channels_last), y, y.flatten(1), y.clone().stride(), torch.empty_like(y).stride(), (y + 1).stride(), (y + x).stride(), y.permute(0, 2, 3, 1).is_contiguous()", floats(1, 2, 3, 4)),
    ("meshgrid", "torch.meshgrid([x, y], indexing='ij'), torch.meshgrid(x, y, indexing='xy'), torch.cartesian_prod([x, y])", floats(2), floats(3)),
    ("unflatten", "x.unflatten(1, [2, 3]), x.view_as(torch.zeros(3, 4))", floats(2, 6)),
    ("zero_dimensional", "x.view(1), x.unsqueeze(0), x.reshape(1, 1), x.expand(3), x.flatten(), x.item()", torch.tensor(2.5)),
], tolerance="exact")
seed(7)
write("writes", [
    ("slice", "x = x.clone(); x[1:, ::2] = 5.0; x[0] = y; x", floats(3, 4), floats(4)),
    ("element", "x = x.clone(); x[1, 2] = 7.0; x[-1, -1] += 1; x[0][1] = -1.0; x", floats(2, 3)),
    ("view", "x = x.clone(); v = x.view(6); v[2] = 9.0; v.mul_(2); x", floats(2, 3)),
    ("transposed", "x = x.clone(); x.t()[0] = 3.0; x.t().add_(1); x", floats(2, 3)),
    ("select", "x = x.clone(); x.select(1, 1).zero_(); x.narrow(0, 1, 1).fill_(4.0); x", floats(3, 3)),
    ("diagonal", "x = x.clone(); x.diagonal().fill_(0.0); x.fill_diagonal_(2.0); x", floats(3, 3)),
    ("expand", "x = x.clone(); e = x.expand(3, 4); x[0] += 5; e + 0", floats(4)),
    ("unbind", "x = x.clone(); a, b = x.unbind(0); a += b; x", floats(2, 3)),
    ("copy", "x = x.clone(); x.copy_(y); x[0].copy_(y[1]); x", floats(2, 3), ints(2, 3)),
    ("copy_broadcast", "x = x.clone(); x.copy_(y); x", floats(2, 3), floats(3)),
    ("chunk", "x = x.clone(); a, b = x.chunk(2, 1); a.copy_(b); x", floats(2, 4)),
    ("overlapping", "x = x.clone(); x[1:] = x[:-1].clone(); x", floats(5)),
    ("resize", "x = x.clone(); x.unsqueeze_(0); x.squeeze_(0); x.t_(); x.transpose_(0, 1); x", floats(2, 3)),
    ("mask", "x = x.clone(); x[x > 0] = 0.0; x.masked_fill_(x < -1, 5.0); x", floats(3, 4)),
    ("list_index", "x = x.clone(); x[y] = 1.5; x[y, 0] += 2; x", floats(4, 2), torch.tensor([3, 0])),
    ("list_index_values", "x = x.clone(); x[y] = z; x", floats(4, 2), torch.tensor([3, 0]), floats(2, 2)),
    ("dtype", "x = x.clone(); x[0] = 2.9; x += 1; x", ints(3)),
    ("alias", "y = x; y = y.clone(); z = y; z += 1; y", floats(3)),
    ("detach", "x = x.clone(); x.detach().add_(1); x", floats(3)),
    ("state", "x = x.clone(); x.index_fill_(0, y, 3.0); x.index_copy_(0, y, torch.zeros([2, 2])); x.index_add_(0, y, torch.ones([2, 2])); x", floats(4, 2), torch.tensor([2, 1])),
], tolerance="exact")
seed(8)
write("indexing", [
    ("list", "x[y], x[:, y], x[y, y], x[y, 1:]", floats(4, 5), torch.tensor([2, 0, -1])),
    ("matrix", "x[y]", floats(4, 3), torch.tensor([[0, 1], [3, 2]])),
    ("two_lists", "x[y, z], x[:, y, z], x[y, :, z]", floats(4, 4, 4), torch.tensor([0, 1, 3]), torch.tensor([2, 2, 0])),
    ("broadcast_lists", "x[y, z]", floats(4, 3), torch.tensor([[0], [3]]), torch.tensor([1, 2])),
    ("mask", "x[x > 0], x[y], x[x < -100]", floats(3, 4), torch.tensor([[True, False, True, False]] * 3)),
    ("mask_rows", "x[y], x[y, 1]", floats(3, 4), torch.tensor([True, False, True])),
    ("integers_list", "x[[0, 2]], x[[1], [2]]", floats(3, 4)),
    ("index_select", "torch.index_select(x, 0, y), torch.index_select(x, 1, y)", floats(3, 4), torch.tensor([2, 0, 2])),
    ("gather", "torch.gather(x, 1, y), torch.gather(x, 0, y % 3), torch.take(x, y), torch.take_along_dim(x, y, 1)", floats(3, 4), ints(3, 2, low=0, high=4)),
    ("scatter", "torch.zeros([3, 5]).scatter(1, y, x), torch.zeros([3, 5]).scatter(1, y, 2.5), torch.zeros([3, 5]).scatter_add(1, y, x)", floats(3, 2), torch.tensor([[0, 4], [1, 2], [3, 3]])),
    ("scatter_reduce", "torch.zeros([3]).scatter_reduce(0, y, x, 'sum'), torch.ones([3]).scatter_reduce(0, y, x, 'amax')", floats(4), torch.tensor([0, 2, 0, 1])),
    ("put", "x.clone().index_put_([y], z), x.clone().index_put([y], z, True)", floats(4), torch.tensor([1, 1, 3]), torch.tensor([1.0, 1.0, 4.0])),
    ("put_two", "x.clone().index_put_([y, z], torch.tensor(9.0))", floats(3, 3), torch.tensor([0, 2]), torch.tensor([1, 1])),
    ("masked", "x.masked_fill(x > 0, -1.0), torch.masked_select(x, x > 0), x.masked_fill(y, 7.0), x.clone().masked_scatter_(x > 0, torch.arange(12.0))", floats(3, 4), torch.tensor([True, False, True, False])),
    ("where", "torch.where(x > 0, x, y), torch.where(x > 0, x, torch.zeros([1])), torch.where(x > 0), torch.nonzero(x > 0), torch.argwhere(x > 0)", floats(3, 4), floats(3, 4)),
    ("index_add", "torch.index_add(x, 0, y, torch.ones([3, 2])), torch.index_fill(x, 1, torch.tensor([1]), 4.0), torch.index_copy(x, 0, torch.tensor([1, 0]), torch.zeros([2, 2]))", floats(4, 2), torch.tensor([0, 2, 0])),
    ("unique", "torch.unique(x), torch._unique2(x, True, True, True), torch.unique_consecutive(x)", torch.tensor([3, 1, 3, 3, 2, 2])),
    ("empty", "x[y], x[x > 100]", floats(3, 2), torch.zeros(0, dtype=torch.int64)),
], tolerance="exact")
seed(9)
write("sorting", [
    ("sort", "torch.sort(x), torch.sort(x, 0), torch.sort(x, 1, True), x.argsort(), torch.argsort(x, 0, True)", floats(3, 5)),
    ("topk", "torch.topk(x, 2), torch.topk(x, 3, 1, False), torch.topk(x, 1, 0), x.topk(5)", floats(3, 5)),
    ("integers", "torch.sort(x), torch.topk(x, 2), torch.sort(x, descending=True)", torch.tensor([5, -3, 8, 0, 2])),
    ("stable", "torch.sort(x, stable=True, dim=0, descending=False), torch.sort(x, stable=True, dim=0, descending=True)", torch.tensor([2.0, 1.0, 2.0, 1.0, 3.0])),
    ("nan", "torch.sort(x)", torch.tensor([2.0, float("nan"), -1.0, float("inf")])),
    ("one", "torch.sort(x), torch.topk(x, 1)", torch.tensor([4.0])),
    ("many", "torch.sort(x)[0], torch.topk(x, 7)", floats(100)),
    ("msort", "torch.msort(x), torch.kthvalue(x, 2)", floats(4, 3)),
], tolerance="exact")

# --- Creation -----------------------------------------------------------------------------------------------------------------
seed(10)
write("creation", [
    ("constant", "torch.zeros([2, 3]), torch.ones([2], dtype=torch.int64), torch.full([2, 2], 3.5), torch.full([2], 7), torch.full([2], True), torch.zeros([0, 3]), torch.zeros([]), torch.full([1], 2, dtype=torch.float16)"),
    ("ranges", "torch.arange(5), torch.arange(2, 9, 3), torch.arange(1.0, 2.0, 0.25), torch.arange(5, 0, -2), torch.arange(3.0), torch.arange(4, dtype=torch.float32), torch.arange(0, 1, 0.3)"),
    ("spaces", "torch.linspace(0.0, 1.0, 5), torch.linspace(-3, 3, 4), torch.logspace(0.0, 2.0, 3), torch.linspace(2.0, 1.0, 1), torch.linspace(0, 10, 7)"),
    ("identity", "torch.eye(3), torch.eye(2, 4), torch.eye(2, dtype=torch.int64)"),
    ("like", "torch.zeros_like(x), torch.ones_like(x), torch.full_like(x, 2.5), torch.zeros_like(x, dtype=torch.int32), torch.empty_like(x).size()", floats(2, 3)),
    ("new", "x.new_zeros([2]), x.new_ones([1, 2]), x.new_full([2], 3.0), x.new_empty([3]).size(), x.new_zeros([2], dtype=torch.bool)", floats(2, dtype=torch.float64)),
    ("tensor", "torch.tensor([1, 2]), torch.tensor([1.5, 2.0]), torch.tensor([[1, 2], [3, 4]], dtype=torch.float32), torch.tensor(True), torch.tensor([True, False]), torch.as_tensor(3), torch.scalar_tensor(2.5), torch.tensor([0.1]).dtype == torch.float32"),
    ("clone", "x.clone(), x.t().clone().stride(), x.contiguous(), x.detach()", floats(2, 3)),
    ("triangle_indices", "torch.tril_indices(3, 3), torch.triu_indices(2, 3)"),
    ("windows", "torch.hann_window(5), torch.hamming_window(4), torch.bartlett_window(5), torch.blackman_window(4)"),
    ("empty_types", "torch.empty([0]).numel(), torch.zeros([2, 0, 3]).size(), torch.zeros([2]).device == torch.device('cpu')"),
    ("dtypes", "torch.zeros([1], dtype=torch.uint8), torch.ones([1], dtype=torch.int8), torch.ones([1], dtype=torch.int16), torch.ones([1], dtype=torch.bfloat16), torch.ones([1], dtype=torch.float64)"),
])

"""Complex tensors, Fourier transforms of all lengths, stft and its inverse, and the front end of a speech model."""
from fixture import *

torch.set_num_threads(1)
C64, C128 = torch.complex64, torch.complex128


def complexes(*shape: int, scale: float = 1.0, dtype=C64) -> torch.Tensor:
    return torch.complex(floats(*shape, scale=scale, dtype=torch.float64), floats(*shape, scale=scale, dtype=torch.float64)).to(dtype)


def write(name, rows, failures=(), **options):
    f = Fixture("complex_" + name)
    for method, source, *inputs in rows:
        f.op(method, source, **dict(zip("xyz", inputs)), **options)
    for method, source, message, *inputs in failures:
        f.op(method, source, error=message, **dict(zip("xyz", inputs)))
    f.write()


seed(1)
write("tensors", [
    ("parts", "x.real, x.imag, torch.view_as_real(x), x.conj(), torch.conj_physical(x), x.abs(), x.angle(), torch.sgn(x)", complexes(3, 4)),
    ("parts_strided", "x.t().real, x[:, ::2].imag, torch.view_as_real(x.t()), x.t().conj(), x.mT.contiguous(), x.mH, torch.adjoint(x)", complexes(3, 4)),
    ("made", "torch.complex(x, y), torch.polar(x, y), torch.view_as_complex(torch.stack([x, y], -1))", floats(2, 3).abs(), floats(2, 3)),
    ("made_broadcast", "torch.complex(x, y), torch.polar(x, y)", floats(2, 1, dtype=torch.float64).abs(), floats(3, dtype=torch.float64)),
    ("write_parts", "x = x.clone(); x.real.mul_(2); x.imag.fill_(1.5); torch.view_as_real(x)[..., 1].add_(1); x", complexes(2, 3)),
    ("view_writes", "x = x.clone(); z = torch.view_as_complex(x); z.mul_(2); x, z", floats(3, 2)),
    ("convert", "x.to(torch.complex64), x.to(torch.complex128), y.to(torch.complex64), y.to(torch.complex128)", floats(3), torch.tensor([1, 0, -2])),
    ("convert_complex", "x.to(torch.complex128), x.to(torch.float32), x.to(torch.bool), x.to(torch.int64)", torch.tensor([1.5 - 2j, 0, 2j, -3.9])),
    ("copy", "x = x.clone(); x[0].copy_(y); x[1] = 2; x[2].fill_(1.5 - 2j); x", complexes(3, 2), floats(2)),
    ("new", "torch.zeros([2], dtype=torch.complex64), torch.ones([2], dtype=torch.complex128), torch.full([2], 1 - 2j), torch.zeros_like(x), torch.ones_like(x), x.new_zeros([3]), torch.eye(2, dtype=torch.complex64)", complexes(2)),
    ("moved", "torch.cat([x, x.real]), torch.stack([x, x]), x[x.real > 0], x[torch.tensor([1, 0])], x.flip([0]), torch.where(x.real > 0, x, y), torch.gather(x, 0, torch.tensor([[1, 0]])), x.reshape(-1), torch.roll(x, 1), x.repeat(2, 1), torch.diag(x[0]), torch.tril(x)", complexes(2, 2), complexes(2, 2)),
    ("tested", "torch.isnan(x), torch.isfinite(x), torch.isinf(x), torch.isreal(x), x == x, x != y, torch.logical_not(x), x.any(), x.all(), torch.count_nonzero(x), torch.nonzero(x), torch.is_complex(x)",
     torch.tensor([0, 1j, complex(float("nan"), 0), complex(1, float("inf")), 2]), torch.tensor([0, 1, 2, 3, 2], dtype=C64)),
    ("close", "torch.allclose(x, y), torch.isclose(x, y), torch.equal(x, x), torch.equal(x, y)", torch.tensor([1 + 1j, 2]), torch.tensor([1 + 1j, 2 + 1e-2j])),
    ("number", "x.item(), complex(x)", torch.tensor(1.5 - 2j)),
    ("text", "str(x), str(y)", torch.tensor([1.5 - 2j, 3]), torch.tensor(2 + 1j)),
    ("empty", "x.abs(), x.sum(), x * 2j, torch.view_as_real(x)", torch.zeros(0, 2, dtype=C64)),
], [
    ("pairs_missing", "torch.view_as_complex(x)", "size 2", floats(3, 3)),
    ("imaginary_of_real", "x.imag", "", floats(3)),
    ("greater", "x > x", "", complexes(2)),
    ("types_differ", "torch.complex(x, y)", "", floats(2), floats(2, dtype=torch.float64)),
    ("real_target", "x = x.clone(); x.add_(y); x", "", floats(2), complexes(2)),
])
seed(2)
write("arithmetic", [
    ("binary", "x + y, x - y, x * y, x / y, torch.pow(x, y), torch.add(x, y, alpha=2), torch.sub(x, y, alpha=0.5)", complexes(2, 3), complexes(3)),
    ("mixed", "x + y, y - x, x * y, y / x, x * 2, x + 1.5, 2 / x, x - 2j, y * (1 + 2j), torch.pow(2.0, x)", complexes(4), floats(4)),
    ("wide", "x + y, x * y, x * z, y * z", complexes(3, dtype=C128), floats(3), complexes(3)),
    ("integers", "x * y, x / y, y + 1j", complexes(3), torch.tensor([1, -2, 3])),
    ("powers", "x ** 2, x ** 0.5, x ** -1, x ** 3, x ** (1 + 1j), torch.square(x)", complexes(5)),
    ("exponential", "torch.exp(x), torch.expm1(x), torch.log(x), torch.log2(x), torch.log10(x), torch.log1p(x), torch.sqrt(x), torch.rsqrt(x), torch.reciprocal(x), -x", complexes(7)),
    ("trigonometry", "torch.sin(x), torch.cos(x), torch.tan(x), torch.sinh(x), torch.cosh(x), torch.tanh(x), torch.sigmoid(x), torch.nn.functional.silu(x)", complexes(7)),
    ("inverse", "torch.asin(x), torch.acos(x), torch.atan(x), torch.asinh(x), torch.acosh(x), torch.atanh(x)", complexes(7, dtype=C128)),
    ("in_place", "x = x.clone(); x.add_(y); x.mul_(2j); x.div_(y + 3); x.sub_(y, alpha=2); x.neg_(); x.exp_(); x", complexes(3), floats(3)),
    ("out", "o = torch.empty([0], dtype=torch.complex64); p = torch.empty([0], dtype=torch.complex64); torch.mul(x, y, out=o); torch.sum(o, [0], out=p); o, p", complexes(3), complexes(3)),
    ("three", "torch.addcmul(x, y, z, value=2), torch.addcdiv(x, y, z), torch.lerp(x, y, 0.3), torch.masked_fill(x, x.real > 0, 1j)", complexes(4), complexes(4), complexes(4)),
    ("strided", "x.t() * y, x[::2] + 1, (x * 2).t().conj() + y", complexes(4, 3), complexes(3, 4)),
    ("many", "x * x.conj(), (x * x.conj()).real.sum(1)", complexes(3, 150)),
    ("reductions", "x.sum(), x.sum(0), x.mean(1), x.prod(), x.prod(1, keepdim=True), x.cumsum(1), x.cumprod(0), x.norm(), torch.linalg.vector_norm(x, 1.0), x.std(), x.var(1), torch.trace(x)", complexes(3, 4)),
    ("products", "x @ y, torch.mm(x, y), x @ y[:, 0], torch.dot(x[0], y[:, 0]), torch.vdot(x[0], y[:, 0]), torch.outer(x[0], x[1]), torch.addmm(x @ y, x, y, beta=0.5, alpha=2), torch.einsum('ij,jk->ik', x, y)", complexes(3, 4), complexes(4, 3)),
    ("batches", "torch.bmm(x, y), x @ y[0], torch.nn.functional.linear(x, z, z[:, 0])", complexes(2, 3, 4), complexes(2, 4, 3), complexes(3, 4)),
    ("products_wide", "x @ y", complexes(2, 3, dtype=C128), complexes(3, 2, dtype=C128)),
    ("written", "x.index_add(0, torch.tensor([1, 0]), y), x.scatter(0, torch.tensor([[1, 0, 1]]), y[:1]), torch.index_put(x, [torch.tensor([1])], y[:1]), torch.nn.functional.pad(x, [1, 1]), torch.diff(x)", complexes(2, 3), complexes(2, 3)),
])
seed(3)
write("fourier", [
    *((f"length_{n}", "torch.fft.fft(x), torch.fft.ifft(x), torch.fft.rfft(x.real), torch.fft.irfft(torch.fft.rfft(x.real), x.size(-1))", complexes(n))
      for n in (1, 2, 3, 4, 5, 6, 8, 12, 15, 31, 37, 64, 74, 100)),
    ("prime", "torch.fft.fft(x), torch.fft.ifft(x)", complexes(211, dtype=C128)),
    ("norms", "torch.fft.fft(x, norm='ortho'), torch.fft.fft(x, norm='forward'), torch.fft.ifft(x, norm='ortho'), torch.fft.ifft(x, norm='forward'), torch.fft.ifft(x, norm='backward'), torch.fft.hfft(x, norm='ortho'), torch.fft.irfft(x, norm='forward')", complexes(6)),
    ("hermitian", "torch.fft.hfft(x), torch.fft.hfft(x, 7), torch.fft.ihfft(x.real), torch.fft.irfft(x), torch.fft.irfft(x, 5)", complexes(5)),
    ("sizes", "torch.fft.fft(x, 4), torch.fft.fft(x, 9), torch.fft.fft(x, 5, 0), torch.fft.rfft(y, 8, 0), torch.fft.irfft(x, 3, 0), torch.fft.ifft(x, dim=0)", complexes(3, 6), floats(5, 2)),
    ("planes", "torch.fft.fft2(x), torch.fft.ifft2(x), torch.fft.rfft2(y), torch.fft.irfft2(x), torch.fft.hfft2(x), torch.fft.ihfft2(y), torch.fft.fft2(x, [2, 5]), torch.fft.rfft2(y, norm='ortho')", complexes(2, 3, 4), floats(2, 3, 4)),
    ("spaces", "torch.fft.fftn(x), torch.fft.ifftn(x, [3, -1], [0, 2]), torch.fft.rfftn(y), torch.fft.irfftn(x), torch.fft.hfftn(x, dim=[0, 1]), torch.fft.ihfftn(y), torch.fft.fftn(y, norm='forward')", complexes(2, 3, 4), floats(2, 3, 4)),
    ("inputs", "torch.fft.fft(x), torch.fft.rfft(y), torch.fft.irfft(y), torch.fft.fft(z)", floats(5, dtype=torch.float64), torch.tensor([1, 2, 3, 4]), torch.tensor([True, False, True])),
    ("strided", "torch.fft.fft(x.t()), torch.fft.rfft(x.real[:, ::2]), torch.fft.fft(x.conj(), dim=0)", complexes(4, 6)),
    ("order", "torch.fft.fftshift(x), torch.fft.ifftshift(x), torch.fft.fftshift(x, [1]), torch.fft.fftfreq(5), torch.fft.fftfreq(6, 0.5), torch.fft.rfftfreq(5), torch.fft.rfftfreq(6, 0.1)", floats(3, 5)),
    ("beneath", "torch._fft_c2c(x, [0, 1], 1, True), torch._fft_c2c(x, [1], 2, False), torch._fft_r2c(x.real, [1], 0, True), torch._fft_r2c(x.real, [0, 1], 2, False), torch._fft_c2r(x, [1], 2, 7)", complexes(3, 4)),
], [
    ("no_points", "torch.fft.fft(x, 0)", "data points", floats(4)),
    ("complex_for_real", "torch.fft.rfft(x)", "real", complexes(4)),
    ("unknown_norm", "torch.fft.fft(x, norm='other')", "", floats(4)),
    ("no_dimension", "torch.fft.fft(x, dim=2)", "out of range", floats(4)),
    ("twice", "torch.fft.fftn(x, dim=[0, 0])", "", floats(4, 4)),
    ("half", "torch.fft.fft(x)", "", floats(4, dtype=torch.float16)),
])
seed(4)
write("frames", [
    ("plain", "torch.stft(x, 8, return_complex=True), torch.stft(x, 8, 3, center=False, return_complex=True)", floats(40)),
    ("window", "torch.stft(x, 10, 4, 7, window=y, return_complex=True), torch.stft(x, 10, 4, 7, y, normalized=True, return_complex=True)", floats(2, 40), torch.hamming_window(7)),
    ("padding", "torch.stft(x, 8, 2, pad_mode='constant', return_complex=True), torch.stft(x, 8, 2, pad_mode='replicate', return_complex=True), torch.stft(x, 8, 2, pad_mode='circular', return_complex=True)", floats(1, 16)),
    ("sides", "torch.stft(x, 6, onesided=False, return_complex=True), torch.stft(y, 6, return_complex=True)", floats(20), complexes(20)),
    ("pairs", "torch.stft(x, 8, 4, return_complex=False)", floats(2, 24)),
    ("centred_inside", "torch.ops.aten.stft(x, 8, 2, 6, y, True, 'reflect', False, True, True)", floats(2, 20), torch.hann_window(6)),
    ("aligned", "torch.stft(x, 16, 5, 9, y, center=False, return_complex=True, align_to_window=True)", floats(50), torch.hann_window(9)),
    ("round_trip", "s = torch.stft(x, 16, 4, window=y, return_complex=True); torch.istft(s, 16, 4, window=y), torch.istft(s, 16, 4, window=y, length=33), torch.istft(s, 16, 4, window=y, length=60)", floats(2, 48), torch.hann_window(16)),
    ("inverse", "torch.istft(x, 8), torch.istft(x, 8, 2, 6, y, normalized=True), torch.istft(z, 8, 4, onesided=False, return_complex=True), torch.istft(z, 8, 4)", complexes(5, 4), torch.ones(6), complexes(8, 5)),
], [
    ("too_short", "torch.stft(x, 16, center=False, return_complex=True)", "", floats(10)),
    ("real_spectrum", "torch.istft(x, 8)", "complex", floats(5, 4)),
    ("wrong_window", "torch.stft(x, 8, window=y, return_complex=True)", "", floats(20), torch.ones(7)),
    ("no_hop", "torch.stft(x, 8, 0, return_complex=True)", "", floats(20)),
    ("gaps", "torch.istft(x, 8, 8, window=y, center=False)", "", complexes(5, 3), torch.tensor([0.0, 0, 0, 0, 1, 1, 1, 1])),
])


class LogMel(torch.nn.Module):
    """What precedes most speech models: the logarithm of the power in bands of the mel scale, less its mean."""

    def __init__(self, rate: int = 8000, size: int = 128, hop: int = 64, bands: int = 12):
        super().__init__()
        self.size, self.hop = size, hop
        self.register_buffer("window", torch.hann_window(size))
        highest = 2595 * math.log10(1 + rate / 2 / 700)
        edges = 700 * (10 ** (torch.linspace(0, highest, bands + 2) / 2595) - 1)
        frequencies = torch.linspace(0, rate / 2, size // 2 + 1)
        rising = (frequencies[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
        falling = (edges[None, 2:] - frequencies[:, None]) / (edges[2:] - edges[1:-1])
        self.register_buffer("filters", torch.minimum(rising, falling).clamp(min=0))

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        spectrum = torch.stft(samples, self.size, self.hop, window=self.window, center=True, pad_mode="reflect", return_complex=True)
        power = spectrum.abs().pow(2)
        mel = torch.log(torch.matmul(power.transpose(-1, -2), self.filters) + 1e-6)
        return mel - mel.mean(dim=-2, keepdim=True)


seed(5)
f = Fixture("complex_log_mel", LogMel())
f.case("forward", floats(2, 700, scale=0.3))
f.case("forward", torch.sin(torch.arange(500) * 0.4).unsqueeze(0) + floats(1, 500, scale=0.01))
f.write()

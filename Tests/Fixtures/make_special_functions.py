"""special_*: functions of mathematical physics and statistics, in float64 where torch is exact enough, and at their ends."""
from fixture import *

INFINITY, NAN = float("inf"), float("nan")
# What torch's own coefficients give; they are made for about 1e-13 and, with squared arguments, less.
CLOSE = dict(tolerance={"rtol": 1e-9, "atol": 1e-10}, reason="torch evaluates rational approximations, this project series and integrals")


def doubles(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


seed(1)
f = Fixture("special_functions_bessel")
reals = torch.cat([torch.linspace(-24, 24, 41, dtype=torch.float64), doubles(0.0, 1e-3, 7.9999, 8.0001, 33.3, -50.5)])
positive = torch.cat([torch.linspace(0.05, 40, 33, dtype=torch.float64), doubles(1e-3, 1.99, 2.01)])
LOOSE = {"bessel_j0": 1e-6, "bessel_j1": 1e-6, "bessel_y0": 1e-5, "bessel_y1": 1e-5, "airy_ai": 2e-5}
for name, x in ([(n, reals) for n in ("bessel_j0", "bessel_j1", "modified_bessel_i0", "modified_bessel_i1", "i0e", "i1", "i1e", "spherical_bessel_j0")]
                + [("airy_ai", reals / 4)] + [(n, positive) for n in ("bessel_y0", "bessel_y1", "modified_bessel_k0", "modified_bessel_k1",
                                                                       "scaled_modified_bessel_k0", "scaled_modified_bessel_k1")]):
    loose = LOOSE.get(name)
    f.op(name, f"torch.special.{name}(x)", x=x, **(dict(tolerance={"rtol": loose, "atol": loose / 5}, reason="torch's approximation is no better")
                                                   if loose else CLOSE))
    f.op(name + "_float32", f"torch.special.{name}(x)", x=x[::3].float())
f.op("ends", "torch.special.bessel_y0(x), torch.special.modified_bessel_k0(x), torch.special.modified_bessel_k1(x), torch.special.scaled_modified_bessel_k1(x), torch.special.i0e(x), torch.special.i1e(x)", x=doubles(0.0, NAN, 1e-8))
f.op("integers", "torch.special.bessel_j0(x), torch.special.modified_bessel_k1(x), torch.special.airy_ai(x)", x=torch.tensor([[0, 1], [2, 5]]))
f.write()

seed(2)
f = Fixture("special_functions_distributions")
f.op("erfcx", "torch.special.erfcx(x)", x=doubles(-30, -20, -3, -1, -0.1, 0, 0.3, 1, 5, 19.9, 20.1, 60, 1e9, 1e200, INFINITY, NAN))
f.op("ndtr", "torch.special.ndtr(x), torch.special.log_ndtr(x)", x=doubles(-40, -10, -5, -1.01, -0.99, -0.1, 0, 0.5, 3, 9, INFINITY, -INFINITY, NAN), **CLOSE)
f.op("ndtri", "torch.special.ndtri(x)", x=doubles(0, 1e-30, 1e-10, 0.001, 0.1, 0.3, 0.5, 0.7, 0.999, 1, 1.5, -0.1, NAN), **CLOSE)
f.op("entr", "torch.special.entr(x)", x=doubles(-1, 0, 0.2, 1, 3, NAN, INFINITY))
f.op("zeta", "torch.special.zeta(x, y), torch.special.zeta(x, 2.5), torch.special.zeta(3.0, y)", x=doubles(1.5, 2, 3, 10, 1, 0.5, 4, 3, 2.5, 2), y=doubles(1, 0.3, 20.5, 2, 1, 1, -3.3, -2, -1.5, 1e6), **CLOSE)
f.op("polygamma", "torch.polygamma(0, x), torch.polygamma(1, x), torch.polygamma(2, x), torch.polygamma(3, x), torch.digamma(x)", x=doubles(0.0, 0.1, 1, 2.5, 30, 1e5, -0.3, -3.7), **CLOSE)
f.op("aliases", "torch.special.log1p(x), torch.special.round(x, decimals=1), torch.special.softmax(x, 0), torch.special.log_softmax(x, 0, dtype=torch.float64)", x=floats(5))
f.op("safe_softmax", "torch._safe_softmax(x, -1), torch._safe_softmax(x, 0)", x=torch.tensor([[-INFINITY, -INFINITY], [-INFINITY, 1.0], [2.0, 3.0]]))
f.write()

seed(3)
f = Fixture("special_functions_polynomials")
points = torch.linspace(-1.5, 1.5, 13, dtype=torch.float64).reshape(13, 1)
degrees = torch.tensor([-1, 0, 1, 2, 3, 7, 8, 9, 10, 15])
for name in ("chebyshev_polynomial_t", "chebyshev_polynomial_u", "chebyshev_polynomial_v", "chebyshev_polynomial_w", "shifted_chebyshev_polynomial_t",
             "shifted_chebyshev_polynomial_u", "shifted_chebyshev_polynomial_v", "shifted_chebyshev_polynomial_w", "hermite_polynomial_h",
             "hermite_polynomial_he", "laguerre_polynomial_l", "legendre_polynomial_p"):
    f.op(name, f"torch.special.{name}(x, y), torch.special.{name}(x, 4)", x=points, y=degrees, **CLOSE)
    f.op(name + "_float32", f"torch.special.{name}(x, 4), torch.special.{name}(0.3, y)", x=points.float(), y=degrees[:8])
f.op("fraction", "torch.special.legendre_polynomial_p(x, y), torch.special.chebyshev_polynomial_t(x.float(), 2.9)", x=points, y=doubles(2.9))
f.op("out", "o = torch.empty([1]); torch.special.chebyshev_polynomial_t(x, 3, out=o); torch.special.ndtr(o, out=o); o", x=floats(3))
f.op("shapes", "torch.special.chebyshev_polynomial_t(x, x)", x=torch.zeros(0, 3))
f.write()

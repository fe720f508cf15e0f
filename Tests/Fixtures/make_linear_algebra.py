"""Linear algebra: factorizations, systems, decompositions, norms and functions of matrices. Factors that are unique only up
to signs are compared through what they multiply to."""
from fixture import *


def square(*shape: int) -> torch.Tensor:
    """Well away from singular."""
    return floats(*shape) + 3 * torch.eye(shape[-1])


def symmetric(*shape: int) -> torch.Tensor:
    x = floats(*shape)
    return x + x.mT


def positive(*shape: int) -> torch.Tensor:
    x = floats(*shape)
    return x @ x.mT + torch.eye(shape[-1])


seed(31)
f = Fixture("linear_algebra_systems")
f.op("determinants", "torch.det(x), torch.slogdet(x), torch.logdet(y), torch.linalg.det(x)", x=floats(2, 4, 4), y=positive(3, 3))
f.op("inverses", "torch.inverse(x), torch.linalg.inv(x), torch.linalg.inv_ex(x), torch.matrix_power(x, -2)", x=square(2, 3, 3))
f.op("solutions", "torch.linalg.solve(x, y), torch.linalg.solve(x, y.mT, left=False), torch.linalg.solve(x, y[0, :, 0])", x=square(4, 4), y=floats(2, 4, 3))
f.op("factors", "torch.linalg.lu_factor(x), torch.linalg.lu(x), torch.linalg.lu_factor_ex(x)", x=floats(2, 3, 5))
f.op("tall_factors", "torch.linalg.lu(x), torch.lu_unpack(torch.linalg.lu_factor(x)[0], torch.linalg.lu_factor(x)[1])", x=floats(5, 3))
f.op("factored", "torch.linalg.lu_solve(x, y, z), torch.linalg.lu_solve(x, y, z, adjoint=True), torch.linalg.lu_solve(x, y, z.mT, left=False)",
     **dict(zip("xy", torch.linalg.lu_factor(square(4, 4)))), z=floats(4, 2))
f.op("triangles", "torch.linalg.solve_triangular(x, y, upper=True), torch.linalg.solve_triangular(x, y, upper=False, unitriangular=True), "
     "torch.linalg.solve_triangular(x, y.mT, upper=True, left=False), torch.triangular_solve(y, x, transpose=True)[0]", x=square(4, 4), y=floats(4, 2))
f.op("cholesky", "torch.linalg.cholesky(x), torch.linalg.cholesky(x, upper=True), torch.linalg.cholesky_ex(x), torch.cholesky_solve(y, torch.linalg.cholesky(x)), "
     "torch.cholesky_inverse(torch.linalg.cholesky(x))", x=positive(2, 4, 4), y=floats(4, 2))
f.op("indefinite", "torch.linalg.ldl_factor(x), torch.linalg.ldl_solve(torch.linalg.ldl_factor(x)[0], torch.linalg.ldl_factor(x)[1], y)", x=symmetric(6, 6), y=floats(6, 2))
f.op("tensors", "torch.linalg.tensorinv(x, ind=1), torch.linalg.tensorsolve(x.reshape(2, 3, 6), y)", x=floats(6, 2, 3), y=floats(2, 3))
f.op("double", "torch.linalg.inv(x), torch.det(x)", x=square(3, 3).double())
f.op("empty", "torch.det(x), torch.linalg.inv(x), torch.linalg.solve(x, y)", x=floats(2, 0, 0), y=floats(2, 0, 3))
f.op("strided", "torch.linalg.inv(x.mT), torch.det(x[:, ::2, ::2])", x=square(2, 4, 4))
f.op("out", "o = torch.empty([0]); torch.linalg.inv(x, out=o); o", x=square(3, 3))
f.op("singular", "torch.linalg.inv(x)", x=torch.ones(2, 2), error="")
f.op("indefinite_cholesky", "torch.linalg.cholesky(x)", x=-torch.eye(2), error="")
f.op("oblong", "torch.det(x)", x=floats(2, 3), error="")
f.op("integers", "torch.linalg.inv(x)", x=ints(2, 2), error="")
f.op("mismatch", "torch.linalg.solve(x, y)", x=square(3, 3), y=floats(2, 2), error="")
f.write()

f = Fixture("linear_algebra_decompositions")
f.op("qr", "q, r = torch.linalg.qr(x); q, r, torch.linalg.qr(x, mode='complete'), torch.linalg.qr(x, mode='r')[1]", x=floats(2, 5, 3))
f.op("wide_qr", "torch.linalg.qr(x), torch.qr(x, some=False)", x=floats(3, 5))
f.op("reflections", "a, tau = torch.geqrf(x); a, tau, torch.linalg.householder_product(a, tau), torch.ormqr(a, tau, y), torch.ormqr(a, tau, y.mT, left=False, transpose=True)",
     x=floats(4, 3), y=floats(4, 2))
f.op("singular_values", "u, s, v = torch.linalg.svd(x, full_matrices=False); s, (u * s.unsqueeze(-2)) @ v, torch.linalg.svdvals(x)", x=floats(2, 4, 3))
f.op("full_singular_vectors", "u, s, v = torch.linalg.svd(x); s, u @ u.mT, v @ v.mT, u[:, :3] * s @ v", x=floats(5, 3))
f.op("wide_singular_values", "u, s, v = torch.svd(x, some=False); s, u @ u.mT, v @ v.mT", x=floats(3, 5))
f.op("deficient", "u, s, v = torch.linalg.svd(torch.outer(x, y)); s[0], u @ u.mT, torch.linalg.matrix_rank(torch.outer(x, y))", x=floats(4), y=floats(3))
f.op("symmetric", "w, v = torch.linalg.eigh(x); w, (v * w.unsqueeze(-2)) @ v.mT, torch.linalg.eigvalsh(x, UPLO='U')", x=symmetric(2, 5, 5))
f.op("pseudoinverse", "torch.linalg.pinv(x), torch.pinverse(x), torch.linalg.pinv(x.mT @ x, hermitian=True), torch.linalg.pinv(x, rcond=0.5)", x=floats(2, 4, 3))
f.op("rank", "torch.linalg.matrix_rank(x), torch.linalg.matrix_rank(x, tol=2.0), torch.linalg.matrix_rank(x, atol=1.0, rtol=0.1)", x=floats(2, 4, 3))
f.op("least_squares", "torch.linalg.lstsq(x, y), torch.linalg.lstsq(x, y, driver='gelsd'), torch.linalg.lstsq(x.mT, y[:3], driver='gelss')[0]", x=floats(5, 3), y=floats(5, 2))
f.write()

f = Fixture("linear_algebra_functions")
f.op("norms", "torch.linalg.matrix_norm(x), torch.linalg.matrix_norm(x, ord=1), torch.linalg.matrix_norm(x, ord=-1), torch.linalg.matrix_norm(x, ord=2), torch.linalg.matrix_norm(x, ord=-2), "
     "torch.linalg.matrix_norm(x, ord=float('inf')), torch.linalg.matrix_norm(x, ord='nuc', dim=(0, 2), keepdim=True)", x=floats(3, 4, 2))
f.op("norm", "torch.linalg.norm(x), torch.linalg.norm(x, ord='fro'), torch.linalg.norm(x, ord=1), torch.linalg.norm(x, ord=3, dim=0), torch.linalg.norm(x, dim=(0, 1)), torch.linalg.norm(x, ord=float('-inf'), dim=1, keepdim=True)", x=floats(3, 4))
f.op("condition", "torch.linalg.cond(x), torch.linalg.cond(x, 1), torch.linalg.cond(x, 'fro'), torch.linalg.cond(x, -2)", x=square(3, 3))
f.op("powers", "torch.matrix_power(x, 0), torch.matrix_power(x, 5), torch.matrix_exp(x), torch.linalg.matrix_exp(x * 3)", x=floats(2, 3, 3))
f.op("products", "torch.linalg.multi_dot([x, y, y.mT, x.mT]), torch.linalg.multi_dot([x[0], y, y[0]]), torch.linalg.vecdot(x, x), torch.linalg.vecdot(x, x, dim=0)", x=floats(3, 4), y=floats(4, 4))
f.op("shapes", "torch.linalg.vander(x), torch.linalg.vander(x, N=3), torch.linalg.diagonal(y, offset=1), y.mH, y[0].H, torch.adjoint(y)", x=floats(4), y=floats(2, 3, 3))
f.op("integer_products", "torch.linalg.vander(x), torch.linalg.vander(x, N=2)", x=ints(4))
f.op("wrong_norm", "torch.linalg.matrix_norm(x, ord=3)", x=floats(2, 2), error="")
f.write()

import CLitePlatform
import LiteFormat

/// `special_*`: functions of mathematical physics and statistics. All compute in double.
enum Special {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      aten::special_airy_ai(Tensor x)
      aten::special_airy_ai.out(Tensor x, *, Tensor(a!) out)
      """, airyAi)
    table.add(
      """
      aten::special_bessel_j0(Tensor self)
      aten::special_bessel_j0.out(Tensor self, *, Tensor(a!) out)
      """, besselJ0)
    table.add(
      """
      aten::special_bessel_j1(Tensor self)
      aten::special_bessel_j1.out(Tensor self, *, Tensor(a!) out)
      """, besselJ1)
    table.add(
      """
      aten::special_bessel_y0(Tensor self)
      aten::special_bessel_y0.out(Tensor self, *, Tensor(a!) out)
      """, besselY0)
    table.add(
      """
      aten::special_bessel_y1(Tensor self)
      aten::special_bessel_y1.out(Tensor self, *, Tensor(a!) out)
      """, besselY1)
    table.add(
      """
      aten::special_entr(Tensor self)
      aten::special_entr.out(Tensor self, *, Tensor(a!) out)
      """, entr)
    table.add(
      """
      aten::special_erfcx(Tensor self)
      aten::special_erfcx.out(Tensor self, *, Tensor(a!) out)
      """, erfcx)
    table.add(
      """
      aten::special_i0e(Tensor self)
      aten::special_i0e.out(Tensor self, *, Tensor(a!) out)
      """, i0e)
    table.add(
      """
      aten::special_i1(Tensor self)
      aten::special_i1.out(Tensor self, *, Tensor(a!) out)
      """, i1)
    table.add(
      """
      aten::special_i1e(Tensor self)
      aten::special_i1e.out(Tensor self, *, Tensor(a!) out)
      """, i1e)
    table.add(
      """
      aten::special_log_ndtr(Tensor self)
      aten::special_log_ndtr.out(Tensor self, *, Tensor(a!) out)
      """, logNdtr)
    table.add(
      """
      aten::special_modified_bessel_i0(Tensor self)
      aten::special_modified_bessel_i0.out(Tensor self, *, Tensor(a!) out)
      """, modifiedBesselI0)
    table.add(
      """
      aten::special_modified_bessel_i1(Tensor self)
      aten::special_modified_bessel_i1.out(Tensor self, *, Tensor(a!) out)
      """, modifiedBesselI1)
    table.add(
      """
      aten::special_modified_bessel_k0(Tensor self)
      aten::special_modified_bessel_k0.out(Tensor self, *, Tensor(a!) out)
      """, modifiedBesselK0)
    table.add(
      """
      aten::special_modified_bessel_k1(Tensor self)
      aten::special_modified_bessel_k1.out(Tensor self, *, Tensor(a!) out)
      """, modifiedBesselK1)
    table.add(
      """
      aten::special_ndtr(Tensor self)
      aten::special_ndtr.out(Tensor self, *, Tensor(a!) out)
      """, ndtr)
    table.add(
      """
      aten::special_ndtri(Tensor self)
      aten::special_ndtri.out(Tensor self, *, Tensor(a!) out)
      """, ndtri)
    table.add(
      """
      aten::special_scaled_modified_bessel_k0(Tensor x)
      aten::special_scaled_modified_bessel_k0.out(Tensor x, *, Tensor(a!) out)
      """, scaledModifiedBesselK0)
    table.add(
      """
      aten::special_scaled_modified_bessel_k1(Tensor x)
      aten::special_scaled_modified_bessel_k1.out(Tensor x, *, Tensor(a!) out)
      """, scaledModifiedBesselK1)
    table.add(
      """
      aten::special_spherical_bessel_j0(Tensor x)
      aten::special_spherical_bessel_j0.out(Tensor x, *, Tensor(a!) out)
      """, sphericalBesselJ0)
    table.add(
      """
      aten::special_chebyshev_polynomial_t(Tensor x, Tensor n)
      aten::special_chebyshev_polynomial_t.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_chebyshev_polynomial_t.x_scalar(Scalar x, Tensor n)
      aten::special_chebyshev_polynomial_t.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_chebyshev_polynomial_t.n_scalar(Tensor x, Scalar n)
      aten::special_chebyshev_polynomial_t.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, chebyshevPolynomialT)
    table.add(
      """
      aten::special_chebyshev_polynomial_u(Tensor x, Tensor n)
      aten::special_chebyshev_polynomial_u.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_chebyshev_polynomial_u.x_scalar(Scalar x, Tensor n)
      aten::special_chebyshev_polynomial_u.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_chebyshev_polynomial_u.n_scalar(Tensor x, Scalar n)
      aten::special_chebyshev_polynomial_u.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, chebyshevPolynomialU)
    table.add(
      """
      aten::special_chebyshev_polynomial_v(Tensor x, Tensor n)
      aten::special_chebyshev_polynomial_v.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_chebyshev_polynomial_v.x_scalar(Scalar x, Tensor n)
      aten::special_chebyshev_polynomial_v.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_chebyshev_polynomial_v.n_scalar(Tensor x, Scalar n)
      aten::special_chebyshev_polynomial_v.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, chebyshevPolynomialV)
    table.add(
      """
      aten::special_chebyshev_polynomial_w(Tensor x, Tensor n)
      aten::special_chebyshev_polynomial_w.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_chebyshev_polynomial_w.x_scalar(Scalar x, Tensor n)
      aten::special_chebyshev_polynomial_w.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_chebyshev_polynomial_w.n_scalar(Tensor x, Scalar n)
      aten::special_chebyshev_polynomial_w.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, chebyshevPolynomialW)
    table.add(
      """
      aten::special_hermite_polynomial_h(Tensor x, Tensor n)
      aten::special_hermite_polynomial_h.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_hermite_polynomial_h.x_scalar(Scalar x, Tensor n)
      aten::special_hermite_polynomial_h.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_hermite_polynomial_h.n_scalar(Tensor x, Scalar n)
      aten::special_hermite_polynomial_h.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, hermitePolynomialH)
    table.add(
      """
      aten::special_hermite_polynomial_he(Tensor x, Tensor n)
      aten::special_hermite_polynomial_he.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_hermite_polynomial_he.x_scalar(Scalar x, Tensor n)
      aten::special_hermite_polynomial_he.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_hermite_polynomial_he.n_scalar(Tensor x, Scalar n)
      aten::special_hermite_polynomial_he.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, hermitePolynomialHe)
    table.add(
      """
      aten::special_laguerre_polynomial_l(Tensor x, Tensor n)
      aten::special_laguerre_polynomial_l.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_laguerre_polynomial_l.x_scalar(Scalar x, Tensor n)
      aten::special_laguerre_polynomial_l.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_laguerre_polynomial_l.n_scalar(Tensor x, Scalar n)
      aten::special_laguerre_polynomial_l.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, laguerrePolynomialL)
    table.add(
      """
      aten::special_legendre_polynomial_p(Tensor x, Tensor n)
      aten::special_legendre_polynomial_p.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_legendre_polynomial_p.x_scalar(Scalar x, Tensor n)
      aten::special_legendre_polynomial_p.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_legendre_polynomial_p.n_scalar(Tensor x, Scalar n)
      aten::special_legendre_polynomial_p.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, legendrePolynomialP)
    table.add(
      """
      aten::special_shifted_chebyshev_polynomial_t(Tensor x, Tensor n)
      aten::special_shifted_chebyshev_polynomial_t.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_shifted_chebyshev_polynomial_t.x_scalar(Scalar x, Tensor n)
      aten::special_shifted_chebyshev_polynomial_t.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_shifted_chebyshev_polynomial_t.n_scalar(Tensor x, Scalar n)
      aten::special_shifted_chebyshev_polynomial_t.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, shiftedChebyshevPolynomialT)
    table.add(
      """
      aten::special_shifted_chebyshev_polynomial_u(Tensor x, Tensor n)
      aten::special_shifted_chebyshev_polynomial_u.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_shifted_chebyshev_polynomial_u.x_scalar(Scalar x, Tensor n)
      aten::special_shifted_chebyshev_polynomial_u.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_shifted_chebyshev_polynomial_u.n_scalar(Tensor x, Scalar n)
      aten::special_shifted_chebyshev_polynomial_u.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, shiftedChebyshevPolynomialU)
    table.add(
      """
      aten::special_shifted_chebyshev_polynomial_v(Tensor x, Tensor n)
      aten::special_shifted_chebyshev_polynomial_v.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_shifted_chebyshev_polynomial_v.x_scalar(Scalar x, Tensor n)
      aten::special_shifted_chebyshev_polynomial_v.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_shifted_chebyshev_polynomial_v.n_scalar(Tensor x, Scalar n)
      aten::special_shifted_chebyshev_polynomial_v.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, shiftedChebyshevPolynomialV)
    table.add(
      """
      aten::special_shifted_chebyshev_polynomial_w(Tensor x, Tensor n)
      aten::special_shifted_chebyshev_polynomial_w.out(Tensor x, Tensor n, *, Tensor(a!) out)
      aten::special_shifted_chebyshev_polynomial_w.x_scalar(Scalar x, Tensor n)
      aten::special_shifted_chebyshev_polynomial_w.x_scalar_out(Scalar x, Tensor n, *, Tensor(a!) out)
      aten::special_shifted_chebyshev_polynomial_w.n_scalar(Tensor x, Scalar n)
      aten::special_shifted_chebyshev_polynomial_w.n_scalar_out(Tensor x, Scalar n, *, Tensor(a!) out)
      """, shiftedChebyshevPolynomialW)
    table.add(
      """
      aten::special_zeta(Tensor self, Tensor other)
      aten::special_zeta.other_scalar(Tensor self, Scalar other)
      aten::special_zeta.self_scalar(Scalar self, Tensor other)
      aten::special_zeta.out(Tensor self, Tensor other, *, Tensor(a!) out)
      aten::special_zeta.self_scalar_out(Scalar self, Tensor other, *, Tensor(a!) out)
      aten::special_zeta.other_scalar_out(Tensor self, Scalar other, *, Tensor(a!) out)
      """, zeta)
  }

  // MARK: What the table refers to

  private static func airyAi(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.airy($0) }
  }
  private static func besselJ0(_ call: Call) throws(LiteError) -> Value { try Unary.doubles(call) { j0($0) } }
  private static func besselJ1(_ call: Call) throws(LiteError) -> Value { try Unary.doubles(call) { j1($0) } }
  private static func besselY0(_ call: Call) throws(LiteError) -> Value { try Unary.doubles(call) { y0($0) } }
  private static func besselY1(_ call: Call) throws(LiteError) -> Value { try Unary.doubles(call) { y1($0) } }
  private static func entr(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { NormalDistribution.entropy($0) }
  }
  private static func erfcx(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { NormalDistribution.scaledComplement($0) }
  }
  private static func i0e(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.scaledI(0, $0) }
  }
  private static func i1(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.modifiedI(1, $0) }
  }
  private static func i1e(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.scaledI(1, $0) }
  }
  private static func logNdtr(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { NormalDistribution.logCumulative($0) }
  }
  private static func modifiedBesselI0(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.modifiedI(0, $0) }
  }
  private static func modifiedBesselI1(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.modifiedI(1, $0) }
  }
  private static func modifiedBesselK0(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.modifiedK(0, $0, isScaled: false) }
  }
  private static func modifiedBesselK1(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.modifiedK(1, $0, isScaled: false) }
  }
  private static func ndtr(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { NormalDistribution.cumulative($0) }
  }
  private static func ndtri(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { NormalDistribution.quantile($0) }
  }
  private static func scaledModifiedBesselK0(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.modifiedK(0, $0, isScaled: true) }
  }
  private static func scaledModifiedBesselK1(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.modifiedK(1, $0, isScaled: true) }
  }
  private static func sphericalBesselJ0(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.sphericalJ0($0) }
  }
  private static func chebyshevPolynomialT(_ call: Call) throws(LiteError) -> Value { try polynomial(call, .chebyshevT) }
  private static func chebyshevPolynomialU(_ call: Call) throws(LiteError) -> Value { try polynomial(call, .chebyshevU) }
  private static func chebyshevPolynomialV(_ call: Call) throws(LiteError) -> Value { try polynomial(call, .chebyshevV) }
  private static func chebyshevPolynomialW(_ call: Call) throws(LiteError) -> Value { try polynomial(call, .chebyshevW) }
  private static func hermitePolynomialH(_ call: Call) throws(LiteError) -> Value { try polynomial(call, .hermiteH) }
  private static func hermitePolynomialHe(_ call: Call) throws(LiteError) -> Value { try polynomial(call, .hermiteHe) }
  private static func laguerrePolynomialL(_ call: Call) throws(LiteError) -> Value { try polynomial(call, .laguerreL) }
  private static func legendrePolynomialP(_ call: Call) throws(LiteError) -> Value { try polynomial(call, .legendreP) }
  private static func shiftedChebyshevPolynomialT(_ call: Call) throws(LiteError) -> Value {
    try polynomial(call, .chebyshevT, isShifted: true)
  }
  private static func shiftedChebyshevPolynomialU(_ call: Call) throws(LiteError) -> Value {
    try polynomial(call, .chebyshevU, isShifted: true)
  }
  private static func shiftedChebyshevPolynomialV(_ call: Call) throws(LiteError) -> Value {
    try polynomial(call, .chebyshevV, isShifted: true)
  }
  private static func shiftedChebyshevPolynomialW(_ call: Call) throws(LiteError) -> Value {
    try polynomial(call, .chebyshevW, isShifted: true)
  }
  private static func zeta(_ call: Call) throws(LiteError) -> Value {
    try Arithmetic.floats(call) { (s, q, _) in GammaFunctions.zeta(s, q) }
  }

  /// An orthogonal polynomial of a point and a degree; the shifted ones are those of 2x - 1.
  private static func polynomial(_ call: Call, _ family: OrthogonalPolynomials, isShifted: Bool = false) throws(LiteError)
    -> Value
  {
    try Arithmetic.floats(call) { (x, n, _) in family.value(isShifted ? 2 * x - 1 : x, degree: n) }
  }

  static func sinc(_ x: Double) -> Double {
    if x == 0 { return 1 }
    let scaled = 3.141592653589793 * x
    return sin(scaled) / scaled
  }
}

import CLitePlatform
import LiteFormat

/// `special_*`: functions of mathematical physics and statistics. All compute in double.
enum Special {
  static func declare(in table: inout OperatorTable) {
    table.add("special_airy_ai(x) | out", airyAi)
    table.add("special_bessel_j0(self) | out", besselJ0)
    table.add("special_bessel_j1(self) | out", besselJ1)
    table.add("special_bessel_y0(self) | out", besselY0)
    table.add("special_bessel_y1(self) | out", besselY1)
    table.add("special_entr(self) | out", entr)
    table.add("special_erfcx(self) | out", erfcx)
    table.add("special_i0e(self) | out", i0e)
    table.add("special_i1(self) | out", i1)
    table.add("special_i1e(self) | out", i1e)
    table.add("special_log_ndtr(self) | out", logNdtr)
    table.add("special_modified_bessel_i0(self) | out", modifiedBesselI0)
    table.add("special_modified_bessel_i1(self) | out", modifiedBesselI1)
    table.add("special_modified_bessel_k0(self) | out", modifiedBesselK0)
    table.add("special_modified_bessel_k1(self) | out", modifiedBesselK1)
    table.add("special_ndtr(self) | out", ndtr)
    table.add("special_ndtri(self) | out", ndtri)
    table.add("special_scaled_modified_bessel_k0(x) | out", scaledModifiedBesselK0)
    table.add("special_scaled_modified_bessel_k1(x) | out", scaledModifiedBesselK1)
    table.add("special_spherical_bessel_j0(x) | out", sphericalBesselJ0)
    table.add(
      """
      special_chebyshev_polynomial_t(x, n) | out
      special_chebyshev_polynomial_t.x_scalar(Scalar x, n) | x_scalar_out
      special_chebyshev_polynomial_t.n_scalar(x, Scalar n) | n_scalar_out
      """, chebyshevPolynomialT)
    table.add(
      """
      special_chebyshev_polynomial_u(x, n) | out
      special_chebyshev_polynomial_u.x_scalar(Scalar x, n) | x_scalar_out
      special_chebyshev_polynomial_u.n_scalar(x, Scalar n) | n_scalar_out
      """, chebyshevPolynomialU)
    table.add(
      """
      special_chebyshev_polynomial_v(x, n) | out
      special_chebyshev_polynomial_v.x_scalar(Scalar x, n) | x_scalar_out
      special_chebyshev_polynomial_v.n_scalar(x, Scalar n) | n_scalar_out
      """, chebyshevPolynomialV)
    table.add(
      """
      special_chebyshev_polynomial_w(x, n) | out
      special_chebyshev_polynomial_w.x_scalar(Scalar x, n) | x_scalar_out
      special_chebyshev_polynomial_w.n_scalar(x, Scalar n) | n_scalar_out
      """, chebyshevPolynomialW)
    table.add(
      """
      special_hermite_polynomial_h(x, n) | out
      special_hermite_polynomial_h.x_scalar(Scalar x, n) | x_scalar_out
      special_hermite_polynomial_h.n_scalar(x, Scalar n) | n_scalar_out
      """, hermitePolynomialH)
    table.add(
      """
      special_hermite_polynomial_he(x, n) | out
      special_hermite_polynomial_he.x_scalar(Scalar x, n) | x_scalar_out
      special_hermite_polynomial_he.n_scalar(x, Scalar n) | n_scalar_out
      """, hermitePolynomialHe)
    table.add(
      """
      special_laguerre_polynomial_l(x, n) | out
      special_laguerre_polynomial_l.x_scalar(Scalar x, n) | x_scalar_out
      special_laguerre_polynomial_l.n_scalar(x, Scalar n) | n_scalar_out
      """, laguerrePolynomialL)
    table.add(
      """
      special_legendre_polynomial_p(x, n) | out
      special_legendre_polynomial_p.x_scalar(Scalar x, n) | x_scalar_out
      special_legendre_polynomial_p.n_scalar(x, Scalar n) | n_scalar_out
      """, legendrePolynomialP)
    table.add(
      """
      special_shifted_chebyshev_polynomial_t(x, n) | out
      special_shifted_chebyshev_polynomial_t.x_scalar(Scalar x, n) | x_scalar_out
      special_shifted_chebyshev_polynomial_t.n_scalar(x, Scalar n) | n_scalar_out
      """, shiftedChebyshevPolynomialT)
    table.add(
      """
      special_shifted_chebyshev_polynomial_u(x, n) | out
      special_shifted_chebyshev_polynomial_u.x_scalar(Scalar x, n) | x_scalar_out
      special_shifted_chebyshev_polynomial_u.n_scalar(x, Scalar n) | n_scalar_out
      """, shiftedChebyshevPolynomialU)
    table.add(
      """
      special_shifted_chebyshev_polynomial_v(x, n) | out
      special_shifted_chebyshev_polynomial_v.x_scalar(Scalar x, n) | x_scalar_out
      special_shifted_chebyshev_polynomial_v.n_scalar(x, Scalar n) | n_scalar_out
      """, shiftedChebyshevPolynomialV)
    table.add(
      """
      special_shifted_chebyshev_polynomial_w(x, n) | out
      special_shifted_chebyshev_polynomial_w.x_scalar(Scalar x, n) | x_scalar_out
      special_shifted_chebyshev_polynomial_w.n_scalar(x, Scalar n) | n_scalar_out
      """, shiftedChebyshevPolynomialW)
    table.add(
      """
      special_zeta(self, other) | out
      special_zeta.other_scalar(self, Scalar other) | other_scalar_out
      special_zeta.self_scalar(Scalar self, other) | self_scalar_out
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
    try Unary.doubles(call) { BesselFunctions.modifiedK(0, $0, isScaled: false, call.context) }
  }
  private static func modifiedBesselK1(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.modifiedK(1, $0, isScaled: false, call.context) }
  }
  private static func ndtr(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { NormalDistribution.cumulative($0) }
  }
  private static func ndtri(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { NormalDistribution.quantile($0) }
  }
  private static func scaledModifiedBesselK0(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.modifiedK(0, $0, isScaled: true, call.context) }
  }
  private static func scaledModifiedBesselK1(_ call: Call) throws(LiteError) -> Value {
    try Unary.doubles(call) { BesselFunctions.modifiedK(1, $0, isScaled: true, call.context) }
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
    try Arithmetic.floats(call) { (x, n, _) in family.value(isShifted ? 2 * x - 1 : x, degree: n, call.context) }
  }

  static func sinc(_ x: Double) -> Double {
    if x == 0 { return 1 }
    let scaled = 3.141592653589793 * x
    return sin(scaled) / scaled
  }
}

import CLiteKernels
import CLitePlatform
import LiteFormat

/// Functions of one element.
enum Unary {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      aten::neg(Tensor self)
      aten::neg.out(Tensor self, *, Tensor(a!) out)
      aten::neg_(Tensor(a!) self)
      aten::negative(Tensor self)
      aten::negative.out(Tensor self, *, Tensor(a!) out)
      aten::negative_(Tensor(a!) self)
      """, atenNeg)
    table.add(
      """
      aten::abs(Tensor self)
      aten::abs.out(Tensor self, *, Tensor(a!) out)
      aten::abs_(Tensor(a!) self)
      aten::absolute(Tensor self)
      aten::absolute.out(Tensor self, *, Tensor(a!) out)
      aten::absolute_(Tensor(a!) self)
      """, atenAbs)
    table.add(
      """
      aten::sign(Tensor self)
      aten::sign.out(Tensor self, *, Tensor(a!) out)
      aten::sign_(Tensor(a!) self)
      aten::sgn(Tensor self)
      aten::sgn.out(Tensor self, *, Tensor(a!) out)
      aten::sgn_(Tensor(a!) self)
      """, atenSign)
    table.add(
      """
      aten::floor(Tensor self)
      aten::floor.out(Tensor self, *, Tensor(a!) out)
      aten::floor_(Tensor(a!) self)
      """, atenFloor)
    table.add(
      """
      aten::ceil(Tensor self)
      aten::ceil.out(Tensor self, *, Tensor(a!) out)
      aten::ceil_(Tensor(a!) self)
      """, atenCeil)
    table.add(
      """
      aten::trunc(Tensor self)
      aten::trunc.out(Tensor self, *, Tensor(a!) out)
      aten::trunc_(Tensor(a!) self)
      aten::fix(Tensor self)
      aten::fix.out(Tensor self, *, Tensor(a!) out)
      aten::fix_(Tensor(a!) self)
      """, atenTrunc)
    table.add(
      """
      aten::square(Tensor self)
      aten::square.out(Tensor self, *, Tensor(a!) out)
      aten::square_(Tensor(a!) self)
      """, atenSquare)
    table.add(
      """
      aten::bitwise_not(Tensor self)
      aten::bitwise_not.out(Tensor self, *, Tensor(a!) out)
      aten::bitwise_not_(Tensor(a!) self)
      """, atenBitwiseNot)
    table.add(
      """
      aten::round(Tensor self)
      aten::round.decimals(Tensor self, *, int decimals)
      aten::round.out(Tensor self, *, Tensor(a!) out)
      aten::round.decimals_out(Tensor self, *, int decimals, Tensor(a!) out)
      aten::round_(Tensor(a!) self)
      aten::round_.decimals(Tensor(a!) self, *, int decimals)
      aten::special_round(Tensor self, *, int decimals=0)
      aten::special_round.out(Tensor self, *, int decimals=0, Tensor(a!) out)
      """, atenRound)
    table.add(
      """
      aten::logical_not(Tensor self)
      aten::logical_not.out(Tensor self, *, Tensor(a!) out)
      aten::logical_not_(Tensor(a!) self)
      """, atenLogicalNot)
    table.add(
      """
      aten::exp(Tensor self)
      aten::exp.out(Tensor self, *, Tensor(a!) out)
      aten::exp_(Tensor(a!) self)
      """, atenExp)
    table.add(
      """
      aten::log(Tensor self)
      aten::log.out(Tensor self, *, Tensor(a!) out)
      aten::log_(Tensor(a!) self)
      """, atenLog)
    table.add(
      """
      aten::log1p(Tensor self)
      aten::log1p.out(Tensor self, *, Tensor(a!) out)
      aten::log1p_(Tensor(a!) self)
      aten::special_log1p(Tensor self)
      aten::special_log1p.out(Tensor self, *, Tensor(a!) out)
      """, atenLog1p)
    table.add(
      """
      aten::expm1(Tensor self)
      aten::expm1.out(Tensor self, *, Tensor(a!) out)
      aten::expm1_(Tensor(a!) self)
      aten::special_expm1(Tensor self)
      aten::special_expm1.out(Tensor self, *, Tensor(a!) out)
      """, atenExpm1)
    table.add(
      """
      aten::sqrt(Tensor self)
      aten::sqrt.out(Tensor self, *, Tensor(a!) out)
      aten::sqrt_(Tensor(a!) self)
      """, atenSqrt)
    table.add(
      """
      aten::rsqrt(Tensor self)
      aten::rsqrt.out(Tensor self, *, Tensor(a!) out)
      aten::rsqrt_(Tensor(a!) self)
      """, atenRsqrt)
    table.add(
      """
      aten::reciprocal(Tensor self)
      aten::reciprocal.out(Tensor self, *, Tensor(a!) out)
      aten::reciprocal_(Tensor(a!) self)
      """, atenReciprocal)
    table.add(
      """
      aten::sin(Tensor self)
      aten::sin.out(Tensor self, *, Tensor(a!) out)
      aten::sin_(Tensor(a!) self)
      """, atenSin)
    table.add(
      """
      aten::cos(Tensor self)
      aten::cos.out(Tensor self, *, Tensor(a!) out)
      aten::cos_(Tensor(a!) self)
      """, atenCos)
    table.add(
      """
      aten::erf(Tensor self)
      aten::erf.out(Tensor self, *, Tensor(a!) out)
      aten::erf_(Tensor(a!) self)
      aten::special_erf(Tensor self)
      aten::special_erf.out(Tensor self, *, Tensor(a!) out)
      """, atenErf)
    table.add(
      """
      aten::tan(Tensor self)
      aten::tan.out(Tensor self, *, Tensor(a!) out)
      aten::tan_(Tensor(a!) self)
      """, atenTan)
    table.add(
      """
      aten::asin(Tensor self)
      aten::asin.out(Tensor self, *, Tensor(a!) out)
      aten::asin_(Tensor(a!) self)
      aten::arcsin(Tensor self)
      aten::arcsin.out(Tensor self, *, Tensor(a!) out)
      aten::arcsin_(Tensor(a!) self)
      """, atenAsin)
    table.add(
      """
      aten::acos(Tensor self)
      aten::acos.out(Tensor self, *, Tensor(a!) out)
      aten::acos_(Tensor(a!) self)
      aten::arccos(Tensor self)
      aten::arccos.out(Tensor self, *, Tensor(a!) out)
      aten::arccos_(Tensor(a!) self)
      """, atenAcos)
    table.add(
      """
      aten::atan(Tensor self)
      aten::atan.out(Tensor self, *, Tensor(a!) out)
      aten::atan_(Tensor(a!) self)
      aten::arctan(Tensor self)
      aten::arctan.out(Tensor self, *, Tensor(a!) out)
      aten::arctan_(Tensor(a!) self)
      """, atenAtan)
    table.add(
      """
      aten::sinh(Tensor self)
      aten::sinh.out(Tensor self, *, Tensor(a!) out)
      aten::sinh_(Tensor(a!) self)
      """, atenSinh)
    table.add(
      """
      aten::cosh(Tensor self)
      aten::cosh.out(Tensor self, *, Tensor(a!) out)
      aten::cosh_(Tensor(a!) self)
      """, atenCosh)
    table.add(
      """
      aten::asinh(Tensor self)
      aten::asinh.out(Tensor self, *, Tensor(a!) out)
      aten::asinh_(Tensor(a!) self)
      aten::arcsinh(Tensor self)
      aten::arcsinh.out(Tensor self, *, Tensor(a!) out)
      aten::arcsinh_(Tensor(a!) self)
      """, atenAsinh)
    table.add(
      """
      aten::acosh(Tensor self)
      aten::acosh.out(Tensor self, *, Tensor(a!) out)
      aten::acosh_(Tensor(a!) self)
      aten::arccosh(Tensor self)
      aten::arccosh.out(Tensor self, *, Tensor(a!) out)
      aten::arccosh_(Tensor(a!) self)
      """, atenAcosh)
    table.add(
      """
      aten::atanh(Tensor self)
      aten::atanh.out(Tensor self, *, Tensor(a!) out)
      aten::atanh_(Tensor(a!) self)
      aten::arctanh(Tensor self)
      aten::arctanh.out(Tensor self, *, Tensor(a!) out)
      aten::arctanh_(Tensor(a!) self)
      """, atenAtanh)
    table.add(
      """
      aten::exp2(Tensor self)
      aten::exp2.out(Tensor self, *, Tensor(a!) out)
      aten::exp2_(Tensor(a!) self)
      aten::special_exp2(Tensor self)
      aten::special_exp2.out(Tensor self, *, Tensor(a!) out)
      """, atenExp2)
    table.add(
      """
      aten::log2(Tensor self)
      aten::log2.out(Tensor self, *, Tensor(a!) out)
      aten::log2_(Tensor(a!) self)
      """, atenLog2)
    table.add(
      """
      aten::log10(Tensor self)
      aten::log10.out(Tensor self, *, Tensor(a!) out)
      aten::log10_(Tensor(a!) self)
      """, atenLog10)
    table.add(
      """
      aten::erfc(Tensor self)
      aten::erfc.out(Tensor self, *, Tensor(a!) out)
      aten::erfc_(Tensor(a!) self)
      aten::special_erfc(Tensor self)
      aten::special_erfc.out(Tensor self, *, Tensor(a!) out)
      """, atenErfc)
    table.add(
      """
      aten::erfinv(Tensor self)
      aten::erfinv.out(Tensor self, *, Tensor(a!) out)
      aten::erfinv_(Tensor(a!) self)
      aten::special_erfinv(Tensor self)
      aten::special_erfinv.out(Tensor self, *, Tensor(a!) out)
      """, atenErfinv)
    table.add(
      """
      aten::lgamma(Tensor self)
      aten::lgamma.out(Tensor self, *, Tensor(a!) out)
      aten::lgamma_(Tensor(a!) self)
      aten::special_gammaln(Tensor self)
      aten::special_gammaln.out(Tensor self, *, Tensor(a!) out)
      """, atenLgamma)
    table.add(
      """
      aten::digamma(Tensor self)
      aten::digamma.out(Tensor self, *, Tensor(a!) out)
      aten::digamma_(Tensor(a!) self)
      aten::special_digamma(Tensor self)
      aten::special_digamma.out(Tensor self, *, Tensor(a!) out)
      aten::special_psi(Tensor self)
      aten::special_psi.out(Tensor self, *, Tensor(a!) out)
      """, atenDigamma)
    table.add(
      """
      aten::i0(Tensor self)
      aten::i0.out(Tensor self, *, Tensor(a!) out)
      aten::i0_(Tensor(a!) self)
      aten::special_i0(Tensor self)
      aten::special_i0.out(Tensor self, *, Tensor(a!) out)
      """, atenI0)
    table.add(
      """
      aten::sinc(Tensor self)
      aten::sinc.out(Tensor self, *, Tensor(a!) out)
      aten::sinc_(Tensor(a!) self)
      aten::special_sinc(Tensor self)
      aten::special_sinc.out(Tensor self, *, Tensor(a!) out)
      """, atenSinc)
    table.add(
      """
      aten::deg2rad(Tensor self)
      aten::deg2rad.out(Tensor self, *, Tensor(a!) out)
      aten::deg2rad_(Tensor(a!) self)
      """, atenDeg2rad)
    table.add(
      """
      aten::rad2deg(Tensor self)
      aten::rad2deg.out(Tensor self, *, Tensor(a!) out)
      aten::rad2deg_(Tensor(a!) self)
      """, atenRad2deg)
    table.add(
      """
      aten::angle(Tensor self)
      aten::angle.out(Tensor self, *, Tensor(a!) out)
      """, atenAngle)
    table.add(
      """
      aten::frac(Tensor self)
      aten::frac.out(Tensor self, *, Tensor(a!) out)
      aten::frac_(Tensor(a!) self)
      """, atenFrac)
    table.add(
      """
      aten::logit(Tensor self, float? eps=None)
      aten::logit.out(Tensor self, float? eps=None, *, Tensor(a!) out)
      aten::logit_(Tensor(a!) self, float? eps=None)
      aten::special_logit(Tensor self, float? eps=None)
      aten::special_logit.out(Tensor self, float? eps=None, *, Tensor(a!) out)
      """, atenLogit)
    table.add(
      """
      aten::polygamma(int n, Tensor self)
      aten::polygamma.out(int n, Tensor self, *, Tensor(a!) out)
      aten::polygamma_(Tensor(a!) self, int n)
      aten::special_polygamma(int n, Tensor self)
      aten::special_polygamma.out(int n, Tensor self, *, Tensor(a!) out)
      """, atenPolygamma)
    table.add(
      """
      aten::mvlgamma(Tensor self, int p)
      aten::mvlgamma.out(Tensor self, int p, *, Tensor(a!) out)
      aten::mvlgamma_(Tensor(a!) self, int p)
      aten::special_multigammaln(Tensor self, int p)
      aten::special_multigammaln.out(Tensor self, int p, *, Tensor(a!) out)
      """, atenMvlgamma)
    table.add(
      """
      aten::frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)
      aten::frexp.Tensor_out(Tensor self, *, Tensor(a!) mantissa, Tensor(b!) exponent) -> (Tensor(a!) mantissa, Tensor(b!) exponent)
      """, atenFrexp)
    table.add(
      """
      aten::positive(Tensor(a) self)
      aten::real(Tensor(a) self)
      aten::conj(Tensor(a) self)
      aten::resolve_conj(Tensor(a) self)
      aten::resolve_neg(Tensor(a) self)
      aten::_conj(Tensor(a) self)
      """, atenPositive)
    table.add(
      """
      aten::conj_physical(Tensor self)
      aten::conj_physical.out(Tensor self, *, Tensor(a!) out)
      aten::conj_physical_(Tensor(a!) self)
      """, atenConjPhysical)
  }

  // MARK: What the table refers to

  private static func atenNeg(_ call: Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_NEG) }
  private static func atenAbs(_ call: Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_ABS) }
  private static func atenSign(_ call: Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_SIGN) }
  private static func atenFloor(_ call: Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_FLOOR) }
  private static func atenCeil(_ call: Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_CEIL) }
  private static func atenTrunc(_ call: Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_TRUNC) }
  private static func atenSquare(_ call: Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_SQUARE) }
  private static func atenBitwiseNot(_ call: Call) throws(LiteError) -> Value { try keeping(call, LITE_UNARY_BITWISE_NOT) }
  private static func atenRound(_ call: Call) throws(LiteError) -> Value { try rounded(call) }
  private static func atenLogicalNot(_ call: Call) throws(LiteError) -> Value { try logicalNot(call) }
  private static func atenExp(_ call: Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_EXP) }
  private static func atenLog(_ call: Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_LOG) }
  private static func atenLog1p(_ call: Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_LOG1P) }
  private static func atenExpm1(_ call: Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_EXPM1) }
  private static func atenSqrt(_ call: Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_SQRT) }
  private static func atenRsqrt(_ call: Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_RSQRT) }
  private static func atenReciprocal(_ call: Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_RECIPROCAL) }
  private static func atenSin(_ call: Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_SIN) }
  private static func atenCos(_ call: Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_COS) }
  private static func atenErf(_ call: Call) throws(LiteError) -> Value { try floating(call, LITE_UNARY_ERF) }
  private static func atenTan(_ call: Call) throws(LiteError) -> Value { try doubles(call) { tan($0) } }
  private static func atenAsin(_ call: Call) throws(LiteError) -> Value { try doubles(call) { asin($0) } }
  private static func atenAcos(_ call: Call) throws(LiteError) -> Value { try doubles(call) { acos($0) } }
  private static func atenAtan(_ call: Call) throws(LiteError) -> Value { try doubles(call) { atan($0) } }
  private static func atenSinh(_ call: Call) throws(LiteError) -> Value { try doubles(call) { sinh($0) } }
  private static func atenCosh(_ call: Call) throws(LiteError) -> Value { try doubles(call) { cosh($0) } }
  private static func atenAsinh(_ call: Call) throws(LiteError) -> Value { try doubles(call) { asinh($0) } }
  private static func atenAcosh(_ call: Call) throws(LiteError) -> Value { try doubles(call) { acosh($0) } }
  private static func atenAtanh(_ call: Call) throws(LiteError) -> Value { try doubles(call) { atanh($0) } }
  private static func atenExp2(_ call: Call) throws(LiteError) -> Value { try doubles(call) { exp2($0) } }
  private static func atenLog2(_ call: Call) throws(LiteError) -> Value { try doubles(call) { log2($0) } }
  private static func atenLog10(_ call: Call) throws(LiteError) -> Value { try doubles(call) { log10($0) } }
  private static func atenErfc(_ call: Call) throws(LiteError) -> Value { try doubles(call) { erfc($0) } }
  private static func atenErfinv(_ call: Call) throws(LiteError) -> Value {
    try doubles(call) { NormalDistribution.inverseErrorFunction($0) }
  }
  private static func atenLgamma(_ call: Call) throws(LiteError) -> Value {
    try doubles(call) { GammaFunctions.logGamma($0) }
  }
  private static func atenDigamma(_ call: Call) throws(LiteError) -> Value {
    try doubles(call) { GammaFunctions.digamma($0) }
  }
  private static func atenI0(_ call: Call) throws(LiteError) -> Value {
    try doubles(call) { BesselFunctions.modifiedI(0, $0) }
  }
  private static func atenSinc(_ call: Call) throws(LiteError) -> Value { try doubles(call) { Special.sinc($0) } }
  private static func atenDeg2rad(_ call: Call) throws(LiteError) -> Value {
    try doubles(call) { $0 * 0.017453292519943295 }
  }
  private static func atenRad2deg(_ call: Call) throws(LiteError) -> Value { try doubles(call) { $0 * 57.29577951308232 } }
  private static func atenAngle(_ call: Call) throws(LiteError) -> Value {
    try doubles(call) { $0.isNaN ? $0 : $0 < 0 ? 3.141592653589793 : 0 }
  }
  private static func atenFrac(_ call: Call) throws(LiteError) -> Value { try fraction(call) }
  private static func atenLogit(_ call: Call) throws(LiteError) -> Value { try logit(call) }
  private static func atenPolygamma(_ call: Call) throws(LiteError) -> Value { try polygamma(call) }
  private static func atenMvlgamma(_ call: Call) throws(LiteError) -> Value { try multivariateLogGamma(call) }
  private static func atenFrexp(_ call: Call) throws(LiteError) -> Value { try mantissaAndExponent(call) }
  private static func atenPositive(_ call: Call) throws(LiteError) -> Value { .tensor(try call.plainTensor(0)) }
  private static func atenConjPhysical(_ call: Call) throws(LiteError) -> Value { try Conversion.copy(call) }

  /// The result has the type of the argument.
  private static func keeping(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let x = try call.operand(0)
    // PyTorch squares by pow, which makes integers of bools.
    let type = operation == LITE_UNARY_SQUARE && x.type == .bool ? .int64 : x.type
    if type == .bool, operation == LITE_UNARY_NEG || operation == LITE_UNARY_ABS {
      throw call.failure(0, "found bool, expected numbers; use logical_not")
    }
    return try Pointwise.unary(call, operation, x, compute: type, result: type)
  }

  /// The result is floating; integers become float32.
  private static func floating(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let x = try call.operand(0)
    let type = x.type.isFloatingPoint ? x.type : .float32
    return try Pointwise.unary(call, operation, x, compute: type, result: type)
  }

  /// A floating function without a kernel.
  @inline(never)
  static func doubles(_ call: Call, _ body: (Double) -> Double) throws(LiteError) -> Value {
    let x = try call.operand(0)
    return .tensor(try Pointwise.doubles(call, [x], result: x.type.isFloatingPoint ? x.type : .float32) { (a, _, _) in body(a) })
  }

  private static func rounded(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    guard let index = call.position("decimals"), x.type.isFloatingPoint else {
      return try Pointwise.unary(call, LITE_UNARY_ROUND, x, compute: x.type, result: x.type)
    }
    let decimals = try call.int(index)
    try call.require(abs(decimals) <= 400, index, "found \(decimals), expected at most 400")
    let factor = pow(10, Double(abs(decimals)))
    return .tensor(
      try Pointwise.doubles(call, [x], result: x.type) { (a, _, _) in
        decimals < 0 ? rint(a / factor) * factor : rint(a * factor) / factor
      })
  }

  private static func logicalNot(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    return try Pointwise.unary(call, LITE_UNARY_LOGICAL_NOT, x, compute: x.type, result: .bool, writesBool: true)
  }

  private static func fraction(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    try call.require(x.type.isFloatingPoint, 0, "found \(x.type.name), expected a floating type")
    return .tensor(try Pointwise.doubles(call, [x], result: x.type) { (a, _, _) in a - trunc(a) })
  }

  private static func logit(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    let margin: Double? = if let index = call.given("eps") { try call.double(index) } else { nil }
    return .tensor(
      try Pointwise.doubles(call, [x], result: x.type.isFloatingPoint ? x.type : .float32) { (a, _, _) in
        let z = margin.map { a < $0 ? $0 : a > 1 - $0 ? 1 - $0 : a } ?? a
        return log(z / (1 - z))
      })
  }

  private static func polygamma(_ call: Call) throws(LiteError) -> Value {
    let index = call.schema.arguments[0].type.count == 3 ? 0 : 1
    let n = try call.int(index)
    let x = try call.operand(1 - index)
    try call.require(n >= 0 && n <= 100, index, "found \(n), expected 0 to 100")
    return .tensor(
      try Pointwise.doubles(call, [x], result: x.type.isFloatingPoint ? x.type : .float32) { (a, _, _) in
        GammaFunctions.polygamma(n, a)
      })
  }

  /// x = mantissa * 2^exponent with a mantissa from 0.5 to 1.
  private static func mantissaAndExponent(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    try call.require(x.type.isFloatingPoint, 0, "found \(x.type.name), expected a floating type")
    func exponent(_ a: Double) -> Int { a.isFinite && a != 0 ? Int(a.exponent) + 1 : 0 }
    let mantissas = try Pointwise.doubles(call, [x], result: x.type, toTarget: false) { (a, _, _) in
      scalbn(a, Int32(-exponent(a)))
    }
    let exponents = try Pointwise.doubles(call, [x], result: .int32, toTarget: false) { (a, _, _) in Double(exponent(a)) }
    return try call.deliver(mantissas, exponents)
  }

  private static func multivariateLogGamma(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    let p = try call.int(1)
    try call.require(p >= 1 && p <= 1 << 20, 1, "found \(p), expected 1 or more")
    return .tensor(
      try Pointwise.doubles(call, [x], result: x.type.isFloatingPoint ? x.type : .float32) { (a, _, _) in
        var sum = Double(p * (p - 1)) / 4 * 1.1447298858494002
        for index in 0..<p { sum += GammaFunctions.logGamma(a - Double(index) / 2) }
        return sum
      })
  }
}

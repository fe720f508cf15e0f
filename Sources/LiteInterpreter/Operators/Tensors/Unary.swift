import CLiteKernels
import CLitePlatform
import LiteFormat

/// Functions of one element.
enum Unary {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      neg(self) | _ | out
      negative(self) | _ | out
      """, atenNeg)
    table.add(
      """
      abs(self) | _ | out
      absolute(self) | _ | out
      """, atenAbs)
    table.add(
      """
      sign(self) | _ | out
      sgn(self) | _ | out
      """, atenSign)
    table.add("floor(self) | _ | out", atenFloor)
    table.add("ceil(self) | _ | out", atenCeil)
    table.add(
      """
      trunc(self) | _ | out
      fix(self) | _ | out
      """, atenTrunc)
    table.add("square(self) | _ | out", atenSquare)
    table.add("bitwise_not(self) | _ | out", atenBitwiseNot)
    table.add(
      """
      round(self) | _ | out
      round.decimals(self, *, int decimals) | _ | decimals_out
      special_round(self, *, int decimals=0) | out
      """, atenRound)
    table.add("logical_not(self) | _ | out", atenLogicalNot)
    table.add("exp(self) | _ | out", atenExp)
    table.add("log(self) | _ | out", atenLog)
    table.add(
      """
      log1p(self) | _ | out
      special_log1p(self) | out
      """, atenLog1p)
    table.add(
      """
      expm1(self) | _ | out
      special_expm1(self) | out
      """, atenExpm1)
    table.add("sqrt(self) | _ | out", atenSqrt)
    table.add("rsqrt(self) | _ | out", atenRsqrt)
    table.add("reciprocal(self) | _ | out", atenReciprocal)
    table.add("sin(self) | _ | out", atenSin)
    table.add("cos(self) | _ | out", atenCos)
    table.add(
      """
      erf(self) | _ | out
      special_erf(self) | out
      """, atenErf)
    table.add("tan(self) | _ | out", atenTan)
    table.add(
      """
      asin(self) | _ | out
      arcsin(self) | _ | out
      """, atenAsin)
    table.add(
      """
      acos(self) | _ | out
      arccos(self) | _ | out
      """, atenAcos)
    table.add(
      """
      atan(self) | _ | out
      arctan(self) | _ | out
      """, atenAtan)
    table.add("sinh(self) | _ | out", atenSinh)
    table.add("cosh(self) | _ | out", atenCosh)
    table.add(
      """
      asinh(self) | _ | out
      arcsinh(self) | _ | out
      """, atenAsinh)
    table.add(
      """
      acosh(self) | _ | out
      arccosh(self) | _ | out
      """, atenAcosh)
    table.add(
      """
      atanh(self) | _ | out
      arctanh(self) | _ | out
      """, atenAtanh)
    table.add(
      """
      exp2(self) | _ | out
      special_exp2(self) | out
      """, atenExp2)
    table.add("log2(self) | _ | out", atenLog2)
    table.add("log10(self) | _ | out", atenLog10)
    table.add(
      """
      erfc(self) | _ | out
      special_erfc(self) | out
      """, atenErfc)
    table.add(
      """
      erfinv(self) | _ | out
      special_erfinv(self) | out
      """, atenErfinv)
    table.add(
      """
      lgamma(self) | _ | out
      special_gammaln(self) | out
      """, atenLgamma)
    table.add(
      """
      digamma(self) | _ | out
      special_digamma(self) | out
      special_psi(self) | out
      """, atenDigamma)
    table.add(
      """
      i0(self) | _ | out
      special_i0(self) | out
      """, atenI0)
    table.add(
      """
      sinc(self) | _ | out
      special_sinc(self) | out
      """, atenSinc)
    table.add("deg2rad(self) | _ | out", atenDeg2rad)
    table.add("rad2deg(self) | _ | out", atenRad2deg)
    table.add("angle(self) | out", atenAngle)
    table.add("frac(self) | _ | out", atenFrac)
    table.add(
      """
      logit(self, float? eps=None) | _ | out
      special_logit(self, float? eps=None) | out
      """, atenLogit)
    table.add(
      """
      polygamma(int n, self) | out
      polygamma_(self&, int n)
      special_polygamma(int n, self) | out
      """, atenPolygamma)
    table.add(
      """
      mvlgamma(self, int p) | _ | out
      special_multigammaln(self, int p) | out
      """, atenMvlgamma)
    table.add(
      """
      frexp.Tensor(self) -> (Tensor mantissa, Tensor exponent)
      frexp.Tensor_out(self, *, mantissa&, exponent&) -> (Tensor(a!) mantissa, Tensor(b!) exponent)
      """, atenFrexp)
    table.add(
      """
      positive(Tensor(a) self)
      real(Tensor(a) self)
      conj(Tensor(a) self)
      resolve_conj(Tensor(a) self)
      resolve_neg(Tensor(a) self)
      _conj(Tensor(a) self)
      """, atenPositive)
    table.add("conj_physical(self) | _ | out", atenConjPhysical)
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
    let result = try Pointwise.doubles(call, [x], result: x.type.isFloatingPoint ? x.type : .float32) { (a, _, _) in body(a) }
    // What `body` took.
    try call.context.spend(0)
    return .tensor(result)
  }

  private static func rounded(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    guard let index = call.position("decimals"), x.type.isFloatingPoint else {
      return try Pointwise.unary(call, LITE_UNARY_ROUND, x, compute: x.type, result: x.type)
    }
    let decimals = try call.int(index)
    try call.require(decimals.magnitude <= 400, index, "found \(decimals), expected at most 400")
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
    try call.context.spend(x.tensor?.count ?? 1, p, 16)
    return .tensor(
      try Pointwise.doubles(call, [x], result: x.type.isFloatingPoint ? x.type : .float32) { (a, _, _) in
        var sum = Double(p * (p - 1)) / 4 * 1.1447298858494002
        for index in 0..<p { sum += GammaFunctions.logGamma(a - Double(index) / 2) }
        return sum
      })
  }
}

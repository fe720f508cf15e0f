import CLitePlatform
import LiteFormat

/// Functions of one number: Python's `math`, rounding, sign.
enum ScalarMath {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      log.Scalar(Scalar a) -> Scalar
      log.int(int a) -> float
      log.float(float a) -> float
      log.complex(complex a) -> complex
      """, log)
    table.add(
      """
      log1p.Scalar(Scalar a) -> Scalar
      log1p.int(int a) -> float
      log1p.float(float a) -> float
      """, log1p)
    table.add(
      """
      log10.Scalar(Scalar a) -> Scalar
      log10.int(int a) -> float
      log10.float(float a) -> float
      log10.complex(complex a) -> complex
      """, log10)
    table.add(
      """
      sqrt.Scalar(Scalar a) -> Scalar
      sqrt.int(int a) -> float
      sqrt.float(float a) -> float
      sqrt.complex(complex a) -> complex
      """, sqrt)
    table.add(
      """
      exp.Scalar(Scalar a) -> Scalar
      exp.int(int a) -> float
      exp.float(float a) -> float
      exp.complex(complex a) -> complex
      """, exp)
    table.add(
      """
      expm1.Scalar(Scalar a) -> Scalar
      expm1.int(int a) -> float
      expm1.float(float a) -> float
      """, expm1)
    table.add(
      """
      acos.Scalar(Scalar a) -> Scalar
      acos.int(int a) -> float
      acos.float(float a) -> float
      """, acos)
    table.add(
      """
      asin.Scalar(Scalar a) -> Scalar
      asin.int(int a) -> float
      asin.float(float a) -> float
      """, asin)
    table.add(
      """
      atan.Scalar(Scalar a) -> Scalar
      atan.int(int a) -> float
      atan.float(float a) -> float
      """, atan)
    table.add(
      """
      cos.Scalar(Scalar a) -> Scalar
      cos.int(int a) -> float
      cos.float(float a) -> float
      cos.complex(complex a) -> complex
      """, cos)
    table.add(
      """
      sin.Scalar(Scalar a) -> Scalar
      sin.int(int a) -> float
      sin.float(float a) -> float
      sin.complex(complex a) -> complex
      """, sin)
    table.add(
      """
      tan.Scalar(Scalar a) -> Scalar
      tan.int(int a) -> float
      tan.float(float a) -> float
      """, tan)
    table.add(
      """
      acosh.Scalar(Scalar a) -> Scalar
      acosh.int(int a) -> float
      acosh.float(float a) -> float
      """, acosh)
    table.add(
      """
      asinh.Scalar(Scalar a) -> Scalar
      asinh.int(int a) -> float
      asinh.float(float a) -> float
      """, asinh)
    table.add(
      """
      atanh.Scalar(Scalar a) -> Scalar
      atanh.int(int a) -> float
      atanh.float(float a) -> float
      """, atanh)
    table.add(
      """
      cosh.Scalar(Scalar a) -> Scalar
      cosh.int(int a) -> float
      cosh.float(float a) -> float
      cosh.complex(complex a) -> complex
      """, cosh)
    table.add(
      """
      sinh.Scalar(Scalar a) -> Scalar
      sinh.int(int a) -> float
      sinh.float(float a) -> float
      sinh.complex(complex a) -> complex
      """, sinh)
    table.add(
      """
      tanh.Scalar(Scalar a) -> Scalar
      tanh.int(int a) -> float
      tanh.float(float a) -> float
      """, tanh)
    table.add(
      """
      degrees.Scalar(Scalar a) -> Scalar
      degrees.int(int a) -> float
      degrees.float(float a) -> float
      """, degrees)
    table.add(
      """
      radians.Scalar(Scalar a) -> Scalar
      radians.int(int a) -> float
      radians.float(float a) -> float
      """, radians)
    table.add(
      """
      gamma.Scalar(Scalar a) -> Scalar
      gamma.int(int a) -> float
      gamma.float(float a) -> float
      """, gamma)
    table.add(
      """
      lgamma.Scalar(Scalar a) -> Scalar
      lgamma.int(int a) -> float
      lgamma.float(float a) -> float
      """, lgamma)
    table.add(
      """
      erf.Scalar(Scalar a) -> Scalar
      erf.int(int a) -> float
      erf.float(float a) -> float
      """, erf)
    table.add(
      """
      erfc.Scalar(Scalar a) -> Scalar
      erfc.int(int a) -> float
      erfc.float(float a) -> float
      """, erfc)
    table.add(
      """
      fabs.Scalar(Scalar a) -> Scalar
      fabs.int(int a) -> float
      fabs.float(float a) -> float
      """, fabs)
    table.add(
      """
      round.Scalar(Scalar a) -> Scalar
      round.int(int a) -> float
      round.float(float a) -> float
      """, round)
    table.add(
      """
      angle.Scalar(Scalar a) -> Scalar
      angle.int(int a) -> float
      angle.float(float a) -> float
      angle.complex(complex a) -> float
      """, angle)
    table.add(
      """
      floor.Scalar(Scalar a) -> Scalar
      floor.int(int a) -> int
      floor.float(float a) -> int
      """, floor)
    table.add(
      """
      ceil.Scalar(Scalar a) -> Scalar
      ceil.int(int a) -> int
      ceil.float(float a) -> int
      """, ceil)
    table.add(
      """
      neg.Scalar(Scalar a) -> Scalar
      neg.int(int a) -> int
      neg.float(float a) -> float
      neg.complex(complex a) -> complex
      """, negate)
    table.add(
      """
      prim::abs.Scalar(Scalar a) -> Scalar
      prim::abs.int(int a) -> int
      prim::abs.float(float a) -> float
      prim::abs.complex(complex a) -> float
      """, absolute)
    table.add(
      """
      isnan.float(float a) -> bool
      isnan.complex(complex a) -> bool
      """, isNaN)
    table.add(
      """
      isinf.float(float a) -> bool
      isinf.complex(complex a) -> bool
      """, isInfinite)
    table.add(
      """
      isfinite.float(float a) -> bool
      isfinite.complex(complex a) -> bool
      """, isFinite)
    table.add("factorial.int(int a) -> int", factorial)
    table.add("modf(float a) -> (float, float)", fractionAndWhole)
    table.add("frexp(float a) -> (float, int)", mantissaAndExponent)
    table.add("ldexp(float x, int i) -> float", scaleByPowerOfTwo)
  }

  private enum Function {
    case log, log1p, log10, sqrt, exp, expm1, acos, asin, atan, cos, sin, tan, acosh, asinh, atanh, cosh, sinh, tanh
    case degrees, radians, gamma, lgamma, erf, erfc, fabs, round, angle
  }

  private static func log(_ call: Call) throws(LiteError) -> Value { try apply(call, .log) }
  private static func log1p(_ call: Call) throws(LiteError) -> Value { try apply(call, .log1p) }
  private static func log10(_ call: Call) throws(LiteError) -> Value { try apply(call, .log10) }
  private static func sqrt(_ call: Call) throws(LiteError) -> Value { try apply(call, .sqrt) }
  private static func exp(_ call: Call) throws(LiteError) -> Value { try apply(call, .exp) }
  private static func expm1(_ call: Call) throws(LiteError) -> Value { try apply(call, .expm1) }
  private static func acos(_ call: Call) throws(LiteError) -> Value { try apply(call, .acos) }
  private static func asin(_ call: Call) throws(LiteError) -> Value { try apply(call, .asin) }
  private static func atan(_ call: Call) throws(LiteError) -> Value { try apply(call, .atan) }
  private static func cos(_ call: Call) throws(LiteError) -> Value { try apply(call, .cos) }
  private static func sin(_ call: Call) throws(LiteError) -> Value { try apply(call, .sin) }
  private static func tan(_ call: Call) throws(LiteError) -> Value { try apply(call, .tan) }
  private static func acosh(_ call: Call) throws(LiteError) -> Value { try apply(call, .acosh) }
  private static func asinh(_ call: Call) throws(LiteError) -> Value { try apply(call, .asinh) }
  private static func atanh(_ call: Call) throws(LiteError) -> Value { try apply(call, .atanh) }
  private static func cosh(_ call: Call) throws(LiteError) -> Value { try apply(call, .cosh) }
  private static func sinh(_ call: Call) throws(LiteError) -> Value { try apply(call, .sinh) }
  private static func tanh(_ call: Call) throws(LiteError) -> Value { try apply(call, .tanh) }
  private static func degrees(_ call: Call) throws(LiteError) -> Value { try apply(call, .degrees) }
  private static func radians(_ call: Call) throws(LiteError) -> Value { try apply(call, .radians) }
  private static func gamma(_ call: Call) throws(LiteError) -> Value { try apply(call, .gamma) }
  private static func lgamma(_ call: Call) throws(LiteError) -> Value { try apply(call, .lgamma) }
  private static func erf(_ call: Call) throws(LiteError) -> Value { try apply(call, .erf) }
  private static func erfc(_ call: Call) throws(LiteError) -> Value { try apply(call, .erfc) }
  private static func fabs(_ call: Call) throws(LiteError) -> Value { try apply(call, .fabs) }
  private static func round(_ call: Call) throws(LiteError) -> Value { try apply(call, .round) }
  private static func angle(_ call: Call) throws(LiteError) -> Value { try apply(call, .angle) }

  private static func apply(_ call: Call, _ function: Function) throws(LiteError) -> Value {
    let number = try call.number(0)
    if case .complex(let z) = number {
      switch function {
      case .log: return z.logarithm.value
      case .log10: return (z.logarithm / Complex(CLitePlatform.log(10), 0)).value
      case .sqrt: return z.squareRoot.value
      case .exp: return z.exponential.value
      case .angle: return .double(z.angle)
      case .sin: return (Complex(-z.imaginary, z.real).hyperbolicSine.dividedByI).value
      case .cos: return Complex(-z.imaginary, z.real).hyperbolicCosine.value
      case .sinh: return z.hyperbolicSine.value
      case .cosh: return z.hyperbolicCosine.value
      default: throw LiteError(.unsupported, "this function of a complex number")
      }
    }
    return .double(value(function, number.double))
  }

  private static func value(_ function: Function, _ x: Double) -> Double {
    switch function {
    case .log: CLitePlatform.log(x)
    case .log1p: CLitePlatform.log1p(x)
    case .log10: CLitePlatform.log10(x)
    case .sqrt: x.squareRoot()
    case .exp: CLitePlatform.exp(x)
    case .expm1: CLitePlatform.expm1(x)
    case .acos: CLitePlatform.acos(x)
    case .asin: CLitePlatform.asin(x)
    case .atan: CLitePlatform.atan(x)
    case .cos: CLitePlatform.cos(x)
    case .sin: CLitePlatform.sin(x)
    case .tan: CLitePlatform.tan(x)
    case .acosh: CLitePlatform.acosh(x)
    case .asinh: CLitePlatform.asinh(x)
    case .atanh: CLitePlatform.atanh(x)
    case .cosh: CLitePlatform.cosh(x)
    case .sinh: CLitePlatform.sinh(x)
    case .tanh: CLitePlatform.tanh(x)
    case .degrees: x * (180 / Double.pi)
    case .radians: x * (Double.pi / 180)
    case .gamma: CLitePlatform.tgamma(x)
    case .lgamma: CLitePlatform.lgamma(x)
    case .erf: CLitePlatform.erf(x)
    case .erfc: CLitePlatform.erfc(x)
    case .fabs: x.magnitude
    case .round: x.rounded(.toNearestOrEven)
    case .angle: x.isNaN ? x : x < 0 || x.sign == .minus ? Double.pi : 0
    }
  }

  // MARK: To int

  private static func floor(_ call: Call) throws(LiteError) -> Value { try rounded(call, .down) }
  private static func ceil(_ call: Call) throws(LiteError) -> Value { try rounded(call, .up) }

  private static func rounded(_ call: Call, _ rule: FloatingPointRoundingRule) throws(LiteError) -> Value {
    let x = try call.number(0).double
    guard x >= -0x1p63, x <= 0x1p63 else {
      throw LiteError(.operatorFailed, "Cannot convert float \(DecimalText.fixed(x, digits: 6)) to integer")
    }
    return .int(Scalar.double(x.rounded(rule)).int)
  }

  // MARK: Kind is kept

  private static func negate(_ call: Call) throws(LiteError) -> Value {
    switch try call.number(0) {
    case .int(let number): .int(0 &- number)
    case .double(let number): .double(-number)
    case .complex(let number): Complex(-number.real, -number.imaginary).value
    }
  }

  private static func absolute(_ call: Call) throws(LiteError) -> Value {
    switch try call.number(0) {
    case .int(let number): .int(Int64(truncatingIfNeeded: number.magnitude))
    case .double(let number): .double(number.magnitude)
    case .complex(let number): .double(number.magnitude)
    }
  }

  // MARK: Questions

  private static func isNaN(_ call: Call) throws(LiteError) -> Value {
    let z = try call.number(0).complex
    return .bool(z.real.isNaN || z.imaginary.isNaN)
  }
  private static func isInfinite(_ call: Call) throws(LiteError) -> Value {
    let z = try call.number(0).complex
    return .bool(z.real.isInfinite || z.imaginary.isInfinite)
  }
  private static func isFinite(_ call: Call) throws(LiteError) -> Value {
    let z = try call.number(0).complex
    return .bool(z.real.isFinite && z.imaginary.isFinite)
  }

  // MARK: Others

  /// Modulo 2^64. The power of two is applied as a shift by a count modulo 64, as PyTorch does.
  private static func factorial(_ call: Call) throws(LiteError) -> Value {
    let n = try call.int64(0)
    guard n >= 0 else { throw LiteError(.operatorFailed, "factorial() not defined for negative values") }
    guard n <= 1 << 20 else { throw LiteError(.limitExceeded, "factorial of \(n)") }
    try call.context.spend(Int(n))
    var odd: Int64 = 1
    var shift: Int64 = 0
    var factor: Int64 = 2
    while factor <= n {
      let zeros = Int64(factor.trailingZeroBitCount)
      odd = odd &* (factor &>> zeros)
      shift += zeros
      factor += 1
    }
    return .int(odd &<< shift)
  }

  private static func fractionAndWhole(_ call: Call) throws(LiteError) -> Value {
    let x = try call.double(0)
    let whole = x.rounded(.towardZero)
    let fraction = CLitePlatform.copysign(x.isInfinite ? 0 : x - whole, x)
    return .tuple(TupleValue([.double(fraction), .double(whole)]))
  }

  private static func mantissaAndExponent(_ call: Call) throws(LiteError) -> Value {
    let x = try call.double(0)
    guard x.isFinite, x != 0 else { return .tuple(TupleValue([.double(x), .int(0)])) }
    return .tuple(TupleValue([.double(CLitePlatform.copysign(x.significand / 2, x)), .int(Int64(x.exponent) + 1)]))
  }

  private static func scaleByPowerOfTwo(_ call: Call) throws(LiteError) -> Value {
    // The exponent is an int in C: it is cut to 32 bits.
    .double(ldexp(try call.double(0), Int32(truncatingIfNeeded: try call.int64(1))))
  }
}

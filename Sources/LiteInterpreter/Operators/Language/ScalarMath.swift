import CLitePlatform
import LiteFormat

/// Functions of one number: Python's `math`, rounding, sign.
enum ScalarMath {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      aten::log.Scalar(Scalar a) -> Scalar
      aten::log.int(int a) -> float
      aten::log.float(float a) -> float
      aten::log.complex(complex a) -> complex
      """, log)
    table.add(
      """
      aten::log1p.Scalar(Scalar a) -> Scalar
      aten::log1p.int(int a) -> float
      aten::log1p.float(float a) -> float
      """, log1p)
    table.add(
      """
      aten::log10.Scalar(Scalar a) -> Scalar
      aten::log10.int(int a) -> float
      aten::log10.float(float a) -> float
      aten::log10.complex(complex a) -> complex
      """, log10)
    table.add(
      """
      aten::sqrt.Scalar(Scalar a) -> Scalar
      aten::sqrt.int(int a) -> float
      aten::sqrt.float(float a) -> float
      aten::sqrt.complex(complex a) -> complex
      """, sqrt)
    table.add(
      """
      aten::exp.Scalar(Scalar a) -> Scalar
      aten::exp.int(int a) -> float
      aten::exp.float(float a) -> float
      aten::exp.complex(complex a) -> complex
      """, exp)
    table.add(
      """
      aten::expm1.Scalar(Scalar a) -> Scalar
      aten::expm1.int(int a) -> float
      aten::expm1.float(float a) -> float
      """, expm1)
    table.add(
      """
      aten::acos.Scalar(Scalar a) -> Scalar
      aten::acos.int(int a) -> float
      aten::acos.float(float a) -> float
      """, acos)
    table.add(
      """
      aten::asin.Scalar(Scalar a) -> Scalar
      aten::asin.int(int a) -> float
      aten::asin.float(float a) -> float
      """, asin)
    table.add(
      """
      aten::atan.Scalar(Scalar a) -> Scalar
      aten::atan.int(int a) -> float
      aten::atan.float(float a) -> float
      """, atan)
    table.add(
      """
      aten::cos.Scalar(Scalar a) -> Scalar
      aten::cos.int(int a) -> float
      aten::cos.float(float a) -> float
      aten::cos.complex(complex a) -> complex
      """, cos)
    table.add(
      """
      aten::sin.Scalar(Scalar a) -> Scalar
      aten::sin.int(int a) -> float
      aten::sin.float(float a) -> float
      aten::sin.complex(complex a) -> complex
      """, sin)
    table.add(
      """
      aten::tan.Scalar(Scalar a) -> Scalar
      aten::tan.int(int a) -> float
      aten::tan.float(float a) -> float
      """, tan)
    table.add(
      """
      aten::acosh.Scalar(Scalar a) -> Scalar
      aten::acosh.int(int a) -> float
      aten::acosh.float(float a) -> float
      """, acosh)
    table.add(
      """
      aten::asinh.Scalar(Scalar a) -> Scalar
      aten::asinh.int(int a) -> float
      aten::asinh.float(float a) -> float
      """, asinh)
    table.add(
      """
      aten::atanh.Scalar(Scalar a) -> Scalar
      aten::atanh.int(int a) -> float
      aten::atanh.float(float a) -> float
      """, atanh)
    table.add(
      """
      aten::cosh.Scalar(Scalar a) -> Scalar
      aten::cosh.int(int a) -> float
      aten::cosh.float(float a) -> float
      aten::cosh.complex(complex a) -> complex
      """, cosh)
    table.add(
      """
      aten::sinh.Scalar(Scalar a) -> Scalar
      aten::sinh.int(int a) -> float
      aten::sinh.float(float a) -> float
      aten::sinh.complex(complex a) -> complex
      """, sinh)
    table.add(
      """
      aten::tanh.Scalar(Scalar a) -> Scalar
      aten::tanh.int(int a) -> float
      aten::tanh.float(float a) -> float
      """, tanh)
    table.add(
      """
      aten::degrees.Scalar(Scalar a) -> Scalar
      aten::degrees.int(int a) -> float
      aten::degrees.float(float a) -> float
      """, degrees)
    table.add(
      """
      aten::radians.Scalar(Scalar a) -> Scalar
      aten::radians.int(int a) -> float
      aten::radians.float(float a) -> float
      """, radians)
    table.add(
      """
      aten::gamma.Scalar(Scalar a) -> Scalar
      aten::gamma.int(int a) -> float
      aten::gamma.float(float a) -> float
      """, gamma)
    table.add(
      """
      aten::lgamma.Scalar(Scalar a) -> Scalar
      aten::lgamma.int(int a) -> float
      aten::lgamma.float(float a) -> float
      """, lgamma)
    table.add(
      """
      aten::erf.Scalar(Scalar a) -> Scalar
      aten::erf.int(int a) -> float
      aten::erf.float(float a) -> float
      """, erf)
    table.add(
      """
      aten::erfc.Scalar(Scalar a) -> Scalar
      aten::erfc.int(int a) -> float
      aten::erfc.float(float a) -> float
      """, erfc)
    table.add(
      """
      aten::fabs.Scalar(Scalar a) -> Scalar
      aten::fabs.int(int a) -> float
      aten::fabs.float(float a) -> float
      """, fabs)
    table.add(
      """
      aten::round.Scalar(Scalar a) -> Scalar
      aten::round.int(int a) -> float
      aten::round.float(float a) -> float
      """, round)
    table.add(
      """
      aten::angle.Scalar(Scalar a) -> Scalar
      aten::angle.int(int a) -> float
      aten::angle.float(float a) -> float
      aten::angle.complex(complex a) -> float
      """, angle)
    table.add(
      """
      aten::floor.Scalar(Scalar a) -> Scalar
      aten::floor.int(int a) -> int
      aten::floor.float(float a) -> int
      """, floor)
    table.add(
      """
      aten::ceil.Scalar(Scalar a) -> Scalar
      aten::ceil.int(int a) -> int
      aten::ceil.float(float a) -> int
      """, ceil)
    table.add(
      """
      aten::neg.Scalar(Scalar a) -> Scalar
      aten::neg.int(int a) -> int
      aten::neg.float(float a) -> float
      aten::neg.complex(complex a) -> complex
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
      aten::isnan.float(float a) -> bool
      aten::isnan.complex(complex a) -> bool
      """, isNaN)
    table.add(
      """
      aten::isinf.float(float a) -> bool
      aten::isinf.complex(complex a) -> bool
      """, isInfinite)
    table.add(
      """
      aten::isfinite.float(float a) -> bool
      aten::isfinite.complex(complex a) -> bool
      """, isFinite)
    table.add("aten::factorial.int(int a) -> int", factorial)
    table.add("aten::modf(float a) -> (float, float)", fractionAndWhole)
    table.add("aten::frexp(float a) -> (float, int)", mantissaAndExponent)
    table.add("aten::ldexp(float x, int i) -> float", scaleByPowerOfTwo)
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

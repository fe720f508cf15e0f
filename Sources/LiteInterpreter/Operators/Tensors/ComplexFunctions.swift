import CLitePlatform
import LiteFormat

/// Functions of one complex element.
enum ComplexFunctions {
  static let forms: [ComplexForm] = [
    ComplexForm("neg", negative), ComplexForm("negative", negative),
    ComplexForm("square", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0 * $0 } }),
    ComplexForm("reciprocal", { (call) throws(LiteError) in try ComplexPointwise.map(call) { Complex(1, 0) / $0 } }),
    ComplexForm("sgn", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.direction } }),
    ComplexForm("exp", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.exponential } }),
    ComplexForm("exp2", { (call) throws(LiteError) in try ComplexPointwise.map(call) { ($0 * 0.6931471805599453).exponential } }),
    ComplexForm("expm1", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.exponentialMinusOne } }),
    ComplexForm("log", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.logarithm } }),
    ComplexForm("log2", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.logarithm * 1.4426950408889634 } }),
    ComplexForm("log10", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.logarithm * 0.4342944819032518 } }),
    ComplexForm("log1p", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.logarithmOfOnePlus } }),
    ComplexForm("sqrt", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.squareRoot } }),
    ComplexForm("rsqrt", { (call) throws(LiteError) in try ComplexPointwise.map(call) { Complex(1, 0) / $0.squareRoot } }),
    ComplexForm("sin", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.timesI.hyperbolicSine.dividedByI } }),
    ComplexForm("cos", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.timesI.hyperbolicCosine } }),
    ComplexForm("tan", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.timesI.hyperbolicTangent.dividedByI } }),
    ComplexForm("sinh", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.hyperbolicSine } }),
    ComplexForm("cosh", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.hyperbolicCosine } }),
    ComplexForm("tanh", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.hyperbolicTangent } }),
    ComplexForm("asin", inverseSine), ComplexForm("arcsin", inverseSine), ComplexForm("acos", inverseCosine),
    ComplexForm("arccos", inverseCosine),
    ComplexForm("atan", inverseTangent), ComplexForm("arctan", inverseTangent), ComplexForm("asinh", inverseHyperbolicSine),
    ComplexForm("arcsinh", inverseHyperbolicSine),
    ComplexForm("acosh", inverseHyperbolicCosine), ComplexForm("arccosh", inverseHyperbolicCosine),
    ComplexForm("atanh", inverseHyperbolicTangent),
    ComplexForm("arctanh", inverseHyperbolicTangent),
    ComplexForm("sigmoid", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0.sigmoid } }),
    ComplexForm("silu", { (call) throws(LiteError) in try ComplexPointwise.map(call) { $0 * $0.sigmoid } }),
    ComplexForm("sinc", { (call) throws(LiteError) in try ComplexPointwise.map(call) { sinc($0) } }),
    ComplexForm("abs", magnitude), ComplexForm("absolute", magnitude),
    ComplexForm("angle", { (call) throws(LiteError) in try ComplexPointwise.measure(call) { $0.angle } }),
    ComplexForm("isnan", { (call) throws(LiteError) in try ComplexPointwise.test(call) { $0.isNaN } }),
    ComplexForm("isinf", { (call) throws(LiteError) in try ComplexPointwise.test(call) { $0.isInfinite } }),
    ComplexForm("isfinite", { (call) throws(LiteError) in try ComplexPointwise.test(call) { $0.isFinite } }),
    ComplexForm("isreal", { (call) throws(LiteError) in try ComplexPointwise.test(call) { $0.imaginary == 0 } }),
    ComplexForm("logical_not", { (call) throws(LiteError) in try ComplexPointwise.test(call) { $0.isZero } }),
  ]

  private static func negative(_ call: Call) throws(LiteError) -> Value {
    try ComplexPointwise.map(call) { Complex(-$0.real, -$0.imaginary) }
  }
  private static func magnitude(_ call: Call) throws(LiteError) -> Value {
    try ComplexPointwise.measure(call) { $0.magnitude }
  }
  private static func inverseSine(_ call: Call) throws(LiteError) -> Value {
    try ComplexPointwise.map(call) { $0.timesI.inverseHyperbolicSine.dividedByI }
  }
  private static func inverseCosine(_ call: Call) throws(LiteError) -> Value {
    try ComplexPointwise.map(call) { $0.inverseCosine }
  }
  private static func inverseTangent(_ call: Call) throws(LiteError) -> Value {
    try ComplexPointwise.map(call) { $0.timesI.inverseHyperbolicTangent.dividedByI }
  }
  private static func inverseHyperbolicSine(_ call: Call) throws(LiteError) -> Value {
    try ComplexPointwise.map(call) { $0.inverseHyperbolicSine }
  }
  private static func inverseHyperbolicCosine(_ call: Call) throws(LiteError) -> Value {
    try ComplexPointwise.map(call) { $0.inverseHyperbolicCosine }
  }
  private static func inverseHyperbolicTangent(_ call: Call) throws(LiteError) -> Value {
    try ComplexPointwise.map(call) { $0.inverseHyperbolicTangent }
  }

  private static func sinc(_ z: Complex) -> Complex {
    if z.isZero { return Complex(1, 0) }
    let x = z * 3.141592653589793
    return x.timesI.hyperbolicSine.dividedByI / x
  }
}

/// The inverse functions by Kahan, "Branch cuts for complex elementary functions" (1987).
extension Complex {
  static func * (a: Complex, b: Double) -> Complex { Complex(a.real * b, a.imaginary * b) }

  var conjugate: Complex { Complex(real, -imaginary) }
  var timesI: Complex { Complex(-imaginary, real) }
  var isZero: Bool { real == 0 && imaginary == 0 }
  var isNaN: Bool { real.isNaN || imaginary.isNaN }
  var isInfinite: Bool { real.isInfinite || imaginary.isInfinite }
  var isFinite: Bool { real.isFinite && imaginary.isFinite }

  /// The number of magnitude 1 in the same direction; 0 for 0.
  var direction: Complex {
    let length = magnitude
    return length == 0 ? Complex(0, 0) : Complex(real / length, imaginary / length)
  }

  var sigmoid: Complex { Complex(1, 0) / (Complex(1, 0) + Complex(-real, -imaginary).exponential) }

  var exponentialMinusOne: Complex {
    let half = sin(imaginary / 2)
    return Complex(expm1(real) * cos(imaginary) - 2 * half * half, exp(real) * sin(imaginary))
  }

  var logarithmOfOnePlus: Complex {
    let sum = Complex(1 + real, imaginary)
    // Near 1 the logarithm of the magnitude would lose what 1 + real rounds away.
    let distance = real * (2 + real) + imaginary * imaginary
    return Complex(distance.magnitude < 0.5 ? log1p(distance) / 2 : log(sum.magnitude), sum.angle)
  }

  var hyperbolicTangent: Complex {
    if real.magnitude > 20 {
      return Complex(real < 0 ? -1 : 1, 4 * sin(imaginary) * cos(imaginary) * exp(-2 * real.magnitude))
    }
    let tangent = tan(imaginary)
    let sine = sinh(real)
    let factor = 1 + tangent * tangent
    let divisor = 1 + factor * sine * sine
    return Complex(factor * (1 + sine * sine).squareRoot() * sine / divisor, tangent / divisor)
  }

  var inverseCosine: Complex {
    let a = Complex(1 - real, -imaginary).squareRoot
    let b = Complex(1 + real, imaginary).squareRoot
    return Complex(2 * atan2(a.real, b.real), asinh(b.real * a.imaginary - b.imaginary * a.real))
  }

  var inverseHyperbolicSine: Complex {
    let a = Complex(1 + imaginary, -real).squareRoot
    let b = Complex(1 - imaginary, real).squareRoot
    return Complex(
      asinh(a.real * b.imaginary - b.real * a.imaginary), atan2(imaginary, a.real * b.real - a.imaginary * b.imaginary))
  }

  var inverseHyperbolicCosine: Complex {
    let a = Complex(real - 1, imaginary).squareRoot
    let b = Complex(real + 1, imaginary).squareRoot
    return Complex(asinh(a.real * b.real + a.imaginary * b.imaginary), 2 * atan2(a.imaginary, b.real))
  }

  var inverseHyperbolicTangent: Complex {
    let rest = (1 - real) * (1 - real) + imaginary * imaginary
    return Complex(
      log1p(4 * real / rest) / 4, atan2(2 * imaginary, (1 - real) * (1 + real) - imaginary * imaginary) / 2)
  }
}

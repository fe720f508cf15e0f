import CLitePlatform
import LiteFormat

/// A complex number to compute with.
struct Complex: BitwiseCopyable, Equatable {
  var real: Double
  var imaginary: Double

  init(_ real: Double, _ imaginary: Double) {
    self.real = real
    self.imaginary = imaginary
  }

  var value: Value { .complex(ComplexValue(real, imaginary)) }

  static func + (a: Complex, b: Complex) -> Complex { Complex(a.real + b.real, a.imaginary + b.imaginary) }
  static func - (a: Complex, b: Complex) -> Complex { Complex(a.real - b.real, a.imaginary - b.imaginary) }
  static func * (a: Complex, b: Complex) -> Complex {
    Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
  }
  /// The parts of the divisor are taken in relation to the larger one (Smith 1962).
  static func / (a: Complex, b: Complex) -> Complex {
    if b.real.magnitude >= b.imaginary.magnitude {
      if b.real == 0 { return Complex(a.real / b.real.magnitude, a.imaginary / b.real.magnitude) }
      let ratio = b.imaginary / b.real
      let scale = 1 / (b.real + b.imaginary * ratio)
      return Complex((a.real + a.imaginary * ratio) * scale, (a.imaginary - a.real * ratio) * scale)
    }
    let ratio = b.real / b.imaginary
    let scale = 1 / (b.real * ratio + b.imaginary)
    return Complex((a.real * ratio + a.imaginary) * scale, (a.imaginary * ratio - a.real) * scale)
  }

  static func polar(_ length: Double, _ angle: Double) -> Complex { Complex(length * cos(angle), length * sin(angle)) }

  var magnitude: Double { lite_hypotenuse(real, imaginary) }
  var angle: Double { atan2(imaginary, real) }
  /// This divided by the imaginary unit.
  var dividedByI: Complex { Complex(imaginary, -real) }
  var exponential: Complex { imaginary == 0 ? Complex(exp(real), imaginary) : .polar(exp(real), imaginary) }
  var logarithm: Complex { Complex(log(magnitude), angle) }
  var hyperbolicSine: Complex { Complex(sinh(real) * cos(imaginary), cosh(real) * sin(imaginary)) }
  var hyperbolicCosine: Complex { Complex(cosh(real) * cos(imaginary), sinh(real) * sin(imaginary)) }

  var squareRoot: Complex {
    if real == 0 {
      let part = (imaginary.magnitude / 2).squareRoot()
      return Complex(part, imaginary.sign == .minus ? -part : part)
    }
    let part = (2 * (magnitude + real.magnitude)).squareRoot()
    let half = part / 2
    return real > 0
      ? Complex(half, imaginary / part)
      : Complex(imaginary.magnitude / part, imaginary.sign == .minus ? -half : half)
  }

  func power(_ exponent: Complex) -> Complex {
    if real == 0, imaginary == 0 { return Complex(exponent.real == 0 && exponent.imaginary == 0 ? 1 : 0, 0) }
    let product = exponent * logarithm
    return .polar(exp(product.real), product.imaginary)
  }
}

/// Making complex numbers.
enum ComplexOperators {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      Complex.Scalar(Scalar a) -> complex
      Complex.Tensor_Tensor(a, b) -> complex
      Complex.bool_bool(bool x, bool y) -> complex
      Complex.bool_int(bool x, int y) -> complex
      Complex.bool_float(bool x, float y) -> complex
      Complex.bool_Tensor(bool x, y) -> complex
      Complex.int_bool(int x, bool y) -> complex
      Complex.int_int(int x, int y) -> complex
      Complex.int_float(int x, float y) -> complex
      Complex.int_Tensor(int x, y) -> complex
      Complex.float_bool(float x, bool y) -> complex
      Complex.float_int(float x, int y) -> complex
      Complex.float_float(float x, float y) -> complex
      Complex.float_Tensor(float x, y) -> complex
      Complex.Tensor_bool(x, bool y) -> complex
      Complex.Tensor_int(x, int y) -> complex
      Complex.Tensor_float(x, float y) -> complex
      """, make)
    table.add(
      """
      polar.int(int a, int b) -> complex
      polar.float(float a, float b) -> complex
      polar.int_float(int a, float b) -> complex
      polar.float_int(float a, int b) -> complex
      polar.Scalar_Scalar(Scalar a, Scalar b) -> Scalar
      """, polar)
    table.add("sum.complex(complex[] self) -> complex", sum)
  }

  private static func make(_ call: Call) throws(LiteError) -> Value {
    if call.count == 1 { return try call.number(0).complex.value }
    return Complex(try part(call, 0), try part(call, 1)).value
  }

  private static func part(_ call: Call, _ index: Int) throws(LiteError) -> Double {
    if case .tensor = call[index] { return try call.item(index).double }
    return try call.number(index).double
  }

  private static func polar(_ call: Call) throws(LiteError) -> Value {
    Complex.polar(try call.number(0).double, try call.number(1).double).value
  }

  private static func sum(_ call: Call) throws(LiteError) -> Value {
    var total = Complex(0, 0)
    for item in try call.list(0).items { total = total + (item.number?.complex ?? Complex(0, 0)) }
    return total.value
  }
}

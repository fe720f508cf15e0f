import CLitePlatform

/// Functions that libm does not have.
enum SpecialFunctions {
  static func sinc(_ x: Double) -> Double {
    if x == 0 { return 1 }
    let scaled = 3.141592653589793 * x
    return sin(scaled) / scaled
  }

  static func logGamma(_ x: Double) -> Double { lgamma(x) }

  /// By recurrence up to 10 and the asymptotic series from there (Abramowitz and Stegun 6.3).
  static func digamma(_ x: Double) -> Double {
    if x == 0 { return copysign(.infinity, -x) }
    if x.isNaN || x == -.infinity { return .nan }
    if x < 0 {
      if x == floor(x) { return .nan }
      return digamma(1 - x) - 3.141592653589793 / tan(3.141592653589793 * (x - floor(x)))
    }
    var shifted = x
    var result = 0.0
    while shifted < 10 {
      result -= 1 / shifted
      shifted += 1
    }
    let square = 1 / (shifted * shifted)
    let series = square * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square * (1.0 / 240 - square * (1.0 / 132)))))
    return result + log(shifted) - 0.5 / shifted - series
  }

  /// The n-th derivative of digamma, by recurrence up to 20 and the asymptotic series from there.
  static func polygamma(_ n: Int, _ x: Double) -> Double {
    if n == 0 { return digamma(x) }
    let order = Double(n)
    let sign = n % 2 == 1 ? 1.0 : -1
    if x <= 0, x == floor(x) { return n % 2 == 1 ? .infinity : .nan }
    guard x > -1e4 else { return .nan }
    var shifted = x
    var sum = 0.0
    let factorial = exp(lgamma(order + 1))
    while shifted < 20 + order {
      sum += factorial / pow(shifted, order + 1)
      shifted += 1
    }
    // Bernoulli numbers B2, B4, ...
    let bernoulli = [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730]
    sum += factorial / order / pow(shifted, order) + factorial / (2 * pow(shifted, order + 1))
    for (index, number) in bernoulli.enumerated() {
      let even = Double(2 * (index + 1))
      sum += number * exp(lgamma(even + order) - lgamma(even + 1)) / pow(shifted, even + order)
    }
    return sign * sum
  }

  /// The regularized incomplete gamma functions: a series below a + 1, a continued fraction (Lentz) above.
  static func incompleteGamma(_ a: Double, _ x: Double, isUpper: Bool) -> Double {
    if a < 0 || x < 0 || a.isNaN || x.isNaN || (a == 0 && x == 0) { return .nan }
    if a == 0 || x == .infinity { return isUpper ? 0 : 1 }
    if x == 0 || a == .infinity { return isUpper ? 1 : 0 }
    let scale = exp(a * log(x) - x - lgamma(a))
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      for n in 1..<10000 {
        term *= x / (a + Double(n))
        sum += term
        if term < sum * 1e-17 { break }
      }
      return isUpper ? 1 - sum * scale : sum * scale
    }
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var fraction = d
    for n in 1..<10000 {
      let factor = -Double(n) * (Double(n) - a)
      b += 2
      d = 1 / (factor * d + b)
      c = b + factor / c
      fraction *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return isUpper ? fraction * scale : 1 - fraction * scale
  }

  /// The power series below 15, the asymptotic one from there.
  static func besselI0(_ x: Double) -> Double {
    let magnitude = abs(x)
    if magnitude.isInfinite || x.isNaN { return magnitude }
    var sum = 1.0
    var term = 1.0
    if magnitude < 15 {
      let quarter = magnitude * magnitude / 4
      for k in 1..<60 {
        term *= quarter / Double(k * k)
        sum += term
      }
      return sum
    }
    for k in 1..<20 {
      term *= Double((2 * k - 1) * (2 * k - 1)) / (Double(8 * k) * magnitude)
      sum += term
    }
    return exp(magnitude - 0.5 * log(2 * 3.141592653589793 * magnitude)) * sum
  }

  /// Winitzki's formula, which is within 0.002, and steps of Halley's method.
  static func inverseErrorFunction(_ y: Double) -> Double {
    if y == 1 || y == -1 { return y * .infinity }
    guard abs(y) < 1 else { return .nan }
    let w = -log((1 - y) * (1 + y))
    let a = 0.147
    let half = 2 / (3.141592653589793 * a) - w / 2
    var x = copysign(abs((half * half + w / a).squareRoot() - half).squareRoot(), y)
    for _ in 0..<3 {
      // erf(x) - y, without cancellation near the ends.
      let difference = y < -0.5 ? erfc(-x) - (1 + y) : y > 0.5 ? (1 - y) - erfc(x) : erf(x) - y
      let step = difference * 0.886226925452758 * exp(x * x)
      x -= step / (1 + x * step)
    }
    return x
  }
}

import CLitePlatform

/// The gamma function's relatives.
enum GammaFunctions {
  static func logGamma(_ x: Double) -> Double { lgamma(x) }

  /// By recurrence up to 10 and the asymptotic series from there (Abramowitz and Stegun 6.3).
  static func digamma(_ x: Double) -> Double {
    if x == 0 { return copysign(.infinity, -x) }
    if x.isNaN || x == -.infinity { return .nan }
    if x < 0 {
      if x == floor(x) { return .nan }
      return digamma(1 - x) - 3.141592653589793 / tan(3.141592653589793 * (x - rint(x)))
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

  /// The n-th derivative of digamma (Abramowitz and Stegun 6.4.10).
  static func polygamma(_ n: Int, _ x: Double) -> Double {
    if n == 0 { return digamma(x) }
    let order = Double(n + 1)
    return (n % 2 == 1 ? 1 : -1) * exp(lgamma(order)) * zeta(order, x)
  }

  /// Hurwitz's zeta function, the sum of (q + k)^-s over k >= 0: terms up to q + k > 10, and the formula of Euler and
  /// Maclaurin for the rest (Abramowitz and Stegun 23.2). Not real for q < 0 unless s is an integer.
  static func zeta(_ s: Double, _ q: Double) -> Double {
    if s == 1 { return .infinity }
    guard s > 1, !q.isNaN else { return .nan }
    if q <= 0 {
      if q == floor(q) { return .infinity }
      guard s == floor(s) else { return .nan }
      // The terms below 0 mirrored; no loop over them, since there may be any number.
      let fraction = q - floor(q)
      let mirrored = zeta(s, 1 - fraction) - zeta(s, 1 - q)
      return zeta(s, fraction) + (fmod(s, 2) == 0 ? mirrored : -mirrored)
    }
    var a = q
    var sum = 0.0
    while a <= 10 {
      sum += pow(a, -s)
      a += 1
    }
    let power = pow(a, -s)
    sum += power * (a / (s - 1) + 0.5)
    // Bernoulli numbers B2, B4, ... over the factorials.
    var factor = s * power / a
    for (index, number) in bernoulli.enumerated() {
      sum += number * factor
      let k = s + Double(2 * index + 1)
      factor *= k * (k + 1) / (a * a)
    }
    return sum
  }

  /// B2 / 2!, B4 / 4!, ...
  private static let bernoulli = [
    1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1_209_600, 1.0 / 47_900_160, -691.0 / 1_307_674_368_000, 1.0 / 74_724_249_600,
  ]

  /// The regularized incomplete gamma functions: a series below a + 1, a continued fraction (Lentz) above.
  static func incompleteGamma(_ a: Double, _ x: Double, isUpper: Bool, _ context: Context) -> Double {
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
        if term < sum * 1e-17 || !context.pays(4) { break }
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
      if abs(d * c - 1) < 1e-16 || !context.pays(8) { break }
    }
    return isUpper ? fraction * scale : 1 - fraction * scale
  }
}

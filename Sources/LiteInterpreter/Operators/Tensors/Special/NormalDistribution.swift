import CLitePlatform

/// The error function's relatives: the scaled complement, the normal distribution and their inverses.
enum NormalDistribution {
  /// exp(x^2) erfc(x); the asymptotic series where erfc would vanish.
  static func scaledComplement(_ x: Double) -> Double {
    if x < 20 { return exp(x * x) * erfc(x) }
    if x > 1e100 { return 0.5641895835477563 / x }
    let square = 1 / (2 * x * x)
    return 0.5641895835477563 / x * (1 - square * (1 - square * (3 - square * (15 - square * 105))))
  }

  /// The probability of a value below x.
  static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x * 0.7071067811865476) }

  static func logCumulative(_ x: Double) -> Double {
    let scaled = x * 0.7071067811865476
    if x < -1 { return x == -.infinity ? x : log(scaledComplement(-scaled) / 2) - scaled * scaled }
    return log1p(-erfc(scaled) / 2)
  }

  /// The x below which values have probability p.
  static func quantile(_ p: Double) -> Double {
    if p == 0 { return -.infinity }
    if p == 1 { return .infinity }
    guard p > 0, p < 1 else { return .nan }
    return 1.4142135623730951 * (p <= 0.5 ? -inverseComplement(2 * p) : inverseComplement(2 * (1 - p)))
  }

  static func inverseErrorFunction(_ y: Double) -> Double {
    if y == 1 || y == -1 { return y * .infinity }
    guard abs(y) < 1 else { return .nan }
    let magnitude = abs(y)
    return copysign(
      magnitude > 0.5 ? inverseComplement(1 - magnitude) : improved(estimate(magnitude, 1 - magnitude)) { erf($0) - magnitude }, y
    )
  }

  /// The x >= 0 for which erfc(x) = q, for 0 < q <= 1.
  private static func inverseComplement(_ q: Double) -> Double { improved(estimate(1 - q, q)) { q - erfc($0) } }

  /// Winitzki's formula for erf(x) = y, which is within 0.002; `complement` is 1 - y.
  private static func estimate(_ y: Double, _ complement: Double) -> Double {
    let w = -log(complement * (1 + y))
    let a = 0.147
    let half = 2 / (3.141592653589793 * a) - w / 2
    return abs((half * half + w / a).squareRoot() - half).squareRoot()
  }

  /// Steps of Halley's method. `difference` is erf(x) minus what is wanted.
  private static func improved(_ start: Double, _ difference: (Double) -> Double) -> Double {
    var x = start
    for _ in 0..<3 {
      let step = difference(x) * 0.886226925452758 * exp(x * x)
      x -= step / (1 + x * step)
    }
    return x
  }

  /// -x log x.
  static func entropy(_ x: Double) -> Double { x > 0 ? -x * log(x) : x == 0 ? 0 : x.isNaN ? x : -.infinity }
}

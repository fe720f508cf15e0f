import CLitePlatform

/// Bessel functions, modified and spherical ones, and Airy's Ai. Those of the first and second kind are libm's.
enum BesselFunctions {
  private static let pi = 3.141592653589793

  /// I0 or I1 times exp(-|x|): the power series below 15, the asymptotic one from there (Abramowitz and Stegun 9.6.10, 9.7.1).
  static func scaledI(_ order: Int, _ x: Double) -> Double {
    if x.isNaN { return x }
    let magnitude = abs(x)
    let sign = order == 1 && x < 0 ? -1.0 : 1
    if magnitude.isInfinite { return 0 }
    var term = 1.0
    var sum = 1.0
    if magnitude < 15 {
      let quarter = magnitude * magnitude / 4
      for k in 1..<60 {
        term *= quarter / Double(k * (k + order))
        sum += term
      }
      return sign * sum * exp(-magnitude) * (order == 1 ? magnitude / 2 : 1)
    }
    for k in 1..<20 {
      let odd = Double(2 * k - 1)
      term *= (odd * odd - Double(4 * order)) / (Double(8 * k) * magnitude)
      sum += term
    }
    return sign * sum / (2 * pi * magnitude).squareRoot()
  }

  static func modifiedI(_ order: Int, _ x: Double) -> Double {
    if x.isInfinite { return order == 1 ? x : .infinity }
    let magnitude = abs(x)
    // Two factors, so that the exponential alone does not overflow.
    let half = exp(magnitude / 2)
    return scaledI(order, x) * half * half
  }

  /// K of any order times exp(x), for x > 0: the integral of exp(-x (cosh t - 1)) cosh(order t) over t > 0
  /// (Abramowitz and Stegun 9.6.24). The trapezoidal rule converges exponentially for it: the integrand is analytic
  /// around the real axis and falls doubly exponentially.
  static func scaledK(_ order: Double, _ x: Double) -> Double {
    // Narrower where the integrand is nearly a Gaussian of width 1/sqrt(x).
    let step = min(0.125, 0.7 / x.squareRoot())
    var sum = 0.5
    var k = 1.0
    while k < 16384 {
      let t = k * step
      // cosh t - 1 without cancellation.
      let half = sinh(t / 2)
      let exponent = 2 * x * half * half - order * t
      if exponent > 45 { break }
      sum += exp(-2 * x * half * half) * cosh(order * t)
      k += 1
    }
    return sum * step
  }

  /// K0 or K1, with or without the factor exp(x).
  static func modifiedK(_ order: Int, _ x: Double, isScaled: Bool, _ context: Context) -> Double {
    if x == 0 { return .infinity }
    if x.isNaN || x < 0 { return .nan }
    if x == .infinity { return 0 }
    if order == 1, x < 1e-150 { return 1 / x }
    // Eight terms to each unit of t, which ends near log(180 / x).
    guard context.pays(512 * Int(max(1, 6 - log(x)))) else { return .nan }
    let scaled = scaledK(Double(order), x)
    return isScaled ? scaled : scaled * exp(-x)
  }

  static func sphericalJ0(_ x: Double) -> Double {
    if x.isInfinite { return 0 }
    return x == 0 ? 1 : sin(x) / x
  }

  /// Ai: by K of order 1/3 from 2, by the power series in the middle, and by the asymptotic one below -8
  /// (Abramowitz and Stegun 10.4.14, 10.4.2, 10.4.60).
  static func airy(_ x: Double) -> Double {
    if x.isNaN || x.isInfinite { return .nan }
    let zeta = 2.0 / 3 * abs(x) * abs(x).squareRoot()
    if x >= 2 { return zeta > 745 ? 0 : scaledK(1.0 / 3, zeta) * exp(-zeta) * (x / 3).squareRoot() / pi }
    if x > -8 {
      let cube = x * x * x
      var (first, second) = (0.3550280538878172, 0.2588194037928068 * x)
      var sum = first - second
      for k in 1..<60 {
        let n = Double(3 * k)
        first *= cube / (n * (n - 1))
        second *= cube / (n * (n + 1))
        sum += first - second
      }
      return sum
    }
    // The even terms go with the sine, the odd ones with the cosine; signs alternate in each.
    var sums = (1.0, 0.0)
    var term = 1.0
    for k in 1..<20 {
      let n = Double(6 * k)
      term *= (n - 5) * (n - 3) * (n - 1) / (216 * Double(k) * Double(2 * k - 1) * zeta)
      let signed = k % 4 < 2 ? term : -term
      if k % 2 == 0 { sums.0 += signed } else { sums.1 += signed }
    }
    let phase = zeta + pi / 4
    return (sin(phase) * sums.0 - cos(phase) * sums.1) / (pi * (-x).squareRoot()).squareRoot()
  }
}

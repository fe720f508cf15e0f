import CLitePlatform

/// Families of orthogonal polynomials: each is given by its first two members and a recurrence of three terms
/// (Abramowitz and Stegun 22.7).
enum OrthogonalPolynomials: Int {
  case chebyshevT, chebyshevU, chebyshevV, chebyshevW, hermiteH, hermiteHe, laguerreL, legendreP

  /// Degrees above this have no result but by a closed form: the recurrence would not end in useful time.
  private static let maximumDegree = 1_000_000.0

  /// The member of a degree, whose fraction is dropped, at x; 0 for degrees below 0.
  func value(_ x: Double, degree: Double, _ context: Context) -> Double {
    let n = trunc(degree)
    if n.isNaN { return .nan }
    if n < 0 { return 0 }
    if n == 0 { return 1 }
    if n > 8, abs(x) <= 1, let value = closedForm(x, n) { return value }
    guard context.pays(4 * Int(min(n, Self.maximumDegree))) else { return .nan }
    var previous = 1.0
    var current = first(x)
    var k = 1.0
    while k < n {
      if current.isNaN || k > Self.maximumDegree { return .nan }
      (previous, current) = (current, next(x, k, current, previous))
      k += 1
    }
    return current
  }

  /// The member of degree 1.
  private func first(_ x: Double) -> Double {
    switch self {
    case .chebyshevT, .hermiteHe, .legendreP: x
    case .chebyshevU, .hermiteH: 2 * x
    case .chebyshevV: 2 * x - 1
    case .chebyshevW: 2 * x + 1
    case .laguerreL: 1 - x
    }
  }

  /// The member of degree k + 1 from those of k and k - 1.
  private func next(_ x: Double, _ k: Double, _ current: Double, _ previous: Double) -> Double {
    switch self {
    case .chebyshevT, .chebyshevU, .chebyshevV, .chebyshevW: 2 * x * current - previous
    case .hermiteH: 2 * (x * current - k * previous)
    case .hermiteHe: x * current - k * previous
    case .laguerreL: ((2 * k + 1 - x) * current - k * previous) / (k + 1)
    case .legendreP: ((2 * k + 1) * x * current - k * previous) / (k + 1)
    }
  }

  /// Chebyshev polynomials as functions of the angle whose cosine is x, and all that are known at the ends.
  private func closedForm(_ x: Double, _ n: Double) -> Double? {
    let alternating = x > 0 || fmod(n, 2) == 0 ? 1.0 : -1
    let angle = acos(x)
    let isEnd = abs(x) == 1
    switch self {
    case .chebyshevT: return isEnd ? alternating : cos(n * angle)
    case .chebyshevU: return isEnd ? alternating * (n + 1) : sin((n + 1) * angle) / sin(angle)
    case .chebyshevV:
      if isEnd { return x > 0 ? 1 : alternating * (2 * n + 1) }
      return cos((n + 0.5) * angle) / cos(angle / 2)
    case .chebyshevW:
      if isEnd { return x > 0 ? 2 * n + 1 : alternating }
      return sin((n + 0.5) * angle) / sin(angle / 2)
    case .legendreP: return isEnd ? alternating : nil
    case .laguerreL: return x == 0 ? 1 : nil
    case .hermiteH, .hermiteHe: return nil
    }
  }
}

import CLitePlatform

/// A complex number of doubles.
struct ComplexNumber {
  var re: Double
  var im: Double

  static func + (a: Self, b: Self) -> Self { Self(re: a.re + b.re, im: a.im + b.im) }
  static func - (a: Self, b: Self) -> Self { Self(re: a.re - b.re, im: a.im - b.im) }
  static func * (a: Self, b: Self) -> Self { Self(re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re) }
  static func * (a: Self, b: Double) -> Self { Self(re: a.re * b, im: a.im * b) }

  /// Scaled so that squares do not overflow (R. L. Smith, "Algorithm 116: Complex Division").
  static func / (a: Self, b: Self) -> Self {
    if abs(b.re) >= abs(b.im) {
      let ratio = b.im / b.re
      let divisor = b.re + b.im * ratio
      return Self(re: (a.re + a.im * ratio) / divisor, im: (a.im - a.re * ratio) / divisor)
    }
    let ratio = b.re / b.im
    let divisor = b.re * ratio + b.im
    return Self(re: (a.re * ratio + a.im) / divisor, im: (a.im * ratio - a.re) / divisor)
  }

  var conjugate: Self { Self(re: re, im: -im) }
  var magnitude: Double { lite_hypotenuse(re, im) }

  /// The square root with a real part that is not negative.
  var squareRoot: Self {
    let length = magnitude
    let real = ((length + abs(re)) / 2).squareRoot()
    if real == 0 { return Self(re: 0, im: 0) }
    let other = abs(im) / (2 * real)
    let (x, y) = re >= 0 ? (real, other) : (other, real)
    return Self(re: x, im: im < 0 ? -y : y)
  }
}

/// A square complex matrix, row by row, in memory that somebody else keeps.
struct ComplexMatrix {
  let base: UnsafeMutablePointer<ComplexNumber>
  let size: Int

  subscript(row: Int, column: Int) -> ComplexNumber {
    get { base[row &* size &+ column] }
    nonmutating set { base[row &* size &+ column] = newValue }
  }

  func fillIdentity() {
    for index in 0..<size &* size { base[index] = ComplexNumber(re: 0, im: 0) }
    for index in 0..<size { self[index, index] = ComplexNumber(re: 1, im: 0) }
  }

  /// Cosine and (complex) sine of the rotation that takes (a, b) to (r, 0).
  private static func rotation(_ a: ComplexNumber, _ b: ComplexNumber) -> (Double, ComplexNumber) {
    let length = a.magnitude
    let norm = lite_hypotenuse(length, b.magnitude)
    if norm == 0 { return (1, ComplexNumber(re: 0, im: 0)) }
    let phase = length == 0 ? ComplexNumber(re: 1, im: 0) : a * (1 / length)
    return (length / norm, phase * b.conjugate * (1 / norm))
  }

  private func rotateRows(_ p: Int, _ q: Int, _ c: Double, _ s: ComplexNumber, _ range: Range<Int>) {
    for column in range {
      let (x, y) = (self[p, column], self[q, column])
      self[p, column] = x * c + s * y
      self[q, column] = y * c - s.conjugate * x
    }
  }

  private func rotateColumns(_ p: Int, _ q: Int, _ c: Double, _ s: ComplexNumber, _ range: Range<Int>) {
    for row in range {
      let (x, y) = (self[row, p], self[row, q])
      self[row, p] = x * c + s.conjugate * y
      self[row, q] = y * c - s * x
    }
  }

  /// Replaces the matrix by its Schur form: upper triangular, with the eigenvalues on the diagonal.
  ///
  /// First to Hessenberg form by rotations, then the QR algorithm with Wilkinson's shift (Golub and Van Loan, chapter 7).
  ///
  /// - Parameter vectors: becomes the unitary matrix Q of Q T Qᴴ.
  /// - Returns: false if an eigenvalue was not found, which does not happen with finite numbers.
  func makeSchur(vectors: ComplexMatrix) -> Bool {
    vectors.fillIdentity()
    for column in 0..<max(size - 2, 0) {
      var row = size - 1
      while row > column + 1 {
        let (c, s) = Self.rotation(self[row - 1, column], self[row, column])
        rotateRows(row - 1, row, c, s, 0..<size)
        rotateColumns(row - 1, row, c, s, 0..<size)
        vectors.rotateColumns(row - 1, row, c, s, 0..<size)
        row -= 1
      }
    }
    var last = size - 1
    var stepsLeft = 100 * max(size, 1)
    while last > 0 {
      var first = last
      while first > 0 {
        let near = self[first, first].magnitude + self[first - 1, first - 1].magnitude
        if self[first, first - 1].magnitude <= 1e-16 * near {
          self[first, first - 1] = ComplexNumber(re: 0, im: 0)
          break
        }
        first -= 1
      }
      if first == last {
        last -= 1
        continue
      }
      if stepsLeft == 0 { return false }
      stepsLeft -= 1
      step(first, last, shift(last, isExceptional: stepsLeft % 11 == 5), vectors)
    }
    return true
  }

  /// The eigenvalue of the last two rows and columns that is nearer to the last diagonal element.
  private func shift(_ last: Int, isExceptional: Bool) -> ComplexNumber {
    let (a, b, c, d) = (self[last - 1, last - 1], self[last - 1, last], self[last, last - 1], self[last, last])
    // A matrix may be such that the usual shift leads in a circle.
    if isExceptional { return d + ComplexNumber(re: c.magnitude, im: 0) }
    let half = (a - d) * 0.5
    let root = (half * half + b * c).squareRoot
    let (plus, minus) = (half + root, half - root)
    return plus.magnitude < minus.magnitude ? d + plus : d + minus
  }

  /// One step of the QR algorithm on rows and columns `first` to `last`, by chasing a bulge.
  private func step(_ first: Int, _ last: Int, _ shift: ComplexNumber, _ vectors: ComplexMatrix) {
    var (x, y) = (self[first, first] - shift, self[first + 1, first])
    for k in first..<last {
      let (c, s) = Self.rotation(x, y)
      rotateRows(k, k + 1, c, s, max(k - 1, 0)..<size)
      rotateColumns(k, k + 1, c, s, 0..<min(k + 3, size))
      vectors.rotateColumns(k, k + 1, c, s, 0..<size)
      if k + 2 <= last { (x, y) = (self[k + 1, k], self[k + 2, k]) }
    }
  }

  /// From the Schur form and its Q, replaces Q by the eigenvectors, each of length 1.
  ///
  /// - Parameter work: `size` numbers.
  func makeEigenvectors(vectors: ComplexMatrix, work: UnsafeMutablePointer<ComplexNumber>, result: ComplexMatrix) {
    for k in 0..<size {
      let value = self[k, k]
      var row = k
      while row >= 0 {
        if row == k {
          work[row] = ComplexNumber(re: 1, im: 0)
        } else {
          var sum = ComplexNumber(re: 0, im: 0)
          for column in row + 1...k { sum = sum + self[row, column] * work[column] }
          var difference = self[row, row] - value
          // Equal eigenvalues: as if they differed by the precision of the numbers.
          let least = 1e-16 * max(value.magnitude, 1e-290)
          if difference.magnitude < least { difference = ComplexNumber(re: least, im: 0) }
          work[row] = ComplexNumber(re: 0, im: 0) - sum / difference
        }
        row -= 1
      }
      var squares = 0.0
      for row in 0..<size {
        var sum = ComplexNumber(re: 0, im: 0)
        for column in 0...k { sum = sum + vectors[row, column] * work[column] }
        result[row, k] = sum
        squares += sum.re * sum.re + sum.im * sum.im
      }
      let length = squares.squareRoot()
      if length > 0 { for row in 0..<size { result[row, k] = result[row, k] * (1 / length) } }
    }
  }
}

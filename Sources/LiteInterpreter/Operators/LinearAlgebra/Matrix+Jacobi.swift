import CLitePlatform

/// Eigenvalues of symmetric matrices and singular values, by plane rotations that make off-diagonal elements vanish
/// (Jacobi's method; Golub and Van Loan, sections 8.5 and 8.6.3). Short, and as accurate as any.
extension Matrix {
  /// More than enough: convergence is quadratic after the first few.
  private static var maximumSweeps: Int { 60 }

  /// Replaces a symmetric matrix by one whose diagonal holds the eigenvalues, in rising order.
  ///
  /// - Parameter vectors: square; its columns become the eigenvectors.
  func diagonalize(vectors: Matrix) {
    vectors.fillIdentity()
    var squares = 0.0
    for index in 0..<count { squares += base[index] * base[index] }
    let negligible = 1e-17 * squares.squareRoot()
    for _ in 0..<Self.maximumSweeps {
      var isDone = true
      for p in 0..<rows {
        for q in p + 1..<max(rows, p + 1) {
          let off = self[p, q]
          guard abs(off) > negligible else { continue }
          isDone = false
          let (c, s) = Self.rotation(self[p, p], self[q, q], off)
          for k in 0..<rows { rotate(&self[k, p], &self[k, q], c, s) }
          for k in 0..<rows { rotate(&self[p, k], &self[q, k], c, s) }
          for k in 0..<rows { rotate(&vectors[k, p], &vectors[k, q], c, s) }
          self[p, q] = 0
          self[q, p] = 0
        }
      }
      if isDone { break }
    }
    // In order, by selection: there are few.
    for p in 0..<rows {
      var least = p
      for q in p..<rows where self[q, q] < self[least, least] { least = q }
      if least == p { continue }
      (self[p, p], self[least, least]) = (self[least, least], self[p, p])
      vectors.swapColumns(p, least)
    }
  }

  /// Cosine and sine of the rotation that diagonalizes [[a, c], [c, b]].
  private static func rotation(_ a: Double, _ b: Double, _ c: Double) -> (Double, Double) {
    let zeta = (b - a) / (2 * c)
    let t = copysign(1, zeta) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
    let cosine = 1 / (1 + t * t).squareRoot()
    return (cosine, t * cosine)
  }

  private func rotate(_ x: inout Double, _ y: inout Double, _ c: Double, _ s: Double) {
    (x, y) = (c * x - s * y, s * x + c * y)
  }

  func swapColumns(_ a: Int, _ b: Int) {
    if a == b { return }
    for row in 0..<rows { (self[row, a], self[row, b]) = (self[row, b], self[row, a]) }
  }

  private func dot(_ p: Int, _ q: Int) -> Double {
    var sum = 0.0
    for row in 0..<rows { sum += self[row, p] * self[row, q] }
    return sum
  }

  /// Turns the columns until they are orthogonal: self = U diag(values) before, U diag(values) vᵀ was the matrix.
  ///
  /// - Parameters:
  ///   - values: becomes the length of each column, in falling order.
  ///   - v: square, as many rows as this matrix has columns; becomes the right singular vectors, in columns.
  func orthogonalizeColumns(values: UnsafeMutablePointer<Double>, v: Matrix) {
    v.fillIdentity()
    for _ in 0..<Self.maximumSweeps {
      var isDone = true
      for p in 0..<columns {
        for q in p + 1..<max(columns, p + 1) {
          let (pp, qq, pq) = (dot(p, p), dot(q, q), dot(p, q))
          guard abs(pq) > 1e-15 * (pp * qq).squareRoot(), pq != 0 else { continue }
          isDone = false
          let (c, s) = Self.rotation(pp, qq, pq)
          for row in 0..<rows { rotate(&self[row, p], &self[row, q], c, s) }
          for row in 0..<columns { rotate(&v[row, p], &v[row, q], c, s) }
        }
      }
      if isDone { break }
    }
    for column in 0..<columns { values[column] = dot(column, column).squareRoot() }
    for p in 0..<columns {
      var most = p
      for q in p..<columns where values[q] > values[most] { most = q }
      if most == p { continue }
      (values[p], values[most]) = (values[most], values[p])
      swapColumns(p, most)
      v.swapColumns(p, most)
    }
  }

  /// Divides the first columns by their lengths, and makes those of length zero and all further ones an orthonormal
  /// completion.
  ///
  /// - Parameters:
  ///   - values: the lengths, falling.
  ///   - count: how many columns have a length.
  func completeOrthonormal(values: UnsafePointer<Double>, count: Int) {
    let floor = count > 0 ? values[0] * 1e-14 : 0
    for column in 0..<columns {
      if column < count, values[column] > floor, values[column] > 0 {
        for row in 0..<rows { self[row, column] /= values[column] }
        continue
      }
      // Of the unit vectors, the one that is farthest from the columns so far.
      var best = 0
      var rest = -1.0
      for row in 0..<rows {
        var length = 1.0
        for earlier in 0..<column { length -= self[row, earlier] * self[row, earlier] }
        if length > rest { (best, rest) = (row, length) }
      }
      for row in 0..<rows { self[row, column] = row == best ? 1 : 0 }
      // Twice is enough to be orthogonal to the last digit.
      for _ in 0..<2 {
        for earlier in 0..<column {
          let factor = dot(earlier, column)
          for row in 0..<rows { self[row, column] -= factor * self[row, earlier] }
        }
      }
      let length = dot(column, column).squareRoot()
      for row in 0..<rows { self[row, column] /= length }
    }
  }
}

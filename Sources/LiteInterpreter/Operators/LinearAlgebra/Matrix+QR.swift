/// Orthogonal factorization by Householder reflections (Golub and Van Loan, section 5.2; signs and scaling as LAPACK's
/// geqrf, which PyTorch calls).
extension Matrix {
  /// Replaces the matrix by R and, below its diagonal, the vectors of the reflections (their first element is 1 and is
  /// not kept).
  ///
  /// - Parameter tau: min(rows, columns) factors: reflection k is I - tau[k] v vᵀ.
  func factorQR(tau: UnsafeMutablePointer<Double>) {
    for step in 0..<min(rows, columns) {
      var below = 0.0
      for row in step + 1..<max(rows, step + 1) { below += self[row, step] * self[row, step] }
      tau[step] = 0
      if below == 0 { continue }
      let first = self[step, step]
      let norm = (first * first + below).squareRoot()
      let diagonal = first > 0 ? -norm : norm
      tau[step] = (diagonal - first) / diagonal
      for row in step + 1..<rows { self[row, step] /= first - diagonal }
      self[step, step] = 1
      reflect(self, step, tau[step], columns: step + 1..<columns)
      self[step, step] = diagonal
    }
  }

  /// Applies I - tau v vᵀ to columns, where v is column `step` of `vectors` from its diagonal down, as it stands.
  private func reflect(_ vectors: Matrix, _ step: Int, _ tau: Double, columns range: Range<Int>) {
    if tau == 0 { return }
    for column in range {
      var sum = 0.0
      for row in step..<rows { sum += vectors[row, step] * self[row, column] }
      sum *= tau
      for row in step..<rows { self[row, column] -= sum * vectors[row, step] }
    }
  }

  /// Multiplies this matrix from the left by the product of reflections Q, or by its transpose.
  ///
  /// - Parameters:
  ///   - vectors: of `factorQR`, as many rows as this matrix. Its diagonal is changed and put back.
  ///   - count: how many reflections there are.
  func multiply(byReflections vectors: Matrix, tau: UnsafePointer<Double>, count: Int, transposed: Bool) {
    for position in 0..<count {
      let step = transposed ? position : count - 1 - position
      let diagonal = vectors[step, step]
      vectors[step, step] = 1
      reflect(vectors, step, tau[step], columns: 0..<columns)
      vectors[step, step] = diagonal
    }
  }
}

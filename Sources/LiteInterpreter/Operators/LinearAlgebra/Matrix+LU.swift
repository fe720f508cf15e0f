/// Factorizations that solve linear systems (Golub and Van Loan, "Matrix Computations", 4th edition, chapters 3 and 4).
extension Matrix {
  /// Replaces the matrix by its factors L (below the diagonal, whose ones are not kept) and U, after exchanging
  /// rows so that the largest element of each column is divided by (as LAPACK's getrf).
  ///
  /// - Parameter pivots: for each of the first min(rows, columns) rows, which row it was exchanged with, from 1.
  /// - Returns: 0, or the number, from 1, of the first diagonal element of U that is zero.
  func factorLU(pivots: UnsafeMutablePointer<Int32>, pivoting: Bool) -> Int32 {
    var singular: Int32 = 0
    for step in 0..<min(rows, columns) {
      var best = step
      if pivoting {
        for row in step..<rows where abs(self[row, step]) > abs(self[best, step]) { best = row }
      }
      pivots[step] = Int32(truncatingIfNeeded: best + 1)
      swapRows(step, best)
      let pivot = self[step, step]
      if pivot == 0 {
        if singular == 0 { singular = Int32(truncatingIfNeeded: step + 1) }
        continue
      }
      for row in step + 1..<max(rows, step + 1) {
        let factor = self[row, step] / pivot
        self[row, step] = factor
        if factor == 0 { continue }
        for column in step + 1..<max(columns, step + 1) { self[row, column] -= factor * self[step, column] }
      }
    }
    return singular
  }

  /// Replaces the columns of a right side by the solution of P L U x = b, or of its transpose.
  ///
  /// The matrix and `pivots` are of `factorLU`.
  func solveLU(pivots: UnsafePointer<Int32>, _ b: Matrix, transposed: Bool) {
    if transposed {
      b.solveTriangular(self, upper: true, transposed: true, unit: false)
      b.solveTriangular(self, upper: false, transposed: true, unit: true)
      var step = rows - 1
      while step >= 0 {
        b.swapRows(step, row(of: pivots[step]))
        step -= 1
      }
    } else {
      for step in 0..<rows { b.swapRows(step, row(of: pivots[step])) }
      b.solveTriangular(self, upper: false, transposed: false, unit: true)
      b.solveTriangular(self, upper: true, transposed: false, unit: false)
    }
  }

  /// The row that a pivot names. Pivots may come from a program: what is not a row names the first.
  private func row(of pivot: Int32) -> Int { pivot >= 1 && Int(pivot) <= rows ? Int(pivot) - 1 : 0 }

  /// The permutation that `pivots` make: row `order[i]` of P L is row i of L.
  func order(pivots: UnsafePointer<Int32>, count: Int, into order: UnsafeMutablePointer<Int>) {
    for index in 0..<rows { order[index] = index }
    for step in 0..<min(count, rows) {
      let other = row(of: pivots[step])
      let kept = order[step]
      order[step] = order[other]
      order[other] = kept
    }
  }

  /// Replaces this right side by the solution of t x = self, where t is a triangle of a square matrix.
  ///
  /// - Parameters:
  ///   - upper: which triangle of `t` is read.
  ///   - transposed: solves with the transpose of that triangle.
  ///   - unit: the diagonal is taken to be ones, and not read.
  func solveTriangular(_ t: Matrix, upper: Bool, transposed: Bool, unit: Bool) {
    let goesDown = upper == transposed
    for position in 0..<rows {
      let row = goesDown ? position : rows - 1 - position
      for other in goesDown ? 0..<row : (row + 1)..<rows {
        let factor = transposed ? t[other, row] : t[row, other]
        if factor == 0 { continue }
        for column in 0..<columns { self[row, column] -= factor * self[other, column] }
      }
      if unit { continue }
      let pivot = t[row, row]
      for column in 0..<columns { self[row, column] /= pivot }
    }
  }

  /// Replaces a symmetric matrix by its lower Cholesky factor, from its lower triangle; the upper one is cleared.
  ///
  /// - Returns: 0, or the order, from 1, of the first leading minor that is not positive.
  func factorCholesky() -> Int32 {
    for column in 0..<columns {
      var diagonal = self[column, column]
      for inner in 0..<column { diagonal -= self[column, inner] * self[column, inner] }
      guard diagonal > 0 else { return Int32(truncatingIfNeeded: column + 1) }
      let root = diagonal.squareRoot()
      self[column, column] = root
      for row in column + 1..<max(rows, column + 1) {
        var sum = self[row, column]
        for inner in 0..<column { sum -= self[row, inner] * self[column, inner] }
        self[row, column] = sum / root
      }
    }
    keepTriangle(upper: false)
    return 0
  }

  /// Replaces a symmetric matrix by L and the block diagonal D of L D Lᵀ, from its lower triangle, with the
  /// diagonal pivoting of Bunch and Kaufman (as LAPACK's sytf2).
  ///
  /// - Parameter pivots: as LAPACK gives them: the row exchanged, from 1; negative, twice, for a block of two.
  /// - Returns: 0, or the number, from 1, of the first block of D that is zero.
  func factorLDL(pivots: UnsafeMutablePointer<Int32>) -> Int32 {
    let alpha = (1 + 17.0.squareRoot()) / 8
    var singular: Int32 = 0
    var step = 0
    while step < rows {
      var width = 1
      var pivot = step
      let own = abs(self[step, step])
      var largest = 0.0
      var largestRow = step
      for row in step + 1..<max(rows, step + 1) where abs(self[row, step]) > largest {
        largest = abs(self[row, step])
        largestRow = row
      }
      if max(own, largest) == 0 || own.isNaN {
        if singular == 0 { singular = Int32(truncatingIfNeeded: step + 1) }
      } else if own < alpha * largest {
        var inRow = 0.0
        for column in step..<largestRow { inRow = max(inRow, abs(self[largestRow, column])) }
        for row in largestRow + 1..<max(rows, largestRow + 1) { inRow = max(inRow, abs(self[row, largestRow])) }
        if own >= alpha * largest * (largest / inRow) {
          pivot = step
        } else if abs(self[largestRow, largestRow]) >= alpha * inRow {
          pivot = largestRow
        } else {
          pivot = largestRow
          width = 2
        }
      }
      exchangeSymmetric(step + width - 1, pivot, step)
      if max(own, largest) != 0 { if width == 1 { eliminateOne(step) } else { eliminateTwo(step) } }
      let number = Int32(truncatingIfNeeded: pivot + 1)
      pivots[step] = width == 1 ? number : -number
      if width == 2 { pivots[step + 1] = -number }
      step += width
    }
    keepTriangle(upper: false)
    return singular
  }

  /// Exchanges rows and columns `a` < `b` of the lower triangle from `first` on.
  private func exchangeSymmetric(_ a: Int, _ b: Int, _ first: Int) {
    if a == b { return }
    func exchange(_ i: Int, _ j: Int, _ k: Int, _ l: Int) {
      let kept = self[i, j]
      self[i, j] = self[k, l]
      self[k, l] = kept
    }
    for row in b + 1..<max(rows, b + 1) { exchange(row, a, row, b) }
    for middle in a + 1..<b { exchange(middle, a, b, middle) }
    exchange(a, a, b, b)
    if a > first { exchange(a, first, b, first) }
  }

  private func eliminateOne(_ step: Int) {
    let pivot = self[step, step]
    if pivot == 0 { return }
    for row in step + 1..<max(rows, step + 1) {
      let factor = self[row, step] / pivot
      for column in step + 1...row { self[row, column] -= factor * self[column, step] }
    }
    for row in step + 1..<max(rows, step + 1) { self[row, step] /= pivot }
  }

  private func eliminateTwo(_ step: Int) {
    let (a, b, d) = (self[step, step], self[step + 1, step], self[step + 1, step + 1])
    let determinant = a * d - b * b
    for row in step + 2..<max(rows, step + 2) {
      // The row of L: [x, y] times the inverse of the block.
      let (x, y) = (self[row, step], self[row, step + 1])
      let (u, v) = ((d * x - b * y) / determinant, (a * y - b * x) / determinant)
      for column in row..<rows { self[column, row] -= u * self[column, step] + v * self[column, step + 1] }
      self[row, step] = u
      self[row, step + 1] = v
    }
  }

  /// Replaces the columns of a right side by the solution of L D Lᵀ x = b. The matrix and `pivots` are of `factorLDL`.
  func solveLDL(pivots: UnsafePointer<Int32>, _ b: Matrix) {
    var step = 0
    while step < rows {
      let isBlock = pivots[step] < 0 && step + 1 < rows
      let width = isBlock ? 2 : 1
      b.swapRows(step + width - 1, row(of: Int32(clamping: pivots[step].magnitude)))
      for row in step + width..<max(rows, step + width) {
        for column in 0..<b.columns {
          b[row, column] -= self[row, step] * b[step, column]
          if isBlock { b[row, column] -= self[row, step + 1] * b[step + 1, column] }
        }
      }
      if isBlock {
        let (p, q, r) = (self[step, step], self[step + 1, step], self[step + 1, step + 1])
        let determinant = p * r - q * q
        for column in 0..<b.columns {
          let (x, y) = (b[step, column], b[step + 1, column])
          b[step, column] = (r * x - q * y) / determinant
          b[step + 1, column] = (p * y - q * x) / determinant
        }
      } else {
        for column in 0..<b.columns { b[step, column] /= self[step, step] }
      }
      step += width
    }
    step = rows - 1
    while step >= 0 {
      let isBlock = pivots[step] < 0 && step > 0
      let first = isBlock ? step - 1 : step
      for row in step + 1..<max(rows, step + 1) {
        for column in 0..<b.columns {
          b[first, column] -= self[row, first] * b[row, column]
          if isBlock { b[step, column] -= self[row, step] * b[row, column] }
        }
      }
      b.swapRows(step, row(of: Int32(clamping: pivots[step].magnitude)))
      step = first - 1
    }
  }
}

import LiteFormat

/// The singular value decomposition of a batch of matrices: x = u diag(values) vᵀ, with min(rows, columns) values.
struct SingularValues {
  let u: MatrixBatch
  let v: MatrixBatch
  /// float64, in falling order: the batch's sizes and min(rows, columns).
  let allValues: Tensor
  let rows: Int
  let columns: Int

  /// - Parameter isFull: `u` and `v` are square.
  @inline(never)
  init(_ call: Call, _ x: Tensor, batch: Dimensions? = nil, isFull: Bool = false) throws(LiteError) {
    rows = x.sizes[x.rank - 2]
    columns = x.sizes[x.rank - 1]
    let (least, most) = (min(rows, columns), max(rows, columns))
    // The method wants at least as many rows as columns.
    let isWide = rows < columns
    let work = try MatrixBatch(copying: x, batch: batch, transposed: isWide, call)
    let long = try MatrixBatch(work.batch, rows: most, columns: isFull ? most : least, call)
    let short = try MatrixBatch(work.batch, rows: least, columns: least, call)
    var sizes = work.batch
    try sizes.append(least)
    allValues = try Tensor(.float64, sizes, in: call.arena)
    let values = allValues.pointer(Double.self)
    for index in 0..<work.count {
      work[index].orthogonalizeColumns(values: values + index * least, v: short[index])
      long[index].copy(work[index])
      long[index].completeOrthonormal(values: values + index * least, count: least)
    }
    u = isWide ? short : long
    v = isWide ? long : short
  }

  var count: Int { u.count }
  func values(_ index: Int) -> UnsafeMutablePointer<Double> { allValues.pointer(Double.self) + index * min(rows, columns) }
  func largest(_ index: Int) -> Double { rows == 0 || columns == 0 ? 0 : values(index)[0] }

  /// How many values are above a bound.
  func rank(_ index: Int, above bound: Double) -> Int {
    var rank = 0
    while rank < min(rows, columns), values(index)[rank] > bound { rank += 1 }
    return rank
  }
}

/// Decompositions by singular values and by eigenvalues, and what is computed with them.
enum Spectra {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      linalg_svd(A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)
      linalg_svd.U(A, bool full_matrices=True, *, str? driver=None, U&, S&, Vh&) -> (Tensor(a!) U, Tensor(b!) S, Tensor(c!) Vh)
      svd(self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)
      svd.U(self, bool some=True, bool compute_uv=True, *, U&, S&, V&) -> (Tensor(a!) U, Tensor(b!) S, Tensor(c!) V)
      """, decompose)
    table.add("linalg_svdvals(A, *, str? driver=None) | out", values)
    table.add(
      """
      linalg_eigh(self, str UPLO="L") -> (Tensor eigenvalues, Tensor eigenvectors)
      linalg_eigh.eigvals(self, str UPLO="L", *, eigvals&, eigvecs&) -> (Tensor(a!) eigenvalues, Tensor(b!) eigenvectors)
      linalg_eigvalsh(self, str UPLO="L") | out
      """, symmetric)
    table.add(
      """
      linalg_eig(self) -> (Tensor eigenvalues, Tensor eigenvectors)
      linalg_eig.out(self, *, eigenvalues&, eigenvectors&) -> (Tensor(a!) eigenvalues, Tensor(b!) eigenvectors)
      linalg_eigvals(self) | out
      """, general)
    table.add(
      """
      linalg_pinv(self, float rcond, bool hermitian=False) | out
      linalg_pinv.rcond_tensor(self, rcond, bool hermitian=False)
      linalg_pinv.out_rcond_tensor(self, rcond, bool hermitian=False, *, out&)
      linalg_pinv.atol_rtol_float(self, *, float? atol=None, float? rtol=None, bool hermitian=False) | atol_rtol_float_out
      linalg_pinv.atol_rtol_tensor(self, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) | atol_rtol_tensor_out
      pinverse(self, float rcond=1.0000000000000001e-15)
      """, pseudoinverse)
    table.add(
      """
      linalg_matrix_rank(self, float tol, bool hermitian=False) | out
      linalg_matrix_rank.tol_tensor(input, tol, bool hermitian=False)
      linalg_matrix_rank.out_tol_tensor(input, tol, bool hermitian=False, *, out&)
      linalg_matrix_rank.atol_rtol_float(self, *, float? atol=None, float? rtol=None, bool hermitian=False) | atol_rtol_float_out
      linalg_matrix_rank.atol_rtol_tensor(input, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) | atol_rtol_tensor_out
      """, rank)
  }

  private static func decompose(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0)
    let isOld = call.position("some") != nil
    let isFull = try isOld ? !call.flag("some") : call.flag("full_matrices")
    let svd = try SingularValues(call, x, isFull: isFull)
    let s = try svd.allValues.converted(to: x.type, call.context)
    if isOld, try !call.flag("compute_uv") {
      let u = try MatrixBatch(svd.u.batch, rows: svd.rows, columns: svd.rows, call)
      let v = try MatrixBatch(svd.u.batch, rows: svd.columns, columns: svd.columns, call)
      for index in 0..<svd.count {
        u[index].fill(0)
        v[index].fill(0)
      }
      return try call.deliver(try u.result(x.type, call), s, try v.result(x.type, call))
    }
    let v = try svd.v.result(x.type, call)
    return try call.deliver(try svd.u.result(x.type, call), s, isOld ? v : v.transposed(v.rank - 2, v.rank - 1))
  }

  private static func values(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0)
    return try call.deliver(try SingularValues(call, x).allValues.converted(to: x.type, call.context))
  }

  private static func symmetric(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0, square: true)
    var isUpper = try call.isText("UPLO", "U")
    if !isUpper { isUpper = try call.isText("UPLO", "u") }
    let work = try MatrixBatch(copying: x, call)
    let vectors = try MatrixBatch(work.batch, rows: work.rows, columns: work.rows, call)
    let values = try MatrixBatch(work.batch, rows: work.rows, columns: 1, call)
    for index in 0..<work.count {
      work[index].mirror(fromUpper: isUpper)
      work[index].diagonalize(vectors: vectors[index])
      for row in 0..<work.rows { values[index][row, 0] = work[index][row, row] }
    }
    let diagonal = try values.result(x.type, droppingColumn: true, call)
    return call.schema.returnCount == 1
      ? try call.deliver(diagonal) : try call.deliver(diagonal, try vectors.result(x.type, call))
  }

  /// Eigenvalues in the order in which the QR algorithm leaves them.
  private static func general(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0, square: true)
    let work = try MatrixBatch(copying: x, call)
    let n = work.rows
    let type: DataType = x.type == .float64 ? .complexDouble : .complexFloat
    let values = try Tensor(type, x.leading(dropping: 1), in: call.arena)
    let vectors = try Tensor(type, x.sizes, in: call.arena)
    let area = try Checked.multiply(n, n)
    let schur: Scratch<Complex> = try call.context.scratch(area)
    let unitary: Scratch<Complex> = try call.context.scratch(area)
    let eigenvectors: Scratch<Complex> = try call.context.scratch(area)
    let column: Scratch<Complex> = try call.context.scratch(n)
    for index in 0..<work.count {
      let t = ComplexMatrix(base: schur.base, size: n)
      var isFinite = true
      for element in 0..<area {
        schur[element] = Complex(work[index].base[element], 0)
        isFinite = isFinite && work[index].base[element].isFinite
      }
      guard isFinite else {
        throw LiteError(.operatorFailed, "(Batch element \(index)): the matrix has elements that are not finite")
      }
      try call.context.spend(area, n, 16)
      let q = ComplexMatrix(base: unitary.base, size: n)
      guard t.makeSchur(vectors: q) else {
        throw LiteError(.operatorFailed, "(Batch element \(index)): the eigenvalues were not found")
      }
      t.makeEigenvectors(vectors: q, work: column.base, result: ComplexMatrix(base: eigenvectors.base, size: n))
      for row in 0..<n { column[row] = t[row, row] }
      store(column.base, values, index * n, n)
      store(eigenvectors.base, vectors, index * area, area)
    }
    return call.schema.returnCount == 1 ? try call.deliver(values) : try call.deliver(values, vectors)
  }

  private static func store(_ numbers: UnsafePointer<Complex>, _ target: Tensor, _ start: Int, _ count: Int) {
    for index in 0..<count {
      if target.type == .complexDouble {
        target.pointer(Complex.self)[start + index] = numbers[index]
      } else {
        target.pointer(Float.self)[2 * (start + index)] = Float(numbers[index].real)
        target.pointer(Float.self)[2 * (start + index) + 1] = Float(numbers[index].imaginary)
      }
    }
  }

  // MARK: Rank

  /// Reads a matrix argument of which only the lower triangle counts when `hermitian` is set.
  private static func decomposed(_ call: Call) throws(LiteError) -> (x: Tensor, svd: SingularValues) {
    let x = try call.matrices(0, square: try call.flag("hermitian"))
    guard try call.flag("hermitian") else { return (x, try SingularValues(call, x)) }
    let copy = try MatrixBatch(copying: x, call)
    for index in 0..<copy.count { copy[index].mirror(fromUpper: false) }
    return (x, try SingularValues(call, copy.tensor))
  }

  /// A tolerance given as a number or a tensor with one for each matrix; nil if it is not given.
  private static func tolerances(_ call: Call, _ index: Int?, _ batch: Dimensions) throws(LiteError) -> DenseElements<Double>? {
    guard let index else { return nil }
    if case .tensor = call[index] {
      return try call.plainTensor(index).expanded(to: batch).doubles(call.context)
    }
    let number = try call.scalar(index).double
    return try Creation.generate(call, .float64, batch) { _ in number }.doubles(call.context)
  }

  /// For each matrix, the bound below which a singular value counts as zero.
  private static func bounds(_ call: Call, _ x: Tensor, _ svd: SingularValues) throws(LiteError) -> DenseElements<Double> {
    let batch = x.leading(dropping: 2)
    let epsilon = (x.type == .float64 ? 0x1p-52 : 0x1p-23) * Double(max(svd.rows, svd.columns))
    // `tol` is a bound itself; `rcond` and `rtol` are relative to the largest value.
    let absolute = try tolerances(call, call.given("tol") ?? call.given("atol"), batch)
    let relative = try tolerances(call, call.given("rcond") ?? call.given("rtol"), batch)
    return try Creation.generate(call, .float64, batch) { index in
      let floor = absolute?[index] ?? 0
      return max(floor, (relative?[index] ?? (absolute != nil && floor > 0 ? 0 : epsilon)) * svd.largest(index))
    }.doubles(call.context)
  }

  private static func pseudoinverse(_ call: Call) throws(LiteError) -> Value {
    let (x, svd) = try decomposed(call)
    let bounds = try bounds(call, x, svd)
    let result = try MatrixBatch(svd.u.batch, rows: svd.columns, columns: svd.rows, call)
    for index in 0..<svd.count {
      result[index].fill(0)
      for k in 0..<svd.rank(index, above: bounds[index]) {
        let factor = 1 / svd.values(index)[k]
        for row in 0..<svd.columns {
          for column in 0..<svd.rows { result[index][row, column] += svd.v[index][row, k] * factor * svd.u[index][column, k] }
        }
      }
    }
    return try call.deliver(try result.result(x.type, call))
  }

  private static func rank(_ call: Call) throws(LiteError) -> Value {
    let (x, svd) = try decomposed(call)
    let bounds = try bounds(call, x, svd)
    return try call.deliver(
      try Creation.generateIntegers(call, .int64, x.leading(dropping: 2)) { Int64(svd.rank($0, above: bounds[$0])) })
  }
}

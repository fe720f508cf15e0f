import CLitePlatform
import LiteFormat

/// Linear systems: factorizations L U, L Lᵀ and L D Lᵀ, and what is solved with them.
enum LinearSystems {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      linalg_lu_factor(A, *, bool pivot=True) -> (Tensor LU, Tensor pivots)
      linalg_lu_factor.out(A, *, bool pivot=True, LU&, pivots&) -> (Tensor(a!) LU, Tensor(b!) pivots)
      linalg_lu_factor_ex(A, *, bool pivot=True, bool check_errors=False) -> (Tensor LU, Tensor pivots, Tensor info)
      linalg_lu_factor_ex.out(A, *, bool pivot=True, bool check_errors=False, LU&, pivots&, info&) -> (Tensor(a!) LU, Tensor(b!) pivots, Tensor(c!) info)
      _lu_with_info(self, bool pivot=True, bool check_errors=True) -> (Tensor LU, Tensor pivots, Tensor info)
      """, factor)
    table.add(
      """
      linalg_lu(A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)
      linalg_lu.out(A, *, bool pivot=True, P&, L&, U&) -> (Tensor(a!) P, Tensor(b!) L, Tensor(c!) U)
      """, factors)
    table.add(
      """
      lu_unpack(LU_data, LU_pivots, bool unpack_data=True, bool unpack_pivots=True) -> (Tensor P, Tensor L, Tensor U)
      lu_unpack.out(LU_data, LU_pivots, bool unpack_data=True, bool unpack_pivots=True, *, P&, L&, U&) -> (Tensor(a!) P, Tensor(b!) L, Tensor(c!) U)
      """, unpack)
    table.add(
      "linalg_lu_solve(LU, pivots, B, *, bool left=True, bool adjoint=False) | out"
    ) {
      (call) throws(LiteError) in try solveFactored(call, 0, 1, 2)
    }
    table.add("lu_solve(self, LU_data, LU_pivots)") { (call) throws(LiteError) in
      try solveFactored(call, 1, 2, 0)
    }
    table.add("lu_solve.out(self, LU_data, LU_pivots, *, out&)") {
      (call) throws(LiteError) in try solveFactored(call, 1, 2, 0)
    }
    table.add(
      """
      det(self)
      linalg_det(A) | out
      """, determinant)
    table.add("logdet(self)") { (call) throws(LiteError) in
      let x = try call.matrices(0, square: true)
      return try call.deliver(try determinants(call, x) { $0.sign < 0 ? .nan : $0.logarithm }.converted(to: x.type, call.context))
    }
    table.add(
      """
      slogdet(self) -> (Tensor sign, Tensor logabsdet)
      slogdet.out(self, *, sign&, logabsdet&) -> (Tensor(a!) sign, Tensor(b!) logabsdet)
      linalg_slogdet(A) -> (Tensor sign, Tensor logabsdet)
      linalg_slogdet.out(A, *, sign&, logabsdet&) -> (Tensor(a!) sign, Tensor(b!) logabsdet)
      """, determinant)
    table.add(
      """
      inverse(self) | out
      linalg_inv(A) | out
      linalg_inv_ex(A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)
      linalg_inv_ex.inverse(A, *, bool check_errors=False, inverse&, info&) -> (Tensor(a!) inverse, Tensor(b!) info)
      """, inverse)
    table.add(
      """
      linalg_solve(A, B, *, bool left=True) | out
      linalg_solve_ex(A, B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)
      linalg_solve_ex.out(A, B, *, bool left=True, bool check_errors=False, result&, info&) -> (Tensor(a!) result, Tensor(b!) info)
      """, solve)
    table.add("linalg_tensorinv(self, int ind=2) | out", tensorInverse)
    table.add("linalg_tensorsolve(self, other, int[]? dims=None) | out", tensorSolve)
    table.add(
      """
      linalg_solve_triangular(self, B, *, bool upper, bool left=True, bool unitriangular=False) | out
      triangular_solve(self, A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)
      triangular_solve.X(self, A, bool upper=True, bool transpose=False, bool unitriangular=False, *, X&, M&) -> (Tensor(a!) solution, Tensor(b!) cloned_coefficient)
      """, solveTriangular)
    table.add(
      """
      cholesky(self, bool upper=False) | out
      linalg_cholesky(self, *, bool upper=False) | out
      linalg_cholesky_ex(self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)
      linalg_cholesky_ex.L(self, *, bool upper=False, bool check_errors=False, L&, info&) -> (Tensor(a!) L, Tensor(b!) info)
      """, cholesky)
    table.add("cholesky_solve(self, input2, bool upper=False)") { (call) throws(LiteError) in
      try solveCholesky(call, coefficients: 1)
    }
    table.add("cholesky_solve.out(self, input2, bool upper=False, *, out&)") {
      (call) throws(LiteError) in try solveCholesky(call, coefficients: 1)
    }
    table.add("cholesky_inverse(self, bool upper=False)") { (call) throws(LiteError) in
      try solveCholesky(call, coefficients: 0)
    }
    table.add("cholesky_inverse.out(self, bool upper=False, *, out&)") {
      (call) throws(LiteError) in try solveCholesky(call, coefficients: 0)
    }
    table.add(
      """
      linalg_ldl_factor(self, *, bool hermitian=False) -> (Tensor LD, Tensor pivots)
      linalg_ldl_factor.out(self, *, bool hermitian=False, LD&, pivots&) -> (Tensor(a!) LD, Tensor(b!) pivots)
      linalg_ldl_factor_ex(self, *, bool hermitian=False, bool check_errors=False) -> (Tensor LD, Tensor pivots, Tensor info)
      linalg_ldl_factor_ex.out(self, *, bool hermitian=False, bool check_errors=False, LD&, pivots&, info&) -> (Tensor(a!) LD, Tensor(b!) pivots, Tensor(c!) info)
      """, factorLDL)
    table.add("linalg_ldl_solve(LD, pivots, B, *, bool hermitian=False) | out", solveLDL)
  }

  // MARK: Outcomes

  /// Refuses a matrix that could not be factored, unless the operator reports that in `info`.
  @inline(never)
  static func check(_ call: Call, _ info: Int32, _ index: Int, _ what: StaticString) throws(LiteError) {
    if info == 0 { return }
    if call.position("check_errors") != nil, try !call.flag("check_errors") { return }
    throw LiteError(
      .operatorFailed, "(Batch element \(index)): the factorization could not be completed: \(what) (order \(Int(info)))")
  }

  static let singular: StaticString = "a diagonal element is zero: the matrix is singular"

  // MARK: L U

  /// A batch with its factors.
  struct Factored {
    let lu: MatrixBatch
    let pivots: Tensor
    let info: Tensor

    init(_ call: Call, _ x: Tensor, batch: Dimensions? = nil, transposed: Bool = false, pivoting: Bool = true)
      throws(LiteError)
    {
      lu = try MatrixBatch(copying: x, batch: batch, transposed: transposed, call)
      pivots = try call.makeIntegers(lu.batch, length: min(lu.rows, lu.columns))
      info = try call.makeIntegers(lu.batch)
      for index in 0..<lu.count {
        info.pointer(Int32.self)[index] = lu[index].factorLU(pivots: pivots(of: index), pivoting: pivoting)
      }
    }

    func pivots(of index: Int) -> UnsafeMutablePointer<Int32> {
      pivots.pointer(Int32.self) + index * min(lu.rows, lu.columns)
    }

    func check(_ call: Call) throws(LiteError) {
      for index in 0..<lu.count { try LinearSystems.check(call, info.pointer(Int32.self)[index], index, singular) }
    }
  }

  private static func factor(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0)
    let factored = try Factored(call, x, pivoting: try call.flag("pivot"))
    // A zero on the diagonal is an error only where it is asked for.
    if try call.flag("check_errors") { try factored.check(call) }
    let lu = try factored.lu.result(x.type, call)
    if call.schema.returnCount == 2 { return try call.deliver(lu, factored.pivots) }
    return try call.deliver(lu, factored.pivots, factored.info)
  }

  private static func factors(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0)
    let pivoting = try call.flag("pivot")
    let factored = try Factored(call, x, pivoting: pivoting)
    let (p, l, u) = try parts(call, factored.lu, factored.pivots)
    return try call.deliver(
      pivoting ? try p.result(x.type, call) : try call.emptyTensor(x.type), try l.result(x.type, call),
      try u.result(x.type, call))
  }

  private static func unpack(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0)
    let lu = try MatrixBatch(copying: x, call)
    let (p, l, u) = try parts(call, lu, try checkedPivots(call, 1, lu))
    let empty = try call.emptyTensor(x.type)
    let hasFactors = try call.flag("unpack_data")
    return try call.deliver(
      try call.flag("unpack_pivots") ? try p.result(x.type, call) : empty,
      hasFactors ? try l.result(x.type, call) : empty, hasFactors ? try u.result(x.type, call) : empty)
  }

  private static func checkedPivots(_ call: Call, _ index: Int, _ lu: MatrixBatch) throws(LiteError) -> Tensor {
    let pivots = try call.tensor(index, .int32)
    var sizes = lu.batch
    try sizes.append(min(lu.rows, lu.columns))
    return try pivots.expanded(to: sizes).contiguous(in: call.arena)
  }

  private static func parts(
    _ call: Call, _ lu: MatrixBatch, _ pivots: Tensor
  ) throws(LiteError) -> (MatrixBatch, MatrixBatch, MatrixBatch) {
    let least = min(lu.rows, lu.columns)
    let p = try MatrixBatch(lu.batch, rows: lu.rows, columns: lu.rows, call)
    let l = try MatrixBatch(lu.batch, rows: lu.rows, columns: least, call)
    let u = try MatrixBatch(lu.batch, rows: least, columns: lu.columns, call)
    let order: Scratch<Int> = try call.context.scratch(lu.rows)
    for index in 0..<lu.count {
      l[index].copy(lu[index])
      l[index].keepTriangle(upper: false)
      for row in 0..<least { l[index][row, row] = 1 }
      u[index].copy(lu[index])
      u[index].keepTriangle(upper: true)
      lu[index].order(pivots: pivots.pointer(Int32.self) + index * least, count: least, into: order.base)
      p[index].fill(0)
      for row in 0..<lu.rows { p[index][order[row], row] = 1 }
    }
    return (p, l, u)
  }

  /// Right sides as columns, and whether each is a vector in truth.
  @inline(never)
  static func rightSides(
    _ call: Call, _ index: Int, _ coefficients: Tensor, left: Bool = true, allowsVectors: Bool = true
  ) throws(LiteError) -> (sides: MatrixBatch, isVector: Bool) {
    var b = try call.plainTensor(index)
    let isVector =
      allowsVectors && (b.rank == 1 || (b.rank == coefficients.rank - 1 && b.sizes == coefficients.leading(dropping: 1)))
    if isVector { b = try b.unsqueezed(b.rank) }
    try call.require(
      b.type == coefficients.type && b.rank >= 2, index, "found a tensor of \(b.message) for matrices of \(coefficients.message)")
    let batch = try call.commonBatch(coefficients.leading(dropping: 2), b.leading(dropping: 2))
    let sides = try MatrixBatch(copying: b, batch: batch, transposed: !left && !isVector, call)
    try call.require(
      sides.rows == coefficients.sizes[coefficients.rank - 2], index,
      "found a tensor of \(b.message), whose size does not go with matrices of \(coefficients.message)")
    return (sides, isVector)
  }

  private static func solveFactored(_ call: Call, _ factors: Int, _ pivots: Int, _ right: Int) throws(LiteError) -> Value {
    let x = try call.matrices(factors, square: true)
    let left = call.position("left") == nil ? true : try call.flag("left")
    let (sides, _) = try rightSides(call, right, x, left: left, allowsVectors: false)
    let lu = try MatrixBatch(copying: x, batch: sides.batch, call)
    let order = try checkedPivots(call, pivots, lu)
    let transposed = try call.flag("adjoint") == left
    for index in 0..<sides.count {
      lu[index].solveLU(pivots: order.pointer(Int32.self) + index * lu.rows, sides[index], transposed: transposed)
    }
    return try call.deliver(try upright(sides, !left, call).result(x.type, call))
  }

  /// Matrices as they are, or transposed.
  @inline(never)
  static func upright(_ x: MatrixBatch, _ transposed: Bool, _ call: Call) throws(LiteError) -> MatrixBatch {
    transposed ? try MatrixBatch(copying: x.tensor, transposed: true, call) : x
  }

  /// The determinant of a matrix in the forms in which it is asked for.
  struct Determinant {
    var value = 1.0
    /// -1, 0 or 1.
    var sign = 1.0
    /// Of the magnitude; does not overflow.
    var logarithm = 0.0

    init(_ lu: Matrix, _ pivots: UnsafePointer<Int32>) {
      for row in 0..<lu.rows {
        let element = lu[row, row]
        let exchanged = pivots[row] != Int32(truncatingIfNeeded: row + 1)
        value *= exchanged ? -element : element
        sign *= element == 0 ? 0 : (element < 0) != exchanged ? -1 : 1
        logarithm += log(abs(element))
      }
    }
  }

  /// One number for each matrix.
  @inline(never)
  private static func determinants(_ call: Call, _ x: Tensor, _ number: (Determinant) -> Double) throws(LiteError) -> Tensor {
    let factored = try Factored(call, x)
    let result = try Tensor(.float64, factored.lu.batch, in: call.arena)
    for index in 0..<factored.lu.count {
      result.pointer(Double.self)[index] = number(Determinant(factored.lu[index], factored.pivots(of: index)))
    }
    return result
  }

  private static func determinant(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0, square: true)
    if call.schema.returnCount == 1 {
      return try call.deliver(try determinants(call, x) { $0.value }.converted(to: x.type, call.context))
    }
    return try call.deliver(
      try determinants(call, x) { $0.sign }.converted(to: x.type, call.context),
      try determinants(call, x) { $0.logarithm }.converted(to: x.type, call.context))
  }

  // MARK: Inverses and systems

  private static func inverse(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0, square: true)
    let factored = try Factored(call, x)
    try factored.check(call)
    let result = try inverse(call, factored).result(x.type, call)
    return call.schema.returnCount == 2 ? try call.deliver(result, factored.info) : try call.deliver(result)
  }

  @inline(never)
  static func inverse(_ call: Call, _ factored: Factored) throws(LiteError) -> MatrixBatch {
    let lu = factored.lu
    let result = try MatrixBatch(lu.batch, rows: lu.rows, columns: lu.rows, call)
    for index in 0..<lu.count {
      result[index].fillIdentity()
      lu[index].solveLU(pivots: factored.pivots(of: index), result[index], transposed: false)
    }
    return result
  }

  private static func solve(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0, square: true)
    let left = try call.flag("left")
    let (sides, isVector) = try rightSides(call, 1, x, left: left)
    let factored = try Factored(call, x, batch: sides.batch)
    try factored.check(call)
    for index in 0..<sides.count {
      factored.lu[index].solveLU(pivots: factored.pivots(of: index), sides[index], transposed: !left)
    }
    let result = try upright(sides, !left && !isVector, call).result(x.type, droppingColumn: isVector, call)
    return call.schema.returnCount == 2 ? try call.deliver(result, factored.info) : try call.deliver(result)
  }

  private static func tensorInverse(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let split = try call.int(1)
    try call.require(
      split > 0 && split <= x.rank && x.type.isFloatingPoint, 1, "found \(split) for a tensor of \(x.message)")
    var sizes = Dimensions()
    var rows = 1
    for dimension in split..<x.rank { try sizes.append(x.sizes[dimension]) }
    for dimension in 0..<split {
      try sizes.append(x.sizes[dimension])
      rows = try Checked.multiply(rows, x.sizes[dimension])
    }
    let area = try Checked.multiply(rows, rows)
    try call.require(
      area == x.count, 1, "found a tensor of \(x.message), which does not split into equal parts at \(split)")
    let factored = try Factored(call, try x.reshaped(try Dimensions([rows, rows]), in: call.arena))
    try factored.check(call)
    let result = try inverse(call, factored).result(x.type, call)
    return try call.deliver(try result.reshaped(sizes, in: call.arena))
  }

  private static func tensorSolve(_ call: Call) throws(LiteError) -> Value {
    var x = try call.plainTensor(0)
    let b = try call.plainTensor(1)
    try call.require(b.type == x.type && x.type.isFloatingPoint, 1, "found tensors of \(x.message) and \(b.message)")
    if let index = call.given("dims") {
      // The named dimensions go to the end, in their order.
      var last: [Int] = []
      for value in try call.ints(index) { last.append(try call.dimension(value, of: x.rank, argument: index)) }
      var order: [Int] = []
      for dimension in 0..<x.rank where !last.contains(dimension) { order.append(dimension) }
      try call.require(order.count + last.count == x.rank, index, "found a dimension twice")
      x = x.permuted(order + last)
    }
    var sizes = Dimensions()
    for dimension in min(b.rank, x.rank)..<x.rank { try sizes.append(x.sizes[dimension]) }
    let unknowns = try sizes.product()
    let area = try Checked.multiply(b.count, b.count)
    try call.require(
      unknowns == b.count && area == x.count, 0,
      "found tensors of \(x.message) and \(b.message), expected the product of the last sizes to equal that of the first")
    let square = try x.reshaped(try Dimensions([b.count, b.count]), in: call.arena)
    let factored = try Factored(call, square)
    try factored.check(call)
    let side = try MatrixBatch(copying: try b.reshaped(try Dimensions([b.count, 1]), in: call.arena), call)
    factored.lu[0].solveLU(pivots: factored.pivots(of: 0), side[0], transposed: false)
    return try call.deliver(try side.result(x.type, call).reshaped(sizes, in: call.arena))
  }

  private static func solveTriangular(_ call: Call) throws(LiteError) -> Value {
    let isOld = call.position("A") != nil
    let x = try call.matrices(isOld ? 1 : 0, square: true)
    let upper = try call.flag("upper")
    let left = isOld ? true : try call.flag("left")
    let (sides, _) = try rightSides(call, isOld ? 0 : 1, x, left: left, allowsVectors: false)
    let coefficients = try MatrixBatch(copying: x, batch: sides.batch, call)
    let transposed = try call.flag("transpose") == left
    let unit = try call.flag("unitriangular")
    for index in 0..<sides.count {
      sides[index].solveTriangular(coefficients[index], upper: upper, transposed: transposed, unit: unit)
    }
    let result = try upright(sides, !left, call).result(x.type, call)
    return isOld ? try call.deliver(result, try coefficients.result(x.type, call)) : try call.deliver(result)
  }

  // MARK: L Lᵀ and L D Lᵀ

  private static func cholesky(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0, square: true)
    let upper = try call.flag("upper")
    // The upper factor of A is the transpose of the lower one of the transpose.
    let factors = try MatrixBatch(copying: x, transposed: upper, call)
    let info = try call.makeIntegers(factors.batch)
    for index in 0..<factors.count {
      let found = factors[index].factorCholesky()
      try check(call, found, index, "the input is not positive-definite")
      info.pointer(Int32.self)[index] = found
    }
    let result = try upright(factors, upper, call).result(x.type, call)
    return call.schema.returnCount == 2 ? try call.deliver(result, info) : try call.deliver(result)
  }

  /// Solves with a Cholesky factor: for right sides in argument 0, or for the identity.
  private static func solveCholesky(_ call: Call, coefficients index: Int) throws(LiteError) -> Value {
    let x = try call.matrices(index, square: true)
    let upper = try call.flag("upper")
    let sides =
      index == 0
      ? try MatrixBatch(x.leading(dropping: 2), rows: x.sizes[x.rank - 1], columns: x.sizes[x.rank - 1], call)
      : try rightSides(call, 0, x, allowsVectors: false).sides
    let factors = try MatrixBatch(copying: x, batch: sides.batch, call)
    for matrix in 0..<sides.count {
      if index == 0 { sides[matrix].fillIdentity() }
      sides[matrix].solveTriangular(factors[matrix], upper: upper, transposed: upper, unit: false)
      sides[matrix].solveTriangular(factors[matrix], upper: upper, transposed: !upper, unit: false)
    }
    return try call.deliver(try sides.result(x.type, call))
  }

  private static func factorLDL(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0, square: true)
    let factors = try MatrixBatch(copying: x, call)
    let pivots = try call.makeIntegers(factors.batch, length: factors.rows)
    let info = try call.makeIntegers(factors.batch)
    for index in 0..<factors.count {
      let found = factors[index].factorLDL(pivots: pivots.pointer(Int32.self) + index * factors.rows)
      if try call.flag("check_errors") { try check(call, found, index, singular) }
      info.pointer(Int32.self)[index] = found
    }
    let result = try factors.result(x.type, call)
    return call.schema.returnCount == 2 ? try call.deliver(result, pivots) : try call.deliver(result, pivots, info)
  }

  private static func solveLDL(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0, square: true)
    let (sides, _) = try rightSides(call, 2, x, allowsVectors: false)
    let factors = try MatrixBatch(copying: x, batch: sides.batch, call)
    let pivots = try checkedPivots(call, 1, factors)
    for index in 0..<sides.count {
      factors[index].solveLDL(pivots: pivots.pointer(Int32.self) + index * factors.rows, sides[index])
    }
    return try call.deliver(try sides.result(x.type, call))
  }
}

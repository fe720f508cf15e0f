import LiteFormat

/// Factorization Q R, products of reflections, and least squares.
enum OrthogonalFactors {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      linalg_qr(A, str mode="reduced") -> (Tensor Q, Tensor R)
      linalg_qr.out(A, str mode="reduced", *, Q&, R&) -> (Tensor(a!) Q, Tensor(b!) R)
      qr(self, bool some=True) -> (Tensor Q, Tensor R)
      qr.Q(self, bool some=True, *, Q&, R&) -> (Tensor(a!) Q, Tensor(b!) R)
      """, factor)
    table.add(
      """
      geqrf(self) -> (Tensor a, Tensor tau)
      geqrf.a(self, *, a&, tau&) -> (Tensor(a!) a, Tensor(b!) tau)
      """, reflections)
    table.add(
      """
      orgqr(self, input2) | out
      linalg_householder_product(input, tau) | out
      """, product)
    table.add("ormqr(self, input2, input3, bool left=True, bool transpose=False) | out", multiply)
    table.add(
      """
      linalg_lstsq(self, b, float? rcond=None, *, str? driver=None) -> (Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)
      linalg_lstsq.out(self, b, float? rcond=None, *, str? driver=None, solution&, residuals&, rank&, singular_values&) -> (Tensor(a!) solution, Tensor(b!) residuals, Tensor(c!) rank, Tensor(d!) singular_values)
      """, leastSquares)
  }

  private static func factored(_ call: Call, _ x: Tensor) throws(LiteError) -> (vectors: MatrixBatch, tau: Tensor) {
    let vectors = try MatrixBatch(copying: x, call)
    let count = min(vectors.rows, vectors.columns)
    var sizes = vectors.batch
    try sizes.append(count)
    let tau = try Tensor(.float64, sizes, in: call.arena)
    for index in 0..<vectors.count { vectors[index].factorQR(tau: tau.pointer(Double.self) + index * count) }
    return (vectors, tau)
  }

  private static func reflections(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0)
    let (vectors, tau) = try factored(call, x)
    return try call.deliver(try vectors.result(x.type, call), try tau.converted(to: x.type, call.context))
  }

  private static func factor(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0)
    var (isComplete, hasQ) = (false, true)
    if call.position("some") != nil {
      isComplete = try !call.flag("some")
    } else {
      isComplete = try call.isText("mode", "complete")
      hasQ = try !call.isText("mode", "r")
      let isReduced = try call.isText("mode", "reduced")
      try call.require(isComplete || !hasQ || isReduced, 1, "expected \"reduced\", \"complete\" or \"r\"")
    }
    let (vectors, tau) = try factored(call, x)
    let least = min(vectors.rows, vectors.columns)
    let inner = isComplete ? vectors.rows : least
    let r = try MatrixBatch(vectors.batch, rows: inner, columns: vectors.columns, call)
    for index in 0..<r.count {
      r[index].fill(0)
      r[index].copy(vectors[index])
      r[index].keepTriangle(upper: true)
    }
    guard hasQ else { return try call.deliver(try call.emptyTensor(x.type), try r.result(x.type, call)) }
    let q = try MatrixBatch(vectors.batch, rows: vectors.rows, columns: inner, call)
    for index in 0..<q.count {
      q[index].fillIdentity()
      q[index].multiply(
        byReflections: vectors[index], tau: tau.pointer(Double.self) + index * least, count: least, transposed: false)
    }
    return try call.deliver(try q.result(x.type, call), try r.result(x.type, call))
  }

  /// Vectors of reflections in argument 0, and as many factors in argument 1.
  private static func givenReflections(
    _ call: Call, _ batch: Dimensions? = nil
  ) throws(LiteError) -> (vectors: MatrixBatch, tau: Tensor, count: Int) {
    let x = try call.matrices(0)
    let tau = try call.plainTensor(1)
    let count = tau.rank == 0 ? 0 : tau.sizes[tau.rank - 1]
    try call.require(
      tau.rank == x.rank - 1 && count <= x.sizes[x.rank - 1] && count <= x.sizes[x.rank - 2] && tau.type == x.type, 1,
      "found a tensor of \(tau.message) for vectors of \(x.message)")
    let vectors = try MatrixBatch(copying: x, batch: batch, call)
    var sizes = vectors.batch
    try sizes.append(count)
    let factors = try tau.expanded(to: sizes).converted(to: .float64, call.context).contiguous(in: call.arena)
    return (vectors, factors, count)
  }

  private static func product(_ call: Call) throws(LiteError) -> Value {
    let (vectors, tau, count) = try givenReflections(call)
    let x = try call.tensor(0)
    try call.require(
      vectors.rows >= vectors.columns, 0, "found a tensor of \(x.message), expected at least as many rows as columns")
    let q = try MatrixBatch(vectors.batch, rows: vectors.rows, columns: vectors.columns, call)
    for index in 0..<q.count {
      q[index].fillIdentity()
      q[index].multiply(
        byReflections: vectors[index], tau: tau.pointer(Double.self) + index * count, count: count, transposed: false)
    }
    return try call.deliver(try q.result(x.type, call))
  }

  private static func multiply(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let other = try call.matrices(2)
    let left = try call.flag("left")
    // Q from the right is its transpose from the left, of the transpose.
    let sides = try MatrixBatch(copying: other, transposed: !left, call)
    let (vectors, tau, count) = try givenReflections(call, sides.batch)
    try call.require(sides.rows == vectors.rows, 2, "found a tensor of \(other.message) for reflections of \(x.message)")
    let transposed = try call.flag("transpose") == left
    for index in 0..<sides.count {
      sides[index].multiply(
        byReflections: vectors[index], tau: tau.pointer(Double.self) + index * count, count: count, transposed: transposed)
    }
    return try call.deliver(try LinearSystems.upright(sides, !left, call).result(x.type, call))
  }

  /// The shortest of the solutions that come nearest, by singular values: right for every rank, so that one method
  /// stands for all of PyTorch's drivers.
  private static func leastSquares(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0)
    let (sides, isVector) = try LinearSystems.rightSides(call, 1, x)
    let a = try SingularValues(call, x, batch: sides.batch)
    let epsilon = x.type == .float64 ? 0x1p-52 : 0x1p-23
    let cutoff = try call.double("rcond", else: epsilon * Double(max(a.rows, a.columns)))
    let solutions = try MatrixBatch(sides.batch, rows: a.columns, columns: sides.columns, call)
    let residuals = try MatrixBatch(sides.batch, rows: 1, columns: sides.columns, call)
    let ranks = try Tensor(.int64, sides.batch, in: call.arena)
    var isFull = a.rows > a.columns
    for index in 0..<sides.count {
      let rank = a.rank(index, above: cutoff * a.largest(index))
      ranks.pointer(Int64.self)[index] = Int64(rank)
      if rank < a.columns { isFull = false }
      residuals[index].fill(0)
      for column in 0..<sides.columns {
        for row in 0..<a.columns { solutions[index][row, column] = 0 }
        var explained = 0.0
        var all = 0.0
        for row in 0..<a.rows { all += sides[index][row, column] * sides[index][row, column] }
        for k in 0..<rank {
          var part = 0.0
          for row in 0..<a.rows { part += a.u[index][row, k] * sides[index][row, column] }
          explained += part * part
          let factor = part / a.values(index)[k]
          for row in 0..<a.columns { solutions[index][row, column] += factor * a.v[index][row, k] }
        }
        residuals[index][0, column] = max(all - explained, 0)
      }
    }
    let isGels = try call.isText("driver", "gels")
    let isDivided = try call.isText("driver", "gelsd")
    let isPlain = try call.isText("driver", "gelss")
    var residualSizes = sides.batch
    try residualSizes.append(sides.columns)
    let none = try call.emptyTensor(x.type)
    let results = [
      try solutions.result(x.type, droppingColumn: isVector, call),
      // PyTorch's default method, gelsy, gives none.
      isFull && (isGels || isDivided || isPlain)
        ? try residuals.tensor.reshaped(residualSizes, in: call.arena).converted(to: x.type, call.context) : none,
      isGels ? try call.emptyTensor(.int64) : ranks,
      isDivided || isPlain ? try a.allValues.converted(to: x.type, call.context) : none,
    ]
    var values: [Value] = []
    for (number, result) in results.enumerated() { values.append(.tensor(try call.deliver(tensor: result, number))) }
    return .tuple(TupleValue(values))
  }
}

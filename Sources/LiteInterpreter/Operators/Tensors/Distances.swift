import CLitePlatform
import LiteFormat

/// Distances between rows, products of vectors, differences and covariances.
enum Distances {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      cdist(x1, x2, float p=2., int? compute_mode=None)
      _cdist_forward(x1, x2, float p, int? compute_mode) | out
      """, atenCdist)
    table.add(
      """
      pdist(self, float p=2.)
      _pdist_forward(self, float p=2.) | out
      """, atenPdist)
    table.add(
      """
      cross(self, other, int? dim=None) | out
      linalg_cross(self, other, *, int dim=-1) | out
      """, atenCross)
    table.add("diff(self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) | out", atenDiff)
    table.add(
      """
      trapezoid.x(y, x, *, int dim=-1)
      trapezoid.dx(y, *, Scalar dx=1, int dim=-1)
      trapz.x(y, x, *, int dim=-1)
      trapz.dx(y, *, float dx=1., int dim=-1)
      """, atenTrapezoid)
    table.add(
      """
      cumulative_trapezoid.x(y, x, *, int dim=-1)
      cumulative_trapezoid.dx(y, *, Scalar dx=1, int dim=-1)
      """, atenCumulativeTrapezoid)
    table.add("cov(self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None)", atenCov)
    table.add("corrcoef(self)", atenCorrcoef)
    table.add("renorm(self, Scalar p, int dim, Scalar maxnorm) | _ | out", atenRenorm)
  }

  // MARK: What the table refers to

  private static func atenCdist(_ call: Call) throws(LiteError) -> Value { try cdist(call) }
  private static func atenPdist(_ call: Call) throws(LiteError) -> Value { try pdist(call) }
  private static func atenCross(_ call: Call) throws(LiteError) -> Value { try cross(call) }
  private static func atenDiff(_ call: Call) throws(LiteError) -> Value { try difference(call) }
  private static func atenTrapezoid(_ call: Call) throws(LiteError) -> Value { try trapezoid(call, isRunning: false) }
  private static func atenCumulativeTrapezoid(_ call: Call) throws(LiteError) -> Value {
    try trapezoid(call, isRunning: true)
  }
  private static func atenCov(_ call: Call) throws(LiteError) -> Value { try covariance(call) }
  private static func atenCorrcoef(_ call: Call) throws(LiteError) -> Value { try correlation(call) }
  private static func atenRenorm(_ call: Call) throws(LiteError) -> Value { try renormalize(call) }

  /// Distance of two rows.
  private static func distance(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int, _ p: Double) -> Double {
    var sum = 0.0
    for index in 0..<count {
      let difference = abs(a[index] - b[index])
      switch p {
      case 0: sum += difference != 0 ? 1 : 0
      case 1: sum += difference
      case 2: sum += difference * difference
      case .infinity: sum = difference.isNaN ? difference : max(sum, difference)
      default: sum += pow(difference, p)
      }
    }
    if p == 2 { return sum.squareRoot() }
    return p == 0 || p == 1 || p == .infinity ? sum : pow(sum, 1 / p)
  }

  private static func cdist(_ call: Call) throws(LiteError) -> Value {
    let a = try call.plainTensor(0)
    let b = try call.plainTensor(1)
    let p = try call.double(2)
    try call.require(p >= 0, 2, "expected a norm of 0 or more")
    try call.require(
      a.rank >= 2 && b.rank >= 2, 0, "found tensors of \(a.message) and \(b.message), expected at least 2 dimensions")
    let columns = a.sizes[a.rank - 1]
    try call.require(columns == b.sizes[b.rank - 1], 1, "found rows of \(columns) and of \(b.sizes[b.rank - 1]) elements")
    let (aRows, bRows) = (a.sizes[a.rank - 2], b.sizes[b.rank - 2])
    var (aBatch, bBatch) = (a.sizes, b.sizes)
    for _ in 0..<2 {
      aBatch.remove(at: aBatch.count - 1)
      bBatch.remove(at: bBatch.count - 1)
    }
    let batch = try Broadcasting.shape(aBatch, bBatch)
    func prepared(_ x: Tensor, _ rows: Int) throws(LiteError) -> Tensor {
      var sizes = batch
      try sizes.append(rows)
      try sizes.append(columns)
      return try x.converted(to: .float64, call.context).expanded(to: sizes).contiguous(in: call.arena)
    }
    let (x, y) = (try prepared(a, aRows), try prepared(b, bRows))
    var sizes = batch
    try sizes.append(aRows)
    try sizes.append(bRows)
    let type = TypePromotion([Operand(a), Operand(b)]).floatResult
    try call.context.spend(try sizes.product(), columns, p == 0 || p == 1 || p == 2 ? 1 : 16)
    let result = try Creation.generate(call, type, sizes) { index in
      let (row, column) = (index / bRows, index % bRows)
      return distance(
        x.pointer(Double.self) + row * columns, y.pointer(Double.self) + (row / aRows * bRows + column) * columns, columns, p)
    }
    return try call.deliver(result)
  }

  private static func pdist(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    try call.require(
      x.rank == 2 && x.type.isFloatingPoint, 0, "found a tensor of \(x.message), expected a matrix of a floating type")
    let p = try call.double(1)
    try call.require(p >= 0, 1, "expected a norm of 0 or more")
    let (rows, columns) = (x.sizes[0], x.sizes[1])
    let elements = try x.doubles(call.context)
    let total = try Checked.multiply(rows, max(rows - 1, 0)) / 2
    try call.context.spend(total, columns, p == 0 || p == 1 || p == 2 ? 1 : 16)
    var (first, second) = (0, 0)
    let result = try Creation.generate(call, x.type, Creation.vector(total)) { _ in
      second += 1
      if second >= rows {
        first += 1
        second = first + 1
      }
      return distance(elements.base + first * columns, elements.base + second * columns, columns, p)
    }
    return try call.deliver(result)
  }

  private static func cross(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let type = TypePromotion(operands).result
    let shape = try Pointwise.shape(operands)
    // With a dimension, both sides have vectors of 3; without, they broadcast.
    if let a = operands[0].tensor, let b = operands[1].tensor, call.given("dim") != nil {
      try call.require(a.rank == b.rank, 1, "found tensors of \(a.message) and \(b.message), expected as many dimensions")
      let dimension = try call.dimension(of: a.rank, else: a.rank - 1) ?? 0
      try call.require(
        a.rank > 0 && a.sizes[dimension] == 3 && b.sizes[dimension] == 3, 1,
        "found tensors of \(a.message) and \(b.message), expected 3 elements along dimension \(dimension)")
    }
    var found = try call.dimension(of: shape.count)
    if found == nil { for index in (0..<shape.count).reversed() where shape[index] == 3 { found = index } }
    guard let dimension = found, shape[dimension] == 3 else {
      throw call.failure(0, "found shape \(shape.message), expected a dimension of size 3")
    }
    let result = try call.makeTensor(type, shape)
    let a = try call.plainTensor(0).converted(to: type, call.context).expanded(to: shape)
    let b = try call.plainTensor(1).converted(to: type, call.context).expanded(to: shape)
    for index in 0..<3 {
      let (next, last) = ((index + 1) % 3, (index + 2) % 3)
      func product(_ i: Int, _ j: Int) throws(LiteError) -> Operand {
        Operand(
          try Pointwise.numbers(
            call, [Operand(a.selected(dimension, i)), Operand(b.selected(dimension, j))], result: type.wide, toTarget: false
          ) { (a, b, _) in
            a * b
          } _: { (a, b, _) in
            a &* b
          })
      }
      let part = try Pointwise.numbers(call, [try product(next, last), try product(last, next)], result: type, toTarget: false) {
        (a, b, _) in
        a - b
      } _: { (a, b, _) in
        a &- b
      }
      try result.selected(dimension, index).copyBytes(from: part)
    }
    return try call.deliver(result)
  }

  /// a - b elementwise, in the type of `a`; bools differ by exclusive or.
  private static func subtract(_ call: Call, _ a: Tensor, _ b: Tensor) throws(LiteError) -> Tensor {
    try Pointwise.numbers(call, [Operand(a), Operand(b)], result: a.type, toTarget: false) { (a, b, _) in
      a - b
    } _: { (a, b, _) in
      a &- b
    }
  }

  private static func difference(_ call: Call) throws(LiteError) -> Value {
    var x = try call.plainTensor(0)
    let times = try call.int("n", else: 1)
    try call.require(x.rank > 0 && times >= 0, 0, "found a tensor of \(x.message) and \(times) differences")
    let dimension = try call.dimension(of: x.rank) ?? 0
    if times > 0 {
      let parts = [try call.tensor("prepend"), x, try call.tensor("append")].compactMap { $0 }
      if parts.count > 1 { x = try Joining.join(parts, dimension, call) }
    }
    for _ in 0..<min(times, x.sizes[dimension]) {
      let length = x.sizes[dimension] - 1
      x = try subtract(call, x.sliced(dimension, start: 1, count: length), x.sliced(dimension, start: 0, count: length))
    }
    return try call.deliver(x)
  }

  private static func trapezoid(_ call: Call, isRunning: Bool) throws(LiteError) -> Value {
    let y = try call.plainTensor(0)
    try call.require(y.rank > 0, 0, "found a tensor without dimensions")
    let dimension = try call.dimension(of: y.rank) ?? y.rank - 1
    let length = y.sizes[dimension] - 1
    var type = y.type.isFloatingPoint ? y.type : .float32
    var operands: [Operand]
    if length < 0 {
      operands = [Operand(y), Operand(y), Operand(.int(0))]
    } else {
      operands = [
        Operand(y.sliced(dimension, start: 1, count: length)), Operand(y.sliced(dimension, start: 0, count: length)),
        Operand(.int(1)),
      ]
    }
    if let index = call.given("dx") { operands[2] = Operand(try call.scalar(index)) }
    if let x = try call.tensor("x") {
      type = TypePromotion([Operand(y), Operand(x)]).floatResult
      let line = x.rank == 1 ? 0 : dimension
      try call.require(x.rank > line && x.sizes[line] == length + 1, 1, "found places of \(x.message) for values of \(y.message)")
      var steps = try subtract(
        call, x.sliced(line, start: 1, count: max(length, 0)), x.sliced(line, start: 0, count: max(length, 0)))
      if x.rank == 1 { for _ in dimension + 1..<max(y.rank, dimension + 1) { steps = try steps.unsqueezed(steps.rank) } }
      operands[2] = Operand(steps)
    }
    let areas = try Pointwise.doubles(call, operands, result: .float64, toTarget: false) { (a, b, step) in (a + b) / 2 * step }
    if !isRunning {
      let sum = try Reductions.fold(areas, DimensionSet(dimension), keepsDimensions: false, call.context, initial: 0, { $0 + $1 })
      return try call.deliver(try sum.converted(to: type, call.context))
    }
    for index in 1..<max(length, 1) {
      let sum = try Pointwise.doubles(
        call, [Operand(areas.selected(dimension, index)), Operand(areas.selected(dimension, index - 1))], result: .float64,
        toTarget: false
      ) { (a, b, _) in a + b }
      try areas.selected(dimension, index).copyBytes(from: sum)
    }
    return try call.deliver(try areas.converted(to: type, call.context))
  }

  /// Covariances of rows in float64, observations weighted by how often and how much they count.
  private static func covariances(_ call: Call, correction: Double) throws(LiteError) -> (matrix: Tensor, type: DataType) {
    let x = try call.plainTensor(0)
    try call.require(x.rank <= 2, 0, "found a tensor of \(x.message), expected at most 2 dimensions")
    let columns = x.rank == 0 ? 1 : x.sizes[x.rank - 1]
    let rows = x.rank == 2 ? x.sizes[0] : 1
    var operands = [Operand(x)]
    try AllocationScope.checkRoom(try Checked.multiply(columns, MemoryLayout<Double>.stride))
    var weights = [Double](repeating: 1, count: columns)
    // What remains of the sum of weights when the correction is taken off.
    var corrected = 0.0
    let importance = try call.tensor("aweights")
    let frequencies = try call.tensor("fweights")
    try call.require(frequencies?.type.isIntegral ?? true, 2, "found weights that are not integers, expected counts")
    for vector in [frequencies, importance] {
      guard let vector else { continue }
      try call.require(
        vector.rank <= 1 && vector.count == columns, 2, "found weights of \(vector.message) for \(columns) observations")
      operands.append(Operand(vector))
      let factors = try vector.doubles(call.context)
      for column in 0..<columns {
        try call.require(!(factors[column] < 0), 2, "found a negative weight")
        weights[column] *= factors[column]
      }
    }
    let total = weights.reduce(0, +)
    if let importance, correction != 0 {
      let factors = try importance.doubles(call.context)
      for column in 0..<columns { corrected += weights[column] * factors[column] }
      corrected = total - correction * corrected / total
    } else {
      corrected = total - correction
    }
    let dense = try x.converted(to: .float64, call.context).clone(strides: x.sizes.contiguousStrides(), in: call.arena)
    let values = DenseElements<Double>(owner: dense)
    for row in 0..<rows {
      var mean = 0.0
      for column in 0..<columns { mean += values[row * columns + column] * weights[column] / total }
      for column in 0..<columns { values.base[row * columns + column] -= mean }
    }
    try call.context.spend(rows, rows, columns)
    let matrix = try Creation.generate(call, .float64, try Dimensions([rows, rows])) { index in
      var sum = 0.0
      for column in 0..<columns {
        sum += values[index / rows * columns + column] * values[index % rows * columns + column] * weights[column]
      }
      return sum / max(0, corrected)
    }
    return (rows == 1 ? matrix.selected(0, 0).selected(0, 0) : matrix, TypePromotion(operands).floatResult)
  }

  private static func covariance(_ call: Call) throws(LiteError) -> Value {
    let (matrix, type) = try covariances(call, correction: try call.double("correction", else: 1))
    return try call.deliver(try matrix.converted(to: type, call.context))
  }

  private static func correlation(_ call: Call) throws(LiteError) -> Value {
    let (matrix, type) = try covariances(call, correction: 1)
    let rows = matrix.rank == 0 ? 1 : matrix.sizes[0]
    let values = DenseElements<Double>(owner: matrix)
    let result = try Creation.generate(call, type, matrix.sizes) { index in
      let scale = (values[index / rows * (rows + 1)] * values[index % rows * (rows + 1)]).squareRoot()
      return min(1, max(-1, values[index] / scale))
    }
    return try call.deliver(result)
  }

  /// Slices along a dimension scaled down to a largest norm.
  private static func renormalize(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let p = try call.scalar(1).double
    try call.require(p > 0, 1, "found a norm that is not positive")
    let dimension = try call.dimension(2, of: x.rank)
    let limit = try call.scalar(3).double
    try call.require(
      x.rank > 1 && x.type.isFloatingPoint, 0, "found a tensor of \(x.message), expected 2 dimensions or more of a floating type")
    var others = DimensionSet()
    for index in 0..<x.rank where index != dimension { others.insert(index) }
    let magnitudes = try Pointwise.doubles(call, [Operand(x)], result: .float64, toTarget: false) { (value, _, _) in abs(value) }
    let norms = try Losses.norm(magnitudes, others, p, keeps: true, call.context)
    let result = try Pointwise.doubles(call, [Operand(x), Operand(norms)], result: x.type, toTarget: false) { (value, norm, _) in
      norm > limit ? value * (limit / (norm + 1e-7)) : value
    }
    return try call.deliver(result)
  }
}

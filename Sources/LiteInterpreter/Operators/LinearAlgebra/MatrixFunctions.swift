import CLitePlatform
import LiteFormat

/// Norms, powers and the exponential of matrices, and products of vectors along a dimension.
enum MatrixFunctions {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      linalg_matrix_norm(self, Scalar ord, int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) | out
      linalg_matrix_norm.str_ord(self, str ord="fro", int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) | str_ord_out
      linalg_norm(self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) | out
      linalg_norm.ord_str(self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) | ord_str_out
      """, norm)
    table.add(
      """
      nuclear_norm(self, bool keepdim=False) | out
      nuclear_norm.dim(self, int[2] dim, bool keepdim=False) | dim_out
      """, nuclearNorm)
    table.add(
      """
      linalg_cond(self, Scalar? p=None) | out
      linalg_cond.p_str(self, str p) | p_str_out
      """, condition)
    table.add(
      """
      linalg_matrix_power(self, int n) | out
      matrix_power(self, int n) | out
      """, power)
    table.add(
      """
      linalg_matrix_exp(self) | out
      matrix_exp(self)
      """, exponential)
    table.add("linalg_vecdot(x, y, *, int dim=-1) | out", vectorProducts)
    table.add("linalg_multi_dot(Tensor[] tensors) | out", chain)
    table.add("linalg_vander(x, *, SymInt? N=None)", vandermonde)
  }

  // MARK: Norms

  /// Which norm: by order, or by a name.
  private enum Kind {
    case frobenius
    case nuclear
    case order(Double)

    init(_ call: Call, _ index: Int?) throws(LiteError) {
      guard let index else {
        self = .frobenius
        return
      }
      if case .string(let text) = call[index] {
        let isNuclear = text.bytes.withUnsafeBufferPointer { isEqual($0, "nuc") }
        let isFrobenius = text.bytes.withUnsafeBufferPointer { isEqual($0, "fro") }
        try call.require(isNuclear || isFrobenius, index, "found \(Message(bytes: text.bytes)), expected fro or nuc")
        self = isNuclear ? .nuclear : .frobenius
        return
      }
      let order = try call.scalar(index).double
      try call.require(
        abs(order) == 1 || abs(order) == 2 || order.isInfinite, index,
        "found an order that matrices have no norm of, expected 1, -1, 2, -2, inf or -inf")
      self = .order(order)
    }

    /// Whether the largest, not the smallest, of several sums counts.
    var isLargest: Bool { if case .order(let order) = self { order > 0 } else { true } }
  }

  private static func needsSingularValues(_ kind: Kind) -> Bool {
    switch kind {
    case .nuclear: true
    case .order(let order): abs(order) == 2
    case .frobenius: false
    }
  }

  /// The norm of each matrix, as float64 of the batch's sizes.
  @inline(never)
  private static func norms(_ call: Call, _ x: Tensor, _ kind: Kind) throws(LiteError) -> Tensor {
    let batch = x.leading(dropping: 2)
    if needsSingularValues(kind) {
      let svd = try SingularValues(call, x)
      let least = min(svd.rows, svd.columns)
      return try Creation.generate(call, .float64, batch) { index in
        if case .nuclear = kind {
          var sum = 0.0
          for k in 0..<least { sum += svd.values(index)[k] }
          return sum
        }
        return least == 0 ? 0 : svd.values(index)[kind.isLargest ? 0 : least - 1]
      }
    }
    let matrices = try MatrixBatch(copying: x, call)
    return try Creation.generate(call, .float64, batch) { index in
      let matrix = matrices[index]
      guard case .order(let order) = kind else {
        var squares = 0.0
        for element in 0..<matrix.count { squares += matrix.base[element] * matrix.base[element] }
        return squares.squareRoot()
      }
      let isByColumn = abs(order) == 1
      var best = order > 0 ? 0.0 : Double.infinity
      for outer in 0..<(isByColumn ? matrix.columns : matrix.rows) {
        var sum = 0.0
        for inner in 0..<(isByColumn ? matrix.rows : matrix.columns) {
          sum += abs(isByColumn ? matrix[inner, outer] : matrix[outer, inner])
        }
        if sum.isNaN { return .nan }
        best = order > 0 ? max(best, sum) : min(best, sum)
      }
      return best
    }
  }

  /// Norms of the matrices in two dimensions.
  @inline(never)
  private static func norm(
    _ call: Call, _ x: Tensor, _ kind: Kind, _ first: Int, _ second: Int, _ type: DataType
  ) throws(LiteError) -> Value {
    var order: [Int] = []
    for dimension in 0..<x.rank where dimension != first && dimension != second { order.append(dimension) }
    var result = try norms(call, x.permuted(order + [first, second]), kind)
    if try call.flag("keepdim") {
      result = try result.unsqueezed(min(first, second)).unsqueezed(max(first, second))
    }
    return try call.deliver(try result.converted(to: type, call.context))
  }

  private static func norm(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let type = try call.dataType() ?? x.type
    try call.require(
      x.type.isFloatingPoint && type.isFloatingPoint, 0, "found a tensor of \(x.message), expected a floating type")
    var dimensions: [Int] = []
    let dimensionIndex = call.given("dim")
    if let dimensionIndex {
      for value in try call.ints(dimensionIndex) {
        dimensions.append(try call.dimension(value, of: x.rank, argument: dimensionIndex))
      }
    }
    let orderIndex = call.given("ord")
    if dimensions.count == 2 {
      try call.require(dimensions[0] != dimensions[1], 2, "found dimension \(dimensions[0]) twice")
      return try norm(call, x, try Kind(call, orderIndex), dimensions[0], dimensions[1], type)
    }
    if dimensionIndex == nil, orderIndex != nil, x.rank == 2 {
      return try norm(call, x, try Kind(call, orderIndex), 0, 1, type)
    }
    // A norm of vectors; without an order, of all elements.
    try call.require(
      orderIndex == nil || (dimensionIndex != nil ? dimensions.count == 1 : x.rank <= 1), 2,
      "expected one or two dimensions for a norm of this order")
    var order = 2.0
    if let orderIndex { order = try call.scalar(orderIndex).double }
    return try Reductions.norm(call, x, type, order)
  }

  private static func nuclearNorm(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0)
    var (first, second) = (0, 1)
    if let index = call.position("dim") {
      let dimensions = try call.ints(index)
      try call.require(dimensions.count == 2, index, "found \(dimensions.count) dimensions, expected 2")
      first = try call.dimension(dimensions[0], of: x.rank, argument: index)
      second = try call.dimension(dimensions[1], of: x.rank, argument: index)
      try call.require(first != second, index, "found dimension \(first) twice")
    } else {
      try call.require(x.rank == 2, 0, "found a tensor of \(x.message), expected a matrix")
    }
    return try norm(call, x, .nuclear, first, second, x.type)
  }

  private static func condition(_ call: Call) throws(LiteError) -> Value {
    let index = call.given("p")
    var kind = Kind.order(2)
    if index != nil { kind = try Kind(call, index) }
    var isSpectral = false
    if case .order(let order) = kind { isSpectral = abs(order) == 2 }
    let x = try call.matrices(0, square: !isSpectral)
    let batch = x.leading(dropping: 2)
    if isSpectral {
      let svd = try SingularValues(call, x)
      let least = min(svd.rows, svd.columns)
      let result = try Creation.generate(call, x.type, batch) { index in
        if least == 0 { return 0 }
        let (large, small) = (svd.values(index)[0], svd.values(index)[least - 1])
        return kind.isLargest ? large / small : small / large
      }
      return try call.deliver(result)
    }
    let factored = try LinearSystems.Factored(call, x)
    let own = try norms(call, x, kind).doubles(call.context)
    let inverse = try norms(call, try LinearSystems.inverse(call, factored).tensor, kind).doubles(call.context)
    let result = try Creation.generate(call, x.type, batch) { index in
      factored.info.pointer(Int32.self)[index] != 0 ? .infinity : own[index] * inverse[index]
    }
    return try call.deliver(result)
  }

  // MARK: Powers

  private static func power(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let exponent = try call.int(1)
    try call.require(
      x.rank >= 2 && x.sizes[x.rank - 1] == x.sizes[x.rank - 2], 0, "found a tensor of \(x.message), expected square matrices")
    var base = try MatrixBatch(copying: x, call)
    if exponent < 0 {
      let factored = try LinearSystems.Factored(call, try call.matrices(0, square: true))
      try factored.check(call)
      base = try LinearSystems.inverse(call, factored)
    }
    return try call.deliver(try raised(call, base, exponent.magnitude).result(x.type, call))
  }

  /// By repeated squaring. The base is used up.
  private static func raised(_ call: Call, _ base: MatrixBatch, _ exponent: UInt) throws(LiteError) -> MatrixBatch {
    let total = try MatrixBatch(base.batch, rows: base.rows, columns: base.rows, call)
    let spare = try MatrixBatch(Dimensions(), rows: base.rows, columns: base.rows, call)
    for index in 0..<base.count {
      total[index].fillIdentity()
      var rest = exponent
      while rest > 0 {
        if rest & 1 == 1 {
          spare[0].product(total[index], base[index])
          total[index].copy(spare[0])
        }
        rest >>= 1
        if rest > 0 {
          spare[0].product(base[index], base[index])
          base[index].copy(spare[0])
        }
      }
    }
    return total
  }

  /// By Taylor's series of a matrix scaled until its norm is small, and as many squarings (Moler and Van Loan, "Nineteen
  /// dubious ways to compute the exponential of a matrix", method 3).
  private static func exponential(_ call: Call) throws(LiteError) -> Value {
    let x = try call.matrices(0, square: true)
    let matrices = try MatrixBatch(copying: x, call)
    let n = matrices.rows
    let term = try MatrixBatch(Dimensions(), rows: n, columns: n, call)
    let spare = try MatrixBatch(Dimensions(), rows: n, columns: n, call)
    let sum = try MatrixBatch(matrices.batch, rows: n, columns: n, call)
    for index in 0..<matrices.count {
      let a = matrices[index]
      var squares = 0.0
      var isFinite = true
      for element in 0..<a.count {
        squares += a.base[element] * a.base[element]
        isFinite = isFinite && a.base[element].isFinite
      }
      // What is not finite has no exponential, but that of a single number.
      if !isFinite || n == 1 {
        for element in 0..<a.count { sum[index].base[element] = n == 1 ? exp(a.base[element]) : .nan }
        continue
      }
      var squarings = 0
      var norm = squares.squareRoot()
      while norm > 0.5, squarings < 1100 {
        norm /= 2
        squarings += 1
      }
      try call.context.spend(a.count, n, squarings + 18)
      let scale = scalbn(1, Int32(-squarings))
      for element in 0..<a.count { a.base[element] *= scale }
      sum[index].fillIdentity()
      term[0].fillIdentity()
      // Terms below 0.5^k / k!: the 18th is below the precision of a double.
      for order in 1...18 {
        spare[0].product(term[0], a)
        for element in 0..<a.count {
          term[0].base[element] = spare[0].base[element] / Double(order)
          sum[index].base[element] += term[0].base[element]
        }
      }
      for _ in 0..<squarings {
        spare[0].product(sum[index], sum[index])
        sum[index].copy(spare[0])
      }
    }
    return try call.deliver(try sum.result(x.type, call))
  }

  // MARK: Vectors

  private static func vectorProducts(_ call: Call) throws(LiteError) -> Value {
    let shape = try call.commonBatch(try call.plainTensor(0).sizes, try call.plainTensor(1).sizes)
    let x = try call.plainTensor(0).expanded(to: shape)
    let y = try call.plainTensor(1).expanded(to: shape)
    try call.require(
      x.type == y.type && x.type.isFloatingPoint && x.rank > 0, 1,
      "found tensors of \(x.message) and \(y.message), expected vectors of one floating type")
    let dimension = try call.dimension(try call.int("dim", else: -1), of: x.rank, argument: 2)
    let last = x.rank - 1
    let length = x.sizes[dimension]
    let sizes = x.transposed(dimension, last).leading(dropping: 1)
    let a = try x.transposed(dimension, last).doubles(call.context)
    let b = try y.transposed(dimension, last).doubles(call.context)
    var result = try Creation.generate(call, x.type, sizes) { index in
      var sum = 0.0
      for k in 0..<length { sum += a[index * length + k] * b[index * length + k] }
      return sum
    }
    // The dimension that took the summed one's place goes back to its own.
    if dimension != last {
      var order: [Int] = []
      for position in 0..<sizes.count where position != dimension { order.append(position) }
      order.append(dimension)
      result = result.permuted(order)
    }
    return try call.deliver(result)
  }

  /// The product of matrices, of which the first and the last may be vectors, in the order that takes the fewest
  /// multiplications (Cormen et al., "Introduction to Algorithms", section 15.2).
  private static func chain(_ call: Call) throws(LiteError) -> Value {
    let given = try call.tensors(0)
    try call.require(given.count >= 2, 0, "found \(given.count) tensors, expected at least 2")
    var matrices: [Tensor] = []
    var sizes: [Int] = []
    for (index, tensor) in given.enumerated() {
      let isEnd = index == 0 || index == given.count - 1
      try call.require(
        tensor.rank == 2 || (tensor.rank == 1 && isEnd), 0, "found a tensor of \(tensor.message) at \(index), expected a matrix")
      let matrix = tensor.rank == 2 ? tensor : try tensor.unsqueezed(index == 0 ? 0 : 1)
      try call.require(
        index == 0 || matrix.sizes[0] == sizes[index], 0, "found a tensor of \(tensor.message) at \(index), whose rows do not fit"
      )
      if index == 0 { sizes.append(matrix.sizes[0]) }
      sizes.append(matrix.sizes[1])
      matrices.append(matrix)
    }
    let count = matrices.count
    let costs: Scratch<Double> = try call.context.scratch(try Checked.multiply(count, count))
    let splits: Scratch<Int> = try call.context.scratch(count * count)
    try call.context.spend(count, count, count)
    for index in 0..<count { costs[index * count + index] = 0 }
    for length in 1..<count {
      for first in 0..<count - length {
        let last = first + length
        costs[first * count + last] = .infinity
        for split in first..<last {
          let own = Double(sizes[first]) * Double(sizes[split + 1]) * Double(sizes[last + 1])
          let cost = costs[first * count + split] + costs[(split + 1) * count + last] + own
          if cost < costs[first * count + last] {
            costs[first * count + last] = cost
            splits[first * count + last] = split
          }
        }
      }
    }
    func product(_ first: Int, _ last: Int, _ depth: Int) throws(LiteError) -> Tensor {
      if first == last { return matrices[first] }
      // The best order may nest as deep as the list is long; beyond any real one, from the left.
      if depth > 100 {
        var result = matrices[first]
        for index in first + 1...last { result = try MatrixMultiplication.matmul(result, matrices[index], call.context) }
        return result
      }
      let split = splits[first * count + last]
      return try MatrixMultiplication.matmul(
        try product(first, split, depth + 1), try product(split + 1, last, depth + 1), call.context)
    }
    var result = try product(0, count - 1, 0)
    if given[count - 1].rank == 1 { result = result.selected(1, 0) }
    if given[0].rank == 1 { result = result.selected(0, 0) }
    return try call.deliver(result)
  }

  private static func vandermonde(_ call: Call) throws(LiteError) -> Value {
    var x = try call.plainTensor(0)
    // A number is a vector of one.
    if x.rank == 0 { x = try x.unsqueezed(0) }
    let columns = try call.int("N", else: x.sizes[x.rank - 1])
    try call.require(columns > 1, 1, "found \(columns), expected at least 2")
    var sizes = x.sizes
    try sizes.append(columns)
    let result: Tensor
    if x.type.isFloatingPoint {
      let a = try x.doubles(call.context)
      var value = 1.0
      result = try Creation.generate(call, x.type, sizes) { index in
        value = index % columns == 0 ? 1 : value * a[index / columns]
        return value
      }
    } else {
      let a = try x.integers(call.context)
      var value: Int64 = 1
      result = try Creation.generateIntegers(call, x.type == .bool ? .int64 : x.type, sizes) { index in
        value = index % columns == 0 ? 1 : value &* a[index / columns]
        return value
      }
    }
    return try call.deliver(result)
  }
}

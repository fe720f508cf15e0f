import CLiteKernels
import LiteFormat

/// Sums over products whose dimensions are named: einsum and tensordot, as batched matrix products.
enum Contraction {
  static func declare(in table: inout OperatorTable) {
    table.add("einsum(str equation, Tensor[] tensors, *, int[]? path=None)") { (call) throws(LiteError) in
      .tensor(try einsum(call))
    }
    table.add("tensordot(self, other, int[] dims_self, int[] dims_other)") {
      (call) throws(LiteError) in .tensor(try tensordot(call))
    }
  }

  /// A tensor with a name for each dimension.
  private struct Named {
    var tensor: Tensor
    var labels: [Int]

    func size(_ label: Int) -> Int? { labels.firstIndex(of: label).map { tensor.sizes[$0] } }

    /// Dimensions of one name become one: the diagonal.
    func diagonal() throws(LiteError) -> Named {
      var result = self
      var index = 0
      while index < result.labels.count {
        guard let first = result.labels[..<index].firstIndex(of: result.labels[index]) else {
          index += 1
          continue
        }
        var sizes = result.tensor.sizes
        var strides = result.tensor.strides
        guard sizes[first] == sizes[index] else {
          throw LiteError(
            .operatorFailed, "dimensions \(first) and \(index) of \(tensor.message) have one name and different sizes")
        }
        strides[first] = strides[first] &+ strides[index]
        sizes.remove(at: index)
        strides.remove(at: index)
        result.labels.remove(at: index)
        result.tensor = result.tensor.view(sizes: sizes, strides: strides, count: try sizes.product())
      }
      return result
    }

    /// With the dimensions of these names put in this order and joined to groups.
    func grouped(_ groups: [[Int]], _ context: Context) throws(LiteError) -> Tensor {
      var order: [Int] = []
      var sizes: [Int] = []
      for group in groups {
        var size = 1
        for label in group {
          guard let index = labels.firstIndex(of: label) else { continue }
          order.append(index)
          size = try Checked.multiply(size, tensor.sizes[index])
        }
        sizes.append(size)
      }
      return try tensor.permuted(order).reshaped(try Dimensions(sizes), in: context.arena)
    }

    /// The sum over the dimensions that `isKept` does not want: a product with ones.
    func summed(_ context: Context, _ isKept: (Int) -> Bool) throws(LiteError) -> Named {
      let gone = labels.filter { !isKept($0) }
      if gone.isEmpty { return self }
      let kept = labels.filter(isKept)
      let matrix = try grouped([kept, gone], context)
      let ones = try Tensor(tensor.type, try Dimensions([matrix.sizes[1], 1]), in: context.arena)
      try ones.fill(.int(1))
      let sums = try MatrixMultiplication.batched(matrix, ones, context)
      return Named(tensor: try sums.reshaped(try Dimensions(kept.map { size($0) ?? 1 }), in: context.arena), labels: kept)
    }
  }

  /// The product of two, summed over the names that are in both and not wanted any more.
  private static func contract(_ a: Named, _ b: Named, _ context: Context, _ isKept: (Int) -> Bool) throws(LiteError) -> Named {
    for label in a.labels {
      if let size = b.size(label), size != a.size(label) {
        throw LiteError(
          .operatorFailed, "a dimension of \(a.tensor.message) and one of \(b.tensor.message) have one name and different sizes")
      }
    }
    let left = try a.summed(context) { isKept($0) || b.labels.contains($0) }
    let right = try b.summed(context) { isKept($0) || a.labels.contains($0) }
    let shared = left.labels.filter { right.labels.contains($0) }
    let batch = shared.filter(isKept)
    let inner = shared.filter { !isKept($0) }
    let rows = left.labels.filter { !shared.contains($0) }
    let columns = right.labels.filter { !shared.contains($0) }
    let product = try MatrixMultiplication.batched(
      try left.grouped([batch, rows, inner], context), try right.grouped([batch, inner, columns], context), context)
    let labels = batch + rows + columns
    return Named(
      tensor: try product.reshaped(try Dimensions(labels.map { left.size($0) ?? right.size($0) ?? 1 }), in: context.arena),
      labels: labels)
  }

  private static func tensordot(_ call: Call) throws(LiteError) -> Tensor {
    var a = try call.tensor(0)
    var b = try call.tensor(1)
    let first = try call.ints(2)
    let second = try call.ints(3)
    try call.require(first.count == second.count, 3, "found \(second.count) dimensions, expected \(first.count)")
    let left = [Int](0..<a.rank)
    var right = (0..<b.rank).map { $0 + Dimensions.maximumCount }
    var gone: [Int] = []
    for index in 0..<first.count {
      let here = try call.dimension(first[index], of: a.rank, argument: 2)
      let there = try call.dimension(second[index], of: b.rank, argument: 3)
      try call.require(
        here < a.rank && there < b.rank && !gone.contains(here) && right[there] >= Dimensions.maximumCount, 2,
        "found a dimension twice")
      if a.sizes[here] == 1 { a = try a.repeated(here, b.sizes[there]) }
      if b.sizes[there] == 1 { b = try b.repeated(there, a.sizes[here]) }
      gone.append(here)
      right[there] = here
    }
    return try contract(Named(tensor: a, labels: left), Named(tensor: b, labels: right), call.context) { !gone.contains($0) }
      .tensor
  }

  // MARK: einsum

  /// Names of the dimensions that `...` stands for come before letters: -1 is the last of them.
  private static func einsum(_ call: Call) throws(LiteError) -> Tensor {
    let equation = try call.string(0).bytes.filter { $0 != UInt8(ascii: " ") }
    let tensors = try call.tensors(1)
    guard let first = tensors.first else { throw call.failure(1, "found an empty list, expected tensors") }
    var inputs = equation[...]
    var output: ArraySlice<UInt8>?
    if let arrow = equation.firstIndex(of: UInt8(ascii: "-")) {
      try call.require(
        arrow + 1 < equation.count && equation[arrow + 1] == UInt8(ascii: ">"), 0,
        "found '\(equation)', expected -> after the inputs")
      inputs = equation[..<arrow]
      output = equation[(arrow + 2)...]
    }
    let terms = inputs.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    try call.require(terms.count == tensors.count, 0, "found \(terms.count) terms for \(tensors.count) tensors")
    var named: [Named] = []
    var ellipsis = 0
    for (index, term) in terms.enumerated() {
      let labels = try parse(call, term, rank: tensors[index].rank)
      ellipsis = max(ellipsis, -(labels.min() ?? 0))
      named.append(try Named(tensor: tensors[index], labels: labels).diagonal())
    }
    let wanted: [Int]
    if let output {
      wanted = try parse(call, output, rank: nil, ellipsis: ellipsis)
    } else {
      // Every letter that appears once, in alphabetical order.
      var counts = [Int](repeating: 0, count: 128)
      for term in terms { for byte in term where byte < 128 { counts[Int(byte)] += 1 } }
      wanted = [Int](-ellipsis..<0) + (65..<123).filter { counts[$0] == 1 && isLetter(UInt8($0)) }
    }
    for (index, label) in wanted.enumerated() {
      try call.require(
        !wanted[..<index].contains(label) && named.contains { $0.labels.contains(label) }, 0,
        "found an output of '\(equation)' with a name twice or not among the inputs")
    }
    try call.require(!first.type.isQuantized, 1, "found a tensor of \(first.message)")
    var result = named[0]
    for index in 1..<max(named.count, 1) {
      let rest = named[(index + 1)...]
      result = try contract(result, named[index], call.context) { label in
        wanted.contains(label) || rest.contains { $0.labels.contains(label) }
      }
    }
    result = try result.summed(call.context) { wanted.contains($0) }
    return result.tensor.permuted(wanted.map { label in result.labels.firstIndex(of: label) ?? 0 })
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

  /// - Parameter rank: of the operand; what letters leave of it belongs to the ellipsis.
  private static func parse(_ call: Call, _ term: ArraySlice<UInt8>, rank: Int?, ellipsis: Int = 0) throws(LiteError) -> [Int] {
    let dots = term.filter { $0 == UInt8(ascii: ".") }.count
    try call.require(dots == 0 || dots == 3, 0, "found '\([UInt8](term))', expected letters and at most one '...'")
    let letters = term.count - dots
    var extra = ellipsis
    if let rank {
      try call.require(
        letters <= rank && (dots > 0 || letters == rank), 1, "found a tensor of \(rank) dimensions for '\([UInt8](term))'")
      extra = rank - letters
    }
    var labels: [Int] = []
    var seenDots = 0
    for byte in term {
      if byte == UInt8(ascii: ".") {
        seenDots += 1
        if seenDots == 3 { labels += [Int](-extra..<0) }
      } else {
        try call.require(isLetter(byte), 0, "found '\([UInt8](term))', expected letters")
        labels.append(Int(byte))
      }
    }
    return labels
  }
}

extension Tensor {
  /// A view with a dimension of size 1 repeated.
  fileprivate func repeated(_ dimension: Int, _ count: Int) throws(LiteError) -> Tensor {
    var sizes = self.sizes
    var strides = self.strides
    sizes[dimension] = count
    strides[dimension] = 0
    return view(sizes: sizes, strides: strides, count: try Checked.multiply(self.count, count))
  }
}

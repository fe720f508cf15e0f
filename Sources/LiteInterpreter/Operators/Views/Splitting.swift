import LiteFormat

/// One tensor into several views along a dimension.
enum Splitting {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]
      unsafe_chunk(self, int chunks, int dim=0) -> Tensor[]
      """, chunk)
    table.add(
      """
      split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]
      unsafe_split.Tensor(self, SymInt split_size, int dim=0) -> Tensor[]
      """, splitEvenly)
    table.add(
      """
      split.sizes(Tensor(a -> *) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]
      split(Tensor(a -> *) self, int[] split_sizes, int dim=0) -> Tensor(a)[]
      split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]
      unsafe_split_with_sizes(self, SymInt[] split_sizes, int dim=0) -> Tensor[]
      """, splitBySizes)
    table.add("tensor_split.sections(Tensor(a -> *) self, SymInt sections, int dim=0) -> Tensor(a)[]") {
      (call) throws(LiteError) in
      try sections(call, try call.int(1), try call.dimension(2, of: try call.tensor(0).rank))
    }
    table.add("tensor_split.indices(Tensor(a -> *) self, SymInt[] indices, int dim=0) -> Tensor(a)[]") {
      (call) throws(LiteError) in
      try atIndices(call, try call.ints(1), try call.dimension(2, of: try call.tensor(0).rank))
    }
    table.add("hsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]") { (call) throws(LiteError) in
      try sections(call, try call.int(1), try call.tensor(0).rank > 1 ? 1 : 0)
    }
    table.add("hsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]") { (call) throws(LiteError) in
      try atIndices(call, try call.ints(1), try call.tensor(0).rank > 1 ? 1 : 0)
    }
    table.add("vsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]") { (call) throws(LiteError) in
      try sections(call, try call.int(1), 0)
    }
    table.add("vsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]") { (call) throws(LiteError) in
      try atIndices(call, try call.ints(1), 0)
    }
    table.add("dsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      try call.require(x.rank >= 3, 0, "found a tensor of \(x.message), expected at least 3 dimensions")
      return try sections(call, try call.int(1), 2)
    }
    table.add("dsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      try call.require(x.rank >= 3, 0, "found a tensor of \(x.message), expected at least 3 dimensions")
      return try atIndices(call, try call.ints(1), 2)
    }
    table.add(
      "tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, tensor_indices_or_sections, int dim=0) -> Tensor(a)[]"
    ) { (call) throws(LiteError) in
      let given = try call.tensor(1, .int64)
      let dimension = try call.dimension(2, of: try call.tensor(0).rank)
      try call.require(given.rank <= 1, 1, "found a tensor of \(given.message), expected at most 1 dimension")
      call.context.recorder?.noteRead(of: given)
      try call.context.growth.list(given.count)
      var numbers: [Int] = []
      for index in 0..<given.count { numbers.append(try Checked.int(try given.intElement(index))) }
      return given.rank == 0 ? try sections(call, numbers[0], dimension) : try atIndices(call, numbers, dimension)
    }
    table.add("unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      try call.require(x.rank > 0, 0, "found a tensor without dimensions")
      let dimension = try call.dimension(1, of: x.rank)
      try call.context.growth.list(x.sizes[dimension])
      try AllocationScope.checkRoom(x.sizes[dimension] &* viewSize)
      return .list(ListValue((0..<x.sizes[dimension]).map { .tensor(x.selected(dimension, $0)) }, of: .tensor))
    }
  }

  /// What a view takes with its place in a list.
  private static let viewSize = 256

  /// Views of consecutive lengths.
  private static func parts(_ x: Tensor, _ dimension: Int, _ lengths: [Int]) throws(LiteError) -> Value {
    try AllocationScope.checkRoom(lengths.count &* viewSize)
    var start = 0
    var results: [Value] = []
    for length in lengths {
      results.append(.tensor(x.sliced(dimension, start: start, count: length)))
      start += length
    }
    return .list(ListValue(results, of: .tensor))
  }

  private static func operand(_ call: Call) throws(LiteError) -> (x: Tensor, dimension: Int, size: Int) {
    let x = try call.tensor(0)
    try call.require(x.rank > 0, 0, "found a tensor without dimensions")
    let dimension = try call.dimension(2, of: x.rank)
    return (x, dimension, x.sizes[dimension])
  }

  private static func chunk(_ call: Call) throws(LiteError) -> Value {
    let (x, dimension, size) = try operand(call)
    let chunks = try call.int(1)
    try call.require(chunks > 0, 1, "found \(chunks), expected at least 1")
    if size == 0 { return try parts(x, dimension, [Int](repeating: 0, count: min(chunks, 1 << 16))) }
    let length = (size - 1) / chunks + 1
    try call.context.growth.list(size / length)
    return try parts(x, dimension, lengths(size, length))
  }

  private static func splitEvenly(_ call: Call) throws(LiteError) -> Value {
    let (x, dimension, size) = try operand(call)
    let length = try call.int(1)
    try call.require(length > 0 || (length == 0 && size == 0), 1, "found \(length), expected at least 1")
    if length > 0 { try call.context.growth.list(size / length) }
    return try parts(x, dimension, size == 0 ? [0] : lengths(size, length))
  }

  /// As many of `length` as fit, and the rest.
  private static func lengths(_ size: Int, _ length: Int) -> [Int] {
    var result: [Int] = []
    var start = 0
    while start < size {
      result.append(min(length, size - start))
      start += result[result.count - 1]
    }
    return result
  }

  private static func splitBySizes(_ call: Call) throws(LiteError) -> Value {
    let (x, dimension, size) = try operand(call)
    let lengths = try call.ints(1)
    var sum = 0
    for length in lengths {
      try call.require(length >= 0, 1, "found a length of \(length)")
      sum = try Checked.add(sum, length)
    }
    try call.require(sum == size, 1, "the lengths add up to \(sum), expected \(size), the size of dimension \(dimension)")
    return try parts(x, dimension, lengths)
  }

  /// `count` parts whose lengths differ by at most one.
  private static func sections(_ call: Call, _ count: Int, _ dimension: Int) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(x.rank > 0, 0, "found a tensor without dimensions")
    try call.require(count > 0 && count <= 1 << 20, 1, "found \(count) sections, expected at least 1")
    let size = x.sizes[dimension]
    return try parts(x, dimension, (0..<count).map { size / count + ($0 < size % count ? 1 : 0) })
  }

  private static func atIndices(_ call: Call, _ indices: [Int], _ dimension: Int) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(x.rank > 0, 0, "found a tensor without dimensions")
    let size = x.sizes[dimension]
    try AllocationScope.checkRoom(indices.count &* viewSize)
    var results: [Value] = []
    var start = 0
    for index in indices + [size] {
      let end = index < 0 ? max(index &+ size, 0) : min(index, size)
      results.append(.tensor(x.sliced(dimension, start: start, count: max(end - start, 0))))
      start = end
    }
    return .list(ListValue(results, of: .tensor))
  }
}

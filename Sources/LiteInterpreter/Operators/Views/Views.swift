import LiteFormat

/// Views: the same memory under another shape. Bounds are checked here, once; `Tensor+Views` only computes.
enum Views {
  static func declare(in table: inout OperatorTable) {
    table.add("view(Tensor(a) self, SymInt[] size)") { (call) throws(LiteError) in
      try view(call, try call.tensor(0).inferredSizes(try call.ints(1)))
    }
    table.add("view_as(Tensor(a) self, other)") { (call) throws(LiteError) in
      try view(call, try sizes(of: try call.tensor(1), for: try call.tensor(0)))
    }
    table.add("view.dtype(Tensor(a) self, ScalarType dtype)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      let type = try call.dataType(1)
      try call.require(
        type.size == x.type.size && !type.isQuantized && !x.type.isQuantized, 1,
        "found \(type.name) for a tensor of \(x.type.name), expected a type of the same size")
      return .tensor(Tensor(storage: x.storage, offset: x.offset, type: type, sizes: x.sizes, strides: x.strides, count: x.count))
    }
    table.add("reshape(Tensor(a) self, SymInt[] shape)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      let result = try x.reshaped(try x.inferredSizes(try call.ints(1)), in: call.arena)
      call.isFullyPrepared()
      return .tensor(result)
    }
    table.add("_reshape_alias(Tensor(a) self, SymInt[] size, SymInt[] stride)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      return .tensor(try x.reshaped(try x.inferredSizes(try call.ints(1)), in: call.arena))
    }
    table.add("reshape_as(Tensor(a) self, other)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      return .tensor(try x.reshaped(try sizes(of: try call.tensor(1), for: x), in: call.arena))
    }
    table.add("flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1)") {
      (call) throws(LiteError) in
      try flatten(call, try call.tensor(0), start: 1, end: 2)
    }
    table.add("ravel(Tensor(a) self)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      return .tensor(try x.reshaped(try Dimensions([x.count]), in: call.arena))
    }
    table.add("unflatten.int(Tensor(a) self, int dim, SymInt[] sizes)") { (call) throws(LiteError) in
      try unflatten(call)
    }
    table.add(
      """
      transpose.int(Tensor(a) self, int dim0, int dim1)
      swapaxes(Tensor(a) self, int axis0, int axis1)
      swapdims(Tensor(a) self, int dim0, int dim1)
      """, transpose)
    table.add("t(Tensor(a) self)", matrixTranspose)
    table.add(
      """
      numpy_T(Tensor(a) self)
      numpy_T.a(Tensor(a) self)
      """, reversed)
    table.add(
      """
      mT(Tensor(a) self)
      mT.a(Tensor(a) self)
      adjoint(Tensor(a) self)
      """, lastTwo)
    table.add("permute(Tensor(a) self, int[] dims)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      return .tensor(x.permuted(try order(call, try call.ints(1), x.rank)))
    }
    table.add(
      """
      movedim.int(Tensor(a) self, int source, int destination)
      movedim.intlist(Tensor(a) self, int[] source, int[] destination)
      moveaxis.int(Tensor(a) self, int source, int destination)
      moveaxis.intlist(Tensor(a) self, int[] source, int[] destination)
      """, moveDimensions)
    table.add("unsqueeze(Tensor(a) self, int dim)", unsqueeze)
    table.add("squeeze(Tensor(a) self)") { (call) throws(LiteError) in
      .tensor(try call.tensor(0).squeezed { _ in true })
    }
    table.add(
      """
      squeeze.dim(Tensor(a) self, int dim)
      squeeze.dims(Tensor(a) self, int[] dim)
      """, squeeze)
    table.add(
      "slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1)",
      slice)
    table.add("select.int(Tensor(a) self, int dim, SymInt index)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      try call.require(x.rank > 0, 0, "found a tensor without dimensions")
      let dimension = try call.dimension(1, of: x.rank)
      let index = try call.int(2)
      let size = x.sizes[dimension]
      try call.require(
        index >= -size && index < size, 2,
        "index \(index) out of range for tensor of size \(x.sizes.message) at dimension \(dimension)")
      return .tensor(x.selected(dimension, index < 0 ? index + size : index))
    }
    table.add(
      """
      narrow(Tensor(a) self, int dim, SymInt start, SymInt length)
      narrow.Tensor(Tensor(a) self, int dim, start, SymInt length)
      """, narrow)
    table.add(
      """
      expand(Tensor(a) self, SymInt[] size, *, bool implicit=False)
      broadcast_to(Tensor(a) self, SymInt[] size)
      """
    ) { (call) throws(LiteError) in
      .tensor(try call.tensor(0).expanded(try call.ints(1)))
    }
    table.add("expand_as(Tensor(a) self, other)") { (call) throws(LiteError) in
      let other = try call.tensor(1)
      return .tensor(try call.tensor(0).expanded((0..<other.rank).map { other.sizes[$0] }))
    }
    table.add("broadcast_tensors(Tensor[] tensors) -> Tensor[]") { (call) throws(LiteError) in
      let tensors = try call.tensors(0)
      var shape = Dimensions()
      for tensor in tensors { shape = try Broadcasting.shape(shape, tensor.sizes) }
      var results: [Value] = []
      for tensor in tensors { results.append(.tensor(try tensor.expanded((0..<shape.count).map { shape[$0] }))) }
      return .list(ListValue(results, of: .tensor))
    }
    table.add("as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None)") {
      (call) throws(LiteError) in .tensor(try asStrided(call, try call.tensor(0), first: 1))
    }
    table.add("unfold(Tensor(a) self, int dimension, int size, int step)", unfold)
  }

  private static func view(_ call: Call, _ sizes: Dimensions) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    guard let strides = x.viewStrides(sizes) else {
      throw call.failure(
        0, "a tensor of \(x.message) whose memory is not in order cannot be viewed as \(sizes.message); reshape copies")
    }
    return .tensor(x.view(sizes: sizes, strides: strides, count: x.count))
  }

  private static func sizes(of other: Tensor, for x: Tensor) throws(LiteError) -> Dimensions {
    try x.inferredSizes((0..<other.rank).map { other.sizes[$0] })
  }

  static func flatten(_ call: Call, _ x: Tensor, start: Int, end: Int) throws(LiteError) -> Value {
    if x.rank == 0 { return .tensor(try x.reshaped(try Dimensions([1]), in: call.arena)) }
    let first = try call.dimension(start, of: x.rank)
    let last = try call.dimension(end, of: x.rank)
    try call.require(first <= last, start, "dimension \(first) comes after \(last)")
    if first == last { return .tensor(x) }
    var sizes = Dimensions()
    var merged = 1
    for index in first...last { merged = merged &* x.sizes[index] }
    for index in 0..<first { try sizes.append(x.sizes[index]) }
    try sizes.append(merged)
    for index in last + 1..<max(x.rank, last + 1) { try sizes.append(x.sizes[index]) }
    let result = try x.reshaped(sizes, in: call.arena)
    call.isFullyPrepared()
    return .tensor(result)
  }

  private static func unflatten(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(x.rank > 0, 0, "found a tensor without dimensions")
    let dimension = try call.dimension(1, of: x.rank)
    let part = try x.selectedSizes(dimension, try call.ints(2))
    var sizes = Dimensions()
    for index in 0..<x.rank {
      if index == dimension {
        for inner in 0..<part.count { try sizes.append(part[inner]) }
      } else {
        try sizes.append(x.sizes[index])
      }
    }
    return try view(call, sizes)
  }

  private static func transpose(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    return .tensor(x.transposed(try call.dimension(1, of: x.rank), try call.dimension(2, of: x.rank)))
  }

  private static func matrixTranspose(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(x.rank <= 2, 0, "found a tensor of \(x.message), expected at most 2 dimensions")
    return .tensor(x.rank == 2 ? x.transposed(0, 1) : x)
  }

  private static func lastTwo(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(x.rank >= 2, 0, "found a tensor of \(x.message), expected at least 2 dimensions")
    return .tensor(x.transposed(x.rank - 2, x.rank - 1))
  }

  private static func reversed(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    return .tensor(x.permuted([Int]((0..<x.rank).reversed())))
  }

  /// Dimensions given from either end, each exactly once.
  private static func order(_ call: Call, _ dimensions: [Int], _ rank: Int) throws(LiteError) -> [Int] {
    try call.require(dimensions.count == rank, 1, "found \(dimensions.count) dimensions, expected \(rank)")
    var result: [Int] = []
    for value in dimensions {
      let dimension = try call.dimension(value, of: rank, argument: 1)
      try call.require(!result.contains(dimension), 1, "dimension \(dimension) is there twice")
      result.append(dimension)
    }
    return result
  }

  private static func moveDimensions(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let sources = try call.ints(1)
    let destinations = try call.ints(2)
    try call.require(
      sources.count == destinations.count, 1, "found \(sources.count) sources and \(destinations.count) destinations")
    var result = [Int](repeating: -1, count: x.rank)
    var isMoved = [Bool](repeating: false, count: x.rank)
    for (source, destination) in zip(sources, destinations) {
      let from = try call.dimension(source, of: x.rank, argument: 1)
      let to = try call.dimension(destination, of: x.rank, argument: 2)
      try call.require(x.rank > 0 && !isMoved[from] && result[to] < 0, 1, "a dimension is there twice")
      isMoved[from] = true
      result[to] = from
    }
    var rest = (0..<x.rank).filter { !isMoved[$0] }
    for index in result.indices where result[index] < 0 { result[index] = rest.removeFirst() }
    return .tensor(x.permuted(result))
  }

  private static func unsqueeze(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    return .tensor(try x.unsqueezed(try call.dimension(1, of: x.rank + 1)))
  }

  private static func squeeze(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    var dimensions: [Int] = []
    for value in try call.ints(1) { dimensions.append(try call.dimension(value, of: x.rank, argument: 1)) }
    return .tensor(x.squeezed { dimensions.contains($0) })
  }

  private static func slice(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(x.rank > 0, 0, "found a tensor without dimensions")
    let dimension = try call.dimension(1, of: x.rank)
    let step = try call.int(4)
    try call.require(step > 0, 4, "found \(step), expected at least 1")
    let size = x.sizes[dimension]
    let start = bound(try call.optionalInt(2) ?? 0, size)
    let end = max(bound(try call.optionalInt(3) ?? Int.max, size), start)
    let count = end == start ? 0 : (end - start - 1) / step + 1
    return .tensor(x.sliced(dimension, start: start, count: count, step: count > 1 ? step : 1))
  }

  /// A position that may count from the end, clipped to 0...size.
  private static func bound(_ value: Int, _ size: Int) -> Int {
    value < 0 ? max(value &+ size, 0) : min(value, size)
  }

  private static func narrow(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(x.rank > 0, 0, "found a tensor without dimensions")
    let dimension = try call.dimension(1, of: x.rank)
    let size = x.sizes[dimension]
    if case .tensor(let position) = call[2] {
      try call.require(
        position.rank == 0 && position.type.isIntegral && position.type != .bool, 2,
        "found a tensor of \(position.message), expected one integer")
      call.context.recorder?.noteRead(of: position)
    }
    var start = try Checked.int(try call.numberOrTensor(2).int)
    let length = try call.int(3)
    if start < 0 { start = start &+ size }
    try call.require(
      start >= 0 && length >= 0 && start <= size && length <= size - start, 2,
      "\(length) elements from \(start) of dimension \(dimension) of size \(size)")
    return .tensor(x.sliced(dimension, start: start, count: length))
  }

  /// - Parameter first: which argument has the sizes; strides and offset follow.
  static func asStrided(_ call: Call, _ x: Tensor, first: Int) throws(LiteError) -> Tensor {
    let sizes = try Dimensions(try call.ints(first))
    let strides = try Dimensions(try call.ints(first + 1))
    let offset = try call.optionalInt(first + 2) ?? x.offset
    try call.require(sizes.count == strides.count, first + 1, "found \(strides.count) strides for \(sizes.count) sizes")
    var last = offset
    var isEmpty = false
    for index in 0..<sizes.count {
      try call.require(sizes[index] >= 0, first, "found a size of \(sizes[index])")
      try call.require(strides[index] >= 0, first + 1, "found a stride of \(strides[index])")
      if sizes[index] == 0 { isEmpty = true }
      last = try Checked.add(last, try Checked.multiply(max(sizes[index] - 1, 0), strides[index]))
    }
    try call.require(
      offset >= 0 && (isEmpty || last < x.storage.byteCount / x.type.size), first,
      "the view reaches element \(last) of a storage of \(x.storage.byteCount / x.type.size)")
    return x.view(sizes: sizes, strides: strides, offset: offset, count: try sizes.product())
  }

  private static func unfold(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let size = try call.int(2)
    let step = try call.int(3)
    let dimension = try call.dimension(1, of: x.rank)
    let length = x.rank == 0 ? 1 : x.sizes[dimension]
    try call.require(size >= 0 && size <= length, 2, "found \(size), expected at most \(length)")
    try call.require(step > 0, 3, "found \(step), expected at least 1")
    var sizes = x.sizes
    var strides = x.strides
    let stride = x.rank == 0 ? 1 : strides[dimension]
    if x.rank > 0 {
      sizes[dimension] = (length - size) / step + 1
      strides[dimension] = sizes[dimension] > 1 ? stride &* step : stride
    }
    try sizes.append(size)
    try strides.append(stride)
    return .tensor(x.view(sizes: sizes, strides: strides, count: try sizes.product()))
  }
}

extension Tensor {
  /// Sizes that one dimension is divided into, at most one of them -1.
  fileprivate func selectedSizes(_ dimension: Int, _ requested: [Int]) throws(LiteError) -> Dimensions {
    let line = Tensor(
      storage: storage, type: type, sizes: try Dimensions([sizes[dimension]]), strides: try Dimensions([1]),
      count: sizes[dimension])
    return try line.inferredSizes(requested)
  }
}

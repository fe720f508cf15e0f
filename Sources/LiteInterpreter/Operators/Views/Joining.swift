import CLiteKernels
import LiteFormat

/// Several tensors into one.
enum Joining {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      cat(Tensor[] tensors, int dim=0)
      concat(Tensor[] tensors, int dim=0)
      concatenate(Tensor[] tensors, int dim=0)
      """, concatenate)
    table.add(
      """
      cat.out(Tensor[] tensors, int dim=0, *, out&)
      concat.out(Tensor[] tensors, int dim=0, *, out&)
      """, concatenateInto)
    table.add("stack(Tensor[] tensors, int dim=0)") { (call) throws(LiteError) in .tensor(try stack(call)) }
    table.add("stack.out(Tensor[] tensors, int dim=0, *, out&)") { (call) throws(LiteError) in
      .tensor(try write(try stack(call), to: try call.tensor(2), call.context))
    }
    table.add("hstack(Tensor[] tensors)") { (call) throws(LiteError) in
      var tensors: [Tensor] = []
      for tensor in try call.tensors(0) { tensors.append(tensor.rank == 0 ? try tensor.unsqueezed(0) : tensor) }
      return .tensor(try join(tensors, tensors.first.map { $0.rank > 1 ? 1 : 0 } ?? 0, call))
    }
    table.add("vstack(Tensor[] tensors)") { (call) throws(LiteError) in
      var tensors: [Tensor] = []
      for tensor in try call.tensors(0) { tensors.append(try atLeast(2, tensor)) }
      return .tensor(try join(tensors, 0, call))
    }
    table.add("dstack(Tensor[] tensors)") { (call) throws(LiteError) in
      var tensors: [Tensor] = []
      for tensor in try call.tensors(0) { tensors.append(try atLeast(3, tensor)) }
      return .tensor(try join(tensors, 2, call))
    }
    table.add("column_stack(Tensor[] tensors)") { (call) throws(LiteError) in
      var tensors: [Tensor] = []
      for tensor in try call.tensors(0) {
        tensors.append(tensor.rank >= 2 ? tensor : try tensor.reshaped(try Dimensions([tensor.count, 1]), in: call.arena))
      }
      return .tensor(try join(tensors, 1, call))
    }
    table.add("atleast_1d(self)") { (call) throws(LiteError) in .tensor(try atLeast(1, try call.tensor(0)))
    }
    table.add("atleast_2d(self)") { (call) throws(LiteError) in .tensor(try atLeast(2, try call.tensor(0)))
    }
    table.add("atleast_3d(self)") { (call) throws(LiteError) in .tensor(try atLeast(3, try call.tensor(0)))
    }
    table.add("atleast_1d.Sequence(Tensor[] tensors) -> Tensor[]") { (call) throws(LiteError) in try eachAtLeast(1, call) }
    table.add("atleast_2d.Sequence(Tensor[] tensors) -> Tensor[]") { (call) throws(LiteError) in try eachAtLeast(2, call) }
    table.add("atleast_3d.Sequence(Tensor[] tensors) -> Tensor[]") { (call) throws(LiteError) in try eachAtLeast(3, call) }
    table.add("_chunk_cat(Tensor[] tensors, int dim, int num_chunks)") { (call) throws(LiteError) in
      // The padding is no step.
      call.context.recorder?.noteOtherWork()
      return .tensor(try concatenateChunks(call))
    }
    table.add("quantized::cat(Tensor[] qx, int dim, float? scale, int? zero_point)") { (call) throws(LiteError) in
      .tensor(try quantizedJoin(call, relu: false))
    }
    table.add("quantized::cat_relu(Tensor[] qx, int dim, float? scale, int? zero_point)") { (call) throws(LiteError) in
      .tensor(try quantizedJoin(call, relu: true))
    }
    table.add("quantized::cat_out(Tensor[] qx, int dim, out&)") { (call) throws(LiteError) in
      let target = try call.tensor(2)
      guard case .perTensor(let scale, let zeroPoint) = target.quantization else {
        throw call.failure(2, "expected a tensor quantized per tensor")
      }
      let tensors = try call.tensors(0)
      let result = try quantizedJoin(
        tensors, try dimension(call, tensors), OutputQuantization(scale: scale, zeroPoint: zeroPoint), relu: false, call)
      return .tensor(try write(result, to: target, call.context))
    }
  }

  private static func concatenate(_ call: Call) throws(LiteError) -> Value {
    let tensors = try call.tensors(0)
    return .tensor(try join(tensors, try dimension(call, tensors), call))
  }

  private static func concatenateInto(_ call: Call) throws(LiteError) -> Value {
    let tensors = try call.tensors(0)
    return .tensor(try write(try join(tensors, try dimension(call, tensors), call), to: try call.tensor(2), call.context))
  }

  /// `out` takes the result's shape and keeps its own element type.
  private static func write(_ result: Tensor, to target: Tensor, _ context: Context) throws(LiteError) -> Tensor {
    context.recorder?.isPrepared = false
    try target.storage.prepareForWriting(context.arena)
    try target.resize(result.sizes, context.arena)
    try target.convert(from: result, context)
    return target
  }

  /// Argument 1 as a dimension of the first tensor that is not an empty vector.
  private static func dimension(_ call: Call, _ tensors: [Tensor]) throws(LiteError) -> Int {
    let rank = tensors.first { !isSkipped($0) }?.rank ?? 1
    return try call.dimension(1, of: rank)
  }

  /// An empty vector joins with anything (an old habit of PyTorch's).
  private static func isSkipped(_ tensor: Tensor) -> Bool { tensor.rank == 1 && tensor.count == 0 }

  /// Joins along a dimension that is there.
  static func join(_ tensors: [Tensor], _ dimension: Int, _ call: Call) throws(LiteError) -> Tensor {
    try call.require(!tensors.isEmpty, 0, "found an empty list")
    if let first = tensors.first, first.type.isQuantized {
      // The first tensor's parameters hold for the result.
      guard case .perTensor(let scale, let zeroPoint) = first.quantization else {
        throw call.failure(0, "found tensors quantized per channel, expected per tensor")
      }
      return try quantizedJoin(tensors, dimension, OutputQuantization(scale: scale, zeroPoint: zeroPoint), relu: false, call)
    }
    let sizes = try joinedSizes(tensors, dimension, call)
    var type = tensors[0].type
    for tensor in tensors.dropFirst() where tensor.type != type { type = try commonType(tensors, call) }
    let result = try Tensor(type, sizes, strides: layout(tensors, sizes), in: call.arena)
    try forEachPart(of: result, tensors, dimension) { (part, tensor) throws(LiteError) in
      try call.context.copy(try tensor.converted(to: type, call.context), to: part)
    }
    call.isFullyPrepared()
    return result
  }

  /// The element type that all convert to: PyTorch's promotion among whole tensors.
  private static func commonType(_ tensors: [Tensor], _ call: Call) throws(LiteError) -> DataType {
    var type = tensors[0].type
    for tensor in tensors.dropFirst() { type = DataType.promoted(type, tensor.type) }
    return type
  }

  private static func forEachPart(
    of result: Tensor, _ tensors: [Tensor], _ dimension: Int, _ body: (Tensor, Tensor) throws(LiteError) -> Void
  ) throws(LiteError) {
    var start = 0
    for tensor in tensors where !isSkipped(tensor) {
      let length = tensor.sizes[dimension]
      try body(result.sliced(dimension, start: start, count: length), tensor)
      start += length
    }
  }

  /// Channels-last if all inputs are.
  private static func layout(_ tensors: [Tensor], _ sizes: Dimensions) -> Dimensions {
    let isChannelsLast = tensors.allSatisfy { $0.isChannelsLast && !$0.isContiguous }
    return isChannelsLast ? sizes.channelsLastStrides() : sizes.contiguousStrides()
  }

  private static func joinedSizes(_ tensors: [Tensor], _ dimension: Int, _ call: Call) throws(LiteError) -> Dimensions {
    guard let first = tensors.first(where: { !isSkipped($0) }) else { return tensors[0].sizes }
    try call.require(first.rank > 0, 0, "tensors without dimensions cannot be joined")
    var sizes = first.sizes
    sizes[dimension] = 0
    for tensor in tensors where !isSkipped(tensor) {
      var others = tensor.sizes
      if others.count == sizes.count { others[dimension] = sizes[dimension] }
      try call.require(
        others == sizes, 0,
        "Sizes of tensors must match except in dimension \(dimension): found \(first.sizes.message) and \(tensor.sizes.message)")
      sizes[dimension] = try Checked.add(sizes[dimension], tensor.sizes[dimension])
    }
    return sizes
  }

  private static func stack(_ call: Call) throws(LiteError) -> Tensor {
    let tensors = try call.tensors(0)
    guard let first = tensors.first else { throw call.failure(0, "found an empty list") }
    let dimension = try call.dimension(1, of: first.rank + 1)
    var parts: [Tensor] = []
    for tensor in tensors {
      try call.require(
        tensor.sizes == first.sizes, 0,
        "found sizes \(first.sizes.message) and \(tensor.sizes.message), expected them to be equal")
      parts.append(try tensor.unsqueezed(dimension))
    }
    return try join(parts, dimension, call)
  }

  private static func atLeast(_ rank: Int, _ tensor: Tensor) throws(LiteError) -> Tensor {
    var result = tensor
    if rank == 3, result.rank == 2 { return try result.unsqueezed(2) }
    while result.rank < min(rank, 2) { result = try result.unsqueezed(0) }
    if rank == 3, result.rank == 2 { result = try result.unsqueezed(2) }
    return result
  }

  private static func eachAtLeast(_ rank: Int, _ call: Call) throws(LiteError) -> Value {
    var results: [Value] = []
    for tensor in try call.tensors(0) { results.append(.tensor(try atLeast(rank, tensor))) }
    return .list(ListValue(results, of: .tensor))
  }

  /// Each tensor, padded with zeros along a dimension and cut there into as many chunks, which are flattened: chunks are
  /// rows of the result, tensors lie side by side.
  private static func concatenateChunks(_ call: Call) throws(LiteError) -> Tensor {
    let tensors = try call.tensors(0)
    let chunks = try call.int(2)
    try call.require(chunks > 0, 2, "found \(chunks), expected at least 1")
    guard let first = tensors.first else { throw call.failure(0, "found an empty list") }
    let dimension = try call.dimension(1, of: first.rank)
    var parts: [Tensor] = []
    for tensor in tensors {
      try call.require(
        tensor.rank > dimension && tensor.count > 0, 0,
        "found a tensor of \(tensor.message), expected elements and more than \(dimension) dimensions")
      let size = tensor.sizes[dimension]
      let missing = (chunks - size % chunks) % chunks
      var padding = [Int](repeating: 0, count: 2 * (tensor.rank - dimension))
      padding[padding.count - 1] = missing
      let padded = missing == 0 ? tensor : try Padding.constant(tensor, padding, .int(0), call.context)
      var sizes: [Int] = (0..<dimension).map { tensor.sizes[$0] }
      let rows = try Checked.multiply(try tensor.sizes.product(0..<dimension), chunks)
      sizes += [chunks, padded.count / rows]
      parts.append(try padded.reshaped(try Dimensions(sizes), in: call.arena))
    }
    return try join(parts, dimension + 1, call)
  }

  // MARK: Quantized

  private static func quantizedJoin(_ call: Call, relu: Bool) throws(LiteError) -> Tensor {
    let tensors = try call.tensors(0)
    try call.require(!tensors.isEmpty, 0, "found an empty list")
    guard case .perTensor(let firstScale, let firstZeroPoint) = tensors[0].quantization else {
      throw call.failure(0, "found a tensor of \(tensors[0].message), expected tensors quantized per tensor")
    }
    let output = try call.checkedQuantization(
      try call.optionalDouble(2) ?? firstScale, try call.optionalInt(3).map { Int64($0) } ?? Int64(firstZeroPoint),
      tensors[0].type, 2, 3)
    return try quantizedJoin(tensors, try dimension(call, tensors), output, relu: relu, call)
  }

  /// Codes are copied where scale and zero point are the result's, else recomputed (qcat_nhwc_kernel).
  private static func quantizedJoin(
    _ tensors: [Tensor], _ dimension: Int, _ output: OutputQuantization, relu: Bool, _ call: Call
  ) throws(LiteError) -> Tensor {
    try call.require(!tensors.isEmpty, 0, "found an empty list")
    let type = tensors[0].type
    let sizes = try joinedSizes(tensors, dimension, call)
    let result = try Tensor(
      type, sizes, strides: layout(tensors, sizes), in: call.arena,
      quantization: .perTensor(scale: output.scale, zeroPoint: output.zeroPoint))
    try forEachPart(of: result, tensors, dimension) { (part, tensor) throws(LiteError) in
      guard tensor.type == type, case .perTensor(let scale, let zeroPoint) = tensor.quantization else {
        throw call.failure(0, "found \(tensors[0].message) and \(tensor.message), expected tensors of one quantized type")
      }
      if scale == output.scale, zeroPoint == output.zeroPoint, !relu {
        try call.context.copy(tensor, to: part)
        return
      }
      let numbers = try Quantize.dequantize(tensor, call.context)
      if relu {
        let values = numbers.pointer(Float.self)
        for index in 0..<numbers.count { values[index] = max(values[index], 0) }
      }
      try call.context.copy(try Quantize.perTensor(numbers, output, type, call.context), to: part)
    }
    if !relu { call.isFullyPrepared() }
    return result
  }
}

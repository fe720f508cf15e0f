import LiteFormat

extension Session {
  /// The tensors of a result, depth first through tuples, lists and dicts, each dense and in order.
  public func denseTensors(in value: Value) throws(LiteError) -> [Tensor] {
    var result: [Tensor] = []
    try collect(value, 0, &result)
    return result
  }

  private static var maximumDepth: Int { 1000 }

  private func collect(_ value: Value, _ depth: Int, _ result: inout [Tensor]) throws(LiteError) {
    guard depth < Self.maximumDepth else {
      throw LiteError(.limitExceeded, "a result nested more than \(Self.maximumDepth) deep")
    }
    switch value {
    case .tensor(let tensor): result.append(try tensor.contiguous(in: arena))
    case .list(let list): for item in list.items { try collect(item, depth + 1, &result) }
    case .tuple(let tuple): for item in tuple.items { try collect(item, depth + 1, &result) }
    case .dict(let dict): for item in dict.values { try collect(item, depth + 1, &result) }
    default: break
    }
  }
}

extension Tensor {
  /// Copies the elements in order to dense memory. Neither needs to be aligned to the elements.
  public func copyUnaligned(to target: UnsafeMutableRawPointer) {
    if count == 0 { return }
    if isContiguous { return target.copyMemory(from: data, byteCount: byteCount) }
    // Runs of the last dimension, in the order of a counter whose digits are the other dimensions.
    let size = type.size
    let (length, stride) = (sizes[rank - 1], strides[rank - 1] &* size)
    var place = Dimensions(repeating: 0, count: rank)
    var to = target
    for _ in 0..<count / length {
      var from = data
      for dimension in 0..<rank - 1 { from += place[dimension] &* strides[dimension] &* size }
      if stride == size {
        to.copyMemory(from: from, byteCount: length &* size)
      } else {
        for index in 0..<length { (to + index &* size).copyMemory(from: from + index &* stride, byteCount: size) }
      }
      to += length &* size
      var dimension = rank - 2
      while dimension >= 0 {
        place[dimension] += 1
        if place[dimension] < sizes[dimension] { break }
        place[dimension] = 0
        dimension -= 1
      }
    }
  }

  /// Copies the elements to a tensor over memory that a caller bound for output `index`.
  ///
  /// - Throws: `invalidArgument` unless that has the same type, sizes and quantization.
  public func copy(toBound target: Tensor, index: Int) throws(LiteError) {
    guard type == target.type, sizes == target.sizes, quantization.isSame(as: target.quantization) else {
      throw LiteError(
        .invalidArgument,
        "output \(index) is \(message), but was bound to memory of \(target.message)\(type == target.type && sizes == target.sizes ? " of another quantization" : "" as StaticString)"
      )
    }
    try target.copyBytes(from: self)
  }

  /// Says how the codes of a quantized tensor stand for numbers; for inputs.
  ///
  /// - Throws: `invalidInput` for a scale that is not a positive number.
  public func setQuantization(scale: Double, zeroPoint: Int32) throws(LiteError) {
    guard scale.isFinite, scale > 0 else {
      throw LiteError(.invalidInput, "a quantized tensor with a scale that is not a positive number")
    }
    quantization = .perTensor(scale: scale, zeroPoint: zeroPoint)
  }

  /// The same for a scale and zero point for each position along an axis.
  ///
  /// - Throws: `invalidInput` when they are not as many as the axis is long, or a scale is not a positive number.
  public func setQuantization(_ channels: ChannelQuantization) throws(LiteError) {
    guard channels.axis >= 0, channels.axis < rank, channels.scales.count == sizes[channels.axis],
      (channels.floatZeroPoints?.count ?? channels.zeroPoints.count) == channels.scales.count
    else {
      throw LiteError(
        .invalidInput, "\(channels.scales.count) scales along dimension \(channels.axis) of a tensor of \(message)")
    }
    for scale in channels.scales where !(scale.isFinite && scale > 0) {
      throw LiteError(.invalidInput, "a quantized tensor with a scale that is not a positive number")
    }
    quantization = .perChannel(channels)
  }
}

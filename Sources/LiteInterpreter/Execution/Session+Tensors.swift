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
  /// Says how the codes of a quantized tensor stand for numbers; for inputs.
  ///
  /// - Throws: `invalidInput` for a scale that is not a positive number.
  public func setQuantization(scale: Double, zeroPoint: Int32) throws(LiteError) {
    guard scale.isFinite, scale > 0 else {
      throw LiteError(.invalidInput, "a quantized tensor with a scale that is not a positive number")
    }
    quantization = .perTensor(scale: scale, zeroPoint: zeroPoint)
  }
}

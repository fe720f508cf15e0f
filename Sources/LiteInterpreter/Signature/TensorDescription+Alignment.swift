import LiteFormat

extension TensorDescription {
  /// A caller's tensor in the model's order of dimensions, checked against what is declared: names, rank, element
  /// type, fixed sizes. A view of the same memory: nothing is copied.
  ///
  /// - Parameters:
  ///   - tensor: of any strides.
  ///   - order: how the caller names its dimensions (`DimensionOrder`); nil if they are in the model's order.
  ///   - normalizes: whether the tensor is an image of bytes, which `ImageNormalization.apply` will make numbers of.
  /// - Throws: `invalidInput`, with what was found and what is declared.
  public func aligned(_ tensor: Tensor, order: [UInt8]?, normalizes: Bool = false) throws(LiteError) -> Tensor {
    let result = try order.map { (order) throws(LiteError) in try permuted(tensor, order) } ?? tensor
    if let problem = problem(of: result, normalizes: normalizes) { throw problem }
    return result
  }

  private func permuted(_ tensor: Tensor, _ text: [UInt8]) throws(LiteError) -> Tensor {
    guard !dimensions.isEmpty else {
      throw LiteError(.invalidInput, "the model declares no dimension names, so that \(text) has no meaning; leave it out")
    }
    let order = try DimensionOrder(text, declared: dimensions.map { $0.bytes })
    guard order.count == tensor.rank else {
      throw LiteError(.invalidInput, "found \(tensor.message), but \(order.count) names of dimensions: \(text)")
    }
    var result = tensor.permuted(order.sources.filter { $0 >= 0 })
    for (index, source) in order.sources.enumerated() where source < 0 { result = try result.unsqueezed(index) }
    return result
  }

  /// What of a tensor in the model's order is not as declared, or nil.
  public func problem(of tensor: Tensor, normalizes: Bool = false) -> LiteError? {
    func problem(_ what: Message) -> LiteError {
      LiteError(.invalidInput, "\(what) (found \(tensor.message), expected \(message))")
    }
    if normalizes {
      guard normalization != nil else {
        return LiteError(.invalidInput, "the model declares no range, mean and std, so that there is nothing to normalize by")
      }
      guard tensor.type == .uint8 else { return problem("the type is \(tensor.type.name), expected uint8 to normalize") }
    } else if let type, tensor.type != type {
      let advice: Message =
        tensor.type == .uint8 && normalization != nil ? "; to normalize an image of bytes has to be asked for" : ""
      return problem("the type is \(tensor.type.name), expected \(type.name)\(advice)")
    }
    guard let sizes else { return nil }
    guard tensor.rank == sizes.count else { return problem("the rank is \(tensor.rank), expected \(sizes.count)") }
    for index in 0..<sizes.count where sizes[index] >= 0 && sizes[index] != tensor.sizes[index] {
      let dimension: Message = index < dimensions.count ? "\(dimensions[index].bytes)" : "dimension \(index)"
      return problem("\(dimension) is \(tensor.sizes[index]), expected \(sizes[index])")
    }
    return nil
  }
}

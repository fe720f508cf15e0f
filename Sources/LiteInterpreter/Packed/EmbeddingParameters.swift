import LiteFormat

/// `quantized.EmbeddingPackedParamsBase`: a table of rows, 8 or 4 bits an entry, each row with a scale and
/// a float zero point.
public final class EmbeddingParameters: @unchecked Sendable {
  let rows: Int
  let columns: Int
  /// 8 or 4.
  let bits: Int
  /// As in the file.
  let weight: Tensor
  let parameters: ChannelQuantization

  init(weight: Tensor) throws(LiteError) {
    guard weight.rank == 2, case .perChannel(let parameters) = weight.quantization, parameters.axis == 0, weight.isContiguous,
      weight.type == .quint8 || weight.type == .quint4x2
    else {
      throw LiteError(
        .unsupported, "embedding weights of \(weight.message), expected a quint8 or quint4x2 matrix quantized by rows")
    }
    rows = weight.sizes[0]
    columns = weight.sizes[1]
    bits = weight.type == .quint8 ? 8 : 4
    // A tensor of its own: programs can give theirs another shape.
    self.weight = weight.alias
    self.parameters = parameters
  }

  /// From the state in a file: `(version, [weight], [], [bit rate])`.
  convenience init(state: Value) throws(LiteError) {
    guard case .tuple(let tuple) = state, tuple.items.count >= 2, case .list(let tensors) = tuple.items[1],
      let first = tensors.items.first, case .tensor(let weight) = first
    else { throw LiteError(.malformed, "the state of EmbeddingPackedParamsBase is not (version, [weight], ...)") }
    try self.init(weight: weight)
  }
}

import LiteFormat

/// `rnn.CellParamsBase`: the weights of one direction of one layer of a dynamically quantized recurrent
/// network. The packed parameters hold the biases that are used.
public final class RecurrentCellParameters: Sendable {
  /// Input to hidden, hidden to hidden.
  enum Weights: Sendable {
    case quantized(LinearParameters, LinearParameters)
    /// Rounded to half precision.
    case half(HalfLinearParameters, HalfLinearParameters)
  }

  let weights: Weights

  /// From packed parameters of the same kind.
  init(input: Value, hidden: Value) throws(LiteError) {
    switch (input, hidden) {
    case (.linear(let input), .linear(let hidden)): weights = .quantized(input, hidden)
    case (.halfLinear(let input), .halfLinear(let hidden)): weights = .half(input, hidden)
    default:
      throw LiteError(
        .malformed, "recurrent parameters of \(input.typeName) and \(hidden.typeName), expected two packed matrices of one kind")
    }
  }

  /// From the state in a file: `(kind, [tensors], [floats], [ints], [packed parameters])`.
  convenience init(state: Value) throws(LiteError) {
    guard case .tuple(let tuple) = state, tuple.items.count == 5, case .string(let kind) = tuple.items[0],
      case .list(let packed) = tuple.items[4]
    else { throw LiteError(.malformed, "the state of CellParamsBase is not (kind, tensors, floats, ints, packed)") }
    let isKnown = kind.bytes.withUnsafeBufferPointer { isEqual($0, "quantized_dynamic") || isEqual($0, "quantized_fp16") }
    guard isKnown else {
      throw LiteError(
        .unsupported, "recurrent parameters of kind \(kind.bytes); quantized_dynamic and quantized_fp16 are supported")
    }
    guard packed.items.count == 2 else {
      throw LiteError(.malformed, "recurrent parameters with \(packed.items.count) packed matrices, expected 2")
    }
    try self.init(input: packed.items[0], hidden: packed.items[1])
  }
}

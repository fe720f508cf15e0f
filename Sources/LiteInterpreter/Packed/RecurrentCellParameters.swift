import LiteFormat

/// `rnn.CellParamsBase`: the weights of one direction of one layer of a dynamically quantized recurrent
/// network. The packed parameters hold the biases that are used.
public final class RecurrentCellParameters: Sendable {
  /// Input to hidden.
  let input: LinearParameters
  /// Hidden to hidden.
  let hidden: LinearParameters

  init(input: LinearParameters, hidden: LinearParameters) {
    self.input = input
    self.hidden = hidden
  }

  /// From the state in a file: `(kind, [tensors], [floats], [ints], [packed parameters])`.
  convenience init(state: Value) throws(LiteError) {
    guard case .tuple(let tuple) = state, tuple.items.count == 5, case .string(let kind) = tuple.items[0],
      case .list(let packed) = tuple.items[4]
    else { throw LiteError(.malformed, "the state of CellParamsBase is not (kind, tensors, floats, ints, packed)") }
    guard kind.bytes.withUnsafeBufferPointer({ isEqual($0, "quantized_dynamic") }) else {
      throw LiteError(.unsupported, "recurrent parameters of kind \(kind.bytes); quantized_dynamic is supported")
    }
    guard packed.items.count == 2, case .linear(let input) = packed.items[0], case .linear(let hidden) = packed.items[1] else {
      throw LiteError(.malformed, "recurrent parameters without two packed matrices")
    }
    self.init(input: input, hidden: hidden)
  }
}

import CLiteKernels
import LiteFormat

/// `quantized.LinearPackedParamsBase`: weights [N, K] and a bias.
public final class LinearParameters: @unchecked Sendable {
  /// Outputs.
  let outputs: Int
  /// Inputs.
  let inputs: Int
  /// Before packing; nil when no operator of the program asks for it.
  let weight: Tensor?
  let bias: Tensor?
  let packed: PackedWeights

  init(weight: Tensor, bias: Tensor?, _ context: Context) throws(LiteError) {
    guard weight.rank == 2 else { throw LiteError(.malformed, "linear weights of \(weight.message), expected 2 dimensions") }
    guard weight.type == .qint8 else {
      throw LiteError(.unsupported, "linear weights of \(weight.type.name), expected qint8")
    }
    outputs = weight.sizes[0]
    inputs = weight.sizes[1]
    self.weight = context.keepsWeights ? weight.alias : nil
    self.bias = try PackedClasses.checkedBias(bias, outputs, context)
    // A stride of 0 makes many weights of a few bytes.
    try context.spend(weight.count)
    packed = try PackedWeights(
      weight, arrangement: .matrices(groups: 1), channels: outputs, taps: 1, depth: inputs,
      strides: (0, weight.strides[0], 0, weight.strides[1]), channelAxis: 0, kernels: context.kernels.pointee)
  }

  /// Before packing.
  func originalWeight() throws(LiteError) -> Tensor {
    guard let weight else { throw PackedClasses.releasedWeight }
    return PackedClasses.unpacked(weight)
  }
}

import LiteFormat

/// `quantized.LinearPackedParamsBase` whose weights are floats: the half-precision dynamic layer. Weights are
/// rounded to float16 when packed, activations and sums stay float32.
public final class HalfLinearParameters: @unchecked Sendable {
  /// [N, K] float32, each value one that float16 has.
  let weight: Tensor
  let bias: Tensor?

  init(weight original: Tensor, bias: Tensor?, _ context: Context) throws(LiteError) {
    guard original.rank == 2, original.type == .float32 else {
      throw LiteError(.unsupported, "linear weights of \(original.message), expected a matrix of qint8 or float32")
    }
    weight = try original.clone(strides: original.sizes.contiguousStrides(), in: context.arena)
    self.bias = try PackedClasses.checkedBias(bias, original.sizes[0], context)
    let values = weight.pointer(Float.self)
    let largest: Float = 65504
    for index in 0..<weight.count {
      let saturated = min(max(values[index], -largest), largest)
      values[index] = HalfPrecision.toFloat(HalfPrecision.toHalf(saturated))
    }
  }
}

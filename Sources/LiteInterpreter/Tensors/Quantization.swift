import LiteFormat

/// How the codes of a quantized tensor stand for numbers: x = scale * (q - zero point).
public enum Quantization: Sendable {
  case none
  case perTensor(scale: Double, zeroPoint: Int32)
  case perChannel(ChannelQuantization)
}

/// One scale and zero point for each position along an axis.
public final class ChannelQuantization: Sendable {
  public let scales: [Double]
  public let zeroPoints: [Int64]
  public let axis: Int
  /// Zero points that are floats (embeddings): x = scale * q + bias form, `per_channel_affine_float_qparams`.
  public let floatZeroPoints: [Float]?

  public init(scales: [Double], zeroPoints: [Int64], axis: Int, floatZeroPoints: [Float]? = nil) {
    self.scales = scales
    self.zeroPoints = zeroPoints
    self.axis = axis
    self.floatZeroPoints = floatZeroPoints
  }
}

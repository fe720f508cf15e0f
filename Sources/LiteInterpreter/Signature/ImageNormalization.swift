import LiteFormat

/// How the bytes of an image become the numbers that a model was trained with:
///
///     x = (low + (high - low) · byte / 255 - mean[c]) / deviation[c]
///
/// In float32, and in this order, so that range [0, 1] gives the bits of torchvision's `to_tensor` and `normalize`.
/// Never applied unless the caller asks for it.
public struct ImageNormalization: Sendable {
  /// How many channels can have numbers of their own.
  public static let maximumChannels = 16

  /// What bytes 0 and 255 become first.
  public let low: Double
  public let high: Double
  /// One, or one for each channel.
  public let mean: [Double]
  public let deviation: [Double]
  /// The dimension of the channels; nil if all are treated alike.
  let axis: Int?

  /// Numbers for 256 bytes.
  private func table(_ channel: Int) -> [Float] {
    let mean = Float(mean[mean.count == 1 ? 0 : channel])
    let deviation = Float(deviation[deviation.count == 1 ? 0 : channel])
    return (0..<256).map { byte in (Float(low + (high - low) * Double(byte) / 255) - mean) / deviation }
  }

  /// The numbers, in memory of their own.
  public func apply(_ image: Tensor) throws(LiteError) -> Tensor { try apply(image, in: Arena()) }

  /// A dense float32 tensor of the sizes of `image`.
  ///
  /// - Parameter image: bytes in the model's order of dimensions, of any strides.
  /// - Throws: `invalidInput`, `limitExceeded`, `outOfMemory`.
  public func apply(_ image: Tensor, in arena: Arena) throws(LiteError) -> Tensor {
    let result = try Tensor(.float32, image.sizes, in: arena)
    guard let axis else {
      try look(up: image, in: table(0), result)
      return result
    }
    let count = max(mean.count, deviation.count)
    guard image.type == .uint8, axis < image.rank, image.sizes[axis] == count else {
      throw LiteError(.invalidInput, "found \(image.message), expected an image of bytes with \(count) channels")
    }
    for channel in 0..<count {
      try look(up: image.selected(axis, channel), in: table(channel), result.selected(axis, channel))
    }
    return result
  }

  private func look(up bytes: Tensor, in table: [Float], _ output: Tensor) throws(LiteError) {
    if bytes.count == 0 { return }
    let loop = StridedLoop(output.sizes, [output.operand(output.sizes), bytes.operand(output.sizes)])
    let outputStride = loop.innerStride(0)
    let stride = loop.innerStride(1)
    try loop.forEach { (addresses, count) throws(LiteError) in
      for index in 0..<count {
        let byte = (addresses[1]! + index &* stride).load(as: UInt8.self)
        (addresses[0]! + index &* outputStride).storeBytes(of: table[Int(byte)], as: Float.self)
      }
    }
  }
}

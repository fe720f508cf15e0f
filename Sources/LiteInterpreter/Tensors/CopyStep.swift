import CLitePlatform
import LiteFormat

/// Copies elements between two layouts. Operands: source, target.
final class CopyStep: PreparedStep {
  /// As they were when the step was prepared; only their sizes and strides count.
  private let loop: StridedLoop
  private let size: Int
  private let byteCount: Int
  /// Both are dense and in the same order.
  private let isPlain: Bool
  /// Of a copy from a dense tensor to the same sizes with dimension 1 fastest: images, channels, pixels.
  private let channelsLast: (images: Int, channels: Int, pixels: Int)?

  /// - Parameter source: broadcasts to the target's shape; same element size.
  init(_ source: Tensor, _ target: Tensor) {
    size = target.type.size
    byteCount = target.byteCount
    isPlain = source.count == target.count && source.isContiguous && target.isContiguous
    loop = StridedLoop(target.sizes, [target.operand(target.sizes), source.operand(target.sizes)])
    let isTurned = source.sizes == target.sizes && source.isContiguous && target.isChannelsLast && target.rank == 4
    channelsLast = isTurned && size == 1 ? (target.sizes[0], target.sizes[1], target.sizes[2] &* target.sizes[3]) : nil
  }

  override var channelsLastCopy: (images: Int, channels: Int, pixels: Int)? { channelsLast }
  override var work: Int { byteCount }
  override var onlyResult: Int? { 1 }
  override var kernelName: StaticString { "copy" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    if byteCount == 0 { return true }
    if isPlain {
      memmove(operands[1], operands[0], byteCount)
      return true
    }
    let targetStride = loop.innerStride(0)
    let sourceStride = loop.innerStride(1)
    try? loop.placed(operands[1], operands[0]).forEach { (addresses, count) throws(LiteError) in
      Tensor.copyElements(addresses[0]!, targetStride, addresses[1]!, sourceStride, count, size)
    }
    return true
  }
}

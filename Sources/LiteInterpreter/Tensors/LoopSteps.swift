import CLiteKernels
import LiteFormat

/// A kernel's function of one number on every element. Operands: x, y, which may be the same.
final class UnaryLoopStep: PreparedStep {
  private let kernel: lite_unary_loop
  private let parameters: (Double, Double, Double)
  private let loop: StridedLoop
  private let count: Int
  /// Elements of both follow each other in the same order.
  private let isPlain: Bool
  private let sizes: (x: Int, y: Int)

  init(_ kernel: lite_unary_loop, _ parameters: (Double, Double, Double), _ x: Tensor, _ y: Tensor) {
    self.kernel = kernel
    self.parameters = parameters
    count = y.count
    isPlain = x.sizes == y.sizes && x.strides == y.strides && x.isDense
    sizes = (x.type.size, y.type.size)
    loop = StridedLoop(x.sizes, [y.operand(x.sizes), x.operand(x.sizes)])
  }

  private static var grain: Int { 1024 }

  /// Most functions cost several operations an element.
  override var work: Int { 4 &* count }
  override var maximumShares: Int { isPlain ? (count &+ Self.grain &- 1) / Self.grain : 1 }
  override var onlyResult: Int? { 1 }
  override var kernelName: StaticString { "unary_loop" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    if count == 0 { return true }
    var numbers = parameters
    withUnsafePointer(to: &numbers) {
      let doubles = UnsafeRawPointer($0).assumingMemoryBound(to: Double.self)
      if isPlain {
        let range = share.range(of: count, grain: Self.grain)
        kernel(
          operands[1] + range.lowerBound &* sizes.y, sizes.y, operands[0] + range.lowerBound &* sizes.x, sizes.x, range.count,
          doubles)
      } else {
        try? loop.placed(operands[1], operands[0]).forEach { (addresses, count) throws(LiteError) in
          kernel(addresses[0], loop.innerStride(0), addresses[1], loop.innerStride(1), count, doubles)
        }
      }
    }
    return true
  }
}

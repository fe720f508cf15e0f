import CLiteKernels
import LiteFormat

/// A kernel's function of two numbers on every element, which broadcast. Operands: a, b, result, which may be one of them.
final class BinaryLoopStep: PreparedStep {
  private let kernel: lite_binary_loop
  private let parameter: Double
  private let loop: StridedLoop
  private let count: Int
  /// Elements of all three follow each other in the same order.
  private let isPlain: Bool
  private let sizes: (a: Int, b: Int, y: Int)

  init(_ kernel: lite_binary_loop, _ parameter: Double, _ a: Tensor, _ b: Tensor, _ y: Tensor) {
    self.kernel = kernel
    self.parameter = parameter
    count = y.count
    isPlain = y.isDense && a.sizes == y.sizes && b.sizes == y.sizes && a.strides == y.strides && b.strides == y.strides
    sizes = (a.type.size, b.type.size, y.type.size)
    loop = StridedLoop(y.sizes, [y.operand(y.sizes), a.operand(y.sizes), b.operand(y.sizes)])
  }

  private static var grain: Int { 1024 }

  override var work: Int { count }
  override var maximumShares: Int { isPlain ? (count &+ Self.grain &- 1) / Self.grain : 1 }
  override var kernelName: StaticString { "binary_loop" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    if count == 0 { return true }
    var parameter = parameter
    if isPlain {
      let range = share.range(of: count, grain: Self.grain)
      let first = range.lowerBound
      kernel(
        operands[2] + first &* sizes.y, sizes.y, operands[0] + first &* sizes.a, sizes.a, operands[1] + first &* sizes.b, sizes.b,
        range.count, &parameter)
    } else {
      try? loop.placed(operands[2], operands[0], operands[1]).forEach { (addresses, count) throws(LiteError) in
        kernel(
          addresses[0], loop.innerStride(0), addresses[1], loop.innerStride(1), addresses[2], loop.innerStride(2), count,
          &parameter)
      }
    }
    return true
  }
}

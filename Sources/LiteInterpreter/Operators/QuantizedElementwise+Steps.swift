import CLiteKernels
import LiteFormat

/// Work on each of a number of elements alike, which is divided by elements.
class ElementwiseStep: PreparedStep {
  let count: Int
  let kernels: UnsafePointer<lite_kernel_table>

  init(count: Int, _ context: Context) {
    self.count = count
    kernels = context.kernels
  }

  /// Elements that are not divided: a few cache lines.
  private static var grain: Int { 1024 }

  override final var work: Int { count }
  override final var maximumShares: Int { (count &+ Self.grain &- 1) / Self.grain }

  override final func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    run(operands, share.range(of: count, grain: Self.grain))
    return true
  }

  /// Does elements of a range.
  func run(_ operands: StepOperands, _ range: Range<Int>) {}
}

/// Sum of codes in fixed point. Operands: a, b, result.
final class CodesSumStep: ElementwiseStep {
  private let parameters: lite_add_u8

  init(_ parameters: lite_add_u8, count: Int, _ context: Context) {
    self.parameters = parameters
    super.init(count: count, context)
  }

  override var kernelName: StaticString { "add_u8" }

  override func run(_ operands: StepOperands, _ range: Range<Int>) {
    var parameters = parameters
    kernels.pointee.add_u8(
      range.count, operands[0].assumingMemoryBound(to: UInt8.self) + range.lowerBound,
      operands[1].assumingMemoryBound(to: UInt8.self) + range.lowerBound, &parameters,
      operands[2].assumingMemoryBound(to: UInt8.self) + range.lowerBound)
  }
}

/// Product of codes. Operands: a, b, result.
final class CodesProductStep: ElementwiseStep {
  private let parameters: lite_multiply_u8

  init(_ parameters: lite_multiply_u8, count: Int, _ context: Context) {
    self.parameters = parameters
    super.init(count: count, context)
  }

  override var kernelName: StaticString { "multiply_u8" }

  override func run(_ operands: StepOperands, _ range: Range<Int>) {
    var parameters = parameters
    kernels.pointee.multiply_u8(
      range.count, operands[0].assumingMemoryBound(to: UInt8.self) + range.lowerBound,
      operands[1].assumingMemoryBound(to: UInt8.self) + range.lowerBound, &parameters,
      operands[2].assumingMemoryBound(to: UInt8.self) + range.lowerBound)
  }
}

/// Codes through a table of 256. Operands: codes, result, which may be the same.
final class LookupStep: ElementwiseStep {
  private let table: InlineArray<256, UInt8>

  init(_ table: InlineArray<256, UInt8>, count: Int, _ context: Context) {
    self.table = table
    super.init(count: count, context)
  }

  override var kernelName: StaticString { "lookup_u8" }

  override func run(_ operands: StepOperands, _ range: Range<Int>) {
    withUnsafePointer(to: table) {
      kernels.pointee.lookup_u8(
        range.count, operands[0].assumingMemoryBound(to: UInt8.self) + range.lowerBound,
        UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self),
        operands[1].assumingMemoryBound(to: UInt8.self) + range.lowerBound)
    }
  }
}

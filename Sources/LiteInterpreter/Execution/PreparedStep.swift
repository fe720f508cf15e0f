import CLiteKernels
import LiteFormat

/// Where a step works: addresses that its maker numbered. The memory behind them is the caller's, and valid
/// for the sizes that the step was prepared for.
typealias StepOperands = UnsafePointer<UnsafeMutableRawPointer>

/// The part of a step that is done at one time: part `index` of `count`.
struct StepShare {
  let index: Int
  let count: Int
  /// The thread that does it, from 0: whose part of a workspace is used.
  let worker: Int

  static let whole = StepShare(index: 0, count: 1, worker: 0)

  /// This share of `total` things, divided in multiples of `grain`.
  func range(of total: Int, grain: Int = 1) -> Range<Int> {
    let grains = (total &+ grain &- 1) / grain
    let first = grains &* index / count &* grain
    let end = grains &* (index &+ 1) / count &* grain
    return min(first, total)..<min(end, total)
  }
}

/// An operator for given shapes with everything resolved but addresses: geometry, folded biases, scales, tables,
/// kernels. Interpretation makes one and runs it once; a plan keeps it and runs it again and again.
///
/// A step does not change itself while it runs, allocates nothing and cannot fail, so that several threads
/// run its shares at one time. Subclasses are final, one beside each operator that has one.
class PreparedStep {
  /// Multiply-accumulates of one run; 0 where none are counted.
  var multiplyAccumulates: Int { 0 }

  /// What dividing is weighed by: multiply-accumulates, or elements where there are none.
  var work: Int { multiplyAccumulates }

  /// Into how many shares the work can be divided.
  var maximumShares: Int { 1 }

  /// How many shares cost no more than one: smaller ones do some work again that larger ones share.
  var usefulShares: Int { maximumShares }

  /// The kernel that does the work, for profiles.
  var kernelName: StaticString { "" }

  /// Bytes of packed weights that a run reads and that are no operand.
  var weightByteCount: Int { 0 }

  /// Whether the operator has no prepared form, so that a plan executes it again.
  var isExecutedAgain: Bool { false }

  /// The one operand that the step writes, if nothing else shows that it ran: it can be left out when nobody reads that.
  var onlyResult: Int? { nil }

  // MARK: What `StepFusion` looks for

  /// Of a step that quantizes floats to quint8 codes in the same order.
  var codesRule: QuantizationRule? { nil }

  /// Of a step that copies dense bytes to channels-last order.
  var channelsLastCopy: (images: Int, channels: Int, pixels: Int)? { nil }

  /// Does a share of the work.
  ///
  /// - Returns: false when the result would not have the recorded shape, which only `ReexecutedStep` finds.
  func run(_ operands: StepOperands, _ share: StepShare) -> Bool { true }
}

/// Plain data that a prepared step computes once: biases, scales, codes. Aligned for vectors; ends with its owner.
final class StepTable {
  private let memory: UnsafeMutableRawPointer

  /// Elements are not set.
  ///
  /// - Throws: `outOfMemory`, `limitExceeded`.
  init(_ count: Int, stride: Int) throws(LiteError) {
    let size = try Checked.multiply(max(count, 1), stride)
    guard let memory = allocateBytes(size) else {
      throw refusedBytes(size, "a step's tables")
    }
    self.memory = memory
  }

  deinit { freeBytes(memory) }

  /// The first element.
  func pointer<Element>(_: Element.Type = Element.self) -> UnsafeMutablePointer<Element> {
    memory.assumingMemoryBound(to: Element.self)
  }
}

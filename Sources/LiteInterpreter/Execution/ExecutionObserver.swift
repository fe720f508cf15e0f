import LiteFormat

/// One operator, or one step of a plan, that was executed; for profiles.
public struct ExecutedOperator {
  /// `quantized::conv2d.new`; empty for work of no operator.
  public let name: [UInt8]
  /// The kernel that did it, empty where the operator has none of its own.
  public let kernel: StaticString
  /// Taps of convolutions that padding reads are counted, elementwise work is not.
  public let multiplyAccumulates: Int
  /// Of the tensors and packed weights that were read and written.
  public let byteCount: Int
  /// Position in the plan, or in the order of execution when the run was interpreted.
  public let step: Int
  public let execution: Execution
  /// Nanoseconds of a clock that never steps back.
  public let start: UInt64
  public let end: UInt64

  /// How it was executed.
  public enum Execution: Sendable {
    /// By the program's instructions.
    case interpreted
    /// A prepared step of a plan.
    case prepared
    /// A plan's step that executes an operator as such.
    case executedAgain
  }

  public var isInterpreted: Bool { execution == .interpreted }

  /// - Parameter work: what the steps inside of an operator that was executed again did.
  init(
    _ recorded: StepRecorder.Step, _ work: ObservedWork, step: Int, start: UInt64,
    end: UInt64
  ) {
    let isAgain = recorded.step.isExecutedAgain
    name = recorded.schema?.name ?? []
    kernel = isAgain ? work.kernel : recorded.step.kernelName
    multiplyAccumulates = isAgain ? work.multiplyAccumulates : recorded.step.multiplyAccumulates
    execution = isAgain ? .executedAgain : .prepared
    byteCount = recorded.byteCount &+ (isAgain ? work.weightByteCount : recorded.step.weightByteCount)
    self.step = step
    self.start = start
    self.end = end
  }

  init(
    interpreted schema: OperatorSchema, _ byteCount: Int, _ work: ObservedWork, step: Int,
    start: UInt64, end: UInt64
  ) {
    name = schema.name
    kernel = work.kernel
    multiplyAccumulates = work.multiplyAccumulates
    self.byteCount = byteCount &+ work.weightByteCount
    self.step = step
    execution = .interpreted
    self.start = start
    self.end = end
  }
}

/// What the steps of an operator did, which is observed as one.
struct ObservedWork {
  private(set) var kernel: StaticString = ""
  private(set) var multiplyAccumulates = 0
  private(set) var weightByteCount = 0

  /// Adds a step. The operator's kernel is that of its last product, or of its first step when there is none.
  mutating func add(_ step: PreparedStep) {
    let products = step.multiplyAccumulates
    if products > 0 || kernel.utf8CodeUnitCount == 0 { kernel = step.kernelName }
    multiplyAccumulates &+= products
    weightByteCount &+= step.weightByteCount
  }
}

/// A block of a plan's arena: bytes `offset ..< offset + byteCount` are taken from step `firstStep` to `lastStep`.
public struct ArenaBlock {
  public let offset: Int
  public let byteCount: Int
  public let firstStep: Int
  public let lastStep: Int
  /// The operator that writes it first.
  public let operatorName: [UInt8]
}

/// Is told of everything that a session executes. Costs nothing when there is none.
open class ExecutionObserver {
  public init() {}
  /// After an operator or a step, on the thread of the run.
  open func didExecute(_ executed: ExecutedOperator) {}
}

extension OperatorSchema {
  /// `aten::add.Tensor`.
  var name: [UInt8] {
    var length = 0
    while length < declaration.count, declaration[length] != UInt8(ascii: "(") { length += 1 }
    return [UInt8](UnsafeBufferPointer(rebasing: declaration[..<length]))
  }
}

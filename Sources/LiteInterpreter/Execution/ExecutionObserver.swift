import LiteFormat

/// One operator, or one step of a plan, that was executed; for profiles.
public struct ExecutedOperator {
  /// `quantized::conv2d.new`; empty for work of no operator.
  public let name: [UInt8]
  /// The kernel that did it, empty where the operator has none of its own.
  public let kernel: StaticString
  public let multiplyAccumulates: Int
  /// Of the tensors that were read and written.
  public let byteCount: Int
  /// Position in the plan, or in the order of execution when the run was interpreted.
  public let step: Int
  /// Whether the run was interpreted.
  public let isInterpreted: Bool
  /// Nanoseconds of a clock that never steps back.
  public let start: UInt64
  public let end: UInt64

  init(_ recorded: StepRecorder.Step, step: Int, start: UInt64, end: UInt64) {
    name = recorded.schema?.name ?? []
    kernel = recorded.step.kernelName
    multiplyAccumulates = recorded.step.multiplyAccumulates
    byteCount = recorded.byteCount
    self.step = step
    isInterpreted = false
    self.start = start
    self.end = end
  }

  init(
    interpreted schema: OperatorSchema, _ byteCount: Int, _ work: (kernel: StaticString, multiplyAccumulates: Int), step: Int,
    start: UInt64, end: UInt64
  ) {
    name = schema.name
    kernel = work.kernel
    multiplyAccumulates = work.multiplyAccumulates
    self.byteCount = byteCount
    self.step = step
    isInterpreted = true
    self.start = start
    self.end = end
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

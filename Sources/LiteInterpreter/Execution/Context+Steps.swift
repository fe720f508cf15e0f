import LiteFormat

/// What a step works on.
enum StepOperand {
  /// From the first element on.
  case tensor(Tensor)
  /// The start of a block of the arena that holds nothing after the operator.
  case scratch(UnsafeMutableRawPointer)

  var address: UnsafeMutableRawPointer {
    switch self {
    case .tensor(let tensor): tensor.data
    case .scratch(let memory): memory
    }
  }

  static func scratch<Element>(_ memory: UnsafeMutablePointer<Element>) -> StepOperand {
    .scratch(UnsafeMutableRawPointer(memory))
  }
}

extension Context {
  /// Runs a step now, on all threads of the session, and has it recorded when a plan is being made.
  @inline(never)
  ///
  /// - Throws: `limitExceeded` before it, if the run may not do that much.
  func perform(_ step: PreparedStep, _ operands: [StepOperand]) throws(LiteError) {
    try arena.budget.spend(step.work)
    var addresses: [UnsafeMutableRawPointer] = []
    addresses.reserveCapacity(operands.count)
    for operand in operands { addresses.append(operand.address) }
    addresses.withUnsafeBufferPointer { _ = run(step, $0.baseAddress!) }
    recorder?.add(step, operands)
    if observer != nil { observedWork.add(step) }
  }

  /// What steps did since this was asked last.
  func takeWork() -> ObservedWork {
    let work = observedWork
    observedWork = ObservedWork()
    return work
  }

  /// Copies elements between layouts, as a step.
  func copy(_ source: Tensor, to target: Tensor) throws(LiteError) {
    try perform(CopyStep(source, target), [.tensor(source), .tensor(target)])
  }

  /// Whether a tensor holds the same in every run of the plan that is being made, so that work on it alone can be done
  /// once.
  func isConstant(_ tensor: Tensor) -> Bool { recorder?.isConstant(tensor) ?? false }

  /// Runs all shares of a step.
  @inline(__always)
  func run(_ step: PreparedStep, _ operands: StepOperands) -> Bool {
    guard let threads else { return step.run(operands, .whole) }
    return threads.run(step, operands)
  }

  /// Threads that a step may use at most; scratch memory is made for each.
  var threadCount: Int { threads?.count ?? 1 }
}

extension Call {
  /// Says that this execution did all its work through `Context.perform`, so that a plan need not execute the
  /// operator again. An operator says so on each path for which it is true, before it returns. Shared drivers
  /// (`Pointwise.binary`, `UnaryApplication`) say so for their callers: what a caller does besides must be steps too.
  func isFullyPrepared() { context.recorder?.isPrepared = true }
}

import LiteFormat

extension Context {
  /// Runs a step now, on all threads of the session, and has it recorded when a plan is being made.
  ///
  /// - Parameters:
  ///   - tensors: whose first elements are the step's first operands, in order.
  ///   - scratch: memory that holds nothing before and after; the operands that follow.
  @inline(never)
  func perform(_ step: PreparedStep, _ tensors: [Tensor], scratch: [UnsafeMutableRawPointer] = []) {
    var operands: [UnsafeMutableRawPointer] = []
    operands.reserveCapacity(tensors.count + scratch.count)
    for tensor in tensors { operands.append(tensor.data) }
    for memory in scratch { operands.append(memory) }
    operands.withUnsafeBufferPointer { _ = run(step, $0.baseAddress!) }
    recorder?.add(step, tensors, scratch)
  }

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
  /// operator again. An operator says so on each path for which it is true, before it returns.
  func isFullyPrepared() { context.recorder?.isPrepared = true }
}

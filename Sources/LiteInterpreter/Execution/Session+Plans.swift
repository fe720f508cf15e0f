import LiteFormat

/// Recording runs and doing them again: docs/plans.md.
extension Session {
  /// Runs the plan for such inputs.
  ///
  /// - Returns: nil when there is none, or when it does not hold: the run must be interpreted.
  func replay(_ function: Int, _ inputs: [Value]) throws(LiteError) -> Value? {
    guard let plan = plans.find(function, inputs, stateVersion: context.arena.stateVersion) else { return nil }
    let byteCount = plan.layout.byteCount
    try plans.checkCallersMemory(byteCount)
    if plans.memoryByteCount < byteCount, context.arena.availableBytes < byteCount { return nil }
    guard let memory = plans.prepareMemory(byteCount) else { return nil }
    if let result = try plan.run(inputs, memory, context, observer) {
      plans.replayCount &+= 1
      mayHoldInputs = !plan.isOwnResult
      return result
    }
    // Memory that was refused is not the plan's fault.
    try context.stop.check()
    plans.remove(plan)
    plans.noteFailure(function)
    return nil
  }

  /// Interprets a run and makes a plan of it if it can be one.
  func record(_ function: Int, _ inputs: [Value]) throws(LiteError) -> Value {
    guard plans.mayRecord(function), let signature = PlanSignature(function, inputs) else {
      return try interpret(function, inputs)
    }
    let recorder = StepRecorder(inputs, context)
    let stateVersion = context.arena.stateVersion
    context.recorder = recorder
    context.arena.recorder = recorder
    defer {
      context.recorder = nil
      context.arena.recorder = nil
      // After an error it has the arguments of the operator that failed, which have it.
      recorder.fail()
    }
    let result = try interpret(function, inputs)
    try context.stop.check()
    guard recorder.isRecording, context.arena.stateVersion == stateVersion,
      let plan = try Plan(recorder, signature, result, stateVersion: stateVersion, context)
    else {
      plans.noteFailure(function)
      return result
    }
    // A plan for whose tables there was no memory is not kept.
    try context.stop.check()
    try plans.checkCallersMemory(plan.layout.byteCount)
    plans.add(plan)
    // From now on tensors lie in the plans' memory.
    context.arena.trim()
    return result
  }

  // MARK: Memory

  /// Bytes that the arena of the plans needs: known after the first run with given shapes, and taken from the system
  /// by the second.
  public var planByteCount: Int { plans.requiredByteCount }

  /// Puts the arena of the plans in memory of the caller's, who keeps it valid until the session ends or is given other
  /// memory. A run whose plan needs more ends with status `outOfMemory`, the first already. No bytes: the session
  /// takes its own memory again.
  ///
  /// - Throws: `invalidArgument` for memory that is not aligned to 64 bytes.
  public func usePlanMemory(_ bytes: UnsafeMutableRawBufferPointer) throws(LiteError) {
    let misalignment = Int(bitPattern: bytes.baseAddress) % Arena.alignment
    guard misalignment == 0 else {
      throw LiteError(
        .invalidArgument, "an arena that lies \(misalignment) bytes behind a multiple of \(Arena.alignment), expected 0")
    }
    plans.useMemory(bytes)
  }

  // MARK: Figures

  /// How many runs were done by a plan.
  public var replayCount: Int { plans.replayCount }

  /// Of the plan that ran last, or was made last; nil when there is none.
  public var planFigures: PlanFigures? { plans.latest?.figures }

  /// The blocks of that plan's arena.
  public var planBlocks: [ArenaBlock] {
    var blocks: [ArenaBlock] = []
    plans.latest?.forEachBlock { blocks.append($0) }
    return blocks
  }
}

/// What a plan is made of.
public struct PlanFigures: Sendable {
  public let stepCount: Int
  /// Steps that execute an operator again because it has no prepared form.
  public let executedAgain: Int
  /// Bytes of the arena.
  public let byteCount: Int
  /// The largest sum of tensors that are in use at one time: no arena could be smaller.
  public let lowerBound: Int
}

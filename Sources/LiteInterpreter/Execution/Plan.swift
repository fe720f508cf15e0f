import CLitePlatform
import LiteFormat

/// One run of a method, written down: steps with fixed arguments and places in memory. Running a plan
/// interprets nothing, allocates nothing and takes no lock; it gives the bits that interpretation gives.
/// How plans are made and when they end: docs/plans.md.
final class Plan {
  private struct Step {
    let step: Unmanaged<PreparedStep>
    let firstOperand: Int32
    let operandCount: Int32
  }

  /// Where an operand lies: at `offset` from `bases[region]`. Region 0 starts at address 0 and is for constants,
  /// region 1 is the arena, then come the inputs, then the outputs.
  private struct Operand {
    let region: Int32
    let offset: Int
  }

  private static var arenaRegion: Int { 1 }
  private static var firstInput: Int { 2 }

  let signature: PlanSignature
  /// The module's state that the plan was made for.
  let stateVersion: Int
  /// What the plan asks of the arena.
  let layout: ArenaLayout
  /// Each block with its step, for figures.
  let blocks: [ArenaLayout.Block]

  private let recorded: [StepRecorder.Step]
  private let steps: UnsafeMutablePointer<Step>
  private let operands: UnsafeMutablePointer<Operand>
  private let bases: UnsafeMutablePointer<Int>
  /// Of the step that runs.
  private let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let regionCount: Int
  private let constants: [Storage]
  private let result: PlanResult
  /// Whether results share nothing with the inputs.
  let isOwnResult: Bool
  private let outputSizes: [Int]
  /// Results that were handed out; two, so that a program may feed one run's result to the next.
  private var kept: [KeptResult] = []
  private static var maximumKept: Int { 2 }

  /// - Returns: nil when the recorded run cannot be done again from its steps.
  init?(_ recorder: StepRecorder, _ signature: PlanSignature, _ value: Value, stateVersion: Int, _ context: Context)
    throws(LiteError)
  {
    guard recorder.isRecording else { return nil }
    var reader = PlanResultReader(recorder)
    guard let result = reader.read(value) else { return nil }
    let outputs = reader.outputs
    self.signature = signature
    self.stateVersion = stateVersion
    self.result = result
    isOwnResult = result.isOwn
    let recorded = StepFusion.run(recorder, results: outputs, context)
    self.recorded = recorded
    constants = recorder.kept
    outputSizes = outputs.map { recorder.blocks[$0].byteCount }

    // A block is in use from the first to the last step that touches it.
    var first = [Int](repeating: -1, count: recorder.blocks.count)
    var last = first
    for (index, step) in recorded.enumerated() {
      for operand in step.operands {
        guard case .block(let block) = recorder.operands[operand].region else { continue }
        if first[block] < 0 { first[block] = index }
        last[block] = index
      }
    }
    var places = [Int](repeating: -1, count: recorder.blocks.count)
    var blocks: [ArenaLayout.Block] = []
    for block in recorder.blocks.indices where first[block] >= 0 && reader.positions[block] < 0 {
      places[block] = blocks.count
      blocks.append(.init(byteCount: recorder.blocks[block].byteCount, first: first[block], last: last[block]))
    }
    let layout = try ArenaLayout(blocks)
    self.blocks = blocks
    self.layout = layout

    let inputCount = recorder.inputs.count
    regionCount = Self.firstInput + inputCount + outputs.count
    var total = 0
    var most = 1
    for step in recorded {
      total += step.operands.count
      most = max(most, step.operands.count)
    }
    steps = .allocate(capacity: recorded.count)
    operands = .allocate(capacity: total)
    bases = .allocate(capacity: regionCount)
    bases.initialize(repeating: 0, count: regionCount)
    var next = 0
    for (index, step) in recorded.enumerated() {
      (steps + index).initialize(
        to: Step(
          step: Unmanaged.passUnretained(step.step), firstOperand: Int32(next), operandCount: Int32(step.operands.count)))
      for position in step.operands {
        let operand = recorder.operands[position]
        let place: Operand
        switch operand.region {
        case .constant: place = Operand(region: 0, offset: operand.offset)
        case .input(let input): place = Operand(region: Int32(Self.firstInput + input), offset: operand.offset)
        case .block(let block):
          if reader.positions[block] >= 0 {
            place = Operand(region: Int32(Self.firstInput + inputCount + reader.positions[block]), offset: operand.offset)
          } else {
            place = Operand(region: Int32(Self.arenaRegion), offset: layout.offsets[places[block]] + operand.offset)
          }
        }
        (operands + next).initialize(to: place)
        next += 1
      }
    }
    addresses = .allocate(capacity: most)
  }

  deinit {
    steps.deallocate()
    operands.deallocate()
    bases.deallocate()
    addresses.deallocate()
  }

  var figures: PlanFigures {
    var executedAgain = 0
    for step in recorded where step.step.isExecutedAgain { executedAgain += 1 }
    return PlanFigures(
      stepCount: recorded.count, executedAgain: executedAgain, byteCount: layout.byteCount, lowerBound: layout.lowerBound)
  }

  /// Whether the plan was made for such a call. Takes note of where the inputs lie.
  func matches(_ function: Int, _ inputs: [Value]) -> Bool { signature.matches(function, inputs, bases + Self.firstInput) }

  /// Runs all steps on the inputs that `matches` was called with.
  ///
  /// - Parameters:
  ///   - memory: at least `layout.byteCount` bytes, aligned to `Arena.alignment`.
  /// - Returns: the result, or nil when an operator's result would have another shape than was recorded: then nothing
  ///   that the caller can see has changed.
  func run(
    _ inputs: [Value], _ memory: UnsafeMutableRawPointer, _ context: Context, _ observer: ExecutionObserver?
  ) throws(LiteError) -> Value? {
    bases[Self.arenaRegion] = Int(bitPattern: memory)
    guard isOwnResult else {
      let storages = try makeStorages(context)
      place(storages.map { Int(bitPattern: $0.base) })
      guard try runSteps(context, observer) else { return nil }
      var tensors: [Tensor] = []
      for input in inputs { _ = PlanSignature.collect(input, &tensors, 0) }
      return try result.make(tensors, storages)
    }
    let index = try freeResult(context)
    place(kept[index].bases)
    guard try runSteps(context, observer) else { return nil }
    return kept[index].current
  }

  private func place(_ outputs: [Int]) {
    let first = regionCount - outputs.count
    for index in outputs.indices { bases[first + index] = outputs[index] }
  }

  private func makeStorages(_ context: Context) throws(LiteError) -> [Storage] {
    var storages: [Storage] = []
    for size in outputSizes { storages.append(try Storage(size, in: context.arena)) }
    return storages
  }

  /// A kept result that nobody holds, or a new one in place of the older.
  private func freeResult(_ context: Context) throws(LiteError) -> Int {
    for index in kept.indices { if kept[index].isFree() { return index } }
    if kept.count == Self.maximumKept { kept.removeFirst() }
    let storages = try makeStorages(context)
    let value = try result.make([], storages)
    kept.append(KeptResult(value, storages))
    return kept.count - 1
  }

  private func runSteps(_ context: Context, _ observer: ExecutionObserver?) throws(LiteError) -> Bool {
    if let observer { return try runSteps(context, observing: observer) }
    for index in 0..<recorded.count {
      try context.stop.check()
      guard runStep(index, context) else { return false }
    }
    return true
  }

  @inline(__always)
  private func runStep(_ index: Int, _ context: Context) -> Bool {
    let step = steps[index]
    let first = operands + Int(step.firstOperand)
    for operand in 0..<Int(step.operandCount) {
      let place = first[operand]
      addresses[operand] = UnsafeMutableRawPointer(bitPattern: bases[Int(place.region)] &+ place.offset)!
    }
    return step.step._withUnsafeGuaranteedRef { context.run($0, addresses) }
  }

  private func runSteps(_ context: Context, observing observer: ExecutionObserver) throws(LiteError) -> Bool {
    for index in 0..<recorded.count {
      try context.stop.check()
      let start = lite_clock_nanoseconds()
      guard runStep(index, context) else { return false }
      let end = lite_clock_nanoseconds()
      observer.didExecute(ExecutedOperator(recorded[index], context.takeWork(), step: index, start: start, end: end))
    }
    return true
  }

  /// The arena's blocks, for figures.
  func forEachBlock(_ body: (ArenaBlock) -> Void) {
    for index in blocks.indices {
      let schema = recorded[blocks[index].first].schema
      body(
        ArenaBlock(
          offset: layout.offsets[index], byteCount: blocks[index].byteCount, firstStep: blocks[index].first,
          lastStep: blocks[index].last, operatorName: schema?.name ?? []))
    }
  }
}

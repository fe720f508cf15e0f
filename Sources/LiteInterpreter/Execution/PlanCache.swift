import LiteFormat

/// The plans of a session, the one used last first, and the memory that they share.
struct PlanCache {
  private var plans: [Plan] = []
  /// How many are kept: inputs of a few shapes alternate.
  private static var maximumPlans: Int { 8 }
  /// Methods of which recordings failed, and how often: they are interpreted.
  private var failures: [(function: Int, count: Int)] = []
  private static var maximumFailures: Int { 3 }
  /// Runs that were done by a plan.
  var replayCount = 0

  /// The arena: all plans use the same memory, one at a time.
  private(set) var memory: UnsafeMutableRawPointer?
  private(set) var memoryByteCount = 0
  private var isOwnMemory = false
  private var isCallersMemory: Bool { memory != nil && !isOwnMemory }

  /// Bytes that the largest of the plans asks for.
  var requiredByteCount: Int { plans.reduce(0) { max($0, $1.layout.byteCount) } }

  var latest: Plan? { plans.first }

  /// The plan for such a call, which becomes the latest.
  mutating func find(_ function: Int, _ inputs: [Value], stateVersion: Int) -> Plan? {
    for index in plans.indices where plans[index].stateVersion == stateVersion && plans[index].matches(function, inputs) {
      var position = index
      while position > 0 {
        plans.swapAt(position, position - 1)
        position -= 1
      }
      return plans[0]
    }
    return nil
  }

  /// Keeps a plan; the one used longest ago goes.
  mutating func add(_ plan: Plan) {
    plans.removeAll { $0.stateVersion != plan.stateVersion }
    if plans.count == Self.maximumPlans { plans.removeLast() }
    plans.insert(plan, at: 0)
  }

  mutating func remove(_ plan: Plan) { plans.removeAll { $0 === plan } }

  /// Whether recording a run of a method is worth while.
  func mayRecord(_ function: Int) -> Bool {
    for failure in failures where failure.function == function { return failure.count < Self.maximumFailures }
    return true
  }

  /// A run of a method gave no plan, or its plan did not hold.
  mutating func noteFailure(_ function: Int) {
    for index in failures.indices where failures[index].function == function {
      failures[index].count += 1
      return
    }
    failures.append((function, 1))
  }

  /// Memory for a plan of this many bytes; nil when there is none.
  mutating func prepareMemory(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    if let memory, memoryByteCount >= byteCount { return memory }
    let size = max(byteCount, requiredByteCount)
    releaseMemory()
    guard let larger = allocateBytes(size) else { return nil }
    memory = larger
    memoryByteCount = size
    isOwnMemory = true
    return larger
  }

  /// Throws when the caller's arena is too small for a plan of this many bytes.
  func checkCallersMemory(_ byteCount: Int) throws(LiteError) {
    guard !isCallersMemory || byteCount <= memoryByteCount else {
      throw LiteError(
        .outOfMemory, "the caller's arena has \(memoryByteCount) bytes, runs with inputs of these shapes need \(byteCount)")
    }
  }

  /// Uses the caller's memory from now on; no bytes: none.
  mutating func useMemory(_ bytes: UnsafeMutableRawBufferPointer) {
    releaseMemory()
    guard bytes.count > 0 else { return }
    memory = bytes.baseAddress
    memoryByteCount = bytes.count
  }

  mutating func releaseMemory() {
    if isOwnMemory, let memory { freeBytes(memory) }
    memory = nil
    memoryByteCount = 0
    isOwnMemory = false
  }
}

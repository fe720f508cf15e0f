import LiteFormat

/// The functions of a program with their operators found. Immutable; shared by all sessions.
final class Linkage: @unchecked Sendable {
  struct LinkedFunction {
    let instructions: UnsafeMutablePointer<Instruction>
    /// nil for an operator that this build does not have.
    let operators: [LinkedOperator?]
    /// Values that a call pushes.
    let argumentCount: Int
    /// Values that one call of the function holds at most, in registers and on the stack.
    let frameSize: Int
  }

  let functions: [LinkedFunction]
  /// Each missing operator once, with its overload.
  let missing: [Function.OperatorReference]
  /// Whether an operator may ask for weights as they were before packing (`quantized::conv2d_unpack`).
  let unpacksWeights: Bool

  /// - Parameter problems: receives all that the verifier of stack and registers finds.
  /// - Throws: the first of these.
  init(_ program: Program, _ problems: ProblemList) throws(LiteError) {
    var parts = Parts()
    do throws(LiteError) {
      for function in program.functions { try parts.add(function, of: program, problems) }
    } catch {
      // What a class has before all of it is there does not end by `deinit`.
      for function in parts.functions { function.instructions.deallocate() }
      throw error
    }
    functions = parts.functions
    missing = parts.missing
    unpacksWeights = parts.unpacksWeights
    try problems.throwFirst()
  }

  /// What is linked so far.
  private struct Parts {
    var functions: [LinkedFunction] = []
    var missing: [Function.OperatorReference] = []
    var unpacksWeights = false
    private var seen = ReferenceTable()
    private var budget = StackVerifier.budget
    private let stop = StopSignal.current

    mutating func add(_ function: Function, of program: Program, _ problems: ProblemList) throws(LiteError) {
      var operators: [LinkedOperator?] = []
      for reference in function.operators {
        try stop.check()
        operators.append(try find(reference, program))
      }
      let count = function.instructions.count
      let instructions = UnsafeMutablePointer<Instruction>.allocate(capacity: count)
      for index in 0..<count { (instructions + index).initialize(to: function.instructions[index]) }
      let shape = StackVerifier(
        function, of: program, instructions: instructions, operators: operators, budget: &budget, problems)
      functions.append(
        LinkedFunction(
          instructions: instructions, operators: operators, argumentCount: shape.argumentCount, frameSize: shape.frameSize))
    }

    private mutating func find(_ reference: Function.OperatorReference, _ program: Program) throws(LiteError) -> LinkedOperator? {
      if let earlier = seen.find(reference) { return earlier.linked }
      let found = OperatorRegistry.find(
        program.names.bytes(reference.name), program.names.bytes(reference.overload), fileVersion: program.fileVersion)
      var linked: LinkedOperator?
      if let found {
        linked = try LinkedOperator(found, argumentCount: reference.argumentCount)
        if program.names.hasSuffix(reference.name, "_unpack") { unpacksWeights = true }
      } else {
        // Each once, whatever number of arguments it is called with.
        var plain = reference
        plain.argumentCount = -1
        if seen.find(plain) == nil {
          missing.append(plain)
          seen.add(plain, nil)
        }
      }
      if seen.find(reference) == nil { seen.add(reference, linked) }
      return linked
    }
  }

  deinit { for function in functions { function.instructions.deallocate() } }

  /// `aten::add.Tensor`.
  func name(_ reference: Function.OperatorReference, _ names: NameTable) -> Message {
    var text = Message(bytes: names.bytes(reference.name))
    let overload = names.bytes(reference.overload)
    if !overload.isEmpty {
      text.bytes.append(46)
      text.bytes += overload
    }
    return text
  }

  /// The error for executing an operator that is not there; it lists all that are not.
  func missingOperator(_ reference: Function.OperatorReference, _ names: NameTable) -> LiteError {
    var list = Message()
    for (index, other) in missing.enumerated() {
      if index > 0 { list.appendStatic(", ") }
      list.bytes += name(other, names).bytes
    }
    return LiteError(
      .missingOperator,
      "operator \(name(reference, names)) is not in this build; \(missing.count) of this model's operators are missing: \(list)\(OperatorSelection.note)"
    )
  }
}

/// Operators that code refers to, found by name, overload and number of arguments.
private struct ReferenceTable {
  private var entries: [(reference: Function.OperatorReference, linked: LinkedOperator?)] = []
  /// Position plus one; 0 is empty. A power of two, at most half full.
  private var slots = [Int32](repeating: 0, count: 256)

  func find(_ reference: Function.OperatorReference) -> (reference: Function.OperatorReference, linked: LinkedOperator?)? {
    var slot = hash(reference) & (slots.count - 1)
    while slots[slot] != 0 {
      let entry = entries[Int(slots[slot]) - 1]
      if entry.reference == reference { return entry }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  mutating func add(_ reference: Function.OperatorReference, _ linked: LinkedOperator?) {
    entries.append((reference, linked))
    if entries.count * 2 > slots.count {
      slots = [Int32](repeating: 0, count: slots.count * 2)
      for index in entries.indices { place(index) }
    } else {
      place(entries.count - 1)
    }
  }

  private mutating func place(_ index: Int) {
    var slot = hash(entries[index].reference) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(truncatingIfNeeded: index + 1)
  }

  private func hash(_ reference: Function.OperatorReference) -> Int {
    KeyedHash.of(
      UInt64(UInt32(bitPattern: reference.name.id)) << 32 | UInt64(UInt32(bitPattern: reference.overload.id)),
      UInt64(UInt32(bitPattern: reference.argumentCount)))
  }
}

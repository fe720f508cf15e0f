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
    var functions: [LinkedFunction] = []
    var missing: [Function.OperatorReference] = []
    var unpacksWeights = false
    var known: [(reference: Function.OperatorReference, linked: LinkedOperator)] = []
    for function in program.functions {
      var operators: [LinkedOperator?] = []
      for reference in function.operators {
        if let earlier = known.first(where: { $0.reference == reference }) {
          operators.append(earlier.linked)
          continue
        }
        let found = OperatorRegistry.find(
          program.names.bytes(reference.name), program.names.bytes(reference.overload), fileVersion: program.fileVersion)
        guard let found else {
          operators.append(nil)
          let isListed = missing.contains { $0.name == reference.name && $0.overload == reference.overload }
          if !isListed { missing.append(reference) }
          continue
        }
        let linked = try LinkedOperator(found, argumentCount: reference.argumentCount)
        known.append((reference, linked))
        if program.names.hasSuffix(reference.name, "_unpack") { unpacksWeights = true }
        operators.append(linked)
      }
      let count = function.instructions.count
      let instructions = UnsafeMutablePointer<Instruction>.allocate(capacity: count)
      for index in 0..<count { (instructions + index).initialize(to: function.instructions[index]) }
      let shape = StackVerifier(function, of: program, instructions: instructions, operators: operators, problems)
      functions.append(
        LinkedFunction(
          instructions: instructions, operators: operators, argumentCount: shape.argumentCount, frameSize: shape.frameSize))
    }
    self.functions = functions
    self.missing = missing
    self.unpacksWeights = unpacksWeights
    try problems.throwFirst()
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
      "operator \(name(reference, names)) is not in this build; \(missing.count) of this model's operators are missing: \(list)\(OperatorSelection.note)")
  }
}

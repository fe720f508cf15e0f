/// Checks decoded functions once, before anything runs.
///
/// Guarantee, for every function of a program that passed: each register operand lies in 1...registerCount
/// (and registerCount is bounded); each operator, constant, type, function and jump operand lies in its
/// table; every path ends in RET or RAISE_EXCEPTION and none runs past the last instruction; constants that
/// name methods are strings. The VM relies on this and does not check it again.
///
/// What depends on values is checked while running: the kinds of operands, the height of the stack (the
/// length of a tuple that is unpacked is not known before), attribute slots.
struct Verifier {
  let graph: PickleGraph
  let names: NameTable

  /// No function that PyTorch wrote came near it.
  private static let maximumRegisters = 1 << 20

  func verify(_ function: borrowing Function) throws(LiteError) {
    guard (0...Self.maximumRegisters).contains(function.registerCount) else {
      throw problem(function, 0, "\(function.registerCount) registers, at most \(Self.maximumRegisters) are allowed")
    }
    guard !function.instructions.isEmpty else { throw problem(function, 0, "no instructions") }
    for index in 0..<function.instructions.count { try verify(function.instructions[index], at: index, in: function) }
  }

  private func verify(_ instruction: Instruction, at index: Int, in function: borrowing Function) throws(LiteError) {
    let x = Int(instruction.x)
    let n = Int(instruction.n)
    switch instruction.opcode {
    case .load, .move, .store, .dropr: try verify(x, 1...max(function.registerCount, 0) + 1, "register", index, function)
    case .storen:
      guard n > 0, x >= 1, x - 1 <= function.registerCount - n else {
        throw problem(function, index, "registers \(x) to \(x + n - 1) of \(function.registerCount)")
      }
    case .op, .opn: try verify(x, 0...function.operators.count, "operator", index, function)
    case .loadc: try verify(x, 0...function.constants.count, "constant", index, function)
    case .interfaceCall:
      try verify(x, 0...function.constants.count, "constant", index, function)
      guard graph.kind(function.constants[x]) == .string else {
        throw problem(function, index, "constant \(x) is \(graph.kind(function.constants[x]).name), expected a method name")
      }
      guard n >= 1 else { throw problem(function, index, "an interface call without an object") }
    case .listConstruct, .namedTupleConstruct, .createObject: try verify(x, 0...function.types.count, "type", index, function)
    case .dictConstruct:
      try verify(x, 0...function.types.count, "type", index, function)
      guard n % 2 == 0 else { throw problem(function, index, "a dict of \(n) keys and values") }
    case .isinstance:
      guard x >= 0, n <= function.types.count - x else {
        throw problem(function, index, "types \(x) to \(x + n - 1) of \(function.types.count)")
      }
    case .jf, .jmp, .loop:
      let target = index + x
      guard target >= 0, target < function.instructions.count else {
        throw problem(function, index, "a jump to \(target) of \(function.instructions.count) instructions")
      }
      if instruction.opcode == .loop, n < 2 { throw problem(function, index, "a loop over \(n) values, expected at least 2") }
    case .getAttr, .setAttr: try verify(x, 0...1 << 20, "attribute", index, function)
    case .listUnpack, .tupleConstruct, .format, .tupleSlice:
      guard x >= 0, x < 1 << 20 else { throw problem(function, index, "operand \(x)") }
    case .call: throw problem(function, index, "a CALL, which does not occur in files")
    default: break
    }
    let falls = instruction.opcode != .ret && instruction.opcode != .jmp && instruction.opcode != .raiseException
    if falls, index == function.instructions.count - 1 { throw problem(function, index, "the code runs past its end") }
  }

  /// - Parameter range: from the first valid operand to the one after the last.
  private func verify(
    _ operand: Int, _ range: ClosedRange<Int>, _ what: StaticString, _ index: Int, _ function: borrowing Function
  ) throws(LiteError) {
    guard operand >= range.lowerBound, operand < range.upperBound else {
      throw problem(function, index, "\(what) \(operand), valid are \(range.lowerBound) to \(range.upperBound - 1)")
    }
  }

  private func problem(_ function: borrowing Function, _ index: Int, _ what: Message) -> LiteError {
    LiteError(.malformed, "bytecode.pkl, method \(names.bytes(function.name)), instruction \(index): \(what)")
  }
}

/// Checks decoded functions once, before anything runs: everything that the file alone decides.
///
/// Guarantee, for every function of a program that passed:
/// - each register operand lies in 1...registerCount, and registerCount is bounded;
/// - each operator, constant, type and jump operand lies in its table;
/// - counts of values that an instruction takes or gives are in range, those of dicts even, those of named tuples the
///   number of fields; types that are made objects or named tuples of are such types;
/// - the name of a method that is called is a str;
/// - each attribute that is read is one that some object of the file has or some instruction sets;
/// - no path leaves the code but by RET or RAISE_EXCEPTION.
///
/// `StackVerifier`, which knows the operators, goes on from there: arguments, stack heights, registers that are read
/// before they are set. The VM relies on both. What depends on values is left to it: the kinds of operands, which
/// class an object has and whether that has the method, how long a tuple or list is that is unpacked. (That no class
/// at all has a method is no error here: `__getstate__` methods of PyTorch 1.6 call those of built-in classes.)
public struct Verifier {
  private let code: PickleGraph
  private let names: NameTable
  private let problems: ProblemList
  /// More attributes than any object of the file can have.
  private var attributeCount = 0

  /// No function that PyTorch wrote came near these.
  private static let maximumRegisters = 1 << 16
  private static let maximumOperands = 1 << 16
  /// Of one object.
  public static let maximumAttributes = 1 << 16

  /// - Parameters:
  ///   - code: the graph of `bytecode.pkl`.
  ///   - data: the graph of `data.pkl`.
  ///   - problems: receives all that is found.
  static func verify(
    _ functions: [Function], code: PickleGraph, data: PickleGraph, names: NameTable, _ problems: ProblemList
  ) {
    var verifier = Verifier(code: code, names: names, problems: problems)
    verifier.countAttributes(functions, data)
    for function in functions where !problems.isFull { verifier.verify(function) }
  }

  private init(code: PickleGraph, names: NameTable, problems: ProblemList) {
    self.code = code
    self.names = names
    self.problems = problems
  }

  private mutating func countAttributes(_ functions: [Function], _ data: PickleGraph) {
    for function in functions {
      for instruction in function.instructions where instruction.opcode == .setAttr {
        attributeCount = max(attributeCount, Int(instruction.x) + 1)
      }
    }
    for node in data.nodes where node.kind == .object {
      let state = data.children[Int(node.first)]
      if data.kind(state) == .dict { attributeCount = max(attributeCount, data.count(state) / 2) }
    }
  }

  private func verify(_ function: Function) {
    guard (0...Self.maximumRegisters).contains(function.registerCount) else {
      return report(function, 0, "\(function.registerCount) registers, at most \(Self.maximumRegisters) are allowed")
    }
    guard !function.instructions.isEmpty else { return report(function, 0, "no instructions") }
    for (index, instruction) in function.instructions.enumerated() where !problems.isFull { verify(instruction, index, function) }
  }

  private func verify(_ instruction: Instruction, _ index: Int, _ function: Function) {
    let x = Int(instruction.x)
    let n = Int(instruction.n)
    switch instruction.opcode {
    case .op, .opn: inTable(x, function.operators.count, "operator", index, function)
    case .load, .move, .store, .dropr: registers(x, 1, index, function)
    case .storen: registers(x, n, index, function)
    case .loadc: inTable(x, function.constants.count, "constant", index, function)
    case .interfaceCall:
      if inTable(x, function.constants.count, "constant", index, function) { method(function.constants[x], index, function) }
      if n < 1 { report(function, index, "a method call without an object") }
    case .jf, .jmp, .loop:
      let target = index + x
      if target < 0 || target >= function.instructions.count {
        report(function, index, "a jump to \(target) of \(function.instructions.count) instructions")
      }
      if instruction.opcode == .loop, n < 2 { report(function, index, "a loop over \(n) values, expected at least 2") }
    case .getAttr: inTable(x, attributeCount, "attribute", index, function)
    case .setAttr: inTable(x, Self.maximumAttributes, "attribute", index, function)
    case .listConstruct: inTable(x, function.types.count, "type", index, function)
    case .dictConstruct:
      inTable(x, function.types.count, "type", index, function)
      if n % 2 != 0 { report(function, index, "a dict of \(n) keys and values") }
    case .namedTupleConstruct, .createObject: inTable(x, function.types.count, "type", index, function)
    case .isinstance:
      if x < 0 || n > function.types.count - x {
        report(function, index, "types \(x) to \(x + n - 1) of \(function.types.count)")
      }
    case .listUnpack, .tupleConstruct, .format, .tupleSlice: inTable(x, Self.maximumOperands, "count", index, function)
    case .call: report(function, index, "a CALL, which does not occur in files")
    default: break
    }
    let falls = instruction.opcode != .ret && instruction.opcode != .jmp && instruction.opcode != .raiseException
    if falls, index == function.instructions.count - 1 { report(function, index, "the code runs past its end") }
  }

  @discardableResult
  private func inTable(_ operand: Int, _ count: Int, _ what: StaticString, _ index: Int, _ function: Function) -> Bool {
    if operand >= 0, operand < count { return true }
    report(function, index, "\(what) \(operand) of \(count)")
    return false
  }

  private func registers(_ first: Int, _ count: Int, _ index: Int, _ function: Function) {
    if count < 1 || first < 1 || first - 1 > function.registerCount - count {
      report(function, index, "registers \(first) to \(first + count - 1) of 1 to \(function.registerCount)")
    }
  }

  private func method(_ constant: PickleGraph.Index, _ index: Int, _ function: Function) {
    guard code.kind(constant) == .string else {
      return report(function, index, "a constant of kind \(code.kind(constant).name), expected the name of a method")
    }
  }

  private func report(_ function: Function, _ index: Int, _ what: Message) {
    problems.add(LiteError(.malformed, "bytecode.pkl, method \(names.bytes(function.name)), instruction \(index): \(what)"))
  }
}

/// All that verification finds in one file, so that it can be told at once.
public final class ProblemList {
  /// In the order they were found; after the first hundred no more are kept.
  public private(set) var errors: [LiteError] = []

  private static let maximumCount = 100

  public init() {}

  /// Whether no more are kept.
  public var isFull: Bool { errors.count >= Self.maximumCount }

  public func add(_ error: LiteError) { if !isFull { errors.append(error) } }

  /// - Throws: the first problem, if there is one.
  public func throwFirst() throws(LiteError) { if let first = errors.first { throw first } }
}

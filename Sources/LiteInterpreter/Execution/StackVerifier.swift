import LiteFormat

/// Follows every path of a function through the value stack and the registers: the part of verification that needs the
/// operators' declarations. It goes on where `Verifier` of LiteFormat ends.
///
/// Guarantee, for every function of a program that passed, when it is entered with `argumentCount` values:
/// - every instruction finds the values on the stack that it takes, above those of the callers;
/// - where paths meet, the stack has the same height on all;
/// - registers and stack of one frame together never hold more than `frameSize` values;
/// - no register is read that was not set on every path before, or was moved or dropped since;
/// - every operator gets the arguments of its declaration: those that the code leaves out have defaults.
///
/// The VM does not check these again. What it checks, because values decide it: the kinds of operands, that the method
/// of an object's class takes as many arguments as the call gives, that an attribute is there, and that a tuple or list
/// that is unpacked has the length that the code expects. For `prim::TupleUnpack` the file does not say that length: it
/// is the number of registers that a following STOREN fills, else 1 (PyTorch stores several results at once, and leaves
/// a single one on the stack for its user). It is noted as the instruction's N.
///
/// Operators that this build lacks end a path, since executing one is an error, and so does `prim::RaiseException`: what
/// older files have behind it leaves the stack at any height. What only lies behind them stays unchecked, and never runs.
struct StackVerifier {
  /// Values on the stack when the function is entered.
  private(set) var argumentCount = 0
  /// Values that a frame can hold: registers, and the stack at its highest.
  var frameSize: Int { function.registerCount + 1 + highest }

  private let program: Program
  private let function: Function
  private let instructions: UnsafeMutablePointer<Instruction>
  private let operators: [LinkedOperator?]
  private let problems: ProblemList
  /// What holds at each instruction that jumps lead to; position 0 for others.
  private var stateIndex: [Int32]
  private var states: [State] = []
  private var pending: [Int] = []
  private var highest = 0
  /// How much may still be computed: code can be made to be slow to check.
  private var budget: Int
  private let stop = StopSignal.current

  /// What the functions of one program may take together.
  static let budget = 1 << 26

  private struct State {
    var height: Int
    /// Bit r % 64 of word r / 64: register r is set.
    var registers: [UInt64]
    var wasReached = false
  }

  /// Checks one function.
  ///
  /// - Parameters:
  ///   - instructions: of the function; the lengths of unpacked tuples are entered.
  ///   - operators: nil for those that are missing.
  ///   - budget: what is left of `StackVerifier.budget`, and then is.
  ///   - problems: receives what is found.
  init(
    _ function: Function, of program: Program, instructions: UnsafeMutablePointer<Instruction>, operators: [LinkedOperator?],
    budget: inout Int, _ problems: ProblemList
  ) {
    self.budget = budget
    self.program = program
    self.function = function
    self.instructions = instructions
    self.operators = operators
    self.problems = problems
    stateIndex = [Int32](repeating: 0, count: function.instructions.count)
    argumentCount = entryCount
    highest = argumentCount
    var state = State(height: argumentCount, registers: [UInt64](repeating: 0, count: (function.registerCount + 64) / 64))
    states.append(state)
    for (index, instruction) in function.instructions.enumerated() {
      switch instruction.opcode {
      case .jf, .jmp, .loop:
        let target = index + Int(instruction.x)
        if stateIndex[target] == 0 {
          stateIndex[target] = Int32(truncatingIfNeeded: states.count)
          states.append(State(height: 0, registers: []))
        }
      default: break
      }
    }
    var position: Int? = 0
    while let start = position, isSound {
      // Position 0 is entered from outside, and may be a target too.
      if states[Int(stateIndex[start])].wasReached { state = states[Int(stateIndex[start])] }
      follow(from: start, &state)
      position = pending.popLast()
    }
    budget = self.budget
  }

  private var isSound = true

  /// The declaration says how many arguments there are; code without one stores them first.
  private var entryCount: Int {
    if let schema = function.schema { return schema.arguments.count }
    switch instructions[0].opcode {
    case .storen: return Int(instructions[0].n)
    case .store: return 1
    default: return 0
    }
  }

  // MARK: Paths

  /// Follows the code until it ends or joins what is known already.
  private mutating func follow(from start: Int, _ state: inout State) {
    var index = start
    var isFirst = true
    while isSound {
      // A join: go on with what all paths to it have in common, if that is news.
      if stateIndex[index] != 0, !isFirst || index == 0 && !states[Int(stateIndex[0])].wasReached {
        guard merge(state, at: index) else { return }
        state = states[Int(stateIndex[index])]
      }
      isFirst = false
      budget -= 1
      guard budget > 0, !stop.isRaised else { return report(index, "the code takes too long or too much memory to verify") }
      let instruction = instructions[index]
      let x = Int(instruction.x)
      switch instruction.opcode {
      case .op, .opn: guard callOperator(instruction, index, &state) else { return }
      case .load: if read(x, index, state) { apply(0, 1, index, &state) }
      case .move:
        if read(x, index, state) { apply(0, 1, index, &state) }
        state.registers[x / 64] &= ~(1 << UInt64(x % 64))
      case .dropr: state.registers[x / 64] &= ~(1 << UInt64(x % 64))
      case .store, .storen:
        let count = instruction.opcode == .store ? 1 : Int(instruction.n)
        apply(count, 0, index, &state)
        budget -= count
        for register in x..<x + count { state.registers[register / 64] |= 1 << UInt64(register % 64) }
      case .jf:
        apply(1, 0, index, &state)
        branch(state, to: index + x)
      case .jmp:
        index += x
        continue
      case .loop:
        apply(Int(instruction.n) + 1, Int(instruction.n) + 1, index, &state)
        var left = state
        left.height -= 3
        branch(left, to: index + x)
      case .ret, .raiseException: return apply(instruction.opcode == .ret ? 1 : 2, 0, index, &state)
      default:
        let (taken, given) = instruction.effect
        apply(taken, given, index, &state)
      }
      index += 1
    }
  }

  /// Enters what holds on one path to a join. True if that changed what holds there.
  private mutating func merge(_ state: State, at index: Int) -> Bool {
    let position = Int(stateIndex[index])
    guard states[position].wasReached else {
      states[position] = state
      states[position].wasReached = true
      budget -= state.registers.count
      return true
    }
    guard states[position].height == state.height else {
      report(index, "the stack has \(states[position].height) values on one path and \(state.height) on another")
      return false
    }
    var isChanged = false
    for word in 0..<state.registers.count {
      let common = states[position].registers[word] & state.registers[word]
      if common != states[position].registers[word] {
        states[position].registers[word] = common
        isChanged = true
      }
    }
    budget -= state.registers.count
    return isChanged
  }

  private mutating func branch(_ state: State, to target: Int) {
    if isSound, merge(state, at: target) { pending.append(target) }
  }

  // MARK: Instructions

  private mutating func apply(_ taken: Int, _ given: Int, _ index: Int, _ state: inout State) {
    guard state.height >= taken else {
      return report(index, "\(taken) values are taken from a stack of \(state.height)")
    }
    state.height += given - taken
    highest = max(highest, state.height)
    if highest > Interpreter.maximumValues { report(index, "\(highest) values on the stack") }
  }

  private mutating func read(_ register: Int, _ index: Int, _ state: State) -> Bool {
    if state.registers[register / 64] >> UInt64(register % 64) & 1 != 0 { return true }
    report(index, "register \(register) is read before it is set")
    return false
  }

  /// False when the path ends here.
  private mutating func callOperator(_ instruction: Instruction, _ index: Int, _ state: inout State) -> Bool {
    guard let linked = operators[Int(instruction.x)] else { return false }
    let schema = linked.schema
    var taken = linked.specifiedCount
    if schema.isVariadic {
      taken = instruction.opcode == .opn ? Int(instruction.n) : min(taken, state.height)
    } else if let missing = linked.missingArgument {
      let declaration = Message(bytes: [UInt8](schema.declaration))
      report(index, "\(declaration): argument \(schema.text(schema.arguments[missing].name)) is not given and has no default")
    }
    var given = schema.returnCount
    if given < 0 {
      given = storedCount(after: index)
      instructions[index].n = Int32(truncatingIfNeeded: given)
    }
    // Defaults are on the stack too while the operator runs.
    highest = max(highest, state.height + schema.arguments.count)
    apply(taken, given, index, &state)
    return !program.names.matches(function.operators[Int(instruction.x)].name, "prim::RaiseException")
  }

  /// How many results of this instruction the code expects where the declaration does not say.
  private func storedCount(after index: Int) -> Int {
    guard index + 1 < function.instructions.count, instructions[index + 1].opcode == .storen else { return 1 }
    return Int(instructions[index + 1].n)
  }

  private mutating func report(_ index: Int, _ what: Message) {
    isSound = false
    problems.add(
      LiteError(
        .malformed, "bytecode.pkl, method \(program.names.bytes(function.name)), instruction \(index): \(what)"))
  }
}

extension Instruction {
  /// How many values an instruction takes from the stack and puts there; for those whose effect does not depend on
  /// operators or paths. The table is at `Opcode`.
  fileprivate var effect: (taken: Int, given: Int) {
    switch opcode {
    case .loadc, .createObject, .uninitialized: (0, 1)
    case .drop: (1, 0)
    case .interfaceCall, .listConstruct, .namedTupleConstruct, .dictConstruct: (Int(n), 1)
    case .tupleConstruct, .format: (Int(x), 1)
    case .listUnpack: (1, Int(x))
    case .setAttr, .warn: (2, 0)
    case .getAttr, .tupleSlice, .isinstance, .uncheckedCast, .not, .device, .dtype, .dim, .isCuda, .numToTensor: (1, 1)
    case .tupleIndex, .dictIndex, .is, .isNot: (2, 1)
    case .toList: (3, 1)
    // The others have an effect of their own, or do not occur.
    default: (0, 0)
    }
  }
}

import CLitePlatform
import LiteFormat

/// The virtual machine: runs one function, and what it calls, to its end.
///
/// One value stack for all frames, and registers for each frame. Operands of instructions, and the height of the
/// stack on all paths, were checked by `Verifier` and `StackVerifier`; what depends on values is checked here.
final class Interpreter {
  private let program: Program
  private let linkage: Linkage
  private let context: Context
  /// Constants of each function, as this session sees them.
  private let constants: [[Value]]
  private var stack = ValueStack()
  private var callers: [Frame] = []
  private var frame: Frame
  /// Backward jumps and calls that may still be taken.
  /// What is left of the limit.
  private(set) var stepsLeft: Int
  private let stepLimit: Int
  /// Operators that the observer was told of.
  private var executed = 0

  /// Calls that may be nested.
  private let callDepth: Int
  /// Values that the registers of all frames hold.
  private var registersInUse = 0

  /// Values in the registers and on the stacks of all frames, 16 bytes each.
  static let maximumValues = 1 << 20

  /// Arguments and items of them that are looked at for an observer.
  private static var maximumReported: Int { 10_000 }

  struct Frame {
    let function: Int
    let instructions: UnsafePointer<Instruction>
    let registers: UnsafeMutablePointer<Value>
    let registerCount: Int
    /// Height of the stack below this frame's arguments.
    let bottom: Int
    var position = 0
  }

  /// - Parameter stepLimit: how many backward jumps and calls the program may take; a program without
  ///   either ends by itself.
  init(program: Program, linkage: Linkage, context: Context, constants: [[Value]], stepLimit: Int, callDepth: Int) {
    self.callDepth = callDepth
    stepsLeft = stepLimit
    self.stepLimit = stepLimit
    self.program = program
    self.linkage = linkage
    self.context = context
    self.constants = constants
    frame = Frame(
      function: 0, instructions: linkage.functions[0].instructions, registers: .allocate(capacity: 0), registerCount: 0, bottom: 0
    )
  }

  deinit {
    leave()
    while let caller = callers.popLast() {
      frame = caller
      leave()
    }
  }

  private func leave() {
    registersInUse -= frame.registerCount
    frame.registers.deinitialize(count: frame.registerCount)
    frame.registers.deallocate()
  }

  /// Runs a function on its arguments.
  ///
  /// - Throws: what operators throw, with the operator, the method and the instruction put before it.
  func run(_ function: Int, _ arguments: [Value]) throws(LiteError) -> Value {
    for argument in arguments { stack.push(argument) }
    try enter(function, argumentCount: arguments.count)
    do throws(LiteError) {
      return try execute()
    } catch {
      let name = program.names.bytes(program.functions[frame.function].name)
      if error.status == .exceptionRaised { throw error }
      throw error.at("\(name), instruction \(frame.position)")
    }
  }

  /// Where the run has come to; where it failed, after it has. nil outside of all functions.
  var place: ExecutionPlace? {
    guard !callers.isEmpty else { return nil }
    let function = program.functions[frame.function]
    let instruction = function.instructions[frame.position]
    var name = Message()
    if instruction.opcode == .op || instruction.opcode == .opn {
      name = linkage.name(function.operators[Int(instruction.x)], program.names)
    }
    return ExecutionPlace(
      method: program.names.bytes(function.name), instruction: frame.position, operatorName: name.bytes)
  }

  private func enter(_ function: Int, argumentCount: Int) throws(LiteError) {
    guard callers.count < callDepth else { throw Limits.exceeded("calls are nested deep", callDepth, "callDepth") }
    let linked = linkage.functions[function]
    guard argumentCount == linked.argumentCount else {
      throw LiteError(
        .invalidProgram,
        "method \(program.names.bytes(program.functions[function].name)) is called with \(argumentCount) arguments, expected \(linked.argumentCount)"
      )
    }
    guard linked.frameSize <= Self.maximumValues - registersInUse - stack.count else {
      throw Limits.exceeded("nested calls hold many values", Self.maximumValues, "of values on stack and in registers")
    }
    try takeStep(over: program.functions[function].instructions.count)
    callers.append(frame)
    let count = program.functions[function].registerCount + 1
    let registers = UnsafeMutablePointer<Value>.allocate(capacity: count)
    registers.initialize(repeating: .uninitialized, count: count)
    registersInUse += count
    frame = Frame(
      function: function, instructions: linkage.functions[function].instructions, registers: registers, registerCount: count,
      bottom: stack.count - argumentCount)
  }

  /// `StackVerifier` has made sure that the value is there.
  private func pop() -> Value {
    need(1)
    return stack.pop()
  }

  /// States, and checks in debug builds, what `StackVerifier` guarantees.
  private func need(_ count: Int) {
    assert(count >= 0 && stack.count - frame.bottom >= count, "the verifier passed code that it must not")
  }

  private func popBool() throws(LiteError) -> Bool {
    let value = pop()
    guard case .bool(let flag) = value else { throw LiteError(.invalidProgram, "found \(value.typeName), expected bool") }
    return flag
  }

  private func popObject() throws(LiteError) -> ObjectValue {
    let value = pop()
    guard case .object(let object) = value else {
      throw LiteError(.invalidProgram, "found \(value.typeName), expected an object")
    }
    return object
  }

  private func popTensor() throws(LiteError) -> Tensor {
    let value = pop()
    guard case .tensor(let tensor) = value else { throw LiteError(.invalidProgram, "found \(value.typeName), expected Tensor") }
    return tensor
  }

  // MARK: The loop

  private func execute() throws(LiteError) -> Value {
    while true {
      try context.stop.check()
      let instruction = frame.instructions[frame.position]
      let x = Int(instruction.x)
      let n = Int(instruction.n)
      var step = 1
      switch instruction.opcode {
      case .op: try call(x, n, isCounted: false)
      case .opn: try call(x, n, isCounted: true)
      case .load: stack.push(frame.registers[x])
      case .move:
        stack.push(frame.registers[x])
        frame.registers[x] = .uninitialized
      case .store: frame.registers[x] = pop()
      case .storen:
        need(n)
        for index in 0..<n { frame.registers[x + n - 1 - index] = stack.pop() }
      case .drop: _ = pop()
      case .dropr: frame.registers[x] = .uninitialized
      case .loadc: stack.push(constants[frame.function][x])
      case .jf:
        if try !popBool() {
          step = x
          if x <= 0 { try takeStep(over: -x) }
        }
      case .jmp:
        step = x
        if x <= 0 { try takeStep(over: -x) }
      case .loop:
        step = try loop(valueCount: n + 1) ? 1 : x
        if step <= 0 { try takeStep(over: -step) }
      case .ret:
        let result = pop()
        stack.truncate(to: frame.bottom)
        leave()
        frame = callers.removeLast()
        if callers.isEmpty { return result }
        stack.push(result)
        continue
      case .interfaceCall:
        try interfaceCall(x, argumentCount: n)
        continue
      case .getAttr: stack.push(try attribute(of: try popObject(), x))
      case .setAttr:
        let value = pop()
        try setAttribute(of: try popObject(), x, value)
      case .raiseException: throw try raise()
      default: try construct(instruction, x, n)
      }
      frame.position += step
    }
  }

  /// Pays for instructions that may be executed again: between them code runs straight on, and ends.
  private func takeStep(over instructions: Int) throws(LiteError) {
    stepsLeft -= 1 + instructions >> 6
    if stepsLeft < 0 { throw Limits.exceeded("backward jumps and calls", stepLimit, "steps") }
  }

  /// See LOOP in `Opcode`: [trip, maximum, condition, carried…]. True: the body runs once more.
  private func loop(valueCount: Int) throws(LiteError) -> Bool {
    need(valueCount)
    let first = stack.count - valueCount
    guard case .int(let trip) = stack[first], case .int(let maximum) = stack[first + 1],
      case .bool(let condition) = stack[first + 2]
    else { throw LiteError(.invalidProgram, "a loop whose counters are not int, int and bool") }
    if trip < maximum, condition {
      stack[first] = .int(trip &+ 1)
      stack[first + 2] = .int(trip)
      return true
    }
    stack.remove(3, at: first)
    return false
  }

  private func attribute(of object: ObjectValue, _ slot: Int) throws(LiteError) -> Value {
    guard slot < object.slots.count else {
      throw LiteError(.invalidProgram, "attribute \(slot) of an object with \(object.slots.count) attributes")
    }
    return object.slots[slot]
  }

  private func setAttribute(of object: ObjectValue, _ slot: Int, _ value: Value) throws(LiteError) {
    context.arena.stateVersion &+= 1
    SessionState.adopt(value)
    if value.isContainer { context.containers.add(object) }
    if slot > object.slots.count { try context.spend(slot - object.slots.count) }
    while object.slots.count <= slot { object.slots.append(.uninitialized) }
    object.slots[slot] = value
  }

  private func interfaceCall(_ constant: Int, argumentCount: Int) throws(LiteError) {
    need(argumentCount)
    guard case .object(let object) = stack[stack.count - argumentCount],
      case .string(let name) = constants[frame.function][constant]
    else { throw LiteError(.invalidProgram, "a method call on something that is not an object") }
    let function = name.bytes.withUnsafeBufferPointer { program.method($0, of: object.className) }
    guard let function else {
      throw LiteError(.invalidProgram, "class \(program.names.bytes(object.className)) has no method \(name.bytes) in the file")
    }
    // The callee returns to the instruction after this one.
    frame.position += 1
    try enter(function, argumentCount: argumentCount)
  }

  private func raise() throws(LiteError) -> LiteError {
    _ = pop()  // class name
    let message = pop()
    if case .string(let text) = message { return LiteError(.exceptionRaised, Message(bytes: text.bytes)) }
    return LiteError(.exceptionRaised, "the program raised an exception")
  }

  // MARK: Operators

  /// - Parameters:
  ///   - count: of the arguments of a variadic operator, if `isCounted`; of the results of one whose declaration does
  ///     not say it (`StackVerifier` has put it there).
  private func call(_ index: Int, _ count: Int, isCounted: Bool) throws(LiteError) {
    guard let linked = linkage.functions[frame.function].operators[index] else {
      throw linkage.missingOperator(program.functions[frame.function].operators[index], program.names)
    }
    let schema = linked.schema
    // Before version 6 nothing says how many arguments a variadic operator gets; the declaration's count is a bound.
    // (Bounded in both cases: what the verifier has proved is not relied on where a mistake would reach other memory.)
    let specified =
      schema.isVariadic ? min(isCounted ? count : linked.specifiedCount, stack.count - frame.bottom) : linked.specifiedCount
    need(specified)
    if !schema.isVariadic, specified < schema.arguments.count { try fillDefaults(linked) }
    let total = schema.isVariadic ? specified : schema.arguments.count
    let call = Call(context: context, schema: schema, arguments: stack.top(total))
    if linked.readArguments != 0 { try context.spend(elementsOf: call.arguments, linked.readArguments) }
    if linked.writtenArguments != 0 { noteWrites(linked, call.arguments) }
    context.recorder?.begin(linked, call.arguments)
    let start = context.observer == nil ? 0 : lite_clock_nanoseconds()
    let result: Value
    do throws(LiteError) {
      result = try linked.body(call)
    } catch {
      let reference = program.functions[frame.function].operators[index]
      throw error.status == .exceptionRaised ? error : error.at(linkage.name(reference, program.names))
    }
    if let observer = context.observer { report(linked, call.arguments, result, start, observer) }
    context.recorder?.end(linked, call.arguments, result)
    stack.truncate(to: stack.count - total)
    if schema.returnCount == 1 {
      return stack.push(result)
    }
    var results: [Value] = []
    if case .tuple(let tuple) = result { results = tuple.items }
    let expected = schema.returnCount < 0 ? count : schema.returnCount
    guard results.count == expected else {
      throw LiteError(.operatorFailed, "Expected \(expected) elements in a tuple but found \(results.count)")
    }
    for value in results { stack.push(value) }
  }

  /// Tells the observer of an operator that was executed.
  private func report(
    _ linked: LinkedOperator, _ arguments: UnsafeMutableBufferPointer<Value>, _ result: Value, _ start: UInt64,
    _ observer: ExecutionObserver
  ) {
    let end = lite_clock_nanoseconds()
    var walk = ValueWalk()
    walk.add([result])
    walk.add([Value](arguments))
    var (tensorCount, byteCount, visits) = (0, 0, 0)
    while visits < Self.maximumReported, let value = walk.next() {
      visits += 1
      guard case .tensor(let tensor) = value else { continue }
      tensorCount += 1
      byteCount &+= tensor.byteCount
    }
    guard tensorCount > 0 else { return }
    observer.didExecute(
      ExecutedOperator(interpreted: linked.schema, byteCount, context.takeWork(), step: executed, start: start, end: end))
    executed += 1
  }

  /// Lists, dicts and tensors of the module that an operator is about to change end the plans that rely on them.
  private func noteWrites(_ linked: LinkedOperator, _ arguments: UnsafeMutableBufferPointer<Value>) {
    for (index, argument) in arguments.enumerated() where linked.writes(index) {
      switch argument {
      case .list(let list):
        if holdsContainers(arguments, besides: index) { context.containers.add(list) }
        if list.isState { noteStateChange(arguments) }
        context.recorder?.noteWrite(to: list)
      case .dict(let dict):
        if holdsContainers(arguments, besides: index) { context.containers.add(dict) }
        if dict.isState { noteStateChange(arguments) }
      case .tensor(let tensor) where tensor.storage.isState: context.arena.stateVersion &+= 1
      default: break
      }
    }
  }

  /// A list or dict of the module is about to be changed: containers that it may take in become the module's. A tensor need
  /// not: without the mark its memory is of unknown origin, and no plan relies on it.
  private func noteStateChange(_ arguments: UnsafeMutableBufferPointer<Value>) {
    context.arena.stateVersion &+= 1
    for argument in arguments {
      if case .tensor = argument { continue }
      SessionState.adopt(argument)
    }
  }

  /// Whether some argument besides one is a container: it may be put into that one.
  private func holdsContainers(_ arguments: UnsafeMutableBufferPointer<Value>, besides written: Int) -> Bool {
    for index in 0..<arguments.count where index != written && arguments[index].isContainer { return true }
    return false
  }

  /// Pushes the defaults of arguments that the code leaves out; trailing `out` arguments stay on top.
  private func fillDefaults(_ linked: LinkedOperator) throws(LiteError) {
    let schema = linked.schema
    var outs: [Value] = []
    for _ in 0..<min(schema.outCount, linked.specifiedCount) { outs.append(stack.pop()) }
    for position in linked.specifiedCount - outs.count..<schema.arguments.count - schema.outCount {
      guard let value = schema.arguments[position].defaultValue else {
        let declaration = Message(bytes: [UInt8](schema.declaration))
        throw LiteError(
          .invalidProgram,
          "\(declaration): argument \(schema.text(schema.arguments[position].name)) is not given and has no default")
      }
      stack.push(value.value)
    }
    while let out = outs.popLast() { stack.push(out) }
  }

  /// An instruction reads elements: no plan, unless they are always the same.
  private func noteRead(_ tensor: Tensor) {
    if let recorder = context.recorder, !recorder.isKnown(tensor) { recorder.fail() }
  }

  /// A value is made into text, with the elements of its tensors. Containers in containers are not searched for them.
  private func noteRead(_ value: Value, isItem: Bool = false) {
    switch value {
    case .tensor(let tensor): noteRead(tensor)
    case .list(let list) where !isItem: for item in list.items { noteRead(item, isItem: true) }
    case .list, .tuple, .dict: context.recorder?.fail()
    default: break
    }
  }

  /// The instructions that build and take apart values.
  private func construct(_ instruction: Instruction, _ x: Int, _ n: Int) throws(LiteError) {
    try context.arena.budget.spend(instruction.opcode == .tupleConstruct || instruction.opcode == .listUnpack ? x : n)
    switch instruction.opcode {
    case .listConstruct:
      need(n)
      let type = program.types[program.functions[frame.function].types[x]]
      let element = type.kind == .list && !type.children.isEmpty ? program.types[type.children[0]].kind : .any
      stack.push(.list(ListValue(stack.pop(n), of: element)))
    case .tupleConstruct:
      need(x)
      stack.push(.tuple(TupleValue(stack.pop(x))))
    case .namedTupleConstruct:
      need(n)
      let type = program.types[program.functions[frame.function].types[x]]
      try context.spend(type.fields.count)
      stack.push(.tuple(TupleValue(stack.pop(n), fields: type.fields.map { program.names.bytes($0) })))
    case .dictConstruct:
      need(n)
      let items = stack.pop(n)
      let dict = DictValue()
      var index = 0
      while index < items.count {
        try dict.set(items[index], items[index + 1])
        index += 2
      }
      stack.push(.dict(dict))
    case .createObject:
      let type = program.types[program.functions[frame.function].types[x]]
      stack.push(.object(ObjectValue(className: type.name)))
    case .isinstance:
      let value = pop()
      var check = TypeCheck(program.types)
      var matches = false
      for type in program.functions[frame.function].types[x..<x + n] where !matches { matches = try check.holds(value, type) }
      try context.spend(check.itemCount)
      stack.push(.bool(matches))
    case .listUnpack:
      let value = pop()
      guard case .list(let list) = value else { throw LiteError(.invalidProgram, "found \(value.typeName), expected List") }
      guard list.items.count == x else {
        throw LiteError(.operatorFailed, "Expected \(x) elements in a list but found \(list.items.count)")
      }
      for item in list.items { stack.push(item) }
    case .tupleSlice:
      guard case .tuple(let tuple) = pop(), x + n <= tuple.items.count else {
        throw LiteError(.invalidProgram, "a slice that is not in the tuple")
      }
      stack.push(.tuple(TupleValue([Value](tuple.items[x..<x + n]))))
    default: try promoted(instruction.opcode, x, n)
    }
  }

  /// Operators that became instructions in bytecode version 8; older files call them by name.
  private func promoted(_ opcode: Opcode, _ x: Int, _ n: Int) throws(LiteError) {
    switch opcode {
    case .tupleIndex:
      let index = pop()
      stack.push(try PromotedOperators.tupleIndex(pop(), index))
    case .dictIndex:
      let key = pop()
      stack.push(try PromotedOperators.dictIndex(pop(), key))
    case .uncheckedCast: break
    case .is, .isNot:
      let b = pop()
      let same = PromotedOperators.isSame(pop(), b)
      stack.push(.bool(opcode == .is ? same : !same))
    case .not: stack.push(.bool(try !popBool()))
    case .uninitialized: stack.push(.uninitialized)
    case .format:
      need(x)
      for index in 0..<x { noteRead(stack[stack.count - x + index]) }
      stack.push(try PromotedOperators.format(stack.pop(x), context.growth))
    case .device:
      _ = try popTensor()
      stack.push(.device(StringValue("cpu")))
    case .dtype: stack.push(.int(Int64(try popTensor().type.rawValue)))
    case .dim: stack.push(.int(Int64(try popTensor().rank)))
    case .isCuda:
      _ = try popTensor()
      stack.push(.bool(false))
    case .toList:
      let kind = pop()
      let dimensions = pop()
      let tensor = try popTensor()
      noteRead(tensor)
      stack.push(try PromotedOperators.toList(tensor, dimensions, kind, context))
    case .numToTensor:
      let tensor = try PromotedOperators.numToTensor(pop(), context)
      context.recorder?.setConstant(tensor)
      stack.push(.tensor(tensor))
    case .warn:
      // The program's own warnings have no reader on a board.
      need(2)
      _ = stack.pop(2)
    default: throw LiteError(.invalidProgram, "an instruction that files do not have")
    }
  }
}

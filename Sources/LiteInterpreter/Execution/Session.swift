import CLiteKernels
import LiteFormat

/// One user of a model: its memory, and its copy of what the program may change. Used by one thread at a
/// time; sessions of one model are independent of each other.
public final class Session {
  public let model: Model
  let context: Context
  private var root: Value
  private var constants: [[Value]]
  private var limits: Limits
  /// Where the session's memory comes from: the scope that it was made in, or one of its own.
  public let scope: AllocationScope
  var plans = PlanCache()
  /// Told of every operator and step that is executed; nil costs nothing.
  public var observer: ExecutionObserver? { didSet { context.observer = observer } }
  private var failurePlace: ExecutionPlace?
  /// Whether runs are recorded and replayed; false interprets every run. The results are the same.
  public var usesPlans = true
  /// Whether the last run may have changed its inputs, or something may hold them: the module's state, the result. A replay
  /// with a result of its own does neither.
  public internal(set) var mayHoldInputs = false

  /// - Parameters:
  ///   - memoryLimit: bytes that the session's tensors may take together.
  ///   - stepLimit: backward jumps and calls that one run may take: ends a program that does not end itself.
  ///   - threads: that large operators are divided among, the caller's counted. They are started when one is reached.
  ///   Without them the model's limits hold, and one thread.
  public convenience init(_ model: Model, memoryLimit: Int? = nil, stepLimit: Int? = nil, threads: Int = 1) throws(LiteError) {
    var limits = model.options.limits
    if let memoryLimit { limits.memoryBytes = memoryLimit }
    if let stepLimit { limits.steps = stepLimit }
    try self.init(model, limits: limits, threads: threads)
  }

  /// A session with limits of its own.
  ///
  /// - Parameter parallelFor: divides large operators in place of threads of the session's own.
  public init(_ model: Model, limits: Limits, threads: Int = 1, parallelFor: ParallelFor? = nil) throws(LiteError) {
    let scope: AllocationScope
    if let current = AllocationScope.current { scope = current } else { scope = try .make(limit: limits.memoryBytes) }
    var pool: ThreadPool?
    if let parallelFor {
      pool = parallelFor.shareCount > 1 ? ThreadPool(parallelFor) : nil
    } else if threads > 1 {
      pool = ThreadPool(count: threads)
    }
    self.scope = scope
    self.model = model
    self.limits = limits
    context = Context(
      arena: Arena(limit: limits.memoryBytes), kernels: model.kernels, rounding: model.options.rounding,
      names: model.program.names, keepsWeights: model.linkage.unpacksWeights, stop: scope.stop, threads: pool)
    context.growth = GrowthLimits(limits)
    (root, constants) = try SessionCopy.state(of: model, context.containers)
  }

  deinit {
    plans.releaseMemory()
    context.containers.end()
  }

  /// The session's memory, for its figures.
  public var arena: Arena { context.arena }

  /// Runs a method of the module.
  ///
  /// - Parameters:
  ///   - function: from `Model.method`.
  ///   - inputs: the arguments without `self`. Trailing ones that have defaults may be left out.
  /// - Returns: the result. Its tensors stay valid, and unchanged by later runs, as long as they are held, the
  ///   session included. The memory of a result that nobody holds any more is used again.
  /// - Throws: `invalidInput` when number or kinds differ from the method's declaration; `exceptionRaised`
  ///   with the program's message; `cancelled`, `outOfMemory`; what operators throw. The session can be used again:
  ///   what the program had assigned to attributes before the error stays.
  public func run(_ function: Int, _ inputs: [Value]) throws(LiteError) -> Value {
    var result = Value.none
    defer { if scope.stop.isRaised { scope.stop.withdrawCancel() } }
    try scope.run { () throws(LiteError) in
      try scope.stop.check()
      result = try dispatch(function, inputs)
    }
    return result
  }

  /// Ends the run that another thread is in, at its next operator, with status `cancelled`; the next run when none is.
  /// The only function that may be called while another thread uses the session.
  public func cancel() { scope.stop.cancel() }

  /// What the following runs may take: `steps`, `callDepth`, `work`, `listItems`, `stringBytes`. Memory is settled when the
  /// session is made.
  public func setRunLimits(_ limits: Limits) {
    self.limits.steps = limits.steps
    self.limits.callDepth = limits.callDepth
    self.limits.work = limits.work
    context.growth = GrowthLimits(limits)
  }

  /// Takes back a request of `cancel` that came after the run it was meant for.
  public func withdrawCancel() { scope.stop.withdrawCancel() }

  private func dispatch(_ function: Int, _ inputs: [Value]) throws(LiteError) -> Value {
    mayHoldInputs = true
    context.arena.budget.begin(limits.work)
    // What comes between runs is the caller's: setting inputs, reading results.
    defer { context.arena.budget = WorkBudget() }
    guard usesPlans else { return try interpret(function, inputs) }
    if let result = try replay(function, inputs) { return result }
    return try record(function, inputs)
  }

  func interpret(_ function: Int, _ inputs: [Value]) throws(LiteError) -> Value {
    let arguments = try checkedArguments(function, inputs)
    let interpreter = Interpreter(
      program: model.program, linkage: model.linkage, context: context, constants: constants, stepLimit: limits.steps,
      callDepth: limits.callDepth)
    do throws(LiteError) {
      return try interpreter.run(function, arguments)
    } catch {
      failurePlace = interpreter.place
      throw error
    }
  }

  /// Where the run that just failed did, if it was in a function. Asked for once.
  public func takeFailurePlace() -> ExecutionPlace? {
    let place = failurePlace
    failurePlace = nil
    return place
  }

  /// Puts the module back to what the file says: its state, and the random numbers that it draws.
  public func reset() throws(LiteError) {
    (root, constants) = try SessionCopy.state(of: model, context.containers)
    context.generator = RandomGenerator(seed: 0)
    context.arena.stateVersion &+= 1
  }

  /// A tensor in this session's memory, elements not set; for inputs.
  public func makeTensor(_ type: DataType, _ sizes: [Int]) throws(LiteError) -> Tensor {
    for size in sizes where size < 0 { throw LiteError(.invalidInput, "a tensor with a size of \(size)") }
    return try makeTensor(type, try Dimensions(sizes))
  }

  /// The same for sizes that are not negative.
  public func makeTensor(_ type: DataType, _ sizes: Dimensions) throws(LiteError) -> Tensor {
    try Tensor(type, sizes, in: context.arena)
  }

  private func checkedArguments(_ function: Int, _ inputs: [Value]) throws(LiteError) -> [Value] {
    var arguments = [root] + inputs
    guard let schema = model.program.functions[function].schema else { return arguments }
    let expected = schema.arguments.count - 1
    guard inputs.count <= expected else {
      throw LiteError(.invalidInput, "found \(inputs.count) inputs, expected \(describe(schema))")
    }
    for position in inputs.count..<max(expected, inputs.count) {
      let argument = schema.arguments[position + 1]
      if let defaultNode = argument.defaultValue {
        arguments.append(try defaultValue(defaultNode))
      } else if try Value.none.isInstance(of: argument.type, model.program.types) {
        // Files write None both for "no default" and for a default of None.
        arguments.append(.none)
      } else {
        throw LiteError(.invalidInput, "found \(inputs.count) inputs, expected \(describe(schema))")
      }
    }
    for (index, input) in inputs.enumerated() { try model.check(input, as: index, of: function) }
    return arguments
  }

  /// `2 (Tensor image, int size)`.
  private func describe(_ schema: Function.Schema) -> Message {
    var text: Message = "\(schema.arguments.count - 1) ("
    for (index, argument) in schema.arguments.dropFirst().enumerated() {
      if index > 0 { text.appendStatic(", ") }
      text.bytes += model.program.typeText(argument.type).bytes
      text.bytes.append(32)
      text.bytes += argument.name
    }
    text.bytes.append(41)
    return text
  }

  /// Defaults of a method's arguments are plain values, and few: `BytecodeDecoder` has seen to it.
  private func defaultValue(_ index: PickleGraph.Index) throws(LiteError) -> Value {
    try context.spend(1)
    let graph = model.program.bytecode
    let node = graph.nodes[Int(index)]
    switch node.kind {
    case .none, .bool, .int, .double, .string: return Instantiation.plain(index, graph)
    case .tuple, .list:
      var items: [Value] = []
      for position in 0..<graph.count(index) { items.append(try defaultValue(graph.child(index, position))) }
      guard node.kind == .list else { return .tuple(TupleValue(items)) }
      return .list(ListValue(items, of: Instantiation.elementKind(node, model.program.names)))
    default: throw graph.unexpected(index, "default of an argument", "a plain value")
    }
  }
}

/// Where in a program something happened.
public struct ExecutionPlace: Sendable {
  /// `__torch__.Net.forward`.
  public let method: [UInt8]
  /// Position in its code.
  public let instruction: Int
  /// The operator that was executed there, or empty.
  public let operatorName: [UInt8]
}

/// `bytecode.pkl` as functions.
///
///     (version, method, method, ...)
///     method        (name, ((table name, table), ...), schema tables)
///     instructions  ((opcode name, X, N), ...)
///     operators     ((name, overload[, argument count]), ...)      argument count from version 6 on
///     constants     (value, ...)
///     types         (type string, ...)
///     register_size int
///     schema        (("arguments", (argument, ...)), ("returns", (argument, ...)))
///     argument      (("name", str), ("type", str), ("default_value", value))
struct BytecodeDecoder {
  let graph: PickleGraph
  var names: NameTable
  var types = TypeTable()
  private(set) var version = 0
  private(set) var functions: [Function] = []

  /// Bytecode versions that the interpreter runs.
  static let supportedVersions = 4...8

  /// Entries that may still be decoded. The pickle may use one table or entry many times, and each use is decoded.
  private var left: Int
  private let limits: Limits
  private let stop = StopSignal.current

  /// What an argument's default may be made of.
  private static let maximumDefaultItems = 1 << 12

  init(graph: PickleGraph, names: consuming NameTable, _ limits: Limits) {
    self.graph = graph
    self.names = names
    self.limits = limits
    left = limits.pickleItems
  }

  /// Pays for entries before they are decoded.
  private mutating func charge(_ count: Int) throws(LiteError) {
    try stop.check()
    guard count <= left else {
      throw Limits.exceeded("the code's tables with all that they refer to", limits.pickleItems, "pickleItems")
    }
    left -= count
  }

  /// Decodes all methods.
  mutating func run() throws(LiteError) {
    let root = graph.root
    guard graph.kind(root) == .tuple, graph.count(root) > 0 else {
      throw graph.unexpected(root, "bytecode.pkl", "a tuple of version and methods")
    }
    let first = graph.child(root, 0)
    guard graph.kind(first) == .int else {
      throw LiteError(
        .unsupportedVersion, "bytecode version 3 or older; 4 to 8 are supported: save the model with PyTorch 1.6 or newer")
    }
    version = try Checked.int(try graph.int(first, "bytecode version"))
    guard Self.supportedVersions.contains(version) else {
      throw LiteError(
        .unsupportedVersion,
        "bytecode version \(version); 4 to 8 are supported: in Python, torch.jit.mobile._backport_for_mobile(in, out, 8) rewrites the file"
      )
    }
    for position in 1..<graph.count(root) {
      let method = graph.child(root, position)
      functions.append(try decodeFunction(method))
    }
  }

  private mutating func decodeFunction(_ method: PickleGraph.Index) throws(LiteError) -> Function {
    let text = try stringItem(method, 0, "method")
    var function = Function(name: try names.intern(text))
    do throws(LiteError) {
      let code = try item(method, 1, "method")
      for entry in try items(try table(code, "operators")) { function.operators.append(try decodeOperator(entry)) }
      for entry in try items(try table(code, "constants")) { function.constants.append(entry) }
      for entry in try items(try table(code, "types")) {
        guard graph.kind(entry) == .string else { throw graph.unexpected(entry, "types", "str") }
        function.types.append(try parseType(entry))
      }
      function.registerCount = try Checked.int(try graph.int(try table(code, "register_size"), "register_size"))
      for entry in try items(try table(code, "instructions")) { function.instructions.append(try decodeInstruction(entry)) }
      if graph.count(method) > 2, graph.kind(graph.child(method, 2)) == .tuple {
        function.schema = try decodeSchema(graph.child(method, 2))
      }
    } catch {
      throw error.at("bytecode.pkl, method \(text)")
    }
    return function
  }

  private mutating func parseType(_ entry: PickleGraph.Index) throws(LiteError) -> TypeTable.Index {
    try charge(graph.string(entry).count)
    return try types.parse([UInt8](graph.string(entry)), names: &names)
  }

  private func decodeInstruction(_ entry: PickleGraph.Index) throws(LiteError) -> Instruction {
    let name = try stringItem(entry, 0, "instruction")
    guard let opcode = Opcode.named(name) else {
      throw LiteError(.unsupported, "instruction \(name) is not one of the lite interpreter")
    }
    let x = try graph.int(try item(entry, 1, "instruction"), "operand X")
    let n = try graph.int(try item(entry, 2, "instruction"), "operand N")
    guard let x = Int32(exactly: x), let n = Int32(exactly: n), n >= 0 else {
      throw LiteError(.malformed, "instruction \(name) with operands \(x) and \(n)")
    }
    return Instruction(opcode: opcode, n: n, x: x)
  }

  private mutating func decodeOperator(_ entry: PickleGraph.Index) throws(LiteError) -> Function.OperatorReference {
    let name = try names.intern(try stringItem(entry, 0, "operator"))
    let overload = try names.intern(try stringItem(entry, 1, "operator"))
    var count: Int32 = -1
    if graph.count(entry) > 2, graph.kind(graph.child(entry, 2)) == .int {
      let value = try graph.int(graph.child(entry, 2), "argument count")
      guard value >= -1, value < 1 << 16 else { throw LiteError(.malformed, "an operator with \(value) arguments") }
      count = Int32(truncatingIfNeeded: value)
    }
    return .init(name: name, overload: overload, argumentCount: count)
  }

  private mutating func decodeSchema(_ schema: PickleGraph.Index) throws(LiteError) -> Function.Schema {
    let arguments = try table(schema, "arguments")
    let returns = try table(schema, "returns")
    return .init(arguments: try decodeArguments(arguments), returns: try decodeArguments(returns))
  }

  private mutating func decodeArguments(_ list: PickleGraph.Index) throws(LiteError) -> [Function.Argument] {
    var result: [Function.Argument] = []
    for entry in try items(list) {
      let name = try table(entry, "name")
      let type = try table(entry, "type")
      let value = try table(entry, "default_value")
      guard graph.kind(name) == .string, graph.kind(type) == .string else {
        throw LiteError(.malformed, "an argument of the schema without name or type")
      }
      try charge(graph.string(name).count)
      var items = Self.maximumDefaultItems
      try checkDefault(value, &items)
      result.append(
        .init(
          name: [UInt8](graph.string(name)), type: try parseType(type),
          defaultValue: graph.kind(value) == .none ? nil : value))
    }
    return result
  }

  /// Defaults are plain values: `Function.defaultValue` of the interpreter makes them anew for each run.
  private func checkDefault(_ value: PickleGraph.Index, _ left: inout Int) throws(LiteError) {
    left -= 1
    switch graph.kind(value) {
    case .none, .bool, .int, .double: return
    case .string: left -= graph.string(value).count
    case .tuple, .list:
      for position in 0..<graph.count(value) where left > 0 { try checkDefault(graph.child(value, position), &left) }
    default: throw graph.unexpected(value, "default of an argument", "a number, str, or list or tuple of these")
    }
    guard left > 0 else {
      throw Limits.exceeded("the default of an argument has many values", Self.maximumDefaultItems, "of values of a default")
    }
  }

  // MARK: Access

  private func item(_ tuple: PickleGraph.Index, _ position: Int, _ what: StaticString) throws(LiteError) -> PickleGraph.Index {
    guard graph.kind(tuple) == .tuple else { throw graph.unexpected(tuple, what, "tuple") }
    guard position < graph.count(tuple) else {
      throw LiteError(.malformed, "\(what): a tuple of \(graph.count(tuple)) items, expected at least \(position + 1)")
    }
    return graph.child(tuple, position)
  }

  private func stringItem(
    _ tuple: PickleGraph.Index, _ position: Int, _ what: StaticString
  ) throws(LiteError) -> UnsafeBufferPointer<UInt8> {
    let index = try item(tuple, position, what)
    guard graph.kind(index) == .string else { throw graph.unexpected(index, what, "str") }
    return graph.string(index)
  }

  /// The children of a tuple or list.
  private mutating func items(_ container: PickleGraph.Index) throws(LiteError) -> [PickleGraph.Index] {
    guard graph.kind(container) == .tuple || graph.kind(container) == .list else {
      throw graph.unexpected(container, "table", "tuple")
    }
    let node = graph.nodes[Int(container)]
    try charge(Int(node.count))
    return [PickleGraph.Index](graph.children[Int(node.first)..<Int(node.first) + Int(node.count)])
  }

  /// The value under a key in a tuple of pairs.
  private mutating func table(_ pairs: PickleGraph.Index, _ key: StaticString) throws(LiteError) -> PickleGraph.Index {
    for pair in try items(pairs) where graph.kind(pair) == .tuple && graph.count(pair) == 2 {
      let name = graph.child(pair, 0)
      if graph.kind(name) == .string, isEqual(graph.string(name), key) { return graph.child(pair, 1) }
    }
    throw LiteError(.malformed, "table \(key) is missing")
  }
}

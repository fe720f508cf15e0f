import CLiteKernels
import LiteFormat

/// Makes values of the nodes of a pickle: runs `__setstate__`, packs parameters, shares what is shared.
struct Instantiation {
  private let program: Program
  private let graph: PickleGraph
  /// The record of each of the graph's storages, -1 for empty ones.
  private let records: [Int32]
  private let storages: RecordStorages
  private let context: Context
  /// Runs a `__setstate__` method: function, object, state.
  private let runSetState: (Int, Value, Value) throws(LiteError) -> Void
  /// The value of each node that is used more than once, when it is made. Of the others nothing is kept, so that
  /// weights end when they are packed.
  private var made: [Value?]
  private var isShared: [Bool]
  private var isBusy: [Bool]
  /// Told of tensors.
  var progress: LoadProgress?

  /// Making values is recursive: more than this is never allowed.
  private static let maximumDepth = 400
  private let depthLimit: Int

  /// - Parameter keepsAll: for graphs of which values are made one by one.
  init(
    program: Program, graph: PickleGraph, records: [Int32], storages: RecordStorages, context: Context,
    nesting: Int, keepsAll: Bool = false, runSetState: @escaping (Int, Value, Value) throws(LiteError) -> Void
  ) {
    self.program = program
    self.graph = graph
    self.records = records
    self.storages = storages
    self.context = context
    depthLimit = min(nesting, Self.maximumDepth)
    self.runSetState = runSetState
    made = [Value?](repeating: nil, count: graph.nodes.count)
    isBusy = [Bool](repeating: false, count: graph.nodes.count)
    isShared = [Bool](repeating: keepsAll, count: graph.nodes.count)
    // Marks a second use; `isBusy` serves for the first.
    func use(_ index: PickleGraph.Index) {
      if isBusy[Int(index)] { isShared[Int(index)] = true }
      isBusy[Int(index)] = true
    }
    for child in graph.children { use(child) }
    for tensor in graph.tensors where tensor.scheme == .perChannel || tensor.scheme == .perChannelFloat {
      use(tensor.scales)
      use(tensor.zeroPoints)
    }
    for index in isBusy.indices { isBusy[index] = false }
  }

  /// The value of a node. Nodes that are shared in the pickle give the same value.
  mutating func value(_ index: PickleGraph.Index, depth: Int = 0) throws(LiteError) -> Value {
    if let value = made[Int(index)] { return value }
    guard depth < depthLimit else { throw Limits.exceeded("values contain each other more deeply", depthLimit, "nesting") }
    guard !isBusy[Int(index)] else { throw LiteError(.malformed, "a value of the file contains itself") }
    try context.stop.check()
    isBusy[Int(index)] = true
    let result = try make(index, depth)
    isBusy[Int(index)] = false
    if isShared[Int(index)] { made[Int(index)] = result }
    return result
  }

  private mutating func make(_ index: PickleGraph.Index, _ depth: Int) throws(LiteError) -> Value {
    let node = graph.nodes[Int(index)]
    switch node.kind {
    case .none, .bool, .int, .double, .string: return Self.plain(index, graph)
    case .device: return .device(StringValue([UInt8](graph.string(graph.child(index, 0)))))
    case .complex:
      return .complex(
        ComplexValue(try graph.double(graph.child(index, 0), "complex"), try graph.double(graph.child(index, 1), "complex")))
    case .tuple: return .tuple(TupleValue(try children(index, depth)))
    case .list: return .list(ListValue(try children(index, depth), of: Self.elementKind(node, program.names)))
    case .dict:
      let dict = DictValue()
      let items = try children(index, depth)
      for pair in 0..<items.count / 2 { try dict.set(items[2 * pair], items[2 * pair + 1]) }
      return .dict(dict)
    case .tensor: return .tensor(try tensor(Int(node.value), depth))
    case .object: return try object(node, graph.child(index, 0), depth)
    case .storage, .global: throw graph.unexpected(index, "value", "a value that programs can hold")
    }
  }

  /// The value of a node that holds no others: None, a number or a str.
  static func plain(_ index: PickleGraph.Index, _ graph: PickleGraph) -> Value {
    let node = graph.nodes[Int(index)]
    switch node.kind {
    case .bool: return .bool(node.value != 0)
    case .int: return .int(node.value)
    case .double: return .double(Double(bitPattern: UInt64(bitPattern: node.value)))
    case .string: return .string(StringValue([UInt8](graph.string(index))))
    default: return .none
    }
  }

  private mutating func children(_ index: PickleGraph.Index, _ depth: Int) throws(LiteError) -> [Value] {
    var result: [Value] = []
    for position in 0..<graph.count(index) { result.append(try value(graph.child(index, position), depth: depth + 1)) }
    return result
  }

  /// The item kind of a list from its type tag, `List[int]`.
  static func elementKind(_ node: PickleGraph.Node, _ names: NameTable) -> TypeTable.Kind {
    guard node.hasName else { return .any }
    let tags: [(StaticString, TypeTable.Kind)] = [
      ("List[int]", .int), ("List[float]", .float), ("List[bool]", .bool), ("List[str]", .string), ("List[Tensor]", .tensor),
    ]
    for (tag, kind) in tags where names.matches(node.name, tag) { return kind }
    return .any
  }

  private mutating func object(_ node: PickleGraph.Node, _ state: PickleGraph.Index, _ depth: Int) throws(LiteError) -> Value {
    let className = node.name
    if let function = program.method("__setstate__", of: className) {
      let object = Value.object(ObjectValue(className: className))
      try runSetState(function, object, try value(state, depth: depth + 1))
      return object
    }
    if program.names.hasPrefix(className, "__torch__.torch.classes.") {
      return try PackedClasses.make(program.names.bytes(className), state: try value(state, depth: depth + 1), context)
    }
    guard graph.kind(state) == .dict else {
      throw LiteError(
        .malformed, "an object of class \(program.names.bytes(className)) whose state is \(graph.kind(state).name), expected dict"
      )
    }
    // Attributes of two objects may be one dict, which is not made as such.
    if isShared[Int(state)] { for position in 0..<graph.count(state) { isShared[Int(graph.child(state, position))] = true } }
    guard graph.count(state) / 2 <= Verifier.maximumAttributes else {
      throw Limits.exceeded("an object of \(graph.count(state) / 2) attributes", Verifier.maximumAttributes, "of attributes")
    }
    // Attributes are numbered in the order of the dict.
    var slots: [Value] = []
    for pair in 0..<graph.count(state) / 2 { slots.append(try value(graph.child(state, 2 * pair + 1), depth: depth + 1)) }
    return .object(ObjectValue(className: className, slots: slots, names: try containerNames(className, state)))
  }

  /// The attribute names of a container of modules: ModuleList and ModuleDict, or a class of the user's that has
  /// numbered attributes, as those that extend them.
  private func containerNames(_ className: Name, _ state: PickleGraph.Index) throws(LiteError) -> [UInt8] {
    var isContainer = program.names.hasPrefix(className, "__torch__.torch.nn.modules.container.Module")
    var byteCount = 0
    for pair in 0..<graph.count(state) / 2 {
      let key = graph.child(state, 2 * pair)
      guard graph.kind(key) == .string else { return [] }
      let text = graph.string(key)
      if let first = text.first, Ascii.isDigit(first) { isContainer = true }
      byteCount += text.count + 1
    }
    guard isContainer else { return [] }
    try AllocationScope.checkRoom(byteCount)
    try context.spend(byteCount)
    var names: [UInt8] = []
    names.reserveCapacity(byteCount)
    for pair in 0..<graph.count(state) / 2 {
      names += graph.string(graph.child(state, 2 * pair))
      names.append(0)
    }
    return names
  }

  private mutating func tensor(_ index: Int, _ depth: Int) throws(LiteError) -> Tensor {
    let reference = graph.tensors[index]
    let sizes = try Dimensions(reference.sizes)
    let storage: Storage
    if records[reference.storage] >= 0 {
      storage = try storages.storage(Int(records[reference.storage]))
    } else {
      storage = try Storage(0, in: context.arena)
    }
    let type = graph.storages[reference.storage].type
    try progress?.advance(try Checked.multiply(graph.storages[reference.storage].count, type.size))
    return Tensor(
      storage: storage, offset: reference.offset, type: type, sizes: sizes, strides: try Dimensions(reference.strides),
      count: try sizes.product(), quantization: try quantization(reference, type, depth))
  }

  private mutating func quantization(
    _ reference: PickleGraph.TensorReference, _ type: DataType, _ depth: Int
  ) throws(LiteError) -> Quantization {
    switch reference.scheme {
    case .none: return .none
    case .perTensor:
      return .perTensor(scale: reference.scale, zeroPoint: Int32(truncatingIfNeeded: reference.zeroPoint))
    case .perChannel, .perChannelFloat:
      guard case .tensor(let scales) = try value(reference.scales, depth: depth + 1),
        case .tensor(let zeroPoints) = try value(reference.zeroPoints, depth: depth + 1)
      else { throw LiteError(.malformed, "per-channel quantization parameters that are not tensors") }
      try context.spend(scales.count, 4)
      return .perChannel(
        try ChannelQuantization(
          scales: scales, zeroPoints: zeroPoints, axis: reference.axis, isFloat: reference.scheme == .perChannelFloat))
    }
  }
}

extension ChannelQuantization {
  /// From tensors, as files and `quantize_per_channel` give them.
  convenience init(scales: Tensor, zeroPoints: Tensor, axis: Int, isFloat: Bool) throws(LiteError) {
    guard scales.count == zeroPoints.count else {
      throw LiteError(.malformed, "\(scales.count) scales and \(zeroPoints.count) zero points")
    }
    // A stride of 0 makes many parameters of a few bytes.
    try AllocationScope.checkRoom(try Checked.multiply(scales.count, 24))
    var scaleValues: [Double] = []
    var integers: [Int64] = []
    var floats: [Float] = []
    scaleValues.reserveCapacity(scales.count)
    integers.reserveCapacity(zeroPoints.count)
    for index in 0..<scales.count {
      let scale = try scales.doubleElement(index)
      guard scale.isFinite, isFloat || scale > 0 else {
        throw LiteError(.malformed, "channel \(index) has a scale that is not a positive number")
      }
      scaleValues.append(scale)
    }
    for index in 0..<zeroPoints.count {
      if isFloat {
        floats.append(Float(try zeroPoints.doubleElement(index)))
        integers.append(0)
      } else {
        let zeroPoint = try zeroPoints.intElement(index)
        guard zeroPoint.magnitude <= UInt64(Int32.max) else {
          throw LiteError(.malformed, "channel \(index) has a zero point that does not fit 32 bits")
        }
        integers.append(zeroPoint)
      }
    }
    self.init(scales: scaleValues, zeroPoints: integers, axis: axis, floatZeroPoints: isFloat ? floats : nil)
  }
}

import LiteFormat

/// How a plan's result is put together: containers and plain values, and tensors over memory that is known when
/// the plan runs.
indirect enum PlanResult {
  /// A number, a text, None, a constant tensor.
  case value(Value)
  /// An input tensor itself.
  case input(Int)
  /// A view of an input's storage: its shape.
  case inputView(Int, Tensor)
  /// A tensor over one of the result's own storages: the storage, its shape, its number among those tensors. One that occurs
  /// twice has one number.
  case output(Int, Tensor, Int)
  case list([PlanResult], TypeTable.Kind)
  case tuple([PlanResult], [[UInt8]])
  case dict([PlanResult], [PlanResult])

  /// Whether the result is the same value whatever the inputs' memory is.
  var isOwn: Bool {
    switch self {
    case .value, .output: true
    case .input, .inputView: false
    case .list(let items, _), .tuple(let items, _): items.allSatisfy { $0.isOwn }
    case .dict(let keys, let values): keys.allSatisfy { $0.isOwn } && values.allSatisfy { $0.isOwn }
    }
  }

  func make(_ inputs: [Tensor], _ outputs: [Storage]) throws(LiteError) -> Value {
    var made: [Tensor?] = []
    return try make(inputs, outputs, &made)
  }

  /// - Parameter made: the tensors over the result's own storages so far, by number.
  private func make(
    _ inputs: [Tensor], _ outputs: [Storage], _ made: inout [Tensor?]
  ) throws(LiteError) -> Value {
    switch self {
    case .value(let value): return value
    case .input(let index): return .tensor(inputs[index])
    case .inputView(let index, let shape):
      let tensor = shape.alias
      tensor.storage = inputs[index].storage
      return .tensor(tensor)
    case .output(let index, let shape, let number):
      while made.count <= number { made.append(nil) }
      if let known = made[number] { return .tensor(known) }
      let tensor = shape.alias
      tensor.storage = outputs[index]
      made[number] = tensor
      return .tensor(tensor)
    case .list(let items, let kind): return .list(ListValue(try Self.make(items, inputs, outputs, &made), of: kind))
    case .tuple(let items, let fields):
      return .tuple(TupleValue(try Self.make(items, inputs, outputs, &made), fields: fields))
    case .dict(let keys, let values):
      let dict = DictValue()
      for index in keys.indices {
        try dict.set(try keys[index].make(inputs, outputs, &made), try values[index].make(inputs, outputs, &made))
      }
      return .dict(dict)
    }
  }

  private static func make(
    _ items: [PlanResult], _ inputs: [Tensor], _ outputs: [Storage], _ made: inout [Tensor?]
  ) throws(LiteError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(items.count)
    for item in items { values.append(try item.make(inputs, outputs, &made)) }
    return values
  }
}

/// Reads the form of a result off the recorded run's.
struct PlanResultReader {
  let recorder: StepRecorder
  /// The blocks that results lie in.
  private(set) var outputs: [Int] = []
  /// For each block of the recorder, its position among `outputs`, or -1.
  private(set) var positions: [Int]
  /// Lists and dicts: one that occurs twice would become two.
  private var seen = IdentityTable()
  private var tensors = IdentityTable()
  /// Of each of `tensors`.
  private var shapes: [Tensor] = []
  private var itemCount = 0

  /// Items of a result that is worth a plan; a tuple that occurs many times counts as many.
  private static var maximumItems: Int { 1 << 20 }

  init(_ recorder: StepRecorder) {
    self.recorder = recorder
    positions = [Int](repeating: -1, count: recorder.blocks.count)
  }

  /// - Returns: nil for a result that a plan cannot give: objects, containers that are shared.
  mutating func read(_ value: Value, _ depth: Int = 0) -> PlanResult? {
    guard depth < 20 else { return nil }
    switch value {
    case .none, .bool, .int, .double, .string, .device, .complex: return .value(value)
    case .tensor(let tensor): return read(tensor)
    case .list(let list):
      guard !list.isState, seen.insert(ObjectIdentifier(list)), let items = read(list.items, depth) else { return nil }
      return .list(items, list.elementKind)
    case .tuple(let tuple):
      guard let items = read(tuple.items, depth) else { return nil }
      return .tuple(items, tuple.fields)
    case .dict(let dict):
      guard !dict.isState, seen.insert(ObjectIdentifier(dict)), let keys = read(dict.keys, depth),
        let values = read(dict.values, depth)
      else { return nil }
      return .dict(keys, values)
    default: return nil
    }
  }

  private mutating func read(_ values: [Value], _ depth: Int) -> [PlanResult]? {
    itemCount += values.count
    guard itemCount <= Self.maximumItems else { return nil }
    var result: [PlanResult] = []
    for value in values {
      guard let item = read(value, depth + 1) else { return nil }
      result.append(item)
    }
    return result
  }

  private mutating func read(_ tensor: Tensor) -> PlanResult? {
    switch recorder.region(of: tensor.storage) {
    case .none: return nil
    case .constant: return .value(.tensor(tensor))
    case .input(let index):
      for index in recorder.inputs.indices where recorder.inputs[index] === tensor { return .input(index) }
      return .inputView(index, Self.shape(of: tensor))
    case .block(let block):
      if positions[block] < 0 {
        positions[block] = outputs.count
        outputs.append(block)
      }
      if let number = tensors.find(ObjectIdentifier(tensor)) { return .output(positions[block], shapes[number], number) }
      let shape = Self.shape(of: tensor)
      tensors.insert(ObjectIdentifier(tensor))
      shapes.append(shape)
      return .output(positions[block], shape, shapes.count - 1)
    }
  }

  /// What a tensor is, over no memory.
  private static func shape(of tensor: Tensor) -> Tensor {
    let shape = tensor.alias
    shape.storage = Storage(borrowing: UnsafeMutableRawBufferPointer(start: nil, count: 0), isWritable: false)
    return shape
  }
}

/// A result that was handed out, and is used again once nobody else holds a part of it.
struct KeptResult {
  /// The value alone.
  private var values: [Value]
  /// Addresses of its storages, the region bases of the plan's outputs.
  let bases: [Int]
  /// What the value was when it was handed out: a program that gets it as an input may take it apart and change its parts. nil
  /// for one that is not used again.
  private let form: PlanSignature?
  /// Where its tensors' storages began then, and where they begin now.
  private let addresses: [Int]
  private var found: [Int]

  init(_ value: Value, _ storages: [Storage]) {
    values = [value]
    bases = storages.map { Int(bitPattern: $0.base) }
    form = PlanSignature(0, values)
    var tensors: [Tensor] = []
    _ = PlanSignature.collect(value, &tensors, 0)
    addresses = tensors.map { Int(bitPattern: $0.storage.base) }
    found = addresses
  }

  var current: Value { values[0] }

  /// Whether nobody else holds the value, its tensors or their memory, and nobody changed what they are. Allocates nothing.
  mutating func isFree() -> Bool {
    guard let form, Self.isFree(&values[0]) else { return false }
    let values = values
    return found.withUnsafeMutableBufferPointer { found in
      guard let start = found.baseAddress, form.matches(0, values, start) else { return false }
      for index in found.indices where found[index] != addresses[index] { return false }
      return true
    }
  }

  private static var maximumDepth: Int { 100 }

  /// Whether nobody else holds a value, its tensors or their memory, which is a session's. Dicts and objects count as held, and
  /// so does what is deeper than results of plans are: a program that gets one as an input may have put it there.
  static func isFree(_ value: UnsafeMutablePointer<Value>, depth: Int = 0) -> Bool {
    guard depth < maximumDepth else { return false }
    let content = UnsafeMutableRawPointer(value)
    switch kind(value) {
    case .plain: return true
    case .tensor:
      return content.withMemoryRebound(to: Tensor.self, capacity: 1) {
        isKnownUniquelyReferenced(&$0.pointee) && isKnownUniquelyReferenced(&$0.pointee.storage) && $0.pointee.storage.isBlock
      }
    case .tuple:
      return content.withMemoryRebound(to: TupleValue.self, capacity: 1) {
        guard isKnownUniquelyReferenced(&$0.pointee) else { return false }
        return $0.pointee.withItems { areFree($0, depth) }
      }
    case .list:
      return content.withMemoryRebound(to: ListValue.self, capacity: 1) {
        guard isKnownUniquelyReferenced(&$0.pointee) else { return false }
        return $0.pointee.items.withUnsafeMutableBufferPointer { areFree($0, depth) }
      }
    case .other: return false
    }
  }

  private static func areFree(_ values: UnsafeMutableBufferPointer<Value>, _ depth: Int) -> Bool {
    for index in values.indices { guard isFree(values.baseAddress! + index, depth: depth + 1) else { return false } }
    return true
  }

  private enum Kind { case plain, tensor, tuple, list, other }

  /// The kind of a value, after a check that the reference is where `isFree` looks for it.
  private static func kind(_ value: UnsafeMutablePointer<Value>) -> Kind {
    let word = UnsafeRawPointer(value).load(as: UnsafeRawPointer?.self)
    switch value.pointee {
    case .tensor(let tensor): return word == UnsafeRawPointer(Unmanaged.passUnretained(tensor).toOpaque()) ? .tensor : .other
    case .tuple(let tuple): return word == UnsafeRawPointer(Unmanaged.passUnretained(tuple).toOpaque()) ? .tuple : .other
    case .list(let list): return word == UnsafeRawPointer(Unmanaged.passUnretained(list).toOpaque()) ? .list : .other
    case .dict, .object: return .other
    default: return .plain
    }
  }
}

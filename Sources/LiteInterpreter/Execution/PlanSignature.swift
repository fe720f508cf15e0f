import LiteFormat

/// What a plan was made for: a method, and inputs of these kinds, shapes and numbers.
struct PlanSignature {
  let function: Int
  private let values: [Value]
  /// Of each tensor among the inputs, depth first: the first one whose storage begins at the same address.
  private let sharing: [Int]
  /// As they were.
  private let tensors: [Tensor]
  /// Of their storages: views that the program makes may reach beyond its tensors.
  private let byteCounts: [Int]

  /// - Returns: nil for inputs that plans are not made for: dicts and objects.
  init?(_ function: Int, _ inputs: [Value]) {
    var tensors: [Tensor] = []
    for input in inputs { guard Self.collect(input, &tensors, 0) else { return nil } }
    self.function = function
    sharing = Self.sharing(tensors)
    byteCounts = tensors.map { $0.storage.byteCount }
    let nothing = Storage(borrowing: UnsafeMutableRawBufferPointer(start: nil, count: 0), isWritable: false)
    self.tensors = tensors.map { tensor in
      let shape = tensor.alias
      shape.storage = nothing
      return shape
    }
    var copies: [Value] = []
    for input in inputs { copies.append(Self.copy(input)) }
    values = copies
  }

  private static var maximumDepth: Int { 20 }
  /// Which share memory is found out by comparing each with each.
  private static var maximumTensors: Int { 1000 }

  /// The tensors of an input; false if it holds something else than tensors, lists, tuples and plain values.
  static func collect(_ value: Value, _ tensors: inout [Tensor], _ depth: Int) -> Bool {
    switch value {
    case .tensor(let tensor):
      guard tensors.count < maximumTensors else { return false }
      tensors.append(tensor)
    case .list(let list):
      guard depth < maximumDepth else { return false }
      for item in list.items { guard collect(item, &tensors, depth + 1) else { return false } }
    case .tuple(let tuple):
      guard depth < maximumDepth else { return false }
      for item in tuple.items { guard collect(item, &tensors, depth + 1) else { return false } }
    case .none, .bool, .int, .double, .string: break
    default: return false
    }
    return true
  }

  private static func sharing(_ tensors: [Tensor]) -> [Int] {
    tensors.map { tensor in tensors.firstIndex { $0.storage.base == tensor.storage.base } ?? 0 }
  }

  /// A copy that later changes of the caller's lists do not reach, without the tensors.
  private static func copy(_ value: Value) -> Value {
    switch value {
    case .tensor: .uninitialized
    case .list(let list): .list(ListValue(list.items.map { copy($0) }, of: list.elementKind))
    case .tuple(let tuple): .tuple(TupleValue(tuple.items.map { copy($0) }))
    default: value
    }
  }

  /// Whether these inputs are such ones. Allocates nothing; writes the addresses of the tensors' storages to
  /// `addresses`, which has room for them.
  func matches(_ function: Int, _ inputs: [Value], _ addresses: UnsafeMutablePointer<Int>) -> Bool {
    guard function == self.function, inputs.count == values.count else { return false }
    var position = 0
    for index in inputs.indices { guard matches(inputs[index], values[index], &position, addresses) else { return false } }
    guard position == tensors.count else { return false }
    // One address is one storage, but for memory that a caller lends twice, which is never written.
    for index in 0..<position {
      var first = 0
      while addresses[first] != addresses[index] { first += 1 }
      if first != sharing[index] { return false }
    }
    return true
  }

  private func matches(
    _ value: Value, _ expected: Value, _ position: inout Int, _ addresses: UnsafeMutablePointer<Int>
  ) -> Bool {
    switch (value, expected) {
    case (.tensor(let tensor), .uninitialized):
      guard position < tensors.count, tensor.isLike(tensors[position]), tensor.storage.byteCount >= byteCounts[position] else {
        return false
      }
      addresses[position] = Int(bitPattern: tensor.storage.base)
      position += 1
      return true
    case (.none, .none): return true
    case (.bool(let a), .bool(let b)): return a == b
    case (.int(let a), .int(let b)): return a == b
    case (.double(let a), .double(let b)): return a.bitPattern == b.bitPattern
    case (.string(let a), .string(let b)): return a.bytes == b.bytes
    case (.list(let a), .list(let b)):
      guard a.items.count == b.items.count, a.elementKind == b.elementKind else { return false }
      for index in a.items.indices { guard matches(a.items[index], b.items[index], &position, addresses) else { return false } }
      return true
    case (.tuple(let a), .tuple(let b)):
      guard a.items.count == b.items.count else { return false }
      for index in a.items.indices { guard matches(a.items[index], b.items[index], &position, addresses) else { return false } }
      return true
    default: return false
    }
  }

  var tensorCount: Int { tensors.count }
}

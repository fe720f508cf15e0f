import LiteFormat

/// Whether values are of types, as `isinstance` in TorchScript. Containers are judged by their items.
struct TypeCheck {
  private let types: TypeTable
  /// Items that were looked at.
  private(set) var itemCount = 0
  /// What `namedTuple` found last: items of a list are of one type.
  private var latest: (name: Name, index: TypeTable.Index?)?

  /// Twice the longest list: a list that is held many times, by lists that are, counts each time.
  private static var maximumItems: Int { 1 << 23 }
  /// A type may name itself, and values are as deep as programs make them.
  private static var maximumDepth: Int { 200 }

  init(_ types: TypeTable) { self.types = types }

  /// - Throws: `limitExceeded` for a value that is too deep, or holds too much.
  mutating func holds(_ value: Value, _ index: TypeTable.Index, depth: Int = 0) throws(LiteError) -> Bool {
    guard depth < Self.maximumDepth else {
      throw LiteError(.limitExceeded, "a value nested more than \(Self.maximumDepth) deep whose type is asked for")
    }
    let type = types[index]
    switch (type.kind, value) {
    case (.any, _), (.none, .none), (.int, .int), (.float, .double), (.bool, .bool), (.string, .string), (.tensor, .tensor),
      (.device, .device), (.complex, .complex), (.number, .int), (.number, .double), (.number, .bool), (.number, .complex):
      return true
    case (.optional, .none): return true
    case (.optional, _): return try holds(value, type.children[0], depth: depth + 1)
    case (.union, _):
      try count(type.children.count)
      for child in type.children { if try holds(value, child, depth: depth + 1) { return true } }
      return false
    case (.list, .list(let list)):
      guard let element = type.children.first else { return true }
      if list.items.isEmpty, list.elementKind != .any { return types[element].kind == list.elementKind }
      return try hold(list.items, element, depth)
    case (.tuple, .tuple(let tuple)), (.namedTuple, .tuple(let tuple)):
      guard tuple.items.count == type.children.count else { return type.children.isEmpty }
      try count(tuple.items.count)
      for (item, child) in zip(tuple.items, type.children) {
        guard try holds(item, child, depth: depth + 1) else { return false }
      }
      return true
    case (.dict, .dict(let dict)):
      guard try hold(dict.keys, type.children[0], depth) else { return false }
      return try hold(dict.values, type.children[1], depth)
    case (.object, .object(let object)): return object.className == type.name
    case (.object, .tuple):
      // Declarations of methods name a named tuple without its fields, and not every file has them elsewhere.
      guard let tuple = namedTuple(type.name) else { return true }
      return try holds(value, tuple, depth: depth + 1)
    default: return false
    }
  }

  private mutating func hold(_ items: [Value], _ element: TypeTable.Index, _ depth: Int) throws(LiteError) -> Bool {
    try count(items.count)
    for item in items { guard try holds(item, element, depth: depth + 1) else { return false } }
    return true
  }

  private mutating func count(_ items: Int) throws(LiteError) {
    itemCount &+= items
    guard itemCount <= Self.maximumItems else {
      throw LiteError(.limitExceeded, "a value that holds more than \(Self.maximumItems) items whose type is asked for")
    }
  }

  /// The type with its fields that the program defines under a name.
  private mutating func namedTuple(_ name: Name) -> TypeTable.Index? {
    if let latest, latest.name == name { return latest.index }
    let found = types.entries.firstIndex { $0.kind == .namedTuple && $0.name == name }
    let index = found.map { TypeTable.Index(truncatingIfNeeded: $0) }
    latest = (name, index)
    return index
  }
}

extension Value {
  /// Whether the value is of a type.
  func isInstance(of type: TypeTable.Index, _ types: TypeTable) throws(LiteError) -> Bool {
    var check = TypeCheck(types)
    return try check.holds(self, type)
  }
}

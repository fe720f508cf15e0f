import LiteFormat

/// A dictionary that keeps the order in which keys were added, as Python's does. Keys are strings,
/// numbers, bools, or tensors (by identity).
///
/// Entries lie in two arrays; `slots` is an open-addressing index into them (Python's compact dict), by a keyed hash: a
/// file cannot choose keys that collide.
/// Removing an entry moves the later ones down and rebuilds the index: rare in models.
public final class DictValue: ContainerValue {
  public private(set) var keys: [Value] = []
  public private(set) var values: [Value] = []
  /// Position plus one; 0 is empty. A power of two, at most half full.
  private var slots: [Int32] = []
  /// Part of the module's state: changing it ends the plans that rely on it.
  var isState = false

  public override init() {}

  public var count: Int { keys.count }

  /// The value under a key.
  public subscript(key: Value) -> Value? { position(of: key).map { values[$0] } }

  /// Where a key's entry is.
  public func position(of key: Value) -> Int? {
    guard !slots.isEmpty, !key.isUnequalToItself else { return nil }
    var slot = key.hash & (slots.count - 1)
    while slots[slot] != 0 {
      let position = Int(slots[slot] - 1)
      if Self.equal(keys[position], key) { return position }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Adds an entry, or replaces the value of the one that is there.
  ///
  /// - Throws: `operatorFailed` for a key that cannot be one.
  public func set(_ key: Value, _ value: Value) throws(LiteError) {
    guard Self.isKey(key) else { throw LiteError(.operatorFailed, "a dict key of type \(key.typeName)") }
    if let position = position(of: key) {
      values[position] = value
      return
    }
    keys.append(key)
    values.append(value)
    if keys.count * 2 > slots.count { rebuild() } else { place(keys.count - 1) }
  }

  /// Takes out an entry.
  public func remove(at position: Int) -> (key: Value, value: Value) {
    let entry = (key: keys.remove(at: position), value: values.remove(at: position))
    rebuild()
    return entry
  }

  public func removeAll() {
    keys = []
    values = []
    slots = []
  }

  /// Leaves the container empty. For its end only.
  override func surrender() -> [Value] {
    let result = values
    values = []
    return result
  }

  deinit {
    var rest = Dismantling.end(values)
    values = []
    rest.run()
  }

  /// A new dictionary with the same entries.
  public func copy() -> DictValue {
    let result = DictValue()
    result.keys = keys
    result.values = values
    result.slots = slots
    return result
  }

  /// A new dictionary with the same keys.
  func mapValues(_ body: (Value) -> Value) -> DictValue {
    let result = copy()
    for index in result.values.indices { result.values[index] = body(result.values[index]) }
    return result
  }

  private func rebuild() {
    var size = 8
    while size < keys.count * 4 { size *= 2 }
    slots = [Int32](repeating: 0, count: size)
    for position in 0..<keys.count { place(position) }
  }

  private func place(_ position: Int) {
    let key = keys[position]
    // NaN is never found, and each one is another key: spread out, they cost no search.
    var slot = (key.isUnequalToItself ? Value.int(Int64(position)) : key).hash & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(truncatingIfNeeded: position + 1)
  }

  private static func isKey(_ value: Value) -> Bool {
    switch value {
    case .string, .int, .double, .bool, .complex, .tensor, .device: true
    default: false
    }
  }

  private static func equal(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.string(let a), .string(let b)), (.device(let a), .device(let b)): a.bytes == b.bytes
    case (.int(let a), .int(let b)): a == b
    case (.double(let a), .double(let b)): a == b
    case (.bool(let a), .bool(let b)): a == b
    case (.complex(let a), .complex(let b)): a.real == b.real && a.imaginary == b.imaginary
    case (.tensor(let a), .tensor(let b)): a === b
    default: false
    }
  }
}

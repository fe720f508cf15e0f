import LiteFormat

extension Value {
  /// Whether the value is of a type, as `isinstance` in TorchScript. Containers are judged by their items.
  func isInstance(of index: TypeTable.Index, _ types: TypeTable) -> Bool {
    let type = types[index]
    switch (type.kind, self) {
    case (.any, _), (.none, .none), (.int, .int), (.float, .double), (.bool, .bool), (.string, .string), (.tensor, .tensor),
      (.device, .device), (.complex, .complex), (.number, .int), (.number, .double), (.number, .bool), (.number, .complex):
      return true
    case (.optional, .none): return true
    case (.optional, _): return isInstance(of: type.children[0], types)
    case (.union, _): return type.children.contains { isInstance(of: $0, types) }
    case (.list, .list(let list)):
      guard let element = type.children.first else { return true }
      if list.items.isEmpty, list.elementKind != .any { return types[element].kind == list.elementKind }
      return list.items.allSatisfy { $0.isInstance(of: element, types) }
    case (.tuple, .tuple(let tuple)), (.namedTuple, .tuple(let tuple)):
      guard tuple.items.count == type.children.count else { return type.children.isEmpty }
      for (item, child) in zip(tuple.items, type.children) where !item.isInstance(of: child, types) { return false }
      return true
    case (.dict, .dict(let dict)):
      return dict.keys.allSatisfy { $0.isInstance(of: type.children[0], types) }
        && dict.values.allSatisfy { $0.isInstance(of: type.children[1], types) }
    case (.object, .object(let object)): return object.className == type.name
    case (.object, .tuple):
      // Declarations of methods name a named tuple without its fields.
      return types.namedTuple(type.name).map { isInstance(of: $0, types) } ?? false
    default: return false
    }
  }
}

extension TypeTable {
  /// The type with its fields that a program defines under a name.
  fileprivate func namedTuple(_ name: Name) -> Index? {
    entries.firstIndex { $0.kind == .namedTuple && $0.name == name }.map { Index(truncatingIfNeeded: $0) }
  }
}

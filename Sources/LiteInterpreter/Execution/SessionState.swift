import LiteFormat

/// What outlives a run: the module's attributes and all that they refer to.
enum SessionState {
  /// Marks a value that becomes an attribute, with all that it holds, so that changing it later is noticed. What is marked is not
  /// looked into again: each container costs its items once, however often and however deep it is assigned.
  static func adopt(_ value: Value) {
    var pending: [Value] = []
    var current: Value? = value
    while let value = current {
      switch value {
      case .tensor(let tensor): tensor.storage.isState = true
      case .list(let list) where !list.isState:
        list.isState = true
        pending += list.items
      case .dict(let dict) where !dict.isState:
        dict.isState = true
        pending += dict.values
      case .tuple(let tuple) where !tuple.isState:
        tuple.isState = true
        pending += tuple.items
      default: break
      }
      current = pending.popLast()
    }
  }
}

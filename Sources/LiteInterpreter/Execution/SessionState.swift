import LiteFormat

/// What outlives a run: the module's attributes and all that they refer to.
enum SessionState {
  /// Marks a value that becomes an attribute, with all that it holds, so that changing it later is noticed.
  static func adopt(_ value: Value) {
    switch value {
    case .tensor(let tensor): tensor.storage.isState = true
    case .list(let list):
      if list.isState { return }
      list.isState = true
      for item in list.items { adopt(item) }
    case .dict(let dict):
      if dict.isState { return }
      dict.isState = true
      for item in dict.values { adopt(item) }
    case .tuple(let tuple): for item in tuple.items { adopt(item) }
    default: break
    }
  }
}

import LiteFormat

/// How long lists and strings may become that a program makes by computing (`Limits.listItems`, `Limits.stringBytes`).
struct GrowthLimits {
  let listItems: Int
  let stringBytes: Int

  init(_ limits: Limits = Limits()) {
    listItems = limits.listItems
    stringBytes = limits.stringBytes
  }

  /// Asks for a list of `count * times` items before it is made.
  ///
  /// - Returns: how many items.
  @discardableResult
  func list(_ count: Int, times: Int = 1) throws(LiteError) -> Int {
    let (product, overflow) = count.multipliedReportingOverflow(by: times)
    guard !overflow, product <= listItems else {
      throw Limits.exceeded("a list of \(overflow ? Int.max : product) items", listItems, "listItems")
    }
    try AllocationScope.checkRoom(try Checked.multiply(product, MemoryLayout<Value>.stride))
    return product
  }

  /// Asks for a string of `count` bytes.
  func string(_ count: Int) throws(LiteError) {
    guard count <= stringBytes else { throw Limits.exceeded("a str of \(count) bytes", stringBytes, "stringBytes") }
    try AllocationScope.checkRoom(count)
  }
}

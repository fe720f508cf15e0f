import LiteFormat

/// Items of ModuleList and ModuleDict by a number or name that the program computes.
enum ModuleContainers {
  static func declare(in table: inout OperatorTable) {
    table.add("prim::ModuleContainerIndex.list(Any self, int ind) -> Any") { (call) throws(LiteError) in
      try item(call, ("\(try call.int64(1))" as Message).bytes)
    }
    table.add("prim::ModuleContainerIndex.dict(Any self, str ind) -> Any") { (call) throws(LiteError) in
      try item(call, try call.string(1).bytes)
    }
  }

  private static func item(_ call: Call, _ name: [UInt8]) throws(LiteError) -> Value {
    guard case .object(let container) = call[0] else { throw call.unexpected(0, "a container of modules") }
    guard let value = container.attribute(name) else {
      throw call.failure(1, "found \(name), which the container has no module for")
    }
    return value
  }
}

import LiteFormat

@testable import LiteInterpreter

/// Operators called without a program, for tests of what they do with impossible arguments.
public struct OperatorCaller {
  let session: Context

  /// - Parameters:
  ///   - memory: bytes that tensors may take.
  ///   - work: what one call may do (`WorkBudget`).
  public init(memory: Int = 64 << 20, work: Int = 1 << 28) throws {
    session = Context(
      arena: Arena(limit: memory), kernels: try KernelTier.automatic.kernels, rounding: .addThenRound, names: NameTable())
    self.work = work
  }

  private let work: Int

  /// Calls `aten::name.overload`; arguments that are left out get their defaults.
  public func callAsFunction(_ name: String, _ given: [Value]) throws -> Value {
    let parts = name.split(separator: ".", maxSplits: 1)
    let overload = parts.count > 1 ? [UInt8](parts[1].utf8) : []
    guard let found = OperatorRegistry.find([UInt8](parts[0].utf8), overload, fileVersion: 10) else {
      throw FixtureError("there is no operator \(name)")
    }
    let linked = try LinkedOperator(found, argumentCount: -1)
    let schema = linked.schema
    var arguments = given
    for argument in schema.arguments.dropFirst(given.count) {
      guard let value = argument.defaultValue else { throw FixtureError("\(name): arguments are missing") }
      arguments.append(value.value)
    }
    session.arena.budget.begin(work)
    return try arguments.withUnsafeMutableBufferPointer { (buffer) throws(LiteError) in
      try linked.body(Call(context: session, schema: schema, arguments: buffer))
    }
  }

  /// The error of a call; nil if it succeeds.
  public func error(_ name: String, _ given: [Value]) throws -> LiteError? {
    do {
      _ = try self(name, given)
      return nil
    } catch let error as LiteError {
      return error
    }
  }

  /// A float32 tensor of these sizes; elements 0, 1, 2, ... over and over.
  public func floats(_ sizes: Int...) throws -> Value {
    let tensor = try Tensor(.float32, try Dimensions(sizes), in: session.arena)
    for index in 0..<tensor.count { tensor.pointer(Float.self)[index] = Float(index % 251) }
    return .tensor(tensor)
  }

  /// A vector.
  public func vector(_ type: DataType, _ numbers: [Double]) throws -> Value {
    let tensor = try Tensor(type, try Dimensions([numbers.count]), in: session.arena)
    for (index, number) in numbers.enumerated() { try tensor.setElement(index, .double(number)) }
    return .tensor(tensor)
  }

  /// A vector of integers.
  public func integers(_ numbers: [Int64]) throws -> Value {
    let tensor = try Tensor(.int64, try Dimensions([numbers.count]), in: session.arena)
    for (index, number) in numbers.enumerated() { tensor.pointer(Int64.self)[index] = number }
    return .tensor(tensor)
  }
}

extension Value {
  public static func list(_ numbers: Int64...) -> Value { .list(ListValue(numbers.map { .int($0) }, of: .int)) }

  /// The elements of a tensor of int64.
  public var integerElements: [Int64]? {
    guard case .tensor(let tensor) = self, tensor.type == .int64, tensor.isContiguous else { return nil }
    return (0..<tensor.count).map { tensor.pointer(Int64.self)[$0] }
  }
}

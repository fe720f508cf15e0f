import LiteFormat

/// One operator: its declaration in PyTorch's notation, and the function that does it.
///
/// The function gets all arguments, defaults filled in. It returns the result; for several results, or
/// none, a tuple of them.
struct Operator: Sendable {
  typealias Body = @Sendable (Call) throws(LiteError) -> Value

  let declaration: Declaration
  let body: Body

  init(_ declaration: Declaration, _ body: @escaping Body) {
    self.declaration = declaration
    self.body = body
  }
}

/// An operator that a function of a program refers to.
final class LinkedOperator: Sendable {
  let schema: OperatorSchema
  let body: Operator.Body
  /// Arguments that the code pushes.
  let specifiedCount: Int
  /// The arguments that the declaration marks as written, `!`, a bit each; the last bit stands for all beyond.
  let writtenArguments: UInt64
  /// The arguments whose elements the operator may all look at, a bit each; the last bit stands for all beyond.
  let readArguments: UInt64

  /// Whether the declaration marks an argument as written.
  func writes(_ index: Int) -> Bool { writtenArguments & (1 << UInt64(min(index, 63))) != 0 }

  /// The first argument that the code leaves out though it has no default.
  var missingArgument: Int? {
    let outs = min(schema.outCount, specifiedCount)
    for position in specifiedCount - outs..<max(specifiedCount - outs, schema.arguments.count - schema.outCount)
    where schema.arguments[position].defaultValue == nil { return position }
    return nil
  }

  init(_ found: Operator, argumentCount: Int32) throws(LiteError) {
    let schema = try OperatorSchema(found.declaration.text)
    self.schema = schema
    body = ComplexForms.adding(to: found.body, schema.declaration)
    var written: UInt64 = 0
    for (index, argument) in schema.arguments.enumerated() where schema.text(argument.type).contains(UInt8(ascii: "!")) {
      written |= 1 << UInt64(min(index, 63))
    }
    writtenArguments = written
    readArguments = WorkBudget.readArguments(schema)
    specifiedCount =
      argumentCount >= 0 && (schema.isVariadic || Int(argumentCount) < schema.arguments.count)
      ? Int(argumentCount) : schema.arguments.count
  }
}

import LiteFormat

/// One operator: its declaration in PyTorch's notation, and the function that does it.
///
/// The function gets all arguments, defaults filled in. It returns the result; for several results, or
/// none, a tuple of them.
struct Operator: Sendable {
  typealias Body = @Sendable (Call) throws(LiteError) -> Value

  /// Where the declaration's text starts. It ends with a zero or, in a list of declarations, with its line.
  private nonisolated(unsafe) let start: UnsafePointer<UInt8>
  let body: Body

  /// - Parameter start: text that lives as long as the process.
  init(declaration start: UnsafePointer<UInt8>, _ body: @escaping Body) {
    self.start = start
    self.body = body
  }

  /// The declaration's text. It lives as long as the process.
  var declaration: UnsafeBufferPointer<UInt8> {
    var length = 0
    while start[length] != 0, start[length] != UInt8(ascii: "\n") { length += 1 }
    return UnsafeBufferPointer(start: start, count: length)
  }

  /// Whether the declaration begins with this name: `aten::add.Tensor`, for name `aten::add` and overload `Tensor`.
  func isNamed(_ name: [UInt8], _ overload: [UInt8]) -> Bool {
    let text = declaration
    let dot = overload.isEmpty ? 0 : 1
    let length = name.count + dot + overload.count
    guard text.count > length, text[length] == UInt8(ascii: "(") else { return false }
    for index in 0..<name.count where text[index] != name[index] { return false }
    if overload.isEmpty { return true }
    guard text[name.count] == UInt8(ascii: ".") else { return false }
    for index in 0..<overload.count where text[name.count + 1 + index] != overload[index] { return false }
    return true
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
    schema = try OperatorSchema(found.declaration)
    body = ComplexForms.adding(to: found)
    var written: UInt64 = 0
    for (index, argument) in schema.arguments.enumerated() where schema.text(argument.type).contains(UInt8(ascii: "!")) {
      written |= 1 << UInt64(min(index, 63))
    }
    writtenArguments = written
    specifiedCount =
      argumentCount >= 0 && (schema.isVariadic || Int(argumentCount) < schema.arguments.count)
      ? Int(argumentCount) : schema.arguments.count
  }
}

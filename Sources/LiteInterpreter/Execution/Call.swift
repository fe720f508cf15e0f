import CLiteKernels
import LiteFormat

/// One execution of an operator: its arguments, and where it works. A reference, because a call is handed from
/// function to function: one register instead of four.
final class Call {
  let context: Context
  let schema: OperatorSchema
  /// All arguments, defaults included. They stay on the VM's stack while the operator runs.
  let arguments: UnsafeMutableBufferPointer<Value>

  init(context: Context, schema: OperatorSchema, arguments: UnsafeMutableBufferPointer<Value>) {
    self.context = context
    self.schema = schema
    self.arguments = arguments
  }

  var arena: Arena { context.arena }
  var kernels: lite_kernel_table { context.kernels.pointee }
  var count: Int { arguments.count }

  subscript(index: Int) -> Value { arguments[index] }

  /// The error for an argument of another kind than expected.
  @inline(never)
  func unexpected(_ index: Int, _ expected: StaticString) -> LiteError {
    failure(index, "found \(arguments[index].typeName), expected \(expected)")
  }

  /// An error about an argument.
  @inline(never)
  func failure(_ index: Int, _ what: Message) -> LiteError {
    guard index < schema.arguments.count else { return LiteError(.operatorFailed, "argument \(index): \(what)") }
    return LiteError(.operatorFailed, "argument \(schema.text(schema.arguments[index].name)): \(what)")
  }

  // MARK: Arguments by kind

  /// A tensor whose elements have places of their own: operators count on a byte or more for each.
  @inline(never)
  func tensor(_ index: Int) throws(LiteError) -> Tensor {
    let tensor = try anyTensor(index)
    try tensor.checkUnpacked()
    return tensor
  }

  /// A tensor that may be of a packed type, for operators that do not read its elements, or know how they lie.
  @inline(never)
  func anyTensor(_ index: Int) throws(LiteError) -> Tensor {
    guard case .tensor(let tensor) = arguments[index] else { throw unexpected(index, "Tensor") }
    return tensor
  }

  @inline(never)
  func optionalTensor(_ index: Int) throws(LiteError) -> Tensor? {
    if case .none = arguments[index] { return nil }
    return try tensor(index)
  }

  @inline(never)
  func bool(_ index: Int) throws(LiteError) -> Bool {
    guard case .bool(let flag) = arguments[index] else { throw unexpected(index, "bool") }
    return flag
  }

  @inline(never)
  func int64(_ index: Int) throws(LiteError) -> Int64 {
    switch arguments[index] {
    case .int(let number): return number
    case .bool(let flag): return flag ? 1 : 0
    default: throw unexpected(index, "int")
    }
  }

  @inline(never)
  func int(_ index: Int) throws(LiteError) -> Int { try Checked.int(try int64(index)) }

  @inline(never)
  func optionalInt(_ index: Int) throws(LiteError) -> Int? {
    if case .none = arguments[index] { return nil }
    return try int(index)
  }

  @inline(never)
  func double(_ index: Int) throws(LiteError) -> Double {
    switch arguments[index] {
    case .double(let number): return number
    case .int(let number): return Double(number)
    case .bool(let flag): return flag ? 1 : 0
    default: throw unexpected(index, "float")
    }
  }

  @inline(never)
  func optionalDouble(_ index: Int) throws(LiteError) -> Double? {
    if case .none = arguments[index] { return nil }
    return try double(index)
  }

  @inline(never)
  func string(_ index: Int) throws(LiteError) -> StringValue {
    guard case .string(let text) = arguments[index] else { throw unexpected(index, "str") }
    return text
  }

  @inline(never)
  func list(_ index: Int) throws(LiteError) -> ListValue {
    guard case .list(let list) = arguments[index] else { throw unexpected(index, "List") }
    return list
  }

  @inline(never)
  func dict(_ index: Int) throws(LiteError) -> DictValue {
    guard case .dict(let dict) = arguments[index] else { throw unexpected(index, "Dict") }
    return dict
  }

  /// A list of ints; a single int stands for a list of one.
  @inline(never)
  func ints(_ index: Int) throws(LiteError) -> [Int] {
    if case .int(let number) = arguments[index] { return [try Checked.int(number)] }
    var result: [Int] = []
    for item in try list(index).items {
      switch item {
      case .int(let number): result.append(try Checked.int(number))
      default: throw failure(index, "found a list with \(item.typeName), expected a list of int")
      }
    }
    return result
  }

  @inline(never)
  func optionalInts(_ index: Int) throws(LiteError) -> [Int]? {
    if case .none = arguments[index] { return nil }
    return try ints(index)
  }

  /// `count` ints for the spatial dimensions: a list of that length, or of one, which is repeated.
  @inline(never)
  func spatial(_ index: Int, _ count: Int) throws(LiteError) -> [Int] {
    let values = try ints(index)
    if values.count == 1 { return [Int](repeating: values[0], count: count) }
    guard values.count == count else { throw failure(index, "found \(values.count) values, expected 1 or \(count)") }
    return values
  }

  @inline(never)
  func tensors(_ index: Int) throws(LiteError) -> [Tensor] {
    var result: [Tensor] = []
    for item in try list(index).items {
      guard case .tensor(let tensor) = item else {
        throw failure(index, "found a list with \(item.typeName), expected a list of Tensor")
      }
      try tensor.checkUnpacked()
      result.append(tensor)
    }
    return result
  }

  /// A `ScalarType` by its number.
  @inline(never)
  func dataType(_ index: Int) throws(LiteError) -> DataType {
    let number = try int64(index)
    guard let raw = UInt8(exactly: number), let type = DataType(rawValue: raw) else {
      throw failure(index, "found dtype number \(number), which is not known")
    }
    return type
  }

  @inline(never)
  func optionalDataType(_ index: Int) throws(LiteError) -> DataType? {
    if case .none = arguments[index] { return nil }
    return try dataType(index)
  }

  /// A dimension, which may count from the end. A scalar counts as having one dimension.
  @inline(never)
  func dimension(_ index: Int, of rank: Int) throws(LiteError) -> Int {
    try dimension(try int(index), of: rank, argument: index)
  }

  @inline(never)
  func dimension(_ value: Int, of rank: Int, argument index: Int) throws(LiteError) -> Int {
    let bound = max(rank, 1)
    guard value >= -bound, value < bound else {
      throw failure(index, "Dimension out of range (expected to be in range of [\(-bound), \(bound - 1)], but got \(value))")
    }
    return value < 0 ? value + bound : value
  }

  // MARK: Checks on tensors

  /// A tensor of exactly this element type.
  @inline(never)
  func tensor(_ index: Int, _ type: DataType) throws(LiteError) -> Tensor {
    let tensor = try tensor(index)
    guard tensor.type == type else { throw failure(index, "found a tensor of \(tensor.message), expected \(type.name)") }
    return tensor
  }

  func require(_ condition: Bool, _ index: Int, _ what: @autoclosure () -> Message) throws(LiteError) {
    if !condition { throw failure(index, what()) }
  }

  // MARK: Results

  /// A new dense tensor, elements not set.
  @inline(never)
  func makeTensor(_ type: DataType, _ sizes: Dimensions, _ quantization: Quantization = .none) throws(LiteError) -> Tensor {
    try Tensor(type, sizes, in: arena, quantization: quantization)
  }
}

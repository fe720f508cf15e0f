import LiteFormat

/// From one kind of value to another: `int(x)`, `float(x)`, `bool(x)`, and tensors of one element as numbers.
enum Conversions {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      Bool.Tensor(a) -> bool
      Bool.int(int a) -> bool
      Bool.float(float a) -> bool
      """, bool)
    table.add(
      """
      Int.Tensor(a) -> int
      Int.bool(bool a) -> int
      Int.float(float a) -> int
      Int.str(str a) -> int
      """, int)
    table.add("Int.Scalar(Scalar a) -> int", scalarToInt)
    table.add(
      """
      Float.Tensor(a) -> float
      Float.Scalar(Scalar a) -> float
      Float.int(int a) -> float
      Float.bool(bool a) -> float
      Float.str(str a) -> float
      """, float)
    table.add("IntImplicit(a) -> int", intImplicit)
    table.add("FloatImplicit(a) -> float", floatImplicit)
    table.add("ScalarImplicit(a) -> Scalar", scalarImplicit)
    table.add("_unwrap_optional(t(a)? optional) -> t(a)", unwrapOptional)
    table.add("Size(int[] sizes) -> int[]", same)
    table.add(
      """
      prim::NumToTensor.Scalar(Scalar a)
      prim::NumToTensor.bool(bool a)
      """, numberToTensor)
    table.add("prim::tolist(t, int dim, int elem_ty) -> Any", toList)
    table.add(
      """
      prim::unchecked_cast(t x) -> t
      prim::unchecked_unwrap_optional(t(a)? optional) -> t(a)
      """, same)
  }

  private static func bool(_ call: Call) throws(LiteError) -> Value {
    if case .tensor(let tensor) = call[0] {
      guard tensor.count > 0 else { throw LiteError(.operatorFailed, "Boolean value of Tensor with no values is ambiguous") }
      guard tensor.count == 1 else {
        throw LiteError(.operatorFailed, "Boolean value of Tensor with more than one value is ambiguous")
      }
      return .bool(try tensor.scalarElement(0).bool)
    }
    return .bool(try call.number(0).double != 0)
  }

  private static func int(_ call: Call) throws(LiteError) -> Value {
    switch call[0] {
    case .tensor: return .int(try checked(try call.item(0)))
    case .string(let text): return .int(try NumberText.integer(text.bytes))
    case .double(let number): return .int(Scalar.double(number).int)
    default: return .int(try call.int64(0))
    }
  }

  private static func scalarToInt(_ call: Call) throws(LiteError) -> Value {
    if case .double(let number) = call[0] { return .int(try checked(.double(number))) }
    return .int(try call.int64(0))
  }

  /// An element that an int can hold.
  private static func checked(_ scalar: Scalar) throws(LiteError) -> Int64 {
    if case .double(let number) = scalar, !(number >= -0x1p63 && number <= 0x1p63) {
      throw LiteError(.operatorFailed, "value cannot be converted to type int64_t without overflow")
    }
    return scalar.int
  }

  private static func float(_ call: Call) throws(LiteError) -> Value {
    switch call[0] {
    case .tensor: return .double(try call.item(0).double)
    case .string(let text): return .double(try NumberText.decimal(text.bytes))
    default: return .double(try call.number(0).double)
    }
  }

  private static func item(_ call: Call) throws(LiteError) -> Value { try call.item(0).value }

  private static func intImplicit(_ call: Call) throws(LiteError) -> Value { .int(try implicit(call, isInt: true).int) }
  private static func floatImplicit(_ call: Call) throws(LiteError) -> Value {
    .double(try implicit(call, isInt: false).double)
  }
  private static func scalarImplicit(_ call: Call) throws(LiteError) -> Value { try implicit(call, isInt: false).value }

  /// A tensor that is given where a number is expected.
  private static func implicit(_ call: Call, isInt: Bool) throws(LiteError) -> Scalar {
    let tensor = try call.tensor(0)
    guard tensor.rank == 0 else {
      throw LiteError(.operatorFailed, "Cannot input a tensor of dimension other than 0 as a scalar argument")
    }
    guard !isInt || tensor.type.isIntegral && tensor.type != .bool else {
      throw LiteError(.operatorFailed, "Cannot input a tensor of type \(tensor.type.typeName) as an integral argument")
    }
    return try tensor.scalarElement(0)
  }

  private static func numberToTensor(_ call: Call) throws(LiteError) -> Value {
    .tensor(try PromotedOperators.numToTensor(call[0], call.context))
  }

  private static func toList(_ call: Call) throws(LiteError) -> Value {
    try PromotedOperators.toList(try call.tensor(0), call[1], call[2], call.context)
  }

  private static func unwrapOptional(_ call: Call) throws(LiteError) -> Value {
    if case .none = call[0] { throw LiteError(.operatorFailed, "Unwrapping null optional") }
    return call[0]
  }

  static func same(_ call: Call) throws(LiteError) -> Value { call[0] }
}

extension Call {
  /// The one element of a tensor. Codes of a quantized tensor are turned into numbers.
  func item(_ index: Int) throws(LiteError) -> Scalar {
    let tensor = try tensor(index)
    guard tensor.count == 1 else {
      throw LiteError(.operatorFailed, "a Tensor with \(tensor.count) elements cannot be converted to Scalar")
    }
    guard tensor.type.isQuantized else { return try tensor.scalarElement(0) }
    return try Quantize.dequantize(tensor, context).scalarElement(0)
  }
}

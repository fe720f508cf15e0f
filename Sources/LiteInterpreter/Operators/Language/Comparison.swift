import LiteFormat

/// Comparisons of numbers, strings, devices and flat lists.
enum Comparison {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      eq(Scalar a, Scalar b) -> bool
      eq.int(int a, int b) -> bool
      eq.float(float a, float b) -> bool
      eq.int_float(int a, float b) -> bool
      eq.float_int(float a, int b) -> bool
      eq.bool(bool a, bool b) -> bool
      eq.str(str a, str b) -> bool
      eq.complex(complex a, complex b) -> bool
      eq.complex_float(complex a, float b) -> bool
      eq.float_complex(float a, complex b) -> bool
      eq.device(Device a, Device b) -> bool
      eq.enum(AnyEnumType a, AnyEnumType b) -> bool
      eq.int_list(int[] a, int[] b) -> bool
      eq.float_list(float[] a, float[] b) -> bool
      eq.bool_list(bool[] a, bool[] b) -> bool
      eq.str_list(str[] a, str[] b) -> bool
      eq.Tensor_list(Tensor[] a, Tensor[] b) -> bool
      """, equal)
    table.add(
      """
      ne(Scalar a, Scalar b) -> bool
      ne.int(int a, int b) -> bool
      ne.float(float a, float b) -> bool
      ne.int_float(int a, float b) -> bool
      ne.float_int(float a, int b) -> bool
      ne.bool(bool a, bool b) -> bool
      ne.str(str a, str b) -> bool
      ne.complex(complex a, complex b) -> bool
      ne.complex_float(complex a, float b) -> bool
      ne.float_complex(float a, complex b) -> bool
      ne.device(Device a, Device b) -> bool
      ne.enum(AnyEnumType a, AnyEnumType b) -> bool
      ne.int_list(int[] a, int[] b) -> bool
      ne.float_list(float[] a, float[] b) -> bool
      ne.bool_list(bool[] a, bool[] b) -> bool
      ne.str_list(str[] a, str[] b) -> bool
      ne.Tensor_list(Tensor[] a, Tensor[] b) -> bool
      """, notEqual)
    table.add(
      """
      lt(Scalar a, Scalar b) -> bool
      lt.int(int a, int b) -> bool
      lt.float(float a, float b) -> bool
      lt.int_float(int a, float b) -> bool
      lt.float_int(float a, int b) -> bool
      lt.str(str a, str b) -> bool
      """, less)
    table.add(
      """
      gt(Scalar a, Scalar b) -> bool
      gt.int(int a, int b) -> bool
      gt.float(float a, float b) -> bool
      gt.int_float(int a, float b) -> bool
      gt.float_int(float a, int b) -> bool
      gt.str(str a, str b) -> bool
      """, greater)
    table.add(
      """
      le(Scalar a, Scalar b) -> bool
      le.int(int a, int b) -> bool
      le.float(float a, float b) -> bool
      le.int_float(int a, float b) -> bool
      le.float_int(float a, int b) -> bool
      le.str(str a, str b) -> bool
      """, lessOrEqual)
    table.add(
      """
      ge(Scalar a, Scalar b) -> bool
      ge.int(int a, int b) -> bool
      ge.float(float a, float b) -> bool
      ge.int_float(int a, float b) -> bool
      ge.float_int(float a, int b) -> bool
      ge.str(str a, str b) -> bool
      """, greaterOrEqual)
  }

  private static let maximumDepth = 24

  private static func equal(_ call: Call) throws(LiteError) -> Value { .bool(try same(call[0], call[1], call.context)) }
  private static func notEqual(_ call: Call) throws(LiteError) -> Value { .bool(try !same(call[0], call[1], call.context)) }
  private static func less(_ call: Call) throws(LiteError) -> Value { .bool(try isLess(call[0], call[1], call.context)) }
  private static func greater(_ call: Call) throws(LiteError) -> Value { .bool(try isLess(call[1], call[0], call.context)) }
  private static func lessOrEqual(_ call: Call) throws(LiteError) -> Value {
    .bool(try isLess(call[0], call[1], call.context) ? true : try same(call[0], call[1], call.context))
  }
  private static func greaterOrEqual(_ call: Call) throws(LiteError) -> Value {
    .bool(try isLess(call[1], call[0], call.context) ? true : try same(call[0], call[1], call.context))
  }

  /// Comparing strings of so many bytes is part of comparing what holds them.
  private static let shortText = 64

  /// Pays for comparing items. Lists that many lists hold are compared each time: that may go on for long, and can be stopped.
  private static func pay(_ items: Int, _ context: Context) throws(LiteError) {
    try context.stop.check()
    try context.spend(items, 16)
  }

  /// Python's `==`. Tensors are the same when the tensor of comparisons is true, which needs one element.
  static func same(_ a: Value, _ b: Value, _ context: Context, depth: Int = 0) throws(LiteError) -> Bool {
    switch (a, b) {
    case (.none, .none): return true
    case (.int(let a), .int(let b)): return a == b
    case (.string(let a), .string(let b)), (.device(let a), .device(let b)):
      if a.bytes.count > shortText { try context.spend(a.bytes.count) }
      return a.bytes == b.bytes
    case (.tensor(let a), .tensor(let b)): return try compare(a, b, isEqual)
    case (.list(let a), .list(let b)): return try same(a.items, b.items, context, depth)
    case (.tuple(let a), .tuple(let b)): return try same(a.items, b.items, context, depth)
    case (.object(let a), .object(let b)): return a === b
    case (.complex, _), (_, .complex):
      guard let a = a.number?.complex, let b = b.number?.complex else { return false }
      return a.real == b.real && a.imaginary == b.imaginary
    default:
      guard let a = a.number, let b = b.number else { return false }
      if case .int(let a) = a, case .int(let b) = b { return a == b }
      return a.double == b.double
    }
  }

  private static func same(_ a: [Value], _ b: [Value], _ context: Context, _ depth: Int) throws(LiteError) -> Bool {
    guard depth < maximumDepth else {
      throw LiteError(.limitExceeded, "a comparison of values nested more than \(maximumDepth) deep")
    }
    guard a.count == b.count else { return false }
    try pay(a.count, context)
    for index in 0..<a.count {
      if try !same(a[index], b[index], context, depth: depth + 1) { return false }
    }
    return true
  }

  /// Python's `<`. Tuples are ordered by their first items that differ.
  static func isLess(_ a: Value, _ b: Value, _ context: Context, depth: Int = 0) throws(LiteError) -> Bool {
    switch (a, b) {
    case (.int(let a), .int(let b)): return a < b
    case (.string(let a), .string(let b)):
      if a.bytes.count > shortText { try context.spend(min(a.bytes.count, b.bytes.count)) }
      return a.bytes.lexicographicallyPrecedes(b.bytes)
    case (.tensor(let a), .tensor(let b)): return try compare(a, b, isLess)
    case (.tuple(let a), .tuple(let b)):
      guard depth < maximumDepth else {
        throw LiteError(.limitExceeded, "a comparison of values nested more than \(maximumDepth) deep")
      }
      try pay(min(a.items.count, b.items.count), context)
      for index in 0..<min(a.items.count, b.items.count) {
        if try same(a.items[index], b.items[index], context, depth: depth + 1) { continue }
        return try isLess(a.items[index], b.items[index], context, depth: depth + 1)
      }
      return a.items.count < b.items.count
    default:
      guard let x = a.number, let y = b.number else {
        throw LiteError(.operatorFailed, "'<' between \(a.typeName) and \(b.typeName)")
      }
      if case .int(let x) = x, case .int(let y) = y { return x < y }
      return x.double < y.double
    }
  }

  private static func isEqual(_ a: Scalar, _ b: Scalar) -> Bool {
    if case .double = a { return a.double == b.double }
    if case .double = b { return a.double == b.double }
    return a.int == b.int
  }

  private static func isLess(_ a: Scalar, _ b: Scalar) -> Bool {
    if case .double = a { return a.double < b.double }
    if case .double = b { return a.double < b.double }
    return a.int < b.int
  }

  private static func compare(_ a: Tensor, _ b: Tensor, _ holds: (Scalar, Scalar) -> Bool) throws(LiteError) -> Bool {
    guard a.count > 0, b.count > 0 else {
      throw LiteError(.operatorFailed, "Boolean value of Tensor with no values is ambiguous")
    }
    guard a.count == 1, b.count == 1 else {
      throw LiteError(.operatorFailed, "Boolean value of Tensor with more than one value is ambiguous")
    }
    return holds(try a.scalarElement(0), try b.scalarElement(0))
  }
}

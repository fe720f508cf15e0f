import CLitePlatform
import LiteFormat

/// Arithmetic on two numbers. One body serves all overloads of an operator: kinds of numbers are part of
/// the values, and mixed operands meet as PyTorch lets them: int with float is float.
enum ScalarArithmetic {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      add(Scalar a, Scalar b) -> Scalar
      add.int(int a, int b) -> int
      add.float(float a, float b) -> float
      add.int_float(int a, float b) -> float
      add.float_int(float a, int b) -> float
      add.complex(complex a, complex b) -> complex
      add.complex_float(complex a, float b) -> complex
      add.complex_int(complex a, int b) -> complex
      add.float_complex(float a, complex b) -> complex
      add.int_complex(int a, complex b) -> complex
      """, add)
    table.add(
      """
      sub(Scalar a, Scalar b) -> Scalar
      sub.int(int a, int b) -> int
      sub.float(float a, float b) -> float
      sub.int_float(int a, float b) -> float
      sub.float_int(float a, int b) -> float
      sub.complex(complex a, complex b) -> complex
      sub.complex_float(complex a, float b) -> complex
      sub.complex_int(complex a, int b) -> complex
      sub.float_complex(float a, complex b) -> complex
      sub.int_complex(int a, complex b) -> complex
      """, subtract)
    table.add(
      """
      mul(Scalar a, Scalar b) -> Scalar
      mul.int(int a, int b) -> int
      mul.float(float a, float b) -> float
      mul.int_float(int a, float b) -> float
      mul.float_int(float a, int b) -> float
      mul.complex(complex a, complex b) -> complex
      mul.complex_float(complex a, float b) -> complex
      mul.complex_int(complex a, int b) -> complex
      mul.float_complex(float a, complex b) -> complex
      mul.int_complex(int a, complex b) -> complex
      """, multiply)
    table.add(
      """
      div(Scalar a, Scalar b) -> float
      div.int(int a, int b) -> float
      div.float(float a, float b) -> float
      div.complex(complex a, complex b) -> complex
      """, divide)
    table.add(
      """
      floordiv(Scalar a, Scalar b) -> Scalar
      floordiv.int(int a, int b) -> int
      floordiv.float(float a, float b) -> float
      floordiv.int_float(int a, float b) -> float
      floordiv.float_int(float a, int b) -> float
      """, floorDivide)
    table.add(
      """
      remainder(Scalar a, Scalar b) -> Scalar
      remainder.int(int a, int b) -> int
      remainder.float(float a, float b) -> float
      remainder.int_float(int a, float b) -> float
      remainder.float_int(float a, int b) -> float
      """, remainder)
    table.add(
      """
      pow.int(int a, int b) -> float
      pow.float(float a, float b) -> float
      pow.int_float(int a, float b) -> float
      pow.float_int(float a, int b) -> float
      pow.complex(complex a, complex b) -> complex
      pow.complex_float(complex a, float b) -> complex
      pow.float_complex(float a, complex b) -> complex
      """, power)
    table.add("pow.Scalar_Scalar(Scalar a, Scalar b) -> float", uncheckedPower)
    table.add("pow.int_to_int(int a, int b) -> int", integerPower)
    table.add(
      """
      fmod(Scalar a, Scalar b) -> float
      fmod.int(int a, int b) -> float
      fmod.float(float a, float b) -> float
      fmod.int_float(int a, float b) -> float
      fmod.float_int(float a, int b) -> float
      """, fmod)
    table.add(
      """
      mathremainder(Scalar a, Scalar b) -> float
      mathremainder.int(int a, int b) -> float
      mathremainder.float(float a, float b) -> float
      mathremainder.int_float(int a, float b) -> float
      mathremainder.float_int(float a, int b) -> float
      """, ieeeRemainder)
    table.add(
      """
      atan2.Scalar_Scalar(Scalar a, Scalar b) -> float
      atan2.int(int a, int b) -> float
      atan2.float(float a, float b) -> float
      atan2.int_float(int a, float b) -> float
      atan2.float_int(float a, int b) -> float
      """, atan2)
    table.add(
      """
      copysign(Scalar a, Scalar b) -> float
      copysign.int(int a, int b) -> float
      copysign.float(float a, float b) -> float
      copysign.int_float(int a, float b) -> float
      copysign.float_int(float a, int b) -> float
      """, copysign)
    table.add(
      """
      log.int_int(int a, int b) -> float
      log.float_float(float a, float b) -> float
      log.int_float(int a, float b) -> float
      log.float_int(float a, int b) -> float
      log.Scalar_Scalar(Scalar a, Scalar b) -> float
      log.complex_complex(complex a, complex b) -> complex
      log.complex_float(complex a, float b) -> complex
      log.complex_int(complex a, int b) -> complex
      log.float_complex(float a, complex b) -> complex
      log.int_complex(int a, complex b) -> complex
      """, logarithm)
    table.add(
      """
      prim::min(Scalar a, Scalar b) -> Scalar
      prim::min.int(int a, int b) -> int
      prim::min.float(float a, float b) -> float
      prim::min.int_float(int a, float b) -> float
      prim::min.float_int(float a, int b) -> float
      """, minimum)
    table.add(
      """
      prim::max(Scalar a, Scalar b) -> Scalar
      prim::max.int(int a, int b) -> int
      prim::max.float(float a, float b) -> float
      prim::max.int_float(int a, float b) -> float
      prim::max.float_int(float a, int b) -> float
      """, maximum)
    table.add(
      """
      divmod.int(int x, int y) -> (int, int)
      divmod.float(float x, float y) -> (float, float)
      divmod.int_float(int x, float y) -> (float, float)
      divmod.float_int(float x, int y) -> (float, float)
      """, divideWithRemainder)
    table.add(
      """
      __and__.int(int a, int b) -> int
      __and__.bool(bool a, bool b) -> bool
      """, and)
    table.add(
      """
      __or__.int(int a, int b) -> int
      __or__.bool(bool a, bool b) -> bool
      """, or)
    table.add(
      """
      __xor__.int(int a, int b) -> int
      __xor__.bool(bool a, bool b) -> bool
      """, xor)
    table.add("__lshift__.int(int a, int b) -> int", shiftLeft)
    table.add("__rshift__.int(int a, int b) -> int", shiftRight)
    table.add("gcd.int(int a, int b) -> int", greatestCommonDivisor)
    table.add("__round_to_zero_floordiv.int(int a, int b) -> int", truncatingDivide)
    table.add("__range_length(int lo, int hi, int step) -> int", rangeLength)
    table.add("__derive_index(int index, int start, int step) -> int", deriveIndex)
  }

  private enum Operation {
    case add, subtract, multiply, divide, floorDivide, remainder, power, uncheckedPower
    case fmod, ieeeRemainder, atan2, copysign, logarithm, minimum, maximum
  }

  private static func add(_ call: Call) throws(LiteError) -> Value { try apply(call, .add) }
  private static func subtract(_ call: Call) throws(LiteError) -> Value { try apply(call, .subtract) }
  private static func multiply(_ call: Call) throws(LiteError) -> Value { try apply(call, .multiply) }
  private static func divide(_ call: Call) throws(LiteError) -> Value { try apply(call, .divide) }
  private static func floorDivide(_ call: Call) throws(LiteError) -> Value { try apply(call, .floorDivide) }
  private static func remainder(_ call: Call) throws(LiteError) -> Value { try apply(call, .remainder) }
  private static func power(_ call: Call) throws(LiteError) -> Value { try apply(call, .power) }
  private static func uncheckedPower(_ call: Call) throws(LiteError) -> Value { try apply(call, .uncheckedPower) }
  private static func fmod(_ call: Call) throws(LiteError) -> Value { try apply(call, .fmod) }
  private static func ieeeRemainder(_ call: Call) throws(LiteError) -> Value { try apply(call, .ieeeRemainder) }
  private static func atan2(_ call: Call) throws(LiteError) -> Value { try apply(call, .atan2) }
  private static func copysign(_ call: Call) throws(LiteError) -> Value { try apply(call, .copysign) }
  private static func logarithm(_ call: Call) throws(LiteError) -> Value { try apply(call, .logarithm) }
  private static func minimum(_ call: Call) throws(LiteError) -> Value { try apply(call, .minimum) }
  private static func maximum(_ call: Call) throws(LiteError) -> Value { try apply(call, .maximum) }

  private static func apply(_ call: Call, _ operation: Operation) throws(LiteError) -> Value {
    switch (try call.number(0), try call.number(1)) {
    case (.int(let a), .int(let b)):
      if let result = try integers(operation, a, b) { return .int(result) }
      return .double(try doubles(operation, Double(a), Double(b)))
    case (.complex(let a), let b): return (try complexes(operation, a, b.complex)).value
    case (let a, .complex(let b)): return (try complexes(operation, a.complex, b)).value
    case (let a, let b): return .double(try doubles(operation, a.double, b.double))
    }
  }

  /// nil where two ints make a float. Results wrap around, as in PyTorch.
  private static func integers(_ operation: Operation, _ a: Int64, _ b: Int64) throws(LiteError) -> Int64? {
    switch operation {
    case .add: return a &+ b
    case .subtract: return a &- b
    case .multiply: return a &* b
    case .floorDivide: return try floorDivide(a, b).quotient
    case .remainder:
      // The sum wraps for |b| beyond 2^62, which is PyTorch's result too.
      return try truncatingRemainder(b &+ (try truncatingRemainder(a, b)), b)
    case .minimum: return a < b ? a : b
    case .maximum: return a > b ? a : b
    default: return nil
    }
  }

  private static func truncatingRemainder(_ a: Int64, _ b: Int64) throws(LiteError) -> Int64 {
    guard b != 0 else { throw LiteError(.operatorFailed, "division by 0") }
    return b == -1 ? 0 : a % b
  }

  /// Python's division: the quotient is rounded down, the remainder has the divisor's sign.
  private static func floorDivide(_ a: Int64, _ b: Int64) throws(LiteError) -> (quotient: Int64, remainder: Int64) {
    guard b != 0 else { throw LiteError(.operatorFailed, "division by 0") }
    if b == -1 { return (0 &- a, 0) }
    let (quotient, remainder) = (a / b, a % b)
    return remainder != 0 && (a < 0) != (b < 0) ? (quotient - 1, remainder + b) : (quotient, remainder)
  }

  private static func doubles(_ operation: Operation, _ a: Double, _ b: Double) throws(LiteError) -> Double {
    switch operation {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide: return a / b
    case .floorDivide: return (a / b).rounded(.down)
    case .remainder: return CLitePlatform.fmod(b + CLitePlatform.fmod(a, b), b)
    case .power:
      guard a != 0 || !(b < 0) else { throw LiteError(.operatorFailed, "0.0 cannot be raised to a negative power") }
      return pow(a, b)
    case .uncheckedPower: return pow(a, b)
    case .fmod: return CLitePlatform.fmod(a, b)
    case .ieeeRemainder: return CLitePlatform.remainder(a, b)
    case .atan2: return CLitePlatform.atan2(a, b)
    case .copysign: return CLitePlatform.copysign(a, b)
    case .logarithm: return log(a) / log(b)
    case .minimum: return a < b ? a : b
    case .maximum: return a > b ? a : b
    }
  }

  private static func complexes(_ operation: Operation, _ a: Complex, _ b: Complex) throws(LiteError) -> Complex {
    switch operation {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide: return a / b
    case .power: return a.power(b)
    case .logarithm: return a.logarithm / b.logarithm
    default: throw LiteError(.operatorFailed, "found a complex number, expected int or float")
    }
  }

  // MARK: More on ints

  private static func divideWithRemainder(_ call: Call) throws(LiteError) -> Value {
    switch (try call.number(0), try call.number(1)) {
    case (.int(let a), .int(let b)):
      guard b != 0 else { throw LiteError(.operatorFailed, "ZeroDivisionError: integer division or modulo by zero") }
      let (quotient, remainder) = try floorDivide(a, b)
      return .tuple(TupleValue([.int(quotient), .int(remainder)]))
    case (.double(let a), .double(let b)):
      guard b != 0 else { throw LiteError(.operatorFailed, "ZeroDivisionError: float divmod()") }
      var remainder = CLitePlatform.fmod(a, b)
      if remainder != 0, (a < 0) != (b < 0) { remainder += b }
      return .tuple(TupleValue([.double((a - remainder) / b), .double(remainder)]))
    case (let a, let b):
      // Mixed operands lose precision: they are C's int and float here.
      let (x, y) = (short(a), short(b))
      guard y != 0 else { throw LiteError(.operatorFailed, "ZeroDivisionError: float divmod()") }
      let quotient = Double((x / y).rounded(.down))
      return .tuple(TupleValue([.double(quotient), .double(Double(x) - quotient * Double(y))]))
    }
  }

  private static func short(_ number: Number) -> Float {
    if case .int(let number) = number { return Float(Int32(truncatingIfNeeded: number)) }
    return Float(number.double)
  }

  private static func truncatingDivide(_ call: Call) throws(LiteError) -> Value {
    let (a, b) = (try call.int64(0), try call.int64(1))
    guard b != 0 else { throw LiteError(.operatorFailed, "division by 0") }
    return .int(b == -1 ? 0 &- a : a / b)
  }

  private static func integerPower(_ call: Call) throws(LiteError) -> Value {
    .int(Scalar.double(try doubles(.power, Double(try call.int64(0)), Double(try call.int64(1)))).int)
  }

  private static func and(_ call: Call) throws(LiteError) -> Value { try bits(call) { $0 & $1 } }
  private static func or(_ call: Call) throws(LiteError) -> Value { try bits(call) { $0 | $1 } }
  private static func xor(_ call: Call) throws(LiteError) -> Value { try bits(call) { $0 ^ $1 } }
  /// The processor's shifts take the count modulo 64.
  private static func shiftLeft(_ call: Call) throws(LiteError) -> Value { try bits(call) { $0 &<< $1 } }
  private static func shiftRight(_ call: Call) throws(LiteError) -> Value { try bits(call) { $0 &>> $1 } }

  /// Bools give a bool.
  @inline(never)
  private static func bits(_ call: Call, _ combine: (Int64, Int64) -> Int64) throws(LiteError) -> Value {
    let result = combine(try call.int64(0), try call.int64(1))
    if case .bool = call[0], case .bool = call[1] { return .bool(result != 0) }
    return .int(result)
  }

  private static func greatestCommonDivisor(_ call: Call) throws(LiteError) -> Value {
    var (a, b) = (try call.int64(0), try call.int64(1))
    while b != 0 { (a, b) = (b, try truncatingRemainder(a, b)) }
    return .int(a < 0 ? 0 &- a : a)
  }

  private static func rangeLength(_ call: Call) throws(LiteError) -> Value {
    let (low, high, step) = (try call.int64(0), try call.int64(1), try call.int64(2))
    guard step != 0 else { throw LiteError(.operatorFailed, "range() arg 3 must not be zero") }
    if step > 0 ? low >= high : low <= high { return .int(0) }
    let distance = UInt64(bitPattern: step > 0 ? high &- low : low &- high)
    return .int(Int64(truncatingIfNeeded: (distance - 1) / step.magnitude &+ 1))
  }

  private static func deriveIndex(_ call: Call) throws(LiteError) -> Value {
    .int(try call.int64(1) &+ (try call.int64(0)) &* (try call.int64(2)))
  }
}

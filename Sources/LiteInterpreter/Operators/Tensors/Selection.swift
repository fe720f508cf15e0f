import CLiteKernels
import CLitePlatform
import LiteFormat

/// Elementwise operators of three operands, of a tensor and bounds, and tests of elements.
enum Selection {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      where.self(condition, self, other) | self_out
      where.ScalarSelf(condition, Scalar self, other)
      where.ScalarOther(condition, self, Scalar other)
      where.Scalar(condition, Scalar self, Scalar other)
      """, atenWhereSelf)
    table.add(
      """
      masked_fill.Scalar(self, mask, Scalar value) | _ | Scalar_out
      masked_fill.Tensor(self, mask, value) | _ | Tensor_out
      """, atenMaskedFill)
    table.add(
      """
      clamp(self, Scalar? min=None, Scalar? max=None) | _ | out
      clamp.Tensor(self, Tensor? min=None, Tensor? max=None) | _ | Tensor_out
      clip(self, Scalar? min=None, Scalar? max=None) | _ | out
      clip.Tensor(self, Tensor? min=None, Tensor? max=None) | _ | Tensor_out
      """, atenClamp)
    table.add(
      """
      clamp_min(self, Scalar min) | _ | out
      clamp_min.Tensor(self, min) | _ | Tensor_out
      """, atenClampMin)
    table.add(
      """
      clamp_max(self, Scalar max) | _ | out
      clamp_max.Tensor(self, max) | _ | Tensor_out
      """, atenClampMax)
    table.add(
      """
      lerp.Scalar(self, end, Scalar weight) | _ | Scalar_out
      lerp.Tensor(self, end, weight) | _ | Tensor_out
      """, atenLerp)
    table.add("addcmul(self, tensor1, tensor2, *, Scalar value=1) | _ | out", atenAddcmul)
    table.add("addcdiv(self, tensor1, tensor2, *, Scalar value=1) | _ | out", atenAddcdiv)
    table.add("isnan(self) | out", atenIsnan)
    table.add("isinf(self) | out", atenIsinf)
    table.add("isfinite(self)", atenIsfinite)
    table.add("isposinf(self) | out", atenIsposinf)
    table.add("isneginf(self) | out", atenIsneginf)
    table.add("isreal(self)", atenIsreal)
    table.add("signbit(self) | out", atenSignbit)
    table.add(
      "isclose(self, other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False)",
      atenIsclose)
    table.add(
      "allclose(self, other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> bool",
      atenAllclose)
    table.add("equal(self, other) -> bool", atenEqual)
    table.add("nan_to_num(self, float? nan=None, float? posinf=None, float? neginf=None) | _ | out", atenNanToNum)
    table.add(
      """
      isin.Tensor_Tensor(elements, test_elements, *, bool assume_unique=False, bool invert=False) | Tensor_Tensor_out
      isin.Tensor_Scalar(elements, Scalar test_element, *, bool assume_unique=False, bool invert=False) | Tensor_Scalar_out
      isin.Scalar_Tensor(Scalar element, test_elements, *, bool assume_unique=False, bool invert=False) | Scalar_Tensor_out
      """, atenIsin)
  }

  // MARK: What the table refers to

  private static func atenWhereSelf(_ call: Call) throws(LiteError) -> Value { try choose(call) }
  private static func atenMaskedFill(_ call: Call) throws(LiteError) -> Value { try maskedFill(call) }
  private static func atenClamp(_ call: Call) throws(LiteError) -> Value { try clamp(call, "min", "max") }
  private static func atenClampMin(_ call: Call) throws(LiteError) -> Value { try clamp(call, "min", nil) }
  private static func atenClampMax(_ call: Call) throws(LiteError) -> Value { try clamp(call, nil, "max") }
  private static func atenLerp(_ call: Call) throws(LiteError) -> Value { try interpolate(call) }
  private static func atenAddcmul(_ call: Call) throws(LiteError) -> Value { try addProduct(call) }
  private static func atenAddcdiv(_ call: Call) throws(LiteError) -> Value { try addQuotient(call) }
  private static func atenIsnan(_ call: Call) throws(LiteError) -> Value { try test(call) { $0.isNaN } }
  private static func atenIsinf(_ call: Call) throws(LiteError) -> Value { try test(call) { $0.isInfinite } }
  private static func atenIsfinite(_ call: Call) throws(LiteError) -> Value { try test(call) { $0.isFinite } }
  private static func atenIsposinf(_ call: Call) throws(LiteError) -> Value { try test(call) { $0 == .infinity } }
  private static func atenIsneginf(_ call: Call) throws(LiteError) -> Value { try test(call) { $0 == -.infinity } }
  private static func atenIsreal(_ call: Call) throws(LiteError) -> Value { try test(call) { _ in true } }
  private static func atenSignbit(_ call: Call) throws(LiteError) -> Value { try test(call) { $0.sign == .minus } }
  private static func atenIsclose(_ call: Call) throws(LiteError) -> Value { .tensor(try isClose(call)) }
  private static func atenAllclose(_ call: Call) throws(LiteError) -> Value {
    .bool(try allTrue(try isClose(call), call.context))
  }
  private static func atenEqual(_ call: Call) throws(LiteError) -> Value { .bool(try isEqual(call)) }
  private static func atenNanToNum(_ call: Call) throws(LiteError) -> Value { try nanToNumber(call) }
  private static func atenIsin(_ call: Call) throws(LiteError) -> Value { try isIn(call) }

  /// A test of each element.
  @inline(never)
  private static func test(_ call: Call, _ body: (Double) -> Bool) throws(LiteError) -> Value {
    .tensor(try Pointwise.doubles(call, [try call.operand(0)], result: .bool) { (a, _, _) in body(a) ? 1 : 0 })
  }

  private static func choose(_ call: Call) throws(LiteError) -> Value {
    let condition = try call.plainTensor(0)
    try call.require(
      condition.type == .bool || condition.type == .uint8, 0, "found a tensor of \(condition.message), expected bool")
    let a = try call.operand(1)
    let b = try call.operand(2)
    return .tensor(
      try Pointwise.numbers(call, [Operand(condition), a, b], result: TypePromotion([a, b]).result) { (c, a, b) in
        c != 0 ? a : b
      } _: { (c, a, b) in
        c != 0 ? a : b
      })
  }

  private static func maskedFill(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let mask = try call.plainTensor(1)
    try call.require(mask.type == .bool || mask.type == .uint8, 1, "found a tensor of \(mask.message), expected bool")
    let value = try call.operand(2)
    if let tensor = value.tensor, tensor.rank > 0 {
      throw call.failure(2, "found a tensor of \(tensor.message), expected a single number")
    }
    return .tensor(
      try Pointwise.numbers(call, [Operand(x), Operand(mask), value], result: x.type) { (x, mask, value) in
        mask != 0 ? value : x
      } _: { (x, mask, value) in
        mask != 0 ? value : x
      })
  }

  /// NaN, of the element or of a bound, stays.
  private static func clamp(_ call: Call, _ minimum: StaticString?, _ maximum: StaticString?) throws(LiteError) -> Value {
    if minimum != nil, maximum != nil, try call.tensor(0).type.isQuantized { return try QuantizedActivations.clamp(call) }
    let x = try call.operand(0)
    var operands = [x]
    let low: Operand? = if let minimum, let index = call.given(minimum) { try call.operand(index) } else { nil }
    let high: Operand? = if let maximum, let index = call.given(maximum) { try call.operand(index) } else { nil }
    if let low { operands.append(low) }
    if let high { operands.append(high) }
    try call.require(operands.count > 1, 1, "one of min and max must not be None")
    let type = TypePromotion(operands).result
    if type.isFloatingPoint, low?.tensor == nil, high?.tensor == nil {
      return try Pointwise.unary(
        call, LITE_UNARY_CLAMP, x, compute: type, result: type, low?.scalar.double ?? -.infinity, high?.scalar.double ?? .infinity
      )
    }
    let hasLow = low != nil
    let hasBoth = operands.count > 2
    return .tensor(
      try Pointwise.numbers(call, operands, result: type) { (x, b, c) in
        if x.isNaN || b.isNaN { return .nan }
        if hasBoth { return c.isNaN ? c : min(max(x, b), c) }
        return hasLow ? max(x, b) : min(x, b)
      } _: { (x, b, c) in
        if hasBoth { return min(max(x, b), c) }
        return hasLow ? max(x, b) : min(x, b)
      })
  }

  private static func interpolate(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1), try call.operand(2)]
    let type = TypePromotion([operands[0], operands[1]]).result
    try call.require(type.isFloatingPoint, 0, "found \(type.name), expected a floating type")
    return .tensor(
      try Pointwise.doubles(call, operands, result: type) { (start, end, weight) in
        abs(weight) < 0.5 ? start + weight * (end - start) : end - (end - start) * (1 - weight)
      })
  }

  private static func addProduct(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1), try call.operand(2)]
    let value = try call.scalar(3)
    return .tensor(
      try Pointwise.numbers(call, operands, result: TypePromotion(operands).result) { (x, a, b) in
        x + value.double * a * b
      } _: { (x, a, b) in
        x &+ value.int &* a &* b
      })
  }

  private static func addQuotient(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1), try call.operand(2)]
    let value = try call.scalar(3).double
    let type = TypePromotion(operands).result
    try call.require(type.isFloatingPoint, 0, "integer division is not supported; found \(type.name)")
    return .tensor(try Pointwise.doubles(call, operands, result: type) { (x, a, b) in x + value * a / b })
  }

  // MARK: Equality

  private static func isClose(_ call: Call) throws(LiteError) -> Tensor {
    let relative = try call.double(2)
    let absolute = try call.double(3)
    let matchesNaN = try call.bool(4)
    try call.require(relative >= 0, 2, "found a tolerance below 0")
    try call.require(absolute >= 0, 3, "found a tolerance below 0")
    return try Pointwise.doubles(call, [try call.operand(0), try call.operand(1)], result: .bool) { (a, b, _) in
      if a == b || (matchesNaN && a.isNaN && b.isNaN) { return 1 }
      return a.isFinite && b.isFinite && abs(a - b) <= absolute + relative * abs(b) ? 1 : 0
    }
  }

  private static func isEqual(_ call: Call) throws(LiteError) -> Bool {
    guard let a = try call.dequantizedOperand(0).tensor, let b = try call.dequantizedOperand(1).tensor, a.sizes == b.sizes else {
      return false
    }
    let type = TypePromotion([Operand(a), Operand(b)]).result
    let same =
      type.isFloatingPoint
      ? try Pointwise.doubles(call, [Operand(a), Operand(b)], result: .bool) { (a, b, _) in a == b ? 1 : 0 }
      : try Pointwise.integers(call, [Operand(a), Operand(b)], result: .bool) { (a, b, _) in a == b ? 1 : 0 }
    return try allTrue(same, call.context)
  }

  static func allTrue(_ x: Tensor, _ context: Context) throws(LiteError) -> Bool {
    var result = true
    try ElementRuns(x, context, .int64).forEach { (elements, count) in
      for index in 0..<count where elements.integers[index] == 0 { result = false }
    }
    return result
  }

  private static func isIn(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    let tests = try call.operand(1)
    let isInverted = try call.flag("invert")
    let values = try tests.converted(to: .float64, call.context).doubles(call.context)
    let count = tests.tensor?.count ?? 1
    try call.context.spend(x.tensor?.count ?? 1, count)
    return .tensor(
      try Pointwise.doubles(call, [x], result: .bool) { (a, _, _) in
        (0..<count).contains { values[$0] == a } != isInverted ? 1 : 0
      })
  }

  // MARK: Not numbers

  private static func nanToNumber(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    guard x.type.isFloatingPoint else { return try Conversion.copy(call) }
    let largest: Double =
      switch x.type {
      case .float16: 65504
      case .bfloat16: 3.3895313892515355e38
      case .float32: Double(Float.greatestFiniteMagnitude)
      default: .greatestFiniteMagnitude
      }
    let nan = try call.optionalDouble(1) ?? 0
    let positive = try call.optionalDouble(2) ?? largest
    let negative = try call.optionalDouble(3) ?? -largest
    return .tensor(
      try Pointwise.doubles(call, [x], result: x.type) { (a, _, _) in
        a.isNaN ? nan : a == .infinity ? positive : a == -.infinity ? negative : a
      })
  }
}

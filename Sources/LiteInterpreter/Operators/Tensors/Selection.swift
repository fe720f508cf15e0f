import CLiteKernels
import CLitePlatform
import LiteFormat

/// Elementwise operators of three operands, of a tensor and bounds, and tests of elements.
enum Selection {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      aten::where.self(Tensor condition, Tensor self, Tensor other)
      aten::where.self_out(Tensor condition, Tensor self, Tensor other, *, Tensor(a!) out)
      aten::where.ScalarSelf(Tensor condition, Scalar self, Tensor other)
      aten::where.ScalarOther(Tensor condition, Tensor self, Scalar other)
      aten::where.Scalar(Tensor condition, Scalar self, Scalar other)
      """, atenWhereSelf)
    table.add(
      """
      aten::masked_fill.Scalar(Tensor self, Tensor mask, Scalar value)
      aten::masked_fill.Scalar_out(Tensor self, Tensor mask, Scalar value, *, Tensor(a!) out)
      aten::masked_fill.Tensor(Tensor self, Tensor mask, Tensor value)
      aten::masked_fill.Tensor_out(Tensor self, Tensor mask, Tensor value, *, Tensor(a!) out)
      aten::masked_fill_.Scalar(Tensor(a!) self, Tensor mask, Scalar value)
      aten::masked_fill_.Tensor(Tensor(a!) self, Tensor mask, Tensor value)
      """, atenMaskedFill)
    table.add(
      """
      aten::clamp(Tensor self, Scalar? min=None, Scalar? max=None)
      aten::clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None)
      aten::clamp.out(Tensor self, Scalar? min=None, Scalar? max=None, *, Tensor(a!) out)
      aten::clamp.Tensor_out(Tensor self, Tensor? min=None, Tensor? max=None, *, Tensor(a!) out)
      aten::clamp_(Tensor(a!) self, Scalar? min=None, Scalar? max=None)
      aten::clamp_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None)
      aten::clip(Tensor self, Scalar? min=None, Scalar? max=None)
      aten::clip.Tensor(Tensor self, Tensor? min=None, Tensor? max=None)
      aten::clip.out(Tensor self, Scalar? min=None, Scalar? max=None, *, Tensor(a!) out)
      aten::clip.Tensor_out(Tensor self, Tensor? min=None, Tensor? max=None, *, Tensor(a!) out)
      aten::clip_(Tensor(a!) self, Scalar? min=None, Scalar? max=None)
      aten::clip_.Tensor(Tensor(a!) self, Tensor? min=None, Tensor? max=None)
      """, atenClamp)
    table.add(
      """
      aten::clamp_min(Tensor self, Scalar min)
      aten::clamp_min.Tensor(Tensor self, Tensor min)
      aten::clamp_min.out(Tensor self, Scalar min, *, Tensor(a!) out)
      aten::clamp_min.Tensor_out(Tensor self, Tensor min, *, Tensor(a!) out)
      aten::clamp_min_(Tensor(a!) self, Scalar min)
      aten::clamp_min_.Tensor(Tensor(a!) self, Tensor min)
      """, atenClampMin)
    table.add(
      """
      aten::clamp_max(Tensor self, Scalar max)
      aten::clamp_max.Tensor(Tensor self, Tensor max)
      aten::clamp_max.out(Tensor self, Scalar max, *, Tensor(a!) out)
      aten::clamp_max.Tensor_out(Tensor self, Tensor max, *, Tensor(a!) out)
      aten::clamp_max_(Tensor(a!) self, Scalar max)
      aten::clamp_max_.Tensor(Tensor(a!) self, Tensor max)
      """, atenClampMax)
    table.add(
      """
      aten::lerp.Scalar(Tensor self, Tensor end, Scalar weight)
      aten::lerp.Tensor(Tensor self, Tensor end, Tensor weight)
      aten::lerp.Scalar_out(Tensor self, Tensor end, Scalar weight, *, Tensor(a!) out)
      aten::lerp.Tensor_out(Tensor self, Tensor end, Tensor weight, *, Tensor(a!) out)
      aten::lerp_.Scalar(Tensor(a!) self, Tensor end, Scalar weight)
      aten::lerp_.Tensor(Tensor(a!) self, Tensor end, Tensor weight)
      """, atenLerp)
    table.add(
      """
      aten::addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1)
      aten::addcmul.out(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1, Tensor(a!) out)
      aten::addcmul_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1)
      """, atenAddcmul)
    table.add(
      """
      aten::addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1)
      aten::addcdiv.out(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1, Tensor(a!) out)
      aten::addcdiv_(Tensor(a!) self, Tensor tensor1, Tensor tensor2, *, Scalar value=1)
      """, atenAddcdiv)
    table.add(
      """
      aten::isnan(Tensor self)
      aten::isnan.out(Tensor self, *, Tensor(a!) out)
      """, atenIsnan)
    table.add(
      """
      aten::isinf(Tensor self)
      aten::isinf.out(Tensor self, *, Tensor(a!) out)
      """, atenIsinf)
    table.add("aten::isfinite(Tensor self)", atenIsfinite)
    table.add(
      """
      aten::isposinf(Tensor self)
      aten::isposinf.out(Tensor self, *, Tensor(a!) out)
      """, atenIsposinf)
    table.add(
      """
      aten::isneginf(Tensor self)
      aten::isneginf.out(Tensor self, *, Tensor(a!) out)
      """, atenIsneginf)
    table.add("aten::isreal(Tensor self)", atenIsreal)
    table.add(
      """
      aten::signbit(Tensor self)
      aten::signbit.out(Tensor self, *, Tensor(a!) out)
      """, atenSignbit)
    table.add(
      "aten::isclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False)",
      atenIsclose)
    table.add(
      "aten::allclose(Tensor self, Tensor other, float rtol=1.0000000000000001e-05, float atol=1e-08, bool equal_nan=False) -> bool",
      atenAllclose)
    table.add("aten::equal(Tensor self, Tensor other) -> bool", atenEqual)
    table.add(
      """
      aten::nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None)
      aten::nan_to_num.out(Tensor self, float? nan=None, float? posinf=None, float? neginf=None, *, Tensor(a!) out)
      aten::nan_to_num_(Tensor(a!) self, float? nan=None, float? posinf=None, float? neginf=None)
      """, atenNanToNum)
    table.add(
      """
      aten::isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False)
      aten::isin.Tensor_Tensor_out(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False, Tensor(a!) out)
      aten::isin.Tensor_Scalar(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False)
      aten::isin.Tensor_Scalar_out(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False, Tensor(a!) out)
      aten::isin.Scalar_Tensor(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False)
      aten::isin.Scalar_Tensor_out(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False, Tensor(a!) out)
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
    var values: [Double] = []
    if let tensor = tests.tensor {
      for index in 0..<tensor.count { values.append(try tensor.doubleElement(index)) }
    } else {
      values.append(tests.scalar.double)
    }
    return .tensor(try Pointwise.doubles(call, [x], result: .bool) { (a, _, _) in values.contains(a) != isInverted ? 1 : 0 })
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

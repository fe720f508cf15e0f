import LiteFormat

/// Arithmetic, comparison and choice with complex operands.
enum ComplexArithmetic {
  static let forms: [ComplexForm] = [
    ComplexForm("add", { (call) throws(LiteError) in try sum(call, 0, 1, 1) }),
    ComplexForm("sub", subtract), ComplexForm("subtract", subtract),
    ComplexForm("rsub", { (call) throws(LiteError) in try sum(call, 1, 0, -1) }),
    ComplexForm("mul", multiply), ComplexForm("multiply", multiply),
    ComplexForm("div", divide), ComplexForm("divide", divide), ComplexForm("true_divide", divide),
    ComplexForm(
      "ldexp", { (call) throws(LiteError) in try deliver(call, try pair(call)) { $0 * ($1 * 0.6931471805599453).exponential } }),
    ComplexForm("pow", { (call) throws(LiteError) in try power(call, .complexFloat) }),
    ComplexForm("float_power", { (call) throws(LiteError) in try power(call, .complexDouble) }),
    ComplexForm("eq", { (call) throws(LiteError) in try compare(call) { $0 == $1 } }),
    ComplexForm("ne", notEqual), ComplexForm("not_equal", notEqual),
    ComplexForm("logical_and", { (call) throws(LiteError) in try compare(call) { !$0.isZero && !$1.isZero } }),
    ComplexForm("logical_or", { (call) throws(LiteError) in try compare(call) { !$0.isZero || !$1.isZero } }),
    ComplexForm("logical_xor", { (call) throws(LiteError) in try compare(call) { $0.isZero != $1.isZero } }),
    ComplexForm("isclose", { (call) throws(LiteError) in .tensor(try isClose(call)) }),
    ComplexForm("allclose", { (call) throws(LiteError) in .bool(try Selection.allTrue(try isClose(call), call.context)) }),
    ComplexForm("equal", { (call) throws(LiteError) in .bool(try isEqual(call)) }),
    ComplexForm("where", choose),
    ComplexForm("masked_fill", fillMasked),
    ComplexForm("lerp", interpolate),
    ComplexForm("addcmul", { (call) throws(LiteError) in try combine(call) { $0 + $1 * $2 } }),
    ComplexForm("addcdiv", { (call) throws(LiteError) in try combine(call) { $0 + $1 / $2 } }),
  ]

  private static func subtract(_ call: Call) throws(LiteError) -> Value { try sum(call, 0, 1, -1) }

  /// a + sign * alpha * b of two arguments.
  private static func sum(_ call: Call, _ first: Int, _ second: Int, _ sign: Double) throws(LiteError) -> Value {
    let operands = [try call.complexOperand(first), try call.complexOperand(second)]
    var factor = Complex(sign, 0)
    if let index = call.given("alpha") { factor = try call.complexScalar(index).complex * sign }
    let isOne = factor.imaginary == 0 && factor.real == 1
    return try deliver(call, operands) { (a, b) in a + (isOne ? b : factor * b) }
  }

  private static func multiply(_ call: Call) throws(LiteError) -> Value { try deliver(call, try pair(call)) { $0 * $1 } }

  private static func divide(_ call: Call) throws(LiteError) -> Value {
    if let index = call.given("rounding_mode") {
      throw call.failure(index, "found a rounding mode, which complex numbers have not")
    }
    return try deliver(call, try pair(call)) { $0 / $1 }
  }

  private static func power(_ call: Call, _ least: DataType) throws(LiteError) -> Value {
    let operands = try pair(call)
    let type = DataType.promoted(TypePromotion(operands).result, least)
    // The exponents that PyTorch treats apart, and so more exactly.
    let exponent = operands[1].tensor == nil && operands[1].scalar.imaginary == 0 ? operands[1].scalar.double : .nan
    let result = try ComplexPointwise.run(call, operands, result: type) { (a, b, _) in
      if exponent == 2 { return a * a }
      if exponent == 0.5 { return a.squareRoot }
      if exponent == -1 { return Complex(1, 0) / a }
      return a.power(b)
    }
    return .tensor(result)
  }

  private static func pair(_ call: Call) throws(LiteError) -> [Operand] {
    [try call.complexOperand(0), try call.complexOperand(1)]
  }

  private static func deliver(_ call: Call, _ operands: [Operand], _ body: (Complex, Complex) -> Complex) throws(LiteError)
    -> Value
  {
    .tensor(
      try ComplexPointwise.run(call, operands, result: TypePromotion(operands).result) { (a, b, _) in body(a, b) })
  }

  // MARK: Comparison

  private static func compare(_ call: Call, _ body: (Complex, Complex) -> Bool) throws(LiteError) -> Value {
    .tensor(try ComplexPointwise.run(call, try pair(call), result: .bool) { (a, b, _) in Complex(body(a, b) ? 1 : 0, 0) })
  }

  private static func notEqual(_ call: Call) throws(LiteError) -> Value { try compare(call) { $0 != $1 } }

  private static func isClose(_ call: Call) throws(LiteError) -> Tensor {
    let relative = try call.double(2)
    let absolute = try call.double(3)
    let matchesNaN = try call.bool(4)
    try call.require(relative >= 0, 2, "found a tolerance below 0")
    try call.require(absolute >= 0, 3, "found a tolerance below 0")
    return try ComplexPointwise.run(call, try pair(call), result: .bool) { (a, b, _) in
      if a == b || (matchesNaN && a.isNaN && b.isNaN) { return Complex(1, 0) }
      let distance = (a - b).magnitude
      return Complex(distance.isFinite && distance <= absolute + relative * b.magnitude ? 1 : 0, 0)
    }
  }

  private static func isEqual(_ call: Call) throws(LiteError) -> Bool {
    let (a, b) = (try call.tensor(0), try call.tensor(1))
    guard a.sizes == b.sizes else { return false }
    let same = try ComplexPointwise.run(call, [Operand(a), Operand(b)], result: .bool) { (a, b, _) in Complex(a == b ? 1 : 0, 0) }
    return try Selection.allTrue(same, call.context)
  }

  // MARK: Three operands

  private static func choose(_ call: Call) throws(LiteError) -> Value {
    let condition = try call.plainTensor(0)
    try call.require(
      condition.type == .bool || condition.type == .uint8, 0, "found a tensor of \(condition.message), expected bool")
    let choices = [try call.complexOperand(1), try call.complexOperand(2)]
    let type = TypePromotion(choices).result
    return .tensor(
      try ComplexPointwise.run(call, [Operand(condition), choices[0], choices[1]], result: type) { (c, a, b) in c.isZero ? b : a }
    )
  }

  private static func fillMasked(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let mask = try call.plainTensor(1)
    try call.require(mask.type == .bool || mask.type == .uint8, 1, "found a tensor of \(mask.message), expected bool")
    let value = try call.complexOperand(2)
    try call.require(value.tensor?.rank ?? 0 == 0, 2, "found a tensor with dimensions, expected a single number")
    try call.require(x.type.isComplex, 0, "found a tensor of \(x.message), which cannot hold complex numbers")
    return .tensor(
      try ComplexPointwise.run(call, [Operand(x), Operand(mask), value], result: x.type) { (x, mask, value) in
        mask.isZero ? x : value
      })
  }

  private static func interpolate(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.complexOperand(0), try call.complexOperand(1), try call.complexOperand(2)]
    let type = TypePromotion([operands[0], operands[1]]).result
    return .tensor(
      try ComplexPointwise.run(call, operands, result: type) { (start, end, weight) in
        weight.magnitude < 0.5 ? start + weight * (end - start) : end - (end - start) * (Complex(1, 0) - weight)
      })
  }

  /// `addcmul`, `addcdiv`: the second operand is multiplied by `value`.
  private static func combine(_ call: Call, _ body: (Complex, Complex, Complex) -> Complex) throws(LiteError) -> Value {
    let operands = [try call.complexOperand(0), try call.complexOperand(1), try call.complexOperand(2)]
    let value = try call.complexScalar(3).complex
    return .tensor(
      try ComplexPointwise.run(call, operands, result: TypePromotion(operands).result) { (x, a, b) in body(x, value * a, b) })
  }
}

extension Scalar {
  var complex: Complex { Complex(double, imaginary) }
}

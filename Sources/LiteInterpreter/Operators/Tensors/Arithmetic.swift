import CLiteKernels
import CLitePlatform
import LiteFormat

/// Arithmetic, comparison and logic of two tensors, or a tensor and a number.
enum Arithmetic {
  static func declare(in table: inout OperatorTable) {
    table.add("add.Tensor(self, other, *, Scalar alpha=1)", atenAdd)
    table.add(
      """
      _add_relu.Tensor(self, other, *, Scalar alpha=1) | _ | out
      _add_relu.Scalar(self, Scalar other, Scalar alpha=1) | _
      """, atenAddRelu)
    table.add(
      """
      add.Scalar(self, Scalar other, Scalar alpha=1) | _ | Scalar_out
      add.out(self, other, *, Scalar alpha=1, out&)
      add_.Tensor(self&, other, *, Scalar alpha=1)
      sub.Tensor(self, other, *, Scalar alpha=1) | _ | out
      sub.Scalar(self, Scalar other, Scalar alpha=1) | _ | Scalar_out
      """, atenAdd)
    table.add(
      """
      subtract.Tensor(self, other, *, Scalar alpha=1) | _ | out
      subtract.Scalar(self, Scalar other, Scalar alpha=1) | _
      """, atenSubtract)
    table.add(
      """
      rsub.Tensor(self, other, *, Scalar alpha=1) | Tensor_out
      rsub.Scalar(self, Scalar other, Scalar alpha=1) | Scalar_out
      """, atenRsub)
    table.add(
      """
      mul.Tensor(self, other) | _ | out
      mul.Scalar(self, Scalar other) | _ | Scalar_out
      multiply.Tensor(self, other) | _ | out
      multiply.Scalar(self, Scalar other) | _
      """, atenMul)
    table.add(
      """
      div.Tensor(self, other) | _ | out
      div.Scalar(self, Scalar other) | _ | Scalar_out
      div.Tensor_mode(self, other, *, str? rounding_mode) | _
      div.Scalar_mode(self, Scalar other, *, str? rounding_mode) | _ | Scalar_mode_out
      div.out_mode(self, other, *, str? rounding_mode, out&)
      divide.Tensor(self, other) | _ | out
      divide.Scalar(self, Scalar other) | _
      divide.Tensor_mode(self, other, *, str? rounding_mode) | _
      divide.Scalar_mode(self, Scalar other, *, str? rounding_mode) | _
      divide.out_mode(self, other, *, str? rounding_mode, out&)
      """, atenDiv)
    table.add(
      """
      true_divide.Tensor(self, other) | _ | out
      true_divide.Scalar(self, Scalar other) | _
      """, atenTrueDivide)
    table.add(
      """
      floor_divide(self, other) | out
      floor_divide.Scalar(self, Scalar other) | _ | Scalar_out
      floor_divide_.Tensor(self&, other)
      """, atenFloorDivide)
    table.add(
      """
      remainder.Tensor(self, other) | _ | Tensor_out
      remainder.Scalar(self, Scalar other) | _ | Scalar_out
      remainder.Scalar_Tensor(Scalar self, other) | Scalar_Tensor_out
      """, atenRemainder)
    table.add(
      """
      fmod.Tensor(self, other) | _ | Tensor_out
      fmod.Scalar(self, Scalar other) | _ | Scalar_out
      """, atenFmod)
    table.add(
      """
      pow.Tensor_Tensor(self, exponent) | Tensor_Tensor_out
      pow.Tensor_Scalar(self, Scalar exponent) | Tensor_Scalar_out
      pow.Scalar(Scalar self, exponent) | Scalar_out
      pow_.Scalar(self&, Scalar exponent)
      pow_.Tensor(self&, exponent)
      """, atenPow)
    table.add(
      """
      float_power.Tensor_Tensor(self, exponent) | Tensor_Tensor_out
      float_power.Tensor_Scalar(self, Scalar exponent) | Tensor_Scalar_out
      float_power.Scalar(Scalar self, exponent) | Scalar_out
      float_power_.Tensor(self&, exponent)
      float_power_.Scalar(self&, Scalar exponent)
      """, atenFloatPower)
    table.add(
      """
      maximum(self, other) | out
      max.other(self, other) | out
      """, atenMaximum)
    table.add(
      """
      minimum(self, other) | out
      min.other(self, other) | out
      """, atenMinimum)
    table.add("fmax(self, other) | out", atenFmax)
    table.add("fmin(self, other) | out", atenFmin)
    table.add(
      """
      eq.Tensor(self, other) | _ | Tensor_out
      eq.Scalar(self, Scalar other) | _ | Scalar_out
      """, atenEq)
    table.add(
      """
      ne.Tensor(self, other) | _ | Tensor_out
      ne.Scalar(self, Scalar other) | _ | Scalar_out
      not_equal.Tensor(self, other) | _ | Tensor_out
      not_equal.Scalar(self, Scalar other) | _ | Scalar_out
      """, atenNe)
    table.add(
      """
      lt.Tensor(self, other) | _ | Tensor_out
      lt.Scalar(self, Scalar other) | _ | Scalar_out
      less.Tensor(self, other) | _ | Tensor_out
      less.Scalar(self, Scalar other) | _ | Scalar_out
      """, atenLt)
    table.add(
      """
      le.Tensor(self, other) | _ | Tensor_out
      le.Scalar(self, Scalar other) | _ | Scalar_out
      less_equal.Tensor(self, other) | _ | Tensor_out
      less_equal.Scalar(self, Scalar other) | _ | Scalar_out
      """, atenLe)
    table.add(
      """
      gt.Tensor(self, other) | _ | Tensor_out
      gt.Scalar(self, Scalar other) | _ | Scalar_out
      greater.Tensor(self, other) | _ | Tensor_out
      greater.Scalar(self, Scalar other) | _ | Scalar_out
      """, atenGt)
    table.add(
      """
      ge.Tensor(self, other) | _ | Tensor_out
      ge.Scalar(self, Scalar other) | _ | Scalar_out
      greater_equal.Tensor(self, other) | _ | Tensor_out
      greater_equal.Scalar(self, Scalar other) | _ | Scalar_out
      """, atenGe)
    table.add("logical_and(self, other) | _ | out", atenLogicalAnd)
    table.add("logical_or(self, other) | _ | out", atenLogicalOr)
    table.add("logical_xor(self, other) | _ | out", atenLogicalXor)
    table.add(
      """
      bitwise_and.Tensor(self, other) | _ | Tensor_out
      bitwise_and.Scalar(self, Scalar other) | _ | Scalar_out
      bitwise_and.Scalar_Tensor(Scalar self, other) | Scalar_Tensor_out
      __and__.Scalar(self, Scalar other)
      __and__.Tensor(self, other)
      __iand__.Tensor(self&, other)
      __iand__.Scalar(self&, Scalar other)
      """, atenBitwiseAnd)
    table.add(
      """
      bitwise_or.Tensor(self, other) | _ | Tensor_out
      bitwise_or.Scalar(self, Scalar other) | _ | Scalar_out
      bitwise_or.Scalar_Tensor(Scalar self, other) | Scalar_Tensor_out
      __or__.Tensor(self, other)
      __or__.Scalar(self, Scalar other)
      __ior__.Tensor(self&, other)
      __ior__.Scalar(self&, Scalar other)
      """, atenBitwiseOr)
    table.add(
      """
      bitwise_xor.Tensor(self, other) | _ | Tensor_out
      bitwise_xor.Scalar(self, Scalar other) | _ | Scalar_out
      bitwise_xor.Scalar_Tensor(Scalar self, other) | Scalar_Tensor_out
      __xor__.Tensor(self, other)
      __xor__.Scalar(self, Scalar other)
      __ixor__.Tensor(self&, other)
      __ixor__.Scalar(self&, Scalar other)
      """, atenBitwiseXor)
    table.add(
      """
      bitwise_left_shift.Tensor(self, other) | _ | Tensor_out
      bitwise_left_shift.Tensor_Scalar(self, Scalar other) | _ | Tensor_Scalar_out
      bitwise_left_shift.Scalar_Tensor(Scalar self, other) | Scalar_Tensor_out
      __lshift__.Tensor(self, other) | Tensor_out
      __lshift__.Scalar(self, Scalar other) | Scalar_out
      __ilshift__.Tensor(self&, other)
      __ilshift__.Scalar(self&, Scalar other)
      """, atenBitwiseLeftShift)
    table.add(
      """
      bitwise_right_shift.Tensor(self, other) | _ | Tensor_out
      bitwise_right_shift.Tensor_Scalar(self, Scalar other) | _ | Tensor_Scalar_out
      bitwise_right_shift.Scalar_Tensor(Scalar self, other) | Scalar_Tensor_out
      __rshift__.Tensor(self, other) | Tensor_out
      __rshift__.Scalar(self, Scalar other) | Scalar_out
      __irshift__.Tensor(self&, other)
      __irshift__.Scalar(self&, Scalar other)
      """, atenBitwiseRightShift)
    table.add(
      """
      atan2(self, other) | _ | out
      arctan2(self, other) | _ | out
      """, atenAtan2)
    table.add("hypot(self, other) | _ | out", atenHypot)
    table.add(
      """
      copysign.Tensor(self, other) | _ | out
      copysign.Scalar(self, Scalar other) | _ | Scalar_out
      """, atenCopysign)
    table.add("logaddexp(self, other) | out", atenLogaddexp)
    table.add("logaddexp2(self, other) | out", atenLogaddexp2)
    table.add(
      """
      xlogy.Tensor(self, other) | _
      xlogy.Scalar_Other(self, Scalar other) | _
      xlogy.Scalar_Self(Scalar self, other)
      xlogy.OutTensor(self, other, *, out&)
      xlogy.OutScalar_Self(Scalar self, other, *, out&)
      xlogy.OutScalar_Other(self, Scalar other, *, out&)
      special_xlogy(self, other) | out
      special_xlogy.other_scalar(self, Scalar other) | other_scalar_out
      special_xlogy.self_scalar(Scalar self, other) | self_scalar_out
      """, atenXlogy)
    table.add(
      """
      special_xlog1py(self, other) | out
      special_xlog1py.other_scalar(self, Scalar other) | other_scalar_out
      special_xlog1py.self_scalar(Scalar self, other) | self_scalar_out
      """, atenSpecialXlog1py)
    table.add(
      """
      ldexp.Tensor(self, other) | out
      ldexp_(self&, other)
      """, atenLdexp)
    table.add(
      """
      igamma(self, other) | _ | out
      special_gammainc(self, other) | out
      """, atenIgamma)
    table.add(
      """
      igammac(self, other) | _ | out
      special_gammaincc(self, other) | out
      """, atenIgammac)
    table.add("nextafter(self, other) | _ | out", atenNextafter)
    table.add("heaviside(self, values) | _ | out", atenHeaviside)
    table.add("gcd(self, other) | _ | out", atenGcd)
    table.add("lcm(self, other) | _ | out", atenLcm)
  }

  // MARK: What the table refers to

  private static func atenMaximum(_ call: Call) throws(LiteError) -> Value { try common(call, LITE_BINARY_MAXIMUM) }
  private static func atenMinimum(_ call: Call) throws(LiteError) -> Value { try common(call, LITE_BINARY_MINIMUM) }
  private static func atenAdd(_ call: Call) throws(LiteError) -> Value { try addition(call) }
  private static func atenAddRelu(_ call: Call) throws(LiteError) -> Value { try additionRelu(call) }
  private static func atenSubtract(_ call: Call) throws(LiteError) -> Value { try addition(call) }
  private static func atenRsub(_ call: Call) throws(LiteError) -> Value { try addition(call) }
  private static func atenMul(_ call: Call) throws(LiteError) -> Value { try common(call, LITE_BINARY_MUL) }
  private static func atenDiv(_ call: Call) throws(LiteError) -> Value { try division(call) }
  private static func atenTrueDivide(_ call: Call) throws(LiteError) -> Value { try trueDivision(call) }
  private static func atenFloorDivide(_ call: Call) throws(LiteError) -> Value {
    try integerDivision(call, LITE_BINARY_DIV_FLOOR)
  }
  private static func atenRemainder(_ call: Call) throws(LiteError) -> Value {
    try integerDivision(call, LITE_BINARY_REMAINDER)
  }
  private static func atenFmod(_ call: Call) throws(LiteError) -> Value { try integerDivision(call, LITE_BINARY_FMOD) }
  private static func atenPow(_ call: Call) throws(LiteError) -> Value { try power(call) }
  private static func atenFloatPower(_ call: Call) throws(LiteError) -> Value { try floatPower(call) }
  private static func atenFmax(_ call: Call) throws(LiteError) -> Value { try extremum(call, isMaximum: true) }
  private static func atenFmin(_ call: Call) throws(LiteError) -> Value { try extremum(call, isMaximum: false) }
  private static func atenEq(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_EQ) }
  private static func atenNe(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_NE) }
  private static func atenLt(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_LT) }
  private static func atenLe(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_LE) }
  private static func atenGt(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_GT) }
  private static func atenGe(_ call: Call) throws(LiteError) -> Value { try comparison(call, LITE_BINARY_GE) }
  private static func atenLogicalAnd(_ call: Call) throws(LiteError) -> Value {
    try comparison(call, LITE_BINARY_LOGICAL_AND)
  }
  private static func atenLogicalOr(_ call: Call) throws(LiteError) -> Value {
    try comparison(call, LITE_BINARY_LOGICAL_OR)
  }
  private static func atenLogicalXor(_ call: Call) throws(LiteError) -> Value {
    try comparison(call, LITE_BINARY_LOGICAL_XOR)
  }
  private static func atenBitwiseAnd(_ call: Call) throws(LiteError) -> Value { try bitwise(call, LITE_BINARY_BITWISE_AND) }
  private static func atenBitwiseOr(_ call: Call) throws(LiteError) -> Value { try bitwise(call, LITE_BINARY_BITWISE_OR) }
  private static func atenBitwiseXor(_ call: Call) throws(LiteError) -> Value { try bitwise(call, LITE_BINARY_BITWISE_XOR) }
  private static func atenBitwiseLeftShift(_ call: Call) throws(LiteError) -> Value { try shift(call, isLeft: true) }
  private static func atenBitwiseRightShift(_ call: Call) throws(LiteError) -> Value { try shift(call, isLeft: false) }
  private static func atenAtan2(_ call: Call) throws(LiteError) -> Value { try floats(call) { (a, b, _) in atan2(a, b) } }
  private static func atenHypot(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in lite_hypotenuse(a, b) }
  }
  private static func atenCopysign(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in copysign(a, b) }
  }
  private static func atenLogaddexp(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in a == b ? a + 0.6931471805599453 : max(a, b) + log1p(exp(-abs(a - b))) }
  }
  private static func atenLogaddexp2(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in a == b ? a + 1 : max(a, b) + log1p(exp2(-abs(a - b))) * 1.4426950408889634 }
  }
  private static func atenXlogy(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in b.isNaN ? b : a == 0 ? 0 : a * log(b) }
  }
  private static func atenSpecialXlog1py(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in b.isNaN ? b : a == 0 ? 0 : a * log1p(b) }
  }
  private static func atenLdexp(_ call: Call) throws(LiteError) -> Value { try floats(call) { (a, b, _) in a * exp2(b) } }
  private static func atenIgamma(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in GammaFunctions.incompleteGamma(a, b, isUpper: false, call.context) }
  }
  private static func atenIgammac(_ call: Call) throws(LiteError) -> Value {
    try floats(call) { (a, b, _) in GammaFunctions.incompleteGamma(a, b, isUpper: true, call.context) }
  }
  private static func atenNextafter(_ call: Call) throws(LiteError) -> Value { try nextAfter(call) }
  private static func atenHeaviside(_ call: Call) throws(LiteError) -> Value { try heaviside(call) }
  private static func atenGcd(_ call: Call) throws(LiteError) -> Value {
    try integers(call) { (a, b, _) in greatestCommonDivisor(a, b) }
  }
  private static func atenLcm(_ call: Call) throws(LiteError) -> Value {
    try integers(call) { (a, b, _) in leastCommonMultiple(a, b) }
  }

  // MARK: Entries for families

  /// An operator of floats; integers become float32.
  @inline(never)
  static func floats(_ call: Call, _ body: Pointwise.DoubleBody) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let result = try Pointwise.doubles(call, operands, result: TypePromotion(operands).floatResult, body)
    // What `body` took.
    try call.context.spend(0)
    return .tensor(result)
  }

  /// An operator of integers only.
  @inline(never)
  private static func integers(_ call: Call, _ body: Pointwise.IntegerBody) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let type = TypePromotion(operands).result
    try call.require(type.isIntegral, 0, "found \(type.name), expected integers")
    return .tensor(try Pointwise.integers(call, operands, result: type, body))
  }

  /// A kernel operator in the type where both meet.
  static func common(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).result
    return try Pointwise.binary(call, operation, a, b, compute: type, result: type)
  }

  private static func comparison(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let a = try call.dequantizedOperand(0)
    let b = try call.dequantizedOperand(1)
    return try Pointwise.binary(
      call, operation, a, b, compute: TypePromotion([a, b]).result, result: .bool, writesBool: true)
  }

  private static func bitwise(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).result
    try call.require(type.isIntegral, 0, "found \(type.name), expected integers or bool")
    return try Pointwise.binary(call, operation, a, b, compute: type, result: type)
  }

  // MARK: Sums

  /// a + alpha * b, a - alpha * b, b - alpha * a.
  private static func addition(_ call: Call) throws(LiteError) -> Value {
    let name = UnsafeBufferPointer(rebasing: call.schema.text(0..<7)[6..<7])
    let isReversed = name[0] == UInt8(ascii: "r")
    let isSum = name[0] == UInt8(ascii: "a") || name[0] == UInt8(ascii: "_")
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).result
    var alpha: Double?
    if let index = call.given("alpha") {
      let value = try call.scalar(index)
      if type.isIntegral, value.isDouble {
        throw call.failure(index, "found a float, expected an integer for tensors of integers")
      }
      if type == .bool, case .int(let number) = value, number != 0, number != 1 {
        throw call.failure(index, "found \(number), expected a bool for tensors of bool")
      }
      if value.double != 1 { alpha = value.double }
    }
    if !isSum, a.tensor?.type == .bool || b.tensor?.type == .bool {
      throw call.failure(0, "found bool, which cannot be subtracted; use logical_xor")
    }
    return try Pointwise.binary(
      call, isSum ? LITE_BINARY_ADD : LITE_BINARY_SUB, isReversed ? b : a, isReversed ? a : b, compute: type, result: type,
      alpha: alpha)
  }

  /// `_add_relu`: a sum without its negative elements.
  static func additionRelu(_ call: Call) throws(LiteError) -> Value {
    let value = try addition(call)
    guard case .tensor(let sum) = value else { return value }
    guard let loop = call.kernels.unary_loop(Int32(LITE_UNARY_RELU), Int32(sum.type.rawValue)) else {
      throw call.failure(0, "found tensors whose sum is of \(sum.type.name), expected numbers with a sign")
    }
    try call.context.perform(UnaryLoopStep(loop, (0, 0, 0), sum, sum), [.tensor(sum), .tensor(sum)])
    return value
  }

  // MARK: Quotients

  /// `div`, with or without a rounding mode.
  static func division(_ call: Call) throws(LiteError) -> Value {
    if try call.isText("rounding_mode", "floor") { return try integerDivision(call, LITE_BINARY_DIV_FLOOR) }
    if try call.isText("rounding_mode", "trunc") { return try integerDivision(call, LITE_BINARY_DIV_TRUNC) }
    if let index = call.given("rounding_mode") { throw call.failure(index, "expected None, trunc or floor") }
    return try trueDivision(call)
  }

  static func trueDivision(_ call: Call) throws(LiteError) -> Value {
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).floatResult
    return try Pointwise.binary(call, LITE_BINARY_DIV, a, b, compute: type, result: type)
  }

  /// A division with an integer for a result; integers are not divided by zero.
  static func integerDivision(_ call: Call, _ operation: Int) throws(LiteError) -> Value {
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).result
    if type.isIntegral, try hasZero(b, call.context) { throw call.failure(1, "ZeroDivisionError: an integer is divided by 0") }
    return try Pointwise.binary(call, operation, a, b, compute: type, result: type)
  }

  private static func hasZero(_ operand: Operand, _ context: Context) throws(LiteError) -> Bool {
    guard let tensor = operand.tensor else { return operand.scalar.int == 0 }
    // A plan must look again.
    context.recorder?.noteRead(of: tensor)
    var found = false
    try ElementRuns(tensor, context, .int64).forEach { (elements, count) in
      for index in 0..<count where elements.integers[index] == 0 { found = true }
    }
    return found
  }

  // MARK: Powers

  private static func power(_ call: Call) throws(LiteError) -> Value {
    let a = try call.operand(0)
    let b = try call.operand(1)
    let type = TypePromotion([a, b]).result
    if type.isIntegral, b.tensor == nil, b.scalar.int < 0 {
      throw call.failure(1, "found \(b.scalar.int); integers have no negative integer powers")
    }
    if b.tensor == nil, type.isFloatingPoint {
      // What PyTorch computes without pow, and so more exactly.
      if b.scalar.double == 2 { return try Pointwise.unary(call, LITE_UNARY_SQUARE, a, compute: type, result: type) }
      if b.scalar.double == 0.5 { return try Pointwise.unary(call, LITE_UNARY_SQRT, a, compute: type, result: type) }
    }
    return try Pointwise.binary(call, LITE_BINARY_POW, a, b, compute: type == .bool ? .int64 : type, result: type)
  }

  private static func floatPower(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    return .tensor(try Pointwise.doubles(call, operands, result: .float64) { (a, b, _) in pow(a, b) })
  }

  // MARK: Others

  /// `fmax`, `fmin`: NaN loses.
  private static func extremum(_ call: Call, isMaximum: Bool) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let type = TypePromotion(operands).result
    guard type.isFloatingPoint else { return try common(call, isMaximum ? LITE_BINARY_MAXIMUM : LITE_BINARY_MINIMUM) }
    return .tensor(try Pointwise.doubles(call, operands, result: type) { (a, b, _) in isMaximum ? fmax(a, b) : fmin(a, b) })
  }

  private static func heaviside(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    return .tensor(
      try Pointwise.doubles(call, operands, result: TypePromotion(operands).result) { (a, b, _) in
        a == 0 ? b : a < 0 ? 0 : a > 0 ? 1 : 0
      })
  }

  private static func nextAfter(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let type = TypePromotion(operands).result
    return .tensor(
      try Pointwise.doubles(call, operands, result: type) { (a, b, _) in
        type == .float32 ? Double(nextafterf(Float(a), Float(b))) : nextafter(a, b)
      })
  }

  private static func shift(_ call: Call, isLeft: Bool) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let type = TypePromotion(operands).result
    if !type.isIntegral {
      // PyTorch defines `<<` of floats as a product with a power of two.
      return .tensor(try Pointwise.doubles(call, operands, result: type) { (a, b, _) in a * exp2(isLeft ? b : -b) })
    }
    let bits = Int64(type.size * 8)
    return .tensor(
      try Pointwise.integers(call, operands, result: type) { (a, b, _) in
        let isOutside = b < 0 || b >= bits
        if isLeft { return isOutside ? 0 : a << b }
        return isOutside ? (a < 0 ? -1 : 0) : a >> b
      })
  }

  static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    var a = a.magnitude
    var b = b.magnitude
    while b != 0 { (a, b) = (b, a % b) }
    return Int64(truncatingIfNeeded: a)
  }

  static func leastCommonMultiple(_ a: Int64, _ b: Int64) -> Int64 {
    let divisor = greatestCommonDivisor(a, b)
    if divisor == 0 { return 0 }
    return Int64(truncatingIfNeeded: (a.magnitude / divisor.magnitude &* b.magnitude))
  }
}

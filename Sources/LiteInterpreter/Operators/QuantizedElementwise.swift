import CLiteKernels
import CLitePlatform
import LiteFormat

/// Sums and products of quantized tensors. Equal shapes of quint8 take QNNPACK's fixed-point path for
/// sums; everything else is dequantized, computed in float and quantized again, as PyTorch does.
enum QuantizedElementwise {
  static func declare(in table: inout OperatorTable) {
    table.add("quantized::add(qa, qb, float scale, int zero_point) -> Tensor qc") { (call) throws(LiteError) in
      try binary(call, .add, relu: false)
    }
    table.add("quantized::add_relu(qa, qb, float scale, int zero_point) -> Tensor qc") { (call) throws(LiteError) in
      try binary(call, .add, relu: true)
    }
    table.add("quantized::mul(qa, qb, float scale, int zero_point) -> Tensor qc") { (call) throws(LiteError) in
      try binary(call, .multiply, relu: false)
    }
    table.add("quantized::mul_relu(qa, qb, float scale, int zero_point) -> Tensor qc") { (call) throws(LiteError) in
      try binary(call, .multiply, relu: true)
    }
    table.add(
      """
      quantized::add_out(qa, qb, out&) -> Tensor(a!) out
      quantized::add.out(qa, qb, out&) -> Tensor(a!) out
      """
    ) { (call) throws(LiteError) in
      try intoOutput(call, .add, relu: false)
    }
    table.add("quantized::add_relu.out(qa, qb, out&) -> Tensor(a!) out") { (call) throws(LiteError) in
      try intoOutput(call, .add, relu: true)
    }
    table.add("quantized::mul.out(qa, qb, out&) -> Tensor(a!) out") { (call) throws(LiteError) in
      try intoOutput(call, .multiply, relu: false)
    }
    table.add("quantized::mul_relu.out(qa, qb, out&) -> Tensor(a!) out") { (call) throws(LiteError) in
      try intoOutput(call, .multiply, relu: true)
    }
  }

  enum Operation { case add, multiply }

  private static func binary(_ call: Call, _ operation: Operation, relu: Bool) throws(LiteError) -> Value {
    let type = try call.tensor(0).type
    let a = try call.quantizedTensor(0, type)
    let b = try call.quantizedTensor(1, type)
    try call.require(type.isQuantized, 0, "found a tensor of \(a.tensor.message), expected a quantized one")
    let output = try call.checkedQuantization(try call.double(2), try call.int64(3), type, 2, 3)
    let (result, isPrepared) = try compute(a, b, output, type, operation, relu: relu, call.context)
    if isPrepared { call.isFullyPrepared() }
    return .tensor(result)
  }

  private static func intoOutput(_ call: Call, _ operation: Operation, relu: Bool) throws(LiteError) -> Value {
    let type = try call.tensor(0).type
    let target = try call.quantizedTensor(2, type)
    let (result, _) = try compute(
      try call.quantizedTensor(0, type), try call.quantizedTensor(1, type),
      OutputQuantization(scale: target.scale, zeroPoint: target.zeroPoint), type, operation, relu: relu, call.context)
    try target.tensor.storage.prepareForWriting(call.arena)
    try target.tensor.resize(result.sizes, call.arena)
    try target.tensor.copyBytes(from: result)
    return .tensor(target.tensor)
  }

  private typealias Operand = (tensor: Tensor, scale: Double, zeroPoint: Int32)

  /// - Returns: also whether all was done through prepared steps.
  private static func compute(
    _ a: Operand, _ b: Operand, _ output: OutputQuantization, _ type: DataType, _ operation: Operation, relu: Bool,
    _ context: Context
  ) throws(LiteError) -> (result: Tensor, isPrepared: Bool) {
    let shape = try Broadcasting.shape(a.tensor.sizes, b.tensor.sizes)
    if type == .quint8, operation == .multiply {
      // The operand that has the result's shape comes first: its layout is kept.
      let result =
        a.tensor.sizes == shape
        ? try multiply(a, try expanded(b, shape), output, relu, context)
        : try multiply(try expanded(b, shape), try expanded(a, shape), output, relu, context)
      return (result, true)
    }
    if type == .quint8, a.tensor.sizes == b.tensor.sizes, let parameters = addParameters(a, b, output, relu) {
      return (try add(a, b, output, parameters, context), true)
    }
    return (try throughFloat(a, b, output, shape, type, operation, relu, context), false)
  }

  /// An operand with its elements repeated to a shape.
  private static func expanded(_ x: Operand, _ shape: Dimensions) throws(LiteError) -> Operand {
    (try x.tensor.expanded(to: shape), x.scale, x.zeroPoint)
  }

  /// `b` in the memory order of `a`, and a result in that order.
  private static func aligned(
    _ a: Operand, _ b: Operand, _ output: OutputQuantization, _ context: Context
  ) throws(LiteError) -> (a: Tensor, b: Tensor, y: Tensor) {
    let first = a.tensor.isDense ? a.tensor : try a.tensor.contiguous(in: context.arena)
    let same = first.strides == b.tensor.strides
    let second = same ? b.tensor : try b.tensor.clone(strides: first.strides, in: context.arena)
    let y = try Tensor(
      .quint8, first.sizes, strides: first.strides, in: context.arena,
      quantization: .perTensor(scale: output.scale, zeroPoint: output.zeroPoint))
    return (first, second, y)
  }

  private static func add(
    _ a: Operand, _ b: Operand, _ output: OutputQuantization, _ parameters: lite_add_u8, _ context: Context
  ) throws(LiteError) -> Tensor {
    let (first, second, y) = try aligned(a, b, output, context)
    try context.perform(CodesSumStep(parameters, count: y.count, context), [.tensor(first), .tensor(second), .tensor(y)])
    return y
  }

  private static func multiply(
    _ a: Operand, _ b: Operand, _ output: OutputQuantization, _ relu: Bool, _ context: Context
  ) throws(LiteError) -> Tensor {
    let (first, second, y) = try aligned(a, b, output, context)
    let parameters = lite_multiply_u8(
      a_zero_point: a.zeroPoint, b_zero_point: b.zeroPoint, scale: productScale(a, b, output),
      zero_point: output.zeroPoint, minimum: relu ? output.zeroPoint : 0, maximum: 255)
    try context.perform(CodesProductStep(parameters, count: y.count, context), [.tensor(first), .tensor(second), .tensor(y)])
    return y
  }

  /// What codes less their zero points are multiplied by, once for both (qmul).
  private static func productScale(_ a: Operand, _ b: Operand, _ output: OutputQuantization) -> Float {
    (Float(a.scale) * Float(b.scale)) * (1 / Float(output.scale))
  }

  /// Fixed-point factors of QNNPACK's sum, or nil when the scales are too far apart for it
  /// (qnnpack/src/add.c; pytorch requantization.h, pytorch_qnnp_compute_add_quantization_params).
  private static func addParameters(_ a: Operand, _ b: Operand, _ output: OutputQuantization, _ relu: Bool) -> lite_add_u8? {
    let ratioA = Float(a.scale) / Float(output.scale)
    let ratioB = Float(b.scale) / Float(output.scale)
    let smallest: Float = 0x1p-14
    guard ratioA >= smallest, ratioA < 256, ratioB >= smallest, ratioB < 256 else { return nil }
    let exponent = Int32(max(ratioA, ratioB).exponent)
    let shift = 21 - exponent
    let power = Float(sign: .plus, exponent: Int(shift), significand: 1)
    let factorA = Int32(saturating: (ratioA * power).rounded(.toNearestOrEven))
    let factorB = Int32(saturating: (ratioB * power).rounded(.toNearestOrEven))
    return lite_add_u8(
      a_multiplier: factorA, b_multiplier: factorB, bias: 0 &- (factorA &* a.zeroPoint &+ factorB &* b.zeroPoint),
      shift: UInt32(shift),
      zero_point: output.zeroPoint, minimum: relu ? output.zeroPoint : 0, maximum: 255)
  }

  private static func throughFloat(
    _ a: Operand, _ b: Operand, _ output: OutputQuantization, _ shape: Dimensions, _ type: DataType, _ operation: Operation,
    _ relu: Bool, _ context: Context
  ) throws(LiteError) -> Tensor {
    // The product of 8-bit codes less zero points is exact in float, and then scaled once.
    let isProduct = operation == .multiply
    let first = try Quantize.dequantize(a.tensor, scale: isProduct ? 1 : nil, context)
    let second = try Quantize.dequantize(b.tensor, scale: isProduct ? 1 : nil, context)
    let layout = first.sizes == shape && first.isDense ? first.strides : shape.contiguousStrides()
    let sum = try Tensor(.float32, shape, strides: layout, in: context.arena)
    guard
      let loop = context.kernels.pointee.binary_loop(
        Int32(isProduct ? LITE_BINARY_MUL : LITE_BINARY_ADD), Int32(DataType.float32.rawValue))
    else { throw LiteError(.unsupported, "float sums and products") }
    let walk = StridedLoop(shape, [sum.operand(shape), first.operand(shape), second.operand(shape)])
    try walk.forEach { (addresses, count) throws(LiteError) in
      var alpha = 1.0
      loop(addresses[0], walk.innerStride(0), addresses[1], walk.innerStride(1), addresses[2], walk.innerStride(2), count, &alpha)
      if relu {
        for index in 0..<count {
          let element = (addresses[0]! + index &* walk.innerStride(0)).assumingMemoryBound(to: Float.self)
          element.pointee = max(element.pointee, 0)
        }
      }
    }
    // This kernel of PyTorch rounds first on every processor (Vectorized::quantize).
    return try Quantize.perTensor(
      sum, output, type, .roundThenAdd, inverse: isProduct ? productScale(a, b, output) : nil, context)
  }
}

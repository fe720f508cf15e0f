import CLiteKernels
import LiteFormat

/// Fully connected layers with 8-bit weights: static (8-bit activations) and dynamic (float activations,
/// quantized on the way in). Arithmetic: docs/kernels.md, "matrix products".
enum QuantizedLinear {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "quantized::linear(X, __torch__.torch.classes.quantized.LinearPackedParamsBase W_prepack, float Y_scale_i, int Y_zero_point_i) -> Tensor Y"
    ) { (call) throws(LiteError) in try linear(call, relu: false) }
    table.add(
      "quantized::linear_relu(X, __torch__.torch.classes.quantized.LinearPackedParamsBase W_prepack, float Y_scale_i, int Y_zero_point_i) -> Tensor Y"
    ) { (call) throws(LiteError) in try linear(call, relu: true) }
    table.add(
      "quantized::linear_dynamic(X, __torch__.torch.classes.quantized.LinearPackedParamsBase W_prepack, bool reduce_range=False) -> Tensor Y"
    ) { (call) throws(LiteError) in try dynamic(call, relu: false) }
    table.add(
      "quantized::linear_relu_dynamic(X, __torch__.torch.classes.quantized.LinearPackedParamsBase W_prepack, bool reduce_range=False) -> Tensor Y"
    ) { (call) throws(LiteError) in try dynamic(call, relu: true) }
    table.add(
      "quantized::linear_dynamic_fp16(X, __torch__.torch.classes.quantized.LinearPackedParamsBase W_prepack) -> Tensor Y"
    ) {
      (call) throws(LiteError) in .tensor(try half(call))
    }
    table.add(
      "quantized::linear_relu_dynamic_fp16(X, __torch__.torch.classes.quantized.LinearPackedParamsBase W_prepack) -> Tensor Y"
    ) {
      (call) throws(LiteError) in
      let y = try half(call)
      let values = y.pointer(Float.self)
      for index in 0..<y.count { values[index] = max(values[index], 0) }
      return .tensor(y)
    }
    table.add(
      "quantized::linear_prepack_fp16(W, Tensor? B=None) -> __torch__.torch.classes.quantized.LinearPackedParamsBase W_prepack"
    ) {
      (call) throws(LiteError) in
      .halfLinear(try HalfLinearParameters(weight: try call.tensor(0), bias: try call.optionalTensor(1), call.context))
    }
    table.add(
      "quantized::linear_prepack(W, Tensor? B=None) -> __torch__.torch.classes.quantized.LinearPackedParamsBase W_prepack"
    ) {
      (call) throws(LiteError) in
      .linear(try LinearParameters(weight: try call.tensor(0), bias: try call.optionalTensor(1), call.context))
    }
    table.add(
      "quantized::linear_unpack(__torch__.torch.classes.quantized.LinearPackedParamsBase W_prepack) -> (Tensor W_origin, Tensor? B_origin)"
    ) {
      (call) throws(LiteError) in
      let linear = try parameters(call, 0)
      return .tuple(TupleValue([.tensor(try linear.originalWeight()), try PackedClasses.unpacked(linear.bias, call.context)]))
    }
  }

  static func parameters(_ call: Call, _ index: Int) throws(LiteError) -> LinearParameters {
    guard case .linear(let parameters) = call[index] else { throw call.unexpected(index, "packed linear weights") }
    return parameters
  }

  /// Half-precision weights, float everything else.
  private static func half(_ call: Call) throws(LiteError) -> Tensor {
    guard case .halfLinear(let linear) = call[1] else { throw call.unexpected(1, "packed linear weights of half precision") }
    return try MatrixMultiplication.linear(try call.tensor(0, .float32), linear.weight, linear.bias, call.context)
  }

  private static func linear(_ call: Call, relu: Bool) throws(LiteError) -> Value {
    let linear = try parameters(call, 1)
    let (x, inputScale, inputZeroPoint) = try call.quantizedTensor(0, .quint8)
    let output = try call.outputQuantization(scale: 2, zeroPoint: 3)
    let input = try x.contiguous(in: call.arena)
    let sizes = try outputSizes(input, linear)
    let y = try call.makeTensor(.quint8, sizes, .perTensor(scale: output.scale, zeroPoint: output.zeroPoint))
    let step = try QuantizedLinearStep(
      linear, rows: y.count / max(linear.outputs, 1), input: (inputScale, inputZeroPoint), output, relu: relu, call.context)
    let workspace: Scratch<UInt8> = try call.context.scratch(
      try Checked.multiply(step.workspaceSize, call.context.threadCount))
    try call.context.perform(step, [.tensor(input), .tensor(y), .scratch(workspace.base)])
    call.isFullyPrepared()
    return .tensor(y)
  }

  /// The input's shape with the last size replaced.
  private static func outputSizes(_ x: Tensor, _ linear: LinearParameters) throws(LiteError) -> Dimensions {
    guard x.rank >= 2 else {
      throw LiteError(
        .operatorFailed, "argument X: Input tensor rank should be >= 2 (larger than or equal to 2), found \(x.message)")
    }
    guard x.sizes[x.rank - 1] == linear.inputs else {
      throw LiteError(
        .operatorFailed, "argument X: found a tensor of \(x.message), expected the last size to be \(linear.inputs)")
    }
    var sizes = x.sizes
    sizes[x.rank - 1] = linear.outputs
    return sizes
  }

  private static func dynamic(_ call: Call, relu: Bool) throws(LiteError) -> Value {
    let result = try dynamic(try call.tensor(0), try parameters(call, 1), relu: relu, call.context)
    call.isFullyPrepared()
    return .tensor(result)
  }

  /// Dynamic quantization: the range of the whole input decides its scale and zero point
  /// (qlinear_dynamic.cpp; QNNPACK does not reduce the range).
  static func dynamic(_ x: Tensor, _ linear: LinearParameters, relu: Bool, _ context: Context) throws(LiteError) -> Tensor {
    guard x.type == .float32 else {
      throw LiteError(.operatorFailed, "argument X: found a tensor of \(x.message), expected float32")
    }
    let input = try x.contiguous(in: context.arena)
    let y = try Tensor(.float32, try outputSizes(input, linear), in: context.arena)
    let quantization = DynamicQuantizationStep(count: input.count, context)
    let product = try DynamicProductStep(linear, rows: y.count / max(linear.outputs, 1), relu: relu, context)
    let codes: Scratch<UInt8> = try context.scratch(input.count)
    let parameters: Scratch<DynamicQuantization> = try context.scratch(1)
    let workspace: Scratch<UInt8> = try context.scratch(try Checked.multiply(product.workspaceSize, context.threadCount))
    try context.perform(quantization, [.tensor(input), .scratch(codes.base), .scratch(parameters.base)])
    try context.perform(
      product, [.scratch(codes.base), .scratch(parameters.base), .tensor(y), .scratch(workspace.base)])
    return y
  }
}

/// Scale and zero point for a range of floats in 256 codes (pytorch QuantUtils.h, ChooseQuantizationParams).
struct DynamicRange {
  let scale: Double
  let zeroPoint: Int32

  /// For the elements of a tensor.
  ///
  /// PyTorch's `reduce_range` is for other engines: QNNPACK uses all codes.
  ///
  /// - Parameter lowest: the lowest code, 0 or -128.
  init(of x: Tensor, lowest: Int32 = 0, _ context: Context) throws(LiteError) {
    var minimum: Float = 0
    var maximum: Float = 0
    // A plan must look again.
    context.recorder?.noteRead(of: x)
    let input = try x.contiguous(in: context.arena)
    if input.count > 0 { context.kernels.pointee.minimum_maximum_f32(input.count, input.pointer(), &minimum, &maximum) }
    self.init(minimum: minimum, maximum: maximum, lowest: Double(lowest))
  }

  /// Of a range that is known.
  init(minimum: Float, maximum: Float, lowest: Double = 0) {
    let smallestScale: Float = 6.1e-5
    var low = min(minimum, 0)
    var high = max(maximum, 0)
    let codes = 255.0
    let highest = lowest + codes
    var scale = (Double(high) - Double(low)) / codes
    if Float(scale) == 0 || (1 / Float(scale)).isInfinite { scale = 0.1 }
    if scale < Double(smallestScale) {
      let original = Float(scale)
      scale = Double(smallestScale)
      if low == 0 {
        high = smallestScale * Float(codes)
      } else if high == 0 {
        low = -smallestScale * Float(codes)
      } else {
        let amplifier = smallestScale / original
        low *= amplifier
        high *= amplifier
      }
    }
    let fromLow = lowest - Double(low) / scale
    let fromHigh = highest - Double(high) / scale
    let errorLow = abs(lowest) + abs(Double(low) / scale)
    let errorHigh = abs(highest) + abs(Double(high) / scale)
    let zero = errorLow < errorHigh ? fromLow : fromHigh
    self.scale = scale
    if zero < lowest || zero.isNaN {
      zeroPoint = Int32(lowest)
    } else if zero > highest {
      zeroPoint = Int32(highest)
    } else {
      zeroPoint = Int32(zero.rounded(.toNearestOrEven))
    }
  }
}

import CLiteKernels
import CLitePlatform
import LiteFormat

/// Activation functions of 8-bit codes: there are 256 of them, so each function is a table
/// (QuantizedOpKernels.cpp; QNNPACK's own tables for sigmoid, tanh, hardsigmoid and hardswish).
enum QuantizedActivations {
  static func declare(in table: inout OperatorTable) {
    table.add("quantized::relu6(qx, bool inplace=False)") { (call) throws(LiteError) in try clamp(call, 0, 6) }
    table.add("quantized::clamp(qx, Scalar? min=None, Scalar? max=None) -> Tensor qy") { (call) throws(LiteError) in
      try clamp(call)
    }
    table.add("quantized::sigmoid(qx, float output_scale, int output_zero_point)") { (call) throws(LiteError) in
      try sigmoid(call, try output(call, 1))
    }
    table.add("quantized::hardswish(input, float output_scale, int output_zero_point)") {
      (call) throws(LiteError) in
      // QNNPACK adds the zero point before it rounds.
      try UnaryApplication.reals(call, try output(call, 1), .addThenRound) { $0 * min(max($0 + 3, 0), 6) / 6 }
    }
    table.add(
      "quantized::leaky_relu(qx, Scalar negative_slope, bool inplace, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try leaky(call, try call.double(1), try output(call, 3))
    }
    table.add(
      "quantized::elu(self, float output_scale, int output_zero_point, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1)"
    ) {
      (call) throws(LiteError) in
      try elu(call, Float(try call.double(3)), Float(try call.double(4)), Float(try call.double(5)))
    }
    table.add("quantized::celu(self, float output_scale, int output_zero_point, Scalar alpha=1)") {
      (call) throws(LiteError) in
      let alpha = try call.double(3)
      try call.require(alpha != 0, 3, "found 0, expected another number")
      return try elu(call, Float(alpha), 1, Float(1 / alpha))
    }
    table.add("quantized::threshold(qx, Scalar threshold, Scalar value) -> Tensor qy") { (call) throws(LiteError) in
      let (_, quantization, range) = try UnaryApplication.codes(call)
      let threshold = Float(try call.double(1))
      let value = UnaryApplication.code(try call.double(2), quantization, range, call.context)
      return try UnaryApplication.table(call, nil) {
        Float(quantization.scale) * Float($0 &- quantization.zeroPoint) > threshold ? $0 : value
      }
    }
    table.add(
      "quantized::dropout(self, float output_scale, int output_zero_point, Scalar p=0.5, bool training=False)"
    ) {
      (call) throws(LiteError) in
      try call.require(!(try call.bool(4)), 4, "found True; random dropping is not supported")
      return .tensor(try call.tensor(0))
    }
    table.add("quantized::prelu(qx, weight, float output_scale, int output_zero_point)") {
      (call) throws(LiteError) in .tensor(try parametric(call))
    }
    table.add("quantized::softmax(qx, int dim, float output_scale, int output_zero_point)") {
      (call) throws(LiteError) in .tensor(try softmax(call))
    }
  }

  /// - Parameter first: which argument is the scale; the zero point is the next.
  private static func output(_ call: Call, _ first: Int) throws(LiteError) -> OutputQuantization {
    try call.checkedQuantization(
      try call.numberOrTensor(first).double, try call.numberOrTensor(first + 1).int, try call.tensor(0).type, first, first + 1)
  }

  /// What sigmoid and its like return: numbers from 0 to 1 use all codes.
  private static func unit(_ call: Call) throws(LiteError) -> OutputQuantization {
    OutputQuantization(scale: 1.0 / 256, zeroPoint: try call.tensor(0).type == .qint8 ? -128 : 0)
  }

  static func relu(_ call: Call) throws(LiteError) -> Value {
    let zeroPoint = try UnaryApplication.codes(call).quantization.zeroPoint
    return try UnaryApplication.table(call, nil) { max($0, zeroPoint) }
  }

  /// The bounds are quantized, then codes are clamped.
  static func clamp(_ call: Call, _ minimum: Double, _ maximum: Double) throws(LiteError) -> Value {
    let (_, quantization, range) = try UnaryApplication.codes(call)
    let low = UnaryApplication.code(minimum, quantization, range, call.context)
    let high = UnaryApplication.code(maximum, quantization, range, call.context)
    return try UnaryApplication.table(call, nil) { min(max($0, low), high) }
  }

  /// With bounds from arguments 1 and 2, which must both be given.
  static func clamp(_ call: Call) throws(LiteError) -> Value {
    guard let minimum = try call.optionalDouble(1), let maximum = try call.optionalDouble(2) else {
      throw call.failure(1, "Both min and max should be specified for quantized clamp!")
    }
    return try clamp(call, minimum, maximum)
  }

  static func sigmoid(_ call: Call, _ output: OutputQuantization?) throws(LiteError) -> Value {
    let unit = try unit(call)
    return try UnaryApplication.reals(call, output ?? unit) { 1 / (1 + expf(-$0)) }
  }

  static func hyperbolicTangent(_ call: Call) throws(LiteError) -> Value {
    let zeroPoint: Int32 = try call.tensor(0).type == .qint8 ? 0 : 128
    return try UnaryApplication.reals(call, OutputQuantization(scale: 1.0 / 128, zeroPoint: zeroPoint)) {
      Float(tanh(Double($0)))
    }
  }

  static func hardSigmoid(_ call: Call) throws(LiteError) -> Value {
    try UnaryApplication.reals(call, try unit(call)) { min(max($0 + 3, 0), 6) / 6 }
  }

  static func leaky(_ call: Call, _ slope: Double, _ output: OutputQuantization?) throws(LiteError) -> Value {
    let slope = Float(slope)
    return try UnaryApplication.reals(call, output) { $0 > 0 ? $0 : $0 * slope }
  }

  private static func elu(_ call: Call, _ alpha: Float, _ scale: Float, _ inner: Float) throws(LiteError) -> Value {
    let negative = alpha * scale
    return try UnaryApplication.reals(call, try output(call, 1)) { $0 < 0 ? (expf($0 * inner) - 1) * negative : $0 * scale }
  }

  /// Weights are quantized too, one or one a channel.
  private static func parametric(_ call: Call) throws(LiteError) -> Tensor {
    let (x, input, _) = try UnaryApplication.codes(call)
    let result = try output(call, 2)
    let weight = try Quantize.dequantize(try call.tensor(1), call.context).contiguous(in: call.arena)
    let channels = x.rank < 2 ? 1 : x.sizes[1]
    try call.require(
      weight.type == .float32 && (weight.count == 1 || weight.count == channels), 1,
      "found a tensor of \(weight.message), expected 1 or \(channels) weights")
    let codes = try x.codes().prepared(.int32, call.context)
    let reals = try call.makeTensor(.float32, x.sizes)
    let plane = x.rank < 2 || x.count == 0 ? max(x.count, 1) : x.count / x.sizes[0] / channels
    for index in 0..<x.count {
      let value = Float(input.scale) * Float(codes.pointer(Int32.self)[index] &- input.zeroPoint)
      let slope = weight.pointer(Float.self)[weight.count == 1 ? 0 : index / plane % channels]
      reals.pointer(Float.self)[index] = value > 0 ? value : value * slope
    }
    return try Quantize.perTensor(
      try reals.arranged(like: x, in: call.arena), result, x.type, .roundThenAdd, call.context)
  }

  /// QNNPACK's integer softmax where the result has scale 1/256 and zero point 0 (u8lut32norm): table entries
  /// are lrint(min(2^32 / channels, 2^23 - 1) * exp((i - 255) * scale)). Else through floats.
  private static func softmax(_ call: Call) throws(LiteError) -> Tensor {
    let (x, input, _) = try UnaryApplication.codes(call)
    let dimension = try call.dimension(1, of: x.rank)
    let result = try output(call, 2)
    guard x.type == .quint8, result.scale == 1.0 / 256, result.zeroPoint == 0, x.rank > 0 else {
      let reals = try Softmax.softmax(try Quantize.dequantize(x, call.context), dimension, logarithm: false, call.context)
      return try Quantize.perTensor(reals, result, x.type, call.context)
    }
    let moved = try x.transposed(dimension, x.rank - 1).contiguous(in: call.arena)
    let y = try call.makeTensor(.quint8, moved.sizes, .perTensor(scale: result.scale, zeroPoint: 0))
    let count = moved.sizes[x.rank - 1]
    guard moved.count > 0 else { return y.transposed(dimension, x.rank - 1) }
    let top = min(Double(UInt32.max) / Double(count), 8_388_607)
    var table = InlineArray<256, UInt32>(repeating: 0)
    for index in 0..<256 {
      let entry = (top * exp(Double(index - 255) * Double(Float(input.scale)))).rounded(.toNearestOrEven)
      table[index] = entry >= 0 && entry < 0x1p31 ? UInt32(entry) : 0
    }
    for row in 0..<moved.count / count {
      let codes = moved.pointer(UInt8.self) + row &* count
      var largest: UInt8 = 0
      for index in 0..<count { largest = max(largest, codes[index]) }
      let shift = 255 - Int(largest)
      var sum: UInt32 = 0
      for index in 0..<count { sum &+= table[Int(codes[index]) + shift] }
      for index in 0..<count {
        let scaled = UInt64(table[Int(codes[index]) + shift]) << 8 &+ UInt64(sum >> 1)
        y.pointer(UInt8.self)[row &* count + index] = UInt8(min(scaled / UInt64(max(sum, 1)), 255))
      }
    }
    return try y.transposed(dimension, x.rank - 1).contiguous(in: call.arena)
  }
}

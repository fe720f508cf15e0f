import CLiteKernels
import LiteFormat

/// Between numbers and codes: quantize, dequantize, and what a quantized tensor says of itself.
enum Quantize {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      quantize_per_tensor(self, float scale, int zero_point, int dtype)
      quantize_per_tensor.tensor_qparams(self, scale, zero_point, int dtype)
      """
    ) {
      (call) throws(LiteError) in .tensor(try perTensor(call))
    }
    table.add("quantize_per_channel(self, scales, zero_points, int axis, int dtype)") {
      (call) throws(LiteError) in .tensor(try perChannel(call))
    }
    table.add("dequantize.self(self)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      let y = try dequantize(x, call.context)
      if case .perTensor = x.quantization { call.isFullyPrepared() }
      return .tensor(y)
    }
    table.add(
      """
      dequantize.tensors(Tensor[] tensors) -> Tensor[]
      dequantize.list(Tensor[] qtensors) -> Tensor[]
      """
    ) { (call) throws(LiteError) in
      var results: [Value] = []
      for tensor in try call.tensors(0) { results.append(.tensor(try dequantize(tensor, call.context))) }
      return .list(ListValue(results, of: .tensor))
    }
    table.add("_make_per_tensor_quantized_tensor(self, float scale, int zero_point)") {
      (call) throws(LiteError) in
      let codes = try codes(call)
      let output = try call.checkedQuantization(try call.double(1), try call.int64(2), codes.type, 1, 2)
      codes.quantization = .perTensor(scale: output.scale, zeroPoint: output.zeroPoint)
      return .tensor(codes)
    }
    table.add("_make_per_channel_quantized_tensor(self, scale, zero_point, int axis)") {
      (call) throws(LiteError) in
      let codes = try codes(call)
      try call.require(codes.rank > 0, 0, "found a tensor without dimensions")
      let axis = try call.dimension(3, of: codes.rank)
      let (scales, zeroPoints) = (try call.tensor(1), try call.tensor(2))
      try call.require(
        scales.count == codes.sizes[axis] && zeroPoints.count == codes.sizes[axis], 1,
        "found \(scales.count) scales and \(zeroPoints.count) zero points, expected \(codes.sizes[axis])")
      codes.quantization = .perChannel(
        try ChannelQuantization(scales: scales, zeroPoints: zeroPoints, axis: axis, isFloat: zeroPoints.type.isFloatingPoint))
      return .tensor(codes)
    }
    table.add("int_repr(self)") { (call) throws(LiteError) in
      let x = try quantized(call)
      try x.checkUnpacked()
      let codes = Tensor(
        storage: x.storage, offset: x.offset, type: x.type.storageType, sizes: x.sizes, strides: x.strides, count: x.count)
      return .tensor(try codes.clone(in: call.arena))
    }
    table.add("q_scale(self) -> float") { (call) throws(LiteError) in
      guard case .perTensor(let scale, _) = try quantized(call).quantization else {
        throw call.failure(0, "found a tensor quantized per channel, expected per tensor")
      }
      return .double(scale)
    }
    table.add("q_zero_point(self) -> int") { (call) throws(LiteError) in
      guard case .perTensor(_, let zeroPoint) = try quantized(call).quantization else {
        throw call.failure(0, "found a tensor quantized per channel, expected per tensor")
      }
      return .int(Int64(zeroPoint))
    }
    table.add("q_per_channel_scales(self)") { (call) throws(LiteError) in
      let parameters = try channelParameters(call)
      let result = try call.makeTensor(.float64, try Dimensions([parameters.scales.count]))
      for index in 0..<parameters.scales.count { try result.setElement(index, .double(parameters.scales[index])) }
      return .tensor(result)
    }
    table.add("q_per_channel_zero_points(self)") { (call) throws(LiteError) in
      let parameters = try channelParameters(call)
      let result = try call.makeTensor(
        parameters.floatZeroPoints == nil ? .int64 : .float32, try Dimensions([parameters.scales.count]))
      for index in 0..<parameters.scales.count {
        if let floats = parameters.floatZeroPoints {
          try result.setElement(index, .double(Double(floats[index])))
        } else {
          try result.setElement(index, .int(parameters.zeroPoints[index]))
        }
      }
      return .tensor(result)
    }
    table.add("q_per_channel_axis(self) -> int") { (call) throws(LiteError) in
      .int(Int64(try channelParameters(call).axis))
    }
    table.add("qscheme(self) -> QScheme") { (call) throws(LiteError) in
      // c10::QScheme's numbers.
      switch try quantized(call).quantization {
      case .none, .perTensor: return .int(0)
      case .perChannel(let parameters): return .int(parameters.floatZeroPoints == nil ? 1 : 4)
      }
    }
  }

  /// A copy of integers as codes without scale yet.
  private static func codes(_ call: Call) throws(LiteError) -> Tensor {
    let x = try call.tensor(0)
    let type: DataType
    switch x.type {
    case .uint8: type = .quint8
    case .int8: type = .qint8
    case .int32: type = .qint32
    default: throw call.failure(0, "found a tensor of \(x.message), expected uint8, int8 or int32")
    }
    let copy = try x.clone(in: call.arena)
    copy.type = type
    return copy
  }

  private static func quantized(_ call: Call) throws(LiteError) -> Tensor {
    let x = try call.anyTensor(0)
    try call.require(x.type.isQuantized, 0, "found a tensor of \(x.message), expected a quantized one")
    return x
  }

  private static func channelParameters(_ call: Call) throws(LiteError) -> ChannelQuantization {
    guard case .perChannel(let parameters) = try quantized(call).quantization else {
      throw call.failure(0, "found a tensor quantized per tensor, expected per channel")
    }
    return parameters
  }

  private static func perTensor(_ call: Call) throws(LiteError) -> Tensor {
    let x = try call.tensor(0, .float32)
    let type = try call.dataType(3)
    let quantization = try call.checkedQuantization(try call.numberOrTensor(1).double, try call.numberOrTensor(2).int, type, 1, 2)
    let result = try perTensor(x, quantization, type, call.context)
    call.isFullyPrepared()
    return result
  }

  /// A quantized copy of a float tensor, in the same layout if that has no gaps.
  static func perTensor(_ x: Tensor, _ output: OutputQuantization, _ type: DataType, _ context: Context) throws(LiteError)
    -> Tensor
  {
    try perTensor(x, output, type, context.rounding, context)
  }

  /// - Parameters:
  ///   - rounding: another order than the session's, for operators that have an order of their own.
  ///   - inverse: what stands for 1 / scale, where an operator computes it in another way.
  static func perTensor(
    _ x: Tensor, _ output: OutputQuantization, _ type: DataType, _ rounding: QuantizationRounding, inverse: Float? = nil,
    _ context: Context
  ) throws(LiteError) -> Tensor {
    let input = x.isDense ? x : try x.contiguous(in: context.arena)
    let y = try Tensor(
      type, input.sizes, strides: input.strides, in: context.arena,
      quantization: .perTensor(scale: output.scale, zeroPoint: output.zeroPoint))
    guard type == .quint8 || type == .qint8 || type == .qint32 else {
      throw LiteError(.operatorFailed, "argument dtype: found \(type.name), expected quint8, qint8 or qint32")
    }
    let rule = QuantizationRule(
      inverseScale: inverse ?? 1 / Float(output.scale), zeroPoint: output.zeroPoint, rounding: rounding.rawValue)
    try context.perform(QuantizeStep(rule, type, count: y.count, context), [.tensor(input), .tensor(y)])
    return y
  }

  private static func perChannel(_ call: Call) throws(LiteError) -> Tensor {
    let x = try call.tensor(0, .float32).contiguous(in: call.arena)
    let axis = try call.dimension(3, of: x.rank)
    let type = try call.dataType(4)
    try call.require(
      type == .quint8 || type == .qint8 || type == .qint32, 4, "found \(type.name), expected quint8, qint8 or qint32")
    let zeroPoints = try call.tensor(2)
    let scales = try call.tensor(1)
    try call.require(x.rank > 0, 0, "found a scalar, expected at least one dimension")
    try call.require(
      scales.count == x.sizes[axis] && zeroPoints.count == x.sizes[axis], 1,
      "found \(scales.count) scales and \(zeroPoints.count) zero points, expected \(x.sizes[axis])")
    let parameters = try ChannelQuantization(
      scales: scales, zeroPoints: zeroPoints, axis: axis, isFloat: zeroPoints.type.isFloatingPoint)
    guard parameters.floatZeroPoints == nil else { throw call.failure(2, "float zero points are for embeddings only") }
    let y = try call.makeTensor(type, x.sizes, .perChannel(parameters))
    try forEachChannelRun(x, parameters) { (channel, start, count) throws(LiteError) in
      let inverse = 1 / Float(parameters.scales[channel])
      let zeroPoint = Int32(truncatingIfNeeded: parameters.zeroPoints[channel])
      let source = x.pointer(Float.self) + start
      let rounding = call.context.rounding.rawValue
      switch type {
      case .quint8: call.kernels.quantize_u8(count, source, inverse, zeroPoint, rounding, y.pointer(UInt8.self) + start)
      case .qint8: call.kernels.quantize_s8(count, source, inverse, zeroPoint, rounding, y.pointer(Int8.self) + start)
      default: call.kernels.quantize_s32(count, source, inverse, zeroPoint, rounding, y.pointer(Int32.self) + start)
      }
    }
    return y
  }

  /// Calls `body` for each run of consecutive elements of one channel of a dense tensor.
  private static func forEachChannelRun(
    _ x: Tensor, _ parameters: ChannelQuantization,
    _ body: (_ channel: Int, _ start: Int, _ count: Int) throws(LiteError) -> Void
  ) throws(LiteError) {
    let inner = try x.channelRun(parameters)
    let channels = parameters.scales.count
    guard x.count > 0 else { return }
    for run in 0..<x.count / inner { try body(run % channels, run * inner, inner) }
  }

  /// A float copy; a float tensor is returned as it is, and half precision widened.
  ///
  /// - Parameter unit: what stands for the scale of a tensor that is quantized per tensor.
  static func dequantize(_ x: Tensor, scale unit: Double? = nil, _ context: Context) throws(LiteError) -> Tensor {
    guard x.type.isQuantized else { return try x.converted(to: .float32, context) }
    switch x.quantization {
    case .none: throw LiteError(.operatorFailed, "a quantized tensor without scale")
    case .perTensor(let ownScale, let zeroPoint):
      let scale = unit ?? ownScale
      let input = x.isDense ? x : try x.contiguous(in: context.arena)
      let y = try Tensor(.float32, input.sizes, strides: input.strides, in: context.arena)
      guard x.type == .quint8 || x.type == .qint8 || x.type == .qint32 else {
        throw LiteError(.unsupported, "dequantize of \(x.type.name)")
      }
      try context.perform(
        DequantizeStep(scale: Float(scale), zeroPoint: zeroPoint, x.type, count: y.count, context), [.tensor(input), .tensor(y)])
      return y
    case .perChannel(let parameters):
      let input = try x.contiguous(in: context.arena)
      let y = try Tensor(.float32, input.sizes, in: context.arena)
      try forEachChannelRun(input, parameters) { (channel, start, count) throws(LiteError) in
        // The scale stays a double here and the product is rounded once (dequantize_tensor_per_channel_affine).
        let scale = parameters.scales[channel]
        let zeroPoint = parameters.floatZeroPoints.map { Double($0[channel]) } ?? Double(parameters.zeroPoints[channel])
        for index in start..<start + count {
          y.pointer(Float.self)[index] = Float((try input.doubleElement(index) - zeroPoint) * scale)
        }
      }
      return y
    }
  }
}

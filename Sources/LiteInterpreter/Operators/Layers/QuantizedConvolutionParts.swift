import LiteFormat

/// What packed convolution weights say of themselves, and convolutions of floats with 8-bit weights.
enum QuantizedConvolutionParts {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "quantized::conv1d_dynamic(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, bool reduce_range=False)",
      dynamic1)
    table.add(
      "quantized::conv2d_dynamic(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, bool reduce_range=False)",
      dynamic2)
    table.add(
      "quantized::conv3d_dynamic(qx, __torch__.torch.classes.quantized.Conv3dPackedParamsBase packed_weight, bool reduce_range=False)",
      dynamic3)
    table.add(
      "quantized::conv_transpose1d_dynamic(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, bool reduce_range=False)",
      dynamic1)
    table.add(
      "quantized::conv_transpose2d_dynamic(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, bool reduce_range=False)",
      dynamic2)
    table.add(
      "quantized::conv_transpose3d_dynamic(qx, __torch__.torch.classes.quantized.Conv3dPackedParamsBase packed_weight, bool reduce_range=False)",
      dynamic3)
    table.add("quantized::conv1d_unpack(Any packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)", unpackFlat)
    table.add(
      """
      quantized::conv_unpack(Any packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)
      quantized::conv3d_unpack(Any packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)
      """, unpack)
    table.add("quantized::conv_transpose1d_unpack(Any packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)", unpackFlat)
    table.add(
      """
      quantized::conv_transpose2d_unpack(Any packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)
      quantized::conv_transpose3d_unpack(Any packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)
      """, unpack)
    table.add("quantized::conv2d_unpack_sizes(Any packed_weights) -> Any", sizes)
    table.add("quantized::conv2d_stride(Any packed_weights) -> int[]", stride)
    table.add("quantized::conv2d_padding(Any packed_weights) -> int[]", padding)
    table.add("quantized::conv2d_output_padding(Any packed_weights) -> int[]", outputPadding)
    table.add("quantized::conv2d_dilation(Any packed_weights) -> int[]", dilation)
    table.add("quantized::conv2d_groups(Any packed_weights) -> int", groups)
    table.add("quantized::conv2d_transpose(Any packed_weights) -> int", isTransposed)
    table.add("quantized::conv3d_stride(Any packed_weights) -> int[]", stride)
    table.add("quantized::conv3d_padding(Any packed_weights) -> int[]", padding)
    table.add("quantized::conv3d_output_padding(Any packed_weights) -> int[]", outputPadding)
    table.add("quantized::conv3d_dilation(Any packed_weights) -> int[]", dilation)
    table.add("quantized::conv3d_groups(Any packed_weights) -> int", groups)
    table.add("quantized::conv3d_transpose(Any packed_weights) -> int", isTransposed)
    table.add("quantized::conv_transpose2d_stride(Any packed_weights) -> int[]", stride)
    table.add("quantized::conv_transpose2d_padding(Any packed_weights) -> int[]", padding)
    table.add("quantized::conv_transpose2d_output_padding(Any packed_weights) -> int[]", outputPadding)
    table.add("quantized::conv_transpose2d_dilation(Any packed_weights) -> int[]", dilation)
    table.add("quantized::conv_transpose2d_groups(Any packed_weights) -> int", groups)
    table.add("quantized::conv_transpose2d_transpose(Any packed_weights) -> int", isTransposed)
    table.add("quantized::conv_transpose3d_stride(Any packed_weights) -> int[]", stride)
    table.add("quantized::conv_transpose3d_padding(Any packed_weights) -> int[]", padding)
    table.add("quantized::conv_transpose3d_output_padding(Any packed_weights) -> int[]", outputPadding)
    table.add("quantized::conv_transpose3d_dilation(Any packed_weights) -> int[]", dilation)
    table.add("quantized::conv_transpose3d_groups(Any packed_weights) -> int", groups)
    table.add("quantized::conv_transpose3d_transpose(Any packed_weights) -> int", isTransposed)
  }

  private static func dynamic1(_ call: Call) throws(LiteError) -> Value { try dynamic(call, 1) }
  private static func dynamic2(_ call: Call) throws(LiteError) -> Value { try dynamic(call, 2) }
  private static func dynamic3(_ call: Call) throws(LiteError) -> Value { try dynamic(call, 3) }

  /// The range of the whole input decides its scale and zero point, which the result has too before it becomes float
  /// (qconv_dynamic.cpp). QNNPACK does not reduce the range.
  private static func dynamic(_ call: Call, _ rank: Int) throws(LiteError) -> Value {
    let range = try DynamicRange(of: try call.tensor(0, .float32), call.context)
    let codes = try Quantize.perTensor(
      try call.tensor(0), OutputQuantization(scale: range.scale, zeroPoint: range.zeroPoint), .quint8, call.context)
    let arguments = UnsafeMutableBufferPointer<Value>.allocate(capacity: 4)
    arguments.initialize(repeating: .none)
    defer {
      arguments.deinitialize()
      arguments.deallocate()
    }
    arguments[0] = .tensor(codes)
    arguments[1] = call[1]
    arguments[2] = .double(range.scale)
    arguments[3] = .int(Int64(range.zeroPoint))
    let inner = Call(context: call.context, schema: call.schema, arguments: arguments)
    let result = try QuantizedConvolution.convolution(inner, relu: false, inputRank: rank, output: (2, 3))
    guard case .tensor(let tensor) = result else { return result }
    return .tensor(try Quantize.dequantize(tensor, call.context))
  }

  private static func unpack(_ call: Call) throws(LiteError) -> Value {
    let packed = try QuantizedConvolution.parameters(call, 0)
    return .tuple(TupleValue([.tensor(try packed.originalWeight()), try PackedClasses.unpacked(packed.bias, call.context)]))
  }

  /// One-dimensional weights are kept with a height of 1.
  private static func unpackFlat(_ call: Call) throws(LiteError) -> Value {
    let packed = try QuantizedConvolution.parameters(call, 0)
    return .tuple(
      TupleValue([.tensor(try packed.originalWeight().removing(2)), try PackedClasses.unpacked(packed.bias, call.context)]))
  }

  private static func numbers(_ call: Call, _ three: (ConvolutionWindow) -> ConvolutionWindow.Three) throws(LiteError) -> Value {
    let packed = try QuantizedConvolution.parameters(call, 0)
    let values = three(packed.window)
    return .ints(packed.spatialRank == 3 ? [values.0, values.1, values.2] : [values.1, values.2])
  }

  private static func stride(_ call: Call) throws(LiteError) -> Value { try numbers(call) { $0.stride } }
  private static func padding(_ call: Call) throws(LiteError) -> Value { try numbers(call) { $0.padding } }
  private static func outputPadding(_ call: Call) throws(LiteError) -> Value { try numbers(call) { $0.outputPadding } }
  private static func dilation(_ call: Call) throws(LiteError) -> Value { try numbers(call) { $0.dilation } }
  private static func groups(_ call: Call) throws(LiteError) -> Value {
    .int(Int64(try QuantizedConvolution.parameters(call, 0).groups))
  }
  private static func isTransposed(_ call: Call) throws(LiteError) -> Value {
    .int(try QuantizedConvolution.parameters(call, 0).window.isTransposed ? 1 : 0)
  }

  private static func sizes(_ call: Call) throws(LiteError) -> Value {
    let packed = try QuantizedConvolution.parameters(call, 0)
    func list(_ sizes: Dimensions) -> Value { .ints((0..<sizes.count).map { sizes[$0] }) }
    return .tuple(
      TupleValue([
        list(packed.weightSizes), packed.bias.map { list($0.sizes) } ?? .none, try stride(call), try padding(call),
        try dilation(call),
        try groups(call),
      ]))
  }
}

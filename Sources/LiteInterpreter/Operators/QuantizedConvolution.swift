import LiteFormat

/// Quantized convolutions, transposed ones included: channels-last. Arithmetic: docs/kernels.md.
enum QuantizedConvolution {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "quantized::conv1d(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 1, output: (2, 3))
    }
    table.add(
      "quantized::conv1d_relu(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: true, inputRank: 1, output: (2, 3))
    }
    table.add(
      "quantized::conv2d.new(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 2, output: (2, 3))
    }
    table.add(
      "quantized::conv2d_relu.new(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: true, inputRank: 2, output: (2, 3))
    }
    // Before PyTorch 1.6 the geometry was given again with every call; the packed weights have it.
    table.add(
      "quantized::conv2d(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase weight, int[] stride, int[] padding, int[] dilation, int groups, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 2, output: (6, 7))
    }
    table.add(
      "quantized::conv2d_relu(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase weight, int[] stride, int[] padding, int[] dilation, int groups, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: true, inputRank: 2, output: (6, 7))
    }
    table.add(
      "quantized::conv3d.new(qx, __torch__.torch.classes.quantized.Conv3dPackedParamsBase packed_weight, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 3, output: (2, 3))
    }
    table.add(
      "quantized::conv3d_relu.new(qx, __torch__.torch.classes.quantized.Conv3dPackedParamsBase packed_weight, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: true, inputRank: 3, output: (2, 3))
    }
    table.add(
      "quantized::conv_transpose1d(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 1, output: (2, 3))
    }
    table.add(
      "quantized::conv_transpose2d(qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 2, output: (2, 3))
    }
    table.add(
      "quantized::conv_transpose3d(qx, __torch__.torch.classes.quantized.Conv3dPackedParamsBase packed_weight, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 3, output: (2, 3))
    }
    table.add(
      "quantized::conv1d_prepack(weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv2dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 1, isTransposed: false)
    }
    table.add(
      "quantized::conv2d_prepack(weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv2dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 2, isTransposed: false)
    }
    table.add(
      "quantized::conv3d_prepack(weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv3dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 3, isTransposed: false)
    }
    table.add(
      "quantized::conv_transpose1d_prepack(weight, Tensor? bias, int[] stride, int[] padding, int[] output_padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv2dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 1, isTransposed: true)
    }
    table.add(
      "quantized::conv_transpose2d_prepack(weight, Tensor? bias, int[] stride, int[] padding, int[] output_padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv2dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 2, isTransposed: true)
    }
    table.add(
      "quantized::conv_transpose3d_prepack(weight, Tensor? bias, int[] stride, int[] padding, int[] output_padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv3dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 3, isTransposed: true)
    }
    table.add(
      "quantized::conv2d_unpack(__torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)"
    ) {
      (call) throws(LiteError) in
      let packed = try parameters(call, 0)
      return .tuple(TupleValue([.tensor(try packed.originalWeight()), try PackedClasses.unpacked(packed.bias, call.context)]))
    }
  }

  static func parameters(_ call: Call, _ index: Int) throws(LiteError) -> ConvolutionParameters {
    guard case .convolution(let parameters) = call[index] else { throw call.unexpected(index, "packed convolution weights") }
    return parameters
  }

  /// One-dimensional weights become two-dimensional ones of height 1, as in PyTorch.
  private static func prepack(_ call: Call, spatialRank: Int, isTransposed: Bool) throws(LiteError) -> Value {
    let isFlat = spatialRank == 1
    var weight = try call.tensor(0)
    try call.require(
      weight.rank == spatialRank + 2, 0, "found a tensor of \(weight.message), expected \(spatialRank + 2) dimensions")
    if isFlat {
      var sizes = weight.sizes
      var strides = weight.strides
      try sizes.insert(1, at: 2)
      try strides.insert(weight.strides[2] &* weight.sizes[2], at: 2)
      weight = weight.view(sizes: sizes, strides: strides, count: weight.count)
    }
    func numbers(_ index: Int, filler: Int) throws(LiteError) -> [Int] {
      let values = try call.spatial(index, spatialRank)
      return isFlat ? [filler] + values : values
    }
    let extra = isTransposed ? 1 : 0
    let parameters = try ConvolutionParameters(
      weight: weight, bias: try call.optionalTensor(1), spatialRank: isFlat ? 2 : spatialRank, stride: try numbers(2, filler: 1),
      padding: try numbers(3, filler: 0), dilation: try numbers(4 + extra, filler: 1),
      outputPadding: isTransposed ? try numbers(4, filler: 0) : [], groups: try call.int(5 + extra), isTransposed: isTransposed,
      call.context)
    return .convolution(parameters)
  }

  /// - Parameters:
  ///   - inputRank: spatial dimensions of the input.
  ///   - output: which arguments are the result's scale and zero point.
  static func convolution(_ call: Call, relu: Bool, inputRank: Int, output: (Int, Int)) throws(LiteError) -> Value {
    let parameters = try parameters(call, 1)
    let (original, inputScale, inputZeroPoint) = try call.quantizedTensor(0, .quint8)
    let quantization = try call.outputQuantization(scale: output.0, zeroPoint: output.1)
    try call.require(
      parameters.spatialRank == max(inputRank, 2), 1,
      "found weights for \(parameters.spatialRank) dimensions, expected \(max(inputRank, 2))")
    try call.require(
      original.rank == inputRank + 2, 0, "found a tensor of \(original.message), expected \(inputRank + 2) dimensions")
    try call.require(
      original.sizes[1] == parameters.inputChannels, 0,
      "found a tensor of \(original.message), expected \(parameters.inputChannels) channels")
    var x = original
    if inputRank == 1 {
      var sizes = original.sizes
      var strides = original.strides
      try sizes.insert(1, at: 2)
      try strides.insert(original.strides[2] &* original.sizes[2], at: 2)
      x = original.view(sizes: sizes, strides: strides, count: original.count)
    }
    let input = try x.channelsLast(in: call.arena)
    let spatial = input.spatialSizes
    let result = try parameters.window.output(spatial)
    // A flat input has no height to pad.
    try call.require(inputRank > 1 || result.1 == 1, 1, "found weights that make a height of \(result.1)")
    var sizes = input.sizes
    sizes[1] = parameters.outputChannels
    sizes[input.rank - 1] = result.2
    sizes[input.rank - 2] = result.1
    if input.rank == 5 { sizes[2] = result.0 }
    var y = try Tensor(
      .quint8, sizes, strides: sizes.channelsLastStrides(), in: call.arena,
      quantization: .perTensor(scale: quantization.scale, zeroPoint: quantization.zeroPoint))
    let step = try QuantizedConvolutionStep(
      parameters, input, (inputScale, inputZeroPoint), result, quantization, relu: relu, call.context)
    let workspace: Scratch<UInt8> = try call.context.scratch(
      try Checked.multiply(step.workspaceSize, call.context.threadCount))
    try call.context.perform(step, [.tensor(input), .tensor(y), .scratch(workspace.base)])
    call.isFullyPrepared()
    if inputRank == 1 {
      sizes.remove(at: 2)
      var strides = y.strides
      strides.remove(at: 2)
      y = y.view(sizes: sizes, strides: strides, count: y.count)
    }
    return .tensor(y)
  }
}

extension Tensor {
  /// Depth, height and width of a batch of images with channels; depth is 1 for rank 4.
  var spatialSizes: ConvolutionWindow.Three {
    rank == 5 ? (sizes[2], sizes[3], sizes[4]) : rank == 4 ? (1, sizes[2], sizes[3]) : (1, 1, sizes[2])
  }
}

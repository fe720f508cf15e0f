import LiteFormat

/// Float layers with their weights packed ahead and a fused ReLU or hardtanh: what `optimize_for_mobile` makes of
/// linear layers and two-dimensional convolutions (pytorch/aten/src/ATen/native/xnnpack).
enum Prepacked {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "prepacked::linear_clamp_prepack(W, Tensor? B=None, Scalar? output_min=None, Scalar? output_max=None) -> __torch__.torch.classes.xnnpack.LinearOpContext"
    ) {
      (call) throws(LiteError) in
      .clampedLinear(
        try ClampedLinearParameters(
          weight: try call.tensor(0), bias: try call.optionalTensor(1), bounds: try OutputBounds(call[2], call[3]), call.context))
    }
    table.add("prepacked::linear_clamp_run(X, __torch__.torch.classes.xnnpack.LinearOpContext W_prepack) -> Tensor Y") {
      (call) throws(LiteError) in .tensor(try linear(call))
    }
    table.add(
      "prepacked::conv2d_clamp_prepack(W, Tensor? B, int[2] stride, int[2] padding, int[2] dilation, int groups, Scalar? output_min=None, Scalar? output_max=None) -> __torch__.torch.classes.xnnpack.Conv2dOpContext"
    ) {
      (call) throws(LiteError) in try prepack(call, isTransposed: false)
    }
    table.add(
      "prepacked::conv2d_transpose_clamp_prepack(W, Tensor? B, int[2] stride, int[2] padding, int[2] output_padding, int[2] dilation, int groups, Scalar? output_min=None, Scalar? output_max=None) -> __torch__.torch.classes.xnnpack.TransposeConv2dOpContext"
    ) {
      (call) throws(LiteError) in try prepack(call, isTransposed: true)
    }
    table.add(
      """
      prepacked::conv2d_clamp_run(X, __torch__.torch.classes.xnnpack.Conv2dOpContext W_prepack) -> Tensor Y
      prepacked::conv2d_transpose_clamp_run(X, __torch__.torch.classes.xnnpack.TransposeConv2dOpContext W_prepack) -> Tensor Y
      """
    ) {
      (call) throws(LiteError) in .tensor(try convolution(call))
    }
    table.add("prepacked::unpack_prepacked_sizes_linear(Any W_prepack) -> (Any)") { (call) throws(LiteError) in
      guard case .clampedLinear(let layer) = call[0] else { throw call.unexpected(0, "LinearOpContext") }
      return .tuple(TupleValue([list(layer.weightSizes), layer.bias.map(sizes) ?? .none]))
    }
    table.add("prepacked::unpack_prepacked_sizes_conv2d(Any W_prepack) -> (Any)") { (call) throws(LiteError) in
      let layer = try parameters(call, 0)
      return .tuple(
        TupleValue([
          sizes(layer.weight), layer.bias.map(sizes) ?? .none, .ints(layer.geometry.stride), .ints(layer.geometry.padding),
          .ints(layer.geometry.dilation), .int(Int64(layer.layer.groups)),
        ]))
    }
  }

  private static func sizes(_ tensor: Tensor) -> Value { list(tensor.sizes) }
  private static func list(_ sizes: Dimensions) -> Value { .ints((0..<sizes.count).map { sizes[$0] }) }

  private static func parameters(_ call: Call, _ index: Int) throws(LiteError) -> ClampedConvolutionParameters {
    guard case .clampedConvolution(let parameters) = call[index] else { throw call.unexpected(index, "Conv2dOpContext") }
    return parameters
  }

  private static func prepack(_ call: Call, isTransposed: Bool) throws(LiteError) -> Value {
    let extra = isTransposed ? 1 : 0
    return .clampedConvolution(
      try ClampedConvolutionParameters(
        weight: try call.tensor(0), bias: try call.optionalTensor(1), stride: try call.ints(2), padding: try call.ints(3),
        outputPadding: isTransposed ? try call.ints(4) : nil, dilation: try call.ints(4 + extra),
        groups: try call.int(5 + extra), bounds: try OutputBounds(call[6 + extra], call[7 + extra]), call.context))
  }

  private static func linear(_ call: Call) throws(LiteError) -> Tensor {
    guard case .clampedLinear(let layer) = call[1] else { throw call.unexpected(1, "LinearOpContext") }
    let input = try call.tensor(0, .float32).contiguous(in: call.arena)
    let (outputs, inputs) = (layer.weightSizes[0], layer.weightSizes[1])
    try call.require(
      input.rank > 0 && input.sizes[input.rank - 1] == inputs, 0,
      "found a tensor of \(input.message), expected the last size to be \(inputs)")
    var sizes = input.sizes
    sizes[input.rank - 1] = outputs
    let result = try call.makeTensor(.float32, sizes)
    guard result.count > 0 else { return result }
    let rows = result.count / outputs
    let work = Checked.product(rows, inputs, outputs)
    let shares = (rows &+ ProductShares.rowGrain &- 1) / ProductShares.rowGrain
    let step = FunctionStep("gemm_f32", work: work, products: work, shares: shares) { (operands, share) in
      let part = share.range(of: rows, grain: ProductShares.rowGrain)
      let bias: UnsafeMutablePointer<Float>? = layer.bias?.pointer()
      layer.packed.multiply(
        rows: part.count, operands[0, Float.self] + part.lowerBound &* inputs, inputStride: inputs,
        bias: bias.map { UnsafePointer($0) }, operands[1, Float.self] + part.lowerBound &* outputs, outputStride: outputs,
        minimum: layer.bounds.minimum, maximum: layer.bounds.maximum)
    }
    try call.context.perform(step, [.tensor(input), .tensor(result)])
    call.isFullyPrepared()
    return result
  }

  private static func convolution(_ call: Call) throws(LiteError) -> Tensor {
    let parameters = try parameters(call, 1)
    let input = try call.tensor(0, .float32)
    try call.require(
      input.rank == 4 && input.sizes[1] == parameters.layer.inputChannels, 0,
      "found a tensor of \(input.message), expected 4 dimensions with \(parameters.layer.inputChannels) channels")
    let result = try parameters.layer.run(
      input, parameters.bias, minimum: parameters.bounds.minimum, maximum: parameters.bounds.maximum,
      packed: parameters.packed, call.context)
    call.isFullyPrepared()
    return result
  }
}

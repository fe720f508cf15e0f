import CLiteKernels
import CLitePlatform
import LiteFormat

/// Quantized convolutions, transposed ones included: channels-last, through an indirection of one output
/// row at a time (Dukhan, "The Indirect Convolution Algorithm", arXiv 1907.02129). Arithmetic: docs/kernels.md.
enum QuantizedConvolution {
  static let operators: [Operator] = [
    Operator(
      "quantized::conv1d(Tensor qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 1, output: (2, 3))
    },
    Operator(
      "quantized::conv1d_relu(Tensor qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: true, inputRank: 1, output: (2, 3))
    },
    Operator(
      "quantized::conv2d.new(Tensor qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 2, output: (2, 3))
    },
    Operator(
      "quantized::conv2d_relu.new(Tensor qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: true, inputRank: 2, output: (2, 3))
    },
    // Before PyTorch 1.6 the geometry was given again with every call; the packed weights have it.
    Operator(
      "quantized::conv2d(Tensor qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase weight, int[] stride, int[] padding, int[] dilation, int groups, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 2, output: (6, 7))
    },
    Operator(
      "quantized::conv2d_relu(Tensor qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase weight, int[] stride, int[] padding, int[] dilation, int groups, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: true, inputRank: 2, output: (6, 7))
    },
    Operator(
      "quantized::conv3d.new(Tensor qx, __torch__.torch.classes.quantized.Conv3dPackedParamsBase packed_weight, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 3, output: (2, 3))
    },
    Operator(
      "quantized::conv3d_relu.new(Tensor qx, __torch__.torch.classes.quantized.Conv3dPackedParamsBase packed_weight, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: true, inputRank: 3, output: (2, 3))
    },
    Operator(
      "quantized::conv_transpose1d(Tensor qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 1, output: (2, 3))
    },
    Operator(
      "quantized::conv_transpose2d(Tensor qx, __torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weight, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 2, output: (2, 3))
    },
    Operator(
      "quantized::conv_transpose3d(Tensor qx, __torch__.torch.classes.quantized.Conv3dPackedParamsBase packed_weight, float output_scale, int output_zero_point) -> Tensor"
    ) {
      (call) throws(LiteError) in try convolution(call, relu: false, inputRank: 3, output: (2, 3))
    },
    Operator(
      "quantized::conv1d_prepack(Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv2dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 1, isTransposed: false)
    },
    Operator(
      "quantized::conv2d_prepack(Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv2dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 2, isTransposed: false)
    },
    Operator(
      "quantized::conv3d_prepack(Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv3dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 3, isTransposed: false)
    },
    Operator(
      "quantized::conv_transpose1d_prepack(Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] output_padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv2dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 1, isTransposed: true)
    },
    Operator(
      "quantized::conv_transpose2d_prepack(Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] output_padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv2dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 2, isTransposed: true)
    },
    Operator(
      "quantized::conv_transpose3d_prepack(Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] output_padding, int[] dilation, int groups) -> __torch__.torch.classes.quantized.Conv3dPackedParamsBase"
    ) {
      (call) throws(LiteError) in try prepack(call, spatialRank: 3, isTransposed: true)
    },
    Operator(
      "quantized::conv2d_unpack(__torch__.torch.classes.quantized.Conv2dPackedParamsBase packed_weights) -> (Tensor unpacked_weights, Tensor? B_origin)"
    ) {
      (call) throws(LiteError) in
      let packed = try parameters(call, 0)
      return .tuple(TupleValue([.tensor(packed.weight), packed.bias.map { .tensor($0) } ?? .none]))
    },
  ]

  private static func parameters(_ call: Call, _ index: Int) throws(LiteError) -> ConvolutionParameters {
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
  private static func convolution(_ call: Call, relu: Bool, inputRank: Int, output: (Int, Int)) throws(LiteError) -> Value {
    let parameters = try parameters(call, 1)
    let (original, inputScale, inputZeroPoint) = try call.quantizedTensor(0, .quint8)
    let quantization = try call.outputQuantization(scale: output.0, zeroPoint: output.1)
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
    var sizes = input.sizes
    sizes[1] = parameters.outputChannels
    sizes[input.rank - 1] = result.2
    sizes[input.rank - 2] = result.1
    if input.rank == 5 { sizes[2] = result.0 }
    var y = try Tensor(
      .quint8, sizes, strides: sizes.channelsLastStrides(), in: call.arena,
      quantization: .perTensor(scale: quantization.scale, zeroPoint: quantization.zeroPoint))
    try run(
      parameters, input, (inputScale, inputZeroPoint), result,
      quantization.kernelOutput(y.pointer(), stride: parameters.outputChannels, relu: relu),
      outputScale: quantization.scale, call.context)
    if inputRank == 1 {
      sizes.remove(at: 2)
      var strides = y.strides
      strides.remove(at: 2)
      y = y.view(sizes: sizes, strides: strides, count: y.count)
    }
    return .tensor(y)
  }

  private static func run(
    _ parameters: ConvolutionParameters, _ input: Tensor, _ inputQuantization: (scale: Double, zeroPoint: Int32),
    _ result: ConvolutionWindow.Three, _ output: lite_output_u8, outputScale: Double, _ context: Context
  ) throws(LiteError) {
    let packed = parameters.packed
    let bias: Scratch<Int32> = try context.scratch(packed.channels)
    let scales: Scratch<Float> = try context.scratch(packed.channels)
    try packed.foldBias(
      parameters.bias, inputScale: inputQuantization.scale, inputZeroPoint: inputQuantization.zeroPoint, into: bias.base)
    packed.requantizationScales(inputScale: inputQuantization.scale, outputScale: outputScale, into: scales.base)
    var work = ConvolutionWork(
      parameters: parameters, kernels: context.kernels.pointee, input: input.pointer(), spatial: input.spatialSizes,
      images: input.sizes[0],
      result: result, bias: bias.base, scales: scales.base, zeroPoint: inputQuantization.zeroPoint)
    let workspace: Scratch<UInt8> = try context.scratch(work.workspaceSize)
    work.workspace = workspace.base
    if parameters.window.isPlanar {
      packed.zeroPoints.withUnsafeBufferPointer { work.runPlanes($0, output) }
      return
    }
    if parameters.window.isPointwise, parameters.groups == 1 {
      packed.zeroPoints.withUnsafeBufferPointer { work.runPointwise($0, output) }
      return
    }
    // Taps outside of the image read a row of the zero point.
    let outside: Scratch<UInt8> = try context.scratch(parameters.inputChannels)
    memset(outside.base, inputQuantization.zeroPoint, parameters.inputChannels)
    let pointers: Scratch<UnsafePointer<UInt8>?> = try context.scratch(try Checked.multiply(result.2, packed.taps))
    packed.zeroPoints.withUnsafeBufferPointer { work.runRows($0, output, pointers.base, outside.base) }
  }
}

/// One convolution with everything resolved.
private struct ConvolutionWork {
  let parameters: ConvolutionParameters
  let kernels: lite_kernel_table
  let input: UnsafePointer<UInt8>
  let spatial: ConvolutionWindow.Three
  let images: Int
  let result: ConvolutionWindow.Three
  let bias: UnsafePointer<Int32>
  let scales: UnsafePointer<Float>
  let zeroPoint: Int32
  var workspace: UnsafeMutablePointer<UInt8>? = nil

  private var isMatrix: Bool { parameters.window.isPointwise && parameters.groups == 1 }

  /// Bytes of memory that the kernels want.
  var workspaceSize: Int {
    if parameters.window.isPlanar, !isMatrix {
      var plane = plane(0, 0, UnsafeBufferPointer(start: nil, count: 0))
      return parameters.isDepthwise
        ? kernels.depthwise_convolution_workspace_size(&plane) : kernels.convolution_workspace_size(&plane)
    }
    let rows = isMatrix ? images * result.0 * result.1 * result.2 : result.2
    return kernels.gemm_workspace_size(rows, packedChannels, parameters.packed.taps, parameters.packed.depth)
  }

  private var packedChannels: Int { parameters.packed.channels / (parameters.isDepthwise ? 1 : parameters.groups) }

  /// A group of an image.
  private func plane(_ image: Int, _ group: Int, _ zeroPoints: UnsafeBufferPointer<Int32>) -> lite_convolution_u8s8 {
    let window = parameters.window
    let first = group * packedChannels
    return lite_convolution_u8s8(
      window: lite_window(
        input_height: spatial.1, input_width: spatial.2, output_height: result.1, output_width: result.2,
        kernel_height: window.kernel.1, kernel_width: window.kernel.2, stride_height: window.stride.1,
        stride_width: window.stride.2, dilation_height: window.dilation.1, dilation_width: window.dilation.2,
        padding_top: window.padding.1, padding_left: window.padding.2),
      channels: packedChannels, depth: parameters.packed.depth,
      input: input + (image * spatial.1 * spatial.2 * parameters.inputChannels + group * parameters.packed.depth),
      input_stride: parameters.inputChannels, input_zero_point: UInt8(truncatingIfNeeded: zeroPoint), first_row: 0,
      end_row: result.1, weights: parameters.packed.matrix(group), bias: bias + first,
      weight_zero_points: zeroPoints.isEmpty ? nil : zeroPoints.baseAddress! + first, scales: scales + first,
      workspace: workspace)
  }

  mutating func runPlanes(_ zeroPoints: UnsafeBufferPointer<Int32>, _ output: lite_output_u8) {
    if isMatrix {
      runPointwise(zeroPoints, output)
      return
    }
    var part = output
    for image in 0..<images {
      for group in 0..<(parameters.isDepthwise ? 1 : parameters.groups) {
        var plane = plane(image, group, zeroPoints)
        part.data = output.data + (image * result.1 * result.2 * output.stride + group * packedChannels)
        if parameters.isDepthwise {
          kernels.depthwise_convolution_u8s8(&plane, &part)
        } else {
          kernels.convolution_u8s8(&plane, &part)
        }
      }
    }
  }

  mutating func runPointwise(_ zeroPoints: UnsafeBufferPointer<Int32>, _ output: lite_output_u8) {
    var gemm = lite_gemm_u8s8(
      rows: images * result.0 * result.1 * result.2, channels: parameters.outputChannels, taps: 1,
      depth: parameters.inputChannels,
      indirection: nil, input: input, input_stride: parameters.inputChannels, weights: parameters.packed.matrix(0), bias: bias,
      weight_zero_points: zeroPoints.isEmpty ? nil : zeroPoints.baseAddress, scales: scales, workspace: workspace)
    var output = output
    kernels.gemm_u8s8(&gemm, &output)
  }

  mutating func runRows(
    _ zeroPoints: UnsafeBufferPointer<Int32>, _ output: lite_output_u8, _ pointers: UnsafeMutablePointer<UnsafePointer<UInt8>?>,
    _ outside: UnsafePointer<UInt8>
  ) {
    let imageSize = spatial.0 * spatial.1 * spatial.2 * parameters.inputChannels
    var row = output
    for image in 0..<images {
      for plane in 0..<result.0 {
        for y in 0..<result.1 {
          parameters.window.fillRow(
            pointers, base: input + image * imageSize, pixelStride: parameters.inputChannels, outside: outside, input: spatial,
            plane: plane, row: y, width: result.2)
          if parameters.isDepthwise {
            var depthwise = lite_depthwise_u8s8(
              pixels: result.2, channels: parameters.outputChannels, taps: parameters.packed.taps, indirection: pointers,
              weights: parameters.packed.matrix(0), bias: bias,
              weight_zero_points: zeroPoints.isEmpty ? nil : zeroPoints.baseAddress,
              scales: scales)
            kernels.depthwise_u8s8(&depthwise, &row)
          } else {
            runGroups(zeroPoints, row, pointers)
          }
          row.data += result.2 * output.stride
        }
      }
    }
  }

  private func runGroups(
    _ zeroPoints: UnsafeBufferPointer<Int32>, _ output: lite_output_u8, _ pointers: UnsafeMutablePointer<UnsafePointer<UInt8>?>
  ) {
    let packed = parameters.packed
    let perGroup = packed.channels / parameters.groups
    var part = output
    for group in 0..<parameters.groups {
      if group > 0 {
        for index in 0..<result.2 * packed.taps { pointers[index] = pointers[index]! + packed.depth }
      }
      let first = group * perGroup
      var gemm = lite_gemm_u8s8(
        rows: result.2, channels: perGroup, taps: packed.taps, depth: packed.depth, indirection: pointers, input: nil,
        input_stride: 0,
        weights: packed.matrix(group), bias: bias + first,
        weight_zero_points: zeroPoints.isEmpty ? nil : zeroPoints.baseAddress! + first, scales: scales + first,
        workspace: workspace)
      kernels.gemm_u8s8(&gemm, &part)
      part.data += perGroup
    }
  }
}

extension Tensor {
  /// Depth, height and width of a batch of images with channels; depth is 1 for rank 4.
  var spatialSizes: ConvolutionWindow.Three {
    rank == 5 ? (sizes[2], sizes[3], sizes[4]) : rank == 4 ? (1, sizes[2], sizes[3]) : (1, 1, sizes[2])
  }
}

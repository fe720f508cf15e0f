import CLiteKernels
import LiteFormat

/// Float convolutions, transposed ones included, over one to three spatial dimensions: an indirect matrix
/// product on channels-last pixels (Dukhan, arXiv 1907.02129) that writes the result in the input's layout.
enum Convolution {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "conv1d(input, weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] dilation=[1], SymInt groups=1)"
    ) {
      (call) throws(LiteError) in try forward(call, 1)
    }
    table.add(
      "conv2d(input, weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] dilation=[1, 1], SymInt groups=1)"
    ) {
      (call) throws(LiteError) in try forward(call, 2)
    }
    table.add(
      "conv3d(input, weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] dilation=[1, 1, 1], SymInt groups=1)"
    ) {
      (call) throws(LiteError) in try forward(call, 3)
    }
    table.add(
      "conv1d.padding(input, weight, Tensor? bias=None, SymInt[1] stride=[1], str padding=\"valid\", SymInt[1] dilation=[1], SymInt groups=1)"
    ) {
      (call) throws(LiteError) in try forward(call, 1)
    }
    table.add(
      "conv2d.padding(input, weight, Tensor? bias=None, SymInt[2] stride=[1, 1], str padding=\"valid\", SymInt[2] dilation=[1, 1], SymInt groups=1)"
    ) {
      (call) throws(LiteError) in try forward(call, 2)
    }
    table.add(
      "conv3d.padding(input, weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], str padding=\"valid\", SymInt[3] dilation=[1, 1, 1], SymInt groups=1)"
    ) {
      (call) throws(LiteError) in try forward(call, 3)
    }
    table.add(
      "conv_transpose1d(input, weight, Tensor? bias=None, SymInt[1] stride=[1], SymInt[1] padding=[0], SymInt[1] output_padding=[0], SymInt groups=1, SymInt[1] dilation=[1])"
    ) {
      (call) throws(LiteError) in try transposed(call, 1)
    }
    table.add(
      "conv_transpose2d.input(input, weight, Tensor? bias=None, SymInt[2] stride=[1, 1], SymInt[2] padding=[0, 0], SymInt[2] output_padding=[0, 0], SymInt groups=1, SymInt[2] dilation=[1, 1])"
    ) {
      (call) throws(LiteError) in try transposed(call, 2)
    }
    table.add(
      "conv_transpose3d.input(input, weight, Tensor? bias=None, SymInt[3] stride=[1, 1, 1], SymInt[3] padding=[0, 0, 0], SymInt[3] output_padding=[0, 0, 0], SymInt groups=1, SymInt[3] dilation=[1, 1, 1])"
    ) {
      (call) throws(LiteError) in try transposed(call, 3)
    }
    table.add(
      "_convolution_mode(input, weight, Tensor? bias, SymInt[] stride, str padding, SymInt[] dilation, SymInt groups)"
    ) {
      (call) throws(LiteError) in try forward(call, try kernelRank(call))
    }
    table.add(
      """
      convolution(input, weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups)
      _convolution(input, weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, bool benchmark, bool deterministic, bool cudnn_enabled, bool allow_tf32)
      _convolution.deprecated(input, weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, int[] output_padding, SymInt groups, bool benchmark, bool deterministic, bool cudnn_enabled)
      """
    ) {
      (call) throws(LiteError) in try general(call)
    }
  }

  private static func forward(_ call: Call, _ rank: Int) throws(LiteError) -> Value {
    let stride = try call.spatial(3, rank)
    let dilation = try call.spatial(5, rank)
    guard case .string(let mode) = call[4] else {
      return try run(call, try call.tensor(0), rank, stride, try call.spatial(4, rank), dilation, groups: 6)
    }
    let isSame = mode.bytes.withUnsafeBufferPointer { isEqual($0, "same") }
    try call.require(
      isSame || mode.bytes.withUnsafeBufferPointer { isEqual($0, "valid") }, 4,
      "found '\(mode.bytes)', expected 'same' or 'valid'")
    var padding = [Int](repeating: 0, count: rank)
    var input = try call.tensor(0)
    if isSame {
      let weight = try call.tensor(1)
      try call.require(weight.rank == rank + 2, 1, "found a tensor of \(weight.message), expected \(rank + 2) dimensions")
      var extra = [Int](repeating: 0, count: 2 * rank)
      for index in 0..<rank {
        try call.require(stride[index] == 1, 3, "found \(stride[index]), expected 1 with padding 'same'")
        let total = try Checked.multiply(dilation[index], weight.sizes[index + 2] - 1)
        padding[index] = total / 2
        // An odd total puts the extra element at the end; lists of padding begin with the last dimension.
        extra[2 * (rank - 1 - index) + 1] = total % 2
      }
      if extra.contains(1) { input = try Padding.constant(input, extra, .int(0), call.context) }
    }
    return try run(call, input, rank, stride, padding, dilation, groups: 6, isPadded: isSame)
  }

  private static func transposed(_ call: Call, _ rank: Int) throws(LiteError) -> Value {
    try run(
      call, try call.tensor(0), rank, try call.spatial(3, rank), try call.spatial(4, rank), try call.spatial(7, rank), groups: 6,
      outputPadding: try call.spatial(5, rank))
  }

  /// Spatial dimensions of the weights.
  private static func kernelRank(_ call: Call) throws(LiteError) -> Int {
    let weight = try call.tensor(1)
    try call.require(
      (3...5).contains(weight.rank), 1, "found a tensor of \(weight.message), expected 3 to 5 dimensions")
    return weight.rank - 2
  }

  private static func general(_ call: Call) throws(LiteError) -> Value {
    let rank = try kernelRank(call)
    return try run(
      call, try call.tensor(0), rank, try call.spatial(3, rank), try call.spatial(4, rank), try call.spatial(5, rank), groups: 8,
      outputPadding: try call.bool(6) ? try call.spatial(7, rank) : nil)
  }

  /// - Parameters:
  ///   - groups: which argument is the number of groups.
  ///   - outputPadding: of a transposed convolution.
  ///   - isPadded: the input may have been padded, which is no step.
  private static func run(
    _ call: Call, _ original: Tensor, _ rank: Int, _ stride: [Int], _ padding: [Int], _ dilation: [Int], groups: Int,
    outputPadding: [Int]? = nil, isPadded: Bool = false
  ) throws(LiteError) -> Value {
    let weight = try call.tensor(1)
    try call.require(
      original.type.isFloatingPoint || (original.type.isIntegral && original.type != .bool), 0,
      "found a tensor of \(original.message), expected a floating type or integers")
    try call.require(
      weight.type == original.type, 1, "found a tensor of \(weight.message) for an input of \(original.type.name)")
    try call.require(weight.rank == rank + 2, 1, "found a tensor of \(weight.message), expected \(rank + 2) dimensions")
    let isBatched = original.rank == rank + 2
    try call.require(
      isBatched || original.rank == rank + 1, 0,
      "found a tensor of \(original.message), expected \(rank + 1) or \(rank + 2) dimensions")
    // Integers are rare: sums below 2^53 are exact in double.
    let type = original.type.isIntegral ? .float64 : original.type.computing
    let groupCount = try call.int(groups)
    try call.require(
      groupCount > 0 && weight.sizes[0] % groupCount == 0 && weight.count > 0, groups,
      "found \(groupCount) groups for weights of \(weight.message)")
    let window = try ConvolutionWindow(
      kernel: (2..<weight.rank).map { weight.sizes[$0] }, stride: stride, padding: padding, dilation: dilation,
      outputPadding: outputPadding ?? [], isTransposed: outputPadding != nil)
    let layer = try ConvolutionLayer(window: window, groups: groupCount, weight: weight, type, call.context)
    let input = isBatched ? original : try original.unsqueezed(0)
    try call.require(
      input.sizes[1] == layer.inputChannels, 0,
      "expected input \(original.sizes.message) to have \(layer.inputChannels) channels, but got \(original.sizes[1]) channels instead"
    )
    if original.type.isIntegral, let bias = try call.optionalTensor(2) {
      try call.require(bias.type == original.type, 2, "found a tensor of \(bias.message), expected \(original.type.name)")
    }
    let bias = try call.parameterVector(2, layer.outputChannels, type, takesIntegers: original.type.isIntegral)
    let result = try layer.run(try input.converted(to: type, call.context), bias, call.context)
    if type == .float32, !isPadded { call.isFullyPrepared() }
    return .tensor(try (isBatched ? result : result.removing(0)).converted(to: original.type, call.context))
  }
}

/// One convolution, its arguments checked.
struct ConvolutionLayer {
  let window: ConvolutionWindow
  let groups: Int
  /// [O, I/groups, k...], transposed [I, O/groups, k...]; float32 or float64, kernel positions at one stride.
  let weight: Tensor

  /// - Parameter type: what the layer computes in, float32 or float64.
  init(window: ConvolutionWindow, groups: Int, weight: Tensor, _ type: DataType, _ context: Context) throws(LiteError) {
    self.window = window
    self.groups = groups
    let isUsable = weight.type == type && (weight.isContiguous || weight.isChannelsLast)
    self.weight = isUsable ? weight : try weight.prepared(type, context)
  }

  var inputChannels: Int { window.isTransposed ? weight.sizes[0] : weight.sizes[1] &* groups }
  var outputChannels: Int { window.isTransposed ? weight.sizes[1] &* groups : weight.sizes[0] }
  private var perGroup: Int { outputChannels / groups }
  /// How the weights lie, as one matrix a group.
  var shape: PackedFloatMatrices.Shape {
    let depth = inputChannels / groups
    // A kernel position of size 1 may have any stride.
    let isContiguous = weight.isContiguous
    let tapStride = isContiguous ? 1 : weight.sizes[1]
    let innerStride = isContiguous ? window.taps : 1
    let outerStride = weight.sizes[1] &* window.taps
    return PackedFloatMatrices.Shape(
      groups: groups, channels: perGroup, taps: window.taps, depth: depth, groupStride: weight.count / groups,
      channelStride: window.isTransposed ? innerStride : outerStride, tapStride: tapStride,
      depthStride: window.isTransposed ? outerStride : innerStride)
  }
  /// Whether every output channel reads one plane of the input; such layers need no packed weights.
  var isPlaneByPlane: Bool {
    weight.type == .float32 && inputChannels == groups && groups > 1 && window.kernel.0 == 1 && !window.isTransposed
  }

  /// The weights for `run`, to be kept with a layer that is run often.
  func packed(_ context: Context) throws(LiteError) -> PackedFloatMatrices {
    try PackedFloatMatrices.of(weight, shape, context)
  }

  /// - Parameters:
  ///   - input: of the weights' type, [N, I, ...].
  ///   - minimum, maximum: bounds of the results, float32 only.
  ///   - ready: the packed weights, if they are kept.
  func run(
    _ input: Tensor, _ bias: Tensor?, minimum: Float = -.infinity, maximum: Float = .infinity,
    packed ready: PackedFloatMatrices? = nil, _ context: Context
  ) throws(LiteError) -> Tensor {
    let spatial = input.spatialSizes
    let size = try window.output(spatial)
    var sizes = input.sizes
    sizes[1] = outputChannels
    sizes[input.rank - 1] = size.2
    if input.rank > 3 { sizes[input.rank - 2] = size.1 }
    if input.rank > 4 { sizes[2] = size.0 }
    let isChannelsLast = input.prefersChannelsLast
    if isPlaneByPlane, spatial.0 == 1, size.0 == 1 {
      let result = try Tensor(.float32, sizes, in: context.arena)
      try runDepthwise(try input.contiguous(in: context.arena), bias, size, result, context)
      try clamp(result, minimum, maximum, context)
      return try result.arranged(like: input, in: context.arena)
    }
    let result = try Tensor(
      input.type, sizes, strides: isChannelsLast ? sizes.channelsLastStrides() : sizes.contiguousStrides(), in: context.arena)
    guard result.count > 0 else { return result }
    let pixels = input.isChannelsLast ? input : try input.clone(strides: input.sizes.channelsLastStrides(), in: context.arena)
    let shape = shape
    let work = PixelRuns(
      window: window, spatial: spatial, size: size, images: input.sizes[0], channels: inputChannels, groups: groups)
    let pixelCount = size.0 * size.1 * size.2
    let channelStep = isChannelsLast ? 1 : pixelCount
    let pixelStep = isChannelsLast ? outputChannels : 1
    if input.type == .float64 {
      try context.spend(result.count, window.taps, shape.depth)
      let target = result.pointer(Double.self)
      let pointers: Scratch<UnsafePointer<Double>?> = try context.scratch(try work.pointerCount())
      let outside: Scratch<Double> = try context.scratch(inputChannels)
      for index in 0..<inputChannels { outside[index] = 0 }
      work.forEach(pixels.pointer(Double.self), 0..<work.lineCount, pointers.base, outside.base) { run in
        let base = target + run.image &* outputChannels &* pixelCount + run.firstPixel &* pixelStep
        sumDouble(shape, run, bias?.pointer(), base, pixelStep, channelStep)
      }
      return result
    }
    var ready = ready
    if ready == nil, weight.storage.isConstant { ready = try packed(context) }
    let step = try FloatConvolutionStep(
      shape, work, bias: bias != nil, bounds: (minimum, maximum), pixelStep: pixelStep, channelStep: channelStep,
      ready: ready, context)
    let packed: Scratch<Float> = try context.scratch(step.packedCount)
    let pointers: Scratch<UInt8> = try context.scratch(try Checked.multiply(step.workspaceSize, context.threadCount))
    try context.perform(
      step,
      [
        .tensor(pixels), .tensor(step.packedCount > 0 ? weight : result), .tensor(bias ?? result), .tensor(result),
        .scratch(packed.base), .scratch(pointers.base),
      ])
    return result
  }

  /// Every output channel reads one input channel, plane by plane.
  private func runDepthwise(
    _ input: Tensor, _ bias: Tensor?, _ size: ConvolutionWindow.Three, _ result: Tensor, _ context: Context
  ) throws(LiteError) {
    let plane = PlaneWindow.make(window, input: input.spatialSizes, output: size)
    let inputPlane = plane.input_height * plane.input_width
    let outputPlane = size.1 * size.2
    let (kernels, taps, perGroup, outputs, inputs) = (context.kernels, window.taps, perGroup, outputChannels, inputChannels)
    let hasBias = bias != nil
    let planes = input.sizes[0] &* outputs
    let work = Checked.product(result.count, taps)
    let step = FunctionStep("depthwise_plane_f32", work: work, products: work, shares: planes) { (operands, share) in
      var plane = plane
      for index in share.range(of: planes) {
        let (image, channel) = (index / outputs, index % outputs)
        kernels.pointee.depthwise_plane_f32(
          &plane, operands[0, Float.self] + (image &* inputs &+ channel / perGroup) &* inputPlane,
          operands[1, Float.self] + channel &* taps, hasBias ? operands[2, Float.self][channel] : 0,
          operands[3, Float.self] + index &* outputPlane)
      }
    }
    try context.perform(step, [.tensor(input), .tensor(weight), .tensor(bias ?? weight), .tensor(result)])
  }

  /// Bounds every element, in place.
  private func clamp(_ result: Tensor, _ minimum: Float, _ maximum: Float, _ context: Context) throws(LiteError) {
    guard minimum > -.infinity || maximum < .infinity,
      let loop = context.kernels.pointee.unary_loop(Int32(LITE_UNARY_HARDTANH), Int32(LITE_DTYPE_F32))
    else { return }
    try context.perform(
      UnaryLoopStep(loop, (Double(minimum), Double(maximum), 0), result, result), [.tensor(result), .tensor(result)])
  }

  /// The sums of one run in double.
  private func sumDouble(
    _ shape: PackedFloatMatrices.Shape, _ run: PixelRuns.Run<Double>, _ bias: UnsafeMutablePointer<Double>?,
    _ output: UnsafeMutablePointer<Double>, _ pixelStep: Int,
    _ channelStep: Int
  ) {
    let weights = weight.pointer(Double.self) + run.group &* shape.groupStride
    for row in 0..<run.count {
      for channel in 0..<shape.channels {
        let filter = weights + channel &* shape.channelStride
        var sum = bias?[run.group &* shape.channels + channel] ?? 0
        for tap in 0..<shape.taps {
          let x = run.pointers.map { $0[row &* shape.taps + tap]! } ?? run.input + row &* inputChannels
          for d in 0..<shape.depth { sum += x[d] * filter[tap &* shape.tapStride + d &* shape.depthStride] }
        }
        output[row &* pixelStep + (run.group &* shape.channels + channel) &* channelStep] = sum
      }
    }
  }
}

/// Goes through the output pixels of a convolution in runs of a few rows, with where their taps are read.
struct PixelRuns {
  struct Run<Element> {
    let image: Int
    let group: Int
    let firstPixel: Int
    let count: Int
    /// [pixel][tap], or nil when pixels are read in order from `input`.
    let pointers: UnsafeMutablePointer<UnsafePointer<Element>?>?
    let input: UnsafePointer<Element>
  }

  let window: ConvolutionWindow
  let spatial: ConvolutionWindow.Three
  let size: ConvolutionWindow.Three
  let images: Int
  let channels: Int
  let groups: Int

  /// Whether pixels are read in order, without pointers.
  var isDirect: Bool { window.isPointwise && groups == 1 }

  /// Rows of pixels in a run: enough that the weights are worth reading.
  private var linesAtOnce: Int { min(size.0 &* size.1, max(1, 64 / size.2)) }

  /// Pointers that `forEach` makes at one time.
  func pointerCount() throws(LiteError) -> Int {
    isDirect ? 0 : try Checked.multiply(try Checked.multiply(size.2, window.taps), linesAtOnce)
  }

  /// Rows of pixels of all images; work is divided by them.
  var lineCount: Int { images &* size.0 &* size.1 }

  /// - Parameters:
  ///   - input: channels-last pixels.
  ///   - range: of `lineCount`.
  ///   - pointers: room for `pointerCount()`.
  ///   - outside: a pixel of zeros.
  func forEach<Element: Real>(
    _ input: UnsafePointer<Element>, _ range: Range<Int>, _ pointers: UnsafeMutablePointer<UnsafePointer<Element>?>,
    _ outside: UnsafePointer<Element>, _ body: (Run<Element>) -> Void
  ) {
    let imageSize = spatial.0 * spatial.1 * spatial.2 * channels
    let lines = size.0 * size.1
    var position = range.lowerBound
    while position < range.upperBound {
      let image = position / lines
      let line = position &- image &* lines
      let rest = min(lines &- line, range.upperBound &- position)
      let source = input + image &* imageSize
      if isDirect {
        body(
          Run(
            image: image, group: 0, firstPixel: line &* size.2, count: rest &* size.2, pointers: nil,
            input: source + line &* size.2 &* channels))
        position += rest
        continue
      }
      let count = min(linesAtOnce, rest)
      let lineCount = size.2 &* window.taps
      for index in 0..<count {
        window.fillRow(
          pointers + index &* lineCount, base: source, pixelStride: channels, outside: outside, input: spatial,
          plane: (line + index) / size.1, row: (line + index) % size.1, width: size.2)
      }
      for group in 0..<groups {
        if group > 0 { for index in 0..<count &* lineCount { pointers[index] = pointers[index]! + channels / groups } }
        body(
          Run(image: image, group: group, firstPixel: line &* size.2, count: count &* size.2, pointers: pointers, input: source))
      }
      position += count
    }
  }
}

/// A window over one plane as kernels take it.
enum PlaneWindow {
  static func make(_ window: ConvolutionWindow, input: ConvolutionWindow.Three, output: ConvolutionWindow.Three) -> lite_window {
    lite_window(
      input_height: input.1, input_width: input.2, output_height: output.1, output_width: output.2,
      kernel_height: window.kernel.1,
      kernel_width: window.kernel.2, stride_height: window.stride.1, stride_width: window.stride.2,
      dilation_height: window.dilation.1, dilation_width: window.dilation.2, padding_top: window.padding.1,
      padding_left: window.padding.2)
  }
}

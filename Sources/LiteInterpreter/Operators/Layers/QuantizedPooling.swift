import CLiteKernels
import CLitePlatform
import LiteFormat

/// Pooling of 8-bit codes, channels-last; the result has the input's scale and zero point. qint8 is computed
/// as quint8 with every code and the zero point 128 higher, which gives the same results.
struct QuantizedPooling {
  private let call: Call
  private var context: Context { call.context }
  private let input: Tensor
  private let result: Tensor
  private let type: DataType
  private let scale: Float
  /// Of the codes as they are computed, unsigned.
  private let zeroPoint: Int32
  private let output: ConvolutionWindow.Three
  private let channels: Int

  /// - Parameter x: [N, C, W], [N, C, H, W] or [N, C, D, H, W].
  init(_ call: Call, _ x: Tensor, _ output: ConvolutionWindow.Three) throws(LiteError) {
    try call.require(
      x.type == .quint8 || x.type == .qint8, 0, "found a tensor of \(x.message), expected quint8 or qint8")
    let (_, scale, zeroPoint) = try call.quantizedTensor(0, x.type)
    self.call = call
    type = x.type
    self.scale = Float(scale)
    self.zeroPoint = x.type == .qint8 ? zeroPoint &+ 128 : zeroPoint
    self.output = output
    channels = x.sizes[1]
    let sizes = Pooling.sizes(x, output)
    result = try Tensor(
      x.type, sizes, strides: sizes.channelsLastStrides(), in: call.arena, quantization: x.quantization)
    input =
      x.type == .quint8
      ? x.isChannelsLast ? x : try x.clone(strides: x.sizes.channelsLastStrides(), in: call.arena)
      : try Self.shifted(try x.clone(strides: x.sizes.channelsLastStrides(), in: call.arena), call.context)
  }

  /// Adds 128 to every code, in place; twice is the same as not at all.
  private static func shifted(_ x: Tensor, _ context: Context) throws(LiteError) -> Tensor {
    var table = InlineArray<256, UInt8>(repeating: 0)
    for code in 0..<256 { table[code] = UInt8(code) ^ 0x80 }
    try context.perform(LookupStep(table, count: x.count, context), [.tensor(x), .tensor(x)])
    return x
  }

  /// Runs a step of pooling; all is done through steps.
  private func perform(_ step: QuantizedPoolingStep) throws(LiteError) -> Tensor {
    let workspace: Scratch<UInt8> = try context.scratch(try Checked.multiply(step.workspaceSize, context.threadCount))
    try context.perform(step, [.tensor(input), .tensor(result), .scratch(workspace.base)])
    call.isFullyPrepared()
    return type == .qint8 ? try Self.shifted(result, context) : result
  }

  private var geometry: QuantizedPoolingStep.Geometry {
    .init(images: input.sizes[0], channels: channels, input: input.spatialSizes, output: output, zeroPoint: zeroPoint)
  }

  func maximum(_ window: ConvolutionWindow) throws(LiteError) -> Tensor {
    try perform(try QuantizedPoolingStep(geometry, .maximum(window), context))
  }

  /// QNNPACK, which does not know ceil mode, divides by the whole window always: scale s / (s * n). Else the
  /// general kernel of PyTorch (QuantizedOpKernels.cpp, qavg_pool2d_nhwc_kernel).
  func average(_ window: ConvolutionWindow, ceil: Bool, countsPadding: Bool, divisor: Int?) throws(LiteError) -> Tensor {
    if type == .quint8, !ceil, input.rank < 5 {
      return try perform(try QuantizedPoolingStep(geometry, .average(window, scale / (scale * Float(window.taps))), context))
    }
    return try average(try PoolingRanges(window, input: input.spatialSizes, output: output), isGeneral: true) {
      (elements, extent) in Self.generalScale(divisor ?? (countsPadding ? extent : elements))
    }
  }

  func adaptiveAverage() throws(LiteError) -> Tensor {
    if result.count == 0 { return result }
    let size = input.spatialSizes
    let isEven = type == .quint8 && input.rank < 5 && size.1 % output.1 == 0 && size.2 % output.2 == 0
    return try average(try PoolingRanges(adaptive: size, output: output), isGeneral: !isEven) { (elements, _) in
      isEven ? scale / (scale * Float(elements)) : Self.generalScale(elements)
    }
  }

  /// PyTorch passes the reciprocal on and divides by it.
  private static func generalScale(_ divisor: Int) -> Float { 1 / (1 / (1 / Float(divisor))) }

  /// - Parameter isGeneral: not QNNPACK's kernel but PyTorch's own, which rounds as `quantize` does.
  private func average(
    _ ranges: PoolingRanges, isGeneral: Bool, _ factor: (_ elements: Int, _ extent: Int) -> Float
  ) throws(LiteError) -> Tensor {
    let addsFirst = isGeneral && context.rounding == .addThenRound
    let factors = try StepTable(ranges.count, stride: 4)
    let values = factors.pointer(Float.self)
    ranges.forEach { (position, z, y, x) in
      values[position] = factor(z.count &* y.count &* x.count, z.extent &* y.extent &* x.extent)
    }
    return try perform(try QuantizedPoolingStep(geometry, .ranges(ranges, factors, addsFirst: addsFirst), context))
  }
}

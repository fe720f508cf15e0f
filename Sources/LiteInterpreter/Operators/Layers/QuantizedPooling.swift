import CLiteKernels
import CLitePlatform
import LiteFormat

/// Pooling of 8-bit codes, channels-last; the result has the input's scale and zero point. qint8 is computed
/// as quint8 with every code and the zero point 128 higher, which gives the same results.
struct QuantizedPooling {
  private let context: Context
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
    context = call.context
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
      : try Self.shifted(try x.clone(strides: x.sizes.channelsLastStrides(), in: call.arena), call.kernels)
  }

  /// Adds 128 to every code, in place; twice is the same as not at all.
  private static func shifted(_ x: Tensor, _ kernels: lite_kernel_table) throws(LiteError) -> Tensor {
    var table = InlineArray<256, UInt8>(repeating: 0)
    for code in 0..<256 { table[code] = UInt8(code) ^ 0x80 }
    withUnsafePointer(to: &table) {
      kernels.lookup_u8(x.count, x.pointer(), UnsafeRawPointer($0).assumingMemoryBound(to: UInt8.self), x.pointer())
    }
    return x
  }

  private func finished() throws(LiteError) -> Tensor {
    type == .qint8 ? try Self.shifted(result, context.kernels.pointee) : result
  }

  private var imageSize: Int { input.spatialSizes.0 * input.spatialSizes.1 * input.spatialSizes.2 * channels }
  private var pixels: Int { output.0 * output.1 * output.2 }

  /// Calls `body` for each output row with where its taps are read.
  private func forEachRow(
    _ window: ConvolutionWindow, outside value: Int32,
    _ body: (_ pointers: UnsafeMutablePointer<UnsafePointer<UInt8>?>, _ output: UnsafeMutablePointer<UInt8>) -> Void
  ) throws(LiteError) {
    let pointers: Scratch<UnsafePointer<UInt8>?> = try context.scratch(try Checked.multiply(output.2, window.taps))
    let outside: Scratch<UInt8> = try context.scratch(channels)
    memset(outside.base, value, channels)
    var target = result.pointer(UInt8.self)
    for image in 0..<input.sizes[0] {
      for plane in 0..<output.0 {
        for row in 0..<output.1 {
          window.fillRow(
            pointers.base, base: input.pointer() + image &* imageSize, pixelStride: channels, outside: outside.base,
            input: input.spatialSizes, plane: plane, row: row, width: output.2)
          body(pointers.base, target)
          target += output.2 &* channels
        }
      }
    }
  }

  func maximum(_ window: ConvolutionWindow) throws(LiteError) -> Tensor {
    let kernels = context.kernels.pointee
    try forEachRow(window, outside: 0) { (pointers, target) in
      kernels.max_pool_u8(output.2, channels, window.taps, pointers, target, channels)
    }
    return try finished()
  }

  /// QNNPACK, which does not know ceil mode, divides by the whole window always: scale s / (s * n). Else the
  /// general kernel of PyTorch (QuantizedOpKernels.cpp, qavg_pool2d_nhwc_kernel).
  func average(_ window: ConvolutionWindow, ceil: Bool, countsPadding: Bool, divisor: Int?) throws(LiteError) -> Tensor {
    let kernels = context.kernels.pointee
    if type == .quint8, !ceil, input.rank < 5 {
      try forEachRow(window, outside: zeroPoint) { (pointers, target) in
        var row = lite_output_u8(data: target, stride: channels, zero_point: zeroPoint, minimum: 0, maximum: 255)
        kernels.average_pool_u8(
          output.2, channels, window.taps, pointers, zeroPoint, scale / (scale * Float(window.taps)), &row)
      }
      return try finished()
    }
    return try average(PoolingRanges(window, input: input.spatialSizes, output: output), isGeneral: true) {
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
    let kernels = context.kernels.pointee
    let addsFirst = isGeneral && context.rounding == .addThenRound
    let pointers: Scratch<UnsafePointer<UInt8>?> = try context.scratch(ranges.largest)
    for image in 0..<input.sizes[0] {
      let target = result.pointer(UInt8.self) + image &* pixels &* channels
      ranges.forEachWindow(
        input.pointer() + image &* imageSize, size: input.spatialSizes, pixelStride: channels, pointers.base
      ) { (position, elements, extent) in
        if addsFirst {
          averageAddingFirst(pointers.base, elements, factor(elements, extent), target + position &* channels)
          return
        }
        var pixel = lite_output_u8(
          data: target + position &* channels, stride: channels, zero_point: zeroPoint, minimum: 0, maximum: 255)
        kernels.average_pool_u8(1, channels, elements, pointers.base, zeroPoint, factor(elements, extent), &pixel)
      }
    }
    return try finished()
  }

  /// One pixel with the zero point added before rounding, in one fused operation.
  private func averageAddingFirst(
    _ pixels: UnsafePointer<UnsafePointer<UInt8>?>, _ count: Int, _ factor: Float, _ output: UnsafeMutablePointer<UInt8>
  ) {
    for channel in 0..<channels {
      var sum: Int32 = 0
      for index in 0..<count { sum &+= Int32(pixels[index]![channel]) &- zeroPoint }
      let code = Float(zeroPoint).addingProduct(Float(sum), factor).rounded(.toNearestOrEven)
      output[channel] = UInt8(min(max(Int32(saturating: code), 0), 255))
    }
  }
}

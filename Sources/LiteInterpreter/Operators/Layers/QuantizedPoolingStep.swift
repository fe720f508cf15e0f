import CLiteKernels
import CLitePlatform
import LiteFormat

/// Pooling of unsigned codes, channels-last. Operands: input, result, workspace.
final class QuantizedPoolingStep: PreparedStep {
  struct Geometry {
    let images: Int
    let channels: Int
    let input: ConvolutionWindow.Three
    let output: ConvolutionWindow.Three
    let zeroPoint: Int32
  }

  enum Form {
    case maximum(ConvolutionWindow)
    /// The sum of a window times a factor.
    case average(ConvolutionWindow, Float)
    /// Windows of different sizes, with a factor for each output position. `addsFirst`: the zero point before rounding.
    case ranges(PoolingRanges, StepTable, addsFirst: Bool)
  }

  private let geometry: Geometry
  private let form: Form
  private let kernels: UnsafePointer<lite_kernel_table>
  /// Pointers of one thread.
  private let pointerCount: Int
  /// Bytes of one thread's part of the workspace: pointers, and a pixel outside of the image.
  let workspaceSize: Int

  init(_ geometry: Geometry, _ form: Form, _ context: Context) throws(LiteError) {
    self.geometry = geometry
    self.form = form
    kernels = context.kernels
    switch form {
    case .maximum(let window), .average(let window, _): pointerCount = try Checked.multiply(geometry.output.2, window.taps)
    case .ranges(let ranges, _, _): pointerCount = ranges.largest
    }
    let bytes = try Checked.multiply(pointerCount, MemoryLayout<UnsafePointer<UInt8>?>.stride)
    workspaceSize = try Arena.rounded(try Checked.add(bytes, geometry.channels))
  }

  private var rowCount: Int { geometry.images &* geometry.output.0 &* geometry.output.1 }

  override var work: Int {
    let window =
      switch form {
      case .maximum(let window), .average(let window, _): window.taps
      case .ranges(let ranges, _, _): ranges.largest
      }
    return Checked.product(rowCount &* geometry.output.2, geometry.channels, window)
  }
  override var maximumShares: Int { if case .ranges = form { 1 } else { rowCount } }
  override var kernelName: StaticString { if case .maximum = form { "max_pool_u8" } else { "average_pool_u8" } }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let input = UnsafePointer(operands[0].assumingMemoryBound(to: UInt8.self))
    let target = operands[1].assumingMemoryBound(to: UInt8.self)
    let workspace = operands[2] + share.worker &* workspaceSize
    let pointers = workspace.assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    let channels = geometry.channels
    switch form {
    case .maximum(let window):
      forEachRow(share, window, 0, input, pointers) { (row, width) in
        kernels.pointee.max_pool_u8(width, channels, window.taps, pointers, target + row &* width &* channels, channels)
      }
    case .average(let window, let factor):
      forEachRow(share, window, geometry.zeroPoint, input, pointers) { (row, width) in
        var line = output(target + row &* width &* channels)
        kernels.pointee.average_pool_u8(width, channels, window.taps, pointers, geometry.zeroPoint, factor, &line)
      }
    case .ranges(let ranges, let factors, let addsFirst):
      runRanges(ranges, factors.pointer(), addsFirst, input, target, pointers)
    }
    return true
  }

  private func output(_ data: UnsafeMutablePointer<UInt8>) -> lite_output_u8 {
    lite_output_u8(data: data, stride: geometry.channels, zero_point: geometry.zeroPoint, minimum: 0, maximum: 255)
  }

  private var imageSize: Int { geometry.input.0 &* geometry.input.1 &* geometry.input.2 &* geometry.channels }

  /// Calls `body` for each output row of a share with where its taps are read.
  ///
  /// - Parameter outside: the code that padding reads as.
  @inline(__always)
  private func forEachRow(
    _ share: StepShare, _ window: ConvolutionWindow, _ outside: Int32, _ input: UnsafePointer<UInt8>,
    _ pointers: UnsafeMutablePointer<UnsafePointer<UInt8>?>, _ body: (_ row: Int, _ width: Int) -> Void
  ) {
    let padding = UnsafeMutableRawPointer(pointers + pointerCount).assumingMemoryBound(to: UInt8.self)
    memset(padding, outside, geometry.channels)
    let output = geometry.output
    for row in share.range(of: rowCount) {
      let image = row / (output.0 &* output.1)
      let rest = row &- image &* output.0 &* output.1
      window.fillRow(
        pointers, base: input + image &* imageSize, pixelStride: geometry.channels, outside: padding, input: geometry.input,
        plane: rest / output.1, row: rest % output.1, width: output.2)
      body(row, output.2)
    }
  }

  private func runRanges(
    _ ranges: PoolingRanges, _ factors: UnsafeMutablePointer<Float>, _ addsFirst: Bool, _ input: UnsafePointer<UInt8>,
    _ target: UnsafeMutablePointer<UInt8>, _ pointers: UnsafeMutablePointer<UnsafePointer<UInt8>?>
  ) {
    let channels = geometry.channels
    for image in 0..<geometry.images {
      let first = target + image &* ranges.count &* channels
      ranges.forEachWindow(input + image &* imageSize, size: geometry.input, pixelStride: channels, pointers) {
        (position, elements, _) in
        if addsFirst {
          averageAddingFirst(pointers, elements, factors[position], first + position &* channels)
          return
        }
        var pixel = output(first + position &* channels)
        kernels.pointee.average_pool_u8(1, channels, elements, pointers, geometry.zeroPoint, factors[position], &pixel)
      }
    }
  }

  /// One pixel with the zero point added before rounding, in one fused operation.
  private func averageAddingFirst(
    _ pixels: UnsafePointer<UnsafePointer<UInt8>?>, _ count: Int, _ factor: Float, _ output: UnsafeMutablePointer<UInt8>
  ) {
    for channel in 0..<geometry.channels {
      var sum: Int32 = 0
      for index in 0..<count { sum &+= Int32(pixels[index]![channel]) &- geometry.zeroPoint }
      let code = Float(geometry.zeroPoint).addingProduct(Float(sum), factor).rounded(.toNearestOrEven)
      output[channel] = UInt8(min(max(Int32(saturating: code), 0), 255))
    }
  }
}

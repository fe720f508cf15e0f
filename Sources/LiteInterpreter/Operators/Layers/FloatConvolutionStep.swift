import CLiteKernels
import LiteFormat

/// A float32 convolution as matrix products of runs of pixels. Operands: input (channels-last), weights, bias (or
/// anything), result, room for packed weights, room for pointers.
///
/// Weights that never change are packed when the step is prepared, others before each run.
final class FloatConvolutionStep: PreparedStep {
  private let runs: PixelRuns
  private let layer: PackedFloatMatrices.Shape
  private let hasBias: Bool
  private let bounds: (minimum: Float, maximum: Float)
  private let pixelStep: Int
  private let channelStep: Int
  private let kernels: UnsafePointer<lite_kernel_table>
  /// Floats of one group's packed weights.
  private let groupCount: Int
  private let ready: PackedFloatMatrices?
  /// Floats that packed weights take in the memory given.
  let packedCount: Int
  /// Bytes of one thread's pointers and a pixel of zeros.
  let workspaceSize: Int
  private let pointerCount: Int

  /// - Parameter ready: packed weights that never change.
  init(
    _ layer: PackedFloatMatrices.Shape, _ work: PixelRuns, bias: Bool, bounds: (Float, Float), pixelStep: Int, channelStep: Int,
    ready: PackedFloatMatrices?, _ context: Context
  ) throws(LiteError) {
    runs = work
    self.layer = layer
    self.ready = ready
    hasBias = bias
    self.bounds = bounds
    self.pixelStep = pixelStep
    self.channelStep = channelStep
    kernels = context.kernels
    groupCount = kernels.pointee.packed_gemm_f32_size(layer.channels, layer.taps, layer.depth) / 4
    packedCount = ready == nil ? try Checked.multiply(groupCount, layer.groups) : 0
    pointerCount = try work.pointerCount()
    let pointerBytes = try Checked.multiply(pointerCount, MemoryLayout<UnsafePointer<Float>?>.stride)
    workspaceSize = try Arena.rounded(try Checked.add(pointerBytes, try Checked.multiply(work.channels, 4)))
  }

  override var multiplyAccumulates: Int {
    let pixels = runs.window.isTransposed ? runs.spatial : runs.size
    return Checked.product(
      runs.images &* pixels.0 &* pixels.1 &* pixels.2, layer.channels &* layer.groups, layer.taps &* layer.depth)
  }
  override var maximumShares: Int { ready == nil ? 1 : runs.lineCount }
  override var kernelName: StaticString { "gemm_f32" }

  private func pack(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
    for group in 0..<layer.groups {
      kernels.pointee.pack_gemm_f32(
        layer.channels, layer.taps, layer.depth, weights + group &* layer.groupStride, layer.channelStride, layer.tapStride,
        layer.depthStride, packed + group &* groupCount)
    }
  }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let packed = ready?.matrix(0) ?? UnsafePointer(operands[4, Float.self])
    if ready == nil { pack(operands[1, Float.self], into: operands[4, Float.self]) }
    let bias = hasBias ? operands[2, Float.self] : nil
    let pointers = (operands[5] + share.worker &* workspaceSize).assumingMemoryBound(to: UnsafePointer<Float>?.self)
    let outside = UnsafeMutableRawPointer(pointers + pointerCount).assumingMemoryBound(to: Float.self)
    for index in 0..<runs.channels { outside[index] = 0 }
    let pixels = runs.size.0 &* runs.size.1 &* runs.size.2
    let outputs = layer.channels &* layer.groups
    let target = operands[3, Float.self]
    runs.forEach(UnsafePointer(operands[0, Float.self]), share.range(of: runs.lineCount), pointers, outside) { run in
      var gemm = lite_gemm_f32(
        rows: run.count, channels: layer.channels, taps: layer.taps, depth: layer.depth, indirection: run.pointers,
        input: run.input, input_stride: runs.channels, weights: packed + run.group &* groupCount,
        bias: bias.map { UnsafePointer($0 + run.group &* layer.channels) }, minimum: bounds.minimum, maximum: bounds.maximum,
        output: target + run.image &* outputs &* pixels + run.firstPixel &* pixelStep + run.group &* layer.channels
          &* channelStep,
        output_stride: pixelStep, output_channel_stride: channelStep)
      kernels.pointee.gemm_f32(&gemm)
    }
    return true
  }
}

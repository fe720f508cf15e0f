import CLiteKernels
import LiteFormat

/// A float32 convolution as matrix products of runs of pixels. Operands: input (channels-last), weights, bias (or
/// anything), result, room for packed weights, room for pointers.
///
/// Weights that never change are packed when the step is prepared, others before each run.
final class FloatConvolutionStep: PreparedStep {
  private let runs: PixelRuns
  private let layer: ConvolutionLayer.Shape
  private let hasBias: Bool
  private let bounds: (minimum: Float, maximum: Float)
  private let pixelStep: Int
  private let channelStep: Int
  private let kernels: UnsafePointer<lite_kernel_table>
  /// Floats of one group's packed weights.
  private let groupCount: Int
  private let allCount: Int
  private var table: StepTable?
  /// Bytes of one thread's pointers and a pixel of zeros.
  let workspaceSize: Int
  private let pointerCount: Int

  init(
    _ layer: ConvolutionLayer, _ work: PixelRuns, bias: Bool, bounds: (Float, Float), pixelStep: Int, channelStep: Int,
    isConstant: Bool
  ) throws(LiteError) {
    runs = work
    self.layer = layer.shape
    hasBias = bias
    self.bounds = bounds
    self.pixelStep = pixelStep
    self.channelStep = channelStep
    kernels = layer.context.kernels
    groupCount = kernels.pointee.packed_gemm_f32_size(layer.shape.perGroup, work.window.taps, layer.shape.depth) / 4
    allCount = try Checked.multiply(groupCount, work.groups)
    pointerCount = try work.pointerCount()
    let pointerBytes = try Checked.multiply(pointerCount, MemoryLayout<UnsafePointer<Float>?>.stride)
    workspaceSize = try Arena.rounded(try Checked.add(pointerBytes, try Checked.multiply(work.channels, 4)))
    super.init()
    if isConstant, let recorder = layer.context.recorder {
      let weights: UnsafeMutablePointer<Float> = layer.weight.pointer()
      let shape = layer.shape
      let key = PackedConstant(
        address: weights,
        numbers: [shape.perGroup, shape.depth, work.window.taps, shape.channelStride, shape.depthStride, work.groups])
      table = try recorder.packedConstant(key) { () throws(LiteError) in
        let table = try StepTable(allCount, stride: 4)
        pack(weights, into: table.pointer())
        return table
      }
    }
  }

  /// Floats that packed weights take.
  var packedCount: Int { table == nil ? allCount : 0 }

  override var multiplyAccumulates: Int {
    runs.lineCount &* runs.size.2 &* layer.perGroup &* runs.groups &* runs.window.taps &* layer.depth
  }
  override var maximumShares: Int { table == nil ? 1 : runs.lineCount }
  override var kernelName: StaticString { "gemm_f32" }

  private func pack(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
    for group in 0..<runs.groups {
      kernels.pointee.pack_gemm_f32(
        layer.perGroup, runs.window.taps, layer.depth, weights + group &* layer.groupStride, layer.channelStride, 1,
        layer.depthStride, packed + group &* groupCount)
    }
  }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let packed = table?.pointer() ?? operands[4, Float.self]
    if table == nil { pack(operands[1, Float.self], into: packed) }
    let bias = hasBias ? operands[2, Float.self] : nil
    let pointers = (operands[5] + share.index &* workspaceSize).assumingMemoryBound(to: UnsafePointer<Float>?.self)
    let outside = UnsafeMutableRawPointer(pointers + pointerCount).assumingMemoryBound(to: Float.self)
    for index in 0..<runs.channels { outside[index] = 0 }
    let pixels = runs.size.0 &* runs.size.1 &* runs.size.2
    let outputs = layer.perGroup &* runs.groups
    let target = operands[3, Float.self]
    runs.forEach(UnsafePointer(operands[0, Float.self]), share.range(of: runs.lineCount), pointers, outside) { run in
      var gemm = lite_gemm_f32(
        rows: run.count, channels: layer.perGroup, taps: runs.window.taps, depth: layer.depth, indirection: run.pointers,
        input: run.input, input_stride: runs.channels, weights: packed + run.group &* groupCount,
        bias: bias.map { UnsafePointer($0 + run.group &* layer.perGroup) }, minimum: bounds.minimum, maximum: bounds.maximum,
        output: target + run.image &* outputs &* pixels + run.firstPixel &* pixelStep + run.group &* layer.perGroup
          &* channelStep,
        output_stride: pixelStep, output_channel_stride: channelStep)
      kernels.pointee.gemm_f32(&gemm)
    }
    return true
  }
}

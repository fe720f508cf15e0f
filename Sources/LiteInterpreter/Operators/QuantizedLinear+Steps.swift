import CLiteKernels
import LiteFormat

/// A fully connected layer on codes. Operands: input, output, workspace.
final class QuantizedLinearStep: PreparedStep {
  private let linear: LinearParameters
  private let tables: RequantizationTables
  private let kernels: UnsafePointer<lite_kernel_table>
  private let rows: Int
  private let shares: ProductShares
  private let inputs: Int
  private let outputs: Int
  private let weights: UnsafeRawPointer
  private let output: lite_output_u8
  /// Bytes of one thread's part of the workspace.
  let workspaceSize: Int

  init(
    _ linear: LinearParameters, rows: Int, input: (scale: Double, zeroPoint: Int32), _ quantization: OutputQuantization,
    relu: Bool, _ context: Context
  ) throws(LiteError) {
    self.linear = linear
    self.rows = rows
    tables = try RequantizationTables(linear.packed, linear.bias, input: input, outputScale: quantization.scale)
    kernels = context.kernels
    inputs = linear.inputs
    outputs = linear.outputs
    weights = linear.packed.matrix(0)
    output = lite_output_u8(
      data: nil, stride: linear.outputs, zero_point: quantization.zeroPoint, minimum: relu ? quantization.zeroPoint : 0,
      maximum: 255)
    shares = ProductShares(rows: rows, channels: linear.outputs, depth: linear.inputs, kernels.pointee)
    workspaceSize = try Arena.rounded(kernels.pointee.gemm_workspace_size(rows, linear.outputs, 1, linear.inputs))
  }

  override var weightByteCount: Int { linear.packed.byteCount }
  override var multiplyAccumulates: Int { rows &* inputs &* outputs }
  override var maximumShares: Int { shares.count }
  override var usefulShares: Int { shares.usefulCount }
  override var kernelName: StaticString { "gemm_u8s8" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let part = shares.part(share)
    let first = part.channels.lowerBound
    var gemm = lite_gemm_u8s8(
      rows: part.rows.count, channels: part.channels.count, taps: 1, depth: inputs, indirection: nil,
      input: operands[0, UInt8.self] + part.rows.lowerBound &* inputs, input_stride: inputs, weights: weights + part.weightOffset,
      bias: tables.bias + first, weight_zero_points: tables.zeroPoints.map { UnsafePointer($0 + first) },
      scales: tables.scales + first, workspace: operands[2] + share.worker &* workspaceSize)
    var target = output
    target.data = operands[1, UInt8.self] + part.rows.lowerBound &* outputs + first
    kernels.pointee.gemm_u8s8(&gemm, &target)
    return true
  }
}

/// How a product of a few or many rows with 8-bit weights is divided among threads: by rows, or by channels where there
/// are few rows.
struct ProductShares {
  /// Rows that kernels arrange together: fewer read the weights more often.
  static var rowGrain: Int { 16 }
  /// Rows of a kernel's tile.
  static var tileRows: Int { 4 }
  /// Channels that tiers pack together.
  private static var channelGrain: Int { 16 }

  private let rows: Int
  private let channels: Int
  /// Bytes of packed weights before each block of `channelGrain` channels; 0 when channels are not divided.
  private let blockBytes: Int

  init(rows: Int, channels: Int, depth: Int, _ kernels: lite_kernel_table) {
    self.rows = rows
    self.channels = channels
    let grain = Self.channelGrain
    // Weights of whole blocks follow each other in every tier there is; a tier that packs otherwise is not divided.
    let block = kernels.packed_gemm_s8_size(grain, 1, depth)
    let rest = channels % grain
    let sum = channels / grain &* block &+ (rest > 0 ? kernels.packed_gemm_s8_size(rest, 1, depth) : 0)
    blockBytes = sum == kernels.packed_gemm_s8_size(channels, 1, depth) ? block : 0
  }

  private var tiles: Int { (rows &+ Self.tileRows &- 1) / Self.tileRows }
  private var blocks: Int { blockBytes > 0 ? (channels &+ Self.channelGrain &- 1) / Self.channelGrain : 1 }

  var count: Int { max(tiles, blocks) }

  /// Every share by channels arranges all rows, which is nothing only where there are few.
  var usefulCount: Int { tiles > 1 ? rows / Self.rowGrain : blocks / 4 }

  /// A share: rows, channels, and where its packed weights begin.
  func part(_ share: StepShare) -> (rows: Range<Int>, channels: Range<Int>, weightOffset: Int) {
    guard isByChannels(share.count) else { return (share.range(of: rows, grain: Self.tileRows), 0..<channels, 0) }
    let range = share.range(of: channels, grain: Self.channelGrain)
    return (0..<rows, range, range.lowerBound / Self.channelGrain &* blockBytes)
  }

  /// Whether the largest share by rows is more than a ninth larger than the mean, and the one by channels is not as bad.
  private func isByChannels(_ count: Int) -> Bool {
    let largest = (tiles &+ count &- 1) / count
    let largestOfChannels = (blocks &+ count &- 1) / count
    return tiles &* 10 < largest &* count &* 9 && largestOfChannels &* tiles < largest &* blocks
  }
}

/// Scale and zero point that the first half of a dynamically quantized layer leaves for the second.
struct DynamicQuantization {
  var scale: Float
  var zeroPoint: Int32
}

/// The first half of a dynamically quantized layer: codes of the input by its range. Operands: input, codes,
/// `DynamicQuantization`.
final class DynamicQuantizationStep: PreparedStep {
  private let kernels: UnsafePointer<lite_kernel_table>
  private let count: Int
  private let rounding: Int32

  init(count: Int, _ context: Context) {
    self.count = count
    kernels = context.kernels
    rounding = context.rounding.rawValue
  }

  override var kernelName: StaticString { "quantize_u8" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let input = operands[0].assumingMemoryBound(to: Float.self)
    var minimum: Float = 0
    var maximum: Float = 0
    if count > 0 { kernels.pointee.minimum_maximum_f32(count, input, &minimum, &maximum) }
    let range = DynamicRange(minimum: minimum, maximum: maximum)
    kernels.pointee.quantize_u8(
      count, input, 1 / Float(range.scale), range.zeroPoint, rounding, operands[1].assumingMemoryBound(to: UInt8.self))
    operands[2, DynamicQuantization.self].pointee = DynamicQuantization(
      scale: Float(range.scale), zeroPoint: range.zeroPoint)
    return true
  }
}

/// The second half: the product. Operands: codes, `DynamicQuantization`, output (float32), workspace.
final class DynamicProductStep: PreparedStep {
  private let linear: LinearParameters
  private let kernels: UnsafePointer<lite_kernel_table>
  private let rows: Int
  private let shares: ProductShares
  private let inputs: Int
  private let outputs: Int
  private let weights: UnsafeRawPointer
  private let bias: UnsafePointer<Float>?
  /// Of each channel: sum of (weight - zero point), scale, zero point.
  private let table: StepTable
  private let sums: UnsafePointer<Int32>
  private let scales: UnsafePointer<Float>
  /// nil when all are 0.
  private let zeroPoints: UnsafePointer<Int32>?
  private let relu: Bool
  /// Bytes of one thread's part of the workspace.
  let workspaceSize: Int

  init(_ linear: LinearParameters, rows: Int, relu: Bool, _ context: Context) throws(LiteError) {
    self.linear = linear
    self.rows = rows
    self.relu = relu
    kernels = context.kernels
    inputs = linear.inputs
    outputs = linear.outputs
    weights = linear.packed.matrix(0)
    let biases: UnsafeMutablePointer<Float>? = linear.bias?.pointer()
    bias = UnsafePointer(biases)
    table = try StepTable(try Checked.multiply(outputs, 3), stride: 4)
    let integers = table.pointer(Int32.self)
    let floats = table.pointer(Float.self) + outputs
    for index in 0..<outputs {
      integers[index] = linear.packed.sums[index]
      floats[index] = Float(linear.packed.scales[index])
    }
    sums = UnsafePointer(integers)
    scales = UnsafePointer(floats)
    if linear.packed.zeroPoints.isEmpty {
      zeroPoints = nil
    } else {
      let own = integers + 2 &* outputs
      for index in 0..<outputs { own[index] = linear.packed.zeroPoints[index] }
      zeroPoints = UnsafePointer(own)
    }
    shares = ProductShares(rows: rows, channels: linear.outputs, depth: linear.inputs, kernels.pointee)
    workspaceSize = try Arena.rounded(kernels.pointee.gemm_workspace_size(rows, linear.outputs, 1, linear.inputs))
  }

  override var weightByteCount: Int { linear.packed.byteCount }
  override var multiplyAccumulates: Int { rows &* inputs &* outputs }
  override var maximumShares: Int { shares.count }
  override var usefulShares: Int { shares.usefulCount }
  override var kernelName: StaticString { "gemm_u8s8_f32" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let part = shares.part(share)
    let first = part.channels.lowerBound
    var gemm = lite_gemm_u8s8(
      rows: part.rows.count, channels: part.channels.count, taps: 1, depth: inputs, indirection: nil,
      input: operands[0, UInt8.self] + part.rows.lowerBound &* inputs, input_stride: inputs, weights: weights + part.weightOffset,
      bias: sums + first, weight_zero_points: zeroPoints.map { $0 + first }, scales: scales + first,
      workspace: operands[3] + share.worker &* workspaceSize)
    let quantization = operands[1, DynamicQuantization.self].pointee
    var target = lite_output_f32(
      data: operands[2, Float.self] + part.rows.lowerBound &* outputs + first, stride: outputs, bias: bias.map { $0 + first },
      relu: relu ? 1 : 0, input_scale: quantization.scale, input_zero_point: quantization.zeroPoint)
    kernels.pointee.gemm_u8s8_f32(&gemm, &target)
    return true
  }
}

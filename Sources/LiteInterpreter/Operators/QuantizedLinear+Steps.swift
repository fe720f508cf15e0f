import CLiteKernels
import LiteFormat

/// A fully connected layer on codes. Operands: input, output, workspace.
final class QuantizedLinearStep: PreparedStep {
  private let linear: LinearParameters
  private let tables: RequantizationTables
  private let kernels: UnsafePointer<lite_kernel_table>
  private let rows: Int
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
    workspaceSize = try Arena.rounded(kernels.pointee.gemm_workspace_size(rows, linear.outputs, 1, linear.inputs))
  }

  override var multiplyAccumulates: Int { rows &* inputs &* outputs }
  override var maximumShares: Int { (rows &+ ProductShares.rowGrain &- 1) / ProductShares.rowGrain }
  override var kernelName: StaticString { "gemm_u8s8" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let part = share.range(of: rows, grain: ProductShares.rowGrain)
    var gemm = lite_gemm_u8s8(
      rows: part.count, channels: outputs, taps: 1, depth: inputs, indirection: nil,
      input: operands[0].assumingMemoryBound(to: UInt8.self) + part.lowerBound &* inputs, input_stride: inputs, weights: weights,
      bias: tables.bias, weight_zero_points: tables.zeroPoints, scales: tables.scales,
      workspace: operands[2] + share.index &* workspaceSize)
    var target = output
    target.data = operands[1].assumingMemoryBound(to: UInt8.self) + part.lowerBound &* outputs
    kernels.pointee.gemm_u8s8(&gemm, &target)
    return true
  }
}

/// How matrix products are divided.
enum ProductShares {
  /// Rows that kernels work on at one time, at most.
  static var rowGrain: Int { 16 }
}

/// The first half of a dynamically quantized layer: codes of the input, and for each channel the zero point's part
/// and the scale that follow from its range. Operands: input, codes, folded zero points (int32), scales (float32).
final class DynamicQuantizationStep: PreparedStep {
  private let packed: PackedWeights
  private let kernels: UnsafePointer<lite_kernel_table>
  private let count: Int
  private let rounding: Int32

  init(_ packed: PackedWeights, count: Int, _ context: Context) {
    self.packed = packed
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
    packed.foldZeroPoint(range.zeroPoint, into: operands[2].assumingMemoryBound(to: Int32.self))
    packed.dequantizationScales(inputScale: Float(range.scale), into: operands[3].assumingMemoryBound(to: Float.self))
    return true
  }
}

/// The second half: the product. Operands: codes, folded zero points, scales, output (float32), workspace.
final class DynamicProductStep: PreparedStep {
  private let linear: LinearParameters
  private let kernels: UnsafePointer<lite_kernel_table>
  private let rows: Int
  private let inputs: Int
  private let outputs: Int
  private let weights: UnsafeRawPointer
  private let bias: UnsafePointer<Float>?
  private let zeroPoints: UnsafePointer<Int32>?
  private let zeroPointTable: StepTable?
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
    if linear.packed.zeroPoints.isEmpty {
      zeroPointTable = nil
      zeroPoints = nil
    } else {
      let table = try StepTable(linear.outputs, stride: 4)
      for index in 0..<linear.outputs { table.pointer(Int32.self)[index] = linear.packed.zeroPoints[index] }
      zeroPointTable = table
      zeroPoints = UnsafePointer(table.pointer(Int32.self))
    }
    workspaceSize = try Arena.rounded(kernels.pointee.gemm_workspace_size(rows, linear.outputs, 1, linear.inputs))
  }

  override var multiplyAccumulates: Int { rows &* inputs &* outputs }
  override var maximumShares: Int { (rows &+ ProductShares.rowGrain &- 1) / ProductShares.rowGrain }
  override var kernelName: StaticString { "gemm_u8s8_f32" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let part = share.range(of: rows, grain: ProductShares.rowGrain)
    var gemm = lite_gemm_u8s8(
      rows: part.count, channels: outputs, taps: 1, depth: inputs, indirection: nil,
      input: operands[0].assumingMemoryBound(to: UInt8.self) + part.lowerBound &* inputs, input_stride: inputs, weights: weights,
      bias: operands[1].assumingMemoryBound(to: Int32.self), weight_zero_points: zeroPoints,
      scales: operands[2].assumingMemoryBound(to: Float.self), workspace: operands[4] + share.index &* workspaceSize)
    var target = lite_output_f32(
      data: operands[3].assumingMemoryBound(to: Float.self) + part.lowerBound &* outputs, stride: outputs, bias: bias,
      relu: relu ? 1 : 0)
    kernels.pointee.gemm_u8s8_f32(&gemm, &target)
    return true
  }
}

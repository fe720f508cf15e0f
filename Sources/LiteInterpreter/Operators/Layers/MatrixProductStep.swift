import CLiteKernels
import LiteFormat

/// y = a * b + bias for float32 matrices, y dense. Operands: a, b, bias (or anything), y, room for a packed matrix, room
/// for a dense copy of a.
///
/// One of the matrices is packed before each product; a right matrix that never changes was packed by the first
/// product with it.
final class MatrixProductStep: PreparedStep {
  private let a: MatrixView<Float>
  private let b: MatrixView<Float>
  private let hasBias: Bool
  /// Where the matrices begin in their tensors, in elements.
  private let offsets: (a: Int, b: Int, y: Int)
  private let kernels: UnsafePointer<lite_kernel_table>
  /// Few rows: to pack the right matrix would cost as much as the product. The roles are exchanged.
  private let isExchanged: Bool
  private let isDense: Bool
  /// The right matrix, when it never changes.
  private let ready: PackedFloatMatrices?
  private let packedSize: Int

  /// - Parameter offsets: where the matrices begin in the tensors, in elements.
  init(_ aTensor: Tensor, _ bTensor: Tensor, hasBias: Bool, offsets: (Int, Int, Int), _ context: Context) throws(LiteError) {
    let a = MatrixView<Float>(aTensor, offset: offsets.0)
    let b = MatrixView<Float>(bTensor, offset: offsets.1)
    self.a = a
    self.b = b
    self.hasBias = hasBias
    self.offsets = offsets
    kernels = context.kernels
    let isConstant = bTensor.storage.isConstant
    isExchanged = a.rows < 8 && (b.rowStride == 1 || b.rows == 1) && !isConstant
    isDense = a.columnStride == 1 || a.columns == 1
    packedSize = kernels.pointee.packed_gemm_f32_size(isExchanged ? a.rows : b.columns, 1, a.columns)
    ready = isConstant ? try PackedFloatMatrices.of(bTensor, offset: offsets.1, b.packing, context) : nil
  }

  /// Floats that the packed matrix takes.
  var packedCount: Int { ready == nil ? packedSize / 4 : 0 }
  /// Floats that a dense copy takes.
  var denseCount: Int { isDense || isExchanged ? 0 : a.rows &* a.columns }

  override var multiplyAccumulates: Int { a.rows &* a.columns &* b.columns }
  override var maximumShares: Int {
    guard ready != nil, isDense else { return 1 }
    return (a.rows &+ ProductShares.rowGrain &- 1) / ProductShares.rowGrain
  }
  override var kernelName: StaticString { "gemm_f32" }

  private func pack(_ matrix: MatrixView<Float>, into packed: UnsafeMutablePointer<Float>) {
    kernels.pointee.pack_gemm_f32(
      matrix.columns, 1, matrix.rows, matrix.base, matrix.columnStride, 0, matrix.rowStride, packed)
  }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let left = a.placed(operands[0, Float.self] + offsets.a)
    let right = b.placed(operands[1, Float.self] + offsets.b)
    let bias = hasBias ? UnsafePointer(operands[2, Float.self]) : nil
    let y = operands[3, Float.self] + offsets.y
    let packed = operands[4, Float.self]
    if isExchanged {
      pack(left.transposed, into: packed)
      multiply(
        b.columns, right.base, b.columnStride, packed, channels: a.rows, bias: nil, y, outputStride: 1, channelStride: b.columns)
      if let bias {
        for row in 0..<a.rows { for column in 0..<b.columns { y[row &* b.columns + column] += bias[column] } }
      }
      return true
    }
    let matrix: UnsafePointer<Float>
    if let ready {
      matrix = ready.matrix(0)
    } else {
      pack(right, into: packed)
      matrix = UnsafePointer(packed)
    }
    if isDense {
      let rows = share.range(of: a.rows, grain: ProductShares.rowGrain)
      multiply(
        rows.count, left.base + rows.lowerBound &* a.rowStride, a.rowStride, matrix, channels: b.columns, bias: bias,
        y + rows.lowerBound &* b.columns, outputStride: b.columns, channelStride: 1)
      return true
    }
    let dense = operands[5, Float.self]
    for row in 0..<a.rows {
      for column in 0..<a.columns { dense[row &* a.columns + column] = left.base[row &* a.rowStride + column &* a.columnStride] }
    }
    multiply(a.rows, dense, a.columns, matrix, channels: b.columns, bias: bias, y, outputStride: b.columns, channelStride: 1)
    return true
  }

  private func multiply(
    _ rows: Int, _ input: UnsafePointer<Float>, _ inputStride: Int, _ packed: UnsafePointer<Float>, channels: Int,
    bias: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>, outputStride: Int, channelStride: Int
  ) {
    var gemm = lite_gemm_f32(
      rows: rows, channels: channels, taps: 1, depth: a.columns, indirection: nil, input: input, input_stride: inputStride,
      weights: packed, bias: bias, minimum: -.infinity, maximum: .infinity, output: output, output_stride: outputStride,
      output_channel_stride: channelStride)
    kernels.pointee.gemm_f32(&gemm)
  }
}

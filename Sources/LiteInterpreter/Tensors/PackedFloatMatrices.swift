import CLiteKernels
import LiteFormat

/// Float32 weights arranged for the matrix kernel in use: one matrix for a linear layer, one a group for a
/// convolution.
final class PackedFloatMatrices: @unchecked Sendable {
  /// How the weights lie before packing. Strides are in elements.
  struct Shape: Equatable {
    var groups = 1
    /// Output channels of one group.
    let channels: Int
    var taps = 1
    /// Input channels of one group.
    let depth: Int
    var groupStride = 0
    let channelStride: Int
    var tapStride = 0
    let depthStride: Int
  }

  let shape: Shape
  private let kernels: lite_kernel_table
  private let storage: Storage
  /// Floats of one matrix.
  private let matrixSize: Int
  /// Position of the weights in their storage.
  private let offset: Int

  /// - Parameter weights: float32; only read.
  init(_ weights: Tensor, offset: Int = 0, _ shape: Shape, _ context: Context) throws(LiteError) {
    self.shape = shape
    self.offset = weights.offset + offset
    kernels = context.kernels.pointee
    matrixSize = kernels.packed_gemm_f32_size(shape.channels, shape.taps, shape.depth) / 4
    storage = try Storage(try Checked.multiply(try Checked.multiply(matrixSize, 4), shape.groups), in: context.arena)
    let source = UnsafePointer(weights.pointer(Float.self) + offset)
    for group in 0..<shape.groups {
      kernels.pack_gemm_f32(
        shape.channels, shape.taps, shape.depth, source + group &* shape.groupStride, shape.channelStride, shape.tapStride,
        shape.depthStride, UnsafeMutablePointer(mutating: matrix(group)))
    }
  }

  /// The packed form of weights, which is kept with them if they never change: the second call packs nothing.
  static func of(_ weights: Tensor, offset: Int = 0, _ shape: Shape, _ context: Context) throws(LiteError)
    -> PackedFloatMatrices
  {
    if let known = weights.storage.packed, known.offset == weights.offset + offset, known.shape == shape { return known }
    let result = try PackedFloatMatrices(weights, offset: offset, shape, context)
    if weights.storage.isConstant, weights.storage.packed == nil {
      weights.storage.packed = result
      context.packedByteCount &+= result.byteCount
    }
    return result
  }

  /// Bytes of all matrices.
  var byteCount: Int { storage.byteCount }

  /// The packed matrix of a group.
  func matrix(_ group: Int) -> UnsafePointer<Float> {
    UnsafePointer((storage.base + group &* matrixSize &* 4).assumingMemoryBound(to: Float.self))
  }

  /// The product of rows with the only matrix: y = clamp(x * matrix + bias).
  ///
  /// - Parameters:
  ///   - input: rows of `depth` elements, `inputStride` apart.
  ///   - output: element (row, channel) at `row * outputStride + channel * channelStride`.
  func multiply(
    rows: Int, _ input: UnsafePointer<Float>, inputStride: Int, bias: UnsafePointer<Float>?,
    _ output: UnsafeMutablePointer<Float>, outputStride: Int, channelStride: Int = 1, minimum: Float = -.infinity,
    maximum: Float = .infinity
  ) {
    var gemm = lite_gemm_f32(
      rows: rows, channels: shape.channels, taps: 1, depth: shape.depth, indirection: nil, input: input,
      input_stride: inputStride, weights: matrix(0), bias: bias, minimum: minimum, maximum: maximum, output: output,
      output_stride: outputStride, output_channel_stride: channelStride)
    kernels.gemm_f32(&gemm)
  }
}

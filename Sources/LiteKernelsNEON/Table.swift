// The NEON tiers: which function stands behind each member of the contract.

import CLiteKernels

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteNEON

  private let baseline = GemmTier(
    weightGroup: 2, unit: 4, quantized: gemm_u8s8_4x16c2_neon, sums: gemm_u8s8_s32_4x16c2_neon,
    floats: gemm_u8s8_f32_4x16c2_neon, floatRow: gemm_u8s8_f32_1x16_4x16c2_neon)
  private let dotProduct = GemmTier(
    weightGroup: 4, unit: 4, quantized: gemm_u8s8_4x16c4_neondot, sums: gemm_u8s8_s32_4x16c4_neondot,
    floats: gemm_u8s8_f32_4x16c4_neondot, floatRow: gemm_u8s8_f32_1x16_4x16c4_neondot)
  private let matrixMultiply = GemmTier(
    weightGroup: 8, unit: 8, quantized: gemm_u8s8_4x16c8_neoni8mm, sums: gemm_u8s8_s32_4x16c8_neoni8mm,
    floats: gemm_u8s8_f32_4x16c8_neoni8mm, floatRow: gemm_u8s8_f32_1x16_4x16c8_neoni8mm)

  /// Sets a table's name.
  private func name(_ table: inout lite_kernel_table, _ name: StaticString) {
    table.name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  /// The scalar table with the members that ARMv8.0 improves; filled on first use, as the others are.
  @exclusivity(unchecked) nonisolated(unsafe) private var baselineTable: lite_kernel_table = {
    var table = lite_kernels_scalar().unsafelyUnwrapped.pointee
    name(&table, "neon")
    table.packed_gemm_s8_size = { GemmWeights.byteCount($0, $1, $2, unit: 4) }
    table.pack_gemm_s8 = { GemmWeights.pack($0, $1, $2, $3!, $4, $5, $6, $7!, group: 2, unit: 4) }
    table.gemm_workspace_size = gemm_workspace_size_neon
    table.gemm_u8s8 = { baseline.multiply($0, $1) }
    table.gemm_u8s8_f32 = { baseline.multiply($0, $1) }
    table.convolution_workspace_size = convolution_workspace_size_neon
    table.convolution_u8s8 = { baseline.convolve($0, $1) }
    table.packed_depthwise_s8_size = packed_depthwise_s8_size_neon
    table.pack_depthwise_s8 = pack_depthwise_s8_neon
    table.depthwise_u8s8 = depthwise_u8s8_neon
    table.depthwise_convolution_workspace_size = depthwise_convolution_workspace_size_neon
    table.depthwise_convolution_u8s8 = depthwise_convolution_u8s8_3x3_neon
    table.max_pool_u8 = max_pool_u8_neon
    table.average_pool_u8 = average_pool_u8_neon
    table.add_u8 = add_u8_neon
    table.multiply_u8 = multiply_u8_neon
    table.lookup_u8 = lookup_u8_neon
    table.clamp_u8 = clamp_u8_neon
    table.quantize_channels_last_u8 = quantize_channels_last_u8_neon
    table.quantize_u8 = quantize_u8_neon
    table.quantize_s8 = quantize_s8_neon
    table.lstm_cell_f32 = lstm_cell_f32_neon
    table.gru_cell_f32 = gru_cell_f32_neon
    table.pack_gemm_f32 = pack_gemm_f32_neon
    table.gemm_f32 = gemm_f32_4x16_neon
    table.depthwise_plane_f32 = depthwise_plane_f32_neon
    table.softmax_f32 = softmax_f32_neon
    table.layer_norm_f32 = layer_norm_f32_neon
    table.sum_f32 = sum_f32_neon
    table.scale_shift_f32 = scale_shift_f32_neon
    table.unary_loop = unary_loop_neon
    table.minimum_maximum_f32 = minimum_maximum_f32_neon
    table.dequantize_u8 = dequantize_u8_neon
    table.dequantize_s8 = dequantize_s8_neon
    return table
  }()

  @exclusivity(unchecked) nonisolated(unsafe) private var dotProductTable: lite_kernel_table = {
    var table = baselineTable
    name(&table, "dotprod")
    table.pack_gemm_s8 = { GemmWeights.pack($0, $1, $2, $3!, $4, $5, $6, $7!, group: 4, unit: 4) }
    table.gemm_u8s8 = { dotProduct.multiply($0, $1) }
    table.gemm_u8s8_f32 = { dotProduct.multiply($0, $1) }
    table.convolution_u8s8 = { dotProduct.convolve($0, $1) }
    table.packed_depthwise_s8_size = packed_depthwise_s8_size_neondot
    table.pack_depthwise_s8 = pack_depthwise_s8_neondot
    table.depthwise_convolution_u8s8 = depthwise_convolution_u8s8_neondot
    return table
  }()

  @exclusivity(unchecked) nonisolated(unsafe) private var matrixMultiplyTable: lite_kernel_table = {
    var table = dotProductTable
    name(&table, "i8mm")
    table.packed_gemm_s8_size = { GemmWeights.byteCount($0, $1, $2, unit: 8) }
    table.pack_gemm_s8 = { GemmWeights.pack($0, $1, $2, $3!, $4, $5, $6, $7!, group: 8, unit: 8) }
    table.gemm_u8s8 = { matrixMultiply.multiply($0, $1) }
    table.gemm_u8s8_f32 = { matrixMultiply.multiply($0, $1) }
    table.convolution_u8s8 = { matrixMultiply.convolve($0, $1) }
    return table
  }()

  @c @implementation
  public func lite_kernels_neon() -> UnsafePointer<lite_kernel_table>? { withUnsafePointer(to: &baselineTable) { $0 } }

  @c @implementation
  public func lite_kernels_dotprod() -> UnsafePointer<lite_kernel_table>? {
    lite_neon_has_dot() != 0 ? withUnsafePointer(to: &dotProductTable) { $0 } : nil
  }

  @c @implementation
  public func lite_kernels_i8mm() -> UnsafePointer<lite_kernel_table>? {
    lite_neon_has_dot() != 0 && lite_neon_has_matrix() != 0 ? withUnsafePointer(to: &matrixMultiplyTable) { $0 } : nil
  }
#else
  @c @implementation
  public func lite_kernels_neon() -> UnsafePointer<lite_kernel_table>? { nil }

  @c @implementation
  public func lite_kernels_dotprod() -> UnsafePointer<lite_kernel_table>? { nil }

  @c @implementation
  public func lite_kernels_i8mm() -> UnsafePointer<lite_kernel_table>? { nil }
#endif

@c @implementation
public func lite_kernels_best() -> UnsafePointer<lite_kernel_table>? {
  lite_kernels_i8mm() ?? lite_kernels_dotprod() ?? lite_kernels_neon() ?? lite_kernels_scalar()
}

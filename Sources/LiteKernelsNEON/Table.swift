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

  @exclusivity(unchecked) nonisolated(unsafe) private var baselineTable = lite_kernel_table(tier: Int32(LITE_TIER_NEON))
  @exclusivity(unchecked) nonisolated(unsafe) private var dotProductTable = lite_kernel_table(tier: Int32(LITE_TIER_DOTPROD))
  @exclusivity(unchecked) nonisolated(unsafe) private var matrixMultiplyTable = lite_kernel_table(tier: Int32(LITE_TIER_I8MM))

  // Kernels that ARMv8.0 improves, in every tier.

  @c @implementation public func lite_gemm_workspace_size_neon(_ tier: Int32) -> lite_gemm_workspace_size_function? {
    gemm_workspace_size_neon
  }
  @c @implementation public func lite_depthwise_u8s8_neon(_ tier: Int32) -> lite_depthwise_u8s8_function? { depthwise_u8s8_neon }
  @c @implementation public func lite_convolution_workspace_size_neon(_ tier: Int32) -> lite_convolution_workspace_size_function?
  { convolution_workspace_size_neon }
  @c @implementation public func lite_depthwise_convolution_workspace_size_neon(_ tier: Int32)
    -> lite_depthwise_convolution_workspace_size_function?
  { depthwise_convolution_workspace_size_neon }
  @c @implementation public func lite_max_pool_u8_neon(_ tier: Int32) -> lite_max_pool_u8_function? { max_pool_u8_neon }
  @c @implementation public func lite_average_pool_u8_neon(_ tier: Int32) -> lite_average_pool_u8_function? {
    average_pool_u8_neon
  }
  @c @implementation public func lite_add_u8_neon(_ tier: Int32) -> lite_add_u8_function? { add_u8_neon }
  @c @implementation public func lite_multiply_u8_neon(_ tier: Int32) -> lite_multiply_u8_function? { multiply_u8_neon }
  @c @implementation public func lite_lookup_u8_neon(_ tier: Int32) -> lite_lookup_u8_function? { lookup_u8_neon }
  @c @implementation public func lite_clamp_u8_neon(_ tier: Int32) -> lite_clamp_u8_function? { clamp_u8_neon }
  @c @implementation public func lite_quantize_u8_neon(_ tier: Int32) -> lite_quantize_u8_function? { quantize_u8_neon }
  @c @implementation public func lite_quantize_channels_last_u8_neon(_ tier: Int32) -> lite_quantize_channels_last_u8_function? {
    quantize_channels_last_u8_neon
  }
  @c @implementation public func lite_quantize_s8_neon(_ tier: Int32) -> lite_quantize_s8_function? { quantize_s8_neon }
  @c @implementation public func lite_dequantize_u8_neon(_ tier: Int32) -> lite_dequantize_u8_function? { dequantize_u8_neon }
  @c @implementation public func lite_dequantize_s8_neon(_ tier: Int32) -> lite_dequantize_s8_function? { dequantize_s8_neon }
  @c @implementation public func lite_pack_gemm_f32_neon(_ tier: Int32) -> lite_pack_gemm_f32_function? { pack_gemm_f32_neon }
  @c @implementation public func lite_gemm_f32_neon(_ tier: Int32) -> lite_gemm_f32_function? { gemm_f32_4x16_neon }
  @c @implementation public func lite_depthwise_plane_f32_neon(_ tier: Int32) -> lite_depthwise_plane_f32_function? {
    depthwise_plane_f32_neon
  }
  @c @implementation public func lite_minimum_maximum_f32_neon(_ tier: Int32) -> lite_minimum_maximum_f32_function? {
    minimum_maximum_f32_neon
  }
  @c @implementation public func lite_sum_f32_neon(_ tier: Int32) -> lite_sum_f32_function? { sum_f32_neon }
  @c @implementation public func lite_softmax_f32_neon(_ tier: Int32) -> lite_softmax_f32_function? { softmax_f32_neon }
  @c @implementation public func lite_layer_norm_f32_neon(_ tier: Int32) -> lite_layer_norm_f32_function? { layer_norm_f32_neon }
  @c @implementation public func lite_scale_shift_f32_neon(_ tier: Int32) -> lite_scale_shift_f32_function? {
    scale_shift_f32_neon
  }
  @c @implementation public func lite_lstm_cell_f32_neon(_ tier: Int32) -> lite_lstm_cell_f32_function? { lstm_cell_f32_neon }
  @c @implementation public func lite_gru_cell_f32_neon(_ tier: Int32) -> lite_gru_cell_f32_function? { gru_cell_f32_neon }
  @c @implementation public func lite_unary_loop_neon(_ tier: Int32) -> lite_unary_loop_function? { unary_loop_neon }

  // Kernels that differ between tiers.

  @c @implementation public func lite_packed_gemm_s8_size_neon(_ tier: Int32) -> lite_packed_gemm_s8_size_function? {
    switch Int(tier) {
    case LITE_TIER_I8MM: return { GemmWeights.byteCount($0, $1, $2, unit: 8) }
    default: return { GemmWeights.byteCount($0, $1, $2, unit: 4) }
    }
  }
  @c @implementation public func lite_pack_gemm_s8_neon(_ tier: Int32) -> lite_pack_gemm_s8_function? {
    switch Int(tier) {
    case LITE_TIER_I8MM: return { GemmWeights.pack($0, $1, $2, $3!, $4, $5, $6, $7!, group: 8, unit: 8) }
    case LITE_TIER_DOTPROD: return { GemmWeights.pack($0, $1, $2, $3!, $4, $5, $6, $7!, group: 4, unit: 4) }
    default: return { GemmWeights.pack($0, $1, $2, $3!, $4, $5, $6, $7!, group: 2, unit: 4) }
    }
  }
  @c @implementation public func lite_gemm_u8s8_neon(_ tier: Int32) -> lite_gemm_u8s8_function? {
    switch Int(tier) {
    case LITE_TIER_I8MM: return { matrixMultiply.multiply($0, $1) }
    case LITE_TIER_DOTPROD: return { dotProduct.multiply($0, $1) }
    default: return { baseline.multiply($0, $1) }
    }
  }
  @c @implementation public func lite_gemm_u8s8_f32_neon(_ tier: Int32) -> lite_gemm_u8s8_f32_function? {
    switch Int(tier) {
    case LITE_TIER_I8MM: return { matrixMultiply.multiply($0, $1) }
    case LITE_TIER_DOTPROD: return { dotProduct.multiply($0, $1) }
    default: return { baseline.multiply($0, $1) }
    }
  }
  @c @implementation public func lite_packed_depthwise_s8_size_neon(_ tier: Int32) -> lite_packed_depthwise_s8_size_function? {
    switch Int(tier) {
    case LITE_TIER_DOTPROD, LITE_TIER_I8MM: return packed_depthwise_s8_size_neondot
    default: return packed_depthwise_s8_size_neon
    }
  }
  @c @implementation public func lite_pack_depthwise_s8_neon(_ tier: Int32) -> lite_pack_depthwise_s8_function? {
    switch Int(tier) {
    case LITE_TIER_DOTPROD, LITE_TIER_I8MM: return pack_depthwise_s8_neondot
    default: return pack_depthwise_s8_neon
    }
  }
  @c @implementation public func lite_convolution_u8s8_neon(_ tier: Int32) -> lite_convolution_u8s8_function? {
    switch Int(tier) {
    case LITE_TIER_I8MM: return { matrixMultiply.convolve($0, $1) }
    case LITE_TIER_DOTPROD: return { dotProduct.convolve($0, $1) }
    default: return { baseline.convolve($0, $1) }
    }
  }
  @c @implementation public func lite_depthwise_convolution_u8s8_neon(_ tier: Int32) -> lite_depthwise_convolution_u8s8_function?
  {
    switch Int(tier) {
    case LITE_TIER_DOTPROD, LITE_TIER_I8MM: return depthwise_convolution_u8s8_neondot
    default: return depthwise_convolution_u8s8_3x3_neon
    }
  }

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

// The scalar tier: which function stands behind each member of the contract.

import CLiteKernels
import CLitePlatform

/// The binary loop for an operator and a dtype, or nil.
func binary_loop_scalar(_ operation: Int32, _ dtype: Int32) -> lite_binary_loop? {
  switch Element(rawValue: dtype) {
  case .u8: return binaryLoops_u8(operation)
  case .s8: return binaryLoops_s8(operation)
  case .s16: return binaryLoops_s16(operation)
  case .s32: return binaryLoops_s32(operation)
  case .s64: return binaryLoops_s64(operation)
  case .bool: return binaryLoops_bool(operation)
  case .f16: return binaryLoops_f16(operation)
  case .bf16: return binaryLoops_bf16(operation)
  case .f32: return binaryLoops_f32(operation)
  case .f64: return binaryLoops_f64(operation)
  case nil: return nil
  }
}

/// The unary loop for an operator and a dtype, or nil.
func unary_loop_scalar(_ operation: Int32, _ dtype: Int32) -> lite_unary_loop? {
  switch Element(rawValue: dtype) {
  case .u8: return unaryLoops_u8(operation)
  case .s8: return unaryLoops_s8(operation)
  case .s16: return unaryLoops_s16(operation)
  case .s32: return unaryLoops_s32(operation)
  case .s64: return unaryLoops_s64(operation)
  case .bool: return unaryLoops_bool(operation)
  case .f16: return unaryLoops_f16(operation)
  case .bf16: return unaryLoops_bf16(operation)
  case .f32: return unaryLoops_f32(operation)
  case .f64: return unaryLoops_f64(operation)
  case nil: return nil
  }
}

/// The loop that converts between two dtypes, or nil.
func convert_loop_scalar(_ from: Int32, _ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: from) {
  case .u8: return convertLoops_u8(to)
  case .s8: return convertLoops_s8(to)
  case .s16: return convertLoops_s16(to)
  case .s32: return convertLoops_s32(to)
  case .s64: return convertLoops_s64(to)
  case .bool: return convertLoops_bool(to)
  case .f16: return convertLoops_f16(to)
  case .bf16: return convertLoops_bf16(to)
  case .f32: return convertLoops_f32(to)
  case .f64: return convertLoops_f64(to)
  case nil: return nil
  }
}

@exclusivity(unchecked) nonisolated(unsafe) private var table = lite_kernel_table(tier: Int32(LITE_TIER_SCALAR))

/// The scalar tier.
@c @implementation
public func lite_kernels_scalar() -> UnsafePointer<lite_kernel_table>? {
  withUnsafePointer(to: &table) { $0 }
}

@c @implementation public func lite_packed_gemm_s8_size_scalar() -> lite_packed_gemm_s8_size_function? {
  packed_gemm_s8_size_scalar
}
@c @implementation public func lite_pack_gemm_s8_scalar() -> lite_pack_gemm_s8_function? { pack_gemm_s8_scalar }
@c @implementation public func lite_gemm_workspace_size_scalar() -> lite_gemm_workspace_size_function? {
  gemm_workspace_size_scalar
}
@c @implementation public func lite_gemm_u8s8_scalar() -> lite_gemm_u8s8_function? { gemm_u8s8_scalar }
@c @implementation public func lite_gemm_u8s8_f32_scalar() -> lite_gemm_u8s8_f32_function? { gemm_u8s8_f32_scalar }
@c @implementation public func lite_packed_depthwise_s8_size_scalar() -> lite_packed_depthwise_s8_size_function? {
  packed_depthwise_s8_size_scalar
}
@c @implementation public func lite_pack_depthwise_s8_scalar() -> lite_pack_depthwise_s8_function? { pack_depthwise_s8_scalar }
@c @implementation public func lite_depthwise_u8s8_scalar() -> lite_depthwise_u8s8_function? { depthwise_u8s8_scalar }
@c @implementation public func lite_convolution_workspace_size_scalar() -> lite_convolution_workspace_size_function? {
  convolution_workspace_size_scalar
}
@c @implementation public func lite_convolution_u8s8_scalar() -> lite_convolution_u8s8_function? { convolution_u8s8_scalar }
@c @implementation public func lite_depthwise_convolution_workspace_size_scalar()
  -> lite_depthwise_convolution_workspace_size_function?
{ depthwise_convolution_workspace_size_scalar }
@c @implementation public func lite_depthwise_convolution_u8s8_scalar() -> lite_depthwise_convolution_u8s8_function? {
  depthwise_convolution_u8s8_scalar
}
@c @implementation public func lite_max_pool_u8_scalar() -> lite_max_pool_u8_function? { max_pool_u8_scalar }
@c @implementation public func lite_average_pool_u8_scalar() -> lite_average_pool_u8_function? { average_pool_u8_scalar }
@c @implementation public func lite_add_u8_scalar() -> lite_add_u8_function? { add_u8_scalar }
@c @implementation public func lite_multiply_u8_scalar() -> lite_multiply_u8_function? { multiply_u8_scalar }
@c @implementation public func lite_lookup_u8_scalar() -> lite_lookup_u8_function? { lookup_u8_scalar }
@c @implementation public func lite_clamp_u8_scalar() -> lite_clamp_u8_function? { clamp_u8_scalar }
@c @implementation public func lite_quantize_u8_scalar() -> lite_quantize_u8_function? { quantize_u8_scalar }
@c @implementation public func lite_quantize_channels_last_u8_scalar() -> lite_quantize_channels_last_u8_function? {
  quantize_channels_last_u8_scalar
}
@c @implementation public func lite_quantize_s8_scalar() -> lite_quantize_s8_function? { quantize_s8_scalar }
@c @implementation public func lite_quantize_s32_scalar() -> lite_quantize_s32_function? { quantize_s32_scalar }
@c @implementation public func lite_dequantize_u8_scalar() -> lite_dequantize_u8_function? { dequantize_u8_scalar }
@c @implementation public func lite_dequantize_s8_scalar() -> lite_dequantize_s8_function? { dequantize_s8_scalar }
@c @implementation public func lite_dequantize_s32_scalar() -> lite_dequantize_s32_function? { dequantize_s32_scalar }
@c @implementation public func lite_packed_gemm_f32_size_scalar() -> lite_packed_gemm_f32_size_function? {
  packed_gemm_f32_size_scalar
}
@c @implementation public func lite_pack_gemm_f32_scalar() -> lite_pack_gemm_f32_function? { pack_gemm_f32_scalar }
@c @implementation public func lite_gemm_f32_scalar() -> lite_gemm_f32_function? { gemm_f32_scalar }
@c @implementation public func lite_depthwise_plane_f32_scalar() -> lite_depthwise_plane_f32_function? {
  depthwise_plane_f32_scalar
}
@c @implementation public func lite_max_pool_plane_f32_scalar() -> lite_max_pool_plane_f32_function? { max_pool_plane_f32_scalar }
@c @implementation public func lite_average_pool_plane_f32_scalar() -> lite_average_pool_plane_f32_function? {
  average_pool_plane_f32_scalar
}
@c @implementation public func lite_minimum_maximum_f32_scalar() -> lite_minimum_maximum_f32_function? {
  minimum_maximum_f32_scalar
}
@c @implementation public func lite_sum_f32_scalar() -> lite_sum_f32_function? { sum_f32_scalar }
@c @implementation public func lite_softmax_f32_scalar() -> lite_softmax_f32_function? { softmax_f32_scalar }
@c @implementation public func lite_layer_norm_f32_scalar() -> lite_layer_norm_f32_function? { layer_norm_f32_scalar }
@c @implementation public func lite_scale_shift_f32_scalar() -> lite_scale_shift_f32_function? { scale_shift_f32_scalar }
@c @implementation public func lite_lstm_cell_f32_scalar() -> lite_lstm_cell_f32_function? { lstm_cell_f32_scalar }
@c @implementation public func lite_gru_cell_f32_scalar() -> lite_gru_cell_f32_function? { gru_cell_f32_scalar }
@c @implementation public func lite_binary_loop_scalar() -> lite_binary_loop_function? { binary_loop_scalar }
@c @implementation public func lite_unary_loop_scalar() -> lite_unary_loop_function? { unary_loop_scalar }
@c @implementation public func lite_convert_loop_scalar() -> lite_convert_loop_function? { convert_loop_scalar }

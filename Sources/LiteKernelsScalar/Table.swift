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

private let tierName: StaticString = "scalar"

@exclusivity(unchecked) nonisolated(unsafe) private var table = lite_kernel_table(
  name: UnsafeRawPointer(tierName.utf8Start).assumingMemoryBound(to: CChar.self),
  packed_gemm_s8_size: packed_gemm_s8_size_scalar,
  pack_gemm_s8: pack_gemm_s8_scalar,
  gemm_workspace_size: gemm_workspace_size_scalar,
  gemm_u8s8: gemm_u8s8_scalar,
  gemm_u8s8_f32: gemm_u8s8_f32_scalar,
  packed_depthwise_s8_size: packed_depthwise_s8_size_scalar,
  pack_depthwise_s8: pack_depthwise_s8_scalar,
  depthwise_u8s8: depthwise_u8s8_scalar,
  convolution_workspace_size: convolution_workspace_size_scalar,
  convolution_u8s8: convolution_u8s8_scalar,
  depthwise_convolution_workspace_size: depthwise_convolution_workspace_size_scalar,
  depthwise_convolution_u8s8: depthwise_convolution_u8s8_scalar,
  max_pool_u8: max_pool_u8_scalar,
  average_pool_u8: average_pool_u8_scalar,
  add_u8: add_u8_scalar,
  multiply_u8: multiply_u8_scalar,
  lookup_u8: lookup_u8_scalar,
  clamp_u8: clamp_u8_scalar,
  quantize_u8: quantize_u8_scalar,
  quantize_channels_last_u8: quantize_channels_last_u8_scalar,
  quantize_s8: quantize_s8_scalar,
  quantize_s32: quantize_s32_scalar,
  dequantize_u8: dequantize_u8_scalar,
  dequantize_s8: dequantize_s8_scalar,
  dequantize_s32: dequantize_s32_scalar,
  packed_gemm_f32_size: packed_gemm_f32_size_scalar,
  pack_gemm_f32: pack_gemm_f32_scalar,
  gemm_f32: gemm_f32_scalar,
  depthwise_plane_f32: depthwise_plane_f32_scalar,
  max_pool_plane_f32: max_pool_plane_f32_scalar,
  average_pool_plane_f32: average_pool_plane_f32_scalar,
  minimum_maximum_f32: minimum_maximum_f32_scalar,
  sum_f32: sum_f32_scalar,
  softmax_f32: softmax_f32_scalar,
  layer_norm_f32: layer_norm_f32_scalar,
  scale_shift_f32: scale_shift_f32_scalar,
  lstm_cell_f32: lstm_cell_f32_scalar,
  gru_cell_f32: gru_cell_f32_scalar,
  binary_loop: binary_loop_scalar,
  unary_loop: unary_loop_scalar,
  convert_loop: convert_loop_scalar
)

/// The scalar tier's table.
@c @implementation
public func lite_kernels_scalar() -> UnsafePointer<lite_kernel_table>? {
  withUnsafePointer(to: &table) { $0 }
}

// The NEON tier: which function stands behind each member of the contract.

import CLiteKernels

#if arch(arm64) && canImport(CLiteNEON)
  private let tierName: StaticString = "neon"

  /// The scalar table with the members that NEON improves; filled on first use.
  @exclusivity(unchecked) nonisolated(unsafe) private var table: lite_kernel_table = {
    var table = lite_kernels_scalar().unsafelyUnwrapped.pointee
    table.name = UnsafeRawPointer(tierName.utf8Start).assumingMemoryBound(to: CChar.self)
    table.packed_gemm_s8_size = packed_gemm_s8_size_neon
    table.pack_gemm_s8 = pack_gemm_s8_neon
    table.gemm_u8s8 = gemm_u8s8_neon
    table.gemm_u8s8_f32 = gemm_u8s8_f32_neon
    table.packed_depthwise_s8_size = packed_depthwise_s8_size_neon
    table.pack_depthwise_s8 = pack_depthwise_s8_neon
    table.depthwise_u8s8 = depthwise_u8s8_neon
    table.add_u8 = add_u8_neon
    table.quantize_u8 = quantize_u8_neon
    table.quantize_s8 = quantize_s8_neon
    table.dequantize_u8 = dequantize_u8_neon
    table.dequantize_s8 = dequantize_s8_neon
    return table
  }()

  /// The fastest tier this build has for the processor at hand; the scalar one where there is no other.
  @c @implementation
  public func lite_kernels_neon() -> UnsafePointer<lite_kernel_table>? {
    withUnsafePointer(to: &table) { $0 }
  }
#else
  /// The fastest tier this build has for the processor at hand; the scalar one where there is no other.
  @c @implementation
  public func lite_kernels_neon() -> UnsafePointer<lite_kernel_table>? {
    lite_kernels_scalar()
  }
#endif

// Packed weights of the float matrix product, in the scalar tier's order: [block of eight channels][tap][depth][8].

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON

  /// Packs weights as `pack_gemm_f32_scalar` does.
  func pack_gemm_f32_neon(
    _ channels: Int, _ taps: Int, _ depth: Int, _ weights: UnsafePointer<Float>?,
    _ channelStride: Int, _ tapStride: Int, _ depthStride: Int, _ packed: UnsafeMutablePointer<Float>?
  ) {
    let whole = channelStride == 1 || depthStride == 1 ? channels & ~7 : 0
    var out = packed.unsafelyUnwrapped
    var channel = 0
    while channel < whole {
      var tap = 0
      while tap < taps {
        let source = weights.unsafelyUnwrapped + (channel &* channelStride &+ tap &* tapStride)
        var d = 0
        if channelStride == 1 {
          while d < depth {
            let p = source + d &* depthStride
            lite_neon_store_f32(out, lite_neon_load_f32(p))
            lite_neon_store_f32(out + 4, lite_neon_load_f32(p + 4))
            out += 8
            d &+= 1
          }
        }
        while d &+ 4 <= depth {
          var half = 0
          while half < 8 {
            let p = source + (half &* channelStride &+ d)
            let v = lite_neon_transpose_f32(
              lite_neon_load_f32(p), lite_neon_load_f32(p + channelStride), lite_neon_load_f32(p + 2 &* channelStride),
              lite_neon_load_f32(p + 3 &* channelStride))
            lite_neon_store_f32(out + half, v.val.0)
            lite_neon_store_f32(out + half + 8, v.val.1)
            lite_neon_store_f32(out + half + 16, v.val.2)
            lite_neon_store_f32(out + half + 24, v.val.3)
            half &+= 4
          }
          out += 32
          d &+= 4
        }
        while d < depth {
          var lane = 0
          while lane < 8 {
            out[lane] = source[d &+ lane &* channelStride]
            lane &+= 1
          }
          out += 8
          d &+= 1
        }
        tap &+= 1
      }
      channel &+= 8
    }
    if whole < channels {
      lite_kernels_scalar().unsafelyUnwrapped.pointee.pack_gemm_f32(
        channels &- whole, taps, depth, weights.unsafelyUnwrapped + whole &* channelStride, channelStride, tapStride, depthStride,
        out)
    }
  }
#endif

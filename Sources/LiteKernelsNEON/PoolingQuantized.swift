// 8-bit pooling, sixteen channels at a time. The last block ends at the last channel and overlaps the one before; with
// fewer than sixteen channels it is incomplete.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Calls `body` for each pixel and block of channels, as (taps of the pixel, first channel, output), with a function
  /// that loads the block of a tap; stores what it returns.
  @inline(__always)
  private func forEachBlock(
    _ pixels: Int, _ channels: Int, _ taps: Int, _ indirection: UnsafePointer<UnsafePointer<UInt8>?>?,
    _ output: UnsafeMutablePointer<UInt8>?, _ outputStride: Int,
    _ body: (UnsafePointer<UnsafePointer<UInt8>?>, (UnsafePointer<UInt8>?) -> uint8x16_t) -> uint8x16_t
  ) {
    var pixel = 0
    while pixel < pixels {
      let inputs = indirection.unsafelyUnwrapped + pixel &* taps
      let row = output.unsafelyUnwrapped + pixel &* outputStride
      if channels >= 16 {
        var channel = 0
        while channel < channels {
          let first = min(channel, channels &- 16)
          lite_neon_store16(row + first, body(inputs) { vreinterpretq_u8_s8(lite_neon_load16($0.unsafelyUnwrapped + first)) })
          channel &+= 16
        }
      } else {
        storeBytes(body(inputs) { loadBytes($0.unsafelyUnwrapped, channels) }, row, channels)
      }
      pixel &+= 1
    }
  }

  /// Maximum over the taps of each pixel; `max_pool_u8_scalar` defines it.
  func max_pool_u8_neon(
    _ pixels: Int, _ channels: Int, _ taps: Int, _ indirection: UnsafePointer<UnsafePointer<UInt8>?>?,
    _ output: UnsafeMutablePointer<UInt8>?, _ outputStride: Int
  ) {
    forEachBlock(pixels, channels, taps, indirection, output, outputStride) { inputs, load in
      var best = uint8x16_t()
      var tap = 0
      while tap < taps {
        best = vmaxq_u8(best, load(inputs[tap]))
        tap &+= 1
      }
      return best
    }
  }

  /// Mean over the taps of each pixel; `average_pool_u8_scalar` defines it.
  func average_pool_u8_neon(
    _ pixels: Int, _ channels: Int, _ taps: Int, _ indirection: UnsafePointer<UnsafePointer<UInt8>?>?,
    _ inputZeroPoint: Int32, _ scale: Float, _ output: UnsafePointer<lite_output_u8>?
  ) {
    let out = output.unsafelyUnwrapped.pointee
    let requantizer = Requantizer(zeroPoint: out.zero_point, minimum: out.minimum, maximum: out.maximum)
    let bias = vdupq_n_u32(UInt32(bitPattern: 0 &- Int32(truncatingIfNeeded: taps) &* inputZeroPoint))
    let scales = Eight(vdupq_n_f32(scale), vdupq_n_f32(scale))
    forEachBlock(pixels, channels, taps, indirection, out.data, out.stride) { inputs, load in
      var a = bias
      var b = bias
      var c = bias
      var d = bias
      var tap = 0
      while tap < taps {
        // 16 bits hold the sum of 257 bytes.
        var low = uint16x8_t()
        var high = uint16x8_t()
        let end = min(taps, tap &+ 256)
        while tap < end {
          let x = load(inputs[tap])
          low = vaddw_u8(low, vget_low_u8(x))
          high = vaddw_high_u8(high, x)
          tap &+= 1
        }
        a = vaddw_u16(a, vget_low_u16(low))
        b = vaddw_high_u16(b, low)
        c = vaddw_u16(c, vget_low_u16(high))
        d = vaddw_high_u16(d, high)
      }
      return vcombine_u8(
        requantizer.bytes(Eight(vreinterpretq_s32_u32(a), vreinterpretq_s32_u32(b)), scales),
        requantizer.bytes(Eight(vreinterpretq_s32_u32(c), vreinterpretq_s32_u32(d)), scales))
    }
  }
#endif

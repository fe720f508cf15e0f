// 8-bit elementwise operators, quantize and dequantize on ARMv8.0.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Calls `body` with sixteen bytes of each operand at a time; the last, incomplete step sees zeros past the end.
  @inline(__always)
  private func mapBytes(
    _ count: Int, _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ output: UnsafeMutablePointer<UInt8>,
    _ body: (uint8x16_t, uint8x16_t) -> uint8x16_t
  ) {
    var i = 0
    while i &+ 16 <= count {
      lite_neon_store16(
        output + i, body(vreinterpretq_u8_s8(lite_neon_load16(a + i)), vreinterpretq_u8_s8(lite_neon_load16(b + i))))
      i &+= 16
    }
    if i < count {
      let left = count &- i
      storeBytes(body(loadBytes(a + i, left), loadBytes(b + i, left)), output + i, left)
    }
  }

  /// QNNPACK's fixed-point addition; `add_u8_scalar` defines it.
  ///
  /// srshl rounds halves up; one less for negative sums (sqadd: the least one stays) makes it away from zero.
  func add_u8_neon(
    _ count: Int, _ a: UnsafePointer<UInt8>?, _ b: UnsafePointer<UInt8>?,
    _ parameters: UnsafePointer<lite_add_u8>?, _ output: UnsafeMutablePointer<UInt8>?
  ) {
    guard count > 0 else { return }
    let p = parameters.unsafelyUnwrapped.pointee
    let multiplierA = vdupq_n_s32(p.a_multiplier)
    let multiplierB = vdupq_n_s32(p.b_multiplier)
    let bias = vdupq_n_s32(p.bias)
    let shift = vdupq_n_s32(0 &- Int32(truncatingIfNeeded: p.shift))
    let zero = vdupq_n_s16(Int16(truncatingIfNeeded: p.zero_point))
    let low = vdupq_n_u8(UInt8(truncatingIfNeeded: p.minimum))
    let high = vdupq_n_u8(UInt8(truncatingIfNeeded: p.maximum))
    // Four bytes to 32 bits each.
    let first = uint8x16_t(0, 255, 255, 255, 1, 255, 255, 255, 2, 255, 255, 255, 3, 255, 255, 255)
    let second = uint8x16_t(4, 255, 255, 255, 5, 255, 255, 255, 6, 255, 255, 255, 7, 255, 255, 255)
    let third = uint8x16_t(8, 255, 255, 255, 9, 255, 255, 255, 10, 255, 255, 255, 11, 255, 255, 255)
    let fourth = uint8x16_t(12, 255, 255, 255, 13, 255, 255, 255, 14, 255, 255, 255, 15, 255, 255, 255)
    @inline(__always)
    func scaled(_ a: uint8x16_t, _ b: uint8x16_t, _ lanes: uint8x16_t) -> int32x4_t {
      var sum = vmlaq_s32(bias, vreinterpretq_s32_u8(vqtbl1q_u8(a, lanes)), multiplierA)
      sum = vmlaq_s32(sum, vreinterpretq_s32_u8(vqtbl1q_u8(b, lanes)), multiplierB)
      return vrshlq_s32(vqaddq_s32(sum, lite_neon_sign(sum)), shift)
    }
    @inline(__always)
    func codes(_ a: int32x4_t, _ b: int32x4_t) -> int16x8_t { vqaddq_s16(vqmovn_high_s32(vqmovn_s32(a), b), zero) }
    mapBytes(count, a.unsafelyUnwrapped, b.unsafelyUnwrapped, output.unsafelyUnwrapped) { a, b in
      let bytes = vqmovun_high_s16(
        vqmovun_s16(codes(scaled(a, b, first), scaled(a, b, second))), codes(scaled(a, b, third), scaled(a, b, fourth)))
      return vminq_u8(vmaxq_u8(bytes, low), high)
    }
  }

  /// Product of two quantized tensors; `multiply_u8_scalar` defines it.
  func multiply_u8_neon(
    _ count: Int, _ a: UnsafePointer<UInt8>?, _ b: UnsafePointer<UInt8>?,
    _ parameters: UnsafePointer<lite_multiply_u8>?, _ output: UnsafeMutablePointer<UInt8>?
  ) {
    guard count > 0 else { return }
    let p = parameters.unsafelyUnwrapped.pointee
    let zeroA = vdup_n_u8(UInt8(truncatingIfNeeded: p.a_zero_point))
    let zeroB = vdup_n_u8(UInt8(truncatingIfNeeded: p.b_zero_point))
    let scales = Eight(vdupq_n_f32(p.scale), vdupq_n_f32(p.scale))
    let requantizer = Requantizer(zeroPoint: p.zero_point, minimum: p.minimum, maximum: p.maximum)
    @inline(__always)
    func codes(_ a: uint8x8_t, _ b: uint8x8_t) -> uint8x8_t {
      let x = vreinterpretq_s16_u16(vsubl_u8(a, zeroA))
      let y = vreinterpretq_s16_u16(vsubl_u8(b, zeroB))
      return requantizer.bytes(Eight(vmull_s16(vget_low_s16(x), vget_low_s16(y)), vmull_high_s16(x, y)), scales)
    }
    mapBytes(count, a.unsafelyUnwrapped, b.unsafelyUnwrapped, output.unsafelyUnwrapped) { a, b in
      vcombine_u8(codes(vget_low_u8(a), vget_low_u8(b)), codes(vget_high_u8(a), vget_high_u8(b)))
    }
  }

  /// y = table[x], with the table in registers.
  func lookup_u8_neon(
    _ count: Int, _ input: UnsafePointer<UInt8>?, _ table: UnsafePointer<UInt8>?, _ output: UnsafeMutablePointer<UInt8>?
  ) {
    guard count > 0 else { return }
    let entries = table.unsafelyUnwrapped
    let first = lite_neon_load64(entries)
    let second = lite_neon_load64(entries + 64)
    let third = lite_neon_load64(entries + 128)
    let fourth = lite_neon_load64(entries + 192)
    let quarter = vdupq_n_u8(64)
    mapBytes(count, input.unsafelyUnwrapped, input.unsafelyUnwrapped, output.unsafelyUnwrapped) { x, _ in
      // An index past its 64 entries gives 0, or leaves what is there.
      let y = vsubq_u8(x, quarter)
      let z = vsubq_u8(y, quarter)
      return lite_neon_lookup(
        lite_neon_lookup(lite_neon_lookup(vqtbl4q_u8(first, x), second, y), third, z), fourth, vsubq_u8(z, quarter))
    }
  }

  /// y = min(max(x, minimum), maximum).
  func clamp_u8_neon(
    _ count: Int, _ input: UnsafePointer<UInt8>?, _ minimum: UInt8, _ maximum: UInt8, _ output: UnsafeMutablePointer<UInt8>?
  ) {
    guard count > 0 else { return }
    let low = vdupq_n_u8(minimum)
    let high = vdupq_n_u8(maximum)
    mapBytes(count, input.unsafelyUnwrapped, input.unsafelyUnwrapped, output.unsafelyUnwrapped) { x, _ in
      vminq_u8(vmaxq_u8(x, low), high)
    }
  }

  /// Floats to codes.
  private struct Quantizer {
    private let inverse, addend: float32x4_t
    private let requantizer: Requantizer

    @inline(__always)
    init(_ inverseScale: Float, _ zeroPoint: Int32, _ rounding: Int32, _ minimum: Int32, _ maximum: Int32) {
      inverse = vdupq_n_f32(inverseScale)
      let addFirst = rounding == Int32(LITE_ADD_THEN_ROUND)
      requantizer = Requantizer(zeroPoint: addFirst ? 0 : zeroPoint, minimum: minimum, maximum: maximum)
      // f32(x * inverse), or the same plus the zero point in one rounding. -0 + p is p, whatever p is.
      addend = vdupq_n_f32(addFirst ? Float(zeroPoint) : -0.0)
    }

    /// Eight codes in 16-bit lanes.
    @inline(__always)
    func codes(_ x: Eight<float32x4_t>) -> int16x8_t {
      requantizer.codes(vfmaq_f32(addend, x.low, inverse), vfmaq_f32(addend, x.high, inverse))
    }

    /// Sixteen codes.
    @inline(__always)
    func sixteen(_ x: UnsafePointer<Float>) -> uint8x16_t {
      let a = codes(Eight(lite_neon_load_f32(x), lite_neon_load_f32(x + 4)))
      let b = codes(Eight(lite_neon_load_f32(x + 8), lite_neon_load_f32(x + 12)))
      return vreinterpretq_u8_s8(vcombine_s8(vmovn_s16(a), vmovn_s16(b)))
    }
  }

  @inline(__always)
  private func quantize(
    _ count: Int, _ input: UnsafePointer<Float>?, _ quantizer: Quantizer, _ output: UnsafeMutableRawPointer?
  ) {
    guard count > 0 else { return }
    let x = input.unsafelyUnwrapped
    let out = output.unsafelyUnwrapped
    var i = 0
    while i &+ 16 <= count {
      lite_neon_store16(out + i, quantizer.sixteen(x + i))
      i &+= 16
    }
    while i < count {
      let left = min(count &- i, 8)
      storeBytes(vmovn_s16(quantizer.codes(loadFloats(x + i, left))), out + i, left)
      i &+= 8
    }
  }

  /// Float [channels][pixels] to quint8 [pixels][channels]; three channels at a time where there are three.
  func quantize_channels_last_u8_neon(
    _ pixels: Int, _ channels: Int, _ input: UnsafePointer<Float>?, _ stride: Int, _ inverseScale: Float, _ zeroPoint: Int32,
    _ rounding: Int32, _ output: UnsafeMutablePointer<UInt8>?
  ) {
    guard pixels > 0, channels > 0 else { return }
    let x = input.unsafelyUnwrapped
    let out = output.unsafelyUnwrapped
    let quantizer = Quantizer(inverseScale, zeroPoint, rounding, 0, 255)
    if channels == 1 {
      quantize(pixels, x, quantizer, out)
      return
    }
    var pixel = 0
    while pixel < pixels {
      let count = min(16, pixels &- pixel)
      if channels == 3, count == 16 {
        lite_neon_interleave3(
          out + 3 &* pixel, quantizer.sixteen(x + pixel), quantizer.sixteen(x + (stride &+ pixel)),
          quantizer.sixteen(x + (2 &* stride &+ pixel)))
      } else {
        var channel = 0
        while channel < channels {
          let p = x + (channel &* stride &+ pixel)
          var lanes = uint8x16_t()
          if count == 16 {
            lanes = quantizer.sixteen(p)
          } else {
            let low = quantizer.codes(loadFloats(p, min(count, 8)))
            let high = count > 8 ? quantizer.codes(loadFloats(p + 8, count &- 8)) : int16x8_t()
            lanes = vreinterpretq_u8_s8(vcombine_s8(vmovn_s16(low), vmovn_s16(high)))
          }
          withUnsafeBytes(of: lanes) { bytes in
            var q = out + (pixel &* channels &+ channel)
            var index = 0
            while index < count {
              q.pointee = bytes.load(fromByteOffset: index, as: UInt8.self)
              q += channels
              index &+= 1
            }
          }
          channel &+= 1
        }
      }
      pixel &+= count
    }
  }

  /// Float to quint8; `quantize_u8_scalar` defines it.
  func quantize_u8_neon(
    _ count: Int, _ input: UnsafePointer<Float>?, _ inverseScale: Float, _ zeroPoint: Int32, _ rounding: Int32,
    _ output: UnsafeMutablePointer<UInt8>?
  ) {
    quantize(count, input, Quantizer(inverseScale, zeroPoint, rounding, 0, 255), output)
  }

  /// Float to qint8; `quantize_s8_scalar` defines it.
  func quantize_s8_neon(
    _ count: Int, _ input: UnsafePointer<Float>?, _ inverseScale: Float, _ zeroPoint: Int32, _ rounding: Int32,
    _ output: UnsafeMutablePointer<Int8>?
  ) {
    quantize(count, input, Quantizer(inverseScale, zeroPoint, rounding, -128, 127), output)
  }

  /// Sixteen 8-bit codes at a time, widened by `widen` to 16 bits, to scale * f32(q - zero).
  @inline(__always)
  private func dequantize(
    _ count: Int, _ input: UnsafeRawPointer?, _ scale: Float, _ zeroPoint: Int32, _ output: UnsafeMutablePointer<Float>?,
    _ widen: (int8x8_t) -> int16x8_t
  ) {
    guard count > 0 else { return }
    let q = input.unsafelyUnwrapped
    let y = output.unsafelyUnwrapped
    let scales = vdupq_n_f32(scale)
    let zero = vdupq_n_s16(Int16(truncatingIfNeeded: zeroPoint))
    @inline(__always)
    func real(_ v: int8x8_t) -> (float32x4_t, float32x4_t) {
      let difference = vsubq_s16(widen(v), zero)
      return (
        vmulq_f32(scales, vcvtq_f32_s32(vmovl_s16(vget_low_s16(difference)))),
        vmulq_f32(scales, vcvtq_f32_s32(vmovl_high_s16(difference)))
      )
    }
    var i = 0
    while i &+ 8 <= count {
      let (a, b) = real(lite_neon_load8(q + i))
      lite_neon_store_f32(y + i, a)
      lite_neon_store_f32(y + i + 4, b)
      i &+= 8
    }
    if i < count {
      let left = count &- i
      let (a, b) = real(vget_low_s8(unsafeBitCast(loadBytes(q + i, left), to: int8x16_t.self)))
      storeBytes(a, y + i, min(left, 4) &* 4)
      storeBytes(b, y + i + 4, max(left &- 4, 0) &* 4)
    }
  }

  /// quint8 to float; `dequantize_u8_scalar` defines it.
  func dequantize_u8_neon(
    _ count: Int, _ input: UnsafePointer<UInt8>?, _ scale: Float, _ zeroPoint: Int32, _ output: UnsafeMutablePointer<Float>?
  ) {
    dequantize(count, input, scale, zeroPoint, output) { vreinterpretq_s16_u16(vmovl_u8(vreinterpret_u8_s8($0))) }
  }

  /// qint8 to float; `dequantize_s8_scalar` defines it.
  func dequantize_s8_neon(
    _ count: Int, _ input: UnsafePointer<Int8>?, _ scale: Float, _ zeroPoint: Int32, _ output: UnsafeMutablePointer<Float>?
  ) {
    dequantize(count, input, scale, zeroPoint, output) { vmovl_s8($0) }
  }
#endif

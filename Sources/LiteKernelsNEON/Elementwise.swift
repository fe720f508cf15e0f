// 8-bit addition, quantize and dequantize on ARMv8.0.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Calls `body` with eight bytes of each operand at a time; the last, incomplete step sees zeros past the end.
  @inline(__always)
  private func mapBytes(
    _ count: Int, _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ output: UnsafeMutablePointer<UInt8>,
    _ body: (uint8x8_t, uint8x8_t) -> uint8x8_t
  ) {
    var i = 0
    while i &+ 8 <= count {
      lite_neon_store8(output + i, body(vreinterpret_u8_s8(lite_neon_load8(a + i)), vreinterpret_u8_s8(lite_neon_load8(b + i))))
      i &+= 8
    }
    if i < count {
      let left = count &- i
      storeBytes(body(vget_low_u8(loadBytes(a + i, left)), vget_low_u8(loadBytes(b + i, left))), output + i, left)
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
    let low = vdup_n_u8(UInt8(truncatingIfNeeded: p.minimum))
    let high = vdup_n_u8(UInt8(truncatingIfNeeded: p.maximum))
    @inline(__always)
    func scaled(_ a: uint16x4_t, _ b: uint16x4_t) -> int16x4_t {
      var sum = vmlaq_s32(bias, vreinterpretq_s32_u32(vmovl_u16(a)), multiplierA)
      sum = vmlaq_s32(sum, vreinterpretq_s32_u32(vmovl_u16(b)), multiplierB)
      return vqmovn_s32(vrshlq_s32(vqaddq_s32(sum, lite_neon_sign(sum)), shift))
    }
    mapBytes(count, a.unsafelyUnwrapped, b.unsafelyUnwrapped, output.unsafelyUnwrapped) { a, b in
      let x = vmovl_u8(a)
      let y = vmovl_u8(b)
      let sums = vcombine_s16(scaled(vget_low_u16(x), vget_low_u16(y)), scaled(vget_high_u16(x), vget_high_u16(y)))
      return vmin_u8(vmax_u8(vqmovun_s16(vqaddq_s16(sums, zero)), low), high)
    }
  }

  /// Sixteen floats at a time as codes in 16-bit lanes; `put` stores them as it likes.
  @inline(__always)
  private func quantize(
    _ count: Int, _ input: UnsafePointer<Float>?, _ inverseScale: Float, _ zeroPoint: Int32, _ rounding: Int32,
    _ minimum: Int32, _ maximum: Int32, _ output: UnsafeMutableRawPointer?
  ) {
    guard count > 0 else { return }
    let x = input.unsafelyUnwrapped
    let out = output.unsafelyUnwrapped
    let inverse = vdupq_n_f32(inverseScale)
    let addFirst = rounding == Int32(LITE_ADD_THEN_ROUND)
    let requantizer = Requantizer(zeroPoint: addFirst ? 0 : zeroPoint, minimum: minimum, maximum: maximum)
    // f32(x * inverse), or the same plus the zero point in one rounding. -0 + p is p, whatever p is.
    let addend = vdupq_n_f32(addFirst ? Float(zeroPoint) : -0.0)
    @inline(__always)
    func scale(_ v: float32x4_t) -> float32x4_t { vfmaq_f32(addend, v, inverse) }
    var i = 0
    while i &+ 16 <= count {
      let a = requantizer.codes(scale(lite_neon_load_f32(x + i)), scale(lite_neon_load_f32(x + i + 4)))
      let b = requantizer.codes(scale(lite_neon_load_f32(x + i + 8)), scale(lite_neon_load_f32(x + i + 12)))
      lite_neon_store16(out + i, vreinterpretq_u8_s8(vcombine_s8(vmovn_s16(a), vmovn_s16(b))))
      i &+= 16
    }
    while i < count {
      let left = min(count &- i, 8)
      let v = loadFloats(x + i, left)
      storeBytes(vmovn_s16(requantizer.codes(scale(v.low), scale(v.high))), out + i, left)
      i &+= 8
    }
  }

  /// Float to quint8; `quantize_u8_scalar` defines it.
  func quantize_u8_neon(
    _ count: Int, _ input: UnsafePointer<Float>?, _ inverseScale: Float, _ zeroPoint: Int32, _ rounding: Int32,
    _ output: UnsafeMutablePointer<UInt8>?
  ) {
    quantize(count, input, inverseScale, zeroPoint, rounding, 0, 255, output)
  }

  /// Float to qint8; `quantize_s8_scalar` defines it.
  func quantize_s8_neon(
    _ count: Int, _ input: UnsafePointer<Float>?, _ inverseScale: Float, _ zeroPoint: Int32, _ rounding: Int32,
    _ output: UnsafeMutablePointer<Int8>?
  ) {
    quantize(count, input, inverseScale, zeroPoint, rounding, -128, 127, output)
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

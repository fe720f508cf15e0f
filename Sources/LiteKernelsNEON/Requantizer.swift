// From int32 sums to 8-bit codes: what all 8-bit kernels end with.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON

  /// Bounds and zero point of a quantized output.
  ///
  /// Clamping comes before rounding, as in the scalar tier: integers bound the same way on either side of a
  /// monotonic rounding, and fmaxnm turns NaN into the minimum.
  struct Requantizer {
    let low: float32x4_t
    let high: float32x4_t
    let zero: int16x8_t

    @inline(__always)
    init(zeroPoint: Int32, minimum: Int32, maximum: Int32) {
      low = vdupq_n_f32(Float(minimum &- zeroPoint))
      high = vdupq_n_f32(Float(maximum &- zeroPoint))
      zero = vdupq_n_s16(Int16(truncatingIfNeeded: zeroPoint))
    }

    /// rne(clamp(x)), four lanes.
    @inline(__always)
    func round(_ x: float32x4_t) -> int32x4_t {
      vcvtnq_s32_f32(vminnmq_f32(vmaxnmq_f32(x, low), high))
    }

    /// clamp(rne(x) + zero point) as 16-bit lanes whose low bytes are the result.
    @inline(__always)
    func codes(_ low: float32x4_t, _ high: float32x4_t) -> int16x8_t {
      vaddq_s16(vcombine_s16(vmovn_s32(round(low)), vmovn_s32(round(high))), zero)
    }

    /// clamp(rne(f32(sum) * scale) + zero point).
    @inline(__always)
    func bytes(_ sums: Eight<int32x4_t>, _ scales: Eight<float32x4_t>) -> uint8x8_t {
      let y = codes(vmulq_f32(vcvtq_f32_s32(sums.low), scales.low), vmulq_f32(vcvtq_f32_s32(sums.high), scales.high))
      return vmovn_u16(vreinterpretq_u16_s16(y))
    }
  }

  /// The same for scales that are finite numbers, so that NaN cannot arise: a saturating conversion, two saturating
  /// narrowings and an addition between them do the clamping to 0...255. Each saturates where the final clamp would.
  struct FiniteRequantizer {
    let zero: int16x8_t
    let low: uint8x16_t
    let high: uint8x16_t

    @inline(__always)
    init(zeroPoint: Int32, minimum: Int32, maximum: Int32) {
      zero = vdupq_n_s16(Int16(truncatingIfNeeded: zeroPoint))
      low = vdupq_n_u8(UInt8(truncatingIfNeeded: minimum))
      high = vdupq_n_u8(UInt8(truncatingIfNeeded: maximum))
    }

    /// rne(f32(sum) * scale) + zero point, eight lanes.
    @inline(__always)
    func codes(_ a: int32x4_t, _ b: int32x4_t, _ scaleA: float32x4_t, _ scaleB: float32x4_t) -> int16x8_t {
      let x = vcvtnq_s32_f32(vmulq_f32(vcvtq_f32_s32(a), scaleA))
      let y = vcvtnq_s32_f32(vmulq_f32(vcvtq_f32_s32(b), scaleB))
      return vqaddq_s16(vqmovn_high_s32(vqmovn_s32(x), y), zero)
    }

    /// The same where all results of the conversion fit 16 bits.
    @inline(__always)
    func narrowCodes(_ a: int32x4_t, _ b: int32x4_t, _ scaleA: float32x4_t, _ scaleB: float32x4_t) -> int16x8_t {
      let x = vcvtnq_s32_f32(vmulq_f32(vcvtq_f32_s32(a), scaleA))
      let y = vcvtnq_s32_f32(vmulq_f32(vcvtq_f32_s32(b), scaleB))
      return vqaddq_s16(vuzp1q_s16(vreinterpretq_s16_s32(x), vreinterpretq_s16_s32(y)), zero)
    }

    /// clamp(code).
    @inline(__always)
    func bytes(_ a: int16x8_t, _ b: int16x8_t) -> uint8x16_t {
      vminq_u8(vmaxq_u8(vqmovun_high_s16(vqmovun_s16(a), b), low), high)
    }

    /// Eight lanes.
    @inline(__always)
    func bytes(_ a: int16x8_t) -> uint8x8_t {
      vmin_u8(vmax_u8(vqmovun_s16(a), vget_low_u8(low)), vget_low_u8(high))
    }
  }

  /// Bits of the float 2^23, whose last bit is worth 1.
  var rectifiedBase: Int32 { 0x4B00_0000 }

  /// What `rectifiedCodes` takes off again.
  @inline(__always)
  func rectifiedOffset(_ scale: float32x4_t) -> float32x4_t { vmulq_f32(scale, vdupq_n_f32(-8_388_608)) }

  /// Eight codes for a zero point of 0, of sums that started from `rectifiedBase`.
  ///
  /// A sum from 0 to below 2^23, added to these bits, is the float 2^23 + sum: no conversion is needed, and
  /// (2^23 + sum) * scale - 2^23 * scale, rounded once, is the product. A sum below 0 ends among floats that are less than 2^23,
  /// whatever they are: the result is not positive, nor is the product, and what follows makes 0 of both.
  ///
  /// - Parameter offsetA, offsetB: -2^23 * scale (`rectifiedOffset`), which is exact.
  @inline(__always)
  func rectifiedCodes(
    _ a: int32x4_t, _ b: int32x4_t, _ scaleA: float32x4_t, _ scaleB: float32x4_t, _ offsetA: float32x4_t, _ offsetB: float32x4_t
  ) -> int16x8_t {
    let x = vcvtnq_s32_f32(vfmaq_f32(offsetA, vreinterpretq_f32_s32(a), scaleA))
    let y = vcvtnq_s32_f32(vfmaq_f32(offsetB, vreinterpretq_f32_s32(b), scaleB))
    return vuzp1q_s16(vreinterpretq_s16_s32(x), vreinterpretq_s16_s32(y))
  }

  /// What is known of a layer's sums, and of their products with its scales.
  struct ScaledRange {
    private var largestScale = uint32x4_t()
    private var largestSum = float32x4_t()
    private var largestProduct = float32x4_t()

    /// Takes four channels in.
    ///
    /// - Parameters:
    ///   - bias: what their sums start from.
    ///   - magnitude: the largest magnitude that products can add to them.
    @inline(__always)
    mutating func include(_ bias: int32x4_t, _ magnitude: uint32x4_t, _ scale: float32x4_t) {
      largestScale = vmaxq_u32(largestScale, vreinterpretq_u32_f32(scale))
      let sum = vaddq_f32(vcvtq_f32_u32(vreinterpretq_u32_s32(vabsq_s32(bias))), vcvtq_f32_u32(magnitude))
      largestSum = vmaxq_f32(largestSum, sum)
      largestProduct = vmaxq_f32(largestProduct, vmulq_f32(sum, scale))
    }

    /// Whether all scales are finite and not below 0; then NaN cannot arise.
    var isFinite: Bool { vmaxvq_u32(largestScale) < 0x7F80_0000 }

    /// How sums become codes, given that scales are finite.
    func finish(_ output: lite_output_u8) -> Finish {
      guard vmaxvq_f32(largestProduct) < 32000, output.minimum <= 0, output.maximum >= 255 else { return .saturated }
      return output.zero_point == 0 && vmaxvq_f32(largestSum) < 8_000_000 ? .rectified : .plain
    }
  }
#endif

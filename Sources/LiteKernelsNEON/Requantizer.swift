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
    /// Whether the zero point is 0, as it is after a ReLU.
    let isZero: Bool

    @inline(__always)
    init(zeroPoint: Int32, minimum: Int32, maximum: Int32) {
      isZero = zeroPoint == 0
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
    ///
    /// - Parameter isZero: the zero point is 0.
    @inline(__always)
    func narrowCodes(_ a: int32x4_t, _ b: int32x4_t, _ scaleA: float32x4_t, _ scaleB: float32x4_t, isZero: Bool) -> int16x8_t {
      let x = vcvtnq_s32_f32(vmulq_f32(vcvtq_f32_s32(a), scaleA))
      let y = vcvtnq_s32_f32(vmulq_f32(vcvtq_f32_s32(b), scaleB))
      let codes = vuzp1q_s16(vreinterpretq_s16_s32(x), vreinterpretq_s16_s32(y))
      return isZero ? codes : vqaddq_s16(codes, zero)
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

  /// What is known of the products of a layer's sums with its scales.
  struct ScaledRange {
    private var largestScale = uint32x4_t()
    private var bound = float32x4_t()

    /// Takes four channels in.
    ///
    /// - Parameters:
    ///   - bias: what their sums start from.
    ///   - magnitude: the largest magnitude that products can add to them.
    @inline(__always)
    mutating func include(_ bias: int32x4_t, _ magnitude: uint32x4_t, _ scale: float32x4_t) {
      let size = vabsq_f32(scale)
      largestScale = vmaxq_u32(largestScale, vreinterpretq_u32_f32(size))
      let sum = vaddq_f32(vcvtq_f32_u32(vreinterpretq_u32_s32(vabsq_s32(bias))), vcvtq_f32_u32(magnitude))
      bound = vmaxq_f32(bound, vmulq_f32(sum, size))
    }

    /// Whether NaN cannot arise.
    var isFinite: Bool { vmaxvq_u32(largestScale) < 0x7F80_0000 }

    /// Whether rounded products fit 16 bits, and nothing but 0 and 255 bounds the results.
    func isPlain(_ output: lite_output_u8) -> Bool { vmaxvq_f32(bound) < 32000 && output.minimum <= 0 && output.maximum >= 255 }
  }
#endif

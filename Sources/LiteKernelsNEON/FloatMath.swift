// Elementary functions on four floats at a time: the formulas and roundings of LiteKernelsScalar/VectorMath.swift, so
// that results have the scalar tier's bits. Only what cannot show in a result is left out.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON

  /// a + b * c in one rounding.
  @inline(__always)
  private func multiplyAdd(_ a: Float, _ b: float32x4_t, _ c: float32x4_t) -> float32x4_t { vfmaq_f32(vdupq_n_f32(a), b, c) }

  @inline(__always)
  private func multiplyAdd(_ a: float32x4_t, _ b: float32x4_t, _ c: Float) -> float32x4_t { vfmaq_f32(a, b, vdupq_n_f32(c)) }

  /// 1.5 * 2^23 + n for the integer n nearest to x / ln 2, and e^(x - n ln 2).
  @inline(__always)
  private func reduced(_ x: float32x4_t) -> (shifted: float32x4_t, mantissa: float32x4_t) {
    let shifted = vaddq_f32(vmulq_f32(x, vdupq_n_f32(1.44269504)), vdupq_n_f32(12_582_912))
    let whole = vsubq_f32(shifted, vdupq_n_f32(12_582_912))
    let r = multiplyAdd(multiplyAdd(x, whole, -0.693145751953125), whole, -1.42860677e-06)
    var p = vfmaq_f32(vdupq_n_f32(1.39304355e-3), r, vdupq_n_f32(1.98527618e-4))
    p = multiplyAdd(8.33336078e-3, r, p)
    p = multiplyAdd(4.16664854e-2, r, p)
    p = multiplyAdd(0.166666672, r, p)
    p = multiplyAdd(0.5, r, p)
    return (shifted, vaddq_f32(vfmaq_f32(r, vmulq_f32(r, r), p), vdupq_n_f32(1)))
  }

  /// e^x; NaN stays.
  @inline(__always)
  func exponential(_ x: float32x4_t) -> float32x4_t {
    let bounded = vmaxq_f32(vminq_f32(x, vdupq_n_f32(89)), vdupq_n_f32(-104))
    let (shifted, mantissa) = reduced(bounded)
    let half = lite_neon_half_of_shifted(shifted)
    let n = vsubq_s32(vreinterpretq_s32_f32(shifted), vdupq_n_s32(0x4B40_0000))
    let first = vmulq_f32(mantissa, lite_neon_power_of_two(half))
    return vmulq_f32(first, lite_neon_power_of_two(vsubq_s32(n, half)))
  }

  /// e^x for x <= 0. The first of the two products is exact, and the second rounds to subnormal numbers.
  @inline(__always)
  func exponentialOfNegative(_ x: float32x4_t) -> float32x4_t {
    let (shifted, mantissa) = reduced(vmaxq_f32(x, vdupq_n_f32(-104)))
    return vmulq_f32(vmulq_f32(mantissa, lite_neon_power_of_shifted(shifted, 63)), vdupq_n_f32(0x1p-63))
  }

  /// 1 + e^x, where e^x below 2^-60 does not show.
  @inline(__always)
  private func onePlusExponential(_ x: float32x4_t) -> float32x4_t {
    let (shifted, mantissa) = reduced(vmaxq_f32(vminq_f32(x, vdupq_n_f32(89)), vdupq_n_f32(-42)))
    let power = vmulq_f32(vmulq_f32(mantissa, lite_neon_power_of_shifted(shifted, -64)), vdupq_n_f32(0x1p64))
    return vaddq_f32(power, vdupq_n_f32(1))
  }

  /// 1 / (1 + e^-x).
  @inline(__always)
  func sigmoid(_ x: float32x4_t) -> float32x4_t { vdivq_f32(vdupq_n_f32(1), onePlusExponential(vnegq_f32(x))) }

  /// x / (1 + e^-x).
  @inline(__always)
  func sigmoidLinear(_ x: float32x4_t) -> float32x4_t { vdivq_f32(x, onePlusExponential(vnegq_f32(x))) }

  /// Hyperbolic tangent: a polynomial below 0.625, 1 - 2 / (e^2|x| + 1) above, where e^44 + 1 is as good as more.
  @inline(__always)
  func hyperbolicTangent(_ x: float32x4_t) -> float32x4_t {
    let a = vabsq_f32(x)
    let (shifted, mantissa) = reduced(vminq_f32(vaddq_f32(a, a), vdupq_n_f32(44)))
    let power = vmulq_f32(mantissa, lite_neon_power_of_shifted(shifted, 0))
    let large = vsubq_f32(vdupq_n_f32(1), vdivq_f32(vdupq_n_f32(2), vaddq_f32(power, vdupq_n_f32(1))))
    let z = vmulq_f32(x, x)
    var p = vfmaq_f32(vdupq_n_f32(2.06390887954e-2), z, vdupq_n_f32(-5.70498872745e-3))
    p = multiplyAdd(-5.37397155531e-2, p, z)
    p = multiplyAdd(1.33314422036e-1, p, z)
    p = multiplyAdd(-3.33332819422e-1, p, z)
    let small = vfmaq_f32(x, vmulq_f32(p, z), x)
    let signed = vbslq_f32(vdupq_n_u32(0x8000_0000), x, large)
    return vbslq_f32(vcltq_f32(a, vdupq_n_f32(0.625)), small, signed)
  }

  /// The error function: a polynomial in x below 0.927734375, 1 - e^p(|x|) above, where less than e^-87 does not show.
  @inline(__always)
  func errorFunction(_ x: float32x4_t) -> float32x4_t {
    let t = vabsq_f32(x)
    let s = vmulq_f32(x, x)
    var r = vfmaq_f32(vdupq_n_f32(3.83197126e-4), t, vdupq_n_f32(-1.72853470e-5))
    let u = vfmaq_f32(vdupq_n_f32(2.42546219e-2), t, vdupq_n_f32(-3.88396438e-3))
    r = vfmaq_f32(u, r, s)
    r = multiplyAdd(-1.06777877e-1, r, t)
    r = multiplyAdd(-6.34846687e-1, r, t)
    r = multiplyAdd(-1.28717512e-1, r, t)
    r = vfmaq_f32(vnegq_f32(t), r, t)
    let (shifted, mantissa) = reduced(vmaxq_f32(r, vdupq_n_f32(-87)))
    let power = vmulq_f32(mantissa, lite_neon_power_of_shifted(shifted, 0))
    let large = vbslq_f32(vdupq_n_u32(0x8000_0000), x, vsubq_f32(vdupq_n_f32(1), power))
    var q = vfmaq_f32(vdupq_n_f32(4.99119423e-3), s, vdupq_n_f32(-5.96761703e-4))
    q = multiplyAdd(-2.67681349e-2, q, s)
    q = multiplyAdd(1.12819925e-1, q, s)
    q = multiplyAdd(-3.76125336e-1, q, s)
    q = multiplyAdd(1.28379166e-1, q, s)
    return vbslq_f32(vcleq_f32(t, vdupq_n_f32(0.927734375)), vfmaq_f32(x, q, x), large)
  }
#endif

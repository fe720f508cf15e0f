// Loads of incomplete vectors, and the requantization that all 8-bit kernels end with.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// The first `count` (0...16) bytes; zeros after them. Reads nothing else.
  @inline(__always)
  func loadBytes(_ p: UnsafeRawPointer, _ count: Int) -> SIMD16<UInt8> {
    var lanes = SIMD16<UInt8>()
    withUnsafeMutableBytes(of: &lanes) { _ = memcpy($0.baseAddress.unsafelyUnwrapped, p, count) }
    return lanes
  }

  /// The first `count` (0...4) elements; zeros after them.
  @inline(__always)
  func loadWords<Vector: BitwiseCopyable>(_ p: UnsafeRawPointer, _ count: Int, _ zeros: Vector) -> Vector {
    var lanes = zeros
    withUnsafeMutableBytes(of: &lanes) { _ = memcpy($0.baseAddress.unsafelyUnwrapped, p, count &* 4) }
    return lanes
  }

  /// Writes the first `count` bytes of a vector.
  @inline(__always)
  func storeBytes<Vector: BitwiseCopyable>(_ vector: Vector, _ p: UnsafeMutableRawPointer, _ count: Int) {
    withUnsafeBytes(of: vector) { _ = memcpy(p, $0.baseAddress.unsafelyUnwrapped, count) }
  }

  /// Eight int32 or float values of eight neighbouring channels.
  struct Eight<Half: BitwiseCopyable> {
    var low: Half
    var high: Half

    @inline(__always)
    init(_ low: Half, _ high: Half) {
      self.low = low
      self.high = high
    }
  }

  /// Loads 1...8 int32; zeros after the last.
  @inline(__always)
  func loadInts(_ p: UnsafePointer<Int32>, _ count: Int) -> Eight<int32x4_t> {
    if count >= 8 { return Eight(lite_neon_load_s32(p), lite_neon_load_s32(p + 4)) }
    return Eight(loadWords(p, min(count, 4), int32x4_t()), loadWords(p + 4, max(count &- 4, 0), int32x4_t()))
  }

  /// Loads 1...8 floats; zeros after the last.
  @inline(__always)
  func loadFloats(_ p: UnsafePointer<Float>, _ count: Int) -> Eight<float32x4_t> {
    if count >= 8 { return Eight(lite_neon_load_f32(p), lite_neon_load_f32(p + 4)) }
    return Eight(loadWords(p, min(count, 4), float32x4_t()), loadWords(p + 4, max(count &- 4, 0), float32x4_t()))
  }

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
#endif

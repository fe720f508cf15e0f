// Reductions over floats.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Smallest and largest of `count` > 0 floats; NaN anywhere makes both NaN, as fmin and fmax do.
  func minimum_maximum_f32_neon(
    _ count: Int, _ input: UnsafePointer<Float>?, _ minimum: UnsafeMutablePointer<Float>?, _ maximum: UnsafeMutablePointer<Float>?
  ) {
    guard count > 0 else { return }
    let x = input.unsafelyUnwrapped
    var low0 = vdupq_n_f32(x[0])
    var low1 = low0
    var high0 = low0
    var high1 = low0
    @inline(__always)
    func take(_ a: float32x4_t, _ b: float32x4_t) {
      low0 = vminq_f32(low0, a)
      low1 = vminq_f32(low1, b)
      high0 = vmaxq_f32(high0, a)
      high1 = vmaxq_f32(high1, b)
    }
    var i = 0
    while i &+ 16 <= count {
      take(lite_neon_load_f32(x + i), lite_neon_load_f32(x + i + 4))
      take(lite_neon_load_f32(x + i + 8), lite_neon_load_f32(x + i + 12))
      i &+= 16
    }
    while i < count {
      let v = vdupq_n_f32(x[i])
      take(v, v)
      i &+= 1
    }
    minimum.unsafelyUnwrapped.pointee = vminvq_f32(vminq_f32(low0, low1))
    maximum.unsafelyUnwrapped.pointee = vmaxvq_f32(vmaxq_f32(high0, high1))
  }
#endif

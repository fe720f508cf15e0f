// Softmax, layer normalization and sums over rows of floats: the operations of LiteKernelsScalar/Normalization.swift in
// the same order, for the same bits.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// The greatest of `count` > 0 floats; NaN if there is one.
  @inline(__always)
  private func maximum(_ count: Int, _ x: UnsafePointer<Float>) -> Float {
    var high0 = vdupq_n_f32(x[0])
    var high1 = high0
    var i = 0
    while i &+ 8 <= count {
      high0 = vmaxq_f32(high0, lite_neon_load_f32(x + i))
      high1 = vmaxq_f32(high1, lite_neon_load_f32(x + i + 4))
      i &+= 8
    }
    while i < count {
      high0 = vmaxq_f32(high0, vdupq_n_f32(x[i]))
      i &+= 1
    }
    return vmaxvq_f32(vmaxq_f32(high0, high1))
  }

  /// Sixteen running sums, which are added in halves at the end.
  private struct SixteenSums {
    private var a = float32x4_t()
    private var b = float32x4_t()
    private var c = float32x4_t()
    private var d = float32x4_t()

    /// Adds a stretch of the row. Only the last one may have a length that is no multiple of 16.
    @inline(__always)
    mutating func add(_ count: Int, _ p: UnsafePointer<Float>) {
      var i = 0
      while i &+ 16 <= count {
        a = vaddq_f32(a, lite_neon_load_f32(p + i))
        b = vaddq_f32(b, lite_neon_load_f32(p + i + 4))
        c = vaddq_f32(c, lite_neon_load_f32(p + i + 8))
        d = vaddq_f32(d, lite_neon_load_f32(p + i + 12))
        i &+= 16
      }
      if i == count { return }
      let left = count &- i
      let low = loadFloats(p + i, left)
      a = vaddq_f32(a, low.low)
      b = vaddq_f32(b, low.high)
      if left <= 8 { return }
      let high = loadFloats(p + i + 8, left &- 8)
      c = vaddq_f32(c, high.low)
      d = vaddq_f32(d, high.high)
    }

    @inline(__always)
    var total: Float {
      let four = vaddq_f32(vaddq_f32(a, c), vaddq_f32(b, d))
      let two = vadd_f32(vget_low_f32(four), vget_high_f32(four))
      return vpadds_f32(two)
    }
  }

  /// Fewer than 16 elements, one after the other.
  @inline(__always)
  private func sumInTurn(_ count: Int, _ p: UnsafePointer<Float>) -> Float {
    var sum: Float = 0
    var i = 0
    while i < count {
      sum += p[i]
      i &+= 1
    }
    return sum
  }

  /// Σ e^(x - top), without a place for the powers: 64 at a time.
  @inline(never)
  private func sumOfExponentials(_ count: Int, _ x: UnsafePointer<Float>, _ top: float32x4_t) -> Float {
    var sums = SixteenSums()
    var sum: Float = 0
    withUnsafeTemporaryAllocation(byteCount: 256, alignment: 16) { buffer in
      let powers = buffer.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
      var i = 0
      while i < count {
        let part = min(count &- i, 64)
        mapFloats(part, x + i, powers) { v in exponentialOfNegative(vsubq_f32(v, top)) }
        sums.add(part, powers)
        i &+= 64
      }
      if count < 16 { sum = sumInTurn(count, powers) }
    }
    return count < 16 ? sum : sums.total
  }

  /// Softmax of each row, or its logarithm; `softmax_f32_scalar` defines it. `output` may be `input`.
  func softmax_f32_neon(
    _ rows: Int, _ count: Int, _ input: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>?, _ logarithm: Int32
  ) {
    guard count > 0 else { return }
    var row = 0
    while row < rows {
      let x = input.unsafelyUnwrapped + row &* count
      let y = output.unsafelyUnwrapped + row &* count
      let top = vdupq_n_f32(maximum(count, x))
      if logarithm != 0 {
        let shift = vdupq_n_f32(logf(sumOfExponentials(count, x, top)))
        mapFloats(count, x, y) { v in vsubq_f32(vsubq_f32(v, top), shift) }
      } else {
        mapFloats(count, x, y) { v in exponentialOfNegative(vsubq_f32(v, top)) }
        var sums = SixteenSums()
        if count >= 16 { sums.add(count, y) }
        let factor = vdupq_n_f32(1 / (count < 16 ? sumInTurn(count, y) : sums.total))
        mapFloats(count, y, y) { v in vmulq_f32(v, factor) }
      }
      row &+= 1
    }
  }

  /// Sum of all elements: in float within a run of 128, in double over the runs.
  func sum_f32_neon(_ count: Int, _ input: UnsafePointer<Float>?) -> Float {
    guard count > 0 else { return 0 }
    let x = input.unsafelyUnwrapped
    var total: Double = 0
    var i = 0
    while i &+ 8 <= count {
      let end = min(i &+ 128, count)
      var low = float32x4_t()
      var high = float32x4_t()
      while i &+ 8 <= end {
        low = vaddq_f32(low, lite_neon_load_f32(x + i))
        high = vaddq_f32(high, lite_neon_load_f32(x + i + 4))
        i &+= 8
      }
      total += Double(vaddvq_f32(low) + vaddvq_f32(high))
    }
    while i < count {
      total += Double(x[i])
      i &+= 1
    }
    return Float(total)
  }

  /// y = f32(x * scale) + shift.
  func scale_shift_f32_neon(
    _ count: Int, _ input: UnsafePointer<Float>?, _ scale: Float, _ shift: Float, _ output: UnsafeMutablePointer<Float>?
  ) {
    guard count > 0 else { return }
    mapFloats(count, input.unsafelyUnwrapped, output.unsafelyUnwrapped) { x in
      vaddq_f32(vmulq_f32(x, vdupq_n_f32(scale)), vdupq_n_f32(shift))
    }
  }
#endif

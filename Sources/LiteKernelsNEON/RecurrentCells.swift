// One step of a recurrent network, from gate sums that matrix products have made: four elements at a time, with fused
// multiply-adds. The formulas are those of LiteKernelsScalar/RecurrentCells.swift and VectorMath.swift; each function stays
// within 2 units in the last place of the scalar one, and σ below 1e-38 within that of zero.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  @inline(__always)
  private func constant(_ x: Float) -> float32x4_t { vdupq_n_f32(x) }

  /// e^x for x in -87 ... 88, which others are moved to; keeps NaN. A polynomial of e^r for |r| <= ln 2 / 2 (Cephes expf).
  @inline(__always)
  private func boundedExponential(_ x: float32x4_t) -> float32x4_t {
    let bounded = vmaxq_f32(vminq_f32(x, constant(88)), constant(-87))
    let n = vcvtnq_s32_f32(vmulq_f32(bounded, constant(1.44269504)))
    let whole = vcvtq_f32_s32(n)
    let r = vfmsq_f32(vfmsq_f32(bounded, whole, constant(0.693359375)), whole, constant(-2.12194440e-4))
    var p = vfmaq_f32(constant(1.3981999507e-3), r, constant(1.9875691500e-4))
    p = vfmaq_f32(constant(8.3334519073e-3), p, r)
    p = vfmaq_f32(constant(4.1665795894e-2), p, r)
    p = vfmaq_f32(constant(1.6666665459e-1), p, r)
    p = vfmaq_f32(constant(5.0000001201e-1), p, r)
    let mantissa = vaddq_f32(vfmaq_f32(r, p, vmulq_f32(r, r)), constant(1))
    // 2^n * mantissa, by its exponent.
    return vmulq_f32(mantissa, lite_neon_power_of_two(n))
  }

  /// 1 / (1 + e^-x).
  @inline(__always)
  private func sigmoid(_ x: float32x4_t) -> float32x4_t {
    vdivq_f32(constant(1), vaddq_f32(boundedExponential(vnegq_f32(x)), constant(1)))
  }

  /// A polynomial below 0.625, 1 - 2 / (e^2|x| + 1) above.
  @inline(__always)
  private func hyperbolicTangent(_ x: float32x4_t) -> float32x4_t {
    let a = vabsq_f32(x)
    let large = vsubq_f32(
      constant(1), vdivq_f32(constant(2), vaddq_f32(boundedExponential(vaddq_f32(a, a)), constant(1))))
    let z = vmulq_f32(x, x)
    var p = vfmaq_f32(constant(2.06390887954e-2), z, constant(-5.70498872745e-3))
    p = vfmaq_f32(constant(-5.37397155531e-2), p, z)
    p = vfmaq_f32(constant(1.33314422036e-1), p, z)
    p = vfmaq_f32(constant(-3.33332819422e-1), p, z)
    let small = vfmaq_f32(x, vmulq_f32(p, z), x)
    let signed = vbslq_f32(vdupq_n_u32(0x8000_0000), x, large)
    return vbslq_f32(vcltq_f32(a, constant(0.625)), small, signed)
  }

  /// Loads four floats, or as many as there are with zeros after them.
  @inline(__always)
  private func load(_ p: UnsafePointer<Float>, _ count: Int) -> float32x4_t {
    count >= 4 ? lite_neon_load_f32(p) : loadWords(p, count, float32x4_t())
  }

  @inline(__always)
  private func store(_ x: float32x4_t, _ p: UnsafeMutablePointer<Float>, _ count: Int) {
    if count >= 4 { lite_neon_store_f32(p, x) } else { storeBytes(x, p, count &* 4) }
  }

  /// c' = σ(f)·c + σ(i)·tanh(g), each product rounded; h = σ(o)·tanh(c'). `lstm_cell_f32_scalar` defines it.
  func lstm_cell_f32_neon(
    _ count: Int, _ gates: UnsafePointer<Float>?, _ cell: UnsafePointer<Float>?,
    _ cellOutput: UnsafeMutablePointer<Float>?, _ hiddenOutput: UnsafeMutablePointer<Float>?
  ) {
    var i = 0
    while i < count {
      let left = count &- i
      let gate = gates.unsafelyUnwrapped + i
      let kept = vmulq_f32(sigmoid(load(gate + count, left)), load(cell.unsafelyUnwrapped + i, left))
      let added = vmulq_f32(sigmoid(load(gate, left)), hyperbolicTangent(load(gate + 2 &* count, left)))
      let c = vaddq_f32(kept, added)
      store(c, cellOutput.unsafelyUnwrapped + i, left)
      let h = vmulq_f32(sigmoid(load(gate + 3 &* count, left)), hyperbolicTangent(c))
      store(h, hiddenOutput.unsafelyUnwrapped + i, left)
      i &+= 4
    }
  }

  /// r = σ(i_r + h_r), z = σ(i_z + h_z), n = tanh(i_n + h_n·r), h' = (h - n)·z + n. `gru_cell_f32_scalar` defines it.
  func gru_cell_f32_neon(
    _ count: Int, _ inputGates: UnsafePointer<Float>?, _ hiddenGates: UnsafePointer<Float>?,
    _ hidden: UnsafePointer<Float>?, _ hiddenOutput: UnsafeMutablePointer<Float>?
  ) {
    var i = 0
    while i < count {
      let left = count &- i
      let a = inputGates.unsafelyUnwrapped + i
      let b = hiddenGates.unsafelyUnwrapped + i
      let reset = sigmoid(vaddq_f32(load(a, left), load(b, left)))
      let update = sigmoid(vaddq_f32(load(a + count, left), load(b + count, left)))
      let new = hyperbolicTangent(
        vaddq_f32(load(a + 2 &* count, left), vmulq_f32(load(b + 2 &* count, left), reset)))
      let h = vaddq_f32(vmulq_f32(vsubq_f32(load(hidden.unsafelyUnwrapped + i, left), new), update), new)
      store(h, hiddenOutput.unsafelyUnwrapped + i, left)
      i &+= 4
    }
  }
#endif

// One step of a recurrent network, from gate sums that matrix products have made: four elements at a time. The formulas are
// those of LiteKernelsScalar/RecurrentCells.swift in the same order, for the same bits.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

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

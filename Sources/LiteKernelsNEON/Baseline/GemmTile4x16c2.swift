// ARMv8.0: smull and smlal make 16-bit sums of two products, sadalp adds neighbouring ones to 32-bit sums:
// sixteen products in three instructions. A pair of a row's activations is repeated over a register and meets
// the pairs of eight channels, so that every channel has a lane of its own and nothing is left to add up.
//
// A sum of two products fits 16 bits unless both are (-128)*(-128): blocks with such weights are `wide`, and
// every product is added to the 32-bit sum by itself.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteNEON

  private enum Tile4x16c2: GemmTile {
    /// Four depths of one row.
    @inline(__always)
    static func add(_ s: inout Sums1, _ panel: UnsafeRawPointer, _ w: UnsafeRawPointer, half: Bool, wide: Bool) {
      let x = lite_neon_load_pairs(panel)
      let next = half ? 16 : 32
      add(&s.a, &s.b, x, lite_neon_load16(w), lite_neon_load16(w + next), wide: wide)
      if !half { add(&s.c, &s.d, x, lite_neon_load16(w + 16), lite_neon_load16(w + 48), wide: wide) }
    }

    /// Four depths of eight channels.
    @inline(__always)
    private static func add(
      _ a: inout int32x4_t, _ b: inout int32x4_t, _ x: lite_neon_pairs, _ w0: int8x16_t, _ w1: int8x16_t, wide: Bool
    ) {
      let low = vmull_s8(vget_low_s8(w0), vget_low_s8(x.first))
      let high = vmull_high_s8(w0, x.first)
      if wide {
        a = vpadalq_s16(vpadalq_s16(a, low), vmull_s8(vget_low_s8(w1), vget_low_s8(x.second)))
        b = vpadalq_s16(vpadalq_s16(b, high), vmull_high_s8(w1, x.second))
      } else {
        a = vpadalq_s16(a, vmlal_s8(low, vget_low_s8(w1), vget_low_s8(x.second)))
        b = vpadalq_s16(b, vmlal_high_s8(high, w1, x.second))
      }
    }

    @inline(__always)
    static func four(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ bias: UnsafeRawPointer, half: Bool, wide: Bool
    ) -> Sums4 {
      let start = Sums1(bias, half: half)
      var s = Sums4(start, start, start, start)
      var x = panel
      var w = weights
      let end = panel + 4 &* depth
      while x < end {
        add(&s.r0, x, w, half: half, wide: wide)
        add(&s.r1, x + 4, w, half: half, wide: wide)
        add(&s.r2, x + 8, w, half: half, wide: wide)
        add(&s.r3, x + 12, w, half: half, wide: wide)
        x += 16
        w += half ? 32 : 64
      }
      return s
    }

    @inline(__always)
    static func one(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ bias: UnsafeRawPointer, half: Bool, wide: Bool
    ) -> Sums1 {
      var s = Sums1(bias, half: half)
      var x = panel
      var w = weights
      let end = panel + depth
      while x < end {
        add(&s, x, w, half: half, wide: wide)
        x += 4
        w += half ? 32 : 64
      }
      return s
    }
  }

  func gemm_u8s8_4x16c2_neon(_ strip: UnsafeRawPointer) { quantizedStrip(Tile4x16c2.self, strip, mayBeWide: true) }
  func gemm_u8s8_s32_4x16c2_neon(_ strip: UnsafeRawPointer) { sumsStrip(Tile4x16c2.self, strip, mayBeWide: true) }
#endif

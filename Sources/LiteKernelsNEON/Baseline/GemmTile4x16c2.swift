// ARMv8.0: smull and smlal make 16-bit sums of two products, sadalp adds neighbouring ones to 32-bit sums:
// sixteen products in three instructions. A pair of a row's activations is repeated over a register and meets
// the pairs of eight channels, so that every channel has a lane of its own and nothing is left to add up.
//
// A sum of two products fits 16 bits unless both are (-128)*(-128): blocks with such weights are `wide`, and
// every product is added to the 32-bit sum by itself.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteNEON

  private enum Tile4x16c2: GemmTile {
    /// Weights of four depths: channels 0...7 and 8...15, the first two depths and the last.
    private struct Weights {
      var a0, b0, a1, b1: int8x16_t

      @inline(__always)
      init(_ w: UnsafeRawPointer, half: Bool) {
        a0 = lite_neon_load16(w)
        b0 = half ? int8x16_t() : lite_neon_load16(w + 16)
        a1 = lite_neon_load16(w + (half ? 16 : 32))
        b1 = half ? int8x16_t() : lite_neon_load16(w + 48)
      }
    }

    /// Four depths of one row; `panel` goes on to the next four bytes.
    @inline(__always)
    private static func add(_ s: inout Sums1, _ panel: inout UnsafeRawPointer, _ w: inout Weights, half: Bool, wide: Bool) {
      let x = lite_neon_load_pairs(panel)
      panel = lite_neon_next(panel, 4)
      add(&s.a, &s.b, x, w.a0, w.a1, wide: wide)
      if half {
        lite_neon_in_turn(&s.a, &s.b, &w.a0, &w.a1)
      } else {
        add(&s.c, &s.d, x, w.b0, w.b1, wide: wide)
        lite_neon_in_turn(&s.b, &s.d, &w.a0, &w.b0)
      }
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
      var s = Sums4(bias, half: half)
      var x = panel
      var w = weights
      let end = panel + 4 &* depth
      while x < end {
        var weights = Weights(w, half: half)
        add(&s.r0, &x, &weights, half: half, wide: wide)
        add(&s.r1, &x, &weights, half: half, wide: wide)
        add(&s.r2, &x, &weights, half: half, wide: wide)
        add(&s.r3, &x, &weights, half: half, wide: wide)
        w += half ? 32 : 64
      }
      return s
    }

    @inline(__always)
    static func one(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ start: Sums1, half: Bool, wide: Bool
    ) -> Sums1 {
      var s = start
      var x = panel
      var w = weights
      let end = panel + depth
      while x < end {
        var weights = Weights(w, half: half)
        add(&s, &x, &weights, half: half, wide: wide)
        w += half ? 32 : 64
      }
      return s
    }
  }

  func gemm_u8s8_4x16c2_neon(_ strip: UnsafeRawPointer) { quantizedStrip(Tile4x16c2.self, strip, mayBeWide: true) }
  func gemm_u8s8_s32_4x16c2_neon(_ strip: UnsafeRawPointer) { sumsStrip(Tile4x16c2.self, strip, mayBeWide: true) }
  func gemm_u8s8_f32_4x16c2_neon(_ strip: UnsafeRawPointer) { floatStrip(Tile4x16c2.self, strip, mayBeWide: true) }
  func gemm_u8s8_f32_1x16_4x16c2_neon(_ row: UnsafeRawPointer) { floatRow(Tile4x16c2.self, row, mayBeWide: true) }
#endif

// FEAT_I8MM: a register of two rows by eight depths meets one of two channels by eight depths: 32 products an
// instruction. A register of sums is two rows by two channels until the end.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteNEON

  private enum Tile4x16c8: GemmTile {
    /// Two rows by sixteen channels, two by two.
    private struct Pair {
      var low, high: Sums1

      /// The bias of each channel for both rows.
      @inline(__always)
      init(_ bias: Sums1) {
        low = Sums1(
          lite_neon_lows(bias.a, bias.a), lite_neon_highs(bias.a, bias.a), lite_neon_lows(bias.b, bias.b),
          lite_neon_highs(bias.b, bias.b))
        high = Sums1(
          lite_neon_lows(bias.c, bias.c), lite_neon_highs(bias.c, bias.c), lite_neon_lows(bias.d, bias.d),
          lite_neon_highs(bias.d, bias.d))
      }

      /// Eight depths of eight channels.
      @inline(__always)
      static func add(_ s: inout Sums1, _ x: int8x16_t, _ w: UnsafeRawPointer) {
        s.a = lite_neon_matrix(s.a, x, lite_neon_load16(w))
        s.b = lite_neon_matrix(s.b, x, lite_neon_load16(w + 16))
        s.c = lite_neon_matrix(s.c, x, lite_neon_load16(w + 32))
        s.d = lite_neon_matrix(s.d, x, lite_neon_load16(w + 48))
      }

      @inline(__always)
      mutating func add(_ x: int8x16_t, _ w: UnsafeRawPointer, half: Bool) {
        Pair.add(&low, x, w)
        if !half { Pair.add(&high, x, w + 64) }
      }

      @inline(__always)
      var first: Sums1 {
        Sums1(
          lite_neon_lows(low.a, low.b), lite_neon_lows(low.c, low.d), lite_neon_lows(high.a, high.b),
          lite_neon_lows(high.c, high.d))
      }

      @inline(__always)
      var second: Sums1 {
        Sums1(
          lite_neon_highs(low.a, low.b), lite_neon_highs(low.c, low.d), lite_neon_highs(high.a, high.b),
          lite_neon_highs(high.c, high.d))
      }
    }

    @inline(__always)
    static func four(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ bias: UnsafeRawPointer, half: Bool, wide: Bool
    ) -> Sums4 {
      let start = Pair(Sums1(bias, half: half))
      var p = start
      var q = start
      var x = panel
      var w = weights
      let step = half ? 64 : 128
      let end = panel + 4 &* depth
      let main = panel + 4 &* (depth & ~15)
      while x < main {
        let x0 = lite_neon_load16(x)
        let x1 = lite_neon_load16(x + 16)
        p.add(x0, w, half: half)
        q.add(x1, w, half: half)
        let x2 = lite_neon_load16(x + 32)
        let x3 = lite_neon_load16(x + 48)
        p.add(x2, w + step, half: half)
        q.add(x3, w + step, half: half)
        x += 64
        w += 2 &* step
      }
      if x < end {
        let x0 = lite_neon_load16(x)
        let x1 = lite_neon_load16(x + 16)
        p.add(x0, w, half: half)
        q.add(x1, w, half: half)
      }
      return Sums4(p.first, p.second, q.first, q.second)
    }

    @inline(__always)
    static func one(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ start: Sums1, half: Bool, wide: Bool
    ) -> Sums1 {
      var p = Pair(start)
      var x = panel
      var w = weights
      let end = panel + depth
      while x < end {
        p.add(lite_neon_repeat8(x), w, half: half)
        x += 8
        w += half ? 64 : 128
      }
      return p.first
    }
  }

  func gemm_u8s8_4x16c8_neoni8mm(_ strip: UnsafeRawPointer) { quantizedStrip(Tile4x16c8.self, strip, mayBeWide: false) }
  func gemm_u8s8_s32_4x16c8_neoni8mm(_ strip: UnsafeRawPointer) { sumsStrip(Tile4x16c8.self, strip, mayBeWide: false) }
  func gemm_u8s8_f32_4x16c8_neoni8mm(_ strip: UnsafeRawPointer) { floatStrip(Tile4x16c8.self, strip, mayBeWide: false) }
  func gemm_u8s8_f32_1x16_4x16c8_neoni8mm(_ row: UnsafeRawPointer) { floatRow(Tile4x16c8.self, row, mayBeWide: false) }
#endif

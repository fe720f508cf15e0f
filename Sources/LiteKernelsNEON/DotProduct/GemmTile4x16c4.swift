// FEAT_DotProd: a register of four channels by four depths meets one lane of a register that holds four depths of
// each of four rows: sixteen products an instruction, one load for every four.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteNEON

  private enum Tile4x16c4: GemmTile {
    /// Four depths of four rows, four channels.
    @inline(__always)
    private static func add(
      _ r0: inout int32x4_t, _ r1: inout int32x4_t, _ r2: inout int32x4_t, _ r3: inout int32x4_t, _ x: int8x16_t,
      _ w: int8x16_t
    ) {
      r0 = lite_neon_dot0(r0, w, x)
      r1 = lite_neon_dot1(r1, w, x)
      r2 = lite_neon_dot2(r2, w, x)
      r3 = lite_neon_dot3(r3, w, x)
    }

    /// Four depths of four rows.
    @inline(__always)
    private static func add(_ s: inout Sums4, _ x: int8x16_t, _ w: UnsafeRawPointer, half: Bool) {
      add(&s.r0.a, &s.r1.a, &s.r2.a, &s.r3.a, x, lite_neon_load16(w))
      add(&s.r0.b, &s.r1.b, &s.r2.b, &s.r3.b, x, lite_neon_load16(w + 16))
      if half { return }
      add(&s.r0.c, &s.r1.c, &s.r2.c, &s.r3.c, x, lite_neon_load16(w + 32))
      add(&s.r0.d, &s.r1.d, &s.r2.d, &s.r3.d, x, lite_neon_load16(w + 48))
    }

    @inline(__always)
    static func four(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ bias: UnsafeRawPointer, half: Bool, wide: Bool
    ) -> Sums4 {
      var s = Sums4(bias, half: half)
      var x = panel
      var w = weights
      let end = panel + 4 &* depth
      let main = panel + 4 &* (depth & ~15)
      let step = half ? 32 : 64
      while x < main {
        add(&s, lite_neon_load16(x), w, half: half)
        add(&s, lite_neon_load16(x + 16), w + step, half: half)
        add(&s, lite_neon_load16(x + 32), w + 2 &* step, half: half)
        add(&s, lite_neon_load16(x + 48), w + 3 &* step, half: half)
        x += 64
        w += 4 &* step
      }
      while x < end {
        add(&s, lite_neon_load16(x), w, half: half)
        x += 16
        w += step
      }
      return s
    }

    @inline(__always)
    static func one(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ bias: UnsafeRawPointer, half: Bool, wide: Bool
    ) -> Sums1 {
      var s = Sums1(bias, half: half)
      /// Four depths of which every lane of `x` has a copy, or lane `lane`.
      @inline(__always)
      func add(_ w: UnsafeRawPointer, _ dot: (int32x4_t, int8x16_t) -> int32x4_t) {
        s.a = dot(s.a, lite_neon_load16(w))
        s.b = dot(s.b, lite_neon_load16(w + 16))
        if half { return }
        s.c = dot(s.c, lite_neon_load16(w + 32))
        s.d = dot(s.d, lite_neon_load16(w + 48))
      }
      var x = panel
      var w = weights
      let end = panel + depth
      let main = panel + (depth & ~15)
      let step = half ? 32 : 64
      while x < main {
        let v = lite_neon_load16(x)
        add(w) { lite_neon_dot0($0, $1, v) }
        add(w + step) { lite_neon_dot1($0, $1, v) }
        add(w + 2 &* step) { lite_neon_dot2($0, $1, v) }
        add(w + 3 &* step) { lite_neon_dot3($0, $1, v) }
        x += 16
        w += 4 &* step
      }
      while x < end {
        let v = lite_neon_repeat4(x)
        add(w) { lite_neon_dot($0, $1, v) }
        x += 4
        w += step
      }
      return s
    }
  }

  func gemm_u8s8_4x16c4_neondot(_ strip: UnsafeRawPointer) { quantizedStrip(Tile4x16c4.self, strip, mayBeWide: false) }
  func gemm_u8s8_s32_4x16c4_neondot(_ strip: UnsafeRawPointer) { sumsStrip(Tile4x16c4.self, strip, mayBeWide: false) }
#endif

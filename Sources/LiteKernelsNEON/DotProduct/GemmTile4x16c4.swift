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

    /// Four depths of four rows; `w` goes on to the next.
    @inline(__always)
    private static func add(_ s: inout Sums4, _ x: int8x16_t, _ w: inout UnsafeRawPointer, half: Bool) {
      if half {
        let v = lite_neon_load2x16(w).val
        w = lite_neon_next(w, 32)
        add(&s.r0.a, &s.r1.a, &s.r2.a, &s.r3.a, x, v.0)
        add(&s.r0.b, &s.r1.b, &s.r2.b, &s.r3.b, x, v.1)
        return
      }
      let v = lite_neon_load4x16(w).val
      w = lite_neon_next(w, 64)
      add(&s.r0.a, &s.r1.a, &s.r2.a, &s.r3.a, x, v.0)
      add(&s.r0.b, &s.r1.b, &s.r2.b, &s.r3.b, x, v.1)
      add(&s.r0.c, &s.r1.c, &s.r2.c, &s.r3.c, x, v.2)
      add(&s.r0.d, &s.r1.d, &s.r2.d, &s.r3.d, x, v.3)
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
      while x < main {
        let v = lite_neon_load4x16(x).val
        add(&s, v.0, &w, half: half)
        add(&s, v.1, &w, half: half)
        add(&s, v.2, &w, half: half)
        add(&s, v.3, &w, half: half)
        x += 64
      }
      while x < end {
        add(&s, lite_neon_load16(x), &w, half: half)
        x += 16
      }
      return s
    }

    /// Four depths of one row; `w` goes on to the next.
    @inline(__always)
    private static func add(
      _ s: inout Sums1, _ w: inout UnsafeRawPointer, half: Bool, _ dot: (int32x4_t, int8x16_t) -> int32x4_t
    ) {
      if half {
        let v = lite_neon_load2x16(w).val
        w = lite_neon_next(w, 32)
        s.a = dot(s.a, v.0)
        s.b = dot(s.b, v.1)
        return
      }
      let v = lite_neon_load4x16(w).val
      w = lite_neon_next(w, 64)
      s.a = dot(s.a, v.0)
      s.b = dot(s.b, v.1)
      s.c = dot(s.c, v.2)
      s.d = dot(s.d, v.3)
    }

    @inline(__always)
    static func one(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ start: Sums1, half: Bool, wide: Bool
    ) -> Sums1 {
      var s = start
      var x = panel
      var w = weights
      let end = panel + depth
      let main = panel + (depth & ~15)
      while x < main {
        let v = lite_neon_load16(x)
        add(&s, &w, half: half) { lite_neon_dot0($0, $1, v) }
        add(&s, &w, half: half) { lite_neon_dot1($0, $1, v) }
        add(&s, &w, half: half) { lite_neon_dot2($0, $1, v) }
        add(&s, &w, half: half) { lite_neon_dot3($0, $1, v) }
        x += 16
      }
      while x < end {
        let v = lite_neon_repeat4(x)
        add(&s, &w, half: half) { lite_neon_dot($0, $1, v) }
        x += 4
      }
      return s
    }
  }

  func gemm_u8s8_4x16c4_neondot(_ strip: UnsafeRawPointer) { quantizedStrip(Tile4x16c4.self, strip, mayBeWide: false) }
  func gemm_u8s8_s32_4x16c4_neondot(_ strip: UnsafeRawPointer) { sumsStrip(Tile4x16c4.self, strip, mayBeWide: false) }
  func gemm_u8s8_f32_4x16c4_neondot(_ strip: UnsafeRawPointer) { floatStrip(Tile4x16c4.self, strip, mayBeWide: false) }
  func gemm_u8s8_f32_1x16_4x16c4_neondot(_ row: UnsafeRawPointer) { floatRow(Tile4x16c4.self, row, mayBeWide: false) }
#endif

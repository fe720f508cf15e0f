// The walk over one strip of a matrix product, sixteen or eight channels wide, that all tiers share. A tier
// says how sums are accumulated (`GemmTile`); everything is inlined into one function a tier and form.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON

  /// Sums of one row for sixteen channels, or eight: then `c` and `d` are not used.
  struct Sums1 {
    var a, b, c, d: int32x4_t

    @inline(__always)
    init(_ a: int32x4_t, _ b: int32x4_t, _ c: int32x4_t, _ d: int32x4_t) { (self.a, self.b, self.c, self.d) = (a, b, c, d) }

    @inline(__always)
    init(_ p: UnsafeRawPointer, half: Bool) {
      a = lite_neon_load_s32(p)
      b = lite_neon_load_s32(p + 16)
      c = half ? int32x4_t() : lite_neon_load_s32(p + 32)
      d = half ? int32x4_t() : lite_neon_load_s32(p + 48)
    }

    @inline(__always)
    func store(_ p: UnsafeMutableRawPointer, half: Bool) {
      lite_neon_store_s32(p, a)
      lite_neon_store_s32(p + 16, b)
      if half { return }
      lite_neon_store_s32(p + 32, c)
      lite_neon_store_s32(p + 48, d)
    }
  }

  /// Sums of four rows.
  struct Sums4 {
    var r0, r1, r2, r3: Sums1

    @inline(__always)
    init(_ p: UnsafeRawPointer, half: Bool) {
      let rowBytes = half ? 32 : 64
      r0 = Sums1(p, half: half)
      r1 = Sums1(p + rowBytes, half: half)
      r2 = Sums1(p + 2 &* rowBytes, half: half)
      r3 = Sums1(p + 3 &* rowBytes, half: half)
    }

    @inline(__always)
    init(_ r0: Sums1, _ r1: Sums1, _ r2: Sums1, _ r3: Sums1) { (self.r0, self.r1, self.r2, self.r3) = (r0, r1, r2, r3) }
  }

  /// Scales of the channels.
  private struct Scales {
    let a, b, c, d: float32x4_t

    @inline(__always)
    init(_ p: UnsafeRawPointer, half: Bool) {
      a = lite_neon_load_f32(p)
      b = lite_neon_load_f32(p + 16)
      c = half ? float32x4_t() : lite_neon_load_f32(p + 32)
      d = half ? float32x4_t() : lite_neon_load_f32(p + 48)
    }
  }

  /// How a tier accumulates. Panels and weights: `GemmPanel.swift`, `GemmWeights.swift`.
  protocol GemmTile {
    /// bias + products of four rows; the bias is there for each row. `wide`: two products may overflow 16 bits.
    static func four(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ bias: UnsafeRawPointer, half: Bool, wide: Bool
    ) -> Sums4
    /// bias + products of one row.
    static func one(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ bias: UnsafeRawPointer, half: Bool, wide: Bool
    ) -> Sums1
  }

  /// One block of channels, and the rows of a panel.
  struct Strip {
    let panel: UnsafeRawPointer
    /// Bytes of four rows in the panel.
    let quadBytes: Int
    let rows: Int
    /// Depth with its padding.
    let depth: Int
    var weights: UnsafeRawPointer
    /// For the channels of the block, padding included: for each of four rows.
    var bias: UnsafeRawPointer
    /// For the channels of the block, padding included.
    var scales: UnsafeRawPointer
    /// The block has eight channels, not sixteen.
    var half: Bool
    var wide: Bool
    /// Scaled sums fit 16 bits, and the bounds are 0 and 255.
    var isPlain: Bool
    /// Where the first row goes, and bytes from row to row. All eight or sixteen channels are written.
    var output: UnsafeMutableRawPointer
    var stride: Int
    let zeroPoint, minimum, maximum: Int32
  }

  @inline(__always)
  private func walk<Tile: GemmTile>(
    _ tile: Tile.Type, _ s: Strip, half: Bool, wide: Bool, _ finish: (Sums1, Scales, UnsafeMutableRawPointer) -> Void
  ) {
    var panel = s.panel
    var out = s.output
    var left = s.rows
    while left >= 3 {
      let sums = Tile.four(panel, s.weights, s.depth, s.bias, half: half, wide: wide)
      let scales = Scales(s.scales, half: half)
      finish(sums.r0, scales, out)
      finish(sums.r1, scales, out + s.stride)
      let third = out + 2 &* s.stride
      finish(sums.r2, scales, third)
      // Of three rows the last is there twice.
      finish(sums.r3, scales, left == 3 ? third : third + s.stride)
      panel += s.quadBytes
      out = third + 2 &* s.stride
      left &-= 4
    }
    while left > 0 {
      finish(Tile.one(panel, s.weights, s.depth, s.bias, half: half, wide: wide), Scales(s.scales, half: half), out)
      panel += s.quadBytes &>> 2
      out += s.stride
      left &-= 1
    }
  }

  /// Calls `body` with constants for what varies from block to block.
  @inline(__always)
  private func forShape(_ s: Strip, mayBeWide: Bool, _ body: (_ half: Bool, _ wide: Bool) -> Void) {
    if mayBeWide && s.wide {
      if s.half { body(true, true) } else { body(false, true) }
    } else if s.half {
      body(true, false)
    } else {
      body(false, false)
    }
  }

  /// A strip of 8-bit results. Scales are finite.
  @inline(__always)
  func quantizedStrip<Tile: GemmTile>(_ tile: Tile.Type, _ strip: UnsafeRawPointer, mayBeWide: Bool) {
    let s = strip.load(as: Strip.self)
    let requantizer = FiniteRequantizer(zeroPoint: s.zeroPoint, minimum: s.minimum, maximum: s.maximum)
    @inline(__always)
    func run(half: Bool, wide: Bool, plain: Bool, isZero: Bool) {
      walk(tile, s, half: half, wide: wide) { sums, scales, out in
        let low =
          plain
          ? requantizer.narrowCodes(sums.a, sums.b, scales.a, scales.b, isZero: isZero)
          : requantizer.codes(sums.a, sums.b, scales.a, scales.b)
        if half {
          lite_neon_store8(out, plain ? vqmovun_s16(low) : requantizer.bytes(low))
        } else if plain {
          let high = requantizer.narrowCodes(sums.c, sums.d, scales.c, scales.d, isZero: isZero)
          lite_neon_store16(out, vqmovun_high_s16(vqmovun_s16(low), high))
        } else {
          let high = requantizer.codes(sums.c, sums.d, scales.c, scales.d)
          lite_neon_store16(out, requantizer.bytes(low, high))
        }
      }
    }
    forShape(s, mayBeWide: mayBeWide) { half, wide in
      if !s.isPlain || wide {
        run(half: half, wide: wide, plain: false, isZero: false)
      } else if !half && requantizer.isZero {
        run(half: false, wide: false, plain: true, isZero: true)
      } else {
        run(half: half, wide: false, plain: true, isZero: false)
      }
    }
  }

  /// A strip of int32 sums, bias included.
  @inline(__always)
  func sumsStrip<Tile: GemmTile>(_ tile: Tile.Type, _ strip: UnsafeRawPointer, mayBeWide: Bool) {
    let s = strip.load(as: Strip.self)
    forShape(s, mayBeWide: mayBeWide) { half, wide in
      walk(tile, s, half: half, wide: wide) { sums, _, out in sums.store(out, half: half) }
    }
  }

  /// A tier's functions, and the layout they want.
  struct GemmTier {
    /// Depths of one channel that lie side by side in packed weights.
    let weightGroup: Int
    /// Bytes of one row that lie side by side in a panel; depths are padded to it.
    let unit: Int
    /// Both take a pointer to a `Strip`.
    let quantized: @convention(c) (UnsafeRawPointer) -> Void
    let sums: @convention(c) (UnsafeRawPointer) -> Void
  }
#endif

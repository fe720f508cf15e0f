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
      if half {
        lite_neon_store_s32(p, a)
        lite_neon_store_s32(p + 16, b)
      } else {
        lite_neon_store4_s32(p, a, b, c, d)
      }
    }
  }

  /// Sums of four rows.
  struct Sums4 {
    var r0, r1, r2, r3: Sums1

    @inline(__always)
    init(_ p: UnsafeRawPointer, half: Bool) {
      if half {
        r0 = Sums1(p, half: true)
        r1 = Sums1(p + 32, half: true)
        r2 = Sums1(p + 64, half: true)
        r3 = Sums1(p + 96, half: true)
      } else {
        let v = lite_neon_load_sums(p).v
        r0 = Sums1(v.0, v.1, v.2, v.3)
        r1 = Sums1(v.4, v.5, v.6, v.7)
        r2 = Sums1(v.8, v.9, v.10, v.11)
        r3 = Sums1(v.12, v.13, v.14, v.15)
      }
    }

    @inline(__always)
    init(_ r0: Sums1, _ r1: Sums1, _ r2: Sums1, _ r3: Sums1) { (self.r0, self.r1, self.r2, self.r3) = (r0, r1, r2, r3) }
  }

  /// A float for each of the channels: with eight, `c` and `d` are not used.
  private struct Floats {
    let a, b, c, d: float32x4_t

    @inline(__always)
    init(_ p: UnsafeRawPointer, half: Bool) {
      if half {
        (a, b, c, d) = (lite_neon_load_f32(p), lite_neon_load_f32(p + 16), float32x4_t(), float32x4_t())
      } else {
        (a, b, c, d) = lite_neon_load4_f32(p).val
      }
    }

    @inline(__always)
    init(_ a: float32x4_t, _ b: float32x4_t, _ c: float32x4_t, _ d: float32x4_t) {
      (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    /// What changes nothing when it is added: -0.
    static var none: Floats {
      let zero = vdupq_n_f32(-0.0)
      return Floats(zero, zero, zero, zero)
    }
  }

  /// How a tier accumulates. Panels and weights: `GemmPanel.swift`, `GemmWeights.swift`.
  protocol GemmTile {
    /// bias + products of four rows; the bias is there for each row. `wide`: two products may overflow 16 bits.
    static func four(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ bias: UnsafeRawPointer, half: Bool, wide: Bool
    ) -> Sums4
    /// `start` + products of one row.
    static func one(
      _ panel: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ depth: Int, _ start: Sums1, half: Bool, wide: Bool
    ) -> Sums1
  }

  /// How sums become 8-bit codes: the fewest instructions that give the same bits.
  enum Finish: UInt8 {
    /// For any finite scales and bounds.
    case saturated
    /// Scaled sums fit 16 bits, and the bounds are 0 and 255.
    case plain
    /// Besides, the zero point is 0, and sums are below 2^23: they start from the bits of the float 2^23, so that they
    /// are floats when they are done (`rectifiedCodes`).
    case rectified
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
    /// Minus 2^23 times the scales, for `Finish.rectified`; the bias of float results.
    var offsets: UnsafeRawPointer
    let finish: Finish
    /// Where the first row goes, and bytes from row to row. All eight or sixteen channels are written.
    var output: UnsafeMutableRawPointer
    var stride: Int
    let zeroPoint, minimum, maximum: Int32
  }

  /// Hands out the sums of four rows, or of one and then `count` is 1; of three rows the last is there twice.
  @inline(__always)
  private func walk<Tile: GemmTile>(
    _ tile: Tile.Type, _ s: Strip, half: Bool, wide: Bool,
    _ four: (Sums4, _ out: UnsafeMutableRawPointer, _ third: UnsafeMutableRawPointer, _ fourth: UnsafeMutableRawPointer) -> Void,
    _ one: (Sums1, UnsafeMutableRawPointer) -> Void
  ) {
    var panel = s.panel
    var out = s.output
    var left = s.rows
    while left >= 3 {
      let third = out + 2 &* s.stride
      four(
        Tile.four(panel, s.weights, s.depth, s.bias, half: half, wide: wide), out, third, left == 3 ? third : third + s.stride)
      panel += s.quadBytes
      out = third + 2 &* s.stride
      left &-= 4
    }
    while left > 0 {
      one(Tile.one(panel, s.weights, s.depth, Sums1(s.bias, half: half), half: half, wide: wide), out)
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
    func saturated(_ sums: Sums1, _ scales: Floats, _ out: UnsafeMutableRawPointer, half: Bool) {
      let low = requantizer.codes(sums.a, sums.b, scales.a, scales.b)
      if half {
        lite_neon_store8(out, requantizer.bytes(low))
      } else {
        lite_neon_store16(out, requantizer.bytes(low, requantizer.codes(sums.c, sums.d, scales.c, scales.d)))
      }
    }

    @inline(__always)
    func plain(_ sums: Sums1, _ scales: Floats, _ out: UnsafeMutableRawPointer, half: Bool) {
      let low = requantizer.narrowCodes(sums.a, sums.b, scales.a, scales.b)
      if half {
        lite_neon_store8(out, vqmovun_s16(low))
      } else {
        let high = requantizer.narrowCodes(sums.c, sums.d, scales.c, scales.d)
        lite_neon_store16(out, vqmovun_high_s16(vqmovun_s16(low), high))
      }
    }

    @inline(__always)
    func rectified(_ sums: Sums1, _ scales: Floats, _ offsets: Floats, _ out: UnsafeMutableRawPointer, half: Bool) {
      let low = rectifiedCodes(sums.a, sums.b, scales.a, scales.b, offsets.a, offsets.b)
      if half {
        lite_neon_store8(out, vqmovun_s16(low))
      } else {
        let high = rectifiedCodes(sums.c, sums.d, scales.c, scales.d, offsets.c, offsets.d)
        lite_neon_store16(out, vqmovun_high_s16(vqmovun_s16(low), high))
      }
    }

    forShape(s, mayBeWide: mayBeWide) { half, wide in
      walk(tile, s, half: half, wide: wide) { sums, out, third, fourth in
        let scales = Floats(s.scales, half: half)
        switch s.finish {
        case .rectified:
          // Each row loads its offsets anew: the addition writes over them.
          var offsets = s.offsets
          rectified(sums.r0, scales, Floats(offsets, half: half), out, half: half)
          offsets = lite_neon_again(offsets)
          rectified(sums.r1, scales, Floats(offsets, half: half), out + s.stride, half: half)
          offsets = lite_neon_again(offsets)
          rectified(sums.r2, scales, Floats(offsets, half: half), third, half: half)
          offsets = lite_neon_again(offsets)
          rectified(sums.r3, scales, Floats(offsets, half: half), fourth, half: half)
        case .plain:
          plain(sums.r0, scales, out, half: half)
          plain(sums.r1, scales, out + s.stride, half: half)
          plain(sums.r2, scales, third, half: half)
          plain(sums.r3, scales, fourth, half: half)
        case .saturated:
          saturated(sums.r0, scales, out, half: half)
          saturated(sums.r1, scales, out + s.stride, half: half)
          saturated(sums.r2, scales, third, half: half)
          saturated(sums.r3, scales, fourth, half: half)
        }
      } _: { sums, out in
        let scales = Floats(s.scales, half: half)
        switch s.finish {
        case .rectified: rectified(sums, scales, Floats(s.offsets, half: half), out, half: half)
        case .plain: plain(sums, scales, out, half: half)
        case .saturated: saturated(sums, scales, out, half: half)
        }
      }
    }
  }

  /// A strip of int32 sums, bias included.
  @inline(__always)
  func sumsStrip<Tile: GemmTile>(_ tile: Tile.Type, _ strip: UnsafeRawPointer, mayBeWide: Bool) {
    let s = strip.load(as: Strip.self)
    forShape(s, mayBeWide: mayBeWide) { half, wide in
      walk(tile, s, half: half, wide: wide) { sums, out, third, fourth in
        sums.r0.store(out, half: half)
        sums.r1.store(out + s.stride, half: half)
        sums.r2.store(third, half: half)
        sums.r3.store(fourth, half: half)
      } _: { sums, out in
        sums.store(out, half: half)
      }
    }
  }

  /// Float results of one row.
  @inline(__always)
  private func storeFloats(
    _ sums: Sums1, _ scales: Floats, _ bias: Floats, _ out: UnsafeMutableRawPointer, half: Bool
  ) {
    let a = vaddq_f32(vmulq_f32(vcvtq_f32_s32(sums.a), scales.a), bias.a)
    let b = vaddq_f32(vmulq_f32(vcvtq_f32_s32(sums.b), scales.b), bias.b)
    if half {
      lite_neon_store_f32(out, a)
      lite_neon_store_f32(out + 16, b)
    } else {
      let c = vaddq_f32(vmulq_f32(vcvtq_f32_s32(sums.c), scales.c), bias.c)
      let d = vaddq_f32(vmulq_f32(vcvtq_f32_s32(sums.d), scales.d), bias.d)
      lite_neon_store4_f32(out, a, b, c, d)
    }
  }

  /// A strip of float results.
  @inline(__always)
  func floatStrip<Tile: GemmTile>(_ tile: Tile.Type, _ strip: UnsafeRawPointer, mayBeWide: Bool) {
    let s = strip.load(as: Strip.self)
    forShape(s, mayBeWide: mayBeWide) { half, wide in
      walk(tile, s, half: half, wide: wide) { sums, out, third, fourth in
        let scales = Floats(s.scales, half: half)
        let bias = Floats(s.offsets, half: half)
        storeFloats(sums.r0, scales, bias, out, half: half)
        storeFloats(sums.r1, scales, bias, out + s.stride, half: half)
        storeFloats(sums.r2, scales, bias, third, half: half)
        storeFloats(sums.r3, scales, bias, fourth, half: half)
      } _: { sums, out in
        storeFloats(sums, Floats(s.scales, half: half), Floats(s.offsets, half: half), out, half: half)
      }
    }
  }

  /// One row of float results, sixteen channels after another, with nothing prepared: by the time that takes, half of a
  /// small product is done.
  struct FloatRow {
    let panel: UnsafeRawPointer
    /// Depth with its padding.
    let depth: Int
    /// The first block.
    let weights: UnsafeRawPointer
    let blocks: Int
    /// Sums of weights, which minus the input's zero point multiplies.
    let bias: UnsafeRawPointer
    let biasFactor: Int32
    let scales: UnsafeRawPointer
    let inputScale: Float
    let outputBias: UnsafePointer<Float>?
    let output: UnsafeMutablePointer<Float>
  }

  @inline(__always)
  func floatRow<Tile: GemmTile>(_ tile: Tile.Type, _ row: UnsafeRawPointer, mayBeWide: Bool) {
    let r = row.load(as: FloatRow.self)
    let factor = vdupq_n_s32(r.biasFactor)
    let inputScale = vdupq_n_f32(r.inputScale)
    var block = r.weights
    var bias = r.bias
    var scales = r.scales
    var outputBias = r.outputBias
    var out = r.output
    var left = r.blocks
    while left > 0 {
      let own = Sums1(bias, half: false)
      let sums = Sums1(block, half: false)
      let start = Sums1(
        vmlaq_s32(sums.a, own.a, factor), vmlaq_s32(sums.b, own.b, factor), vmlaq_s32(sums.c, own.c, factor),
        vmlaq_s32(sums.d, own.d, factor))
      let weights = block + GemmWeights.header
      let total: Sums1
      if mayBeWide && GemmWeights.isWide(block) {
        total = Tile.one(r.panel, weights, r.depth, start, half: false, wide: true)
      } else {
        total = Tile.one(r.panel, weights, r.depth, start, half: false, wide: false)
      }
      let scale = Floats(scales, half: false)
      let products = Floats(
        vmulq_f32(scale.a, inputScale), vmulq_f32(scale.b, inputScale), vmulq_f32(scale.c, inputScale),
        vmulq_f32(scale.d, inputScale))
      if let p = outputBias {
        storeFloats(total, products, Floats(p, half: false), out, half: false)
        outputBias = p + 16
      } else {
        storeFloats(total, products, .none, out, half: false)
      }
      block = weights + 16 &* r.depth
      bias += 64
      scales += 64
      out += 16
      left &-= 1
    }
  }

  /// A tier's functions, and the layout they want.
  struct GemmTier {
    /// Depths of one channel that lie side by side in packed weights.
    let weightGroup: Int
    /// Bytes of one row that lie side by side in a panel; depths are padded to it.
    let unit: Int
    /// These take a pointer to a `Strip`.
    let quantized: @convention(c) (UnsafeRawPointer) -> Void
    let sums: @convention(c) (UnsafeRawPointer) -> Void
    let floats: @convention(c) (UnsafeRawPointer) -> Void
    /// Takes a pointer to a `FloatRow`.
    let floatRow: @convention(c) (UnsafeRawPointer) -> Void
  }
#endif

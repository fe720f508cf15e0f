// Float matrix product and indirect convolution: tiles of four rows by sixteen or eight channels, and of one row by 32.
//
// Weights are packed as in the scalar tier, [block of eight channels][tap][depth][8]; a tile reads two or four blocks side
// by side. Every output element is the same chain of fused multiply-adds as there, so that results have its bits: parts
// of at most 192 products, each from zero, which are added to the bias in order.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// How many products are added up before the sum joins the total.
  @inline(__always)
  private func partLength(_ products: Int) -> Int { products < 384 && products > 192 ? products / 2 : 192 }

  /// a + w * x[lane]; `lane` is a literal.
  @inline(__always)
  private func multiply(_ a: float32x4_t, _ w: float32x4_t, _ x: float32x4_t, _ lane: Int) -> float32x4_t {
    switch lane {
    case 0: return lite_neon_multiply_lane0(a, w, x)
    case 1: return lite_neon_multiply_lane1(a, w, x)
    case 2: return lite_neon_multiply_lane2(a, w, x)
    default: return lite_neon_multiply_lane3(a, w, x)
    }
  }

  /// Sixteen neighbouring channels of one row or of the weights; eight, when `half` is a literal true: then `c` and `d` are
  /// not used.
  private struct Channels {
    var a = float32x4_t()
    var b = float32x4_t()
    var c = float32x4_t()
    var d = float32x4_t()

    @inline(__always)
    init() {}

    /// Eight from each of two places.
    @inline(__always)
    init(_ low: UnsafePointer<Float>, _ high: UnsafePointer<Float>, half: Bool) {
      a = lite_neon_load_f32(low)
      b = lite_neon_load_f32(low + 4)
      if half { return }
      c = lite_neon_load_f32(high)
      d = lite_neon_load_f32(high + 4)
    }

    @inline(__always)
    mutating func add(_ w: Channels, _ x: float32x4_t, _ lane: Int, half: Bool) {
      a = multiply(a, w.a, x, lane)
      b = multiply(b, w.b, x, lane)
      if half { return }
      c = multiply(c, w.c, x, lane)
      d = multiply(d, w.d, x, lane)
    }

    @inline(__always)
    func store(_ p: UnsafeMutablePointer<Float>, half: Bool) {
      lite_neon_store_f32(p, a)
      lite_neon_store_f32(p + 4, b)
      if half { return }
      lite_neon_store_f32(p + 8, c)
      lite_neon_store_f32(p + 12, d)
    }
  }

  /// One product: the description, and totals of a tile.
  private struct FloatProduct {
    let g: lite_gemm_f32
    let blockSize: Int
    let part: Int
    let clamps: Bool
    /// 160 floats, the first 64 for rows of sixteen channels, or one row of 32.
    let totals: UnsafeMutablePointer<Float>
    /// The bias of the strip's channels, 32 floats.
    let biases: UnsafeMutablePointer<Float>
    /// Sums of the part at hand, 64 floats; zeros between tiles.
    let sums: UnsafeMutablePointer<Float>

    @inline(__always)
    init(_ g: lite_gemm_f32, _ totals: UnsafeMutablePointer<Float>) {
      self.g = g
      self.totals = totals
      biases = totals + 64
      sums = totals + 96
      memset(sums, 0, 256)
      blockSize = g.taps &* g.depth &* 8
      part = partLength(g.taps &* g.depth)
      clamps = g.minimum > -.infinity || g.maximum < .infinity
    }

    /// Where a tap of a row is read.
    @inline(__always)
    func input(_ row: Int, _ tap: Int) -> UnsafePointer<Float> {
      if let indirection = g.indirection { return indirection[row &* g.taps &+ tap].unsafelyUnwrapped }
      return g.input.unsafelyUnwrapped + row &* g.input_stride
    }

    /// Bias of the 32 channels from `channel` on, zeros past the last.
    @inline(__always)
    func loadBiases(_ channel: Int) {
      let left = min(g.channels &- channel, 32)
      var i = 0
      while i < 32 {
        biases[i] = i < left ? g.bias.map { $0[channel &+ i] } ?? 0 : 0
        i &+= 1
      }
    }

    /// Ends a part of `rows` rows by `width` channels: its sums join the totals, or the bias if it is the first.
    @inline(__always)
    func join(_ rows: Int, _ width: Int, isFirst: Bool) {
      let zero = float32x4_t()
      var i = 0
      while i < width {
        var place = i
        var row = 0
        while row < rows {
          let total = lite_neon_load_f32(isFirst ? biases + i : totals + place)
          lite_neon_store_f32(totals + place, vaddq_f32(total, lite_neon_load_f32(sums + place)))
          lite_neon_store_f32(sums + place, zero)
          place &+= width
          row &+= 1
        }
        i &+= 4
      }
    }

    /// Calls `run(tap, from, count)` for the stretches of depth between the ends of taps and parts, in order.
    @inline(__always)
    func forEachStretch(_ rows: Int, _ width: Int, _ run: (_ tap: Int, _ from: Int, _ count: Int) -> Void) {
      var left = part
      var isFirst = true
      var tap = 0
      while tap < g.taps {
        var d = 0
        while d < g.depth {
          if left == 0 {
            join(rows, width, isFirst: isFirst)
            isFirst = false
            left = part
          }
          let count = min(g.depth &- d, left)
          run(tap, d, count)
          d &+= count
          left &-= count
        }
        tap &+= 1
      }
      join(rows, width, isFirst: isFirst)
    }

    /// Four rows, of which the last may be the same, by sixteen or eight channels.
    @inline(__always)
    func multiply4(_ r0: Int, _ r1: Int, _ r2: Int, _ r3: Int, _ block: UnsafePointer<Float>, half: Bool) {
      let width = half ? 8 : 16
      var weights = block
      forEachStretch(4, width) { tap, from, count in
        let p0 = input(r0, tap) + from
        let p1 = input(r1, tap) + from
        let p2 = input(r2, tap) + from
        let p3 = input(r3, tap) + from
        var low = weights
        var high = half ? weights : weights + blockSize
        weights += 8 &* count
        // Sums are in registers for a stretch only: kept over all of them, each has several.
        var s0 = Channels(sums, sums + 8, half: half)
        var s1 = Channels(sums + width, sums + (width + 8), half: half)
        var s2 = Channels(sums + 2 &* width, sums + (2 &* width + 8), half: half)
        var s3 = Channels(sums + 3 &* width, sums + (3 &* width + 8), half: half)
        @inline(__always)
        func step(_ x0: float32x4_t, _ x1: float32x4_t, _ x2: float32x4_t, _ x3: float32x4_t, _ lane: Int) {
          let w = Channels(low + 8 &* lane, high + 8 &* lane, half: half)
          s0.add(w, x0, lane, half: half)
          s1.add(w, x1, lane, half: half)
          s2.add(w, x2, lane, half: half)
          s3.add(w, x3, lane, half: half)
        }
        @inline(__always)
        func fourDepths(_ d: Int) {
          let x0 = lite_neon_load_f32(p0 + d)
          let x1 = lite_neon_load_f32(p1 + d)
          let x2 = lite_neon_load_f32(p2 + d)
          let x3 = lite_neon_load_f32(p3 + d)
          step(x0, x1, x2, x3, 0)
          step(x0, x1, x2, x3, 1)
          step(x0, x1, x2, x3, 2)
          step(x0, x1, x2, x3, 3)
          low += 32
          high += 32
        }
        var d = 0
        while !half && d &+ 8 <= count {
          fourDepths(d)
          fourDepths(d &+ 4)
          d &+= 8
        }
        while d &+ 4 <= count {
          fourDepths(d)
          d &+= 4
        }
        while d < count {
          step(vdupq_n_f32(p0[d]), vdupq_n_f32(p1[d]), vdupq_n_f32(p2[d]), vdupq_n_f32(p3[d]), 0)
          low += 8
          high += 8
          d &+= 1
        }
        s0.store(sums, half: half)
        s1.store(sums + width, half: half)
        s2.store(sums + 2 &* width, half: half)
        s3.store(sums + 3 &* width, half: half)
      }
    }

    /// One row by 32 channels, of which the last block may be incomplete.
    @inline(__always)
    func multiply1(_ row: Int, _ block: UnsafePointer<Float>) {
      var weights = block
      forEachStretch(1, 32) { tap, from, count in
        let p = input(row, tap) + from
        var w0 = weights
        var w1 = weights + blockSize
        var w2 = weights + 2 &* blockSize
        var w3 = weights + 3 &* blockSize
        weights += 8 &* count
        var s0 = Channels(sums, sums + 8, half: false)
        var s1 = Channels(sums + 16, sums + 24, half: false)
        @inline(__always)
        func step(_ x: float32x4_t, _ lane: Int) {
          s0.add(Channels(w0 + 8 &* lane, w1 + 8 &* lane, half: false), x, lane, half: false)
          s1.add(Channels(w2 + 8 &* lane, w3 + 8 &* lane, half: false), x, lane, half: false)
        }
        @inline(__always)
        func advance(_ depth: Int) {
          w0 += 8 &* depth
          w1 += 8 &* depth
          w2 += 8 &* depth
          w3 += 8 &* depth
        }
        var d = 0
        while d &+ 4 <= count {
          let x = lite_neon_load_f32(p + d)
          step(x, 0)
          step(x, 1)
          step(x, 2)
          step(x, 3)
          advance(4)
          d &+= 4
        }
        while d < count {
          step(vdupq_n_f32(p[d]), 0)
          advance(1)
          d &+= 1
        }
        s0.store(sums, half: false)
        s1.store(sums + 16, half: false)
      }
    }

    /// Clamps; NaN passes, and so does -0 where the bound is 0.
    @inline(__always)
    func clamped(_ x: float32x4_t) -> float32x4_t {
      let low = vdupq_n_f32(g.minimum)
      let high = vdupq_n_f32(g.maximum)
      let y = vbslq_f32(vcltq_f32(x, low), low, x)
      return vbslq_f32(vcgtq_f32(y, high), high, y)
    }

    /// Writes totals of `rows` rows by `width` channels, as far as these exist.
    @inline(never)
    func finish(_ row: Int, _ rows: Int, _ channel: Int, _ width: Int) {
      if clamps {
        var i = 0
        while i < rows &* width {
          lite_neon_store_f32(totals + i, clamped(lite_neon_load_f32(totals + i)))
          i &+= 4
        }
      }
      let count = min(g.channels &- channel, width)
      let step = g.output_channel_stride
      let out = g.output.unsafelyUnwrapped + (row &* g.output_stride &+ channel &* step)
      if step == 1 {
        var r = 0
        while r < rows {
          let source = totals + r &* width
          let target = out + r &* g.output_stride
          var i = 0
          while i &+ 16 <= count {
            Channels(source + i, source + i + 8, half: false).store(target + i, half: false)
            i &+= 16
          }
          while i &+ 4 <= count {
            lite_neon_store_f32(target + i, lite_neon_load_f32(source + i))
            i &+= 4
          }
          while i < count {
            target[i] = source[i]
            i &+= 1
          }
          r &+= 1
        }
        return
      }
      var i = 0
      if g.output_stride == 1 && rows == 4 {
        // Channels first: four rows are neighbours.
        while i &+ 4 <= count {
          let v = lite_neon_transpose_f32(
            lite_neon_load_f32(totals + i), lite_neon_load_f32(totals + width + i),
            lite_neon_load_f32(totals + 2 &* width + i), lite_neon_load_f32(totals + 3 &* width + i))
          lite_neon_store_f32(out + i &* step, v.val.0)
          lite_neon_store_f32(out + (i &+ 1) &* step, v.val.1)
          lite_neon_store_f32(out + (i &+ 2) &* step, v.val.2)
          lite_neon_store_f32(out + (i &+ 3) &* step, v.val.3)
          i &+= 4
        }
      }
      while i < count {
        var r = 0
        while r < rows {
          out[r &* g.output_stride &+ i &* step] = totals[r &* width &+ i]
          r &+= 1
        }
        i &+= 1
      }
    }

    /// All rows from `first` to `end` by the sixteen or eight channels from `channel` on.
    @inline(__always)
    private func strip(_ first: Int, _ end: Int, _ channel: Int, _ block: UnsafePointer<Float>, half: Bool) {
      let last = end &- 1
      var row = first
      while row < end {
        multiply4(row, min(row &+ 1, last), min(row &+ 2, last), min(row &+ 3, last), block, half: half)
        finish(row, min(end &- row, 4), channel, half ? 8 : 16)
        row &+= 4
      }
    }

    // Functions of their own: where they meet in one, the compiler makes one loop of all and asks for the width inside.
    @inline(never)
    private func stripOf16(_ first: Int, _ end: Int, _ channel: Int, _ block: UnsafePointer<Float>) {
      strip(first, end, channel, block, half: false)
    }

    @inline(never)
    private func stripOf8(_ first: Int, _ end: Int, _ channel: Int, _ block: UnsafePointer<Float>) {
      strip(first, end, channel, block, half: true)
    }

    @inline(never)
    private func rowBy32(_ row: Int, _ channel: Int, _ block: UnsafePointer<Float>) {
      multiply1(row, block)
      finish(row, 1, channel, 32)
    }

    @inline(__always)
    func run() {
      // Rows whose activations stay in the cache while the weights pass.
      var group = 4
      while group < 64 && group &* g.taps &* g.depth < 2048 { group &*= 2 }
      var firstRow = 0
      while firstRow < g.rows {
        let endRow = min(firstRow &+ group, g.rows)
        var channel = 0
        var block = g.weights.unsafelyUnwrapped
        while channel < g.channels {
          let left = g.channels &- channel
          var blocks = 2
          loadBiases(channel)
          if endRow &- firstRow == 1 && left > 24 {
            rowBy32(firstRow, channel, block)
            blocks = 4
          } else if left > 8 {
            stripOf16(firstRow, endRow, channel, block)
          } else {
            stripOf8(firstRow, endRow, channel, block)
            blocks = 1
          }
          block += blocks &* blockSize
          channel &+= blocks &* 8
        }
        firstRow = endRow
      }
    }
  }

  /// y = clamp(Σ x*w + bias, minimum, maximum); `gemm_f32_scalar` defines it.
  func gemm_f32_4x16_neon(_ gemm: UnsafePointer<lite_gemm_f32>?) {
    withUnsafeTemporaryAllocation(byteCount: 640, alignment: 16) { buffer in
      let totals = buffer.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
      FloatProduct(gemm.unsafelyUnwrapped.pointee, totals).run()
    }
  }
#endif

// Activations as the tiles read them: signed, all taps of a row one after the other, four rows interleaved.
//
//     quad of rows    [depth / unit][4 rows][unit bytes], depth padded to 16
//     single row      [depth], padded to 16
//
// `rows` rows are (rows + 1) / 4 quads and then what is left, at most two, as single rows. Of three rows the last is
// taken twice. What lies past the depth is never seen: the weights there are zero.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Activations made signed.
  @inline(__always)
  func signed(_ x: int8x16_t) -> int8x16_t { veorq_s8(x, vdupq_n_s8(-128)) }

  /// Copies a run of bytes; reads and writes nothing else.
  @inline(__always)
  func copyRun(_ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int) {
    let p = UnsafeRawPointer(source)
    let q = UnsafeMutableRawPointer(target)
    @inline(__always)
    func move<T: BitwiseCopyable>(_ offset: Int, _ type: T.Type) {
      (q + offset).storeBytes(of: (p + offset).loadUnaligned(as: T.self), as: T.self)
    }
    if count >= 16 {
      var i = 0
      while i &+ 16 < count {
        move(i, SIMD16<UInt8>.self)
        i &+= 16
      }
      move(count &- 16, SIMD16<UInt8>.self)
    } else if count >= 8 {
      move(0, UInt64.self)
      move(count &- 8, UInt64.self)
    } else if count >= 4 {
      move(0, UInt32.self)
      move(count &- 4, UInt32.self)
    } else if count >= 2 {
      move(0, UInt16.self)
      move(count &- 2, UInt16.self)
    } else if count == 1 {
      move(0, UInt8.self)
    }
  }

  @inline(never)
  func copyExactly(_ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int) {
    copyRun(source, target, count)
  }

  /// Whether memory that ends at an address has `count` bytes from `source` on, rounded up to 16.
  @inline(__always)
  func canReadLoosely(_ source: UnsafePointer<UInt8>, _ count: Int, _ readableEnd: UInt) -> Bool {
    UInt(bitPattern: source) &+ UInt(bitPattern: (count &+ 15) & ~15) <= readableEnd
  }

  /// Copies a run of bytes in steps of 16: reads and writes up to 15 bytes more.
  @inline(__always)
  func copyLoosely(_ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int) {
    var i = 0
    while i < count {
      lite_neon_store16(target + i, vreinterpretq_u8_s8(lite_neon_load16(source + i)))
      i &+= 16
    }
  }

  /// Interleaves a run of four rows; only the last run of a row may be no multiple of 16, and then has 16 or more.
  @inline(__always)
  private func interleave(
    _ rows: Four, _ length: Int, _ target: UnsafeMutableRawPointer,
    _ put: (UnsafeMutableRawPointer, int8x16_t, int8x16_t, int8x16_t, int8x16_t) -> Void
  ) {
    var i = 0
    var out = target
    while i &+ 16 <= length {
      put(
        out, signed(lite_neon_load16(rows.p0 + i)), signed(lite_neon_load16(rows.p1 + i)),
        signed(lite_neon_load16(rows.p2 + i)), signed(lite_neon_load16(rows.p3 + i)))
      out += 64
      i &+= 16
    }
    if i < length {
      // The last 16 bytes, moved down.
      let index = vaddq_u8(
        uint8x16_t(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
        vdupq_n_u8(UInt8(truncatingIfNeeded: 16 &- (length &- i))))
      let end = length &- 16
      put(
        out, vqtbl1q_s8(signed(lite_neon_load16(rows.p0 + end)), index),
        vqtbl1q_s8(signed(lite_neon_load16(rows.p1 + end)), index),
        vqtbl1q_s8(signed(lite_neon_load16(rows.p2 + end)), index), vqtbl1q_s8(signed(lite_neon_load16(rows.p3 + end)), index))
    }
  }

  /// Fills panels from the rows of a matrix product or the pixels of a convolution.
  struct GemmPanel {
    /// Depth of a row padded to 16: bytes of a single row.
    let rowBytes: Int
    let unit: Int
    let panel: UnsafeMutableRawPointer
    /// Four rows that could not be read in place, each `rowBytes` and 16 bytes that do not matter.
    let gathered: UnsafeMutablePointer<UInt8>

    @inline(__always)
    private func interleaveRun(_ four: Four, _ length: Int, _ out: UnsafeMutableRawPointer) {
      if unit == 8 {
        interleave(four, length, out) { lite_neon_interleave8($0, $1, $2, $3, $4) }
      } else {
        interleave(four, length, out) { lite_neon_interleave4($0, $1, $2, $3, $4) }
      }
    }

    @inline(__always)
    private func gatheredRow(_ row: Int) -> UnsafeMutablePointer<UInt8> { gathered + row &* (rowBytes &+ 16) }

    @inline(never)
    private func interleaveGathered(_ out: UnsafeMutableRawPointer) {
      interleaveRun(Four(gatheredRow(0), gatheredRow(1), gatheredRow(2), gatheredRow(3)), rowBytes, out)
    }

    /// Copies a run of four rows to the gathered ones, from byte `offset` on.
    @inline(__always)
    private func gatherRun(_ four: Four, _ length: Int, _ offset: Int, _ readableEnd: UInt) {
      let p = gatheredRow(0) + offset
      let q = gatheredRow(1) + offset
      let r = gatheredRow(2) + offset
      let s = gatheredRow(3) + offset
      // The last row lies last in memory.
      if canReadLoosely(four.p3, length, readableEnd) {
        var i = 0
        while i < length {
          copyLoosely(four.p0 + i, p + i, 16)
          copyLoosely(four.p1 + i, q + i, 16)
          copyLoosely(four.p2 + i, r + i, 16)
          copyLoosely(four.p3 + i, s + i, 16)
          i &+= 16
        }
      } else {
        copyExactly(four.p0, p, length)
        copyExactly(four.p1, q, length)
        copyExactly(four.p2, r, length)
        copyExactly(four.p3, s, length)
      }
    }

    /// Packs rows `first ..< first + count`.
    @inline(__always)
    func fill<Source: GemmRowSource>(_ source: Source, _ first: Int, _ count: Int) {
      // Runs that `interleave` can take where they lie.
      let isReadable = source.runLength & 15 == 0 || (source.runs == 1 && source.runLength >= 16)
      var out = panel
      var row = first
      let end = first &+ count
      while end &- row >= 3 {
        let last = min(row &+ 3, end &- 1)
        if !isReadable && source.gatherShort(row, last, gatheredRow(0), rowBytes &+ 16) {
          interleaveGathered(out)
        } else if let quad = source.quad(row, row &+ 1, row &+ 2, last) {
          var run = 0
          var target = out
          var offset = 0
          while run < source.runs {
            let four = source.run(run, of: quad)
            if isReadable {
              interleaveRun(four, source.runLength, target)
              target += 4 &* source.runLength
            } else {
              gatherRun(four, source.runLength, offset, source.readableEnd)
              offset &+= source.runLength
            }
            run &+= 1
          }
          if !isReadable { interleaveGathered(out) }
        } else {
          source.gather(row, gatheredRow(0))
          source.gather(row &+ 1, gatheredRow(1))
          source.gather(row &+ 2, gatheredRow(2))
          source.gather(last, gatheredRow(3))
          interleaveGathered(out)
        }
        out += 4 &* rowBytes
        row &+= 4
      }
      fillSingles(source, row, end, out)
    }

    /// Packs the last rows, of which there are no three.
    @inline(__always)
    private func fillSingles<Source: GemmRowSource>(_ source: Source, _ first: Int, _ end: Int, _ target: UnsafeMutableRawPointer)
    {
      var out = target
      var row = first
      while row < end {
        source.gather(row, out.assumingMemoryBound(to: UInt8.self))
        var i = 0
        while i < rowBytes {
          lite_neon_store16(out + i, vreinterpretq_u8_s8(signed(lite_neon_load16(out + i))))
          i &+= 16
        }
        out += rowBytes
        row &+= 1
      }
    }

    /// The same for the rows of a matrix, most of which need no more than to be interleaved.
    @inline(__always)
    func fill(matrix source: MatrixRows, _ first: Int, _ count: Int) {
      let length = source.runLength
      guard length >= 16 else { return fill(source, first, count) }
      let stride = source.stride
      var p = source[first]
      var out = panel
      var left = count
      while left >= 3 {
        let r = p + 2 &* stride
        interleaveRun(Four(p, p + stride, r, left == 3 ? r : r + stride), length, out)
        p = r + 2 &* stride
        out += 4 &* rowBytes
        left &-= 4
      }
      fillSingles(source, first &+ count &- max(left, 0), first &+ count, out)
    }
  }
#endif

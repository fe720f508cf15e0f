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
    /// Four rows that could not be read in place.
    let gathered: UnsafeMutablePointer<UInt8>

    @inline(__always)
    private func interleaveRun(_ four: Four, _ length: Int, _ out: UnsafeMutableRawPointer) {
      if unit == 8 {
        interleave(four, length, out) { lite_neon_interleave8($0, $1, $2, $3, $4) }
      } else {
        interleave(four, length, out) { lite_neon_interleave4($0, $1, $2, $3, $4) }
      }
    }

    @inline(never)
    private func interleaveGathered(_ out: UnsafeMutableRawPointer) {
      interleaveRun(
        Four(gathered, gathered + rowBytes, gathered + 2 &* rowBytes, gathered + 3 &* rowBytes), rowBytes, out)
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
        if let quad = source.quad(row, row &+ 1, row &+ 2, last) {
          var run = 0
          var target = isReadable ? out : UnsafeMutableRawPointer(gathered)
          while run < source.runs {
            let four = source.run(run, of: quad)
            if isReadable {
              interleaveRun(four, source.runLength, target)
              target += 4 &* source.runLength
            } else {
              let p = target.assumingMemoryBound(to: UInt8.self)
              copyRun(four.p0, p, source.runLength)
              copyRun(four.p1, p + rowBytes, source.runLength)
              copyRun(four.p2, p + 2 &* rowBytes, source.runLength)
              copyRun(four.p3, p + 3 &* rowBytes, source.runLength)
              target += source.runLength
            }
            run &+= 1
          }
          if !isReadable { interleaveGathered(out) }
        } else {
          source.gather(row, gathered)
          source.gather(row &+ 1, gathered + rowBytes)
          source.gather(row &+ 2, gathered + 2 &* rowBytes)
          source.gather(last, gathered + 3 &* rowBytes)
          interleaveGathered(out)
        }
        out += 4 &* rowBytes
        row &+= 4
      }
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
  }
#endif

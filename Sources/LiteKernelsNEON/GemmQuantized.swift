// 8-bit matrix product and convolution on ARMv8.0: smull and smlal make 16-bit sums of two products,
// sadalp adds neighbouring ones to 32-bit sums: 16 products in three instructions.
//
// A channel's sum of a row is spread over the four lanes of a register, which are added up at the end; two
// rows by eight channels are sixteen such registers.
//
// Activations become signed by x ^ 0x80, which subtracts 128; 128 times the sum of a channel's weights is
// added back at the end. A sum of two products fits 16 bits unless both are (-128)*(-128): a block of
// weights that has such a pair says so, and is computed with one product at a time.
//
// Packed weights, for each block of eight channels:
//
//     int32[8]     128 * sum of the channel's weights
//     int32[4]     first: 1 when two products may overflow 16 bits; the others 0
//     tap 0, tap 1, ...
//       16 depths: 16 bytes of channel 0, ... 16 bytes of channel 7; and so on
//       8 depths, if 1...8 are left: 8 bytes of channel 0, ... 8 bytes of channel 7
//
// Zeros fill up the last depths of a tap and the channels past the last.
//
// A convolution whose taps are short and not a multiple of 8 deep is flattened: its taps are copied side
// by side to the stack, and it is a matrix product with depth taps * depth.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Taps and depth as the inner loop sees them.
  struct GemmShape {
    let taps: Int
    let depth: Int
    let flattened: Bool

    /// Longest flattened row: four of them are 1 KB of stack.
    static let flatLimit = 256

    @inline(__always)
    init(taps: Int, depth: Int) {
      flattened =
        taps > 1 && depth & 7 != 0 && depth <= GemmShape.flatLimit && taps <= GemmShape.flatLimit
        && taps &* depth <= GemmShape.flatLimit
      self.taps = flattened ? 1 : taps
      self.depth = flattened ? taps &* depth : depth
    }

    /// Bytes before the weights of a block.
    static let header = 48

    /// Bytes of one packed block of eight channels.
    @inline(__always)
    var blockBytes: Int { GemmShape.header &+ taps &* ((depth &+ 7) & ~7) &* 8 }
  }

  /// Bytes that `pack_gemm_s8_neon` writes.
  func packed_gemm_s8_size_neon(_ channels: Int, _ taps: Int, _ depth: Int) -> Int {
    ((channels &+ 7) &>> 3) &* GemmShape(taps: taps, depth: depth).blockBytes
  }

  /// Packs weights; strides are in elements. Layout as above.
  func pack_gemm_s8_neon(
    _ channels: Int, _ taps: Int, _ depth: Int, _ weights: UnsafePointer<Int8>?,
    _ channelStride: Int, _ tapStride: Int, _ depthStride: Int, _ packed: UnsafeMutableRawPointer?
  ) {
    let source = weights.unsafelyUnwrapped
    let shape = GemmShape(taps: taps, depth: depth)
    /// Weight of a channel at a tap and depth of the shape; 0 outside.
    func weight(_ channel: Int, _ tap: Int, _ d: Int) -> Int8 {
      if channel >= channels || d >= shape.depth { return 0 }
      let (t, k) = shape.flattened ? (d / max(depth, 1), d % max(depth, 1)) : (tap, d)
      return source[channel &* channelStride &+ t &* tapStride &+ k &* depthStride]
    }
    var block = packed.unsafelyUnwrapped
    var first = 0
    while first < channels {
      let header = block.assumingMemoryBound(to: Int32.self)
      for i in 0..<12 { header[i] = 0 }
      var out = (block + GemmShape.header).assumingMemoryBound(to: Int8.self)
      for tap in 0..<max(shape.taps, 0) {
        var d = 0
        while d < shape.depth {
          let width = shape.depth &- d > 8 ? 16 : 8
          for channel in 0..<8 {
            for k in 0..<width {
              let value = weight(first &+ channel, tap, d &+ k)
              out[k] = value
              header[channel] = header[channel] &+ 128 &* Int32(value)
              if k >= 8 && value == -128 && out[k &- 8] == -128 { header[8] = 1 }
            }
            out += width
          }
          d &+= width
        }
      }
      block += shape.blockBytes
      first &+= 8
    }
  }

  /// Activations made signed.
  @inline(__always)
  private func signed(_ x: int8x8_t) -> int8x8_t { veor_s8(x, vdup_n_s8(-128)) }

  @inline(__always)
  private func signed(_ x: int8x16_t) -> int8x16_t { veorq_s8(x, vdupq_n_s8(-128)) }

  /// The last 1...7 activations of a run of `depth`, made signed. Reads only the run.
  @inline(__always)
  private func tail(_ end: UnsafePointer<UInt8>, _ left: Int, _ depth: Int) -> int8x8_t {
    var bits: UInt64 = 0
    if depth >= 8 {
      bits = UnsafeRawPointer(end - 8).loadUnaligned(as: UInt64.self) &>> UInt64(truncatingIfNeeded: (8 &- left) &* 8)
    } else {
      var i = left
      while i > 0 {
        bits = bits &<< 8 | UInt64((end - left)[i &- 1])
        i &-= 1
      }
    }
    return signed(unsafeBitCast(bits, to: int8x8_t.self))
  }

  /// acc + x * w, sixteen depths of one channel.
  @inline(__always)
  private func add(_ acc: int32x4_t, _ x: int8x16_t, _ w: int8x16_t, _ wide: Bool) -> int32x4_t {
    let first = vmull_s8(vget_low_s8(x), vget_low_s8(w))
    if wide { return vpadalq_s16(vpadalq_s16(acc, first), vmull_high_s8(x, w)) }
    return vpadalq_s16(acc, vmlal_high_s8(first, x, w))
  }

  /// acc + x * w, eight depths of one channel.
  @inline(__always)
  private func add(_ acc: int32x4_t, _ x: int8x8_t, _ w: int8x8_t) -> int32x4_t { vpadalq_s16(acc, vmull_s8(x, w)) }

  /// Sums of one row for eight channels, each still spread over four lanes.
  private struct Sums {
    var a = int32x4_t(), b = int32x4_t(), c = int32x4_t(), d = int32x4_t()
    var e = int32x4_t(), f = int32x4_t(), g = int32x4_t(), h = int32x4_t()

    /// Adds up the lanes and writes one number a channel.
    @inline(__always)
    func store(_ p: UnsafeMutablePointer<Int32>) {
      lite_neon_store_s32(p, vpaddq_s32(vpaddq_s32(a, b), vpaddq_s32(c, d)))
      lite_neon_store_s32(p + 4, vpaddq_s32(vpaddq_s32(e, f), vpaddq_s32(g, h)))
    }
  }

  /// Adds sixteen depths of one row.
  @inline(__always)
  private func add16(_ s: inout Sums, _ x: int8x16_t, _ w: UnsafeRawPointer, _ wide: Bool) {
    s.a = add(s.a, x, lite_neon_load16(w), wide)
    s.b = add(s.b, x, lite_neon_load16(w + 16), wide)
    s.c = add(s.c, x, lite_neon_load16(w + 32), wide)
    s.d = add(s.d, x, lite_neon_load16(w + 48), wide)
    s.e = add(s.e, x, lite_neon_load16(w + 64), wide)
    s.f = add(s.f, x, lite_neon_load16(w + 80), wide)
    s.g = add(s.g, x, lite_neon_load16(w + 96), wide)
    s.h = add(s.h, x, lite_neon_load16(w + 112), wide)
  }

  /// Adds eight depths of one row.
  @inline(__always)
  private func add8(_ s: inout Sums, _ x: int8x8_t, _ w: UnsafeRawPointer) {
    s.a = add(s.a, x, lite_neon_load8(w))
    s.b = add(s.b, x, lite_neon_load8(w + 8))
    s.c = add(s.c, x, lite_neon_load8(w + 16))
    s.d = add(s.d, x, lite_neon_load8(w + 24))
    s.e = add(s.e, x, lite_neon_load8(w + 32))
    s.f = add(s.f, x, lite_neon_load8(w + 40))
    s.g = add(s.g, x, lite_neon_load8(w + 48))
    s.h = add(s.h, x, lite_neon_load8(w + 56))
  }

  /// Where the taps of a row are read.
  private struct TapReader {
    let indirection: UnsafePointer<UnsafePointer<UInt8>?>?
    let input: UnsafePointer<UInt8>?
    let stride: Int
    let taps: Int

    @inline(__always)
    subscript(row: Int, tap: Int) -> UnsafePointer<UInt8> {
      if let indirection { return indirection[row &* taps &+ tap].unsafelyUnwrapped }
      return input.unsafelyUnwrapped + row &* stride
    }
  }

  /// The last 1...15 activations of a run of `depth`, with what follows them, made signed; `left` > 8.
  @inline(__always)
  private func tail16(_ p: UnsafePointer<UInt8>, _ left: Int, _ depth: Int) -> int8x16_t {
    vcombine_s8(signed(lite_neon_load8(p)), tail(p + left, left &- 8, depth))
  }

  /// The last 1...8 activations of a run of `depth`, made signed.
  @inline(__always)
  private func tail8(_ p: UnsafePointer<UInt8>, _ left: Int, _ depth: Int) -> int8x8_t {
    left == 8 ? signed(lite_neon_load8(p)) : tail(p + left, left, depth)
  }

  /// Adds sixteen depths of two rows, two channels at a time: four chains of instructions hide each other's
  /// latency, and `lite_neon_settle` keeps the compiler from starting more, for which it has no registers.
  @inline(__always)
  private func add16(_ s: inout Sums, _ t: inout Sums, _ x: int8x16_t, _ y: int8x16_t, _ w: UnsafeRawPointer) {
    @inline(__always)
    func step(_ p: inout int32x4_t, _ q: inout int32x4_t, _ u: inout int32x4_t, _ v: inout int32x4_t, _ offset: Int) {
      let even = lite_neon_load16(w + offset)
      let odd = lite_neon_load16(w + (offset &+ 16))
      p = add(p, x, even, false)
      q = add(q, y, even, false)
      u = add(u, x, odd, false)
      v = add(v, y, odd, false)
      lite_neon_settle(&p, &q, &u, &v)
    }
    step(&s.a, &t.a, &s.b, &t.b, 0)
    step(&s.c, &t.c, &s.d, &t.d, 32)
    step(&s.e, &t.e, &s.f, &t.f, 64)
    step(&s.g, &t.g, &s.h, &t.h, 96)
  }

  /// Two rows by eight channels, all taps, to `out` and `out + 8`.
  @inline(__always)
  private func accumulate2(
    _ reader: TapReader, _ row: Int, _ shape: GemmShape, _ weights: UnsafeRawPointer, _ out: UnsafeMutablePointer<Int32>
  ) {
    var s = Sums()
    var t = Sums()
    var w = weights
    var tap = 0
    while tap < shape.taps {
      var p = reader[row, tap]
      var q = reader[row &+ 1, tap]
      var left = shape.depth
      while left >= 16 {
        let x = signed(lite_neon_load16(p))
        let y = signed(lite_neon_load16(q))
        add16(&s, &t, x, y, w)
        w += 128
        p += 16
        q += 16
        left &-= 16
      }
      if left > 8 {
        let x = tail16(p, left, shape.depth)
        let y = tail16(q, left, shape.depth)
        add16(&s, &t, x, y, w)
        w += 128
      } else if left > 0 {
        let x = tail8(p, left, shape.depth)
        let y = tail8(q, left, shape.depth)
        add8(&s, x, w)
        add8(&t, y, w)
        w += 64
      }
      tap &+= 1
    }
    s.store(out)
    t.store(out + 8)
  }

  /// One row by eight channels, all taps, to `out`.
  @inline(__always)
  private func accumulate1(
    _ reader: TapReader, _ row: Int, _ shape: GemmShape, _ weights: UnsafeRawPointer, _ wide: Bool,
    _ out: UnsafeMutablePointer<Int32>
  ) {
    var s = Sums()
    var w = weights
    var tap = 0
    while tap < shape.taps {
      var p = reader[row, tap]
      var left = shape.depth
      while left >= 16 {
        add16(&s, signed(lite_neon_load16(p)), w, wide)
        w += 128
        p += 16
        left &-= 16
      }
      if left > 8 {
        add16(&s, tail16(p, left, shape.depth), w, wide)
        w += 128
      } else if left > 0 {
        add8(&s, tail8(p, left, shape.depth), w)
        w += 64
      }
      tap &+= 1
    }
    s.store(out)
  }

  /// Rows that are summed before they are requantized: their sums are 512 bytes of stack.
  private let rowsAtOnce = 16

  /// Sums of `rows` (at most 16) rows by eight channels, to `out` [rows][8].
  @inline(never)
  private func accumulate(
    _ reader: TapReader, _ firstRow: Int, _ rows: Int, _ shape: GemmShape, _ block: UnsafeRawPointer,
    _ out: UnsafeMutablePointer<Int32>
  ) {
    let weights = block + GemmShape.header
    var row = 0
    if block.load(fromByteOffset: 32, as: Int32.self) != 0 {
      while row < rows {
        accumulate1(reader, firstRow &+ row, shape, weights, true, out + row &* 8)
        row &+= 1
      }
      return
    }
    while row &+ 2 <= rows {
      accumulate2(reader, firstRow &+ row, shape, weights, out + row &* 8)
      row &+= 2
    }
    if row < rows { accumulate1(reader, firstRow &+ row, shape, weights, false, out + row &* 8) }
  }

  /// Takes weight zero point times sum of activations off the sums of `rows` rows by eight channels.
  @inline(never)
  private func subtractZeroPoints(
    _ zeros: Eight<int32x4_t>, _ reader: TapReader, _ firstRow: Int, _ rows: Int, _ shape: GemmShape,
    _ sums: UnsafeMutablePointer<Int32>
  ) {
    var row = 0
    while row < rows {
      var total: Int32 = 0
      var tap = 0
      while tap < shape.taps {
        let x = reader[firstRow &+ row, tap]
        var d = 0
        while d < shape.depth {
          total &+= Int32(x[d])
          d &+= 1
        }
        tap &+= 1
      }
      let p = sums + row &* 8
      lite_neon_store_s32(p, vmlsq_s32(lite_neon_load_s32(p), zeros.low, vdupq_n_s32(total)))
      lite_neon_store_s32(p + 4, vmlsq_s32(lite_neon_load_s32(p + 4), zeros.high, vdupq_n_s32(total)))
      row &+= 1
    }
  }

  /// Copies 1... bytes in steps of eight, four or two, the last of which overlaps the one before.
  @inline(__always)
  private func copyRun(_ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int) {
    let p = UnsafeRawPointer(source)
    let q = UnsafeMutableRawPointer(target)
    @inline(__always)
    func move<T: BitwiseCopyable>(_ offset: Int, _ type: T.Type) {
      (q + offset).storeBytes(of: (p + offset).loadUnaligned(as: T.self), as: T.self)
    }
    if count >= 8 {
      var i = 0
      while i &+ 8 < count {
        move(i, UInt64.self)
        i &+= 8
      }
      move(count &- 8, UInt64.self)
    } else if count >= 4 {
      move(0, UInt32.self)
      move(count &- 4, UInt32.self)
    } else if count >= 2 {
      move(0, UInt16.self)
      move(count &- 2, UInt16.self)
    } else {
      move(0, UInt8.self)
    }
  }

  /// Copies the taps of up to four rows side by side.
  @inline(__always)
  private func flatten(
    _ gemm: lite_gemm_u8s8, _ shape: GemmShape, _ firstRow: Int, _ rows: Int, _ buffer: UnsafeMutablePointer<UInt8>
  ) {
    let reader = TapReader(indirection: gemm.indirection, input: gemm.input, stride: gemm.input_stride, taps: gemm.taps)
    var out = buffer
    var row = 0
    while row < rows {
      var tap = 0
      while tap < gemm.taps {
        copyRun(reader[firstRow &+ row, tap], out, gemm.depth)
        out += gemm.depth
        tap &+= 1
      }
      row &+= 1
    }
  }

  /// What is common to the rows of one block of channels.
  private struct Block {
    let channel: Int
    let count: Int
    let bias: Eight<int32x4_t>
    let scales: Eight<float32x4_t>
  }

  /// Walks a matrix product and hands groups of finished sums to `finish`, as
  /// (first row, rows, sums [rows][8] without bias, block).
  @inline(__always)
  private func forEachBlock(_ gemm: lite_gemm_u8s8, _ finish: (Int, Int, UnsafePointer<Int32>, Block) -> Void) {
    let shape = GemmShape(taps: gemm.taps, depth: gemm.depth)
    withUnsafeTemporaryAllocation(byteCount: 4 &* GemmShape.flatLimit, alignment: 16) { flatBuffer in
      withUnsafeTemporaryAllocation(byteCount: rowsAtOnce &* 32, alignment: 16) { sumBuffer in
        let flat = flatBuffer.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
        let sums = sumBuffer.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Int32.self)
        let rowsPerGroup = shape.flattened ? 4 : rowsAtOnce
        var firstRow = 0
        while firstRow < gemm.rows {
          let rows = min(rowsPerGroup, gemm.rows &- firstRow)
          var reader = TapReader(indirection: gemm.indirection, input: gemm.input, stride: gemm.input_stride, taps: gemm.taps)
          var readerRow = firstRow
          if shape.flattened {
            flatten(gemm, shape, firstRow, rows, flat)
            reader = TapReader(indirection: nil, input: flat, stride: shape.depth, taps: 1)
            readerRow = 0
          }
          var channel = 0
          var packed = gemm.weights.unsafelyUnwrapped
          while channel < gemm.channels {
            let count = min(gemm.channels &- channel, 8)
            accumulate(reader, readerRow, rows, shape, packed, sums)
            if let zeros = gemm.weight_zero_points {
              subtractZeroPoints(loadInts(zeros + channel, count), reader, readerRow, rows, shape, sums)
            }
            let bias = loadInts(gemm.bias.unsafelyUnwrapped + channel, count)
            let block = Block(
              channel: channel, count: count,
              bias: Eight(vaddq_s32(bias.low, lite_neon_load_s32(packed)), vaddq_s32(bias.high, lite_neon_load_s32(packed + 16))),
              scales: loadFloats(gemm.scales.unsafelyUnwrapped + channel, count))
            finish(firstRow, rows, sums, block)
            packed += shape.blockBytes
            channel &+= 8
          }
          firstRow &+= rows
        }
      }
    }
  }

  /// 8-bit matrix product or convolution with 8-bit result; `gemm_u8s8_scalar` defines it.
  func gemm_u8s8_neon(_ gemm: UnsafePointer<lite_gemm_u8s8>?, _ output: UnsafePointer<lite_output_u8>?) {
    let g = gemm.unsafelyUnwrapped.pointee
    let out = output.unsafelyUnwrapped.pointee
    let requantizer = Requantizer(zeroPoint: out.zero_point, minimum: out.minimum, maximum: out.maximum)
    forEachBlock(g) { firstRow, rows, sums, block in
      var p = out.data.unsafelyUnwrapped + (firstRow &* out.stride &+ block.channel)
      var sum = sums
      var left = rows
      while left > 0 {
        let total = Eight(
          vaddq_s32(lite_neon_load_s32(sum), block.bias.low), vaddq_s32(lite_neon_load_s32(sum + 4), block.bias.high))
        let y = requantizer.bytes(total, block.scales)
        if block.count == 8 { lite_neon_store8(p, y) } else { storeBytes(y, p, block.count) }
        p += out.stride
        sum += 8
        left &-= 1
      }
    }
  }

  /// 8-bit matrix product or convolution with float result; `gemm_u8s8_f32_scalar` defines it.
  func gemm_u8s8_f32_neon(_ gemm: UnsafePointer<lite_gemm_u8s8>?, _ output: UnsafePointer<lite_output_f32>?) {
    let g = gemm.unsafelyUnwrapped.pointee
    let out = output.unsafelyUnwrapped.pointee
    forEachBlock(g) { firstRow, rows, sums, block in
      let bias = out.bias.map { loadFloats($0 + block.channel, block.count) }
      var p = out.data.unsafelyUnwrapped + (firstRow &* out.stride &+ block.channel)
      var sum = sums
      var left = rows
      while left > 0 {
        var low = vmulq_f32(vcvtq_f32_s32(vaddq_s32(lite_neon_load_s32(sum), block.bias.low)), block.scales.low)
        var high = vmulq_f32(vcvtq_f32_s32(vaddq_s32(lite_neon_load_s32(sum + 4), block.bias.high)), block.scales.high)
        if let bias {
          low = vaddq_f32(low, bias.low)
          high = vaddq_f32(high, bias.high)
        }
        if out.relu != 0 {
          // Keeps NaN, and -0, as `x < 0 ? 0 : x` does.
          low = vbslq_f32(vcltzq_f32(low), float32x4_t(), low)
          high = vbslq_f32(vcltzq_f32(high), float32x4_t(), high)
        }
        if block.count == 8 {
          lite_neon_store_f32(p, low)
          lite_neon_store_f32(p + 4, high)
        } else {
          storeBytes(low, p, min(block.count, 4) &* 4)
          storeBytes(high, p + 4, max(block.count &- 4, 0) &* 4)
        }
        p += out.stride
        sum += 8
        left &-= 1
      }
    }
  }
#endif

// 8-bit depthwise convolution with a 3x3 kernel and stride 1 or 2, with sdot: eight channels, sliding over columns.
//
// Four lines of a column are interleaved, so that a 32-bit lane holds four pixels of a channel, one below the other;
// sdot multiplies them with a column of the kernel and a zero. With stride 1 the same lanes give a second line of
// output, with the kernel one line lower. A column is loaded once for the three pixels that see it.
//
// Packed weights: those of ARMv8.0 (DepthwiseQuantized.swift), for any other window and for results that need more than
// narrowing (`Finish.saturated`), and after them, for each block
// of eight channels, of which the last ends at the last channel and may overlap the one before:
//
//     int32[8]              128 * sum of the channel's weights
//     uint32[8]             128 * sum of their magnitudes
//     int8[3][8][4]         for each kernel column and channel: three lines, 0
//
// A 5x5 window (Depthwise5x5DotProduct.swift) has int8[5][2][8][4] there: four lines, then the fifth and three 0.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Bytes before the weights of a block.
  let depthwiseDotHeaderBytes = 64

  /// Height and width of a window that may have blocks of eight channels, by its taps; 0 for others.
  private func side(_ channels: Int, _ taps: Int) -> Int { channels < 8 ? 0 : taps == 9 ? 3 : taps == 25 ? 5 : 0 }

  /// Bytes of a block.
  @inline(__always)
  func depthwiseDotBlockBytes(side: Int) -> Int { depthwiseDotHeaderBytes &+ side &* ((side &+ 3) / 4) &* 32 }

  func packed_depthwise_s8_size_neondot(_ channels: Int, _ taps: Int) -> Int {
    let side = side(channels, taps)
    let blocks = side > 0 ? (channels &+ 7) / 8 &* depthwiseDotBlockBytes(side: side) : 0
    return packed_depthwise_s8_size_neon(channels, taps) &+ blocks
  }

  func pack_depthwise_s8_neondot(
    _ channels: Int, _ taps: Int, _ weights: UnsafePointer<Int8>?, _ channelStride: Int, _ tapStride: Int,
    _ packed: UnsafeMutableRawPointer?
  ) {
    pack_depthwise_s8_neon(channels, taps, weights, channelStride, tapStride, packed)
    let side = side(channels, taps)
    guard side > 0 else { return }
    let lines = (side &+ 3) & ~3
    var block = packed.unsafelyUnwrapped + packed_depthwise_s8_size_neon(channels, taps)
    var first = 0
    while first < channels {
      let start = min(first, channels &- 8)
      let sums = block.assumingMemoryBound(to: Int32.self)
      let out = (block + depthwiseDotHeaderBytes).assumingMemoryBound(to: Int8.self)
      for lane in 0..<8 {
        sums[lane] = 0
        sums[8 &+ lane] = 0
        let source = weights.unsafelyUnwrapped + (start &+ lane) &* channelStride
        for kx in 0..<side {
          for ky in 0..<lines {
            let value = ky < side ? source[(ky &* side &+ kx) &* tapStride] : 0
            out[(kx &* lines &+ (ky & ~3)) &* 8 &+ lane &* 4 &+ (ky & 3)] = value
            sums[lane] = sums[lane] &+ 128 &* Int32(value)
            sums[8 &+ lane] = sums[8 &+ lane] &+ 128 &* Int32(value.magnitude)
          }
        }
      }
      block += depthwiseDotBlockBytes(side: side)
      first &+= 8
    }
  }

  /// Four lines of one column: channels 0...3, 4...7.
  private struct Column {
    let low, high: int8x16_t
  }

  /// Columns of a kernel, four lines each.
  private struct KernelColumns {
    let a, b, c: Column

    @inline(__always)
    init(_ a: Column, _ b: Column, _ c: Column) { (self.a, self.b, self.c) = (a, b, c) }

    @inline(__always)
    init(_ p: UnsafeRawPointer) {
      a = Column(low: lite_neon_load16(p), high: lite_neon_load16(p + 16))
      b = Column(low: lite_neon_load16(p + 32), high: lite_neon_load16(p + 48))
      c = Column(low: lite_neon_load16(p + 64), high: lite_neon_load16(p + 80))
    }

    /// The same one line lower.
    @inline(__always)
    var lowered: KernelColumns {
      @inline(__always)
      func lower(_ x: Column) -> Column { Column(low: lite_neon_next_line(x.low), high: lite_neon_next_line(x.high)) }
      return KernelColumns(lower(a), lower(b), lower(c))
    }
  }

  /// The input lines of one or two lines of output, from a block's first channel on.
  private struct Lines {
    var p0, p1, p2, p3: UnsafePointer<UInt8>
    let pixelStride: Int
    let width: Int
    let padding: int8x16_t

    /// A column inside of the image, by its byte offset.
    ///
    /// - Parameter three: three lines, not four.
    @inline(__always)
    func inside(_ offset: Int, three: Bool) -> Column {
      if three {
        let first = lite_neon_load8(p0 + offset)
        let second = lite_neon_load8(p1 + offset)
        let third = lite_neon_load8(p2 + offset)
        let low = uint8x16_t(0, 16, 32, 255, 1, 17, 33, 255, 2, 18, 34, 255, 3, 19, 35, 255)
        let high = uint8x16_t(4, 20, 36, 255, 5, 21, 37, 255, 6, 22, 38, 255, 7, 23, 39, 255)
        return Column(
          low: signed(lite_neon_pick3(first, second, third, low)), high: signed(lite_neon_pick3(first, second, third, high)))
      }
      let first = lite_neon_zip8(lite_neon_load8(p0 + offset), lite_neon_load8(p1 + offset))
      let last = lite_neon_zip8(lite_neon_load8(p2 + offset), lite_neon_load8(p3 + offset))
      return Column(
        low: signed(lite_neon_zip_pairs_low(first, last)), high: signed(lite_neon_zip_pairs_high(first, last)))
    }

    /// Any column.
    @inline(__always)
    func column(_ column: Int, three: Bool) -> Column {
      UInt(bitPattern: column) < UInt(bitPattern: width)
        ? inside(column &* pixelStride, three: three) : Column(low: padding, high: padding)
    }
  }

  /// Two results for eight channels each, which lie one below the other or side by side.
  private struct Finisher {
    /// Twice what sums start from, and twice the offsets of `rectifiedCodes` (`foldBias`).
    let folded: UnsafeRawPointer
    let scale0, scale1: float32x4_t
    let requantizer: FiniteRequantizer

    /// Computes both from the columns that they see.
    @inline(__always)
    func pair(
      _ x: (Column, Column, Column), _ v: KernelColumns, _ y: (Column, Column, Column), _ w: KernelColumns, rectified: Bool
    ) -> uint8x16_t {
      // From memory every time: a load fills four registers, copies would be an instruction each.
      let start = lite_neon_load4_s32(lite_neon_again(folded)).val
      let a = lite_neon_dot(lite_neon_dot(lite_neon_dot(start.0, v.a.low, x.0.low), v.b.low, x.1.low), v.c.low, x.2.low)
      let b = lite_neon_dot(lite_neon_dot(lite_neon_dot(start.1, v.a.high, x.0.high), v.b.high, x.1.high), v.c.high, x.2.high)
      let c = lite_neon_dot(lite_neon_dot(lite_neon_dot(start.2, w.a.low, y.0.low), w.b.low, y.1.low), w.c.low, y.2.low)
      let d = lite_neon_dot(lite_neon_dot(lite_neon_dot(start.3, w.a.high, y.0.high), w.b.high, y.1.high), w.c.high, y.2.high)
      if rectified {
        let offsets = lite_neon_load4_f32(lite_neon_again(folded) + 64).val
        return vqmovun_high_s16(
          vqmovun_s16(rectifiedCodes(a, b, scale0, scale1, offsets.0, offsets.1)),
          rectifiedCodes(c, d, scale0, scale1, offsets.2, offsets.3))
      }
      return vqmovun_high_s16(
        vqmovun_s16(requantizer.narrowCodes(a, b, scale0, scale1)), requantizer.narrowCodes(c, d, scale0, scale1))
    }
  }

  /// One line of output, or two of stride 1.
  private struct OutputLines {
    let channels: Int
    let firstColumn, pixels: Int
    /// Packed weights and folded bias of the first block.
    let weights, folded: UnsafeRawPointer
    let scales: UnsafePointer<Float>
    let requantizer: FiniteRequantizer
    let output: UnsafeMutablePointer<UInt8>
    let stride: Int
    /// Bytes from the first line to the second; 0 if there is one line, which is both.
    let distance: Int

    /// All blocks of channels.
    @inline(__always)
    func run(_ input: Lines, _ body: (Lines, Finisher, UnsafeRawPointer, UnsafeMutablePointer<UInt8>) -> Void) {
      var lines = input
      var folded = folded
      var weights = weights
      var first = 0
      while first < channels {
        let start = min(first, channels &- 8)
        lines.p0 = input.p0 + start
        lines.p1 = input.p1 + start
        lines.p2 = input.p2 + start
        lines.p3 = input.p3 + start
        let finisher = Finisher(
          folded: folded, scale0: lite_neon_load_f32(scales + start), scale1: lite_neon_load_f32(scales + (start &+ 4)),
          requantizer: requantizer)
        body(lines, finisher, weights, output + start)
        folded += depthwiseDotFoldedBytes
        weights += depthwiseDotBlockBytes(side: 3)
        first &+= 8
      }
    }

    @inline(__always)
    func strideOne(_ input: Lines, rectified: Bool) {
      run(input) { lines, finisher, weights, output in
        let upper = KernelColumns(weights)
        let lower = upper.lowered
        let (stride, distance) = (stride, distance)
        var out = output
        @inline(__always)
        func put(_ x: Column, _ y: Column, _ z: Column) {
          let bytes = finisher.pair((x, y, z), upper, (x, y, z), lower, rectified: rectified)
          // A line by itself is both: the first is stored last.
          lite_neon_store_high8(out + distance, bytes)
          lite_neon_store8(out, vget_low_u8(bytes))
          out += stride
        }
        var column = firstColumn
        var x = lines.column(column, three: false)
        var y = lines.column(column &+ 1, three: false)
        column &+= 2
        let end = column &+ pixels
        while column < end {
          // Three pixels at a time inside of the image: columns stay in their registers.
          if column >= 0 {
            let inside = min(end, lines.width)
            var offset = column &* lines.pixelStride
            /// The next column.
            @inline(__always)
            func next() -> Column {
              let column = lines.inside(offset, three: false)
              offset = lite_neon_advance(offset, lines.pixelStride)
              return column
            }
            while column &+ 3 <= inside {
              let z = next()
              put(x, y, z)
              x = next()
              put(y, z, x)
              y = next()
              put(z, x, y)
              column &+= 3
            }
            if column == end { return }
          }
          let z = lines.column(column, three: false)
          put(x, y, z)
          (x, y) = (y, z)
          column &+= 1
        }
      }
    }

    @inline(__always)
    func strideTwo(_ input: Lines, rectified: Bool) {
      run(input) { lines, finisher, weights, output in
        let kernel = KernelColumns(weights)
        let stride = stride
        var out = output
        var column = firstColumn
        var left = pixels
        var x = lines.column(column, three: true)
        while left > 0 {
          // Two pixels at a time inside of the image.
          if column >= 0 {
            var offset = (column &+ 1) &* lines.pixelStride
            /// The next column.
            @inline(__always)
            func next() -> Column {
              let column = lines.inside(offset, three: true)
              offset = lite_neon_advance(offset, lines.pixelStride)
              return column
            }
            var pairs = min(left / 2, max(lines.width &- 1 &- column, 0) / 4)
            left &-= 2 &* pairs
            column &+= 4 &* pairs
            while pairs > 0 {
              let y = next()
              let z = next()
              let v = next()
              let w = next()
              let bytes = finisher.pair((x, y, z), kernel, (z, v, w), kernel, rectified: rectified)
              lite_neon_store8(out, vget_low_u8(bytes))
              out += stride
              lite_neon_store_high8(out, bytes)
              out += stride
              x = w
              pairs &-= 1
            }
            if left == 0 { return }
          }
          let y = lines.column(column &+ 1, three: true)
          let z = lines.column(column &+ 2, three: true)
          lite_neon_store8(out, vget_low_u8(finisher.pair((x, y, z), kernel, (x, y, z), kernel, rectified: rectified)))
          x = z
          out += stride
          column &+= 2
          left &-= 1
        }
      }
    }
  }

  @inline(never)
  private func runStrideOne(_ output: OutputLines, _ input: Lines, _ isRectified: Bool) {
    if isRectified { output.strideOne(input, rectified: true) } else { output.strideOne(input, rectified: false) }
  }

  @inline(never)
  private func runStrideTwo(_ output: OutputLines, _ input: Lines, _ isRectified: Bool) {
    if isRectified { output.strideTwo(input, rectified: true) } else { output.strideTwo(input, rectified: false) }
  }

  /// Bytes that `foldBias` writes for a block of eight channels.
  let depthwiseDotFoldedBytes = 128

  extension lite_convolution_u8s8 {
    /// Writes for each block of eight channels, twice, its bias with 128 times the sums of weights, and then, twice, the
    /// offsets of `rectifiedCodes`.
    ///
    /// - Parameters:
    ///   - blocks: packed weights.
    ///   - output: says whether sums can start from `rectifiedBase`; they do if `Finish.rectified` is returned.
    /// - Returns: nil if scales are not finite.
    func foldBias(_ blocks: UnsafeRawPointer, _ output: lite_output_u8, _ folded: UnsafeMutableRawPointer) -> Finish? {
      let mayBeRectified = output.zero_point == 0 && output.maximum >= 255
      let range = foldBias(blocks, base: mayBeRectified ? rectifiedBase : 0, folded)
      guard range.isFinite else { return nil }
      let finish = range.finish(output)
      if mayBeRectified && finish != .rectified { _ = foldBias(blocks, base: 0, folded) }
      return finish
    }

    @inline(never)
    private func foldBias(_ blocks: UnsafeRawPointer, base: Int32, _ folded: UnsafeMutableRawPointer) -> ScaledRange {
      let base = vdupq_n_s32(base)
      var range = ScaledRange()
      var block = blocks
      var out = folded
      var first = 0
      while first < channels {
        let start = min(first, channels &- 8)
        var lane = 0
        while lane < 8 {
          let sums = block + 4 &* lane
          let sum = vaddq_s32(lite_neon_load_s32(bias + (start &+ lane)), lite_neon_load_s32(sums))
          let scale = lite_neon_load_f32(scales + (start &+ lane))
          let offset = rectifiedOffset(scale)
          lite_neon_store_s32(out, vaddq_s32(sum, base))
          lite_neon_store_s32(out + 32, vaddq_s32(sum, base))
          lite_neon_store_f32(out + 64, offset)
          lite_neon_store_f32(out + 96, offset)
          range.include(sum, vreinterpretq_u32_s32(lite_neon_load_s32(sums + 32)), scale)
          out += 16
          lane &+= 4
        }
        out += depthwiseDotFoldedBytes &- 32
        block += depthwiseDotBlockBytes(side: window.kernel_width)
        first &+= 8
      }
      return range
    }
  }

  /// 8-bit depthwise convolution; `depthwise_convolution_u8s8_scalar` defines it.
  func depthwise_convolution_u8s8_neondot(
    _ convolution: UnsafePointer<lite_convolution_u8s8>?, _ output: UnsafePointer<lite_output_u8>?
  ) {
    let c = convolution.unsafelyUnwrapped.pointee
    guard c.end_row > c.first_row else { return }
    if c.isCommon(side: 5), c.channels >= 8, c.run5x5(output.unsafelyUnwrapped.pointee) { return }
    let blocks = c.weights + packed_depthwise_s8_size_neon(c.channels, 9)
    let out = output.unsafelyUnwrapped.pointee
    let finish = c.isCommon(side: 3) && c.channels >= 8 ? c.foldBias(blocks, out, c.workspace) : nil
    guard let finish, finish != .saturated else {
      depthwise_convolution_u8s8_neon(convolution, output)
      return
    }
    let padding = (c.workspace + (c.channels &+ 7) / 8 &* depthwiseDotFoldedBytes).assumingMemoryBound(to: UInt8.self)
    memset(padding, Int32(c.input_zero_point), c.window.input_width &* c.input_stride)
    let requantizer = FiniteRequantizer(zeroPoint: out.zero_point, minimum: out.minimum, maximum: out.maximum)
    let lineBytes = c.window.output_width &* out.stride
    let isStrideOne = c.window.stride_height == 1

    var row = c.first_row
    while row < c.end_row {
      // Two lines at a time; the last two may include one that is done, and one may be both.
      if isStrideOne, row &+ 1 == c.end_row, row > c.first_row { row &-= 1 }
      let top = row &* c.window.stride_height &- c.window.padding_top
      let p2 = c.line(top &+ 2, padding)
      let lines = Lines(
        p0: c.line(top, padding), p1: c.line(top &+ 1, padding), p2: p2,
        p3: isStrideOne ? c.line(top &+ 3, padding) : p2, pixelStride: c.input_stride, width: c.window.input_width,
        padding: vdupq_n_s8(Int8(bitPattern: c.input_zero_point ^ 0x80)))
      let output = OutputLines(
        channels: c.channels, firstColumn: 0 &- c.window.padding_left, pixels: c.window.output_width,
        weights: blocks + depthwiseDotHeaderBytes, folded: c.workspace, scales: c.scales, requantizer: requantizer,
        output: out.data + row &* lineBytes, stride: out.stride, distance: row &+ 1 < c.end_row ? lineBytes : 0)
      if isStrideOne {
        runStrideOne(output, lines, finish == .rectified)
      } else {
        runStrideTwo(output, lines, finish == .rectified)
      }
      row &+= isStrideOne ? 2 : 1
    }
  }
#endif

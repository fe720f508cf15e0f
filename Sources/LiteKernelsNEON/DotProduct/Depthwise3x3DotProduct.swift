// 8-bit depthwise convolution with a 3x3 kernel and stride 1 or 2, with sdot: eight channels, sliding over columns.
//
// Four lines of a column are interleaved, so that a 32-bit lane holds four pixels of a channel, one below the other;
// sdot multiplies them with a column of the kernel and a zero. With stride 1 the same lanes give a second line of
// output, with the kernel one line lower. A column is loaded once for the three pixels that see it.
//
// Packed weights: those of ARMv8.0 (DepthwiseQuantized.swift), for any other window and for results that need more than
// narrowing (`ScaledRange.isPlain`), and after them, for each block
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

  /// The input of a strip.
  private struct Lines {
    let p0, p1, p2, p3: UnsafePointer<UInt8>
    let pixelStride: Int
    let width: Int
    let padding: Column

    /// Three lines of a column inside of the image, by its byte offset.
    @inline(__always)
    func three(_ offset: Int) -> Column {
      let first = lite_neon_load8(p0 + offset)
      let second = lite_neon_load8(p1 + offset)
      let third = lite_neon_load8(p2 + offset)
      let low = uint8x16_t(0, 16, 32, 255, 1, 17, 33, 255, 2, 18, 34, 255, 3, 19, 35, 255)
      let high = uint8x16_t(4, 20, 36, 255, 5, 21, 37, 255, 6, 22, 38, 255, 7, 23, 39, 255)
      return Column(
        low: signed(lite_neon_pick3(first, second, third, low)), high: signed(lite_neon_pick3(first, second, third, high)))
    }

    /// A column inside of the image, by its byte offset.
    @inline(__always)
    func inside(_ offset: Int) -> Column {
      let first = lite_neon_zip8(lite_neon_load8(p0 + offset), lite_neon_load8(p1 + offset))
      let last = lite_neon_zip8(lite_neon_load8(p2 + offset), lite_neon_load8(p3 + offset))
      return Column(
        low: signed(lite_neon_zip_pairs_low(first, last)), high: signed(lite_neon_zip_pairs_high(first, last)))
    }

    @inline(__always)
    subscript(column: Int) -> Column {
      column >= 0 && column < width ? inside(column &* pixelStride) : padding
    }
  }

  /// One or two lines of output, eight channels.
  private struct Kernel {
    /// `bias` with 128 times the sums of weights.
    let bias, scales: UnsafeRawPointer
    let weights: UnsafeRawPointer
    let requantizer: FiniteRequantizer

    /// The strip from its first to its last column.
    @inline(__always)
    func run(
      _ lines: Lines, _ firstColumn: Int, strideTwo: Bool, isZero: Bool, _ pixels: Int, _ first: UnsafeMutablePointer<UInt8>,
      _ second: UnsafeMutablePointer<UInt8>, _ stride: Int
    ) {
      let a0 = lite_neon_load16(weights)
      let a1 = lite_neon_load16(weights + 16)
      let b0 = lite_neon_load16(weights + 32)
      let b1 = lite_neon_load16(weights + 48)
      let c0 = lite_neon_load16(weights + 64)
      let c1 = lite_neon_load16(weights + 80)
      let nextA0 = lite_neon_next_line(a0)
      let nextA1 = lite_neon_next_line(a1)
      let nextB0 = lite_neon_next_line(b0)
      let nextB1 = lite_neon_next_line(b1)
      let nextC0 = lite_neon_next_line(c0)
      let nextC1 = lite_neon_next_line(c1)
      // Sums start from memory: one load for two registers, where copies are two instructions.
      var bias = bias
      let scale0 = lite_neon_load_f32(scales)
      let scale1 = lite_neon_load_f32(scales + 16)
      var out = first
      let distance = UnsafeRawPointer(second) - UnsafeRawPointer(first)

      @inline(__always)
      func put(_ x: Column, _ y: Column, _ z: Column) {
        let low = lite_neon_dot(lite_neon_dot(lite_neon_dot(lite_neon_load_s32(bias), a0, x.low), b0, y.low), c0, z.low)
        let high = lite_neon_dot(lite_neon_dot(lite_neon_dot(lite_neon_load_s32(bias + 16), a1, x.high), b1, y.high), c1, z.high)
        let line = requantizer.narrowCodes(low, high, scale0, scale1, isZero: isZero)
        if strideTwo {
          lite_neon_store8(out, vqmovun_s16(line))
        } else {
          bias = lite_neon_again(bias)
          let bias0 = lite_neon_load_s32(bias)
          let bias1 = lite_neon_load_s32(bias + 16)
          let nextLow = lite_neon_dot(lite_neon_dot(lite_neon_dot(bias0, nextA0, x.low), nextB0, y.low), nextC0, z.low)
          let nextHigh = lite_neon_dot(lite_neon_dot(lite_neon_dot(bias1, nextA1, x.high), nextB1, y.high), nextC1, z.high)
          let next = requantizer.narrowCodes(nextLow, nextHigh, scale0, scale1, isZero: isZero)
          let bytes = vqmovun_high_s16(vqmovun_s16(line), next)
          // A line by itself is both: the first is stored last.
          lite_neon_store_high8(out + distance, bytes)
          lite_neon_store8(out, vget_low_u8(bytes))
        }
        out += stride
      }

      var column = firstColumn
      var left = pixels
      var x = lines[column]
      if strideTwo {
        column &+= 1
        while left > 0 {
          // Two pixels at a time inside of the image.
          if column >= 0, column < lines.width {
            var inside = min(left, (lines.width &- column) / 2)
            var offset = column &* lines.pixelStride
            while inside >= 2 {
              let y = lines.three(offset)
              let z = lines.three(offset &+ lines.pixelStride)
              put(x, y, z)
              let next = lines.three(offset &+ 2 &* lines.pixelStride)
              x = lines.three(offset &+ 3 &* lines.pixelStride)
              put(z, next, x)
              offset &+= 4 &* lines.pixelStride
              column &+= 4
              left &-= 2
              inside &-= 2
            }
            if left == 0 { return }
          }
          let y = lines[column]
          let z = lines[column &+ 1]
          put(x, y, z)
          x = z
          column &+= 2
          left &-= 1
        }
        return
      }
      var y = lines[column &+ 1]
      column &+= 2
      while left > 0 {
        // Three pixels at a time inside of the image: columns stay in their registers.
        if column >= 0 {
          var inside = min(left, lines.width &- column)
          var offset = column &* lines.pixelStride
          while inside >= 3 {
            let z = lines.inside(offset)
            put(x, y, z)
            x = lines.inside(offset &+ lines.pixelStride)
            put(y, z, x)
            y = lines.inside(offset &+ 2 &* lines.pixelStride)
            put(z, x, y)
            offset &+= 3 &* lines.pixelStride
            column &+= 3
            left &-= 3
            inside &-= 3
          }
          if left == 0 { return }
        }
        let z = lines[column]
        put(x, y, z)
        (x, y) = (y, z)
        column &+= 1
        left &-= 1
      }
    }
  }

  @inline(never)
  private func runStrideOne(
    _ kernel: Kernel, _ lines: Lines, _ firstColumn: Int, _ pixels: Int, _ first: UnsafeMutablePointer<UInt8>,
    _ second: UnsafeMutablePointer<UInt8>, _ stride: Int
  ) {
    if kernel.requantizer.isZero {
      kernel.run(lines, firstColumn, strideTwo: false, isZero: true, pixels, first, second, stride)
    } else {
      kernel.run(lines, firstColumn, strideTwo: false, isZero: false, pixels, first, second, stride)
    }
  }

  @inline(never)
  private func runStrideTwo(
    _ kernel: Kernel, _ lines: Lines, _ firstColumn: Int, _ pixels: Int, _ first: UnsafeMutablePointer<UInt8>, _ stride: Int
  ) { kernel.run(lines, firstColumn, strideTwo: true, isZero: false, pixels, first, first, stride) }

  extension lite_convolution_u8s8 {
    /// Writes the bias of each block of eight channels, with 128 times the sums of weights.
    ///
    /// - Parameter blocks: packed weights.
    func foldBias(_ blocks: UnsafeRawPointer, _ folded: UnsafeMutableRawPointer) -> ScaledRange {
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
          lite_neon_store_s32(out, sum)
          range.include(
            sum, vreinterpretq_u32_s32(lite_neon_load_s32(sums + 32)), lite_neon_load_f32(scales + (start &+ lane)))
          out += 16
          lane &+= 4
        }
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
    let range = c.isCommon(side: 3) && c.channels >= 8 ? c.foldBias(blocks, c.workspace) : nil
    let out = output.unsafelyUnwrapped.pointee
    guard let range, range.isFinite, range.isPlain(out) else {
      depthwise_convolution_u8s8_neon(convolution, output)
      return
    }
    let padding = (c.workspace + ((c.channels &+ 15) & ~15) &* 4).assumingMemoryBound(to: UInt8.self)
    memset(padding, Int32(c.input_zero_point), c.window.input_width &* c.input_stride)
    let paddingLanes = vdupq_n_s8(Int8(bitPattern: c.input_zero_point ^ 0x80))
    let requantizer = FiniteRequantizer(zeroPoint: out.zero_point, minimum: out.minimum, maximum: out.maximum)
    let lineBytes = c.window.output_width &* out.stride
    let isStrideOne = c.window.stride_height == 1

    var row = c.first_row
    while row < c.end_row {
      // Two lines at a time; the last two may include one that is done, and one may be both.
      if isStrideOne, row &+ 1 == c.end_row, row > c.first_row { row &-= 1 }
      let top = row &* c.window.stride_height &- c.window.padding_top
      let p0 = c.line(top, padding)
      let p1 = c.line(top &+ 1, padding)
      let p2 = c.line(top &+ 2, padding)
      let p3 = isStrideOne ? c.line(top &+ 3, padding) : p2
      let target = out.data + row &* lineBytes
      let distance = isStrideOne && row &+ 1 < c.end_row ? lineBytes : 0
      var weights = blocks + depthwiseDotHeaderBytes
      var first = 0
      while first < c.channels {
        let start = min(first, c.channels &- 8)
        let lines = Lines(
          p0: p0 + start, p1: p1 + start, p2: p2 + start, p3: p3 + start, pixelStride: c.input_stride,
          width: c.window.input_width,
          padding: Column(low: paddingLanes, high: paddingLanes))
        let kernel = Kernel(
          bias: UnsafeRawPointer(c.workspace + 4 &* first), scales: UnsafeRawPointer(c.scales + start), weights: weights,
          requantizer: requantizer)
        if isStrideOne {
          runStrideOne(
            kernel, lines, 0 &- c.window.padding_left, c.window.output_width, target + start, target + start + distance,
            out.stride)
        } else {
          runStrideTwo(kernel, lines, 0 &- c.window.padding_left, c.window.output_width, target + start, out.stride)
        }
        weights += depthwiseDotBlockBytes(side: 3)
        first &+= 8
      }
      row &+= isStrideOne ? 2 : 1
    }
  }
#endif

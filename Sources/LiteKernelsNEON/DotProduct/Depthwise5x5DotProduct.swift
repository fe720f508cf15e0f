// 8-bit depthwise convolution with a 5x5 kernel and stride 1 or 2, with sdot: eight channels, a line of output at a time.
//
// Five lines of all columns are interleaved to memory first, four lines of a channel to a 32-bit lane and the fifth to
// another; sdot multiplies a column of the kernel with two instructions for four channels. Weights: as for 3x3.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Bytes of an interleaved column: four lines of channels 0...3 and 4...7, the fifth line of both.
  private let columnBytes = 64

  /// A line of output, eight channels.
  private struct Line {
    /// The five lines of the input, at the first channel.
    let p0, p1, p2, p3, p4: UnsafePointer<UInt8>
    let pixelStride: Int
    let width: Int
    let zeroPoint: UInt8
    /// Twice the bias, and twice the offsets of `rectifiedCodes` (`foldBias`).
    let folded: UnsafeRawPointer
    let scales, weights: UnsafeRawPointer
    let requantizer: FiniteRequantizer
    let isRectified: Bool

    /// Interleaves columns from `first` on, which may be outside.
    @inline(never)
    func interleave(_ first: Int, _ count: Int, _ target: UnsafeMutableRawPointer) {
      let before = min(max(0 &- first, 0), count)
      let end = min(max(width &- first, before), count)
      pad(target, before)
      var out = target + before &* columnBytes
      // Kept in registers: stores could change what `self` points to, for all that the compiler knows.
      let (p0, p1, p2, p3, p4, pixelStride) = (p0, p1, p2, p3, p4, pixelStride)
      var offset = (first &+ before) &* pixelStride
      var left = end &- before
      while left > 0 {
        let one = lite_neon_zip8(lite_neon_load8(p0 + offset), lite_neon_load8(p1 + offset))
        let two = lite_neon_zip8(lite_neon_load8(p2 + offset), lite_neon_load8(p3 + offset))
        let last = lite_neon_load8(p4 + offset)
        // What lies beside the fifth line in a lane meets weights of zero.
        let twice = signed(lite_neon_zip8(last, last))
        lite_neon_store16(out, vreinterpretq_u8_s8(signed(lite_neon_zip_pairs_low(one, two))))
        lite_neon_store16(out + 16, vreinterpretq_u8_s8(signed(lite_neon_zip_pairs_high(one, two))))
        lite_neon_store16(out + 32, vreinterpretq_u8_s8(lite_neon_zip_pairs_low(twice, twice)))
        lite_neon_store16(out + 48, vreinterpretq_u8_s8(lite_neon_zip_pairs_high(twice, twice)))
        out += columnBytes
        offset &+= pixelStride
        left &-= 1
      }
      pad(out, count &- end)
    }

    /// Columns outside of the image.
    @inline(__always)
    private func pad(_ target: UnsafeMutableRawPointer, _ count: Int) {
      let padding = vdupq_n_u8(zeroPoint ^ 0x80)
      var i = 0
      while i < count &* columnBytes {
        lite_neon_store16(target + i, padding)
        i &+= 16
      }
    }

    /// - Parameter step: bytes from the columns of a pixel to those of the next.
    @inline(never)
    func run(_ columns: UnsafeRawPointer, step: Int, _ pixels: Int, _ output: UnsafeMutablePointer<UInt8>, _ stride: Int) {
      var x = columns
      var out = output
      var left = pixels
      let scale0 = lite_neon_load_f32(scales)
      let scale1 = lite_neon_load_f32(scales + 16)
      while left > 0 {
        // Two pixels share what is loaded of the weights; a pixel by itself is both.
        let y = left > 1 ? x + step : x
        let next = left > 1 ? stride : 0
        var (low, high, nextLow, nextHigh) = lite_neon_load4_s32(lite_neon_again(folded)).val
        /// Four lines of a column of the kernel, or the fifth.
        @inline(__always)
        func add(_ offset: Int) {
          let w0 = lite_neon_load16(weights + offset)
          let w1 = lite_neon_load16(weights + (offset &+ 16))
          low = lite_neon_dot(low, w0, lite_neon_load16(x + offset))
          high = lite_neon_dot(high, w1, lite_neon_load16(x + (offset &+ 16)))
          nextLow = lite_neon_dot(nextLow, w0, lite_neon_load16(y + offset))
          nextHigh = lite_neon_dot(nextHigh, w1, lite_neon_load16(y + (offset &+ 16)))
        }
        add(0)
        add(32)
        add(64)
        add(96)
        add(128)
        add(160)
        add(192)
        add(224)
        add(256)
        add(288)
        let codes: int16x8_t
        let nextCodes: int16x8_t
        if isRectified {
          let offsets = lite_neon_load4_f32(lite_neon_again(folded) + 64).val
          codes = rectifiedCodes(low, high, scale0, scale1, offsets.0, offsets.1)
          nextCodes = rectifiedCodes(nextLow, nextHigh, scale0, scale1, offsets.2, offsets.3)
        } else {
          codes = requantizer.narrowCodes(low, high, scale0, scale1)
          nextCodes = requantizer.narrowCodes(nextLow, nextHigh, scale0, scale1)
        }
        lite_neon_store8(out + next, vqmovun_s16(nextCodes))
        lite_neon_store8(out, vqmovun_s16(codes))
        x = y + step
        out += 2 &* stride
        left &-= 2
      }
    }
  }

  extension lite_convolution_u8s8 {
    /// All lines. `workspace` holds the bias, a line of the zero point and the columns.
    ///
    /// - Returns: false if the results need more than narrowing (`Finish.saturated`); nothing is written then.
    func run5x5(_ output: lite_output_u8) -> Bool {
      let blocks = weights + packed_depthwise_s8_size_neon(channels, 25)
      guard let finish = foldBias(blocks, output, workspace), finish != .saturated else { return false }
      let lineBytes = window.input_width &* input_stride
      let paddingOffset = (channels &+ 7) / 8 &* depthwiseDotFoldedBytes
      let padding = (workspace + paddingOffset).assumingMemoryBound(to: UInt8.self)
      memset(padding, Int32(input_zero_point), lineBytes)
      let columnLines = workspace + ((paddingOffset &+ lineBytes &+ 15) & ~15)
      let requantizer = FiniteRequantizer(
        zeroPoint: output.zero_point, minimum: output.minimum, maximum: output.maximum)
      var row = first_row
      while row < end_row {
        let top = row &* window.stride_height &- window.padding_top
        let p0 = line(top, padding)
        let p1 = line(top &+ 1, padding)
        let p2 = line(top &+ 2, padding)
        let p3 = line(top &+ 3, padding)
        let p4 = line(top &+ 4, padding)
        let target = output.data + row &* window.output_width &* output.stride
        var block = blocks
        var first = 0
        while first < channels {
          let start = min(first, channels &- 8)
          let strip = Line(
            p0: p0 + start, p1: p1 + start, p2: p2 + start, p3: p3 + start, p4: p4 + start, pixelStride: input_stride,
            width: window.input_width, zeroPoint: input_zero_point,
            folded: UnsafeRawPointer(workspace + first / 8 &* depthwiseDotFoldedBytes),
            scales: UnsafeRawPointer(scales + start), weights: block + depthwiseDotHeaderBytes, requantizer: requantizer,
            isRectified: finish == .rectified)
          strip.interleave(0 &- window.padding_left, columns, columnLines)
          strip.run(
            columnLines, step: window.stride_width &* columnBytes, window.output_width, target + start, output.stride)
          block += depthwiseDotBlockBytes(side: 5)
          first &+= 8
        }
        row &+= 1
      }
      return true
    }
  }
#endif

// 8-bit depthwise convolution with a 3x3 kernel and stride 1 or 2 on ARMv8.0: sixteen channels, sliding over columns. The
// kernel and three columns stay in registers: a pixel is loaded and made signed once for the three windows of its line.
//
// Weights are those of DepthwiseQuantized.swift, which takes any other window, results that need more than narrowing
// (`Finish.saturated`), and blocks whose pairs of products may overflow 16 bits.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Three lines of one column, made signed.
  private struct Column {
    let a, b, c: int8x16_t
  }

  private struct Lines {
    let p0, p1, p2: UnsafePointer<UInt8>
    let pixelStride: Int
    let width: Int
    let padding: int8x16_t

    /// A column inside of the image, by its byte offset.
    @inline(__always)
    func inside(_ offset: Int) -> Column {
      Column(
        a: signed(lite_neon_load16(p0 + offset)), b: signed(lite_neon_load16(p1 + offset)),
        c: signed(lite_neon_load16(p2 + offset)))
    }

    @inline(__always)
    subscript(column: Int) -> Column {
      column >= 0 && column < width ? inside(column &* pixelStride) : Column(a: padding, b: padding, c: padding)
    }
  }

  /// One line of output, sixteen channels.
  private struct Kernel {
    let weights, bias, scales: UnsafeRawPointer
    let requantizer: FiniteRequantizer

    @inline(__always)
    func run(
      _ lines: Lines, _ firstColumn: Int, strideTwo: Bool, _ pixels: Int, _ output: UnsafeMutablePointer<UInt8>,
      _ stride: Int
    ) {
      let w0 = lite_neon_load16(weights)
      let w1 = lite_neon_load16(weights + 16)
      let w2 = lite_neon_load16(weights + 32)
      let w3 = lite_neon_load16(weights + 48)
      let w4 = lite_neon_load16(weights + 64)
      let w5 = lite_neon_load16(weights + 80)
      let w6 = lite_neon_load16(weights + 96)
      let w7 = lite_neon_load16(weights + 112)
      let w8 = lite_neon_load16(weights + 128)
      var out = output

      @inline(__always)
      func put(_ x: Column, _ y: Column, _ z: Column) {
        var sums = Sums16(
          a: lite_neon_load_s32(bias), b: lite_neon_load_s32(bias + 16), c: lite_neon_load_s32(bias + 32),
          d: lite_neon_load_s32(bias + 48))
        addPair(&sums, x.a, y.a, w0, w1)
        addPair(&sums, z.a, x.b, w2, w3)
        addPair(&sums, y.b, z.b, w4, w5)
        addPair(&sums, x.c, y.c, w6, w7)
        addOne(&sums, z.c, w8)
        let scale0 = lite_neon_load_f32(scales)
        let scale1 = lite_neon_load_f32(scales + 16)
        let scale2 = lite_neon_load_f32(scales + 32)
        let scale3 = lite_neon_load_f32(scales + 48)
        let low = requantizer.narrowCodes(sums.a, sums.b, scale0, scale1)
        let high = requantizer.narrowCodes(sums.c, sums.d, scale2, scale3)
        lite_neon_store16(out, vqmovun_high_s16(vqmovun_s16(low), high))
        out += stride
      }

      var column = firstColumn
      var left = pixels
      var x = lines[column]
      var y = lines[column &+ 1]
      column &+= 2
      while left > 0 {
        // Inside of the image, several pixels at a time: columns stay in their registers.
        if column >= 0, column < lines.width {
          var offset = column &* lines.pixelStride
          let step = lines.pixelStride
          if strideTwo {
            var inside = min(left, (lines.width &- column) / 2)
            while inside >= 1 {
              let z = lines.inside(offset)
              put(x, y, z)
              x = z
              y = lines.inside(offset &+ step)
              offset &+= 2 &* step
              column &+= 2
              left &-= 1
              inside &-= 1
            }
          } else {
            var inside = min(left, lines.width &- column)
            while inside >= 3 {
              let z = lines.inside(offset)
              put(x, y, z)
              x = lines.inside(offset &+ step)
              put(y, z, x)
              y = lines.inside(offset &+ 2 &* step)
              put(z, x, y)
              offset &+= 3 &* step
              column &+= 3
              left &-= 3
              inside &-= 3
            }
          }
          if left == 0 { return }
        }
        let z = lines[column]
        put(x, y, z)
        if strideTwo {
          (x, y) = (z, lines[column &+ 1])
          column &+= 2
        } else {
          (x, y) = (y, z)
          column &+= 1
        }
        left &-= 1
      }
    }
  }

  @inline(never)
  private func run(
    _ kernel: Kernel, _ lines: Lines, _ firstColumn: Int, strideTwo: Bool, _ pixels: Int,
    _ output: UnsafeMutablePointer<UInt8>, _ stride: Int
  ) {
    if strideTwo {
      kernel.run(lines, firstColumn, strideTwo: true, pixels, output, stride)
    } else {
      kernel.run(lines, firstColumn, strideTwo: false, pixels, output, stride)
    }
  }

  /// Bytes of a block of packed weights of nine taps.
  private let blockBytes = depthwiseHeaderBytes + 9 * 16

  extension lite_convolution_u8s8 {
    /// First channel of a block.
    @inline(__always)
    private func start(_ block: Int) -> Int { min(block &* 16, channels &- 16) }

    /// Writes the bias of each block, with 128 times the sums of weights, to `folded`.
    ///
    /// - Returns: nil if products may overflow 16 bits.
    fileprivate func foldBias(_ folded: UnsafeMutableRawPointer) -> ScaledRange? {
      var range = ScaledRange()
      var packed = weights.unsafelyUnwrapped
      var out = folded
      var block = 0
      while block &* 16 < channels {
        if packed.load(fromByteOffset: 64, as: Int32.self) != 0 { return nil }
        let first = start(block)
        var lane = 0
        while lane < 16 {
          let sum = vaddq_s32(lite_neon_load_s32(bias + (first &+ lane)), lite_neon_load_s32(packed + 4 &* lane))
          lite_neon_store_s32(out, sum)
          range.include(sum, vdupq_n_u32(9 * 128 * 128), lite_neon_load_f32(scales + (first &+ lane)))
          out += 16
          lane &+= 4
        }
        packed += blockBytes
        block &+= 1
      }
      return range
    }

    /// All lines. `workspace` holds the bias of each block and, after it, a line of the zero point.
    fileprivate func run3x3(_ output: lite_output_u8, _ padding: UnsafePointer<UInt8>) {
      let requantizer = FiniteRequantizer(zeroPoint: output.zero_point, minimum: output.minimum, maximum: output.maximum)
      let paddingLanes = vdupq_n_s8(Int8(bitPattern: input_zero_point ^ 0x80))
      var row = first_row
      while row < end_row {
        let top = row &* window.stride_height &- window.padding_top
        let p0 = line(top, padding)
        let p1 = line(top &+ 1, padding)
        let p2 = line(top &+ 2, padding)
        let target = output.data + row &* window.output_width &* output.stride
        var block = 0
        while block &* 16 < channels {
          let first = start(block)
          run(
            Kernel(
              weights: weights + (block &* blockBytes &+ depthwiseHeaderBytes), bias: UnsafeRawPointer(workspace + block &* 64),
              scales: UnsafeRawPointer(scales + first), requantizer: requantizer),
            Lines(
              p0: p0 + first, p1: p1 + first, p2: p2 + first, pixelStride: input_stride, width: window.input_width,
              padding: paddingLanes), 0 &- window.padding_left, strideTwo: window.stride_width == 2,
            window.output_width, target + first, output.stride)
          block &+= 1
        }
        row &+= 1
      }
    }
  }

  /// 8-bit depthwise convolution; `depthwise_convolution_u8s8_scalar` defines it.
  func depthwise_convolution_u8s8_3x3_neon(
    _ convolution: UnsafePointer<lite_convolution_u8s8>?, _ output: UnsafePointer<lite_output_u8>?
  ) {
    let c = convolution.unsafelyUnwrapped.pointee
    guard c.end_row > c.first_row else { return }
    let range = c.isCommon(side: 3) && c.channels >= 16 ? c.foldBias(c.workspace) : nil
    let out = output.unsafelyUnwrapped.pointee
    guard let range, range.isFinite, range.finish(out) != .saturated else {
      depthwise_convolution_u8s8_neon(convolution, output)
      return
    }
    let padding = (c.workspace + ((c.channels &+ 15) & ~15) &* 4).assumingMemoryBound(to: UInt8.self)
    memset(padding, Int32(c.input_zero_point), c.window.input_width &* c.input_stride)
    c.run3x3(out, padding)
  }
#endif

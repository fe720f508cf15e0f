// 8-bit depthwise convolution on ARMv8.0, sixteen channels at a time, two taps a step.
//
// Activations are made signed and two products summed in 16 bits, with the same exception for pairs of
// (-128)*(-128), as in GemmTile4x16c2.swift.
//
// Packed weights, for each block of sixteen channels:
//
//     int32[16]    128 * sum of the channel's weights
//     int32[4]     first: 1 when two products may overflow 16 bits; the others 0
//     int8[16]     for each tap
//
// With sixteen channels or more the last block ends at the last channel and overlaps the one before: no
// load or store is incomplete. With fewer, the one block is padded with zeros.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Bytes before the weights of a block.
  let depthwiseHeaderBytes = 80

  @inline(__always)
  private func blockBytes(_ taps: Int) -> Int { depthwiseHeaderBytes &+ taps &* 16 }

  /// First channel of a block.
  @inline(__always)
  private func blockStart(_ block: Int, _ channels: Int) -> Int {
    max(0, min(block &* 16, channels &- 16))
  }

  /// Bytes that `pack_depthwise_s8_neon` writes.
  func packed_depthwise_s8_size_neon(_ channels: Int, _ taps: Int) -> Int {
    ((channels &+ 15) &>> 4) &* blockBytes(taps)
  }

  /// Packs weights; strides are in elements.
  func pack_depthwise_s8_neon(
    _ channels: Int, _ taps: Int, _ weights: UnsafePointer<Int8>?,
    _ channelStride: Int, _ tapStride: Int, _ packed: UnsafeMutableRawPointer?
  ) {
    let source = weights.unsafelyUnwrapped
    var block = 0
    while block &* 16 < channels {
      let base = packed.unsafelyUnwrapped + block &* blockBytes(taps)
      let header = base.assumingMemoryBound(to: Int32.self)
      for i in 0..<20 { header[i] = 0 }
      let out = (base + depthwiseHeaderBytes).assumingMemoryBound(to: Int8.self)
      let first = blockStart(block, channels)
      for tap in 0..<max(taps, 0) {
        for lane in 0..<16 {
          let channel = first &+ lane
          let value = channel < channels ? source[channel &* channelStride &+ tap &* tapStride] : 0
          out[tap &* 16 &+ lane] = value
          header[lane] = header[lane] &+ 128 &* Int32(value)
          if tap & 1 == 1 && value == -128 && out[(tap &- 1) &* 16 &+ lane] == -128 { header[16] = 1 }
        }
      }
      block &+= 1
    }
  }

  /// Sums of sixteen channels.
  struct Sums16 {
    var a, b, c, d: int32x4_t

    /// Adds sixteen 16-bit numbers.
    @inline(__always)
    mutating func add(_ low: int16x8_t, _ high: int16x8_t) {
      a = vaddw_s16(a, vget_low_s16(low))
      b = vaddw_high_s16(b, low)
      c = vaddw_s16(c, vget_low_s16(high))
      d = vaddw_high_s16(d, high)
    }
  }

  /// Two taps, sixteen channels.
  @inline(__always)
  func addPair(_ sums: inout Sums16, _ x0: int8x16_t, _ x1: int8x16_t, _ w0: int8x16_t, _ w1: int8x16_t) {
    sums.add(
      vmlal_s8(vmull_s8(vget_low_s8(x0), vget_low_s8(w0)), vget_low_s8(x1), vget_low_s8(w1)),
      vmlal_high_s8(vmull_high_s8(x0, w0), x1, w1))
  }

  /// One tap, sixteen channels.
  @inline(__always)
  func addOne(_ sums: inout Sums16, _ x: int8x16_t, _ w: int8x16_t) {
    sums.add(vmull_s8(vget_low_s8(x), vget_low_s8(w)), vmull_high_s8(x, w))
  }

  /// Adds all taps of one pixel and one block: two at a time, or one at a time if two products may overflow.
  /// `read` gives a tap's sixteen activations, made signed.
  @inline(__always)
  private func accumulate(
    _ sums: inout Sums16, _ taps: Int, _ wide: Bool, _ weights: UnsafeRawPointer, _ read: (Int) -> int8x16_t
  ) {
    var w = weights
    var tap = 0
    if !wide {
      while tap &+ 2 <= taps {
        addPair(&sums, read(tap), read(tap &+ 1), lite_neon_load16(w), lite_neon_load16(w + 16))
        w += 32
        tap &+= 2
      }
    }
    while tap < taps {
      addOne(&sums, read(tap), lite_neon_load16(w))
      w += 16
      tap &+= 1
    }
  }

  /// What is common to the pixels of one block of sixteen channels.
  private struct Block {
    let first: Int
    /// Bias, with 128 times the sums of weights.
    let start: Sums16
    let scales0, scales1: Eight<float32x4_t>
    let wide: Bool
    let weights: UnsafeRawPointer

    /// `count` channels from `first` on.
    @inline(__always)
    init(_ conv: lite_depthwise_u8s8, _ packed: UnsafeRawPointer, _ first: Int, _ count: Int) {
      let bias = conv.bias.unsafelyUnwrapped + first
      let scales = conv.scales.unsafelyUnwrapped + first
      let low = min(count, 8)
      let bias0 = loadInts(bias, low)
      let bias1 = count > 8 ? loadInts(bias + 8, count &- 8) : Eight(int32x4_t(), int32x4_t())
      self.first = first
      start = Sums16(
        a: vaddq_s32(bias0.low, lite_neon_load_s32(packed)), b: vaddq_s32(bias0.high, lite_neon_load_s32(packed + 16)),
        c: vaddq_s32(bias1.low, lite_neon_load_s32(packed + 32)), d: vaddq_s32(bias1.high, lite_neon_load_s32(packed + 48)))
      scales0 = loadFloats(scales, low)
      scales1 = count > 8 ? loadFloats(scales + 8, count &- 8) : Eight(float32x4_t(), float32x4_t())
      wide = packed.load(fromByteOffset: 64, as: Int32.self) != 0
      weights = packed + depthwiseHeaderBytes
    }

    @inline(__always)
    func finish(_ sums: Sums16, _ requantizer: Requantizer) -> uint8x16_t {
      vcombine_u8(requantizer.bytes(Eight(sums.a, sums.b), scales0), requantizer.bytes(Eight(sums.c, sums.d), scales1))
    }
  }

  /// 3x3 windows of one block: the weights stay in registers.
  @inline(never)
  private func nineTaps(
    _ block: Block, _ indirection: UnsafePointer<UnsafePointer<UInt8>?>, _ pixels: Int, _ output: UnsafeMutablePointer<UInt8>,
    _ stride: Int,
    _ requantizer: Requantizer
  ) {
    let w = block.weights
    let w0 = lite_neon_load16(w)
    let w1 = lite_neon_load16(w + 16)
    let w2 = lite_neon_load16(w + 32)
    let w3 = lite_neon_load16(w + 48)
    let w4 = lite_neon_load16(w + 64)
    let w5 = lite_neon_load16(w + 80)
    let w6 = lite_neon_load16(w + 96)
    let w7 = lite_neon_load16(w + 112)
    let w8 = lite_neon_load16(w + 128)
    var inputs = indirection
    var out = output
    var left = pixels
    while left > 0 {
      @inline(__always)
      func read(_ tap: Int) -> int8x16_t { signed(lite_neon_load16(inputs[tap].unsafelyUnwrapped + block.first)) }
      var sums = block.start
      addPair(&sums, read(0), read(1), w0, w1)
      addPair(&sums, read(2), read(3), w2, w3)
      addPair(&sums, read(4), read(5), w4, w5)
      addPair(&sums, read(6), read(7), w6, w7)
      addOne(&sums, read(8), w8)
      lite_neon_store16(out, block.finish(sums, requantizer))
      inputs += 9
      out += stride
      left &-= 1
    }
  }

  /// Any other case of one block: `count` channels, any taps, weight zero points.
  @inline(never)
  private func anyTaps(
    _ block: Block, _ conv: lite_depthwise_u8s8, _ count: Int, _ indirection: UnsafePointer<UnsafePointer<UInt8>?>, _ pixels: Int,
    _ output: UnsafeMutablePointer<UInt8>, _ stride: Int, _ requantizer: Requantizer
  ) {
    var inputs = indirection
    var out = output
    var left = pixels
    while left > 0 {
      var sums = block.start
      if count == 16 {
        accumulate(&sums, conv.taps, block.wide, block.weights) { tap in
          signed(lite_neon_load16(inputs[tap].unsafelyUnwrapped + block.first))
        }
      } else {
        accumulate(&sums, conv.taps, block.wide, block.weights) { tap in
          signed(unsafeBitCast(loadBytes(inputs[tap].unsafelyUnwrapped + block.first, count), to: int8x16_t.self))
        }
      }
      if let zeros = conv.weight_zero_points {
        var y0 = Eight(sums.a, sums.b)
        var y1 = Eight(sums.c, sums.d)
        subtract(zeros + block.first, min(count, 8), inputs, conv.taps, block.first, &y0)
        if count > 8 { subtract(zeros + (block.first &+ 8), count &- 8, inputs, conv.taps, block.first &+ 8, &y1) }
        sums = Sums16(a: y0.low, b: y0.high, c: y1.low, d: y1.high)
      }
      let y = block.finish(sums, requantizer)
      if count == 16 { lite_neon_store16(out, y) } else { storeBytes(y, out, count) }
      inputs += conv.taps
      out += stride
      left &-= 1
    }
  }

  /// 8-bit depthwise convolution; `depthwise_u8s8_scalar` defines it.
  ///
  /// Pixels are taken in groups whose activations stay in a first-level cache while all channel blocks pass.
  func depthwise_u8s8_neon(_ depthwise: UnsafePointer<lite_depthwise_u8s8>?, _ output: UnsafePointer<lite_output_u8>?) {
    let conv = depthwise.unsafelyUnwrapped.pointee
    let out = output.unsafelyUnwrapped.pointee
    guard conv.pixels > 0, conv.channels > 0 else { return }
    let requantizer = Requantizer(zeroPoint: out.zero_point, minimum: out.minimum, maximum: out.maximum)
    let count = min(conv.channels, 16)
    let group = max(4, min(64, 4096 / conv.channels))

    var pixel = 0
    while pixel < conv.pixels {
      let pixels = min(group, conv.pixels &- pixel)
      let inputs = conv.indirection.unsafelyUnwrapped + pixel &* conv.taps
      var index = 0
      var packed = conv.weights.unsafelyUnwrapped
      while index &* 16 < conv.channels {
        let block = Block(conv, packed, blockStart(index, conv.channels), count)
        let target = out.data.unsafelyUnwrapped + (pixel &* out.stride &+ block.first)
        if conv.taps == 9 && count == 16 && !block.wide && conv.weight_zero_points == nil {
          nineTaps(block, inputs, pixels, target, out.stride, requantizer)
        } else {
          anyTaps(block, conv, count, inputs, pixels, target, out.stride, requantizer)
        }
        packed += blockBytes(conv.taps)
        index &+= 1
      }
      pixel &+= pixels
    }
  }

  /// Takes weight zero point times sum of activations off eight channels.
  @inline(never)
  private func subtract(
    _ zeros: UnsafePointer<Int32>, _ count: Int, _ inputs: UnsafePointer<UnsafePointer<UInt8>?>, _ taps: Int, _ first: Int,
    _ sums: inout Eight<int32x4_t>
  ) {
    var total = Eight(int32x4_t(), int32x4_t())
    var tap = 0
    while tap < taps {
      let x = vmovl_u8(vget_low_u8(loadBytes(inputs[tap].unsafelyUnwrapped + first, count)))
      total.low = vreinterpretq_s32_u32(vaddw_u16(vreinterpretq_u32_s32(total.low), vget_low_u16(x)))
      total.high = vreinterpretq_s32_u32(vaddw_high_u16(vreinterpretq_u32_s32(total.high), x))
      tap &+= 1
    }
    let z = loadInts(zeros, count)
    sums.low = vmlsq_s32(sums.low, total.low, z.low)
    sums.high = vmlsq_s32(sums.high, total.high, z.high)
  }
#endif

// 8-bit matrix product and convolution: u8 activations, s8 weights, exact int32 sums.
//
// Weights are packed in blocks of eight output channels, and within a block in pairs along the depth:
//
//     block of 8 channels
//       tap 0, tap 1, ...
//         depth pair 0, 1, ... : 16 bytes, c0k0 c0k1 c1k0 c1k1 ... c7k0 c7k1
//
// Channels past the last and the missing half of an odd depth are zero. A pair of bytes, sign-extended to
// a pair of 16-bit halves, is a 32-bit lane whose halves multiply by one activation each; x86 does that
// with pmaddwd on one half, arm64 with mla.

import CLiteKernels
import CLitePlatform

/// Sums of one row for eight output channels.
struct Accumulator8 {
  var low = SIMD4<Int32>()
  var high = SIMD4<Int32>()

  /// Adds x times the eight weights.
  @inline(__always)
  mutating func add(_ x: SIMD4<Int32>, _ weights: (low: SIMD4<Int32>, high: SIMD4<Int32>)) {
    low &+= x &* weights.low
    high &+= x &* weights.high
  }

  @inline(__always)
  var lanes: SIMD8<Int32> { SIMD8(lowHalf: low, highHalf: high) }
}

/// One step of packed weights: two depths of eight channels.
struct WeightPair {
  let even: (low: SIMD4<Int32>, high: SIMD4<Int32>)
  let odd: (low: SIMD4<Int32>, high: SIMD4<Int32>)

  @inline(__always)
  init(_ packed: UnsafePointer<Int8>) {
    let bytes = UnsafeRawPointer(packed).loadUnaligned(as: SIMD16<Int8>.self)
    let low = unsafeBitCast(SIMD8<Int16>(truncatingIfNeeded: bytes.lowHalf), to: SIMD4<Int32>.self)
    let high = unsafeBitCast(SIMD8<Int16>(truncatingIfNeeded: bytes.highHalf), to: SIMD4<Int32>.self)
    even = ((low &<< 16) &>> 16, (high &<< 16) &>> 16)
    odd = (low &>> 16, high &>> 16)
  }
}

/// Eight activations of one row, widened.
struct Activations8 {
  let low: SIMD4<Int32>
  let high: SIMD4<Int32>

  @inline(__always)
  init(_ p: UnsafePointer<UInt8>) {
    let bytes = load8(p)
    low = SIMD4<Int32>(truncatingIfNeeded: bytes.lowHalf)
    high = SIMD4<Int32>(truncatingIfNeeded: bytes.highHalf)
  }
}

@inline(__always)
private func splat(_ x: Int32) -> SIMD4<Int32> { SIMD4(repeating: x) }

/// Bytes of packed weights of one block of eight channels.
@inline(__always)
func gemmBlockBytes(taps: Int, depth: Int) -> Int { taps &* ((depth &+ 1) &>> 1) &* 16 }

/// Bytes that `pack_gemm_s8_scalar` writes.
func packed_gemm_s8_size_scalar(_ channels: Int, _ taps: Int, _ depth: Int) -> Int {
  ((channels &+ 7) &>> 3) &* gemmBlockBytes(taps: taps, depth: depth)
}

/// Packs weights; strides are in elements. Layout as above.
func pack_gemm_s8_scalar(
  _ channels: Int, _ taps: Int, _ depth: Int, _ weights: UnsafePointer<Int8>?,
  _ channelStride: Int, _ tapStride: Int, _ depthStride: Int, _ packed: UnsafeMutableRawPointer?
) {
  let source = weights.unsafelyUnwrapped
  var out = packed.unsafelyUnwrapped.assumingMemoryBound(to: Int8.self)
  var block = 0
  while block < channels {
    for tap in 0..<max(taps, 0) {
      var d = 0
      if depthStride == 1, block &+ 8 <= channels {
        // Eight pairs at one time.
        let first = source + (block &* channelStride &+ tap &* tapStride)
        while d &+ 2 <= depth {
          var pair = UnsafeRawPointer(first + d)
          let target = UnsafeMutableRawPointer(out)
          var lane = 0
          while lane < 16 {
            target.storeBytes(of: pair.loadUnaligned(as: UInt16.self), toByteOffset: lane, as: UInt16.self)
            pair += channelStride
            lane &+= 2
          }
          out += 16
          d &+= 2
        }
      }
      while d < depth {
        for lane in 0..<16 {
          let channel = block &+ (lane &>> 1)
          let k = d &+ (lane & 1)
          let inside = channel < channels && k < depth
          out[lane] = inside ? source[channel &* channelStride &+ tap &* tapStride &+ k &* depthStride] : 0
        }
        out += 16
        d &+= 2
      }
    }
    block &+= 8
  }
}

/// Where the taps of a row are read.
struct TapReader {
  let indirection: UnsafePointer<UnsafePointer<UInt8>?>?
  let input: UnsafePointer<UInt8>?
  let stride: Int
  let taps: Int

  @inline(__always)
  init(_ gemm: lite_gemm_u8s8) {
    indirection = gemm.indirection
    input = gemm.input
    stride = gemm.input_stride
    taps = gemm.taps
  }

  /// First byte of a tap of a row.
  @inline(__always)
  subscript(row: Int, tap: Int) -> UnsafePointer<UInt8> {
    if let indirection { return indirection[row &* taps &+ tap].unsafelyUnwrapped }
    return input.unsafelyUnwrapped + row &* stride
  }
}

/// Sum of all activations of a row: what weight zero points multiply.
@inline(never)
private func activationSum(_ reader: TapReader, _ row: Int, _ depth: Int) -> Int32 {
  var sum: Int32 = 0
  for tap in 0..<max(reader.taps, 0) {
    let x = reader[row, tap]
    var d = 0
    while d < depth {
      sum &+= Int32(x[d])
      d &+= 1
    }
  }
  return sum
}

/// Four rows by eight channels, the whole depth.
@inline(__always)
private func accumulate4(
  _ reader: TapReader, _ row: Int, _ depth: Int, _ block: UnsafePointer<Int8>
) -> (Accumulator8, Accumulator8, Accumulator8, Accumulator8) {
  var a0 = Accumulator8()
  var a1 = Accumulator8()
  var a2 = Accumulator8()
  var a3 = Accumulator8()
  var w = block
  var tap = 0
  while tap < reader.taps {
    var x0 = reader[row, tap]
    var x1 = reader[row &+ 1, tap]
    var x2 = reader[row &+ 2, tap]
    var x3 = reader[row &+ 3, tap]
    var left = depth
    while left >= 8 {
      let v0 = Activations8(x0)
      let v1 = Activations8(x1)
      let v2 = Activations8(x2)
      let v3 = Activations8(x3)
      let w0 = WeightPair(w)
      a0.add(splat(v0.low.x), w0.even)
      a1.add(splat(v1.low.x), w0.even)
      a2.add(splat(v2.low.x), w0.even)
      a3.add(splat(v3.low.x), w0.even)
      a0.add(splat(v0.low.y), w0.odd)
      a1.add(splat(v1.low.y), w0.odd)
      a2.add(splat(v2.low.y), w0.odd)
      a3.add(splat(v3.low.y), w0.odd)
      let w1 = WeightPair(w + 16)
      a0.add(splat(v0.low.z), w1.even)
      a1.add(splat(v1.low.z), w1.even)
      a2.add(splat(v2.low.z), w1.even)
      a3.add(splat(v3.low.z), w1.even)
      a0.add(splat(v0.low.w), w1.odd)
      a1.add(splat(v1.low.w), w1.odd)
      a2.add(splat(v2.low.w), w1.odd)
      a3.add(splat(v3.low.w), w1.odd)
      let w2 = WeightPair(w + 32)
      a0.add(splat(v0.high.x), w2.even)
      a1.add(splat(v1.high.x), w2.even)
      a2.add(splat(v2.high.x), w2.even)
      a3.add(splat(v3.high.x), w2.even)
      a0.add(splat(v0.high.y), w2.odd)
      a1.add(splat(v1.high.y), w2.odd)
      a2.add(splat(v2.high.y), w2.odd)
      a3.add(splat(v3.high.y), w2.odd)
      let w3 = WeightPair(w + 48)
      a0.add(splat(v0.high.z), w3.even)
      a1.add(splat(v1.high.z), w3.even)
      a2.add(splat(v2.high.z), w3.even)
      a3.add(splat(v3.high.z), w3.even)
      a0.add(splat(v0.high.w), w3.odd)
      a1.add(splat(v1.high.w), w3.odd)
      a2.add(splat(v2.high.w), w3.odd)
      a3.add(splat(v3.high.w), w3.odd)
      w += 64
      x0 += 8
      x1 += 8
      x2 += 8
      x3 += 8
      left &-= 8
    }
    while left > 0 {
      let pair = WeightPair(w)
      a0.add(splat(Int32(x0[0])), pair.even)
      a1.add(splat(Int32(x1[0])), pair.even)
      a2.add(splat(Int32(x2[0])), pair.even)
      a3.add(splat(Int32(x3[0])), pair.even)
      if left > 1 {
        a0.add(splat(Int32(x0[1])), pair.odd)
        a1.add(splat(Int32(x1[1])), pair.odd)
        a2.add(splat(Int32(x2[1])), pair.odd)
        a3.add(splat(Int32(x3[1])), pair.odd)
      }
      w += 16
      x0 += 2
      x1 += 2
      x2 += 2
      x3 += 2
      left &-= 2
    }
    tap &+= 1
  }
  return (a0, a1, a2, a3)
}

/// One row by eight channels, the whole depth.
@inline(__always)
private func accumulate1(
  _ reader: TapReader, _ row: Int, _ depth: Int, _ block: UnsafePointer<Int8>
) -> Accumulator8 {
  var even = Accumulator8()
  var odd = Accumulator8()
  var w = block
  var tap = 0
  while tap < reader.taps {
    var x = reader[row, tap]
    var left = depth
    while left >= 8 {
      let v = Activations8(x)
      let w0 = WeightPair(w)
      even.add(splat(v.low.x), w0.even)
      odd.add(splat(v.low.y), w0.odd)
      let w1 = WeightPair(w + 16)
      even.add(splat(v.low.z), w1.even)
      odd.add(splat(v.low.w), w1.odd)
      let w2 = WeightPair(w + 32)
      even.add(splat(v.high.x), w2.even)
      odd.add(splat(v.high.y), w2.odd)
      let w3 = WeightPair(w + 48)
      even.add(splat(v.high.z), w3.even)
      odd.add(splat(v.high.w), w3.odd)
      w += 64
      x += 8
      left &-= 8
    }
    while left > 0 {
      let pair = WeightPair(w)
      even.add(splat(Int32(x[0])), pair.even)
      if left > 1 { odd.add(splat(Int32(x[1])), pair.odd) }
      w += 16
      x += 2
      left &-= 2
    }
    tap &+= 1
  }
  even.low &+= odd.low
  even.high &+= odd.high
  return even
}

/// Walks a matrix product block by block and hands each row's eight finished sums to `finish`, as
/// (row, first channel, channels in the block, sums with `biasFactor` times the bias and weight zero points applied).
///
/// Rows are taken in groups whose activations stay in a first-level cache while all channel blocks pass.
@inline(__always)
private func forEachBlock(_ gemm: lite_gemm_u8s8, biasFactor: Int32 = 1, _ finish: (Int, Int, Int, SIMD8<Int32>) -> Void) {
  let rows = gemm.rows
  let channels = gemm.channels
  let depth = gemm.depth
  let reader = TapReader(gemm)
  let packed = gemm.weights.unsafelyUnwrapped.assumingMemoryBound(to: Int8.self)
  let blockBytes = gemmBlockBytes(taps: gemm.taps, depth: depth)
  var group = 4
  while group < 64 && group &* gemm.taps &* depth < 8192 { group &*= 2 }

  var firstRow = 0
  while firstRow < rows {
    let endRow = min(firstRow &+ group, rows)
    var channel = 0
    var block = packed
    while channel < channels {
      let count = min(channels &- channel, 8)
      let bias = loadUpTo8(gemm.bias.unsafelyUnwrapped + channel, count) &* SIMD8(repeating: biasFactor)
      var zeros = SIMD8<Int32>()
      if let weightZeros = gemm.weight_zero_points { zeros = loadUpTo8(weightZeros + channel, count) }
      let corrected = gemm.weight_zero_points != nil

      var row = firstRow
      while row < endRow {
        if endRow &- row >= 4 {
          let (a0, a1, a2, a3) = accumulate4(reader, row, depth, block)
          var s0 = a0.lanes &+ bias
          var s1 = a1.lanes &+ bias
          var s2 = a2.lanes &+ bias
          var s3 = a3.lanes &+ bias
          if corrected {
            s0 &-= zeros &* SIMD8(repeating: activationSum(reader, row, depth))
            s1 &-= zeros &* SIMD8(repeating: activationSum(reader, row &+ 1, depth))
            s2 &-= zeros &* SIMD8(repeating: activationSum(reader, row &+ 2, depth))
            s3 &-= zeros &* SIMD8(repeating: activationSum(reader, row &+ 3, depth))
          }
          finish(row, channel, count, s0)
          finish(row &+ 1, channel, count, s1)
          finish(row &+ 2, channel, count, s2)
          finish(row &+ 3, channel, count, s3)
          row &+= 4
        } else {
          var sums = accumulate1(reader, row, depth, block).lanes &+ bias
          if corrected { sums &-= zeros &* SIMD8(repeating: activationSum(reader, row, depth)) }
          finish(row, channel, count, sums)
          row &+= 1
        }
      }
      block += blockBytes
      channel &+= 8
    }
    firstRow = endRow
  }
}

/// 8-bit matrix product or convolution with 8-bit result.
/// y = clamp(rne(f32(sum) * scale[c]) + zero_point), sum = Σ x*w - weight_zero[c] * Σ x + bias[c].
func gemm_u8s8_scalar(_ gemm: UnsafePointer<lite_gemm_u8s8>?, _ output: UnsafePointer<lite_output_u8>?) {
  let product = gemm.unsafelyUnwrapped.pointee
  let out = output.unsafelyUnwrapped.pointee
  let data = out.data.unsafelyUnwrapped
  let scales = product.scales.unsafelyUnwrapped
  let range = QuantizedRange(zeroPoint: out.zero_point, minimum: out.minimum, maximum: out.maximum)
  forEachBlock(product) { row, channel, count, sums in
    let scale = loadUpTo8(scales + channel, count)
    let y = SIMD8<UInt8>(truncatingIfNeeded: range.quantize(SIMD8<Float>(sums) * scale))
    let p = data + (row &* out.stride &+ channel)
    storeUpTo8(y, p, count)
  }
}

/// 8-bit matrix product or convolution with float result (dynamic quantization).
/// y = f32(f32(f32(scale[c] * input scale) * f32(sum)) + bias[c]), then max(0, y) when relu is set.
func gemm_u8s8_f32_scalar(_ gemm: UnsafePointer<lite_gemm_u8s8>?, _ output: UnsafePointer<lite_output_f32>?) {
  let product = gemm.unsafelyUnwrapped.pointee
  let out = output.unsafelyUnwrapped.pointee
  let data = out.data.unsafelyUnwrapped
  let scales = product.scales.unsafelyUnwrapped
  forEachBlock(product, biasFactor: 0 &- out.input_zero_point) { row, channel, count, sums in
    var y = SIMD8<Float>(sums) * (loadUpTo8(scales + channel, count) * SIMD8(repeating: out.input_scale))
    if let bias = out.bias { y += loadUpTo8(bias + channel, count) }
    if out.relu != 0 { y.replace(with: 0, where: y .< 0) }
    storeUpTo8(y, data + (row &* out.stride &+ channel), count)
  }
}

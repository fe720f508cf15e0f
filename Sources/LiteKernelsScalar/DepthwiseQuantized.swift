// 8-bit depthwise convolution, channels last: a channel reads its own input channel only.
//
// Weights are packed in blocks of eight channels: [block][tap][8], channels past the last are zero.

import CLiteKernels
import CLitePlatform

/// Bytes that `pack_depthwise_s8_scalar` writes.
func packed_depthwise_s8_size_scalar(_ channels: Int, _ taps: Int) -> Int {
  ((channels &+ 7) & ~7) &* taps
}

/// Packs weights; strides are in elements.
func pack_depthwise_s8_scalar(
  _ channels: Int, _ taps: Int, _ weights: UnsafePointer<Int8>?,
  _ channelStride: Int, _ tapStride: Int, _ packed: UnsafeMutableRawPointer?
) {
  let source = weights.unsafelyUnwrapped
  var out = packed.unsafelyUnwrapped.assumingMemoryBound(to: Int8.self)
  var block = 0
  while block < channels {
    for tap in 0..<max(taps, 0) {
      for lane in 0..<8 {
        let channel = block &+ lane
        out[lane] = channel < channels ? source[channel &* channelStride &+ tap &* tapStride] : 0
      }
      out += 8
    }
    block &+= 8
  }
}

/// 8-bit depthwise convolution. y = clamp(rne(f32(sum) * scale[c]) + zero_point),
/// sum = Σ over taps of x[tap][c] * (w[tap][c] - weight_zero[c]), + bias[c].
///
/// A product of u8 and s8 fits 16 bits: -32640...32385.
func depthwise_u8s8_scalar(_ depthwise: UnsafePointer<lite_depthwise_u8s8>?, _ output: UnsafePointer<lite_output_u8>?) {
  let conv = depthwise.unsafelyUnwrapped.pointee
  let out = output.unsafelyUnwrapped.pointee
  let taps = conv.taps
  let channels = conv.channels
  let bias = conv.bias.unsafelyUnwrapped
  let scales = conv.scales.unsafelyUnwrapped
  let packed = conv.weights.unsafelyUnwrapped.assumingMemoryBound(to: Int8.self)
  let range = QuantizedRange(zeroPoint: out.zero_point, minimum: out.minimum, maximum: out.maximum)
  // An empty window never reads its pointers.
  guard conv.pixels > 0, channels > 0 else { return }

  var pixel = 0
  while pixel < conv.pixels {
    let inputs = conv.indirection.unsafelyUnwrapped + pixel &* taps
    let row = out.data.unsafelyUnwrapped + pixel &* out.stride
    var channel = 0
    var w = packed
    while channel < channels {
      let count = min(channels &- channel, 8)
      var sums = loadUpTo8(bias + channel, count)
      var total = SIMD8<Int32>()
      var tap = 0
      while tap < taps {
        let p = inputs[tap].unsafelyUnwrapped + channel
        let x = SIMD8<Int16>(truncatingIfNeeded: loadUpTo8(p, count))
        sums &+= SIMD8<Int32>(truncatingIfNeeded: x &* SIMD8<Int16>(truncatingIfNeeded: load8(w)))
        w += 8
        tap &+= 1
      }
      if let zeros = conv.weight_zero_points {
        tap = 0
        while tap < taps {
          total &+= SIMD8<Int32>(truncatingIfNeeded: loadUpTo8(inputs[tap].unsafelyUnwrapped + channel, count))
          tap &+= 1
        }
        sums &-= total &* loadUpTo8(zeros + channel, count)
      }
      let scale = loadUpTo8(scales + channel, count)
      let y = SIMD8<UInt8>(truncatingIfNeeded: range.quantize(SIMD8<Float>(sums) * scale))
      storeUpTo8(y, row + channel, count)
      channel &+= 8
    }
    pixel &+= 1
  }
}

// 8-bit pooling, channels last. The caller's pointers say which input pixels a window covers.

import CLiteKernels
import CLitePlatform

/// Maximum over the taps of each pixel, channel by channel; 0 for an empty window.
func max_pool_u8_scalar(
  _ pixels: Int, _ channels: Int, _ taps: Int, _ indirection: UnsafePointer<UnsafePointer<UInt8>?>?,
  _ output: UnsafeMutablePointer<UInt8>?, _ outputStride: Int
) {
  var pixel = 0
  while pixel < pixels {
    let inputs = indirection.unsafelyUnwrapped + pixel &* taps
    let row = output.unsafelyUnwrapped + pixel &* outputStride
    var channel = 0
    while channel &+ 16 <= channels {
      var best = SIMD16<UInt8>()
      var tap = 0
      while tap < taps {
        let x = UnsafeRawPointer(inputs[tap].unsafelyUnwrapped + channel).loadUnaligned(as: SIMD16<UInt8>.self)
        best = best.replacing(with: x, where: x .> best)
        tap &+= 1
      }
      store(best, row + channel)
      channel &+= 16
    }
    while channel < channels {
      var best: UInt8 = 0
      var tap = 0
      while tap < taps {
        best = max(best, inputs[tap].unsafelyUnwrapped[channel])
        tap &+= 1
      }
      row[channel] = best
      channel &+= 1
    }
    pixel &+= 1
  }
}

/// Mean over the taps of each pixel.
/// y = clamp(rne(f32(Σ q - taps * input_zero) * scale) + zero_point).
func average_pool_u8_scalar(
  _ pixels: Int, _ channels: Int, _ taps: Int, _ indirection: UnsafePointer<UnsafePointer<UInt8>?>?,
  _ inputZeroPoint: Int32, _ scale: Float, _ output: UnsafePointer<lite_output_u8>?
) {
  let out = output.unsafelyUnwrapped.pointee
  let range = QuantizedRange(zeroPoint: out.zero_point, minimum: out.minimum, maximum: out.maximum)
  let bias = SIMD8<Int32>(repeating: 0 &- Int32(truncatingIfNeeded: taps) &* inputZeroPoint)
  let scales = SIMD8<Float>(repeating: scale)
  var pixel = 0
  while pixel < pixels {
    let inputs = indirection.unsafelyUnwrapped + pixel &* taps
    let row = out.data.unsafelyUnwrapped + pixel &* out.stride
    var channel = 0
    while channel < channels {
      let count = min(channels &- channel, 8)
      var sums = bias
      var tap = 0
      while tap < taps {
        let p = inputs[tap].unsafelyUnwrapped + channel
        sums &+= SIMD8<Int32>(truncatingIfNeeded: loadUpTo8(p, count))
        tap &+= 1
      }
      let y = SIMD8<UInt8>(truncatingIfNeeded: range.quantize(SIMD8<Float>(sums) * scales))
      storeUpTo8(y, row + channel, count)
      channel &+= 8
    }
    pixel &+= 1
  }
}

// Float to integer and back, with one scale and zero point for the whole run.

import CLiteKernels
import CLitePlatform

/// Eight floats at a time; the last, incomplete step sees zeros past the end.
@inline(__always)
private func mapFloats(_ count: Int, _ input: UnsafePointer<Float>, _ body: (SIMD8<Float>, Int, Int) -> Void) {
  var i = 0
  while i &+ 8 <= count {
    body(load8(input + i), i, 8)
    i &+= 8
  }
  if i < count { body(loadUpTo8(input + i, count &- i), i, count &- i) }
}

/// Quantizes to integers of at most 8 bits.
///
/// LITE_ROUND_THEN_ADD: clamp(rne(f32(x * inverse)) + zero).
/// LITE_ADD_THEN_ROUND: clamp(rne(fma(x, inverse, zero))), one rounding for product and sum.
/// NaN gives the minimum.
@inline(__always)
private func quantize(
  _ count: Int, _ input: UnsafePointer<Float>, _ inverseScale: Float, _ zeroPoint: Int32, _ rounding: Int32,
  _ minimum: Int32, _ maximum: Int32, _ put: (SIMD8<Int32>, Int, Int) -> Void
) {
  let inverse = SIMD8<Float>(repeating: inverseScale)
  if rounding == Int32(LITE_ADD_THEN_ROUND) {
    let range = QuantizedRange(zeroPoint: 0, minimum: minimum, maximum: maximum)
    let zero = SIMD8<Float>(repeating: Float(zeroPoint))
    mapFloats(count, input) { x, i, n in put(range.quantize(zero.addingProduct(x, inverse)), i, n) }
  } else {
    let range = QuantizedRange(zeroPoint: zeroPoint, minimum: minimum, maximum: maximum)
    mapFloats(count, input) { x, i, n in put(range.quantize(x * inverse), i, n) }
  }
}

/// Float to quint8.
func quantize_u8_scalar(
  _ count: Int, _ input: UnsafePointer<Float>?, _ inverseScale: Float, _ zeroPoint: Int32, _ rounding: Int32,
  _ output: UnsafeMutablePointer<UInt8>?
) {
  guard count > 0 else { return }
  let out = output.unsafelyUnwrapped
  quantize(count, input.unsafelyUnwrapped, inverseScale, zeroPoint, rounding, 0, 255) { q, i, n in
    let y = SIMD8<UInt8>(truncatingIfNeeded: q)
    storeUpTo8(y, out + i, n)
  }
}

/// Float to qint8.
func quantize_s8_scalar(
  _ count: Int, _ input: UnsafePointer<Float>?, _ inverseScale: Float, _ zeroPoint: Int32, _ rounding: Int32,
  _ output: UnsafeMutablePointer<Int8>?
) {
  guard count > 0 else { return }
  let out = output.unsafelyUnwrapped
  quantize(count, input.unsafelyUnwrapped, inverseScale, zeroPoint, rounding, -128, 127) { q, i, n in
    let y = SIMD8<Int8>(truncatingIfNeeded: q)
    storeUpTo8(y, out + i, n)
  }
}

/// Float to qint32. The scaled value is a float, then everything is exact: double holds any float within
/// ±2^33 and its rounding by 1.5 * 2^52 (see `roundSmall`), and the sum with the zero point saturates.
/// NaN gives the minimum.
func quantize_s32_scalar(
  _ count: Int, _ input: UnsafePointer<Float>?, _ inverseScale: Float, _ zeroPoint: Int32, _ rounding: Int32,
  _ output: UnsafeMutablePointer<Int32>?
) {
  let fused = rounding == Int32(LITE_ADD_THEN_ROUND)
  let addend = fused ? 0 : Int64(zeroPoint)
  let limit: Double = 8_589_934_592
  var i = 0
  while i < count {
    let x = input.unsafelyUnwrapped[i]
    let scaled = Double(fused ? Float(zeroPoint).addingProduct(x, inverseScale) : x * inverseScale)
    var near = scaled > -limit ? scaled : -limit
    near = near < limit ? near : limit
    let rounded = Int64(bitPattern: (near + 6_755_399_441_055_744.0).bitPattern) &- 0x4338_0000_0000_0000
    let sum = rounded &+ addend
    output.unsafelyUnwrapped[i] = Int32(truncatingIfNeeded: max(Int64(Int32.min), min(Int64(Int32.max), sum)))
    i &+= 1
  }
}

/// y = scale * f32(q - zero), from integers that `load` widens.
@inline(__always)
private func dequantize(
  _ count: Int, _ scale: Float, _ zeroPoint: Int32, _ output: UnsafeMutablePointer<Float>?,
  _ load: (Int, Int) -> SIMD8<Int32>
) {
  let scales = SIMD8<Float>(repeating: scale)
  let zero = SIMD8<Int32>(repeating: zeroPoint)
  var i = 0
  while i < count {
    let n = min(count &- i, 8)
    let y = scales * SIMD8<Float>(load(i, n) &- zero)
    let p = output.unsafelyUnwrapped + i
    storeUpTo8(y, p, n)
    i &+= 8
  }
}

/// quint8 to float.
func dequantize_u8_scalar(
  _ count: Int, _ input: UnsafePointer<UInt8>?, _ scale: Float, _ zeroPoint: Int32, _ output: UnsafeMutablePointer<Float>?
) {
  dequantize(count, scale, zeroPoint, output) { i, n in
    let p = input.unsafelyUnwrapped + i
    return SIMD8<Int32>(truncatingIfNeeded: loadUpTo8(p, n))
  }
}

/// qint8 to float.
func dequantize_s8_scalar(
  _ count: Int, _ input: UnsafePointer<Int8>?, _ scale: Float, _ zeroPoint: Int32, _ output: UnsafeMutablePointer<Float>?
) {
  dequantize(count, scale, zeroPoint, output) { i, n in
    let p = input.unsafelyUnwrapped + i
    return SIMD8<Int32>(truncatingIfNeeded: loadUpTo8(p, n))
  }
}

/// qint32 to float. The difference is exact, then rounded once.
func dequantize_s32_scalar(
  _ count: Int, _ input: UnsafePointer<Int32>?, _ scale: Float, _ zeroPoint: Int32, _ output: UnsafeMutablePointer<Float>?
) {
  var i = 0
  while i < count {
    output.unsafelyUnwrapped[i] = scale * Float(Int64(input.unsafelyUnwrapped[i]) &- Int64(zeroPoint))
    i &+= 1
  }
}

// Elementwise operators on bytes of quantized data.

import CLiteKernels
import CLitePlatform

/// Calls `body` with eight bytes of each operand at a time; the last, incomplete step sees zeros past the end.
@inline(__always)
private func mapBytes(
  _ count: Int, _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ output: UnsafeMutablePointer<UInt8>,
  _ body: (SIMD8<UInt8>, SIMD8<UInt8>) -> SIMD8<UInt8>
) {
  var i = 0
  while i &+ 8 <= count {
    store(body(load8(a + i), load8(b + i)), output + i)
    i &+= 8
  }
  if i < count {
    let left = count &- i
    storeUpTo8(body(loadUpTo8(a + i, left), loadUpTo8(b + i, left)), output + i, left)
  }
}

/// QNNPACK's fixed-point addition:
/// acc = bias + a*a_multiplier + b*b_multiplier, y = clamp(acc >> shift, rounded with ties away from zero, + zero_point).
func add_u8_scalar(
  _ count: Int, _ a: UnsafePointer<UInt8>?, _ b: UnsafePointer<UInt8>?,
  _ parameters: UnsafePointer<lite_add_u8>?, _ output: UnsafeMutablePointer<UInt8>?
) {
  let p = parameters.unsafelyUnwrapped.pointee
  let multiplierA = SIMD8<Int32>(repeating: p.a_multiplier)
  let multiplierB = SIMD8<Int32>(repeating: p.b_multiplier)
  let bias = SIMD8<Int32>(repeating: p.bias)
  let shift = SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: p.shift))
  let maskScalar = (Int32(1) &<< Int32(truncatingIfNeeded: p.shift)) &- 1
  let mask = SIMD8<Int32>(repeating: maskScalar)
  let threshold = SIMD8<Int32>(repeating: Int32(bitPattern: UInt32(bitPattern: maskScalar) &>> 1))
  let low = SIMD8<Int32>(repeating: p.minimum)
  let high = SIMD8<Int32>(repeating: p.maximum)
  let zero = SIMD8<Int32>(repeating: p.zero_point)
  guard count > 0 else { return }
  mapBytes(count, a.unsafelyUnwrapped, b.unsafelyUnwrapped, output.unsafelyUnwrapped) { a, b in
    let sum =
      bias &+ SIMD8<Int32>(truncatingIfNeeded: a) &* multiplierA
      &+ SIMD8<Int32>(truncatingIfNeeded: b) &* multiplierB
    let remainder = (sum & mask) &+ (sum &>> 31)
    var y = (sum &>> shift) &+ zero
    y.replace(with: y &+ 1, where: remainder .> threshold)
    y = y.replacing(with: low, where: y .< low)
    y = y.replacing(with: high, where: y .> high)
    return SIMD8<UInt8>(truncatingIfNeeded: y)
  }
}

/// y = clamp(rne(f32((a-za)*(b-zb)) * scale) + zero_point).
func multiply_u8_scalar(
  _ count: Int, _ a: UnsafePointer<UInt8>?, _ b: UnsafePointer<UInt8>?,
  _ parameters: UnsafePointer<lite_multiply_u8>?, _ output: UnsafeMutablePointer<UInt8>?
) {
  let p = parameters.unsafelyUnwrapped.pointee
  let zeroA = SIMD8<Int32>(repeating: p.a_zero_point)
  let zeroB = SIMD8<Int32>(repeating: p.b_zero_point)
  let scale = SIMD8<Float>(repeating: p.scale)
  let range = QuantizedRange(zeroPoint: p.zero_point, minimum: p.minimum, maximum: p.maximum)
  guard count > 0 else { return }
  mapBytes(count, a.unsafelyUnwrapped, b.unsafelyUnwrapped, output.unsafelyUnwrapped) { a, b in
    let product = (SIMD8<Int32>(truncatingIfNeeded: a) &- zeroA) &* (SIMD8<Int32>(truncatingIfNeeded: b) &- zeroB)
    return SIMD8<UInt8>(truncatingIfNeeded: range.quantize(SIMD8<Float>(product) * scale))
  }
}

/// y = table[x].
func lookup_u8_scalar(
  _ count: Int, _ input: UnsafePointer<UInt8>?, _ table: UnsafePointer<UInt8>?, _ output: UnsafeMutablePointer<UInt8>?
) {
  var i = 0
  while i < count {
    output.unsafelyUnwrapped[i] = table.unsafelyUnwrapped[Int(input.unsafelyUnwrapped[i])]
    i &+= 1
  }
}

/// y = min(max(x, minimum), maximum).
func clamp_u8_scalar(
  _ count: Int, _ input: UnsafePointer<UInt8>?, _ minimum: UInt8, _ maximum: UInt8, _ output: UnsafeMutablePointer<UInt8>?
) {
  let low = SIMD16<UInt8>(repeating: minimum)
  let high = SIMD16<UInt8>(repeating: maximum)
  var i = 0
  while i &+ 16 <= count {
    var x = UnsafeRawPointer(input.unsafelyUnwrapped + i).loadUnaligned(as: SIMD16<UInt8>.self)
    x = x.replacing(with: low, where: x .< low)
    x = x.replacing(with: high, where: x .> high)
    store(x, output.unsafelyUnwrapped + i)
    i &+= 16
  }
  while i < count {
    output.unsafelyUnwrapped[i] = min(max(input.unsafelyUnwrapped[i], minimum), maximum)
    i &+= 1
  }
}

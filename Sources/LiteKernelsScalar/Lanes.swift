// Eight lanes at a time: the loads, stores and roundings that every kernel here is made of.
//
// All vectors are eight elements wide whatever the processor: the compiler splits them into the registers
// it has. Nothing in this file traps: dynamic lane numbers are never used as subscripts, and no
// floating point value is converted to an integer by an instruction that checks its range.

import CLitePlatform

/// Loads eight bytes from any address.
@inline(__always)
func load8(_ p: UnsafePointer<UInt8>) -> SIMD8<UInt8> {
  UnsafeRawPointer(p).loadUnaligned(as: SIMD8<UInt8>.self)
}

/// Loads eight signed bytes from any address.
@inline(__always)
func load8(_ p: UnsafePointer<Int8>) -> SIMD8<Int8> {
  UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Int8>.self)
}

/// Loads eight floats from any address.
@inline(__always)
func load8(_ p: UnsafePointer<Float>) -> SIMD8<Float> {
  UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Float>.self)
}

/// Stores a whole vector at any address.
@inline(__always)
func store<Vector: BitwiseCopyable>(_ vector: Vector, _ p: UnsafeMutableRawPointer) {
  p.storeBytes(of: vector, as: Vector.self)
}

/// Loads the first `count` (0...8) elements; the other lanes are zero. Reads nothing past them.
@inline(__always)
func loadUpTo8<Element: BitwiseCopyable>(_ p: UnsafePointer<Element>, _ count: Int) -> SIMD8<Element> {
  if count == 8 { return UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Element>.self) }
  var lanes = SIMD8<Element>()
  withUnsafeMutableBytes(of: &lanes) { _ = memcpy($0.baseAddress.unsafelyUnwrapped, p, count &* MemoryLayout<Element>.stride) }
  return lanes
}

/// Stores the first `count` (0...8) lanes.
@inline(__always)
func storeUpTo8<Element: BitwiseCopyable>(_ vector: SIMD8<Element>, _ p: UnsafeMutablePointer<Element>, _ count: Int) {
  if count == 8 {
    UnsafeMutableRawPointer(p).storeBytes(of: vector, as: SIMD8<Element>.self)
    return
  }
  withUnsafeBytes(of: vector) { _ = memcpy(p, $0.baseAddress.unsafelyUnwrapped, count &* MemoryLayout<Element>.stride) }
}

/// The integer nearest to each lane, ties to even. Lanes must lie within ±2^22.
///
/// Adding 1.5 * 2^23 moves the value to where floats are whole numbers, and the addition itself rounds to
/// nearest, ties to even; the sum's low bits are then the integer in two's complement. 1.5 * 2^23 is even,
/// so that "even" means the same before and after. Exact for |x| <= 2^22, where the sum stays in
/// [2^23, 2^24).
@inline(__always)
func roundSmall(_ x: SIMD8<Float>) -> SIMD8<Int32> {
  unsafeBitCast(x + 12_582_912.0, to: SIMD8<Int32>.self) &- 0x4B40_0000
}

/// `roundSmall` for one number.
@inline(__always)
func roundSmall(_ x: Float) -> Int32 {
  Int32(bitPattern: (x + 12_582_912.0).bitPattern) &- 0x4B40_0000
}

/// Clamps each lane; NaN becomes `minimum`.
@inline(__always)
func clampNaNLow(_ x: SIMD8<Float>, _ minimum: SIMD8<Float>, _ maximum: SIMD8<Float>) -> SIMD8<Float> {
  let low = minimum.replacing(with: x, where: x .> minimum)
  return maximum.replacing(with: low, where: low .< maximum)
}

/// Where integers of a quantized type lie, relative to their zero point, as floats.
///
/// Clamping before rounding gives what clamping after it gives, because the bounds are integers and
/// rounding is monotonic; and it keeps `roundSmall` within its domain.
struct QuantizedRange {
  let low: SIMD8<Float>
  let high: SIMD8<Float>
  let zero: SIMD8<Int32>

  @inline(__always)
  init(zeroPoint: Int32, minimum: Int32, maximum: Int32) {
    low = SIMD8(repeating: Float(minimum &- zeroPoint))
    high = SIMD8(repeating: Float(maximum &- zeroPoint))
    zero = SIMD8(repeating: zeroPoint)
  }

  /// clamp(rne(x) + zero point), eight lanes.
  @inline(__always)
  func quantize(_ x: SIMD8<Float>) -> SIMD8<Int32> {
    roundSmall(clampNaNLow(x, low, high)) &+ zero
  }
}

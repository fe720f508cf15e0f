// Element types, and how they reach the three types in which arithmetic is done.
//
//     u8 s8 s16 s32 s64 bool  ->  s64      wraps as the narrow type would, once cut down again
//     f16 bf16 f32            ->  f32
//     f64                     ->  f64
//
// An elementwise loop thus exists three times, not ten. `gather` widens a run of elements into a buffer
// of the working type, `scatter` cuts a buffer down again.

import CLiteKernels
import CLitePlatform

/// Code of a dtype, as the contract numbers them, in a type a switch likes.
enum Element: Int32 {
  case u8 = 0
  case s8 = 1
  case s16 = 2
  case s32 = 3
  case s64 = 4
  case f16 = 5
  case f32 = 6
  case f64 = 7
  case bool = 11
  case bf16 = 15

  /// Bytes of one element.
  @inline(__always)
  var size: Int {
    switch self {
    case .u8, .s8, .bool: return 1
    case .s16, .f16, .bf16: return 2
    case .s32, .f32: return 4
    case .s64, .f64: return 8
    }
  }

  /// The type in which elements of this one are computed.
  @inline(__always)
  var working: Element {
    switch self {
    case .f16, .bf16, .f32: return .f32
    case .f64: return .f64
    default: return .s64
    }
  }
}

/// Elements of a buffer of the working type.
let chunk = 64

/// Runs `body` with 64 elements of at most 8 bytes, on the stack.
@inline(__always)
func withChunk(_ body: (UnsafeMutableRawPointer) -> Void) {
  withUnsafeTemporaryAllocation(byteCount: 512, alignment: 16) { body($0.baseAddress.unsafelyUnwrapped) }
}

/// Half precision to single.
@inline(__always)
func widenHalf(_ bits: UInt16) -> Float {
  #if arch(arm64)
    return Float(Float16(bitPattern: bits))
  #else
    let sign = UInt32(bits & 0x8000) &<< 16
    let rest = UInt32(bits & 0x7FFF)
    if rest < 0x0400 {  // subnormal: a multiple of 2^-24
      return Float(bitPattern: (Float(rest) * 0x1p-24).bitPattern | sign)
    }
    let exponent: UInt32 = rest >= 0x7C00 ? 0x7000_0000 : 0x3800_0000
    return Float(bitPattern: ((rest &<< 13) &+ exponent) | sign)
  #endif
}

/// Single precision to half, ties to even.
@inline(__always)
func narrowToHalf(_ x: Float) -> UInt16 {
  #if arch(arm64)
    return Float16(x).bitPattern
  #else
    let sign = UInt16(truncatingIfNeeded: (x.bitPattern &>> 16) & 0x8000)
    let bits = x.bitPattern & 0x7FFF_FFFF
    if bits > 0x7F80_0000 { return sign | 0x7E00 }
    if bits >= 0x4780_0000 { return sign | 0x7C00 }  // 65536 and above
    if bits < 0x3880_0000 {  // below 2^-14: beside 0.5, a float's last bit is worth 2^-24
      let shifted = Float(bitPattern: bits) + 0.5
      return sign | UInt16(truncatingIfNeeded: shifted.bitPattern &- 0x3F00_0000)
    }
    let rounded = bits &+ 0x0FFF &+ ((bits &>> 13) & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded &- 0x3800_0000) &>> 13)
  #endif
}

/// bfloat16 to single.
@inline(__always)
func widenBrain(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) &<< 16) }

/// Single precision to bfloat16, ties to even.
@inline(__always)
func narrowToBrain(_ x: Float) -> UInt16 {
  if x != x { return 0x7FC0 }
  let bits = x.bitPattern
  return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits &>> 16) & 1)) &>> 16)
}

@inline(__always)
private func move<From: BitwiseCopyable, To: BitwiseCopyable>(
  _ source: UnsafeRawPointer, _ sourceStride: Int, _ destination: UnsafeMutableRawPointer, _ destinationStride: Int,
  _ count: Int, _ convert: (From) -> To
) {
  var p = source
  var q = destination
  var left = count
  while left > 0 {
    q.storeBytes(of: convert(p.loadUnaligned(as: From.self)), as: To.self)
    p += sourceStride
    q += destinationStride
    left &-= 1
  }
}

/// Copies `count` elements of `size` bytes between strided runs.
@inline(never)
func copyElements(
  _ size: Int, _ source: UnsafeRawPointer, _ sourceStride: Int, _ destination: UnsafeMutableRawPointer,
  _ destinationStride: Int, _ count: Int
) {
  if sourceStride == size && destinationStride == size {
    memmove(destination, source, count &* size)
    return
  }
  switch size {
  case 1: move(source, sourceStride, destination, destinationStride, count) { (x: UInt8) in x }
  case 2: move(source, sourceStride, destination, destinationStride, count) { (x: UInt16) in x }
  case 4: move(source, sourceStride, destination, destinationStride, count) { (x: UInt32) in x }
  default: move(source, sourceStride, destination, destinationStride, count) { (x: UInt64) in x }
  }
}

/// Widens `count` elements, `stride` bytes apart, into a dense run of the working type.
@inline(never)
func gather(_ element: Element, _ source: UnsafeRawPointer, _ stride: Int, _ destination: UnsafeMutableRawPointer, _ count: Int) {
  switch element {
  case .u8: move(source, stride, destination, 8, count) { (x: UInt8) in Int64(x) }
  case .bool: move(source, stride, destination, 8, count) { (x: UInt8) in x != 0 ? 1 : 0 as Int64 }
  case .s8: move(source, stride, destination, 8, count) { (x: Int8) in Int64(x) }
  case .s16: move(source, stride, destination, 8, count) { (x: Int16) in Int64(x) }
  case .s32: move(source, stride, destination, 8, count) { (x: Int32) in Int64(x) }
  case .f16: move(source, stride, destination, 4, count) { (x: UInt16) in widenHalf(x) }
  case .bf16: move(source, stride, destination, 4, count) { (x: UInt16) in widenBrain(x) }
  case .f32: copyElements(4, source, stride, destination, 4, count)
  case .s64, .f64: copyElements(8, source, stride, destination, 8, count)
  }
}

/// Cuts a dense run of the working type down to `count` elements, `stride` bytes apart. Integers wrap;
/// for bool, anything but 0 is 1.
@inline(never)
func scatter(_ element: Element, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ stride: Int, _ count: Int)
{
  switch element {
  case .u8, .s8: move(source, 8, destination, stride, count) { (x: Int64) in UInt8(truncatingIfNeeded: x) }
  case .bool: move(source, 8, destination, stride, count) { (x: Int64) in x != 0 ? 1 : 0 as UInt8 }
  case .s16: move(source, 8, destination, stride, count) { (x: Int64) in Int16(truncatingIfNeeded: x) }
  case .s32: move(source, 8, destination, stride, count) { (x: Int64) in Int32(truncatingIfNeeded: x) }
  case .f16: move(source, 4, destination, stride, count) { (x: Float) in narrowToHalf(x) }
  case .bf16: move(source, 4, destination, stride, count) { (x: Float) in narrowToBrain(x) }
  case .f32: copyElements(4, source, 4, destination, stride, count)
  case .s64, .f64: copyElements(8, source, 8, destination, stride, count)
  }
}

// Conversion between any two element types, as static_cast in C++, except where that is undefined: a
// floating value that the integer type does not hold, or NaN, gives the type's minimum.

import CLiteKernels
import CLitePlatform

/// The open interval of floating values that truncate to an integer before it is cut to its type, and the value
/// for all others.
private struct IntegerBounds {
  let low: Double
  let high: Double
  let otherwise: Int64

  @inline(__always)
  init(_ element: Element) {
    switch element {
    // PyTorch converts by way of int32, and of int64 for uint8 (c10/util/TypeCast.h); what is too large wraps.
    case .s8, .s16, .s32: (low, high, otherwise) = (-2_147_483_649, 2_147_483_648, -2_147_483_648)
    // -2^63 itself is both the lowest value and the answer for all others.
    default: (low, high, otherwise) = (-0x1p63, 0x1p63, .min)
    }
  }

  @inline(__always)
  func truncate(_ x: Double) -> Int64 { x > low && x < high ? Int64(x) : otherwise }
}

/// Converts a dense run from the working type of one element type to that of another.
@inline(never)
private func bridge(
  _ from: Element, _ to: Element, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer, _ count: Int
) {
  let f32 = source.assumingMemoryBound(to: Float.self)
  let f64 = source.assumingMemoryBound(to: Double.self)
  let s64 = source.assumingMemoryBound(to: Int64.self)
  let outF32 = destination.assumingMemoryBound(to: Float.self)
  let outF64 = destination.assumingMemoryBound(to: Double.self)
  let outS64 = destination.assumingMemoryBound(to: Int64.self)
  let single = from.working == .f32
  var i = 0
  switch to.working {
  case .f32:
    if from.working == .f64 {
      while i < count {
        outF32[i] = Float(f64[i])
        i &+= 1
      }
    } else {
      while i < count {
        outF32[i] = Float(s64[i])
        i &+= 1
      }
    }
  case .f64:
    if single {
      while i < count {
        outF64[i] = Double(f32[i])
        i &+= 1
      }
    } else {
      while i < count {
        outF64[i] = Double(s64[i])
        i &+= 1
      }
    }
  default:
    let bounds = IntegerBounds(to)
    while i < count {
      let x = single ? Double(f32[i]) : f64[i]
      outS64[i] = to == .bool ? (x != 0 ? 1 : 0) : bounds.truncate(x)
      i &+= 1
    }
  }
}

/// Every conversion loop between different types: widen, cross over to the other working type, cut down.
@inline(never)
func runConvert(
  _ output: UnsafeMutableRawPointer?, _ outputStride: Int, _ a: UnsafeRawPointer?, _ aStride: Int,
  _ count: Int, _ parameters: UnsafePointer<Double>?, _ from: Element, _ to: Element
) {
  var o = output.unsafelyUnwrapped
  var pa = a.unsafelyUnwrapped
  var left = count
  let same = from.working == to.working
  withChunk { bufferA in
    withChunk { bufferO in
      while left > 0 {
        let n = min(left, chunk)
        gather(from, pa, aStride, bufferA, n)
        if same {
          scatter(to, bufferA, o, outputStride, n)
        } else {
          bridge(from, to, bufferA, bufferO, n)
          scatter(to, bufferO, o, outputStride, n)
        }
        o += n &* outputStride
        pa += n &* aStride
        left &-= n
      }
    }
  }
}

/// The loop that copies elements of 1, 2, 4 or 8 bytes.
func copyLoop(_ size: Int) -> lite_unary_loop? {
  switch size {
  case 1: return { o, os, a, s, n, _ in copyElements(1, a.unsafelyUnwrapped, s, o.unsafelyUnwrapped, os, n) }
  case 2: return { o, os, a, s, n, _ in copyElements(2, a.unsafelyUnwrapped, s, o.unsafelyUnwrapped, os, n) }
  case 4: return { o, os, a, s, n, _ in copyElements(4, a.unsafelyUnwrapped, s, o.unsafelyUnwrapped, os, n) }
  default: return { o, os, a, s, n, _ in copyElements(8, a.unsafelyUnwrapped, s, o.unsafelyUnwrapped, os, n) }
  }
}

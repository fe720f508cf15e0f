// How an elementwise loop over any type and stride becomes dense steps of eight lanes.
//
// A core does whole steps on dense data of a working type (Elements.swift). Dense operands of that type
// are handed to it where they lie; everything else, and the last few elements, goes through buffers of 64.

import CLiteKernels
import CLitePlatform

/// Eight lanes a step, `steps` steps: output, a, b, steps, parameters.
typealias BinaryCore =
  @convention(c) (
    UnsafeMutableRawPointer, UnsafeRawPointer, UnsafeRawPointer, Int, UnsafePointer<Double>?
  ) -> Void

/// Eight lanes a step, `steps` steps: output, a, steps, parameters.
typealias UnaryCore = @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, Int, UnsafePointer<Double>?) -> Void

/// True for operators that write one byte of 0 or 1 an element.
@inline(__always)
func isPredicate(binary operation: Int32) -> Bool {
  operation >= Int32(LITE_BINARY_EQ) && operation <= Int32(LITE_BINARY_LOGICAL_XOR)
}

/// Every binary loop: looks up the core of `operation` for the working type of `element` and feeds it.
@inline(never)
func runBinary(
  _ output: UnsafeMutableRawPointer?, _ outputStride: Int, _ a: UnsafeRawPointer?, _ aStride: Int,
  _ b: UnsafeRawPointer?, _ bStride: Int, _ count: Int, _ parameters: UnsafePointer<Double>?,
  _ element: Element, _ operation: Int32
) {
  guard count > 0, let core = binaryCore(operation, element.working) else { return }
  let size = element.size
  let native = element.working == element
  let predicate = isPredicate(binary: operation)
  let outputSize = predicate ? 1 : size
  let denseA = native && aStride == size
  let denseB = native && bStride == size
  let denseOutput = (native || predicate) && outputStride == outputSize
  var o = output.unsafelyUnwrapped
  var pa = a.unsafelyUnwrapped
  var pb = b.unsafelyUnwrapped
  var left = count
  if denseA && denseB && denseOutput && left >= 8 {
    let whole = left & ~7
    core(o, pa, pb, whole &>> 3, parameters)
    o += whole &* outputSize
    pa += whole &* size
    pb += whole &* size
    left &-= whole
  }
  if left == 0 { return }
  withChunk { bufferA in
    withChunk { bufferB in
      withChunk { bufferO in
        // A repeated operand is widened once.
        if aStride == 0 { gather(element, pa, 0, bufferA, min(left, chunk)) }
        if bStride == 0 { gather(element, pb, 0, bufferB, min(left, chunk)) }
        while left > 0 {
          let n = min(left, chunk)
          var x = UnsafeRawPointer(bufferA)
          var y = UnsafeRawPointer(bufferB)
          if denseA && n == chunk { x = pa } else if aStride != 0 { gather(element, pa, aStride, bufferA, n) }
          if denseB && n == chunk { y = pb } else if bStride != 0 { gather(element, pb, bStride, bufferB, n) }
          if denseOutput && n == chunk {
            core(o, x, y, chunk &>> 3, parameters)
          } else {
            core(bufferO, x, y, (n &+ 7) &>> 3, parameters)
            if predicate {
              copyElements(1, bufferO, 1, o, outputStride, n)
            } else {
              scatter(element, bufferO, o, outputStride, n)
            }
          }
          o += n &* outputStride
          pa += n &* aStride
          pb += n &* bStride
          left &-= n
        }
      }
    }
  }
}

/// Every unary loop, likewise.
@inline(never)
func runUnary(
  _ output: UnsafeMutableRawPointer?, _ outputStride: Int, _ a: UnsafeRawPointer?, _ aStride: Int,
  _ count: Int, _ parameters: UnsafePointer<Double>?, _ element: Element, _ operation: Int32
) {
  guard count > 0, let core = unaryCore(operation, element) else { return }
  let size = element.size
  let native = element.working == element
  let predicate = operation == Int32(LITE_UNARY_LOGICAL_NOT)
  let outputSize = predicate ? 1 : size
  let dense = native && aStride == size
  let denseOutput = (native || predicate) && outputStride == outputSize
  var o = output.unsafelyUnwrapped
  var pa = a.unsafelyUnwrapped
  var left = count
  if dense && denseOutput && left >= 8 {
    let whole = left & ~7
    core(o, pa, whole &>> 3, parameters)
    o += whole &* outputSize
    pa += whole &* size
    left &-= whole
  }
  if left == 0 { return }
  withChunk { bufferA in
    withChunk { bufferO in
      while left > 0 {
        let n = min(left, chunk)
        gather(element, pa, aStride, bufferA, n)
        core(bufferO, bufferA, (n &+ 7) &>> 3, parameters)
        if predicate {
          copyElements(1, bufferO, 1, o, outputStride, n)
        } else {
          scatter(element, bufferO, o, outputStride, n)
        }
        o += n &* outputStride
        pa += n &* aStride
        left &-= n
      }
    }
  }
}

/// The core of a binary operator for a working type, or nil.
func binaryCore(_ operation: Int32, _ working: Element) -> BinaryCore? {
  switch working {
  case .f32: return binaryCoreF32(operation)
  case .f64: return binaryCoreF64(operation)
  default: return binaryCoreS64(operation)
  }
}

/// The core of a unary operator for an element type, or nil. Only bitwise NOT of bool depends on more
/// than the working type.
func unaryCore(_ operation: Int32, _ element: Element) -> UnaryCore? {
  switch element.working {
  case .f32: return unaryCoreF32(operation)
  case .f64: return unaryCoreF64(operation)
  default: return unaryCoreS64(operation, element == .bool)
  }
}

// MARK: Steps

/// Loads a step of eight lanes.
@inline(__always)
func step<T>(_ p: UnsafeRawPointer, _ i: Int, _ type: T.Type) -> SIMD8<T> where T: SIMDScalar & BitwiseCopyable {
  (p + i &* 8 &* MemoryLayout<T>.stride).loadUnaligned(as: SIMD8<T>.self)
}

/// output = body(a, b), `steps` times eight lanes.
@inline(__always)
func mapPairs<T>(
  _ o: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ steps: Int,
  _ body: (SIMD8<T>, SIMD8<T>) -> SIMD8<T>
) where T: SIMDScalar & BitwiseCopyable {
  var i = 0
  while i < steps {
    let y = body(step(a, i, T.self), step(b, i, T.self))
    (o + i &* 8 &* MemoryLayout<T>.stride).storeBytes(of: y, as: SIMD8<T>.self)
    i &+= 1
  }
}

/// output = body(a), `steps` times eight lanes.
@inline(__always)
func mapLanes<T>(
  _ o: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ steps: Int, _ body: (SIMD8<T>) -> SIMD8<T>
) where T: SIMDScalar & BitwiseCopyable {
  var i = 0
  while i < steps {
    let y = body(step(a, i, T.self))
    (o + i &* 8 &* MemoryLayout<T>.stride).storeBytes(of: y, as: SIMD8<T>.self)
    i &+= 1
  }
}

/// Writes a byte of 0 or 1 for each lane of a mask of 32-bit or 64-bit lanes.
@inline(__always)
func testPairs<T, M>(
  _ o: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ steps: Int, _ mask: M.Type,
  _ body: (SIMD8<T>, SIMD8<T>) -> SIMDMask<SIMD8<M>>
) where T: SIMDScalar & BitwiseCopyable, M: SIMDScalar & FixedWidthInteger & SignedInteger, M.SIMDMaskScalar == M {
  var i = 0
  while i < steps {
    let hit = SIMD8<M>().replacing(with: 1, where: body(step(a, i, T.self), step(b, i, T.self)))
    (o + i &* 8).storeBytes(of: SIMD8<UInt8>(truncatingIfNeeded: hit), as: SIMD8<UInt8>.self)
    i &+= 1
  }
}

/// Applies a scalar function to each pair of lanes.
@inline(__always)
func eachLane<T>(_ a: SIMD8<T>, _ b: SIMD8<T>, _ f: (T, T) -> T) -> SIMD8<T> {
  SIMD8(
    f(a[0], b[0]), f(a[1], b[1]), f(a[2], b[2]), f(a[3], b[3]),
    f(a[4], b[4]), f(a[5], b[5]), f(a[6], b[6]), f(a[7], b[7]))
}

/// Applies a scalar function to each lane.
@inline(__always)
func eachLane<T>(_ a: SIMD8<T>, _ f: (T) -> T) -> SIMD8<T> {
  SIMD8(f(a[0]), f(a[1]), f(a[2]), f(a[3]), f(a[4]), f(a[5]), f(a[6]), f(a[7]))
}

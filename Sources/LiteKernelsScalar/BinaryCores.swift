// Binary operators on the three working types.

import CLiteKernels
import CLitePlatform

// MARK: Scalar definitions of what no vector instruction does

/// Applies a scalar function pair by pair, in a loop that stays one loop: for functions of libm and divisions.
@inline(__always)
private func scalarPairs<T: BitwiseCopyable>(
  _ o: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ steps: Int, _ f: (T, T) -> T
) {
  let out = o.assumingMemoryBound(to: T.self)
  var i = 0
  while i < steps &* 8 {
    let offset = i &* MemoryLayout<T>.stride
    out[i] = f((a + offset).loadUnaligned(as: T.self), (b + offset).loadUnaligned(as: T.self))
    i &+= 1
  }
}

/// Quotient towards zero; 0 for a zero divisor, wraps for the one overflow.
@inline(__always)
private func quotient(_ a: Int64, _ b: Int64) -> Int64 {
  if b == 0 { return 0 }
  if b == -1 { return 0 &- a }
  return a / b
}

/// Remainder with the sign of the dividend; 0 for a zero divisor.
@inline(__always)
private func remainder(_ a: Int64, _ b: Int64) -> Int64 {
  if b == 0 || b == -1 { return 0 }
  return a % b
}

/// a to the power b by squaring, wrapping. A negative power is 0, except of 1 and -1.
private func power(_ a: Int64, _ b: Int64) -> Int64 {
  if b < 0 { return a == 1 ? 1 : a == -1 ? (b & 1 == 0 ? 1 : -1) : 0 }
  var base = a
  var rest = b
  var result: Int64 = 1
  while rest != 0 {
    if rest & 1 != 0 { result = result &* base }
    base = base &* base
    rest = rest &>> 1
  }
  return result
}

/// Floor of a / b as Python divides: consistent with `modulo`, and a true infinity or NaN for b = 0.
@inline(__always)
private func floorDivide<T: BinaryFloatingPoint>(_ a: T, _ b: T, _ fmod: (T, T) -> T) -> T {
  if b == 0 { return a / b }
  let rest = fmod(a, b)
  var result = (a - rest) / b
  if rest != 0 && (b < 0) != (rest < 0) { result -= 1 }
  if result == 0 { return T(signOf: a / b, magnitudeOf: 0) }
  let floor = result.rounded(.down)
  return result - floor > 0.5 ? floor + 1 : floor
}

/// Remainder with the sign of the divisor.
@inline(__always)
private func modulo<T: BinaryFloatingPoint>(_ a: T, _ b: T, _ fmod: (T, T) -> T) -> T {
  let rest = fmod(a, b)
  return rest != 0 && (b < 0) != (rest < 0) ? rest + b : rest
}

// MARK: float

private typealias F = SIMD8<Float>

/// Cores on float.
func binaryCoreF32(_ operation: Int32) -> BinaryCore? {
  switch Int(operation) {
  case LITE_BINARY_ADD:
    return { o, a, b, n, p in
      let alpha = p.map { Float($0.pointee) } ?? 1
      mapPairs(o, a, b, n) { (x: F, y: F) in x + y * alpha }
    }
  case LITE_BINARY_SUB:
    return { o, a, b, n, p in
      let alpha = p.map { Float($0.pointee) } ?? 1
      mapPairs(o, a, b, n) { (x: F, y: F) in x - y * alpha }
    }
  case LITE_BINARY_MUL: return { o, a, b, n, _ in mapPairs(o, a, b, n) { (x: F, y: F) in x * y } }
  case LITE_BINARY_DIV: return { o, a, b, n, _ in mapPairs(o, a, b, n) { (x: F, y: F) in x / y } }
  case LITE_BINARY_DIV_TRUNC:
    return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Float, y: Float) in (x / y).rounded(.towardZero) } }
  case LITE_BINARY_DIV_FLOOR:
    return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Float, y: Float) in floorDivide(x, y, fmodf) } }
  case LITE_BINARY_REMAINDER: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Float, y: Float) in modulo(x, y, fmodf) } }
  case LITE_BINARY_FMOD: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Float, y: Float) in fmodf(x, y) } }
  case LITE_BINARY_MINIMUM:
    return { o, a, b, n, _ in mapPairs(o, a, b, n) { (x: F, y: F) in y.replacing(with: x, where: (x .< y) .| (x .!= x)) } }
  case LITE_BINARY_MAXIMUM:
    return { o, a, b, n, _ in mapPairs(o, a, b, n) { (x: F, y: F) in y.replacing(with: x, where: (x .> y) .| (x .!= x)) } }
  case LITE_BINARY_POW: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Float, y: Float) in powf(x, y) } }
  case LITE_BINARY_EQ: return { o, a, b, n, _ in testPairs(o, a, b, n, Int32.self) { (x: F, y: F) in x .== y } }
  case LITE_BINARY_NE: return { o, a, b, n, _ in testPairs(o, a, b, n, Int32.self) { (x: F, y: F) in x .!= y } }
  case LITE_BINARY_LT: return { o, a, b, n, _ in testPairs(o, a, b, n, Int32.self) { (x: F, y: F) in x .< y } }
  case LITE_BINARY_LE: return { o, a, b, n, _ in testPairs(o, a, b, n, Int32.self) { (x: F, y: F) in x .<= y } }
  case LITE_BINARY_GT: return { o, a, b, n, _ in testPairs(o, a, b, n, Int32.self) { (x: F, y: F) in x .> y } }
  case LITE_BINARY_GE: return { o, a, b, n, _ in testPairs(o, a, b, n, Int32.self) { (x: F, y: F) in x .>= y } }
  case LITE_BINARY_LOGICAL_AND:
    return { o, a, b, n, _ in testPairs(o, a, b, n, Int32.self) { (x: F, y: F) in (x .!= 0) .& (y .!= 0) } }
  case LITE_BINARY_LOGICAL_OR:
    return { o, a, b, n, _ in testPairs(o, a, b, n, Int32.self) { (x: F, y: F) in (x .!= 0) .| (y .!= 0) } }
  case LITE_BINARY_LOGICAL_XOR:
    return { o, a, b, n, _ in testPairs(o, a, b, n, Int32.self) { (x: F, y: F) in (x .!= 0) .^ (y .!= 0) } }
  default: return nil
  }
}

// MARK: double

private typealias D = SIMD8<Double>

/// Cores on double.
func binaryCoreF64(_ operation: Int32) -> BinaryCore? {
  switch Int(operation) {
  case LITE_BINARY_ADD:
    return { o, a, b, n, p in
      let alpha = p.map { $0.pointee } ?? 1
      mapPairs(o, a, b, n) { (x: D, y: D) in x + y * alpha }
    }
  case LITE_BINARY_SUB:
    return { o, a, b, n, p in
      let alpha = p.map { $0.pointee } ?? 1
      mapPairs(o, a, b, n) { (x: D, y: D) in x - y * alpha }
    }
  case LITE_BINARY_MUL: return { o, a, b, n, _ in mapPairs(o, a, b, n) { (x: D, y: D) in x * y } }
  case LITE_BINARY_DIV: return { o, a, b, n, _ in mapPairs(o, a, b, n) { (x: D, y: D) in x / y } }
  case LITE_BINARY_DIV_TRUNC:
    return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Double, y: Double) in (x / y).rounded(.towardZero) } }
  case LITE_BINARY_DIV_FLOOR:
    return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Double, y: Double) in floorDivide(x, y, fmod) } }
  case LITE_BINARY_REMAINDER: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Double, y: Double) in modulo(x, y, fmod) } }
  case LITE_BINARY_FMOD: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Double, y: Double) in fmod(x, y) } }
  case LITE_BINARY_MINIMUM:
    return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Double, y: Double) in x < y || x != x ? x : y } }
  case LITE_BINARY_MAXIMUM:
    return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Double, y: Double) in x > y || x != x ? x : y } }
  case LITE_BINARY_POW: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Double, y: Double) in pow(x, y) } }
  case LITE_BINARY_EQ: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: D, y: D) in x .== y } }
  case LITE_BINARY_NE: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: D, y: D) in x .!= y } }
  case LITE_BINARY_LT: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: D, y: D) in x .< y } }
  case LITE_BINARY_LE: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: D, y: D) in x .<= y } }
  case LITE_BINARY_GT: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: D, y: D) in x .> y } }
  case LITE_BINARY_GE: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: D, y: D) in x .>= y } }
  case LITE_BINARY_LOGICAL_AND:
    return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: D, y: D) in (x .!= 0) .& (y .!= 0) } }
  case LITE_BINARY_LOGICAL_OR:
    return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: D, y: D) in (x .!= 0) .| (y .!= 0) } }
  case LITE_BINARY_LOGICAL_XOR:
    return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: D, y: D) in (x .!= 0) .^ (y .!= 0) } }
  default: return nil
  }
}

// MARK: integers

private typealias I = SIMD8<Int64>

/// Cores on int64, exact for every narrower integer once the result is cut down.
func binaryCoreS64(_ operation: Int32) -> BinaryCore? {
  switch Int(operation) {
  case LITE_BINARY_ADD:
    return { o, a, b, n, p in
      let alpha = I(repeating: p.map { integer($0.pointee) } ?? 1)
      mapPairs(o, a, b, n) { (x: I, y: I) in x &+ y &* alpha }
    }
  case LITE_BINARY_SUB:
    return { o, a, b, n, p in
      let alpha = I(repeating: p.map { integer($0.pointee) } ?? 1)
      mapPairs(o, a, b, n) { (x: I, y: I) in x &- y &* alpha }
    }
  case LITE_BINARY_MUL: return { o, a, b, n, _ in mapPairs(o, a, b, n) { (x: I, y: I) in x &* y } }
  case LITE_BINARY_DIV_TRUNC: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Int64, y: Int64) in quotient(x, y) } }
  case LITE_BINARY_DIV_FLOOR:
    return { o, a, b, n, _ in
      scalarPairs(o, a, b, n) { (x: Int64, y: Int64) in
        let rest = remainder(x, y)
        return rest != 0 && (rest < 0) != (y < 0) ? quotient(x, y) &- 1 : quotient(x, y)
      }
    }
  case LITE_BINARY_REMAINDER:
    return { o, a, b, n, _ in
      scalarPairs(o, a, b, n) { (x: Int64, y: Int64) in
        let rest = remainder(x, y)
        return rest != 0 && (rest < 0) != (y < 0) ? rest &+ y : rest
      }
    }
  case LITE_BINARY_FMOD: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Int64, y: Int64) in remainder(x, y) } }
  case LITE_BINARY_MINIMUM: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Int64, y: Int64) in x < y ? x : y } }
  case LITE_BINARY_MAXIMUM: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Int64, y: Int64) in x > y ? x : y } }
  case LITE_BINARY_POW: return { o, a, b, n, _ in scalarPairs(o, a, b, n) { (x: Int64, y: Int64) in power(x, y) } }
  case LITE_BINARY_EQ: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: I, y: I) in x .== y } }
  case LITE_BINARY_NE: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: I, y: I) in x .!= y } }
  case LITE_BINARY_LT: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: I, y: I) in x .< y } }
  case LITE_BINARY_LE: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: I, y: I) in x .<= y } }
  case LITE_BINARY_GT: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: I, y: I) in x .> y } }
  case LITE_BINARY_GE: return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: I, y: I) in x .>= y } }
  case LITE_BINARY_LOGICAL_AND:
    return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: I, y: I) in (x .!= 0) .& (y .!= 0) } }
  case LITE_BINARY_LOGICAL_OR:
    return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: I, y: I) in (x .!= 0) .| (y .!= 0) } }
  case LITE_BINARY_LOGICAL_XOR:
    return { o, a, b, n, _ in testPairs(o, a, b, n, Int64.self) { (x: I, y: I) in (x .!= 0) .^ (y .!= 0) } }
  case LITE_BINARY_BITWISE_AND: return { o, a, b, n, _ in mapPairs(o, a, b, n) { (x: I, y: I) in x & y } }
  case LITE_BINARY_BITWISE_OR: return { o, a, b, n, _ in mapPairs(o, a, b, n) { (x: I, y: I) in x | y } }
  case LITE_BINARY_BITWISE_XOR: return { o, a, b, n, _ in mapPairs(o, a, b, n) { (x: I, y: I) in x ^ y } }
  default: return nil
  }
}

/// A parameter as an integer: truncated, saturating, 0 for NaN.
@inline(__always)
func integer(_ x: Double) -> Int64 {
  if x >= 0x1p63 { return .max }
  if x < -0x1p63 { return .min }
  return x == x ? Int64(x) : 0
}

// Elementary functions on eight floats at a time, within 2 ulp (see Tests/LiteKernelsTests/VectorMathTests).

import CLitePlatform

typealias Floats = SIMD8<Float>

/// e^x. Overflows to infinity, underflows through the subnormal numbers to zero, keeps NaN.
///
/// x = n ln 2 + r, |r| <= ln 2 / 2; e^r by the polynomial that SLEEF's expf (1 ulp) has, which PyTorch calls on
/// x86 and ARM alike, in its order: where the processor fuses, softmax and sigmoid have PyTorch's bits. 2^n in
/// two factors, so that neither overflows nor vanishes before the product does.
@inline(__always)
func exponential(_ x: Floats) -> Floats {
  let above = x.replacing(with: 89, where: x .> 89)
  let bounded = above.replacing(with: -104, where: above .< -104)
  let shifted = bounded * 1.44269504 + 12_582_912.0
  let n = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- 0x4B40_0000
  let whole = shifted - 12_582_912.0
  let r = multiplyAdd(multiplyAdd(bounded, whole, -0.693145751953125), whole, -1.42860677e-06)
  var p = multiplyAdd(1.39304355e-3, r, 1.98527618e-4)
  p = multiplyAdd(8.33336078e-3, r, p)
  p = multiplyAdd(4.16664854e-2, r, p)
  p = multiplyAdd(0.166666672, r, p)
  p = multiplyAdd(0.5, r, p)
  let mantissa = multiplyAdd(r, r * r, p) + 1
  let half = n &>> 1
  let first = unsafeBitCast((half &+ 127) &<< 23, to: Floats.self)
  let second = unsafeBitCast((n &- half &+ 127) &<< 23, to: Floats.self)
  return mantissa * first * second
}

/// 1 / (1 + e^-x).
@inline(__always)
func sigmoid(_ x: Floats) -> Floats { 1 / (exponential(-x) + 1) }

/// Gives `magnitude` (not negative) the sign of `sign`.
@inline(__always)
func withSign(_ magnitude: Floats, _ sign: Floats) -> Floats {
  let bits = unsafeBitCast(sign, to: SIMD8<UInt32>.self) & 0x8000_0000
  return unsafeBitCast(unsafeBitCast(magnitude, to: SIMD8<UInt32>.self) | bits, to: Floats.self)
}

/// |x|.
@inline(__always)
func magnitude(_ x: Floats) -> Floats {
  unsafeBitCast(unsafeBitCast(x, to: SIMD8<UInt32>.self) & 0x7FFF_FFFF, to: Floats.self)
}

/// Hyperbolic tangent: a polynomial below 0.625 (Cephes tanhf), 1 - 2 / (e^2|x| + 1) above.
@inline(__always)
func hyperbolicTangent(_ x: Floats) -> Floats {
  let a = magnitude(x)
  let large = 1 - 2 / (exponential(a + a) + 1)
  let z = x * x
  var p = multiplyAdd(2.06390887954e-2, z, -5.70498872745e-3)
  p = multiplyAdd(-5.37397155531e-2, p, z)
  p = multiplyAdd(1.33314422036e-1, p, z)
  p = multiplyAdd(-3.33332819422e-1, p, z)
  let small = multiplyAdd(x, p * z, x)
  return withSign(large, x).replacing(with: small, where: a .< 0.625)
}

/// The error function: a polynomial in x below 0.927734375, 1 - e^p(|x|) above.
@inline(__always)
func errorFunction(_ x: Floats) -> Floats {
  let t = magnitude(x)
  let s = x * x
  var r = multiplyAdd(3.83197126e-4, t, -1.72853470e-5)
  let u = multiplyAdd(2.42546219e-2, t, -3.88396438e-3)
  r = multiplyAdd(u, r, s)
  r = multiplyAdd(-1.06777877e-1, r, t)
  r = multiplyAdd(-6.34846687e-1, r, t)
  r = multiplyAdd(-1.28717512e-1, r, t)
  r = multiplyAdd(-t, r, t)
  let large = withSign(1 - exponential(r), x)
  var q = multiplyAdd(4.99119423e-3, s, -5.96761703e-4)
  q = multiplyAdd(-2.67681349e-2, q, s)
  q = multiplyAdd(1.12819925e-1, q, s)
  q = multiplyAdd(-3.76125336e-1, q, s)
  q = multiplyAdd(1.28379166e-1, q, s)
  let small = multiplyAdd(x, q, x)
  return large.replacing(with: small, where: t .<= 0.927734375)
}

/// a + b * c: one rounding where the processor has an instruction for it, two elsewhere.
@inline(__always)
func multiplyAdd(_ a: Floats, _ b: Floats, _ c: Floats) -> Floats {
  #if arch(arm64)
    return a.addingProduct(b, c)
  #else
    return a + b * c
  #endif
}

/// The same for one number.
@inline(__always)
func multiplyAdd(_ a: Float, _ b: Float, _ c: Float) -> Float {
  #if arch(arm64)
    return a.addingProduct(b, c)
  #else
    return a + b * c
  #endif
}

@inline(__always)
private func multiplyAdd(_ a: Float, _ b: Floats, _ c: Floats) -> Floats { multiplyAdd(Floats(repeating: a), b, c) }

@inline(__always)
private func multiplyAdd(_ a: Floats, _ b: Floats, _ c: Float) -> Floats { multiplyAdd(a, b, Floats(repeating: c)) }

@inline(__always)
private func multiplyAdd(_ a: Float, _ b: Floats, _ c: Float) -> Floats {
  multiplyAdd(Floats(repeating: a), b, Floats(repeating: c))
}

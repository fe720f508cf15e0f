// Unary operators on the three working types.

import CLiteKernels
import CLitePlatform

@inline(__always)
private func scalars<T: BitwiseCopyable>(_ o: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ steps: Int, _ f: (T) -> T) {
  let out = o.assumingMemoryBound(to: T.self)
  var i = 0
  while i < steps &* 8 {
    out[i] = f((a + i &* MemoryLayout<T>.stride).loadUnaligned(as: T.self))
    i &+= 1
  }
}

/// Writes 1 where a lane is 0.
@inline(__always)
private func testZero<T, M>(_ o: UnsafeMutableRawPointer, _ a: UnsafeRawPointer, _ steps: Int, _ type: T.Type, _ mask: M.Type)
where T: SIMDScalar & BitwiseCopyable & Numeric, M: SIMDScalar & FixedWidthInteger & SignedInteger, T.SIMDMaskScalar == M {
  testPairs(o, a, a, steps, M.self) { (x: SIMD8<T>, _: SIMD8<T>) in x .== SIMD8<T>() }
}

@inline(__always)
private func parameter(_ p: UnsafePointer<Double>?, _ index: Int) -> Float { Float(p.unsafelyUnwrapped[index]) }

// MARK: float

private typealias F = SIMD8<Float>

@inline(__always)
private func bounded(_ x: F, _ low: Float, _ high: Float) -> F {
  let y = x.replacing(with: low, where: x .< low)
  return y.replacing(with: high, where: y .> high)
}

/// Cores on float. Formulas are PyTorch's (aten/src/ATen/native/cpu/Activation.cpp, UnaryOpsKernel.cpp).
func unaryCoreF32(_ operation: Int32) -> UnaryCore? {
  switch Int(operation) {
  case LITE_UNARY_NEG: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in -x } }
  case LITE_UNARY_ABS: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in magnitude(x) } }
  case LITE_UNARY_SIGN:
    return { o, a, n, _ in
      mapLanes(o, a, n) { (x: F) in F().replacing(with: 1, where: x .> 0).replacing(with: -1, where: x .< 0) }
    }
  case LITE_UNARY_RELU: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in x.replacing(with: 0, where: x .< 0) } }
  case LITE_UNARY_SQUARE: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in x * x } }
  case LITE_UNARY_CLAMP, LITE_UNARY_HARDTANH:
    return { o, a, n, p in
      let low = parameter(p, 0)
      let high = parameter(p, 1)
      mapLanes(o, a, n) { (x: F) in bounded(x, low, high) }
    }
  case LITE_UNARY_LOGICAL_NOT: return { o, a, n, _ in testZero(o, a, n, Float.self, Int32.self) }
  case LITE_UNARY_EXP: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in exponential(x) } }
  case LITE_UNARY_LOG: return { o, a, n, _ in scalars(o, a, n) { (x: Float) in logf(x) } }
  case LITE_UNARY_LOG1P: return { o, a, n, _ in scalars(o, a, n) { (x: Float) in log1pf(x) } }
  case LITE_UNARY_EXPM1: return { o, a, n, _ in scalars(o, a, n) { (x: Float) in expm1f(x) } }
  case LITE_UNARY_SQRT: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in x.squareRoot() } }
  case LITE_UNARY_RSQRT: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in 1 / x.squareRoot() } }
  case LITE_UNARY_RECIPROCAL: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in 1 / x } }
  case LITE_UNARY_SIN: return { o, a, n, _ in scalars(o, a, n) { (x: Float) in sinf(x) } }
  case LITE_UNARY_COS: return { o, a, n, _ in scalars(o, a, n) { (x: Float) in cosf(x) } }
  case LITE_UNARY_TANH: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in hyperbolicTangent(x) } }
  case LITE_UNARY_SIGMOID: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in sigmoid(x) } }
  case LITE_UNARY_ERF: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in errorFunction(x) } }
  case LITE_UNARY_FLOOR: return { o, a, n, _ in scalars(o, a, n) { (x: Float) in x.rounded(.down) } }
  case LITE_UNARY_CEIL: return { o, a, n, _ in scalars(o, a, n) { (x: Float) in x.rounded(.up) } }
  case LITE_UNARY_ROUND: return { o, a, n, _ in scalars(o, a, n) { (x: Float) in x.rounded(.toNearestOrEven) } }
  case LITE_UNARY_TRUNC: return { o, a, n, _ in scalars(o, a, n) { (x: Float) in x.rounded(.towardZero) } }
  case LITE_UNARY_GELU:
    return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in x * 0.5 * (1 + errorFunction(x * 0.70710678)) } }
  case LITE_UNARY_GELU_TANH:
    return { o, a, n, _ in
      mapLanes(o, a, n) { (x: F) in 0.5 * x * (1 + hyperbolicTangent(0.79788456 * (x + 0.044715 * (x * x * x)))) }
    }
  case LITE_UNARY_SILU: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in x / (1 + exponential(-x)) } }
  case LITE_UNARY_HARDSWISH: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in x * bounded(x + 3, 0, 6) / 6 } }
  case LITE_UNARY_HARDSIGMOID: return { o, a, n, _ in mapLanes(o, a, n) { (x: F) in bounded(x + 3, 0, 6) / 6 } }
  case LITE_UNARY_LEAKY_RELU:
    return { o, a, n, p in
      let slope = parameter(p, 0)
      mapLanes(o, a, n) { (x: F) in (x * slope).replacing(with: x, where: x .> 0) }
    }
  case LITE_UNARY_ELU:
    return { o, a, n, p in
      let negative = parameter(p, 0) * parameter(p, 1)
      let positive = parameter(p, 1)
      let inner = parameter(p, 2)
      scalars(o, a, n) { (x: Float) in x < 0 ? expm1f(x * inner) * negative : x * positive }
    }
  case LITE_UNARY_SOFTPLUS:
    return { o, a, n, p in
      let beta = parameter(p, 0)
      let threshold = parameter(p, 1)
      scalars(o, a, n) { (x: Float) in x * beta > threshold ? x : log1pf(expf(x * beta)) / beta }
    }
  default: return nil
  }
}

// MARK: double

private typealias D = SIMD8<Double>

/// Clamps; NaN passes.
@inline(__always)
private func bounded(_ x: Double, _ low: Double, _ high: Double) -> Double {
  let y = x < low ? low : x
  return y > high ? high : y
}

/// Cores on double: rare in models, so libm and plain loops.
func unaryCoreF64(_ operation: Int32) -> UnaryCore? {
  switch Int(operation) {
  case LITE_UNARY_NEG: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in -x } }
  case LITE_UNARY_ABS: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x.magnitude } }
  case LITE_UNARY_SIGN: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x > 0 ? 1 : x < 0 ? -1 : 0 } }
  case LITE_UNARY_RELU: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x < 0 ? 0 : x } }
  case LITE_UNARY_SQUARE: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x * x } }
  case LITE_UNARY_CLAMP, LITE_UNARY_HARDTANH:
    return { o, a, n, p in
      let low = p.unsafelyUnwrapped[0]
      let high = p.unsafelyUnwrapped[1]
      scalars(o, a, n) { (x: Double) in bounded(x, low, high) }
    }
  case LITE_UNARY_LOGICAL_NOT: return { o, a, n, _ in testZero(o, a, n, Double.self, Int64.self) }
  case LITE_UNARY_EXP: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in exp(x) } }
  case LITE_UNARY_LOG: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in log(x) } }
  case LITE_UNARY_LOG1P: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in log1p(x) } }
  case LITE_UNARY_EXPM1: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in expm1(x) } }
  case LITE_UNARY_SQRT: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x.squareRoot() } }
  case LITE_UNARY_RSQRT: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in 1 / x.squareRoot() } }
  case LITE_UNARY_RECIPROCAL: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in 1 / x } }
  case LITE_UNARY_SIN: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in sin(x) } }
  case LITE_UNARY_COS: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in cos(x) } }
  case LITE_UNARY_TANH: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in tanh(x) } }
  case LITE_UNARY_SIGMOID: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in 1 / (1 + exp(-x)) } }
  case LITE_UNARY_ERF: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in erf(x) } }
  case LITE_UNARY_FLOOR: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x.rounded(.down) } }
  case LITE_UNARY_CEIL: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x.rounded(.up) } }
  case LITE_UNARY_ROUND: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x.rounded(.toNearestOrEven) } }
  case LITE_UNARY_TRUNC: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x.rounded(.towardZero) } }
  case LITE_UNARY_GELU:
    return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x * 0.5 * (1 + erf(x * 0.70710678118654752440)) } }
  case LITE_UNARY_GELU_TANH:
    return { o, a, n, _ in
      scalars(o, a, n) { (x: Double) in 0.5 * x * (1 + tanh(0.79788456080286535588 * (x + 0.044715 * (x * x * x)))) }
    }
  case LITE_UNARY_SILU: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x / (1 + exp(-x)) } }
  case LITE_UNARY_HARDSWISH: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in x * bounded(x + 3, 0, 6) / 6 } }
  case LITE_UNARY_HARDSIGMOID: return { o, a, n, _ in scalars(o, a, n) { (x: Double) in bounded(x + 3, 0, 6) / 6 } }
  case LITE_UNARY_LEAKY_RELU:
    return { o, a, n, p in
      let slope = p.unsafelyUnwrapped[0]
      scalars(o, a, n) { (x: Double) in x > 0 ? x : x * slope }
    }
  case LITE_UNARY_ELU:
    return { o, a, n, p in
      let positive = p.unsafelyUnwrapped[1]
      let negative = p.unsafelyUnwrapped[0] * positive
      let inner = p.unsafelyUnwrapped[2]
      scalars(o, a, n) { (x: Double) in x < 0 ? expm1(x * inner) * negative : x * positive }
    }
  case LITE_UNARY_SOFTPLUS:
    return { o, a, n, p in
      let beta = p.unsafelyUnwrapped[0]
      let threshold = p.unsafelyUnwrapped[1]
      scalars(o, a, n) { (x: Double) in x * beta > threshold ? x : log1p(exp(x * beta)) / beta }
    }
  default: return nil
  }
}

// MARK: integers

/// Cores on int64. `isBool`: bitwise NOT of a truth value is its logical NOT.
func unaryCoreS64(_ operation: Int32, _ isBool: Bool) -> UnaryCore? {
  switch Int(operation) {
  case LITE_UNARY_NEG: return { o, a, n, _ in scalars(o, a, n) { (x: Int64) in 0 &- x } }
  case LITE_UNARY_ABS: return { o, a, n, _ in scalars(o, a, n) { (x: Int64) in x < 0 ? 0 &- x : x } }
  case LITE_UNARY_SIGN: return { o, a, n, _ in scalars(o, a, n) { (x: Int64) in x > 0 ? 1 : x < 0 ? -1 : 0 } }
  case LITE_UNARY_RELU: return { o, a, n, _ in scalars(o, a, n) { (x: Int64) in x < 0 ? 0 : x } }
  case LITE_UNARY_SQUARE: return { o, a, n, _ in scalars(o, a, n) { (x: Int64) in x &* x } }
  case LITE_UNARY_CLAMP, LITE_UNARY_HARDTANH:
    return { o, a, n, p in
      let low = integer(p.unsafelyUnwrapped[0])
      let high = integer(p.unsafelyUnwrapped[1])
      scalars(o, a, n) { (x: Int64) in min(max(x, low), high) }
    }
  case LITE_UNARY_BITWISE_NOT:
    if isBool { return { o, a, n, _ in scalars(o, a, n) { (x: Int64) in x == 0 ? 1 : 0 } } }
    return { o, a, n, _ in scalars(o, a, n) { (x: Int64) in ~x } }
  case LITE_UNARY_LOGICAL_NOT: return { o, a, n, _ in testZero(o, a, n, Int64.self, Int64.self) }
  default: return nil
  }
}

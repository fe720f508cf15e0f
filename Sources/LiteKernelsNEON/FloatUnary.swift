// Elementwise functions of dense floats; others are the scalar tier's. Formulas are those of
// LiteKernelsScalar/UnaryCores.swift, in the same order, for the same bits.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// y[i] = body(x[i], i, n), n = four at a time; the last step, which may have fewer, sees zeros past the end. `y` may be `x`.
  @inline(__always)
  func mapFloats(
    _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ body: (float32x4_t, Int, Int) -> float32x4_t
  ) {
    var i = 0
    while i &+ 8 <= count {
      let a = lite_neon_load_f32(x + i)
      let b = lite_neon_load_f32(x + i + 4)
      lite_neon_store_f32(y + i, body(a, i, 4))
      lite_neon_store_f32(y + i + 4, body(b, i &+ 4, 4))
      i &+= 8
    }
    while i < count {
      let left = min(count &- i, 4)
      storeBytes(body(loadWords(x + i, left, float32x4_t()), i, left), y + i, left &* 4)
      i &+= 4
    }
  }

  /// An operator on dense floats; the scalar tier's loop for other strides.
  @inline(__always)
  private func run(
    _ operation: Int, _ output: UnsafeMutableRawPointer?, _ outputStride: Int, _ a: UnsafeRawPointer?, _ aStride: Int,
    _ count: Int, _ parameters: UnsafePointer<Double>?, _ body: (float32x4_t) -> float32x4_t
  ) {
    if outputStride != 4 || aStride != 4 {
      let loop = lite_kernels_scalar().unsafelyUnwrapped.pointee.unary_loop(Int32(operation), Int32(LITE_DTYPE_F32))
      loop.unsafelyUnwrapped(output, outputStride, a, aStride, count, parameters)
    } else if count > 0 {
      mapFloats(
        count, a.unsafelyUnwrapped.assumingMemoryBound(to: Float.self),
        output.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
      ) { x, _, _ in body(x) }
    }
  }

  /// min(max(x + 3, 0), 6); -0 cannot come out.
  @inline(__always)
  private func hardSigmoidTimes6(_ x: float32x4_t) -> float32x4_t {
    vminq_f32(vmaxq_f32(vaddq_f32(x, vdupq_n_f32(3)), vdupq_n_f32(0)), vdupq_n_f32(6))
  }

  /// The unary loop of an operator: `unary_loop_scalar`, but where floats have something better.
  func unary_loop_neon(_ operation: Int32, _ dtype: Int32) -> lite_unary_loop? {
    guard dtype == Int32(LITE_DTYPE_F32) else {
      return lite_kernels_scalar().unsafelyUnwrapped.pointee.unary_loop(operation, dtype)
    }
    switch Int(operation) {
    case LITE_UNARY_EXP: return { run(LITE_UNARY_EXP, $0, $1, $2, $3, $4, $5) { exponential($0) } }
    case LITE_UNARY_SIGMOID: return { run(LITE_UNARY_SIGMOID, $0, $1, $2, $3, $4, $5) { sigmoid($0) } }
    case LITE_UNARY_SILU: return { run(LITE_UNARY_SILU, $0, $1, $2, $3, $4, $5) { sigmoidLinear($0) } }
    case LITE_UNARY_TANH: return { run(LITE_UNARY_TANH, $0, $1, $2, $3, $4, $5) { hyperbolicTangent($0) } }
    case LITE_UNARY_ERF: return { run(LITE_UNARY_ERF, $0, $1, $2, $3, $4, $5) { errorFunction($0) } }
    case LITE_UNARY_GELU:
      return {
        run(LITE_UNARY_GELU, $0, $1, $2, $3, $4, $5) { x in
          let sum = vaddq_f32(vdupq_n_f32(1), errorFunction(vmulq_f32(x, vdupq_n_f32(0.70710678))))
          return vmulq_f32(vmulq_f32(x, vdupq_n_f32(0.5)), sum)
        }
      }
    case LITE_UNARY_GELU_TANH:
      return {
        run(LITE_UNARY_GELU_TANH, $0, $1, $2, $3, $4, $5) { x in
          let cubed = vmulq_f32(vdupq_n_f32(0.044715), vmulq_f32(vmulq_f32(x, x), x))
          let inner = vmulq_f32(vdupq_n_f32(0.79788456), vaddq_f32(x, cubed))
          return vmulq_f32(vmulq_f32(vdupq_n_f32(0.5), x), vaddq_f32(vdupq_n_f32(1), hyperbolicTangent(inner)))
        }
      }
    case LITE_UNARY_HARDSWISH:
      return {
        run(LITE_UNARY_HARDSWISH, $0, $1, $2, $3, $4, $5) { vdivq_f32(vmulq_f32($0, hardSigmoidTimes6($0)), vdupq_n_f32(6)) }
      }
    case LITE_UNARY_HARDSIGMOID:
      return { run(LITE_UNARY_HARDSIGMOID, $0, $1, $2, $3, $4, $5) { vdivq_f32(hardSigmoidTimes6($0), vdupq_n_f32(6)) } }
    default: return lite_kernels_scalar().unsafelyUnwrapped.pointee.unary_loop(operation, dtype)
    }
  }
#endif

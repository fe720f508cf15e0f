// Elementwise functions of dense floats; others are the scalar tier's. Formulas are those of
// LiteKernelsScalar/UnaryCores.swift, in the same order, for the same bits.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// y[i] = body(x[i]), eight at a time; the last few elements go the same way in a buffer. `y` may be `x`.
  @inline(__always)
  func mapFloats(
    _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ body: (float32x4_t) -> float32x4_t
  ) {
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 16) { buffer in
      let last = buffer.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
      let left = count & 7
      var steps = count &>> 3
      var source = x
      var target = y
      var isLast = false
      while true {
        while steps > 0 {
          let a = lite_neon_load_f32(source)
          let b = lite_neon_load_f32(source + 4)
          lite_neon_store_f32(target, body(a))
          lite_neon_store_f32(target + 4, body(b))
          source += 8
          target += 8
          steps &-= 1
        }
        if isLast {
          memcpy(y + (count &- left), last, left &* 4)
          break
        }
        if left == 0 { break }
        memset(last, 0, 32)
        memcpy(last, source, left &* 4)
        source = UnsafePointer(last)
        target = last
        steps = 1
        isLast = true
      }
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
      ) { x in body(x) }
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

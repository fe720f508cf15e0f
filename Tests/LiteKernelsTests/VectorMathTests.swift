import CLiteKernels
import Glibc
import Testing

/// Elementary functions against libm in double, over the whole line of floats.
@Suite struct VectorMathTests {
  /// Every 10007th float bit pattern: all exponents, both signs, infinities and NaN.
  private static let sweep: [Float] = stride(from: UInt64(0), to: 1 << 32, by: 10_007).map { Float(bitPattern: UInt32($0)) }

  private func worst(_ operation: Int, _ exact: (Double) -> Double) -> (Double, Float) {
    let x = Self.sweep
    var y = [Float](repeating: 0, count: x.count)
    let loop = lite_kernels_scalar()!.pointee.unary_loop(Int32(operation), Int32(LITE_DTYPE_F32))!
    x.withUnsafeBytes { input in y.withUnsafeMutableBytes { loop($0.baseAddress, 4, input.baseAddress, 4, x.count, nil) } }
    var worst = (0.0, Float(0))
    for i in 0..<x.count {
      let error = ulps(y[i], exact(Double(x[i])))
      if error > worst.0 { worst = (error, x[i]) }
    }
    return worst
  }

  @Test func exponential() {
    let (error, x) = worst(LITE_UNARY_EXP, exp)
    #expect(error <= 2, "\(error) ulp at \(x)")
  }

  @Test func hyperbolicTangent() {
    let (error, x) = worst(LITE_UNARY_TANH, tanh)
    #expect(error <= 2, "\(error) ulp at \(x)")
  }

  @Test func errorFunction() {
    let (error, x) = worst(LITE_UNARY_ERF, erf)
    #expect(error <= 2, "\(error) ulp at \(x)")
  }

  /// e^-x overflows for x < -88.7, where the true value is a subnormal number: 0 there, as in PyTorch.
  @Test func sigmoid() {
    let (error, x) = worst(LITE_UNARY_SIGMOID) { x in x < -88.7 ? 0 : 1 / (1 + exp(-x)) }
    #expect(error <= 3, "\(error) ulp at \(x)")
  }

  @Test func exponentialAtTheEnds() {
    let x: [Float] = [88.72283, 88.72284, 89, 1e30, -87.33655, -103.9, -104, -200, -.infinity, .infinity, 0, -0.0]
    var y = [Float](repeating: 7, count: x.count)
    let loop = lite_kernels_scalar()!.pointee.unary_loop(Int32(LITE_UNARY_EXP), Int32(LITE_DTYPE_F32))!
    loop(&y, 4, x, 4, x.count, nil)
    for i in 0..<x.count { #expect(ulps(y[i], exp(Double(x[i]))) <= 2, "exp(\(x[i])) = \(y[i])") }
    #expect(y[10] == 1 && y[11] == 1)
  }
}

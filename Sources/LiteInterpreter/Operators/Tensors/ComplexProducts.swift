import CLiteKernels
import LiteFormat

/// Matrix products of complex tensors: four products of their parts.
enum ComplexProducts {
  static let forms: [ComplexForm] = [
    ComplexForm(
      "vdot",
      { (call) throws(LiteError) in
        let (a, b) = (try call.tensor(0), try call.tensor(1))
        try call.require(a.rank == 1 && b.rank == 1, 1, "found tensors of \(a.message) and \(b.message), expected vectors")
        let conjugate = try ComplexPointwise.run(call, [Operand(a)], result: a.type, toTarget: false) { (a, _, _) in a.conjugate }
        return try call.deliver(try MatrixMultiplication.matmul(conjugate, b, call.context))
      }
    )
  ]

  /// `MatrixMultiplication.batched` for complex types.
  static func batched(_ a: Tensor, _ b: Tensor, bias: Tensor?, _ context: Context) throws(LiteError) -> Tensor {
    let real = try MatrixMultiplication.batched(a.realPart, b.realPart, context)
    let imaginary = try MatrixMultiplication.batched(a.realPart, b.imaginaryPart, context)
    try add(try MatrixMultiplication.batched(a.imaginaryPart, b.imaginaryPart, context), to: real, sign: -1, context)
    try add(try MatrixMultiplication.batched(a.imaginaryPart, b.realPart, context), to: imaginary, sign: 1, context)
    if let bias {
      try add(bias.realPart, to: real, sign: 1, context)
      try add(bias.imaginaryPart, to: imaginary, sign: 1, context)
    }
    let result = try Tensor(a.type, real.sizes, in: context.arena)
    try result.realPart.copyBytes(from: real)
    try result.imaginaryPart.copyBytes(from: imaginary)
    return result
  }

  /// target += sign * x, where x broadcasts.
  @inline(never)
  private static func add(_ x: Tensor, to target: Tensor, sign: Double, _ context: Context) throws(LiteError) {
    guard let add = context.kernels.pointee.binary_loop(Int32(LITE_BINARY_ADD), Int32(target.type.rawValue)) else {
      throw LiteError(.unsupported, "a sum of \(target.type.name)")
    }
    let loop = StridedLoop(target.sizes, [target.operand(target.sizes), x.operand(target.sizes)])
    var factor = sign
    try loop.forEach { (addresses, count) throws(LiteError) in
      let step = loop.innerStride(0)
      add(addresses[0], step, addresses[0], step, addresses[1], loop.innerStride(1), count, &factor)
    }
  }

  /// beta * base + alpha * product, the last two arguments; base is not read when beta is 0.
  static func combine(_ call: Call, _ base: Tensor, _ product: Tensor) throws(LiteError) -> Tensor {
    let (beta, alpha) = (try call.complexScalar(3).complex, try call.complexScalar(4).complex)
    try call.require(base.type == product.type, 0, "found a tensor of \(base.message), expected \(product.type.name)")
    try call.require(
      try Broadcasting.shape(base.sizes, product.sizes) == product.sizes, 0,
      "found a tensor of \(base.message), expected one that expands to \(product.sizes.message)")
    return try ComplexPointwise.run(call, [Operand(product), Operand(base)], result: product.type, toTarget: false) { (x, y, _) in
      beta.isZero ? alpha * x : beta * y + alpha * x
    }
  }
}

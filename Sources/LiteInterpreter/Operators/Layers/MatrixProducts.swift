import CLiteKernels
import LiteFormat

/// Matrix products and what is made of them.
enum MatrixProducts {
  static func declare(in table: inout OperatorTable) {
    table.add("linear(input, weight, Tensor? bias=None)") { (call) throws(LiteError) in
      let weight = try call.tensor(1)
      var bias = try call.optionalTensor(2)
      if let found = bias {
        try call.require(!found.type.isQuantized, 2, "found a tensor of \(found.message)")
        let outputs = weight.rank == 2 ? weight.sizes[0] : 1
        try call.require(
          found.rank <= 1 && (found.count == outputs || found.count == 1), 2,
          "found a tensor of \(found.message), expected \(outputs) numbers")
        if found.count != outputs || found.rank == 0 {
          let sizes = try Dimensions([outputs])
          bias = found.view(sizes: sizes, strides: Dimensions(repeating: 0, count: 1), count: outputs)
        }
      }
      return .tensor(call.prepared(try MatrixMultiplication.linear(try call.tensor(0), weight, bias, call.context)))
    }
    table.add("matmul(self, other)") { (call) throws(LiteError) in
      .tensor(call.prepared(try MatrixMultiplication.matmul(try call.tensor(0), try call.tensor(1), call.context)))
    }
    table.add("mm(self, mat2)") { (call) throws(LiteError) in
      .tensor(call.prepared(try product(call, 2, 0, 2, 1)))
    }
    table.add("bmm(self, mat2)") { (call) throws(LiteError) in
      .tensor(call.prepared(try product(call, 3, 0, 3, 1)))
    }
    table.add("mv(self, vec)") { (call) throws(LiteError) in .tensor(try product(call, 2, 0, 1, 1))
    }
    table.add(
      """
      dot(self, tensor)
      vdot(self, other)
      """
    ) { (call) throws(LiteError) in
      .tensor(try product(call, 1, 0, 1, 1))
    }
    table.add(
      """
      outer(self, vec2)
      ger(self, vec2)
      """
    ) { (call) throws(LiteError) in .tensor(try outer(call, 0, 1)) }
    table.add("inner(self, other)") { (call) throws(LiteError) in .tensor(try inner(call)) }
    table.add("chain_matmul(Tensor[] matrices)") { (call) throws(LiteError) in
      let matrices = try call.tensors(0)
      guard var result = matrices.first else { throw call.failure(0, "found an empty list, expected matrices") }
      for matrix in matrices {
        try call.require(matrix.rank == 2, 0, "found a tensor of \(matrix.message), expected 2 dimensions")
      }
      for matrix in matrices.dropFirst() { result = try MatrixMultiplication.batched(result, matrix, call.context) }
      return .tensor(result)
    }
    table.add("addmm(self, mat1, mat2, *, Scalar beta=1, Scalar alpha=1)") {
      (call) throws(LiteError) in .tensor(try combine(call, try product(call, 2, 1, 2, 2)))
    }
    table.add("baddbmm(self, batch1, batch2, *, Scalar beta=1, Scalar alpha=1)") {
      (call) throws(LiteError) in .tensor(try combine(call, try product(call, 3, 1, 3, 2)))
    }
    table.add("addmm_(self&, mat1, mat2, *, Scalar beta=1, Scalar alpha=1)") {
      (call) throws(LiteError) in try inPlace(call, try combine(call, try product(call, 2, 1, 2, 2)))
    }
    table.add("baddbmm_(self&, batch1, batch2, *, Scalar beta=1, Scalar alpha=1)") {
      (call) throws(LiteError) in try inPlace(call, try combine(call, try product(call, 3, 1, 3, 2)))
    }
    table.add("addmv(self, mat, vec, *, Scalar beta=1, Scalar alpha=1)") {
      (call) throws(LiteError) in .tensor(try combine(call, try product(call, 2, 1, 1, 2)))
    }
    table.add("addr(self, vec1, vec2, *, Scalar beta=1, Scalar alpha=1)") {
      (call) throws(LiteError) in .tensor(try combine(call, try outer(call, 1, 2)))
    }
    table.add("addbmm(self, batch1, batch2, *, Scalar beta=1, Scalar alpha=1)") {
      (call) throws(LiteError) in
      // The sum over the batch is one product: [n, b*m] * [b*m, p].
      let a = try call.tensor(1)
      let b = try call.tensor(2)
      try call.require(
        a.rank == 3 && b.rank == 3 && a.sizes[0] == b.sizes[0] && a.sizes[2] == b.sizes[1], 2,
        "found tensors of \(a.message) and \(b.message), expected batches of matrices that can be multiplied")
      let depth = try Checked.multiply(a.sizes[0], a.sizes[2])
      let left = try a.transposed(0, 1).reshaped(try Dimensions([a.sizes[1], depth]), in: call.arena)
      let right = try b.reshaped(try Dimensions([depth, b.sizes[2]]), in: call.arena)
      return .tensor(try combine(call, try MatrixMultiplication.batched(left, right, call.context)))
    }
    table.add("quantized::matmul(qa, qb, float scale, int zero_point) -> Tensor qc") { (call) throws(LiteError) in
      // Through floats, as PyTorch does without ruy (qmatmul.cpp).
      let a = try call.tensor(0)
      let output = try call.checkedQuantization(try call.numberOrTensor(2).double, try call.numberOrTensor(3).int, a.type, 2, 3)
      let product = try MatrixMultiplication.matmul(
        try Quantize.dequantize(a, call.context), try Quantize.dequantize(try call.tensor(1), call.context), call.context)
      return .tensor(try Quantize.perTensor(product, output, a.type, call.context))
    }
    table.add("bilinear(input1, input2, weight, Tensor? bias=None)") {
      (call) throws(LiteError) in .tensor(try bilinear(call))
    }
  }

  /// The product of two arguments of given ranks.
  private static func product(_ call: Call, _ aRank: Int, _ aIndex: Int, _ bRank: Int, _ bIndex: Int) throws(LiteError) -> Tensor
  {
    let a = try call.tensor(aIndex)
    let b = try call.tensor(bIndex)
    try call.require(a.rank == aRank, aIndex, "found a tensor of \(a.message), expected \(aRank) dimensions")
    try call.require(b.rank == bRank, bIndex, "found a tensor of \(b.message), expected \(bRank) dimensions")
    try call.require(
      aRank < 3 || a.sizes[0] == b.sizes[0], bIndex, "found tensors of \(a.message) and \(b.message), expected one batch size")
    return try MatrixMultiplication.matmul(a, b, call.context)
  }

  private static func outer(_ call: Call, _ aIndex: Int, _ bIndex: Int) throws(LiteError) -> Tensor {
    let a = try call.tensor(aIndex)
    let b = try call.tensor(bIndex)
    try call.require(a.rank == 1, aIndex, "found a tensor of \(a.message), expected 1 dimension")
    try call.require(b.rank == 1, bIndex, "found a tensor of \(b.message), expected 1 dimension")
    let columns = try a.unsqueezed(1)
    let rows = try b.unsqueezed(0)
    let type = TypePromotion([Operand(columns), Operand(rows)]).result
    if type.isComplex { return try MatrixMultiplication.batched(columns, rows, call.context) }
    return try Pointwise.product(call, columns, rows, type)
  }

  /// Sums over the last dimension of both.
  private static func inner(_ call: Call) throws(LiteError) -> Tensor {
    let a = try call.tensor(0)
    let b = try call.tensor(1)
    if a.rank == 0 || b.rank == 0 { return try Pointwise.product(call, a, b, TypePromotion([Operand(a), Operand(b)]).result) }
    let depth = b.sizes[b.rank - 1]
    var sizes = a.sizes
    sizes.remove(at: a.rank - 1)
    for index in 0..<b.rank - 1 { try sizes.append(b.sizes[index]) }
    let matrix = try b.reshaped(try Dimensions([try b.sizes.product(0..<b.rank - 1), depth]), in: call.arena)
    return try MatrixMultiplication.linear(a, matrix, nil, call.context).reshaped(sizes, in: call.arena)
  }

  /// beta * self + alpha * product; self is not read when beta is 0.
  private static func combine(_ call: Call, _ product: Tensor) throws(LiteError) -> Tensor {
    let base = try call.tensor(0)
    if product.type.isComplex { return try ComplexProducts.combine(call, base, product) }
    let beta = try call.double(3)
    let alpha = try call.double(4)
    try call.require(base.type == product.type, 0, "found a tensor of \(base.message), expected \(product.type.name)")
    let common = try Broadcasting.shape(base.sizes, product.sizes)
    try call.require(
      common == product.sizes, 0,
      "found a tensor of \(base.message), expected one that expands to \(product.sizes.message)")
    let result = try call.makeTensor(product.type, product.sizes)
    guard let add = call.kernels.binary_loop(Int32(LITE_BINARY_ADD), Int32(product.type.rawValue)) else {
      throw call.failure(0, "found \(base.type.name), which has no sum")
    }
    let multiply = call.kernels.binary_loop(Int32(LITE_BINARY_MUL), Int32(product.type.rawValue))
    let zero = try call.makeTensor(product.type, Dimensions())
    try zero.fill(.int(0))
    let factor = try call.makeTensor(product.type, Dimensions())
    try factor.fill(.double(beta))
    let shape = product.sizes
    let left = beta == 0 ? zero : base
    let loop = StridedLoop(shape, [result.operand(shape), left.operand(shape), product.operand(shape), factor.operand(shape)])
    var parameters = alpha
    try loop.forEach { (addresses, count) throws(LiteError) in
      var from = (addresses[1], loop.innerStride(1))
      if beta != 1, beta != 0, let multiply {
        multiply(addresses[0], loop.innerStride(0), addresses[1], loop.innerStride(1), addresses[3], 0, count, nil)
        from = (addresses[0], loop.innerStride(0))
      }
      add(addresses[0], loop.innerStride(0), from.0, from.1, addresses[2], loop.innerStride(2), count, &parameters)
    }
    return result
  }

  /// Writes a result into the first argument.
  private static func inPlace(_ call: Call, _ result: Tensor) throws(LiteError) -> Value {
    let target = try call.tensor(0)
    try call.require(target.sizes == result.sizes, 0, "found a tensor of \(target.message), expected \(result.sizes.message)")
    try target.storage.prepareForWriting(call.arena)
    try target.copyBytes(from: result)
    return .tensor(target)
  }

  /// y[..., k] = sum over i, j of x1[..., i] * weight[k, i, j] * x2[..., j], + bias[k].
  private static func bilinear(_ call: Call) throws(LiteError) -> Tensor {
    let a = try call.plainTensor(0)
    let b = try call.plainTensor(1)
    let weight = try call.plainTensor(2)
    try call.require(
      weight.rank == 3 && a.rank > 0 && a.rank == b.rank && a.sizes[a.rank - 1] == weight.sizes[1]
        && b.sizes[b.rank - 1] == weight.sizes[2], 2,
      "found weights of \(weight.message) for inputs of \(a.message) and \(b.message)")
    let outputs = weight.sizes[0]
    let bias = try call.parameterVector(3, outputs, .float64, takesIntegers: a.type.isIntegral)
    let left = try a.prepared(.float64, call.context)
    let right = try b.prepared(.float64, call.context)
    let matrices = try weight.prepared(.float64, call.context)
    var sizes = a.sizes
    sizes[a.rank - 1] = outputs
    let result = try call.makeTensor(.float64, sizes)
    let rows = try a.sizes.product(0..<a.rank - 1)
    try call.require(try b.sizes.product(0..<b.rank - 1) == rows, 1, "found inputs of \(a.message) and \(b.message)")
    let (n, m) = (weight.sizes[1], weight.sizes[2])
    try call.context.spend(rows, weight.count)
    for row in 0..<rows {
      for output in 0..<outputs {
        var sum = bias?.pointer(Double.self)[output] ?? 0
        for i in 0..<n {
          let x = left.pointer(Double.self)[row &* n + i]
          let line = matrices.pointer(Double.self) + (output &* n + i) &* m
          for j in 0..<m { sum += x * line[j] * right.pointer(Double.self)[row &* m + j] }
        }
        result.pointer(Double.self)[row &* outputs + output] = sum
      }
    }
    return try result.converted(to: a.type, call.context)
  }
}

extension Call {
  /// A product that is the result of the operator: those of floats are made by steps.
  fileprivate func prepared(_ product: Tensor) -> Tensor {
    if product.type.computing == .float32 { isFullyPrepared() }
    return product
  }
}

import CLitePlatform
import LiteFormat

/// Products of tensors that layers do not use, and simulated quantization. All are computed in double.
enum Products {
  static func declare(in table: inout OperatorTable) {
    table.add("kron(self, other) | out", atenKron)
    table.add(
      """
      fake_quantize_per_tensor_affine(self, float scale, int zero_point, int quant_min, int quant_max)
      fake_quantize_per_tensor_affine.tensor_qparams(self, scale, zero_point, int quant_min, int quant_max)
      """, atenFakeQuantizePerTensorAffine)
    table.add(
      "fake_quantize_per_channel_affine(self, scale, zero_point, int axis, int quant_min, int quant_max)",
      atenFakeQuantizePerChannelAffine)
    table.add("_shape_as_tensor(self)", atenShapeAsTensor)
  }

  // MARK: What the table refers to

  private static func atenFakeQuantizePerTensorAffine(_ call: Call) throws(LiteError) -> Value { try fakeQuantize(call) }
  private static func atenKron(_ call: Call) throws(LiteError) -> Value { try kronecker(call) }
  private static func atenFakeQuantizePerChannelAffine(_ call: Call) throws(LiteError) -> Value {
    try fakeQuantizeChannels(call)
  }
  private static func atenShapeAsTensor(_ call: Call) throws(LiteError) -> Value { try shapeAsTensor(call) }

  private static func kronecker(_ call: Call) throws(LiteError) -> Value {
    var a = try call.plainTensor(0)
    var b = try call.plainTensor(1)
    let type = TypePromotion([Operand(a), Operand(b)]).result
    while a.rank < b.rank { a = try a.unsqueezed(0) }
    while b.rank < a.rank { b = try b.unsqueezed(0) }
    var sizes = a.sizes
    for dimension in 0..<a.rank { sizes[dimension] = try Checked.multiply(a.sizes[dimension], b.sizes[dimension]) }
    let result = try Tensor(type, sizes, in: call.arena)
    // One block of the size of `b` for each element of `a`.
    var place = Dimensions(repeating: 0, count: a.rank)
    for index in 0..<a.count {
      let factor = try a.scalarElement(index)
      let block = try Pointwise.numbers(call, [Operand(b), Operand(factor)], result: type, toTarget: false) { (b, factor, _) in
        b * factor
      } _: { (b, factor, _) in
        b &* factor
      }
      var target = result
      for dimension in 0..<a.rank {
        target = target.sliced(dimension, start: place[dimension] * b.sizes[dimension], count: b.sizes[dimension])
      }
      try target.copyBytes(from: block)
      var dimension = a.rank - 1
      while dimension >= 0 {
        place[dimension] += 1
        if place[dimension] < a.sizes[dimension] { break }
        place[dimension] = 0
        dimension -= 1
      }
    }
    return try call.deliver(result)
  }

  // MARK: Simulated quantization

  private static func rounded(_ x: Double, _ scale: Double, _ zeroPoint: Double, _ low: Double, _ high: Double) -> Double {
    let code = Double(rintf(Float(x) * (1 / Float(scale)))) + zeroPoint
    return (max(low, min(high, code)) - zeroPoint) * scale
  }

  private static func codeRange(_ call: Call) throws(LiteError) -> (low: Double, high: Double) {
    let low = try call.int("quant_min", else: 0)
    let high = try call.int("quant_max", else: 255)
    try call.require(low <= high, 0, "found codes from \(low) to \(high)")
    return (Double(low), Double(high))
  }

  private static func fakeQuantize(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let scale = try call.scalar(1).double
    let zeroPoint = try call.scalar(2).double
    let (low, high) = try codeRange(call)
    return .tensor(
      try Pointwise.doubles(call, [Operand(x)], result: x.type) { (x, _, _) in rounded(x, scale, zeroPoint, low, high) })
  }

  private static func fakeQuantizeChannels(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let axis = try call.dimension(3, of: x.rank)
    let (low, high) = try codeRange(call)
    var parameters: [Operand] = []
    for index in 1...2 {
      let vector = try call.plainTensor(index)
      try call.require(
        x.rank > 0 && vector.rank == 1 && vector.count == x.sizes[axis], index,
        "found a tensor of \(vector.message) for dimension \(axis) of \(x.message)")
      var sizes = Dimensions(repeating: 1, count: x.rank)
      sizes[axis] = vector.count
      parameters.append(Operand(try vector.reshaped(sizes, in: call.arena)))
    }
    return .tensor(
      try Pointwise.doubles(call, [Operand(x)] + parameters, result: x.type) { (x, scale, zeroPoint) in
        rounded(x, scale, zeroPoint, low, high)
      })
  }

  private static func shapeAsTensor(_ call: Call) throws(LiteError) -> Value {
    let sizes = try call.tensor(0).sizes
    return .tensor(try Creation.generateIntegers(call, .int64, Creation.vector(sizes.count)) { Int64(sizes[$0]) })
  }
}

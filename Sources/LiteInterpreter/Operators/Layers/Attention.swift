import CLiteKernels
import LiteFormat

/// softmax(query * transposed(key) * scale + mask) * value.
enum Attention {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "scaled_dot_product_attention(query, key, value, Tensor? attn_mask=None, float dropout_p=0., bool is_causal=False, *, float? scale=None, bool enable_gqa=False)"
    ) {
      (call) throws(LiteError) in
      try call.require(try call.double(4) == 0, 4, "found a probability above 0; random dropping is not supported")
      let query = try call.floatingTensor(0)
      var key = try call.tensor(1, query.type)
      var value = try call.tensor(2, query.type)
      try call.require(
        query.rank >= 2 && key.rank >= 2 && value.rank >= 2, 0,
        "found tensors of \(query.message), \(key.message) and \(value.message), expected at least 2 dimensions")
      if try call.bool(7) {
        key = try repeated(call, key, query, 1)
        value = try repeated(call, value, query, 2)
      }
      let width = query.sizes[query.rank - 1]
      let scale = try call.optionalDouble(6) ?? 1 / Double(max(width, 1)).squareRoot()
      let mask = try call.optionalTensor(3)
      let isCausal = try call.bool(5)
      try call.require(mask == nil || !isCausal, 5, "found True together with a mask")
      return .tensor(try attend(query, key, value, mask, isCausal: isCausal, scale: scale, call.context))
    }
  }

  /// Heads of keys and values are shared by several heads of queries.
  private static func repeated(_ call: Call, _ x: Tensor, _ query: Tensor, _ index: Int) throws(LiteError) -> Tensor {
    try call.require(
      x.rank >= 3 && query.rank >= 3 && x.sizes[x.rank - 3] > 0 && query.sizes[query.rank - 3] % x.sizes[x.rank - 3] == 0, index,
      "found a tensor of \(x.message) for queries of \(query.message)")
    let dimension = x.rank - 3
    let copies = query.sizes[query.rank - 3] / x.sizes[dimension]
    var sizes = (0..<x.rank).map { x.sizes[$0] }
    var expanded = sizes
    expanded.insert(copies, at: dimension + 1)
    sizes[dimension] *= copies
    return try x.unsqueezed(dimension + 1).expanded(expanded).reshaped(try Dimensions(sizes), in: call.arena)
  }

  static func attend(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ mask: Tensor?, isCausal: Bool, scale: Double, _ context: Context
  ) throws(LiteError) -> Tensor {
    let type = query.type.computing
    let scores = try MatrixMultiplication.batched(
      try query.converted(to: type, context), try key.converted(to: type, context).transposed(key.rank - 2, key.rank - 1), context
    )
    if scores.type == .float32 {
      try prepare(Float.self, scores, try additive(mask, scores, context), isCausal, scale)
    } else {
      try prepare(Double.self, scores, try additive(mask, scores, context), isCausal, scale)
    }
    let weights = try Softmax.softmax(scores, scores.rank - 1, logarithm: false, context)
    if mask != nil || isCausal {
      // Rows that are masked altogether take nothing.
      let columns = max(weights.sizes[weights.rank - 1], 1)
      for row in 0..<weights.count / columns where try weights.doubleElement(row &* columns).isNaN {
        for column in 0..<columns { try weights.setElement(row &* columns + column, .int(0)) }
      }
    }
    return try MatrixMultiplication.batched(weights, try value.converted(to: type, context), context)
      .converted(to: query.type, context)
  }

  /// The mask as numbers that are added, in the shape of the scores; True takes part.
  private static func additive(_ mask: Tensor?, _ scores: Tensor, _ context: Context) throws(LiteError) -> Tensor? {
    guard let mask else { return nil }
    let shape = try Broadcasting.shape(mask.sizes, scores.sizes)
    guard shape == scores.sizes, mask.type == .bool || mask.type.isFloatingPoint else {
      throw LiteError(.operatorFailed, "argument attn_mask: found a tensor of \(mask.message) for scores of \(scores.message)")
    }
    let result = try Tensor(scores.type, scores.sizes, in: context.arena)
    try result.convert(from: mask, context)
    if mask.type == .bool {
      for index in 0..<result.count {
        let isOn = try result.doubleElement(index) != 0
        try result.setElement(index, .double(isOn ? 0 : -.infinity))
      }
    }
    return result
  }

  private static func prepare<Element: Real>(
    _: Element.Type, _ scores: Tensor, _ mask: Tensor?, _ isCausal: Bool, _ scale: Double
  ) throws(LiteError) {
    let columns = scores.sizes[scores.rank - 1]
    let rows = scores.sizes[scores.rank - 2]
    let factor = Element(scale)
    let elements = scores.pointer(Element.self)
    for index in 0..<scores.count {
      var value = elements[index] * factor
      if let mask { value += mask.pointer(Element.self)[index] }
      if isCausal, index % columns > index / columns % rows { value = -Element.infinity }
      elements[index] = value
    }
  }
}

import LiteFormat

/// Complex forms that are made of the function for real numbers, run on the parts of the arguments.
enum ComplexParts {
  enum Way {
    /// Elements are moved, added, or multiplied by real numbers: real and imaginary parts do not meet.
    case separate
    /// A product of the first two arguments: each part of one with each part of the other.
    case product
    /// All that counts is which elements are not 0.
    case truth
  }

  static let forms: [(name: StaticString, way: Way)] = [
    ("sum", .separate), ("mean", .separate), ("trace", .separate), ("cumsum", .separate), ("diff", .separate),
    ("diag", .separate), ("diag_embed", .separate), ("diagflat", .separate), ("diagonal_scatter", .separate),
    ("select_scatter", .separate), ("slice_scatter", .separate), ("as_strided_scatter", .separate),
    ("index_add", .separate), ("index_copy", .separate), ("index_fill", .separate), ("index_put", .separate),
    ("_index_put_impl", .separate), ("scatter", .separate), ("scatter_add", .separate), ("masked_scatter", .separate),
    ("put", .separate), ("constant_pad_nd", .separate), ("combinations", .separate), ("sum_to_size", .separate),
    ("cross", .product), ("linalg_cross", .product), ("kron", .product),
    ("any", .truth), ("all", .truth), ("count_nonzero", .truth), ("nonzero", .truth), ("nonzero_numpy", .truth),
    ("nonzero_static", .truth), ("argwhere", .truth),
  ]

  static func run(_ way: Way, _ call: Call, _ real: Operator.Body) throws(LiteError) -> Value {
    let given = [Value](call.arguments)
    defer { restore(call, given) }
    switch way {
    case .truth:
      call.arguments[0] = .tensor(try call.tensor(0).converted(to: .bool, call.context))
      return try real(call)
    case .separate:
      if let index = call.given("dtype"), try !call.dataType(index).isComplex {
        // The elements become real first.
        call.arguments[0] = .tensor(try call.tensor(0).realPart)
        return try real(call)
      }
      let first = try run(call, real) { (index) throws(LiteError) in try part(call, given[index], index, 0) }
      let second = try run(call, real) { (index) throws(LiteError) in try part(call, given[index], index, 1) }
      // Written through the views of the parts already.
      if call.isInPlace { return given[0] }
      restore(call, given)
      return try deliver(call, first, second)
    case .product:
      var products: [Tensor] = []
      for parts in 0..<4 {
        products.append(
          try run(call, real) { (index) throws(LiteError) in
            index < 2 ? try part(call, given[index], index, index == 0 ? parts >> 1 : parts & 1) : given[index]
          })
      }
      restore(call, given)
      let first = try sum(call, products[0], products[3], sign: -1)
      return try deliver(call, first, try sum(call, products[1], products[2], sign: 1))
    }
  }

  private static func restore(_ call: Call, _ given: [Value]) {
    for index in given.indices { call.arguments[index] = given[index] }
  }

  /// Runs the real function with other arguments, and results that are new.
  @inline(never)
  private static func run(
    _ call: Call, _ real: Operator.Body, _ argument: (Int) throws(LiteError) -> Value
  ) throws(LiteError) -> Tensor {
    for index in 0..<call.count - call.schema.outCount { call.arguments[index] = try argument(index) }
    if call.schema.outCount > 0 {
      let type = try call.target()?.type.realType ?? .float32
      call.arguments[call.count - 1] = .tensor(try Tensor(type, Creation.vector(0), in: call.arena))
    }
    guard case .tensor(let result) = try real(call) else { throw LiteError(.unsupported, "complex tensors for this operator") }
    return result
  }

  /// The real (0) or imaginary (1) part of an argument. Real numbers that stand for elements have the imaginary part 0;
  /// positions, masks and factors are the same for both parts.
  @inline(never)
  private static func part(_ call: Call, _ value: Value, _ index: Int, _ part: Int) throws(LiteError) -> Value {
    let name = call.schema.text(call.schema.arguments[index].name)
    let isElement = isEqual(name, "value") || isEqual(name, "values") || isEqual(name, "src") || isEqual(name, "source")
    switch value {
    case .tensor(let tensor):
      if tensor.type.isComplex { return .tensor(part == 0 ? tensor.realPart : tensor.imaginaryPart) }
      try call.require(index > 0 || !call.isInPlace, 0, "found a tensor of \(tensor.message), which cannot hold complex numbers")
      guard isElement || tensor.type.isFloatingPoint, part == 1 else { return value }
      let zeros = try Tensor(tensor.type, tensor.sizes, in: call.arena)
      try zeros.fill(.int(0))
      return .tensor(zeros)
    case .complex(let number):
      try call.require(isElement, index, "found a complex number, expected a real one")
      return .double(part == 0 ? number.real : number.imaginary)
    case .int where isEqual(name, "dtype"):
      return .int(Int64(try call.dataType(index).realType.rawValue))
    case .int, .double, .bool: return isElement && part == 1 ? .int(0) : value
    case .string(let text):
      try call.require(
        !isEqual(name, "reduce") || text.bytes.count == 3, index, "found '\(text.bytes)', expected add for complex numbers")
      return value
    default: return value
    }
  }

  private static func sum(_ call: Call, _ a: Tensor, _ b: Tensor, sign: Double) throws(LiteError) -> Tensor {
    try Pointwise.doubles(call, [Operand(a), Operand(b)], result: a.type, toTarget: false) { (a, b, _) in a + sign * b }
  }

  /// A tensor of these parts.
  @inline(never)
  private static func deliver(_ call: Call, _ first: Tensor, _ second: Tensor) throws(LiteError) -> Value {
    let result = try Tensor(first.type.complexType, first.sizes, in: call.arena)
    try result.realPart.convert(from: first, call.context)
    try result.imaginaryPart.convert(from: second, call.context)
    return try call.deliver(result)
  }
}

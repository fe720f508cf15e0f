import LiteFormat

/// The function of an operator for complex arguments.
struct ComplexForm: Sendable {
  /// Without `aten::`, overload, and the `_` of in-place forms.
  let name: StaticString
  let body: Operator.Body

  init(_ name: StaticString, _ body: @escaping Operator.Body) {
    self.name = name
    self.body = body
  }
}

/// What operators do when one of their tensors or numbers is complex. These operators are declared with their
/// families, for real numbers; here, each name that is defined for complex numbers too has a second function, which is
/// put before the first when a program is linked. A name without one refuses complex arguments.
enum ComplexForms {
  private static var families: [[ComplexForm]] {
    [ComplexFunctions.forms, ComplexArithmetic.forms, ComplexReductions.forms, ComplexViews.forms, ComplexProducts.forms]
  }

  /// The operator's function, with the one for complex arguments before it if there is one.
  static func adding(to real: @escaping Operator.Body, _ declaration: UnsafeBufferPointer<UInt8>) -> Operator.Body {
    guard OperatorSelection.hasComplexForms, let name = baseName(declaration) else { return real }
    for family in families {
      for form in family where isEqual(name, form.name) {
        let complex = form.body
        return { (call) throws(LiteError) in
          guard call.hasComplexArgument else { return try real(call) }
          call.context.recorder?.noteOtherWork()
          return try complex(call)
        }
      }
    }
    for form in ComplexParts.forms where isEqual(name, form.name) {
      let way = form.way
      return { (call) throws(LiteError) in
        guard call.hasComplexArgument else { return try real(call) }
        call.context.recorder?.noteOtherWork()
        return try ComplexParts.run(way, call, real)
      }
    }
    return real
  }

  private static func baseName(_ declaration: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
    let prefix = 6
    guard declaration.count > prefix, declaration[0] == UInt8(ascii: "a"), declaration[prefix - 1] == UInt8(ascii: ":") else {
      return nil
    }
    var end = prefix
    while end < declaration.count, declaration[end] != UInt8(ascii: "("), declaration[end] != UInt8(ascii: ".") { end += 1 }
    if declaration[end - 1] == UInt8(ascii: "_"), declaration[end - 2] != UInt8(ascii: "_") { end -= 1 }
    return UnsafeBufferPointer(rebasing: declaration[prefix..<end])
  }
}

extension Call {
  /// Whether one of the arguments is a complex tensor or number.
  var hasComplexArgument: Bool {
    for index in 0..<count {
      switch self[index] {
      case .tensor(let tensor): if tensor.type.isComplex { return true }
      case .complex: return true
      default: break
      }
    }
    return false
  }
}

/// The driver of complex pointwise operators: every element is computed in double from up to three operands of any types.
enum ComplexPointwise {
  /// Elements at a time.
  private static let chunk = 128

  @inline(never)
  static func run(
    _ call: Call, _ operands: [Operand], result: DataType, toTarget: Bool = true,
    _ body: (Complex, Complex, Complex) -> Complex
  ) throws(LiteError) -> Tensor {
    let scratch: Scratch<Complex> = try call.context.scratch(chunk * 4)
    scratch.base.initialize(repeating: Complex(0, 0), count: chunk * 4)
    let (y, a, b, c) = (scratch.base, scratch.base + chunk, scratch.base + 2 * chunk, scratch.base + 3 * chunk)
    return try Pointwise.run(
      call, operands, writes: result, result: result, convertingTo: nil, anyTarget: true, toTarget: toTarget
    ) { (output, inputs, addresses, strides, count) throws(LiteError) in
      var done = 0
      while done < count {
        let part = min(count - done, chunk)
        for index in 0..<inputs.count {
          let stride = strides.innerStride(index + 1)
          try ComplexElements.load(
            a + index * chunk, from: addresses[index + 1]! + done &* stride, stride, inputs[index].type, part, call.context)
        }
        for index in 0..<part { y[index] = body(a[index], b[index], c[index]) }
        let stride = strides.innerStride(0)
        try ComplexElements.store(y, to: addresses[0]! + done &* stride, stride, output.type, part, call.context)
        done += part
      }
    }
  }

  /// A function of the elements of the first argument.
  @inline(never)
  static func map(_ call: Call, _ body: (Complex) -> Complex) throws(LiteError) -> Value {
    let x = try call.complexOperand(0)
    return .tensor(try run(call, [x], result: x.type) { (a, _, _) in body(a) })
  }

  /// The same with real numbers, of the type of the parts, for a result.
  @inline(never)
  static func measure(_ call: Call, _ body: (Complex) -> Double) throws(LiteError) -> Value {
    try call.require(!call.isInPlace, 0, "found a complex tensor, which cannot hold the real result")
    let x = try call.complexOperand(0)
    return .tensor(try run(call, [x], result: x.type.realType) { (a, _, _) in Complex(body(a), 0) })
  }

  /// A test of the elements of the first argument.
  @inline(never)
  static func test(_ call: Call, _ body: (Complex) -> Bool) throws(LiteError) -> Value {
    .tensor(try run(call, [try call.complexOperand(0)], result: .bool) { (a, _, _) in Complex(body(a) ? 1 : 0, 0) })
  }
}

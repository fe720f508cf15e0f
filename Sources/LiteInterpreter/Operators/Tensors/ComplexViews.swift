import CLitePlatform
import LiteFormat

/// Complex tensors made of real ones, their parts as views, and conjugates. A conjugate is computed at once, where
/// PyTorch marks a view: the values are the same, but writing to it does not change what it was made of.
enum ComplexViews {
  static func declare(in table: inout OperatorTable) {
    table.add("complex(real, imag) | out", complex)
    table.add("polar(abs, angle) | out", polar)
    table.add(
      """
      view_as_complex(Tensor(a) self)
      view_as_complex_copy(self) | out
      """, viewAsComplex)
    table.add(
      """
      view_as_real(Tensor(a) self)
      view_as_real_copy(self) | out
      """, notComplex)
    table.add("_conj_physical(self) | out", copy)
    table.add("_neg_view(Tensor(a) self)", negate)
    table.add(
      """
      matrix_H(Tensor(a) self)
      matrix_H.a(Tensor(a) self)
      """, matrixAdjoint)
    table.add(
      """
      mH(Tensor(a) self)
      mH.a(Tensor(a) self)
      """, adjoint)
  }

  static let forms: [ComplexForm] = [
    ComplexForm("positive", unchanged), ComplexForm("resolve_conj", unchanged), ComplexForm("resolve_neg", unchanged),
    ComplexForm("real", { (call) throws(LiteError) in .tensor(try call.tensor(0).realPart) }),
    ComplexForm("imag", { (call) throws(LiteError) in .tensor(try call.tensor(0).imaginaryPart) }),
    ComplexForm("view_as_real", viewAsReal), ComplexForm("view_as_real_copy", viewAsReal),
    ComplexForm("conj", conjugate), ComplexForm("_conj", conjugate), ComplexForm("_conj_copy", conjugate),
    ComplexForm("conj_physical", conjugate),
    ComplexForm("_conj_physical", conjugate),
    ComplexForm("adjoint", adjoint),
  ]

  private static func unchanged(_ call: Call) throws(LiteError) -> Value { .tensor(try call.tensor(0)) }
  private static func copy(_ call: Call) throws(LiteError) -> Value { try Conversion.copy(call) }

  private static func notComplex(_ call: Call) throws(LiteError) -> Value {
    throw call.failure(0, "found a tensor of \(try call.tensor(0).message), expected complex numbers")
  }

  private static func negate(_ call: Call) throws(LiteError) -> Value {
    .tensor(try ComplexPointwise.run(call, [try call.complexOperand(0)], result: try call.tensor(0).type) { (a, _, _) in a * -1 })
  }

  private static func conjugate(_ call: Call) throws(LiteError) -> Value { try ComplexPointwise.map(call) { $0.conjugate } }

  /// The conjugate of the transposed matrices in the last two dimensions.
  private static func adjoint(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(x.rank != 1, 0, "found a tensor of \(x.message), expected at least 2 dimensions, or none")
    let transposed = x.rank == 0 ? x : x.transposed(x.rank - 2, x.rank - 1)
    if !x.type.isComplex { return .tensor(transposed) }
    return .tensor(
      try ComplexPointwise.run(call, [Operand(transposed)], result: x.type, toTarget: false) { (a, _, _) in a.conjugate })
  }

  private static func matrixAdjoint(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(x.rank <= 2, 0, "found a tensor of \(x.message), expected a matrix")
    return try adjoint(call)
  }

  // MARK: Two parts

  private static func complex(_ call: Call) throws(LiteError) -> Value {
    try join(call) { (a, b) in Complex(a, b) }
  }

  private static func polar(_ call: Call) throws(LiteError) -> Value { try join(call) { Complex.polar($0, $1) } }

  private static func join(_ call: Call, _ body: (Double, Double) -> Complex) throws(LiteError) -> Value {
    let (a, b) = (try call.floatingTensor(0), try call.floatingTensor(1))
    try call.require(
      a.type == b.type && (a.type == .float32 || a.type == .float64), 1,
      "found tensors of \(a.message) and \(b.message), expected float32 or float64, both the same")
    return .tensor(
      try ComplexPointwise.run(call, [Operand(a), Operand(b)], result: a.type.complexType) { (a, b, _) in body(a.real, b.real) })
  }

  /// Pairs in the last dimension as complex numbers.
  private static func viewAsComplex(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(
      x.type == .float32 || x.type == .float64, 0, "found a tensor of \(x.message), expected float32 or float64")
    let last = x.rank - 1
    try call.require(
      last >= 0 && x.sizes[last] == 2, 0, "found a tensor of \(x.message), expected a last dimension of size 2")
    var sizes = x.sizes
    var strides = x.strides
    var isPaired = x.strides[last] == 1 && x.offset % 2 == 0
    sizes.remove(at: last)
    strides.remove(at: last)
    for dimension in 0..<last {
      isPaired = isPaired && strides[dimension] % 2 == 0
      strides[dimension] /= 2
    }
    try call.require(isPaired, 0, "the two numbers of an element do not lie in one place of the memory; make it contiguous")
    let view = Tensor(
      storage: x.storage, offset: x.offset / 2, type: x.type.complexType, sizes: sizes, strides: strides, count: x.count / 2)
    return try finish(call, view)
  }

  private static func viewAsReal(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    // It may be `out` that is complex.
    guard x.type.isComplex else { return try notComplex(call) }
    let real = x.realPart
    var (sizes, strides) = (real.sizes, real.strides)
    try sizes.append(2)
    try strides.append(1)
    return try finish(call, real.view(sizes: sizes, strides: strides, count: try Checked.multiply(real.count, 2)))
  }

  /// A view, or its copy for `…_copy`.
  private static func finish(_ call: Call, _ view: Tensor) throws(LiteError) -> Value {
    let text = call.schema.declaration
    var end = 0
    while text[end] != UInt8(ascii: "("), text[end] != UInt8(ascii: ".") { end += 1 }
    return text[end - 1] == UInt8(ascii: "y") ? try call.deliver(try view.clone(in: call.arena)) : .tensor(view)
  }
}

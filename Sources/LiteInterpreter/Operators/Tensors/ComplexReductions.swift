import LiteFormat

/// Reductions of complex tensors that are not those of their parts.
enum ComplexReductions {
  static let forms: [ComplexForm] = [
    ComplexForm(
      "prod",
      { (call) throws(LiteError) in
        try reduce(call) { (values) in
          var result = Complex(1, 0)
          for value in values { result = result * value }
          return result
        }
      }
    ),
    ComplexForm("cumprod", { (call) throws(LiteError) in try accumulate(call) { $0 * $1 } }),
    ComplexForm("norm", norm), ComplexForm("linalg_vector_norm", norm), ComplexForm("frobenius_norm", norm),
    ComplexForm("dist", distance),
    ComplexForm("std", { (call) throws(LiteError) in try deviation(call, isRoot: true, withMean: false) }),
    ComplexForm("var", { (call) throws(LiteError) in try deviation(call, isRoot: false, withMean: false) }),
    ComplexForm("std_mean", { (call) throws(LiteError) in try deviation(call, isRoot: true, withMean: true) }),
    ComplexForm("var_mean", { (call) throws(LiteError) in try deviation(call, isRoot: false, withMean: true) }),
  ]

  // MARK: The driver

  /// A tensor as complex numbers in double, the elements of each result beside each other.
  private struct Runs {
    let tensor: Tensor
    /// Dimensions in their order in `tensor`: those that stay, then those that go.
    let order: [Int]
    let length: Int
    let count: Int

    init(_ x: Tensor, _ dimensions: DimensionSet, _ context: Context) throws(LiteError) {
      var order: [Int] = []
      for dimension in 0..<x.rank where !dimensions.contains(dimension) { order.append(dimension) }
      let kept = order.count
      for dimension in 0..<x.rank where dimensions.contains(dimension) { order.append(dimension) }
      let arranged = x.permuted(order)
      tensor = try Tensor(.complexDouble, arranged.sizes, in: context.arena)
      try tensor.convert(from: arranged, context)
      self.order = order
      length = try arranged.sizes.product(kept..<x.rank)
      count = try arranged.sizes.product(0..<kept)
    }

    subscript(index: Int) -> UnsafeMutableBufferPointer<Complex> {
      UnsafeMutableBufferPointer(start: tensor.pointer(Complex.self) + index &* length, count: length)
    }
  }

  private static func total(_ values: UnsafeMutableBufferPointer<Complex>) -> Complex {
    var sum = Complex(0, 0)
    for value in values { sum = sum + value }
    return sum
  }

  /// Folds over the dimensions that the call names.
  @inline(never)
  private static func fold(
    _ call: Call, _ x: Tensor, _ type: DataType, _ body: (UnsafeMutableBufferPointer<Complex>) -> Complex
  ) throws(LiteError) -> Tensor {
    let dimensions = try call.dimensionSet("dim", of: x.rank)
    let keeps = try call.flag("keepdim")
    let runs = try Runs(x, dimensions, call.context)
    var sizes = Dimensions()
    for dimension in 0..<x.rank {
      if !dimensions.contains(dimension) { try sizes.append(x.sizes[dimension]) } else if keeps { try sizes.append(1) }
    }
    let result = try Tensor(.complexDouble, sizes, in: call.arena)
    for index in 0..<result.count { result.pointer(Complex.self)[index] = body(runs[index]) }
    return try result.converted(to: type, call.context)
  }

  private static func reduce(_ call: Call, _ body: (UnsafeMutableBufferPointer<Complex>) -> Complex) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    return try call.deliver(try fold(call, x, try type(call, else: x.type), body))
  }

  /// The argument `dtype`, or another type.
  private static func type(_ call: Call, else other: DataType) throws(LiteError) -> DataType {
    guard let index = call.given("dtype") else { return other }
    let type = try call.dataType(index)
    try call.require(type.isComplex, index, "found \(type.name) for complex numbers, expected a complex type")
    return type
  }

  private static func accumulate(_ call: Call, _ next: (Complex, Complex) -> Complex) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let dimension = try call.dimension(1, of: x.rank)
    let runs = try Runs(x, x.rank == 0 ? DimensionSet() : DimensionSet(dimension), call.context)
    for index in 0..<(runs.length == 0 ? 0 : runs.count) {
      let values = runs[index]
      for position in values.indices.dropFirst() { values[position] = next(values[position - 1], values[position]) }
    }
    var places = [Int](repeating: 0, count: x.rank)
    for (place, dimension) in runs.order.enumerated() { places[dimension] = place }
    return try call.deliver(
      try runs.tensor.permuted(places).contiguous(in: call.arena).converted(to: try type(call, else: x.type), call.context))
  }

  /// The variance of the real parts and that of the imaginary parts, added: a real number.
  private static func deviation(_ call: Call, isRoot: Bool, withMean: Bool) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    var correction = try call.double("correction", else: 1)
    if let index = call.given("unbiased"), try !call.bool(index) { correction = 0 }
    let result = try fold(call, x, .complexDouble) { (values) in
      let mean = total(values) * (1 / Double(values.count))
      var sum = 0.0
      for value in values {
        let distance = value - mean
        sum += distance.real * distance.real + distance.imaginary * distance.imaginary
      }
      let variance = sum / max(0, Double(values.count) - correction)
      return Complex(isRoot ? variance.squareRoot() : variance, 0)
    }
    let deviation = try result.converted(to: x.type.realType, call.context)
    if !withMean { return try call.deliver(deviation) }
    return try call.deliver(deviation, try fold(call, x, x.type) { total($0) * (1 / Double($0.count)) })
  }

  // MARK: Of the magnitudes

  private static func norm(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let order: Double = if let index = call.given("p") ?? call.given("ord") { try call.scalar(index).double } else { 2 }
    let magnitudes = try ComplexPointwise.run(call, [Operand(x)], result: .float64, toTarget: false) { (a, _, _) in
      Complex(a.magnitude, 0)
    }
    return try Reductions.norm(call, magnitudes, try type(call, else: x.type).realType, order)
  }

  private static func distance(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.complexOperand(0), try call.complexOperand(1)]
    let distances = try ComplexPointwise.run(call, operands, result: .float64, toTarget: false) { (a, b, _) in
      Complex((a - b).magnitude, 0)
    }
    return try Reductions.norm(call, distances, TypePromotion(operands).result.realType, try call.double("p", else: 2))
  }
}

import LiteFormat

/// `torch.gradient`: derivatives of sampled functions by differences of second order (numpy.gradient's formulas).
enum Gradients {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      gradient.scalarint(self, *, Scalar? spacing=None, int? dim=None, int edge_order=1) -> Tensor[]
      gradient.scalararray(self, *, Scalar spacing, int[] dim, int edge_order=1) -> Tensor[]
      gradient.array(self, *, int[] dim, int edge_order=1) -> Tensor[]
      gradient.scalarrayint(self, *, Scalar[] spacing, int? dim=None, int edge_order=1) -> Tensor[]
      gradient.scalarrayarray(self, *, Scalar[] spacing, int[] dim, int edge_order=1) -> Tensor[]
      gradient.tensorarrayint(self, *, Tensor[] spacing, int? dim=None, int edge_order=1) -> Tensor[]
      gradient.tensorarray(self, *, Tensor[] spacing, int[] dim, int edge_order=1) -> Tensor[]
      """, run)
  }

  /// The distance between samples along a dimension: one for all, or from coordinates.
  private enum Spacing {
    case even(Double)
    case coordinates(DenseElements<Double>)

    func step(_ index: Int) -> Double {
      switch self {
      case .even(let step): step
      case .coordinates(let places): places[index + 1] - places[index]
      }
    }
  }

  private static func run(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    var dimensions = [Int](0..<x.rank)
    if let index = call.given("dim") {
      dimensions = []
      for value in try call.ints(index) {
        let dimension = try call.dimension(value, of: x.rank, argument: index)
        try call.require(!dimensions.contains(dimension), index, "found dimension \(dimension) twice")
        dimensions.append(dimension)
      }
    }
    let order = try call.int("edge_order", else: 1)
    try call.require(order == 1 || order == 2, call.count - 1, "found \(order), expected 1 or 2")
    var operands = [Operand(x)]
    let spacings = try spacings(call, x, dimensions, &operands)
    let type = TypePromotion(operands).floatResult
    let wide = try x.converted(to: .float64, call.context)
    var results: [Value] = []
    for (number, dimension) in dimensions.enumerated() {
      try call.require(
        x.rank > 0 && x.sizes[dimension] > order, 0,
        "found a tensor of \(x.message), expected more than \(order) samples along dimension \(dimension)")
      let result = try derivative(wide, dimension, spacings[number], order, call)
      results.append(.tensor(try result.converted(to: type, call.context)))
    }
    return .list(ListValue(results, of: .tensor))
  }

  private static func spacings(_ call: Call, _ x: Tensor, _ dimensions: [Int], _ operands: inout [Operand]) throws(LiteError)
    -> [Spacing]
  {
    guard let index = call.given("spacing") else { return [Spacing](repeating: .even(1), count: dimensions.count) }
    guard case .list(let list) = call[index] else {
      return [Spacing](repeating: .even(try call.scalar(index).double), count: dimensions.count)
    }
    try call.require(
      list.items.count == dimensions.count, index, "found \(list.items.count) spacings for \(dimensions.count) dimensions")
    var result: [Spacing] = []
    for (number, item) in list.items.enumerated() {
      switch item {
      case .tensor(let places):
        let size = x.rank == 0 ? 1 : x.sizes[dimensions[number]]
        try call.require(
          places.rank == 1 && places.count == size, index, "found coordinates of \(places.message) for \(size) samples")
        operands.append(Operand(places))
        result.append(.coordinates(try places.doubles(call.context)))
      case .int(let step): result.append(.even(Double(step)))
      case .double(let step): result.append(.even(step))
      default: throw call.unexpected(index, "numbers or tensors")
      }
    }
    return result
  }

  private static func derivative(_ x: Tensor, _ dimension: Int, _ spacing: Spacing, _ order: Int, _ call: Call) throws(LiteError)
    -> Tensor
  {
    let result = try Tensor(.float64, x.sizes, in: call.arena)
    let last = x.sizes[dimension] - 1
    func combine(_ place: Int, _ first: Int, _ factors: (Double, Double, Double)) throws(LiteError) {
      let count = min(3, last - first + 1)
      var operands: [Operand] = []
      for index in 0..<count { operands.append(Operand(x.selected(dimension, first + index))) }
      let part = try Pointwise.doubles(call, operands, result: .float64, toTarget: false) { (a, b, c) in
        a * factors.0 + b * factors.1 + (count > 2 ? c * factors.2 : 0)
      }
      try result.selected(dimension, place).copyBytes(from: part)
    }
    /// Derivative at one of three samples h and k apart of the parabola through them.
    func parabola(_ h: Double, _ k: Double, at sample: Int) -> (Double, Double, Double) {
      switch sample {
      case 0: (-(2 * h + k) / (h * (h + k)), (h + k) / (h * k), -h / (k * (h + k)))
      case 1: (-k / (h * (h + k)), (k - h) / (h * k), h / (k * (h + k)))
      default: (k / (h * (h + k)), -(h + k) / (h * k), (2 * k + h) / (k * (h + k)))
      }
    }
    for place in 1..<max(last, 1) {
      try combine(place, place - 1, parabola(spacing.step(place - 1), spacing.step(place), at: 1))
    }
    if order == 2 {
      try combine(0, 0, parabola(spacing.step(0), spacing.step(1), at: 0))
      try combine(last, last - 2, parabola(spacing.step(last - 2), spacing.step(last - 1), at: 2))
    } else {
      try combine(0, 0, (-1 / spacing.step(0), 1 / spacing.step(0), 0))
      let step = spacing.step(last - 1)
      try combine(last, last - 1, (-1 / step, 1 / step, 0))
    }
    return result
  }
}

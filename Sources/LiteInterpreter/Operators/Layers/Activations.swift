import CLiteKernels
import CLitePlatform
import LiteFormat

/// Activation functions. Quantized arguments go to `QuantizedActivations`.
enum Activations {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "relu(self) | _"
    ) { (call) throws(LiteError) in try relu(call) }
    table.add(
      "relu6(self) | _"
    ) { (call) throws(LiteError) in try clamp(call, 0, 6) }
    table.add(
      "hardtanh(self, Scalar min_val=-1, Scalar max_val=1) | _"
    ) { (call) throws(LiteError) in
      try clamp(call, try call.double(1), try call.double(2))
    }
    table.add("gelu(self, *, str approximate=\"none\")") { (call) throws(LiteError) in try gelu(call) }
    table.add("gelu_(self&, *, str approximate=\"none\")") { (call) throws(LiteError) in
      try gelu(call)
    }
    table.add("silu(self)") { (call) throws(LiteError) in
      try UnaryApplication.kernel(call, LITE_UNARY_SILU)
    }
    table.add("silu_(self&)") { (call) throws(LiteError) in
      try UnaryApplication.kernel(call, LITE_UNARY_SILU)
    }
    table.add(
      "mish(self) | _"
    ) { (call) throws(LiteError) in try mish(call) }
    table.add(
      "hardswish(self) | _"
    ) { (call) throws(LiteError) in
      try UnaryApplication.kernel(call, LITE_UNARY_HARDSWISH, widens: false)
    }
    table.add(
      "hardsigmoid(self) | _"
    ) { (call) throws(LiteError) in try hardSigmoid(call) }
    table.add(
      "leaky_relu(self, Scalar negative_slope=0.01) | _"
    ) { (call) throws(LiteError) in
      try leaky(call, try call.double(1))
    }
    table.add(
      """
      rrelu(self, Scalar lower=0.125, Scalar upper=0.33333333333333331, bool training=False, Generator? generator=None) | _
      """
    ) {
      (call) throws(LiteError) in try randomLeaky(call)
    }
    table.add("elu(self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1)") {
      (call) throws(LiteError) in
      try elu(call)
    }
    table.add("elu_(self&, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1)") {
      (call) throws(LiteError) in try elu(call)
    }
    table.add(
      "selu(self) | _"
    ) { (call) throws(LiteError) in
      try UnaryApplication.kernel(call, LITE_UNARY_ELU, selu, widens: false)
    }
    table.add(
      "celu(self, Scalar alpha=1.) | _"
    ) { (call) throws(LiteError) in try celu(call) }
    table.add("softplus(self, Scalar beta=1, Scalar threshold=20)") { (call) throws(LiteError) in
      try UnaryApplication.kernel(call, LITE_UNARY_SOFTPLUS, (try call.double(1), try call.double(2), 0), widens: false)
    }
    table.add(
      "threshold(self, Scalar threshold, Scalar value) | _"
    ) { (call) throws(LiteError) in
      try threshold(call)
    }
    table.add(
      "sigmoid(self) | _"
    ) { (call) throws(LiteError) in try sigmoid(call) }
    table.add(
      "tanh(self) | _"
    ) { (call) throws(LiteError) in try hyperbolicTangent(call) }
    table.add("log_sigmoid(self)") { (call) throws(LiteError) in
      try UnaryApplication.doubles(call) { min($0, 0) - log1p(exp(-abs($0))) }
    }
    table.add("softshrink(self, Scalar lambd=0.5)") { (call) throws(LiteError) in
      let width = try call.double(1)
      try call.require(width >= 0, 1, "found a negative number, expected 0 or more")
      return try UnaryApplication.doubles(call) { $0 > width ? $0 - width : $0 < -width ? $0 + width : $0.isNaN ? $0 : 0 }
    }
    table.add("hardshrink(self, Scalar lambd=0.5)") { (call) throws(LiteError) in
      let width = try call.double(1)
      return try UnaryApplication.doubles(call) { $0 >= -width && $0 <= width ? 0 : $0 }
    }
    table.add("prelu(self, weight)") { (call) throws(LiteError) in .tensor(try parametric(call)) }
    table.add("_prelu_kernel(self, weight)") { (call) throws(LiteError) in
      .tensor(try parametric(call))
    }
    table.add("glu(self, int dim=-1)") { (call) throws(LiteError) in .tensor(try gated(call)) }
  }

  private static var selu: (Double, Double, Double) { (1.6732632423543772848170429916717, 1.0507009873554804934193349852946, 1) }

  private static func relu(_ call: Call) throws(LiteError) -> Value {
    try call.tensor(0).type.isQuantized
      ? try QuantizedActivations.relu(call) : try UnaryApplication.kernel(call, LITE_UNARY_RELU, widens: false)
  }

  private static func clamp(_ call: Call, _ minimum: Double, _ maximum: Double) throws(LiteError) -> Value {
    try call.tensor(0).type.isQuantized
      ? try QuantizedActivations.clamp(call, minimum, maximum)
      : try UnaryApplication.kernel(call, LITE_UNARY_HARDTANH, (minimum, maximum, 0), widens: false)
  }

  private static func gelu(_ call: Call) throws(LiteError) -> Value {
    let name = try call.string(1)
    let isTanh = name.bytes.withUnsafeBufferPointer { isEqual($0, "tanh") }
    try call.require(
      isTanh || name.bytes.withUnsafeBufferPointer { isEqual($0, "none") }, 1, "found '\(name.bytes)', expected 'none' or 'tanh'")
    return try UnaryApplication.kernel(call, isTanh ? LITE_UNARY_GELU_TANH : LITE_UNARY_GELU, widens: false)
  }

  /// x * tanh(softplus(x)).
  private static func mish(_ call: Call) throws(LiteError) -> Value {
    try UnaryApplication.doubles(call) { $0 * tanh($0 > 40 ? $0 : log1p(exp($0))) }
  }

  private static func hardSigmoid(_ call: Call) throws(LiteError) -> Value {
    try call.tensor(0).type.isQuantized
      ? try QuantizedActivations.hardSigmoid(call) : try UnaryApplication.kernel(call, LITE_UNARY_HARDSIGMOID, widens: false)
  }

  private static func leaky(_ call: Call, _ slope: Double) throws(LiteError) -> Value {
    try call.tensor(0).type.isQuantized
      ? try QuantizedActivations.leaky(call, slope, nil)
      : try UnaryApplication.kernel(call, LITE_UNARY_LEAKY_RELU, (slope, 0, 0), widens: false)
  }

  /// In training each negative element gets a slope of its own, else all get the middle of the range.
  private static func randomLeaky(_ call: Call) throws(LiteError) -> Value {
    let (lower, upper) = (try call.double(1), try call.double(2))
    try call.require(lower <= upper, 1, "found a lower bound above the upper one")
    guard try call.bool(3) else { return try leaky(call, (lower + upper) / 2) }
    return try UnaryApplication.doubles(call) {
      $0 <= 0 ? $0 * (lower + (upper - lower) * call.context.generator.uniform()) : $0
    }
  }

  private static func elu(_ call: Call) throws(LiteError) -> Value {
    try UnaryApplication.kernel(
      call, LITE_UNARY_ELU, (try call.double(1), try call.double(2), try call.double(3)), widens: false)
  }

  private static func celu(_ call: Call) throws(LiteError) -> Value {
    let alpha = try call.double(1)
    try call.require(alpha != 0, 1, "found 0, expected another number")
    return try UnaryApplication.kernel(call, LITE_UNARY_ELU, (alpha, 1, 1 / alpha), widens: false)
  }

  private static func threshold(_ call: Call) throws(LiteError) -> Value {
    let threshold = try call.double(1)
    let value = try call.double(2)
    let x = try call.tensor(0)
    if x.type.isIntegral {
      let (low, replacement) = (try call.scalar(1).int, try call.scalar(2).int)
      return .tensor(
        try Pointwise.integers(call, [Operand(x)], result: x.type) { (element, _, _) in element <= low ? replacement : element })
    }
    return try UnaryApplication.doubles(call) { $0 <= threshold ? value : $0 }
  }

  private static func sigmoid(_ call: Call) throws(LiteError) -> Value {
    try call.tensor(0).type.isQuantized
      ? try QuantizedActivations.sigmoid(call, nil) : try UnaryApplication.kernel(call, LITE_UNARY_SIGMOID)
  }

  private static func hyperbolicTangent(_ call: Call) throws(LiteError) -> Value {
    try call.tensor(0).type.isQuantized
      ? try QuantizedActivations.hyperbolicTangent(call) : try UnaryApplication.kernel(call, LITE_UNARY_TANH)
  }

  /// x > 0 ? x : weight * x, one weight for all or one a channel.
  private static func parametric(_ call: Call) throws(LiteError) -> Tensor {
    let x = try call.floatingTensor(0)
    let weight = try call.floatingTensor(1)
    let channels = x.rank < 2 ? 1 : x.sizes[1]
    try call.require(
      weight.count == 1 || weight.count == channels, 1, "found a tensor of \(weight.message), expected 1 or \(channels) floats")
    let slopes = try weight.prepared(.float64, call.context)
    let wide = try x.prepared(.float64, call.context)
    let result = try call.makeTensor(.float64, x.sizes)
    let plane = x.rank < 2 || x.count == 0 ? max(x.count, 1) : x.count / x.sizes[0] / channels
    for index in 0..<x.count {
      let value = wide.pointer(Double.self)[index]
      let slope = slopes.pointer(Double.self)[weight.count == 1 ? 0 : index / plane % channels]
      result.pointer(Double.self)[index] = value > 0 ? value : slope * value
    }
    return try result.converted(to: x.type, call.context)
  }

  /// a * sigmoid(b) for the two halves of a dimension.
  private static func gated(_ call: Call) throws(LiteError) -> Tensor {
    let x = try call.floatingTensor(0)
    try call.require(x.rank > 0, 0, "found a scalar, expected at least one dimension")
    let dimension = try call.dimension(1, of: x.rank)
    let half = x.sizes[dimension] / 2
    try call.require(x.sizes[dimension] == 2 * half, 1, "dimension \(dimension) of \(x.message) has no halves")
    let first = x.sliced(dimension, start: 0, count: half)
    let second = x.sliced(dimension, start: half, count: half)
    let result = try call.makeTensor(x.type, first.sizes)
    guard let sigmoid = call.kernels.unary_loop(Int32(LITE_UNARY_SIGMOID), Int32(x.type.rawValue)),
      let multiply = call.kernels.binary_loop(Int32(LITE_BINARY_MUL), Int32(x.type.rawValue))
    else { throw call.failure(0, "found a tensor of \(x.message)") }
    let shape = first.sizes
    let loop = StridedLoop(shape, [result.operand(shape), first.operand(shape), second.operand(shape)])
    try loop.forEach { (addresses, count) throws(LiteError) in
      let step = loop.innerStride(0)
      sigmoid(addresses[0], step, addresses[2], loop.innerStride(2), count, nil)
      multiply(addresses[0], step, addresses[0], step, addresses[1], loop.innerStride(1), count, nil)
    }
    return result
  }
}

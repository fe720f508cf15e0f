import CLiteKernels
import LiteFormat

/// Dropout: outside of training nothing is dropped. The random numbers of training are not PyTorch's.
enum Dropout {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      dropout(input, float p, bool train)
      dropout_(self&, float p, bool train)
      """
    ) { (call) throws(LiteError) in try drop(call) }
    table.add(
      """
      feature_dropout(input, float p, bool train)
      feature_dropout_(self&, float p, bool train)
      """
    ) { (call) throws(LiteError) in
      try drop(call, features: true)
    }
    table.add(
      """
      alpha_dropout(input, float p, bool train)
      alpha_dropout_(self&, float p, bool train)
      """
    ) { (call) throws(LiteError) in
      try drop(call, alpha: true)
    }
    table.add(
      """
      feature_alpha_dropout(input, float p, bool train)
      feature_alpha_dropout_(self&, float p, bool train)
      """
    ) { (call) throws(LiteError) in
      try drop(call, features: true, alpha: true)
    }
    table.add("native_dropout(input, float p, bool? train) -> (Tensor, Tensor)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      if case .bool(false) = call[2] {
        let mask = try call.makeTensor(.bool, x.sizes)
        try mask.fill(.bool(true))
        return call.results(try x.clone(in: call.arena), mask)
      }
      let (result, mask) = try dropped(call, x, try probability(call), features: false, alpha: false)
      return call.results(result, mask)
    }
  }

  private static func probability(_ call: Call) throws(LiteError) -> Double {
    let probability = try call.double(1)
    try call.require(probability >= 0 && probability <= 1, 1, "found a probability outside of 0 to 1")
    return probability
  }

  private static func drop(_ call: Call, features: Bool = false, alpha: Bool = false) throws(LiteError) -> Value {
    let probability = try probability(call)
    let x = try call.tensor(0)
    guard try call.bool(2), probability > 0 else { return .tensor(x) }
    return try call.deliver(try dropped(call, x, probability, features: features, alpha: alpha).result)
  }

  /// x * mask / (1 - p), or for `alpha` a map that keeps mean and variance of SELU's results
  /// (pytorch/aten/src/ATen/native/Dropout.cpp).
  ///
  /// - Parameter features: whole channels are dropped.
  private static func dropped(
    _ call: Call, _ x: Tensor, _ probability: Double, features: Bool, alpha: Bool
  ) throws(LiteError) -> (result: Tensor, mask: Tensor) {
    try call.require(x.type.isFloatingPoint, 0, "found a tensor of \(x.message), expected a floating type")
    try call.require(!features || x.rank >= 2, 0, "found a tensor of \(x.message), expected at least 2 dimensions")
    let wide = try Tensor(.float64, x.sizes, in: call.arena)
    try wide.convert(from: x, call.context)
    let mask = try call.makeTensor(.bool, x.sizes)
    let plane = features && x.count > 0 ? x.count / x.sizes[0] / x.sizes[1] : 1
    // What SELU tends to for large negative numbers.
    let limit = 1.7580993408473766
    let a = alpha && probability < 1 ? 1 / ((limit * limit * probability + 1) * (1 - probability)).squareRoot() : 0
    let factor = alpha ? a : probability < 1 ? 1 / (1 - probability) : 0
    var isKept = false
    for index in 0..<x.count {
      if index % plane == 0 { isKept = call.context.generator.uniform() >= probability }
      mask.pointer(UInt8.self)[index] = isKept ? 1 : 0
      let value = wide.pointer(Double.self)[index]
      let shift = alpha ? limit * a * (isKept ? probability : probability - 1) : 0
      wide.pointer(Double.self)[index] = (isKept ? value * factor : 0) + shift
    }
    return (try wide.converted(to: x.type, call.context), mask)
  }
}

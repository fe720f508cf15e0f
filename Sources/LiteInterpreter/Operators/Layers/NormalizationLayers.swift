import CLiteKernels
import LiteFormat

/// Layers that shift and scale by statistics: of the input or, for batch normalization, those of training.
enum NormalizationLayers {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "batch_norm(input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled)"
    ) {
      (call) throws(LiteError) in
      let x = try call.floatingTensor(0)
      return .tensor(x.count == 0 ? try x.clone(in: call.arena) : try batch(call).result)
    }
    table.add(
      """
      native_batch_norm(input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)
      _native_batch_norm_legit(input, Tensor? weight, Tensor? bias, running_mean&, running_var&, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)
      _native_batch_norm_legit.no_stats(input, Tensor? weight, Tensor? bias, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)
      _native_batch_norm_legit_no_training(input, Tensor? weight, Tensor? bias, running_mean, running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor)
      """
    ) {
      (call) throws(LiteError) in try batchWithStatistics(call)
    }
    table.add(
      "_batch_norm_with_update(input, Tensor? weight, Tensor? bias, running_mean&, running_var&, float momentum, float eps) -> (Tensor, Tensor, Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in
      // The last result is memory that other processors keep for training.
      let (result, mean, factor) = try batch(call, usesInput: true)
      return call.results(result, mean, factor, try call.makeTensor(.uint8, Creation.vector(0)))
    }
    table.add(
      "instance_norm(input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled)"
    ) {
      (call) throws(LiteError) in
      guard try call.bool(5) else { return .tensor(try batch(call, usesInput: false).result) }
      let x = try call.floatingTensor(0)
      try call.require(x.rank >= 3, 0, "found a tensor of \(x.message), expected at least 3 dimensions")
      return .tensor(try grouped(call, x, groups: x.sizes[1], weight: 1, epsilon: try call.double(7), nil))
    }
    table.add(
      "group_norm(input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enabled=True)"
    ) {
      (call) throws(LiteError) in
      .tensor(try grouped(call, try call.floatingTensor(0), groups: try call.int(1), weight: 2, epsilon: try call.double(4), nil))
    }
    table.add(
      "native_group_norm(input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps) -> (Tensor, Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in
      let x = try call.floatingTensor(0)
      let groups = try call.int(6)
      let statistics = try Statistics(call, x.type.computing, try Dimensions([x.rank > 0 ? x.sizes[0] : 0, max(groups, 0)]))
      let result = try grouped(call, x, groups: groups, weight: 1, epsilon: try call.double(7), statistics)
      return try statistics.results(call, result)
    }
    table.add(
      "layer_norm(input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enable=True)"
    ) {
      (call) throws(LiteError) in .tensor(try layer(call, nil))
    }
    table.add(
      "native_layer_norm(input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in
      let x = try call.floatingTensor(0)
      let (rows, _) = try rowSizes(call, x)
      var sizes = x.sizes
      for index in (x.rank - (try call.ints(1).count))..<x.rank { sizes[index] = 1 }
      let statistics = try Statistics(call, x.type.computing, sizes)
      try call.require(statistics.mean.count == rows, 0, "found a tensor of \(x.message)")
      return try statistics.results(call, try layer(call, statistics))
    }
    table.add("rms_norm(input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None)") {
      (call) throws(LiteError) in .tensor(try rootMeanSquare(call))
    }
  }

  /// Mean and 1 / standard deviation of each row, for operators that return them.
  private struct Statistics {
    let mean: Tensor
    let factor: Tensor

    init(_ call: Call, _ type: DataType, _ sizes: Dimensions) throws(LiteError) {
      mean = try call.makeTensor(type, sizes)
      factor = try call.makeTensor(type, sizes)
    }

    func fill(_ x: Tensor, _ rows: Int, _ count: Int, _ epsilon: Double) throws(LiteError) {
      for row in 0..<rows {
        let (average, variance) = NormalizationLayers.moments(x, row &* count, count)
        try mean.setElement(row, .double(average))
        try factor.setElement(row, .double(1 / (variance + epsilon).squareRoot()))
      }
    }

    func results(_ call: Call, _ result: Tensor) throws(LiteError) -> Value {
      call.results(result, try mean.converted(to: result.type, call.context), try factor.converted(to: result.type, call.context))
    }
  }

  // MARK: Parts

  /// Mean and population variance of consecutive elements of a dense float32 or float64 tensor.
  private static func moments(_ x: Tensor, _ start: Int, _ count: Int) -> (mean: Double, variance: Double) {
    func element(_ index: Int) -> Double {
      x.type == .float32 ? Double(x.pointer(Float.self)[start + index]) : x.pointer(Double.self)[start + index]
    }
    var sum = 0.0
    for index in 0..<count { sum += element(index) }
    let mean = sum / Double(count)
    var squares = 0.0
    for index in 0..<count { squares += (element(index) - mean) * (element(index) - mean) }
    return (mean, squares / Double(count))
  }

  /// y = (x - mean) / sqrt(variance + epsilon) for rows of a dense tensor, times and plus a number for each element.
  private static func rows(
    _ x: Tensor, _ rows: Int, _ count: Int, _ epsilon: Double, _ gamma: Tensor?, _ beta: Tensor?, _ result: Tensor,
    _ context: Context
  ) throws(LiteError) {
    guard x.count > 0 else { return }
    if x.type == .float32 {
      let kernels = context.kernels
      let (hasGamma, hasBeta) = (gamma != nil, beta != nil)
      let step = FunctionStep("layer_norm_f32", work: 4 &* x.count, shares: rows) { (operands, share) in
        let part = share.range(of: rows)
        let first = part.lowerBound &* count
        kernels.pointee.layer_norm_f32(
          part.count, count, operands[0, Float.self] + first, hasGamma ? operands[2, Float.self] : nil,
          hasBeta ? operands[3, Float.self] : nil, Float(epsilon), operands[1, Float.self] + first)
      }
      try context.perform(step, [.tensor(x), .tensor(result), .tensor(gamma ?? x), .tensor(beta ?? x)])
      return
    }
    let weights: UnsafeMutablePointer<Double>? = gamma?.pointer()
    let shifts: UnsafeMutablePointer<Double>? = beta?.pointer()
    for row in 0..<rows {
      let (mean, variance) = moments(x, row &* count, count)
      let factor = 1 / (variance + epsilon).squareRoot()
      for index in 0..<count {
        let value = (x.pointer(Double.self)[row &* count + index] - mean) * factor
        result.pointer(Double.self)[row &* count + index] = value * (weights?[index] ?? 1) + (shifts?[index] ?? 0)
      }
    }
  }

  /// y = x * scale + shift with numbers for each channel of a dense tensor [N, C, ...]; `result` may be `x`.
  private static func scaleChannels(
    _ x: Tensor, _ result: Tensor, _ context: Context, _ parameters: (Int) -> (scale: Double, shift: Double)
  ) throws(LiteError) {
    let channels = x.sizes[1]
    guard x.count > 0 else { return }
    let plane = x.count / x.sizes[0] / channels
    if x.type == .float32 { return try scaleFloats(x, result, plane, context, parameters) }
    for channel in 0..<channels {
      let (scale, shift) = parameters(channel)
      for image in 0..<x.sizes[0] {
        let start = (image &* channels + channel) &* plane
        for index in start..<start + plane {
          result.pointer(Double.self)[index] = x.pointer(Double.self)[index] * scale + shift
        }
      }
    }
  }

  private static func scaleFloats(
    _ x: Tensor, _ result: Tensor, _ plane: Int, _ context: Context, _ parameters: (Int) -> (scale: Double, shift: Double)
  ) throws(LiteError) {
    let channels = x.sizes[1]
    let planes = x.sizes[0] &* channels
    let table = try StepTable(try Checked.multiply(channels, 2), stride: 4)
    let numbers = table.pointer(Float.self)
    for channel in 0..<channels {
      let (scale, shift) = parameters(channel)
      numbers[2 &* channel] = Float(scale)
      numbers[2 &* channel + 1] = Float(shift)
    }
    let kernels = context.kernels
    let step = FunctionStep("scale_shift_f32", work: x.count, shares: planes) { (operands, share) in
      let numbers = table.pointer(Float.self)
      for index in share.range(of: planes) {
        let channel = index % channels
        kernels.pointee.scale_shift_f32(
          plane, operands[0, Float.self] + index &* plane, numbers[2 &* channel], numbers[2 &* channel + 1],
          operands[1, Float.self] + index &* plane)
      }
    }
    try context.perform(step, [.tensor(x), .tensor(result)])
  }

  // MARK: Operators

  private static func batchWithStatistics(_ call: Call) throws(LiteError) -> Value {
    let (result, mean, factor) = try batch(call)
    return call.results(result, mean, factor)
  }

  /// - Parameter forced: whether statistics are those of the input, else the argument `training` says it.
  private static func batch(_ call: Call, usesInput forced: Bool? = nil) throws(LiteError) -> (
    result: Tensor, mean: Tensor, factor: Tensor
  ) {
    let original = try call.floatingTensor(0)
    try call.require(original.rank >= 2, 0, "found a tensor of \(original.message), expected at least 2 dimensions")
    let type = original.type.computing
    let channels = original.sizes[1]
    let x = try original.prepared(type, call.context)
    let weight = try call.parameterVector(1, channels, .float64)
    let bias = try call.parameterVector(2, channels, .float64)
    let usesInput = if let forced { forced } else { try call.flag("training") }
    let epsilon = try call.double("eps", else: 1e-5)
    let empty = try Dimensions([usesInput ? channels : 0])
    // Statistics are rounded to the type of the input, unless parameters are of a wider one.
    let kept = try hasWiderParameters(call, original.type) ? type : original.type
    var mean = try call.makeTensor(usesInput ? type : kept, empty)
    var factor = try call.makeTensor(usesInput ? type : kept, empty)
    let result = try call.makeTensor(type, x.sizes)
    if usesInput {
      try inputStatistics(call, x, epsilon, mean, factor)
      mean = try mean.converted(to: kept, call.context)
      factor = try factor.converted(to: kept, call.context)
      let factors = try factor.prepared(.float64, call.context)
      let center = try mean.prepared(.float64, call.context)
      try scaleChannels(x, result, call.context) { channel in
        let scale = factors.pointer(Double.self)[channel] * (weight?.pointer(Double.self)[channel] ?? 1)
        return (scale, (bias?.pointer(Double.self)[channel] ?? 0) - center.pointer(Double.self)[channel] * scale)
      }
    } else {
      guard let center = try call.parameterVector(3, channels, .float64),
        let variance = try call.parameterVector(4, channels, .float64)
      else { throw call.failure(3, "found None, expected statistics of training") }
      try scaleChannels(x, result, call.context) { channel in
        let scale = (weight?.pointer(Double.self)[channel] ?? 1) / (variance.pointer(Double.self)[channel] + epsilon).squareRoot()
        return (scale, (bias?.pointer(Double.self)[channel] ?? 0) - center.pointer(Double.self)[channel] * scale)
      }
    }
    // Statistics of training are numbers that do not change; they are in the step.
    if !usesInput, type == .float32, try areConstant(call, 1...4) { call.isFullyPrepared() }
    let arranged = try result.arranged(like: original, in: call.arena)
    return (try arranged.converted(to: original.type, call.context), mean, factor)
  }

  private static func hasWiderParameters(_ call: Call, _ type: DataType) throws(LiteError) -> Bool {
    for index in 1...4 {
      guard index < 3 || call.position("running_mean") != nil, let tensor = try call.optionalTensor(index) else { continue }
      if tensor.type != type { return true }
    }
    return false
  }

  private static func areConstant(_ call: Call, _ indices: ClosedRange<Int>) throws(LiteError) -> Bool {
    for index in indices { if let tensor = try call.optionalTensor(index), !call.context.isConstant(tensor) { return false } }
    return true
  }

  /// Fills mean and 1 / standard deviation of each channel over images and pixels, and moves the running ones.
  private static func inputStatistics(
    _ call: Call, _ x: Tensor, _ epsilon: Double, _ mean: Tensor, _ factor: Tensor
  ) throws(LiteError) {
    let channels = x.sizes[1]
    // One row a channel.
    let rows = try x.transposed(0, 1).contiguous(in: call.arena)
    try call.require(x.count > 0, 0, "found a tensor of \(x.message), expected elements")
    let count = x.count / channels
    let momentum = try call.double("momentum", else: 0.1)
    let hasRunning = call.position("running_mean") != nil
    for channel in 0..<channels {
      let (average, variance) = moments(rows, channel &* count, count)
      try mean.setElement(channel, .double(average))
      try factor.setElement(channel, .double(1 / (variance + epsilon).squareRoot()))
      let unbiased = variance * Double(count) / Double(max(count - 1, 1))
      for (index, value) in [(3, average), (4, unbiased)] where hasRunning {
        guard let running = try call.optionalTensor(index) else { continue }
        try call.require(
          running.rank == 1 && running.count == channels, index,
          "found a tensor of \(running.message), expected \(channels) floats")
        // The declarations do not say that these are written.
        call.context.recorder?.fail()
        try running.storage.prepareForWriting(call.arena)
        let old = try running.doubleElement(channel)
        try running.setElement(channel, .double(old * (1 - momentum) + value * momentum))
      }
    }
  }

  /// - Parameter weight: which argument is the weight; the bias is the next.
  private static func grouped(
    _ call: Call, _ original: Tensor, groups: Int, weight index: Int, epsilon: Double, _ statistics: Statistics?
  ) throws(LiteError) -> Tensor {
    try call.require(original.rank >= 2, 0, "found a tensor of \(original.message), expected at least 2 dimensions")
    let channels = original.sizes[1]
    try call.require(groups > 0 && channels % groups == 0, 0, "found a tensor of \(original.message) for \(groups) groups")
    let type = original.type.computing
    let weight = try call.parameterVector(index, channels, .float64)
    let bias = try call.parameterVector(index + 1, channels, .float64)
    let x = try original.prepared(type, call.context)
    let result = try call.makeTensor(type, x.sizes)
    if x.count > 0 {
      let rowCount = x.sizes[0] &* groups
      try rows(x, rowCount, x.count / rowCount, epsilon, nil, nil, result, call.context)
      try statistics?.fill(x, rowCount, x.count / rowCount, epsilon)
      if weight != nil || bias != nil {
        try scaleChannels(result, result, call.context) { channel in
          (weight?.pointer(Double.self)[channel] ?? 1, bias?.pointer(Double.self)[channel] ?? 0)
        }
      }
    }
    return try result.arranged(like: original, in: call.arena).converted(to: original.type, call.context)
  }

  /// Number and length of the rows that `normalized_shape`, argument 1, makes of the input.
  static func rowSizes(_ call: Call, _ x: Tensor) throws(LiteError) -> (rows: Int, count: Int) {
    let shape = try call.ints(1)
    let lead = x.rank - shape.count
    var fits = lead >= 0 && !shape.isEmpty
    for index in 0..<shape.count where fits { fits = x.sizes[lead + index] == shape[index] }
    try call.require(fits, 1, "found \(shape.count) sizes that are not the last ones of the input of \(x.message)")
    return (try x.sizes.product(0..<lead), try x.sizes.product(lead..<x.rank))
  }

  /// An optional weight in the shape of `normalized_shape`, as a dense vector.
  static func rowParameter(_ call: Call, _ index: Int, _ count: Int, _ type: DataType) throws(LiteError) -> Tensor? {
    guard let tensor = try call.optionalTensor(index) else { return nil }
    try call.require(
      tensor.count == count && tensor.type.isFloatingPoint, index, "found a tensor of \(tensor.message), expected \(count) floats"
    )
    return try tensor.prepared(type, call.context)
  }

  private static func layer(_ call: Call, _ statistics: Statistics?) throws(LiteError) -> Tensor {
    let original = try call.floatingTensor(0)
    let type = original.type.computing
    let (rowCount, count) = try rowSizes(call, original)
    let x = try original.prepared(type, call.context)
    let result = try call.makeTensor(type, x.sizes)
    let gamma = try rowParameter(call, 2, count, type)
    let beta = try rowParameter(call, 3, count, type)
    try rows(x, rowCount, count, try call.double(4), gamma, beta, result, call.context)
    try statistics?.fill(x, rowCount, count, try call.double(4))
    if type == .float32, statistics == nil { call.isFullyPrepared() }
    return try result.converted(to: original.type, call.context)
  }

  /// x / sqrt(mean(x²) + eps) * weight.
  private static func rootMeanSquare(_ call: Call) throws(LiteError) -> Tensor {
    let original = try call.floatingTensor(0)
    let (rowCount, count) = try rowSizes(call, original)
    let weight = try rowParameter(call, 2, count, .float64)
    let machine: Double = original.type == .float64 ? 0x1p-52 : 0x1p-23
    let epsilon = try call.optionalDouble(3) ?? machine
    let x = try original.prepared(.float64, call.context)
    let result = try call.makeTensor(.float64, x.sizes)
    let weights: UnsafeMutablePointer<Double>? = weight?.pointer()
    for row in 0..<(x.count > 0 ? rowCount : 0) {
      let input = x.pointer(Double.self) + row &* count
      var squares = 0.0
      for index in 0..<count { squares += input[index] * input[index] }
      let factor = 1 / (squares / Double(count) + epsilon).squareRoot()
      for index in 0..<count {
        result.pointer(Double.self)[row &* count + index] = input[index] * factor * (weights?[index] ?? 1)
      }
    }
    return try result.converted(to: original.type, call.context)
  }
}

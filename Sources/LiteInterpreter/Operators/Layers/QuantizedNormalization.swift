import CLiteKernels
import LiteFormat

/// Normalization of 8-bit codes (pytorch/aten/src/ATen/native/quantized/cpu/qnormalization.cpp and
/// Normalization.cpp). Sums are exact integers; every float operation is rounded as written.
enum QuantizedNormalization {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "quantized::layer_norm(input, int[] normalized_shape, Tensor? weight, Tensor? bias, float eps, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in .tensor(try layer(call))
    }
    table.add(
      "quantized::group_norm(input, int num_groups, Tensor? weight, Tensor? bias, float eps, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in .tensor(try grouped(call, try call.int(1), 2))
    }
    table.add(
      "quantized::instance_norm(input, Tensor? weight, Tensor? bias, float eps, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in .tensor(try grouped(call, nil, 1))
    }
    table.add(
      """
      quantized_batch_norm(input, Tensor? weight, Tensor? bias, mean, var, float eps, float output_scale, int output_zero_point)
      quantized::batch_norm(qx, Tensor? weight, Tensor? bias, mean, var, float eps, float output_scale, int output_zero_point)
      """
    ) {
      (call) throws(LiteError) in .tensor(try batch(call, relu: false))
    }
    table.add(
      "quantized::batch_norm_relu(qx, Tensor? weight, Tensor? bias, mean, var, float eps, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in .tensor(try batch(call, relu: true))
    }
    table.add(
      "quantized::batch_norm1d(qx, Tensor? weight, Tensor? bias, mean, var, float eps, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in .tensor(try batch(call, relu: false))
    }
    table.add(
      "quantized::batch_norm1d_relu(qx, Tensor? weight, Tensor? bias, mean, var, float eps, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in .tensor(try batch(call, relu: true))
    }
    table.add(
      "quantized::batch_norm2d(qx, Tensor? weight, Tensor? bias, mean, var, float eps, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in .tensor(try batch(call, relu: false))
    }
    table.add(
      "quantized::batch_norm2d_relu(qx, Tensor? weight, Tensor? bias, mean, var, float eps, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in .tensor(try batch(call, relu: true))
    }
    table.add(
      "quantized::batch_norm3d(qx, Tensor? weight, Tensor? bias, mean, var, float eps, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in .tensor(try batch(call, relu: false))
    }
    table.add(
      "quantized::batch_norm3d_relu(qx, Tensor? weight, Tensor? bias, mean, var, float eps, float output_scale, int output_zero_point)"
    ) {
      (call) throws(LiteError) in .tensor(try batch(call, relu: true))
    }
  }

  /// The input's codes less their zero point, dense, and a place for float results.
  private struct Work {
    let original: Tensor
    let scale: Double
    let differences: Tensor
    let result: Tensor

    init(_ call: Call) throws(LiteError) {
      let x = try call.tensor(0)
      guard x.type.isQuantized, case .perTensor(let scale, let zeroPoint) = x.quantization else {
        throw call.failure(0, "found a tensor of \(x.message), expected one quantized per tensor")
      }
      original = x
      self.scale = scale
      differences = try x.codes().prepared(.int32, call.context)
      if differences.storage === x.storage { throw call.failure(0, "found \(x.type.name), expected quint8 or qint8") }
      let codes = differences.pointer(Int32.self)
      for index in 0..<differences.count { codes[index] = codes[index] &- zeroPoint }
      result = try call.makeTensor(.float32, x.sizes)
    }

    /// Mean of a row and the factor that makes its variance 1.
    func statistics(_ start: Int, _ count: Int, _ epsilon: Double) -> (mean: Float, factor: Float) {
      var sum: Int64 = 0
      var squares: Int64 = 0
      for index in start..<start + count {
        let code = Int64(differences.pointer(Int32.self)[index])
        sum &+= code
        squares &+= code &* code
      }
      let n = Float(count)
      let mean = Float(sum) / n
      let variance = max(Float(squares) / n - mean * mean, 0)
      let step = Float(scale)
      return (mean, Float(Double(step) / (Double(variance * step * step) + epsilon).squareRoot()))
    }

    /// - Parameter first: which argument is the result's scale; the zero point is the next.
    func quantized(_ call: Call, _ first: Int, inverse: Float? = nil) throws(LiteError) -> Tensor {
      let output = try call.checkedQuantization(
        try call.numberOrTensor(first).double, try call.numberOrTensor(first + 1).int, original.type, first, first + 1)
      let arranged = try result.arranged(like: original, in: call.arena)
      return try Quantize.perTensor(arranged, output, original.type, .roundThenAdd, inverse: inverse, call.context)
    }
  }

  private static func layer(_ call: Call) throws(LiteError) -> Tensor {
    let work = try Work(call)
    let (rows, count) = try NormalizationLayers.rowSizes(call, work.original)
    let gamma = try NormalizationLayers.rowParameter(call, 2, count, .float32)
    let beta = try NormalizationLayers.rowParameter(call, 3, count, .float32)
    let epsilon = try call.double(4)
    for row in 0..<(work.original.count > 0 ? rows : 0) {
      let (mean, factor) = work.statistics(row &* count, count, epsilon)
      for index in 0..<count {
        let value = (Float(work.differences.pointer(Int32.self)[row &* count + index]) - mean) * factor
        work.result.pointer(Float.self)[row &* count + index] =
          value * (gamma?.pointer(Float.self)[index] ?? 1) + (beta?.pointer(Float.self)[index] ?? 0)
      }
    }
    return try work.quantized(call, 5)
  }

  /// - Parameters:
  ///   - groups: nil for one a channel.
  ///   - weight: which argument is the weight.
  private static func grouped(_ call: Call, _ groups: Int?, _ weight: Int) throws(LiteError) -> Tensor {
    let work = try Work(call)
    let x = work.original
    try call.require(x.rank >= 2, 0, "found a tensor of \(x.message), expected at least 2 dimensions")
    let channels = x.sizes[1]
    let groups = groups ?? channels
    try call.require(groups > 0 && channels % groups == 0, 0, "found a tensor of \(x.message) for \(groups) groups")
    let gamma = try call.parameterVector(weight, channels, .float32)
    let beta = try call.parameterVector(weight + 1, channels, .float32)
    let epsilon = try call.double(weight + 2)
    if x.count > 0 {
      let rows = x.sizes[0] &* groups
      let count = x.count / rows
      let perGroup = channels / groups
      let plane = count / perGroup
      for row in 0..<rows {
        let (mean, factor) = work.statistics(row &* count, count, epsilon)
        for part in 0..<perGroup {
          let channel = row % groups &* perGroup + part
          let scale = factor * (gamma?.pointer(Float.self)[channel] ?? 1)
          let shift = beta?.pointer(Float.self)[channel] ?? 0
          let start = row &* count + part &* plane
          for index in start..<start + plane {
            work.result.pointer(Float.self)[index] = (Float(work.differences.pointer(Int32.self)[index]) - mean) * scale + shift
          }
        }
      }
    }
    return try work.quantized(call, weight + 3)
  }

  /// y = alpha * (q - zero point) + beta in steps of the result.
  private static func batch(_ call: Call, relu: Bool) throws(LiteError) -> Tensor {
    let work = try Work(call)
    let x = work.original
    try call.require(x.rank >= 2, 0, "found a tensor of \(x.message), expected at least 2 dimensions")
    let channels = x.sizes[1]
    let gamma = try call.parameterVector(1, channels, .float32)
    let beta = try call.parameterVector(2, channels, .float32)
    guard let mean = try call.parameterVector(3, channels, .float32),
      let variance = try call.parameterVector(4, channels, .float32)
    else { throw call.failure(3, "found None, expected statistics of training") }
    let epsilon = Float(try call.double(5))
    let scale = try call.numberOrTensor(6).double
    if x.count > 0 {
      let plane = x.count / x.sizes[0] / channels
      for channel in 0..<channels {
        let inverse = 1 / (variance.pointer(Float.self)[channel] + epsilon).squareRoot()
        let weight = inverse * (gamma?.pointer(Float.self)[channel] ?? 1)
        let alpha = Float(Double(weight) * (work.scale / scale))
        let center = beta?.pointer(Float.self)[channel] ?? 0
        let shift = Float(Double(center - mean.pointer(Float.self)[channel] * weight) / scale)
        for image in 0..<x.sizes[0] {
          let start = (image &* channels + channel) &* plane
          for index in start..<start + plane {
            let value = Float(work.differences.pointer(Int32.self)[index]) * alpha + shift
            work.result.pointer(Float.self)[index] = relu ? max(value, 0) : value
          }
        }
      }
    }
    return try work.quantized(call, 6, inverse: 1)
  }
}

extension Tensor {
  /// The codes of a quantized tensor as integers; a view.
  func codes() -> Tensor {
    Tensor(storage: storage, offset: offset, type: type.storageType, sizes: sizes, strides: strides, count: count)
  }
}

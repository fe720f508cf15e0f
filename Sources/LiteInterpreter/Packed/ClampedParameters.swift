import CLiteKernels
import LiteFormat

/// Bounds of a layer's results: a ReLU or hardtanh that `optimize_for_mobile` fused into it.
struct OutputBounds: Sendable {
  let minimum: Float
  let maximum: Float

  /// - Parameters: numbers or None.
  init(_ minimum: Value, _ maximum: Value) throws(LiteError) {
    self.minimum = try Self.bound(minimum) ?? -.infinity
    self.maximum = try Self.bound(maximum) ?? .infinity
    guard self.minimum < self.maximum else {
      throw LiteError(
        .malformed,
        "bounds from \(ValueText.number(Double(self.minimum))) to \(ValueText.number(Double(self.maximum))), expected a lower and a higher number"
      )
    }
  }

  private static func bound(_ value: Value) throws(LiteError) -> Float? {
    switch value {
    case .none: return nil
    case .int(let number): return Float(number)
    case .double(let number): return Float(number)
    default: throw LiteError(.malformed, "found \(value.typeName) as a bound, expected a number or None")
    }
  }
}

/// `xnnpack.LinearOpContext`: a float linear layer with bounded results.
public final class ClampedLinearParameters: @unchecked Sendable {
  /// [N, K].
  let weightSizes: Dimensions
  let bias: Tensor?
  let bounds: OutputBounds
  let packed: PackedFloatMatrices

  init(weight: Tensor, bias: Tensor?, bounds: OutputBounds, _ context: Context) throws(LiteError) {
    guard weight.rank == 2, weight.type == .float32 else {
      throw LiteError(.unsupported, "linear weights of \(weight.message), expected a matrix of float32")
    }
    weightSizes = weight.sizes
    self.bias = try PackedClasses.checkedBias(bias, weight.sizes[0], context)
    self.bounds = bounds
    try context.spend(weight.count)
    packed = try PackedFloatMatrices(
      weight,
      PackedFloatMatrices.Shape(
        channels: weight.sizes[0], depth: weight.sizes[1], channelStride: weight.strides[0], depthStride: weight.strides[1]),
      context)
  }

  /// From the state in a file: `(weight, bias, minimum, maximum)`.
  convenience init(state: Value, _ context: Context) throws(LiteError) {
    guard case .tuple(let tuple) = state, tuple.items.count == 4, case .tensor(let weight) = tuple.items[0] else {
      throw LiteError(.malformed, "the state is not (weight, bias, minimum, maximum)")
    }
    try self.init(
      weight: weight, bias: try PackedClasses.optionalTensor(tuple.items[1]),
      bounds: try OutputBounds(tuple.items[2], tuple.items[3]), context)
  }
}

/// `xnnpack.Conv2dOpContext` and `xnnpack.TransposeConv2dOpContext`: a float convolution over two dimensions with
/// bounded results.
public final class ClampedConvolutionParameters: @unchecked Sendable {
  /// As in the file: [O, I/groups, kh, kw], transposed [I, O/groups, kh, kw]; float32.
  let weight: Tensor
  let bias: Tensor?
  let bounds: OutputBounds
  /// Stride, padding and dilation of height and width.
  let geometry: (stride: [Int], padding: [Int], dilation: [Int])
  let layer: ConvolutionLayer
  /// nil for a layer that reads its weights as they are.
  let packed: PackedFloatMatrices?

  /// - Parameters:
  ///   - stride, padding, dilation: of height and width, or one number for both.
  ///   - outputPadding: the same, of a transposed convolution; else nil.
  init(
    weight: Tensor, bias: Tensor?, stride: [Int], padding: [Int], outputPadding: [Int]?, dilation: [Int], groups: Int,
    bounds: OutputBounds, _ context: Context
  ) throws(LiteError) {
    guard weight.rank == 4, weight.type == .float32, weight.count > 0 else {
      throw LiteError(.unsupported, "convolution weights of \(weight.message), expected 4 dimensions of float32")
    }
    guard groups > 0, weight.sizes[0] % groups == 0 else {
      throw LiteError(.malformed, "\(groups) groups for weights of \(weight.message)")
    }
    geometry = (try Self.pair(stride), try Self.pair(padding), try Self.pair(dilation))
    let window = try ConvolutionWindow(
      kernel: [weight.sizes[2], weight.sizes[3]], stride: geometry.stride, padding: geometry.padding,
      dilation: geometry.dilation, outputPadding: outputPadding.map(Self.pair) ?? [], isTransposed: outputPadding != nil)
    _ = try Checked.multiply(weight.sizes[1], groups)
    // Tensors of its own: programs can give theirs other shapes.
    layer = try ConvolutionLayer(window: window, groups: groups, weight: weight.alias, .float32, context)
    self.weight = weight.alias
    self.bias = try PackedClasses.checkedBias(bias, layer.outputChannels, context)
    self.bounds = bounds
    packed = layer.isPlaneByPlane ? nil : try layer.packed(context)
  }

  /// From the state in a file: `(weight, bias, stride, padding, dilation, groups, minimum, maximum)`; a transposed
  /// convolution has its output padding before the dilation.
  convenience init(state: Value, isTransposed: Bool, _ context: Context) throws(LiteError) {
    let extra = isTransposed ? 1 : 0
    guard case .tuple(let tuple) = state, tuple.items.count == 8 + extra, case .tensor(let weight) = tuple.items[0],
      case .int(let groups) = tuple.items[5 + extra]
    else {
      throw LiteError(
        .malformed, "the state is not (weight, bias, stride, padding, dilation, groups, minimum, maximum)")
    }
    let items = tuple.items
    try self.init(
      weight: weight, bias: try PackedClasses.optionalTensor(items[1]), stride: try Self.numbers(items[2]),
      padding: try Self.numbers(items[3]), outputPadding: isTransposed ? try Self.numbers(items[4]) : nil,
      dilation: try Self.numbers(items[4 + extra]), groups: try Checked.int(groups),
      bounds: try OutputBounds(items[6 + extra], items[7 + extra]), context)
  }

  private static func numbers(_ value: Value) throws(LiteError) -> [Int] {
    guard case .list(let list) = value else { throw LiteError(.malformed, "found \(value.typeName), expected a list of int") }
    var result: [Int] = []
    for item in list.items {
      guard case .int(let number) = item else {
        throw LiteError(.malformed, "found a list with \(item.typeName), expected a list of int")
      }
      result.append(try Checked.int(number))
    }
    return result
  }

  /// Numbers for height and width.
  private static func pair(_ numbers: [Int]) throws(LiteError) -> [Int] {
    switch numbers.count {
    case 1: return [numbers[0], numbers[0]]
    case 2: return numbers
    default: throw LiteError(.malformed, "found \(numbers.count) numbers, expected one for height and one for width")
    }
  }
}

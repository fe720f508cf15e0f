import CLiteKernels
import LiteFormat

/// `quantized.Conv2dPackedParamsBase` and `Conv3dPackedParamsBase`: weights, bias and geometry of a
/// quantized convolution, transposed or not. Two-dimensional ones have a depth of 1.
public final class ConvolutionParameters: @unchecked Sendable {
  /// 2 or 3.
  let spatialRank: Int
  /// Before packing, [O, I/groups, k...], transposed [I, O/groups, k...]; nil when no operator of the program asks for it.
  let weight: Tensor?
  let weightSizes: Dimensions
  let bias: Tensor?
  let window: ConvolutionWindow
  let groups: Int
  let inputChannels: Int
  let outputChannels: Int
  let packed: PackedWeights
  var isDepthwise: Bool { if case .depthwise = packed.arrangement { true } else { false } }

  init(
    weight original: Tensor, bias: Tensor?, spatialRank: Int, stride: [Int], padding: [Int], dilation: [Int],
    outputPadding: [Int],
    groups: Int, isTransposed: Bool, _ context: Context
  ) throws(LiteError) {
    guard original.rank == spatialRank + 2 else {
      throw LiteError(.malformed, "convolution weights of \(original.message), expected \(spatialRank + 2) dimensions")
    }
    guard original.type == .qint8 else {
      throw LiteError(.unsupported, "convolution weights of \(original.type.name), expected qint8")
    }
    guard groups > 0, original.sizes[0] % groups == 0 else {
      throw LiteError(.malformed, "\(groups) groups for weights of \(original.message)")
    }
    self.spatialRank = spatialRank
    self.groups = groups
    window = try ConvolutionWindow(
      kernel: (2..<original.rank).map { original.sizes[$0] }, stride: stride, padding: padding, dilation: dilation,
      outputPadding: outputPadding, isTransposed: isTransposed)
    // Kernel positions must lie at one stride: they do in both layouts that PyTorch writes.
    var weight = original
    if !original.isContiguous, !original.isChannelsLast { weight = try original.contiguous(in: context.arena) }
    self.weight = context.keepsWeights ? weight.alias : nil
    weightSizes = weight.sizes
    let isChannelsLast = !weight.isContiguous
    let taps = window.taps
    let inner = weight.sizes[1]
    let tapStride = isChannelsLast ? inner : 1
    let innerStride = isChannelsLast ? 1 : taps
    let outerStride = inner * taps
    let axis: Int
    let depth: Int
    if isTransposed {
      inputChannels = weight.sizes[0]
      outputChannels = try Checked.multiply(inner, groups)
      depth = inputChannels / groups
      axis = 1
    } else {
      inputChannels = try Checked.multiply(inner, groups)
      outputChannels = weight.sizes[0]
      depth = inner
      axis = 0
    }
    guard outputChannels > 0, depth > 0 else { throw LiteError(.malformed, "convolution weights of \(weight.message)") }
    if isTransposed, case .perChannel = weight.quantization, groups > 1 {
      throw LiteError(.unsupported, "a transposed convolution with groups and per-channel weights")
    }
    self.bias = try PackedClasses.checkedBias(bias, outputChannels, context)
    let isDepthwise = depth == 1 && inner == 1 && groups == outputChannels && groups > 1
    let perGroup = outputChannels / groups
    // A stride of 0 makes many weights of a few bytes.
    try context.spend(weight.count)
    packed = try PackedWeights(
      weight, arrangement: isDepthwise ? .depthwise : .matrices(groups: groups), channels: outputChannels, taps: taps,
      depth: depth,
      strides: isDepthwise
        ? (0, outerStride, tapStride, 0)
        : isTransposed
          ? (depth * outerStride, innerStride, tapStride, outerStride)
          : (perGroup * outerStride, outerStride, tapStride, innerStride),
      channelAxis: axis, kernels: context.kernels.pointee)
  }

  /// Before packing.
  func originalWeight() throws(LiteError) -> Tensor {
    guard let weight else { throw PackedClasses.releasedWeight }
    return PackedClasses.unpacked(weight)
  }

  /// From the state in a file. Version 2 is `("2", [int16 parameters, weight], [bias])`, version 3
  /// `(3, [ints], [None, weight, bias])`, version 1 `(weight, bias, [stride], [padding], [dilation], groups)`.
  convenience init(state: Value, spatialRank rank: Int, _ context: Context) throws(LiteError) {
    guard case .tuple(let tuple) = state, tuple.items.count >= 3 else { throw Self.malformed }
    let items = tuple.items
    var numbers: [Int] = []
    let weight: Value
    let bias: Value
    switch items[0] {
    case .string(let version) where version.bytes == [50]:
      guard case .list(let tensors) = items[1], tensors.items.count == 2, case .tensor(let parameters) = tensors.items[0],
        case .list(let optional) = items[2], optional.items.count == 1
      else { throw Self.malformed }
      for index in 0..<parameters.count { numbers.append(Int(truncatingIfNeeded: try parameters.intElement(index))) }
      weight = tensors.items[1]
      bias = optional.items[0]
    case .int(3):
      guard case .list(let list) = items[1], case .list(let tensors) = items[2], tensors.items.count == 3 else {
        throw Self.malformed
      }
      for item in list.items {
        guard case .int(let number) = item else { throw Self.malformed }
        numbers.append(try Checked.int(number))
      }
      weight = tensors.items[1]
      bias = tensors.items[2]
    case .tensor:
      guard items.count >= 6 else { throw Self.malformed }
      numbers = [rank]
      for index in 2...4 { numbers += try Self.firstElements(items[index]) }
      numbers += [Int](repeating: 0, count: rank)
      numbers += try Self.firstElements(.list(ListValue([items[5]])))
      numbers.append(0)
      weight = items[0]
      bias = items[1]
    default: throw Self.malformed
    }
    guard numbers.count == 4 * rank + 3, case .tensor(let weightTensor) = weight else { throw Self.malformed }
    func part(_ index: Int) -> [Int] { [Int](numbers[1 + index * rank..<1 + (index + 1) * rank]) }
    try self.init(
      weight: weightTensor, bias: try PackedClasses.optionalTensor(bias), spatialRank: rank, stride: part(0), padding: part(1),
      dilation: part(2), outputPadding: part(3), groups: numbers[4 * rank + 1], isTransposed: numbers[4 * rank + 2] & 1 != 0,
      context)
  }

  private static var malformed: LiteError {
    LiteError(.malformed, "the state of a packed convolution is not of version 1, 2 or 3")
  }

  /// Element 0 of each tensor of a list.
  private static func firstElements(_ list: Value) throws(LiteError) -> [Int] {
    guard case .list(let list) = list else { throw malformed }
    var result: [Int] = []
    for item in list.items {
      guard case .tensor(let tensor) = item, tensor.count > 0 else { throw malformed }
      result.append(Int(truncatingIfNeeded: try tensor.intElement(0)))
    }
    return result
  }
}

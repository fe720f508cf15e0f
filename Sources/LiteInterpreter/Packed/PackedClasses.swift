import LiteFormat

/// The torchbind classes that a file may hold.
enum PackedClasses {
  /// An instance from its class name and state.
  ///
  /// - Throws: `unsupported` for a class that is not known, `malformed` for a state that does not fit.
  static func make(_ className: [UInt8], state: Value, _ context: Context) throws(LiteError) -> Value {
    let prefix = "__torch__.torch.classes." as StaticString
    let suffix = [UInt8](className[prefix.utf8CodeUnitCount...])
    func isClass(_ name: StaticString) -> Bool { suffix.withUnsafeBufferPointer { isEqual($0, name) } }
    do throws(LiteError) {
      if isClass("quantized.LinearPackedParamsBase") { return try linear(state, context) }
      if isClass("quantized.Conv2dPackedParamsBase") {
        return .convolution(try ConvolutionParameters(state: state, spatialRank: 2, context))
      }
      if isClass("quantized.Conv3dPackedParamsBase") {
        return .convolution(try ConvolutionParameters(state: state, spatialRank: 3, context))
      }
      if isClass("rnn.CellParamsBase") { return .recurrentCell(try RecurrentCellParameters(state: state)) }
      if isClass("quantized.EmbeddingPackedParamsBase") { return .embedding(try EmbeddingParameters(state: state)) }
      if isClass("xnnpack.LinearOpContext") { return .clampedLinear(try ClampedLinearParameters(state: state, context)) }
      if isClass("xnnpack.Conv2dOpContext") {
        return .clampedConvolution(try ClampedConvolutionParameters(state: state, isTransposed: false, context))
      }
      if isClass("xnnpack.TransposeConv2dOpContext") {
        return .clampedConvolution(try ClampedConvolutionParameters(state: state, isTransposed: true, context))
      }
    } catch {
      throw error.at("data.pkl, \(suffix)")
    }
    func isMadeFor(_ backend: StaticString) -> Bool {
      suffix.withUnsafeBufferPointer { isEqual(UnsafeBufferPointer(rebasing: $0.prefix(backend.utf8CodeUnitCount)), backend) }
    }
    if isMadeFor("metal.") || isMadeFor("vulkan.") {
      throw LiteError(
        .unsupported,
        "data.pkl: objects of class \(suffix): the file was made for a GPU; make it with optimize_for_mobile(module, backend='CPU')"
      )
    }
    throw LiteError(.unsupported, "data.pkl: objects of class \(suffix) are not supported\(OperatorSelection.note)")
  }

  /// `(weight, bias or None)`, the weight quantized or not.
  private static func linear(_ state: Value, _ context: Context) throws(LiteError) -> Value {
    guard case .tuple(let items) = state, items.items.count == 2, case .tensor(let weight) = items.items[0] else {
      throw LiteError(.malformed, "the state of LinearPackedParamsBase is not (weight, bias)")
    }
    let bias = try optionalTensor(items.items[1])
    if weight.type == .float32 { return .halfLinear(try HalfLinearParameters(weight: weight, bias: bias, context)) }
    return .linear(try LinearParameters(weight: weight, bias: bias, context))
  }

  static var releasedWeight: LiteError {
    LiteError(.unsupported, "weights that were packed, and not kept as they were before")
  }

  static func optionalTensor(_ value: Value) throws(LiteError) -> Tensor? {
    switch value {
    case .none: return nil
    case .tensor(let tensor): return tensor
    default: throw LiteError(.malformed, "found \(value.typeName), expected Tensor or None")
    }
  }

  /// Weights as they were before packing, for a program: other sessions' share the model's bytes until one writes them.
  static func unpacked(_ weight: Tensor) -> Tensor {
    let result = weight.alias
    if weight.storage.isConstant { result.storage = Storage(sharing: weight.storage) }
    return result
  }

  /// A bias for a program: a copy, since layers count on theirs to stay where it is.
  static func unpacked(_ bias: Tensor?, _ context: Context) throws(LiteError) -> Value {
    guard let bias else { return .none }
    return .tensor(try bias.clone(in: context.arena))
  }

  /// A bias of `count` dense floats that no program can change or move: a tensor of its own, and its own memory unless
  /// the file's bytes will do.
  static func checkedBias(_ bias: Tensor?, _ count: Int, _ context: Context) throws(LiteError) -> Tensor? {
    guard let bias else { return nil }
    guard bias.type == .float32, bias.rank == 1, bias.count == count, bias.isContiguous else {
      throw LiteError(.malformed, "a bias of \(bias.message), expected float32 [\(count)]")
    }
    if bias.storage.isRecord { return bias.alias }
    let copy = try bias.clone(in: context.arena)
    // Nothing writes it: plans may take it for granted.
    copy.storage.isState = true
    context.recorder?.setConstant(copy)
    return copy
  }
}

import LiteFormat

/// A tensor or a number as an operator's argument.
struct Operand {
  /// nil for a number.
  let tensor: Tensor?
  let scalar: Scalar

  init(_ tensor: Tensor) {
    self.tensor = tensor
    scalar = .int(0)
  }

  init(_ scalar: Scalar) {
    tensor = nil
    self.scalar = scalar
  }

  /// A number's type is that of a tensor made of it.
  var type: DataType { tensor?.type ?? scalar.type }

  /// As a tensor of an element type.
  @inline(never)
  func converted(to type: DataType, _ context: Context) throws(LiteError) -> Tensor {
    guard let tensor else {
      let result = try Tensor(type, Dimensions(), in: context.arena)
      try result.setElement(0, scalar)
      context.recorder?.setConstant(result)
      return result
    }
    return try tensor.converted(to: type, context)
  }
}

extension Scalar {
  /// The element type of a tensor made of this number; float32 is the default float.
  var type: DataType {
    switch self {
    case .int: .int64
    case .double: .float32
    case .bool: .bool
    case .complex: .complexFloat
    }
  }

  var isDouble: Bool { if case .double = self { true } else { false } }
}

/// The element type in which operands of several types meet (`torch.result_type`).
///
/// Tensors with dimensions decide; those without, and numbers, only when they are of a higher kind:
/// bool < integer < float < complex.
struct TypePromotion {
  private var dimensioned: DataType?
  private var dimensionless: DataType?
  private var number: DataType?

  @inline(never)
  init(_ operands: [Operand]) {
    for operand in operands { add(operand) }
  }

  private mutating func add(_ operand: Operand) {
    guard let tensor = operand.tensor else {
      number = Self.join(number, operand.type)
      return
    }
    if tensor.rank > 0 {
      dimensioned = Self.join(dimensioned, tensor.type)
    } else {
      dimensionless = Self.join(dimensionless, tensor.type)
    }
  }

  /// The common type.
  var result: DataType { Self.combine(dimensioned, Self.combine(dimensionless, number)) ?? .float32 }

  /// The common type of an operator that computes in floats: integers become float32.
  var floatResult: DataType { result.isIntegral ? .float32 : result }

  private static func join(_ a: DataType?, _ b: DataType) -> DataType { a.map { DataType.promoted($0, b) } ?? b }

  private static func combine(_ higher: DataType?, _ lower: DataType?) -> DataType? {
    guard let higher else { return lower }
    guard let lower, !higher.isComplex else { return higher }
    if higher.isFloatingPoint { return lower.isComplex ? higher.complexType : higher }
    return higher == .bool || !lower.isIntegral ? DataType.promoted(higher, lower) : higher
  }

  /// Whether a result of one type may be written to a tensor of another: not to a lower kind.
  static func canCast(_ from: DataType, _ to: DataType) -> Bool {
    if from.isComplex { return to.isComplex }
    if from.isFloatingPoint { return to.isFloatingPoint || to.isComplex }
    return from == .bool || to != .bool
  }
}

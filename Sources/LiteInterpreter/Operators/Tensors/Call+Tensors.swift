import LiteFormat

/// Reading arguments of tensor operators. Many overloads of one operator differ in the position of an
/// argument only, so arguments after the first are read by name.
extension Call {
  /// Where the argument of this name is, if the declaration has it.
  @inline(never)
  func position(_ name: StaticString) -> Int? {
    for index in 0..<schema.arguments.count where isEqual(schema.text(schema.arguments[index].name), name) { return index }
    return nil
  }

  /// Where the argument of this name is, if the declaration has it and it is not None.
  @inline(never)
  func given(_ name: StaticString) -> Int? {
    guard let index = position(name), index < count else { return nil }
    if case .none = self[index] { return nil }
    return index
  }

  /// A bool by name; false when it is not declared or None.
  @inline(never)
  func flag(_ name: StaticString) throws(LiteError) -> Bool {
    guard let index = given(name) else { return false }
    return try bool(index)
  }

  /// An int by name.
  @inline(never)
  func int(_ name: StaticString, else value: Int) throws(LiteError) -> Int {
    guard let index = given(name) else { return value }
    return try int(index)
  }

  /// A float by name.
  @inline(never)
  func double(_ name: StaticString, else value: Double) throws(LiteError) -> Double {
    guard let index = given(name) else { return value }
    return try scalar(index).double
  }

  /// A tensor by name.
  @inline(never)
  func tensor(_ name: StaticString) throws(LiteError) -> Tensor? {
    guard let index = given(name) else { return nil }
    return try plainTensor(index)
  }

  /// The argument `dtype`.
  @inline(never)
  func dataType() throws(LiteError) -> DataType? {
    guard let index = given("dtype") else { return nil }
    return try plain(try dataType(index), index)
  }

  /// Whether an argument is this text.
  @inline(never)
  func isText(_ name: StaticString, _ text: StaticString) throws(LiteError) -> Bool {
    guard let index = given(name) else { return false }
    let bytes = try string(index).bytes
    return bytes.withUnsafeBufferPointer { isEqual($0, text) }
  }

  /// A number.
  @inline(never)
  func scalar(_ index: Int) throws(LiteError) -> Scalar {
    if case .complex = self[index] {
      throw LiteError(.unsupported, "argument \(schema.text(schema.arguments[index].name)): a complex number")
    }
    return try numberOrTensor(index)
  }

  /// A number, which may be complex.
  @inline(never)
  func complexScalar(_ index: Int) throws(LiteError) -> Scalar {
    if case .complex(let number) = self[index] { return .complex(number.real, number.imaginary) }
    return try scalar(index)
  }

  /// A tensor or a number, which may be complex.
  @inline(never)
  func complexOperand(_ index: Int) throws(LiteError) -> Operand {
    if case .tensor(let tensor) = self[index], tensor.type.isComplex { return Operand(tensor) }
    if case .tensor = self[index] { return try operand(index) }
    return Operand(try complexScalar(index))
  }

  /// A tensor of numbers: not quantized, not complex.
  @inline(never)
  func plainTensor(_ index: Int) throws(LiteError) -> Tensor {
    let tensor = try tensor(index)
    _ = try plain(tensor.type, index)
    return tensor
  }

  /// A tensor or a number; quantized tensors as the numbers they stand for.
  @inline(never)
  func dequantizedOperand(_ index: Int) throws(LiteError) -> Operand {
    guard case .tensor(let tensor) = self[index], tensor.type.isQuantized else { return try operand(index) }
    return Operand(try Quantize.dequantize(tensor, context))
  }

  private func plain(_ type: DataType, _ index: Int) throws(LiteError) -> DataType {
    if type.isQuantized || type.isComplex {
      throw LiteError(
        .unsupported, "argument \(schema.text(schema.arguments[index].name)): this operator does not take \(type.name)")
    }
    return type
  }

  /// A tensor or a number.
  @inline(never)
  func operand(_ index: Int) throws(LiteError) -> Operand {
    if case .tensor = self[index] { return Operand(try plainTensor(index)) }
    return Operand(try scalar(index))
  }

  /// Sizes of a new tensor.
  @inline(never)
  func shape(_ index: Int) throws(LiteError) -> Dimensions {
    let sizes = try Dimensions(try ints(index))
    for dimension in 0..<sizes.count where sizes[dimension] < 0 {
      throw failure(index, "found sizes \(sizes.message), expected none below 0")
    }
    _ = try sizes.product()
    return sizes
  }

  /// The dimensions that an argument lists, as a set of bits; all of them for None and for an empty list.
  @inline(never)
  func dimensionSet(_ name: StaticString, of rank: Int) throws(LiteError) -> DimensionSet {
    guard let index = given(name) else { return .all(rank) }
    var set = DimensionSet()
    let values = try ints(index)
    for value in values {
      let dimension = try dimension(value, of: rank, argument: index)
      if set.contains(dimension) { throw failure(index, "dimension \(dimension) appears twice") }
      set.insert(dimension)
    }
    return values.isEmpty ? .all(rank) : set
  }

  /// The argument `dim`, or `dimension` when it is None.
  @inline(never)
  func dimension(of rank: Int, else other: Int? = nil) throws(LiteError) -> Int? {
    guard let index = given("dim") else { return other }
    return try dimension(index, of: rank)
  }
}

/// Some of a tensor's dimensions.
struct DimensionSet: Equatable {
  private var bits: UInt = 0

  static func all(_ rank: Int) -> DimensionSet {
    var set = DimensionSet()
    for dimension in 0..<rank { set.insert(dimension) }
    return set
  }

  init() {}
  init(_ dimension: Int) { insert(dimension) }

  func contains(_ dimension: Int) -> Bool { bits & (1 << UInt(dimension)) != 0 }
  mutating func insert(_ dimension: Int) { bits |= 1 << UInt(dimension) }
}

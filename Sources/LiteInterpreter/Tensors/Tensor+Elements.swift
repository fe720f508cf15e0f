import LiteFormat

extension Tensor {
  /// Position in the storage, in elements, of the element with this flat index (last dimension fastest).
  func position(_ flatIndex: Int) -> Int {
    var rest = flatIndex
    var position = offset
    var dimension = rank - 1
    while dimension >= 0 {
      let size = max(sizes[dimension], 1)
      position = position &+ (rest % size) &* strides[dimension]
      rest /= size
      dimension -= 1
    }
    return position
  }

  /// Refuses tensors of packed types: what is written for types of whole bytes would reach behind their memory.
  @inline(never)
  func checkUnpacked() throws(LiteError) {
    guard !type.isPacked else {
      throw LiteError(.unsupported, "a tensor of \(type.name), which only quantized embeddings take")
    }
  }

  /// One element as a number. For single values; loops over tensors use kernels.
  ///
  /// - Throws: `unsupported` for packed types.
  func scalarElement(_ flatIndex: Int) throws(LiteError) -> Scalar {
    let address = storage.base + position(flatIndex) &* type.size
    switch type {
    case .uint8, .quint8: return .int(Int64(address.load(as: UInt8.self)))
    case .int8, .qint8: return .int(Int64(address.load(as: Int8.self)))
    case .int16: return .int(Int64(address.load(as: Int16.self)))
    case .int32, .qint32: return .int(Int64(address.load(as: Int32.self)))
    case .int64: return .int(address.load(as: Int64.self))
    case .bool: return .bool(address.load(as: UInt8.self) != 0)
    case .float32: return .double(Double(address.load(as: Float.self)))
    case .float64: return .double(address.load(as: Double.self))
    case .bfloat16: return .double(Double(Float(bitPattern: UInt32(address.load(as: UInt16.self)) << 16)))
    case .float16: return .double(Double(HalfPrecision.toFloat(address.load(as: UInt16.self))))
    case .complexHalf, .complexFloat, .complexDouble:
      return .complex(try realPart.doubleElement(flatIndex), try imaginaryPart.doubleElement(flatIndex))
    case .quint4x2, .quint2x4: throw LiteError(.unsupported, "an element of type \(type.name) as a number")
    }
  }

  /// One element as a double.
  ///
  /// - Throws: `unsupported` for complex and packed types.
  func doubleElement(_ flatIndex: Int) throws(LiteError) -> Double {
    guard !type.isComplex else { throw LiteError(.unsupported, "an element of type \(type.name) as a real number") }
    return try scalarElement(flatIndex).double
  }

  /// One element as an integer; floats are truncated.
  func intElement(_ flatIndex: Int) throws(LiteError) -> Int64 {
    guard !type.isComplex else { throw LiteError(.unsupported, "an element of type \(type.name) as an integer") }
    return try scalarElement(flatIndex).int
  }

  /// Sets one element. The storage must be writable.
  func setElement(_ flatIndex: Int, _ value: Scalar) throws(LiteError) {
    let address = storage.base + position(flatIndex) &* type.size
    switch type {
    case .uint8, .quint8: address.storeBytes(of: UInt8(truncatingIfNeeded: value.int), as: UInt8.self)
    case .int8, .qint8: address.storeBytes(of: Int8(truncatingIfNeeded: value.int), as: Int8.self)
    case .int16: address.storeBytes(of: Int16(truncatingIfNeeded: value.int), as: Int16.self)
    case .int32, .qint32: address.storeBytes(of: Int32(truncatingIfNeeded: value.int), as: Int32.self)
    case .int64: address.storeBytes(of: value.int, as: Int64.self)
    case .bool: address.storeBytes(of: value.bool ? 1 : 0, as: UInt8.self)
    case .float32: address.storeBytes(of: Float(value.double), as: Float.self)
    case .float64: address.storeBytes(of: value.double, as: Double.self)
    case .bfloat16: address.storeBytes(of: HalfPrecision.toBFloat16(Float(value.double)), as: UInt16.self)
    case .float16: address.storeBytes(of: HalfPrecision.toHalf(Float(value.double)), as: UInt16.self)
    case .complexHalf, .complexFloat, .complexDouble:
      try realPart.setElement(flatIndex, .double(value.double))
      try imaginaryPart.setElement(flatIndex, .double(value.imaginary))
    case .quint4x2, .quint2x4: throw LiteError(.unsupported, "setting an element of type \(type.name)")
    }
  }
}

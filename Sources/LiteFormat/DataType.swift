/// The type of a tensor's elements, numbered as PyTorch's `ScalarType` (c10/core/ScalarType.h), which is
/// how files and bytecode name it.
public enum DataType: UInt8, Sendable {
  case uint8 = 0
  case int8 = 1
  case int16 = 2
  case int32 = 3
  case int64 = 4
  case float16 = 5
  case float32 = 6
  case float64 = 7
  case complexHalf = 8
  case complexFloat = 9
  case complexDouble = 10
  case bool = 11
  case qint8 = 12
  case quint8 = 13
  case qint32 = 14
  case bfloat16 = 15
  /// Two 4-bit codes a byte; sizes count codes.
  case quint4x2 = 16
  case quint2x4 = 17

  /// Bytes of one element. For the packed 4- and 2-bit types, bytes of one storage unit.
  public var size: Int {
    switch self {
    case .uint8, .int8, .bool, .qint8, .quint8, .quint4x2, .quint2x4: 1
    case .int16, .float16, .bfloat16: 2
    case .int32, .float32, .qint32, .complexHalf: 4
    case .int64, .float64, .complexFloat: 8
    case .complexDouble: 16
    }
  }

  /// Whether several codes share a byte.
  public var isPacked: Bool { self == .quint4x2 || self == .quint2x4 }

  public var isQuantized: Bool {
    switch self {
    case .qint8, .quint8, .qint32, .quint4x2, .quint2x4: true
    default: false
    }
  }
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .float32, .float64, .bfloat16: true
    default: false
    }
  }
  public var isComplex: Bool {
    switch self {
    case .complexHalf, .complexFloat, .complexDouble: true
    default: false
    }
  }
  /// Integers and bool.
  public var isIntegral: Bool { !isFloatingPoint && !isQuantized && !isComplex }

  /// The integer type that holds a quantized type's codes; other types are their own.
  public var storageType: DataType {
    switch self {
    case .qint8: .int8
    case .quint8, .quint4x2, .quint2x4: .uint8
    case .qint32: .int32
    default: self
    }
  }

  /// PyTorch's name without the `torch.`.
  public var name: StaticString {
    switch self {
    case .uint8: "uint8"
    case .int8: "int8"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .float16: "float16"
    case .float32: "float32"
    case .float64: "float64"
    case .complexHalf: "complex32"
    case .complexFloat: "complex64"
    case .complexDouble: "complex128"
    case .bool: "bool"
    case .qint8: "qint8"
    case .quint8: "quint8"
    case .qint32: "qint32"
    case .bfloat16: "bfloat16"
    case .quint4x2: "quint4x2"
    case .quint2x4: "quint2x4"
    }
  }

  /// The type whose storage class a pickle names, as in `torch.FloatStorage`.
  public static func named(storageClass name: UnsafeBufferPointer<UInt8>) -> DataType? {
    for entry in storageClasses where isEqual(name, entry.0) { return entry.1 }
    return nil
  }

  private static let storageClasses: [(StaticString, DataType)] = [
    ("ByteStorage", .uint8), ("CharStorage", .int8), ("ShortStorage", .int16), ("IntStorage", .int32),
    ("LongStorage", .int64), ("HalfStorage", .float16), ("FloatStorage", .float32), ("DoubleStorage", .float64),
    ("ComplexHalfStorage", .complexHalf), ("ComplexFloatStorage", .complexFloat),
    ("ComplexDoubleStorage", .complexDouble), ("BoolStorage", .bool), ("QInt8Storage", .qint8),
    ("QUInt8Storage", .quint8), ("QInt32Storage", .qint32), ("BFloat16Storage", .bfloat16),
    ("QUInt4x2Storage", .quint4x2), ("QUInt2x4Storage", .quint2x4),
  ]
}

/// Whether bytes are exactly a literal.
public func isEqual(_ bytes: UnsafeBufferPointer<UInt8>, _ literal: StaticString) -> Bool {
  guard bytes.count == literal.utf8CodeUnitCount else { return false }
  for index in 0..<bytes.count where bytes[index] != literal.utf8Start[index] { return false }
  return true
}

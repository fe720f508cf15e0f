import LiteFormat

extension DataType {
  /// The smallest type that both convert to without changing kind (c10/core/ScalarType.h, promoteTypes).
  static func promoted(_ a: DataType, _ b: DataType) -> DataType {
    if a == b { return a }
    if a.isComplex || b.isComplex {
      return a == .complexDouble || b == .complexDouble || a == .float64 || b == .float64 ? .complexDouble : .complexFloat
    }
    if a.isFloatingPoint || b.isFloatingPoint {
      if !a.isFloatingPoint { return b }
      if !b.isFloatingPoint { return a }
      if a == .float64 || b == .float64 { return .float64 }
      // float16 and bfloat16 do not contain each other.
      return .float32
    }
    if a == .bool { return b }
    if b == .bool { return a }
    if a == .uint8 || b == .uint8 {
      let other = a == .uint8 ? b : a
      return other == .int8 ? .int16 : other
    }
    return a.size > b.size ? a : b
  }
}

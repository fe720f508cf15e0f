import LiteFormat

/// Element types as the command line and `.npy` files name them.
enum ElementTypes {
  private struct Entry {
    /// In shapes: `f32`.
    let short: StaticString
    /// In `.npy` files, without the byte order: `f4`.
    let numpy: StaticString
    let type: DataType
  }

  private static let entries: [Entry] = [
    Entry(short: "f32", numpy: "f4", type: .float32), Entry(short: "f64", numpy: "f8", type: .float64),
    Entry(short: "f16", numpy: "f2", type: .float16), Entry(short: "bf16", numpy: "", type: .bfloat16),
    Entry(short: "i8", numpy: "i1", type: .int8), Entry(short: "u8", numpy: "u1", type: .uint8),
    Entry(short: "i16", numpy: "i2", type: .int16), Entry(short: "i32", numpy: "i4", type: .int32),
    Entry(short: "i64", numpy: "i8", type: .int64), Entry(short: "bool", numpy: "b1", type: .bool),
    Entry(short: "", numpy: "c8", type: .complexFloat), Entry(short: "", numpy: "c16", type: .complexDouble),
  ]

  /// The type of a shape such as `1x3xf32`.
  static func named(_ short: [UInt8]) -> DataType? {
    for entry in entries where !short.isEmpty && short == entry.short { return entry.type }
    return nil
  }

  /// The type of a `.npy` file, from its `descr` without the byte order.
  static func numpy(_ code: [UInt8]) -> DataType? {
    for entry in entries where !code.isEmpty && code == entry.numpy { return entry.type }
    return nil
  }

  /// The `descr` without byte order for a type, or nil if numpy has none.
  static func numpyCode(_ type: DataType) -> StaticString? {
    for entry in entries where entry.type == type.storageType && entry.numpy.utf8CodeUnitCount > 0 { return entry.numpy }
    return nil
  }

  /// For messages.
  static let shortNames: StaticString = "f32, f64, f16, bf16, i8, u8, i16, i32, i64, bool"
  /// For messages.
  static let numpyNames: StaticString = "f2 f4 f8 i1 u1 i2 i4 i8 b1 c8 c16"
}

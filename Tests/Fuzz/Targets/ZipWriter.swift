/// Writes zip archives with right checksums: stored members, one after the other.
public struct ZipWriter {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  public init() {}

  /// Adds a member.
  public mutating func add(_ name: [UInt8], _ content: [UInt8]) {
    let offset = bytes.count
    var common: [UInt8] = []
    // Version, flags, method, time, date, checksum, sizes, lengths of name and extra field.
    for value in [20, 0, 0, 0, 33] { Self.append(value, 2, to: &common) }
    Self.append(Int(Self.checksum(content)), 4, to: &common)
    for value in [content.count, content.count] { Self.append(value, 4, to: &common) }
    for value in [name.count, 0] { Self.append(value, 2, to: &common) }
    bytes += [0x50, 0x4b, 3, 4] + common + name + content
    directory += [0x50, 0x4b, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10)
    Self.append(offset, 4, to: &directory)
    directory += name
    count += 1
  }

  /// The archive with all members.
  public func finished() -> [UInt8] {
    var result = bytes + directory + [0x50, 0x4b, 5, 6, 0, 0, 0, 0]
    for value in [count, count] { Self.append(value, 2, to: &result) }
    for value in [directory.count, bytes.count] { Self.append(value, 4, to: &result) }
    return result + [0, 0]
  }

  private static func append(_ value: Int, _ width: Int, to bytes: inout [UInt8]) {
    for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 != 0 ? 0xedb8_8320 ^ value >> 1 : value >> 1 }
  }

  /// CRC-32 as zip has it.
  public static func checksum(_ content: some Sequence<UInt8>) -> UInt32 {
    ~content.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 0xff)] ^ $0 >> 8 }
  }
}

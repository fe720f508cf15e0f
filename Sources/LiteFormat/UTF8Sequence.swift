/// UTF-8, one code point at a time.
public enum UTF8Sequence {
  /// Length of the well-formed sequence at a position, or 0 (Unicode 15, table 3-7).
  public static func length(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
    let first = bytes[position]
    var second: ClosedRange<UInt8> = 0x80...0xbf
    let length: Int
    switch first {
    case 0..<0x80: return 1
    case 0xc2...0xdf: length = 2
    case 0xe0...0xef:
      length = 3
      if first == 0xe0 { second = 0xa0...0xbf }
      if first == 0xed { second = 0x80...0x9f }
    case 0xf0...0xf4:
      length = 4
      if first == 0xf0 { second = 0x90...0xbf }
      if first == 0xf4 { second = 0x80...0x8f }
    default: return 0
    }
    guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { return 0 }
    for index in position + 2..<max(position + 2, position + length) where bytes[index] & 0xc0 != 0x80 { return 0 }
    return length
  }

  /// Appends the sequence of a code point that is not a surrogate.
  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift) & 0x3f }
    switch scalar {
    case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: scalar))
    case 0..<0x800: bytes += [0xc0 | UInt8(truncatingIfNeeded: scalar >> 6), tail(0)]
    case 0..<0x10000: bytes += [0xe0 | UInt8(truncatingIfNeeded: scalar >> 12), tail(6), tail(0)]
    default: bytes += [0xf0 | UInt8(truncatingIfNeeded: scalar >> 18), tail(12), tail(6), tail(0)]
    }
  }
}

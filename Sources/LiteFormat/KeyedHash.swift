import CLitePlatform

/// SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) with a key that the operating system
/// draws for each process: without it a file can hold keys that collide, and each search becomes one through all of them.
///
/// Hashes are not negative and have 31 bits.
public struct KeyedHash {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64

  /// The hash of bytes.
  public static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var hash = KeyedHash(key: (lite_random_word(0), lite_random_word(1)))
    return hash.full(bytes).folded
  }

  /// The hash of one or two numbers.
  public static func of(_ first: UInt64, _ second: UInt64 = 0) -> Int {
    var hash = KeyedHash(key: (lite_random_word(0), lite_random_word(1)))
    hash.add(first)
    hash.add(second)
    return hash.finish(last: 16 << 56).folded
  }

  init(key: (UInt64, UInt64)) {
    v0 = key.0 ^ 0x736f_6d65_7073_6575
    v1 = key.1 ^ 0x646f_7261_6e64_6f6d
    v2 = key.0 ^ 0x6c79_6765_6e65_7261
    v3 = key.1 ^ 0x7465_6462_7974_6573
  }

  /// All 64 bits of the hash of bytes.
  mutating func full(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var word: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      word |= UInt64(byte) << UInt64((index & 7) &* 8)
      if index & 7 == 7 {
        add(word)
        word = 0
      }
    }
    return finish(last: word | UInt64(truncatingIfNeeded: bytes.count) << 56)
  }

  private mutating func add(_ word: UInt64) {
    v3 ^= word
    round()
    v0 ^= word
  }

  private mutating func finish(last: UInt64) -> UInt64 {
    add(last)
    v2 ^= 0xff
    for _ in 0..<3 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }

  @inline(never)
  private mutating func round() {
    v0 = v0 &+ v1
    v1 = Self.rotated(v1, 13) ^ v0
    v0 = Self.rotated(v0, 32)
    v2 = v2 &+ v3
    v3 = Self.rotated(v3, 16) ^ v2
    v0 = v0 &+ v3
    v3 = Self.rotated(v3, 21) ^ v0
    v2 = v2 &+ v1
    v1 = Self.rotated(v1, 17) ^ v2
    v2 = Self.rotated(v2, 32)
  }

  @inline(__always)
  private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 &- count) }
}

extension UInt64 {
  fileprivate var folded: Int { Int(truncatingIfNeeded: (self ^ self >> 32) & 0x7fff_ffff) }
}

import Foundation
import FuzzTargets

@testable import LiteFormat

/// A `.ptl` file that was damaged: by its seed, always in the same way.
struct Mutant {
  /// What was done, for reports.
  private(set) var kind = ""
  private(set) var bytes: [UInt8]
  private var random: RandomSource

  /// - Parameters:
  ///   - original: a whole file.
  ///   - other: another one, that splices take parts from.
  init(of original: [UInt8], with other: [UInt8], _ random: RandomSource) {
    bytes = original
    self.random = random
    // The first four damage bytes as a transfer or a disk does; the checksums give most of them away. The others get
    // past the archive: checksums are right again.
    switch self.random.below(9) {
    case 0: flip(0..<bytes.count, "flip")
    case 1: flipHeaders()
    case 2: truncate()
    case 3: splice(other)
    case 4, 5: flipRecord()
    case 6, 7: changeTokens()
    default: exchangeRecords(other)
    }
  }

  // MARK: Bytes

  private mutating func flip(_ range: Range<Int>, _ kind: String) {
    self.kind = kind
    guard !range.isEmpty else { return }
    for _ in 0...random.below(1 << random.below(6)) {
      let index = range.lowerBound + random.below(range.count)
      switch random.below(4) {
      case 0: bytes[index] ^= 1 << UInt8(random.below(8))
      case 1: bytes[index] = [0, 0xff, 0x7f, 0x80][random.below(4)]
      case 2: bytes[index] &+= 1
      default: bytes[index] = UInt8(random.below(256))
      }
    }
  }

  /// Damages the directory, the end record or a local header.
  private mutating func flipHeaders() {
    let members = Self.members(bytes)
    guard let member = members.randomElement(using: &random), random.below(2) == 0 else {
      let start = members.map { $0.dataOffset + $0.storedSize }.max() ?? 0
      return flip(min(start, bytes.count)..<bytes.count, "directory")
    }
    flip(member.offset..<member.dataOffset, "local header")
  }

  private mutating func truncate() {
    kind = "truncate"
    let length = random.below(bytes.count)
    let missing = bytes.count - length
    bytes.removeSubrange(length...)
    // A copy that stopped often leaves zeros.
    if random.below(3) == 0 { bytes += [UInt8](repeating: 0, count: missing) }
  }

  private mutating func splice(_ other: [UInt8]) {
    kind = "splice"
    let source = random.below(2) == 0 ? other : bytes
    let length = min(1 + random.below(1 << random.below(17)), source.count)
    let part = source[random.below(source.count - length + 1)...].prefix(length)
    let place = random.below(bytes.count)
    let replaced = random.below(2) == 0 ? 0 : min(length, bytes.count - place)
    bytes.replaceSubrange(place..<place + replaced, with: part)
  }

  // MARK: Records, with right checksums

  /// Damages one record, a pickle mostly.
  private mutating func flipRecord() {
    let members = Self.members(bytes).filter { $0.storedSize > 0 && $0.method == 0 }
    let pickles = members.filter { name($0).hasSuffix(".pkl") }
    guard let member = (random.below(4) > 0 && !pickles.isEmpty ? pickles : members).randomElement(using: &random) else { return }
    let data = member.dataOffset..<member.dataOffset + member.storedSize
    flip(data, "record \(name(member))")
    let checksum = bytes[data].withUnsafeBytes { ZipWriter.checksum($0) }
    // The local header has it, the descriptor behind the data if there is one, and the directory.
    let old = Self.littleEndian(member.checksum)
    let new = Self.littleEndian(checksum)
    replace(old, new, member.offset..<member.dataOffset)
    replace(old, new, data.upperBound..<min(data.upperBound + 24, bytes.count))
    let directory = Self.members(bytes).map { $0.dataOffset + $0.storedSize }.max() ?? data.upperBound
    replace(old, new, min(directory, bytes.count)..<bytes.count)
  }

  /// Changes pickles token by token.
  private mutating func changeTokens() {
    guard var set = bytes.withUnsafeBytes({ RecordSet($0) }) else { return }
    kind = "tokens"
    var mutation = PickleMutation(seed: UInt32(truncatingIfNeeded: random.next()))
    for name in random.below(3) == 0 ? ["data.pkl"] : random.below(4) == 0 ? ["bytecode.pkl", "data.pkl"] : ["bytecode.pkl"] {
      if let pickle = set.content(name) { set.replace(name, mutation.mutate(pickle)) }
    }
    bytes = set.archive()
  }

  /// Gives one model the program, the module or the weights of another.
  private mutating func exchangeRecords(_ other: [UInt8]) {
    guard var set = bytes.withUnsafeBytes({ RecordSet($0) }), let source = other.withUnsafeBytes({ RecordSet($0) }) else {
      return
    }
    kind = "exchange"
    for record in source.records where random.below(3) == 0 {
      set.replace(String(decoding: record.name, as: UTF8.self), record.content)
    }
    bytes = set.archive()
  }

  // MARK: Parts of archives

  private static func members(_ bytes: [UInt8]) -> [ZipDirectory.Member] {
    bytes.withUnsafeBytes { buffer in
      guard let file = try? InputFile(borrowing: buffer) else { return [] }
      return (try? ZipDirectory(file, Limits()))?.members ?? []
    }
  }

  private func name(_ member: ZipDirectory.Member) -> String {
    String(decoding: bytes[member.offset + 30..<min(member.offset + 30 + member.name.count, bytes.count)], as: UTF8.self)
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  private mutating func replace(_ old: [UInt8], _ new: [UInt8], _ range: Range<Int>) {
    guard range.count >= 4 else { return }
    for index in range.dropLast(3) where bytes[index] == old[0] && bytes[index..<index + 4].elementsEqual(old) {
      bytes.replaceSubrange(index..<index + 4, with: new)
      return
    }
  }
}

/// SplitMix64 (Steele, Lea, Flood).
struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }

  /// From 0 to below `bound`; 0 for a bound of 0.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }
}

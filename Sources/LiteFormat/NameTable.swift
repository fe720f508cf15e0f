/// A name that a `NameTable` knows: two names of one table are equal exactly when their ids are.
public struct Name: Equatable, Sendable {
  /// Position in the table.
  public let id: Int32

  public init(id: Int32) { self.id = id }
}

/// Interned byte strings: class, method, operator and attribute names of one program.
///
/// Open addressing with linear probing; `Dictionary` would cost a random-number source that old C
/// libraries do not have, and tens of kilobytes.
public struct NameTable: Sendable {
  private var text: [UInt8] = []
  /// Name i is text[starts[i]..<starts[i+1]].
  private var starts: [Int32] = [0]
  /// Ids plus one; 0 is an empty slot. The count is a power of two.
  private var slots: [Int32] = [Int32](repeating: 0, count: 256)

  public init() {}

  /// How many names there are.
  public var count: Int { starts.count - 1 }

  /// Names are looked up again and again: long ones would make that slow.
  public static let longestName = 4096

  /// The name with these bytes, entered if it is new.
  public mutating func intern(_ bytes: UnsafeBufferPointer<UInt8>) throws(LiteError) -> Name {
    guard bytes.count <= Self.longestName else {
      throw Limits.exceeded("a name of \(bytes.count) bytes", Self.longestName, "of a name")
    }
    if let known = find(bytes) { return known }
    let end = try Checked.add(text.count, bytes.count)
    guard end < Int(Int32.max), count < 1 << 24 else { throw LiteError(.limitExceeded, "too many names in the file") }
    text.append(contentsOf: bytes)
    starts.append(Int32(truncatingIfNeeded: end))
    let id = Int32(truncatingIfNeeded: count - 1)
    if count * 2 > slots.count { grow() } else { place(id) }
    return Name(id: id)
  }

  /// The name with these bytes.
  public mutating func intern(_ bytes: [UInt8]) throws(LiteError) -> Name {
    try bytes.withUnsafeBufferPointer { (buffer) throws(LiteError) in try intern(buffer) }
  }

  /// The name with these bytes, if it is in the table.
  public func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Name? {
    var slot = KeyedHash.of(bytes) & (slots.count - 1)
    while slots[slot] != 0 {
      let id = slots[slot] - 1
      if equal(id, bytes) { return Name(id: id) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// The bytes of a name.
  public func bytes(_ name: Name) -> [UInt8] {
    [UInt8](text[Int(starts[Int(name.id)])..<Int(starts[Int(name.id) + 1])])
  }

  /// Whether a name is exactly this text.
  public func matches(_ name: Name, _ literal: StaticString) -> Bool {
    equal(name.id, UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Whether a name begins with this text.
  public func hasPrefix(_ name: Name, _ literal: StaticString) -> Bool {
    let start = Int(starts[Int(name.id)])
    guard Int(starts[Int(name.id) + 1]) - start >= literal.utf8CodeUnitCount else { return false }
    for index in 0..<literal.utf8CodeUnitCount where text[start + index] != literal.utf8Start[index] { return false }
    return true
  }

  public func hasSuffix(_ name: Name, _ literal: StaticString) -> Bool {
    let start = Int(starts[Int(name.id) + 1]) - literal.utf8CodeUnitCount
    guard start >= Int(starts[Int(name.id)]) else { return false }
    for index in 0..<literal.utf8CodeUnitCount where text[start + index] != literal.utf8Start[index] { return false }
    return true
  }

  private func equal(_ id: Int32, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = Int(starts[Int(id)])
    guard Int(starts[Int(id) + 1]) - start == bytes.count else { return false }
    for index in 0..<bytes.count where text[start + index] != bytes[index] { return false }
    return true
  }

  private mutating func place(_ id: Int32) {
    let start = Int(starts[Int(id)])
    let end = Int(starts[Int(id) + 1])
    let hash = text.withUnsafeBufferPointer { KeyedHash.of(UnsafeBufferPointer(rebasing: $0[start..<end])) }
    var slot = hash & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = id + 1
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 2)
    for id in 0..<count { place(Int32(truncatingIfNeeded: id)) }
  }
}

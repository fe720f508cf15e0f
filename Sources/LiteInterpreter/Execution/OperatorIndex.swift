import LiteFormat

/// Finds operators by name: open addressing over the declarations of a table.
struct OperatorIndex: Sendable {
  /// How many operators there are, overloads counted.
  let count: Int
  private let table: OperatorTable
  /// Bits of positions in the table; 0 is empty. A power of two, at most half full.
  private var slots: [UInt32]

  /// Of two operators with one name, the first counts.
  init(_ table: OperatorTable) {
    self.table = table
    let positions = table.positions
    count = positions.count
    var capacity = 64
    while capacity < 2 * count { capacity *= 2 }
    slots = [UInt32](repeating: 0, count: capacity)
    var name: [UInt8] = []
    for position in positions {
      name.removeAll(keepingCapacity: true)
      table[position].declaration.appendName(to: &name)
      var hash = name.withUnsafeBufferPointer { Self.hash(Self.offsetBasis, $0) }
      hash ^= hash >> 32
      var slot = Int(truncatingIfNeeded: hash & UInt64(capacity - 1))
      while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
      slots[slot] = position.bits
    }
  }

  /// The operator called `name.overload`, or `name` when the overload is empty.
  func find(_ name: [UInt8], _ overload: [UInt8]) -> Operator? {
    var hash = name.withUnsafeBufferPointer { Self.hash(Self.offsetBasis, $0) }
    if !overload.isEmpty {
      hash = Self.step(hash, UInt8(ascii: "."))
      hash = overload.withUnsafeBufferPointer { Self.hash(hash, $0) }
    }
    hash ^= hash >> 32
    var slot = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
    while slots[slot] != 0 {
      let candidate = table[OperatorTable.Position(bits: slots[slot])]
      if candidate.declaration.isNamed(name, overload) { return candidate }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// FNV-1a, 64 bits (Fowler, Noll, Vo).
  private static let offsetBasis: UInt64 = 0xcbf2_9ce4_8422_2325

  private static func step(_ state: UInt64, _ byte: UInt8) -> UInt64 { (state ^ UInt64(byte)) &* 0x100_0000_01b3 }

  private static func hash(_ start: UInt64, _ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var state = start
    for byte in bytes { state = step(state, byte) }
    return state
  }
}

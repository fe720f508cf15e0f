/// Objects by identity, each with a number: the order in which they came. The objects must stay alive as long as the table.
struct IdentityTable {
  private var keys: [UInt] = []
  /// Open addressing; numbers plus one, 0 is empty. A power of two, at most half full; nothing while there are few objects.
  private var slots: [Int32] = []
  /// So many are searched one by one: most tables are as small.
  private static var maximumUnordered: Int { 8 }

  var count: Int { keys.count }

  private static func key(_ object: ObjectIdentifier) -> UInt { UInt(bitPattern: object) }

  /// Where an object is, or belongs.
  private func slot(_ key: UInt) -> Int {
    var slot = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 20) & (slots.count - 1)
    while slots[slot] != 0, keys[Int(slots[slot] - 1)] != key { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  /// The number of an object, if it is here.
  func find(_ object: ObjectIdentifier) -> Int? {
    let key = Self.key(object)
    if slots.isEmpty { return keys.firstIndex(of: key) }
    let number = Int(slots[slot(key)]) - 1
    return number < 0 ? nil : number
  }

  func contains(_ object: ObjectIdentifier) -> Bool { find(object) != nil }

  /// Adds an object.
  ///
  /// - Returns: false when it was here.
  @discardableResult
  mutating func insert(_ object: ObjectIdentifier) -> Bool {
    if find(object) != nil { return false }
    keys.append(Self.key(object))
    if slots.isEmpty, keys.count <= Self.maximumUnordered { return true }
    if keys.count * 2 > slots.count {
      slots = [Int32](repeating: 0, count: max(slots.count * 2, Self.maximumUnordered * 4))
      for number in keys.indices { slots[slot(keys[number])] = Int32(truncatingIfNeeded: number + 1) }
    } else {
      slots[slot(Self.key(object))] = Int32(truncatingIfNeeded: keys.count)
    }
    return true
  }
}

/// A map from objects to objects by identity: what a copy of each object is.
struct IdentityMap<Object: AnyObject> {
  /// Open addressing; a power of two, at most half full.
  private var keys: [UInt]
  private var values: [Object?]
  private var count = 0

  init() {
    keys = [UInt](repeating: 0, count: 64)
    values = [Object?](repeating: nil, count: 64)
  }

  private static func key(_ object: Object) -> UInt { UInt(bitPattern: Unmanaged.passUnretained(object).toOpaque()) }

  private func slot(_ key: UInt) -> Int {
    var slot = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 20) & (keys.count - 1)
    while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
    return slot
  }

  /// The object that stands for this one.
  func find(_ object: Object) -> Object? { values[slot(Self.key(object))] }

  /// The object must stay alive as long as the map.
  mutating func set(_ object: Object, _ value: Object) {
    if count * 2 >= keys.count { grow() }
    let position = slot(Self.key(object))
    if keys[position] == 0 { count += 1 }
    keys[position] = Self.key(object)
    values[position] = value
  }

  private mutating func grow() {
    let oldKeys = keys
    let oldValues = values
    keys = [UInt](repeating: 0, count: oldKeys.count * 2)
    values = [Object?](repeating: nil, count: oldKeys.count * 2)
    for index in 0..<oldKeys.count where oldKeys[index] != 0 {
      let position = slot(oldKeys[index])
      keys[position] = oldKeys[index]
      values[position] = oldValues[index]
    }
  }
}

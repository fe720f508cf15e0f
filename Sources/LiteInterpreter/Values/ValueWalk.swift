/// Goes over values and all that they hold, depth first: without recursion, since programs nest values as deep as they like;
/// and through each container once, since many may hold it, and it may hold itself. Keys of dicts are not visited: they
/// hold nothing.
struct ValueWalk {
  private struct Level {
    let items: [Value]
    var next = 0
  }

  private var levels: [Level] = []
  private var seen = IdentityTable()
  private let entersObjects: Bool

  /// - Parameter entersObjects: whether attributes of objects are visited.
  init(entersObjects: Bool = false) { self.entersObjects = entersObjects }

  /// Says where to go next, before all that is left.
  mutating func add(_ values: [Value]) { levels.append(Level(items: values)) }

  /// The next value; a container comes before what it holds. nil at the end.
  mutating func next() -> Value? {
    while let level = levels.last {
      guard level.next < level.items.count else {
        levels.removeLast()
        continue
      }
      levels[levels.count - 1].next += 1
      let value = level.items[level.next]
      switch value {
      case .list(let list):
        guard seen.insert(ObjectIdentifier(list)) else { continue }
        add(list.items)
      case .tuple(let tuple):
        guard seen.insert(ObjectIdentifier(tuple)) else { continue }
        add(tuple.items)
      case .dict(let dict):
        guard seen.insert(ObjectIdentifier(dict)) else { continue }
        add(dict.values)
      case .object(let object):
        guard seen.insert(ObjectIdentifier(object)) else { continue }
        if entersObjects { add(object.slots) }
      default: break
      }
      return value
    }
    return nil
  }

  /// The tensors of a value, depth first; those of a container that occurs more than once, once.
  static func tensors(of value: Value) -> [Tensor] {
    switch value {
    case .tensor(let tensor): return [tensor]
    case .list, .tuple, .dict:
      var tensors: [Tensor] = []
      var walk = ValueWalk()
      walk.add([value])
      while let value = walk.next() { if case .tensor(let tensor) = value { tensors.append(tensor) } }
      return tensors
    default: return []
    }
  }
}

/// Lets go of containers inside containers one after the other. Without it the end of a list that holds a
/// list that holds a list, a million deep, would be a million nested calls.
struct Dismantling {
  private var lists: [ListValue] = []
  private var tuples: [TupleValue] = []
  private var dicts: [DictValue] = []
  private var objects: [ObjectValue] = []

  /// Takes over the containers among values. Whoever calls lets go of the values before `run`.
  mutating func take(_ values: [Value]) {
    for value in values {
      switch value {
      case .list(let list): lists.append(list)
      case .tuple(let tuple): tuples.append(tuple)
      case .dict(let dict): dicts.append(dict)
      case .object(let object): objects.append(object)
      default: break
      }
    }
  }

  /// Empties those containers that nothing else holds, and what is in them, before they end.
  mutating func run() {
    while true {
      if var list = lists.popLast() {
        if isKnownUniquelyReferenced(&list) { take(list.surrender()) }
      } else if var tuple = tuples.popLast() {
        if isKnownUniquelyReferenced(&tuple) { take(tuple.surrender()) }
      } else if var dict = dicts.popLast() {
        if isKnownUniquelyReferenced(&dict) { take(dict.surrender()) }
      } else if var object = objects.popLast() {
        if isKnownUniquelyReferenced(&object) { take(object.surrender()) }
      } else {
        return
      }
    }
  }

  /// For the end of a container.
  static func end(_ values: [Value]) -> Dismantling {
    var rest = Dismantling()
    rest.take(values)
    return rest
  }
}

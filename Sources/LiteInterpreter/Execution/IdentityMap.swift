/// A map from objects to objects by identity: what a copy of each object is. The objects must stay alive as long as the map.
struct IdentityMap<Object: AnyObject> {
  private var table = IdentityTable()
  private var values: [Object] = []

  /// The object that stands for this one.
  func find(_ object: Object) -> Object? { table.find(ObjectIdentifier(object)).map { values[$0] } }

  /// Says what stands for an object that has nothing yet.
  mutating func set(_ object: Object, _ value: Object) { if table.insert(ObjectIdentifier(object)) { values.append(value) } }
}

import LiteFormat

/// Copies the values of a model for one session: what a program may change (attributes, lists, tensors
/// written in place) becomes the session's own, what it cannot change (weights until they are written,
/// packed parameters, strings) is shared. Two references to one object stay two references to one copy.
struct SessionCopy {
  private var storages = IdentityMap<Storage>()
  private var tensors = IdentityMap<Tensor>()
  private var lists = IdentityMap<ListValue>()
  private var dicts = IdentityMap<DictValue>()
  private var objects = IdentityMap<ObjectValue>()

  /// The module object of a model and the constants of its functions, for one session.
  static func state(of model: Model) throws(LiteError) -> (root: Value, constants: [[Value]]) {
    var copy = SessionCopy()
    let root = try copy.copy(model.root)
    var constants: [[Value]] = []
    for list in model.constants {
      var values: [Value] = []
      for value in list { values.append(try copy.copy(value)) }
      constants.append(values)
    }
    return (root, constants)
  }

  /// The session's copy of a value. Values of a model are not cyclic and not deeply nested: they were
  /// made by `Instantiation`.
  mutating func copy(_ value: Value) throws(LiteError) -> Value {
    switch value {
    case .tensor(let tensor): return .tensor(copy(tensor))
    case .list(let list):
      if let known = lists.find(list) { return .list(known) }
      var items: [Value] = []
      for item in list.items { items.append(try copy(item)) }
      let result = ListValue(items, of: list.elementKind)
      result.isState = true
      lists.set(list, result)
      return .list(result)
    case .tuple(let tuple):
      var items: [Value] = []
      for item in tuple.items { items.append(try copy(item)) }
      return .tuple(TupleValue(items, fields: tuple.fields))
    case .dict(let dict):
      if let known = dicts.find(dict) { return .dict(known) }
      let result = DictValue()
      result.isState = true
      for index in 0..<dict.count { try result.set(try copy(dict.keys[index]), try copy(dict.values[index])) }
      dicts.set(dict, result)
      return .dict(result)
    case .object(let object):
      if let known = objects.find(object) { return .object(known) }
      let result = ObjectValue(className: object.className, names: object.names)
      objects.set(object, result)
      for slot in object.slots { result.slots.append(try copy(slot)) }
      return .object(result)
    default: return value
    }
  }

  private mutating func copy(_ tensor: Tensor) -> Tensor {
    if let known = tensors.find(tensor) { return known }
    let storage: Storage
    if let known = storages.find(tensor.storage) {
      storage = known
    } else {
      storage = Storage(sharing: tensor.storage)
      storages.set(tensor.storage, storage)
    }
    let result = Tensor(
      storage: storage, offset: tensor.offset, type: tensor.type, sizes: tensor.sizes, strides: tensor.strides,
      count: tensor.count, quantization: tensor.quantization)
    tensors.set(tensor, result)
    return result
  }
}

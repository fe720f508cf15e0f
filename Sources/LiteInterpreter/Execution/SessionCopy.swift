import LiteFormat

/// Copies the values of a model for one session: what a program may change (attributes, lists, tensors
/// written in place) becomes the session's own, what it cannot change (weights until they are written,
/// packed parameters, strings) is shared. Two references to one object stay two references to one copy.
struct SessionCopy {
  private var storages = IdentityMap<Storage>()
  private var tensors = IdentityMap<Tensor>()
  private var tuples = IdentityMap<TupleValue>()
  private var lists = IdentityMap<ListValue>()
  private var dicts = IdentityMap<DictValue>()
  private var objects = IdentityMap<ObjectValue>()

  /// A container, and its copy that is still empty.
  private enum Pending {
    case list(ListValue, ListValue)
    case tuple(TupleValue, TupleValue)
    case dict(DictValue, DictValue)
    case object(ObjectValue, ObjectValue)
  }

  private var pending: [Pending] = []
  private let containers: ContainerRegistry

  private init(containers: ContainerRegistry) { self.containers = containers }

  /// The module object of a model and the constants of its functions, for one session.
  /// - Parameter containers: the session's; what the file's own methods put into each other is known to it then.
  static func state(
    of model: Model, _ containers: ContainerRegistry
  ) throws(LiteError) -> (root: Value, constants: [[Value]]) {
    var copy = SessionCopy(containers: containers)
    let root = try copy.copy(model.root)
    var constants: [[Value]] = []
    for list in model.constants {
      var values: [Value] = []
      for value in list { values.append(try copy.copy(value)) }
      constants.append(values)
    }
    return (root, constants)
  }

  /// The session's copy of a value. `__setstate__` methods make values as deep as they like, and some that contain
  /// themselves: each copy of a container is known before it is filled.
  private mutating func copy(_ value: Value) throws(LiteError) -> Value {
    let result = try begin(value)
    while let next = pending.popLast() {
      switch next {
      case .list(let list, let copy): copy.items = try begin(list.items)
      case .tuple(let tuple, let copy): copy.complete(try begin(tuple.items))
      case .object(let object, let copy): copy.slots = try begin(object.slots)
      case .dict(let dict, let copy):
        for index in 0..<dict.count { try copy.set(try begin(dict.keys[index]), try begin(dict.values[index])) }
      }
    }
    return result
  }

  private mutating func begin(_ values: [Value]) throws(LiteError) -> [Value] {
    var copies: [Value] = []
    copies.reserveCapacity(values.count)
    for value in values { copies.append(try begin(value)) }
    return copies
  }

  /// The copy of a value; a new container is empty until its turn comes.
  private mutating func begin(_ value: Value) throws(LiteError) -> Value {
    switch value {
    case .tensor(let tensor): return .tensor(copy(tensor))
    case .list(let list):
      if let known = lists.find(list) { return .list(known) }
      let result = ListValue([], of: list.elementKind)
      result.isState = true
      lists.set(list, result)
      if list.isRegistered { containers.add(result) }
      pending.append(.list(list, result))
      return .list(result)
    case .tuple(let tuple):
      if let known = tuples.find(tuple) { return .tuple(known) }
      let result = TupleValue([], fields: tuple.fields)
      result.isState = true
      tuples.set(tuple, result)
      pending.append(.tuple(tuple, result))
      return .tuple(result)
    case .dict(let dict):
      if let known = dicts.find(dict) { return .dict(known) }
      let result = DictValue()
      result.isState = true
      dicts.set(dict, result)
      if dict.isRegistered { containers.add(result) }
      pending.append(.dict(dict, result))
      return .dict(result)
    case .object(let object):
      if let known = objects.find(object) { return .object(known) }
      let result = ObjectValue(className: object.className, names: object.names)
      objects.set(object, result)
      if object.isRegistered { containers.add(result) }
      pending.append(.object(object, result))
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

import LiteFormat

/// Dictionaries, for all kinds of keys. Like lists, they are shared by all that refer to them.
enum Dicts {
  static let operators: [Operator] = [
    Operator("aten::len.Dict_str(Dict(str, t) self) -> int", length),
    Operator("aten::len.Dict_int(Dict(int, t) self) -> int", length),
    Operator("aten::len.Dict_bool(Dict(bool, t) self) -> int", length),
    Operator("aten::len.Dict_float(Dict(float, t) self) -> int", length),
    Operator("aten::len.Dict_complex(Dict(complex, t) self) -> int", length),
    Operator("aten::len.Dict_Tensor(Dict(Tensor, t) self) -> int", length),
    Operator("aten::keys.str(Dict(str, t) self) -> str[](*)", keys),
    Operator("aten::keys.int(Dict(int, t) self) -> int[](*)", keys),
    Operator("aten::keys.bool(Dict(bool, t) self) -> bool[](*)", keys),
    Operator("aten::keys.float(Dict(float, t) self) -> float[](*)", keys),
    Operator("aten::keys.complex(Dict(complex, t) self) -> complex[](*)", keys),
    Operator("aten::keys.Tensor(Dict(Tensor, t) self) -> Tensor[](*)", keys),
    Operator("aten::values.str(Dict(str, t) self) -> t[](*)", values),
    Operator("aten::values.int(Dict(int, t) self) -> t[](*)", values),
    Operator("aten::values.bool(Dict(bool, t) self) -> t[](*)", values),
    Operator("aten::values.float(Dict(float, t) self) -> t[](*)", values),
    Operator("aten::values.complex(Dict(complex, t) self) -> t[](*)", values),
    Operator("aten::values.Tensor(Dict(Tensor, t) self) -> t[](*)", values),
    Operator("aten::items.str(Dict(str, t) self) -> ((str, t)[])", items),
    Operator("aten::items.int(Dict(int, t) self) -> ((int, t)[])", items),
    Operator("aten::items.bool(Dict(bool, t) self) -> ((bool, t)[])", items),
    Operator("aten::items.float(Dict(float, t) self) -> ((float, t)[])", items),
    Operator("aten::items.complex(Dict(complex, t) self) -> ((complex, t)[])", items),
    Operator("aten::items.Tensor(Dict(Tensor, t) self) -> ((Tensor, t)[])", items),
    Operator("aten::__getitem__.Dict_str(Dict(str, t) self, str key) -> t(*)", item),
    Operator("aten::__getitem__.Dict_int(Dict(int, t) self, int key) -> t(*)", item),
    Operator("aten::__getitem__.Dict_bool(Dict(bool, t) self, bool key) -> t(*)", item),
    Operator("aten::__getitem__.Dict_float(Dict(float, t) self, float key) -> t(*)", item),
    Operator("aten::__getitem__.Dict_complex(Dict(complex, t) self, complex key) -> t(*)", item),
    Operator("aten::__getitem__.Dict_Tensor(Dict(Tensor, t) self, Tensor key) -> t(*)", item),
    Operator("aten::__contains__.str(Dict(str, t) dict, str key) -> bool", contains),
    Operator("aten::__contains__.int(Dict(int, t) dict, int key) -> bool", contains),
    Operator("aten::__contains__.bool(Dict(bool, t) dict, bool key) -> bool", contains),
    Operator("aten::__contains__.float(Dict(float, t) dict, float key) -> bool", contains),
    Operator("aten::__contains__.complex(Dict(complex, t) dict, complex key) -> bool", contains),
    Operator("aten::__contains__.Tensor(Dict(Tensor, t) dict, Tensor key) -> bool", contains),
    Operator("aten::get.str(Dict(str, t) self, str key) -> t(*)?", get),
    Operator("aten::get.int(Dict(int, t) self, int key) -> t(*)?", get),
    Operator("aten::get.bool(Dict(bool, t) self, bool key) -> t(*)?", get),
    Operator("aten::get.float(Dict(float, t) self, float key) -> t(*)?", get),
    Operator("aten::get.complex(Dict(complex, t) self, complex key) -> t(*)?", get),
    Operator("aten::get.Tensor(Dict(Tensor, t) self, Tensor key) -> t(*)?", get),
    Operator("aten::get.default_str(Dict(str, t) self, str key, t default_value) -> t(*)", get),
    Operator("aten::get.default_int(Dict(int, t) self, int key, t default_value) -> t(*)", get),
    Operator("aten::get.default_bool(Dict(bool, t) self, bool key, t default_value) -> t(*)", get),
    Operator("aten::get.default_float(Dict(float, t) self, float key, t default_value) -> t(*)", get),
    Operator("aten::get.default_complex(Dict(complex, t) self, complex key, t default_value) -> t(*)", get),
    Operator("aten::get.default_Tensor(Dict(Tensor, t) self, Tensor key, t default_value) -> t(*)", get),
    Operator("aten::setdefault.str(Dict(str, t)(a!) self, str(b -> *) key, t(c -> *) default_value) -> t(*)", setDefault),
    Operator("aten::setdefault.int(Dict(int, t)(a!) self, int(b -> *) key, t(c -> *) default_value) -> t(*)", setDefault),
    Operator("aten::setdefault.bool(Dict(bool, t)(a!) self, bool(b -> *) key, t(c -> *) default_value) -> t(*)", setDefault),
    Operator("aten::setdefault.float(Dict(float, t)(a!) self, float(b -> *) key, t(c -> *) default_value) -> t(*)", setDefault),
    Operator(
      "aten::setdefault.complex(Dict(complex, t)(a!) self, complex(b -> *) key, t(c -> *) default_value) -> t(*)", setDefault),
    Operator(
      "aten::setdefault.Tensor(Dict(Tensor, t)(a!) self, Tensor(b -> *) key, t(c -> *) default_value) -> t(*)", setDefault),
    Operator("aten::_set_item.str(Dict(str, t)(a!) l, str(b -> *) idx, t(c -> *) v) -> ()", setItem),
    Operator("aten::_set_item.int(Dict(int, t)(a!) l, int(b -> *) idx, t(c -> *) v) -> ()", setItem),
    Operator("aten::_set_item.bool(Dict(bool, t)(a!) l, bool(b -> *) idx, t(c -> *) v) -> ()", setItem),
    Operator("aten::_set_item.float(Dict(float, t)(a!) l, float(b -> *) idx, t(c -> *) v) -> ()", setItem),
    Operator("aten::_set_item.complex(Dict(complex, t)(a!) l, complex(b -> *) idx, t(c -> *) v) -> ()", setItem),
    Operator("aten::_set_item.Tensor(Dict(Tensor, t)(a!) l, Tensor(b -> *) idx, t(c -> *) v) -> ()", setItem),
    Operator("aten::pop.Dict_str(Dict(str, t)(a!) self, str key) -> t(*)", pop),
    Operator("aten::pop.Dict_int(Dict(int, t)(a!) self, int key) -> t(*)", pop),
    Operator("aten::pop.Dict_bool(Dict(bool, t)(a!) self, bool key) -> t(*)", pop),
    Operator("aten::pop.Dict_float(Dict(float, t)(a!) self, float key) -> t(*)", pop),
    Operator("aten::pop.Dict_complex(Dict(complex, t)(a!) self, complex key) -> t(*)", pop),
    Operator("aten::pop.Dict_Tensor(Dict(Tensor, t)(a!) self, Tensor key) -> t(*)", pop),
    Operator("aten::pop.Dict_default_str(Dict(str, t)(a!) self, str key, t default_value) -> t(*)", pop),
    Operator("aten::pop.Dict_default_int(Dict(int, t)(a!) self, int key, t default_value) -> t(*)", pop),
    Operator("aten::pop.Dict_default_bool(Dict(bool, t)(a!) self, bool key, t default_value) -> t(*)", pop),
    Operator("aten::pop.Dict_default_float(Dict(float, t)(a!) self, float key, t default_value) -> t(*)", pop),
    Operator("aten::pop.Dict_default_complex(Dict(complex, t)(a!) self, complex key, t default_value) -> t(*)", pop),
    Operator("aten::pop.Dict_default_Tensor(Dict(Tensor, t)(a!) self, Tensor key, t default_value) -> t(*)", pop),
    Operator("aten::Delete.Dict_str(Dict(str, t)(a!) self, str key) -> ()", delete),
    Operator("aten::Delete.Dict_int(Dict(int, t)(a!) self, int key) -> ()", delete),
    Operator("aten::Delete.Dict_bool(Dict(bool, t)(a!) self, bool key) -> ()", delete),
    Operator("aten::Delete.Dict_float(Dict(float, t)(a!) self, float key) -> ()", delete),
    Operator("aten::Delete.Dict_complex(Dict(complex, t)(a!) self, complex key) -> ()", delete),
    Operator("aten::Delete.Dict_Tensor(Dict(Tensor, t)(a!) self, Tensor key) -> ()", delete),
    Operator("aten::popitem.str(Dict(str, t)(a!) self) -> ((str, t))", popItem),
    Operator("aten::popitem.int(Dict(int, t)(a!) self) -> ((int, t))", popItem),
    Operator("aten::popitem.bool(Dict(bool, t)(a!) self) -> ((bool, t))", popItem),
    Operator("aten::popitem.float(Dict(float, t)(a!) self) -> ((float, t))", popItem),
    Operator("aten::popitem.complex(Dict(complex, t)(a!) self) -> ((complex, t))", popItem),
    Operator("aten::popitem.Tensor(Dict(Tensor, t)(a!) self) -> ((Tensor, t))", popItem),
    Operator("aten::clear.str(Dict(str, t)(a!) self) -> ()", clear),
    Operator("aten::clear.int(Dict(int, t)(a!) self) -> ()", clear),
    Operator("aten::clear.bool(Dict(bool, t)(a!) self) -> ()", clear),
    Operator("aten::clear.float(Dict(float, t)(a!) self) -> ()", clear),
    Operator("aten::clear.complex(Dict(complex, t)(a!) self) -> ()", clear),
    Operator("aten::clear.Tensor(Dict(Tensor, t)(a!) self) -> ()", clear),
    Operator("aten::update.str(Dict(str, t)(a!) self, Dict(str, t)(a!) to_add) -> ()", update),
    Operator("aten::update.int(Dict(int, t)(a!) self, Dict(int, t)(a!) to_add) -> ()", update),
    Operator("aten::update.bool(Dict(bool, t)(a!) self, Dict(bool, t)(a!) to_add) -> ()", update),
    Operator("aten::update.float(Dict(float, t)(a!) self, Dict(float, t)(a!) to_add) -> ()", update),
    Operator("aten::update.complex(Dict(complex, t)(a!) self, Dict(complex, t)(a!) to_add) -> ()", update),
    Operator("aten::update.Tensor(Dict(Tensor, t)(a!) self, Dict(Tensor, t)(a!) to_add) -> ()", update),
    Operator("aten::copy.Dict_str(Dict(str, t)(a) self) -> Dict(str, t)", copy),
    Operator("aten::copy.Dict_int(Dict(int, t)(a) self) -> Dict(int, t)", copy),
    Operator("aten::copy.Dict_bool(Dict(bool, t)(a) self) -> Dict(bool, t)", copy),
    Operator("aten::copy.Dict_float(Dict(float, t)(a) self) -> Dict(float, t)", copy),
    Operator("aten::copy.Dict_complex(Dict(complex, t)(a) self) -> Dict(complex, t)", copy),
    Operator("aten::copy.Dict_Tensor(Dict(Tensor, t)(a) self) -> Dict(Tensor, t)", copy),
    Operator("aten::dict.Dict_str(Dict(str, t)(a) self) -> Dict(str, t)", copy),
    Operator("aten::dict.Dict_int(Dict(int, t)(a) self) -> Dict(int, t)", copy),
    Operator("aten::dict.Dict_bool(Dict(bool, t)(a) self) -> Dict(bool, t)", copy),
    Operator("aten::dict.Dict_float(Dict(float, t)(a) self) -> Dict(float, t)", copy),
    Operator("aten::dict.Dict_complex(Dict(complex, t)(a) self) -> Dict(complex, t)", copy),
    Operator("aten::dict.Dict_Tensor(Dict(Tensor, t)(a) self) -> Dict(Tensor, t)", copy),
    Operator("aten::dict.str((str, tVal)[] inputs) -> Dict(str, tVal)", make),
    Operator("aten::dict.int((int, tVal)[] inputs) -> Dict(int, tVal)", make),
    Operator("aten::dict.bool((bool, tVal)[] inputs) -> Dict(bool, tVal)", make),
    Operator("aten::dict.float((float, tVal)[] inputs) -> Dict(float, tVal)", make),
    Operator("aten::dict.complex((complex, tVal)[] inputs) -> Dict(complex, tVal)", make),
    Operator("aten::dict.Tensor((Tensor, tVal)[] inputs) -> Dict(Tensor, tVal)", make),
    Operator("aten::dict() -> Dict(str, Tensor)", make),
  ]

  private static func length(_ call: inout Call) throws(LiteError) -> Value { .int(Int64(try call.dict(0).count)) }

  private static func keys(_ call: inout Call) throws(LiteError) -> Value { list(try call.dict(0).keys) }
  private static func values(_ call: inout Call) throws(LiteError) -> Value { list(try call.dict(0).values) }
  private static func items(_ call: inout Call) throws(LiteError) -> Value {
    let dict = try call.dict(0)
    var pairs: [Value] = []
    pairs.reserveCapacity(dict.count)
    for index in 0..<dict.count { pairs.append(.tuple(TupleValue([dict.keys[index], dict.values[index]]))) }
    return .list(ListValue(pairs, of: .tuple))
  }

  private static func list(_ items: [Value]) -> Value {
    let kind: TypeTable.Kind =
      switch items.first {
      case .int?: .int
      case .double?: .float
      case .bool?: .bool
      case .string?: .string
      case .tensor?: .tensor
      default: .any
      }
    return .list(ListValue(items, of: kind))
  }

  private static func item(_ call: inout Call) throws(LiteError) -> Value { try PromotedOperators.dictIndex(call[0], call[1]) }

  private static func contains(_ call: inout Call) throws(LiteError) -> Value {
    .bool(try call.dict(0).position(of: call[1]) != nil)
  }

  /// None, or the third argument, for a key that is not there.
  private static func get(_ call: inout Call) throws(LiteError) -> Value {
    if let value = try call.dict(0)[call[1]] { return value }
    return call.count > 2 ? call[2] : .none
  }

  private static func setDefault(_ call: inout Call) throws(LiteError) -> Value {
    let dict = try call.dict(0)
    if let value = dict[call[1]] { return value }
    try dict.set(call[1], call[2])
    return call[2]
  }

  private static func setItem(_ call: inout Call) throws(LiteError) -> Value {
    try call.dict(0).set(call[1], call[2])
    return Lists.nothing
  }

  private static func pop(_ call: inout Call) throws(LiteError) -> Value {
    let dict = try call.dict(0)
    if let position = dict.position(of: call[1]) { return dict.remove(at: position).value }
    guard call.count > 2 else { throw LiteError(.operatorFailed, "KeyError: \(ValueText.plain(call[1]))") }
    return call[2]
  }

  private static func delete(_ call: inout Call) throws(LiteError) -> Value {
    _ = try pop(&call)
    return Lists.nothing
  }

  /// Takes the oldest entry, where Python takes the newest: so does PyTorch.
  private static func popItem(_ call: inout Call) throws(LiteError) -> Value {
    let dict = try call.dict(0)
    guard dict.count > 0 else { throw LiteError(.operatorFailed, "popitem(): dictionary is empty") }
    let entry = dict.remove(at: 0)
    return .tuple(TupleValue([entry.key, entry.value]))
  }

  private static func clear(_ call: inout Call) throws(LiteError) -> Value {
    try call.dict(0).removeAll()
    return Lists.nothing
  }

  private static func update(_ call: inout Call) throws(LiteError) -> Value {
    let (dict, other) = (try call.dict(0), try call.dict(1))
    for index in 0..<other.count { try dict.set(other.keys[index], other.values[index]) }
    return Lists.nothing
  }

  private static func copy(_ call: inout Call) throws(LiteError) -> Value { .dict(try call.dict(0).copy()) }

  private static func make(_ call: inout Call) throws(LiteError) -> Value {
    let dict = DictValue()
    if call.count == 0 { return .dict(dict) }
    for item in try call.list(0).items {
      guard case .tuple(let pair) = item, pair.items.count == 2 else {
        throw call.failure(0, "found a list with \(item.typeName), expected a list of pairs")
      }
      try dict.set(pair.items[0], pair.items[1])
    }
    return .dict(dict)
  }
}

import LiteFormat

/// Dictionaries, for all kinds of keys. Like lists, they are shared by all that refer to them.
enum Dicts {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      aten::len.Dict_str(Dict(str, t) self) -> int
      aten::len.Dict_int(Dict(int, t) self) -> int
      aten::len.Dict_bool(Dict(bool, t) self) -> int
      aten::len.Dict_float(Dict(float, t) self) -> int
      aten::len.Dict_complex(Dict(complex, t) self) -> int
      aten::len.Dict_Tensor(Dict(Tensor, t) self) -> int
      """, length)
    table.add(
      """
      aten::keys.str(Dict(str, t) self) -> str[](*)
      aten::keys.int(Dict(int, t) self) -> int[](*)
      aten::keys.bool(Dict(bool, t) self) -> bool[](*)
      aten::keys.float(Dict(float, t) self) -> float[](*)
      aten::keys.complex(Dict(complex, t) self) -> complex[](*)
      aten::keys.Tensor(Dict(Tensor, t) self) -> Tensor[](*)
      """, keys)
    table.add(
      """
      aten::values.str(Dict(str, t) self) -> t[](*)
      aten::values.int(Dict(int, t) self) -> t[](*)
      aten::values.bool(Dict(bool, t) self) -> t[](*)
      aten::values.float(Dict(float, t) self) -> t[](*)
      aten::values.complex(Dict(complex, t) self) -> t[](*)
      aten::values.Tensor(Dict(Tensor, t) self) -> t[](*)
      """, values)
    table.add(
      """
      aten::items.str(Dict(str, t) self) -> ((str, t)[])
      aten::items.int(Dict(int, t) self) -> ((int, t)[])
      aten::items.bool(Dict(bool, t) self) -> ((bool, t)[])
      aten::items.float(Dict(float, t) self) -> ((float, t)[])
      aten::items.complex(Dict(complex, t) self) -> ((complex, t)[])
      aten::items.Tensor(Dict(Tensor, t) self) -> ((Tensor, t)[])
      """, items)
    table.add(
      """
      aten::__getitem__.Dict_str(Dict(str, t) self, str key) -> t(*)
      aten::__getitem__.Dict_int(Dict(int, t) self, int key) -> t(*)
      aten::__getitem__.Dict_bool(Dict(bool, t) self, bool key) -> t(*)
      aten::__getitem__.Dict_float(Dict(float, t) self, float key) -> t(*)
      aten::__getitem__.Dict_complex(Dict(complex, t) self, complex key) -> t(*)
      aten::__getitem__.Dict_Tensor(Dict(Tensor, t) self, Tensor key) -> t(*)
      """, item)
    table.add(
      """
      aten::__contains__.str(Dict(str, t) dict, str key) -> bool
      aten::__contains__.int(Dict(int, t) dict, int key) -> bool
      aten::__contains__.bool(Dict(bool, t) dict, bool key) -> bool
      aten::__contains__.float(Dict(float, t) dict, float key) -> bool
      aten::__contains__.complex(Dict(complex, t) dict, complex key) -> bool
      aten::__contains__.Tensor(Dict(Tensor, t) dict, Tensor key) -> bool
      """, contains)
    table.add(
      """
      aten::get.str(Dict(str, t) self, str key) -> t(*)?
      aten::get.int(Dict(int, t) self, int key) -> t(*)?
      aten::get.bool(Dict(bool, t) self, bool key) -> t(*)?
      aten::get.float(Dict(float, t) self, float key) -> t(*)?
      aten::get.complex(Dict(complex, t) self, complex key) -> t(*)?
      aten::get.Tensor(Dict(Tensor, t) self, Tensor key) -> t(*)?
      aten::get.default_str(Dict(str, t) self, str key, t default_value) -> t(*)
      aten::get.default_int(Dict(int, t) self, int key, t default_value) -> t(*)
      aten::get.default_bool(Dict(bool, t) self, bool key, t default_value) -> t(*)
      aten::get.default_float(Dict(float, t) self, float key, t default_value) -> t(*)
      aten::get.default_complex(Dict(complex, t) self, complex key, t default_value) -> t(*)
      aten::get.default_Tensor(Dict(Tensor, t) self, Tensor key, t default_value) -> t(*)
      """, get)
    table.add(
      """
      aten::setdefault.str(Dict(str, t)(a!) self, str(b -> *) key, t(c -> *) default_value) -> t(*)
      aten::setdefault.int(Dict(int, t)(a!) self, int(b -> *) key, t(c -> *) default_value) -> t(*)
      aten::setdefault.bool(Dict(bool, t)(a!) self, bool(b -> *) key, t(c -> *) default_value) -> t(*)
      aten::setdefault.float(Dict(float, t)(a!) self, float(b -> *) key, t(c -> *) default_value) -> t(*)
      aten::setdefault.complex(Dict(complex, t)(a!) self, complex(b -> *) key, t(c -> *) default_value) -> t(*)
      aten::setdefault.Tensor(Dict(Tensor, t)(a!) self, Tensor(b -> *) key, t(c -> *) default_value) -> t(*)
      """, setDefault)
    table.add(
      """
      aten::_set_item.str(Dict(str, t)(a!) l, str(b -> *) idx, t(c -> *) v) -> ()
      aten::_set_item.int(Dict(int, t)(a!) l, int(b -> *) idx, t(c -> *) v) -> ()
      aten::_set_item.bool(Dict(bool, t)(a!) l, bool(b -> *) idx, t(c -> *) v) -> ()
      aten::_set_item.float(Dict(float, t)(a!) l, float(b -> *) idx, t(c -> *) v) -> ()
      aten::_set_item.complex(Dict(complex, t)(a!) l, complex(b -> *) idx, t(c -> *) v) -> ()
      aten::_set_item.Tensor(Dict(Tensor, t)(a!) l, Tensor(b -> *) idx, t(c -> *) v) -> ()
      """, setItem)
    table.add(
      """
      aten::pop.Dict_str(Dict(str, t)(a!) self, str key) -> t(*)
      aten::pop.Dict_int(Dict(int, t)(a!) self, int key) -> t(*)
      aten::pop.Dict_bool(Dict(bool, t)(a!) self, bool key) -> t(*)
      aten::pop.Dict_float(Dict(float, t)(a!) self, float key) -> t(*)
      aten::pop.Dict_complex(Dict(complex, t)(a!) self, complex key) -> t(*)
      aten::pop.Dict_Tensor(Dict(Tensor, t)(a!) self, Tensor key) -> t(*)
      aten::pop.Dict_default_str(Dict(str, t)(a!) self, str key, t default_value) -> t(*)
      aten::pop.Dict_default_int(Dict(int, t)(a!) self, int key, t default_value) -> t(*)
      aten::pop.Dict_default_bool(Dict(bool, t)(a!) self, bool key, t default_value) -> t(*)
      aten::pop.Dict_default_float(Dict(float, t)(a!) self, float key, t default_value) -> t(*)
      aten::pop.Dict_default_complex(Dict(complex, t)(a!) self, complex key, t default_value) -> t(*)
      aten::pop.Dict_default_Tensor(Dict(Tensor, t)(a!) self, Tensor key, t default_value) -> t(*)
      """, pop)
    table.add(
      """
      aten::Delete.Dict_str(Dict(str, t)(a!) self, str key) -> ()
      aten::Delete.Dict_int(Dict(int, t)(a!) self, int key) -> ()
      aten::Delete.Dict_bool(Dict(bool, t)(a!) self, bool key) -> ()
      aten::Delete.Dict_float(Dict(float, t)(a!) self, float key) -> ()
      aten::Delete.Dict_complex(Dict(complex, t)(a!) self, complex key) -> ()
      aten::Delete.Dict_Tensor(Dict(Tensor, t)(a!) self, Tensor key) -> ()
      """, delete)
    table.add(
      """
      aten::popitem.str(Dict(str, t)(a!) self) -> ((str, t))
      aten::popitem.int(Dict(int, t)(a!) self) -> ((int, t))
      aten::popitem.bool(Dict(bool, t)(a!) self) -> ((bool, t))
      aten::popitem.float(Dict(float, t)(a!) self) -> ((float, t))
      aten::popitem.complex(Dict(complex, t)(a!) self) -> ((complex, t))
      aten::popitem.Tensor(Dict(Tensor, t)(a!) self) -> ((Tensor, t))
      """, popItem)
    table.add(
      """
      aten::clear.str(Dict(str, t)(a!) self) -> ()
      aten::clear.int(Dict(int, t)(a!) self) -> ()
      aten::clear.bool(Dict(bool, t)(a!) self) -> ()
      aten::clear.float(Dict(float, t)(a!) self) -> ()
      aten::clear.complex(Dict(complex, t)(a!) self) -> ()
      aten::clear.Tensor(Dict(Tensor, t)(a!) self) -> ()
      """, clear)
    table.add(
      """
      aten::update.str(Dict(str, t)(a!) self, Dict(str, t)(a!) to_add) -> ()
      aten::update.int(Dict(int, t)(a!) self, Dict(int, t)(a!) to_add) -> ()
      aten::update.bool(Dict(bool, t)(a!) self, Dict(bool, t)(a!) to_add) -> ()
      aten::update.float(Dict(float, t)(a!) self, Dict(float, t)(a!) to_add) -> ()
      aten::update.complex(Dict(complex, t)(a!) self, Dict(complex, t)(a!) to_add) -> ()
      aten::update.Tensor(Dict(Tensor, t)(a!) self, Dict(Tensor, t)(a!) to_add) -> ()
      """, update)
    table.add(
      """
      aten::copy.Dict_str(Dict(str, t)(a) self) -> Dict(str, t)
      aten::copy.Dict_int(Dict(int, t)(a) self) -> Dict(int, t)
      aten::copy.Dict_bool(Dict(bool, t)(a) self) -> Dict(bool, t)
      aten::copy.Dict_float(Dict(float, t)(a) self) -> Dict(float, t)
      aten::copy.Dict_complex(Dict(complex, t)(a) self) -> Dict(complex, t)
      aten::copy.Dict_Tensor(Dict(Tensor, t)(a) self) -> Dict(Tensor, t)
      aten::dict.Dict_str(Dict(str, t)(a) self) -> Dict(str, t)
      aten::dict.Dict_int(Dict(int, t)(a) self) -> Dict(int, t)
      aten::dict.Dict_bool(Dict(bool, t)(a) self) -> Dict(bool, t)
      aten::dict.Dict_float(Dict(float, t)(a) self) -> Dict(float, t)
      aten::dict.Dict_complex(Dict(complex, t)(a) self) -> Dict(complex, t)
      aten::dict.Dict_Tensor(Dict(Tensor, t)(a) self) -> Dict(Tensor, t)
      """, copy)
    table.add(
      """
      aten::dict.str((str, tVal)[] inputs) -> Dict(str, tVal)
      aten::dict.int((int, tVal)[] inputs) -> Dict(int, tVal)
      aten::dict.bool((bool, tVal)[] inputs) -> Dict(bool, tVal)
      aten::dict.float((float, tVal)[] inputs) -> Dict(float, tVal)
      aten::dict.complex((complex, tVal)[] inputs) -> Dict(complex, tVal)
      aten::dict.Tensor((Tensor, tVal)[] inputs) -> Dict(Tensor, tVal)
      aten::dict() -> Dict(str, Tensor)
      """, make)
  }

  private static func length(_ call: Call) throws(LiteError) -> Value { .int(Int64(try call.dict(0).count)) }

  private static func keys(_ call: Call) throws(LiteError) -> Value { list(try call.dict(0).keys) }
  private static func values(_ call: Call) throws(LiteError) -> Value { list(try call.dict(0).values) }
  private static func items(_ call: Call) throws(LiteError) -> Value {
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

  private static func item(_ call: Call) throws(LiteError) -> Value { try PromotedOperators.dictIndex(call[0], call[1]) }

  private static func contains(_ call: Call) throws(LiteError) -> Value {
    .bool(try call.dict(0).position(of: call[1]) != nil)
  }

  /// None, or the third argument, for a key that is not there.
  private static func get(_ call: Call) throws(LiteError) -> Value {
    if let value = try call.dict(0)[call[1]] { return value }
    return call.count > 2 ? call[2] : .none
  }

  private static func setDefault(_ call: Call) throws(LiteError) -> Value {
    let dict = try call.dict(0)
    if let value = dict[call[1]] { return value }
    try dict.set(call[1], call[2])
    return call[2]
  }

  private static func setItem(_ call: Call) throws(LiteError) -> Value {
    try call.dict(0).set(call[1], call[2])
    return Lists.nothing
  }

  private static func pop(_ call: Call) throws(LiteError) -> Value {
    let dict = try call.dict(0)
    if let position = dict.position(of: call[1]) { return dict.remove(at: position).value }
    guard call.count > 2 else { throw LiteError(.operatorFailed, "KeyError: \(ValueText.plain(call[1]))") }
    return call[2]
  }

  private static func delete(_ call: Call) throws(LiteError) -> Value {
    _ = try pop(call)
    return Lists.nothing
  }

  /// Takes the oldest entry, where Python takes the newest: so does PyTorch.
  private static func popItem(_ call: Call) throws(LiteError) -> Value {
    let dict = try call.dict(0)
    guard dict.count > 0 else { throw LiteError(.operatorFailed, "popitem(): dictionary is empty") }
    let entry = dict.remove(at: 0)
    return .tuple(TupleValue([entry.key, entry.value]))
  }

  private static func clear(_ call: Call) throws(LiteError) -> Value {
    try call.dict(0).removeAll()
    return Lists.nothing
  }

  private static func update(_ call: Call) throws(LiteError) -> Value {
    let (dict, other) = (try call.dict(0), try call.dict(1))
    for index in 0..<other.count { try dict.set(other.keys[index], other.values[index]) }
    return Lists.nothing
  }

  private static func copy(_ call: Call) throws(LiteError) -> Value { .dict(try call.dict(0).copy()) }

  private static func make(_ call: Call) throws(LiteError) -> Value {
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

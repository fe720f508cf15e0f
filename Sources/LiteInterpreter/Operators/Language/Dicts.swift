import LiteFormat

/// Dictionaries, for all kinds of keys. Like lists, they are shared by all that refer to them.
enum Dicts {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      len.Dict_str(Dict(str, t) self) -> int
      len.Dict_int(Dict(int, t) self) -> int
      len.Dict_bool(Dict(bool, t) self) -> int
      len.Dict_float(Dict(float, t) self) -> int
      len.Dict_complex(Dict(complex, t) self) -> int
      len.Dict_Tensor(Dict(Tensor, t) self) -> int
      """, length)
    table.add(
      """
      keys.str(Dict(str, t) self) -> str[](*)
      keys.int(Dict(int, t) self) -> int[](*)
      keys.bool(Dict(bool, t) self) -> bool[](*)
      keys.float(Dict(float, t) self) -> float[](*)
      keys.complex(Dict(complex, t) self) -> complex[](*)
      keys.Tensor(Dict(Tensor, t) self) -> Tensor[](*)
      """, keys)
    table.add(
      """
      values.str(Dict(str, t) self) -> t[](*)
      values.int(Dict(int, t) self) -> t[](*)
      values.bool(Dict(bool, t) self) -> t[](*)
      values.float(Dict(float, t) self) -> t[](*)
      values.complex(Dict(complex, t) self) -> t[](*)
      values.Tensor(Dict(Tensor, t) self) -> t[](*)
      """, values)
    table.add(
      """
      items.str(Dict(str, t) self) -> ((str, t)[])
      items.int(Dict(int, t) self) -> ((int, t)[])
      items.bool(Dict(bool, t) self) -> ((bool, t)[])
      items.float(Dict(float, t) self) -> ((float, t)[])
      items.complex(Dict(complex, t) self) -> ((complex, t)[])
      items.Tensor(Dict(Tensor, t) self) -> ((Tensor, t)[])
      """, items)
    table.add(
      """
      __getitem__.Dict_str(Dict(str, t) self, str key) -> t(*)
      __getitem__.Dict_int(Dict(int, t) self, int key) -> t(*)
      __getitem__.Dict_bool(Dict(bool, t) self, bool key) -> t(*)
      __getitem__.Dict_float(Dict(float, t) self, float key) -> t(*)
      __getitem__.Dict_complex(Dict(complex, t) self, complex key) -> t(*)
      __getitem__.Dict_Tensor(Dict(Tensor, t) self, key) -> t(*)
      """, item)
    table.add(
      """
      __contains__.str(Dict(str, t) dict, str key) -> bool
      __contains__.int(Dict(int, t) dict, int key) -> bool
      __contains__.bool(Dict(bool, t) dict, bool key) -> bool
      __contains__.float(Dict(float, t) dict, float key) -> bool
      __contains__.complex(Dict(complex, t) dict, complex key) -> bool
      __contains__.Tensor(Dict(Tensor, t) dict, key) -> bool
      """, contains)
    table.add(
      """
      get.str(Dict(str, t) self, str key) -> t(*)?
      get.int(Dict(int, t) self, int key) -> t(*)?
      get.bool(Dict(bool, t) self, bool key) -> t(*)?
      get.float(Dict(float, t) self, float key) -> t(*)?
      get.complex(Dict(complex, t) self, complex key) -> t(*)?
      get.Tensor(Dict(Tensor, t) self, key) -> t(*)?
      get.default_str(Dict(str, t) self, str key, t default_value) -> t(*)
      get.default_int(Dict(int, t) self, int key, t default_value) -> t(*)
      get.default_bool(Dict(bool, t) self, bool key, t default_value) -> t(*)
      get.default_float(Dict(float, t) self, float key, t default_value) -> t(*)
      get.default_complex(Dict(complex, t) self, complex key, t default_value) -> t(*)
      get.default_Tensor(Dict(Tensor, t) self, key, t default_value) -> t(*)
      """, get)
    table.add(
      """
      setdefault.str(Dict(str, t)(a!) self, str(b -> *) key, t(c -> *) default_value) -> t(*)
      setdefault.int(Dict(int, t)(a!) self, int(b -> *) key, t(c -> *) default_value) -> t(*)
      setdefault.bool(Dict(bool, t)(a!) self, bool(b -> *) key, t(c -> *) default_value) -> t(*)
      setdefault.float(Dict(float, t)(a!) self, float(b -> *) key, t(c -> *) default_value) -> t(*)
      setdefault.complex(Dict(complex, t)(a!) self, complex(b -> *) key, t(c -> *) default_value) -> t(*)
      setdefault.Tensor(Dict(Tensor, t)(a!) self, Tensor(b -> *) key, t(c -> *) default_value) -> t(*)
      """, setDefault)
    table.add(
      """
      _set_item.str(Dict(str, t)(a!) l, str(b -> *) idx, t(c -> *) v) -> ()
      _set_item.int(Dict(int, t)(a!) l, int(b -> *) idx, t(c -> *) v) -> ()
      _set_item.bool(Dict(bool, t)(a!) l, bool(b -> *) idx, t(c -> *) v) -> ()
      _set_item.float(Dict(float, t)(a!) l, float(b -> *) idx, t(c -> *) v) -> ()
      _set_item.complex(Dict(complex, t)(a!) l, complex(b -> *) idx, t(c -> *) v) -> ()
      _set_item.Tensor(Dict(Tensor, t)(a!) l, Tensor(b -> *) idx, t(c -> *) v) -> ()
      """, setItem)
    table.add(
      """
      pop.Dict_str(Dict(str, t)(a!) self, str key) -> t(*)
      pop.Dict_int(Dict(int, t)(a!) self, int key) -> t(*)
      pop.Dict_bool(Dict(bool, t)(a!) self, bool key) -> t(*)
      pop.Dict_float(Dict(float, t)(a!) self, float key) -> t(*)
      pop.Dict_complex(Dict(complex, t)(a!) self, complex key) -> t(*)
      pop.Dict_Tensor(Dict(Tensor, t)(a!) self, key) -> t(*)
      pop.Dict_default_str(Dict(str, t)(a!) self, str key, t default_value) -> t(*)
      pop.Dict_default_int(Dict(int, t)(a!) self, int key, t default_value) -> t(*)
      pop.Dict_default_bool(Dict(bool, t)(a!) self, bool key, t default_value) -> t(*)
      pop.Dict_default_float(Dict(float, t)(a!) self, float key, t default_value) -> t(*)
      pop.Dict_default_complex(Dict(complex, t)(a!) self, complex key, t default_value) -> t(*)
      pop.Dict_default_Tensor(Dict(Tensor, t)(a!) self, key, t default_value) -> t(*)
      """, pop)
    table.add(
      """
      Delete.Dict_str(Dict(str, t)(a!) self, str key) -> ()
      Delete.Dict_int(Dict(int, t)(a!) self, int key) -> ()
      Delete.Dict_bool(Dict(bool, t)(a!) self, bool key) -> ()
      Delete.Dict_float(Dict(float, t)(a!) self, float key) -> ()
      Delete.Dict_complex(Dict(complex, t)(a!) self, complex key) -> ()
      Delete.Dict_Tensor(Dict(Tensor, t)(a!) self, key) -> ()
      """, delete)
    table.add(
      """
      popitem.str(Dict(str, t)(a!) self) -> ((str, t))
      popitem.int(Dict(int, t)(a!) self) -> ((int, t))
      popitem.bool(Dict(bool, t)(a!) self) -> ((bool, t))
      popitem.float(Dict(float, t)(a!) self) -> ((float, t))
      popitem.complex(Dict(complex, t)(a!) self) -> ((complex, t))
      popitem.Tensor(Dict(Tensor, t)(a!) self) -> ((Tensor, t))
      """, popItem)
    table.add(
      """
      clear.str(Dict(str, t)(a!) self) -> ()
      clear.int(Dict(int, t)(a!) self) -> ()
      clear.bool(Dict(bool, t)(a!) self) -> ()
      clear.float(Dict(float, t)(a!) self) -> ()
      clear.complex(Dict(complex, t)(a!) self) -> ()
      clear.Tensor(Dict(Tensor, t)(a!) self) -> ()
      """, clear)
    table.add(
      """
      update.str(Dict(str, t)(a!) self, Dict(str, t)(a!) to_add) -> ()
      update.int(Dict(int, t)(a!) self, Dict(int, t)(a!) to_add) -> ()
      update.bool(Dict(bool, t)(a!) self, Dict(bool, t)(a!) to_add) -> ()
      update.float(Dict(float, t)(a!) self, Dict(float, t)(a!) to_add) -> ()
      update.complex(Dict(complex, t)(a!) self, Dict(complex, t)(a!) to_add) -> ()
      update.Tensor(Dict(Tensor, t)(a!) self, Dict(Tensor, t)(a!) to_add) -> ()
      """, update)
    table.add(
      """
      copy.Dict_str(Dict(str, t)(a) self) -> Dict(str, t)
      copy.Dict_int(Dict(int, t)(a) self) -> Dict(int, t)
      copy.Dict_bool(Dict(bool, t)(a) self) -> Dict(bool, t)
      copy.Dict_float(Dict(float, t)(a) self) -> Dict(float, t)
      copy.Dict_complex(Dict(complex, t)(a) self) -> Dict(complex, t)
      copy.Dict_Tensor(Dict(Tensor, t)(a) self) -> Dict(Tensor, t)
      dict.Dict_str(Dict(str, t)(a) self) -> Dict(str, t)
      dict.Dict_int(Dict(int, t)(a) self) -> Dict(int, t)
      dict.Dict_bool(Dict(bool, t)(a) self) -> Dict(bool, t)
      dict.Dict_float(Dict(float, t)(a) self) -> Dict(float, t)
      dict.Dict_complex(Dict(complex, t)(a) self) -> Dict(complex, t)
      dict.Dict_Tensor(Dict(Tensor, t)(a) self) -> Dict(Tensor, t)
      """, copy)
    table.add(
      """
      dict.str((str, tVal)[] inputs) -> Dict(str, tVal)
      dict.int((int, tVal)[] inputs) -> Dict(int, tVal)
      dict.bool((bool, tVal)[] inputs) -> Dict(bool, tVal)
      dict.float((float, tVal)[] inputs) -> Dict(float, tVal)
      dict.complex((complex, tVal)[] inputs) -> Dict(complex, tVal)
      dict.Tensor((Tensor, tVal)[] inputs) -> Dict(Tensor, tVal)
      dict() -> Dict(str, Tensor)
      """, make)
  }

  private static func length(_ call: Call) throws(LiteError) -> Value { .int(Int64(try call.dict(0).count)) }

  private static func keys(_ call: Call) throws(LiteError) -> Value { list(try call.dict(0).keys) }
  private static func values(_ call: Call) throws(LiteError) -> Value { list(try call.dict(0).values) }
  private static func items(_ call: Call) throws(LiteError) -> Value {
    let dict = try call.dict(0)
    var pairs: [Value] = []
    pairs.reserveCapacity(dict.count)
    try AllocationScope.checkRoom(dict.count &* 192)
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

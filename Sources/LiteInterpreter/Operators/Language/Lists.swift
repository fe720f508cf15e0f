import LiteFormat

/// Lists as containers, whatever their items are. A list is shared: what changes one changes it for all
/// that refer to it.
enum Lists {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      __getitem__.t(t[](a) list, int idx) -> t(*)
      select.t(t[](a) list, int idx) -> t(*)
      """, item)
    table.add("_set_item.t(t[](a!) l, int idx, t(b -> *) el) -> t[](a!)", setItem)
    table.add(
      """
      len.t(t[] a) -> int
      len.any(Any[] a) -> int
      """, length)
    table.add("append.t(t[](a!) self, t(c -> *) el) -> t[](a!)", append)
    table.add("extend.t(t[](a!) self, t[] other) -> ()", extend)
    table.add("add_.t(t[](a!) self, t[] b) -> t[]", addInPlace)
    table.add("add.t(t[] a, t[] b) -> t[]", add)
    table.add("insert.t(t[](a!) self, int idx, t(b -> *) el) -> ()", insert)
    table.add("pop.t(t[](a!) self, int idx=-1) -> t(*)", pop)
    table.add("Delete.t(t[](a!) self, int idx) -> ()", delete)
    table.add("reverse.t(t[](a!) self) -> ()", reverse)
    table.add("clear.t(t[](a!) self) -> ()", clear)
    table.add(
      """
      copy.t(t[](a) self) -> t[]
      list.t(t[] l) -> t[]
      """, copy)
    table.add("mul.left_t(t[] l, int n) -> t[]", repeatLeft)
    table.add("mul.right_(int n, t[] l) -> t[]", repeatRight)
    table.add("mul_.t(t[](a!) l, int n) -> t[](a!)", repeatInPlace)
    table.add("slice.t(t[] l, int? start=None, int? end=None, int step=1) -> t[]", slice)
    table.add("prim::rangelist(int n) -> int[]", range)
  }

  /// What operators without a result return.
  static var nothing: Value { .tuple(TupleValue([])) }

  private static func position(_ call: Call, _ list: ListValue) throws(LiteError) -> Int {
    let index = try call.int64(1)
    let position = index < 0 ? index &+ Int64(list.items.count) : index
    guard position >= 0, position < Int64(list.items.count) else {
      throw LiteError(.operatorFailed, "list index out of range")
    }
    return Int(position)
  }

  private static func item(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    return list.items[try position(call, list)]
  }

  private static func setItem(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    list.items[try position(call, list)] = call[2]
    return call[0]
  }

  private static func length(_ call: Call) throws(LiteError) -> Value {
    // Tuples may stand where any list may.
    if case .tuple(let tuple) = call[0] { return .int(Int64(tuple.items.count)) }
    return .int(Int64(try call.list(0).items.count))
  }

  private static func append(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    try call.context.growth.list(list.items.count + 1)
    list.items.append(call[1])
    return call[0]
  }

  private static func extend(_ call: Call) throws(LiteError) -> Value {
    _ = try addInPlace(call)
    return nothing
  }

  private static func addInPlace(_ call: Call) throws(LiteError) -> Value {
    let (list, other) = (try call.list(0), try call.list(1))
    try call.context.growth.list(list.items.count + other.items.count)
    list.items += other.items
    return call[0]
  }

  private static func add(_ call: Call) throws(LiteError) -> Value {
    let (a, b) = (try call.list(0), try call.list(1))
    try call.context.growth.list(a.items.count + b.items.count)
    return .list(ListValue(a.items + b.items, of: a.elementKind))
  }

  private static func insert(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    let count = Int64(list.items.count)
    try call.context.growth.list(list.items.count + 1)
    let index = try call.int64(1)
    list.items.insert(call[2], at: Int(min(max(index < 0 ? index &+ count : index, 0), count)))
    return nothing
  }

  private static func pop(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    guard !list.items.isEmpty else { throw LiteError(.operatorFailed, "pop from empty list") }
    return list.items.remove(at: try position(call, list))
  }

  private static func delete(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    guard !list.items.isEmpty else { throw LiteError(.operatorFailed, "pop index out of range") }
    list.items.remove(at: try position(call, list))
    return nothing
  }

  private static func reverse(_ call: Call) throws(LiteError) -> Value {
    try call.list(0).items.reverse()
    return nothing
  }

  private static func clear(_ call: Call) throws(LiteError) -> Value {
    try call.list(0).items = []
    return nothing
  }

  private static func copy(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    return .list(ListValue(list.items, of: list.elementKind))
  }

  private static func repeatLeft(_ call: Call) throws(LiteError) -> Value {
    try repeated(call, try call.list(0), try call.int64(1))
  }
  private static func repeatRight(_ call: Call) throws(LiteError) -> Value {
    try repeated(call, try call.list(1), try call.int64(0))
  }
  private static func repeatInPlace(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    if case .list(let result) = try repeated(call, list, try call.int64(1)) { list.items = result.items }
    return call[0]
  }

  private static func repeated(_ call: Call, _ list: ListValue, _ times: Int64) throws(LiteError) -> Value {
    var items: [Value] = []
    if times > 0, !list.items.isEmpty {
      items.reserveCapacity(try call.context.growth.list(list.items.count, times: try Checked.int(times)))
      for _ in 0..<times { items += list.items }
    }
    return .list(ListValue(items, of: list.elementKind))
  }

  private static func slice(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    let range = try SliceRange(list.items.count, call, start: 1, end: 2, step: 3)
    var items: [Value] = []
    items.reserveCapacity(range.count)
    for index in 0..<range.count { items.append(list.items[range.position(index)]) }
    return .list(ListValue(items, of: list.elementKind))
  }

  private static func range(_ call: Call) throws(LiteError) -> Value {
    let count = try call.context.growth.list(max(0, try call.int(0)))
    return .ints(0..<count)
  }

  private static func unpack(_ call: Call) throws(LiteError) -> Value {
    .tuple(TupleValue(try call.list(0).items))
  }
}

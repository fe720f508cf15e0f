import LiteFormat

/// Operators that look at the items of a list: searching, sorting, reducing.
enum ListItems {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      __contains__.int_list(int[] l, int item) -> bool
      __contains__.float_list(float[] l, float item) -> bool
      __contains__.str_list(str[] l, str item) -> bool
      """, contains)
    table.add(
      """
      index.list_int(int[] self, int el) -> int
      index.list_float(float[] self, float el) -> int
      index.list_bool(bool[] self, bool el) -> int
      index.list_str(str[] self, str el) -> int
      index.list_Tensor(Tensor[] self, el) -> int
      """, index)
    table.add(
      """
      remove.int(int[](a!) self, int el) -> ()
      remove.float(float[](a!) self, float el) -> ()
      remove.bool(bool[](a!) self, bool el) -> ()
      remove.str(str[](a!) self, str el) -> ()
      remove.Tensor(Tensor[](a!) self, el) -> ()
      """, remove)
    table.add(
      """
      count.int(int[] self, int el) -> int
      count.float(float[] self, float el) -> int
      count.bool(bool[] self, bool el) -> int
      count.str(str[] self, str el) -> int
      count.Tensor(Tensor[] self, el) -> int
      """, count)
    table.add(
      """
      sort.int(int[](a!) self, bool reverse=False) -> ()
      sort.float(float[](a!) self, bool reverse=False) -> ()
      sort.bool(bool[](a!) self, bool reverse=False) -> ()
      sort.str(str[](a!) self, bool reverse=False) -> ()
      sort.Tensor(Tensor[](a!) self, bool reverse=False) -> ()
      sort.any(t[](a!) self, bool reverse=False) -> ()
      """, sort)
    table.add(
      """
      sorted.int(int[](a) input) -> int[]
      sorted.float(float[](a) input) -> float[]
      sorted.bool(bool[](a) input) -> bool[]
      sorted.str(str[](a) input) -> str[]
      sorted.Tensor(Tensor[](a) input) -> Tensor[]
      sorted.any(t[](a) self) -> t[]
      """, sorted)
    table.add(
      """
      prim::min.self_int(int[] self) -> int
      prim::min.self_float(float[] self) -> float
      prim::min.self_bool(bool[] self) -> bool
      """, minimum)
    table.add(
      """
      prim::max.self_int(int[] self) -> int
      prim::max.self_float(float[] self) -> float
      prim::max.self_bool(bool[] self) -> bool
      """, maximum)
    table.add(
      """
      prim::min.int_list(int[] l, int[] r) -> int[]
      prim::min.float_list(float[] l, float[] r) -> float[]
      prim::min.bool_list(bool[] l, bool[] r) -> bool[]
      """, minimumOfLists)
    table.add(
      """
      prim::max.int_list(int[] l, int[] r) -> int[]
      prim::max.float_list(float[] l, float[] r) -> float[]
      prim::max.bool_list(bool[] l, bool[] r) -> bool[]
      """, maximumOfLists)
    table.add(
      """
      sum.int(int[] self) -> int
      sum.float(float[] self) -> float
      sum.bool(bool[] self) -> int
      """, sum)
    table.add(
      """
      any.int(int[] self) -> bool
      any.float(float[] self) -> bool
      any.bool(bool[] self) -> bool
      any.str(str[] self) -> bool
      """, any)
    table.add(
      """
      all.int(int[] self) -> bool
      all.float(float[] self) -> bool
      all.bool(bool[] self) -> bool
      """, all)
  }

  // MARK: Searching

  private static func find(_ call: Call) throws(LiteError) -> Int? {
    let items = try call.list(0).items
    for index in 0..<items.count {
      if try Comparison.same(call[1], items[index], call.context) { return index }
    }
    return nil
  }

  private static func contains(_ call: Call) throws(LiteError) -> Value { .bool(try find(call) != nil) }

  private static func index(_ call: Call) throws(LiteError) -> Value {
    guard let index = try find(call) else {
      var text = ValueText.plain(call[1])
      // As C++ writes them.
      if case .bool(let flag) = call[1] { text = flag ? "1" : "0" }
      if case .double(let number) = call[1] { text = DecimalText.general(number, 6) }
      throw LiteError(.operatorFailed, "'\(text)' is not in list")
    }
    return .int(Int64(index))
  }

  private static func remove(_ call: Call) throws(LiteError) -> Value {
    guard let index = try find(call) else { throw LiteError(.operatorFailed, "list.remove(x): x not in list") }
    try call.list(0).items.remove(at: index)
    return Lists.nothing
  }

  private static func count(_ call: Call) throws(LiteError) -> Value {
    var count: Int64 = 0
    for item in try call.list(0).items {
      if try Comparison.same(call[1], item, call.context) { count += 1 }
    }
    return .int(count)
  }

  // MARK: Sorting

  private static func sort(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    list.items = try sorted(list.items, call.context, descending: try call.bool(1))
    return Lists.nothing
  }

  private static func sorted(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    return .list(ListValue(try sorted(list.items, call.context, descending: false), of: list.elementKind))
  }

  /// Merge sort from runs of one item upwards.
  private static func sorted(_ items: [Value], _ context: Context, descending: Bool) throws(LiteError) -> [Value] {
    try AllocationScope.checkRoom(items.count &* 2 &* MemoryLayout<Value>.stride)
    try context.spend(items.count, Int.bitWidth - items.count.leadingZeroBitCount, 4)
    var source = items
    var width = 1
    while width < items.count {
      var target: [Value] = []
      target.reserveCapacity(items.count)
      var start = 0
      while start < items.count {
        let middle = min(start + width, items.count)
        let end = min(middle + width, items.count)
        var (left, right) = (start, middle)
        while left < middle, right < end {
          let takesRight =
            try descending
            ? Comparison.isLess(source[left], source[right], context) : Comparison.isLess(source[right], source[left], context)
          target.append(source[takesRight ? right : left])
          if takesRight { right += 1 } else { left += 1 }
        }
        target += source[left..<middle]
        target += source[right..<end]
        start = end
      }
      source = target
      width *= 2
    }
    return source
  }

  // MARK: Reducing

  private static func minimum(_ call: Call) throws(LiteError) -> Value { try extreme(call, least: true) }
  private static func maximum(_ call: Call) throws(LiteError) -> Value { try extreme(call, least: false) }
  private static func extreme(_ call: Call, least: Bool) throws(LiteError) -> Value {
    let items = try call.list(0).items
    guard var result = items.first else {
      throw LiteError(.operatorFailed, least ? "min() arg is an empty sequence" : "max() arg is an empty sequence")
    }
    for item in items {
      let (a, b) = least ? (item, result) : (result, item)
      if try Comparison.isLess(a, b, call.context) { result = item }
    }
    return result
  }

  /// The list that comes first, or last, in the order of their items.
  private static func minimumOfLists(_ call: Call) throws(LiteError) -> Value { call[try isFirstLess(call) ? 0 : 1] }
  private static func maximumOfLists(_ call: Call) throws(LiteError) -> Value { call[try isFirstLess(call) ? 1 : 0] }
  private static func isFirstLess(_ call: Call) throws(LiteError) -> Bool {
    let (a, b) = (TupleValue(try call.list(0).items), TupleValue(try call.list(1).items))
    return try Comparison.isLess(.tuple(a), .tuple(b), call.context)
  }

  /// Ints are summed in 32 bits, as PyTorch does.
  private static func sum(_ call: Call) throws(LiteError) -> Value {
    let list = try call.list(0)
    var whole: Int64 = 0
    var total: Double = 0
    var isWhole = list.elementKind != .float
    for item in list.items {
      switch item.number {
      case .int(let number): whole = whole &+ number
      case .double(let number):
        total += number
        isWhole = false
      default: throw call.failure(0, "found a list with \(item.typeName), expected a list of numbers")
      }
    }
    return isWhole ? .int(Int64(Int32(truncatingIfNeeded: whole))) : .double(total)
  }

  private static func any(_ call: Call) throws(LiteError) -> Value { .bool(try has(call, true)) }
  private static func all(_ call: Call) throws(LiteError) -> Value { .bool(try !has(call, false)) }
  private static func has(_ call: Call, _ truth: Bool) throws(LiteError) -> Bool {
    for item in try call.list(0).items {
      let isTrue: Bool
      if case .string(let text) = item { isTrue = !text.bytes.isEmpty } else { isTrue = (item.number?.double ?? 0) != 0 }
      if isTrue == truth { return true }
    }
    return false
  }
}

import LiteFormat

/// Finding in strings, and cutting them where something is found.
enum StringSearch {
  static func declare(in table: inout OperatorTable) {
    table.add("find(str self, str substr, int start=0, int end=-1) -> int", find)
    table.add("rfind(str self, str substr, int start=0, int end=-1) -> int", rfind)
    table.add("index.str(str self, str substr, int start=0, int end=-1) -> int", index)
    table.add("rindex(str self, str substr, int start=0, int end=-1) -> int", rindex)
    table.add("count(str self, str substr, int start=0, int end=-1) -> int", count)
    table.add("startswith(str self, str substr, int start=0, int end=-1) -> bool", startsWith)
    table.add("endswith(str self, str substr, int start=0, int end=-1) -> bool", endsWith)
    table.add("split.str(str self, str? separator=None, int max=-1) -> str[]", split)
    table.add("rsplit(str self, str separator=\" \", int max=-1) -> str[]", rsplit)
    table.add("splitlines(str self, bool keepends=False) -> str[]", splitLines)
    table.add("partition(str self, str separator) -> (str, str, str)", partition)
    table.add("rpartition(str self, str separator) -> (str, str, str)", rpartition)
    table.add(#"aten::strip(str self, str chars=" \n\t\f\v") -> str"#, strip)
    table.add(#"aten::lstrip(str self, str chars=" \n\t\f\v") -> str"#, lstrip)
    table.add(#"aten::rstrip(str self, str chars=" \n\t\f\v") -> str"#, rstrip)
    table.add("replace(str self, str old, str new, int max=-1) -> str", replace)
  }

  private static func lies(_ part: [UInt8], in bytes: [UInt8], at position: Int) -> Bool {
    for index in 0..<part.count where bytes[position + index] != part[index] { return false }
    return true
  }

  /// The first position at or after `start` where `part` lies; an empty part lies anywhere up to the end.
  private static func find(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    while position + part.count <= bytes.count {
      if lies(part, in: bytes, at: position) { return position }
      position += 1
    }
    return nil
  }

  private static func findLast(_ part: [UInt8], in bytes: [UInt8]) -> Int? {
    var position = bytes.count - part.count
    while position >= 0, !lies(part, in: bytes, at: position) { position -= 1 }
    return position < 0 ? nil : position
  }

  // MARK: Where

  /// `start` and `end` arguments as positions: negative ones count from behind the last byte.
  private static func bounds(_ call: Call, _ count: Int) throws(LiteError) -> (start: Int, end: Int) {
    let (start, end) = (try call.int(2), try call.int(3))
    return (start < 0 ? max(0, count + start) : start, end < 0 ? max(0, count + end + 1) : end)
  }

  private static func outOfRange(_ start: Int, _ count: Int) -> LiteError {
    LiteError(.operatorFailed, "start \(start) is behind the end of a str of \(count)")
  }

  private static func position(_ call: Call, last: Bool) throws(LiteError) -> Int? {
    let (bytes, part) = (try call.string(0).bytes, try call.string(1).bytes)
    try call.context.spend(bytes.count, part.count)
    let (start, end) = try bounds(call, bytes.count)
    guard end <= start || start <= bytes.count else { throw outOfRange(start, bytes.count) }
    let section = end > start ? [UInt8](bytes[start..<min(end, bytes.count)]) : []
    let found = last ? findLast(part, in: section) : find(part, in: section, from: 0)
    return try found.map { (position) throws(LiteError) in try Checked.add(position, start) }
  }

  private static func find(_ call: Call) throws(LiteError) -> Value {
    .int(Int64(try position(call, last: false) ?? -1))
  }
  private static func rfind(_ call: Call) throws(LiteError) -> Value {
    .int(Int64(try position(call, last: true) ?? -1))
  }
  private static func index(_ call: Call) throws(LiteError) -> Value { try required(try position(call, last: false)) }
  private static func rindex(_ call: Call) throws(LiteError) -> Value { try required(try position(call, last: true)) }

  private static func required(_ position: Int?) throws(LiteError) -> Value {
    guard let position else { throw LiteError(.operatorFailed, "ValueError: substring not found") }
    return .int(Int64(position))
  }

  private static func count(_ call: Call) throws(LiteError) -> Value {
    let (bytes, part) = (try call.string(0).bytes, try call.string(1).bytes)
    try call.context.spend(bytes.count, part.count)
    let (start, end) = try bounds(call, bytes.count)
    guard start <= bytes.count else { return .int(0) }
    // PyTorch never ends here; this is Python's answer.
    if part.isEmpty { return .int(Int64(max(0, min(end, bytes.count) - start + 1))) }
    var occurrences = 0
    var position = start
    while let found = find(part, in: bytes, from: position), found < end {
      occurrences += 1
      position = found + part.count
    }
    return .int(Int64(occurrences))
  }

  /// The bytes that `startswith` and `endswith` look at.
  private static func section(_ call: Call) throws(LiteError) -> [UInt8] {
    let bytes = try call.string(0).bytes
    let (start, end) = try bounds(call, bytes.count)
    guard start <= bytes.count else { throw outOfRange(start, bytes.count) }
    // An end before the start stands for no end.
    return [UInt8](bytes[start..<(end < start ? bytes.count : min(end, bytes.count))])
  }

  private static func startsWith(_ call: Call) throws(LiteError) -> Value {
    .bool(try section(call).starts(with: try call.string(1).bytes))
  }
  private static func endsWith(_ call: Call) throws(LiteError) -> Value {
    let (bytes, part) = (try section(call), try call.string(1).bytes)
    return .bool(bytes.count >= part.count && lies(part, in: bytes, at: bytes.count - part.count))
  }

  // MARK: Cutting

  /// What a short string takes with its place in lists.
  static let pieceSize = 192

  /// Asks for a list of so many pieces before they are cut.
  private static func ask(_ count: Int, _ context: Context) throws(LiteError) {
    try context.growth.list(count)
    try AllocationScope.checkRoom(count &* pieceSize)
  }

  private static func strings(_ parts: [[UInt8]]) -> Value {
    .list(ListValue(parts.map { .string(StringValue($0)) }, of: .string))
  }

  private static func split(_ call: Call) throws(LiteError) -> Value {
    let bytes = try call.string(0).bytes
    if case .none = call[1] {
      // Without a separator the maximum is not looked at.
      return strings(try pieces(bytes, isWhitespace, call.context).filter { !$0.isEmpty })
    }
    let separator = try call.string(1).bytes
    try call.context.spend(bytes.count, separator.count)
    return strings(try pieces(bytes, separator, maximum: try call.int64(2), call.context))
  }

  private static func rsplit(_ call: Call) throws(LiteError) -> Value {
    let bytes = [UInt8](try call.string(0).bytes.reversed())
    let separator = [UInt8](try call.string(1).bytes.reversed())
    try call.context.spend(bytes.count, separator.count)
    let parts = try pieces(bytes, separator, maximum: try call.int64(2), call.context)
    return strings(parts.reversed().map { [UInt8]($0.reversed()) })
  }

  private static func pieces(_ bytes: [UInt8], _ separator: [UInt8], maximum: Int64, _ context: Context) throws(LiteError)
    -> [[UInt8]]
  {
    guard !separator.isEmpty else { throw LiteError(.operatorFailed, "ValueError: empty separator") }
    var (count, next) = (1, 0)
    while maximum < 0 || Int64(count) <= maximum, let found = find(separator, in: bytes, from: next) {
      count += 1
      next = found + separator.count
    }
    try ask(count, context)
    var parts: [[UInt8]] = []
    var start = 0
    while maximum < 0 || Int64(parts.count) < maximum, let found = find(separator, in: bytes, from: start) {
      parts.append([UInt8](bytes[start..<found]))
      start = found + separator.count
    }
    parts.append([UInt8](bytes[start...]))
    return parts
  }

  private static func pieces(_ bytes: [UInt8], _ isSeparator: (UInt8) -> Bool, _ context: Context) throws(LiteError) -> [[UInt8]]
  {
    try ask(bytes.reduce(1) { isSeparator($1) ? $0 + 1 : $0 }, context)
    var parts: [[UInt8]] = [[]]
    for byte in bytes {
      if isSeparator(byte) { parts.append([]) } else { parts[parts.count - 1].append(byte) }
    }
    return parts
  }

  /// PyTorch looks for single bytes of the UTF-8 text of the separators that Python has.
  private static func isLineEnd(_ byte: UInt8) -> Bool {
    switch byte {
    case 10...13, 0x1c...0x1e, 0x80, 0x85, 0xa8, 0xa9, 0xe2: true
    default: false
    }
  }
  private static func isWhitespace(_ byte: UInt8) -> Bool { byte == 9 || byte == 32 || isLineEnd(byte) }

  private static func splitLines(_ call: Call) throws(LiteError) -> Value {
    let keepsEnds = try call.bool(1)
    var parts: [[UInt8]] = []
    var line: [UInt8] = []
    let bytes = try call.string(0).bytes
    try ask(bytes.reduce(1) { isLineEnd($1) ? $0 + (keepsEnds ? 2 : 1) : $0 }, call.context)
    for byte in bytes {
      if isLineEnd(byte) {
        parts.append(line)
        // The end is kept as an item of its own.
        if keepsEnds { parts.append([byte]) }
        line = []
      } else {
        line.append(byte)
      }
    }
    if !line.isEmpty { parts.append(line) }
    return strings(parts)
  }

  private static func partition(_ call: Call) throws(LiteError) -> Value {
    let (bytes, separator) = (try call.string(0).bytes, try call.string(1).bytes)
    try call.context.spend(bytes.count, separator.count)
    return cut(bytes, find(separator, in: bytes, from: 0), separator, absent: bytes.count)
  }
  private static func rpartition(_ call: Call) throws(LiteError) -> Value {
    let (bytes, separator) = (try call.string(0).bytes, try call.string(1).bytes)
    try call.context.spend(bytes.count, separator.count)
    return cut(bytes, findLast(separator, in: bytes), separator, absent: 0)
  }
  private static func cut(_ bytes: [UInt8], _ found: Int?, _ separator: [UInt8], absent: Int) -> Value {
    let position = found ?? absent
    let middle = found == nil ? [] : separator
    let parts = [[UInt8](bytes[..<position]), middle, [UInt8](bytes[(position + middle.count)...])]
    return .tuple(TupleValue(parts.map { .string(StringValue($0)) }))
  }

  private static func strip(_ call: Call) throws(LiteError) -> Value { try trimmed(call, left: true, right: true) }
  private static func lstrip(_ call: Call) throws(LiteError) -> Value { try trimmed(call, left: true, right: false) }
  private static func rstrip(_ call: Call) throws(LiteError) -> Value { try trimmed(call, left: false, right: true) }
  private static func trimmed(_ call: Call, left: Bool, right: Bool) throws(LiteError) -> Value {
    let (bytes, set) = (try call.string(0).bytes, try call.string(1).bytes)
    try call.context.spend(bytes.count, set.count)
    var (start, end) = (0, bytes.count)
    while right, end > start, set.contains(bytes[end - 1]) { end -= 1 }
    while left, start < end, set.contains(bytes[start]) { start += 1 }
    return .string(StringValue([UInt8](bytes[start..<end])))
  }

  private static func replace(_ call: Call) throws(LiteError) -> Value {
    let (bytes, old, new) = (try call.string(0).bytes, try call.string(1).bytes, try call.string(2).bytes)
    let maximum = try call.int64(3)
    try call.context.spend(bytes.count, max(old.count, 1))
    guard !old.isEmpty || maximum >= 0 else {
      throw LiteError(.operatorFailed, "replace of an empty str without a maximum does not end")
    }
    var result: [UInt8] = []
    var start = 0
    var occurrences: Int64 = 0
    while maximum < 0 || occurrences < maximum, let found = find(old, in: bytes, from: start) {
      result += bytes[start..<found]
      result += new
      try call.context.growth.string(result.count)
      start = found + old.count
      occurrences += 1
      if old.isEmpty, new.isEmpty { break }
    }
    return .string(StringValue(result + bytes[start...]))
  }
}

import LiteFormat

/// Strings byte by byte: case, and questions about what they consist of. As in PyTorch, a character is a
/// byte, and only ASCII has letters.
enum StringCharacters {
  static func declare(in table: inout OperatorTable) {
    table.add("upper(str self) -> str", upper)
    table.add("lower(str self) -> str", lower)
    table.add("swapcase(str self) -> str", swapcase)
    table.add("capitalize(str self) -> str", capitalize)
    table.add("title(str self) -> str", title)
    table.add(
      """
      isdigit(str self) -> bool
      isdecimal(str self) -> bool
      isnumeric(str self) -> bool
      """, isDigit)
    table.add("isspace(str self) -> bool", isSpace)
    table.add("isalnum(str self) -> bool", isAlnum)
    table.add("isalpha(str self) -> bool", isAlpha)
    table.add("isprintable(str self) -> bool", isPrintable)
    table.add("isidentifier(str self) -> bool", isIdentifier)
    table.add("isupper(str self) -> bool", isUpper)
    table.add("islower(str self) -> bool", isLower)
    table.add("istitle(str self) -> bool", isTitle)
    table.add("ord(str string) -> int", ord)
    table.add("chr(int i) -> str", chr)
    table.add("len.str(str s) -> int", length)
    table.add("__getitem__.str(str s, int index) -> str", item)
    table.add("list(str t) -> str[]", list)
    table.add("slice.str(str string, int? start=None, int? end=None, int step=1) -> str", slice)
    table.add("prim::StringIndex(str string, int index) -> str", item)
  }

  // MARK: Case

  private static func map(_ call: Call, _ change: (UInt8) -> UInt8) throws(LiteError) -> Value {
    .string(StringValue(try call.string(0).bytes.map(change)))
  }

  private static func upper(_ call: Call) throws(LiteError) -> Value { try map(call, Ascii.upper) }
  private static func lower(_ call: Call) throws(LiteError) -> Value { try map(call, Ascii.lower) }
  private static func swapcase(_ call: Call) throws(LiteError) -> Value {
    try map(call) { Ascii.isUpper($0) ? Ascii.lower($0) : Ascii.upper($0) }
  }
  private static func capitalize(_ call: Call) throws(LiteError) -> Value {
    var isFirst = true
    return try map(call) {
      let result = isFirst ? Ascii.upper($0) : Ascii.lower($0)
      isFirst = false
      return result
    }
  }
  private static func title(_ call: Call) throws(LiteError) -> Value {
    var isInWord = false
    return try map(call) {
      let result = isInWord ? Ascii.lower($0) : Ascii.upper($0)
      isInWord = Ascii.isLetter($0)
      return result
    }
  }

  // MARK: Questions

  /// Whether all bytes are of a class; false for the empty string.
  private static func all(_ call: Call, _ holds: (UInt8) -> Bool) throws(LiteError) -> Value {
    let bytes = try call.string(0).bytes
    return .bool(!bytes.isEmpty && bytes.allSatisfy(holds))
  }

  private static func isDigit(_ call: Call) throws(LiteError) -> Value { try all(call, Ascii.isDigit) }
  private static func isSpace(_ call: Call) throws(LiteError) -> Value { try all(call, Ascii.isSpace) }
  private static func isAlnum(_ call: Call) throws(LiteError) -> Value { try all(call, Ascii.isLetterOrDigit) }
  private static func isAlpha(_ call: Call) throws(LiteError) -> Value { try all(call, Ascii.isLetter) }
  private static func isPrintable(_ call: Call) throws(LiteError) -> Value {
    .bool(try call.string(0).bytes.allSatisfy(Ascii.isPrintable))
  }
  private static func isIdentifier(_ call: Call) throws(LiteError) -> Value {
    let bytes = try call.string(0).bytes
    guard let first = bytes.first, !Ascii.isDigit(first) else { return .bool(false) }
    return .bool(bytes.allSatisfy(Ascii.isLetterOrDigit))
  }
  private static func isUpper(_ call: Call) throws(LiteError) -> Value { try hasCase(call, Ascii.isLower) }
  private static func isLower(_ call: Call) throws(LiteError) -> Value { try hasCase(call, Ascii.isUpper) }

  /// Whether there are letters, and none of the other case.
  private static func hasCase(_ call: Call, _ isOther: (UInt8) -> Bool) throws(LiteError) -> Value {
    let bytes = try call.string(0).bytes
    return .bool(bytes.contains(where: Ascii.isLetter) && !bytes.contains(where: isOther))
  }

  private static func isTitle(_ call: Call) throws(LiteError) -> Value {
    var hasLetters = false
    var isInWord = false
    for byte in try call.string(0).bytes {
      if isInWord ? Ascii.isUpper(byte) : Ascii.isLower(byte) { return .bool(false) }
      isInWord = Ascii.isLetter(byte)
      if isInWord { hasLetters = true }
    }
    return .bool(hasLetters)
  }

  // MARK: One byte

  private static func ord(_ call: Call) throws(LiteError) -> Value {
    let bytes = try call.string(0).bytes
    guard bytes.count == 1 else {
      throw LiteError(.operatorFailed, "String for ord() must be 1 character, found \(bytes.count)")
    }
    return .int(Int64(bytes[0]))
  }

  /// The low byte of the code.
  private static func chr(_ call: Call) throws(LiteError) -> Value {
    let code = try call.int64(0)
    guard code >= 0, code < 1_114_111 else {
      throw LiteError(.operatorFailed, "chr() arg not in range(0x110000), found \(code)")
    }
    return .string(StringValue([UInt8(truncatingIfNeeded: code)]))
  }

  private static func length(_ call: Call) throws(LiteError) -> Value { .int(Int64(try call.string(0).bytes.count)) }

  private static func item(_ call: Call) throws(LiteError) -> Value {
    let bytes = try call.string(0).bytes
    let index = try call.int64(1)
    let position = index < 0 ? index &+ Int64(bytes.count) : index
    guard position >= 0, position < Int64(bytes.count) else {
      throw LiteError(.operatorFailed, "string index out of range: \(index) of \(bytes.count)")
    }
    return .string(StringValue([bytes[Int(position)]]))
  }

  private static func list(_ call: Call) throws(LiteError) -> Value {
    let bytes = try call.string(0).bytes
    try call.context.growth.list(bytes.count)
    try AllocationScope.checkRoom(bytes.count &* StringSearch.pieceSize)
    return .list(ListValue(bytes.map { .string(StringValue([$0])) }, of: .string))
  }

  private static func slice(_ call: Call) throws(LiteError) -> Value {
    let bytes = try call.string(0).bytes
    let range = try SliceRange(bytes.count, call, start: 1, end: 2, step: 3)
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    for index in 0..<range.count { result.append(bytes[range.position(index)]) }
    return .string(StringValue(result))
  }
}

/// Which items `[start:end:step]` selects, as Python adjusts them.
struct SliceRange {
  let start: Int64
  let step: Int64
  let count: Int

  init(_ length: Int, _ call: Call, start: Int, end: Int, step: Int) throws(LiteError) {
    var values: [Int64?] = []
    for index in [start, end, step] {
      if case .none = call[index] { values.append(nil) } else { values.append(try call.int64(index)) }
    }
    let stride = values[2] ?? 1
    guard stride != 0 else { throw LiteError(.operatorFailed, "List slice should have non-zero step") }
    guard stride != Int64.min else { throw LiteError(.operatorFailed, "List slice step is out of bounds") }
    let total = Int64(length)
    let (lowest, highest): (Int64, Int64) = stride < 0 ? (-1, total - 1) : (0, total)
    func adjusted(_ value: Int64?, _ absent: Int64) -> Int64 {
      guard let value, value != Int64.max else { return absent }
      if value < 0 { return max(value + total, lowest) }
      return min(value, highest)
    }
    let first = adjusted(values[0], stride < 0 ? highest : 0)
    let last = adjusted(values[1], stride < 0 ? lowest : highest)
    let distance = stride < 0 ? first - last : last - first
    self.start = first
    self.step = stride
    count = distance > 0 ? Int((distance - 1) / abs(stride) + 1) : 0
  }

  func position(_ index: Int) -> Int { Int(start &+ Int64(index) &* step) }
}

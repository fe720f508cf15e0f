import LiteFormat

/// Strings made of parts, of numbers and of other values.
enum StringBuilding {
  static func declare(in table: inout OperatorTable) {
    table.add("add.str(str a, str b) -> str", concatenate)
    table.add("join(str self, str[] values) -> str", join)
    table.add("center(str self, int width, str fillchar=\" \") -> str", center)
    table.add("ljust(str self, int width, str fillchar=\" \") -> str", ljust)
    table.add("rjust(str self, int width, str fillchar=\" \") -> str", rjust)
    table.add("zfill(str self, int width) -> str", zfill)
    table.add("expandtabs(str self, int tabsize=8) -> str", expandTabs)
    table.add("hex(int i) -> str", hex)
    table.add("oct(int i) -> str", oct)
    table.add("bin(int i) -> str", bin)
    table.add("str(t elem) -> str", text)
    table.add("format(str self, ...) -> str", format)
    table.add("percentFormat(str self, ...) -> str", percentFormat)
    table.add("hash.generic(t value) -> int", hash)
  }

  private static func string(_ call: Call, _ bytes: [UInt8]) throws(LiteError) -> Value {
    try call.context.growth.string(bytes.count)
    return .string(StringValue(bytes))
  }

  private static func concatenate(_ call: Call) throws(LiteError) -> Value {
    try string(call, try call.string(0).bytes + (try call.string(1).bytes))
  }

  private static func join(_ call: Call) throws(LiteError) -> Value {
    let separator = try call.string(0).bytes
    var result: [UInt8] = []
    for (index, item) in try call.list(1).items.enumerated() {
      guard case .string(let part) = item else {
        throw call.failure(1, "found a list with \(item.typeName), expected a list of str")
      }
      if index > 0 { result += separator }
      result += part.bytes
      try call.context.growth.string(result.count)
    }
    return .string(StringValue(result))
  }

  // MARK: Padding

  private static func padded(_ call: Call, _ fill: UInt8, _ left: (_ padding: Int) -> Int) throws(LiteError) -> Value {
    let bytes = try call.string(0).bytes
    let width = try call.int64(1)
    guard width > Int64(bytes.count) else { return call[0] }
    try call.context.growth.string(try Checked.int(width))
    let padding = Int(width) - bytes.count
    let before = left(padding)
    return .string(
      StringValue(
        [UInt8](repeating: fill, count: before) + bytes + [UInt8](repeating: fill, count: padding - before)))
  }

  private static func fillCharacter(_ call: Call) throws(LiteError) -> UInt8 {
    let fill = try call.string(2).bytes
    guard fill.count == 1 else {
      throw LiteError(.operatorFailed, "TypeError: The fill character must be exactly one character long")
    }
    return fill[0]
  }

  private static func center(_ call: Call) throws(LiteError) -> Value {
    // An odd padding has its larger half on the left of an odd width.
    let isOdd = try call.int64(1) % 2 != 0
    return try padded(call, try fillCharacter(call)) { isOdd ? ($0 + 1) / 2 : $0 / 2 }
  }
  private static func ljust(_ call: Call) throws(LiteError) -> Value {
    try padded(call, try fillCharacter(call)) { _ in 0 }
  }
  private static func rjust(_ call: Call) throws(LiteError) -> Value { try padded(call, try fillCharacter(call)) { $0 } }
  private static func zfill(_ call: Call) throws(LiteError) -> Value { try padded(call, 48) { $0 } }

  private static func expandTabs(_ call: Call) throws(LiteError) -> Value {
    let size = try call.int64(1)
    var result: [UInt8] = []
    // The column is not set back at the end of a line.
    for byte in try call.string(0).bytes {
      if byte != 9 {
        result.append(byte)
      } else if size > 0 {
        let padding = size - Int64(result.count) % size
        try call.context.growth.string(try Checked.add(result.count, try Checked.int(padding)))
        result += [UInt8](repeating: 32, count: Int(padding))
      }
    }
    return .string(StringValue(result))
  }

  // MARK: From numbers and other values

  private static func hex(_ call: Call) throws(LiteError) -> Value { try based(call, 4, UInt8(ascii: "x")) }
  private static func oct(_ call: Call) throws(LiteError) -> Value { try based(call, 3, UInt8(ascii: "o")) }
  private static func bin(_ call: Call) throws(LiteError) -> Value { try based(call, 1, UInt8(ascii: "b")) }
  private static func based(_ call: Call, _ bits: UInt64, _ letter: UInt8) throws(LiteError) -> Value {
    .string(StringValue(NumberText.based(try call.int64(0), bitsPerDigit: bits, letter: letter)))
  }

  private static func text(_ call: Call) throws(LiteError) -> Value { try string(call, ValueText.plain(call[0]).bytes) }

  private static func format(_ call: Call) throws(LiteError) -> Value {
    try PromotedOperators.format([Value](call.arguments), call.context.growth)
  }

  /// `"%d of %s" % (a, b)`
  private static func percentFormat(_ call: Call) throws(LiteError) -> Value {
    guard call.count == 2 else { throw LiteError(.invalidProgram, "found \(call.count) arguments, expected 2") }
    let template = try call.string(0).bytes
    var values = [call[1]]
    if case .tuple(let tuple) = call[1] { values = tuple.items }
    var result: [UInt8] = []
    var used = 0
    var index = 0
    while index < template.count {
      guard template[index] == UInt8(ascii: "%") else {
        result.append(template[index])
        index += 1
        continue
      }
      guard index + 1 < template.count else { throw LiteError(.operatorFailed, "Incomplete format specifier") }
      let key = template[index + 1]
      index += 2
      if key == UInt8(ascii: "%") {
        result.append(key)
        continue
      }
      guard used < values.count else { throw LiteError(.operatorFailed, "Too few arguments for format string") }
      result += try formatted(values[used], key).bytes
      try call.context.growth.string(result.count)
      used += 1
    }
    guard used == values.count else { throw LiteError(.operatorFailed, "Too many arguments for format string") }
    return .string(StringValue(result))
  }

  private static func formatted(_ value: Value, _ key: UInt8) throws(LiteError) -> Message {
    switch key {
    case UInt8(ascii: "d"), UInt8(ascii: "i"):
      if case .int(let number) = value { return "\(number)" }
      // An int of 32 bits; what does not fit is the smallest, as on x86.
      let number = Scalar.double(try number(value, key)).int
      return "\(Int32(exactly: number) ?? Int32.min)"
    case UInt8(ascii: "e"), UInt8(ascii: "E"):
      let text = DecimalText.exponential(Double(Float(try number(value, key))), digits: 6)
      return key == UInt8(ascii: "E") ? Message(bytes: text.bytes.map(Ascii.upper)) : text
    case UInt8(ascii: "f"), UInt8(ascii: "F"): return DecimalText.fixed(Double(Float(try number(value, key))), digits: 6)
    case UInt8(ascii: "c"):
      if case .int(let code) = value { return Message(bytes: [UInt8(truncatingIfNeeded: code)]) }
      guard case .string(let text) = value, text.bytes.count == 1 else {
        throw LiteError(.operatorFailed, "%c requires an int or char for formatting, but got \(ValueText.tag(value))")
      }
      return Message(bytes: text.bytes)
    case UInt8(ascii: "s"): return ValueText.plain(value)
    default:
      throw LiteError(.operatorFailed, "The specifier %\([key]) is not supported in TorchScript format strings")
    }
  }

  private static func number(_ value: Value, _ key: UInt8) throws(LiteError) -> Double {
    switch value {
    case .int(let number): return Double(number)
    case .double(let number): return number
    case .bool(let flag): return flag ? 1 : 0
    default: throw LiteError(.operatorFailed, "%\([key]) requires a number for formatting, but got \(ValueText.tag(value))")
    }
  }

  // MARK: Hash

  /// `std::hash` of PyTorch's builds with libstdc++.
  private static func hash(_ call: Call) throws(LiteError) -> Value {
    switch call[0] {
    case .int(let number): .int(number)
    case .bool(let flag): .int(flag ? 1 : 0)
    case .double(let number): .int(number == 0 ? 0 : murmur(withUnsafeBytes(of: number.bitPattern) { [UInt8]($0) }))
    case .string(let text): .int(murmur(text.bytes))
    default: throw call.failure(0, "hash of \(call[0].typeName) is not supported")
    }
  }

  /// MurmurHash64A (Appleby) with libstdc++'s seed.
  private static func murmur(_ bytes: [UInt8]) -> Int64 {
    let factor: UInt64 = 0xc6a4_a793_5bd1_e995
    var hash = 0xc70f_6907 ^ (UInt64(bytes.count) &* factor)
    var index = 0
    while index < bytes.count {
      let end = min(index + 8, bytes.count)
      var word: UInt64 = 0
      for position in index..<end { word |= UInt64(bytes[position]) << UInt64(8 * (position - index)) }
      if end == index + 8 {
        word = word &* factor
        word = (word ^ (word >> 47)) &* factor
      }
      hash = (hash ^ word) &* factor
      index = end
    }
    hash = (hash ^ (hash >> 47)) &* factor
    return Int64(bitPattern: hash ^ (hash >> 47))
  }
}

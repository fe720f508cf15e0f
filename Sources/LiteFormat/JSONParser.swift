/// Reads JSON by recursive descent with a limit on depth. All that it makes lies in two arrays.
struct JSONParser {
  private let text: [UInt8]
  private let isStandard: Bool
  private var position = 0
  private(set) var nodes: [JSONDocument.Node] = []
  private(set) var texts: [UInt8] = []

  private static let maximumDepth = 64

  init(text: [UInt8], dialect: JSONDocument.Dialect) {
    self.text = text
    isStandard = dialect == .standard
  }

  /// One value, and spaces around it.
  mutating func document() throws(LiteError) {
    try value(depth: 0)
    skipSpaces()
    guard position == text.count else { throw unexpected("the end") }
  }

  /// The next byte; 0 at the end, which no token begins with.
  private var byte: UInt8 { position < text.count ? text[position] : 0 }

  private mutating func skipSpaces() {
    while byte == 32 || byte == 9 || byte == 10 || byte == 13 { position += 1 }
  }

  private func unexpected(_ expected: StaticString) -> LiteError {
    LiteError(.malformed, "expected \(expected) at character \(position)")
  }

  private mutating func accept(_ expected: UInt8) -> Bool {
    skipSpaces()
    guard position < text.count, byte == expected else { return false }
    position += 1
    return true
  }

  private mutating func accept(word: StaticString) -> Bool {
    guard text.count - position >= word.utf8CodeUnitCount else { return false }
    for index in 0..<word.utf8CodeUnitCount where text[position + index] != word.utf8Start[index] { return false }
    position += word.utf8CodeUnitCount
    return true
  }

  // MARK: Nodes

  private mutating func begin(_ kind: JSONDocument.Kind) -> Int {
    let start = Int32(truncatingIfNeeded: texts.count)
    nodes.append(JSONDocument.Node(kind: kind, start: start, count: 0, end: Int32(truncatingIfNeeded: nodes.count + 1)))
    return nodes.count - 1
  }

  /// Ends a container: what was added since belongs to it.
  private mutating func end(_ node: Int) { nodes[node].end = Int32(truncatingIfNeeded: nodes.count) }

  /// Ends a number or a string: the texts added since are its own.
  private mutating func endText(_ node: Int) {
    nodes[node].count = Int32(truncatingIfNeeded: texts.count) - nodes[node].start
    texts.append(0)
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(LiteError) {
    guard depth < Self.maximumDepth else {
      throw LiteError(.limitExceeded, "values nested more than \(Self.maximumDepth) deep")
    }
    skipSpaces()
    switch byte {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case 34: return try string()
    case UInt8(ascii: "-"), 48...57: return try number()
    default: break
    }
    if accept(word: "null") || isPython("None") {
      _ = begin(.null)
    } else if accept(word: "true") || isPython("True") {
      _ = begin(.true)
    } else if accept(word: "false") || isPython("False") {
      _ = begin(.false)
    } else {
      let start = position
      guard isPython("NaN") || isPython("Infinity") else { throw unexpected("a value") }
      let node = begin(.number)
      texts += text[start..<position]
      endText(node)
    }
  }

  private mutating func isPython(_ word: StaticString) -> Bool { !isStandard && accept(word: word) }

  private mutating func array(_ depth: Int) throws(LiteError) {
    let node = begin(.array)
    position += 1
    if !accept(UInt8(ascii: "]")) {
      repeat { try value(depth: depth + 1) } while accept(UInt8(ascii: ","))
      guard accept(UInt8(ascii: "]")) else { throw unexpected("a comma or ]") }
    }
    end(node)
  }

  private mutating func object(_ depth: Int) throws(LiteError) {
    let node = begin(.object)
    position += 1
    if !accept(UInt8(ascii: "}")) {
      repeat {
        skipSpaces()
        guard byte == 34 else { throw unexpected("a key in double quotes") }
        try string()
        guard accept(UInt8(ascii: ":")) else { throw unexpected("a colon") }
        try value(depth: depth + 1)
      } while accept(UInt8(ascii: ","))
      guard accept(UInt8(ascii: "}")) else { throw unexpected("a comma or }") }
    }
    end(node)
  }

  private mutating func number() throws(LiteError) {
    let node = begin(.number)
    let start = position
    if byte == UInt8(ascii: "-") { position += 1 }
    if position == start || !isPython("Infinity") {
      let first = position
      try digits()
      guard text[first] != 48 || position == first + 1 else {
        position = first
        throw unexpected("a number without leading zeros")
      }
      if byte == UInt8(ascii: ".") {
        position += 1
        try digits()
      }
      if byte | 32 == UInt8(ascii: "e") {
        position += 1
        if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
        try digits()
      }
    }
    texts += text[start..<position]
    endText(node)
  }

  private mutating func digits() throws(LiteError) {
    guard byte >= 48, byte <= 57 else { throw unexpected("a digit") }
    while byte >= 48, byte <= 57 { position += 1 }
  }

  // MARK: Strings

  private mutating func string() throws(LiteError) {
    let node = begin(.string)
    position += 1
    while true {
      guard position < text.count, byte >= 32 else { throw unexpected("the end of the string") }
      if byte == 34 {
        position += 1
        return endText(node)
      }
      if byte == 92 {
        position += 1
        try escape()
      } else {
        let length = isStandard ? text.withUnsafeBufferPointer { UTF8Sequence.length($0, position) } : 1
        guard length > 0 else { throw unexpected("UTF-8") }
        texts += text[position..<position + length]
        position += length
      }
    }
  }

  private mutating func escape() throws(LiteError) {
    let found = byte
    switch found {
    case 34, 92, 47: texts.append(found)
    case UInt8(ascii: "n"): texts.append(10)
    case UInt8(ascii: "t"): texts.append(9)
    case UInt8(ascii: "r"): texts.append(13)
    case UInt8(ascii: "b"): texts.append(8)
    case UInt8(ascii: "f"): texts.append(12)
    case UInt8(ascii: "u"):
      position += 1
      let scalar = try unicodeScalar()
      if isStandard, scalar == 0 { throw LiteError(.malformed, "a zero character in the string at character \(position)") }
      UTF8Sequence.append(scalar, to: &texts)
      return
    default: throw unexpected("an escape")
    }
    position += 1
  }

  /// The code point of `XXXX`, or of `XXXX\uXXXX`.
  private mutating func unicodeScalar() throws(LiteError) -> UInt32 {
    let first = try hexadecimal()
    guard (0xd800...0xdfff).contains(first) else { return first }
    guard first < 0xdc00, accept(word: "\\u") else { throw unexpected("the second half of a surrogate pair") }
    let second = try hexadecimal()
    guard (0xdc00...0xdfff).contains(second) else { throw unexpected("the second half of a surrogate pair") }
    return 0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)
  }

  private mutating func hexadecimal() throws(LiteError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch byte {
      case 48...57: digit = byte - 48
      case 65...70: digit = byte - 55
      case 97...102: digit = byte - 87
      default: throw unexpected("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}

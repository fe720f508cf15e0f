import LiteFormat

/// A JSON text as flat nodes that name each other by position.
struct JSONDocument {
  enum Kind {
    case null, `true`, `false`
    /// `text` is the number as written; whether it is an int or a float depends on what is wanted.
    case number
    /// `text` is the string without escapes, UTF-8.
    case string
    case array
    /// Children are key, value, key, value.
    case object
  }

  struct Node {
    var kind: Kind
    var text: [UInt8] = []
    var children: [Int] = []

    /// Whether a number has neither point nor exponent nor is one of NaN and the infinities.
    var isInteger: Bool { kind == .number && text.allSatisfy { NumberText.isDigit($0) || $0 == UInt8(ascii: "-") } }
  }

  private(set) var nodes: [Node] = []
  private(set) var root = 0

  /// Reads a text (RFC 8259, and `NaN`, `Infinity`, `-Infinity` as Python writes them).
  ///
  /// - Throws: `invalidArgument` with the position where it stops making sense.
  init(_ text: [UInt8]) throws(LiteError) {
    var parser = JSONParser(text: text)
    root = try parser.value(depth: 0)
    parser.skipSpaces()
    guard parser.position == text.count else { throw parser.unexpected("the end") }
    nodes = parser.nodes
  }

  subscript(_ position: Int) -> Node { nodes[position] }
}

/// Recursive descent with a limit on depth.
private struct JSONParser {
  let text: [UInt8]
  var position = 0
  var nodes: [JSONDocument.Node] = []

  private static let maximumDepth = 64

  init(text: [UInt8]) { self.text = text }

  private var byte: UInt8 { position < text.count ? text[position] : 0 }

  mutating func skipSpaces() {
    while position < text.count, byte == 32 || byte == 9 || byte == 10 || byte == 13 { position += 1 }
  }

  func unexpected(_ expected: StaticString) -> LiteError {
    LiteError(.invalidArgument, "JSON \(text): expected \(expected) at character \(position)")
  }

  private mutating func add(_ kind: JSONDocument.Kind, text: [UInt8] = [], children: [Int] = []) -> Int {
    nodes.append(JSONDocument.Node(kind: kind, text: text, children: children))
    return nodes.count - 1
  }

  private mutating func accept(_ expected: UInt8) -> Bool {
    skipSpaces()
    guard position < text.count, byte == expected else { return false }
    position += 1
    return true
  }

  private mutating func acceptWord(_ word: StaticString) -> Bool {
    guard text.count - position >= word.utf8CodeUnitCount else { return false }
    for index in 0..<word.utf8CodeUnitCount where text[position + index] != word.utf8Start[index] { return false }
    position += word.utf8CodeUnitCount
    return true
  }

  mutating func value(depth: Int) throws(LiteError) -> Int {
    guard depth < Self.maximumDepth else {
      throw LiteError(.invalidArgument, "JSON nested more than \(Self.maximumDepth) deep")
    }
    skipSpaces()
    switch byte {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case 34: return add(.string, text: try string())
    case UInt8(ascii: "-"), 48...57: return try number()
    default: break
    }
    if acceptWord("null") || acceptWord("None") { return add(.null) }
    if acceptWord("true") || acceptWord("True") { return add(.true) }
    if acceptWord("false") || acceptWord("False") { return add(.false) }
    if acceptWord("NaN") { return add(.number, text: [UInt8](ascii("NaN"))) }
    if acceptWord("Infinity") { return add(.number, text: [UInt8](ascii("Infinity"))) }
    throw unexpected("a value")
  }

  private func ascii(_ text: StaticString) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  private mutating func array(_ depth: Int) throws(LiteError) -> Int {
    position += 1
    var children: [Int] = []
    if !accept(UInt8(ascii: "]")) {
      repeat { children.append(try value(depth: depth + 1)) } while accept(UInt8(ascii: ","))
      guard accept(UInt8(ascii: "]")) else { throw unexpected("a comma or ]") }
    }
    return add(.array, children: children)
  }

  private mutating func object(_ depth: Int) throws(LiteError) -> Int {
    position += 1
    var children: [Int] = []
    if !accept(UInt8(ascii: "}")) {
      repeat {
        skipSpaces()
        guard byte == 34 else { throw unexpected("a key in double quotes") }
        children.append(add(.string, text: try string()))
        guard accept(UInt8(ascii: ":")) else { throw unexpected("a colon") }
        children.append(try value(depth: depth + 1))
      } while accept(UInt8(ascii: ","))
      guard accept(UInt8(ascii: "}")) else { throw unexpected("a comma or }") }
    }
    return add(.object, children: children)
  }

  private mutating func number() throws(LiteError) -> Int {
    let start = position
    if byte == UInt8(ascii: "-") {
      position += 1
      if acceptWord("Infinity") { return add(.number, text: [UInt8](text[start..<position])) }
    }
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
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      position += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    return add(.number, text: [UInt8](text[start..<position]))
  }

  private mutating func digits() throws(LiteError) {
    let start = position
    while NumberText.isDigit(byte) { position += 1 }
    guard position > start else { throw unexpected("a digit") }
  }

  private mutating func string() throws(LiteError) -> [UInt8] {
    position += 1
    var result: [UInt8] = []
    while true {
      guard position < text.count, byte >= 32 else { throw unexpected("the end of the string") }
      let current = byte
      position += 1
      if current == 34 { return result }
      guard current == 92 else {
        result.append(current)
        continue
      }
      let escape = byte
      position += 1
      switch escape {
      case 34, 92, 47: result.append(escape)
      case UInt8(ascii: "n"): result.append(10)
      case UInt8(ascii: "t"): result.append(9)
      case UInt8(ascii: "r"): result.append(13)
      case UInt8(ascii: "b"): result.append(8)
      case UInt8(ascii: "f"): result.append(12)
      case UInt8(ascii: "u"): appendScalar(try unicodeScalar(), to: &result)
      default:
        position -= 1
        throw unexpected("an escape")
      }
    }
  }

  /// The code point of `\uXXXX`, or of a pair of them.
  private mutating func unicodeScalar() throws(LiteError) -> UInt32 {
    let first = try hexadecimal()
    guard (0xd800...0xdfff).contains(first) else { return first }
    guard first < 0xdc00, acceptWord("\\u") else { throw unexpected("the second half of a surrogate pair") }
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

  private func appendScalar(_ scalar: UInt32, to bytes: inout [UInt8]) {
    func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift) & 0x3f }
    switch scalar {
    case 0..<0x80: bytes.append(UInt8(truncatingIfNeeded: scalar))
    case 0..<0x800: bytes += [0xc0 | UInt8(truncatingIfNeeded: scalar >> 6), tail(0)]
    case 0..<0x10000: bytes += [0xe0 | UInt8(truncatingIfNeeded: scalar >> 12), tail(6), tail(0)]
    default: bytes += [0xf0 | UInt8(truncatingIfNeeded: scalar >> 18), tail(12), tail(6), tail(0)]
    }
  }
}

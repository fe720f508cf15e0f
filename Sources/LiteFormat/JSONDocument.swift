/// A JSON text as flat nodes, in the order of the text: nothing is nested, so nothing is freed or walked recursively.
///
/// Costs 16 bytes a value beside its text. Node 0 is the root.
public struct JSONDocument: Sendable {
  public enum Kind: UInt8, Sendable {
    case null, `true`, `false`
    /// The text is the number as written; whether it is an int or a float depends on what is wanted.
    case number
    /// The text is the string without escapes, UTF-8.
    case string
    case array
    /// Children are key, value, key, value.
    case object
  }

  /// What counts as JSON.
  public enum Dialect: Sendable {
    /// RFC 8259, for files: UTF-8, and no string with a zero character.
    case standard
    /// The same with what Python writes and people type: `None`, `True`, `False`, `NaN`, `Infinity`, any bytes in strings.
    case python
  }

  struct Node {
    var kind: Kind
    /// The text: a part of `texts`.
    var start: Int32
    var count: Int32
    /// The node after this one and all in it.
    var end: Int32
  }

  let nodes: [Node]
  /// The texts of numbers and strings, each with a zero byte behind it.
  public let texts: [UInt8]

  /// Reads a text.
  ///
  /// - Throws: `malformed` with the place where it stops making sense; `limitExceeded` beyond 64 levels, or 1 GiB.
  public init(_ text: [UInt8], dialect: Dialect = .standard) throws(LiteError) {
    guard text.count < 1 << 30 else { throw LiteError(.limitExceeded, "\(text.count) bytes of JSON") }
    var parser = JSONParser(text: text, dialect: dialect)
    try parser.document()
    nodes = parser.nodes
    texts = parser.texts
  }

  public func kind(_ node: Int) -> Kind { nodes[node].kind }

  /// Where the text of a number or a string lies in `texts`.
  public func range(_ node: Int) -> (start: Int, count: Int) { (Int(nodes[node].start), Int(nodes[node].count)) }

  /// The text of a number or a string.
  public func text(_ node: Int) -> [UInt8] {
    let (start, count) = range(node)
    return [UInt8](texts[start..<start + count])
  }

  /// The items of an array; the keys and values of an object in turn.
  public func children(_ node: Int) -> [Int] {
    guard nodes[node].kind == .array || nodes[node].kind == .object else { return [] }
    var result: [Int] = []
    var child = node + 1
    while child < Int(nodes[node].end) {
      result.append(child)
      child = Int(nodes[child].end)
    }
    return result
  }

  /// The value of a key of an object, or nil if the node has none.
  ///
  /// - Throws: `malformed` if the key is there twice: readers differ in which one they take.
  public func member(_ node: Int, _ key: StaticString) throws(LiteError) -> Int? {
    guard nodes[node].kind == .object else { return nil }
    var found: Int?
    var child = node + 1
    while child < Int(nodes[node].end) {
      if isText(child, key) {
        guard found == nil else { throw LiteError(.malformed, "the key \(key) is there twice") }
        found = child + 1
      }
      child = Int(nodes[child + 1].end)
    }
    return found
  }

  private func isText(_ node: Int, _ literal: StaticString) -> Bool {
    let (start, count) = range(node)
    return texts.withUnsafeBufferPointer { isEqual(UnsafeBufferPointer(rebasing: $0[start..<start + count]), literal) }
  }

  /// Whether a number has neither point nor exponent nor is one of NaN and the infinities.
  public func isInteger(_ node: Int) -> Bool {
    kind(node) == .number && text(node).allSatisfy { ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: "-") }
  }
}

// MARK: Numbers

extension JSONDocument {
  /// A whole number of at most 18 digits, or nil.
  public func integer(_ node: Int) -> Int? {
    guard isInteger(node), range(node).count <= 18 else { return nil }
    var value = 0
    let digits = text(node)
    for byte in digits where byte != UInt8(ascii: "-") { value = value &* 10 &+ Int(byte &- 48) }
    return digits[0] == UInt8(ascii: "-") ? 0 &- value : value
  }

  /// A number, or nil. With up to 15 digits it is the nearest double, as from everyone who reads JSON; with more the
  /// last bit may differ. Does not look at the locale, as strtod does.
  public func number(_ node: Int) -> Double? {
    guard kind(node) == .number else { return nil }
    var mantissa: UInt64 = 0
    var exponent = 0
    var written = 0
    var place = 0  // 0 before the point, 1 behind it, 2 in the exponent
    var isNegative = false
    var isExponentNegative = false
    for byte in text(node) {
      switch byte {
      case 48...57 where place == 2: written = min(written &* 10 &+ Int(byte &- 48), 1000)
      case 48...57 where mantissa < 100_000_000_000_000_000:
        mantissa = mantissa &* 10 &+ UInt64(byte &- 48)
        exponent &-= place
      // Digits that no double tells apart count for their place alone.
      case 48...57: exponent &+= 1 &- place
      case UInt8(ascii: "."): place = 1
      case UInt8(ascii: "e"), UInt8(ascii: "E"): place = 2
      case UInt8(ascii: "-"): if place == 2 { isExponentNegative = true } else { isNegative = true }
      default: break
      }
    }
    exponent &+= isExponentNegative ? 0 &- written : written
    var value = Double(mantissa)
    while exponent != 0, value != 0, value.isFinite {
      // 10^22 is the largest power of ten that a double holds exactly.
      let step = min(exponent.magnitude, 22)
      var power: Double = 1
      for _ in 0..<step { power *= 10 }
      value = exponent > 0 ? value * power : value / power
      exponent += exponent > 0 ? -Int(step) : Int(step)
    }
    return isNegative ? -value : value
  }
}

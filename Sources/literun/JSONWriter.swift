import LiteFormat

/// Writes one JSON value (RFC 8259): the caller opens, names and closes; commas and escapes are done here.
///
/// JSON has no numbers for infinities and NaN: they are the strings "Infinity", "-Infinity" and "NaN".
struct JSONWriter {
  private(set) var text = Message()
  /// For each open container: whether something is in it already.
  private var hasItems: [Bool] = []
  private var isAfterKey = false

  /// The object that a command prints: marked with the version of these objects' form, and the command.
  static func result(of command: StaticString) -> JSONWriter {
    var writer = JSONWriter()
    writer.beginObject()
    writer.field("literun", 1)
    writer.field("command", command)
    return writer
  }

  private mutating func separate() {
    if isAfterKey {
      isAfterKey = false
    } else if let last = hasItems.indices.last {
      if hasItems[last] { text.appendStatic(",") }
      hasItems[last] = true
    }
  }

  private mutating func begin(_ mark: StaticString) {
    separate()
    text.appendStatic(mark)
    hasItems.append(false)
  }

  private mutating func end(_ mark: StaticString) {
    text.appendStatic(mark)
    if !hasItems.isEmpty { hasItems.removeLast() }
  }

  mutating func beginObject() { begin("{") }
  mutating func endObject() { end("}") }
  mutating func beginArray() { begin("[") }
  mutating func endArray() { end("]") }

  /// The name of the value that is written next.
  mutating func key(_ name: StaticString) {
    value(name)
    text.appendStatic(":")
    isAfterKey = true
  }

  mutating func null() {
    separate()
    text.appendStatic("null")
  }

  mutating func value(_ flag: Bool) {
    separate()
    text.appendStatic(flag ? "true" : "false")
  }

  mutating func value(_ number: Int64) {
    separate()
    text.append(number)
  }

  /// A number with the fewest digits that read back as the same; of 32 bits if `isSingle`.
  mutating func value(_ number: Double, isSingle: Bool = false) {
    if number.isNaN { return value("NaN" as StaticString) }
    if number.isInfinite { return value(number < 0 ? "-Infinity" as StaticString : "Infinity") }
    separate()
    text.bytes += NumberText.exactText(number, isSingle: isSingle).bytes
  }

  mutating func value(_ literal: StaticString) {
    value(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  mutating func value(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { value($0) } }

  mutating func value(text message: Message) { value(message.bytes) }

  mutating func field(_ name: StaticString, _ number: Int) {
    key(name)
    value(Int64(number))
  }

  mutating func field(_ name: StaticString, _ flag: Bool) {
    key(name)
    value(flag)
  }

  mutating func field(_ name: StaticString, _ literal: StaticString) {
    key(name)
    value(literal)
  }

  mutating func field(_ name: StaticString, _ bytes: [UInt8]) {
    key(name)
    value(bytes)
  }

  mutating func field(_ name: StaticString, text message: Message) {
    key(name)
    value(text: message)
  }

  mutating func field(_ name: StaticString, _ number: Double) {
    key(name)
    value(number)
  }

  /// Text; bytes that are not UTF-8 become U+FFFD, so that the result always is.
  mutating func value(_ bytes: UnsafeBufferPointer<UInt8>) {
    separate()
    text.bytes.append(34)
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      let length = UTF8Sequence.length(bytes, position)
      switch byte {
      case 34, 92: text.bytes += [92, byte]
      case 10: text.appendStatic("\\n")
      case 9: text.appendStatic("\\t")
      case 0..<32, 127:
        text.appendStatic("\\u00")
        for digit in [byte >> 4, byte & 15] { text.bytes.append(digit < 10 ? 48 + digit : 87 + digit) }
      case _ where length == 0: text.appendStatic("\u{FFFD}")
      default: for index in position..<position + length { text.bytes.append(bytes[index]) }
      }
      position += max(1, length)
    }
    text.bytes.append(34)
  }
}

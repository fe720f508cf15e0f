import CLitePlatform
import LiteFormat

/// Numbers as text, both ways.
enum NumberText {
  /// A whole number: an optional sign and digits. nil for anything else, and for what needs more than 64 bits.
  static func integer(_ text: [UInt8]) -> Int64? {
    var position = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative || text.first == UInt8(ascii: "+") { position = 1 }
    guard position < text.count else { return nil }
    var value: Int64 = 0
    while position < text.count {
      guard isDigit(text[position]) else { return nil }
      let digit = Int64(text[position] - 48)
      let (shifted, overflowed) = value.multipliedReportingOverflow(by: 10)
      // Downwards, since the smallest number has no positive counterpart.
      let (next, wrapped) = isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
      if overflowed || wrapped { return nil }
      value = next
      position += 1
    }
    return value
  }

  /// A number in decimal, with or without point and exponent; or `inf`, `-inf`, `nan`. nil for anything else.
  static func double(_ text: [UInt8]) -> Double? {
    if text == "nan" || text == "NaN" { return Double.nan }
    if text == "inf" || text == "Infinity" { return Double.infinity }
    if text == "-inf" || text == "-Infinity" { return -Double.infinity }
    var hasDigit = false
    for byte in text {
      switch byte {
      case 48...57: hasDigit = true
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): break
      default: return nil
      }
    }
    guard hasDigit else { return nil }
    let terminated = text + [0]
    return terminated.withUnsafeBytes { buffer in
      let start = buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      guard let end, UnsafePointer(end) == start + text.count else { return nil }
      return value
    }
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// A number with at most this many significant digits.
  static func text(_ value: Double, digits: Int = 6) -> Message {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    var buffer = InlineArray<48, CChar>(repeating: 0)
    var text = Message()
    var span = buffer.mutableSpan
    span.withUnsafeMutableBufferPointer { pointer in
      let length = lite_format_double(pointer.baseAddress!, pointer.count, Int32(truncatingIfNeeded: digits), value)
      for index in 0..<max(0, min(Int(length), pointer.count - 1)) { text.bytes.append(UInt8(bitPattern: pointer[index])) }
    }
    return text
  }

  /// The shortest text that reads back as the same number; of 32 bits if `isSingle`.
  static func exactText(_ value: Double, isSingle: Bool = false) -> Message {
    guard value.isFinite else { return text(value) }
    let most = isSingle ? 9 : 17
    for digits in (isSingle ? 6 : 15)..<most {
      let candidate = text(value, digits: digits)
      if let read = double(candidate.bytes), isSingle ? Float(read) == Float(value) : read == value { return candidate }
    }
    return text(value, digits: most)
  }

  /// Nanoseconds as microseconds with one decimal.
  static func microseconds(_ nanoseconds: UInt64) -> Message {
    let tenths = Int64(clamping: nanoseconds / 100 + (nanoseconds % 100 >= 50 ? 1 : 0))
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// A number of bytes for people: `3.4 MB`; with powers of 1000, as files are listed.
  static func byteCount(_ count: Int) -> Message {
    if count < 1000 { return count == 1 ? "1 byte" : "\(count) bytes" }
    return "\(scaled(Double(count)))B"
  }

  /// A number for people, with three digits and a prefix: `301 M`; after the prefix comes a unit.
  static func scaled(_ value: Double) -> Message {
    let prefixes: [StaticString] = ["", "k", "M", "G", "T", "P", "E"]
    var scaled = value
    var prefix = 0
    while scaled >= 999.5 && prefix < prefixes.count - 1 {
      scaled /= 1000
      prefix += 1
    }
    return "\(text(scaled, digits: 3)) \(prefixes[prefix])"
  }

  /// A part of a whole in percent with one decimal.
  static func percentage(_ part: UInt64, of whole: UInt64) -> Message {
    guard whole > 0 else { return "0.0" }
    let tenths = Int64((Double(part) / Double(whole) * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}

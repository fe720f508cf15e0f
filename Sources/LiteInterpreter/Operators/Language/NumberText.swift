import CLitePlatform
import LiteFormat

/// Integers in other bases, and numbers read from text.
enum NumberText {
  /// A sign, a prefix like `0x`, and the digits in base 2, 8 or 16.
  static func based(_ number: Int64, bitsPerDigit: UInt64, letter: UInt8) -> [UInt8] {
    var digits: [UInt8] = []
    var rest = number.magnitude
    repeat {
      let digit = UInt8(truncatingIfNeeded: rest & ((1 &<< bitsPerDigit) - 1))
      digits.append(digit < 10 ? 48 + digit : 87 + digit)
      rest = rest &>> bitsPerDigit
    } while rest > 0
    return (number < 0 ? [UInt8(ascii: "-")] : []) + [48, letter] + digits.reversed()
  }

  /// Spaces, a sign and decimal digits, all of the text.
  static func integer(_ text: [UInt8]) throws(LiteError) -> Int64 {
    var index = 0
    while index < text.count, Ascii.isSpace(text[index]) { index += 1 }
    let isNegative = index < text.count && text[index] == UInt8(ascii: "-")
    if index < text.count, isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
    var value: Int64 = 0
    var isValid = index < text.count
    while index < text.count, isValid {
      let digit = Int64(text[index]) - 48
      isValid = digit >= 0 && digit <= 9
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(isNegative ? -digit : digit)
      if isValid, overflow || carry { throw LiteError(.operatorFailed, "int() of '\(text)' is out of range") }
      value = sum
      index += 1
    }
    guard isValid else { throw LiteError(.operatorFailed, "invalid literal for int() with base 10: '\(text)'") }
    return value
  }

  /// What C's `strtod` reads, all of the text.
  static func decimal(_ text: [UInt8]) throws(LiteError) -> Double {
    // A zero byte inside would end the text early; the count shows that.
    let terminated = text + [0]
    var consumed = 0
    let value = terminated.withUnsafeBytes { (bytes) -> Double in
      let start = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &end)
      if let end { consumed = UnsafePointer(end) - start }
      return value
    }
    guard consumed == text.count, consumed > 0 else {
      throw LiteError(.operatorFailed, "could not convert string to float: '\(text)'")
    }
    let isWritten = text.contains { $0 | 32 == UInt8(ascii: "i") }
    if value.isInfinite, !isWritten { throw LiteError(.operatorFailed, "float() of '\(text)' is out of range") }
    return value
  }
}

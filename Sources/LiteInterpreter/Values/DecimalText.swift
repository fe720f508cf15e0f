import CLitePlatform
import LiteFormat

/// Floating-point numbers in C's notations.
enum DecimalText {
  /// As `%.<digits>f`, for up to six digits.
  static func fixed(_ value: Double, digits: Int) -> Message {
    guard value.isFinite else { return general(value, 6) }
    var text: Message = value.sign == .minus ? "-" : ""
    let magnitude = value.magnitude
    // Beyond 2^53 a number is whole, and 310 digits show it exactly.
    guard magnitude < 0x1p53 else {
      text.bytes += general(magnitude, 310).bytes
      text.bytes.append(UInt8(ascii: "."))
      for _ in 0..<digits { text.bytes.append(48) }
      return text
    }
    var unit: Int64 = 1
    for _ in 0..<digits { unit *= 10 }
    var whole = magnitude.rounded(.down)
    var fraction = rounded(magnitude - whole, times: Double(unit))
    if fraction >= unit {
      whole += 1
      fraction = 0
    }
    text.append(Int64(whole))
    text.bytes.append(UInt8(ascii: "."))
    while unit > 1 {
      unit /= 10
      text.bytes.append(UInt8(truncatingIfNeeded: 48 + fraction / unit % 10))
    }
    return text
  }

  /// `x * factor` to the nearest whole number, ties to even, as if there were no rounding in between.
  private static func rounded(_ x: Double, times factor: Double) -> Int64 {
    let product = x * factor
    var result = product.rounded(.toNearestOrEven)
    // What the product lost decides when it seems to lie halfway.
    let lost = (-product).addingProduct(x, factor)
    if abs(product - product.rounded(.down) - 0.5) == 0, lost != 0 { result = product.rounded(lost > 0 ? .up : .down) }
    return Int64(result)
  }

  /// As `%.<digits>e`.
  static func exponential(_ value: Double, digits: Int) -> Message {
    guard value.isFinite else { return general(value, 6) }
    // The digits of the general notation, taken apart and set anew.
    var significant: [UInt8] = []
    var exponent = 0
    var written = 0
    var isFraction = false
    var hasExponent = false
    var isNegativeExponent = false
    for byte in general(value.magnitude, Int32(digits + 1)).bytes {
      switch byte {
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"): hasExponent = true
      case UInt8(ascii: "-"): isNegativeExponent = true
      case UInt8(ascii: "+"): break
      default:
        if hasExponent {
          written = written * 10 + Int(byte) - 48
        } else if significant.isEmpty, byte == 48 {
          if isFraction { exponent -= 1 }
        } else {
          if isFraction, significant.isEmpty { exponent -= 1 }
          if !isFraction, !significant.isEmpty { exponent += 1 }
          significant.append(byte)
        }
      }
    }
    if significant.isEmpty { exponent = 0 }
    exponent += isNegativeExponent ? -written : written
    while significant.count <= digits { significant.append(48) }
    var text: Message = value.sign == .minus ? "-" : ""
    text.bytes.append(significant[0])
    text.bytes.append(UInt8(ascii: "."))
    text.bytes += significant[1...digits]
    text.appendStatic(exponent < 0 ? "e-" : "e+")
    if abs(exponent) < 10 { text.bytes.append(48) }
    text.append(Int64(abs(exponent)))
    return text
  }

  /// The fewest digits that read back as the same number; from 1e16 on with an exponent.
  static func shortest(_ value: Double) -> Message {
    guard value.isFinite else { return general(value, 6) }
    let whole = value == 0 ? 1 : Int32(floor(log10(value.magnitude))) + 1
    for digits in Int32(1)...17 {
      var text = general(value, digits).bytes
      text.append(0)
      let isSame = text.withUnsafeBytes { strtod($0.baseAddress!.assumingMemoryBound(to: CChar.self), nil) } == value
      if isSame { return general(value, whole > digits && whole <= 16 ? whole : digits) }
    }
    return general(value, 17)
  }

  /// As `%.<digits>g`.
  static func general(_ value: Double, _ digits: Int32) -> Message {
    var buffer = [UInt8](repeating: 0, count: 340)
    let length = buffer.withUnsafeMutableBytes {
      lite_format_double($0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count, digits, value)
    }
    return Message(bytes: [UInt8](buffer[..<Int(max(0, length))]))
  }
}

import CLitePlatform
import LiteFormat

/// Values as text, as TorchScript prints them (pytorch/aten/src/ATen/core/ivalue.cpp).
enum ValueText {
  private static let maximumDepth = 50
  /// Where a text is cut: lists may contain themselves.
  private static let maximumBytes = 1 << 24

  /// As `str(value)` and `format` show a value. Strings have no quotes, inside of lists neither.
  static func plain(_ value: Value) -> Message {
    var text = Message()
    append(value, to: &text, 0)
    return text
  }

  private static func append(_ value: Value, to text: inout Message, _ depth: Int) {
    guard depth < maximumDepth, text.bytes.count < maximumBytes else { return text.appendStatic("...") }
    switch value {
    case .none: text.appendStatic("None")
    case .bool(let flag): text.appendStatic(flag ? "True" : "False")
    case .int(let number): text.append(number)
    case .double(let number): text.bytes += self.number(number).bytes
    case .string(let string), .device(let string): text.bytes += string.bytes
    case .list(let list): append("[", list.items, "]", to: &text, depth)
    case .tuple(let tuple): append("(", tuple.items, tuple.items.count == 1 ? ",)" : ")", to: &text, depth)
    case .dict(let dict):
      text.appendStatic("{")
      for index in 0..<dict.count where text.bytes.count < maximumBytes {
        if index > 0 { text.appendStatic(", ") }
        append(dict.keys[index], to: &text, depth + 1)
        text.appendStatic(": ")
        append(dict.values[index], to: &text, depth + 1)
      }
      text.appendStatic("}")
    case .tensor(let tensor): text.bytes += TensorText.text(tensor).bytes
    case .complex(let number):
      text.bytes += self.number(number.real).bytes
      if !(number.imaginary < 0) { text.appendStatic("+") }
      text.bytes += self.number(number.imaginary).bytes
      text.appendStatic("j")
    default:
      text.appendStatic("<")
      text.appendStatic(value.typeName)
      text.appendStatic(">")
    }
  }

  private static func append(_ open: StaticString, _ items: [Value], _ close: StaticString, to text: inout Message, _ depth: Int)
  {
    text.appendStatic(open)
    for (index, item) in items.enumerated() where text.bytes.count < maximumBytes {
      if index > 0 { text.appendStatic(", ") }
      append(item, to: &text, depth + 1)
    }
    text.appendStatic(close)
  }

  /// The kind of a value as PyTorch's messages name it.
  static func tag(_ value: Value) -> StaticString {
    switch value {
    case .int: "Int"
    case .double: "Double"
    case .bool: "Bool"
    case .string: "String"
    case .list: "GenericList"
    case .dict: "GenericDict"
    case .complex: "ComplexDouble"
    case .object, .linear, .halfLinear, .convolution, .recurrentCell, .embedding, .clampedLinear, .clampedConvolution: "Object"
    default: value.typeName
    }
  }

  /// Whole numbers below 1e10 as `3.`, others with 17 significant digits.
  static func number(_ value: Double) -> Message {
    if value.isFinite, abs(value) < 1e10, value == Double(Int64(value)) {
      return "\(Int64(value))."
    }
    return DecimalText.general(value, 17)
  }
}

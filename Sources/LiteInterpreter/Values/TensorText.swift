import CLitePlatform
import LiteFormat

/// Tensors as text, as C++'s `operator<<` of PyTorch writes them (pytorch/aten/src/ATen/core/Formatting.cpp): of
/// complex numbers, the real parts.
struct TensorText {
  private let tensor: Tensor
  private var text = Message()
  private var notation = Notation.general
  /// Characters of a number.
  private var width = 0
  /// What numbers are divided by.
  private var scale: Double = 1

  private enum Notation { case general, fixed, scientific }

  private static let lineLength = 80
  /// Larger tensors are described, not written.
  private static let maximumCount = 1 << 20

  static func text(_ tensor: Tensor) -> Message {
    guard tensor.count <= maximumCount else { return "<Tensor \(tensor.message)>" }
    var writer = TensorText(tensor)
    writer.write()
    return writer.text
  }

  private init(_ tensor: Tensor) { self.tensor = tensor }

  private func value(_ index: Int) -> Double {
    let element = (try? tensor.scalarElement(index))?.double ?? 0
    if case .perTensor(let scale, let zeroPoint) = tensor.quantization {
      return (element - Double(zeroPoint)) * Double(Float(scale))
    }
    return element
  }

  private mutating func write() {
    switch tensor.rank {
    case 0:
      text.bytes += DecimalText.shortest(value(0)).bytes
      newLine()
    case 1 where tensor.count > 0:
      choose(0..<tensor.count)
      writeScale()
      for index in 0..<tensor.count {
        number(value(index) / scale, width)
        newLine()
      }
    case 2 where tensor.count > 0: matrix(0, indent: 0)
    case 3... where tensor.count > 0: matrices()
    default: break
    }
    text.appendStatic("[ CPU")
    text.appendStatic(tensor.type.typeName)
    text.appendStatic("Type{")
    for dimension in 0..<tensor.rank {
      if dimension > 0 { text.appendStatic(",") }
      text.append(Int64(tensor.sizes[dimension]))
    }
    text.appendStatic("}")
    if case .perTensor(let scale, let zeroPoint) = tensor.quantization {
      text.appendStatic(", qscheme: per_tensor_affine, scale: ")
      text.bytes += general(scale, 6).bytes
      text.appendStatic(", zero_point: ")
      text.append(Int64(zeroPoint))
    }
    text.appendStatic(" ]")
  }

  private mutating func newLine() { text.bytes.append(10) }

  private mutating func writeScale() {
    guard scale != 1 else { return }
    text.bytes += general(scale, 6).bytes
    text.appendStatic(" *\n")
  }

  /// One matrix after the other, with its indices before it.
  private mutating func matrices() {
    let size = tensor.sizes[tensor.rank - 2] * tensor.sizes[tensor.rank - 1]
    for index in 0..<tensor.count / size {
      if index > 0 { newLine() }
      text.appendStatic("(")
      var divisor = tensor.count / size
      for dimension in 0..<tensor.rank - 2 {
        divisor /= tensor.sizes[dimension]
        text.append(Int64(index / divisor % tensor.sizes[dimension] + 1))
        text.appendStatic(",")
      }
      text.appendStatic(".,.) = \n")
      matrix(index * size, indent: 1)
    }
  }

  private mutating func matrix(_ first: Int, indent: Int) {
    let (rows, columns) = (tensor.sizes[tensor.rank - 2], tensor.sizes[tensor.rank - 1])
    choose(first..<first + rows * columns)
    let columnsPerLine = (Self.lineLength - indent) / (width + 1)
    var start = 0
    while start < columns {
      let end = min(start + columnsPerLine, columns)
      if columnsPerLine < columns {
        if start > 0 { newLine() }
        text.bytes += ("Columns \(start + 1) to \(end)" as Message).bytes
        spaces(indent)
      }
      if scale != 1 {
        writeScale()
        spaces(indent)
      }
      for row in 0..<rows {
        for column in start..<end {
          number(value(first + row * columns + column) / scale, width)
          text.bytes.append(column + 1 < end ? 32 : 10)
        }
        if row + 1 < rows { spaces(scale == 1 ? indent : indent + 1) }
      }
      start = end
    }
  }

  private mutating func spaces(_ count: Int) { for _ in 0..<count { text.bytes.append(32) } }

  /// Chooses notation, width and scale for some elements by the range of their exponents.
  private mutating func choose(_ indices: Range<Int>) {
    var isWhole = true
    var (least, greatest) = (1.0, 1.0)
    var isFirst = true
    for index in indices {
      let x = value(index)
      guard x.isFinite else { continue }
      if x != x.rounded(.up) { isWhole = false }
      if isFirst { (least, greatest) = (abs(x), abs(x)) }
      isFirst = false
      least = min(least, abs(x))
      greatest = max(greatest, abs(x))
    }
    func exponent(_ x: Double) -> Int { x == 0 ? 1 : Int(floor(log10(x))) + 1 }
    let (low, high) = isFirst ? (1, 1) : (exponent(least), exponent(greatest))
    scale = 1
    if isWhole {
      (notation, width) = high > 9 ? (.scientific, 11) : (.general, high + 1)
    } else if high - low > 4 {
      (notation, width) = (.scientific, abs(high) > 99 || abs(low) > 99 ? 12 : 11)
    } else {
      notation = .fixed
      if high > 5 || high < 0 {
        width = 7
        scale = pow(10, Double(high - 1))
      } else {
        width = high == 0 ? 7 : high + 6
      }
    }
  }

  private mutating func number(_ x: Double, _ width: Int) {
    let word: Message =
      switch notation {
      case .general: general(x, 6)
      case .fixed: DecimalText.fixed(x, digits: 4)
      case .scientific: DecimalText.exponential(x, digits: 4)
      }
    spaces(max(0, width - word.bytes.count))
    text.bytes += word.bytes
  }

  private func general(_ x: Double, _ digits: Int32) -> Message { DecimalText.general(x, digits) }
}

extension DataType {
  /// As PyTorch names the type in messages.
  var typeName: StaticString {
    switch self {
    case .uint8: "Byte"
    case .int8: "Char"
    case .int16: "Short"
    case .int32: "Int"
    case .int64: "Long"
    case .float16: "Half"
    case .float32: "Float"
    case .float64: "Double"
    case .complexHalf: "ComplexHalf"
    case .complexFloat: "ComplexFloat"
    case .complexDouble: "ComplexDouble"
    case .bool: "Bool"
    case .qint8: "QInt8"
    case .quint8: "QUInt8"
    case .qint32: "QInt32"
    case .bfloat16: "BFloat16"
    case .quint4x2: "QUInt4x2"
    case .quint2x4: "QUInt2x4"
    }
  }
}

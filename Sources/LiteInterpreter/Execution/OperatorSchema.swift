import LiteFormat

/// An operator's arguments and results, read from its declaration in PyTorch's notation:
///
///     aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, ...)
///     aten::sort(Tensor self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)
///
/// A result of one tensor, by far the commonest, may be left out. Declarations are parsed when a program that uses the
/// operator is linked.
final class OperatorSchema: Sendable {
  struct Argument: Sendable {
    /// Position of the name in the declaration.
    let name: Range<Int>
    /// Position of the type in the declaration.
    let type: Range<Int>
    let defaultValue: DefaultValue?
    /// Written to, and given on top of the stack: `Tensor(a!) out`.
    let isOut: Bool
  }

  indirect enum DefaultValue: Sendable {
    case none
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string([UInt8])
    case ints([Int64])
  }

  /// The text, which lives as long as the schema.
  nonisolated(unsafe) let declaration: UnsafeBufferPointer<UInt8>
  let arguments: [Argument]
  /// Trailing arguments that are `out`.
  let outCount: Int
  /// Takes any number of arguments: `...` in the declaration.
  let isVariadic: Bool
  /// Number of results, -1 when it depends on the values.
  let returnCount: Int

  /// - Parameter text: the declaration written out, as `Declaration.text` gives it.
  init(_ text: [UInt8]) throws(LiteError) {
    let declaration = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
    _ = declaration.initialize(from: text)
    self.declaration = UnsafeBufferPointer(declaration)
    var parser = SchemaParser(self.declaration)
    try parser.run()
    arguments = parser.arguments
    var outs = 0
    for argument in arguments where argument.isOut { outs += 1 }
    outCount = outs
    isVariadic = parser.isVariadic
    returnCount = parser.returnCount
  }

  deinit { declaration.deallocate() }

  /// A part of the declaration.
  func text(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: declaration[range])
  }
}

extension OperatorSchema.DefaultValue {
  /// As a new value: a list is a fresh one each time.
  var value: Value {
    switch self {
    case .none: .none
    case .bool(let flag): .bool(flag)
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    case .string(let text): .string(StringValue(text))
    case .ints(let numbers): .list(ListValue(numbers.map { .int($0) }, of: .int))
    }
  }
}

private struct SchemaParser {
  let text: UnsafeBufferPointer<UInt8>
  var position = 0
  var arguments: [OperatorSchema.Argument] = []
  var isVariadic = false
  var returnCount = 1
  private var isKeywordOnly = false

  init(_ declaration: UnsafeBufferPointer<UInt8>) {
    text = declaration
  }

  private func malformed() -> LiteError { LiteError(.invalidArgument, "operator declaration \(text) at \(position)") }
  private var byte: UInt8 { position < text.count ? text[position] : 0 }

  mutating func run() throws(LiteError) {
    while byte != UInt8(ascii: "(") {
      guard position < text.count else { throw malformed() }
      position += 1
    }
    position += 1
    while byte != UInt8(ascii: ")") {
      guard position < text.count else { throw malformed() }
      if byte == UInt8(ascii: "*") {
        isKeywordOnly = true
        position += 1
      } else if byte == UInt8(ascii: ".") {
        isVariadic = true
        position += 3
      } else {
        try parseArgument()
      }
      while byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") { position += 1 }
    }
    position += 1
    try parseReturns()
  }

  private mutating func parseArgument() throws(LiteError) {
    let type = scan { $0 == UInt8(ascii: " ") }
    position += 1
    let name = scan { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ")") }
    var defaultValue: OperatorSchema.DefaultValue?
    if byte == UInt8(ascii: "=") {
      position += 1
      defaultValue = try parseDefault(type)
    }
    var isWritten = false
    for index in type where text[index] == UInt8(ascii: "!") { isWritten = true }
    arguments.append(.init(name: name, type: type, defaultValue: defaultValue, isOut: isWritten && isKeywordOnly))
  }

  /// Moves to the first byte outside parentheses and brackets for which `stop` holds.
  private mutating func scan(_ stop: (UInt8) -> Bool) -> Range<Int> {
    let start = position
    var depth = 0
    while position < text.count {
      if depth == 0, stop(byte) { break }
      if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") { depth -= 1 }
      position += 1
    }
    return start..<position
  }

  private mutating func parseDefault(_ type: Range<Int>) throws(LiteError) -> OperatorSchema.DefaultValue {
    let range = scan { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ")") }
    let word = UnsafeBufferPointer(rebasing: text[range])
    if isEqual(word, "None") { return .none }
    if isEqual(word, "True") { return .bool(true) }
    if isEqual(word, "False") { return .bool(false) }
    guard let first = word.first else { throw malformed() }
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return .string(unescaped(word[1..<word.count - 1])) }
    if first == UInt8(ascii: "[") {
      var numbers: [Int64] = []
      var start = 1
      for index in 1..<word.count where word[index] == UInt8(ascii: ",") || word[index] == UInt8(ascii: "]") {
        if index > start { numbers.append(try integer(UnsafeBufferPointer(rebasing: word[start..<index]))) }
        start = index + 1
      }
      return .ints(numbers)
    }
    if let length = fixedLength(type) { return .ints([Int64](repeating: try integer(word), count: length)) }
    if isEqual(UnsafeBufferPointer(rebasing: text[type].prefix(5)), "float") || word.contains(UInt8(ascii: "."))
      || word.contains(UInt8(ascii: "e"))
    {
      return .double(try decimal(word))
    }
    return .int(try integer(word))
  }

  /// What a text between quotation marks stands for: PyTorch writes `\n`, `\t`, `\f` and `\v` for white space.
  private func unescaped(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in text {
      if !isEscaped, byte == UInt8(ascii: "\\") {
        isEscaped = true
        continue
      }
      switch (isEscaped, byte) {
      case (true, UInt8(ascii: "n")): bytes.append(10)
      case (true, UInt8(ascii: "t")): bytes.append(9)
      case (true, UInt8(ascii: "f")): bytes.append(12)
      case (true, UInt8(ascii: "v")): bytes.append(11)
      default: bytes.append(byte)
      }
      isEscaped = false
    }
    return bytes
  }

  /// N of `int[N]`.
  private func fixedLength(_ type: Range<Int>) -> Int? {
    for index in type where text[index] == UInt8(ascii: "[") {
      let digit = text[index + 1]
      return digit >= 49 && digit <= 57 ? Int(digit - 48) : nil
    }
    return nil
  }

  private func integer(_ word: UnsafeBufferPointer<UInt8>) throws(LiteError) -> Int64 {
    var value: Int64 = 0
    var isNegative = false
    for byte in word {
      if byte == UInt8(ascii: "-") {
        isNegative = true
      } else if byte >= 48, byte <= 57 {
        value = value &* 10 &+ Int64(byte - 48)
      } else if byte != 32 {
        throw malformed()
      }
    }
    return isNegative ? -value : value
  }

  /// `1e-05`, `0.125`, `-2`.
  private func decimal(_ word: UnsafeBufferPointer<UInt8>) throws(LiteError) -> Double {
    var digits: Double = 0
    var exponent = 0
    var fraction = 0
    var isNegative = false
    var index = 0
    var seenPoint = false
    while index < word.count, word[index] != UInt8(ascii: "e") {
      if word[index] == UInt8(ascii: "-") {
        isNegative = true
      } else if word[index] == UInt8(ascii: ".") {
        seenPoint = true
      } else {
        digits = digits * 10 + Double(word[index] &- 48)
        if seenPoint { fraction += 1 }
      }
      index += 1
    }
    if index < word.count { exponent = Int(try integer(UnsafeBufferPointer(rebasing: word[(index + 1)...]))) }
    exponent -= fraction
    var power: Double = 1
    for _ in 0..<abs(exponent) { power *= 10 }
    let magnitude = exponent < 0 ? digits / power : digits * power
    return isNegative ? -magnitude : magnitude
  }

  /// Nothing for one tensor, `-> int`, `-> (Tensor, Tensor)`, `-> ()`, `-> ...`
  private mutating func parseReturns() throws(LiteError) {
    while byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ">") { position += 1 }
    if byte == UInt8(ascii: ".") {
      returnCount = -1
    } else if byte == UInt8(ascii: "(") {
      returnCount = 0
      position += 1
      while byte != UInt8(ascii: ")") {
        guard position < text.count else { throw malformed() }
        let item = scan { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ")") }
        if !item.isEmpty { returnCount += 1 }
        while byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") { position += 1 }
      }
    }
  }
}

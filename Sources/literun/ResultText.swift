import LiteFormat
import LiteInterpreter

/// A result for people: the structure in full, of tensors the shape, the range and the first elements.
///
///     output: Tuple of 2
///       0: float32 [1, 1000]  min -4.25  max 12.5
///          0.125 0.25 -1 …
///       1: int 3
struct ResultText {
  /// What is nested deeper than this is left out.
  static let maximumDepth = 50
  /// Elements of a tensor and items of a list that are shown.
  private static let maximumElements = 8
  private static let maximumItems = 100
  private static let maximumLines = 10_000

  private(set) var text = Message()
  private var lines = 0
  /// Of the first tensors, depth first.
  private let names: [[UInt8]]
  private var tensorCount = 0

  init(names: [[UInt8]]) { self.names = names }

  /// Adds a value under a name; a tensor that the model names has that name, unless the value around it gives it one.
  mutating func add(_ name: Message, _ value: Value, depth: Int = 0, isNamed: Bool = false) throws(LiteError) {
    guard depth < Self.maximumDepth, lines < Self.maximumLines else { return }
    lines += 1
    for _ in 0..<depth { text.appendStatic("  ") }
    var name = name
    if case .tensor = value {
      if !isNamed, tensorCount < names.count { name = "\(names[tensorCount])" }
      tensorCount += 1
    }
    text.bytes += name.bytes
    text.appendStatic(": ")
    switch value {
    case .tensor(let tensor): try add(tensor, indent: 2 * depth + name.bytes.count + 2)
    case .list(let list):
      if list.items.allSatisfy(Self.isSimple) {
        addLine("List of \(list.items.count): \(Self.inline(list.items))")
      } else {
        addLine("List of \(list.items.count)")
        try add(list.items, fields: [], depth)
      }
    case .tuple(let tuple):
      addLine("Tuple of \(tuple.items.count)")
      try add(tuple.items, fields: tuple.fields, depth)
    case .dict(let dict):
      addLine("Dict of \(dict.count)")
      for index in 0..<min(dict.count, Self.maximumItems) {
        try add(Self.simple(dict.keys[index]), dict.values[index], depth: depth + 1, isNamed: true)
      }
      addRest(dict.count, depth)
    case .none: addLine("None")
    default: addLine(Self.isSimple(value) ? "\(value.typeName) \(Self.simple(value))" : "<\(value.typeName)>")
    }
  }

  /// Adds text and ends the line.
  mutating func addLine(_ line: Message) {
    text.bytes += line.bytes
    text.bytes.append(10)
  }

  private mutating func add(_ items: [Value], fields: [[UInt8]], _ depth: Int) throws(LiteError) {
    for (index, item) in items.prefix(Self.maximumItems).enumerated() {
      let hasField = index < fields.count
      try add(hasField ? "\(fields[index])" : "\(index)", item, depth: depth + 1, isNamed: hasField)
    }
    addRest(items.count, depth)
  }

  private mutating func addRest(_ count: Int, _ depth: Int) {
    guard count > Self.maximumItems else { return }
    for _ in 0...depth { text.appendStatic("  ") }
    addLine("… \(count - Self.maximumItems) more")
  }

  private mutating func add(_ tensor: Tensor, indent: Int) throws(LiteError) {
    let figures = try TensorFigures(tensor)
    text.bytes += tensor.message.bytes
    switch tensor.quantization {
    case .none: break
    case .perTensor(let scale, let zeroPoint):
      text.bytes += ("  scale \(NumberText.text(scale))  zero point \(zeroPoint)" as Message).bytes
    case .perChannel(let channels):
      text.bytes += ("  \(channels.scales.count) scales along axis \(channels.axis)" as Message).bytes
    }
    if let minimum = figures.minimum, let maximum = figures.maximum, tensor.type != .bool, tensor.count > 1 {
      text.bytes += ("  min \(figures.text(of: minimum))  max \(figures.text(of: maximum))" as Message).bytes
    }
    if figures.notANumberCount > 0 { text.bytes += ("  nan \(figures.notANumberCount)" as Message).bytes }
    text.bytes.append(10)
    guard figures.isReadable, tensor.count > 0 else { return }
    lines += 1
    for _ in 0..<indent { text.bytes.append(32) }
    let count = figures.elements.count
    for index in 0..<min(count, Self.maximumElements) {
      if index > 0 { text.bytes.append(32) }
      text.bytes += try figures.text(index).bytes
    }
    if count > Self.maximumElements { text.appendStatic(" …") }
    text.bytes.append(10)
  }

  private static func isSimple(_ value: Value) -> Bool {
    switch value {
    case .none, .bool, .int, .double, .string, .device, .complex: true
    default: false
    }
  }

  /// `[1, 2, 3]`, shortened.
  private static func inline(_ items: [Value]) -> Message {
    var text: Message = "["
    for (index, item) in items.prefix(maximumItems).enumerated() {
      if index > 0 { text.appendStatic(", ") }
      text.bytes += simple(item).bytes
    }
    text.appendStatic(items.count > maximumItems ? ", …]" : "]")
    return text
  }

  /// A value without parts as text; strings in quotes.
  private static func simple(_ value: Value) -> Message {
    switch value {
    case .none: "None"
    case .bool(let flag): flag ? "True" : "False"
    case .int(let number): "\(number)"
    case .double(let number): NumberText.exactText(number)
    case .string(let text), .device(let text): "'\(text.bytes)'"
    case .complex(let number): "(\(NumberText.exactText(number.real)), \(NumberText.exactText(number.imaginary))j)"
    default: "<\(value.typeName)>"
    }
  }
}

import LiteFormat
import LiteInterpreter

/// Turns JSON into values, led by the type that the method declares for the argument.
///
/// JSON has fewer types than TorchScript: a list becomes a list or a tuple, a number an int or a float,
/// a string a string, a device, or a tensor (a file or a shape), whichever is declared. Where nothing is
/// declared, a list of numbers that are not all whole is one of floats.
struct JSONValueReader {
  let document: JSONDocument
  let program: Program
  /// Makes the tensor that a string stands for: a `.npy` file, or a shape.
  let makeTensor: ([UInt8]) throws(LiteError) -> Tensor

  /// Deeper types than this are refused: a file can nest them as deep as it likes.
  private static let maximumDepth = 100

  mutating func value(_ index: Int, _ declared: TypeTable.Index?, depth: Int) throws(LiteError) -> Value {
    guard depth < Self.maximumDepth else { throw LiteError(.limitExceeded, "a value nested more than \(Self.maximumDepth) deep") }
    guard let declared else { return try undeclared(index, depth) }
    let type = program.types[declared]
    switch (type.kind, document.kind(index)) {
    case (.any, _): return try undeclared(index, depth)
    case (.optional, .null), (.none, .null): return .none
    case (.optional, _): return try value(index, type.children.first, depth: depth + 1)
    case (.union, _): return try union(index, type, depth)
    case (.bool, .true), (.number, .true): return .bool(true)
    case (.bool, .false), (.number, .false): return .bool(false)
    case (.int, .number) where document.isInteger(index): return .int(try integer(index))
    case (.float, .number): return .double(try double(index))
    case (.number, .number): return try number(index)
    case (.string, .string): return .string(StringValue(document.text(index)))
    case (.device, .string): return .device(StringValue(document.text(index)))
    case (.tensor, .string): return .tensor(try makeTensor(document.text(index)))
    case (.list, .array):
      let element = type.children.first
      var items: [Value] = []
      for child in document.children(index) { items.append(try value(child, element, depth: depth + 1)) }
      return .list(ListValue(items, of: element.map { program.types[$0].kind } ?? .any))
    case (.tuple, .array), (.namedTuple, .array):
      let children = document.children(index)
      guard children.count == type.children.count || (type.kind == .tuple && type.children.isEmpty) else {
        throw LiteError(
          .invalidInput, "found \(children.count) items, expected \(program.typeText(declared)) of \(type.children.count)")
      }
      var items: [Value] = []
      for (position, child) in children.enumerated() {
        let element = position < type.children.count ? type.children[position] : nil
        items.append(try value(child, element, depth: depth + 1))
      }
      return .tuple(TupleValue(items, fields: type.fields.map { program.names.bytes($0) }))
    case (.dict, .object): return try dict(index, key: type.children.first, value: type.children.last, depth)
    default: throw LiteError(.invalidInput, "found JSON \(text(index)), expected \(program.typeText(declared))")
    }
  }

  /// The value of the first alternative that the JSON fits.
  private mutating func union(_ index: Int, _ type: TypeTable.Entry, _ depth: Int) throws(LiteError) -> Value {
    for child in type.children {
      do throws(LiteError) {
        return try value(index, child, depth: depth + 1)
      } catch {
        if error.status != .invalidInput { throw error }
      }
    }
    throw LiteError(.invalidInput, "found JSON \(text(index)), which is none of the types of a Union")
  }

  private mutating func dict(
    _ index: Int, key: TypeTable.Index?, value valueType: TypeTable.Index?, _ depth: Int
  ) throws(LiteError) -> Value {
    let result = DictValue()
    let children = document.children(index)
    for pair in 0..<children.count / 2 {
      let text = document.text(children[2 * pair])
      let item = try value(children[2 * pair + 1], valueType, depth: depth + 1)
      try result.set(try self.key(text, key.map { program.types[$0].kind } ?? .string), item)
    }
    return .dict(result)
  }

  /// Keys are strings in JSON; a dict of ints, floats or bools has them in quotes.
  private func key(_ text: [UInt8], _ kind: TypeTable.Kind) throws(LiteError) -> Value {
    switch kind {
    case .int: if let number = NumberText.integer(text) { return .int(number) }
    case .float: if let number = NumberText.double(text) { return .double(number) }
    case .bool: if text == "true" || text == "false" { return .bool(text == "true") }
    case .string, .any: return .string(StringValue(text))
    default: break
    }
    throw LiteError(.invalidInput, "found the key \(text), which is not of the declared type")
  }

  private mutating func undeclared(_ index: Int, _ depth: Int) throws(LiteError) -> Value {
    switch document.kind(index) {
    case .null: return .none
    case .true: return .bool(true)
    case .false: return .bool(false)
    case .number: return try number(index)
    case .string: return .string(StringValue(document.text(index)))
    case .object: return try dict(index, key: nil, value: nil, depth)
    case .array:
      let children = document.children(index)
      let isNumeric = children.allSatisfy { document.kind($0) == .number }
      let isWhole = children.allSatisfy { document.isInteger($0) }
      var items: [Value] = []
      for child in children {
        items.append(isNumeric && !isWhole ? .double(try double(child)) : try value(child, nil, depth: depth + 1))
      }
      return .list(ListValue(items, of: items.isEmpty ? .any : kind(of: items)))
    }
  }

  /// The kind that all items have, or `.any`.
  private func kind(of items: [Value]) -> TypeTable.Kind {
    func kind(_ item: Value) -> TypeTable.Kind {
      switch item {
      case .int: .int
      case .double: .float
      case .bool: .bool
      case .string: .string
      case .list: .list
      case .dict: .dict
      default: .any
      }
    }
    let first = kind(items[0])
    return items.allSatisfy { kind($0) == first } ? first : .any
  }

  private func number(_ index: Int) throws(LiteError) -> Value {
    document.isInteger(index) ? .int(try integer(index)) : .double(try double(index))
  }

  private func integer(_ index: Int) throws(LiteError) -> Int64 {
    guard let number = NumberText.integer(document.text(index)) else {
      throw LiteError(.invalidInput, "found \(document.text(index)), which does not fit an int of 64 bits")
    }
    return number
  }

  private func double(_ index: Int) throws(LiteError) -> Double {
    guard let number = NumberText.double(document.text(index)) else {
      throw LiteError(.invalidInput, "found \(document.text(index)), expected a float")
    }
    return number
  }

  /// For messages.
  private func text(_ index: Int) -> Message {
    switch document.kind(index) {
    case .null: "null"
    case .true: "true"
    case .false: "false"
    case .number: "\(document.text(index))"
    case .string: "\"\(document.text(index))\""
    case .array: "list"
    case .object: "dict"
    }
  }
}

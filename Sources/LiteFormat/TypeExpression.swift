/// A type of TorchScript as the bytecode writes it: `List[Dict[str, Tensor]]`.
///
/// Types of one program are kept in a flat table and named by position, so that a deeply nested type
/// costs no recursion after it was read.
public struct TypeTable: Sendable {
  /// Position in the table.
  public typealias Index = Int32

  public enum Kind: UInt8, Sendable {
    case any, tensor, int, float, bool, string, number, none, device, complex, layout, generator, storage, future
    /// One child.
    case list, optional
    /// Two children: key, value.
    case dict
    /// Any number of children.
    case tuple, union
    /// `name` is a class: of the module, or `torch.classes`.
    case object
    /// `name` is the tuple's type, `fields` are the names of the children.
    case namedTuple
  }

  public struct Entry: Sendable {
    public var kind: Kind
    public var name: Name
    public var children: [Index]
    public var fields: [Name]
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  public subscript(_ index: Index) -> Entry { entries[Int(index)] }

  mutating func add(_ kind: Kind, name: Name = Name(id: 0), children: [Index] = [], fields: [Name] = []) -> Index {
    entries.append(Entry(kind: kind, name: name, children: children, fields: fields))
    return Int32(truncatingIfNeeded: entries.count - 1)
  }

  /// Reads a type expression.
  ///
  /// - Throws: `malformed` with the text and the position where it stops making sense.
  public mutating func parse(_ text: [UInt8], names: inout NameTable) throws(LiteError) -> Index {
    var parser = TypeParser(text: text)
    let result = try parser.type(into: &self, names: &names, depth: 0)
    parser.skipSpaces()
    guard parser.position == text.count else { throw parser.unexpected("the end") }
    return result
  }
}

/// Recursive descent over
///
///     type   := name | name "[" type ("," type)* "]" | name "[NamedTuple, [" field ("," field)* "]]"
///     field  := "[" name "," type "]"
///     name   := letters, digits, "_", ".", and "<>" for lambdas
private struct TypeParser {
  let text: [UInt8]
  var position = 0

  private static let maximumDepth = 100

  mutating func skipSpaces() { while position < text.count, text[position] == 32 { position += 1 } }

  func unexpected(_ expected: StaticString) -> LiteError {
    LiteError(.malformed, "type \(text): expected \(expected) at character \(position)")
  }

  private mutating func accept(_ byte: UInt8) -> Bool {
    skipSpaces()
    guard position < text.count, text[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ byte: UInt8, _ what: StaticString) throws(LiteError) {
    guard accept(byte) else { throw unexpected(what) }
  }

  private mutating func word() throws(LiteError) -> [UInt8] {
    skipSpaces()
    let start = position
    while position < text.count, Self.isWordByte(text[position]) { position += 1 }
    guard position > start else { throw unexpected("a name") }
    return [UInt8](text[start..<position])
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 95, 46, 60, 62, 36: true
    default: byte >= 128
    }
  }

  mutating func type(into table: inout TypeTable, names: inout NameTable, depth: Int) throws(LiteError) -> TypeTable.Index {
    guard depth < Self.maximumDepth else { throw LiteError(.limitExceeded, "a type nested more than \(Self.maximumDepth) deep") }
    let name = try word()
    let kind = name.withUnsafeBufferPointer(Self.kind)
    guard accept(91) else {
      if kind == .optional || kind == .dict || kind == .future { throw unexpected("type parameters") }
      return table.add(kind, name: kind == .object ? try names.intern(name) : Name(id: 0))
    }
    if kind == .object {
      let result = try namedTuple(name, into: &table, names: &names, depth: depth)
      try expect(93, "]")
      return result
    }
    var children: [TypeTable.Index] = []
    if !accept(93) {
      // `Tuple[()]` is the empty tuple.
      if kind == .tuple, accept(40) {
        try expect(41, ")")
      } else {
        repeat {
          children.append(try type(into: &table, names: &names, depth: depth + 1))
        } while accept(44)
      }
      try expect(93, "]")
    }
    let needed: Int? =
      switch kind {
      case .list, .optional, .future: 1
      case .dict: 2
      default: nil
      }
    if let needed, children.count != needed { throw unexpected("another number of type parameters") }
    return table.add(kind, children: children)
  }

  private mutating func namedTuple(
    _ name: [UInt8], into table: inout TypeTable, names: inout NameTable, depth: Int
  ) throws(LiteError) -> TypeTable.Index {
    let marker = try word()
    guard marker.withUnsafeBufferPointer({ isEqual($0, "NamedTuple") }) else { throw unexpected("NamedTuple") }
    try expect(44, "a comma")
    try expect(91, "[")
    var children: [TypeTable.Index] = []
    var fields: [Name] = []
    if !accept(93) {
      repeat {
        try expect(91, "[")
        fields.append(try names.intern(try word()))
        try expect(44, "a comma")
        children.append(try type(into: &table, names: &names, depth: depth + 1))
        try expect(93, "]")
      } while accept(44)
      try expect(93, "]")
    }
    return table.add(.namedTuple, name: try names.intern(name), children: children, fields: fields)
  }

  private static func kind(_ name: UnsafeBufferPointer<UInt8>) -> TypeTable.Kind {
    for (text, kind) in kinds where isEqual(name, text) { return kind }
    return .object
  }

  private static let kinds: [(StaticString, TypeTable.Kind)] = [
    ("Tensor", .tensor), ("int", .int), ("float", .float), ("bool", .bool), ("str", .string), ("number", .number),
    ("Scalar", .number), ("None", .none), ("NoneType", .none), ("Any", .any), ("Device", .device), ("complex", .complex),
    ("Layout", .layout), ("ScalarType", .int), ("MemoryFormat", .int), ("Generator", .generator), ("Storage", .storage),
    ("List", .list), ("Optional", .optional), ("Dict", .dict), ("Tuple", .tuple), ("Union", .union), ("Future", .future),
    ("AnyList", .list), ("AnyListType", .list), ("AnyTuple", .tuple), ("Stream", .any), ("QScheme", .int),
  ]
}

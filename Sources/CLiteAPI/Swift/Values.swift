import CLite
import LiteFormat
import LiteInterpreter

/// Makes a value of the session's of a tree of the caller's.
struct ValueReader {
  let session: Session
  let types: TypeTable
  /// Whether data of tensors is used where it lies, rather than copied.
  let borrows: Bool
  /// Memory of the copies.
  private(set) var owners: [Tensor] = []

  private static let maximumDepth = 100

  init(_ session: Session, borrows: Bool) {
    self.session = session
    types = session.model.program.types
    self.borrows = borrows
  }

  /// - Parameters:
  ///   - size: the struct_size of the tree's root.
  ///   - type: what the method declares, which says what an empty list is of.
  mutating func read(
    _ source: UnsafePointer<lite_value>?, size: UInt32, as type: TypeTable.Index?, depth: Int = 0
  ) throws(LiteError) -> Value {
    guard depth < Self.maximumDepth else {
      throw LiteError(.invalidArgument, "values are nested more than \(Self.maximumDepth) deep")
    }
    let value = try lite_value.read(source)
    guard value.struct_size == size else {
      throw LiteError(
        .invalidArgument, "a lite_value has struct_size \(Int(value.struct_size)), those above it \(Int(size))")
    }
    let type = declared(type)
    let entry = type.map { types[$0] }
    switch Int(value.kind) {
    case LITE_KIND_NONE: return .none
    case LITE_KIND_BOOL:
      guard value.integer == 0 || value.integer == 1 else {
        throw LiteError(.invalidArgument, "a bool is \(value.integer), expected 0 or 1")
      }
      return .bool(value.integer == 1)
    case LITE_KIND_INT: return .int(value.integer)
    case LITE_KIND_FLOAT: return .double(value.real)
    case LITE_KIND_COMPLEX: return .complex(ComplexValue(value.real, value.imaginary))
    case LITE_KIND_STRING: return .string(try text(value))
    case LITE_KIND_DEVICE: return .device(try text(value))
    case LITE_KIND_TENSOR: return .tensor(try tensor(value.tensor))
    case LITE_KIND_LIST:
      let child = entry?.kind == .list ? entry?.children.first : nil
      let items = try items(value.items, value.count, size, depth) { _ in child }
      return .list(ListValue(items, of: child.map { types[$0].kind } ?? Self.kind(of: items)))
    case LITE_KIND_TUPLE:
      let children = entry?.kind == .tuple || entry?.kind == .namedTuple ? entry?.children ?? [] : []
      let items = try items(value.items, value.count, size, depth) { $0 < children.count ? children[$0] : nil }
      return .tuple(TupleValue(items, fields: (entry?.fields ?? []).map { session.model.program.names.bytes($0) }))
    case LITE_KIND_DICT:
      let children = entry?.kind == .dict ? entry?.children ?? [] : []
      let keys = try items(value.keys, value.count, size, depth) { _ in children.first }
      let values = try items(value.items, value.count, size, depth) { _ in children.last }
      let dict = DictValue()
      for key in keys {
        if case .tensor = key { throw LiteError(.unsupported, "a dict with tensors as keys cannot be passed") }
      }
      for index in keys.indices { try dict.set(keys[index], values[index]) }
      guard dict.count == keys.count else { throw LiteError(.invalidArgument, "a dict has a key twice") }
      return .dict(dict)
    case LITE_KIND_OTHER: throw LiteError(.unsupported, "objects of the program cannot be passed")
    default: throw LiteError(.invalidArgument, "a lite_value has kind \(value.kind), which is not known")
    }
  }

  /// The type without `Optional`.
  private func declared(_ type: TypeTable.Index?) -> TypeTable.Index? {
    guard let type, types[type].kind == .optional else { return type }
    return types[type].children.first
  }

  private mutating func items(
    _ source: UnsafePointer<lite_value>?, _ count: Int, _ size: UInt32, _ depth: Int, _ type: (Int) -> TypeTable.Index?
  ) throws(LiteError) -> [Value] {
    var items: [Value] = []
    guard count != 0 else { return items }
    guard count > 0 else { throw LiteError(.invalidArgument, "a lite_value has \(count) items") }
    let source = UnsafeRawPointer(try required(source, "items or keys of a lite_value"))
    for index in 0..<count {
      // The caller's structs may be longer or shorter than this library's.
      let item = (source + index &* Int(size)).assumingMemoryBound(to: lite_value.self)
      items.append(try read(item, size: size, as: type(index), depth: depth + 1))
    }
    return items
  }

  private func text(_ value: lite_value) throws(LiteError) -> StringValue {
    guard value.count >= 0 else { throw LiteError(.invalidArgument, "the text of a lite_value has \(value.count) bytes") }
    guard value.count > 0 else { return StringValue(try bytes(of: value.text, "the text of a lite_value")) }
    let start = UnsafeRawPointer(try required(value.text, "the text of a lite_value")).assumingMemoryBound(to: UInt8.self)
    return StringValue(try utf8(UnsafeBufferPointer(start: start, count: value.count), "the text of a lite_value"))
  }

  /// A tensor in the caller's memory, or in a copy that is the session's.
  mutating func tensor(_ view: UnsafePointer<lite_tensor_view>?) throws(LiteError) -> Tensor {
    let view = try lite_tensor_view.read(view)
    guard view.dimensions == nil else {
      throw LiteError(.invalidInput, "dimensions are set for a tensor in a value, which has no names")
    }
    return try tensor(view)
  }

  mutating func tensor(_ view: lite_tensor_view) throws(LiteError) -> Tensor { try take(try view.tensor(), view) }

  /// A tensor over the memory of a view, as it is or in a copy.
  mutating func take(_ given: Tensor, _ view: lite_tensor_view) throws(LiteError) -> Tensor {
    if borrows {
      try view.requireAlignment(of: given)
      return given
    }
    let copy = try session.makeTensor(given.type, given.sizes)
    given.copyUnaligned(to: copy.data)
    return lend(copy, given.quantization)
  }

  /// A tensor over memory of the session's, which a run does not know to be that.
  mutating func lend(_ owner: Tensor, _ quantization: Quantization) -> Tensor {
    owners.append(owner)
    return Tensor(
      storage: Storage(
        borrowing: UnsafeMutableRawBufferPointer(start: owner.data, count: owner.byteCount), isWritable: false),
      type: owner.type, sizes: owner.sizes, strides: owner.strides, count: owner.count, quantization: quantization)
  }

  /// Of the items of a list about which nothing is declared.
  private static func kind(of items: [Value]) -> TypeTable.Kind {
    switch items.first {
    case .int: .int
    case .double: .float
    case .bool: .bool
    case .string: .string
    case .tensor: .tensor
    case .complex: .complex
    default: .any
    }
  }
}

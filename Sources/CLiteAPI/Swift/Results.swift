import CLite
import LiteFormat
import LiteInterpreter

/// The result of a session's last run, and what callers were shown of it.
final class SessionResult {
  /// nil: there is none.
  private(set) var value: Value?
  /// Its tensors, depth first.
  private(set) var tensors: [Tensor] = []
  /// Dense copies of those that are not, made when they are asked for.
  private var dense: [Tensor?] = []
  /// What views and values of it lead to.
  private let memory = PointedMemory()
  private var shown: lite_value?

  private static let maximumDepth = 100
  /// A list that is in another one twice counts twice.
  private static let maximumValues = 1 << 23

  func removeAll() {
    value = nil
    tensors.removeAll(keepingCapacity: true)
    dense.removeAll(keepingCapacity: true)
    memory.removeAll()
    shown = nil
  }

  func set(_ value: Value) throws(LiteError) {
    var left = Self.maximumValues
    try collect(value, 0, &left)
    self.value = value
  }

  private func collect(_ value: Value, _ depth: Int, _ left: inout Int) throws(LiteError) {
    left -= 1
    guard left > 0 else { throw LiteError(.limitExceeded, "a result of more than \(Self.maximumValues) values") }
    guard depth < Self.maximumDepth else {
      throw LiteError(.limitExceeded, "a result nested more than \(Self.maximumDepth) deep")
    }
    switch value {
    case .tensor(let tensor): tensors.append(tensor)
    case .list(let list): for item in list.items { try collect(item, depth + 1, &left) }
    case .tuple(let tuple): for item in tuple.items { try collect(item, depth + 1, &left) }
    case .dict(let dict): for item in dict.values { try collect(item, depth + 1, &left) }
    default: break
    }
  }

  /// - Parameter isStrided: as it lies, rather than dense.
  func view(_ index: Int, isStrided: Bool, _ arena: Arena) throws(LiteError) -> lite_tensor_view {
    guard value != nil else { throw LiteError(.invalidState, "there is no result: run the session first") }
    guard index >= 0, index < tensors.count else {
      throw LiteError(.invalidArgument, "output \(index) of \(tensors.count)")
    }
    return try lite_tensor_view(isStrided ? tensors[index] : try denseTensor(index, arena), memory)
  }

  private func denseTensor(_ index: Int, _ arena: Arena) throws(LiteError) -> Tensor {
    if tensors[index].isContiguous { return tensors[index] }
    while dense.count < tensors.count { dense.append(nil) }
    if let known = dense[index] { return known }
    let copy = try tensors[index].denseCopy(in: arena)
    dense[index] = copy
    return copy
  }

  // MARK: As a tree

  /// The result as a tree of structs of `size` bytes each.
  func tree(size: Int, _ arena: Arena) throws(LiteError) -> lite_value {
    guard let value else { throw LiteError(.invalidState, "there is no result: run the session first") }
    if let shown, Int(shown.struct_size) == size { return shown }
    var next = 0
    let root = try show(value, size, arena, &next)
    shown = root
    return root
  }

  /// - Parameter next: position among `tensors` of the first tensor in the value.
  private func show(_ value: Value, _ size: Int, _ arena: Arena, _ next: inout Int) throws(LiteError) -> lite_value {
    var result = lite_value()
    result.struct_size = UInt32(truncatingIfNeeded: size)
    func setText(_ text: [UInt8]) throws(LiteError) {
      result.text = try memory.text(text)
      result.count = text.count
    }
    switch value {
    case .none: break
    case .bool(let flag):
      result.kind = lite_kind(LITE_KIND_BOOL)
      result.integer = flag ? 1 : 0
    case .int(let number):
      result.kind = lite_kind(LITE_KIND_INT)
      result.integer = number
    case .double(let number):
      result.kind = lite_kind(LITE_KIND_FLOAT)
      result.real = number
    case .complex(let number):
      result.kind = lite_kind(LITE_KIND_COMPLEX)
      result.real = number.real
      result.imaginary = number.imaginary
    case .string(let text):
      result.kind = lite_kind(LITE_KIND_STRING)
      try setText(text.bytes)
    case .device(let text):
      result.kind = lite_kind(LITE_KIND_DEVICE)
      try setText(text.bytes)
    case .tensor:
      result.kind = lite_kind(LITE_KIND_TENSOR)
      result.tensor = try memory.array([try lite_tensor_view(try denseTensor(next, arena), memory)])
      next += 1
    case .list(let list):
      result.kind = lite_kind(LITE_KIND_LIST)
      result.items = try show(list.items, size, arena, &next)
      result.count = list.items.count
    case .tuple(let tuple):
      result.kind = lite_kind(LITE_KIND_TUPLE)
      result.items = try show(tuple.items, size, arena, &next)
      result.count = tuple.items.count
      if tuple.fields.count == tuple.items.count, !tuple.fields.isEmpty {
        result.keys = try show(tuple.fields.map { .string(StringValue($0)) }, size, arena, &next)
      }
    case .dict(let dict):
      result.kind = lite_kind(LITE_KIND_DICT)
      // Keys that are tensors are not among `tensors`.
      result.keys = try show(dict.keys.map { if case .tensor = $0 { .none } else { $0 } }, size, arena, &next)
      result.items = try show(dict.values, size, arena, &next)
      result.count = dict.count
    default: result.kind = lite_kind(LITE_KIND_OTHER)
    }
    return result
  }

  private func show(
    _ values: [Value], _ size: Int, _ arena: Arena, _ next: inout Int
  ) throws(LiteError) -> UnsafePointer<lite_value>? {
    if values.isEmpty { return nil }
    let array = try memory.allocate(try Checked.multiply(values.count, size))
    for (index, value) in values.enumerated() {
      var item = try show(value, size, arena, &next)
      (array + index &* size).copyMemory(from: &item, byteCount: min(size, MemoryLayout<lite_value>.size))
    }
    return UnsafeRawPointer(array).assumingMemoryBound(to: lite_value.self)
  }
}

@c @implementation
public func lite_session_output_count(_ session: OpaquePointer?) -> UInt32 {
  UInt32(truncatingIfNeeded: SessionHandle.peek(session)?.result.tensors.count ?? 0)
}

@c @implementation
public func lite_session_output(
  _ session: OpaquePointer?, _ output: UInt32, _ out: UnsafeMutablePointer<lite_tensor_view>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    let isStrided = try checkedFlags(try lite_tensor_view.read(out).flags, LITE_VIEW_STRIDED, lite_tensor_view.structName) != 0
    try session.result.view(Int(output), isStrided: isStrided, session.session.arena).write(to: out)
  }
}

@c @implementation
public func lite_session_result(
  _ session: OpaquePointer?, _ out: UnsafeMutablePointer<lite_value>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    let size = Int(try lite_value.read(out).struct_size)
    try session.result.tree(size: size, session.session.arena).write(to: out)
  }
}

@c @implementation
public func lite_session_bind_output(
  _ session: OpaquePointer?, _ output: UInt32, _ view: UnsafePointer<lite_tensor_view>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in try session.method.bindOutput(output, view) }
}

import CLite
import LiteFormat
import LiteInterpreter

extension Model {
  /// The model behind a handle.
  static func from(_ handle: OpaquePointer?) throws(LiteError) -> Model {
    guard let handle else { throw LiteError(.invalidArgument, "the model is NULL") }
    return Unmanaged<Model>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }

  /// A handle that owns a reference.
  var retainedHandle: OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }
}

@c @implementation
public func lite_model_open_file(
  _ path: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    guard let path, let out else { throw LiteError(.invalidArgument, "path or out is NULL") }
    out.pointee = try Model(path: path).retainedHandle
  }
}

@c @implementation
public func lite_model_open_memory(
  _ bytes: UnsafeRawPointer?, _ count: Int, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    guard let bytes, let out, count >= 0 else { throw LiteError(.invalidArgument, "bytes or out is NULL") }
    let file = try InputFile(borrowing: UnsafeRawBufferPointer(start: bytes, count: count))
    out.pointee = try Model(try Program(file: file)).retainedHandle
  }
}

@c @implementation
public func lite_model_retain(_ model: OpaquePointer?) -> OpaquePointer? {
  if let model { _ = Unmanaged<Model>.fromOpaque(UnsafeRawPointer(model)).retain() }
  return model
}

@c @implementation
public func lite_model_release(_ model: OpaquePointer?) {
  if let model { Unmanaged<Model>.fromOpaque(UnsafeRawPointer(model)).release() }
}

@c @implementation
public func lite_model_missing_operator_count(_ model: OpaquePointer?) -> Int {
  guard let model = try? Model.from(model) else { return 0 }
  return model.missingOperators.count
}

@c @implementation
public func lite_model_missing_operator(
  _ model: OpaquePointer?, _ index: Int, _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int {
  guard let model = try? Model.from(model), index >= 0, index < model.missingOperators.count else { return 0 }
  let name = model.missingOperators[index].bytes
  if let buffer, capacity > 0 {
    let count = min(name.count, capacity - 1)
    for position in 0..<count { buffer[position] = CChar(bitPattern: name[position]) }
    buffer[count] = 0
  }
  return name.count
}

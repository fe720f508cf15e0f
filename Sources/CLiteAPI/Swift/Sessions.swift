import CLite
import LiteFormat
import LiteInterpreter

/// What a `lite_session` is: a session, the inputs that were set, and the tensors of the last result.
final class SessionHandle {
  let session: Session
  var inputs: [Value?] = []
  var outputs: [Tensor] = []

  init(_ session: Session) { self.session = session }

  static func from(_ handle: OpaquePointer?) throws(LiteError) -> SessionHandle {
    guard let handle else { throw LiteError(.invalidArgument, "the session is NULL") }
    return Unmanaged<SessionHandle>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }

  /// More inputs than any method has.
  static let maximumInputs = 1 << 16

  func setInput(_ index: Int, _ view: lite_tensor_view) throws(LiteError) {
    guard index >= 0, index < Self.maximumInputs else { throw LiteError(.invalidArgument, "input index \(index)") }
    let tensor = try copy(view)
    while inputs.count <= index { inputs.append(nil) }
    inputs[index] = .tensor(tensor)
  }

  private func copy(_ view: lite_tensor_view) throws(LiteError) -> Tensor {
    guard view.struct_size >= UInt32(MemoryLayout<lite_tensor_view>.size) else {
      throw LiteError(
        .invalidArgument, "struct_size of the tensor is \(Int(view.struct_size)), expected \(MemoryLayout<lite_tensor_view>.size)"
      )
    }
    guard let raw = UInt8(exactly: view.dtype), let type = DataType(rawValue: raw) else {
      throw LiteError(.invalidArgument, "dtype \(view.dtype) is not known")
    }
    guard (0...LITE_MAX_RANK).contains(view.rank) else {
      throw LiteError(.invalidArgument, "rank \(view.rank), expected 0 to \(LITE_MAX_RANK)")
    }
    var sizes: [Int] = []
    withUnsafeBytes(of: view.shape) { shape in
      for index in 0..<Int(view.rank) { sizes.append(Int(shape.load(fromByteOffset: index * 8, as: Int64.self))) }
    }
    let tensor = try session.makeTensor(type, sizes)
    guard view.byte_count == tensor.byteCount else {
      throw LiteError(
        .invalidInput,
        "the tensor has \(Int64(clamping: view.byte_count)) bytes, expected \(tensor.byteCount) for \(tensor.message)")
    }
    if tensor.byteCount > 0 {
      guard let data = view.data else { throw LiteError(.invalidArgument, "the tensor's data is NULL") }
      tensor.data.copyMemory(from: data, byteCount: tensor.byteCount)
    }
    if type.isQuantized { try tensor.setQuantization(scale: view.scale, zeroPoint: view.zero_point) }
    return tensor
  }

  func run(_ method: UnsafePointer<CChar>) throws(LiteError) {
    var name: [UInt8] = []
    var position = method
    while position.pointee != 0 {
      name.append(UInt8(bitPattern: position.pointee))
      position += 1
    }
    var arguments: [Value] = []
    for (index, input) in inputs.enumerated() {
      guard let input else { throw LiteError(.invalidInput, "input \(index) was not set") }
      arguments.append(input)
    }
    // What the last run returned is given back first, so that its memory can be used again.
    outputs = []
    let result = try session.run(try session.model.method(name), arguments)
    outputs = try session.denseTensors(in: result)
  }

  func output(_ index: Int, _ target: UnsafeMutablePointer<lite_tensor_view>) throws(LiteError) {
    guard index >= 0, index < outputs.count else {
      throw LiteError(.invalidArgument, "output \(index) of \(outputs.count)")
    }
    guard target.pointee.struct_size >= UInt32(MemoryLayout<lite_tensor_view>.size) else {
      throw LiteError(
        .invalidArgument,
        "struct_size of the view is \(Int(target.pointee.struct_size)), expected \(MemoryLayout<lite_tensor_view>.size)")
    }
    let tensor = outputs[index]
    target.pointee.dtype = lite_dtype(tensor.type.rawValue)
    target.pointee.rank = Int32(tensor.rank)
    withUnsafeMutableBytes(of: &target.pointee.shape) { shape in
      for dimension in 0..<Int(LITE_MAX_RANK) {
        shape.storeBytes(
          of: dimension < tensor.rank ? Int64(tensor.sizes[dimension]) : 0, toByteOffset: dimension * 8, as: Int64.self)
      }
    }
    target.pointee.scale = 0
    target.pointee.zero_point = 0
    if case .perTensor(let scale, let zeroPoint) = tensor.quantization {
      target.pointee.scale = scale
      target.pointee.zero_point = zeroPoint
    }
    target.pointee.data = tensor.data
    target.pointee.byte_count = tensor.byteCount
  }
}

@c @implementation
public func lite_session_create(
  _ model: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    guard let out else { throw LiteError(.invalidArgument, "out is NULL") }
    let handle = SessionHandle(try Session(try Model.from(model)))
    out.pointee = OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
  }
}

@c @implementation
public func lite_session_destroy(_ session: OpaquePointer?) {
  if let session { Unmanaged<SessionHandle>.fromOpaque(UnsafeRawPointer(session)).release() }
}

@c @implementation
public func lite_session_set_input(
  _ session: OpaquePointer?, _ index: Int, _ tensor: UnsafePointer<lite_tensor_view>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    guard let tensor else { throw LiteError(.invalidArgument, "the tensor is NULL") }
    try SessionHandle.from(session).setInput(index, tensor.pointee)
  }
}

@c @implementation
public func lite_session_clear_inputs(_ session: OpaquePointer?) {
  if let handle = try? SessionHandle.from(session) { handle.inputs = [] }
}

@c @implementation
public func lite_session_run(
  _ session: OpaquePointer?, _ method: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    guard let method else { throw LiteError(.invalidArgument, "the method is NULL") }
    try SessionHandle.from(session).run(method)
  }
}

@c @implementation
public func lite_session_output_count(_ session: OpaquePointer?) -> Int {
  (try? SessionHandle.from(session))?.outputs.count ?? 0
}

@c @implementation
public func lite_session_output(
  _ session: OpaquePointer?, _ index: Int, _ out: UnsafeMutablePointer<lite_tensor_view>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    guard let out else { throw LiteError(.invalidArgument, "out is NULL") }
    try SessionHandle.from(session).output(index, out)
  }
}

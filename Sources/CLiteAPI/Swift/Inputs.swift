import CLite
import LiteFormat
import LiteInterpreter

/// The inputs of one method of a session, and where its outputs are to go.
final class MethodInputs {
  let function: Int
  let inputs = StandingInputs()
  private let description: ModelDescription.Method
  /// The views that inputs were bound with, so that binding memory elsewhere costs nothing.
  private var views: [lite_tensor_view?] = []
  private var outputs: [(index: Int, tensor: Tensor)] = []

  init(_ description: ModelDescription.Method) {
    function = description.function
    self.description = description
  }

  /// More inputs than any method has.
  private static let maximumInputs = 1 << 10

  func position(_ input: UInt32, _ session: Session) throws(LiteError) -> Int {
    let index = Int(input)
    let declared = session.model.program.functions[function].schema == nil ? Self.maximumInputs : description.inputs.count
    guard index < declared else {
      throw LiteError(.invalidArgument, "input \(index) of method \(description.name), which takes \(declared)")
    }
    return index
  }

  /// The declared type of an input.
  private func type(_ index: Int, _ session: Session) -> TypeTable.Index? {
    guard let arguments = session.model.program.functions[function].schema?.arguments, index + 1 < arguments.count else {
      return nil
    }
    return arguments[index + 1].type
  }

  func set(_ index: Int, _ value: Value, _ reader: ValueReader, _ view: lite_tensor_view?) throws(LiteError) {
    try reader.session.model.check(value, as: index, of: function)
    while views.count <= index { views.append(nil) }
    views[index] = view
    inputs.set(index, value, owners: reader.owners)
  }

  func setTensor(
    _ input: UInt32, _ view: UnsafePointer<lite_tensor_view>?, borrows: Bool, _ session: Session
  ) throws(LiteError) {
    let index = try position(input, session)
    var reader = ValueReader(session, borrows: borrows)
    let given = try lite_tensor_view.read(view)
    if let dimensions = given.dimensions {
      let tensor = try aligned(try given.tensor(), index, dimensions, session)
      return try set(index, .tensor(try reader.take(tensor, given)), reader, nil)
    }
    guard borrows else { return try set(index, .tensor(try reader.tensor(given)), reader, nil) }
    if index < views.count, let known = views[index], known.isLike(given),
      let tensor = inputs.tensor(index), let data = given.data
    {
      try given.requireAlignment(of: tensor)
      return inputs.move(index, to: data)
    }
    try set(index, .tensor(try reader.tensor(given)), reader, given)
  }

  func setValue(_ input: UInt32, _ value: UnsafePointer<lite_value>?, borrows: Bool, _ session: Session) throws(LiteError) {
    let index = try position(input, session)
    var reader = ValueReader(session, borrows: borrows)
    let size = try lite_value.read(value).struct_size
    try set(index, try reader.read(value, size: size, as: type(index, session)), reader, nil)
  }

  /// Provides memory of the session's for an input; the same as before for a tensor of the same type and shape.
  func provideBuffer(
    _ input: UInt32, _ out: UnsafeMutablePointer<lite_tensor_view>?, _ session: Session
  ) throws(LiteError) {
    let index = try position(input, session)
    var request = try lite_tensor_view.read(out)
    guard request.data == nil else { throw LiteError(.invalidArgument, "data is not NULL, but the library provides it") }
    guard request.flags == 0, request.dimensions == nil else {
      throw LiteError(.invalidArgument, "an input buffer is dense and in the model's order: flags or dimensions are set")
    }
    let sizes = try request.sizes()
    var reader = ValueReader(session, borrows: false)
    var owner: Tensor
    if let known = inputs.owner(index), lite_dtype(known.type.rawValue) == request.dtype, known.sizes == sizes {
      owner = known
    } else {
      guard let raw = UInt8(exactly: request.dtype), let type = DataType(rawValue: raw) else {
        throw LiteError(.invalidArgument, "dtype \(request.dtype) is not known")
      }
      owner = try session.makeTensor(type, sizes)
      owner.data.initializeMemory(as: UInt8.self, repeating: 0, count: owner.byteCount)
    }
    request.data = owner.data
    request.byte_count = owner.byteCount
    let described = try request.tensor()
    try set(index, .tensor(reader.lend(owner, described.quantization)), reader, nil)
    withUnsafeMutableBytes(of: &request.strides) {
      for index in 0..<owner.rank { $0.storeBytes(of: Int64(owner.strides[index]), toByteOffset: index * 8, as: Int64.self) }
    }
    try request.write(to: out)
  }

  func clear() {
    inputs.removeAll()
    views.removeAll(keepingCapacity: true)
  }

  // MARK: Outputs

  func bindOutput(_ output: UInt32, _ view: UnsafePointer<lite_tensor_view>?) throws(LiteError) {
    let index = Int(output)
    guard let view else { return outputs.removeAll { $0.index == index } }
    let given = try lite_tensor_view.read(view)
    let tensor = try given.tensor(isWritable: true)
    try given.requireAlignment(of: tensor)
    guard given.dimensions == nil else { throw LiteError(.invalidArgument, "dimensions are set for an output") }
    for dimension in 0..<tensor.rank where tensor.strides[dimension] == 0 && tensor.sizes[dimension] > 1 {
      throw LiteError(.invalidArgument, "strides[\(dimension)] is 0: elements of an output share memory")
    }
    outputs.removeAll { $0.index == index }
    outputs.append((index, tensor))
  }

  /// Copies tensors of a result to where they were bound.
  func writeOutputs(_ tensors: [Tensor]) throws(LiteError) {
    for output in outputs {
      guard output.index < tensors.count else {
        throw LiteError(.invalidArgument, "output \(output.index) was bound, but the result has \(tensors.count) tensors")
      }
      try tensors[output.index].copy(toBound: output.tensor, index: output.index)
    }
  }
}

@c @implementation
public func lite_session_set_input(
  _ session: OpaquePointer?, _ input: UInt32, _ tensor: UnsafePointer<lite_tensor_view>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    try session.method.setTensor(input, tensor, borrows: false, session.session)
  }
}

@c @implementation
public func lite_session_bind_input(
  _ session: OpaquePointer?, _ input: UInt32, _ tensor: UnsafePointer<lite_tensor_view>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    try session.method.setTensor(input, tensor, borrows: true, session.session)
  }
}

@c @implementation
public func lite_session_input_buffer(
  _ session: OpaquePointer?, _ input: UInt32, _ view: UnsafeMutablePointer<lite_tensor_view>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    try session.method.provideBuffer(input, view, session.session)
  }
}

@c @implementation
public func lite_session_set_value(
  _ session: OpaquePointer?, _ input: UInt32, _ value: UnsafePointer<lite_value>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    try session.method.setValue(input, value, borrows: false, session.session)
  }
}

@c @implementation
public func lite_session_bind_value(
  _ session: OpaquePointer?, _ input: UInt32, _ value: UnsafePointer<lite_value>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    try session.method.setValue(input, value, borrows: true, session.session)
  }
}

@c @implementation
public func lite_session_clear_inputs(_ session: OpaquePointer?, _ error: UnsafeMutablePointer<lite_error>?) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in session.method.clear() }
}

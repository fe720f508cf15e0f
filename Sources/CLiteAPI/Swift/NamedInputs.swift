import CLite
import LiteFormat
import LiteInterpreter

// What lite.json says of inputs and outputs: the header's part "Names".

extension lite_image_info: CStruct { static var structName: StaticString { "lite_image_info" } }

extension ModelHandle {
  /// The function of a method by its index.
  fileprivate func function(_ method: UInt32) throws(LiteError) -> Int {
    guard method < description.methods.count else {
      throw LiteError(.invalidArgument, "method \(Int(method)) of \(description.methods.count)")
    }
    return description.methods[Int(method)].function
  }
}

extension Model {
  /// How images become numbers for an input.
  fileprivate func normalization(
    ofInput input: UInt32, of function: Int
  ) throws(LiteError) -> (ImageNormalization, TensorDescription) {
    let tensor = try description(ofInput: Int(input), of: function)
    guard let normalization = tensor.normalization else {
      throw LiteError(.notFound, "input \(Int(input)) (\(tensor.name.bytes)): the model declares no range, mean and std")
    }
    return (normalization, tensor)
  }
}

extension lite_value_info {
  /// Fills in what a model says of its inputs or outputs, in their order. Its texts live as long as the model.
  static func name(_ values: inout [lite_value_info], _ descriptions: [TensorDescription]) {
    for (index, tensor) in descriptions.enumerated() where index < values.count {
      values[index].name = tensor.name.start
      guard values[index].kind == lite_kind(LITE_KIND_TENSOR) else { continue }
      if let type = tensor.type { values[index].dtype = lite_dtype(type.rawValue) }
      values[index].dimensions = tensor.dimensionList
      guard let sizes = tensor.sizes else { continue }
      values[index].rank = Int32(truncatingIfNeeded: sizes.count)
      withUnsafeMutableBytes(of: &values[index].shape) { shape in
        for axis in 0..<sizes.count { shape.storeBytes(of: Int64(sizes[axis]), toByteOffset: 8 * axis, as: Int64.self) }
      }
    }
  }
}

extension MethodInputs {
  /// A tensor of the caller's in the model's order of dimensions: a view of the same memory.
  func aligned(
    _ tensor: Tensor, _ index: Int, _ dimensions: UnsafePointer<CChar>, _ session: Session
  ) throws(LiteError) -> Tensor {
    do throws(LiteError) {
      let description = try session.model.description(ofInput: index, of: function)
      return try description.aligned(tensor, order: try bytes(of: dimensions, "dimensions"))
    } catch {
      throw error.at("input \(index)")
    }
  }

  /// Sets an input to the numbers of an image of bytes.
  fileprivate func setImage(
    _ input: UInt32, _ image: UnsafePointer<lite_tensor_view>?, _ session: Session
  ) throws(LiteError) {
    let index = try position(input, session)
    let (normalization, tensor) = try session.model.normalization(ofInput: input, of: function)
    let view = try lite_tensor_view.read(image)
    var order: [UInt8]?
    if let dimensions = view.dimensions { order = try bytes(of: dimensions, "dimensions") }
    let aligned = try tensor.aligned(try view.tensor(), order: order, normalizes: true)
    var reader = ValueReader(session, borrows: false)
    let numbers = reader.lend(try normalization.apply(aligned, in: session.arena), .none)
    try set(index, .tensor(numbers), reader, nil)
  }
}

@c @implementation
public func lite_model_find_input(
  _ model: OpaquePointer?, _ method: UInt32, _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UInt32>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let handle = try ModelHandle.from(model)
    let function = try handle.function(method)
    let name = try bytes(of: name, "name")
    let out = try required(out, "out")
    out.pointee = UInt32(truncatingIfNeeded: try handle.runnable().input(named: name, of: function))
  }
}

@c @implementation
public func lite_model_image_info(
  _ model: OpaquePointer?, _ method: UInt32, _ input: UInt32, _ out: UnsafeMutablePointer<lite_image_info>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let handle = try ModelHandle.from(model)
    let function = try handle.function(method)
    let (normalization, tensor) = try handle.runnable().normalization(ofInput: input, of: function)
    var info = lite_image_info()
    let count = max(normalization.mean.count, normalization.deviation.count)
    info.channel_count = UInt32(truncatingIfNeeded: count)
    info.range_low = normalization.low
    info.range_high = normalization.high
    info.channels = tensor.channels?.start
    func fill(_ target: inout some BitwiseCopyable, _ numbers: [Double]) {
      withUnsafeMutableBytes(of: &target) { target in
        for index in 0..<count {
          target.storeBytes(of: numbers[numbers.count == 1 ? 0 : index], toByteOffset: 8 * index, as: Double.self)
        }
      }
    }
    fill(&info.mean, normalization.mean)
    fill(&info.standard_deviation, normalization.deviation)
    try info.write(to: out)
  }
}

@c @implementation
public func lite_model_label(
  _ model: OpaquePointer?, _ method: UInt32, _ output: UInt32, _ position: UInt32
) -> UnsafePointer<CChar>? {
  guard let handle = try? ModelHandle.from(model), let function = try? handle.function(method),
    let outputs = handle.model?.description(of: function)?.outputs, output < outputs.count,
    position < outputs[Int(output)].labels.count
  else { return nil }
  return outputs[Int(output)].labels[Int(position)].start
}

@c @implementation
public func lite_session_set_image(
  _ session: OpaquePointer?, _ input: UInt32, _ image: UnsafePointer<lite_tensor_view>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    try session.method.setImage(input, image, session.session)
  }
}

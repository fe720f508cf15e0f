import CLite
import LiteFormat
import LiteInterpreter

/// The dense tensor of a view that has `count` elements.
private func denseTensor(
  _ view: UnsafePointer<lite_tensor_view>?, _ count: Int, _ values: UnsafePointer<Float>?
) throws(LiteError) -> Tensor {
  let view = try lite_tensor_view.read(view)
  let tensor = try view.tensor(isWritable: true)
  try view.requireAlignment(of: tensor)
  guard tensor.isContiguous else { throw LiteError(.invalidArgument, "the tensor is not dense") }
  guard tensor.count == count else {
    throw LiteError(.invalidArgument, "count is \(count), expected \(tensor.count) for \(tensor.message)")
  }
  guard count == 0 || values != nil else { throw LiteError(.invalidArgument, "values is NULL") }
  return tensor
}

@c @implementation
public func lite_tensor_to_float(
  _ view: UnsafePointer<lite_tensor_view>?, _ values: UnsafeMutablePointer<Float>?, _ count: Int,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let tensor = try denseTensor(view, count, values)
    if let values { try tensor.readFloats(into: values) }
  }
}

@c @implementation
public func lite_tensor_from_float(
  _ values: UnsafePointer<Float>?, _ count: Int, _ view: UnsafePointer<lite_tensor_view>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let tensor = try denseTensor(view, count, values)
    if let values { try tensor.writeFloats(from: values) }
  }
}

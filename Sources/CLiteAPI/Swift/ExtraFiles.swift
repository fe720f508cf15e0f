import CLite
import LiteFormat

/// A file that was added to a model at export.
struct ExtraFile {
  let name: [UInt8]
  let text: UnsafePointer<CChar>
  let bytes: RecordBytes

  /// Hands it out; the caller may leave out what he does not want.
  func write(
    _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?,
    _ count: UnsafeMutablePointer<Int>?
  ) {
    name?.pointee = text
    bytes?.pointee = self.bytes.base
    count?.pointee = self.bytes.count
  }
}

@c @implementation
public func lite_model_extra_file_at(
  _ model: OpaquePointer?, _ index: UInt32, _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
  _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?, _ count: UnsafeMutablePointer<Int>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let files = try ModelHandle.from(model).description.extraFiles
    guard index < files.count else {
      throw LiteError(.invalidArgument, "extra file \(Int(index)) of \(files.count)")
    }
    files[Int(index)].write(name, bytes, count)
  }
}

@c @implementation
public func lite_model_extra_file(
  _ model: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>?,
  _ count: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let files = try ModelHandle.from(model).description.extraFiles
    let wanted = try CLiteAPI.bytes(of: name, "name")
    for file in files where file.name == wanted { return file.write(nil, bytes, count) }
    throw LiteError(.notFound, "no extra file \(wanted) among the \(files.count) of the model")
  }
}

import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// The C interface, called as a host calls it.
@Suite struct SessionTests {
  private func message(_ error: lite_error) -> String {
    withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private func makeError() -> lite_error {
    var error = lite_error()
    error.struct_size = UInt32(MemoryLayout<lite_error>.size)
    return error
  }

  @Test func versionAndNames() {
    #expect(String(cString: lite_version()) == "\(LITE_VERSION_MAJOR).\(LITE_VERSION_MINOR).\(LITE_VERSION_PATCH)")
    #expect(String(cString: lite_status_name(lite_status(LITE_E_MALFORMED))) == "LITE_E_MALFORMED")
    #expect(String(cString: lite_status_name(12345)) == "LITE_E_UNKNOWN")
  }

  @Test func missingFile() {
    var error = makeError()
    var model: OpaquePointer?
    let status = lite_model_open_file("/nonexistent/model.ptl", &model, &error)
    #expect(status == lite_status(LITE_E_FILE_UNREADABLE))
    #expect(error.status == status)
    #expect(message(error).contains("No such file"))
    #expect(model == nil)
  }

  @Test func nullIsAnError() {
    #expect(lite_model_open_file(nil, nil, nil) == lite_status(LITE_E_INVALID_ARGUMENT))
    #expect(lite_session_create(nil, nil, nil) == lite_status(LITE_E_INVALID_ARGUMENT))
    #expect(lite_session_run(nil, "forward", nil) == lite_status(LITE_E_INVALID_ARGUMENT))
    lite_model_release(nil)
    lite_session_destroy(nil)
  }

  /// The digits of the example: the network's answer through C is what PyTorch computed.
  @Test(arguments: [false, true]) func runsTheExample(fromMemory: Bool) throws {
    let folder = Paths.examples.appendingPathComponent("digits")
    let path = folder.appendingPathComponent("digits_int8.ptl").path
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    var error = makeError()
    var model: OpaquePointer?
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    let status =
      fromMemory
      ? lite_model_open_memory(copy.baseAddress, copy.count, &model, &error) : lite_model_open_file(path, &model, &error)
    try #require(status == lite_status(LITE_OK), "\(message(error))")
    defer { lite_model_release(model) }
    #expect(lite_model_missing_operator_count(model) == 0)
    var session: OpaquePointer?
    try #require(lite_session_create(model, &session, &error) == lite_status(LITE_OK))
    defer { lite_session_destroy(session) }

    let images = try NpyArray(contentsOf: folder.appendingPathComponent("heldout_images.npy"))
    var pixels = images.bytes
    try pixels.withUnsafeMutableBytes { buffer in
      var view = lite_tensor_view()
      view.struct_size = UInt32(MemoryLayout<lite_tensor_view>.size)
      view.dtype = lite_dtype(LITE_FLOAT32)
      view.rank = Int32(images.shape.count)
      withUnsafeMutableBytes(of: &view.shape) { shape in
        for (index, size) in images.shape.enumerated() {
          shape.storeBytes(of: Int64(size), toByteOffset: index * 8, as: Int64.self)
        }
      }
      view.data = buffer.baseAddress
      view.byte_count = buffer.count
      try #require(lite_session_set_input(session, 0, &view, &error) == lite_status(LITE_OK), "\(message(error))")
    }
    for _ in 0..<2 {
      try #require(lite_session_run(session, "forward", &error) == lite_status(LITE_OK), "\(message(error))")
      #expect(lite_session_output_count(session) == 1)
      var output = lite_tensor_view()
      output.struct_size = UInt32(MemoryLayout<lite_tensor_view>.size)
      try #require(lite_session_output(session, 0, &output, &error) == lite_status(LITE_OK))
      #expect(output.rank == 2)
      #expect(output.dtype == lite_dtype(LITE_FLOAT32))
      #expect(output.byte_count == images.shape[0] * 10 * 4)
    }
    #expect(lite_session_run(session, "backward", &error) == lite_status(LITE_E_NO_SUCH_METHOD))
    #expect(message(error).contains("forward"))
    lite_session_clear_inputs(session)
    #expect(lite_session_run(session, "forward", &error) == lite_status(LITE_E_INVALID_INPUT))
  }
}

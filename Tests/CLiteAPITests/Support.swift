import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// A struct of the header, cleared as a host clears it.
func make<Struct>(_ type: Struct.Type) -> Struct {
  withUnsafeTemporaryAllocation(of: Struct.self, capacity: 1) { memory in
    lite_init(memory.baseAddress, MemoryLayout<Struct>.size)
    return memory[0]
  }
}

/// The text of an array of a struct.
func text<Field>(_ field: Field) -> String {
  withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

let ok = lite_status(LITE_OK)

/// What a call returned, for tests that expect errors.
struct CallFailure: Error, CustomStringConvertible {
  let status: lite_status
  let message: String
  let method: String
  let operatorName: String
  let instruction: Int32

  var description: String { "\(String(cString: lite_status_name(status))): \(message)" }
}

/// Makes a call, and throws its error.
func call(_ body: (UnsafeMutablePointer<lite_error>) -> lite_status) throws {
  var error = make(lite_error.self)
  let status = body(&error)
  guard status != ok else { return }
  throw CallFailure(
    status: status, message: text(error.message), method: text(error.method), operatorName: text(error.operator_name),
    instruction: error.instruction)
}

/// The error that a call gives.
func failure(_ body: (UnsafeMutablePointer<lite_error>) -> lite_status) -> CallFailure? {
  do {
    try call(body)
    return nil
  } catch { return error as? CallFailure }
}

/// Expects an error of a status with a text in its message.
func expectFailure(
  _ status: Int, _ part: String, _ location: SourceLocation = #_sourceLocation,
  _ body: (UnsafeMutablePointer<lite_error>) -> lite_status
) {
  let found = failure(body)
  #expect(found?.status == lite_status(status), "\(found?.description ?? "no error")", sourceLocation: location)
  #expect(part.isEmpty || found?.message.contains(part) == true, "\(found?.description ?? "no error")", sourceLocation: location)
}

/// A model, as a host holds it.
final class CModel {
  let handle: OpaquePointer

  init(_ path: String, _ configure: (inout lite_load_options) -> Void = { _ in }) throws {
    var options = make(lite_load_options.self)
    configure(&options)
    var handle: OpaquePointer?
    try call { lite_model_open_file(path, &options, &handle, $0) }
    self.handle = try #require(handle)
  }

  init(adopting handle: OpaquePointer) { self.handle = handle }

  deinit { lite_model_release(handle) }

  var info: lite_model_info {
    get throws {
      var info = make(lite_model_info.self)
      try call { lite_model_summary(handle, &info, $0) }
      return info
    }
  }
}

/// A session, as a host holds it.
final class CSession {
  let handle: OpaquePointer

  init(
    _ model: CModel, method: String? = nil, _ configure: (inout lite_session_options) -> Void = { _ in }
  ) throws {
    var options = make(lite_session_options.self)
    configure(&options)
    var handle: OpaquePointer?
    let name = method.flatMap { strdup($0) }
    defer { free(name) }
    options.method = UnsafePointer(name)
    try call { lite_session_create(model.handle, &options, &handle, $0) }
    self.handle = try #require(handle)
  }

  deinit { lite_session_destroy(handle) }

  func run() throws { try call { lite_session_run(handle, $0) } }

  func output(_ index: UInt32 = 0, flags: Int = 0) throws -> lite_tensor_view {
    var view = make(lite_tensor_view.self)
    view.flags = UInt32(flags)
    try call { lite_session_output(handle, index, &view, $0) }
    return view
  }

  var memory: lite_memory_info {
    get throws {
      var info = make(lite_memory_info.self)
      try call { lite_session_memory(handle, &info, $0) }
      return info
    }
  }
}

/// A tensor of a test's, in memory of its own.
final class CTensor {
  let bytes: UnsafeMutableRawBufferPointer
  var view = make(lite_tensor_view.self)

  init(_ dtype: Int, _ shape: [Int], byteCount: Int, offset: Int = 0) {
    bytes = .allocate(byteCount: byteCount + offset + 1, alignment: 64)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    view.dtype = lite_dtype(dtype)
    view.rank = Int32(shape.count)
    set(&view.shape, shape)
    view.data = bytes.baseAddress! + offset
    view.byte_count = byteCount
  }

  convenience init(_ values: [Float], _ shape: [Int], offset: Int = 0) {
    self.init(LITE_FLOAT32, shape, byteCount: values.count * 4, offset: offset)
    values.withUnsafeBytes { source in (view.data!).copyMemory(from: source.baseAddress!, byteCount: source.count) }
  }

  convenience init(_ array: NpyArray) {
    let dtype = array.bytes.count / max(array.shape.reduce(1, *), 1) == 4 ? LITE_FLOAT32 : LITE_INT64
    self.init(dtype, array.shape, byteCount: array.bytes.count)
    array.bytes.withUnsafeBytes { (view.data!).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
  }

  deinit { bytes.deallocate() }
}

/// Sets the first numbers of an array of a struct.
func set<Field>(_ field: inout Field, _ numbers: [Int]) {
  withUnsafeMutableBytes(of: &field) {
    for (index, number) in numbers.enumerated() { $0.storeBytes(of: Int64(number), toByteOffset: index * 8, as: Int64.self) }
  }
}

extension lite_tensor_view {
  var sizes: [Int] {
    withUnsafeBytes(of: shape) { buffer in
      (0..<Int(rank)).map { Int(buffer.load(fromByteOffset: $0 * 8, as: Int64.self)) }
    }
  }

  var steps: [Int] {
    withUnsafeBytes(of: strides) { buffer in
      (0..<Int(rank)).map { Int(buffer.load(fromByteOffset: $0 * 8, as: Int64.self)) }
    }
  }

  var floats: [Float] { [Float](UnsafeBufferPointer(start: data?.assumingMemoryBound(to: Float.self), count: byte_count / 4)) }
  var content: [UInt8] { [UInt8](UnsafeRawBufferPointer(start: data, count: byte_count)) }
}

/// Models of tests.
enum TestModel {
  static let digits = Paths.examples.appendingPathComponent("digits/digits_int8.ptl").path
  static let images = Paths.examples.appendingPathComponent("digits/heldout_images.npy")
  static func fixture(_ name: String) -> String {
    Paths.fixtures.appendingPathComponent("\(name)/model.ptl").path
  }
  static func own(_ name: String) -> String {
    Paths.repository.appendingPathComponent("Tests/CLiteAPITests/Fixtures/\(name).ptl").path
  }
}

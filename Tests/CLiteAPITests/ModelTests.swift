import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// Opening models in every way, and what there is to tell of them.
@Suite struct ModelTests {
  /// How often a release callback was called.
  final class Releases { var count = 0 }

  private static let release: lite_release = { context, _, _ in
    Unmanaged<Releases>.fromOpaque(context!).takeUnretainedValue().count += 1
  }

  @Test func memoryIsReleasedOnce() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: TestModel.own("interface")))
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: data.count, alignment: 64)
    defer { copy.deallocate() }
    copy.copyBytes(from: data)
    let releases = Releases()
    let context = Unmanaged.passUnretained(releases).toOpaque()
    var handle: OpaquePointer?
    try call { lite_model_open_memory(copy.baseAddress, copy.count, Self.release, context, nil, &handle, $0) }
    #expect(lite_model_retain(handle) == handle)
    lite_model_release(handle)
    #expect(releases.count == 0)
    var session: OpaquePointer?
    try call { lite_session_create(handle, nil, &session, $0) }
    lite_model_release(handle)
    #expect(releases.count == 0)
    lite_session_destroy(session)
    #expect(releases.count == 1)
    // Not when opening fails.
    expectFailure(LITE_E_ARCHIVE_DAMAGED, "") {
      lite_model_open_memory(copy.baseAddress, copy.count - 40, Self.release, context, nil, &handle, $0)
    }
    #expect(releases.count == 1)
  }

  /// A model that is a part of a larger file, at an offset that is no multiple of anything.
  @Test(arguments: [0, LITE_LOAD_MAP]) func descriptor(flags: Int) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: TestModel.digits))
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("lite-\(UUID().uuidString)")
    try (Data(repeating: 7, count: 5003) + data + Data(repeating: 9, count: 100)).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let descriptor = open(file.path, O_RDONLY)
    defer { close(descriptor) }
    lseek(descriptor, 11, SEEK_SET)
    var options = make(lite_load_options.self)
    options.flags = UInt32(flags)
    var handle: OpaquePointer?
    try call { lite_model_open_descriptor(descriptor, 5003, UInt64(data.count), &options, &handle, $0) }
    #expect(lseek(descriptor, 0, SEEK_CUR) == 11)
    let model = CModel(adopting: try #require(handle))
    #expect(try model.info.file_bytes == UInt64(data.count))
    #expect(try (model.info.mapped_bytes > 0) == (flags == LITE_LOAD_MAP))
    let images = CTensor(try NpyArray(contentsOf: TestModel.images))
    var results: [[UInt8]] = []
    for model in [model, try CModel(TestModel.digits)] {
      let session = try CSession(model)
      try call { lite_session_bind_input(session.handle, 0, &images.view, $0) }
      try session.run()
      results.append(try session.output().content)
    }
    #expect(results[0] == results[1])
    expectFailure(LITE_E_INVALID_ARGUMENT, "bytes at byte") {
      lite_model_open_descriptor(descriptor, 1 << 40, 0, nil, &handle, $0)
    }
    expectFailure(LITE_E_INVALID_ARGUMENT, "bytes at byte") {
      lite_model_open_descriptor(descriptor, 5003, UInt64(data.count) + 101, nil, &handle, $0)
    }
    expectFailure(LITE_E_FILE_UNREADABLE, "") { lite_model_open_descriptor(-1, 0, 0, nil, &handle, $0) }
  }

  @Test func missingFile() {
    var handle: OpaquePointer?
    expectFailure(LITE_E_FILE_UNREADABLE, "No such file") { lite_model_open_file("/nonexistent/model.ptl", nil, &handle, $0) }
    #expect(handle == nil)
  }

  @Test func description() throws {
    let model = try CModel(TestModel.own("interface"))
    let info = try model.info
    #expect(String(cString: info.class_name) == "__torch__.Interface")
    #expect(info.bytecode_version == 8)
    #expect(Int(info.flags) == LITE_MODEL_QUANTIZED | LITE_MODEL_CONTROL_FLOW)
    #expect(info.missing_operator_count == 0)
    #expect(info.weight_bytes == 24 + 432 + 16)
    var names: [String] = []
    for index in 0..<info.method_count { names.append(String(cString: lite_model_method_name(model.handle, index))) }
    #expect(names.contains("forward") && names.contains("detect") && names.count == 15)
    #expect(lite_model_method_name(model.handle, info.method_count) == nil)
    var method: UInt32 = 0
    try call { lite_model_find_method(model.handle, "plain", &method, $0) }
    #expect(names[Int(method)] == "plain")
    expectFailure(LITE_E_NO_SUCH_METHOD, "forward") { lite_model_find_method(model.handle, "backward", &method, $0) }

    var inputs: UInt32 = 0
    var outputs: UInt32 = 0
    try call { lite_model_signature(model.handle, method, &inputs, &outputs, $0) }
    #expect((inputs, outputs) == (5, 5))
    var kinds: [Int] = []
    for input in 0..<inputs {
      var info = make(lite_value_info.self)
      try call { lite_model_input_info(model.handle, method, input, &info, $0) }
      kinds.append(Int(info.kind))
      if input == 4 {
        #expect(String(cString: info.name) == "o")
        #expect(String(cString: info.type) == "Optional[int]")
        #expect(Int(info.flags) & LITE_VALUE_OPTIONAL != 0)
        #expect(info.dtype == lite_dtype(LITE_DTYPE_UNKNOWN) && info.rank == -1)
      }
    }
    #expect(kinds == [LITE_KIND_INT, LITE_KIND_FLOAT, LITE_KIND_BOOL, LITE_KIND_STRING, LITE_KIND_INT])
    try call { lite_model_find_method(model.handle, "forward", &method, $0) }
    var scale = make(lite_value_info.self)
    try call { lite_model_input_info(model.handle, method, 1, &scale, $0) }
    #expect(Int(scale.flags) == LITE_VALUE_HAS_DEFAULT)
    var output = make(lite_value_info.self)
    try call { lite_model_output_info(model.handle, method, 0, &output, $0) }
    #expect(output.kind == lite_kind(LITE_KIND_TENSOR))
    expectFailure(LITE_E_INVALID_ARGUMENT, "input 2 of 2") { lite_model_input_info(model.handle, method, 2, &output, $0) }
  }

  @Test func extraFiles() throws {
    let model = try CModel(TestModel.own("interface"))
    #expect(try model.info.extra_file_count == 2)
    var names: [String] = []
    for index in UInt32(0)..<2 {
      var name: UnsafePointer<CChar>?
      try call { lite_model_extra_file_at(model.handle, index, &name, nil, nil, $0) }
      names.append(String(cString: try #require(name)))
    }
    #expect(names.sorted() == ["empty.bin", "note.txt"])
    var bytes: UnsafeRawPointer?
    var count = 0
    try call { lite_model_extra_file(model.handle, "note.txt", &bytes, &count, $0) }
    #expect(String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self) == "kept beside the model")
    try call { lite_model_extra_file(model.handle, "empty.bin", nil, &count, $0) }
    #expect(count == 0)
    expectFailure(LITE_E_NOT_FOUND, "no extra file other") { lite_model_extra_file(model.handle, "other", &bytes, &count, $0) }
    expectFailure(LITE_E_INVALID_ARGUMENT, "extra file 2 of 2") {
      lite_model_extra_file_at(model.handle, 2, nil, nil, nil, $0)
    }
  }

  /// Operators of a model that this build cannot run, of one that fails verification, and of one without its weights.
  @Test(arguments: [
    ("missing_operator", LITE_OK, 0), ("instruction_register", LITE_E_MALFORMED, LITE_MODEL_INCOMPLETE),
    ("no_weights", LITE_E_MALFORMED, LITE_MODEL_INCOMPLETE), ("stack_underflow", LITE_E_MALFORMED, LITE_MODEL_INCOMPLETE),
  ])
  func inspection(name: String, status: Int, flag: Int) throws {
    let path = Paths.fixtures.appendingPathComponent("bad/\(name).ptl").path
    var handle: OpaquePointer?
    #expect(lite_model_open_file(path, nil, &handle, nil) == lite_status(status))
    if status == LITE_OK { lite_model_release(handle) }
    let model = try CModel(path) { $0.flags = UInt32(LITE_LOAD_INSPECT) }
    let info = try model.info
    #expect(Int(info.flags) & LITE_MODEL_INCOMPLETE == flag)
    #expect(info.operator_count > 0)
    var missing = 0
    for index in 0..<info.operator_count {
      var item = make(lite_operator_info.self)
      try call { lite_model_operator_info(model.handle, index, &item, $0) }
      #expect(String(cString: item.name).contains("::"))
      #expect(item.use_count > 0)
      if item.is_supported == 0 { missing += 1 }
    }
    #expect(missing == Int(info.missing_operator_count))
    #expect((missing > 0) == (name == "missing_operator"))
    var session: OpaquePointer?
    let created = lite_session_create(model.handle, nil, &session, nil)
    #expect(created == lite_status(status))
    lite_session_destroy(session)
  }

  @Test func checkFile() throws {
    final class Problems { var messages: [String] = [] }
    let report: lite_problem = { context, error in
      Unmanaged<Problems>.fromOpaque(context!).takeUnretainedValue().messages.append(text(error!.pointee.message))
    }
    func check(_ path: String) -> (lite_status, [String]) {
      let problems = Problems()
      let status = lite_check_file(path, nil, report, Unmanaged.passUnretained(problems).toOpaque(), nil)
      return (status, problems.messages)
    }
    let good = check(TestModel.own("interface"))
    #expect(good.0 == ok && good.1.isEmpty)
    let bad = Paths.fixtures.appendingPathComponent("bad")
    let missing = check(bad.appendingPathComponent("missing_operator.ptl").path)
    #expect(missing.0 == lite_status(LITE_E_MISSING_OPERATOR))
    #expect(missing.1.count == 1 && missing.1[0].contains("::"))
    let damaged = check(bad.appendingPathComponent("instruction_register.ptl").path)
    #expect(damaged.0 == lite_status(LITE_E_MALFORMED) && !damaged.1.isEmpty)
    let other = check(bad.appendingPathComponent("text.ptl").path)
    #expect(other.0 == lite_status(LITE_E_WRONG_FILE_KIND) && other.1.count == 1)
    #expect(lite_check_file(nil, nil, nil, nil, nil) == lite_status(LITE_E_INVALID_ARGUMENT))
  }

  @Test func progressAndTier() throws {
    final class Steps {
      var calls = 0
      var last = (0, 0)
      var limit = Int.max
    }
    let told: lite_progress = { context, done, total in
      let steps = Unmanaged<Steps>.fromOpaque(context!).takeUnretainedValue()
      steps.calls += 1
      steps.last = (done, total)
      return steps.calls > steps.limit ? 1 : 0
    }
    let steps = Steps()
    _ = try CModel(TestModel.digits) {
      $0.progress = told
      $0.progress_context = Unmanaged.passUnretained(steps).toOpaque()
      $0.kernels = lite_kernels(LITE_KERNELS_SCALAR)
    }
    #expect(steps.calls > 2 && steps.last.0 == steps.last.1)
    steps.limit = steps.calls + 1
    #expect(throws: CallFailure.self) {
      _ = try CModel(TestModel.digits) {
        $0.progress = told
        $0.progress_context = Unmanaged.passUnretained(steps).toOpaque()
      }
    }
    #if arch(x86_64)
      var options = make(lite_load_options.self)
      options.kernels = lite_kernels(LITE_KERNELS_NEON)
      var handle: OpaquePointer?
      expectFailure(LITE_E_UNSUPPORTED, "ARM") { lite_model_open_file(TestModel.digits, &options, &handle, $0) }
    #endif
  }
}

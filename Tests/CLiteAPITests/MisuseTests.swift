import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// Whatever a caller does wrong is a status with a message.
@Suite struct MisuseTests {
  @Test func nothing() {
    let wrong = lite_status(LITE_E_INVALID_ARGUMENT)
    #expect(lite_model_open_file(nil, nil, nil, nil) == wrong)
    #expect(lite_model_open_memory(nil, 3, nil, nil, nil, nil, nil) == wrong)
    #expect(lite_model_open_descriptor(0, 0, 0, nil, nil, nil) == wrong)
    #expect(lite_model_summary(nil, nil, nil) == wrong)
    #expect(lite_model_method_name(nil, 0) == nil)
    #expect(lite_model_find_method(nil, nil, nil, nil) == wrong)
    #expect(lite_model_signature(nil, 0, nil, nil, nil) == wrong)
    #expect(lite_model_operator_info(nil, 0, nil, nil) == wrong)
    #expect(lite_model_memory_requirement(nil, nil, nil, 0, nil, nil) == wrong)
    #expect(lite_session_create(nil, nil, nil, nil) == wrong)
    for function in [lite_session_run, lite_session_reset, lite_session_clear_inputs] { #expect(function(nil, nil) == wrong) }
    for function in [lite_session_set_input, lite_session_bind_input] { #expect(function(nil, 0, nil, nil) == wrong) }
    for function in [lite_session_set_value, lite_session_bind_value] { #expect(function(nil, 0, nil, nil) == wrong) }
    #expect(lite_session_output_count(nil) == 0)
    #expect(lite_session_profile_count(nil) == 0)
    #expect(lite_session_last_error(nil, nil) == wrong)
    #expect(lite_tensor_to_float(nil, nil, 0, nil) == wrong)
    #expect(lite_tensor_from_float(nil, 0, nil, nil) == wrong)
    #expect(lite_model_retain(nil) == nil)
    lite_model_release(nil)
    lite_session_destroy(nil)
    lite_session_cancel(nil)
    lite_init(nil, 8)
  }

  @Test func structs() throws {
    let model = try CModel(TestModel.own("interface"))
    // Cleared, but not initialized.
    var options = lite_session_options()
    var handle: OpaquePointer?
    expectFailure(LITE_E_INVALID_ARGUMENT, "lite_session_options: struct_size is 0") {
      lite_session_create(model.handle, &options, &handle, $0)
    }
    options.struct_size = 13
    expectFailure(LITE_E_INVALID_ARGUMENT, "struct_size is 13") { lite_session_create(model.handle, &options, &handle, $0) }
    // Of an older program, whose struct ends early: what comes after it is not read.
    options.struct_size = 16
    options.method = UnsafePointer(bitPattern: 16)
    try call { lite_session_create(model.handle, &options, &handle, $0) }
    lite_session_destroy(handle)
    // Of a newer program: accepted as long as it asks for nothing that is not known.
    let longer = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 8)
    defer { longer.deallocate() }
    lite_init(longer, 256)
    try call { lite_session_create(model.handle, longer.assumingMemoryBound(to: lite_session_options.self), &handle, $0) }
    lite_session_destroy(handle)
    longer.storeBytes(of: 1, toByteOffset: 200, as: UInt8.self)
    expectFailure(LITE_E_INVALID_ARGUMENT, "byte 200 is set") {
      lite_session_create(model.handle, longer.assumingMemoryBound(to: lite_session_options.self), &handle, $0)
    }
    // A longer struct to fill is cleared behind what is known; a shorter one is not overrun.
    longer.initializeMemory(as: UInt8.self, repeating: 0xee, count: 256)
    longer.storeBytes(of: 200, as: UInt32.self)
    try call { lite_model_summary(model.handle, longer.assumingMemoryBound(to: lite_model_info.self), $0) }
    #expect(longer.load(fromByteOffset: 199, as: UInt8.self) == 0 && longer.load(fromByteOffset: 200, as: UInt8.self) == 0xee)
    longer.initializeMemory(as: UInt8.self, repeating: 0xee, count: 256)
    longer.storeBytes(of: 16, as: UInt32.self)
    try call { lite_model_summary(model.handle, longer.assumingMemoryBound(to: lite_model_info.self), $0) }
    #expect(longer.load(fromByteOffset: 8, as: Int32.self) == 8)
    #expect(longer.load(fromByteOffset: 16, as: UInt8.self) == 0xee)
    // An error struct that ends within its message.
    longer.initializeMemory(as: UInt8.self, repeating: 0xee, count: 256)
    longer.storeBytes(of: 248, as: UInt32.self)
    _ = lite_model_open_file("/nonexistent", nil, &handle, longer.assumingMemoryBound(to: lite_error.self))
    #expect(strlen((longer + 240).assumingMemoryBound(to: CChar.self)) == 7)
    #expect(longer.load(fromByteOffset: 248, as: UInt8.self) == 0xee)
  }

  @Test func options() throws {
    var handle: OpaquePointer?
    var load = make(lite_load_options.self)
    load.flags = 1 << 20
    expectFailure(LITE_E_INVALID_ARGUMENT, "flags") { lite_model_open_file(TestModel.digits, &load, &handle, $0) }
    load.flags = 0
    load.kernels = 77
    expectFailure(LITE_E_INVALID_ARGUMENT, "kernels 77") { lite_model_open_file(TestModel.digits, &load, &handle, $0) }
    load.kernels = 0
    var limits = make(lite_limits.self)
    limits.file_bytes = 100
    try withUnsafePointer(to: &limits) { pointer in
      load.limits = pointer
      expectFailure(LITE_E_LIMIT_EXCEEDED, "fileBytes") { lite_model_open_file(TestModel.digits, &load, &handle, $0) }
    }
    let model = try CModel(TestModel.own("interface"))
    var options = make(lite_session_options.self)
    options.thread_count = 1000
    expectFailure(LITE_E_INVALID_ARGUMENT, "thread_count") { lite_session_create(model.handle, &options, &handle, $0) }
    options.thread_count = 0
    var allocator = make(lite_allocator.self)
    withUnsafePointer(to: &allocator) {
      options.allocator = $0
      expectFailure(LITE_E_INVALID_ARGUMENT, "allocate is NULL") { lite_session_create(model.handle, &options, &handle, $0) }
    }
    options.allocator = nil
    var parallel = make(lite_parallel_for.self)
    withUnsafePointer(to: &parallel) {
      options.parallel_for = $0
      expectFailure(LITE_E_INVALID_ARGUMENT, "thread_count is 0") { lite_session_create(model.handle, &options, &handle, $0) }
    }
    options.parallel_for = nil
    options.arena = UnsafeMutableRawPointer(bitPattern: 65)
    options.arena_byte_count = 1000
    expectFailure(LITE_E_INVALID_ARGUMENT, "arena") { lite_session_create(model.handle, &options, &handle, $0) }
  }

  @Test func tensors() throws {
    let session = try CSession(try CModel(TestModel.own("interface")))
    let good = CTensor([1, 2, 3, 4], [2, 2])
    func expect(_ part: String, _ status: Int = LITE_E_INVALID_ARGUMENT, _ change: (inout lite_tensor_view) -> Void) {
      var view = good.view
      change(&view)
      expectFailure(status, part) { lite_session_set_input(session.handle, 0, &view, $0) }
      expectFailure(status, part) { lite_session_bind_input(session.handle, 0, &view, $0) }
    }
    expect("dtype 50") { $0.dtype = 50 }
    expect("quint4x2", LITE_E_UNSUPPORTED) { $0.dtype = lite_dtype(LITE_QUINT4X2) }
    expect("rank is -1") { $0.rank = -1 }
    expect("rank is 9") { $0.rank = 9 }
    expect("shape[1] is -2") { set(&$0.shape, [2, -2]) }
    expect("overflow", LITE_E_LIMIT_EXCEEDED) { set(&$0.shape, [1 << 40, 1 << 40]) }
    expect("byte_count is 16, expected 24") { set(&$0.shape, [2, 3]) }
    expect("data is NULL") { $0.data = nil }
    expect("flags") { $0.flags = 6 }
    expect("strides[0] is -1") {
      $0.flags = UInt32(LITE_VIEW_STRIDED)
      set(&$0.strides, [-1, 1])
    }
    expect("quantization is 1") { $0.quantization = 1 }
    expect("quantization is 0") {
      $0.dtype = lite_dtype(LITE_QUINT8)
      $0.byte_count = 4
    }
    // No elements, and a scale for each of very many channels.
    withUnsafePointer(to: 1.0) { scale in
      expect("channels", LITE_E_LIMIT_EXCEEDED) {
        $0.dtype = lite_dtype(LITE_QINT8)
        set(&$0.shape, [1 << 31, 0])
        $0.byte_count = 0
        $0.quantization = lite_quantization(LITE_QUANTIZATION_PER_CHANNEL)
        $0.scales = scale
      }
    }
    expect("struct_size is 3") { $0.struct_size = 3 }
    expectFailure(LITE_E_INVALID_ARGUMENT, "input 2 of method forward, which takes 2") {
      lite_session_set_input(session.handle, 2, &good.view, $0)
    }
    // What was refused changed nothing.
    expectFailure(LITE_E_INVALID_INPUT, "input") { lite_session_run(session.handle, $0) }
  }

  @Test func values() throws {
    let session = try CSession(try CModel(TestModel.own("interface")))
    func expect(_ part: String, _ status: Int = LITE_E_INVALID_ARGUMENT, _ change: (inout lite_value) -> Void) {
      var value = make(lite_value.self)
      change(&value)
      expectFailure(status, part) { lite_session_set_value(session.handle, 1, &value, $0) }
    }
    expect("kind 99") { $0.kind = 99 }
    expect("objects", LITE_E_UNSUPPORTED) { $0.kind = lite_kind(LITE_KIND_OTHER) }
    expect("found int, expected float", LITE_E_INVALID_INPUT) { $0.kind = lite_kind(LITE_KIND_INT) }
    expect("lite_tensor_view is NULL") { $0.kind = lite_kind(LITE_KIND_TENSOR) }
    expect("items or keys of a lite_value is NULL") {
      $0.kind = lite_kind(LITE_KIND_LIST)
      $0.count = 3
    }
    expect("a bool is 2") {
      $0.kind = lite_kind(LITE_KIND_BOOL)
      $0.integer = 2
    }
    // More bytes than an Int counts, of a text that has no end.
    let endless: [CChar] = [65, 65, 65, 65]
    endless.withUnsafeBufferPointer { endless in
      expect("the text of a lite_value has -1 bytes") {
        $0.kind = lite_kind(LITE_KIND_STRING)
        $0.text = endless.baseAddress
        $0.count = Int(bitPattern: UInt.max)
      }
    }
    let text: [CChar] = [-1, 65, 0]
    text.withUnsafeBufferPointer { text in
      expect("not UTF-8") {
        $0.kind = lite_kind(LITE_KIND_STRING)
        $0.text = text.baseAddress
      }
      expectFailure(LITE_E_INVALID_ARGUMENT, "method is not UTF-8") {
        lite_session_select_method(session.handle, text.baseAddress, $0)
      }
    }
    // A list that holds itself.
    var loop = make(lite_value.self)
    loop.kind = lite_kind(LITE_KIND_LIST)
    loop.count = 1
    withUnsafeMutablePointer(to: &loop) { pointer in
      pointer.pointee.items = UnsafePointer(pointer)
      expectFailure(LITE_E_INVALID_ARGUMENT, "nested more than 100 deep") {
        lite_session_set_value(session.handle, 1, pointer, $0)
      }
    }
    expectFailure(LITE_E_NO_SUCH_METHOD, "no method nothing") { lite_session_select_method(session.handle, "nothing", $0) }
  }

  @Test func results() throws {
    let session = try CSession(try CModel(TestModel.own("interface")))
    var view = make(lite_tensor_view.self)
    var value = make(lite_value.self)
    #expect(lite_session_output_count(session.handle) == 0)
    expectFailure(LITE_E_INVALID_STATE, "run the session first") { lite_session_output(session.handle, 0, &view, $0) }
    expectFailure(LITE_E_INVALID_STATE, "run the session first") { lite_session_result(session.handle, &value, $0) }
    let input = CTensor([1], [1])
    try call { lite_session_set_input(session.handle, 0, &input.view, $0) }
    try session.run()
    expectFailure(LITE_E_INVALID_ARGUMENT, "output 1 of 1") { lite_session_output(session.handle, 1, &view, $0) }
    try call { lite_session_output(session.handle, 0, &view, $0) }
    try call { lite_session_reset(session.handle, $0) }
    expectFailure(LITE_E_INVALID_STATE, "run the session first") { lite_session_output(session.handle, 0, &view, $0) }
  }
}

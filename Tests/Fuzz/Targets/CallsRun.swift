import CLite
import CLiteAPI
import Foundation

/// A sequence of calls of the C interface, as bytes say: any order, any arguments that a host may get wrong.
///
/// Checks what the header promises of every call: a status that has a name, a message when it fails, an *out that is not
/// written then, and views whose bytes can be read.
final class CallsRun {
  private static let files: [[UInt8]] = {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return [
      "CLiteAPITests/Fixtures/interface.ptl", "Fixtures/names/photo.ptl", "Fixtures/names/pair.ptl", "Fixtures/names/broken.ptl",
      "Fixtures/operators/quantized_linear_dynamic/model.ptl", "Fixtures/bad/stack_join.ptl",
    ].map { path in [UInt8]((try? Data(contentsOf: tests.appendingPathComponent(path))) ?? Data()) }
  }()

  private let arguments: CallArguments
  private var models: [OpaquePointer] = []
  private var sessions: [OpaquePointer] = []

  private init(_ bytes: UnsafeRawBufferPointer) { arguments = CallArguments(bytes) }

  static func run(_ bytes: UnsafeRawBufferPointer) {
    let run = CallsRun(bytes)
    // Most sequences should get as far as a session.
    run.open()
    run.create()
    for _ in 0..<64 where !run.arguments.isAtEnd { run.step() }
    for session in run.sessions { lite_session_destroy(session) }
    for model in run.models { lite_model_release(model) }
  }

  /// One call.
  private func step() {
    switch arguments.byte() % 12 {
    case 0: open()
    case 1: create()
    case 2: close()
    case 3: describe()
    case 4, 5, 6: give()
    case 7, 8: run()
    case 9, 10: look()
    default: convert()
    }
  }

  /// Makes a call, and checks what every call promises.
  @discardableResult
  private func call(_ body: (UnsafeMutablePointer<lite_error>?) -> lite_status) -> Bool {
    let error = arguments.error()
    let status = body(error)
    guard status != LITE_OK else { return true }
    let name = String(cString: lite_status_name(status))
    guard name != "LITE_E_UNKNOWN" else { fatalError("status \(status) has no name") }
    if let error, error.pointee.struct_size >= UInt32(MemoryLayout<lite_error>.size), error.pointee.struct_size < 1 << 14,
      error.pointee.struct_size % 8 == 0
    {
      guard error.pointee.status == status else { fatalError("\(name), but the error says \(error.pointee.status)") }
      guard error.pointee.message.0 != 0 || status == LITE_E_EXCEPTION_RAISED else { fatalError("\(name) without a message") }
    }
    return false
  }

  /// Reads the first and the last byte that a view says it has.
  private func touch(_ view: UnsafeMutablePointer<lite_tensor_view>?, _ isWritten: Bool) {
    guard isWritten, let view, view.pointee.struct_size >= UInt32(MemoryLayout<lite_tensor_view>.size),
      let data = view.pointee.data, view.pointee.byte_count > 0
    else { return }
    let last = data.load(fromByteOffset: view.pointee.byte_count - 1, as: UInt8.self)
    guard data.load(as: UInt8.self) ^ last <= 255 else { return }
    data.storeBytes(of: last, toByteOffset: view.pointee.byte_count - 1, as: UInt8.self)
  }

  private var model: OpaquePointer? {
    arguments.chance(24) || models.isEmpty ? nil : models[arguments.byte() % models.count]
  }
  private var session: OpaquePointer? {
    arguments.chance(24) || sessions.isEmpty ? nil : sessions[arguments.byte() % sessions.count]
  }

  /// Keeps a handle that a call made; one that failed must not have written it.
  private func keep(_ handles: inout [OpaquePointer], _ made: OpaquePointer?, _ isMade: Bool) {
    guard isMade else {
      guard made == nil else { fatalError("a call that failed wrote *out") }
      return
    }
    guard let made else { fatalError("a call that succeeded wrote no handle") }
    handles.append(made)
  }

  // MARK: Handles

  private func loadOptions() -> UnsafeMutablePointer<lite_load_options>? {
    var options = lite_load_options()
    options.struct_size = UInt32(MemoryLayout<lite_load_options>.size)
    options.flags = UInt32(
      truncatingIfNeeded: arguments.chance(16) ? arguments.number() : [0, 0, 2, 4, 8, 1][arguments.byte() % 6])
    options.kernels = arguments.chance(16) ? lite_kernels(arguments.byte() - 3) : 0
    options.limits = UnsafePointer(arguments.structure(arguments.limits()))
    if arguments.chance(8) { options.allocator = UnsafePointer(arguments.structure(HostMemory.allocator)) }
    if arguments.chance(8) { options.progress = { (_, done, total) in done > total / 2 ? 1 : 0 } }
    return arguments.structure(options)
  }

  private func open() {
    guard models.count < 4 else { return }
    let file = Self.files[arguments.byte() % Self.files.count]
    let bytes = arguments.memory(file.count)
    bytes.copyMemory(from: file, byteCount: file.count)
    // Damaged sometimes: the other targets do that better, but here it is opened through the interface.
    if arguments.chance(8), !file.isEmpty {
      bytes.storeBytes(
        of: UInt8(arguments.byte()), toByteOffset: (arguments.byte() << 8 | arguments.byte()) % file.count, as: UInt8.self)
    }
    let count = arguments.chance(16) ? min(arguments.byte() << 5, file.count) : file.count
    let options = loadOptions()
    var made: OpaquePointer?
    let isMade = call {
      lite_model_open_memory(arguments.chance(24) ? nil : bytes, count, { (_, _, _) in }, nil, options, &made, $0)
    }
    keep(&models, made, isMade)
  }

  private func create() {
    guard sessions.count < 4 else { return }
    var options = lite_session_options()
    options.struct_size = UInt32(MemoryLayout<lite_session_options>.size)
    options.flags = UInt32(arguments.chance(16) ? arguments.index() : [0, 1, 2, 3][arguments.byte() % 4])
    options.thread_count = arguments.chance(16) ? Int32(truncatingIfNeeded: arguments.number()) : Int32(arguments.byte() % 3)
    if options.thread_count > 4 { options.thread_count = 257 }
    if arguments.chance(4) { options.method = arguments.text() }
    if arguments.chance(4) { options.limits = UnsafePointer(arguments.structure(arguments.limits())) }
    if arguments.chance(8) { options.allocator = UnsafePointer(arguments.structure(HostMemory.allocator)) }
    if arguments.chance(4) {
      options.arena_byte_count = arguments.byte() * 64
      options.arena = aligned(options.arena_byte_count) + (arguments.chance(8) ? 8 : 0)
    }
    if arguments.chance(8) { options.parallel_for = UnsafePointer(arguments.structure(HostMemory.parallelFor)) }
    let passed = arguments.structure(options)
    var made: OpaquePointer?
    let isMade = call { lite_session_create(model, passed, &made, $0) }
    keep(&sessions, made, isMade)
  }

  /// Memory of exactly so many bytes at a multiple of 64, and eight more.
  private func aligned(_ count: Int) -> UnsafeMutableRawPointer {
    arguments.memory(count + 72).alignedUp(toMultipleOf: 64)
  }

  private func close() {
    if arguments.byte() & 1 == 0, !sessions.isEmpty {
      lite_session_destroy(sessions.remove(at: arguments.byte() % sessions.count))
    } else if !models.isEmpty {
      let model = models[arguments.byte() % models.count]
      if arguments.chance(2), models.count < 8 {
        models.append(lite_model_retain(model))
      } else {
        // A session keeps its model alive.
        lite_model_release(models.remove(at: models.firstIndex(of: model) ?? 0))
      }
    }
  }

  // MARK: Calls

  private func describe() {
    let (model, method, index, name) = (model, arguments.index(), arguments.index(), arguments.text())
    var (first, second) = (UInt32(0), UInt32(0))
    var (bytes, count): (UnsafeRawPointer?, Int) = (nil, 0)
    switch arguments.byte() % 12 {
    case 0: call { lite_model_summary(model, arguments.structure(lite_model_info()), $0) }
    case 1: _ = lite_model_method_name(model, index).map { strlen($0) }
    case 2: call { lite_model_find_method(model, name, &first, $0) }
    case 3:
      if arguments.chance(8) {
        call { lite_model_signature(model, method, &first, nil, $0) }
      } else {
        call { lite_model_signature(model, method, &first, &second, $0) }
      }
    case 4: call { lite_model_input_info(model, method, index, arguments.structure(lite_value_info()), $0) }
    case 5: call { lite_model_output_info(model, method, index, arguments.structure(lite_value_info()), $0) }
    case 6: call { lite_model_operator_info(model, index, arguments.structure(lite_operator_info()), $0) }
    case 7:
      var text: UnsafePointer<CChar>?
      if call({ lite_model_extra_file_at(model, index, &text, &bytes, &count, $0) }), let text { _ = strlen(text) }
    case 8: call { lite_model_extra_file(model, name, &bytes, &count, $0) }
    case 9: call { lite_model_find_input(model, method, name, &first, $0) }
    case 10: call { lite_model_image_info(model, method, index, arguments.structure(lite_image_info()), $0) }
    default: _ = lite_model_label(model, method, index, arguments.index()).map { strlen($0) }
    }
    if let bytes, count > 0 { _ = bytes.load(fromByteOffset: count - 1, as: UInt8.self) }
  }

  private func give() {
    let (session, input) = (session, arguments.index())
    switch arguments.byte() % 9 {
    case 0: call { lite_session_set_input(session, input, arguments.structure(arguments.view()), $0) }
    case 1: call { lite_session_bind_input(session, input, arguments.structure(arguments.view()), $0) }
    case 2:
      let view = arguments.structure(arguments.view())
      let isGiven = call { lite_session_input_buffer(session, input, view, $0) }
      touch(view, isGiven)
    case 3: call { lite_session_set_value(session, input, arguments.structure(arguments.value()), $0) }
    case 4: call { lite_session_bind_value(session, input, arguments.structure(arguments.value()), $0) }
    case 5: call { lite_session_bind_output(session, input, arguments.structure(arguments.view()), $0) }
    case 6: call { lite_session_set_image(session, input, arguments.structure(arguments.view(lite_dtype(LITE_UINT8))), $0) }
    case 7: call { lite_session_clear_inputs(session, $0) }
    default: call { lite_session_select_method(session, arguments.text(), $0) }
    }
  }

  private func run() {
    let session = session
    switch arguments.byte() % 8 {
    case 0: call { lite_session_reset(session, $0) }
    case 1: lite_session_cancel(session)
    case 2:
      var limits = lite_limits()
      limits.steps = UInt64(arguments.byte())
      limits.call_depth = UInt64(arguments.byte() % 8)
      if arguments.chance(8) { limits.records = 1 }
      call { lite_session_set_limits(session, arguments.structure(limits), $0) }
    default: call { lite_session_run(session, $0) }
    }
  }

  private func look() {
    let (session, index) = (session, arguments.index())
    switch arguments.byte() % 7 {
    case 0, 1:
      let view = arguments.structure(arguments.chance(4) ? arguments.view() : lite_tensor_view())
      let isGiven = call { lite_session_output(session, index, view, $0) }
      touch(view, isGiven)
    case 2:
      let value = arguments.structure(lite_value())
      if call({ lite_session_result(session, value, $0) }), let value,
        value.pointee.struct_size == UInt32(MemoryLayout<lite_value>.size)
      {
        read(value.pointee, 0)
      }
    case 3: call { lite_session_memory(session, arguments.structure(lite_memory_info()), $0) }
    case 4:
      _ = lite_session_output_count(session)
      let status = lite_session_last_error(session, arguments.error())
      guard String(cString: lite_status_name(status)) != "LITE_E_UNKNOWN" else { fatalError("status \(status) has no name") }
    case 5:
      for event in 0..<min(lite_session_profile_count(session), 4) {
        call { lite_session_profile_event(session, event + index, arguments.structure(lite_profile_event()), $0) }
      }
    default:
      var options = lite_session_options()
      options.limits = UnsafePointer(arguments.structure(arguments.limits()))
      let values = arguments.structure(arguments.value())
      let count = arguments.chance(8) ? 0 : values == nil ? arguments.index() : 1
      call {
        lite_model_memory_requirement(
          model, arguments.structure(options), values, count, arguments.structure(lite_memory_info()), $0)
      }
    }
  }

  /// Reads all of a result.
  private func read(_ value: lite_value, _ depth: Int) {
    if let text = value.text, strlen(text) < value.count, value.count < 1 << 20 {
      _ = text[value.count]
    }
    if let view = value.tensor { touch(UnsafeMutablePointer(mutating: view), true) }
    guard depth < 8 else { return }
    for index in 0..<min(value.items == nil ? 0 : value.count, 8) {
      read(value.items[index], depth + 1)
      if let keys = value.keys { read(keys[index], depth + 1) }
    }
  }

  private func convert() {
    let described = arguments.view()
    let view = arguments.structure(described)
    let count = arguments.chance(4) ? arguments.byte() : described.byte_count / max(lite_dtype_size(described.dtype), 1)
    let values = arguments.memory(count * 4).assumingMemoryBound(to: Float.self)
    if arguments.byte() & 1 == 0 {
      call { lite_tensor_to_float(view, values, count, $0) }
    } else {
      call { lite_tensor_from_float(values, count, view, $0) }
    }
    let capacity = arguments.byte() % 64
    _ = lite_build_info(arguments.memory(capacity).assumingMemoryBound(to: CChar.self), capacity)
    _ =
      strlen(lite_status_help(lite_status(arguments.number() & 0x3ff)))
      + strlen(lite_dtype_name(lite_dtype(arguments.byte() - 2)))
  }
}

/// Memory and threads of a host.
private enum HostMemory {
  /// Refuses what is large.
  static var allocator: lite_allocator {
    var result = lite_allocator()
    result.struct_size = UInt32(MemoryLayout<lite_allocator>.size)
    result.allocate = { (_, size, alignment) in
      var memory: UnsafeMutableRawPointer?
      guard size < 1 << 20, posix_memalign(&memory, max(alignment, 8), size) == 0 else { return nil }
      return memory
    }
    result.release = { (_, memory, _, _) in free(memory) }
    return result
  }

  static var parallelFor: lite_parallel_for {
    var result = lite_parallel_for()
    result.struct_size = UInt32(MemoryLayout<lite_parallel_for>.size)
    result.thread_count = 3
    result.run = { (_, count, task, context) in
      for index in (0..<count).reversed() { task?(context, index) }
    }
    return result
  }
}

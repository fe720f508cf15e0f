import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// Runs that fail, are limited, cancelled, reset; methods that share state; threads; the caller's memory.
@Suite struct RunTests {
  private func session(_ method: String, _ configure: (inout lite_session_options) -> Void = { _ in }) throws -> CSession {
    try CSession(try CModel(TestModel.own("interface")), method: method, configure)
  }

  private func set(_ number: Int, _ session: CSession) throws {
    var value = make(lite_value.self)
    value.kind = lite_kind(LITE_KIND_INT)
    value.integer = Int64(number)
    try call { lite_session_set_value(session.handle, 0, &value, $0) }
  }

  /// Errors say where, are remembered, and leave the session usable.
  @Test func failures() throws {
    let session = try session("refuse")
    var remembered = make(lite_error.self)
    #expect(lite_session_last_error(session.handle, &remembered) == lite_status(LITE_E_NOT_FOUND))
    let good = CTensor([1, 2, 3, 4, 5, 6, 7], [7])
    for _ in 0..<2 {
      let pair = CTensor([1, 2, 3], [1, 3])
      try call { lite_session_set_input(session.handle, 0, &pair.view, $0) }
      let raised = try #require(failure { lite_session_run(session.handle, $0) })
      #expect(raised.status == lite_status(LITE_E_EXCEPTION_RAISED))
      #expect(raised.message.contains("two dimensions are too few"))
      #expect(raised.method == "__torch__.Interface.refuse")
      let three = CTensor([1, 2, 3], [3])
      try call { lite_session_set_input(session.handle, 0, &three.view, $0) }
      let failed = try #require(failure { lite_session_run(session.handle, $0) })
      #expect(failed.status == lite_status(LITE_E_OPERATOR_FAILED))
      #expect(failed.operatorName == "aten::view")
      #expect(failed.method == "__torch__.Interface.refuse")
      #expect(failed.instruction > 0 && failed.message.contains("instruction \(failed.instruction)"))
      try call { lite_session_last_error(session.handle, $0) }
      #expect(lite_session_last_error(session.handle, &remembered) == ok)
      #expect(text(remembered.message) == failed.message)
      #expect(lite_session_output_count(session.handle) == 0)
      try call { lite_session_set_input(session.handle, 0, &good.view, $0) }
      try session.run()
      #expect(try session.output().floats == good.view.floats)
    }
    // What fails elsewhere has no place in the program.
    expectFailure(LITE_E_INVALID_ARGUMENT, "input 9") { lite_session_set_input(session.handle, 9, &good.view, $0) }
    #expect(failure { lite_session_set_input(session.handle, 9, &good.view, $0) }?.method == "")
  }

  @Test func limits() throws {
    let session = try session("spin")
    try set(100_000, session)
    try session.run()
    var limits = make(lite_limits.self)
    limits.steps = 1000
    // Another number: a plan would know the answer.
    try set(200_000, session)
    try call { lite_session_set_limits(session.handle, &limits, $0) }
    expectFailure(LITE_E_LIMIT_EXCEEDED, "steps of 1000") { lite_session_run(session.handle, $0) }
    limits.steps = 0
    try call { lite_session_set_limits(session.handle, &limits, $0) }
    try session.run()
    limits.memory_bytes = 5
    expectFailure(LITE_E_INVALID_ARGUMENT, "cannot change") { lite_session_set_limits(session.handle, &limits, $0) }
    limits.memory_bytes = 0
    limits.steps = 10
    try withUnsafePointer(to: &limits) { pointer in
      let limited = try self.session("spin") { $0.limits = pointer }
      try set(1000, limited)
      expectFailure(LITE_E_LIMIT_EXCEEDED, "steps of 10") { lite_session_run(limited.handle, $0) }
    }
  }

  @Test func workLimit() throws {
    var limits = make(lite_limits.self)
    limits.work = 5000
    try withUnsafePointer(to: &limits) { pointer in
      let session = try session("convolve") { $0.limits = pointer }
      let image = CTensor([Float](repeating: 1, count: 3 * 64 * 64), [1, 3, 64, 64])
      try call { lite_session_bind_input(session.handle, 0, &image.view, $0) }
      expectFailure(LITE_E_LIMIT_EXCEEDED, "5000") { lite_session_run(session.handle, $0) }
    }
  }

  @Test func cancel() throws {
    let session = try session("spin")
    try set(1 << 40, session)
    let handle = UInt(bitPattern: session.handle)
    let thread = Thread {
      Thread.sleep(forTimeInterval: 0.1)
      lite_session_cancel(OpaquePointer(bitPattern: handle))
    }
    thread.start()
    expectFailure(LITE_E_CANCELLED, "cancelled") { lite_session_run(session.handle, $0) }
    try set(10, session)
    try session.run()
    // A request before a run ends that run, and is used up.
    lite_session_cancel(session.handle)
    expectFailure(LITE_E_CANCELLED, "cancelled") { lite_session_run(session.handle, $0) }
    try session.run()
  }

  /// Methods of a session share its state; each keeps its own inputs; a reset takes the state back.
  @Test func methodsAndState() throws {
    let session = try session("counted")
    let ones = CTensor([Float](repeating: 1, count: 6), [2, 3])
    try call { lite_session_bind_input(session.handle, 0, &ones.view, $0) }
    func first() throws -> Float {
      try session.run()
      return try session.output().floats[0]
    }
    #expect(try [first(), first(), first()] == [1, 4, 9])
    try call { lite_session_select_method(session.handle, "forward", $0) }
    expectFailure(LITE_E_INVALID_INPUT, "input") { lite_session_run(session.handle, $0) }
    try call { lite_session_set_input(session.handle, 0, &ones.view, $0) }
    #expect(try [first(), first()] == [3, 3])
    try call { lite_session_select_method(session.handle, "counted", $0) }
    #expect(try first() == 16)
    try call { lite_session_reset(session.handle, $0) }
    #expect(try [first(), first(), first()] == [1, 4, 9])
    try call { lite_session_select_method(session.handle, "forward", $0) }
    #expect(try first() == 3)
    // Another session of the model has a state of its own.
    try call { lite_session_clear_inputs(session.handle, $0) }
    expectFailure(LITE_E_INVALID_INPUT, "input") { lite_session_run(session.handle, $0) }
  }

  /// Blocks that an allocator handed out, and whether all came back as they were.
  final class Memory: @unchecked Sendable {
    let lock = NSLock()
    var live: [UnsafeMutableRawPointer: (Int, Int)] = [:]
    var count = 0
    var wrong = 0

    static let allocate: @convention(c) (UnsafeMutableRawPointer?, Int, Int) -> UnsafeMutableRawPointer? = {
      context, size, alignment in
      let memory = Unmanaged<Memory>.fromOpaque(context!).takeUnretainedValue()
      var block: UnsafeMutableRawPointer?
      guard posix_memalign(&block, max(alignment, 8), max(size, 1)) == 0, let block else { return nil }
      memory.lock.withLock {
        memory.live[block] = (size, alignment)
        memory.count += 1
      }
      return block
    }

    static let release: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int, Int) -> Void = {
      context, block, size, alignment in
      let memory = Unmanaged<Memory>.fromOpaque(context!).takeUnretainedValue()
      memory.lock.withLock {
        if let known = memory.live.removeValue(forKey: block!), known == (size, alignment) {} else { memory.wrong += 1 }
      }
      free(block)
    }
  }

  @Test func allocator() throws {
    let memory = Memory()
    var allocator = make(lite_allocator.self)
    allocator.context = Unmanaged.passUnretained(memory).toOpaque()
    allocator.allocate = Memory.allocate
    allocator.release = Memory.release
    try withUnsafePointer(to: &allocator) { pointer in
      let images = CTensor(try NpyArray(contentsOf: TestModel.images))
      let model = try CModel(TestModel.digits) { $0.allocator = pointer }
      let opened = memory.count
      #expect(opened > 0)
      let session = try CSession(model)
      try call { lite_session_set_input(session.handle, 0, &images.view, $0) }
      for _ in 0..<3 { try session.run() }
      #expect(memory.count > opened)
    }
    #expect(memory.live.isEmpty && memory.wrong == 0)
  }

  /// The caller's threads give the bits of one thread.
  @Test func parallelFor() throws {
    final class Uses: @unchecked Sendable { var count = 0 }
    let uses = Uses()
    let side = 128
    let image = CTensor((0..<3 * side * side).map { Float($0 % 251) / 97 }, [1, 3, side, side])
    var parallel = make(lite_parallel_for.self)
    parallel.thread_count = 3
    parallel.context = Unmanaged.passUnretained(uses).toOpaque()
    parallel.run = { context, count, task, taskContext in
      Unmanaged<Uses>.fromOpaque(context!).takeUnretainedValue().count += 1
      let address = UInt(bitPattern: taskContext)
      let work = task!
      DispatchQueue.concurrentPerform(iterations: count) { work(UnsafeMutableRawPointer(bitPattern: address), $0) }
    }
    var results: [[UInt8]] = []
    try withUnsafePointer(to: &parallel) { pointer in
      for uses in [false, true] {
        let session = try session("convolve") { if uses { $0.parallel_for = pointer } }
        try call { lite_session_bind_input(session.handle, 0, &image.view, $0) }
        for _ in 0..<2 { try session.run() }
        results.append(try session.output().content)
      }
    }
    #expect(results[0] == results[1])
    #expect(uses.count > 0)
  }

  /// One model, eight threads with a session each: the same results.
  @Test func threads() throws {
    let model = try CModel(TestModel.digits)
    let images = CTensor(try NpyArray(contentsOf: TestModel.images))
    let single = try CSession(model)
    try call { lite_session_bind_input(single.handle, 0, &images.view, $0) }
    try single.run()
    let expected = try single.output().content
    nonisolated(unsafe) let shared = (model, images.view)
    let lock = NSLock()
    nonisolated(unsafe) var wrong = 0
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      var view = shared.1
      var isRight = false
      if let session = try? CSession(shared.0), lite_session_bind_input(session.handle, 0, &view, nil) == ok {
        isRight = (0..<20).allSatisfy { _ in (try? session.run()) != nil && (try? session.output().content) == expected }
      }
      lock.withLock { if !isRight { wrong += 1 } }
    }
    #expect(wrong == 0)
  }
}

import Foundation
import LiteFormat
import TestSupport
import Testing

@testable import LiteInterpreter

/// What a caller controls: cancelling, steps, progress, arenas, threads of its own.
@Suite struct ResourceTests {
  private static let digits = Paths.examples.appendingPathComponent("digits/digits_int8.ptl").path

  /// A session of the example network, and as many of its pictures as one tensor.
  private func makeSession(pictures: Int = 1, parallelFor: ParallelFor? = nil) throws -> (Session, Int, Value) {
    let model = try Model(path: Self.digits)
    let session = try Session(model, limits: Limits(), parallelFor: parallelFor)
    let images = try NpyArray(contentsOf: Paths.examples.appendingPathComponent("digits/heldout_images.npy"))
    let input = try session.makeTensor(.float32, [pictures, 1, 8, 8])
    images.bytes.withUnsafeBytes { input.data.copyMemory(from: $0.baseAddress!, byteCount: input.byteCount) }
    return (session, try model.method(Array("logits".utf8)), .tensor(input))
  }

  private func bits(_ session: Session, _ method: Int, _ input: Value) throws -> [UInt8] {
    let tensor = try session.denseTensors(in: try session.run(method, [input]))[0]
    return [UInt8](UnsafeRawBufferPointer(start: tensor.data, count: tensor.byteCount))
  }

  private func failure(_ body: () throws -> Void) -> LiteError? {
    do {
      try body()
      return nil
    } catch { return error as? LiteError }
  }

  // MARK: Cancelling, steps, progress

  /// A request before a run ends that run and no other, whether it is interpreted or replayed.
  @Test func cancelComesFirst() throws {
    let (session, method, input) = try makeSession()
    for _ in 0..<3 {
      let expected = try bits(session, method, input)
      session.cancel()
      #expect(failure { _ = try bits(session, method, input) }?.status == .cancelled)
      #expect(try bits(session, method, input) == expected)
      session.cancel()
      session.withdrawCancel()
      #expect(try bits(session, method, input) == expected)
    }
  }

  private struct Canceller: @unchecked Sendable { let session: Session }

  /// A program that does not end itself is ended by another thread, and by the limit of steps.
  @Test func endlessProgram() throws {
    let model = try Model(path: Paths.fixtures.appendingPathComponent("bad/endless.ptl").path)
    var limits = Limits()
    limits.steps = Int.max
    let session = try Session(model, limits: limits)
    let inputs = [Value.tensor(try session.makeTensor(.float32, [1]))]
    let method = try model.method(Array("forward".utf8))
    for _ in 0..<3 {
      let canceller = Canceller(session: session)
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: 0.05)
        canceller.session.cancel()
      }
      let error = failure { _ = try session.run(method, inputs) }
      #expect(error?.status == .cancelled, "\(error?.text ?? "no error")")
      #expect(error?.text.contains("instruction") == true)
    }
    let bounded = try Session(model, stepLimit: 1000)
    #expect(failure { _ = try bounded.run(method, inputs) }?.status == .limitExceeded)
  }

  private final class Steps {
    var told: [(done: Int, total: Int)] = []
    var last = Int.max
  }

  /// Opening tells how far it is, never back, to the end; and ends where it is told to.
  @Test func progress() throws {
    for last in [Int.max, 0, 1, 3] {
      let steps = Steps()
      steps.last = last
      var options = ModelOptions()
      options.progress = LoadProgress(context: Unmanaged.passUnretained(steps).toOpaque()) { (context, done, total) in
        let steps = Unmanaged<Steps>.fromOpaque(context!).takeUnretainedValue()
        steps.told.append((done, total))
        return steps.told.count > steps.last ? 1 : 0
      }
      let error = failure { _ = try Model(path: Self.digits, options: options) }
      let told = steps.told
      #expect(told.allSatisfy { $0.total == told[0].total && $0.done <= $0.total })
      for index in 1..<max(told.count, 1) { #expect(told[index - 1].done <= told[index].done) }
      if last == Int.max {
        #expect(error == nil)
        #expect(told.count > 10 && told.last?.done == told.last?.total)
        // Weights count once read and once made.
        #expect(told.contains { $0.done > $0.total / 2 && $0.done < $0.total })
      } else {
        #expect(error?.status == .cancelled && told.count == last + 1)
      }
    }
  }

  // MARK: Memory

  /// What a model needs is told before, and an arena of exactly so many bytes does.
  @Test func arenaOfTheCaller() throws {
    let (session, method, input) = try makeSession()
    let need = try session.model.memoryRequirement(method) { (session) throws(LiteError) in
      let tensor = try session.makeTensor(.float32, [1, 1, 8, 8])
      memset(tensor.data, 0, tensor.byteCount)
      return [.tensor(tensor)]
    }
    #expect(need.arenaBytes > 0 && need.arenaAlignment == 64)
    #expect(need.firstRunBytes >= need.arenaBytes && need.steadyBytes >= need.arenaBytes)
    let arena = UnsafeMutableRawBufferPointer.allocate(byteCount: need.arenaBytes + 64, alignment: 64)
    defer { arena.deallocate() }
    arena.initializeMemory(as: UInt8.self, repeating: 0xa5)

    let misaligned = failure { try session.usePlanMemory(.init(rebasing: arena[8...])) }
    #expect(misaligned?.status == .invalidArgument && misaligned?.text.contains("8 bytes behind") == true)
    try session.usePlanMemory(.init(rebasing: arena[..<(need.arenaBytes - 64)]))
    for _ in 0..<2 {
      let small = failure { _ = try bits(session, method, input) }
      #expect(small?.status == .outOfMemory)
      #expect(small?.text.contains("\(need.arenaBytes - 64) bytes") == true, "\(small?.text ?? "no error")")
      #expect(small?.text.hasSuffix("need \(need.arenaBytes)") == true, "\(small?.text ?? "no error")")
    }
    try session.usePlanMemory(.init(rebasing: arena[..<need.arenaBytes]))
    let first = try bits(session, method, input)
    #expect(try bits(session, method, input) == first && session.replayCount == 1)
    #expect(arena[..<need.arenaBytes].contains { $0 != 0xa5 }, "runs work in the arena")
    #expect(arena[need.arenaBytes...].allSatisfy { $0 == 0xa5 }, "nothing is written behind it")
    try session.usePlanMemory(.init(start: nil, count: 0))
    #expect(try bits(session, method, input) == first && session.replayCount == 2)
  }

  /// A scope counts what it holds, refuses more than its limit, and holds nothing in the end.
  @Test func scopeCounts() throws {
    let scope = try AllocationScope.make(limit: 1 << 20)
    #expect(AllocationScope.current == nil)
    let before = scope.liveBytes
    var memory: UnsafeMutableRawPointer?
    try scope.run { () throws(LiteError) in
      #expect(AllocationScope.current === scope)
      memory = allocateBytes(1000)
      #expect(allocateBytes(1 << 20) == nil)
      let error = refusedBytes(1 << 20, "nothing")
      #expect(error.status == .limitExceeded && error.text.contains("memoryBytes"))
    }
    #expect(scope.liveBytes == before + 1064 && Int(bitPattern: memory) % 64 == 0)
    // Given back outside of the scope, as by another thread.
    freeBytes(try #require(memory))
    #expect(scope.liveBytes == before && scope.peakBytes >= before + 1064)
  }

  /// Every large block fails once; the models' programs, run as they ship too, let Swift's objects fail (docs/memory.md).
  @Test(arguments: SweepCase.all) func everyAllocationFails(_ item: SweepCase) throws {
    let command =
      ProcessInfo.processInfo.environment["LITE_SWEEP"] ?? Paths.products.appendingPathComponent("AllocationSweep").path
    let run = try ProgramRun(command, item.arguments)
    #expect(run.status == 0, "\(item): \(run.text)")
    #expect(run.output.contains("each fails alone: ") && run.output.contains("each fails with all after it: "), "\(run.text)")
    #expect(run.output.contains("lives exceeded theirs"), "\(run.text)")
  }

  // MARK: Threads of the caller

  /// Tasks in any order, on other threads: the same bits.
  @Test(arguments: [1, 2, 3, 7]) func parallelForOfTheCaller(_ shares: Int) throws {
    let (plain, method, input) = try makeSession(pictures: 40)
    let expected = try bits(plain, method, input)
    let calls = Calls()
    let context = Unmanaged.passUnretained(calls).toOpaque()
    let backwards = ParallelFor(context: context, shareCount: shares) { (context, count, task, taskContext) in
      Unmanaged<Calls>.fromOpaque(context!).takeUnretainedValue().add(count)
      for index in (0..<count).reversed() { task!(taskContext, index) }
    }
    let dispatched = ParallelFor(context: context, shareCount: shares) { (context, count, task, taskContext) in
      Unmanaged<Calls>.fromOpaque(context!).takeUnretainedValue().add(count)
      let work = Work(task: task!, context: taskContext)
      DispatchQueue.concurrentPerform(iterations: count) { work.task(work.context, $0) }
    }
    for parallelFor in [backwards, dispatched] {
      let (session, method, input) = try makeSession(pictures: 40, parallelFor: parallelFor)
      for _ in 0..<4 { #expect(try bits(session, method, input) == expected) }
    }
    #expect(shares == 1 ? calls.most == 0 : calls.most == shares, "\(calls.most) shares at most")
  }

  /// A host that passes indices there are none of, some twice and some not at all: each share is done, and once.
  @Test(arguments: [2, 3, 7]) func wrongIndicesOfTheCaller(_ shares: Int) throws {
    let (plain, method, input) = try makeSession(pictures: 40)
    let expected = try bits(plain, method, input)
    let wrong = ParallelFor(context: nil, shareCount: shares) { (_, count, task, taskContext) in
      for index in [count, -1, Int.max, Int.min, count &* 1000, 0, 0] { task!(taskContext, index) }
    }
    let (session, _, lent) = try makeSession(pictures: 40, parallelFor: wrong)
    for _ in 0..<4 { #expect(try bits(session, method, lent) == expected) }
  }

  private struct Work: @unchecked Sendable {
    let task: ParallelFor.Task
    let context: UnsafeMutableRawPointer?
  }

  private final class Calls {
    private(set) var most = 0
    func add(_ count: Int) { most = max(most, count) }
  }
}

/// A model, a method and inputs for `Tests/AllocationSweep`.
struct SweepCase: CustomStringConvertible, Sendable {
  let description: String
  let arguments: [String]

  private init(_ model: String, _ rest: String) {
    description = model
    let path = Paths.fixtures.appendingPathComponent("operators/\(model)/model.ptl").path
    arguments = [path] + rest.split(separator: " ").map { String($0) }
  }

  static let all: [SweepCase] = [
    .init("quantized_convolution_model_channel_scripted", "forward f32:1x3x9x11"),
    .init("quantized_linear_dynamic_lstm", "forward f32:4x1x6"),
    .init("prepacked_network", "forward f32:1x3x17x15"),
    .init("float_layers_encoder", "forward f32:2x3x8"),
    .init("language_lists", "build int:5"),
    .init("language_dictionaries", "strings strs:b,a,b,c"),
    .init("language_strings", "join str:ab str:cd"),
    .init("language_control_flow", "collatz int:27"),
    .init("programs_tables", "edit_distance str:kitten str:sitting"),
    .init("programs_beam_search_lstm_int8", "forward f32:1x6 int:3 int:5"),
    .init("programs_transcription", "forward f32:16x6"),
  ]
}

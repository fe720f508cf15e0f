import Foundation
import LiteInterpreter
import TestSupport
import Testing

/// One model, many sessions, each on a thread of its own: every run gives the same bits.
@Suite struct SessionThreadTests {
  private final class Failures: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0
    func add() { lock.withLock { count += 1 } }
    var total: Int { lock.withLock { count } }
  }

  @Test func sessionsShareAModel() throws {
    let folder = Paths.examples.appendingPathComponent("digits")
    let model = try Model(path: folder.appendingPathComponent("digits_int8.ptl").path)
    let images = try NpyArray(contentsOf: folder.appendingPathComponent("heldout_images.npy"))
    let expected = try NpyArray(contentsOf: folder.appendingPathComponent("heldout_logits_int8.npy"))
    let method = try model.method(Array("logits".utf8))
    // `make sanitize-thread` asks for more.
    let runs = ProcessInfo.processInfo.environment["LITE_THREAD_RUNS"].flatMap { Int($0) } ?? 40
    let failures = Failures()
    let group = DispatchGroup()
    for thread in 0..<8 {
      Thread.detachNewThread(group: group) {
        do {
          let session = try Session(model)
          for run in 0..<runs {
            let picture = (run * 7 + thread) % 450
            let input = try session.makeTensor(.float32, [1, 1, 8, 8])
            images.bytes.withUnsafeBytes { input.data.copyMemory(from: $0.baseAddress! + picture * 256, byteCount: 256) }
            let tensors = try session.denseTensors(in: try session.run(method, [.tensor(input)]))
            let isSame = expected.bytes.withUnsafeBytes { memcmp(tensors[0].data, $0.baseAddress! + picture * 40, 40) == 0 }
            if tensors.count != 1 || !isSame { failures.add() }
          }
        } catch {
          failures.add()
        }
      }
    }
    group.wait()
    #expect(failures.total == 0)
  }

  /// What one session writes into a buffer of the module, another does not see.
  @Test func sessionsDoNotShareState() throws {
    let folder = Paths.fixtures.appendingPathComponent("operators/language_state")
    let (problems, _) = FixtureModel(folder: folder).replay()
    #expect(problems.isEmpty, "\(problems)")
    // Replayed again, each case on a new session of a new model, and all cases on one model: the same.
    #expect(FixtureModel(folder: folder).replay().problems.isEmpty)
  }

  /// After the first run, which makes a plan, and the second, which takes the plan's memory, runs take nothing more.
  @Test func memoryIsUsedAgain() throws {
    let folder = Paths.examples.appendingPathComponent("digits")
    let model = try Model(path: folder.appendingPathComponent("digits_int8.ptl").path)
    let session = try Session(model)
    let method = try model.method(Array("forward".utf8))
    let input = try session.makeTensor(.float32, [1, 1, 8, 8])
    memset(input.data, 0, input.byteCount)
    for _ in 0..<2 { _ = try session.run(method, [.tensor(input)]) }
    let (reserved, used) = (session.arena.reservedBytes, session.arena.usedBytes)
    for _ in 0..<10 { _ = try session.run(method, [.tensor(input)]) }
    #expect(session.arena.reservedBytes == reserved)
    #expect(session.arena.usedBytes == used)
  }
}

extension Thread {
  fileprivate static func detachNewThread(group: DispatchGroup, _ body: @escaping @Sendable () -> Void) {
    group.enter()
    detachNewThread {
      body()
      group.leave()
    }
  }
}

// One model, eight threads, eight sessions: every run gives the same bits. `make sanitize-thread` runs it under
// ThreadSanitizer.
//   ThreadCheck MODEL RUNS THREADS SIZE…      e.g. ThreadCheck digits_int8.ptl 1000 1 1 1 8 8
// THREADS: that each session divides large operators among.

import Foundation
import LiteFormat
import LiteInterpreter
import TestSupport

let arguments = CommandLine.arguments.dropFirst().map { String($0) }
guard arguments.count > 3, let runs = Int(arguments[1]), let poolSize = Int(arguments[2]) else {
  print("usage: ThreadCheck MODEL RUNS THREADS SIZE…")
  exit(2)
}

/// What the threads share.
final class Work: @unchecked Sendable {
  let model: Model
  let function: Int
  private let lock = NSLock()
  private var failures = 0
  /// The bits for each of the inputs.
  var expected: [[UInt8]] = []

  init(_ path: String) throws {
    model = try Model(path: path)
    function = try model.method(Array("forward".utf8))
  }

  func fail() { lock.withLock { failures += 1 } }
  var failureCount: Int { lock.withLock { failures } }

  /// Runs the model on one of a few inputs.
  func bits(_ session: Session, _ variant: Int) throws -> [UInt8] {
    let input = try session.makeTensor(.float32, arguments.dropFirst(3).map { Int($0) ?? 1 })
    for index in 0..<input.count {
      input.data.storeBytes(of: Float((index &+ variant &* 5) % 17) * 0.05, toByteOffset: index * 4, as: Float.self)
    }
    let tensors = try session.denseTensors(in: try session.run(function, [.tensor(input)]))
    return tensors.flatMap { [UInt8](UnsafeRawBufferPointer(start: $0.data, count: $0.byteCount)) }
  }
}

do {
  let work = try Work(arguments[0])
  let first = try Session(work.model)
  first.usesPlans = false
  for variant in 0..<8 { work.expected.append(try work.bits(first, variant)) }
  let group = DispatchGroup()
  for thread in 0..<8 {
    group.enter()
    Thread.detachNewThread {
      do {
        let session = try Session(work.model, threads: poolSize)
        for run in 0..<runs {
          let variant = (run &+ thread) % 8
          if try work.bits(session, variant) != work.expected[variant] { work.fail() }
        }
      } catch {
        work.fail()
      }
      group.leave()
    }
  }
  group.wait()
  print("8 threads, \(runs) runs each: \(work.failureCount) differ")
  exit(work.failureCount == 0 ? 0 : 1)
} catch {
  print("\((error as? LiteError)?.text ?? "\(error)")")
  exit(1)
}

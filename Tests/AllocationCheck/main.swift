// Runs a model several times and prints how often each run allocated, gave back memory and took a lock.
//   AllocationCheck MODEL SHAPE…      e.g. AllocationCheck digits_int8.ptl 1 1 8 8

import AllocationCounter
import Foundation
import LiteFormat
import LiteInterpreter
import TestSupport

let arguments = CommandLine.arguments
guard arguments.count > 2 else {
  print("usage: AllocationCheck MODEL SIZE…")
  exit(2)
}
guard allocations_are_counted() != 0 else {
  print("nothing is counted in a build with a sanitizer")
  exit(0)
}
do throws(LiteError) {
  let session = try Session(try Model(path: arguments[1]))
  let function = try session.model.method(Array("forward".utf8))
  let input = try session.makeTensor(.float32, arguments.dropFirst(2).map { Int($0) ?? 1 })
  for index in 0..<input.count { input.data.storeBytes(of: Float(index % 17) * 0.05, toByteOffset: index * 4, as: Float.self) }
  let inputs: [Value] = [.tensor(input)]
  for run in ["first run", "second run"] {
    let before = allocation_count()
    _ = try session.run(function, inputs)
    print("\(run): \(allocation_count() - before) allocations")
  }
  // Twice: the first measurement may make what measuring needs.
  for _ in 0..<2 {
    let (allocations, releases, locks) = (allocation_count(), release_count(), lock_count())
    for _ in 0..<10 { _ = try session.run(function, inputs) }
    let (a, r, l) = (allocation_count() - allocations, release_count() - releases, lock_count() - locks)
    print("steady runs: \(a) allocations, \(r) releases, \(l) locks; replayed \(session.replayCount)")
  }
} catch {
  print(String(decoding: error.message.bytes, as: UTF8.self))
  exit(1)
}

import Foundation
import FuzzTargets
import TestSupport
import Testing

/// What fuzzers found once stays mended: `Tests/Fixtures/crashes/TARGET` has a file for each finding.
@Suite struct CrashTests {
  @Test(arguments: FuzzTarget.allCases) func replay(_ target: FuzzTarget) throws {
    let folder = Paths.fixtures.appendingPathComponent("crashes/\(target.rawValue)")
    for file in (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? [] {
      try Data(contentsOf: file).withUnsafeBytes { target.run($0) }
    }
    // Bytes that mean nothing, too.
    [UInt8](repeating: 0, count: 64).withUnsafeBytes { target.run($0) }
  }

  /// Each byte of both pickles set to several values, with checksums that are right again.
  @Test(arguments: ["data.pkl", "bytecode.pkl"], [UInt8](arrayLiteral: 0, 0x2e, 0x80, 0xff))
  func everyByteOfPickles(_ record: String, _ value: UInt8) throws {
    let good = try Data(contentsOf: Paths.fixtures.appendingPathComponent("bad/good.ptl"))
    let records = try #require(good.withUnsafeBytes { RecordSet($0) })
    var pickle = try #require(records.content(record))
    let target: FuzzTarget = record == "data.pkl" ? .pickle : .bytecode
    for index in pickle.indices {
      let original = pickle[index]
      pickle[index] = value
      pickle.withUnsafeBytes { target.run($0) }
      pickle[index] = original
    }
  }

  /// Pickles changed token by token, as the fuzzers do it.
  @Test(arguments: ["language_control_flow", "language_lists", "quantized_linear_dynamic"]) func mutations(_ name: String) throws
  {
    let path = Paths.fixtures.appendingPathComponent("operators/\(name)/model.ptl")
    let original = try #require(try Data(contentsOf: path).withUnsafeBytes { RecordSet($0) })
    for seed in 0..<40 as Range<UInt32> {
      var records = original
      let record = seed % 3 == 0 ? "data.pkl" : "bytecode.pkl"
      var mutation = PickleMutation(seed: seed)
      records.replace(record, mutation.mutate(try #require(original.content(record))))
      records.archive().withUnsafeBytes { FuzzTarget.model.run($0) }
    }
  }

  /// What a fuzzer does with an input: whatever it makes of a seed fits its memory, and can be run.
  @Test(arguments: FuzzTarget.allCases) func mutationsOfInputs(_ target: FuzzTarget) throws {
    let path = Paths.fixtures.appendingPathComponent("operators/language_control_flow/model.ptl")
    var seed = [UInt8](try Data(contentsOf: path))
    if target == .pickle || target == .bytecode {
      let records = try #require(seed.withUnsafeBytes { RecordSet($0) })
      seed = try #require(records.content(target == .pickle ? "data.pkl" : "bytecode.pkl"))
    }
    let capacity = seed.count + 4096
    for number in 0..<20 as Range<UInt32> {
      var input = seed + [UInt8](repeating: 0, count: capacity - seed.count)
      let count = input.withUnsafeMutableBufferPointer { buffer in
        target.mutate(buffer.baseAddress!, seed.count, capacity, seed: number &* 2_654_435_761) { bytes, count, _ in
          bytes[Int(number) % count] ^= 1 << (number & 7)
          return count
        }
      }
      #expect(count > 0 && count <= capacity)
      input[..<count].withUnsafeBytes { target.run($0) }
    }
  }

  /// Calls of the C interface out of random bytes.
  @Test func calls() {
    var state: UInt64 = 7
    for round in 0..<300 {
      let bytes = (0..<(100 + round * 5)).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      bytes.withUnsafeBytes { FuzzTarget.calls.run($0) }
    }
  }

  /// Operators on arguments out of random bytes.
  @Test func operators() {
    var state: UInt64 = 1
    for _ in 0..<3000 {
      let bytes = (0..<96).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      bytes.withUnsafeBytes { FuzzTarget.operator.run($0) }
    }
  }
}

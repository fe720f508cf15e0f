import Foundation
import LiteFormat
import LiteInterpreter
import TestSupport
import Testing

/// Damage of every kind at every place of small archives. The results do not matter; that the process
/// lives, in a build whose arithmetic and indexing trap, does.
@Suite struct SweepTests {
  static let names = ["versions_8_constants", "versions_4_program", "versions_8_quantized"]

  /// Every place of the smallest archive, every few of the others: enough to meet every byte of the
  /// formats, few enough for a debug build.
  private func step(_ count: Int) -> Int { max(1, count / 1200) }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Paths.fixtures.appendingPathComponent("operators/\(name)/model.ptl")))
  }

  /// Opens, and runs each method without arguments if that is possible.
  private func exercise(_ bytes: [UInt8], verifiesChecksums: Bool) -> Bool {
    bytes.withUnsafeBytes { buffer in
      do {
        let model = try Model(try Program(file: try InputFile(borrowing: buffer), verifiesChecksums: verifiesChecksums))
        let session = try Session(model, memoryLimit: 16 << 20, stepLimit: 1000)
        for method in model.program.methods {
          let input = try session.makeTensor(.float32, [1, 3, 8, 8])
          memset(input.data, 0, input.byteCount)
          _ = try? session.run(method.function, [.tensor(input)])
          _ = try? session.run(method.function, [])
        }
        return true
      } catch {
        return false
      }
    }
  }

  @Test(arguments: names) func everyPrefix(_ name: String) throws {
    let whole = try bytes(name)
    #expect(exercise(whole, verifiesChecksums: true))
    for count in stride(from: 0, to: whole.count - 1, by: step(whole.count)) {
      #expect(!exercise([UInt8](whole[..<count]), verifiesChecksums: false), "\(count) bytes of \(whole.count) opened")
    }
  }

  @Test func everyPrefixOfASmallOne() throws {
    let whole = [UInt8](try Data(contentsOf: Paths.fixtures.appendingPathComponent("bad/good.ptl")))
    for count in 0..<whole.count { #expect(!exercise([UInt8](whole[..<count]), verifiesChecksums: true), "\(count) bytes") }
  }

  @Test(arguments: names, [UInt8](arrayLiteral: 0, 0xff)) func everyByte(_ name: String, _ value: UInt8) throws {
    var changed = try bytes(name)
    for index in stride(from: 0, to: changed.count, by: step(changed.count)) {
      let original = changed[index]
      changed[index] = value
      _ = exercise(changed, verifiesChecksums: false)
      changed[index] = original
    }
  }

  @Test(arguments: names) func everyLowBit(_ name: String) throws {
    var changed = try bytes(name)
    for index in stride(from: 0, to: changed.count, by: step(changed.count)) {
      changed[index] ^= 1
      _ = exercise(changed, verifiesChecksums: false)
      changed[index] ^= 1
    }
  }
}

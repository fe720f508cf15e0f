import Foundation
import LiteFormat
import TestSupport
import Testing

@testable import LiteInterpreter

/// Results that a plan gives again are as they were handed out, whatever became of those in between.
@Suite struct KeptResultTests {
  private let session: Session

  init() throws {
    let path = Paths.repository.appendingPathComponent("Tests/CLiteAPITests/Fixtures/lifetimes.ptl").path
    session = try Session(try Model(path: path))
  }

  private func run(_ method: String, _ inputs: Value...) throws -> Value {
    try session.run(try session.model.method(Array(method.utf8)), inputs)
  }

  private func tensor(_ values: [Float]) throws -> Tensor {
    let tensor = try session.makeTensor(.float32, [values.count])
    values.withUnsafeBytes { tensor.data.copyMemory(from: $0.baseAddress!, byteCount: tensor.byteCount) }
    return tensor
  }

  private func floats(_ value: Value) -> [Float]? {
    guard case .tensor(let tensor) = value else { return nil }
    return [Float](UnsafeBufferPointer(start: tensor.data.assumingMemoryBound(to: Float.self), count: tensor.count))
  }

  private func items(_ value: Value) -> [[Float]?]? {
    guard case .list(let list) = value else { return nil }
    return list.items.map { floats($0) }
  }

  /// A list that another method empties, and one whose tensors it replaces.
  @Test func listsThatAreTakenApart() throws {
    for round in 1..<12 {
      let x = try tensor([Float](repeating: Float(round), count: 4))
      let list = try run("pair", .tensor(x))
      #expect(items(list) == [[Float](repeating: Float(round) + 1, count: 4), [Float](repeating: Float(round) + 2, count: 4)])
      switch round % 3 {
      case 0: _ = try run("clear_list", list)
      case 1: _ = try run("swap_items", list)
      default: break
      }
    }
    #expect(session.replayCount > 5)
  }

  /// A tensor that another method makes larger and small again, in other memory.
  @Test func tensorsThatMove() throws {
    for round in 1..<12 {
      let x = try tensor([Float](repeating: Float(round), count: 4))
      let sum = try run("add", .tensor(x), .tensor(x))
      #expect(floats(sum) == [Float](repeating: Float(2 * round), count: 4))
      if round > 1 { _ = try run("grow", sum) }
      // Takes the memory that was given back.
      let others = try (0..<4).map { _ in try tensor([-1, -1, -1, -1]) }
      #expect(floats(try run("add", .tensor(x), .tensor(x))) == [Float](repeating: Float(2 * round), count: 4))
      for other in others { #expect(floats(.tensor(other)) == [-1, -1, -1, -1]) }
    }
  }

  /// Of a tensor of the same shape, a program may see less memory.
  @Test func smallerStorages() throws {
    func view(_ count: Int) throws -> Value {
      let memory = try tensor((0..<count).map { Float($0) })
      return .tensor(
        Tensor(
          storage: memory.storage, type: .float32, sizes: try Dimensions([2]), strides: try Dimensions([1]), count: 2))
    }
    for _ in 0..<3 { #expect(floats(try run("far", try view(64))) == [60, 61]) }
    #expect(session.replayCount == 2)
    #expect(throws: LiteError.self) { try run("far", try view(2)) }
    #expect(floats(try run("far", try view(80))) == [60, 61])
  }
}

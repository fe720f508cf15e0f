import Foundation
import LiteFormat
import TestSupport
import Testing

@testable import LiteInterpreter

/// Programs of `make_hostile.py`: whatever values they make, runs end with a status, and soon.
@Suite(.serialized) struct HostileProgramTests {
  private static let folder = Paths.fixtures.appendingPathComponent("hostile")

  private func model(_ name: String) throws -> Model {
    try Model(path: Self.folder.appendingPathComponent(name).path)
  }

  private func limits() -> Limits {
    var limits = Limits()
    limits.work = 50_000_000
    return limits
  }

  /// Runs a method twice, the second time from a plan if there is one.
  ///
  /// - Returns: how the first run ended; `.ok` when it gave a result.
  private func run(
    _ session: Session, _ method: String, _ inputs: [Value], observer: ExecutionObserver? = nil
  ) throws -> Status {
    session.observer = observer
    let function = try session.model.method(Array(method.utf8))
    var statuses: [Status] = []
    for _ in 0..<2 {
      do throws(LiteError) {
        _ = try session.run(function, inputs)
        statuses.append(.ok)
      } catch { statuses.append(error.status) }
    }
    #expect(statuses[0] == statuses[1])
    return statuses[0]
  }

  /// Debug builds take a second or two at most where what ships takes some milliseconds; those that look for errors take ten
  /// times as long.
  private static var patience: Duration {
    #if LITE_SEPARATE_BLOCKS
      .seconds(120)
    #else
      .seconds(10)
    #endif
  }

  private func soon<Result>(_ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    let result = try body()
    #expect(start.duration(to: .now) < Self.patience)
    return result
  }

  private final class Silent: ExecutionObserver {
    override func didExecute(_ executed: ExecutedOperator) {}
  }

  struct Case: Sendable, CustomStringConvertible {
    let method: String
    let count: Int64
    let status: Status
    var description: String { method }
    init(_ method: String, _ count: Int64, _ status: Status = .ok) {
      self.method = method
      self.count = count
      self.status = status
    }
  }

  private static let cases = [
    Case("keep_deep_list", 20_000), Case("keep_deep_tuple", 20_000), Case("keep_wide_tuple", 50),
    Case("append_to_deep", 20_000), Case("look_at_deep", 20_000), Case("look_at_cycle", 1), Case("look_at_wide_list", 50),
    Case("look_at_wide_tuple", 50), Case("give_wide_list", 18), Case("give_wide_tuple", 18), Case("give_deep", 20_000),
    Case("give_cycle", 1), Case("compare_wide", 20, .limitExceeded), Case("order_wide", 20, .limitExceeded),
    Case("type_of_deep", 20_000, .limitExceeded), Case("type_of_wide", 40, .limitExceeded),
    Case("copy_wide", 30, .operatorFailed),
  ]

  @Test(arguments: cases, [false, true]) func values(_ item: Case, isObserved: Bool) throws {
    try soon {
      let session = try Session(try model("values.ptl"), limits: limits())
      let input = try session.makeTensor(.float32, [1])
      let status = try run(session, item.method, [.tensor(input), .int(item.count)], observer: isObserved ? Silent() : nil)
      #expect(status == item.status)
    }
  }

  @Test(arguments: ["append_deep_to_input", "append_input_to_itself"]) func inputs(_ method: String) throws {
    try soon {
      let session = try Session(try model("inputs.ptl"), limits: limits())
      let list = Value.list(ListValue([], of: .tensor))
      _ = try session.run(try session.model.method(Array(method.utf8)), [list, .int(20_000)])
      var holder = list
      #expect(!KeptResult.isFree(&holder))
    }
  }

  /// `__setstate__` methods make what a session then copies.
  @Test(arguments: ["deep_list", "deep_tuple", "wide_tuple", "cycle"]) func opening(_ name: String) throws {
    try soon {
      let model = try model("opens_with_\(name).ptl")
      _ = model.weightMemory
      let session = try Session(model, limits: limits())
      let input = try session.makeTensor(.float32, [1])
      #expect(try run(session, "forward", [.tensor(input)]) == .ok)
      try session.reset()
    }
  }

  /// Lists of many tensors cost a recorded run about what they cost an interpreted one.
  @Test(arguments: [Case("count_rows", 1), Case("grow", 20_000)]) func manyTensors(_ item: Case) throws {
    try soon {
      let session = try Session(try model("values.ptl"), limits: limits())
      let input = try session.makeTensor(.float32, [100_000, 1])
      #expect(try run(session, item.method, [.tensor(input), .int(item.count)]) == .ok)
    }
  }

  // MARK: Runs that depend on elements where the declaration does not say so

  private func first(_ value: Value) throws -> Float {
    switch value {
    case .tensor(let tensor): return Float(try tensor.doubleElement(0))
    case .list(let list): return try first(try #require(list.items.first))
    default: throw LiteError(.operatorFailed, "no tensor")
    }
  }

  private func scalar(_ session: Session, _ number: Int64) throws -> Tensor {
    let tensor = try session.makeTensor(.int64, [])
    tensor.data.storeBytes(of: number, as: Int64.self)
    return tensor
  }

  /// Where a view of a weight begins.
  @Test func viewsThatElementsChoose() throws {
    let session = try Session(try model("chosen.ptl"))
    for start in [1, 4, 2] as [Int64] {
      let result = try session.run(try session.model.method(Array("narrow".utf8)), [.tensor(try scalar(session, start))])
      #expect(try first(result) == Float(2 * start))
    }
    for sections in [2, 3, 6] as [Int64] {
      let result = try session.run(try session.model.method(Array("split".utf8)), [.tensor(try scalar(session, sections))])
      guard case .tensor(let tensor) = result else { throw LiteError(.operatorFailed, "no tensor") }
      #expect(tensor.sizes[0] == 6 / Int(sections))
    }
  }

  /// In which order tensors are handed on: also when the first run leaves it as it is.
  @Test(arguments: ["sort", "sort_tensors"]) func orderThatElementsChoose(_ method: String) throws {
    let session = try Session(try model("chosen.ptl"))
    for numbers in [[1, 2], [1, 2], [5, 3]] as [[Float]] {
      let tensors = try numbers.map { number in
        let tensor = try session.makeTensor(.float32, [])
        tensor.data.storeBytes(of: number, as: Float.self)
        return Value.tensor(tensor)
      }
      let list = Value.list(ListValue(tensors, of: .tensor))
      let result = try session.run(try session.model.method(Array(method.utf8)), [list])
      #expect(try first(result) == numbers.min())
    }
  }
}

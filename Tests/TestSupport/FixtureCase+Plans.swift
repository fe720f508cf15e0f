import Foundation
import LiteFormat
import LiteInterpreter

extension FixtureModel {
  /// What comparing plans with interpretation found.
  public struct PlanComparison {
    public var problems: [String] = []
    /// Runs that a plan did, of all runs that had a chance to be.
    public var replayed = 0
    public var repeated = 0
    /// Operators that had no prepared form, and how many steps they were.
    public var executedAgain: [String: Int] = [:]
  }

  /// Runs every case several times with varied elements in a session that uses plans, and the same runs in one that
  /// does not: results and errors must be the same to the last bit.
  public func compareWithPlans(threads: Int = 1, options: ModelOptions = ModelOptions()) -> PlanComparison {
    var comparison = PlanComparison()
    do {
      let model = try Model(path: folder.appendingPathComponent("model.ptl").path, options: options)
      for folder in cases { try compare(folder, model, threads, &comparison) }
    } catch let error as LiteError {
      comparison.problems.append("\(description): \(error.text)")
    } catch {
      comparison.problems.append("\(description): \(error)")
    }
    return comparison
  }

  /// Makes the runs of a case on one session.
  ///
  /// - Returns: the method of each run, and whether a plan did it.
  public func replays(_ folder: URL, _ model: Model) throws -> [(method: String, isReplayed: Bool)] {
    let data = try Data(contentsOf: folder.appendingPathComponent("case.json"))
    guard let json = try JSONDecoder().decode(JSON.self, from: data).plain as? [String: Any] else {
      throw FixtureError("case.json")
    }
    let session = try Session(model)
    return try (json["calls"] as? [[String: Any]] ?? [json]).map { call in
      let method = call["method"] as? String ?? "forward"
      let reader = CaseReader(folder: folder, session: session)
      let inputs = try (call["inputs"] as? [Any] ?? []).map { try reader.value($0) }
      let before = session.replayCount
      _ = try session.run(try model.method(Array(method.utf8)), inputs)
      return (method, session.replayCount > before)
    }
  }

  /// How elements are varied: as recorded, in reverse order, as recorded again, …
  private static let reversals = [false, true, false, true]

  private func compare(_ folder: URL, _ model: Model, _ threads: Int, _ comparison: inout PlanComparison) throws {
    let data = try Data(contentsOf: folder.appendingPathComponent("case.json"))
    guard let json = try JSONDecoder().decode(JSON.self, from: data).plain as? [String: Any] else {
      throw FixtureError("case.json")
    }
    let planned = try Session(model, threads: threads)
    let names = ExecutedAgain()
    planned.observer = names
    let interpreted = try Session(model)
    interpreted.usesPlans = false
    // What a caller holds must not change when the session runs again, unless it is the program that changes it.
    var held: [(found: Value, expected: Value)] = []
    for reversed in Self.reversals {
      for call in json["calls"] as? [[String: Any]] ?? [json] {
        let method = try model.method(Array((call["method"] as? String ?? "forward").utf8))
        func result(_ session: Session) -> (Value?, ValueBits?, String) {
          do {
            let reader = CaseReader(folder: folder, session: session)
            let inputs = try (call["inputs"] as? [Any] ?? []).map { try reader.value($0) }
            if reversed { for tensor in try session.denseTensors(in: .tuple(TupleValue(inputs))) { tensor.reverse() } }
            let value = try session.run(method, inputs)
            // Inputs that the program wrote count as results.
            return (value, try ValueBits(.tuple(TupleValue([value] + inputs)), session), "")
          } catch let error as LiteError {
            return (nil, nil, error.text)
          } catch {
            return (nil, nil, "\(error)")
          }
        }
        let before = planned.replayCount
        let found = result(planned)
        let expected = result(interpreted)
        comparison.repeated += 1
        comparison.replayed += planned.replayCount - before
        if found.1 != expected.1 || found.2 != expected.2 {
          comparison.problems.append(
            "\(description)/\(folder.lastPathComponent): \(found.1?.description ?? found.2), expected \(expected.1?.description ?? expected.2); replayed \(planned.replayCount - before)"
          )
        }
        if let value = found.0, let other = expected.0 { held.append((value, other)) }
      }
    }
    comparison.executedAgain.merge(names.counts) { $0 + $1 }
    for (found, expected) in held where try ValueBits(found, planned) != ValueBits(expected, interpreted) {
      comparison.problems.append("\(description)/\(folder.lastPathComponent): a held result was changed by a later run")
    }
  }
}

/// Counts steps that execute an operator again.
private final class ExecutedAgain: ExecutionObserver {
  var counts: [String: Int] = [:]

  override func didExecute(_ executed: ExecutedOperator) {
    guard executed.execution == .executedAgain else { return }
    counts[String(decoding: executed.name, as: UTF8.self), default: 0] += 1
  }
}

extension Tensor {
  /// Puts the elements in reverse order.
  fileprivate func reverse() {
    let size = type.size
    let bytes = UnsafeMutableRawBufferPointer(start: data, count: byteCount)
    var low = 0
    var high = count - 1
    while low < high {
      for byte in 0..<size { bytes.swapAt(low * size + byte, high * size + byte) }
      low += 1
      high -= 1
    }
  }
}

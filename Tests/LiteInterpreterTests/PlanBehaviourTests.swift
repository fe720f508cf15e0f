import Foundation
import LiteInterpreter
import TestSupport
import Testing

/// What is replayed and what is not. That replayed runs give PyTorch's results is tested by `OperatorFixtureTests`:
/// these models are among its.
@Suite struct PlanBehaviourTests {
  private func replays(_ name: String) throws -> [[(method: String, isReplayed: Bool)]] {
    let fixture = FixtureModel(folder: Paths.fixtures.appendingPathComponent("operators/\(name)"))
    let model = try Model(path: fixture.folder.appendingPathComponent("model.ptl").path)
    return try fixture.cases.map { try fixture.replays($0, model) }
  }

  /// All methods are replayed from the second run of a shape on, but those that must not be.
  @Test(arguments: ["plans_memory", "plans_elements"]) func methodsAreReplayed(_ name: String) throws {
    for runs in try replays(name) {
      let method = runs[0].method
      let count = runs.filter { $0.isReplayed }.count
      if method.hasPrefix("never_") {
        #expect(count == 0, "\(method) was replayed \(count) times")
      } else if !method.hasPrefix("sometimes_") {
        // The last case has two shapes.
        #expect(count == runs.count - (runs.count == 6 ? 2 : 1), "\(method) was replayed \(count) of \(runs.count) times")
      }
    }
  }

  /// Changing the module's state ends the plans that rely on it, and changing it again and again makes none.
  @Test func stateEndsPlans() throws {
    let cases = try replays("plans_state")
    for runs in cases {
      for run in runs where run.method.hasPrefix("never_") { #expect(!run.isReplayed, "\(run.method)") }
    }
    let forward = cases[0].map { $0.isReplayed }
    #expect(forward == [false, true, false, false, true, false, false, true, false, false, true, true])
    let counts = cases[1].map { $0.isReplayed }
    #expect(counts == [false, true, false, false, false, false, true, false, false, true])
  }
}

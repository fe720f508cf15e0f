import Foundation
import LiteInterpreter
import TestSupport
import Testing

/// Whole networks with PyTorch's results, in a folder that `LITE_MODELS` names: they are too large for the
/// repository. `make models MODELS=folder` runs them.
@Suite(.enabled(if: folder != nil)) struct RecordedModelTests {
  static let models = folder.map { FixtureModel.all(in: URL(fileURLWithPath: $0)) } ?? []

  @Test(arguments: models) func replay(_ model: FixtureModel) {
    let (problems, largest) = model.replay()
    for problem in problems { Issue.record("\(problem)") }
    print("\(model): \(model.cases.count) cases, largest difference of floats \(largest)")
  }

  /// Plans give the bits that interpretation gives.
  @Test(arguments: models) func replayPlans(_ model: FixtureModel) {
    for threads in [1, 2] {
      let comparison = model.compareWithPlans(threads: threads)
      for problem in comparison.problems { Issue.record("\(problem)") }
      print("\(model): plans did \(comparison.replayed) of \(comparison.repeated) runs; again: \(comparison.executedAgain)")
    }
  }
}

private let folder = ProcessInfo.processInfo.environment["LITE_MODELS"]

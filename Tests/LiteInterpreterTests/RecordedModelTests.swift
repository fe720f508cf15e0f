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

  /// What the arena of MobileNetV2 may take at 224 x 224.
  @Test(arguments: models.filter { $0.description.contains("mobilenet_v2") }) func arenaIsSmall(_ fixture: FixtureModel) throws {
    let session = try Session(try Model(path: fixture.folder.appendingPathComponent("model.ptl").path))
    let input = try session.makeTensor(.float32, [1, 3, 224, 224])
    memset(input.data, 0, input.byteCount)
    _ = try session.run(try session.model.method(Array("forward".utf8)), [.tensor(input)])
    let figures = try #require(session.planFigures)
    #expect(figures.byteCount <= 1_700_000)
    #expect(figures.byteCount * 100 <= figures.lowerBound * 105)
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

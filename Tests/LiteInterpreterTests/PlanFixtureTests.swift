import Foundation
import LiteInterpreter
import TestSupport
import Testing

/// Plans give the bits that interpretation gives, for every recorded model.
@Suite struct PlanFixtureTests {
  private static let models = FixtureModel.all(in: Paths.fixtures.appendingPathComponent("operators"))

  @Test(arguments: models) func replaysGiveTheSameBits(_ model: FixtureModel) {
    for problem in model.compareWithPlans().problems { Issue.record("\(problem)") }
  }

  /// Most of these models have nothing that depends on elements: if they were not replayed, nothing would be tested.
  @Test func mostModelsAreReplayed() {
    var replayed = 0
    var repeated = 0
    for model in Self.models {
      let comparison = model.compareWithPlans()
      replayed += comparison.replayed
      repeated += comparison.repeated
    }
    print("plans did \(replayed) of \(repeated) runs")
    #expect(replayed * 2 > repeated)
  }
}

import LiteInterpreter
import TestSupport
import Testing

/// Operators and language against PyTorch's results: every model of `Tests/Fixtures/operators`.
@Suite struct OperatorFixtureTests {
  @Test(arguments: FixtureModel.all(in: Paths.fixtures.appendingPathComponent("operators")))
  func replay(_ model: FixtureModel) {
    let (problems, _) = model.replay()
    for problem in problems { Issue.record("\(problem)") }
  }

  @Test func fixturesAreThere() {
    #expect(FixtureModel.all(in: Paths.fixtures.appendingPathComponent("operators")).count > 20)
  }
}

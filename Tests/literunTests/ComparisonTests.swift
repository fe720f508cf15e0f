import Foundation
import Testing

/// `--expect`, tolerances, `--top`.
@Suite struct ComparisonTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func compare(_ found: [Float], _ expected: [Float], _ options: String...) throws -> (Outcome, [String: Any]) {
    let input = try directory.write("found.npy", Numpy.floats(found, "(\(found.count),)"))
    let other = try directory.write("expected.npy", Numpy.floats(expected, "(\(expected.count),)"))
    let outcome = try Literun.run(["run", Literun.echo, "-i", input, "--expect", other, "--json"] + options)
    let list = try outcome.json()["comparisons"] as? [[String: Any]] ?? []
    #expect(try outcome.json()["equal"] as? Bool == (outcome.code == 0))
    return (outcome, list.first ?? [:])
  }

  @Test func exact() throws {
    #expect(try compare([1, .nan, .infinity, -0.0], [1, .nan, .infinity, 0]).0.code == 0)
    let (outcome, comparison) = try compare([1, 2, 3], [1, 2.5, 3.25])
    #expect(outcome.code == 1)
    #expect(comparison["different"] as? Int == 2)
    #expect(comparison["max_abs_difference"] as? Double == 0.5)
    #expect(comparison["worst_index"] as? String == "[1]")
    #expect(comparison["found"] as? Double == 2)
    #expect(comparison["expected"] as? Double == 2.5)
  }

  @Test func tolerances() throws {
    #expect(try compare([1, 100], [1.25, 100], "--atol", "0.25").0.code == 0)
    #expect(try compare([1, 100], [1.25, 100], "--atol", "0.2").0.code == 1)
    #expect(try compare([101], [100], "--rtol", "0.01").0.code == 0)
    #expect(try compare([102], [100], "--rtol", "0.01").0.code == 1)
    // The tolerance counts: the second difference is larger, the first is the worse.
    let (outcome, comparison) = try compare([1.5, 1004], [1, 1000], "--rtol", "0.01")
    #expect(outcome.code == 1)
    #expect(comparison["worst_index"] as? String == "[0]")
    #expect(comparison["max_abs_difference"] as? Double == 4)
  }

  @Test(arguments: [(Float.nan, Float(1)), (1, .nan), (.infinity, -.infinity), (1, .infinity), (.infinity, 1)])
  func noToleranceReachesInfinity(_ found: Float, _ expected: Float) throws {
    #expect(try compare([found], [expected], "--atol", "1e30", "--rtol", "1e30").0.code == 1)
  }

  @Test func largeIntegers() throws {
    let path = try directory.write("n.npy", Numpy.file("<i8", "()", data: [0, 0, 0, 0, 0, 0, 32, 0]))
    #expect(try Literun.run("run", Literun.echo, "-i", "i64=9007199254740992", "--expect", path).code == 0)
    let outcome = try Literun.run("run", Literun.echo, "-i", "i64=9007199254740993", "--expect", path)
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("max abs difference 1,"))
  }

  @Test func otherKind() throws {
    let path = try directory.write("a.npy", Numpy.floats([1, 1], "(2,)"))
    for input in ["3xf32=1", "1x2xf32=1", "2xf64=1", "2xi32=1"] {
      let outcome = try Literun.run("run", Literun.echo, "-i", input, "--expect", path)
      #expect(outcome.code == 1)
      #expect(outcome.output.contains("expected float32 [2]"))
    }
  }

  /// numpy.ascontiguousarray makes an array of one of a number.
  @Test func numbersMayBeArraysOfOne() throws {
    let path = try directory.write("a.npy", Numpy.floats([1], "(1,)"))
    #expect(try Literun.run("run", Literun.echo, "-i", "f32=1", "--expect", path).code == 0)
    #expect(try Literun.run("run", Literun.echo, "-i", "1x1xf32=1", "--expect", path).code == 1)
  }

  /// Arrays are matched with the tensors of the result in order.
  @Test func several() throws {
    let one = try directory.write("1.npy", Numpy.floats([1], "(1,)"))
    let two = try directory.write("2.npy", Numpy.floats([2], "(1,)"))
    let call = ["run", Literun.echo, "--method", "two", "-i", "1xf32=1", "-i", "1xf32=2"]
    #expect(try Literun.run(call + ["--expect", one, "--expect", two]).code == 0)
    #expect(try Literun.run(call + ["--expect", one]).code == 0)
    let swapped = try Literun.run(call + ["--expect", two, "--expect", one])
    #expect(swapped.code == 1)
    #expect(swapped.output.contains("differ: output 0") && swapped.output.contains("differ: output 1"))
    let many = try Literun.run(call + ["--expect", one, "--expect", two, "--expect", one])
    #expect(many.code == 1)
    #expect(many.errors.contains("the result has 2 tensors"))
  }

  @Test func missingExpectedFile() throws {
    let outcome = try Literun.run("run", Literun.echo, "-i", "f32", "--expect", directory.file("none.npy"))
    #expect(outcome.code == 3)
    #expect(outcome.errors.contains("none.npy: cannot open the file"))
  }

  @Test func top() throws {
    let path = try directory.write("a.npy", Numpy.floats([0, 2, 1, 2], "(1, 4)"))
    let object = try Literun.run("run", Literun.echo, "-i", path, "--top", "3", "--json").json()
    let row = (object["top"] as? [[[String: Any]]])?.first ?? []
    #expect(row.map { $0["class"] as? Int } == [1, 3, 2])
    let total = exp(-2.0) + 1 + exp(-1.0) + 1
    #expect(abs((row.first?["softmax"] as? Double ?? 0) - 1 / total) < 1e-12)
  }

  /// What looks like probabilities is shown as it is.
  @Test func topOfProbabilities() throws {
    let path = try directory.write("a.npy", Numpy.floats([0.25, 0.75, 1, 0], "(2, 2)"))
    let outcome = try Literun.run("run", Literun.echo, "-i", path, "--top", "9")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("top 2 of row 0: class, probability\n  1  0.75\n  0  0.25\n"))
    #expect(outcome.output.contains("top 2 of row 1: class, probability\n  0  1\n  1  0\n"))
  }

  @Test func topNeedsNumbers() throws {
    #expect(try Literun.run("run", Literun.echo, "-i", "f32", "--top", "1").code == 2)
    #expect(try Literun.run("run", Literun.echo, "-i", "0x3xf32", "--top", "1").code == 2)
    #expect(try Literun.run("run", Literun.echo, "--method", "integer", "-i", "json:1", "--top", "1").code == 2)
    #expect(try Literun.run("run", Literun.echo, "-i", "2xf32=nan", "--top", "1").code == 0)
  }

  @Test func resultsForPeople() throws {
    let outcome = try Literun.run(
      "run", Literun.echo, "--method", "nested", "-i", #"json:{"a":"1x2xf32=1","b":"2xi64=3"}"#, "-i", "2xf16=0.5")
    #expect(
      outcome.output == """
        output: Tuple of 2
          0: List of 1
            0: float16 [2]  min 0.5  max 0.5
               0.5 0.5
          1: Dict of 2
            'a': float32 [1, 2]  min 1  max 1
                 1 1
            'b': int64 [2]  min 3  max 3
                 3 3

        """)
    #expect(
      try Literun.run("run", Literun.echo, "--method", "integers", "-i", "json:[1,2]").output == "output: List of 2: [1, 2]\n")
    #expect(try Literun.run("run", Literun.echo, "--method", "decimal", "-i", "json:0.1").output == "output: float 0.1\n")
    #expect(try Literun.run("run", Literun.echo, "--method", "maybe", "-i", "json:null").output == "output: None\n")
  }
}

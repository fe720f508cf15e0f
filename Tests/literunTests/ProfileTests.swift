import Foundation
import Testing

/// `literun profile`.
@Suite struct ProfileTests {
  /// A method with inputs, and its multiply-accumulates as its layers' shapes give them.
  struct Work: Sendable, CustomTestStringConvertible {
    let model: String
    let method: String
    let inputs: [String]
    let count: Int
    var testDescription: String { "\(model) \(method)" }

    var arguments: [String] {
      let path = model.hasSuffix(".ptl") ? model : Literun.operators.appendingPathComponent("\(model)/model.ptl").path
      return ["profile", path, "--method", method] + inputs.flatMap { ["-i", $0] }
    }
  }

  /// Examples/digits: pictures of 8x8, blocks of widening, depthwise and narrowing convolutions, then 4x4.
  private static let digits =
    64 * (9 * 16 + 3 * 16 * 48 + 48 * 9) + 16 * 48 * (9 + 32) + 16 * (2 * 32 * 96 + 96 * 9 + 32 * 64) + 64 * 10

  static let works = [
    Work(model: Literun.digits, method: "forward", inputs: ["1x1x8x8xf32=0.5"], count: digits),
    Work(model: Literun.floatDigits, method: "forward", inputs: ["1x1x8x8xf32=0.5"], count: digits),
    Work(model: "float_layers_matrix", method: "linear", inputs: ["3x7xf32"], count: 3 * 7 * 5),
    Work(model: "float_layers_matrix", method: "bmm_transposed", inputs: ["2x3x4xf32", "2x5x4xf32"], count: 2 * 3 * 4 * 5),
    Work(model: "prepacked_linear", method: "relu_run", inputs: ["3x7xf32"], count: 3 * 7 * 5),
    // 6 rows to 4 gates of 5, 3 steps of 2 rows, then a linear layer to 3.
    Work(
      model: "quantized_linear_dynamic_lstm", method: "forward", inputs: ["3x2x6xf32"],
      count: 6 * 6 * 20 + 3 * 2 * 5 * 20 + 6 * 5 * 3),
    // Two layers of 3, both directions: the second reads the 6 results of the first.
    Work(
      model: "float_layers_recurrent", method: "lstm_layers", inputs: ["2x4x4xf32"],
      count: 2 * (8 * 4 * 12 + 4 * 2 * 3 * 12) + 2 * (8 * 6 * 12 + 4 * 2 * 3 * 12)),
  ]

  /// Planned and interpreted runs do the same work.
  @Test(arguments: works) func multiplyAccumulates(_ work: Work) throws {
    for mode in [[], ["--interpret"]] {
      let object = try Literun.run(work.arguments + ["-n", "3", "--json"] + mode).json()
      #expect(object["multiply_accumulates"] as? Int == work.count, "\(mode)")
      let steps = object["steps"] as? [[String: Any]] ?? []
      #expect(steps.allSatisfy { $0["calls"] as? Int == 3 && ($0["planned"] as? String == "no") == !mode.isEmpty })
      for list in ["steps", "kinds"] {
        let rows = object[list] as? [[String: Any]] ?? []
        #expect(rows.reduce(0) { $0 + ($1["macs"] as? Int ?? 0) } == work.count)
        let times = rows.map { $0["us"] as? Double ?? -1 }
        #expect(times == times.sorted(by: >) && times.allSatisfy { $0 >= 0 })
        #expect(abs(rows.reduce(0) { $0 + ($1["share"] as? Double ?? 0) } - 1) < 1e-9)
        #expect(abs(times.reduce(0, +) - (object["operators_us"] as? Double ?? 0)) < 1e-6 * (1 + times.reduce(0, +)))
      }
      #expect(object["operators_us"] as? Double ?? 0 <= object["run_us"] as? Double ?? 0)
    }
  }

  @Test func table() throws {
    let outcome = try Literun.run("profile", Literun.digits, "-i", "1x1x8x8xf32=0.5", "-n", "4")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("\nwork       361 kMAC a run, "))
    let tables = outcome.output.components(separatedBy: "\nby kind:\n")
    #expect(tables.count == 2)
    for table in tables {
      let rows = table.components(separatedBy: "\n\n").last?.split(separator: "\n") ?? []
      #expect(rows.count > 8)
      // Numbers end in one line.
      #expect(Set(rows.map { $0.count }).count == 1)
      #expect(rows.first?.hasPrefix("operator ") == true)
    }
    #expect(tables[1].contains("quantized::linear "))
  }

  /// Weights count as bytes that are read: 64 inputs, 10 outputs, 640 weights at least.
  @Test func bytes() throws {
    let object = try Literun.run("profile", Literun.digits, "-i", "1x1x8x8xf32=0.5", "-n", "1", "--json").json()
    let steps = object["steps"] as? [[String: Any]] ?? []
    let linear = steps.first { $0["operator"] as? String == "quantized::linear" }
    #expect(linear?["kernel"] as? String == "gemm_u8s8")
    #expect(linear?["macs"] as? Int == 640)
    #expect((714...2000).contains(linear?["bytes"] as? Int ?? 0))
  }

  @Test func commaSeparatedValues() throws {
    let outcome = try Literun.run("profile", Literun.digits, "-i", "1x1x8x8xf32=0.5", "-n", "2", "--csv")
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let titles = [
      "operator", "kernel", "planned", "step", "calls", "us", "share", "fastest_us", "macs", "macs_per_second", "bytes",
    ]
    #expect(lines.first.map { $0.map(String.init) } == titles)
    #expect(lines.allSatisfy { $0.count == titles.count })
    let rows = lines.dropFirst()
    #expect(Set(rows.map { $0[3] }).count == rows.count)
    #expect(rows.reduce(0) { $0 + (Int($1[8]) ?? -1_000_000) } == Self.digits)
    for row in rows { for column in 3..<titles.count { #expect(Double(row[column]) != nil, "\(row)") } }
  }

  @Test func chromeTrace() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("trace.json")
    let outcome = try Literun.run(
      "profile", Literun.digits, "-i", "1x1x8x8xf32=0.5", "-n", "3", "--chrome", path, "--json")
    let steps = try outcome.json()["steps"] as? [[String: Any]] ?? []
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let trace = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    let events = (trace["traceEvents"] as? [[String: Any]] ?? []).filter { $0["ph"] as? String == "X" }
    let runs = events.filter { $0["name"] as? String == "run" }
    #expect(runs.count == 3)
    #expect(events.count == 3 * (steps.count + 1))
    func span(_ event: [String: Any]) -> (Double, Double) {
      let start = event["ts"] as? Double ?? .nan
      return (start, start + (event["dur"] as? Double ?? .nan))
    }
    for event in events {
      let (start, end) = span(event)
      #expect(start >= 0 && end >= start)
      #expect(runs.contains { span($0).0 <= start + 1e-3 && end <= span($0).1 + 1e-3 })
    }
  }

  @Test func wrongUse() throws {
    let both = try Literun.run("profile", Literun.echo, "-i", "2x3xf32", "--csv", "--json")
    #expect(both.code == 2)
    let path = "/nowhere/trace.json"
    let unwritable = try Literun.run("profile", Literun.echo, "-i", "2x3xf32", "-n", "1", "--chrome", path)
    #expect(unwritable.code == 3)
    #expect(unwritable.errors.hasPrefix("literun: \(path): cannot write the file: "))
  }
}

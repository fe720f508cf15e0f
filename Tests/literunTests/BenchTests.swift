import Foundation
import Testing

/// `literun bench`.
@Suite struct BenchTests {
  @Test func lineToPaste() throws {
    let outcome = try Literun.run("bench", Literun.echo, "-i", "2x3xf32", "-w", "2", "-n", "7")
    #expect(outcome.code == 0)
    let line = outcome.output.split(separator: "\n").last ?? ""
    #expect(line.hasPrefix("echo.ptl method=forward threads=1 kernels="))
    var figures: [Substring: Substring] = [:]
    for word in line.split(separator: " ").dropFirst() {
      let parts = word.split(separator: "=", omittingEmptySubsequences: false)
      #expect(parts.count == 2, "\(word)")
      figures[parts[0]] = parts.last
    }
    #expect(figures["runs"] == "7")
    for name in [
      "open_us", "map_us", "verify_us", "pack_us", "first_us", "second_us", "min_us", "median_us", "p95_us", "max_us",
      "plan_steps", "replays", "peak_bytes", "arena_bytes", "plan_bytes",
    ] {
      #expect(figures[Substring(name)].flatMap { Double($0) } != nil, "\(name)")
    }
  }

  @Test func figures() throws {
    let object = try Literun.run("bench", Literun.digits, "-i", "1x1x8x8xf32=0.5", "-t", "0.01", "--json").json()
    func figure(_ name: String) -> Double { object[name] as? Double ?? -1 }
    let times = ["min_us", "median_us", "p95_us", "max_us"].map(figure)
    #expect(times == times.sorted() && times[0] > 0)
    let parts = ["map_us", "verify_us", "pack_us"].map(figure)
    #expect(parts.allSatisfy { $0 > 0 } && parts.reduce(0, +) <= figure("open_us"))
    #expect(figure("first_us") > 0 && figure("second_us") > 0)
    let runs = object["runs"] as? Int ?? 0
    #expect(runs >= 5)
    // The first run makes the plan; one more is there to warm up.
    #expect(object["replays"] as? Int == runs + 1)
    #expect(object["plan_steps"] as? Int ?? 0 > 10)
    let resident = object["resident_bytes"] as? Int ?? 0
    #expect(resident > 100_000 && object["peak_resident_bytes"] as? Int ?? 0 >= resident)
    let kinds = ["private_bytes", "mapped_bytes"].map { object[$0] as? Int ?? 0 }
    #expect(kinds.allSatisfy { $0 > 0 && $0 < resident })
  }

  /// With neither warm-up nor choice, the second run is the one that is measured: no run is done that is not asked for.
  @Test func fewestRuns() throws {
    let object = try Literun.run("bench", Literun.digits, "-i", "1x1x8x8xf32=0.5", "-w", "0", "-n", "1", "--json").json()
    #expect(object["replays"] as? Int == 1)
    #expect(object["second_us"] as? Double == object["max_us"] as? Double)
  }

  /// A method that changes the module's state is interpreted each time.
  @Test func interpreted() throws {
    let outcome = try Literun.run("bench", Literun.neverPlanned, "--method", "never_count", "-i", "3xf32", "-n", "5")
    #expect(outcome.output.contains("plan       none: all 7 runs were interpreted\n"))
  }

  @Test(arguments: [["-n", "0"], ["-n", "5", "-t", "1"], ["-t", "-1"], ["-w", "x", "-n", "1"]])
  func wrongCounts(_ options: [String]) throws {
    for command in ["bench", "profile"] {
      let outcome = try Literun.run([command, Literun.echo, "-i", "2x3xf32"] + options)
      #expect(outcome.code == 2)
      #expect(outcome.errorLines.count == 1)
    }
  }
}

import Foundation
import Testing

/// Commands on model files: right ones and wrong ones.
@Suite struct ModelTests {
  /// A row of `Tests/Fixtures/bad/list.json`.
  struct BadFile: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let refused_by: String
    var testDescription: String { file }
  }

  static let badFiles: [BadFile] = {
    guard let data = try? Data(contentsOf: Literun.badFiles.appendingPathComponent("list.json")) else { return [] }
    return (try? JSONDecoder().decode([BadFile].self, from: data)) ?? []
  }()

  @Test func badFilesAreListed() { #expect(Self.badFiles.count > 50) }

  @Test(arguments: badFiles) func badFile(_ bad: BadFile) throws {
    let path = Literun.badFiles.appendingPathComponent(bad.file).path
    let verified = try Literun.run("verify", path)
    #expect(verified.code == 0 || verified.code == 1)
    #expect(verified.output.hasPrefix(verified.code == 0 ? "ok    \(path)\n" : "FAIL  \(path): "))
    // An empty stack is noticed when the code runs.
    let isRefusedEarly = bad.refused_by == "open" && bad.file != "stack_underflow.ptl"
    if isRefusedEarly || bad.refused_by == "verify" { #expect(verified.code == 1) }

    let object = try Literun.run("verify", path, "--json").json()
    #expect(object["failed"] as? Int == Int(verified.code))

    let info = try Literun.run("info", path, "--json")
    #expect(try info.json()["literun"] as? Int == 1)
    if isRefusedEarly { #expect([3, 4, 5].contains(info.code), "\(info.code): \(info.errors)") }
    if info.code == 3 { #expect(info.errors.hasPrefix("literun: \(path): ")) }

    if isRefusedEarly {
      let run = try Literun.run("run", path, "-i", "2x3xf32=1")
      #expect([3, 4, 5].contains(run.code), "\(run.code): \(run.errors)")
      #expect(run.errorLines.count == 1)
      #expect(run.output.isEmpty)
    }
  }

  @Test func verifyOfSeveral() throws {
    let bad = Literun.badFiles.appendingPathComponent("text.ptl").path
    let outcome = try Literun.run("verify", Literun.echo, bad, "/nowhere.ptl")
    #expect(outcome.code == 1)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0] == "ok    \(Literun.echo)")
    #expect(lines[1].contains("LITE_E_WRONG_FILE_KIND"))
    #expect(lines[2].contains("LITE_E_FILE_UNREADABLE"))
    #expect(try Literun.run("verify", Literun.echo, Literun.echo).code == 0)
  }

  @Test func missingOperator() throws {
    let path = Literun.badFiles.appendingPathComponent("missing_operator.ptl").path
    let info = try Literun.run("info", path)
    #expect(info.code == 4)
    #expect(info.output.contains("mylib::frobnicate  1  missing"))
    #expect(info.output.contains("supported: no"))
    #expect(try Literun.run("info", path, "--json").json()["missing"] as? [String] == ["mylib::frobnicate"])
    let run = try Literun.run("run", path, "-i", "2x3xf32")
    #expect(run.errors.contains("literun: warning: \(path): 1 operator is not in this build: mylib::frobnicate\n"))
    #expect(run.code == 4)
  }

  @Test func info() throws {
    let outcome = try Literun.run("info", Literun.echo)
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("file          \(Literun.echo): PyTorch lite-interpreter model (.ptl), "))
    #expect(outcome.output.contains("method        pair(Tuple[int, List[float]] p) -> Tuple[int, List[float]]\n"))
    #expect(outcome.output.hasSuffix("supported: yes\n"))
    let object = try Literun.run("info", Literun.echo, "--json").json()
    #expect(object["bytecode_version"] as? Int == 8)
    #expect(object["supported"] as? Bool == true)
    let methods = object["methods"] as? [[String: Any]] ?? []
    #expect(methods.contains { $0["name"] as? String == "forward" && $0["returns"] as? [String] == ["Tensor"] })
  }

  @Test func exceptionsOfTheProgram() throws {
    let outcome = try Literun.run("run", Literun.echo, "--method", "fails", "-i", "f32")
    #expect(outcome.code == 6)
    #expect(outcome.errors.hasPrefix("literun: \(Literun.echo): "))
    #expect(outcome.errors.contains("this method always fails"))
  }
}

import Foundation
import Testing

/// Command lines: help, options, and what is said of wrong ones.
@Suite struct UsageTests {
  static let commands = ["info", "verify", "run", "bench", "profile", "memory"]

  @Test(arguments: commands) func helpHasAnExample(_ command: String) throws {
    let outcome = try Literun.run(command, "--help")
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("usage: literun \(command) "))
    #expect(outcome.output.contains("example:\n  literun \(command) "))
    #expect(outcome.errors.isEmpty)
    #expect(try Literun.run("help", command).output == outcome.output)
  }

  @Test func helpListsCommandsAndExitCodes() throws {
    let outcome = try Literun.run("--help")
    #expect(outcome.code == 0)
    for command in Self.commands { #expect(outcome.output.contains("\n  \(command) ")) }
    #expect(outcome.output.contains("Exit codes: 0"))
  }

  @Test func version() throws {
    let outcome = try Literun.run("--version")
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("literun "))
  }

  @Test(
    arguments: [
      ([], "no command"), ([""], "unknown command"), (["rum"], "did you mean run?"), (["--verson"], "did you mean --version?"),
      (["--json", "info"], "options come after it"), (["info"], "MODEL is missing"), (["info", ""], "MODEL is missing"),
      (["verify"], "MODEL is missing"), (["run", "a", "b"], "unexpected argument b"),
      (["run", "a", "--imput", "b"], "did you mean --input?"),
      (["run", "a", "--jsn"], "did you mean --json?"), (["run", "a", "--xyzzy"], "unknown option --xyzzy"),
      (["run", "a", "-i"], "option -i needs a value"), (["run", "a", "--json=1"], "takes no value"),
      (["run", "a", "--seed", "99999999999999999999"], "option --seed: found 99999999999999999999"),
      (["run", "a", "--threads", "0"], "from 1 to 1024"), (["run", "a", "--cpu", "mips"], "auto, scalar, neon, dotprod or i8mm"),
      (["run", "a", "--rounding=up"], "x86 or arm"), (["run", "a", "--rtol", "-1", "--expect", "b"], "not negative"),
      (["run", "a", "--rtol", "0"], "need --expect"), (["run", "a", "--top", "0"], "from 1 to"),
      (["run", "a", "-o", ""], "value is empty"),
      (["bench", "a", "-n", "5", "-t", "1"], "exclude each other"), (["bench", "a", "-n", "0"], "from 1 to"),
    ] as [([String], String)])
  func wrongCommandLine(_ arguments: [String], _ message: String) throws {
    let outcome = try Literun.run(arguments)
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.hasPrefix("literun: "))
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func anErrorIsAnObjectTooWithJSON() throws {
    let outcome = try Literun.run("run", "/nowhere/m.ptl", "--json")
    #expect(outcome.code == 3)
    let object = try outcome.json()
    #expect(object["literun"] as? Int == 1)
    #expect(object["exit_code"] as? Int == 3)
    #expect(object["status"] as? String == "LITE_E_FILE_UNREADABLE")
    #expect(outcome.errors == "literun: /nowhere/m.ptl: cannot open the file: No such file or directory\n")
  }

  @Test func threadsAreUsed() throws {
    let outcome = try Literun.run("run", Literun.echo, "-i", "f32=1", "--threads", "4", "--json")
    #expect(outcome.code == 0)
    #expect(try outcome.json()["threads"] as? Int == 4)
    #expect(outcome.errors.isEmpty)
  }

  /// `--` ends the options.
  @Test func fileNamesMayBeginWithADash() throws {
    let outcome = try Literun.run("info", "--", "-nosuchfile")
    #expect(outcome.code == 3)
    #expect(outcome.errors.contains("-nosuchfile: cannot open"))
  }

  @Test func aFullDiskIsNoSuccess() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exec \"$0\" --help > /dev/full 2> /dev/null", try Literun.executable().path]
    var environment = ProcessInfo.processInfo.environment
    environment["LD_LIBRARY_PATH"] = Literun.runtimeDirectory
    process.environment = environment
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 5)
  }
}

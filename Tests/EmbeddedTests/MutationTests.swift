import Foundation
import TestSupport
import Testing

/// Damaged models through the program as it ships: each run ends by itself with a documented exit code, within two seconds
/// and 256 MB. `make mutations` does this with a hundred thousand.
@Suite(.enabled(if: program != nil)) struct MutationTests {
  @Test(arguments: [1, 2]) func fewHundred(_ seed: Int) throws {
    let driver = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("Mutations").path
    let result = try ProgramRun(driver, [try #require(program), "200", "\(seed)"])
    #expect(result.status == 0 && !result.wasKilled, "\(result.text)")
    #expect(result.output.contains("200 mutants"))
  }
}

/// The first of `LITE_PROGRAMS`, the one for this machine.
private let program: String? = (ProcessInfo.processInfo.environment["LITE_PROGRAMS"] ?? "").split(separator: "|").first.map {
  String($0)
}

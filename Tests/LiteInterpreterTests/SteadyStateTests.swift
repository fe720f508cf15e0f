import Foundation
import TestSupport
import Testing

/// What a run costs once its plan is there: no memory taken, none given back, no lock. A program of its own counts, in
/// which libc's functions are replaced: `Tests/AllocationCheck`.
@Suite struct SteadyStateTests {
  @Test(arguments: ["digits_int8.ptl", "digits_float.ptl"]) func replayDoesNotAllocate(_ name: String) throws {
    let model = Paths.examples.appendingPathComponent("digits/\(name)")
    let program = Paths.products.appendingPathComponent("AllocationCheck")
    let run = try ProgramRun(program.path, [model.path, "1", "1", "8", "8"])
    #expect(run.status == 0, "\(run.text)")
    if run.output == "nothing is counted in a build with a sanitizer\n" { return }
    // The counter counts: making the plan allocates.
    #expect(run.output.contains("first run: ") && !run.output.contains("first run: 0 "), "\(run.text)")
    #expect(run.output.hasSuffix("steady runs: 0 allocations, 0 releases, 0 locks; replayed 21\n"), "\(run.text)")
  }
}

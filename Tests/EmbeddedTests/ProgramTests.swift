import Foundation
import TestSupport
import Testing

/// The programs as they ship, Embedded builds for this machine and for ARM under qemu, on the recorded
/// cases: `LITE_PROGRAMS` holds their commands, divided by `|`. `make test` sets it.
@Suite(.enabled(if: !programs.isEmpty), .serialized) struct ProgramTests {
  /// Families whose results must be the same bits everywhere.
  static let families = ["quantized_convolution", "quantized_linear", "quantized_pooling", "quantized_elementwise", "versions"]

  static let models = FixtureModel.all(in: Paths.fixtures.appendingPathComponent("operators")).filter { model in
    families.contains { model.description.hasPrefix($0) }
  }

  @Test(arguments: programs) func replay(_ program: String) throws {
    var count = 0
    for model in Self.models {
      for folder in model.cases {
        guard let run = try CommandLineCase(folder) else { continue }
        count += 1
        let result = try ProgramRun(program, run.arguments(model: model.folder.appendingPathComponent("model.ptl")))
        if result.status != 0 {
          Issue.record("\(model)/\(folder.lastPathComponent) with \(program): \(result.status) \(result.text)")
        }
      }
    }
    #expect(count > 100)
  }

  /// The example network on its whole held-out set gives PyTorch's bits.
  @Test(arguments: programs) func example(_ program: String) throws {
    let folder = Paths.examples.appendingPathComponent("digits")
    let result = try ProgramRun(
      program,
      [
        "run", folder.appendingPathComponent("digits_int8.ptl").path, "-i",
        folder.appendingPathComponent("heldout_images.npy").path,
        "--method", "logits", "--expect", folder.appendingPathComponent("heldout_logits_int8.npy").path,
      ])
    #expect(result.status == 0, "\(result.text)")
  }
}

private let programs: [String] =
  (ProcessInfo.processInfo.environment["LITE_PROGRAMS"] ?? "").split(separator: "|").map { String($0) }

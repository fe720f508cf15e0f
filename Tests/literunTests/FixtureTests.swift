import Foundation
import Testing

/// The command line on the operators' fixtures: those whose inputs are plain arrays and whose results are to match
/// exactly. The library's own tests check all of them; here it is arrays, methods and `--expect`.
@Suite struct FixtureTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let model: String
    let arguments: [String]
    let testDescription: String
  }

  /// The first suitable case of each fixture.
  static let cases: [Case] = {
    let manager = FileManager.default
    var found: [Case] = []
    for name in (try? manager.contentsOfDirectory(atPath: Literun.operators.path))?.sorted() ?? [] {
      let folder = Literun.operators.appendingPathComponent(name)
      for entry in (try? manager.contentsOfDirectory(atPath: folder.path))?.sorted() ?? [] where entry.hasPrefix("case") {
        let place = folder.appendingPathComponent(entry)
        guard let data = try? Data(contentsOf: place.appendingPathComponent("case.json")),
          let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any], let arguments = arguments(object, place)
        else { continue }
        found.append(
          Case(model: folder.appendingPathComponent("model.ptl").path, arguments: arguments, testDescription: "\(name)/\(entry)"))
        break
      }
    }
    return found
  }()

  private static func arguments(_ object: [String: Any], _ place: URL) -> [String]? {
    guard object["tolerance"] as? String == "exact", let inputs = object["inputs"] as? [[String: Any]],
      let output = object["output"] as? [String: Any], let expected = output["npy"] as? String
    else { return nil }
    var arguments = ["--method", object["method"] as? String ?? "forward"]
    for input in inputs {
      guard let file = input["npy"] as? String, input["scale"] == nil, input["qscheme"] == nil else { return nil }
      arguments += ["-i", place.appendingPathComponent(file).path]
    }
    return arguments + ["--expect", place.appendingPathComponent(expected).path]
  }

  @Test(arguments: cases) func matches(_ item: Case) throws {
    let outcome = try Literun.run(["run", item.model] + item.arguments)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
  }

  /// Quantized results are written as their integers; scale and zero point are in the JSON.
  @Test func quantizedResults() throws {
    let example = Literun.repository.appendingPathComponent("Examples/digits/digits_int8.ptl").path
    let object = try Literun.run("info", example, "--json").json()
    let tensors = object["tensors"] as? [[String: Any]] ?? []
    #expect(tensors.contains { $0["dtype"] as? String == "qint8" && $0["quantization"] as? String == "per channel" })
    #expect(object["supported"] as? Bool == true)
  }
}

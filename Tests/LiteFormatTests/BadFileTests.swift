import Foundation
import LiteFormat
import LiteInterpreter
import TestSupport
import Testing

/// Files that are wrong, one class of damage each (`Tests/Fixtures/bad/README.md`): each gets an error in
/// one line, and none ends the process.
@Suite struct BadFileTests {
  struct Entry: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let refused_by: String
    let what: String
    var testDescription: String { file }
    var path: String { Paths.fixtures.appendingPathComponent("bad/\(file)").path }
  }

  static let entries: [Entry] = {
    let data = (try? Data(contentsOf: Paths.fixtures.appendingPathComponent("bad/list.json"))) ?? Data()
    return (try? JSONDecoder().decode([Entry].self, from: data)) ?? []
  }()

  @Test func listIsThere() { #expect(Self.entries.count > 60) }

  @Test(arguments: entries) func isRefused(_ entry: Entry) throws {
    var refusedBy = "nothing"
    var text = ""
    do {
      let model = try Model(path: entry.path)
      refusedBy = "run"
      let session = try Session(model, memoryLimit: 64 << 20, stepLimit: 10_000)
      let input = try session.makeTensor(.float32, [2, 3])
      input.data.initializeMemory(as: UInt8.self, repeating: 0, count: 24)
      _ = try session.run(try model.method(Array("forward".utf8)), [.tensor(input)])
      refusedBy = "nothing"
    } catch {
      if refusedBy == "nothing" { refusedBy = "open" }
      text = error.text
      #expect(!text.contains("\n"))
      #expect(text.utf8.count < 600)
    }
    // The stack's height is checked while running; checksums are checked at open already.
    let allowed: Set<String> =
      switch entry.file {
      case "stack_underflow.ptl": ["open", "run"]
      case "no_methods.ptl": ["open", "run"]
      default: entry.refused_by == "verify" ? ["open"] : [entry.refused_by]
      }
    #expect(allowed.contains(refusedBy), "\(entry.what): refused by \(refusedBy): \(text)")
  }

  /// What a file of another kind is, is said.
  @Test(arguments: [
    ("torchscript.pt", "torch.jit.save"), ("checkpoint.pt", "torch.save"), ("checkpoint_legacy.pt", "torch.save"),
    ("flatbuffer.ptl", "flatbuffer"), ("executorch.pte", "ExecuTorch"), ("tensorflow.tflite", "TensorFlow Lite"),
    ("open_neural_network.onnx", "ONNX"), ("exported.pt2", "torch.export"), ("truncated.ptl", "truncated"),
    ("gzip.ptl", "gzip"), ("pointer.ptl", "git lfs pull"), ("page.ptl", "web page"), ("empty.ptl", "empty"),
    ("missing_operator.ptl", "mylib::frobnicate"), ("bytecode_version_99.ptl", "99"), ("no_weights.ptl", "data/0"),
    ("pickle_imports.ptl", "system"), ("wrong_checksum.ptl", "checksum"),
  ]) func saysWhatItIs(_ file: String, _ word: String) throws {
    let path = Paths.fixtures.appendingPathComponent("bad/\(file)").path
    do {
      let model = try Model(path: path)
      let session = try Session(model)
      let input = try session.makeTensor(.float32, [2, 3])
      _ = try session.run(try model.method(Array("forward".utf8)), [.tensor(input)])
      Issue.record("\(file) was not refused")
    } catch {
      #expect(error.text.contains(word), "\(error.text)")
    }
  }

  @Test func missingFileSaysSo() {
    do {
      _ = try Model(path: "/nonexistent/model.ptl")
      Issue.record("opened a file that does not exist")
    } catch {
      #expect(error.status == .fileUnreadable)
      #expect(error.text.contains("No such file"))
    }
  }
}

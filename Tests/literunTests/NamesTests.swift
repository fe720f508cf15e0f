import Foundation
import Testing

/// Inputs by name and with named dimensions, and what is told of names.
@Suite struct NamesTests {
  private static let folder = Literun.repository.appendingPathComponent("Tests/Fixtures/names")
  private static func file(_ name: String) -> String { folder.appendingPathComponent(name).path }
  private static let photo = file("photo.ptl")
  private static let pair = file("pair.ptl")

  private func run(_ model: String, _ inputs: [String], _ options: [String] = []) throws -> Outcome {
    try Literun.run(["run", model] + inputs.flatMap { ["-i", $0] } + options)
  }

  /// All say the same picture; by position it works as in a model without names.
  @Test(
    arguments: [
      ("photo.ptl", "photo_nchw.npy", ""), ("photo.ptl", "0=photo_nchw.npy", ""), ("photo.ptl", "x=photo_nchw.npy", ""),
      ("photo.ptl", "image=photo_nchw.npy", ""), ("photo.ptl", "image:NCHW=photo_nchw.npy", ""),
      ("photo.ptl", "image:NHWC=photo_nhwc.npy", ""), ("added.ptl", "image:nhwc=photo_nhwc.npy", ""),
      ("photo.ptl", "0:batch,height,width,channel=photo_nhwc.npy", ""), ("photo.ptl", "x:NHWC=photo_nhwc.npy", ""),
      ("photo.ptl", "image:HWC=photo_hwc_bytes.npy", "--normalize"), ("unnamed.ptl", "x=photo_nchw.npy", ""),
    ])
  func results(_ model: String, _ input: String, _ option: String) throws {
    let equals = input.firstIndex(of: "=").map { input.index(after: $0) } ?? input.startIndex
    let outcome = try run(
      Self.file(model), [input[..<equals] + Self.file(String(input[equals...]))],
      ["--expect", Self.file("photo_scores.npy"), "--rtol", "1.3e-6", "--atol", "1e-5"] + (option.isEmpty ? [] : [option]))
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasPrefix(model == "unnamed.ptl" ? "output: float32" : "scores: float32"))
  }

  /// An image in the wrong order has the right sizes here: without names the answer is wrong, and nobody notices.
  @Test func theSilentMistake() throws {
    let outcome = try run(
      Self.photo, [Self.file("photo_nhwc.npy")], ["--expect", Self.file("photo_scores.npy"), "--atol", "0.1"])
    #expect(outcome.code == 1)
  }

  @Test func severalInputs() throws {
    let outcome = try run(
      Self.pair, ["weight:TN=" + Self.file("weight_tn.npy"), "features:TCN=" + Self.file("features_tcn.npy")],
      ["--expect", Self.file("flat.npy"), "--expect", Self.file("weighted.npy"), "--json"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let items = (try outcome.json()["output"] as? [String: Any])?["items"] as? [[String: Any]] ?? []
    #expect(items.map { $0["name"] as? String } == ["flat", "weighted"])
    let text = try run(Self.pair, ["features=1x2x4xf32=1", "weight=1x2xf32=1", "scale=json:3"]).output
    #expect(text.contains("\n  flat: float32 [1, 8]") && text.contains("\n  weighted: float32 [1, 2, 4]"), "\(text)")
  }

  @Test func labels() throws {
    let outcome = try run(Self.photo, [Self.file("photo_nchw.npy")], ["--top", "2"])
    #expect(outcome.output.contains("value, softmax, label\n  4  0.229851  29.05 %  fish\n  1  "), "\(outcome.output)")
    let top = try run(Self.photo, [Self.file("photo_nchw.npy")], ["--top", "1", "--json"]).json()["top"] as? [[[String: Any]]]
    #expect(top?.first?.first?["label"] as? String == "fish")
  }

  @Test(
    arguments: [
      ("photo.ptl", ["image=1x4x3x3xf32"], "input 0 (image): channel is 4, expected 3"),
      ("photo.ptl", ["image=1x3x3x3xf64"], "the type is float64, expected float32"),
      ("photo.ptl", ["image=3x3x3xf32"], "the rank is 3, expected 4"),
      ("photo.ptl", ["image:NHWQ=1x3x3x3xf32"], "found dimensions (N, H, W, Q), expected (batch, channel, height, width)"),
      ("photo.ptl", ["image:NHWC=3x3x3xf32"], "found float32 [3, 3, 3], but 4 names of dimensions: NHWC"),
      ("photo.ptl", ["image:NHWC=1x3x3x3xu8"], "--normalize makes numbers of it"),
      ("photo.ptl", ["picture=1x3x3x3xf32"], "the method takes (x or image)"),
      ("photo.ptl", ["image=1x3x3x3xf32", "x=1x3x3x3xf32"], "input 0 (image) is given twice"),
      ("pair.ptl", ["weight=1xf32"], "input 0 (features) is missing"),
      ("pair.ptl", ["scale:N=json:1"], "json: has no dimensions"),
      ("pair.ptl", ["features=1x2x4xf32", "weight=1x2xf32", "scale:N=1xf32"], "declares no dimension names"),
      ("unnamed.ptl", ["x:NCHW=1x3x3x3xf32"], "no extra/lite.json in the model describes this input"),
      ("unnamed.ptl", ["image=1x3x3x3xf32"], "the method takes (x)"),
    ] as [(String, [String], String)])
  func refused(_ model: String, _ inputs: [String], _ message: String) throws {
    let outcome = try run(Self.file(model), inputs)
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  /// Names refine, they do not obstruct: by position the model gets what it is given, with a warning.
  @Test func warns() throws {
    let outcome = try Literun.run("run", Self.pair, "--method", "encode", "-i", "2x3xi32=4")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("int32 [2, 3]"))
    #expect(outcome.errors.contains("warning: input 0 (tokens): the type is int32, expected int64"), "\(outcome.errors)")
  }

  @Test func normalizeNeedsAnImage() throws {
    let outcome = try run(Self.photo, [Self.file("photo_nchw.npy")], ["--normalize"])
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("--normalize: no input that is given by name"), "\(outcome.errors)")
  }

  @Test func info() throws {
    let text = try Literun.run("info", Self.photo).output
    #expect(
      text.contains(
        """
        method        forward(Tensor x) -> Tensor
          input       image: float32 [batch, channel 3, height 3, width 3], RGB
                      range 0 to 1, mean 0.485 0.456 0.406, std 0.229 0.224 0.225
          output      scores: float32 [batch, class 5], 5 labels

        """), "\(text)")
    let method = (try Literun.run("info", Self.photo, "--json").json()["methods"] as? [[String: Any]])?.first
    let input = (method?["inputs"] as? [[String: Any]])?.first
    #expect(input?["dimensions"] as? [String] == ["batch", "channel", "height", "width"])
    #expect(input?["std"] as? [Double] == [0.229, 0.224, 0.225])
    #expect(
      (method?["outputs"] as? [[String: Any]])?.first?["labels"] as? [String] ?? [] == [
        "cat", "dog", "Sämann", "a \"quoted\" one", "fish",
      ])
  }

  // MARK: The helper

  private static let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

  private func python(_ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [Literun.repository.appendingPathComponent("python/lite_names.py").path] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Names that are added to a finished file; and what stands there when they are wrong, which the helper would refuse.
  @Test(.enabled(if: hasPython)) func addsNames() throws {
    let directory = try TemporaryDirectory()
    let names = try directory.write(
      "names.json", Array(#"{"lite_names":1,"inputs":[{"name":"picture","sizes":[null,3,3,3]}]}"#.utf8))
    let model = directory.file("m.ptl")
    #expect(try python([Self.file("unnamed.ptl"), names, "-o", model]) == 0)
    #expect(try Literun.run("info", model).output.contains("  input       picture: [any, 3, 3, 3]\n"))
    #expect(try Literun.run("verify", model).code == 0)
    #expect(try run(model, ["picture=" + Self.file("photo_nchw.npy")]).code == 0)
    let wrong = try directory.write("wrong.json", Array(#"{"lite_names":1,"inputs":[{"name":"2"}]}"#.utf8))
    #expect(try python([model, wrong]) != 0)
    #expect(try Literun.run("verify", model).code == 0)

    // The same bytes, so that nothing else of the archive changes but a checksum: names that cannot be used.
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: model)))
    let text = Array("\"picture\"".utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: text) })
    bytes[place + 1] = UInt8(ascii: "1")
    let damaged = try directory.write("damaged.ptl", bytes)
    #expect(try Literun.run("verify", damaged).output.contains("checksum"))
  }

  /// Names that cannot be used: the model runs by position, and everyone is told.
  @Test func brokenNames() throws {
    let broken = Self.file("broken.ptl")
    let text = try Literun.run("info", broken)
    #expect(text.code == 0)
    #expect(text.output.contains("names         extra/lite.json cannot be used: input 0: found 3 sizes"), "\(text.output)")
    #expect((try Literun.run("info", broken, "--json").json()["names_problem"] as? String)?.contains("found 3 sizes") == true)
    let verified = try Literun.run("verify", broken)
    #expect(verified.code == 1)
    #expect(verified.output.contains("found 3 sizes"))
    let outcome = try run(broken, [Self.file("photo_nchw.npy")], ["--expect", Self.file("photo_scores.npy"), "--atol", "1e-5"])
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("warning: ") && outcome.errorLines.count == 1, "\(outcome.errors)")
    for input in ["image=1x3x3x3xf32", "x:NHWC=1x3x3x3xf32"] {
      let refused = try run(broken, [input])
      #expect(refused.code == 2)
      #expect(refused.errorLines.last?.contains("extra/lite.json cannot be used") == true, "\(refused.errors)")
    }
  }
}

import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `literun memory`.
@Suite struct MemoryTests {
  private struct Block: Decodable {
    let `operator`: String
    let first_step: Int
    let last_step: Int
    let offset: Int
    let bytes: Int

    func meets(_ other: Block) -> Bool { first_step <= other.last_step && other.first_step <= last_step }
    func overlaps(_ other: Block) -> Bool { offset < other.offset + other.bytes && other.offset < offset + bytes }
  }

  private struct Arena: Decodable {
    let bytes: Int
    let largest_sum_bytes: Int
    let ratio: Double
    let steps: Int
    let replays: Int
    let high_water_step: Int
    let high_water_operator: String
    let blocks: [Block]
  }

  private struct Report: Decodable {
    let weights: [String: Int]
    let process: [String: Int]
    let interpreted_bytes: Int
    let arena: Arena?
  }

  private func report(_ model: String) throws -> Report {
    let outcome = try Literun.run("memory", model, "-i", "1x1x8x8xf32=0.5", "--json")
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
  }

  /// What the report says of the arena is what its blocks give.
  @Test(arguments: [Literun.digits, Literun.floatDigits]) func arena(_ model: String) throws {
    let report = try report(model)
    let arena = try #require(report.arena)
    #expect(arena.blocks.count > 10 && arena.replays == 1)
    for (index, block) in arena.blocks.enumerated() {
      #expect(block.first_step <= block.last_step && block.last_step < arena.steps && block.offset % 64 == 0)
      for other in arena.blocks[(index + 1)...] { #expect(!block.meets(other) || !block.overlaps(other)) }
    }
    #expect(arena.blocks.map { $0.offset + $0.bytes }.max() == arena.bytes)
    let sums = (0..<arena.steps).map { step in
      arena.blocks.reduce(0) { $0 + ($1.first_step <= step && step <= $1.last_step ? $1.bytes : 0) }
    }
    #expect(sums.max() == arena.largest_sum_bytes)
    #expect(sums[arena.high_water_step] == arena.largest_sum_bytes)
    #expect(arena.blocks.contains { $0.first_step == arena.high_water_step && $0.operator == arena.high_water_operator })
    #expect(abs(arena.ratio - Double(arena.bytes) / Double(arena.largest_sum_bytes)) < 1e-12)
    #expect(arena.ratio <= 1.05)
  }

  @Test func weights() throws {
    let quantized = try report(Literun.digits)
    // 17 k weights of 8 bits, some padded, in the file and packed.
    #expect((10_000...60_000).contains(quantized.weights["packed_bytes"] ?? 0))
    // Files are read into memory of their own, unless the host asks for a mapping, and let go of once they are packed:
    // what stays is biases and the like.
    #expect((1...5_000).contains(quantized.weights["copied_bytes"] ?? 0))
    #expect(quantized.weights["mapped_bytes"] == 0)
    // Float matrices are packed by the first run.
    #expect(try report(Literun.floatDigits).weights["packed_bytes"] ?? 0 > 4 * 10_000)
    // So are those of optimize_for_mobile, when the file is opened.
    let prepacked = Literun.operators.appendingPathComponent("prepacked_linear")
    let opened = try Literun.run(
      "memory", prepacked.appendingPathComponent("model.ptl").path, "--method", "plain_run", "-i", "3x7xf32", "--json")
    let weights = try opened.json()["weights"] as? [String: Int] ?? [:]
    #expect(weights["packed_bytes"] ?? 0 > 0 && weights["made_bytes"] == 0, "\(weights)")
    for name in ["peak_resident_bytes", "resident_bytes", "private_bytes", "mapped_bytes"] {
      #expect(quantized.process[name] ?? 0 > 100_000, "\(name)")
    }
  }

  @Test func text() throws {
    let outcome = try Literun.run("memory", Literun.digits, "-i", "1x1x8x8xf32=0.5")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains(", ratio 1"))
    #expect(outcome.output.contains("\nhigh water step "))
    #expect(outcome.output.contains("\naten::quantize_per_tensor "))
  }

  /// A rectangle for each block inside of the frame.
  @Test func drawing() throws {
    final class Reader: NSObject, XMLParserDelegate {
      var rectangles: [[String: String]] = []
      func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
      ) { if name == "rect" { rectangles.append(attributes) } }
    }
    let directory = try TemporaryDirectory()
    let path = directory.file("arena <&>.svg")
    // A name that must be escaped.
    let model = directory.file("a<b>&\"c.ptl")
    try FileManager.default.copyItem(atPath: Literun.digits, toPath: model)
    let outcome = try Literun.run("memory", model, "-i", "1x1x8x8xf32=0.5", "--svg", path, "--json")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let count = try #require(try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8)).arena?.blocks.count)
    let reader = Reader()
    let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: path)))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    // The background and the frame are two more.
    #expect(reader.rectangles.count == count + 2)
    for rectangle in reader.rectangles.dropFirst() {
      let numbers = ["x", "y", "width", "height"].map { Double(rectangle[$0] ?? "") ?? .nan }
      #expect(numbers[0] >= 90 && numbers[0] + numbers[2] <= 1290.01, "\(rectangle)")
      #expect(numbers[1] >= 39.99 && numbers[1] + numbers[3] <= 640.01, "\(rectangle)")
    }
  }

  @Test func withoutPlan() throws {
    let arguments = ["memory", Literun.neverPlanned, "--method", "never_count", "-i", "3xf32"]
    let outcome = try Literun.run(arguments)
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("\narena      no plan: runs are interpreted; "))
    #expect(try Literun.run(arguments + ["--json"]).json()["arena"] == nil)
    let drawing = try Literun.run(arguments + ["--svg", "/nowhere/arena.svg"])
    #expect(drawing.code == 4)
    #expect(drawing.errors.contains("there is no arena to draw"))
  }
}

import Foundation

/// One run of a program to its end.
public struct ProgramRun {
  public let status: Int32
  /// Whether a signal ended it.
  public let wasKilled: Bool
  public let output: String
  public let errors: String
  /// Both outputs.
  public var text: String { output + errors }

  /// - Parameter command: program and leading arguments, divided by spaces.
  public init(_ command: String, _ arguments: [String]) throws {
    let words = command.split(separator: " ").map { String($0) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0].contains("/") ? words[0] : "/usr/bin/env")
    process.arguments = (words[0].contains("/") ? [String](words.dropFirst()) : words) + arguments
    var environment = ProcessInfo.processInfo.environment
    if let libraries = Self.runtimeDirectory { environment["LD_LIBRARY_PATH"] = libraries }
    process.environment = environment
    let outputFile = FileManager.default.temporaryDirectory.appendingPathComponent("lite-\(UUID().uuidString)")
    let errorFile = FileManager.default.temporaryDirectory.appendingPathComponent("lite-\(UUID().uuidString)")
    for file in [outputFile, errorFile] { FileManager.default.createFile(atPath: file.path, contents: nil) }
    defer { for file in [outputFile, errorFile] { try? FileManager.default.removeItem(at: file) } }
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    wasKilled = process.terminationReason == .uncaughtSignal
    output = String(decoding: try Data(contentsOf: outputFile), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: errorFile), as: UTF8.self)
  }
}

extension ProgramRun {
  /// Where this process found the Swift runtime; an ordinary build finds its own there too.
  private static let runtimeDirectory: String? = {
    guard let maps = FileHandle(forReadingAtPath: "/proc/self/maps")?.readDataToEndOfFile() else { return nil }
    for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") where line.hasSuffix("/libswiftCore.so") {
      guard let slash = line.firstIndex(of: "/") else { continue }
      return (String(line[slash...]) as NSString).deletingLastPathComponent
    }
    return nil
  }()
}

/// A recorded case as arguments of `literun run`, where it can be said that way: inputs and results are
/// dense tensors with dimensions.
public struct CommandLineCase {
  private let method: String
  private let inputs: [String]
  private let expected: [String]
  private let relative: Double
  private let absolute: Double

  public init?(_ folder: URL) throws {
    let data = try Data(contentsOf: folder.appendingPathComponent("case.json"))
    guard let json = try JSONDecoder().decode(JSON.self, from: data).plain as? [String: Any], json["calls"] == nil,
      json["error"] == nil
    else { return nil }
    method = json["method"] as? String ?? "forward"
    func file(_ value: Any) -> String? {
      guard let entry = value as? [String: Any], entry["t"] as? String == "tensor", let name = entry["npy"] as? String,
        !(entry["shape"] as? [Any] ?? []).isEmpty, entry["dtype"] as? String != "torch.bfloat16"
      else { return nil }
      return folder.appendingPathComponent(name).path
    }
    var inputs: [String] = []
    for value in json["inputs"] as? [Any] ?? [] {
      // A quantized input has no form on the command line.
      guard let path = file(value), (value as? [String: Any])?["qscheme"] == nil else { return nil }
      inputs.append(path)
    }
    self.inputs = inputs
    let output = json["output"] as? [String: Any] ?? [:]
    let results = ["tuple", "list"].contains(output["t"] as? String ?? "") ? output["v"] as? [Any] ?? [] : [output]
    var expected: [String] = []
    for value in results {
      guard let path = file(value) else { return nil }
      expected.append(path)
    }
    guard !expected.isEmpty else { return nil }
    self.expected = expected
    let tolerance = Tolerance(json["tolerance"])
    relative = tolerance.relative
    absolute = tolerance.absolute
  }

  public func arguments(model: URL) -> [String] {
    var result = ["run", model.path, "--method", method]
    for input in inputs { result += ["-i", input] }
    for file in expected { result += ["--expect", file] }
    if relative > 0 || absolute > 0 { result += ["--rtol", "\(relative)", "--atol", "\(absolute)"] }
    return result
  }
}

import Foundation

/// What a run of the command line left.
struct Outcome {
  let code: Int32
  /// Standard output.
  let output: String
  /// Standard error.
  let errors: String

  /// Standard output as the one JSON object that `--json` promises.
  func json() throws -> [String: Any] {
    guard let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] else {
      throw Unexpected.noObject(output)
    }
    return object
  }

  var errorLines: [Substring] { errors.split(separator: "\n") }
}

enum Unexpected: Error {
  case noExecutable(String)
  case noObject(String)
  case timeout([String])
}

/// The executable that is built beside the tests.
enum Literun {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let badFiles = repository.appendingPathComponent("Tests/Fixtures/bad")
  static let operators = repository.appendingPathComponent("Tests/Fixtures/operators")
  /// Methods that return what they get.
  static let echo = fixtures.appendingPathComponent("echo.ptl").path
  /// The example networks: pictures of 8x8 to 10 probabilities.
  static let digits = repository.appendingPathComponent("Examples/digits/digits_int8.ptl").path
  static let floatDigits = repository.appendingPathComponent("Examples/digits/digits_float.ptl").path
  /// Methods that cannot be replayed.
  static let neverPlanned = operators.appendingPathComponent("plans_state/model.ptl").path

  /// `LITERUN` names another build to test, the embedded one say.
  static func executable() throws -> URL {
    if let other = ProcessInfo.processInfo.environment["LITERUN"] { return URL(fileURLWithPath: other) }
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let found = tests.deletingLastPathComponent().appendingPathComponent("literun")
    guard FileManager.default.isExecutableFile(atPath: found.path) else { throw Unexpected.noExecutable(found.path) }
    return found
  }

  /// Runs it; more than `seconds` is an error.
  static func run(_ arguments: [String], seconds: Double = 30) throws -> Outcome {
    let process = Process()
    process.executableURL = try executable()
    process.arguments = arguments
    // The Swift runtime of an ordinary build is where this process found its own.
    var environment = ProcessInfo.processInfo.environment
    if let libraries = runtimeDirectory { environment["LD_LIBRARY_PATH"] = libraries }
    process.environment = environment
    let directory = try TemporaryDirectory()
    let output = directory.file("output")
    let errors = directory.file("errors")
    for path in [output, errors] { FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let end = Date(timeIntervalSinceNow: seconds)
    while process.isRunning, Date() < end { usleep(1000) }
    if process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      throw Unexpected.timeout(arguments)
    }
    // A process that a signal ended must not look like one of our exit codes.
    let code = process.terminationReason == .exit ? process.terminationStatus : 1000 + process.terminationStatus
    return Outcome(
      code: code, output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self))
  }

  static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  static let runtimeDirectory: String? = {
    // Its size is unknown before it is read, so it must be read as a stream.
    guard let maps = FileHandle(forReadingAtPath: "/proc/self/maps")?.readDataToEndOfFile() else { return nil }
    for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") where line.hasSuffix("/libswiftCore.so") {
      guard let slash = line.firstIndex(of: "/") else { continue }
      return (String(line[slash...]) as NSString).deletingLastPathComponent
    }
    return nil
  }()
}

/// A directory that is removed with this object.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "literun-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file; returns its path.
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }
}

/// `.npy` files, right and wrong.
enum Numpy {
  /// A file with any header.
  static func file(header: String, version: UInt8 = 1, data: [UInt8], length: Int? = nil) -> [UInt8] {
    let text = [UInt8](header.utf8)
    let count = length ?? text.count
    var bytes: [UInt8] = [0x93] + [UInt8]("NUMPY".utf8) + [version, 0]
    for index in 0..<(version == 1 ? 2 : 4) { bytes.append(UInt8(truncatingIfNeeded: count >> (8 * index))) }
    return bytes + text + data
  }

  /// A usual file.
  static func file(_ descr: String, _ shape: String, version: UInt8 = 1, order: String = "False", data: [UInt8]) -> [UInt8] {
    file(header: "{'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(shape), }\n", version: version, data: data)
  }

  static func floats(_ values: [Float], _ shape: String) -> [UInt8] {
    file("<f4", shape, data: values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } })
  }
}

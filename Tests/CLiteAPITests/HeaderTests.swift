import Foundation
import TestSupport
import Testing

/// The header itself: it compiles alone, nothing in it goes untested, and what programs were compiled with stays.
@Suite struct HeaderTests {
  static let header = Paths.repository.appendingPathComponent("Sources/CLiteAPI/include/lite.h")
  private let text = (try? String(contentsOf: Self.header, encoding: .utf8)) ?? ""

  /// Compilers of this machine.
  private static let compilers: [String] = {
    let toolchain = (try? ProgramRun("which", ["swift"]).output).map { ($0 as NSString).deletingLastPathComponent + "/clang" }
    return [toolchain ?? "", "/usr/bin/gcc"].filter { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  @Test(arguments: [("c", "c99"), ("c", "c11"), ("c++", "c++17")]) func compilesAlone(language: String, standard: String) throws {
    #expect(!Self.compilers.isEmpty)
    for compiler in Self.compilers {
      let run = try ProgramRun(
        compiler,
        ["-x", language, "-std=\(standard)", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", Self.header.path])
      #expect(run.status == 0, "\(compiler): \(run.text)")
    }
  }

  private func matches(_ pattern: String, in text: String) throws -> [[String]] {
    let expression = try NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines])
    return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).map { match in
      (1..<match.numberOfRanges).map { Range(match.range(at: $0), in: text).map { String(text[$0]) } ?? "" }
    }
  }

  /// Every function of the header is called by a test of this folder.
  @Test func everyFunctionIsCalled() throws {
    let functions = try matches(#"^LITE_API [^;(]*?(lite_\w+)\("#, in: text).map { $0[0] }
    #expect(functions.count > 45)
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    var tests = ""
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    where file.pathExtension == "swift" { tests += try String(contentsOf: file, encoding: .utf8) }
    for function in functions { #expect(tests.contains("\(function)("), "no test calls \(function)") }
  }

  /// Sizes, offsets and values that compiled programs rely on. A difference breaks them: new fields go to the end of a
  /// struct, new values get new numbers, and only those may be added to the file.
  @Test func layout() throws {
    let code = text.replacingOccurrences(of: #"/\*[\s\S]*?\*/"#, with: "", options: .regularExpression)
    var program = "#include <stdio.h>\n#include \"\(Self.header.path)\"\nint main(void) {\n"
    for structure in try matches(#"typedef struct (lite_\w+) \{([^}]*)\}"#, in: code) {
      let name = structure[0]
      program += "printf(\"\(name) %zu\\n\", sizeof(\(name)));\n"
      for field in try matches(#"(\w+)(?:\[\w+\])?;|\(\*(\w+)\)\("#, in: structure[1]) {
        let field = field[0].isEmpty ? field[1] : field[0]
        program += "printf(\"\(name).\(field) %zu\\n\", offsetof(\(name), \(field)));\n"
      }
    }
    for list in try matches(#"enum \{([^}]*)\}"#, in: code) {
      for value in try matches(#"(LITE_\w+) ="#, in: list[0]) {
        program += "printf(\"\(value[0]) %d\\n\", \(value[0]));\n"
      }
    }
    program += "return 0;\n}\n"
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lite-layout-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appendingPathComponent("layout.c")
    try program.write(to: source, atomically: true, encoding: .utf8)
    let binary = folder.appendingPathComponent("layout").path
    let build = try ProgramRun(try #require(Self.compilers.last), ["-std=c99", source.path, "-o", binary])
    try #require(build.status == 0, "\(build.text)")
    let found = try ProgramRun(binary, []).output
    let expectedFile = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/layout.txt")
    if ProcessInfo.processInfo.environment["LITE_WRITE_LAYOUT"] != nil {
      try found.write(to: expectedFile, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOf: expectedFile, encoding: .utf8)
    let foundLines = Set(found.split(separator: "\n"))
    let expectedLines = Set(expected.split(separator: "\n"))
    #expect(
      foundLines.subtracting(expectedLines).sorted() == [], "not in layout.txt; add it with LITE_WRITE_LAYOUT=1 if it is new")
    #expect(expectedLines.subtracting(foundLines).sorted() == [], "in layout.txt, but no longer so in the header")
  }
}

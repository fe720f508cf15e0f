import Foundation
import Testing

/// `.npy` files in and out, through the model that returns what it gets.
@Suite struct NumpyTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// Sends a file through and returns the file that comes out.
  private func roundTrip(_ bytes: [UInt8]) throws -> [UInt8] {
    let path = try directory.write("in.npy", bytes)
    let outcome = try Literun.run("run", Literun.echo, "-i", path, "-o", directory.file("out"), "--expect", path)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("match: output 0"))
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory.file("out/0.npy"))))
  }

  @Test(
    arguments: [
      ("<f2", 2), ("<f4", 4), ("<f8", 8), ("|i1", 1), ("|u1", 1), ("<i2", 2), ("<i4", 4), ("<i8", 8), ("|b1", 1), ("<c8", 8),
      ("<c16", 16),
    ], [1, 2, 3])
  func types(_ type: (String, Int), _ version: Int) throws {
    // Small bytes: valid as bools, and no signalling NaNs.
    let data = (0..<6 * type.1).map { UInt8($0 % 2) }
    let result = try roundTrip(Numpy.file(type.0, "(2, 3)", version: UInt8(version), data: data))
    let header = String(decoding: result[10..<128], as: UTF8.self)
    #expect(result.count == 128 + data.count)
    #expect(header.hasPrefix("{'descr': '\(type.0)', 'fortran_order': False, 'shape': (2, 3), }"))
    #expect([UInt8](result[128...]) == data)
  }

  @Test(arguments: [("()", 1), ("(3,)", 3), ("(0,)", 0), ("(2, 0, 3)", 0), ("(1,1,1,1,1,1,1,2)", 2)])
  func shapes(_ shape: String, _ count: Int) throws {
    let result = try roundTrip(Numpy.floats((0..<count).map { Float($0) }, shape))
    #expect(result.count % 64 == (4 * count) % 64)
  }

  /// A header that leaves the elements misaligned, with keys in another order, double quotes and no spaces.
  @Test func unusualHeader() throws {
    let header = "{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<f8\"}"
    _ = try roundTrip(Numpy.file(header: header + String(repeating: " ", count: 3), data: [UInt8](repeating: 64, count: 16)))
  }

  static let wrong: [(String, [UInt8], Int32, String)] = [
    ("empty", [], 3, "the file is empty"), ("text", [UInt8]("hello, this is text".utf8), 3, "not a .npy file"),
    ("archive", [80, 75, 3, 4] + [UInt8](repeating: 0, count: 20), 3, "zip or .npz"),
    ("version", Numpy.file("<f4", "(1,)", version: 9, data: [0, 0, 0, 0]), 4, ".npy version 9"),
    ("short header", Numpy.file(header: "{", data: [], length: 60_000), 3, "ends in its header"),
    (
      "large header", Numpy.file(header: String(repeating: " ", count: 70_000), version: 2, data: []), 3,
      "a header of 70000 bytes"
    ),
    ("length", [0x93] + [UInt8]("NUMPY".utf8) + [2, 0, 255, 255, 255, 255, 1], 3, "ends in its header"),
    ("Fortran order", Numpy.file("<f4", "(2, 2)", order: "True", data: [UInt8](repeating: 0, count: 16)), 4, "Fortran order"),
    ("big-endian", Numpy.file(">f4", "(1,)", data: [0, 0, 0, 0]), 4, "big-endian"),
    ("unsigned", Numpy.file("<u4", "(1,)", data: [0, 0, 0, 0]), 4, "elements of type <u4"),
    ("text elements", Numpy.file("<U5", "(1,)", data: [0, 0, 0, 0]), 4, "elements of type <U5"),
    ("objects", Numpy.file("|O", "(1,)", data: [0, 0, 0, 0]), 4, "elements of type |O"),
    (
      "records", Numpy.file(header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", data: [0, 0, 0, 0]), 4,
      "records"
    ),
    ("truncated", Numpy.file("<f4", "(2, 2)", data: [0, 0, 0]), 3, "takes 16 bytes, the file has 3"),
    ("negative", Numpy.file("<f4", "(-1,)", data: []), 3, "header"),
    ("huge", Numpy.file("<f4", "(99999999999, 99999999999)", data: []), 5, "overflows"),
    ("huger", Numpy.file("<f4", "(99999999999999999999999,)", data: []), 5, "does not fit"),
    ("rank", Numpy.file("<f4", "(1,1,1,1,1,1,1,1,1)", data: [0, 0, 0, 0]), 4, "more than 8 dimensions"),
    ("bool", Numpy.file("|b1", "(2,)", data: [1, 7]), 3, "neither 0 nor 1"),
    ("no shape", Numpy.file(header: "{'descr': '<f4', 'fortran_order': False}", data: []), 3, "lacks"),
    ("no dictionary", Numpy.file(header: "[]", data: []), 3, "header"),
    ("open text", Numpy.file(header: "{'descr", data: []), 3, "header"),
    ("open shape", Numpy.file(header: "{'shape': (1, 2", data: []), 3, "header"),
    ("nothing", Numpy.file(header: "", data: []), 3, "header"),
  ]

  @Test(arguments: wrong.indices) func wrongFiles(_ index: Int) throws {
    let (name, bytes, code, message) = Self.wrong[index]
    let path = try directory.write("wrong.npy", bytes)
    let outcome = try Literun.run("run", Literun.echo, "-i", path)
    #expect(outcome.code == code, "\(name): \(outcome.errors)")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(path), "\(name): \(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(name): \(outcome.errors)")
  }

  /// Every prefix of a file is refused or, from its last byte on, read.
  @Test func prefixes() throws {
    let whole = Numpy.floats([1, 2], "(2,)")
    for length in stride(from: 0, to: whole.count, by: 5) {
      let path = try directory.write("prefix.npy", [UInt8](whole[..<length]))
      #expect(try Literun.run("run", Literun.echo, "-i", path).code == 3)
    }
  }

  @Test func noFile() throws {
    let outcome = try Literun.run("run", Literun.echo, "-i", "3")
    #expect(outcome.code == 3)
    #expect(outcome.errors.contains("json:VALUE"))
    #expect(try Literun.run("run", Literun.echo, "-i", directory.path).code == 3)
  }

  @Test func directoryThatCannotBeMade() throws {
    let outcome = try Literun.run("run", Literun.echo, "-i", "f32=1", "-o", "/proc/nowhere")
    #expect(outcome.code == 3)
    #expect(outcome.errors.contains("/proc/nowhere: cannot make the directory"))
  }

  /// bfloat16 is written as float32, which numpy has.
  @Test func brainFloats() throws {
    let outcome = try Literun.run("run", Literun.echo, "-i", "2xbf16=1.5", "-o", directory.file("out"))
    #expect(outcome.code == 0)
    let result = [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory.file("out/0.npy"))))
    #expect([UInt8](result[128...]) == [0, 0, 192, 63, 0, 0, 192, 63])
    #expect(try Literun.run("run", Literun.echo, "-i", "2xbf16=1.5", "--expect", directory.file("out/0.npy")).code == 0)
  }
}

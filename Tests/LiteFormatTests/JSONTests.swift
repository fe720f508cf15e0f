import FuzzTargets
import LiteFormat
import TestSupport
import Testing

/// The JSON of model files, of which any byte may be wrong.
@Suite struct JSONTests {
  private func document(_ text: String, _ dialect: JSONDocument.Dialect = .standard) throws -> JSONDocument {
    try JSONDocument(Array(text.utf8), dialect: dialect)
  }

  private func message(_ text: [UInt8], _ dialect: JSONDocument.Dialect = .standard) -> String? {
    do throws(LiteError) {
      _ = try JSONDocument(text, dialect: dialect)
      return nil
    } catch {
      return String(decoding: error.message.bytes, as: UTF8.self)
    }
  }

  @Test func nodes() throws {
    let json = try document(" {\"a\": [1, -2.5e3, \"x\\n\\u00e9\\ud83d\\ude00\", null], \"b\": {}, \"c\": [], \"d\": true} ")
    #expect(json.kind(0) == .object)
    let children = json.children(0)
    #expect(children.count == 8)
    #expect(children.map { json.kind($0) } == [.string, .array, .string, .object, .string, .array, .string, .true])
    let items = json.children(children[1])
    #expect(items.map { json.kind($0) } == [.number, .number, .string, .null])
    #expect(json.integer(items[0]) == 1)
    #expect(json.integer(items[1]) == nil)
    #expect(json.number(items[1]) == -2500)
    #expect(String(decoding: json.text(items[2]), as: UTF8.self) == "x\n\u{e9}\u{1f600}")
    #expect(try json.member(0, "b") == children[3])
    #expect(try json.member(0, "e") == nil)
    #expect(json.children(children[3]).isEmpty && json.children(children[5]).isEmpty)
  }

  /// Numbers of up to 15 digits are the nearest doubles; longer ones are off by one unit in the last place at most.
  @Test(
    arguments: [
      "0", "-0", "1", "-1", "0.485", "0.456", "0.406", "0.229", "0.224", "0.225", "255", "1e22", "1E-22", "123456789012345",
      "0.000001", "-12.5e+2", "1e308", "1.5e300", "4.9e-310", "1e-400", "-1e400", "99999999999999999999999999", "1e99999999999",
      "0.1e-99999999999", "0.48500001430511475", "0.1000000000000000055511151231257827", "1234567890123456789e-10",
    ])
  func numbers(_ text: String) throws {
    let found = try #require(try document(text).number(0))
    let expected = try #require(Double(text))
    let digits = text.prefix { $0 != "e" && $0 != "E" }.count { $0.isNumber }
    if digits <= 15, abs(expected) < 1e22, abs(expected) > 1e-22 || expected == 0 {
      #expect(found.bitPattern == expected.bitPattern)
    } else if expected.isFinite {
      #expect(abs(found - expected) <= 20 * expected.ulp)
    } else {
      #expect(found == expected)
    }
    #expect(Float(found) == Float(expected))
  }

  @Test(
    arguments: [
      ("", "expected a value at character 0"), ("  ", "expected a value at character 2"), ("[", "expected a value"),
      ("[1", "a comma or ]"), ("[1,]", "expected a value at character 3"), ("[1 2]", "a comma or ]"), ("{", "a key in double"),
      ("{\"a\"}", "a colon"), ("{\"a\":1,}", "a key"), ("{a:1}", "a key"), ("{'a':1}", "a key"), ("01", "leading zeros"),
      ("-", "a digit"), ("1.", "a digit"), (".5", "a value"), ("1e", "a digit"), ("1e+", "a digit"), ("+1", "a value"),
      ("0x10", "the end"),
      ("NaN", "a value"), ("Infinity", "a value"), ("-Infinity", "a digit"), ("None", "a value"), ("True", "a value"),
      ("nul", "a value"), ("truex", "the end"), ("\"a", "the end of the string"), ("\"a\nb\"", "the end of the string"),
      ("\"\\x\"", "an escape"), ("\"\\u12\"", "hexadecimal"), ("\"\\ud800\"", "surrogate"), ("\"\\udc00\"", "surrogate"),
      ("\"\\ud800\\ud800\"", "surrogate"), ("\"\\u0000\"", "zero character"), ("[1][2]", "the end"), ("// a\n1", "a value"),
      ("\u{feff}1", "a value"),
    ])
  func wrong(_ text: String, _ expected: String) {
    let found = message(Array(text.utf8))
    #expect(found?.contains(expected) == true, "\(text): \(found ?? "accepted")")
  }

  @Test(
    arguments: [
      [0x80], [0xc0, 0x80], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0xe2, 0x82],
    ]
      as [[UInt8]])
  func wrongUTF8(_ bytes: [UInt8]) {
    #expect(message([34] + bytes + [34])?.contains("expected UTF-8 at character 1") == true)
    #expect(message([34] + bytes + [34], .python) == nil)
  }

  @Test func depthAndRepetition() throws {
    func nested(_ depth: Int) -> [UInt8] { [UInt8](repeating: 91, count: depth) + [UInt8](repeating: 93, count: depth) }
    #expect(message(nested(64)) == nil)
    #expect(message(nested(65))?.contains("64 deep") == true)
    #expect(message([UInt8](repeating: 91, count: 1 << 20))?.contains("64 deep") == true)
    let twice = try document("{\"a\":1,\"b\":2,\"a\":3}")
    #expect(try twice.member(0, "b") != nil)
    #expect(throws: LiteError.self) { try twice.member(0, "a") }
  }

  private static let sample = Array(
    "{\"lite_names\":1,\"inputs\":[{\"name\":\"image\",\"dimensions\":[\"batch\",\"c\"],\"sizes\":[null,3],\"range\":[0,1e0],\"mean\":[-0.5,1,2]}],\"outputs\":[{\"name\":\"\\u00e9é\",\"labels\":[\"a\\n\"]}],\"methods\":{\"encode\":{\"x\":[true,false,{}]}}}"
      .utf8)

  @Test func everyPrefix() {
    for count in Self.sample.indices {
      let prefix = [UInt8](Self.sample[..<count])
      #expect(message(prefix) != nil, "\(count) bytes")
      NamesRun.run(prefix)
    }
  }

  /// Every byte as every other, through the reader of names too. What is accepted does not matter; that the process lives,
  /// in a build whose arithmetic and indexing trap, does.
  @Test func everyByte() {
    var changed = Self.sample
    for index in changed.indices {
      let original = changed[index]
      for value in UInt8.min...UInt8.max {
        changed[index] = value
        NamesRun.run(changed)
      }
      changed[index] = original
    }
  }
}

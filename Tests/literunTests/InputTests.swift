import Foundation
import Testing

/// `-i`: what inputs become, seen through methods that return them.
@Suite struct InputTests {
  /// Runs a method of the echo model and returns its output object.
  private func output(_ method: String, _ inputs: String..., options: [String] = []) throws -> [String: Any] {
    let outcome = try Literun.run(["run", Literun.echo, "--method", method, "--json"] + inputs.flatMap { ["-i", $0] } + options)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try outcome.json()["output"] as? [String: Any] ?? [:]
  }

  private func failure(_ method: String, _ inputs: String...) throws -> Outcome {
    let outcome = try Literun.run(["run", Literun.echo, "--method", method] + inputs.flatMap { ["-i", $0] })
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
    return outcome
  }

  @Test(
    arguments: [
      ("2x3xf32=0.5", "float32", [2, 3], 0.5), ("f64=-2", "float64", [], -2), ("3xf16=1.5", "float16", [3], 1.5),
      ("1xbf16=2", "bfloat16", [1], 2), ("2xi8=-128", "int8", [2], -128), ("2xu8=255", "uint8", [2], 255),
      ("1x1xi16=-32768", "int16", [1, 1], -32768), ("i32=7", "int32", [], 7),
      ("2xi64=9007199254740993", "int64", [2], 9_007_199_254_740_993),
    ] as [(String, String, [Int], Double)])
  func filled(_ text: String, _ type: String, _ shape: [Int], _ value: Double) throws {
    let tensor = try output("forward", text)
    #expect(tensor["type"] as? String == "Tensor")
    #expect(tensor["dtype"] as? String == type)
    #expect(tensor["shape"] as? [Int] == shape)
    let first = numbers(tensor)
    #expect(first.count == max(1, shape.reduce(1, *)))
    #expect(first.allSatisfy { $0 == value })
  }

  /// The first elements of a tensor. Whole numbers above 2^53 become the nearest double.
  private func numbers(_ tensor: [String: Any]?) -> [Double] { (tensor?["first"] as? [NSNumber] ?? []).map { $0.doubleValue } }

  @Test func emptyTensors() throws {
    let tensor = try output("forward", "0x3xf32=1")
    #expect(tensor["shape"] as? [Int] == [0, 3])
    #expect(tensor["min"] == nil)
  }

  @Test func bools() throws {
    #expect(try output("forward", "2xbool=true")["first"] as? [Bool] == [true, true])
    #expect(try output("forward", "1xbool=0")["first"] as? [Bool] == [false])
  }

  @Test func numbersThatJSONDoesNotHave() throws {
    #expect(try output("forward", "1xf32=nan")["first"] as? [String] == ["NaN"])
    #expect(try output("forward", "1xf32=-inf")["first"] as? [String] == ["-Infinity"])
  }

  /// The generator is SplitMix64: its first numbers from seed 1 are known.
  @Test func random() throws {
    func next(_ state: inout UInt64) -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
    var state: UInt64 = 1
    let expected = (0..<8).map { _ in next(&state) }
    let both = try output("two", "4xf32", "4xi32", options: ["--seed", "1"])
    let items = both["items"] as? [[String: Any]] ?? []
    #expect(numbers(items.first) == expected[..<4].map { Double(String(Float($0 >> 40) / 8_388_608 - 1)) })
    #expect(numbers(items.last) == expected[4...].map { Double(($0 >> 32) % 10) })
    let other = try output("forward", "4xf32", options: ["--seed", "2"])
    #expect(numbers(other) != numbers(items.first))
  }

  @Test func namesAndPositions() throws {
    for inputs in [["first=1xf32=1", "second=1xf32=2"], ["second=1xf32=2", "first=1xf32=1"], ["1=1xf32=2", "0=1xf32=1"]] {
      let outcome = try Literun.run(["run", Literun.echo, "--method", "two", "--json"] + inputs.flatMap { ["-i", $0] })
      let items = (try outcome.json()["output"] as? [String: Any])?["items"] as? [[String: Any]] ?? []
      #expect(items.map { $0["first"] as? [Double] } == [[1], [2]])
    }
  }

  @Test(
    arguments: [
      ("two", ["f32"], "found 1 inputs, expected 2 (Tensor first, Tensor second)"),
      ("two", ["second=f32"], "input 0 (first) is missing"),
      ("two", ["f32", "0=f32"], "given twice"), ("two", ["third=f32"], "the method takes (first, second)"),
      ("two", ["2=f32"], "the method takes 2, counted from 0"), ("forward", ["f32", "f32"], "found 2 inputs"),
      ("forward", ["json:1"], "found JSON 1, expected Tensor"), ("integer", ["f32"], "found Tensor, expected int"),
      ("integer", ["json:1.5"], "found JSON 1.5, expected int"), ("integer", ["json:99999999999999999999"], "does not fit"),
      ("integers", ["json:[1,\"a\"]"], "found JSON \"a\", expected int"), ("pair", ["json:[1]"], "found 1 items, expected Tuple"),
      ("numbered", ["json:{\"x\":\"y\"}"], "found the key x"), ("word", ["json:"], "expected a value at character 0"),
      ("word", ["json:\"a"], "expected the end of the string"), ("word", ["json:[1,]"], "expected a value at character 3"),
      ("word", ["json:\"\\ud800\""], "surrogate pair"), ("word", ["json:01"], "without leading zeros"),
      ("word", ["json:1 2"], "expected the end"),
      ("forward", ["1x3xf33"], "found f33 for the element type"), ("forward", ["1x3x224"], "found 224 for the element type"),
      ("forward", ["2xi8=300"], "from -128 to 127"), ("forward", ["2xi8=1.5"], "whole number"),
      ("forward", ["2xf32=x"], "expected a number"),
      ("forward", [""], "the value is empty"), ("forward", ["x="], "the value is empty"),
      ("nosuch", ["f32"], "no method nosuch; the model has: forward"),
    ] as [(String, [String], String)])
  func wrongInput(_ method: String, _ inputs: [String], _ message: String) throws {
    let outcome = try Literun.run(["run", Literun.echo, "--method", method] + inputs.flatMap { ["-i", $0] })
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func deepJSON() throws {
    let deep = "json:" + String(repeating: "[", count: 50_000)
    #expect(try failure("word", deep).code == 2)
    #expect(try failure("word", "json:" + String(repeating: "{\"a\":", count: 20_000)).code == 2)
  }

  @Test(arguments: ["99999999999x99999999xf32", "99999999999999999999999xf32=1", "99999999x9999xf64"])
  func sizesThatNoMachineHas(_ text: String) throws { #expect(try failure("forward", text).code == 5) }

  @Test func tooManyDimensions() throws { #expect(try failure("forward", "1x1x1x1x1x1x1x1x1xf32").code == 4) }

  @Test func values() throws {
    #expect(try output("integer", "json:-9223372036854775808")["value"] as? Int == Int.min)
    #expect(try output("decimal", "json:3")["value"] as? Double == 3)
    #expect(try output("decimal", "json:3")["type"] as? String == "float")
    #expect(try output("decimal", "json:1e999")["value"] as? String == "Infinity")
    #expect(try output("decimal", "json:0.1")["value"] as? Double == 0.1)
    #expect(try output("flag", "json:true")["value"] as? Bool == true)
    #expect(try output("word", #"json:"a\"\\\n\u00e9\ud83d\ude00é""#)["value"] as? String == "a\"\\\n\u{e9}\u{1f600}é")
    #expect(try output("maybe", "json:null")["type"] as? String == "None")
    #expect(try output("maybe", "json:4")["value"] as? Int == 4)
    #expect((try output("integers", "json:[]")["items"] as? [Any])?.count == 0)
    #expect((try output("integers", " json:[1]".trimmingCharacters(in: .whitespaces))["items"] as? [[String: Any]])?.count == 1)
  }

  @Test func structures() throws {
    let pair = try output("pair", "json:[1,[2,3.5]]")
    #expect(pair["type"] as? String == "Tuple")
    let items = pair["items"] as? [[String: Any]] ?? []
    #expect(items.last?["type"] as? String == "List")
    #expect((items.last?["items"] as? [[String: Any]])?.map { $0["value"] as? Double } == [2, 3.5])

    let table = try output("table", #"json:{"b":[1],"a":[],"b":[2]}"#)
    let entries = table["items"] as? [[[String: Any]]] ?? []
    #expect(entries.map { $0[0]["value"] as? String } == ["b", "a"])
    #expect((entries.first?[1]["items"] as? [[String: Any]])?.first?["value"] as? Double == 2)

    let numbered = try output("numbered", #"json:{"7":"x"}"#)
    #expect((numbered["items"] as? [[[String: Any]]])?.first?[0]["value"] as? Int == 7)
  }

  /// Strings stand for tensors where tensors are declared.
  @Test func tensorsInsideJSON() throws {
    let list = try output("tensors", #"json:["2xf32=1","i64=3"]"#)
    #expect((list["items"] as? [[String: Any]])?.map { $0["dtype"] as? String } == ["float32", "int64"])
    let nested = try output("nested", #"t=json:{"a":"2xf32=1"}"#, "other=1xf32=5")
    let items = nested["items"] as? [[String: Any]] ?? []
    let inner = (items.last?["items"] as? [[[String: Any]]])?.first?[1]
    // Depth first: the list's tensor is the first.
    #expect(((items.first?["items"] as? [[String: Any]])?.first)?["index"] as? Int == 0)
    #expect(inner?["index"] as? Int == 1)
  }
}

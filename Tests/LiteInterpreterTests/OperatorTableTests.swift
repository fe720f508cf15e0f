import Testing

@testable import LiteInterpreter

/// The table of operators as a whole.
@Suite struct OperatorTableTests {
  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func everyDeclarationCanBeReadAndFound() throws {
    let table = OperatorRegistry.table
    let positions = table.positions
    #expect(positions.count == OperatorRegistry.count)
    #expect(positions.count > 2000)
    for position in positions {
      let declaration = table[position].declaration.text
      _ = try OperatorSchema(declaration)
      let name = Self.text(declaration).prefix { $0 != "(" }
      let parts = name.split(separator: ".", maxSplits: 1)
      let overload = parts.count > 1 ? [UInt8](parts[1].utf8) : []
      let found = OperatorRegistry.find([UInt8](parts[0].utf8), overload, fileVersion: 10)
      #expect(found.map { Self.text($0.declaration.text).hasPrefix(name + "(") } == true, "\(name)")
    }
  }

  /// The first declaration would hide the second.
  @Test func noOperatorIsDeclaredTwice() {
    let table = OperatorRegistry.table
    var names: Set<String> = []
    for position in table.positions {
      let name = Self.text(table[position].declaration.name)
      #expect(names.insert(name).inserted, "\(name)")
    }
  }

  @Test func oneFunctionServesSeveralDeclarations() throws {
    var table = OperatorTable()
    table.add(
      """
      test::f(Tensor a, int b=2) -> Tensor(b|a)
      test::f.out(Tensor a, *, Tensor(a!) out) -> Tensor(a!)
      """
    ) { (call) in .int(1) }
    table.add("test::g() -> ()") { (call) in .int(2) }
    let declarations = table.positions.map { Self.text(table[$0].declaration.text) }
    #expect(
      declarations == [
        "test::f(Tensor a, int b=2) -> Tensor(b|a)", "test::f.out(Tensor a, *, Tensor(a!) out) -> Tensor(a!)", "test::g() -> ()",
      ])
    let index = OperatorIndex(table)
    #expect(index.count == 3)
    let out = try #require(index.find(Array("test::f".utf8), Array("out".utf8)))
    #expect(try OperatorSchema(out.declaration.text).outCount == 1)
    #expect(index.find(Array("test::f".utf8), Array("ou".utf8)) == nil)
    #expect(index.find(Array("test::".utf8), []) == nil)
  }

  @Test func whatDeclarationsLeaveOut() {
    var table = OperatorTable()
    table.add(
      """
      f.Tensor(self, Tensor? other, *, Scalar alpha=1, str s=", (") | _ | out
      g(x) | _ | x_out
      h(self&, int[2] n=[1, 2], Tensor(b!)[] list, *, low&, ...) -> (Tensor, int)
      quantized::k(*, int n)
      k(Tensor(a) self, other&) | out
      """
    ) { (call) in .int(1) }
    let options = "Tensor? other, *, Scalar alpha=1, str s=\", (\""
    #expect(
      table.positions.map { Self.text(table[$0].declaration.text) } == [
        "aten::f.Tensor(Tensor self, \(options))", "aten::f_.Tensor(Tensor(a!) self, \(options))",
        "aten::f.out(Tensor self, \(options), Tensor(a!) out)",
        "aten::g(Tensor x)", "aten::g_(Tensor(a!) x)", "aten::g.x_out(Tensor x, *, Tensor(a!) out)",
        "aten::h(Tensor(a!) self, int[2] n=[1, 2], Tensor(b!)[] list, *, Tensor(c!) low, ...) -> (Tensor, int)",
        "quantized::k(*, int n)", "aten::k(Tensor(a) self, Tensor(a!) other)",
        "aten::k.out(Tensor(a) self, Tensor(a!) other, *, Tensor(b!) out)",
      ])
    let index = OperatorIndex(table)
    #expect(index.find(Array("aten::f_".utf8), Array("Tensor".utf8)) != nil)
    #expect(index.find(Array("aten::f".utf8), Array("out".utf8)) != nil)
    #expect(index.find(Array("aten::f_".utf8), Array("out".utf8)) == nil)
  }

  @Test func escapesInDefaults() throws {
    let found = try #require(OperatorRegistry.find(Array("aten::strip".utf8), [], fileVersion: 10))
    let schema = try OperatorSchema(found.declaration.text)
    guard case .string(let text) = schema.arguments[1].defaultValue else {
      Issue.record("expected a text")
      return
    }
    #expect(text == [32, 10, 9, 12, 11])
  }
}

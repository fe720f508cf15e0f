import LiteFormat
import TestSupport
import Testing

@Suite struct NameTableTests {
  @Test func internsAndFinds() throws {
    var table = NameTable()
    for number in 0..<1000 {
      let name = try table.intern(Array("name\(number)".utf8))
      #expect(Int(name.id) == number)
    }
    for number in 0..<1000 {
      #expect(try table.intern(Array("name\(number)".utf8)).id == Int32(number))
      #expect(table.bytes(Name(id: Int32(number))) == Array("name\(number)".utf8))
    }
    #expect(table.count == 1000)
    #expect(Array("name".utf8).withUnsafeBufferPointer { table.find($0) } == nil)
    #expect(table.matches(Name(id: 7), "name7"))
    #expect(!table.matches(Name(id: 7), "name70"))
    #expect(table.hasPrefix(Name(id: 77), "name7"))
  }
}

@Suite struct TypeTableTests {
  private func parse(_ text: String) throws -> (TypeTable, TypeTable.Index) {
    var table = TypeTable()
    var names = NameTable()
    let index = try table.parse(Array(text.utf8), names: &names)
    return (table, index)
  }

  @Test func readsNestedTypes() throws {
    let (table, index) = try parse("Dict[str, List[Optional[Tensor]]]")
    #expect(table[index].kind == .dict)
    #expect(table[table[index].children[0]].kind == .string)
    #expect(table[table[table[index].children[1]].children[0]].kind == .optional)
  }

  @Test func readsNamedTuples() throws {
    let (table, index) = try parse("__torch__.Pair[NamedTuple, [[first, int], [second, Tuple[float, bool]]]]")
    #expect(table[index].kind == .namedTuple)
    #expect(table[index].fields.count == 2)
    #expect(table[table[index].children[1]].children.count == 2)
  }

  @Test func emptyTuple() throws {
    let (table, index) = try parse("Tuple[()]")
    #expect(table[index].kind == .tuple)
    #expect(table[index].children.isEmpty)
  }

  @Test(arguments: ["", "List[", "List[]", "List[int, int]", "Dict[str]", "int]", "[int]", "List[int", "A[B]", "Tuple[int,]"])
  func refuses(_ text: String) { #expect(throws: LiteError.self) { try parse(text) } }

  @Test func refusesDeepTypes() {
    let text = String(repeating: "List[", count: 5000) + "int" + String(repeating: "]", count: 5000)
    #expect(throws: LiteError.self) { try parse(text) }
  }
}

@Suite struct MessageTests {
  @Test func interpolates() {
    let message: Message = "a \(Int64.min) b \(Int64.max) \(0) \(hex: 0x8a)"
    #expect(String(decoding: message.bytes, as: UTF8.self) == "a -9223372036854775808 b 9223372036854775807 0 0x8a")
  }

  @Test func makesForeignTextHarmless() {
    let message: Message = "[\(Array("a\n\u{1b}[31m".utf8))]"
    #expect(String(decoding: message.bytes, as: UTF8.self) == "[a??[31m]")
    let long: Message = "\([UInt8](repeating: 65, count: 100_000))"
    #expect(long.bytes.count < 200)
  }
}

@Suite struct CheckedTests {
  @Test func overflowIsAnError() {
    #expect(throws: LiteError.self) { try Checked.add(Int.max, 1) }
    #expect(throws: LiteError.self) { try Checked.multiply(Int.max / 2, 3) }
    #expect(throws: LiteError.self) { try Checked.subtract(Int.min, 1) }
    #expect(throws: LiteError.self) { try Checked.int(UInt64.max) }
  }

  @Test func dimensions() throws {
    var sizes = try Dimensions([2, 3, 4])
    #expect(try sizes.product() == 24)
    #expect(sizes.contiguousStrides() == (try Dimensions([12, 4, 1])))
    sizes.remove(at: 1)
    #expect(sizes == (try Dimensions([2, 4])))
    try sizes.insert(9, at: 0)
    #expect(sizes == (try Dimensions([9, 2, 4])))
    #expect(throws: LiteError.self) { try Dimensions([1, 1, 1, 1, 1, 1, 1, 1, 1]) }
    #expect(throws: LiteError.self) { try Dimensions([Int.max, 2]).product() }
  }
}

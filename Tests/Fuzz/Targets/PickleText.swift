/// Pickles written by hand: what no exporter would write.
public struct PickleText: Sendable {
  public var bytes: [UInt8]

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  public static func + (a: PickleText, b: PickleText) -> PickleText { PickleText(a.bytes + b.bytes) }

  /// The same part several times.
  public static func * (part: PickleText, count: Int) -> PickleText {
    PickleText((0..<count).reduce(into: []) { bytes, _ in bytes += part.bytes })
  }

  public static let none = PickleText(Array("N".utf8))
  public static let yes = PickleText([0x88])

  public static func text(_ value: String) -> PickleText {
    let text = Array(value.utf8)
    return PickleText(Array("X".utf8) + little(text.count, 4) + text)
  }

  public static func int(_ value: Int) -> PickleText { PickleText([0x8a, 8] + little(value, 8)) }

  public static func tuple(_ items: [PickleText]) -> PickleText {
    PickleText(Array("(".utf8) + items.flatMap(\.bytes) + Array("t".utf8))
  }

  public static func list(_ items: PickleText) -> PickleText { PickleText(Array("](".utf8) + items.bytes + Array("e".utf8)) }

  /// Keys and values in turn.
  public static func dict(_ items: PickleText) -> PickleText { PickleText(Array("}(".utf8) + items.bytes + Array("u".utf8)) }

  public static func global(_ module: String, _ name: String) -> PickleText { PickleText(Array("c\(module)\n\(name)\n".utf8)) }

  /// An object of a class with a state.
  public static func object(_ module: String, _ name: String, _ state: PickleText) -> PickleText {
    global(module, name) + PickleText(Array(")".utf8) + [0x81] + state.bytes + Array("b".utf8))
  }

  /// Puts what was just written under a number.
  public func kept(_ slot: Int) -> PickleText { PickleText(bytes + Array("r".utf8) + Self.little(slot, 4)) }

  /// What was put there.
  public static func again(_ slot: Int) -> PickleText { PickleText(Array("j".utf8) + little(slot, 4)) }

  /// A tensor in record `key`, which has `count` elements.
  public static func tensor(_ type: String, _ sizes: [Int], _ strides: [Int], key: Int, count: Int) -> PickleText {
    let storage = tuple([text("storage"), global("torch", "\(type)Storage"), text("\(key)"), text("cpu"), int(count)])
    let rest: [PickleText] = [
      storage + PickleText(Array("Q".utf8)), int(0), tuple(sizes.map(int)), tuple(strides.map(int)), PickleText([0x89]),
      global("collections", "OrderedDict") + PickleText(Array(")R".utf8)),
    ]
    return global("torch._utils", "_rebuild_tensor_v2") + tuple(rest) + PickleText(Array("R".utf8))
  }

  /// The pickle of this value.
  public var finished: [UInt8] { [0x80, 2] + bytes + Array(".".utf8) }

  private static func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}

/// A model written by hand: class `__torch__.M` with an attribute, and methods.
public struct HandMadeModel: Sendable {
  public var methods: [PickleText] = []
  public var module = PickleText.object("__torch__", "M", .dict(.text("a") + .int(1)))
  /// More records, by name.
  public var records: [(name: String, content: [UInt8])] = []

  public init() {}

  /// An instruction.
  public static func step(_ opcode: String, _ x: Int = 0, _ n: Int = 0) -> PickleText {
    .tuple([.text(opcode), .int(x), .int(n)])
  }

  /// The tables of a method.
  public static func code(
    _ steps: [PickleText], operators: [PickleText] = [], constants: [PickleText] = [], types: [PickleText] = [],
    registers: Int = 3
  ) -> PickleText {
    .tuple([
      .tuple([.text("instructions"), .tuple(steps)]), .tuple([.text("operators"), .tuple(operators)]),
      .tuple([.text("constants"), .tuple(constants)]), .tuple([.text("types"), .tuple(types)]),
      .tuple([.text("register_size"), .int(registers)]),
    ])
  }

  public static func operatorReference(_ name: String, _ overload: String = "", _ count: Int) -> PickleText {
    .tuple([.text(name), .text(overload), .int(count)])
  }

  /// Adds a method.
  public mutating func add(_ name: String, _ code: PickleText, schema: PickleText? = nil) {
    methods.append(.tuple([.text(name), code] + (schema.map { [$0] } ?? [])))
  }

  /// Adds `forward`: its argument is in register 1.
  public mutating func forward(
    _ steps: [PickleText], operators: [PickleText] = [], constants: [PickleText] = [], types: [PickleText] = []
  ) {
    add(
      "__torch__.M.forward",
      Self.code([Self.step("STORE", 1)] + steps, operators: operators, constants: constants, types: types))
  }

  /// The file.
  public var archive: [UInt8] {
    var writer = ZipWriter()
    writer.add(Array("m/data.pkl".utf8), module.finished)
    writer.add(Array("m/bytecode.pkl".utf8), PickleText.tuple([.int(8)] + methods).finished)
    writer.add(Array("m/version".utf8), Array("3\n".utf8))
    for record in records { writer.add(Array("m/\(record.name)".utf8), record.content) }
    return writer.finished()
  }
}

import Foundation
import FuzzTargets
import TestSupport
import Testing

@testable import LiteFormat
@testable import LiteInterpreter

/// Small files that would cost much, or reach memory that is not theirs: each gets its error, or runs, and soon.
@Suite(.timeLimit(.minutes(1))) struct HostileFileTests {
  private typealias Hand = HandMadeModel
  private let pass = [HandMadeModel.step("LOAD", 1), HandMadeModel.step("RET")]

  /// Opens a file and runs `forward` on nothing but the module.
  private func outcome(
    _ model: HandMadeModel, _ inputs: [Value] = [], limits: Limits = Limits(), _ archive: [UInt8]? = nil
  ) -> LiteError? {
    do {
      try (archive ?? model.archive).withUnsafeBytes { bytes in
        let program = try Program(file: try InputFile(borrowing: bytes), limits: limits)
        var options = ModelOptions()
        options.limits = limits
        let session = try Session(try Model(program, options: options))
        _ = try session.run(try session.model.method(Array("forward".utf8)), inputs)
      }
      return nil
    } catch {
      return error as? LiteError
    }
  }

  private func expect(
    _ status: Status?, _ part: String, _ model: HandMadeModel, limits: Limits = Limits(), _ archive: [UInt8]? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let start = ContinuousClock.now
    let error = outcome(model, limits: limits, archive)
    #expect(error?.status == status, "\(error?.text ?? "no error")", sourceLocation: location)
    #expect(part.isEmpty || error?.text.contains(part) == true, "\(error?.text ?? "no error")", sourceLocation: location)
    #expect(ContinuousClock.now - start < .seconds(30), sourceLocation: location)
  }

  private func schema(_ arguments: [PickleText]) -> PickleText {
    .tuple([.tuple([.text("arguments"), .tuple(arguments)]), .tuple([.text("returns"), .tuple([])])])
  }

  private func argument(_ name: String, _ type: String, _ value: PickleText = .none) -> PickleText {
    .tuple([
      .tuple([.text("name"), .text(name)]), .tuple([.text("type"), .text(type)]), .tuple([.text("default_value"), value]),
    ])
  }

  @Test func plainOneRuns() {
    var model = Hand()
    model.forward(pass)
    expect(nil, "", model)
  }

  /// A default that is a tensor would have the file's sizes and no memory.
  @Test func defaultOfTensors() {
    var model = Hand()
    let tensor = PickleText.tensor("Float", [1 << 20], [1], key: 0, count: 1 << 20)
    model.add(
      "__torch__.M.forward", Hand.code([Hand.step("STOREN", 1, 2), Hand.step("LOAD", 2), Hand.step("RET")]),
      schema: schema([argument("self", "__torch__.M"), argument("x", "Tensor", tensor)]))
    model.records = [("constants/0", [UInt8](repeating: 0, count: 4 << 20))]
    expect(.malformed, "default of an argument: found tensor", model)
  }

  /// Defaults are made for each run: they are few.
  @Test func manyDefaults() {
    var model = Hand()
    let shared = argument("x", "Any", .int(7)).kept(9)
    model.add(
      "__torch__.M.forward", Hand.code([Hand.step("LOADC"), Hand.step("RET")], constants: [.int(1)]),
      schema: schema([argument("self", "__torch__.M"), shared, .again(9) * 20_000]))
    expect(nil, "", model)
    var large = Hand()
    let list = PickleText.list(.int(0) * 5000)
    large.add(
      "__torch__.M.forward", Hand.code([Hand.step("STOREN", 1, 2), Hand.step("LOAD", 2), Hand.step("RET")]),
      schema: schema([argument("self", "__torch__.M"), argument("x", "List[int]", list)]))
    expect(.limitExceeded, "values of a default", large)
    var plain = Hand()
    plain.add(
      "__torch__.M.forward", Hand.code([Hand.step("STOREN", 1, 2), Hand.step("LOAD", 2), Hand.step("RET")]),
      schema: schema([argument("self", "__torch__.M"), argument("x", "List[int]", .list(.int(3) * 3))]))
    expect(nil, "", plain)
  }

  /// The count of a variadic operator's arguments is the file's.
  @Test(arguments: [1, 1000, 1 << 30]) func argumentsThatAreNotThere(_ count: Int) {
    var model = Hand()
    model.forward(
      [Hand.step("OPN", 0, count), Hand.step("RET")],
      operators: [.tuple([.text("prim::RaiseException"), .text("")])])
    expect(.malformed, "\(count) values are taken from a stack of 0", model)
  }

  /// Sizes of a tensor without elements are used one by one too.
  @Test func sizesWithoutElements() {
    for (type, sizes) in [("Float", [1 << 62, 0]), ("Bool", [1 << 40, 0]), ("Float", [0, 1 << 61, 4])] {
      var model = Hand()
      model.forward(pass)
      model.module = .object(
        "__torch__", "M", .dict(.text("a") + .tensor(type, sizes, [Int](repeating: 1, count: sizes.count), key: 0, count: 0)))
      expect(.limitExceeded, "", model)
    }
    var model = Hand()
    model.forward([Hand.step("LOAD", 1), Hand.step("GET_ATTR"), Hand.step("RET")])
    model.module = .object("__torch__", "M", .dict(.text("a") + .tensor("Float", [4, 0], [1 << 62, 1], key: 0, count: 0)))
    expect(nil, "", model)
  }

  /// Each use of a shared table or entry is decoded: what a file may make of that is bounded.
  @Test func sharedInstructions() {
    var model = Hand()
    let many = Hand.step("LOADC").kept(5) + .again(5) * 10_000
    model.forward(pass)
    let table = PickleText.tuple([
      .tuple([.text("instructions"), .tuple([many, Hand.step("RET")])]), .tuple([.text("operators"), .tuple([])]),
      .tuple([.text("constants"), .tuple([.int(1)])]), .tuple([.text("types"), .tuple([])]),
      .tuple([.text("register_size"), .int(1)]),
    ]).kept(6)
    model.add("__torch__.M.f", table)
    for index in 0..<500 { model.add("__torch__.M.f\(index)", .again(6)) }
    var limits = Limits()
    limits.pickleItems = 1 << 20
    expect(.limitExceeded, "pickleItems", model, limits: limits)
  }

  @Test func longNames() {
    var model = Hand()
    model.add("__torch__.M." + String(repeating: "x", count: 5000), Hand.code(pass))
    expect(.limitExceeded, "a name of 5012 bytes", model)
    // A long tag is none that means something.
    var tagged = Hand()
    tagged.forward(pass)
    let tag = PickleText.global("torch.jit._pickle", "restore_type_tag")
    let list =
      tag + .tuple([.list(.int(1)), .text("List[" + String(repeating: "int", count: 5000) + "]")]) + PickleText(Array("R".utf8))
    tagged.module = .object("__torch__", "M", .dict(.text("a") + list))
    expect(nil, "", tagged)
  }

  /// Strides of 0 make many elements of one.
  @Test func repeatedElements() {
    var model = Hand()
    model.forward(
      [
        Hand.step("LOAD", 1), Hand.step("GET_ATTR"), Hand.step("LOADC"), Hand.step("LOADC", 1), Hand.step("TO_LIST"),
        Hand.step("RET"),
      ],
      constants: [.int(2), .int(2)])
    model.module = .object("__torch__", "M", .dict(.text("a") + .tensor("Bool", [65536, 32768], [0, 0], key: 0, count: 1)))
    model.records = [("data/0", [1, 0, 0, 0])]
    expect(.limitExceeded, "listItems", model)
    // Scales of the channels of a tensor without rows.
    let channels = 1 << 28
    var scales = Hand()
    scales.forward(pass)
    let parameters = PickleText.tensor("Double", [channels], [0], key: 0, count: 1)
    let zeroPoints = PickleText.tensor("Long", [channels], [0], key: 1, count: 1)
    let storage = PickleText.tuple([.text("storage"), .global("torch", "QInt8Storage"), .text("2"), .text("cpu"), .int(1)])
    let tensor =
      PickleText.global("torch._utils", "_rebuild_qtensor")
      + .tuple([
        storage + PickleText(Array("Q".utf8)), .int(0), .tuple([.int(channels)]), .tuple([.int(0)]),
        .tuple([.global("torch", "per_channel_affine"), parameters, zeroPoints, .int(0)]), PickleText([0x89]),
        .global("collections", "OrderedDict") + PickleText(Array(")R".utf8)),
      ]) + PickleText(Array("R".utf8))
    scales.module = .object("__torch__", "M", .dict(.text("a") + tensor))
    scales.records = [("data/0", [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]), ("data/1", [UInt8](repeating: 0, count: 8)), ("data/2", [0])]
    var limits = Limits()
    limits.memoryBytes = 256 << 20
    limits.work = 1 << 27
    expect(.limitExceeded, "", scales, limits: limits)
  }

  /// Keys of an object that is no container are not copied.
  @Test func longAttributeNames() {
    var model = Hand()
    model.forward(pass)
    let key = PickleText.text(String(repeating: "k", count: 1 << 20)).kept(9)
    model.module = .object("__torch__", "M", .dict(key + .int(1) + (.again(9) + .int(1)) * 5000))
    expect(nil, "", model)
  }

  @Test func manyAttributes() {
    var model = Hand()
    model.forward(pass)
    model.module = .object("__torch__", "M", .dict((PickleText.text("a") + .none) * 70_000))
    expect(.limitExceeded, "attributes", model)
  }

  /// All `__setstate__` methods share their steps.
  @Test func openingSteps() {
    var model = Hand()
    model.forward(pass)
    let loop = [
      Hand.step("STOREN", 1, 2), Hand.step("LOADC"), Hand.step("LOADC", 1), Hand.step("LOADC", 2), Hand.step("LOOP", 4, 2),
      Hand.step("DROP"), Hand.step("LOADC", 2), Hand.step("JMP", -3), Hand.step("LOADC", 3), Hand.step("RET"),
    ]
    model.add("__torch__.A.__setstate__", Hand.code(loop, constants: [.int(0), .int(900), .yes, .none]))
    let object = PickleText.object("__torch__", "A", .int(1))
    model.module = .object("__torch__", "M", .dict(.text("a") + .list(object * 200)))
    var limits = Limits()
    limits.openingSteps = 100_000
    expect(.limitExceeded, "openingSteps of 100000", model, limits: limits)
  }

  /// Following code that stores very many values is paid for.
  @Test func verificationTime() {
    var model = Hand()
    let steps = [
      Hand.step("STORE", 1), Hand.step("LOADC").kept(5), Hand.step("LIST_UNPACK", 65535).kept(6),
      Hand.step("STOREN", 1, 65535).kept(7),
    ]
    let more = (PickleText.again(5) + .again(6) + .again(7)) * 5000
    model.add(
      "__torch__.M.forward",
      Hand.code(steps + [more, Hand.step("LOADC"), Hand.step("RET")], constants: [.int(1)], registers: 65535))
    expect(.malformed, "too long or too much memory to verify", model)
  }

  /// Very many operators that are not in this build, and one of them called.
  @Test func manyMissingOperators() {
    var model = Hand()
    model.forward(pass, operators: (0..<50_000).map { .tuple([.text("no::op\($0)"), .text("")]) })
    expect(nil, "", model)
  }

  @Test func typesWithoutParameters() {
    for type in ["Optional", "Dict", "Future"] {
      var model = Hand()
      model.forward(pass, types: [.text(type)])
      expect(.malformed, "expected type parameters", model)
    }
  }

  /// NaN is another key each time, and never found.
  @Test func dictOfNotANumber() throws {
    let dict = DictValue()
    for index in 0..<200_000 { try dict.set(.double(.nan), .int(Int64(index))) }
    #expect(dict.count == 200_000)
    #expect(dict[.double(.nan)] == nil)
    for index in 0..<1000 as Range<Int64> { try dict.set(.int(index), .bool(true)) }
    #expect(dict.count == 201_000 && dict[.int(500)] != nil)
    try dict.set(.double(0), .int(1))
    guard case .int(1)? = dict[.double(-0.0)] else { return #expect(Bool(false), "-0 is 0") }
  }

  /// A directory that says more entries than it can have, with limits that allow anything.
  @Test func entriesWithoutEnd() {
    func little(_ value: Int, _ width: Int) -> [UInt8] { (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    var file: [UInt8] = [0x50, 0x4b, 3, 4] + [UInt8](repeating: 120, count: 200)
    file += [0x50, 0x4b, 6, 6] + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8)
    file += little(1 << 62, 8) + little(1 << 62, 8) + little(100, 8) + little(0, 8)
    file += [0x50, 0x4b, 6, 7] + little(0, 4) + little(204, 8) + little(1, 4)
    file +=
      [0x50, 0x4b, 5, 6] + little(0, 4) + little(65535, 2) + little(65535, 2) + little(0xffff_ffff, 4) + little(0xffff_ffff, 4)
    file += little(0, 2)
    var limits = Limits()
    limits.records = Int.max
    expect(.archiveDamaged, "", Hand(), limits: limits, file)
  }

  /// Limits of a session are its own, and named when they are exceeded.
  @Test func limitsOfARun() {
    var model = Hand()
    model.forward(
      [
        Hand.step("LOADC", 1), Hand.step("LOADC"), Hand.step("LOADC", 2), Hand.step("OP", 0), Hand.step("OP", 1),
        Hand.step("RET"),
      ],
      operators: [Hand.operatorReference("aten::ljust", "", 3), Hand.operatorReference("aten::list", "", 1)],
      constants: [.int(100), .text("text"), .text("-")])
    expect(nil, "", model)
    func limits(_ change: (inout Limits) -> Void) -> Limits {
      var limits = Limits()
      change(&limits)
      return limits
    }
    expect(.limitExceeded, "stringBytes of 99", model, limits: limits { $0.stringBytes = 99 })
    expect(.limitExceeded, "listItems of 99", model, limits: limits { $0.listItems = 99 })
    expect(.limitExceeded, "work of 50", model, limits: limits { $0.work = 50 })
    model.module = .object("__torch__", "M", .dict(.text("a") + .list(.list(.list(.int(1))))))
    expect(.limitExceeded, "nesting of 3", model, limits: limits { $0.nesting = 3 })
    expect(nil, "", model, limits: limits { $0.nesting = 8 })
  }

  /// Lists, dicts and objects that hold themselves end with their session, or with the file that is refused.
  @Test func whatHoldsItselfEnds() throws {
    let append = Hand.operatorReference("aten::append", "t", 2)
    let set = Hand.operatorReference("aten::_set_item", "str", 3)
    let knot = [
      Hand.step("LIST_CONSTRUCT", 0, 0), Hand.step("STORE", 2), Hand.step("LOAD", 2), Hand.step("LOAD", 2), Hand.step("OP", 0),
      Hand.step("DROP"), Hand.step("DICT_CONSTRUCT", 1, 0), Hand.step("STORE", 3), Hand.step("LOAD", 3), Hand.step("LOADC"),
      Hand.step("LOAD", 3), Hand.step("OP", 1), Hand.step("LOAD", 2), Hand.step("LOAD", 3), Hand.step("OP", 0), Hand.step("DROP"),
      Hand.step("LOAD", 1), Hand.step("LOAD", 1), Hand.step("SET_ATTR"),
    ]
    var model = Hand()
    let types = [PickleText.text("List[Any]"), .text("Dict[str, Any]")]
    model.forward(
      knot + [Hand.step("LOAD", 2), Hand.step("RET")], operators: [append, set], constants: [.text("key")], types: types)
    weak var list: ListValue?
    weak var dict: DictValue?
    weak var object: ObjectValue?
    try model.archive.withUnsafeBytes { bytes in
      let program = try Program(file: try InputFile(borrowing: bytes))
      let session = try Session(try Model(program))
      for _ in 0..<3 {
        guard case .list(let result) = try session.run(try session.model.method(Array("forward".utf8)), []) else { return }
        list = result
        if case .dict(let found) = result.items[1] { dict = found }
      }
      #expect(list != nil && dict?.count == 1)
    }
    #expect(list == nil && dict == nil && object == nil)
    // The same in a method that runs while the file is opened, which is then copied for a session, and in one that fails.
    for fails in [false, true] {
      var opening = Hand()
      opening.forward([Hand.step("LOAD", 1), Hand.step("GET_ATTR"), Hand.step("RET")])
      var steps = [Hand.step("STOREN", 1, 2)] + knot + [Hand.step("LOAD", 1), Hand.step("LOAD", 2), Hand.step("SET_ATTR")]
      steps +=
        fails ? [Hand.step("LOADC"), Hand.step("LOADC"), Hand.step("RAISE_EXCEPTION")] : [Hand.step("LOADC"), Hand.step("RET")]
      opening.add(
        "__torch__.A.__setstate__", Hand.code(steps, operators: [append, set], constants: [.text("key")], types: types))
      opening.module = .object("__torch__", "M", .dict(.text("a") + .object("__torch__", "A", .int(1))))
      weak var ended: ContainerRegistry?
      try opening.archive.withUnsafeBytes { bytes in
        let program = try Program(file: try InputFile(borrowing: bytes))
        guard let model = try? Model(program) else { return #expect(fails) }
        #expect(!fails)
        let session = try Session(model)
        guard case .object(let found) = try session.run(try model.method(Array("forward".utf8)), []),
          case .list(let inner) = found.slots[0]
        else { return #expect(Bool(false), "the attribute is not there") }
        (object, list, ended) = (found, inner, session.context.containers)
      }
      #expect(object == nil && list == nil && ended == nil)
    }
  }

  @Test func keyedHash() {
    func hash(_ count: Int) -> UInt64 {
      var hash = KeyedHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
      return [UInt8](0..<UInt8(count)).withUnsafeBufferPointer { hash.full($0) }
    }
    // SipHash-1-3 of 00, 01, 02 … with the key 00 01 … 0f, from a Python program that gives the published
    // vector a129ca6149be45e5 for SipHash-2-4 of 15 bytes.
    #expect(hash(0) == 0xabac_0158_050f_c4dc)
    #expect(hash(1) == 0xc9f4_9bf3_7d57_ca93)
    #expect(hash(7) == 0xd392_7d98_9bb1_1140)
    #expect(hash(8) == 0x3690_9511_8d29_9a8e)
    #expect(hash(15) == 0xd320_d86d_2a51_9956)
  }
}

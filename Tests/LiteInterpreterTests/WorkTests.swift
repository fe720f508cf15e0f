import LiteFormat
import TestSupport
import Testing

@testable import LiteInterpreter

/// What operators do beyond a few operations for each element is paid for before it is done (`WorkBudget`), and lists as
/// long as a tensor are not made when there is no room for them (`AllocationScope.checkRoom`).
@Suite struct WorkTests {
  /// Enough for the arguments, and for what an operator does that works on each element once.
  private static let work = 3 << 20
  private let call: OperatorCaller
  init() throws { call = try OperatorCaller(work: Self.work) }

  private func expectRefusal(_ name: String, _ arguments: [Value], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let error = try call.error(name, arguments)
    #expect(error?.status == .limitExceeded, "\(name)", sourceLocation: sourceLocation)
    let text = error.map { String(decoding: $0.message.bytes, as: UTF8.self) } ?? ""
    #expect(text.contains("work of"), "\(name): \(text)", sourceLocation: sourceLocation)
  }

  private func zeros(_ sizes: Int64..., type: Int64 = 6) throws -> Value {
    try call("aten::zeros", [.list(ListValue(sizes.map { .int($0) }, of: .int)), .int(type)])
  }

  private func numbers(_ count: Int64, type: Int64 = 4) throws -> Value { try call("aten::arange", [.int(count), .int(type)]) }

  @Test func elementsWithEachOther() throws {
    let long = try numbers(20000)
    try expectRefusal("aten::isin.Tensor_Tensor", [long, long])
    let scores = try call("aten::reshape", [try numbers(5000, type: 6), .list(1, 5000)])
    try expectRefusal("aten::multilabel_margin_loss", [scores, try call("aten::reshape", [try numbers(5000), .list(1, 5000)])])
    try expectRefusal("aten::cov", [try zeros(2000, 10)])
    try expectRefusal("aten::corrcoef", [try zeros(2000, 10)])
    let target = try call("aten::ones", [.list(1, 2000), .int(4)])
    try expectRefusal("aten::ctc_loss.IntList", [try zeros(2000, 1, 2), target, .list(2000), .list(2000)])
    try expectRefusal("aten::multinomial", [try call("aten::ones", [.list(5000)]), .int(5000), .bool(true)])
  }

  /// Rows that are used again and again.
  @Test func bags() throws {
    let (table, rows) = (try zeros(2, 10000), try zeros(1000, type: 4))
    try expectRefusal("aten::embedding_bag", [table, rows, try call.integers([0])])
    let packed = try call("quantized::embedding_bag_byte_prepack", [table])
    try expectRefusal("quantized::embedding_bag_byte_rowwise_offsets", [packed, rows, try call.integers([0])])
    // Each row once, which takes no longer than looking at the table.
    #expect(try call.error("aten::embedding_renorm_", [try zeros(300, 1), try numbers(300), .double(1), .double(2)]) == nil)
  }

  @Test func windows() throws {
    let sample = try zeros(1, 1, 2)
    try expectRefusal("aten::fractional_max_pool2d", [try zeros(1, 1, 200, 200), .list(100, 100), .list(100, 100), sample])
    let cube = try zeros(1, 1, 30, 30, 30)
    try expectRefusal("aten::fractional_max_pool3d", [cube, .list(15, 15, 15), .list(15, 15, 15), try zeros(1, 1, 3)])
    // 2⁶⁴ elements in all windows.
    let planes = try call("aten::expand", [try zeros(1, 1, 1, 1), .list(1, 1 << 22, 1, 1)])
    let (kernel, padding) = (Value.list(1 << 20, 1 << 20), Value.list(1 << 19, 1 << 19))
    let large = try OperatorCaller(memory: 128 << 20, work: 1 << 26)
    for name in ["aten::max_pool2d", "aten::avg_pool2d"] {
      #expect(try large.error(name, [planes, kernel, .list(1, 1), padding])?.status == .limitExceeded, "\(name)")
    }
    let line = try zeros(1, 1, 1, 2000)
    for name in ["aten::_upsample_bilinear2d_aa", "aten::_upsample_bicubic2d_aa"] {
      try expectRefusal(name, [line, .list(1, 2000), .bool(false), .double(1), .double(1e-6)])
    }
  }

  /// Functions that take long for some elements.
  @Test func functions() throws {
    let x = try call("aten::full", [.list(600), .double(400)])
    try expectRefusal("aten::mvlgamma", [x, .int(10000)])
    try expectRefusal("aten::poisson", [x])
    let large = try call("aten::full", [.list(3000), .double(1e8)])
    try expectRefusal("aten::igamma", [large, large])
    try expectRefusal("aten::igammac", [large, large])
    try expectRefusal("aten::special_modified_bessel_k0", [try call("aten::full", [.list(3000), .double(1e-30)])])
    let half = try call("aten::full", [.list(300), .double(0.5)])
    for name in ["legendre_polynomial_p", "laguerre_polynomial_l", "hermite_polynomial_h", "hermite_polynomial_he"] {
      try expectRefusal("aten::special_\(name).n_scalar", [half, .int(100_000)])
    }
    try expectRefusal(
      "aten::special_chebyshev_polynomial_t.n_scalar", [try call("aten::add.Scalar", [half, .int(1)]), .int(100_000)])
    // A polynomial of low degree is not refused, nor is a run that comes after one that was.
    #expect(try call.error("aten::special_legendre_polynomial_p.n_scalar", [half, .int(10)]) == nil)
    // Calls of the smallest kind in a loop.
    #expect(try OperatorCaller(work: 1000).error("aten::factorial.int", [.int(1 << 20)])?.status == .limitExceeded)
  }

  @Test func matrices() throws {
    let ones = [Value](repeating: try zeros(1, 1), count: 1000)
    try expectRefusal("aten::linalg_multi_dot", [.list(ListValue(ones, of: .tensor))])
    // What is not finite is not searched for eigenvalues, and not squared until it vanishes.
    for number in [Double.infinity, -.infinity, .nan] {
      let x = try call("aten::full", [.list(2, 2), .double(number)])
      #expect(try call.error("aten::linalg_eig", [x])?.status == .operatorFailed)
      guard case .tensor(let result) = try call("aten::matrix_exp", [x]) else { throw FixtureError("no tensor") }
      #expect(try (0..<4).allSatisfy { try result.doubleElement($0).isNaN })
    }
    guard case .tensor(let single) = try call("aten::matrix_exp", [try call("aten::full", [.list(1, 1), .double(.infinity)])])
    else { throw FixtureError("no tensor") }
    #expect(try single.doubleElement(0) == .infinity)
    try expectRefusal("aten::matrix_exp", [try call("aten::full", [.list(40, 40), .double(1e100), .int(7)])])
  }

  @Test func choices() throws {
    let ones = [Value](repeating: try zeros(1), count: 10000)
    try expectRefusal("aten::cartesian_prod", [.list(ListValue(ones, of: .tensor))])
    for repeats in [false, true] {
      #expect(try call.error("aten::combinations", [try numbers(64), .int(32), .bool(repeats)])?.status == .limitExceeded)
      try expectRefusal("aten::combinations", [try numbers(40), .int(5), .bool(repeats)])
    }
    // All that there are.
    func rows(_ count: Int64, _ length: Int64, _ repeats: Bool) throws -> Int? {
      guard case .tensor(let x) = try call("aten::combinations", [try numbers(count), .int(length), .bool(repeats)]) else {
        return nil
      }
      return x.sizes[0]
    }
    #expect(try rows(7, 3, false) == 35 && rows(7, 3, true) == 84 && rows(2, 3, false) == 0 && rows(2, 3, true) == 4)
    #expect(try rows(0, 1, false) == 0 && rows(0, 2, true) == 0 && rows(3, 3, false) == 1 && rows(1, 9, true) == 1)
    let vectors: [Value] = [try numbers(2), try numbers(3), try numbers(1)]
    let product = try call("aten::cartesian_prod", [.list(ListValue(vectors, of: .tensor))])
    #expect(product.integerElements == [0, 0, 0, 0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 1, 0, 1, 2, 0])
  }

  @Test func lists() throws {
    let words = ListValue([Value](repeating: .string(StringValue("word")), count: 200_000), of: .string)
    try expectRefusal("aten::sort.str", [.list(words), .bool(false)])
    // Lists that hold one list twice, that holds another twice, and so on.
    var nested = Value.list(ListValue([.int(1)], of: .int))
    for _ in 0..<60 { nested = .list(ListValue([nested, nested], of: .list)) }
    try expectRefusal("aten::dequantize.any", [nested])
  }

  /// Lists made of a tensor's or string's elements, in a session of little memory.
  @Test func listsWithoutRoom() throws {
    var failure: (any Error)?
    try AllocationScope.make(limit: 20 << 20).run { () throws(LiteError) in
      do { try makeLists() } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private func makeLists() throws {
    func expectNoRoom(_ name: String, _ arguments: [Value], sourceLocation: SourceLocation = #_sourceLocation) throws {
      let error = try OperatorCaller(memory: 1 << 30).error(name, arguments)
      #expect(error?.status == .limitExceeded, "\(name)", sourceLocation: sourceLocation)
      let text = error.map { String(decoding: $0.message.bytes, as: UTF8.self) } ?? ""
      #expect(text.contains("memory"), "\(name): \(text)", sourceLocation: sourceLocation)
    }
    let million = try call("aten::expand", [try zeros(1, 1), .list(1, 1 << 22)])
    let bytes = try zeros(1, 1, 1 << 20, type: 0)
    try expectNoRoom("aten::cov", [million])
    try expectNoRoom("aten::nonzero", [try call("aten::expand", [try call("aten::ones", [.list(1)]), .list(1 << 22)])])
    try expectNoRoom("aten::tril_indices", [.int(1 << 12), .int(1 << 12)])
    try expectNoRoom("aten::upsample_nearest1d", [bytes, .list(1 << 22)])
    try expectNoRoom("aten::reflection_pad1d", [bytes, .list(1 << 19, 1 << 20 - 1)])
    try expectNoRoom("aten::adaptive_avg_pool1d", [try zeros(1, 1, 1), .list(1 << 20)])
    try expectNoRoom("aten::upsample_linear1d", [try zeros(1, 1, 1), .list(1 << 20), .bool(false)])
    try expectNoRoom("aten::unique_consecutive", [try call("aten::view", [bytes, .list(1 << 20)])])
    try expectNoRoom("aten::unbind.int", [bytes, .int(2)])
    let text = Value.string(StringValue([UInt8](repeating: 32, count: 1 << 20)))
    try expectNoRoom("aten::split.str", [text, .none, .int(-1)])
    try expectNoRoom("aten::split.str", [text, .string(StringValue(" ")), .int(-1)])
    try expectNoRoom("aten::list", [text])
    let lines = Value.string(StringValue([UInt8](repeating: 10, count: 1 << 20)))
    try expectNoRoom("aten::splitlines", [lines, .bool(false)])
  }
}

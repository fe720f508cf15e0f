import LiteFormat
import LiteInterpreter
import TestSupport
import Testing

/// Values that a program computes are as little trusted as its file. The numbers are those of the classes of bad input in
/// docs/safety.md; each call must give an error, or a result, and never end the process.
@Suite struct RuntimeValueTests {
  private let call: OperatorCaller
  init() throws { call = try OperatorCaller() }

  private static let huge = Int64.max
  private static let least = Int64.min

  private func expectError(_ name: String, _ arguments: [Value], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let error = try call.error(name, arguments)
    #expect(error != nil, "\(name) took it", sourceLocation: sourceLocation)
    #expect(error?.message.bytes.isEmpty != true, sourceLocation: sourceLocation)
  }

  /// Scales that are not positive numbers, and zero points outside of the codes.
  @Test func class31QuantizationParameters() throws {
    let x = try call.floats(4)
    for scale in [0.0, -1, .nan, .infinity, -.infinity] {
      try expectError("aten::quantize_per_tensor", [x, .double(scale), .int(0), .int(13)])
      let scales = try call.vector(.float64, [0.5, scale, 1, 1])
      try expectError("aten::quantize_per_channel", [x, scales, try call.integers([0, 0, 0, 0]), .int(0), .int(12)])
    }
    for zeroPoint in [-1, 256, Self.huge, Self.least] {
      try expectError("aten::quantize_per_tensor", [x, .double(0.5), .int(zeroPoint), .int(13)])
    }
    // A channel axis that is none, and parameters of another length.
    let (scales, points) = (try call.vector(.float64, [1, 1, 1, 1]), try call.integers([0, 0, 0, 0]))
    for axis in [1, -2, Self.huge, Self.least] {
      try expectError("aten::quantize_per_channel", [x, scales, points, .int(axis), .int(12)])
    }
    try expectError("aten::quantize_per_channel", [x, try call.vector(.float64, [1, 1]), points, .int(0), .int(12)])
    // The smallest scales there are: codes saturate, and what they stand for is a number again.
    for scale in [Double(Float.leastNonzeroMagnitude), Double(Float.leastNormalMagnitude)] {
      guard let codes = try? call("aten::quantize_per_tensor", [x, .double(scale), .int(0), .int(13)]) else { continue }
      _ = try call("aten::dequantize.self", [codes])
    }
  }

  /// What an input of a method may not be.
  @Test func class44Inputs() throws {
    let model = try Model(path: Paths.fixtures.appendingPathComponent("bad/good.ptl").path)
    let session = try Session(model)
    let forward = try model.method(Array("forward".utf8))
    let tensor = try call.floats(2, 3)
    for inputs: [Value] in [[], [tensor, tensor], [.int(1)], [.none], [.uninitialized], [.list(1, 2)]] {
      #expect(throws: LiteError.self) { try session.run(forward, inputs) }
    }
    for input in [try call.floats(), try call.floats(1), try call.floats(0, 3), try call.floats(3, 2, 1, 1, 1, 1)] {
      _ = try? session.run(forward, [input])
    }
    // The session can be used after all of that.
    _ = try session.run(forward, [tensor])
  }

  @Test(arguments: [0, -1, Self.huge, Self.least, 1 << 31, 1 << 40])
  func class45Windows(_ number: Int64) throws {
    let (x, weight) = (try call.floats(1, 4, 8, 8), try call.floats(4, 4, 3, 3))
    let bad = Value.list(number, number)
    // Stride and dilation; padding may be 0.
    try expectError("aten::conv2d", [x, weight, .none, bad])
    try expectError("aten::conv2d", [x, weight, .none, .list(1, 1), .list(0, 0), bad])
    if number != 0 {
      try expectError("aten::conv2d", [x, weight, .none, .list(1, 1), bad])
      try expectError("aten::conv_transpose2d.input", [x, weight, .none, .list(1, 1), .list(0, 0), bad])
      try expectError("aten::max_pool2d", [x, .list(3, 3), .list(1, 1), bad])
    }
    // Negative padding cuts.
    if number != 0, number != -1 {
      try expectError("aten::constant_pad_nd", [x, .list(number, number), .double(0)])
      try expectError("aten::reflection_pad2d", [x, .list(number, 0, 0, number)])
    }
    try expectError("aten::conv2d", [x, weight, .none, .list(1, 1), .list(0, 0), .list(1, 1), .int(number)])
    try expectError("aten::conv_transpose2d.input", [x, weight, .none, bad])
    try expectError("aten::max_pool2d", [x, bad])
    try expectError("aten::avg_pool2d", [x, bad])
    try expectError("aten::avg_pool2d", [x, .list(2, 2), .list(2, 2), .list(0, 0), .bool(false), .bool(true), .int(0)])
    try expectError("aten::im2col", [x, bad, .list(1, 1), .list(0, 0), .list(1, 1)])
    if number != 0 { try expectError("aten::adaptive_avg_pool2d", [x, bad]) }
    try expectError("aten::upsample_nearest2d", [x, bad])
    try expectError("aten::upsample_bilinear2d", [x, bad, .bool(false)])
    if number > 1 || number < 0 { try expectError("aten::pixel_shuffle", [x, .int(number)]) }
    try expectError("aten::unfold", [x, .int(3), .int(2), .int(min(number, 0))])
  }

  @Test(arguments: [-2, Self.huge, Self.least, 1 << 33, 1 << 62])
  func class45ShapeProducts(_ number: Int64) throws {
    let x = try call.floats(2, 3)
    try expectError("aten::zeros", [.list(number, number)])
    try expectError("aten::full", [.list(1 << 31, 1 << 31, number), .double(1)])
    try expectError("aten::view", [x, .list(number)])
    try expectError("aten::reshape", [x, .list(number, 6)])
    try expectError("aten::expand", [x, .list(number, 2, 3)])
    try expectError("aten::repeat", [x, .list(number, number)])
    try expectError("aten::as_strided", [x, .list(2, 2), .list(number, 1)])
    try expectError("aten::as_strided", [x, .list(2, 2), .list(1, 1), .int(number)])
    try expectError("aten::arange", [.int(number > 0 ? number : 3), .int(number > 0 ? 6 : number)])
    try expectError("aten::eye", [.int(number)])
    try expectError("aten::one_hot", [try call.integers([0, 1]), .int(number)])
    try expectError("aten::tril_indices", [.int(number), .int(number)])
    try expectError("aten::linspace", [.double(0), .double(1), .int(number)])
  }

  /// Scales of images that are no numbers, or that make too large ones.
  @Test(arguments: [Double.nan, .infinity, -.infinity, -1, 0, 1e300, 1e-300]) func class45ScaleFactors(_ scale: Double) throws {
    let x = try call.floats(1, 1, 4, 4)
    let scales = Value.list(ListValue([.double(scale), .double(scale)], of: .float))
    for name in ["aten::upsample_nearest2d.vec", "aten::upsample_bilinear2d.vec", "aten::upsample_bicubic2d.vec"] {
      let arguments = name.contains("nearest") ? [x, .none, scales] : [x, .none, .bool(false), scales]
      try expectError(name, arguments)
    }
  }

  @Test(arguments: [Self.least, -5, 4, 1 << 31, 1 << 32, Self.huge])
  func class46Indices(_ index: Int64) throws {
    let table = try call.floats(4, 4)
    let row = try call.integers([0, index])
    guard case .tensor(let matrix) = try call("aten::reshape", [try call.integers([0, index, 0, 1]), .list(2, 2)]) else { return }
    let square = Value.tensor(matrix)
    for dimension in 0...1 as ClosedRange<Int64> {
      try expectError("aten::index_select", [table, .int(dimension), row])
      try expectError("aten::gather", [table, .int(dimension), square])
      try expectError("aten::scatter.value", [table, .int(dimension), square, .double(1)])
      try expectError("aten::scatter_add", [table, .int(dimension), square, try call.floats(2, 2)])
      try expectError(
        "aten::index_add", [table, .int(dimension), row, try call.floats(dimension == 0 ? 2 : 4, dimension == 0 ? 4 : 2)])
      try expectError("aten::index_fill.int_Scalar", [table, .int(dimension), row, .double(0)])
      try expectError("aten::select.int", [table, .int(dimension), .int(index)])
      try expectError("aten::narrow", [table, .int(dimension), .int(index), .int(1)])
    }
    try expectError("aten::embedding", [table, row])
    try expectError("aten::index.Tensor", [table, .list(ListValue([row], of: .any))])
    try expectError(
      "aten::index_put", [table, .list(ListValue([row], of: .any)), try call.floats(2, 4), .bool(false)])
    try expectError("aten::nll_loss", [table, try call.integers([0, 1, 2, index])])
    try expectError("aten::bincount", [try call.integers([min(index, -1)])])
    if index > 4 || index < -16 {
      try expectError("aten::take", [table, try call.integers([index < 0 ? index : max(index, 16)])])
    }
    try expectError("aten::__getitem__.t", [.list(1, 2), .int(index)])
    if index > 4 || index < 0 { try expectError("aten::size.int", [table, .int(index)]) }
    // Slices clamp their ends, and steps must be positive.
    _ = try call("aten::slice.Tensor", [table, .int(0), .int(index), .int(index), .int(Self.huge)])
    try expectError("aten::slice.Tensor", [table, .int(0), .int(0), .int(2), .int(min(index, 0))])
  }

  @Test func class47Division() throws {
    for name in ["aten::floordiv.int", "aten::remainder.int", "aten::div.int", "aten::mod"] {
      guard let error = try? call.error(name, [.int(1), .int(0)]) else { continue }
      #expect(error.message.bytes.count > 0, "\(name)")
    }
    try expectError("aten::floordiv.int", [.int(1), .int(0)])
    try expectError("aten::remainder.int", [.int(1), .int(0)])
    let numbers = try call.integers([Self.least, Self.least, Self.huge, -7, 0])
    let zeros = try call.integers([0, 0, 0, 0, 0])
    for divisor: Int64 in [-1, 1, 2] {
      _ = try call("aten::floordiv.int", [.int(Self.least), .int(divisor)])
      _ = try call("aten::remainder.int", [.int(Self.least), .int(divisor)])
      let divisors = try call.integers([divisor, -1, -1, -2, -1])
      for name in ["aten::remainder.Tensor", "aten::fmod.Tensor", "aten::floor_divide", "aten::gcd", "aten::lcm"] {
        let result = try call(name, [numbers, divisors])
        #expect(result.integerElements?.count == 5, "\(name)")
      }
      _ = try call("aten::div.Tensor_mode", [numbers, divisors, .string(StringValue("trunc"))])
      _ = try call("aten::div.Tensor_mode", [numbers, divisors, .string(StringValue("floor"))])
    }
    try expectError("aten::remainder.Tensor", [numbers, zeros])
    try expectError("aten::fmod.Tensor", [numbers, zeros])
    try expectError("aten::floor_divide", [numbers, zeros])
    for name in ["aten::neg", "aten::abs", "aten::square", "aten::sign"] { _ = try call(name, [numbers]) }
    for shift in [-1, 63, 64, Self.huge, Self.least] {
      _ = try? call("aten::__lshift__.int", [.int(1), .int(shift)])
      _ = try? call("aten::__rshift__.int", [.int(-1), .int(shift)])
      let shifts = try call.integers([shift, 1, 64, -64, 0])
      _ = try call("aten::bitwise_left_shift.Tensor", [numbers, shifts])
      _ = try call("aten::bitwise_right_shift.Tensor", [numbers, shifts])
    }
    for base in [0, Self.least, Self.huge, -1] {
      for exponent in [Self.least, -1, 0, 63, Self.huge] {
        _ = try? call("aten::pow.int", [.int(base), .int(exponent)])
        _ = try? call("aten::pow.Tensor_Tensor", [try call.integers([base]), try call.integers([exponent])])
      }
    }
    _ = try? call("aten::neg.int", [.int(Self.least)])
    _ = try? call("aten::abs.int", [.int(Self.least)])
    for name in ["aten::add.int", "aten::mul.int", "aten::sub.int"] { _ = try? call(name, [.int(Self.least), .int(Self.huge)]) }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, 9.3e18, -9.3e18, 4.3e9])
  func class48Conversions(_ number: Double) throws {
    for name in ["aten::Int.float", "aten::Int.Scalar", "aten::floor.float", "aten::ceil.float", "aten::round.float"] {
      _ = try? call(name, [.double(number)])
    }
    if !number.isFinite { try expectError("aten::floor.float", [.double(number)]) }
    let x = try call.vector(.float64, [number, 1, -number])
    // Every element type: what the numbers become is the processor's matter in PyTorch; here it is defined.
    for type in 0...15 as ClosedRange<Int64> { _ = try? call("aten::to.dtype", [x, .int(type)]) }
    for type in 0...4 as ClosedRange<Int64> {
      guard case .tensor(let integers) = try call("aten::to.dtype", [x, .int(type)]) else { continue }
      #expect(integers.count == 3)
    }
    for name in ["aten::floor", "aten::round", "aten::trunc", "aten::isnan"] { _ = try call(name, [x]) }
    _ = try call("aten::quantize_per_tensor", [try call("aten::to.dtype", [x, .int(6)]), .double(0.1), .int(3), .int(13)])
    for name in ["aten::arange", "aten::full"] {
      _ = try? call(name, name == "aten::full" ? [.list(2), .double(number), .int(4)] : [.double(number)])
    }
    if !number.isFinite || abs(number) > 1e15 { try expectError("aten::arange", [.double(abs(number))]) }
    _ = try? call("aten::histc", [x, .int(4), .double(-number), .double(number)])
    _ = try? call("aten::clamp", [try call.integers([1, 2]), .double(number), .double(number)])
    _ = try? call("aten::multinomial", [x, .int(1)])
  }

  /// Lists and strings end at their limits.
  @Test func class49Growth() throws {
    let text = Value.string(StringValue([UInt8](repeating: 97, count: 1 << 20)))
    for times in [1 << 22, 1 << 40, Self.huge] {
      #expect(try call.error("aten::mul.left_t", [.list(1, 2, 3, 4, 5, 6, 7, 8), .int(times)])?.status == .limitExceeded)
    }
    #expect(try call.error("aten::__range_length", [.int(0), .int(1), .int(0)]) != nil)
    #expect(try call.error("aten::ljust", [text, .int(Self.huge)])?.status == .limitExceeded)
    #expect(try call.error("aten::zfill", [text, .int(1 << 50)])?.status == .limitExceeded)
    #expect(try call.error("aten::replace", [text, .string(StringValue("a")), text])?.status == .limitExceeded)
  }

  /// One operator that would work for hours says so before it begins.
  @Test func class49Work() throws {
    func isRefused(_ name: String, _ arguments: [Value], sourceLocation: SourceLocation = #_sourceLocation) throws {
      let error = try call.error(name, arguments)
      #expect(error?.status == .limitExceeded, "\(name)", sourceLocation: sourceLocation)
      let text = error.map { String(decoding: $0.message.bytes, as: UTF8.self) } ?? ""
      #expect(text.contains("work of"), "\(text)", sourceLocation: sourceLocation)
    }
    let one = try call.floats(1, 1)
    func expanded(_ rows: Int64, _ columns: Int64) throws -> Value { try call("aten::expand", [one, .list(rows, columns)]) }
    let wide = try expanded(1 << 10, 1 << 20)
    let tall = try expanded(1 << 20, 1 << 10)
    try isRefused("aten::mm", [wide, tall])
    let columns = try call("aten::to.dtype", [try expanded(2000, 1000), .int(7)])
    try isRefused("aten::mm", [columns, try call("aten::t", [columns])])
    try isRefused("aten::cdist", [try expanded(2000, 1000), try expanded(2000, 1000)])
    try isRefused("aten::linalg_inv", [try call("aten::add.Scalar", [try expanded(1000, 1000), .int(0)])])
    let image = try call("aten::view", [try call("aten::contiguous", [try expanded(1, 1 << 20)]), .list(1, 1, 1 << 10, 1 << 10)])
    try isRefused("aten::max_pool2d", [image, .list(200, 200), .list(1, 1), .list(100, 100)])
    let text = Value.string(StringValue([UInt8](repeating: 97, count: 1 << 20)))
    try isRefused("aten::find", [text, .string(StringValue([UInt8](repeating: 97, count: 1 << 19) + [98]))])
  }
}

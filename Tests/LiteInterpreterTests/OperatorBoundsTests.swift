import LiteFormat
import TestSupport
import Testing

@testable import LiteInterpreter

/// Arguments of operators that do not go together, each alone being fine: geometry of one layer with another's input, a
/// tensor whose shape changed after a layer took it, codes that share a byte. No call may read or write outside of a
/// tensor, or trap.
@Suite struct OperatorBoundsTests {
  private let call: OperatorCaller
  init() throws { call = try OperatorCaller() }

  private func expectError(_ name: String, _ arguments: [Value], sourceLocation: SourceLocation = #_sourceLocation) throws {
    let error = try call.error(name, arguments)
    #expect(error != nil, "\(name) took it", sourceLocation: sourceLocation)
  }

  /// Codes of 0, 1, 2, ... of a scale of 1.
  private func codes(_ type: Int64, _ sizes: Int64...) throws -> Value {
    let count = Int(sizes.reduce(1, *))
    let numbers = Value.list(ListValue(sizes.map { .int($0) }, of: .int))
    return try call(
      "aten::quantize_per_tensor", [try call("aten::view", [try call.floats(count), numbers]), .double(1), .int(0), .int(type)])
  }

  private func ints(_ count: Int, _ value: Int64) -> Value {
    .list(ListValue([Value](repeating: .int(value), count: count), of: .int))
  }

  private func floats(_ value: Value) throws -> [Float] {
    guard case .tensor(let tensor) = value else { throw FixtureError("found no tensor") }
    var result = [Float](repeating: 0, count: tensor.count)
    try result.withUnsafeMutableBufferPointer { try tensor.readFloats(into: $0.baseAddress!) }
    return result
  }

  private func items(_ value: Value) throws -> [Value] {
    guard case .tuple(let tuple) = value else { throw FixtureError("found no tuple") }
    return tuple.items
  }

  // MARK: Layers

  /// Weights with a depth that is padded make three planes of the one that the result has.
  @Test func quantizedConvolutionOfAnotherRank() throws {
    let deep = try call(
      "quantized::conv3d_prepack", [try codes(12, 1, 1, 1, 1, 1), .none, ints(3, 1), .list(1, 0, 0), ints(3, 1), .int(1)])
    let flat = try call(
      "quantized::conv2d_prepack", [try codes(12, 1, 1, 1, 1), .none, ints(2, 1), ints(2, 0), ints(2, 1), .int(1)])
    let image = try codes(13, 1, 1, 4, 4)
    for name in ["quantized::conv2d.new", "quantized::conv2d_relu.new", "quantized::conv_transpose2d"] {
      try expectError(name, [image, deep, .double(1), .int(0)])
      _ = try call(name, [image, flat, .double(1), .int(0)])
    }
    for name in ["quantized::conv1d", "quantized::conv1d_relu", "quantized::conv_transpose1d"] {
      try expectError(name, [try codes(13, 1, 1, 4), deep, .double(1), .int(0)])
    }
    for name in ["quantized::conv3d.new", "quantized::conv_transpose3d"] {
      try expectError(name, [try codes(13, 1, 1, 2, 2, 2), flat, .double(1), .int(0)])
    }
    try expectError("quantized::conv2d_dynamic", [try call.floats(1, 1, 4, 4), deep])
  }

  /// Weights of two dimensions that pad the height, which a row does not have.
  @Test func quantizedConvolutionOfARow() throws {
    let padded = try call(
      "quantized::conv2d_prepack", [try codes(12, 1, 1, 1, 1), .none, .list(1, 1), .list(1, 0), .list(1, 1), .int(1)])
    try expectError("quantized::conv1d", [try codes(13, 1, 1, 8), padded, .double(1), .int(0)])
    let row = try call("quantized::conv1d_prepack", [try codes(12, 1, 1, 1), .none, .list(1), .list(1), .list(1), .int(1)])
    guard case .tensor(let result) = try call("quantized::conv1d", [try codes(13, 1, 1, 8), row, .double(1), .int(0)]) else {
      return
    }
    #expect(result.count == 10)
    #expect(try result.sizes.product() == 10)
  }

  /// Cell parameters have no projection that would make hidden states narrower than cell states.
  @Test func recurrentStatesOfTwoWidths() throws {
    func matrix(_ rows: Int64, _ columns: Int64) throws -> Value {
      try call("quantized::linear_prepack", [try codes(12, rows, columns), try call.floats(Int(rows))])
    }
    let cell = try call(
      "quantized::make_quantized_cell_params_dynamic",
      [try matrix(4000, 2), try matrix(4000, 1), try call.floats(4000), try call.floats(4000)])
    let states = Value.list(ListValue([try call.floats(1, 3, 1), try call.floats(1, 3, 1000)], of: .tensor))
    let cells = Value.list(ListValue([cell], of: .any))
    try expectError(
      "aten::quantized_lstm.input",
      [try call.floats(2, 3, 2), states, cells, .bool(true), .int(1), .double(0), .bool(false), .bool(false), .bool(false)])
    try expectError(
      "aten::quantized_lstm.data",
      [
        try call.floats(6, 2), try call.integers([3, 3]), states, cells, .bool(true), .int(1), .double(0), .bool(false),
        .bool(false),
      ])
  }

  /// What a program makes of a bias or weight after a layer took it does not concern the layer.
  @Test func parametersOfPackedLayers() throws {
    let bias = try call.vector(.float32, [5])
    let layer = try call("quantized::linear_prepack", [try codes(12, 1, 1), bias])
    let bounded = try call("prepacked::linear_clamp_prepack", [try call.floats(1, 1), bias, .none, .none])
    _ = try call("aten::resize_", [bias, .list(1000)])
    _ = try call("aten::as_strided_", [bias, .list(1), .list(1), .int(999)])
    #expect(try floats(try call("quantized::linear", [try codes(13, 1, 1), layer, .double(1), .int(0)])) == [5])
    #expect(try floats(try call("quantized::linear_dynamic", [try call.floats(1, 1), layer])) == [5])
    #expect(try floats(try call("prepacked::linear_clamp_run", [try call.floats(1, 1), bounded])) == [5])
    // Nor what it makes of those that the layer hands out.
    let unpacked = try items(try call("quantized::linear_unpack", [layer]))
    _ = try call("aten::resize_", [unpacked[1], .list(1 << 16)])
    _ = try call("aten::as_strided_", [unpacked[0], .list(1, 1), .list(1, 1), .int(0)])
    #expect(try floats(try call("quantized::linear_dynamic", [try call.floats(1, 1), layer])) == [5])

    let (weight, planeBias) = (try call.floats(2, 1, 1, 1), try call.vector(.float32, [5, 6]))
    let planes = try call(
      "prepacked::conv2d_clamp_prepack", [weight, planeBias, .list(1, 1), .list(0, 0), .list(1, 1), .int(2), .none, .none])
    for tensor in [weight, planeBias] { _ = try call("aten::resize_", [tensor, .list(1000)]) }
    _ = try call("aten::as_strided_", [weight, .list(1, 1, 1, 1), .list(1, 1, 1, 1), .int(999)])
    _ = try call("aten::as_strided_", [planeBias, .list(2), .list(1), .int(998)])
    let image = try call("aten::add.Scalar", [try call.floats(1, 2, 1, 1), .int(1)])
    #expect(try floats(try call("prepacked::conv2d_clamp_run", [image, planes])) == [5, 8])
  }

  /// A layer without inputs gives its bias.
  @Test func linearLayerWithoutInputs() throws {
    let layer = try call("quantized::linear_prepack", [try codes(12, 3, 0), try call.vector(.float32, [1, 2, 3])])
    #expect(try floats(try call("quantized::linear", [try codes(13, 2, 0), layer, .double(1), .int(0)])) == [1, 2, 3, 1, 2, 3])
    #expect(try floats(try call("quantized::linear_dynamic", [try call.floats(2, 0), layer])) == [1, 2, 3, 1, 2, 3])
  }

  @Test func circularPaddingOfNothing() throws {
    let row = try call.floats(1, 5)
    for padding in [[-1, 1], [-5, 5], [5, -5], [5, -3], [-3, 5], [3, -3]] as [[Int64]] {
      let numbers = Value.list(ListValue(padding.map { .int($0) }, of: .int))
      try expectError("aten::_pad_circular", [try call.floats(1, 1, Int(padding.map(abs).min() ?? 1)), numbers])
      if padding.map(abs).max() == 5 {
        try expectError("aten::_pad_circular", [try call("aten::view", [row, .list(1, 1, 5)]), numbers])
      }
    }
    try expectError("aten::_pad_circular", [try call.floats(1, 1, 1 << 10), .list(0, 0, -1, 1)])
    let circular = Value.string(StringValue("circular"))
    try expectError("aten::pad", [try call.floats(1, 1, 5), .list(-5, 5), circular, .none])
    #expect(try floats(try call("aten::_pad_circular", [try call.floats(1, 1, 5), .list(2, -1)])) == [2, 3, 0, 1, 2, 3])
    #expect(try floats(try call("aten::_pad_circular", [try call.floats(1, 1, 5), .list(-1, 2)])) == [1, 2, 3, 4, 1, 2])
  }

  // MARK: Types

  /// Half as many bytes as elements, as a file holds them.
  @Test func packedCodes() throws {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 32, alignment: 64)
    defer { bytes.deallocate() }
    bytes.initializeMemory(as: UInt8.self, repeating: 0x21)
    let storage = Storage(borrowing: bytes, isWritable: true)
    let sizes = try Dimensions([8, 8])
    let tensor = Tensor(
      storage: storage, type: .quint4x2, sizes: sizes, strides: sizes.contiguousStrides(), count: 64,
      quantization: .perChannel(
        ChannelQuantization(
          scales: [Double](repeating: 1, count: 8), zeroPoints: [Int64](repeating: 0, count: 8), axis: 0,
          floatZeroPoints: [Float](repeating: 0, count: 8))))
    let table = Value.tensor(tensor)
    let position = try call.integers([7])
    for (name, arguments) in [
      ("aten::clone", []), ("aten::contiguous", []), ("aten::index_select", [.int(0), position]),
      ("aten::embedding", [position]), ("aten::roll", [.list(1), .list(0)]), ("aten::flip", [.list(0)]),
      ("aten::repeat", [.list(1, 2)]), ("aten::tril", []), ("aten::t", []), ("aten::dequantize.self", []), ("aten::int_repr", []),
      ("aten::zero_", []), ("aten::copy_", [try call.floats(8, 8)]), ("aten::eq.Tensor", [table]), ("aten::Bool.Tensor", []),
      ("aten::constant_pad_nd", [.list(1, 1), .int(0)]), ("aten::gather", [.int(0), try call.integers([7])]),
    ] as [(String, [Value])] { try expectError(name, [table] + arguments) }
    try expectError("aten::copy_", [try call.floats(8, 8), table])
    try expectError("aten::cat", [.list(ListValue([table, table], of: .tensor)), .int(0)])
    // What does not read elements, and the layer they are for.
    _ = try call("aten::size.int", [table, .int(1)])
    let packed = try call("quantized::embedding_bag_prepack", [table])
    tensor.sizes[0] = 1 << 20
    tensor.offset = 1 << 20
    #expect(try floats(try call("quantized::embedding_4bit", [packed, position])) == [1, 2, 1, 2, 1, 2, 1, 2])
  }

  /// Views of a tensor quantized per channel have other channels, or none.
  @Test func channelsOfViews() throws {
    for axis in 0...1 as ClosedRange<Int64> {
      let (scales, points) = (
        try call.vector(.float64, axis == 0 ? [1, 2] : [1, 2, 3]), try call.integers(axis == 0 ? [0, 0] : [0, 0, 0])
      )
      func codes() throws -> Value {
        try call("aten::quantize_per_channel", [try call.floats(2, 3), scales, points, .int(axis), .int(13)])
      }
      let x = try codes()
      _ = try call("aten::dequantize.self", [x])
      for view in [
        try call("aten::view", [x, .list(6)]), try call("aten::flatten.using_ints", [x]),
        try call("aten::select.int", [x, .int(0), .int(0)]),
        try call("aten::expand", [x, .list(7, 2, 3)]),
      ] {
        _ = try? call("aten::dequantize.self", [view])
        _ = try? call("aten::eq.Tensor", [view, view])
        _ = try? call("aten::equal", [view, view])
        _ = try? floats(view)
      }
      try expectError("aten::dequantize.self", [try call("aten::view", [x, .list(6)])])
      try expectError("aten::dequantize.self", [try call("aten::slice.Tensor", [x, .int(axis), .int(0), .int(1)])])
      let turned = try codes()
      _ = try call("aten::transpose_", [turned, .int(0), .int(1)])
      #expect(try floats(try call("aten::dequantize.self", [turned])).count == 6)
      let larger = try codes()
      _ = try call("aten::resize_", [larger, .list(5, 7)])
      try expectError("aten::dequantize.self", [larger])
      try expectError("aten::item", [try call("aten::view", [try call("aten::take", [x, try call.integers([4])]), .list(1)])])
    }
  }

  // MARK: Numbers

  @Test func histogramWithOneSetOfEdges() throws {
    let edges = try call.vector(.float32, [0, 1, 2])
    for columns in [0, 2] { try expectError("aten::histogramdd", [try call.floats(3, columns), edges]) }
    _ = try call("aten::histogramdd", [try call.floats(3, 1), edges])
  }

  /// No other float is a step of 1 away.
  @Test func histogramOfLargeNumbers() throws {
    let x = try call("aten::full", [.list(4), .double(1e20)])
    try expectError("aten::histc", [x, .int(100), .int(0), .int(0)])
    _ = try? call("aten::histogram.bin_ct", [x, .int(100)])
  }

  @Test func productsOfSizes() throws {
    let (one, empty) = (try call.floats(1, 1, 1), try call.floats(0))
    try expectError("aten::col2im", [one, .list(1 << 40, 1 << 40), .list(1, 1), .list(1, 1), .list(0, 0), .list(1, 1)])
    try expectError("aten::view", [empty, .list(1 << 40, 0)])
    try expectError("aten::reshape", [empty, .list(1 << 40, 1 << 40, 0)])
    try expectError("aten::expand", [try call.floats(1, 0), .list(1 << 40, 0)])
    try expectError("aten::zeros", [.list(1 << 40, 0)])
    try expectError("aten::tril_indices", [.int(1 << 62), .int(0)])
    #expect(try call("aten::tril_indices", [.int(1 << 32), .int(0)]).integerElements?.isEmpty == true)
    #expect(try call("aten::triu_indices", [.int(0), .int(1 << 32)]).integerElements?.isEmpty == true)
    let wide = try call("aten::view", [empty, .list(1 << 31, 0)])
    _ = try call("aten::flatten.using_ints", [wide])
    try expectError("aten::unfold", [wide, .int(0), .int(1 << 20), .int(1)])
  }

  @Test(arguments: [Int64.min, .max, 401, -401]) func decimals(_ number: Int64) throws {
    try expectError("aten::round.decimals", [try call.floats(2), .int(number)])
  }

  /// Scales that only a file or a caller can set.
  @Test(arguments: [1e300, 1e-60]) func scalarsAddedToOddScales(_ scale: Double) throws {
    guard case .tensor(let x) = try codes(13, 4) else { return }
    x.quantization = .perTensor(scale: scale, zeroPoint: 1000)
    try expectError("quantized::add_scalar", [.tensor(x), .double(0)])
    for name in ["quantized::add_scalar", "quantized::mul_scalar", "quantized::add_scalar_relu"] {
      for number in [-1, 1e300, .nan, .infinity] as [Double] { _ = try? call(name, [.tensor(x), .double(number)]) }
    }
  }

  /// Every place reads the whole picture, or there are more places than anything could hold.
  @Test func weightsOfPictures() throws {
    let floats = try call.floats(1, 1, 1, 1 << 16)
    for picture in [floats, try call("aten::to.dtype", [floats, .int(0)])] {
      try expectError(
        "aten::_upsample_bilinear2d_aa", [picture, .list(1, 1 << 16), .bool(false), .double(1), .double(1e-6)])
      for name in ["aten::_upsample_bicubic2d_aa", "aten::upsample_bilinear2d", "aten::upsample_bicubic2d"] {
        try expectError(name, [picture, .list(1, 1 << 40), .bool(false)])
        try expectError(name, [picture, .list(1, 1 << 31), .bool(false)])
      }
    }
  }

  /// Weights that no 32 bits hold.
  @Test func scalesOfPictures() throws {
    let picture = try call("aten::to.dtype", [try call.floats(1, 1, 4, 4), .int(0)])
    for scale in [1e-300, 1e-30, 1e-9, 1e300, .nan, .infinity] as [Double] {
      for name in ["aten::_upsample_bicubic2d_aa", "aten::_upsample_bilinear2d_aa", "aten::upsample_bicubic2d"] {
        _ = try? call(name, [picture, .list(2, 2), .bool(false), .double(scale), .double(scale)])
        _ = try? call(name, [picture, .list(7, 1), .bool(false), .double(scale), .double(scale)])
      }
    }
  }
}

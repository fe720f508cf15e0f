import CLiteKernels
import CLitePlatform
import LiteFormat

/// Tables with 8- or 4-bit entries, a scale and a bias for each row: x = fma(q, scale, bias)
/// (pytorch/aten/src/ATen/native/quantized/cpu/qembeddingbag.cpp). Rows either come packed in an object or in
/// a tensor of bytes, each followed by its scale and bias: two floats, or two halves after 4-bit entries.
enum QuantizedEmbedding {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "quantized::embedding_byte(__torch__.torch.classes.quantized.EmbeddingPackedParamsBase weight, indices, bool pruned_weights=False)"
    ) {
      (call) throws(LiteError) in .tensor(try rows(call, 8))
    }
    table.add(
      "quantized::embedding_4bit(__torch__.torch.classes.quantized.EmbeddingPackedParamsBase weight, indices, bool pruned_weights=False)"
    ) {
      (call) throws(LiteError) in .tensor(try rows(call, 4))
    }
    table.add(
      "quantized::embedding_bag_byte(__torch__.torch.classes.quantized.EmbeddingPackedParamsBase weight, indices, Tensor? offsets=None, bool scale_grad_by_freq=False, int mode=0, bool pruned_weights=False, Tensor? per_sample_weights=None, Tensor? compressed_indices_mapping=None, bool include_last_offset=False)"
    ) {
      (call) throws(LiteError) in .tensor(try bag(call, try packedTable(call, 8)))
    }
    table.add(
      "quantized::embedding_bag_4bit(__torch__.torch.classes.quantized.EmbeddingPackedParamsBase weight, indices, Tensor? offsets=None, bool scale_grad_by_freq=False, int mode=0, bool pruned_weights=False, Tensor? per_sample_weights=None, Tensor? compressed_indices_mapping=None, bool include_last_offset=False)"
    ) {
      (call) throws(LiteError) in .tensor(try bag(call, try packedTable(call, 4)))
    }
    table.add(
      "quantized::embedding_bag_byte_rowwise_offsets(weight, indices, Tensor? offsets=None, bool scale_grad_by_freq=False, int mode=0, bool pruned_weights=False, Tensor? per_sample_weights=None, Tensor? compressed_indices_mapping=None, bool include_last_offset=False)"
    ) {
      (call) throws(LiteError) in .tensor(try bag(call, try fusedTable(call, 8)))
    }
    table.add(
      "quantized::embedding_bag_4bit_rowwise_offsets(weight, indices, Tensor? offsets=None, bool scale_grad_by_freq=False, int mode=0, bool pruned_weights=False, Tensor? per_sample_weights=None, Tensor? compressed_indices_mapping=None, bool include_last_offset=False)"
    ) {
      (call) throws(LiteError) in .tensor(try bag(call, try fusedTable(call, 4)))
    }
    table.add(
      "quantized::embedding_bag_prepack(weight) -> __torch__.torch.classes.quantized.EmbeddingPackedParamsBase W_prepack"
    ) {
      (call) throws(LiteError) in .embedding(try EmbeddingParameters(weight: try call.anyTensor(0)))
    }
    table.add(
      "quantized::embedding_bag_unpack(__torch__.torch.classes.quantized.EmbeddingPackedParamsBase W_prepack) -> Tensor W_origin"
    ) {
      (call) throws(LiteError) in
      guard case .embedding(let parameters) = call[0] else { throw call.unexpected(0, "packed embedding weights") }
      return .tensor(PackedClasses.unpacked(parameters.weight))
    }
    table.add("quantized::embedding_bag_byte_prepack(weight)") { (call) throws(LiteError) in
      .tensor(try packBytes(call, ranges: nil))
    }
    table.add("quantized::embedding_bag_byte_prepack_with_rowwise_min_max(weight, rowwise_min_max)") {
      (call) throws(LiteError) in .tensor(try packBytes(call, ranges: 1))
    }
    table.add(
      "quantized::embedding_bag_4bit_prepack(weight, bool optimized_qparams=False, int nbins=200, float ratio=0.16)"
    ) {
      (call) throws(LiteError) in .tensor(try packBits(call, 4, ranges: nil, optimized: 1))
    }
    table.add(
      "quantized::embedding_bag_2bit_prepack(weight, bool optimized_qparams=False, int nbins=200, float ratio=0.16)"
    ) {
      (call) throws(LiteError) in .tensor(try packBits(call, 2, ranges: nil, optimized: 1))
    }
    table.add(
      "quantized::embedding_bag_4bit_prepack_with_rowwise_min_max(weight, rowwise_min_max, bool optimized_qparams=False, int nbins=200, float ratio=0.16)"
    ) {
      (call) throws(LiteError) in .tensor(try packBits(call, 4, ranges: 1, optimized: 2))
    }
    table.add(
      "quantized::embedding_bag_2bit_prepack_with_rowwise_min_max(weight, rowwise_min_max, bool optimized_qparams=False, int nbins=200, float ratio=0.16)"
    ) {
      (call) throws(LiteError) in .tensor(try packBits(call, 2, ranges: 1, optimized: 2))
    }
    table.add("quantized::embedding_bag_2bit_unpack(weight)") { (call) throws(LiteError) in
      .tensor(try unpack(call, try fusedTable(call, 2)))
    }
    table.add(
      "quantized::embedding_bag_2bit_rowwise_offsets(weight, indices, Tensor? offsets=None, bool scale_grad_by_freq=False, int mode=0, bool pruned_weights=False, Tensor? per_sample_weights=None, Tensor? compressed_indices_mapping=None, bool include_last_offset=False)"
    ) {
      (call) throws(LiteError) in .tensor(try bag(call, try fusedTable(call, 2)))
    }
    table.add("quantized::embedding_bag_byte_unpack(weight)") { (call) throws(LiteError) in
      .tensor(try unpack(call, try fusedTable(call, 8)))
    }
    table.add("quantized::embedding_bag_4bit_unpack(weight)") { (call) throws(LiteError) in
      .tensor(try unpack(call, try fusedTable(call, 4)))
    }
  }

  /// Rows of codes.
  private struct Table {
    let rows: Int
    let columns: Int
    let bits: Int
    /// Holds the codes.
    let tensor: Tensor
    /// Bytes from row to row.
    let stride: Int
    /// Of packed weights; nil when they follow the codes.
    let parameters: ChannelQuantization?

    /// Scale and bias of a row. 4-bit tables keep them as halves.
    func scaleAndBias(_ row: Int) -> (Float, Float) {
      let bytes = UnsafeRawPointer(tensor.data) + row &* stride + columns &* bits / 8
      if let parameters {
        let scale = Float(parameters.scales[row])
        let zero = parameters.floatZeroPoints.map { $0[row] } ?? Float(parameters.zeroPoints[row])
        let bias = zero * scale * -1
        if bits == 8 { return (scale, bias) }
        return (HalfPrecision.toFloat(HalfPrecision.toHalf(scale)), HalfPrecision.toFloat(HalfPrecision.toHalf(bias)))
      }
      if bits == 8 { return (bytes.loadUnaligned(as: Float.self), (bytes + 4).loadUnaligned(as: Float.self)) }
      return (
        HalfPrecision.toFloat(bytes.loadUnaligned(as: UInt16.self)),
        HalfPrecision.toFloat((bytes + 2).loadUnaligned(as: UInt16.self))
      )
    }

    /// Adds a row times a factor.
    func add(_ row: Int, _ factor: Float, to output: UnsafeMutablePointer<Float>) {
      var (scale, bias) = scaleAndBias(row)
      scale *= factor
      bias *= factor
      let codes = tensor.pointer(UInt8.self) + row &* stride
      for column in 0..<columns {
        let bit = column &* bits
        let code = (Int(codes[bit >> 3]) >> (bit & 7)) & ((1 << bits) - 1)
        output[column] = (output[column] + bias).addingProduct(scale, Float(code))
      }
    }
  }

  private static func packedTable(_ call: Call, _ bits: Int) throws(LiteError) -> Table {
    guard case .embedding(let parameters) = call[0] else { throw call.unexpected(0, "packed embedding weights") }
    try call.require(parameters.bits == bits, 0, "found entries of \(parameters.bits) bits, expected \(bits)")
    let stride = (parameters.columns &* bits + 7) / 8
    let available = parameters.weight.storage.byteCount - parameters.weight.offset
    try call.require(
      try Checked.multiply(parameters.rows, stride) <= available && parameters.parameters.scales.count >= parameters.rows, 0,
      "found a table of \(parameters.weight.message) with \(available) bytes")
    return Table(
      rows: parameters.rows, columns: parameters.columns, bits: bits, tensor: parameters.weight, stride: stride,
      parameters: parameters.parameters)
  }

  private static func fusedTable(_ call: Call, _ bits: Int) throws(LiteError) -> Table {
    let weight = try call.tensor(0)
    let extra = bits == 8 ? 8 : 4
    try call.require(
      weight.type == .uint8 && weight.rank == 2 && weight.sizes[1] > extra, 0,
      "found a tensor of \(weight.message), expected rows of bytes, each with \(extra) for scale and bias")
    return Table(
      rows: weight.sizes[0], columns: (weight.sizes[1] - extra) * 8 / bits, bits: bits,
      tensor: try weight.contiguous(in: call.arena),
      stride: weight.sizes[1], parameters: nil)
  }

  private static func rows(_ call: Call, _ bits: Int) throws(LiteError) -> Tensor {
    let table = try packedTable(call, bits)
    let indices = try Embedding.indices(call, 1, below: table.rows)
    let result = try call.makeTensor(.float32, try Embedding.sizes(call, 1, table.columns))
    try result.fill(.int(0))
    for position in 0..<indices.count {
      table.add(indices[position], 1, to: result.pointer(Float.self) + position &* table.columns)
    }
    return result
  }

  /// Sums of bags. Pruned tables have a mapping from numbers to rows, -1 for rows that are gone.
  private static func bag(_ call: Call, _ table: Table) throws(LiteError) -> Tensor {
    var mapping: IndexList?
    if try call.bool(5), let tensor = try call.optionalTensor(7), tensor.count > 1 {
      mapping = try IndexList(tensor, call.context)
    }
    let bags = try Bags(
      call, indices: try Embedding.indices(call, 1, below: mapping?.count ?? table.rows), indicesArgument: 1, offsets: 2,
      includesLast: try call.bool(8), weights: 6)
    try call.context.spend(bags.indices.count, table.columns)
    let result = try call.makeTensor(.float32, try Dimensions([bags.count, table.columns]))
    try result.fill(.int(0))
    for bag in 0..<bags.count {
      for position in bags.range(bag) {
        let row = mapping.map { $0[bags.indices[position]] } ?? bags.indices[position]
        if row == -1 { continue }
        try call.require(row >= 0 && row < table.rows, 7, "found row \(row), expected -1 to \(table.rows - 1)")
        table.add(row, bags.weights?.pointer(Float.self)[position] ?? 1, to: result.pointer(Float.self) + bag &* table.columns)
      }
    }
    return result
  }

  /// scale = (max - min) / 255, bias = min, q = rne((x - min) * (255 / (max - min + 1e-8))).
  ///
  /// - Parameter ranges: which argument has the range of each row; nil for that of its elements.
  private static func packBytes(_ call: Call, ranges: Int?) throws(LiteError) -> Tensor {
    let weight = try call.floatingTensor(0)
    try call.require(weight.rank == 2 && weight.count > 0, 0, "found a tensor of \(weight.message), expected a matrix")
    let values = try weight.prepared(.float32, call.context)
    let range = try rowRange(call, values, ranges)
    let columns = weight.sizes[1]
    let result = try call.makeTensor(.uint8, try Dimensions([weight.sizes[0], try Checked.add(columns, 8)]))
    for row in 0..<weight.sizes[0] {
      let source = values.pointer(Float.self) + row &* columns
      let target = result.pointer(UInt8.self) + row &* (columns + 8)
      let (low, high) = range(row)
      let inverse = 255 / ((high - low) + 1e-8)
      for column in 0..<columns {
        let code = Int32(saturating: ((source[column] - low) * inverse).rounded(.toNearestOrEven))
        target[column] = UInt8(min(max(code, 0), 255))
      }
      UnsafeMutableRawPointer(target + columns).storeBytes(of: (high - low) / 255, as: Float.self)
      UnsafeMutableRawPointer(target + columns + 4).storeBytes(of: low, as: Float.self)
    }
    return result
  }

  /// The lowest and highest number of each row, from its elements or from an argument [rows, 2].
  private static func rowRange(_ call: Call, _ values: Tensor, _ argument: Int?) throws(LiteError) -> (Int) -> (Float, Float) {
    if let argument {
      let given = try call.floatingTensor(argument)
      try call.require(
        given.rank == 2 && given.sizes[0] == values.sizes[0] && given.sizes[1] == 2, argument,
        "found a tensor of \(given.message), expected [\(values.sizes[0]), 2]")
      let ranges = try given.prepared(.float32, call.context)
      return { (ranges.pointer(Float.self)[2 &* $0], ranges.pointer(Float.self)[2 &* $0 + 1]) }
    }
    let (columns, kernels) = (values.sizes[1], call.kernels)
    return { row in
      var (low, high): (Float, Float) = (0, 0)
      kernels.minimum_maximum_f32(columns, values.pointer(Float.self) + row &* columns, &low, &high)
      return (low, high)
    }
  }

  /// 4- and 2-bit rows: scale and bias are halves, bias = min, scale = (max - min) / highest code,
  /// q = rne((x - bias) / scale).
  private static func packBits(_ call: Call, _ bits: Int, ranges: Int?, optimized: Int) throws(LiteError) -> Tensor {
    try call.require(!(try call.bool(optimized)), optimized, "found True; the search for better scales is not supported")
    let weight = try call.floatingTensor(0)
    let perByte = 8 / bits
    try call.require(
      weight.rank == 2 && weight.count > 0 && weight.sizes[1] % perByte == 0, 0,
      "found a tensor of \(weight.message), expected a matrix with a multiple of \(perByte) columns")
    let values = try weight.prepared(.float32, call.context)
    let range = try rowRange(call, values, ranges)
    let columns = weight.sizes[1]
    let stride = columns / perByte + 4
    let result = try call.makeTensor(.uint8, try Dimensions([weight.sizes[0], stride]))
    result.data.initializeMemory(as: UInt8.self, repeating: 0, count: result.count)
    let highest = Float((1 << bits) - 1)
    for row in 0..<weight.sizes[0] {
      let source = values.pointer(Float.self) + row &* columns
      let target = result.pointer(UInt8.self) + row &* stride
      let (low, high) = range(row)
      let bias = HalfPrecision.toHalf(low)
      let base = HalfPrecision.toFloat(bias)
      let span = high - base
      var scale = span == 0 ? 1 : HalfPrecision.toFloat(HalfPrecision.toHalf(span / highest))
      if scale == 0 || (1 / scale).isInfinite { scale = 1 }
      let inverse = 1 / scale
      for column in 0..<columns {
        let code = Int32(saturating: ((source[column] - base) * inverse).rounded(.toNearestOrEven))
        target[column / perByte] |= UInt8(min(max(code, 0), Int32(highest))) << UInt8(column % perByte * bits)
      }
      let tail = UnsafeMutableRawPointer(target + stride - 4)
      tail.storeBytes(of: HalfPrecision.toHalf(scale), as: UInt16.self)
      (tail + 2).storeBytes(of: bias, as: UInt16.self)
    }
    return result
  }

  private static func unpack(_ call: Call, _ table: Table) throws(LiteError) -> Tensor {
    let result = try call.makeTensor(.float32, try Dimensions([table.rows, table.columns]))
    try result.fill(.int(0))
    for row in 0..<table.rows { table.add(row, 1, to: result.pointer(Float.self) + row &* table.columns) }
    return result
  }
}

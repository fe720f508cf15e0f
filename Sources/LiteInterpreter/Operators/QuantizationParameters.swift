import LiteFormat

/// Scale and zero point from the range of a tensor, and quantized tensors without contents.
enum QuantizationParameters {
  static func declare(in table: inout OperatorTable) {
    table.add("_choose_qparams_per_tensor(self, bool reduce_range=False) -> (float, int)") {
      (call) throws(LiteError) in
      let range = try DynamicRange(of: try call.tensor(0, .float32), call.context)
      return .tuple(TupleValue([.double(range.scale), .int(Int64(range.zeroPoint))]))
    }
    table.add("quantize_per_tensor_dynamic(self, ScalarType dtype, bool reduce_range)") {
      (call) throws(LiteError) in
      let x = try call.tensor(0, .float32)
      let type = try call.dataType(1)
      if type == .float16 { return .tensor(try x.converted(to: .float16, call.context)) }
      try call.require(type == .quint8 || type == .qint8, 1, "found \(type.name), expected quint8, qint8 or float16")
      let range = try DynamicRange(of: x, lowest: type == .qint8 ? -128 : 0, call.context)
      return .tensor(
        try Quantize.perTensor(x, OutputQuantization(scale: range.scale, zeroPoint: range.zeroPoint), type, call.context))
    }
    table.add(
      "quantize_per_tensor.tensors(Tensor[] tensors, scales, zero_points, ScalarType dtype) -> Tensor[]"
    ) {
      (call) throws(LiteError) in
      let tensors = try call.tensors(0)
      let (scales, zeroPoints, type) = (try call.tensor(1), try call.tensor(2), try call.dataType(3))
      try call.require(
        scales.count == tensors.count && zeroPoints.count == tensors.count, 1,
        "found \(scales.count) scales and \(zeroPoints.count) zero points for \(tensors.count) tensors")
      var results: [Value] = []
      for (index, tensor) in tensors.enumerated() {
        try call.require(tensor.type == .float32, 0, "found a tensor of \(tensor.message), expected float32")
        let output = try call.checkedQuantization(
          try scales.doubleElement(index), try zeroPoints.intElement(index), type, 1, 2)
        results.append(.tensor(try Quantize.perTensor(tensor, output, type, call.context)))
      }
      return .list(ListValue(results, of: .tensor))
    }
    table.add("dequantize.tensor(qtensor)") { (call) throws(LiteError) in
      .tensor(try Quantize.dequantize(try call.tensor(0), call.context))
    }
    table.add("dequantize.any(Any tensors) -> Any") { (call) throws(LiteError) in
      try dequantized(call, call[0], depth: 0)
    }
    table.add(
      "_empty_affine_quantized(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, float scale=1, int zero_point=0, MemoryFormat? memory_format=0)"
    ) {
      (call) throws(LiteError) in
      let type = try type(call, 1)
      let output = try call.checkedQuantization(try call.double(5), try call.int64(6), type, 5, 6)
      return .tensor(try empty(call, type, .perTensor(scale: output.scale, zeroPoint: output.zeroPoint)))
    }
    table.add(
      "_empty_per_channel_affine_quantized(SymInt[] size, *, scales, zero_points, int axis, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=0)"
    ) {
      (call) throws(LiteError) in
      let sizes = try call.ints(0)
      try call.require(!sizes.isEmpty, 0, "found no sizes, expected at least one")
      let axis = try call.dimension(3, of: sizes.count)
      let (scales, zeroPoints) = (try call.tensor(1), try call.tensor(2))
      try call.require(
        scales.count == sizes[axis] && zeroPoints.count == sizes[axis], 1,
        "found \(scales.count) scales and \(zeroPoints.count) zero points, expected \(sizes[axis])")
      let parameters = try ChannelQuantization(
        scales: scales, zeroPoints: zeroPoints, axis: axis, isFloat: zeroPoints.type.isFloatingPoint)
      return .tensor(try empty(call, try type(call, 4), .perChannel(parameters)))
    }
    table.add(
      "empty_quantized(int[] size, qtensor, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)"
    ) {
      (call) throws(LiteError) in
      let like = try call.tensor(1)
      guard case .perTensor = like.quantization else {
        throw call.failure(1, "found a tensor of \(like.message), expected one quantized per tensor")
      }
      return .tensor(try empty(call, like.type, like.quantization))
    }
  }

  private static func type(_ call: Call, _ index: Int) throws(LiteError) -> DataType {
    let type = try call.optionalDataType(index) ?? .float32
    try call.require(
      type == .quint8 || type == .qint8 || type == .qint32, index, "found \(type.name), expected quint8, qint8 or qint32")
    return type
  }

  /// Codes of 0: PyTorch leaves them as they are.
  private static func empty(_ call: Call, _ type: DataType, _ quantization: Quantization) throws(LiteError) -> Tensor {
    let sizes = try Dimensions(try call.ints(0))
    for index in 0..<sizes.count { try call.require(sizes[index] >= 0, 0, "found a size of \(sizes[index])") }
    let result = try call.makeTensor(type, sizes, quantization)
    result.data.initializeMemory(as: UInt8.self, repeating: 0, count: result.byteCount)
    return result
  }

  /// The quantized tensors of a value, however deep in lists and tuples, as floats; all else as it is.
  private static func dequantized(_ call: Call, _ value: Value, depth: Int) throws(LiteError) -> Value {
    guard depth < 100 else { throw LiteError(.limitExceeded, "tensors nested more than 100 deep") }
    // Lists that many lists hold are gone through each time: that may go on for long, and can be stopped.
    try call.context.stop.check()
    try call.context.spend(16)
    func each(_ items: [Value]) throws(LiteError) -> [Value] {
      var results: [Value] = []
      for item in items { results.append(try dequantized(call, item, depth: depth + 1)) }
      return results
    }
    switch value {
    case .tensor(let tensor): return .tensor(try Quantize.dequantize(tensor, call.context))
    case .list(let list): return .list(ListValue(try each(list.items), of: list.elementKind))
    case .tuple(let tuple): return .tuple(TupleValue(try each(tuple.items), fields: tuple.fields))
    default: return value
    }
  }
}

import CLite
import LiteFormat
import LiteInterpreter

extension lite_tensor_view {
  /// The tensor that a view of the caller's is, over the caller's memory. Nothing is read of it but what the view leads to.
  ///
  /// - Parameter isWritable: whether elements may be set.
  /// - Throws: `invalidArgument` for what no tensor is, `unsupported` for packed element types.
  func tensor(isWritable: Bool = false) throws(LiteError) -> Tensor {
    guard let raw = UInt8(exactly: dtype), let type = DataType(rawValue: raw) else {
      throw LiteError(.invalidArgument, "dtype \(dtype) is not known")
    }
    guard type != .quint4x2, type != .quint2x4 else {
      throw LiteError(.unsupported, "a tensor of \(type.name), which occurs in files only")
    }
    let sizes = try sizes()
    let count = try sizes.product()
    let isStrided = try checkedFlags(flags, LITE_VIEW_STRIDED, Self.structName) != 0
    let strides = isStrided ? try givenStrides() : sizes.contiguousStrides()
    var span = count > 0 ? 1 : 0
    if count > 0 {
      for index in 0..<sizes.count {
        span = try Checked.add(span, try Checked.multiply(sizes[index] - 1, strides[index]))
      }
    }
    let needed = try Checked.multiply(span, type.size)
    guard isStrided ? byte_count >= needed : byte_count == needed else {
      throw LiteError(
        .invalidArgument,
        "byte_count is \(Int64(clamping: byte_count)), expected \(needed) for \(type.name) \(sizes.message)")
    }
    guard needed == 0 || data != nil else { throw LiteError(.invalidArgument, "the tensor's data is NULL") }
    let tensor = Tensor(
      storage: Storage(borrowing: UnsafeMutableRawBufferPointer(start: data, count: needed), isWritable: isWritable), type: type,
      sizes: sizes, strides: strides, count: count)
    try quantize(tensor)
    return tensor
  }

  /// - Throws: `invalidArgument` unless the data lies at a multiple of the element size.
  func requireAlignment(of tensor: Tensor) throws(LiteError) {
    // A complex element is two numbers.
    let alignment = tensor.type.isComplex ? tensor.type.size / 2 : tensor.type.size
    guard Int(bitPattern: data) % alignment == 0 else {
      throw LiteError(
        .invalidArgument, "the data is not aligned to \(alignment) bytes, the size of an element of \(tensor.type.name)")
    }
  }

  func sizes() throws(LiteError) -> Dimensions {
    guard (0...LITE_MAX_RANK).contains(rank) else {
      throw LiteError(.invalidArgument, "rank is \(rank), expected 0 to \(LITE_MAX_RANK)")
    }
    var result = Dimensions()
    for index in 0..<Int(rank) {
      let size = withUnsafeBytes(of: shape) { $0.load(fromByteOffset: index * 8, as: Int64.self) }
      guard size >= 0 else { throw LiteError(.invalidArgument, "shape[\(index)] is \(size)") }
      try result.append(try Checked.int(size))
    }
    return result
  }

  private func givenStrides() throws(LiteError) -> Dimensions {
    var result = Dimensions()
    for index in 0..<Int(rank) {
      let stride = withUnsafeBytes(of: strides) { $0.load(fromByteOffset: index * 8, as: Int64.self) }
      guard stride >= 0 else { throw LiteError(.invalidArgument, "strides[\(index)] is \(stride), expected 0 or more") }
      try result.append(try Checked.int(stride))
    }
    return result
  }

  private static var maximumChannels: Int { 1 << 22 }

  private func quantize(_ tensor: Tensor) throws(LiteError) {
    let scheme = Int(quantization)
    guard tensor.type.isQuantized else {
      guard scheme == LITE_QUANTIZATION_NONE else {
        throw LiteError(.invalidArgument, "quantization is \(quantization) for elements of \(tensor.type.name)")
      }
      return
    }
    switch scheme {
    case LITE_QUANTIZATION_PER_TENSOR:
      try checkZeroPoint(Int64(zero_point), tensor.type)
      try tensor.setQuantization(scale: scale, zeroPoint: zero_point)
    case LITE_QUANTIZATION_PER_CHANNEL, LITE_QUANTIZATION_PER_CHANNEL_FLOAT:
      let axis = Int(channel_axis)
      guard axis >= 0, axis < tensor.rank else {
        throw LiteError(.invalidArgument, "channel_axis is \(channel_axis) of a tensor of \(tensor.message)")
      }
      let count = tensor.sizes[axis]
      // A tensor without elements may have any number of channels.
      guard count <= Self.maximumChannels else {
        throw LiteError(.limitExceeded, "\(count) channels with a scale each, at most \(Self.maximumChannels)")
      }
      let scales = [Double](UnsafeBufferPointer(start: try required(scales, "scales"), count: count))
      if scheme == LITE_QUANTIZATION_PER_CHANNEL_FLOAT {
        let zeros = [Float](UnsafeBufferPointer(start: try required(float_zero_points, "float_zero_points"), count: count))
        for zero in zeros where !zero.isFinite { throw LiteError(.invalidArgument, "a zero point that is not a number") }
        return try tensor.setQuantization(ChannelQuantization(scales: scales, zeroPoints: [], axis: axis, floatZeroPoints: zeros))
      }
      let zeros = [Int64](UnsafeBufferPointer(start: try required(zero_points, "zero_points"), count: count))
      for zero in zeros { try checkZeroPoint(zero, tensor.type) }
      try tensor.setQuantization(ChannelQuantization(scales: scales, zeroPoints: zeros, axis: axis))
    default:
      throw LiteError(.invalidArgument, "quantization is \(quantization) for elements of \(tensor.type.name)")
    }
  }

  /// - Throws: `invalidArgument` for a zero point that is no code of the type.
  private func checkZeroPoint(_ zeroPoint: Int64, _ type: DataType) throws(LiteError) {
    let isCode =
      switch type {
      case .quint8: (0...255).contains(zeroPoint)
      case .qint8: (-128...127).contains(zeroPoint)
      default: Int32(exactly: zeroPoint) != nil
      }
    guard isCode else { throw LiteError(.invalidArgument, "zero point \(zeroPoint) is no code of \(type.name)") }
  }

  /// A view of a tensor of the session's.
  ///
  /// - Parameter memory: receives arrays that the view leads to.
  init(_ tensor: Tensor, _ memory: PointedMemory) throws(LiteError) {
    self.init()
    struct_size = UInt32(MemoryLayout<lite_tensor_view>.size)
    dtype = lite_dtype(tensor.type.rawValue)
    rank = Int32(truncatingIfNeeded: tensor.rank)
    flags = tensor.isContiguous ? 0 : UInt32(LITE_VIEW_STRIDED)
    let (sizes, strides) = (tensor.sizes, tensor.strides)
    withUnsafeMutableBytes(of: &shape) {
      for index in 0..<sizes.count { $0.storeBytes(of: Int64(sizes[index]), toByteOffset: index * 8, as: Int64.self) }
    }
    withUnsafeMutableBytes(of: &self.strides) {
      for index in 0..<strides.count { $0.storeBytes(of: Int64(strides[index]), toByteOffset: index * 8, as: Int64.self) }
    }
    data = tensor.data
    var span = tensor.count > 0 ? 1 : 0
    if span > 0 { for index in 0..<sizes.count { span &+= (sizes[index] &- 1) &* strides[index] } }
    byte_count = span &* tensor.type.size
    switch tensor.quantization {
    case .none: break
    case .perTensor(let scale, let zeroPoint):
      quantization = lite_quantization(LITE_QUANTIZATION_PER_TENSOR)
      self.scale = scale
      zero_point = zeroPoint
    case .perChannel(let channels):
      channel_axis = Int32(truncatingIfNeeded: channels.axis)
      scales = try memory.array(channels.scales)
      if let zeros = channels.floatZeroPoints {
        quantization = lite_quantization(LITE_QUANTIZATION_PER_CHANNEL_FLOAT)
        float_zero_points = try memory.array(zeros)
      } else {
        quantization = lite_quantization(LITE_QUANTIZATION_PER_CHANNEL)
        zero_points = try memory.array(channels.zeroPoints)
      }
    }
  }

  /// Whether a view is of the same kind of tensor as this one, wherever that lies.
  func isLike(_ other: lite_tensor_view) -> Bool {
    var (a, b) = (self, other)
    a.data = nil
    b.data = nil
    // Parameters of channels may have changed where they lie.
    guard a.scales == nil, b.scales == nil else { return false }
    return withUnsafeBytes(of: &a) { a in withUnsafeBytes(of: &b) { b in a.elementsEqual(b) } }
  }
}

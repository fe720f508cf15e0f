import CLiteKernels
import CLitePlatform
import LiteFormat

extension Tensor {
  /// This tensor if it is dense in order, else a dense copy.
  func contiguous(in arena: Arena) throws(LiteError) -> Tensor {
    isContiguous ? self : try clone(strides: sizes.contiguousStrides(), in: arena)
  }

  /// This tensor if it is dense with dimension 1 fastest, else such a copy. Rank 4 or 5.
  func channelsLast(in arena: Arena) throws(LiteError) -> Tensor {
    isChannelsLast ? self : try clone(strides: sizes.channelsLastStrides(), in: arena)
  }

  /// A copy with given dense strides.
  func clone(strides: Dimensions, in arena: Arena) throws(LiteError) -> Tensor {
    try checkUnpacked()
    let result = try Tensor(type, sizes, strides: strides, in: arena, quantization: quantization)
    let step = CopyStep(self, result)
    withUnsafePointer(to: (data, result.data)) {
      _ = step.run(UnsafeRawPointer($0).assumingMemoryBound(to: UnsafeMutableRawPointer.self), .whole)
    }
    arena.recorder?.add(step, [.tensor(self), .tensor(result)])
    return result
  }

  /// A copy that keeps the layout if it has no gaps (`preserve_format`).
  func clone(in arena: Arena) throws(LiteError) -> Tensor {
    try clone(strides: isDense ? strides : sizes.contiguousStrides(), in: arena)
  }

  /// Copies elements of the same element size; `source` broadcasts to this shape.
  func copyBytes(from source: Tensor) throws(LiteError) {
    if count == 0 { return }
    try source.checkUnpacked()
    if source.count == count, isContiguous, source.isContiguous {
      memmove(data, source.data, byteCount)
      return
    }
    let loop = StridedLoop(sizes, [operand(sizes), source.operand(sizes)])
    let outputStride = loop.innerStride(0)
    let sourceStride = loop.innerStride(1)
    let size = type.size
    try loop.forEach { (addresses, count) throws(LiteError) in
      Self.copyElements(addresses[0]!, outputStride, addresses[1]!, sourceStride, count, size)
    }
  }

  static func copyElements(
    _ output: UnsafeMutableRawPointer, _ outputStride: Int, _ source: UnsafeMutableRawPointer, _ sourceStride: Int, _ count: Int,
    _ size: Int
  ) {
    if outputStride == size, sourceStride == size {
      memcpy(output, source, count &* size)
      return
    }
    switch size {
    case 1: copy(UInt8.self, output, outputStride, source, sourceStride, count)
    case 2: copy(UInt16.self, output, outputStride, source, sourceStride, count)
    case 4: copy(UInt32.self, output, outputStride, source, sourceStride, count)
    case 8: copy(UInt64.self, output, outputStride, source, sourceStride, count)
    default: for index in 0..<count { memcpy(output + index &* outputStride, source + index &* sourceStride, size) }
    }
  }

  private static func copy<Element: BitwiseCopyable>(
    _: Element.Type, _ output: UnsafeMutableRawPointer, _ outputStride: Int, _ source: UnsafeMutableRawPointer,
    _ sourceStride: Int,
    _ count: Int
  ) {
    for index in 0..<count {
      (output + index &* outputStride).storeBytes(of: (source + index &* sourceStride).load(as: Element.self), as: Element.self)
    }
  }

  /// A dense copy in another element type; this tensor if it has that type already.
  func converted(to target: DataType, _ context: Context) throws(LiteError) -> Tensor {
    if type == target { return self }
    let result = try Tensor(target, sizes, strides: isDense ? strides : sizes.contiguousStrides(), in: context.arena)
    if type.isComplex || target.isComplex {
      try result.convert(from: self, context)
      return result
    }
    guard let convert = context.kernels.pointee.convert_loop(Int32(type.rawValue), Int32(target.rawValue)) else {
      throw LiteError(.unsupported, "conversion of \(type.name) to \(target.name)")
    }
    try context.perform(UnaryLoopStep(convert, (0, 0, 0), self, result), [.tensor(self), .tensor(result)])
    return result
  }

  /// Copies elements with conversion; `source` broadcasts to this shape.
  func convert(from source: Tensor, _ context: Context) throws(LiteError) {
    context.recorder?.noteOtherWork()
    if type == source.type { return try copyBytes(from: source) }
    if type.isComplex || source.type.isComplex { return try convertComplex(from: source, context) }
    guard let convert = context.kernels.pointee.convert_loop(Int32(source.type.rawValue), Int32(type.rawValue)) else {
      throw LiteError(.unsupported, "conversion of \(source.type.name) to \(type.name)")
    }
    if count == 0 { return }
    let loop = StridedLoop(sizes, [operand(sizes), source.operand(sizes)])
    try loop.forEach { (addresses, count) throws(LiteError) in
      convert(addresses[0], loop.innerStride(0), addresses[1], loop.innerStride(1), count, nil)
    }
  }

  /// Sets every element.
  func fill(_ value: Scalar) throws(LiteError) {
    if count == 0 { return }
    let one = Tensor(storage: storage, offset: offset, type: type, sizes: Dimensions(), strides: Dimensions(), count: 1)
    try one.setElement(0, value)
    if count == 1 { return }
    // The first element, repeated over all.
    var element = (UInt64(0), UInt64(0))
    let size = type.size
    memcpy(&element, data, size)
    let loop = StridedLoop(sizes, [operand(sizes)])
    let stride = loop.innerStride(0)
    try loop.forEach { (addresses, count) throws(LiteError) in
      for index in 0..<count { memcpy(addresses[0]! + index &* stride, &element, size) }
    }
  }
}

import CLiteKernels
import LiteFormat

/// A complex element is a pair of its real type: the real part, then the imaginary part. So a complex tensor is
/// two tensors of that type with doubled strides, and most of what it needs is done by the code for those.
extension DataType {
  /// The type of both parts of a complex type; other types are their own.
  var realType: DataType {
    switch self {
    case .complexHalf: .float16
    case .complexFloat: .float32
    case .complexDouble: .float64
    default: self
    }
  }

  /// The complex type whose parts hold this type's numbers.
  var complexType: DataType {
    isComplex ? self : self == .float64 ? .complexDouble : .complexFloat
  }
}

extension Tensor {
  /// The real parts, as a view. A tensor that is not complex is its own real part.
  var realPart: Tensor { part(0) }

  /// The imaginary parts of a complex tensor, as a view.
  var imaginaryPart: Tensor { part(1) }

  @inline(never)
  private func part(_ index: Int) -> Tensor {
    guard type.isComplex else { return self }
    var strides = self.strides
    for dimension in 0..<rank { strides[dimension] = strides[dimension] &* 2 }
    return Tensor(
      storage: storage, offset: offset &* 2 &+ index, type: type.realType, sizes: sizes, strides: strides, count: count)
  }

  /// `convert(from:)` where one of the tensors is complex. Real numbers get an imaginary part of 0; complex ones lose
  /// theirs, except that a bool says whether either part is not 0.
  @inline(never)
  func convertComplex(from source: Tensor, _ context: Context) throws(LiteError) {
    if type.isComplex {
      try realPart.convert(from: source.realPart, context)
      let imaginary = imaginaryPart
      if source.type.isComplex { try imaginary.convert(from: source.imaginaryPart, context) } else { try imaginary.fill(.int(0)) }
      return
    }
    try convert(from: source.realPart, context)
    guard type == .bool, count > 0,
      let either = context.kernels.pointee.binary_loop(Int32(LITE_BINARY_LOGICAL_OR), Int32(type.rawValue))
    else { return }
    let imaginary = try Tensor(type, source.sizes, in: context.arena)
    try imaginary.convert(from: source.imaginaryPart, context)
    let loop = StridedLoop(sizes, [operand(sizes), imaginary.operand(sizes)])
    try loop.forEach { (addresses, count) throws(LiteError) in
      let step = loop.innerStride(0)
      either(addresses[0], step, addresses[0], step, addresses[1], loop.innerStride(1), count, nil)
    }
  }
}

/// Moves numbers of any type to and from an array of complex numbers, in which all complex arithmetic is done.
enum ComplexElements {
  private static let stride = MemoryLayout<Complex>.stride

  /// - Parameters:
  ///   - source: address of the first element; `sourceStride` is in bytes.
  static func load(
    _ numbers: UnsafeMutablePointer<Complex>, from source: UnsafeMutableRawPointer, _ sourceStride: Int, _ type: DataType,
    _ count: Int, _ context: Context
  ) throws(LiteError) {
    let target = UnsafeMutableRawPointer(numbers)
    let convert = try context.converter(type.realType, .float64)
    convert(target, stride, source, sourceStride, count, nil)
    if type.isComplex {
      convert(target + stride / 2, stride, source + type.size / 2, sourceStride, count, nil)
    } else {
      for index in 0..<count { numbers[index].imaginary = 0 }
    }
  }

  /// A type that is not complex gets the real parts.
  static func store(
    _ numbers: UnsafeMutablePointer<Complex>, to target: UnsafeMutableRawPointer, _ targetStride: Int, _ type: DataType,
    _ count: Int, _ context: Context
  ) throws(LiteError) {
    let source = UnsafeMutableRawPointer(numbers)
    let convert = try context.converter(.float64, type.realType)
    convert(target, targetStride, source, stride, count, nil)
    if type.isComplex { convert(target + type.size / 2, targetStride, source + stride / 2, stride, count, nil) }
  }
}

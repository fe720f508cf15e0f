import CLiteKernels
import LiteFormat

/// Scale and zero point of a result.
struct OutputQuantization {
  let scale: Double
  let zeroPoint: Int32

  /// Where and how a kernel writes codes; a fused ReLU cuts at the zero point.
  func kernelOutput(_ data: UnsafeMutablePointer<UInt8>, stride: Int, relu: Bool) -> lite_output_u8 {
    lite_output_u8(data: data, stride: stride, zero_point: zeroPoint, minimum: relu ? zeroPoint : 0, maximum: 255)
  }
}

extension Call {
  /// A per-tensor quantized tensor with its scale and zero point.
  func quantizedTensor(_ index: Int, _ type: DataType) throws(LiteError) -> (tensor: Tensor, scale: Double, zeroPoint: Int32) {
    let tensor = try tensor(index, type)
    guard case .perTensor(let scale, let zeroPoint) = tensor.quantization else {
      throw failure(index, "found a tensor that is quantized per channel, expected per tensor")
    }
    return (tensor, scale, zeroPoint)
  }

  /// Scale and zero point of a quint8 result from two arguments.
  func outputQuantization(scale: Int, zeroPoint: Int) throws(LiteError) -> OutputQuantization {
    try checkedQuantization(try numberOrTensor(scale).double, try numberOrTensor(zeroPoint).int, .quint8, scale, zeroPoint)
  }

  /// Checks that a scale is a positive number that kernels can divide by, and the zero point one of the type's codes.
  func checkedQuantization(
    _ scale: Double, _ zeroPoint: Int64, _ type: DataType, _ scaleIndex: Int, _ zeroPointIndex: Int
  ) throws(LiteError) -> OutputQuantization {
    guard Float(scale).isNormal, scale > 0, (1 / Float(scale)).isFinite else {
      throw failure(scaleIndex, "found a scale of \(ValueText.number(scale)), expected a positive normal number")
    }
    let range: ClosedRange<Int64> =
      switch type {
      case .quint8: 0...255
      case .qint8: -128...127
      default: Int64(Int32.min)...Int64(Int32.max)
      }
    guard range.contains(zeroPoint) else {
      throw failure(zeroPointIndex, "found a zero point of \(zeroPoint), expected \(range.lowerBound) to \(range.upperBound)")
    }
    return OutputQuantization(scale: scale, zeroPoint: Int32(truncatingIfNeeded: zeroPoint))
  }

  /// A number, or a tensor with one element.
  func numberOrTensor(_ index: Int) throws(LiteError) -> Scalar {
    switch self[index] {
    case .int(let number): return .int(number)
    case .double(let number): return .double(number)
    case .bool(let flag): return .bool(flag)
    case .tensor(let tensor):
      guard tensor.count == 1 else { throw failure(index, "found a tensor of \(tensor.message), expected one element") }
      guard !tensor.type.isComplex else { throw failure(index, "found a tensor of \(tensor.message), expected a real number") }
      context.recorder?.noteRead(of: tensor)
      return try tensor.scalarElement(0)
    default: throw unexpected(index, "a number")
    }
  }
}

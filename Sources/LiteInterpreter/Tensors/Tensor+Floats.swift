import CLiteKernels
import LiteFormat

/// Elements of a dense tensor as floats, for callers: outside of a session, without memory of its own.
extension Tensor {
  /// Writes all elements as floats. The bits are those of `dequantize` and of conversion to float32.
  ///
  /// - Parameter floats: room for `count`.
  /// - Throws: `unsupported` for complex and packed types.
  public func readFloats(into floats: UnsafeMutablePointer<Float>) throws(LiteError) {
    let kernels = lite_kernels_best().pointee
    switch quantization {
    case .none:
      guard let convert = kernels.convert_loop(Int32(type.rawValue), Int32(DataType.float32.rawValue)) else {
        throw LiteError(.unsupported, "conversion of \(type.name) to float32")
      }
      convert(floats, 4, data, type.size, count, nil)
    case .perTensor(let scale, let zeroPoint):
      switch type {
      case .quint8: kernels.dequantize_u8(count, pointer(), Float(scale), zeroPoint, floats)
      case .qint8: kernels.dequantize_s8(count, pointer(), Float(scale), zeroPoint, floats)
      case .qint32: kernels.dequantize_s32(count, pointer(), Float(scale), zeroPoint, floats)
      default: throw LiteError(.unsupported, "conversion of \(type.name) to float32")
      }
    case .perChannel(let channels):
      let inner = try channelRun(channels)
      for index in 0..<count {
        let channel = index / inner % channels.scales.count
        let zeroPoint = channels.floatZeroPoints.map { Double($0[channel]) } ?? Double(channels.zeroPoints[channel])
        floats[index] = Float((try doubleElement(index) - zeroPoint) * channels.scales[channel])
      }
    }
  }

  /// Sets all elements, rounded to the nearest, to even in the middle, and held within the range of the type. NaN becomes
  /// the zero point, or 0, in types that do not have it. The memory must be writable.
  ///
  /// - Parameter floats: `count` of them.
  /// - Throws: `unsupported` for complex and packed types.
  public func writeFloats(from floats: UnsafePointer<Float>) throws(LiteError) {
    switch quantization {
    case .none where type.isFloatingPoint:
      let kernels = lite_kernels_best().pointee
      guard let convert = kernels.convert_loop(Int32(DataType.float32.rawValue), Int32(type.rawValue)) else {
        throw LiteError(.unsupported, "conversion of float32 to \(type.name)")
      }
      convert(data, type.size, UnsafeMutablePointer(mutating: floats), 4, count, nil)
    case .none: for index in 0..<count { try setElement(index, .int(try code(floats[index], 0))) }
    case .perTensor(let scale, let zeroPoint):
      let inverse = 1 / Float(scale)
      for index in 0..<count { try setElement(index, .int(try code(floats[index] * inverse, Int64(zeroPoint)))) }
    case .perChannel(let channels):
      let inner = try channelRun(channels)
      for index in 0..<count {
        let channel = index / inner % channels.scales.count
        let scaled = floats[index] * (1 / Float(channels.scales[channel]))
        if let zeroPoints = channels.floatZeroPoints {
          try setElement(index, .int(try code(scaled + zeroPoints[channel], 0)))
        } else {
          try setElement(index, .int(try code(scaled, channels.zeroPoints[channel])))
        }
      }
    }
  }

  /// Elements of one channel that follow each other, in a dense tensor.
  ///
  /// - Throws: `unsupported` when the tensor, which may be a view of the one that was quantized, has other channels.
  func channelRun(_ channels: ChannelQuantization) throws(LiteError) -> Int {
    let axis = channels.axis
    guard axis >= 0, axis < rank, channels.scales.count == sizes[axis] else {
      throw LiteError(.unsupported, "\(channels.scales.count) scales along dimension \(axis) of a tensor of \(message)")
    }
    var result = 1
    for index in axis + 1..<max(rank, axis + 1) { result = result &* sizes[index] }
    return max(result, 1)
  }

  /// The integer next to x + zero point in the range of the type: round, then add.
  private func code(_ x: Float, _ zeroPoint: Int64) throws(LiteError) -> Int64 {
    let range: (low: Int64, high: Int64)
    switch type {
    case .uint8, .quint8: range = (0, 255)
    case .int8, .qint8: range = (-128, 127)
    case .int16: range = (-0x8000, 0x7fff)
    case .int32, .qint32: range = (-0x8000_0000, 0x7fff_ffff)
    case .int64: range = (Int64.min, Int64.max)
    case .bool: return x == 0 ? 0 : 1
    default: throw LiteError(.unsupported, "conversion of float32 to \(type.name)")
    }
    let rounded = x.rounded(.toNearestOrEven)
    if rounded.isNaN { return min(max(zeroPoint, range.low), range.high) }
    guard rounded > -0x1p62, rounded < 0x1p62 else { return rounded < 0 ? range.low : range.high }
    return min(max(Int64(rounded) &+ zeroPoint, range.low), range.high)
  }
}

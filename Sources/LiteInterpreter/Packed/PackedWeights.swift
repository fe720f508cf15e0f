import CLiteKernels
import LiteFormat

/// 8-bit weights of a linear or convolution layer, arranged for the kernels in use, with what is known of
/// each output channel before the first run.
///
/// The arithmetic is QNNPACK's (pytorch/aten/src/ATen/native/quantized/cpu, docs/kernels.md).
final class PackedWeights: @unchecked Sendable {
  /// How the weights are used, which decides their arrangement.
  enum Arrangement: Sendable {
    /// Each of `groups` matrices has `channels / groups` rows of taps * depth.
    case matrices(groups: Int)
    /// One filter for each channel.
    case depthwise
  }

  let arrangement: Arrangement
  /// Output channels of all groups.
  let channels: Int
  let taps: Int
  /// Input channels of one group.
  let depth: Int
  /// Scale of each channel, as in the file.
  let scales: [Double]
  /// Zero point of each channel, or empty when all are 0.
  let zeroPoints: [Int32]
  /// Sum of (w - zero point) over each channel.
  let sums: [Int32]
  private let memory: UnsafeMutableRawPointer
  /// Bytes of one matrix.
  private let matrixSize: Int
  let byteCount: Int

  /// Packs weights.
  ///
  /// - Parameters:
  ///   - weights: quantized int8, any strides; its storage is only read.
  ///   - strides: (group, channel in group, tap, depth) strides in elements.
  init(
    _ weights: Tensor, arrangement: Arrangement, channels: Int, taps: Int, depth: Int,
    strides: (group: Int, channel: Int, tap: Int, depth: Int), channelAxis: Int, kernels: lite_kernel_table
  ) throws(LiteError) {
    self.arrangement = arrangement
    self.channels = channels
    self.taps = taps
    self.depth = depth
    (scales, zeroPoints) = try Self.parameters(weights, channels: channels, axis: channelAxis)
    let groups: Int
    switch arrangement {
    case .matrices(let count):
      groups = count
      matrixSize = kernels.packed_gemm_s8_size(channels / count, taps, depth)
    case .depthwise:
      groups = 1
      matrixSize = kernels.packed_depthwise_s8_size(channels, taps)
    }
    byteCount = try Checked.multiply(matrixSize, groups)
    guard let memory = allocateBytes(byteCount) else {
      throw refusedBytes(byteCount, "packed weights")
    }
    self.memory = memory
    let source = weights.pointer(Int8.self)
    var sums = [Int32](repeating: 0, count: channels)
    let perGroup = channels / groups
    for group in 0..<groups {
      let first = source + group * strides.group
      switch arrangement {
      case .matrices:
        kernels.pack_gemm_s8(
          perGroup, taps, depth, first, strides.channel, strides.tap, strides.depth, memory + group * matrixSize)
      case .depthwise: kernels.pack_depthwise_s8(channels, taps, first, strides.channel, strides.tap, memory)
      }
      for channel in 0..<perGroup {
        let index = group * perGroup + channel
        var sum: Int32 = 0
        for tap in 0..<taps {
          sum &+= Self.sum(first + (channel * strides.channel + tap * strides.tap), count: depth, stride: strides.depth)
        }
        let zeroPoint = zeroPoints.isEmpty ? 0 : zeroPoints[index]
        sums[index] = sum &- zeroPoint &* Int32(truncatingIfNeeded: taps * depth)
      }
    }
    self.sums = sums
  }

  deinit { freeBytes(memory) }

  /// Eight bytes at one time where they follow each other.
  private static func sum(_ weights: UnsafePointer<Int8>, count: Int, stride: Int) -> Int32 {
    var sum: Int32 = 0
    var index = 0
    if stride == 1 {
      let evenBytes: UInt64 = 0x00ff_00ff_00ff_00ff
      while index &+ 8 <= count {
        // As numbers from 0 to 255, in four sums of 16 bits, which 128 rounds cannot exceed.
        var sums: UInt64 = 0
        let end = min(index &+ 8 &* 128, count & ~7)
        while index < end {
          let eight = UnsafeRawPointer(weights + index).loadUnaligned(as: UInt64.self) ^ 0x8080_8080_8080_8080
          sums &+= (eight & evenBytes) &+ (eight &>> 8 & evenBytes)
          sum &-= 8 &* 128
          index &+= 8
        }
        sum &+= Int32(truncatingIfNeeded: (sums & 0xffff) &+ (sums &>> 16 & 0xffff) &+ (sums &>> 32 & 0xffff) &+ sums &>> 48)
      }
    }
    while index < count {
      sum &+= Int32(weights[index &* stride])
      index &+= 1
    }
    return sum
  }

  /// The packed matrix of a group.
  func matrix(_ group: Int) -> UnsafeRawPointer { UnsafeRawPointer(memory + group * matrixSize) }

  private static func parameters(_ weights: Tensor, channels: Int, axis: Int) throws(LiteError) -> ([Double], [Int32]) {
    guard weights.type == .qint8 else { throw LiteError(.unsupported, "weights of \(weights.type.name), expected qint8") }
    switch weights.quantization {
    case .none: throw LiteError(.malformed, "weights of qint8 without quantization")
    case .perTensor(let scale, let zeroPoint):
      let zeroPoints = zeroPoint == 0 ? [] : [Int32](repeating: zeroPoint, count: channels)
      return ([Double](repeating: scale, count: channels), zeroPoints)
    case .perChannel(let parameters):
      guard parameters.floatZeroPoints == nil, parameters.axis == axis, parameters.scales.count == channels else {
        throw LiteError(
          .unsupported,
          "weights quantized along axis \(parameters.axis) with \(parameters.scales.count) scales, expected axis \(axis) with \(channels)"
        )
      }
      let zeroPoints = parameters.zeroPoints.map { Int32(truncatingIfNeeded: $0) }
      return (parameters.scales, zeroPoints.allSatisfy { $0 == 0 } ? [] : zeroPoints)
    }
  }

  // MARK: What depends on the input's quantization

  /// Fills `bias[channel]`: the bias quantized with scale w_scale * x_scale (QuantUtils.h, QuantizeBias), less
  /// what the input's zero point adds.
  func foldBias(_ bias: Tensor?, inputScale: Double, inputZeroPoint: Int32, into folded: UnsafeMutablePointer<Int32>)
    throws(LiteError)
  {
    let values: UnsafeMutablePointer<Float>? = bias?.pointer()
    for channel in 0..<channels {
      var quantized: Int32 = 0
      if let values {
        let biasScale = scales[channel] * inputScale
        let inverse = 1 / Float(biasScale)
        quantized = Int32(saturating: (values[channel] * inverse).rounded(.toNearestOrEven))
      }
      folded[channel] = quantized &- inputZeroPoint &* sums[channel]
    }
  }

  /// Fills `result[channel]` = f32(f32(w_scale * x_scale) * f32(1 / y_scale)).
  func requantizationScales(inputScale: Double, outputScale: Double, into result: UnsafeMutablePointer<Float>) {
    let inverse = 1 / Float(outputScale)
    for channel in 0..<channels { result[channel] = (Float(scales[channel]) * Float(inputScale)) * inverse }
  }
}

extension Int32 {
  /// The nearest representable number; NaN gives the smallest.
  init(saturating value: Float) {
    if value >= 2_147_483_648 {
      self = .max
    } else if value > -2_147_483_648 {
      self = Int32(value)
    } else {
      self = .min
    }
  }
}

import CLiteKernels
import LiteFormat

/// Scale, zero point and rounding of a tensor that is quantized.
struct QuantizationRule {
  let inverseScale: Float
  let zeroPoint: Int32
  let rounding: Int32
}

/// Floats to codes. Operands: floats, codes.
final class QuantizeStep: ElementwiseStep {
  let rule: QuantizationRule
  let type: DataType

  /// - Parameter type: quint8, qint8 or qint32.
  init(_ rule: QuantizationRule, _ type: DataType, count: Int, _ context: Context) {
    self.rule = rule
    self.type = type
    super.init(count: count, context)
  }

  override var codesRule: QuantizationRule? { type == .quint8 ? rule : nil }

  override var kernelName: StaticString { type == .quint8 ? "quantize_u8" : type == .qint8 ? "quantize_s8" : "quantize_s32" }

  override func run(_ operands: StepOperands, _ range: Range<Int>) {
    let source = operands[0].assumingMemoryBound(to: Float.self) + range.lowerBound
    let target = operands[1] + range.lowerBound &* type.size
    switch type {
    case .quint8:
      kernels.pointee.quantize_u8(
        range.count, source, rule.inverseScale, rule.zeroPoint, rule.rounding, target.assumingMemoryBound(to: UInt8.self))
    case .qint8:
      kernels.pointee.quantize_s8(
        range.count, source, rule.inverseScale, rule.zeroPoint, rule.rounding, target.assumingMemoryBound(to: Int8.self))
    default:
      kernels.pointee.quantize_s32(
        range.count, source, rule.inverseScale, rule.zeroPoint, rule.rounding, target.assumingMemoryBound(to: Int32.self))
    }
  }
}

/// Codes to floats. Operands: codes, floats.
final class DequantizeStep: ElementwiseStep {
  private let scale: Float
  private let zeroPoint: Int32
  private let type: DataType

  /// - Parameter type: quint8, qint8 or qint32.
  init(scale: Float, zeroPoint: Int32, _ type: DataType, count: Int, _ context: Context) {
    self.scale = scale
    self.zeroPoint = zeroPoint
    self.type = type
    super.init(count: count, context)
  }

  override var kernelName: StaticString {
    type == .quint8 ? "dequantize_u8" : type == .qint8 ? "dequantize_s8" : "dequantize_s32"
  }

  override func run(_ operands: StepOperands, _ range: Range<Int>) {
    let source = operands[0] + range.lowerBound &* type.size
    let target = operands[1].assumingMemoryBound(to: Float.self) + range.lowerBound
    switch type {
    case .quint8:
      kernels.pointee.dequantize_u8(range.count, source.assumingMemoryBound(to: UInt8.self), scale, zeroPoint, target)
    case .qint8: kernels.pointee.dequantize_s8(range.count, source.assumingMemoryBound(to: Int8.self), scale, zeroPoint, target)
    default: kernels.pointee.dequantize_s32(range.count, source.assumingMemoryBound(to: Int32.self), scale, zeroPoint, target)
    }
  }
}

/// Floats of dense images to codes with channels last, in one pass. Operands: floats, codes.
final class QuantizeChannelsLastStep: PreparedStep {
  private let rule: QuantizationRule
  private let images: Int
  private let channels: Int
  private let pixels: Int
  private let kernels: UnsafePointer<lite_kernel_table>

  init(_ rule: QuantizationRule, _ layout: (images: Int, channels: Int, pixels: Int), _ context: Context) {
    self.rule = rule
    (images, channels, pixels) = layout
    kernels = context.kernels
  }

  private static var grain: Int { 256 }
  /// Images, each divided by pixels.
  override var maximumShares: Int { images &* ((pixels &+ Self.grain &- 1) / Self.grain) }
  override var work: Int { images &* channels &* pixels }
  override var kernelName: StaticString { "quantize_channels_last_u8" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    // Pixels of all images, a whole number of grains for each.
    let padded = (pixels &+ Self.grain &- 1) / Self.grain &* Self.grain
    let range = share.range(of: images &* padded, grain: Self.grain)
    var first = range.lowerBound
    while first < range.upperBound {
      let image = first / padded
      let pixel = first &- image &* padded
      let end = min(padded, pixel &+ range.upperBound &- first)
      let offset = image &* channels &* pixels
      kernels.pointee.quantize_channels_last_u8(
        min(end, pixels) &- pixel, channels, operands[0].assumingMemoryBound(to: Float.self) + (offset &+ pixel), pixels,
        rule.inverseScale, rule.zeroPoint, rule.rounding,
        operands[1].assumingMemoryBound(to: UInt8.self) + (offset &+ pixel &* channels))
      first = first &+ end &- pixel
    }
    return true
  }
}

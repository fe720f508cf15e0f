import CLiteKernels
import CLitePlatform
import LiteFormat

/// The biases and scales of a layer with 8-bit weights for given quantization of input and output.
final class RequantizationTables {
  /// With the input's zero point folded in.
  let bias: UnsafeMutablePointer<Int32>
  let scales: UnsafeMutablePointer<Float>
  /// Zero points of the weights, nil when all are 0.
  let zeroPoints: UnsafeMutablePointer<Int32>?
  private let table: StepTable

  init(
    _ packed: PackedWeights, _ layerBias: Tensor?, input: (scale: Double, zeroPoint: Int32), outputScale: Double
  ) throws(LiteError) {
    let count = packed.channels
    table = try StepTable(try Checked.multiply(count, 3), stride: 4)
    bias = table.pointer(Int32.self)
    scales = table.pointer(Float.self) + count
    try packed.foldBias(layerBias, inputScale: input.scale, inputZeroPoint: input.zeroPoint, into: bias)
    packed.requantizationScales(inputScale: input.scale, outputScale: outputScale, into: scales)
    if packed.zeroPoints.isEmpty {
      zeroPoints = nil
    } else {
      let own = table.pointer(Int32.self) + 2 &* count
      for index in 0..<count { own[index] = packed.zeroPoints[index] }
      zeroPoints = own
    }
  }
}

/// A quantized convolution. Operands: input, output (both channels-last), workspace.
///
/// Pointwise convolutions are matrix products; two-dimensional ones are given to the kernels with their geometry; the
/// others through pointers to the taps of one output row (Dukhan, "The Indirect Convolution Algorithm", arXiv 1907.02129).
final class QuantizedConvolutionStep: PreparedStep {
  private enum Form { case matrix, planes, rows }

  private let parameters: ConvolutionParameters
  private let tables: RequantizationTables
  private let kernels: UnsafePointer<lite_kernel_table>
  private let form: Form
  private let window: ConvolutionWindow
  private let images: Int
  private let spatial: ConvolutionWindow.Three
  private let result: ConvolutionWindow.Three
  private let inputChannels: Int
  private let outputChannels: Int
  /// Groups of matrices; depthwise convolutions have one.
  private let groups: Int
  private let channelsPerGroup: Int
  private let taps: Int
  private let depth: Int
  private let isDepthwise: Bool
  private let inputZeroPoint: UInt8
  private let weights: UnsafeRawPointer
  private let groupWeights: Int
  /// Of a pointwise convolution.
  private let shares: ProductShares
  /// `data` is set when the step runs.
  private let output: lite_output_u8
  /// Bytes of one thread's part of the workspace.
  private(set) var workspaceSize = 0
  /// Where in it the kernel's own part begins: after pointers and a row of the zero point.
  private let kernelPart: Int

  init(
    _ parameters: ConvolutionParameters, _ input: Tensor, _ inputQuantization: (scale: Double, zeroPoint: Int32),
    _ result: ConvolutionWindow.Three, _ quantization: OutputQuantization, relu: Bool, _ context: Context
  ) throws(LiteError) {
    let packed = parameters.packed
    self.parameters = parameters
    self.result = result
    tables = try RequantizationTables(packed, parameters.bias, input: inputQuantization, outputScale: quantization.scale)
    kernels = context.kernels
    window = parameters.window
    isDepthwise = parameters.isDepthwise
    groups = isDepthwise ? 1 : parameters.groups
    form = window.isPointwise && groups == 1 && !isDepthwise ? .matrix : window.isPlanar ? .planes : .rows
    images = input.sizes[0]
    spatial = input.spatialSizes
    inputChannels = parameters.inputChannels
    outputChannels = parameters.outputChannels
    channelsPerGroup = packed.channels / groups
    taps = packed.taps
    depth = packed.depth
    inputZeroPoint = UInt8(truncatingIfNeeded: inputQuantization.zeroPoint)
    weights = packed.matrix(0)
    groupWeights = groups > 1 ? packed.matrix(1) - packed.matrix(0) : 0
    shares = ProductShares(
      rows: images &* result.0 &* result.1 &* result.2, channels: outputChannels, depth: depth, kernels.pointee)
    output = lite_output_u8(
      data: nil, stride: outputChannels, zero_point: quantization.zeroPoint, minimum: relu ? quantization.zeroPoint : 0,
      maximum: 255)
    kernelPart =
      form == .rows
      ? try Arena.rounded(
        try Checked.add(
          try Checked.multiply(try Checked.multiply(result.2, taps), MemoryLayout<UnsafePointer<UInt8>?>.stride), inputChannels))
      : 0
    super.init()
    workspaceSize = try Arena.rounded(try Checked.add(kernelPart, kernelWorkspaceSize))
  }

  private var kernelWorkspaceSize: Int {
    switch form {
    case .matrix:
      return kernels.pointee.gemm_workspace_size(images &* result.0 &* result.1 &* result.2, outputChannels, 1, depth)
    case .planes:
      var plane = plane(0, 0, nil, 0..<result.1, nil)
      return isDepthwise
        ? kernels.pointee.depthwise_convolution_workspace_size(&plane) : kernels.pointee.convolution_workspace_size(&plane)
    case .rows:
      return isDepthwise ? 0 : kernels.pointee.gemm_workspace_size(result.2, channelsPerGroup, taps, depth)
    }
  }

  override var weightByteCount: Int { parameters.packed.byteCount }
  override var multiplyAccumulates: Int {
    let pixels = window.isTransposed ? spatial : result
    return Checked.product(images &* pixels.0 &* pixels.1 &* pixels.2, outputChannels, taps &* depth)
  }

  /// Output rows of all images.
  private var rowCount: Int { images &* result.0 &* result.1 }

  override var maximumShares: Int { form == .matrix ? shares.count : rowCount }
  /// Neighbouring rows of an image share what they read.
  override var usefulShares: Int { form == .matrix ? shares.usefulCount : rowCount / 4 }

  override var kernelName: StaticString {
    switch form {
    case .matrix: "gemm_u8s8"
    case .planes: isDepthwise ? "depthwise_convolution_u8s8" : "convolution_u8s8"
    case .rows: isDepthwise ? "depthwise_u8s8" : "gemm_u8s8"
    }
  }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let input = UnsafePointer(operands[0].assumingMemoryBound(to: UInt8.self))
    let target = operands[1].assumingMemoryBound(to: UInt8.self)
    let workspace = operands[2] + share.worker &* workspaceSize
    switch form {
    case .matrix: runMatrix(input, target, workspace, share)
    // Kernels do two rows at one time.
    case .planes: runPlanes(input, target, workspace, share.range(of: rowCount, grain: rowCount < 16 &* share.count ? 1 : 2))
    case .rows: runRows(input, target, workspace, share.range(of: rowCount))
    }
    return true
  }

  private func runMatrix(
    _ input: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ workspace: UnsafeMutableRawPointer, _ share: StepShare
  ) {
    let (rows, channels, weightOffset) = shares.part(share)
    let first = channels.lowerBound
    var gemm = lite_gemm_u8s8(
      rows: rows.count, channels: channels.count, taps: 1, depth: depth, indirection: nil,
      input: input + rows.lowerBound &* depth, input_stride: depth, weights: weights + weightOffset, bias: tables.bias + first,
      weight_zero_points: tables.zeroPoints.map { UnsafePointer($0 + first) }, scales: tables.scales + first,
      workspace: workspace)
    var part = output
    part.data = target + (rows.lowerBound &* outputChannels &+ first)
    kernels.pointee.gemm_u8s8(&gemm, &part)
  }

  /// A group of an image; pointers may be nil to ask for sizes.
  private func plane(
    _ image: Int, _ group: Int, _ input: UnsafePointer<UInt8>?, _ rows: Range<Int>, _ workspace: UnsafeMutableRawPointer?
  ) -> lite_convolution_u8s8 {
    let first = group &* channelsPerGroup
    return lite_convolution_u8s8(
      window: PlaneWindow.make(window, input: spatial, output: result), channels: channelsPerGroup, depth: depth,
      input: input.map { $0 + (image &* spatial.1 &* spatial.2 &* inputChannels &+ group &* depth) },
      input_stride: inputChannels, input_zero_point: inputZeroPoint, first_row: rows.lowerBound, end_row: rows.upperBound,
      weights: weights + group &* groupWeights, bias: tables.bias + first,
      weight_zero_points: tables.zeroPoints.map { UnsafePointer($0 + first) }, scales: tables.scales + first,
      workspace: workspace)
  }

  private func runPlanes(
    _ input: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ workspace: UnsafeMutableRawPointer, _ rows: Range<Int>
  ) {
    var row = rows.lowerBound
    while row < rows.upperBound {
      // The rows of one image.
      let image = row / result.1
      let first = row &- image &* result.1
      let end = min(result.1, first &+ rows.upperBound &- row)
      for group in 0..<groups {
        var plane = plane(image, group, input, first..<end, workspace)
        var part = output
        part.data = target + (image &* result.1 &* result.2 &* outputChannels &+ group &* channelsPerGroup)
        if isDepthwise {
          kernels.pointee.depthwise_convolution_u8s8(&plane, &part)
        } else {
          kernels.pointee.convolution_u8s8(&plane, &part)
        }
      }
      row = row &+ end &- first
    }
  }

  private func runRows(
    _ input: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ workspace: UnsafeMutableRawPointer, _ rows: Range<Int>
  ) {
    let count = result.2 &* taps
    let pointers = workspace.assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    // Taps outside of the image read a row of the zero point.
    let outside = UnsafeMutableRawPointer(pointers + count).assumingMemoryBound(to: UInt8.self)
    memset(outside, Int32(inputZeroPoint), inputChannels)
    let imageSize = spatial.0 &* spatial.1 &* spatial.2 &* inputChannels
    for row in rows {
      let image = row / (result.0 &* result.1)
      let rest = row &- image &* result.0 &* result.1
      window.fillRow(
        pointers, base: input + image &* imageSize, pixelStride: inputChannels, outside: outside, input: spatial,
        plane: rest / result.1, row: rest % result.1, width: result.2)
      var part = output
      part.data = target + row &* result.2 &* outputChannels
      if isDepthwise {
        var depthwise = lite_depthwise_u8s8(
          pixels: result.2, channels: outputChannels, taps: taps, indirection: pointers, weights: weights, bias: tables.bias,
          weight_zero_points: tables.zeroPoints, scales: tables.scales)
        kernels.pointee.depthwise_u8s8(&depthwise, &part)
        continue
      }
      for group in 0..<groups {
        if group > 0 { for index in 0..<count { pointers[index] = pointers[index]! + depth } }
        let first = group &* channelsPerGroup
        var gemm = lite_gemm_u8s8(
          rows: result.2, channels: channelsPerGroup, taps: taps, depth: depth, indirection: pointers, input: nil,
          input_stride: 0, weights: weights + group &* groupWeights, bias: tables.bias + first,
          weight_zero_points: tables.zeroPoints.map { UnsafePointer($0 + first) }, scales: tables.scales + first,
          workspace: workspace + kernelPart)
        kernels.pointee.gemm_u8s8(&gemm, &part)
        part.data += channelsPerGroup
      }
    }
  }
}

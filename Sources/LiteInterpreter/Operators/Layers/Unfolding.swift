import CLiteKernels
import LiteFormat

/// Windows of an image as columns, and columns added back to an image.
enum Unfolding {
  static func declare(in table: inout OperatorTable) {
    table.add("im2col(self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride)") {
      (call) throws(LiteError) in .tensor(try unfold(call))
    }
    table.add(
      "col2im(self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride)"
    ) {
      (call) throws(LiteError) in .tensor(try fold(call))
    }
  }

  /// A dense padded image [N, C, H, W] seen as [N, C, kernel height, kernel width, rows, columns].
  private static func windows(
    _ image: Tensor, _ window: ConvolutionWindow, _ output: ConvolutionWindow.Three
  ) throws(LiteError) -> Tensor {
    let sizes = try Dimensions([image.sizes[0], image.sizes[1], window.kernel.1, window.kernel.2, output.1, output.2])
    let (line, pixel) = (image.strides[2], image.strides[3])
    let strides = try Dimensions([
      image.strides[0], image.strides[1], window.dilation.1 &* line, window.dilation.2 &* pixel, window.stride.1 &* line,
      window.stride.2 &* pixel,
    ])
    return image.view(sizes: sizes, strides: strides, count: try sizes.product())
  }

  /// - Parameter first: which argument is the kernel size; dilation, padding and stride follow.
  private static func window(_ call: Call, _ first: Int) throws(LiteError) -> ConvolutionWindow {
    try ConvolutionWindow(
      kernel: try call.spatial(first, 2), stride: try call.spatial(first + 3, 2), padding: try call.spatial(first + 2, 2),
      dilation: try call.spatial(first + 1, 2))
  }

  private static func unfold(_ call: Call) throws(LiteError) -> Tensor {
    let original = try call.tensor(0)
    try call.require(
      original.rank == 3 || original.rank == 4, 0, "found a tensor of \(original.message), expected 3 or 4 dimensions")
    let x = original.rank == 3 ? try original.unsqueezed(0) : original
    let window = try window(call, 1)
    let output = try window.output(x.spatialSizes)
    let (top, left) = (window.padding.1, window.padding.2)
    let padded = try Padding.constant(x, [left, left, top, top], .int(0), call.context).contiguous(in: call.arena)
    let columns = try windows(padded, window, output).contiguous(in: call.arena)
    let result = try columns.reshaped(
      try Dimensions([
        x.sizes[0], try Checked.multiply(x.sizes[1], window.taps), try Checked.multiply(output.1, output.2),
      ]), in: call.arena)
    return original.rank == 3 ? result.removing(0) : result
  }

  private static func fold(_ call: Call) throws(LiteError) -> Tensor {
    let original = try call.plainTensor(0)
    try call.require(
      original.type.isFloatingPoint || original.type == .bool, 0,
      "found a tensor of \(original.message), expected a floating type or bool")
    try call.require(
      original.rank == 2 || original.rank == 3, 0, "found a tensor of \(original.message), expected 2 or 3 dimensions")
    let x = original.rank == 2 ? try original.unsqueezed(0) : original
    let window = try window(call, 2)
    let size = try call.spatial(1, 2)
    try call.require(size[0] > 0 && size[1] > 0, 1, "found \(size[0]) and \(size[1]), expected positive sizes")
    let output = try window.output((1, size[0], size[1]))
    let count = try Checked.multiply(output.1, output.2)
    try call.require(
      x.sizes[1] % window.taps == 0 && x.sizes[2] == count, 0,
      "found a tensor of \(original.message), expected a multiple of \(window.taps) rows and \(count) columns")
    let channels = x.sizes[1] / window.taps
    let padded = try call.makeTensor(
      original.type,
      try Dimensions([
        x.sizes[0], channels, try Checked.add(size[0], 2 * window.padding.1), try Checked.add(size[1], 2 * window.padding.2),
      ]))
    try padded.fill(.int(0))
    let target = try windows(padded, window, output)
    let source = try x.reshaped(target.sizes, in: call.arena)
    guard let add = call.kernels.binary_loop(Int32(LITE_BINARY_ADD), Int32(original.type.rawValue)) else {
      throw call.failure(0, "found a tensor of \(original.message)")
    }
    // Windows overlap, elements of one tap do not.
    for y in 0..<window.kernel.1 {
      for k in 0..<window.kernel.2 {
        let sum = target.selected(3, k).selected(2, y)
        let part = source.selected(3, k).selected(2, y)
        if sum.count == 0 { continue }
        let loop = StridedLoop(sum.sizes, [sum.operand(sum.sizes), part.operand(sum.sizes)])
        try loop.forEach { (addresses, count) throws(LiteError) in
          add(addresses[0], loop.innerStride(0), addresses[0], loop.innerStride(0), addresses[1], loop.innerStride(1), count, nil)
        }
      }
    }
    let inner = padded.sliced(2, start: window.padding.1, count: size[0]).sliced(3, start: window.padding.2, count: size[1])
    let result = try inner.contiguous(in: call.arena)
    return original.rank == 2 ? result.removing(0) : result
  }
}

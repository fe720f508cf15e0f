import LiteFormat

/// The geometry of a convolution or pooling window over one to three spatial dimensions, held as three:
/// depth, height, width.
struct ConvolutionWindow: Sendable {
  typealias Three = (Int, Int, Int)

  let kernel: Three
  let stride: Three
  let padding: Three
  let dilation: Three
  let outputPadding: Three
  let isTransposed: Bool

  /// Number of kernel positions.
  var taps: Int { kernel.0 * kernel.1 * kernel.2 }

  /// Checks every number: files and programs choose them.
  init(
    kernel: [Int], stride: [Int], padding: [Int], dilation: [Int], outputPadding: [Int] = [], isTransposed: Bool = false
  ) throws(LiteError) {
    self.kernel = try Self.three(kernel, filler: 1, "kernel size", 1...1 << 20)
    self.stride = try Self.three(stride, filler: 1, "stride", 1...1 << 30)
    self.padding = try Self.three(padding, filler: 0, "padding", 0...1 << 30)
    self.dilation = try Self.three(dilation, filler: 1, "dilation", 1...1 << 30)
    self.outputPadding = try Self.three(outputPadding, filler: 0, "output padding", 0...1 << 30)
    self.isTransposed = isTransposed
    _ = try Checked.multiply(try Checked.multiply(self.kernel.0, self.kernel.1), self.kernel.2)
  }

  private static func three(_ values: [Int], filler: Int, _ what: StaticString, _ range: ClosedRange<Int>) throws(LiteError)
    -> Three
  {
    for value in values where !range.contains(value) {
      throw LiteError(.operatorFailed, "\(what) \(value), expected \(range.lowerBound) or more")
    }
    switch values.count {
    case 0: return (filler, filler, filler)
    case 1: return (filler, filler, values[0])
    case 2: return (filler, values[0], values[1])
    case 3: return (values[0], values[1], values[2])
    default: throw LiteError(.operatorFailed, "\(what) has \(values.count) values, expected at most 3")
    }
  }

  /// Output size for an input size.
  ///
  /// - Parameter ceil: partial windows at the end count too (pooling's `ceil_mode`).
  func output(_ input: Three, ceil: Bool = false) throws(LiteError) -> Three {
    (
      try output(input.0, kernel.0, stride.0, padding.0, dilation.0, outputPadding.0, ceil),
      try output(input.1, kernel.1, stride.1, padding.1, dilation.1, outputPadding.1, ceil),
      try output(input.2, kernel.2, stride.2, padding.2, dilation.2, outputPadding.2, ceil)
    )
  }

  private func output(
    _ input: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int, _ extra: Int, _ ceil: Bool
  ) throws(LiteError) -> Int {
    let reach = try Checked.add(try Checked.multiply(dilation, kernel - 1), 1)
    var size: Int
    if isTransposed {
      size = try Checked.add(try Checked.multiply(input - 1, stride), try Checked.add(reach - 2 * padding, extra))
    } else {
      let free = try Checked.add(input, 2 * padding) - reach
      size = free < 0 ? 0 : free / stride + 1
      if ceil, free >= 0, free % stride != 0 {
        size += 1
        // The last window must start inside the input or its left padding.
        if (size - 1) * stride >= input + padding { size -= 1 }
      }
    }
    guard size > 0 else {
      throw LiteError(.operatorFailed, "a window of \(reach) on an input of \(input) with padding \(padding) leaves no output")
    }
    return size
  }

  /// Whether every output pixel reads exactly the input pixel at the same place.
  var isPointwise: Bool {
    taps == 1 && stride == (1, 1, 1) && padding == (0, 0, 0) && outputPadding == (0, 0, 0) && !isTransposed
  }

  /// Whether only two dimensions matter, and the window is not transposed.
  var isPlanar: Bool { !isTransposed && kernel.0 == 1 && stride.0 == 1 && padding.0 == 0 && outputPadding == (0, 0, 0) }

  /// Writes where each tap of each pixel of one output row is read: `pointers[x * taps + tap]`.
  ///
  /// - Parameters:
  ///   - base: first pixel of the image; pixels lie `pixelStride` elements apart, rows and planes follow.
  ///   - outside: what taps outside of the image read.
  func fillRow<Element>(
    _ pointers: UnsafeMutablePointer<UnsafePointer<Element>?>, base: UnsafePointer<Element>, pixelStride: Int,
    outside: UnsafePointer<Element>, input: Three, plane: Int, row: Int, width: Int
  ) {
    var position = 0
    for x in 0..<width {
      for kz in 0..<kernel.0 {
        let z = source(plane, kz, stride.0, padding.0, dilation.0, input.0)
        for ky in 0..<kernel.1 {
          let y = source(row, ky, stride.1, padding.1, dilation.1, input.1)
          let line = z < 0 || y < 0 ? -1 : (z &* input.1 &+ y) &* input.2
          for kx in 0..<kernel.2 {
            let sourceX = source(x, kx, stride.2, padding.2, dilation.2, input.2)
            pointers[position] = line < 0 || sourceX < 0 ? outside : base + (line &+ sourceX) &* pixelStride
            position &+= 1
          }
        }
      }
    }
  }

  /// The input position that kernel position `k` of output position `out` reads, or -1 outside.
  private func source(_ out: Int, _ k: Int, _ stride: Int, _ padding: Int, _ dilation: Int, _ size: Int) -> Int {
    if isTransposed {
      let scaled = out &+ padding &- k &* dilation
      guard scaled >= 0, scaled % stride == 0 else { return -1 }
      let position = scaled / stride
      return position < size ? position : -1
    }
    let position = out &* stride &- padding &+ k &* dilation
    return position >= 0 && position < size ? position : -1
  }
}

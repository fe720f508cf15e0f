import CLiteKernels
import LiteFormat

/// The input positions that one output position of a pooling layer covers along one dimension.
struct PoolingRange {
  let first: Int
  let count: Int
  let step: Int
  /// How many the window has with its padding, for means that count it.
  let extent: Int
}

/// Windows of a pooling layer along three dimensions, and what is computed over them where there is no
/// kernel: in double, any number of dimensions, regular and adaptive windows.
struct PoolingRanges {
  let depth: [PoolingRange]
  let height: [PoolingRange]
  let width: [PoolingRange]

  init(depth: [PoolingRange], height: [PoolingRange], width: [PoolingRange]) {
    self.depth = depth
    self.height = height
    self.width = width
  }

  /// Windows of one size at regular distances.
  init(_ window: ConvolutionWindow, input: ConvolutionWindow.Three, output: ConvolutionWindow.Three) throws(LiteError) {
    func ranges(
      _ size: Int, _ count: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int
    ) throws(LiteError) -> [PoolingRange] {
      try Self.checkRoom(count)
      return (0..<count).map { index in
        let start = index &* stride &- padding
        let skipped = start < 0 ? (dilation - 1 - start) / dilation : 0
        let end = start >= size ? 0 : min(kernel, (size - start + dilation - 1) / dilation)
        return PoolingRange(
          first: start + skipped * dilation, count: max(0, end - skipped), step: dilation,
          extent: min(start + kernel, size + padding) - start)
      }
    }
    depth = try ranges(input.0, output.0, window.kernel.0, window.stride.0, window.padding.0, window.dilation.0)
    height = try ranges(input.1, output.1, window.kernel.1, window.stride.1, window.padding.1, window.dilation.1)
    width = try ranges(input.2, output.2, window.kernel.2, window.stride.2, window.padding.2, window.dilation.2)
  }

  /// Asks for a list of windows before it is made.
  static func checkRoom(_ count: Int) throws(LiteError) {
    try AllocationScope.checkRoom(try Checked.multiply(count, MemoryLayout<PoolingRange>.stride))
  }

  /// Adaptive windows: output position o covers floor(o * in / out) to ceil((o + 1) * in / out).
  init(adaptive input: ConvolutionWindow.Three, output: ConvolutionWindow.Three) throws(LiteError) {
    func ranges(_ size: Int, _ count: Int) throws(LiteError) -> [PoolingRange] {
      _ = try Checked.multiply(count, size)
      try Self.checkRoom(count)
      return (0..<count).map { index in
        let first = index * size / count
        let end = 1 + ((index + 1) * size - 1) / count
        return PoolingRange(first: first, count: end - first, step: 1, extent: end - first)
      }
    }
    depth = try ranges(input.0, output.0)
    height = try ranges(input.1, output.1)
    width = try ranges(input.2, output.2)
  }

  /// Calls `body` with each output position and its three windows.
  func forEach(_ body: (_ position: Int, _ z: PoolingRange, _ y: PoolingRange, _ x: PoolingRange) -> Void) {
    var position = 0
    for z in 0..<depth.count {
      for y in 0..<height.count {
        for x in 0..<width.count {
          body(position, depth[z], height[y], width[x])
          position += 1
        }
      }
    }
  }

  /// Number of output positions.
  var count: Int { depth.count * height.count * width.count }

  /// Maximum of each window of each plane; NaN wins, the first of equals.
  ///
  /// - Parameter indices: receives the flat input position of each winner.
  func maximum(
    _ input: UnsafePointer<Double>, planes: Int, size: ConvolutionWindow.Three, _ output: UnsafeMutablePointer<Double>,
    _ indices: UnsafeMutablePointer<Int64>?
  ) {
    let planeSize = size.0 * size.1 * size.2
    for plane in 0..<planes {
      let source = input + plane &* planeSize
      forEach { (position, z, y, x) in
        var best = -Double.infinity
        var place = (z.first &* size.1 + y.first) &* size.2 + x.first
        for i in 0..<z.count {
          for j in 0..<y.count {
            let line = ((z.first + i &* z.step) &* size.1 + y.first + j &* y.step) &* size.2
            for k in 0..<x.count {
              let value = source[line + x.first + k &* x.step]
              if value > best || value.isNaN {
                best = value
                place = line + x.first + k &* x.step
              }
            }
          }
        }
        output[plane &* count + position] = best
        indices?[plane &* count + position] = Int64(place)
      }
    }
  }

  /// Mean of each window of each plane.
  ///
  /// - Parameter divisor: what the sum is divided by, from the number of elements and the size with padding.
  func mean(
    _ input: UnsafePointer<Double>, planes: Int, size: ConvolutionWindow.Three, _ output: UnsafeMutablePointer<Double>,
    divisor: (_ elements: Int, _ extent: Int) -> Int
  ) {
    let planeSize = size.0 * size.1 * size.2
    for plane in 0..<planes {
      let source = input + plane &* planeSize
      forEach { (position, z, y, x) in
        var sum = 0.0
        for i in 0..<z.count {
          for j in 0..<y.count {
            let line = ((z.first + i &* z.step) &* size.1 + y.first + j &* y.step) &* size.2 + x.first
            for k in 0..<x.count { sum += source[line + k &* x.step] }
          }
        }
        let elements = z.count &* y.count &* x.count
        let by = divisor(elements, z.extent &* y.extent &* x.extent)
        output[plane &* count + position] = elements == 0 ? 0 : sum / Double(by)
      }
    }
  }

  /// Calls `body` for each output position with where its elements are read, channels-last.
  ///
  /// - Parameters:
  ///   - pointers: room for the largest window.
  func forEachWindow<Element>(
    _ input: UnsafePointer<Element>, size: ConvolutionWindow.Three, pixelStride: Int,
    _ pointers: UnsafeMutablePointer<UnsafePointer<Element>?>, _ body: (_ position: Int, _ elements: Int, _ extent: Int) -> Void
  ) {
    forEach { (position, z, y, x) in
      var elements = 0
      for i in 0..<z.count {
        for j in 0..<y.count {
          let line = ((z.first + i &* z.step) &* size.1 + y.first + j &* y.step) &* size.2 + x.first
          for k in 0..<x.count {
            pointers[elements] = input + (line + k &* x.step) &* pixelStride
            elements += 1
          }
        }
      }
      body(position, elements, z.extent &* y.extent &* x.extent)
    }
  }

  /// The most elements that a window has.
  var largest: Int {
    var counts = (0, 0, 0)
    for range in depth { counts.0 = max(counts.0, range.count) }
    for range in height { counts.1 = max(counts.1, range.count) }
    for range in width { counts.2 = max(counts.2, range.count) }
    return counts.0 * counts.1 * counts.2
  }
}

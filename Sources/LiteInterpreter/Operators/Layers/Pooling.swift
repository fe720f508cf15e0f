import CLiteKernels
import LiteFormat

/// Maximum and mean over windows, regular and adaptive. Planes of float32 go through kernels, 8-bit codes
/// through `QuantizedPooling`, the rest through `PoolingRanges`.
enum Pooling {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "max_pool1d(self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False)"
    ) {
      (call) throws(LiteError) in .tensor(try maximum(call, 1, false).0)
    }
    table.add(
      "max_pool2d(self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False)"
    ) {
      (call) throws(LiteError) in .tensor(try maximum(call, 2, false).0)
    }
    table.add(
      "max_pool3d(self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False)"
    ) {
      (call) throws(LiteError) in .tensor(try maximum(call, 3, false).0)
    }
    table.add(
      "quantized_max_pool1d(self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False)"
    ) {
      (call) throws(LiteError) in .tensor(try maximum(call, 1, false).0)
    }
    table.add(
      "quantized_max_pool2d(self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False)"
    ) {
      (call) throws(LiteError) in .tensor(try maximum(call, 2, false).0)
    }
    table.add(
      "quantized::max_pool1d(qx, int[] kernel_size, int[] stride, int[] padding, int[] dilation, bool ceil_mode)"
    ) {
      (call) throws(LiteError) in .tensor(try maximum(call, 1, false).0)
    }
    table.add(
      "quantized::max_pool2d(qx, int[] kernel_size, int[] stride, int[] padding, int[] dilation, bool ceil_mode)"
    ) {
      (call) throws(LiteError) in .tensor(try maximum(call, 2, false).0)
    }
    table.add(
      "max_pool1d_with_indices(self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], int[1] dilation=[1], bool ceil_mode=False) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in pair(try maximum(call, 1, true))
    }
    table.add(
      "max_pool2d_with_indices(self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in pair(try maximum(call, 2, true))
    }
    table.add(
      "max_pool3d_with_indices(self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in pair(try maximum(call, 3, true))
    }
    table.add(
      "avg_pool1d(self, int[1] kernel_size, int[1] stride=[], int[1] padding=[0], bool ceil_mode=False, bool count_include_pad=True)"
    ) {
      (call) throws(LiteError) in .tensor(try average(call, 1))
    }
    table.add(
      "avg_pool2d(self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None)"
    ) {
      (call) throws(LiteError) in .tensor(try average(call, 2))
    }
    table.add(
      "avg_pool3d(self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None)"
    ) {
      (call) throws(LiteError) in .tensor(try average(call, 3))
    }
    table.add("adaptive_avg_pool1d(self, int[1] output_size)") { (call) throws(LiteError) in
      .tensor(try adaptiveAverage(call, 1))
    }
    table.add(
      """
      adaptive_avg_pool2d(self, SymInt[2] output_size)
      _adaptive_avg_pool2d(self, SymInt[2] output_size)
      """
    ) { (call) throws(LiteError) in
      .tensor(try adaptiveAverage(call, 2))
    }
    table.add(
      """
      adaptive_avg_pool3d(self, SymInt[3] output_size)
      _adaptive_avg_pool3d(self, SymInt[3] output_size)
      """
    ) { (call) throws(LiteError) in
      .tensor(try adaptiveAverage(call, 3))
    }
    table.add("adaptive_max_pool1d(self, int[1] output_size) -> (Tensor, Tensor)") { (call) throws(LiteError) in
      pair(try adaptiveMaximum(call, 1))
    }
    table.add("adaptive_max_pool2d(self, int[2] output_size) -> (Tensor, Tensor)") { (call) throws(LiteError) in
      pair(try adaptiveMaximum(call, 2))
    }
    table.add("adaptive_max_pool3d(self, int[3] output_size) -> (Tensor, Tensor)") { (call) throws(LiteError) in
      pair(try adaptiveMaximum(call, 3))
    }
  }

  private static func pair(_ result: (Tensor, Tensor?)) -> Value {
    .tuple(TupleValue([.tensor(result.0), result.1.map { .tensor($0) } ?? .none]))
  }

  /// The input with one batch and one channel dimension before the spatial ones; a view.
  private static func input(_ call: Call, _ rank: Int) throws(LiteError) -> Tensor {
    let x = try call.tensor(0)
    try call.require(
      x.rank == rank + 1 || x.rank == rank + 2, 0,
      "found a tensor of \(x.message), expected \(rank + 1) or \(rank + 2) dimensions")
    for index in (x.rank - rank - 1)..<x.rank {
      try call.require(
        x.sizes[index] > 0, 0, "found a tensor of \(x.message), expected elements in every dimension but the batch")
    }
    try call.require(!x.type.isComplex && x.type != .bool, 0, "found a tensor of \(x.message), expected numbers")
    return x.rank == rank + 1 ? try x.unsqueezed(0) : x
  }

  /// Kernel, stride, padding and, for maxima, dilation; arguments 1 to 4.
  private static func window(_ call: Call, _ rank: Int, hasDilation: Bool) throws(LiteError) -> ConvolutionWindow {
    let kernel = try call.spatial(1, rank)
    let stride = try call.ints(2).isEmpty ? kernel : try call.spatial(2, rank)
    let padding = try call.spatial(3, rank)
    let dilation = hasDilation ? try call.spatial(4, rank) : [Int](repeating: 1, count: rank)
    let window = try ConvolutionWindow(kernel: kernel, stride: stride, padding: padding, dilation: dilation)
    for index in 0..<rank {
      let reach = try Checked.add(try Checked.multiply(dilation[index], kernel[index] - 1), 1)
      try call.require(padding[index] <= reach / 2, 3, "found \(padding[index]), expected at most half of the window of \(reach)")
    }
    return window
  }

  /// The sizes of `x` with the spatial ones replaced.
  static func sizes(_ x: Tensor, _ spatial: ConvolutionWindow.Three) -> Dimensions {
    var sizes = x.sizes
    sizes[x.rank - 1] = spatial.2
    if x.rank > 3 { sizes[x.rank - 2] = spatial.1 }
    if x.rank > 4 { sizes[2] = spatial.0 }
    return sizes
  }

  /// The result as the caller's input was: layout, type, and without the batch dimension that was added.
  private static func finish(_ call: Call, _ x: Tensor, _ result: Tensor) throws(LiteError) -> Tensor {
    let original = try call.tensor(0)
    let arranged = try result.arranged(like: x, in: call.arena)
    return original.rank < x.rank ? arranged.removing(0) : arranged
  }

  private static func maximum(_ call: Call, _ rank: Int, _ withIndices: Bool) throws(LiteError) -> (Tensor, Tensor?) {
    let x = try input(call, rank)
    let window = try window(call, rank, hasDilation: true)
    let size = x.spatialSizes
    let output = try window.output(size, ceil: try call.bool(5))
    if x.type.isQuantized {
      try call.require(!withIndices, 0, "found a tensor of \(x.message); indices are for float only")
      let pooling = try QuantizedPooling(call, x, output)
      return (try finish(call, x, try pooling.maximum(window)), nil)
    }
    let sizes = sizes(x, output)
    let indices = withIndices ? try call.makeTensor(.int64, sizes) : nil
    if x.type == .float32, rank < 3 {
      let input = try x.contiguous(in: call.arena)
      let result = try call.makeTensor(.float32, sizes)
      let plane = PlaneWindow.make(window, input: size, output: output)
      let (inputPlane, outputPlane) = (size.1 * size.2, output.1 * output.2)
      let (kernels, planes, hasIndices) = (call.context.kernels, x.count / inputPlane, indices != nil)
      let work = Checked.product(result.count, window.taps)
      let step = FunctionStep("max_pool_plane_f32", work: work, shares: planes) { (operands, share) in
        var plane = plane
        for index in share.range(of: planes) {
          kernels.pointee.max_pool_plane_f32(
            &plane, operands[0, Float.self] + index &* inputPlane, operands[1, Float.self] + index &* outputPlane,
            hasIndices ? operands[2, Int64.self] + index &* outputPlane : nil)
        }
      }
      try call.context.perform(step, [.tensor(input), .tensor(result), .tensor(indices ?? result)])
      call.isFullyPrepared()
      return (try finish(call, x, result), try indices.map { (tensor) throws(LiteError) in try finish(call, x, tensor) })
    }
    return try maximum(call, x, try PoolingRanges(window, input: size, output: output), sizes, indices)
  }

  private static func maximum(
    _ call: Call, _ x: Tensor, _ ranges: PoolingRanges, _ sizes: Dimensions, _ indices: Tensor?
  ) throws(LiteError) -> (Tensor, Tensor?) {
    try call.context.spend(try sizes.product(), ranges.largest)
    let input = try x.prepared(.float64, call.context)
    let result = try call.makeTensor(.float64, sizes)
    let size = x.spatialSizes
    ranges.maximum(
      input.pointer(), planes: x.count / (size.0 * size.1 * size.2), size: size, result.pointer(), indices?.pointer())
    let converted = try result.converted(to: x.type, call.context)
    return (try finish(call, x, converted), try indices.map { (tensor) throws(LiteError) in try finish(call, x, tensor) })
  }

  private static func average(_ call: Call, _ rank: Int) throws(LiteError) -> Tensor {
    let x = try input(call, rank)
    let window = try window(call, rank, hasDilation: false)
    let size = x.spatialSizes
    let ceil = try call.bool(4)
    let output = try window.output(size, ceil: ceil)
    let countsPadding = try call.bool(5)
    let divisor = rank > 1 ? try call.optionalInt(6) : nil
    try call.require(divisor != 0, 6, "found 0, expected another divisor")
    if x.type.isQuantized {
      return try finish(
        call, x, try QuantizedPooling(call, x, output).average(window, ceil: ceil, countsPadding: countsPadding, divisor: divisor)
      )
    }
    let sizes = sizes(x, output)
    if x.type == .float32, rank < 3 {
      let input = try x.contiguous(in: call.arena)
      let result = try call.makeTensor(.float32, sizes)
      let plane = PlaneWindow.make(window, input: size, output: output)
      let (inputPlane, outputPlane) = (size.1 * size.2, output.1 * output.2)
      let (kernels, planes, padding) = (call.context.kernels, x.count / inputPlane, window.padding)
      let work = Checked.product(result.count, window.taps)
      let step = FunctionStep("average_pool_plane_f32", work: work, shares: planes) { (operands, share) in
        var plane = plane
        for index in share.range(of: planes) {
          kernels.pointee.average_pool_plane_f32(
            &plane, padding.1, padding.2, countsPadding ? 1 : 0, Int64(divisor ?? 0),
            operands[0, Float.self] + index &* inputPlane, operands[1, Float.self] + index &* outputPlane)
        }
      }
      try call.context.perform(step, [.tensor(input), .tensor(result)])
      call.isFullyPrepared()
      return try finish(call, x, result)
    }
    return try average(call, x, try PoolingRanges(window, input: size, output: output), sizes) {
      divisor ?? (countsPadding ? $1 : $0)
    }
  }

  private static func average(
    _ call: Call, _ x: Tensor, _ ranges: PoolingRanges, _ sizes: Dimensions, _ divisor: (Int, Int) -> Int
  ) throws(LiteError) -> Tensor {
    try call.context.spend(try sizes.product(), ranges.largest)
    let input = try x.prepared(.float64, call.context)
    let result = try call.makeTensor(.float64, sizes)
    let size = x.spatialSizes
    ranges.mean(input.pointer(), planes: x.count / (size.0 * size.1 * size.2), size: size, result.pointer(), divisor: divisor)
    return try finish(call, x, try result.converted(to: x.type, call.context))
  }

  // MARK: Adaptive

  /// The wanted spatial sizes; None keeps a size, as does a missing value of a list in a file.
  private static func adaptiveSize(_ call: Call, _ rank: Int, _ x: Tensor) throws(LiteError) -> ConvolutionWindow.Three {
    let wanted = try call.spatial(1, rank)
    for value in wanted { try call.require(value >= 0, 1, "found \(value), expected 0 or more") }
    return (rank > 2 ? wanted[rank - 3] : 1, rank > 1 ? wanted[rank - 2] : 1, wanted[rank - 1])
  }

  private static func adaptiveAverage(_ call: Call, _ rank: Int) throws(LiteError) -> Tensor {
    let x = try input(call, rank)
    let size = x.spatialSizes
    let output = try adaptiveSize(call, rank, x)
    let sizes = sizes(x, output)
    if x.type.isQuantized { return try finish(call, x, try QuantizedPooling(call, x, output).adaptiveAverage()) }
    if output == (1, 1, 1), x.type == .float32 {
      let input = try x.contiguous(in: call.arena)
      let result = try call.makeTensor(.float32, sizes)
      let plane = size.0 * size.1 * size.2
      let (kernels, planes) = (call.context.kernels, result.count)
      let step = FunctionStep("sum_f32", work: input.count, shares: planes) { (operands, share) in
        for index in share.range(of: planes) {
          operands[1, Float.self][index] = kernels.pointee.sum_f32(plane, operands[0, Float.self] + index &* plane) / Float(plane)
        }
      }
      try call.context.perform(step, [.tensor(input), .tensor(result)])
      call.isFullyPrepared()
      return try finish(call, x, result)
    }
    let empty = try call.makeTensor(x.type, sizes)
    if empty.count == 0 { return try finish(call, x, empty) }
    return try average(call, x, try PoolingRanges(adaptive: size, output: output), sizes) { elements, _ in elements }
  }

  private static func adaptiveMaximum(_ call: Call, _ rank: Int) throws(LiteError) -> (Tensor, Tensor?) {
    let x = try input(call, rank)
    try call.require(!x.type.isQuantized, 0, "found a tensor of \(x.message), expected a floating type")
    let output = try adaptiveSize(call, rank, x)
    let sizes = sizes(x, output)
    let indices = try call.makeTensor(.int64, sizes)
    if indices.count == 0 { return (try finish(call, x, try call.makeTensor(x.type, sizes)), try finish(call, x, indices)) }
    return try maximum(call, x, try PoolingRanges(adaptive: x.spatialSizes, output: output), sizes, indices)
  }
}

import CLiteKernels
import CLitePlatform
import LiteFormat

/// Resizing over one to three spatial dimensions (pytorch/aten/src/ATen/native/UpSample.h): nearest neighbours
/// are copies; linear and cubic ones are sums over few inputs, with weights for each dimension.
enum Resampling {
  static func declare(in table: inout OperatorTable) {
    table.add("upsample_nearest1d(self, SymInt[1] output_size, float? scales=None)", nearest(1))
    table.add(
      "upsample_nearest2d(self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None)",
      nearest(2))
    table.add(
      "upsample_nearest3d(self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None)",
      nearest(3))
    table.add("upsample_nearest1d.vec(input, SymInt[]? output_size, float[]? scale_factors)", nearest(1))
    table.add("upsample_nearest2d.vec(input, SymInt[]? output_size, float[]? scale_factors)", nearest(2))
    table.add("upsample_nearest3d.vec(input, SymInt[]? output_size, float[]? scale_factors)", nearest(3))
    table.add(
      "_upsample_nearest_exact1d(self, SymInt[1] output_size, float? scales=None)",
      nearest(1, isExact: true))
    table.add(
      "_upsample_nearest_exact2d(self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None)",
      nearest(2, isExact: true))
    table.add(
      "_upsample_nearest_exact3d(self, SymInt[3] output_size, float? scales_d=None, float? scales_h=None, float? scales_w=None)",
      nearest(3, isExact: true))
    table.add(
      "_upsample_nearest_exact1d.vec(input, SymInt[]? output_size, float[]? scale_factors)",
      nearest(1, isExact: true))
    table.add(
      "_upsample_nearest_exact2d.vec(input, SymInt[]? output_size, float[]? scale_factors)",
      nearest(2, isExact: true))
    table.add(
      "_upsample_nearest_exact3d.vec(input, SymInt[]? output_size, float[]? scale_factors)",
      nearest(3, isExact: true))
    table.add(
      "upsample_linear1d(self, SymInt[1] output_size, bool align_corners, float? scales=None)",
      smooth(1))
    table.add(
      "upsample_bilinear2d(self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None)",
      smooth(2))
    table.add(
      "upsample_trilinear3d(self, SymInt[3] output_size, bool align_corners, float? scales_d=None, float? scales_h=None, float? scales_w=None)",
      smooth(3))
    table.add(
      "upsample_bicubic2d(self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None)",
      smooth(2, isCubic: true))
    table.add(
      "upsample_linear1d.vec(input, SymInt[]? output_size, bool align_corners, float[]? scale_factors)",
      smooth(1))
    table.add(
      "upsample_bilinear2d.vec(input, SymInt[]? output_size, bool align_corners, float[]? scale_factors)",
      smooth(2))
    table.add(
      "upsample_trilinear3d.vec(input, SymInt[]? output_size, bool align_corners, float[]? scale_factors)",
      smooth(3))
    table.add(
      "upsample_bicubic2d.vec(input, SymInt[]? output_size, bool align_corners, float[]? scale_factors)",
      smooth(2, isCubic: true))
    table.add(
      """
      _upsample_bilinear2d_aa(self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None)
      _upsample_bilinear2d_aa.vec(input, SymInt[]? output_size, bool align_corners, float[]? scale_factors)
      """, smooth(2, isAntialiased: true))
    table.add(
      """
      _upsample_bicubic2d_aa(self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None)
      _upsample_bicubic2d_aa.vec(input, SymInt[]? output_size, bool align_corners, float[]? scale_factors)
      """, smooth(2, isCubic: true, isAntialiased: true))
  }

  /// What the arguments ask for. The forms that take lists are told from the others by their last argument.
  private struct Request {
    let x: Tensor
    /// One a spatial dimension.
    let sizes: [Int]
    /// Output size / input size where it was given as such.
    let factors: [Double?]

    init(_ call: Call, _ rank: Int, hasCorners: Bool) throws(LiteError) {
      x = try call.tensor(0)
      try call.require(x.rank == rank + 2, 0, "found a tensor of \(x.message), expected \(rank + 2) dimensions")
      let first = hasCorners ? 3 : 2
      var factors = [Double?](repeating: nil, count: rank)
      var sizes = try call.optionalInts(1)
      if case .list(let list) = call[first] {
        try call.require(list.items.count == rank, first, "found \(list.items.count) factors, expected \(rank)")
        for index in 0..<rank {
          guard case .double(let factor) = list.items[index] else { throw call.unexpected(first, "a list of float") }
          factors[index] = factor
        }
        if sizes == nil {
          var computed: [Int] = []
          for index in 0..<rank {
            let size = Double(x.sizes[index + 2]) * (factors[index] ?? 1)
            try call.require(size >= 0 && size < 0x1p53, first, "found a factor that makes a size impossible")
            computed.append(Int(size))
          }
          sizes = computed
        }
      } else if call.count == first + rank {
        for index in 0..<rank { factors[index] = try call.optionalDouble(first + index) }
      }
      guard let sizes else { throw call.failure(1, "found neither a size nor factors") }
      try call.require(sizes.count == rank, 1, "found \(sizes.count) sizes, expected \(rank)")
      for index in 0..<rank {
        try call.require(sizes[index] > 0 && x.sizes[index + 2] > 0, 1, "found sizes from \(x.message) to \(sizes[index])")
      }
      self.sizes = sizes
      self.factors = factors
    }

    /// Sizes of the result.
    var shape: Dimensions {
      var shape = x.sizes
      for index in 0..<sizes.count { shape[index + 2] = sizes[index] }
      return shape
    }

    /// Input positions for one step of output positions, along a spatial dimension.
    func step<Element: Real>(_ index: Int, isAligned: Bool) -> Element {
      let input = x.sizes[index + 2]
      if isAligned { return sizes[index] > 1 ? Element(input - 1) / Element(sizes[index] - 1) : 0 }
      if let factor = factors[index], factor > 0 { return Element(1 / factor) }
      return Element(input) / Element(sizes[index])
    }
  }

  // MARK: Nearest

  private static func nearest(_ rank: Int, isExact: Bool = false) -> Operator.Body {
    { (call) throws(LiteError) in
      let request = try Request(call, rank, hasCorners: false)
      let x = request.x
      if case .perChannel = x.quantization { throw call.failure(0, "found a tensor quantized per channel") }
      let shape = request.shape
      let result = try Tensor(
        x.type, shape, strides: x.prefersChannelsLast ? shape.channelsLastStrides() : shape.contiguousStrides(), in: call.arena,
        quantization: x.quantization)
      guard result.count > 0 else { return .tensor(result) }
      for size in [shape[0], shape[1]] + request.sizes { try AllocationScope.checkRoom(size &* MemoryLayout<Int>.stride) }
      var maps: [[Int]] = [[Int](0..<shape[0]), [Int](0..<shape[1])]
      for index in 0..<rank {
        let step: Float = request.step(index, isAligned: false)
        let last = x.sizes[index + 2] - 1
        maps.append((0..<shape[index + 2]).map { min(max(((Float($0) + (isExact ? 0.5 : 0)) * step).truncated, 0), last) })
      }
      try IndexedCopy.run(x, result, maps, filler: nil)
      return .tensor(result)
    }
  }

  // MARK: Linear and cubic

  /// For each output position along one dimension the input positions and their weights.
  private struct Weights<Element: Real> {
    let taps: Int
    var positions: [Int] = []
    var weights: [Element] = []

    init(taps: Int, _ positions: [Int], _ weights: [Element]) {
      self.taps = taps
      self.positions = positions
      self.weights = weights
    }

    /// A dimension that stays.
    init() {
      taps = 1
      positions = [0]
      weights = [1]
    }

    init(_ input: Int, _ output: Int, _ step: Element, isAligned: Bool, isCubic: Bool) {
      taps = isCubic ? 4 : 2
      let half = Element(1) / 2
      for index in 0..<output {
        var source = isAligned ? Element(index) * step : (Element(index) + half) * step - half
        if !isCubic { source = max(source, 0) }
        let floor = source.rounded(.down)
        let position = min(floor.truncated, input - 1)
        let fraction = min(max(source - Element(position), 0), 1)
        if isCubic {
          for tap in -1...2 { positions.append(min(max(position + tap, 0), input - 1)) }
          weights += [outerCubic(fraction + 1), innerCubic(fraction), innerCubic(1 - fraction), outerCubic(2 - fraction)]
        } else {
          positions += [max(position, 0), min(max(position, 0) + 1, input - 1)]
          weights += [1 - fraction, fraction]
        }
      }
    }
  }

  /// Weights of a filter that is widened by the scale when sizes shrink, as in Pillow: positions begin at the first in
  /// reach, and weights are padded with zeros to as many taps as any has.
  private static func antialiased<Element: Real>(_ input: Int, _ output: Int, _ step: Element, isCubic: Bool) -> Weights<Element>
  {
    let half = Element(1) / 2
    let widening = max(step, 1)
    let support = widening * (isCubic ? 2 : 1)
    let taps = min(2 * support.rounded(.up).truncated + 1, input)
    var positions: [Int] = []
    var normalized: [Element] = []
    for index in 0..<output {
      let center = step * (Element(index) + half)
      let first = min(max((center - support + half).truncated, 0), input - 1)
      let count = min(max(min((center + support + half).truncated, input) - first, 0), taps)
      var weights = [Element](repeating: 0, count: taps)
      var total: Element = 0
      for tap in 0..<count {
        let distance = abs((Element(tap + first) - center + half) / widening)
        // Pillow's cubic has A = -0.5.
        if !isCubic {
          weights[tap] = max(0, 1 - distance)
        } else {
          weights[tap] = distance < 1 ? innerCubic(distance, -half) : distance < 2 ? outerCubic(distance, -half) : 0
        }
        total += weights[tap]
      }
      for tap in 0..<taps {
        positions.append(min(first + tap, input - 1))
        normalized.append(total == 0 ? 0 : weights[tap] / total)
      }
    }
    return Weights(taps: taps, positions, normalized)
  }

  /// Keys' cubic kernel, with A = -0.75 unless told otherwise, for distances up to 1.
  static func innerCubic<Element: Real>(_ x: Element, _ a: Element = -Element(3) / 4) -> Element {
    return ((a + 2) * x - (a + 3)) * x * x + 1
  }

  /// The same for distances from 1 to 2.
  static func outerCubic<Element: Real>(_ x: Element, _ a: Element = -Element(3) / 4) -> Element {
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
  }

  private static func smooth(_ rank: Int, isCubic: Bool = false, isAntialiased: Bool = false) -> Operator.Body {
    { (call) throws(LiteError) in
      let request = try Request(call, rank, hasCorners: true)
      let x = request.x
      let isAligned = try call.bool(2)
      try pay(request, isAligned: isAligned, isCubic: isCubic, isAntialiased: isAntialiased, call.context)
      if x.type.isQuantized {
        try call.require(!isCubic && rank == 2, 0, "found a tensor of \(x.message), expected a floating type")
        return .tensor(try quantized(call, request, isAligned))
      }
      if x.type == .uint8, rank == 2 {
        return .tensor(try bytes(request, isAligned: isAligned, isCubic: isCubic, isAntialiased: isAntialiased, call.context))
      }
      try call.require(x.type.isFloatingPoint, 0, "found a tensor of \(x.message), expected a floating type or uint8")
      let input = try x.prepared(x.type.computing, call.context)
      let result = try run(request, input, isAligned: isAligned, isCubic: isCubic, isAntialiased: isAntialiased, call.context)
      return .tensor(try result.arranged(like: x, in: call.arena).converted(to: x.type, call.context))
    }
  }

  /// Before anything is made: factors of a caller's can make every place read the whole image.
  private static func pay(
    _ request: Request, isAligned: Bool, isCubic: Bool, isAntialiased: Bool, _ context: Context
  ) throws(LiteError) {
    let count = try request.shape.product()
    let isByLines = request.x.type == .uint8
    var taps = 1
    for (index, size) in request.sizes.enumerated() {
      let step: Double = request.step(index, isAligned: isAligned)
      let reach = Int(min(max(step, 1), 0x1p30) * (isCubic ? 4 : 2)) + 3
      let each = isAntialiased ? min(reach, request.x.sizes[index + 2]) : isCubic ? 4 : 2
      // A position and a weight each, in lists that double as they grow.
      try AllocationScope.checkRoom(try Checked.multiply(size, 32 &* each))
      taps = isByLines ? taps &+ each : Checked.product(taps, each)
    }
    try context.spend(isByLines ? max(count, request.x.count) : count, taps)
  }

  private static func run(
    _ request: Request, _ input: Tensor, isAligned: Bool, isCubic: Bool, isAntialiased: Bool = false, _ context: Context
  ) throws(LiteError) -> Tensor {
    let result = try Tensor(input.type, request.shape, in: context.arena)
    if result.count == 0 { return result }
    if input.type == .float32 {
      run(Float.self, request, input, result, isAligned, isCubic, isAntialiased)
    } else {
      run(Double.self, request, input, result, isAligned, isCubic, isAntialiased)
    }
    return result
  }

  private static func run<Element: Real>(
    _: Element.Type, _ request: Request, _ input: Tensor, _ result: Tensor, _ isAligned: Bool, _ isCubic: Bool,
    _ isAntialiased: Bool
  ) {
    let rank = request.sizes.count
    /// Of the dimension that lies this many before the last.
    func weights(_ distance: Int) -> Weights<Element> {
      let index = rank - 1 - distance
      guard index >= 0 else { return Weights() }
      let step: Element = request.step(index, isAligned: isAligned)
      if isAntialiased { return antialiased(input.sizes[index + 2], request.sizes[index], step, isCubic: isCubic) }
      return Weights(input.sizes[index + 2], request.sizes[index], step, isAligned: isAligned, isCubic: isCubic)
    }
    // Not an array: growing one of this generic type crashes in ordinary release builds (Swift 6.3, -Osize).
    let (depth, height, width) = (weights(2), weights(1), weights(0))
    let size = input.spatialSizes
    let columns = request.sizes[rank - 1]
    var target = result.pointer(Element.self)
    for plane in 0..<input.sizes[0] &* input.sizes[1] {
      let source = input.pointer(Element.self) + plane &* size.0 &* size.1 &* size.2
      for z in 0..<depth.positions.count / depth.taps {
        for y in 0..<height.positions.count / height.taps {
          for x in 0..<columns {
            var sum: Element = 0
            for i in z &* depth.taps..<(z + 1) &* depth.taps {
              var planeSum: Element = 0
              for j in y &* height.taps..<(y + 1) &* height.taps {
                let line = source + (depth.positions[i] &* size.1 + height.positions[j]) &* size.2
                var lineSum: Element = 0
                for k in x &* width.taps..<(x + 1) &* width.taps { lineSum += line[width.positions[k]] * width.weights[k] }
                planeSum += lineSum * height.weights[j]
              }
              sum += planeSum * depth.weights[i]
            }
            target[x] = sum
          }
          target += columns
        }
      }
    }
  }

  // MARK: Bytes

  /// Pictures of uint8, as Pillow resizes them: along the lines, then along the columns, with weights of 16 bits, and
  /// bytes in between.
  private static func bytes(
    _ request: Request, isAligned: Bool, isCubic: Bool, isAntialiased: Bool, _ context: Context
  ) throws(LiteError) -> Tensor {
    var current = try request.x.contiguous(in: context.arena)
    for index in [1, 0] {
      let dimension = index + 2
      let size = current.sizes[dimension]
      let step: Double = request.step(index, isAligned: isAligned)
      let weights =
        isAntialiased
        ? antialiased(size, request.sizes[index], step, isCubic: isCubic)
        : Weights<Double>(size, request.sizes[index], step, isAligned: isAligned, isCubic: isCubic)
      var sizes = current.sizes
      sizes[dimension] = request.sizes[index]
      let result = try Tensor(.uint8, sizes, in: context.arena)
      let inner = index == 1 ? 1 : current.sizes[3]
      resample(
        current.pointer(UInt8.self), result.pointer(UInt8.self), outer: current.count / (size &* inner), size, inner, weights)
      current = result
    }
    return try current.arranged(like: request.x, in: context.arena)
  }

  private static func resample(
    _ input: UnsafePointer<UInt8>, _ output: UnsafeMutablePointer<UInt8>, outer: Int, _ size: Int, _ inner: Int,
    _ weights: Weights<Double>
  ) {
    // As many bits as keep the largest weight below 2^15.
    var largest = 0.0
    var merged = weights.weights
    // A position that occurs twice, at an edge, gets its weights together.
    for index in 0..<merged.count where index % weights.taps > 0 && weights.positions[index] == weights.positions[index - 1] {
      merged[index] += merged[index - 1]
      merged[index - 1] = 0
    }
    for weight in merged { largest = max(largest, weight) }
    var bits = 0
    while bits < 22, 0.5 + largest * Double(1 << (bits + 1)) < 32768 { bits += 1 }
    let fixed = merged.map { Int32(saturating: Float(($0 * Double(1 << bits) + ($0 < 0 ? -0.5 : 0.5)).rounded(.towardZero))) }
    let count = weights.positions.count / weights.taps
    for row in 0..<outer {
      for place in 0..<count {
        for column in 0..<inner {
          var sum: Int32 = 1 << Int32(bits - 1)
          for tap in place &* weights.taps..<(place + 1) &* weights.taps {
            sum = sum &+ fixed[tap] &* Int32(input[(row &* size &+ weights.positions[tap]) &* inner &+ column])
          }
          output[(row &* count &+ place) &* inner &+ column] = UInt8(min(max(sum >> Int32(bits), 0), 255))
        }
      }
    }
  }

  /// Bilinear on codes; the result less the zero point is rounded as quantize does with scale 1.
  private static func quantized(_ call: Call, _ request: Request, _ isAligned: Bool) throws(LiteError) -> Tensor {
    let x = request.x
    guard x.type == .quint8 || x.type == .qint8, case .perTensor(let scale, let zeroPoint) = x.quantization else {
      throw call.failure(0, "found a tensor of \(x.message), expected quint8 or qint8")
    }
    let codes = try x.codes().prepared(.float32, call.context)
    let result = try run(request, codes, isAligned: isAligned, isCubic: false, call.context)
    for index in 0..<result.count { result.pointer(Float.self)[index] -= Float(zeroPoint) }
    return try Quantize.perTensor(
      try result.arranged(like: x, in: call.arena), OutputQuantization(scale: scale, zeroPoint: zeroPoint), x.type,
      call.context.rounding,
      inverse: 1, call.context)
  }
}

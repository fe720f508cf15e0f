import CLiteKernels
import LiteFormat

/// Reading an image at given places, and the places of an affine map (pytorch/aten/src/ATen/native/GridSampler.h).
enum GridSampling {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      grid_sampler(input, grid, int interpolation_mode, int padding_mode, bool align_corners)
      grid_sampler_2d(input, grid, int interpolation_mode, int padding_mode, bool align_corners)
      grid_sampler_3d(input, grid, int interpolation_mode, int padding_mode, bool align_corners)
      """
    ) {
      (call) throws(LiteError) in .tensor(try sample(call))
    }
    table.add("affine_grid_generator(theta, SymInt[] size, bool align_corners)") {
      (call) throws(LiteError) in
      .tensor(try affine(call))
    }
  }

  private enum Interpolation { case linear, nearest, cubic }
  private enum Outside { case zeros, border, reflection }

  private static func sample(_ call: Call) throws(LiteError) -> Tensor {
    let x = try call.floatingTensor(0)
    let grid = try call.tensor(1, x.type)
    let rank = x.rank - 2
    try call.require(rank == 2 || rank == 3, 0, "found a tensor of \(x.message), expected 4 or 5 dimensions")
    try call.require(
      grid.rank == x.rank && grid.sizes[0] == x.sizes[0] && grid.sizes[grid.rank - 1] == rank, 1,
      "found a tensor of \(grid.message) for an input of \(x.message)")
    for index in 2..<x.rank { try call.require(x.sizes[index] > 0, 0, "found a tensor of \(x.message), expected pixels") }
    let mode = try call.int(2)
    let padding = try call.int(3)
    try call.require(
      (0...(rank == 2 ? 2 : 1)).contains(mode), 2, "found \(mode), expected 0 (linear), 1 (nearest) or 2 (cubic, two dimensions)")
    try call.require((0...2).contains(padding), 3, "found \(padding), expected 0 (zeros), 1 (border) or 2 (reflection)")
    var sizes = x.sizes
    for index in 0..<rank { sizes[index + 2] = grid.sizes[index + 1] }
    let type = x.type.computing
    let result = try call.makeTensor(type, sizes)
    let sampler = Sampler(
      input: try x.prepared(type, call.context), grid: try grid.prepared(type, call.context), result: result,
      mode: mode == 0 ? .linear : mode == 1 ? .nearest : .cubic,
      outside: padding == 0 ? .zeros : padding == 1 ? .border : .reflection, isAligned: try call.bool(4))
    if result.count > 0 {
      if type == .float32 { sampler.run(Float.self) } else { sampler.run(Double.self) }
    }
    return try result.converted(to: x.type, call.context)
  }

  private struct Sampler {
    let input: Tensor
    let grid: Tensor
    let result: Tensor
    let mode: Interpolation
    let outside: Outside
    let isAligned: Bool

    /// What one place reads along one dimension: positions, -1 for none, and weights.
    private struct Taps<Element: Real> {
      var positions = InlineArray<4, Int>(repeating: 0)
      var weights = InlineArray<4, Element>(repeating: 0)
    }

    func run<Element: Real>(_: Element.Type) {
      let rank = input.rank - 2
      let size = input.spatialSizes
      let channels = input.sizes[1]
      let (inputPlane, outputPlane) = (size.0 &* size.1 &* size.2, result.count / result.sizes[0] / max(channels, 1))
      let count = mode == .cubic ? 4 : mode == .linear ? 2 : 1
      for image in 0..<input.sizes[0] {
        for place in 0..<outputPlane {
          let coordinates = grid.pointer(Element.self) + (image &* outputPlane + place) &* rank
          // The grid's last dimension is x, y, z.
          let x = taps(coordinates[0], size.2)
          let y = taps(coordinates[1], size.1)
          var z = Taps<Element>()
          z.weights[0] = 1
          if rank == 3 { z = taps(coordinates[2], size.0) }
          for channel in 0..<channels {
            let source = input.pointer(Element.self) + (image &* channels + channel) &* inputPlane
            var sum: Element = 0
            for i in 0..<(rank == 3 ? count : 1) where z.positions[i] >= 0 {
              for j in 0..<count where y.positions[j] >= 0 {
                let line = source + (z.positions[i] &* size.1 + y.positions[j]) &* size.2
                var lineSum: Element = 0
                for k in 0..<count where x.positions[k] >= 0 { lineSum += line[x.positions[k]] * x.weights[k] }
                sum += lineSum * y.weights[j] * z.weights[i]
              }
            }
            result.pointer(Element.self)[(image &* channels + channel) &* outputPlane + place] = sum
          }
        }
      }
    }

    /// From -1...1 to pixels.
    private func taps<Element: Real>(_ coordinate: Element, _ size: Int) -> Taps<Element> {
      let scaled =
        isAligned
        ? (coordinate + 1) / 2 * Element(size - 1) : ((coordinate + 1) * Element(size) - 1) / 2
      var taps = Taps<Element>()
      switch mode {
      case .nearest:
        taps.positions[0] = inside(bounded(scaled, size).rounded(.toNearestOrEven), size)
        taps.weights[0] = 1
      case .linear:
        let place = bounded(scaled, size)
        let floor = place.rounded(.down)
        taps.positions[0] = inside(floor, size)
        taps.positions[1] = inside(floor + 1, size)
        taps.weights[0] = 1 - (place - floor)
        taps.weights[1] = place - floor
      case .cubic:
        let floor = scaled.rounded(.down)
        let fraction = scaled - floor
        for tap in 0..<4 { taps.positions[tap] = inside(bounded(floor + Element(tap - 1), size), size) }
        taps.weights[0] = Resampling.outerCubic(fraction + 1)
        taps.weights[1] = Resampling.innerCubic(fraction)
        taps.weights[2] = Resampling.innerCubic(1 - fraction)
        taps.weights[3] = Resampling.outerCubic(2 - fraction)
      }
      return taps
    }

    private func inside<Element: Real>(_ place: Element, _ size: Int) -> Int {
      place >= 0 && place < Element(size) ? place.truncated : -1
    }

    /// The place that is read instead of one outside of the image.
    private func bounded<Element: Real>(_ place: Element, _ size: Int) -> Element {
      switch outside {
      case .zeros: return place
      case .border: return clipped(place, size)
      case .reflection:
        let low: Element = isAligned ? 0 : -Element(1) / 2
        let span = Element(isAligned ? size - 1 : size)
        if span == 0 { return 0 }
        let distance = (place - low).magnitude
        let rest = distance.truncatingRemainder(dividingBy: span)
        let flips = (distance / span).rounded(.down)
        let isEven = (flips / 2).rounded(.down) * 2 == flips
        return clipped(isEven ? rest + low : span - rest + low, size)
      }
    }

    private func clipped<Element: Real>(_ place: Element, _ size: Int) -> Element {
      place > 0 ? min(place, Element(size - 1)) : 0
    }
  }

  /// theta [N, d, d + 1] applied to the centers of the pixels of an image.
  private static func affine(_ call: Call) throws(LiteError) -> Tensor {
    let theta = try call.floatingTensor(0)
    let size = try call.ints(1)
    let rank = size.count - 2
    try call.require(
      (rank == 2 || rank == 3) && theta.rank == 3 && theta.sizes[0] == size[0] && theta.sizes[1] == rank
        && theta.sizes[2] == rank + 1, 0,
      "found a tensor of \(theta.message) for an image of \(size.count) dimensions")
    for value in size { try call.require(value > 0, 1, "found a size of \(value), expected positive sizes") }
    let isAligned = try call.bool(2)
    let matrices = try theta.prepared(.float64, call.context)
    let result = try call.makeTensor(.float64, try Dimensions([size[0]] + size[2...] + [rank]))
    let pixels = result.count / size[0] / rank
    var place = [Double](repeating: 1, count: rank + 1)
    for index in 0..<result.count / rank {
      var rest = index % pixels
      for dimension in 0..<rank {
        // The last spatial dimension is x, the first coordinate.
        let count = size[size.count - 1 - dimension]
        let position = Double(rest % count)
        rest /= count
        place[dimension] =
          isAligned
          ? (count > 1 ? 2 * position / Double(count - 1) - 1 : 0) : (2 * position + 1) / Double(count) - 1
      }
      let matrix = matrices.pointer(Double.self) + index / pixels &* rank &* (rank + 1)
      for row in 0..<rank {
        var sum = 0.0
        for column in 0...rank { sum += matrix[row &* (rank + 1) + column] * place[column] }
        result.pointer(Double.self)[index &* rank + row] = sum
      }
    }
    return try result.converted(to: theta.type, call.context)
  }
}

import CLitePlatform
import LiteFormat

/// `torch.fft`: transforms along one dimension or several, between real and complex numbers, and what belongs to them.
enum FourierOperators {
  static func declare(in table: inout OperatorTable) {
    table.add("fft_fft(self, SymInt? n=None, int dim=-1, str? norm=None) | out", forward)
    table.add("fft_ifft(self, SymInt? n=None, int dim=-1, str? norm=None) | out", inverse)
    table.add("fft_rfft(self, SymInt? n=None, int dim=-1, str? norm=None) | out", forwardOfReal)
    table.add("fft_irfft(self, SymInt? n=None, int dim=-1, str? norm=None) | out", inverseToReal)
    table.add("fft_hfft(self, SymInt? n=None, int dim=-1, str? norm=None) | out", forwardToReal)
    table.add("fft_ihfft(self, SymInt? n=None, int dim=-1, str? norm=None) | out", inverseOfReal)
    table.add("fft_fft2(self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) | out", forward)
    table.add("fft_ifft2(self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) | out", inverse)
    table.add("fft_rfft2(self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) | out", forwardOfReal)
    table.add("fft_irfft2(self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) | out", inverseToReal)
    table.add("fft_hfft2(self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) | out", forwardToReal)
    table.add("fft_ihfft2(self, SymInt[1]? s=None, int[1] dim=[-2, -1], str? norm=None) | out", inverseOfReal)
    table.add("fft_fftn(self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) | out", forward)
    table.add("fft_ifftn(self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) | out", inverse)
    table.add("fft_rfftn(self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) | out", forwardOfReal)
    table.add("fft_irfftn(self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) | out", inverseToReal)
    table.add("fft_hfftn(self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) | out", forwardToReal)
    table.add("fft_ihfftn(self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) | out", inverseOfReal)
    table.add("_fft_c2c(self, SymInt[] dim, int normalization, bool forward) | out", complexCore)
    table.add("_fft_r2c(self, int[] dim, int normalization, bool onesided) | out", realCore)
    table.add("_fft_c2r(self, int[] dim, int normalization, SymInt last_dim_size) | out", toRealCore)
    table.add("fft_fftshift(self, int[1]? dim=None)", shift)
    table.add("fft_ifftshift(self, int[1]? dim=None)", shiftBack)
    table.add(
      """
      fft_fftfreq(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      fft_fftfreq.out(int n, float d=1., *, out&)
      """, frequencies)
    table.add(
      """
      fft_rfftfreq(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      fft_rfftfreq.out(int n, float d=1., *, out&)
      """, frequenciesOfReal)
  }

  // MARK: What the table refers to

  private static func forward(_ call: Call) throws(LiteError) -> Value { try transform(call, .complex, isInverse: false) }
  private static func inverse(_ call: Call) throws(LiteError) -> Value { try transform(call, .complex, isInverse: true) }
  private static func forwardOfReal(_ call: Call) throws(LiteError) -> Value {
    try transform(call, .ofReal, isInverse: false)
  }
  private static func inverseOfReal(_ call: Call) throws(LiteError) -> Value {
    try transform(call, .ofReal, isInverse: true)
  }
  private static func forwardToReal(_ call: Call) throws(LiteError) -> Value {
    try transform(call, .toReal, isInverse: false)
  }
  private static func inverseToReal(_ call: Call) throws(LiteError) -> Value {
    try transform(call, .toReal, isInverse: true)
  }

  /// How the last of the dimensions is transformed; the others are complex to complex.
  private enum Kind {
    case complex
    /// A real sequence; the second half of the result, which mirrors the first, is left out.
    case ofReal
    /// The first half of a sequence whose second half mirrors it, so that the result is real.
    case toReal
  }

  /// One dimension to transform, and the length that it is cut or filled up with zeros to.
  private struct Axis {
    let dimension: Int
    let length: Int
  }

  // MARK: torch.fft

  private static func transform(_ call: Call, _ kind: Kind, isInverse: Bool) throws(LiteError) -> Value {
    let x = try input(call, isReal: kind == .ofReal)
    let axes = try axes(call, x, kind)
    if axes.isEmpty {
      try call.require(kind == .complex, 0, "found no dimension, expected at least one to transform")
      return try call.deliver(try x.converted(to: x.type.complexType, call.context).clone(in: call.arena))
    }
    var scale = 1.0
    for axis in axes { scale *= Double(axis.length) }
    if try call.isText("norm", "ortho") {
      scale = 1 / scale.squareRoot()
    } else if try call.isText("norm", "forward") {
      scale = isInverse ? 1 : 1 / scale
    } else {
      let isBackward = try call.isText("norm", "backward")
      if let index = call.given("norm"), !isBackward { throw call.failure(index, "expected forward, backward or ortho") }
      scale = isInverse ? 1 / scale : 1
    }
    return try call.deliver(try transform(call, x, axes, kind, isInverse: isInverse, scale: scale, isHalved: kind == .ofReal))
  }

  /// The argument in a type that transforms are for: integers as float32.
  private static func input(_ call: Call, isReal: Bool) throws(LiteError) -> Tensor {
    let x = try call.tensor(0)
    if x.type.isIntegral { return try x.converted(to: .float32, call.context) }
    let type = x.type.realType
    try call.require(
      type == .float32 || type == .float64, 0, "found a tensor of \(x.message), expected numbers of 32 or 64 bits")
    try call.require(!(isReal && x.type.isComplex), 0, "found a tensor of \(x.message), expected real numbers")
    return x
  }

  /// `n` and `dim`, or lists of them.
  private static func axes(_ call: Call, _ x: Tensor, _ kind: Kind) throws(LiteError) -> [Axis] {
    let single = call.position("n")
    let dimensionIndex = call.position("dim") ?? 2
    let sizeIndex = call.position("s") ?? 1
    var lengths: [Int]?
    var dimensions: [Int] = []
    if let single {
      if call.given("n") != nil { lengths = [try call.int(single)] }
      dimensions = [try call.int(dimensionIndex)]
    } else {
      if call.given("s") != nil { lengths = try call.ints(sizeIndex) }
      if call.given("dim") != nil {
        dimensions = try call.ints(dimensionIndex)
      } else {
        let count = lengths?.count ?? x.rank
        try call.require(count <= x.rank, sizeIndex, "found \(count) sizes for a tensor of \(x.message)")
        for dimension in x.rank - count..<x.rank { dimensions.append(dimension) }
      }
    }
    if let lengths {
      try call.require(
        lengths.count == dimensions.count, sizeIndex, "found \(lengths.count) sizes for \(dimensions.count) dimensions")
    }
    try call.require(x.rank > 0 || dimensions.isEmpty, 0, "found a tensor of \(x.message), expected at least one dimension")
    var seen = DimensionSet()
    var axes: [Axis] = []
    for (position, dimension) in dimensions.enumerated() {
      let dimension = try call.dimension(dimension, of: x.rank, argument: dimensionIndex)
      try call.require(!seen.contains(dimension), dimensionIndex, "dimension \(dimension) appears twice")
      seen.insert(dimension)
      var length = lengths?[position] ?? -1
      if length == -1 {
        let isLast = position == dimensions.count - 1
        length = x.sizes[dimension]
        if kind == .toReal, isLast { length = try Checked.multiply(2, length - 1) }
      }
      try call.require(
        length >= 1, lengths == nil ? 0 : single ?? sizeIndex, "found \(length) data points to transform, expected at least 1")
      axes.append(Axis(dimension: dimension, length: length))
    }
    return axes
  }

  // MARK: The operators beneath

  private static func complexCore(_ call: Call) throws(LiteError) -> Value {
    let x = try input(call, isReal: false)
    return try core(call, x, .complex, isInverse: try !call.bool(3), lastLength: nil)
  }

  private static func realCore(_ call: Call) throws(LiteError) -> Value {
    try core(call, try input(call, isReal: true), .ofReal, isInverse: false, lastLength: nil, isHalved: try call.bool(3))
  }

  private static func toRealCore(_ call: Call) throws(LiteError) -> Value {
    try core(call, try input(call, isReal: false), .toReal, isInverse: true, lastLength: try call.int(3))
  }

  /// Dimensions are argument 1, the scaling argument 2: none, by the root of the number of elements, by the number.
  private static func core(
    _ call: Call, _ x: Tensor, _ kind: Kind, isInverse: Bool, lastLength: Int?, isHalved: Bool = false
  ) throws(LiteError) -> Value {
    var axes: [Axis] = []
    var count = 1.0
    let dimensions = try call.ints(1)
    for (position, dimension) in dimensions.enumerated() {
      let dimension = try call.dimension(dimension, of: x.rank, argument: 1)
      let length = position == dimensions.count - 1 ? lastLength ?? x.sizes[dimension] : x.sizes[dimension]
      try call.require(length >= 1, 0, "found \(length) data points to transform, expected at least 1")
      axes.append(Axis(dimension: dimension, length: length))
      count *= Double(length)
    }
    try call.require(x.rank > 0 || axes.isEmpty, 0, "found a tensor of \(x.message), expected at least one dimension")
    let scale: Double
    switch try call.int(2) {
    case 0: scale = 1
    case 1: scale = 1 / count.squareRoot()
    case 2: scale = 1 / count
    case let other: throw call.failure(2, "found \(other), expected 0, 1 or 2")
    }
    return try call.deliver(
      try transform(call, x, axes, kind, isInverse: isInverse, scale: scale, isHalved: isHalved))
  }

  /// Transforms each dimension in turn.
  @inline(never)
  private static func transform(
    _ call: Call, _ x: Tensor, _ axes: [Axis], _ kind: Kind, isInverse: Bool, scale: Double, isHalved: Bool
  ) throws(LiteError) -> Tensor {
    guard let last = axes.last else { return try x.converted(to: x.type.complexType, call.context) }
    let others = axes.dropLast()
    var result = x
    var factor = scale
    /// The scale is applied once.
    func apply(_ axis: Axis, stored: Int, to type: DataType, isMirrored: Bool = false) throws(LiteError) {
      let rows = FourierRows(dimension: axis.dimension, length: axis.length, isInverse: isInverse, isMirrored: isMirrored)
      result = try rows.transform(result, stored: stored, type, scale: factor, call.context)
      factor = 1
    }
    let type = x.type.complexType
    switch kind {
    case .toReal:
      for axis in others { try apply(axis, stored: axis.length, to: type) }
      try apply(last, stored: last.length, to: type.realType, isMirrored: true)
    case .complex, .ofReal:
      try apply(last, stored: isHalved ? last.length / 2 + 1 : last.length, to: type)
      for axis in others.reversed() { try apply(axis, stored: axis.length, to: type) }
    }
    return result
  }

  // MARK: Order and frequencies

  private static func shift(_ call: Call) throws(LiteError) -> Value { try shifted(call) { $0 / 2 } }
  private static func shiftBack(_ call: Call) throws(LiteError) -> Value { try shifted(call) { $0 - $0 / 2 } }

  /// Rotates dimensions by a part of their size.
  private static func shifted(_ call: Call, _ distance: (Int) -> Int) throws(LiteError) -> Value {
    var x = try call.tensor(0)
    let set = try call.dimensionSet("dim", of: x.rank)
    for dimension in 0..<x.rank where set.contains(dimension) {
      let size = x.sizes[dimension]
      let first = distance(size)
      let result = try Tensor(x.type, x.sizes, in: call.arena, quantization: x.quantization)
      try result.sliced(dimension, start: first, count: size - first).copyBytes(
        from: x.sliced(dimension, start: 0, count: size - first))
      try result.sliced(dimension, start: 0, count: first).copyBytes(
        from: x.sliced(dimension, start: size - first, count: first))
      x = result
    }
    return .tensor(try x.clone(in: call.arena))
  }

  private static func frequencies(_ call: Call) throws(LiteError) -> Value {
    let count = try call.int(0)
    return try frequencies(call, count, count)
  }

  private static func frequenciesOfReal(_ call: Call) throws(LiteError) -> Value {
    let count = try call.int(0)
    return try frequencies(call, count, count / 2 + 1)
  }

  /// The first `stored` of the frequencies of `count` samples, `d` apart.
  private static func frequencies(_ call: Call, _ count: Int, _ stored: Int) throws(LiteError) -> Value {
    try call.require(count >= 0, 0, "found \(count) samples, expected 0 or more")
    let type = try Creation.type(call, else: .float32)
    try call.require(!type.isIntegral, 0, "found \(type.name) for the result, expected a floating or complex type")
    let unit = 1 / (Double(count) * (try call.double(1)))
    // Positive frequencies first; those of real samples have no others.
    let positive = stored < count || count < 2 ? stored : count - count / 2
    return try call.deliver(
      try Creation.generate(call, type, Creation.vector(stored)) { Double($0 < positive ? $0 : $0 - count) * unit })
  }
}

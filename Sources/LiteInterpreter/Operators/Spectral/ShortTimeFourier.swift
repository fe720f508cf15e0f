import LiteFormat

/// `stft`, the transforms of windowed pieces of a signal, and its inverse.
enum ShortTimeFourier {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      stft(self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None)
      stft.center(self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode="reflect", bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None)
      """, transform)
    table.add(
      "istft(self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False)",
      invert)
  }

  /// The arguments that both directions have.
  private struct Frames: ~Copyable {
    let length: Int
    let hop: Int
    /// `length` numbers: the window in the middle, zeros beside it.
    let window: Scratch<Complex>
    /// Where the window's own numbers are.
    let support: Range<Int>

    init(_ call: Call) throws(LiteError) {
      let length = try call.int(1)
      try call.require(length >= 1, 1, "found \(length), expected at least 1")
      let hop = try call.int("hop_length", else: length / 4)
      try call.require(hop >= 1, 2, "found \(hop), expected at least 1")
      let size = try call.int("win_length", else: length)
      try call.require(size >= 1 && size <= length, 3, "found \(size), expected 1 to n_fft, \(length)")
      let window: Scratch<Complex> = try call.context.scratch(length)
      let start = (length - size) / 2
      let given = try call.optionalTensor(4)
      for index in 0..<length { window[index] = Complex(given == nil && index >= start && index - start < size ? 1 : 0, 0) }
      if let given {
        try call.require(
          given.rank == 1 && given.count == size && !given.type.isQuantized, 4,
          "found a window of \(given.message), expected \(size) numbers")
        try ComplexElements.load(
          window.base + start, from: given.data, given.strides[0] &* given.type.size, given.type, size, call.context)
      }
      self.length = length
      self.hop = hop
      self.window = window
      support = start..<start + size
    }
  }

  // MARK: Forward

  private static func transform(_ call: Call) throws(LiteError) -> Value {
    let whole = try call.tensor(0)
    try call.require(
      whole.type.realType == .float32 || whole.type.realType == .float64, 0,
      "found a tensor of \(whole.message), expected real or complex numbers of 32 or 64 bits")
    try call.require(whole.rank == 1 || whole.rank == 2, 0, "found a tensor of \(whole.message), expected 1 or 2 dimensions")
    let frames = try Frames(call)
    let isComplexResult = try isComplexResult(call, whole)
    let isHalved = try call.given("onesided") == nil ? !whole.type.isComplex : call.flag("onesided")
    try call.require(
      !isHalved || !whole.type.isComplex, call.position("onesided") ?? 0,
      "found true for complex numbers, whose transforms have no mirrored half")
    let signal = whole.rank == 1 ? try whole.unsqueezed(0) : whole
    let border = try Border(call, signal.sizes[1], frames.length)
    // Frames may start where the window does: the zeros beside it need no samples.
    let isAligned = try call.flag("align_to_window")
    let lead = isAligned ? frames.support.lowerBound : 0
    let reach = isAligned ? frames.support.count : frames.length
    try call.require(
      border.paddedLength >= reach, 1, "found \(frames.length) samples a frame, expected at most \(border.paddedLength)")
    let frameCount = 1 + (border.paddedLength - reach) / frames.hop
    let frequencies = isHalved ? frames.length / 2 + 1 : frames.length
    let type = whole.type.complexType
    // Frames lie in memory as they are computed; the result has frequencies first.
    let result = try call.makeTensor(type, try Dimensions([signal.sizes[0], frameCount, frequencies]))
    let transform = try FourierTransform(frames.length, call.context)
    let scale = try call.flag("normalized") ? 1 / Double(frames.length).squareRoot() : 1
    let step = signal.strides[1] &* signal.type.size
    var target = result.data
    for batch in 0..<signal.sizes[0] {
      let samples = signal.data + batch &* signal.strides[0] &* signal.type.size
      for frame in 0..<frameCount {
        let numbers = transform.input
        for index in 0..<frames.support.lowerBound { numbers[index] = Complex(0, 0) }
        for index in frames.support.upperBound..<frames.length { numbers[index] = Complex(0, 0) }
        let first = frame &* frames.hop &- lead &- border.before &+ frames.support.lowerBound
        let piece = numbers + frames.support.lowerBound
        if first >= 0, first + frames.support.count <= border.length {
          try ComplexElements.load(piece, from: samples + first &* step, step, signal.type, frames.support.count, call.context)
        } else {
          for index in 0..<frames.support.count {
            if let position = border.position(first + index) {
              try ComplexElements.load(piece + index, from: samples + position &* step, step, signal.type, 1, call.context)
            } else {
              piece[index] = Complex(0, 0)
            }
          }
        }
        for index in frames.support { numbers[index] = numbers[index] * frames.window[index] * scale }
        try ComplexElements.store(transform.run(), to: target, type.size, type, frequencies, call.context)
        target += frequencies &* type.size
      }
    }
    var view = result.transposed(1, 2)
    if whole.rank == 1 { view = view.removing(0) }
    if isComplexResult { return .tensor(view) }
    var (sizes, strides) = (view.realPart.sizes, view.realPart.strides)
    try sizes.append(2)
    try strides.append(1)
    return .tensor(view.realPart.view(sizes: sizes, strides: strides, count: try Checked.multiply(view.count, 2)))
  }

  /// Old files do not say whether they want complex numbers, and get pairs of real ones.
  private static func isComplexResult(_ call: Call, _ x: Tensor) throws(LiteError) -> Bool {
    if call.given("return_complex") != nil { return try call.flag("return_complex") }
    if x.type.isComplex { return true }
    return try call.optionalTensor(4)?.type.isComplex ?? false
  }

  /// What lies before and after a signal.
  private struct Border {
    private enum Mode { case constant, reflect, replicate, circular }

    let length: Int
    let before: Int
    private let mode: Mode

    init(_ call: Call, _ length: Int, _ frameLength: Int) throws(LiteError) {
      self.length = length
      let isCentered = try call.flag("center")
      before = isCentered ? frameLength / 2 : 0
      let index = call.position("pad_mode") ?? 0
      let isConstant = try call.isText("pad_mode", "constant")
      if !isCentered || isConstant {
        mode = .constant
      } else if try call.isText("pad_mode", "reflect") {
        mode = .reflect
        try call.require(before < length, 0, "found \(length) samples, expected more than the \(before) that are reflected")
      } else if try call.isText("pad_mode", "replicate") {
        mode = .replicate
        try call.require(length > 0, 0, "found no samples, expected some to repeat")
      } else if try call.isText("pad_mode", "circular") {
        mode = .circular
        try call.require(before <= length, 0, "found \(length) samples, expected at least the \(before) that are repeated")
      } else {
        throw call.failure(index, "expected constant, reflect, replicate or circular")
      }
    }

    var paddedLength: Int { length &+ 2 &* before }

    /// The sample that is seen at a position outside of the signal; nil for none.
    func position(_ index: Int) -> Int? {
      if index >= 0, index < length { return index }
      switch mode {
      case .constant: return nil
      case .reflect: return index < 0 ? -index : 2 * (length - 1) - index
      case .replicate: return index < 0 ? 0 : length - 1
      case .circular: return index < 0 ? index + length : index - length
      }
    }
  }

  // MARK: Inverse

  /// Adds the inverse transforms of the frames where they overlap, and divides by what the window adds up to.
  private static func invert(_ call: Call) throws(LiteError) -> Value {
    let given = try call.tensor(0)
    try call.require(
      given.type == .complexFloat || given.type == .complexDouble, 0,
      "found a tensor of \(given.message), expected complex64 or complex128")
    try call.require(given.rank == 2 || given.rank == 3, 0, "found a tensor of \(given.message), expected 2 or 3 dimensions")
    let frames = try Frames(call)
    let x = given.rank == 2 ? try given.unsqueezed(0) : given
    let isComplexResult = try call.flag("return_complex")
    let isHalved = try call.given("onesided") == nil ? x.sizes[1] != frames.length : call.flag("onesided")
    try call.require(!(isHalved && isComplexResult), 9, "found true for transforms without their mirrored half")
    let frequencies = isHalved ? frames.length / 2 + 1 : frames.length
    try call.require(
      x.sizes[1] == frequencies && x.sizes[2] > 0, 0,
      "found a tensor of \(given.message), expected \(frequencies) frequencies of at least one frame")
    try call.require(
      frames.hop <= frames.support.count, 2, "found \(frames.hop), expected at most win_length, \(frames.support.count)")
    let frameCount = x.sizes[2]
    let full = try Checked.add(frames.length, try Checked.multiply(frames.hop, frameCount - 1))
    let isCentered = try call.flag("center")
    let start = isCentered ? frames.length / 2 : 0
    var end = isCentered ? full - frames.length / 2 : full
    if let index = call.given("length") {
      let length = try call.int(index)
      try call.require(length >= 1, index, "found \(length), expected at least 1")
      end = try Checked.add(start, length)
    }
    try call.require(end > start, 0, "found a tensor of \(given.message), which leaves no samples")

    // A real signal is made of the first half, even where the other is given too.
    let transforms = FourierRows(
      dimension: 1, length: frames.length, isInverse: true, isMirrored: !isComplexResult)
    let count = Double(frames.length)
    let pieces = try transforms.transform(
      x, stored: frames.length, .complexDouble, scale: 1 / (try call.flag("normalized") ? count.squareRoot() : count),
      call.context)
    let sums: Scratch<Complex> = try call.context.scratch(full)
    let weights: Scratch<Double> = try call.context.scratch(full)
    for index in 0..<full { weights[index] = 0 }
    for frame in 0..<frameCount {
      for index in frames.support { weights[frame * frames.hop + index] += (frames.window[index] * frames.window[index]).real }
    }
    for index in start..<min(end, full) where weights[index].magnitude <= 1e-11 {
      throw call.failure(4, "the windows add up to 0 at sample \(index - start)")
    }
    let type = isComplexResult ? x.type : x.type.realType
    let result = try call.makeTensor(type, try Dimensions([x.sizes[0], end - start]))
    try result.fill(.int(0))
    for batch in 0..<x.sizes[0] {
      for index in 0..<full { sums[index] = Complex(0, 0) }
      for frame in 0..<frameCount {
        let place = sums.base + frame * frames.hop
        let piece = pieces.pointer(Complex.self) + (batch * frames.length * frameCount + frame)
        for index in frames.support { place[index] = place[index] + piece[index * frameCount] * frames.window[index] }
      }
      for index in start..<min(end, full) { sums[index] = sums[index] * (1 / weights[index]) }
      try ComplexElements.store(
        sums.base + start, to: result.data + batch * (end - start) * type.size, type.size, type, min(end, full) - start,
        call.context)
    }
    return .tensor(given.rank == 2 ? result.removing(0) : result)
  }
}

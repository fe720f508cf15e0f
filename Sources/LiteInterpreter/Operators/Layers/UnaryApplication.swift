import CLiteKernels
import LiteFormat

/// Functions of one number applied to every element: through a kernel, through a function of doubles for
/// the rare ones, and through a table for 8-bit codes. The result is new, or the argument for `f_`.
enum UnaryApplication {
  /// A kernel's operator.
  ///
  /// - Parameter widens: integers become float32 first.
  static func kernel(
    _ call: Call, _ operation: Int, _ parameters: (Double, Double, Double) = (0, 0, 0), widens: Bool = true
  ) throws(LiteError) -> Value {
    var x = try call.tensor(0)
    if widens, x.type.isIntegral {
      try call.require(!call.isInPlace, 0, "found a tensor of \(x.message), which cannot hold the result")
      x = try x.converted(to: .float32, call.context)
    }
    guard let loop = call.kernels.unary_loop(Int32(operation), Int32(x.type.rawValue)) else {
      throw call.failure(0, "found a tensor of \(x.message), which this operator does not take")
    }
    let y = try output(call, x)
    try call.context.perform(UnaryLoopStep(loop, parameters, x, y), [.tensor(x), .tensor(y)])
    call.isFullyPrepared()
    return .tensor(y)
  }

  /// Where the result goes: the argument itself, writable, or a new tensor in its layout.
  @inline(never)
  private static func output(_ call: Call, _ x: Tensor) throws(LiteError) -> Tensor {
    guard call.isInPlace else {
      return try Tensor(
        x.type, x.sizes, strides: x.isDense ? x.strides : x.sizes.contiguousStrides(), in: call.arena,
        quantization: x.quantization)
    }
    try call.require(!x.hasInternalOverlap, 0, "found a tensor of \(x.message) whose elements share memory; clone it first")
    try x.storage.prepareForWriting(call.arena)
    return x
  }

  /// A function of doubles on elements of a floating type.
  @inline(never)
  static func doubles(_ call: Call, _ function: (Double) -> Double) throws(LiteError) -> Value {
    let x = try call.floatingTensor(0)
    let wide = try Tensor(.float64, x.sizes, in: call.arena)
    try wide.convert(from: x, call.context)
    let elements = wide.pointer(Double.self)
    for index in 0..<wide.count { elements[index] = function(elements[index]) }
    let y = try output(call, x)
    try y.convert(from: wide, call.context)
    return .tensor(y)
  }

  // MARK: 8-bit codes

  /// The zero point and scale of an 8-bit argument.
  @inline(never)
  static func codes(_ call: Call) throws(LiteError) -> (
    tensor: Tensor, quantization: OutputQuantization, range: ClosedRange<Int32>
  ) {
    let x = try call.tensor(0)
    guard x.type == .quint8 || x.type == .qint8, case .perTensor(let scale, let zeroPoint) = x.quantization else {
      throw call.failure(0, "found a tensor of \(x.message), expected quint8 or qint8, quantized per tensor")
    }
    return (x, OutputQuantization(scale: scale, zeroPoint: zeroPoint), x.type == .quint8 ? 0...255 : -128...127)
  }

  /// A function of codes.
  ///
  /// - Parameter output: scale and zero point of the result; nil for the input's.
  @inline(never)
  static func table(_ call: Call, _ output: OutputQuantization?, _ function: (Int32) -> Int32) throws(LiteError) -> Value {
    let (x, _, range) = try codes(call)
    var table = InlineArray<256, UInt8>(repeating: 0)
    for code in range { table[Int(UInt8(truncatingIfNeeded: code))] = UInt8(truncatingIfNeeded: function(code)) }
    let y = try self.output(call, x)
    if let output { y.quantization = .perTensor(scale: output.scale, zeroPoint: output.zeroPoint) }
    let source = x.isDense ? x : try x.contiguous(in: call.arena)
    let target = y.isDense ? y : source
    try call.context.perform(LookupStep(table, count: source.count, call.context), [.tensor(source), .tensor(target)])
    if target !== y { try y.copyBytes(from: target) } else { call.isFullyPrepared() }
    return .tensor(y)
  }

  /// How a real result becomes a code.
  enum Rounding {
    /// rne(y / scale) + zero point.
    case roundThenAdd
    /// rne(y / scale + zero point).
    case addThenRound
  }

  /// A function of the numbers that codes stand for, in float32.
  @inline(never)
  static func reals(
    _ call: Call, _ output: OutputQuantization? = nil, _ rounding: Rounding = .roundThenAdd, _ function: (Float) -> Float
  ) throws(LiteError) -> Value {
    let (_, input, range) = try codes(call)
    let result = output ?? input
    let inverse = 1 / Float(result.scale)
    return try table(call, output) { code in
      let y = function(Float(input.scale) * Float(code &- input.zeroPoint))
      let rounded: Int32
      switch rounding {
      case .roundThenAdd:
        rounded = Int32(saturating: (y * inverse).rounded(.toNearestOrEven)).addingSaturated(result.zeroPoint)
      case .addThenRound: rounded = Int32(saturating: (y * inverse + Float(result.zeroPoint)).rounded(.toNearestOrEven))
      }
      return min(max(rounded, range.lowerBound), range.upperBound)
    }
  }

  /// The code of a number in the input's own quantization.
  static func code(_ value: Double, _ quantization: OutputQuantization, _ range: ClosedRange<Int32>, _ context: Context) -> Int32
  {
    let x = Float(value)
    let inverse = 1 / Float(quantization.scale)
    let rounded: Int32
    switch context.rounding {
    case .roundThenAdd:
      rounded = Int32(saturating: (x * inverse).rounded(.toNearestOrEven)).addingSaturated(quantization.zeroPoint)
    case .addThenRound:
      rounded = Int32(saturating: Float(quantization.zeroPoint).addingProduct(x, inverse).rounded(.toNearestOrEven))
    }
    return min(max(rounded, range.lowerBound), range.upperBound)
  }
}

extension Int32 {
  fileprivate func addingSaturated(_ other: Int32) -> Int32 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}

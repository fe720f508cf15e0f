import CLiteKernels
import LiteFormat

/// The driver of all operators that compute each element of the result from the elements in the same place:
/// types meet, shapes are broadcast, the result is new, in place or in `out`, and kernels get inner loops.
enum Pointwise {
  /// At most three inputs and the output.
  typealias Addresses = InlineArray<4, UnsafeMutableRawPointer?>

  /// Shape that all operands broadcast to.
  @inline(never)
  static func shape(_ operands: [Operand]) throws(LiteError) -> Dimensions {
    var shape = Dimensions()
    for operand in operands {
      if let tensor = operand.tensor { shape = try Broadcasting.shape(shape, tensor.sizes) }
    }
    return shape
  }

  /// Runs `loop` over all elements.
  ///
  /// - Parameters:
  ///   - type: what the loop writes.
  ///   - result: what the operator returns; also what must be castable to a target's type.
  ///   - convertsInputs: a type for all inputs, or nil when the loop takes each as it is.
  ///   - anyTarget: the loop can write any type.
  ///   - toTarget: false for an intermediate result of an operator that has a target.
  ///   - loop: called with the output's and the inputs' addresses, byte strides, types.
  @inline(never)
  static func run(
    _ call: Call, _ operands: [Operand], writes type: DataType, result: DataType, convertingTo inputType: DataType?,
    anyTarget: Bool = false,
    toTarget: Bool = true,
    _ loop: (_ output: Tensor, _ inputs: [Tensor], _ addresses: Addresses, _ strides: StridedLoop, _ count: Int) throws(LiteError)
      -> Void
  ) throws(LiteError) -> Tensor {
    call.context.recorder?.noteOtherWork()
    let shape = try shape(operands)
    let target = toTarget ? try call.target() : nil
    if let target { try call.prepare(target, for: shape, result) }
    var inputs: [Tensor] = []
    for operand in operands { inputs.append(try operand.converted(to: inputType ?? operand.wideType, call.context)) }
    let output = try output(call, target, shape, inputs, anyTarget ? target?.type ?? result : type, operands)
    if output.count > 0 {
      var addresses = [output.operand(shape)]
      for input in inputs { addresses.append(input.operand(shape)) }
      let strided = StridedLoop(shape, addresses)
      try strided.forEach { (addresses, count) throws(LiteError) in try loop(output, inputs, addresses, strided, count) }
    }
    if let target {
      if target !== output { try target.assign(from: output, call.context) }
      return target
    }
    return try output.converted(to: result, call.context)
  }

  /// The target if it can be written directly, else a new tensor in the layout of the inputs.
  @inline(never)
  private static func output(
    _ call: Call, _ target: Tensor?, _ shape: Dimensions, _ inputs: [Tensor], _ type: DataType, _ operands: [Operand]
  ) throws(LiteError) -> Tensor {
    if let target, target.type == type {
      var isDirect = true
      for input in inputs where input.overlapsOutOfStep(target) { isDirect = false }
      if isDirect { return target }
    }
    var strides = shape.contiguousStrides()
    for operand in operands {
      guard let tensor = operand.tensor, tensor.sizes == shape, tensor.isDense else { continue }
      strides = tensor.strides
      break
    }
    return try Tensor(type, shape, strides: strides, in: call.arena)
  }

  // MARK: Kernels

  /// A binary kernel operator in `compute`, which both operands are converted to.
  @inline(never)
  static func binary(
    _ call: Call, _ operation: Int, _ a: Operand, _ b: Operand, compute: DataType, result: DataType, writesBool: Bool = false,
    alpha: Double? = nil
  ) throws(LiteError) -> Value {
    // Half precision with a number: the number is not rounded to it.
    let isHalf = compute == .float16 || compute == .bfloat16
    let working: DataType = isHalf && (a.tensor == nil || b.tensor == nil || alpha != nil) ? .float32 : compute
    guard let kernel = call.kernels.binary_loop(Int32(operation), Int32(working.rawValue)) else {
      throw LiteError(.operatorFailed, "this operator is not for \(compute.name)")
    }
    let shape = try shape([a, b])
    let target = try call.target()
    let place = target?.storage.base
    if let target { try call.prepare(target, for: shape, result) }
    let (first, second) = (try a.converted(to: working, call.context), try b.converted(to: working, call.context))
    let output = try output(call, target, shape, [first, second], writesBool ? .bool : working, [a, b])
    try call.context.perform(
      BinaryLoopStep(kernel, alpha ?? 1, first, second, output), [.tensor(first), .tensor(second), .tensor(output)])
    if let target {
      if target !== output {
        try target.assign(from: output, call.context)
      } else if target.storage.base == place {
        call.isFullyPrepared()
      }
      return .tensor(target)
    }
    call.isFullyPrepared()
    return .tensor(try output.converted(to: result, call.context))
  }

  /// A unary kernel operator in `compute`.
  @inline(never)
  static func unary(
    _ call: Call, _ operation: Int, _ a: Operand, compute: DataType, result: DataType, writesBool: Bool = false,
    _ first: Double = 0, _ second: Double = 0
  ) throws(LiteError) -> Value {
    guard let kernel = call.kernels.unary_loop(Int32(operation), Int32(compute.rawValue)) else {
      throw LiteError(.operatorFailed, "this operator is not for \(compute.name)")
    }
    var parameters = (first, second)
    let output = try run(call, [a], writes: writesBool ? .bool : compute, result: result, convertingTo: compute) {
      (_, _, addresses, strides, count) throws(LiteError) in
      withUnsafeBytes(of: &parameters) { bytes in
        kernel(
          addresses[0], strides.innerStride(0), addresses[1], strides.innerStride(1), count,
          bytes.baseAddress!.assumingMemoryBound(to: Double.self))
      }
    }
    return .tensor(output)
  }

  /// a * b, broadcast, as a step of an operator.
  static func product(_ call: Call, _ a: Tensor, _ b: Tensor, _ type: DataType) throws(LiteError) -> Tensor {
    guard let kernel = call.kernels.binary_loop(Int32(LITE_BINARY_MUL), Int32(type.rawValue)) else {
      throw LiteError(.operatorFailed, "products are not for \(type.name)")
    }
    return try run(call, [Operand(a), Operand(b)], writes: type, result: type, convertingTo: type, toTarget: false) {
      (_, _, addresses, strides, count) throws(LiteError) in
      kernel(
        addresses[0], strides.innerStride(0), addresses[1], strides.innerStride(1), addresses[2], strides.innerStride(2), count,
        nil)
    }
  }

  // MARK: Functions of doubles and of integers

  /// Computes each element in double or in int64, as the result's type asks.
  @inline(never)
  static func numbers(
    _ call: Call, _ operands: [Operand], result: DataType, toTarget: Bool = true, _ double: DoubleBody, _ integer: IntegerBody
  ) throws(LiteError) -> Tensor {
    result.isFloatingPoint
      ? try doubles(call, operands, result: result, toTarget: toTarget, double)
      : try integers(call, operands, result: result, toTarget: toTarget, integer)
  }

  typealias DoubleBody = (Double, Double, Double) -> Double
  typealias IntegerBody = (Int64, Int64, Int64) -> Int64

  /// Computes each element in double from up to three operands of any types.
  @inline(never)
  static func doubles(
    _ call: Call, _ operands: [Operand], result: DataType, toTarget: Bool = true, _ body: DoubleBody
  ) throws(LiteError) -> Tensor {
    try wide(call, operands, result, toTarget, .float64) { (output, a, b, c, count) in
      let output = output.assumingMemoryBound(to: Double.self)
      let a = a.assumingMemoryBound(to: Double.self)
      let b = b.assumingMemoryBound(to: Double.self)
      let c = c.assumingMemoryBound(to: Double.self)
      for index in 0..<count { output[index] = body(a[index], b[index], c[index]) }
    }
  }

  /// Computes each element in int64.
  @inline(never)
  static func integers(
    _ call: Call, _ operands: [Operand], result: DataType, toTarget: Bool = true, _ body: IntegerBody
  ) throws(LiteError) -> Tensor {
    try wide(call, operands, result, toTarget, .int64) { (output, a, b, c, count) in
      let output = output.assumingMemoryBound(to: Int64.self)
      let a = a.assumingMemoryBound(to: Int64.self)
      let b = b.assumingMemoryBound(to: Int64.self)
      let c = c.assumingMemoryBound(to: Int64.self)
      for index in 0..<count { output[index] = body(a[index], b[index], c[index]) }
    }
  }

  /// Elements at a time in the buffers of the working type.
  private static let chunk = 128

  @inline(never)
  private static func wide(
    _ call: Call, _ operands: [Operand], _ result: DataType, _ toTarget: Bool, _ working: DataType,
    _ body: (
      _ output: UnsafeMutableRawPointer, _ a: UnsafeMutableRawPointer, _ b: UnsafeMutableRawPointer, _ c: UnsafeMutableRawPointer,
      _ count: Int
    ) -> Void
  ) throws(LiteError) -> Tensor {
    let scratch: Scratch<Int64> = try call.context.scratch(chunk * 4)
    scratch.base.initialize(repeating: 0, count: chunk * 4)
    let buffers = UnsafeMutableRawPointer(scratch.base)
    let size = chunk * 8
    return try run(call, operands, writes: result, result: result, convertingTo: nil, anyTarget: true, toTarget: toTarget) {
      (output, inputs, addresses, strides, count) throws(LiteError) in
      var done = 0
      while done < count {
        let part = min(count - done, chunk)
        for index in 0..<inputs.count {
          let stride = strides.innerStride(index + 1)
          try call.context.converter(inputs[index].type, working)(
            buffers + (index + 1) * size, 8, addresses[index + 1]! + done &* stride, stride, part, nil)
        }
        body(buffers, buffers + size, buffers + 2 * size, buffers + 3 * size, part)
        let stride = strides.innerStride(0)
        try call.context.converter(working, output.type)(addresses[0]! + done &* stride, stride, buffers, 8, part, nil)
        done += part
      }
    }
  }
}

extension Operand {
  /// A number as a tensor for loops that take any type keeps all its digits.
  fileprivate var wideType: DataType {
    if tensor != nil { return type }
    return scalar.isDouble ? .float64 : type == .complexFloat ? .complexDouble : type
  }
}

extension Context {
  /// The loop that converts elements; types that have none are an error.
  @inline(never)
  func converter(_ from: DataType, _ to: DataType) throws(LiteError) -> lite_unary_loop {
    guard let convert = kernels.pointee.convert_loop(Int32(from.rawValue), Int32(to.rawValue)) else {
      throw LiteError(.unsupported, "conversion of \(from.name) to \(to.name)")
    }
    return convert
  }
}

import CLiteKernels
import LiteFormat

/// A quantized tensor plus or times a number. Where the result's codes are the operand's, only scale and zero
/// point change (pytorch/aten/src/ATen/native/quantized/cpu/qadd.cpp and qmul.cpp).
enum QuantizedScalars {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      quantized::add_scalar(qa, Scalar b) -> Tensor qc
      quantized::add_scalar.Tensor(qa, b) -> Tensor qc
      """
    ) { (call) throws(LiteError) in
      try add(call, 0, 1, relu: false)
    }
    table.add(
      """
      quantized::add_scalar_relu(qa, Scalar b) -> Tensor qc
      quantized::add_scalar_relu.Tensor(qa, b) -> Tensor qc
      """
    ) { (call) throws(LiteError) in
      try add(call, 0, 1, relu: true)
    }
    table.add("quantized::add.Scalar(qa, Scalar b) -> Tensor qc") { (call) throws(LiteError) in
      try add(call, 0, 1, relu: false)
    }
    table.add("quantized::add.Scalar2(Scalar b, qa) -> Tensor qc") { (call) throws(LiteError) in
      try add(call, 1, 0, relu: false)
    }
    table.add("quantized::add_relu.Scalar(qa, Scalar b) -> Tensor qc") { (call) throws(LiteError) in
      try add(call, 0, 1, relu: true)
    }
    table.add("quantized::add_relu.Scalar2(Scalar b, qa) -> Tensor qc") { (call) throws(LiteError) in
      try add(call, 1, 0, relu: true)
    }
    table.add(
      """
      quantized::mul_scalar(qa, Scalar b) -> Tensor qc
      quantized::mul_scalar.Tensor(qa, b) -> Tensor qc
      """
    ) { (call) throws(LiteError) in
      try multiply(call, 0, 1, relu: false)
    }
    table.add(
      """
      quantized::mul_scalar_relu(qa, Scalar b) -> Tensor qc
      quantized::mul_scalar_relu.Tensor(qa, b) -> Tensor qc
      """
    ) { (call) throws(LiteError) in
      try multiply(call, 0, 1, relu: true)
    }
    table.add("quantized::mul.Scalar(qa, Scalar b) -> Tensor qc") { (call) throws(LiteError) in
      try multiply(call, 0, 1, relu: false)
    }
    table.add("quantized::mul.Scalar2(Scalar b, qa) -> Tensor qc") { (call) throws(LiteError) in
      try multiply(call, 1, 0, relu: false)
    }
    table.add("quantized::mul_relu.Scalar(qa, Scalar b) -> Tensor qc") { (call) throws(LiteError) in
      try multiply(call, 0, 1, relu: true)
    }
    table.add("quantized::mul_relu.Scalar2(Scalar b, qa) -> Tensor qc") { (call) throws(LiteError) in
      try multiply(call, 1, 0, relu: true)
    }
  }

  private typealias Operand = (x: Tensor, scale: Double, zeroPoint: Int64, range: ClosedRange<Int64>)

  private static func operand(_ call: Call, _ index: Int) throws(LiteError) -> Operand {
    let type = try call.tensor(index).type
    let (x, scale, zeroPoint) = try call.quantizedTensor(index, type)
    switch type {
    case .quint8: return (x, scale, Int64(zeroPoint), 0...255)
    case .qint8: return (x, scale, Int64(zeroPoint), -128...127)
    case .qint32: return (x, scale, Int64(zeroPoint), Int64(Int32.min)...Int64(Int32.max))
    default: throw call.failure(index, "found a tensor of \(x.message), expected quint8, qint8 or qint32")
    }
  }

  /// A result of the operand's shape and layout, `code` of each code; 8-bit ones through a table.
  private static func mapped(
    _ call: Call, _ operand: Operand, scale: Double, zeroPoint: Int64, relu: Bool, _ code: (Int64) -> Int64
  ) throws(LiteError) -> Value {
    let input = operand.x.isDense ? operand.x : try operand.x.contiguous(in: call.arena)
    let y = try Tensor(
      input.type, input.sizes, strides: input.strides, in: call.arena,
      quantization: .perTensor(scale: scale, zeroPoint: Int32(truncatingIfNeeded: zeroPoint)))
    func bounded(_ number: Int64) -> Int64 {
      let result = min(max(code(number), operand.range.lowerBound), operand.range.upperBound)
      return relu ? max(result, zeroPoint) : result
    }
    if input.type == .qint32 {
      let source = input.pointer(Int32.self)
      for index in 0..<y.count { y.pointer(Int32.self)[index] = Int32(truncatingIfNeeded: bounded(Int64(source[index]))) }
      return .tensor(y)
    }
    var table = InlineArray<256, UInt8>(repeating: 0)
    for number in operand.range {
      table[Int(UInt8(truncatingIfNeeded: number))] = UInt8(truncatingIfNeeded: bounded(number))
    }
    withUnsafePointer(to: &table) {
      $0.withMemoryRebound(to: UInt8.self, capacity: 256) { call.kernels.lookup_u8(y.count, input.pointer(), $0, y.pointer()) }
    }
    return .tensor(y)
  }

  private static func add(_ call: Call, _ tensor: Int, _ number: Int, relu: Bool) throws(LiteError) -> Value {
    let operand = try operand(call, tensor)
    let steps = (try call.numberOrTensor(number).double / operand.scale).rounded(.toNearestOrEven)
    try call.require(abs(steps) < 0x1p31, number, "found a number of \(ValueText.number(steps)) steps of the tensor's scale")
    let shift = Int64(steps)
    let moved = operand.zeroPoint - shift
    if operand.range.contains(moved) {
      return try mapped(call, operand, scale: operand.scale, zeroPoint: moved, relu: relu) { $0 }
    }
    // The zero point would leave the codes: a larger scale takes in the whole range.
    let (low, high) = (operand.range.lowerBound, operand.range.upperBound)
    let isBelow = moved < low
    let span = isBelow ? Double(high) - Double(moved) : Double(moved) - Double(low)
    let scale = span / Double(high - low) * operand.scale
    let zeroPoint = isBelow ? low : high
    _ = try call.checkedQuantization(scale, zeroPoint, operand.x.type, number, tensor)
    let multiplier = Float(operand.scale) * (1 / Float(scale))
    return try mapped(call, operand, scale: scale, zeroPoint: zeroPoint, relu: relu) {
      zeroPoint + Int64((Float($0 - operand.zeroPoint + shift) * multiplier).rounded(.toNearestOrEven))
    }
  }

  private static func multiply(_ call: Call, _ tensor: Int, _ number: Int, relu: Bool) throws(LiteError) -> Value {
    let operand = try operand(call, tensor)
    let factor = try call.numberOrTensor(number).double
    if factor == 0 { return try mapped(call, operand, scale: 1, zeroPoint: 0, relu: relu) { _ in 0 } }
    let scale = abs(factor) * operand.scale
    try call.require(
      scale.isFinite && Float(scale).isNormal, number, "found \(ValueText.number(factor)), which gives no usable scale")
    if factor > 0 { return try mapped(call, operand, scale: scale, zeroPoint: operand.zeroPoint, relu: relu) { $0 } }
    let mirror = operand.range.lowerBound + operand.range.upperBound
    return try mapped(call, operand, scale: scale, zeroPoint: mirror - operand.zeroPoint, relu: relu) { mirror - $0 }
  }
}

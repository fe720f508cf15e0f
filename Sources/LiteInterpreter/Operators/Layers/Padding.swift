import CLiteKernels
import LiteFormat

/// Padding with a constant, with mirrored or repeated elements, and around the end.
enum Padding {
  enum Mode {
    case constant, reflect, replicate, circular
  }

  static func declare(in table: inout OperatorTable) {
    table.add("pad(self, SymInt[] pad, str mode=\"constant\", float? value=None)") {
      (call) throws(LiteError) in
      let name = try call.string(2)
      let mode: Mode? = name.bytes.withUnsafeBufferPointer {
        isEqual($0, "constant")
          ? .constant
          : isEqual($0, "reflect")
            ? .reflect
            : isEqual($0, "replicate") ? .replicate : isEqual($0, "circular") ? .circular : nil
      }
      guard let mode else {
        throw call.failure(2, "found '\(name.bytes)', expected 'constant', 'reflect', 'replicate' or 'circular'")
      }
      return .tensor(
        try pad(try call.tensor(0), try call.ints(1), mode, .double(try call.optionalDouble(3) ?? 0), call.context))
    }
    table.add("constant_pad_nd(self, SymInt[] pad, Scalar value=0)") { (call) throws(LiteError) in
      .tensor(try constant(try call.tensor(0), try call.ints(1), try call.numberOrTensor(2), call.context))
    }
    table.add("reflection_pad1d(self, SymInt[2] padding)") { (call) throws(LiteError) in
      try fixed(call, 1, .reflect)
    }
    table.add("reflection_pad2d(self, SymInt[4] padding)") { (call) throws(LiteError) in
      try fixed(call, 2, .reflect)
    }
    table.add("reflection_pad3d(self, SymInt[6] padding)") { (call) throws(LiteError) in
      try fixed(call, 3, .reflect)
    }
    table.add("replication_pad1d(self, SymInt[2] padding)") { (call) throws(LiteError) in
      try fixed(call, 1, .replicate)
    }
    table.add("replication_pad2d(self, SymInt[4] padding)") { (call) throws(LiteError) in
      try fixed(call, 2, .replicate)
    }
    table.add("replication_pad3d(self, SymInt[6] padding)") { (call) throws(LiteError) in
      try fixed(call, 3, .replicate)
    }
    table.add("_pad_circular(self, SymInt[] pad)") { (call) throws(LiteError) in
      .tensor(try pad(try call.tensor(0), try call.ints(1), .circular, .int(0), call.context))
    }
    table.add("_pad_enum(self, SymInt[] pad, int mode, float? value=None)") { (call) throws(LiteError) in
      let number = try call.int(2)
      try call.require((0...3).contains(number), 2, "found \(number), expected 0 to 3")
      let mode: Mode = number == 0 ? .constant : number == 1 ? .reflect : number == 2 ? .replicate : .circular
      return .tensor(
        try pad(try call.tensor(0), try call.ints(1), mode, .double(try call.optionalDouble(3) ?? 0), call.context))
    }
  }

  private static func fixed(_ call: Call, _ rank: Int, _ mode: Mode) throws(LiteError) -> Value {
    let padding = try call.ints(1)
    let x = try call.tensor(0)
    try call.require(padding.count == 2 * rank, 1, "found \(padding.count) values, expected \(2 * rank)")
    try call.require(
      x.rank == rank + 1 || x.rank == rank + 2, 0,
      "found a tensor of \(x.message), expected \(rank + 1) or \(rank + 2) dimensions")
    return .tensor(try pad(x, padding, mode, .int(0), call.context))
  }

  static func constant(_ x: Tensor, _ padding: [Int], _ value: Scalar, _ context: Context) throws(LiteError) -> Tensor {
    try pad(x, padding, .constant, value, context)
  }

  /// - Parameter padding: pairs for before and after, the last dimension first. Negative ones cut off.
  static func pad(_ x: Tensor, _ padding: [Int], _ mode: Mode, _ value: Scalar, _ context: Context) throws(LiteError) -> Tensor {
    guard padding.count % 2 == 0, padding.count / 2 <= x.rank else {
      throw LiteError(.operatorFailed, "argument pad: found \(padding.count) values for a tensor of \(x.message)")
    }
    if case .perChannel = x.quantization { throw LiteError(.unsupported, "padding of a tensor quantized per channel") }
    var sizes = x.sizes
    for pair in 0..<padding.count / 2 {
      let dimension = x.rank - 1 - pair
      let size = x.sizes[dimension]
      let (before, after) = (padding[2 * pair], padding[2 * pair + 1])
      let limit = mode == .reflect ? size - 1 : mode == .circular ? size : Int.max
      guard before <= limit, after <= limit, before >= -size, after >= -size else {
        throw LiteError(
          .operatorFailed, "argument pad: \(before) and \(after) do not go with dimension \(dimension) of \(x.message)")
      }
      sizes[dimension] = try Checked.add(try Checked.add(size, before), after)
      guard sizes[dimension] >= 0, mode != .replicate || size > 0 else {
        throw LiteError(
          .operatorFailed, "argument pad: \(before) and \(after) leave nothing of dimension \(dimension) of \(x.message)")
      }
    }
    let strides = x.prefersChannelsLast ? sizes.channelsLastStrides() : sizes.contiguousStrides()
    let result = try Tensor(x.type, sizes, strides: strides, in: context.arena, quantization: x.quantization)
    guard result.count > 0 else { return result }
    var maps: [[Int]] = []
    for dimension in 0..<x.rank {
      let pair = x.rank - 1 - dimension
      let before = pair < padding.count / 2 ? padding[2 * pair] : 0
      let size = x.sizes[dimension]
      // What is left after cutting off goes round.
      let first = max(-before, 0)
      let after = pair < padding.count / 2 ? padding[2 * pair + 1] : 0
      let period = size - first - max(-after, 0)
      guard mode != .circular || (period > 0 && before <= period && after <= period) else {
        throw LiteError(
          .operatorFailed, "argument pad: \(before) and \(after) go round dimension \(dimension) of \(x.message) more than once")
      }
      try AllocationScope.checkRoom(try Checked.multiply(sizes[dimension], MemoryLayout<Int>.stride))
      var map = [Int](repeating: 0, count: sizes[dimension])
      for index in 0..<map.count {
        let position = index - before
        switch mode {
        case .constant: map[index] = position >= 0 && position < size ? position : -1
        case .reflect: map[index] = position < 0 ? -position : position >= size ? 2 * (size - 1) - position : position
        case .replicate: map[index] = min(max(position, 0), size - 1)
        case .circular: map[index] = first + (position - first + period) % period
        }
      }
      maps.append(map)
    }
    try IndexedCopy.run(x, result, maps, filler: mode == .constant ? try filler(x, value, context) : nil)
    return result
  }

  /// One element with the value, quantized as `x` is.
  private static func filler(_ x: Tensor, _ value: Scalar, _ context: Context) throws(LiteError) -> Tensor {
    guard case .perTensor(let scale, let zeroPoint) = x.quantization else {
      let one = try Tensor(x.type, Dimensions(), in: context.arena)
      try one.fill(value)
      return one
    }
    let one = try Tensor(.float32, Dimensions(), in: context.arena)
    try one.fill(value)
    return try Quantize.perTensor(one, OutputQuantization(scale: scale, zeroPoint: zeroPoint), x.type, context)
  }
}

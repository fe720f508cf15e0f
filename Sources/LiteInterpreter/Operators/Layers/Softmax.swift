import CLiteKernels
import CLitePlatform
import LiteFormat

/// Softmax along one dimension, and its logarithm.
enum Softmax {
  static func declare(in table: inout OperatorTable) {
    table.add("softmax.int(self, int dim, ScalarType? dtype=None)") { (call) throws(LiteError) in
      try run(call, logarithm: false)
    }
    table.add("log_softmax.int(self, int dim, ScalarType? dtype=None)") { (call) throws(LiteError) in
      try run(call, logarithm: true)
    }
    table.add("special_softmax(self, int dim, ScalarType? dtype=None)") { (call) throws(LiteError) in
      try run(call, logarithm: false)
    }
    table.add("special_log_softmax(self, int dim, *, ScalarType? dtype=None)") {
      (call) throws(LiteError) in
      try run(call, logarithm: true)
    }
    table.add("_safe_softmax(self, int dim, ScalarType? dtype=None)") { (call) throws(LiteError) in
      try run(call, logarithm: false, isSafe: true)
    }
    table.add("_softmax(self, int dim, bool half_to_float)") { (call) throws(LiteError) in
      .tensor(try softmax(try call.floatingTensor(0), try dimension(call), logarithm: false, call.context))
    }
    table.add("_log_softmax(self, int dim, bool half_to_float)") { (call) throws(LiteError) in
      .tensor(try softmax(try call.floatingTensor(0), try dimension(call), logarithm: true, call.context))
    }
  }

  private static func dimension(_ call: Call) throws(LiteError) -> Int { try call.dimension(1, of: try call.tensor(0).rank) }

  private static func run(_ call: Call, logarithm: Bool, isSafe: Bool = false) throws(LiteError) -> Value {
    var x = try call.tensor(0)
    if let type = try call.optionalDataType(2) { x = try x.converted(to: type, call.context) }
    try call.require(x.type.isFloatingPoint, 0, "found a tensor of \(x.message), expected a floating type")
    let result = try softmax(x, try dimension(call), logarithm: logarithm, isSafe: isSafe, call.context)
    if x.type.computing == .float32, !isSafe { call.isFullyPrepared() }
    return .tensor(result)
  }

  /// - Parameter isSafe: rows of nothing but -inf give zeros, not NaN.
  static func softmax(
    _ x: Tensor, _ dimension: Int, logarithm: Bool, isSafe: Bool = false, _ context: Context
  ) throws(LiteError) -> Tensor {
    let type = x.type.computing
    let isLast = x.rank == 0 || dimension == x.rank - 1
    let moved = isLast ? x : x.transposed(dimension, x.rank - 1)
    let input = try moved.prepared(type, context)
    let result = try Tensor(type, input.sizes, in: context.arena)
    if result.count > 0 {
      let count = input.rank == 0 ? 1 : input.sizes[input.rank - 1]
      let rows = input.count / count
      if type == .float32 {
        let kernels = context.kernels
        let step = FunctionStep("softmax_f32", work: 4 &* input.count, shares: rows) { (operands, share) in
          let part = share.range(of: rows)
          let first = part.lowerBound &* count
          kernels.pointee.softmax_f32(
            part.count, count, operands[0, Float.self] + first, operands[1, Float.self] + first, logarithm ? 1 : 0)
        }
        try context.perform(step, [.tensor(input), .tensor(result)])
      } else {
        for row in 0..<rows {
          doubleRow(input.pointer(Double.self) + row &* count, result.pointer(Double.self) + row &* count, count, logarithm)
        }
      }
      if isSafe {
        let elements = try input.doubles(context)
        for row in 0..<rows where (row * count..<(row + 1) * count).allSatisfy({ elements[$0] == -.infinity }) {
          memset(result.data + row &* count &* type.size, 0, count &* type.size)
        }
      }
    }
    let ordered = isLast ? result : try result.transposed(dimension, x.rank - 1).contiguous(in: context.arena)
    return try ordered.converted(to: x.type, context)
  }

  private static func doubleRow(
    _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, _ count: Int, _ logarithm: Bool
  ) {
    var top = -Double.infinity
    for index in 0..<count where x[index] > top || x[index].isNaN { top = x[index] }
    var sum = 0.0
    for index in 0..<count {
      y[index] = exp(x[index] - top)
      sum += y[index]
    }
    let shift = log(sum)
    for index in 0..<count { y[index] = logarithm ? x[index] - top - shift : y[index] / sum }
  }
}

import CLitePlatform
import LiteFormat

/// Reductions of consecutive runs along a dimension.
enum Segments {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      segment_reduce(data, str reduce, *, Tensor? lengths=None, Tensor? indices=None, Tensor? offsets=None, int axis=0, bool unsafe=False, Scalar? initial=None) | out
      """, reduce)
  }

  private static func reduce(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    try call.require(
      x.rank > 0 && x.type.isFloatingPoint, 0, "found a tensor of \(x.message), expected 1 dimension or more of a floating type")
    let axis = try call.dimension(5, of: x.rank)
    let isMean = try call.isText("reduce", "mean")
    let isSum = try call.isText("reduce", "sum")
    let isProduct = try call.isText("reduce", "prod")
    let isMaximum = try call.isText("reduce", "max")
    let isMinimum = try call.isText("reduce", "min")
    try call.require(isMean || isSum || isProduct || isMaximum || isMinimum, 1, "expected sum, mean, prod, max or min")
    // Lengths, or where runs begin and the last ends; one row for each place in the dimensions before.
    let hasOffsets = call.given("lengths") == nil
    guard let index = call.given("lengths") ?? call.given("offsets") else {
      throw call.failure(2, "found neither lengths nor offsets")
    }
    let given = try call.plainTensor(index)
    var fits = given.rank == axis + 1
    for dimension in 0..<axis where fits { fits = given.sizes[dimension] == x.sizes[dimension] }
    try call.require(fits, index, "found a tensor of \(given.message) for dimension \(axis) of \(x.message)")
    let numbers = try given.integers(call.context)
    let columns = given.sizes[axis]
    let segments = hasOffsets ? columns - 1 : columns
    try call.require(segments >= 0, index, "found no offsets, expected at least the end")
    let initial: Double? = if let index = call.given("initial") { try call.scalar(index).double } else { nil }
    let start = initial ?? (isProduct ? 1 : isMaximum ? -.infinity : isMinimum ? .infinity : 0)
    let length = x.sizes[axis]
    let inner = try x.sizes.product(axis + 1..<x.rank)
    let outer = try x.sizes.product(0..<axis)
    let elements = try x.doubles(call.context)
    var sizes = x.sizes
    sizes[axis] = segments
    _ = try sizes.product()
    let result = try call.makeTensor(.float64, sizes)
    for row in 0..<outer {
      var next = 0
      for segment in 0..<segments {
        let first = hasOffsets ? try Checked.int(numbers[row * columns + segment]) : next
        let count =
          hasOffsets
          ? try Checked.subtract(try Checked.int(numbers[row * columns + segment + 1]), first)
          : try Checked.int(numbers[row * columns + segment])
        try call.require(
          first >= 0 && count >= 0 && first <= length && count <= length - first, index,
          "found a segment of \(count) from \(first) of \(length) elements")
        next = first + count
        for column in 0..<inner {
          var state = start
          for place in first..<next {
            let value = elements[(row * length + place) * inner + column]
            if isProduct {
              state *= value
            } else if isMaximum || isMinimum {
              state = value.isNaN || state.isNaN ? .nan : isMaximum ? max(state, value) : min(state, value)
            } else {
              state += value
            }
          }
          if isMean { state = count == 0 ? initial ?? .nan : state / Double(count) }
          result.pointer(Double.self)[(row * segments + segment) * inner + column] = state
        }
      }
    }
    return try call.deliver(try result.converted(to: x.type, call.context))
  }
}

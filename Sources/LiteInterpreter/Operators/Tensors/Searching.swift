import CLitePlatform
import LiteFormat

/// Search in sorted sequences, counting, and distinct elements.
enum Searching {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      searchsorted.Tensor(sorted_sequence, self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) | Tensor_out
      searchsorted.Scalar(sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None) | Scalar_out
      """, atenSearchsorted)
    table.add(
      """
      bucketize.Tensor(self, boundaries, *, bool out_int32=False, bool right=False) | Tensor_out
      bucketize.Scalar(Scalar self, boundaries, *, bool out_int32=False, bool right=False) | Scalar_out
      """, atenBucketize)
    table.add("bincount(self, Tensor? weights=None, SymInt minlength=0) | out", atenBincount)
    table.add("histc(self, int bins=100, Scalar min=0, Scalar max=0) | out", atenHistc)
    table.add(
      """
      _unique2(self, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)
      _unique2.out(self, bool sorted=True, bool return_inverse=False, bool return_counts=False, *, out0&, out1&, out2&) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      _unique(self, bool sorted=True, bool return_inverse=False) -> (Tensor, Tensor)
      _unique.out(self, bool sorted=True, bool return_inverse=False, *, out0&, out1&) -> (Tensor(a!), Tensor(b!))
      """, atenUnique2)
    table.add(
      """
      unique_dim(self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)
      unique_dim.out(self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False, *, out0&, out1&, out2&) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      """, atenUniqueDim)
    table.add(
      """
      unique_consecutive(self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)
      unique_consecutive.out(self, bool return_inverse=False, bool return_counts=False, int? dim=None, *, out0&, out1&, out2&) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      """, atenUniqueConsecutive)
  }

  // MARK: What the table refers to

  private static func atenSearchsorted(_ call: Call) throws(LiteError) -> Value { try search(call, sequence: 0, values: 1) }
  private static func atenBucketize(_ call: Call) throws(LiteError) -> Value { try search(call, sequence: 1, values: 0) }
  private static func atenBincount(_ call: Call) throws(LiteError) -> Value { try countIntegers(call) }
  private static func atenHistc(_ call: Call) throws(LiteError) -> Value { try histogram(call) }
  private static func atenUnique2(_ call: Call) throws(LiteError) -> Value { try unique(call) }
  private static func atenUniqueDim(_ call: Call) throws(LiteError) -> Value { try uniqueSlices(call, sorts: true) }
  private static func atenUniqueConsecutive(_ call: Call) throws(LiteError) -> Value { try uniqueConsecutive(call) }

  // MARK: Search

  private static func search(_ call: Call, sequence sequenceIndex: Int, values valuesIndex: Int) throws(LiteError) -> Value {
    var sequence = try call.plainTensor(sequenceIndex)
    if let sorter = try call.tensor("sorter") {
      try call.require(
        sorter.sizes == sequence.sizes, sequenceIndex, "found a sorter of \(sorter.message) for \(sequence.message)")
      sequence = try Gathering.along(sequence, max(0, sequence.rank - 1), sorter, call.context)
    }
    try call.require(sequence.rank >= 1, sequenceIndex, "found a tensor without dimensions")
    let given = try call.operand(valuesIndex)
    let values = try given.converted(to: .float64, call.context).contiguous(in: call.arena)
    let sorted = try sequence.converted(to: .float64, call.context).contiguous(in: call.arena)
    let length = sorted.sizes[sorted.rank - 1]
    var isRight = try call.flag("right")
    if let index = call.given("side") {
      let isLeftText = try call.isText("side", "left")
      isRight = try call.isText("side", "right")
      try call.require(isLeftText || isRight, index, "expected left or right")
    }
    // One sequence for all values, or one for each row of values.
    var fits = sorted.rank == 1 || sorted.rank == values.rank
    if sorted.rank > 1, fits {
      for dimension in 0..<sorted.rank - 1 where sorted.sizes[dimension] != values.sizes[dimension] { fits = false }
    }
    try call.require(fits, sequenceIndex, "found sequences of \(sequence.message) for values of \(values.message)")
    let rowLength = sorted.rank == 1 ? max(values.count, 1) : max(values.sizes[values.rank - 1], 1)
    let type: DataType = try call.flag("out_int32") ? .int32 : .int64
    let result = try Creation.generateIntegers(call, type, values.sizes) { index in
      let row = sorted.pointer(Double.self) + index / rowLength * length
      let key = values.pointer(Double.self)[index]
      var low = 0
      var high = length
      while low < high {
        let middle = (low + high) / 2
        let isBefore = isRight ? !(row[middle] > key) : !(row[middle] >= key)
        if isBefore { low = middle + 1 } else { high = middle }
      }
      return Int64(low)
    }
    return try call.deliver(result)
  }

  // MARK: Counting

  private static func countIntegers(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    try call.require(x.rank == 1 && x.type.isIntegral, 0, "found a tensor of \(x.message), expected a vector of integers")
    let weights = try call.tensor("weights")
    let least = try call.int("minlength", else: 0)
    try call.require(least >= 0, 2, "found \(least), expected 0 or more")
    let elements = try x.integers(call.context)
    var largest: Int64 = -1
    for index in 0..<x.count {
      try call.require(elements[index] >= 0, 0, "found \(elements[index]), expected no negative numbers")
      largest = max(largest, elements[index])
    }
    let count = max(least, try Checked.add(try Checked.int(largest), 1))
    let result = try call.makeTensor(weights == nil ? .int64 : .float64, Creation.vector(count))
    try result.fill(.int(0))
    guard let weights else {
      for index in 0..<x.count { result.pointer(Int64.self)[Int(elements[index])] += 1 }
      return try call.deliver(result)
    }
    try call.require(weights.sizes == x.sizes, 1, "found weights of \(weights.message) for \(x.message)")
    let factors = try weights.doubles(call.context)
    for index in 0..<x.count { result.pointer(Double.self)[Int(elements[index])] += factors[index] }
    return try call.deliver(try result.converted(to: weights.type == .float32 ? .float32 : .float64, call.context))
  }

  /// Counts of `bins` equal parts of a range, which is that of the elements when it is empty.
  private static func histogram(
    _ call: Call, _ x: Tensor, _ bins: Int, _ low: Double, _ high: Double
  ) throws(LiteError) -> Tensor {
    try call.require(bins > 0, 1, "found \(bins) bins, expected 1 or more")
    try call.require(low <= high && (high - low).isFinite, 2, "found a range that is not finite or ends before it begins")
    var (low, high) = (low, high)
    let elements = try x.doubles(call.context)
    if low == high, x.count > 0 {
      (low, high) = (.infinity, -.infinity)
      for index in 0..<x.count { (low, high) = (min(low, elements[index]), max(high, elements[index])) }
      try call.require((high - low).isFinite, 0, "found elements that are not finite")
    }
    if low == high { (low, high) = (low - 1, high + 1) }
    // Next to a large number there is no other a step of 1 away.
    try call.require(low < high, 2, "found a range from \(ValueText.number(low)), which is too narrow to be divided")
    let counts = try call.makeTensor(.float64, Creation.vector(bins))
    try counts.fill(.int(0))
    for index in 0..<x.count {
      let value = elements[index]
      guard value >= low, value <= high else { continue }
      let bin = min(bins - 1, Int((value - low) / (high - low) * Double(bins)))
      counts.pointer(Double.self)[bin] += 1
    }
    return counts
  }

  private static func histogram(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let result = try histogram(call, x, try call.int(1), try call.scalar(2).double, try call.scalar(3).double)
    return try call.deliver(try result.converted(to: x.type, call.context))
  }

  // MARK: Distinct elements

  /// Slices of `x` along a dimension without repetition: of all equal ones the first.
  ///
  /// - Parameters:
  ///   - order: the slices so that equal ones are neighbours.
  ///   - isNew: whether the slice at a place of the order differs from the one before.
  private static func distinct(
    _ call: Call, _ x: Tensor, _ dimension: Int, _ order: [Int], inverseSizes: Dimensions, _ isNew: (Int) -> Bool
  ) throws(LiteError) -> Value {
    var starts: [Int64] = []
    var counts: [Int64] = []
    var inverse = [Int64](repeating: 0, count: order.count)
    for place in 0..<order.count {
      if place == 0 || isNew(place) {
        starts.append(Int64(order[place]))
        counts.append(0)
      }
      counts[counts.count - 1] += 1
      inverse[order[place]] = Int64(starts.count - 1)
    }
    let vector = Creation.vector(starts.count)
    let positions = try Creation.generateIntegers(call, .int64, vector) { starts[$0] }
    let none = Creation.vector(0)
    let wantsInverse = try call.flag("return_inverse")
    let wantsCounts = try call.flag("return_counts")
    let values = try Gathering.slices(x, dimension, positions, call.context)
    let inverses = try Creation.generateIntegers(call, .int64, wantsInverse ? inverseSizes : none) { inverse[$0] }
    if call.schema.returnCount == 2 { return try call.deliver(values, inverses) }
    return try call.deliver(
      values, inverses, try Creation.generateIntegers(call, .int64, wantsCounts ? vector : none) { counts[$0] })
  }

  /// Sort keys of all elements of each slice, slice after slice.
  private static func keys(_ x: Tensor, _ dimension: Int, _ call: Call) throws(LiteError) -> [[Int64]] {
    var result: [[Int64]] = []
    let count = x.sizes[dimension]
    // Eight bytes to a key, and while the list of a slice grows as many again; and what a list takes.
    try AllocationScope.checkRoom(try Checked.multiply(count, try Checked.add(16 * (x.count / max(count, 1)), 128)))
    for slice in 0..<count {
      var keys: [Int64] = []
      try ElementRuns(x.selected(dimension, slice), call.context, x.type.wide).forEach { (elements, count) in
        for index in 0..<count { keys.append(elements.orderKey(index, x.type.wide)) }
      }
      result.append(keys)
    }
    return result
  }

  /// Sort keys of the elements of a vector, when there is room for what `distinct` makes of them.
  private static func keys(_ x: Tensor, _ call: Call) throws(LiteError) -> Scratch<Int64> {
    // Order and inverse, and starts and counts while they grow: 8 bytes each.
    try AllocationScope.checkRoom(try Checked.multiply(x.count, 64))
    let keys: Scratch<Int64> = try call.context.scratch(x.count)
    var filled = 0
    try ElementRuns(x, call.context, x.type.wide).forEach { (elements, count) in
      for index in 0..<count { keys[filled + index] = elements.orderKey(index, x.type.wide) }
      filled += count
    }
    return keys
  }

  private static func unique(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let flat = try x.flattened(call.context)
    let keys = try keys(flat, call)
    let positions: Scratch<Int64> = try call.context.scratch(flat.count)
    try Ordering.sort(keys.base, flat.count, positions.base, call.context)
    let order = (0..<flat.count).map { Int(positions[$0]) }
    // NaN differs from NaN.
    return try distinct(call, flat, 0, order, inverseSizes: x.sizes) {
      keys[order[$0]] != keys[order[$0 - 1]] || (x.type.isFloatingPoint && keys[order[$0]] == .max)
    }
  }

  private static func uniqueSlices(_ call: Call, sorts: Bool) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    try call.require(x.rank > 0, 0, "found a tensor without dimensions")
    let dimension = try call.dimension(of: x.rank) ?? 0
    let keys = try keys(x, dimension, call)
    var order = [Int](0..<keys.count)
    if sorts { try call.context.spend(try Checked.add(x.count, order.count), 32) }
    if sorts { order.sort { isBefore(keys[$0], keys[$1]) || (keys[$0] == keys[$1] && $0 < $1) } }
    return try distinct(call, x, dimension, order, inverseSizes: Creation.vector(order.count)) {
      keys[order[$0]] != keys[order[$0 - 1]]
    }
  }

  private static func uniqueConsecutive(_ call: Call) throws(LiteError) -> Value {
    if call.given("dim") != nil { return try uniqueSlices(call, sorts: false) }
    let x = try call.plainTensor(0)
    let flat = try x.flattened(call.context)
    let keys = try keys(flat, call)
    let order = [Int](0..<flat.count)
    return try distinct(call, flat, 0, order, inverseSizes: x.sizes) { keys[$0] != keys[$0 - 1] }
  }

  private static func isBefore(_ a: [Int64], _ b: [Int64]) -> Bool {
    for index in 0..<min(a.count, b.count) where a[index] != b[index] { return a[index] < b[index] }
    return a.count < b.count
  }
}

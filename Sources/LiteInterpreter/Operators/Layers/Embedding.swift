import CLiteKernels
import CLitePlatform
import LiteFormat

/// Rows of a table by their numbers, and sums, means and maxima of bags of rows.
enum Embedding {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "embedding(weight, indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False)"
    ) {
      (call) throws(LiteError) in .tensor(try rows(call))
    }
    table.add(
      "embedding_bag(weight, indices, offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False) -> (Tensor, Tensor, Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try bag(call, nil)
    }
    table.add(
      "embedding_bag.padding_idx(weight, indices, offsets, bool scale_grad_by_freq, int mode, bool sparse, Tensor? per_sample_weights, bool include_last_offset, int? padding_idx) -> (Tensor, Tensor, Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in
      let count = try call.tensor(0).rank == 2 ? try call.tensor(0).sizes[0] : 0
      guard let padding = try call.optionalInt(8) else { return try bag(call, nil) }
      try call.require(padding >= -count && padding < count, 8, "found \(padding), expected \(-count) to \(count - 1)")
      return try bag(call, padding < 0 ? padding + count : padding)
    }
    table.add(
      "_embedding_bag(weight, indices, offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int padding_idx=-1) -> (Tensor, Tensor, Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in
      let padding = try call.int(8)
      return try bag(call, padding < 0 ? nil : padding)
    }
    table.add("embedding_renorm_(self&, indices, float max_norm, float norm_type)") {
      (call) throws(LiteError) in try renormalize(call)
    }
  }

  /// Scales the rows that are used down to a largest norm, in place.
  private static func renormalize(_ call: Call) throws(LiteError) -> Value {
    let weight = try call.floatingTensor(0)
    try call.require(weight.rank == 2, 0, "found a tensor of \(weight.message), expected 2 dimensions")
    let indices = try indices(call, 1, below: weight.sizes[0])
    let limit = try call.double(2)
    let p = try call.double(3)
    try weight.storage.prepareForWriting(call.arena)
    let isDone: Scratch<Bool> = try call.context.scratch(weight.sizes[0])
    for row in 0..<weight.sizes[0] { isDone[row] = false }
    for position in 0..<indices.count where !isDone[indices[position]] {
      isDone[indices[position]] = true
      let row = weight.selected(0, indices[position])
      let magnitudes = try Pointwise.doubles(call, [Operand(row)], result: .float64, toTarget: false) { (x, _, _) in abs(x) }
      let norm = try Losses.norm(magnitudes, .all(1), p, keeps: false, call.context).doubleElement(0)
      guard norm > limit else { continue }
      let factor = limit / (norm + 1e-7)
      let scaled = try Pointwise.doubles(call, [Operand(row)], result: row.type, toTarget: false) { (x, _, _) in x * factor }
      try row.copyBytes(from: scaled)
    }
    return .tensor(weight)
  }

  /// Numbers of rows, all of them checked.
  static func indices(_ call: Call, _ index: Int, below count: Int) throws(LiteError) -> IndexList {
    let tensor = try call.tensor(index)
    try call.require(
      tensor.type == .int64 || tensor.type == .int32, index, "found a tensor of \(tensor.message), expected int32 or int64")
    let result = try IndexList(tensor, call.context)
    for position in 0..<result.count {
      let value = result[position]
      try call.require(value >= 0 && value < count, index, "index out of range: found \(value), expected 0 to \(count - 1)")
    }
    return result
  }

  /// The sizes of the result: those of the indices and the length of a row.
  static func sizes(_ call: Call, _ index: Int, _ columns: Int) throws(LiteError) -> Dimensions {
    var sizes = try call.tensor(index).sizes
    try sizes.append(columns)
    return sizes
  }

  private static func rows(_ call: Call) throws(LiteError) -> Tensor {
    let original = try call.tensor(0)
    try call.require(original.rank == 2, 0, "found a tensor of \(original.message), expected 2 dimensions")
    let weight = try original.contiguous(in: call.arena)
    let columns = weight.sizes[1]
    _ = try indices(call, 1, below: weight.sizes[0])
    let numbers = try call.tensor(1).prepared(.int64, call.context)
    let result = try call.makeTensor(weight.type, try sizes(call, 1, columns), weight.quantization)
    let step = RowLookupStep(rows: weight.sizes[0], rowBytes: columns &* weight.type.size, count: numbers.count)
    try call.context.perform(step, [.tensor(weight), .tensor(numbers), .tensor(result)])
    call.isFullyPrepared()
    return result
  }

  private static func bag(_ call: Call, _ padding: Int?) throws(LiteError) -> Value {
    let original = try call.floatingTensor(0)
    try call.require(original.rank == 2, 0, "found a tensor of \(original.message), expected 2 dimensions")
    let columns = original.sizes[1]
    let mode = try call.int(4)
    try call.require((0...2).contains(mode), 4, "found \(mode), expected 0 (sum), 1 (mean) or 2 (max)")
    let bags = try Bags(
      call, indices: try indices(call, 1, below: original.sizes[0]), indicesArgument: 1, offsets: 2,
      includesLast: try call.bool(7), weights: 6)
    try call.require(mode == 0 || bags.weights == nil, 6, "found weights, which are for sums only")
    try call.context.spend(bags.indices.count, columns)
    let weight = try original.prepared(.float64, call.context)
    let result = try call.makeTensor(.float64, try Dimensions([bags.count, columns]))
    try result.fill(.int(0))
    // What PyTorch keeps for training beside the result: the bag of each index (but not where it takes its fast path for
    // sums), and sizes of bags, or for maxima the rows they are from. Sums have zeros there.
    let counts = try call.makeTensor(.int64, try Dimensions([bags.count]))
    let isFast = mode == 0 && padding == nil && original.type != .float64
    let owners = try call.makeTensor(.int64, try Dimensions([isFast ? 0 : bags.indices.count]))
    let origins = try call.makeTensor(.int64, mode == 2 ? result.sizes : counts.sizes)
    try owners.fill(.int(0))
    try origins.fill(.int(0))
    for bag in 0..<bags.count {
      let target = result.pointer(Double.self) + bag &* columns
      var count = 0
      for position in bags.range(bag) where bags.indices[position] != padding {
        let row = weight.pointer(Double.self) + bags.indices[position] &* columns
        let factor = bags.weights?.pointer(Float.self)[position] ?? 1
        for column in 0..<columns {
          if mode == 2 {
            if count == 0 || row[column] > target[column] {
              target[column] = row[column]
              origins.pointer(Int64.self)[bag &* columns + column] = Int64(bags.indices[position])
            }
          } else {
            target[column] += Double(factor) * row[column]
          }
        }
        count += 1
      }
      if mode == 1, count > 1 { for column in 0..<columns { target[column] /= Double(count) } }
      counts.pointer(Int64.self)[bag] = mode == 0 ? 0 : Int64(count)
      if !isFast { for position in bags.range(bag) { owners.pointer(Int64.self)[position] = Int64(bag) } }
    }
    let last = mode == 2 ? origins : try counts.clone(in: call.arena)
    return call.results(try result.converted(to: original.type, call.context), owners, counts, last)
  }
}

/// Indices in runs: bag b has those from offset b to the next.
struct Bags {
  let indices: IndexList
  let weights: Tensor?
  private let offsets: IndexList

  /// - Parameters:
  ///   - indicesArgument: its rows are the bags if it has two dimensions.
  ///   - offsets: where each bag begins, and with `includesLast` where the last ends.
  ///   - weights: which argument has a factor for each index.
  init(
    _ call: Call, indices: IndexList, indicesArgument: Int, offsets argument: Int, includesLast: Bool, weights weightArgument: Int
  ) throws(LiteError) {
    self.indices = indices
    let shape = try call.tensor(indicesArgument).sizes
    if shape.count == 2 {
      offsets = try IndexList(try Checked.add(shape[0], 1), call.context) { $0 &* shape[1] }
    } else {
      try call.require(shape.count == 1, indicesArgument, "found indices of \(shape.message), expected 1 or 2 dimensions")
      guard let tensor = try call.optionalTensor(argument) else {
        throw call.failure(argument, "found None, expected the offsets of the bags")
      }
      try call.require(
        tensor.rank == 1 && (tensor.type == .int64 || tensor.type == .int32), argument,
        "found a tensor of \(tensor.message), expected a vector of int32 or int64")
      let given = try IndexList(tensor, call.context)
      offsets =
        includesLast
        ? given : try IndexList(given.count + 1, call.context) { $0 < given.count ? given[$0] : indices.count }
      try call.require(offsets.count > 0, argument, "found no offsets, expected at least the end")
    }
    for index in 0..<offsets.count {
      try call.require(
        offsets[index] >= (index == 0 ? 0 : offsets[index - 1]) && offsets[index] <= indices.count, argument,
        "found offset \(offsets[index]), expected offsets that do not fall, up to \(indices.count)")
    }
    guard let weights = try call.optionalTensor(weightArgument) else {
      self.weights = nil
      return
    }
    try call.require(
      weights.count == indices.count && weights.type.isFloatingPoint, weightArgument,
      "found a tensor of \(weights.message), expected \(indices.count) floats")
    self.weights = try weights.prepared(.float32, call.context)
  }

  var count: Int { offsets.count - 1 }
  func range(_ bag: Int) -> Range<Int> { offsets[bag]..<offsets[bag + 1] }
}

/// Rows of a table by their numbers. Operands: table, numbers (int64), result.
///
/// A number outside of the table ends the run of a plan: interpretation reports it.
private final class RowLookupStep: PreparedStep {
  private let rows: Int
  private let rowBytes: Int
  private let count: Int

  init(rows: Int, rowBytes: Int, count: Int) {
    self.rows = rows
    self.rowBytes = rowBytes
    self.count = count
  }

  override var kernelName: StaticString { "copy" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    let numbers = operands[1, Int64.self]
    for position in 0..<count {
      let row = numbers[position]
      guard row >= 0, row < Int64(rows) else { return false }
      memcpy(operands[2] + position &* rowBytes, operands[0] + Int(row) &* rowBytes, rowBytes)
    }
    return true
  }
}

import CLiteKernels
import LiteFormat

/// Sequences of different lengths as one tensor: padded to one length, or packed step by step.
enum PackedSequences {
  static func declare(in table: inout OperatorTable) {
    table.add("_pack_padded_sequence(input, lengths, bool batch_first) -> (Tensor, Tensor)") {
      (call) throws(LiteError) in try pack(call)
    }
    table.add(
      "_pad_packed_sequence(data, batch_sizes, bool batch_first, Scalar padding_value, int total_length) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try pad(call)
    }
  }

  private static func pack(_ call: Call) throws(LiteError) -> Value {
    let original = try call.tensor(0)
    try call.require(
      original.rank >= 2 && original.count > 0, 0,
      "found a tensor of \(original.message), expected elements in at least 2 dimensions")
    let input = try call.bool(2) ? original.transposed(0, 1) : original
    let lengths = try IndexList(try call.tensor(1), call.context)
    try call.require(
      lengths.count == input.sizes[1], 1, "found \(lengths.count) lengths, expected \(input.sizes[1])")
    var total = 0
    for index in 0..<lengths.count {
      try call.require(
        lengths[index] > 0 && lengths[index] <= (index == 0 ? input.sizes[0] : lengths[index - 1]), 1,
        "found a length of \(lengths[index]), expected lengths from 1 to \(input.sizes[0]), longest first")
      total = try Checked.add(total, lengths[index])
    }
    try AllocationScope.checkRoom(try Checked.multiply(lengths[0], MemoryLayout<Int>.stride))
    var batchSizes = [Int](repeating: 0, count: lengths[0])
    for index in 0..<lengths.count { for step in 0..<lengths[index] { batchSizes[step] += 1 } }
    var sizes = input.sizes
    sizes.remove(at: 0)
    sizes[0] = total
    let result = try call.makeTensor(input.type, sizes, input.quantization)
    var start = 0
    for step in 0..<batchSizes.count {
      try result.sliced(0, start: start, count: batchSizes[step])
        .copyBytes(from: input.selected(0, step).sliced(0, start: 0, count: batchSizes[step]))
      start += batchSizes[step]
    }
    return call.results(result, try IndexList(batchSizes.count, call.context) { batchSizes[$0] }.vector)
  }

  private static func pad(_ call: Call) throws(LiteError) -> Value {
    let data = try call.tensor(0)
    let batchSizes = try IndexList(try call.tensor(1), call.context)
    let isBatchFirst = try call.bool(2)
    let total = try call.int(4)
    try call.require(
      data.rank >= 1 && data.count > 0 && batchSizes.count > 0, 0,
      "found a tensor of \(data.message) with \(batchSizes.count) batch sizes")
    try call.require(
      total <= 0 || total >= batchSizes.count, 4, "found \(total), expected at least the longest length of \(batchSizes.count)")
    let batch = batchSizes[0]
    var rows = 0
    for index in 0..<batchSizes.count {
      try call.require(
        batchSizes[index] > 0 && batchSizes[index] <= (index == 0 ? batch : batchSizes[index - 1]), 1,
        "found a batch size of \(batchSizes[index]), expected sizes that do not grow")
      rows = try Checked.add(rows, batchSizes[index])
    }
    try call.require(rows == data.sizes[0], 1, "found batch sizes for \(rows) rows of \(data.sizes[0])")
    var sizes = data.sizes
    sizes[0] = batch
    try sizes.insert(total > 0 ? total : batchSizes.count, at: 0)
    let result = try call.makeTensor(data.type, sizes, data.quantization)
    try result.fill(try call.numberOrTensor(3))
    try AllocationScope.checkRoom(try Checked.multiply(batch, MemoryLayout<Int>.stride))
    var lengths = [Int](repeating: 0, count: batch)
    var start = 0
    for step in 0..<batchSizes.count {
      let count = batchSizes[step]
      try result.selected(0, step).sliced(0, start: 0, count: count).copyBytes(from: data.sliced(0, start: start, count: count))
      for index in 0..<count { lengths[index] += 1 }
      start += count
    }
    return call.results(
      isBatchFirst ? result.transposed(0, 1) : result, try IndexList(batch, call.context) { lengths[$0] }.vector)
  }
}

import LiteFormat

/// Places of blocks in one piece of memory, so that blocks that are in use at one time do not overlap.
///
/// Greedy by size: the largest block first, each in the smallest gap between the placed blocks whose lifetimes meet
/// its own, else after them (Pisarchyk, Lee, "Efficient Memory Management for Deep Neural Net Inference", arXiv
/// 2001.03288, algorithm 3). Equal sizes keep the order of their first steps, so that the result is always the same.
struct ArenaLayout {
  /// A block that is written first by step `first` and used last by step `last`.
  struct Block {
    let byteCount: Int
    let first: Int
    let last: Int

    fileprivate func meets(_ other: Block) -> Bool { first <= other.last && other.first <= last }
  }

  /// Offset of each block, a multiple of `Arena.alignment`.
  let offsets: [Int]
  let byteCount: Int
  /// The largest sum of blocks that are in use at one time: no layout is smaller.
  let lowerBound: Int

  /// - Throws: `limitExceeded` when the sizes overflow.
  init(_ blocks: [Block]) throws(LiteError) {
    var sizes: [Int] = []
    for block in blocks { sizes.append(try Arena.rounded(block.byteCount)) }
    var order = [Int](blocks.indices)
    order.sort { (a, b) in
      if sizes[a] != sizes[b] { return sizes[a] > sizes[b] }
      return blocks[a].first != blocks[b].first ? blocks[a].first < blocks[b].first : a < b
    }
    var offsets = [Int](repeating: 0, count: blocks.count)
    /// What was placed, by rising offset.
    var placed: [Int] = []
    var total = 0
    for index in order {
      var best = -1
      var smallestGap = Int.max
      var end = 0
      for other in placed where blocks[other].meets(blocks[index]) {
        let gap = offsets[other] - end
        if gap >= sizes[index], gap < smallestGap {
          best = end
          smallestGap = gap
        }
        end = max(end, offsets[other] + sizes[other])
      }
      offsets[index] = best >= 0 ? best : end
      total = max(total, try Checked.add(offsets[index], sizes[index]))
      var position = placed.count
      while position > 0, offsets[placed[position - 1]] > offsets[index] { position -= 1 }
      placed.insert(index, at: position)
    }
    self.offsets = offsets
    byteCount = total
    lowerBound = try Self.largestSum(blocks, sizes)
  }

  private static func largestSum(_ blocks: [Block], _ sizes: [Int]) throws(LiteError) -> Int {
    var steps = 0
    for block in blocks { steps = max(steps, block.last + 1) }
    var changes = [Int](repeating: 0, count: steps + 1)
    for (index, block) in blocks.enumerated() {
      changes[block.first] = try Checked.add(changes[block.first], sizes[index])
      changes[block.last + 1] = try Checked.add(changes[block.last + 1], -sizes[index])
    }
    var sum = 0
    var largest = 0
    for change in changes {
      sum = try Checked.add(sum, change)
      largest = max(largest, sum)
    }
    return largest
  }
}

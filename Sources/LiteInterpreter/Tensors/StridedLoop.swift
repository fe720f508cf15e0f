import LiteFormat

/// Walks operands of one shape and any strides: the dimensions are put in the order of the first
/// operand's memory and merged where all operands allow it, so that the inner loop is as long as possible.
///
/// This is what PyTorch's TensorIterator does; kernels get one inner loop at a time.
struct StridedLoop {
  /// The operand at index 0 decides the order: the output, usually.
  static let maximumOperands = 4

  private var sizes = Dimensions()
  /// Byte strides of each operand.
  private var strides = InlineArray<4, Dimensions>(repeating: Dimensions())
  private var bases = InlineArray<4, UnsafeMutableRawPointer?>(repeating: nil)
  private let operands: Int

  /// - Parameters:
  ///   - sizes: common shape.
  ///   - operands: base address and byte strides for that shape (0 repeats an element).
  @inline(never)
  init(_ sizes: Dimensions, _ operands: [(base: UnsafeMutableRawPointer, strides: Dimensions)]) {
    self.operands = min(operands.count, Self.maximumOperands)
    var order: [Int] = []
    for index in 0..<sizes.count where sizes[index] != 1 { order.append(index) }
    // Insertion sort, largest stride of operand 0 first; equal strides keep their order.
    for position in order.indices.dropFirst() {
      var place = position
      while place > 0, operands[0].strides[order[place - 1]] < operands[0].strides[order[place]] {
        order.swapAt(place - 1, place)
        place -= 1
      }
    }
    var merged = Dimensions(repeating: 0, count: order.count)
    var mergedStrides = InlineArray<4, Dimensions>(repeating: merged)
    var count = 0
    for dimension in order {
      var canMerge = count > 0
      for operand in 0..<self.operands where canMerge {
        canMerge = mergedStrides[operand][count - 1] == operands[operand].strides[dimension] &* sizes[dimension]
      }
      if canMerge {
        merged[count - 1] = merged[count - 1] &* sizes[dimension]
      } else {
        merged[count] = sizes[dimension]
        count += 1
      }
      for operand in 0..<self.operands { mergedStrides[operand][count - 1] = operands[operand].strides[dimension] }
    }
    var final = Dimensions(repeating: 0, count: max(count, 1))
    for index in 0..<count { final[index] = merged[index] }
    if count == 0 { final[0] = 1 }
    for index in 0..<sizes.count where sizes[index] == 0 { final = Dimensions(repeating: 0, count: 1) }
    self.sizes = final
    for operand in 0..<self.operands {
      strides[operand] = mergedStrides[operand]
      bases[operand] = operands[operand].base
    }
  }

  /// Byte stride of an operand in the inner loop.
  func innerStride(_ operand: Int) -> Int { strides[operand].count == 0 ? 0 : strides[operand][sizes.count - 1] }

  /// The same walk over other memory.
  func placed(_ first: UnsafeMutableRawPointer, _ second: UnsafeMutableRawPointer, _ third: UnsafeMutableRawPointer? = nil)
    -> StridedLoop
  {
    var copy = self
    copy.bases[0] = first
    copy.bases[1] = second
    copy.bases[2] = third
    return copy
  }

  /// Calls `body` for each inner loop with the operands' addresses and the number of elements.
  @inline(never)
  func forEach(_ body: (_ addresses: InlineArray<4, UnsafeMutableRawPointer?>, _ count: Int) throws(LiteError) -> Void)
    throws(LiteError)
  {
    let inner = sizes[sizes.count - 1]
    guard inner > 0 else { return }
    var index = Dimensions(repeating: 0, count: sizes.count)
    var addresses = bases
    while true {
      try body(addresses, inner)
      var dimension = sizes.count - 2
      while dimension >= 0 {
        index[dimension] += 1
        for operand in 0..<operands { addresses[operand] = addresses[operand]! + strides[operand][dimension] }
        if index[dimension] < sizes[dimension] { break }
        for operand in 0..<operands {
          addresses[operand] = addresses[operand]! - strides[operand][dimension] &* sizes[dimension]
        }
        index[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }
}

extension Tensor {
  /// This tensor as an operand of a loop over `shape`, to which its sizes broadcast.
  @inline(never)
  func operand(_ shape: Dimensions) -> (base: UnsafeMutableRawPointer, strides: Dimensions) {
    var result = Dimensions(repeating: 0, count: shape.count)
    let lead = shape.count - rank
    for index in 0..<rank where sizes[index] != 1 { result[lead + index] = strides[index] &* type.size }
    return (data, result)
  }
}

/// Shapes that operands have in common (numpy's rules).
enum Broadcasting {
  /// - Throws: `operatorFailed` naming both shapes when they do not go together.
  @inline(never)
  static func shape(_ a: Dimensions, _ b: Dimensions) throws(LiteError) -> Dimensions {
    if a == b { return a }
    let count = max(a.count, b.count)
    var result = Dimensions(repeating: 1, count: count)
    for index in 0..<count {
      let fromA = index - (count - a.count)
      let fromB = index - (count - b.count)
      let sizeA = fromA < 0 ? 1 : a[fromA]
      let sizeB = fromB < 0 ? 1 : b[fromB]
      guard sizeA == sizeB || sizeA == 1 || sizeB == 1 else {
        throw LiteError(
          .operatorFailed,
          "The size of tensor a (\(sizeA)) must match the size of tensor b (\(sizeB)) at non-singleton dimension \(index): found shapes \(a.message) and \(b.message)"
        )
      }
      result[index] = sizeA == 1 ? sizeB : sizeA
    }
    _ = try result.product()
    return result
  }
}

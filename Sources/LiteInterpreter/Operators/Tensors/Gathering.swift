import CLiteKernels
import CLitePlatform
import LiteFormat

/// Reading and writing elements at positions that a tensor holds. Positions are checked once, made into
/// byte offsets, and one loop then moves elements of any size.
enum Gathering {
  /// What happens to the element at an offset.
  enum Action {
    case read
    case write
    /// A binary kernel of the old element and the new one, which are of the same type.
    case combine(lite_binary_loop)
  }

  /// Byte offsets for positions along a dimension of `size` elements that lie `stride` bytes apart.
  ///
  /// - Throws: `operatorFailed` with the position and the size when one is outside.
  static func offsets(
    _ positions: Tensor, size: Int, stride: Int, negativeFromEnd: Bool, _ context: Context
  ) throws(LiteError) -> Tensor {
    guard
      positions.type == .int64 || positions.type == .int32
        || (negativeFromEnd && positions.type.isIntegral && positions.type != .bool)
    else {
      throw LiteError(.operatorFailed, "found positions of \(positions.type.name), expected int64")
    }
    let result = try Tensor(.int64, positions.sizes, in: context.arena)
    try result.convert(from: positions, context)
    let values = result.pointer(Int64.self)
    let limit = Int64(size)
    for index in 0..<result.count {
      let position = values[index]
      let wrapped = position < 0 && negativeFromEnd ? position &+ limit : position
      guard wrapped >= 0, wrapped < limit else {
        throw LiteError(.operatorFailed, "index \(position) is out of bounds for a dimension of size \(size)")
      }
      values[index] = wrapped &* Int64(stride)
    }
    return result
  }

  /// For each element of `shape`: `other` is read from, or written to, `base` plus its byte strides plus the
  /// element's offset.
  static func run(
    _ shape: Dimensions, offsets: Tensor, base: (base: UnsafeMutableRawPointer, strides: Dimensions), other: Tensor,
    _ action: Action
  ) throws(LiteError) {
    let size = other.type.size
    guard try shape.product() > 0 else { return }
    let isReading = if case .read = action { true } else { false }
    // The tensor that is written decides the order; repeated positions are written in the index's order.
    let operands =
      isReading
      ? [other.operand(shape), offsets.operand(shape), base] : [offsets.operand(shape), other.operand(shape), base]
    let loop = StridedLoop(shape, operands)
    let otherOperand = isReading ? 0 : 1
    let (otherStride, offsetStride, baseStride) = (
      loop.innerStride(otherOperand), loop.innerStride(1 - otherOperand), loop.innerStride(2)
    )
    try loop.forEach { (addresses, count) throws(LiteError) in
      var other = addresses[otherOperand]!
      var offset = addresses[1 - otherOperand]!
      var place = addresses[2]!
      if offsetStride == 0 {
        // One position for the whole run.
        place += Int(offset.load(as: Int64.self))
        switch action {
        case .read: copy(other, otherStride, place, baseStride, count, size)
        case .write: copy(place, baseStride, other, otherStride, count, size)
        case .combine(let kernel): kernel(place, baseStride, place, baseStride, other, otherStride, count, nil)
        }
        return
      }
      for _ in 0..<count {
        let target = place + Int(offset.load(as: Int64.self))
        switch action {
        case .read: copy(other, size, target, size, 1, size)
        case .write: copy(target, size, other, size, 1, size)
        case .combine(let kernel): kernel(target, size, target, size, other, size, 1, nil)
        }
        other += otherStride
        offset += offsetStride
        place += baseStride
      }
    }
  }

  @inline(__always)
  private static func copy(
    _ target: UnsafeMutableRawPointer, _ targetStride: Int, _ source: UnsafeMutableRawPointer, _ sourceStride: Int, _ count: Int,
    _ size: Int
  ) {
    if targetStride == size, sourceStride == size, count > 1 {
      memcpy(target, source, count &* size)
      return
    }
    for index in 0..<count {
      let to = target + index &* targetStride
      let from = source + index &* sourceStride
      switch size {
      case 1: to.storeBytes(of: from.load(as: UInt8.self), as: UInt8.self)
      case 2: to.storeBytes(of: from.load(as: UInt16.self), as: UInt16.self)
      case 4: to.storeBytes(of: from.load(as: UInt32.self), as: UInt32.self)
      case 8: to.storeBytes(of: from.load(as: UInt64.self), as: UInt64.self)
      default: memcpy(to, from, size)
      }
    }
  }

  // MARK: Along one dimension

  /// `x` as an operand with one dimension taken out: an offset stands for it.
  static func operand(_ x: Tensor, without dimension: Int) -> (base: UnsafeMutableRawPointer, strides: Dimensions) {
    var strides = Dimensions(repeating: 0, count: x.rank)
    for index in 0..<x.rank where index != dimension { strides[index] = x.strides[index] &* x.type.size }
    return (x.data, strides)
  }

  /// Byte offsets of positions along one dimension of `x`.
  static func offsets(
    _ x: Tensor, _ dimension: Int, _ positions: Tensor, negativeFromEnd: Bool = false, _ context: Context
  ) throws(LiteError) -> Tensor {
    let size = x.rank == 0 ? 1 : x.sizes[dimension]
    let stride = x.rank == 0 ? 0 : x.strides[dimension] &* x.type.size
    return try offsets(positions, size: size, stride: stride, negativeFromEnd: negativeFromEnd, context)
  }

  /// The elements of `x` at positions along a dimension: a tensor of the positions' shape (`gather`).
  static func along(
    _ x: Tensor, _ dimension: Int, _ positions: Tensor, negativeFromEnd: Bool = false, _ context: Context
  ) throws(LiteError) -> Tensor {
    let result = try Tensor(x.type, positions.sizes, in: context.arena, quantization: x.quantization)
    let offsets = try offsets(x, dimension, positions, negativeFromEnd: negativeFromEnd, context)
    try run(positions.sizes, offsets: offsets, base: operand(x, without: dimension), other: result, .read)
    return result
  }

  /// A vector of positions as an index of whole slices: expanded over the other dimensions of `sizes`.
  static func spread(_ offsets: Tensor, _ dimension: Int, _ sizes: Dimensions) throws(LiteError) -> Tensor {
    var strides = Dimensions(repeating: 0, count: sizes.count)
    if sizes.count > 0 { strides[dimension] = offsets.rank == 0 ? 0 : offsets.strides[0] }
    return offsets.view(sizes: sizes, strides: strides, count: try sizes.product())
  }

  /// Slices of `x` at positions along a dimension (`index_select`).
  static func slices(_ x: Tensor, _ dimension: Int, _ positions: Tensor, _ context: Context) throws(LiteError) -> Tensor {
    var sizes = x.sizes
    if x.rank > 0 { sizes[dimension] = positions.count }
    _ = try sizes.product()
    let result = try Tensor(x.type, sizes, in: context.arena, quantization: x.quantization)
    let offsets = try spread(try offsets(x, dimension, positions, context), dimension, sizes)
    try run(sizes, offsets: offsets, base: operand(x, without: dimension), other: result, .read)
    return result
  }
}

import LiteFormat

/// Other views of the same memory. None copies.
extension Tensor {
  /// Strides for a view of other sizes, or nil if there is none without copying
  /// (pytorch/aten/src/ATen/TensorUtils.cpp, computeStride).
  func viewStrides(_ target: Dimensions) -> Dimensions? {
    if count == 0 { return target == sizes ? strides : target.contiguousStrides() }
    var result = Dimensions(repeating: 1, count: target.count)
    var viewDimension = target.count - 1
    // Walk the memory's runs from the last dimension; each run must be cut into whole new dimensions.
    var base = rank == 0 ? 1 : strides[rank - 1]
    var runCount = 1
    var viewCount = 1
    var dimension = rank - 1
    while dimension >= 0 {
      runCount = runCount &* sizes[dimension]
      let endsRun = dimension == 0 || (sizes[dimension - 1] != 1 && strides[dimension - 1] != runCount &* base)
      if endsRun {
        while viewDimension >= 0, viewCount < runCount || target[viewDimension] == 1 {
          result[viewDimension] = viewCount &* base
          viewCount = viewCount &* target[viewDimension]
          viewDimension -= 1
        }
        if viewCount != runCount { return nil }
        if dimension > 0 {
          base = strides[dimension - 1]
          runCount = 1
          viewCount = 1
        }
      }
      dimension -= 1
    }
    while viewDimension >= 0, rank == 0 || target[viewDimension] == 1 {
      result[viewDimension] = viewCount &* base
      viewDimension -= 1
    }
    return viewDimension < 0 ? result : nil
  }

  /// Sizes with at most one -1 worked out from the number of elements.
  func inferredSizes(_ requested: [Int]) throws(LiteError) -> Dimensions {
    var sizes = try Dimensions(requested)
    var unknown = -1
    var known = 1
    for index in 0..<sizes.count {
      if sizes[index] == -1 {
        guard unknown < 0 else { throw LiteError(.operatorFailed, "only one size can be -1, found \(sizes.message)") }
        unknown = index
      } else {
        guard sizes[index] >= 0 else { throw LiteError(.operatorFailed, "found a size of \(sizes[index]) in \(sizes.message)") }
        known = try Checked.multiply(known, sizes[index])
      }
    }
    if unknown >= 0 {
      guard known > 0, count % known == 0 else {
        throw LiteError(.operatorFailed, "shape \(sizes.message) is invalid for input of size \(count)")
      }
      sizes[unknown] = count / known
    } else {
      guard known == count else {
        throw LiteError(.operatorFailed, "shape \(sizes.message) is invalid for input of size \(count)")
      }
    }
    // Beside a size of 0 others could be anything.
    _ = try sizes.product()
    return sizes
  }

  /// A view of other sizes if the memory allows, else a copy.
  func reshaped(_ target: Dimensions, in arena: Arena) throws(LiteError) -> Tensor {
    if let strides = viewStrides(target) { return view(sizes: target, strides: strides, count: count) }
    let dense = try contiguous(in: arena)
    return dense.view(sizes: target, strides: target.contiguousStrides(), count: count)
  }

  /// Dimensions in another order; `order` holds each once.
  func permuted(_ order: [Int]) -> Tensor {
    var sizes = Dimensions(repeating: 0, count: rank)
    var strides = sizes
    for (index, source) in order.enumerated() {
      sizes[index] = self.sizes[source]
      strides[index] = self.strides[source]
    }
    var quantization = quantization
    if case .perChannel(let parameters) = quantization, let axis = order.firstIndex(of: parameters.axis) {
      quantization = .perChannel(
        ChannelQuantization(
          scales: parameters.scales, zeroPoints: parameters.zeroPoints, axis: axis, floatZeroPoints: parameters.floatZeroPoints))
    }
    return Tensor(
      storage: storage, offset: offset, type: type, sizes: sizes, strides: strides, count: count, quantization: quantization)
  }

  /// Two dimensions exchanged.
  func transposed(_ a: Int, _ b: Int) -> Tensor {
    var order = [Int](0..<rank)
    if rank > 0 { order.swapAt(a, b) }
    return permuted(order)
  }

  /// Elements `start`, `start + step`, … of a dimension; the caller has checked the bounds.
  func sliced(_ dimension: Int, start: Int, count length: Int, step: Int = 1) -> Tensor {
    var sizes = self.sizes
    var strides = self.strides
    sizes[dimension] = length
    strides[dimension] = strides[dimension] &* step
    let total = self.sizes[dimension] == 0 ? 0 : count / self.sizes[dimension] &* length
    return view(
      sizes: sizes, strides: strides, offset: offset &+ (length == 0 ? 0 : start &* self.strides[dimension]), count: total)
  }

  /// One position of a dimension, which disappears.
  func selected(_ dimension: Int, _ index: Int) -> Tensor {
    var sizes = self.sizes
    var strides = self.strides
    sizes.remove(at: dimension)
    strides.remove(at: dimension)
    return view(
      sizes: sizes, strides: strides, offset: offset &+ index &* self.strides[dimension],
      count: self.sizes[dimension] == 0 ? 0 : count / self.sizes[dimension])
  }

  /// A new dimension of size 1.
  func unsqueezed(_ dimension: Int) throws(LiteError) -> Tensor {
    var sizes = self.sizes
    var strides = self.strides
    let stride = dimension < rank ? strides[dimension] &* sizes[dimension] : 1
    try sizes.insert(1, at: dimension)
    try strides.insert(stride, at: dimension)
    return view(sizes: sizes, strides: strides, count: count)
  }

  /// Without those dimensions of size 1 for which `isWanted` holds.
  func squeezed(_ isWanted: (Int) -> Bool) -> Tensor {
    var sizes = self.sizes
    var strides = self.strides
    var index = rank - 1
    while index >= 0 {
      if sizes[index] == 1, isWanted(index) {
        sizes.remove(at: index)
        strides.remove(at: index)
      }
      index -= 1
    }
    return view(sizes: sizes, strides: strides, count: count)
  }

  /// Dimensions of size 1 repeated to other sizes, by strides of 0. -1 keeps a size.
  func expanded(_ target: [Int]) throws(LiteError) -> Tensor {
    var sizes = try Dimensions(target)
    var strides = Dimensions(repeating: 0, count: sizes.count)
    let lead = sizes.count - rank
    guard lead >= 0 else { throw LiteError(.operatorFailed, "expanding a tensor of \(message) to \(sizes.message)") }
    for index in 0..<sizes.count {
      let source = index - lead
      if source < 0 {
        guard sizes[index] >= 0 else { throw LiteError(.operatorFailed, "expanding a tensor of \(message) to \(sizes.message)") }
      } else if sizes[index] == -1 || sizes[index] == self.sizes[source] {
        sizes[index] = self.sizes[source]
        strides[index] = self.strides[source]
      } else {
        guard self.sizes[source] == 1, sizes[index] >= 0 else {
          throw LiteError(.operatorFailed, "expanding a tensor of \(message) to \(sizes.message)")
        }
      }
    }
    return view(sizes: sizes, strides: strides, count: try sizes.product())
  }
}

import CLiteKernels
import LiteFormat

/// Elements in a working type: double for floating types, int64 for integers and bool, in which every
/// reduction and every operator without a kernel computes. So that code exists twice, not ten times.
struct WideElements {
  let base: UnsafeMutableRawPointer
  var doubles: UnsafeMutablePointer<Double> { base.assumingMemoryBound(to: Double.self) }
  var integers: UnsafeMutablePointer<Int64> { base.assumingMemoryBound(to: Int64.self) }

  /// Numbers in the order of the values, to compare elements of any type: NaN is the largest.
  func orderKey(_ index: Int, _ type: DataType) -> Int64 {
    guard type == .float64 else { return integers[index] }
    let value = doubles[index]
    if value.isNaN { return .max }
    let bits = Int64(bitPattern: (value + 0).bitPattern)
    return bits < 0 ? bits ^ .max : bits
  }
}

extension DataType {
  /// The working type of this type.
  var wide: DataType { isFloatingPoint ? .float64 : .int64 }
}

/// The elements of a dense tensor, which lives as long as this.
struct DenseElements<Element: BitwiseCopyable> {
  let owner: Tensor

  var base: UnsafeMutablePointer<Element> { owner.pointer() }
  subscript(index: Int) -> Element { base[index] }
}

extension Tensor {
  /// A quantized tensor as its codes; others as they are.
  var comparableCodes: Tensor {
    guard type == .quint8 || type == .qint8 || type == .qint32 else { return self }
    return Tensor(storage: storage, offset: offset, type: type.storageType, sizes: sizes, strides: strides, count: count)
  }

  /// Codes as a tensor quantized like another.
  func quantized(like other: Tensor) -> Tensor {
    guard other.type.isQuantized else { return self }
    return Tensor(
      storage: storage, offset: offset, type: other.type, sizes: sizes, strides: strides, count: count,
      quantization: other.quantization)
  }

  /// All elements as doubles, last dimension fastest.
  func doubles(_ context: Context) throws(LiteError) -> DenseElements<Double> {
    DenseElements(owner: try converted(to: .float64, context).contiguous(in: context.arena))
  }

  /// All elements as integers, last dimension fastest.
  func integers(_ context: Context) throws(LiteError) -> DenseElements<Int64> {
    DenseElements(owner: try converted(to: .int64, context).contiguous(in: context.arena))
  }
}

/// All elements of a tensor, last dimension fastest, a run at a time in a working type.
struct ElementRuns {
  static let length = 256
  private let x: Tensor
  private let context: Context
  private let working: DataType

  init(_ x: Tensor, _ context: Context, _ working: DataType) {
    self.x = x
    self.context = context
    self.working = working
  }

  @inline(never)
  func forEach(_ body: (_ elements: WideElements, _ count: Int) -> Void) throws(LiteError) {
    let reduction = try Reduction(x, .all(x.rank), context, working)
    try reduction.forEach(run: body) { _ in }
  }
}

/// The driver of all reductions: some dimensions of a tensor go, and for each place in the others the
/// elements along them are visited in order.
struct Reduction {
  private let x: Tensor
  private let context: Context
  private let convert: lite_unary_loop
  /// Type of the elements that are visited.
  let working: DataType
  private let reducedSizes: Dimensions
  private let reducedStrides: Dimensions
  private let keptSizes: Dimensions
  private let keptStrides: Dimensions
  /// Elements that each result is made of.
  let length: Int
  /// Number of results.
  let count: Int
  /// Sizes of the result without and with `keepdim`.
  let sizes: Dimensions
  let sizesWithKept: Dimensions

  init(_ x: Tensor, _ dimensions: DimensionSet, _ context: Context, _ working: DataType? = nil) throws(LiteError) {
    // Codes of quantized elements are in the order of their values.
    let x = x.comparableCodes
    self.x = x
    self.context = context
    self.working = working ?? x.type.wide
    convert = try context.converter(x.type, self.working)
    var reducedSizes = Dimensions()
    var reducedStrides = Dimensions()
    var keptSizes = Dimensions()
    var keptStrides = Dimensions()
    var sizesWithKept = x.sizes
    for dimension in 0..<x.rank {
      let stride = x.strides[dimension] &* x.type.size
      if dimensions.contains(dimension) {
        try reducedSizes.append(x.sizes[dimension])
        try reducedStrides.append(stride)
        sizesWithKept[dimension] = 1
      } else {
        try keptSizes.append(x.sizes[dimension])
        try keptStrides.append(stride)
      }
    }
    self.reducedSizes = reducedSizes
    self.reducedStrides = reducedStrides
    self.keptSizes = keptSizes
    self.keptStrides = keptStrides
    length = try reducedSizes.product()
    count = try keptSizes.product()
    sizes = keptSizes
    self.sizesWithKept = sizesWithKept
  }

  /// Visits the elements of each result in runs, then calls `end` with the result's position.
  @inline(never)
  func forEach(
    run: (_ elements: WideElements, _ count: Int) throws(LiteError) -> Void, end: (_ position: Int) throws(LiteError) -> Void
  ) throws(LiteError) {
    context.recorder?.noteOtherWork()
    if count == 0 { return }
    let scratch: Scratch<Int64> = try context.scratch(ElementRuns.length)
    let buffer = WideElements(base: UnsafeMutableRawPointer(scratch.base))
    // A dimension of its own order: the order of elements must be that of the index.
    var index = Dimensions(repeating: 0, count: keptSizes.count)
    var start = x.data
    for position in 0..<count {
      if length > 0 {
        try forEachRow { (offset, stride, count) throws(LiteError) in
          var done = 0
          while done < count {
            let part = min(count - done, ElementRuns.length)
            convert(buffer.base, 8, start + offset + done &* stride, stride, part, nil)
            try run(buffer, part)
            done += part
          }
        }
      }
      try end(position)
      var dimension = keptSizes.count - 1
      while dimension >= 0 {
        index[dimension] += 1
        start += keptStrides[dimension]
        if index[dimension] < keptSizes[dimension] { break }
        start -= keptStrides[dimension] &* keptSizes[dimension]
        index[dimension] = 0
        dimension -= 1
      }
    }
  }

  /// The rows of the reduced dimensions in order.
  @inline(never)
  private func forEachRow(_ body: (_ offset: Int, _ stride: Int, _ count: Int) throws(LiteError) -> Void) throws(LiteError) {
    let last = reducedSizes.count - 1
    guard last >= 0 else { return try body(0, 8, 1) }
    var index = Dimensions(repeating: 0, count: reducedSizes.count)
    var offset = 0
    while true {
      try body(offset, reducedStrides[last], reducedSizes[last])
      var dimension = last - 1
      while dimension >= 0 {
        index[dimension] += 1
        offset = offset &+ reducedStrides[dimension]
        if index[dimension] < reducedSizes[dimension] { break }
        offset = offset &- reducedStrides[dimension] &* reducedSizes[dimension]
        index[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }

  /// Visits all elements of each result at once.
  @inline(never)
  func forEachGathered(_ body: (_ elements: WideElements, _ position: Int) throws(LiteError) -> Void) throws(LiteError) {
    let scratch: Scratch<Int64> = try context.scratch(length)
    var filled = 0
    try forEach { (elements, count) throws(LiteError) in
      UnsafeMutableRawPointer(scratch.base + filled).copyMemory(from: elements.base, byteCount: count * 8)
      filled += count
    } end: { (position) throws(LiteError) in
      try body(WideElements(base: UnsafeMutableRawPointer(scratch.base)), position)
      filled = 0
    }
  }

  /// A tensor of the working type for the results.
  func makeResult(_ type: DataType, keepingDimensions: Bool) throws(LiteError) -> Tensor {
    try Tensor(type, keepingDimensions ? sizesWithKept : sizes, in: context.arena)
  }
}

import LiteFormat

/// Where results go. PyTorch declares most operators three times: `f` returns a new tensor, `f_` changes its
/// first argument, and `f.out` writes to a last argument, which is resized. One function serves all three:
/// it asks the declaration.
extension Call {
  /// The tensor that result `number` is written to; nil when a new one is returned.
  @inline(never)
  func target(_ number: Int = 0) throws(LiteError) -> Tensor? {
    if schema.outCount > 0 { return try tensor(schema.arguments.count - schema.outCount + number) }
    return number == 0 && isInPlace ? try tensor(0) : nil
  }

  /// Whether the first argument is changed: `f_`.
  var isInPlace: Bool {
    guard schema.outCount == 0, let first = schema.arguments.first else { return false }
    return schema.text(first.type).contains(UInt8(ascii: "!"))
  }

  /// Checks that a result of this type and these sizes can be written to `target`, makes it so, and
  /// makes its memory writable.
  @inline(never)
  func prepare(_ target: Tensor, for sizes: Dimensions, _ type: DataType) throws(LiteError) {
    guard TypePromotion.canCast(type, target.type) else {
      throw LiteError(.operatorFailed, "a result of \(type.name) cannot be written to a tensor of \(target.type.name)")
    }
    if target.sizes != sizes {
      guard !isInPlace else {
        throw LiteError(
          .operatorFailed, "a result of \(sizes.message) does not fit the tensor of \(target.sizes.message) it is written to")
      }
      try target.resize(to: sizes, arena)
    }
    if target.hasInternalOverlap {
      throw LiteError(
        .operatorFailed, "a tensor of \(target.message) whose elements share memory cannot be written; clone it first")
    }
    try target.storage.prepareForWriting(arena)
  }

  /// Returns a result, or writes it to its target and returns that.
  @inline(never)
  func deliver(tensor result: Tensor, _ number: Int = 0) throws(LiteError) -> Tensor {
    guard let target = try target(number) else { return result }
    if target === result { return result }
    try prepare(target, for: result.sizes, result.type)
    try target.assign(from: result, context)
    return target
  }

  @inline(never)
  func deliver(_ result: Tensor) throws(LiteError) -> Value { .tensor(try deliver(tensor: result)) }

  /// Several results.
  @inline(never)
  func deliver(_ first: Tensor, _ second: Tensor) throws(LiteError) -> Value {
    .tuple(TupleValue([.tensor(try deliver(tensor: first, 0)), .tensor(try deliver(tensor: second, 1))]))
  }

  @inline(never)
  func deliver(_ first: Tensor, _ second: Tensor, _ third: Tensor) throws(LiteError) -> Value {
    .tuple(
      TupleValue([
        .tensor(try deliver(tensor: first, 0)), .tensor(try deliver(tensor: second, 1)), .tensor(try deliver(tensor: third, 2)),
      ]))
  }

  /// A new tensor of one number.
  func makeScalar(_ type: DataType, _ value: Scalar) throws(LiteError) -> Tensor {
    let result = try makeTensor(type, Dimensions())
    try result.setElement(0, value)
    return result
  }
}

extension Tensor {
  /// Whether two elements lie in the same place, which expanded tensors do.
  var hasInternalOverlap: Bool {
    for dimension in 0..<rank where sizes[dimension] > 1 && strides[dimension] == 0 { return true }
    return false
  }

  /// Whether the tensor reads memory of `other` otherwise than element by element in step.
  func overlapsOutOfStep(_ other: Tensor) -> Bool {
    storage === other.storage
      && !(offset == other.offset && type == other.type && sizes == other.sizes && strides == other.strides)
  }

  /// Gives the tensor other sizes, dense; its storage grows where needed.
  @inline(never)
  func resize(to sizes: Dimensions, _ arena: Arena) throws(LiteError) {
    let count = try sizes.product()
    let end = try Checked.multiply(try Checked.add(offset, count), type.size)
    try storage.prepareForWriting(arena)
    try storage.grow(to: end, arena)
    self.sizes = sizes
    strides = sizes.contiguousStrides()
    self.count = count
  }

  /// Copies all elements, converted, from a tensor that broadcasts to this shape and may share its memory.
  @inline(never)
  func assign(from source: Tensor, _ context: Context) throws(LiteError) {
    let safe = source.overlapsOutOfStep(self) ? try source.clone(in: context.arena) : source
    try storage.prepareForWriting(context.arena)
    try convert(from: safe, context)
  }

  /// A view with given strides for sizes to which this tensor broadcasts.
  @inline(never)
  func expanded(to shape: Dimensions) throws(LiteError) -> Tensor {
    if sizes == shape { return self }
    let lead = shape.count - rank
    var fits = lead >= 0
    var result = Dimensions(repeating: 0, count: shape.count)
    if fits {
      for dimension in 0..<rank {
        if sizes[dimension] != 1 { result[lead + dimension] = strides[dimension] }
        fits = fits && (sizes[dimension] == shape[lead + dimension] || sizes[dimension] == 1)
      }
    }
    guard fits else { throw LiteError(.operatorFailed, "a tensor of \(message) cannot be expanded to \(shape.message)") }
    return view(sizes: shape, strides: result, count: try shape.product())
  }

  /// A view with one dimension.
  @inline(never)
  func flattened(_ context: Context) throws(LiteError) -> Tensor {
    let dense = try contiguous(in: context.arena)
    return dense.view(sizes: Dimensions(repeating: count, count: 1), strides: Dimensions(repeating: 1, count: 1), count: count)
  }

  /// Strides for a result of these sizes made from this tensor: its own if it is such and has no gaps.
  func resultStrides(_ shape: Dimensions) -> Dimensions {
    sizes == shape && isDense ? strides : shape.contiguousStrides()
  }
}

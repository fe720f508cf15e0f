import CLiteKernels
import CLitePlatform
import LiteFormat

/// Reading and writing by tensors of positions and of bools.
enum Indexing {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      index.Tensor(self, Tensor?[] indices) | Tensor_out
      index.Tensor_hacked_twin(self, Tensor[] indices)
      """, atenIndexTensor)
    table.add(
      """
      index_put(self, Tensor?[] indices, values, bool accumulate=False) | _ | out
      index_put.hacked_twin(self, Tensor[] indices, values, bool accumulate=False) | _
      _index_put_impl_(self&, Tensor?[] indices, values, bool accumulate=False, bool unsafe=False)
      _index_put_impl_.hacked_twin(self&, Tensor[] indices, values, bool accumulate=False, bool unsafe=False)
      """, atenIndexPut)
    table.add("index_select(self, int dim, index) | out", atenIndexSelect)
    table.add("index_add(self, int dim, index, source, *, Scalar alpha=1) | _ | out", atenIndexAdd)
    table.add("index_copy(self, int dim, index, source) | _ | out", atenIndexCopy)
    table.add(
      """
      index_fill.int_Tensor(self, int dim, index, value) | _ | int_Tensor_out
      index_fill.int_Scalar(self, int dim, index, Scalar value) | _ | int_Scalar_out
      """, atenIndexFill)
    table.add("gather(self, int dim, index, *, bool sparse_grad=False) | out", atenGather)
    table.add(
      """
      scatter.value(self, int dim, index, Scalar value) | _ | value_out
      scatter.src(self, int dim, index, src) | _ | src_out
      scatter.reduce(self, int dim, index, src, *, str reduce) | _ | reduce_out
      scatter.value_reduce(self, int dim, index, Scalar value, *, str reduce) | _ | value_reduce_out
      """, atenScatter)
    table.add("scatter_add(self, int dim, index, src) | _ | out", atenScatterAdd)
    table.add(
      """
      scatter_reduce.two(self, int dim, index, src, str reduce, *, bool include_self=True) | _ | two_out
      """, atenScatterReduce)
    table.add("masked_select(self, mask) | out", atenMaskedSelect)
    table.add("masked_scatter(self, mask, source) | _ | out", atenMaskedScatter)
    table.add("take(self, index) | out", atenTake)
    table.add("put(self, index, source, bool accumulate=False) | _ | out", atenPut)
    table.add("take_along_dim(self, indices, int? dim=None) | out", atenTakeAlongDim)
    table.add(
      """
      nonzero(self) | out
      argwhere(self)
      """, atenNonzero)
    table.add("nonzero_static(self, *, SymInt size, int fill_value=-1) | out", atenNonzeroStatic)
    table.add(
      """
      _unsafe_index.Tensor(self, Tensor?[] indices)
      _unsafe_index.Tensor_hacked_twin(self, Tensor[] indices)
      """, atenIndexTensor)
    table.add(
      """
      _unsafe_index_put(self, Tensor?[] indices, values, bool accumulate=False)
      _unsafe_index_put.hacked_twin(self, Tensor[] indices, values, bool accumulate=False)
      """, atenIndexPut)
    table.add(
      "_unsafe_masked_index(self, mask, Tensor?[] indices, Scalar fill)",
      atenUnsafeMaskedIndex)
    table.add(
      "_unsafe_masked_index_put_accumulate(self, mask, Tensor?[] indices, values)",
      atenUnsafeMaskedIndexPutAccumulate)
    table.add("index_reduce(self, int dim, index, source, str reduce, *, bool include_self=True) | _ | out", atenIndexReduce)
    table.add(
      """
      nonzero_numpy(self) -> Tensor[]
      where(condition) -> Tensor[]
      """, atenNonzeroNumpy)
  }

  // MARK: What the table refers to

  private static func atenIndexTensor(_ call: Call) throws(LiteError) -> Value { try index(call) }
  private static func atenNonzeroNumpy(_ call: Call) throws(LiteError) -> Value { try nonzeroList(call) }
  private static func atenIndexPut(_ call: Call) throws(LiteError) -> Value { try indexPut(call) }
  private static func atenIndexSelect(_ call: Call) throws(LiteError) -> Value { try indexSelect(call) }
  private static func atenIndexAdd(_ call: Call) throws(LiteError) -> Value {
    try indexWrite(call, combining: LITE_BINARY_ADD)
  }
  private static func atenIndexCopy(_ call: Call) throws(LiteError) -> Value { try indexWrite(call, combining: nil) }
  private static func atenIndexFill(_ call: Call) throws(LiteError) -> Value { try indexWrite(call, combining: nil) }
  private static func atenGather(_ call: Call) throws(LiteError) -> Value { try gather(call) }
  private static func atenScatter(_ call: Call) throws(LiteError) -> Value { try scatter(call) }
  private static func atenScatterAdd(_ call: Call) throws(LiteError) -> Value { try scatterAdd(call) }
  private static func atenScatterReduce(_ call: Call) throws(LiteError) -> Value {
    try scatterReduce(call, at: try call.plainTensor(2))
  }
  private static func atenMaskedSelect(_ call: Call) throws(LiteError) -> Value { try maskedSelect(call) }
  private static func atenMaskedScatter(_ call: Call) throws(LiteError) -> Value { try maskedScatter(call) }
  private static func atenTake(_ call: Call) throws(LiteError) -> Value { try take(call) }
  private static func atenPut(_ call: Call) throws(LiteError) -> Value { try put(call) }
  private static func atenTakeAlongDim(_ call: Call) throws(LiteError) -> Value { try takeAlong(call) }
  private static func atenNonzeroStatic(_ call: Call) throws(LiteError) -> Value { try nonzeroStatic(call) }
  private static func atenUnsafeMaskedIndex(_ call: Call) throws(LiteError) -> Value { try maskedIndex(call) }
  private static func atenUnsafeMaskedIndexPutAccumulate(_ call: Call) throws(LiteError) -> Value {
    try maskedIndexSum(call)
  }
  private static func atenIndexReduce(_ call: Call) throws(LiteError) -> Value {
    let isSum = try call.isText("reduce", "sum")
    try call.require(!isSum, 4, "found sum, expected prod, mean, amax or amin; index_add sums")
    // The same positions for all of a slice.
    let index = try positions(call, 2)
    let source = atLeastVector(try call.plainTensor(3))
    let dimension = try call.dimension(1, of: source.rank)
    try call.require(
      source.sizes[dimension] == index.count, 2, "found \(index.count) positions for a source of \(source.message)")
    return try scatterReduce(call, at: try Gathering.spread(index, dimension, source.sizes))
  }
  private static func atenNonzero(_ call: Call) throws(LiteError) -> Value { try nonzero(call) }

  /// The tensor that a writing operator changes: its first argument itself, or a copy of it.
  private static func modified(_ call: Call) throws(LiteError) -> Tensor {
    let x = try call.tensor(0)
    guard call.isInPlace else { return try x.clone(in: call.arena) }
    guard !x.hasInternalOverlap else {
      throw call.failure(0, "a tensor of \(x.message) whose elements share memory cannot be written; clone it first")
    }
    try x.storage.prepareForWriting(call.arena)
    return x
  }

  /// Values in the type of `x`, not in its memory.
  private static func values(_ source: Tensor, for x: Tensor, _ call: Call) throws(LiteError) -> Tensor {
    let converted = try source.converted(to: x.type, call.context)
    return converted.storage === x.storage ? try converted.clone(in: call.arena) : converted
  }

  private static func combining(_ call: Call, _ operation: Int, _ x: Tensor) throws(LiteError) -> Gathering.Action {
    guard let kernel = call.kernels.binary_loop(Int32(operation), Int32(x.type.rawValue)) else {
      throw LiteError(.operatorFailed, "this operator is not for \(x.type.name)")
    }
    return .combine(kernel)
  }

  /// A tensor without dimensions as one with a single dimension.
  private static func atLeastVector(_ x: Tensor) -> Tensor {
    x.rank > 0 ? x : x.view(sizes: Creation.vector(1), strides: Creation.vector(1), count: 1)
  }

  // MARK: Where bools are true

  /// Makes a matrix with a row for each element that is not zero, in order: `body` fills it in.
  private static func rows(
    ofTrue mask: Tensor, columns: Int, _ call: Call, _ body: (_ place: Dimensions, _ row: UnsafeMutablePointer<Int64>) -> Void
  ) throws(LiteError) -> Tensor {
    let flags = DenseElements<UInt8>(owner: try mask.converted(to: .bool, call.context).contiguous(in: call.arena))
    call.context.recorder?.noteOtherWork()
    // Counted first, so that the memory limit refuses what is too large.
    var count = 0
    for index in 0..<mask.count where flags[index] != 0 { count += 1 }
    let result = try Tensor(.int64, try Dimensions([count, columns]), in: call.arena)
    var row = result.pointer(Int64.self)
    var place = Dimensions(repeating: 0, count: mask.rank)
    for index in 0..<mask.count {
      if flags[index] != 0 {
        body(place, row)
        row += columns
      }
      var dimension = mask.rank - 1
      while dimension >= 0 {
        place[dimension] += 1
        if place[dimension] < mask.sizes[dimension] { break }
        place[dimension] = 0
        dimension -= 1
      }
    }
    return result
  }

  /// The places of elements that are not zero, one row each.
  private static func places(_ x: Tensor, _ call: Call) throws(LiteError) -> Tensor {
    try rows(ofTrue: x, columns: x.rank, call) { (place, row) in
      for dimension in 0..<x.rank { row[dimension] = Int64(place[dimension]) }
    }
  }

  private static func nonzero(_ call: Call) throws(LiteError) -> Value {
    try call.deliver(try places(try call.plainTensor(0), call))
  }

  /// So many rows of places: the first ones, or filled up.
  private static func nonzeroStatic(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let rows = try call.int("size", else: 0)
    try call.require(rows >= 0, 1, "found \(rows), expected 0 or more")
    let found = try places(x, call)
    let result = try call.makeTensor(.int64, try Dimensions([rows, x.rank]))
    try result.fill(.int(Int64(try call.int("fill_value", else: -1))))
    let count = min(rows, found.sizes[0])
    try result.sliced(0, start: 0, count: count).copyBytes(from: found.sliced(0, start: 0, count: count))
    return try call.deliver(result)
  }

  private static func nonzeroList(_ call: Call) throws(LiteError) -> Value {
    let x = atLeastVector(try call.plainTensor(0))
    return .list(ListValue(columns(try places(x, call)).map { .tensor($0) }, of: .tensor))
  }

  private static func columns(_ matrix: Tensor) -> [Tensor] { (0..<matrix.sizes[1]).map { matrix.selected(1, $0) } }

  /// Byte offsets in `x` of the elements that a mask of the same shape selects.
  private static func selectedOffsets(_ x: Tensor, _ mask: Tensor, _ call: Call) throws(LiteError) -> Tensor {
    guard mask.type == .bool || mask.type == .uint8 else {
      throw call.failure(1, "found a tensor of \(mask.message), expected bool")
    }
    return try rows(ofTrue: mask, columns: 1, call) { (place, row) in
      var offset = 0
      for dimension in 0..<x.rank { offset = offset &+ place[dimension] &* x.strides[dimension] }
      row[0] = Int64(offset &* x.type.size)
    }.selected(1, 0)
  }

  private static func maskedSelect(_ call: Call) throws(LiteError) -> Value {
    let a = try call.tensor(0)
    let mask = try call.plainTensor(1)
    let shape = try Broadcasting.shape(a.sizes, mask.sizes)
    let x = try a.expanded(to: shape)
    let offsets = try selectedOffsets(x, try mask.expanded(to: shape), call)
    let result = try Tensor(x.type, offsets.sizes, in: call.arena, quantization: x.quantization)
    try Gathering.run(offsets.sizes, offsets: offsets, base: (x.data, Creation.vector(0)), other: result, .read)
    return try call.deliver(result)
  }

  private static func maskedScatter(_ call: Call) throws(LiteError) -> Value {
    let mask = try call.plainTensor(1)
    try call.require(mask.type == .bool, 1, "found a mask of \(mask.message), expected bool")
    var x = try modified(call)
    if !call.isInPlace {
      x = try x.expanded(to: try Broadcasting.shape(x.sizes, mask.sizes)).clone(
        strides: try Broadcasting.shape(x.sizes, mask.sizes).contiguousStrides(), in: call.arena)
    }
    let offsets = try selectedOffsets(x, try mask.expanded(to: x.sizes), call)
    let source = try values(try call.plainTensor(2), for: x, call).flattened(call.context)
    try call.require(source.count >= offsets.count, 2, "found \(source.count) elements, expected \(offsets.count) or more")
    let first = source.sliced(0, start: 0, count: offsets.count)
    try Gathering.run(offsets.sizes, offsets: offsets, base: (x.data, Creation.vector(0)), other: first, .write)
    return try call.deliver(x)
  }

  // MARK: Several positions at once

  /// `x[indices]` as a shape, byte offsets for it, and `x` as an operand of it.
  private struct Selection {
    let shape: Dimensions
    let offsets: Tensor
    let strides: Dimensions

    /// - Parameter indices: one for each dimension of `x`; nil takes all of it.
    init(_ x: Tensor, _ indices: [Tensor?], _ call: Call) throws(LiteError) {
      var common = Dimensions()
      var first = -1
      var last = -1
      var number = 0
      for dimension in 0..<x.rank {
        guard let index = indices[dimension] else { continue }
        common = try Broadcasting.shape(common, index.sizes)
        if first < 0 { first = dimension }
        last = dimension
        number += 1
      }
      let total = try Tensor(.int64, common, in: call.arena)
      try total.fill(.int(0))
      let sums = total.pointer(Int64.self)
      for dimension in 0..<x.rank {
        guard let index = indices[dimension] else { continue }
        let part = try Gathering.offsets(x, dimension, index, negativeFromEnd: true, call.context)
        let spread = try part.expanded(to: common).integers(call.context)
        for position in 0..<total.count { sums[position] = sums[position] &+ spread[position] }
      }
      // The indexed dimensions come where they are if they are neighbours, else first.
      let place = last - first + 1 == number ? first : 0
      var shape = Dimensions()
      var strides = Dimensions()
      var offsetStrides = Dimensions()
      for dimension in 0...x.rank {
        if dimension == place || (dimension == x.rank && place < 0) {
          for index in 0..<common.count {
            try shape.append(common[index])
            try strides.append(0)
            try offsetStrides.append(total.strides[index])
          }
        }
        guard dimension < x.rank, indices[dimension] == nil else { continue }
        try shape.append(x.sizes[dimension])
        try strides.append(x.strides[dimension] &* x.type.size)
        try offsetStrides.append(0)
      }
      self.shape = shape
      self.strides = strides
      offsets = total.view(sizes: shape, strides: offsetStrides, count: try shape.product())
    }
  }

  /// The indices of a call: masks become positions, and the list is as long as the rank of `x`.
  ///
  /// - Parameter clamps: positions outside become the nearest inside.
  private static func indices(_ call: Call, _ x: Tensor, at argument: Int = 1, clamps: Bool = false) throws(LiteError)
    -> [Tensor?]
  {
    var result: [Tensor?] = []
    for item in try call.list(argument).items {
      switch item {
      case .none: result.append(nil)
      case .tensor(let tensor) where tensor.type == .bool || tensor.type == .uint8:
        for dimension in 0..<tensor.rank {
          guard result.count + dimension < x.rank, tensor.sizes[dimension] == x.sizes[result.count + dimension] else {
            throw call.failure(1, "a mask of \(tensor.message) does not match the indexed tensor of \(x.message)")
          }
        }
        let places = try places(tensor, call)
        if tensor.rank == 0 { throw LiteError(.unsupported, "an index that is a bool without dimensions") }
        for column in columns(places) { result.append(column) }
      case .tensor(let tensor):
        guard clamps, result.count < x.rank else {
          result.append(tensor)
          continue
        }
        let size = Int64(x.sizes[result.count])
        result.append(
          try Pointwise.integers(call, [Operand(tensor)], result: .int64, toTarget: false) { (index, _, _) in
            min(max(index, -size), size - 1)
          })
      default: throw call.failure(argument, "found a list with \(item.typeName), expected Tensor or None")
      }
    }
    guard result.count <= x.rank else { throw call.failure(1, "found \(result.count) indices for a tensor of \(x.message)") }
    while result.count < x.rank { result.append(nil) }
    return result
  }

  private static func index(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let selection = try Selection(x, try indices(call, x), call)
    let result = try Tensor(x.type, selection.shape, in: call.arena, quantization: x.quantization)
    try Gathering.run(selection.shape, offsets: selection.offsets, base: (x.data, selection.strides), other: result, .read)
    return try call.deliver(result)
  }

  /// `x[indices]` where a mask holds, another number elsewhere, where positions may be anything.
  private static func maskedIndex(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let mask = try call.plainTensor(1)
    let fill = Operand(try call.scalar(3))
    // Nothing can be selected: as if of zeros, at any position.
    let source = x.count > 0 ? x : try zeros(x.type, call).expanded(to: Dimensions(repeating: 1, count: x.rank))
    let selection = try Selection(source, try indices(call, source, at: 2, clamps: true), call)
    let values = try Tensor(x.type, selection.shape, in: call.arena)
    try Gathering.run(selection.shape, offsets: selection.offsets, base: (source.data, selection.strides), other: values, .read)
    let operands = [Operand(values), Operand(mask), fill]
    return .tensor(
      try Pointwise.numbers(call, operands, result: x.type, toTarget: false) { (value, isKept, fill) in
        isKept != 0 ? value : fill
      } _: { (value, isKept, fill) in
        isKept != 0 ? value : fill
      })
  }

  private static func zeros(_ type: DataType, _ call: Call) throws(LiteError) -> Tensor { try call.makeScalar(type, .int(0)) }

  /// A copy of `x` with values added at positions, those where a mask does not hold left out.
  private static func maskedIndexSum(_ call: Call) throws(LiteError) -> Value {
    let x = try modified(call)
    if x.count == 0 { return .tensor(x) }
    let selection = try Selection(x, try indices(call, x, at: 2, clamps: true), call)
    let operands = [Operand(try call.plainTensor(3)), Operand(try call.plainTensor(1))]
    let kept = try Pointwise.numbers(call, operands, result: x.type, toTarget: false) { (value, isKept, _) in
      isKept != 0 ? value : 0
    } _: { (value, isKept, _) in
      isKept != 0 ? value : 0
    }
    try Gathering.run(
      selection.shape, offsets: selection.offsets, base: (x.data, selection.strides),
      other: try kept.expanded(to: selection.shape), try combining(call, LITE_BINARY_ADD, x))
    return .tensor(x)
  }

  private static func indexPut(_ call: Call) throws(LiteError) -> Value {
    let x = try modified(call)
    let selection = try Selection(x, try indices(call, x), call)
    var source = try values(try call.plainTensor(2), for: x, call)
    // Leading dimensions of size 1 that the selection does not have are ignored.
    while source.rank > selection.shape.count, source.sizes[0] == 1 { source = source.selected(0, 0) }
    let action: Gathering.Action = try call.flag("accumulate") ? try combining(call, LITE_BINARY_ADD, x) : .write
    try Gathering.run(
      selection.shape, offsets: selection.offsets, base: (x.data, selection.strides),
      other: try source.expanded(to: selection.shape), action)
    return try call.deliver(x)
  }

  // MARK: Slices along a dimension

  private static func positions(_ call: Call, _ index: Int) throws(LiteError) -> Tensor {
    let positions = try call.plainTensor(index)
    try call.require(positions.rank <= 1, index, "found a tensor of \(positions.message), expected a vector")
    return try atLeastVector(positions).contiguous(in: call.arena)
  }

  private static func indexSelect(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let dimension = try call.dimension(1, of: x.rank)
    let positions = try positions(call, 2)
    let result = try Gathering.slices(atLeastVector(x), dimension, positions, call.context)
    return try call.deliver(x.rank == 0 ? result.selected(0, 0) : result)
  }

  /// `index_add`, `index_copy`, `index_fill`.
  private static func indexWrite(_ call: Call, combining operation: Int?) throws(LiteError) -> Value {
    let result = try modified(call)
    let x = atLeastVector(result)
    let dimension = try call.dimension(1, of: result.rank)
    let positions = try positions(call, 2)
    var shape = x.sizes
    shape[dimension] = positions.count
    let given = try call.operand(3)
    var source = try values(try given.converted(to: x.type, call.context), for: x, call)
    if call.position("value") != nil {
      try call.require(source.count == 1, 3, "found a tensor of \(source.message), expected one number")
      source = try source.reshaped(Dimensions(), in: call.arena).expanded(to: shape)
    } else {
      source = atLeastVector(source)
      try call.require(source.sizes == shape, 3, "found a tensor of \(source.message), expected \(shape.message)")
    }
    if let index = call.given("alpha") {
      let alpha = try call.scalar(index)
      source = try Pointwise.numbers(call, [Operand(source), Operand(alpha)], result: x.type, toTarget: false) { (a, b, _) in
        a * b
      } _: { (a, b, _) in
        a &* b
      }
    }
    let offsets = try Gathering.spread(try Gathering.offsets(x, dimension, positions, call.context), dimension, shape)
    let action: Gathering.Action = if let operation { try combining(call, operation, x) } else { .write }
    try Gathering.run(shape, offsets: offsets, base: Gathering.operand(x, without: dimension), other: source, action)
    return try call.deliver(result)
  }

  // MARK: Elements along a dimension

  /// Checks that positions have the rank of `x` and are no larger but in `dimension`.
  private static func checkPositions(_ call: Call, _ index: Tensor, _ other: Tensor, except dimension: Int, argument: Int)
    throws(LiteError)
  {
    var fits = index.rank == other.rank
    if fits {
      for position in 0..<index.rank where position != dimension && index.sizes[position] > other.sizes[position] { fits = false }
    }
    try call.require(fits || index.count == 0, argument, "found positions of \(index.message) for a tensor of \(other.message)")
  }

  private static func gather(_ call: Call) throws(LiteError) -> Value {
    let whole = try call.tensor(0)
    let x = atLeastVector(whole)
    let dimension = try call.dimension(1, of: whole.rank)
    let given = try call.plainTensor(2)
    let index = atLeastVector(given)
    try checkPositions(call, index, x, except: dimension, argument: 2)
    if index.count == 0 { return try call.deliver(try Tensor(x.type, given.sizes, in: call.arena)) }
    let result = try Gathering.along(x, dimension, index, call.context)
    return try call.deliver(given.rank == 0 ? result.selected(0, 0) : result)
  }

  private static func takeAlong(_ call: Call) throws(LiteError) -> Value {
    var x = try call.tensor(0)
    var index = try call.plainTensor(1)
    guard let dimension = try call.dimension(of: x.rank) else {
      x = try x.flattened(call.context)
      index = try index.flattened(call.context)
      return try call.deliver(try Gathering.along(x, 0, index, call.context))
    }
    try call.require(x.rank == index.rank && x.rank > 0, 1, "found positions of \(index.message) for a tensor of \(x.message)")
    // All dimensions but one broadcast.
    var a = x.sizes
    var b = index.sizes
    a[dimension] = 1
    b[dimension] = 1
    var shape = try Broadcasting.shape(a, b)
    shape[dimension] = x.sizes[dimension]
    x = try x.expanded(to: shape)
    shape[dimension] = index.sizes[dimension]
    return try call.deliver(
      try Gathering.along(x, dimension, try index.expanded(to: shape), negativeFromEnd: true, call.context))
  }

  /// Writes `source` into `x` at positions along a dimension.
  private static func scatter(
    _ call: Call, _ x: Tensor, _ dimension: Int, _ positions: Tensor, _ source: Operand, _ action: Gathering.Action
  ) throws(LiteError) {
    let target = atLeastVector(x)
    let index = atLeastVector(positions)
    if let source = source.tensor {
      try call.require(source.type == x.type, 3, "found a tensor of \(source.message), expected \(x.type.name)")
    }
    if index.count == 0 { return }
    try checkPositions(call, index, target, except: dimension, argument: 2)
    var other = try values(try source.converted(to: x.type, call.context), for: x, call)
    if source.tensor == nil {
      other = try other.expanded(to: index.sizes)
    } else {
      other = atLeastVector(other)
      try checkPositions(call, index, other, except: -1, argument: 2)
      other = other.view(sizes: index.sizes, strides: other.strides, count: index.count)
    }
    let offsets = try Gathering.offsets(target, dimension, index, call.context)
    try Gathering.run(index.sizes, offsets: offsets, base: Gathering.operand(target, without: dimension), other: other, action)
  }

  private static func scatter(_ call: Call) throws(LiteError) -> Value {
    let x = try modified(call)
    let dimension = try call.dimension(1, of: x.rank)
    var action = Gathering.Action.write
    if let index = call.given("reduce") {
      let isSum = try call.isText("reduce", "add")
      let isProduct = try call.isText("reduce", "multiply")
      try call.require(isSum || isProduct, index, "expected add or multiply")
      action = try combining(call, isSum ? LITE_BINARY_ADD : LITE_BINARY_MUL, x)
    }
    try scatter(call, x, dimension, try call.plainTensor(2), try call.operand(3), action)
    return try call.deliver(x)
  }

  private static func scatterAdd(_ call: Call) throws(LiteError) -> Value {
    let x = try modified(call)
    let dimension = try call.dimension(1, of: x.rank)
    try scatter(call, x, dimension, try call.plainTensor(2), try call.operand(3), try combining(call, LITE_BINARY_ADD, x))
    return try call.deliver(x)
  }

  private static func scatterReduce(_ call: Call, at index: Tensor) throws(LiteError) -> Value {
    let x = try modified(call)
    let dimension = try call.dimension(1, of: x.rank)
    let source = try call.operand(3)
    let isMean = try call.isText("reduce", "mean")
    let operation: Int
    let identity: Scalar
    let isSum = try call.isText("reduce", "sum")
    if isMean || isSum {
      (operation, identity) = (LITE_BINARY_ADD, .int(0))
    } else if try call.isText("reduce", "prod") {
      (operation, identity) = (LITE_BINARY_MUL, .int(1))
    } else {
      let isMaximum = try call.isText("reduce", "amax")
      let isMinimum = try call.isText("reduce", "amin")
      try call.require(isMaximum || isMinimum, 4, "expected sum, prod, mean, amax or amin")
      operation = isMaximum ? LITE_BINARY_MAXIMUM : LITE_BINARY_MINIMUM
      let bits = x.type.size * 8
      let lowest: Int64 = x.type == .uint8 || x.type == .bool ? 0 : -(Int64.max >> (64 - bits)) - 1
      let highest: Int64 = x.type == .uint8 ? 255 : Int64.max >> (64 - bits)
      identity = x.type.isFloatingPoint ? .double(isMaximum ? -.infinity : .infinity) : .int(isMaximum ? lowest : highest)
    }
    let includesSelf = try call.flag("include_self")
    if !includesSelf { try scatter(call, x, dimension, index, Operand(identity), .write) }
    try scatter(call, x, dimension, index, source, try combining(call, operation, x))
    if isMean {
      let counts = try Tensor(.int64, x.sizes, in: call.arena)
      try counts.fill(.int(includesSelf ? 1 : 0))
      try scatter(call, counts, dimension, index, Operand(.int(1)), try combining(call, LITE_BINARY_ADD, counts))
      let mean = try Pointwise.numbers(call, [Operand(x), Operand(counts)], result: x.type, toTarget: false) { (sum, count, _) in
        sum / max(count, 1)
      } _: { (sum, count, _) in
        let divisor = max(count, 1)
        return sum / divisor - (sum % divisor < 0 ? 1 : 0)
      }
      try x.convert(from: mean, call.context)
    }
    return try call.deliver(x)
  }

  // MARK: Positions in the flattened tensor

  private static func take(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0).flattened(call.context)
    let index = try call.plainTensor(1)
    let offsets = try Gathering.offsets(x, 0, index, negativeFromEnd: true, call.context)
    let result = try Tensor(x.type, index.sizes, in: call.arena, quantization: x.quantization)
    try Gathering.run(
      index.sizes, offsets: offsets, base: (x.data, Dimensions(repeating: 0, count: index.rank)), other: result, .read)
    return try call.deliver(result)
  }

  private static func put(_ call: Call) throws(LiteError) -> Value {
    let x = try modified(call)
    let index = try call.plainTensor(1)
    let source = try values(try call.plainTensor(2), for: x, call)
    try call.require(source.count == index.count, 2, "found \(source.count) values for \(index.count) positions")
    let dense = x.isContiguous ? x : try x.contiguous(in: call.arena)
    let offsets = try Gathering.offsets(try dense.flattened(call.context), 0, index, negativeFromEnd: true, call.context)
    let action: Gathering.Action = try call.flag("accumulate") ? try combining(call, LITE_BINARY_ADD, x) : .write
    try Gathering.run(
      index.sizes, offsets: offsets, base: (dense.data, Dimensions(repeating: 0, count: index.rank)),
      other: try source.reshaped(index.sizes, in: call.arena), action)
    if dense !== x { try x.copyBytes(from: dense) }
    return try call.deliver(x)
  }
}

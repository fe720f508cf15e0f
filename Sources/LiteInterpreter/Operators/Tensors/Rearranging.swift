import CLitePlatform
import LiteFormat

/// Triangles, diagonals, and elements in another order or repeated.
enum Rearranging {
  static func declare(in table: inout OperatorTable) {
    table.add("tril(self, SymInt diagonal=0) | _ | out", atenTril)
    table.add("triu(self, SymInt diagonal=0) | _ | out", atenTriu)
    table.add(
      """
      diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1)
      linalg_diagonal(Tensor(a) A, *, int offset=0, int dim1=-2, int dim2=-1)
      """, atenDiagonal)
    table.add("diagonal_copy(self, int offset=0, int dim1=0, int dim2=1) | out", atenDiagonalCopy)
    table.add("diag(self, int diagonal=0) | out", atenDiag)
    table.add("diag_embed(self, int offset=0, int dim1=-2, int dim2=-1) | out", atenDiagEmbed)
    table.add("diagflat(self, int offset=0)", atenDiagflat)
    table.add("fill_diagonal_(self&, Scalar fill_value, bool wrap=False)", atenFillDiagonal)
    table.add("diagonal_scatter(self, src, int offset=0, int dim1=0, int dim2=1) | out", atenDiagonalScatter)
    table.add("select_scatter(self, src, int dim, SymInt index) | out", atenSelectScatter)
    table.add(
      """
      slice_scatter(self, src, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) | out
      """, atenSliceScatter)
    table.add(
      """
      as_strided_scatter(self, src, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) | out
      """, atenAsStridedScatter)
    table.add("flip(self, int[] dims) | out", atenFlip)
    table.add("fliplr(self)", atenFliplr)
    table.add("flipud(self)", atenFlipud)
    table.add("roll(self, SymInt[1] shifts, int[1] dims=[]) | out", atenRoll)
    table.add("rot90(self, int k=1, int[] dims=[0, 1]) | out", atenRot90)
    table.add(
      """
      repeat(self, SymInt[] repeats) | out
      tile(self, SymInt[] dims)
      """, atenRepeat)
    table.add(
      """
      repeat_interleave.Tensor(repeats, *, SymInt? output_size=None) | Tensor_out
      repeat_interleave.self_Tensor(self, repeats, int? dim=None, *, SymInt? output_size=None)
      repeat_interleave.self_int(self, SymInt repeats, int? dim=None, *, SymInt? output_size=None)
      """, atenRepeatInterleave)
    table.add("one_hot(self, int num_classes=-1)", atenOneHot)
    table.add(
      """
      meshgrid(Tensor[] tensors) -> Tensor[]
      meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]
      """, atenMeshgrid)
    table.add("cartesian_prod(Tensor[] tensors)", atenCartesianProd)
    table.add("combinations(self, int r=2, bool with_replacement=False)", atenCombinations)
    table.add("block_diag(Tensor[] tensors) | out", atenBlockDiag)
  }

  // MARK: What the table refers to

  private static func atenDiagonal(_ call: Call) throws(LiteError) -> Value {
    .tensor(try diagonal(call, try call.tensor(0)))
  }
  private static func atenTril(_ call: Call) throws(LiteError) -> Value { try triangle(call, isLower: true) }
  private static func atenTriu(_ call: Call) throws(LiteError) -> Value { try triangle(call, isLower: false) }
  private static func atenDiagonalCopy(_ call: Call) throws(LiteError) -> Value {
    try call.deliver(try diagonal(call, try call.tensor(0)).clone(in: call.arena))
  }
  private static func atenDiag(_ call: Call) throws(LiteError) -> Value { try diag(call) }
  private static func atenDiagEmbed(_ call: Call) throws(LiteError) -> Value { try diagonalMatrix(call) }
  private static func atenDiagflat(_ call: Call) throws(LiteError) -> Value { try flatDiagonalMatrix(call) }
  private static func atenFillDiagonal(_ call: Call) throws(LiteError) -> Value { try fillDiagonal(call) }
  private static func atenDiagonalScatter(_ call: Call) throws(LiteError) -> Value { try diagonalScatter(call) }
  private static func atenSelectScatter(_ call: Call) throws(LiteError) -> Value { try selectScatter(call) }
  private static func atenSliceScatter(_ call: Call) throws(LiteError) -> Value { try sliceScatter(call) }
  private static func atenAsStridedScatter(_ call: Call) throws(LiteError) -> Value {
    try replacing(call) { (x) throws(LiteError) in try Views.asStrided(call, x, first: 2) }
  }
  private static func atenFlip(_ call: Call) throws(LiteError) -> Value { try flip(call) }
  private static func atenFliplr(_ call: Call) throws(LiteError) -> Value { try flip(call, only: 1) }
  private static func atenFlipud(_ call: Call) throws(LiteError) -> Value { try flip(call, only: 0) }
  private static func atenRoll(_ call: Call) throws(LiteError) -> Value { try roll(call) }
  private static func atenRot90(_ call: Call) throws(LiteError) -> Value { try rotate(call) }
  private static func atenRepeat(_ call: Call) throws(LiteError) -> Value { try repeated(call) }
  private static func atenRepeatInterleave(_ call: Call) throws(LiteError) -> Value { try interleaved(call) }
  private static func atenOneHot(_ call: Call) throws(LiteError) -> Value { try oneHot(call) }
  private static func atenMeshgrid(_ call: Call) throws(LiteError) -> Value { try meshgrid(call) }
  private static func atenCartesianProd(_ call: Call) throws(LiteError) -> Value { try cartesianProduct(call) }
  private static func atenCombinations(_ call: Call) throws(LiteError) -> Value { try combinations(call) }
  private static func atenBlockDiag(_ call: Call) throws(LiteError) -> Value { try blockDiagonal(call) }

  // MARK: Triangles

  private static func triangle(_ call: Call, isLower: Bool) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    try call.require(x.rank >= 2, 0, "found a tensor of \(x.message), expected at least 2 dimensions")
    let diagonal = try call.int(1)
    let result = try x.clone(strides: x.sizes.contiguousStrides(), in: call.arena)
    let rows = x.sizes[x.rank - 2]
    let columns = x.sizes[x.rank - 1]
    if result.count > 0 {
      let size = x.type.size
      for line in 0..<result.count / columns {
        let (reach, overflow) = (line % rows).addingReportingOverflow(diagonal)
        // Columns below `bound` are on or under the diagonal (lower), or under it (upper).
        let bound = overflow ? (diagonal > 0 ? columns : 0) : max(0, min(columns, isLower && reach < columns ? reach + 1 : reach))
        let start = result.data + line * columns * size
        if isLower { memset(start + bound * size, 0, (columns - bound) * size) } else { memset(start, 0, bound * size) }
      }
    }
    return try call.deliver(result)
  }

  // MARK: Diagonals

  /// The diagonal of two dimensions as the last one of a view.
  static func diagonal(_ x: Tensor, _ offset: Int, _ first: Int, _ second: Int) throws(LiteError) -> Tensor {
    guard first != second else { throw LiteError(.operatorFailed, "a diagonal of one dimension, expected two different ones") }
    let (rows, columns) = (x.sizes[first], x.sizes[second])
    var length = 0
    var start = 0
    if offset >= 0 {
      length = offset < columns ? min(rows, columns - offset) : 0
      start = length > 0 ? offset &* x.strides[second] : 0
    } else if offset > -rows {
      length = min(rows + offset, columns)
      start = length > 0 ? (0 - offset) &* x.strides[first] : 0
    }
    var sizes = x.sizes
    var strides = x.strides
    for dimension in [max(first, second), min(first, second)] {
      sizes.remove(at: dimension)
      strides.remove(at: dimension)
    }
    try sizes.append(length)
    try strides.append(x.strides[first] &+ x.strides[second])
    return x.view(sizes: sizes, strides: strides, offset: x.offset &+ start, count: try sizes.product())
  }

  private static func diagonal(_ call: Call, _ x: Tensor) throws(LiteError) -> Tensor {
    try call.require(x.rank >= 2, 0, "found a tensor of \(x.message), expected at least 2 dimensions")
    guard let firstIndex = call.position("dim1"), let secondIndex = call.position("dim2") else {
      throw call.unexpected(0, "dimensions")
    }
    let first = try call.dimension(firstIndex, of: x.rank)
    let second = try call.dimension(secondIndex, of: x.rank)
    return try diagonal(x, try call.int("offset", else: 0), first, second)
  }

  /// A tensor of zeros with a new pair of dimensions, whose diagonal is `x`.
  private static func matrix(_ call: Call, _ x: Tensor, _ offset: Int, _ first: Int, _ second: Int) throws(LiteError) -> Tensor {
    try call.require(x.rank >= 1, 0, "found a tensor without dimensions")
    let magnitude = try Checked.int(Int64(offset.magnitude > UInt(Int32.max) ? UInt(Int32.max) : offset.magnitude))
    let length = try Checked.add(x.sizes[x.rank - 1], magnitude)
    var sizes = x.sizes
    sizes.remove(at: x.rank - 1)
    try sizes.insert(length, at: min(first, second))
    try sizes.insert(length, at: max(first, second))
    let result = try call.makeTensor(x.type, sizes)
    try result.fill(.int(0))
    try diagonal(result, offset, first, second).copyBytes(from: x)
    return result
  }

  private static func diagonalMatrix(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let first = try call.dimension(2, of: x.rank + 1)
    let second = try call.dimension(3, of: x.rank + 1)
    try call.require(first != second, 3, "found dimension \(second) twice")
    return try call.deliver(try matrix(call, x, try call.int(1), first, second))
  }

  private static func diag(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    try call.require(x.rank == 1 || x.rank == 2, 0, "found a tensor of \(x.message), expected 1 or 2 dimensions")
    let offset = try call.int(1)
    if x.rank == 1 { return try call.deliver(try matrix(call, x, offset, 0, 1)) }
    return try call.deliver(try diagonal(x, offset, 0, 1).clone(in: call.arena))
  }

  private static func flatDiagonalMatrix(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0).flattened(call.context)
    return try call.deliver(try matrix(call, x, try call.int(1), 0, 1))
  }

  private static func fillDiagonal(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    try call.require(x.rank >= 2, 0, "found a tensor of \(x.message), expected at least 2 dimensions")
    try x.storage.prepareForWriting(call.arena)
    let wraps = try call.flag("wrap") && x.rank == 2
    var step = 0
    for dimension in 0..<x.rank {
      try call.require(
        x.rank == 2 || x.sizes[dimension] == x.sizes[0], 0, "found sizes \(x.sizes.message), expected all the same")
      step = step &+ x.strides[dimension]
    }
    var row = 0
    while row < x.sizes[0], x.sizes[1] > 0 {
      let length = min(x.sizes[0] - row, x.sizes[1])
      let line = x.view(
        sizes: Creation.vector(length), strides: Creation.vector(step), offset: x.offset &+ row &* x.strides[0], count: length)
      try line.fill(try call.scalar(1))
      guard wraps else { break }
      row += x.sizes[1] + 1
    }
    return .tensor(x)
  }

  // MARK: A part replaced

  /// A copy of the first argument in which `part` of it is overwritten.
  private static func replacing(_ call: Call, _ part: (Tensor) throws(LiteError) -> Tensor) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let result = try x.clone(strides: x.sizes.contiguousStrides(), in: call.arena)
    let target = try part(result)
    try target.convert(from: try call.plainTensor(1).expanded(to: target.sizes), call.context)
    return try call.deliver(result)
  }

  private static func diagonalScatter(_ call: Call) throws(LiteError) -> Value {
    try replacing(call) { (x) throws(LiteError) in try diagonal(call, x) }
  }

  private static func selectScatter(_ call: Call) throws(LiteError) -> Value {
    try replacing(call) { (x) throws(LiteError) in
      let dimension = try call.dimension(2, of: x.rank)
      let index = try call.int(3)
      let size = x.rank == 0 ? 0 : x.sizes[dimension]
      try call.require(index >= -size && index < size, 3, "index \(index) is out of bounds for a dimension of size \(size)")
      return x.selected(dimension, index < 0 ? index + size : index)
    }
  }

  private static func sliceScatter(_ call: Call) throws(LiteError) -> Value {
    try replacing(call) { (x) throws(LiteError) in
      try call.require(x.rank > 0, 0, "found a tensor without dimensions")
      let dimension = try call.dimension(2, of: x.rank)
      let size = x.sizes[dimension]
      func bound(_ value: Int) -> Int { max(0, min(size, value < 0 ? value &+ size : value)) }
      let start = bound(try call.int("start", else: 0))
      let end = max(start, bound(try call.int("end", else: size)))
      let step = try call.int("step", else: 1)
      try call.require(step > 0, 5, "found a step of \(step), expected 1 or more")
      return x.sliced(dimension, start: start, count: (end - start) / step + ((end - start) % step > 0 ? 1 : 0), step: step)
    }
  }

  // MARK: Order

  /// A copy with some dimensions in reverse.
  private static func flipped(_ x: Tensor, _ dimensions: DimensionSet, _ call: Call) throws(LiteError) -> Tensor {
    var strides = x.strides
    var offset = x.offset
    for dimension in 0..<x.rank where dimensions.contains(dimension) && x.sizes[dimension] > 0 {
      offset = offset &+ (x.sizes[dimension] - 1) &* strides[dimension]
      strides[dimension] = 0 - strides[dimension]
    }
    let result = try Tensor(x.type, x.sizes, strides: x.resultStrides(x.sizes), in: call.arena, quantization: x.quantization)
    // A view with negative strides, which only this copy sees.
    try result.copyBytes(from: x.view(sizes: x.sizes, strides: strides, offset: offset, count: x.count))
    return result
  }

  private static func flip(_ call: Call, only dimension: Int? = nil) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    if let dimension {
      try call.require(x.rank > dimension, 0, "found a tensor of \(x.message), expected \(dimension + 1) dimensions or more")
      return try call.deliver(try flipped(x, DimensionSet(dimension), call))
    }
    let dimensions = try call.ints(1).isEmpty ? DimensionSet() : try call.dimensionSet("dims", of: x.rank)
    return try call.deliver(try flipped(x, dimensions, call))
  }

  private static func rotate(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let plane = try call.ints(2)
    try call.require(
      plane.count == 2 && x.rank >= 2, 2, "found \(plane.count) dimensions for a tensor of \(x.message), expected 2")
    let first = try call.dimension(plane[0], of: x.rank, argument: 2)
    let second = try call.dimension(plane[1], of: x.rank, argument: 2)
    try call.require(first != second, 2, "found dimension \(first) twice")
    let quarters = ((try call.int(1) % 4) + 4) % 4
    var both = DimensionSet(first)
    both.insert(second)
    switch quarters {
    case 1: return try call.deliver(try flipped(x, DimensionSet(second), call).transposed(first, second))
    case 2: return try call.deliver(try flipped(x, both, call))
    case 3: return try call.deliver(try flipped(x, DimensionSet(first), call).transposed(first, second))
    default: return try call.deliver(try x.clone(in: call.arena))
    }
  }

  private static func roll(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let shifts = try call.ints(1)
    let dimensions = try call.ints(2)
    if dimensions.isEmpty {
      try call.require(shifts.count == 1, 1, "found \(shifts.count) shifts, expected 1 when no dimensions are given")
      let result = try rolled(try x.flattened(call.context), 0, shifts[0], call)
      return try call.deliver(try result.reshaped(x.sizes, in: call.arena))
    }
    try call.require(shifts.count == dimensions.count, 1, "found \(shifts.count) shifts for \(dimensions.count) dimensions")
    try call.require(x.rank > 0, 2, "found a dimension for a tensor without dimensions")
    var result = x
    for index in 0..<shifts.count {
      let dimension = try call.dimension(dimensions[index], of: x.rank, argument: 2)
      result = try rolled(result, dimension, shifts[index], call)
    }
    return try call.deliver(result === x ? try x.clone(in: call.arena) : result)
  }

  private static func rolled(_ x: Tensor, _ dimension: Int, _ shift: Int, _ call: Call) throws(LiteError) -> Tensor {
    let result = try Tensor(x.type, x.sizes, in: call.arena, quantization: x.quantization)
    let size = x.sizes[dimension]
    if x.count == 0 { return result }
    let start = ((shift % size) + size) % size
    try result.sliced(dimension, start: start, count: size - start).copyBytes(
      from: x.sliced(dimension, start: 0, count: size - start))
    try result.sliced(dimension, start: 0, count: start).copyBytes(from: x.sliced(dimension, start: size - start, count: start))
    return result
  }

  // MARK: Repetition

  /// `repeat` and `tile`, which takes missing counts as 1.
  private static func repeated(_ call: Call) throws(LiteError) -> Value {
    var result = try call.tensor(0)
    var counts = try call.ints(1)
    if call.position("dims") != nil { while counts.count < result.rank { counts.insert(1, at: 0) } }
    try call.require(counts.count >= result.rank, 1, "found \(counts.count) counts for a tensor of \(result.message)")
    for count in counts where count < 0 { throw call.failure(1, "found a count of \(count), expected 0 or more") }
    result = try result.clone(strides: result.sizes.contiguousStrides(), in: call.arena)
    while result.rank < counts.count { result = try result.unsqueezed(0) }
    for (dimension, count) in counts.enumerated() where count != 1 {
      let size = result.sizes[dimension]
      let positions = try Creation.generateIntegers(call, .int64, Creation.vector(try Checked.multiply(size, count))) {
        Int64($0 % size)
      }
      result = try Gathering.slices(result, dimension, positions, call.context)
    }
    return try call.deliver(result)
  }

  private static func interleaved(_ call: Call) throws(LiteError) -> Value {
    // Without `self` the positions themselves are the result.
    let hasSelf = call.position("self") != nil
    var x = try call.tensor(0)
    if hasSelf, call.given("dim") == nil { x = try x.flattened(call.context) }
    let dimension = hasSelf ? try call.dimension(of: x.rank) ?? 0 : 0
    let size = x.rank == 0 ? 1 : x.sizes[dimension]
    let repeats = try call.operand(hasSelf ? 1 : 0)
    var counts: [Int] = []
    try AllocationScope.checkRoom(try Checked.multiply(size, MemoryLayout<Int>.stride))
    if let tensor = repeats.tensor {
      try call.require(
        tensor.rank <= 1 && tensor.type.isIntegral, hasSelf ? 1 : 0,
        "found a tensor of \(tensor.message), expected a vector of integers")
      counts =
        try tensor.count == 1 && hasSelf ? [Int](repeating: Checked.int(tensor.intElement(0)), count: size) : integers(tensor)
    } else {
      counts = [Int](repeating: try Checked.int(repeats.scalar.int), count: size)
    }
    try call.require(counts.count == size, 1, "found \(counts.count) counts for a dimension of size \(size)")
    var total = 0
    for count in counts {
      try call.require(count >= 0, 1, "found a count of \(count), expected 0 or more")
      total = try Checked.add(total, count)
    }
    // The memory limit refuses what is too large.
    let storage = try call.makeTensor(.int64, Creation.vector(total))
    var elements = storage.pointer(Int64.self)
    for (index, count) in counts.enumerated() {
      elements.update(repeating: Int64(index), count: count)
      elements += count
    }
    if !hasSelf { return try call.deliver(storage) }
    return try call.deliver(try Gathering.slices(x.rank == 0 ? try x.unsqueezed(0) : x, dimension, storage, call.context))
  }

  private static func integers(_ x: Tensor) throws(LiteError) -> [Int] {
    var result: [Int] = []
    for index in 0..<x.count { result.append(try Checked.int(try x.intElement(index))) }
    return result
  }

  private static func oneHot(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0, .int64)
    let dense = try x.integers(call.context)
    var classes = try call.int(1)
    try call.require(classes >= -1, 1, "found \(classes) classes, expected at least 1, or -1 for as many as there are")
    if classes < 0 {
      var largest: Int64 = -1
      for index in 0..<x.count { largest = max(largest, dense[index]) }
      classes = try Checked.add(try Checked.int(largest), 1)
      try call.require(x.count > 0, 0, "found no elements, from which the number of classes is not known")
    }
    var sizes = x.sizes
    try sizes.append(classes)
    let result = try call.makeTensor(.int64, sizes)
    try result.fill(.int(0))
    for index in 0..<x.count {
      let number = dense[index]
      try call.require(number >= 0 && number < Int64(classes), 0, "found class \(number), expected 0 to \(classes - 1)")
      result.pointer(Int64.self)[index * classes + Int(number)] = 1
    }
    return .tensor(result)
  }

  // MARK: Products of vectors

  private static func meshgrid(_ call: Call) throws(LiteError) -> Value {
    let tensors = try call.tensors(0)
    let isSwapped = try call.isText("indexing", "xy") && tensors.count >= 2
    var shape = Dimensions()
    for tensor in tensors {
      try call.require(tensor.rank <= 1, 0, "found a tensor of \(tensor.message), expected vectors")
      try shape.append(tensor.count)
    }
    if isSwapped { (shape[0], shape[1]) = (shape[1], shape[0]) }
    var results: [Value] = []
    for (index, tensor) in tensors.enumerated() {
      let dimension = isSwapped && index < 2 ? 1 - index : index
      var strides = Dimensions(repeating: 0, count: shape.count)
      strides[dimension] = tensor.rank == 0 ? 1 : tensor.strides[0]
      let grid = tensor.view(sizes: shape, strides: strides, count: try shape.product())
      results.append(.tensor(grid))
    }
    return .list(ListValue(results, of: .tensor))
  }

  /// A matrix whose column `k` is `tensors[k]` at the positions `rows[..., k]`.
  private static func table(_ call: Call, _ tensors: [Tensor], _ rows: Int, _ position: (_ row: Int, _ column: Int) -> Int64)
    throws(LiteError) -> Tensor
  {
    // A column takes about a microsecond, however short it is.
    try call.context.spend(tensors.count, 1024)
    let result = try call.makeTensor(tensors[0].type, try Dimensions([rows, tensors.count]))
    for (column, tensor) in tensors.enumerated() {
      let positions = try Creation.generateIntegers(call, .int64, Creation.vector(rows)) { position($0, column) }
      let values = try Gathering.slices(try tensor.flattened(call.context), 0, positions, call.context)
      try result.selected(1, column).copyBytes(from: values)
    }
    return result
  }

  private static func cartesianProduct(_ call: Call) throws(LiteError) -> Value {
    let tensors = try call.tensors(0)
    try call.require(!tensors.isEmpty, 0, "found no tensors")
    var rows = 1
    for tensor in tensors {
      try call.require(
        tensor.rank == 1 && tensor.type == tensors[0].type, 0, "found a tensor of \(tensor.message), expected vectors of one type"
      )
      rows = try Checked.multiply(rows, tensor.count)
    }
    if tensors.count == 1 { return .tensor(tensors[0]) }
    // How many rows lie between two that differ in a column. (May wrap if there are no rows.)
    var strides = [Int](repeating: 1, count: tensors.count)
    for index in (1..<tensors.count).reversed() { strides[index - 1] = strides[index] &* tensors[index].count }
    return .tensor(try table(call, tensors, rows) { Int64($0 / strides[$1] % tensors[$1].count) })
  }

  private static func combinations(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let length = try call.int(1)
    try call.require(x.rank == 1, 0, "found a tensor of \(x.message), expected a vector")
    try call.require(length > 0 && length < 1 << 16, 1, "found \(length), expected 1 or more")
    let repeats = try call.bool(2)
    var chosen: [Int] = repeats ? [Int](repeating: 0, count: length) : [Int](0..<length)
    let count = x.count
    // Of so many numbers, with those that repetition adds, `length` are chosen: a binomial coefficient.
    let available = repeats ? max(count + length - 1, 0) : count
    var total = available < length ? 0 : 1
    for index in 0..<max(0, min(length, available - length)) {
      total = try Checked.multiply(total, available - index) / (index + 1)
    }
    try call.context.spend(total, length, 4)
    let rows: Scratch<Int64> = try call.context.scratch(try Checked.multiply(total, length))
    var filled = 0
    while chosen[length - 1] < count {
      for position in chosen {
        rows[filled] = Int64(position)
        filled += 1
      }
      // The last position that can move moves, and those after it follow.
      var place = length - 1
      while place >= 0, chosen[place] == (repeats ? count - 1 : count - length + place) { place -= 1 }
      if place < 0 { break }
      chosen[place] += 1
      for next in place + 1..<max(length, place + 1) { chosen[next] = repeats ? chosen[place] : chosen[next - 1] + 1 }
    }
    return .tensor(try table(call, [Tensor](repeating: x, count: length), total) { rows[$0 * length + $1] })
  }

  private static func blockDiagonal(_ call: Call) throws(LiteError) -> Value {
    var blocks: [Tensor] = []
    var operands: [Operand] = []
    var (rows, columns) = (0, 0)
    for tensor in try call.tensors(0) {
      try call.require(tensor.rank <= 2, 0, "found a tensor of \(tensor.message), expected at most 2 dimensions")
      var block = tensor
      while block.rank < 2 { block = try block.unsqueezed(0) }
      rows = try Checked.add(rows, block.sizes[0])
      columns = try Checked.add(columns, block.sizes[1])
      blocks.append(block)
      operands.append(Operand(tensor))
    }
    if blocks.isEmpty {
      columns = 0
      rows = 1
    }
    let result = try call.makeTensor(TypePromotion(operands).result, try Dimensions([rows, columns]))
    try result.fill(.int(0))
    var (row, column) = (0, 0)
    for block in blocks {
      let place = result.sliced(0, start: row, count: block.sizes[0]).sliced(1, start: column, count: block.sizes[1])
      try place.convert(from: block, call.context)
      row += block.sizes[0]
      column += block.sizes[1]
    }
    return try call.deliver(result)
  }
}

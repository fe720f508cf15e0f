import CLitePlatform
import LiteFormat

/// A dense matrix of doubles, row by row, in memory that a `MatrixBatch` or a `Scratch` keeps.
///
/// All of linear algebra is computed in double: one copy of each algorithm serves every element type, and
/// float32 results are as good as rounding allows.
struct Matrix {
  let base: UnsafeMutablePointer<Double>
  let rows: Int
  let columns: Int

  subscript(row: Int, column: Int) -> Double {
    get { base[row &* columns &+ column] }
    nonmutating set { base[row &* columns &+ column] = newValue }
  }

  var count: Int { rows &* columns }

  func fill(_ value: Double) { for index in 0..<count { base[index] = value } }

  func fillIdentity() {
    fill(0)
    for index in 0..<min(rows, columns) { self[index, index] = 1 }
  }

  /// Copies what fits of another matrix.
  func copy(_ other: Matrix) {
    for row in 0..<min(rows, other.rows) {
      for column in 0..<min(columns, other.columns) { self[row, column] = other[row, column] }
    }
  }

  func copy(transposing other: Matrix) {
    for row in 0..<min(rows, other.columns) {
      for column in 0..<min(columns, other.rows) { self[row, column] = other[column, row] }
    }
  }

  /// self = a * b.
  func product(_ a: Matrix, _ b: Matrix) {
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] = 0 }
      for inner in 0..<a.columns {
        let factor = a[row, inner]
        for column in 0..<columns { self[row, column] += factor * b[inner, column] }
      }
    }
  }

  func swapRows(_ a: Int, _ b: Int) {
    if a == b { return }
    for column in 0..<columns {
      let kept = self[a, column]
      self[a, column] = self[b, column]
      self[b, column] = kept
    }
  }

  /// Keeps one triangle and its diagonal, and clears the other.
  func keepTriangle(upper: Bool) {
    for row in 0..<rows {
      for column in 0..<columns where upper ? column < row : column > row { self[row, column] = 0 }
    }
  }

  /// Makes a square matrix symmetric from one of its triangles.
  func mirror(fromUpper: Bool) {
    for row in 0..<rows {
      for column in 0..<row {
        if fromUpper { self[row, column] = self[column, row] } else { self[column, row] = self[row, column] }
      }
    }
  }
}

/// The matrices in the last two dimensions of a tensor, in memory of their own.
struct MatrixBatch {
  /// float64, dense: the batch's sizes, then rows and columns.
  let tensor: Tensor
  let batch: Dimensions
  let rows: Int
  let columns: Int
  /// Number of matrices. There may be some though they have no elements.
  let count: Int

  /// New matrices, elements not set.
  @inline(never)
  init(_ batch: Dimensions, rows: Int, columns: Int, _ call: Call) throws(LiteError) {
    var sizes = batch
    try sizes.append(rows)
    try sizes.append(columns)
    tensor = try Tensor(.float64, sizes, in: call.arena)
    // What is made of matrices takes a few times this.
    try call.context.spend(tensor.count, max(rows, columns), 4)
    self.batch = batch
    self.rows = rows
    self.columns = columns
    count = try batch.product()
  }

  /// Copies of the matrices of a tensor with at least two dimensions, repeated for a larger batch.
  @inline(never)
  init(copying x: Tensor, batch: Dimensions? = nil, transposed: Bool = false, _ call: Call) throws(LiteError) {
    let source = transposed ? x.transposed(x.rank - 2, x.rank - 1) : x
    var own = source.sizes
    own.remove(at: source.rank - 1)
    own.remove(at: source.rank - 2)
    try self.init(batch ?? own, rows: source.sizes[source.rank - 2], columns: source.sizes[source.rank - 1], call)
    if count > 0 { try tensor.convert(from: try source.expanded(to: tensor.sizes), call.context) }
  }

  subscript(index: Int) -> Matrix {
    Matrix(base: tensor.pointer(Double.self) + index &* rows &* columns, rows: rows, columns: columns)
  }

  /// As a tensor of this type, without the last dimension if it is 1 and is to go.
  @inline(never)
  func result(_ type: DataType, droppingColumn: Bool = false, _ call: Call) throws(LiteError) -> Tensor {
    var x = tensor
    if droppingColumn {
      var sizes = batch
      try sizes.append(rows)
      x = x.view(sizes: sizes, strides: sizes.contiguousStrides(), count: x.count)
    }
    return try x.converted(to: type, call.context)
  }
}

extension Call {
  /// A tensor of matrices of a floating type.
  @inline(never)
  func matrices(_ index: Int, square: Bool = false) throws(LiteError) -> Tensor {
    let x = try plainTensor(index)
    try require(
      x.type.isFloatingPoint && x.rank >= 2, index, "found a tensor of \(x.message), expected matrices of a floating type")
    if square {
      try require(x.sizes[x.rank - 1] == x.sizes[x.rank - 2], index, "found a tensor of \(x.message), expected square matrices")
    }
    return x
  }

  /// A tensor of no elements: what several operators return for a result that was not asked for.
  func emptyTensor(_ type: DataType) throws(LiteError) -> Tensor { try makeTensor(type, Dimensions(repeating: 0, count: 1)) }

  /// The sizes to which the batches of two tensors of matrices broadcast.
  @inline(never)
  func commonBatch(_ a: Dimensions, _ b: Dimensions) throws(LiteError) -> Dimensions {
    let count = max(a.count, b.count)
    var result = Dimensions(repeating: 1, count: count)
    for index in 0..<count {
      let first = index + a.count - count < 0 ? 1 : a[index + a.count - count]
      let second = index + b.count - count < 0 ? 1 : b[index + b.count - count]
      guard first == second || first == 1 || second == 1 else {
        throw LiteError(.operatorFailed, "batches of \(a.message) and \(b.message) matrices do not go together")
      }
      result[index] = first == 1 ? second : first
    }
    return result
  }

  /// A tensor of int32 with one number for each matrix, or `length` of them.
  @inline(never)
  func makeIntegers(_ batch: Dimensions, length: Int? = nil) throws(LiteError) -> Tensor {
    var sizes = batch
    if let length { try sizes.append(length) }
    return try Tensor(.int32, sizes, in: arena)
  }
}

extension Tensor {
  /// The sizes without the last `dropped` dimensions.
  func leading(dropping dropped: Int) -> Dimensions {
    var result = sizes
    for _ in 0..<min(dropped, rank) { result.remove(at: result.count - 1) }
    return result
  }
}

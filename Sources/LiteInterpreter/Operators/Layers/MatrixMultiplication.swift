import CLiteKernels
import LiteFormat

/// A matrix in memory: element (row, column) lies at `row * rowStride + column * columnStride` elements.
struct MatrixView<Element> {
  let base: UnsafePointer<Element>
  let rows: Int
  let columns: Int
  let rowStride: Int
  let columnStride: Int

  init(_ base: UnsafePointer<Element>, rows: Int, columns: Int, rowStride: Int, columnStride: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// A dense matrix.
  init(_ base: UnsafePointer<Element>, rows: Int, columns: Int) {
    self.init(base, rows: rows, columns: columns, rowStride: columns, columnStride: 1)
  }

  /// The last two dimensions of a tensor, from an element on.
  init(_ tensor: Tensor, offset: Int = 0) {
    let last = tensor.rank - 1
    self.init(
      UnsafePointer(tensor.pointer(Element.self)) + offset, rows: tensor.sizes[last - 1], columns: tensor.sizes[last],
      rowStride: tensor.strides[last - 1], columnStride: tensor.strides[last])
  }

  /// The same matrix at another place.
  func placed(_ base: UnsafePointer<Element>) -> MatrixView {
    MatrixView(base, rows: rows, columns: columns, rowStride: rowStride, columnStride: columnStride)
  }

  var transposed: MatrixView {
    MatrixView(base, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
  }

  /// As the right matrix of products.
  var packing: PackedFloatMatrices.Shape {
    PackedFloatMatrices.Shape(channels: columns, depth: rows, channelStride: columnStride, depthStride: rowStride)
  }
}

/// Matrix products of tensors of one type.
enum MatrixMultiplication {
  /// The type that products of a type are summed in.
  ///
  /// - Throws: `operatorFailed` for types that have no product.
  static func computing(_ type: DataType) throws(LiteError) -> DataType {
    if type.isFloatingPoint { return type.computing }
    guard type.isIntegral, type != .bool else { throw LiteError(.operatorFailed, "matrix product of \(type.name)") }
    return .int64
  }

  /// y = a * b for types without a kernel.
  private static func multiplyPlain<Element>(
    _ a: MatrixView<Element>, _ b: MatrixView<Element>, _ output: UnsafeMutablePointer<Element>, zero: Element,
    _ step: (Element, Element, Element) -> Element
  ) {
    for row in 0..<a.rows {
      for column in 0..<b.columns {
        var sum = zero
        for k in 0..<a.columns {
          sum = step(
            sum, a.base[row &* a.rowStride + k &* a.columnStride], b.base[k &* b.rowStride + column &* b.columnStride])
        }
        output[row &* b.columns + column] = sum
      }
    }
  }

  /// Products of the matrices in the last two dimensions; the dimensions before broadcast.
  ///
  /// - Parameters:
  ///   - a, b: rank 2 or more, same type.
  ///   - bias: a dense vector in the computing type.
  static func batched(_ a: Tensor, _ b: Tensor, bias: Tensor? = nil, _ context: Context) throws(LiteError) -> Tensor {
    guard a.type == b.type else {
      throw LiteError(.operatorFailed, "matrix product of \(a.message) and \(b.message), expected one type")
    }
    guard a.sizes[a.rank - 1] == b.sizes[b.rank - 2] else {
      throw LiteError(
        .operatorFailed,
        "mat1 and mat2 shapes cannot be multiplied (\(a.sizes[a.rank - 2])x\(a.sizes[a.rank - 1]) and \(b.sizes[b.rank - 2])x\(b.sizes[b.rank - 1]))"
      )
    }
    if a.type.isComplex { return try ComplexProducts.batched(a, b, bias: bias, context) }
    let type = try computing(a.type)
    let left = try a.converted(to: type, context)
    let right = try b.converted(to: type, context)
    var leftBatch = left.sizes
    var rightBatch = right.sizes
    for _ in 0..<2 {
      leftBatch.remove(at: leftBatch.count - 1)
      rightBatch.remove(at: rightBatch.count - 1)
    }
    let batch = try Broadcasting.shape(leftBatch, rightBatch)
    var sizes = batch
    try sizes.append(left.sizes[left.rank - 2])
    try sizes.append(right.sizes[right.rank - 1])
    let result = try Tensor(type, sizes, in: context.arena)
    if result.count > 0 {
      if right.rank == 2, left.isContiguous {
        // One right matrix: all rows at once.
        let rows = result.count / right.sizes[1]
        let flat = left.view(
          sizes: try Dimensions([rows, right.sizes[0]]), strides: try Dimensions([right.sizes[0], 1]), count: left.count)
        try one(flat, 0, right, 0, bias, result, 0, context)
      } else {
        let count = try batch.product()
        let step = sizes[sizes.count - 2] &* sizes[sizes.count - 1]
        for index in 0..<count {
          try one(left, offset(index, batch, left), right, offset(index, batch, right), bias, result, index &* step, context)
        }
      }
    }
    return try result.converted(to: a.type, context)
  }

  /// Where the matrix of a flat index over the batch begins, in elements.
  private static func offset(_ index: Int, _ batch: Dimensions, _ tensor: Tensor) -> Int {
    var rest = index
    var offset = 0
    var dimension = batch.count - 1
    let lead = batch.count - (tensor.rank - 2)
    while dimension >= 0 {
      let position = rest % batch[dimension]
      rest /= batch[dimension]
      if dimension >= lead, tensor.sizes[dimension - lead] != 1 {
        offset = offset &+ position &* tensor.strides[dimension - lead]
      }
      dimension -= 1
    }
    return offset
  }

  private static func one(
    _ a: Tensor, _ aOffset: Int, _ b: Tensor, _ bOffset: Int, _ bias: Tensor?, _ result: Tensor, _ position: Int,
    _ context: Context
  ) throws(LiteError) {
    switch result.type {
    case .float32:
      let step = try MatrixProductStep(a, b, hasBias: bias != nil, offsets: (aOffset, bOffset, position), context)
      let packed: Scratch<Float> = try context.scratch(step.packedCount)
      let dense: Scratch<Float> = try context.scratch(step.denseCount)
      try context.perform(
        step, [.tensor(a), .tensor(b), .tensor(bias ?? a), .tensor(result), .scratch(packed.base), .scratch(dense.base)])
    case .float64:
      let output = result.pointer(Double.self) + position
      let right = MatrixView<Double>(b, offset: bOffset)
      let left = MatrixView<Double>(a, offset: aOffset)
      try context.spend(left.rows, left.columns, right.columns)
      multiplyPlain(left, right, output, zero: 0) { $0 + $1 * $2 }
      if let bias {
        for index in 0..<left.rows &* right.columns { output[index] += bias.pointer(Double.self)[index % right.columns] }
      }
    default:
      let output = result.pointer(Int64.self) + position
      let right = MatrixView<Int64>(b, offset: bOffset)
      let left = MatrixView<Int64>(a, offset: aOffset)
      try context.spend(left.rows, left.columns, right.columns)
      multiplyPlain(left, right, output, zero: 0) { $0 &+ $1 &* $2 }
      if let bias {
        for index in 0..<left.rows &* right.columns {
          output[index] = output[index] &+ bias.pointer(Int64.self)[index % right.columns]
        }
      }
    }
  }

  /// `torch.matmul`: vectors, matrices and batches of them.
  static func matmul(_ a: Tensor, _ b: Tensor, _ context: Context) throws(LiteError) -> Tensor {
    guard a.rank > 0, b.rank > 0 else {
      throw LiteError(.operatorFailed, "matrix product of \(a.message) and \(b.message), expected at least 1 dimension")
    }
    let left = a.rank == 1 ? try a.unsqueezed(0) : a
    let right = b.rank == 1 ? try b.unsqueezed(1) : b
    let result = try batched(left, right, context)
    var sizes = result.sizes
    if b.rank == 1 { sizes.remove(at: sizes.count - 1) }
    if a.rank == 1 { sizes.remove(at: sizes.count - (b.rank == 1 ? 1 : 2)) }
    return result.view(sizes: sizes, strides: sizes.contiguousStrides(), count: result.count)
  }

  /// x * transposed(weight) + bias; weight [N, K], or [K] for one output without a dimension.
  static func linear(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ context: Context) throws(LiteError) -> Tensor {
    guard x.rank > 0, weight.rank == 1 || weight.rank == 2 else {
      throw LiteError(.operatorFailed, "found weights of \(weight.message) for an input of \(x.message), expected 2 dimensions")
    }
    let matrix = weight.rank == 1 ? try weight.unsqueezed(0) : weight
    let transposed = matrix.transposed(0, 1)
    let input = x.rank == 1 ? try x.unsqueezed(0) : x
    let type = x.type.isComplex ? x.type : try computing(x.type)
    let outputs = matrix.sizes[0]
    guard bias == nil || bias?.count == outputs else {
      throw LiteError(.operatorFailed, "found a bias of \(bias?.count ?? 0) elements for weights of \(weight.message)")
    }
    let result = try batched(
      input.isContiguous ? input : try input.contiguous(in: context.arena), transposed,
      bias: try bias?.prepared(type, context), context)
    var sizes = result.sizes
    if weight.rank == 1 { sizes.remove(at: sizes.count - 1) }
    if x.rank == 1 { sizes.remove(at: 0) }
    return result.view(sizes: sizes, strides: sizes.contiguousStrides(), count: result.count)
  }
}

import CLiteKernels
import LiteFormat

/// The two types that layers compute in when there is no kernel: generic code is written against this.
protocol Real: FloatingPoint, BitwiseCopyable, Sendable {
  init(_ value: Double)
  /// The integer part; 0 where that is no Int.
  var truncated: Int { get }
}

extension Float: Real {
  var truncated: Int { magnitude < 0x1p30 ? Int(self) : 0 }
}

extension Double: Real {
  var truncated: Int { magnitude < 0x1p30 ? Int(self) : 0 }
}

extension DataType {
  /// What a layer computes in: half precision in float32, others in their own type.
  var computing: DataType { self == .float16 || self == .bfloat16 ? .float32 : self }
}

extension Call {
  /// A tensor of a floating type.
  func floatingTensor(_ index: Int) throws(LiteError) -> Tensor {
    let tensor = try tensor(index)
    try require(tensor.type.isFloatingPoint, index, "found a tensor of \(tensor.message), expected a floating type")
    return tensor
  }

  /// An optional weight or bias: a vector of `count` elements, dense and in the given type.
  func parameterVector(_ index: Int, _ count: Int, _ type: DataType, takesIntegers: Bool = false) throws(LiteError) -> Tensor? {
    guard let tensor = try optionalTensor(index) else { return nil }
    try require(
      tensor.rank == 1 && tensor.count == count && (tensor.type.isFloatingPoint || (takesIntegers && tensor.type.isIntegral)),
      index,
      "found a tensor of \(tensor.message), expected \(count) floats")
    return try tensor.prepared(type, context)
  }

  /// Several results.
  func results(_ tensors: Tensor...) -> Value { .tuple(TupleValue(tensors.map { .tensor($0) })) }
}

extension Tensor {
  /// Dense in order and of the given type; this tensor if it is so already.
  func prepared(_ type: DataType, _ context: Context) throws(LiteError) -> Tensor {
    try converted(to: type, context).contiguous(in: context.arena)
  }

  /// This tensor in the layout that `input` has: layers keep channels-last.
  func arranged(like input: Tensor, in arena: Arena) throws(LiteError) -> Tensor {
    guard input.prefersChannelsLast, rank == input.rank else { return self }
    return try channelsLast(in: arena)
  }

  /// Channels-last, and not also dense in order.
  var prefersChannelsLast: Bool { isChannelsLast && !isContiguous }

  /// Without the dimension `index`, whose size is 1.
  func removing(_ index: Int) -> Tensor { squeezed { $0 == index } }

}

/// Numbers of a tensor as a flat list. They lie in the arena, where a list that is too long is an error.
struct IndexList {
  private let tensor: Tensor
  var count: Int { tensor.count }

  /// From a tensor of integers.
  init(_ tensor: Tensor, _ context: Context) throws(LiteError) {
    self.tensor = try tensor.prepared(.int64, context)
  }

  /// `count` numbers.
  init(_ count: Int, _ context: Context, _ number: (Int) -> Int) throws(LiteError) {
    tensor = try Tensor(.int64, try Dimensions([count]), in: context.arena)
    for index in 0..<count { tensor.pointer(Int64.self)[index] = Int64(number(index)) }
  }

  subscript(index: Int) -> Int { Int(truncatingIfNeeded: tensor.pointer(Int64.self)[index]) }

  /// As a new tensor of one dimension.
  var vector: Tensor { tensor }
}

extension Dimensions {
  /// The product of sizes in a range of positions. The whole product is known not to overflow; a size of 0
  /// elsewhere is not.
  func product(_ range: Range<Int>) throws(LiteError) -> Int {
    var result = 1
    for index in range { result = try Checked.multiply(result, self[index]) }
    return result
  }
}

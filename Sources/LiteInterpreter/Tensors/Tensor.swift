import LiteFormat

/// A view of a storage: element type, sizes, strides, offset, and for quantized types how codes become
/// numbers. A reference type, as in PyTorch: in-place operators change the tensor that others hold.
public final class Tensor: @unchecked Sendable {
  public internal(set) var storage: Storage
  /// Position of the first element in the storage, in elements.
  public internal(set) var offset: Int
  public internal(set) var type: DataType
  public internal(set) var sizes: Dimensions
  /// In elements. May be 0 (expanded); never negative.
  public internal(set) var strides: Dimensions
  public internal(set) var quantization: Quantization
  /// Number of elements. The product never overflows: it was checked when the tensor was made.
  public internal(set) var count: Int

  /// A view. The caller has checked that every element lies in the storage.
  @inline(never)
  public init(
    storage: Storage, offset: Int = 0, type: DataType, sizes: Dimensions, strides: Dimensions, count: Int,
    quantization: Quantization = .none
  ) {
    self.storage = storage
    self.offset = offset
    self.type = type
    self.sizes = sizes
    self.strides = strides
    self.count = count
    self.quantization = quantization
  }

  /// A new dense tensor, elements not set.
  ///
  /// - Throws: `limitExceeded` when its size overflows, `outOfMemory`.
  @inline(never)
  convenience init(_ type: DataType, _ sizes: Dimensions, in arena: Arena, quantization: Quantization = .none) throws(LiteError) {
    try self.init(type, sizes, strides: sizes.contiguousStrides(), in: arena, quantization: quantization)
  }

  /// A new tensor with given strides that leave no gaps (channels-last, say), elements not set.
  @inline(never)
  convenience init(
    _ type: DataType, _ sizes: Dimensions, strides: Dimensions, in arena: Arena, quantization: Quantization = .none
  ) throws(LiteError) {
    let count = try sizes.product()
    let storage = try Storage(try Checked.multiply(count, type.size), in: arena)
    self.init(storage: storage, type: type, sizes: sizes, strides: strides, count: count, quantization: quantization)
  }

  /// Number of dimensions.
  public var rank: Int { sizes.count }

  /// Address of the first element.
  public var data: UnsafeMutableRawPointer { storage.base + offset &* type.size }

  /// The first element as a typed pointer. The caller has checked the element type.
  func pointer<Element>(_: Element.Type = Element.self) -> UnsafeMutablePointer<Element> {
    data.assumingMemoryBound(to: Element.self)
  }

  /// Number of bytes of the elements.
  public var byteCount: Int { count &* type.size }

  /// Dense, last dimension fastest.
  @inline(never)
  public var isContiguous: Bool { hasStrides(sizes.contiguousStrides()) }

  /// Dense with the second dimension fastest (N, H, W, C in memory); rank 4 or 5.
  @inline(never)
  public var isChannelsLast: Bool { (rank == 4 || rank == 5) && hasStrides(sizes.channelsLastStrides()) }

  /// Whether elements lie as with these strides. Strides of dimensions of size 1 do not matter.
  @inline(never)
  private func hasStrides(_ expected: Dimensions) -> Bool {
    if count == 0 { return true }
    for index in 0..<rank where sizes[index] != 1 && strides[index] != expected[index] { return false }
    return true
  }

  /// Every element has a place of its own and there are no gaps, in some order of dimensions.
  @inline(never)
  var isDense: Bool {
    if count == 0 { return true }
    var seen = 1
    var remaining = rank
    var used = Dimensions(repeating: 0, count: rank)
    for index in 0..<rank where sizes[index] == 1 {
      used[index] = 1
      remaining -= 1
    }
    while remaining > 0 {
      var found = false
      for index in 0..<rank where used[index] == 0 && strides[index] == seen {
        seen = seen &* sizes[index]
        used[index] = 1
        remaining -= 1
        found = true
        break
      }
      if !found { return false }
    }
    return true
  }

  /// Another view of the same storage with the same element type.
  @inline(never)
  func view(sizes: Dimensions, strides: Dimensions, offset: Int? = nil, count: Int) -> Tensor {
    Tensor(
      storage: storage, offset: offset ?? self.offset, type: type, sizes: sizes, strides: strides, count: count,
      quantization: quantization)
  }

  /// For messages: `float32 [1, 3, 224, 224]`.
  @inline(never)
  public var message: Message { "\(type.name) \(sizes.message)" }
}

extension Dimensions {
  /// Strides of a dense tensor with dimension 1 fastest: N, H, W, C in memory for sizes N, C, H, W.
  @inline(never)
  func channelsLastStrides() -> Dimensions {
    guard count >= 3 else { return contiguousStrides() }
    var strides = Dimensions(repeating: 0, count: count)
    var next = 1
    strides[1] = 1
    next = next &* max(self[1], 1)
    var index = count - 1
    while index >= 2 {
      strides[index] = next
      next = next &* max(self[index], 1)
      index -= 1
    }
    strides[0] = next
    return strides
  }
}

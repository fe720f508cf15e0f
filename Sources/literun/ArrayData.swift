import CLitePlatform
import LiteFormat
import LiteInterpreter

/// The elements of an input tensor, dense, in memory that lives as long as this object.
///
/// The model sees them through tensors that copy before they write, so that one array serves many runs.
final class ArrayData {
  let type: DataType
  let sizes: Dimensions
  /// Number of elements.
  let count: Int
  private let base: UnsafeMutableRawPointer
  private let file: RecordBytes?
  /// Whose elements these are, if a tensor's, and what that may be a view of.
  private let owner: (tensor: Tensor, array: ArrayData)?

  /// The elements of a dense tensor, which may lie in an array.
  init(_ tensor: Tensor, in array: ArrayData) {
    owner = (tensor, array)
    type = tensor.type
    sizes = tensor.sizes
    count = tensor.count
    base = tensor.data
    file = nil
  }

  /// Elements that lie in a file. The caller has checked that they do.
  init(_ type: DataType, _ sizes: Dimensions, count: Int, in file: RecordBytes, at offset: Int) throws(LiteError) {
    owner = nil
    self.type = type
    self.sizes = sizes
    self.count = count
    let start = UnsafeMutableRawPointer(mutating: file.base + offset)
    let byteCount = count &* type.size
    if Int(bitPattern: start) % max(type.size, 1) == 0 {
      base = start
      self.file = file
    } else {
      guard let copy = allocateBytes(byteCount) else { throw Self.noMemory(byteCount) }
      copy.copyMemory(from: start, byteCount: byteCount)
      base = copy
      self.file = nil
    }
  }

  /// New elements, not set.
  ///
  /// - Throws: `limitExceeded` when the size overflows or is more than the machine has, `outOfMemory`.
  init(_ type: DataType, _ sizes: Dimensions) throws(LiteError) {
    owner = nil
    self.type = type
    self.sizes = sizes
    count = try sizes.product()
    let byteCount = try Checked.multiply(count, type.size)
    // The system may promise memory that it does not have, and end the process when it is used.
    guard byteCount <= Self.physicalBytes else {
      throw LiteError(.limitExceeded, "\(type.name) \(sizes.message) takes \(byteCount) bytes, more memory than this machine has")
    }
    guard let memory = allocateBytes(byteCount) else { throw Self.noMemory(byteCount) }
    base = memory
    file = nil
  }

  deinit { if file == nil, owner == nil { freeBytes(base) } }

  private static func noMemory(_ count: Int) -> LiteError { LiteError(.outOfMemory, "no memory for \(count) bytes of an input") }

  private static var physicalBytes: Int {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    guard pages > 0, size > 0 else { return Int.max }
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: size)
    return overflow ? Int.max : bytes
  }

  /// A new tensor over the elements; this object must outlive it and all that shares its memory.
  func makeTensor() -> Tensor { view(sizes, isWritable: false) }

  /// All elements in one dimension, to be set.
  func makeList() throws(LiteError) -> Tensor { view(try Dimensions([count]), isWritable: true) }

  private func view(_ sizes: Dimensions, isWritable: Bool) -> Tensor {
    let bytes = UnsafeMutableRawBufferPointer(start: base, count: count &* type.size)
    return Tensor(
      storage: Storage(borrowing: bytes, isWritable: isWritable), type: type, sizes: sizes, strides: sizes.contiguousStrides(),
      count: count)
  }
}

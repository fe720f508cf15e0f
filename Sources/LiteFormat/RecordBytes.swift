/// The bytes of one record of an archive: a part of the mapped file, or memory that was inflated into.
///
/// Immutable once the archive has handed it out; tensors and pickles keep it alive.
public final class RecordBytes: @unchecked Sendable {
  private let file: MappedFile?
  let mutableBase: UnsafeMutableRawPointer
  /// Number of bytes.
  public let count: Int

  /// First byte.
  public var base: UnsafeRawPointer { UnsafeRawPointer(mutableBase) }
  /// All bytes.
  public var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: count)
  }
  /// Whether the bytes lie in the mapped file (clean memory, shared between processes).
  public var isMapped: Bool { file != nil }

  init(file: MappedFile, offset: Int, count: Int) {
    self.file = file
    // Never written to: `mutableBase` is private to inflation.
    mutableBase = UnsafeMutableRawPointer(mutating: file.base + offset)
    self.count = count
  }

  init(empty file: MappedFile) {
    self.file = file
    mutableBase = UnsafeMutableRawPointer(mutating: file.base)
    count = 0
  }

  init(allocating count: Int) throws(LiteError) {
    guard let memory = allocateBytes(count) else {
      throw LiteError(.outOfMemory, "no memory for \(count) bytes of a compressed record")
    }
    file = nil
    mutableBase = memory
    self.count = count
  }

  /// A copy of these bytes at an address that any element type can be read from.
  public func alignedCopy() throws(LiteError) -> RecordBytes {
    let copy = try RecordBytes(allocating: count)
    copy.mutableBase.copyMemory(from: base, byteCount: count)
    return copy
  }

  deinit { if file == nil { freeBytes(mutableBase) } }
}

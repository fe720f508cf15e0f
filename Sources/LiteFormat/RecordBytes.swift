/// The bytes of one record of an archive: memory that it was read or inflated into, or a part of a mapped file.
///
/// Immutable once the archive has handed it out; tensors and pickles keep it alive.
public final class RecordBytes: @unchecked Sendable {
  private let file: InputFile?
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
  public var isMapped: Bool { file?.isMapped ?? false }

  /// A part of a mapping; the caller has checked that it lies in it.
  init(file: InputFile, mapping: UnsafeRawPointer, offset: Int, count: Int) {
    self.file = file
    // Never written to: `mutableBase` is private to reading and inflation.
    mutableBase = UnsafeMutableRawPointer(mutating: mapping + offset)
    self.count = count
  }

  init(allocating count: Int) throws(LiteError) {
    guard let memory = allocateBytes(count) else {
      throw refusedBytes(count, "the file")
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

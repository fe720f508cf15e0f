import CLitePlatform

/// The bytes of a model file: a read-only mapping that ends with this object, or memory of the caller's.
///
/// Tensors that use stored records in place keep this object alive.
public final class MappedFile: @unchecked Sendable {
  /// First byte. Valid as long as this object lives.
  public let base: UnsafeRawPointer
  /// Number of bytes.
  public let count: Int
  private let isMapped: Bool

  /// Maps a file.
  ///
  /// - Parameter path: zero-terminated path.
  /// - Throws: `fileUnreadable` with the reason of the operating system, or `wrongFileKind` for an empty file.
  public init(path: UnsafePointer<CChar>) throws(LiteError) {
    let descriptor = lite_open_read(path)
    guard descriptor >= 0 else { throw Self.systemError("cannot open the file") }
    defer { close(descriptor) }
    let size = lite_file_size(descriptor)
    guard size >= 0, size < Int64(Int.max) else {
      throw LiteError(.fileUnreadable, "cannot read the file: it is not a regular file")
    }
    guard size > 0 else {
      throw LiteError(.wrongFileKind, "the file is empty: the download or copy did not happen; fetch it again")
    }
    guard let mapping = lite_map_read(descriptor, Int(size)) else { throw Self.systemError("cannot map the file") }
    base = mapping
    count = Int(size)
    isMapped = true
  }

  /// Wraps memory that the caller keeps valid and unchanged while this object lives.
  public init(borrowing bytes: UnsafeRawBufferPointer) throws(LiteError) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { throw LiteError(.wrongFileKind, "the model has no bytes") }
    base = start
    count = bytes.count
    isMapped = false
  }

  deinit { if isMapped { lite_unmap(base, count) } }

  /// All bytes.
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  private static func systemError(_ what: Message) -> LiteError {
    let reason = lite_errno_text(lite_errno())!
    let text = UnsafeBufferPointer(start: UnsafeRawPointer(reason).assumingMemoryBound(to: UInt8.self), count: strlen(reason))
    return LiteError(.fileUnreadable, "\(what): \(text)")
  }
}

import CLitePlatform

/// The bytes of a file, and how they are reached.
///
/// - `read`, the default: records are read into private memory, each byte once, and checked there. A file that is
///   changed, shortened or removed meanwhile can make opening fail, and nothing else.
/// - `map`: stored records are used where they lie in a mapping, clean and shared between processes. The caller
///   promises that nobody shortens or changes the file while models of it live: the operating system ends a process
///   that touches a page of a mapping behind the file's end (SIGBUS).
/// - Memory of the caller's, who keeps it valid and unchanged.
public final class InputFile: @unchecked Sendable {
  public enum Access: Sendable { case read, map }

  /// Number of bytes.
  public let count: Int
  /// All bytes, unless the file is read piece by piece. Valid as long as this object lives.
  let mapping: UnsafeRawPointer?
  private let descriptor: Int32
  let isMapped: Bool

  /// Opens a file.
  ///
  /// - Parameter path: zero-terminated path.
  /// - Throws: `fileUnreadable` with the reason of the operating system, `wrongFileKind` for an empty file,
  ///   `limitExceeded`.
  public init(path: UnsafePointer<CChar>, access: Access = .read, limits: Limits = Limits()) throws(LiteError) {
    let descriptor = lite_open_read(path)
    guard descriptor >= 0 else { throw Self.systemError("cannot open the file") }
    do throws(LiteError) {
      count = try Self.size(descriptor, limits)
      if access == .map {
        guard let start = lite_map_read(descriptor, count) else { throw Self.systemError("cannot map the file") }
        mapping = start
      } else {
        mapping = nil
      }
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    isMapped = access == .map
  }

  /// Wraps memory that the caller keeps valid and unchanged while this object lives.
  public init(borrowing bytes: UnsafeRawBufferPointer, limits: Limits = Limits()) throws(LiteError) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { throw LiteError(.wrongFileKind, "the model has no bytes") }
    guard bytes.count <= limits.fileBytes else {
      throw Limits.exceeded("the model has \(bytes.count) bytes", limits.fileBytes, "fileBytes")
    }
    mapping = start
    count = bytes.count
    descriptor = -1
    isMapped = false
  }

  deinit {
    if isMapped, let mapping { lite_unmap(mapping, count) }
    if descriptor >= 0 { close(descriptor) }
  }

  /// Copies `wanted` bytes at `offset`, which the caller has checked to lie in the file.
  ///
  /// - Returns: false when the operating system does not give them: the file was shortened, or its medium failed.
  func copy(_ offset: Int, _ wanted: Int, to target: UnsafeMutableRawPointer) -> Bool {
    if let mapping {
      target.copyMemory(from: mapping + offset, byteCount: wanted)
      return true
    }
    return lite_read_at(descriptor, target, wanted, Int64(offset)) == 0
  }

  /// A part of the file in memory of its own.
  ///
  /// - Throws: `archiveDamaged` when it does not lie in the file, `fileUnreadable`, `outOfMemory`.
  public func bytes(_ offset: Int, _ wanted: Int) throws(LiteError) -> RecordBytes {
    guard offset >= 0, wanted >= 0, offset <= count, wanted <= count - offset else {
      throw LiteError(.archiveDamaged, "\(wanted) bytes at byte \(offset) of a file of \(count): the archive is damaged")
    }
    let result = try RecordBytes(allocating: wanted)
    guard copy(offset, wanted, to: result.mutableBase) else { throw Self.systemError("cannot read the file") }
    return result
  }

  private static func size(_ descriptor: Int32, _ limits: Limits) throws(LiteError) -> Int {
    let size = lite_file_size(descriptor)
    guard size >= 0 else { throw LiteError(.fileUnreadable, "cannot read the file: it is not a regular file") }
    guard size > 0 else {
      throw LiteError(.wrongFileKind, "the file is empty: the download or copy did not happen; fetch it again")
    }
    // A directory has a size on some file systems; only reading tells.
    var first: UInt8 = 0
    guard lite_read_at(descriptor, &first, 1, 0) == 0 else { throw systemError("cannot read the file") }
    guard size <= Int64(limits.fileBytes), let count = Int(exactly: size) else {
      throw Limits.exceeded("the file has \(size) bytes", limits.fileBytes, "fileBytes")
    }
    return count
  }

  private static func systemError(_ what: Message) -> LiteError {
    guard let reason = lite_errno_text(lite_errno()) else { return LiteError(.fileUnreadable, what) }
    let text = UnsafeBufferPointer(start: UnsafeRawPointer(reason).assumingMemoryBound(to: UInt8.self), count: strlen(reason))
    return LiteError(.fileUnreadable, "\(what): \(text)")
  }
}

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
  /// Where the bytes begin in the file that the descriptor is of.
  private let start: Int
  /// The pages that `mapping` lies in.
  private let pages: UnsafeRawBufferPointer?
  private var release: (function: Release, context: UnsafeMutableRawPointer?)?

  /// Told that memory of the caller's is used no more.
  public typealias Release =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ bytes: UnsafeRawPointer?, _ count: Int) -> Void

  var isMapped: Bool { pages != nil }

  /// Opens a file.
  ///
  /// - Parameter path: zero-terminated path.
  /// - Throws: `fileUnreadable` with the reason of the operating system, `wrongFileKind` for an empty file,
  ///   `limitExceeded`.
  public convenience init(
    path: UnsafePointer<CChar>, access: Access = .read, limits: Limits = Limits()
  ) throws(LiteError) {
    let descriptor = lite_open_read(path)
    guard descriptor >= 0 else { throw Self.systemError("cannot open the file") }
    try self.init(owning: descriptor, offset: 0, count: 0, access, limits)
  }

  /// Opens a part of a file that is open already, under a descriptor of its own.
  ///
  /// - Parameter count: bytes of the part; 0: up to the file's end.
  /// - Throws: as above, and `invalidArgument` for a part that does not lie in the file.
  public convenience init(
    descriptor: Int32, offset: Int, count: Int, access: Access = .read, limits: Limits = Limits()
  ) throws(LiteError) {
    let own = lite_duplicate(descriptor)
    guard own >= 0 else { throw Self.systemError("cannot use the descriptor") }
    try self.init(owning: own, offset: offset, count: count, access, limits)
  }

  private init(owning descriptor: Int32, offset: Int, count: Int, _ access: Access, _ limits: Limits) throws(LiteError) {
    do throws(LiteError) {
      let length = try Self.size(descriptor, from: offset, count, limits)
      var pages: UnsafeRawBufferPointer?
      let skipped = offset % lite_page_size()
      if access == .map {
        let needed = try Checked.add(length, skipped)
        guard let first = lite_map_read(descriptor, Int64(offset - skipped), needed) else {
          throw Self.systemError("cannot map the file")
        }
        pages = UnsafeRawBufferPointer(start: first, count: needed)
      }
      self.count = length
      self.pages = pages
      mapping = pages?.baseAddress.map { $0 + skipped }
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    start = offset
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
    self.start = 0
    pages = nil
  }

  /// Has a function called when this object ends.
  public func onEnd(_ function: Release, _ context: UnsafeMutableRawPointer?) { release = (function, context) }

  deinit {
    if let pages, let base = pages.baseAddress { lite_unmap(base, pages.count) }
    if descriptor >= 0 { close(descriptor) }
    if let release { release.function(release.context, mapping, count) }
  }

  /// Copies `wanted` bytes at `offset`, which the caller has checked to lie in the file.
  ///
  /// - Returns: false when the operating system does not give them: the file was shortened, or its medium failed.
  func copy(_ offset: Int, _ wanted: Int, to target: UnsafeMutableRawPointer) -> Bool {
    if let mapping {
      target.copyMemory(from: mapping + offset, byteCount: wanted)
      return true
    }
    return lite_read_at(descriptor, target, wanted, Int64(start &+ offset)) == 0
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

  /// How many bytes there are from `offset` on; `count` of them are wanted, or all when that is 0.
  private static func size(_ descriptor: Int32, from offset: Int, _ count: Int, _ limits: Limits) throws(LiteError) -> Int {
    guard offset >= 0, count >= 0 else {
      throw LiteError(.invalidArgument, "\(count) bytes at byte \(offset) of a file")
    }
    let size = lite_file_size(descriptor)
    guard size >= 0 else { throw LiteError(.fileUnreadable, "cannot read the file: it is not a regular file") }
    guard size > 0 else {
      throw LiteError(.wrongFileKind, "the file is empty: the download or copy did not happen; fetch it again")
    }
    let available = try Checked.int(size) - offset
    guard available > 0, count <= available else {
      throw LiteError(.invalidArgument, "\(count) bytes at byte \(offset) of a file of \(size)")
    }
    // A directory has a size on some file systems; only reading tells.
    var first: UInt8 = 0
    guard lite_read_at(descriptor, &first, 1, Int64(offset)) == 0 else { throw systemError("cannot read the file") }
    let result = count == 0 ? available : count
    guard result <= limits.fileBytes else {
      throw Limits.exceeded("the file has \(result) bytes", limits.fileBytes, "fileBytes")
    }
    return result
  }

  private static func systemError(_ what: Message) -> LiteError {
    guard let reason = lite_errno_text(lite_errno()) else { return LiteError(.fileUnreadable, what) }
    let text = UnsafeBufferPointer(start: UnsafeRawPointer(reason).assumingMemoryBound(to: UInt8.self), count: strlen(reason))
    return LiteError(.fileUnreadable, "\(what): \(text)")
  }
}

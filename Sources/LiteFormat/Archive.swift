import CLibZip
import CLitePlatform

/// The records of a zip archive, read through libzip.
///
/// Every record of a `.ptl` is `<root>/<name>`; the root differs between files and is dropped here.
/// Records that are stored (not compressed) are used where they lie in the file; libzip reads the file
/// through a source of ours over the mapping, which notes where it reads, so that libzip itself locates
/// and checks a record and nothing here parses zip structures.
///
/// Lives only while a file is opened: libzip handles must not be shared between threads.
final class Archive {
  private let file: MappedFile
  private let zip: OpaquePointer
  private let source: UnsafeMutablePointer<SourceState>
  private let verifiesChecksums: Bool
  /// Record names without the root; record i has name id i.
  private var names = NameTable()
  private var records: [Record] = []

  private struct Record {
    let index: UInt64
    let size: Int
    let isStored: Bool
  }

  /// More records than this are refused. The largest real models have a few thousand.
  static let maximumRecords = 100_000

  /// Reads the directory.
  ///
  /// - Parameter verifiesChecksums: whether reading a record compares its CRC-32 with the directory's.
  /// - Throws: `wrongFileKind` (and says which kind it is), `archiveDamaged`, `malformed`, `limitExceeded`.
  init(_ file: MappedFile, verifiesChecksums: Bool) throws(LiteError) {
    self.file = file
    self.verifiesChecksums = verifiesChecksums
    let state = UnsafeMutablePointer<SourceState>.allocate(capacity: 1)
    state.initialize(to: SourceState(base: file.base, count: file.count))
    guard let zip = Self.open(state) else {
      state.deallocate()
      throw FileKind.errorForNonZip(file.bytes)
    }
    self.zip = zip
    self.source = state
    try readDirectory()
  }

  deinit {
    zip_discard(zip)
    source.deallocate()
  }

  private static func open(_ state: UnsafeMutablePointer<SourceState>) -> OpaquePointer? {
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard let source = zip_source_function_create(readSource, state, &error) else { return nil }
    guard let zip = zip_open_from_source(source, ZIP_RDONLY, &error) else {
      zip_source_free(source)
      return nil
    }
    return zip
  }

  private func readDirectory() throws(LiteError) {
    let count = zip_get_num_entries(zip, 0)
    guard count > 0 else { throw LiteError(.wrongFileKind, "this zip archive is empty") }
    guard count <= Self.maximumRecords else {
      throw LiteError(.limitExceeded, "the archive has \(count) records, more than \(Self.maximumRecords)")
    }
    var root: [UInt8] = []
    for index in 0..<UInt64(count) {
      var status = zip_stat_t()
      zip_stat_init(&status)
      let needed = UInt64(ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD)
      guard zip_stat_index(zip, index, UInt32(ZIP_FL_ENC_RAW), &status) == 0, status.valid & needed == needed,
        let text = status.name
      else { throw LiteError(.archiveDamaged, "entry \(Int64(index)) of the zip directory is damaged") }
      let name = UnsafeBufferPointer(start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: strlen(text))
      guard status.encryption_method == 0 else { throw LiteError(.unsupported, "record \(name) is encrypted") }
      guard status.comp_method == 0 || status.comp_method == 8 else {
        throw LiteError(
          .unsupported,
          "record \(name) is compressed with zip method \(Int(status.comp_method)); stored (0) and deflate (8) are supported")
      }
      if index == 0 {
        guard let slash = name.firstIndex(of: 47) else { throw FileKind.errorForZip(without: self) }
        root = [UInt8](name[0...slash])
      }
      guard name.count > root.count, hasRoot(name, root) else {
        throw LiteError(.malformed, "record \(name) is not in the archive's folder \(root)")
      }
      let known = names.count
      let id = try names.intern(UnsafeBufferPointer(rebasing: name[root.count...]))
      guard Int(id.id) == known else { throw LiteError(.malformed, "record \(name) is there twice") }
      records.append(Record(index: index, size: try Checked.int(status.size), isStored: status.comp_method == 0))
    }
  }

  /// Whether there is a record of this name.
  func has(_ name: StaticString) -> Bool {
    names.find(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)) != nil
  }

  /// Whether some record's name begins so.
  func hasRecord(withPrefix prefix: StaticString) -> Bool {
    for id in 0..<names.count where names.hasPrefix(Name(id: Int32(truncatingIfNeeded: id)), prefix) { return true }
    return false
  }

  /// The bytes of a record, or nil if there is none of this name.
  func read(_ name: [UInt8]) throws(LiteError) -> RecordBytes? {
    try name.withUnsafeBufferPointer { (bytes) throws(LiteError) in
      guard let id = names.find(bytes) else { return nil }
      return try read(records[Int(id.id)], name)
    }
  }

  /// The bytes of a record, or nil if there is none of this name.
  func read(_ name: StaticString) throws(LiteError) -> RecordBytes? {
    try read([UInt8](UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)))
  }

  /// Calls `body` for each record with its name and size in bytes.
  func forEachRecord(_ body: (_ name: [UInt8], _ size: Int) throws(LiteError) -> Void) throws(LiteError) {
    for id in 0..<records.count {
      try body(names.bytes(Name(id: Int32(truncatingIfNeeded: id))), records[id].size)
    }
  }

  private func read(_ record: Record, _ name: [UInt8]) throws(LiteError) -> RecordBytes {
    if record.size == 0 { return RecordBytes(empty: file) }
    guard let handle = zip_fopen_index(zip, record.index, 0) else { throw damaged(name) }
    defer { zip_fclose(handle) }
    if record.isStored {
      // The first byte that libzip hands out was read from where the record's data begin.
      var first: UInt8 = 0
      source.pointee.firstRead = nil
      guard zip_fread(handle, &first, 1) == 1, let start = source.pointee.firstRead else { throw damaged(name) }
      let end = try Checked.add(start, record.size)
      guard end <= file.count else {
        throw LiteError(
          .archiveDamaged, "record \(name) ends at byte \(end), the file at \(file.count): the download or copy is truncated")
      }
      if verifiesChecksums { try verifyChecksum(handle, name) }
      return RecordBytes(file: file, offset: start, count: record.size)
    }
    // deflate expands at most 1032 times (zlib's technical note), so a larger claim is a lie.
    guard record.size / 1100 <= file.count else { throw damaged(name) }
    let copy = try RecordBytes(allocating: record.size)
    var filled = 0
    while filled < record.size {
      let got = zip_fread(handle, copy.mutableBase + filled, UInt64(record.size - filled))
      guard got > 0 else { throw damaged(name) }
      filled += Int(got)
    }
    return copy
  }

  /// Reads a record to its end, where libzip compares the CRC-32.
  private func verifyChecksum(_ handle: OpaquePointer, _ name: [UInt8]) throws(LiteError) {
    let buffer = try RecordBytes(allocating: 1 << 16)
    var got: Int64 = 1
    while got > 0 { got = zip_fread(handle, buffer.mutableBase, UInt64(buffer.count)) }
    guard got == 0 else {
      throw LiteError(
        .archiveDamaged,
        "record \(name) does not have the checksum that the archive's directory states: the file is damaged; fetch it again")
    }
  }

  private func damaged(_ name: [UInt8]) -> LiteError {
    LiteError(.archiveDamaged, "record \(name) cannot be read: the archive is damaged; fetch it again")
  }
}

/// Whether `name` begins with `root`.
private func hasRoot(_ name: UnsafeBufferPointer<UInt8>, _ root: [UInt8]) -> Bool {
  for index in 0..<root.count where name[index] != root[index] { return false }
  return true
}

/// What the libzip source over a mapping remembers.
private struct SourceState {
  let base: UnsafeRawPointer
  let count: Int
  var position = 0
  /// File offset of the first read since this was set to nil.
  var firstRead: Int?
  var error = zip_error_t()

  init(base: UnsafeRawPointer, count: Int) {
    self.base = base
    self.count = count
  }
}

/// libzip's callback (zip_source_function(3)): a seekable, read-only file in memory.
private let readSource: zip_source_callback = { userdata, data, length, command in
  guard let state = userdata?.assumingMemoryBound(to: SourceState.self) else { return -1 }
  switch command {
  case ZIP_SOURCE_SUPPORTS:
    var mask: Int64 = 0
    for supported in [
      ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK,
      ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS,
    ] { mask |= 1 << Int64(supported.rawValue) }
    return mask
  case ZIP_SOURCE_OPEN:
    state.pointee.position = 0
    return 0
  case ZIP_SOURCE_READ:
    let available = state.pointee.count - state.pointee.position
    let wanted = min(available, Int(clamping: length))
    if state.pointee.firstRead == nil { state.pointee.firstRead = state.pointee.position }
    if wanted > 0, let data { memcpy(data, state.pointee.base + state.pointee.position, wanted) }
    state.pointee.position += wanted
    return Int64(wanted)
  case ZIP_SOURCE_STAT:
    guard let data, length >= UInt64(MemoryLayout<zip_stat_t>.size) else { return -1 }
    let status = data.assumingMemoryBound(to: zip_stat_t.self)
    zip_stat_init(status)
    status.pointee.size = UInt64(state.pointee.count)
    status.pointee.valid = UInt64(ZIP_STAT_SIZE)
    return Int64(MemoryLayout<zip_stat_t>.size)
  case ZIP_SOURCE_SEEK:
    let target = zip_source_seek_compute_offset(
      UInt64(state.pointee.position), UInt64(state.pointee.count), data, length, &state.pointee.error)
    guard target >= 0 else { return -1 }
    state.pointee.position = Int(target)
    return 0
  case ZIP_SOURCE_TELL: return Int64(state.pointee.position)
  case ZIP_SOURCE_ERROR: return zip_error_to_data(&state.pointee.error, data, length)
  case ZIP_SOURCE_CLOSE, ZIP_SOURCE_FREE: return 0
  default: return -1
  }
}

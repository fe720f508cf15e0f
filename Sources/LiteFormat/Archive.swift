import CLibZip
import CLitePlatform

/// The records of a zip archive: found and checked by `ZipDirectory`, read and inflated through libzip.
///
/// Every record of a `.ptl` is `<root>/<name>`; the root differs between files and is dropped here.
///
/// Lives only while a file is opened: libzip handles must not be shared between threads.
final class Archive {
  private let file: InputFile
  private let zip: OpaquePointer
  private let source: UnsafeMutablePointer<SourceState>
  private let verifiesChecksums: Bool
  private let limits: Limits
  private let progress: LoadProgress?
  /// Record names without the root; record i has name id i.
  private var names = NameTable()
  private var records: [Record] = []
  /// Of all compressed records that were read.
  private var inflatedBytes = 0

  private struct Record {
    let index: UInt64
    let size: Int
    let storedSize: Int
    let dataOffset: Int
    let isStored: Bool
  }

  /// Reads the directory.
  ///
  /// - Parameter verifiesChecksums: whether reading a record compares its CRC-32 with the directory's.
  /// - Throws: `wrongFileKind` (and says which kind it is), `archiveDamaged`, `malformed`, `limitExceeded`.
  init(_ file: InputFile, verifiesChecksums: Bool, limits: Limits, progress: LoadProgress? = nil) throws(LiteError) {
    self.progress = progress
    let directory = try ZipDirectory(file, limits)
    self.file = file
    self.verifiesChecksums = verifiesChecksums
    self.limits = limits
    let state = UnsafeMutablePointer<SourceState>.allocate(capacity: 1)
    state.initialize(to: SourceState(file: file))
    var code: Int32 = 0
    guard let zip = Self.open(state, &code) else {
      state.deinitialize(count: 1)
      state.deallocate()
      if code == ZIP_ER_MEMORY { throw LiteError(.outOfMemory, "libzip has no memory to read the archive") }
      throw LiteError(.archiveDamaged, "libzip cannot read the archive: it is damaged; fetch it again")
    }
    self.zip = zip
    self.source = state
    try enter(directory)
    if let progress {
      var total = 0
      for record in records { total = try Checked.add(total, record.size) }
      progress.start(total)
    }
  }

  deinit {
    zip_discard(zip)
    source.deinitialize(count: 1)
    source.deallocate()
  }

  /// - Parameter code: libzip's, when there is no result.
  private static func open(_ state: UnsafeMutablePointer<SourceState>, _ code: inout Int32) -> OpaquePointer? {
    var error = zip_error_t()
    zip_error_init(&error)
    defer {
      code = zip_error_code_zip(&error)
      zip_error_fini(&error)
    }
    guard let source = zip_source_function_create(readSource, state, &error) else { return nil }
    guard let zip = zip_open_from_source(source, ZIP_RDONLY, &error) else {
      zip_source_free(source)
      return nil
    }
    return zip
  }

  /// Takes over the records, after comparing them with what libzip sees.
  private func enter(_ directory: borrowing ZipDirectory) throws(LiteError) {
    guard zip_get_num_entries(zip, 0) == directory.members.count else {
      throw LiteError(.archiveDamaged, "libzip finds another number of records than the directory has: the archive is damaged")
    }
    var root: [UInt8] = []
    for (index, member) in directory.members.enumerated() {
      let name = directory.name(member)
      var status = zip_stat_t()
      zip_stat_init(&status)
      let needed = UInt64(ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_CRC)
      guard zip_stat_index(zip, UInt64(index), UInt32(ZIP_FL_ENC_RAW), &status) == 0, status.valid & needed == needed,
        status.size == UInt64(member.size), status.crc == member.checksum, Int(status.comp_method) == member.method
      else { throw LiteError(.archiveDamaged, "record \(name) is not what libzip sees there: the archive is damaged") }
      guard member.flags & 1 == 0 else { throw LiteError(.unsupported, "record \(name) is encrypted") }
      guard member.method == 0 || member.method == 8 else {
        throw LiteError(
          .unsupported,
          "record \(name) is compressed with zip method \(member.method); stored (0) and deflate (8) are supported")
      }
      if index == 0 {
        guard let slash = name.firstIndex(of: 47) else { throw FileKind.errorForZip(without: self) }
        root = [UInt8](name[0...slash])
      }
      guard name.count >= root.count, hasRoot(name, root) else {
        throw LiteError(.malformed, "record \(name) is not in the archive's folder \(root)")
      }
      // Folders have entries of their own when the archive was packed again.
      if name[name.count - 1] == 47, member.size == 0 { continue }
      let known = names.count
      let id = try names.intern(UnsafeBufferPointer(rebasing: name[root.count...]))
      guard Int(id.id) == known else { throw LiteError(.malformed, "record \(name) is there twice") }
      records.append(
        Record(
          index: UInt64(index), size: member.size, storedSize: member.storedSize, dataOffset: member.dataOffset,
          isStored: member.method == 0))
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

  /// The records in a folder, their names without it.
  func read(folder: StaticString) throws(LiteError) -> [(name: [UInt8], bytes: RecordBytes)] {
    var result: [(name: [UInt8], bytes: RecordBytes)] = []
    for id in 0..<records.count {
      let name = Name(id: Int32(truncatingIfNeeded: id))
      guard names.hasPrefix(name, folder) else { continue }
      let text = names.bytes(name)
      result.append(([UInt8](text[folder.utf8CodeUnitCount...]), try read(records[id], text)))
    }
    return result
  }

  private func read(_ record: Record, _ name: [UInt8]) throws(LiteError) -> RecordBytes {
    try checkSize(record, name)
    guard let handle = zip_fopen_index(zip, record.index, 0) else { throw damaged(name, zip_get_error(zip)) }
    defer { zip_fclose(handle) }
    if record.isStored, let mapping = file.mapping {
      if verifiesChecksums { try readToEnd(handle, name, record.size) }
      try progress?.advance(record.size)
      return RecordBytes(file: file, mapping: mapping, offset: record.dataOffset, count: record.size)
    }
    let copy = try RecordBytes(allocating: record.size)
    var filled = 0
    while filled < record.size {
      // In pieces, so that the caller can follow and cancel.
      let got = zip_fread(handle, copy.mutableBase + filled, UInt64(min(record.size - filled, 1 << 20)))
      guard got > 0 else { throw damaged(name, zip_file_get_error(handle)) }
      filled += Int(got)
      try progress?.advance(Int(got))
    }
    if verifiesChecksums { try readToEnd(handle, name, 0) }
    return copy
  }

  private func checkSize(_ record: Record, _ name: [UInt8]) throws(LiteError) {
    guard record.size <= limits.recordBytes else {
      throw Limits.exceeded("record \(name) has \(record.size) bytes", limits.recordBytes, "recordBytes")
    }
    if record.isStored { return }
    // deflate expands at most 1032 times (zlib's technical note), so a larger claim is a lie.
    guard record.size / 1100 <= record.storedSize else { throw damaged(name) }
    guard record.size <= 1 << 20 || record.size / limits.inflationRatio <= record.storedSize else {
      throw Limits.exceeded(
        "record \(name) inflates from \(record.storedSize) to \(record.size) bytes", limits.inflationRatio, "inflationRatio")
    }
    inflatedBytes = try Checked.add(inflatedBytes, record.size)
    guard inflatedBytes <= limits.inflatedBytes else {
      throw Limits.exceeded("compressed records inflate to \(inflatedBytes) bytes", limits.inflatedBytes, "inflatedBytes")
    }
  }

  /// Reads to the end of a record, where libzip compares size and CRC-32. What was read already need not be again.
  ///
  /// - Parameter rest: bytes that the record still has by its header. A compressed one may go on for terabytes.
  private func readToEnd(_ handle: OpaquePointer, _ name: [UInt8], _ rest: Int) throws(LiteError) {
    let buffer = try RecordBytes(allocating: 1 << 16)
    let stop = StopSignal.current
    var rest = rest
    var got: Int64 = 1
    while got > 0, rest >= 0 {
      try stop.check()
      got = zip_fread(handle, buffer.mutableBase, UInt64(buffer.count))
      rest -= Int(got)
    }
    guard got == 0 else {
      throw LiteError(
        .archiveDamaged,
        "record \(name) does not have the checksum that the archive's directory states: the file is damaged; fetch it again")
    }
  }

  private func damaged(_ name: [UInt8], _ error: UnsafeMutablePointer<zip_error_t>? = nil) -> LiteError {
    if let error, zip_error_code_zip(error) == ZIP_ER_MEMORY {
      return LiteError(.outOfMemory, "libzip has no memory to read record \(name)")
    }
    return LiteError(.archiveDamaged, "record \(name) cannot be read: the archive is damaged; fetch it again")
  }
}

/// Whether `name` begins with `root`.
private func hasRoot(_ name: UnsafeBufferPointer<UInt8>, _ root: [UInt8]) -> Bool {
  for index in 0..<root.count where name[index] != root[index] { return false }
  return true
}

/// What the libzip source over a file remembers.
private struct SourceState {
  let file: InputFile
  var position = 0
  var error = zip_error_t()

  init(file: InputFile) { self.file = file }
}

/// libzip's callback (zip_source_function(3)): a seekable, read-only file.
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
    let available = state.pointee.file.count - state.pointee.position
    let wanted = min(available, Int(clamping: length))
    if wanted > 0, let data, !state.pointee.file.copy(state.pointee.position, wanted, to: data) {
      zip_error_set(&state.pointee.error, ZIP_ER_READ, lite_errno())
      return -1
    }
    state.pointee.position += wanted
    return Int64(wanted)
  case ZIP_SOURCE_STAT:
    guard let data, length >= UInt64(MemoryLayout<zip_stat_t>.size) else { return -1 }
    let status = data.assumingMemoryBound(to: zip_stat_t.self)
    zip_stat_init(status)
    status.pointee.size = UInt64(state.pointee.file.count)
    status.pointee.valid = UInt64(ZIP_STAT_SIZE)
    return Int64(MemoryLayout<zip_stat_t>.size)
  case ZIP_SOURCE_SEEK:
    let target = zip_source_seek_compute_offset(
      UInt64(state.pointee.position), UInt64(state.pointee.file.count), data, length, &state.pointee.error)
    guard target >= 0 else { return -1 }
    state.pointee.position = Int(target)
    return 0
  case ZIP_SOURCE_TELL: return Int64(state.pointee.position)
  case ZIP_SOURCE_ERROR: return zip_error_to_data(&state.pointee.error, data, length)
  case ZIP_SOURCE_CLOSE, ZIP_SOURCE_FREE: return 0
  default: return -1
  }
}

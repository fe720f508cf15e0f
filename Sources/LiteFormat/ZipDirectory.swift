/// The members of a zip archive, where they lie, and whether the archive tells one story about them
/// (PKWARE APPNOTE.TXT 4.3; all numbers little-endian):
///
///     local header     "PK\3\4"  version flags method time date  crc size inflated  name-length extra-length  name extra
///     data
///     data descriptor  ["PK\7\8"] crc size inflated      after the data, when bit 3 of the flags is set
///     ...
///     central header   "PK\1\2"  version version flags method time date  crc size inflated
///                      name-length extra-length comment-length disk attributes offset  name extra comment
///     ...
///     [end, 64 bits]   "PK\6\6"  size version version disk disk count count size offset
///     [its locator]    "PK\6\7"  disk offset disks
///     end              "PK\5\6"  disk disk count count size offset comment-length  comment
///
/// libzip inflates records and compares checksums; it does not compare the two headers of a member nor look for
/// members that overlap. Here is refused: a file with more than one possible end record; a directory that does not
/// lie between the members and the end record; names that are absolute, contain `..` or a zero byte; a local header
/// whose name, method, sizes or checksum differ from the directory's; members that overlap each other or the directory.
struct ZipDirectory {
  struct Member {
    /// Bytes of the directory.
    let name: Range<Int>
    let method: Int
    let flags: Int
    let checksum: UInt32
    /// Bytes in the file.
    let storedSize: Int
    /// Bytes when inflated.
    let size: Int
    /// Of the local header.
    let offset: Int
    /// Of the first byte of data.
    fileprivate(set) var dataOffset = 0
    /// Behind the data and its descriptor.
    fileprivate(set) var end = 0
  }

  private(set) var members: [Member] = []
  private let file: InputFile
  /// The central headers.
  private let directory: RecordBytes
  /// Where they lie in the file.
  private let start: Int

  /// Reads and checks the directory.
  ///
  /// - Throws: `archiveDamaged`, `limitExceeded`, and `wrongFileKind` for files that are no zip archive.
  init(_ file: InputFile, _ limits: Limits) throws(LiteError) {
    self.file = file
    let end = try EndRecord(file)
    guard end.count > 0 else { throw LiteError(.wrongFileKind, "this zip archive is empty") }
    guard end.count <= limits.records else {
      throw Limits.exceeded("the archive has \(end.count) records", limits.records, "records")
    }
    guard end.count <= end.size / 46, end.offset <= end.position, end.size <= end.position - end.offset else {
      throw LiteError(
        .archiveDamaged,
        "the zip directory (\(end.count) entries, \(end.size) bytes at byte \(end.offset)) does not lie before its end record at byte \(end.position): the archive is damaged; fetch it again"
      )
    }
    start = end.offset
    directory = try file.bytes(end.offset, end.size)
    var position = 0
    for index in 0..<end.count {
      do throws(LiteError) {
        try readMember(&position)
      } catch {
        throw error.at("entry \(index) of the zip directory")
      }
    }
    guard position == directory.count else {
      throw LiteError(.archiveDamaged, "the zip directory has \(directory.count - position) bytes more than its entries")
    }
    for index in 0..<members.count {
      // A copy: in place, the whole array would be copied for each, since its owner is read meanwhile.
      var member = members[index]
      try readLocalHeader(&member)
      members[index] = member
    }
    try checkOverlap()
  }

  /// The name of a member, with the archive's folder.
  func name(_ member: Member) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: directory.bytes[member.name]) }

  private mutating func readMember(_ position: inout Int) throws(LiteError) {
    var reader = ByteReader(directory.bytes, at: position)
    guard try reader.number(4) == 0x0201_4b50 else { throw LiteError(.archiveDamaged, "no signature") }
    try reader.skip(4)
    let flags = try reader.number(2)
    let method = try reader.number(2)
    try reader.skip(4)
    let checksum = UInt32(truncatingIfNeeded: try reader.number(4))
    var storedSize = try reader.number(4)
    var size = try reader.number(4)
    let nameLength = try reader.number(2)
    let extraLength = try reader.number(2)
    let commentLength = try reader.number(2)
    try reader.skip(8)
    var offset = try reader.number(4)
    let name = try reader.range(nameLength)
    let extra = try reader.range(extraLength)
    _ = try reader.range(commentLength)
    position = reader.position
    try check(UnsafeBufferPointer(rebasing: directory.bytes[name]))
    // Numbers that do not fit 32 bits stand in extra field 1, in this order.
    var wide = try ByteReader(directory.bytes, field: 1, in: extra)
    if size == 0xffff_ffff { size = try wide.number(8) }
    if storedSize == 0xffff_ffff { storedSize = try wide.number(8) }
    if offset == 0xffff_ffff { offset = try wide.number(8) }
    members.append(
      Member(
        name: name, method: method, flags: flags, checksum: checksum, storedSize: storedSize, size: size, offset: offset))
  }

  private func check(_ name: UnsafeBufferPointer<UInt8>) throws(LiteError) {
    guard !name.isEmpty, name.count <= NameTable.longestName else {
      throw LiteError(.archiveDamaged, "a name of \(name.count) bytes, expected 1 to \(NameTable.longestName)")
    }
    guard name[0] != UInt8(ascii: "/"), !name.contains(0) else {
      throw LiteError(.archiveDamaged, "name \(name) is absolute or contains a zero byte")
    }
    var begin = 0
    for index in 0...name.count where index == name.count || name[index] == UInt8(ascii: "/") {
      if index == begin + 2, name[begin] == UInt8(ascii: "."), name[begin + 1] == UInt8(ascii: ".") {
        throw LiteError(.archiveDamaged, "name \(name) leaves its folder")
      }
      begin = index + 1
    }
  }

  /// Compares the local header with the directory and finds the data.
  private func readLocalHeader(_ member: inout Member) throws(LiteError) {
    let name = name(member)
    guard member.offset <= start, start - member.offset >= 30 + name.count, member.storedSize <= start else {
      throw LiteError(
        .archiveDamaged,
        "record \(name) would lie at byte \(member.offset), the zip directory at \(start): the download or copy is truncated")
    }
    let header = try file.bytes(member.offset, 30 + name.count)
    var reader = ByteReader(header.bytes, at: 0)
    let signature = try reader.number(4)
    try reader.skip(2)
    let flags = try reader.number(2)
    let method = try reader.number(2)
    try reader.skip(4)
    let checksum = UInt32(truncatingIfNeeded: try reader.number(4))
    var storedSize = try reader.number(4)
    var size = try reader.number(4)
    let nameLength = try reader.number(2)
    let extraLength = try reader.number(2)
    guard signature == 0x0403_4b50, nameLength == name.count, isSame(header.bytes, name, at: 30) else {
      throw LiteError(
        .archiveDamaged,
        "there is no local header of record \(name) at byte \(member.offset), where the directory says: the archive is damaged")
    }
    let dataOffset = 30 + name.count + extraLength
    guard dataOffset <= start - member.offset else { throw disagreement(name, "extra field") }
    if size == 0xffff_ffff || storedSize == 0xffff_ffff {
      let extra = try file.bytes(member.offset + 30 + name.count, extraLength)
      var wide = try ByteReader(extra.bytes, field: 1, in: 0..<extra.count)
      if size == 0xffff_ffff { size = try wide.number(8) }
      if storedSize == 0xffff_ffff { storedSize = try wide.number(8) }
    }
    guard method == member.method else { throw disagreement(name, "method") }
    // Bit 0: encrypted; bit 3: sizes and checksum follow the data, and are 0 here.
    guard flags & 9 == member.flags & 9 else { throw disagreement(name, "flags") }
    let isDeferred = flags & 8 != 0
    guard checksum == member.checksum || (isDeferred && checksum == 0) else { throw disagreement(name, "checksum") }
    guard storedSize == member.storedSize && size == member.size || (isDeferred && storedSize == 0 && size == 0) else {
      throw disagreement(name, "size")
    }
    guard method != 0 || member.size == member.storedSize else { throw disagreement(name, "size") }
    member.dataOffset = member.offset + dataOffset
    guard member.storedSize <= start - member.dataOffset else {
      throw LiteError(
        .archiveDamaged,
        "record \(name) would end at byte \(member.dataOffset + member.storedSize), in the zip directory at \(start): the download or copy is truncated"
      )
    }
    member.end = member.dataOffset + member.storedSize
    if isDeferred { member.end += try descriptorLength(member, name) }
  }

  /// The descriptor's signature may be missing and its sizes may have 32 or 64 bits: the form that agrees counts.
  private func descriptorLength(_ member: Member, _ name: UnsafeBufferPointer<UInt8>) throws(LiteError) -> Int {
    let found = try file.bytes(member.end, min(24, start - member.end))
    for (signature, width) in [(4, 4), (4, 8), (0, 4), (0, 8)] where found.count >= signature + 4 + 2 * width {
      var reader = ByteReader(found.bytes, at: 0)
      if signature > 0, try reader.number(4) != 0x0807_4b50 { continue }
      if try reader.number(4) == Int(member.checksum), try reader.number(width) == member.storedSize,
        try reader.number(width) == member.size
      {
        return reader.position
      }
    }
    throw disagreement(name, "data descriptor")
  }

  private func isSame(_ bytes: UnsafeBufferPointer<UInt8>, _ name: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
    for index in 0..<name.count where bytes[offset + index] != name[index] { return false }
    return true
  }

  private func disagreement(_ name: UnsafeBufferPointer<UInt8>, _ what: StaticString) -> LiteError {
    LiteError(
      .archiveDamaged, "record \(name): its local header and the zip directory disagree on its \(what): the archive is damaged")
  }

  /// No byte belongs to two members.
  private func checkOverlap() throws(LiteError) {
    var order: [Int32] = []
    for index in 0..<members.count { order.append(Int32(truncatingIfNeeded: index)) }
    let isOrdered = { (a: Int32, b: Int32) in members[Int(a)].offset < members[Int(b)].offset }
    // Archives are written in the order of their directory.
    var inOrder = true
    for index in 1..<max(1, members.count) where members[index].offset < members[index - 1].offset { inOrder = false }
    if !inOrder { order.sort(by: isOrdered) }
    for index in 1..<max(1, order.count) {
      let (before, after) = (members[Int(order[index - 1])], members[Int(order[index])])
      guard before.end <= after.offset else {
        throw LiteError(.archiveDamaged, "records \(name(before)) and \(name(after)) overlap: the archive is damaged")
      }
    }
  }
}

/// What the end of a zip archive says about its directory.
private struct EndRecord {
  /// Number of entries.
  let count: Int
  /// Bytes of the directory.
  let size: Int
  /// Its first byte.
  let offset: Int
  /// First byte of the end records: the directory ends before it.
  let position: Int

  init(_ file: InputFile) throws(LiteError) {
    let tail = try file.bytes(max(0, file.count - 22 - 65535 - 20), min(file.count, 22 + 65535 + 20))
    let bytes = tail.bytes
    let tailStart = file.count - tail.count
    var end = -1
    var candidate = bytes.count - 22
    while candidate >= 0 {
      if bytes[candidate] == 0x50, bytes[candidate + 1] == 0x4b, bytes[candidate + 2] == 5, bytes[candidate + 3] == 6,
        Int(bytes[candidate + 20]) | Int(bytes[candidate + 21]) << 8 == bytes.count - candidate - 22
      {
        guard end < 0 else {
          throw LiteError(.archiveDamaged, "the file has more than one zip end record: readers would disagree on what it holds")
        }
        end = candidate
      }
      candidate -= 1
    }
    guard end >= 0 else {
      let head = try file.bytes(0, min(64, file.count))
      throw FileKind.errorForNonZip(head.bytes, count: file.count)
    }
    var reader = ByteReader(bytes, at: end + 4)
    let disks = try reader.number(4)
    let countHere = try reader.number(2)
    var count = try reader.number(2)
    var size = try reader.number(4)
    var offset = try reader.number(4)
    var position = tailStart + end
    guard disks == 0, countHere == count else { throw LiteError(.unsupported, "a zip archive of several disks") }
    if end >= 20 {
      var locator = ByteReader(bytes, at: end - 20)
      if try locator.number(4) == 0x0706_4b50 {
        try locator.skip(4)
        let wideOffset = try locator.number(8)
        let wide = try file.bytes(wideOffset, 56)
        var reader = ByteReader(wide.bytes, at: 0)
        guard try reader.number(4) == 0x0606_4b50, wideOffset <= position - 76 else {
          throw LiteError(.archiveDamaged, "the 64-bit zip end record is not where its locator says: the archive is damaged")
        }
        try reader.skip(28)
        let wideCount = try reader.number(8)
        let wideSize = try reader.number(8)
        let wideDirectory = try reader.number(8)
        guard count == 0xffff || count == wideCount, size == 0xffff_ffff || size == wideSize,
          offset == 0xffff_ffff || offset == wideDirectory
        else { throw LiteError(.archiveDamaged, "the two zip end records disagree: the archive is damaged") }
        (count, size, offset, position) = (wideCount, wideSize, wideDirectory, wideOffset)
      }
    }
    (self.count, self.size, self.offset, self.position) = (count, size, offset, position)
  }
}

/// Little-endian numbers, one after the other, each bounded by the bytes that are there.
private struct ByteReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let end: Int
  private(set) var position: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) {
    self.bytes = bytes
    self.position = position
    end = bytes.count
  }

  /// The contents of an extra field, of length 0 if there is none with this number.
  init(_ bytes: UnsafeBufferPointer<UInt8>, field: Int, in extra: Range<Int>) throws(LiteError) {
    var reader = ByteReader(bytes, from: extra)
    while reader.end - reader.position >= 4 {
      let number = try reader.number(2)
      let content = try reader.range(try reader.number(2))
      if number == field {
        self.init(bytes, from: content)
        return
      }
    }
    self.init(bytes, from: extra.upperBound..<extra.upperBound)
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>, from range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  mutating func skip(_ count: Int) throws(LiteError) { _ = try range(count) }

  mutating func range(_ count: Int) throws(LiteError) -> Range<Int> {
    guard count <= end - position else {
      throw LiteError(.archiveDamaged, "a header of the zip archive ends early: the archive is damaged")
    }
    position += count
    return position - count..<position
  }

  /// An unsigned number of up to 8 bytes.
  mutating func number(_ count: Int) throws(LiteError) -> Int {
    let range = try range(count)
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[range.lowerBound + index]) << UInt64(8 * index) }
    return try Checked.int(value)
  }
}

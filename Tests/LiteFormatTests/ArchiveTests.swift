import Foundation
import FuzzTargets
import LiteFormat
import TestSupport
import Testing

/// Archives that tell two stories, made of a good one by changing a few bytes. The numbers are those of the field study's
/// classes of bad input; docs/safety.md has the table.
@Suite struct ArchiveTests {
  static let good = [UInt8]((try? Data(contentsOf: Paths.fixtures.appendingPathComponent("bad/good.ptl"))) ?? Data())

  /// Records of a small archive with checksums, stored, without descriptors: every field has its place.
  private static func plain(_ change: (inout [(name: String, content: [UInt8])]) -> Void = { _ in }) -> [UInt8] {
    guard let set = good.withUnsafeBytes({ RecordSet($0) }) else { return [] }
    var records = set.records.map { (name: "m/" + String(decoding: $0.name, as: UTF8.self), content: $0.content) }
    change(&records)
    var writer = ZipWriter()
    for record in records { writer.add(Array(record.name.utf8), record.content) }
    return writer.finished()
  }

  /// What opening says; empty if it opens.
  private func opened(_ bytes: [UInt8], _ limits: Limits = Limits()) -> (status: Status, text: String) {
    bytes.withUnsafeBytes { buffer in
      do throws(LiteError) {
        _ = try Program(file: try InputFile(borrowing: buffer, limits: limits), limits: limits)
        return (.ok, "")
      } catch {
        return (error.status, String(decoding: error.message.bytes, as: UTF8.self))
      }
    }
  }

  private func expect(
    _ bytes: [UInt8], _ status: Status, _ word: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = opened(bytes)
    #expect(found.status == status && found.text.contains(word), "\(found)", sourceLocation: sourceLocation)
  }

  private func find(_ bytes: [UInt8], _ pattern: [UInt8], last: Bool = false) -> Int {
    let places = bytes.indices.filter { bytes[$0...].starts(with: pattern) }
    return (last ? places.last : places.first) ?? -1
  }

  private let endMark: [UInt8] = [0x50, 0x4b, 5, 6]
  private let centralMark: [UInt8] = [0x50, 0x4b, 1, 2]
  private let localMark: [UInt8] = [0x50, 0x4b, 3, 4]

  @Test func plainArchiveOpens() { #expect(opened(Self.plain()).status == .ok) }

  @Test func class4EndRecordTwice() {
    // A second end record in the comment of the first: readers would disagree on which counts.
    var bytes = Self.plain()
    let end = [UInt8](bytes[find(bytes, endMark)...])
    bytes[bytes.count - 2] = UInt8(end.count)
    expect(bytes + end, .archiveDamaged, "more than one zip end record")
  }

  @Test func class4EndRecordMissing() {
    let bytes = Self.plain()
    expect([UInt8](bytes[..<find(bytes, endMark)]), .archiveDamaged, "truncated")
  }

  @Test func class4Wide() {
    // A locator of a 64-bit end record that is not there.
    var bytes = Self.plain()
    let end = find(bytes, endMark)
    bytes.insert(contentsOf: [0x50, 0x4b, 6, 7, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 127, 1, 0, 0, 0], at: end)
    expect(bytes, .archiveDamaged, "damaged")
  }

  @Test(arguments: [12, 16]) func class5DirectoryOutsideOfTheFile(_ field: Int) {
    var bytes = Self.plain()
    bytes[find(bytes, endMark) + field + 3] = 0x7f
    expect(bytes, .archiveDamaged, "does not lie before its end record")
  }

  @Test func class5MembersOverlap() {
    // The second entry of the directory points at the first member, whose name it takes.
    var bytes = Self.plain { records in records = [records[0], (records[0].name, records[0].content)] }
    let second = find(bytes, centralMark, last: true)
    for index in 42..<46 { bytes[second + index] = 0 }
    expect(bytes, .archiveDamaged, "overlap")
  }

  @Test func class5MemberOverlapsDirectory() {
    var bytes = Self.plain { $0 = [$0[0]] }
    let central = find(bytes, centralMark)
    for field in [20, 24] { bytes[central + field + 1] &+= 1 }
    for field in [18, 22] { bytes[field + 1] &+= 1 }
    expect(bytes, .archiveDamaged, "truncated")
  }

  /// Offset in the local header, offset in the directory's, what is told.
  @Test(arguments: [(8, "method"), (14, "checksum"), (18, "size"), (22, "size"), (30, "no local header"), (6, "flags")])
  func class6HeadersDisagree(_ field: Int, _ word: String) {
    var bytes = Self.plain()
    bytes[field] ^= 1
    expect(bytes, .archiveDamaged, word)
  }

  @Test func class6DescriptorDisagrees() {
    var bytes = Self.good
    let descriptor = find(bytes, [0x50, 0x4b, 7, 8])
    #expect(descriptor > 0)
    bytes[descriptor + 5] ^= 1
    expect(bytes, .archiveDamaged, "data descriptor")
  }

  @Test func class7NameTwice() { expect(Self.plain { $0.append($0[0]) }, .malformed, "there twice") }

  @Test(arguments: ["m/../x", "/m/x", "m/a\0b", "..", "m/.."]) func class7NameLeavesItsFolder(_ name: String) {
    expect(Self.plain { $0.append((name, [1])) }, .archiveDamaged, "name")
  }

  @Test func class7LongName() {
    expect(Self.plain { $0.append(("m/" + String(repeating: "a", count: 60000), [1])) }, .archiveDamaged, "60002")
  }

  @Test func class8ManyEntries() {
    var limits = Limits()
    limits.records = 3
    let found = opened(Self.plain(), limits)
    #expect(found.status == .limitExceeded && found.text.contains("records") && found.text.contains("3"))
  }

  @Test func class9MethodAndEncryption() {
    var bytes = Self.plain()
    bytes[8] = 12
    bytes[find(bytes, centralMark) + 10] = 12
    // libzip or the method check may be first; both name the record.
    #expect([.unsupported, .archiveDamaged].contains(opened(bytes).status))
    bytes = Self.plain()
    bytes[6] = 1
    bytes[find(bytes, centralMark) + 8] = 1
    #expect([.unsupported, .archiveDamaged].contains(opened(bytes).status))
  }

  /// 2 MiB of zeros that take 2 KB of the file, as weights.
  @Test func class10Bomb() throws {
    let path = Paths.fixtures.appendingPathComponent("bad/bomb.ptl").path
    do {
      _ = try Program(path: path)
      Issue.record("a record that grows a thousandfold was inflated")
    } catch {
      #expect(error.status == .limitExceeded)
      #expect(String(decoding: error.message.bytes, as: UTF8.self).contains("inflationRatio of 200"))
    }
    var limits = Limits()
    limits.inflationRatio = 2000
    limits.inflatedBytes = 1 << 20
    #expect(throws: LiteError.self) { try Program(path: path, limits: limits) }
  }

  @Test func class10SizeLies() {
    // Both headers say that a stored record inflates to more than it has.
    var bytes = Self.plain()
    bytes[22] ^= 2
    bytes[find(bytes, centralMark) + 24] ^= 2
    expect(bytes, .archiveDamaged, "size")
  }

  /// Scales and zero points of a file's quantized weights: each number of `data.pkl` replaced.
  @Test(arguments: [0, -1, Double.nan, .infinity, -.infinity, 5e-324]) func class31QuantizationInAFile(_ number: Double) throws {
    let path = Paths.fixtures.appendingPathComponent("operators/quantized_linear_static/model.ptl")
    let original = try #require(try Data(contentsOf: path).withUnsafeBytes { RecordSet($0) })
    let pickle = try #require(original.content("data.pkl"))
    func bigEndian(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) } }
    var (refused, replaced) = (0, 0)
    for position in pickle.indices.dropLast(9) where pickle[position] == UInt8(ascii: "G") {
      let bits = pickle[position + 1..<position + 9].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard (1e-6...1e3).contains(Double(bitPattern: bits)) else { continue }
      var changed = pickle
      changed.replaceSubrange(position + 1..<position + 9, with: bigEndian(number.bitPattern))
      var records = original
      records.replace("data.pkl", changed)
      replaced += 1
      let archive = records.archive()
      if opened(archive).status != .ok { refused += 1 }
      // And run, if it opens.
      archive.withUnsafeBytes { FuzzTarget.model.run($0) }
    }
    #expect(replaced > 0)
    // A denormal is a positive number.
    if number != 5e-324 { #expect(refused > 0, "\(number) was taken \(replaced) times") }
  }

  @Test func class32BigEndian() {
    let bytes = Self.plain { records in
      for index in records.indices where records[index].name.hasSuffix("byteorder") { records[index].content = Array("big".utf8) }
      if !records.contains(where: { $0.name.hasSuffix("byteorder") }) { records.append(("m/byteorder", Array("big".utf8))) }
    }
    expect(bytes, .unsupported, "byteorder")
  }

  @Test func class12SeveralFolders() { expect(Self.plain { $0.append(("n/x", [1])) }, .malformed, "folder") }

  @Test(arguments: ["-1", "999999999999", "\0", "", "11"]) func class13Version(_ text: String) {
    let bytes = Self.plain { records in
      for index in records.indices where records[index].name.hasSuffix("version") { records[index].content = Array(text.utf8) }
    }
    #expect([.malformed, .unsupportedVersion].contains(opened(bytes).status))
  }

  @Test func class14FileShrinksWhileOpen() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("lite-\(UUID().uuidString).ptl").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(Self.good).write(to: URL(fileURLWithPath: path))
    let file = try InputFile(path: path)
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.truncate(atOffset: 100)
    #expect(throws: LiteError.self) { try Program(file: file) }
    // And a file that was opened before needs it no longer.
    try Data(Self.good).write(to: URL(fileURLWithPath: path))
    let program = try Program(path: path)
    try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 0)
    #expect(program.records.allSatisfy { record in record!.bytes.reduce(0) { $0 &+ Int($1) } >= 0 })
  }

  @Test func mappedAndReadFilesAreTheSame() throws {
    let path = Paths.fixtures.appendingPathComponent("bad/good.ptl").path
    let mapped = try Program(path: path, access: .map)
    let read = try Program(path: path)
    #expect(mapped.mappedWeightByteCount > 0 && read.mappedWeightByteCount == 0)
    #expect(mapped.records.map { [UInt8]($0!.bytes) } == read.records.map { [UInt8]($0!.bytes) })
  }

  @Test func limitsAreNamed() {
    func text(_ change: (inout Limits) -> Void) -> String {
      var limits = Limits()
      change(&limits)
      let found = opened(Self.plain(), limits)
      #expect(found.status == .limitExceeded)
      return found.text
    }
    #expect(text { $0.fileBytes = 100 }.contains("fileBytes of 100"))
    #expect(text { $0.recordBytes = 100 }.contains("recordBytes of 100"))
    #expect(text { $0.pickleItems = 20 }.contains("pickleItems of 20"))
    #expect(text { $0.tensorBytes = 23 }.contains("tensorBytes of 23"))
    #expect(text { $0.records = 2 }.contains("records of 2"))
  }
}

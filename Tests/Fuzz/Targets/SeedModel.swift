import Foundation

@testable import LiteFormat

/// An archive's records, to be changed and written again.
public struct RecordSet: Sendable {
  public var records: [(name: [UInt8], content: [UInt8])] = []

  /// The records of an archive; nil if it is none.
  public init?(_ bytes: UnsafeRawBufferPointer) {
    guard let file = try? InputFile(borrowing: bytes, limits: FuzzTarget.limits),
      let archive = try? Archive(file, verifiesChecksums: false, limits: FuzzTarget.limits)
    else { return nil }
    var found: [(name: [UInt8], content: [UInt8])] = []
    do throws(LiteError) {
      try archive.forEachRecord { (name, _) throws(LiteError) in
        if let record = try archive.read(name) { found.append((name, [UInt8](record.bytes))) }
      }
    } catch {
      return nil
    }
    records = found
  }

  /// The archive of these records. Source text and debug information stay behind: nothing reads them.
  public func archive() -> [UInt8] {
    var writer = ZipWriter()
    for record in records where !record.name.starts(with: Array("code/".utf8)) {
      writer.add(Array("m/".utf8) + record.name, record.content)
    }
    return writer.finished()
  }

  public func content(_ name: String) -> [UInt8]? { records.first { $0.name == Array(name.utf8) }?.content }

  public mutating func replace(_ name: String, _ content: [UInt8]) {
    for index in records.indices where records[index].name == Array(name.utf8) { records[index].content = content }
  }
}

/// The model that single pickles are put into.
enum SeedModel {
  private static let records: RecordSet? = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/bad/good.ptl")
    return (try? Data(contentsOf: path))?.withUnsafeBytes { RecordSet($0) }
  }()

  static func with(data: [UInt8]? = nil, bytecode: [UInt8]? = nil) -> [UInt8] {
    guard var records else { fatalError("the seed model good.ptl cannot be read") }
    if let data { records.replace("data.pkl", data) }
    if let bytecode { records.replace("bytecode.pkl", bytecode) }
    return records.archive()
  }
}

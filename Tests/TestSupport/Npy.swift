import Foundation

/// A `.npy` file, for tests: little-endian, C order.
public struct NpyArray: Sendable {
  public let descriptor: String
  public let shape: [Int]
  public let bytes: Data

  public init(contentsOf url: URL) throws {
    let data = try Data(contentsOf: url)
    guard data.count > 10, data.prefix(6) == Data([0x93] + Array("NUMPY".utf8)) else {
      throw FixtureError("\(url.path) is no npy file")
    }
    let isLong = data[6] >= 2
    let headerSize = isLong ? Int(data[8]) | Int(data[9]) << 8 | Int(data[10]) << 16 : Int(data[8]) | Int(data[9]) << 8
    let start = isLong ? 12 : 10
    let header = String(decoding: data[start..<start + headerSize], as: UTF8.self)
    guard !header.contains("'fortran_order': True") else { throw FixtureError("\(url.path) is in Fortran order") }
    descriptor = header.components(separatedBy: "'descr': '")[1].components(separatedBy: "'")[0]
    let list = header.components(separatedBy: "'shape': (")[1].components(separatedBy: ")")[0]
    shape = list.split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    bytes = data.subdata(in: start + headerSize..<data.count)
  }
}

/// What is wrong with a fixture or a result.
public struct FixtureError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

// Reads kernels.bin (see Fixtures/make_fixtures.py for the format).

import CLiteKernels
import Glibc

/// One array of a fixture.
struct Record: Sendable {
  let dtype: Int
  let shape: [Int]
  let bytes: [UInt8]

  var count: Int { shape.reduce(1, *) }

  /// The elements as a Swift type of the same size.
  func elements<T: BitwiseCopyable>(_ type: T.Type = T.self) -> [T] {
    bytes.withUnsafeBytes { raw in
      (0..<(bytes.count / MemoryLayout<T>.stride)).map {
        raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.stride, as: T.self)
      }
    }
  }

  var floats: [Float] { elements() }
  var doubles: [Double] { elements() }

  static func size(_ dtype: Int) -> Int { PointwiseTests.types.first { $0.code == dtype }!.size }
}

/// All cases of the fixture file: records by case name and then by key.
struct Fixture: Sendable {
  let cases: [String: [String: Record]]

  static let all = Fixture()

  private init() {
    let path = String(#filePath.prefix(#filePath.count - "Fixture.swift".count)) + "Fixtures/kernels.bin"
    guard let file = fopen(path, "rb") else { fatalError("cannot open \(path)") }
    defer { fclose(file) }
    var data = [UInt8](repeating: 0, count: 1 << 20)
    data.removeLast(data.count - fread(&data, 1, data.count, file))
    var cases: [String: [String: Record]] = [:]
    var i = 0
    while i < data.count {
      let end = i + 1 + Int(data[i])
      let name = String(decoding: data[(i + 1)..<end], as: UTF8.self)
      let dtype = Int(data[end])
      let rank = Int(data[end + 1])
      var shape: [Int] = []
      i = end + 2
      for _ in 0..<rank {
        shape.append((0..<4).reduce(0) { $0 | Int(data[i + $1]) << (8 * $1) })
        i += 4
      }
      let size = shape.reduce(1, *) * Record.size(dtype)
      let slash = name.lastIndex(of: "/")!
      cases[String(name[..<slash]), default: [:]][String(name[name.index(after: slash)...])] =
        Record(dtype: dtype, shape: shape, bytes: Array(data[i..<(i + size)]))
      i += size
    }
    self.cases = cases
  }

  /// Cases whose names begin with `prefix`, in the order of their names; never none.
  static func cases(_ prefix: String) -> [(name: String, records: [String: Record])] {
    let found = all.cases.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
    precondition(!found.isEmpty, "no fixture \(prefix)")
    return found.map { ($0.key, $0.value) }
  }
}

import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// Runs: results, inputs that stay, methods, state, errors.
@Suite struct SessionTests {
  /// The digits of the example: the network's answer through C is what PyTorch computed.
  @Test func digits() throws {
    let images = CTensor(try NpyArray(contentsOf: TestModel.images))
    let labels = try NpyArray(
      contentsOf: TestModel.images.deletingLastPathComponent().appendingPathComponent("heldout_labels.npy"))
    let session = try CSession(try CModel(TestModel.digits))
    try call { lite_session_set_input(session.handle, 0, &images.view, $0) }
    for _ in 0..<3 {
      try session.run()
      #expect(lite_session_output_count(session.handle) == 1)
      let output = try session.output()
      #expect(output.sizes == [images.view.sizes[0], 10])
      let scores = output.floats
      var right = 0
      for index in 0..<output.sizes[0] {
        let row = scores[index * 10..<index * 10 + 10]
        let label = row.indices.max { row[$0] < row[$1] }! - index * 10
        if labels.bytes.withUnsafeBytes({ $0.load(fromByteOffset: index * 8, as: Int64.self) }) == label { right += 1 }
      }
      #expect(right * 100 > output.sizes[0] * 90)
    }
    #expect(try session.memory.replay_count == 2)
  }

  /// Every kind of value in and out.
  @Test func plainValues() throws {
    let session = try CSession(try CModel(TestModel.own("interface")), method: "plain")
    var values = [lite_value](repeating: make(lite_value.self), count: 5)
    values[0].kind = lite_kind(LITE_KIND_INT)
    values[0].integer = -7
    values[1].kind = lite_kind(LITE_KIND_FLOAT)
    values[1].real = 0.75
    values[2].kind = lite_kind(LITE_KIND_BOOL)
    values[2].integer = 1
    values[3].kind = lite_kind(LITE_KIND_STRING)
    try "grün".withCString {
      values[3].text = $0
      for index in 0..<5 { try call { lite_session_set_value(session.handle, UInt32(index), &values[index], $0) } }
    }
    try session.run()
    var result = make(lite_value.self)
    try call { lite_session_result(session.handle, &result, $0) }
    #expect(result.kind == lite_kind(LITE_KIND_TUPLE))
    let items = UnsafeBufferPointer(start: result.items, count: result.count)
    #expect(items.map { Int($0.kind) } == [LITE_KIND_INT, LITE_KIND_FLOAT, LITE_KIND_BOOL, LITE_KIND_STRING, LITE_KIND_NONE])
    #expect(items[0].integer == -6)
    #expect(items[1].real == 1.5)
    #expect(items[2].integer == 0)
    #expect(String(cString: items[3].text) == "grün!")
    #expect(items[3].count == 6)
    #expect(lite_session_output_count(session.handle) == 0)
  }
}

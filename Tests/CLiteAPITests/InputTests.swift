import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// Inputs: where they lie, that they stay, and that no program changes them.
@Suite struct InputTests {
  private func session(_ method: String) throws -> CSession {
    try CSession(try CModel(TestModel.own("interface")), method: method)
  }

  private static let numbers: [Float] = (0..<48).map { Float($0) * 0.5 - 7 }

  /// A bound input is read where it lies: the session takes no memory for it, each run sees what is there then, and
  /// memory elsewhere is as good, in a replayed plan too.
  @Test func bindingCopiesNothing() throws {
    let session = try session("convolve")
    let side = 256
    let first = CTensor([Float](repeating: 0.5, count: 3 * side * side), [1, 3, side, side])
    let second = CTensor([Float](repeating: -1, count: 3 * side * side), [1, 3, side, side])
    let baseline = try session.memory.tensor_bytes
    try call { lite_session_bind_input(session.handle, 0, &first.view, $0) }
    #expect(try session.memory.tensor_bytes == baseline)
    try session.run()
    let one = try session.output().content
    try session.run()
    #expect(try session.output().content == one)
    let steady = try session.memory
    // The results of two runs at most, and nothing of the input's size besides.
    #expect(steady.tensor_bytes - baseline < UInt64(2 * one.count + first.view.byte_count / 2))
    try call { lite_session_bind_input(session.handle, 0, &second.view, $0) }
    try session.run()
    let two = try session.output().content
    #expect(two != one)
    try call { lite_session_bind_input(session.handle, 0, &first.view, $0) }
    try session.run()
    #expect(try session.output().content == one)
    first.bytes.withMemoryRebound(to: Float.self) { for index in 0..<3 * side * side { $0[index] = -1 } }
    try session.run()
    #expect(try session.output().content == two)
    let after = try session.memory
    #expect(after.replay_count == 4 && after.run_count == 5)
    #expect(after.tensor_bytes == steady.tensor_bytes && after.live_bytes == steady.live_bytes)
    // A copy is that much larger.
    try call { lite_session_set_input(session.handle, 0, &first.view, $0) }
    #expect(try session.memory.tensor_bytes >= after.tensor_bytes + UInt64(first.view.byte_count))
  }

  /// Views of every layout give what a dense copy gives.
  @Test(arguments: [false, true]) func strides(binds: Bool) throws {
    let session = try session("convolve")
    let dense = CTensor(Self.numbers, [1, 3, 4, 4])
    try call { lite_session_set_input(session.handle, 0, &dense.view, $0) }
    try session.run()
    let expected = try session.output().content
    // The same picture with the channels last.
    var last = [Float](repeating: 0, count: 48)
    for c in 0..<3 { for p in 0..<16 { last[p * 3 + c] = Self.numbers[c * 16 + p] } }
    let strided = CTensor(last, [1, 3, 4, 4])
    strided.view.flags = UInt32(LITE_VIEW_STRIDED)
    set(&strided.view.strides, [48, 1, 12, 3])
    try call {
      binds
        ? lite_session_bind_input(session.handle, 0, &strided.view, $0)
        : lite_session_set_input(session.handle, 0, &strided.view, $0)
    }
    try session.run()
    #expect(try session.output().content == expected)
    // A step of 2 in the last dimension, and a row that is repeated.
    let scaled = try self.session("forward")
    let rows = CTensor(Self.numbers, [2, 3])
    rows.view.flags = UInt32(LITE_VIEW_STRIDED)
    set(&rows.view.strides, [0, 2])
    rows.view.byte_count = 5 * 4
    try call {
      binds ? lite_session_bind_input(scaled.handle, 0, &rows.view, $0) : lite_session_set_input(scaled.handle, 0, &rows.view, $0)
    }
    try scaled.run()
    let row = [0, 2, 4].map { Self.numbers[$0] * 2 + 1 }
    #expect(try scaled.output().floats == row + row)
    rows.view.byte_count = 4 * 4
    expectFailure(LITE_E_INVALID_ARGUMENT, "byte_count is 16, expected 20") {
      lite_session_bind_input(scaled.handle, 0, &rows.view, $0)
    }
  }

  /// Misaligned data can be set, and not bound.
  @Test func alignment() throws {
    let session = try session("forward")
    let odd = CTensor([1, 2, 3], [3], offset: 1)
    expectFailure(LITE_E_INVALID_ARGUMENT, "not aligned to 4 bytes") { lite_session_bind_input(session.handle, 0, &odd.view, $0) }
    try call { lite_session_set_input(session.handle, 0, &odd.view, $0) }
    try session.run()
    #expect(try session.output().floats == [3, 5, 7])
    let pairs = CTensor([Float](repeating: 0, count: 12), [2, 3], offset: 3)
    for index in 0..<12 { (pairs.view.data! + index * 4).storeBytes(of: Float(index), as: Float.self) }
    pairs.view.flags = UInt32(LITE_VIEW_STRIDED)
    set(&pairs.view.strides, [6, 2])
    try call { lite_session_set_input(session.handle, 0, &pairs.view, $0) }
    try session.run()
    #expect(try session.output().floats == [1, 5, 9, 13, 17, 21])
  }

  /// Programs that write to their inputs write to copies, set or bound.
  @Test(arguments: [false, true]) func inputsStay(binds: Bool) throws {
    let session = try session("write_input")
    let tensor = CTensor([1, 2, 3, 4, 5, 6], [2, 3])
    try call {
      binds
        ? lite_session_bind_input(session.handle, 0, &tensor.view, $0)
        : lite_session_set_input(session.handle, 0, &tensor.view, $0)
    }
    for _ in 0..<3 {
      try session.run()
      let output = try session.output()
      #expect(output.sizes == [1, 2, 3])
      #expect(output.floats == [2, 3, 4, 5, 6, 7])
    }
    #expect(tensor.view.floats == [1, 2, 3, 4, 5, 6])
  }

  /// A program that keeps its input keeps a copy: the caller's memory may go when the next is bound.
  @Test func keptInputs() throws {
    let session = try session("keep_input")
    for round in 0..<4 {
      let tensor = CTensor([Float](repeating: Float(round + 1), count: 6), [2, 3])
      try call { lite_session_bind_input(session.handle, 0, &tensor.view, $0) }
      try session.run()
      #expect(try session.output().floats == [Float](repeating: Float(round), count: 6))
      tensor.view.data!.initializeMemory(as: UInt8.self, repeating: 0xff, count: 24)
      try call { lite_session_clear_inputs(session.handle, $0) }
    }
    expectFailure(LITE_E_INVALID_INPUT, "expected 1") { lite_session_run(session.handle, $0) }
  }

  /// One memory lent for two inputs, in lists that the program adds to.
  @Test func listsStay() throws {
    let session = try session("lists")
    let tensor = CTensor([1, 2, 3], [1, 3])
    var item = make(lite_value.self)
    item.kind = lite_kind(LITE_KIND_TENSOR)
    var numbers = make(lite_value.self)
    numbers.kind = lite_kind(LITE_KIND_LIST)
    try call { lite_session_set_value(session.handle, 1, &numbers, $0) }
    try withUnsafePointer(to: &tensor.view) { view in
      item.tensor = view
      try [item, item].withUnsafeBufferPointer { items in
        var list = make(lite_value.self)
        list.kind = lite_kind(LITE_KIND_LIST)
        list.items = items.baseAddress
        list.count = 2
        try call { lite_session_bind_value(session.handle, 0, &list, $0) }
      }
    }
    for _ in 0..<3 {
      try session.run()
      #expect(try session.output().floats == [1, 2, 3, 1, 2, 3, 1, 1, 1])
    }
  }

  @Test func buffer() throws {
    let session = try session("forward")
    var view = make(lite_tensor_view.self)
    view.dtype = lite_dtype(LITE_FLOAT32)
    view.rank = 2
    set(&view.shape, [2, 2])
    try call { lite_session_input_buffer(session.handle, 0, &view, $0) }
    #expect(view.byte_count == 16 && Int(bitPattern: view.data) % 64 == 0)
    #expect(view.steps == [2, 1])
    let floats = view.data!.assumingMemoryBound(to: Float.self)
    for round in 0..<3 {
      for index in 0..<4 { floats[index] = Float(index + round) }
      try session.run()
      #expect(try session.output().floats == (0..<4).map { Float($0 + round) * 2 + 1 })
    }
    #expect(try session.memory.replay_count == 2)
    var again = make(lite_tensor_view.self)
    (again.dtype, again.rank, again.shape) = (view.dtype, view.rank, view.shape)
    try call { lite_session_input_buffer(session.handle, 0, &again, $0) }
    #expect(again.data == view.data)
    again.flags = 1
    again.data = nil
    expectFailure(LITE_E_INVALID_ARGUMENT, "dense") { lite_session_input_buffer(session.handle, 0, &again, $0) }
  }

  @Test func quantizedInputs() throws {
    let session = try session("dequantize")
    let tensor = CTensor(LITE_QINT8, [2, 2], byteCount: 4)
    tensor.bytes.copyBytes(from: [1, 2, 3, 4])
    let scales = [0.5, 2]
    let zeros: [Int64] = [1, -1]
    try scales.withUnsafeBufferPointer { scales in
      try zeros.withUnsafeBufferPointer { zeros in
        tensor.view.quantization = lite_quantization(LITE_QUANTIZATION_PER_CHANNEL)
        tensor.view.channel_axis = 1
        tensor.view.scales = scales.baseAddress
        tensor.view.zero_points = zeros.baseAddress
        try call { lite_session_bind_input(session.handle, 0, &tensor.view, $0) }
      }
    }
    try session.run()
    #expect(try session.output().floats == [0, 6, 1, 10])
    tensor.view.channel_axis = 2
    expectFailure(LITE_E_INVALID_ARGUMENT, "channel_axis is 2") { lite_session_bind_input(session.handle, 0, &tensor.view, $0) }
    tensor.view.quantization = lite_quantization(LITE_QUANTIZATION_PER_TENSOR)
    expectFailure(LITE_E_INVALID_INPUT, "scale") { lite_session_bind_input(session.handle, 0, &tensor.view, $0) }
    tensor.view.scale = 1
    tensor.view.zero_point = 200
    expectFailure(LITE_E_INVALID_ARGUMENT, "zero point 200 is no code of qint8") {
      lite_session_bind_input(session.handle, 0, &tensor.view, $0)
    }
  }
}

import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// Results as views, as trees, and in memory of the caller's; profile and figures.
@Suite struct ResultTests {
  private func session(
    _ method: String, _ values: [Float], _ shape: [Int], _ configure: (inout lite_session_options) -> Void = { _ in }
  ) throws -> (CSession, CTensor) {
    let session = try CSession(try CModel(TestModel.own("interface")), method: method, configure)
    let tensor = CTensor(values, shape)
    try call { lite_session_bind_input(session.handle, 0, &tensor.view, $0) }
    return (session, tensor)
  }

  @Test func layouts() throws {
    let numbers = (0..<12).map { Float($0) }
    let (session, input) = try session("layout", numbers, [1, 2, 2, 3])
    try session.run()
    #expect(lite_session_output_count(session.handle) == 2)
    let dense = try session.output(0)
    #expect(dense.flags == 0 && dense.floats == numbers.map { $0 * 2 })
    let lying = try session.output(0, flags: LITE_VIEW_STRIDED)
    #expect(lying.flags == UInt32(LITE_VIEW_STRIDED) && lying.steps == [12, 1, 6, 2])
    let floats = lying.data!.assumingMemoryBound(to: Float.self)
    #expect(floats[1] == numbers[6] * 2)
    let transposed = try session.output(1)
    #expect(transposed.sizes == [1, 2, 3, 2])
    #expect(transposed.floats[1] == numbers[3])
    withExtendedLifetime(input) {}
  }

  @Test func trees() throws {
    let (session, input) = try session("detect", [1, 2], [2])
    try session.run()
    var result = make(lite_value.self)
    try call { lite_session_result(session.handle, &result, $0) }
    #expect(result.kind == lite_kind(LITE_KIND_TUPLE) && result.count == 2)
    #expect((0..<2).map { String(cString: result.keys[$0].text) } == ["boxes", "label"])
    #expect(result.items[0].tensor.pointee.floats == [1.5, 2.5])
    #expect(String(cString: result.items[1].text) == "cat")
    // A program that knows less of the struct, or more, gets items as long as its own.
    for size in [40, 80, 120] {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 8)
      defer { memory.deallocate() }
      lite_init(memory, size)
      let value = memory.assumingMemoryBound(to: lite_value.self)
      try call { lite_session_result(session.handle, value, $0) }
      #expect(value.pointee.kind == lite_kind(LITE_KIND_TUPLE))
      if size >= 64 {
        let second = (UnsafeRawPointer(value.pointee.items) + size).assumingMemoryBound(to: lite_value.self)
        #expect(Int(second.pointee.struct_size) == size)
        #expect(second.pointee.kind == lite_kind(LITE_KIND_STRING))
      }
    }
    withExtendedLifetime(input) {}
  }

  @Test func quantizedResults() throws {
    let (session, input) = try session("quantize", [0, 1, 2, 3], [2, 2])
    try session.run()
    let tensor = try session.output(0)
    #expect(tensor.dtype == lite_dtype(LITE_QUINT8) && tensor.scale == 0.1 && tensor.zero_point == 10)
    #expect(tensor.content == [10, 20, 30, 40])
    let channels = try session.output(1)
    #expect(channels.quantization == lite_quantization(LITE_QUANTIZATION_PER_CHANNEL) && channels.channel_axis == 0)
    #expect((channels.scales[0], channels.scales[1]) == (0.5, 0.25))
    #expect((channels.zero_points[0], channels.zero_points[1]) == (1, -2))
    withExtendedLifetime(input) {}
  }

  @Test func boundOutputs() throws {
    let (session, input) = try session("forward", [1, 2, 3, 4, 5, 6], [2, 3])
    let target = CTensor([Float](repeating: 9, count: 12), [2, 3])
    target.view.flags = UInt32(LITE_VIEW_STRIDED)
    set(&target.view.strides, [6, 2])
    try call { lite_session_bind_output(session.handle, 0, &target.view, $0) }
    for _ in 0..<2 {
      target.bytes.withMemoryRebound(to: Float.self) { for index in 0..<12 { $0[index] = 9 } }
      try session.run()
      #expect(
        target.view.floats
          == [3, 9, 5, 9, 7, 9, 9, 9, 11, 9, 13, 9].map { $0 }.enumerated().map { $0.offset == 6 ? 9 : $0.element })
    }
    let other = CTensor([0, 0], [2])
    try call { lite_session_bind_output(session.handle, 0, &other.view, $0) }
    expectFailure(LITE_E_INVALID_ARGUMENT, "output 0 is float32 [2, 3], but was bound to memory of float32 [2]") {
      lite_session_run(session.handle, $0)
    }
    try call { lite_session_bind_output(session.handle, 0, nil, $0) }
    try session.run()
    withExtendedLifetime(input) {}
  }

  @Test func profile() throws {
    let (session, input) = try session("convolve", [Float](repeating: 1, count: 48), [1, 3, 4, 4]) {
      $0.flags = UInt32(LITE_SESSION_PROFILE)
    }
    for round in 0..<2 {
      try session.run()
      var products: UInt64 = 0
      #expect(lite_session_profile_count(session.handle) > 0)
      for index in 0..<lite_session_profile_count(session.handle) {
        var event = make(lite_profile_event.self)
        try call { lite_session_profile_event(session.handle, index, &event, $0) }
        #expect(String(cString: event.operator_name).hasPrefix("aten::"))
        #expect(event.end_nanoseconds >= event.start_nanoseconds && event.byte_count > 0)
        #expect((Int(event.execution) == LITE_EVENT_INTERPRETED) == (round == 0))
        products += event.multiply_accumulates
      }
      #expect(products == 4 * 4 * 3 * 4 * 9)
    }
    var event = make(lite_profile_event.self)
    expectFailure(LITE_E_INVALID_ARGUMENT, "event 1000 of") { lite_session_profile_event(session.handle, 1000, &event, $0) }
    withExtendedLifetime(input) {}
  }

  @Test func requirement() throws {
    let model = try CModel(TestModel.digits)
    let images = CTensor(try NpyArray(contentsOf: TestModel.images))
    var value = make(lite_value.self)
    value.kind = lite_kind(LITE_KIND_TENSOR)
    var info = make(lite_memory_info.self)
    try withUnsafePointer(to: &images.view) { view in
      value.tensor = view
      try call { lite_model_memory_requirement(model.handle, nil, &value, 1, &info, $0) }
    }
    #expect(info.arena_bytes > 0 && info.arena_alignment == 64)
    #expect(info.peak_bytes >= info.live_bytes)
    let arena = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(info.arena_bytes), alignment: 64)
    defer { arena.deallocate() }
    for missing in [0, 64] {
      let session = try CSession(model) {
        $0.arena = arena.baseAddress
        $0.arena_byte_count = arena.count - missing
      }
      try call { lite_session_bind_input(session.handle, 0, &images.view, $0) }
      if missing > 0 {
        expectFailure(LITE_E_OUT_OF_MEMORY, "\(arena.count)") { lite_session_run(session.handle, $0) }
      } else {
        for _ in 0..<2 { try session.run() }
        #expect(try session.memory.arena_bytes == info.arena_bytes)
      }
    }
  }
}

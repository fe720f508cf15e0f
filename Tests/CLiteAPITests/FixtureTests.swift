import CLite
import CLiteAPI
import Foundation
import LiteFormat
import LiteInterpreter
import TestSupport
import Testing

/// What goes in and comes out through C is what the engine takes and gives, to the last bit: on every recorded case.
@Suite struct FixtureTests {
  @Test(arguments: FixtureModel.all(in: Paths.fixtures.appendingPathComponent("operators")))
  func sameBits(_ model: FixtureModel) throws {
    let path = model.folder.appendingPathComponent("model.ptl").path
    let handle = try CModel(path)
    let engine = try Model(path: path)
    for folder in model.cases {
      let expected = try Session(engine)
      expected.usesPlans = false
      let found = try CSession(handle)
      // Twice: recorded and replayed.
      for round in 0..<2 {
        for call in try FixtureModel.calls(folder, expected) { try compare(call, found, expected, engine, bind: round == 1) }
      }
    }
  }

  private func compare(
    _ call: (method: String, inputs: [Value]), _ found: CSession, _ session: Session, _ model: Model, bind: Bool
  ) throws {
    var failure: CallFailure?
    do {
      try CLiteAPITests.call { lite_session_select_method(found.handle, call.method, $0) }
      try CLiteAPITests.call { lite_session_clear_inputs(found.handle, $0) }
      let tree = CValueTree()
      for (index, input) in call.inputs.enumerated() {
        var value = tree.make(input)
        try CLiteAPITests.call {
          bind
            ? lite_session_bind_value(found.handle, UInt32(index), &value, $0)
            : lite_session_set_value(found.handle, UInt32(index), &value, $0)
        }
      }
      try found.run()
      withExtendedLifetime(tree) {}
    } catch {
      failure = error as? CallFailure
    }
    let expected: Value
    do {
      expected = try session.run(try model.method(Array(call.method.utf8)), call.inputs)
    } catch {
      #expect(failure?.status == (error as LiteError).status.rawValue, "\(call.method): \(failure?.description ?? "no error")")
      return
    }
    if let failure { throw failure }
    var result = make(lite_value.self)
    try CLiteAPITests.call { lite_session_result(found.handle, &result, $0) }
    let expectedBits = try ValueBits(expected, session, hasStrides: false)
    let bits = try ValueBits(try engineValue(result, session), session, hasStrides: false)
    #expect(bits == expectedBits, "\(call.method): \(bits), expected \(expectedBits)")
    #expect(Int(lite_session_output_count(found.handle)) == (try session.denseTensors(in: expected)).count)
  }

  /// What a tree of the interface says, as a value of the engine.
  private func engineValue(_ value: lite_value, _ session: Session) throws -> Value {
    func items(_ pointer: UnsafePointer<lite_value>?) throws -> [Value] {
      try UnsafeBufferPointer(start: pointer, count: value.count).map { try engineValue($0, session) }
    }
    func string() -> StringValue {
      #expect(value.text[value.count] == 0)
      return StringValue(UnsafeRawBufferPointer(start: value.text, count: value.count).map { $0 })
    }
    switch Int(value.kind) {
    case LITE_KIND_NONE: return .none
    case LITE_KIND_BOOL: return .bool(value.integer != 0)
    case LITE_KIND_INT: return .int(value.integer)
    case LITE_KIND_FLOAT: return .double(value.real)
    case LITE_KIND_COMPLEX: return .complex(ComplexValue(value.real, value.imaginary))
    case LITE_KIND_STRING: return .string(string())
    case LITE_KIND_DEVICE: return .device(string())
    case LITE_KIND_TENSOR: return .tensor(try engineTensor(try #require(value.tensor).pointee, session))
    case LITE_KIND_LIST: return .list(ListValue(try items(value.items)))
    case LITE_KIND_TUPLE: return .tuple(TupleValue(try items(value.items)))
    case LITE_KIND_DICT:
      let dict = DictValue()
      for (key, item) in zip(try items(value.keys), try items(value.items)) { try dict.set(key, item) }
      return .dict(dict)
    default: throw FixtureError("kind \(value.kind)")
    }
  }

  private func engineTensor(_ view: lite_tensor_view, _ session: Session) throws -> Tensor {
    let tensor = try session.makeTensor(try #require(DataType(rawValue: UInt8(view.dtype))), view.sizes)
    #expect(view.byte_count == tensor.byteCount)
    #expect(view.flags == 0)
    if tensor.byteCount > 0 { tensor.data.copyMemory(from: try #require(view.data), byteCount: tensor.byteCount) }
    let channels = Int(view.sizes.isEmpty ? 0 : view.sizes[Int(view.channel_axis)])
    switch Int(view.quantization) {
    case LITE_QUANTIZATION_PER_TENSOR: try tensor.setQuantization(scale: view.scale, zeroPoint: view.zero_point)
    case LITE_QUANTIZATION_PER_CHANNEL:
      try tensor.setQuantization(
        ChannelQuantization(
          scales: [Double](UnsafeBufferPointer(start: view.scales, count: channels)),
          zeroPoints: [Int64](UnsafeBufferPointer(start: view.zero_points, count: channels)), axis: Int(view.channel_axis)))
    default: break
    }
    return tensor
  }
}

/// Values of the engine as trees of the interface, with all memory that they lead to.
final class CValueTree {
  private var memory: [UnsafeMutableRawBufferPointer] = []

  deinit { for block in memory { block.deallocate() } }

  private func array<Item>(_ items: [Item]) -> UnsafePointer<Item>? {
    if items.isEmpty { return nil }
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: items.count * MemoryLayout<Item>.stride, alignment: 16)
    memory.append(block)
    items.withUnsafeBytes { block.copyMemory(from: $0) }
    return UnsafePointer(block.baseAddress!.assumingMemoryBound(to: Item.self))
  }

  private func set(_ items: [Value], _ value: inout lite_value) {
    value.items = array(items.map { make($0) })
    value.count = items.count
  }

  private func make<Struct>(_ type: Struct.Type) -> Struct { CLiteAPITests.make(type) }

  func make(_ value: Value) -> lite_value {
    var result = make(lite_value.self)
    func kind(_ kind: Int) { result.kind = lite_kind(kind) }
    switch value {
    case .bool(let flag):
      kind(LITE_KIND_BOOL)
      result.integer = flag ? 1 : 0
    case .int(let number):
      kind(LITE_KIND_INT)
      result.integer = number
    case .double(let number):
      kind(LITE_KIND_FLOAT)
      result.real = number
    case .complex(let number):
      kind(LITE_KIND_COMPLEX)
      result.real = number.real
      result.imaginary = number.imaginary
    case .string(let text):
      kind(LITE_KIND_STRING)
      result.text = array(text.bytes.map { CChar(bitPattern: $0) } + [0])
      result.count = text.bytes.count
    case .list(let list):
      kind(LITE_KIND_LIST)
      set(list.items, &result)
    case .tuple(let tuple):
      kind(LITE_KIND_TUPLE)
      set(tuple.items, &result)
    case .dict(let dict):
      kind(LITE_KIND_DICT)
      set(dict.values, &result)
      result.keys = array(dict.keys.map { make($0) })
    case .tensor(let tensor):
      kind(LITE_KIND_TENSOR)
      result.tensor = array([view(tensor)])
    default: break
    }
    return result
  }

  private func view(_ tensor: Tensor) -> lite_tensor_view {
    var view = make(lite_tensor_view.self)
    view.dtype = lite_dtype(tensor.type.rawValue)
    view.rank = Int32(tensor.rank)
    CLiteAPITests.set(&view.shape, (0..<tensor.rank).map { tensor.sizes[$0] })
    view.data = UnsafeMutableRawPointer(
      mutating: array([UInt8](UnsafeRawBufferPointer(start: tensor.data, count: tensor.byteCount))))
    view.byte_count = tensor.byteCount
    switch tensor.quantization {
    case .none: break
    case .perTensor(let scale, let zeroPoint):
      view.quantization = lite_quantization(LITE_QUANTIZATION_PER_TENSOR)
      view.scale = scale
      view.zero_point = zeroPoint
    case .perChannel(let channels):
      view.quantization = lite_quantization(LITE_QUANTIZATION_PER_CHANNEL)
      view.channel_axis = Int32(channels.axis)
      view.scales = array(channels.scales)
      view.zero_points = array(channels.zeroPoints)
    }
    return view
  }
}

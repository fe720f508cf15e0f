import LiteFormat

/// Devices as values. There is one, the processor; programs name others to compare with.
enum Devices {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      device(str a) -> Device
      device.with_index(str type, int index) -> Device
      """, device)
    table.add("prim::type(Device self) -> str", type)
    table.add("prim::index(Device self) -> int?", index)
  }

  private static let types: [StaticString] = [
    "cpu", "cuda", "ipu", "xpu", "mkldnn", "opengl", "opencl", "ideep", "hip", "ve", "fpga", "maia", "xla", "lazy",
    "vulkan", "mps", "meta", "hpu", "mtia", "privateuseone",
  ]

  private static func device(_ call: Call) throws(LiteError) -> Value {
    var text = try call.string(0).bytes
    if call.count > 1 { text += (":\(try call.int64(1))" as Message).bytes }
    guard !text.isEmpty else { throw LiteError(.operatorFailed, "Device string must not be empty") }
    let (name, index) = parts(text)
    if let index {
      let digits = index.allSatisfy(Ascii.isDigit) && !index.isEmpty && index.count <= 3
      guard digits else { throw LiteError(.operatorFailed, "Invalid device string: '\(text)'") }
    }
    let isKnown = Self.types.contains { (type) in name.withUnsafeBufferPointer { isEqual($0, type) } }
    guard isKnown else {
      var list: Message = "Expected one of "
      for (index, type) in Self.types.enumerated() { list.bytes += (index == 0 ? "\(type)" : ", \(type)" as Message).bytes }
      throw LiteError(.operatorFailed, "\(list) device type at start of device string: \(name)")
    }
    return .device(StringValue(text))
  }

  /// `cuda` and `1` of `cuda:1`.
  private static func parts(_ text: [UInt8]) -> (name: [UInt8], index: [UInt8]?) {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return (text, nil) }
    return ([UInt8](text[..<colon]), [UInt8](text[(colon + 1)...]))
  }

  private static func parts(_ call: Call) throws(LiteError) -> (name: [UInt8], index: [UInt8]?) {
    guard case .device(let device) = call[0] else { throw call.unexpected(0, "Device") }
    return parts(device.bytes)
  }

  private static func type(_ call: Call) throws(LiteError) -> Value { .string(StringValue(try parts(call).name)) }

  private static func index(_ call: Call) throws(LiteError) -> Value {
    guard let index = try parts(call).index else { return .none }
    return .int(try NumberText.integer(index))
  }

  /// An optional device argument can only be the processor.
  static func requireCPU(_ call: Call, _ index: Int) throws(LiteError) {
    guard case .device(let device) = call[index] else { return }
    let isCPU = parts(device.bytes).name.withUnsafeBufferPointer { isEqual($0, "cpu") }
    guard isCPU else { throw call.failure(index, "device \(device.bytes) is not available, expected cpu") }
  }
}

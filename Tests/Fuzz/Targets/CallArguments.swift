import CLite
import Foundation

/// What a host passes to the C interface, out of bytes: right mostly, and wrong in every way that the library can notice.
///
/// Memory is of exactly the size that it is said to have, so that AddressSanitizer notices each byte behind it.
final class CallArguments {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// Data of inputs and outputs; lives as long as the sessions.
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 64)
  private var allocations: [UnsafeMutableRawPointer] = []

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    for index in buffer.indices { buffer[index] = UInt8(truncatingIfNeeded: index &* 37) }
  }

  deinit {
    for allocation in allocations { allocation.deallocate() }
    buffer.deallocate()
  }

  var isAtEnd: Bool { position >= bytes.count }

  func byte() -> Int {
    guard position < bytes.count else { return 0 }
    position += 1
    return Int(bytes[position - 1])
  }

  func chance(_ odds: Int) -> Bool { byte() % odds == odds - 1 }

  /// Zeroed memory that lives as long as the arguments.
  func memory(_ count: Int) -> UnsafeMutableRawPointer {
    let result = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
    result.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    allocations.append(result)
    return result
  }

  /// Small, sometimes at an edge.
  func index() -> UInt32 {
    let choice = byte()
    return choice < 240 ? UInt32(choice % 4) : [UInt32.max, 1 << 31, 255, 1 << 16][choice % 4]
  }

  func number() -> Int64 {
    let choice = byte()
    guard choice >= 220 else { return Int64(choice % 6) }
    return [Int64.max, Int64.min, -1, 1 << 32, 1 << 31, 1 << 62, 4096, 1 << 40][choice % 8]
  }

  func real() -> Double { [0.5, 1, 0, -1, 0.02, .nan, .infinity, 1e-45, 1e300][byte() % 9] }

  /// A text with a zero behind it; NULL sometimes.
  func text() -> UnsafePointer<CChar>? {
    let texts = [
      "forward", "x", "image", "", "NHWC", "NCHW", "batch,height,width,channel", "HWC", "é", "a", "lite.json", "N,C,,H",
      "nothing", "score", "NHWCNHWCNHWC", "\u{7f}\u{1}",
    ]
    let choice = byte()
    guard choice < 250 else { return nil }
    var chosen = Array(texts[choice % texts.count].utf8)
    if choice > 230 { chosen = (0..<choice % 20).map { _ in UInt8(max(byte(), 1)) } }
    let result = memory(chosen.count + 1)
    result.copyMemory(from: chosen, byteCount: chosen.count)
    return UnsafePointer(result.assumingMemoryBound(to: CChar.self))
  }

  /// A struct for the library, of the size of this header mostly; NULL sometimes. Every struct begins with struct_size.
  func structure<Struct>(_ value: Struct) -> UnsafeMutablePointer<Struct>? {
    let whole = MemoryLayout<Struct>.size
    let choice = byte()
    guard choice < 252 else { return nil }
    var size = whole
    if choice >= 220 { size = [8, 16, max(whole - 8, 8), whole + 8, whole + 64, whole + 4][choice % 6] }
    let result = memory(size)
    withUnsafeBytes(of: value) { result.copyMemory(from: $0.baseAddress!, byteCount: min(size, whole)) }
    var said = UInt32(size)
    if choice == 251 { said = [0, 1, 7, 1 << 15, UInt32.max][byte() % 5] }
    result.storeBytes(of: said, as: UInt32.self)
    if choice == 250, size > whole { result.storeBytes(of: 1, toByteOffset: size - 1, as: UInt8.self) }
    return result.assumingMemoryBound(to: Struct.self)
  }

  func error() -> UnsafeMutablePointer<lite_error>? { structure(lite_error()) }

  /// A tensor: its data lies in `buffer`, and byte_count never says more than there is.
  func view(_ type: lite_dtype? = nil) -> lite_tensor_view {
    var view = lite_tensor_view()
    view.struct_size = UInt32(MemoryLayout<lite_tensor_view>.size)
    let types = [LITE_FLOAT32, LITE_FLOAT32, LITE_UINT8, LITE_INT64, LITE_QUINT8, LITE_QINT8, LITE_BOOL, LITE_FLOAT16]
    view.dtype = type ?? (chance(16) ? lite_dtype(number() & 31) - 1 : lite_dtype(types[byte() % types.count]))
    let ranks: [Int32] = [4, 2, 1, 3, 0, 4, 2, 8, 9, -1]
    view.rank = ranks[byte() % (chance(16) ? 10 : 7)]
    let isOdd = chance(12)
    var shape: [Int64] = []
    for _ in 0..<max(0, min(view.rank, 8)) { shape.append(isOdd ? number() : [1, 2, 3, 4, 1, 5, 8, 0][byte() % 8]) }
    withUnsafeMutableBytes(of: &view.shape) { field in
      for (index, size) in shape.enumerated() { field.storeBytes(of: size, toByteOffset: index * 8, as: Int64.self) }
    }
    if chance(6) {
      view.flags = UInt32(truncatingIfNeeded: chance(8) ? number() : 1)
      withUnsafeMutableBytes(of: &view.strides) { field in
        for index in shape.indices { field.storeBytes(of: number(), toByteOffset: index * 8, as: Int64.self) }
      }
    }
    let offset = [0, 0, 0, 8, 4, 1, 64][byte() % 7]
    let room = buffer.count - offset
    view.data = chance(20) ? nil : buffer.baseAddress! + offset
    let count = shape.reduce(Int64(1)) { $0.multipliedReportingOverflow(by: $1).partialValue }
    let (exact, overflows) = count.multipliedReportingOverflow(by: Int64(lite_dtype_size(view.dtype)))
    view.byte_count = chance(8) || overflows || exact < 0 || exact > room ? byte() * 8 % (room + 1) : Int(exact)
    quantize(&view, shape)
    if chance(5) { view.dimensions = text() }
    return view
  }

  private func quantize(_ view: inout lite_tensor_view, _ shape: [Int64]) {
    let isQuantized = view.dtype == LITE_QUINT8 || view.dtype == LITE_QINT8
    guard isQuantized || chance(20) else { return }
    view.quantization = lite_quantization([1, 1, 1, 2, 3, 0, 4, -1][byte() % 8])
    view.scale = real()
    view.zero_point = Int32(truncatingIfNeeded: number())
    view.channel_axis = Int32(truncatingIfNeeded: number())
    // As many as the axis has positions: how long the arrays are cannot be told to the library.
    let axis = Int(view.channel_axis)
    let count = shape.indices.contains(axis) ? Int(min(max(shape[axis], 0), 1 << 20)) : 0
    guard !chance(8), shape.allSatisfy({ $0 <= 1 << 20 }) else { return }
    view.scales = UnsafePointer(memory(count * 8).assumingMemoryBound(to: Double.self))
    view.zero_points = UnsafePointer(memory(count * 8).assumingMemoryBound(to: Int64.self))
    view.float_zero_points = UnsafePointer(memory(count * 4).assumingMemoryBound(to: Float.self))
    for index in 0..<count { UnsafeMutablePointer(mutating: view.scales!)[index] = real() }
  }

  /// A tree of values.
  func value(_ depth: Int = 0) -> lite_value {
    var value = lite_value()
    value.struct_size = UInt32(MemoryLayout<lite_value>.size)
    let kinds: [Int32] = [6, 2, 3, 7, 8, 9, 5, 0, 1, 4, 10, 11, 12, -1, 99]
    value.kind = kinds[byte() % (depth > 3 ? 3 : chance(16) ? 15 : 11)]
    value.integer = number()
    value.real = real()
    value.imaginary = real()
    switch value.kind {
    case 5, 10:
      value.text = text()
      if let text = value.text, chance(2) { value.count = strlen(text) }
    case 6: value.tensor = UnsafePointer(structure(view()))
    case 7, 8, 9:
      value.count = byte() % 4
      let items = memory((value.count + 1) * MemoryLayout<lite_value>.stride).assumingMemoryBound(to: lite_value.self)
      let keys = memory((value.count + 1) * MemoryLayout<lite_value>.stride).assumingMemoryBound(to: lite_value.self)
      for index in 0..<value.count { (items[index], keys[index]) = (self.value(depth + 1), self.value(depth + 1)) }
      // A list that holds itself.
      if value.count == 1, chance(16) {
        value.items = UnsafePointer(items)
        items[0] = value
      }
      if !chance(20) { value.items = UnsafePointer(items) }
      if value.kind == 9 || chance(4) { value.keys = UnsafePointer(keys) }
    default: break
    }
    return value
  }

  /// Limits far below the defaults, so that a fuzzer's machine does not notice.
  func limits() -> lite_limits {
    var limits = lite_limits()
    limits.struct_size = UInt32(MemoryLayout<lite_limits>.size)
    limits.memory_bytes = chance(8) ? UInt64(byte() * 512) : 16 << 20
    limits.inflated_bytes = 16 << 20
    limits.tensor_bytes = 16 << 20
    limits.steps = 2000
    limits.work = 1 << 24
    limits.opening_steps = 2000
    if chance(8) {
      (limits.file_bytes, limits.records, limits.pickle_items) = (UInt64(byte() * 100), UInt64(byte()), UInt64(byte()))
      (limits.nesting, limits.call_depth) = (UInt64(byte()), UInt64(bitPattern: number()))
      (limits.list_items, limits.string_bytes) = (UInt64(byte()), UInt64(bitPattern: number()))
    }
    return limits
  }
}

import CLitePlatform
import LiteFormat
import LiteInterpreter

/// Writes tensors as `.npy` files, version 1.0. Quantized tensors are written as their integers; bfloat16,
/// which numpy does not have, as float32.
enum NumpyWriter {
  /// Creates or replaces a file.
  ///
  /// - Throws: `fileUnreadable` with the system's reason, `outOfMemory`, `unsupported` for packed types.
  static func write(_ tensor: Tensor, to path: [UInt8]) throws(LiteError) {
    do throws(LiteError) {
      try write(tensor, path)
    } catch {
      throw error.at("\(path)")
    }
  }

  private static func write(_ tensor: Tensor, _ path: [UInt8]) throws(LiteError) {
    var dense = try tensor.denseCopy()
    var widened: ArrayData?
    if tensor.type == .bfloat16 {
      let array = try ArrayData(.float32, tensor.sizes)
      let list = try array.makeList()
      for index in 0..<array.count { try list.setNumber(at: index, try dense.number(at: index)) }
      widened = array
      dense = array.makeTensor()
    }
    guard let code = ElementTypes.numpyCode(dense.type), tensor.type != .quint4x2, tensor.type != .quint2x4 else {
      throw LiteError(.unsupported, "a tensor of \(tensor.type.name) cannot be written as .npy")
    }
    try OutputFile.write(header(dense, code), UnsafeRawBufferPointer(start: dense.data, count: dense.byteCount), to: path)
    withExtendedLifetime(widened) {}
  }

  private static func header(_ tensor: Tensor, _ code: StaticString) -> [UInt8] {
    let order: StaticString = tensor.type.size == 1 ? "|" : "<"
    var text: Message = "{'descr': '\(order)\(code)', 'fortran_order': False, 'shape': ("
    for index in 0..<tensor.rank {
      if index > 0 { text.appendStatic(" ") }
      text.append(Int64(tensor.sizes[index]))
      if index + 1 < tensor.rank || tensor.rank == 1 { text.appendStatic(",") }
    }
    text.appendStatic("), }")
    // The elements begin at a multiple of 64; the header ends in a new line.
    while (10 + text.bytes.count + 1) % 64 != 0 { text.bytes.append(32) }
    text.bytes.append(10)
    let length = text.bytes.count
    return [0x93, 78, 85, 77, 80, 89, 1, 0, UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)]
      + text.bytes
  }

  /// Makes a directory unless it is there.
  static func makeDirectory(_ path: [UInt8]) throws(LiteError) {
    let result = try withText(path) { (text) throws(LiteError) in lite_make_directory(text) }
    guard result == 0 else { throw LiteError(.fileUnreadable, "\(path): cannot make the directory: \(systemReason())") }
  }
}

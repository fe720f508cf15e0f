import LiteFormat

/// Reads `.npy` files, versions 1 to 3 (numpy/lib/format.py): little-endian, C order.
///
///     0   93 "NUMPY"   magic
///     6   major minor  version
///     8   length       of the header: 2 bytes in version 1, 4 bytes from version 2 on
///     .   header       {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } and spaces
///     .   elements
enum NumpyReader {
  /// Reads a file and checks it.
  ///
  /// - Throws: `fileUnreadable`, `wrongFileKind`, `malformed`, `unsupported`, with the path in the message.
  static func read(_ path: [UInt8]) throws(LiteError) -> ArrayData {
    do throws(LiteError) {
      let file = try withText(path) { (text) throws(LiteError) in try InputFile(path: text) }
      return try read(try file.bytes(0, file.count))
    } catch {
      throw error.at("\(path)")
    }
  }

  private static func read(_ file: RecordBytes) throws(LiteError) -> ArrayData {
    let bytes = UnsafeRawBufferPointer(file.bytes)
    let magic: [UInt8] = [0x93, 78, 85, 77, 80, 89]
    guard bytes.count >= 10, bytes[..<6].elementsEqual(magic) else {
      if bytes.count > 3, bytes[0] == 80, bytes[1] == 75 {
        throw LiteError(.wrongFileKind, "this is a zip or .npz archive, expected a .npy file; save one array with numpy.save")
      }
      throw LiteError(.wrongFileKind, "this is not a .npy file; save the array with numpy.save")
    }
    let version = bytes[6]
    guard (1...3).contains(version) else {
      throw LiteError(.unsupported, ".npy version \(Int(version)); 1 to 3 are supported")
    }
    let lengthSize = version == 1 ? 2 : 4
    guard bytes.count >= 8 + lengthSize else { throw truncated(bytes.count) }
    var length = 0
    for index in 0..<lengthSize { length |= Int(bytes[8 + index]) << (8 * index) }
    let start = 8 + lengthSize
    guard length <= bytes.count - start else { throw truncated(bytes.count) }
    guard length <= 1 << 16 else { throw LiteError(.malformed, "a header of \(length) bytes") }
    var header = HeaderParser(text: [UInt8](UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])))
    try header.run()

    let sizes = try Dimensions(header.shape)
    let count = try sizes.product()
    let needed = try Checked.multiply(count, header.type.size)
    let found = bytes.count - start - length
    guard found >= needed else {
      throw LiteError(
        .malformed, "\(header.type.name) \(sizes.message) takes \(needed) bytes, the file has \(found): it is truncated")
    }
    if header.type == .bool {
      for index in 0..<count where bytes[start + length + index] > 1 {
        throw LiteError(.malformed, "element \(index) of type bool is neither 0 nor 1")
      }
    }
    return try ArrayData(header.type, sizes, count: count, in: file, at: start + length)
  }

  private static func truncated(_ count: Int) -> LiteError {
    LiteError(.malformed, "the file ends in its header, after \(count) bytes: it is truncated")
  }
}

/// Reads the header: a Python dictionary of three known entries in any order.
private struct HeaderParser {
  let text: [UInt8]
  var position = 0
  var type = DataType.float32
  var shape: [Int] = []

  init(text: [UInt8]) { self.text = text }

  private func malformed() -> LiteError { LiteError(.malformed, "the header \(text) at character \(position)") }

  private var byte: UInt8 { position < text.count ? text[position] : 0 }

  private mutating func accept(_ expected: UInt8) -> Bool {
    while byte == 32 || byte == 9 || byte == 10 { position += 1 }
    guard position < text.count, byte == expected else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ expected: UInt8) throws(LiteError) { if !accept(expected) { throw malformed() } }

  private mutating func quoted() throws(LiteError) -> [UInt8] {
    let isSingle = accept(39)
    if !isSingle { try expect(34) }
    let mark: UInt8 = isSingle ? 39 : 34
    let start = position
    while position < text.count, byte != mark { position += 1 }
    guard position < text.count else { throw malformed() }
    position += 1
    return [UInt8](text[start..<position - 1])
  }

  mutating func run() throws(LiteError) {
    var found = (type: false, order: false, shape: false)
    try expect(UInt8(ascii: "{"))
    while !accept(UInt8(ascii: "}")) {
      let key = try quoted()
      try expect(UInt8(ascii: ":"))
      if key == "descr" {
        try readType()
        found.type = true
      } else if key == "fortran_order" {
        try readOrder()
        found.order = true
      } else if key == "shape" {
        try readShape()
        found.shape = true
      } else {
        throw malformed()
      }
      if !accept(UInt8(ascii: ",")) {
        try expect(UInt8(ascii: "}"))
        break
      }
    }
    guard found.type, found.order, found.shape else {
      throw LiteError(.malformed, "the header \(text) lacks descr, fortran_order or shape")
    }
  }

  private mutating func readType() throws(LiteError) {
    if accept(UInt8(ascii: "[")) {
      throw LiteError(.unsupported, "an array of records; save each field as an array of its own")
    }
    let code = try quoted()
    guard let order = code.first, code.count > 1 else { throw malformed() }
    let name = [UInt8](code[1...])
    guard let found = ElementTypes.numpy(name) else {
      throw LiteError(.unsupported, "elements of type \(code); supported are \(ElementTypes.numpyNames)")
    }
    guard order == UInt8(ascii: "<") || order == UInt8(ascii: "=") || found.size == 1 else {
      throw LiteError(.unsupported, "elements of type \(code) are big-endian; save array.astype('<\(name)')")
    }
    type = found
  }

  private mutating func readOrder() throws(LiteError) {
    while byte == 32 { position += 1 }
    let start = position
    while (65...90).contains(byte) || (97...122).contains(byte) { position += 1 }
    let word = [UInt8](text[start..<position])
    if word == "False" { return }
    guard word == "True" else { throw malformed() }
    throw LiteError(.unsupported, "the array is in Fortran order; save numpy.ascontiguousarray(array)")
  }

  private mutating func readShape() throws(LiteError) {
    try expect(UInt8(ascii: "("))
    while !accept(UInt8(ascii: ")")) {
      while byte == 32 { position += 1 }
      let start = position
      while NumberText.isDigit(byte) { position += 1 }
      guard position > start else { throw malformed() }
      guard let size = NumberText.integer([UInt8](text[start..<position])), let size = Int(exactly: size) else {
        throw LiteError(.limitExceeded, "the header \(text) has a size that does not fit 64 bits")
      }
      _ = accept(UInt8(ascii: "L"))
      shape.append(size)
      guard shape.count <= Dimensions.maximumCount else {
        throw LiteError(.unsupported, "an array of more than \(Dimensions.maximumCount) dimensions")
      }
      if !accept(UInt8(ascii: ",")) {
        try expect(UInt8(ascii: ")"))
        break
      }
    }
  }
}

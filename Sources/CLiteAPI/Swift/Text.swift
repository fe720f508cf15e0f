import CLitePlatform
import LiteFormat

/// A literal as a C string; literals end in a zero byte.
func cString(_ text: StaticString) -> UnsafePointer<CChar> {
  UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// The bytes of a caller's C string.
///
/// - Throws: `invalidArgument` for NULL and for what is not UTF-8.
func bytes(of text: UnsafePointer<CChar>?, _ name: StaticString) throws(LiteError) -> [UInt8] {
  let text = try required(text, name)
  let buffer = UnsafeBufferPointer(start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: strlen(text))
  return try utf8(buffer, name)
}

/// Text of a caller's.
///
/// - Throws: `invalidArgument` for what is not UTF-8.
func utf8(_ text: UnsafeBufferPointer<UInt8>, _ name: StaticString) throws(LiteError) -> [UInt8] {
  guard isUTF8(text) else { throw LiteError(.invalidArgument, "\(name) is not UTF-8") }
  return [UInt8](text)
}

/// Whether bytes are well-formed UTF-8.
private func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
  var index = 0
  while index < text.count {
    let length = UTF8Sequence.length(text, index)
    if length == 0 { return false }
    index += length
  }
  return true
}

/// Memory that pointers of the interface lead to: strings, arrays, structs. It is freed all at once.
final class PointedMemory {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { removeAll() }

  /// Frees everything.
  func removeAll() {
    for block in blocks { freeBytes(block) }
    blocks.removeAll(keepingCapacity: true)
  }

  /// Cleared bytes, aligned for everything.
  func allocate(_ count: Int) throws(LiteError) -> UnsafeMutableRawPointer {
    guard let block = allocateBytes(count) else { throw LiteError(.outOfMemory, "no memory for \(count) bytes") }
    memset(block, 0, count)
    blocks.append(block)
    return block
  }

  /// A copy of text with a terminating zero. Bytes that no C string has become `?`.
  func text(_ text: [UInt8]) throws(LiteError) -> UnsafePointer<CChar> {
    let isValid = text.withUnsafeBufferPointer { isUTF8($0) }
    let copy = try allocate(text.count + 1)
    for (index, byte) in text.enumerated() {
      copy.storeBytes(of: byte == 0 || (byte >= 128 && !isValid) ? 63 : byte, toByteOffset: index, as: UInt8.self)
    }
    return UnsafeRawPointer(copy).assumingMemoryBound(to: CChar.self)
  }

  /// A copy of plain data.
  func array<Element: BitwiseCopyable>(_ items: [Element]) throws(LiteError) -> UnsafePointer<Element> {
    let size = items.count &* MemoryLayout<Element>.stride
    let copy = try allocate(size)
    items.withUnsafeBytes { if let source = $0.baseAddress { copy.copyMemory(from: source, byteCount: size) } }
    return UnsafeRawPointer(copy).assumingMemoryBound(to: Element.self)
  }
}

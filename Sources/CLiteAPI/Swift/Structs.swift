import CLite
import CLitePlatform
import LiteFormat

// Structs of the header, between programs and libraries of different versions. A program passes as many bytes as its
// header knew of: `struct_size`. What it does not pass is zero; what this library does not know must be zero.

/// Copies a struct of the caller's, which may be shorter or longer than this library's.
///
/// - Parameters:
///   - target: cleared; all of the struct that this library knows.
///   - name: of the struct, for messages.
/// - Throws: `invalidArgument`.
@inline(never)
private func read(
  _ source: UnsafeRawPointer?, into target: UnsafeMutableRawBufferPointer, _ name: StaticString
) throws(LiteError) {
  let size = target.count
  let given = try structSize(source, name)
  guard let source else { return }
  target.copyMemory(from: UnsafeRawBufferPointer(start: source, count: min(given, size)))
  for offset in min(given, size)..<given where source.load(fromByteOffset: offset, as: UInt8.self) != 0 {
    throw LiteError(
      .invalidArgument, "\(name): byte \(offset) is set; this library knows \(size) bytes: the program needs a newer one")
  }
}

/// Copies a struct to the caller, as much of it as it has room for; the rest of its room is cleared.
@inline(never)
private func write(
  _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer?, _ name: StaticString
) throws(LiteError) {
  let size = source.count
  let given = try structSize(target, name)
  guard let target else { return }
  let header = MemoryLayout<UInt32>.size
  memcpy(target + header, source.baseAddress! + header, min(given, size) - header)
  if given > size { (target + size).initializeMemory(as: UInt8.self, repeating: 0, count: given - size) }
}

/// The struct_size of a struct of the caller's.
private func structSize(_ source: UnsafeRawPointer?, _ name: StaticString) throws(LiteError) -> Int {
  guard let source else { throw LiteError(.invalidArgument, "\(name) is NULL") }
  guard Int(bitPattern: source) % 8 == 0 else { throw LiteError(.invalidArgument, "\(name) is not aligned to 8 bytes") }
  let size = Int(source.load(as: UInt32.self))
  guard size >= 8, size % 8 == 0, size <= maximumStructSize else {
    throw LiteError(.invalidArgument, "\(name): struct_size is \(size); clear it with lite_init(&s, sizeof s)")
  }
  return size
}

/// More than any struct will ever have: another number is not a struct_size.
private let maximumStructSize = 1 << 14

/// A struct of the header that functions read or fill.
protocol CStruct {
  /// All bytes zero.
  init()
  static var structName: StaticString { get }
}

extension CStruct {
  /// Reads a struct of the caller's.
  @inline(__always)
  static func read(_ source: UnsafePointer<Self>?) throws(LiteError) -> Self {
    var result = Self()
    try withUnsafeMutableBytes(of: &result) { (target) throws(LiteError) in
      try CLiteAPI.read(source, into: target, structName)
    }
    return result
  }

  /// Fills a struct of the caller's.
  @inline(__always)
  func write(to target: UnsafeMutablePointer<Self>?) throws(LiteError) {
    try withUnsafeBytes(of: self) { (source) throws(LiteError) in try CLiteAPI.write(source, to: target, Self.structName) }
  }
}

extension lite_tensor_view: CStruct { static var structName: StaticString { "lite_tensor_view" } }
extension lite_value: CStruct { static var structName: StaticString { "lite_value" } }
extension lite_limits: CStruct { static var structName: StaticString { "lite_limits" } }
extension lite_allocator: CStruct { static var structName: StaticString { "lite_allocator" } }
extension lite_parallel_for: CStruct { static var structName: StaticString { "lite_parallel_for" } }
extension lite_load_options: CStruct { static var structName: StaticString { "lite_load_options" } }
extension lite_session_options: CStruct { static var structName: StaticString { "lite_session_options" } }
extension lite_model_info: CStruct { static var structName: StaticString { "lite_model_info" } }
extension lite_value_info: CStruct { static var structName: StaticString { "lite_value_info" } }
extension lite_operator_info: CStruct { static var structName: StaticString { "lite_operator_info" } }
extension lite_memory_info: CStruct { static var structName: StaticString { "lite_memory_info" } }
extension lite_profile_event: CStruct { static var structName: StaticString { "lite_profile_event" } }

@c @implementation
public func lite_init(_ structure: UnsafeMutableRawPointer?, _ size: Int) {
  guard let structure, size >= MemoryLayout<UInt32>.size, size <= maximumStructSize else { return }
  structure.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  structure.storeBytes(of: UInt32(truncatingIfNeeded: size), as: UInt32.self)
}

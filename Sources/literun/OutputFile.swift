import CLitePlatform
import LiteFormat

/// Files that commands write.
enum OutputFile {
  /// Creates or replaces a file: a head and, after it, a body.
  ///
  /// - Throws: `fileUnreadable` or `limitExceeded` with the system's reason.
  static func write(
    _ head: [UInt8], _ body: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), to path: [UInt8]
  ) throws(LiteError) {
    let descriptor = try withText(path) { (text) throws(LiteError) in lite_open_write(text) }
    guard descriptor >= 0 else { throw LiteError(.fileUnreadable, "cannot write the file: \(systemReason())") }
    var isWritten = head.withUnsafeBytes { $0.count == 0 || lite_write_all(descriptor, $0.baseAddress!, $0.count) == 0 }
    if isWritten, let start = body.baseAddress { isWritten = lite_write_all(descriptor, start, body.count) == 0 }
    let reason = systemReason()
    let isClosed = close(descriptor) == 0
    guard isWritten, isClosed else {
      throw LiteError(.limitExceeded, "cannot write the file: \(isWritten ? systemReason() : reason)")
    }
  }

  /// Creates or replaces the file that an option names.
  static func write(_ text: Message, to path: [UInt8], option: StaticString) throws(LiteError) {
    guard !path.isEmpty else { throw LiteError(.invalidArgument, "option \(option): the value is empty; expected a file") }
    do throws(LiteError) {
      try write(text.bytes, to: path)
    } catch {
      throw error.at("\(path)")
    }
  }
}

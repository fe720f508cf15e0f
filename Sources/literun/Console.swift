import CLitePlatform
import LiteFormat

/// The two streams: results go to standard output, everything else to standard error.
enum Console {
  /// Whether writing results failed (a full disk, say): the process must not end with success then.
  nonisolated(unsafe) private(set) static var hasFailed = false

  /// Writes text to standard output as it is.
  static func write(_ text: Message) { write(text.bytes, to: 1) }

  /// Writes a line to standard output.
  static func line(_ text: Message) { write(text.bytes + [10], to: 1) }

  /// Writes `literun: …` to standard error, always as one line.
  static func problem(_ text: Message) {
    var line: Message = "literun: "
    for byte in text.bytes { line.bytes.append(byte < 32 || byte == 127 ? 63 : byte) }
    write(line.bytes + [10], to: 2)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    let result = bytes.withUnsafeBytes { $0.count == 0 ? 0 : lite_write_all(descriptor, $0.baseAddress!, $0.count) }
    if result != 0, descriptor == 1, !hasFailed {
      hasFailed = true
      problem("cannot write to standard output: \(systemReason())")
    }
  }
}

/// The operating system's words for its latest error.
func systemReason() -> Message {
  guard let text = lite_errno_text(lite_errno()) else { return "unknown error" }
  return Message(bytes: bytes(ofText: text))
}

/// Calls a function with a zero-terminated copy of bytes.
func withText<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) throws(LiteError) -> Result) throws(LiteError) -> Result {
  let terminated = bytes + [0]
  return try terminated.withUnsafeBufferPointer { (buffer) throws(LiteError) in
    try body(UnsafeRawPointer(buffer.baseAddress!).assumingMemoryBound(to: CChar.self))
  }
}

import CLite
import LiteFormat

/// Writes an error where the caller wants it, and returns its status.
func report(_ error: LiteError, _ target: UnsafeMutablePointer<lite_error>?) -> lite_status {
  if let target {
    target.pointee.status = error.status.rawValue
    withUnsafeMutableBytes(of: &target.pointee.message) { buffer in
      let count = min(error.message.bytes.count, buffer.count - 1)
      for index in 0..<count { buffer[index] = error.message.bytes[index] }
      buffer[count] = 0
    }
  }
  return error.status.rawValue
}

/// Runs a body whose errors go to the caller.
func reporting(_ target: UnsafeMutablePointer<lite_error>?, _ body: () throws(LiteError) -> Void) -> lite_status {
  do throws(LiteError) {
    try body()
    return LiteFormat.Status.ok.rawValue
  } catch {
    return report(error, target)
  }
}

@c @implementation
public func lite_version() -> UnsafePointer<CChar>? { cString("0.1.0") }

@c @implementation
public func lite_status_name(_ status: lite_status) -> UnsafePointer<CChar>? {
  cString(LiteFormat.Status(rawValue: status)?.name ?? "LITE_E_UNKNOWN")
}

/// A literal as a C string; literals end in a zero byte.
private func cString(_ text: StaticString) -> UnsafePointer<CChar> {
  UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

import CLite
import LiteFormat
import LiteInterpreter

@c @implementation
public func lite_session_create(
  _ model: OpaquePointer?, _ options: UnsafePointer<lite_session_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let out = try required(out, "out")
    let handle = try SessionHandle.make(try ModelHandle.from(model), options)
    out.pointee = OpaquePointer(Unmanaged.passRetained(handle).toOpaque())
  }
}

@c @implementation
public func lite_session_destroy(_ session: OpaquePointer?) {
  if let session { Unmanaged<SessionHandle>.fromOpaque(UnsafeRawPointer(session)).release() }
}

@c @implementation
public func lite_session_select_method(
  _ session: OpaquePointer?, _ method: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in try session.select(method) }
}

@c @implementation
public func lite_session_set_limits(
  _ session: OpaquePointer?, _ limits: UnsafePointer<lite_limits>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    var given = try lite_limits.read(limits)
    var runs = lite_limits()
    (runs.steps, runs.call_depth, runs.work) = (given.steps, given.call_depth, given.work)
    (runs.list_items, runs.string_bytes) = (given.list_items, given.string_bytes)
    (given.steps, given.call_depth, given.work) = (0, 0, 0)
    (given.list_items, given.string_bytes, given.struct_size) = (0, 0, 0)
    guard withUnsafeBytes(of: &given, { $0.allSatisfy { $0 == 0 } }) else {
      throw LiteError(
        .invalidArgument,
        "a limit is set that cannot change once the session is made: steps, call_depth, work, list_items and string_bytes can")
    }
    runs.struct_size = UInt32(MemoryLayout<lite_limits>.size)
    session.session.setRunLimits(try session.session.model.options.limits.overridden(by: &runs))
  }
}

@c @implementation
public func lite_session_cancel(_ session: OpaquePointer?) { SessionHandle.peek(session)?.session.cancel() }

@c @implementation
public func lite_session_reset(_ session: OpaquePointer?, _ error: UnsafeMutablePointer<lite_error>?) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    session.result.removeAll()
    try session.session.reset()
  }
}

@c @implementation
public func lite_session_run(_ session: OpaquePointer?, _ error: UnsafeMutablePointer<lite_error>?) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in try session.run() }
}

@c @implementation
public func lite_session_last_error(_ session: OpaquePointer?, _ out: UnsafeMutablePointer<lite_error>?) -> lite_status {
  guard let session = SessionHandle.peek(session), let out else { return Status.invalidArgument.rawValue }
  guard let failure = session.failure else { return Status.notFound.rawValue }
  failure.write(to: out)
  return okStatus
}

import CLite
import LiteFormat
import LiteInterpreter

/// The events of a session's last run.
final class SessionProfile: ExecutionObserver {
  private(set) var events: [lite_profile_event] = []
  /// Names of operators as C strings, each once.
  private var names: [(name: [UInt8], text: UnsafePointer<CChar>)] = []
  private let memory = PointedMemory()

  func removeAll() { events.removeAll(keepingCapacity: true) }

  override func didExecute(_ executed: ExecutedOperator) {
    var event = lite_profile_event()
    switch executed.execution {
    case .interpreted: event.execution = Int32(LITE_EVENT_INTERPRETED)
    case .prepared: event.execution = Int32(LITE_EVENT_PREPARED)
    case .executedAgain: event.execution = Int32(LITE_EVENT_EXECUTED_AGAIN)
    }
    event.step = UInt32(truncatingIfNeeded: executed.step)
    event.start_nanoseconds = executed.start
    event.end_nanoseconds = executed.end
    event.multiply_accumulates = UInt64(executed.multiplyAccumulates)
    event.byte_count = UInt64(executed.byteCount)
    event.operator_name = text(executed.name)
    event.kernel = cString(executed.kernel)
    events.append(event)
  }

  private func text(_ name: [UInt8]) -> UnsafePointer<CChar> {
    for known in names where known.name == name { return known.text }
    guard let text = try? memory.text(name) else { return cString("") }
    names.append((name, text))
    return text
  }
}

@c @implementation
public func lite_session_profile_count(_ session: OpaquePointer?) -> UInt32 {
  UInt32(truncatingIfNeeded: SessionHandle.peek(session)?.profile?.events.count ?? 0)
}

@c @implementation
public func lite_session_profile_event(
  _ session: OpaquePointer?, _ index: UInt32, _ out: UnsafeMutablePointer<lite_profile_event>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (session) throws(LiteError) in
    let events = session.profile?.events ?? []
    guard index < events.count else {
      throw LiteError(.invalidArgument, "event \(Int(index)) of \(events.count)")
    }
    try events[Int(index)].write(to: out)
  }
}

import CLite
import LiteFormat
import LiteInterpreter

@c @implementation
public func lite_session_memory(
  _ session: OpaquePointer?, _ out: UnsafeMutablePointer<lite_memory_info>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(UnsafeMutableRawPointer(session).map { OpaquePointer($0) }, error) { (handle) throws(LiteError) in
    let session = handle.session
    var info = lite_memory_info()
    info.arena_bytes = UInt64(session.planByteCount)
    info.arena_alignment = UInt64(Arena.alignment)
    info.arena_lower_bound = UInt64(session.planFigures?.lowerBound ?? 0)
    info.tensor_bytes = UInt64(session.arena.usedBytes)
    info.tensor_peak_bytes = UInt64(session.arena.highWaterBytes)
    info.reserved_bytes = UInt64(session.arena.reservedBytes)
    info.packed_bytes = UInt64(session.packedByteCount)
    info.run_count = UInt64(handle.runCount)
    info.replay_count = UInt64(session.replayCount)
    try info.write(to: out)
  }
}

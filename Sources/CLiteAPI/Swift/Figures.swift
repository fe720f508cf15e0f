import CLite
import LiteFormat
import LiteInterpreter

@c @implementation
public func lite_session_memory(
  _ session: OpaquePointer?, _ out: UnsafeMutablePointer<lite_memory_info>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  SessionHandle.with(session, error) { (handle) throws(LiteError) in
    let session = handle.session
    var info = lite_memory_info()
    info.arena_bytes = UInt64(session.planByteCount)
    info.arena_alignment = UInt64(Arena.alignment)
    info.arena_lower_bound = UInt64(session.planFigures?.lowerBound ?? 0)
    info.live_bytes = UInt64(session.scope.liveBytes)
    info.peak_bytes = UInt64(session.scope.peakBytes)
    info.tensor_bytes = UInt64(session.arena.usedBytes)
    info.packed_bytes = UInt64(session.packedByteCount)
    info.run_count = UInt64(handle.runCount)
    info.replay_count = UInt64(session.replayCount)
    try info.write(to: out)
  }
}

@c @implementation
public func lite_model_memory_requirement(
  _ model: OpaquePointer?, _ options: UnsafePointer<lite_session_options>?, _ values: UnsafePointer<lite_value>?, _ count: UInt32,
  _ out: UnsafeMutablePointer<lite_memory_info>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let handle = try ModelHandle.from(model)
    let runnable = try handle.runnable()
    let options = try SessionOptions(options, handle)
    let method = handle.description.methods[options.position]
    // The runs' tensors lie in memory that the inputs own.
    var owner: MethodInputs?
    defer { withExtendedLifetime(owner) {} }
    let requirement = try runnable.memoryRequirement(
      method.function, limits: options.limits, allocator: options.allocator
    ) { (session) throws(LiteError) in
      let inputs = MethodInputs(method)
      owner = inputs
      for index in 0..<count { try inputs.setValue(index, item(values, index), borrows: false, session) }
      try inputs.inputs.prepare()
      return inputs.inputs.values
    }
    var info = lite_memory_info()
    info.arena_bytes = UInt64(requirement.arenaBytes)
    info.arena_alignment = UInt64(requirement.arenaAlignment)
    info.live_bytes = UInt64(requirement.steadyBytes)
    info.peak_bytes = UInt64(max(requirement.firstRunBytes, requirement.steadyBytes))
    try info.write(to: out)
  }
}

/// An item of an array of the caller's structs, which may be longer or shorter than this library's.
private func item(_ values: UnsafePointer<lite_value>?, _ index: UInt32) -> UnsafePointer<lite_value>? {
  guard let values else { return nil }
  let size = UnsafeRawPointer(values).load(as: UInt32.self)
  return (UnsafeRawPointer(values) + Int(index) &* Int(size)).assumingMemoryBound(to: lite_value.self)
}

import CLitePlatform

/// Memory of the thread's allocation scope, aligned to 64 bytes (a cache line, and the widest vector), or nil when it is
/// refused. Unlike Swift's own allocation this does not end the process.
public func allocateBytes(_ count: Int) -> UnsafeMutableRawPointer? { lite_block_allocate(max(count, 1), 64, 0) }

/// Returns memory of `allocateBytes`, on any thread.
public func freeBytes(_ memory: UnsafeMutableRawPointer) { lite_block_release(memory) }

/// Why `allocateBytes(count)` gave nothing: `what` says what the bytes were for.
public func refusedBytes(_ count: Int, _ what: Message) -> LiteError {
  let scope = lite_scope_current()
  guard lite_scope_has_room(scope, max(count, 1)) != 0 else {
    return Limits.exceeded(
      "\(count) bytes of \(what) besides \(Int(lite_scope_live_bytes(scope)))", scope.pointee.limit, "memoryBytes")
  }
  return LiteError(.outOfMemory, "no memory for \(count) bytes of \(what)")
}

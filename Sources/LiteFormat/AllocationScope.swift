import CLitePlatform

/// The memory of one model or one session: where it comes from, how much of it there is, and whether work must end.
///
/// Code that runs in `run` allocates from the scope, in what ships Swift's objects too (docs/memory.md). Blocks remember
/// their scope: they are given back to it on whichever thread, and the allocator is used until the last of them is.
public final class AllocationScope: @unchecked Sendable {
  private let scope: UnsafeMutablePointer<lite_scope>

  fileprivate static var refusals: UInt32 { UInt32(LITE_STOP_OUT_OF_MEMORY | LITE_STOP_LIMIT) }

  private init(_ scope: UnsafeMutablePointer<lite_scope>) { self.scope = scope }

  /// - Parameters:
  ///   - allocator: the caller's; nil for the C library's memory.
  ///   - limit: bytes that the scope may hold at one time (`Limits.memoryBytes`).
  /// - Throws: `outOfMemory`.
  public static func make(_ allocator: Allocator? = nil, limit: Int = Int.max) throws(LiteError) -> AllocationScope {
    guard let scope = lite_scope_create(allocator?.context, allocator?.allocate, allocator?.release, max(limit, 0)) else {
      throw LiteError(.outOfMemory, "no memory for a model or session")
    }
    // This object is a block of the scope too.
    let previous = lite_scope_enter(scope)
    defer { _ = lite_scope_enter(previous) }
    let result = AllocationScope(scope)
    scope.pointee.owner = Unmanaged.passUnretained(result).toOpaque()
    return result
  }

  /// The scope in which this thread works, unless it is the default one.
  public static var current: AllocationScope? {
    lite_scope_current().pointee.owner.map { Unmanaged<AllocationScope>.fromOpaque($0).takeUnretainedValue() }
  }

  deinit { lite_scope_close(scope) }

  /// Runs a body whose allocations are the scope's.
  ///
  /// - Throws: what the body throws; `outOfMemory` or `limitExceeded` when memory for an object of Swift's was refused
  ///   meanwhile, even if the body came to its end.
  public func run(_ body: () throws(LiteError) -> Void) throws(LiteError) {
    let previous = lite_scope_enter(scope)
    defer { _ = lite_scope_enter(previous) }
    if previous == scope { return try body() }
    // The text of an earlier refusal may have been refused its memory too.
    _ = lite_scope_lower(scope, Self.refusals)
    do throws(LiteError) {
      try body()
    } catch {
      if let reason = stop.takeRefusal() { throw reason }
      throw error
    }
    if let reason = stop.takeRefusal() { throw reason }
  }

  /// Makes what the whole process keeps, out of the default scope: the caller's memory ends with the caller's model.
  public static func shared<Result>(_ make: () -> Result) -> Result {
    let previous = lite_scope_enter(nil)
    defer { _ = lite_scope_enter(previous) }
    return make()
  }

  /// Throws `limitExceeded` when the thread's scope may not hold this many bytes besides what it holds: before a list or
  /// string grows, so that a large one is not made first and refused then.
  public static func checkRoom(_ byteCount: Int) throws(LiteError) {
    // Small ones are noticed soon enough.
    guard byteCount > 1 << 16 else { return }
    let scope = lite_scope_current()
    guard lite_scope_has_room(scope, byteCount) != 0 else {
      throw refusedBytes(byteCount, "a list or string")
    }
  }

  /// Whether work of this scope must end.
  public var stop: StopSignal { StopSignal(scope) }

  /// Bytes of all blocks, with their headers.
  public var liveBytes: Int { Int(lite_scope_live_bytes(scope)) }
  /// The most bytes at one time.
  public var peakBytes: Int { Int(lite_scope_peak_bytes(scope)) }
}

/// Says that work must end: the caller cancelled it, or memory that could not be done without was refused. Looked at
/// before every instruction and every step, and while a file is read.
public struct StopSignal: @unchecked Sendable {
  private let scope: UnsafeMutablePointer<lite_scope>

  fileprivate init(_ scope: UnsafeMutablePointer<lite_scope>) { self.scope = scope }

  /// That of the scope in which this thread works.
  public static var current: StopSignal { StopSignal(lite_scope_current()) }

  @inline(__always)
  public var isRaised: Bool { lite_scope_stop(scope) != 0 }

  /// Throws the reason when work must end.
  @inline(__always)
  public func check() throws(LiteError) { if isRaised { throw reason } }

  /// The error that work ends with. The signal is taken back: what comes next may run.
  public var reason: LiteError { takeRefusal() ?? takeCancel() }

  /// Asks the work to end, from any thread.
  public func cancel() { lite_scope_raise(scope, UInt32(LITE_STOP_CANCELLED)) }

  /// Takes back a request of `cancel` that nothing has noticed.
  public func withdrawCancel() { _ = lite_scope_lower(scope, UInt32(LITE_STOP_CANCELLED)) }

  @inline(never)
  private func takeCancel() -> LiteError {
    withdrawCancel()
    return LiteError(.cancelled, "cancelled by the caller")
  }

  /// The error for memory that was refused, if it was.
  @inline(never)
  fileprivate func takeRefusal() -> LiteError? {
    let bits = lite_scope_lower(scope, AllocationScope.refusals)
    if bits & UInt32(LITE_STOP_OUT_OF_MEMORY) != 0 {
      return LiteError(
        .outOfMemory, "no memory for lists, strings or other objects; \(Int(lite_scope_live_bytes(scope))) bytes are in use")
    }
    if bits == 0 { return nil }
    return Limits.exceeded(
      "tensors, lists, strings and other objects have \(Int(lite_scope_peak_bytes(scope))) bytes", scope.pointee.limit,
      "memoryBytes")
  }
}

import CLite
import LiteFormat
import LiteInterpreter

/// What a `lite_session` is: a session, the inputs that were set for each method, and the last result.
final class SessionHandle {
  let model: ModelHandle
  let session: Session
  /// The selected method.
  private(set) var method: MethodInputs
  private var methods: [MethodInputs] = []
  let result = SessionResult()
  let profile: SessionProfile?
  var runCount = 0
  /// Of the last call that failed.
  var failure: Failure?
  /// Whether a call is going on.
  private var isBusy = false

  init(_ model: ModelHandle, _ options: UnsafePointer<lite_session_options>?) throws(LiteError) {
    let runnable = try model.runnable()
    var given = lite_session_options()
    if let options { given = try lite_session_options.read(options) }
    let flags = try checkedFlags(given.flags, LITE_SESSION_PROFILE | LITE_SESSION_INTERPRET, lite_session_options.structName)
    guard (0...Self.maximumThreads).contains(given.thread_count) else {
      throw LiteError(.invalidArgument, "thread_count is \(given.thread_count), expected 0 to \(Self.maximumThreads)")
    }
    guard given.allocator == nil, given.parallel_for == nil else {
      throw LiteError(.unsupported, "lite_session_options: allocator and parallel_for are not in this version")
    }
    let limits = try runnable.options.limits.overridden(by: given.limits)
    let position = try Self.position(of: given.method, in: model.description)
    self.model = model
    session = try Session(runnable, limits: limits, threads: max(1, Int(given.thread_count)))
    if let arena = given.arena {
      guard given.arena_byte_count >= 0 else { throw LiteError(.invalidArgument, "arena_byte_count is too large") }
      try session.usePlanMemory(UnsafeMutableRawBufferPointer(start: arena, count: given.arena_byte_count))
    }
    session.usesPlans = flags & LITE_SESSION_INTERPRET == 0
    profile = flags & LITE_SESSION_PROFILE == 0 ? nil : SessionProfile()
    session.observer = profile
    method = MethodInputs(model.description.methods[position])
    methods.append(method)
  }

  private static var maximumThreads: Int32 { 256 }

  /// The method of a name; without one `forward`, or the first if there is no such.
  private static func position(
    of name: UnsafePointer<CChar>?, in description: ModelDescription
  ) throws(LiteError) -> Int {
    if let name { return try description.method(try bytes(of: name, "method")) }
    guard !description.methods.isEmpty else { throw LiteError(.noSuchMethod, "the model has no methods") }
    return (try? description.method([UInt8](Message("forward").bytes))) ?? 0
  }

  func select(_ name: UnsafePointer<CChar>?) throws(LiteError) {
    let position = try Self.position(of: try required(name, "method"), in: model.description)
    let function = model.description.methods[position].function
    for known in methods where known.function == function {
      method = known
      return
    }
    method = MethodInputs(model.description.methods[position])
    methods.append(method)
  }

  /// Runs the selected method.
  func run() throws(LiteError) {
    result.removeAll()
    try method.inputs.prepare()
    profile?.removeAll()
    let replayCount = session.replayCount
    var value = Value.none
    var failed: LiteError?
    do throws(LiteError) {
      value = try session.run(method.function, method.inputs.values)
      runCount &+= 1
    } catch {
      failed = error
    }
    try method.inputs.finish(wasReplayed: failed == nil && session.replayCount != replayCount, in: session)
    if let failed { throw failed }
    try result.set(value)
    do throws(LiteError) {
      try method.writeOutputs(result.tensors)
    } catch {
      result.removeAll()
      throw error
    }
  }

  // MARK: Calls

  /// Runs a body on a session; its errors go to the caller, and are remembered.
  static func with(
    _ handle: OpaquePointer?, _ error: ErrorPointer?, _ body: (SessionHandle) throws(LiteError) -> Void
  ) -> lite_status {
    guard let handle else {
      return Failure(error: LiteError(.invalidArgument, "the session is NULL"), place: nil).write(to: error)
    }
    let session = Unmanaged<SessionHandle>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
    guard !session.isBusy else {
      let text: Message = "the session is in use: by another thread, or by the function that made this call"
      return Failure(error: LiteError(.invalidState, text), place: nil).write(to: error)
    }
    session.isBusy = true
    defer { session.isBusy = false }
    do throws(LiteError) {
      try body(session)
      return okStatus
    } catch let problem {
      let failure = Failure(error: problem, place: session.session.takeFailurePlace())
      session.failure = failure
      return failure.write(to: error)
    }
  }

  /// The session behind a handle that a caller only looks at.
  static func peek(_ handle: OpaquePointer?) -> SessionHandle? {
    handle.map { Unmanaged<SessionHandle>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }
}

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

  private init(_ model: ModelHandle, _ options: SessionOptions) throws(LiteError) {
    self.model = model
    session = try Session(
      try model.runnable(), limits: options.limits, threads: options.threadCount, parallelFor: options.parallelFor)
    if let arena = options.arena { try session.usePlanMemory(arena) }
    session.usesPlans = options.usesPlans
    profile = options.hasProfile ? SessionProfile() : nil
    session.observer = profile
    method = MethodInputs(model.description.methods[options.position])
    methods.append(method)
  }

  /// Makes a session, in memory of the caller's allocator.
  static func make(
    _ model: ModelHandle, _ options: UnsafePointer<lite_session_options>?
  ) throws(LiteError) -> SessionHandle {
    _ = try model.runnable()
    let options = try SessionOptions(options, model)
    var handle: SessionHandle?
    let scope = try AllocationScope.make(options.allocator, limit: options.limits.memoryBytes)
    try scope.run { () throws(LiteError) in handle = try SessionHandle(model, options) }
    return try required(handle, "the session")
  }

  func select(_ name: UnsafePointer<CChar>?) throws(LiteError) {
    let position = try model.description.position(of: try required(name, "method"))
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
    var value = Value.none
    var failed: LiteError?
    do throws(LiteError) {
      value = try session.run(method.function, method.inputs.values)
      runCount &+= 1
    } catch {
      failed = error
    }
    try method.inputs.finish(in: session)
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
      try session.session.scope.run { () throws(LiteError) in try body(session) }
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

import CLite
import LiteFormat
import LiteInterpreter

extension Limits {
  /// These limits, where the caller sets none of his own.
  ///
  /// - Parameter limits: NULL for all defaults.
  func overridden(by limits: UnsafePointer<lite_limits>?) throws(LiteError) -> Limits {
    guard let limits else { return self }
    let given = try lite_limits.read(limits)
    func set(_ value: UInt64, _ target: inout Int) { if value != 0 { target = Int(clamping: value) } }
    var result = self
    set(given.file_bytes, &result.fileBytes)
    set(given.records, &result.records)
    set(given.record_bytes, &result.recordBytes)
    set(given.inflated_bytes, &result.inflatedBytes)
    set(given.inflation_ratio, &result.inflationRatio)
    set(given.pickle_items, &result.pickleItems)
    set(given.nesting, &result.nesting)
    set(given.tensor_bytes, &result.tensorBytes)
    set(given.opening_steps, &result.openingSteps)
    set(given.memory_bytes, &result.memoryBytes)
    set(given.steps, &result.steps)
    set(given.call_depth, &result.callDepth)
    set(given.work, &result.work)
    set(given.list_items, &result.listItems)
    set(given.string_bytes, &result.stringBytes)
    return result
  }
}

/// How a model is opened.
struct LoadOptions {
  var model = ModelOptions()
  var verifiesChecksums = true
  var inspects = false
  var allocator: Allocator?

  /// - Parameter source: NULL for the defaults.
  init(_ source: UnsafePointer<lite_load_options>?) throws(LiteError) {
    guard let source else { return }
    let options = try lite_load_options.read(source)
    let known = LITE_LOAD_MAP | LITE_LOAD_SKIP_CHECKSUMS | LITE_LOAD_INSPECT | LITE_LOAD_ROUND_THEN_ADD
    let flags = try checkedFlags(options.flags, known, lite_load_options.structName)
    switch Int(options.kernels) {
    case LITE_KERNELS_BEST: break
    case LITE_KERNELS_SCALAR: model.tier = .scalar
    case LITE_KERNELS_NEON: model.tier = .neon
    case LITE_KERNELS_DOTPROD: model.tier = .dotprod
    case LITE_KERNELS_I8MM: model.tier = .i8mm
    default: throw LiteError(.invalidArgument, "lite_load_options: kernels \(options.kernels) is not known")
    }
    model.limits = try model.limits.overridden(by: options.limits)
    if flags & LITE_LOAD_MAP != 0 { model.access = .map }
    if flags & LITE_LOAD_ROUND_THEN_ADD != 0 { model.rounding = .roundThenAdd }
    if let progress = options.progress { model.progress = LoadProgress(context: options.progress_context, callback: progress) }
    allocator = try Allocator.read(options.allocator)
    verifiesChecksums = flags & LITE_LOAD_SKIP_CHECKSUMS == 0
    inspects = flags & LITE_LOAD_INSPECT != 0
  }
}

extension Allocator {
  /// - Parameter source: NULL for none.
  static func read(_ source: UnsafePointer<lite_allocator>?) throws(LiteError) -> Allocator? {
    guard let source else { return nil }
    let given = try lite_allocator.read(source)
    return Allocator(
      context: given.context, allocate: try required(given.allocate, "lite_allocator: allocate"),
      release: try required(given.release, "lite_allocator: release"))
  }
}

extension ParallelFor {
  /// - Parameter source: NULL for none.
  static func read(_ source: UnsafePointer<lite_parallel_for>?) throws(LiteError) -> ParallelFor? {
    guard let source else { return nil }
    let given = try lite_parallel_for.read(source)
    guard (1...256).contains(given.thread_count) else {
      throw LiteError(.invalidArgument, "lite_parallel_for: thread_count is \(given.thread_count), expected 1 to 256")
    }
    return ParallelFor(
      context: given.context, shareCount: Int(given.thread_count), function: try required(given.run, "lite_parallel_for: run"))
  }
}

/// Flags, all of which must be known.
func checkedFlags(_ flags: UInt32, _ known: Int, _ name: StaticString) throws(LiteError) -> Int {
  let flags = Int(flags)
  guard flags & ~known == 0 else {
    throw LiteError(.invalidArgument, "\(name): flags are \(flags), of which \(flags & ~known) is not known")
  }
  return flags
}

/// How a session is made.
struct SessionOptions {
  let position: Int
  let limits: Limits
  let allocator: Allocator?
  let parallelFor: ParallelFor?
  let threadCount: Int
  let usesPlans: Bool
  let hasProfile: Bool
  let arena: UnsafeMutableRawBufferPointer?

  private static var maximumThreads: Int32 { 256 }

  /// - Parameter source: NULL for the defaults.
  init(_ source: UnsafePointer<lite_session_options>?, _ model: ModelHandle) throws(LiteError) {
    var given = lite_session_options()
    if let source { given = try lite_session_options.read(source) }
    let flags = try checkedFlags(given.flags, LITE_SESSION_PROFILE | LITE_SESSION_INTERPRET, lite_session_options.structName)
    guard (0...Self.maximumThreads).contains(given.thread_count) else {
      throw LiteError(.invalidArgument, "thread_count is \(given.thread_count), expected 0 to \(Self.maximumThreads)")
    }
    threadCount = max(1, Int(given.thread_count))
    position = try model.description.position(of: given.method)
    limits = try (model.model?.options.limits ?? Limits()).overridden(by: given.limits)
    allocator = try Allocator.read(given.allocator) ?? model.allocator
    parallelFor = try ParallelFor.read(given.parallel_for)
    usesPlans = flags & LITE_SESSION_INTERPRET == 0
    hasProfile = flags & LITE_SESSION_PROFILE != 0
    guard given.arena_byte_count >= 0, given.arena != nil || given.arena_byte_count == 0 else {
      throw LiteError(.invalidArgument, "arena is NULL, or arena_byte_count too large")
    }
    arena = given.arena.map { UnsafeMutableRawBufferPointer(start: $0, count: given.arena_byte_count) }
  }
}

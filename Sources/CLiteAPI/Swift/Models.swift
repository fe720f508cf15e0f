import CLite
import LiteFormat
import LiteInterpreter

@c @implementation
public func lite_model_open_file(
  _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<lite_load_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let path = try required(path, "path")
    let out = try required(out, "out")
    let options = try LoadOptions(options)
    let handle = try ModelHandle.make(options) { () throws(LiteError) in
      try InputFile(path: path, access: options.model.access, limits: options.model.limits)
    }
    out.pointee = handle.retained
  }
}

@c @implementation
public func lite_model_open_memory(
  _ bytes: UnsafeRawPointer?, _ count: Int, _ release: lite_release?, _ releaseContext: UnsafeMutableRawPointer?,
  _ options: UnsafePointer<lite_load_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let bytes = try required(bytes, "bytes")
    let out = try required(out, "out")
    guard count > 0 else { throw LiteError(.invalidArgument, "count is \(count)") }
    let options = try LoadOptions(options)
    let handle = try ModelHandle.make(options, isLent: true) { () throws(LiteError) in
      try InputFile(borrowing: UnsafeRawBufferPointer(start: bytes, count: count), limits: options.model.limits)
    }
    if let release { handle.onEnd(release, releaseContext) }
    out.pointee = handle.retained
  }
}

@c @implementation
public func lite_model_open_descriptor(
  _ descriptor: Int32, _ offset: UInt64, _ count: UInt64, _ options: UnsafePointer<lite_load_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  reporting(error) { () throws(LiteError) in
    let out = try required(out, "out")
    let options = try LoadOptions(options)
    let handle = try ModelHandle.make(options) { () throws(LiteError) in
      try InputFile(
        descriptor: descriptor, offset: try Checked.int(offset), count: try Checked.int(count), access: options.model.access,
        limits: options.model.limits)
    }
    out.pointee = handle.retained
  }
}

@c @implementation
public func lite_model_retain(_ model: OpaquePointer?) -> OpaquePointer? {
  if let model { _ = Unmanaged<ModelHandle>.fromOpaque(UnsafeRawPointer(model)).retain() }
  return model
}

@c @implementation
public func lite_model_release(_ model: OpaquePointer?) {
  if let model { Unmanaged<ModelHandle>.fromOpaque(UnsafeRawPointer(model)).release() }
}

@c @implementation
public func lite_check_file(
  _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<lite_load_options>?, _ report: lite_problem?,
  _ reportContext: UnsafeMutableRawPointer?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  let problems = ProblemList()
  let status = reporting(error) { () throws(LiteError) in
    let options = try LoadOptions(options)
    let path = try required(path, "path")
    let scope = try AllocationScope.make(options.allocator, limit: options.model.limits.memoryBytes)
    do throws(LiteError) {
      try scope.run { () throws(LiteError) in try check(path, options, problems) }
    } catch {
      // Why nothing more could be looked at.
      problems.add(error)
    }
    try problems.throwFirst()
  }
  guard let report else { return status }
  var told = lite_error()
  told.struct_size = UInt32(MemoryLayout<lite_error>.size)
  for problem in problems.errors {
    Failure(error: problem, place: nil).write(to: &told)
    report(reportContext, &told)
  }
  return status
}

/// Looks for all problems of a file.
private func check(
  _ path: UnsafePointer<CChar>, _ options: LoadOptions, _ problems: ProblemList
) throws(LiteError) {
  let program = try Program(
    path: path, verifiesChecksums: options.verifiesChecksums, access: options.model.access, limits: options.model.limits,
    problems: problems, progress: options.model.progress, inspects: true)
  for use in program.operatorUses where !Model.supports(use, of: program) {
    problems.add(LiteError(.missingOperator, "operator \(program.operatorText(use)) is not in this build"))
  }
  // Operators that are not there do not keep a model from being made; the other problems do.
  guard problems.errors.allSatisfy({ $0.status == .missingOperator }) else { return }
  let found = ProblemList()
  do throws(LiteError) {
    _ = try Model(program, options: options.model, problems: found)
  } catch {
    if found.errors.isEmpty { found.add(error) }
  }
  for problem in found.errors { problems.add(problem) }
}

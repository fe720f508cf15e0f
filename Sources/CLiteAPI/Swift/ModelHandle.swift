import CLite
import LiteFormat
import LiteInterpreter

/// What a `lite_model` is: a program, the model made of it if it can run, and what there is to tell of it. Immutable.
final class ModelHandle: @unchecked Sendable {
  let program: Program
  /// nil for a program that was opened to be looked at and cannot run.
  let model: Model?
  /// Why there is no model.
  let problem: LiteError?
  let description: ModelDescription
  /// Where its memory comes from, and that of sessions without an allocator of their own.
  let allocator: Allocator?
  /// Memory of the caller's that the model lies in; its end is told there.
  private let lent: InputFile?

  private init(_ file: InputFile, _ options: LoadOptions, isLent: Bool) throws(LiteError) {
    let problems = ProblemList()
    let program = try Program(
      file: file, verifiesChecksums: options.verifiesChecksums, limits: options.model.limits, problems: problems,
      progress: options.model.progress, inspects: options.inspects)
    var model: Model?
    var problem = problems.errors.first
    if problem == nil {
      do throws(LiteError) {
        model = try Model(program, options: options.model, releasesRecords: true)
      } catch {
        guard options.inspects else { throw error }
        problem = error
      }
    }
    self.program = program
    self.model = model
    self.problem = problem
    lent = isLent ? file : nil
    allocator = options.allocator
    description = try ModelDescription(program, model)
  }

  /// Makes a model of a file, in memory of the caller's allocator.
  ///
  /// - Parameter isLent: whether the file is memory of the caller's, and kept as long as the model.
  static func make(
    _ options: LoadOptions, isLent: Bool = false, _ open: () throws(LiteError) -> InputFile
  ) throws(LiteError) -> ModelHandle {
    var handle: ModelHandle?
    let scope = try AllocationScope.make(options.allocator, limit: options.model.limits.memoryBytes)
    try scope.run { () throws(LiteError) in handle = try ModelHandle(try open(), options, isLent: isLent) }
    return try required(handle, "the model")
  }

  /// Has a function called when memory of the caller's is used no more.
  func onEnd(_ release: InputFile.Release, _ context: UnsafeMutableRawPointer?) { lent?.onEnd(release, context) }

  static func from(_ handle: OpaquePointer?) throws(LiteError) -> ModelHandle {
    let handle = try required(handle, "the model")
    return Unmanaged<ModelHandle>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }

  /// A handle that owns a reference.
  var retained: OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  /// - Throws: why the program cannot run, if so.
  func runnable() throws(LiteError) -> Model {
    if let model { return model }
    throw problem ?? LiteError(.invalidState, "the model was opened to be looked at")
  }
}

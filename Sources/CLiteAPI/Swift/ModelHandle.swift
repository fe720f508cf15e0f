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
  /// Memory of the caller's that the model lies in; its end is told there.
  private let lent: InputFile?

  init(_ file: InputFile, _ options: LoadOptions, lent: InputFile? = nil) throws(LiteError) {
    let problems = ProblemList()
    let program = try Program(
      file: file, verifiesChecksums: options.verifiesChecksums, limits: options.model.limits, problems: problems,
      inspects: options.inspects)
    var model: Model?
    var problem = problems.errors.first
    if problem == nil {
      do throws(LiteError) {
        model = try Model(program, options: options.model)
      } catch {
        guard options.inspects else { throw error }
        problem = error
      }
    }
    self.program = program
    self.model = model
    self.problem = problem
    self.lent = lent
    description = try ModelDescription(program, model)
  }

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

import CLiteKernels
import LiteFormat

/// A program that is ready to run: operators found, module object made, weights packed. Immutable; any
/// number of sessions, each on a thread of its own, share it.
public final class Model: @unchecked Sendable {
  public let program: Program
  let linkage: Linkage
  let root: Value
  /// The constants of each function.
  let constants: [[Value]]
  let kernels: UnsafePointer<lite_kernel_table>
  public let options: ModelOptions
  /// Memory of the tensors that opening made.
  let arena: Arena
  /// What `__setstate__` methods put into each other.
  private let containers = ContainerRegistry()
  /// Where all of it lies, if the caller opened the model in a scope.
  public let scope: AllocationScope?
  /// What the file says of its inputs and outputs; nil if it says nothing, or `signatureProblem`.
  public let signature: ModelSignature?
  /// Why what it says cannot be used. The model runs without it, by position.
  public let signatureProblem: LiteError?

  /// Makes a model of a program.
  ///
  /// Operators that this build lacks do not make it fail: they are listed in `missingOperators`, and only
  /// executing one is an error.
  ///
  /// - Throws: `malformed`, `unsupported`, `outOfMemory`, and what `__setstate__` methods throw.
  ///
  /// - Parameters:
  ///   - releasesRecords: lets the program drop what was packed, so that no other model can be made of it.
  ///   - problems: receives all that the verifier finds, not only the first.
  public init(
    _ program: Program, options: ModelOptions = ModelOptions(), releasesRecords: Bool = false, problems: ProblemList? = nil
  ) throws(LiteError) {
    scope = AllocationScope.current
    self.program = program
    self.options = options
    kernels = try options.tier.kernels
    var problem: LiteError?
    do throws(LiteError) {
      signature = try ModelSignature.of(program)
    } catch {
      if error.status == .outOfMemory { throw error }
      signature = nil
      problem = error
    }
    signatureProblem = problem
    guard !program.functions.isEmpty else { throw LiteError(.malformed, "the file has no methods") }
    let linkage = try Linkage(program, problems ?? ProblemList())
    self.linkage = linkage
    arena = Arena(limit: options.limits.memoryBytes)
    arena.isModels = true
    arena.budget.begin(options.limits.work)
    let context = Context(
      arena: arena, kernels: kernels, rounding: options.rounding, names: program.names, keepsWeights: linkage.unpacksWeights,
      containers: containers)
    context.growth = GrowthLimits(options.limits)
    let storages = try RecordStorages(program, releasesRecords: releasesRecords)

    var fromBytecode = Instantiation(
      program: program, graph: program.bytecode, records: program.bytecodeStorages, storages: storages, context: context,
      nesting: options.limits.nesting, keepsAll: true
    ) { (_, _, _) throws(LiteError) in
      throw LiteError(.unsupported, "a constant of the bytecode with a __setstate__ method")
    }
    var constants: [[Value]] = []
    for function in program.functions {
      var values: [Value] = []
      for node in function.constants { values.append(try fromBytecode.value(node)) }
      constants.append(values)
    }
    self.constants = constants
    let finalConstants = constants
    var openingSteps = options.limits.openingSteps
    var fromData = Instantiation(
      program: program, graph: program.data, records: program.dataStorages, storages: storages, context: context,
      nesting: options.limits.nesting
    ) { (function, object, state) throws(LiteError) in
      let interpreter = Interpreter(
        program: program, linkage: linkage, context: context, constants: finalConstants, stepLimit: openingSteps,
        callDepth: options.limits.callDepth)
      do throws(LiteError) {
        _ = try interpreter.run(function, [object, state])
      } catch {
        guard interpreter.stepsLeft < 0 else { throw error }
        throw Limits.exceeded(
          "backward jumps and calls of __setstate__ methods", options.limits.openingSteps, "openingSteps")
      }
      openingSteps = interpreter.stepsLeft
    }
    fromData.progress = options.progress
    root = try fromData.value(program.data.root)
    try options.progress?.finish()
  }

  /// Opens a file: `Program` and `Model` in one.
  ///
  /// - Parameter path: zero-terminated.
  public convenience init(path: UnsafePointer<CChar>, options: ModelOptions = ModelOptions()) throws(LiteError) {
    let program = try Program(path: path, access: options.access, limits: options.limits, progress: options.progress)
    try self.init(program, options: options, releasesRecords: true)
  }

  /// Operators that the file refers to and this build lacks, each once: `aten::foo.bar`.
  public var missingOperators: [Message] { linkage.missing.map { linkage.name($0, program.names) } }

  /// The function of a method of the module.
  ///
  /// Overloads of a method are saved as `forward__0`, `forward__1` and so on (those of `nn.LSTM`, say: tensors, packed
  /// sequences). The plain name stands for the first.
  ///
  /// - Throws: `noSuchMethod`, with the methods there are.
  public func method(_ name: [UInt8]) throws(LiteError) -> Int { try program.entryPoint(name) }

  /// Whether a value can be an argument of a function, by its declaration.
  ///
  /// - Parameter index: of the argument, `self` not counted.
  /// - Throws: `invalidInput`.
  public func check(_ input: Value, as index: Int, of function: Int) throws(LiteError) {
    guard let schema = program.functions[function].schema, index + 1 < schema.arguments.count else { return }
    let argument = schema.arguments[index + 1]
    guard try input.isInstance(of: argument.type, program.types) else {
      throw LiteError(
        .invalidInput,
        "input \(index) (\(argument.name)): found \(input.typeName), expected \(program.typeText(argument.type))")
    }
  }

  /// Name of the kernel tier in use.
  public var kernelTier: Message {
    var text = Message()
    var position = kernels.pointee.name!
    while position.pointee != 0 {
      text.bytes.append(UInt8(bitPattern: position.pointee))
      position += 1
    }
    return text
  }
}

extension Program {
  /// `Model.method`, for programs that no model is made of.
  func entryPoint(_ name: [UInt8]) throws(LiteError) -> Int {
    for candidate in [name, name + [95, 95, 48]] {
      if let found = candidate.withUnsafeBufferPointer({ method($0, of: rootClass) }) { return found }
    }
    var list = Message()
    for (index, method) in methods.enumerated() {
      if index > 0 { list.appendStatic(", ") }
      list.bytes += method.name
    }
    throw LiteError(.noSuchMethod, "no method \(name); the model has: \(list)")
  }
}

/// How a model is opened.
public struct ModelOptions: Sendable {
  public var tier: KernelTier = .automatic
  /// The default gives the bits of PyTorch 2.13, whose results the project is tested against.
  public var rounding: QuantizationRounding = .addThenRound

  /// How a path is read. `map` shares weights with other processes, and trusts the file not to change.
  public var access: InputFile.Access = .read

  /// Of the file, and of sessions that do not set their own.
  public var limits = Limits()

  /// Told how far opening is; may cancel it.
  public var progress: LoadProgress?

  public init() {}
}

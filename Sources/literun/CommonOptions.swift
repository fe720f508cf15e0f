import LiteFormat
import LiteInterpreter

/// The options that all commands have, and what they stand for.
struct CommonOptions {
  /// Whether the result is one JSON object.
  let isJSON: Bool
  /// Threads in use.
  let threads: Int
  let model: ModelOptions

  /// For every command.
  static let reporting: [OptionDescription] = [
    OptionDescription("--json", "print one JSON object"),
    OptionDescription("--help", short: "-h", "print this"),
  ]

  /// For commands that run a model.
  static let running: [OptionDescription] = [
    OptionDescription("--method", value: "NAME", "the method to run; forward if not given"),
    OptionDescription("--input", short: "-i", value: "[N=]VALUE", "the next argument, or the one named or numbered N; see below"),
    OptionDescription("--normalize", "make numbers of images of bytes that are given by name, as the model declares"),
    OptionDescription("--seed", value: "S", "of random inputs; 0 if not given"),
    OptionDescription("--threads", value: "N", "threads to divide large operators among; 1 if not given"),
    OptionDescription("--cpu", value: "TIER", "kernels to use: auto, scalar, neon, dotprod or i8mm"),
    OptionDescription("--rounding", value: "KIND", "of quantizing: x86 or arm; see below"),
    LimitOptions.option,
  ]

  /// Help on inputs, rounding and limits.
  static let runningDetails: StaticString = """
    inputs (-i), in the order of the method's arguments unless N= names one:
      image.npy             an array: little-endian, C order, f2 f4 f8 i1 u1 i2 i4 i8 b1 c8 c16
      1x3x224x224xf32=0.5   a tensor filled with a number; f32 f64 f16 bf16 i8 u8 i16 i32 i64 bool
      1x3x224x224xf32       a random tensor: SplitMix64 from --seed; floats uniform in [-1, 1), integers 0 to 9
      json:[1, 2.5]         a value: int, float, bool, str, null for None, lists and tuples as [..], dicts as {..};
                            where a tensor is declared, a string is one of the three forms above
    of a model that names its inputs' dimensions (docs/named-dimensions.md), by name:
      image=photo.npy       checked against the type and the sizes that the model declares
      image:NHWC=photo.npy  and put into the model's order; or image:batch,height,width,channel=photo.npy

    rounding: where floats are quantized, the x86 wheel of PyTorch 2.13 adds the zero point before rounding to a whole
      number (x86, the default), PyTorch on ARM after it (arm). Numbers halfway between two codes differ by one code.

    limits (--limit memory=64M), exceeding one ends with exit code 5 and names it:
      file, record, inflated, tensor   bytes of the file, of one record, of all compressed records, of one tensor
      records, items, ratio            records of the archive, values of a pickle, growth of a compressed record
      nesting                          of values of the file in each other
      memory, work                     bytes of the run's tensors; elements and multiply-accumulates, about a nanosecond each
      steps, opening, depth            backward jumps and calls of a run, of a method that opening runs; nested calls
      list, string                     items of one list, bytes of one string that the program makes


    """

  init(_ arguments: Arguments) throws(LiteError) {
    isJSON = arguments.has("--json")
    var model = ModelOptions()
    switch try arguments.choice("--cpu", among: ["auto", "scalar", "neon", "dotprod", "i8mm"]) {
    case 1: model.tier = .scalar
    case 2: model.tier = .neon
    case 3: model.tier = .dotprod
    case 4: model.tier = .i8mm
    default: model.tier = .automatic
    }
    if try arguments.choice("--rounding", among: ["x86", "arm"]) == 1 { model.rounding = .roundThenAdd }
    model.limits = try LimitOptions.limits(arguments)
    self.model = model
    threads = Int(try arguments.integer("--threads", in: 1...1024) ?? 1)
  }

  /// Name of the kernels that `auto` means here.
  static var automaticKernels: Message { KernelTier.automatic.effectiveName }

  /// How many operators this build has.
  static var operatorCount: Int { Model.operatorCount }
}

/// A model that is open, and the method to run with its inputs.
struct Job {
  let path: [UInt8]
  let model: Model
  let method: [UInt8]
  let function: Int
  let inputs: InputSet
  /// Nanoseconds of the steps of opening.
  let openTimes: OpenTimes

  struct OpenTimes {
    /// Mapping the file.
    let map: UInt64
    /// Checksums, decoding, and the checks of the code.
    let verify: UInt64
    /// Finding operators, making the module, packing its weights.
    let pack: UInt64
  }

  /// Opens what the arguments name. Warns of operators that are missing, all at once: the program may not
  /// reach them.
  init(_ arguments: Arguments, _ options: CommonOptions) throws(LiteError) {
    let path = try arguments.onlyOperand("MODEL")
    let seed = try arguments.integer("--seed", in: Int64.min...Int64.max) ?? 0
    var specifications: [InputSpecification] = []
    for text in arguments.all("--input") { specifications.append(try InputSpecification(text)) }
    let method = arguments.last("--method") ?? Self.defaultMethod
    self.path = path
    self.method = method
    do throws(LiteError) {
      let limits = options.model.limits
      var opened: (model: Model, times: OpenTimes)?
      // Memory of what opening makes is counted against the limit too, objects of Swift's included.
      try AllocationScope.make(limit: limits.memoryBytes).run { () throws(LiteError) in
        let start = Clock.now
        let file = try InputFile.open(path, limits)
        let mapped = Clock.now
        let program = try Program(file: file, limits: limits)
        let verified = Clock.now
        let model = try Model(program, options: options.model, releasesRecords: true)
        opened = (model, OpenTimes(map: mapped - start, verify: verified - mapped, pack: Clock.now - verified))
      }
      guard let (model, times) = opened else { throw LiteError(.outOfMemory, "the model was not opened") }
      Job.warnOfMissing(model, path)
      let function = try model.method(method)
      if let problem = model.signatureProblem { Console.problem("warning: \(path): \(problem.message)") }
      inputs = try InputSet(
        specifications, model: model, function: function, seed: seed, normalizes: arguments.has("--normalize"))
      self.model = model
      self.function = function
      openTimes = times
    } catch {
      throw error.at("\(path)")
    }
  }

  private static var defaultMethod: [UInt8] { ("forward" as Message).bytes }

  /// Runs the method once.
  func run(_ session: Session) throws(LiteError) -> Value { try timedRun(session).result }

  /// Runs the method once, and tells how many nanoseconds that took. Making the inputs is not part of it.
  func timedRun(_ session: Session) throws(LiteError) -> (result: Value, time: UInt64) {
    let values = try inputs.values()
    do throws(LiteError) {
      let start = Clock.now
      let result = try session.run(function, values)
      return (result, Clock.now - start)
    } catch {
      throw error.at("\(path)")
    }
  }

  /// `model.ptl, method forward, 2 threads, neon kernels`.
  func description(_ options: CommonOptions) -> Message {
    let threads: StaticString = options.threads == 1 ? "thread" : "threads"
    return "\(path), method \(method), \(options.threads) \(threads), \(model.kernelTier) kernels"
  }

  /// What the model says of the tensors of the result, depth first.
  var outputs: [TensorDescription] { model.description(of: function)?.outputs ?? [] }

  /// The fields that say what was run how.
  func write(_ options: CommonOptions, to writer: inout JSONWriter) {
    writer.field("model", path)
    writer.field("method", method)
    writer.field("kernels", text: model.kernelTier)
    writer.field("threads", options.threads)
  }

  private static func warnOfMissing(_ model: Model, _ path: [UInt8]) {
    let missing = model.missingOperators
    guard !missing.isEmpty else { return }
    Console.problem("warning: \(path): \(absence(missing))")
  }

  /// `2 operators are not in this build: aten::a, aten::b`.
  static func absence(_ missing: [Message]) -> Message {
    missing.count == 1
      ? "1 operator is not in this build: \(list(missing))" : "\(missing.count) operators are not in this build: \(list(missing))"
  }

  /// Messages with commas between.
  static func list(_ items: [Message]) -> Message {
    var text = Message()
    for (index, item) in items.enumerated() {
      if index > 0 { text.appendStatic(", ") }
      text.bytes += item.bytes
    }
    return text
  }
}

extension Program {
  /// Reads the file at a path; compares checksums unless told otherwise.
  convenience init(
    _ path: [UInt8], verifiesChecksums: Bool = true, limits: Limits = Limits(), problems: ProblemList? = nil
  ) throws(LiteError) {
    try self.init(
      file: try InputFile.open(path, limits), verifiesChecksums: verifiesChecksums, limits: limits, problems: problems)
  }
}

extension InputFile {
  /// Reads the file at a path.
  static func open(_ path: [UInt8], _ limits: Limits) throws(LiteError) -> InputFile {
    try withText(path) { (text) throws(LiteError) in try InputFile(path: text, limits: limits) }
  }
}

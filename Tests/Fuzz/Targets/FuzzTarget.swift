import LiteFormat
import LiteInterpreter

/// What a fuzzer calls with bytes: `LITE_FUZZ_TARGET` names one, and unit tests replay what was found by the same name.
///
/// None returns anything: an error is an answer. A crash, a trap, a sanitizer's finding or a hang is not.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// A whole file.
  case archive
  /// `data.pkl` of a small model.
  case pickle
  /// `bytecode.pkl` of a small model, which then runs.
  case bytecode
  /// A whole file whose pickles were changed token by token, with right checksums around them, which then runs.
  case model
  /// One operator on arguments made of the bytes.
  case `operator`
  /// `lite.json` of a small model: names of inputs and outputs, and dimensions that a caller names.
  case names
  /// Calls of the C interface: any order, wrong arguments.
  case calls

  /// Limits so low that a fuzzer's machine does not notice.
  public static var limits: Limits {
    var limits = Limits()
    limits.memoryBytes = 64 << 20
    limits.inflatedBytes = 64 << 20
    limits.tensorBytes = 64 << 20
    limits.steps = 2000
    limits.work = 1 << 26
    limits.openingSteps = 2000
    return limits
  }

  public func run(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .archive: ModelRun.run(bytes, verifiesChecksums: false, runs: false)
    case .pickle: ModelRun.run(SeedModel.with(data: [UInt8](bytes)), runs: false)
    case .bytecode: ModelRun.run(SeedModel.with(bytecode: [UInt8](bytes)), runs: true)
    case .model: ModelRun.run(bytes, verifiesChecksums: true, runs: true)
    case .operator: OperatorRun.run(bytes)
    case .names: NamesRun.run([UInt8](bytes))
    case .calls: CallsRun.run(bytes)
    }
  }
}

/// Opening a file, and running all its methods on plain arguments.
enum ModelRun {
  static func run(_ bytes: [UInt8], runs: Bool) {
    bytes.withUnsafeBytes { run($0, verifiesChecksums: true, runs: runs) }
  }

  static func run(_ bytes: UnsafeRawBufferPointer, verifiesChecksums: Bool, runs: Bool) {
    let limits = FuzzTarget.limits
    guard let file = try? InputFile(borrowing: bytes, limits: limits),
      let program = try? Program(file: file, verifiesChecksums: verifiesChecksums, limits: limits)
    else { return }
    _ = program.operatorUses
    _ = program.tensorGroups
    var options = ModelOptions()
    options.limits = limits
    guard let model = try? Model(program, options: options), let session = try? Session(model) else { return }
    guard runs else { return }
    for method in program.methods.prefix(8) {
      guard let schema = program.functions[method.function].schema else { continue }
      var arguments: [Value] = []
      for argument in schema.arguments.dropFirst() {
        arguments.append(plainValue(of: program.types[argument.type], in: session))
      }
      // Twice: the first run may have changed what the session holds.
      for _ in 0..<2 {
        if let result = try? session.run(method.function, arguments) { _ = try? session.denseTensors(in: result) }
      }
    }
  }

  private static func plainValue(of type: TypeTable.Entry, in session: Session) -> Value {
    switch type.kind {
    case .int, .number: .int(2)
    case .float: .double(0.5)
    case .bool: .bool(true)
    case .string: .string(StringValue("text"))
    case .list: .list(ListValue([], of: .any))
    case .tensor, .any:
      if let tensor = try? session.makeTensor(.float32, [1, 3, 8, 8]) { zeroed(tensor) } else { .none }
    default: .none
    }
  }

  private static func zeroed(_ tensor: Tensor) -> Value {
    tensor.data.initializeMemory(as: UInt8.self, repeating: 0, count: tensor.byteCount)
    return .tensor(tensor)
  }
}

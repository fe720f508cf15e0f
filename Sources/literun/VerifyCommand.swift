import LiteFormat
import LiteInterpreter

/// `literun verify`: every check that needs no run.
enum VerifyCommand {
  static let command = Command(
    name: "verify", summary: "checks files without running them, and lists all problems", usage: "MODEL... [options]",
    options: [LimitOptions.option] + CommonOptions.reporting,
    details: """
      Reads each file to its end: archive, checksums, bytecode, module, weights, operators, names. Prints a line "ok FILE" or
      "FAIL FILE" for each, with all problems that were found. Exit code 1 if any file failed.
      Limits: see literun run --help.


      """,
    example: "literun verify models/*.ptl"
  ) { (arguments) throws(LiteError) in
    guard !arguments.operands.isEmpty else { throw LiteError(.invalidArgument, "MODEL is missing") }
    let isJSON = arguments.has("--json")
    var options = ModelOptions()
    options.limits = try LimitOptions.limits(arguments)
    var writer = JSONWriter.result(of: "verify")
    writer.key("files")
    writer.beginArray()
    var failed = 0
    for path in arguments.operands {
      let problems = Self.problems(path, options)
      if !problems.isEmpty { failed += 1 }
      if isJSON {
        write(path, problems, to: &writer)
      } else {
        Console.write(text(path, problems))
      }
    }
    writer.endArray()
    writer.field("failed", failed)
    writer.endObject()
    if isJSON { Console.line(writer.text) }
    return failed == 0 ? .ok : .mismatch
  }

  /// All that is wrong with a file. What is made to find it counts against the limit on memory.
  private static func problems(_ path: [UInt8], _ options: ModelOptions) -> [LiteError] {
    var problems: [LiteError] = []
    do throws(LiteError) {
      try AllocationScope.make(limit: options.limits.memoryBytes).run { () throws(LiteError) in problems = found(path, options) }
    } catch {
      if !problems.contains(where: { $0.status == error.status }) { problems.append(error) }
    }
    return problems
  }

  private static func found(_ path: [UInt8], _ options: ModelOptions) -> [LiteError] {
    var problems: [LiteError] = []
    /// The errors that the verifier listed, of which the first is thrown; or the one that was thrown.
    func add(_ thrown: LiteError, _ listed: ProblemList) {
      if listed.errors.isEmpty { problems.append(thrown) } else { problems += listed.errors }
    }
    var opened: Program?
    let inFile = ProblemList()
    do throws(LiteError) {
      opened = try Program(path, limits: options.limits, problems: inFile)
    } catch {
      add(error, inFile)
      // With damaged bytes the rest can still be looked at.
      if error.status == .archiveDamaged { opened = try? Program(path, verifiesChecksums: false, limits: options.limits) }
    }
    guard let program = opened else { return problems }
    let inModel = ProblemList()
    do throws(LiteError) {
      _ = try Model(program, options: options, problems: inModel)
    } catch {
      add(error, inModel)
    }
    do throws(LiteError) {
      _ = try ModelSignature.of(program)
    } catch {
      problems.append(error)
    }
    for use in program.operatorUses where !Model.supports(use, of: program) {
      problems.append(LiteError(.missingOperator, "operator \(program.operatorText(use)) is not in this build"))
    }
    return problems
  }

  /// One line; with several problems, one more for each.
  private static func text(_ path: [UInt8], _ problems: [LiteError]) -> Message {
    if problems.isEmpty { return "ok    \(path)\n" }
    if problems.count == 1 { return "FAIL  \(path): \(problems[0].status.name): \(problems[0].message)\n" }
    var text: Message = "FAIL  \(path): \(problems.count) problems\n"
    for problem in problems { text.bytes += ("      \(problem.status.name): \(problem.message)\n" as Message).bytes }
    return text
  }

  private static func write(_ path: [UInt8], _ problems: [LiteError], to writer: inout JSONWriter) {
    writer.beginObject()
    writer.field("file", path)
    writer.field("ok", problems.isEmpty)
    writer.key("problems")
    writer.beginArray()
    for problem in problems {
      writer.beginObject()
      writer.field("status", problem.status.name)
      writer.field("message", text: problem.message)
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }
}

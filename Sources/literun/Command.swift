import CLiteAPI
import LiteFormat

/// A command: how it is called, and what it does.
struct Command: Sendable {
  let name: StaticString
  /// One line for the list of commands.
  let summary: StaticString
  /// What follows the command's name.
  let usage: StaticString
  let options: [OptionDescription]
  /// Paragraphs after the options; whole lines.
  let details: StaticString
  /// A call that works, and what for.
  let example: StaticString
  let run: @Sendable (Arguments) throws(LiteError) -> ExitCode

  /// The text of `--help`.
  var help: Message {
    var text: Message = "usage: literun \(name) \(usage)\n\n\(summary)\n\noptions:\n"
    for option in options {
      var left: Message = "  "
      if option.short.utf8CodeUnitCount > 0 { left.bytes += ("\(option.short), " as Message).bytes }
      left.appendStatic(option.name)
      if option.value.utf8CodeUnitCount > 0 { left.bytes += (" \(option.value)" as Message).bytes }
      while left.bytes.count < 24 { left.bytes.append(32) }
      text.bytes += left.bytes
      text.bytes += ("  \(option.help)\n" as Message).bytes
    }
    text.bytes += ("\n\(details)example:\n  \(example)\n" as Message).bytes
    return text
  }
}

/// The commands, and how a command line finds its own.
enum CommandTable {
  static var version: StaticString { liteVersion }

  private static var all: [Command] {
    [
      InfoCommand.command, VerifyCommand.command, RunCommand.command, BenchCommand.command, ProfileCommand.command,
      MemoryCommand.command,
    ]
  }

  /// Runs the command that the words name.
  ///
  /// - Parameter words: the command line without the program's name.
  static func run(_ words: [[UInt8]]) -> ExitCode {
    guard let first = words.first else {
      Console.problem("no command; see literun --help")
      return .usage
    }
    if first == "--help" || first == "-h" || first == "help" {
      if words.count > 1, let command = all.first(where: { words[1] == $0.name }) {
        Console.write(command.help)
      } else {
        Console.write(help)
      }
      return .ok
    }
    if first == "--version" {
      Console.line(versionText)
      return .ok
    }
    guard let command = all.first(where: { first == $0.name }) else { return unknown(first) }
    return run(command, [[UInt8]](words.dropFirst()))
  }

  private static func run(_ command: Command, _ words: [[UInt8]]) -> ExitCode {
    let isHelp = words.prefix { !($0 == "--") }.contains { $0 == "--help" || $0 == "-h" }
    if isHelp {
      Console.write(command.help)
      return .ok
    }
    do throws(LiteError) {
      return try command.run(try Arguments(words, options: command.options))
    } catch {
      let isUsage = error.status == .invalidArgument
      Console.problem(isUsage ? "\(error.message); see literun \(command.name) --help" : error.message)
      let code = ExitCode(error.status)
      if words.contains(where: { $0 == "--json" }) {
        var writer = JSONWriter.result(of: command.name)
        writer.field("error", text: error.message)
        writer.field("status", error.status.name)
        writer.field("exit_code", Int(code.rawValue))
        writer.endObject()
        Console.line(writer.text)
      }
      return code
    }
  }

  private static func unknown(_ word: [UInt8]) -> ExitCode {
    var candidates = all.map { $0.name }
    candidates += ["--help", "--version"]
    if word.first == UInt8(ascii: "-"), Spelling.nearest(to: word, among: candidates) == nil {
      Console.problem("found \(word) before the command; options come after it: literun <command> MODEL [options]")
    } else if let nearest = Spelling.nearest(to: word, among: candidates) {
      Console.problem("unknown command \(word); did you mean \(nearest)?")
    } else {
      Console.problem("unknown command \(word); see literun --help")
    }
    return .usage
  }

  private static var help: Message {
    var text: Message = """
      usage: literun <command> MODEL [options]

      Runs PyTorch models as module._save_for_lite_interpreter("m.ptl") saves them.

      commands:

      """
    for command in all {
      var left: Message = "  \(command.name)"
      while left.bytes.count < 10 { left.bytes.append(32) }
      text.bytes += ("\(left)\(command.summary)\n" as Message).bytes
    }
    text.appendStatic(
      """

      literun <command> --help tells a command's options. literun --version tells the version.

      Results go to standard output, everything else to standard error.
      Exit codes: 0 success, 1 a comparison or verification failed, 2 wrong usage or input, 3 file or format,
      4 unsupported, 5 memory or limits, 6 the model failed while it ran.

      example:
        literun run mobilenet_v2.ptl -i image.npy --top 5

      """)
    return text
  }

  private static var versionText: Message {
    #if hasFeature(Embedded)
      let mode: StaticString = "embedded"
    #else
      let mode: StaticString = "ordinary"
    #endif
    return
      "literun \(version), kernels \(CommonOptions.automaticKernels), \(CommonOptions.operatorCount) operators, \(mode) Swift build"
  }
}

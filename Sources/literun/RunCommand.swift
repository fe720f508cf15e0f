import LiteFormat
import LiteInterpreter

/// `literun run`: runs a method once and shows, writes or compares its result.
enum RunCommand {
  static let command = Command(
    name: "run", summary: "runs a model: prints the result, writes it, compares it", usage: "MODEL [-i INPUT]... [options]",
    options: CommonOptions.running + [
      OptionDescription(
        "--output", short: "-o", value: "DIR", "write the result's tensors, depth first, to DIR/0.npy, DIR/1.npy, …"),
      OptionDescription("--expect", value: "FILE.npy", "compare the next output tensor with this; repeat for more"),
      OptionDescription("--rtol", value: "R", "relative tolerance of --expect"),
      OptionDescription("--atol", value: "A", "absolute tolerance of --expect; without both, numbers must be equal"),
      OptionDescription("--top", value: "K", "show the K largest classes of the first output tensor"),
    ] + CommonOptions.reporting,
    details: CommonOptions.runningDetails,
    example: "literun run mobilenet_v2.ptl -i image.npy --expect logits.npy --atol 1e-5 --top 5"
  ) { (arguments) throws(LiteError) in
    let options = try CommonOptions(arguments)
    let request = try Request(arguments)
    let job = try Job(arguments, options)
    let session = try Session(job.model, threads: options.threads)
    let (result, time) = try job.timedRun(session)
    return try report(result, job, request, options, time)
  }

  /// What to do with the result.
  private struct Request {
    let directory: [UInt8]?
    let expected: [[UInt8]]
    let tolerance: Comparison.Tolerance?
    let top: Int?

    init(_ arguments: Arguments) throws(LiteError) {
      directory = arguments.last("--output")
      expected = arguments.all("--expect")
      let relative = try arguments.number("--rtol")
      let absolute = try arguments.number("--atol")
      tolerance =
        relative == nil && absolute == nil ? nil : Comparison.Tolerance(relative: relative ?? 0, absolute: absolute ?? 0)
      if tolerance != nil, expected.isEmpty { throw LiteError(.invalidArgument, "--rtol and --atol need --expect") }
      if directory?.isEmpty == true {
        throw LiteError(.invalidArgument, "option --output: the value is empty; expected a directory")
      }
      top = try arguments.integer("--top", in: 1...1_000_000).map { Int($0) }
    }
  }

  private static func report(
    _ result: Value, _ job: Job, _ request: Request, _ options: CommonOptions, _ time: UInt64
  ) throws(LiteError) -> ExitCode {
    let found = tensors(in: result)
    if let directory = request.directory { try OutputFiles.write(found, to: directory) }
    var comparisons: [Comparison] = []
    for (index, path) in request.expected.enumerated() where index < found.count {
      comparisons.append(try Comparison(found[index], index: index, with: path, tolerance: request.tolerance))
    }
    var top: TopClasses?
    if let count = request.top {
      guard let first = found.first else { throw LiteError(.invalidInput, "--top: the result has no tensor") }
      top = try TopClasses(first, count: count, labels: job.outputs.first?.labels ?? [])
    }
    let hasTooFew = request.expected.count > found.count
    if hasTooFew {
      Console.problem("\(request.expected.count) arrays are expected with --expect, the result has \(found.count) tensors")
    }
    let isEqual = !hasTooFew && comparisons.allSatisfy { $0.isEqual }

    if options.isJSON {
      var writer = JSONWriter.result(of: "run")
      job.write(options, to: &writer)
      writer.field("microseconds", Double(time) / 1000)
      var output = ResultJSON(directory: request.directory, names: job.outputs.map { $0.name.bytes })
      writer.key("output")
      try output.write(result, to: &writer)
      writer.field("tensors", found.count)
      if !request.expected.isEmpty {
        writer.key("comparisons")
        writer.beginArray()
        for comparison in comparisons { comparison.write(to: &writer) }
        writer.endArray()
        writer.field("equal", isEqual)
      }
      if let top {
        writer.key("top")
        top.write(to: &writer)
      }
      writer.endObject()
      Console.line(writer.text)
    } else {
      var output = ResultText(names: job.outputs.map { $0.name.bytes })
      try output.add("output", result)
      for comparison in comparisons { output.addLine(comparison.message) }
      Console.write(output.text)
      if let top { Console.write(top.text) }
    }
    return isEqual ? .ok : .mismatch
  }
}

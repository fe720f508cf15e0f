import LiteFormat
import LiteInterpreter

/// `literun memory`: what a model takes, and when.
enum MemoryCommand {
  static let command = Command(
    name: "memory", summary: "shows memory: weights, the arena over time, the process", usage: "MODEL [-i INPUT]... [options]",
    options: CommonOptions.running + [
      OptionDescription("--svg", value: "FILE", "draw the arena: steps from left to right, offsets from the bottom up")
    ] + CommonOptions.reporting,
    details: detailsText,
    example: "literun memory mobilenet_v2.ptl -i 1x3x224x224xf32 --svg arena.svg"
  ) { (arguments) throws(LiteError) in
    let options = try CommonOptions(arguments)
    let drawingPath = arguments.last("--svg")
    let job = try Job(arguments, options)
    let session = try Session(job.model, threads: options.threads)
    // The first run makes the plan, the second takes the plan's arena.
    for _ in 0..<2 { _ = try job.run(session) }
    let report = MemoryReport(session)
    if let drawingPath {
      guard let drawing = ArenaDrawing.svg(report, title: "arena of \(job.path), method \(job.method)") else {
        throw LiteError(.unsupported, "\(job.path): runs of method \(job.method) are interpreted; there is no arena to draw")
      }
      try OutputFile.write(drawing, to: drawingPath, option: "--svg")
    }
    Console.write(options.isJSON ? report.json(job, options) : report.text(job, options))
    return .ok
  }

  private static let detailsText: StaticString = """
    Runs the method twice. Weights that are used in the mapped file are pages that the system can drop and share; those
    that are packed, copied or made are private. The arena holds every tensor of a run but inputs and results: a row
    for each block tells the operator that writes it, the steps of the plan from its first to its last use, and its
    place. No arena can be smaller than the largest sum of blocks in use at one time.

    inputs (-i) are given as in literun run; see literun run --help.


    """
}

import LiteFormat
import LiteInterpreter

/// `literun profile`: where the time goes.
enum ProfileCommand {
  static let command = Command(
    name: "profile", summary: "measures each operator: time, MAC/s, bytes, kernel", usage: "MODEL [-i INPUT]... [options]",
    options: CommonOptions.running + Repetition.options + [
      OptionDescription("--csv", "print comma-separated values, a line for each step"),
      OptionDescription("--chrome", value: "FILE", "write a trace that chrome://tracing and Perfetto open"),
      OptionDescription("--interpret", "execute the program's instructions in each run, without plans"),
    ] + CommonOptions.reporting,
    details: detailsText,
    example: "literun profile mobilenet_v2.ptl -i 1x3x224x224xf32 -n 20 --chrome trace.json"
  ) { (arguments) throws(LiteError) in
    let options = try CommonOptions(arguments)
    let repetition = try Repetition(arguments)
    let isCSV = arguments.has("--csv")
    let tracePath = arguments.last("--chrome")
    if isCSV, options.isJSON { throw LiteError(.invalidArgument, "--csv and --json exclude each other") }
    let job = try Job(arguments, options)
    let session = try Session(job.model, threads: options.threads)
    session.usesPlans = !arguments.has("--interpret")
    for _ in 0...repetition.warmups { _ = try job.run(session) }
    let profile = OperatorProfile(keepsEvents: tracePath != nil)
    session.observer = profile
    try repetition.forEachRun { () throws(LiteError) in profile.didRun(try job.timedRun(session).time) }
    session.observer = nil
    if let tracePath {
      try OutputFile.write(ChromeTrace.text(profile, model: job.path), to: tracePath, option: "--chrome")
      if profile.isTraceFull {
        Console.problem("\(tracePath): the trace has the first \(profile.runEnds.count) of \(profile.runCount) runs")
      }
    }
    let report = ProfileReport(profile, job, options)
    Console.write(isCSV ? report.csv : options.isJSON ? report.json : report.text)
    return .ok
  }

  private static let detailsText: StaticString = """
    Times, MACs and bytes are those of one run; MAC/s is over the time of the operator alone. Bytes are those of the
    tensors that are read and written. planned tells how a step was executed: yes, by a plan; again, by a plan that
    executes the operator as such; no, by interpretation. An operator of several steps has a line for each. The first
    run, which makes the plan, is not counted, nor are those of -w.

    inputs (-i) are given as in literun run; see literun run --help.


    """
}

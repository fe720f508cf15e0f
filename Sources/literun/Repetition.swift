import LiteFormat

/// How often a command runs a model.
struct Repetition {
  /// Runs after the first and before those that count.
  let warmups: Int64
  /// nil: as long as `limit` allows.
  private let runs: Int64?
  /// Nanoseconds.
  private let limit: Double

  static let options: [OptionDescription] = [
    OptionDescription("--warmup", short: "-w", value: "W", "runs before measuring, after the first; 1 if not given"),
    OptionDescription("--runs", short: "-n", value: "N", "runs to measure"),
    OptionDescription("--time", short: "-t", value: "SECONDS", "measure this long, and 5 runs at least; 3 if -n is not given"),
  ]

  private static var maximumRuns: Int64 { 1_000_000 }

  init(_ arguments: Arguments) throws(LiteError) {
    warmups = try arguments.integer("--warmup", in: 0...Self.maximumRuns) ?? 1
    runs = try arguments.integer("--runs", in: 1...Self.maximumRuns)
    let seconds = try arguments.number("--time")
    if runs != nil, seconds != nil { throw LiteError(.invalidArgument, "-n and -t exclude each other") }
    limit = min(seconds ?? 3, 1e6) * 1e9
  }

  /// Calls a function for each run that counts.
  func forEachRun(_ body: () throws(LiteError) -> Void) throws(LiteError) {
    let begin = Clock.now
    var count: Int64 = 0
    while true {
      try body()
      count += 1
      if let runs {
        if count >= runs { return }
      } else if count >= Self.maximumRuns || (count >= 5 && Double(Clock.now - begin) >= limit) {
        return
      }
    }
  }
}

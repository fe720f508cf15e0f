import CLitePlatform
import LiteFormat
import LiteInterpreter

/// `literun bench`: how long a model takes, and how much memory.
enum BenchCommand {
  static let command = Command(
    name: "bench", summary: "measures opening, the first run, steady runs and memory", usage: "MODEL [-i INPUT]... [options]",
    options: CommonOptions.running + [
      OptionDescription("--warmup", short: "-w", value: "W", "runs before measuring, after the first; 1 if not given"),
      OptionDescription("--runs", short: "-n", value: "N", "runs to measure"),
      OptionDescription("--time", short: "-t", value: "SECONDS", "measure this long, and 5 runs at least; 3 if -n is not given"),
    ] + CommonOptions.reporting,
    details: CommonOptions.runningDetails,
    example: "literun bench mobilenet_v2.ptl -i 1x3x224x224xf32 -w 3 -n 20"
  ) { (arguments) throws(LiteError) in
    let options = try CommonOptions(arguments)
    let warmups = try arguments.integer("--warmup", in: 0...1_000_000) ?? 1
    let runs = try arguments.integer("--runs", in: 1...maximumRuns)
    let seconds = try arguments.number("--time")
    if runs != nil, seconds != nil { throw LiteError(.invalidArgument, "-n and -t exclude each other") }
    let limit = min(seconds ?? 3, 1e6) * 1e9

    let job = try Job(arguments, options)
    let start = Clock.now
    let session = try Session(job.model, threads: options.threads)
    var figures = Figures(openTime: job.readTime + job.prepareTime + (Clock.now - start))
    figures.firstTime = try measure(job, session)
    for _ in 0..<warmups { _ = try measure(job, session) }
    let begin = Clock.now
    while true {
      figures.times.append(try measure(job, session))
      let count = Int64(figures.times.count)
      if let runs {
        if count >= runs { break }
      } else if count >= maximumRuns || (count >= 5 && Double(Clock.now - begin) >= limit) {
        break
      }
    }
    figures.times.sort()
    figures.warmups = warmups
    figures.arenaBytes = session.arena.highWaterBytes
    figures.plan = session.planFigures
    figures.residentBytes = Int(clamping: lite_peak_resident_bytes())
    Console.write(options.isJSON ? figures.json(job, options) : figures.text(job, options))
    return .ok
  }

  private static let maximumRuns: Int64 = 1_000_000

  /// Nanoseconds of one run. Making the inputs is not part of it, giving back the result is.
  private static func measure(_ job: Job, _ session: Session) throws(LiteError) -> UInt64 {
    let values = try job.inputs.values()
    do throws(LiteError) {
      let start = Clock.now
      _ = try session.run(job.function, values)
      return Clock.now - start
    } catch {
      throw error.at("\(job.path)")
    }
  }
}

/// What was measured; times in nanoseconds.
private struct Figures {
  /// Reading, verifying, preparing, and making a session.
  let openTime: UInt64
  var firstTime: UInt64 = 0
  var warmups: Int64 = 0
  /// In rising order.
  var times: [UInt64] = []
  /// The most that interpretation used.
  var arenaBytes = 0
  /// nil when runs were interpreted.
  var plan: PlanFigures?
  var residentBytes = 0

  init(openTime: UInt64) { self.openTime = openTime }

  /// The smallest time that this many percent of the runs do not exceed (nearest rank).
  func percentile(_ percent: Int) -> UInt64 { times[max(1, (times.count * percent + 99) / 100) - 1] }

  var minimum: UInt64 { times[0] }
  var maximum: UInt64 { times[times.count - 1] }
  /// The middle one, or the mean of the two in the middle.
  var median: UInt64 {
    let upper = times[times.count / 2]
    if times.count % 2 == 1 { return upper }
    let lower = times[times.count / 2 - 1]
    return lower + (upper - lower) / 2
  }

  func text(_ job: Job, _ options: CommonOptions) -> Message {
    func us(_ time: UInt64) -> Message { NumberText.microseconds(time) }
    let threads: StaticString = options.threads == 1 ? "thread" : "threads"
    let planText: Message =
      plan.map {
        "\($0.stepCount) steps, \($0.executedAgain) of them operators executed again; arena \(NumberText.byteCount($0.byteCount)), at least \(NumberText.byteCount($0.lowerBound))"
      } ?? "none: runs were interpreted"
    let name = [UInt8](job.path[((job.path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...])
    return """
      model      \(job.path), method \(job.method), \(options.threads) \(threads), \(job.model.kernelTier) kernels
      open       \(us(openTime)) µs: read and verify \(us(job.readTime)), prepare \(us(job.prepareTime))
      first run  \(us(firstTime)) µs
      \(times.count) runs    min \(us(minimum))  median \(us(median))  p95 \(us(percentile(95)))  max \(us(maximum)) µs, after \(warmups) more to warm up
      plan       \(planText)
      memory     peak resident \(NumberText.byteCount(residentBytes)), arena of interpreted runs \(NumberText.byteCount(arenaBytes))
      \(name) method=\(job.method) threads=\(options.threads) kernels=\(job.model.kernelTier) runs=\(times.count) open_us=\(us(openTime)) \
      first_us=\(us(firstTime)) min_us=\(us(minimum)) median_us=\(us(median)) p95_us=\(us(percentile(95))) max_us=\(us(maximum)) \
      peak_bytes=\(residentBytes) arena_bytes=\(arenaBytes) plan_bytes=\(plan?.byteCount ?? 0) literun=\(CommandTable.version)

      """
  }

  func json(_ job: Job, _ options: CommonOptions) -> Message {
    var writer = JSONWriter.result(of: "bench")
    writer.field("model", job.path)
    writer.field("method", job.method)
    writer.field("kernels", text: job.model.kernelTier)
    writer.field("threads", options.threads)
    writer.field("version", CommandTable.version)
    func write(_ name: StaticString, _ time: UInt64) { writer.field(name, Double(time) / 1000) }
    write("open_us", openTime)
    write("read_us", job.readTime)
    write("prepare_us", job.prepareTime)
    write("first_us", firstTime)
    writer.field("warmup", Int(warmups))
    writer.field("runs", times.count)
    write("min_us", minimum)
    write("median_us", median)
    write("p95_us", percentile(95))
    write("max_us", maximum)
    writer.field("peak_resident_bytes", residentBytes)
    writer.field("arena_high_water_bytes", arenaBytes)
    if let plan {
      writer.field("plan_steps", plan.stepCount)
      writer.field("plan_executed_again", plan.executedAgain)
      writer.field("plan_bytes", plan.byteCount)
      writer.field("plan_least_bytes", plan.lowerBound)
    }
    writer.endObject()
    return Message(bytes: writer.text.bytes + [10])
  }
}

import LiteFormat
import LiteInterpreter

/// What `bench` measured; times in nanoseconds.
struct BenchFigures {
  let openTimes: Job.OpenTimes
  /// All of opening, and making a session.
  let openTime: UInt64
  var firstTime: UInt64 = 0
  /// The run after the first: of the warm-up if there is one.
  var secondTime: UInt64 = 0
  var warmups: Int64 = 0
  /// In rising order.
  var times: [UInt64] = []
  /// The most that interpretation used.
  var arenaBytes = 0
  /// nil when runs were interpreted.
  var plan: PlanFigures?
  /// How many of all runs a plan did.
  var replays = 0
  var process = ProcessMemory()

  init(_ openTimes: Job.OpenTimes, sessionTime: UInt64) {
    self.openTimes = openTimes
    openTime = openTimes.map + openTimes.verify + openTimes.pack + sessionTime
  }

  /// The smallest time that this many percent of the runs do not exceed (nearest rank).
  private func percentile(_ percent: Int) -> UInt64 { times[max(1, (times.count * percent + 99) / 100) - 1] }

  /// The middle one, or the mean of the two in the middle.
  private var median: UInt64 {
    let upper = times[times.count / 2]
    if times.count % 2 == 1 { return upper }
    let lower = times[times.count / 2 - 1]
    return lower + (upper - lower) / 2
  }

  /// Each time with its name; in the order in which they are reported.
  private var named: [(name: StaticString, time: UInt64)] {
    [
      ("open_us", openTime), ("map_us", openTimes.map), ("verify_us", openTimes.verify), ("pack_us", openTimes.pack),
      ("first_us", firstTime), ("second_us", secondTime), ("min_us", times[0]), ("median_us", median), ("p95_us", percentile(95)),
      ("max_us", times[times.count - 1]),
    ]
  }

  func text(_ job: Job, _ options: CommonOptions) -> Message {
    func us(_ time: UInt64) -> Message { NumberText.microseconds(time) }
    let total = 1 + Int(warmups) + times.count
    let planText: Message =
      plan.map {
        "\($0.stepCount) steps, replayed in \(replays) of \(total) runs; \($0.executedAgain) steps execute an operator again; arena \(NumberText.byteCount($0.byteCount))"
      } ?? "none: all \(total) runs were interpreted"
    let name = [UInt8](job.path[((job.path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...])
    var text: Message = """
      model      \(job.description(options))
      open       \(us(openTime)) µs: map \(us(openTimes.map)), verify \(us(openTimes.verify)), pack \(us(openTimes.pack))
      first run  \(us(firstTime)) µs, second \(us(secondTime)) µs
      \(times.count) runs    min \(us(times[0]))  median \(us(median))  p95 \(us(percentile(95)))  max \(us(times[times.count - 1])) µs, after \(warmups) more to warm up
      plan       \(planText)
      memory     \(process.message); arena of interpreted runs \(NumberText.byteCount(arenaBytes))
      \(name) method=\(job.method) threads=\(options.threads) kernels=\(job.model.kernelTier) runs=\(times.count)
      """
    for (name, time) in named { text.bytes += (" \(name)=\(us(time))" as Message).bytes }
    text.bytes +=
      (" plan_steps=\(plan?.stepCount ?? 0) replays=\(replays) peak_bytes=\(process.peakResident) arena_bytes=\(arenaBytes) plan_bytes=\(plan?.byteCount ?? 0) literun=\(CommandTable.version)\n"
      as Message).bytes
    return text
  }

  func json(_ job: Job, _ options: CommonOptions) -> Message {
    var writer = JSONWriter.result(of: "bench")
    job.write(options, to: &writer)
    writer.field("version", CommandTable.version)
    writer.field("warmup", Int(warmups))
    writer.field("runs", times.count)
    for (name, time) in named { writer.field(name, Double(time) / 1000) }
    process.write(to: &writer)
    writer.field("arena_high_water_bytes", arenaBytes)
    writer.field("replays", replays)
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

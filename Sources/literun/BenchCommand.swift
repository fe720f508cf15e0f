import LiteFormat
import LiteInterpreter

/// `literun bench`: how long a model takes, and how much memory.
enum BenchCommand {
  static let command = Command(
    name: "bench", summary: "measures opening, the first run, steady runs and memory", usage: "MODEL [-i INPUT]... [options]",
    options: CommonOptions.running + Repetition.options + CommonOptions.reporting,
    details: CommonOptions.runningDetails,
    example: "literun bench mobilenet_v2.ptl -i 1x3x224x224xf32 -w 3 -n 20"
  ) { (arguments) throws(LiteError) in
    let options = try CommonOptions(arguments)
    let repetition = try Repetition(arguments)
    let job = try Job(arguments, options)
    let start = Clock.now
    let session = try Session(job.model, threads: options.threads)
    var figures = BenchFigures(job.openTimes, sessionTime: Clock.now - start)
    figures.firstTime = try job.timedRun(session).time
    figures.warmups = repetition.warmups
    for index in 0..<repetition.warmups {
      let time = try job.timedRun(session).time
      if index == 0 { figures.secondTime = time }
    }
    try repetition.forEachRun { () throws(LiteError) in figures.times.append(try job.timedRun(session).time) }
    if repetition.warmups == 0 { figures.secondTime = figures.times[0] }
    figures.times.sort()
    figures.arenaBytes = session.arena.highWaterBytes
    figures.plan = session.planFigures
    figures.replays = session.replayCount
    figures.process = ProcessMemory()
    Console.write(options.isJSON ? figures.json(job, options) : figures.text(job, options))
    return .ok
  }
}

import LiteFormat
import LiteInterpreter

/// A profile as text, CSV and JSON. Numbers are per run; shares are of the time of all operators.
struct ProfileReport {
  private let profile: OperatorProfile
  private let job: Job
  private let options: CommonOptions
  private let runs: Int

  init(_ profile: OperatorProfile, _ job: Job, _ options: CommonOptions) {
    self.profile = profile
    self.job = job
    self.options = options
    runs = max(profile.runCount, 1)
  }

  private var multiplyAccumulates: Int { profile.rows.reduce(0) { $0 &+ $1.multiplyAccumulates } }

  // MARK: For people

  var text: Message {
    var text: Message = """
      model      \(job.description(options))
      \(profile.runCount) runs    mean \(microseconds(profile.runTime)) µs, \(NumberText.percentage(profile.operatorTime, of: profile.runTime)) % of it in operators

      """
    if multiplyAccumulates > 0 {
      let rate = Double(multiplyAccumulates) * 1e9 / Double(max(profile.operatorTime, 1))
      text.bytes +=
        ("work       \(NumberText.scaled(Double(multiplyAccumulates / runs)))MAC a run, \(NumberText.scaled(rate))MAC/s\n"
        as Message)
        .bytes
    }
    text.bytes.append(10)
    text.bytes += table(profile.rows, isKinds: false).bytes
    text.appendStatic("\nby kind:\n")
    text.bytes += table(profile.kinds, isKinds: true).bytes
    return text
  }

  private func table(_ rows: [ProfileRow], isKinds: Bool) -> Message {
    var table = TextTable(
      ["operator", "kernel", "planned", isKinds ? "steps" : "step", "calls", "µs", "share", "MACs", "MAC/s", "bytes"],
      textColumns: 3)
    for index in OperatorProfile.byTime(rows) {
      let row = rows[index]
      let hasMACs = row.multiplyAccumulates > 0
      table.add([
        Message(bytes: row.name), Message(stringLiteral: row.kernel), Message(stringLiteral: row.execution.word), "\(row.step)",
        "\(row.calls)", microseconds(row.time), "\(NumberText.percentage(row.time, of: profile.operatorTime)) %",
        hasMACs ? NumberText.scaled(Double(row.multiplyAccumulates / runs)) : "",
        hasMACs ? NumberText.scaled(row.rate(row.multiplyAccumulates)) : "", NumberText.byteCount(row.byteCount / runs),
      ])
    }
    return table.text
  }

  private func microseconds(_ time: UInt64) -> Message { NumberText.microseconds(time / UInt64(runs)) }

  // MARK: For programs

  /// A head line, then a line for each step.
  var csv: Message {
    var text: Message = "operator,kernel,planned,step,calls,us,share,fastest_us,macs,macs_per_second,bytes\n"
    for index in OperatorProfile.byTime(profile.rows) {
      let row = profile.rows[index]
      text.bytes +=
        ("\(Message(bytes: row.name)),\(row.kernel),\(row.execution.word),\(row.step),\(row.calls),\(number(perRun(row.time) / 1000)),\(number(share(row))),\(number(Double(row.fastest) / 1000)),\(row.multiplyAccumulates / runs),\(number(row.rate(row.multiplyAccumulates))),\(row.byteCount / runs)\n"
        as Message).bytes
    }
    return text
  }

  private func number(_ value: Double) -> Message { NumberText.text(value) }
  private func perRun(_ time: UInt64) -> Double { Double(time) / Double(runs) }
  private func share(_ row: ProfileRow) -> Double { Double(row.time) / Double(max(profile.operatorTime, 1)) }

  var json: Message {
    var writer = JSONWriter.result(of: "profile")
    job.write(options, to: &writer)
    writer.field("runs", profile.runCount)
    writer.field("run_us", perRun(profile.runTime) / 1000)
    writer.field("operators_us", perRun(profile.operatorTime) / 1000)
    writer.field("multiply_accumulates", multiplyAccumulates / runs)
    write(profile.rows, "steps", "step", to: &writer)
    write(profile.kinds, "kinds", "steps", to: &writer)
    writer.endObject()
    return Message(bytes: writer.text.bytes + [10])
  }

  private func write(_ rows: [ProfileRow], _ name: StaticString, _ step: StaticString, to writer: inout JSONWriter) {
    writer.key(name)
    writer.beginArray()
    for index in OperatorProfile.byTime(rows) {
      let row = rows[index]
      writer.beginObject()
      writer.field("operator", row.name)
      writer.field("kernel", row.kernel)
      writer.field("planned", row.execution.word)
      writer.field(step, row.step)
      writer.field("calls", row.calls)
      writer.field("us", perRun(row.time) / 1000)
      writer.field("fastest_us", Double(row.fastest) / 1000)
      writer.field("share", share(row))
      writer.field("macs", row.multiplyAccumulates / runs)
      writer.field("macs_per_second", row.rate(row.multiplyAccumulates))
      writer.field("bytes", row.byteCount / runs)
      writer.endObject()
    }
    writer.endArray()
  }
}

extension ExecutedOperator.Execution {
  /// Whether a plan did it.
  var word: StaticString {
    switch self {
    case .interpreted: "no"
    case .prepared: "yes"
    case .executedAgain: "again"
    }
  }
}

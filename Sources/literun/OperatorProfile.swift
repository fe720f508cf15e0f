import LiteFormat
import LiteInterpreter

/// What one step of a plan or one operator of the program did, or all of a kind, summed over runs.
struct ProfileRow {
  let name: [UInt8]
  let kernel: StaticString
  let execution: ExecutedOperator.Execution
  /// Position in the plan or in the order of execution; of a kind, how many steps it has.
  var step: Int
  var calls = 0
  /// Nanoseconds.
  var time: UInt64 = 0
  /// Nanoseconds of the fastest call.
  var fastest = UInt64.max
  var multiplyAccumulates = 0
  /// Bytes of the tensors that were read and written.
  var byteCount = 0

  init(_ executed: ExecutedOperator) {
    name = executed.name
    kernel = executed.kernel
    execution = executed.execution
    step = executed.step
  }

  fileprivate init(kindOf row: ProfileRow) {
    name = row.name
    kernel = row.kernel
    execution = row.execution
    step = 0
  }

  fileprivate mutating func add(_ calls: Int, _ time: UInt64, _ multiplyAccumulates: Int, _ byteCount: Int, fastest: UInt64) {
    self.calls &+= calls
    self.time &+= time
    self.fastest = min(self.fastest, fastest)
    self.multiplyAccumulates &+= multiplyAccumulates
    self.byteCount &+= byteCount
  }

  fileprivate func isLike(_ executed: ExecutedOperator) -> Bool {
    step == executed.step && execution == executed.execution && name == executed.name && isSame(kernel, executed.kernel)
  }

  /// Per second, while it ran.
  func rate(_ amount: Int) -> Double { time > 0 ? Double(amount) * 1e9 / Double(time) : 0 }
}

/// Sums up what a session executes.
final class OperatorProfile: ExecutionObserver {
  /// An operator that was executed, for traces.
  struct Event {
    let row: Int
    let start: UInt64
    let end: UInt64
  }

  private(set) var rows: [ProfileRow] = []
  /// Nanoseconds of all runs, and of the operators in them.
  private(set) var runTime: UInt64 = 0
  private(set) var operatorTime: UInt64 = 0
  private(set) var runCount = 0
  /// At most `maximumEvents`, the first ones; empty when they are not asked for.
  private(set) var events: [Event] = []
  /// Where each run ends among the events.
  private(set) var runEnds: [Int] = []
  private let keepsEvents: Bool
  private static var maximumEvents: Int { 200_000 }
  /// Row that the next operator probably has: the one after the last.
  private var next = 0

  init(keepsEvents: Bool) {
    self.keepsEvents = keepsEvents
    super.init()
  }

  /// Runs are told one by one.
  func didRun(_ time: UInt64) {
    runTime += time
    runCount += 1
    next = 0
    if keepsEvents, events.count < Self.maximumEvents { runEnds.append(events.count) }
  }

  override func didExecute(_ executed: ExecutedOperator) {
    let row = position(of: executed)
    let time = executed.end &- executed.start
    rows[row].add(1, time, executed.multiplyAccumulates, executed.byteCount, fastest: time)
    operatorTime &+= time
    if keepsEvents, events.count < Self.maximumEvents {
      events.append(Event(row: row, start: executed.start, end: executed.end))
    }
  }

  private func position(of executed: ExecutedOperator) -> Int {
    var found = next < rows.count && rows[next].isLike(executed) ? next : -1
    if found < 0 { found = rows.firstIndex { $0.isLike(executed) } ?? -1 }
    if found < 0 {
      found = rows.count
      rows.append(ProfileRow(executed))
    }
    next = found + 1
    return found
  }

  /// Whether the trace lacks runs.
  var isTraceFull: Bool { events.count >= Self.maximumEvents }

  /// The rows summed by operator, kernel and way of execution.
  var kinds: [ProfileRow] {
    var kinds: [ProfileRow] = []
    for row in rows {
      var kind = kinds.firstIndex { $0.name == row.name && isSame($0.kernel, row.kernel) && $0.execution == row.execution } ?? -1
      if kind < 0 {
        kind = kinds.count
        kinds.append(ProfileRow(kindOf: row))
      }
      kinds[kind].step += 1
      kinds[kind].add(row.calls, row.time, row.multiplyAccumulates, row.byteCount, fastest: row.fastest)
    }
    return kinds
  }

  /// Positions of rows, the most time first.
  static func byTime(_ rows: [ProfileRow]) -> [Int] {
    var order = [Int](rows.indices)
    order.sort { rows[$0].time != rows[$1].time ? rows[$0].time > rows[$1].time : $0 < $1 }
    return order
  }
}

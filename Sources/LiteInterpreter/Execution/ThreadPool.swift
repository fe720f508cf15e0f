import CLitePlatform
import LiteFormat

/// The threads of one session. They are started by the first step that is worth dividing, sleep while there is
/// nothing to do, and end with the session.
final class ThreadPool {
  /// Threads that work together, the caller's counted.
  let count: Int
  private var threads: UnsafeMutablePointer<lite_threads>?
  private var hasStarted = false

  /// What a division costs is some microseconds: below this many multiply-accumulates it does not pay.
  static var leastWork: Int { 50_000 }

  init(count: Int) { self.count = count }

  deinit { if let threads { lite_threads_destroy(threads) } }

  /// What the threads see of the step that runs.
  private struct Job {
    let step: Unmanaged<PreparedStep>
    let operands: StepOperands
  }

  /// Runs a step, divided if it is large enough.
  func run(_ step: PreparedStep, _ operands: StepOperands) -> Bool {
    guard step.maximumShares > 1, step.work >= Self.leastWork else { return step.run(operands, .whole) }
    if !hasStarted {
      hasStarted = true
      // Without threads, for want of memory say, the caller's does the work.
      threads = lite_threads_create(Int32(count - 1))
    }
    guard let threads else { return step.run(operands, .whole) }
    var job = Job(step: Unmanaged.passUnretained(step), operands: operands)
    withUnsafePointer(to: &job) {
      lite_threads_run(
        threads,
        { (context, index, count) in
          let job = context!.assumingMemoryBound(to: Job.self).pointee
          job.step._withUnsafeGuaranteedRef {
            let shares = min(Int(count), $0.maximumShares)
            // Steps that fail are never divided.
            if Int(index) < shares { _ = $0.run(job.operands, StepShare(index: Int(index), count: shares)) }
          }
        }, $0)
    }
    return true
  }
}

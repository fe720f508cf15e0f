import CLitePlatform
import LiteFormat

/// A caller's way to do several things at one time: its own threads in place of a session's.
public struct ParallelFor: @unchecked Sendable {
  /// One share of the work: `context` is what `Function` was given for it.
  public typealias Task = @convention(c) (_ context: UnsafeMutableRawPointer?, _ index: Int) -> Void
  /// Calls `task(taskContext, index)` once for each index below `count`, in any order and on any threads, and returns when
  /// all have returned. Tasks allocate nothing and do not wait for each other.
  public typealias Function =
    @convention(c) (
      _ context: UnsafeMutableRawPointer?, _ count: Int, _ task: Task?, _ taskContext: UnsafeMutableRawPointer?
    ) -> Void

  let context: UnsafeMutableRawPointer?
  let function: Function
  let shareCount: Int

  /// - Parameter shareCount: into how many tasks an operator is divided at most.
  public init(context: UnsafeMutableRawPointer?, shareCount: Int, function: @escaping Function) {
    self.context = context
    self.shareCount = min(max(shareCount, 1), 256)
    self.function = function
  }
}

/// What divides the steps of one session: threads of its own, or the caller's. Its own are started by the first step that
/// is worth dividing, sleep while there is nothing to do, and end with the session.
final class ThreadPool {
  /// Shares that are worked on at one time, the one of the caller's thread counted.
  let count: Int
  private let parallelFor: ParallelFor?
  /// Which shares the caller's tasks have taken, a byte for each.
  private var claims: UnsafeMutablePointer<UInt8>?
  private var threads: UnsafeMutablePointer<lite_threads>?
  private var hasStarted = false

  /// What a division costs is some microseconds: below this many multiply-accumulates it does not pay.
  static var leastWork: Int { 50_000 }

  /// Shares of each thread, where work is large: those of one that is held up are done by the others.
  private static var sharesPerThread: Int { 4 }

  init(count: Int) {
    self.count = min(max(count, 1), 1024)
    parallelFor = nil
  }

  init(_ parallelFor: ParallelFor) {
    count = parallelFor.shareCount
    self.parallelFor = parallelFor
    claims = .allocate(capacity: count)
  }

  deinit {
    if let threads { lite_threads_destroy(threads) }
    claims?.deallocate()
  }

  /// What the threads see of the step that runs.
  private struct Job {
    let step: Unmanaged<PreparedStep>
    let operands: StepOperands
    let shares: Int
    /// Of shares that a caller hands out.
    var claims: UnsafeMutablePointer<UInt8>?

    /// Does one share of those that a caller hands out, unless it was done.
    func claim(_ index: Int) {
      guard let claims, index >= 0, index < shares, lite_share_claim(claims + index) != 0 else { return }
      run(index, worker: index)
    }

    /// Does one share. Steps that fail are never divided.
    func run(_ index: Int, worker: Int) {
      step._withUnsafeGuaranteedRef { _ = $0.run(operands, StepShare(index: index, count: shares, worker: worker)) }
    }
  }

  /// Runs a step, divided if it is large enough.
  func run(_ step: PreparedStep, _ operands: StepOperands) -> Bool {
    guard step.maximumShares > 1, step.work >= Self.leastWork else { return step.run(operands, .whole) }
    if let parallelFor, let claims {
      // Each task may run at the same time as any other: it is a worker of its own.
      let shares = min(count, step.maximumShares)
      var job = Job(step: Unmanaged.passUnretained(step), operands: operands, shares: shares, claims: claims)
      claims.initialize(repeating: 0, count: shares)
      withUnsafeMutablePointer(to: &job) {
        parallelFor.function(
          parallelFor.context, shares, { (job, index) in job?.assumingMemoryBound(to: Job.self).pointee.claim(index) }, $0)
      }
      // Whatever indices the caller passed: each share is done, and once.
      for index in 0..<shares { job.claim(index) }
      return true
    }
    if !hasStarted {
      hasStarted = true
      // Without threads, for want of memory say, the caller's does the work.
      threads = lite_threads_create(Int32(count))
    }
    guard let threads else { return step.run(operands, .whole) }
    let shares = Self.shares(of: step, threads: Int(threads.pointee.count))
    var job = Job(step: Unmanaged.passUnretained(step), operands: operands, shares: shares)
    withUnsafePointer(to: &job) {
      lite_threads_run(
        threads,
        { (context, share, worker) in
          let job = context!.assumingMemoryBound(to: Job.self).pointee
          job.run(Int(share), worker: Int(worker))
        }, $0, Int32(shares))
    }
    return true
  }

  /// As many for each thread, so that all have the same to do.
  static func shares(of step: PreparedStep, threads: Int) -> Int {
    let worthWhile = min(step.usefulShares, step.work / leastWork) / threads
    return min(threads &* min(max(worthWhile, 1), sharesPerThread), step.maximumShares)
  }
}

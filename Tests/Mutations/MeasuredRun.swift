import Foundation

/// One process run to its end, measured by the kernel.
struct MeasuredRun {
  /// The exit code; nil if a signal ended it.
  let code: Int32?
  /// The signal that ended it, the time-out's included.
  let signal: Int32?
  let didTimeOut: Bool
  /// Processor time of the process.
  let cpuSeconds: Double
  let wallSeconds: Double
  /// The most memory that was resident. The kernel counts from before the program was loaded, so it is never less than
  /// this process's own.
  let residentBytes: Int

  /// - Parameter timeout: wall-clock seconds after which the process is killed.
  init(_ arguments: [String], timeout: Int) throws {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for descriptor: Int32 in [0, 1, 2] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY, 0)
    }
    // SIGCHLD stays pending while it is blocked; the child must not inherit that.
    var childSignals = sigset_t()
    sigemptyset(&childSignals)
    posix_spawnattr_setsigmask(&attributes, &childSignals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var blocked = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGCHLD)
    sigprocmask(SIG_BLOCK, &blocked, nil)

    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    let start = DispatchTime.now().uptimeNanoseconds
    let failure = posix_spawn(&process, arguments[0], &actions, &attributes, &words, environ)
    guard failure == 0 else { throw Failure(description: "\(arguments[0]): \(String(cString: strerror(failure)))") }
    var wait = timespec(tv_sec: timeout, tv_nsec: 0)
    var hasEnded = sigtimedwait(&blocked, nil, &wait) == SIGCHLD
    if !hasEnded { kill(process, SIGKILL) }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
    if !hasEnded {
      // The signal of the killed process.
      var none = timespec()
      hasEnded = sigtimedwait(&blocked, nil, &none) == SIGCHLD
      didTimeOut = true
    } else {
      didTimeOut = false
    }
    wallSeconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
    residentBytes = usage.ru_maxrss * 1024
    let ending = status & 0x7f
    signal = ending == 0 ? nil : ending
    code = ending == 0 ? (status >> 8) & 0xff : nil
  }

  struct Failure: Error, CustomStringConvertible { let description: String }
}

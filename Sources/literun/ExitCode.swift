import LiteFormat

/// What the process says to the shell when it ends. Part of the command line's contract.
enum ExitCode: Int32 {
  case ok = 0
  /// A comparison or a verification found a difference or a problem.
  case mismatch = 1
  /// The command line or an input was wrong.
  case usage = 2
  /// A file cannot be read or is not what it should be.
  case file = 3
  /// The file is right, but needs something this build does not have.
  case unsupported = 4
  /// Memory, a limit, or a disk that is full.
  case resources = 5
  /// The program failed while it ran.
  case runtime = 6

  /// Statuses are grouped in hundreds, exit codes follow the groups.
  init(_ status: Status) {
    switch status.rawValue / 100 {
    case 0: self = .ok
    case 1: self = .usage
    case 2: self = .file
    case 3: self = .unsupported
    case 4: self = .resources
    default: self = .runtime
    }
  }
}

/// What kind of failure it was. The values are the C ABI's status codes and never change; they are
/// grouped in hundreds by what the caller can do about them.
public enum Status: Int32, Sendable {
  case ok = 0

  // 100: the call was wrong.
  /// An argument is outside what the function documents.
  case invalidArgument = 100
  /// Number, kind, element type or shape of an input differs from what the method takes.
  case invalidInput = 101
  /// The model has no method of that name.
  case noSuchMethod = 102
  /// Not now: no run yet, or the session is running.
  case invalidState = 103
  /// Nothing of that name.
  case notFound = 104

  // 200: the file.
  /// The file cannot be opened or read.
  case fileUnreadable = 200
  /// The file is something else than a `.ptl` archive.
  case wrongFileKind = 201
  /// The archive ends early or its directory is damaged.
  case archiveDamaged = 202
  /// A record of the archive does not follow the format.
  case malformed = 203

  // 300: right, but not something this build can do.
  /// The bytecode or file version is outside the supported range.
  case unsupportedVersion = 300
  /// An operator that the program needs is not in this build.
  case missingOperator = 301
  /// A feature (element type, layout, class) is not supported.
  case unsupported = 302

  // 400: resources.
  /// Memory was refused.
  case outOfMemory = 400
  /// A limit that the caller or a default sets was exceeded.
  case limitExceeded = 401

  // 500: while running.
  /// An operator found its arguments impossible: shapes, types, indices.
  case operatorFailed = 500
  /// The program raised an exception of its own.
  case exceptionRaised = 501
  /// The program did something no valid program does.
  case invalidProgram = 502
  /// The caller asked a running session to stop.
  case cancelled = 503

  /// The name of the status in the C ABI.
  public var name: StaticString {
    switch self {
    case .ok: "LITE_OK"
    case .invalidArgument: "LITE_E_INVALID_ARGUMENT"
    case .invalidInput: "LITE_E_INVALID_INPUT"
    case .noSuchMethod: "LITE_E_NO_SUCH_METHOD"
    case .invalidState: "LITE_E_INVALID_STATE"
    case .notFound: "LITE_E_NOT_FOUND"
    case .fileUnreadable: "LITE_E_FILE_UNREADABLE"
    case .wrongFileKind: "LITE_E_WRONG_FILE_KIND"
    case .archiveDamaged: "LITE_E_ARCHIVE_DAMAGED"
    case .malformed: "LITE_E_MALFORMED"
    case .unsupportedVersion: "LITE_E_UNSUPPORTED_VERSION"
    case .missingOperator: "LITE_E_MISSING_OPERATOR"
    case .unsupported: "LITE_E_UNSUPPORTED"
    case .outOfMemory: "LITE_E_OUT_OF_MEMORY"
    case .limitExceeded: "LITE_E_LIMIT_EXCEEDED"
    case .operatorFailed: "LITE_E_OPERATOR_FAILED"
    case .exceptionRaised: "LITE_E_EXCEPTION_RAISED"
    case .invalidProgram: "LITE_E_INVALID_PROGRAM"
    case .cancelled: "LITE_E_CANCELLED"
    }
  }
}

/// The one error type of the library: a status and one line that says what was found, what was expected
/// and where.
public struct LiteError: Error, Sendable {
  /// What kind of failure it is.
  public let status: Status
  /// One line of text.
  public let message: Message

  @inline(never)
  public init(_ status: Status, _ message: Message) {
    self.status = status
    self.message = message
  }

  /// The same error with the place it happened in put before its text.
  @inline(never)
  public func at(_ place: Message) -> LiteError {
    LiteError(status, "\(place): \(message)")
  }
}

import CLite
import LiteFormat
import LiteInterpreter

typealias ErrorPointer = UnsafeMutablePointer<lite_error>

/// An error and where in the program it happened.
struct Failure {
  let error: LiteError
  let place: ExecutionPlace?

  /// Writes it where the caller wants it: as much as there is room for. Returns its status.
  @discardableResult
  func write(to target: ErrorPointer?) -> lite_status {
    let status = error.status.rawValue
    guard let target = UnsafeMutableRawPointer(target), Int(bitPattern: target) % 4 == 0 else { return status }
    let size = Int(target.load(as: UInt32.self))
    guard size >= Self.methodOffset else { return status }
    target.storeBytes(of: status, toByteOffset: 4, as: Int32.self)
    target.storeBytes(of: place.map { Int32(truncatingIfNeeded: $0.instruction) } ?? -1, toByteOffset: 8, as: Int32.self)
    target.storeBytes(of: 0, toByteOffset: 12, as: Int32.self)
    Self.write(place?.method ?? [], to: target, Self.methodOffset..<Self.operatorOffset, size)
    Self.write(place?.operatorName ?? [], to: target, Self.operatorOffset..<Self.messageOffset, size)
    Self.write(error.message.bytes, to: target, Self.messageOffset..<MemoryLayout<lite_error>.size, size)
    return status
  }

  // Of the fields of lite_error. Swift sees arrays of C as tuples of hundreds.
  private static var methodOffset: Int { 16 }
  private static var operatorOffset: Int { 128 }
  private static var messageOffset: Int { 240 }

  /// Writes text and a terminating zero to a field of a struct of `size` bytes, cut between two characters.
  private static func write(_ text: [UInt8], to target: UnsafeMutableRawPointer, _ field: Range<Int>, _ size: Int) {
    let room = min(field.upperBound, size) - field.lowerBound
    guard room > 0 else { return }
    var count = min(text.count, room - 1)
    if count < text.count { while count > 0, text[count] & 0xc0 == 0x80 { count -= 1 } }
    for index in 0..<count { target.storeBytes(of: text[index], toByteOffset: field.lowerBound + index, as: UInt8.self) }
    target.storeBytes(of: 0, toByteOffset: field.lowerBound + count, as: UInt8.self)
  }
}

/// Runs a body whose errors go to the caller.
func reporting(_ target: ErrorPointer?, _ body: () throws(LiteError) -> Void) -> lite_status {
  do throws(LiteError) {
    try body()
    return okStatus
  } catch {
    return Failure(error: error, place: nil).write(to: target)
  }
}

/// `LITE_OK`, which the importer gives another type.
let okStatus: lite_status = 0

/// The value behind a pointer that must not be NULL.
func required<Pointer>(_ pointer: Pointer?, _ name: StaticString) throws(LiteError) -> Pointer {
  guard let pointer else { throw LiteError(.invalidArgument, "\(name) is NULL") }
  return pointer
}

@c @implementation
public func lite_status_name(_ status: lite_status) -> UnsafePointer<CChar>? {
  cString(Status(rawValue: status)?.name ?? "LITE_E_UNKNOWN")
}

@c @implementation
public func lite_status_help(_ status: lite_status) -> UnsafePointer<CChar>? {
  guard let status = Status(rawValue: status) else {
    return cString("The library is newer than this program: the message of the error says more.")
  }
  return cString(status.help)
}

extension Status {
  /// What a caller can do.
  fileprivate var help: StaticString {
    switch self {
    case .ok: ""
    case .invalidArgument: "Correct the call: the message names the argument."
    case .invalidInput: "Compare the inputs with what lite_model_input_info tells of the method."
    case .noSuchMethod: "Use one of the methods that the message lists."
    case .invalidState: "Run the session before asking for results, and let one thread use it at a time."
    case .notFound: "Ask the model for the names that it has."
    case .fileUnreadable: "Check the path and its permissions."
    case .wrongFileKind: "Save the module with torch.jit.script(module)._save_for_lite_interpreter(path)."
    case .archiveDamaged: "Fetch or copy the file again."
    case .malformed: "Save the model again; if PyTorch wrote this file, report it."
    case .unsupportedVersion: "Save the model with a version of PyTorch whose format is supported."
    case .missingOperator: "Use a build that has the operators the message lists, or change the model."
    case .unsupported: "Change the model, or how it is saved, so that it does without."
    case .outOfMemory: "Free memory, or use smaller inputs."
    case .limitExceeded: "Raise the limit that the message names if the file and its inputs are trusted."
    case .operatorFailed: "Check shapes and types of the inputs: the message says what the operator found."
    case .exceptionRaised: "The program itself refused its inputs: the message is its own."
    case .invalidProgram: "Save the model again; if PyTorch wrote this file, report it."
    case .cancelled: "Nothing is wrong: the run was asked to stop."
    }
  }
}

/// Tells a caller how far opening a model is, and asks whether to go on. For one opening.
///
/// Each byte of the archive's records counts twice: when it was read and checked, and when its value was made (weights
/// are packed then). Told after each record, each MiB of a large one, and each tensor.
public final class LoadProgress: @unchecked Sendable {
  /// Called on the thread that opens the model; anything but 0 ends it with status `cancelled`.
  public typealias Callback = @convention(c) (_ context: UnsafeMutableRawPointer?, _ done: Int, _ total: Int) -> Int32

  private let context: UnsafeMutableRawPointer?
  private let callback: Callback
  private var done = 0
  private var total = 0

  public init(context: UnsafeMutableRawPointer?, callback: @escaping Callback) {
    self.context = context
    self.callback = callback
  }

  /// Sets what there is to do: bytes of all records.
  func start(_ byteCount: Int) { total = byteCount.addingReportingOverflow(byteCount).partialValue }

  /// More bytes were dealt with.
  public func advance(_ byteCount: Int) throws(LiteError) { try tell(done &+ byteCount) }

  /// The model is made.
  public func finish() throws(LiteError) { try tell(total) }

  private func tell(_ bytes: Int) throws(LiteError) {
    // Never back, and never beyond the end: tensors may share records, or lie in none.
    done = min(max(done, bytes), total)
    guard callback(context, done, total) == 0 else { throw LiteError(.cancelled, "opening was cancelled by the caller") }
  }
}

import CLitePlatform
import LiteFormat

/// Writes the bytes that a storage had when the step was prepared: what no input decides. Operand: the storage.
final class RememberedStep: PreparedStep {
  private let table: StepTable
  private let byteCount: Int

  /// - Returns: nil without memory.
  init?(_ storage: Storage) {
    guard let table = try? StepTable(storage.byteCount, stride: 1) else { return nil }
    self.table = table
    byteCount = storage.byteCount
    memcpy(table.pointer(UInt8.self), storage.base, byteCount)
  }

  override var onlyResult: Int? { 0 }
  override var kernelName: StaticString { "copy" }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    memcpy(operands[0], table.pointer(UInt8.self), byteCount)
    return true
  }
}

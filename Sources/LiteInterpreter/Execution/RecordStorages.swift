import LiteFormat

/// The storages over a program's records while a model is made: each is let go when the last tensor over it was made, so
/// that weights that are packed do not stay in memory as they lay in the file too.
final class RecordStorages {
  private let program: Program
  private let releasesRecords: Bool
  /// By record; nil before the first and after the last tensor.
  private var storages: [Storage?]
  /// Tensors of each record that are still to be made.
  private var tensorsLeft: [Int32]

  /// - Parameter releasesRecords: whether the program lets go of the records too.
  /// - Throws: `invalidArgument` for a program whose records another model has released.
  init(_ program: Program, releasesRecords: Bool) throws(LiteError) {
    self.program = program
    self.releasesRecords = releasesRecords
    storages = [Storage?](repeating: nil, count: program.records.count)
    tensorsLeft = [Int32](repeating: 0, count: program.records.count)
    for record in program.records where record == nil { throw Self.released }
    guard program.bytecodeStorages.count == program.bytecode.storages.count,
      program.dataStorages.count == program.data.storages.count
    else { throw LiteError(.malformed, "the tensors of this program could not be read") }
    count(program.bytecode, program.bytecodeStorages)
    count(program.data, program.dataStorages)
  }

  private static var released: LiteError {
    LiteError(.invalidArgument, "this program gave its weights to another model")
  }

  private func count(_ graph: PickleGraph, _ records: [Int32]) {
    for tensor in graph.tensors where records[tensor.storage] >= 0 { tensorsLeft[Int(records[tensor.storage])] += 1 }
  }

  /// The storage for the next tensor over a record.
  func storage(_ record: Int) throws(LiteError) -> Storage {
    let storage: Storage
    if let known = storages[record] {
      storage = known
    } else {
      guard let bytes = program.records[record] else { throw Self.released }
      storage = Storage(record: bytes)
    }
    tensorsLeft[record] -= 1
    if tensorsLeft[record] > 0 {
      storages[record] = storage
    } else {
      storages[record] = nil
      if releasesRecords { program.releaseRecord(record) }
    }
    return storage
  }
}

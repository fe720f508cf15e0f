import LiteFormat

/// The memory under tensors; all views of one tensor share one storage.
public final class Storage: @unchecked Sendable {
  private enum Owner {
    /// A block of a session's arena.
    case arena(Arena)
    /// A record of the model's file; must not be written.
    case record(RecordBytes)
    /// The storage of the model that a session's storage stands for until it is written.
    case model(Storage)
    /// Memory of the caller's, who keeps it alive.
    case borrowed
  }

  private var owner: Owner
  /// First byte.
  public private(set) var base: UnsafeMutableRawPointer
  /// Number of bytes.
  public private(set) var byteCount: Int
  /// Whether the bytes may be changed as they lie.
  private var isWritable: Bool
  /// Part of the module's state, or of its file: a plan takes the bytes for granted. Writing them ends all plans.
  var isState = false
  /// Weights that begin here, arranged for a kernel. Only where `isConstant`; ends with the first write.
  var packed: PackedFloatMatrices?

  /// New memory, not cleared.
  init(_ byteCount: Int, in arena: Arena) throws(LiteError) {
    base = try arena.allocate(byteCount)
    owner = .arena(arena)
    self.byteCount = byteCount
    isWritable = true
    isState = arena.isModels
  }

  /// A record of the file, used in place.
  init(record: RecordBytes) {
    owner = .record(record)
    base = UnsafeMutableRawPointer(mutating: record.base)
    byteCount = record.count
    isWritable = false
    isState = true
  }

  /// A session's stand-in for a storage of the model: the same bytes until one is written.
  init(sharing storage: Storage) {
    owner = .model(storage)
    base = storage.base
    byteCount = storage.byteCount
    isWritable = false
    isState = true
  }

  /// Memory of the caller's. It must stay valid, and unchanged by others, while the storage is used.
  public init(borrowing bytes: UnsafeMutableRawBufferPointer, isWritable: Bool) {
    owner = .borrowed
    base = bytes.baseAddress ?? Self.nowhere
    byteCount = bytes.count
    self.isWritable = isWritable
  }

  deinit { if case .arena(let arena) = owner { arena.release(base, byteCount) } }

  /// Whether the bytes lie in the model's file.
  public var isMapped: Bool {
    switch owner {
    case .record(let record): record.isMapped
    case .model(let storage): storage.isMapped
    default: false
    }
  }

  /// Whether the bytes are a block of an arena.
  var isBlock: Bool { if case .arena = owner { true } else { false } }

  /// Whether the bytes are a record of the model's file, mapped or not.
  var isRecord: Bool { if case .record = owner { true } else { false } }

  /// Whether these are weights of the model that nothing has written.
  var isConstant: Bool {
    switch owner {
    case .record, .model: true
    case .arena, .borrowed: false
    }
  }

  /// Makes the bytes this storage's own before the first write: the model and its other sessions keep theirs.
  func prepareForWriting(_ arena: Arena) throws(LiteError) {
    if isState { arena.stateVersion &+= 1 }
    if isWritable { return }
    let copy = try arena.allocate(byteCount)
    copy.copyMemory(from: base, byteCount: byteCount)
    base = copy
    packed = nil
    owner = .arena(arena)
    isWritable = true
  }

  /// Makes lent bytes the storage's own: from now on it does not matter what becomes of the lender's.
  func detach(_ arena: Arena) throws(LiteError) {
    if case .borrowed = owner { try prepareForWriting(arena) }
  }

  /// Makes the storage at least this large, keeping its bytes (`resize_`).
  func grow(to count: Int, _ arena: Arena) throws(LiteError) {
    guard count > byteCount else { return }
    if isState { arena.stateVersion &+= 1 }
    let larger = try arena.allocate(count)
    larger.copyMemory(from: base, byteCount: byteCount)
    if case .arena(let previous) = owner { previous.release(base, byteCount) }
    base = larger
    byteCount = count
    packed = nil
    owner = .arena(arena)
    isWritable = true
  }

  /// Says where the bytes of a borrowed storage are now. One that has bytes of its own keeps them.
  func move(to address: UnsafeMutableRawPointer) { if case .borrowed = owner { base = address } }

  /// An address for storages without bytes.
  private static var nowhere: UnsafeMutableRawPointer { UnsafeMutableRawPointer(bitPattern: Arena.alignment)! }
}

import LiteFormat

/// What a model's weights take, in bytes. Sessions share them.
public struct WeightMemory: Sendable {
  /// In the mapped file, used where they lie: the system can drop and reload these pages, and shares them between
  /// processes.
  public let mapped: Int
  /// Records in private memory that are used as they are.
  public let copied: Int
  /// Arranged for the kernels in use.
  public let packed: Int
  /// Tensors that opening the file made.
  public let made: Int
}

extension Model {
  public var weightMemory: WeightMemory {
    var packed = PackedMemory()
    var walk = ValueWalk(entersObjects: true)
    for values in constants { walk.add(values) }
    walk.add([root])
    while let value = walk.next() { packed.add(value) }
    return WeightMemory(
      mapped: packed.records.mapped, copied: packed.records.copied, packed: packed.byteCount,
      made: arena.usedBytes - packed.inArena)
  }
}

/// What sessions of a model take for runs with certain inputs.
public struct MemoryRequirement: Sendable {
  /// Bytes of the arena that replayed runs work in, for `Session.usePlanMemory`; 0 when such runs are interpreted.
  public let arenaBytes: Int
  /// What the arena must be aligned to.
  public let arenaAlignment: Int
  /// The most bytes that the session held up to the end of its first run, which is interpreted and recorded.
  public let firstRunBytes: Int
  /// Bytes that it holds between later runs: the arena, prepared steps, results that are kept, its copy of the state.
  public let steadyBytes: Int
}

extension Model {
  /// Finds out what memory runs take, by running twice in a session that is given up at once.
  ///
  /// It takes that memory itself: a board asks before it gives its memory to other things, or is told figures of another
  /// machine with the same kernels. They hold for inputs of the same kinds and shapes; programs whose way depends
  /// on elements may take more. Swift's own objects are counted in what ships only.
  ///
  /// - Parameters:
  ///   - allocator: where the memory comes from meanwhile.
  ///   - makeInputs: makes the inputs, with elements set, in the session's memory.
  /// - Throws: what runs throw.
  public func memoryRequirement(
    _ function: Int, limits: Limits? = nil, allocator: Allocator? = nil, _ makeInputs: (Session) throws(LiteError) -> [Value]
  ) throws(LiteError) -> MemoryRequirement {
    let limits = limits ?? options.limits
    let scope = try AllocationScope.make(allocator, limit: limits.memoryBytes)
    var (arenaBytes, firstRunBytes, steadyBytes) = (0, 0, 0)
    try scope.run { () throws(LiteError) in
      let session = try Session(self, limits: limits)
      let inputs = try makeInputs(session)
      _ = try session.run(function, inputs)
      firstRunBytes = scope.peakBytes
      _ = try session.run(function, inputs)
      arenaBytes = session.planByteCount
      steadyBytes = scope.liveBytes
    }
    return MemoryRequirement(
      arenaBytes: arenaBytes, arenaAlignment: Arena.alignment, firstRunBytes: firstRunBytes, steadyBytes: steadyBytes)
  }
}

extension Session {
  /// Bytes of float weights that runs of this session packed for the kernels, and keep.
  public var packedByteCount: Int { context.packedByteCount }
}

/// Sums packed weights, each once.
private struct PackedMemory {
  var byteCount = 0
  /// Those of `byteCount` that lie in the model's arena.
  var inArena = 0
  /// Bytes of records that tensors lie in.
  var records = (mapped: 0, copied: 0)
  private var storages = IdentityTable()
  private var matrices = IdentityTable()
  private var weights = IdentityTable()

  /// Adds the weights that a value is; of containers nothing.
  mutating func add(_ value: Value) {
    switch value {
    case .tensor(let tensor): add(tensor)
    case .linear(let linear):
      add(linear.packed)
      add(linear.weight)
      add(linear.bias)
    case .convolution(let convolution):
      add(convolution.packed)
      add(convolution.weight)
      add(convolution.bias)
    case .embedding(let embedding): add(embedding.weight)
    case .halfLinear(let linear): add(linear.bias)
    case .recurrentCell(let cell):
      switch cell.weights {
      case .quantized(let input, let hidden):
        add(.linear(input))
        add(.linear(hidden))
      case .half(let input, let hidden):
        add(.halfLinear(input))
        add(.halfLinear(hidden))
      }
    case .clampedLinear(let linear):
      add(linear.packed)
      add(linear.bias)
    case .clampedConvolution(let convolution):
      if let packed = convolution.packed { add(packed) }
      add(convolution.weight)
      add(convolution.bias)
    default: break
    }
  }

  private mutating func add(_ tensor: Tensor?) {
    guard let tensor, tensor.storage.isRecord, storages.insert(ObjectIdentifier(tensor.storage)) else { return }
    if tensor.storage.isMapped {
      records.mapped &+= tensor.storage.byteCount
    } else {
      records.copied &+= tensor.storage.byteCount
    }
  }

  private mutating func add(_ packed: PackedFloatMatrices) {
    guard matrices.insert(ObjectIdentifier(packed)) else { return }
    byteCount &+= packed.byteCount
    inArena &+= (try? Arena.rounded(packed.byteCount)) ?? 0
  }

  private mutating func add(_ packed: PackedWeights) {
    guard weights.insert(ObjectIdentifier(packed)) else { return }
    byteCount &+= packed.byteCount
  }
}

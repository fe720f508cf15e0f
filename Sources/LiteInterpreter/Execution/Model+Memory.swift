import LiteFormat

/// What a model's weights take, in bytes. Sessions share them.
public struct WeightMemory: Sendable {
  /// In the mapped file, used where they lie: the system can drop and reload these pages, and shares them between
  /// processes.
  public let mapped: Int
  /// Copies of records that are compressed or not aligned.
  public let copied: Int
  /// Arranged for the kernels in use.
  public let packed: Int
  /// Tensors that opening the file made.
  public let made: Int
}

extension Model {
  public var weightMemory: WeightMemory {
    var packed = PackedMemory()
    packed.add(root)
    for values in constants { for value in values { packed.add(value) } }
    let mapped = program.mappedWeightByteCount
    return WeightMemory(
      mapped: mapped, copied: program.weightByteCount - mapped, packed: packed.byteCount,
      made: arena.usedBytes - packed.inArena)
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
  private var lists = IdentityMap<ListValue>()
  private var dicts = IdentityMap<DictValue>()
  private var objects = IdentityMap<ObjectValue>()
  private var matrices = IdentityMap<PackedFloatMatrices>()
  private var weights = IdentityMap<PackedWeights>()

  /// Adds what a value holds. Values of a model are not deeply nested: they were made by `Instantiation`.
  mutating func add(_ value: Value) {
    switch value {
    case .list(let list):
      guard lists.find(list) == nil else { return }
      lists.set(list, list)
      for item in list.items { add(item) }
    case .tuple(let tuple): for item in tuple.items { add(item) }
    case .dict(let dict):
      guard dicts.find(dict) == nil else { return }
      dicts.set(dict, dict)
      for item in dict.values { add(item) }
    case .object(let object):
      guard objects.find(object) == nil else { return }
      objects.set(object, object)
      for slot in object.slots { add(slot) }
    case .linear(let linear): add(linear.packed)
    case .convolution(let convolution): add(convolution.packed)
    case .recurrentCell(let cell):
      guard case .quantized(let input, let hidden) = cell.weights else { return }
      add(input.packed)
      add(hidden.packed)
    case .clampedLinear(let linear): add(linear.packed)
    case .clampedConvolution(let convolution): if let packed = convolution.packed { add(packed) }
    default: break
    }
  }

  private mutating func add(_ packed: PackedFloatMatrices) {
    guard matrices.find(packed) == nil else { return }
    matrices.set(packed, packed)
    byteCount &+= packed.byteCount
    inArena &+= (try? Arena.rounded(packed.byteCount)) ?? 0
  }

  private mutating func add(_ packed: PackedWeights) {
    guard weights.find(packed) == nil else { return }
    weights.set(packed, packed)
    byteCount &+= packed.byteCount
  }
}

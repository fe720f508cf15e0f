import LiteFormat

/// The arguments of one execution of an operator, kept for a plan: tensors with the sizes they had, over
/// storages whose addresses are set before each execution.
final class FrozenArguments {
  let values: UnsafeMutableBufferPointer<Value>
  /// The run's storages, which tell where the memory lies.
  private(set) var storages: [Storage] = []
  /// What stands for each of them.
  private var stands: [Storage] = []
  private var tensors: [(original: Tensor, copy: Tensor)] = []
  /// The originals of `tensors`, while the run lasts.
  private var known = IdentityTable()
  private var recorder: StepRecorder?
  private var isComplete = true

  private static let maximumDepth = 50

  /// - Returns: nil when an argument cannot be kept: an object, memory of unknown origin.
  init?(_ arguments: UnsafeMutableBufferPointer<Value>, _ recorder: StepRecorder) {
    self.recorder = recorder
    values = .allocate(capacity: arguments.count)
    for index in 0..<arguments.count { (values.baseAddress! + index).initialize(to: .none) }
    for index in 0..<arguments.count { values[index] = copy(arguments[index], 0) }
    guard isComplete else { return nil }
  }

  deinit {
    values.deinitialize()
    values.deallocate()
  }

  private func copy(_ value: Value, _ depth: Int) -> Value {
    guard isComplete, depth < Self.maximumDepth else {
      isComplete = false
      return .none
    }
    switch value {
    case .tensor(let tensor): return .tensor(copy(tensor))
    case .list(let list): return .list(ListValue(copies(list.items, depth), of: list.elementKind))
    case .tuple(let tuple): return .tuple(TupleValue(copies(tuple.items, depth), fields: tuple.fields))
    case .dict, .object:
      isComplete = false
      return .none
    default: return value
    }
  }

  private func copies(_ items: [Value], _ depth: Int) -> [Value] {
    guard recorder?.mayLook(items.count) == true else {
      isComplete = false
      return []
    }
    return items.map { copy($0, depth + 1) }
  }

  private func copy(_ tensor: Tensor) -> Tensor {
    if let known = known.find(ObjectIdentifier(tensor)) { return tensors[known].copy }
    guard recorder?.mayLook() == true, let region = recorder?.region(of: tensor.storage) else {
      isComplete = false
      return tensor
    }
    // Constants stay where they are, and as they are as long as the plan is used.
    if region == .constant { return tensor }
    let result = tensor.alias
    result.storage = stand(tensor.storage, region)
    known.insert(ObjectIdentifier(tensor))
    tensors.append((tensor, result))
    return result
  }

  private func stand(_ storage: Storage, _ region: StepRecorder.Region) -> Storage {
    for index in storages.indices where storages[index] === storage { return stands[index] }
    // Inputs may be memory that is lent. An operator that writes to one writes to a copy, which is not where it was put.
    var isOwn = false
    if case .block = region { isOwn = true }
    let result = Storage(
      borrowing: UnsafeMutableRawBufferPointer(start: storage.base, count: storage.byteCount), isWritable: isOwn)
    storages.append(storage)
    stands.append(result)
    return result
  }

  /// Whether the tensors among the arguments still have the sizes and the memory they had.
  func describes(_ arguments: UnsafeMutableBufferPointer<Value>) -> Bool {
    for pair in tensors where !pair.original.isLike(pair.copy) || pair.original.storage.base != pair.copy.storage.base {
      return false
    }
    return true
  }

  /// The run's tensors are not needed any more. Copies of what they were remain, for `describes`.
  func forgetRun() {
    storages = []
    known = IdentityTable()
    recorder = nil
    for index in tensors.indices { tensors[index].original = tensors[index].copy.alias }
  }

  /// Whether no execution changed the sizes of an argument.
  var areUnchanged: Bool {
    for pair in tensors where !pair.original.isLike(pair.copy) { return false }
    return true
  }

  /// Sets the addresses, one for each storage.
  func place(at operands: StepOperands) { for index in stands.indices { stands[index].move(to: operands[index]) } }

  /// Whether an execution left every storage where it was put.
  func areInPlace(at operands: StepOperands) -> Bool {
    for index in stands.indices where stands[index].base != operands[index] { return false }
    return true
  }
}

extension Tensor {
  /// Another tensor of the same place and sizes, for those who count on them: operators can change those of a tensor.
  var alias: Tensor {
    Tensor(
      storage: storage, offset: offset, type: type, sizes: sizes, strides: strides, count: count, quantization: quantization)
  }

  /// Same type, sizes, strides, place in the storage and quantization.
  func isLike(_ other: Tensor) -> Bool {
    type == other.type && sizes == other.sizes && strides == other.strides && offset == other.offset
      && quantization.isSame(as: other.quantization)
  }
}

extension Quantization {
  /// Equal parameters.
  func isSame(as other: Quantization) -> Bool {
    switch (self, other) {
    case (.none, .none): return true
    case (.perTensor(let scale, let zeroPoint), .perTensor(let otherScale, let otherZeroPoint)):
      return scale == otherScale && zeroPoint == otherZeroPoint
    case (.perChannel(let a), .perChannel(let b)):
      if a === b { return true }
      return a.axis == b.axis && a.scales == b.scales && a.zeroPoints == b.zeroPoints && a.floatZeroPoints == b.floatZeroPoints
    default: return false
    }
  }
}

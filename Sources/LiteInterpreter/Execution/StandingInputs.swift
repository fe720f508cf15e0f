import LiteFormat

/// The inputs of a method, which stay set from run to run, over memory that no run changes: a program that writes to an
/// input writes to a copy, and the next run gets the input as it was set. A program that keeps an input, in its state or
/// in its result, keeps a copy too, so that memory is read only while it is lent. Keys of dicts are not tensors.
public final class StandingInputs {
  private struct Input {
    /// What was set; runs never see it. `.uninitialized`: nothing.
    var original: Value = .uninitialized
    /// Memory of the session's that `original` lies in.
    var owners: [Tensor] = []
    /// Whether `values` has a copy of `original` that no run has changed.
    var isPrepared = false
    /// The storages of that copy, which stand for lent memory: a run may take their tensors out of the containers.
    var storages: [Storage] = []
  }

  private var inputs: [Input] = []
  /// What the next run is given, after `prepare`.
  public private(set) var values: [Value] = []

  public init() {}

  /// How many there are, up to the last that was set.
  public var count: Int { inputs.count }

  /// Sets an input.
  ///
  /// - Parameters:
  ///   - value: its tensors lie in memory that is valid as long as the input stays set: the caller's, or that of
  ///   `owners`.
  ///   - owners: are kept as long.
  public func set(_ index: Int, _ value: Value, owners: [Tensor]) {
    while inputs.count <= index {
      inputs.append(Input())
      values.append(.uninitialized)
    }
    inputs[index] = Input(original: value, owners: owners)
    values[index] = .uninitialized
  }

  /// The tensor that an input was set to, if it is one.
  public func tensor(_ index: Int) -> Tensor? {
    guard index < inputs.count, case .tensor(let tensor) = inputs[index].original else { return nil }
    return tensor
  }

  /// The memory that `set` was given for an input.
  public func owner(_ index: Int) -> Tensor? { index < inputs.count ? inputs[index].owners.first : nil }

  /// Says where the memory of an input, which is a tensor, is from now on. Allocates nothing.
  public func move(_ index: Int, to address: UnsafeMutableRawPointer) {
    guard let tensor = tensor(index) else { return }
    tensor.storage.move(to: address)
    if inputs[index].isPrepared, case .tensor(let prepared) = values[index] { prepared.storage.move(to: address) }
  }

  public func removeAll() {
    inputs.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  /// Makes `values` what was set.
  ///
  /// - Throws: `invalidInput` for one that was not.
  public func prepare() throws(LiteError) {
    for index in inputs.indices where !inputs[index].isPrepared {
      if case .uninitialized = inputs[index].original { throw LiteError(.invalidInput, "input \(index) was not set") }
      inputs[index].storages.removeAll(keepingCapacity: true)
      values[index] = Self.copy(inputs[index].original, &inputs[index].storages)
      inputs[index].isPrepared = true
    }
  }

  /// After a run, which may have changed `values`: copies the lent memory that the program or its result keeps.
  ///
  /// - Throws: `outOfMemory` and `limitExceeded` when there is no memory for such a copy. Then the module's state is what
  ///   the file says, and the result must not be used.
  public func finish(in session: Session) throws(LiteError) {
    guard session.mayHoldInputs else { return }
    // Nothing of this run is used by the next, whatever happens below. What is still held then is held by others.
    for index in inputs.indices {
      values[index] = .uninitialized
      inputs[index].isPrepared = false
    }
    do throws(LiteError) {
      for index in inputs.indices {
        for position in inputs[index].storages.indices
        where !isKnownUniquelyReferenced(&inputs[index].storages[position]) {
          try inputs[index].storages[position].detach(session.arena)
        }
        inputs[index].storages.removeAll(keepingCapacity: true)
      }
    } catch {
      try session.reset()
      throw error
    }
  }

  /// Containers and tensors that a run may change, over the same memory.
  ///
  /// - Parameter storages: receives those of the tensors.
  private static func copy(_ value: Value, _ storages: inout [Storage]) -> Value {
    switch value {
    case .tensor(let tensor):
      let copy = tensor.alias
      copy.storage = Storage(
        borrowing: UnsafeMutableRawBufferPointer(start: tensor.storage.base, count: tensor.storage.byteCount), isWritable: false)
      storages.append(copy.storage)
      return .tensor(copy)
    case .list(let list): return .list(ListValue(list.items.map { copy($0, &storages) }, of: list.elementKind))
    case .tuple(let tuple): return .tuple(TupleValue(tuple.items.map { copy($0, &storages) }, fields: tuple.fields))
    case .dict(let dict): return .dict(dict.mapValues { copy($0, &storages) })
    default: return value
    }
  }
}

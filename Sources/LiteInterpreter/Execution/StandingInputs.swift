import LiteFormat

/// The inputs of a method, which stay set from run to run, over memory that no run changes: a program that writes to an
/// input writes to a copy, and the next run gets the input as it was set. A program that keeps an input, in its state or
/// in its result, keeps a copy too, so that memory is read only while it is lent.
public final class StandingInputs {
  private struct Input {
    /// What was set; runs never see it. `.uninitialized`: nothing.
    var original: Value = .uninitialized
    /// Memory of the session's that `original` lies in.
    var owners: [Tensor] = []
    /// Whether `values` has a copy of `original` that no run has changed.
    var isPrepared = false
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
      values[index] = Self.copy(inputs[index].original)
      inputs[index].isPrepared = true
    }
  }

  /// Looks at what a run did to `values`.
  ///
  /// - Parameter wasReplayed: a plan changes no input.
  /// - Throws: `outOfMemory` and `limitExceeded` when there is no memory for a copy of what the program keeps.
  public func finish(wasReplayed: Bool, in session: Session) throws(LiteError) {
    for index in inputs.indices {
      if !KeptResult.isFree(&values[index]) {
        inputs[index].isPrepared = false
        try Self.detach(values[index], session.arena)
      } else if !wasReplayed, !isLikeOriginal(index) {
        inputs[index].isPrepared = false
      }
    }
  }

  private func isLikeOriginal(_ index: Int) -> Bool {
    switch (values[index], inputs[index].original) {
    case (.tensor(let tensor), .tensor(let original)):
      return tensor.isLike(original) && tensor.storage.base == original.storage.base
    case (.list, _), (.tuple, _), (.dict, _): return false
    default: return true
    }
  }

  /// Containers and tensors that a run may change, over the same memory.
  private static func copy(_ value: Value) -> Value {
    switch value {
    case .tensor(let tensor):
      let copy = tensor.alias
      copy.storage = Storage(
        borrowing: UnsafeMutableRawBufferPointer(start: tensor.storage.base, count: tensor.storage.byteCount), isWritable: false)
      return .tensor(copy)
    case .list(let list): return .list(ListValue(list.items.map { copy($0) }, of: list.elementKind))
    case .tuple(let tuple): return .tuple(TupleValue(tuple.items.map { copy($0) }, fields: tuple.fields))
    case .dict(let dict): return .dict(dict.mapValues { copy($0) })
    default: return value
    }
  }

  /// Makes the bytes of all tensors that still lie in lent memory the program's own.
  private static func detach(_ value: Value, _ arena: Arena) throws(LiteError) {
    switch value {
    case .tensor(let tensor): try tensor.storage.detach(arena)
    case .list(let list): for item in list.items { try detach(item, arena) }
    case .tuple(let tuple): for item in tuple.items { try detach(item, arena) }
    case .dict(let dict): for item in dict.values { try detach(item, arena) }
    default: break
    }
  }
}

import CLitePlatform
import LiteFormat

/// A step for operators that have no prepared form: executes the operator again on the recorded arguments and
/// copies what it returns to the recorded place.
///
/// Checks that the results have the recorded sizes: those of some operators depend on elements (`nonzero`).
final class ReexecutedStep: PreparedStep {
  private let linked: LinkedOperator
  private let arguments: FrozenArguments
  /// The result's tensors, as they were; over no memory.
  private let expected: [Tensor]
  /// Which of them lie in new memory: the operands after those of the arguments.
  private let copied: [Bool]
  /// Sizes of their storages.
  private let byteCounts: [Int]
  private let storageCount: Int
  private let context: Context

  init(_ linked: LinkedOperator, _ arguments: FrozenArguments, _ result: Value, _ fresh: [Tensor], _ context: Context) {
    self.linked = linked
    self.arguments = arguments
    self.context = context
    storageCount = arguments.storages.count
    var tensors: [Tensor] = []
    Self.collect(result, &tensors)
    copied = tensors.map { tensor in fresh.contains { $0 === tensor } }
    byteCounts = tensors.map { $0.storage.byteCount }
    let nothing = Storage(borrowing: UnsafeMutableRawBufferPointer(start: nil, count: 0), isWritable: false)
    expected = tensors.map { tensor in
      let shape = tensor.alias
      shape.storage = nothing
      return shape
    }
  }

  /// As many values are looked at for tensors: lists may hold themselves, and each other many times.
  static var maximumValues: Int { 1 << 20 }

  /// The tensors of a result, depth first.
  ///
  /// - Returns: false if that is not all of them, since there is too much to look at.
  @discardableResult
  static func collect(_ value: Value, _ tensors: inout [Tensor]) -> Bool {
    var left = maximumValues
    return collect(value, &tensors, &left, 0)
  }

  private static func collect(_ value: Value, _ tensors: inout [Tensor], _ left: inout Int, _ depth: Int) -> Bool {
    left -= 1
    guard left > 0, depth < 50 else { return false }
    func each(_ items: [Value]) -> Bool {
      for item in items { guard collect(item, &tensors, &left, depth + 1) else { return false } }
      return true
    }
    switch value {
    case .tensor(let tensor): tensors.append(tensor)
    case .list(let list): return each(list.items)
    case .tuple(let tuple): return each(tuple.items)
    case .dict(let dict): return each(dict.values)
    default: break
    }
    return true
  }

  override var isExecutedAgain: Bool { true }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    arguments.place(at: operands)
    let call = Call(context: context, schema: linked.schema, arguments: arguments.values)
    // An error is reported by interpreting the run again, with the place in the program.
    guard let result = try? linked.body(call) else { return false }
    guard arguments.areInPlace(at: operands), arguments.areUnchanged else { return false }
    var found: [Tensor] = []
    Self.collect(result, &found)
    guard found.count == expected.count else { return false }
    var next = storageCount
    for index in found.indices {
      guard found[index].isLike(expected[index]) else { return false }
      guard copied[index] else { continue }
      let storage = found[index].storage
      guard storage.byteCount == byteCounts[index] else { return false }
      memcpy(operands[next], storage.base, storage.byteCount)
      next += 1
    }
    return true
  }
}

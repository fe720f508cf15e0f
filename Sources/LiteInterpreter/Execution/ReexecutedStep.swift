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
    let tensors = ValueWalk.tensors(of: result)
    var isFresh = IdentityTable()
    for tensor in fresh { isFresh.insert(ObjectIdentifier(tensor)) }
    copied = tensors.map { isFresh.contains(ObjectIdentifier($0)) }
    byteCounts = tensors.map { $0.storage.byteCount }
    let nothing = Storage(borrowing: UnsafeMutableRawBufferPointer(start: nil, count: 0), isWritable: false)
    expected = tensors.map { tensor in
      let shape = tensor.alias
      shape.storage = nothing
      return shape
    }
  }

  override var isExecutedAgain: Bool { true }

  override func run(_ operands: StepOperands, _ share: StepShare) -> Bool {
    arguments.place(at: operands)
    let call = Call(context: context, schema: linked.schema, arguments: arguments.values)
    // An error is reported by interpreting the run again, with the place in the program.
    guard let result = try? linked.body(call) else { return false }
    guard arguments.areInPlace(at: operands), arguments.areUnchanged else { return false }
    let found = ValueWalk.tensors(of: result)
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

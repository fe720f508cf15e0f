import CLitePlatform
import LiteFormat

/// How much a run may still do: what `Limits.work` allows, less what was done.
///
/// The unit is an element that is read or written, a multiply-accumulate, or eight bytes of new memory; on the machines
/// that Lite is for it takes about a nanosecond. Work is paid for before it is done, at the places that all operators
/// share: the VM pays for the elements of an operator's tensors, the arena for memory, `Context.perform` for prepared
/// steps. What takes more than a few operations for each of these (products of matrices, windows, decompositions,
/// searches) pays for itself. Replaying a plan pays nothing: it repeats a run that was paid for.
struct WorkBudget {
  private var limit = Int.max
  private var left = Int.max

  /// A run begins.
  mutating func begin(_ limit: Int) {
    self.limit = limit
    left = limit
  }

  /// Pays for work.
  ///
  /// - Throws: `limitExceeded` when the run may not do that much.
  @inline(__always)
  mutating func spend(_ amount: Int) throws(LiteError) {
    left &-= amount
    if left < 0 || amount < 0 { throw exceeded() }
  }

  /// Pays where nothing can be thrown: the next `spend` does, if only of 0, when this was more than the run may do.
  ///
  /// - Returns: false when it was.
  mutating func take(_ amount: Int) -> Bool {
    left = amount < 0 || left < amount ? -1 : left - amount
    return left >= 0
  }

  @inline(never)
  private mutating func exceeded() -> LiteError {
    left = 0
    return Limits.exceeded("a run works on many elements", limit, "work")
  }
}

extension Context {
  /// Pays for `a` times `b` times `c` units of work that nobody else pays for (`WorkBudget`).
  @inline(never)
  func spend(_ a: Int, _ b: Int = 1, _ c: Int = 1) throws(LiteError) {
    try arena.budget.spend(Checked.product(a, b, c))
  }

  /// `WorkBudget.take`, in functions of one element. What applies them spends 0 behind the last.
  @inline(never)
  func pays(_ amount: Int) -> Bool { arena.budget.take(amount) }

  /// Pays for the elements of an operator's arguments that `LinkedOperator.readArguments` has.
  @inline(never)
  func spend(elementsOf arguments: UnsafeMutableBufferPointer<Value>, _ read: UInt64) throws(LiteError) {
    for (index, argument) in arguments.enumerated() where read & (1 << UInt64(min(index, 63))) != 0 {
      switch argument {
      case .tensor(let tensor): try arena.budget.spend(tensor.count)
      case .list(let list):
        try arena.budget.spend(list.items.count)
        if list.elementKind == .tensor { for case .tensor(let tensor) in list.items { try arena.budget.spend(tensor.count) } }
        if list.elementKind == .string { for case .string(let text) in list.items { try arena.budget.spend(text.bytes.count) } }
      case .string(let text): try arena.budget.spend(text.bytes.count)
      case .dict(let dict): try arena.budget.spend(dict.count)
      default: break
      }
    }
  }
}

extension WorkBudget {
  /// Which arguments' elements an operator may all look at, by its declaration: not the tensor that it makes a view of,
  /// nor one of which it tells a size, nor a list or dict of which it touches one item.
  static func readArguments(_ schema: OperatorSchema) -> UInt64 {
    let declaration = schema.declaration
    let oneItem: [StaticString] = [
      "aten::append", "aten::__getitem__", "aten::_set_item", "aten::len", "aten::get", "aten::__contains__.",
      "aten::setdefault",
    ]
    let isOneItem = oneItem.contains { begins(declaration, with: $0) }
    // The last letters of `-> int`.
    let isSize = declaration.count > 4 && begins(UnsafeBufferPointer(rebasing: declaration.suffix(4)), with: " int")
    var read: UInt64 = 0
    for (index, argument) in schema.arguments.enumerated() {
      let type = schema.text(argument.type)
      // (`x in list` goes through it.)
      if index == 0, isOneItem, begins(type, with: "Dict") || !begins(declaration, with: "aten::__contains__.") { continue }
      let isTensor = begins(type, with: "Tensor")
      let isView = isTensor && type.contains(UInt8(ascii: "(")) && !type.contains(UInt8(ascii: "!"))
      if isView || isTensor && isSize { continue }
      if isTensor || type.contains(UInt8(ascii: "[")) || begins(type, with: "str") || begins(type, with: "Dict") {
        read |= 1 << UInt64(min(index, 63))
      }
    }
    return read
  }

  private static func begins(_ text: UnsafeBufferPointer<UInt8>, with start: StaticString) -> Bool {
    let count = start.utf8CodeUnitCount
    return text.count >= count && memcmp(text.baseAddress!, start.utf8Start, count) == 0
  }
}

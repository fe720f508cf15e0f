import LiteFormat

/// What executing an operator did, as far as a plan is concerned: judged from the declaration, the arguments and
/// the result, for every operator alike.
struct OperatorEffects {
  enum Verdict {
    /// Nothing that a later run would have to do again: views, numbers made of shapes, lists of tensors.
    case none
    /// The results are the same in every run: their bytes are kept.
    case remember([Tensor])
    /// The operator must be executed again; these tensors of the result lie in new memory.
    case execute([Tensor])
    /// It is not known that a later run would get the same.
    case unsafe
  }

  private(set) var verdict: Verdict = .unsafe

  /// Up to this size, copying what is the same in every run costs less than to compute it: zeros, ranges, masks.
  private static var largestRemembered: Int { 64 << 10 }

  init(
    _ linked: LinkedOperator, _ arguments: UnsafeMutableBufferPointer<Value>, _ result: Value, _ recorder: StepRecorder
  ) {
    if Self.movesItems(linked.schema), !recorder.hasNewBlocks {
      // To look at all items of a list each time that it gets one more would cost the square of their number.
      if !Self.findsTensor(arguments) { verdict = .none }
      return
    }
    var found = Survey(recorder)
    for argument in arguments { found.look(at: argument) }
    guard !found.isOpaque else { return }
    let varying = found.tensors.filter { !recorder.isKnown($0) }
    var given = Survey(recorder)
    given.look(at: result)
    guard !given.isOpaque else { return }
    var fresh: [Tensor] = []
    var hasViews = false
    // Views of something else than the one tensor that varies: where they begin was read from it.
    var hasForeignViews = varying.count > 1 || recorder.hasReadData
    var picksItems = false
    for tensor in given.tensors {
      if recorder.isFresh(tensor.storage) {
        fresh.append(tensor)
      } else if found.contains(tensor) {
        if found.isItem(tensor) { picksItems = true }
      } else {
        hasViews = true
        if varying.count == 1, varying[0].storage !== tensor.storage { hasForeignViews = true }
      }
    }
    let writes = Self.writesTensor(linked, arguments)
    guard !writes || Self.writesOwnMemory(linked, arguments, recorder) else { return }
    // What is not a new tensor may depend on elements: a number, or where a view begins.
    let isSafe = varying.isEmpty || Self.readsNoElements(linked.schema)
    if given.hasNumbers, !isSafe { return }
    if hasViews, hasForeignViews, !isSafe { return }
    // Which tensors of a list are handed on, and in which order, may depend on elements: `sorted`, `max`.
    if picksItems, !isSafe { return }
    if linked.writtenArguments != 0, !writes, !isSafe { return }
    if fresh.isEmpty, !writes {
      if given.tensors.isEmpty, !given.hasNumbers, !found.tensors.isEmpty, linked.writtenArguments == 0, !isSafe { return }
      verdict = .none
      return
    }
    if varying.isEmpty, !writes {
      var total = 0
      for tensor in fresh { total += tensor.storage.byteCount }
      if total <= Self.largestRemembered {
        verdict = .remember(fresh)
        return
      }
    }
    verdict = .execute(fresh)
  }

  /// Whether one of the arguments that the declaration marks as written is a tensor, or holds one.
  static func writesTensor(_ linked: LinkedOperator, _ arguments: UnsafeMutableBufferPointer<Value>) -> Bool {
    guard linked.writtenArguments != 0 else { return false }
    for (index, argument) in arguments.enumerated() where linked.writes(index) {
      if case .tensor = argument { return true }
      // Tensor(a!)[]: the tensors of the list are written, not the list.
      if case .list = argument, linked.schema.isListOfWritten(index) { return true }
    }
    return false
  }

  /// Whether every tensor that is written lies in memory that this run took.
  static func writesOwnMemory(
    _ linked: LinkedOperator, _ arguments: UnsafeMutableBufferPointer<Value>, _ recorder: StepRecorder
  ) -> Bool {
    for (index, argument) in arguments.enumerated() where linked.writes(index) {
      var written = Survey(recorder)
      written.look(at: argument)
      guard !written.isOpaque else { return false }
      for tensor in written.tensors {
        guard case .block? = recorder.region(of: tensor.storage) else { return false }
      }
    }
    return true
  }

  /// Operators that look at sizes and kinds of tensors, or hand tensors on, and never at their elements.
  private static func readsNoElements(_ schema: OperatorSchema) -> Bool {
    for candidate in metadataOperators where isNamed(schema, candidate) { return true }
    return movesItems(schema)
  }

  /// Operators that put items into lists and dicts, and take them out, whatever they are.
  private static func movesItems(_ schema: OperatorSchema) -> Bool {
    for candidate in containerOperators where isNamed(schema, candidate) {
      // The same names compare elements when declared for tensors: index.list_Tensor, remove.Tensor.
      let rest = schema.declaration[min(candidate.utf8CodeUnitCount, schema.declaration.count)...]
      return !isEqual(UnsafeBufferPointer(rebasing: rest.prefix(7)), ".Tensor")
    }
    for candidate in listOperators {
      let start = schema.declaration.prefix(candidate.utf8CodeUnitCount)
      if isEqual(UnsafeBufferPointer(rebasing: start), candidate) { return true }
    }
    return false
  }

  /// Whether a declaration is of one of the operators of this name.
  private static func isNamed(_ schema: OperatorSchema, _ name: StaticString) -> Bool {
    let count = name.utf8CodeUnitCount
    let text = schema.declaration
    guard text.count > count, text[count] == UInt8(ascii: "(") || text[count] == UInt8(ascii: ".") else { return false }
    return isEqual(UnsafeBufferPointer(rebasing: text[..<count]), name)
  }

  /// Whether a tensor is looked for among keys, by identity: in a later run two inputs may be one tensor.
  private static func findsTensor(_ arguments: UnsafeMutableBufferPointer<Value>) -> Bool {
    guard case .dict(let dict)? = arguments.first else { return false }
    if case .tensor? = dict.keys.first { return true }
    if arguments.count > 1, case .tensor = arguments[1] { return true }
    return false
  }

  private static var metadataOperators: [StaticString] {
    [
      "aten::size", "aten::stride", "aten::numel", "aten::dim", "aten::storage_offset", "aten::is_contiguous",
      "aten::is_floating_point", "aten::is_complex", "aten::is_signed", "aten::is_same_size", "aten::element_size",
      "aten::result_type", "aten::q_scale", "aten::q_zero_point", "aten::q_per_channel_axis", "aten::qscheme",
      "prim::device", "prim::dtype", "prim::layout", "prim::is_cpu", "prim::is_cuda", "prim::is_quantized", "prim::is_sparse",
      "prim::requires_grad", "prim::itemsize", "prim::nbytes", "prim::is_mkldnn", "prim::is_meta", "prim::is_nested",
      "aten::expand_as", "aten::view_as", "aten::reshape_as", "aten::type_as", "aten::broadcast_tensors", "aten::meshgrid",
      "aten::sym_size", "aten::sym_numel", "aten::sym_stride", "prim::unchecked_cast", "prim::unchecked_unwrap_optional",
      "aten::_unwrap_optional", "aten::atleast_1d", "aten::atleast_2d", "aten::atleast_3d",
    ]
  }

  private static var containerOperators: [StaticString] {
    [
      "aten::len", "aten::append", "aten::extend", "aten::insert", "aten::pop", "aten::Delete", "aten::reverse", "aten::clear",
      "aten::copy", "aten::list", "aten::__getitem__", "aten::_set_item", "aten::slice", "aten::keys", "aten::values",
      "aten::items", "prim::TupleUnpack", "prim::TupleIndex", "aten::get", "aten::setdefault", "aten::popitem", "aten::update",
      "aten::dict", "aten::__contains__",
    ]
  }

  /// Of names that tensors and numbers share: `+` and `*` of lists.
  private static var listOperators: [StaticString] {
    ["aten::add.t(", "aten::add_.t(", "aten::mul.left_t(", "aten::mul.right_(", "aten::mul_.t("]
  }
}

/// The tensors in values, each once, and what else is there.
private struct Survey {
  private(set) var tensors: [Tensor] = []
  /// Numbers and texts.
  private(set) var hasNumbers = false
  /// Something that is not looked into, or too much.
  private(set) var isOpaque = false
  private var known = IdentityTable()
  /// Those that lists, tuples and dicts hold.
  private var items = IdentityTable()
  private var walk = ValueWalk()
  private let recorder: StepRecorder

  init(_ recorder: StepRecorder) { self.recorder = recorder }

  func contains(_ tensor: Tensor) -> Bool { known.contains(ObjectIdentifier(tensor)) }

  /// Whether a container holds the tensor.
  func isItem(_ tensor: Tensor) -> Bool { items.contains(ObjectIdentifier(tensor)) }

  mutating func look(at value: Value) {
    if case .tensor(let tensor) = value { return add(tensor) }
    walk.add([value])
    while !isOpaque, let value = walk.next() {
      switch value {
      case .none, .uninitialized, .linear, .halfLinear, .convolution, .recurrentCell, .embedding, .clampedLinear,
        .clampedConvolution:
        break
      case .bool, .int, .double, .string, .device, .complex: hasNumbers = true
      case .tensor(let tensor):
        add(tensor)
        items.insert(ObjectIdentifier(tensor))
      case .list(let list): if !recorder.mayLook(list.items.count) { isOpaque = true }
      case .tuple(let tuple): if !recorder.mayLook(tuple.items.count) { isOpaque = true }
      case .dict(let dict):
        if !recorder.mayLook(dict.count) { isOpaque = true }
        for key in dict.keys { if case .tensor = key { isOpaque = true } else { hasNumbers = true } }
      case .object: isOpaque = true
      }
    }
  }

  private mutating func add(_ tensor: Tensor) {
    guard recorder.mayLook() else {
      isOpaque = true
      return
    }
    if known.insert(ObjectIdentifier(tensor)) { tensors.append(tensor) }
  }
}

extension OperatorSchema {
  /// Whether an argument is declared as a list of tensors that are written: `Tensor(a!)[]`.
  fileprivate func isListOfWritten(_ index: Int) -> Bool {
    guard index < arguments.count else { return false }
    let type = text(arguments[index].type)
    return type.count >= 7 && isEqual(UnsafeBufferPointer(rebasing: type[..<7]), "Tensor(")
  }
}

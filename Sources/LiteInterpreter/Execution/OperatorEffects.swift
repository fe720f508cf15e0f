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
    var found = Survey()
    for argument in arguments { found.look(at: argument, 0) }
    guard !found.isOpaque else { return }
    var varying: [Tensor] = []
    for tensor in found.tensors where !recorder.isKnown(tensor) && !varying.contains(where: { $0 === tensor }) {
      varying.append(tensor)
    }
    var given = Survey()
    given.look(at: result, 0)
    guard !given.isOpaque else { return }
    var fresh: [Tensor] = []
    var hasViews = false
    for tensor in given.tensors {
      if recorder.isFresh(tensor.storage) {
        fresh.append(tensor)
      } else if !found.tensors.contains(where: { $0 === tensor }) {
        hasViews = true
      }
    }
    let writes = Self.writesTensor(linked, arguments)
    guard !writes || Self.writesOwnMemory(linked, arguments, recorder) else { return }
    // What is not a new tensor may depend on elements: a number, or where a view begins.
    let isSafe = varying.isEmpty || Self.readsNoElements(linked.schema)
    if given.hasNumbers, !isSafe { return }
    if hasViews, varying.count > 1, !isSafe { return }
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
      var written = Survey()
      written.look(at: argument, 0)
      for tensor in written.tensors {
        guard case .block? = recorder.region(of: tensor.storage) else { return false }
      }
    }
    return true
  }

  /// Operators that look at sizes and kinds of tensors, or hand tensors on, and never at their elements.
  private static func readsNoElements(_ schema: OperatorSchema) -> Bool {
    let text = schema.declaration
    var length = 0
    while length < text.count, text[length] != UInt8(ascii: "("), text[length] != UInt8(ascii: ".") { length += 1 }
    let name = UnsafeBufferPointer(rebasing: text[..<length])
    for candidate in metadataOperators where isEqual(name, candidate) { return true }
    for candidate in containerOperators where isEqual(name, candidate) {
      // The same names compare elements when declared for tensors: index.list_Tensor, remove.Tensor.
      return !isEqual(UnsafeBufferPointer(rebasing: text[length..<min(length + 7, text.count)]), ".Tensor")
    }
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
      "aten::sym_size", "aten::sym_numel", "aten::sym_stride", "prim::unchecked_cast", "prim::TupleIndex",
    ]
  }

  private static var containerOperators: [StaticString] {
    [
      "aten::len", "aten::append", "aten::extend", "aten::insert", "aten::pop", "aten::Delete", "aten::reverse", "aten::clear",
      "aten::copy", "aten::list", "aten::__getitem__", "aten::_set_item", "aten::slice", "aten::keys", "aten::values",
      "aten::items", "aten::get", "aten::setdefault", "aten::popitem", "aten::update", "aten::dict", "aten::__contains__",
    ]
  }
}

/// The tensors in a value, and what else is there.
private struct Survey {
  var tensors: [Tensor] = []
  /// Numbers and texts.
  var hasNumbers = false
  /// Something that is not looked into.
  var isOpaque = false
  private var left = ReexecutedStep.maximumValues

  mutating func look(at value: Value, _ depth: Int) {
    left -= 1
    guard depth < 50, left > 0, !isOpaque else {
      isOpaque = true
      return
    }
    switch value {
    case .none, .uninitialized, .linear, .halfLinear, .convolution, .recurrentCell, .embedding, .clampedLinear,
      .clampedConvolution:
      break
    case .bool, .int, .double, .string, .device, .complex: hasNumbers = true
    case .tensor(let tensor): tensors.append(tensor)
    case .list(let list): for item in list.items { look(at: item, depth + 1) }
    case .tuple(let tuple): for item in tuple.items { look(at: item, depth + 1) }
    case .dict(let dict):
      for item in dict.keys {
        if case .tensor = item { isOpaque = true }
        look(at: item, depth + 1)
      }
      for item in dict.values { look(at: item, depth + 1) }
    case .object: isOpaque = true
    }
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

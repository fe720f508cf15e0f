import CLitePlatform
import LiteFormat

/// What is an instruction in newer bytecode and an operator in older, and small things about programs and
/// tensors that need no computing.
enum Promoted {
  static func declare(in table: inout OperatorTable) {
    table.add("prim::TupleIndex(Any tup, int i) -> Any", tupleIndex)
    table.add("prim::TupleUnpack(Any tup) -> ...", tupleUnpack)
    table.add("prim::RaiseException(str msg, str? cls, ...) -> ()", raise)
    table.add("prim::Uninitialized() -> Any", uninitialized)
    table.add("__not__(bool self) -> bool", not)
    table.add("__is__(t1 self, t2 obj) -> bool", isSame)
    table.add("__isnot__(t1 self, t2 obj) -> bool", isNotSame)
    table.add("prim::IfThenElse(bool cond, Any(a) x, Any(b) y) -> Any(b|a)", choose)
    table.add(
      """
      prim::Print(...) -> ()
      warn(str message, int stacklevel=2) -> ()
      _print(str s) -> ()
      set_grad_enabled(bool val) -> ()
      """, ignore)
    table.add("prim::AutogradZero()", none)
    table.add("prim::AutogradAnyNonZero(...) -> bool", no)
    table.add(
      """
      prim::grad(a) -> Tensor(*)
      prim::name(a) -> str?
      """, none)
    table.add("prim::device(a) -> Device", device)
    table.add("prim::dtype(a) -> int", dtype)
    table.add("prim::layout(a) -> Layout", zero)
    table.add("prim::is_cpu(a) -> bool", yes)
    table.add(
      """
      prim::is_cuda(a) -> bool
      prim::is_ipu(a) -> bool
      prim::is_maia(a) -> bool
      prim::is_meta(a) -> bool
      prim::is_mkldnn(a) -> bool
      prim::is_mps(a) -> bool
      prim::is_mtia(a) -> bool
      prim::is_nested(a) -> bool
      prim::is_ort(a) -> bool
      prim::is_sparse(a) -> bool
      prim::is_sparse_csr(a) -> bool
      prim::is_vulkan(a) -> bool
      prim::is_xla(a) -> bool
      prim::is_xpu(a) -> bool
      prim::requires_grad(a) -> bool
      """, no)
    table.add("prim::is_quantized(a) -> bool", isQuantized)
    table.add("prim::itemsize(a) -> int", itemSize)
    table.add("prim::nbytes(a) -> int", byteCount)
    table.add("prim::data(Tensor(a) a)", Conversions.same)
    table.add("dim(self) -> int", rank)
    table.add("len.Tensor(t) -> int", length)
    table.add("is_scripting() -> bool", yes)
    table.add(
      """
      _get_tracing_state() -> bool
      has_torch_function(...) -> bool
      is_grad_enabled() -> bool
      is_autocast_enabled() -> bool
      is_autocast_cpu_enabled() -> bool
      is_vulkan_available() -> bool
      _nnpack_available() -> bool
      """, no)
    table.add(
      """
      _infer_size(int[] a, int[] b) -> int[]
      broadcast_shapes(int[] a, int[] b) -> int[]
      """, broadcast)
    table.add("_size_if_not_equal(int[] self_size, int[] other_size) -> int[]?", sizeIfNotEqual)
    table.add("_assert_scalar(Scalar self, str assert_msg) -> ()", assertScalar)
    table.add("prim::BroadcastSizes(...) -> int[]", broadcast)
    table.add("prim::TimePoint() -> int", timePoint)
  }

  private static func tupleIndex(_ call: Call) throws(LiteError) -> Value {
    try PromotedOperators.tupleIndex(call[0], call[1])
  }

  private static func tupleUnpack(_ call: Call) throws(LiteError) -> Value {
    guard case .tuple = call[0] else { throw call.unexpected(0, "Tuple") }
    return call[0]
  }

  /// The arguments are a message and, in newer files, a class name after it. Where a file does not say how
  /// many there are, something else may lie before the message.
  private static func raise(_ call: Call) throws(LiteError) -> Value {
    // Message and, from some version on, class name. In files that do not say how many there are, a loop's counters
    // may come first.
    for index in 0..<call.count {
      if case .string(let text) = call[index] { throw LiteError(.exceptionRaised, Message(bytes: text.bytes)) }
    }
    throw LiteError(.exceptionRaised, "the program raised an exception")
  }

  private static func uninitialized(_ call: Call) throws(LiteError) -> Value { .uninitialized }
  private static func not(_ call: Call) throws(LiteError) -> Value { .bool(try !call.bool(0)) }
  private static func isSame(_ call: Call) throws(LiteError) -> Value { .bool(PromotedOperators.isSame(call[0], call[1])) }
  private static func isNotSame(_ call: Call) throws(LiteError) -> Value {
    .bool(!PromotedOperators.isSame(call[0], call[1]))
  }
  private static func choose(_ call: Call) throws(LiteError) -> Value { call[try call.bool(0) ? 1 : 2] }

  /// What a program prints or warns of has no reader on a board.
  private static func ignore(_ call: Call) throws(LiteError) -> Value { Lists.nothing }

  private static func none(_ call: Call) throws(LiteError) -> Value { .none }
  private static func yes(_ call: Call) throws(LiteError) -> Value { .bool(true) }
  private static func no(_ call: Call) throws(LiteError) -> Value { .bool(false) }
  private static func zero(_ call: Call) throws(LiteError) -> Value { .int(0) }

  // MARK: About tensors

  private static func device(_ call: Call) throws(LiteError) -> Value {
    _ = try call.tensor(0)
    return .device(StringValue("cpu"))
  }
  private static func dtype(_ call: Call) throws(LiteError) -> Value { .int(Int64(try call.tensor(0).type.rawValue)) }
  private static func rank(_ call: Call) throws(LiteError) -> Value { .int(Int64(try call.tensor(0).rank)) }
  private static func isQuantized(_ call: Call) throws(LiteError) -> Value { .bool(try call.tensor(0).type.isQuantized) }
  private static func itemSize(_ call: Call) throws(LiteError) -> Value { .int(Int64(try call.tensor(0).type.size)) }
  private static func byteCount(_ call: Call) throws(LiteError) -> Value { .int(Int64(try call.tensor(0).byteCount)) }

  private static func length(_ call: Call) throws(LiteError) -> Value {
    let tensor = try call.tensor(0)
    guard tensor.rank > 0 else { throw LiteError(.operatorFailed, "len() of a 0-d tensor") }
    return .int(Int64(tensor.sizes[0]))
  }

  // MARK: Shapes as lists

  private static func broadcast(_ call: Call) throws(LiteError) -> Value {
    var result: [Int] = []
    for index in 0..<call.count { result = try broadcast(result, try call.ints(index)) }
    return .ints(result)
  }

  private static func broadcast(_ a: [Int], _ b: [Int]) throws(LiteError) -> [Int] {
    let rank = max(a.count, b.count)
    var result = [Int](repeating: 1, count: rank)
    for dimension in 0..<rank {
      let (i, j) = (dimension - (rank - a.count), dimension - (rank - b.count))
      let (x, y) = (i < 0 ? 1 : a[i], j < 0 ? 1 : b[j])
      guard x == y || x == 1 || y == 1 else {
        throw LiteError(
          .operatorFailed,
          "The size of tensor a (\(x)) must match the size of tensor b (\(y)) at non-singleton dimension \(dimension)")
      }
      result[dimension] = x == 1 ? y : x
    }
    return result
  }

  private static func sizeIfNotEqual(_ call: Call) throws(LiteError) -> Value {
    try call.ints(0) == (try call.ints(1)) ? .none : call[0]
  }

  private static func assertScalar(_ call: Call) throws(LiteError) -> Value {
    guard try call.number(0).double != 0 else { throw LiteError(.operatorFailed, Message(bytes: try call.string(1).bytes)) }
    return Lists.nothing
  }

  private static func timePoint(_ call: Call) throws(LiteError) -> Value {
    .int(Int64(truncatingIfNeeded: lite_clock_nanoseconds()))
  }
}

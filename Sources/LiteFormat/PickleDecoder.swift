/// The pickle machine: protocol 2, the opcodes that PyTorch's C++ pickler writes, and no others.
///
///     code       name                       stack effect
///     80 02      PROTO                      -
///     (          MARK                       push a mark
///     ) t 85-87  EMPTY_TUPLE, TUPLE(1-3)    items to the mark (or 1 to 3) -> tuple
///     ] l e a    list, APPENDS, APPEND      list items -> list
///     } d u s    dict, SETITEMS, SETITEM    dict key value ... -> dict
///     N 88 89    None True False            -> value
///     K M J 8a   u8 u16 i32 i64             -> int
///     G          8 bytes, big-endian        -> float
///     X          u32 length, UTF-8          -> str
///     q r        memo[i] = top              -
///     h j        memo[i]                    -> value
///     c          module \n name \n          -> class or function
///     81         NEWOBJ                     class () -> class
///     b R        BUILD, REDUCE              callee argument -> result
///     Q          BINPERSID                  tuple -> storage
///     .          STOP                       value -> the result
///
/// Nothing is ever imported or called: the functions a pickle may name are those of `call` below.
struct PickleDecoder {
  private var graph: PickleGraph
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var stack: [PickleGraph.Index] = []
  private var marks: [Int] = []
  private var memo: [PickleGraph.Index] = []

  private var limits: Limits

  /// Decodes one record.
  ///
  /// - Parameter names: receives class and function names.
  /// - Throws: `malformed` with the offset in the record, `unsupported`, `limitExceeded`.
  static func decode(_ record: RecordBytes, names: inout NameTable, named recordName: StaticString, _ limits: Limits)
    throws(LiteError) -> PickleGraph
  {
    guard record.count < Int(Int32.max) else { throw LiteError(.limitExceeded, "\(recordName) is larger than 2 GB") }
    var decoder = PickleDecoder(record, limits)
    do throws(LiteError) {
      try decoder.run(&names)
    } catch {
      throw error.at("\(recordName), byte \(decoder.position)")
    }
    return decoder.graph
  }

  private init(_ record: RecordBytes, _ limits: Limits) {
    self.limits = limits
    // Nodes and children are numbered with 32 bits.
    self.limits.pickleItems = min(limits.pickleItems, Int(Int32.max))
    graph = PickleGraph(record: record)
    bytes = record.bytes
  }

  private mutating func run(_ names: inout NameTable) throws(LiteError) {
    guard bytes.count >= 2, bytes[0] == 0x80, bytes[1] == 2 else {
      throw LiteError(.malformed, "not a pickle of protocol 2")
    }
    position = 2
    let stop = StopSignal.current
    while true {
      try stop.check()
      let opcode = try readByte()
      switch opcode {
      case UInt8(ascii: "("): marks.append(stack.count)
      case UInt8(ascii: ")"): try pushItems(.tuple, from: stack.count)
      case UInt8(ascii: "t"): try pushItems(.tuple, from: popMark())
      case 0x85, 0x86, 0x87: try pushItems(.tuple, from: below(Int(opcode) - 0x84))
      case UInt8(ascii: "]"): try pushItems(.list, from: stack.count)
      case UInt8(ascii: "l"): try pushItems(.list, from: popMark())
      case UInt8(ascii: "e"): try appendItems(.list, from: popMark())
      case UInt8(ascii: "a"): try appendItems(.list, from: below(1))
      case UInt8(ascii: "}"): try pushItems(.dict, from: stack.count)
      case UInt8(ascii: "d"): try pushItems(.dict, from: popMark())
      case UInt8(ascii: "u"): try appendItems(.dict, from: popMark())
      case UInt8(ascii: "s"): try appendItems(.dict, from: below(2))
      case UInt8(ascii: "N"): push(.none)
      case 0x88: push(.bool, value: 1)
      case 0x89: push(.bool, value: 0)
      case UInt8(ascii: "K"): push(.int, value: Int64(try readByte()))
      case UInt8(ascii: "M"): push(.int, value: Int64(try readLittleEndian(2)))
      case UInt8(ascii: "J"): push(.int, value: Int64(Int32(truncatingIfNeeded: try readLittleEndian(4))))
      case 0x8a: try readLong()
      case UInt8(ascii: "G"): push(.double, value: Int64(bitPattern: UInt64(bigEndian: try readLittleEndian(8))))
      case UInt8(ascii: "X"): try readString()
      case UInt8(ascii: "q"): try remember(Int(try readByte()))
      case UInt8(ascii: "r"): try remember(Int(try readLittleEndian(4)))
      case UInt8(ascii: "h"): try recall(Int(try readByte()))
      case UInt8(ascii: "j"): try recall(Int(try readLittleEndian(4)))
      case UInt8(ascii: "c"): try readGlobal(&names)
      case 0x81:
        _ = try count(atLeast: 2)
        stack.removeLast()
      case UInt8(ascii: "b"), UInt8(ascii: "R"): try call(&names)
      case UInt8(ascii: "Q"): try readStorage(&names)
      case UInt8(ascii: "."):
        guard stack.count == 1, marks.isEmpty else {
          throw LiteError(.malformed, "the pickle ends with \(stack.count) values on the stack, expected 1")
        }
        graph.root = stack[0]
        return
      default: throw LiteError(.malformed, "pickle opcode \(hex: opcode) is not one that PyTorch writes")
      }
    }
  }

  // MARK: Reading

  private mutating func readByte() throws(LiteError) -> UInt8 {
    guard position < bytes.count else { throw LiteError(.malformed, "the pickle has no end") }
    position += 1
    return bytes[position - 1]
  }

  private mutating func readLittleEndian(_ count: Int) throws(LiteError) -> UInt64 {
    guard bytes.count - position >= count else { throw LiteError(.malformed, "the pickle ends inside a number") }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += count
    return value
  }

  private mutating func readLong() throws(LiteError) {
    let length = Int(try readByte())
    guard length <= 8 else { throw LiteError(.malformed, "an integer of \(length) bytes, more than 64 bits") }
    let value = try readLittleEndian(length)
    let unused = UInt64(64 - 8 * length)
    push(.int, value: length == 0 ? 0 : Int64(bitPattern: value << unused) >> Int64(unused))
  }

  private mutating func readString() throws(LiteError) {
    let length = Int(try readLittleEndian(4))
    guard length <= bytes.count - position else { throw LiteError(.malformed, "a string of \(length) bytes goes past the end") }
    push(.string, first: position, count: length)
    position += length
  }

  private mutating func readLine() throws(LiteError) -> Range<Int> {
    let start = position
    while try readByte() != 10 {}
    return start..<position - 1
  }

  private mutating func readGlobal(_ names: inout NameTable) throws(LiteError) {
    let module = try readLine()
    let name = try readLine()
    var full = [UInt8](bytes[module])
    full.append(46)
    full.append(contentsOf: bytes[name])
    push(.global)
    graph.nodes[graph.nodes.count - 1].name = try names.intern(full)
  }

  // MARK: Stack and memo

  private mutating func push(_ kind: PickleGraph.Kind, first: Int = 0, count: Int = 0, value: Int64 = 0) {
    stack.append(Int32(truncatingIfNeeded: graph.nodes.count))
    graph.nodes.append(
      .init(
        kind: kind, name: Name(id: 0), hasName: false, first: Int32(truncatingIfNeeded: first),
        count: Int32(truncatingIfNeeded: count), value: value))
  }

  private mutating func pop() throws(LiteError) -> PickleGraph.Index {
    guard stack.count > (marks.last ?? 0) else { throw LiteError(.malformed, "the pickle takes a value from an empty stack") }
    return stack.removeLast()
  }

  /// How many values stand on the stack above the last mark's position, checked; returns the stack's height.
  private func count(atLeast needed: Int) throws(LiteError) -> Int {
    guard stack.count - (marks.last ?? 0) >= needed else {
      throw LiteError(.malformed, "the pickle takes \(needed) values from a stack of \(stack.count)")
    }
    return stack.count
  }

  /// Stack height `needed` below the top.
  private func below(_ needed: Int) throws(LiteError) -> Int { try count(atLeast: needed) - needed }

  private mutating func popMark() throws(LiteError) -> Int {
    guard let mark = marks.popLast() else { throw LiteError(.malformed, "the pickle uses a mark that it did not set") }
    guard mark <= stack.count else { throw LiteError(.malformed, "the pickle's mark is above its stack") }
    return mark
  }

  private mutating func remember(_ slot: Int) throws(LiteError) {
    // Every memo slot costs its writer at least two bytes.
    guard slot < bytes.count else { throw LiteError(.malformed, "memo slot \(slot) in a pickle of \(bytes.count) bytes") }
    try AllocationScope.checkRoom((slot - memo.count) * MemoryLayout<PickleGraph.Index>.stride)
    while memo.count <= slot { memo.append(-1) }
    _ = try count(atLeast: 1)
    memo[slot] = stack[stack.count - 1]
  }

  private mutating func recall(_ slot: Int) throws(LiteError) {
    guard slot < memo.count, memo[slot] >= 0 else { throw LiteError(.malformed, "memo slot \(slot) was never set") }
    stack.append(memo[slot])
  }

  // MARK: Containers

  private mutating func pushItems(_ kind: PickleGraph.Kind, from start: Int) throws(LiteError) {
    let first = graph.children.count
    let count = stack.count - start
    guard kind != .dict || count % 2 == 0 else { throw LiteError(.malformed, "a dict with a key that has no value") }
    try reserveChildren(count)
    graph.children.append(contentsOf: stack[start...])
    stack.removeLast(count)
    push(kind, first: first, count: count)
  }

  private mutating func appendItems(_ kind: PickleGraph.Kind, from start: Int) throws(LiteError) {
    guard start > (marks.last ?? 0) else { throw LiteError(.malformed, "items for a container that is not there") }
    let target = Int(stack[start - 1])
    guard graph.nodes[target].kind == kind else {
      throw graph.unexpected(stack[start - 1], "adding items", kind == .list ? "list" : "dict")
    }
    let added = stack.count - start
    guard kind != .dict || added % 2 == 0 else { throw LiteError(.malformed, "a dict with a key that has no value") }
    let node = graph.nodes[target]
    if Int(node.first) + Int(node.count) != graph.children.count {
      // The children of a node are consecutive: move them to where there is room.
      try reserveChildren(Int(node.count))
      graph.nodes[target].first = Int32(truncatingIfNeeded: graph.children.count)
      for index in 0..<Int(node.count) { graph.children.append(graph.children[Int(node.first) + index]) }
    }
    try reserveChildren(added)
    graph.children.append(contentsOf: stack[start...])
    graph.nodes[target].count += Int32(truncatingIfNeeded: added)
    stack.removeLast(added)
  }

  private func reserveChildren(_ count: Int) throws(LiteError) {
    guard count <= limits.pickleItems - graph.children.count else {
      throw Limits.exceeded("containers with \(graph.children.count + count) items", limits.pickleItems, "pickleItems")
    }
  }

  // MARK: Calls

  /// BUILD and REDUCE: the closed list of what a pickle may construct.
  private mutating func call(_ names: inout NameTable) throws(LiteError) {
    let argument = try pop()
    let callee = try pop()
    guard graph.kind(callee) == .global else { throw graph.unexpected(callee, "construction", "class") }
    let name = graph.nodes[Int(callee)].name
    if names.matches(name, "torch._utils._rebuild_tensor_v2") {
      try addTensor(argument, isQuantized: false, names)
    } else if names.matches(name, "torch._utils._rebuild_qtensor") {
      try addTensor(argument, isQuantized: true, names)
    } else if names.matches(name, "torch.jit._pickle.restore_type_tag") {
      let list = try item(argument, 0, of: 2)
      let type = graph.string(try string(argument, 1, of: 2))
      // Tags of a few types are looked at. A longer one is none of them.
      if type.count <= NameTable.longestName { try tag(list, names.intern(type)) }
      stack.append(list)
    } else if names.hasPrefix(name, "torch.jit._pickle.build_") {
      try callBuilder(name, argument, &names)
    } else if names.matches(name, "collections.OrderedDict") {
      push(.none)  // backward hooks, always empty
    } else if names.matches(name, "torch.device") {
      let text = try string(argument, 0, of: 1)
      try pushNode(.device, child: text)
    } else if names.matches(name, "builtins.complex") {
      _ = try item(argument, 0, of: 2)
      push(.complex, first: Int(graph.nodes[Int(argument)].first), count: 2)
    } else if names.matches(name, "torch._utils._rebuild_sparse_tensor") {
      throw LiteError(.unsupported, "a sparse tensor is stored in the file; sparse layouts are not supported")
    } else if names.hasPrefix(name, "__torch__.") || names.hasPrefix(name, "torch.jit.") {
      try pushNode(.object, child: argument)
      graph.nodes[graph.nodes.count - 1].name = name
      graph.nodes[graph.nodes.count - 1].hasName = true
    } else {
      throw LiteError(.malformed, "the pickle calls \(names.bytes(name)), which no PyTorch mobile file does")
    }
  }

  /// `torch.jit._pickle.build_intlist` and its kin: lists with a known element type.
  private mutating func callBuilder(_ name: Name, _ argument: PickleGraph.Index, _ names: inout NameTable) throws(LiteError) {
    let builders: [(StaticString, StaticString)] = [
      ("torch.jit._pickle.build_intlist", "List[int]"), ("torch.jit._pickle.build_tensorlist", "List[Tensor]"),
      ("torch.jit._pickle.build_doublelist", "List[float]"), ("torch.jit._pickle.build_boollist", "List[bool]"),
    ]
    for (builder, type) in builders where names.matches(name, builder) {
      let list = try item(argument, 0, of: 1)
      try tag(list, names.intern(UnsafeBufferPointer(start: type.utf8Start, count: type.utf8CodeUnitCount)))
      stack.append(list)
      return
    }
    throw LiteError(.unsupported, "\(names.bytes(name)): written by PyTorch before 1.5; save the model with a newer one")
  }

  private mutating func pushNode(_ kind: PickleGraph.Kind, child: PickleGraph.Index) throws(LiteError) {
    try reserveChildren(1)
    graph.children.append(child)
    push(kind, first: graph.children.count - 1, count: 1)
  }

  private mutating func tag(_ container: PickleGraph.Index, _ type: Name) throws(LiteError) {
    let kind = graph.kind(container)
    guard kind == .list || kind == .dict else { throw graph.unexpected(container, "typed container", "list or dict") }
    graph.nodes[Int(container)].name = type
    graph.nodes[Int(container)].hasName = true
  }

  /// Item `position` of a tuple that has at least `needed` items.
  private func item(_ tuple: PickleGraph.Index, _ position: Int, of needed: Int) throws(LiteError) -> PickleGraph.Index {
    guard graph.kind(tuple) == .tuple else { throw graph.unexpected(tuple, "arguments", "tuple") }
    guard graph.count(tuple) >= needed else {
      throw LiteError(.malformed, "a tuple of \(graph.count(tuple)) items, expected \(needed)")
    }
    return graph.child(tuple, position)
  }

  private func string(_ tuple: PickleGraph.Index, _ position: Int, of needed: Int) throws(LiteError) -> PickleGraph.Index {
    let index = try item(tuple, position, of: needed)
    guard graph.kind(index) == .string else { throw graph.unexpected(index, "arguments", "str") }
    return index
  }

  // MARK: Storages and tensors

  /// `("storage", <class>, key, location, element count)`.
  private mutating func readStorage(_ names: inout NameTable) throws(LiteError) {
    let tuple = try pop()
    guard isEqual(graph.string(try string(tuple, 0, of: 5)), "storage") else {
      throw LiteError(.malformed, "a persistent id that is not a storage")
    }
    let storageClass = try item(tuple, 1, of: 5)
    guard graph.kind(storageClass) == .global else { throw graph.unexpected(storageClass, "storage", "class") }
    let className = names.bytes(graph.nodes[Int(storageClass)].name)
    let prefix = 6  // "torch."
    let type: DataType? = className.withUnsafeBufferPointer {
      $0.count > prefix ? DataType.named(storageClass: UnsafeBufferPointer(rebasing: $0[prefix...])) : nil
    }
    guard let type else { throw LiteError(.unsupported, "storage class \(className) is not known") }
    let count = try Checked.int(try graph.int(try item(tuple, 4, of: 5), "storage size"))
    guard count >= 0 else { throw LiteError(.malformed, "a storage of \(count) elements") }
    graph.storages.append(.init(type: type, key: try string(tuple, 2, of: 5), count: count))
    push(.storage, value: Int64(graph.storages.count - 1))
  }

  private mutating func addTensor(_ tuple: PickleGraph.Index, isQuantized: Bool, _ names: borrowing NameTable) throws(LiteError) {
    let storageNode = try item(tuple, 0, of: isQuantized ? 6 : 5)
    guard graph.kind(storageNode) == .storage else { throw graph.unexpected(storageNode, "tensor", "storage") }
    let storage = Int(graph.nodes[Int(storageNode)].value)
    var tensor = PickleGraph.TensorReference(
      storage: storage, offset: try Checked.int(try graph.int(try item(tuple, 1, of: 5), "tensor offset")),
      sizes: try intTuple(try item(tuple, 2, of: 5), "tensor size"),
      strides: try intTuple(try item(tuple, 3, of: 5), "tensor stride"))
    try check(&tensor)
    if isQuantized {
      try readQuantization(try item(tuple, 4, of: 6), into: &tensor, names)
    } else if graph.storages[storage].type.isQuantized {
      throw LiteError(.malformed, "a quantized storage under a tensor without quantization")
    }
    graph.tensors.append(tensor)
    push(.tensor, value: Int64(graph.tensors.count - 1))
  }

  private func intTuple(_ tuple: PickleGraph.Index, _ what: StaticString) throws(LiteError) -> [Int] {
    guard graph.kind(tuple) == .tuple else { throw graph.unexpected(tuple, what, "tuple") }
    var result: [Int] = []
    for position in 0..<graph.count(tuple) {
      let value = try Checked.int(try graph.int(graph.child(tuple, position), what))
      guard value >= 0 else { throw LiteError(.malformed, "\(what) \(value) is negative") }
      result.append(value)
    }
    return result
  }

  /// Every element of the tensor lies inside its storage. One without elements becomes dense, at the storage's start.
  private func check(_ tensor: inout PickleGraph.TensorReference) throws(LiteError) {
    guard tensor.sizes.count == tensor.strides.count else {
      throw LiteError(.malformed, "a tensor with \(tensor.sizes.count) sizes and \(tensor.strides.count) strides")
    }
    guard tensor.sizes.count <= Dimensions.maximumCount else {
      throw LiteError(
        .unsupported, "a tensor of \(tensor.sizes.count) dimensions; at most \(Dimensions.maximumCount) are supported")
    }
    guard tensor.offset >= 0 else { throw LiteError(.malformed, "tensor offset \(tensor.offset) is negative") }
    var byteCount = graph.storages[tensor.storage].type.size
    for size in tensor.sizes { byteCount = try Checked.multiply(byteCount, max(size, 1)) }
    guard byteCount <= limits.tensorBytes else {
      throw Limits.exceeded("a tensor of \(byteCount) bytes", limits.tensorBytes, "tensorBytes")
    }
    if tensor.sizes.contains(0) {
      tensor.offset = 0
      let strides = try Dimensions(tensor.sizes).contiguousStrides()
      for index in tensor.strides.indices { tensor.strides[index] = strides[index] }
      return
    }
    var last = tensor.offset
    for (size, stride) in zip(tensor.sizes, tensor.strides) {
      last = try Checked.add(last, try Checked.multiply(size - 1, stride))
    }
    let storage = graph.storages[tensor.storage]
    var capacity = storage.count
    // Sizes of the packed types count codes, their storage counts bytes.
    if storage.type == .quint4x2 { capacity = try Checked.multiply(capacity, 2) }
    if storage.type == .quint2x4 { capacity = try Checked.multiply(capacity, 4) }
    guard last < capacity else {
      throw LiteError(.malformed, "a tensor reaches element \(last) of a storage of \(storage.count)")
    }
  }

  /// `(per_tensor_affine, scale, zero point)` or `(per_channel_affine…, scales, zero points, axis)`.
  private func readQuantization(
    _ tuple: PickleGraph.Index, into tensor: inout PickleGraph.TensorReference, _ names: borrowing NameTable
  ) throws(LiteError) {
    guard graph.storages[tensor.storage].type.isQuantized else {
      throw LiteError(.malformed, "a quantized tensor over a storage of \(graph.storages[tensor.storage].type.name)")
    }
    let scheme = try item(tuple, 0, of: 3)
    guard graph.kind(scheme) == .global else { throw graph.unexpected(scheme, "quantization scheme", "class") }
    let name = graph.nodes[Int(scheme)].name
    if names.matches(name, "torch.per_tensor_affine") {
      tensor.scheme = .perTensor
      tensor.scale = try graph.double(try item(tuple, 1, of: 3), "scale")
      tensor.zeroPoint = try graph.int(try item(tuple, 2, of: 3), "zero point")
      guard tensor.scale.isFinite, tensor.scale > 0 else {
        throw LiteError(.malformed, "a quantization scale that is not a positive number")
      }
      guard tensor.zeroPoint.magnitude <= UInt64(Int32.max) else {
        throw LiteError(.malformed, "zero point \(tensor.zeroPoint) does not fit 32 bits")
      }
      return
    }
    let isFloat = names.matches(name, "torch.per_channel_affine_float_qparams")
    guard isFloat || names.matches(name, "torch.per_channel_affine") else {
      throw LiteError(.unsupported, "quantization scheme \(names.bytes(name)) is not supported")
    }
    tensor.scheme = isFloat ? .perChannelFloat : .perChannel
    tensor.scales = try item(tuple, 1, of: 4)
    tensor.zeroPoints = try item(tuple, 2, of: 4)
    tensor.axis = try Checked.int(try graph.int(try item(tuple, 3, of: 4), "axis"))
    guard tensor.axis >= 0, tensor.axis < tensor.sizes.count else {
      throw LiteError(.malformed, "quantization axis \(tensor.axis) of a tensor of \(tensor.sizes.count) dimensions")
    }
    for node in [tensor.scales, tensor.zeroPoints] {
      guard graph.kind(node) == .tensor else { throw graph.unexpected(node, "quantization parameters", "tensor") }
      let parameters = graph.tensors[Int(graph.nodes[Int(node)].value)]
      guard parameters.sizes == [tensor.sizes[tensor.axis]] else {
        throw LiteError(
          .malformed,
          "per-channel quantization parameters do not have one entry for each of \(tensor.sizes[tensor.axis]) channels")
      }
    }
  }
}

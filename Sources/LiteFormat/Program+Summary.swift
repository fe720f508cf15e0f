/// What a program consists of, counted: for people and tools that look at a file before they run it.
extension Program {
  /// An operator and how often the code calls it.
  public struct OperatorUse: Sendable {
    /// `aten::add`.
    public let name: Name
    /// `Tensor`, or empty.
    public let overload: Name
    /// Instructions that call it, in all methods of all classes.
    public let count: Int
  }

  /// The operators that instructions call, each overload once, by name.
  public var operatorUses: [OperatorUse] {
    var keys: [UInt64] = []
    for function in functions {
      for instruction in function.instructions where instruction.opcode == .op || instruction.opcode == .opn {
        // A program that is inspected need not be valid.
        guard Int(instruction.x) >= 0, Int(instruction.x) < function.operators.count else { continue }
        let reference = function.operators[Int(instruction.x)]
        keys.append(UInt64(UInt32(bitPattern: reference.name.id)) << 32 | UInt64(UInt32(bitPattern: reference.overload.id)))
      }
    }
    keys.sort()
    var uses: [OperatorUse] = []
    var start = 0
    for end in 1...max(1, keys.count) where start < keys.count && (end == keys.count || keys[end] != keys[start]) {
      let key = keys[start]
      uses.append(
        OperatorUse(
          name: Name(id: Int32(truncatingIfNeeded: key >> 32)), overload: Name(id: Int32(truncatingIfNeeded: key)),
          count: end - start))
      start = end
    }
    var named = uses.map { (text: operatorText($0), use: $0) }
    named.sort { $0.text.bytes.lexicographicallyPrecedes($1.text.bytes) }
    return named.map { $0.use }
  }

  /// `aten::add.Tensor`.
  public func operatorText(_ use: OperatorUse) -> Message {
    var text = Message(bytes: names.bytes(use.name))
    let overload = names.bytes(use.overload)
    if !overload.isEmpty {
      text.bytes.append(46)
      text.bytes += overload
    }
    return text
  }

  /// Tensors of one element type and one way of quantization.
  public struct TensorGroup: Sendable {
    public let type: DataType
    public let scheme: PickleGraph.QuantizationScheme
    public internal(set) var tensorCount: Int
    /// Elements of all of them; views count fully.
    public internal(set) var elementCount: Int
  }

  /// The tensors of the file, constants of the code included, by element type and quantization.
  public var tensorGroups: [TensorGroup] {
    var groups: [TensorGroup] = []
    for graph in [data, bytecode] {
      for tensor in graph.tensors {
        let type = graph.storages[tensor.storage].type
        var elements = 1
        for size in tensor.sizes {
          let (product, overflow) = elements.multipliedReportingOverflow(by: size)
          elements = overflow ? Int.max : product
        }
        if let known = groups.firstIndex(where: { $0.type == type && $0.scheme == tensor.scheme }) {
          groups[known].tensorCount += 1
          let (sum, overflow) = groups[known].elementCount.addingReportingOverflow(elements)
          groups[known].elementCount = overflow ? Int.max : sum
        } else {
          groups.append(TensorGroup(type: type, scheme: tensor.scheme, tensorCount: 1, elementCount: elements))
        }
      }
    }
    return groups
  }
}

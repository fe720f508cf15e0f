/// A decoded pickle as flat data: nodes that refer to each other by index.
///
/// A tree of objects would be freed recursively, and a file can nest it as deep as it likes; a flat graph
/// has no depth. Sharing and cycles of the pickle (`BINGET`) show as equal indices.
public struct PickleGraph: @unchecked Sendable {
  /// Position of a node.
  public typealias Index = Int32

  public enum Kind: UInt8, Sendable {
    case none, bool, int, double, string
    /// `children` are the items.
    case tuple, list
    /// `children` are key, value, key, value.
    case dict
    /// `value` is the position in `storages`.
    case storage
    /// `value` is the position in `tensors`.
    case tensor
    /// `name` is the class, the one child is the state.
    case object
    /// The one child is the device's name.
    case device
    /// Children are the real and the imaginary part.
    case complex
    /// A class or function that was named but not called. `name` says which.
    case global
  }

  public struct Node: Sendable {
    public var kind: Kind
    /// Class of an object or name of a global; for lists and dicts the type tag, if `hasName`.
    public var name: Name
    public var hasName: Bool
    /// Children: `children[first..<first+count]`. Strings: bytes of the record.
    public var first: Int32
    public var count: Int32
    /// The number of an int or bool, the bits of a double, a position for storage and tensor.
    public var value: Int64
  }

  /// A storage that the pickle refers to; its bytes are a record of their own.
  public struct StorageReference: Sendable {
    public var type: DataType
    /// String node: last part of the record's name.
    public var key: Index
    /// Number of elements.
    public var count: Int
  }

  public enum QuantizationScheme: Sendable { case none, perTensor, perChannel, perChannelFloat }

  /// A tensor over a storage. All elements lie inside the storage: the decoder has checked it.
  public struct TensorReference: Sendable {
    public var storage: Int
    /// In elements.
    public var offset: Int
    public var sizes: [Int]
    /// In elements.
    public var strides: [Int]
    public var scheme: QuantizationScheme = .none
    public var scale: Double = 1
    public var zeroPoint: Int64 = 0
    /// Tensor nodes of per-channel parameters.
    public var scales: Index = 0
    public var zeroPoints: Index = 0
    public var axis: Int = 0
  }

  /// Keeps the bytes of strings.
  public let record: RecordBytes
  public internal(set) var nodes: [Node] = []
  public internal(set) var children: [Index] = []
  public internal(set) var storages: [StorageReference] = []
  public internal(set) var tensors: [TensorReference] = []
  /// The value that the pickle is.
  public internal(set) var root: Index = 0

  init(record: RecordBytes) { self.record = record }

  public func kind(_ index: Index) -> Kind { nodes[Int(index)].kind }

  /// Number of children.
  public func count(_ index: Index) -> Int { Int(nodes[Int(index)].count) }

  /// A child by position; the caller has checked the count.
  public func child(_ index: Index, _ position: Int) -> Index { children[Int(nodes[Int(index)].first) + position] }

  /// The bytes of a string node.
  public func string(_ index: Index) -> UnsafeBufferPointer<UInt8> {
    let node = nodes[Int(index)]
    return UnsafeBufferPointer(rebasing: record.bytes[Int(node.first)..<Int(node.first) + Int(node.count)])
  }

  /// The number of an int node, else an error that says where.
  public func int(_ index: Index, _ what: StaticString) throws(LiteError) -> Int64 {
    let node = nodes[Int(index)]
    guard node.kind == .int || node.kind == .bool else { throw unexpected(index, what, "int") }
    return node.value
  }

  /// The number of a double (or int) node.
  public func double(_ index: Index, _ what: StaticString) throws(LiteError) -> Double {
    let node = nodes[Int(index)]
    switch node.kind {
    case .double: return Double(bitPattern: UInt64(bitPattern: node.value))
    case .int: return Double(node.value)
    default: throw unexpected(index, what, "float")
    }
  }

  /// The error for a node of another kind than expected.
  public func unexpected(_ index: Index, _ what: StaticString, _ expected: StaticString) -> LiteError {
    LiteError(.malformed, "\(what): found \(kind(index).name), expected \(expected)")
  }
}

extension PickleGraph.Kind {
  /// For messages.
  public var name: StaticString {
    switch self {
    case .none: "None"
    case .bool: "bool"
    case .int: "int"
    case .double: "float"
    case .string: "str"
    case .tuple: "tuple"
    case .list: "list"
    case .dict: "dict"
    case .storage: "storage"
    case .tensor: "tensor"
    case .object: "object"
    case .device: "device"
    case .complex: "complex"
    case .global: "class"
    }
  }
}

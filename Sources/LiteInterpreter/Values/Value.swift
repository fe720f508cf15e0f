import LiteFormat

/// What a register, a stack slot, an attribute or a container item holds.
public enum Value {
  case none
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(StringValue)
  case tensor(Tensor)
  case list(ListValue)
  case tuple(TupleValue)
  case dict(DictValue)
  case object(ObjectValue)
  case device(StringValue)
  case complex(ComplexValue)
  /// Packed parameters of `quantized::linear` and its kin.
  case linear(LinearParameters)
  case halfLinear(HalfLinearParameters)
  case convolution(ConvolutionParameters)
  case recurrentCell(RecurrentCellParameters)
  case embedding(EmbeddingParameters)
  /// Float layers of `optimize_for_mobile`.
  case clampedLinear(ClampedLinearParameters)
  case clampedConvolution(ClampedConvolutionParameters)
  /// A register that was never set, or `prim::Uninitialized`.
  case uninitialized

  /// For messages: the type as TorchScript names it.
  public var typeName: StaticString {
    switch self {
    case .none: "None"
    case .bool: "bool"
    case .int: "int"
    case .double: "float"
    case .string: "str"
    case .tensor: "Tensor"
    case .list: "List"
    case .tuple: "Tuple"
    case .dict: "Dict"
    case .object: "object"
    case .device: "Device"
    case .complex: "complex"
    case .linear, .halfLinear: "LinearPackedParamsBase"
    case .convolution: "Conv2dPackedParamsBase"
    case .recurrentCell: "CellParamsBase"
    case .embedding: "EmbeddingPackedParamsBase"
    case .clampedLinear: "LinearOpContext"
    case .clampedConvolution: "Conv2dOpContext"
    case .uninitialized: "an unset value"
    }
  }

  /// A list of ints.
  static func ints(_ values: some Sequence<Int>) -> Value {
    .list(ListValue(values.map { .int(Int64($0)) }, of: .int))
  }
}

/// Immutable text, UTF-8.
public final class StringValue: Sendable {
  public let bytes: [UInt8]
  public init(_ bytes: [UInt8]) { self.bytes = bytes }
  public convenience init(_ text: StaticString) {
    self.init([UInt8](UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)))
  }
}

/// A list; shared by everything that refers to it, as in Python.
public final class ListValue: ContainerValue {
  public var items: [Value]
  /// Kind of the items, which matters for an empty list: `.any` when it is not known.
  public let elementKind: TypeTable.Kind
  /// Part of the module's state: changing it ends the plans that rely on it.
  var isState = false

  public init(_ items: [Value], of elementKind: TypeTable.Kind = .any) {
    self.items = items
    self.elementKind = elementKind
  }

  /// Leaves the container empty. For its end only.
  override func surrender() -> [Value] {
    let result = items
    items = []
    return result
  }

  deinit {
    var rest = Dismantling.end(items)
    items = []
    rest.run()
  }
}

/// A tuple or named tuple; immutable.
public final class TupleValue {
  public private(set) var items: [Value]
  /// Field names of a named tuple.
  public let fields: [[UInt8]]
  /// Part of the module's state, with all that it holds.
  var isState = false

  public init(_ items: [Value], fields: [[UInt8]] = []) {
    self.items = items
    self.fields = fields
  }

  /// Gives the tuple its items. For a copy only, which is there before the copies of what it holds.
  func complete(_ items: [Value]) { self.items = items }

  /// The items in place.
  func withItems<Result>(_ body: (UnsafeMutableBufferPointer<Value>) -> Result) -> Result {
    items.withUnsafeMutableBufferPointer { body($0) }
  }

  /// Leaves the container empty. For its end only.
  func surrender() -> [Value] {
    let result = items
    items = []
    return result
  }

  deinit {
    var rest = Dismantling.end(items)
    items = []
    rest.run()
  }
}

/// An instance of a module class: a class and numbered attributes.
public final class ObjectValue: ContainerValue {
  public let className: Name
  public var slots: [Value]
  /// Names of the attributes in order, each ended by a zero byte. Kept for containers of modules only, whose
  /// items programs ask for by number or name; every other access is by slot.
  public let names: [UInt8]

  public init(className: Name, slots: [Value] = [], names: [UInt8] = []) {
    self.className = className
    self.slots = slots
    self.names = names
  }

  /// The attribute of a container of modules with this name.
  func attribute(_ name: [UInt8]) -> Value? {
    var slot = 0
    var start = 0
    for position in 0..<names.count where names[position] == 0 {
      if names[start..<position].elementsEqual(name) { return slot < slots.count ? slots[slot] : nil }
      slot += 1
      start = position + 1
    }
    return nil
  }

  /// Leaves the container empty. For its end only.
  override func surrender() -> [Value] {
    let result = slots
    slots = []
    return result
  }

  deinit {
    var rest = Dismantling.end(slots)
    slots = []
    rest.run()
  }
}

/// A complex number.
public final class ComplexValue: Sendable {
  public let real: Double
  public let imaginary: Double
  public init(_ real: Double, _ imaginary: Double) {
    self.real = real
    self.imaginary = imaginary
  }
}

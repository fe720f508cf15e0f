import CLitePlatform
import LiteFormat

/// Operators that are instructions from bytecode version 8 on, and ordinary operators before.
enum PromotedOperators {
  static func tupleIndex(_ tuple: Value, _ index: Value) throws(LiteError) -> Value {
    guard case .tuple(let tuple) = tuple, case .int(let number) = index else {
      throw LiteError(.invalidProgram, "found \(tuple.typeName)[\(index.typeName)], expected Tuple[int]")
    }
    let position = number < 0 ? number &+ Int64(tuple.items.count) : number
    guard position >= 0, position < Int64(tuple.items.count) else {
      throw LiteError(.operatorFailed, "index \(number) of a tuple of \(tuple.items.count)")
    }
    return tuple.items[Int(position)]
  }

  static func dictIndex(_ dict: Value, _ key: Value) throws(LiteError) -> Value {
    guard case .dict(let dict) = dict else { throw LiteError(.invalidProgram, "found \(dict.typeName), expected Dict") }
    guard let value = dict[key] else { throw LiteError(.operatorFailed, "KeyError: \(ValueText.plain(key))") }
    return value
  }

  /// `a is b`: the same object, or equal values without identity.
  static func isSame(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.none, .none): true
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.double(let a), .double(let b)): a == b
    case (.string(let a), .string(let b)): a === b
    case (.tensor(let a), .tensor(let b)): a === b
    case (.list(let a), .list(let b)): a === b
    case (.tuple(let a), .tuple(let b)): a === b
    case (.dict(let a), .dict(let b)): a === b
    case (.object(let a), .object(let b)): a === b
    default: false
    }
  }

  /// Replaces each `{}` of the first value by the next of the others.
  static func format(_ values: [Value], _ growth: GrowthLimits) throws(LiteError) -> Value {
    guard let first = values.first, case .string(let template) = first else {
      throw LiteError(.invalidProgram, "a format that is not a str")
    }
    var result: [UInt8] = []
    var next = 1
    var index = 0
    let bytes = template.bytes
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "{"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "}") {
        guard next < values.count else {
          throw LiteError(.operatorFailed, "Too few arguments for format string: \(template.bytes)")
        }
        result += ValueText.plain(values[next]).bytes
        try growth.string(result.count)
        next += 1
        index += 2
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return .string(StringValue(result))
  }

  /// `tensor.tolist()` as the program declares its result: `dimensions` lists of element kind 0 int,
  /// 1 float, 2 bool, 3 complex.
  static func toList(_ tensor: Tensor, _ dimensions: Value, _ kind: Value, _ context: Context) throws(LiteError) -> Value {
    guard case .int(let declared) = dimensions, case .int(let kind) = kind else {
      throw LiteError(.invalidProgram, "tolist without dimensions and element kind")
    }
    let (expected, fits): (StaticString, Bool) =
      switch kind {
      case 0: ("Long", tensor.type == .int64)
      case 1: ("Float", tensor.type == .float32 || tensor.type == .float64)
      case 2: ("Bool", tensor.type == .bool)
      default: ("ComplexDouble", tensor.type.isComplex)
      }
    guard fits else {
      throw LiteError(
        .operatorFailed,
        "Output annotation element type and runtime tensor element type must match for tolist(): \(expected) vs \(tensor.type.typeName)"
      )
    }
    guard declared == Int64(tensor.rank) else {
      throw LiteError(.operatorFailed, "Output annotation list dimension and runtime tensor dimension must match for tolist()")
    }
    // Lists of lists: as many items as elements, and the lists of each dimension.
    var items = 1
    for index in 0..<tensor.rank {
      items = try Checked.multiply(items, tensor.sizes[index])
      try context.growth.list(items)
      try context.spend(items)
    }
    var position = 0
    return try nested(tensor, 0, &position)
  }

  private static func nested(_ tensor: Tensor, _ dimension: Int, _ position: inout Int) throws(LiteError) -> Value {
    if dimension == tensor.rank {
      position += 1
      return try tensor.scalarElement(position - 1).value
    }
    var items: [Value] = []
    for _ in 0..<tensor.sizes[dimension] { items.append(try nested(tensor, dimension + 1, &position)) }
    let kind: TypeTable.Kind =
      dimension + 1 < tensor.rank
      ? .list
      : tensor.type.isFloatingPoint ? .float : tensor.type == .bool ? .bool : tensor.type.isComplex ? .complex : .int
    return .list(ListValue(items, of: kind))
  }

  /// A tensor without dimensions: int64, float64 or bool.
  static func numToTensor(_ value: Value, _ context: Context) throws(LiteError) -> Tensor {
    let scalar: Scalar
    let type: DataType
    switch value {
    case .int(let number): (scalar, type) = (.int(number), .int64)
    case .double(let number): (scalar, type) = (.double(number), .float64)
    case .bool(let flag): (scalar, type) = (.bool(flag), .bool)
    case .complex(let number): (scalar, type) = (.complex(number.real, number.imaginary), .complexDouble)
    default: throw LiteError(.invalidProgram, "found \(value.typeName), expected a number")
    }
    let tensor = try Tensor(type, Dimensions(), in: context.arena)
    try tensor.setElement(0, scalar)
    return tensor
  }
}

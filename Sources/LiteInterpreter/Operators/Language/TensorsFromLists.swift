import LiteFormat

/// `torch.tensor` and `torch.as_tensor`: tensors from numbers and nested lists.
enum TensorsFromLists {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      tensor.int(int t, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False)
      tensor.float(float t, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False)
      tensor.bool(bool t, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False)
      tensor(t[] data, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False)
      as_tensor(Tensor(a) data, *, ScalarType? dtype=None, Device? device=None) -> Tensor(b|a)
      as_tensor.list(t[] data, *, ScalarType? dtype=None, Device? device=None)
      as_tensor.int(int t, *, ScalarType? dtype=None, Device? device=None)
      as_tensor.float(float t, *, ScalarType? dtype=None, Device? device=None)
      as_tensor.bool(bool t, *, ScalarType? dtype=None, Device? device=None)
      """, tensor)
    table.add("_list_to_tensor(int[] self)", listToTensor)
    table.add("_tensor_to_list(self) -> int[]", tensorToList)
  }

  /// Arguments are data, dtype and device. Floats are float32 first, whatever the dtype asked for: so
  /// does TorchScript.
  private static func tensor(_ call: Call) throws(LiteError) -> Value {
    try Devices.requireCPU(call, 2)
    let made: Tensor
    switch call[0] {
    case .tensor(let tensor): made = tensor
    case .list(let list): made = try fromList(list, call)
    case .int(let number): made = try single(.int(number), .int64, call)
    case .double(let number): made = try single(.double(number), .float32, call)
    case .bool(let flag): made = try single(.bool(flag), .bool, call)
    default: throw call.unexpected(0, "a number or a list")
    }
    guard let type = try call.optionalDataType(1) else { return .tensor(made) }
    return .tensor(try made.converted(to: type, call.context))
  }

  private static func single(_ value: Scalar, _ type: DataType, _ call: Call) throws(LiteError) -> Tensor {
    let tensor = try call.makeTensor(type, Dimensions())
    try tensor.setElement(0, value)
    return tensor
  }

  private static func fromList(_ list: ListValue, _ call: Call) throws(LiteError) -> Tensor {
    var sizes = Dimensions()
    var inner = list
    while true {
      try sizes.append(inner.items.count)
      guard case .list(let next)? = inner.items.first else { break }
      inner = next
    }
    let type: DataType
    switch (inner.items.first, inner.elementKind) {
    case (.int?, _), (nil, .int): type = .int64
    case (.bool?, _), (nil, .bool): type = .bool
    case (.double?, _), (nil, .float), (nil, .list): type = .float32
    default:
      throw LiteError(.operatorFailed, "Input must be of ints, floats, or bools, got \(inner.items.first?.typeName ?? "Tensor")")
    }
    let tensor = try call.makeTensor(type, sizes)
    var position = 0
    if tensor.count > 0 { try store(list, tensor, 0, &position) }
    return tensor
  }

  private static func store(_ list: ListValue, _ tensor: Tensor, _ dimension: Int, _ position: inout Int) throws(LiteError) {
    guard list.items.count == tensor.sizes[dimension] else {
      throw LiteError(
        .operatorFailed,
        "Expected sequence of length \(tensor.sizes[dimension]) at dim \(dimension) (got \(list.items.count))")
    }
    for item in list.items {
      if dimension + 1 < tensor.rank {
        guard case .list(let inner) = item else { throw LiteError(.operatorFailed, "found \(item.typeName), expected a list") }
        try store(inner, tensor, dimension + 1, &position)
        continue
      }
      switch item {
      case .int(let number): try tensor.setElement(position, .int(number))
      case .double(let number): try tensor.setElement(position, .double(number))
      case .bool(let flag): try tensor.setElement(position, .bool(flag))
      default: throw LiteError(.operatorFailed, "found \(item.typeName), expected a number")
      }
      position += 1
    }
  }

  // MARK: int32 tensors

  private static func listToTensor(_ call: Call) throws(LiteError) -> Value {
    let items = try call.list(0).items
    var sizes = Dimensions()
    try sizes.append(items.count)
    let tensor = try call.makeTensor(.int32, sizes)
    for (index, item) in items.enumerated() {
      guard case .int(let number) = item else {
        throw call.failure(0, "found a list with \(item.typeName), expected a list of int")
      }
      try tensor.setElement(index, .int(number))
    }
    return .tensor(tensor)
  }

  private static func tensorToList(_ call: Call) throws(LiteError) -> Value {
    let tensor = try call.tensor(0, .int32)
    try call.require(tensor.rank == 1, 0, "found a tensor of \(tensor.message), expected one dimension")
    var items: [Value] = []
    try call.context.growth.list(tensor.count)
    for index in 0..<tensor.count { items.append(.int(try tensor.intElement(index))) }
    return .list(ListValue(items, of: .int))
  }
}

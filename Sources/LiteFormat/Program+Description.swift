extension Program {
  /// A type as TorchScript writes it: `Dict[str, List[Tensor]]`.
  public func typeText(_ index: TypeTable.Index) -> Message {
    let type = types[index]
    let word: StaticString
    switch type.kind {
    case .any: word = "Any"
    case .tensor: word = "Tensor"
    case .int: word = "int"
    case .float: word = "float"
    case .bool: word = "bool"
    case .string: word = "str"
    case .number: word = "Scalar"
    case .none: word = "None"
    case .device: word = "Device"
    case .complex: word = "complex"
    case .layout: word = "Layout"
    case .generator: word = "Generator"
    case .storage: word = "Storage"
    case .future: word = "Future"
    case .list: word = "List"
    case .optional: word = "Optional"
    case .dict: word = "Dict"
    case .tuple: word = "Tuple"
    case .union: word = "Union"
    case .object, .namedTuple: return Message(bytes: names.bytes(type.name))
    }
    var text: Message = "\(word)"
    guard !type.children.isEmpty else { return text }
    text.bytes.append(UInt8(ascii: "["))
    for (position, child) in type.children.enumerated() {
      if position > 0 { text.appendStatic(", ") }
      text.bytes += typeText(child).bytes
    }
    text.bytes.append(UInt8(ascii: "]"))
    return text
  }
}

import CLite
import LiteFormat
import LiteInterpreter

/// What there is to tell of a program, with its texts as C strings: made once, when a model is opened, so that any thread
/// may ask.
final class ModelDescription {
  struct Method {
    let name: [UInt8]
    let text: UnsafePointer<CChar>
    let function: Int
    let inputs: [lite_value_info]
    let outputs: [lite_value_info]
  }

  private(set) var methods: [Method] = []
  private(set) var operators: [lite_operator_info] = []
  private(set) var extraFiles: [ExtraFile] = []
  private(set) var info = lite_model_info()
  private let memory = PointedMemory()

  init(_ program: Program, _ model: Model?) throws(LiteError) {
    for method in program.methods {
      let schema = program.functions[method.function].schema
      var inputs: [lite_value_info] = []
      for argument in (schema?.arguments ?? []).dropFirst() { inputs.append(try describe(argument, program)) }
      var outputs: [lite_value_info] = []
      for value in schema?.returns ?? [] { try describeParts(value, program, 0, &outputs) }
      if let names = model?.description(of: method.function) {
        lite_value_info.name(&inputs, names.inputs)
        // Those of outputs are of tensors; behind a list or a dict nobody knows which one is next.
        let tensors = outputs.prefix { $0.kind == lite_kind(LITE_KIND_TENSOR) }.count
        lite_value_info.name(&outputs, [TensorDescription](names.outputs.prefix(tensors)))
      }
      methods.append(
        Method(
          name: method.name, text: try memory.text(method.name), function: method.function, inputs: inputs, outputs: outputs))
    }
    var usesQuantized = false
    for use in program.operatorUses {
      var item = lite_operator_info()
      item.is_supported = Model.supports(use, of: program) ? 1 : 0
      item.use_count = UInt64(use.count)
      item.name = try memory.text(program.operatorText(use).bytes)
      operators.append(item)
      info.missing_operator_count += 1 - item.is_supported
      if program.names.hasPrefix(use.name, "quantized::") || program.names.hasPrefix(use.name, "aten::quantize_per_") {
        usesQuantized = true
      }
    }
    for file in program.extraFiles {
      extraFiles.append(ExtraFile(name: file.name, text: try memory.text(file.name), bytes: file.bytes))
    }
    info.extra_file_count = UInt32(extraFiles.count)
    var flags = model == nil ? LITE_MODEL_INCOMPLETE : 0
    if usesQuantized || program.tensorGroups.contains(where: { $0.type.isQuantized }) { flags |= LITE_MODEL_QUANTIZED }
    if Self.hasControlFlow(program) { flags |= LITE_MODEL_CONTROL_FLOW }
    info.flags = UInt32(flags)
    info.bytecode_version = Int32(truncatingIfNeeded: program.bytecodeVersion)
    info.file_version = Int32(truncatingIfNeeded: program.fileVersion)
    info.file_bytes = UInt64(program.fileSize)
    info.weight_bytes = UInt64(program.weightByteCount)
    info.mapped_bytes = UInt64(program.mappedWeightByteCount)
    info.packed_bytes = UInt64(model?.weightMemory.packed ?? 0)
    info.method_count = UInt32(methods.count)
    info.operator_count = UInt32(operators.count)
    info.class_name = try memory.text(program.names.bytes(program.rootClass))
    info.kernels = try memory.text((model?.kernelTier ?? KernelTier.automatic.effectiveName).bytes)
  }

  /// Position of a method. The plain name of a method with overloads stands for the first of them.
  ///
  /// - Throws: `noSuchMethod`, with those there are.
  func method(_ name: [UInt8]) throws(LiteError) -> Int {
    for candidate in [name, name + [95, 95, 48]] {
      for (index, method) in methods.enumerated() where method.name == candidate { return index }
    }
    var list = Message()
    for (index, method) in methods.enumerated() {
      if index > 0 { list.appendStatic(", ") }
      list.bytes += ("\(method.name)" as Message).bytes
    }
    throw LiteError(.noSuchMethod, "no method \(name); the model has: \(list)")
  }

  /// The method of a caller's name; NULL is `forward`, or the first where there is no such.
  func position(of name: UnsafePointer<CChar>?) throws(LiteError) -> Int {
    if let name { return try method(try bytes(of: name, "method")) }
    guard !methods.isEmpty else { throw LiteError(.noSuchMethod, "the model has no methods") }
    return (try? method(("forward" as Message).bytes)) ?? 0
  }

  private func describe(_ argument: Function.Argument, _ program: Program) throws(LiteError) -> lite_value_info {
    var info = lite_value_info()
    var type = program.types[argument.type]
    var flags = argument.defaultValue == nil ? 0 : LITE_VALUE_HAS_DEFAULT
    if type.kind == .optional {
      // Files write None both for no default and for a default of None.
      flags = LITE_VALUE_OPTIONAL | LITE_VALUE_HAS_DEFAULT
      type = program.types[type.children[0]]
    }
    info.kind = lite_kind(Self.kind(type, program.types))
    info.flags = UInt32(flags)
    info.dtype = lite_dtype(LITE_DTYPE_UNKNOWN)
    info.rank = -1
    withUnsafeMutableBytes(of: &info.shape) { for index in $0.indices { $0[index] = 0xff } }
    if !argument.name.isEmpty { info.name = try memory.text(argument.name) }
    info.type = try memory.text(program.typeText(argument.type).bytes)
    return info
  }

  /// The parts of a result: the items of tuples, also of those in each other, else the result itself.
  private func describeParts(
    _ value: Function.Argument, _ program: Program, _ depth: Int, _ parts: inout [lite_value_info]
  ) throws(LiteError) {
    let type = program.types[value.type]
    guard type.kind == .tuple || type.kind == .namedTuple, !type.children.isEmpty, depth < 8 else {
      return parts.append(try describe(value, program))
    }
    for (index, child) in type.children.enumerated() {
      let name = index < type.fields.count ? program.names.bytes(type.fields[index]) : []
      try describeParts(Function.Argument(name: name, type: child), program, depth + 1, &parts)
    }
  }

  private static func kind(_ type: TypeTable.Entry, _ types: TypeTable) -> Int {
    switch type.kind {
    case .tensor: LITE_KIND_TENSOR
    case .int: LITE_KIND_INT
    case .float: LITE_KIND_FLOAT
    case .bool: LITE_KIND_BOOL
    case .string: LITE_KIND_STRING
    case .none: LITE_KIND_NONE
    case .device: LITE_KIND_DEVICE
    case .complex: LITE_KIND_COMPLEX
    case .list: LITE_KIND_LIST
    case .dict: LITE_KIND_DICT
    case .tuple, .namedTuple: LITE_KIND_TUPLE
    // Declarations of methods name a named tuple without its fields.
    case .object: types.entries.contains { $0.kind == .namedTuple && $0.name == type.name } ? LITE_KIND_TUPLE : LITE_KIND_OTHER
    case .any, .number, .union, .optional: LITE_KIND_ANY
    case .layout, .generator, .storage, .future: LITE_KIND_OTHER
    }
  }

  /// Whether code other than that which restores the state branches or loops.
  private static func hasControlFlow(_ program: Program) -> Bool {
    for function in program.functions {
      let name = program.names.bytes(function.name)
      if name.withUnsafeBufferPointer({ isEqual(UnsafeBufferPointer(rebasing: $0.suffix(7)), "state__") }) { continue }
      for instruction in function.instructions where instruction.opcode == .jf || instruction.opcode == .loop { return true }
    }
    return false
  }
}

/// Runs a body on what is known of a model.
private func describing(
  _ model: OpaquePointer?, _ error: ErrorPointer?, _ body: (ModelDescription) throws(LiteError) -> Void
) -> lite_status {
  reporting(error) { () throws(LiteError) in try body(try ModelHandle.from(model).description) }
}

/// - Throws: `invalidArgument` for an index that is out of range.
private func item<Item>(_ items: [Item], _ index: UInt32, _ what: StaticString) throws(LiteError) -> Item {
  guard index < items.count else { throw LiteError(.invalidArgument, "\(what) \(Int(index)) of \(items.count)") }
  return items[Int(index)]
}

@c @implementation
public func lite_model_summary(
  _ model: OpaquePointer?, _ out: UnsafeMutablePointer<lite_model_info>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  describing(model, error) { (description) throws(LiteError) in try description.info.write(to: out) }
}

@c @implementation
public func lite_model_method_name(_ model: OpaquePointer?, _ method: UInt32) -> UnsafePointer<CChar>? {
  guard let methods = try? ModelHandle.from(model).description.methods, method < methods.count else { return nil }
  return methods[Int(method)].text
}

@c @implementation
public func lite_model_find_method(
  _ model: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UInt32>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  describing(model, error) { (description) throws(LiteError) in
    let out = try required(out, "out")
    out.pointee = UInt32(try description.method(try bytes(of: name, "name")))
  }
}

@c @implementation
public func lite_model_signature(
  _ model: OpaquePointer?, _ method: UInt32, _ inputCount: UnsafeMutablePointer<UInt32>?,
  _ outputCount: UnsafeMutablePointer<UInt32>?, _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  describing(model, error) { (description) throws(LiteError) in
    let method = try item(description.methods, method, "method")
    inputCount?.pointee = UInt32(method.inputs.count)
    outputCount?.pointee = UInt32(method.outputs.count)
  }
}

@c @implementation
public func lite_model_input_info(
  _ model: OpaquePointer?, _ method: UInt32, _ input: UInt32, _ out: UnsafeMutablePointer<lite_value_info>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  describing(model, error) { (description) throws(LiteError) in
    try item(try item(description.methods, method, "method").inputs, input, "input").write(to: out)
  }
}

@c @implementation
public func lite_model_output_info(
  _ model: OpaquePointer?, _ method: UInt32, _ output: UInt32, _ out: UnsafeMutablePointer<lite_value_info>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  describing(model, error) { (description) throws(LiteError) in
    try item(try item(description.methods, method, "method").outputs, output, "output").write(to: out)
  }
}

@c @implementation
public func lite_model_operator_info(
  _ model: OpaquePointer?, _ index: UInt32, _ out: UnsafeMutablePointer<lite_operator_info>?,
  _ error: UnsafeMutablePointer<lite_error>?
) -> lite_status {
  describing(model, error) { (description) throws(LiteError) in
    try item(description.operators, index, "operator").write(to: out)
  }
}

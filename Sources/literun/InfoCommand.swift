import LiteFormat
import LiteInterpreter

/// `literun info`: what a file is.
enum InfoCommand {
  static let command = Command(
    name: "info", summary: "what a model is: methods, weights, operators, and whether it is supported", usage: "MODEL [options]",
    options: CommonOptions.reporting,
    details: """
      Opens and verifies the file; runs nothing but the __setstate__ methods of its module. Exit code 4 if the
      model needs something that this build does not have.


      """,
    example: "literun info mobilenet_v2.ptl"
  ) { (arguments) throws(LiteError) in
    let path = try arguments.onlyOperand("MODEL")
    do throws(LiteError) {
      let report = Report(path: path, program: try Program(path))
      Console.write(arguments.has("--json") ? Message(bytes: report.json.bytes + [10]) : report.text)
      return report.isSupported ? .ok : .unsupported
    } catch {
      throw error.at("\(path)")
    }
  }
}

/// What there is to tell of a program.
private struct Report {
  let path: [UInt8]
  let program: Program
  let uses: [Program.OperatorUse]
  /// For each use.
  let isKnown: [Bool]
  /// Why the module cannot be made, if so.
  let problem: LiteError?
  let signature: ModelSignature?
  /// Why the names cannot be used, if so.
  let signatureProblem: LiteError?

  init(path: [UInt8], program: Program) {
    self.path = path
    self.program = program
    let uses = program.operatorUses
    self.uses = uses
    isKnown = uses.map { Model.supports($0, of: program) }
    var problem: LiteError?
    do throws(LiteError) {
      _ = try Model(program)
    } catch {
      problem = error
    }
    self.problem = problem
    var signatureProblem: LiteError?
    do throws(LiteError) {
      signature = try ModelSignature.of(program)
    } catch {
      signature = nil
      signatureProblem = error
    }
    self.signatureProblem = signatureProblem
  }

  var isSupported: Bool { problem == nil && !isKnown.contains(false) }

  var missing: [Message] {
    var result: [Message] = []
    for (index, use) in uses.enumerated() where !isKnown[index] { result.append(program.operatorText(use)) }
    return result
  }

  // MARK: For people

  var text: Message {
    var text: Message = """
      file          \(path): PyTorch lite-interpreter model (.ptl), \(NumberText.byteCount(program.fileSize))
      versions      bytecode \(program.bytecodeVersion), file \(program.fileVersion)
      class         \(program.names.bytes(program.rootClass))

      """
    for method in program.methods {
      text.bytes += ("method        \(method.name)\(declaration(method.function))\n" as Message).bytes
      if let described = signature?.method(method.function) { text.bytes += SignatureReport(described).text.bytes }
    }
    if let signatureProblem { text.bytes += ("names         \(signatureProblem.message)\n" as Message).bytes }
    let mapped = program.mappedWeightByteCount
    text.bytes +=
      ("weights       \(NumberText.byteCount(program.weightByteCount)) in \(program.records.count) records" as Message).bytes
    if mapped > 0 {
      text.bytes +=
        (mapped == program.weightByteCount
        ? ", used in place" : ", \(NumberText.byteCount(mapped)) of them used in place" as Message).bytes
    }
    text.bytes.append(10)
    for group in program.tensorGroups {
      text.bytes +=
        ("              \(group.type.name): \(group.tensorCount) tensors, \(group.elementCount) elements" as Message).bytes
      if group.scheme != .none { text.bytes += (", \(group.scheme.words)" as Message).bytes }
      text.bytes.append(10)
    }
    text.bytes += ("quantization  \(quantization)\n" as Message).bytes
    let calls = uses.reduce(0) { $0 + $1.count }
    text.bytes += ("operators     \(uses.count), in \(calls) instructions\n" as Message).bytes
    for (index, use) in uses.enumerated() {
      text.bytes +=
        ("  \(program.operatorText(use))  \(use.count)\(isKnown[index] ? "" as StaticString : "  missing")\n" as Message).bytes
    }
    text.bytes += verdict.bytes
    return text
  }

  private var verdict: Message {
    if isSupported { return "supported: yes\n" }
    var text: Message = "supported: no\n"
    if let problem { text.bytes += ("  \(problem.message)\n" as Message).bytes }
    if !missing.isEmpty {
      text.bytes += ("  \(Job.absence(missing))\n" as Message).bytes
    }
    return text
  }

  /// `none`, or the quantized element types.
  private var quantization: Message {
    var kinds: [Message] = []
    for group in program.tensorGroups where group.type.isQuantized {
      kinds.append("\(group.type.name) \(group.scheme.words)")
    }
    let usesQuantized = uses.contains { program.names.hasPrefix($0.name, "quantized::") }
    if kinds.isEmpty { return usesQuantized ? "of activations only" : "none" }
    return Job.list(kinds)
  }

  /// `(Tensor x, int n=3) -> Tensor`.
  private func declaration(_ function: Int) -> Message {
    guard let schema = program.functions[function].schema else { return "(not declared in this file)" }
    var text: Message = "("
    for (index, argument) in schema.arguments.dropFirst().enumerated() {
      if index > 0 { text.appendStatic(", ") }
      text.bytes += ("\(program.typeText(argument.type)) \(argument.name)" as Message).bytes
      if let node = argument.defaultValue { text.bytes += ("=\(defaultText(node))" as Message).bytes }
    }
    text.appendStatic(") -> ")
    if schema.returns.count == 1 {
      text.bytes += program.typeText(schema.returns[0].type).bytes
    } else {
      text.bytes += ("(\(Job.list(schema.returns.map { program.typeText($0.type) })))" as Message).bytes
    }
    return text
  }

  /// A default value; those with parts as `…`.
  private func defaultText(_ index: PickleGraph.Index) -> Message {
    let node = program.bytecode.nodes[Int(index)]
    switch node.kind {
    case .none: return "None"
    case .bool: return node.value != 0 ? "True" : "False"
    case .int: return "\(node.value)"
    case .double: return NumberText.exactText(Double(bitPattern: UInt64(bitPattern: node.value)))
    case .string: return "'\(program.bytecode.string(index))'"
    default: return "…"
    }
  }

  // MARK: For programs

  var json: Message {
    var writer = JSONWriter.result(of: "info")
    writer.field("file", path)
    writer.field("kind", "lite-interpreter zip")
    writer.field("file_bytes", program.fileSize)
    writer.field("bytecode_version", program.bytecodeVersion)
    writer.field("file_version", program.fileVersion)
    writer.field("class", program.names.bytes(program.rootClass))
    writer.key("methods")
    writer.beginArray()
    for method in program.methods { write(method.name, method.function, to: &writer) }
    writer.endArray()
    if let signatureProblem { writer.field("names_problem", text: signatureProblem.message) }
    writer.field("weight_bytes", program.weightByteCount)
    writer.field("weight_bytes_in_place", program.mappedWeightByteCount)
    writer.field("weight_records", program.records.count)
    writer.key("tensors")
    writer.beginArray()
    for group in program.tensorGroups {
      writer.beginObject()
      writer.field("dtype", group.type.name)
      writer.field("quantization", group.scheme.words)
      writer.field("tensors", group.tensorCount)
      writer.field("elements", group.elementCount)
      writer.endObject()
    }
    writer.endArray()
    writer.key("operators")
    writer.beginArray()
    for (index, use) in uses.enumerated() {
      writer.beginObject()
      writer.field("name", text: program.operatorText(use))
      writer.field("count", use.count)
      writer.field("supported", isKnown[index])
      writer.endObject()
    }
    writer.endArray()
    writer.field("supported", isSupported)
    writer.key("missing")
    writer.beginArray()
    for name in missing { writer.value(text: name) }
    writer.endArray()
    if let problem { writer.field("problem", text: problem.message) }
    writer.endObject()
    return writer.text
  }

  private func write(_ name: [UInt8], _ function: Int, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.field("name", name)
    if let schema = program.functions[function].schema {
      writer.key("arguments")
      writer.beginArray()
      for argument in schema.arguments.dropFirst() {
        writer.beginObject()
        writer.field("name", argument.name)
        writer.field("type", text: program.typeText(argument.type))
        if let node = argument.defaultValue { writer.field("default", text: defaultText(node)) }
        writer.endObject()
      }
      writer.endArray()
      writer.key("returns")
      writer.beginArray()
      for item in schema.returns { writer.value(text: program.typeText(item.type)) }
      writer.endArray()
    }
    if let described = signature?.method(function) { SignatureReport(described).write(to: &writer) }
    writer.endObject()
  }
}

extension PickleGraph.QuantizationScheme {
  /// For people.
  var words: StaticString {
    switch self {
    case .none: "none"
    case .perTensor: "per tensor"
    case .perChannel: "per channel"
    case .perChannelFloat: "per channel with float zero points"
    }
  }
}

import LiteFormat

/// What a model says of its inputs and outputs beyond their order: names, dimension names, element types, sizes, and
/// how images become numbers. Read from `extra/lite.json`; `docs/named-dimensions.md` describes the form.
///
/// Immutable. Its texts live as long as it does.
public final class ModelSignature: @unchecked Sendable {
  /// The inputs and outputs of one method.
  public final class Method: Sendable {
    let function: Int
    /// Of the first arguments, in their order.
    public let inputs: [TensorDescription]
    /// Of the first tensors of the result, depth first.
    public let outputs: [TensorDescription]

    init(_ function: Int, inputs: [TensorDescription], outputs: [TensorDescription]) {
      self.function = function
      self.inputs = inputs
      self.outputs = outputs
    }

    /// The position of an input of this name.
    public func input(named name: [UInt8]) -> Int? {
      inputs.firstIndex { $0.name.bytes == name }
    }
  }

  /// Those that the file describes.
  public let methods: [Method]
  private let texts: UnsafeMutableRawPointer

  private static let maximumBytes = 1 << 20

  /// Reads the signature of a program.
  ///
  /// - Returns: nil if the file has none.
  /// - Throws: `malformed`, `unsupportedVersion` or `limitExceeded`: there is one, and it cannot be used.
  public static func of(_ program: Program) throws(LiteError) -> ModelSignature? {
    let name: StaticString = "lite.json"
    guard let record = program.extraFile(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)) else {
      return nil
    }
    do throws(LiteError) {
      guard record.count <= maximumBytes else {
        throw LiteError(.limitExceeded, "found \(record.count) bytes, the limit is \(maximumBytes)")
      }
      return try read([UInt8](record.bytes), program)
    } catch {
      throw error.at("extra/lite.json cannot be used")
    }
  }

  /// Reads a signature from its text. (An initializer that throws would leak the object in Embedded Swift.)
  static func read(_ json: [UInt8], _ program: Program) throws(LiteError) -> ModelSignature {
    let document = try JSONDocument(json)
    let count = document.texts.count
    guard let texts = allocateBytes(count) else { throw LiteError(.outOfMemory, "no memory for \(count) bytes of names") }
    document.texts.withUnsafeBytes { source in
      if let start = source.baseAddress { texts.copyMemory(from: start, byteCount: count) }
    }
    do throws(LiteError) {
      return ModelSignature(try SignatureReader(document: document, program: program, texts: texts).methods(), texts)
    } catch {
      freeBytes(texts)
      throw error
    }
  }

  private init(_ methods: [Method], _ texts: UnsafeMutableRawPointer) {
    self.methods = methods
    self.texts = texts
  }

  deinit { freeBytes(texts) }

  /// What is said of a method (`Model.method`), if anything.
  public func method(_ function: Int) -> Method? {
    for method in methods where method.function == function { return method }
    return nil
  }
}

extension Model {
  /// What the file says of the inputs and outputs of a method (`method(_:)`), if anything.
  public func description(of function: Int) -> ModelSignature.Method? { signature?.method(function) }

  /// The description of an input, which the caller has named something of.
  ///
  /// - Throws: `invalidInput`, with why there is none.
  public func description(ofInput index: Int, of function: Int) throws(LiteError) -> TensorDescription {
    if let inputs = description(of: function)?.inputs, inputs.indices.contains(index) { return inputs[index] }
    if let signatureProblem { throw LiteError(.invalidInput, signatureProblem.message) }
    throw LiteError(.invalidInput, "no extra/lite.json in the model describes this input: give it without dimensions")
  }

  /// The position of an input by its name in the file's description, else by the code's name of the argument.
  ///
  /// - Throws: `notFound`, with the names there are.
  public func input(named name: [UInt8], of function: Int) throws(LiteError) -> Int {
    let described = description(of: function)
    if let found = described?.input(named: name) { return found }
    guard let arguments = program.functions[function].schema?.arguments.dropFirst() else {
      throw LiteError(.notFound, "found input \(name), but this file does not name its arguments; give them by position")
    }
    var list = Message()
    for (index, argument) in arguments.enumerated() {
      if argument.name == name { return index }
      if index > 0 { list.appendStatic(", ") }
      list.bytes += argument.name
      if let inputs = described?.inputs, index < inputs.count, inputs[index].name.bytes != argument.name {
        list.bytes += (" or \(inputs[index].name.bytes)" as Message).bytes
      }
    }
    let reason: Message = signatureProblem.map { "; \($0.message)" } ?? Message()
    throw LiteError(.notFound, "found input \(name), the method takes (\(list))\(reason)")
  }
}

/// A text of a `ModelSignature`, valid as long as that.
public struct SignatureText: @unchecked Sendable {
  /// UTF-8, with a zero byte behind it, but for a dimension's name.
  public let start: UnsafePointer<CChar>
  let count: Int

  public var bytes: [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }
}

/// What a model says of one input or output.
public final class TensorDescription: Sendable {
  public let name: SignatureText
  /// nil: not declared.
  public let type: DataType?
  /// Names in the model's order; none if they are not declared.
  public let dimensions: [SignatureText]
  /// The names with commas between and a zero byte behind: `batch,channel,height,width`. nil if there are none.
  public var dimensionList: UnsafePointer<CChar>? { dimensions.first?.start }
  /// -1 for a size that may differ from run to run; nil if not even the rank is declared.
  public let sizes: Dimensions?
  /// Of images.
  public let normalization: ImageNormalization?
  /// The order of an image's channels: `RGB`.
  public let channels: SignatureText?
  /// Names of the positions along the last dimension: of classes.
  public let labels: [SignatureText]

  init(
    name: SignatureText, type: DataType?, dimensions: [SignatureText], sizes: Dimensions?, normalization: ImageNormalization?,
    channels: SignatureText?, labels: [SignatureText]
  ) {
    self.name = name
    self.type = type
    self.dimensions = dimensions
    self.sizes = sizes
    self.normalization = normalization
    self.channels = channels
    self.labels = labels
  }

  /// `float32 [batch, channel 3, height 224, width 224]`; what is not declared is left out.
  public var message: Message {
    var text = Message()
    if let type { text.bytes += ("\(type.name)" as Message).bytes }
    guard let sizes else { return text }
    text.appendStatic(type == nil ? "[" : " [")
    for index in 0..<sizes.count {
      if index > 0 { text.appendStatic(", ") }
      if index < dimensions.count {
        text.bytes += ("\(dimensions[index].bytes)" as Message).bytes
        if sizes[index] >= 0 { text.appendStatic(" ") }
      }
      if sizes[index] >= 0 { text.append(Int64(sizes[index])) } else if dimensions.isEmpty { text.appendStatic("any") }
    }
    text.appendStatic("]")
    return text
  }
}

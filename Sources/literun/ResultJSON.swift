import LiteFormat
import LiteInterpreter

/// A result for programs. Every value is an object with its `type`, so that an int is told from a float
/// and a list from a tuple:
///
///     {"type":"int","value":3}        {"type":"List","items":[…]}      {"type":"Dict","items":[[key,value],…]}
///     {"type":"Tensor","dtype":"quint8","shape":[1,4],"scale":0.1,"zero_point":3,"index":0,"file":"out/0.npy",
///      "min":0,"max":9,"first":[0,4,9,1]}
///
/// Elements, min and max of a quantized tensor are its integers.
struct ResultJSON {
  /// Elements of a tensor that are written; all of them are with -o.
  private static let maximumElements = 16
  private static let maximumValues = 1_000_000

  private let directory: [UInt8]?
  private let names: [[UInt8]]
  private var tensorIndex = 0
  private var valueCount = 0

  /// - Parameters:
  ///   - directory: where `-o` wrote the tensors.
  ///   - names: of the first tensors, depth first.
  init(directory: [UInt8]?, names: [[UInt8]]) {
    self.directory = directory
    self.names = names
  }

  mutating func write(_ value: Value, to writer: inout JSONWriter, depth: Int = 0) throws(LiteError) {
    valueCount += 1
    guard depth < ResultText.maximumDepth, valueCount < Self.maximumValues else { return writer.null() }
    writer.beginObject()
    writer.field("type", value.typeName)
    switch value {
    case .bool(let flag): writer.field("value", flag)
    case .int(let number):
      writer.key("value")
      writer.value(number)
    case .double(let number): writer.field("value", number)
    case .string(let text), .device(let text): writer.field("value", text.bytes)
    case .complex(let number):
      writer.field("real", number.real)
      writer.field("imaginary", number.imaginary)
    case .list(let list): try write(list.items, to: &writer, depth)
    case .tuple(let tuple):
      if !tuple.fields.isEmpty {
        writer.key("fields")
        writer.beginArray()
        for field in tuple.fields { writer.value(field) }
        writer.endArray()
      }
      try write(tuple.items, to: &writer, depth)
    case .dict(let dict):
      writer.key("items")
      writer.beginArray()
      for index in 0..<dict.count {
        writer.beginArray()
        // A tensor as key is not one of the numbered outputs.
        if case .tensor = dict.keys[index] {
          writer.null()
        } else {
          try write(dict.keys[index], to: &writer, depth: depth + 1)
        }
        try write(dict.values[index], to: &writer, depth: depth + 1)
        writer.endArray()
      }
      writer.endArray()
    case .tensor(let tensor): try write(tensor, to: &writer)
    default: break
    }
    writer.endObject()
  }

  private mutating func write(_ items: [Value], to writer: inout JSONWriter, _ depth: Int) throws(LiteError) {
    writer.key("items")
    writer.beginArray()
    for item in items { try write(item, to: &writer, depth: depth + 1) }
    writer.endArray()
  }

  private mutating func write(_ tensor: Tensor, to writer: inout JSONWriter) throws(LiteError) {
    writer.field("dtype", tensor.type.name)
    writer.key("shape")
    writer.beginArray()
    for index in 0..<tensor.rank { writer.value(Int64(tensor.sizes[index])) }
    writer.endArray()
    switch tensor.quantization {
    case .none: break
    case .perTensor(let scale, let zeroPoint):
      writer.field("scale", scale)
      writer.field("zero_point", Int(zeroPoint))
    case .perChannel(let channels):
      writer.field("axis", channels.axis)
      writer.key("scales")
      writer.beginArray()
      for scale in channels.scales { writer.value(scale) }
      writer.endArray()
      writer.key("zero_points")
      writer.beginArray()
      if let floats = channels.floatZeroPoints {
        for zeroPoint in floats { writer.value(Double(zeroPoint), isSingle: true) }
      } else {
        for zeroPoint in channels.zeroPoints { writer.value(zeroPoint) }
      }
      writer.endArray()
    }
    if tensorIndex < names.count { writer.field("name", names[tensorIndex]) }
    writer.field("index", tensorIndex)
    if let directory { writer.field("file", OutputFiles.path(directory, tensorIndex)) }
    tensorIndex += 1
    let figures = try TensorFigures(tensor)
    guard figures.isReadable else { return }
    if let minimum = figures.minimum, let maximum = figures.maximum {
      writer.key("min")
      writer.value(minimum, isSingle: figures.elements.type == .float32)
      writer.key("max")
      writer.value(maximum, isSingle: figures.elements.type == .float32)
    }
    if figures.notANumberCount > 0 { writer.field("nan_count", figures.notANumberCount) }
    writer.key("first")
    writer.beginArray()
    for index in 0..<min(figures.elements.count, Self.maximumElements) {
      if tensor.type == .bool {
        writer.value(try figures.elements.integer(at: index) != 0)
      } else if figures.isWhole {
        writer.value(try figures.elements.integer(at: index))
      } else {
        writer.value(try figures.elements.number(at: index), isSingle: figures.elements.type == .float32)
      }
    }
    writer.endArray()
  }
}

/// The files of `-o DIR`.
enum OutputFiles {
  /// `DIR/0.npy`.
  static func path(_ directory: [UInt8], _ index: Int) -> [UInt8] {
    directory + ("/\(index).npy" as Message).bytes
  }

  /// Writes all tensors, numbered from 0.
  static func write(_ tensors: [Tensor], to directory: [UInt8]) throws(LiteError) {
    try NumpyWriter.makeDirectory(directory)
    for (index, tensor) in tensors.enumerated() { try NumpyWriter.write(tensor, to: path(directory, index)) }
  }
}

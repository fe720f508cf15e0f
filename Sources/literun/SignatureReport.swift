import LiteFormat
import LiteInterpreter

/// What `info` tells of the names that a model gives the inputs and outputs of a method.
struct SignatureReport {
  private let method: ModelSignature.Method

  init(_ method: ModelSignature.Method) { self.method = method }

  /// Lines for people:
  ///
  ///       input       image: float32 [batch, channel 3, height 224, width 224], RGB
  ///                   range 0 to 1, mean 0.485 0.456 0.406, std 0.229 0.224 0.225
  var text: Message {
    var text = Message()
    for input in method.inputs { text.bytes += line("  input       ", input).bytes }
    for output in method.outputs { text.bytes += line("  output      ", output).bytes }
    return text
  }

  private func line(_ heading: StaticString, _ tensor: TensorDescription) -> Message {
    var text: Message = "\(heading)\(tensor.name.bytes)"
    let declared = tensor.message
    if !declared.bytes.isEmpty { text.bytes += (": \(declared)" as Message).bytes }
    if let channels = tensor.channels { text.bytes += (", \(channels.bytes)" as Message).bytes }
    if !tensor.labels.isEmpty { text.bytes += (", \(tensor.labels.count) labels" as Message).bytes }
    text.bytes.append(10)
    if let normalization = tensor.normalization {
      text.bytes +=
        ("              range \(NumberText.text(normalization.low)) to \(NumberText.text(normalization.high)), mean" as Message)
        .bytes
      for number in normalization.mean { text.bytes += (" \(NumberText.text(number))" as Message).bytes }
      text.appendStatic(", std")
      for number in normalization.deviation { text.bytes += (" \(NumberText.text(number))" as Message).bytes }
      text.bytes.append(10)
    }
    return text
  }

  /// Fields of the object of a method: `inputs` and `outputs`, as in the file.
  func write(to writer: inout JSONWriter) {
    write("inputs", method.inputs, to: &writer)
    write("outputs", method.outputs, to: &writer)
  }

  private func write(_ key: StaticString, _ tensors: [TensorDescription], to writer: inout JSONWriter) {
    writer.key(key)
    writer.beginArray()
    for tensor in tensors {
      writer.beginObject()
      writer.field("name", tensor.name.bytes)
      if let type = tensor.type { writer.field("dtype", type.name) }
      if !tensor.dimensions.isEmpty { write("dimensions", tensor.dimensions, to: &writer) }
      if let sizes = tensor.sizes {
        writer.key("sizes")
        writer.beginArray()
        for index in 0..<sizes.count { if sizes[index] < 0 { writer.null() } else { writer.value(Int64(sizes[index])) } }
        writer.endArray()
      }
      if let normalization = tensor.normalization {
        write("range", [normalization.low, normalization.high], to: &writer)
        write("mean", normalization.mean, to: &writer)
        write("std", normalization.deviation, to: &writer)
      }
      if let channels = tensor.channels { writer.field("channels", channels.bytes) }
      if !tensor.labels.isEmpty { write("labels", tensor.labels, to: &writer) }
      writer.endObject()
    }
    writer.endArray()
  }

  private func write(_ key: StaticString, _ texts: [SignatureText], to writer: inout JSONWriter) {
    writer.key(key)
    writer.beginArray()
    for text in texts { writer.value(text.bytes) }
    writer.endArray()
  }

  private func write(_ key: StaticString, _ numbers: [Double], to writer: inout JSONWriter) {
    writer.key(key)
    writer.beginArray()
    for number in numbers { writer.value(number) }
    writer.endArray()
  }
}

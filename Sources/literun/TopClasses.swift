import CLitePlatform
import LiteFormat
import LiteInterpreter

/// The largest numbers along the last dimension of a tensor: what a classifier saw.
struct TopClasses {
  struct Entry {
    let index: Int
    /// The number; dequantized.
    let value: Double
    /// Share of the class, 0 to 1: the number itself if the row looks like probabilities, else its softmax.
    let share: Double
  }

  /// For each row, the largest first.
  let rows: [[Entry]]
  /// Whether shares are softmax values.
  let isSoftmax: Bool
  /// Names of the classes; none if the model has none, or another number of classes.
  private let labels: [SignatureText]

  /// More rows than this are not shown.
  private static let maximumRows = 16

  /// - Throws: `invalidInput` if the tensor has no last dimension or no numbers.
  init(_ tensor: Tensor, count: Int, labels: [SignatureText]) throws(LiteError) {
    let figures = try TensorFigures(tensor)
    guard figures.isReadable, tensor.rank > 0, tensor.count > 0, !tensor.type.isComplex else {
      throw LiteError(.invalidInput, "--top needs numbers along a dimension, output 0 is \(tensor.message)")
    }
    let classes = tensor.sizes[tensor.rank - 1]
    self.labels = labels.count == classes ? labels : []
    var table: [[Double]] = []
    for row in 0..<min(tensor.count / classes, Self.maximumRows) {
      var values: [Double] = []
      for index in 0..<classes { values.append(try figures.realNumber(at: row * classes + index)) }
      table.append(values)
    }
    let isSoftmax = !table.allSatisfy(Self.isDistribution)
    self.isSoftmax = isSoftmax
    rows = table.map { Self.entries($0, count, isSoftmax: isSoftmax) }
  }

  /// Whether numbers look like probabilities. Those of a quantized softmax do not add up to 1 exactly.
  private static func isDistribution(_ values: [Double]) -> Bool {
    values.allSatisfy { $0 >= 0 && $0 <= 1 } && abs(values.reduce(0, +) - 1) < 0.05
  }

  private static func entries(_ values: [Double], _ count: Int, isSoftmax: Bool) -> [Entry] {
    var largest = -Double.infinity
    for value in values where value > largest { largest = value }
    var total: Double = 0
    if isSoftmax { for value in values where !value.isNaN { total += exp(value - largest) } }
    // Equal numbers: the lower class first. NaN comes last.
    func precedes(_ a: Int, _ b: Int) -> Bool {
      if values[a].isNaN || values[b].isNaN { return !values[a].isNaN || (values[b].isNaN && a < b) }
      return values[a] != values[b] ? values[a] > values[b] : a < b
    }
    let order = [Int](0..<values.count).sorted(by: precedes)
    return order.prefix(count).map { index in
      Entry(index: index, value: values[index], share: isSoftmax ? exp(values[index] - largest) / total : values[index])
    }
  }

  /// Lines for people.
  var text: Message {
    var text = Message()
    for (row, entries) in rows.enumerated() {
      text.bytes += ("top \(entries.count)" as Message).bytes
      if rows.count > 1 { text.bytes += (" of row \(row)" as Message).bytes }
      text.appendStatic(isSoftmax ? ": class, value, softmax" : ": class, probability")
      text.appendStatic(labels.isEmpty ? "\n" : ", label\n")
      for entry in entries {
        text.bytes += ("  \(entry.index)  \(NumberText.text(entry.value))" as Message).bytes
        if isSoftmax { text.bytes += ("  \(NumberText.text(entry.share * 100, digits: 4)) %" as Message).bytes }
        if !labels.isEmpty { text.bytes += ("  \(labels[entry.index].bytes)" as Message).bytes }
        text.bytes.append(10)
      }
    }
    return text
  }

  func write(to writer: inout JSONWriter) {
    writer.beginArray()
    for entries in rows {
      writer.beginArray()
      for entry in entries {
        writer.beginObject()
        writer.field("class", entry.index)
        if !labels.isEmpty { writer.field("label", labels[entry.index].bytes) }
        writer.field("value", entry.value)
        writer.field(isSoftmax ? "softmax" : "probability", entry.share)
        writer.endObject()
      }
      writer.endArray()
    }
    writer.endArray()
  }
}

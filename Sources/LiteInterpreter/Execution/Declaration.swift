import LiteFormat

/// An operator's declaration as it stands in a table: PyTorch's notation without what it says most often.
///
/// - A name without a namespace is in `aten::`, an argument without a type is a `Tensor`, and one tensor as the result
///   is not said at all: `hypot(self, other)`.
/// - `name&` is a tensor that is written: `Tensor(a!)`, the next of them `Tensor(b!)`.
/// - Forms with the same function follow after bars. `_` is the one in place: its name has the underscore, and its first
///   argument is written. Any other word is the overload that writes its result: it has `Tensor(a!) out` as last argument.
///
///       hypot(self, other) | _ | out
///       sub.Tensor(self, other, *, Scalar alpha=1) | _ | Tensor_out
///
/// It halves the text that ships. What a program uses is written out when it is linked.
struct Declaration: Sendable {
  /// Where the line starts. It ends with a line feed or a zero, and lives as long as the process.
  private nonisolated(unsafe) let line: UnsafePointer<UInt8>
  /// Where the word of a further form is in the line; 0 is the form that is written first.
  private let form: Int

  /// - Parameters:
  ///   - text: one declaration or several, one a line, that live as long as the process.
  ///   - offset: where a line starts, or the word of a form.
  init(_ text: UnsafePointer<UInt8>, at offset: Int = 0) {
    var start = offset
    while start > 0, text[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    line = text + start
    form = offset - start
  }

  /// Where the declarations of a text start, one for each form.
  static func offsets(in text: UnsafePointer<UInt8>) -> [Int] {
    var result = [0]
    var position = 0
    while text[position] != 0 {
      if text[position] == UInt8(ascii: "\n") {
        result.append(position + 1)
      } else if text[position] == UInt8(ascii: "|"), text[position + 1] == UInt8(ascii: " ") {
        result.append(position + 2)
      }
      position += 1
    }
    return result
  }

  private var isInPlace: Bool { form > 0 && line[form] == UInt8(ascii: "_") }

  /// `aten::add_.Tensor`.
  var name: [UInt8] {
    var bytes: [UInt8] = []
    appendName(to: &bytes)
    return bytes
  }

  /// Whether this is `name.overload`, or `name` when the overload is empty.
  func isNamed(_ name: [UInt8], _ overload: [UInt8]) -> Bool {
    let own = self.name
    guard own.count == name.count + (overload.isEmpty ? 0 : 1 + overload.count) else { return false }
    for index in name.indices where own[index] != name[index] { return false }
    guard !overload.isEmpty else { return true }
    guard own[name.count] == UInt8(ascii: ".") else { return false }
    for index in overload.indices where own[name.count + 1 + index] != overload[index] { return false }
    return true
  }

  /// Appends the name with its overload. Returns where the arguments start.
  @discardableResult
  func appendName(to bytes: inout [UInt8]) -> Int {
    var end = 0
    var dot = 0
    var hasNamespace = false
    while line[end] != UInt8(ascii: "(") {
      if line[end] == UInt8(ascii: ":") { hasNamespace = true }
      if line[end] == UInt8(ascii: "."), dot == 0 { dot = end }
      end += 1
    }
    if dot == 0 { dot = end }
    if !hasNamespace { bytes += StaticString("aten::").bytes }
    append(0..<dot, to: &bytes)
    if isInPlace { bytes.append(UInt8(ascii: "_")) }
    if form == 0 || isInPlace {
      append(dot..<end, to: &bytes)
    } else {
      bytes.append(UInt8(ascii: "."))
      var last = form
      while line[last] > UInt8(ascii: " ") { last += 1 }
      append(form..<last, to: &bytes)
    }
    return end + 1
  }

  /// The declaration as PyTorch prints it, but for the result.
  var text: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    var position = appendName(to: &bytes)
    bytes.append(UInt8(ascii: "("))
    var letter = UInt8(ascii: "a")
    var isKeywordOnly = false
    var isFirst = true
    while line[position] != UInt8(ascii: ")") {
      let (type, end) = argument(at: position)
      if line[position] == UInt8(ascii: "*") { isKeywordOnly = true }
      if type > position || line[position] == UInt8(ascii: "*") || line[position] == UInt8(ascii: ".") {
        for index in position..<type where line[index] == UInt8(ascii: "!") { letter += 1 }
        append(position..<end, to: &bytes)
      } else {
        let isMarked = line[end - 1] == UInt8(ascii: "&")
        appendTensor(isWritten: isMarked || isInPlace && isFirst, &letter, to: &bytes)
        append(position..<(isMarked ? end - 1 : end), to: &bytes)
      }
      isFirst = false
      position = end
      if line[position] == UInt8(ascii: ",") {
        append(position..<position + 2, to: &bytes)
        position += 2
      }
    }
    if form > 0, !isInPlace {
      bytes += (isKeywordOnly ? StaticString(", ") : StaticString(", *, ")).bytes
      appendTensor(isWritten: true, &letter, to: &bytes)
      bytes += StaticString("out").bytes
    }
    while line[position] != 0, line[position] != UInt8(ascii: "\n") {
      if line[position] == UInt8(ascii: "|"), line[position + 1] == UInt8(ascii: " ") { break }
      bytes.append(line[position])
      position += 1
    }
    if bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    return bytes
  }

  /// `Tensor `, or `Tensor(a!) ` for one that is written.
  private func appendTensor(isWritten: Bool, _ letter: inout UInt8, to bytes: inout [UInt8]) {
    bytes += StaticString("Tensor").bytes
    if isWritten {
      bytes += [UInt8(ascii: "("), letter, UInt8(ascii: "!"), UInt8(ascii: ")")]
      letter += 1
    }
    bytes.append(UInt8(ascii: " "))
  }

  /// Where the type of an argument ends, which is where the argument starts if it has none, and where the argument ends.
  private func argument(at start: Int) -> (type: Int, end: Int) {
    var type = start
    var end = start
    var depth = 0
    var quote: UInt8 = 0
    while true {
      let byte = line[end]
      if quote != 0 {
        if byte == quote { quote = 0 }
        if byte == UInt8(ascii: "\\") { end += 1 }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") {
        depth += 1
      } else if depth == 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")") {
        return (type, end)
      } else if byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") {
        depth -= 1
      } else if depth == 0, byte == UInt8(ascii: " "), type == start {
        type = end
      }
      end += 1
    }
  }

  private func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
    bytes += UnsafeBufferPointer(start: line + range.lowerBound, count: range.count)
  }
}

extension StaticString {
  fileprivate var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}

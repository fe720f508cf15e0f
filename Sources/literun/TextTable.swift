import LiteFormat

/// Rows of words in columns, for a terminal.
struct TextTable {
  private let isText: [Bool]
  private var rows: [[Message]] = []

  /// - Parameters:
  ///   - titles: of the columns.
  ///   - textColumns: how many columns from the left are text; the others are numbers, which end in one line.
  init(_ titles: [StaticString], textColumns: Int) {
    isText = titles.indices.map { $0 < textColumns }
    rows.append(titles.map { Message(stringLiteral: $0) })
  }

  mutating func add(_ row: [Message]) { rows.append(row) }

  /// A line a row; two spaces between columns.
  var text: Message {
    var widths = [Int](repeating: 0, count: isText.count)
    for row in rows { for (column, cell) in row.enumerated() { widths[column] = max(widths[column], Self.width(cell)) } }
    var text = Message()
    for row in rows {
      for (column, cell) in row.enumerated() {
        let padding = [UInt8](repeating: 32, count: widths[column] - Self.width(cell))
        if column > 0 { text.appendStatic("  ") }
        if !isText[column] { text.bytes += padding }
        text.bytes += cell.bytes
        if isText[column], column < row.count - 1 { text.bytes += padding }
      }
      text.bytes.append(10)
    }
    return text
  }

  /// Characters: bytes that do not continue one.
  private static func width(_ cell: Message) -> Int { cell.bytes.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) } }
}

import LiteFormat
import LiteInterpreter

/// The arena over time as SVG: steps from left to right, offsets from the bottom up, a rectangle for each block.
struct ArenaDrawing {
  private let report: MemoryReport
  private let stepCount: Int
  private let byteCount: Int
  private var text = Message()

  // In pixels.
  private static var left: Double { 90 }
  private static var top: Double { 40 }
  private static var width: Double { 1200 }
  private static var height: Double { 600 }

  /// - Returns: the file, or nil when there is no plan.
  static func svg(_ report: MemoryReport, title: Message) -> Message? {
    guard let plan = report.plan else { return nil }
    var drawing = ArenaDrawing(report: report, stepCount: max(plan.stepCount, 1), byteCount: max(plan.byteCount, 1))
    drawing.draw(title, plan.lowerBound)
    return drawing.text
  }

  private init(report: MemoryReport, stepCount: Int, byteCount: Int) {
    self.report = report
    self.stepCount = stepCount
    self.byteCount = byteCount
  }

  private func x(_ step: Int) -> Double { Self.left + Double(step) / Double(stepCount) * Self.width }
  private func y(_ offset: Int) -> Double { Self.top + (1 - Double(offset) / Double(byteCount)) * Self.height }

  private mutating func draw(_ title: Message, _ largestSum: Int) {
    text.appendStatic(
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="1320" height="690" viewBox="0 0 1320 690" font-family="sans-serif" font-size="11">
      <rect width="1320" height="690" fill="white"/>

      """)
    label(Self.left, 20, Self.escaped(title.bytes), anchor: "start", size: 14)
    for block in report.blocks { draw(block) }
    add("<rect x=\"\(px(Self.left))\" y=\"\(px(Self.top))\" width=\"\(px(Self.width))\" height=\"\(px(Self.height))\"")
    add(" fill=\"none\" stroke=\"black\"/>\n")
    for quarter in 0...4 {
      let offset = byteCount / 4 * quarter
      label(Self.left - 6, y(offset) + 4, NumberText.byteCount(offset), anchor: "end", size: 11)
      label(x(stepCount * quarter / 4), Self.top + Self.height + 16, "\(stepCount * quarter / 4)", anchor: "middle", size: 11)
    }
    label(
      Self.left + Self.width / 2, Self.top + Self.height + 38,
      "step; dashed: the largest sum of blocks in use at one time, \(largestSum) of \(byteCount) bytes, at step \(report.highWaterStep)",
      anchor: "middle", size: 11)
    let line = px(y(largestSum))
    add("<line x1=\"\(px(Self.left))\" x2=\"\(px(Self.left + Self.width))\" y1=\"\(line)\" y2=\"\(line)\"")
    add(" stroke=\"black\" stroke-dasharray=\"6 4\"/>\n</svg>\n")
  }

  private mutating func draw(_ block: ArenaBlock) {
    let name = Self.escaped(block.operatorName)
    let (start, end) = (x(block.firstStep), x(block.lastStep + 1))
    let (upper, lower) = (y(block.offset + block.byteCount), y(block.offset))
    add("<g><title>\(name): steps \(block.firstStep) to \(block.lastStep), ")
    add("offset \(block.offset), \(block.byteCount) bytes</title>")
    add("<rect x=\"\(px(start))\" y=\"\(px(upper))\" width=\"\(px(end - start))\" height=\"\(px(lower - upper))\"")
    add(" fill=\"rgb(\(Self.color(block.operatorName)))\" stroke=\"gray\" stroke-width=\"0.5\"/>")
    // Names where they fit: lying, or standing in narrow blocks.
    let length = Double(block.operatorName.count) * 6
    let (x, y) = ((start + end) / 2, (upper + lower) / 2)
    if end - start > length, lower - upper > 12 {
      label(x, y + 4, name, anchor: "middle", size: 11)
    } else if lower - upper > length, end - start > 10 {
      add("<g transform=\"rotate(-90 \(px(x)) \(px(y)))\">")
      label(x, y + 4, name, anchor: "middle", size: 10)
      add("</g>")
    }
    add("</g>\n")
  }

  private mutating func label(_ x: Double, _ y: Double, _ words: Message, anchor: StaticString, size: Int) {
    add("<text x=\"\(px(x))\" y=\"\(px(y))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\">\(words)</text>\n")
  }

  private mutating func add(_ part: Message) { text.bytes += part.bytes }

  private func px(_ value: Double) -> Message { NumberText.text(value) }

  /// A color for each operator, the same in every drawing.
  private static func color(_ name: [UInt8]) -> Message {
    var hash: UInt32 = 2_166_136_261
    for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    func part(_ shift: UInt32) -> Int { 160 + Int(hash >> shift & 0xff) * 90 / 255 }
    return "\(part(0)),\(part(8)),\(part(16))"
  }

  /// For XML: marks escaped, everything but printable ASCII as `?`.
  private static func escaped(_ words: [UInt8]) -> Message {
    var text = Message()
    for byte in words {
      switch byte {
      case UInt8(ascii: "<"): text.appendStatic("&lt;")
      case UInt8(ascii: "&"): text.appendStatic("&amp;")
      case 32..<127: text.bytes.append(byte)
      default: text.bytes.append(63)
      }
    }
    return text
  }
}

/// The functions of this build, each with the declarations that it serves: overloads, in-place and `out` forms, aliases.
///
/// Families fill it with code. A constant array would be as long again in relocations: its pointers are not known until
/// the program is loaded.
struct OperatorTable: Sendable {
  private struct Entry: Sendable {
    /// As in `Declaration`, one a line, with a zero at the end.
    nonisolated(unsafe) let declarations: UnsafePointer<UInt8>
    let body: Operator.Body
  }

  /// Where a declaration is, in 32 bits. Never 0.
  struct Position: Sendable {
    /// The entry's index plus one in the upper half, the offset of the declaration in the entry's text in the lower.
    let bits: UInt32
  }

  private var entries: [Entry] = []

  /// Adds a function and its declarations (see `Declaration`), one a line.
  @inline(__always)
  mutating func add(_ declarations: StaticString, _ body: @escaping Operator.Body) {
    add(declarations.utf8Start, body)
  }

  @inline(never)
  private mutating func add(_ declarations: UnsafePointer<UInt8>, _ body: @escaping Operator.Body) {
    entries.append(Entry(declarations: declarations, body: body))
  }

  subscript(position: Position) -> Operator {
    let entry = entries[Int(position.bits >> 16) - 1]
    return Operator(Declaration(entry.declarations, at: Int(position.bits & 0xffff)), entry.body)
  }

  /// All declarations, in the order they were added.
  var positions: [Position] {
    var result: [Position] = []
    for index in entries.indices {
      for offset in Declaration.offsets(in: entries[index].declarations) {
        result.append(Position(bits: UInt32(truncatingIfNeeded: (index + 1) << 16 | offset)))
      }
    }
    return result
  }
}

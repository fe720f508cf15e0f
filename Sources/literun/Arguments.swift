import LiteFormat

/// An option of a command.
struct OptionDescription: Sendable {
  /// `--method`.
  let name: StaticString
  /// `-i`, or empty.
  let short: StaticString
  /// What follows it, for the help text: `NAME`. Empty for a switch.
  let value: StaticString
  let help: StaticString

  init(_ name: StaticString, short: StaticString = "", value: StaticString = "", _ help: StaticString) {
    self.name = name
    self.short = short
    self.value = value
    self.help = help
  }

  /// Whether a word of the command line names this option.
  func matches(_ word: [UInt8]) -> Bool { word == name || (short.utf8CodeUnitCount > 0 && word == short) }
}

/// The words of a command line after the command, sorted into options and operands.
struct Arguments {
  /// Words that are no options: the model, mostly.
  private(set) var operands: [[UInt8]] = []
  private let options: [OptionDescription]
  /// Position in `options` and value, in the order given.
  private var given: [(option: Int, value: [UInt8])] = []

  /// Sorts words. Options are `--name value`, `--name=value` or `-n value`; after `--` there are none.
  ///
  /// - Throws: `invalidArgument` for an option that is not known, with the nearest that is.
  init(_ words: [[UInt8]], options: [OptionDescription]) throws(LiteError) {
    self.options = options
    var position = 0
    var isOpen = true
    while position < words.count {
      let word = words[position]
      position += 1
      guard isOpen, word.count > 1, word[0] == UInt8(ascii: "-") else {
        operands.append(word)
        continue
      }
      if word == "--" {
        isOpen = false
        continue
      }
      let equals = word.starts(with: [45, 45]) ? word.firstIndex(of: UInt8(ascii: "=")) : nil
      let name = [UInt8](word[..<(equals ?? word.count)])
      guard let option = options.firstIndex(where: { $0.matches(name) }) else { throw Self.unknown(name, options) }
      let takesValue = options[option].value.utf8CodeUnitCount > 0
      switch (takesValue, equals) {
      case (false, nil): given.append((option, []))
      case (false, .some): throw LiteError(.invalidArgument, "option \(options[option].name) takes no value")
      case (true, .some(let equals)): given.append((option, [UInt8](word[(equals + 1)...])))
      case (true, nil):
        guard position < words.count else {
          throw LiteError(.invalidArgument, "option \(name) needs a value: \(name) \(options[option].value)")
        }
        given.append((option, words[position]))
        position += 1
      }
    }
  }

  private static func unknown(_ name: [UInt8], _ options: [OptionDescription]) -> LiteError {
    var candidates: [StaticString] = []
    for option in options {
      candidates.append(option.name)
      if option.short.utf8CodeUnitCount > 0 { candidates.append(option.short) }
    }
    guard let nearest = Spelling.nearest(to: name, among: candidates) else {
      return LiteError(.invalidArgument, "unknown option \(name)")
    }
    return LiteError(.invalidArgument, "unknown option \(name); did you mean \(nearest)?")
  }

  /// Whether an option was given.
  func has(_ name: StaticString) -> Bool { last(name) != nil }

  /// The value that was given last.
  func last(_ name: StaticString) -> [UInt8]? { all(name).last }

  /// All values of an option, in order.
  func all(_ name: StaticString) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for entry in given where isSame(options[entry.option].name, name) { result.append(entry.value) }
    return result
  }

  /// The value of an option as a whole number within limits, or nil if it was not given.
  func integer(_ name: StaticString, in range: ClosedRange<Int64>) throws(LiteError) -> Int64? {
    guard let text = last(name) else { return nil }
    guard let number = NumberText.integer(text), range.contains(number) else {
      throw LiteError(
        .invalidArgument,
        "option \(name): found \(text), expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The value of an option as a number that is not negative, or nil if it was not given.
  func number(_ name: StaticString) throws(LiteError) -> Double? {
    guard let text = last(name) else { return nil }
    guard let number = NumberText.double(text), number >= 0, number.isFinite else {
      throw LiteError(.invalidArgument, "option \(name): found \(text), expected a number that is not negative")
    }
    return number
  }

  /// The value of an option as a position in a list of words, or nil if it was not given.
  func choice(_ name: StaticString, among words: [StaticString]) throws(LiteError) -> Int? {
    guard let text = last(name) else { return nil }
    if let found = words.firstIndex(where: { text == $0 }) { return found }
    var list = Message()
    for (index, word) in words.enumerated() {
      list.appendStatic(index == 0 ? "" : index == words.count - 1 ? " or " : ", ")
      list.appendStatic(word)
    }
    throw LiteError(.invalidArgument, "option \(name): found \(text), expected \(list)")
  }

  /// The one operand.
  func onlyOperand(_ what: StaticString) throws(LiteError) -> [UInt8] {
    guard let first = operands.first, !first.isEmpty else { throw LiteError(.invalidArgument, "\(what) is missing") }
    guard operands.count == 1 else {
      throw LiteError(.invalidArgument, "unexpected argument \(operands[1]); there is one \(what), and inputs are given with -i")
    }
    return first
  }
}

/// Whether bytes are exactly a literal.
func == (bytes: [UInt8], literal: StaticString) -> Bool { bytes.withUnsafeBufferPointer { isEqual($0, literal) } }

/// Whether two literals have the same text.
func isSame(_ a: StaticString, _ b: StaticString) -> Bool {
  isEqual(UnsafeBufferPointer(start: a.utf8Start, count: a.utf8CodeUnitCount), b)
}

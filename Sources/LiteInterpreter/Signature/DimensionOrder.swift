import LiteFormat

/// How dimensions that a caller names stand to those that a model declares: torch's `Tensor.align_to`.
///
/// The same names in another order permute; declared names that the caller leaves out become dimensions of size 1;
/// a name that is not declared, or stands there twice, is refused.
struct DimensionOrder {
  /// For each declared dimension the position of the caller's, or -1 where it is left out.
  private(set) var sources: [Int]
  /// How many the caller named.
  let count: Int

  /// - Parameters:
  ///   - text: `batch,height,width,channel`, or a letter for each: `NHWC`. A letter stands for the dimension of that
  ///     name, else for the only one that begins with it, in either case; N also for `batch`.
  ///   - declared: the model's names, in its order.
  /// - Throws: `invalidInput`, naming both orders.
  init(_ text: [UInt8], declared: [[UInt8]]) throws(LiteError) {
    var names: [ArraySlice<UInt8>] = []
    let areLetters = !text.contains(UInt8(ascii: ",")) && !declared.contains(text)
    if areLetters {
      for index in text.indices { names.append(text[index...index]) }
    } else {
      names = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }
    count = names.count
    sources = [Int](repeating: -1, count: declared.count)
    for (position, name) in names.enumerated() {
      let found = areLetters ? Self.positions(ofLetter: name[name.startIndex], declared) : Self.positions(of: name, declared)
      guard found.count == 1 else {
        let reason: Message =
          found.isEmpty
          ? "\([UInt8](name)) is none of them" : "\([UInt8](name)) may be more than one: write the names, with commas"
        throw Self.disagreement(names, declared, reason)
      }
      guard sources[found[0]] < 0 else { throw Self.disagreement(names, declared, "\(declared[found[0]]) is there twice") }
      sources[found[0]] = position
    }
  }

  private static func positions(of name: ArraySlice<UInt8>, _ declared: [[UInt8]]) -> [Int] {
    declared.indices.filter { declared[$0].elementsEqual(name) }
  }

  private static func positions(ofLetter letter: UInt8, _ declared: [[UInt8]]) -> [Int] {
    let same = declared.indices.filter { declared[$0] == [letter] }
    if !same.isEmpty { return same }
    let initial = declared.indices.filter { declared[$0][0] | 32 == letter | 32 }
    if !initial.isEmpty || letter | 32 != UInt8(ascii: "n") { return initial }
    let batch: StaticString = "batch"
    return declared.indices.filter { declared[$0].withUnsafeBufferPointer { isEqual($0, batch) } }
  }

  private static func disagreement(
    _ names: [ArraySlice<UInt8>], _ declared: [[UInt8]], _ reason: Message
  ) -> LiteError {
    LiteError(
      .invalidInput,
      "found dimensions (\(list(names))), expected (\(list(declared.map { $0[...] }))) in some order: \(reason)")
  }

  static func list(_ names: [ArraySlice<UInt8>]) -> Message {
    var text = Message()
    for (index, name) in names.enumerated() {
      if index > 0 { text.appendStatic(", ") }
      text.bytes += ("\([UInt8](name))" as Message).bytes
    }
    return text
  }

  /// Letters, digits and `_`, and bytes of other scripts; not beginning with a digit.
  static func isIdentifier(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first, first < 48 || first > 57 else { return false }
    return text.allSatisfy { byte in
      (byte >= 48 && byte <= 57) || (byte | 32 >= 97 && byte | 32 <= 122) || byte == UInt8(ascii: "_") || byte >= 128
    }
  }
}

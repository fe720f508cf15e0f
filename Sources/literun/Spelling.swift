import LiteFormat

/// Finds the word that someone probably meant.
enum Spelling {
  /// The candidate with the fewest edits, if they are few for its length; an only candidate that begins
  /// with the word counts too.
  static func nearest(to word: [UInt8], among candidates: [StaticString]) -> StaticString? {
    guard word.count > 2, word.count <= 40 else { return nil }
    var best: StaticString?
    var bestDistance = Int.max
    for candidate in candidates {
      let text = [UInt8](UnsafeBufferPointer(start: candidate.utf8Start, count: candidate.utf8CodeUnitCount))
      let distance = text.count > word.count && text.starts(with: word) ? 1 : distance(word, text)
      // The dashes of an option are no evidence.
      let letters = text.filter { $0 != UInt8(ascii: "-") }.count
      if distance < bestDistance, distance <= max(1, letters / 3) {
        best = candidate
        bestDistance = distance
      }
    }
    return best
  }

  /// Insertions, deletions and replacements that turn one word into the other (Wagner and Fischer 1974).
  static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = [Int](0...b.count)
    for i in 0..<a.count {
      var diagonal = row[0]
      row[0] = i + 1
      for j in 0..<b.count {
        let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, min(row[j], row[j + 1]) + 1)
      }
    }
    return row[b.count]
  }
}

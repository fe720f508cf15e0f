/// The one way to compute with sizes, offsets and products that a file or a caller can reach: overflow
/// is an error, never a trap and never a wrapped result.
public enum Checked {
  /// a + b.
  public static func add(_ a: Int, _ b: Int) throws(LiteError) -> Int {
    let (value, overflow) = a.addingReportingOverflow(b)
    if overflow { throw LiteError(.limitExceeded, "size \(a) + \(b) overflows") }
    return value
  }

  /// a - b.
  public static func subtract(_ a: Int, _ b: Int) throws(LiteError) -> Int {
    let (value, overflow) = a.subtractingReportingOverflow(b)
    if overflow { throw LiteError(.limitExceeded, "size \(a) - \(b) overflows") }
    return value
  }

  /// a * b.
  public static func multiply(_ a: Int, _ b: Int) throws(LiteError) -> Int {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    if overflow { throw LiteError(.limitExceeded, "size \(a) * \(b) overflows") }
    return value
  }

  /// a * b * c of numbers that are not negative, or the largest number: for estimates that nothing is sized by.
  public static func product(_ a: Int, _ b: Int, _ c: Int = 1) -> Int {
    let (first, firstOverflow) = a.multipliedReportingOverflow(by: b)
    let (second, secondOverflow) = first.multipliedReportingOverflow(by: c)
    return firstOverflow || secondOverflow ? Int.max : second
  }

  /// A 64-bit number from a file as a size on this machine.
  public static func int(_ value: Int64) throws(LiteError) -> Int {
    guard let result = Int(exactly: value) else {
      throw LiteError(.limitExceeded, "number \(value) is too large for this machine")
    }
    return result
  }

  /// An unsigned 64-bit number from a file as a size on this machine.
  public static func int(_ value: UInt64) throws(LiteError) -> Int {
    guard let result = Int(exactly: value) else {
      throw LiteError(.limitExceeded, "a size in the file is too large for this machine")
    }
    return result
  }
}

import LiteFormat

/// `--limit NAME=NUMBER`: what the file and the run may take.
enum LimitOptions {
  static let option = OptionDescription(
    "--limit", value: "NAME=N", "what the file and the run may take, K, M or G of it; repeat for more; see below")

  /// The limits that the arguments name, the defaults for the others.
  static func limits(_ arguments: Arguments) throws(LiteError) -> Limits {
    var limits = Limits()
    for text in arguments.all("--limit") {
      guard let equals = text.firstIndex(of: UInt8(ascii: "=")), let number = number(text[(equals + 1)...]) else {
        throw LiteError(.invalidArgument, "option --limit: found \(text), expected NAME=N as in memory=64M")
      }
      guard set([UInt8](text[..<equals]), number, &limits) else {
        throw LiteError(.invalidArgument, "option --limit: there is no limit \([UInt8](text[..<equals])); see --help")
      }
    }
    return limits
  }

  private static func set(_ name: [UInt8], _ number: Int, _ limits: inout Limits) -> Bool {
    if name == "memory" {
      limits.memoryBytes = number
    } else if name == "work" {
      limits.work = number
    } else if name == "steps" {
      limits.steps = number
    } else if name == "opening" {
      limits.openingSteps = number
    } else if name == "depth" {
      limits.callDepth = number
    } else if name == "file" {
      limits.fileBytes = number
    } else if name == "record" {
      limits.recordBytes = number
    } else if name == "records" {
      limits.records = number
    } else if name == "inflated" {
      limits.inflatedBytes = number
    } else if name == "ratio" {
      limits.inflationRatio = number
    } else if name == "items" {
      limits.pickleItems = number
    } else if name == "list" {
      limits.listItems = number
    } else if name == "string" {
      limits.stringBytes = number
    } else if name == "nesting" {
      limits.nesting = number
    } else if name == "tensor" {
      limits.tensorBytes = number
    } else {
      return false
    }
    return true
  }

  /// A whole number that is not negative, with K, M or G for powers of 1024.
  private static func number(_ text: ArraySlice<UInt8>) -> Int? {
    var digits = [UInt8](text)
    var factor: Int64 = 1
    switch digits.last {
    case UInt8(ascii: "K"): factor = 1 << 10
    case UInt8(ascii: "M"): factor = 1 << 20
    case UInt8(ascii: "G"): factor = 1 << 30
    default: break
    }
    if factor > 1 { digits.removeLast() }
    guard let number = NumberText.integer(digits), number >= 0 else { return nil }
    let (value, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : Int(exactly: value)
  }
}

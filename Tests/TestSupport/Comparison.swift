import Foundation
import LiteFormat

@testable import LiteInterpreter

/// How close floats must be: |actual - expected| <= absolute + relative * |expected|.
public struct Tolerance: Sendable {
  public var relative: Double
  public var absolute: Double
  /// Whether case.json said so; otherwise torch's own tolerance for the type is used.
  public var isStated: Bool

  init(_ json: Any?) {
    if let entry = json as? [String: Any] {
      relative = number(entry["rtol"]) ?? 0
      absolute = number(entry["atol"]) ?? 0
      isStated = true
    } else {
      isStated = json != nil
      relative = isStated ? 0 : 1.3e-6
      absolute = isStated ? 0 : 1e-5
    }
  }

  public init(relative: Double, absolute: Double) {
    self.relative = relative
    self.absolute = absolute
    isStated = true
  }
}

/// Compares results with what a case expects.
struct Comparison {
  var tolerance = Tolerance(relative: 0, absolute: 0)
  var largestDifference = 0.0

  mutating func compare(_ value: Value, _ json: Any, _ reader: CaseReader) throws {
    if json is NSNull {
      guard case .none = value else { throw FixtureError("found \(value.typeName), expected None") }
      return
    }
    let entry = json as? [String: Any] ?? [:]
    if entry["t"] as? String == "tensor" {
      guard case .tensor(let tensor) = value else { throw FixtureError("found \(value.typeName), expected Tensor") }
      return try compare(tensor, try reader.tensor(entry))
    }
    if let kind = entry["t"] as? String, kind == "list" || kind == "tuple" || kind == "dict" {
      return try compareContainer(value, entry, kind, reader)
    }
    let expected = try reader.value(json)
    switch (value, expected) {
    case (.none, .none): return
    case (.bool(let a), .bool(let b)) where a == b: return
    case (.int(let a), .int(let b)) where a == b: return
    case (.string(let a), .string(let b)) where a.bytes == b.bytes: return
    case (.double(let a), .double(let b)):
      if a == b || (a.isNaN && b.isNaN) || abs(a - b) <= tolerance.absolute + tolerance.relative * abs(b) { return }
    case (.complex(let a), .complex(let b)) where a.real == b.real && a.imaginary == b.imaginary: return
    default: break
    }
    throw FixtureError("found \(text(value)), expected \(text(expected))")
  }

  private func text(_ value: Value) -> String { String(decoding: ValueText.plain(value).bytes, as: UTF8.self) }

  private mutating func compareContainer(_ value: Value, _ entry: [String: Any], _ kind: String, _ reader: CaseReader) throws {
    let items: [Value]
    switch value {
    case .list(let list) where kind == "list": items = list.items
    case .tuple(let tuple) where kind == "tuple": items = tuple.items
    case .dict(let dict) where kind == "dict": items = zip(dict.keys, dict.values).flatMap { [$0, $1] }
    default: throw FixtureError("found \(value.typeName), expected \(kind)")
    }
    let listed = entry["v"] as? [Any] ?? []
    let expected = kind == "dict" ? listed.flatMap { $0 as? [Any] ?? [] } : listed
    guard items.count == expected.count else {
      throw FixtureError("found \(items.count) items, expected \(expected.count): \(text(value))")
    }
    for (item, json) in zip(items, expected) { try compare(item, json, reader) }
  }

  private mutating func compare(_ tensor: Tensor, _ expected: Tensor) throws {
    guard tensor.type == expected.type, tensor.sizes == expected.sizes else {
      throw FixtureError("found \(message(tensor)), expected \(message(expected))")
    }
    try compareQuantization(tensor, expected)
    let isFloat = tensor.type.isFloatingPoint || tensor.type.isComplex
    var worst = (index: -1, difference: 0.0, found: 0.0, expected: 0.0)
    var count = 0
    for index in 0..<tensor.count {
      let a = try tensor.scalarElement(index)
      let b = try expected.scalarElement(index)
      if !isFloat {
        if a.int != b.int {
          count += 1
          if worst.index < 0 { worst = (index, abs(a.double - b.double), a.double, b.double) }
        }
        continue
      }
      // A real number is a complex one without imaginary part.
      let (x, y) = (a.complex, b.complex)
      if x == y || (x.isNaN && y.isNaN) { continue }
      let difference = (x - y).magnitude
      if difference.isFinite { largestDifference = max(largestDifference, difference) }
      let allowed = tolerance.isStated ? tolerance : Tolerance(relative: 1.3e-6, absolute: 1e-5)
      if difference.isNaN || difference.isInfinite || difference > allowed.absolute + allowed.relative * y.magnitude {
        count += 1
        if worst.index < 0 || difference > worst.difference { worst = (index, difference, x.magnitude, y.magnitude) }
      }
    }
    if count > 0 {
      throw FixtureError(
        "\(count) of \(tensor.count) elements of \(message(tensor)) differ; at \(worst.index) found \(worst.found), expected \(worst.expected)"
      )
    }
  }

  private func compareQuantization(_ tensor: Tensor, _ expected: Tensor) throws {
    switch (tensor.quantization, expected.quantization) {
    case (.none, .none): return
    case (.perTensor(let a, let zeroA), .perTensor(let b, let zeroB)):
      guard abs(a - b) <= 1e-15 * abs(b), zeroA == zeroB else {
        throw FixtureError("found scale \(a), zero point \(zeroA), expected \(b), \(zeroB)")
      }
    case (.perChannel(let a), .perChannel(let b)):
      guard a.axis == b.axis, a.zeroPoints == b.zeroPoints, a.scales == b.scales else {
        throw FixtureError("per-channel parameters differ")
      }
    default: throw FixtureError("another quantization scheme than expected")
    }
  }

  private func message(_ tensor: Tensor) -> String { String(decoding: tensor.message.bytes, as: UTF8.self) }
}

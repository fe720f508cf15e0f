import Foundation
import LiteFormat

@testable import LiteInterpreter

/// A model with recorded cases: `model.ptl` and `caseN/case.json` (Tests/Fixtures/README.md).
public struct FixtureModel: Sendable, CustomStringConvertible {
  public let folder: URL
  public var description: String { folder.lastPathComponent }

  public init(folder: URL) { self.folder = folder }

  /// All models in a folder, by name.
  public static func all(in folder: URL) -> [FixtureModel] {
    let entries = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return entries.filter { FileManager.default.fileExists(atPath: $0.appendingPathComponent("model.ptl").path) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }.map { FixtureModel(folder: $0) }
  }

  public var cases: [URL] {
    let entries = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    return entries.filter { $0.lastPathComponent.hasPrefix("case") }.sorted {
      Int($0.lastPathComponent.dropFirst(4)) ?? 0 < Int($1.lastPathComponent.dropFirst(4)) ?? 0
    }
  }

  /// Replays every case.
  ///
  /// - Returns: one line for each case that fails, and the largest absolute difference of float results.
  public func replay(options: ModelOptions = ModelOptions()) -> (problems: [String], largestDifference: Double) {
    let model: Model
    do {
      model = try Model(path: folder.appendingPathComponent("model.ptl").path, options: options)
    } catch {
      return (["\(description): \(error.text)"], 0)
    }
    var problems: [String] = []
    var largest = 0.0
    for folder in cases {
      do {
        var comparison = Comparison()
        try replay(folder, model, &comparison)
        largest = max(largest, comparison.largestDifference)
      } catch let error as FixtureError {
        problems.append("\(description)/\(folder.lastPathComponent): \(error.description)")
      } catch let error as LiteError {
        problems.append("\(description)/\(folder.lastPathComponent): \(error.text)")
      } catch {
        problems.append("\(description)/\(folder.lastPathComponent): \(error)")
      }
    }
    return (problems, largest)
  }

  private func replay(_ folder: URL, _ model: Model, _ comparison: inout Comparison) throws {
    let data = try Data(contentsOf: folder.appendingPathComponent("case.json"))
    guard let json = try JSONDecoder().decode(JSON.self, from: data).plain as? [String: Any] else {
      throw FixtureError("case.json")
    }
    let session = try Session(model)
    let calls = json["calls"] as? [[String: Any]] ?? [json]
    for call in calls {
      let method = call["method"] as? String ?? "forward"
      let reader = CaseReader(folder: folder, session: session)
      let inputs = try (call["inputs"] as? [Any] ?? []).map { try reader.value($0) }
      let result: Value
      do {
        result = try session.run(try model.method(Array(method.utf8)), inputs)
      } catch {
        guard let expected = call["error"] as? String else { throw FixtureError("\(method): \(error.text)") }
        guard expected.isEmpty || error.text.contains(expected) else {
          throw FixtureError("\(method): error '\(error.text)', expected '\(expected)'")
        }
        continue
      }
      if let expected = call["error"] as? String { throw FixtureError("\(method): no error, expected '\(expected)'") }
      comparison.tolerance = Tolerance(call["tolerance"] ?? json["tolerance"])
      do {
        try comparison.compare(result, call["output"] ?? NSNull(), reader)
      } catch let error as FixtureError {
        throw FixtureError("\(method): \(error.description)")
      }
    }
  }
}

extension Model {
  /// Opens a file by its path.
  public convenience init(path: String, options: ModelOptions = ModelOptions()) throws(LiteError) {
    let bytes = Array(path.utf8CString)
    try self.init(path: bytes, options: options)
  }
}

extension LiteError {
  /// The message as a `String`.
  public var text: String { String(decoding: message.bytes, as: UTF8.self) }
}

/// Reads the typed values of a case.
struct CaseReader {
  let folder: URL
  let session: Session

  func value(_ json: Any) throws -> Value {
    guard let entry = json as? [String: Any], let kind = entry["t"] as? String else { throw FixtureError("value \(json)") }
    switch kind {
    case "None": return .none
    case "bool": return .bool(entry["v"] as? Bool ?? false)
    case "int": return .int(entry["v"] as? Int64 ?? 0)
    case "float":
      if let text = entry["v"] as? String { return .double(Double(text) ?? .nan) }
      return .double(number(entry["v"]) ?? .nan)
    case "complex":
      let parts = (entry["v"] as? [Any] ?? []).map { Double($0 as? String ?? "") ?? .nan }
      return .complex(ComplexValue(parts[0], parts[1]))
    case "str": return .string(StringValue(Array((entry["v"] as? String ?? "").utf8)))
    case "list": return .list(ListValue(try (entry["v"] as? [Any] ?? []).map { try value($0) }))
    case "tuple": return .tuple(TupleValue(try (entry["v"] as? [Any] ?? []).map { try value($0) }))
    case "dict":
      let dict = DictValue()
      for pair in entry["v"] as? [[Any]] ?? [] { try dict.set(try value(pair[0]), try value(pair[1])) }
      return .dict(dict)
    case "tensor": return .tensor(try tensor(entry))
    default: throw FixtureError("a value of kind \(kind)")
    }
  }

  func tensor(_ entry: [String: Any]) throws -> Tensor {
    let name = entry["dtype"] as? String ?? ""
    guard let type = DataType.named(name) else { throw FixtureError("dtype \(name)") }
    let shape = (entry["shape"] as? [Any] ?? []).map { Int($0 as? Int64 ?? -1) }
    let array = try NpyArray(contentsOf: folder.appendingPathComponent(entry["npy"] as? String ?? ""))
    let tensor = try session.makeTensor(type, shape)
    guard array.bytes.count == tensor.byteCount else {
      throw FixtureError("\(entry["npy"] ?? "") has another size than its shape")
    }
    array.bytes.withUnsafeBytes { if $0.count > 0 { tensor.data.copyMemory(from: $0.baseAddress!, byteCount: $0.count) } }
    if let scale = number(entry["scale"]) {
      tensor.quantization = .perTensor(scale: scale, zeroPoint: Int32(entry["zero_point"] as? Int64 ?? 0))
    } else if let scales = entry["scales"] as? [Any] {
      tensor.quantization = .perChannel(
        ChannelQuantization(
          scales: scales.map { number($0) ?? 0 }, zeroPoints: (entry["zero_points"] as? [Any] ?? []).map { $0 as? Int64 ?? 0 },
          axis: Int(entry["axis"] as? Int64 ?? 0)))
    }
    return tensor
  }
}

/// A number that JSON may write without a point.
func number(_ json: Any?) -> Double? { json as? Double ?? (json as? Int64).map { Double($0) } }

extension DataType {
  static func named(_ name: String) -> DataType? {
    let short = name.hasPrefix("torch.") ? String(name.dropFirst(6)) : name
    for raw in UInt8(0)...17 {
      if let type = DataType(rawValue: raw), type.name.description == short { return type }
    }
    return nil
  }
}

import Foundation
import LiteFormat
import LiteInterpreter

extension FixtureModel {
  /// The calls of a recorded case.
  ///
  /// - Parameter session: whose memory the inputs are made in.
  public static func calls(_ folder: URL, _ session: Session) throws -> [(method: String, inputs: [Value])] {
    let data = try Data(contentsOf: folder.appendingPathComponent("case.json"))
    guard let json = try JSONDecoder().decode(JSON.self, from: data).plain as? [String: Any] else {
      throw FixtureError("case.json")
    }
    return try (json["calls"] as? [[String: Any]] ?? [json]).map { call in
      let reader = CaseReader(folder: folder, session: session)
      return (call["method"] as? String ?? "forward", try (call["inputs"] as? [Any] ?? []).map { try reader.value($0) })
    }
  }
}

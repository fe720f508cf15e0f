import Foundation

@testable import LiteFormat
@testable import LiteInterpreter

/// Reading the names of a model, and aligning a tensor to what they say.
public enum NamesRun {
  /// The model that names are put into.
  public static let program: Program? = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/names/pair.ptl")
    return try? Program(path: path.path)
  }()

  public static func run(_ json: [UInt8]) {
    if let document = try? JSONDocument(json, dialect: .python) { walk(document) }
    guard let program else { fatalError("the seed model pair.ptl cannot be read") }
    guard let signature = try? ModelSignature.read(json, program) else { return }
    for method in signature.methods {
      for tensor in method.inputs + method.outputs { align(tensor, json) }
    }
  }

  /// Looks at every node.
  private static func walk(_ document: JSONDocument) {
    var pending = [0]
    while let node = pending.popLast() {
      _ = (document.number(node), document.integer(node), document.text(node))
      _ = try? document.member(node, "a")
      pending += document.children(node)
    }
  }

  /// Aligns a tensor that fits, and one that does not, in the model's order and in another.
  private static func align(_ tensor: TensorDescription, _ json: [UInt8]) {
    _ = tensor.message
    _ = tensor.labels.reduce(0) { $0 + $1.bytes.count }
    let names = tensor.dimensions.map { $0.bytes }
    var orders: [[UInt8]?] = [nil, Array(json.suffix(5)), [UInt8](names.reversed().joined(separator: [44]))]
    orders.append([UInt8](names.map { $0[0] }))
    for rank in 0...Swift.max(names.count, 4) {
      guard let sizes = try? Dimensions([Int](repeating: 2, count: Swift.min(rank, 8))),
        let image = try? Tensor(.uint8, sizes, in: Arena())
      else { continue }
      for order in orders {
        for normalizes in [false, true] {
          guard let aligned = try? tensor.aligned(image, order: order, normalizes: normalizes) else { continue }
          if normalizes { _ = try? tensor.normalization?.apply(aligned) }
        }
      }
    }
  }
}

import Foundation
import LiteFormat
import TestSupport
import Testing

@testable import LiteInterpreter

/// Names of inputs and outputs: what a file may say of them, and what tensors become by it.
@Suite struct SignatureTests {
  private static let folder = Paths.fixtures.appendingPathComponent("names")

  private func program(_ name: String) throws -> Program { try Program(path: Self.folder.appendingPathComponent(name).path) }

  private func text(_ error: LiteError?) -> String {
    error.map { String(decoding: $0.message.bytes, as: UTF8.self) } ?? "no error"
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func tensor(_ type: DataType, _ sizes: [Int]) throws -> Tensor {
    let tensor = try Tensor(type, try Dimensions(sizes), in: Arena())
    for index in 0..<tensor.count { try tensor.setInteger(at: index, Int64(index)) }
    return tensor
  }

  /// A description from the JSON of one input.
  private func input(_ json: String) throws -> TensorDescription {
    let signature = try ModelSignature.read(bytes("{\"lite_names\":1,\"inputs\":[\(json)]}"), try program("pair.ptl"))
    // Texts live as long as the signature.
    Self.kept.withLock { $0.append(signature) }
    return signature.methods[0].inputs[0]
  }

  private static let kept = Locked<[ModelSignature]>([])

  private final class Locked<Content>: @unchecked Sendable {
    private var content: Content
    private let lock = NSLock()
    init(_ content: Content) { self.content = content }
    func withLock(_ body: (inout Content) -> Void) { lock.withLock { body(&content) } }
  }

  // MARK: Reading

  /// Names that PyTorch wrote, and those that were added to a finished file.
  @Test(arguments: ["photo.ptl", "added.ptl"]) func reads(_ name: String) throws {
    let model = try Model(try program(name))
    let forward = try model.method(bytes("forward"))
    let method = try #require(model.description(of: forward))
    let image = try #require(method.inputs.first)
    #expect(String(cString: image.name.start) == "image")
    #expect(image.type == .float32)
    #expect(image.dimensionList.map { String(cString: $0) } == "batch,channel,height,width")
    #expect(image.sizes == (try Dimensions([-1, 3, 3, 3])))
    #expect(image.channels.map { String(cString: $0.start) } == "RGB")
    #expect(image.normalization?.mean == [0.485, 0.456, 0.406])
    #expect(image.normalization?.deviation == [0.229, 0.224, 0.225])
    #expect(
      method.outputs.first?.labels.map { String(cString: $0.start) } == ["cat", "dog", "Sämann", "a \"quoted\" one", "fish"])
    // By its name, and by the code's.
    #expect(try model.input(named: bytes("image"), of: forward) == 0)
    #expect(try model.input(named: bytes("x"), of: forward) == 0)
  }

  @Test func methodsOfTheirOwn() throws {
    let model = try Model(try program("pair.ptl"))
    let forward = try #require(model.description(of: try model.method(bytes("forward"))))
    #expect(forward.inputs.map { String(cString: $0.name.start) } == ["features", "weight", "scale"])
    #expect(forward.outputs.map { String(cString: $0.name.start) } == ["flat", "weighted"])
    let encode = try #require(model.description(of: try model.method(bytes("encode"))))
    #expect(encode.inputs.map { String(cString: $0.name.start) } == ["tokens"])
    #expect(encode.outputs.isEmpty)
  }

  @Test func withoutNames() throws {
    let model = try Model(try program("unnamed.ptl"))
    #expect(model.signature == nil && model.signatureProblem == nil)
    #expect(model.description(of: 0) == nil)
  }

  /// What is not known is passed over.
  @Test func unknownKeys() throws {
    let json = """
      {"lite_names": 1, "later": {"x": [1]}, "inputs": [{"name": "a", "unit": "m", "sizes": [null, 2]}], "methods": {}}
      """
    let signature = try ModelSignature.read(bytes(json), try program("pair.ptl"))
    let input = try #require(signature.methods.first?.inputs.first)
    #expect(String(decoding: input.message.bytes, as: UTF8.self) == "[any, 2]")
    #expect(try ModelSignature.read(bytes("{\"lite_names\":1}"), try program("pair.ptl")).methods.isEmpty)
  }

  /// A known key with a wrong value is an error that says where.
  @Test(
    arguments: [
      ("[]", "\"lite_names\""), ("{\"inputs\":[]}", "\"lite_names\""), ("{\"lite_names\":\"1\"}", "lite_names: found \"1\""),
      ("{\"lite_names\":0}", "lite_names: found 0"), ("{\"lite_names\":2}", "reads version 1"), ("{\"lite_names\":1,", "a key"),
      ("{\"lite_names\":1,\"lite_names\":1}", "lite_names is there twice"),
      ("{\"lite_names\":1,\"methods\":[]}", "methods: found a list"),
      ("{\"lite_names\":1,\"methods\":{\"nosuch\":{}}}", "no method nosuch; the model has: forward, encode"),
      ("{\"lite_names\":1,\"inputs\":[],\"methods\":{\"forward\":{}}}", "forward is described twice"),
      ("{\"lite_names\":1,\"inputs\":{}}", "inputs: found an object"),
      ("{\"lite_names\":1,\"inputs\":[3]}", "input 0: it has no name"),
      ("{\"lite_names\":1,\"outputs\":[{\"name\":\"a\"},{\"name\":\"a\"}]}", "two outputs are named a"),
      ("{\"lite_names\":1,\"inputs\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"},{\"name\":\"d\"}]}", "takes 3"),
      ("{\"lite_names\":1,\"inputs\":[{\"name\":\"weight\"}]}", "which is the method's argument 1"),
      (
        "{\"lite_names\":1,\"methods\":{\"encode\":{\"outputs\":[{\"name\":\"\"}]}}}", "method encode: output 0: name: found \"\""
      ),
    ])
  func wrong(_ json: String, _ expected: String) throws {
    let program = try program("pair.ptl")
    let error = #expect(throws: LiteError.self) { try ModelSignature.read(bytes(json), program) }
    #expect(text(error).contains(expected), "\(text(error))")
  }

  @Test(
    arguments: [
      ("\"name\":\"1a\"", "name: found \"1a\""), ("\"name\":\"a-b\"", "letters, digits"), ("\"name\":3", "name: found 3"),
      ("\"name\":\"\(String(repeating: "a", count: 65))\"", "at most 64"),
      ("\"name\":\"a\",\"dtype\":\"float\"", "dtype: found \"float\""), ("\"name\":\"a\",\"dtype\":null", "dtype: found null"),
      ("\"name\":\"a\",\"dimensions\":[\"b\",\"b\"]", "two dimensions are named b"),
      ("\"name\":\"a\",\"dimensions\":[null]", "dimensions: found null"),
      ("\"name\":\"a\",\"dimensions\":\"NCHW\"", "expected a list"),
      ("\"name\":\"a\",\"dimensions\":[\"b\"],\"sizes\":[1,2]", "found 2 sizes"),
      ("\"name\":\"a\",\"sizes\":[-1]", "sizes: found -1"),
      ("\"name\":\"a\",\"sizes\":[1.5]", "sizes: found 1.5"), ("\"name\":\"a\",\"sizes\":[1,1,1,1,1,1,1,1,1]", "more than 8"),
      ("\"name\":\"a\",\"sizes\":[9999999999999999999]", "sizes: found"), ("\"name\":\"a\",\"mean\":[0]", "no range"),
      ("\"name\":\"a\",\"range\":[1,0]", "the lower first"), ("\"name\":\"a\",\"range\":[0,1],\"std\":[0]", "positive"),
      ("\"name\":\"a\",\"range\":[0,1],\"std\":[]", "std is empty"), ("\"name\":\"a\",\"range\":[0,1e39]", "range: found 1e39"),
      ("\"name\":\"a\",\"range\":[0,1],\"mean\":[1,2,3]", "need a dimension named channel"),
      ("\"name\":\"a\",\"dimensions\":[\"channel\"],\"sizes\":[4],\"range\":[0,1],\"mean\":[1,2,3]", "of that size"),
      ("\"name\":\"a\",\"dimensions\":[\"channel\"],\"range\":[0,1],\"mean\":[1,2,3],\"std\":[1,2]", "found 2 numbers"),
      ("\"name\":\"a\",\"dtype\":\"uint8\",\"range\":[0,1]", "found dtype uint8"),
      ("\"name\":\"a\",\"labels\":[1]", "labels: found 1"),
      ("\"name\":\"a\",\"sizes\":[3],\"labels\":[\"x\"]", "found 1 labels"),
      ("\"name\":\"a\",\"name\":\"b\"", "name is there twice"),
    ])
  func wrongDescription(_ fields: String, _ expected: String) throws {
    let error = #expect(throws: LiteError.self) { try input("{\(fields)}") }
    #expect(text(error).contains(expected), "\(text(error))")
  }

  // MARK: Aligning

  private struct Alignments: Decodable {
    struct Case: Decodable {
      let names: [String]
      let sizes: [Int]
      let aligned: [Int]?
      let elements: [Int]?
    }
    let declared: [String]
    let cases: [Case]
  }

  /// All orders of all subsets of names, as letters and in full; and names that are not declared.
  @Test func alignsAsNamedTensors() throws {
    let data = try Data(contentsOf: Self.folder.appendingPathComponent("align_to.json"))
    let recorded = try JSONDecoder().decode(Alignments.self, from: data)
    let names = recorded.declared.map { "\"\($0)\"" }.joined(separator: ",")
    let description = try input("{\"name\":\"a\",\"dimensions\":[\(names)]}")
    #expect(recorded.cases.count > 60)
    for item in recorded.cases {
      let tensor = try tensor(.int32, item.sizes)
      let letters = item.names.map { $0 == "batch" ? "N" : $0.prefix(1).uppercased() }.joined()
      for order in [item.names.joined(separator: ","), letters, letters.lowercased()] {
        guard let expected = item.aligned else {
          let error = #expect(throws: LiteError.self) { try description.aligned(tensor, order: bytes(order)) }
          #expect(text(error).contains("expected (batch, channel, height, width)"), "\(order): \(text(error))")
          continue
        }
        let aligned = try description.aligned(tensor, order: bytes(order))
        #expect(aligned.sizes == (try Dimensions(expected)), "\(order)")
        #expect(aligned.data == tensor.data, "aligning copies")
        let found = try (0..<min(24, aligned.count)).map { Int(try aligned.denseCopy().integer(at: $0)) }
        #expect(found == item.elements, "\(order)")
      }
    }
  }

  @Test func letters() throws {
    let description = try input("{\"name\":\"a\",\"dimensions\":[\"batch\",\"height\",\"hidden\",\"n\"]}")
    let tensor = try tensor(.float32, [2, 2])
    // `n` is a name of its own here, and H may be two.
    #expect(try description.aligned(tensor, order: bytes("bn")).sizes == (try Dimensions([2, 1, 1, 2])))
    #expect(try description.aligned(tensor, order: bytes("hidden,height")).sizes == (try Dimensions([1, 2, 2, 1])))
    let ambiguous = #expect(throws: LiteError.self) { try description.aligned(tensor, order: bytes("bh")) }
    #expect(text(ambiguous).contains("may be more than one"), "\(text(ambiguous))")
    for wrong in ["nn", "b,b", "bx", "b,x", "b,", ",", "bnb"] {
      let error = #expect(throws: LiteError.self) { try description.aligned(tensor, order: bytes(wrong)) }
      #expect(text(error).contains("batch, height, hidden, n"), "\(wrong): \(text(error))")
    }
  }

  @Test func checks() throws {
    let image = try input(
      "{\"name\":\"a\",\"dtype\":\"float32\",\"dimensions\":[\"batch\",\"channel\",\"height\"],\"sizes\":[null,3,8]}")
    func problem(_ type: DataType, _ sizes: [Int], _ order: String?) throws -> String {
      do {
        _ = try image.aligned(try tensor(type, sizes), order: order.map { bytes($0) })
        return ""
      } catch let error as LiteError {
        return text(error)
      }
    }
    #expect(try problem(.float32, [5, 3, 8], nil) == "")
    #expect(try problem(.float32, [8, 3], "HC") == "")
    #expect(
      try problem(.float32, [5, 4, 8], nil)
        == "channel is 4, expected 3 (found float32 [5, 4, 8], expected float32 [batch, channel 3, height 8])")
    #expect(try problem(.float32, [5, 8], "NH").contains("channel is 1, expected 3"))
    #expect(try problem(.float64, [5, 3, 8], nil).contains("the type is float64, expected float32"))
    #expect(try problem(.float32, [5, 3], nil).contains("the rank is 2, expected 3"))
    #expect(try problem(.float32, [5, 3, 8], "NH").contains("found float32 [5, 3, 8], but 2 names of dimensions: NH"))
    let plain = try input("{\"name\":\"a\",\"sizes\":[2,null]}")
    #expect(throws: LiteError.self) { try plain.aligned(try tensor(.float32, [2, 2]), order: bytes("AB")) }
    #expect(plain.problem(of: try tensor(.float32, [3, 2])).map { text($0) }?.hasPrefix("dimension 0 is 3, expected 2") == true)
    #expect(try input("{\"name\":\"a\"}").problem(of: try tensor(.bool, [1])) == nil)
  }

  // MARK: Results

  /// The model's answer for an image in another order is PyTorch's for the right one, copied or not.
  @Test(arguments: ["NHWC", "batch,height,width,channel"]) func runsPermuted(_ order: String) throws {
    let model = try Model(try program("photo.ptl"))
    let function = try model.method(bytes("forward"))
    var pixels = [UInt8](try NpyArray(contentsOf: Self.folder.appendingPathComponent("photo_nhwc.npy")).bytes)
    let expected = try NpyArray(contentsOf: Self.folder.appendingPathComponent("photo_scores.npy")).bytes
      .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    try pixels.withUnsafeMutableBytes { buffer in
      let sizes = try Dimensions([1, 3, 3, 3])
      let image = Tensor(
        storage: Storage(borrowing: buffer, isWritable: false), type: .float32, sizes: sizes, strides: sizes.contiguousStrides(),
        count: 27)
      let aligned = try model.description(ofInput: 0, of: function).aligned(image, order: bytes(order))
      #expect(aligned.data == buffer.baseAddress && !aligned.isContiguous)
      let session = try Session(model)
      for input in [aligned, try aligned.denseCopy(), aligned] {
        guard case .tensor(let scores) = try session.run(function, [.tensor(input)]) else { throw FixtureError("no tensor") }
        for index in expected.indices { #expect(abs(Float(try scores.number(at: index)) - expected[index]) < 1e-5) }
      }
    }
  }

  /// Bytes of an image become the bits that torchvision makes of them.
  @Test func normalizes() throws {
    let model = try Model(try program("photo.ptl"))
    let description = try model.description(ofInput: 0, of: try model.method(bytes("forward")))
    let pixels = [UInt8](try NpyArray(contentsOf: Self.folder.appendingPathComponent("photo_hwc_bytes.npy")).bytes)
    let expected = [UInt8](try NpyArray(contentsOf: Self.folder.appendingPathComponent("photo_nchw.npy")).bytes)
    let image = try tensor(.uint8, [3, 3, 3])
    for (index, pixel) in pixels.enumerated() { try image.setInteger(at: index, Int64(pixel)) }
    let aligned = try description.aligned(image, order: bytes("HWC"), normalizes: true)
    let normalization = try #require(description.normalization)
    let result = try normalization.apply(aligned)
    #expect(result.sizes == (try Dimensions([1, 3, 3, 3])))
    #expect([UInt8](UnsafeRawBufferPointer(start: result.data, count: result.byteCount)) == expected)
    // Not unless it is asked for, and of bytes only.
    #expect(throws: LiteError.self) { try description.aligned(image, order: bytes("HWC")) }
    #expect(throws: LiteError.self) {
      try description.aligned(try tensor(.float32, [3, 3, 3]), order: bytes("HWC"), normalizes: true)
    }
  }

  @Test func normalizesAllChannelsAlike() throws {
    let description = try input("{\"name\":\"a\",\"range\":[-1,1],\"std\":[2]}")
    let normalization = try #require(description.normalization)
    let image = try tensor(.uint8, [16, 16])
    let result = try normalization.apply(image)
    for byte in 0..<256 { #expect(Float(try result.number(at: byte)) == Float(-1 + 2 * Double(byte) / 255) / 2) }
  }
}

// An ordinary Swift program, with a Swift runtime and a standard library of its own, that has liblite.a linked into it, which
// contains those of Embedded Swift. It uses what both have under the same names, before, while and after a model runs.
import CLite
import Glibc

class Shape {
  var name: String { "shape" }
}

final class Square: Shape, CustomStringConvertible {
  static nonisolated(unsafe) var living = 0
  let side: Double
  init(_ side: Double) {
    self.side = side
    Self.living += 1
  }
  deinit { Self.living -= 1 }
  override var name: String { "square of \(side)" }
  var description: String { name }
}

struct Key: Hashable { var text: String, number: Int }
struct Problem: Error { var text: String }

func total<T: Numeric>(_ values: [T]) -> T { values.reduce(0, +) }

/// What the Swift runtime does: reference counts, hashing, generics, dynamic casts, reflection, errors.
func exerciseRuntime() throws {
  var table: [Key: [Shape]] = [:]
  for number in 0..<1000 { table[Key(text: "k\(number % 7)", number: number % 3), default: []].append(Square(Double(number))) }
  guard Square.living == 1000, table.count == 21 else { throw Problem(text: "\(Square.living) objects, \(table.count) keys") }
  let any: Any = table[Key(text: "k3", number: 0)]![0]
  guard let square = any as? CustomStringConvertible, square.description == "square of 3.0" else { throw Problem(text: "\(any)") }
  guard Mirror(reflecting: Key(text: "", number: 0)).children.count == 2, total([1.5, 2]) == 3.5, total([1, 2]) == 3 else {
    throw Problem(text: "generics")
  }
  do { throw Problem(text: "thrown") } catch let problem as Problem { guard problem.text == "thrown" else { throw problem } }
  table = [:]
}

func check(_ status: lite_status, _ error: lite_error) throws {
  guard status != 0 else { return }
  var error = error
  throw Problem(text: withUnsafeBytes(of: &error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
}

func initialized<Struct: BitwiseCopyable>(_ value: Struct) -> Struct {
  var value = value
  lite_init(&value, MemoryLayout<Struct>.size)
  return value
}

/// The index of the best class for a picture of 8 × 8 numbers.
func classify(_ path: String, _ pixels: [Float]) throws -> Int? {
  var error = initialized(lite_error())
  var model: OpaquePointer?
  var session: OpaquePointer?
  defer {
    lite_session_destroy(session)
    lite_model_release(model)
  }
  try check(lite_model_open_file(path, nil, &model, &error), error)
  try check(lite_session_create(model, nil, &session, &error), error)
  var scores: [Float] = []
  var pixels = pixels
  try pixels.withUnsafeMutableBytes { bytes in
    var input = initialized(lite_tensor_view())
    input.dtype = lite_dtype(LITE_FLOAT32)
    input.rank = 4
    input.shape = (1, 1, 8, 8, 0, 0, 0, 0)
    input.data = bytes.baseAddress
    input.byte_count = bytes.count
    try check(lite_session_bind_input(session, 0, &input, &error), error)
    try check(lite_session_run(session, &error), error)
    var output = initialized(lite_tensor_view())
    try check(lite_session_output(session, 0, &output, &error), error)
    scores = Array(UnsafeRawBufferPointer(start: output.data, count: output.byte_count).bindMemory(to: Float.self))
  }
  return scores.indices.max { scores[$0] < scores[$1] }
}

/// The 64 samples at the end of a picture, of 0 to 16.
func readPicture(_ path: String) throws -> [Float] {
  guard let file = fopen(path, "rb") else { throw Problem(text: path) }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 64)
  guard fseek(file, -64, SEEK_END) == 0, fread(&bytes, 1, 64, file) == 64 else { throw Problem(text: path) }
  return bytes.map { Float($0) / 16 }
}

try exerciseRuntime()
let seen = try classify(CommandLine.arguments[1], readPicture(CommandLine.arguments[2]))
try exerciseRuntime()
guard Square.living == 0 else { throw Problem(text: "\(Square.living) objects are left") }
print("It is class \(seen.map(String.init) ?? "nothing"), says Swift.")

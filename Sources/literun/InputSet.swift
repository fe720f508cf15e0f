import LiteFormat
import LiteInterpreter

/// The arguments of a run: the `-i` options, put in the order of the method's arguments and read once.
final class InputSet {
  private let program: Program
  private let schema: Function.Schema?
  private let sources: [InputSpecification.Source]
  private var random: RandomNumbers
  /// Arrays in the order in which values need them; the memory of all tensors that were made.
  private var arrays: [ArrayData] = []
  private var used = 0

  /// Puts specifications in order.
  ///
  /// - Throws: `invalidInput` for a name or position that the method does not have, or that is given twice.
  init(_ specifications: [InputSpecification], program: Program, function: Int, seed: Int64) throws(LiteError) {
    self.program = program
    let schema = program.functions[function].schema
    self.schema = schema
    random = RandomNumbers(seed: seed)
    var ordered: [InputSpecification.Source?] = []
    var next = 0
    for specification in specifications {
      let position: Int
      if let key = specification.key {
        position = try Self.position(of: key, schema, specifications.count)
      } else {
        position = next
      }
      next = position + 1
      while ordered.count <= position { ordered.append(nil) }
      guard ordered[position] == nil else {
        throw LiteError(.invalidInput, "input \(position)\(Self.name(schema, position)) is given twice")
      }
      ordered[position] = specification.source
    }
    var sources: [InputSpecification.Source] = []
    for (position, source) in ordered.enumerated() {
      guard let source else {
        throw LiteError(.invalidInput, "input \(position)\(Self.name(schema, position)) is missing, though a later one is given")
      }
      sources.append(source)
    }
    self.sources = sources
  }

  /// ` (image)`, or nothing.
  private static func name(_ schema: Function.Schema?, _ position: Int) -> Message {
    guard let schema, position + 1 < schema.arguments.count else { return Message() }
    return " (\(schema.arguments[position + 1].name))"
  }

  private static func position(of key: [UInt8], _ schema: Function.Schema?, _ count: Int) throws(LiteError) -> Int {
    let limit = schema.map { $0.arguments.count - 1 } ?? count
    if let number = NumberText.integer(key) {
      guard let position = Int(exactly: number), (0..<max(0, limit)).contains(position) else {
        throw LiteError(.invalidInput, "found input \(key), the method takes \(limit), counted from 0")
      }
      return position
    }
    guard let schema else {
      throw LiteError(.invalidInput, "found input \(key), but this file does not name its arguments; give them by position")
    }
    var list = Message()
    for (index, argument) in schema.arguments.dropFirst().enumerated() {
      if argument.name == key { return index }
      if index > 0 { list.appendStatic(", ") }
      list.bytes += argument.name
    }
    throw LiteError(.invalidInput, "found input \(key), the method takes (\(list))")
  }

  /// The values, made anew: a run may change those it gets. Arrays are read the first time only.
  func values() throws(LiteError) -> [Value] {
    used = 0
    var result: [Value] = []
    for (position, source) in sources.enumerated() {
      var type: TypeTable.Index?
      if let schema, position + 1 < schema.arguments.count { type = schema.arguments[position + 1].type }
      do throws(LiteError) {
        result.append(try value(source, type))
      } catch {
        throw error.at("input \(position)\(Self.name(schema, position))")
      }
    }
    return result
  }

  private func value(_ source: InputSpecification.Source, _ type: TypeTable.Index?) throws(LiteError) -> Value {
    if case .json(let document) = source {
      var reader = JSONValueReader(document: document, program: program) { (text) throws(LiteError) in
        try self.tensor(try InputSpecification.tensorSource(text))
      }
      return try reader.value(document.root, type, depth: 0)
    }
    return .tensor(try tensor(source))
  }

  private func tensor(_ source: InputSpecification.Source) throws(LiteError) -> Tensor {
    if used == arrays.count { arrays.append(try read(source)) }
    used += 1
    return arrays[used - 1].makeTensor()
  }

  private func read(_ source: InputSpecification.Source) throws(LiteError) -> ArrayData {
    switch source {
    case .file(let path):
      do throws(LiteError) {
        return try NumpyReader.read(path)
      } catch {
        let isArray = path.count > 4 && path.suffix(4).elementsEqual([46, 110, 112, 121])
        guard error.status == .fileUnreadable, !isArray else { throw error }
        throw LiteError(error.status, "\(error.message); an input is FILE.npy, a shape such as 1x3x224x224xf32, or json:VALUE")
      }
    case .filled(let type, let sizes, let value):
      let array = try ArrayData(type, sizes)
      try InputSpecification.fill(array, value)
      return array
    case .random(let type, let sizes):
      let array = try ArrayData(type, sizes)
      try random.fill(array)
      return array
    case .json: throw LiteError(.invalidInput, "found json:, expected a tensor")
    }
  }
}

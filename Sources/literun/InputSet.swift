import LiteFormat
import LiteInterpreter

/// The arguments of a run: the `-i` options, put in the order of the method's arguments and read once.
final class InputSet {
  private let model: Model
  private let function: Int
  private let schema: Function.Schema?
  private let specifications: [InputSpecification]
  /// Whether images of bytes that are given by name become numbers, as the model declares.
  private let normalizes: Bool
  private var hasNormalized = false
  private var random: RandomNumbers
  /// Arrays in the order in which values need them; the memory of all tensors that were made.
  private var arrays: [ArrayData] = []
  private var used = 0

  /// Puts specifications in order.
  ///
  /// - Throws: `invalidInput` for a name or position that the method does not have, or that is given twice.
  init(
    _ specifications: [InputSpecification], model: Model, function: Int, seed: Int64, normalizes: Bool
  ) throws(LiteError) {
    self.model = model
    self.function = function
    self.normalizes = normalizes
    schema = model.program.functions[function].schema
    random = RandomNumbers(seed: seed)
    var ordered: [InputSpecification?] = []
    var next = 0
    for specification in specifications {
      let position: Int
      if let key = specification.key {
        position = try Self.position(of: key, model, function, specifications.count)
      } else {
        position = next
      }
      next = position + 1
      while ordered.count <= position { ordered.append(nil) }
      guard ordered[position] == nil else {
        throw LiteError(.invalidInput, "\(Self.place(position, model, function)) is given twice")
      }
      ordered[position] = specification
    }
    var complete: [InputSpecification] = []
    for (position, specification) in ordered.enumerated() {
      guard let specification else {
        throw LiteError(.invalidInput, "\(Self.place(position, model, function)) is missing, though a later one is given")
      }
      complete.append(specification)
    }
    self.specifications = complete
  }

  /// `input 0 (image)`, or without the name.
  private static func place(_ position: Int, _ model: Model, _ function: Int) -> Message {
    if let inputs = model.description(of: function)?.inputs, position < inputs.count {
      return "input \(position) (\(inputs[position].name.bytes))"
    }
    guard let schema = model.program.functions[function].schema, position + 1 < schema.arguments.count else {
      return "input \(position)"
    }
    return "input \(position) (\(schema.arguments[position + 1].name))"
  }

  private static func position(
    of key: [UInt8], _ model: Model, _ function: Int, _ count: Int
  ) throws(LiteError) -> Int {
    guard let number = NumberText.integer(key) else { return try model.input(named: key, of: function) }
    let limit = model.program.functions[function].schema.map { $0.arguments.count - 1 } ?? count
    guard let position = Int(exactly: number), (0..<max(0, limit)).contains(position) else {
      throw LiteError(.invalidInput, "found input \(key), the method takes \(limit), counted from 0")
    }
    return position
  }

  /// The values, made anew: a run may change those it gets. Arrays are read the first time only.
  func values() throws(LiteError) -> [Value] {
    used = 0
    var result: [Value] = []
    for position in specifications.indices {
      do throws(LiteError) {
        result.append(try value(position))
      } catch {
        throw error.at(Self.place(position, model, function))
      }
    }
    if normalizes, !hasNormalized {
      throw LiteError(
        .invalidInput, "--normalize: no input that is given by name is an image of bytes (uint8) with a declared normalization")
    }
    return result
  }

  private func value(_ position: Int) throws(LiteError) -> Value {
    let specification = specifications[position]
    if case .json(let document) = specification.source {
      var reader = JSONValueReader(document: document, program: model.program) { (text) throws(LiteError) in
        try self.tensor { () throws(LiteError) in try self.read(try InputSpecification.tensorSource(text)) }
      }
      var type: TypeTable.Index?
      if let schema, position + 1 < schema.arguments.count { type = schema.arguments[position + 1].type }
      return try reader.value(0, type, depth: 0)
    }
    return .tensor(
      try tensor { () throws(LiteError) in try self.described(try self.read(specification.source), position) })
  }

  /// The next tensor: over an array that is made the first time only.
  private func tensor(_ make: () throws(LiteError) -> ArrayData) throws(LiteError) -> Tensor {
    if used == arrays.count { arrays.append(try make()) }
    used += 1
    return arrays[used - 1].makeTensor()
  }

  /// An input's array in the model's order and element type, checked against what the model says of it if the caller
  /// has named the input or its dimensions. By position alone it is passed as it is, with a warning.
  private func described(_ array: ArrayData, _ position: Int) throws(LiteError) -> ArrayData {
    let specification = specifications[position]
    let tensor = array.makeTensor()
    let description: TensorDescription
    if specification.dimensions != nil {
      description = try model.description(ofInput: position, of: function)
    } else {
      guard let inputs = model.description(of: function)?.inputs, position < inputs.count else { return array }
      description = inputs[position]
      let isNamed = specification.key.map { NumberText.integer($0) == nil } ?? false
      if !isNamed {
        if let problem = description.problem(of: tensor) {
          Console.problem("warning: \(Self.place(position, model, function)): \(problem.message)")
        }
        return array
      }
    }
    let isImage = array.type == .uint8 && description.normalization != nil
    guard normalizes || !isImage else {
      throw LiteError(.invalidInput, "found an image of bytes (uint8); --normalize makes numbers of it as the model declares")
    }
    let aligned = try description.aligned(tensor, order: specification.dimensions, normalizes: isImage)
    if isImage, let normalization = description.normalization {
      hasNormalized = true
      return ArrayData(try normalization.apply(aligned), in: array)
    }
    return specification.dimensions == nil ? array : ArrayData(try aligned.denseCopy(), in: array)
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

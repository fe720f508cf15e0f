import LiteFormat

/// Reads and checks `extra/lite.json`:
///
///     {"lite_names": 1,
///      "inputs":  [{"name": "image", "dtype": "float32", "dimensions": ["batch", "channel", "height", "width"],
///                   "sizes": [null, 3, 224, 224], "mean": [0.485, …], "std": [0.229, …], "range": [0, 1], "channels": "RGB"}],
///      "outputs": [{"name": "scores", "dimensions": ["batch", "class"], "sizes": [null, 1000], "labels": ["tench", …]}],
///      "methods": {"encode": {"inputs": […], "outputs": […]}}}
///
/// What stands at the top is about `forward`. Keys that are not known are passed over; a known key with a wrong value
/// is an error, since a part of what was meant is worse than nothing.
struct SignatureReader {
  let document: JSONDocument
  let program: Program
  /// A copy of the document's texts that outlives it. Lists of dimension names become texts with commas in it.
  let texts: UnsafeMutableRawPointer

  private static let version = 1
  private static let maximumEntries = 256
  private static let maximumNameBytes = 64

  func methods() throws(LiteError) -> [ModelSignature.Method] {
    guard document.kind(0) == .object, let version = try document.member(0, "lite_names") else {
      throw LiteError(.malformed, "it is not an object with \"lite_names\", the version of its form")
    }
    guard let found = document.integer(version), found >= 1 else {
      throw wrong("lite_names", version, "a version: \(Self.version)")
    }
    guard found <= Self.version else {
      throw LiteError(.unsupportedVersion, "lite_names is \(found); this build reads version \(Self.version)")
    }
    var result: [ModelSignature.Method] = []
    let inputs = try document.member(0, "inputs")
    let outputs = try document.member(0, "outputs")
    if inputs != nil || outputs != nil {
      result.append(try method([102, 111, 114, 119, 97, 114, 100], 0))
    }
    if let list = try document.member(0, "methods") {
      guard document.kind(list) == .object else { throw wrong("methods", list, "an object") }
      let children = document.children(list)
      for pair in 0..<children.count / 2 {
        let name = document.text(children[2 * pair])
        let next = try at("method \(name)") { () throws(LiteError) in try method(name, children[2 * pair + 1]) }
        guard !result.contains(where: { $0.function == next.function }) else {
          throw LiteError(.malformed, "method \(name) is described twice")
        }
        result.append(next)
      }
    }
    return result
  }

  private func method(_ name: [UInt8], _ node: Int) throws(LiteError) -> ModelSignature.Method {
    let function = try program.entryPoint(name)
    let inputs = try descriptions(node, "inputs", "input")
    try checkArguments(inputs, function)
    return ModelSignature.Method(function, inputs: inputs, outputs: try descriptions(node, "outputs", "output"))
  }

  /// An input's name must not be the code's name of another argument: one `-i name=` would mean two things.
  private func checkArguments(_ inputs: [TensorDescription], _ function: Int) throws(LiteError) {
    guard let arguments = program.functions[function].schema?.arguments.dropFirst() else { return }
    guard inputs.count <= arguments.count else {
      throw LiteError(.malformed, "\(inputs.count) inputs are described, the method takes \(arguments.count)")
    }
    for (position, argument) in arguments.enumerated() {
      for (index, input) in inputs.enumerated() where index != position && input.name.bytes == argument.name {
        throw LiteError(.malformed, "input \(index) is named \(argument.name), which is the method's argument \(position)")
      }
    }
  }

  private func descriptions(
    _ node: Int, _ key: StaticString, _ word: StaticString
  ) throws(LiteError) -> [TensorDescription] {
    let nodes = try items(node, key) ?? []
    guard nodes.count <= Self.maximumEntries else {
      throw LiteError(.limitExceeded, "\(nodes.count) \(key), the limit is \(Self.maximumEntries)")
    }
    var result: [TensorDescription] = []
    for (index, entry) in nodes.enumerated() {
      let next = try at("\(word) \(index)") { () throws(LiteError) in try description(entry) }
      guard !result.contains(where: { $0.name.bytes == next.name.bytes }) else {
        throw LiteError(.malformed, "two \(key) are named \(next.name.bytes)")
      }
      result.append(next)
    }
    return result
  }

  private func description(_ node: Int) throws(LiteError) -> TensorDescription {
    guard let name = try document.member(node, "name") else { throw LiteError(.malformed, "it has no name") }
    let dimensions = try self.dimensions(node)
    let sizes = try self.sizes(node, dimensions?.count)
    let type = try self.type(node)
    var channels: SignatureText?
    if let order = try document.member(node, "channels") { channels = try self.name(order, "channels") }
    return TensorDescription(
      name: try self.name(name, "name"), type: type, dimensions: dimensions ?? [], sizes: sizes,
      normalization: try normalization(node, dimensions ?? [], sizes, type), channels: channels,
      labels: try labels(node, sizes))
  }

  private func type(_ node: Int) throws(LiteError) -> DataType? {
    guard let entry = try document.member(node, "dtype") else { return nil }
    let text = document.kind(entry) == .string ? document.text(entry) : []
    for code in 0...UInt8(17) {
      if let type = DataType(rawValue: code), text.withUnsafeBufferPointer({ isEqual($0, type.name) }) { return type }
    }
    throw wrong("dtype", entry, "a name such as \"float32\"")
  }

  private func dimensions(_ node: Int) throws(LiteError) -> [SignatureText]? {
    guard let nodes = try items(node, "dimensions") else { return nil }
    guard nodes.count <= Dimensions.maximumCount else {
      throw LiteError(.unsupported, "\(nodes.count) dimensions, the most is \(Dimensions.maximumCount)")
    }
    var result: [SignatureText] = []
    for entry in nodes {
      let next = try name(entry, "dimensions")
      guard !result.contains(where: { $0.bytes == next.bytes }) else {
        throw LiteError(.malformed, "two dimensions are named \(next.bytes)")
      }
      // The names lie one behind the other, with zeros between: one text, once these are commas.
      if !result.isEmpty {
        texts.storeBytes(of: UInt8(ascii: ","), toByteOffset: document.range(entry).start - 1, as: UInt8.self)
      }
      result.append(next)
    }
    return result
  }

  /// -1 where any size is allowed; nil where not even the rank is declared.
  private func sizes(_ node: Int, _ rank: Int?) throws(LiteError) -> Dimensions? {
    guard let nodes = try items(node, "sizes") else { return rank.map { Dimensions(repeating: -1, count: $0) } }
    guard nodes.count == rank ?? nodes.count else {
      throw LiteError(.malformed, "found \(nodes.count) sizes, expected one for each of \(rank ?? 0) dimensions")
    }
    var result = Dimensions()
    for entry in nodes {
      if document.kind(entry) == .null {
        try result.append(-1)
      } else {
        guard let size = document.integer(entry), size >= 0 else { throw wrong("sizes", entry, "a size, or null for any") }
        try result.append(size)
      }
    }
    return result
  }

  private func normalization(
    _ node: Int, _ dimensions: [SignatureText], _ sizes: Dimensions?, _ type: DataType?
  ) throws(LiteError) -> ImageNormalization? {
    let mean = try numbers(node, "mean")
    let deviation = try numbers(node, "std")
    guard let range = try numbers(node, "range") else {
      guard mean == nil, deviation == nil else {
        throw LiteError(.malformed, "it has mean or std, but no range: what 0 and 255 of an image become before")
      }
      return nil
    }
    guard range.count == 2, range[0] < range[1] else {
      throw LiteError(.malformed, "range: expected two numbers, the lower first")
    }
    let count = max(mean?.count ?? 1, deviation?.count ?? 1)
    guard count <= ImageNormalization.maximumChannels else {
      throw LiteError(.limitExceeded, "\(count) numbers for mean or std, the most is \(ImageNormalization.maximumChannels)")
    }
    let axis = dimensions.firstIndex { Self.isChannel($0.bytes) }
    for numbers in [mean?.count ?? 1, deviation?.count ?? 1] where numbers != 1 && numbers != count {
      throw LiteError(.malformed, "found \(numbers) numbers for mean or std, expected one, or \(count) as for the other")
    }
    if count != 1 {
      guard let axis, let size = sizes?[axis], size == count || size < 0 else {
        throw LiteError(
          .malformed, "\(count) numbers for mean or std need a dimension named channel, and of that size if it is fixed")
      }
    }
    if let deviation {
      guard deviation.allSatisfy({ $0 > 0 }) else { throw LiteError(.malformed, "std: expected positive numbers") }
    }
    if let type, !type.isFloatingPoint {
      throw LiteError(.malformed, "range, mean and std are of floats, found dtype \(type.name)")
    }
    return ImageNormalization(
      low: range[0], high: range[1], mean: mean ?? [0], deviation: deviation ?? [1], axis: count == 1 ? nil : axis)
  }

  /// Whether a dimension is the one of an image's channels.
  private static func isChannel(_ name: [UInt8]) -> Bool {
    let words: [StaticString] = ["C", "c", "channel", "channels"]
    return name.withUnsafeBufferPointer { name in words.contains { isEqual(name, $0) } }
  }

  private func labels(_ node: Int, _ sizes: Dimensions?) throws(LiteError) -> [SignatureText] {
    guard let nodes = try items(node, "labels") else { return [] }
    var result: [SignatureText] = []
    for entry in nodes {
      guard document.kind(entry) == .string else { throw wrong("labels", entry, "a text") }
      result.append(text(entry))
    }
    if let sizes, sizes.count > 0, sizes[sizes.count - 1] >= 0, sizes[sizes.count - 1] != nodes.count {
      throw LiteError(.malformed, "found \(nodes.count) labels, the last dimension is of \(sizes[sizes.count - 1])")
    }
    return result
  }

  // MARK: JSON

  private func text(_ node: Int) -> SignatureText {
    let (start, count) = document.range(node)
    return SignatureText(start: (texts + start).assumingMemoryBound(to: CChar.self), count: count)
  }

  /// An identifier, as torch wants dimension names to be.
  private func name(_ node: Int, _ key: StaticString) throws(LiteError) -> SignatureText {
    let found = document.kind(node) == .string ? document.text(node) : []
    guard found.count <= Self.maximumNameBytes, DimensionOrder.isIdentifier(found[...]) else {
      throw wrong(key, node, "letters, digits and _, no digit first, at most \(Self.maximumNameBytes)")
    }
    return text(node)
  }

  private func items(_ node: Int, _ key: StaticString) throws(LiteError) -> [Int]? {
    guard let list = try document.member(node, key) else { return nil }
    guard document.kind(list) == .array else { throw wrong(key, list, "a list") }
    return document.children(list)
  }

  private func numbers(_ node: Int, _ key: StaticString) throws(LiteError) -> [Double]? {
    guard let nodes = try items(node, key) else { return nil }
    var result: [Double] = []
    for entry in nodes {
      // In float32, too, it must be a number.
      guard let number = document.number(entry), Float(number).isFinite else { throw wrong(key, entry, "a number") }
      result.append(number)
    }
    guard !result.isEmpty else { throw LiteError(.malformed, "\(key) is empty") }
    return result
  }

  private func wrong(_ key: StaticString, _ node: Int, _ expected: Message) -> LiteError {
    let found: Message =
      switch document.kind(node) {
      case .null: "null"
      case .true: "true"
      case .false: "false"
      case .number: "\(document.text(node))"
      case .string: "\"\(document.text(node))\""
      case .array: "a list"
      case .object: "an object"
      }
    return LiteError(.malformed, "\(key): found \(found), expected \(expected)")
  }

  private func at<Result>(_ place: Message, _ body: () throws(LiteError) -> Result) throws(LiteError) -> Result {
    do throws(LiteError) {
      return try body()
    } catch {
      throw error.at(place)
    }
  }
}

import LiteFormat
import LiteInterpreter

/// One `-i`: which argument it is for, and what the value is.
///
///     FILE.npy   N=FILE.npy                  an array; N is a position from 0 or a name
///     N:NHWC=…   N:batch,height,width,channel=…   the same, its dimensions in this order
///     1x3x224x224xf32=0.5   f32=0.5          a tensor filled with a number; without sizes a scalar tensor
///     1x3x224x224xf32                        a random tensor
///     json:[1, 2.5, "a", null, true]         a value that is no tensor
struct InputSpecification {
  enum Source {
    case file([UInt8])
    case filled(DataType, Dimensions, [UInt8])
    case random(DataType, Dimensions)
    case json(JSONDocument)
  }

  /// Name or position before `=`, or nil for the next position.
  let key: [UInt8]?
  /// How the array's dimensions are ordered: letters, or names with commas; nil for the model's order.
  let dimensions: [UInt8]?
  let source: Source

  /// Reads the text of an option.
  ///
  /// - Throws: `invalidArgument`; `limitExceeded` and `unsupported` for sizes that no tensor has.
  init(_ text: [UInt8]) throws(LiteError) {
    if let source = try Self.source(text) {
      key = nil
      dimensions = nil
      self.source = source
      return
    }
    if let equals = text.firstIndex(of: UInt8(ascii: "=")), let parts = Self.keyParts(text[..<equals]) {
      key = [UInt8](parts.key)
      dimensions = parts.dimensions.map { [UInt8]($0) }
      source = try Self.source([UInt8](text[(equals + 1)...])) ?? .file([UInt8](text[(equals + 1)...]))
    } else {
      key = nil
      dimensions = nil
      source = .file(text)
    }
    if dimensions != nil, case .json = source {
      throw LiteError(.invalidArgument, "option -i \(text): json: has no dimensions to name")
    }
    if case .file(let path) = source, path.isEmpty {
      throw LiteError(
        .invalidArgument, "option -i: the value is empty; expected FILE.npy, a shape such as 1x3x224x224xf32, or json:…")
    }
  }

  /// The source without a key, for texts inside JSON.
  static func tensorSource(_ text: [UInt8]) throws(LiteError) -> Source { try source(text) ?? .file(text) }

  /// `N` or `N:DIMENSIONS`; nil for what is neither, a path that contains `=` say.
  private static func keyParts(
    _ text: ArraySlice<UInt8>
  ) -> (key: ArraySlice<UInt8>, dimensions: ArraySlice<UInt8>?)? {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return isKey(text) ? (text, nil) : nil }
    let dimensions = text[(colon + 1)...]
    guard isKey(text[..<colon]), !dimensions.isEmpty,
      dimensions.allSatisfy({ isIdentifierByte($0) || $0 == UInt8(ascii: ",") })
    else { return nil }
    return (text[..<colon], dimensions)
  }

  /// A name as Python has them, or a position.
  private static func isKey(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first else { return false }
    if NumberText.isDigit(first) { return text.count < 10 && text.allSatisfy(NumberText.isDigit) }
    return text.allSatisfy(isIdentifierByte)
  }

  private static func isIdentifierByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "_"): true
    default: byte >= 128
    }
  }

  private static func source(_ text: [UInt8]) throws(LiteError) -> Source? {
    let prefix: [UInt8] = [106, 115, 111, 110, 58]
    guard text.starts(with: prefix) else { return try shape(text) }
    let json = [UInt8](text[prefix.count...])
    do throws(LiteError) {
      return .json(try JSONDocument(json, dialect: .python))
    } catch {
      throw LiteError(.invalidArgument, "JSON \(json): \(error.message)")
    }
  }

  /// Reads `SHAPExTYPE` and `SHAPExTYPE=VALUE`; nil if the text is something else.
  private static func shape(_ text: [UInt8]) throws(LiteError) -> Source? {
    let equals = text.firstIndex(of: UInt8(ascii: "="))
    let parts = text[..<(equals ?? text.count)].split(separator: UInt8(ascii: "x"), omittingEmptySubsequences: false)
    guard let last = parts.last.map({ [UInt8]($0) }) else { return nil }
    let sizeTexts = parts.dropLast()
    guard sizeTexts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(NumberText.isDigit) }) else { return nil }
    guard let type = ElementTypes.named(last) else {
      // `1x3x224` and `1x3xfloat` are meant as shapes, `1x3.npy` is not.
      guard !sizeTexts.isEmpty, !last.contains(UInt8(ascii: ".")), !last.contains(UInt8(ascii: "/")) else { return nil }
      throw LiteError(
        .invalidArgument, "option -i \(text): found \(last) for the element type, expected one of \(ElementTypes.shortNames)")
    }
    var sizes = Dimensions()
    for sizeText in sizeTexts {
      guard let size = NumberText.integer([UInt8](sizeText)), let size = Int(exactly: size) else {
        throw LiteError(.limitExceeded, "option -i \(text): size \([UInt8](sizeText)) is too large")
      }
      try sizes.append(size)
    }
    guard let equals else { return .random(type, sizes) }
    let value = [UInt8](text[(equals + 1)...])
    try checkValue(value, type)
    return .filled(type, sizes, value)
  }

  /// Whether a type has a number.
  private static func checkValue(_ value: [UInt8], _ type: DataType) throws(LiteError) {
    let range: ClosedRange<Int64>
    switch type {
    case .bool:
      if value == "true" || value == "false" { return }
      range = 0...1
    case .uint8: range = 0...255
    case .int8: range = -128...127
    case .int16: range = -32768...32767
    case .int32: range = -2_147_483_648...2_147_483_647
    case .int64: range = Int64.min...Int64.max
    default:
      guard NumberText.double(value) != nil else {
        throw LiteError(.invalidArgument, "option -i: found \(value), expected a number for \(type.name)")
      }
      return
    }
    guard let number = NumberText.integer(value), range.contains(number) else {
      throw LiteError(
        .invalidArgument,
        "option -i: found \(value), expected a whole number from \(range.lowerBound) to \(range.upperBound) for \(type.name)")
    }
  }

  /// Sets all elements to the number of `.filled`, which has been checked.
  static func fill(_ array: ArrayData, _ value: [UInt8]) throws(LiteError) {
    let list = try array.makeList()
    let integer = value == "true" ? 1 : value == "false" ? 0 : NumberText.integer(value)
    let number = NumberText.double(value) ?? 0
    for index in 0..<array.count {
      if array.type.isFloatingPoint {
        try list.setNumber(at: index, number)
      } else {
        try list.setInteger(at: index, integer ?? 0)
      }
    }
  }
}

import CLitePlatform
import LiteFormat
import LiteInterpreter

/// How an output tensor compares with an expected array.
///
/// Exactly: every number is equal, or both are NaN. With tolerances: |found - expected| is at most
/// atol + rtol * |expected|, infinities are equal, NaN meets NaN.
struct Comparison {
  struct Tolerance {
    var relative: Double
    var absolute: Double
  }

  /// The expected file.
  let path: [UInt8]
  /// Position of the tensor among the outputs.
  let index: Int
  /// Type or shape differ; nothing was compared.
  private(set) var kindProblem: Message?
  private(set) var elementCount = 0
  private(set) var mismatchCount = 0
  /// Largest |found - expected|; infinity if one of them is NaN or infinite and the other is not the same.
  private(set) var maximumDifference: Double = 0
  /// Where the difference is largest compared with what is allowed.
  private(set) var worstPlace = Message()
  private(set) var worstFound: Double = 0
  private(set) var worstExpected: Double = 0

  var isEqual: Bool { kindProblem == nil && mismatchCount == 0 }

  /// Compares.
  ///
  /// - Parameter tolerance: nil for exact comparison.
  /// - Throws: what reading the file throws, `unsupported` for packed types.
  init(_ tensor: Tensor, index: Int, with path: [UInt8], tolerance: Tolerance?) throws(LiteError) {
    self.path = path
    self.index = index
    let expectedArray = try NumpyReader.read(path)
    let expected = try TensorFigures(expectedArray.makeTensor())
    let found = try TensorFigures(tensor)
    guard found.isReadable else { throw LiteError(.unsupported, "comparing tensors of \(tensor.type.name)") }
    // As NumpyWriter writes them.
    let written = tensor.type == .bfloat16 ? DataType.float32 : tensor.type.storageType
    if expectedArray.type != written || !Self.isSameShape(expectedArray.sizes, tensor.sizes) {
      kindProblem = "found \(tensor.message), expected \(expected.tensor.message)"
      return
    }
    try compare(found, expected, tolerance)
    withExtendedLifetime(expectedArray) {}
  }

  /// Whether shapes agree. A number is often saved as an array of one: numpy.ascontiguousarray makes it one.
  private static func isSameShape(_ a: Dimensions, _ b: Dimensions) -> Bool {
    if a.count + b.count == 1 { return a.count == 1 ? a[0] == 1 : b[0] == 1 }
    return a == b
  }

  private mutating func compare(_ found: TensorFigures, _ expected: TensorFigures, _ tolerance: Tolerance?) throws(LiteError) {
    elementCount = found.elements.count
    var worstExcess = -Double.infinity
    for position in 0..<elementCount {
      let a = try found.elements.number(at: position)
      let b = try expected.elements.number(at: position)
      var difference: Double
      if a == b || (a.isNaN && b.isNaN) {
        difference = 0
      } else {
        difference = abs(a - b)
        if difference.isNaN { difference = .infinity }
      }
      if found.elements.type == .int64 {
        // Doubles cannot tell all of them apart.
        let (distance, overflow) = try found.elements.integer(at: position)
          .subtractingReportingOverflow(try expected.elements.integer(at: position))
        difference = overflow ? difference : Double(distance.magnitude)
      }
      var allowed: Double = 0
      if let tolerance, b.isFinite { allowed = tolerance.absolute + tolerance.relative * abs(b) }
      if difference > allowed { mismatchCount += 1 }
      maximumDifference = max(maximumDifference, difference)
      let excess = difference - allowed
      if excess > worstExcess {
        worstExcess = excess
        worstPlace = found.place(position)
        worstFound = a
        worstExpected = b
      }
    }
  }

  /// One line: the verdict, and what it rests on.
  var message: Message {
    let subject: Message = "output \(index) and \(path)"
    if let kindProblem { return "differ: \(subject): \(kindProblem)" }
    if mismatchCount == 0 {
      return "match: \(subject): \(elementCount) elements, max abs difference \(NumberText.text(maximumDifference))"
    }
    return """
      differ: \(subject): \(mismatchCount) of \(elementCount) elements, max abs difference \(NumberText.text(maximumDifference)), \
      worst at \(worstPlace): found \(NumberText.exactText(worstFound)), expected \(NumberText.exactText(worstExpected))
      """
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.field("output", index)
    writer.field("file", path)
    writer.field("equal", isEqual)
    if let kindProblem {
      writer.field("problem", text: kindProblem)
    } else {
      writer.field("elements", elementCount)
      writer.field("different", mismatchCount)
      writer.field("max_abs_difference", maximumDifference)
      if mismatchCount > 0 {
        writer.field("worst_index", text: worstPlace)
        writer.field("found", worstFound)
        writer.field("expected", worstExpected)
      }
    }
    writer.endObject()
  }
}

/// Up to eight sizes or strides, stored in place.
public struct Dimensions: Sendable, Equatable {
  /// The largest rank that is supported.
  public static let maximumCount = 8

  /// How many there are: the rank.
  public private(set) var count: Int
  private var values: InlineArray<8, Int>

  /// No dimensions: a scalar.
  public init() {
    count = 0
    values = InlineArray(repeating: 0)
  }

  /// `count` times the same value. The caller has checked the count.
  public init(repeating value: Int, count: Int) {
    self.count = min(count, Self.maximumCount)
    values = InlineArray(repeating: value)
  }

  /// From a list; more than eight is an error.
  @inline(never)
  public init(_ list: [Int]) throws(LiteError) {
    self.init()
    for value in list { try append(value) }
  }

  public subscript(_ index: Int) -> Int {
    get { values[index] }
    set { values[index] = newValue }
  }

  /// Adds one at the end.
  @inline(never)
  public mutating func append(_ value: Int) throws(LiteError) {
    guard count < Self.maximumCount else {
      throw LiteError(.unsupported, "a tensor of more than \(Self.maximumCount) dimensions")
    }
    values[count] = value
    count += 1
  }

  /// Puts one before position `index`.
  @inline(never)
  public mutating func insert(_ value: Int, at index: Int) throws(LiteError) {
    try append(value)
    var position = count - 1
    while position > index {
      values[position] = values[position - 1]
      position -= 1
    }
    values[index] = value
  }

  /// Takes one out.
  @inline(never)
  public mutating func remove(at index: Int) {
    for position in index..<count - 1 { values[position] = values[position + 1] }
    count -= 1
  }

  /// A view may repeat its elements, so that its size costs no memory; going through it costs time all the same.
  public static let maximumProduct = 1 << 32

  /// The number of elements. 1 for a scalar.
  ///
  /// - Throws: `limitExceeded` when it is more than `maximumProduct`, or would be if no size were 0: sizes are used one by
  ///   one as well.
  @inline(never)
  public func product() throws(LiteError) -> Int {
    var result = 1
    var isEmpty = false
    for index in 0..<count {
      guard values[index] >= 0 else { throw LiteError(.operatorFailed, "found a size of \(values[index]) in \(message)") }
      result = try Checked.multiply(result, max(values[index], 1))
      if values[index] == 0 { isEmpty = true }
    }
    guard result <= Self.maximumProduct else {
      throw Limits.exceeded("a tensor of sizes \(message)", Self.maximumProduct, "of elements")
    }
    return isEmpty ? 0 : result
  }

  /// Strides of a dense tensor of these sizes, last dimension fastest.
  @inline(never)
  public func contiguousStrides() -> Dimensions {
    var strides = Dimensions(repeating: 0, count: count)
    var next = 1
    var index = count - 1
    while index >= 0 {
      strides[index] = next
      next = next &* max(values[index], 1)
      index -= 1
    }
    return strides
  }

  @inline(never)
  public static func == (a: Dimensions, b: Dimensions) -> Bool {
    guard a.count == b.count else { return false }
    for index in 0..<a.count where a.values[index] != b.values[index] { return false }
    return true
  }

  /// For messages: `[1, 3, 224, 224]`.
  @inline(never)
  public var message: Message {
    var text: Message = "["
    for index in 0..<count {
      if index > 0 { text.appendStatic(", ") }
      text.append(Int64(values[index]))
    }
    text.appendStatic("]")
    return text
  }
}

/// Text that is built from literals and values without `String`, whose Unicode machinery would be most
/// of the library's size. Bytes are UTF-8.
///
/// Written with string interpolation: `"register \(index) of \(count)"`.
public struct Message: ExpressibleByStringInterpolation, Sendable {
  /// The text, UTF-8, without a terminating zero.
  public var bytes: [UInt8]

  public init() { bytes = [] }

  public init(bytes: [UInt8]) { self.bytes = bytes }

  @inline(never)
  public init(stringLiteral text: StaticString) {
    bytes = []
    appendStatic(text)
  }

  public init(stringInterpolation: StringInterpolation) {
    bytes = stringInterpolation.message.bytes
  }

  /// Collects the parts of an interpolated message.
  public struct StringInterpolation: StringInterpolationProtocol {
    public typealias StringLiteralType = StaticString
    var message = Message()

    public init(literalCapacity: Int, interpolationCount: Int) {}
    @inline(never)
    public mutating func appendLiteral(_ text: StaticString) { message.appendStatic(text) }
    @inline(never)
    public mutating func appendInterpolation(_ text: StaticString) { message.appendStatic(text) }
    @inline(never)
    public mutating func appendInterpolation(_ other: Message) { message.bytes += other.bytes }
    @inline(never)
    public mutating func appendInterpolation(_ value: Int) { message.append(Int64(value)) }
    @inline(never)
    public mutating func appendInterpolation(_ value: Int64) { message.append(value) }
    @inline(never)
    public mutating func appendInterpolation(_ value: Int32) { message.append(Int64(value)) }
    /// Text from a file: control characters are shown as `?`, at most 160 bytes are kept.
    @inline(never)
    public mutating func appendInterpolation(_ text: [UInt8]) {
      text.withUnsafeBufferPointer { message.appendUntrusted($0) }
    }
    /// Text from a file, as above.
    @inline(never)
    public mutating func appendInterpolation(_ text: UnsafeBufferPointer<UInt8>) { message.appendUntrusted(text) }
    /// A byte in hexadecimal: `0x8a`.
    @inline(never)
    public mutating func appendInterpolation(hex value: UInt8) { message.appendHexadecimal(value) }
  }

  /// Appends a literal.
  @inline(never)
  public mutating func appendStatic(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends a number in decimal.
  @inline(never)
  public mutating func append(_ value: Int64) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var count = 0
    var magnitude = value.magnitude
    repeat {
      digits[count] = UInt8(truncatingIfNeeded: 48 &+ magnitude % 10)
      magnitude /= 10
      count &+= 1
    } while magnitude > 0
    if value < 0 { bytes.append(45) }
    while count > 0 {
      count &-= 1
      bytes.append(digits[count])
    }
  }

  /// Appends bytes that came from a file, made harmless for a terminal and bounded.
  @inline(never)
  public mutating func appendUntrusted(_ text: UnsafeBufferPointer<UInt8>) {
    let limit = 160
    for index in 0..<min(text.count, limit) {
      let byte = text[index]
      bytes.append(byte < 32 || byte == 127 ? 63 : byte)
    }
    if text.count > limit { appendStatic("…") }
  }

  @inline(never)
  mutating func appendHexadecimal(_ value: UInt8) {
    appendStatic("0x")
    for digit in [value >> 4, value & 15] { bytes.append(digit < 10 ? 48 &+ digit : 87 &+ digit) }
  }
}

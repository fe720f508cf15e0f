import LiteFormat

extension Value {
  /// Where a dict looks for a key: not negative, of 31 bits, and different in each process.
  var hash: Int {
    switch self {
    case .string(let text), .device(let text): text.bytes.withUnsafeBufferPointer { KeyedHash.of($0) }
    case .int(let number): KeyedHash.of(UInt64(bitPattern: number))
    case .double(let number): KeyedHash.of(Self.bits(number))
    case .complex(let number): KeyedHash.of(Self.bits(number.real), Self.bits(number.imaginary))
    case .bool(let flag): KeyedHash.of(flag ? 1 : 0)
    case .tensor(let tensor): KeyedHash.of(UInt64(UInt(bitPattern: Unmanaged.passUnretained(tensor).toOpaque())))
    default: 0
    }
  }

  /// Whether this is NaN.
  var isUnequalToItself: Bool {
    switch self {
    case .double(let number): number.isNaN
    case .complex(let number): number.real.isNaN || number.imaginary.isNaN
    default: false
    }
  }

  /// -0 is equal to 0.
  private static func bits(_ number: Double) -> UInt64 { number == 0 ? 0 : number.bitPattern }
}

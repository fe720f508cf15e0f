/// A number whose kind is part of its value: PyTorch's `Scalar`.
enum Scalar: Sendable {
  case int(Int64)
  case double(Double)
  case bool(Bool)

  var double: Double {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    case .bool(let flag): flag ? 1 : 0
    }
  }

  /// Floats are truncated; what does not fit becomes the smallest integer, as on x86 in C++.
  var int: Int64 {
    switch self {
    case .int(let number): number
    case .double(let number):
      number >= -9.2233720368547758e18 && number < 9.2233720368547758e18 ? Int64(number) : Int64.min
    case .bool(let flag): flag ? 1 : 0
    }
  }

  var bool: Bool {
    switch self {
    case .int(let number): number != 0
    case .double(let number): number != 0
    case .bool(let flag): flag
    }
  }

  var value: Value {
    switch self {
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    case .bool(let flag): .bool(flag)
    }
  }
}

/// A number whose kind is part of its value: PyTorch's `Scalar`.
enum Scalar: Sendable {
  case int(Int64)
  case double(Double)
  case bool(Bool)
  /// Real and imaginary part.
  case complex(Double, Double)

  /// The real part.
  var double: Double {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    case .bool(let flag): flag ? 1 : 0
    case .complex(let real, _): real
    }
  }

  var imaginary: Double { if case .complex(_, let imaginary) = self { imaginary } else { 0 } }

  /// Floats are truncated; what does not fit becomes the smallest integer, as on x86 in C++.
  var int: Int64 {
    switch self {
    case .int(let number): number
    case .double(let number), .complex(let number, _):
      number >= -9.2233720368547758e18 && number < 9.2233720368547758e18 ? Int64(number) : Int64.min
    case .bool(let flag): flag ? 1 : 0
    }
  }

  var bool: Bool {
    switch self {
    case .int(let number): number != 0
    case .double(let number): number != 0
    case .bool(let flag): flag
    case .complex(let real, let imaginary): real != 0 || imaginary != 0
    }
  }

  var value: Value {
    switch self {
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    case .bool(let flag): .bool(flag)
    case .complex(let real, let imaginary): .complex(ComplexValue(real, imaginary))
    }
  }
}

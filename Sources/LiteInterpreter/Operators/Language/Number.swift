import LiteFormat

/// A number as the language has it. A bool counts as an int.
enum Number {
  case int(Int64)
  case double(Double)
  case complex(Complex)

  /// The real part.
  var double: Double {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    case .complex(let number): number.real
    }
  }

  var complex: Complex {
    if case .complex(let number) = self { return number }
    return Complex(double, 0)
  }
}

extension Value {
  /// nil for what is no number.
  var number: Number? {
    switch self {
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    case .bool(let flag): .int(flag ? 1 : 0)
    case .complex(let number): .complex(Complex(number.real, number.imaginary))
    default: nil
    }
  }
}

extension Call {
  func number(_ index: Int) throws(LiteError) -> Number {
    guard let number = self[index].number else { throw unexpected(index, "a number") }
    return number
  }
}

import LiteFormat
import LiteInterpreter

/// A dense copy of an output tensor, read element by element, and what a summary says of it.
struct TensorFigures {
  /// The tensor as the program returned it.
  let tensor: Tensor
  /// Its elements in one dimension; floats in pairs for complex types.
  let elements: Tensor
  /// Whether elements can be read as numbers: not those of packed 4- and 2-bit types.
  let isReadable: Bool
  /// Smallest and largest number, codes for quantized types, NaN left out. nil without such numbers.
  private(set) var minimum: Double?
  private(set) var maximum: Double?
  private(set) var notANumberCount = 0

  init(_ tensor: Tensor) throws(LiteError) {
    self.tensor = tensor
    let dense = try tensor.denseCopy()
    isReadable = tensor.type != .quint4x2 && tensor.type != .quint2x4 && tensor.type != .complexHalf
    var type = dense.type
    var count = dense.count
    if type == .complexFloat || type == .complexDouble {
      type = type == .complexFloat ? .float32 : .float64
      count *= 2
    }
    let offset = dense.type.size == type.size ? dense.offset : dense.offset * 2
    elements = Tensor(
      storage: dense.storage, offset: offset, type: type, sizes: try Dimensions([count]), strides: try Dimensions([1]),
      count: count)
    guard isReadable else { return }
    for index in 0..<count {
      let number = try elements.number(at: index)
      if number.isNaN {
        notANumberCount += 1
        continue
      }
      if let low = minimum, let high = maximum {
        minimum = Swift.min(low, number)
        maximum = Swift.max(high, number)
      } else {
        minimum = number
        maximum = number
      }
    }
  }

  /// Whether elements are whole numbers.
  var isWhole: Bool { !elements.type.isFloatingPoint }

  /// An element as the text that people read.
  func text(_ index: Int) throws(LiteError) -> Message {
    if tensor.type == .bool { return try elements.integer(at: index) != 0 ? "True" : "False" }
    return isWhole ? "\(try elements.integer(at: index))" : NumberText.text(try elements.number(at: index))
  }

  /// A number in the elements' way of writing.
  func text(of number: Double) -> Message {
    guard isWhole else { return NumberText.text(number) }
    if let whole = Int64(exactly: number) { return "\(whole)" }
    return NumberText.text(number, digits: 17)
  }

  /// The number that an element stands for: the code's, if the tensor is quantized with one scale.
  func realNumber(at index: Int) throws(LiteError) -> Double {
    let number = try elements.number(at: index)
    if case .perTensor(let scale, let zeroPoint) = tensor.quantization { return scale * (number - Double(zeroPoint)) }
    return number
  }

  /// Position of an element in the tensor: `[0, 12]`.
  func place(_ index: Int) -> Message {
    var places = tensor.sizes
    var rest = elements.count == tensor.count ? index : index / 2
    var dimension = tensor.rank - 1
    while dimension >= 0 {
      let size = Swift.max(1, tensor.sizes[dimension])
      places[dimension] = rest % size
      rest /= size
      dimension -= 1
    }
    return places.message
  }
}

/// The tensors in a value, depth first: items of lists and tuples and values of dicts in order.
func tensors(in value: Value) -> [Tensor] {
  var collector = TensorCollector()
  collector.collect(value, depth: 0)
  return collector.found
}

/// Walks a value. Shared lists can unfold to any number of items, so it stops after very many.
private struct TensorCollector {
  var found: [Tensor] = []
  private var visited = 0

  private static let maximumCount = 1_000_000

  mutating func collect(_ value: Value, depth: Int) {
    visited += 1
    guard depth < ResultText.maximumDepth, visited < Self.maximumCount else { return }
    switch value {
    case .tensor(let tensor): found.append(tensor)
    case .list(let list): for item in list.items { collect(item, depth: depth + 1) }
    case .tuple(let tuple): for item in tuple.items { collect(item, depth: depth + 1) }
    case .dict(let dict): for item in dict.values { collect(item, depth: depth + 1) }
    default: break
    }
  }
}

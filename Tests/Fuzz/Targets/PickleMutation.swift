/// Changes of a pickle that keep it a pickle, mostly: numbers, memo slots, strings and opcodes are replaced, tokens are
/// repeated, swapped and left out.
public struct PickleMutation {
  private var state: UInt64

  public init(seed: UInt32) { state = UInt64(seed) }

  /// SplitMix64 (Steele, Lea, Flood).
  private mutating func random(_ bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return Int((value ^ value >> 31) % UInt64(max(bound, 1)))
  }

  private static let numbers: [Int64] = [
    0, 1, 2, 3, 7, 8, 127, 128, 255, 256, 65535, 65536, 1 << 20, 1 << 31 - 1, 1 << 31, 1 << 32, Int64.max, Int64.min, -1, -2,
    Int64.max - 1, 1 << 62,
  ]
  private static let names = [
    "LOAD", "STORE", "MOVE", "DROPR", "LOADC", "JF", "JMP", "LOOP", "RET", "OP", "OPN", "GET_ATTR", "SET_ATTR",
    "LIST_CONSTRUCT", "LIST_UNPACK", "TUPLE_CONSTRUCT", "NAMED_TUPLE_CONSTRUCT", "DICT_CONSTRUCT", "TUPLE_SLICE", "CREATE_OBJECT",
    "ISINSTANCE", "WARN", "TUPLE_INDEX", "RAISE_EXCEPTION", "DICT_INDEX", "UNCHECKED_CAST", "__IS__", "__ISNOT__", "__NOT__",
    "UN_INITIALIZED", "FORMAT", "DEVICE", "DTYPE", "DIM", "TO_LIST", "NUM_TO_TENSOR", "STOREN", "DROP", "INTERFACE_CALL",
    "prim::TupleUnpack", "aten::append", "aten::mul", "aten::cat", "aten::conv2d", "aten::view", "aten::expand",
    "aten::__getitem__",
    "aten::index_select", "aten::as_strided", "aten::format", "aten::slice", "forward", "t", "int", "Tensor", "",
  ]

  /// The pickle with one to four changes.
  public mutating func mutate(_ pickle: [UInt8]) -> [UInt8] {
    var tokens = Self.tokens(pickle)
    guard tokens.count > 2 else { return pickle }
    for _ in 0...random(4) {
      let index = 1 + random(tokens.count - 1)
      switch random(10) {
      case 0: tokens.remove(at: index)
      case 1: tokens.insert(tokens[1 + random(tokens.count - 1)], at: index)
      case 2: tokens.swapAt(index, 1 + random(tokens.count - 1))
      case 3: tokens[index] = tokens[1 + random(tokens.count - 1)]
      case 4:
        // A stretch: a few instructions, a tensor.
        let length = min(random(40), tokens.count - index)
        let part = [[UInt8]](tokens[index..<index + length])
        tokens.insert(contentsOf: part, at: 1 + random(tokens.count - 1))
      default: change(near: index, in: &tokens)
      }
      if tokens.count < 3 { break }
    }
    return [UInt8](tokens.joined())
  }

  /// Changes the first number, string or memo slot from a place on.
  private mutating func change(near start: Int, in tokens: inout [[UInt8]]) {
    for index in start..<min(start + 40, tokens.count) {
      switch tokens[index][0] {
      case UInt8(ascii: "K"), UInt8(ascii: "M"), UInt8(ascii: "J"), 0x8a:
        if random(3) == 0 {
          let number = Self.numbers[random(Self.numbers.count)]
          tokens[index] = [0x8a, 8] + (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * Int64($0))) }
        } else {
          tokens[index] = [UInt8(ascii: "K"), UInt8(random(random(2) == 0 ? 8 : 256))]
        }
        return
      case UInt8(ascii: "h"), UInt8(ascii: "q"):
        // The last token of a damaged pickle may lack its operand.
        if tokens[index].count > 1 { tokens[index][1] = UInt8(random(256)) }
        return
      case UInt8(ascii: "X"):
        let text = Array(Self.names[random(Self.names.count)].utf8)
        tokens[index] = [UInt8(ascii: "X"), UInt8(text.count), 0, 0, 0] + text
        return
      case UInt8(ascii: "G"):
        tokens[index] =
          [UInt8(ascii: "G")] + [[0x7f, 0xf8], [0x7f, 0xf0], [0x80, 0], [0, 0]][random(4)] + [0, 0, 0, 0, 0, 1]
        return
      case UInt8(ascii: "N"), 0x88, 0x89:
        tokens[index] = [[UInt8(ascii: "N")], [0x88], [0x89], [UInt8(ascii: "]")], [UInt8(ascii: ")")]][random(5)]
        return
      default: continue
      }
    }
  }

  /// Opcodes with their operands.
  private static func tokens(_ pickle: [UInt8]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var position = 0
    while position < pickle.count {
      var length = 1
      switch pickle[position] {
      case 0x80, UInt8(ascii: "K"), UInt8(ascii: "q"), UInt8(ascii: "h"): length = 2
      case UInt8(ascii: "M"): length = 3
      case UInt8(ascii: "J"), UInt8(ascii: "r"), UInt8(ascii: "j"): length = 5
      case UInt8(ascii: "G"): length = 9
      case 0x8a: length = 2 + (position + 1 < pickle.count ? Int(pickle[position + 1]) : 0)
      case UInt8(ascii: "X"):
        var count = 0
        for index in 0..<4 where position + 1 + index < pickle.count { count |= Int(pickle[position + 1 + index]) << (8 * index) }
        length = 5 + min(count, pickle.count)
      case UInt8(ascii: "c"):
        var lines = 0
        while lines < 2, position + length < pickle.count {
          if pickle[position + length] == 10 { lines += 1 }
          length += 1
        }
      default: break
      }
      let end = min(position + length, pickle.count)
      result.append([UInt8](pickle[position..<end]))
      position = end
    }
    return result
  }
}

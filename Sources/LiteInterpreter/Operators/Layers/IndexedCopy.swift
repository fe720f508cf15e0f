import CLiteKernels
import CLitePlatform
import LiteFormat

/// Copies in which every dimension has a list that says which input position each output position reads:
/// padding, nearest neighbours. Any element type: bytes are copied.
enum IndexedCopy {
  /// - Parameters:
  ///   - output: not empty, same rank and type as `input`.
  ///   - maps: one list a dimension, as long as the output's size; -1 takes `filler`.
  ///   - filler: one element.
  static func run(_ input: Tensor, _ output: Tensor, _ maps: [[Int]], filler: Tensor?) throws(LiteError) {
    switch input.type.size {
    case 1: copy(UInt8.self, input, output, maps, filler)
    case 2: copy(UInt16.self, input, output, maps, filler)
    case 4: copy(UInt32.self, input, output, maps, filler)
    case 8: copy(UInt64.self, input, output, maps, filler)
    default: copy(SIMD2<UInt64>.self, input, output, maps, filler)
    }
  }

  private static func copy<Element: BitwiseCopyable>(
    _: Element.Type, _ input: Tensor, _ output: Tensor, _ maps: [[Int]], _ filler: Tensor?
  ) {
    let rank = output.rank
    let source = input.pointer(Element.self)
    let target = output.pointer(Element.self)
    let filler = filler?.pointer(Element.self)
    guard rank > 0 else {
      target[0] = source[0]
      return
    }
    let last = rank - 1
    let width = output.sizes[last]
    let targetStep = output.strides[last]
    let sourceStep = input.strides[last]
    var index = Dimensions(repeating: 0, count: rank)
    while true {
      var from = 0
      var to = 0
      var isFilled = false
      for dimension in 0..<last {
        let position = maps[dimension][index[dimension]]
        if position < 0 { isFilled = true } else { from = from &+ position &* input.strides[dimension] }
        to = to &+ index[dimension] &* output.strides[dimension]
      }
      maps[last].withUnsafeBufferPointer { map in
        for x in 0..<width {
          let position = isFilled ? -1 : map[x]
          if position >= 0 {
            target[to &+ x &* targetStep] = source[from &+ position &* sourceStep]
          } else if let filler {
            target[to &+ x &* targetStep] = filler[0]
          }
        }
      }
      var dimension = last - 1
      while dimension >= 0 {
        index[dimension] += 1
        if index[dimension] < output.sizes[dimension] { break }
        index[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }
}

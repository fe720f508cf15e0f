import Testing

@testable import LiteInterpreter

/// Blocks that are in use at one time do not overlap, and the arena is hardly larger than their largest sum.
@Suite struct ArenaLayoutTests {
  private func check(_ blocks: [ArenaLayout.Block], within percent: Int) throws {
    let layout = try ArenaLayout(blocks)
    for (index, block) in blocks.enumerated() {
      #expect(layout.offsets[index] % Arena.alignment == 0)
      #expect(layout.offsets[index] + block.byteCount <= layout.byteCount)
      for other in blocks.indices where other < index {
        let meet = blocks[other].first <= block.last && block.first <= blocks[other].last
        let apart =
          layout.offsets[other] + blocks[other].byteCount <= layout.offsets[index]
          || layout.offsets[index] + block.byteCount <= layout.offsets[other]
        #expect(!meet || apart, "blocks \(other) and \(index)")
      }
    }
    #expect(layout.byteCount * 100 <= layout.lowerBound * percent)
    #expect(layout.byteCount >= layout.lowerBound)
  }

  /// The activations of MobileNetV2 at 224 x 224 with 8 bits (Sandler et al., arXiv 1801.04381, table 2): expansion,
  /// depthwise, projection and, where shapes are the same, a sum with the block's input.
  @Test func mobileNetV2() throws {
    var blocks: [ArenaLayout.Block] = []
    var step = 0
    var size = 112
    var input = (bytes: size * size * 32, made: 1)
    blocks.append(.init(byteCount: 224 * 224 * 3, first: 0, last: 1))
    step = 2
    var channels = 32
    func end(_ last: Int) { blocks.append(.init(byteCount: input.bytes, first: input.made, last: last)) }
    for (t, c, n, s) in [
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ] {
      for repetition in 0..<n {
        let stride = repetition == 0 ? s : 1
        let hasSum = stride == 1 && channels == c
        let wide = channels * t
        var made = input.made
        if t > 1 {
          blocks.append(.init(byteCount: size * size * wide, first: step, last: step + 1))
          if !hasSum { end(step) }
          made = step
          step += 1
        } else {
          end(step)
        }
        _ = made
        size /= stride
        blocks.append(.init(byteCount: size * size * wide, first: step, last: step + 1))
        step += 1
        let projected = (bytes: size * size * c, made: step)
        if hasSum {
          blocks.append(.init(byteCount: projected.bytes, first: step, last: step + 1))
          step += 1
          end(step)
          input = (projected.bytes, step)
        } else {
          input = projected
        }
        step += 1
        channels = c
      }
    }
    end(step)
    try check(blocks, within: 105)
    #expect(try ArenaLayout(blocks).byteCount <= 1_700_000)
  }

  /// Random lifetimes: correct, and not much larger than need be.
  @Test(arguments: 0..<20) func randomBlocks(_ seed: Int) throws {
    var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 &+ 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let blocks = (0..<120).map { _ in
      let first = next(60)
      return ArenaLayout.Block(byteCount: next(4) == 0 ? next(100_000) : next(3000), first: first, last: first + next(6))
    }
    try check(blocks, within: 130)
  }

  @Test func nothing() throws {
    #expect(try ArenaLayout([]).byteCount == 0)
    #expect(try ArenaLayout([.init(byteCount: 0, first: 0, last: 0)]).byteCount == 64)
  }

  /// Sizes that overflow are an error.
  @Test func tooLarge() {
    let half = ArenaLayout.Block(byteCount: Int.max / 2, first: 0, last: 1)
    #expect(throws: (any Error).self) { try ArenaLayout([half, half, half]) }
  }
}

import Testing

@testable import LiteFormat
@testable import LiteInterpreter

/// The session's memory under many small blocks.
@Suite struct ArenaTests {
  /// Every second of many blocks is given back, in an order that is neither up nor down; then all is used again.
  @Test func manyRanges() throws {
    let arena = Arena()
    let count = 20_000
    var blocks: [UnsafeMutableRawPointer] = []
    for index in 0..<count {
      let block = try arena.allocate(64)
      block.storeBytes(of: index, as: Int.self)
      blocks.append(block)
    }
    for index in stride(from: 0, to: count, by: 2) {
      let chosen = (index * 7919) % count / 2 * 2
      arena.release(blocks[chosen], 64)
    }
    #expect(arena.usedBytes == count / 2 * 64)
    // What is still in use is not handed out.
    var again: [UnsafeMutableRawPointer] = []
    for _ in 0..<count / 2 {
      let block = try arena.allocate(64)
      block.storeBytes(of: -1, as: Int.self)
      again.append(block)
    }
    for index in stride(from: 1, to: count, by: 2) { #expect(blocks[index].load(as: Int.self) == index) }
    for block in again { arena.release(block, 64) }
    for index in stride(from: 1, to: count, by: 2) { arena.release(blocks[index], 64) }
    #expect(arena.usedBytes == 0)
    arena.trim()
    #expect(arena.reservedBytes == 0)
  }

  /// A list of very many small tensors that ends at once takes no longer than it took to make.
  @Test(.timeLimit(.minutes(1))) func endOfManyTensors() throws {
    let arena = Arena()
    var even: [Tensor] = []
    var odd: [Tensor] = []
    for index in 0..<400_000 {
      let tensor = try Tensor(.float32, try Dimensions([1]), in: arena)
      if index % 2 == 0 { even.append(tensor) } else { odd.append(tensor) }
    }
    even.reverse()
    even = []
    #expect(arena.usedBytes == 200_000 * 64)
    odd = []
    arena.trim()
    #expect(arena.reservedBytes == 0)
  }
}

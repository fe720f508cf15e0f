import CLitePlatform
import LiteFormat

/// Memory of the C library's that is refused on demand, and counted.
final class FailingAllocator {
  /// The allocation that fails, from 1; 0: none does.
  var failing = 0
  /// Whether those after it fail too.
  var staysEmpty = false
  /// Calls of `allocate` so far.
  private(set) var calls = 0
  private(set) var liveBlocks = 0
  /// Whether a block came back with another size or alignment than it was made with.
  private(set) var isMismatched = false

  func reset(failing: Int, staysEmpty: Bool) {
    (self.failing, self.staysEmpty, calls) = (failing, staysEmpty, 0)
  }

  /// Valid as long as this object lives.
  var allocator: Allocator {
    Allocator(
      context: Unmanaged.passUnretained(self).toOpaque(),
      allocate: { (context, size, alignment) in FailingAllocator.from(context)?.allocate(size, alignment) },
      release: { (context, memory, size, alignment) in FailingAllocator.from(context)?.release(memory, size, alignment) })
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> FailingAllocator? {
    context.map { Unmanaged<FailingAllocator>.fromOpaque($0).takeUnretainedValue() }
  }

  private func allocate(_ size: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
    calls += 1
    if failing > 0, staysEmpty ? calls >= failing : calls == failing { return nil }
    // What the block was asked for lies before it.
    guard let start = lite_scope_take(lite_scope_default(), size + alignment, alignment) else { return nil }
    liveBlocks += 1
    let memory = start + alignment
    (memory - 16).storeBytes(of: size, as: Int.self)
    (memory - 8).storeBytes(of: alignment, as: Int.self)
    // Whoever takes the bytes for cleared is found out.
    memset(memory, 0xa5, size)
    return memory
  }

  private func release(_ memory: UnsafeMutableRawPointer?, _ size: Int, _ alignment: Int) {
    guard let memory else {
      isMismatched = true
      return
    }
    liveBlocks -= 1
    if (memory - 16).load(as: Int.self) != size || (memory - 8).load(as: Int.self) != alignment { isMismatched = true }
    memset(memory, 0x5a, size)
    lite_scope_give(lite_scope_default(), memory - alignment, size + alignment, alignment)
  }
}

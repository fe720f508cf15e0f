// Memory that notices a step too far, and numbers to fill it with.

import CLitePlatform

/// `count` elements that end where readable memory ends: reading or writing past the last one is a fault.
/// Never freed: the program is short.
func guarded<Element>(_ count: Int, _ type: Element.Type) -> UnsafeMutablePointer<Element> {
  let page = 16384
  let bytes = count * MemoryLayout<Element>.stride
  let size = (bytes + page - 1) / page * page + page
  let region = mmap(nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
  mprotect(region + size, page, PROT_NONE)
  return (region + (size - bytes)).assumingMemoryBound(to: Element.self)
}

/// Gives back what `guarded` made.
func release<Element>(_ p: UnsafeMutablePointer<Element>, _ count: Int) {
  let page = 16384
  let bytes = count * MemoryLayout<Element>.stride
  let size = (bytes + page - 1) / page * page + page
  munmap(UnsafeMutableRawPointer(p) + bytes - size, size + page)
}

/// A small generator with the same sequence on every machine.
struct Random {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state &<< 13
    state ^= state &>> 7
    state ^= state &<< 17
    return state &* 0x2545_F491_4F6C_DD1D
  }

  /// 0 ..< bound
  mutating func below(_ bound: Int) -> Int { Int((next() &>> 33) % UInt64(bound)) }

  /// A byte; one in four is 0 or 255.
  mutating func byte() -> UInt8 {
    let r = next() &>> 40
    switch r & 7 {
    case 0: return 0
    case 1: return 255
    default: return UInt8(truncatingIfNeeded: r &>> 8)
    }
  }

  /// -1 ... 1
  mutating func real() -> Float { Float(Int64(next() &>> 40) - (1 << 23)) / Float(1 << 23) }
}

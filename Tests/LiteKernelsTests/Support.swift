// What the kernel tests share: the tiers, buffers that notice a step too far, random data.

import CLiteKernels
import Glibc
import LiteKernelsNEON
import LiteKernelsScalar

/// The tiers under test: those that this processor can run.
enum Tier: String, CaseIterable, Sendable {
  case scalar, neon, dotprod, i8mm

  static var allCases: [Tier] { [.scalar, .neon, .dotprod, .i8mm].filter { $0.pointer != nil } }

  private var pointer: UnsafePointer<lite_kernel_table>? {
    switch self {
    case .scalar: return lite_kernels_scalar()
    case .neon: return lite_kernels_neon()
    case .dotprod: return lite_kernels_dotprod()
    case .i8mm: return lite_kernels_i8mm()
    }
  }

  var table: lite_kernel_table { pointer!.pointee }
}

/// `count` elements that end where readable memory ends: reading or writing past the last one is a fault.
/// The bytes before the first are filled with a pattern that `intact` checks.
final class Guarded<Element> {
  let base: UnsafeMutablePointer<Element>
  let count: Int
  private let region: UnsafeMutableRawPointer
  private let size: Int
  private static var pattern: UInt8 { 0xA5 }

  init(_ count: Int) {
    let page = 4096
    let bytes = count * MemoryLayout<Element>.stride
    size = (bytes + page - 1) / page * page + page
    region = mmap(nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
    memset(region, Int32(Self.pattern), size)
    mprotect(region + size, page, PROT_NONE)
    base = (region + (size - bytes)).assumingMemoryBound(to: Element.self)
    self.count = count
  }

  convenience init(_ values: [Element]) {
    self.init(values.count)
    for (i, value) in values.enumerated() { base[i] = value }
  }

  deinit { munmap(region, size + 4096) }

  var array: [Element] { (0..<count).map { base[$0] } }
  var raw: UnsafeMutableRawPointer { UnsafeMutableRawPointer(base) }

  /// True while nothing was written before the first element.
  var intact: Bool {
    let end = raw - region
    return (0..<end).allSatisfy { region.load(fromByteOffset: $0, as: UInt8.self) == Self.pattern }
  }
}

/// A small generator with the same sequence on every machine.
struct Random: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_F491_4F6C_DD1D
  }

  /// Bytes with many extreme values among them.
  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in
      switch next() % 8 {
      case 0: return 0
      case 1: return 255
      default: return UInt8.random(in: 0...255, using: &self)
      }
    }
  }

  mutating func signedBytes(_ count: Int) -> [Int8] { bytes(count).map { Int8(bitPattern: $0 &+ 128) } }

  mutating func floats(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<count).map { _ in Float.random(in: -1...1, using: &self) * scale }
  }
}

/// clamp(rne(x) + zero), computed in double.
func requantized(_ x: Float, _ zero: Int32, _ minimum: Int32, _ maximum: Int32) -> Int32 {
  let sum = Double(x).rounded(.toNearestOrEven) + Double(zero)
  return Int32(max(Double(minimum), min(Double(maximum), sum)))
}

/// Distance in units of the last place of the exact value's float.
func ulps(_ value: Float, _ exact: Double) -> Double {
  let near = Float(exact)
  if value.isNaN { return exact.isNaN ? 0 : .infinity }
  if near.isInfinite || value.isInfinite { return value == near ? 0 : abs(exact) > 3.4028234e38 ? 1 : .infinity }
  return abs(Double(value) - exact) / Double(max(near.magnitude, .leastNormalMagnitude).ulp)
}

import CLiteKernels
import Testing

@Suite struct ElementwiseQuantizedTests {
  private let counts = Array(0...40) + [63, 64, 65, 255, 256, 1000]

  /// The formula of QNNPACK's q8vadd-scalar.
  private func added(_ a: UInt8, _ b: UInt8, _ p: lite_add_u8) -> UInt8 {
    let sum = p.bias &+ Int32(a) &* p.a_multiplier &+ Int32(b) &* p.b_multiplier
    let mask = Int32(bitPattern: (UInt32(1) << p.shift) - 1)
    let threshold = Int32(bitPattern: UInt32(bitPattern: mask) >> 1)
    let remainder = (sum & mask) - (sum < 0 ? 1 : 0)
    let y = (sum >> Int32(p.shift)) + (remainder > threshold ? 1 : 0) + p.zero_point
    return UInt8(max(p.minimum, min(p.maximum, y)))
  }

  @Test(arguments: Tier.allCases) func add(tier: Tier) {
    var random = Random(3)
    for count in counts {
      let a = Guarded(random.bytes(count))
      let b = Guarded(random.bytes(count))
      let out = Guarded<UInt8>(count)
      for shift in [1, 2, 13, 20, 21, 30, 31] as [UInt32] {
        let limit: Int32 = shift < 20 ? 1 << Int32(shift) : 1 << 21
        var p = lite_add_u8(
          a_multiplier: Int32.random(in: 0...limit, using: &random),
          b_multiplier: Int32.random(in: -limit...limit, using: &random),
          bias: Int32.random(in: -200_000_000...200_000_000, using: &random), shift: shift, zero_point: 113, minimum: 13,
          maximum: 250)
        tier.table.add_u8(count, a.base, b.base, &p, out.base)
        #expect(out.array == zip(a.array, b.array).map { added($0, $1, p) }, "\(tier) \(count) shift \(shift)")
      }
    }
  }

  /// Halves of either sign move away from zero.
  @Test(arguments: Tier.allCases) func addTies(tier: Tier) {
    let a = Guarded<UInt8>((0...255).map { UInt8($0) })
    let b = Guarded([UInt8](repeating: 0, count: 256))
    let out = Guarded<UInt8>(256)
    for shift in [1, 4, 8] as [UInt32] {
      var p = lite_add_u8(
        a_multiplier: 1 << Int32(shift - 1), b_multiplier: 1, bias: -(100 << Int32(shift - 1)), shift: shift,
        zero_point: 100, minimum: 0, maximum: 255)
      tier.table.add_u8(256, a.base, b.base, &p, out.base)
      let expected = (0...255).map { UInt8((Double($0 - 100) / 2).rounded(.toNearestOrAwayFromZero) + 100) }
      #expect(out.array == expected)
    }
  }

  @Test(arguments: Tier.allCases) func multiply(tier: Tier) {
    var random = Random(5)
    for count in counts {
      let a = Guarded(random.bytes(count))
      let b = Guarded(random.bytes(count))
      let out = Guarded<UInt8>(count)
      for scale in [0.0001, 0.0078125, 0.5, 1000, 3e38, .nan] as [Float] {
        var p = lite_multiply_u8(a_zero_point: 0, b_zero_point: 200, scale: scale, zero_point: 90, minimum: 5, maximum: 255)
        tier.table.multiply_u8(count, a.base, b.base, &p, out.base)
        let expected = zip(a.array, b.array).map { x, y -> UInt8 in
          let product = Float(Int32(x) * (Int32(y) - 200)) * scale
          return product.isNaN ? 5 : UInt8(requantized(product, 90, 5, 255))
        }
        #expect(out.array == expected, "\(tier) \(count) scale \(scale)")
      }
    }
  }

  @Test(arguments: Tier.allCases) func lookupAndClamp(tier: Tier) {
    var random = Random(6)
    let table = Guarded((0...255).map { UInt8(truncatingIfNeeded: $0 * 77 + 5) })
    for count in counts {
      let a = Guarded(random.bytes(count))
      let out = Guarded<UInt8>(count)
      tier.table.lookup_u8(count, a.base, table.base, out.base)
      #expect(out.array == a.array.map { table.base[Int($0)] })
      tier.table.clamp_u8(count, a.base, 30, 201, out.base)
      #expect(out.array == a.array.map { max(30, min(201, $0)) })
      tier.table.clamp_u8(count, a.base, 0, 255, a.base)
      #expect(out.intact && a.intact)
    }
  }
}

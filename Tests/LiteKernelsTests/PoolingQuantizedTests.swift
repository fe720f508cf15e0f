import CLiteKernels
import Testing

@Suite struct PoolingQuantizedTests {
  @Test(arguments: Tier.allCases) func ragged(tier: Tier) {
    let table = tier.table
    var random = Random(4)
    for taps in [1, 2, 4, 9, 49, 300] {
      for channels in Array(1...18) + [31, 32, 33, 40] {
        let pixels = 1 + channels % 4
        let pool = Guarded(random.bytes((pixels + 1) * channels))
        let pointers: [UnsafePointer<UInt8>?] = (0..<(pixels * taps)).map { _ in
          UnsafePointer(pool.base + Int(random.next() % UInt64(pixels + 1)) * channels)
        }
        let indirection = Guarded(pointers)
        let stride = channels + 3
        let out = Guarded<UInt8>((pixels - 1) * stride + channels)
        func compare(_ name: String, _ expected: (Int, Int) -> Int32) {
          var wrong = 0
          for p in 0..<pixels {
            for c in 0..<channels where Int32(out.base[p * stride + c]) != expected(p, c) { wrong += 1 }
          }
          #expect(wrong == 0 && out.intact, "\(tier) \(name) taps \(taps) channels \(channels)")
        }
        table.max_pool_u8(pixels, channels, taps, indirection.base, out.base, stride)
        compare("max") { p, c in (0..<taps).map { Int32(pointers[p * taps + $0]![c]) }.max()! }
        let scale = 1.3 / Float(taps)
        for inputZero in [0, 255, 101] as [Int32] {
          var output = lite_output_u8(data: out.base, stride: stride, zero_point: 77, minimum: 1, maximum: 250)
          table.average_pool_u8(pixels, channels, taps, indirection.base, inputZero, scale, &output)
          compare("average") { p, c in
            let sum = (0..<taps).map { Int32(pointers[p * taps + $0]![c]) }.reduce(0, +) - Int32(taps) * inputZero
            return requantized(Float(sum) * scale, 77, 1, 250)
          }
        }
      }
    }
  }

  @Test(arguments: Tier.allCases) func emptyWindow(tier: Tier) {
    let out = Guarded<UInt8>([9, 9])
    let none = Guarded<UnsafePointer<UInt8>?>(0)
    tier.table.max_pool_u8(1, 2, 0, none.base, out.base, 2)
    #expect(out.array == [0, 0])
    var output = lite_output_u8(data: out.base, stride: 2, zero_point: 5, minimum: 0, maximum: 255)
    tier.table.average_pool_u8(1, 2, 0, none.base, 3, .infinity, &output)
    #expect(out.array == [0, 0])  // 0 * infinity is NaN, NaN is the minimum
    tier.table.max_pool_u8(0, 2, 4, nil, nil, 2)
  }
}

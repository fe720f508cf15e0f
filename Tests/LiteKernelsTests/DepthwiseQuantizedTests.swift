import CLiteKernels
import Testing

@Suite struct DepthwiseQuantizedTests {
  private func check(_ tier: Tier, pixels: Int, channels: Int, taps: Int, seed: Int, extreme: Bool = false) {
    let table = tier.table
    var random = Random(seed)
    let rows = pixels + 2
    let pool = Guarded(extreme ? [UInt8](repeating: 255, count: rows * channels) : random.bytes(rows * channels))
    let zeroRow = Guarded([UInt8](repeating: 9, count: channels))
    let pointers: [UnsafePointer<UInt8>?] = (0..<(pixels * taps)).map { _ in
      let pick = Int(random.next() % UInt64(rows + 1))
      return pick == rows ? UnsafePointer(zeroRow.base) : UnsafePointer(pool.base + pick * channels)
    }
    let indirection = Guarded(pointers)
    let weights = Guarded(extreme ? [Int8](repeating: -128, count: channels * taps) : random.signedBytes(channels * taps))
    let bias = Guarded((0..<channels).map { _ in Int32.random(in: -9000...9000, using: &random) })
    let zeros = Guarded((0..<channels).map { _ in Int32.random(in: -128...127, using: &random) })
    let scales = Guarded((0..<channels).map { _ in Float.random(in: 1e-4...3e-2, using: &random) })
    let packed = Guarded<UInt8>(table.packed_depthwise_s8_size(channels, taps))
    table.pack_depthwise_s8(channels, taps, weights.base, 1, channels, packed.raw)
    let stride = channels + 1
    let out = Guarded<UInt8>(max(0, (pixels - 1) * stride + channels))
    for withZeros in [false, true] {
      var depthwise = lite_depthwise_u8s8(
        pixels: pixels, channels: channels, taps: taps, indirection: UnsafePointer(indirection.base),
        weights: UnsafeRawPointer(packed.raw),
        bias: bias.base, weight_zero_points: withZeros ? UnsafePointer(zeros.base) : nil, scales: scales.base)
      for (zero, low, high) in [(0, 0, 255), (255, 0, 255), (131, 131, 255)] as [(Int32, Int32, Int32)] {
        for i in 0..<out.count { out.base[i] = 55 }
        var output = lite_output_u8(data: out.base, stride: stride, zero_point: zero, minimum: low, maximum: high)
        table.depthwise_u8s8(&depthwise, &output)
        var wrong = 0
        for p in 0..<pixels {
          for c in 0..<stride where p < pixels - 1 || c < channels {
            var expected: Int32 = 55
            if c < channels {
              var sum = bias.base[c]
              for t in 0..<taps {
                sum +=
                  Int32(pointers[p * taps + t]![c]) * (Int32(weights.base[t * channels + c]) - (withZeros ? zeros.base[c] : 0))
              }
              expected = requantized(Float(sum) * scales.base[c], zero, low, high)
            }
            if Int32(out.base[p * stride + c]) != expected { wrong += 1 }
          }
        }
        #expect(wrong == 0, "\(tier) pixels \(pixels) channels \(channels) taps \(taps) zeros \(withZeros)")
      }
    }
    #expect(packed.intact && out.intact)
  }

  @Test(arguments: Tier.allCases) func ragged(tier: Tier) {
    var seed = 1
    for taps in [1, 2, 3, 4, 5, 8, 9, 10, 25] {
      for channels in Array(1...20) + [24, 31, 32, 33, 40] {
        check(tier, pixels: 1 + seed % 5, channels: channels, taps: taps, seed: seed)
        seed += 1
      }
    }
  }

  @Test(arguments: Tier.allCases) func extremeAndEmpty(tier: Tier) {
    check(tier, pixels: 3, channels: 17, taps: 49, seed: 3, extreme: true)
    check(tier, pixels: 0, channels: 17, taps: 9, seed: 3)
    check(tier, pixels: 3, channels: 0, taps: 9, seed: 3)
    check(tier, pixels: 3, channels: 9, taps: 0, seed: 3)
  }
}

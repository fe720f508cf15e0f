import CLiteKernels
import Testing

@Suite struct GemmFloatTests {
  /// Within what the order of summation can change: a few units of the sum of magnitudes.
  private func close(_ y: Float, _ exact: Double, _ magnitude: Double, _ terms: Int) -> Bool {
    abs(Double(y) - exact) <= magnitude * 6e-8 * Double(2 + terms) + 1e-30
  }

  private func check(_ tier: Tier, rows: Int, channels: Int, taps: Int, depth: Int, channelsFirst: Bool, seed: Int) {
    let table = tier.table
    var random = Random(seed)
    let stride = depth + 1
    let input = Guarded(random.floats(max(0, (rows - 1) * stride + depth)))
    let zeroRow = Guarded([Float](repeating: 0, count: depth))
    let pointers: [UnsafePointer<Float>?] = (0..<(rows * taps)).map { _ in
      let pick = Int(random.next() % UInt64(rows + 1))
      return pick == rows ? UnsafePointer(zeroRow.base) : UnsafePointer(input.base + pick * stride)
    }
    let indirection = Guarded(pointers)
    let weights = Guarded(random.floats(channels * taps * depth))
    let bias = Guarded(random.floats(channels))
    let packed = Guarded<Float>(table.packed_gemm_f32_size(channels, taps, depth) / 4)
    table.pack_gemm_f32(channels, taps, depth, weights.base, 1, depth * channels, channels, packed.base)
    let rowStride = channelsFirst ? 1 : channels + 2
    let channelStride = channelsFirst ? rows + 1 : 1
    let out = Guarded<Float>(rows == 0 || channels == 0 ? 0 : (rows - 1) * rowStride + (channels - 1) * channelStride + 1)
    for (minimum, maximum) in [(-Float.infinity, Float.infinity), (0, 1.5)] {
      for biased in [true, false] {
        var gemm = lite_gemm_f32(
          rows: rows, channels: channels, taps: taps, depth: depth, indirection: taps > 1 ? UnsafePointer(indirection.base) : nil,
          input: input.base, input_stride: stride, weights: packed.base, bias: biased ? UnsafePointer(bias.base) : nil,
          minimum: minimum, maximum: maximum, output: out.base, output_stride: rowStride, output_channel_stride: channelStride)
        for i in 0..<out.count { out.base[i] = 1e20 }
        table.gemm_f32(&gemm)
        var written = Set<Int>()
        var wrong = 0
        for r in 0..<rows {
          for c in 0..<channels {
            var sum = biased ? Double(bias.base[c]) : 0
            var magnitude = abs(sum)
            for t in 0..<taps {
              let x = taps > 1 ? pointers[r * taps + t]! : UnsafePointer(input.base + r * stride)
              for d in 0..<depth {
                let product = Double(x[d]) * Double(weights.base[(t * depth + d) * channels + c])
                sum += product
                magnitude += abs(product)
              }
            }
            let at = r * rowStride + c * channelStride
            written.insert(at)
            if !close(out.base[at], min(max(sum, Double(minimum)), Double(maximum)), magnitude, taps * depth) { wrong += 1 }
          }
        }
        for i in 0..<out.count where !written.contains(i) && out.base[i] != 1e20 { wrong += 1 }
        #expect(wrong == 0, "\(tier) \(rows)x\(channels) taps \(taps) depth \(depth) first \(channelsFirst)")
      }
    }
    #expect(packed.intact && out.intact)
  }

  @Test(arguments: Tier.allCases) func ragged(tier: Tier) {
    var seed = 1
    for rows in [1, 2, 4, 5, 8, 11] {
      for channels in [1, 7, 8, 9, 25, 32, 33, 40] {
        for depth in [1, 2, 5, 8, 17] {
          check(tier, rows: rows, channels: channels, taps: 1, depth: depth, channelsFirst: seed % 2 == 0, seed: seed)
          check(tier, rows: rows, channels: channels, taps: 3, depth: depth, channelsFirst: seed % 3 == 0, seed: seed)
          seed += 1
        }
      }
    }
    check(tier, rows: 70, channels: 12, taps: 1, depth: 3, channelsFirst: true, seed: 99)
    check(tier, rows: 65, channels: 40, taps: 1, depth: 30, channelsFirst: false, seed: 98)
  }

  @Test(arguments: Tier.allCases) func empty(tier: Tier) {
    check(tier, rows: 0, channels: 3, taps: 1, depth: 3, channelsFirst: false, seed: 1)
    check(tier, rows: 3, channels: 0, taps: 1, depth: 3, channelsFirst: false, seed: 1)
    check(tier, rows: 3, channels: 9, taps: 1, depth: 0, channelsFirst: false, seed: 1)
  }

  /// A row's numbers do not depend on how many rows are computed with it; NaN passes the clamp.
  @Test(arguments: Tier.allCases) func rowsAreIndependent(tier: Tier) {
    let table = tier.table
    var random = Random(77)
    let (rows, channels, depth) = (9, 45, 50)
    let input = Guarded(random.floats(rows * depth))
    input.base[3 * depth] = .nan
    let weights = Guarded(random.floats(channels * depth))
    let packed = Guarded<Float>(table.packed_gemm_f32_size(channels, 1, depth) / 4)
    table.pack_gemm_f32(channels, 1, depth, weights.base, depth, 0, 1, packed.base)
    let together = Guarded<Float>(rows * channels)
    let apart = Guarded<Float>(rows * channels)
    func run(_ first: Int, _ count: Int, _ out: Guarded<Float>) {
      var gemm = lite_gemm_f32(
        rows: count, channels: channels, taps: 1, depth: depth, indirection: nil, input: input.base + first * depth,
        input_stride: depth,
        weights: packed.base, bias: nil, minimum: -1, maximum: 1, output: out.base + first * channels, output_stride: channels,
        output_channel_stride: 1)
      table.gemm_f32(&gemm)
    }
    run(0, rows, together)
    for r in 0..<rows { run(r, 1, apart) }
    #expect(together.array.map(\.bitPattern) == apart.array.map(\.bitPattern))
    #expect(together.base[3 * channels].isNaN)
  }
}

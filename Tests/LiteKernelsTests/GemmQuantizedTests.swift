import CLiteKernels
import Testing

/// Sizes of one product; taps > 1 means through an indirection table.
private struct Shape: Sendable, CustomStringConvertible {
  var rows: Int, channels: Int, taps: Int, depth: Int
  var description: String { "\(rows)x\(channels) taps \(taps) depth \(depth)" }
}

@Suite struct GemmQuantizedTests {
  /// One product in every variant: dense or indirect, with and without weight zero points, u8 and f32 results.
  private func check(_ tier: Tier, _ s: Shape, seed: Int, extreme: Bool = false) {
    let table = tier.table
    var random = Random(seed)
    let indirect = s.taps > 1
    let stride = s.depth + 3
    let pool = Guarded<UInt8>(indirect ? s.rows * s.depth : max(0, (s.rows - 1) * stride + s.depth))
    let poolBytes = extreme ? [UInt8](repeating: 255, count: pool.count) : random.bytes(pool.count)
    for i in 0..<pool.count { pool.base[i] = poolBytes[i] }
    let zeroRow = Guarded([UInt8](repeating: 128, count: s.depth))
    var pointers: [UnsafePointer<UInt8>?] = []
    for _ in 0..<(s.rows * s.taps) {
      let pick = Int(random.next() % UInt64(s.rows + 1))
      pointers.append(pick == s.rows ? UnsafePointer(zeroRow.base) : UnsafePointer(pool.base + pick * s.depth))
    }
    let indirection = Guarded(pointers)
    let weights = Guarded(
      extreme ? [Int8](repeating: -128, count: s.channels * s.taps * s.depth) : random.signedBytes(s.channels * s.taps * s.depth))
    let bias = Guarded((0..<s.channels).map { _ in Int32.random(in: -100_000...100_000, using: &random) })
    let zeros = Guarded((0..<s.channels).map { _ in Int32.random(in: -128...127, using: &random) })
    let scales = Guarded((0..<s.channels).map { _ in Float.random(in: 1e-5...3e-3, using: &random) })
    let floatBias = Guarded(random.floats(s.channels, scale: 10))
    let packed = Guarded<UInt8>(table.packed_gemm_s8_size(s.channels, s.taps, s.depth))
    // Weights as [channel][depth][tap], to try strides.
    table.pack_gemm_s8(s.channels, s.taps, s.depth, weights.base, s.taps * s.depth, 1, s.taps, packed.raw)
    #expect(packed.intact)

    func activation(_ row: Int, _ tap: Int, _ d: Int) -> Int32 {
      Int32(indirect ? pointers[row * s.taps + tap]![d] : pool.base[row * stride + d])
    }
    let workspace = Guarded<UInt8>(table.gemm_workspace_size(s.rows, s.channels, s.taps, s.depth))
    for withZeros in [false, true] {
      var gemm = lite_gemm_u8s8(
        rows: s.rows, channels: s.channels, taps: s.taps, depth: s.depth,
        indirection: indirect ? UnsafePointer(indirection.base) : nil,
        input: indirect ? nil : UnsafePointer(pool.base), input_stride: indirect ? 0 : stride,
        weights: UnsafeRawPointer(packed.raw),
        bias: bias.base, weight_zero_points: withZeros ? UnsafePointer(zeros.base) : nil, scales: scales.base,
        workspace: workspace.raw)
      var sums = [Int32](repeating: 0, count: s.rows * s.channels)
      for r in 0..<s.rows {
        for c in 0..<s.channels {
          var sum = bias.base[c]
          for t in 0..<s.taps {
            for d in 0..<s.depth {
              sum &+=
                activation(r, t, d) * (Int32(weights.base[(c * s.depth + d) * s.taps + t]) - (withZeros ? zeros.base[c] : 0))
            }
          }
          sums[r * s.channels + c] = sum
        }
      }
      let outputStride = s.channels + 2
      let bytes = Guarded<UInt8>(max(0, (s.rows - 1) * outputStride + s.channels))
      for i in 0..<bytes.count { bytes.base[i] = 77 }
      for (zero, low, high) in [(0, 0, 255), (255, 0, 255), (117, 117, 255), (3, 10, 200)] as [(Int32, Int32, Int32)] {
        var output = lite_output_u8(data: bytes.base, stride: outputStride, zero_point: zero, minimum: low, maximum: high)
        table.gemm_u8s8(&gemm, &output)
        var wrong = 0
        for r in 0..<s.rows {
          for c in 0..<outputStride where r < s.rows - 1 || c < s.channels {
            let y = bytes.base[r * outputStride + c]
            let expected = c < s.channels ? requantized(Float(sums[r * s.channels + c]) * scales.base[c], zero, low, high) : 77
            if Int32(y) != expected { wrong += 1 }
          }
        }
        #expect(wrong == 0, "\(tier) \(s) zeros \(withZeros) zero point \(zero)")
      }
      let reals = Guarded<Float>(max(0, (s.rows - 1) * outputStride + s.channels))
      for (relu, biased) in [(0, true), (1, true), (0, false)] as [(Int32, Bool)] {
        for i in 0..<reals.count { reals.base[i] = 77 }
        var output = lite_output_f32(
          data: reals.base, stride: outputStride, bias: biased ? UnsafePointer(floatBias.base) : nil, relu: relu,
          input_scale: 1, input_zero_point: -1)
        table.gemm_u8s8_f32(&gemm, &output)
        var wrong = 0
        for r in 0..<s.rows {
          for c in 0..<outputStride where r < s.rows - 1 || c < s.channels {
            var expected: Float = 77
            if c < s.channels {
              expected = scales.base[c] * Float(sums[r * s.channels + c])
              if biased { expected += floatBias.base[c] }
              if relu != 0 && expected < 0 { expected = 0 }
            }
            if reals.base[r * outputStride + c] != expected { wrong += 1 }
          }
        }
        #expect(wrong == 0, "\(tier) f32 \(s) zeros \(withZeros)")
      }
      #expect(bytes.intact && reals.intact)
    }
  }

  @Test(arguments: Tier.allCases) func raggedDense(tier: Tier) {
    var seed = 1
    for rows in [1, 2, 3, 4, 5, 8, 9] {
      for channels in [1, 7, 8, 9, 16, 17, 33] {
        for depth in [1, 2, 7, 8, 9, 15, 16, 17, 40] {
          check(tier, Shape(rows: rows, channels: channels, taps: 1, depth: depth), seed: seed)
          seed += 1
        }
      }
    }
  }

  @Test(arguments: Tier.allCases) func indirect(tier: Tier) {
    var seed = 10_000
    for (taps, depth) in [(9, 1), (9, 3), (9, 8), (4, 5), (2, 16), (25, 17), (3, 33)] {
      for rows in [1, 3, 4, 6, 9] {
        for channels in [1, 8, 12, 17] {
          check(tier, Shape(rows: rows, channels: channels, taps: taps, depth: depth), seed: seed)
          seed += 1
        }
      }
    }
  }

  @Test(arguments: Tier.allCases) func deepAndExtreme(tier: Tier) {
    check(tier, Shape(rows: 5, channels: 9, taps: 1, depth: 3000), seed: 5, extreme: true)
    check(tier, Shape(rows: 5, channels: 9, taps: 9, depth: 300), seed: 6, extreme: true)
    check(tier, Shape(rows: 70, channels: 20, taps: 1, depth: 24), seed: 7)
    check(tier, Shape(rows: 1, channels: 100, taps: 1, depth: 129), seed: 8)
  }

  @Test(arguments: Tier.allCases) func empty(tier: Tier) {
    check(tier, Shape(rows: 0, channels: 5, taps: 1, depth: 4), seed: 1)
    check(tier, Shape(rows: 3, channels: 0, taps: 1, depth: 4), seed: 1)
    check(tier, Shape(rows: 3, channels: 5, taps: 1, depth: 0), seed: 1)
    // No taps: the sum is the bias.
    let table = tier.table
    let bias = Guarded<Int32>([1, -2, 3])
    let scales = Guarded<Float>([1, 1, .infinity])
    let packed = Guarded<UInt8>(table.packed_gemm_s8_size(3, 0, 4))
    table.pack_gemm_s8(3, 0, 4, Guarded<Int8>(1).base, 0, 0, 1, packed.raw)
    let workspace = Guarded<UInt8>(table.gemm_workspace_size(1, 3, 0, 4))
    let out = Guarded<UInt8>(3)
    var gemm = lite_gemm_u8s8(
      rows: 1, channels: 3, taps: 0, depth: 4, indirection: nil, input: nil, input_stride: 0, weights: packed.raw,
      bias: bias.base, weight_zero_points: nil, scales: scales.base, workspace: workspace.raw)
    var output = lite_output_u8(data: out.base, stride: 3, zero_point: 10, minimum: 0, maximum: 255)
    table.gemm_u8s8(&gemm, &output)
    #expect(out.array == [11, 8, 255])
  }

  /// Overflowing, undefined and wrapping requantization ends inside the bounds: NaN at the minimum.
  @Test(arguments: Tier.allCases) func hostileScales(tier: Tier) {
    let table = tier.table
    let n = 9
    let bias = Guarded<Int32>([.max, .min, 0, 0, 1_000_000, -1_000_000, .max, 5, 5])
    let scales = Guarded<Float>([3e38, 3e38, .infinity, .nan, .infinity, .infinity, 1, 0.5, 0.3])
    let weights = Guarded<Int8>([1, 0, 0, 0, 0, 0, 1, 0, 0])
    let packed = Guarded<UInt8>(table.packed_gemm_s8_size(n, 1, 1))
    table.pack_gemm_s8(n, 1, 1, weights.base, 1, 1, 1, packed.raw)
    let workspace = Guarded<UInt8>(table.gemm_workspace_size(8, n, 1, 1))
    for rows in [1, 4] {
      let input = Guarded([UInt8](repeating: 255, count: rows))
      let out = Guarded<UInt8>(rows * n)
      var gemm = lite_gemm_u8s8(
        rows: rows, channels: n, taps: 1, depth: 1, indirection: nil, input: input.base, input_stride: 1, weights: packed.raw,
        bias: bias.base, weight_zero_points: nil, scales: scales.base, workspace: workspace.raw)
      var output = lite_output_u8(data: out.base, stride: n, zero_point: 100, minimum: 20, maximum: 240)
      table.gemm_u8s8(&gemm, &output)
      // .max + 255 wraps to a negative sum; 2.5 rounds to 2.
      for r in 0..<rows { #expect(Array(out.array[(r * n)..<((r + 1) * n)]) == [20, 20, 20, 20, 240, 20, 20, 102, 102]) }
    }
  }
}

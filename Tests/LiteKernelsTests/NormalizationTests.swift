import CLiteKernels
import Glibc
import Testing

@Suite struct NormalizationTests {
  private let counts = Array(1...40) + [127, 128, 129, 1023, 1024, 1025, 3000]

  @Test(arguments: Tier.allCases) func rangeAndSum(tier: Tier) {
    var random = Random(1)
    let table = tier.table
    for count in counts {
      let x = Guarded(random.floats(count, scale: 10).map { $0 + 3 })
      var low: Float = 0
      var high: Float = 0
      table.minimum_maximum_f32(count, x.base, &low, &high)
      #expect(low == x.array.min()! && high == x.array.max()!)
      let exact = x.array.reduce(0.0) { $0 + Double($1) }
      let magnitude = x.array.reduce(0.0) { $0 + Double(abs($1)) }
      #expect(abs(Double(table.sum_f32(count, x.base)) - exact) <= magnitude * 2e-6)
      for place in Set([0, count / 2, count - 1]) {
        let kept = x.base[place]
        x.base[place] = .nan
        table.minimum_maximum_f32(count, x.base, &low, &high)
        #expect(low.isNaN && high.isNaN, "\(count) at \(place)")
        x.base[place] = kept
      }
    }
    #expect(table.sum_f32(0, nil) == 0)
    // A million equal terms: a running sum would be far off.
    let many = Guarded([Float](repeating: 0.1, count: 1_000_003))
    #expect(abs(table.sum_f32(many.count, many.base) - 100_000.3) < 0.02)
  }

  @Test(arguments: Tier.allCases) func softmax(tier: Tier) {
    var random = Random(2)
    let table = tier.table
    for count in counts {
      let rows = 3
      let x = Guarded(random.floats(rows * count, scale: 20))
      let out = Guarded<Float>(rows * count)
      for logarithm in [0, 1] as [Int32] {
        table.softmax_f32(rows, count, x.base, out.base, logarithm)
        for r in 0..<rows {
          let row = (0..<count).map { Double(x.base[r * count + $0]) }
          let top = row.max()!
          let sum = row.reduce(0) { $0 + exp($1 - top) }
          for i in 0..<count {
            let exact = logarithm != 0 ? row[i] - top - log(sum) : exp(row[i] - top) / sum
            let y = Double(out.base[r * count + i])
            #expect(abs(y - exact) <= 1e-6 * abs(exact) + 5e-6 * (logarithm != 0 ? 1 : 1e-3), "\(count) \(logarithm)")
          }
        }
        #expect(out.intact)
      }
      table.softmax_f32(rows, count, x.base, out.base, 0)
      table.softmax_f32(rows, count, x.base, x.base, 0)
      #expect(x.array == out.array)  // in place
    }
    let large = Guarded<Float>([1e30, 1e30, -.infinity])
    table.softmax_f32(1, 3, large.base, large.base, 0)
    #expect(large.array == [0.5, 0.5, 0])
  }

  @Test(arguments: Tier.allCases) func layerNorm(tier: Tier) {
    var random = Random(3)
    for count in counts {
      let rows = 2
      let x = Guarded(random.floats(rows * count, scale: 3).map { $0 + 100 })
      let gamma = Guarded(random.floats(count))
      let beta = Guarded(random.floats(count))
      let out = Guarded<Float>(rows * count)
      for affine in [true, false] {
        tier.table.layer_norm_f32(
          rows, count, x.base, affine ? UnsafePointer(gamma.base) : nil, affine ? UnsafePointer(beta.base) : nil, 1e-5, out.base)
        for r in 0..<rows {
          let row = (0..<count).map { Double(x.base[r * count + $0]) }
          let mean = row.reduce(0, +) / Double(count)
          let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
          for i in 0..<count {
            let y = (row[i] - mean) / (variance + 1e-5).squareRoot()
            let exact = affine ? y * Double(gamma.base[i]) + Double(beta.base[i]) : y
            // The mean, near 100, is rounded to float: 4e-6, magnified when the variance is small.
            let tolerance = 1e-5 + 8e-6 / (variance + 1e-5).squareRoot()
            #expect(abs(Double(out.base[r * count + i]) - exact) < tolerance, "\(count)")
          }
        }
      }
      #expect(out.intact)
    }
  }

  @Test(arguments: Tier.allCases) func scaleShift(tier: Tier) {
    var random = Random(4)
    for count in 0...40 {
      let x = Guarded(random.floats(count))
      let out = Guarded<Float>(count)
      tier.table.scale_shift_f32(count, x.base, 3.7, -0.2, out.base)
      #expect(
        out.array
          == x.array.map {
            let p = $0 * 3.7
            return p + -0.2
          })
    }
  }
}

import CLiteKernels
import Testing

/// 8-bit kernels against PyTorch's own results (engine qnnpack): every bit.
@Suite struct PyTorchQuantizedTests {
  /// round(bias / (w_scale * x_scale)), as QNNPACK quantizes a bias.
  private func quantizedBias(_ bias: [Float], _ scales: [Double], _ xScale: Double) -> [Int32] {
    zip(bias, scales).map { Int32(($0 * (1 / Float($1 * xScale))).rounded(.toNearestOrEven)) }
  }

  /// What an operator prepares for a convolution or a matrix product.
  private struct Prepared {
    var bias: [Int32]
    var zeros: [Int32]
    var scales: [Float]
  }

  /// w is [channel][term]; the zero point of x folds into the bias.
  private func prepare(_ w: [Int8], _ terms: Int, _ bias: [Float], _ scales: [Double], _ p: [Double]) -> Prepared {
    let (xs, xz, wz, ys) = (p[0], Int32(p[1]), Int32(p[2]), p[3])
    var folded = quantizedBias(bias, scales, xs)
    for c in 0..<folded.count {
      for t in 0..<terms { folded[c] -= xz * (Int32(w[c * terms + t]) - wz) }
    }
    return Prepared(
      bias: folded, zeros: [Int32](repeating: wz, count: bias.count),
      scales: scales.map { (Float($0) * Float(xs)) * (1 / Float(ys)) })
  }

  private func output(_ data: UnsafeMutablePointer<UInt8>, _ stride: Int, zero: Double, relu: Bool) -> lite_output_u8 {
    lite_output_u8(data: data, stride: stride, zero_point: Int32(zero), minimum: relu ? Int32(zero) : 0, maximum: 255)
  }

  @Test(arguments: Tier.allCases) func linear(tier: Tier) {
    let table = tier.table
    for (name, r) in Fixture.cases("linear/") {
      let x = Guarded<UInt8>(r["x"]!.bytes)
      let w = Guarded<Int8>(r["w"]!.elements())
      let p = r["p"]!.doubles
      let (m, k, n) = (r["x"]!.shape[0], r["x"]!.shape[1], r["w"]!.shape[0])
      let prepared = prepare(w.array, k, r["bias"]!.floats, r["scales"]!.doubles, p)
      let packed = Guarded<UInt8>(table.packed_gemm_s8_size(n, 1, k))
      table.pack_gemm_s8(n, 1, k, w.base, k, 0, 1, packed.raw)
      let y = Guarded<UInt8>(m * n)
      let bias = Guarded(prepared.bias)
      let scales = Guarded(prepared.scales)
      let zeros = Guarded(prepared.zeros)
      let workspace = Guarded<UInt8>(table.gemm_workspace_size(m, n, 1, k))
      var gemm = lite_gemm_u8s8(
        rows: m, channels: n, taps: 1, depth: k, indirection: nil, input: x.base, input_stride: k, weights: packed.raw,
        bias: bias.base, weight_zero_points: p[2] == 0 ? nil : UnsafePointer(zeros.base), scales: scales.base,
        workspace: workspace.raw)
      var out = output(y.base, n, zero: p[4], relu: p[5] != 0)
      table.gemm_u8s8(&gemm, &out)
      #expect(y.array == r["y"]!.bytes, "\(name)")
    }
  }

  @Test(arguments: Tier.allCases) func convolution(tier: Tier) {
    let table = tier.table
    for (name, r) in Fixture.cases("conv/") {
      let p = r["p"]!.doubles
      let (stride, pad, dilation, groups) = (Int(p[6]), Int(p[7]), Int(p[8]), Int(p[9]))
      let xShape = r["x"]!.shape
      let (c, h, w) = (xShape[1], xShape[2], xShape[3])
      let wShape = r["w"]!.shape
      let (n, depth, kernel) = (wShape[0], wShape[1], wShape[2])
      let taps = kernel * kernel
      let yShape = r["y"]!.shape
      let (oh, ow) = (yShape[2], yShape[3])
      let pixels = oh * ow
      // Channels last.
      let planes = r["x"]!.bytes
      let x = Guarded<UInt8>(c * h * w)
      for ch in 0..<c { for i in 0..<(h * w) { x.base[i * c + ch] = planes[ch * h * w + i] } }
      let zeroRow = Guarded([UInt8](repeating: UInt8(p[1]), count: c))
      let weights = Guarded<Int8>(r["w"]!.elements())
      let prepared = prepare(weights.array, depth * taps, r["bias"]!.floats, r["scales"]!.doubles, p)
      let bias = Guarded(prepared.bias)
      let scales = Guarded(prepared.scales)
      let zeros = Guarded(prepared.zeros)
      let y = Guarded<UInt8>(pixels * n)
      func indirection(offset: Int) -> Guarded<UnsafePointer<UInt8>?> {
        let table = Guarded<UnsafePointer<UInt8>?>(pixels * taps)
        for pixel in 0..<pixels {
          for tap in 0..<taps {
            let iy = pixel / ow * stride - pad + tap / kernel * dilation
            let ix = pixel % ow * stride - pad + tap % kernel * dilation
            let inside = iy >= 0 && iy < h && ix >= 0 && ix < w
            table.base[pixel * taps + tap] = UnsafePointer((inside ? x.base + (iy * w + ix) * c : zeroRow.base) + offset)
          }
        }
        return table
      }
      let zeroPoints = p[2] == 0 ? nil : UnsafePointer(zeros.base)
      if groups == c && n == c && groups > 1 {
        let packed = Guarded<UInt8>(table.packed_depthwise_s8_size(n, taps))
        table.pack_depthwise_s8(n, taps, weights.base, taps, 1, packed.raw)
        let pointers = indirection(offset: 0)
        var depthwise = lite_depthwise_u8s8(
          pixels: pixels, channels: n, taps: taps, indirection: pointers.base, weights: packed.raw, bias: bias.base,
          weight_zero_points: zeroPoints, scales: scales.base)
        var out = output(y.base, n, zero: p[4], relu: false)
        table.depthwise_u8s8(&depthwise, &out)
      } else {
        let perGroup = n / groups
        for g in 0..<groups {
          let packed = Guarded<UInt8>(table.packed_gemm_s8_size(perGroup, taps, depth))
          table.pack_gemm_s8(perGroup, taps, depth, weights.base + g * perGroup * depth * taps, depth * taps, 1, taps, packed.raw)
          let pointers = indirection(offset: g * depth)
          let workspace = Guarded<UInt8>(table.gemm_workspace_size(pixels, perGroup, taps, depth))
          var gemm = lite_gemm_u8s8(
            rows: pixels, channels: perGroup, taps: taps, depth: depth, indirection: pointers.base, input: nil, input_stride: 0,
            weights: packed.raw, bias: bias.base + g * perGroup, weight_zero_points: zeroPoints.map { $0 + g * perGroup },
            scales: scales.base + g * perGroup, workspace: workspace.raw)
          var out = output(y.base + g * perGroup, n, zero: p[4], relu: false)
          table.gemm_u8s8(&gemm, &out)
        }
      }
      let expected = r["y"]!.bytes
      #expect(
        (0..<n).allSatisfy { ch in (0..<pixels).allSatisfy { y.base[$0 * n + ch] == expected[ch * pixels + $0] } }, "\(name)")
    }
  }

  @Test(arguments: Tier.allCases) func dynamicLinear(tier: Tier) {
    let table = tier.table
    for (name, r) in Fixture.cases("linear_dynamic/") {
      let p = r["p"]!.doubles
      let (m, k, n) = (r["x"]!.shape[0], r["x"]!.shape[1], r["w"]!.shape[0])
      let x = Guarded(r["x"]!.floats)
      let q = Guarded<UInt8>(m * k)
      table.quantize_u8(m * k, x.base, 1 / Float(p[0]), Int32(p[1]), Int32(LITE_ADD_THEN_ROUND), q.base)
      #expect(q.array == r["q"]!.bytes)
      let w = Guarded<Int8>(r["w"]!.elements())
      let bias = Guarded((0..<n).map { c in (0..<k).reduce(Int32(0)) { $0 + Int32(w.base[c * k + $1]) } })
      let scales = Guarded(r["scales"]!.doubles.map { Float($0) })
      let floatBias = Guarded(r["bias"]!.floats)
      let packed = Guarded<UInt8>(table.packed_gemm_s8_size(n, 1, k))
      table.pack_gemm_s8(n, 1, k, w.base, k, 0, 1, packed.raw)
      let y = Guarded<Float>(m * n)
      let workspace = Guarded<UInt8>(table.gemm_workspace_size(m, n, 1, k))
      var gemm = lite_gemm_u8s8(
        rows: m, channels: n, taps: 1, depth: k, indirection: nil, input: q.base, input_stride: k, weights: packed.raw,
        bias: bias.base, weight_zero_points: nil, scales: scales.base, workspace: workspace.raw)
      var out = lite_output_f32(
        data: y.base, stride: n, bias: floatBias.base, relu: p[2] != 0 ? 1 : 0, input_scale: Float(p[0]),
        input_zero_point: Int32(p[1]))
      table.gemm_u8s8_f32(&gemm, &out)
      #expect(y.array == r["y"]!.floats, "\(name)")
    }
  }

  /// Fixed-point parameters of QNNPACK's addition.
  private func addParameters(_ p: [Double]) -> lite_add_u8 {
    let a = Float(p[0]) / Float(p[4])
    let b = Float(p[2]) / Float(p[4])
    let shift = 21 - max(a, b).exponent
    let factor = Float(sign: .plus, exponent: shift, significand: 1)
    let ma = Int32((a * factor).rounded(.toNearestOrEven))
    let mb = Int32((b * factor).rounded(.toNearestOrEven))
    return lite_add_u8(
      a_multiplier: ma, b_multiplier: mb, bias: -(ma * Int32(p[1]) + mb * Int32(p[3])), shift: UInt32(shift),
      zero_point: Int32(p[5]), minimum: p[6] != 0 ? Int32(p[5]) : 0, maximum: 255)
  }

  @Test(arguments: Tier.allCases) func addAndMultiply(tier: Tier) {
    for (name, r) in Fixture.cases("add/") {
      let a = Guarded(r["a"]!.bytes)
      let b = Guarded(r["b"]!.bytes)
      let y = Guarded<UInt8>(a.count)
      var p = addParameters(r["p"]!.doubles)
      tier.table.add_u8(a.count, a.base, b.base, &p, y.base)
      #expect(y.array == r["y"]!.bytes, "\(name)")
    }
    for (name, r) in Fixture.cases("mul/") {
      let a = Guarded(r["a"]!.bytes)
      let b = Guarded(r["b"]!.bytes)
      let y = Guarded<UInt8>(a.count)
      let p = r["p"]!.doubles
      var q = lite_multiply_u8(
        a_zero_point: Int32(p[1]), b_zero_point: Int32(p[3]), scale: (Float(p[0]) * Float(p[2])) * (1 / Float(p[4])),
        zero_point: Int32(p[5]), minimum: p[6] != 0 ? Int32(p[5]) : 0, maximum: 255)
      tier.table.multiply_u8(a.count, a.base, b.base, &q, y.base)
      #expect(y.array == r["y"]!.bytes, "\(name)")
    }
  }

  @Test(arguments: Tier.allCases) func pooling(tier: Tier) {
    for kind in ["average_pool/", "max_pool/"] {
      for (name, r) in Fixture.cases(kind) {
        let p = r["p"]!.doubles
        let (zero, kernel, stride, pad) = (Int(p[1]), Int(p[2]), Int(p[3]), Int(p[4]))
        let shape = r["x"]!.shape
        let (c, h, w) = (shape[1], shape[2], shape[3])
        let (oh, ow) = (r["y"]!.shape[2], r["y"]!.shape[3])
        let planes = r["x"]!.bytes
        let x = Guarded<UInt8>(c * h * w)
        for ch in 0..<c { for i in 0..<(h * w) { x.base[i * c + ch] = planes[ch * h * w + i] } }
        let isMax = kind == "max_pool/"
        let padding = Guarded([UInt8](repeating: isMax ? 0 : UInt8(zero), count: c))
        let taps = kernel * kernel
        let pointers = Guarded<UnsafePointer<UInt8>?>(oh * ow * taps)
        for pixel in 0..<(oh * ow) {
          for tap in 0..<taps {
            let iy = pixel / ow * stride - pad + tap / kernel
            let ix = pixel % ow * stride - pad + tap % kernel
            let inside = iy >= 0 && iy < h && ix >= 0 && ix < w
            pointers.base[pixel * taps + tap] = inside ? UnsafePointer(x.base + (iy * w + ix) * c) : UnsafePointer(padding.base)
          }
        }
        let y = Guarded<UInt8>(oh * ow * c)
        if isMax {
          tier.table.max_pool_u8(oh * ow, c, taps, pointers.base, y.base, c)
        } else {
          let scale = Float(p[0]) / (Float(p[0]) * Float(taps))
          var out = output(y.base, c, zero: p[1], relu: false)
          tier.table.average_pool_u8(oh * ow, c, taps, pointers.base, Int32(zero), scale, &out)
        }
        let expected = r["y"]!.bytes
        #expect(
          (0..<c).allSatisfy { ch in (0..<(oh * ow)).allSatisfy { y.base[$0 * c + ch] == expected[ch * oh * ow + $0] } },
          "\(name)")
      }
    }
  }

  /// The fixtures come from an x86 wheel, which adds the zero point before it rounds.
  @Test(arguments: Tier.allCases) func quantize(tier: Tier) {
    let table = tier.table
    let mode = Int32(LITE_ADD_THEN_ROUND)
    for (name, r) in Fixture.cases("quantize/") {
      let x = Guarded(r["x"]!.floats)
      let n = x.count
      let (scale, zero) = (Float(r["p"]!.doubles[0]), Int32(r["p"]!.doubles[1]))
      let back = Guarded<Float>(n)
      switch r["y"]!.dtype {
      case LITE_DTYPE_U8:
        let y = Guarded<UInt8>(n)
        table.quantize_u8(n, x.base, 1 / scale, zero, mode, y.base)
        #expect(y.array == r["y"]!.bytes, "\(name)")
        table.dequantize_u8(n, y.base, scale, zero, back.base)
      case LITE_DTYPE_S8:
        let y = Guarded<Int8>(n)
        table.quantize_s8(n, x.base, 1 / scale, zero, mode, y.base)
        #expect(y.array == r["y"]!.elements(), "\(name)")
        table.dequantize_s8(n, y.base, scale, zero, back.base)
      default:
        let y = Guarded<Int32>(n)
        table.quantize_s32(n, x.base, 1 / scale, zero, mode, y.base)
        #expect(y.array == r["y"]!.elements(), "\(name)")
        table.dequantize_s32(n, y.base, scale, zero, back.base)
      }
      #expect(back.array == r["back"]!.floats, "\(name)")
    }
  }
}

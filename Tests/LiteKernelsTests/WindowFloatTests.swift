import CLiteKernels
import Testing

@Suite struct WindowFloatTests {
  private struct Geometry: CustomStringConvertible {
    var h: Int, w: Int, kh: Int, kw: Int, sh: Int, sw: Int, dh: Int, dw: Int, ph: Int, pw: Int
    var oh: Int { (h + 2 * ph - dh * (kh - 1) - 1) / sh + 1 }
    var ow: Int { (w + 2 * pw - dw * (kw - 1) - 1) / sw + 1 }
    var valid: Bool { h + 2 * ph >= dh * (kh - 1) + 1 && w + 2 * pw >= dw * (kw - 1) + 1 }
    var window: lite_window {
      lite_window(
        input_height: h, input_width: w, output_height: oh, output_width: ow, kernel_height: kh, kernel_width: kw,
        stride_height: sh, stride_width: sw, dilation_height: dh, dilation_width: dw, padding_top: ph, padding_left: pw)
    }
    var description: String { "\(h)x\(w) kernel \(kh)x\(kw) stride \(sh),\(sw) dilation \(dh),\(dw) padding \(ph),\(pw)" }
  }

  private var geometries: [Geometry] {
    var all: [Geometry] = []
    for (h, w) in [(1, 1), (3, 7), (9, 8), (5, 17), (12, 30)] {
      for (kh, kw) in [(1, 1), (3, 3), (2, 5), (5, 5)] {
        for (sh, sw) in [(1, 1), (2, 2), (3, 1)] {
          for (dh, dw) in [(1, 1), (2, 3)] {
            for (ph, pw) in [(0, 0), (1, 1), (2, 4)] {
              let g = Geometry(h: h, w: w, kh: kh, kw: kw, sh: sh, sw: sw, dh: dh, dw: dw, ph: ph, pw: pw)
              if g.valid { all.append(g) }
            }
          }
        }
      }
    }
    return all
  }

  /// Input positions of a window that lie inside the input, with their kernel index.
  private func covered(_ g: Geometry, _ oh: Int, _ ow: Int) -> [(position: Int, kernel: Int)] {
    var list: [(Int, Int)] = []
    for kh in 0..<g.kh {
      for kw in 0..<g.kw {
        let y = oh * g.sh - g.ph + kh * g.dh
        let x = ow * g.sw - g.pw + kw * g.dw
        if y >= 0 && y < g.h && x >= 0 && x < g.w { list.append((y * g.w + x, kh * g.kw + kw)) }
      }
    }
    return list
  }

  @Test(arguments: Tier.allCases) func depthwise(tier: Tier) {
    var random = Random(1)
    for g in geometries {
      let x = Guarded(random.floats(g.h * g.w))
      let kernel = Guarded(random.floats(g.kh * g.kw))
      let out = Guarded<Float>(g.oh * g.ow)
      var window = g.window
      tier.table.depthwise_plane_f32(&window, x.base, kernel.base, 0.25, out.base)
      for oh in 0..<g.oh {
        for ow in 0..<g.ow {
          let exact = covered(g, oh, ow).reduce(0.25) { $0 + Double(x.base[$1.position]) * Double(kernel.base[$1.kernel]) }
          #expect(abs(Double(out.base[oh * g.ow + ow]) - exact) < 2e-6, "\(g) at \(oh),\(ow)")
        }
      }
      #expect(out.intact)
    }
  }

  @Test(arguments: Tier.allCases) func maximum(tier: Tier) {
    var random = Random(2)
    for g in geometries {
      let x = Guarded(random.floats(g.h * g.w).map { ($0 * 4).rounded() })  // many ties
      if g.h * g.w > 40 {
        x.base[20] = .nan
        x.base[31] = -.infinity
      }
      let out = Guarded<Float>(g.oh * g.ow)
      let indices = Guarded<Int64>(g.oh * g.ow)
      var window = g.window
      tier.table.max_pool_plane_f32(&window, x.base, out.base, indices.base)
      for oh in 0..<g.oh {
        for ow in 0..<g.ow {
          let inside = covered(g, oh, ow)
          if inside.isEmpty { continue }
          // Scanned as PyTorch does: a later NaN wins over an earlier one.
          var best = inside[0].position
          for (p, _) in inside where x.base[p] > x.base[best] || x.base[p].isNaN { best = p }
          let at = oh * g.ow + ow
          #expect(out.base[at].bitPattern == x.base[best].bitPattern && indices.base[at] == Int64(best), "\(g) at \(oh),\(ow)")
        }
      }
      tier.table.max_pool_plane_f32(&window, x.base, out.base, nil)
      #expect(out.intact && indices.intact)
    }
  }

  @Test(arguments: Tier.allCases) func average(tier: Tier) {
    var random = Random(3)
    for g in geometries where g.dh == 1 && g.dw == 1 {
      let x = Guarded(random.floats(g.h * g.w))
      let out = Guarded<Float>(g.oh * g.ow)
      var window = g.window
      for (include, override) in [(1, 0), (0, 0), (1, 7)] as [(Int32, Int64)] {
        tier.table.average_pool_plane_f32(&window, g.ph, g.pw, include, override, x.base, out.base)
        for oh in 0..<g.oh {
          for ow in 0..<g.ow {
            let inside = covered(g, oh, ow)
            let sum = inside.reduce(0) { $0 + Double(x.base[$1.position]) }
            let height = min(oh * g.sh - g.ph + g.kh, g.h + g.ph) - (oh * g.sh - g.ph)
            let width = min(ow * g.sw - g.pw + g.kw, g.w + g.pw) - (ow * g.sw - g.pw)
            let divisor = override != 0 ? Double(override) : include != 0 ? Double(height * width) : Double(inside.count)
            let exact = inside.isEmpty ? 0 : sum / divisor
            #expect(abs(Double(out.base[oh * g.ow + ow]) - exact) < 2e-6, "\(g) at \(oh),\(ow)")
          }
        }
      }
    }
  }
}

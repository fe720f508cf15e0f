import CLiteKernels
import Glibc
import Testing

/// Float and elementwise kernels against PyTorch's results, to the tolerances of PyTorch's own tests
/// (float32: 1.3e-6 relative, 1e-5 absolute); integers and tests exactly.
@Suite struct PyTorchFloatTests {
  private let unaryNames = [
    "COPY", "NEG", "ABS", "SIGN", "RELU", "SQUARE", "CLAMP", "BITWISE_NOT", "LOGICAL_NOT", "EXP", "LOG", "LOG1P", "EXPM1", "SQRT",
    "RSQRT", "RECIPROCAL", "SIN", "COS", "TANH", "SIGMOID", "ERF", "FLOOR", "CEIL", "ROUND", "TRUNC", "GELU", "GELU_TANH", "SILU",
    "HARDSWISH", "HARDSIGMOID", "LEAKY_RELU", "ELU", "HARDTANH", "SOFTPLUS",
  ]
  private let binaryNames = [
    "ADD", "SUB", "MUL", "DIV", "DIV_TRUNC", "DIV_FLOOR", "REMAINDER", "FMOD", "MINIMUM", "MAXIMUM", "POW", "EQ", "NE", "LT",
    "LE",
    "GT", "GE", "LOGICAL_AND", "LOGICAL_OR", "LOGICAL_XOR", "BITWISE_AND", "BITWISE_OR", "BITWISE_XOR",
  ]
  private let typeNames = [
    "u8": LITE_DTYPE_U8, "s8": LITE_DTYPE_S8, "s16": LITE_DTYPE_S16, "s32": LITE_DTYPE_S32, "s64": LITE_DTYPE_S64,
    "f16": LITE_DTYPE_F16,
    "f32": LITE_DTYPE_F32, "f64": LITE_DTYPE_F64, "bool": LITE_DTYPE_BOOL, "bf16": LITE_DTYPE_BF16,
  ]

  /// Elements as doubles, or nil for an integer type.
  private func reals(_ dtype: Int, _ bytes: [UInt8]) -> [Double]? {
    let record = Record(dtype: dtype, shape: [bytes.count / Record.size(dtype)], bytes: bytes)
    switch dtype {
    case LITE_DTYPE_F32: return record.floats.map(Double.init)
    case LITE_DTYPE_F64: return record.doubles
    case LITE_DTYPE_F16: return record.elements(UInt16.self).map { Double(Float16(bitPattern: $0)) }
    case LITE_DTYPE_BF16: return record.elements(UInt16.self).map { Double(Float(bitPattern: UInt32($0) << 16)) }
    default: return nil
    }
  }

  private func close(_ y: Double, _ expected: Double, _ relative: Double, _ absolute: Double) -> Bool {
    if y.isNaN || expected.isNaN { return y.isNaN && expected.isNaN }
    return y == expected || abs(y - expected) <= absolute + relative * abs(expected)
  }

  /// Compares raw elements of one type: exactly for integers, by PyTorch's tolerance of the type for floats.
  private func expectSame(_ dtype: Int, _ y: [UInt8], _ expected: [UInt8], _ name: String) {
    guard let a = reals(dtype, y), let b = reals(dtype, expected) else {
      #expect(y == expected, "\(name)")
      return
    }
    let (relative, absolute) = [
      LITE_DTYPE_F16: (1e-3, 1e-5), LITE_DTYPE_BF16: (1.6e-2, 1e-5), LITE_DTYPE_F32: (1.3e-6, 1e-5), LITE_DTYPE_F64: (1e-7, 1e-7),
    ][dtype]!
    for i in 0..<b.count { #expect(close(a[i], b[i], relative, absolute), "\(name) element \(i): \(a[i]), PyTorch \(b[i])") }
  }

  private func expectClose(_ y: [Float], _ expected: [Float], _ name: String, relative: Double = 1.3e-6, absolute: Double = 1e-5)
  {
    #expect(y.count == expected.count)
    for i in 0..<y.count where !close(Double(y[i]), Double(expected[i]), relative, absolute) {
      Issue.record("\(name) element \(i): \(y[i]), PyTorch \(expected[i])")
    }
  }

  @Test func unary() {
    for (name, r) in Fixture.cases("unary/") {
      let parts = name.split(separator: "/")
      let dtype = typeNames[String(parts[1])]!
      let loop = lite_kernels_scalar()!.pointee.unary_loop(Int32(unaryNames.firstIndex(of: String(parts[2]))!), Int32(dtype))!
      let y = r["y"]!
      var out = [UInt8](repeating: 0xEE, count: y.bytes.count)
      let parameters = r["p"]?.doubles ?? []
      loop(&out, Record.size(y.dtype), r["a"]!.bytes, Record.size(dtype), y.count, parameters)
      expectSame(y.dtype, out, y.bytes, name)
    }
  }

  @Test func binary() {
    for (name, r) in Fixture.cases("binary/") {
      let parts = name.split(separator: "/")
      let dtype = typeNames[String(parts[1])]!
      let loop = lite_kernels_scalar()!.pointee.binary_loop(Int32(binaryNames.firstIndex(of: String(parts[2]))!), Int32(dtype))!
      let y = r["y"]!
      var out = [UInt8](repeating: 0xEE, count: y.bytes.count)
      let parameters = r["p"]!.doubles
      let size = Record.size(dtype)
      if parameters.isEmpty {
        loop(&out, Record.size(y.dtype), r["a"]!.bytes, size, r["b"]!.bytes, size, y.count, nil)
      } else {
        loop(&out, Record.size(y.dtype), r["a"]!.bytes, size, r["b"]!.bytes, size, y.count, parameters)
      }
      expectSame(y.dtype, out, y.bytes, name)
    }
  }

  @Test func convert() {
    for (name, r) in Fixture.cases("convert/") {
      let (a, y) = (r["a"]!, r["y"]!)
      let loop = lite_kernels_scalar()!.pointee.convert_loop(Int32(a.dtype), Int32(y.dtype))!
      var out = [UInt8](repeating: 0xEE, count: y.bytes.count)
      loop(&out, Record.size(y.dtype), a.bytes, Record.size(a.dtype), y.count, nil)
      #expect(out == y.bytes, "\(name)")
    }
  }

  @Test(arguments: Tier.allCases) func rows(tier: Tier) {
    let table = tier.table
    for (name, r) in Fixture.cases("softmax/") {
      let x = r["x"]!
      var y = [Float](repeating: 0, count: x.count)
      table.softmax_f32(x.shape[0], x.shape[1], x.floats, &y, 0)
      expectClose(y, r["y"]!.floats, name)
      table.softmax_f32(x.shape[0], x.shape[1], x.floats, &y, 1)
      expectClose(y, r["log"]!.floats, name)
    }
    for (name, r) in Fixture.cases("layer_norm/") {
      let x = r["x"]!
      let epsilon = Float(r["p"]!.doubles[0])
      var y = [Float](repeating: 0, count: x.count)
      table.layer_norm_f32(x.shape[0], x.shape[1], x.floats, r["gamma"]!.floats, r["beta"]!.floats, epsilon, &y)
      expectClose(y, r["y"]!.floats, name)
      table.layer_norm_f32(x.shape[0], x.shape[1], x.floats, nil, nil, epsilon, &y)
      expectClose(y, r["plain"]!.floats, name)
    }
    for (name, r) in Fixture.cases("sum/") {
      expectClose([table.sum_f32(r["x"]!.count, r["x"]!.floats)], r["y"]!.floats, name)
    }
    for (name, r) in Fixture.cases("lstm/") {
      let n = r["c"]!.count
      var state = [Float](repeating: 0, count: n)
      var hidden = state
      table.lstm_cell_f32(n, r["gates"]!.floats, r["c"]!.floats, &state, &hidden)
      expectClose(state, r["state"]!.floats, name)
      expectClose(hidden, r["hidden"]!.floats, name)
    }
    for (name, r) in Fixture.cases("gru/") {
      let n = r["h"]!.count
      var hidden = [Float](repeating: 0, count: n)
      table.gru_cell_f32(n, r["i"]!.floats, r["g"]!.floats, r["h"]!.floats, &hidden)
      expectClose(hidden, r["y"]!.floats, name)
    }
  }

  private func window(_ x: Record, _ y: Record, kernel: Int, stride: Int, pad: Int, dilation: Int) -> lite_window {
    lite_window(
      input_height: x.shape[1], input_width: x.shape[2], output_height: y.shape[1], output_width: y.shape[2],
      kernel_height: kernel, kernel_width: kernel, stride_height: stride, stride_width: stride,
      dilation_height: dilation, dilation_width: dilation, padding_top: pad, padding_left: pad)
  }

  @Test(arguments: Tier.allCases) func planes(tier: Tier) {
    let table = tier.table
    for (name, r) in Fixture.cases("depthwise_f32/") {
      let (x, y, p) = (r["x"]!, r["y"]!, r["p"]!.doubles)
      var w = window(x, y, kernel: 3, stride: Int(p[0]), pad: Int(p[1]), dilation: Int(p[2]))
      let area = x.shape[1] * x.shape[2]
      let size = y.shape[1] * y.shape[2]
      for c in 0..<x.shape[0] {
        let plane = Guarded(Array(x.floats[(c * area)..<((c + 1) * area)]))
        let kernel = Guarded(Array(r["w"]!.floats[(c * 9)..<((c + 1) * 9)]))
        var out = [Float](repeating: 0, count: size)
        table.depthwise_plane_f32(&w, plane.base, kernel.base, r["bias"]!.floats[c], &out)
        expectClose(out, Array(y.floats[(c * size)..<((c + 1) * size)]), name)
      }
    }
    for (name, r) in Fixture.cases("max_pool_f32/") {
      let (x, y, p) = (r["x"]!, r["y"]!, r["p"]!.doubles)
      var w = window(x, y, kernel: 3, stride: Int(p[0]), pad: Int(p[1]), dilation: Int(p[2]))
      let area = x.shape[1] * x.shape[2]
      let size = y.shape[1] * y.shape[2]
      for c in 0..<x.shape[0] {
        var out = [Float](repeating: 0, count: size)
        var indices = [Int64](repeating: 0, count: size)
        table.max_pool_plane_f32(&w, Array(x.floats[(c * area)..<((c + 1) * area)]), &out, &indices)
        #expect(out == Array(y.floats[(c * size)..<((c + 1) * size)]), "\(name)")
        #expect(indices == Array(r["i"]!.elements(Int64.self)[(c * size)..<((c + 1) * size)]), "\(name)")
      }
    }
    for (name, r) in Fixture.cases("average_pool_f32/") {
      let (x, y, p) = (r["x"]!, r["y"]!, r["p"]!.doubles)
      let pad = Int(p[2])
      var w = window(x, y, kernel: Int(p[0]), stride: Int(p[1]), pad: pad, dilation: 1)
      let area = x.shape[1] * x.shape[2]
      let size = y.shape[1] * y.shape[2]
      for c in 0..<x.shape[0] {
        var out = [Float](repeating: 0, count: size)
        table.average_pool_plane_f32(&w, pad, pad, Int32(p[4]), Int64(p[5]), Array(x.floats[(c * area)..<((c + 1) * area)]), &out)
        expectClose(out, Array(y.floats[(c * size)..<((c + 1) * size)]), name)
      }
    }
  }

  /// An indirect convolution, channels-first result, from a channels-last copy of the input.
  @Test(arguments: Tier.allCases) func convolution(tier: Tier) {
    let table = tier.table
    for (name, r) in Fixture.cases("conv_f32/") {
      let (x, y, p) = (r["x"]!, r["y"]!, r["p"]!.doubles)
      let (stride, pad, dilation) = (Int(p[0]), Int(p[1]), Int(p[2]))
      let (c, h, w) = (x.shape[0], x.shape[1], x.shape[2])
      let (n, oh, ow) = (y.shape[0], y.shape[1], y.shape[2])
      let planes = x.floats
      let input = Guarded<Float>(c * h * w)
      for ch in 0..<c { for i in 0..<(h * w) { input.base[i * c + ch] = planes[ch * h * w + i] } }
      let zeroRow = Guarded([Float](repeating: 0, count: c))
      let pointers = Guarded<UnsafePointer<Float>?>(oh * ow * 9)
      for pixel in 0..<(oh * ow) {
        for tap in 0..<9 {
          let iy = pixel / ow * stride - pad + tap / 3 * dilation
          let ix = pixel % ow * stride - pad + tap % 3 * dilation
          let inside = iy >= 0 && iy < h && ix >= 0 && ix < w
          pointers.base[pixel * 9 + tap] = UnsafePointer(inside ? input.base + (iy * w + ix) * c : zeroRow.base)
        }
      }
      let packed = Guarded<Float>(table.packed_gemm_f32_size(n, 9, c) / 4)
      table.pack_gemm_f32(n, 9, c, r["w"]!.floats, c * 9, 1, 9, packed.base)
      let bias = Guarded(r["bias"]!.floats)
      let out = Guarded<Float>(n * oh * ow)
      var gemm = lite_gemm_f32(
        rows: oh * ow, channels: n, taps: 9, depth: c, indirection: pointers.base, input: nil, input_stride: 0,
        weights: packed.base,
        bias: bias.base, minimum: -.infinity, maximum: .infinity, output: out.base, output_stride: 1,
        output_channel_stride: oh * ow)
      table.gemm_f32(&gemm)
      expectClose(out.array, y.floats, name)
    }
  }
}

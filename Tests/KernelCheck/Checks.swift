// Each check runs one member of both tables on the same data and counts the bytes that differ.
// The scalar tier's results go into a digest, which must be the same on every processor.

import CLiteKernels
import CLitePlatform

/// What the data of a check is made of.
enum Fill: Int { case random, lowest, mixed }

struct Checker {
  let scalar: lite_kernel_table
  let fast: lite_kernel_table
  /// FNV-1a over the scalar tier's bytes since the last report.
  var digest: UInt32 = 2_166_136_261

  /// Bytes of `b` that differ from those of `a`, the scalar tier's.
  mutating func compare(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ count: Int) -> Int {
    let p = a.assumingMemoryBound(to: UInt8.self)
    let q = b.assumingMemoryBound(to: UInt8.self)
    var different = 0
    for i in 0..<count {
      digest = (digest ^ UInt32(p[i])) &* 16_777_619
      if p[i] != q[i] { different += 1 }
    }
    return different
  }

  /// Weights: random with many -128, all -128, or -128 against activations of 0.
  private func weight(_ random: inout Random, _ fill: Fill) -> Int8 {
    switch fill {
    case .random: return Int8(bitPattern: random.byte() &+ 128)
    case .lowest: return -128
    case .mixed: return random.below(40) == 0 ? -128 : Int8(truncatingIfNeeded: random.below(255) - 127)
    }
  }

  private func activation(_ random: inout Random, _ fill: Fill) -> UInt8 {
    fill == .lowest ? 0 : random.byte()
  }

  /// Every other seed has scales that are no finite numbers: kernels may treat them apart.
  private func scale(_ random: inout Random, _ seed: Int) -> Float {
    switch random.below(40) + (seed & 1) * 2 {
    case 0: return .infinity
    case 1: return .nan
    case 2: return 3e38
    case 3: return 0.5
    default: return (random.real() + 1.001) * 2e-3
    }
  }

  /// One matrix product or convolution, 8-bit (`real` false) or float result.
  mutating func gemm(_ rows: Int, _ channels: Int, _ taps: Int, _ depth: Int, _ fill: Fill, _ real: Bool, _ seed: Int) -> Int {
    var random = Random(seed)
    let stride = depth + 1
    let inputCount = rows * stride
    let weightCount = channels * taps * depth
    let input = guarded(inputCount, UInt8.self)
    let zeroRow = guarded(depth, UInt8.self)
    let weights = guarded(weightCount, Int8.self)
    let table = guarded(rows * taps, UnsafePointer<UInt8>?.self)
    let bias = guarded(channels, Int32.self)
    let zeros = guarded(channels, Int32.self)
    let scales = guarded(channels, Float.self)
    let floatBias = guarded(channels, Float.self)
    for i in 0..<inputCount { input[i] = activation(&random, fill) }
    for i in 0..<depth { zeroRow[i] = 131 }
    for i in 0..<weightCount { weights[i] = weight(&random, fill) }
    for i in 0..<(rows * taps) {
      let pick = random.below(rows + 1)
      table[i] = UnsafePointer(pick == rows ? zeroRow : input + (pick * stride + 1))
    }
    for c in 0..<channels {
      bias[c] = random.below(50) == 0 ? .max : Int32(truncatingIfNeeded: random.below(200_000) - 100_000)
      zeros[c] = Int32(truncatingIfNeeded: random.below(256) - 128)
      scales[c] = scale(&random, seed / 2)
      floatBias[c] = random.real() * 10
    }
    let outputStride = channels + 3
    let outputCount = rows == 0 ? 0 : (rows - 1) * outputStride + channels
    var different = 0
    for withZeros in 0..<2 {
      let a = guarded(outputCount, Float.self)
      let b = guarded(outputCount, Float.self)
      for (kernels, out) in [(scalar, a), (fast, b)] {
        let size = kernels.packed_gemm_s8_size(channels, taps, depth)
        let packed = guarded(size, UInt8.self)
        kernels.pack_gemm_s8(channels, taps, depth, weights, taps * depth, 1, taps, packed)
        let workspaceSize = kernels.gemm_workspace_size(rows, channels, taps, depth)
        let workspace = guarded(workspaceSize, UInt8.self)
        var product = lite_gemm_u8s8(
          rows: rows, channels: channels, taps: taps, depth: depth, indirection: taps > 1 ? UnsafePointer(table) : nil,
          input: input, input_stride: stride, weights: packed, bias: bias,
          weight_zero_points: withZeros == 1 ? UnsafePointer(zeros) : nil, scales: scales, workspace: workspace)
        if real {
          var o = lite_output_f32(
            data: out, stride: outputStride, bias: seed & 1 == 0 ? nil : UnsafePointer(floatBias), relu: Int32(seed & 2),
            input_scale: 0.01 + Float(seed % 7), input_zero_point: Int32(truncatingIfNeeded: seed * 37 & 255))
          kernels.gemm_u8s8_f32(&product, &o)
          // Any NaN is as good as any other.
          for i in 0..<outputCount where out[i] != out[i] { out[i] = .nan }
        } else {
          let zero = Int32(truncatingIfNeeded: [0, 255, 119][seed % 3])
          // The bytes end where the guarded floats do.
          let bytes = UnsafeMutableRawPointer(out + outputCount).assumingMemoryBound(to: UInt8.self) - outputCount
          var o = lite_output_u8(
            data: bytes, stride: outputStride, zero_point: zero, minimum: seed & 1 == 0 ? 0 : zero, maximum: 255)
          kernels.gemm_u8s8(&product, &o)
        }
        release(packed, size)
        release(workspace, workspaceSize)
      }
      different += compare(a, b, outputCount * 4)
      release(a, outputCount)
      release(b, outputCount)
    }
    release(input, inputCount)
    release(zeroRow, depth)
    release(weights, weightCount)
    release(table, rows * taps)
    release(bias, channels)
    release(zeros, channels)
    release(scales, channels)
    release(floatBias, channels)
    return different
  }

  /// One convolution with its geometry.
  mutating func convolution(_ window: lite_window, _ channels: Int, _ depth: Int, isDepthwise: Bool, _ fill: Fill, _ seed: Int)
    -> Int
  {
    var random = Random(seed)
    let taps = window.kernel_height * window.kernel_width
    let stride = isDepthwise ? channels : depth + seed % 3
    let inputCount = max((window.input_height * window.input_width - 1) * stride + (isDepthwise ? channels : depth), 0)
    let weightCount = channels * taps * depth
    let input = guarded(inputCount, UInt8.self)
    let weights = guarded(weightCount, Int8.self)
    let bias = guarded(channels, Int32.self)
    let zeros = guarded(channels, Int32.self)
    let scales = guarded(channels, Float.self)
    for i in 0..<inputCount { input[i] = activation(&random, fill) }
    for i in 0..<weightCount { weights[i] = weight(&random, fill) }
    for c in 0..<channels {
      bias[c] = Int32(truncatingIfNeeded: random.below(20_000) - 10_000)
      zeros[c] = Int32(truncatingIfNeeded: random.below(256) - 128)
      scales[c] = scale(&random, seed)
    }
    let outputStride = channels + seed % 4
    let pixels = window.output_height * window.output_width
    let outputCount = (pixels - 1) * outputStride + channels
    var different = 0
    for withZeros in 0..<2 {
      let a = guarded(outputCount, UInt8.self)
      let b = guarded(outputCount, UInt8.self)
      for (kernels, out) in [(scalar, a), (fast, b)] {
        let size =
          isDepthwise ? kernels.packed_depthwise_s8_size(channels, taps) : kernels.packed_gemm_s8_size(channels, taps, depth)
        let packed = guarded(size, UInt8.self)
        if isDepthwise {
          kernels.pack_depthwise_s8(channels, taps, weights, taps, 1, packed)
        } else {
          kernels.pack_gemm_s8(channels, taps, depth, weights, taps * depth, depth, 1, packed)
        }
        let zero = Int32(truncatingIfNeeded: [0, 255, 119][seed % 3])
        var o = lite_output_u8(data: out, stride: outputStride, zero_point: zero, minimum: seed & 1 == 0 ? 0 : zero, maximum: 255)
        // In two parts, as threads would.
        let middle = seed % 5 == 0 ? window.output_height / 2 : 0
        for (first, end) in [(0, middle), (middle, window.output_height)] {
          var c = lite_convolution_u8s8(
            window: window, channels: channels, depth: depth, input: input, input_stride: stride,
            input_zero_point: UInt8(truncatingIfNeeded: seed * 37), first_row: first, end_row: end, weights: packed, bias: bias,
            weight_zero_points: withZeros == 1 ? UnsafePointer(zeros) : nil, scales: scales, workspace: nil)
          let workspaceSize =
            isDepthwise ? kernels.depthwise_convolution_workspace_size(&c) : kernels.convolution_workspace_size(&c)
          let workspace = guarded(workspaceSize, UInt8.self)
          c.workspace = UnsafeMutableRawPointer(workspace)
          if isDepthwise { kernels.depthwise_convolution_u8s8(&c, &o) } else { kernels.convolution_u8s8(&c, &o) }
          release(workspace, workspaceSize)
        }
        release(packed, size)
      }
      different += compare(a, b, outputCount)
      release(a, outputCount)
      release(b, outputCount)
    }
    release(input, inputCount)
    release(weights, weightCount)
    release(bias, channels)
    release(zeros, channels)
    release(scales, channels)
    return different
  }

  mutating func depthwise(_ pixels: Int, _ channels: Int, _ taps: Int, _ fill: Fill, _ seed: Int) -> Int {
    var random = Random(seed)
    let rows = pixels + 1
    let input = guarded(rows * channels, UInt8.self)
    let weights = guarded(channels * taps, Int8.self)
    let table = guarded(pixels * taps, UnsafePointer<UInt8>?.self)
    let bias = guarded(channels, Int32.self)
    let zeros = guarded(channels, Int32.self)
    let scales = guarded(channels, Float.self)
    for i in 0..<(rows * channels) { input[i] = activation(&random, fill) }
    for i in 0..<(channels * taps) { weights[i] = weight(&random, fill) }
    for i in 0..<(pixels * taps) { table[i] = UnsafePointer(input + random.below(rows) * channels) }
    for c in 0..<channels {
      bias[c] = Int32(truncatingIfNeeded: random.below(20_000) - 10_000)
      zeros[c] = Int32(truncatingIfNeeded: random.below(256) - 128)
      scales[c] = scale(&random, seed / 2)
    }
    let outputCount = pixels * channels
    var different = 0
    for withZeros in 0..<2 {
      let a = guarded(outputCount, UInt8.self)
      let b = guarded(outputCount, UInt8.self)
      for (kernels, out) in [(scalar, a), (fast, b)] {
        let size = kernels.packed_depthwise_s8_size(channels, taps)
        let packed = guarded(size, UInt8.self)
        kernels.pack_depthwise_s8(channels, taps, weights, taps, 1, packed)
        var conv = lite_depthwise_u8s8(
          pixels: pixels, channels: channels, taps: taps, indirection: table, weights: packed, bias: bias,
          weight_zero_points: withZeros == 1 ? UnsafePointer(zeros) : nil, scales: scales)
        let zero = Int32(truncatingIfNeeded: [0, 255, 119][seed % 3])
        var o = lite_output_u8(data: out, stride: channels, zero_point: zero, minimum: seed & 1 == 0 ? 0 : zero, maximum: 255)
        kernels.depthwise_u8s8(&conv, &o)
        release(packed, size)
      }
      different += compare(a, b, outputCount)
      release(a, outputCount)
      release(b, outputCount)
    }
    release(input, rows * channels)
    release(weights, channels * taps)
    release(table, pixels * taps)
    release(bias, channels)
    release(zeros, channels)
    release(scales, channels)
    return different
  }

  mutating func add(_ count: Int, _ seed: Int) -> Int {
    var random = Random(seed)
    let a = guarded(count, UInt8.self)
    let b = guarded(count, UInt8.self)
    let x = guarded(count, UInt8.self)
    let y = guarded(count, UInt8.self)
    for i in 0..<count {
      a[i] = random.byte()
      b[i] = random.byte()
    }
    let zero = Int32(truncatingIfNeeded: random.byte())
    var p = lite_add_u8(
      a_multiplier: Int32(truncatingIfNeeded: Int64(bitPattern: random.next()) >> (32 + Int64(random.below(20)))),
      b_multiplier: Int32(truncatingIfNeeded: Int64(bitPattern: random.next()) >> (32 + Int64(random.below(20)))),
      bias: random.below(5) == 0 ? .min : Int32(truncatingIfNeeded: Int64(bitPattern: random.next()) >> 34),
      shift: UInt32(1 + random.below(31)), zero_point: zero, minimum: seed & 1 == 0 ? 0 : zero, maximum: 255)
    if seed % 7 == 0 { (p.a_multiplier, p.b_multiplier) = (0, 0) }
    scalar.add_u8(count, a, b, &p, x)
    fast.add_u8(count, a, b, &p, y)
    let different = compare(x, y, count)
    release(a, count)
    release(b, count)
    release(x, count)
    release(y, count)
    return different
  }

  /// Product, look-up and clamp.
  mutating func bytes(_ count: Int, _ seed: Int) -> Int {
    var random = Random(seed)
    let a = guarded(count, UInt8.self)
    let b = guarded(count, UInt8.self)
    let table = guarded(256, UInt8.self)
    let x = guarded(count, UInt8.self)
    let y = guarded(count, UInt8.self)
    for i in 0..<count {
      a[i] = random.byte()
      b[i] = random.byte()
    }
    for i in 0..<256 { table[i] = UInt8(truncatingIfNeeded: random.next() >> 40) }
    let zero = Int32(truncatingIfNeeded: random.byte())
    var p = lite_multiply_u8(
      a_zero_point: Int32(truncatingIfNeeded: random.byte()), b_zero_point: Int32(truncatingIfNeeded: random.byte()),
      scale: scale(&random, seed), zero_point: zero, minimum: seed & 1 == 0 ? 0 : zero, maximum: 255)
    scalar.multiply_u8(count, a, b, &p, x)
    fast.multiply_u8(count, a, b, &p, y)
    var different = compare(x, y, count)
    scalar.lookup_u8(count, a, table, x)
    fast.lookup_u8(count, a, table, y)
    different += compare(x, y, count)
    let (low, high) = (min(table[0], table[1]), max(table[0], table[1]))
    scalar.clamp_u8(count, a, low, high, x)
    fast.clamp_u8(count, a, low, high, y)
    different += compare(x, y, count)
    release(a, count)
    release(b, count)
    release(table, 256)
    release(x, count)
    release(y, count)
    return different
  }

  /// Maximum and average pooling.
  mutating func pool(_ pixels: Int, _ channels: Int, _ taps: Int, _ seed: Int) -> Int {
    var random = Random(seed)
    let rows = pixels + 1
    let input = guarded(rows * channels, UInt8.self)
    let table = guarded(pixels * taps, UnsafePointer<UInt8>?.self)
    for i in 0..<(rows * channels) { input[i] = random.byte() }
    for i in 0..<(pixels * taps) { table[i] = UnsafePointer(input + random.below(rows) * channels) }
    let stride = channels + seed % 3
    let count = (pixels - 1) * stride + channels
    var different = 0
    for average in [false, true] {
      let x = guarded(count, UInt8.self)
      let y = guarded(count, UInt8.self)
      let factor = scale(&random, seed) * 30
      for (kernels, out) in [(scalar, x), (fast, y)] {
        if average {
          let zero = Int32(truncatingIfNeeded: [0, 255, 119][seed % 3])
          var o = lite_output_u8(data: out, stride: stride, zero_point: zero, minimum: seed & 1 == 0 ? 0 : zero, maximum: 255)
          kernels.average_pool_u8(pixels, channels, taps, table, Int32(seed % 256), factor, &o)
        } else {
          kernels.max_pool_u8(pixels, channels, taps, table, out, stride)
        }
      }
      different += compare(x, y, count)
      release(x, count)
      release(y, count)
    }
    release(input, rows * channels)
    release(table, pixels * taps)
    return different
  }

  /// LSTM and GRU cells.
  mutating func cells(_ count: Int, _ seed: Int) -> Int {
    var random = Random(seed)
    let gates = guarded(4 * count, Float.self)
    let others = guarded(3 * count, Float.self)
    let state = guarded(count, Float.self)
    for i in 0..<(4 * count) { gates[i] = random.real() * (random.below(9) == 0 ? 200 : 6) }
    for i in 0..<(3 * count) { others[i] = random.real() * 6 }
    for i in 0..<count { state[i] = random.real() }
    let a = guarded(3 * count, Float.self)
    let b = guarded(3 * count, Float.self)
    for (kernels, out) in [(scalar, a), (fast, b)] {
      kernels.lstm_cell_f32(count, gates, state, out, out + count)
      kernels.gru_cell_f32(count, gates, others, state, out + 2 * count)
    }
    let different = compare(a, b, 3 * count * 4)
    release(gates, 4 * count)
    release(others, 3 * count)
    release(state, count)
    release(a, 3 * count)
    release(b, 3 * count)
    return different
  }

  /// Smallest and largest float.
  mutating func range(_ count: Int, _ seed: Int) -> Int {
    var random = Random(seed)
    let x = guarded(count, Float.self)
    for i in 0..<count { x[i] = seed % 9 == 0 && random.below(20) == 0 ? .nan : random.real() }
    let a = guarded(2, Float.self)
    let b = guarded(2, Float.self)
    scalar.minimum_maximum_f32(count, x, a, a + 1)
    fast.minimum_maximum_f32(count, x, b, b + 1)
    // Any NaN is as good as any other.
    for i in 0..<2 {
      if a[i] != a[i] { a[i] = .nan }
      if b[i] != b[i] { b[i] = .nan }
    }
    let different = compare(a, b, 8)
    release(x, count)
    release(a, 2)
    release(b, 2)
    return different
  }

  /// Float planes to bytes, channels last.
  mutating func quantizeChannelsLast(_ pixels: Int, _ channels: Int, _ seed: Int) -> Int {
    var random = Random(seed)
    let stride = pixels + random.below(3)
    let count = pixels * channels
    let inputs = channels > 0 ? stride * (channels - 1) + pixels : 0
    let x = guarded(inputs, Float.self)
    for i in 0..<inputs { x[i] = random.below(9) == 0 ? .nan : random.real() * 300 }
    let a = guarded(count, UInt8.self)
    let b = guarded(count, UInt8.self)
    let zero = Int32(truncatingIfNeeded: random.byte())
    var different = 0
    for rounding in [Int32(LITE_ROUND_THEN_ADD), Int32(LITE_ADD_THEN_ROUND)] {
      scalar.quantize_channels_last_u8(pixels, channels, x, stride, 0.5, zero, rounding, a)
      fast.quantize_channels_last_u8(pixels, channels, x, stride, 0.5, zero, rounding, b)
      different += compare(a, b, count)
    }
    release(x, inputs)
    release(a, count)
    release(b, count)
    return different
  }

  /// `bits` 8 (unsigned) or -8 (signed); both directions.
  mutating func quantize(_ count: Int, _ signed: Bool, _ seed: Int) -> Int {
    var random = Random(seed)
    let x = guarded(count, Float.self)
    for i in 0..<count {
      switch random.below(12) {
      case 0: x[i] = .nan
      case 1: x[i] = .infinity
      case 2: x[i] = -.infinity
      case 3: x[i] = 3e38
      case 4: x[i] = -0x1p-130
      case 5, 6, 7: x[i] = Float(random.below(700) - 350) * 0.5
      default: x[i] = random.real() * 300
      }
    }
    let inverse: Float = [1, 2, 27.027027, 0.37, 3e38][random.below(5)]
    let zero = Int32(truncatingIfNeeded: random.byte()) - (signed ? 128 : 0)
    let a = guarded(count, UInt8.self)
    let b = guarded(count, UInt8.self)
    let y = guarded(count, Float.self)
    let z = guarded(count, Float.self)
    var different = 0
    for rounding in [Int32(LITE_ROUND_THEN_ADD), Int32(LITE_ADD_THEN_ROUND)] {
      if signed {
        let p = UnsafeMutableRawPointer(a).assumingMemoryBound(to: Int8.self)
        let q = UnsafeMutableRawPointer(b).assumingMemoryBound(to: Int8.self)
        scalar.quantize_s8(count, x, inverse, zero, rounding, p)
        fast.quantize_s8(count, x, inverse, zero, rounding, q)
        scalar.dequantize_s8(count, p, 1 / inverse, zero, y)
        fast.dequantize_s8(count, p, 1 / inverse, zero, z)
      } else {
        scalar.quantize_u8(count, x, inverse, zero, rounding, a)
        fast.quantize_u8(count, x, inverse, zero, rounding, b)
        scalar.dequantize_u8(count, a, 1 / inverse, zero, y)
        fast.dequantize_u8(count, a, 1 / inverse, zero, z)
      }
      different += compare(a, b, count) + compare(y, z, count * 4)
    }
    release(x, count)
    release(a, count)
    release(b, count)
    release(y, count)
    release(z, count)
    return different
  }
}

// Float kernels: every tier's results have the scalar tier's bits on ARM, where both fuse; a NaN is as good as any other.

import CLiteKernels
import CLitePlatform

extension Checker {
  /// Compares `count` floats.
  private mutating func compareFloats(_ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, _ count: Int) -> Int {
    for p in [a, b] {
      for i in 0..<count where p[i] != p[i] { p[i] = .nan }
    }
    return compare(a, b, count * 4)
  }

  /// Floats around 1; with `special` some that are large, tiny, infinite or none.
  private func fill(_ p: UnsafeMutablePointer<Float>, _ count: Int, _ random: inout Random, special: Bool, scale: Float = 1) {
    for i in 0..<count {
      switch special ? random.below(24) : 24 {
      case 0: p[i] = .nan
      case 1: p[i] = .infinity
      case 2: p[i] = -.infinity
      case 3: p[i] = -0.0
      case 4: p[i] = random.real() * 1e-39
      case 5: p[i] = random.real() * 3e38
      case 6, 7: p[i] = random.real() * 200
      default: p[i] = random.real() * scale
      }
    }
  }

  /// Matrix product or, with more than one tap, indirect convolution. `seed` chooses strides, bias and clamps.
  mutating func gemmFloat(_ rows: Int, _ channels: Int, _ taps: Int, _ depth: Int, _ seed: Int) -> Int {
    var random = Random(seed)
    let stride = depth + seed % 3
    let inputCount = max((rows - 1) * stride + depth, 0)
    let input = guarded(inputCount, Float.self)
    fill(input, inputCount, &random, special: seed % 11 == 10)
    let weightCount = channels * taps * depth
    let weights = guarded(weightCount, Float.self)
    fill(weights, weightCount, &random, special: false)
    let bias = guarded(channels, Float.self)
    fill(bias, channels, &random, special: false)
    let table = guarded(rows * taps, UnsafePointer<Float>?.self)
    for i in 0..<(rows * taps) { table[i] = UnsafePointer(input + random.below(max(rows, 1)) * stride) }
    // Weights [channel][tap][depth], [channel][depth][tap] or [tap][depth][channel].
    let strides = [(taps * depth, depth, 1), (taps * depth, 1, taps), (1, depth * channels, channels)][seed % 3]
    let packedCount = scalar.packed_gemm_f32_size(channels, taps, depth) / 4
    let channelsFirst = seed % 4 == 3
    let outputStride = channelsFirst ? 1 : channels + seed % 2
    let channelStride = channelsFirst ? rows + seed % 2 : 1
    let count = channelsFirst ? channels * channelStride : rows * outputStride
    let packed = (guarded(packedCount, Float.self), guarded(packedCount, Float.self))
    let out = (guarded(count, Float.self), guarded(count, Float.self))
    for (kernels, p, o) in [(scalar, packed.0, out.0), (fast, packed.1, out.1)] {
      kernels.pack_gemm_f32(channels, taps, depth, weights, strides.0, strides.1, strides.2, p)
      var gemm = lite_gemm_f32(
        rows: rows, channels: channels, taps: taps, depth: depth,
        indirection: taps > 1 || seed % 5 == 4 ? UnsafePointer(table) : nil,
        input: input, input_stride: stride, weights: p, bias: seed % 2 == 0 ? UnsafePointer(bias) : nil,
        minimum: seed % 3 == 1 ? 0 : -.infinity, maximum: seed % 6 == 1 ? 0.5 : .infinity, output: o,
        output_stride: outputStride, output_channel_stride: channelStride)
      kernels.gemm_f32(&gemm)
    }
    let different = compareFloats(packed.0, packed.1, packedCount) + compareFloats(out.0, out.1, count)
    release(input, inputCount)
    release(weights, weightCount)
    release(bias, channels)
    release(table, rows * taps)
    release(packed.0, packedCount)
    release(packed.1, packedCount)
    release(out.0, count)
    release(out.1, count)
    return different
  }

  /// All unary operators on dense floats, and every other one of twice as many; in place for odd seeds.
  mutating func unary(_ count: Int, _ seed: Int) -> Int {
    var random = Random(seed)
    let x = guarded(2 * count, Float.self)
    let a = guarded(2 * count, Float.self)
    let b = guarded(2 * count, Float.self)
    let parameters: InlineArray<3, Double> = [0.5, 2, 1]
    var different = 0
    for operation in 0..<Int32(LITE_UNARY_COUNT) {
      guard let reference = scalar.unary_loop(operation, Int32(LITE_DTYPE_F32)) else { continue }
      guard let loop = fast.unary_loop(operation, Int32(LITE_DTYPE_F32)) else { return 1 }
      for stride in [4, 8] {
        fill(x, 2 * count, &random, special: seed % 3 == 0, scale: seed % 3 == 1 ? 2 : 12)
        let size = operation == Int32(LITE_UNARY_LOGICAL_NOT) ? 1 : stride
        memcpy(a, x, count * 8)
        memcpy(b, x, count * 8)
        withUnsafeBytes(of: parameters) { bytes in
          let p = bytes.baseAddress!.assumingMemoryBound(to: Double.self)
          reference(a, size, seed & 1 == 0 ? x : a, stride, count, p)
          loop(b, size, seed & 1 == 0 ? x : b, stride, count, p)
        }
        different += compareFloats(a, b, 2 * count)
      }
    }
    release(x, 2 * count)
    release(a, 2 * count)
    release(b, 2 * count)
    return different
  }

  /// Softmax and its logarithm, layer normalization, sum, and scale and shift.
  mutating func rows(_ rows: Int, _ count: Int, _ seed: Int) -> Int {
    var random = Random(seed)
    let all = rows * count
    let x = guarded(all, Float.self)
    fill(x, all, &random, special: seed % 13 == 12, scale: seed % 2 == 0 ? 3 : 60)
    let gamma = guarded(count, Float.self)
    let beta = guarded(count, Float.self)
    fill(gamma, count, &random, special: false)
    fill(beta, count, &random, special: false)
    let a = guarded(4 * all, Float.self)
    let b = guarded(4 * all, Float.self)
    let sums = guarded(2, Float.self)
    for (kernels, out, sum) in [(scalar, a, sums), (fast, b, sums + 1)] {
      memcpy(out, x, all * 4)
      kernels.softmax_f32(rows, count, seed & 1 == 0 ? x : out, out, 0)
      memcpy(out + all, x, all * 4)
      kernels.softmax_f32(rows, count, seed & 1 == 0 ? x : out + all, out + all, 1)
      kernels.layer_norm_f32(
        rows, count, x, seed & 2 == 0 ? gamma : nil, seed & 4 == 0 ? beta : nil, 1e-5, out + 2 * all)
      kernels.scale_shift_f32(all, x, 0.3, 0.7, out + 3 * all)
      sum.pointee = kernels.sum_f32(all, x)
    }
    let different = compareFloats(a, b, 4 * all) + compareFloats(sums, sums + 1, 1)
    release(x, all)
    release(gamma, count)
    release(beta, count)
    release(a, 4 * all)
    release(b, 4 * all)
    release(sums, 2)
    return different
  }

  /// Depthwise convolution of one plane.
  mutating func depthwisePlane(_ window: lite_window, _ seed: Int) -> Int {
    var window = window
    var random = Random(seed)
    let inputCount = window.input_height * window.input_width
    let kernelCount = window.kernel_height * window.kernel_width
    let count = window.output_height * window.output_width
    let x = guarded(inputCount, Float.self)
    let kernel = guarded(kernelCount, Float.self)
    fill(x, inputCount, &random, special: seed % 5 == 4)
    fill(kernel, kernelCount, &random, special: false)
    let a = guarded(count, Float.self)
    let b = guarded(count, Float.self)
    scalar.depthwise_plane_f32(&window, x, kernel, 0.25, a)
    fast.depthwise_plane_f32(&window, x, kernel, 0.25, b)
    let different = compareFloats(a, b, count)
    release(x, inputCount)
    release(kernel, kernelCount)
    release(a, count)
    release(b, count)
    return different
  }
}

// Compares every kernel that a tier has of its own with the scalar one, for each tier that the processor can run, over
// ragged sizes and extreme values. One line a kernel, with a digest of the scalar tier's results, which is the same on
// every processor; exits 1 on a difference. Builds without a Swift runtime, so that it runs wherever the kernels do:
//
//     swift build -c release --traits Embedded --triple aarch64-none-none-elf --toolset cross/aarch64.json --product KernelCheck
//     qemu-aarch64 -L / -cpu cortex-a53 .build/aarch64-none-none-elf/release/KernelCheck

import CLiteKernels
import CLitePlatform

/// Writes a line: name, number of cases, digest, number of differing bytes.
func report(_ name: StaticString, _ cases: Int, _ digest: UInt32, _ different: Int) {
  func text(_ s: StaticString) { _ = lite_write_all(1, s.utf8Start, s.utf8CodeUnitCount) }
  func number(_ value: Int) {
    if value >= 10 { number(value / 10) }
    var digit = UInt8(48 + value % 10)
    _ = lite_write_all(1, &digit, 1)
  }
  text(name)
  text(": ")
  number(cases)
  text(" cases, digest ")
  number(Int(digest))
  text(", ")
  number(different)
  text(different == 0 ? " bytes differ, ok\n" : " bytes differ, FAILED\n")
}

/// A window with its output size; nil if there is none.
func window(
  _ input: (Int, Int), _ kernel: (Int, Int), _ stride: (Int, Int), _ dilation: (Int, Int), _ padding: (Int, Int)
) -> lite_window? {
  let height = input.0 + 2 * padding.0 - dilation.0 * (kernel.0 - 1) - 1
  let width = input.1 + 2 * padding.1 - dilation.1 * (kernel.1 - 1) - 1
  guard height >= 0, width >= 0 else { return nil }
  return lite_window(
    input_height: input.0, input_width: input.1, output_height: height / stride.0 + 1, output_width: width / stride.1 + 1,
    kernel_height: kernel.0, kernel_width: kernel.1, stride_height: stride.0, stride_width: stride.1,
    dilation_height: dilation.0, dilation_width: dilation.1, padding_top: padding.0, padding_left: padding.1)
}

/// Runs everything for a tier; the number of kernels that differ.
func checkAll(_ fast: UnsafePointer<lite_kernel_table>) -> Int {
  var checker = Checker(scalar: lite_kernels_scalar()!.pointee, fast: fast.pointee)
  var failures = 0
  var cases = 0
  var different = 0
  func finish(_ name: StaticString) {
    report(name, cases, checker.digest, different)
    if different != 0 { failures += 1 }
    (cases, different) = (0, 0)
    checker.digest = 2_166_136_261
  }
  func count(_ bytes: Int) {
    cases += 1
    different += bytes
  }
  for real in [false, true] {
    for rows in [0, 1, 2, 3, 4, 5, 8, 9] {
      for channels in [1, 3, 7, 8, 9, 16, 17] {
        for depth in [0, 1, 2, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 40] {
          count(checker.gemm(rows, channels, 1, depth, Fill(rawValue: cases % 3)!, real, cases))
        }
        for (taps, depth) in [(9, 1), (9, 3), (9, 8), (4, 12), (9, 28), (9, 29), (25, 16), (2, 17), (64, 4), (65, 4), (300, 1)] {
          count(checker.gemm(rows, channels, taps, depth, Fill(rawValue: cases % 3)!, real, cases))
        }
      }
    }
    count(checker.gemm(5, 20, 1, 3000, .lowest, real, 1))
    count(checker.gemm(67, 12, 1, 600, .mixed, real, 2))
    count(checker.gemm(270, 20, 1, 48, .mixed, real, 12))
    finish(real ? "gemm_u8s8_f32" : "gemm_u8s8")
  }
  for pixels in [0, 1, 3] {
    for channels in 1...40 {
      for taps in [0, 1, 2, 3, 8, 9, 10, 25] {
        count(checker.depthwise(pixels, channels, taps, Fill(rawValue: cases % 3)!, cases))
      }
    }
  }
  finish("depthwise_u8s8")
  for isDepthwise in [false, true] {
    for kernel in [(1, 1), (3, 3), (5, 5), (2, 3), (4, 1), (7, 2)] {
      for stride in [(1, 1), (2, 2), (1, 3)] {
        for padding in [(0, 0), (1, 1), (2, 0)] {
          for dilation in [(1, 1), (2, 1), (1, 2)] {
            for input in [(1, 1), (5, 3), (8, 9)] {
              guard let window = window(input, kernel, stride, dilation, padding) else { continue }
              let channels = 1 + (cases * 7) % 40
              let depth = isDepthwise ? 1 : [1, 3, 4, 16, 20, 32][cases % 6]
              count(checker.convolution(window, channels, depth, isDepthwise: isDepthwise, Fill(rawValue: cases % 3)!, cases))
            }
          }
        }
      }
    }
    // The windows that have kernels of their own.
    for (side, stride) in isDepthwise ? [(3, 1), (3, 2), (5, 1), (5, 2)] : [(3, 1), (3, 2)] {
      for padding in [0, 1, 2] {
        for input in [(1, 1), (2, 5), (3, 4), (6, 12), (9, 13)] {
          for channels in [7, 8, 9, 16, 17, 24, 33] {
            guard let window = window(input, (side, side), (stride, stride), (1, 1), (padding, padding)) else { continue }
            let depth = isDepthwise ? 1 : [3, 16, 20][cases % 3]
            count(checker.convolution(window, channels, depth, isDepthwise: isDepthwise, Fill(rawValue: cases % 3)!, cases))
          }
        }
      }
    }
    finish(isDepthwise ? "depthwise_convolution_u8s8" : "convolution_u8s8")
  }
  for round in 0..<40 { for size in 0...40 { count(checker.add(size, round * 41 + size)) } }
  finish("add_u8")
  for round in 0..<10 { for size in 0...40 { count(checker.bytes(size, round * 41 + size)) } }
  finish("multiply_u8, lookup_u8, clamp_u8")
  for pixels in [1, 2] {
    for channels in 1...40 { for taps in [0, 1, 9, 300] { count(checker.pool(pixels, channels, taps, cases)) } }
  }
  finish("max_pool_u8, average_pool_u8")
  for round in 0..<10 { for size in 0...40 { count(checker.cells(size, round * 41 + size)) } }
  finish("lstm_cell_f32, gru_cell_f32")
  for round in 0..<10 { for size in 1...70 { count(checker.range(size, round * 41 + size)) } }
  finish("minimum_maximum_f32")
  for pixels in 0...40 { for channels in 1...5 { count(checker.quantizeChannelsLast(pixels, channels, cases)) } }
  finish("quantize_channels_last_u8")
  for signed in [false, true] {
    for round in 0..<20 { for size in 0...40 { count(checker.quantize(size, signed, round * 41 + size)) } }
    finish(signed ? "quantize_s8, dequantize_s8" : "quantize_u8, dequantize_u8")
  }
  for rows in [0, 1, 2, 3, 4, 5, 8, 9] {
    for channels in [1, 3, 7, 8, 9, 16, 17, 23, 24, 25, 31, 32, 33, 40, 67] {
      for depth in [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 193, 385] { count(checker.gemmFloat(rows, channels, 1, depth, cases)) }
      for (taps, depth) in [(2, 3), (9, 1), (9, 20), (9, 29), (3, 64), (3, 130)] {
        count(checker.gemmFloat(rows, channels, taps, depth, cases))
      }
    }
  }
  count(checker.gemmFloat(131, 37, 1, 12, 2))
  count(checker.gemmFloat(67, 20, 9, 64, 3))
  finish("gemm_f32, pack_gemm_f32")
  for round in 0..<6 { for size in 0...40 { count(checker.unary(size, round * 41 + size)) } }
  finish("unary loops of f32")
  for rows in [0, 1, 3] {
    for size in 1...70 { count(checker.rows(rows, size, cases)) }
    for size in [127, 128, 129, 255, 256, 257, 383, 384, 385, 511, 512, 640, 771, 1024, 1153, 2047, 2310, 4099] {
      count(checker.rows(rows, size, cases))
      count(checker.rows(rows, size, cases))
    }
  }
  finish("softmax_f32, layer_norm_f32, sum_f32, scale_shift_f32")
  for kernel in [(1, 1), (3, 3), (5, 5), (2, 3), (4, 1), (7, 2), (9, 9)] {
    for stride in [(1, 1), (2, 2), (1, 3), (3, 1)] {
      for padding in [(0, 0), (1, 1), (2, 0), (0, 3), (4, 4)] {
        for dilation in [(1, 1), (2, 1), (1, 2), (3, 3)] {
          for input in [(1, 1), (5, 3), (8, 9), (4, 33), (3, 600)] {
            guard let window = window(input, kernel, stride, dilation, padding) else { continue }
            count(checker.depthwisePlane(window, cases))
          }
        }
      }
    }
  }
  finish("depthwise_plane_f32")
  return failures
}

/// All tiers; the number of kernels that differ.
func checkTiers() -> Int {
  var failures = 0
  for (name, table) in [
    ("neon" as StaticString, lite_kernels_neon()), ("dotprod", lite_kernels_dotprod()), ("i8mm", lite_kernels_i8mm()),
  ] {
    _ = lite_write_all(1, name.utf8Start, name.utf8CodeUnitCount)
    if let table {
      _ = lite_write_all(1, ":\n", 2)
      failures += checkAll(table)
    } else {
      _ = lite_write_all(1, ": not on this processor\n", 24)
    }
  }
  return failures
}

exit(checkTiers() == 0 ? 0 : 1)

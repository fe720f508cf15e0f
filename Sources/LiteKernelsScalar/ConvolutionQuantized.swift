// 8-bit convolutions with the geometry given: one row of pointers at a time, and the kernels that read through
// pointers.

import CLiteKernels
import CLitePlatform

/// The pointers of one output row: [output_width][taps], taps row by row.
@c @implementation
public func lite_fill_row_pointers(
  _ convolution: UnsafePointer<lite_convolution_u8s8>?, _ row: Int, _ outside: UnsafePointer<UInt8>?,
  _ pointers: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
) {
  let c = convolution.unsafelyUnwrapped.pointee
  let w = c.window
  let taps = w.kernel_height &* w.kernel_width
  let top = row &* w.stride_height &- w.padding_top
  var ky = 0
  while ky < w.kernel_height {
    let y = top &+ ky &* w.dilation_height
    let line = y >= 0 && y < w.input_height ? c.input + y &* w.input_width &* c.input_stride : nil
    var kx = 0
    while kx < w.kernel_width {
      var out = pointers.unsafelyUnwrapped + (ky &* w.kernel_width &+ kx)
      var x = kx &* w.dilation_width &- w.padding_left
      var left = w.output_width
      while left > 0 {
        if let line, x >= 0, x < w.input_width { out.pointee = line + x &* c.input_stride } else { out.pointee = outside }
        out += taps
        x &+= w.stride_width
        left &-= 1
      }
      kx &+= 1
    }
    ky &+= 1
  }
}

/// Bytes of the pointers of a row, and of a tap of the zero point after them.
private func workspaceSize(_ c: lite_convolution_u8s8, tap: Int) -> Int {
  c.window.output_width &* c.window.kernel_height &* c.window.kernel_width &* MemoryLayout<UnsafePointer<UInt8>?>.size
    &+ ((tap &+ 15) & ~15)
}

func convolution_workspace_size_scalar(_ convolution: UnsafePointer<lite_convolution_u8s8>?) -> Int {
  workspaceSize(convolution.unsafelyUnwrapped.pointee, tap: convolution.unsafelyUnwrapped.pointee.depth)
}

func depthwise_convolution_workspace_size_scalar(_ convolution: UnsafePointer<lite_convolution_u8s8>?) -> Int {
  workspaceSize(convolution.unsafelyUnwrapped.pointee, tap: convolution.unsafelyUnwrapped.pointee.channels)
}

/// No workspace is needed.
func gemm_workspace_size_scalar(_ rows: Int, _ channels: Int, _ taps: Int, _ depth: Int) -> Int { 0 }

/// Calls `body` with the pointers of each output row and its output.
@inline(__always)
private func forEachRow(
  _ convolution: UnsafePointer<lite_convolution_u8s8>?, _ output: UnsafePointer<lite_output_u8>?, tap: Int,
  _ body: (UnsafePointer<UnsafePointer<UInt8>?>, lite_output_u8) -> Void
) {
  let c = convolution.unsafelyUnwrapped.pointee
  var out = output.unsafelyUnwrapped.pointee
  let pointers = c.workspace.assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
  let outside = (c.workspace + workspaceSize(c, tap: 0)).assumingMemoryBound(to: UInt8.self)
  memset(outside, Int32(c.input_zero_point), tap)
  var row = c.first_row
  out.data += row &* c.window.output_width &* out.stride
  while row < c.end_row {
    lite_fill_row_pointers(convolution, row, outside, pointers)
    body(pointers, out)
    out.data += c.window.output_width &* out.stride
    row &+= 1
  }
}

/// Convolution of one image; the sums and results of `gemm_u8s8_scalar`.
func convolution_u8s8_scalar(_ convolution: UnsafePointer<lite_convolution_u8s8>?, _ output: UnsafePointer<lite_output_u8>?) {
  let c = convolution.unsafelyUnwrapped.pointee
  forEachRow(convolution, output, tap: c.depth) { pointers, out in
    var gemm = lite_gemm_u8s8(
      rows: c.window.output_width, channels: c.channels, taps: c.window.kernel_height &* c.window.kernel_width, depth: c.depth,
      indirection: pointers, input: nil, input_stride: 0, weights: c.weights, bias: c.bias,
      weight_zero_points: c.weight_zero_points, scales: c.scales, workspace: nil)
    var row = out
    gemm_u8s8_scalar(&gemm, &row)
  }
}

/// Depthwise convolution of one image; the sums and results of `depthwise_u8s8_scalar`.
func depthwise_convolution_u8s8_scalar(
  _ convolution: UnsafePointer<lite_convolution_u8s8>?, _ output: UnsafePointer<lite_output_u8>?
) {
  let c = convolution.unsafelyUnwrapped.pointee
  forEachRow(convolution, output, tap: c.channels) { pointers, out in
    var depthwise = lite_depthwise_u8s8(
      pixels: c.window.output_width, channels: c.channels, taps: c.window.kernel_height &* c.window.kernel_width,
      indirection: pointers, weights: c.weights, bias: c.bias, weight_zero_points: c.weight_zero_points, scales: c.scales)
    var row = out
    depthwise_u8s8_scalar(&depthwise, &row)
  }
}

/// Float [channels][stride] to quint8 [pixels][channels].
func quantize_channels_last_u8_scalar(
  _ pixels: Int, _ channels: Int, _ input: UnsafePointer<Float>?, _ stride: Int, _ inverseScale: Float, _ zeroPoint: Int32,
  _ rounding: Int32, _ output: UnsafeMutablePointer<UInt8>?
) {
  guard pixels > 0, channels > 0 else { return }
  // Sixteen pixels of a channel at a time.
  withUnsafeTemporaryAllocation(byteCount: 16, alignment: 16) { buffer in
    let codes = buffer.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
    var channel = 0
    while channel < channels {
      var pixel = 0
      while pixel < pixels {
        let count = min(16, pixels &- pixel)
        quantize_u8_scalar(
          count, input.unsafelyUnwrapped + (channel &* stride &+ pixel), inverseScale, zeroPoint, rounding, codes)
        var out = output.unsafelyUnwrapped + (pixel &* channels &+ channel)
        for index in 0..<count {
          out.pointee = codes[index]
          out += channels
        }
        pixel &+= count
      }
      channel &+= 1
    }
  }
}

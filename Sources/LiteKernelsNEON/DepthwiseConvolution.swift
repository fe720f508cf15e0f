// 8-bit depthwise convolution with the geometry given: one row of pointers at a time.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Bytes of `workspace` in every tier: the pointers of a row and a pixel of the zero point, or the bias, a line of the
  /// zero point and the columns of a 5x5 window.
  func depthwise_convolution_workspace_size_neon(_ convolution: UnsafePointer<lite_convolution_u8s8>?) -> Int {
    let c = convolution.unsafelyUnwrapped.pointee
    let pointers = c.window.output_width &* c.taps &* 8 &+ c.channels
    let line = ((c.channels &+ 15) & ~15) / 8 &* depthwiseDotFoldedBytes &+ c.window.input_width &* c.input_stride
    let columns = c.isCommon(side: 5) ? 16 &+ c.columns &* 64 : 0
    return (max(pointers, line &+ columns) &+ 15) & ~15
  }

  /// 8-bit depthwise convolution; `depthwise_convolution_u8s8_scalar` defines it.
  func depthwise_convolution_u8s8_neon(
    _ convolution: UnsafePointer<lite_convolution_u8s8>?, _ output: UnsafePointer<lite_output_u8>?
  ) {
    let c = convolution.unsafelyUnwrapped.pointee
    var out = output.unsafelyUnwrapped.pointee
    let pointers = c.workspace.assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    let outside = (c.workspace + c.window.output_width &* c.taps &* 8).assumingMemoryBound(to: UInt8.self)
    memset(outside, Int32(c.input_zero_point), c.channels)
    out.data += c.first_row &* c.window.output_width &* out.stride
    for row in c.first_row..<max(c.end_row, c.first_row) {
      lite_fill_row_pointers(convolution, row, outside, pointers)
      var depthwise = lite_depthwise_u8s8(
        pixels: c.window.output_width, channels: c.channels, taps: c.taps, indirection: pointers, weights: c.weights,
        bias: c.bias,
        weight_zero_points: c.weight_zero_points, scales: c.scales)
      depthwise_u8s8_neon(&depthwise, &out)
      out.data += c.window.output_width &* out.stride
    }
  }

  extension lite_convolution_u8s8 {
    /// Columns that a line of output reads, padding included.
    var columns: Int { max(window.output_width &- 1, 0) &* window.stride_width &+ window.kernel_width }

    /// A square window of stride 1 or 2 without dilation, symmetric weights.
    func isCommon(side: Int) -> Bool {
      window.kernel_height == side && window.kernel_width == side && window.dilation_height == 1 && window.dilation_width == 1
        && window.stride_width == window.stride_height && (window.stride_width == 1 || window.stride_width == 2)
        && weight_zero_points == nil
    }

    /// An input line, or one of padding.
    @inline(__always)
    func line(_ y: Int, _ padding: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
      y >= 0 && y < window.input_height ? input + y &* window.input_width &* input_stride : padding
    }
  }
#endif

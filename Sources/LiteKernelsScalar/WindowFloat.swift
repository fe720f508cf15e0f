// Two-dimensional windows over one float plane: depthwise convolution, maximum and mean.

import CLiteKernels
import CLitePlatform

/// The part of a window along one axis that lies inside the input.
private struct Span1 {
  let first: Int  // first kernel index inside
  let end: Int  // one past the last
  let origin: Int  // input position of kernel index 0

  /// Kernel indices k with 0 <= origin + k * dilation < size.
  @inline(__always)
  init(origin: Int, kernel: Int, dilation: Int, size: Int) {
    var first = 0
    while first < kernel && origin &+ first &* dilation < 0 { first &+= 1 }
    var end = kernel
    while end > first && origin &+ (end &- 1) &* dilation >= size { end &-= 1 }
    self.first = first
    self.end = end
    self.origin = origin
  }
}

/// Depthwise convolution of one plane: y = Σ x * kernel[kh][kw] + bias; padding reads as 0.
///
/// With a horizontal stride of 1, eight neighbouring outputs are summed together wherever their windows
/// lie inside the row.
func depthwise_plane_f32_scalar(
  _ window: UnsafePointer<lite_window>?, _ input: UnsafePointer<Float>?, _ kernel: UnsafePointer<Float>?,
  _ bias: Float, _ output: UnsafeMutablePointer<Float>?
) {
  let w = window.unsafelyUnwrapped.pointee
  let weights = kernel.unsafelyUnwrapped
  let reach = (w.kernel_width &- 1) &* w.dilation_width
  var oh = 0
  while oh < w.output_height {
    let vertical = Span1(
      origin: oh &* w.stride_height &- w.padding_top, kernel: w.kernel_height, dilation: w.dilation_height, size: w.input_height)
    let out = output.unsafelyUnwrapped + oh &* w.output_width
    var ow = 0
    while ow < w.output_width {
      let left = ow &* w.stride_width &- w.padding_left
      if w.stride_width == 1 && left >= 0 && ow &+ 8 <= w.output_width && left &+ 7 &+ reach < w.input_width {
        var sums = Floats(repeating: bias)
        var kh = vertical.first
        while kh < vertical.end {
          var x = input.unsafelyUnwrapped + ((vertical.origin &+ kh &* w.dilation_height) &* w.input_width &+ left)
          let row = weights + kh &* w.kernel_width
          var kw = 0
          while kw < w.kernel_width {
            sums = multiplyAdd(sums, load8(x), Floats(repeating: row[kw]))
            x += w.dilation_width
            kw &+= 1
          }
          kh &+= 1
        }
        store(sums, out + ow)
        ow &+= 8
      } else {
        let horizontal = Span1(origin: left, kernel: w.kernel_width, dilation: w.dilation_width, size: w.input_width)
        var sum = bias
        var kh = vertical.first
        while kh < vertical.end {
          let x = input.unsafelyUnwrapped + (vertical.origin &+ kh &* w.dilation_height) &* w.input_width
          let row = weights + kh &* w.kernel_width
          var kw = horizontal.first
          while kw < horizontal.end {
            #if arch(arm64)
              sum = sum.addingProduct(x[left &+ kw &* w.dilation_width], row[kw])
            #else
              sum += x[left &+ kw &* w.dilation_width] * row[kw]
            #endif
            kw &+= 1
          }
          kh &+= 1
        }
        out[ow] = sum
        ow &+= 1
      }
    }
    oh &+= 1
  }
}

/// Maximum over each window of one plane; padding is ignored, the first of equals wins, NaN wins.
/// `indices`, when given, receives the flat input position of the winner.
func max_pool_plane_f32_scalar(
  _ window: UnsafePointer<lite_window>?, _ input: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>?,
  _ indices: UnsafeMutablePointer<Int64>?
) {
  let w = window.unsafelyUnwrapped.pointee
  var oh = 0
  while oh < w.output_height {
    let vertical = Span1(
      origin: oh &* w.stride_height &- w.padding_top, kernel: w.kernel_height, dilation: w.dilation_height, size: w.input_height)
    var ow = 0
    while ow < w.output_width {
      let horizontal = Span1(
        origin: ow &* w.stride_width &- w.padding_left, kernel: w.kernel_width, dilation: w.dilation_width, size: w.input_width)
      var best = -Float.infinity
      var place = 0
      if vertical.first < vertical.end && horizontal.first < horizontal.end {
        place =
          (vertical.origin &+ vertical.first &* w.dilation_height) &* w.input_width
          &+ horizontal.origin &+ horizontal.first &* w.dilation_width
      }
      var kh = vertical.first
      while kh < vertical.end {
        let base = (vertical.origin &+ kh &* w.dilation_height) &* w.input_width &+ horizontal.origin
        var kw = horizontal.first
        while kw < horizontal.end {
          let position = base &+ kw &* w.dilation_width
          let x = input.unsafelyUnwrapped[position]
          if x > best || x != x {
            best = x
            place = position
          }
          kw &+= 1
        }
        kh &+= 1
      }
      let at = oh &* w.output_width &+ ow
      output.unsafelyUnwrapped[at] = best
      if let indices { indices[at] = Int64(place) }
      ow &+= 1
    }
    oh &+= 1
  }
}

/// Mean over each window of one plane. The divisor is `divisorOverride` if not 0; else the area of the
/// window, clipped to the input plus its padding (`countIncludePad`) or to the input alone.
func average_pool_plane_f32_scalar(
  _ window: UnsafePointer<lite_window>?, _ paddingBottom: Int, _ paddingRight: Int, _ countIncludePad: Int32,
  _ divisorOverride: Int64, _ input: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>?
) {
  let w = window.unsafelyUnwrapped.pointee
  var oh = 0
  while oh < w.output_height {
    let top = oh &* w.stride_height &- w.padding_top
    let bottom = min(top &+ w.kernel_height, w.input_height &+ paddingBottom)
    let firstRow = max(top, 0)
    let endRow = min(bottom, w.input_height)
    var ow = 0
    while ow < w.output_width {
      let left = ow &* w.stride_width &- w.padding_left
      let right = min(left &+ w.kernel_width, w.input_width &+ paddingRight)
      let firstColumn = max(left, 0)
      let endColumn = min(right, w.input_width)
      var sum: Float = 0
      var h = firstRow
      while h < endRow {
        let x = input.unsafelyUnwrapped + h &* w.input_width
        var c = firstColumn
        while c < endColumn {
          sum += x[c]
          c &+= 1
        }
        h &+= 1
      }
      var divisor = Float((bottom &- top) &* (right &- left))
      if divisorOverride != 0 {
        divisor = Float(divisorOverride)
      } else if countIncludePad == 0 {
        divisor = Float((endRow &- firstRow) &* (endColumn &- firstColumn))
      }
      let empty = firstRow >= endRow || firstColumn >= endColumn
      output.unsafelyUnwrapped[oh &* w.output_width &+ ow] = empty ? 0 : sum / divisor
      ow &+= 1
    }
    oh &+= 1
  }
}

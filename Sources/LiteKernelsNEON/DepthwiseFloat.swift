// Depthwise convolution of one float plane.
//
// Lines of the input are copied to a ring, with zeros where the padding is and the columns that a stride puts apart one
// after the other: four neighbouring outputs then read four neighbouring floats of every tap, whatever stride, dilation
// and padding are. Planes that are too wide for the ring are the scalar tier's.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Floats of the ring: three lines of 500 columns.
  private typealias RingMemory = InlineArray<1536, Float>

  /// The lines that a window covers.
  private struct LineRing {
    let w: lite_window
    private let input: UnsafePointer<Float>
    private let memory: UnsafeMutablePointer<Float>
    /// Floats of one phase of a line: columns p, p + stride, p + 2 stride and so on.
    private let phaseLength: Int
    private let lineLength: Int
    /// Lines kept: as many as the window reaches over.
    let lines: Int

    /// nil if the window or the plane is too large, or the padding negative. `memory` holds zeros.
    @inline(__always)
    init?(_ w: lite_window, _ input: UnsafePointer<Float>, _ memory: UnsafeMutablePointer<Float>, capacity: Int) {
      guard w.kernel_width <= 64, w.kernel_height <= 64, w.dilation_width < capacity, w.dilation_height < capacity,
        w.output_width < capacity, w.stride_width < capacity
      else { return nil }
      // Fewer than four outputs are computed as four.
      phaseLength = w.output_width &+ 3 &+ (w.kernel_width &- 1) &* w.dilation_width / w.stride_width &+ 1
      lineLength = phaseLength &* w.stride_width
      lines = (w.kernel_height &- 1) &* w.dilation_height &+ 1
      guard lines &* lineLength <= capacity, w.padding_left >= 0, w.padding_left < lineLength else { return nil }
      self.w = w
      self.input = input
      self.memory = memory
    }

    /// Where line `y` is kept.
    @inline(__always)
    func line(_ y: Int) -> UnsafeMutablePointer<Float> { memory + y % lines &* lineLength }

    /// Where tap column `kw` of output column 0 is in a line.
    @inline(__always)
    func place(_ kw: Int) -> Int {
      let x = kw &* w.dilation_width
      return x % w.stride_width &* phaseLength &+ x / w.stride_width
    }

    /// Copies line `y` of the input. The places of padding stay zero.
    @inline(__always)
    func load(_ y: Int) {
      let source = input + y &* w.input_width
      let target = line(y)
      if w.stride_width == 1 {
        memcpy(target + w.padding_left, source, min(w.input_width, lineLength &- w.padding_left) &* 4)
        return
      }
      // Place of column x: (x + padding) / stride in phase (x + padding) % stride.
      var out = target + (w.padding_left % w.stride_width &* phaseLength &+ w.padding_left / w.stride_width)
      let lastPhase = target + (w.stride_width &- 1) &* phaseLength
      let end = min(w.input_width, lineLength &- w.padding_left)
      var x = 0
      while x < end {
        out.pointee = source[x]
        out = out >= lastPhase ? out - (lineLength &- phaseLength &- 1) : out + phaseLength
        x &+= 1
      }
    }
  }

  /// y = Σ x * kernel[kh][kw] + bias; `depthwise_plane_f32_scalar` defines it. Here products with padding to the left and the
  /// right are added, as zeros.
  func depthwise_plane_f32_neon(
    _ window: UnsafePointer<lite_window>?, _ input: UnsafePointer<Float>?, _ kernel: UnsafePointer<Float>?,
    _ bias: Float, _ output: UnsafeMutablePointer<Float>?
  ) {
    var memory = RingMemory(repeating: 0)
    withUnsafeMutableBytes(of: &memory) { bytes in
      let floats = bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
      if let ring = LineRing(
        window.unsafelyUnwrapped.pointee, input.unsafelyUnwrapped, floats, capacity: bytes.count / 4)
      {
        convolve(ring, kernel.unsafelyUnwrapped, bias, output.unsafelyUnwrapped)
      } else {
        lite_kernels_scalar().unsafelyUnwrapped.pointee.depthwise_plane_f32(window, input, kernel, bias, output)
      }
    }
  }

  @inline(__always)
  private func convolve(_ ring: LineRing, _ kernel: UnsafePointer<Float>, _ bias: Float, _ output: UnsafeMutablePointer<Float>) {
    let w = ring.w
    var places = InlineArray<64, Int>(repeating: 0)
    var kw = 0
    while kw < w.kernel_width {
      places[unchecked: kw] = ring.place(kw)
      kw &+= 1
    }
    let is3x3 = w.kernel_width == 3 && w.kernel_height == 3
    let weights = is3x3 ? Kernel3x3(kernel) : Kernel3x3()
    var loaded = 0
    var out = output
    var oh = 0
    while oh < w.output_height {
      let origin = oh &* w.stride_height &- w.padding_top
      loaded = max(loaded, origin)
      while loaded < min(origin &+ ring.lines, w.input_height) {
        ring.load(loaded)
        loaded &+= 1
      }
      var first = 0
      while first < w.kernel_height && origin &+ first &* w.dilation_height < 0 { first &+= 1 }
      var end = w.kernel_height
      while end > first && origin &+ (end &- 1) &* w.dilation_height >= w.input_height { end &-= 1 }

      if is3x3 && first == 0 && end == 3 {
        let y0 = ring.line(origin)
        let y1 = ring.line(origin &+ w.dilation_height)
        let y2 = ring.line(origin &+ 2 &* w.dilation_height)
        let (p0, p1, p2) = (places[unchecked: 0], places[unchecked: 1], places[unchecked: 2])
        storeLine(w.output_width, out) { x in
          var sums = vdupq_n_f32(bias)
          sums = weights.add(sums, weights.first, y0 + x, p0, p1, p2)
          sums = weights.add(sums, weights.second, y1 + x, p0, p1, p2)
          return weights.add(sums, weights.third, y2 + x, p0, p1, p2)
        }
      } else {
        storeLine(w.output_width, out) { x in
          var sums = vdupq_n_f32(bias)
          var kh = first
          while kh < end {
            let line = ring.line(origin &+ kh &* w.dilation_height) + x
            let row = kernel + kh &* w.kernel_width
            var kw = 0
            while kw < w.kernel_width {
              sums = vfmaq_n_f32(sums, lite_neon_load_f32(line + places[unchecked: kw]), row[kw])
              kw &+= 1
            }
            kh &+= 1
          }
          return sums
        }
      }
      out += w.output_width
      oh &+= 1
    }
  }

  /// Writes body(x), the four outputs from column x on, for a whole line. The last four may overlap those before.
  @inline(__always)
  private func storeLine(_ count: Int, _ out: UnsafeMutablePointer<Float>, _ body: (Int) -> float32x4_t) {
    if count < 4 {
      storeBytes(body(0), out, count &* 4)
      return
    }
    var x = 0
    while x < count {
      let place = min(x, count &- 4)
      lite_neon_store_f32(out + place, body(place))
      x &+= 4
    }
  }

  /// The weights of a 3x3 window, a row a register.
  private struct Kernel3x3 {
    var first = float32x4_t()
    var second = float32x4_t()
    var third = float32x4_t()

    init() {}

    init(_ p: UnsafePointer<Float>) {
      first = loadWords(p, 3, float32x4_t())
      second = loadWords(p + 3, 3, float32x4_t())
      third = loadWords(p + 6, 3, float32x4_t())
    }

    /// Adds the products with a row.
    @inline(__always)
    func add(
      _ sums: float32x4_t, _ row: float32x4_t, _ line: UnsafePointer<Float>, _ p0: Int, _ p1: Int, _ p2: Int
    ) -> float32x4_t {
      var sums = lite_neon_multiply_lane0(sums, lite_neon_load_f32(line + p0), row)
      sums = lite_neon_multiply_lane1(sums, lite_neon_load_f32(line + p1), row)
      return lite_neon_multiply_lane2(sums, lite_neon_load_f32(line + p2), row)
    }
  }
#endif

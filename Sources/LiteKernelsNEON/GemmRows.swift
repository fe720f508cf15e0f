// Where the rows of an 8-bit matrix product are read: a matrix, pointers, or the windows of a convolution.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// A row is `runs` runs of `runLength` bytes each.
  struct GemmRows {
    private enum Kind {
      /// Rows at a stride.
      case matrix(UnsafePointer<UInt8>?, Int)
      /// A pointer for each run of each row.
      case pointers(UnsafePointer<UnsafePointer<UInt8>?>)
      /// Output pixels, row by row.
      case window(GemmWindow)
    }

    private let kind: Kind
    let runs: Int
    let runLength: Int
    /// Whether a row that is whole can be interleaved where it lies: see `interleave`.
    let isReadable: Bool

    private init(_ kind: Kind, runs: Int, runLength: Int) {
      self.kind = kind
      self.runs = runs
      self.runLength = runLength
      isReadable = runLength & 15 == 0 || (runs == 1 && runLength >= 16)
    }

    init(_ gemm: lite_gemm_u8s8) {
      let kind: Kind = gemm.indirection.map { .pointers($0) } ?? .matrix(gemm.input, gemm.input_stride)
      self.init(kind, runs: gemm.taps, runLength: gemm.depth)
    }

    /// - Parameter padding: a run of the zero point.
    init(_ convolution: lite_convolution_u8s8, padding: UnsafePointer<UInt8>) {
      let window = GemmWindow(convolution, padding: padding)
      self.init(.window(window), runs: window.runs, runLength: window.runLength)
    }

    /// Whether all runs of a row can be read, padding included.
    @inline(__always)
    func isWhole(_ row: Int) -> Bool {
      if case .window(let window) = kind { return window.isWhole(row) }
      return true
    }

    /// First byte of a run.
    @inline(__always)
    func run(_ row: Int, _ run: Int) -> UnsafePointer<UInt8> {
      switch kind {
      case .matrix(let input, let stride): return input.unsafelyUnwrapped + row &* stride
      case .pointers(let pointers): return pointers[row &* runs &+ run].unsafelyUnwrapped
      case .window(let window): return window.run(row, run)
      }
    }

    /// Copies a row.
    func gather(_ row: Int, _ target: UnsafeMutablePointer<UInt8>) {
      if case .window(let window) = kind, !window.isWhole(row) {
        window.gather(row, target)
        return
      }
      var out = target
      var index = 0
      while index < runs {
        copyRun(run(row, index), out, runLength)
        out += runLength
        index &+= 1
      }
    }
  }

  /// Windows of a convolution. The taps of a line are one run where they are neighbours in memory.
  struct GemmWindow {
    private let window: lite_window
    private let input: UnsafePointer<UInt8>
    private let pixelStride: Int
    private let rowStride: Int
    private let firstRow: Int
    private let depth: Int
    private let padding: UnsafePointer<UInt8>
    /// Whether a run is a line of taps, not one tap.
    private let isMerged: Bool
    let runs: Int
    let runLength: Int

    init(_ c: lite_convolution_u8s8, padding: UnsafePointer<UInt8>) {
      window = c.window
      input = c.input
      pixelStride = c.input_stride
      rowStride = c.input_stride &* c.window.input_width
      firstRow = c.first_row
      depth = c.depth
      self.padding = padding
      isMerged = c.window.dilation_width == 1 && c.input_stride == c.depth
      runs = isMerged ? c.window.kernel_height : c.window.kernel_height &* c.window.kernel_width
      runLength = isMerged ? c.depth &* c.window.kernel_width : c.depth
    }

    /// Column of the input that the left taps of a pixel read.
    @inline(__always)
    private func left(_ row: Int) -> Int {
      row % window.output_width &* window.stride_width &- window.padding_left
    }

    /// Input line of a line of taps, or nil outside of the image.
    @inline(__always)
    private func line(_ row: Int, _ ky: Int) -> UnsafePointer<UInt8>? {
      let y =
        (firstRow &+ row / window.output_width) &* window.stride_height &- window.padding_top &+ ky &* window.dilation_height
      return y >= 0 && y < window.input_height ? input + y &* rowStride : nil
    }

    /// A merged run must lie in the image from left to right; single taps may be anywhere.
    @inline(__always)
    func isWhole(_ row: Int) -> Bool {
      if !isMerged { return true }
      let x = left(row)
      return x >= 0 && x &+ window.kernel_width <= window.input_width
    }

    @inline(__always)
    func run(_ row: Int, _ run: Int) -> UnsafePointer<UInt8> {
      let ky = isMerged ? run : run / window.kernel_width
      guard let line = line(row, ky) else { return padding }
      var x = left(row)
      if !isMerged {
        x = x &+ (run &- ky &* window.kernel_width) &* window.dilation_width
        if x < 0 || x >= window.input_width { return padding }
      }
      return line + x &* pixelStride
    }

    /// Copies a row tap by tap.
    func gather(_ row: Int, _ target: UnsafeMutablePointer<UInt8>) {
      var out = target
      let first = left(row)
      for ky in 0..<window.kernel_height {
        let line = line(row, ky)
        var x = first
        for _ in 0..<window.kernel_width {
          let inside = x >= 0 && x < window.input_width
          let source = inside ? line.map { $0 + x &* pixelStride } : nil
          copyRun(source ?? padding, out, depth)
          out += depth
          x = x &+ window.dilation_width
        }
      }
    }
  }
#endif

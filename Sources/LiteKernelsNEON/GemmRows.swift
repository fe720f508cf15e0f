// Where the rows of an 8-bit matrix product are read: a matrix, pointers, or the windows of a convolution.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// Four rows at one place: pointers for all four.
  struct Four {
    let p0, p1, p2, p3: UnsafePointer<UInt8>

    @inline(__always)
    init(_ p0: UnsafePointer<UInt8>, _ p1: UnsafePointer<UInt8>, _ p2: UnsafePointer<UInt8>, _ p3: UnsafePointer<UInt8>) {
      (self.p0, self.p1, self.p2, self.p3) = (p0, p1, p2, p3)
    }
  }

  /// Rows of `runs` runs of `runLength` bytes each.
  protocol GemmRowSource {
    /// What four rows have in common for all of their runs.
    associatedtype Quad
    /// Address up to which memory can be read from the start of any run on; 0 if no more is known than the runs.
    var readableEnd: UInt { get }
    var runs: Int { get }
    var runLength: Int { get }
    /// Four rows, or nil if their runs cannot be read in place.
    func quad(_ r0: Int, _ r1: Int, _ r2: Int, _ r3: Int) -> Quad?
    /// Where a run of four rows starts.
    func run(_ run: Int, of quad: Quad) -> Four
    /// Copies a whole row; may write 15 bytes past its end.
    func gather(_ row: Int, _ target: UnsafeMutablePointer<UInt8>)
    /// Copies four rows, `targetStride` bytes apart, if it has a quick way; may write 15 bytes past their ends.
    func gatherShort(_ first: Int, _ last: Int, _ target: UnsafeMutablePointer<UInt8>, _ targetStride: Int) -> Bool
  }

  extension GemmRowSource {
    @inline(__always)
    func gatherShort(_ first: Int, _ last: Int, _ target: UnsafeMutablePointer<UInt8>, _ targetStride: Int) -> Bool { false }
  }

  /// Rows at a stride, each one run.
  struct MatrixRows: GemmRowSource {
    let input: UnsafePointer<UInt8>?
    let stride: Int
    let runLength: Int
    var runs: Int { 1 }
    var readableEnd: UInt { 0 }

    @inline(__always)
    subscript(row: Int) -> UnsafePointer<UInt8> { input.unsafelyUnwrapped + row &* stride }

    @inline(__always)
    func quad(_ r0: Int, _ r1: Int, _ r2: Int, _ r3: Int) -> Four? { Four(self[r0], self[r1], self[r2], self[r3]) }

    @inline(__always)
    func run(_ run: Int, of quad: Four) -> Four { quad }

    @inline(__always)
    func gather(_ row: Int, _ target: UnsafeMutablePointer<UInt8>) { copyRun(self[row], target, runLength) }
  }

  /// A pointer for each run of each row.
  struct PointerRows: GemmRowSource {
    let pointers: UnsafePointer<UnsafePointer<UInt8>?>
    let runs: Int
    let runLength: Int
    var readableEnd: UInt { 0 }

    @inline(__always)
    private subscript(row: Int, run: Int) -> UnsafePointer<UInt8> { pointers[row &* runs &+ run].unsafelyUnwrapped }

    @inline(__always)
    func quad(_ r0: Int, _ r1: Int, _ r2: Int, _ r3: Int) -> (Int, Int, Int, Int)? { (r0, r1, r2, r3) }

    @inline(__always)
    func run(_ run: Int, of quad: (Int, Int, Int, Int)) -> Four {
      Four(self[quad.0, run], self[quad.1, run], self[quad.2, run], self[quad.3, run])
    }

    func gather(_ row: Int, _ target: UnsafeMutablePointer<UInt8>) {
      var out = target
      var index = 0
      while index < runs {
        copyRun(self[row, index], out, runLength)
        out += runLength
        index &+= 1
      }
    }
  }

  /// Windows of a convolution: rows are output pixels. The taps of a line are one run where they are neighbours in memory.
  struct WindowRows: GemmRowSource {
    /// The window of the first of four pixels of one output row.
    struct Quad {
      /// Input line of the first taps; may be outside.
      let top: Int
      /// Bytes from the start of a line to the first tap, and from each pixel's to the next but one, and so on.
      let offset, second, third, fourth: Int
    }

    private let window: lite_window
    private let input: UnsafePointer<UInt8>
    private let pixelStride: Int
    private let lineStride: Int
    private let firstRow: Int
    private let depth: Int
    private let padding: UnsafePointer<UInt8>
    /// Whether a run is a line of taps, not one tap.
    private let isMerged: Bool
    let runs: Int
    let runLength: Int
    let readableEnd: UInt

    /// - Parameter padding: `kernel_width * depth` bytes of the zero point, and readable up to a multiple of 16.
    init(_ c: lite_convolution_u8s8, padding: UnsafePointer<UInt8>) {
      window = c.window
      input = c.input
      pixelStride = c.input_stride
      lineStride = c.input_stride &* c.window.input_width
      firstRow = c.first_row
      depth = c.depth
      self.padding = padding
      isMerged = c.window.dilation_width == 1 && c.input_stride == c.depth
      runs = isMerged ? c.window.kernel_height : c.window.kernel_height &* c.window.kernel_width
      runLength = isMerged ? c.depth &* c.window.kernel_width : c.depth
      let pixels = c.window.input_height &* c.window.input_width
      readableEnd = pixels > 0 ? UInt(bitPattern: c.input + ((pixels &- 1) &* c.input_stride &+ c.depth)) : 0
    }

    /// Column of the input that the left taps of an output column read.
    @inline(__always)
    private func left(_ x: Int) -> Int { x &* window.stride_width &- window.padding_left }

    /// Start of an input line, or nil outside of the image.
    @inline(__always)
    private func line(_ y: Int) -> UnsafePointer<UInt8>? { y >= 0 && y < window.input_height ? input + y &* lineStride : nil }

    /// First line that an output row reads.
    @inline(__always)
    private func top(_ y: Int) -> Int { (firstRow &+ y) &* window.stride_height &- window.padding_top }

    /// Four pixels of one row whose windows have all of their columns in the image.
    @inline(__always)
    func quad(_ r0: Int, _ r1: Int, _ r2: Int, _ r3: Int) -> Quad? {
      let y = r0 / window.output_width
      let x = r0 &- y &* window.output_width
      let first = left(x)
      let reach = (window.kernel_width &- 1) &* window.dilation_width
      let last = first &+ (r3 &- r0) &* window.stride_width
      guard x &+ (r3 &- r0) < window.output_width, first >= 0, last &+ reach < window.input_width else { return nil }
      let step = window.stride_width &* pixelStride
      return Quad(
        top: top(y), offset: first &* pixelStride, second: step, third: 2 &* step, fourth: (r3 &- r0) &* step)
    }

    @inline(__always)
    func run(_ run: Int, of quad: Quad) -> Four {
      var ky = run
      var offset = quad.offset
      if !isMerged {
        ky = run / window.kernel_width
        offset &+= (run &- ky &* window.kernel_width) &* window.dilation_width &* pixelStride
      }
      guard let line = line(quad.top &+ ky &* window.dilation_height) else { return Four(padding, padding, padding, padding) }
      let p = line + offset
      return Four(p, p + quad.second, p + quad.third, p + quad.fourth)
    }

    /// Windows inside of the image whose lines of taps are of 16 bytes or less.
    @inline(__always)
    func gatherShort(_ r0: Int, _ r3: Int, _ target: UnsafeMutablePointer<UInt8>, _ targetStride: Int) -> Bool {
      guard isMerged, runLength <= 16 else { return false }
      let y = r0 / window.output_width
      let x = r0 &- y &* window.output_width
      let column = left(x)
      let line = top(y)
      let step = window.stride_width &* pixelStride
      let last = (r3 &- r0) &* step
      let bottom = line &+ (window.kernel_height &- 1) &* window.dilation_height
      guard x &+ (r3 &- r0) < window.output_width, column >= 0,
        column &+ (r3 &- r0) &* window.stride_width &+ window.kernel_width <= window.input_width, line >= 0,
        bottom < window.input_height
      else { return false }
      var p = input + (line &* lineStride &+ column &* pixelStride)
      guard canReadLoosely(p + ((bottom &- line) &* lineStride &+ last), 16, readableEnd) else { return false }
      let stride = window.dilation_height &* lineStride
      let runLength = runLength
      var out = target
      var lines = window.kernel_height
      while lines > 0 {
        copyLoosely(p, out, 16)
        copyLoosely(p + step, out + targetStride, 16)
        copyLoosely(p + 2 &* step, out + 2 &* targetStride, 16)
        copyLoosely(p + last, out + 3 &* targetStride, 16)
        out += runLength
        p += stride
        lines &-= 1
      }
      return true
    }

    func gather(_ row: Int, _ target: UnsafeMutablePointer<UInt8>) {
      let outputY = row / window.output_width
      let first = left(row &- outputY &* window.output_width)
      if isMerged {
        gatherLines(first, top(outputY), target)
      } else {
        gatherTaps(first, top(outputY), target)
      }
    }

    /// Neighbouring taps: of each line some before the image, some in it, some after it.
    @inline(__always)
    private func gatherLines(_ first: Int, _ top: Int, _ target: UnsafeMutablePointer<UInt8>) {
      let before = min(max(0 &- first, 0), window.kernel_width)
      let end = max(min(window.input_width &- first, window.kernel_width), before)
      let leading = before &* depth
      let inside = (end &- before) &* depth
      let trailing = runLength &- leading &- inside
      let height = UInt(bitPattern: inside > 0 ? window.input_height : 0)
      let padding = padding
      let runLength = runLength
      let start = input + (first &+ before) &* depth
      let last = min(top &+ (window.kernel_height &- 1) &* window.dilation_height, window.input_height &- 1)
      let isLoose = canReadLoosely(start + last &* lineStride, inside, readableEnd)
      let step = window.dilation_height
      let stride = step &* lineStride
      var source = start + top &* lineStride
      var out = target
      var y = top
      var lines = window.kernel_height
      while lines > 0 {
        if UInt(bitPattern: y) >= height {
          copyLoosely(padding, out, runLength)
        } else {
          copyLoosely(padding, out, leading)
          if isLoose {
            copyLoosely(source, out + leading, inside)
          } else {
            copyExactly(source, out + leading, inside)
          }
          copyLoosely(padding, out + (leading &+ inside), trailing)
        }
        out += runLength
        source += stride
        y &+= step
        lines &-= 1
      }
    }

    /// Taps one by one.
    @inline(never)
    private func gatherTaps(_ first: Int, _ top: Int, _ target: UnsafeMutablePointer<UInt8>) {
      var out = target
      var y = top
      var ky = 0
      while ky < window.kernel_height {
        let line = line(y)
        var x = first
        var kx = 0
        while kx < window.kernel_width {
          let inside = x >= 0 && x < window.input_width
          copyRun(inside ? line.map { $0 + x &* pixelStride } ?? padding : padding, out, depth)
          out += depth
          x &+= window.dilation_width
          kx &+= 1
        }
        y &+= window.dilation_height
        ky &+= 1
      }
    }
  }
#endif

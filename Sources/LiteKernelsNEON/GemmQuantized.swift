// 8-bit matrix product and convolution: the walk over rows and channels that all tiers share.
//
// A group of rows is packed into a panel (GemmPanel.swift); then one block of channels after the other meets the
// whole panel, so that the weights of a block are read from memory once a group, and from the cache after that.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// What the workspace of a product holds, one after the other.
  struct GemmWorkspace {
    /// Channels with the padding of the last block.
    let channels: Int
    /// Depth of all taps, padded to 16.
    let rowBytes: Int
    /// Rows that are packed at a time: a panel of 32 KB, but 16 to 64 rows, a multiple of 4.
    let groupRows: Int
    /// The padding of convolutions.
    let runBytes: Int

    init(rows: Int, channels: Int, depth: Int, run: Int) {
      self.channels = (channels &+ 15) & ~15
      rowBytes = (depth &+ 15) & ~15
      let fitting = 32768 / max(rowBytes, 16) & ~3
      groupRows = min((rows &+ 3) & ~3, max(16, min(64, fitting)))
      runBytes = (run &+ 15) & ~15
    }

    var bias: Int { 0 }
    var scales: Int { channels &* 16 }
    /// A strip that is not stored where it belongs: int32 sums, or bytes past the last channel.
    var strip: Int { channels &* 20 }
    var padding: Int { strip &+ groupRows &* 64 }
    var panel: Int { padding &+ runBytes }
    var gathered: Int { panel &+ groupRows &* rowBytes }
    var byteCount: Int { gathered &+ 4 &* (rowBytes &+ 16) }
  }

  /// A product with everything but its rows and its output.
  private struct GemmProduct {
    let tier: GemmTier
    let channels: Int
    /// Depth of all taps.
    let depth: Int
    let weights: UnsafeRawPointer
    let bias: UnsafePointer<Int32>
    let weightZeroPoints: UnsafePointer<Int32>?
    let scales: UnsafePointer<Float>
    let layout: GemmWorkspace
    let workspace: UnsafeMutableRawPointer

    var panel: GemmPanel {
      GemmPanel(
        rowBytes: layout.rowBytes, unit: tier.unit, panel: workspace + layout.panel,
        gathered: (workspace + layout.gathered).assumingMemoryBound(to: UInt8.self))
    }

    var paddedDepth: Int { (depth &+ tier.unit &- 1) & ~(tier.unit &- 1) }

    /// Copies bias, with 128 times the sums of weights, and scales to the workspace, padded with zeros; the bias of each
    /// block once for each of the four rows of a tile.
    ///
    /// - Parameters:
    ///   - rows: with one or two there are no tiles of four rows.
    ///   - isRanged: whether the result matters.
    @inline(__always)
    func prepare(rows: Int, isRanged: Bool) -> ScaledRange {
      var bias = UnsafeRawPointer(self.bias)
      var scales = UnsafeRawPointer(self.scales)
      var foldedBias = workspace + layout.bias
      var paddedScales = workspace + layout.scales
      var range = ScaledRange()
      var block = weights
      var left = channels
      while left > 0 {
        let width = left > 8 ? 16 : 8
        var lane = 0
        while lane < width {
          let count = max(min(left &- lane, 4), 0)
          let sums = block + 4 &* lane
          var folded = int32x4_t()
          var scale = float32x4_t()
          if count == 4 {
            folded = vaddq_s32(lite_neon_load_s32(bias), lite_neon_load_s32(sums))
            scale = lite_neon_load_f32(scales)
          } else if count > 0 {
            folded = vaddq_s32(loadWords(bias, count, folded), lite_neon_load_s32(sums))
            scale = loadWords(scales, count, scale)
          }
          lite_neon_store_s32(foldedBias, folded)
          if rows > 2 {
            lite_neon_store_s32(foldedBias + 4 &* width, folded)
            lite_neon_store_s32(foldedBias + 8 &* width, folded)
            lite_neon_store_s32(foldedBias + 12 &* width, folded)
          }
          lite_neon_store_f32(paddedScales, scale)
          if isRanged { range.include(folded, vreinterpretq_u32_s32(lite_neon_load_s32(sums + 64)), scale) }
          bias += 16
          scales += 16
          foldedBias += 16
          paddedScales += 16
          lane &+= 4
        }
        foldedBias += 12 &* width
        block += GemmWeights.header &+ width &* paddedDepth
        left &-= width
      }
      return range
    }

    /// Packs group after group and hands out each block of channels as a strip whose output is not set, as
    /// (strip, first row, first channel, channels).
    @inline(__always)
    func forEachStrip(
      _ count: Int, _ fill: (Int, Int) -> Void, isPlain: Bool, zeroPoint: Int32, minimum: Int32, maximum: Int32,
      _ body: (inout Strip, Int, Int, Int) -> Void
    ) {
      var row = 0
      while row < count {
        let group = min(layout.groupRows, count &- row)
        fill(row, group)
        var strip = Strip(
          panel: workspace + layout.panel, quadBytes: 4 &* layout.rowBytes, rows: group, depth: paddedDepth, weights: weights,
          bias: workspace + layout.bias, scales: workspace + layout.scales, half: false, wide: false, isPlain: isPlain,
          output: workspace + layout.strip, stride: 0, zeroPoint: zeroPoint, minimum: minimum, maximum: maximum)
        var block = weights
        var channel = 0
        while channel < channels {
          let width = GemmWeights.blockWidth(channel, of: channels)
          strip.half = width == 8
          strip.wide = block.load(fromByteOffset: 128, as: Int32.self) != 0
          strip.weights = block + GemmWeights.header
          body(&strip, row, channel, min(width, channels &- channel))
          strip.bias += 16 &* width
          strip.scales += 4 &* width
          block += GemmWeights.header &+ width &* paddedDepth
          channel &+= width
        }
        row &+= group
      }
    }

    /// 8-bit results.
    ///
    /// - Parameter fill: packs rows, from (first, count).
    @inline(never)
    func run(_ count: Int, _ output: lite_output_u8, _ fill: (Int, Int) -> Void) {
      let range = prepare(rows: count, isRanged: true)
      if !range.isFinite || weightZeroPoints != nil {
        runSums(count, UncommonOutput(output), fill)
        return
      }
      let isPlain = range.isPlain(output)
      forEachStrip(count, fill, isPlain: isPlain, zeroPoint: output.zero_point, minimum: output.minimum, maximum: output.maximum)
      {
        strip, row, channel, width in
        let target = output.data.unsafelyUnwrapped + (row &* output.stride &+ channel)
        if width == (strip.half ? 8 : 16) {
          strip.output = UnsafeMutableRawPointer(target)
          strip.stride = output.stride
          withUnsafePointer(to: &strip) { tier.quantized(UnsafeRawPointer($0)) }
        } else {
          strip.output = workspace + layout.strip
          strip.stride = 16
          withUnsafePointer(to: &strip) { tier.quantized(UnsafeRawPointer($0)) }
          for index in 0..<strip.rows {
            copyRun(
              strip.output.assumingMemoryBound(to: UInt8.self) + index &* 16, target + index &* output.stride, width)
          }
        }
      }
    }

    /// Sums first, which `finish` makes results of.
    @inline(never)
    func runSums<Finish: GemmFinish>(_ count: Int, _ finish: Finish, _ fill: (Int, Int) -> Void) {
      forEachStrip(count, fill, isPlain: false, zeroPoint: 0, minimum: 0, maximum: 0) { strip, row, channel, width in
        strip.stride = 64
        withUnsafePointer(to: &strip) { tier.sums(UnsafeRawPointer($0)) }
        let sums = strip.output.assumingMemoryBound(to: Int32.self)
        if let zeros = weightZeroPoints {
          for index in 0..<strip.rows {
            let total = rowSum(index, of: strip.rows)
            for lane in 0..<width { sums[index &* 16 &+ lane] = sums[index &* 16 &+ lane] &- zeros[channel &+ lane] &* total }
          }
        }
        let blockScales = strip.scales.assumingMemoryBound(to: Float.self)
        finish.store(row, strip.rows, channel, width, sums, blockScales)
      }
    }

    /// Sum of all activations of a row of the panel, as they were: what weight zero points multiply.
    private func rowSum(_ row: Int, of rows: Int) -> Int32 {
      let inQuads = (rows &+ 1) & ~3
      let isQuad = row < inQuads
      let base = workspace + layout.panel + (isQuad ? row & ~3 : row) &* layout.rowBytes
      var total: Int32 = 0
      for index in 0..<depth {
        let unit = index / tier.unit
        let position = isQuad ? (4 &* unit &+ (row & 3)) &* tier.unit &+ index &- unit &* tier.unit : index
        total &+= 128 &+ Int32(base.load(fromByteOffset: position, as: Int8.self))
      }
      return total
    }
  }

  /// Makes results of sums.
  private protocol GemmFinish {
    /// Up to sixteen channels of some rows: from (first row, rows, first channel, channels, sums [rows][16], scales [16]).
    func store(
      _ row: Int, _ rows: Int, _ channel: Int, _ channels: Int, _ sums: UnsafePointer<Int32>, _ scales: UnsafePointer<Float>)
  }

  /// 8-bit results for any scales.
  private struct UncommonOutput: GemmFinish {
    let output: lite_output_u8
    let requantizer: Requantizer

    init(_ output: lite_output_u8) {
      self.output = output
      requantizer = Requantizer(zeroPoint: output.zero_point, minimum: output.minimum, maximum: output.maximum)
    }

    @inline(__always)
    func store(
      _ row: Int, _ rows: Int, _ channel: Int, _ channels: Int, _ sums: UnsafePointer<Int32>, _ scales: UnsafePointer<Float>
    ) {
      for index in 0..<rows {
        let total = sums + index &* 16
        let bytes = vcombine_u8(
          requantizer.bytes(loadInts(total, 8), loadFloats(scales, 8)),
          requantizer.bytes(loadInts(total + 8, 8), loadFloats(scales + 8, 8)))
        storeBytes(bytes, output.data + ((row &+ index) &* output.stride &+ channel), channels)
      }
    }
  }

  /// Float results.
  private struct FloatOutput: GemmFinish {
    let output: lite_output_f32

    /// Scale and bias of four channels.
    private struct Line {
      let scale, bias: float32x4_t

      @inline(__always)
      init(_ scales: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ count: Int) {
        scale = lite_neon_load_f32(scales)
        // -0 + x is x.
        self.bias = bias.map { count == 4 ? lite_neon_load_f32($0) : loadWords($0, count, float32x4_t()) } ?? vdupq_n_f32(-0.0)
      }

      @inline(__always)
      func results(_ sums: UnsafePointer<Int32>, relu: Bool) -> float32x4_t {
        let y = vaddq_f32(vmulq_f32(vcvtq_f32_s32(lite_neon_load_s32(sums)), scale), bias)
        // Keeps NaN, and -0, as `x < 0 ? 0 : x` does.
        return relu ? vbslq_f32(vcltzq_f32(y), float32x4_t(), y) : y
      }
    }

    @inline(__always)
    func store(
      _ row: Int, _ rows: Int, _ channel: Int, _ channels: Int, _ sums: UnsafePointer<Int32>, _ scales: UnsafePointer<Float>
    ) {
      let bias = output.bias.map { $0 + channel }
      let target = output.data + (row &* output.stride &+ channel)
      if channels == 16, output.relu == 0 {
        let a = Line(scales, bias, 4)
        let b = Line(scales + 4, bias.map { $0 + 4 }, 4)
        let c = Line(scales + 8, bias.map { $0 + 8 }, 4)
        let d = Line(scales + 12, bias.map { $0 + 12 }, 4)
        var total = sums
        var p = target
        var left = rows
        while left > 0 {
          lite_neon_store_f32(p, a.results(total, relu: false))
          lite_neon_store_f32(p + 4, b.results(total + 4, relu: false))
          lite_neon_store_f32(p + 8, c.results(total + 8, relu: false))
          lite_neon_store_f32(p + 12, d.results(total + 12, relu: false))
          total += 16
          p += output.stride
          left &-= 1
        }
        return
      }
      var lane = 0
      while lane < channels {
        let count = min(channels &- lane, 4)
        let line = Line(scales + lane, bias.map { $0 + lane }, count)
        for index in 0..<rows {
          let y = line.results(sums + (16 &* index &+ lane), relu: output.relu != 0)
          storeBytes(y, target + (index &* output.stride &+ lane), count &* 4)
        }
        lane &+= 4
      }
    }
  }

  extension GemmTier {
    private func product(_ gemm: lite_gemm_u8s8) -> GemmProduct {
      GemmProduct(
        tier: self, channels: gemm.channels, depth: gemm.taps &* gemm.depth, weights: gemm.weights, bias: gemm.bias,
        weightZeroPoints: gemm.weight_zero_points, scales: gemm.scales,
        layout: GemmWorkspace(rows: gemm.rows, channels: gemm.channels, depth: gemm.taps &* gemm.depth, run: 0),
        workspace: gemm.workspace)
    }

    /// Calls `body` with what packs the rows of a product.
    @inline(__always)
    private func withRows(_ gemm: lite_gemm_u8s8, _ panel: GemmPanel, _ body: ((Int, Int) -> Void) -> Void) {
      if let pointers = gemm.indirection {
        let rows = PointerRows(pointers: pointers, runs: gemm.taps, runLength: gemm.depth)
        body { panel.fill(rows, $0, $1) }
      } else {
        let rows = MatrixRows(input: gemm.input, stride: gemm.input_stride, runLength: gemm.depth)
        body { panel.fill(rows, $0, $1) }
      }
    }

    /// 8-bit matrix product or convolution with 8-bit result; `gemm_u8s8_scalar` defines it.
    func multiply(_ gemm: UnsafePointer<lite_gemm_u8s8>?, _ output: UnsafePointer<lite_output_u8>?) {
      let g = gemm.unsafelyUnwrapped.pointee
      guard g.rows > 0, g.channels > 0 else { return }
      let product = product(g)
      withRows(g, product.panel) { product.run(g.rows, output.unsafelyUnwrapped.pointee, $0) }
    }

    /// 8-bit matrix product or convolution with float result; `gemm_u8s8_f32_scalar` defines it.
    func multiply(_ gemm: UnsafePointer<lite_gemm_u8s8>?, _ output: UnsafePointer<lite_output_f32>?) {
      let g = gemm.unsafelyUnwrapped.pointee
      guard g.rows > 0, g.channels > 0 else { return }
      let product = product(g)
      _ = product.prepare(rows: g.rows, isRanged: false)
      withRows(g, product.panel) { product.runSums(g.rows, FloatOutput(output: output.unsafelyUnwrapped.pointee), $0) }
    }

    /// Two-dimensional convolution; `convolution_u8s8_scalar` defines it.
    func convolve(_ convolution: UnsafePointer<lite_convolution_u8s8>?, _ output: UnsafePointer<lite_output_u8>?) {
      let c = convolution.unsafelyUnwrapped.pointee
      guard c.end_row > c.first_row, c.window.output_width > 0, c.channels > 0, let workspace = c.workspace else { return }
      var out = output.unsafelyUnwrapped.pointee
      out.data += c.first_row &* c.window.output_width &* out.stride
      let layout = GemmWorkspace(c)
      let padding = workspace + layout.padding
      memset(padding, Int32(c.input_zero_point), layout.runBytes)
      let product = GemmProduct(
        tier: self, channels: c.channels, depth: c.taps &* c.depth, weights: c.weights, bias: c.bias,
        weightZeroPoints: c.weight_zero_points, scales: c.scales, layout: layout, workspace: workspace)
      let rows = WindowRows(c, padding: padding.assumingMemoryBound(to: UInt8.self))
      let panel = product.panel
      product.run((c.end_row &- c.first_row) &* c.window.output_width, out) { panel.fill(rows, $0, $1) }
    }
  }

  extension lite_convolution_u8s8 {
    var taps: Int { window.kernel_height &* window.kernel_width }
  }

  extension GemmWorkspace {
    init(_ c: lite_convolution_u8s8) {
      self.init(
        rows: (c.end_row &- c.first_row) &* c.window.output_width, channels: c.channels, depth: c.taps &* c.depth,
        run: c.window.kernel_width &* c.depth)
    }
  }

  /// Bytes of `workspace` of a matrix product, in every tier.
  func gemm_workspace_size_neon(_ rows: Int, _ channels: Int, _ taps: Int, _ depth: Int) -> Int {
    GemmWorkspace(rows: rows, channels: channels, depth: taps &* depth, run: 0).byteCount
  }

  /// Bytes of `workspace` of a convolution, in every tier.
  func convolution_workspace_size_neon(_ convolution: UnsafePointer<lite_convolution_u8s8>?) -> Int {
    GemmWorkspace(convolution.unsafelyUnwrapped.pointee).byteCount
  }
#endif

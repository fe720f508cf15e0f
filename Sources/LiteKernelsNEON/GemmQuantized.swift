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
    /// Rows that are packed at a time: a panel of 32 KB, but 16 to 256 rows, a multiple of 4.
    let groupRows: Int
    /// The padding of convolutions.
    let runBytes: Int

    init(rows: Int, channels: Int, depth: Int, run: Int) {
      self.channels = (channels &+ 15) & ~15
      rowBytes = (depth &+ 15) & ~15
      let fitting = 32768 / max(rowBytes, 16) & ~3
      groupRows = min((rows &+ 3) & ~3, max(16, min(256, fitting)))
      runBytes = (run &+ 15) & ~15
    }

    var bias: Int { 0 }
    var scales: Int { channels &* 16 }
    var offsets: Int { channels &* 20 }
    /// A strip that is not stored where it belongs: int32 sums, or bytes past the last channel.
    var strip: Int { channels &* 24 }
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
    /// block once for each of the four rows of a tile. Writes offsets.
    ///
    /// - Parameters:
    ///   - rows: with one or two there are no tiles of four rows.
    ///   - base: what else sums start from.
    ///   - biasFactor, scaleFactor: multiply bias and scales.
    ///   - outputBias: of float results, written in place of offsets.
    @inline(never)
    func prepare(rows: Int, base: Int32, biasFactor: Int32, scaleFactor: Float, outputBias: UnsafePointer<Float>?) -> ScaledRange
    {
      let start = vdupq_n_s32(base)
      let biasFactor = vdupq_n_s32(biasFactor)
      let scaleFactor = vdupq_n_f32(scaleFactor)
      var bias = UnsafeRawPointer(self.bias)
      var scales = UnsafeRawPointer(self.scales)
      let toOutputBias = outputBias.map { UnsafeRawPointer($0) - scales }
      var foldedBias = workspace + layout.bias
      var paddedScales = workspace + layout.scales
      let toOffsets = layout.offsets &- layout.scales
      var range = ScaledRange()
      var block = weights
      var left = channels
      while left > 0 {
        let width = left > 8 ? 16 : 8
        var lane = 0
        while lane < width {
          let count = max(min(left &- lane, 4), 0)
          let sums = block + 4 &* lane
          var own = int32x4_t()
          var scale = float32x4_t()
          var offset = vdupq_n_f32(-0.0)
          if count == 4 {
            own = lite_neon_load_s32(bias)
            scale = lite_neon_load_f32(scales)
            if let toOutputBias { offset = lite_neon_load_f32(scales + toOutputBias) }
          } else if count > 0 {
            own = loadWords(bias, count, own)
            scale = loadWords(scales, count, scale)
            if let toOutputBias { offset = loadWords(scales + toOutputBias, count, offset) }
          }
          let folded = vmlaq_s32(lite_neon_load_s32(sums), own, biasFactor)
          scale = vmulq_f32(scale, scaleFactor)
          let first = vaddq_s32(folded, start)
          lite_neon_store_s32(foldedBias, first)
          if rows > 2 {
            lite_neon_store_s32(foldedBias + 4 &* width, first)
            lite_neon_store_s32(foldedBias + 8 &* width, first)
            lite_neon_store_s32(foldedBias + 12 &* width, first)
          }
          lite_neon_store_f32(paddedScales, scale)
          if base != 0 { offset = rectifiedOffset(scale) }
          lite_neon_store_f32(paddedScales + toOffsets, offset)
          range.include(folded, vreinterpretq_u32_s32(lite_neon_load_s32(sums + 64)), scale)
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
      _ count: Int, _ fill: (Int, Int) -> Void, finish: Finish, zeroPoint: Int32, minimum: Int32, maximum: Int32,
      _ body: (inout Strip, Int, Int, Int) -> Void
    ) {
      var row = 0
      while row < count {
        let group = min(layout.groupRows, count &- row)
        fill(row, group)
        var strip = Strip(
          panel: workspace + layout.panel, quadBytes: 4 &* layout.rowBytes, rows: group, depth: paddedDepth, weights: weights,
          bias: workspace + layout.bias, scales: workspace + layout.scales, half: false, wide: false,
          offsets: workspace + layout.offsets, finish: finish, output: workspace + layout.strip, stride: 0, zeroPoint: zeroPoint,
          minimum: minimum, maximum: maximum)
        var block = weights
        var channel = 0
        while channel < channels {
          let width = GemmWeights.blockWidth(channel, of: channels)
          strip.half = width == 8
          strip.wide = GemmWeights.isWide(block)
          strip.weights = block + GemmWeights.header
          body(&strip, row, channel, min(width, channels &- channel))
          strip.bias += 16 &* width
          strip.scales += 4 &* width
          strip.offsets += 4 &* width
          block += GemmWeights.header &+ width &* paddedDepth
          channel &+= width
        }
        row &+= group
      }
    }

    /// For 8-bit results.
    private func prepare(rows: Int, base: Int32) -> ScaledRange {
      prepare(rows: rows, base: base, biasFactor: 1, scaleFactor: 1, outputBias: nil)
    }

    /// 8-bit results.
    ///
    /// - Parameter fill: packs rows, from (first, count).
    @inline(never)
    func run(_ count: Int, _ output: lite_output_u8, _ fill: (Int, Int) -> Void) {
      let isRectified = output.zero_point == 0 && output.maximum >= 255
      let range = prepare(rows: count, base: isRectified ? rectifiedBase : 0)
      let finish = range.isFinite && weightZeroPoints == nil ? range.finish(output) : .saturated
      if isRectified && finish != .rectified { _ = prepare(rows: count, base: 0) }
      if !range.isFinite || weightZeroPoints != nil {
        runSums(count, UncommonOutput(output), fill)
        return
      }
      forEachStrip(count, fill, finish: finish, zeroPoint: output.zero_point, minimum: output.minimum, maximum: output.maximum) {
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

    /// Float results.
    ///
    /// - Parameter fill: packs rows, from (first, count).
    @inline(never)
    func run(_ count: Int, _ output: lite_output_f32, _ fill: (Int, Int) -> Void) {
      let factor = 0 &- output.input_zero_point
      if count <= 2 && channels & 15 == 0 && weightZeroPoints == nil {
        fill(0, count)
        for index in 0..<count {
          var row = FloatRow(
            panel: workspace + layout.panel + index &* layout.rowBytes, depth: paddedDepth, weights: weights,
            blocks: channels &>> 4, bias: bias, biasFactor: factor, scales: scales, inputScale: output.input_scale,
            outputBias: output.bias, output: output.data + index &* output.stride)
          tier.floatRow(&row)
        }
      } else {
        _ = prepare(
          rows: count, base: 0, biasFactor: factor, scaleFactor: output.input_scale, outputBias: output.bias)
        if weightZeroPoints != nil {
          runSums(count, FloatOutput(output: output), fill)
        } else {
          runStrips(count, output, fill)
        }
      }
      if output.relu != 0 { rectify(count, output) }
    }

    private func runStrips(_ count: Int, _ output: lite_output_f32, _ fill: (Int, Int) -> Void) {
      forEachStrip(count, fill, finish: .saturated, zeroPoint: 0, minimum: 0, maximum: 0) { strip, row, channel, width in
        let target = output.data.unsafelyUnwrapped + (row &* output.stride &+ channel)
        if width == (strip.half ? 8 : 16) {
          strip.output = UnsafeMutableRawPointer(target)
          strip.stride = output.stride &* 4
          withUnsafePointer(to: &strip) { tier.floats(UnsafeRawPointer($0)) }
        } else {
          strip.output = workspace + layout.strip
          strip.stride = 64
          withUnsafePointer(to: &strip) { tier.floats(UnsafeRawPointer($0)) }
          for index in 0..<strip.rows { memcpy(target + index &* output.stride, strip.output + index &* 64, width &* 4) }
        }
      }
    }

    /// Keeps NaN, and -0, as `x < 0 ? 0 : x` does.
    private func rectify(_ count: Int, _ output: lite_output_f32) {
      for index in 0..<count {
        let row = output.data + index &* output.stride
        for channel in 0..<channels where row[channel] < 0 { row[channel] = 0 }
      }
    }

    /// Sums first, which `finish` makes results of.
    @inline(never)
    func runSums<Finish: GemmFinish>(_ count: Int, _ finish: Finish, _ fill: (Int, Int) -> Void) {
      forEachStrip(count, fill, finish: .saturated, zeroPoint: 0, minimum: 0, maximum: 0) { strip, row, channel, width in
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

  /// Float results of weights with zero points.
  private struct FloatOutput: GemmFinish {
    let output: lite_output_f32

    @inline(__always)
    func store(
      _ row: Int, _ rows: Int, _ channel: Int, _ channels: Int, _ sums: UnsafePointer<Int32>, _ scales: UnsafePointer<Float>
    ) {
      for index in 0..<rows {
        let target = output.data + ((row &+ index) &* output.stride &+ channel)
        for lane in 0..<channels {
          let y = Float(sums[16 &* index &+ lane]) * scales[lane]
          target[lane] = output.bias.map { y + $0[channel &+ lane] } ?? y
        }
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
        body { panel.fill(matrix: rows, $0, $1) }
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
      withRows(g, product.panel) { product.run(g.rows, output.unsafelyUnwrapped.pointee, $0) }
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

// Float matrix product and indirect convolution.
//
// Weights are packed in blocks of eight channels: [block][tap][depth][8], channels past the last are zero.
// Each output element is a sum over taps and depth in parts of at most 192 products (`partLength`), each part a
// running sum from zero; parts are added to the bias in order. That is the order of the matrix product that
// PyTorch calls on x86 (MKL), so that with fused multiply-add most products have its bits, and long sums lose
// less. The number of rows does not matter: results do not depend on how a caller splits the rows.

import CLiteKernels
import CLitePlatform

/// Bytes that `pack_gemm_f32_scalar` writes.
func packed_gemm_f32_size_scalar(_ channels: Int, _ taps: Int, _ depth: Int) -> Int {
  ((channels &+ 7) & ~7) &* taps &* depth &* 4
}

/// Packs weights; strides are in elements.
func pack_gemm_f32_scalar(
  _ channels: Int, _ taps: Int, _ depth: Int, _ weights: UnsafePointer<Float>?,
  _ channelStride: Int, _ tapStride: Int, _ depthStride: Int, _ packed: UnsafeMutablePointer<Float>?
) {
  let source = weights.unsafelyUnwrapped
  var out = packed.unsafelyUnwrapped
  var block = 0
  while block < channels {
    for tap in 0..<max(taps, 0) {
      for d in 0..<max(depth, 0) {
        for lane in 0..<8 {
          let channel = block &+ lane
          out[lane] = channel < channels ? source[channel &* channelStride &+ tap &* tapStride &+ d &* depthStride] : 0
        }
        out += 8
      }
    }
    block &+= 8
  }
}

/// Where the taps of a row are read.
private struct FloatTapReader {
  let indirection: UnsafePointer<UnsafePointer<Float>?>?
  let input: UnsafePointer<Float>?
  let stride: Int
  let taps: Int

  @inline(__always)
  subscript(row: Int, tap: Int) -> UnsafePointer<Float> {
    if let indirection { return indirection[row &* taps &+ tap].unsafelyUnwrapped }
    return input.unsafelyUnwrapped + row &* stride
  }
}

/// How many products are added up before the sum joins the total.
@inline(__always)
private func partLength(_ products: Int) -> Int {
  products < 384 && products > 192 ? products / 2 : 192
}

@inline(__always)
private func load4(_ p: UnsafePointer<Float>) -> SIMD4<Float> { UnsafeRawPointer(p).loadUnaligned(as: SIMD4<Float>.self) }

/// Eight channels' bias; none past the last channel.
@inline(__always)
private func bias(_ gemm: lite_gemm_f32, _ channel: Int) -> Floats {
  gemm.bias.map { loadUpTo8($0 + channel, max(0, min(gemm.channels &- channel, 8))) } ?? Floats()
}

/// Clamps and writes one row's eight channels.
@inline(__always)
private func finish(_ gemm: lite_gemm_f32, _ row: Int, _ channel: Int, _ sums: Floats) {
  var y = sums.replacing(with: gemm.minimum, where: sums .< gemm.minimum)
  y = y.replacing(with: gemm.maximum, where: y .> gemm.maximum)
  let count = min(gemm.channels &- channel, 8)
  let step = gemm.output_channel_stride
  let out = gemm.output.unsafelyUnwrapped + (row &* gemm.output_stride &+ channel &* step)
  if step == 1 {
    storeUpTo8(y, out, count)
  } else {
    withUnsafePointer(to: &y) { lanes in
      let source = UnsafeRawPointer(lanes).assumingMemoryBound(to: Float.self)
      var i = 0
      while i < count {
        out[i &* step] = source[i]
        i &+= 1
      }
    }
  }
}

/// y = clamp(Σ x*w + bias, minimum, maximum); NaN passes.
func gemm_f32_scalar(_ gemm: UnsafePointer<lite_gemm_f32>?) {
  let g = gemm.unsafelyUnwrapped.pointee
  let reader = FloatTapReader(indirection: g.indirection, input: g.input, stride: g.input_stride, taps: g.taps)
  let blockSize = g.taps &* g.depth &* 8
  var group = 4
  while group < 64 && group &* g.taps &* g.depth < 2048 { group &*= 2 }

  var firstRow = 0
  while firstRow < g.rows {
    let endRow = min(firstRow &+ group, g.rows)
    var channel = 0
    var block = g.weights.unsafelyUnwrapped
    while channel < g.channels {
      var row = firstRow
      var blocksDone = 1
      while row < endRow {
        if endRow &- row >= 4 {
          accumulate4(g, reader, row, channel, block)
          row &+= 4
        } else if endRow &- firstRow == 1 && g.channels &- channel > 24 {
          accumulateWide(g, reader, row, channel, block, blockSize)
          blocksDone = 4
          row &+= 1
        } else {
          accumulate1(g, reader, row, channel, block)
          row &+= 1
        }
      }
      block += blocksDone &* blockSize
      channel &+= blocksDone &* 8
    }
    firstRow = endRow
  }
}

/// Calls `run(tap, from, count)` for the stretches of depth between the ends of taps and parts, in order, and
/// `endPart()` at the end of each part but the last.
@inline(__always)
private func forEachStretch(
  _ g: lite_gemm_f32, _ run: (_ tap: Int, _ from: Int, _ count: Int) -> Void, _ endPart: () -> Void
) {
  let part = partLength(g.taps &* g.depth)
  var left = part
  var tap = 0
  while tap < g.taps {
    var d = 0
    while d < g.depth {
      if left == 0 {
        endPart()
        left = part
      }
      let count = min(g.depth &- d, left)
      run(tap, d, count)
      d &+= count
      left &-= count
    }
    tap &+= 1
  }
}

/// Four rows by eight channels.
@inline(__always)
private func accumulate4(
  _ g: lite_gemm_f32, _ reader: FloatTapReader, _ row: Int, _ channel: Int, _ block: UnsafePointer<Float>
) {
  let start = bias(g, channel)
  var total = (start, start, start, start)
  var a0 = Floats()
  var a1 = Floats()
  var a2 = Floats()
  var a3 = Floats()
  var w = block
  @inline(__always)
  func join() {
    total.0 += a0
    total.1 += a1
    total.2 += a2
    total.3 += a3
  }
  forEachStretch(g) { tap, from, count in
    let x0 = reader[row, tap] + from
    let x1 = reader[row &+ 1, tap] + from
    let x2 = reader[row &+ 2, tap] + from
    let x3 = reader[row &+ 3, tap] + from
    /// One depth of all four rows.
    @inline(__always)
    func add(_ weights: Floats, _ y0: Float, _ y1: Float, _ y2: Float, _ y3: Float) {
      a0 = multiplyAdd(a0, weights, Floats(repeating: y0))
      a1 = multiplyAdd(a1, weights, Floats(repeating: y1))
      a2 = multiplyAdd(a2, weights, Floats(repeating: y2))
      a3 = multiplyAdd(a3, weights, Floats(repeating: y3))
    }
    var d = 0
    while d &+ 4 <= count {
      let v0 = load4(x0 + d)
      let v1 = load4(x1 + d)
      let v2 = load4(x2 + d)
      let v3 = load4(x3 + d)
      add(load8(w), v0.x, v1.x, v2.x, v3.x)
      add(load8(w + 8), v0.y, v1.y, v2.y, v3.y)
      add(load8(w + 16), v0.z, v1.z, v2.z, v3.z)
      add(load8(w + 24), v0.w, v1.w, v2.w, v3.w)
      w += 32
      d &+= 4
    }
    while d < count {
      add(load8(w), x0[d], x1[d], x2[d], x3[d])
      w += 8
      d &+= 1
    }
  } _: {
    join()
    a0 = Floats()
    a1 = Floats()
    a2 = Floats()
    a3 = Floats()
  }
  join()
  finish(g, row, channel, total.0)
  finish(g, row &+ 1, channel, total.1)
  finish(g, row &+ 2, channel, total.2)
  finish(g, row &+ 3, channel, total.3)
}

/// One row by eight channels.
@inline(__always)
private func accumulate1(
  _ g: lite_gemm_f32, _ reader: FloatTapReader, _ row: Int, _ channel: Int, _ block: UnsafePointer<Float>
) {
  var total = bias(g, channel)
  var sums = Floats()
  var w = block
  forEachStretch(g) { tap, from, count in
    let x = reader[row, tap] + from
    var d = 0
    while d < count {
      sums = multiplyAdd(sums, load8(w), Floats(repeating: x[d]))
      w += 8
      d &+= 1
    }
  } _: {
    total += sums
    sums = Floats()
  }
  finish(g, row, channel, total + sums)
}

/// One row by four blocks of eight channels (the last may be incomplete): a single row has no other sums
/// to fill the time that an addition takes.
@inline(__always)
private func accumulateWide(
  _ g: lite_gemm_f32, _ reader: FloatTapReader, _ row: Int, _ channel: Int, _ block: UnsafePointer<Float>, _ blockSize: Int
) {
  var total = (bias(g, channel), bias(g, channel &+ 8), bias(g, channel &+ 16), bias(g, channel &+ 24))
  var a0 = Floats()
  var a1 = Floats()
  var a2 = Floats()
  var a3 = Floats()
  var w0 = block
  var w1 = block + blockSize
  var w2 = block + 2 &* blockSize
  var w3 = block + 3 &* blockSize
  @inline(__always)
  func join() {
    total.0 += a0
    total.1 += a1
    total.2 += a2
    total.3 += a3
  }
  forEachStretch(g) { tap, from, count in
    let x = reader[row, tap] + from
    var d = 0
    while d < count {
      let activation = Floats(repeating: x[d])
      a0 = multiplyAdd(a0, load8(w0), activation)
      a1 = multiplyAdd(a1, load8(w1), activation)
      a2 = multiplyAdd(a2, load8(w2), activation)
      a3 = multiplyAdd(a3, load8(w3), activation)
      w0 += 8
      w1 += 8
      w2 += 8
      w3 += 8
      d &+= 1
    }
  } _: {
    join()
    a0 = Floats()
    a1 = Floats()
    a2 = Floats()
    a3 = Floats()
  }
  join()
  finish(g, row, channel, total.0)
  finish(g, row, channel &+ 8, total.1)
  finish(g, row, channel &+ 16, total.2)
  finish(g, row, channel &+ 24, total.3)
}

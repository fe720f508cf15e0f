// Reductions over rows of floats: range, sum, softmax, layer normalization.

import CLiteKernels
import CLitePlatform

/// Smallest and largest of `count` > 0 floats; NaN anywhere makes both NaN.
func minimum_maximum_f32_scalar(
  _ count: Int, _ input: UnsafePointer<Float>?, _ minimum: UnsafeMutablePointer<Float>?, _ maximum: UnsafeMutablePointer<Float>?
) {
  guard count > 0 else { return }
  let x = input.unsafelyUnwrapped
  var low = Floats(repeating: x[0])
  var high = low
  var i = 0
  while i < count {
    // The last step reads eight elements that end at the last one, or repeats the first.
    var v: Floats
    if i &+ 8 <= count {
      v = load8(x + i)
    } else if count >= 8 {
      v = load8(x + (count &- 8))
    } else {
      v = Floats(repeating: x[0])
      memcpy(&v, x, count &* 4)
    }
    low.replace(with: v, where: (v .< low) .| (v .!= v))
    high.replace(with: v, where: (v .> high) .| (v .!= v))
    i &+= 8
  }
  minimum.unsafelyUnwrapped.pointee = fold(low) { b, a in b < a || b != b ? b : a }
  maximum.unsafelyUnwrapped.pointee = fold(high) { b, a in b > a || b != b ? b : a }
}

/// Combines the eight lanes in pairs.
@inline(__always)
private func fold(_ v: Floats, _ pick: (Float, Float) -> Float) -> Float {
  pick(pick(pick(v[0], v[1]), pick(v[2], v[3])), pick(pick(v[4], v[5]), pick(v[6], v[7])))
}

/// Σ body(x), in float within a run of 128 elements and in double over the runs.
@inline(__always)
private func blockedSum(_ count: Int, _ x: UnsafePointer<Float>, _ body: (Floats) -> Floats) -> Double {
  var total: Double = 0
  var i = 0
  while i &+ 8 <= count {
    let end = min(i &+ 128, count)
    var sums = Floats()
    while i &+ 8 <= end {
      sums += body(load8(x + i))
      i &+= 8
    }
    total += Double(fold(sums) { $0 + $1 })
  }
  while i < count {
    total += Double(body(Floats(repeating: x[i]))[0])
    i &+= 1
  }
  return total
}

/// Sum of all elements.
func sum_f32_scalar(_ count: Int, _ input: UnsafePointer<Float>?) -> Float {
  guard count > 0 else { return 0 }
  return Float(blockedSum(count, input.unsafelyUnwrapped) { $0 })
}

/// Σ body(x) in sixteen running sums, which are then added in halves: the order of PyTorch's softmax on a
/// processor with registers of 16 floats. Fewer than 16 elements are added one after the other.
@inline(__always)
private func sixteenSums(_ count: Int, _ x: UnsafePointer<Float>, _ body: (Floats) -> Floats) -> Float {
  let lanes = SIMD8<Int32>(0, 1, 2, 3, 4, 5, 6, 7)
  /// The first `n` elements from `i` on, zeros after them; the lanes of `body` see zeros too.
  @inline(__always)
  func part(_ i: Int, _ n: Int) -> Floats {
    n >= 8
      ? body(load8(x + i)) : body(loadUpTo8(x + i, max(n, 0))).replacing(with: 0, where: lanes .>= Int32(truncatingIfNeeded: n))
  }
  if count < 16 {
    let parts = (part(0, count), part(8, count &- 8))
    var sum: Float = 0
    withUnsafeBytes(of: parts) { bytes in
      let values = bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
      var i = 0
      while i < count {
        sum += values[i]
        i &+= 1
      }
    }
    return sum
  }
  var low = Floats()
  var high = Floats()
  var i = 0
  while i < count {
    low += part(i, count &- i)
    high += part(i &+ 8, count &- i &- 8)
    i &+= 16
  }
  let eight = low + high
  let four = eight.lowHalf + eight.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// Softmax of each row of `count` elements, or its logarithm:
/// e^(x - max) * (1 / Σ e^(x - max)), or (x - max) - log Σ e^(x - max). `output` may be `input`.
func softmax_f32_scalar(
  _ rows: Int, _ count: Int, _ input: UnsafePointer<Float>?, _ output: UnsafeMutablePointer<Float>?, _ logarithm: Int32
) {
  guard count > 0 else { return }
  var row = 0
  while row < rows {
    let x = input.unsafelyUnwrapped + row &* count
    let y = output.unsafelyUnwrapped + row &* count
    var low: Float = 0
    var high: Float = 0
    minimum_maximum_f32_scalar(count, x, &low, &high)
    let top = Floats(repeating: high)
    if logarithm != 0 {
      let shift = Floats(repeating: logf(sixteenSums(count, x) { exponential($0 - top) }))
      mapRow(count, x, y) { v, _ in v - top - shift }
    } else {
      mapRow(count, x, y) { v, _ in exponential(v - top) }
      let factor = Floats(repeating: 1 / sixteenSums(count, y) { $0 })
      mapRow(count, y, y) { v, _ in v * factor }
    }
    row &+= 1
  }
}

/// y[i] = body(x[i], i), eight at a time; the last, incomplete step sees zeros past the end.
@inline(__always)
private func mapRow(
  _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ body: (Floats, Int) -> Floats
) {
  var i = 0
  while i &+ 8 <= count {
    store(body(load8(x + i), i), y + i)
    i &+= 8
  }
  if i < count { storeUpTo8(body(loadUpTo8(x + i, count &- i), i), y + i, count &- i) }
}

/// Number, mean and sum of squared deviations of elements, eight lanes apart.
private struct Moments {
  var count = 0
  var mean = Floats()
  var squares = Floats()

  /// Welford's method over `vectors` steps of eight elements; the lanes stay apart.
  @inline(__always)
  init(_ x: UnsafePointer<Float>, vectors: Int) {
    count = vectors
    var step = 0
    while step < vectors {
      let v = load8(x + step &* 8)
      let delta = v - mean
      mean = multiplyAdd(mean, delta, Floats(repeating: 1 / Float(step &+ 1)))
      squares = multiplyAdd(squares, delta, v - mean)
      step &+= 1
    }
  }

  init() {}

  /// Adds what another part of the row has (Chan, Golub and LeVeque).
  mutating func join(_ other: Moments) {
    guard other.count > 0 else { return }
    let share = Floats(repeating: Float(other.count) / Float(count &+ other.count))
    let delta = other.mean - mean
    mean += share * delta
    squares = multiplyAdd(squares + other.squares, delta * share * Float(count), delta)
    count &+= other.count
  }
}

/// Mean and population variance of a row, in the order of PyTorch's kernel for registers of eight floats: parts of
/// sixteen vectors are joined in pairs, pairs of pairs, and so on; then the elements past the last vector and the
/// lanes follow, one after the other.
private func meanAndVariance(_ count: Int, _ x: UnsafePointer<Float>) -> (mean: Float, variance: Float) {
  let vectors = count / 8
  let parts = (vectors &+ 15) / 16
  // Level i joins 2^i parts at a time; the last one takes all that come.
  var depth = 0
  while depth < 31, 1 &<< depth < parts { depth &+= 1 }
  var levels = InlineArray<32, Moments>(repeating: Moments())
  var part = 0
  while part < parts {
    levels[unchecked: 0].join(Moments(x + part &* 128, vectors: min(16, vectors &- part &* 16)))
    part &+= 1
    var level = 1
    while level < depth, (part &>> (level &- 1)) & 1 == 0 {
      levels[unchecked: level].join(levels[unchecked: level &- 1])
      levels[unchecked: level &- 1] = Moments()
      level &+= 1
    }
  }
  var level = 1
  while level < depth {
    levels[unchecked: 0].join(levels[unchecked: level])
    level &+= 1
  }
  var mean: Float = 0
  var squares: Float = 0
  var done = 0
  var i = vectors &* 8
  while i < count {
    let delta = x[i] - mean
    done &+= 1
    mean += delta / Float(done)
    squares = multiplyAdd(squares, delta, x[i] - mean)
    i &+= 1
  }
  withUnsafeBytes(of: (levels[unchecked: 0].mean, levels[unchecked: 0].squares)) { bytes in
    let lanes = bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
    var lane = 0
    while lane < 8, vectors > 0 {
      let share = Float(vectors) / Float(done &+ vectors)
      let delta = lanes[lane] - mean
      mean = multiplyAdd(mean, share, delta)
      squares += multiplyAdd(lanes[lane &+ 8], delta * delta * share, Float(done))
      done &+= vectors
      lane &+= 1
    }
  }
  return (mean, squares / Float(count))
}

/// Layer normalization of each row: (x - mean) * (1 / sqrt(variance + epsilon)) * gamma + beta, with the population
/// variance. `output` may be `input`.
func layer_norm_f32_scalar(
  _ rows: Int, _ count: Int, _ input: UnsafePointer<Float>?, _ gamma: UnsafePointer<Float>?, _ beta: UnsafePointer<Float>?,
  _ epsilon: Float, _ output: UnsafeMutablePointer<Float>?
) {
  guard count > 0 else { return }
  var row = 0
  while row < rows {
    let x = input.unsafelyUnwrapped + row &* count
    let (mean, variance) = meanAndVariance(count, x)
    let center = Floats(repeating: mean)
    let factor = Floats(repeating: 1 / (variance + epsilon).squareRoot())
    mapRow(count, x, output.unsafelyUnwrapped + row &* count) { v, i in
      let left = min(count &- i, 8)
      let y = (v - center) * factor
      let scales = gamma.map { loadUpTo8($0 + i, left) } ?? Floats(repeating: 1)
      return beta.map { multiplyAdd(loadUpTo8($0 + i, left), y, scales) } ?? y * scales
    }
    row &+= 1
  }
}

/// y = f32(x * scale) + shift.
func scale_shift_f32_scalar(
  _ count: Int, _ input: UnsafePointer<Float>?, _ scale: Float, _ shift: Float, _ output: UnsafeMutablePointer<Float>?
) {
  guard count > 0 else { return }
  let scales = Floats(repeating: scale)
  let shifts = Floats(repeating: shift)
  mapRow(count, input.unsafelyUnwrapped, output.unsafelyUnwrapped) { x, _ in x * scales + shifts }
}

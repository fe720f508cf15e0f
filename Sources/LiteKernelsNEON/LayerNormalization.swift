// Layer normalization: Welford's method in eight lanes, in the order of LiteKernelsScalar/Normalization.swift, for the
// same bits.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON

  /// 1, 1/2, ... 1/16.
  private typealias Reciprocals = InlineArray<16, Float>

  /// Number, mean and sum of squared deviations of elements, eight lanes apart.
  private struct Moments {
    var count = 0
    var mean = (float32x4_t(), float32x4_t())
    var squares = (float32x4_t(), float32x4_t())

    @inline(__always)
    init() {}

    /// Up to sixteen steps of eight elements.
    @inline(__always)
    init(_ x: UnsafePointer<Float>, vectors: Int, _ reciprocals: borrowing Reciprocals) {
      count = vectors
      @inline(__always)
      func take(_ v: float32x4_t, _ reciprocal: Float, _ mean: inout float32x4_t, _ squares: inout float32x4_t) {
        let delta = vsubq_f32(v, mean)
        mean = vfmaq_n_f32(mean, delta, reciprocal)
        squares = vfmaq_f32(squares, delta, vsubq_f32(v, mean))
      }
      var step = 0
      while step < vectors {
        let reciprocal = reciprocals[unchecked: step]
        take(lite_neon_load_f32(x + step &* 8), reciprocal, &mean.0, &squares.0)
        take(lite_neon_load_f32(x + step &* 8 + 4), reciprocal, &mean.1, &squares.1)
        step &+= 1
      }
    }

    /// Adds what another part of the row has (Chan, Golub and LeVeque).
    @inline(__always)
    mutating func join(_ other: Moments) {
      guard other.count > 0 else { return }
      let share = vdupq_n_f32(Float(other.count) / Float(count &+ other.count))
      let size = vdupq_n_f32(Float(count))
      @inline(__always)
      func add(_ mean: inout float32x4_t, _ squares: inout float32x4_t, _ otherMean: float32x4_t, _ otherSquares: float32x4_t) {
        let delta = vsubq_f32(otherMean, mean)
        mean = vaddq_f32(mean, vmulq_f32(share, delta))
        squares = vfmaq_f32(vaddq_f32(squares, otherSquares), vmulq_f32(vmulq_f32(delta, share), size), delta)
      }
      add(&mean.0, &squares.0, other.mean.0, other.squares.0)
      add(&mean.1, &squares.1, other.mean.1, other.squares.1)
      count &+= other.count
    }
  }

  /// Levels of `meanAndVariance`, enough for half a million elements; longer rows are the scalar tier's.
  private var levelCount: Int { 12 }

  /// Mean and population variance of a row: parts of sixteen vectors are joined in pairs, pairs of pairs, and so on; then
  /// the elements past the last vector and the lanes follow, one after the other.
  @inline(__always)
  private func meanAndVariance(
    _ count: Int, _ x: UnsafePointer<Float>, _ reciprocals: borrowing Reciprocals
  ) -> (mean: Float, variance: Float) {
    let vectors = count / 8
    let parts = (vectors &+ 15) / 16
    var all = Moments()
    if parts <= 2 {
      // What the levels come to.
      if parts > 0 { all.join(Moments(x, vectors: min(16, vectors), reciprocals)) }
      if parts > 1 { all.join(Moments(x + 128, vectors: vectors &- 16, reciprocals)) }
    } else {
      var depth = 0
      while 1 &<< depth < parts { depth &+= 1 }
      var levels = InlineArray<12, Moments>(repeating: Moments())
      var part = 0
      while part < parts {
        levels[unchecked: 0].join(Moments(x + part &* 128, vectors: min(16, vectors &- part &* 16), reciprocals))
        part &+= 1
        var level = 1
        while level < depth, (part &>> (level &- 1)) & 1 == 0 {
          levels[unchecked: level].join(levels[unchecked: level &- 1])
          levels[unchecked: level &- 1] = Moments()
          level &+= 1
        }
      }
      all = levels[unchecked: 0]
      var level = 1
      while level < depth {
        all.join(levels[unchecked: level])
        level &+= 1
      }
    }
    var mean: Float = 0
    var squares: Float = 0
    var done = 0
    var i = vectors &* 8
    while i < count {
      let delta = x[i] - mean
      done &+= 1
      mean += delta / Float(done)
      squares.addProduct(delta, x[i] - mean)
      i &+= 1
    }
    withUnsafeBytes(of: (all.mean, all.squares)) { bytes in
      let lanes = bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Float.self)
      var lane = 0
      while lane < 8, vectors > 0 {
        let share = Float(vectors) / Float(done &+ vectors)
        let delta = lanes[lane] - mean
        mean.addProduct(share, delta)
        squares += lanes[lane &+ 8].addingProduct(delta * delta * share, Float(done))
        done &+= vectors
        lane &+= 1
      }
    }
    return (mean, squares / Float(count))
  }

  /// y[i] = body(x[i], i, n), n = four at a time; the last step, which may have fewer, sees zeros past the end.
  @inline(__always)
  private func mapElements(
    _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ body: (float32x4_t, Int, Int) -> float32x4_t
  ) {
    var i = 0
    while i &+ 8 <= count {
      let a = lite_neon_load_f32(x + i)
      let b = lite_neon_load_f32(x + i + 4)
      lite_neon_store_f32(y + i, body(a, i, 4))
      lite_neon_store_f32(y + i + 4, body(b, i &+ 4, 4))
      i &+= 8
    }
    while i < count {
      let left = min(count &- i, 4)
      storeBytes(body(loadWords(x + i, left, float32x4_t()), i, left), y + i, left &* 4)
      i &+= 4
    }
  }

  /// (x - mean) / sqrt(variance + epsilon) * gamma + beta of each row; `layer_norm_f32_scalar` defines it, and
  /// does it without gamma or beta.
  func layer_norm_f32_neon(
    _ rows: Int, _ count: Int, _ input: UnsafePointer<Float>?, _ gamma: UnsafePointer<Float>?, _ beta: UnsafePointer<Float>?,
    _ epsilon: Float, _ output: UnsafeMutablePointer<Float>?
  ) {
    guard count > 0 else { return }
    guard let gamma, let beta, count &>> 7 < 1 &<< levelCount else {
      lite_kernels_scalar().unsafelyUnwrapped.pointee.layer_norm_f32(rows, count, input, gamma, beta, epsilon, output)
      return
    }
    var reciprocals = Reciprocals(repeating: 1)
    for step in 1..<16 { reciprocals[unchecked: step] = 1 / Float(step &+ 1) }
    var row = 0
    while row < rows {
      let x = input.unsafelyUnwrapped + row &* count
      let y = output.unsafelyUnwrapped + row &* count
      let (mean, variance) = meanAndVariance(count, x, reciprocals)
      let center = vdupq_n_f32(mean)
      let factor = vdupq_n_f32(1 / (variance + epsilon).squareRoot())
      @inline(__always)
      func load(_ p: UnsafePointer<Float>, _ n: Int) -> float32x4_t {
        n == 4 ? lite_neon_load_f32(p) : loadWords(p, n, float32x4_t())
      }
      mapElements(count, x, y) { v, i, n in
        vfmaq_f32(load(beta + i, n), vmulq_f32(vsubq_f32(v, center), factor), load(gamma + i, n))
      }
      row &+= 1
    }
  }
#endif

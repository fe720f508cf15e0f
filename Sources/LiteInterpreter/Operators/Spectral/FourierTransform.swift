import CLitePlatform
import LiteFormat

/// Discrete Fourier transforms of one length in double: X[k] = sum over j of x[j] * exp(-2 pi i j k / length), not scaled.
///
/// O(n log n) for every length: lengths with small prime factors by Stockham's algorithm in radices 4, 2 and the other
/// factors; others as a convolution with a chirp, by transforms whose length is a power of two (Bluestein 1970).
struct FourierTransform: ~Copyable {
  let length: Int
  private let smooth: SmoothTransform
  /// exp(pi i t^2 / length); empty for lengths that need no chirp.
  private let chirp: Scratch<Complex>
  /// The transform of the chirp, divided by its length.
  private let spectrum: Scratch<Complex>
  /// Room for a sequence and for what is computed of it.
  private let buffer: Scratch<Complex>

  /// - Parameter length: at least 1.
  init(_ length: Int, _ context: Context) throws(LiteError) {
    let needsChirp = SmoothTransform.radices(length) == nil
    var padded = length
    if needsChirp {
      padded = 1
      while padded < length { padded = try Checked.multiply(padded, 2) }
      padded = try Checked.multiply(padded, 2)
    }
    let smooth = try SmoothTransform(padded, context)
    let chirp: Scratch<Complex> = try context.scratch(needsChirp ? length : 0)
    let spectrum: Scratch<Complex> = try context.scratch(needsChirp ? padded : 0)
    let buffer: Scratch<Complex> = try context.scratch(try Checked.multiply(padded, 2))
    if needsChirp { Self.prepare(length, smooth, chirp, spectrum, buffer) }
    self.length = length
    self.smooth = smooth
    self.chirp = chirp
    self.spectrum = spectrum
    self.buffer = buffer
  }

  /// Computes the chirp and its transform.
  private static func prepare(
    _ length: Int, _ smooth: borrowing SmoothTransform, _ chirp: borrowing Scratch<Complex>,
    _ spectrum: borrowing Scratch<Complex>,
    _ buffer: borrowing Scratch<Complex>
  ) {
    let padded = smooth.length
    // t^2 modulo 2 * length, from one t to the next.
    var square = 0
    for t in 0..<length {
      chirp[t] = .polar(1, 3.141592653589793 * Double(square) / Double(length))
      square = (square + 2 * t + 1) % (2 * length)
    }
    for t in 0..<padded { buffer[t] = Complex(0, 0) }
    buffer[0] = chirp[0]
    for t in 1..<length {
      buffer[t] = chirp[t]
      buffer[padded - t] = chirp[t]
    }
    let result = smooth.run(buffer.base, buffer.base + padded)
    for t in 0..<padded { spectrum[t] = result[t] * (1 / Double(padded)) }
  }

  /// Where the sequence is put: `length` elements. `run` overwrites them.
  var input: UnsafeMutablePointer<Complex> { buffer.base }

  /// Transforms the input.
  ///
  /// - Returns: the result, valid until the input is written again.
  func run() -> UnsafeMutablePointer<Complex> {
    let data = buffer.base
    guard chirp.count > 0 else { return smooth.run(data, data + length) }
    let padded = smooth.length
    for t in 0..<length { data[t] = data[t] * chirp[t].conjugate }
    for t in length..<padded { data[t] = Complex(0, 0) }
    let transformed = smooth.run(data, data + padded)
    // The inverse transform is the conjugate of the conjugate's transform.
    for t in 0..<padded { transformed[t] = (transformed[t] * spectrum[t]).conjugate }
    let result = smooth.run(transformed, transformed == data ? data + padded : data)
    for t in 0..<length { result[t] = result[t].conjugate * chirp[t].conjugate }
    return result
  }
}

/// Transforms of lengths without large prime factors.
struct SmoothTransform: ~Copyable {
  /// Larger prime factors are cheaper through a chirp.
  private static let largestRadix = 31

  let length: Int
  private let radices: [Int]
  /// exp(-2 pi i k / length).
  private let roots: Scratch<Complex>

  /// The factors of the length, 4 before 2 before odd primes; nil when one is too large.
  static func radices(_ length: Int) -> [Int]? {
    var rest = length
    var result: [Int] = []
    var radix = 4
    while rest > 1 {
      if rest % radix == 0 {
        result.append(radix)
        rest /= radix
      } else {
        radix = radix == 4 ? 2 : radix == 2 ? 3 : radix + 2
        if radix > largestRadix { return nil }
      }
    }
    return result
  }

  init(_ length: Int, _ context: Context) throws(LiteError) {
    let roots: Scratch<Complex> = try context.scratch(length)
    for k in 0..<length { roots[k] = .polar(1, -6.283185307179586 * Double(k) / Double(length)) }
    self.length = length
    self.roots = roots
    radices = Self.radices(length) ?? []
  }

  /// Transforms `length` elements of `data`; `other` is room for as many. The result is in one of them.
  func run(_ data: UnsafeMutablePointer<Complex>, _ other: UnsafeMutablePointer<Complex>) -> UnsafeMutablePointer<Complex> {
    var (x, y) = (data, other)
    // After each pass, `step` sequences of `rest` elements that lie `step` apart are left to transform.
    var rest = length
    var step = 1
    for radix in radices {
      rest /= radix
      switch radix {
      case 2: passOfTwo(x, y, rest, step)
      case 4: passOfFour(x, y, rest, step)
      default: pass(radix, x, y, rest, step)
      }
      step *= radix
      (x, y) = (y, x)
    }
    return x
  }

  private func passOfTwo(_ x: UnsafeMutablePointer<Complex>, _ y: UnsafeMutablePointer<Complex>, _ rest: Int, _ step: Int) {
    for p in 0..<rest {
      let root = roots[p &* step]
      for q in 0..<step {
        let a = x[q &+ step &* p]
        let b = x[q &+ step &* (p &+ rest)]
        let target = y + (q &+ step &* 2 &* p)
        target[0] = a + b
        target[step] = (a - b) * root
      }
    }
  }

  private func passOfFour(_ x: UnsafeMutablePointer<Complex>, _ y: UnsafeMutablePointer<Complex>, _ rest: Int, _ step: Int) {
    for p in 0..<rest {
      let (root, root2, root3) = (roots[p &* step], roots[2 &* p &* step], roots[3 &* p &* step])
      for q in 0..<step {
        let source = x + (q &+ step &* p)
        let (a, b, c, d) = (source[0], source[step &* rest], source[2 &* step &* rest], source[3 &* step &* rest])
        let (even, odd) = (a + c, b + d)
        let (difference, turned) = (a - c, (b - d).dividedByI)
        let target = y + (q &+ step &* 4 &* p)
        target[0] = even + odd
        target[step] = (difference + turned) * root
        target[2 &* step] = (even - odd) * root2
        target[3 &* step] = (difference - turned) * root3
      }
    }
  }

  /// A pass of any radix, by the definition of the transform.
  private func pass(
    _ radix: Int, _ x: UnsafeMutablePointer<Complex>, _ y: UnsafeMutablePointer<Complex>, _ rest: Int, _ step: Int
  ) {
    let turn = length / radix
    for p in 0..<rest {
      for q in 0..<step {
        let source = x + (q &+ step &* p)
        let target = y + (q &+ step &* radix &* p)
        for k in 0..<radix {
          var sum = source[0]
          var angle = 0
          for j in 1..<radix {
            angle = angle &+ k &* turn
            if angle >= length { angle = angle &- length }
            sum = sum + source[j &* step &* rest] * roots[angle]
          }
          target[k &* step] = sum * roots[p &* k &* step]
        }
      }
    }
  }
}

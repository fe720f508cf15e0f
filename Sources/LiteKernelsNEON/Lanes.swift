// Loads and stores of incomplete vectors.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON
  import CLitePlatform

  /// The first `count` (0...16) bytes; zeros after them. Reads nothing else.
  @inline(__always)
  func loadBytes(_ p: UnsafeRawPointer, _ count: Int) -> SIMD16<UInt8> {
    var lanes = SIMD16<UInt8>()
    withUnsafeMutableBytes(of: &lanes) { _ = memcpy($0.baseAddress.unsafelyUnwrapped, p, count) }
    return lanes
  }

  /// The first `count` (0...4) elements; zeros after them.
  @inline(__always)
  func loadWords<Vector: BitwiseCopyable>(_ p: UnsafeRawPointer, _ count: Int, _ zeros: Vector) -> Vector {
    var lanes = zeros
    withUnsafeMutableBytes(of: &lanes) { _ = memcpy($0.baseAddress.unsafelyUnwrapped, p, count &* 4) }
    return lanes
  }

  /// Writes the first `count` bytes of a vector.
  @inline(__always)
  func storeBytes<Vector: BitwiseCopyable>(_ vector: Vector, _ p: UnsafeMutableRawPointer, _ count: Int) {
    withUnsafeBytes(of: vector) { _ = memcpy(p, $0.baseAddress.unsafelyUnwrapped, count) }
  }

  /// Eight int32 or float values of eight neighbouring channels.
  struct Eight<Half: BitwiseCopyable> {
    var low: Half
    var high: Half

    @inline(__always)
    init(_ low: Half, _ high: Half) {
      self.low = low
      self.high = high
    }
  }

  /// Loads 1...8 int32; zeros after the last.
  @inline(__always)
  func loadInts(_ p: UnsafePointer<Int32>, _ count: Int) -> Eight<int32x4_t> {
    if count >= 8 { return Eight(lite_neon_load_s32(p), lite_neon_load_s32(p + 4)) }
    return Eight(loadWords(p, min(count, 4), int32x4_t()), loadWords(p + 4, max(count &- 4, 0), int32x4_t()))
  }

  /// Loads 1...8 floats; zeros after the last.
  @inline(__always)
  func loadFloats(_ p: UnsafePointer<Float>, _ count: Int) -> Eight<float32x4_t> {
    if count >= 8 { return Eight(lite_neon_load_f32(p), lite_neon_load_f32(p + 4)) }
    return Eight(loadWords(p, min(count, 4), float32x4_t()), loadWords(p + 4, max(count &- 4, 0), float32x4_t()))
  }
#endif

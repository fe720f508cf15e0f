// Packed weights of an 8-bit matrix product, for each block of channels:
//
//     int32[16]    128 * sum of the channel's weights: activations are made signed by x ^ 0x80, which takes 128 off
//     uint32[16]   128 * sum of their magnitudes: no sum of products is larger
//     int32[4]     first: 1 when a sum of two products may overflow 16 bits (ARMv8.0 only); the others 0
//     int8         [depth / group][channels of the block][group]
//
// Depth here is all taps one after the other, padded with zeros to the tier's unit. Blocks have sixteen channels;
// when eight or fewer are left the last one has eight.

#if arch(arm64) && canImport(CLiteNEON)
  import CLiteKernels
  import CLiteNEON

  enum GemmWeights {
    /// Bytes before the weights of a block.
    static let header = 144

    /// Whether a sum of two products may overflow 16 bits.
    @inline(__always)
    static func isWide(_ block: UnsafeRawPointer) -> Bool { block.load(fromByteOffset: 128, as: Int32.self) != 0 }

    /// Channels of the block that starts at a channel: 16 or 8.
    @inline(__always)
    static func blockWidth(_ channel: Int, of channels: Int) -> Int { channels &- channel > 8 ? 16 : 8 }

    /// Bytes for all channels.
    static func byteCount(_ channels: Int, _ taps: Int, _ depth: Int, unit: Int) -> Int {
      let padded = (taps &* depth &+ unit &- 1) & ~(unit &- 1)
      let wide = (channels &+ 7) &>> 4
      let narrow = channels &- wide &* 16 > 0 ? 1 : 0
      return (wide &+ narrow) &* header &+ (wide &* 16 &+ narrow &* 8) &* padded
    }

    /// Packs; strides are in elements.
    static func pack(
      _ channels: Int, _ taps: Int, _ depth: Int, _ source: UnsafePointer<Int8>, _ channelStride: Int, _ tapStride: Int,
      _ depthStride: Int, _ packed: UnsafeMutableRawPointer, group: Int, unit: Int
    ) {
      let padded = (taps &* depth &+ unit &- 1) & ~(unit &- 1)
      var block = packed
      var first = 0
      while first < channels {
        let width = blockWidth(first, of: channels)
        let sums = block.assumingMemoryBound(to: Int32.self)
        for index in 0..<36 { sums[index] = 0 }
        let out = (block + header).assumingMemoryBound(to: Int8.self)
        for index in 0..<max(width &* padded, 0) { out[index] = 0 }
        for lane in 0..<min(width, channels &- first) {
          var sum: Int32 = 0
          var magnitude: UInt64 = 0
          // Where the lane's part of a group begins, and how much of it is filled.
          var index = lane &* group
          var filled = 0
          // The two products that ARMv8.0 adds in 16 bits lie two depths apart: a group before.
          var isSecond = false
          for tap in 0..<max(taps, 0) {
            var p = source + ((first &+ lane) &* channelStride &+ tap &* tapStride)
            for _ in 0..<max(depth, 0) {
              let value = p.pointee
              out[index &+ filled] = value
              sum &+= Int32(value)
              magnitude &+= UInt64(value.magnitude)
              if group == 2, value == -128, isSecond, out[index &+ filled &- 2 &* width] == -128 { sums[32] = 1 }
              filled &+= 1
              if filled == group {
                filled = 0
                index &+= width &* group
                isSecond = !isSecond
              }
              p += depthStride
            }
          }
          sums[lane] = 128 &* sum
          sums[16 &+ lane] = Int32(bitPattern: UInt32(clamping: 128 &* magnitude))
        }
        block += header &+ width &* padded
        first &+= width
      }
    }
  }
#endif

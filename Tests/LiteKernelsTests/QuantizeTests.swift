import CLiteKernels
import Testing

@Suite struct QuantizeTests {
  private var samples: [Float] {
    var random = Random(9)
    var x: [Float] = [0, -0.0, .infinity, -.infinity, .nan, 1e38, -1e38, 0x1p-130, .leastNonzeroMagnitude]
    for i in -600...600 { x.append(Float(i) * 0.5) }  // halves: ties with inverse scale 1
    for i in -300...300 {
      x.append((Float(i) + 0.5).nextUp)
      x.append((Float(i) + 0.5).nextDown)
    }
    return x + random.floats(2000, scale: 400)
  }

  /// The definition, in double; NaN gives the minimum.
  private func quantized(_ x: Float, _ inverse: Float, _ zero: Int32, _ rounding: Int, _ low: Double, _ high: Double) -> Double {
    let value: Double
    if rounding == LITE_ADD_THEN_ROUND {
      value = Double(Float(zero).addingProduct(x, inverse)).rounded(.toNearestOrEven)
    } else {
      value = Double(x * inverse).rounded(.toNearestOrEven) + Double(zero)
    }
    return value.isNaN ? low : max(low, min(high, value))
  }

  @Test(arguments: Tier.allCases, [LITE_ROUND_THEN_ADD, LITE_ADD_THEN_ROUND]) func quantize(tier: Tier, rounding: Int) {
    let all = samples
    let table = tier.table
    for count in Array(0...20) + [all.count] {
      let x = Guarded(Array(all.prefix(count)))
      let u8 = Guarded<UInt8>(count)
      let s8 = Guarded<Int8>(count)
      let s32 = Guarded<Int32>(count)
      for inverse in [1, 27.027, 0.0123, 3e38, 0] as [Float] {
        for zero in [0, 255, 77] as [Int32] {
          table.quantize_u8(count, x.base, inverse, zero, Int32(rounding), u8.base)
          #expect(
            u8.array == x.array.map { UInt8(quantized($0, inverse, zero, rounding, 0, 255)) }, "u8 \(count) \(inverse) \(zero)")
          let signed = zero == 255 ? -128 : zero
          table.quantize_s8(count, x.base, inverse, signed, Int32(rounding), s8.base)
          #expect(
            s8.array == x.array.map { Int8(quantized($0, inverse, signed, rounding, -128, 127)) },
            "s8 \(count) \(inverse) \(signed)")
          table.quantize_s32(count, x.base, inverse, zero, Int32(rounding), s32.base)
          #expect(
            s32.array == x.array.map { Int32(quantized($0, inverse, zero, rounding, -2_147_483_648, 2_147_483_647)) },
            "s32 \(count) \(inverse) \(zero)")
        }
      }
      #expect(u8.intact && s8.intact && s32.intact)
    }
  }

  @Test(arguments: Tier.allCases) func dequantize(tier: Tier) {
    let table = tier.table
    var random = Random(10)
    for count in Array(0...20) + [256, 1000] {
      let u8 = Guarded(random.bytes(count))
      let s8 = Guarded(random.signedBytes(count))
      let s32 = Guarded((0..<count).map { _ in Int32(truncatingIfNeeded: Int64(bitPattern: random.next())) })
      let out = Guarded<Float>(count)
      for (scale, zero) in [(0.0371, 101), (1, 0), (3.3e37, 255)] as [(Float, Int32)] {
        table.dequantize_u8(count, u8.base, scale, zero, out.base)
        #expect(out.array == u8.array.map { scale * Float(Int32($0) - zero) })
        table.dequantize_s8(count, s8.base, scale, zero - 128, out.base)
        #expect(out.array == s8.array.map { scale * Float(Int32($0) - (zero - 128)) })
        table.dequantize_s32(count, s32.base, scale, zero, out.base)
        #expect(out.array == s32.array.map { scale * Float(Int64($0) - Int64(zero)) })
      }
      #expect(out.intact)
    }
  }
}

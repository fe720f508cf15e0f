import CLiteKernels
import Glibc
import Testing

/// The strided, broadcast and in-place forms of elementwise loops, for every operator and type, against
/// the same loop fed one element at a time; what the operators compute is PyTorchTests' business.
@Suite struct PointwiseTests {
  static let types: [(code: Int, size: Int)] = [
    (LITE_DTYPE_U8, 1), (LITE_DTYPE_S8, 1), (LITE_DTYPE_S16, 2), (LITE_DTYPE_S32, 4), (LITE_DTYPE_S64, 8),
    (LITE_DTYPE_F16, 2), (LITE_DTYPE_F32, 4), (LITE_DTYPE_F64, 8), (LITE_DTYPE_BOOL, 1), (LITE_DTYPE_BF16, 2),
  ]
  private static func isFloating(_ code: Int) -> Bool {
    [LITE_DTYPE_F16, LITE_DTYPE_F32, LITE_DTYPE_F64, LITE_DTYPE_BF16].contains(code)
  }

  /// Small values that are harmless in every operator, as elements of a type.
  private func values(_ code: Int, _ size: Int, _ count: Int, _ stride: Int, seed: Int) -> Guarded<UInt8> {
    var random = Random(seed)
    let buffer = Guarded<UInt8>(count == 0 ? 0 : (count - 1) * stride + size)
    for i in 0..<count {
      let v = Int(random.next() % 7)
      let p = buffer.raw + i * stride
      switch code {
      case LITE_DTYPE_BOOL: p.storeBytes(of: UInt8(v & 1), as: UInt8.self)
      case LITE_DTYPE_U8, LITE_DTYPE_S8: p.storeBytes(of: UInt8(v), as: UInt8.self)
      case LITE_DTYPE_S16: p.storeBytes(of: Int16(v), as: Int16.self)
      case LITE_DTYPE_S32: p.storeBytes(of: Int32(v), as: Int32.self)
      case LITE_DTYPE_S64: p.storeBytes(of: Int64(v), as: Int64.self)
      case LITE_DTYPE_F16: p.storeBytes(of: Float16(v).bitPattern, as: UInt16.self)
      case LITE_DTYPE_BF16: p.storeBytes(of: UInt16(Float(v).bitPattern >> 16), as: UInt16.self)
      case LITE_DTYPE_F32: p.storeBytes(of: Float(v), as: Float.self)
      default: p.storeBytes(of: Double(v), as: Double.self)
      }
    }
    return buffer
  }

  @Test func binaryShapes() {
    let table = lite_kernels_scalar()!.pointee
    let parameters: [Double] = [1.5]
    for (code, size) in Self.types {
      for operation in 0..<LITE_BINARY_COUNT {
        let exists =
          operation == LITE_BINARY_DIV ? Self.isFloating(code) : operation < LITE_BINARY_BITWISE_AND || !Self.isFloating(code)
        guard let loop = table.binary_loop(Int32(operation), Int32(code)) else {
          #expect(!exists, "no loop for operator \(operation), type \(code)")
          continue
        }
        #expect(exists)
        let outSize = operation >= LITE_BINARY_EQ && operation <= LITE_BINARY_LOGICAL_XOR ? 1 : size
        for count in [0, 1, 8, 9, 65, 130] {
          for (sa, sb, so) in [(1, 1, 1), (1, 0, 1), (0, 2, 1), (3, 1, 2), (0, 0, 1)] {
            let a = values(code, size, sa == 0 ? 1 : count, max(1, sa) * size, seed: count)
            let b = values(code, size, sb == 0 ? 1 : count, max(1, sb) * size, seed: count + 1)
            let out = Guarded<UInt8>(count == 0 ? 0 : (count - 1) * so * outSize + outSize)
            for i in 0..<out.count { out.base[i] = 0xEE }
            if count > 0 || a.count > 0 {
              loop(out.raw, so * outSize, a.raw, sa * size, b.raw, sb * size, count, parameters)
            }
            var wrong = 0
            for i in 0..<count {
              var one: UInt64 = 0
              loop(&one, 0, a.raw + i * sa * size, 0, b.raw + i * sb * size, 0, 1, parameters)
              withUnsafeBytes(of: &one) { if memcmp($0.baseAddress!, out.raw + i * so * outSize, outSize) != 0 { wrong += 1 } }
              // Gaps between elements are left alone.
              if i + 1 < count {
                for j in outSize..<max(outSize, so * outSize) where out.base[i * so * outSize + j] != 0xEE { wrong += 1 }
              }
            }
            #expect(wrong == 0 && out.intact, "operator \(operation) type \(code) count \(count) strides \(sa) \(sb) \(so)")
          }
        }
        if outSize == size {  // in place, over either operand
          for count in [8, 65, 200] {
            let a = values(code, size, count, size, seed: 3)
            let b = values(code, size, count, size, seed: 4)
            let out = Guarded<UInt8>(count * size)
            loop(out.raw, size, a.raw, size, b.raw, size, count, parameters)
            let c = values(code, size, count, size, seed: 3)
            loop(c.raw, size, c.raw, size, b.raw, size, count, parameters)
            loop(b.raw, size, a.raw, size, b.raw, size, count, parameters)
            #expect(c.array == out.array && b.array == out.array, "in place, operator \(operation) type \(code)")
          }
        }
      }
      #expect(table.binary_loop(Int32(LITE_BINARY_COUNT), Int32(code)) == nil && table.binary_loop(-1, Int32(code)) == nil)
    }
    #expect(table.binary_loop(0, 8) == nil && table.unary_loop(0, 99) == nil && table.convert_loop(6, 12) == nil)
  }

  @Test func unaryShapes() {
    let table = lite_kernels_scalar()!.pointee
    let parameters: [Double] = [0.5, 2, 1]
    for (code, size) in Self.types {
      for operation in 0..<LITE_UNARY_COUNT {
        guard let loop = table.unary_loop(Int32(operation), Int32(code)) else {
          #expect(
            operation == LITE_UNARY_BITWISE_NOT ? Self.isFloating(code) : !Self.isFloating(code),
            "operator \(operation) type \(code)")
          continue
        }
        let outSize = operation == LITE_UNARY_LOGICAL_NOT ? 1 : size
        for count in [0, 1, 8, 9, 65, 130] {
          for (sa, so) in [(1, 1), (0, 1), (2, 1), (1, 3)] {
            let a = values(code, size, sa == 0 ? 1 : count, max(1, sa) * size, seed: count)
            let out = Guarded<UInt8>(count == 0 ? 0 : (count - 1) * so * outSize + outSize)
            for i in 0..<out.count { out.base[i] = 0xEE }
            loop(out.raw, so * outSize, a.raw, sa * size, count, parameters)
            var wrong = 0
            for i in 0..<count {
              var one: UInt64 = 0
              loop(&one, 0, a.raw + i * sa * size, 0, 1, parameters)
              withUnsafeBytes(of: &one) { if memcmp($0.baseAddress!, out.raw + i * so * outSize, outSize) != 0 { wrong += 1 } }
              if i + 1 < count {
                for j in outSize..<max(outSize, so * outSize) where out.base[i * so * outSize + j] != 0xEE { wrong += 1 }
              }
            }
            #expect(wrong == 0 && out.intact, "operator \(operation) type \(code) count \(count) strides \(sa) \(so)")
          }
        }
      }
    }
  }

  @Test func integerCorners() {
    let table = lite_kernels_scalar()!.pointee
    func run(_ operation: Int, _ a: Int64, _ b: Int64, _ parameters: [Double]? = nil) -> Int64 {
      var a = a
      var b = b
      var y: Int64 = 77
      table.binary_loop(Int32(operation), Int32(LITE_DTYPE_S64))!(&y, 8, &a, 8, &b, 8, 1, parameters)
      return y
    }
    for operation in [LITE_BINARY_DIV_TRUNC, LITE_BINARY_DIV_FLOOR, LITE_BINARY_REMAINDER, LITE_BINARY_FMOD] {
      #expect(run(operation, 5, 0) == 0)
      #expect(run(operation, .min, 0) == 0)
    }
    #expect(run(LITE_BINARY_DIV_TRUNC, .min, -1) == .min)
    #expect(run(LITE_BINARY_DIV_FLOOR, .min, -1) == .min)
    #expect(run(LITE_BINARY_REMAINDER, .min, -1) == 0)
    #expect(run(LITE_BINARY_ADD, .max, 1) == .min)
    #expect(run(LITE_BINARY_ADD, 1, 1, [.nan]) == 1)
    #expect(run(LITE_BINARY_ADD, 0, 1, [1e300]) == .max)
    #expect(run(LITE_BINARY_POW, 3, 39) == 4_052_555_153_018_976_267)
    #expect(run(LITE_BINARY_POW, 2, 64) == 0)
    #expect(run(LITE_BINARY_POW, 2, -1) == 0)
    #expect(run(LITE_BINARY_POW, -1, -3) == -1)
    #expect(run(LITE_BINARY_POW, 0, 0) == 1)
    #expect(run(LITE_BINARY_POW, 2, .max) == 0)
  }

  /// Every half, and singles around every rounding boundary of half and bfloat16.
  @Test func halfConversions() {
    let table = lite_kernels_scalar()!.pointee
    let halves = (0...UInt16.max).map { $0 }
    var wide = [Float](repeating: 0, count: halves.count)
    table.convert_loop(Int32(LITE_DTYPE_F16), Int32(LITE_DTYPE_F32))!(&wide, 4, halves, 2, halves.count, nil)
    #expect(
      zip(halves, wide).allSatisfy { bits, y in
        let x = Float(Float16(bitPattern: bits))
        return x.isNaN ? y.isNaN : x.bitPattern == y.bitPattern
      })
    var inputs: [Float] = [.nan, .infinity, -.infinity, 1e10, 65519.996, 65520, 2.98e-8, 2.99e-8]
    for x in wide where x.isFinite {
      inputs += [x, x.nextUp, x.nextDown, (x + (x.magnitude + 1e-9) * 0.000488281), x * 1.00048828125]
    }
    var narrow = [UInt16](repeating: 0, count: inputs.count)
    table.convert_loop(Int32(LITE_DTYPE_F32), Int32(LITE_DTYPE_F16))!(&narrow, 2, inputs, 4, inputs.count, nil)
    #expect(
      zip(inputs, narrow).allSatisfy { x, bits in
        let y = Float16(x)
        return y.isNaN ? Float16(bitPattern: bits).isNaN : y.bitPattern == bits
      })
  }

  /// Numbers that do not fit, as PyTorch 2.13 converts them on x86.
  @Test func conversionsOutOfRange() {
    let table = lite_kernels_scalar()!.pointee
    let x: [Double] = [
      .nan, .infinity, -.infinity, 1e300, -1e300, 0x1p63, -0x1p63, 255.9, 256, -0.9, -1, 127.5, 128, -128.9, -129, 2147483647.5,
      2_147_483_648,
    ]
    func run<T: BitwiseCopyable>(_ to: Int, _ zero: T) -> [T] {
      var y = [T](repeating: zero, count: x.count)
      let loop = table.convert_loop(Int32(LITE_DTYPE_F64), Int32(to))!
      y.withUnsafeMutableBytes { loop($0.baseAddress, MemoryLayout<T>.stride, x, 8, x.count, nil) }
      return y
    }
    #expect(run(LITE_DTYPE_U8, UInt8(9)) == [0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 255, 127, 128, 128, 127, 255, 0])
    #expect(run(LITE_DTYPE_S8, Int8(9)) == [0, 0, 0, 0, 0, 0, 0, -1, 0, 0, -1, 127, -128, -128, 127, -1, 0])
    #expect(
      run(LITE_DTYPE_S64, Int64(9)) == [
        .min, .min, .min, .min, .min, .min, .min, 255, 256, 0, -1, 127, 128, -128, -129, 2_147_483_647, 2_147_483_648,
      ])
    #expect(
      run(LITE_DTYPE_S32, Int32(9)) == [
        .min, .min, .min, .min, .min, .min, .min, 255, 256, 0, -1, 127, 128, -128, -129, 2_147_483_647, .min,
      ])
    #expect(run(LITE_DTYPE_BOOL, UInt8(9)) == [UInt8](repeating: 1, count: x.count))
  }
}

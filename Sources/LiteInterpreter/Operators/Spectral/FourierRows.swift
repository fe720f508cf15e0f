import LiteFormat

/// The transforms of all rows of a tensor along one dimension.
struct FourierRows {
  let dimension: Int
  /// Elements that are transformed: the row is cut, or filled up with zeros.
  let length: Int
  /// With exp(+2 pi i j k / length).
  let isInverse: Bool
  /// The row is the first half of a sequence whose second half is its mirrored conjugate.
  let isMirrored: Bool

  /// - Parameters:
  ///   - x: real or complex.
  ///   - stored: how many elements of each transform the result has.
  ///   - type: of the result; a real type gets the real parts.
  func transform(
    _ x: Tensor, stored: Int, _ type: DataType, scale: Double, _ context: Context
  ) throws(LiteError) -> Tensor {
    var sizes = x.sizes
    sizes[dimension] = stored
    let result = try Tensor(type, sizes, in: context.arena)
    guard result.count > 0 else { return result }
    let transform = try FourierTransform(length, context)
    let given = min(x.sizes[dimension], isMirrored ? length / 2 + 1 : length)
    let inputStride = x.strides[dimension] &* x.type.size
    let outputStride = result.strides[dimension] &* type.size
    // The loop goes over the places of the rows.
    let operands = [result.operand(result.sizes), x.operand(x.sizes)]
    sizes[dimension] = 1
    let loop = StridedLoop(sizes, operands)
    try loop.forEach { (addresses, count) throws(LiteError) in
      for row in 0..<count {
        let numbers = transform.input
        try ComplexElements.load(
          numbers, from: addresses[1]! + row &* loop.innerStride(1), inputStride, x.type, given, context)
        for index in given..<length { numbers[index] = Complex(0, 0) }
        if isMirrored {
          for index in 1..<max(1, (length + 1) / 2) { numbers[length - index] = numbers[index].conjugate }
        }
        // The inverse is the conjugate of the conjugate's transform.
        if isInverse { for index in 0..<length { numbers[index].imaginary = -numbers[index].imaginary } }
        let values = transform.run()
        let sign = isInverse ? -scale : scale
        for index in 0..<stored { values[index] = Complex(values[index].real * scale, values[index].imaginary * sign) }
        try ComplexElements.store(
          values, to: addresses[0]! + row &* loop.innerStride(0), outputStride, type, stored, context)
      }
    }
    return result
  }
}

import CLitePlatform
import LiteFormat

/// Sums, products, extrema, norms and moments over some dimensions. Everything is accumulated in double or
/// int64, so results differ from PyTorch's by its rounding, not by this one's.
enum Reductions {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      sum.dim_IntList(self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) | IntList_out
      sum(self, *, ScalarType? dtype=None) | out
      """, atenSum)
    table.add("nansum(self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) | out", atenNansum)
    table.add(
      """
      mean(self, *, ScalarType? dtype=None) | dtype_out
      mean.dim(self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) | out
      """, atenMean)
    table.add("nanmean(self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) | out", atenNanmean)
    table.add(
      """
      prod(self, *, ScalarType? dtype=None) | out
      prod.dim_int(self, int dim, bool keepdim=False, *, ScalarType? dtype=None) | int_out
      """, atenProd)
    table.add(
      """
      any(self) | all_out
      any.dim(self, int dim, bool keepdim=False) | out
      any.dims(self, int[]? dim=None, bool keepdim=False) | dims_out
      """, atenAny)
    table.add(
      """
      all(self) | all_out
      all.dim(self, int dim, bool keepdim=False) | out
      all.dims(self, int[]? dim=None, bool keepdim=False) | dims_out
      """, atenAll)
    table.add(
      """
      amax(self, int[1] dim=[], bool keepdim=False) | out
      max(self) | unary_out
      """, atenAmax)
    table.add(
      """
      amin(self, int[1] dim=[], bool keepdim=False) | out
      min(self) | unary_out
      """, atenAmin)
    table.add(
      """
      aminmax(self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)
      aminmax.out(self, *, int? dim=None, bool keepdim=False, min&, max&) -> (Tensor(a!) min, Tensor(b!) max)
      _aminmax(self) -> (Tensor, Tensor)
      _aminmax.dim(self, int dim, bool keepdim=False) -> (Tensor, Tensor)
      _aminmax.out(self, *, out0&, out1&) -> (Tensor(a!), Tensor(b!))
      _aminmax.dim_out(self, int dim, bool keepdim=False, *, out0&, out1&) -> (Tensor(a!), Tensor(b!))
      """, atenAminmax)
    table.add(
      """
      count_nonzero(self, int? dim=None) | out
      count_nonzero.dim_IntList(self, int[] dim) | dim_IntList_out
      """, atenCountNonzero)
    table.add("sum_to_size(self, SymInt[] size)", atenSumToSize)
    table.add(
      """
      norm.Scalar(self, Scalar p=2) | Scalar_out
      norm.ScalarOpt_dim(self, Scalar? p, int[1] dim, bool keepdim=False) | out
      norm.ScalarOpt_dim_dtype(self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) | dtype_out
      norm.ScalarOpt_dtype(self, Scalar? p, *, ScalarType dtype) | ScalarOpt_dtype_out
      """, atenNorm)
    table.add(
      """
      linalg_vector_norm(self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) | out
      """, atenLinalgVectorNorm)
    table.add("frobenius_norm.dim(self, int[1] dim, bool keepdim=False) | out", atenFrobeniusNorm)
    table.add(
      """
      std(self, bool unbiased=True)
      std.dim(self, int[1]? dim, bool unbiased=True, bool keepdim=False) | out
      std.correction(self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) | correction_out
      """, atenStd)
    table.add(
      """
      var(self, bool unbiased=True)
      var.dim(self, int[1]? dim, bool unbiased=True, bool keepdim=False) | out
      var.correction(self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) | correction_out
      """, atenVar)
    table.add(
      """
      std_mean(self, bool unbiased=True) -> (Tensor, Tensor)
      std_mean.dim(self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)
      std_mean.correction(self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)
      std_mean.correction_out(self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False, out0&, out1&) -> (Tensor(a!), Tensor(b!))
      """, atenStdMean)
    table.add(
      """
      var_mean(self, bool unbiased=True) -> (Tensor, Tensor)
      var_mean.dim(self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)
      var_mean.correction(self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)
      var_mean.correction_out(self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False, out0&, out1&) -> (Tensor(a!), Tensor(b!))
      """, atenVarMean)
    table.add(
      """
      logsumexp(self, int[1] dim, bool keepdim=False) | out
      special_logsumexp(self, int[1] dim, bool keepdim=False) | out
      """, atenLogsumexp)
    table.add("trace(self) | out", atenTrace)
    table.add("dist(self, other, Scalar p=2) | out", atenDist)
  }

  // MARK: What the table refers to

  private static func atenAny(_ call: Call) throws(LiteError) -> Value { try truth(call, of: false) }
  private static func atenAll(_ call: Call) throws(LiteError) -> Value { try truth(call, of: true) }
  private static func atenAmax(_ call: Call) throws(LiteError) -> Value { try extremum(call, isMaximum: true) }
  private static func atenAmin(_ call: Call) throws(LiteError) -> Value { try extremum(call, isMaximum: false) }
  private static func atenSum(_ call: Call) throws(LiteError) -> Value { try sum(call) }
  private static func atenSumToSize(_ call: Call) throws(LiteError) -> Value { try sumToSize(call) }
  private static func atenNansum(_ call: Call) throws(LiteError) -> Value { try sum(call, skipsNaN: true) }
  private static func atenMean(_ call: Call) throws(LiteError) -> Value { try mean(call) }
  private static func atenNanmean(_ call: Call) throws(LiteError) -> Value { try mean(call, skipsNaN: true) }
  private static func atenProd(_ call: Call) throws(LiteError) -> Value { try product(call) }
  private static func atenAminmax(_ call: Call) throws(LiteError) -> Value { try extrema(call) }
  private static func atenCountNonzero(_ call: Call) throws(LiteError) -> Value { try countNonzero(call) }
  private static func atenNorm(_ call: Call) throws(LiteError) -> Value { try norm(call) }
  private static func atenLinalgVectorNorm(_ call: Call) throws(LiteError) -> Value { try norm(call) }
  private static func atenFrobeniusNorm(_ call: Call) throws(LiteError) -> Value { try norm(call) }
  private static func atenStd(_ call: Call) throws(LiteError) -> Value {
    try deviation(call, isRoot: true, withMean: false)
  }
  private static func atenVar(_ call: Call) throws(LiteError) -> Value {
    try deviation(call, isRoot: false, withMean: false)
  }
  private static func atenStdMean(_ call: Call) throws(LiteError) -> Value {
    try deviation(call, isRoot: true, withMean: true)
  }
  private static func atenVarMean(_ call: Call) throws(LiteError) -> Value {
    try deviation(call, isRoot: false, withMean: true)
  }
  private static func atenLogsumexp(_ call: Call) throws(LiteError) -> Value { try logSumExp(call) }
  private static func atenTrace(_ call: Call) throws(LiteError) -> Value { try trace(call) }
  private static func atenDist(_ call: Call) throws(LiteError) -> Value { try distance(call) }

  /// Type of the result: as told, the target's, or a default.
  @inline(never)
  static func type(_ call: Call, else other: DataType) throws(LiteError) -> DataType {
    if let type = try call.dataType() { return type }
    return try call.target()?.type ?? other
  }

  // MARK: The driver in double and in int64

  /// One number for each result: elements are folded from `initial`, and the fold may be finished.
  @inline(never)
  static func fold(
    _ x: Tensor, _ dimensions: DimensionSet, keepsDimensions: Bool, _ context: Context, initial: Double,
    _ next: (Double, Double) -> Double, finish: (Double) -> Double = { $0 }
  ) throws(LiteError) -> Tensor {
    let reduction = try Reduction(x, dimensions, context, .float64)
    let result = try reduction.makeResult(.float64, keepingDimensions: keepsDimensions)
    let results = result.pointer(Double.self)
    var state = initial
    try reduction.forEach { (elements, count) in
      let values = elements.doubles
      for index in 0..<count { state = next(state, values[index]) }
    } end: { position in
      results[position] = finish(state)
      state = initial
    }
    return result
  }

  @inline(never)
  static func foldIntegers(
    _ x: Tensor, _ dimensions: DimensionSet, keepsDimensions: Bool, _ context: Context, initial: Int64,
    _ next: (Int64, Int64) -> Int64
  ) throws(LiteError) -> Tensor {
    let reduction = try Reduction(x, dimensions, context, .int64)
    let result = try reduction.makeResult(.int64, keepingDimensions: keepsDimensions)
    let results = result.pointer(Int64.self)
    var state = initial
    try reduction.forEach { (elements, count) in
      let values = elements.integers
      for index in 0..<count { state = next(state, values[index]) }
    } end: { position in
      results[position] = state
      state = initial
    }
    return result
  }

  /// Folds over the dimensions that the call names, and returns or writes the result.
  private static func reduce(
    _ call: Call, _ x: Tensor, _ type: DataType, initial: Double, _ next: (Double, Double) -> Double,
    finish: (Double) -> Double = { $0 }
  ) throws(LiteError) -> Value {
    let result = try fold(
      x, try call.dimensionSet("dim", of: x.rank), keepsDimensions: try call.flag("keepdim"), call.context, initial: initial,
      next,
      finish: finish)
    return try call.deliver(try result.converted(to: type, call.context))
  }

  private static func reduceIntegers(
    _ call: Call, _ x: Tensor, _ type: DataType, initial: Int64, _ next: (Int64, Int64) -> Int64
  ) throws(LiteError) -> Value {
    let result = try foldIntegers(
      x, try call.dimensionSet("dim", of: x.rank), keepsDimensions: try call.flag("keepdim"), call.context, initial: initial, next
    )
    return try call.deliver(try result.converted(to: type, call.context))
  }

  // MARK: Sums and products

  private static func sum(_ call: Call, skipsNaN: Bool = false) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let type = try Self.type(call, else: x.type.isFloatingPoint ? x.type : .int64)
    if type.isFloatingPoint {
      if skipsNaN { return try reduce(call, x, type, initial: 0) { $1.isNaN ? $0 : $0 + $1 } }
      return try reduce(call, x, type, initial: 0) { $0 + $1 }
    }
    return try reduceIntegers(call, x, type, initial: 0) { $0 &+ $1 }
  }

  /// Codes are averaged exactly over height and width, as QNNPACK does; other dimensions as floats.
  /// The reverse of a broadcast: sums over the dimensions that a smaller shape lacks or has with size 1.
  private static func sumToSize(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let sizes = try call.shape(1)
    let lead = x.rank - sizes.count
    var reduced = DimensionSet()
    var isReduced = false
    var fits = lead >= 0
    for dimension in 0..<x.rank where fits {
      guard dimension < lead || sizes[dimension - lead] != x.sizes[dimension] else { continue }
      fits = dimension < lead || sizes[dimension - lead] == 1
      reduced.insert(dimension)
      isReduced = true
    }
    try call.require(fits, 1, "found \(sizes.message), expected sizes that broadcast to \(x.sizes.message)")
    if !isReduced, sizes.count > 0 { return .tensor(x) }
    let sum =
      x.type.isIntegral
      ? try foldIntegers(x, reduced, keepsDimensions: true, call.context, initial: 0) { $0 &+ $1 }
      : try fold(x, reduced, keepsDimensions: true, call.context, initial: 0, { $0 + $1 }).converted(to: x.type, call.context)
    return .tensor(try sum.reshaped(sizes, in: call.arena))
  }

  private static func quantizedMean(_ call: Call, _ x: Tensor) throws(LiteError) -> Value {
    guard case .perTensor(let scale, let zeroPoint) = x.quantization else {
      throw call.failure(0, "found a tensor quantized per channel, expected per tensor")
    }
    let dimensions = try call.dimensionSet("dim", of: x.rank)
    let keeps = try call.flag("keepdim")
    var plane = DimensionSet(2)
    plane.insert(3)
    if x.type == .quint8, x.rank == 4, dimensions == plane {
      let count = Int64(x.sizes[2] * x.sizes[3])
      let factor = Float(scale) / (Float(scale) * Float(count))
      let sums = try foldIntegers(x, dimensions, keepsDimensions: keeps, call.context, initial: 0) { $0 + $1 }
      let codes = try Creation.generateIntegers(call, .uint8, sums.sizes) { index in
        let sum = Float(sums.pointer(Int64.self)[index] &- count &* Int64(zeroPoint))
        return Int64(max(0, min(255, rintf(sum * factor) + Float(zeroPoint))))
      }
      return try call.deliver(codes.quantized(like: x))
    }
    let numbers = try Quantize.dequantize(x, call.context)
    let count = Double(try Reduction(x, dimensions, call.context).length)
    let mean = try fold(
      numbers, dimensions, keepsDimensions: keeps, call.context, initial: 0, { $0 + $1 }, finish: { $0 / count })
    return try call.deliver(
      try Quantize.perTensor(
        try mean.converted(to: .float32, call.context), OutputQuantization(scale: scale, zeroPoint: zeroPoint), x.type,
        call.context))
  }

  private static func mean(_ call: Call, skipsNaN: Bool = false) throws(LiteError) -> Value {
    if try call.tensor(0).type.isQuantized { return try quantizedMean(call, try call.tensor(0)) }
    let x = try call.plainTensor(0)
    let type = try Self.type(call, else: x.type)
    try call.require(type.isFloatingPoint, 0, "found \(type.name), expected a floating type, or one as dtype")
    var count = 0.0
    return try reduce(call, x, type, initial: 0) { (sum, value) in
      if skipsNaN, value.isNaN { return sum }
      count += 1
      return sum + value
    } finish: { sum in
      let mean = sum / count
      count = 0
      return mean
    }
  }

  private static func product(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let type = try Self.type(call, else: x.type.isFloatingPoint ? x.type : .int64)
    if type.isFloatingPoint { return try reduce(call, x, type, initial: 1) { $0 * $1 } }
    return try reduceIntegers(call, x, type, initial: 1) { $0 &* $1 }
  }

  private static func trace(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    try call.require(x.rank == 2, 0, "found a tensor of \(x.message), expected a matrix")
    let count = min(x.sizes[0], x.sizes[1])
    let diagonal = x.view(
      sizes: Creation.vector(count), strides: Dimensions(repeating: x.strides[0] &+ x.strides[1], count: 1), count: count)
    if x.type.isFloatingPoint { return try reduce(call, diagonal, x.type, initial: 0) { $0 + $1 } }
    return try reduceIntegers(call, diagonal, .int64, initial: 0) { $0 &+ $1 }
  }

  // MARK: Truth

  /// `all` starts true and `any` false.
  private static func truth(_ call: Call, of initial: Bool) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let type: DataType = x.type == .uint8 ? .uint8 : .bool
    return try reduce(call, x, type, initial: initial ? 1 : 0) { initial ? ($1 == 0 ? 0 : $0) : ($1 != 0 ? 1 : $0) }
  }

  private static func countNonzero(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    return try reduce(call, x, .int64, initial: 0) { $1 != 0 ? $0 + 1 : $0 }
  }

  // MARK: Extrema

  private static func extremum(_ call: Call, isMaximum: Bool) throws(LiteError) -> Value {
    let whole = try call.tensor(0)
    let x = whole.comparableCodes
    let result = try extremum(
      call, x, try call.dimensionSet("dim", of: x.rank), keepsDimensions: try call.flag("keepdim"), isMaximum: isMaximum)
    return try call.deliver(result.quantized(like: whole))
  }

  private static func extremum(
    _ call: Call, _ x: Tensor, _ dimensions: DimensionSet, keepsDimensions: Bool, isMaximum: Bool
  ) throws(LiteError) -> Tensor {
    let reduction = try Reduction(x, dimensions, call.context)
    try call.require(
      reduction.length > 0 || reduction.count == 0, 0, "found a tensor of \(x.message); no elements have no extremum")
    let result: Tensor
    if x.type.isFloatingPoint {
      result = try fold(
        x, dimensions, keepsDimensions: keepsDimensions, call.context, initial: isMaximum ? -.infinity : .infinity
      ) { $0.isNaN || $1.isNaN ? .nan : isMaximum ? max($0, $1) : min($0, $1) }
    } else {
      result = try foldIntegers(
        x, dimensions, keepsDimensions: keepsDimensions, call.context, initial: isMaximum ? .min : .max
      ) { isMaximum ? max($0, $1) : min($0, $1) }
    }
    return try result.converted(to: x.type, call.context)
  }

  private static func extrema(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let dimensions = try call.dimensionSet("dim", of: x.rank)
    let keeps = try call.flag("keepdim")
    return try call.deliver(
      try extremum(call, x, dimensions, keepsDimensions: keeps, isMaximum: false),
      try extremum(call, x, dimensions, keepsDimensions: keeps, isMaximum: true))
  }

  // MARK: Norms

  private static func norm(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let order: Double = if let index = call.given("p") ?? call.given("ord") { try call.scalar(index).double } else { 2 }
    let type = try Self.type(call, else: x.type)
    try call.require(type.isFloatingPoint, 0, "found a tensor of \(x.message), expected a floating type")
    return try norm(call, x, type, order)
  }

  static func norm(_ call: Call, _ x: Tensor, _ type: DataType, _ order: Double) throws(LiteError) -> Value {
    switch order {
    case 2: return try reduce(call, x, type, initial: 0, { $0 + $1 * $1 }, finish: { $0.squareRoot() })
    case 1: return try reduce(call, x, type, initial: 0) { $0 + abs($1) }
    case 0: return try reduce(call, x, type, initial: 0) { $1 != 0 ? $0 + 1 : $0 }
    case .infinity: return try reduce(call, x, type, initial: 0) { $1.isNaN || $0.isNaN ? .nan : max($0, abs($1)) }
    case -.infinity: return try reduce(call, x, type, initial: .infinity) { $1.isNaN || $0.isNaN ? .nan : min($0, abs($1)) }
    default: return try reduce(call, x, type, initial: 0, { $0 + pow(abs($1), order) }, finish: { pow($0, 1 / order) })
    }
  }

  private static func distance(_ call: Call) throws(LiteError) -> Value {
    let operands = [try call.operand(0), try call.operand(1)]
    let type = TypePromotion(operands).floatResult
    let difference = try Pointwise.doubles(call, operands, result: .float64, toTarget: false) { (a, b, _) in a - b }
    return try norm(call, difference, type, try call.double("p", else: 2))
  }

  // MARK: Moments

  /// `std` and `var`, which subtract a correction from the count: 1 unless told.
  private static func deviation(_ call: Call, isRoot: Bool, withMean: Bool) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    try call.require(x.type.isFloatingPoint, 0, "found a tensor of \(x.message), expected a floating type")
    var correction = try call.double("correction", else: 1)
    if let index = call.given("unbiased"), try !call.bool(index) { correction = 0 }
    let dimensions = try call.dimensionSet("dim", of: x.rank)
    let keeps = try call.flag("keepdim")
    let reduction = try Reduction(x, dimensions, call.context, .float64)
    let count = Double(reduction.length)
    let means = try fold(x, dimensions, keepsDimensions: keeps, call.context, initial: 0, { $0 + $1 }, finish: { $0 / count })
    let mean = DenseElements<Double>(owner: means)
    var position = 0
    let result = try fold(x, dimensions, keepsDimensions: keeps, call.context, initial: 0) { (sum, value) in
      let difference = value - mean[position]
      return sum + difference * difference
    } finish: { sum in
      position += 1
      let variance = sum / max(0, count - correction)
      return isRoot ? variance.squareRoot() : variance
    }
    let final = try result.converted(to: x.type, call.context)
    return withMean ? try call.deliver(final, try means.converted(to: x.type, call.context)) : try call.deliver(final)
  }

  private static func logSumExp(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let dimensions = try call.dimensionSet("dim", of: x.rank)
    let keeps = try call.flag("keepdim")
    let maxima = try fold(x, dimensions, keepsDimensions: keeps, call.context, initial: -.infinity) {
      $0.isNaN || $1.isNaN ? .nan : max($0, $1)
    }
    let maximum = DenseElements<Double>(owner: maxima)
    var position = 0
    let result = try fold(x, dimensions, keepsDimensions: keeps, call.context, initial: 0) { (sum, value) in
      sum + exp(value - (maximum[position].isInfinite ? 0 : maximum[position]))
    } finish: { sum in
      let shift = maximum[position].isInfinite ? 0 : maximum[position]
      position += 1
      return log(sum) + shift
    }
    return try call.deliver(try result.converted(to: x.type.isFloatingPoint ? x.type : .float32, call.context))
  }
}

import CLitePlatform
import LiteFormat

/// Pseudorandom numbers: SplitMix64 (Steele, Lea, Flood 2014). The numbers are not PyTorch's.
struct RandomGenerator: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &+ 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// In [0, 1), with as many bits as a float32 has.
  mutating func uniform() -> Double { Double(next() >> 40) * 0x1p-24 }

  /// Of the standard normal distribution (Box and Muller).
  mutating func normal() -> Double {
    let radius = (-2 * log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
    return radius * cos(6.283185307179586 * Double(next() >> 11) * 0x1p-53)
  }

  /// In 0..<bound.
  mutating func integer(below bound: UInt64) -> UInt64 { bound == 0 ? next() : next().multipliedFullWidth(by: bound).high }
}

/// Random tensors, from the session's generator.
enum Random {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      rand(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      rand.generator(SymInt[] size, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      rand.out(SymInt[] size, *, out&)
      rand.generator_out(SymInt[] size, *, Generator? generator, out&)
      rand_like(self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      rand_like.generator(self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      rand_like.out(self, *, MemoryFormat? memory_format=None, out&)
      rand_like.generator_out(self, *, Generator? generator, MemoryFormat? memory_format=None, out&)
      """, atenRand)
    table.add(
      """
      randn(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      randn.generator(SymInt[] size, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      randn.out(SymInt[] size, *, out&)
      randn.generator_out(SymInt[] size, *, Generator? generator, out&)
      randn_like(self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      randn_like.generator(self, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      randn_like.out(self, *, MemoryFormat? memory_format=None, out&)
      randn_like.generator_out(self, *, Generator? generator, MemoryFormat? memory_format=None, out&)
      """, atenRandn)
    table.add(
      """
      randint(SymInt high, SymInt[] size, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      randint.generator(SymInt high, SymInt[] size, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      randint.low(SymInt low, SymInt high, SymInt[] size, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      randint.low_generator(SymInt low, SymInt high, SymInt[] size, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      randint.out(SymInt high, SymInt[] size, *, out&)
      randint.generator_out(SymInt high, SymInt[] size, *, Generator? generator, out&)
      randint.low_out(SymInt low, SymInt high, SymInt[] size, *, out&)
      randint.low_generator_out(SymInt low, SymInt high, SymInt[] size, *, Generator? generator, out&)
      randint_like(self, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      randint_like.Tensor(self, high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      randint_like.low_dtype(self, SymInt low, SymInt high, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      randint_like.generator(self, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      randint_like.Tensor_generator(self, high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      randint_like.low_generator_dtype(self, SymInt low, SymInt high, *, Generator? generator, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      randint_like.out(self, SymInt high, *, MemoryFormat? memory_format=None, out&)
      randint_like.generator_out(self, SymInt high, *, Generator? generator, MemoryFormat? memory_format=None, out&)
      randint_like.Tensor_out(self, high, *, MemoryFormat? memory_format=None, out&)
      randint_like.Tensor_generator_out(self, high, *, Generator? generator, MemoryFormat? memory_format=None, out&)
      randint_like.low_dtype_out(self, SymInt low, SymInt high, *, MemoryFormat? memory_format=None, out&)
      randint_like.low_generator_dtype_out(self, SymInt low, SymInt high, *, Generator? generator, MemoryFormat? memory_format=None, out&)
      """, atenRandint)
    table.add(
      """
      randperm(SymInt n, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      randperm.generator(SymInt n, *, Generator? generator, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      randperm.out(SymInt n, *, out&)
      randperm.generator_out(SymInt n, *, Generator? generator, out&)
      """, atenRandperm)
    table.add(
      """
      normal.Tensor_float(mean, float std=1., *, Generator? generator=None) | Tensor_float_out
      normal.float_Tensor(float mean, std, *, Generator? generator=None) | float_Tensor_out
      normal.Tensor_Tensor(mean, std, *, Generator? generator=None) | Tensor_Tensor_out
      normal.float_float(float mean, float std, SymInt[] size, *, Generator? generator=None, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      normal.float_float_out(float mean, float std, SymInt[] size, *, Generator? generator=None, out&)
      normal.out(self, float mean=0., float std=1., *, Generator? generator=None, out&)
      normal_(self&, float mean=0., float std=1., *, Generator? generator=None)
      """, atenNormal)
    table.add(
      """
      bernoulli(self, *, Generator? generator=None) | out
      bernoulli.p(self, float p, *, Generator? generator=None)
      bernoulli.Tensor(self, p, *, Generator? generator=None) | _ | Tensor_out
      bernoulli.float_out(self, float p=0.5, *, Generator? generator=None, out&)
      bernoulli_.float(self&, float p=0.5, *, Generator? generator=None)
      """, atenBernoulli)
    table.add(
      "uniform_(self&, float from=0., float to=1., *, Generator? generator=None)",
      atenUniform)
    table.add(
      """
      random_.from(self&, int from, int? to, *, Generator? generator=None)
      random_.to(self&, int to, *, Generator? generator=None)
      random_(self&, *, Generator? generator=None)
      """, atenRandom)
    table.add("exponential_(self&, float lambd=1., *, Generator? generator=None)", atenExponential)
    table.add("geometric_(self&, float p, *, Generator? generator=None)", atenGeometric)
    table.add(
      "log_normal_(self&, float mean=1., float std=2., *, Generator? generator=None)",
      atenLogNormal)
    table.add(
      "cauchy_(self&, float median=0., float sigma=1., *, Generator? generator=None)",
      atenCauchy)
    table.add("poisson(self, Generator? generator=None) | out", atenPoisson)
    table.add(
      """
      multinomial(self, SymInt num_samples, bool replacement=False, *, Generator? generator=None) | out
      """, atenMultinomial)
  }

  // MARK: What the table refers to

  private static func atenRand(_ call: Call) throws(LiteError) -> Value { try created(call, .float32) { $0.uniform() } }
  private static func atenRandn(_ call: Call) throws(LiteError) -> Value { try created(call, .float32) { $0.normal() } }
  private static func atenRandint(_ call: Call) throws(LiteError) -> Value { try integers(call) }
  private static func atenRandperm(_ call: Call) throws(LiteError) -> Value { try permutation(call) }
  private static func atenNormal(_ call: Call) throws(LiteError) -> Value { try normal(call) }
  private static func atenBernoulli(_ call: Call) throws(LiteError) -> Value { try bernoulli(call) }
  private static func atenUniform(_ call: Call) throws(LiteError) -> Value { try uniform(call) }
  private static func atenRandom(_ call: Call) throws(LiteError) -> Value { try random(call) }
  private static func atenExponential(_ call: Call) throws(LiteError) -> Value { try exponential(call) }
  private static func atenGeometric(_ call: Call) throws(LiteError) -> Value { try geometric(call) }
  private static func atenLogNormal(_ call: Call) throws(LiteError) -> Value { try logNormal(call) }
  private static func atenCauchy(_ call: Call) throws(LiteError) -> Value { try cauchy(call) }
  private static func atenPoisson(_ call: Call) throws(LiteError) -> Value { try poisson(call) }
  private static func atenMultinomial(_ call: Call) throws(LiteError) -> Value { try multinomial(call) }

  /// A new tensor, of sizes that are given or those of `self`, of what `body` returns.
  @inline(never)
  private static func created(
    _ call: Call, _ defaultType: DataType, _ body: (inout RandomGenerator) throws(LiteError) -> Double
  ) throws(LiteError) -> Value {
    let model: Tensor? = call.position("self") == nil ? nil : try call.plainTensor(0)
    let sizes: Dimensions = if let index = call.position("size") { try call.shape(index) } else { model?.sizes ?? Dimensions() }
    let type = try Creation.type(call, else: model?.type ?? defaultType)
    if type.isComplex { throw LiteError(.unsupported, "random numbers of \(type.name)") }
    return try call.deliver(
      try Creation.generate(call, type, sizes) { (_) throws(LiteError) in try body(&call.context.generator) })
  }

  /// Fills the first argument.
  @inline(never)
  private static func filled(_ call: Call, _ body: (inout RandomGenerator) -> Double) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let values = try Creation.generate(call, x.type, x.sizes) { _ in body(&call.context.generator) }
    try call.prepare(x, for: x.sizes, x.type)
    try x.assign(from: values, call.context)
    return .tensor(x)
  }

  private static func integers(_ call: Call) throws(LiteError) -> Value {
    guard let highIndex = call.position("high") else { throw call.unexpected(0, "high") }
    let high = try call.scalar(highIndex).int
    let low = try Int64(call.int("low", else: 0))
    try call.require(high > low, highIndex, "found an empty range from \(low) to \(high)")
    let span = UInt64(bitPattern: high &- low)
    return try created(call, .int64) { Double(low &+ Int64(truncatingIfNeeded: $0.integer(below: span))) }
  }

  /// By Fisher and Yates.
  private static func permutation(_ call: Call) throws(LiteError) -> Value {
    let count = try call.int(0)
    try call.require(count >= 0, 0, "found \(count), expected 0 or more")
    let result = try Creation.generateIntegers(call, .int64, Creation.vector(count)) { Int64($0) }
    let elements = result.pointer(Int64.self)
    var last = count - 1
    while last > 0 {
      let other = Int(call.context.generator.integer(below: UInt64(last + 1)))
      let element = elements[last]
      elements[last] = elements[other]
      elements[other] = element
      last -= 1
    }
    return try call.deliver(try result.converted(to: try Creation.type(call, else: .int64), call.context))
  }

  private static func normal(_ call: Call) throws(LiteError) -> Value {
    guard let meanIndex = call.position("mean"), let deviationIndex = call.position("std") else {
      throw call.unexpected(0, "mean")
    }
    let mean = try call.operand(meanIndex)
    let deviation = try call.operand(deviationIndex)
    if deviation.tensor == nil { try call.require(deviation.scalar.double >= 0, deviationIndex, "found a negative deviation") }
    if call.isInPlace { return try filled(call) { mean.scalar.double + deviation.scalar.double * $0.normal() } }
    let isNumbers = mean.tensor == nil && deviation.tensor == nil
    if isNumbers { return try created(call, .float32) { mean.scalar.double + deviation.scalar.double * $0.normal() } }
    let operands = [mean, deviation]
    return .tensor(
      try Pointwise.doubles(call, operands, result: TypePromotion(operands).floatResult) { (mean, deviation, _) in
        mean + deviation * call.context.generator.normal()
      })
  }

  private static func bernoulli(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    let p: Operand = if let index = call.position("p") { try call.operand(index) } else { x }
    if p.tensor == nil { try call.require(p.scalar.double >= 0 && p.scalar.double <= 1, 1, "expected a probability in 0 to 1") }
    return .tensor(
      try Pointwise.doubles(call, [x, p], result: x.type) { (_, p, _) in call.context.generator.uniform() < p ? 1 : 0 })
  }

  private static func uniform(_ call: Call) throws(LiteError) -> Value {
    let low = try call.double(1)
    let high = try call.double(2)
    try call.require(low <= high, 1, "found a range that ends before it begins")
    return try filled(call) { low + (high - low) * $0.uniform() }
  }

  private static func random(_ call: Call) throws(LiteError) -> Value {
    let type = try call.plainTensor(0).type
    var span: UInt64 =
      switch type {
      case .bool: 2
      case .uint8: 256
      case .int8: 128
      case .int16: 1 << 15
      case .float16: 1 << 11 + 1
      case .bfloat16: 1 << 8 + 1
      case .float32: 1 << 24 + 1
      case .int32: 1 << 31
      default: 1 << 53
      }
    let low = try Int64(call.int("from", else: 0))
    if let index = call.given("to") {
      let high = try call.int64(index)
      try call.require(high > low, index, "found an empty range from \(low) to \(high)")
      span = UInt64(bitPattern: high &- low)
    }
    return try filled(call) { Double(low &+ Int64(truncatingIfNeeded: $0.integer(below: span))) }
  }

  private static func exponential(_ call: Call) throws(LiteError) -> Value {
    let rate = try call.double(1)
    try call.require(rate > 0, 1, "expected a rate above 0")
    return try filled(call) { -log(1 - $0.uniform()) / rate }
  }

  private static func geometric(_ call: Call) throws(LiteError) -> Value {
    let p = try call.double(1)
    try call.require(p > 0 && p < 1, 1, "expected a probability between 0 and 1")
    return try filled(call) { ceil(log(1 - $0.uniform()) / log1p(-p)) }
  }

  private static func logNormal(_ call: Call) throws(LiteError) -> Value {
    let mean = try call.double(1)
    let deviation = try call.double(2)
    return try filled(call) { exp(mean + deviation * $0.normal()) }
  }

  private static func cauchy(_ call: Call) throws(LiteError) -> Value {
    let median = try call.double(1)
    let width = try call.double(2)
    return try filled(call) { median + width * tan(3.141592653589793 * ($0.uniform() - 0.5)) }
  }

  /// By counting exponential steps; a normal approximation where that would be long.
  private static func poisson(_ call: Call) throws(LiteError) -> Value {
    let x = try call.operand(0)
    let result = try Pointwise.doubles(call, [x], result: x.type) { (rate, _, _) in
      // A step takes about 16 units of work, and there are a few more than `rate` of them.
      // (Not NaN either.)
      guard call.context.pays(rate < 500 ? 16 * Int(max(rate, 1)) : 16) else { return 0 }
      guard rate < 500 else { return max(0, rint(rate + rate.squareRoot() * call.context.generator.normal())) }
      var count = 0.0
      var rest = rate + log(1 - call.context.generator.uniform())
      while rest > 0 {
        count += 1
        rest += log(1 - call.context.generator.uniform())
      }
      return count
    }
    try call.context.spend(0)
    return .tensor(result)
  }

  private static func multinomial(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let samples = try call.int(1)
    let replaces = try call.bool(2)
    try call.require(x.rank == 1 || x.rank == 2, 0, "found a tensor of \(x.message), expected 1 or 2 dimensions")
    try call.require(x.type.isFloatingPoint, 0, "found a tensor of \(x.message), expected a floating type")
    let reduction = try Reduction(x, DimensionSet(x.rank - 1), call.context)
    try call.require(
      samples > 0 && (replaces || samples <= reduction.length), 1, "found \(samples), expected 1 to \(reduction.length)")
    var sizes = reduction.sizes
    try sizes.append(samples)
    let result = try Tensor(.int64, sizes, in: call.arena)
    try reduction.forEachGathered { (elements, position) throws(LiteError) in
      let weights = elements.doubles
      try call.context.spend(samples, reduction.length, 2)
      for sample in 0..<samples {
        var total = 0.0
        for index in 0..<reduction.length {
          try call.require(weights[index] >= 0 && weights[index].isFinite, 0, "found a weight that is negative or not finite")
          total += weights[index]
        }
        try call.require(total > 0, 0, "found weights whose sum is 0, or fewer above 0 than samples")
        var rest = call.context.generator.uniform() * total
        var chosen = -1
        for index in 0..<reduction.length where weights[index] > 0 {
          chosen = index
          rest -= weights[index]
          if rest < 0 { break }
        }
        result.pointer(Int64.self)[position * samples + sample] = Int64(chosen)
        if !replaces { weights[chosen] = 0 }
      }
    }
    return try call.deliver(result)
  }
}

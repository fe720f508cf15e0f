import CLitePlatform
import LiteFormat

/// New tensors: filled, in progressions, of patterns.
enum Creation {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      zeros.out(SymInt[] size, *, out&)
      zeros_like(self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      zeros_like.out(self, *, MemoryFormat? memory_format=None, out&)
      new_zeros(self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      new_zeros.out(self, SymInt[] size, *, out&)
      """, atenZeros)
    table.add(
      """
      ones(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      ones.out(SymInt[] size, *, out&)
      ones_like(self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      ones_like.out(self, *, MemoryFormat? memory_format=None, out&)
      new_ones(self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      new_ones.out(self, SymInt[] size, *, out&)
      """, atenOnes)
    table.add(
      """
      empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      empty.out(SymInt[] size, *, MemoryFormat? memory_format=None, out&)
      empty_like(self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      empty_like.out(self, *, MemoryFormat? memory_format=None, out&)
      new_empty(self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      new_empty.out(self, SymInt[] size, *, out&)
      """, atenEmpty)
    table.add(
      """
      full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      full.out(SymInt[] size, Scalar fill_value, *, out&)
      full_like(self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None)
      full_like.out(self, Scalar fill_value, *, MemoryFormat? memory_format=None, out&)
      new_full(self, SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      new_full.out(self, SymInt[] size, Scalar fill_value, *, out&)
      """, atenFull)
    table.add(
      "empty_permuted(SymInt[] size, int[] physical_layout, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)",
      atenEmptyPermuted)
    table.add(
      """
      empty_strided(SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      empty_strided.out(SymInt[] size, SymInt[] stride, *, out&)
      new_empty_strided(self, SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      new_empty_strided.out(self, SymInt[] size, SymInt[] stride, *, out&)
      """, atenEmptyStrided)
    table.add(
      """
      scalar_tensor(Scalar s, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      scalar_tensor.out(Scalar s, *, out&)
      """, atenScalarTensor)
    table.add(
      """
      arange(Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      arange.start(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      arange.start_step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      arange.start_out(Scalar start, Scalar end, Scalar step=1, *, out&)
      arange.out(Scalar end, *, out&)
      """, atenArange)
    table.add(
      """
      range.step(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      range(Scalar start, Scalar end, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      range.out(Scalar start, Scalar end, Scalar step=1, *, out&)
      range.out_(Scalar start, Scalar end, *, out&)
      """, atenRange)
    table.add(
      """
      linspace.Tensor_Tensor(start, end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      linspace.Tensor_Scalar(start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      linspace.Scalar_Tensor(Scalar start, end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      linspace.out(Scalar start, Scalar end, int steps, *, out&)
      linspace.Tensor_Tensor_out(start, end, int steps, *, out&)
      linspace.Tensor_Scalar_out(start, Scalar end, int steps, *, out&)
      linspace.Scalar_Tensor_out(Scalar start, end, int steps, *, out&)
      """, atenLinspace)
    table.add(
      """
      logspace.Tensor_Tensor(start, end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      logspace.Tensor_Scalar(start, Scalar end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      logspace.Scalar_Tensor(Scalar start, end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      logspace(Scalar start, Scalar end, int steps, float base=10., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      logspace.out(Scalar start, Scalar end, int steps, float base=10., *, out&)
      logspace.Tensor_Tensor_out(start, end, int steps, float base=10., *, out&)
      logspace.Tensor_Scalar_out(start, Scalar end, int steps, float base=10., *, out&)
      logspace.Scalar_Tensor_out(Scalar start, end, int steps, float base=10., *, out&)
      """, atenLogspace)
    table.add(
      """
      eye(SymInt n, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      eye.m(SymInt n, SymInt m, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      eye.out(SymInt n, *, out&)
      eye.m_out(SymInt n, SymInt m, *, out&)
      """, atenEye)
    table.add(
      """
      tril_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      tril_indices.out(int row, int col, int offset=0, *, out&)
      """, atenTrilIndices)
    table.add(
      """
      triu_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      triu_indices.out(int row, int col, int offset=0, *, out&)
      """, atenTriuIndices)
    table.add(
      """
      hann_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      hann_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      hann_window.out(int window_length, *, out&)
      hann_window.periodic_out(int window_length, bool periodic, *, out&)
      """, atenHannWindow)
    table.add(
      """
      hamming_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      hamming_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      hamming_window.periodic_alpha(int window_length, bool periodic, float alpha, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      hamming_window.periodic_alpha_beta(int window_length, bool periodic, float alpha, float beta, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      hamming_window.out(int window_length, *, out&)
      hamming_window.periodic_out(int window_length, bool periodic, *, out&)
      hamming_window.periodic_alpha_out(int window_length, bool periodic, float alpha, *, out&)
      hamming_window.periodic_alpha_beta_out(int window_length, bool periodic, float alpha, float beta, *, out&)
      """, atenHammingWindow)
    table.add(
      """
      blackman_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      blackman_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      blackman_window.out(int window_length, *, out&)
      blackman_window.periodic_out(int window_length, bool periodic, *, out&)
      """, atenBlackmanWindow)
    table.add(
      """
      bartlett_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      bartlett_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      bartlett_window.out(int window_length, *, out&)
      bartlett_window.periodic_out(int window_length, bool periodic, *, out&)
      """, atenBartlettWindow)
    table.add(
      """
      kaiser_window(int window_length, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      kaiser_window.periodic(int window_length, bool periodic, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      kaiser_window.beta(int window_length, bool periodic, float beta, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None)
      kaiser_window.out(int window_length, *, out&)
      kaiser_window.periodic_out(int window_length, bool periodic, *, out&)
      kaiser_window.beta_out(int window_length, bool periodic, float beta, *, out&)
      """, atenKaiserWindow)
    table.add("vander(x, int? N=None, bool increasing=False)", atenVander)
  }

  // MARK: What the table refers to

  private static func atenZeros(_ call: Call) throws(LiteError) -> Value { try filled(call, .int(0)) }
  private static func atenOnes(_ call: Call) throws(LiteError) -> Value { try filled(call, .int(1)) }
  private static func atenEmpty(_ call: Call) throws(LiteError) -> Value { try filled(call, .int(0)) }
  private static func atenFull(_ call: Call) throws(LiteError) -> Value { try filled(call, nil) }
  private static func atenEmptyStrided(_ call: Call) throws(LiteError) -> Value { try emptyStrided(call) }
  private static func atenEmptyPermuted(_ call: Call) throws(LiteError) -> Value { try emptyPermuted(call) }
  private static func atenScalarTensor(_ call: Call) throws(LiteError) -> Value { try scalarTensor(call) }
  private static func atenArange(_ call: Call) throws(LiteError) -> Value { try arange(call) }
  private static func atenRange(_ call: Call) throws(LiteError) -> Value { try arange(call, includesEnd: true) }
  private static func atenLinspace(_ call: Call) throws(LiteError) -> Value { try linspace(call) }
  private static func atenLogspace(_ call: Call) throws(LiteError) -> Value { try logspace(call) }
  private static func atenEye(_ call: Call) throws(LiteError) -> Value { try eye(call) }
  private static func atenTrilIndices(_ call: Call) throws(LiteError) -> Value { try triangleIndices(call, isLower: true) }
  private static func atenTriuIndices(_ call: Call) throws(LiteError) -> Value { try triangleIndices(call, isLower: false) }
  private static func atenHannWindow(_ call: Call) throws(LiteError) -> Value { try cosineWindow(call, 0.5, 0.5, 0) }
  private static func atenHammingWindow(_ call: Call) throws(LiteError) -> Value { try hamming(call) }
  private static func atenBlackmanWindow(_ call: Call) throws(LiteError) -> Value {
    try cosineWindow(call, 0.42, 0.5, 0.08)
  }
  private static func atenBartlettWindow(_ call: Call) throws(LiteError) -> Value { try bartlett(call) }
  private static func atenKaiserWindow(_ call: Call) throws(LiteError) -> Value { try kaiser(call) }
  private static func atenVander(_ call: Call) throws(LiteError) -> Value { try vander(call) }

  /// The element type of a new tensor: as told, the target's, or a default.
  @inline(never)
  static func type(_ call: Call, else other: DataType) throws(LiteError) -> DataType {
    guard let index = call.given("dtype") else { return try call.target()?.type ?? other }
    let type = try call.dataType(index)
    return type.isComplex ? type : try call.dataType() ?? type
  }

  // MARK: Filled

  /// All of one value: sizes are given, or those of `self`.
  private static func filled(_ call: Call, _ value: Scalar?) throws(LiteError) -> Value {
    let model = call.position("self") == 0 ? try call.tensor(0) : nil
    var fill = value ?? .int(0)
    var type = DataType.float32
    if value == nil, let index = call.position("fill_value") {
      fill = try call.complexScalar(index)
      type = fill.type
    }
    if let model { type = model.type }
    type = try Self.type(call, else: type)
    if type.isQuantized { throw LiteError(.unsupported, "a new tensor of \(type.name)") }
    let sizes: Dimensions = if let index = call.position("size") { try call.shape(index) } else { model?.sizes ?? Dimensions() }
    let isLike = model != nil && call.position("size") == nil
    let format = try call.int("memory_format", else: isLike ? 1 : 0)
    let strides = try Conversion.strides(format, sizes, like: isLike ? model : nil)
    let result = try Tensor(type, sizes, strides: strides, in: call.arena)
    try result.fill(fill)
    return try call.deliver(result)
  }

  private static func emptyStrided(_ call: Call) throws(LiteError) -> Value {
    guard let sizeIndex = call.position("size"), let strideIndex = call.position("stride") else {
      throw call.unexpected(0, "sizes")
    }
    let sizes = try call.shape(sizeIndex)
    let strides = try call.shape(strideIndex)
    try call.require(sizes.count == strides.count, strideIndex, "found \(strides.count) strides for \(sizes.count) sizes")
    let other: DataType = call.position("self") == 0 ? try call.tensor(0).type : .float32
    let type = try Self.type(call, else: other)
    let count = try sizes.product()
    var last = 0
    for dimension in 0..<sizes.count where sizes[dimension] > 1 {
      last = try Checked.add(last, try Checked.multiply(sizes[dimension] - 1, strides[dimension]))
    }
    let bytes = count == 0 ? 0 : try Checked.multiply(try Checked.add(last, 1), type.size)
    let storage = try Storage(bytes, in: call.arena)
    memset(storage.base, 0, bytes)
    return try call.deliver(Tensor(storage: storage, type: type, sizes: sizes, strides: strides, count: count))
  }

  /// A dense tensor whose dimensions lie in memory in the order that is listed, the last fastest.
  private static func emptyPermuted(_ call: Call) throws(LiteError) -> Value {
    let sizes = try call.shape(0)
    let order = try call.ints(1)
    var strides = Dimensions(repeating: 0, count: sizes.count)
    var seen = DimensionSet()
    var next = 1
    try call.require(order.count == sizes.count, 1, "found \(order.count) dimensions for \(sizes.count) sizes")
    for value in order.reversed() {
      let dimension = try call.dimension(value, of: sizes.count, argument: 1)
      try call.require(!seen.contains(dimension), 1, "found dimension \(dimension) twice")
      seen.insert(dimension)
      strides[dimension] = next
      next = next &* max(sizes[dimension], 1)
    }
    let result = try Tensor(try Self.type(call, else: .float32), sizes, strides: strides, in: call.arena)
    try result.fill(.int(0))
    return .tensor(result)
  }

  private static func scalarTensor(_ call: Call) throws(LiteError) -> Value {
    let value = try call.complexScalar(0)
    return try call.deliver(
      try call.makeScalar(try type(call, else: value.type == .complexFloat ? .complexFloat : .float32), value))
  }

  // MARK: Progressions

  /// A tensor whose elements are a function of their position.
  @inline(never)
  static func generate(
    _ call: Call, _ type: DataType, _ sizes: Dimensions, _ body: (Int) throws(LiteError) -> Double
  ) throws(LiteError) -> Tensor {
    call.context.recorder?.noteOtherWork()
    let result = try Tensor(.float64, sizes, in: call.arena)
    let elements = result.pointer(Double.self)
    for index in 0..<result.count { elements[index] = try body(index) }
    return try result.converted(to: type, call.context)
  }

  @inline(never)
  static func generateIntegers(
    _ call: Call, _ type: DataType, _ sizes: Dimensions, _ body: (Int) throws(LiteError) -> Int64
  ) throws(LiteError) -> Tensor {
    call.context.recorder?.noteOtherWork()
    let result = try Tensor(.int64, sizes, in: call.arena)
    let elements = result.pointer(Int64.self)
    for index in 0..<result.count { elements[index] = try body(index) }
    return try result.converted(to: type, call.context)
  }

  /// Sizes of a vector.
  static func vector(_ count: Int) -> Dimensions { Dimensions(repeating: count, count: 1) }

  private static func arange(_ call: Call, includesEnd: Bool = false) throws(LiteError) -> Value {
    guard let endIndex = call.position("end") else { throw call.unexpected(0, "an end") }
    let end = try call.scalar(endIndex)
    let start: Scalar = if let index = call.given("start") { try call.scalar(index) } else { .int(0) }
    let step: Scalar = if let index = call.given("step") { try call.scalar(index) } else { .int(1) }
    let isIntegral = !end.isDouble && !start.isDouble && !step.isDouble
    let type = try Self.type(call, else: isIntegral && !includesEnd ? .int64 : .float32)
    let (first, last, difference) = (start.double, end.double, step.double)
    try call.require(difference != 0, call.position("step") ?? endIndex, "found a step of 0")
    try call.require(first.isFinite && last.isFinite && !difference.isNaN, endIndex, "found a range without an end")
    try call.require(difference > 0 ? last >= first : last <= first, endIndex, "found a step that leads away from the end")
    var count = (last - first) / difference
    count = includesEnd ? floor(count) + 1 : ceil(count)
    if isIntegral, !includesEnd {
      let (distance, overflow) = end.int.subtractingReportingOverflow(start.int)
      if !overflow, step.int != -1 || distance != .min {
        count = Double(distance / step.int + (distance % step.int != 0 ? 1 : 0))
      }
    }
    guard count >= 0, count < 9e15 else { throw LiteError(.limitExceeded, "a range of more elements than fit into memory") }
    let sizes = vector(Int(count))
    if isIntegral, type.isIntegral {
      return try call.deliver(try generateIntegers(call, type, sizes) { start.int &+ Int64($0) &* step.int })
    }
    return try call.deliver(try generate(call, type, sizes) { first + Double($0) * difference })
  }

  private static func steps(_ call: Call) throws(LiteError) -> Int {
    guard let index = call.given("steps") else { return 100 }
    let steps = try call.int(index)
    try call.require(steps >= 0, index, "found \(steps) steps, expected 0 or more")
    return steps
  }

  /// From `start` to `end`; the second half is counted from the end, so that it is exact.
  static func progression(_ start: Double, _ end: Double, _ steps: Int, _ index: Int) -> Double {
    if steps == 1 { return start }
    let step = (end - start) / Double(steps - 1)
    return index < steps / 2 ? start + step * Double(index) : end - step * Double(steps - index - 1)
  }

  private static func linspace(_ call: Call) throws(LiteError) -> Value {
    let start = try call.scalar(0).double
    let end = try call.scalar(1).double
    let steps = try steps(call)
    let type = try Self.type(call, else: .float32)
    return try call.deliver(try generate(call, type, vector(steps)) { progression(start, end, steps, $0) })
  }

  private static func logspace(_ call: Call) throws(LiteError) -> Value {
    let steps = try steps(call)
    let base = try call.double("base", else: 10)
    let type = try Self.type(call, else: .float32)
    let bounds = (try call.scalar(0), try call.scalar(1))
    let start = type.isIntegral ? Double(bounds.0.int) : bounds.0.double
    let end = type.isIntegral ? Double(bounds.1.int) : bounds.1.double
    return try call.deliver(try generate(call, type, vector(steps)) { pow(base, progression(start, end, steps, $0)) })
  }

  // MARK: Patterns

  private static func eye(_ call: Call) throws(LiteError) -> Value {
    let rows = try call.int(0)
    let columns = try call.int("m", else: rows)
    try call.require(rows >= 0 && columns >= 0, 0, "found sizes \(rows) and \(columns), expected 0 or more")
    let result = try call.makeTensor(try type(call, else: .float32), try Dimensions([rows, columns]))
    try result.fill(.int(0))
    for index in 0..<min(rows, columns) { try result.setElement(index * columns + index, .int(1)) }
    return try call.deliver(result)
  }

  private static func triangleIndices(_ call: Call, isLower: Bool) throws(LiteError) -> Value {
    let rows = try call.int(0)
    let columns = try call.int(1)
    let offset = try call.int("offset", else: 0)
    try call.require(rows >= 0 && columns >= 0, 0, "found sizes \(rows) and \(columns), expected 0 or more")
    // No more than a tensor may have of anything; so that nothing below overflows either.
    try call.require(max(rows, columns) <= 1 << 32, 0, "found sizes \(rows) and \(columns), expected at most 4294967296")
    _ = try Checked.add(try Checked.add(rows, offset), 1)
    // Rows without columns have nothing to look at.
    let used = columns == 0 ? 0 : rows
    try call.context.spend(used, 2)
    /// Columns of a row that belong to the triangle.
    func range(_ row: Int) -> Range<Int> {
      let bound = max(0, min(columns, row + offset + (isLower ? 1 : 0)))
      return isLower ? 0..<bound : bound..<columns
    }
    // Counted first, so that the memory limit refuses what is too large.
    var count = 0
    for row in 0..<used { count += range(row).count }
    let places = try Tensor(.int64, try Dimensions([2, count]), in: call.arena)
    call.context.recorder?.noteOtherWork()
    var element = places.pointer(Int64.self)
    for row in 0..<used {
      for column in range(row) {
        element[0] = Int64(row)
        element[count] = Int64(column)
        element += 1
      }
    }
    return try call.deliver(try places.converted(to: try type(call, else: .int64), call.context))
  }

  private static func vander(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    try call.require(x.rank == 1, 0, "found a tensor of \(x.message), expected a vector")
    let columns = try call.int("N", else: x.count)
    try call.require(columns >= 0, 1, "found \(columns) columns, expected 0 or more")
    let isIncreasing = try call.flag("increasing")
    let sizes = try Dimensions([x.count, columns])
    let result = try generate(call, x.type.isFloatingPoint ? x.type : .int64, sizes) { (index) throws(LiteError) in
      let power = index % columns
      return pow(try x.doubleElement(index / columns), Double(isIncreasing ? power : columns - 1 - power))
    }
    return try call.deliver(result)
  }

  // MARK: Windows

  /// A window of `window_length`: a function of the position and of the last position.
  @inline(never)
  private static func window(_ call: Call, _ body: (_ position: Double, _ last: Double) -> Double) throws(LiteError) -> Value {
    let length = try call.int(0)
    try call.require(length >= 0, 0, "found a length of \(length), expected 0 or more")
    var isPeriodic = true
    if let index = call.given("periodic") { isPeriodic = try call.bool(index) }
    let last = Double(isPeriodic ? length : length - 1)
    let type = try Self.type(call, else: .float32)
    try call.require(type.isFloatingPoint, 0, "found \(type.name), expected a floating type")
    return try call.deliver(try generate(call, type, vector(length)) { length == 1 ? 1 : body(Double($0), last) })
  }

  private static func cosineWindow(_ call: Call, _ a: Double, _ b: Double, _ c: Double) throws(LiteError) -> Value {
    try window(call) { (position, last) in
      let angle = 2 * 3.141592653589793 * position / last
      return a - b * cos(angle) + c * cos(2 * angle)
    }
  }

  private static func hamming(_ call: Call) throws(LiteError) -> Value {
    try cosineWindow(call, try call.double("alpha", else: 0.54), try call.double("beta", else: 0.46), 0)
  }

  private static func bartlett(_ call: Call) throws(LiteError) -> Value {
    try window(call) { (position, last) in
      let x = 2 * position / last
      return x <= 1 ? x : 2 - x
    }
  }

  private static func kaiser(_ call: Call) throws(LiteError) -> Value {
    let beta = try call.double("beta", else: 12)
    return try window(call) { (position, last) in
      let x = 2 * position / last - 1
      return BesselFunctions.modifiedI(0, beta * max(0, 1 - x * x).squareRoot()) / BesselFunctions.modifiedI(0, beta)
    }
  }
}

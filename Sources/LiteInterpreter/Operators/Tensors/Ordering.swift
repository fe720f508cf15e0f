import CLitePlatform
import LiteFormat

/// Operators that order elements along a dimension, and say where they were: sort, topk, median, argmax,
/// and the running ones. NaN counts as the largest.
enum Ordering {
  static func declare(in table: inout OperatorTable) {
    table.add("argmax(self, int? dim=None, bool keepdim=False) | out", atenArgmax)
    table.add("argmin(self, int? dim=None, bool keepdim=False) | out", atenArgmin)
    table.add(
      """
      max.dim(self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)
      max.dim_max(self, int dim, bool keepdim=False, *, max&, max_values&) -> (Tensor(a!) values, Tensor(b!) indices)
      """, atenMaxDim)
    table.add(
      """
      min.dim(self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)
      min.dim_min(self, int dim, bool keepdim=False, *, min&, min_indices&) -> (Tensor(a!) values, Tensor(b!) indices)
      """, atenMinDim)
    table.add(
      """
      sort(self, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)
      sort.stable(self, *, bool? stable, int dim=-1, bool descending=False) -> (Tensor values, Tensor indices)
      sort.values(self, int dim=-1, bool descending=False, *, values&, indices&) -> (Tensor(a!) values, Tensor(b!) indices)
      sort.values_stable(self, *, bool? stable, int dim=-1, bool descending=False, values&, indices&) -> (Tensor(a!) values, Tensor(b!) indices)
      """, atenSort)
    table.add(
      """
      argsort(self, int dim=-1, bool descending=False)
      argsort.stable(self, *, bool stable, int dim=-1, bool descending=False) | stable_out
      """, atenArgsort)
    table.add("msort(self) | out", atenMsort)
    table.add(
      """
      topk(self, SymInt k, int dim=-1, bool largest=True, bool sorted=True) -> (Tensor values, Tensor indices)
      topk.values(self, SymInt k, int dim=-1, bool largest=True, bool sorted=True, *, values&, indices&) -> (Tensor(a!) values, Tensor(b!) indices)
      """, atenTopk)
    table.add(
      """
      kthvalue(self, SymInt k, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)
      kthvalue.values(self, SymInt k, int dim=-1, bool keepdim=False, *, values&, indices&) -> (Tensor(a!) values, Tensor(b!) indices)
      """, atenKthvalue)
    table.add(
      """
      median.dim(self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)
      median.dim_values(self, int dim, bool keepdim=False, *, values&, indices&) -> (Tensor(a!) values, Tensor(b!) indices)
      """, atenMedianDim)
    table.add(
      """
      nanmedian.dim(self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)
      nanmedian.dim_values(self, int dim, bool keepdim=False, *, values&, indices&) -> (Tensor(a!) values, Tensor(b!) indices)
      """, atenNanmedianDim)
    table.add("median(self) | out", atenMedian)
    table.add("nanmedian(self) | out", atenNanmedian)
    table.add(
      """
      mode(self, int dim=-1, bool keepdim=False) -> (Tensor values, Tensor indices)
      mode.values(self, int dim=-1, bool keepdim=False, *, values&, indices&) -> (Tensor(a!) values, Tensor(b!) indices)
      """, atenMode)
    table.add(
      """
      quantile(self, q, int? dim=None, bool keepdim=False, *, str interpolation="linear") | out
      quantile.scalar(self, float q, int? dim=None, bool keepdim=False, *, str interpolation="linear") | scalar_out
      """, atenQuantile)
    table.add(
      """
      nanquantile(self, q, int? dim=None, bool keepdim=False, *, str interpolation="linear") | out
      nanquantile.scalar(self, float q, int? dim=None, bool keepdim=False, *, str interpolation="linear") | scalar_out
      """, atenNanquantile)
    table.add(
      """
      cummax(self, int dim) -> (Tensor values, Tensor indices)
      cummax.out(self, int dim, *, values&, indices&) -> (Tensor(a!) values, Tensor(b!) indices)
      """, atenCummax)
    table.add(
      """
      cummin(self, int dim) -> (Tensor values, Tensor indices)
      cummin.out(self, int dim, *, values&, indices&) -> (Tensor(a!) values, Tensor(b!) indices)
      """, atenCummin)
    table.add("cumsum(self, int dim, *, ScalarType? dtype=None) | _ | out", atenCumsum)
    table.add("cumprod(self, int dim, *, ScalarType? dtype=None) | _ | out", atenCumprod)
    table.add("logcumsumexp(self, int dim) | out", atenLogcumsumexp)
  }

  // MARK: What the table refers to

  private static func atenMaxDim(_ call: Call) throws(LiteError) -> Value { try extremum(call, isMaximum: true) }
  private static func atenMinDim(_ call: Call) throws(LiteError) -> Value { try extremum(call, isMaximum: false) }
  private static func atenSort(_ call: Call) throws(LiteError) -> Value { try sort(call) }
  private static func atenMedianDim(_ call: Call) throws(LiteError) -> Value { try median(call, skipsNaN: false) }
  private static func atenNanmedianDim(_ call: Call) throws(LiteError) -> Value { try median(call, skipsNaN: true) }
  private static func atenMedian(_ call: Call) throws(LiteError) -> Value { try fullMedian(call, skipsNaN: false) }
  private static func atenNanmedian(_ call: Call) throws(LiteError) -> Value { try fullMedian(call, skipsNaN: true) }
  private static func atenArgmax(_ call: Call) throws(LiteError) -> Value { try argument(call, isMaximum: true) }
  private static func atenArgmin(_ call: Call) throws(LiteError) -> Value { try argument(call, isMaximum: false) }
  private static func atenArgsort(_ call: Call) throws(LiteError) -> Value { try argumentSort(call) }
  private static func atenMsort(_ call: Call) throws(LiteError) -> Value { try firstDimensionSort(call) }
  private static func atenTopk(_ call: Call) throws(LiteError) -> Value { try top(call) }
  private static func atenKthvalue(_ call: Call) throws(LiteError) -> Value { try ranked(call) }
  private static func atenMode(_ call: Call) throws(LiteError) -> Value { try mode(call) }
  private static func atenQuantile(_ call: Call) throws(LiteError) -> Value { try quantile(call, skipsNaN: false) }
  private static func atenNanquantile(_ call: Call) throws(LiteError) -> Value { try quantile(call, skipsNaN: true) }
  private static func atenCummax(_ call: Call) throws(LiteError) -> Value { try running(call, isMaximum: true) }
  private static func atenCummin(_ call: Call) throws(LiteError) -> Value { try running(call, isMaximum: false) }
  private static func atenCumsum(_ call: Call) throws(LiteError) -> Value { try accumulate(call, isSum: true) }
  private static func atenCumprod(_ call: Call) throws(LiteError) -> Value { try accumulate(call, isSum: false) }
  private static func atenLogcumsumexp(_ call: Call) throws(LiteError) -> Value { try logAccumulate(call) }

  // MARK: Rows

  /// A dense tensor whose last dimension has `length` elements, to be filled row by row.
  private static func rows(_ reduction: Reduction, _ length: Int, _ type: DataType, _ call: Call) throws(LiteError) -> Tensor {
    var sizes = reduction.sizes
    try sizes.append(length)
    return try Tensor(type, sizes, in: call.arena)
  }

  /// Rows put back as dimension `dimension`.
  private static func restored(_ rows: Tensor, _ dimension: Int, of x: Tensor) throws(LiteError) -> Tensor {
    if x.rank == 0 { return rows.view(sizes: Dimensions(), strides: Dimensions(), count: rows.count) }
    var order: [Int] = []
    for index in 0..<x.rank - 1 {
      if index == dimension { order.append(x.rank - 1) }
      order.append(index)
    }
    if order.count < x.rank { order.append(x.rank - 1) }
    return rows.permuted(order)
  }

  /// Positions along `dimension`, as rows of `length`, made by `body` from the keys of each row's elements.
  ///
  /// - Returns: the positions in place of the dimension, dense.
  static func positions(
    _ call: Call, _ x: Tensor, _ dimension: Int, length: Int, descending: Bool = false,
    _ body: (_ keys: UnsafeMutablePointer<Int64>, _ count: Int, _ positions: UnsafeMutablePointer<Int64>) throws(LiteError) ->
      Void
  ) throws(LiteError) -> Tensor {
    let reduction = try Reduction(x, DimensionSet(dimension), call.context)
    let result = try rows(reduction, length, .int64, call)
    let base = result.pointer(Int64.self)
    try reduction.forEachGathered { (elements, position) throws(LiteError) in
      for index in 0..<reduction.length {
        let key = elements.orderKey(index, reduction.working)
        elements.integers[index] = descending ? ~key : key
      }
      try body(elements.integers, reduction.length, base + position * length)
    }
    return try restored(result, dimension, of: x).contiguous(in: call.arena)
  }

  /// Values and positions as results of the operator; without the dimension when it has one element and
  /// `keepdim` is false.
  private static func deliver(_ call: Call, _ x: Tensor, _ dimension: Int, _ positions: Tensor, reduces: Bool) throws(LiteError)
    -> Value
  {
    var values = try Gathering.along(x, dimension, positions, call.context)
    var indices = positions
    if reduces, x.rank > 0, try !call.flag("keepdim") {
      values = values.selected(dimension, 0)
      indices = indices.selected(dimension, 0)
    }
    return try call.deliver(values, indices)
  }

  private static func nonempty(_ call: Call, _ x: Tensor, _ dimension: Int) throws(LiteError) {
    try call.require(
      x.rank == 0 || x.sizes[dimension] > 0, 0, "found a tensor of \(x.message), expected elements along dimension \(dimension)")
  }

  // MARK: Extrema

  /// The position of the first smallest key.
  private static func first(_ keys: UnsafeMutablePointer<Int64>, _ count: Int) -> Int {
    var best = 0
    for index in 0..<count where keys[index] < keys[best] { best = index }
    return best
  }

  /// The position of the extremum; NaN is the extremum both ways.
  private static func extremum(_ keys: UnsafeMutablePointer<Int64>, _ count: Int, isMaximum: Bool, _ type: DataType) -> Int {
    // Keys of maxima come inverted.
    if !isMaximum, type.isFloatingPoint {
      for index in 0..<count where keys[index] == .max { return index }
    }
    return first(keys, count)
  }

  private static func argument(_ call: Call, isMaximum: Bool) throws(LiteError) -> Value {
    var x = try call.plainTensor(0)
    let dimension = try call.dimension(of: x.rank)
    let rank = x.rank
    if dimension == nil { x = try x.flattened(call.context) }
    let along = dimension ?? 0
    try nonempty(call, x, along)
    let type = x.type
    var result = try positions(call, x, along, length: 1, descending: isMaximum) { (keys, count, positions) in
      positions[0] = Int64(extremum(keys, count, isMaximum: isMaximum, type))
    }
    let keeps = try call.flag("keepdim")
    if dimension == nil {
      result = try result.reshaped(keeps ? Dimensions(repeating: 1, count: rank) : Dimensions(), in: call.arena)
    } else if !keeps, rank > 0 {
      result = result.selected(along, 0)
    }
    return try call.deliver(result)
  }

  private static func extremum(_ call: Call, isMaximum: Bool) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let dimension = try call.dimension(1, of: x.rank)
    try nonempty(call, x, dimension)
    let positions = try positions(call, x, dimension, length: 1, descending: isMaximum) { (keys, count, positions) in
      positions[0] = Int64(extremum(keys, count, isMaximum: isMaximum, x.type))
    }
    return try deliver(call, x, dimension, positions, reduces: true)
  }

  private static func running(_ call: Call, isMaximum: Bool) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let dimension = try call.dimension(1, of: x.rank)
    let type = x.type
    let positions = try positions(call, x, dimension, length: x.rank == 0 ? 1 : x.sizes[dimension], descending: isMaximum) {
      (keys, count, positions) in
      var best = 0
      for index in 0..<count {
        let isNaN = type.isFloatingPoint && keys[index] == (isMaximum ? .min : .max)
        let bestIsNaN = type.isFloatingPoint && keys[best] == (isMaximum ? .min : .max)
        if isNaN || (!bestIsNaN && keys[index] <= keys[best]) { best = index }
        positions[index] = Int64(best)
      }
    }
    return try deliver(call, x, dimension, positions, reduces: false)
  }

  // MARK: Sorting

  /// Positions of keys in ascending order; equal keys keep their order. Bottom-up merge sort.
  static func sort(
    _ keys: UnsafeMutablePointer<Int64>, _ count: Int, _ positions: UnsafeMutablePointer<Int64>, _ context: Context
  ) throws(LiteError) {
    for index in 0..<count { positions[index] = Int64(index) }
    let scratch: Scratch<Int64> = try context.scratch(count)
    var source = positions
    var target = scratch.base
    var width = 1
    while width < count {
      var start = 0
      while start < count {
        let middle = min(start + width, count)
        let end = min(middle + width, count)
        var left = start
        var right = middle
        for index in start..<end {
          if left < middle, right >= end || keys[Int(source[left])] <= keys[Int(source[right])] {
            target[index] = source[left]
            left += 1
          } else {
            target[index] = source[right]
            right += 1
          }
        }
        start = end
      }
      swap(&source, &target)
      width *= 2
    }
    if source != positions { positions.update(from: source, count: count) }
  }

  /// The first `length` positions of the sorted elements.
  private static func sorted(_ call: Call, _ x: Tensor, _ dimension: Int, _ length: Int, descending: Bool) throws(LiteError)
    -> Tensor
  {
    let scratch: Scratch<Int64> = try call.context.scratch(x.rank == 0 ? 1 : x.sizes[dimension])
    return try positions(call, x, dimension, length: length, descending: descending) {
      (keys, count, positions) throws(LiteError) in
      try sort(keys, count, scratch.base, call.context)
      positions.update(from: scratch.base, count: length)
    }
  }

  private static func allSorted(_ call: Call, _ x: Tensor, _ dimension: Int) throws(LiteError) -> Tensor {
    try sorted(call, x, dimension, x.rank == 0 ? 1 : x.sizes[dimension], descending: try call.flag("descending"))
  }

  private static func sort(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let dimension = try call.dimension(of: x.rank) ?? 0
    return try deliver(call, x, dimension, try allSorted(call, x, dimension), reduces: false)
  }

  private static func argumentSort(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    return try call.deliver(try allSorted(call, x, try call.dimension(of: x.rank) ?? 0))
  }

  private static func firstDimensionSort(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    return try call.deliver(try Gathering.along(x, 0, try allSorted(call, x, 0), call.context))
  }

  private static func top(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let k = try call.int(1)
    let dimension = try call.dimension(2, of: x.rank)
    let length = x.rank == 0 ? 1 : x.sizes[dimension]
    try call.require(k >= 0 && k <= length, 1, "found \(k), expected 0 to \(length)")
    if x.rank == 0, k == 0 { throw call.failure(1, "found 0, expected 1 for a tensor without dimensions") }
    let positions = try sorted(call, x, dimension, k, descending: try call.bool(3))
    return try deliver(call, x, dimension, positions, reduces: false)
  }

  private static func ranked(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let k = try call.int(1)
    let dimension = try call.dimension(2, of: x.rank)
    let length = x.rank == 0 ? 1 : x.sizes[dimension]
    try call.require(k >= 1 && k <= length, 1, "found \(k), expected 1 to \(length)")
    let sorted = try sorted(call, x, dimension, k, descending: false)
    let positions = x.rank == 0 ? sorted : try sorted.sliced(dimension, start: k - 1, count: 1).contiguous(in: call.arena)
    return try deliver(call, x, dimension, positions, reduces: true)
  }

  // MARK: Medians and quantiles

  /// The position of the lower median; of a NaN, if there is one and NaN are not skipped.
  private static func medianPositions(_ call: Call, _ x: Tensor, _ dimension: Int, skipsNaN: Bool) throws(LiteError) -> Tensor {
    try nonempty(call, x, dimension)
    let scratch: Scratch<Int64> = try call.context.scratch(x.rank == 0 ? 1 : x.sizes[dimension])
    let isFloat = x.type.isFloatingPoint
    return try positions(call, x, dimension, length: 1) { (keys, count, positions) throws(LiteError) in
      var numbers = count
      if isFloat {
        for index in (0..<count).reversed() where keys[index] == .max {
          numbers -= 1
          positions[0] = Int64(index)
        }
        if numbers < count, !skipsNaN || numbers == 0 { return }
      }
      try sort(keys, count, scratch.base, call.context)
      positions[0] = scratch[(numbers - 1) / 2]
    }
  }

  private static func median(_ call: Call, skipsNaN: Bool) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let dimension = try call.dimension(1, of: x.rank)
    return try deliver(call, x, dimension, try medianPositions(call, x, dimension, skipsNaN: skipsNaN), reduces: true)
  }

  private static func fullMedian(_ call: Call, skipsNaN: Bool) throws(LiteError) -> Value {
    let x = try call.plainTensor(0).flattened(call.context)
    if x.count == 0 { return try call.deliver(try call.makeScalar(x.type, .double(.nan))) }
    let positions = try medianPositions(call, x, 0, skipsNaN: skipsNaN)
    return try call.deliver(try Gathering.along(x, 0, positions, call.context).selected(0, 0))
  }

  /// The smallest of the most frequent values, at its last position.
  private static func mode(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let dimension = try call.dimension(1, of: x.rank)
    try nonempty(call, x, dimension)
    let scratch: Scratch<Int64> = try call.context.scratch(x.rank == 0 ? 1 : x.sizes[dimension])
    let positions = try positions(call, x, dimension, length: 1) { (keys, count, positions) throws(LiteError) in
      try sort(keys, count, scratch.base, call.context)
      var longest = 0
      var start = 0
      for index in 0..<count {
        if keys[Int(scratch[index])] != keys[Int(scratch[start])] { start = index }
        if index - start + 1 > longest {
          longest = index - start + 1
          positions[0] = scratch[index]
        }
      }
    }
    return try deliver(call, x, dimension, positions, reduces: true)
  }

  /// Interpolates between sorted elements.
  private static func quantile(_ call: Call, skipsNaN: Bool) throws(LiteError) -> Value {
    var x = try call.plainTensor(0)
    try call.require(x.type == .float32 || x.type == .float64, 0, "found a tensor of \(x.message), expected float32 or float64")
    let rank = x.rank
    let dimension = try call.dimension(of: rank)
    if dimension == nil { x = try x.flattened(call.context) }
    try call.require(x.count > 0, 0, "found no elements")
    let q = try call.operand(1)
    var fractions: [Double] = []
    if let tensor = q.tensor {
      try call.require(tensor.rank <= 1, 1, "found a tensor of \(tensor.message), expected a number or a vector")
      try AllocationScope.checkRoom(try Checked.multiply(tensor.count, 2 * MemoryLayout<Double>.stride))
      for index in 0..<tensor.count { fractions.append(try tensor.doubleElement(index)) }
    } else {
      fractions.append(q.scalar.double)
    }
    for fraction in fractions { try call.require(fraction >= 0 && fraction <= 1, 1, "expected quantiles in 0 to 1") }
    let isLower = try call.isText("interpolation", "lower")
    let isHigher = try call.isText("interpolation", "higher")
    let isMidpoint = try call.isText("interpolation", "midpoint")
    let isNearest = try call.isText("interpolation", "nearest")
    let reduction = try Reduction(x, DimensionSet(dimension ?? 0), call.context)
    let length = reduction.length
    let keys: Scratch<Int64> = try call.context.scratch(length)
    let order: Scratch<Int64> = try call.context.scratch(length)
    // The quantiles are the first dimension of the result.
    var sizes =
      try call.flag("keepdim")
      ? (dimension == nil ? Dimensions(repeating: 1, count: rank) : reduction.sizesWithKept) : reduction.sizes
    if q.tensor.map({ $0.rank == 1 }) ?? false { try sizes.insert(fractions.count, at: 0) }
    let result = try Tensor(.float64, sizes, in: call.arena)
    let results = result.pointer(Double.self)
    try reduction.forEachGathered { (elements, position) throws(LiteError) in
      var numbers = 0
      for index in 0..<length {
        keys[index] = elements.orderKey(index, .float64)
        if !elements.doubles[index].isNaN { numbers += 1 }
      }
      try sort(keys.base, length, order.base, call.context)
      for (number, fraction) in fractions.enumerated() {
        let place = fraction * Double(numbers - 1)
        if numbers == 0 || (numbers < length && !skipsNaN) {
          results[number * reduction.count + position] = .nan
          continue
        }
        let low = elements.doubles[Int(order[Int(floor(place))])]
        let high = elements.doubles[Int(order[Int(ceil(place))])]
        var weight = place - floor(place)
        if isLower {
          weight = 0
        } else if isHigher {
          weight = ceil(weight)
        } else if isNearest {
          weight = rint(place) - floor(place)
        }
        if isMidpoint { weight = weight > 0 ? 0.5 : 0 }
        results[number * reduction.count + position] = low == high ? low : low + weight * (high - low)
      }
    }
    return try call.deliver(try result.converted(to: x.type, call.context))
  }

  // MARK: Running sums

  private static func accumulate(_ call: Call, isSum: Bool) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let defaultType: DataType = x.type.isFloatingPoint ? x.type : .int64
    let type = try Reductions.type(call, else: defaultType)
    return try scan(call, x, type) { (elements, count, working) in
      if working == .float64 {
        var state = isSum ? 0.0 : 1
        for index in 0..<count {
          state = isSum ? state + elements.doubles[index] : state * elements.doubles[index]
          elements.doubles[index] = state
        }
      } else {
        var state: Int64 = isSum ? 0 : 1
        for index in 0..<count {
          state = isSum ? state &+ elements.integers[index] : state &* elements.integers[index]
          elements.integers[index] = state
        }
      }
    }
  }

  private static func logAccumulate(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    return try scan(call, x, x.type.isFloatingPoint ? x.type : .float32) { (elements, count, _) in
      var state = -Double.infinity
      for index in 0..<count {
        let value = elements.doubles[index]
        let high = value.isNaN ? value : max(state, value)
        state =
          high.isNaN
          ? high : high == -.infinity ? high : high == .infinity ? high : high + log(exp(state - high) + exp(value - high))
        elements.doubles[index] = state
      }
    }
  }

  /// Changes each row along the dimension in place, in the working type of `type`.
  private static func scan(
    _ call: Call, _ x: Tensor, _ type: DataType, _ body: (_ elements: WideElements, _ count: Int, _ working: DataType) -> Void
  ) throws(LiteError) -> Value {
    let dimension = try call.dimension(1, of: x.rank)
    let reduction = try Reduction(x, DimensionSet(dimension), call.context, type.wide)
    let length = reduction.length
    let result = try rows(reduction, length, type.wide, call)
    try reduction.forEachGathered { (elements, position) throws(LiteError) in
      body(elements, length, type.wide)
      (result.data + position * length * 8).copyMemory(from: elements.base, byteCount: length * 8)
    }
    let ordered = try restored(result, dimension, of: x).contiguous(in: call.arena)
    return try call.deliver(try ordered.converted(to: type, call.context))
  }
}

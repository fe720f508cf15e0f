import LiteFormat

/// How many elements, or how much weight, falls into each bin: along one dimension and along several.
enum Histograms {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      histogram.bin_ct(self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)
      histogram.bin_ct_out(self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False, hist&, bin_edges&) -> (Tensor(a!) hist, Tensor(b!) bin_edges)
      histogram.bins_tensor(self, bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)
      histogram.bins_tensor_out(self, bins, *, Tensor? weight=None, bool density=False, hist&, bin_edges&) -> (Tensor(a!) hist, Tensor(b!) bin_edges)
      """, histogram)
    table.add(
      """
      histogramdd(self, int[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)
      histogramdd.int_bins(self, int bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)
      histogramdd.TensorList_bins(self, Tensor[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)
      """, severalDimensions)
    table.add(
      "_histogramdd_bin_edges(self, int[] bins, *, float[]? range=None, Tensor? weight=None, bool density=False) -> Tensor[]"
    ) { (call) throws(LiteError) in
      let (x, columns) = try points(call)
      return .list(ListValue(try edges(call, x, columns).map { .tensor($0) }, of: .tensor))
    }
    table.add(
      """
      _histogramdd_from_bin_cts(self, int[] bins, *, float[]? range=None, Tensor? weight=None, bool density=False)
      _histogramdd_from_bin_tensors(self, Tensor[] bins, *, Tensor? weight=None, bool density=False)
      """
    ) { (call) throws(LiteError) in
      let (x, columns) = try points(call)
      return .tensor(try counts(call, x, try edges(call, x, columns)))
    }
  }

  private static func histogram(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0).flattened(call.context).unsqueezed(1)
    try call.require(x.type.isFloatingPoint, 0, "found a tensor of \(x.type.name), expected a floating type")
    let edges = try edges(call, x, 1)
    return try call.deliver(try counts(call, x, edges), edges[0])
  }

  private static func severalDimensions(_ call: Call) throws(LiteError) -> Value {
    let (x, columns) = try points(call)
    let edges = try edges(call, x, columns)
    return .tuple(
      TupleValue([.tensor(try counts(call, x, edges)), .list(ListValue(edges.map { .tensor($0) }, of: .tensor))]))
  }

  /// Points as rows of a matrix.
  private static func points(_ call: Call) throws(LiteError) -> (x: Tensor, columns: Int) {
    let x = try call.plainTensor(0)
    try call.require(
      x.rank >= 2 && x.type.isFloatingPoint, 0, "found a tensor of \(x.message), expected points of a floating type")
    let columns = x.sizes[x.rank - 1]
    let rows = try x.sizes.product(0..<x.rank - 1)
    return (try x.reshaped(try Dimensions([rows, columns]), in: call.arena), columns)
  }

  // MARK: Edges

  /// The edges of the bins of each column, in the type of `x`: as given, or equally spaced.
  private static func edges(_ call: Call, _ x: Tensor, _ columns: Int) throws(LiteError) -> [Tensor] {
    var counts: [Int] = []
    switch call[1] {
    case .tensor(let bins):
      try call.require(columns == 1, 1, "found one set of edges for points of \(columns) dimensions")
      return [try checkedEdges(call, bins, x)]
    case .int: counts = [Int](repeating: try call.int(1), count: columns)
    case .list(let list):
      if let first = list.items.first, case .tensor = first {
        var result: [Tensor] = []
        for bins in try call.tensors(1) { result.append(try checkedEdges(call, bins, x)) }
        try call.require(result.count == columns, 1, "found \(result.count) sets of edges for points of \(columns) dimensions")
        return result
      }
      counts = try call.ints(1)
    default: throw call.unexpected(1, "int, int[], Tensor or Tensor[]")
    }
    try call.require(counts.count == columns, 1, "found \(counts.count) bin counts for points of \(columns) dimensions")
    let bounds = try givenRange(call, columns)
    let elements = try x.doubles(call.context)
    var result: [Tensor] = []
    for (column, count) in counts.enumerated() {
      try call.require(count > 0, 1, "found \(count) bins, expected 1 or more")
      var (low, high) = (0.0, 1.0)
      if let bounds {
        (low, high) = (bounds[2 * column], bounds[2 * column + 1])
        let index = call.position("range") ?? 2
        try call.require(low <= high && (high - low).isFinite, index, "found a range that is not finite or ends before it begins")
      } else if x.count > 0 {
        (low, high) = (.infinity, -.infinity)
        for row in 0..<x.sizes[0] {
          let value = elements[row * columns + column]
          (low, high) = (min(low, value), max(high, value))
          try call.require(value.isFinite, 0, "found elements that are not finite")
        }
      }
      if low == high { (low, high) = (low - 0.5, high + 0.5) }
      result.append(
        try Creation.generate(call, x.type, Creation.vector(try Checked.add(count, 1))) {
          Creation.progression(low, high, count + 1, $0)
        })
    }
    return result
  }

  private static func checkedEdges(_ call: Call, _ bins: Tensor, _ x: Tensor) throws(LiteError) -> Tensor {
    try call.require(
      bins.rank == 1 && bins.count > 0 && bins.type == x.type, 1,
      "found edges of \(bins.message), expected a vector of \(x.type.name)")
    return bins
  }

  /// Two floats for each column.
  private static func givenRange(_ call: Call, _ columns: Int) throws(LiteError) -> [Double]? {
    guard let index = call.given("range") else { return nil }
    var result: [Double] = []
    for item in try call.list(index).items {
      guard case .double(let bound) = item else { throw call.unexpected(index, "a list of float") }
      result.append(bound)
    }
    try call.require(result.count == 2 * columns, index, "found \(result.count) bounds, expected \(2 * columns)")
    return result
  }

  // MARK: Counts

  private static func counts(_ call: Call, _ x: Tensor, _ edges: [Tensor]) throws(LiteError) -> Tensor {
    var sizes = Dimensions()
    var limits: [DenseElements<Double>] = []
    for tensor in edges {
      try sizes.append(tensor.count - 1)
      limits.append(try tensor.doubles(call.context))
    }
    let result = try call.makeTensor(.float64, sizes)
    try result.fill(.int(0))
    let rows = x.sizes[0]
    let weight = try call.tensor("weight")
    if let weight {
      try call.require(
        weight.count == rows, call.position("weight") ?? 0, "found weights of \(weight.message) for \(rows) elements")
    }
    let weights = try weight?.doubles(call.context)
    let elements = try x.doubles(call.context)
    var total = 0.0
    for row in 0..<rows {
      var place = 0
      var isInside = true
      for (column, limits) in limits.enumerated() {
        let bins = sizes[column]
        let value = elements[row * edges.count + column]
        // The last bin has both its edges.
        guard bins > 0, value >= limits[0], value <= limits[bins] else {
          isInside = false
          break
        }
        // The first edge above, as std::upper_bound finds it: edges that fall give what they give in PyTorch.
        var first = 0
        var count = bins + 1
        while count > 0 {
          let step = count / 2
          if value < limits[first + step] {
            count = step
          } else {
            first += step + 1
            count -= step + 1
          }
        }
        place = place * bins + min(max(first - 1, 0), bins - 1)
      }
      guard isInside else { continue }
      let amount = weights?[row] ?? 1
      result.pointer(Double.self)[place] += amount
      total += amount
    }
    if try call.flag("density") {
      for index in 0..<result.count {
        var rest = index
        var volume = total
        for column in (0..<edges.count).reversed() {
          let bin = rest % sizes[column]
          rest /= sizes[column]
          volume *= limits[column][bin + 1] - limits[column][bin]
        }
        result.pointer(Double.self)[index] /= volume
      }
    }
    return try result.converted(to: x.type, call.context)
  }
}

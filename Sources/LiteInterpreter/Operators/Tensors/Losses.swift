import CLitePlatform
import LiteFormat

/// Loss functions: elementwise differences, reduced to a mean or a sum.
enum Losses {
  static func declare(in table: inout OperatorTable) {
    table.add("mse_loss(self, target, int reduction=1) | out", atenMseLoss)
    table.add("l1_loss(self, target, int reduction=1)", atenL1Loss)
    table.add("smooth_l1_loss(self, target, int reduction=1, float beta=1.) | out", atenSmoothL1Loss)
    table.add("huber_loss(self, target, int reduction=1, float delta=1.) | out", atenHuberLoss)
    table.add("soft_margin_loss(self, target, int reduction=1) | out", atenSoftMarginLoss)
    table.add(
      "hinge_embedding_loss(self, target, float margin=1., int reduction=1)",
      atenHingeEmbeddingLoss)
    table.add(
      "poisson_nll_loss(input, target, bool log_input, bool full, float eps, int reduction)",
      atenPoissonNllLoss)
    table.add("kl_div(self, target, int reduction=1, *, bool log_target=False)", atenKlDiv)
    table.add("binary_cross_entropy(self, target, Tensor? weight=None, int reduction=1) | out", atenBinaryCrossEntropy)
    table.add(
      """
      binary_cross_entropy_with_logits(self, target, Tensor? weight=None, Tensor? pos_weight=None, int reduction=1) | out
      """, atenBinaryCrossEntropyWithLogits)
    table.add(
      "margin_ranking_loss(input1, input2, target, float margin=0., int reduction=1)",
      atenMarginRankingLoss)
    table.add(
      """
      nll_loss(self, target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) | out
      nll_loss2d(self, target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100) | out
      nll_loss_nd(self, target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100)
      """, atenNllLoss)
    table.add(
      "cross_entropy_loss(self, target, Tensor? weight=None, int reduction=1, SymInt ignore_index=-100, float label_smoothing=0.)",
      atenCrossEntropyLoss)
    table.add(
      """
      multi_margin_loss(self, target, Scalar p=1, Scalar margin=1, Tensor? weight=None, int reduction=1) | out
      """, atenMultiMarginLoss)
    table.add("multilabel_margin_loss(self, target, int reduction=1) | out", atenMultilabelMarginLoss)
    table.add(
      "triplet_margin_loss(anchor, positive, negative, float margin=1., float p=2., float eps=9.9999999999999995e-07, bool swap=False, int reduction=1)",
      atenTripletMarginLoss)
    table.add(
      "cosine_embedding_loss(input1, input2, target, float margin=0., int reduction=1)",
      atenCosineEmbeddingLoss)
    table.add(
      """
      ctc_loss.IntList(log_probs, targets, int[] input_lengths, int[] target_lengths, int blank=0, int reduction=1, bool zero_infinity=False)
      ctc_loss.Tensor(log_probs, targets, input_lengths, target_lengths, int blank=0, int reduction=1, bool zero_infinity=False)
      """, atenCtcLoss)
    table.add("cosine_similarity(x1, x2, int dim=1, float eps=1e-08)", atenCosineSimilarity)
    table.add(
      "pairwise_distance(x1, x2, float p=2., float eps=9.9999999999999995e-07, bool keepdim=False)",
      atenPairwiseDistance)
  }

  // MARK: What the table refers to

  private static func atenMseLoss(_ call: Call) throws(LiteError) -> Value { try pairwise(call) { ($0 - $1) * ($0 - $1) } }
  private static func atenL1Loss(_ call: Call) throws(LiteError) -> Value { try pairwise(call) { abs($0 - $1) } }
  private static func atenSmoothL1Loss(_ call: Call) throws(LiteError) -> Value { try smooth(call) }
  private static func atenHuberLoss(_ call: Call) throws(LiteError) -> Value { try huber(call) }
  private static func atenSoftMarginLoss(_ call: Call) throws(LiteError) -> Value {
    try pairwise(call) { log1p(exp(-$0 * $1)) }
  }
  private static func atenHingeEmbeddingLoss(_ call: Call) throws(LiteError) -> Value { try hinge(call) }
  private static func atenPoissonNllLoss(_ call: Call) throws(LiteError) -> Value { try poisson(call) }
  private static func atenKlDiv(_ call: Call) throws(LiteError) -> Value { try divergence(call) }
  private static func atenBinaryCrossEntropy(_ call: Call) throws(LiteError) -> Value { try binaryEntropy(call) }
  private static func atenBinaryCrossEntropyWithLogits(_ call: Call) throws(LiteError) -> Value {
    try binaryEntropyOfLogits(call)
  }
  private static func atenMarginRankingLoss(_ call: Call) throws(LiteError) -> Value { try ranking(call) }
  private static func atenNllLoss(_ call: Call) throws(LiteError) -> Value {
    try likelihood(call, try call.plainTensor(0), smoothing: 0)
  }
  private static func atenCrossEntropyLoss(_ call: Call) throws(LiteError) -> Value { try crossEntropy(call) }
  private static func atenMultiMarginLoss(_ call: Call) throws(LiteError) -> Value { try multiMargin(call) }
  private static func atenMultilabelMarginLoss(_ call: Call) throws(LiteError) -> Value { try multilabelMargin(call) }
  private static func atenTripletMarginLoss(_ call: Call) throws(LiteError) -> Value { try triplet(call) }
  private static func atenCosineEmbeddingLoss(_ call: Call) throws(LiteError) -> Value { try cosineEmbedding(call) }
  private static func atenCtcLoss(_ call: Call) throws(LiteError) -> Value { try connectionistTemporal(call) }
  private static func atenCosineSimilarity(_ call: Call) throws(LiteError) -> Value { try similarity(call) }
  private static func atenPairwiseDistance(_ call: Call) throws(LiteError) -> Value { try pairwiseDistance(call) }

  // MARK: Steps

  /// An elementwise step in float64 that is not yet the operator's result.
  @inline(never)
  private static func step(_ call: Call, _ operands: [Tensor], _ body: Pointwise.DoubleBody) throws(LiteError) -> Tensor {
    try Pointwise.doubles(call, operands.map { Operand($0) }, result: .float64, toTarget: false, body)
  }

  /// The argument `reduction`: 0 none, 1 mean, 2 sum. A mean may have another divisor than the count.
  @inline(never)
  private static func reduced(_ call: Call, _ losses: Tensor, _ type: DataType, divisor: Double? = nil) throws(LiteError) -> Value
  {
    let reduction = try call.int("reduction", else: 1)
    try call.require(reduction >= 0 && reduction <= 2, 2, "found reduction \(reduction), expected 0, 1 or 2")
    if reduction == 0 { return try call.deliver(try losses.converted(to: type, call.context)) }
    let count = reduction == 2 ? 1 : divisor ?? Double(losses.count)
    let sum = try Reductions.fold(
      losses, .all(losses.rank), keepsDimensions: false, call.context, initial: 0, { $0 + $1 }, finish: { $0 / count })
    return try call.deliver(try sum.converted(to: type, call.context))
  }

  /// The type of the result; integers become float32 where a step of the loss makes them floats.
  private static func floatType(_ call: Call, _ tensors: [Tensor], promotes: Bool = false) throws(LiteError) -> DataType {
    let promotion = TypePromotion(tensors.map { Operand($0) })
    if promotes { return promotion.floatResult }
    let type = promotion.result
    try call.require(type.isFloatingPoint, 0, "found a tensor of \(type.name), expected a floating type")
    return type
  }

  @inline(never)
  private static func pairwise(_ call: Call, promotes: Bool = false, _ body: (Double, Double) -> Double) throws(LiteError)
    -> Value
  {
    let a = try call.plainTensor(0)
    let b = try call.plainTensor(1)
    return try reduced(
      call, try step(call, [a, b]) { (a, b, _) in body(a, b) }, try floatType(call, [a, b], promotes: promotes))
  }

  // MARK: Elementwise

  private static func smooth(_ call: Call) throws(LiteError) -> Value {
    let beta = try call.double("beta", else: 1)
    return try pairwise(call) { (a, b) in
      let difference = abs(a - b)
      return difference < beta ? 0.5 * difference * difference / beta : difference - 0.5 * beta
    }
  }

  private static func huber(_ call: Call) throws(LiteError) -> Value {
    let delta = try call.double("delta", else: 1)
    return try pairwise(call) { (a, b) in
      let difference = abs(a - b)
      return difference <= delta ? 0.5 * difference * difference : delta * (difference - 0.5 * delta)
    }
  }

  private static func hinge(_ call: Call) throws(LiteError) -> Value {
    let margin = try call.double("margin", else: 1)
    return try pairwise(call) { (x, target) in target == 1 ? x : target == -1 ? max(0, margin - x) : x + max(0, margin - x) }
  }

  private static func poisson(_ call: Call) throws(LiteError) -> Value {
    let isLog = try call.bool(2)
    let isFull = try call.bool(3)
    let epsilon = try call.double(4)
    return try pairwise(call, promotes: true) { (x, target) in
      var loss = isLog ? exp(x) - target * x : x - target * log(x + epsilon)
      if isFull, target > 1 { loss += target * log(target) - target + 0.5 * log(2 * 3.141592653589793 * target) }
      return loss
    }
  }

  private static func divergence(_ call: Call) throws(LiteError) -> Value {
    let isLog = try call.flag("log_target")
    return try pairwise(call) { (x, target) in
      isLog ? exp(target) * (target - x) : target.isNaN ? target : (target == 0 ? 0 : target * log(target)) - target * x
    }
  }

  private static func weighted(_ call: Call, _ losses: Tensor) throws(LiteError) -> Tensor {
    guard let weight = try call.tensor("weight") else { return losses }
    return try step(call, [losses, weight]) { (loss, weight, _) in loss * weight }
  }

  private static func binaryEntropy(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let target = try call.plainTensor(1)
    try call.require(x.sizes == target.sizes, 1, "found a target of \(target.message) for \(x.message)")
    var isInRange = true
    let losses = try step(call, [x, target]) { (x, target, _) in
      if x < 0 || x > 1 { isInRange = false }
      return (target - 1) * max(log1p(-x), -100) - target * max(log(x), -100)
    }
    try call.require(isInRange, 0, "found elements outside of 0 to 1")
    return try reduced(call, try weighted(call, losses), try floatType(call, [x]))
  }

  private static func binaryEntropyOfLogits(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let target = try call.plainTensor(1)
    var operands = [x, target]
    let positive = try call.tensor("pos_weight")
    if let positive { operands.append(positive) }
    let losses = try step(call, operands) { (x, target, weight) in
      let softplus = log1p(exp(-abs(x))) + max(-x, 0)
      return (1 - target) * x + (positive == nil ? 1 : 1 + (weight - 1) * target) * softplus
    }
    return try reduced(call, try weighted(call, losses), try floatType(call, [x, target]))
  }

  private static func ranking(_ call: Call) throws(LiteError) -> Value {
    let tensors = [try call.plainTensor(0), try call.plainTensor(1), try call.plainTensor(2)]
    let margin = try call.double("margin", else: 0)
    let losses = try step(call, tensors) { (a, b, target) in max(0, -target * (a - b) + margin) }
    return try reduced(call, losses, try floatType(call, tensors, promotes: true))
  }

  // MARK: Classes

  /// Classes are dimension 1 of `x`, or the only one; the rest of the dimensions are those of the target.
  private static func likelihood(_ call: Call, _ x: Tensor, smoothing: Double) throws(LiteError) -> Value {
    let target = try call.plainTensor(1)
    let type = try floatType(call, [x])
    let dimension = x.rank == 1 ? 0 : 1
    try call.require(x.rank >= 1, 0, "found a tensor without dimensions")
    let classes = x.sizes[dimension]
    var expected = x.sizes
    expected.remove(at: dimension)
    let weight = try call.tensor("weight")
    if let weight {
      try call.require(
        weight.count == classes && weight.rank == 1, 2, "found weights of \(weight.message) for \(classes) classes")
    }
    let factors = try weight?.doubles(call.context)
    // Classes last.
    var order = [Int](0..<x.rank)
    order.remove(at: dimension)
    let values = try x.permuted(order + [dimension]).doubles(call.context)
    func factor(_ number: Int) -> Double { factors?[number] ?? 1 }
    if target.type.isFloatingPoint {
      // Probabilities of classes.
      try call.require(target.sizes == x.sizes, 1, "found a target of \(target.message) for \(x.message)")
      let shares = try target.permuted(order + [dimension]).doubles(call.context)
      let losses = try Creation.generate(call, .float64, expected) { row in
        var loss = 0.0
        for number in 0..<classes {
          let share = shares[row * classes + number] * (1 - smoothing) + smoothing / Double(classes)
          loss -= share * values[row * classes + number] * factor(number)
        }
        return loss
      }
      return try reduced(call, losses, type)
    }
    try call.require(
      target.sizes == expected || (x.rank == 1 && target.count == 1), 1, "found a target of \(target.message) for \(x.message)")
    let numbers = try target.integers(call.context)
    let ignored = try Int64(call.int("ignore_index", else: -100))
    var total = 0.0
    let losses = try Creation.generate(call, .float64, expected) { (row) throws(LiteError) in
      let number = numbers[row]
      if number == ignored { return 0 }
      try call.require(number >= 0 && number < Int64(classes), 1, "found class \(number), expected 0 to \(classes - 1)")
      total += factor(Int(number))
      var loss = -values[row * classes + Int(number)] * factor(Int(number))
      if smoothing > 0 {
        var sum = 0.0
        for other in 0..<classes { sum -= values[row * classes + other] * factor(other) }
        loss = (1 - smoothing) * loss + smoothing / Double(classes) * sum
      }
      return loss
    }
    return try reduced(call, losses, type, divisor: total)
  }

  private static func crossEntropy(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    try call.require(x.rank >= 1, 0, "found a tensor without dimensions")
    let type = try floatType(call, [x])
    let dimension = x.rank == 1 ? 0 : 1
    let reduction = try Reduction(x, DimensionSet(dimension), call.context, .float64)
    var sizes = reduction.sizes
    try sizes.append(reduction.length)
    let rows = try Tensor(.float64, sizes, in: call.arena)
    try reduction.forEachGathered { (elements, position) throws(LiteError) in
      var largest = -Double.infinity
      for index in 0..<reduction.length { largest = max(largest, elements.doubles[index]) }
      var sum = 0.0
      for index in 0..<reduction.length { sum += exp(elements.doubles[index] - largest) }
      let shift = largest + log(sum)
      for index in 0..<reduction.length {
        rows.pointer(Double.self)[position * reduction.length + index] = elements.doubles[index] - shift
      }
    }
    var order = [Int](0..<x.rank - 1)
    order.insert(x.rank - 1, at: dimension)
    let logarithms = try rows.permuted(order).converted(to: type, call.context)
    return try likelihood(call, logarithms, smoothing: try call.double("label_smoothing", else: 0))
  }

  /// Rows of samples: `x` as a matrix in float64.
  private static func matrix(_ call: Call, _ x: Tensor) throws(LiteError) -> (
    rows: Int, columns: Int, values: DenseElements<Double>
  ) {
    try call.require(x.rank <= 2, 0, "found a tensor of \(x.message), expected at most 2 dimensions")
    return (x.rank == 2 ? x.sizes[0] : 1, x.rank == 0 ? 1 : x.sizes[x.rank - 1], try x.doubles(call.context))
  }

  /// One loss for each sample.
  @inline(never)
  private static func samples(_ call: Call, _ x: Tensor, _ rows: Int, _ body: (Int) throws(LiteError) -> Double) throws(LiteError)
    -> Value
  {
    let sizes = x.rank < 2 ? Dimensions() : Creation.vector(rows)
    return try reduced(call, try Creation.generate(call, .float64, sizes, body), try floatType(call, [x]))
  }

  private static func multiMargin(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let target = try call.plainTensor(1)
    let (rows, columns, values) = try matrix(call, x)
    try call.require(target.count == rows, 1, "found a target of \(target.message) for \(x.message)")
    let power = try call.scalar(2).int
    try call.require(power == 1 || power == 2, 2, "found \(power), expected 1 or 2")
    let margin = try call.scalar(3).double
    let weight = try call.tensor("weight")
    if let weight { try call.require(weight.count == columns, 4, "found \(weight.count) weights for \(columns) classes") }
    return try samples(call, x, rows) { (row) throws(LiteError) in
      let number = try target.intElement(row)
      try call.require(number >= 0 && number < Int64(columns), 1, "found class \(number), expected 0 to \(columns - 1)")
      let own = values[row * columns + Int(number)]
      var loss = 0.0
      for column in 0..<columns where column != Int(number) {
        let distance = margin - own + values[row * columns + column]
        if distance > 0 { loss += power == 1 ? distance : distance * distance }
      }
      if let weight { loss *= try weight.doubleElement(Int(number)) }
      return loss / Double(columns)
    }
  }

  private static func multilabelMargin(_ call: Call) throws(LiteError) -> Value {
    let x = try call.plainTensor(0)
    let target = try call.plainTensor(1)
    let (rows, columns, values) = try matrix(call, x)
    try call.require(target.sizes == x.sizes, 1, "found a target of \(target.message) for \(x.message)")
    try call.require(columns > 0, 0, "found a tensor of \(x.message), expected at least one class")
    let labels: Scratch<Int> = try call.context.scratch(columns)
    let isLabel: Scratch<Bool> = try call.context.scratch(columns)
    return try samples(call, x, rows) { (row) throws(LiteError) in
      // The classes of a sample are listed up to the first -1.
      var count = 0
      for column in 0..<columns { isLabel[column] = false }
      for column in 0..<columns {
        let number = try target.intElement(row * columns + column)
        if number == -1 { break }
        try call.require(number >= 0 && number < Int64(columns), 1, "found class \(number), expected -1 to \(columns - 1)")
        labels[count] = Int(number)
        isLabel[Int(number)] = true
        count += 1
      }
      try call.context.spend(count, columns)
      var loss = 0.0
      for index in 0..<count {
        let label = labels[index]
        for column in 0..<columns where !isLabel[column] {
          loss += max(0, 1 - values[row * columns + label] + values[row * columns + column])
        }
      }
      return loss / Double(columns)
    }
  }

  // MARK: Sequences

  /// Lengths as a list of ints or as a tensor.
  private static func lengths(_ call: Call, _ index: Int, _ count: Int, atMost limit: Int) throws(LiteError) -> [Int] {
    var result: [Int] = []
    if case .tensor(let tensor) = call[index] {
      try AllocationScope.checkRoom(try Checked.multiply(tensor.count, MemoryLayout<Int>.stride))
      for position in 0..<tensor.count { result.append(try Checked.int(try tensor.intElement(position))) }
    } else {
      result = try call.ints(index)
    }
    try call.require(result.count == count, index, "found \(result.count) lengths, expected \(count)")
    for length in result {
      try call.require(length >= 0 && length <= limit, index, "found a length of \(length), expected 0 to \(limit)")
    }
    return result
  }

  /// The negative log likelihood of the targets over all alignments (Graves et al. 2006), by the forward
  /// recursion over targets with blanks between.
  private static func connectionistTemporal(_ call: Call) throws(LiteError) -> Value {
    var x = try call.plainTensor(0)
    let isSingle = x.rank == 2
    if isSingle { x = try x.unsqueezed(1) }
    try call.require(x.rank == 3 && x.type.isFloatingPoint, 0, "found a tensor of \(x.message), expected time, batch and classes")
    let (times, batch, classes) = (x.sizes[0], x.sizes[1], x.sizes[2])
    let targets = try call.plainTensor(1)
    let isFlat = targets.rank == 1
    try call.require(
      isFlat || (targets.rank == 2 && targets.sizes[0] == batch), 1, "found targets of \(targets.message) for a batch of \(batch)"
    )
    let inputLengths = try lengths(call, 2, batch, atMost: times)
    let targetLengths = try lengths(call, 3, batch, atMost: isFlat ? targets.count : targets.sizes[1])
    let blank = try call.int("blank", else: 0)
    try call.require(blank >= 0 && blank < classes, 4, "found blank \(blank), expected 0 to \(classes - 1)")
    let clearsInfinity = try call.flag("zero_infinity")
    let values = try x.doubles(call.context)
    let numbers = try targets.integers(call.context)
    var start = 0
    let losses = try Creation.generate(call, .float64, Creation.vector(batch)) { (sample) throws(LiteError) in
      let first = isFlat ? start : sample * targets.sizes[1]
      let length = targetLengths[sample]
      start += length
      try call.require(first + length <= targets.count, 3, "found lengths that exceed the targets")
      // Labels and their states, of 8 bytes each, and growing.
      try AllocationScope.checkRoom(try Checked.multiply(length, 48))
      try call.context.spend(inputLengths[sample], 2 * length + 1, 16)
      var labels = [blank]
      for index in first..<first + length {
        let number = numbers[index]
        try call.require(number >= 0 && number < Int64(classes), 1, "found class \(number), expected 0 to \(classes - 1)")
        labels.append(Int(number))
        labels.append(blank)
      }
      let loss = alignmentLoss(labels, blank, inputLengths[sample]) { values[($0 * batch + sample) * classes + $1] }
      return clearsInfinity && loss == .infinity ? 0 : loss
    }
    let type = try floatType(call, [x])
    if try call.int("reduction", else: 1) != 1 {
      return try reduced(call, isSingle ? losses.selected(0, 0) : losses, type)
    }
    // A mean of losses for each symbol.
    let scaled = try Creation.generate(call, .float64, Creation.vector(batch)) {
      losses.pointer(Double.self)[$0] / Double(max(1, targetLengths[$0]))
    }
    return try reduced(call, scaled, type)
  }

  /// - Parameter probability: logarithm for a time and a class.
  private static func alignmentLoss(_ labels: [Int], _ blank: Int, _ times: Int, _ probability: (Int, Int) -> Double) -> Double {
    func sum(_ a: Double, _ b: Double) -> Double {
      let high = max(a, b)
      return high == -.infinity ? high : high + log(exp(a - high) + exp(b - high))
    }
    let count = labels.count
    if times == 0 { return count == 1 ? 0 : .infinity }
    var state = [Double](repeating: -.infinity, count: count)
    state[0] = probability(0, blank)
    if count > 1 { state[1] = probability(0, labels[1]) }
    for time in 1..<max(times, 1) {
      for index in (0..<count).reversed() {
        var total = state[index]
        if index > 0 { total = sum(total, state[index - 1]) }
        if index > 1, labels[index] != blank, labels[index] != labels[index - 2] { total = sum(total, state[index - 2]) }
        state[index] = total + probability(time, labels[index])
      }
    }
    return 0 - (count > 1 ? sum(state[count - 1], state[count - 2]) : state[0])
  }

  // MARK: Distances

  /// The p-norm of a - b + epsilon along the last dimension, in float64.
  private static func distance(_ call: Call, _ a: Tensor, _ b: Tensor, _ p: Double, _ epsilon: Double, keeps: Bool = false)
    throws(LiteError) -> Tensor
  {
    let difference = try step(call, [a, b]) { (a, b, _) in abs(a - b + epsilon) }
    let last = difference.rank == 0 ? DimensionSet() : DimensionSet(difference.rank - 1)
    return try norm(difference, last, p, keeps: keeps, call.context)
  }

  /// The p-norm of numbers that are not negative.
  static func norm(_ x: Tensor, _ dimensions: DimensionSet, _ p: Double, keeps: Bool, _ context: Context)
    throws(LiteError) -> Tensor
  {
    switch p {
    case 0: return try Reductions.fold(x, dimensions, keepsDimensions: keeps, context, initial: 0, { $1 != 0 ? $0 + 1 : $0 })
    case .infinity: return try Reductions.fold(x, dimensions, keepsDimensions: keeps, context, initial: 0, { max($0, $1) })
    case 2:
      return try Reductions.fold(
        x, dimensions, keepsDimensions: keeps, context, initial: 0, { $0 + $1 * $1 }, finish: { $0.squareRoot() })
    default:
      return try Reductions.fold(
        x, dimensions, keepsDimensions: keeps, context, initial: 0, { $0 + pow($1, p) }, finish: { pow($0, 1 / p) })
    }
  }

  private static func pairwiseDistance(_ call: Call) throws(LiteError) -> Value {
    let a = try call.plainTensor(0)
    let b = try call.plainTensor(1)
    let result = try distance(
      call, a, b, try call.double("p", else: 2), try call.double("eps", else: 1e-6), keeps: try call.flag("keepdim"))
    return try call.deliver(try result.converted(to: try floatType(call, [a, b], promotes: true), call.context))
  }

  private static func triplet(_ call: Call) throws(LiteError) -> Value {
    let tensors = [try call.plainTensor(0), try call.plainTensor(1), try call.plainTensor(2)]
    let margin = try call.double("margin", else: 1)
    let p = try call.double("p", else: 2)
    let epsilon = try call.double("eps", else: 1e-6)
    let positive = try distance(call, tensors[0], tensors[1], p, epsilon)
    var negative = try distance(call, tensors[0], tensors[2], p, epsilon)
    if try call.flag("swap") {
      negative = try step(call, [negative, try distance(call, tensors[1], tensors[2], p, epsilon)]) { (a, b, _) in min(a, b) }
    }
    let losses = try step(call, [positive, negative]) { (positive, negative, _) in max(0, margin + positive - negative) }
    return try reduced(call, losses, try floatType(call, tensors, promotes: true))
  }

  /// Sum of products along a dimension.
  private static func dot(_ call: Call, _ a: Tensor, _ b: Tensor, _ dimension: Int) throws(LiteError) -> Tensor {
    let product = try step(call, [a, b]) { (a, b, _) in a * b }
    return try Reductions.fold(product, DimensionSet(dimension), keepsDimensions: false, call.context, initial: 0, { $0 + $1 })
  }

  private static func similarity(_ call: Call) throws(LiteError) -> Value {
    let a = try call.plainTensor(0)
    let b = try call.plainTensor(1)
    let shape = try Broadcasting.shape(a.sizes, b.sizes)
    let dimension = try call.dimension(of: shape.count) ?? 0
    let (x, y) = (try a.expanded(to: shape), try b.expanded(to: shape))
    let epsilon = try call.double("eps", else: 1e-8)
    let result = try step(call, [try dot(call, x, y, dimension), try dot(call, x, x, dimension), try dot(call, y, y, dimension)])
    { (product, xx, yy) in
      product / (max(xx.squareRoot(), epsilon) * max(yy.squareRoot(), epsilon))
    }
    return try call.deliver(try result.converted(to: try floatType(call, [a, b]), call.context))
  }

  private static func cosineEmbedding(_ call: Call) throws(LiteError) -> Value {
    let a = try call.plainTensor(0)
    let b = try call.plainTensor(1)
    let target = try call.plainTensor(2)
    try call.require(a.sizes == b.sizes && (a.rank == 1 || a.rank == 2), 0, "found tensors of \(a.message) and \(b.message)")
    let margin = try call.double("margin", else: 0)
    let dimension = a.rank - 1
    let cosine = try step(call, [try dot(call, a, b, dimension), try dot(call, a, a, dimension), try dot(call, b, b, dimension)])
    { (product, aa, bb) in
      product / ((aa + 1e-12) * (bb + 1e-12)).squareRoot()
    }
    let losses = try step(call, [cosine, target]) { (cosine, target, _) in
      target == 1 ? 1 - cosine : target == -1 ? max(0, cosine - margin) : 0
    }
    return try reduced(call, losses, try floatType(call, [a, b], promotes: true))
  }
}

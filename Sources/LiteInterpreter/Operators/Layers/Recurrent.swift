import CLiteKernels
import CLitePlatform
import LiteFormat

/// Recurrent networks, float and dynamically quantized, of any number of layers and one or two directions
/// (pytorch/aten/src/ATen/native/RNN.cpp). The gate sums of the inputs are made for a whole sequence at once.
enum Recurrent {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "quantized_lstm.input(input, Tensor[] hx, __torch__.torch.classes.rnn.CellParamsBase[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first, *, ScalarType? dtype=None, bool use_dynamic=False) -> (Tensor, Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .lstm, isPacked: false)
    }
    table.add(
      "quantized_lstm.data(data, batch_sizes, Tensor[] hx, __torch__.torch.classes.rnn.CellParamsBase[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, *, ScalarType? dtype=None, bool use_dynamic=False) -> (Tensor, Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .lstm, isPacked: true)
    }
    table.add(
      "quantized_gru.input(input, hx, __torch__.torch.classes.rnn.CellParamsBase[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .gru, isPacked: false)
    }
    table.add(
      "quantized_gru.data(data, batch_sizes, hx, __torch__.torch.classes.rnn.CellParamsBase[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .gru, isPacked: true)
    }
    table.add(
      "lstm.input(input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .lstm, isPacked: false)
    }
    table.add(
      "lstm.data(data, batch_sizes, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .lstm, isPacked: true)
    }
    table.add(
      "gru.input(input, hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .gru, isPacked: false)
    }
    table.add(
      "gru.data(data, batch_sizes, hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .gru, isPacked: true)
    }
    table.add(
      "rnn_tanh.input(input, hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .tanh, isPacked: false)
    }
    table.add(
      "rnn_tanh.data(data, batch_sizes, hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .tanh, isPacked: true)
    }
    table.add(
      "rnn_relu.input(input, hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .relu, isPacked: false)
    }
    table.add(
      "rnn_relu.data(data, batch_sizes, hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try run(call, .relu, isPacked: true)
    }
    table.add(
      "lstm_cell(input, Tensor[] hx, w_ih, w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try cell(call, .lstm)
    }
    table.add("gru_cell(input, hx, w_ih, w_hh, Tensor? b_ih=None, Tensor? b_hh=None)") {
      (call) throws(LiteError) in try cell(call, .gru)
    }
    table.add(
      "rnn_tanh_cell(input, hx, w_ih, w_hh, Tensor? b_ih=None, Tensor? b_hh=None)"
    ) {
      (call) throws(LiteError) in try cell(call, .tanh)
    }
    table.add(
      "rnn_relu_cell(input, hx, w_ih, w_hh, Tensor? b_ih=None, Tensor? b_hh=None)"
    ) {
      (call) throws(LiteError) in try cell(call, .relu)
    }
    table.add(
      "quantized::quantized_lstm_cell_dynamic(input, Tensor[] hx, __torch__.torch.classes.quantized.LinearPackedParamsBase w_ih, __torch__.torch.classes.quantized.LinearPackedParamsBase w_hh, bias_ih, bias_hh) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try cell(call, .lstm)
    }
    table.add(
      "quantized::quantized_gru_cell_dynamic(input, hx, __torch__.torch.classes.quantized.LinearPackedParamsBase w_ih, __torch__.torch.classes.quantized.LinearPackedParamsBase w_hh, b_ih, b_hh)"
    ) {
      (call) throws(LiteError) in try cell(call, .gru)
    }
    table.add(
      "quantized::quantized_rnn_tanh_cell_dynamic(input, hx, __torch__.torch.classes.quantized.LinearPackedParamsBase w_ih, __torch__.torch.classes.quantized.LinearPackedParamsBase w_hh, b_ih, b_hh)"
    ) {
      (call) throws(LiteError) in try cell(call, .tanh)
    }
    table.add(
      "quantized::quantized_rnn_relu_cell_dynamic(input, hx, __torch__.torch.classes.quantized.LinearPackedParamsBase w_ih, __torch__.torch.classes.quantized.LinearPackedParamsBase w_hh, b_ih, b_hh)"
    ) {
      (call) throws(LiteError) in try cell(call, .relu)
    }
    table.add(
      """
      quantized::make_quantized_cell_params_dynamic(__torch__.torch.classes.quantized.LinearPackedParamsBase w_ih, __torch__.torch.classes.quantized.LinearPackedParamsBase w_hh, bias_ih, bias_hh, bool reduce_range=False) -> __torch__.torch.classes.rnn.CellParamsBase
      quantized::make_quantized_cell_params_fp16(__torch__.torch.classes.quantized.LinearPackedParamsBase w_ih, __torch__.torch.classes.quantized.LinearPackedParamsBase w_hh) -> __torch__.torch.classes.rnn.CellParamsBase
      """
    ) {
      (call) throws(LiteError) in
      .recurrentCell(try RecurrentCellParameters(input: call[0], hidden: call[1]))
    }
  }

  // MARK: Arguments

  /// The weights of all layers and directions, in order.
  private static func weights(
    _ call: Call, _ index: Int, _ hasBiases: Bool, hasProjection: Bool, _ type: DataType
  ) throws(LiteError) -> [RecurrentWeights] {
    let items = try call.list(index).items
    var result: [RecurrentWeights] = []
    if case .recurrentCell? = items.first {
      try call.require(!hasProjection, index, "found states of two widths, which only weights with projections take")
      try call.require(type == .float32, 0, "found \(type.name), expected float32")
      for item in items {
        guard case .recurrentCell(let parameters) = item else { throw call.failure(index, "found a list with \(item.typeName)") }
        result.append(RecurrentWeights(parameters))
      }
      return result
    }
    let tensors = try call.tensors(index)
    let each = (hasBiases ? 4 : 2) + (hasProjection ? 1 : 0)
    try call.require(tensors.count % each == 0, index, "found \(tensors.count) tensors, expected a multiple of \(each)")
    for tensor in tensors {
      try call.require(tensor.type.isFloatingPoint, index, "found a tensor of \(tensor.message), expected a floating type")
    }
    for start in stride(from: 0, to: tensors.count, by: each) {
      func prepared(_ position: Int) throws(LiteError) -> Tensor { try tensors[start + position].prepared(type, call.context) }
      result.append(
        .floats(
          input: try prepared(0), hidden: try prepared(1), inputBias: hasBiases ? try prepared(2) : nil,
          hiddenBias: hasBiases ? try prepared(3) : nil, projection: hasProjection ? try prepared(each - 1) : nil))
    }
    return result
  }

  private static func run(_ call: Call, _ kind: RecurrentKind, isPacked: Bool) throws(LiteError) -> Value {
    // The arguments of both forms: input, (batch sizes,) states, parameters, ...
    let first = isPacked ? 2 : 1
    let original = try call.floatingTensor(0)
    let type = original.type.computing
    let isBatchFirst = isPacked ? false : try call.bool(8)
    try call.require(
      original.rank == (isPacked ? 2 : 3), 0, "found a tensor of \(original.message), expected \(isPacked ? 2 : 3) dimensions")
    let ordered = isBatchFirst ? original.transposed(0, 1) : original
    let states = kind == .lstm ? try call.tensors(first) : [try call.tensor(first)]
    try call.require(states.count == (kind == .lstm ? 2 : 1), first, "found \(states.count) states, expected 2")
    for state in states {
      try call.require(
        state.rank == 3 && state.type.isFloatingPoint, first, "found a state of \(state.message), expected 3 dimensions of floats"
      )
    }
    let layers = try call.int(first + 3)
    let directions = try call.bool(first + 6) ? 2 : 1
    if try call.bool(first + 5), try call.double(first + 4) > 0 {
      throw LiteError(.unsupported, "dropout between layers in training")
    }
    let width = states[kind == .lstm ? 1 : 0].sizes[2]
    let hasProjection = kind == .lstm && states[0].sizes[2] != width
    let weights = try weights(call, first + 1, try call.bool(first + 2), hasProjection: hasProjection, type)
    try call.require(
      layers > 0 && layers <= 1 << 20 && weights.count == layers * directions, first + 1,
      "found parameters of \(weights.count) layers and directions, expected \(layers) * \(directions)")

    let batchSizes: IndexList
    let batch: Int
    if isPacked {
      batchSizes = try IndexList(try call.tensor(1), call.context)
      batch = batchSizes.count > 0 ? batchSizes[0] : 0
    } else {
      batch = ordered.sizes[1]
      let size = batch
      batchSizes = try IndexList(ordered.sizes[0], call.context) { _ in size }
    }
    var total = 0
    for index in 0..<batchSizes.count {
      let size = batchSizes[index]
      try call.require(size >= 0 && size <= batch, 1, "found a batch size of \(size) after one of \(batch)")
      total = try Checked.add(total, size)
    }
    try call.require(!isPacked || total == original.sizes[0], 1, "found batch sizes for \(total) rows of \(original.sizes[0])")
    for state in states {
      try call.require(
        state.sizes[0] == weights.count && state.sizes[1] == batch, first,
        "found a state of \(state.message), expected \(weights.count) layers and directions and a batch of \(batch)")
    }
    for weight in weights {
      try call.require(
        weight.outputs == width &* kind.gates, first + 1,
        "found weights with \(weight.outputs) outputs, expected \(kind.gates) gates of \(width)")
      guard let projection = weight.projection else { continue }
      try call.require(
        projection.rank == 2 && projection.sizes[0] == states[0].sizes[2] && projection.sizes[1] == width, first + 1,
        "found a projection of \(projection.message), expected [\(states[0].sizes[2]), \(width)]")
    }

    // States are kept and changed in place; rows of sequences that have ended are left as they are.
    var finals: [Tensor] = []
    for state in states {
      let converted = try state.converted(to: type, call.context)
      finals.append(try converted.clone(strides: converted.sizes.contiguousStrides(), in: call.arena))
    }
    let network = RecurrentNetwork(kind: kind, width: width, batchSizes: batchSizes, rows: total, context: call.context)
    let columns = ordered.sizes[ordered.rank - 1]
    var sequence = try ordered.reshaped(try Dimensions([total, columns]), in: call.arena).prepared(type, call.context)
    for layer in 0..<layers { sequence = try network.layer(sequence, weights, finals, layer * directions, directions) }

    var results: [Value] = []
    var result = sequence
    if !isPacked {
      result = try sequence.reshaped(
        try Dimensions([batchSizes.count, batch, sequence.sizes[1]]), in: call.arena)
      if isBatchFirst { result = try result.transposed(0, 1).contiguous(in: call.arena) }
    }
    results.append(.tensor(try result.converted(to: original.type, call.context)))
    for state in finals { results.append(.tensor(try state.converted(to: original.type, call.context))) }
    // Batch sizes that are a tensor's are read here.
    if type == .float32, !isPacked { call.isFullyPrepared() }
    return .tuple(TupleValue(results))
  }

  /// One step on one row a sequence.
  private static func cell(_ call: Call, _ kind: RecurrentKind) throws(LiteError) -> Value {
    let original = try call.floatingTensor(0)
    let type = original.type.computing
    let states = kind == .lstm ? try call.tensors(1) : [try call.tensor(1)]
    try call.require(states.count == (kind == .lstm ? 2 : 1), 1, "found \(states.count) states, expected 2")
    let isSingle = original.rank == 1
    for state in states {
      try call.require(
        state.type.isFloatingPoint && state.rank == original.rank, 1,
        "found a state of \(state.message) for an input of \(original.message)")
    }
    try call.require((1...2).contains(original.rank), 0, "found a tensor of \(original.message), expected 1 or 2 dimensions")
    let weights: RecurrentWeights
    if case .tensor = call[2] {
      weights = .floats(
        input: try call.floatingTensor(2).prepared(type, call.context),
        hidden: try call.floatingTensor(3).prepared(type, call.context),
        inputBias: try call.optionalTensor(4)?.prepared(type, call.context),
        hiddenBias: try call.optionalTensor(5)?.prepared(type, call.context), projection: nil)
    } else {
      try call.require(type == .float32, 0, "found \(type.name), expected float32")
      weights = RecurrentWeights(try RecurrentCellParameters(input: call[2], hidden: call[3]))
    }
    var finals: [Tensor] = []
    for state in states {
      let batched = isSingle ? try state.unsqueezed(0) : state
      let converted = try batched.converted(to: type, call.context)
      finals.append(try converted.clone(strides: converted.sizes.contiguousStrides(), in: call.arena))
    }
    let input = try (isSingle ? try original.unsqueezed(0) : original).prepared(type, call.context)
    let width = finals[finals.count - 1].sizes[1]
    for state in finals {
      try call.require(
        state.sizes[0] == input.sizes[0] && state.sizes[1] == width && weights.outputs == width &* kind.gates, 1,
        "found states of \(states[0].message) for an input of \(original.message) and \(weights.outputs) gate sums")
    }
    let network = RecurrentNetwork(
      kind: kind, width: width, batchSizes: try IndexList(1, call.context) { _ in input.sizes[0] }, rows: input.sizes[0],
      context: call.context)
    var layered: [Tensor] = []
    for state in finals { layered.append(try state.unsqueezed(0)) }
    _ = try network.layer(input, [weights], layered, 0, 1)
    var results: [Value] = []
    for state in finals {
      results.append(.tensor(try (isSingle ? state.removing(0) : state).converted(to: original.type, call.context)))
    }
    if type == .float32 { call.isFullyPrepared() }
    return kind == .lstm ? .tuple(TupleValue(results)) : results[0]
  }
}

/// Layers of one kind over sequences of different lengths that lie step by step, longest first.
private struct RecurrentNetwork {
  let kind: RecurrentKind
  let width: Int
  /// Sequences that still run at each step.
  let batchSizes: IndexList
  /// The sum of `batchSizes`.
  let rows: Int
  let context: Context

  /// - Parameters:
  ///   - input: [rows, columns], dense.
  ///   - states: hidden states and, for an LSTM, cell states; [layers * directions, batch, width], dense; changed.
  ///   - first: position of the layer's first direction.
  /// - Returns: [rows, directions * width].
  func layer(
    _ input: Tensor, _ weights: [RecurrentWeights], _ states: [Tensor], _ first: Int, _ directions: Int
  ) throws(LiteError) -> Tensor {
    let outputWidth = states[0].sizes[2]
    let result = try Tensor(
      input.type, try Dimensions([rows, try Checked.multiply(outputWidth, directions)]), in: context.arena)
    for direction in 0..<directions {
      let index = first + direction
      let hidden = states[0].selected(0, index)
      let cell = kind == .lstm ? states[1].selected(0, index) : nil
      try run(
        input, weights[index], hidden, cell, result.sliced(1, start: direction &* outputWidth, count: outputWidth),
        isReversed: direction == 1)
    }
    return result
  }

  private func run(
    _ input: Tensor, _ weights: RecurrentWeights, _ hidden: Tensor, _ cell: Tensor?, _ output: Tensor, isReversed: Bool
  ) throws(LiteError) {
    guard rows > 0 else { return }
    let sums = try weights.input(input, context)
    let step = RecurrentStep(kind: kind, width: width, context: context)
    let wide =
      weights.projection == nil
      ? nil : try Tensor(hidden.type, try Dimensions([hidden.sizes[0], width]), in: context.arena)
    guard sums.sizes[1] == width &* kind.gates else {
      throw LiteError(.operatorFailed, "found \(sums.sizes[1]) gate sums of the input, expected \(kind.gates) of \(width)")
    }
    var start = isReversed ? rows : 0
    for index in 0..<batchSizes.count {
      let count = batchSizes[isReversed ? batchSizes.count - 1 - index : index]
      if isReversed { start -= count }
      guard count > 0 else { continue }
      let state = hidden.sliced(0, start: 0, count: count)
      let states = try weights.hidden(state, context)
      guard states.sizes[1] == width &* kind.gates else {
        throw LiteError(.operatorFailed, "found \(states.sizes[1]) gate sums of the state, expected \(kind.gates) of \(width)")
      }
      try step.run(rows: count, sums, start, states, hidden: hidden, cell: cell, result: wide ?? hidden)
      if let wide, let projection = weights.projection {
        try context.copy(
          try MatrixMultiplication.linear(wide.sliced(0, start: 0, count: count), projection, nil, context), to: state)
      }
      try context.copy(state, to: output.sliced(0, start: start, count: count))
      if !isReversed { start += count }
    }
  }
}

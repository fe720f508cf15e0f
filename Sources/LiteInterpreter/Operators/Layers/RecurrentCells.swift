import CLiteKernels
import CLitePlatform
import LiteFormat

/// The kinds of recurrent layer: how gate sums become the next state.
enum RecurrentKind {
  case lstm, gru, tanh, relu

  /// Gates of `hidden` elements each that a row of sums holds.
  var gates: Int {
    switch self {
    case .lstm: 4
    case .gru: 3
    case .tanh, .relu: 1
    }
  }

  /// For profiles.
  fileprivate var kernelName: StaticString {
    switch self {
    case .lstm: "lstm_cell_f32"
    case .gru: "gru_cell_f32"
    case .tanh, .relu: "unary_loop"
    }
  }
}

/// The weights of one direction of one layer.
enum RecurrentWeights {
  /// input to hidden, hidden to hidden, their biases, and the projection of an LSTM.
  case floats(input: Tensor, hidden: Tensor, inputBias: Tensor?, hiddenBias: Tensor?, projection: Tensor?)
  /// Dynamically quantized; the packed parameters have the biases.
  case dynamic(input: LinearParameters, hidden: LinearParameters)

  init(_ parameters: RecurrentCellParameters) {
    switch parameters.weights {
    case .quantized(let input, let hidden): self = .dynamic(input: input, hidden: hidden)
    case .half(let input, let hidden):
      self = .floats(
        input: input.weight, hidden: hidden.weight, inputBias: input.bias, hiddenBias: hidden.bias, projection: nil)
    }
  }

  /// Gate sums of the inputs: all steps at once.
  func input(_ x: Tensor, _ context: Context) throws(LiteError) -> Tensor {
    switch self {
    case .floats(let input, _, let bias, _, _): try MatrixMultiplication.linear(x, input, bias, context)
    case .dynamic(let input, _): try QuantizedLinear.dynamic(x, input, relu: false, context)
    }
  }

  /// Gate sums of a state.
  func hidden(_ h: Tensor, _ context: Context) throws(LiteError) -> Tensor {
    switch self {
    case .floats(_, let hidden, _, let bias, _): try MatrixMultiplication.linear(h, hidden, bias, context)
    case .dynamic(_, let hidden): try QuantizedLinear.dynamic(h, hidden, relu: false, context)
    }
  }

  /// Rows of gate sums.
  var outputs: Int {
    switch self {
    case .floats(_, let hidden, _, _, _): hidden.rank == 2 ? hidden.sizes[0] : 0
    case .dynamic(_, let hidden): hidden.outputs
    }
  }

  var projection: Tensor? {
    if case .floats(_, _, _, _, let projection) = self { projection } else { nil }
  }
}

/// One step: gate sums to the next state, for some rows.
struct RecurrentStep {
  let kind: RecurrentKind
  /// Elements of a row of the cell state, and of the hidden state before projection.
  let width: Int
  let context: Context

  /// - Parameters:
  ///   - inputs, states: gate sums, dense, float32 or float64; `states` is overwritten.
  ///   - hidden, cell: dense rows, replaced by the next ones. `cell` of an LSTM only.
  ///   - result: the hidden rows before projection; may be `hidden`.
  func run(rows: Int, _ inputs: Tensor, _ inputRow: Int, _ states: Tensor, hidden: Tensor, cell: Tensor?, result: Tensor)
    throws(LiteError)
  {
    if inputs.type == .float32 {
      let (kind, width, kernels) = (kind, width, context.kernels)
      let first = inputRow &* width &* kind.gates
      let hasCell = cell != nil
      let step = FunctionStep(kind.kernelName, work: rows &* width &* kind.gates) { (operands, _) in
        Self.runFloat(
          kind, width, kernels, rows, operands[0, Float.self] + first, operands[1, Float.self], operands[2, Float.self],
          hasCell ? operands[4, Float.self] : nil, operands[3, Float.self])
      }
      try context.perform(
        step, [.tensor(inputs), .tensor(states), .tensor(hidden), .tensor(result), .tensor(cell ?? hidden)])
    } else {
      runDouble(
        rows, inputs.pointer(Double.self) + inputRow &* width &* kind.gates, states.pointer(), hidden.pointer(), cell?.pointer(),
        result.pointer())
    }
  }

  private static func runFloat(
    _ kind: RecurrentKind, _ width: Int, _ kernels: UnsafePointer<lite_kernel_table>, _ rows: Int, _ inputs: UnsafePointer<Float>,
    _ states: UnsafeMutablePointer<Float>, _ hidden: UnsafePointer<Float>,
    _ cell: UnsafeMutablePointer<Float>?, _ result: UnsafeMutablePointer<Float>
  ) {
    let kernels = kernels.pointee
    let stride = width &* kind.gates
    if kind != .gru { add(inputs, to: states, rows &* stride) }
    for row in 0..<rows {
      switch kind {
      case .lstm:
        kernels.lstm_cell_f32(
          width, states + row &* stride, cell! + row &* width, cell! + row &* width, result + row &* width)
      case .gru:
        kernels.gru_cell_f32(
          width, inputs + row &* stride, states + row &* stride, hidden + row &* width, result + row &* width)
      case .tanh, .relu: break
      }
    }
    if kind == .tanh || kind == .relu {
      let loop = kernels.unary_loop(Int32(kind == .tanh ? LITE_UNARY_TANH : LITE_UNARY_RELU), Int32(LITE_DTYPE_F32))
      loop?(result, 4, states, 4, rows &* width, nil)
    }
  }

  /// sums[i] += x[i]
  private static func add(_ x: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, _ count: Int) {
    var index = 0
    while index &+ 8 <= count {
      let p = UnsafeMutableRawPointer(sums + index)
      let total = p.loadUnaligned(as: SIMD8<Float>.self) + UnsafeRawPointer(x + index).loadUnaligned(as: SIMD8<Float>.self)
      p.storeBytes(of: total, as: SIMD8<Float>.self)
      index &+= 8
    }
    while index < count {
      sums[index] += x[index]
      index &+= 1
    }
  }

  private func runDouble(
    _ rows: Int, _ inputs: UnsafePointer<Double>, _ states: UnsafePointer<Double>, _ hidden: UnsafePointer<Double>,
    _ cell: UnsafeMutablePointer<Double>?, _ result: UnsafeMutablePointer<Double>
  ) {
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    for row in 0..<rows {
      let i = inputs + row &* width &* kind.gates
      let h = states + row &* width &* kind.gates
      for index in 0..<width {
        let position = row &* width + index
        func sum(_ gate: Int) -> Double { h[gate &* width + index] + i[gate &* width + index] }
        switch kind {
        case .lstm:
          let next = sigmoid(sum(1)) * cell![position] + sigmoid(sum(0)) * CLitePlatform.tanh(sum(2))
          cell![position] = next
          result[position] = sigmoid(sum(3)) * CLitePlatform.tanh(next)
        case .gru:
          let candidate = CLitePlatform.tanh(i[2 &* width + index] + h[2 &* width + index] * sigmoid(sum(0)))
          result[position] = (hidden[position] - candidate) * sigmoid(sum(1)) + candidate
        case .tanh: result[position] = CLitePlatform.tanh(sum(0))
        case .relu: result[position] = max(sum(0), 0)
        }
      }
    }
  }
}

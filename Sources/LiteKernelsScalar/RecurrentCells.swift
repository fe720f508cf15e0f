// One step of a recurrent network, from gate sums that matrix products have made.

import CLiteKernels
import CLitePlatform

/// LSTM: gates are input, forget, cell, output, `count` each.
/// c' = σ(f)·c + σ(i)·tanh(g), each product rounded; h = σ(o)·tanh(c').
func lstm_cell_f32_scalar(
  _ count: Int, _ gates: UnsafePointer<Float>?, _ cell: UnsafePointer<Float>?,
  _ cellOutput: UnsafeMutablePointer<Float>?, _ hiddenOutput: UnsafeMutablePointer<Float>?
) {
  var i = 0
  while i < count {
    let n = min(count &- i, 8)
    let gate = gates.unsafelyUnwrapped + i
    let input = sigmoid(loadUpTo8(gate, n))
    let forget = sigmoid(loadUpTo8(gate + count, n))
    let candidate = hyperbolicTangent(loadUpTo8(gate + 2 &* count, n))
    let out = sigmoid(loadUpTo8(gate + 3 &* count, n))
    let c = forget * loadUpTo8(cell.unsafelyUnwrapped + i, n) + input * candidate
    storeUpTo8(c, cellOutput.unsafelyUnwrapped + i, n)
    storeUpTo8(out * hyperbolicTangent(c), hiddenOutput.unsafelyUnwrapped + i, n)
    i &+= 8
  }
}

/// GRU: both gate rows are reset, update, new, `count` each.
/// r = σ(i_r + h_r), z = σ(i_z + h_z), n = tanh(i_n + h_n·r), h' = (h - n)·z + n.
func gru_cell_f32_scalar(
  _ count: Int, _ inputGates: UnsafePointer<Float>?, _ hiddenGates: UnsafePointer<Float>?,
  _ hidden: UnsafePointer<Float>?, _ hiddenOutput: UnsafeMutablePointer<Float>?
) {
  var i = 0
  while i < count {
    let n = min(count &- i, 8)
    let a = inputGates.unsafelyUnwrapped + i
    let b = hiddenGates.unsafelyUnwrapped + i
    let reset = sigmoid(loadUpTo8(a, n) + loadUpTo8(b, n))
    let update = sigmoid(loadUpTo8(a + count, n) + loadUpTo8(b + count, n))
    let new = hyperbolicTangent(loadUpTo8(a + 2 &* count, n) + loadUpTo8(b + 2 &* count, n) * reset)
    let h = (loadUpTo8(hidden.unsafelyUnwrapped + i, n) - new) * update + new
    storeUpTo8(h, hiddenOutput.unsafelyUnwrapped + i, n)
    i &+= 8
  }
}

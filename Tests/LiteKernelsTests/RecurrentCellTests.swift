import CLiteKernels
import Glibc
import Testing

@Suite struct RecurrentCellTests {
  private func sigmoid(_ x: Float) -> Double { 1 / (1 + exp(-Double(x))) }

  @Test(arguments: Tier.allCases) func lstm(tier: Tier) {
    var random = Random(1)
    for count in 0...40 {
      let gates = Guarded(random.floats(4 * count, scale: 5))
      let cell = Guarded(random.floats(count, scale: 2))
      let state = Guarded<Float>(count)
      let hidden = Guarded<Float>(count)
      tier.table.lstm_cell_f32(count, gates.base, cell.base, state.base, hidden.base)
      let g = gates.array
      for i in 0..<count {
        let c = sigmoid(g[count + i]) * Double(cell.base[i]) + sigmoid(g[i]) * tanh(Double(g[2 * count + i]))
        #expect(abs(Double(state.base[i]) - c) < 1e-6)
        #expect(abs(Double(hidden.base[i]) - sigmoid(g[3 * count + i]) * tanh(c)) < 1e-6)
      }
      // In place.
      let expected = state.array
      tier.table.lstm_cell_f32(count, gates.base, cell.base, cell.base, hidden.base)
      #expect(cell.array == expected && hidden.intact)
    }
  }

  @Test(arguments: Tier.allCases) func gru(tier: Tier) {
    var random = Random(2)
    for count in 0...40 {
      let a = Guarded(random.floats(3 * count, scale: 5))
      let b = Guarded(random.floats(3 * count, scale: 5))
      let hidden = Guarded(random.floats(count))
      let out = Guarded<Float>(count)
      tier.table.gru_cell_f32(count, a.base, b.base, hidden.base, out.base)
      for i in 0..<count {
        let r = sigmoid(a.base[i] + b.base[i])
        let z = sigmoid(a.base[count + i] + b.base[count + i])
        let n = tanh(Double(a.base[2 * count + i]) + Double(b.base[2 * count + i]) * r)
        #expect(abs(Double(out.base[i]) - ((Double(hidden.base[i]) - n) * z + n)) < 2e-6)
      }
      #expect(out.intact)
    }
  }
}

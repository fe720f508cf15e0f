import LiteFormat
import LiteInterpreter

/// The numbers behind inputs such as `1x3x224x224xf32`: SplitMix64 (Steele, Lea, Flood 2014), the same on
/// every machine for one seed.
///
/// From each output of 64 bits, in order: floats are its top 24 bits / 2^23 - 1, uniform over [-1, 1) and
/// exact in float32; integers are its top 32 bits modulo 10, so 0 to 9; bools are its top bit. One stream runs through
/// all inputs in the order of the method's arguments.
struct RandomNumbers {
  private var state: UInt64

  init(seed: Int64) { state = UInt64(bitPattern: seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Sets all elements.
  mutating func fill(_ array: ArrayData) throws(LiteError) {
    let list = try array.makeList()
    for index in 0..<array.count {
      let bits = next()
      if array.type == .bool {
        try list.setInteger(at: index, Int64(bits >> 63))
      } else if array.type.isFloatingPoint {
        try list.setNumber(at: index, Double(bits >> 40) / 8_388_608 - 1)
      } else {
        try list.setInteger(at: index, Int64((bits >> 32) % 10))
      }
    }
  }
}

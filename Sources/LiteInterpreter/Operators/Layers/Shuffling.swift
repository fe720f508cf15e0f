import CLiteKernels
import LiteFormat

/// Moving elements between channels and pixels, and among channels.
enum Shuffling {
  static func declare(in table: inout OperatorTable) {
    table.add("pixel_shuffle(self, int upscale_factor)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      let factor = try call.int(1)
      try call.require(x.rank >= 3 && factor > 0, 1, "found a tensor of \(x.message) and a factor of \(factor)")
      let lead = x.rank - 3
      let square = try Checked.multiply(factor, factor)
      try call.require(
        x.sizes[lead] % square == 0, 0, "found a tensor of \(x.message), expected a multiple of \(square) channels")
      let (channels, height, width) = (x.sizes[lead] / square, x.sizes[lead + 1], x.sizes[lead + 2])
      return .tensor(
        try move(
          x, lead, [channels, factor, factor, height, width], [0, 3, 1, 4, 2],
          [channels, try Checked.multiply(height, factor), try Checked.multiply(width, factor)], call.context))
    }
    table.add("pixel_unshuffle(self, int downscale_factor)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      let factor = try call.int(1)
      try call.require(x.rank >= 3 && factor > 0, 1, "found a tensor of \(x.message) and a factor of \(factor)")
      let lead = x.rank - 3
      let (channels, height, width) = (x.sizes[lead], x.sizes[lead + 1], x.sizes[lead + 2])
      try call.require(
        height % factor == 0 && width % factor == 0, 0, "found a tensor of \(x.message), expected multiples of \(factor) pixels")
      return .tensor(
        try move(
          x, lead, [channels, height / factor, factor, width / factor, factor], [0, 2, 4, 1, 3],
          [try Checked.multiply(channels, try Checked.multiply(factor, factor)), height / factor, width / factor], call.context))
    }
    table.add(
      """
      channel_shuffle(self, SymInt groups)
      native_channel_shuffle(self, SymInt groups)
      """
    ) { (call) throws(LiteError) in
      .tensor(try channels(call))
    }
  }

  /// Cuts the dimensions from `lead` on into `parts`, puts those in another order and joins them to `sizes`.
  private static func move(
    _ x: Tensor, _ lead: Int, _ parts: [Int], _ order: [Int], _ sizes: [Int], _ context: Context
  ) throws(LiteError) -> Tensor {
    let first = (0..<lead).map { x.sizes[$0] }
    let cut = try x.reshaped(try Dimensions(first + parts), in: context.arena)
    let moved = cut.permuted([Int](0..<lead) + order.map { $0 + lead })
    return try moved.contiguous(in: context.arena).reshaped(try Dimensions(first + sizes), in: context.arena)
  }

  private static func channels(_ call: Call) throws(LiteError) -> Tensor {
    let x = try call.tensor(0)
    let groups = try call.int(1)
    try call.require(
      x.rank >= 3 && groups > 0 && x.sizes[1] % groups == 0, 1, "found a tensor of \(x.message) and \(groups) groups")
    let rest = try x.sizes.product(2..<x.rank)
    let moved = try move(x, 1, [groups, x.sizes[1] / groups, rest], [1, 0, 2], [x.sizes[1], rest], call.context)
    return try moved.reshaped(x.sizes, in: call.arena).arranged(like: x, in: call.arena)
  }
}

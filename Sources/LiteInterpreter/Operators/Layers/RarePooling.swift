import CLiteKernels
import LiteFormat

/// Maxima over windows at random distances, and maxima put back in their places.
enum RarePooling {
  static func declare(in table: inout OperatorTable) {
    table.add(
      "fractional_max_pool2d(self, int[2] kernel_size, int[2] output_size, random_samples) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try fractional(call, 2)
    }
    table.add(
      "fractional_max_pool3d(self, int[3] kernel_size, int[3] output_size, random_samples) -> (Tensor, Tensor)"
    ) {
      (call) throws(LiteError) in try fractional(call, 3)
    }
    table.add("max_unpool2d(self, indices, SymInt[2] output_size)") { (call) throws(LiteError) in
      .tensor(try unpool(call, 2))
    }
    table.add("max_unpool3d(self, indices, SymInt[3] output_size, int[3] stride, int[3] padding)") {
      (call) throws(LiteError) in .tensor(try unpool(call, 3))
    }
  }

  /// Graham, "Fractional Max-Pooling", arXiv 1412.6071; window starts as in PyTorch's FractionalMaxPooling.h.
  private static func fractional(_ call: Call, _ rank: Int) throws(LiteError) -> Value {
    let original = try call.floatingTensor(0)
    try call.require(
      original.rank == rank + 1 || original.rank == rank + 2, 0,
      "found a tensor of \(original.message), expected \(rank + 1) or \(rank + 2) dimensions")
    let x = original.rank == rank + 1 ? try original.unsqueezed(0) : original
    let kernel = try call.spatial(1, rank)
    let output = try call.spatial(2, rank)
    for index in 0..<rank {
      try call.require(
        kernel[index] > 0 && output[index] > 0 && kernel[index] <= x.sizes[index + 2]
          && output[index] <= x.sizes[index + 2] - kernel[index] + 1, 1,
        "found a window of \(kernel[index]) and an output of \(output[index]) for a tensor of \(original.message)")
    }
    let planes = try Checked.multiply(x.sizes[0], x.sizes[1])
    let samples = try call.floatingTensor(3).prepared(.float64, call.context)
    try call.require(
      samples.count >= (try Checked.multiply(planes, rank)), 3,
      "found a tensor of \(samples.message), expected \(rank) numbers a plane")
    var sizes = x.sizes
    for index in 0..<rank { sizes[index + 2] = output[index] }
    for index in 0..<rank { try PoolingRanges.checkRoom(output[index]) }
    // A window is not larger than a plane.
    try call.context.spend(try sizes.product(), kernel.reduce(1, &*))
    let input = try x.prepared(.float64, call.context)
    let result = try call.makeTensor(.float64, sizes)
    let indices = try call.makeTensor(.int64, sizes)
    let size = x.spatialSizes
    let (inputPlane, outputPlane) = (size.0 * size.1 * size.2, result.count / max(planes, 1))
    for plane in 0..<planes {
      var ranges = [[PoolingRange]](repeating: [PoolingRange(first: 0, count: 1, step: 1, extent: 1)], count: 3 - rank)
      for index in 0..<rank {
        // Two-dimensional samples begin with the width.
        let sample = samples.pointer(Double.self)[plane &* rank + (rank == 2 ? 1 - index : index)]
        let free = x.sizes[index + 2] - kernel[index]
        let step = output[index] > 1 ? Double(free) / Double(output[index] - 1) : 0
        ranges.append(
          (0..<output[index]).map { position in
            let start =
              position == output[index] - 1
              ? free : min(max(((Double(position) + sample) * step).truncated - (sample * step).truncated, 0), free)
            return PoolingRange(first: start, count: kernel[index], step: 1, extent: kernel[index])
          })
      }
      PoolingRanges(depth: ranges[0], height: ranges[1], width: ranges[2]).maximum(
        input.pointer(Double.self) + plane &* inputPlane, planes: 1, size: size,
        result.pointer(Double.self) + plane &* outputPlane, indices.pointer(Int64.self) + plane &* outputPlane)
    }
    let converted = try result.converted(to: original.type, call.context)
    if original.rank == x.rank { return call.results(converted, indices) }
    return call.results(converted.removing(0), indices.removing(0))
  }

  private static func unpool(_ call: Call, _ rank: Int) throws(LiteError) -> Tensor {
    let original = try call.tensor(0)
    let x = try original.contiguous(in: call.arena)
    let indices = try call.tensor(1, .int64).contiguous(in: call.arena)
    let output = try call.spatial(2, rank)
    try call.require(
      (x.rank == rank + 1 || x.rank == rank + 2) && indices.sizes == x.sizes, 1,
      "found tensors of \(original.message) and \(indices.message)")
    var sizes = x.sizes
    for index in 0..<rank {
      try call.require(output[index] > 0, 2, "found \(output[index]), expected a positive size")
      sizes[x.rank - rank + index] = output[index]
    }
    let result = try call.makeTensor(x.type, sizes)
    try result.fill(.int(0))
    guard x.count > 0 else { return result }
    let inputPlane = try x.sizes.product((x.rank - rank)..<x.rank)
    let outputPlane = try sizes.product((x.rank - rank)..<x.rank)
    let size = x.type.size
    for index in 0..<x.count {
      let place = indices.pointer(Int64.self)[index]
      try call.require(place >= 0 && place < Int64(outputPlane), 1, "found position \(place), expected 0 to \(outputPlane - 1)")
      let target = index / inputPlane &* outputPlane + Int(place)
      (result.data + target &* size).copyMemory(from: x.data + index &* size, byteCount: size)
    }
    return result
  }
}

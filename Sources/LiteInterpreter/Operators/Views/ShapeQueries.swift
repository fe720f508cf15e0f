import LiteFormat

/// What a tensor says of its shape and memory.
enum ShapeQueries {
  static let operators: [Operator] = [
    Operator("aten::size(Tensor self) -> int[]") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      return .ints((0..<x.rank).map { x.sizes[$0] })
    },
    Operator("aten::size.int(Tensor self, int dim) -> int") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      try call.require(x.rank > 0, 1, "a tensor without dimensions has no size")
      return .int(Int64(x.sizes[try call.dimension(1, of: x.rank)]))
    },
    Operator("aten::stride(Tensor self) -> int[]") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      return .ints((0..<x.rank).map { x.strides[$0] })
    },
    Operator("aten::stride.int(Tensor self, int dim) -> int") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      try call.require(x.rank > 0, 1, "a tensor without dimensions has no stride")
      return .int(Int64(x.strides[try call.dimension(1, of: x.rank)]))
    },
    Operator("aten::numel(Tensor self) -> int") { (call) throws(LiteError) in .int(Int64(try call.tensor(0).count)) },
    Operator("aten::storage_offset(Tensor self) -> int") { (call) throws(LiteError) in .int(Int64(try call.tensor(0).offset)) },
    Operator("aten::is_contiguous(Tensor self) -> bool") { (call) throws(LiteError) in .bool(try call.tensor(0).isContiguous) },
    Operator("aten::is_contiguous.memory_format(Tensor self, MemoryFormat memory_format) -> bool") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      return .bool(try call.int(1) >= 2 ? x.isChannelsLast : x.isContiguous)
    },
  ]
}

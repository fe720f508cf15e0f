import LiteFormat

/// What a tensor says of its shape and memory.
enum ShapeQueries {
  static func declare(in table: inout OperatorTable) {
    table.add("size(self) -> int[]") { (call) throws(LiteError) in
      let x = try call.anyTensor(0)
      return .ints((0..<x.rank).map { x.sizes[$0] })
    }
    table.add("size.int(self, int dim) -> int") { (call) throws(LiteError) in
      let x = try call.anyTensor(0)
      try call.require(x.rank > 0, 1, "a tensor without dimensions has no size")
      return .int(Int64(x.sizes[try call.dimension(1, of: x.rank)]))
    }
    table.add("stride(self) -> int[]") { (call) throws(LiteError) in
      let x = try call.anyTensor(0)
      return .ints((0..<x.rank).map { x.strides[$0] })
    }
    table.add("stride.int(self, int dim) -> int") { (call) throws(LiteError) in
      let x = try call.anyTensor(0)
      try call.require(x.rank > 0, 1, "a tensor without dimensions has no stride")
      return .int(Int64(x.strides[try call.dimension(1, of: x.rank)]))
    }
    table.add("numel(self) -> int") { (call) throws(LiteError) in .int(Int64(try call.anyTensor(0).count)) }
    table.add("storage_offset(self) -> int") { (call) throws(LiteError) in .int(Int64(try call.anyTensor(0).offset)) }
    table.add("is_contiguous(self) -> bool") { (call) throws(LiteError) in .bool(try call.anyTensor(0).isContiguous) }
    table.add("is_contiguous.memory_format(self, MemoryFormat memory_format) -> bool") { (call) throws(LiteError) in
      let x = try call.anyTensor(0)
      return .bool(try call.int(1) >= 2 ? x.isChannelsLast : x.isContiguous)
    }
  }
}

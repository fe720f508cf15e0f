import LiteFormat

/// Operators that change the shape of the tensor they are given, which others may hold too.
enum InPlaceViews {
  static func declare(in table: inout OperatorTable) {
    table.add("squeeze_(self&)") { (call) throws(LiteError) in
      try become(call, try call.tensor(0).squeezed { _ in true })
    }
    table.add("squeeze_.dim(self&, int dim)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      let dimension = try call.dimension(1, of: x.rank)
      return try become(call, x.squeezed { $0 == dimension })
    }
    table.add("unsqueeze_(self&, int dim)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      return try become(call, try x.unsqueezed(try call.dimension(1, of: x.rank + 1)))
    }
    table.add("transpose_(self&, int dim0, int dim1)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      return try become(call, x.transposed(try call.dimension(1, of: x.rank), try call.dimension(2, of: x.rank)))
    }
    table.add("t_(self&)") { (call) throws(LiteError) in
      let x = try call.tensor(0)
      try call.require(x.rank <= 2, 0, "found a tensor of \(x.message), expected at most 2 dimensions")
      return try become(call, x.rank == 2 ? x.transposed(0, 1) : x)
    }
    table.add(
      """
      squeeze_.dims(self&, int[] dim)
      as_strided_(self&, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None)
      swapaxes_(self&, int axis0, int axis1)
      swapdims_(self&, int dim0, int dim1)
      """, becomeView)
    table.add("resize_(self&, SymInt[] size, *, MemoryFormat? memory_format=None)") {
      (call) throws(LiteError) in
      let x = try call.tensor(0)
      let sizes = try Dimensions(try call.ints(1))
      for index in 0..<sizes.count { try call.require(sizes[index] >= 0, 1, "found a size of \(sizes[index])") }
      return .tensor(try x.resize(sizes, call.arena))
    }
    table.add("resize_as_(self&, the_template, *, MemoryFormat? memory_format=None)") {
      (call) throws(LiteError) in
      .tensor(try call.tensor(0).resize(try call.tensor(1).sizes, call.arena))
    }
  }

  /// `f_` of a view operator `f`.
  private static func becomeView(_ call: Call) throws(LiteError) -> Value {
    guard case .tensor(let view) = try DerivedOperators.runBase(call) else { throw call.unexpected(0, "a view") }
    return try become(call, view)
  }

  private static func become(_ call: Call, _ view: Tensor) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    x.sizes = view.sizes
    x.strides = view.strides
    x.count = view.count
    x.offset = view.offset
    x.quantization = view.quantization
    return .tensor(x)
  }
}

extension Tensor {
  /// Gives this tensor other sizes, dense; the storage grows if it must and keeps its bytes.
  @discardableResult
  func resize(_ target: Dimensions, _ arena: Arena) throws(LiteError) -> Tensor {
    if target == sizes { return self }
    let needed = try target.product()
    try storage.grow(to: try Checked.multiply(try Checked.add(offset, needed), type.size), arena)
    sizes = target
    strides = target.contiguousStrides()
    count = needed
    return self
  }
}

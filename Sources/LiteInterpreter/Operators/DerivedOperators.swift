import LiteFormat

/// Operators that PyTorch derives from others: `f_copy` is the view `f`, copied; `f.out` writes the result of `f` to its
/// last arguments; `f_` of a view changes its argument to the view. The base is looked up by name when it runs: its
/// arguments are the first ones of the derived operator, under the same names.
enum DerivedOperators {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      unsqueeze_copy(self, int dim) | out
      transpose_copy.int(self, int dim0, int dim1) | int_out
      t_copy(self) | out
      squeeze_copy(self) | out
      squeeze_copy.dim(self, int dim) | dim_out
      squeeze_copy.dims(self, int[] dim) | dims_out
      split_copy.Tensor(self, SymInt split_size, int dim=0) -> Tensor[]
      split_copy.Tensor_out(self, SymInt split_size, int dim=0, *, Tensor(a!)[] out) -> ()
      slice_copy.Tensor(self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) | Tensor_out
      select_copy.int(self, int dim, SymInt index) | int_out
      _reshape_alias_copy(self, SymInt[] size, SymInt[] stride) | out
      permute_copy(self, int[] dims) | out
      _conj_copy(self) | out
      lift_fresh_copy(self) | out
      as_strided_copy(self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) | out
      unfold_copy(self, int dimension, int size, int step) | out
      unbind_copy.int(self, int dim=0) -> Tensor[]
      unbind_copy.int_out(self, int dim=0, *, Tensor(a!)[] out) -> ()
      view_copy(self, SymInt[] size) | out
      view_copy.dtype(self, ScalarType dtype) | dtype_out
      expand_copy(self, SymInt[] size, *, bool implicit=False) | out
      narrow_copy(self, int dim, SymInt start, SymInt length) | out
      split_with_sizes_copy(self, SymInt[] split_sizes, int dim=0) -> Tensor[]
      split_with_sizes_copy.out(self, SymInt[] split_sizes, int dim=0, *, Tensor(a!)[] out) -> ()
      """, copied)
    table.add(
      """
      _embedding_bag.out(weight, indices, offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int padding_idx=-1, *, out0&, out1&, out2&, out3&) -> (Tensor(a!), Tensor(b!), Tensor(c!), Tensor(d!))
      replication_pad3d.out(self, SymInt[6] padding, *, out&)
      reflection_pad1d.out(self, SymInt[2] padding, *, out&)
      grid_sampler_2d.out(input, grid, int interpolation_mode, int padding_mode, bool align_corners, *, out&)
      avg_pool3d.out(self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None, *, out&)
      upsample_bilinear2d.out(self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None, *, out&)
      upsample_bilinear2d.vec_out(input, SymInt[]? output_size, bool align_corners, float[]? scale_factors, *, out&)
      upsample_nearest2d.out(self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None, *, out&)
      upsample_nearest2d.vec_out(input, SymInt[]? output_size, float[]? scale_factors, *, out&)
      replication_pad2d.out(self, SymInt[4] padding, *, out&)
      sigmoid.out(self, *, out&)
      _softmax.out(self, int dim, bool half_to_float, *, out&)
      reflection_pad2d.out(self, SymInt[4] padding, *, out&)
      native_layer_norm.out(input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps, *, out0&, out1&, out2&) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      native_group_norm.out(input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps, *, out0&, out1&, out2&) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      bmm.out(self, mat2, *, out&)
      addmm.out(self, mat1, mat2, *, Scalar beta=1, Scalar alpha=1, out&)
      relu.out(self, *, out&)
      mm.out(self, mat2, *, out&)
      tanh.out(self, *, out&)
      convolution.out(input, weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, *, out&)
      col2im.out(self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride, *, out&)
      embedding.out(weight, indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False, *, out&)
      constant_pad_nd.out(self, SymInt[] pad, Scalar value=0, *, out&)
      reflection_pad3d.out(self, SymInt[6] padding, *, out&)
      _adaptive_avg_pool2d.out(self, SymInt[2] output_size, *, out&)
      _adaptive_avg_pool3d.out(self, SymInt[3] output_size, *, out&)
      avg_pool2d.out(self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None, *, out&)
      max_pool2d_with_indices.out(self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False, *, out&, indices&) -> (Tensor(a!), Tensor(b!))
      max_pool3d_with_indices.out(self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False, *, out&, indices&) -> (Tensor(a!), Tensor(b!))
      native_dropout.out(input, float p, bool? train, *, out0&, out1&) -> (Tensor(a!), Tensor(b!))
      _log_softmax.out(self, int dim, bool half_to_float, *, out&)
      elu.out(self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1, *, out&)
      hardtanh.out(self, Scalar min_val=-1, Scalar max_val=1, *, out&)
      leaky_relu.out(self, Scalar negative_slope=0.01, *, out&)
      gelu.out(self, *, str approximate="none", out&)
      _native_batch_norm_legit.out(input, Tensor? weight, Tensor? bias, Tensor(a!) running_mean, Tensor(b!) running_var, bool training, float momentum, float eps, *, Tensor(d!) out, Tensor(e!) save_mean, Tensor(f!) save_invstd) -> (Tensor(d!), Tensor(e!), Tensor(f!))
      _native_batch_norm_legit.no_stats_out(input, Tensor? weight, Tensor? bias, bool training, float momentum, float eps, *, out&, save_mean&, save_invstd&) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      _native_batch_norm_legit_no_training.out(input, Tensor? weight, Tensor? bias, running_mean, running_var, float momentum, float eps, *, out0&, out1&, out2&) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      tensordot.out(self, other, int[] dims_self, int[] dims_other, *, out&)
      """, written)
  }

  /// Runs the operator that the call's is derived from, with the same arguments.
  static func runBase(_ call: Call) throws(LiteError) -> Value {
    let text = call.schema.declaration
    var end = 0
    while end < text.count, text[end] != UInt8(ascii: "(") { end += 1 }
    var dot = 0
    while dot < end, text[dot] != UInt8(ascii: ".") { dot += 1 }
    var name = [UInt8](text[0..<dot])
    if !drop("_copy", from: &name) { _ = drop("_", from: &name) }
    var overload = dot < end ? [UInt8](text[dot + 1..<end]) : []
    if !drop("_out", from: &overload) { _ = drop("out", from: &overload) }
    // A copy needs no memory that is in order.
    if overload.isEmpty, name.elementsEqual("aten::view".utf8) { name = [UInt8]("aten::reshape".utf8) }
    guard let base = OperatorRegistry.find(name, overload, fileVersion: Int.max) else {
      throw LiteError(.missingOperator, "operator \(name).\(overload) is not there")
    }
    // What is done with the result is no step.
    call.context.recorder?.noteOtherWork()
    return try base.body(call)
  }

  private static func drop(_ suffix: StaticString, from text: inout [UInt8]) -> Bool {
    let count = suffix.utf8CodeUnitCount
    guard text.count >= count else { return false }
    for index in 0..<count where text[text.count - count + index] != suffix.utf8Start[index] { return false }
    text.removeLast(count)
    return true
  }

  /// `f_copy`: dense copies in order of the views that `f` returns, new or in `out`.
  private static func copied(_ call: Call) throws(LiteError) -> Value {
    switch try runBase(call) {
    case .tensor(let view):
      if call.schema.outCount > 0 { return try call.deliver(view) }
      return .tensor(try view.clone(strides: view.sizes.contiguousStrides(), in: call.arena))
    case .list(let views):
      var copies: [Value] = []
      let targets = call.schema.outCount > 0 ? try call.tensors(call.count - 1) : []
      for (index, item) in views.items.enumerated() {
        guard case .tensor(let view) = item else { continue }
        if call.schema.outCount > 0 {
          try call.require(
            targets.count == views.items.count, call.count - 1, "found \(targets.count) tensors for \(views.items.count) results")
          try call.prepare(targets[index], for: view.sizes, view.type)
          try targets[index].assign(from: view, call.context)
        } else {
          copies.append(.tensor(try view.clone(strides: view.sizes.contiguousStrides(), in: call.arena)))
        }
      }
      return call.schema.outCount > 0 ? .tuple(TupleValue([])) : .list(ListValue(copies, of: .tensor))
    case let other: return other
    }
  }

  /// `f.out`: the results of `f`, written to the last arguments.
  private static func written(_ call: Call) throws(LiteError) -> Value {
    switch try runBase(call) {
    case .tensor(let result): return try call.deliver(result)
    case .tuple(let results):
      var targets: [Value] = []
      for (index, item) in results.items.enumerated() {
        guard case .tensor(let result) = item else { continue }
        targets.append(.tensor(try call.deliver(tensor: result, index)))
      }
      return .tuple(TupleValue(targets))
    case let other: return other
    }
  }
}

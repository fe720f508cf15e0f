import LiteFormat

/// Operators that PyTorch derives from others: `f_copy` is the view `f`, copied; `f.out` writes the result of `f` to its
/// last arguments; `f_` of a view changes its argument to the view. The base is looked up by name when it runs: its
/// arguments are the first ones of the derived operator, under the same names.
enum DerivedOperators {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      aten::unsqueeze_copy(Tensor self, int dim)
      aten::unsqueeze_copy.out(Tensor self, int dim, *, Tensor(a!) out)
      aten::transpose_copy.int(Tensor self, int dim0, int dim1)
      aten::transpose_copy.int_out(Tensor self, int dim0, int dim1, *, Tensor(a!) out)
      aten::t_copy(Tensor self)
      aten::t_copy.out(Tensor self, *, Tensor(a!) out)
      aten::squeeze_copy(Tensor self)
      aten::squeeze_copy.dim(Tensor self, int dim)
      aten::squeeze_copy.dims(Tensor self, int[] dim)
      aten::squeeze_copy.out(Tensor self, *, Tensor(a!) out)
      aten::squeeze_copy.dim_out(Tensor self, int dim, *, Tensor(a!) out)
      aten::squeeze_copy.dims_out(Tensor self, int[] dim, *, Tensor(a!) out)
      aten::split_copy.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]
      aten::split_copy.Tensor_out(Tensor self, SymInt split_size, int dim=0, *, Tensor(a!)[] out) -> ()
      aten::slice_copy.Tensor(Tensor self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1)
      aten::slice_copy.Tensor_out(Tensor self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1, *, Tensor(a!) out)
      aten::select_copy.int(Tensor self, int dim, SymInt index)
      aten::select_copy.int_out(Tensor self, int dim, SymInt index, *, Tensor(a!) out)
      aten::_reshape_alias_copy(Tensor self, SymInt[] size, SymInt[] stride)
      aten::_reshape_alias_copy.out(Tensor self, SymInt[] size, SymInt[] stride, *, Tensor(a!) out)
      aten::permute_copy(Tensor self, int[] dims)
      aten::permute_copy.out(Tensor self, int[] dims, *, Tensor(a!) out)
      aten::_conj_copy(Tensor self)
      aten::_conj_copy.out(Tensor self, *, Tensor(a!) out)
      aten::lift_fresh_copy(Tensor self)
      aten::lift_fresh_copy.out(Tensor self, *, Tensor(a!) out)
      aten::as_strided_copy(Tensor self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None)
      aten::as_strided_copy.out(Tensor self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None, *, Tensor(a!) out)
      aten::unfold_copy(Tensor self, int dimension, int size, int step)
      aten::unfold_copy.out(Tensor self, int dimension, int size, int step, *, Tensor(a!) out)
      aten::unbind_copy.int(Tensor self, int dim=0) -> Tensor[]
      aten::unbind_copy.int_out(Tensor self, int dim=0, *, Tensor(a!)[] out) -> ()
      aten::view_copy(Tensor self, SymInt[] size)
      aten::view_copy.dtype(Tensor self, ScalarType dtype)
      aten::view_copy.out(Tensor self, SymInt[] size, *, Tensor(a!) out)
      aten::view_copy.dtype_out(Tensor self, ScalarType dtype, *, Tensor(a!) out)
      aten::expand_copy(Tensor self, SymInt[] size, *, bool implicit=False)
      aten::expand_copy.out(Tensor self, SymInt[] size, *, bool implicit=False, Tensor(a!) out)
      aten::narrow_copy(Tensor self, int dim, SymInt start, SymInt length)
      aten::narrow_copy.out(Tensor self, int dim, SymInt start, SymInt length, *, Tensor(a!) out)
      aten::split_with_sizes_copy(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]
      aten::split_with_sizes_copy.out(Tensor self, SymInt[] split_sizes, int dim=0, *, Tensor(a!)[] out) -> ()
      """, copied)
    table.add(
      """
      aten::_embedding_bag.out(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False, int padding_idx=-1, *, Tensor(a!) out0, Tensor(b!) out1, Tensor(c!) out2, Tensor(d!) out3) -> (Tensor(a!), Tensor(b!), Tensor(c!), Tensor(d!))
      aten::replication_pad3d.out(Tensor self, SymInt[6] padding, *, Tensor(a!) out)
      aten::reflection_pad1d.out(Tensor self, SymInt[2] padding, *, Tensor(a!) out)
      aten::grid_sampler_2d.out(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners, *, Tensor(a!) out)
      aten::avg_pool3d.out(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None, *, Tensor(a!) out)
      aten::upsample_bilinear2d.out(Tensor self, SymInt[2] output_size, bool align_corners, float? scales_h=None, float? scales_w=None, *, Tensor(a!) out)
      aten::upsample_bilinear2d.vec_out(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors, *, Tensor(a!) out)
      aten::upsample_nearest2d.out(Tensor self, SymInt[2] output_size, float? scales_h=None, float? scales_w=None, *, Tensor(a!) out)
      aten::upsample_nearest2d.vec_out(Tensor input, SymInt[]? output_size, float[]? scale_factors, *, Tensor(a!) out)
      aten::replication_pad2d.out(Tensor self, SymInt[4] padding, *, Tensor(a!) out)
      aten::sigmoid.out(Tensor self, *, Tensor(a!) out)
      aten::_softmax.out(Tensor self, int dim, bool half_to_float, *, Tensor(a!) out)
      aten::reflection_pad2d.out(Tensor self, SymInt[4] padding, *, Tensor(a!) out)
      aten::native_layer_norm.out(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps, *, Tensor(a!) out0, Tensor(b!) out1, Tensor(c!) out2) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      aten::native_group_norm.out(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps, *, Tensor(a!) out0, Tensor(b!) out1, Tensor(c!) out2) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      aten::bmm.out(Tensor self, Tensor mat2, *, Tensor(a!) out)
      aten::addmm.out(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1, Tensor(a!) out)
      aten::relu.out(Tensor self, *, Tensor(a!) out)
      aten::mm.out(Tensor self, Tensor mat2, *, Tensor(a!) out)
      aten::tanh.out(Tensor self, *, Tensor(a!) out)
      aten::convolution.out(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, *, Tensor(a!) out)
      aten::col2im.out(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride, *, Tensor(a!) out)
      aten::embedding.out(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False, *, Tensor(a!) out)
      aten::constant_pad_nd.out(Tensor self, SymInt[] pad, Scalar value=0, *, Tensor(a!) out)
      aten::reflection_pad3d.out(Tensor self, SymInt[6] padding, *, Tensor(a!) out)
      aten::_adaptive_avg_pool2d.out(Tensor self, SymInt[2] output_size, *, Tensor(a!) out)
      aten::_adaptive_avg_pool3d.out(Tensor self, SymInt[3] output_size, *, Tensor(a!) out)
      aten::avg_pool2d.out(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, bool ceil_mode=False, bool count_include_pad=True, int? divisor_override=None, *, Tensor(a!) out)
      aten::max_pool2d_with_indices.out(Tensor self, int[2] kernel_size, int[2] stride=[], int[2] padding=0, int[2] dilation=1, bool ceil_mode=False, *, Tensor(a!) out, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))
      aten::max_pool3d_with_indices.out(Tensor self, int[3] kernel_size, int[3] stride=[], int[3] padding=0, int[3] dilation=1, bool ceil_mode=False, *, Tensor(a!) out, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))
      aten::native_dropout.out(Tensor input, float p, bool? train, *, Tensor(a!) out0, Tensor(b!) out1) -> (Tensor(a!), Tensor(b!))
      aten::_log_softmax.out(Tensor self, int dim, bool half_to_float, *, Tensor(a!) out)
      aten::elu.out(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1, *, Tensor(a!) out)
      aten::hardtanh.out(Tensor self, Scalar min_val=-1, Scalar max_val=1, *, Tensor(a!) out)
      aten::leaky_relu.out(Tensor self, Scalar negative_slope=0.01, *, Tensor(a!) out)
      aten::gelu.out(Tensor self, *, str approximate="none", Tensor(a!) out)
      aten::_native_batch_norm_legit.out(Tensor input, Tensor? weight, Tensor? bias, Tensor(a!) running_mean, Tensor(b!) running_var, bool training, float momentum, float eps, *, Tensor(d!) out, Tensor(e!) save_mean, Tensor(f!) save_invstd) -> (Tensor(d!), Tensor(e!), Tensor(f!))
      aten::_native_batch_norm_legit.no_stats_out(Tensor input, Tensor? weight, Tensor? bias, bool training, float momentum, float eps, *, Tensor(a!) out, Tensor(b!) save_mean, Tensor(c!) save_invstd) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      aten::_native_batch_norm_legit_no_training.out(Tensor input, Tensor? weight, Tensor? bias, Tensor running_mean, Tensor running_var, float momentum, float eps, *, Tensor(a!) out0, Tensor(b!) out1, Tensor(c!) out2) -> (Tensor(a!), Tensor(b!), Tensor(c!))
      aten::tensordot.out(Tensor self, Tensor other, int[] dims_self, int[] dims_other, *, Tensor(a!) out)
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

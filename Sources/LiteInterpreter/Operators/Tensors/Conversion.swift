import LiteFormat

/// Copies, conversions, single elements, and questions about a tensor's type.
enum Conversion {
  static func declare(in table: inout OperatorTable) {
    table.add(
      """
      to.device(Tensor(a) self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None)
      to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None)
      to.other(Tensor(a) self, other, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None)
      to.dtype_layout(Tensor(a) self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None)
      to.prim_Device(Tensor(a) self, Device? device, int? dtype=None, bool non_blocking=False, bool copy=False) -> Tensor(b|a)
      to.prim_dtype(Tensor(a) self, int? dtype=None, bool non_blocking=False, bool copy=False) -> Tensor(b|a)
      to.prim_other(Tensor(a) self, bool non_blocking=False, bool copy=False) -> Tensor(b|a)
      """, atenTo)
    table.add("type_as(self, other)", atenTypeAs)
    table.add(
      """
      _to_copy(self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, MemoryFormat? memory_format=None)
      _to_copy.out(self, *, bool non_blocking=False, MemoryFormat? memory_format=None, out&)
      """, atenToCopy)
    table.add("cpu(Tensor(a) self) -> Tensor(b|a)", atenCpu)
    table.add(
      """
      clone(self, *, MemoryFormat? memory_format=None) | out
      detach_copy(self) | out
      alias_copy(self) | out
      """, atenClone)
    table.add("contiguous(Tensor(a) self, *, MemoryFormat memory_format=0)", atenContiguous)
    table.add(
      """
      detach(Tensor(a) self)
      detach_(self&)
      alias(Tensor(a) self)
      lift(self) | out
      lift_fresh(Tensor(a) self)
      requires_grad_(self&, bool requires_grad=True)
      """, atenDetach)
    table.add(
      """
      copy_.Tensor(self&, other)
      copy_.int(self&, int other)
      copy_.float(self&, float other)
      copy(self, src, bool non_blocking=False) | _ | out
      """, atenCopy)
    table.add(
      """
      fill.Scalar(self, Scalar value) | _ | Scalar_out
      fill.Tensor(self, value) | _ | Tensor_out
      """, atenFill)
    table.add("zero(self) | _ | out", atenZero)
    table.add(
      """
      item(self) -> Scalar
      _local_scalar_dense(self) -> Scalar
      """, atenItem)
    table.add("is_nonzero(self) -> bool", atenIsNonzero)
    table.add("is_floating_point(self) -> bool", atenIsFloatingPoint)
    table.add("is_complex(self) -> bool", atenIsComplex)
    table.add("is_signed(self) -> bool", atenIsSigned)
    table.add(
      """
      is_conj(self) -> bool
      is_neg(self) -> bool
      is_pinned(self, Device? device=None) -> bool
      is_inference(self) -> bool
      """, atenIsConj)
    table.add("is_leaf(self) -> bool", atenIsLeaf)
    table.add("is_same_size(self, other) -> bool", atenIsSameSize)
    table.add("is_set_to(self, tensor) -> bool", atenIsSetTo)
    table.add("element_size(self) -> int", atenElementSize)
    table.add(
      """
      result_type.Tensor(tensor, other) -> ScalarType
      result_type.Scalar(tensor, Scalar other) -> ScalarType
      result_type.Scalar_Scalar(Scalar scalar1, Scalar scalar2) -> ScalarType
      """, atenResultTypeTensor)
    table.add("promote_types(ScalarType type1, ScalarType type2) -> ScalarType", atenPromoteTypes)
    table.add("can_cast(ScalarType from_, ScalarType to) -> bool", atenCanCast)
    table.add("imag(Tensor(a) self)", atenImag)
    table.add("result_type.Scalar_Tensor(Scalar scalar, tensor) -> ScalarType", atenResultTypeTensor)
  }

  // MARK: What the table refers to

  private static func atenResultTypeTensor(_ call: Call) throws(LiteError) -> Value { try resultType(call) }
  private static func atenPromoteTypes(_ call: Call) throws(LiteError) -> Value {
    .int(Int64(DataType.promoted(try call.dataType(0), try call.dataType(1)).rawValue))
  }
  private static func atenCanCast(_ call: Call) throws(LiteError) -> Value {
    let (from, to) = (try call.dataType(0), try call.dataType(1))
    if from.isComplex { return .bool(to.isComplex) }
    return .bool(to.isComplex || TypePromotion.canCast(from, to))
  }
  private static func atenImag(_ call: Call) throws(LiteError) -> Value {
    throw call.failure(
      0, "found a tensor of \(try call.tensor(0).message); imag is not implemented for tensors with non-complex dtypes.")
  }
  private static func atenTo(_ call: Call) throws(LiteError) -> Value { try convert(call) }
  private static func atenTypeAs(_ call: Call) throws(LiteError) -> Value { try convert(call) }
  private static func atenToCopy(_ call: Call) throws(LiteError) -> Value { try convert(call, alwaysCopies: true) }
  private static func atenCpu(_ call: Call) throws(LiteError) -> Value { .tensor(try call.tensor(0)) }
  private static func atenClone(_ call: Call) throws(LiteError) -> Value { try copy(call) }
  private static func atenContiguous(_ call: Call) throws(LiteError) -> Value { try contiguous(call) }
  private static func atenDetach(_ call: Call) throws(LiteError) -> Value { .tensor(try call.tensor(0)) }
  private static func atenCopy(_ call: Call) throws(LiteError) -> Value { try assign(call) }
  private static func atenFill(_ call: Call) throws(LiteError) -> Value { try fill(call, try call.complexOperand(1)) }
  private static func atenZero(_ call: Call) throws(LiteError) -> Value { try fill(call, Operand(.int(0))) }
  private static func atenItem(_ call: Call) throws(LiteError) -> Value { try item(call).value }
  private static func atenIsNonzero(_ call: Call) throws(LiteError) -> Value { .bool(try item(call).bool) }
  private static func atenIsFloatingPoint(_ call: Call) throws(LiteError) -> Value {
    try ask(call) { $0.type.isFloatingPoint }
  }
  private static func atenIsComplex(_ call: Call) throws(LiteError) -> Value { try ask(call) { $0.type.isComplex } }
  private static func atenIsSigned(_ call: Call) throws(LiteError) -> Value {
    try ask(call) { $0.type != .uint8 && $0.type != .bool && $0.type != .quint8 }
  }
  private static func atenIsConj(_ call: Call) throws(LiteError) -> Value { try ask(call) { _ in false } }
  private static func atenIsLeaf(_ call: Call) throws(LiteError) -> Value { try ask(call) { _ in true } }
  private static func atenIsSameSize(_ call: Call) throws(LiteError) -> Value {
    .bool(try call.tensor(0).sizes == call.tensor(1).sizes)
  }
  private static func atenIsSetTo(_ call: Call) throws(LiteError) -> Value {
    .bool(isSet(try call.tensor(0), to: try call.tensor(1)))
  }
  private static func atenElementSize(_ call: Call) throws(LiteError) -> Value { .int(Int64(try call.tensor(0).type.size)) }

  private static func ask(_ call: Call, _ question: (Tensor) -> Bool) throws(LiteError) -> Value {
    .bool(question(try call.tensor(0)))
  }

  private static func resultType(_ call: Call) throws(LiteError) -> Value {
    .int(Int64(TypePromotion([try call.operand(0), try call.operand(1)]).result.rawValue))
  }

  private static func isSet(_ a: Tensor, to b: Tensor) -> Bool {
    a.storage === b.storage && a.offset == b.offset && a.sizes == b.sizes && a.strides == b.strides
  }

  // MARK: Layout

  /// Strides for a memory format: 0 dense, 1 as `model`, 2 and 3 channels-last.
  static func strides(_ format: Int, _ sizes: Dimensions, like model: Tensor?) throws(LiteError) -> Dimensions {
    switch format {
    case 0: return sizes.contiguousStrides()
    case 1: return model?.resultStrides(sizes) ?? sizes.contiguousStrides()
    case 2 where sizes.count == 4, 3 where sizes.count == 5: return sizes.channelsLastStrides()
    default: throw LiteError(.operatorFailed, "memory format \(format) for a tensor of \(sizes.message)")
    }
  }

  static func copy(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    let format = try call.int("memory_format", else: 1)
    return try call.deliver(try x.clone(strides: try strides(format, x.sizes, like: x), in: call.arena))
  }

  private static func contiguous(_ call: Call) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    switch try call.int("memory_format", else: 0) {
    case 0: return .tensor(try x.contiguous(in: call.arena))
    case 1: throw call.failure(1, "preserve_format is not a layout")
    case let format:
      let strides = try strides(format, x.sizes, like: x)
      return .tensor(x.isChannelsLast ? x : try x.clone(strides: strides, in: call.arena))
    }
  }

  // MARK: Types

  /// `to` in all its forms: an element type by itself, with a device, or another tensor's.
  private static func convert(_ call: Call, alwaysCopies: Bool = false) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    var type = x.type
    if let index = call.given("dtype") { type = try call.dataType(index) }
    if let index = call.given("other") { type = try call.tensor(index).type }
    if let index = call.given("device"), case .device(let device) = call[index] {
      let isHere = device.bytes.count >= 3 && device.bytes[0] == UInt8(ascii: "c") && device.bytes[1] == UInt8(ascii: "p")
      if !isHere { throw LiteError(.unsupported, "device \(device.bytes); there is the processor only (cpu)") }
    }
    let format = try call.int("memory_format", else: 1)
    let strides = try strides(format, x.sizes, like: x)
    let keepsLayout = format == 1 || x.strides == strides
    if type == x.type, keepsLayout, !alwaysCopies, try !call.flag("copy") { return .tensor(x) }
    let result = try Tensor(
      type, x.sizes, strides: strides, in: call.arena, quantization: type == x.type ? x.quantization : .none)
    try result.convert(from: x, call.context)
    return try call.deliver(result)
  }

  // MARK: Writing

  /// `copy_`: of a tensor that broadcasts, or of a number.
  private static func assign(_ call: Call) throws(LiteError) -> Value {
    let target = try call.tensor(0)
    guard case .tensor(let source) = call[1] else { return try fill(call, try call.complexOperand(1)) }
    if !call.isInPlace {
      let result = try Tensor(
        target.type, target.sizes, strides: target.resultStrides(target.sizes), in: call.arena, quantization: target.quantization)
      try result.assign(from: try source.expanded(to: target.sizes), call.context)
      return try call.deliver(result)
    }
    if target === source { return .tensor(target) }
    guard !target.hasInternalOverlap else {
      throw call.failure(0, "a tensor of \(target.message) whose elements share memory cannot be written; clone it first")
    }
    var values = try source.expanded(to: target.sizes)
    if target.type.isQuantized, source.type == .float32, case .perTensor(let scale, let zeroPoint) = target.quantization {
      values = try Quantize.perTensor(values, OutputQuantization(scale: scale, zeroPoint: zeroPoint), target.type, call.context)
    } else if source.type.isQuantized, !target.type.isQuantized {
      values = try Quantize.dequantize(values, call.context)
    }
    try target.assign(from: values, call.context)
    return .tensor(target)
  }

  private static func fill(_ call: Call, _ value: Operand) throws(LiteError) -> Value {
    let x = try call.tensor(0)
    var number = value.scalar
    if let tensor = value.tensor {
      try call.require(tensor.count == 1, 1, "found a tensor of \(tensor.message), expected one element")
      number = try tensor.scalarElement(0)
    }
    try call.require(
      x.type.isComplex || number.imaginary == 0, 1, "found a complex number, which a tensor of \(x.type.name) cannot hold")
    if call.isInPlace {
      try x.storage.prepareForWriting(call.arena)
      if case .perTensor(let scale, let zeroPoint) = x.quantization {
        let one = try call.makeScalar(.float32, number)
        let code = try Quantize.perTensor(one, OutputQuantization(scale: scale, zeroPoint: zeroPoint), x.type, call.context)
        number = try code.scalarElement(0)
      }
      try x.fill(number)
      return .tensor(x)
    }
    let result = try Tensor(x.type, x.sizes, strides: x.resultStrides(x.sizes), in: call.arena)
    try result.fill(number)
    return try call.deliver(result)
  }

  private static func item(_ call: Call) throws(LiteError) -> Scalar {
    let x = try call.tensor(0)
    try call.require(x.count == 1 && !x.type.isQuantized, 0, "found a tensor of \(x.message), expected one number")
    return try x.scalarElement(0)
  }
}

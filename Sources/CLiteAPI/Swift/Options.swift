import CLite
import LiteFormat
import LiteInterpreter

extension Limits {
  /// These limits, where the caller sets none of his own.
  ///
  /// - Parameter limits: NULL for all defaults.
  func overridden(by limits: UnsafePointer<lite_limits>?) throws(LiteError) -> Limits {
    guard let limits else { return self }
    let given = try lite_limits.read(limits)
    func set(_ value: UInt64, _ target: inout Int) { if value != 0 { target = Int(clamping: value) } }
    var result = self
    set(given.file_bytes, &result.fileBytes)
    set(given.records, &result.records)
    set(given.record_bytes, &result.recordBytes)
    set(given.inflated_bytes, &result.inflatedBytes)
    set(given.inflation_ratio, &result.inflationRatio)
    set(given.pickle_items, &result.pickleItems)
    set(given.nesting, &result.nesting)
    set(given.tensor_bytes, &result.tensorBytes)
    set(given.opening_steps, &result.openingSteps)
    set(given.memory_bytes, &result.memoryBytes)
    set(given.steps, &result.steps)
    set(given.call_depth, &result.callDepth)
    return result
  }
}

/// How a model is opened.
struct LoadOptions {
  var model = ModelOptions()
  var verifiesChecksums = true
  var inspects = false

  /// - Parameter source: NULL for the defaults.
  init(_ source: UnsafePointer<lite_load_options>?) throws(LiteError) {
    guard let source else { return }
    let options = try lite_load_options.read(source)
    let known = LITE_LOAD_MAP | LITE_LOAD_SKIP_CHECKSUMS | LITE_LOAD_INSPECT | LITE_LOAD_ROUND_THEN_ADD
    let flags = try checkedFlags(options.flags, known, lite_load_options.structName)
    switch Int(options.kernels) {
    case LITE_KERNELS_BEST: break
    case LITE_KERNELS_SCALAR: model.tier = .scalar
    case LITE_KERNELS_NEON: model.tier = .neon
    case LITE_KERNELS_DOTPROD: model.tier = .dotprod
    case LITE_KERNELS_I8MM: model.tier = .i8mm
    default: throw LiteError(.invalidArgument, "lite_load_options: kernels \(options.kernels) is not known")
    }
    model.limits = try model.limits.overridden(by: options.limits)
    if flags & LITE_LOAD_MAP != 0 { model.access = .map }
    if flags & LITE_LOAD_ROUND_THEN_ADD != 0 { model.rounding = .roundThenAdd }
    guard options.allocator == nil, options.progress == nil else {
      throw LiteError(.unsupported, "lite_load_options: allocator and progress are not in this version")
    }
    verifiesChecksums = flags & LITE_LOAD_SKIP_CHECKSUMS == 0
    inspects = flags & LITE_LOAD_INSPECT != 0
  }
}

/// Flags, all of which must be known.
func checkedFlags(_ flags: UInt32, _ known: Int, _ name: StaticString) throws(LiteError) -> Int {
  let flags = Int(flags)
  guard flags & ~known == 0 else {
    throw LiteError(.invalidArgument, "\(name): flags are \(flags), of which \(flags & ~known) is not known")
  }
  return flags
}

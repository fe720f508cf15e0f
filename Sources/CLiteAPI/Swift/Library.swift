import CLite
import LiteFormat
import LiteInterpreter

/// The release, as in the header; `literun` shows the same.
public var liteVersion: StaticString { "0.2.0" }

@c @implementation
public func lite_version() -> UnsafePointer<CChar>? { cString(liteVersion) }

@c @implementation
public func lite_version_number() -> Int32 {
  LITE_VERSION_MAJOR * 1_000_000 + LITE_VERSION_MINOR * 1000 + LITE_VERSION_PATCH
}

@c @implementation
public func lite_abi_version() -> Int32 { LITE_ABI_VERSION }

@c @implementation
public func lite_build_info(_ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int) -> Int {
  #if hasFeature(Embedded)
    let mode: StaticString = "embedded"
  #else
    let mode: StaticString = "ordinary"
  #endif
  #if arch(arm64)
    let processor: StaticString = "aarch64"
  #elseif arch(x86_64)
    let processor: StaticString = "x86_64"
  #else
    let processor: StaticString = "other"
  #endif
  var text: Message = """
    {"version": "\(liteVersion)", "abi": \(LITE_ABI_VERSION), "mode": "\(mode)", "processor": "\(processor)", \
    "operators": \(Model.operatorCount), "kernels": [
    """
  var count = 0
  for tier in [KernelTier.scalar, .neon, .dotprod, .i8mm] {
    let name = tier.effectiveName
    if name.bytes.isEmpty { continue }
    text.appendStatic(count == 0 ? "\"" : ", \"")
    text.bytes += name.bytes
    text.appendStatic("\"")
    count += 1
  }
  text.bytes += ("], \"kernels_used\": \"\(KernelTier.automatic.effectiveName)\"}" as Message).bytes
  if let buffer, capacity > 0 {
    let length = min(text.bytes.count, capacity - 1)
    for index in 0..<length { buffer[index] = CChar(bitPattern: text.bytes[index]) }
    buffer[length] = 0
  }
  return text.bytes.count
}

@c @implementation
public func lite_cpu_features() -> UInt64 {
  let features: [(KernelTier, Int)] = [(.neon, LITE_CPU_NEON), (.dotprod, LITE_CPU_DOTPROD), (.i8mm, LITE_CPU_I8MM)]
  var result = 0
  for (tier, bit) in features where !tier.effectiveName.bytes.isEmpty { result |= bit }
  return UInt64(result)
}

@c @implementation
public func lite_dtype_name(_ dtype: lite_dtype) -> UnsafePointer<CChar>? {
  cString(UInt8(exactly: dtype).flatMap { DataType(rawValue: $0) }?.name ?? "unknown")
}

@c @implementation
public func lite_dtype_size(_ dtype: lite_dtype) -> Int {
  UInt8(exactly: dtype).flatMap { DataType(rawValue: $0) }?.size ?? 0
}

import CLitePlatform

/// Memory aligned to 64 bytes (a cache line, and the widest vector), or nil when it is refused. Unlike
/// Swift's own allocation this does not end the process.
public func allocateBytes(_ count: Int) -> UnsafeMutableRawPointer? {
  var memory: UnsafeMutableRawPointer?
  return posix_memalign(&memory, 64, max(count, 1)) == 0 ? memory : nil
}

/// Returns memory of `allocateBytes`.
public func freeBytes(_ memory: UnsafeMutableRawPointer) { free(memory) }

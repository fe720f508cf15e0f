import CLitePlatform

// What ships has no Swift runtime: its objects come from posix_memalign and go to free. The linker leads both here
// (--wrap in Package.swift), and `__real_…` are the C library's. Calls within other libraries, libzip say, are not led here.
#if hasFeature(Embedded)
  @_cdecl("__wrap_posix_memalign")
  func allocateObject(_ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ alignment: Int, _ count: Int) -> Int32 {
    result.pointee = lite_block_allocate(count, alignment, 1)
    return result.pointee == nil ? ENOMEM : 0
  }

  @_cdecl("__wrap_free")
  func releaseObject(_ memory: UnsafeMutableRawPointer?) { lite_block_release(memory) }
#endif

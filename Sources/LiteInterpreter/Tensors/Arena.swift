import CLitePlatform
import LiteFormat

/// The memory of one session: blocks are taken and given back as tensors come and go, and the memory
/// itself is returned to the system when the session ends.
///
/// A few large chunks, each with a list of free ranges in address order; best fit, neighbours merged when
/// freed (Knuth, TAOCP 1, 2.5). One session is used by one thread at a time, and so is its arena.
public final class Arena: @unchecked Sendable {
  /// Every block starts at a multiple of this: a cache line, and the widest vector.
  public static let alignment = 64

  private struct FreeRange {
    /// First: ranges are sorted by it.
    var start: UnsafeMutableRawPointer
    var count: Int
  }

  private var chunks: [FreeRange] = []
  /// In address order; no two are adjacent within a chunk. Ranges of different chunks are never merged,
  /// since the last 64 bytes of each chunk are not handed out.
  private var free: [FreeRange] = []
  /// Given back, and not entered in `free` yet: there are so many ranges that entering one by one would take long.
  private var unsorted: [FreeRange] = []

  /// Up to so many ranges each is entered at once. Models have tens.
  private static let sortedRanges = 1024

  /// Bytes in use now.
  public private(set) var usedBytes = 0
  /// The most bytes that were in use at one time.
  public private(set) var highWaterBytes = 0
  /// Bytes taken from the system.
  public private(set) var reservedBytes = 0
  /// Counts changes of the module's state: of tensors, attributes, lists and dicts that outlive a run.
  var stateVersion = 0
  /// Whether what lies here belongs to a model: sessions take it for granted.
  var isModels = false
  /// Told of blocks that are taken and given back, while a plan is made.
  var recorder: StepRecorder?
  /// What the run may still do. Here because all that work on tensors have an arena.
  var budget = WorkBudget()
  /// How many more bytes may be taken from the system.
  private let limit: Int

  /// - Parameter limit: `reservedBytes` never exceeds this.
  public init(limit: Int = Int.max) { self.limit = limit }

  deinit { for chunk in chunks { freeBytes(chunk.start) } }

  /// The size that a request is served with.
  static func rounded(_ count: Int) throws(LiteError) -> Int {
    let padded = try Checked.add(max(count, 1), alignment - 1)
    return padded & ~(alignment - 1)
  }

  /// A block of at least `count` bytes, not cleared.
  ///
  /// - Throws: `outOfMemory` with the size, `limitExceeded`.
  func allocate(_ count: Int) throws(LiteError) -> UnsafeMutableRawPointer {
    #if LITE_SEPARATE_BLOCKS
      return try allocateAlone(count)
    #else
      return try allocateShared(count)
    #endif
  }

  private func allocateShared(_ count: Int) throws(LiteError) -> UnsafeMutableRawPointer {
    let needed = try Self.rounded(count)
    if !unsorted.isEmpty { mergeUnsorted() }
    try budget.spend(needed >> 3 &+ free.count >> 3)
    var best = -1
    for index in 0..<free.count where free[index].count >= needed && (best < 0 || free[index].count < free[best].count) {
      best = index
    }
    if best < 0 { best = try grow(needed) }
    let start = free[best].start
    if free[best].count == needed {
      free.remove(at: best)
    } else {
      free[best].start += needed
      free[best].count -= needed
    }
    usedBytes += needed
    highWaterBytes = max(highWaterBytes, usedBytes)
    recorder?.didAllocate(start, needed)
    return start
  }

  /// Gives back a block of `allocate(count)`.
  func release(_ start: UnsafeMutableRawPointer, _ count: Int) {
    guard let size = try? Self.rounded(count) else { return }
    usedBytes -= size
    recorder?.didRelease(start)
    #if LITE_SEPARATE_BLOCKS
      reservedBytes -= size
      freeBytes(start)
      return
    #endif
    if free.count < Self.sortedRanges {
      insert(FreeRange(start: start, count: size))
    } else {
      unsorted.append(FreeRange(start: start, count: size))
    }
  }

  /// Returns to the system the chunks that hold nothing.
  func trim() {
    if !unsorted.isEmpty { mergeUnsorted() }
    for index in chunks.indices.reversed() {
      let chunk = chunks[index]
      guard let range = free.firstIndex(where: { $0.start == chunk.start && $0.count == chunk.count - Self.alignment }) else {
        continue
      }
      free.remove(at: range)
      chunks.remove(at: index)
      reservedBytes -= chunk.count
      freeBytes(chunk.start)
    }
  }

  /// Bytes that may still be taken from the system.
  var availableBytes: Int { limit - reservedBytes }

  /// Enters what was given back since the last allocation: sorted, it is one pass.
  private func mergeUnsorted() {
    free += unsorted
    unsorted = []
    free.withUnsafeMutableBufferPointer { ranges in
      guard let base = ranges.baseAddress else { return }
      qsort(base, ranges.count, MemoryLayout<FreeRange>.stride) { (a, b) in
        guard let a = a?.load(as: UInt.self), let b = b?.load(as: UInt.self) else { return 0 }
        return a < b ? -1 : a > b ? 1 : 0
      }
    }
    var last = 0
    for index in 1..<max(free.count, 1) {
      if free[last].start + free[last].count == free[index].start {
        free[last].count += free[index].count
      } else {
        last += 1
        free[last] = free[index]
      }
    }
    free.removeLast(free.count - last - 1)
  }

  private func insert(_ range: FreeRange) {
    var low = 0
    var high = free.count
    while low < high {
      let middle = (low + high) / 2
      if free[middle].start < range.start { low = middle + 1 } else { high = middle }
    }
    let joinsBefore = low > 0 && free[low - 1].start + free[low - 1].count == range.start
    let joinsAfter = low < free.count && range.start + range.count == free[low].start
    switch (joinsBefore, joinsAfter) {
    case (true, true):
      free[low - 1].count += range.count + free[low].count
      free.remove(at: low)
    case (true, false): free[low - 1].count += range.count
    case (false, true):
      free[low].start = range.start
      free[low].count += range.count
    case (false, false): free.insert(range, at: low)
    }
  }

  /// Takes a chunk from the system; returns the position of its range.
  private func grow(_ needed: Int) throws(LiteError) -> Int {
    // Small sessions stay small, large ones do not take hundreds of chunks.
    let size = try Checked.add(max(needed, min(max(reservedBytes / 2, 64 << 10), 4 << 20)), Self.alignment)
    guard size <= limit - reservedBytes else {
      throw LiteError(.limitExceeded, "\(needed) bytes more than the memory limit of \(limit) bytes; \(usedBytes) are in use")
    }
    guard let chunk = allocateBytes(size) else {
      throw refusedBytes(size, "tensors")
    }
    chunks.append(FreeRange(start: chunk, count: size))
    reservedBytes += size
    let range = FreeRange(start: chunk, count: size - Self.alignment)
    insert(range)
    for index in 0..<free.count where free[index].start == chunk { return index }
    return 0
  }

  #if LITE_SEPARATE_BLOCKS
    /// For builds that look for errors: each block is an allocation of exactly the bytes that were asked for, so that
    /// AddressSanitizer sees the first access behind it.
    private func allocateAlone(_ count: Int) throws(LiteError) -> UnsafeMutableRawPointer {
      let size = try Self.rounded(count)
      try budget.spend(size >> 3)
      guard size <= limit - reservedBytes else {
        throw LiteError(.limitExceeded, "\(size) bytes more than the memory limit of \(limit) bytes; \(usedBytes) are in use")
      }
      guard let block = allocateBytes(max(count, 1)) else { throw refusedBytes(size, "tensors") }
      usedBytes += size
      reservedBytes += size
      highWaterBytes = max(highWaterBytes, usedBytes)
      recorder?.didAllocate(block, size)
      return block
    }
  #endif
}

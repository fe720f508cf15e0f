/// Functions of a caller that hands out memory.
///
/// They are called on every thread that uses the model or session they were given for; two threads may call them at one
/// time when two threads use what shares them. `allocate` returns nil when there is no memory; it must not call Lite.
public struct Allocator: @unchecked Sendable {
  /// `alignment` is a power of two, at least 16. The bytes need not be cleared.
  public typealias Allocate =
    @convention(c) (
      _ context: UnsafeMutableRawPointer?, _ byteCount: Int, _ alignment: Int
    ) -> UnsafeMutableRawPointer?
  /// Takes back what `allocate` returned for the same size and alignment.
  public typealias Release =
    @convention(c) (
      _ context: UnsafeMutableRawPointer?, _ memory: UnsafeMutableRawPointer?, _ byteCount: Int, _ alignment: Int
    ) -> Void

  /// Handed to both functions; must outlive all that was allocated.
  public let context: UnsafeMutableRawPointer?
  public let allocate: Allocate
  public let release: Release

  public init(context: UnsafeMutableRawPointer?, allocate: @escaping Allocate, release: @escaping Release) {
    self.context = context
    self.allocate = allocate
    self.release = release
  }
}

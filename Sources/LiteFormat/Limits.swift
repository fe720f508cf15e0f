/// How much a file, and a program while it runs, may take. Exceeding one is an error of status `limitExceeded`
/// that names the limit, its value and what was found.
///
/// The defaults are far above what real models need, and low enough that a hostile file neither exhausts a host nor
/// keeps it for long. `docs/safety.md` has the same as a table.
public struct Limits: Sendable {
  // MARK: The file

  /// Bytes of the file.
  public var fileBytes = 4 << 30
  /// Records of the archive. The largest real models have a few thousand; libzip takes a second for this many whose names
  /// were chosen to collide in its index, and the square of that for more.
  public var records = 10_000
  /// Bytes of one record, inflated.
  public var recordBytes = 2 << 30
  /// Bytes of all compressed records together, inflated.
  public var inflatedBytes = 1 << 30
  /// How many times larger than in the file a compressed record of more than 1 MiB may become. What PyTorch
  /// writes is not compressed; weights that were compressed later shrink to a half at best.
  public var inflationRatio = 200
  /// Values in the containers of one pickle, and entries of the code's tables with the bytes of their types. An item of a
  /// container costs the file one byte and this machine four.
  public var pickleItems = 1 << 24
  /// How deep values of a file may contain each other; more than 400 is not allowed.
  public var nesting = 400
  /// Bytes that one tensor of the file covers when it is laid out densely; strides of 0 make views larger than
  /// their storage.
  public var tensorBytes = 4 << 30

  // MARK: A run

  /// Bytes of the tensors of one session together.
  public var memoryBytes = 4 << 30
  /// Backward jumps and calls of one run, each with one more for 64 instructions that are jumped over or called: ends a
  /// program that does not end itself. An empty loop takes this many in a few seconds.
  public var steps = 100_000_000
  /// Work of one run: elements that operators read and write, multiply-accumulates, eights of new bytes. About a nanosecond
  /// each; a forward pass of a model of a billion weights takes some 10⁹ a token. Opening a file may do as much.
  public var work = 1 << 44
  /// Backward jumps and calls of the `__setstate__` methods that run while a file is opened, of all together. PyTorch's own
  /// take a few hundred each.
  public var openingSteps = 2_000_000
  /// How deep calls may nest.
  public var callDepth = 500
  /// Items of one list that the program makes by computing.
  public var listItems = 1 << 22
  /// Bytes of one string that the program makes by computing.
  public var stringBytes = 1 << 24

  public init() {}

  /// The error for a limit that was exceeded: `the archive has 200000 records, more than the limit of 100000 (records)`.
  public static func exceeded(_ what: Message, _ limit: Int, _ name: StaticString) -> LiteError {
    LiteError(.limitExceeded, "\(what), more than the limit \(name) of \(limit)")
  }
}

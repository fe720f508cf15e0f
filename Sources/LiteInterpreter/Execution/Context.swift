import CLiteKernels
import LiteFormat

/// What operators work with: one session's memory and the kernels in use.
public final class Context {
  /// Where tensors live.
  let arena: Arena
  /// The tier of kernels. The table lives as long as the process.
  let kernels: UnsafePointer<lite_kernel_table>
  /// How float becomes integer when a tensor is quantized.
  let rounding: QuantizationRounding
  /// Names of the program, for messages.
  let names: NameTable
  /// Where random numbers come from; the same numbers in every session until it is seeded.
  var generator = RandomGenerator(seed: 0) { didSet { recorder?.fail() } }
  /// Makes a plan of the run, when there is one.
  var recorder: StepRecorder?
  /// Told of what is executed; the session's.
  var observer: ExecutionObserver?
  /// What the steps of the operator that is observed were.
  var observedWork = ObservedWork()
  /// Bytes of float weights that runs packed and keep.
  var packedByteCount = 0
  /// Whether the program asks packed 8-bit weights for what they were made of.
  let keepsWeights: Bool
  /// Divides steps, when the session has several threads.
  let threads: ThreadPool?
  /// Asked whether to go on.
  let stop: StopSignal
  /// Containers that the program put other containers into.
  let containers: ContainerRegistry
  /// How long lists and strings may become.
  var growth = GrowthLimits()

  init(
    arena: Arena, kernels: UnsafePointer<lite_kernel_table>, rounding: QuantizationRounding, names: NameTable,
    keepsWeights: Bool = true, stop: StopSignal = .current, threads: ThreadPool? = nil,
    containers: ContainerRegistry = ContainerRegistry()
  ) {
    self.containers = containers
    self.keepsWeights = keepsWeights
    self.stop = stop
    self.threads = threads
    self.arena = arena
    self.kernels = kernels
    self.rounding = rounding
    self.names = names
  }

  /// Memory for the length of one operator, given back when the value goes out of scope.
  func scratch<Element>(_ count: Int, of: Element.Type = Element.self) throws(LiteError) -> Scratch<Element> {
    try Scratch(count, arena)
  }
}

/// The order of rounding and adding the zero point in `quantize`.
///
/// They differ by one code on values that lie within a float's precision of halfway between two codes.
public enum QuantizationRounding: Int32, Sendable {
  /// clamp(rne(x / scale) + zero point): PyTorch on ARM, and on x86 up to 2.x.
  case roundThenAdd = 0
  /// clamp(rne(x / scale + zero point)) with one fused multiply-add: the x86 wheel of PyTorch 2.13.
  case addThenRound = 1
}

/// A block of the arena that ends with its scope. Elements are plain data and not initialized.
struct Scratch<Element>: ~Copyable {
  let base: UnsafeMutablePointer<Element>
  let count: Int
  private let block: ScratchBlock

  init(_ count: Int, _ arena: Arena) throws(LiteError) {
    block = try ScratchBlock(try Checked.multiply(max(count, 0), MemoryLayout<Element>.stride), arena)
    base = block.memory.assumingMemoryBound(to: Element.self)
    self.count = count
  }

  subscript(index: Int) -> Element {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }
}

/// The memory of a `Scratch`. A type of its own because Embedded Swift 6.3 cannot emit the deinitializer of a
/// generic noncopyable type that it did not specialize.
struct ScratchBlock: ~Copyable {
  let memory: UnsafeMutableRawPointer
  private let byteCount: Int
  private let arena: Arena

  init(_ byteCount: Int, _ arena: Arena) throws(LiteError) {
    memory = try arena.allocate(byteCount)
    self.byteCount = byteCount
    self.arena = arena
  }

  deinit { arena.release(memory, byteCount) }
}

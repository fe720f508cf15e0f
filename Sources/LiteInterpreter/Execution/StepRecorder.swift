import LiteFormat

/// Writes down what one interpreted run does to memory, so that it can be done again without the program.
///
/// Every block that the arena hands out during the run gets a number; steps name blocks, inputs and constants
/// instead of addresses. Whatever is not known to be safe ends the recording: a number read from a tensor that is
/// not constant, writes to inputs or to the module's state, random numbers, memory of unknown origin.
final class StepRecorder {
  /// What an operand or a result lies in.
  enum Region: Equatable {
    /// A block of the arena that this run took.
    case block(Int)
    /// The storage of an input tensor.
    case input(Int)
    /// Memory that stays where it is as long as the module's state does.
    case constant
  }

  struct Operand {
    let region: Region
    /// From the start of the region in bytes; of a constant, the address.
    let offset: Int
  }

  struct Step {
    let step: PreparedStep
    /// Positions among all operands.
    let operands: [Int]
    let schema: OperatorSchema?
    /// Bytes of tensors read and written, for profiles.
    var byteCount: Int
  }

  struct Block {
    let byteCount: Int
    /// Stays where it is, and is never written.
    var isConstant = false
    /// Holds the same bytes in every run so far: it was made of numbers and constants only, and not written since.
    var isKnown = false
  }

  private struct LiveBlock {
    let start: UInt
    let block: Int
  }

  /// A program that runs for long must not fill memory with its record.
  private static var maximumSteps: Int { 50_000 }
  private static var maximumBlocks: Int { 1_000_000 }
  private static var maximumRememberedBytes: Int { 4 << 20 }
  /// Nor must it cost much more time than the run: what is in lists and tuples is looked at for each operator.
  private var looksLeft = 1 << 20

  private(set) var isRecording = true
  private(set) var steps: [Step] = []
  private(set) var operands: [Operand] = []
  private(set) var blocks: [Block] = []
  /// Blocks that are in use now, in address order.
  private var live: [LiveBlock] = []
  /// The inputs' tensors, depth first.
  let inputs: [Tensor]
  /// Lists and dicts among the inputs: the caller's, which a plan must not have to change.
  private let inputContainers: IdentityTable
  /// Keeps memory that the plan refers to.
  private(set) var kept: [Storage] = []
  private var rememberedBytes = 0

  // MARK: The operator that is running

  /// Whether the operator did all its work through prepared steps.
  var isPrepared = false
  private(set) var hasReadData = false
  private var didOtherWork = false
  private var firstStep = 0
  private var firstBlock = 0
  private var schema: OperatorSchema?
  private var frozen: FrozenArguments?

  private let context: Context

  /// - Parameter inputs: of a run, such that `PlanSignature` takes them.
  init(_ inputs: [Value], _ context: Context) {
    var tensors: [Tensor] = []
    var containers = IdentityTable()
    for input in inputs {
      _ = PlanSignature.collect(input, &tensors, 0)
      Self.collectLists(input, &containers)
    }
    self.inputs = tensors
    inputContainers = containers
    self.context = context
  }

  private static func collectLists(_ value: Value, _ containers: inout IdentityTable) {
    switch value {
    case .list(let list):
      guard containers.insert(ObjectIdentifier(list)) else { return }
      for item in list.items { collectLists(item, &containers) }
    case .tuple(let tuple): for item in tuple.items { collectLists(item, &containers) }
    default: break
    }
  }

  /// A list is about to be changed.
  func noteWrite(to list: ListValue) { if inputContainers.contains(ObjectIdentifier(list)) { fail() } }

  /// Ends the recording: this run cannot be a plan.
  func fail() {
    isRecording = false
    steps = []
    operands = []
    kept = []
    frozen = nil
  }

  /// The operator did something that no step stands for, whatever its parts say: it is executed again as a whole.
  func noteOtherWork() { didOtherWork = true }

  /// A number is being read from a tensor. Harmless when the tensor always holds the same.
  func noteRead(of tensor: Tensor) { if !isKnown(tensor) { hasReadData = true } }

  /// One more tensor or container among arguments and results is looked at: false when it is one too many.
  ///
  /// - Parameter items: that the container holds.
  func mayLook(_ items: Int = 0) -> Bool {
    looksLeft -= 1 + items / 16
    return looksLeft >= 0
  }

  /// Whether the operator took memory of the arena.
  var hasNewBlocks: Bool { blocks.count > firstBlock }

  // MARK: Blocks

  func didAllocate(_ start: UnsafeMutableRawPointer, _ byteCount: Int) {
    guard isRecording else { return }
    let address = UInt(bitPattern: start)
    guard blocks.count < Self.maximumBlocks else { return fail() }
    live.insert(LiveBlock(start: address, block: blocks.count), at: place(address))
    blocks.append(Block(byteCount: byteCount))
  }

  func didRelease(_ start: UnsafeMutableRawPointer) {
    guard isRecording else { return }
    let address = UInt(bitPattern: start)
    let index = place(address)
    if index < live.count, live[index].start == address { live.remove(at: index) }
  }

  /// The first live block that does not start before an address.
  private func place(_ address: UInt) -> Int {
    var low = 0
    var high = live.count
    while low < high {
      let middle = (low + high) / 2
      if live[middle].start < address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The block of this run that starts at an address.
  private func block(at start: UnsafeMutableRawPointer) -> Int? {
    let address = UInt(bitPattern: start)
    let index = place(address)
    return index < live.count && live[index].start == address ? live[index].block : nil
  }

  /// Where a storage lies; nil when its origin is not known.
  func region(of storage: Storage) -> Region? {
    for index in inputs.indices where inputs[index].storage === storage { return .input(index) }
    if let block = block(at: storage.base) { return blocks[block].isConstant ? .constant : .block(block) }
    return storage.isState ? .constant : nil
  }

  func isConstant(_ tensor: Tensor) -> Bool { region(of: tensor.storage) == .constant }

  /// Whether a tensor holds the same in every run, at this point of it.
  func isKnown(_ tensor: Tensor) -> Bool {
    switch region(of: tensor.storage) {
    case .constant: true
    case .block(let block): blocks[block].isKnown
    default: false
    }
  }

  /// A tensor is being written.
  private func forget(_ tensor: Tensor) { if let block = block(at: tensor.storage.base) { blocks[block].isKnown = false } }

  /// Says that a tensor of this run holds the same in every run.
  func setConstant(_ tensor: Tensor) {
    guard isRecording, let block = block(at: tensor.storage.base) else { return }
    guard kept.count < Self.maximumSteps else { return fail() }
    blocks[block].isConstant = true
    tensor.storage.isState = true
    kept.append(tensor.storage)
  }

  /// Whether a block was taken since the operator began.
  func isFresh(_ storage: Storage) -> Bool {
    if let block = block(at: storage.base) { block >= firstBlock } else { false }
  }

  // MARK: Steps

  /// Adds a step that ran.
  func add(_ step: PreparedStep, _ places: [StepOperand]) {
    guard isRecording else { return }
    guard steps.count < Self.maximumSteps else { return fail() }
    let first = operands.count
    var bytes = 0
    for place in places {
      switch place {
      case .tensor(let tensor):
        guard let region = region(of: tensor.storage) else { return fail() }
        let inside = tensor.offset &* tensor.type.size
        let isConstant = region == .constant
        if isConstant { kept.append(tensor.storage) }
        operands.append(Operand(region: region, offset: isConstant ? Int(bitPattern: tensor.storage.base) &+ inside : inside))
        bytes += tensor.byteCount
      case .scratch(let memory):
        guard let block = block(at: memory) else { return fail() }
        operands.append(Operand(region: .block(block), offset: 0))
      }
    }
    steps.append(Step(step: step, operands: [Int](first..<operands.count), schema: schema, byteCount: bytes))
  }

  /// Before an operator is executed.
  func begin(_ linked: LinkedOperator, _ arguments: UnsafeMutableBufferPointer<Value>) {
    guard isRecording else { return }
    schema = linked.schema
    isPrepared = false
    hasReadData = false
    didOtherWork = false
    firstStep = steps.count
    firstBlock = blocks.count
    frozen = nil
    guard OperatorEffects.writesTensor(linked, arguments) else { return }
    for (index, argument) in arguments.enumerated() where linked.writes(index) {
      for tensor in ValueWalk.tensors(of: argument) { forget(tensor) }
    }
    // Tensors that are written may have other sizes afterwards.
    frozen = FrozenArguments(arguments, self)
  }

  /// After an operator was executed: its prepared steps stand if they are all that it did; else it is looked at as
  /// a whole.
  func end(_ linked: LinkedOperator, _ arguments: UnsafeMutableBufferPointer<Value>, _ result: Value) {
    guard isRecording else { return }
    defer {
      schema = nil
      frozen = nil
    }
    if isPrepared, !hasReadData, !didOtherWork {
      if linked.writtenArguments != 0, !OperatorEffects.writesOwnMemory(linked, arguments, self) { fail() }
      return
    }
    if steps.count > firstStep {
      if let first = steps[firstStep].operands.first { operands.removeSubrange(first...) }
      steps.removeSubrange(firstStep...)
    }
    let effects = OperatorEffects(linked, arguments, result, self)
    switch effects.verdict {
    case .none: break
    case .unsafe: fail()
    case .remember(let results):
      for tensor in results {
        rememberedBytes += tensor.storage.byteCount
        guard rememberedBytes <= Self.maximumRememberedBytes, let step = RememberedStep(tensor.storage) else { return fail() }
        add(step, [.tensor(tensor.storage.whole)])
        if let block = block(at: tensor.storage.base) { blocks[block].isKnown = true }
      }
    case .execute(let results):
      // A tensor that is written keeps its place and its shape.
      if let frozen, !frozen.describes(arguments) { return fail() }
      guard let again = frozen ?? FrozenArguments(arguments, self) else { return fail() }
      let step = ReexecutedStep(linked, again, result, results, context)
      var places: [StepOperand] = []
      for storage in again.storages { places.append(.tensor(storage.whole)) }
      for tensor in results { places.append(.tensor(tensor.storage.whole)) }
      add(step, places)
      again.forgetRun()
    }
  }
}

extension Storage {
  /// All bytes, as a tensor.
  fileprivate var whole: Tensor {
    Tensor(
      storage: self, type: .uint8, sizes: Dimensions(repeating: byteCount, count: 1), strides: Dimensions(repeating: 1, count: 1),
      count: byteCount)
  }
}

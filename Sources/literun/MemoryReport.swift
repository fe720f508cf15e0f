import LiteFormat
import LiteInterpreter

/// What a model and a session of it take, as text and JSON. All sizes are bytes.
struct MemoryReport {
  let weights: WeightMemory
  /// nil when runs are interpreted.
  let plan: PlanFigures?
  /// The plan's arena: by first step, then by offset.
  let blocks: [ArenaBlock]
  /// The first step at which most of the arena is in use.
  let highWaterStep: Int
  /// The operator of that step.
  let highWaterOperator: [UInt8]
  let replays: Int
  /// The most that an interpreted run used.
  let interpretedArena: Int
  let process: ProcessMemory

  /// Of a session that ran.
  init(_ session: Session) {
    weights = session.model.weightMemory
    plan = session.planFigures
    let blocks = session.planBlocks
    var order = [Int](blocks.indices)
    order.sort {
      blocks[$0].firstStep != blocks[$1].firstStep
        ? blocks[$0].firstStep < blocks[$1].firstStep : blocks[$0].offset < blocks[$1].offset
    }
    let sorted = order.map { blocks[$0] }
    self.blocks = sorted
    let highest = Self.highWater(sorted)
    highWaterStep = highest.map { sorted[$0].firstStep } ?? 0
    highWaterOperator = highest.map { sorted[$0].operatorName } ?? []
    packed = weights.packed + session.packedByteCount
    replays = session.replayCount
    interpretedArena = session.arena.highWaterBytes
    process = ProcessMemory()
  }

  /// A block that is taken first at the step with the largest sum: sums only grow where blocks begin.
  private static func highWater(_ blocks: [ArenaBlock]) -> Int? {
    var steps = 0
    for block in blocks { steps = max(steps, block.lastStep + 1) }
    var changes = [Int](repeating: 0, count: steps + 1)
    for block in blocks {
      changes[block.firstStep] += block.byteCount
      changes[block.lastStep + 1] -= block.byteCount
    }
    var (sum, largest, found) = (0, -1, 0)
    for (step, change) in changes.enumerated() {
      sum += change
      if sum > largest { (largest, found) = (sum, step) }
    }
    return blocks.firstIndex { $0.firstStep == found }
  }

  /// Arena to the largest sum of blocks in use at one time; 1 is the best there is.
  private var ratio: Double { plan.map { $0.lowerBound > 0 ? Double($0.byteCount) / Double($0.lowerBound) : 1 } ?? 1 }

  /// Packed when the model was opened, and by the first run.
  private let packed: Int

  // MARK: For people

  func text(_ job: Job, _ options: CommonOptions) -> Message {
    func size(_ count: Int) -> Message { NumberText.byteCount(count) }
    var text: Message = """
      model      \(job.description(options))
      weights    \(size(weights.mapped)) used in the mapped file; private: \(size(packed)) packed for the kernels, \(size(weights.copied)) copied, \(size(weights.made)) made on opening
      process    \(process.message)

      """
    guard let plan else {
      text.bytes += ("arena      no plan: runs are interpreted; at most \(size(interpretedArena)) in use\n" as Message).bytes
      return text
    }
    text.bytes +=
      ("""
    arena      \(plan.byteCount) bytes for \(blocks.count) blocks in \(plan.stepCount) steps; largest sum in use at one time \(plan.lowerBound), ratio \(NumberText.text(ratio, digits: 4))
    high water step \(highWaterStep), \(highWaterOperator)
    first run  \(interpretedArena) bytes of tensors and packed weights in use at most while it was interpreted


    """ as Message).bytes
    var table = TextTable(["operator", "first", "last", "offset", "bytes"], textColumns: 1)
    for block in blocks {
      table.add([
        Message(bytes: block.operatorName), "\(block.firstStep)", "\(block.lastStep)", "\(block.offset)", "\(block.byteCount)",
      ])
    }
    text.bytes += table.text.bytes
    return text
  }

  // MARK: For programs

  func json(_ job: Job, _ options: CommonOptions) -> Message {
    var writer = JSONWriter.result(of: "memory")
    job.write(options, to: &writer)
    writer.key("weights")
    writer.beginObject()
    writer.field("mapped_bytes", weights.mapped)
    writer.field("copied_bytes", weights.copied)
    writer.field("packed_bytes", packed)
    writer.field("made_bytes", weights.made)
    writer.endObject()
    writer.key("process")
    writer.beginObject()
    process.write(to: &writer)
    writer.endObject()
    writer.field("interpreted_bytes", interpretedArena)
    if let plan {
      writer.key("arena")
      writer.beginObject()
      writer.field("bytes", plan.byteCount)
      writer.field("largest_sum_bytes", plan.lowerBound)
      writer.field("ratio", ratio)
      writer.field("steps", plan.stepCount)
      writer.field("replays", replays)
      writer.field("high_water_step", highWaterStep)
      writer.field("high_water_operator", highWaterOperator)
      writer.key("blocks")
      writer.beginArray()
      for block in blocks {
        writer.beginObject()
        writer.field("operator", block.operatorName)
        writer.field("first_step", block.firstStep)
        writer.field("last_step", block.lastStep)
        writer.field("offset", block.offset)
        writer.field("bytes", block.byteCount)
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
    }
    writer.endObject()
    return Message(bytes: writer.text.bytes + [10])
  }
}

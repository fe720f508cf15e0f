import LiteFormat

/// Neighbouring steps that one step can do in one pass with the same bits.
enum StepFusion {
  /// The steps without those whose results nobody uses: copies and conversions of constants that went into a step.
  private static func living(_ recorder: StepRecorder, _ uses: inout [Int]) -> [StepRecorder.Step] {
    var living: [StepRecorder.Step] = []
    for step in recorder.steps.reversed() {
      if let result = step.step.onlyResult, case .block(let block) = recorder.operands[step.operands[result]].region,
        uses[block] == 1
      {
        for index in step.operands {
          if case .block(let block) = recorder.operands[index].region { uses[block] -= 1 }
        }
      } else {
        living.append(step)
      }
    }
    return living.reversed()
  }

  /// Codes are made of floats with channels first and then copied to channels last: the way every float image enters an
  /// 8-bit network.
  ///
  /// - Parameter results: blocks that results lie in, which must be written as recorded.
  static func run(_ recorder: StepRecorder, results: [Int], _ context: Context) -> [StepRecorder.Step] {
    var uses = [Int](repeating: 0, count: recorder.blocks.count)
    for step in recorder.steps {
      for index in step.operands { if case .block(let block) = recorder.operands[index].region { uses[block] += 1 } }
    }
    for block in results { uses[block] += 2 }
    var fused: [StepRecorder.Step] = []
    for step in living(recorder, &uses) {
      guard let layout = step.step.channelsLastCopy, let previous = fused.last, let rule = previous.step.codesRule else {
        fused.append(step)
        continue
      }
      let written = recorder.operands[previous.operands[1]]
      let read = recorder.operands[step.operands[0]]
      guard case .block(let block) = written.region, read.region == written.region, uses[block] == 2, written.offset == 0,
        read.offset == 0, previous.step.work == step.step.work
      else {
        fused.append(step)
        continue
      }
      fused.removeLast()
      fused.append(
        StepRecorder.Step(
          step: QuantizeChannelsLastStep(rule, layout, context),
          operands: [previous.operands[0], step.operands[1]],
          schema: previous.schema, byteCount: previous.byteCount))
    }
    return fused
  }
}

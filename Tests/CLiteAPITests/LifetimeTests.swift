import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// Memory that a host lends, and programs that keep it, take it out of containers, and write to it.
@Suite struct LifetimeTests {
  private func session(_ method: String) throws -> CSession {
    try CSession(try CModel(TestModel.own("lifetimes")), method: method)
  }

  private func select(_ session: CSession, _ method: String) throws {
    try call { lite_session_select_method(session.handle, method, $0) }
  }

  /// What the program kept.
  private func kept(_ session: CSession) throws -> [Float] {
    try select(session, "forward")
    try session.run()
    return try session.output().floats
  }

  /// Sets input 0 to a container of tensors under string keys, or none.
  private func set(_ session: CSession, _ tensors: [CTensor], keys: [String] = [], binds: Bool) throws {
    let views = UnsafeMutablePointer<lite_tensor_view>.allocate(capacity: tensors.count)
    defer { views.deallocate() }
    let texts = keys.map { strdup($0) }
    defer { for text in texts { free(text) } }
    var items: [lite_value] = []
    for (index, tensor) in tensors.enumerated() {
      (views + index).initialize(to: tensor.view)
      var item = make(lite_value.self)
      item.kind = lite_kind(LITE_KIND_TENSOR)
      item.tensor = UnsafePointer(views + index)
      items.append(item)
    }
    let names = texts.map { text in
      var name = make(lite_value.self)
      name.kind = lite_kind(LITE_KIND_STRING)
      name.text = UnsafePointer(text)
      return name
    }
    try items.withUnsafeBufferPointer { items in
      try names.withUnsafeBufferPointer { names in
        var value = make(lite_value.self)
        value.kind = lite_kind(keys.isEmpty ? LITE_KIND_LIST : LITE_KIND_DICT)
        value.items = items.baseAddress
        value.keys = keys.isEmpty ? nil : names.baseAddress
        value.count = items.count
        try call {
          binds ? lite_session_bind_value(session.handle, 0, &value, $0) : lite_session_set_value(session.handle, 0, &value, $0)
        }
      }
    }
  }

  /// Overwrites what a tensor held, as a host does that uses its memory for something else.
  private func spoil(_ tensor: CTensor) { tensor.bytes.initializeMemory(as: UInt8.self, repeating: 0xff) }

  /// Tensors that a program takes out of the containers it was given are its own afterwards.
  @Test(arguments: [("pop_list", []), ("pop_dict", ["x"])], [false, true])
  func takenOut(_ program: (method: String, keys: [String]), binds: Bool) throws {
    let session = try session(program.method)
    for round in 0..<3 {
      try select(session, program.method)
      let tensor = CTensor([Float](repeating: Float(round + 1), count: 4), [4])
      try set(session, [tensor], keys: program.keys, binds: binds)
      try session.run()
      try call { lite_session_clear_inputs(session.handle, $0) }
      spoil(tensor)
      // Takes memory that was given back.
      let other = CTensor([Float](repeating: -1, count: 4), [4])
      try set(session, [other], keys: program.keys, binds: false)
      #expect(try kept(session) == [Float](repeating: Float(round + 1), count: 4))
    }
  }

  /// So are those that a result holds.
  @Test(arguments: [false, true]) func takenOutIntoTheResult(binds: Bool) throws {
    let session = try session("clear_list")
    let tensor = CTensor([1, 2, 3, 4], [4])
    for _ in 0..<3 {
      try set(session, [tensor], binds: binds)
      try session.run()
      let output = try session.output()
      #expect(output.data != tensor.view.data)
      try call { lite_session_clear_inputs(session.handle, $0) }
      try set(session, [CTensor([-1, -1, -1, -1], [4])], binds: false)
      #expect(output.floats == [1, 2, 3, 4])
    }
  }

  private func startSpinning() throws -> (CSession, CTensor, CTensor) {
    let session = try session("keep_and_spin")
    let (x, y) = (CTensor([1, 2, 3, 4], [4]), CTensor([5, 6, 7, 8], [4]))
    try call { lite_session_bind_input(session.handle, 0, &x.view, $0) }
    try call { lite_session_bind_input(session.handle, 1, &y.view, $0) }
    var count = make(lite_value.self)
    count.kind = lite_kind(LITE_KIND_INT)
    count.integer = 1 << 40
    try call { lite_session_set_value(session.handle, 2, &count, $0) }
    var limits = make(lite_limits.self)
    limits.work = 10_000
    try call { lite_session_set_limits(session.handle, &limits, $0) }
    expectFailure(LITE_E_LIMIT_EXCEEDED, "work") { lite_session_run(session.handle, $0) }
    return (session, x, y)
  }

  /// A run that its limit of work ends leaves no memory that was lent in the state, none of the caller's in the session's,
  /// and a session that can be used.
  @Test func endedByItsLimit() throws {
    let (session, x, y) = try startSpinning()
    var limits = make(lite_limits.self)
    try call { lite_session_set_limits(session.handle, &limits, $0) }
    let (nextX, nextY) = (CTensor([9, 9, 9, 9], [4]), CTensor([8, 8, 8, 8], [4]))
    try call { lite_session_bind_input(session.handle, 0, &nextX.view, $0) }
    try call { lite_session_bind_input(session.handle, 1, &nextY.view, $0) }
    try call { lite_session_clear_inputs(session.handle, $0) }
    spoil(x)
    spoil(y)
    #expect(try kept(session) == [1, 2, 3, 4])
    // New memory of the session's is not the caller's.
    try select(session, "add")
    var view = make(lite_tensor_view.self)
    (view.dtype, view.rank) = (lite_dtype(LITE_FLOAT32), 1)
    CLiteAPITests.set(&view.shape, [4])
    for input: UInt32 in 0..<2 {
      view.data = nil
      try call { lite_session_input_buffer(session.handle, input, &view, $0) }
      for tensor in [x, y, nextX, nextY] { #expect(view.data != tensor.view.data) }
    }
    #expect(nextX.view.floats == [9, 9, 9, 9] && nextY.view.floats == [8, 8, 8, 8])
  }

  /// What comes between runs is no work of a run: inputs can be set and results be read after a limit ended one.
  @Test func limitOfWorkEndsWithTheRun() throws {
    let (session, x, _) = try startSpinning()
    try call { lite_session_set_input(session.handle, 0, &x.view, $0) }
    try select(session, "add")
    var view = make(lite_tensor_view.self)
    (view.dtype, view.rank) = (lite_dtype(LITE_FLOAT32), 1)
    CLiteAPITests.set(&view.shape, [4])
    try call { lite_session_input_buffer(session.handle, 0, &view, $0) }
    try call { lite_session_set_input(session.handle, 1, &x.view, $0) }
    try session.run()
    #expect(try session.output().floats == [1, 2, 3, 4])
  }

  /// A program keeps an input for which there is no memory: the run fails, and the state is what the file says.
  @Test(arguments: [false, true]) func noMemoryForACopy(isReplaced: Bool) throws {
    var limits = make(lite_limits.self)
    limits.memory_bytes = 1 << 20
    let model = try CModel(TestModel.own("lifetimes"))
    let session = try withUnsafePointer(to: &limits) { pointer in try CSession(model, method: "pop_list") { $0.limits = pointer }
    }
    let size = 1 << 19
    do {
      let tensor = CTensor([Float](repeating: 1, count: size), [size])
      try set(session, [tensor], binds: true)
      expectFailure(LITE_E_LIMIT_EXCEEDED, "memory") { lite_session_run(session.handle, $0) }
      #expect(lite_session_output_count(session.handle) == 0)
      if isReplaced { try set(session, [CTensor([2, 2], [2])], binds: false) }
      spoil(tensor)
    }
    if isReplaced {
      try session.run()
      #expect(try kept(session) == [2, 2])
    } else {
      #expect(try kept(session) == [0, 0, 0, 0])
    }
  }

  /// Programs that move running statistics write to copies of inputs, whatever the operator's declaration says, run after run.
  @Test(arguments: ["normalize", "normalize_natively"]) func statisticsStay(_ method: String) throws {
    let session = try session(method)
    let x = CTensor([1, 2, 3, 4, 5, 6, 7, 8], [4, 2])
    let (mean, variance) = (CTensor([0.5, 0.5], [2]), CTensor([1, 2], [2]))
    for (index, tensor) in [x, mean, variance].enumerated() {
      try call { lite_session_bind_input(session.handle, UInt32(index), &tensor.view, $0) }
    }
    try session.run()
    let expected = try session.output().floats
    for _ in 0..<3 {
      try session.run()
      #expect(try session.output().floats == expected)
    }
    #expect(mean.view.floats == [0.5, 0.5] && variance.view.floats == [1, 2])
  }

  /// Numbers and texts made of elements that only look as if they were always the same are made anew in each run.
  @Test func elementsAreReadAgain() throws {
    let session = try session("mean_of_batch")
    for round in 1..<4 {
      let x = CTensor([Float](repeating: Float(round), count: 8), [4, 2])
      try call { lite_session_set_input(session.handle, 0, &x.view, $0) }
      try session.run()
      var value = make(lite_value.self)
      try call { lite_session_result(session.handle, &value, $0) }
      #expect(value.real == Double(round))
    }
    try select(session, "describe")
    for round in 5..<8 {
      let x = CTensor([Float](repeating: Float(round), count: 2), [2])
      try call { lite_session_set_input(session.handle, 0, &x.view, $0) }
      try session.run()
      var value = make(lite_value.self)
      try call { lite_session_result(session.handle, &value, $0) }
      let text = String(cString: try #require(value.text))
      #expect(text.contains("\(round)") && !text.contains("\(round - 1)"), "\(text)")
    }
  }

  /// A dict whose keys are tensors is refused.
  @Test func tensorsAsKeys() throws {
    let session = try session("first_key")
    let tensor = CTensor([1, 2, 3, 4], [4])
    withUnsafePointer(to: &tensor.view) { view in
      var key = make(lite_value.self)
      (key.kind, key.tensor) = (lite_kind(LITE_KIND_TENSOR), view)
      var number = make(lite_value.self)
      number.kind = lite_kind(LITE_KIND_INT)
      withUnsafePointer(to: &key) { key in
        withUnsafePointer(to: &number) { number in
          var dict = make(lite_value.self)
          (dict.kind, dict.keys, dict.items, dict.count) = (lite_kind(LITE_KIND_DICT), key, number, 1)
          for set in [lite_session_set_value, lite_session_bind_value] {
            expectFailure(LITE_E_UNSUPPORTED, "tensors as keys") { set(session.handle, 0, &dict, $0) }
          }
        }
      }
    }
  }

  /// The inputs of a memory requirement's runs last as long as the runs: else their memory would be taken for other tensors.
  @Test func memoryRequirement() throws {
    let model = try CModel(TestModel.own("lifetimes"))
    let tensor = CTensor([1, 2, 3, 4], [4])
    let method = strdup("require_ten")
    defer { free(method) }
    var options = make(lite_session_options.self)
    options.method = UnsafePointer(method)
    var info = make(lite_memory_info.self)
    try withUnsafePointer(to: &tensor.view) { view in
      var value = make(lite_value.self)
      (value.kind, value.tensor) = (lite_kind(LITE_KIND_TENSOR), view)
      try call { lite_model_memory_requirement(model.handle, &options, &value, 1, &info, $0) }
    }
    #expect(info.peak_bytes > 0)
  }

  /// A list that holds itself can be changed, and lists that hold each other often be looked at: in runs that are recorded,
  /// observed and neither.
  @Test(arguments: [0, LITE_SESSION_PROFILE, LITE_SESSION_INTERPRET]) func knots(flags: Int) throws {
    let model = try CModel(TestModel.own("lifetimes"))
    let session = try CSession(model, method: "knot") { $0.flags = UInt32(flags) }
    for _ in 0..<2 { try session.run() }
    try select(session, "laugh")
    var count = make(lite_value.self)
    (count.kind, count.integer) = (lite_kind(LITE_KIND_INT), 48)
    try call { lite_session_set_value(session.handle, 0, &count, $0) }
    expectFailure(LITE_E_LIMIT_EXCEEDED, "values") { lite_session_run(session.handle, $0) }
  }
}

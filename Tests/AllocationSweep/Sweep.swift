import CLitePlatform
import LiteFormat
import LiteInterpreter

/// One model and its inputs, lived through again and again.
final class Sweep {
  private let path: [CChar]
  private let method: [UInt8]
  private let inputs: [[UInt8]]
  private let source = FailingAllocator()
  /// What the runs give when nothing fails.
  private var expected: UInt64 = 0
  private var isSound = true
  /// Bytes that a session may hold, and the most that one did.
  private var limit = Int.max
  private var peak = 0

  private static let runs = 3

  init(_ path: [UInt8], _ method: [UInt8], _ inputs: [[UInt8]]) {
    self.path = path.map { CChar(bitPattern: $0) } + [0]
    self.method = method
    self.inputs = inputs
  }

  func run() -> Bool {
    guard live(isFirst: true), source.liveBlocks == 0 else {
      write("nothing fails, and still: \(source.liveBlocks) blocks are left\n")
      return false
    }
    let calls = source.calls
    for staysEmpty in [false, true] {
      var failed = 0
      for failing in 1...calls {
        source.reset(failing: failing, staysEmpty: staysEmpty)
        if !live(isFirst: false) { failed += 1 }
        if source.liveBlocks != 0 || source.isMismatched {
          write("allocation \(failing): \(source.liveBlocks) blocks are left\n")
          return false
        }
        if !isSound { return false }
      }
      let mode: StaticString = staysEmpty ? "each fails with all after it" : "each fails alone"
      write("\(calls) allocations, \(mode): \(failed) lives ran out of memory\n")
    }
    return runWithLimits()
  }

  /// Lives with less memory than the whole one took: each ends in success or with the limit's name.
  private func runWithLimits() -> Bool {
    source.reset(failing: 0, staysEmpty: false)
    var exceeded = 0
    let parts = 32
    for part in 1...parts {
      limit = peak / parts * part
      if part == parts { limit = peak }
      let isWhole = live(isFirst: false)
      if !isWhole { exceeded += 1 }
      if source.liveBlocks != 0 || !isSound { return false }
      guard part < parts || isWhole else {
        write("\(peak) bytes were enough and are no longer\n")
        return false
      }
    }
    write("\(parts) limits up to \(peak) bytes: \(exceeded) lives exceeded theirs\n")
    // Ordinary builds count large blocks only, and some programs have none.
    return exceeded > 0 || peak < 1 << 12
  }

  /// A life: true when nothing failed.
  private func live(isFirst: Bool) -> Bool {
    do throws(LiteError) {
      let scope = try AllocationScope.make(source.allocator)
      var model: Model?
      try path.withUnsafeBufferPointer { (path) throws(LiteError) in
        try scope.run { () throws(LiteError) in model = try Model(path: path.baseAddress!) }
      }
      guard let model else { return false }
      return try live(model, isFirst: isFirst)
    } catch {
      return explain(error)
    }
  }

  private func live(_ model: Model, isFirst: Bool) throws(LiteError) -> Bool {
    let scope = try AllocationScope.make(source.allocator, limit: limit)
    defer { if isFirst { peak = scope.peakBytes } }
    var made: Session?
    try scope.run { () throws(LiteError) in made = try Session(model) }
    guard let session = made else { return false }
    var isWhole = true
    for run in 0..<Self.runs {
      do throws(LiteError) {
        try check(session, scope, isFirst: isFirst && run == 0)
      } catch {
        isWhole = explain(error) && isWhole
        if limit < Int.max { return false }
        // There is memory again: the session gives what it would have given.
        source.failing = 0
        do throws(LiteError) {
          try check(session, scope, isFirst: false)
        } catch {
          isSound = false
          write("afterwards: \(error.message)\n")
        }
        isWhole = false
      }
    }
    return isWhole
  }

  private func check(_ session: Session, _ scope: AllocationScope, isFirst: Bool) throws(LiteError) {
    var digest = Digest()
    try scope.run { () throws(LiteError) in
      var values: [Value] = []
      for input in inputs { values.append(try InputText.value(input, session)) }
      digest.add(try session.run(try session.model.method(method), values))
    }
    if isFirst { expected = digest.value }
    guard digest.value == expected else {
      isSound = false
      return write("other results after \(source.calls) allocations\n")
    }
  }

  private func explain(_ error: LiteError) -> Bool {
    if error.status != (limit < Int.max ? .limitExceeded : .outOfMemory) {
      isSound = false
      write("allocation \(source.failing) fails: \(error.status.name): \(error.message)\n")
    }
    return false
  }
}

/// A number for all that a result holds.
struct Digest {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  private mutating func add(_ bits: UInt64) { value = (value ^ bits) &* 0x100_0000_01b3 }

  private mutating func add(_ bytes: UnsafeRawBufferPointer) { for byte in bytes { add(UInt64(byte)) } }

  mutating func add(_ item: Value) {
    switch item {
    case .bool(let flag): add(flag ? 2 : 1)
    case .int(let number): add(UInt64(bitPattern: number))
    case .double(let number): add(number.bitPattern)
    case .string(let text): for byte in text.bytes { add(UInt64(byte)) }
    case .tensor(let tensor):
      for size in 0..<tensor.rank { add(UInt64(tensor.sizes[size])) }
      if tensor.isContiguous { add(UnsafeRawBufferPointer(start: tensor.data, count: tensor.byteCount)) }
    case .list(let list): for item in list.items { add(item) }
    case .tuple(let tuple): for item in tuple.items { add(item) }
    case .dict(let dict):
      for item in dict.keys { add(item) }
      for item in dict.values { add(item) }
    default: add(3)
    }
  }
}

/// Inputs on a command line.
enum InputText {
  static func value(_ text: [UInt8], _ session: Session) throws(LiteError) -> Value {
    let colon = text.firstIndex(of: 58) ?? 0
    let kind = [UInt8](text[..<colon])
    let content = [UInt8](text[min(colon + 1, text.count)...])
    switch kind {
    case [102, 51, 50], [105, 54, 52]:  // f32, i64
      let type: DataType = kind[0] == 102 ? .float32 : .int64
      let tensor = try session.makeTensor(type, numbers(content, dividedBy: 120))
      for index in 0..<tensor.count {
        if type == .float32 {
          tensor.data.storeBytes(of: Float((index &* 37) % 29) * 0.1 - 1.2, toByteOffset: index * 4, as: Float.self)
        } else {
          tensor.data.storeBytes(of: Int64(index % 3), toByteOffset: index * 8, as: Int64.self)
        }
      }
      return .tensor(tensor)
    case [105, 110, 116]: return .int(Int64(numbers(content, dividedBy: 44).first ?? 0))  // int
    case [102, 108, 111, 97, 116]: return .double(0.5)  // float
    case [115, 116, 114]: return .string(StringValue(content))  // str
    case [115, 116, 114, 115]:  // strs
      return .list(ListValue(content.split(separator: 44).map { .string(StringValue([UInt8]($0))) }, of: .string))
    default: throw LiteError(.invalidArgument, "an input of kind \(kind)")
    }
  }

  private static func numbers(_ text: [UInt8], dividedBy separator: UInt8) -> [Int] {
    text.split(separator: separator).map { (digits) in digits.reduce(0) { $0 &* 10 &+ Int($1 &- 48) } }
  }
}

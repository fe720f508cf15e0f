import Foundation
import FuzzTargets

// The program that libFuzzer drives: `make fuzz` builds it, with LITE_FUZZ_TARGET naming one of `FuzzTarget`.

private let target: FuzzTarget = {
  guard let target = FuzzTarget(rawValue: ProcessInfo.processInfo.environment["LITE_FUZZ_TARGET"] ?? "") else {
    fatalError("LITE_FUZZ_TARGET is not one of \(FuzzTarget.allCases)")
  }
  return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target.run(UnsafeRawBufferPointer(start: data, count: count))
  return 0
}

@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int) -> Int

/// Half of the time a change that keeps pickles what they are; for whole models the archive is written anew around it.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
  func store(_ bytes: [UInt8]) -> Int {
    guard bytes.count <= capacity, !bytes.isEmpty else { return mutateBytes(data, count, capacity) }
    data.update(from: bytes, count: bytes.count)
    return bytes.count
  }
  var mutation = PickleMutation(seed: seed)
  switch target {
  case .archive, .operator: return mutateBytes(data, count, capacity)
  case .pickle, .bytecode:
    guard seed & 3 != 0 else { return mutateBytes(data, count, capacity) }
    return store(mutation.mutate([UInt8](UnsafeBufferPointer(start: data, count: count))))
  case .model:
    guard var records = RecordSet(UnsafeRawBufferPointer(start: data, count: count)), !records.records.isEmpty else {
      return mutateBytes(data, count, capacity)
    }
    let name = ["bytecode.pkl", "bytecode.pkl", "data.pkl", "other"][Int(seed >> 2 & 3)]
    if let pickle = records.content(name) {
      records.replace(name, mutation.mutate(pickle))
    } else {
      let index = Int(seed >> 4) % records.records.count
      var content = records.records[index].content
      if content.isEmpty { content = [0] }
      let length = content.count
      content += [UInt8](repeating: 0, count: 64)
      let changed = content.withUnsafeMutableBufferPointer { mutateBytes($0.baseAddress!, length, length + 64) }
      records.records[index].content = [UInt8](content[..<changed])
    }
    return store(records.archive())
  }
}

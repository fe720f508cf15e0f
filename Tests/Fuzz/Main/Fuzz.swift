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

@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, _ seed: UInt32) -> Int {
  target.mutate(data, count, capacity, seed: seed, mutateBytes: mutateBytes)
}

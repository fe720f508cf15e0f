extension FuzzTarget {
  /// Changes an input in place, most of the time in a way that keeps it what it is: pickles token by token, and for whole
  /// models the archive is written anew around them.
  ///
  /// - Parameters:
  ///   - data: `count` bytes, with room for `capacity`.
  ///   - mutateBytes: changes bytes in ways that know nothing of formats, and returns how many there are then: libFuzzer's own.
  /// - Returns: how many bytes the input has now.
  public func mutate(
    _ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, seed: UInt32,
    mutateBytes: (UnsafeMutablePointer<UInt8>, Int, Int) -> Int
  ) -> Int {
    func store(_ bytes: [UInt8]) -> Int {
      guard bytes.count <= capacity, !bytes.isEmpty else { return mutateBytes(data, count, capacity) }
      data.update(from: bytes, count: bytes.count)
      return bytes.count
    }
    var mutation = PickleMutation(seed: seed)
    switch self {
    case .archive, .operator, .names, .calls: return mutateBytes(data, count, capacity)
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
}

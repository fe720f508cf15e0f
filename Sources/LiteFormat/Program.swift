/// A decoded and verified `.ptl` file: immutable, shared by everything that runs it.
public final class Program: @unchecked Sendable {
  /// 4 to 8; which instructions and calling conventions the file uses.
  public let bytecodeVersion: Int
  /// The `version` record; decides which operators need upgraders.
  public let fileVersion: Int
  public let names: NameTable
  public let types: TypeTable
  public let functions: [Function]
  /// `bytecode.pkl`: the constants.
  public let bytecode: PickleGraph
  /// `data.pkl`: the module object.
  public let data: PickleGraph
  /// Class of the module object.
  public let rootClass: Name
  /// The bytes of every storage, once each: two storages of equal `recordIndex` are the same memory. nil: released.
  public private(set) var records: [RecordBytes?]
  /// Bytes of all records that hold tensors, each once.
  public let weightByteCount: Int
  /// Those of `weightByteCount` that are used where they lie in the file.
  public let mappedWeightByteCount: Int
  /// Record of each storage of `bytecode`, -1 for an empty one.
  public let bytecodeStorages: [Int32]
  /// Record of each storage of `data`, -1 for an empty one.
  public let dataStorages: [Int32]
  /// Function by name id, -1 for names that are no function's.
  private let functionByName: [Int32]
  /// Size of the file in bytes.
  public let fileSize: Int
  /// The records that were saved with `_extra_files`, without the `extra/` before their names.
  public let extraFiles: [(name: [UInt8], bytes: RecordBytes)]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: zero-terminated.
  ///   - verifiesChecksums: compare the CRC-32 of every record that is used.
  ///   - access: `map` uses weights where they lie in the file, which must then not change: see `InputFile`.
  ///   - problems: receives all that the verifier finds, not only the first.
  ///   - progress: told how far it is; may cancel.
  ///   - inspects: to look at a program that cannot run as well: what the verifier finds, and weights that are missing,
  ///   are problems then, and no error. A program with problems must not be made a model of.
  /// - Throws: every status of the 200 and 300 groups, with the place in the file, and `limitExceeded`.
  public convenience init(
    path: UnsafePointer<CChar>, verifiesChecksums: Bool = true, access: InputFile.Access = .read, limits: Limits = Limits(),
    problems: ProblemList? = nil, progress: LoadProgress? = nil, inspects: Bool = false
  ) throws(LiteError) {
    let file = try InputFile(path: path, access: access, limits: limits)
    try self.init(
      file: file, verifiesChecksums: verifiesChecksums, limits: limits, problems: problems, progress: progress,
      inspects: inspects)
  }

  /// Reads a file that is open or in memory.
  public init(
    file: InputFile, verifiesChecksums: Bool = true, limits: Limits = Limits(), problems: ProblemList? = nil,
    progress: LoadProgress? = nil, inspects: Bool = false
  ) throws(LiteError) {
    let problems = problems ?? ProblemList()
    let archive = try Archive(file, verifiesChecksums: verifiesChecksums, limits: limits, progress: progress)
    guard let bytecodeRecord = try archive.read("bytecode.pkl") else { throw FileKind.errorForZip(without: archive) }
    guard let dataRecord = try archive.read("data.pkl") else {
      throw LiteError(.malformed, "the archive has no data.pkl, the record of the module's attributes")
    }
    fileVersion = try Self.readVersion(archive)
    var names = NameTable()
    bytecode = try PickleDecoder.decode(bytecodeRecord, names: &names, named: "bytecode.pkl", limits)
    data = try PickleDecoder.decode(dataRecord, names: &names, named: "data.pkl", limits)
    guard data.kind(data.root) == .object else { throw data.unexpected(data.root, "data.pkl", "a module object") }
    rootClass = data.nodes[Int(data.root)].name

    var decoder = BytecodeDecoder(graph: bytecode, names: names, limits)
    try decoder.run()
    bytecodeVersion = decoder.version
    functions = decoder.functions
    types = decoder.types
    self.names = decoder.names
    Verifier.verify(functions, code: bytecode, data: data, names: self.names, problems)

    var byName = [Int32](repeating: -1, count: self.names.count)
    for (index, function) in functions.enumerated() {
      guard byName[Int(function.name.id)] < 0 else {
        if problems.isFull { break }
        problems.add(LiteError(.malformed, "bytecode.pkl: method \(decoder.names.bytes(function.name)) is there twice"))
        continue
      }
      byName[Int(function.name.id)] = Int32(truncatingIfNeeded: index)
    }
    functionByName = byName
    if !inspects { try problems.throwFirst() }

    var storages = StorageLoader()
    let prefix: StaticString = archive.hasRecord(withPrefix: "bytecode/") ? "bytecode/" : "constants/"
    var loaded: (bytecode: [Int32], data: [Int32]) = ([], [])
    do throws(LiteError) {
      loaded = (try storages.load(bytecode, prefix, archive), try storages.load(data, "data/", archive))
    } catch {
      guard inspects else { throw error }
      problems.add(error)
    }
    (bytecodeStorages, dataStorages) = loaded
    // Not by conversion, which would be a dynamic cast.
    records = storages.records.map { (record) -> RecordBytes? in record }
    weightByteCount = storages.records.reduce(0) { $0 &+ $1.count }
    mappedWeightByteCount = storages.records.reduce(0) { $0 &+ ($1.isMapped ? $1.count : 0) }
    fileSize = file.count
    extraFiles = try archive.read(folder: "extra/")
  }

  /// The bytes of one of `extraFiles`.
  public func extraFile(_ name: UnsafeBufferPointer<UInt8>) -> RecordBytes? {
    for file in extraFiles where file.name.elementsEqual(name) { return file.bytes }
    return nil
  }

  /// Lets go of a record's bytes. Only the one model that is made of this program may do so, while it is made.
  public func releaseRecord(_ index: Int) { records[index] = nil }

  /// The function of this full name.
  public func function(_ name: Name) -> Int? {
    guard Int(name.id) < functionByName.count, functionByName[Int(name.id)] >= 0 else { return nil }
    return Int(functionByName[Int(name.id)])
  }

  /// The method of a class.
  public func method(_ method: UnsafeBufferPointer<UInt8>, of className: Name) -> Int? {
    var full = names.bytes(className)
    full.append(46)
    full.append(contentsOf: method)
    return full.withUnsafeBufferPointer { names.find($0) }.flatMap { function($0) }
  }

  /// The method of a class.
  public func method(_ method: StaticString, of className: Name) -> Int? {
    self.method(UnsafeBufferPointer(start: method.utf8Start, count: method.utf8CodeUnitCount), of: className)
  }

  /// The methods of the module itself as (name without the class, function), in file order.
  public var methods: [(name: [UInt8], function: Int)] {
    var result: [(name: [UInt8], function: Int)] = []
    let prefix = names.bytes(rootClass)
    for (index, function) in functions.enumerated() {
      let name = names.bytes(function.name)
      guard name.count > prefix.count + 1, name[prefix.count] == 46, [UInt8](name[..<prefix.count]) == prefix else { continue }
      let method = [UInt8](name[(prefix.count + 1)...])
      if !method.contains(46) { result.append((method, index)) }
    }
    return result
  }

  private static func readVersion(_ archive: Archive) throws(LiteError) -> Int {
    if let order = try archive.read("byteorder"), order.bytes.first != UInt8(ascii: "l") {
      throw LiteError(.unsupported, "byteorder is \(order.bytes), expected little")
    }
    var record = try archive.read("version")
    if record == nil { record = try archive.read(".data/version") }
    guard let record else { throw LiteError(.malformed, "the archive has no version record") }
    var value = 0
    var digits = 0
    for byte in record.bytes {
      guard byte >= 48, byte <= 57 else { break }
      value = value * 10 + Int(byte - 48)
      digits += 1
      guard digits < 9 else { break }
    }
    guard digits > 0 else { throw LiteError(.malformed, "the version record is \(record.bytes), expected a number") }
    guard (1...10).contains(value) else {
      throw LiteError(.unsupportedVersion, "file format version \(value); 1 to 10 are supported")
    }
    return value
  }
}

/// Finds the record of every storage, each once.
private struct StorageLoader {
  private var names = NameTable()
  var records: [RecordBytes] = []

  mutating func load(_ graph: PickleGraph, _ prefix: StaticString, _ archive: Archive) throws(LiteError) -> [Int32] {
    var result: [Int32] = []
    for storage in graph.storages {
      if storage.count == 0 {
        result.append(-1)
        continue
      }
      let key = [UInt8](graph.string(storage.key))
      var name = [UInt8](UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
      name.append(contentsOf: key)
      var bytes: RecordBytes?
      let known = names.count
      let id = Int(try names.intern(name).id)
      if id < known {
        bytes = records[id]
      } else {
        bytes = try archive.read(name)
        // Early files of bytecode version 5 have the folder in the key.
        if bytes == nil { bytes = try archive.read(key) }
        guard let found = bytes else { throw LiteError(.malformed, "record \(name), the data of a tensor, is missing") }
        let aligned = Int(bitPattern: found.base) % storage.type.size == 0
        records.append(aligned ? found : try found.alignedCopy())
      }
      let needed = try Checked.multiply(storage.count, storage.type.size)
      guard records[id].count >= needed else {
        throw LiteError(.malformed, "record \(name) has \(records[id].count) bytes, its tensors need \(needed)")
      }
      result.append(Int32(truncatingIfNeeded: id))
    }
    return result
  }
}

import CLitePlatform
import LiteFormat

/// Where the process begins.
///
/// Embedded Swift has no `CommandLine`, so the entry point is a C function that gets the arguments. The
/// package manager links `main` of an executable to `<module>_main`.
@c(literun_main)
public func entryPoint(_ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
  var words: [[UInt8]] = []
  if let values, count > 1 {
    for index in 1..<Int(count) {
      guard let word = values[index] else { break }
      words.append(bytes(ofText: word))
    }
  }
  let code = CommandTable.run(words)
  return Console.hasFailed && code == .ok ? ExitCode.resources.rawValue : code.rawValue
}

/// The bytes of a zero-terminated text, without the zero.
func bytes(ofText text: UnsafePointer<CChar>) -> [UInt8] {
  [UInt8](UnsafeBufferPointer(start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: strlen(text)))
}

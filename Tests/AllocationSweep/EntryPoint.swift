import CLitePlatform
import LiteFormat

/// Lets every allocation fail alone, then each with all that follow: opening, making a session, three runs.
///
///     AllocationSweep MODEL METHOD INPUT…
///
/// An input is `f32:1x3x8x8` (or `i64:…`), `int:5`, `float:0.5`, `str:text` or `strs:a,b`. Each life must end in success or
/// out-of-memory, give its memory back to the last block, and leave a session that gives the same bits once there is
/// memory again.
@c(AllocationSweep_main)
public func entryPoint(_ count: Int32, _ values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Int32 {
  var words: [[UInt8]] = []
  for index in 1..<max(Int(count), 1) {
    guard let word = values?[index] else { break }
    words.append(
      [UInt8](UnsafeBufferPointer(start: UnsafeRawPointer(word).assumingMemoryBound(to: UInt8.self), count: strlen(word))))
  }
  guard words.count > 1 else {
    write("usage: AllocationSweep MODEL METHOD INPUT…\n")
    return 2
  }
  return Sweep(words[0], words[1], [[UInt8]](words[2...])).run() ? 0 : 1
}

func write(_ message: Message) { _ = message.bytes.withUnsafeBytes { lite_write_all(1, $0.baseAddress, $0.count) } }

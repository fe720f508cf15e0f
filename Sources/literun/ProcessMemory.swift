import CLitePlatform
import LiteFormat

/// What the operating system says of this process's memory, in bytes; 0 where it says nothing.
struct ProcessMemory {
  /// The most that was resident at one time.
  let peakResident: Int
  /// Resident now.
  let resident: Int
  /// Of that, memory that is this process's alone: heap, stacks, changed pages.
  let anonymous: Int
  /// Of that, pages of files: the model, the program, libraries. The system can drop and reload them.
  let mapped: Int

  /// Reads the figures as they are now.
  init() {
    resident = Self.figure("VmRSS:")
    // The system counts in steps, and the peak seldomer.
    peakResident = max(Self.figure("VmHWM:"), resident)
    anonymous = Self.figure("RssAnon:")
    mapped = Self.figure("RssFile:")
  }

  private static func figure(_ field: StaticString) -> Int {
    Int(clamping: lite_process_bytes(UnsafeRawPointer(field.utf8Start).assumingMemoryBound(to: CChar.self)))
  }

  /// `peak resident 16 MB; now 15 MB: private 6 MB, mapped files 9 MB`.
  var message: Message {
    "peak resident \(NumberText.byteCount(peakResident)); now \(NumberText.byteCount(resident)): private \(NumberText.byteCount(anonymous)), mapped files \(NumberText.byteCount(mapped))"
  }

  func write(to writer: inout JSONWriter) {
    writer.field("peak_resident_bytes", peakResident)
    writer.field("resident_bytes", resident)
    writer.field("private_bytes", anonymous)
    writer.field("mapped_bytes", mapped)
  }
}

/// What a file is that cannot be opened as a lite-interpreter archive, and what its owner can do.
///
/// The first bytes tell; the offsets below count from the start of the file.
///
///     0  "PK\3\4"                zip: .ptl, TorchScript .pt, eager checkpoint, .pt2
///     0  80 02 8a 0a 6c fc ...   checkpoint in the format before PyTorch 1.6
///     4  "PTMF"                  lite-interpreter model as flatbuffer
///     4  "ET12"                  ExecuTorch program (.pte)
///     4  "TFL3"                  TensorFlow Lite
///     0  08 xx 12|22|3a ..       ONNX: protobuf, field 1 (ir_version), then a string or the graph
public enum FileKind {
  /// The error for a file that is no zip archive at all.
  ///
  /// - Parameters:
  ///   - bytes: the first few of the file.
  ///   - count: how many bytes the file has.
  static func errorForNonZip(_ bytes: UnsafeBufferPointer<UInt8>, count: Int) -> LiteError {
    if has(bytes, "PK\u{3}\u{4}", at: 0) {
      return LiteError(
        .archiveDamaged,
        "the zip directory at the end of the file is missing or damaged after \(count) bytes: the download or copy is truncated; fetch it again"
      )
    }
    return LiteError(.wrongFileKind, describe(bytes))
  }

  private static func describe(_ bytes: UnsafeBufferPointer<UInt8>) -> Message {
    if has(bytes, "PTMF", at: 4) {
      return
        "this is a lite-interpreter model in flatbuffer form; save it again with _save_for_lite_interpreter(path) and without _use_flatbuffer"
    }
    if has(bytes, "ET", at: 4), bytes.count > 7, isDigit(bytes[6]), isDigit(bytes[7]) {
      return
        "this is an ExecuTorch program (.pte); Lite runs .ptl files: save the module with torch.jit.script(m)._save_for_lite_interpreter(path)"
    }
    if has(bytes, "TFL3", at: 4) {
      return "this is a TensorFlow Lite model (.tflite), not a PyTorch .ptl file"
    }
    if has(bytes, "GGUF", at: 0) { return "this is a GGUF model, not a PyTorch .ptl file" }
    if has(bytes, "\u{1f}", at: 0), bytes.count > 1, bytes[1] == 0x8b {
      return "this is a gzip file: unpack it first (gunzip)"
    }
    if has(bytes, "version https://git-lfs", at: 0) {
      return "this is a Git LFS pointer, not the file itself: run git lfs pull"
    }
    if has(bytes, "<!DOCTYPE", at: 0) || has(bytes, "<html", at: 0) {
      return "this is a web page, not a model: the download link needs a login or has changed"
    }
    if bytes.count > 1, bytes[0] == 0x80, (2...5).contains(bytes[1]) {
      return
        "this is a Python pickle, likely a checkpoint of torch.save (weights without a program); script the module and save it with _save_for_lite_interpreter(path)"
    }
    if bytes.count > 3, bytes[0] == 0x08, bytes[1] < 0x20, bytes[2] == 0x12 || bytes[2] == 0x22 || bytes[2] == 0x3a {
      return "this looks like an ONNX model, not a PyTorch .ptl file"
    }
    var start = Message()
    for index in 0..<min(4, bytes.count) {
      if index > 0 { start.appendStatic(" ") }
      start.appendHexadecimal(bytes[index])
    }
    return "this is not a PyTorch .ptl file: it begins with \(start), expected the zip signature 0x50 0x4b 0x03 0x04"
  }

  /// The error for a zip archive that has no `bytecode.pkl`.
  static func errorForZip(without archive: Archive) -> LiteError {
    let message: Message
    if archive.hasRecord(withPrefix: "models/") || archive.has("archive_format") {
      message =
        "this is a torch.export archive (.pt2); Lite runs .ptl files: save the module with torch.jit.script(m)._save_for_lite_interpreter(path)"
    } else if archive.hasRecord(withPrefix: "code/") || archive.has("constants.pkl") {
      message =
        "this is a TorchScript file of torch.jit.save, without bytecode; load it in Python with torch.jit.load and save it with m._save_for_lite_interpreter(path)"
    } else if archive.has("data.pkl") {
      message =
        "this is a checkpoint of torch.save (weights without a program); build the module in Python, script it and save it with _save_for_lite_interpreter(path)"
    } else {
      message = "this zip archive holds no PyTorch model: it has no bytecode.pkl"
    }
    return LiteError(.wrongFileKind, message)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  private static func has(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString, at offset: Int) -> Bool {
    guard bytes.count >= offset + text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where bytes[offset + index] != text.utf8Start[index] { return false }
    return true
  }
}

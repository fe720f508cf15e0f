import LiteFormat

/// A profile in the trace event format that chrome://tracing and Perfetto open: complete events (`"ph":"X"`) with
/// times in microseconds, one for each run and each operator in it.
enum ChromeTrace {
  static func text(_ profile: OperatorProfile, model: [UInt8]) -> Message {
    var writer = JSONWriter()
    writer.beginObject()
    writer.field("displayTimeUnit", "ns")
    writer.key("traceEvents")
    writer.beginArray()
    begin("process_name", "M", to: &writer)
    writer.key("args")
    writer.beginObject()
    writer.field("name", model)
    writer.endObject()
    writer.endObject()
    let events = profile.events
    let origin = events.first?.start ?? 0
    // The events of a run lie between those of its neighbours.
    var start = 0
    for end in profile.runEnds where end > start {
      begin("run", "X", to: &writer)
      write(events[start].start - origin, events[end - 1].end - events[start].start, to: &writer)
      writer.endObject()
      start = end
    }
    for event in events {
      let row = profile.rows[event.row]
      row.name.withUnsafeBufferPointer { begin($0, "X", to: &writer) }
      writer.field("cat", row.kernel)
      write(event.start - origin, event.end - event.start, to: &writer)
      writer.key("args")
      writer.beginObject()
      writer.field("step", row.step)
      writer.field("planned", row.execution.word)
      if row.calls > 0 {
        writer.field("macs", row.multiplyAccumulates / row.calls)
        writer.field("bytes", row.byteCount / row.calls)
      }
      writer.endObject()
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return writer.text
  }

  private static func begin(_ name: StaticString, _ phase: StaticString, to writer: inout JSONWriter) {
    begin(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), phase, to: &writer)
  }

  private static func begin(_ name: UnsafeBufferPointer<UInt8>, _ phase: StaticString, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.value(name)
    writer.field("ph", phase)
    writer.field("pid", 1)
    writer.field("tid", 1)
  }

  private static func write(_ start: UInt64, _ duration: UInt64, to writer: inout JSONWriter) {
    writer.field("ts", Double(start) / 1000)
    writer.field("dur", Double(duration) / 1000)
  }
}

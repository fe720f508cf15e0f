import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// Names through the C interface: what a model says of its inputs, and tensors in other orders of dimensions.
@Suite struct NamesTests {
  private static let folder = Paths.fixtures.appendingPathComponent("names")

  /// A session on a model of the fixtures.
  private func with(
    _ name: String, _ body: (_ model: OpaquePointer, _ session: OpaquePointer) throws -> Void
  ) throws {
    var error = make(lite_error.self)
    var model: OpaquePointer?
    var session: OpaquePointer?
    let path = Self.folder.appendingPathComponent(name).path
    try #require(lite_model_open_file(path, nil, &model, &error) == LITE_OK, "\(text(error.message))")
    defer { lite_model_release(model) }
    try #require(lite_session_create(model, nil, &session, &error) == LITE_OK, "\(text(error.message))")
    defer { lite_session_destroy(session) }
    try body(try #require(model), try #require(session))
  }

  private func view(_ type: Int, _ shape: [Int], _ data: UnsafeMutableRawBufferPointer, _ dimensions: UnsafePointer<CChar>?)
    -> lite_tensor_view
  {
    var view = make(lite_tensor_view.self)
    view.dtype = lite_dtype(type)
    view.rank = Int32(shape.count)
    withUnsafeMutableBytes(of: &view.shape) { target in
      for (index, size) in shape.enumerated() { target.storeBytes(of: Int64(size), toByteOffset: 8 * index, as: Int64.self) }
    }
    view.data = data.baseAddress
    view.byte_count = data.count
    view.dimensions = dimensions
    return view
  }

  private func floats(_ name: String) throws -> [Float] {
    try NpyArray(contentsOf: Self.folder.appendingPathComponent(name)).bytes.withUnsafeBytes {
      Array($0.bindMemory(to: Float.self))
    }
  }

  private func runs(_ session: OpaquePointer) throws -> [Float] {
    var error = make(lite_error.self)
    try #require(lite_session_run(session, &error) == LITE_OK, "\(text(error.message))")
    var output = make(lite_tensor_view.self)
    try #require(lite_session_output(session, 0, &output, &error) == LITE_OK, "\(text(error.message))")
    return Array(UnsafeRawBufferPointer(start: output.data, count: output.byte_count).bindMemory(to: Float.self))
  }

  private func isNear(_ a: [Float], _ b: [Float]) -> Bool { a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 } }

  @Test func describes() throws {
    try with("photo.ptl") { (model, _) in
      var error = make(lite_error.self)
      var info = make(lite_value_info.self)
      try #require(lite_model_input_info(model, 0, 0, &info, &error) == LITE_OK)
      #expect(String(cString: info.name) == "image")
      #expect(info.dtype == lite_dtype(LITE_FLOAT32) && info.rank == 4)
      #expect(info.shape.0 == -1 && info.shape.1 == 3 && info.shape.2 == 3 && info.shape.3 == 3)
      #expect(info.dimensions.map { String(cString: $0) } == "batch,channel,height,width")
      try #require(lite_model_output_info(model, 0, 0, &info, &error) == LITE_OK)
      #expect(String(cString: info.name) == "scores")
      #expect(info.dimensions.map { String(cString: $0) } == "batch,class")
      #expect(info.shape.0 == -1 && info.shape.1 == 5)

      var index: UInt32 = 9
      for name in ["image", "x"] {
        #expect(lite_model_find_input(model, 0, name, &index, &error) == LITE_OK)
        #expect(index == 0)
        index = 9
      }
      #expect(lite_model_find_input(model, 0, "picture", &index, &error) == LITE_E_NOT_FOUND)
      #expect(index == 9)
      #expect(text(error.message).contains("the method takes (x or image)"), "\(text(error.message))")
      #expect(lite_model_find_input(model, 7, "image", &index, &error) == LITE_E_INVALID_ARGUMENT)
      #expect(lite_model_find_input(model, 0, nil, &index, &error) == LITE_E_INVALID_ARGUMENT)

      var image = make(lite_image_info.self)
      try #require(lite_model_image_info(model, 0, 0, &image, &error) == LITE_OK)
      #expect(image.channel_count == 3 && image.range_low == 0 && image.range_high == 1)
      #expect(image.mean.0 == 0.485 && image.mean.2 == 0.406 && image.mean.3 == 0)
      #expect(image.standard_deviation.1 == 0.224)
      #expect(image.channels.map { String(cString: $0) } == "RGB")
      #expect(lite_model_label(model, 0, 0, 4).map { String(cString: $0) } == "fish")
      #expect(lite_model_label(model, 0, 0, 5) == nil && lite_model_label(model, 0, 1, 0) == nil)
      #expect(lite_model_label(nil, 0, 0, 0) == nil)
    }
  }

  @Test(arguments: ["unnamed.ptl", "broken.ptl"]) func withoutNames(_ name: String) throws {
    try with(name) { (model, session) in
      var error = make(lite_error.self)
      var info = make(lite_value_info.self)
      try #require(lite_model_input_info(model, 0, 0, &info, &error) == LITE_OK)
      #expect(String(cString: info.name) == "x" && info.rank == -1 && info.dimensions == nil)
      var image = make(lite_image_info.self)
      #expect(lite_model_image_info(model, 0, 0, &image, &error) != LITE_OK)
      var index: UInt32 = 0
      #expect(lite_model_find_input(model, 0, "image", &index, &error) == LITE_E_NOT_FOUND)
      #expect(text(error.message).contains("extra/lite.json") == (name == "broken.ptl"), "\(text(error.message))")
      // By position it runs as always; with named dimensions it is refused.
      var pixels = try floats("photo_nchw.npy")
      try pixels.withUnsafeMutableBytes { buffer in
        var given = view(LITE_FLOAT32, [1, 3, 3, 3], buffer, nil)
        #expect(lite_session_bind_input(session, 0, &given, &error) == LITE_OK, "\(text(error.message))")
        let scores = try runs(session)
        #expect(isNear(scores, try floats("photo_scores.npy")))
        "NCHW".withCString { dimensions in
          given.dimensions = dimensions
          #expect(lite_session_bind_input(session, 0, &given, &error) == LITE_E_INVALID_INPUT)
        }
        #expect(text(error.message).contains("lite.json"), "\(text(error.message))")
      }
    }
  }

  /// A bound image in another order is used where it lies: what is there later is what the next run sees.
  @Test(arguments: [false, true], ["NHWC", "batch,height,width,channel"]) func permutes(_ binds: Bool, _ order: String) throws {
    try with("photo.ptl") { (_, session) in
      var error = make(lite_error.self)
      let expected = try floats("photo_scores.npy")
      var pixels = try floats("photo_nhwc.npy")
      try pixels.withUnsafeMutableBytes { buffer in
        try order.withCString { dimensions in
          var given = view(LITE_FLOAT32, [1, 3, 3, 3], buffer, dimensions)
          let status =
            binds ? lite_session_bind_input(session, 0, &given, &error) : lite_session_set_input(session, 0, &given, &error)
          try #require(status == LITE_OK, "\(text(error.message))")
        }
        for _ in 0..<3 { #expect(try isNear(runs(session), expected)) }
        memset(buffer.baseAddress!, 0, buffer.count)
        #expect(try isNear(runs(session), expected) != binds)
      }
    }
  }

  @Test func refuses() throws {
    try with("photo.ptl") { (_, session) in
      var error = make(lite_error.self)
      var pixels = [Float](repeating: 0, count: 36)
      pixels.withUnsafeMutableBytes { buffer in
        for (order, shape, expected) in [
          ("NHWQ", [1, 3, 3, 4], "found dimensions (N, H, W, Q), expected (batch, channel, height, width)"),
          ("NHWC", [1, 3, 3, 4], "channel is 4, expected 3"), ("HWC", [1, 3, 3, 4], "but 3 names of dimensions"),
          ("\u{e9}", [36], "none of them"),
        ] {
          order.withCString { dimensions in
            var given = view(LITE_FLOAT32, shape, buffer, dimensions)
            #expect(lite_session_set_input(session, 0, &given, &error) == LITE_E_INVALID_INPUT)
            #expect(text(error.message).contains(expected), "\(text(error.message))")
          }
        }
      }
    }
  }

  @Test func images() throws {
    try with("photo.ptl") { (_, session) in
      var error = make(lite_error.self)
      var pixels = [UInt8](try NpyArray(contentsOf: Self.folder.appendingPathComponent("photo_hwc_bytes.npy")).bytes)
      try pixels.withUnsafeMutableBytes { buffer in
        try "HWC".withCString { dimensions in
          var image = view(LITE_UINT8, [3, 3, 3], buffer, dimensions)
          for _ in 0..<2 {
            try #require(lite_session_set_image(session, 0, &image, &error) == LITE_OK, "\(text(error.message))")
            #expect(try isNear(runs(session), floats("photo_scores.npy")))
          }
          // Bytes are numbers only when that is asked for.
          #expect(lite_session_set_input(session, 0, &image, &error) == LITE_E_INVALID_INPUT)
          #expect(lite_session_set_image(session, 1, &image, &error) == LITE_E_INVALID_ARGUMENT)
          #expect(lite_session_set_image(session, 0, nil, &error) == LITE_E_INVALID_ARGUMENT)
        }
      }
    }
  }
}

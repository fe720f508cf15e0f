import CLite
import CLiteAPI
import Foundation
import TestSupport
import Testing

/// What the library says of itself, and conversions that need no model.
@Suite struct LibraryTests {
  @Test func versions() throws {
    #expect(String(cString: lite_version()) == "\(LITE_VERSION_MAJOR).\(LITE_VERSION_MINOR).\(LITE_VERSION_PATCH)")
    #expect(lite_version_number() == LITE_VERSION_MAJOR * 1_000_000 + LITE_VERSION_MINOR * 1000 + LITE_VERSION_PATCH)
    #expect(lite_abi_version() == LITE_ABI_VERSION)
    #expect(lite_cpu_features() & ~UInt64(LITE_CPU_NEON | LITE_CPU_DOTPROD | LITE_CPU_I8MM) == 0)
    let length = lite_build_info(nil, 0)
    var buffer = [CChar](repeating: 1, count: length + 1)
    #expect(lite_build_info(&buffer, buffer.count) == length)
    let text = String(cString: buffer)
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(json?["version"] as? String == String(cString: lite_version()))
    #expect((json?["operators"] as? Int ?? 0) > 500)
    #expect(json?["kernels"] as? [String] != nil)
    var small = [CChar](repeating: 1, count: 5)
    #expect(lite_build_info(&small, 5) == length)
    #expect(String(cString: small) == text.prefix(4))
  }

  @Test func statuses() {
    #expect(String(cString: lite_status_name(lite_status(LITE_E_MALFORMED))) == "LITE_E_MALFORMED")
    #expect(String(cString: lite_status_name(12345)) == "LITE_E_UNKNOWN")
    #expect(String(cString: lite_status_help(0)) == "")
    var known = 0
    for status in Int32(100)..<600 where String(cString: lite_status_name(status)) != "LITE_E_UNKNOWN" {
      known += 1
      #expect(String(cString: lite_status_help(status)).hasSuffix("."))
    }
    #expect(known == 18)
    #expect(!String(cString: lite_status_help(12345)).isEmpty)
  }

  @Test func elementTypes() {
    #expect(String(cString: lite_dtype_name(lite_dtype(LITE_BFLOAT16))) == "bfloat16")
    #expect(String(cString: lite_dtype_name(99)) == "unknown")
    #expect(lite_dtype_size(lite_dtype(LITE_COMPLEX128)) == 16)
    #expect(lite_dtype_size(lite_dtype(LITE_QUINT8)) == 1)
    #expect(lite_dtype_size(-1) == 0)
  }

  /// To floats and back in every element type that has numbers.
  @Test func conversion() throws {
    let numbers: [Float] = [0, 1, -1, 2.5, 3.5, -2.5, 100.25, -300, 1e9, .infinity, -.infinity, .nan]
    let expected: [Int: [Float]] = [
      LITE_FLOAT32: numbers, LITE_FLOAT64: numbers,
      LITE_UINT8: [0, 1, 0, 2, 4, 0, 100, 0, 255, 255, 0, 0],
      LITE_INT8: [0, 1, -1, 2, 4, -2, 100, -128, 127, 127, -128, 0],
      LITE_INT16: [0, 1, -1, 2, 4, -2, 100, -300, 32767, 32767, -32768, 0],
      LITE_INT32: [0, 1, -1, 2, 4, -2, 100, -300, 1e9, 2_147_483_647, -2_147_483_648, 0],
      LITE_INT64: [0, 1, -1, 2, 4, -2, 100, -300, 1e9, 0x1p63, -0x1p63, 0],
      LITE_BOOL: [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      LITE_FLOAT16: [0, 1, -1, 2.5, 3.5, -2.5, 100.25, -300, .infinity, .infinity, -.infinity, .nan],
    ]
    for (dtype, expected) in expected {
      let tensor = CTensor(dtype, [3, 4], byteCount: 12 * lite_dtype_size(lite_dtype(dtype)))
      try call { lite_tensor_from_float(numbers, 12, &tensor.view, $0) }
      var found = [Float](repeating: 7, count: 12)
      try call { lite_tensor_to_float(&tensor.view, &found, 12, $0) }
      for index in 0..<12 {
        #expect(found[index] == expected[index] || (found[index].isNaN && expected[index].isNaN), "dtype \(dtype), \(index)")
      }
    }
  }

  @Test func quantizedConversion() throws {
    // Rounded, then the zero point is added; NaN is the zero point.
    let numbers: [Float] = [0, 0.25, 0.75, -100, 100, .nan]
    let tensor = CTensor(LITE_QUINT8, [2, 3], byteCount: 6)
    tensor.view.quantization = lite_quantization(LITE_QUANTIZATION_PER_TENSOR)
    tensor.view.scale = 0.5
    tensor.view.zero_point = 10
    try call { lite_tensor_from_float(numbers, 6, &tensor.view, $0) }
    #expect(tensor.view.content == [10, 10, 12, 0, 210, 10])
    var found = [Float](repeating: 7, count: 6)
    try call { lite_tensor_to_float(&tensor.view, &found, 6, $0) }
    #expect(found == [0, 0, 1, -5, 100, 0])
    let scales = [0.5, 0.25]
    let zeroPoints: [Int64] = [0, -2]
    let channels = CTensor(LITE_QINT8, [2, 3], byteCount: 6)
    channels.view.quantization = lite_quantization(LITE_QUANTIZATION_PER_CHANNEL)
    try scales.withUnsafeBufferPointer { scales in
      try zeroPoints.withUnsafeBufferPointer { zeroPoints in
        channels.view.scales = scales.baseAddress
        channels.view.zero_points = zeroPoints.baseAddress
        try call { lite_tensor_from_float([1, 2, 3, 1, 2, 3], 6, &channels.view, $0) }
        #expect(channels.view.content == [2, 4, 6, 2, 6, 10])
        try call { lite_tensor_to_float(&channels.view, &found, 6, $0) }
        #expect(found == [1, 2, 3, 1, 2, 3])
      }
    }
    expectFailure(LITE_E_INVALID_ARGUMENT, "count is 5, expected 6") { lite_tensor_to_float(&tensor.view, &found, 5, $0) }
    let complex = CTensor(LITE_COMPLEX64, [1], byteCount: 8)
    expectFailure(LITE_E_UNSUPPORTED, "complex64") { lite_tensor_to_float(&complex.view, &found, 1, $0) }
  }
}

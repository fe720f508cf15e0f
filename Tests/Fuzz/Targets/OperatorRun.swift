import CLiteKernels

@testable import LiteFormat
@testable import LiteInterpreter

/// One operator of the registry on arguments that bytes decide: of the declared types mostly, of others sometimes; small
/// tensors of all element types, with odd shapes, strides, offsets and quantization.
enum OperatorRun {
  private static let operators: [Operator] = {
    let table = OperatorRegistry.table
    return table.positions.map { table[$0] }
  }()

  static func run(_ bytes: UnsafeRawBufferPointer) {
    var source = ArgumentSource(bytes)
    let chosen = operators[(source.byte() << 8 | source.byte()) % operators.count]
    guard let linked = try? LinkedOperator(chosen, argumentCount: -1) else { fatalError("a declaration cannot be read") }
    let schema = linked.schema
    let tier: KernelTier = source.byte() & 1 == 0 ? .scalar : .automatic
    guard let kernels = try? tier.kernels else { fatalError("a tier that every processor has is missing") }
    let context = Context(
      arena: source.arena, kernels: kernels,
      rounding: .addThenRound, names: NameTable())
    source.context = context
    var arguments: [Value] = []
    for argument in schema.arguments {
      if let value = argument.defaultValue, source.byte() % 3 == 0 {
        arguments.append(value.value)
      } else {
        arguments.append(source.value(of: [UInt8](schema.text(argument.type))))
      }
    }
    if schema.isVariadic { for _ in 0..<source.byte() % 4 { arguments.append(source.anything()) } }
    arguments.withUnsafeMutableBufferPointer { buffer in
      let call = Call(context: context, schema: schema, arguments: buffer)
      do throws(LiteError) {
        // A second at most.
        context.arena.budget.begin(1 << 26)
        let result = try linked.body(call)
        if schema.returnCount != 1, schema.returnCount > 0 {
          guard case .tuple(let tuple) = result, tuple.items.count == schema.returnCount else {
            fatalError("\(String(decoding: schema.declaration, as: UTF8.self)): another number of results")
          }
        }
        check(result, 0)
      } catch {
        if error.message.bytes.isEmpty, error.status != .exceptionRaised {
          fatalError("\(String(decoding: schema.declaration, as: UTF8.self)): an error without text")
        }
      }
    }
  }

  /// Every element of a tensor that an operator made can be read.
  private static func check(_ value: Value, _ depth: Int) {
    guard depth < 3 else { return }
    switch value {
    case .tensor(let tensor):
      if tensor.count > 0, tensor.count < 1 << 16 {
        _ = try? tensor.contiguous(in: Arena(limit: 1 << 24)).doubleElement(tensor.count - 1)
      }
    case .list(let list): for item in list.items.prefix(8) { check(item, depth + 1) }
    case .tuple(let tuple): for item in tuple.items.prefix(8) { check(item, depth + 1) }
    default: break
    }
  }
}

/// Values out of bytes. When these end, everything is 0.
struct ArgumentSource {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  let arena = Arena(limit: 64 << 20)
  var context: Context?

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func byte() -> Int {
    guard position < bytes.count else { return 0 }
    position += 1
    return Int(bytes[position - 1])
  }

  /// Small mostly; sometimes at an edge of some type.
  mutating func integer() -> Int64 {
    let choice = byte()
    if choice < 200 { return Int64(choice % 12) - 3 }
    let edges: [Int64] = [
      Int64.max, Int64.min, 1 << 31, 1 << 31 - 1, -(1 << 31), 1 << 32, 1 << 62, 255, 256, -128, 65536, 1000, 1 << 40, 1 << 53,
    ]
    return edges[choice % edges.count]
  }

  mutating func double() -> Double {
    let choice = byte()
    if choice < 180 { return Double(choice % 16 - 5) / 4 }
    let edges: [Double] = [
      .nan, .infinity, -.infinity, 0, -0.0, Double(bitPattern: 1 << 40), 1e308, -1e308, 1e-45, 3e38, 0.1, 1e19, -1e19,
      4_294_967_296, 1e10,
    ]
    return edges[choice % edges.count]
  }

  /// A value of a type as declarations write it.
  mutating func value(of type: [UInt8]) -> Value {
    if byte() > 245 { return anything() }
    var text = String(decoding: type, as: UTF8.self)
    if text.hasSuffix("?") {
      if byte() % 3 == 0 { return .none }
      text.removeLast()
    }
    if let open = text.lastIndex(of: "["), text.hasSuffix("]") {
      let item = Array(text[..<open].utf8)
      var items: [Value] = []
      for _ in 0..<byte() % 5 { items.append(value(of: item)) }
      let kinds: [String: TypeTable.Kind] = [
        "int": .int, "SymInt": .int, "float": .float, "bool": .bool, "Tensor": .tensor, "str": .string,
      ]
      return .list(ListValue(items, of: kinds[String(text[..<open])] ?? .any))
    }
    if text.hasPrefix("Tensor") { return tensorValue() }
    if text.hasPrefix("Dict") { return dict(text) }
    switch text {
    case "int", "SymInt": return .int(integer())
    case "ScalarType": return .int(Int64(byte() % 20))
    case "MemoryFormat": return .int(Int64(byte() % 5))
    case "float": return .double(double())
    case "bool": return .bool(byte() & 1 != 0)
    case "Scalar": return byte() & 1 == 0 ? .int(integer()) : .double(double())
    case "str": return .string(string())
    case "complex": return .complex(ComplexValue(double(), double()))
    case "Device": return .device(StringValue("cpu"))
    default: return text.contains("torch.classes") ? packed(text) : anything()
    }
  }

  private mutating func string() -> StringValue {
    let texts: [StaticString] = [
      "", "a", "mean", "none", "{} {}", "%d %s %5.2f", "reflect", "circular", "constant", "bilinear", "x1,2", "  b ", "é",
    ]
    let choice = byte()
    if choice < 200 { return StringValue(texts[choice % texts.count]) }
    return StringValue((0..<choice % 20).map { _ in UInt8(truncatingIfNeeded: byte()) })
  }

  mutating func anything() -> Value {
    switch byte() % 12 {
    case 0: return .none
    case 1: return .bool(byte() & 1 != 0)
    case 2: return .int(integer())
    case 3: return .double(double())
    case 4: return .string(string())
    case 5, 6: return tensorValue()
    case 7: return .list(ListValue([.int(integer()), .int(integer())], of: .int))
    case 8: return .tuple(TupleValue([.int(integer()), tensorValue()]))
    case 9: return .list(ListValue([tensorValue()], of: .tensor))
    case 10: return .uninitialized
    default: return .complex(ComplexValue(double(), double()))
    }
  }

  private mutating func dict(_ text: String) -> Value {
    let dict = DictValue()
    let key = text.dropFirst(5).prefix { $0 != "," }
    for _ in 0..<byte() % 4 { try? dict.set(value(of: Array(key.utf8)), anything()) }
    return .dict(dict)
  }

  // MARK: Tensors

  private mutating func tensorValue() -> Value {
    guard let tensor = try? tensor() else { return .none }
    return .tensor(tensor)
  }

  private mutating func tensor() throws(LiteError) -> Tensor {
    let types: [DataType] = [
      .float32, .float32, .float32, .int64, .int64, .quint8, .quint8, .qint8, .uint8, .int8, .int16, .int32, .float16, .float64,
      .bool, .bfloat16, .qint32, .complexHalf, .complexFloat, .complexDouble, .quint4x2, .quint2x4,
    ]
    let type = types[byte() % types.count]
    var sizes: [Int] = []
    for _ in 0..<byte() % 6 { sizes.append([1, 2, 3, 4, 2, 3, 5, 8, 0, 1, 17][byte() % 11]) }
    while sizes.reduce(1, *) > 4096 { sizes.removeLast() }
    let tensor = try Tensor(type, try Dimensions(sizes), in: arena, quantization: quantization(type, sizes))
    fill(tensor)
    return try view(tensor)
  }

  private mutating func quantization(_ type: DataType, _ sizes: [Int]) -> Quantization {
    guard type.isQuantized else { return .none }
    func scale(_ choice: Int) -> Double { [0.5, 1, 0.02, 1e-30, 3e38, 1e-45, 1e10, 0.1][choice % 8] }
    let limit = Int64(Int32.max)
    func zeroPoint(_ choice: Int) -> Int64 { [0, 128, 3, 255, -128, limit, -limit, 7][choice % 8] }
    if byte() % 4 == 0, !sizes.isEmpty {
      let axis = byte() % sizes.count
      let scales = (0..<sizes[axis]).map { _ in scale(byte()) }
      let points = (0..<sizes[axis]).map { _ in zeroPoint(byte()) }
      return .perChannel(ChannelQuantization(scales: scales, zeroPoints: points, axis: axis))
    }
    return .perTensor(scale: scale(byte()), zeroPoint: Int32(zeroPoint(byte())))
  }

  private mutating func fill(_ tensor: Tensor) {
    let pattern = byte()
    let bytes = UnsafeMutableRawBufferPointer(start: tensor.data, count: tensor.byteCount)
    for index in 0..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* pattern) }
    // Programs cannot make a bool of another byte.
    if tensor.type == .bool { for index in 0..<bytes.count { bytes[index] &= 1 } }
    if pattern > 60 {
      for index in 0..<min(tensor.count, 64) {
        if tensor.type.isFloatingPoint {
          try? tensor.setElement(index, .double(double()))
        } else if tensor.type.isIntegral, tensor.type != .bool {
          try? tensor.setElement(index, .int(integer()))
        }
      }
    }
  }

  /// Another view of the same elements.
  private mutating func view(_ tensor: Tensor) throws(LiteError) -> Tensor {
    // Programs reach views of quantized tensors too; those by channel rarely stay what they were.
    if case .perChannel = tensor.quantization, byte() % 4 != 0 { return tensor }
    var (sizes, strides, offset) = (tensor.sizes, tensor.strides, tensor.offset)
    let choice = byte() % 8
    if tensor.rank > 1, choice == 1 || choice == 2 {
      let (a, b) = (byte() % tensor.rank, byte() % tensor.rank)
      (sizes[a], sizes[b]) = (sizes[b], sizes[a])
      (strides[a], strides[b]) = (strides[b], strides[a])
    } else if tensor.rank > 0, choice == 3 {
      let dimension = byte() % tensor.rank
      if sizes[dimension] > 1 {
        offset += strides[dimension]
        sizes[dimension] -= 1
      }
    } else if tensor.rank > 0, choice == 4 {
      let dimension = byte() % tensor.rank
      strides[dimension] = 0
    }
    return tensor.view(sizes: sizes, strides: strides, offset: offset, count: try sizes.product())
  }

  // MARK: Packed parameters

  private mutating func packed(_ text: String) -> Value {
    guard let context else { return .none }
    do throws(LiteError) {
      let (outputs, inputs) = (1 + byte() % 9, 1 + byte() % 5)
      let isConvolution = text.contains("Conv")
      var sizes = [outputs, inputs]
      // Of another number of dimensions sometimes: the class is the same.
      let spatial = byte() % 8 == 0 ? 1 + byte() % 3 : text.contains("3d") ? 3 : 2
      if isConvolution { for _ in 0..<spatial { sizes.append(1 + byte() % 3) } }
      let weight = try Tensor(
        .qint8, try Dimensions(sizes), in: arena, quantization: .perTensor(scale: 0.1, zeroPoint: 0))
      fill(weight)
      let bias = try Tensor(.float32, try Dimensions([outputs]), in: arena)
      fill(bias)
      if !isConvolution { return .linear(try LinearParameters(weight: weight, bias: bias, context)) }
      return try prepacked(weight, bias, spatial: sizes.count - 2, context)
    } catch {
      return .none
    }
  }

  /// Through the operator that programs use.
  private mutating func prepacked(_ weight: Tensor, _ bias: Tensor, spatial: Int, _ context: Context) throws(LiteError) -> Value {
    let name = ["quantized::conv1d_prepack", "quantized::conv2d_prepack", "quantized::conv3d_prepack"][spatial - 1]
    guard let found = OperatorRegistry.find(Array(name.utf8), [], fileVersion: 10) else { return .none }
    let schema = try OperatorSchema(found.declaration.text)
    var arguments: [Value] = [.tensor(weight), .tensor(bias)]
    for argument in 0..<3 {
      let least = argument == 1 ? 0 : 1
      arguments.append(.list(ListValue((0..<spatial).map { _ in .int(Int64(least + byte() % 2)) }, of: .int)))
    }
    arguments.append(.int(1))
    return try arguments.withUnsafeMutableBufferPointer { (buffer) throws(LiteError) in
      let call = Call(context: context, schema: schema, arguments: buffer)
      return try found.body(call)
    }
  }
}

import Foundation
import LiteInterpreter

/// A value written out to its last bit, to compare results of two runs.
public struct ValueBits: Equatable, CustomStringConvertible {
  private var bytes: [UInt8] = []
  private var text = ""

  private let hasStrides: Bool

  /// - Parameter hasStrides: false: the same elements are the same value, however they lie.
  public init(_ value: Value, _ session: Session, hasStrides: Bool = true) throws {
    self.hasStrides = hasStrides
    try add(value, session)
  }

  public var description: String { "\(text) with \(bytes.count) bytes" }

  private mutating func add(_ value: Value, _ session: Session) throws {
    switch value {
    case .bool(let flag): text += "\(flag) "
    case .int(let number): text += "\(number) "
    case .double(let number): text += "\(number.bitPattern)f "
    case .string(let string): text += "'\(string.bytes)' "
    case .tensor(let tensor):
      let dense = try session.denseTensors(in: value)[0]
      text += "\(tensor.type) "
      for index in 0..<tensor.rank { text += "\(tensor.sizes[index])/\(hasStrides ? tensor.strides[index] : 0)," }
      switch tensor.quantization {
      case .none: break
      case .perTensor(let scale, let zeroPoint): text += "q\(scale.bitPattern)+\(zeroPoint) "
      case .perChannel(let channels): text += "c\(channels.scales)\(channels.zeroPoints)\(channels.axis) "
      }
      bytes += UnsafeRawBufferPointer(start: dense.data, count: dense.byteCount)
    case .list(let list):
      text += "["
      for item in list.items { try add(item, session) }
      text += "]"
    case .tuple(let tuple):
      text += "("
      for item in tuple.items { try add(item, session) }
      text += ")"
    case .dict(let dict):
      text += "{"
      for index in 0..<dict.count {
        try add(dict.keys[index], session)
        try add(dict.values[index], session)
      }
      text += "}"
    default: text += "\(value.typeName) "
    }
  }
}

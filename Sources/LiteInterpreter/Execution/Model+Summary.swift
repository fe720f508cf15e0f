import CLiteKernels
import LiteFormat

/// What a tool needs to tell about models and to make and print tensors, without running anything.
extension Model {
  /// Whether this build has an operator, or the replacement for it that files of this version need.
  public static func supports(_ use: Program.OperatorUse, of program: Program) -> Bool {
    OperatorRegistry.find(
      program.names.bytes(use.name), program.names.bytes(use.overload), fileVersion: program.fileVersion) != nil
  }

  /// How many operators this build has, overloads counted.
  public static var operatorCount: Int { OperatorRegistry.count }
}

extension Tensor {
  /// A dense copy, last dimension fastest, in memory of its own; this tensor if it is dense already.
  public func denseCopy(in arena: Arena = Arena()) throws(LiteError) -> Tensor { try contiguous(in: arena) }

  /// An element as a number: the code of a quantized one. Elements are counted with the last dimension fastest.
  ///
  /// - Throws: `unsupported` for complex and packed types.
  public func number(at index: Int) throws(LiteError) -> Double { try doubleElement(index) }

  /// An element as a whole number; floats are truncated.
  public func integer(at index: Int) throws(LiteError) -> Int64 { try intElement(index) }

  /// Sets an element, rounded to the tensor's type. The memory must be the caller's own and writable.
  public func setNumber(at index: Int, _ value: Double) throws(LiteError) { try setElement(index, .double(value)) }

  /// Sets an element to a whole number.
  public func setInteger(at index: Int, _ value: Int64) throws(LiteError) { try setElement(index, .int(value)) }
}

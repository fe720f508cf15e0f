/// One method of the program: code and the tables that its instructions index.
public struct Function: Sendable {
  /// Class and method: `__torch__.Net.forward`.
  public var name: Name
  public var instructions: [Instruction] = []
  public var operators: [OperatorReference] = []
  /// Nodes of the bytecode graph.
  public var constants: [PickleGraph.Index] = []
  public var types: [TypeTable.Index] = []
  /// Registers are 1...registerCount.
  public var registerCount: Int = 0
  /// Absent in some files of bytecode version 4.
  public var schema: Schema?

  /// An operator as the bytecode names it.
  public struct OperatorReference: Sendable, Equatable {
    /// `aten::add`.
    public var name: Name
    /// `Tensor`, or empty.
    public var overload: Name
    /// How many arguments the code pushes; the rest take the schema's defaults. -1: all of them.
    public var argumentCount: Int32
  }

  /// The arguments and results of a method; the first argument is `self`.
  public struct Schema: Sendable {
    public var arguments: [Argument]
    public var returns: [Argument]
  }

  public struct Argument: Sendable {
    public var name: [UInt8]
    public var type: TypeTable.Index
    /// Node of the bytecode graph; nil when the argument has no default.
    public var defaultValue: PickleGraph.Index?

    public init(name: [UInt8], type: TypeTable.Index, defaultValue: PickleGraph.Index? = nil) {
      self.name = name
      self.type = type
      self.defaultValue = defaultValue
    }
  }
}

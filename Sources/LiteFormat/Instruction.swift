/// The instructions of the lite interpreter (pytorch/torch/csrc/jit/runtime/instruction.h).
///
/// An instruction is an opcode and two operands, X and N. The value stack is shared by all frames; every
/// frame has registers 1 to its function's register count. `pc` moves on by 1 unless the table says more.
///
///     opcode                 X               N          stack, and what it does
///     ---------------------  --------------  ---------  --------------------------------------------
///     OP                     operator        -          arguments -> results
///     OPN                    operator        count      arguments -> results; variadic, takes N
///     LOAD                   register        -          -> r[X]
///     MOVE                   register        -          -> r[X], which is cleared
///     STORE                  register        -          value ->                   r[X] = value
///     STOREN                 first register  count      N values ->                r[X...] in order
///     DROP                   -               -          value ->
///     DROPR                  register        -                                     r[X] cleared
///     LOADC                  constant        -          -> constant
///     JF                     offset          -          bool ->                    false: pc += X
///     JMP                    offset          -                                     pc += X
///     LOOP                   offset          n          [trip max cond carried...] (n+1 values), see VM
///     RET                    -               -                                     leaves the frame
///     CALL                   function        -          arguments -> result
///     INTERFACE_CALL         constant: name  arguments  object arguments -> result
///     GET_ATTR               slot            -          object -> value
///     SET_ATTR               slot            -          object value ->
///     LIST_CONSTRUCT         type            count      N values -> list
///     LIST_UNPACK            count           -          list -> X values
///     TUPLE_CONSTRUCT        count           -          X values -> tuple
///     NAMED_TUPLE_CONSTRUCT  type            count      N values -> tuple
///     DICT_CONSTRUCT         type            2 * pairs  N values -> dict
///     TUPLE_SLICE            begin           length     tuple -> tuple
///     CREATE_OBJECT          type            -          -> object without attributes
///     ISINSTANCE             first type      count      value -> bool
///     WARN                   arguments       -          message level ->
///     TUPLE_INDEX            -               -          tuple index -> value             (from version 8)
///     RAISE_EXCEPTION        -               -          message class ->   ends the run  (from version 8)
///     DICT_INDEX             -               -          dict key -> value                (from version 8)
///     UNCHECKED_CAST         -               -          value -> value                   (from version 8)
///     __IS__ __ISNOT__       -               -          a b -> bool                      (from version 8)
///     __NOT__                -               -          bool -> bool                     (from version 8)
///     UN_INITIALIZED         -               -          -> no value                      (from version 8)
///     FORMAT                 count           -          format values -> str             (from version 8)
///     DEVICE DTYPE DIM IS_CUDA  -            -          tensor -> device, int, int, bool (from version 8)
///     TO_LIST                -               -          tensor dimensions kind -> list   (from version 8)
///     NUM_TO_TENSOR          -               -          number -> tensor                 (from version 8)
public enum Opcode: UInt8, Sendable {
  case op, opn, load, move, store, storen, drop, dropr, loadc, jf, jmp, loop, ret, call, interfaceCall
  case getAttr, setAttr, listConstruct, listUnpack, tupleConstruct, namedTupleConstruct, dictConstruct
  case tupleSlice, createObject, isinstance, warn
  case tupleIndex, raiseException, dictIndex, uncheckedCast, `is`, isNot, not, uninitialized, format
  case device, dtype, dim, isCuda, toList, numToTensor

  static func named(_ name: UnsafeBufferPointer<UInt8>) -> Opcode? {
    for (text, opcode) in names where isEqual(name, text) { return opcode }
    return nil
  }

  private static let names: [(StaticString, Opcode)] = [
    ("LOAD", .load), ("OP", .op), ("LOADC", .loadc), ("STORE", .store), ("MOVE", .move), ("GET_ATTR", .getAttr),
    ("DROPR", .dropr), ("JF", .jf), ("JMP", .jmp), ("LIST_CONSTRUCT", .listConstruct), ("OPN", .opn), ("STOREN", .storen),
    ("DROP", .drop), ("LOOP", .loop), ("RET", .ret), ("CALL", .call), ("INTERFACE_CALL", .interfaceCall),
    ("SET_ATTR", .setAttr), ("LIST_UNPACK", .listUnpack), ("TUPLE_CONSTRUCT", .tupleConstruct),
    ("NAMED_TUPLE_CONSTRUCT", .namedTupleConstruct), ("DICT_CONSTRUCT", .dictConstruct), ("TUPLE_SLICE", .tupleSlice),
    ("CREATE_OBJECT", .createObject), ("ISINSTANCE", .isinstance), ("WARN", .warn), ("TUPLE_INDEX", .tupleIndex),
    ("RAISE_EXCEPTION", .raiseException), ("DICT_INDEX", .dictIndex), ("UNCHECKED_CAST", .uncheckedCast), ("__IS__", .is),
    ("__ISNOT__", .isNot), ("__NOT__", .not), ("UN_INITIALIZED", .uninitialized), ("FORMAT", .format), ("DEVICE", .device),
    ("DTYPE", .dtype), ("DIM", .dim), ("IS_CUDA", .isCuda), ("TO_LIST", .toList), ("NUM_TO_TENSOR", .numToTensor),
  ]
}

/// One instruction. See `Opcode` for what X and N are.
public struct Instruction: Sendable {
  public var opcode: Opcode
  public var n: Int32
  public var x: Int32
}

// Binary loops over integers and bool: one entry point for each operator and element type.
//
// The contract's loops carry no context, so each pair needs a function of its own; all it does is name
// itself to `runBinary`.

import CLiteKernels

/// Binary loops over u8.
func binaryLoops_u8(_ operation: Int32) -> lite_binary_loop? {
  switch Int(operation) {
  case LITE_BINARY_ADD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 0) }
  case LITE_BINARY_SUB: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 1) }
  case LITE_BINARY_MUL: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 2) }
  case LITE_BINARY_DIV_TRUNC: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 4) }
  case LITE_BINARY_DIV_FLOOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 5) }
  case LITE_BINARY_REMAINDER: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 6) }
  case LITE_BINARY_FMOD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 7) }
  case LITE_BINARY_MINIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 8) }
  case LITE_BINARY_MAXIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 9) }
  case LITE_BINARY_POW: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 10) }
  case LITE_BINARY_EQ: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 11) }
  case LITE_BINARY_NE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 12) }
  case LITE_BINARY_LT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 13) }
  case LITE_BINARY_LE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 14) }
  case LITE_BINARY_GT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 15) }
  case LITE_BINARY_GE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 16) }
  case LITE_BINARY_LOGICAL_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 17) }
  case LITE_BINARY_LOGICAL_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 18) }
  case LITE_BINARY_LOGICAL_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 19) }
  case LITE_BINARY_BITWISE_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 20) }
  case LITE_BINARY_BITWISE_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 21) }
  case LITE_BINARY_BITWISE_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .u8, 22) }
  default: return nil
  }
}

/// Binary loops over s8.
func binaryLoops_s8(_ operation: Int32) -> lite_binary_loop? {
  switch Int(operation) {
  case LITE_BINARY_ADD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 0) }
  case LITE_BINARY_SUB: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 1) }
  case LITE_BINARY_MUL: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 2) }
  case LITE_BINARY_DIV_TRUNC: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 4) }
  case LITE_BINARY_DIV_FLOOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 5) }
  case LITE_BINARY_REMAINDER: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 6) }
  case LITE_BINARY_FMOD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 7) }
  case LITE_BINARY_MINIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 8) }
  case LITE_BINARY_MAXIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 9) }
  case LITE_BINARY_POW: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 10) }
  case LITE_BINARY_EQ: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 11) }
  case LITE_BINARY_NE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 12) }
  case LITE_BINARY_LT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 13) }
  case LITE_BINARY_LE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 14) }
  case LITE_BINARY_GT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 15) }
  case LITE_BINARY_GE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 16) }
  case LITE_BINARY_LOGICAL_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 17) }
  case LITE_BINARY_LOGICAL_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 18) }
  case LITE_BINARY_LOGICAL_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 19) }
  case LITE_BINARY_BITWISE_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 20) }
  case LITE_BINARY_BITWISE_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 21) }
  case LITE_BINARY_BITWISE_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s8, 22) }
  default: return nil
  }
}

/// Binary loops over s16.
func binaryLoops_s16(_ operation: Int32) -> lite_binary_loop? {
  switch Int(operation) {
  case LITE_BINARY_ADD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 0) }
  case LITE_BINARY_SUB: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 1) }
  case LITE_BINARY_MUL: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 2) }
  case LITE_BINARY_DIV_TRUNC: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 4) }
  case LITE_BINARY_DIV_FLOOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 5) }
  case LITE_BINARY_REMAINDER: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 6) }
  case LITE_BINARY_FMOD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 7) }
  case LITE_BINARY_MINIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 8) }
  case LITE_BINARY_MAXIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 9) }
  case LITE_BINARY_POW: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 10) }
  case LITE_BINARY_EQ: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 11) }
  case LITE_BINARY_NE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 12) }
  case LITE_BINARY_LT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 13) }
  case LITE_BINARY_LE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 14) }
  case LITE_BINARY_GT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 15) }
  case LITE_BINARY_GE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 16) }
  case LITE_BINARY_LOGICAL_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 17) }
  case LITE_BINARY_LOGICAL_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 18) }
  case LITE_BINARY_LOGICAL_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 19) }
  case LITE_BINARY_BITWISE_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 20) }
  case LITE_BINARY_BITWISE_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 21) }
  case LITE_BINARY_BITWISE_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s16, 22) }
  default: return nil
  }
}

/// Binary loops over s32.
func binaryLoops_s32(_ operation: Int32) -> lite_binary_loop? {
  switch Int(operation) {
  case LITE_BINARY_ADD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 0) }
  case LITE_BINARY_SUB: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 1) }
  case LITE_BINARY_MUL: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 2) }
  case LITE_BINARY_DIV_TRUNC: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 4) }
  case LITE_BINARY_DIV_FLOOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 5) }
  case LITE_BINARY_REMAINDER: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 6) }
  case LITE_BINARY_FMOD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 7) }
  case LITE_BINARY_MINIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 8) }
  case LITE_BINARY_MAXIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 9) }
  case LITE_BINARY_POW: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 10) }
  case LITE_BINARY_EQ: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 11) }
  case LITE_BINARY_NE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 12) }
  case LITE_BINARY_LT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 13) }
  case LITE_BINARY_LE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 14) }
  case LITE_BINARY_GT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 15) }
  case LITE_BINARY_GE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 16) }
  case LITE_BINARY_LOGICAL_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 17) }
  case LITE_BINARY_LOGICAL_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 18) }
  case LITE_BINARY_LOGICAL_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 19) }
  case LITE_BINARY_BITWISE_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 20) }
  case LITE_BINARY_BITWISE_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 21) }
  case LITE_BINARY_BITWISE_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s32, 22) }
  default: return nil
  }
}

/// Binary loops over s64.
func binaryLoops_s64(_ operation: Int32) -> lite_binary_loop? {
  switch Int(operation) {
  case LITE_BINARY_ADD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 0) }
  case LITE_BINARY_SUB: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 1) }
  case LITE_BINARY_MUL: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 2) }
  case LITE_BINARY_DIV_TRUNC: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 4) }
  case LITE_BINARY_DIV_FLOOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 5) }
  case LITE_BINARY_REMAINDER: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 6) }
  case LITE_BINARY_FMOD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 7) }
  case LITE_BINARY_MINIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 8) }
  case LITE_BINARY_MAXIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 9) }
  case LITE_BINARY_POW: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 10) }
  case LITE_BINARY_EQ: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 11) }
  case LITE_BINARY_NE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 12) }
  case LITE_BINARY_LT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 13) }
  case LITE_BINARY_LE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 14) }
  case LITE_BINARY_GT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 15) }
  case LITE_BINARY_GE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 16) }
  case LITE_BINARY_LOGICAL_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 17) }
  case LITE_BINARY_LOGICAL_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 18) }
  case LITE_BINARY_LOGICAL_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 19) }
  case LITE_BINARY_BITWISE_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 20) }
  case LITE_BINARY_BITWISE_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 21) }
  case LITE_BINARY_BITWISE_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .s64, 22) }
  default: return nil
  }
}

/// Binary loops over bool.
func binaryLoops_bool(_ operation: Int32) -> lite_binary_loop? {
  switch Int(operation) {
  case LITE_BINARY_ADD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 0) }
  case LITE_BINARY_SUB: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 1) }
  case LITE_BINARY_MUL: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 2) }
  case LITE_BINARY_DIV_TRUNC: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 4) }
  case LITE_BINARY_DIV_FLOOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 5) }
  case LITE_BINARY_REMAINDER: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 6) }
  case LITE_BINARY_FMOD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 7) }
  case LITE_BINARY_MINIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 8) }
  case LITE_BINARY_MAXIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 9) }
  case LITE_BINARY_POW: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 10) }
  case LITE_BINARY_EQ: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 11) }
  case LITE_BINARY_NE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 12) }
  case LITE_BINARY_LT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 13) }
  case LITE_BINARY_LE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 14) }
  case LITE_BINARY_GT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 15) }
  case LITE_BINARY_GE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 16) }
  case LITE_BINARY_LOGICAL_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 17) }
  case LITE_BINARY_LOGICAL_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 18) }
  case LITE_BINARY_LOGICAL_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 19) }
  case LITE_BINARY_BITWISE_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 20) }
  case LITE_BINARY_BITWISE_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 21) }
  case LITE_BINARY_BITWISE_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bool, 22) }
  default: return nil
  }
}

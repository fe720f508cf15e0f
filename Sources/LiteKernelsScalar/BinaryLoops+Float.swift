// Binary loops over floating types: one entry point for each operator and element type.
//
// The contract's loops carry no context, so each pair needs a function of its own; all it does is name
// itself to `runBinary`.

import CLiteKernels

/// Binary loops over f32.
func binaryLoops_f32(_ operation: Int32) -> lite_binary_loop? {
  switch Int(operation) {
  case LITE_BINARY_ADD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 0) }
  case LITE_BINARY_SUB: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 1) }
  case LITE_BINARY_MUL: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 2) }
  case LITE_BINARY_DIV: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 3) }
  case LITE_BINARY_DIV_TRUNC: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 4) }
  case LITE_BINARY_DIV_FLOOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 5) }
  case LITE_BINARY_REMAINDER: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 6) }
  case LITE_BINARY_FMOD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 7) }
  case LITE_BINARY_MINIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 8) }
  case LITE_BINARY_MAXIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 9) }
  case LITE_BINARY_POW: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 10) }
  case LITE_BINARY_EQ: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 11) }
  case LITE_BINARY_NE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 12) }
  case LITE_BINARY_LT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 13) }
  case LITE_BINARY_LE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 14) }
  case LITE_BINARY_GT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 15) }
  case LITE_BINARY_GE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 16) }
  case LITE_BINARY_LOGICAL_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 17) }
  case LITE_BINARY_LOGICAL_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 18) }
  case LITE_BINARY_LOGICAL_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f32, 19) }
  default: return nil
  }
}

/// Binary loops over f64.
func binaryLoops_f64(_ operation: Int32) -> lite_binary_loop? {
  switch Int(operation) {
  case LITE_BINARY_ADD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 0) }
  case LITE_BINARY_SUB: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 1) }
  case LITE_BINARY_MUL: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 2) }
  case LITE_BINARY_DIV: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 3) }
  case LITE_BINARY_DIV_TRUNC: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 4) }
  case LITE_BINARY_DIV_FLOOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 5) }
  case LITE_BINARY_REMAINDER: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 6) }
  case LITE_BINARY_FMOD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 7) }
  case LITE_BINARY_MINIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 8) }
  case LITE_BINARY_MAXIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 9) }
  case LITE_BINARY_POW: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 10) }
  case LITE_BINARY_EQ: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 11) }
  case LITE_BINARY_NE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 12) }
  case LITE_BINARY_LT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 13) }
  case LITE_BINARY_LE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 14) }
  case LITE_BINARY_GT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 15) }
  case LITE_BINARY_GE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 16) }
  case LITE_BINARY_LOGICAL_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 17) }
  case LITE_BINARY_LOGICAL_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 18) }
  case LITE_BINARY_LOGICAL_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f64, 19) }
  default: return nil
  }
}

/// Binary loops over f16.
func binaryLoops_f16(_ operation: Int32) -> lite_binary_loop? {
  switch Int(operation) {
  case LITE_BINARY_ADD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 0) }
  case LITE_BINARY_SUB: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 1) }
  case LITE_BINARY_MUL: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 2) }
  case LITE_BINARY_DIV: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 3) }
  case LITE_BINARY_DIV_TRUNC: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 4) }
  case LITE_BINARY_DIV_FLOOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 5) }
  case LITE_BINARY_REMAINDER: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 6) }
  case LITE_BINARY_FMOD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 7) }
  case LITE_BINARY_MINIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 8) }
  case LITE_BINARY_MAXIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 9) }
  case LITE_BINARY_POW: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 10) }
  case LITE_BINARY_EQ: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 11) }
  case LITE_BINARY_NE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 12) }
  case LITE_BINARY_LT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 13) }
  case LITE_BINARY_LE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 14) }
  case LITE_BINARY_GT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 15) }
  case LITE_BINARY_GE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 16) }
  case LITE_BINARY_LOGICAL_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 17) }
  case LITE_BINARY_LOGICAL_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 18) }
  case LITE_BINARY_LOGICAL_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .f16, 19) }
  default: return nil
  }
}

/// Binary loops over bf16.
func binaryLoops_bf16(_ operation: Int32) -> lite_binary_loop? {
  switch Int(operation) {
  case LITE_BINARY_ADD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 0) }
  case LITE_BINARY_SUB: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 1) }
  case LITE_BINARY_MUL: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 2) }
  case LITE_BINARY_DIV: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 3) }
  case LITE_BINARY_DIV_TRUNC: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 4) }
  case LITE_BINARY_DIV_FLOOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 5) }
  case LITE_BINARY_REMAINDER: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 6) }
  case LITE_BINARY_FMOD: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 7) }
  case LITE_BINARY_MINIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 8) }
  case LITE_BINARY_MAXIMUM: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 9) }
  case LITE_BINARY_POW: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 10) }
  case LITE_BINARY_EQ: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 11) }
  case LITE_BINARY_NE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 12) }
  case LITE_BINARY_LT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 13) }
  case LITE_BINARY_LE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 14) }
  case LITE_BINARY_GT: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 15) }
  case LITE_BINARY_GE: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 16) }
  case LITE_BINARY_LOGICAL_AND: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 17) }
  case LITE_BINARY_LOGICAL_OR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 18) }
  case LITE_BINARY_LOGICAL_XOR: return { runBinary($0, $1, $2, $3, $4, $5, $6, $7, .bf16, 19) }
  default: return nil
  }
}

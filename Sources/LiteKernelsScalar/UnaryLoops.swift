// Unary loops: one entry point for each operator and element type, which names itself to `runUnary`.

import CLiteKernels

/// Unary loops over u8.
func unaryLoops_u8(_ operation: Int32) -> lite_unary_loop? {
  switch Int(operation) {
  case LITE_UNARY_COPY, LITE_UNARY_FLOOR, LITE_UNARY_CEIL, LITE_UNARY_ROUND, LITE_UNARY_TRUNC: return copyLoop(1)
  case LITE_UNARY_NEG: return { runUnary($0, $1, $2, $3, $4, $5, .u8, 1) }
  case LITE_UNARY_ABS: return { runUnary($0, $1, $2, $3, $4, $5, .u8, 2) }
  case LITE_UNARY_SIGN: return { runUnary($0, $1, $2, $3, $4, $5, .u8, 3) }
  case LITE_UNARY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .u8, 4) }
  case LITE_UNARY_SQUARE: return { runUnary($0, $1, $2, $3, $4, $5, .u8, 5) }
  case LITE_UNARY_CLAMP: return { runUnary($0, $1, $2, $3, $4, $5, .u8, 6) }
  case LITE_UNARY_BITWISE_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .u8, 7) }
  case LITE_UNARY_LOGICAL_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .u8, 8) }
  case LITE_UNARY_HARDTANH: return { runUnary($0, $1, $2, $3, $4, $5, .u8, 32) }
  default: return nil
  }
}

/// Unary loops over s8.
func unaryLoops_s8(_ operation: Int32) -> lite_unary_loop? {
  switch Int(operation) {
  case LITE_UNARY_COPY, LITE_UNARY_FLOOR, LITE_UNARY_CEIL, LITE_UNARY_ROUND, LITE_UNARY_TRUNC: return copyLoop(1)
  case LITE_UNARY_NEG: return { runUnary($0, $1, $2, $3, $4, $5, .s8, 1) }
  case LITE_UNARY_ABS: return { runUnary($0, $1, $2, $3, $4, $5, .s8, 2) }
  case LITE_UNARY_SIGN: return { runUnary($0, $1, $2, $3, $4, $5, .s8, 3) }
  case LITE_UNARY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .s8, 4) }
  case LITE_UNARY_SQUARE: return { runUnary($0, $1, $2, $3, $4, $5, .s8, 5) }
  case LITE_UNARY_CLAMP: return { runUnary($0, $1, $2, $3, $4, $5, .s8, 6) }
  case LITE_UNARY_BITWISE_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .s8, 7) }
  case LITE_UNARY_LOGICAL_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .s8, 8) }
  case LITE_UNARY_HARDTANH: return { runUnary($0, $1, $2, $3, $4, $5, .s8, 32) }
  default: return nil
  }
}

/// Unary loops over s16.
func unaryLoops_s16(_ operation: Int32) -> lite_unary_loop? {
  switch Int(operation) {
  case LITE_UNARY_COPY, LITE_UNARY_FLOOR, LITE_UNARY_CEIL, LITE_UNARY_ROUND, LITE_UNARY_TRUNC: return copyLoop(2)
  case LITE_UNARY_NEG: return { runUnary($0, $1, $2, $3, $4, $5, .s16, 1) }
  case LITE_UNARY_ABS: return { runUnary($0, $1, $2, $3, $4, $5, .s16, 2) }
  case LITE_UNARY_SIGN: return { runUnary($0, $1, $2, $3, $4, $5, .s16, 3) }
  case LITE_UNARY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .s16, 4) }
  case LITE_UNARY_SQUARE: return { runUnary($0, $1, $2, $3, $4, $5, .s16, 5) }
  case LITE_UNARY_CLAMP: return { runUnary($0, $1, $2, $3, $4, $5, .s16, 6) }
  case LITE_UNARY_BITWISE_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .s16, 7) }
  case LITE_UNARY_LOGICAL_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .s16, 8) }
  case LITE_UNARY_HARDTANH: return { runUnary($0, $1, $2, $3, $4, $5, .s16, 32) }
  default: return nil
  }
}

/// Unary loops over s32.
func unaryLoops_s32(_ operation: Int32) -> lite_unary_loop? {
  switch Int(operation) {
  case LITE_UNARY_COPY, LITE_UNARY_FLOOR, LITE_UNARY_CEIL, LITE_UNARY_ROUND, LITE_UNARY_TRUNC: return copyLoop(4)
  case LITE_UNARY_NEG: return { runUnary($0, $1, $2, $3, $4, $5, .s32, 1) }
  case LITE_UNARY_ABS: return { runUnary($0, $1, $2, $3, $4, $5, .s32, 2) }
  case LITE_UNARY_SIGN: return { runUnary($0, $1, $2, $3, $4, $5, .s32, 3) }
  case LITE_UNARY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .s32, 4) }
  case LITE_UNARY_SQUARE: return { runUnary($0, $1, $2, $3, $4, $5, .s32, 5) }
  case LITE_UNARY_CLAMP: return { runUnary($0, $1, $2, $3, $4, $5, .s32, 6) }
  case LITE_UNARY_BITWISE_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .s32, 7) }
  case LITE_UNARY_LOGICAL_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .s32, 8) }
  case LITE_UNARY_HARDTANH: return { runUnary($0, $1, $2, $3, $4, $5, .s32, 32) }
  default: return nil
  }
}

/// Unary loops over s64.
func unaryLoops_s64(_ operation: Int32) -> lite_unary_loop? {
  switch Int(operation) {
  case LITE_UNARY_COPY, LITE_UNARY_FLOOR, LITE_UNARY_CEIL, LITE_UNARY_ROUND, LITE_UNARY_TRUNC: return copyLoop(8)
  case LITE_UNARY_NEG: return { runUnary($0, $1, $2, $3, $4, $5, .s64, 1) }
  case LITE_UNARY_ABS: return { runUnary($0, $1, $2, $3, $4, $5, .s64, 2) }
  case LITE_UNARY_SIGN: return { runUnary($0, $1, $2, $3, $4, $5, .s64, 3) }
  case LITE_UNARY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .s64, 4) }
  case LITE_UNARY_SQUARE: return { runUnary($0, $1, $2, $3, $4, $5, .s64, 5) }
  case LITE_UNARY_CLAMP: return { runUnary($0, $1, $2, $3, $4, $5, .s64, 6) }
  case LITE_UNARY_BITWISE_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .s64, 7) }
  case LITE_UNARY_LOGICAL_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .s64, 8) }
  case LITE_UNARY_HARDTANH: return { runUnary($0, $1, $2, $3, $4, $5, .s64, 32) }
  default: return nil
  }
}

/// Unary loops over bool.
func unaryLoops_bool(_ operation: Int32) -> lite_unary_loop? {
  switch Int(operation) {
  case LITE_UNARY_COPY, LITE_UNARY_FLOOR, LITE_UNARY_CEIL, LITE_UNARY_ROUND, LITE_UNARY_TRUNC: return copyLoop(1)
  case LITE_UNARY_NEG: return { runUnary($0, $1, $2, $3, $4, $5, .bool, 1) }
  case LITE_UNARY_ABS: return { runUnary($0, $1, $2, $3, $4, $5, .bool, 2) }
  case LITE_UNARY_SIGN: return { runUnary($0, $1, $2, $3, $4, $5, .bool, 3) }
  case LITE_UNARY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .bool, 4) }
  case LITE_UNARY_SQUARE: return { runUnary($0, $1, $2, $3, $4, $5, .bool, 5) }
  case LITE_UNARY_CLAMP: return { runUnary($0, $1, $2, $3, $4, $5, .bool, 6) }
  case LITE_UNARY_BITWISE_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .bool, 7) }
  case LITE_UNARY_LOGICAL_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .bool, 8) }
  case LITE_UNARY_HARDTANH: return { runUnary($0, $1, $2, $3, $4, $5, .bool, 32) }
  default: return nil
  }
}

/// Unary loops over f32.
func unaryLoops_f32(_ operation: Int32) -> lite_unary_loop? {
  switch Int(operation) {
  case LITE_UNARY_COPY: return copyLoop(4)
  case LITE_UNARY_NEG: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 1) }
  case LITE_UNARY_ABS: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 2) }
  case LITE_UNARY_SIGN: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 3) }
  case LITE_UNARY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 4) }
  case LITE_UNARY_SQUARE: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 5) }
  case LITE_UNARY_CLAMP: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 6) }
  case LITE_UNARY_LOGICAL_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 8) }
  case LITE_UNARY_EXP: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 9) }
  case LITE_UNARY_LOG: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 10) }
  case LITE_UNARY_LOG1P: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 11) }
  case LITE_UNARY_EXPM1: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 12) }
  case LITE_UNARY_SQRT: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 13) }
  case LITE_UNARY_RSQRT: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 14) }
  case LITE_UNARY_RECIPROCAL: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 15) }
  case LITE_UNARY_SIN: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 16) }
  case LITE_UNARY_COS: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 17) }
  case LITE_UNARY_TANH: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 18) }
  case LITE_UNARY_SIGMOID: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 19) }
  case LITE_UNARY_ERF: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 20) }
  case LITE_UNARY_FLOOR: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 21) }
  case LITE_UNARY_CEIL: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 22) }
  case LITE_UNARY_ROUND: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 23) }
  case LITE_UNARY_TRUNC: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 24) }
  case LITE_UNARY_GELU: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 25) }
  case LITE_UNARY_GELU_TANH: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 26) }
  case LITE_UNARY_SILU: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 27) }
  case LITE_UNARY_HARDSWISH: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 28) }
  case LITE_UNARY_HARDSIGMOID: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 29) }
  case LITE_UNARY_LEAKY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 30) }
  case LITE_UNARY_ELU: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 31) }
  case LITE_UNARY_HARDTANH: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 32) }
  case LITE_UNARY_SOFTPLUS: return { runUnary($0, $1, $2, $3, $4, $5, .f32, 33) }
  default: return nil
  }
}

/// Unary loops over f64.
func unaryLoops_f64(_ operation: Int32) -> lite_unary_loop? {
  switch Int(operation) {
  case LITE_UNARY_COPY: return copyLoop(8)
  case LITE_UNARY_NEG: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 1) }
  case LITE_UNARY_ABS: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 2) }
  case LITE_UNARY_SIGN: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 3) }
  case LITE_UNARY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 4) }
  case LITE_UNARY_SQUARE: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 5) }
  case LITE_UNARY_CLAMP: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 6) }
  case LITE_UNARY_LOGICAL_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 8) }
  case LITE_UNARY_EXP: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 9) }
  case LITE_UNARY_LOG: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 10) }
  case LITE_UNARY_LOG1P: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 11) }
  case LITE_UNARY_EXPM1: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 12) }
  case LITE_UNARY_SQRT: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 13) }
  case LITE_UNARY_RSQRT: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 14) }
  case LITE_UNARY_RECIPROCAL: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 15) }
  case LITE_UNARY_SIN: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 16) }
  case LITE_UNARY_COS: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 17) }
  case LITE_UNARY_TANH: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 18) }
  case LITE_UNARY_SIGMOID: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 19) }
  case LITE_UNARY_ERF: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 20) }
  case LITE_UNARY_FLOOR: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 21) }
  case LITE_UNARY_CEIL: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 22) }
  case LITE_UNARY_ROUND: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 23) }
  case LITE_UNARY_TRUNC: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 24) }
  case LITE_UNARY_GELU: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 25) }
  case LITE_UNARY_GELU_TANH: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 26) }
  case LITE_UNARY_SILU: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 27) }
  case LITE_UNARY_HARDSWISH: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 28) }
  case LITE_UNARY_HARDSIGMOID: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 29) }
  case LITE_UNARY_LEAKY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 30) }
  case LITE_UNARY_ELU: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 31) }
  case LITE_UNARY_HARDTANH: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 32) }
  case LITE_UNARY_SOFTPLUS: return { runUnary($0, $1, $2, $3, $4, $5, .f64, 33) }
  default: return nil
  }
}

/// Unary loops over f16.
func unaryLoops_f16(_ operation: Int32) -> lite_unary_loop? {
  switch Int(operation) {
  case LITE_UNARY_COPY: return copyLoop(2)
  case LITE_UNARY_NEG: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 1) }
  case LITE_UNARY_ABS: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 2) }
  case LITE_UNARY_SIGN: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 3) }
  case LITE_UNARY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 4) }
  case LITE_UNARY_SQUARE: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 5) }
  case LITE_UNARY_CLAMP: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 6) }
  case LITE_UNARY_LOGICAL_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 8) }
  case LITE_UNARY_EXP: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 9) }
  case LITE_UNARY_LOG: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 10) }
  case LITE_UNARY_LOG1P: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 11) }
  case LITE_UNARY_EXPM1: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 12) }
  case LITE_UNARY_SQRT: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 13) }
  case LITE_UNARY_RSQRT: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 14) }
  case LITE_UNARY_RECIPROCAL: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 15) }
  case LITE_UNARY_SIN: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 16) }
  case LITE_UNARY_COS: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 17) }
  case LITE_UNARY_TANH: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 18) }
  case LITE_UNARY_SIGMOID: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 19) }
  case LITE_UNARY_ERF: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 20) }
  case LITE_UNARY_FLOOR: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 21) }
  case LITE_UNARY_CEIL: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 22) }
  case LITE_UNARY_ROUND: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 23) }
  case LITE_UNARY_TRUNC: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 24) }
  case LITE_UNARY_GELU: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 25) }
  case LITE_UNARY_GELU_TANH: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 26) }
  case LITE_UNARY_SILU: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 27) }
  case LITE_UNARY_HARDSWISH: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 28) }
  case LITE_UNARY_HARDSIGMOID: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 29) }
  case LITE_UNARY_LEAKY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 30) }
  case LITE_UNARY_ELU: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 31) }
  case LITE_UNARY_HARDTANH: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 32) }
  case LITE_UNARY_SOFTPLUS: return { runUnary($0, $1, $2, $3, $4, $5, .f16, 33) }
  default: return nil
  }
}

/// Unary loops over bf16.
func unaryLoops_bf16(_ operation: Int32) -> lite_unary_loop? {
  switch Int(operation) {
  case LITE_UNARY_COPY: return copyLoop(2)
  case LITE_UNARY_NEG: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 1) }
  case LITE_UNARY_ABS: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 2) }
  case LITE_UNARY_SIGN: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 3) }
  case LITE_UNARY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 4) }
  case LITE_UNARY_SQUARE: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 5) }
  case LITE_UNARY_CLAMP: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 6) }
  case LITE_UNARY_LOGICAL_NOT: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 8) }
  case LITE_UNARY_EXP: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 9) }
  case LITE_UNARY_LOG: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 10) }
  case LITE_UNARY_LOG1P: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 11) }
  case LITE_UNARY_EXPM1: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 12) }
  case LITE_UNARY_SQRT: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 13) }
  case LITE_UNARY_RSQRT: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 14) }
  case LITE_UNARY_RECIPROCAL: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 15) }
  case LITE_UNARY_SIN: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 16) }
  case LITE_UNARY_COS: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 17) }
  case LITE_UNARY_TANH: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 18) }
  case LITE_UNARY_SIGMOID: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 19) }
  case LITE_UNARY_ERF: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 20) }
  case LITE_UNARY_FLOOR: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 21) }
  case LITE_UNARY_CEIL: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 22) }
  case LITE_UNARY_ROUND: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 23) }
  case LITE_UNARY_TRUNC: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 24) }
  case LITE_UNARY_GELU: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 25) }
  case LITE_UNARY_GELU_TANH: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 26) }
  case LITE_UNARY_SILU: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 27) }
  case LITE_UNARY_HARDSWISH: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 28) }
  case LITE_UNARY_HARDSIGMOID: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 29) }
  case LITE_UNARY_LEAKY_RELU: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 30) }
  case LITE_UNARY_ELU: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 31) }
  case LITE_UNARY_HARDTANH: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 32) }
  case LITE_UNARY_SOFTPLUS: return { runUnary($0, $1, $2, $3, $4, $5, .bf16, 33) }
  default: return nil
  }
}

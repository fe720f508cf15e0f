// Conversion loops: one entry point for each ordered pair of element types, which names itself to `runConvert`.

import CLiteKernels

/// Loops that convert from u8.
func convertLoops_u8(_ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: to) {
  case .u8: return copyLoop(1)
  case .s8: return { runConvert($0, $1, $2, $3, $4, $5, .u8, .s8) }
  case .s16: return { runConvert($0, $1, $2, $3, $4, $5, .u8, .s16) }
  case .s32: return { runConvert($0, $1, $2, $3, $4, $5, .u8, .s32) }
  case .s64: return { runConvert($0, $1, $2, $3, $4, $5, .u8, .s64) }
  case .bool: return { runConvert($0, $1, $2, $3, $4, $5, .u8, .bool) }
  case .f32: return { runConvert($0, $1, $2, $3, $4, $5, .u8, .f32) }
  case .f64: return { runConvert($0, $1, $2, $3, $4, $5, .u8, .f64) }
  case .f16: return { runConvert($0, $1, $2, $3, $4, $5, .u8, .f16) }
  case .bf16: return { runConvert($0, $1, $2, $3, $4, $5, .u8, .bf16) }
  case nil: return nil
  }
}

/// Loops that convert from s8.
func convertLoops_s8(_ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: to) {
  case .u8: return { runConvert($0, $1, $2, $3, $4, $5, .s8, .u8) }
  case .s8: return copyLoop(1)
  case .s16: return { runConvert($0, $1, $2, $3, $4, $5, .s8, .s16) }
  case .s32: return { runConvert($0, $1, $2, $3, $4, $5, .s8, .s32) }
  case .s64: return { runConvert($0, $1, $2, $3, $4, $5, .s8, .s64) }
  case .bool: return { runConvert($0, $1, $2, $3, $4, $5, .s8, .bool) }
  case .f32: return { runConvert($0, $1, $2, $3, $4, $5, .s8, .f32) }
  case .f64: return { runConvert($0, $1, $2, $3, $4, $5, .s8, .f64) }
  case .f16: return { runConvert($0, $1, $2, $3, $4, $5, .s8, .f16) }
  case .bf16: return { runConvert($0, $1, $2, $3, $4, $5, .s8, .bf16) }
  case nil: return nil
  }
}

/// Loops that convert from s16.
func convertLoops_s16(_ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: to) {
  case .u8: return { runConvert($0, $1, $2, $3, $4, $5, .s16, .u8) }
  case .s8: return { runConvert($0, $1, $2, $3, $4, $5, .s16, .s8) }
  case .s16: return copyLoop(2)
  case .s32: return { runConvert($0, $1, $2, $3, $4, $5, .s16, .s32) }
  case .s64: return { runConvert($0, $1, $2, $3, $4, $5, .s16, .s64) }
  case .bool: return { runConvert($0, $1, $2, $3, $4, $5, .s16, .bool) }
  case .f32: return { runConvert($0, $1, $2, $3, $4, $5, .s16, .f32) }
  case .f64: return { runConvert($0, $1, $2, $3, $4, $5, .s16, .f64) }
  case .f16: return { runConvert($0, $1, $2, $3, $4, $5, .s16, .f16) }
  case .bf16: return { runConvert($0, $1, $2, $3, $4, $5, .s16, .bf16) }
  case nil: return nil
  }
}

/// Loops that convert from s32.
func convertLoops_s32(_ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: to) {
  case .u8: return { runConvert($0, $1, $2, $3, $4, $5, .s32, .u8) }
  case .s8: return { runConvert($0, $1, $2, $3, $4, $5, .s32, .s8) }
  case .s16: return { runConvert($0, $1, $2, $3, $4, $5, .s32, .s16) }
  case .s32: return copyLoop(4)
  case .s64: return { runConvert($0, $1, $2, $3, $4, $5, .s32, .s64) }
  case .bool: return { runConvert($0, $1, $2, $3, $4, $5, .s32, .bool) }
  case .f32: return { runConvert($0, $1, $2, $3, $4, $5, .s32, .f32) }
  case .f64: return { runConvert($0, $1, $2, $3, $4, $5, .s32, .f64) }
  case .f16: return { runConvert($0, $1, $2, $3, $4, $5, .s32, .f16) }
  case .bf16: return { runConvert($0, $1, $2, $3, $4, $5, .s32, .bf16) }
  case nil: return nil
  }
}

/// Loops that convert from s64.
func convertLoops_s64(_ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: to) {
  case .u8: return { runConvert($0, $1, $2, $3, $4, $5, .s64, .u8) }
  case .s8: return { runConvert($0, $1, $2, $3, $4, $5, .s64, .s8) }
  case .s16: return { runConvert($0, $1, $2, $3, $4, $5, .s64, .s16) }
  case .s32: return { runConvert($0, $1, $2, $3, $4, $5, .s64, .s32) }
  case .s64: return copyLoop(8)
  case .bool: return { runConvert($0, $1, $2, $3, $4, $5, .s64, .bool) }
  case .f32: return { runConvert($0, $1, $2, $3, $4, $5, .s64, .f32) }
  case .f64: return { runConvert($0, $1, $2, $3, $4, $5, .s64, .f64) }
  case .f16: return { runConvert($0, $1, $2, $3, $4, $5, .s64, .f16) }
  case .bf16: return { runConvert($0, $1, $2, $3, $4, $5, .s64, .bf16) }
  case nil: return nil
  }
}

/// Loops that convert from bool.
func convertLoops_bool(_ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: to) {
  case .u8: return { runConvert($0, $1, $2, $3, $4, $5, .bool, .u8) }
  case .s8: return { runConvert($0, $1, $2, $3, $4, $5, .bool, .s8) }
  case .s16: return { runConvert($0, $1, $2, $3, $4, $5, .bool, .s16) }
  case .s32: return { runConvert($0, $1, $2, $3, $4, $5, .bool, .s32) }
  case .s64: return { runConvert($0, $1, $2, $3, $4, $5, .bool, .s64) }
  case .bool: return copyLoop(1)
  case .f32: return { runConvert($0, $1, $2, $3, $4, $5, .bool, .f32) }
  case .f64: return { runConvert($0, $1, $2, $3, $4, $5, .bool, .f64) }
  case .f16: return { runConvert($0, $1, $2, $3, $4, $5, .bool, .f16) }
  case .bf16: return { runConvert($0, $1, $2, $3, $4, $5, .bool, .bf16) }
  case nil: return nil
  }
}

/// Loops that convert from f32.
func convertLoops_f32(_ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: to) {
  case .u8: return { runConvert($0, $1, $2, $3, $4, $5, .f32, .u8) }
  case .s8: return { runConvert($0, $1, $2, $3, $4, $5, .f32, .s8) }
  case .s16: return { runConvert($0, $1, $2, $3, $4, $5, .f32, .s16) }
  case .s32: return { runConvert($0, $1, $2, $3, $4, $5, .f32, .s32) }
  case .s64: return { runConvert($0, $1, $2, $3, $4, $5, .f32, .s64) }
  case .bool: return { runConvert($0, $1, $2, $3, $4, $5, .f32, .bool) }
  case .f32: return copyLoop(4)
  case .f64: return { runConvert($0, $1, $2, $3, $4, $5, .f32, .f64) }
  case .f16: return { runConvert($0, $1, $2, $3, $4, $5, .f32, .f16) }
  case .bf16: return { runConvert($0, $1, $2, $3, $4, $5, .f32, .bf16) }
  case nil: return nil
  }
}

/// Loops that convert from f64.
func convertLoops_f64(_ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: to) {
  case .u8: return { runConvert($0, $1, $2, $3, $4, $5, .f64, .u8) }
  case .s8: return { runConvert($0, $1, $2, $3, $4, $5, .f64, .s8) }
  case .s16: return { runConvert($0, $1, $2, $3, $4, $5, .f64, .s16) }
  case .s32: return { runConvert($0, $1, $2, $3, $4, $5, .f64, .s32) }
  case .s64: return { runConvert($0, $1, $2, $3, $4, $5, .f64, .s64) }
  case .bool: return { runConvert($0, $1, $2, $3, $4, $5, .f64, .bool) }
  case .f32: return { runConvert($0, $1, $2, $3, $4, $5, .f64, .f32) }
  case .f64: return copyLoop(8)
  case .f16: return { runConvert($0, $1, $2, $3, $4, $5, .f64, .f16) }
  case .bf16: return { runConvert($0, $1, $2, $3, $4, $5, .f64, .bf16) }
  case nil: return nil
  }
}

/// Loops that convert from f16.
func convertLoops_f16(_ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: to) {
  case .u8: return { runConvert($0, $1, $2, $3, $4, $5, .f16, .u8) }
  case .s8: return { runConvert($0, $1, $2, $3, $4, $5, .f16, .s8) }
  case .s16: return { runConvert($0, $1, $2, $3, $4, $5, .f16, .s16) }
  case .s32: return { runConvert($0, $1, $2, $3, $4, $5, .f16, .s32) }
  case .s64: return { runConvert($0, $1, $2, $3, $4, $5, .f16, .s64) }
  case .bool: return { runConvert($0, $1, $2, $3, $4, $5, .f16, .bool) }
  case .f32: return { runConvert($0, $1, $2, $3, $4, $5, .f16, .f32) }
  case .f64: return { runConvert($0, $1, $2, $3, $4, $5, .f16, .f64) }
  case .f16: return copyLoop(2)
  case .bf16: return { runConvert($0, $1, $2, $3, $4, $5, .f16, .bf16) }
  case nil: return nil
  }
}

/// Loops that convert from bf16.
func convertLoops_bf16(_ to: Int32) -> lite_convert_loop? {
  switch Element(rawValue: to) {
  case .u8: return { runConvert($0, $1, $2, $3, $4, $5, .bf16, .u8) }
  case .s8: return { runConvert($0, $1, $2, $3, $4, $5, .bf16, .s8) }
  case .s16: return { runConvert($0, $1, $2, $3, $4, $5, .bf16, .s16) }
  case .s32: return { runConvert($0, $1, $2, $3, $4, $5, .bf16, .s32) }
  case .s64: return { runConvert($0, $1, $2, $3, $4, $5, .bf16, .s64) }
  case .bool: return { runConvert($0, $1, $2, $3, $4, $5, .bf16, .bool) }
  case .f32: return { runConvert($0, $1, $2, $3, $4, $5, .bf16, .f32) }
  case .f64: return { runConvert($0, $1, $2, $3, $4, $5, .bf16, .f64) }
  case .f16: return { runConvert($0, $1, $2, $3, $4, $5, .bf16, .f16) }
  case .bf16: return copyLoop(2)
  case nil: return nil
  }
}

/* NEON (Advanced SIMD) for Swift: arm_neon.h, whose inline functions Swift imports as they are, and
 * functions for those intrinsics that are macros, because they take a constant. Empty on other processors. */
#ifndef LITE_NEON_H
#define LITE_NEON_H
#if defined(__aarch64__)
#include <arm_neon.h>

#define LITE_NEON static inline __attribute__((always_inline))

/* -1 in lanes that are negative, 0 in the others. */
LITE_NEON int32x4_t lite_neon_sign(int32x4_t a) { return vshrq_n_s32(a, 31); }

/* All four values are computed before anything that is settled later. Makes no instruction. */
LITE_NEON void lite_neon_settle(int32x4_t *a, int32x4_t *b, int32x4_t *c, int32x4_t *d) {
  __asm__ volatile("" : "+w"(*a), "+w"(*b), "+w"(*c), "+w"(*d));
}

/* Loads and stores at any address. */
LITE_NEON int8x8_t lite_neon_load8(const void *p) { return vld1_s8((const int8_t *)p); }
LITE_NEON int8x16_t lite_neon_load16(const void *p) { return vld1q_s8((const int8_t *)p); }
LITE_NEON int32x4_t lite_neon_load_s32(const void *p) { return vld1q_s32((const int32_t *)p); }
LITE_NEON float32x4_t lite_neon_load_f32(const void *p) { return vld1q_f32((const float *)p); }
LITE_NEON void lite_neon_store8(void *p, uint8x8_t a) { vst1_u8((uint8_t *)p, a); }
LITE_NEON void lite_neon_store16(void *p, uint8x16_t a) { vst1q_u8((uint8_t *)p, a); }
LITE_NEON void lite_neon_store_s32(void *p, int32x4_t a) { vst1q_s32((int32_t *)p, a); }
LITE_NEON void lite_neon_store_f32(void *p, float32x4_t a) { vst1q_f32((float *)p, a); }

#endif
#endif
